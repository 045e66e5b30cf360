//! What a run keeps on the way, so that it can go on after an interruption.
//!
//! A checkpoint is written under another name and then renamed, so it is there as a whole or not at all, and it begins
//! with a hash of what follows. The manifest says which run it all belongs to.

use crate::batch::run::CityOrigin;
use crate::data::DataError;
use crate::data::source::sha256_hex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The file of a working directory that says of which run it is and what is done.
const MANIFEST: &str = "manifest.json";

/// The file that a run holds locked while it is at work in a directory.
const LOCK: &str = "lock";

/// How checkpoints lie: one more with every change of what they hold.
pub(crate) const LAYOUT: u32 = 1;

/// Hexadecimal digits of SHA-256 in front of a checkpoint.
const HASH_DIGITS: usize = 64;

/// Which run a directory belongs to: what decides about its results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `yibao`.
    pub program: String,
    /// The program's version.
    pub version: String,
    /// How its checkpoints lie, which a build may change within a version.
    #[serde(default)]
    pub layout: u32,
    /// SHA-256 of the scenario, all that it is made of.
    pub scenario: String,
    /// The only benefit year to settle, if one was asked for.
    pub year: Option<i32>,
    /// What is written besides sums: `csv`, `parquet` or nothing.
    pub settlements: Option<String>,
    /// What tells the key of pseudonyms from others, if persons are called by them.
    pub pseudonym_key: Option<String>,
    /// Memory allowed, in bytes: it decides how the work is cut.
    pub memory_bytes: u64,
    /// The city that is drawn, or nothing if files are settled.
    pub city: Option<CityOrigin>,
    /// Bytes of the rows of a part, if less than memory allows: it decides that, too.
    pub part_bytes: Option<u64>,
    /// Input files, by role.
    pub inputs: Vec<ManifestInput>,
}

/// An input file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestInput {
    /// What it is read as.
    pub role: String,
    /// Its path as given.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Manifest {
    /// In what another manifest differs, in words; nothing if in nothing.
    fn difference(&self, other: &Manifest) -> Option<String> {
        let differ = |what: &str, differs: bool| differs.then(|| what.to_string());
        let mut inputs = self.inputs.iter().zip(&other.inputs);
        let changed = inputs.find(|(own, others)| own != others);
        let versions = [self, other].map(|manifest| (&manifest.version, manifest.layout));
        differ("version of the program", versions[0] != versions[1])
            .or(differ("scenario", self.scenario != other.scenario))
            .or(differ("--year", self.year != other.year))
            .or(differ(
                "--format or --totals",
                self.settlements != other.settlements,
            ))
            .or(differ(
                "--pseudonymise",
                self.pseudonym_key != other.pseudonym_key,
            ))
            .or(differ(
                "--memory",
                (self.memory_bytes, self.part_bytes) != (other.memory_bytes, other.part_bytes),
            ))
            .or(differ("city", self.city != other.city))
            .or(differ(
                "number of input files",
                self.inputs.len() != other.inputs.len(),
            ))
            .or(changed.map(|(_, others)| format!("content of `{}`", others.path)))
    }
}

/// A directory for what a run keeps on the way.
#[derive(Debug)]
pub struct WorkDir {
    path: PathBuf,
    /// Removes the directory when it is dropped, unless an interrupted run is to find it again.
    temporary: Option<TempDir>,
    /// Keeps other runs out; the system lets go of it when the program ends, however it ends.
    _lock: Option<File>,
}

