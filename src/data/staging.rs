//! Outputs that appear whole or not at all.

use crate::data::error::DataError;
use crate::data::pseudonym::Pseudonyms;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::TempDir;

/// The files one of which says that a directory holds an earlier run, which may be replaced.
const RECORDS: [&str; 5] = [
    "run.json",
    "projection.json",
    "charts.json",
    "compare.json",
    "sweep.json",
];

/// What the names of hidden directories begin with.
pub(super) const PREFIX: &str = ".yibao-";

/// Every file that the program writes into an output directory, charts apart.
const OUTPUTS: &[&str] = &[
    "run.json",
    "projection.json",
    "projection.csv",
    "projection.parquet",
    "paths.csv",
    "paths.parquet",
    "charts.json",
    "compare.json",
    "sides.csv",
    "winners.csv",
    "changed_claims.csv",
    "changes.csv",
    "bridge.csv",
    "sweep.json",
    "sweep.csv",
    "sweep.parquet",
    "fund.json",
    "ledger.csv",
    "rejects.csv",
    "settlements.csv",
    "settlements.parquet",
    "persons.csv",
    "persons.parquet",
    "enrolments.csv",
    "enrolments.parquet",
    "events.csv",
    "events.parquet",
    "institutions.csv",
    "institutions.parquet",
    "claims.csv",
    "claims.parquet",
];

/// A directory in the making. Files are written to a hidden directory beside the target, on the same file system;
/// [`OutputDir::commit`] moves it into place. Dropped before that, also by a panic, it leaves nothing behind.
///
/// Ctrl-C does not drop: the program's handler removes [`OutputDir::staging`].
#[derive(Debug)]
pub struct OutputDir {
    target: PathBuf,
    /// Holds the new directory and, for a moment, the replaced one.
    holder: TempDir,
    /// A directory of its own inside the holder, because the holder is private to the user and the outputs are not.
    fresh: PathBuf,
    /// What the files in it call persons by, if not by their identifiers.
    pseudonyms: Option<Pseudonyms>,
    /// Declared last, so that it goes when the holder inside it has gone.
    parents: CreatedParents,
}

/// Directories above the target that did not exist before; they go again unless the target comes into being.
#[derive(Debug)]
pub(super) struct CreatedParents(pub(super) Vec<PathBuf>);

impl CreatedParents {
    /// Creates `parent` and whatever is missing above it.
    pub(super) fn create(parent: &Path) -> io::Result<CreatedParents> {
        let missing = parent.ancestors().take_while(|directory| !directory.exists());
        let created = CreatedParents(missing.map(Path::to_path_buf).collect());
        fs::create_dir_all(parent)?;
        Ok(created)
    }
}

/// Where an output for `target` appears, and its parent, which is made if need be.
///
/// # Errors
/// [`DataError::Unwritable`] if there is no such place.
pub(super) fn place_of(target: &Path) -> Result<(PathBuf, PathBuf, CreatedParents), DataError> {
    let failed = |error: io::Error| DataError::unwritable(target, error);
    let absolute = std::path::absolute(target).map_err(failed)?;
    // Of a link, what it points to is replaced, not the link.
    let place = if absolute.exists() {
        absolute.canonicalize().map_err(failed)?
    } else {
        absolute
    };
    let Some(parent) = place.parent().map(Path::to_path_buf) else {
        return Err(DataError::unwritable(target, "it is the root of the file system"));
    };
    let parents = CreatedParents::create(&parent).map_err(failed)?;
    Ok((place, parent, parents))
}

impl Drop for CreatedParents {
    fn drop(&mut self) {
        for directory in &self.0 {
            // Only an empty directory can be removed so: what somebody else has put there stays.
            let _ = fs::remove_dir(directory);
        }
    }
}

