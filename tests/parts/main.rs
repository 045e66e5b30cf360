//! Inputs in parts: the same results as in one piece, within the memory allowed, and whatever happens on the way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agree;
mod changed;
#[cfg(unix)]
mod faults;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod resume;
mod tables;

use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A directory to run the program in.
struct Desk {
    directory: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// One with a synthetic city in `city/`, as CSV.
    fn with_city(persons: u32) -> Desk {
        let desk = Desk::new();
        let synth = format!("synth --persons {persons} --seed 5 --year 2023 --out city --format csv");
        desk.yibao(&synth).exits(0);
        desk
    }

    /// Puts every file of `city/` into the order of persons, byte by byte: those born in the year come last in it.
    fn sort_city(&self) {
        for (name, person) in [("persons", 0), ("enrolments", 0), ("events", 0), ("claims", 1)] {
            let name = format!("city/{name}.csv");
            let text = String::from_utf8(self.read(&name)).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].sort_by_key(|line| line.split(',').nth(person));
            let sorted = lines.join("\n") + "\n";
            self.write(&name, sorted);
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    #[track_caller]
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// What lies in a directory, hidden or not; `.` for the desk itself.
    fn names(&self, directory: &str) -> BTreeSet<String> {
        names(&self.path(directory))
    }

    fn command<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yibao"));
        command
            .current_dir(self.directory.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program with arguments that are separated by spaces.
    #[track_caller]
    fn yibao(&self, arguments: &str) -> Answer {
        Answer::of(self.command(arguments.split_whitespace()).output().unwrap())
    }

    /// Runs a line of the shell, in which `yibao` is the program.
    #[track_caller]
    #[cfg(unix)]
    fn shell(&self, line: &str) -> Answer {
        let script = format!("yibao() {{ {} \"$@\"; }}; {line}", env!("CARGO_BIN_EXE_yibao"));
        let mut shell = Command::new("sh");
        shell.current_dir(self.directory.path()).args(["-c", &script]);
        Answer::of(shell.stdin(Stdio::null()).output().unwrap())
    }
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// `run.json` without what differs from run to run.
fn without_resources(mut record: Value) -> Value {
    let fields = record.as_object_mut().unwrap();
    assert!(fields.remove("command").is_some() && fields.remove("resources").is_some());
    record
}

/// What the program said.
struct Answer {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Answer {
    #[track_caller]
    fn of(output: Output) -> Answer {
        let answer = Answer {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for trace in ["panicked", "RUST_BACKTRACE", "unwrap()"] {
            assert!(!answer.stderr.contains(trace), "{}", answer.stderr);
        }
        answer
    }

    #[track_caller]
    fn exits(self, code: i32) -> Answer {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Done, whether or not rows were rejected.
    #[track_caller]
    fn ends_well(self) -> Answer {
        assert!(
            matches!(self.code, Some(0 | 1)),
            "{:?} {}{}",
            self.code,
            self.stdout,
            self.stderr
        );
        self
    }

    /// Checks that the program gave up, said why on stderr, and printed nothing else.
    #[track_caller]
    fn fails_naming(self, what: &[&str]) -> Answer {
        let answer = self.exits(2);
        assert!(answer.stderr.starts_with("error: "), "{}", answer.stderr);
        for word in what {
            assert!(answer.stderr.contains(word), "{word}: {}", answer.stderr);
        }
        assert_eq!(answer.stdout, "");
        answer
    }
}