impl WorkDir {
    /// A directory inside `parent` that goes when the run ends, however it ends.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub fn temporary(parent: &Path) -> Result<WorkDir, DataError> {
        let holder = tempfile::Builder::new().prefix(".yibao-").tempdir_in(parent);
        let holder = holder.map_err(|error| DataError::unwritable(parent, error))?;
        Ok(WorkDir {
            path: holder.path().to_path_buf(),
            temporary: Some(holder),
            _lock: None,
        })
    }

    /// A directory that outlives an interruption. It may be absent or empty.
    ///
    /// # Errors
    /// [`DataError::TargetInUse`] if it holds something else than such a run, [`DataError::AtWork`] if another program is at
    /// work there, [`DataError::Unwritable`].
    pub fn lasting(path: &Path) -> Result<WorkDir, DataError> {
        let failed = |error: io::Error| DataError::unwritable(path, error);
        fs::create_dir_all(path).map_err(failed)?;
        if !path.join(MANIFEST).exists() {
            for entry in fs::read_dir(path).map_err(failed)? {
                // A run that was killed at once may have left the beginning of a manifest.
                let name = entry.map_err(failed)?.file_name();
                if name != fresh_name(MANIFEST).as_str() && name != LOCK {
                    return Err(DataError::TargetInUse {
                        path: path.display().to_string(),
                    });
                }
            }
        }
        Ok(WorkDir {
            path: path.to_path_buf(),
            temporary: None,
            _lock: Some(lock(path)?),
        })
    }

    /// Whether it goes when the run ends, however it ends.
    pub(crate) fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// Where the directory is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a run, or goes on with it if `manifest` is that of the run that was interrupted here.
    ///
    /// # Errors
    /// [`DataError::OtherRun`] if it is another run's, or a file that cannot be written.
    pub(crate) fn begin(&self, manifest: &Manifest) -> Result<(), DataError> {
        let path = self.path.join(MANIFEST);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = serde_json::to_vec_pretty(manifest);
                let text = text.map_err(|error| DataError::unwritable(&path, error))?;
                return self.write(MANIFEST, &[&text]);
            }
            Err(error) => return Err(DataError::unwritable(&path, error)),
        };
        let before: Manifest =
            serde_json::from_slice(&text).map_err(|error| self.damaged(MANIFEST, error))?;
        match before.difference(manifest) {
            None => Ok(()),
            Some(what) => Err(DataError::OtherRun {
                path: self.path.display().to_string(),
                what,
            }),
        }
    }

    /// Writes a checkpoint.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn save(&self, name: &str, value: &impl Serialize) -> Result<(), DataError> {
        let bytes = postcard::to_stdvec(value);
        let bytes = bytes.map_err(|error| DataError::unwritable(self.path.join(name), error))?;
        self.write(name, &[sha256_hex(&bytes).as_bytes(), &bytes])
    }

    /// Puts files onto the disk before a checkpoint speaks of them, so that no power cut leaves the checkpoint without them.
    /// A directory that goes with the program has no need of it.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn sync(&self, files: impl IntoIterator<Item = PathBuf>) -> Result<(), DataError> {
        if self.is_temporary() {
            return Ok(());
        }
        for path in files {
            let file = OpenOptions::new().append(true).open(&path);
            file.and_then(|file| file.sync_data())
                .map_err(|error| DataError::unwritable(&path, error))?;
        }
        Ok(())
    }

    /// Reads a checkpoint; nothing if it was not written.
    ///
    /// # Errors
    /// [`DataError::Damaged`] if it is not what was written.
    pub fn load<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, DataError> {
        let bytes = match fs::read(self.path.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.damaged(name, error)),
        };
        let parts = bytes.split_at_checked(HASH_DIGITS);
        let (hash, bytes) = parts.ok_or_else(|| self.damaged(name, "it is cut off"))?;
        if hash != sha256_hex(bytes).as_bytes() {
            return Err(self.damaged(name, "its content has changed"));
        }
        let value = postcard::from_bytes(bytes).map_err(|error| self.damaged(name, error))?;
        Ok(Some(value))
    }

    /// Removes a checkpoint that is of no use any more, before what it speaks of is written anew.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn forget(&self, name: &str) -> Result<(), DataError> {
        let path = self.path.join(name);
        fs::remove_file(&path).map_err(|error| DataError::unwritable(&path, error))
    }

    /// Forgets everything, after the run has ended well. Whenever it is interrupted, what is left is something to resume.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn remove(self) -> Result<(), DataError> {
        let removed = match self.temporary {
            Some(holder) => holder.close(),
            None => remove_lasting(&self.path),
        };
        removed.map_err(|error| DataError::unwritable(&self.path, error))
    }

    /// Writes a file as a whole or not at all.
    fn write(&self, name: &str, parts: &[&[u8]]) -> Result<(), DataError> {
        let (path, fresh) = (self.path.join(name), self.path.join(fresh_name(name)));
        let written = File::create(&fresh).and_then(|mut file| {
            parts.iter().try_for_each(|part| file.write_all(part))?;
            file.sync_data()?;
            fs::rename(&fresh, &path)
        });
        written.map_err(|error| DataError::unwritable(&path, error))
    }

    fn damaged(&self, name: &str, detail: impl std::fmt::Display) -> DataError {
        DataError::Damaged {
            path: self.path.join(name).display().to_string(),
            detail: detail.to_string(),
        }
    }
}