impl OutputDir {
    /// Begins an output directory. The target may be absent, empty, or hold an earlier run.
    ///
    /// # Errors
    /// [`DataError::TargetInUse`] if the target holds something else, [`DataError::Unwritable`] if it is no directory
    /// or cannot be written beside.
    pub fn create(target: &Path) -> Result<OutputDir, DataError> {
        OutputDir::begin(target, |parent| {
            tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)
        })
    }

    /// Like [`OutputDir::create`], but tells `note` what the hidden directory will be before it comes into being: whoever
    /// outlives this program can then remove it with [`OutputDir::clear_staging`].
    ///
    /// # Errors
    /// As for [`OutputDir::create`], and what `note` returns.
    pub(crate) fn create_noting(
        target: &Path,
        note: &dyn Fn(&Path) -> Result<(), DataError>,
    ) -> Result<OutputDir, DataError> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since.map_or(0, |since| since.as_nanos());
        let name = format!("{PREFIX}{}-{nanos:x}", std::process::id());
        OutputDir::begin(target, |parent| {
            note(&parent.join(&name)).map_err(io::Error::other)?;
            tempfile::Builder::new()
                .prefix(&name)
                .rand_bytes(0)
                .tempdir_in(parent)
        })
    }

    /// Removes the hidden directory of a program that was killed. If it was just about to replace an earlier run at
    /// `target`, that goes back to its place.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn clear_staging(staging: &Path, target: &Path) -> Result<(), DataError> {
        let name = staging.file_name().map(OsStr::to_string_lossy);
        if !name.is_some_and(|name| name.starts_with(PREFIX)) || !staging.is_dir() {
            return Ok(());
        }
        let failed = |error: io::Error| DataError::unwritable(staging, error);
        let old = staging.join("old");
        if old.is_dir() && !target.exists() {
            fs::rename(&old, target).map_err(failed)?;
        }
        fs::remove_dir_all(staging).map_err(failed)
    }

    fn begin(
        target: &Path,
        holder: impl FnOnce(&Path) -> io::Result<TempDir>,
    ) -> Result<OutputDir, DataError> {
        let failed = |error: io::Error| DataError::unwritable(target, error);
        check_replaceable(target)?;
        let (target_path, parent, parents) = place_of(target)?;
        let holder = holder(&parent).map_err(failed)?;
        let fresh = holder.path().join("new");
        fs::create_dir(&fresh).map_err(failed)?;
        Ok(OutputDir {
            target: target_path,
            holder,
            fresh,
            pseudonyms: None,
            parents,
        })
    }

    /// Complains of a target that could not be replaced, or beside which nothing can be written; leaves no trace.
    ///
    /// # Errors
    /// As for [`OutputDir::create`].
    pub fn check(target: &Path) -> Result<(), DataError> {
        check_replaceable(target)?;
        let absolute = std::path::absolute(target).map_err(|error| DataError::unwritable(target, error))?;
        let Some(above) = absolute.ancestors().skip(1).find(|above| above.exists()) else {
            return Ok(());
        };
        // A file without a name, where the system has such.
        tempfile::tempfile_in(above).map_err(|error| DataError::unwritable(target, error))?;
        Ok(())
    }

    /// The same directory, whose files call persons by these pseudonyms, if there are any.
    #[must_use]
    pub fn naming(mut self, pseudonyms: Option<Pseudonyms>) -> OutputDir {
        self.pseudonyms = pseudonyms;
        self
    }

    /// What its files call persons by, if not by their identifiers.
    pub(crate) fn pseudonyms(&self) -> Option<&Pseudonyms> {
        self.pseudonyms.as_ref()
    }

    /// Where to write the file `name`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.fresh.join(name)
    }

    /// Where the file `name` will be: what messages call it.
    pub fn shown(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }

    /// A failure to write a file of the directory, named as [`OutputDir::shown`] does.
    pub(crate) fn shown_in(&self, error: DataError) -> DataError {
        let DataError::Unwritable { path, detail } = error else {
            return error;
        };
        let path = Path::new(&path);
        let path = path
            .strip_prefix(&self.fresh)
            .map_or(path.to_path_buf(), |name| self.target.join(name));
        DataError::unwritable(path, detail)
    }

    /// The hidden directory: what to remove if the program is interrupted.
    pub fn staging(&self) -> &Path {
        self.holder.path()
    }

    /// Moves everything into place and returns the target. An earlier run is replaced as a whole.
    ///
    /// # Errors
    /// [`DataError::TargetInUse`] or [`DataError::Unwritable`]; the target is then as it was before.
    pub fn commit(mut self) -> Result<PathBuf, DataError> {
        // Again: something may have been put there while the run went on.
        check_replaceable(&self.target)?;
        self.sync()?;
        let failed = |error: io::Error| DataError::unwritable(&self.target, error);
        let old = self.holder.path().join("old");
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &old).map_err(failed)?;
        }
        let Err(error) = fs::rename(&self.fresh, &self.target) else {
            self.parents.0.clear();
            return Ok(self.target);
        };
        if replaces && fs::rename(&old, &self.target).is_err() {
            // Nothing can be put back, so at least the earlier run must outlive the holder.
            let kept = self.holder.keep().join("old");
            let detail = format!("{error}; the earlier run is now `{}`", kept.display());
            return Err(DataError::unwritable(&self.target, detail));
        }
        Err(failed(error))
    }
}

impl OutputDir {
    /// Puts every file onto the disk: some disks, those behind a network above all, say only then that they are full.
    fn sync(&self) -> Result<(), DataError> {
        let failed = |error: io::Error| DataError::unwritable(&self.target, error);
        for entry in fs::read_dir(&self.fresh).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let file = fs::OpenOptions::new().append(true).open(&path);
            file.and_then(|file| file.sync_all())
                .map_err(|error| self.shown_in(DataError::unwritable(&path, error)))?;
        }
        Ok(())
    }
}

/// Whether the target may be written or replaced: absent, empty, or an earlier run and nothing but.
fn check_replaceable(target: &Path) -> Result<(), DataError> {
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(DataError::unwritable(target, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(
            entry
                .map_err(|error| DataError::unwritable(target, error))?
                .file_name(),
        );
    }
    let is_output = |name: &OsString| {
        name.to_str()
            .is_some_and(|name| OUTPUTS.contains(&name) || is_chart(name))
    };
    let is_run = || RECORDS.iter().any(|name| is_our_record(&target.join(name)));
    if names.is_empty() || (names.iter().all(is_output) && is_run()) {
        return Ok(());
    }
    Err(DataError::TargetInUse {
        path: target.display().to_string(),
    })
}

/// Whether a file has the name of a chart: its number in the report and how it is drawn, as in `2-tornado.svg`.
fn is_chart(name: &str) -> bool {
    let Some((number, kind)) = name.strip_suffix(".svg").and_then(|stem| stem.split_once('-')) else {
        return false;
    };
    number.parse::<u32>().is_ok() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// Whether a file is the record of a run of this program.
fn is_our_record(path: &Path) -> bool {
    let record = fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    record.is_some_and(|record| record["program"] == env!("CARGO_PKG_NAME"))
}
