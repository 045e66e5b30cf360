//! What a user of the program sees: exit codes, messages, files, and that nothing is ever half-written.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

mod bench;
mod calibrate;
mod cover;
mod enrolment;
mod exit_codes;
mod explain;
mod files;
#[cfg(unix)]
mod interrupt;
#[cfg(all(feature = "parquet", feature = "xlsx"))] // The table has every option that there is.
mod options;
mod outputs;
mod overlays;
mod pages;
mod privacy;
mod project;
mod report;
mod reserve;
mod settle;
mod tired;
mod trust;
mod words;

use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Two good persons.
const PERSONS: &str = "psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n";

/// Three good claims of 2023, one of 2022, and three rows that cannot be settled.
const CLAIMS: &str = "\
mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv
A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01
B,P1,21,H1,2023-03-05,2023-03-10,8000.00,01
D,P2,11,H2,2023-02-01,2023-02-01,120.50,08
E,P2,21,H1,2022-06-01,2022-06-09,3000.00,05
X,P1,21,H1,2023-05-05,2023-05-01,700.00,01
Y,NOBODY,21,H1,2023-05-05,2023-05-06,800.00,01
Z,P1,21,H1,2023-05-05,2023-05-06,9.999,01
";

/// A stay, a later one, and the reversal of the first: the later one settles again, as the first of the year.
const REVERSED: &str = "\
mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,refd_setl_flag,init_setl_id
A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01,,
B,P1,21,H1,2023-03-05,2023-03-10,8000.00,01,,
R,P1,21,H1,2023-04-05,2023-04-05,-5000.00,01,1,A
";

/// A directory to work in.
struct Desk {
    directory: TempDir,
}

impl Desk {
    /// An empty one.
    fn new() -> Desk {
        Desk {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// One with `persons.csv` and `claims.csv`, three rows of which cannot be settled.
    fn with_files() -> Desk {
        let desk = Desk::new();
        desk.write("persons.csv", PERSONS);
        desk.write("claims.csv", CLAIMS);
        desk
    }

    /// The same without the rows that cannot be settled.
    fn with_good_files() -> Desk {
        let desk = Desk::with_files();
        let good: Vec<&str> = CLAIMS.lines().take(5).collect();
        desk.write("claims.csv", &(good.join("\n") + "\n"));
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    #[track_caller]
    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// What lies in a directory, hidden or not; `.` for the desk itself.
    fn names(&self, directory: &str) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.path(directory)).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// The rows of a CSV file, each as its columns by name.
    fn rows(&self, name: &str) -> Vec<std::collections::HashMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(name)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
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

    /// Runs the program with something on its standard input.
    #[track_caller]
    fn yibao_reading(&self, arguments: &str, input: &[u8]) -> Answer {
        let mut child = self
            .command(arguments.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Answer::of(child.wait_with_output().unwrap())
    }
}

/// What the program said.
struct Answer {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Answer {
    /// Whatever happens, a user never sees the text of a panic.
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

    /// Checks the exit code.
    #[track_caller]
    fn exits(self, code: i32) -> Answer {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
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