/// Locks a directory, so that two runs do not write the same pieces.
fn lock(directory: &Path) -> Result<File, DataError> {
    let path = directory.join(LOCK);
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.map_err(|error| DataError::unwritable(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataError::AtWork {
            path: directory.display().to_string(),
        }),
        // A file system without locks: nothing keeps two runs apart, and nothing is lost for one.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(DataError::unwritable(&path, error)),
    }
}

/// What a file is called until it is there as a whole.
fn fresh_name(name: &str) -> String {
    format!("{name}.new")
}

/// Removes a directory: checkpoints before what they speak of, the survey first of all, and the manifest last.
fn remove_lasting(path: &Path) -> io::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name());
    }
    names.sort_by_key(|name| {
        let name = name.to_string_lossy();
        let is_checkpoint = !name.contains('.') && name.starts_with("part-");
        match name.as_ref() {
            "survey" => 0,
            _ if is_checkpoint => 1,
            MANIFEST => 3,
            _ => 2,
        }
    });
    for name in names {
        fs::remove_file(path.join(name))?;
    }
    fs::remove_dir(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(sha256: &str) -> Manifest {
        Manifest {
            program: "yibao".to_string(),
            version: "1".to_string(),
            layout: LAYOUT,
            scenario: String::new(),
            year: None,
            settlements: None,
            pseudonym_key: None,
            memory_bytes: 1,
            city: None,
            part_bytes: None,
            inputs: vec![ManifestInput {
                role: "claims".to_string(),
                path: "claims.csv".to_string(),
                sha256: sha256.to_string(),
            }],
        }
    }

    #[test]
    fn a_directory_takes_up_its_own_run_and_no_other() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("work");
        let work = WorkDir::lasting(&path).unwrap();
        work.begin(&manifest("a")).unwrap();
        work.begin(&manifest("a")).unwrap();
        let error = work.begin(&manifest("b")).unwrap_err().to_string();
        assert!(error.contains("content of `claims.csv`"), "{error}");
        // Of a build whose checkpoints lie otherwise, or that did not say how they lie.
        let other = Manifest {
            layout: 0,
            ..manifest("a")
        };
        let error = work.begin(&other).unwrap_err().to_string();
        assert!(error.contains("version of the program"), "{error}");
        assert_eq!(work.load::<u64>("number").unwrap(), None);
        work.save("number", &7u64).unwrap();
        assert_eq!(work.load::<u64>("number").unwrap(), Some(7));
        let mut bytes = fs::read(path.join("number")).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(path.join("number"), bytes).unwrap();
        assert!(matches!(
            work.load::<u64>("number"),
            Err(DataError::Damaged { .. })
        ));
        work.remove().unwrap();
        assert!(!path.exists());
        fs::write(&path, "a file").unwrap();
        assert!(WorkDir::lasting(&path).is_err());
    }

    #[test]
    fn a_directory_with_something_else_in_it_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("letter.txt"), "dear").unwrap();
        assert!(matches!(
            WorkDir::lasting(parent.path()),
            Err(DataError::TargetInUse { .. })
        ));
    }
}
