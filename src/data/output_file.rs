//! A single output that appears whole or not at all.

use crate::data::error::DataError;
use crate::data::staging::{CreatedParents, PREFIX, place_of};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a file is written as, and how an earlier one is known, which may be replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// The word for it in messages: `report`.
    pub what: &'static str,
    /// Whether this program made the file with these bytes.
    pub is_ours: fn(&[u8]) -> bool,
}

/// A file in the making: written beside the target, in a hidden directory on the same file system, and moved into place
/// by [`OutputFile::commit`]. Dropped before that, also by a panic, it leaves nothing behind.
///
/// Ctrl-C does not drop: the program's handler removes [`OutputFile::staging`].
#[derive(Debug)]
pub(crate) struct OutputFile {
    target: PathBuf,
    output: Output,
    /// Private to the user, which the file in it is not.
    holder: TempDir,
    /// Declared last, so that it goes when the holder inside it has gone.
    parents: CreatedParents,
}

impl OutputFile {
    /// Complains of a target that may not be written: something else than an earlier output, which is absent, empty or
    /// made by this program.
    ///
    /// # Errors
    /// [`DataError::FileInUse`], or [`DataError::Unwritable`] if it is no file or cannot be read.
    pub(crate) fn check(target: &Path, output: Output) -> Result<(), DataError> {
        let metadata = match fs::metadata(target) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(DataError::unwritable(target, error)),
        };
        if !metadata.is_file() {
            return Err(DataError::unwritable(
                target,
                "there is something there that is no file",
            ));
        }
        let bytes = fs::read(target).map_err(|error| DataError::unwritable(target, error))?;
        if bytes.is_empty() || (output.is_ours)(&bytes) {
            return Ok(());
        }
        Err(DataError::FileInUse {
            path: target.display().to_string(),
            what: output.what,
        })
    }

    /// Begins an output file.
    ///
    /// # Errors
    /// As for [`OutputFile::check`]; [`DataError::Unwritable`] if nothing can be written beside it.
    pub(crate) fn create(target: &Path, output: Output) -> Result<OutputFile, DataError> {
        let failed = |error: io::Error| DataError::unwritable(target, error);
        OutputFile::check(target, output)?;
        let (target_path, parent, parents) = place_of(target)?;
        let holder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
        Ok(OutputFile {
            holder: holder.map_err(failed)?,
            target: target_path,
            output,
            parents,
        })
    }

    /// The hidden directory: what to remove if the program is interrupted.
    pub(crate) fn staging(&self) -> &Path {
        self.holder.path()
    }

    /// Writes all of it, down to the disk.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), DataError> {
        let write = || {
            let mut file = fs::File::create(self.fresh())?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| DataError::unwritable(&self.target, error))
    }

    /// Moves it into place and returns the target.
    ///
    /// # Errors
    /// As for [`OutputFile::check`]; the target is then as it was before.
    pub(crate) fn commit(mut self) -> Result<PathBuf, DataError> {
        // Again: something may have been put there meanwhile.
        OutputFile::check(&self.target, self.output)?;
        fs::rename(self.fresh(), &self.target).map_err(|error| DataError::unwritable(&self.target, error))?;
        self.parents.0.clear();
        Ok(self.target)
    }

    fn fresh(&self) -> PathBuf {
        self.holder.path().join("new")
    }
}
