//! A folder to work in, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The scenarios of the repository.
pub fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// What a run of the program said.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    pub fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }
}

pub fn yibao(arguments: &[&str], folder: &Path) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_yibao"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    /// Jinan's scenario with its cases.
    pub fn jinan() -> Desk {
        Desk::of("jinan")
    }

    /// A scenario of the repository with its cases.
    pub fn of(name: &str) -> Desk {
        let desk = Desk::new();
        let file = format!("scenarios/{name}.toml");
        desk.write(
            &file,
            &std::fs::read_to_string(scenarios().join(format!("{name}.toml"))).unwrap(),
        );
        for case in scenarios().join(name).join("cases").read_dir().unwrap() {
            let case = case.unwrap();
            let to = format!("scenarios/{name}/cases/{}", case.file_name().to_str().unwrap());
            desk.write(&to, &std::fs::read_to_string(case.path()).unwrap());
        }
        desk
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// Replaces what must stand in the file exactly once.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand there exactly once"
        );
        self.write(name, &text.replacen(from, to, 1));
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        yibao(arguments, self.0.path())
    }

    pub fn test(&self, arguments: &[&str]) -> Said {
        self.run(&[&["test"], arguments].concat())
    }
}
