//! Ctrl-C leaves no mess: the staging directory goes, the target stays as it was or is complete.
//!
//! The paths of directories to remove stand behind a lock, which is held while a directory comes into being and while
//! it is moved into place. So an interrupt finds either all of it or none, and never an earlier run on its way out.

use crate::batch::checkpoint::WorkDir;
use crate::data::DataError;
use crate::data::output_file::{Output, OutputFile};
use crate::data::staging::OutputDir;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

static STAGING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Begins an output directory that an interrupt removes.
pub(super) fn begin(target: &Path) -> Result<OutputDir, DataError> {
    begin_by(|| OutputDir::create(target))
}

/// Begins an output directory by `create`.
pub(super) fn begin_by(
    create: impl FnOnce() -> Result<OutputDir, DataError>,
) -> Result<OutputDir, DataError> {
    // A second call finds the handler in place.
    let _ = ctrlc::set_handler(clean_up);
    let mut staging = lock();
    let directory = create()?;
    staging.push(directory.staging().to_path_buf());
    Ok(directory)
}

/// Begins a directory for temporary files that an interrupt removes.
pub(super) fn begin_temporary(parent: &Path) -> Result<WorkDir, DataError> {
    let _ = ctrlc::set_handler(clean_up);
    let mut staging = lock();
    let work = WorkDir::temporary(parent)?;
    staging.push(work.path().to_path_buf());
    Ok(work)
}

/// Begins an output file that an interrupt removes.
pub(super) fn begin_file(target: &Path, output: Output) -> Result<OutputFile, DataError> {
    let _ = ctrlc::set_handler(clean_up);
    let mut staging = lock();
    let file = OutputFile::create(target, output)?;
    staging.push(file.staging().to_path_buf());
    Ok(file)
}

/// Moves an output file into place; an interrupt waits until that is done.
pub(super) fn commit_file(file: OutputFile) -> Result<PathBuf, DataError> {
    let mut staging = lock();
    let path = file.staging().to_path_buf();
    let written = file.commit();
    staging.retain(|other| *other != path);
    written
}

/// Writes a file that appears whole or not at all.
pub(super) fn write_file(target: &Path, output: Output, text: &str) -> Result<PathBuf, DataError> {
    let file = begin_file(target, output)?;
    file.write(text.as_bytes())?;
    commit_file(file)
}

/// Moves an output directory into place; an interrupt waits until that is done.
pub(super) fn commit(directory: OutputDir) -> Result<PathBuf, DataError> {
    let mut staging = lock();
    let path = directory.staging().to_path_buf();
    let written = directory.commit();
    staging.retain(|other| *other != path);
    written
}

/// Does not return if there was an interrupt: whatever failed may have failed because of it, and the program ends soon.
pub(super) fn settle_down() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    STAGING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn clean_up() {
    INTERRUPTED.store(true, Ordering::SeqCst);
    // Held until the program ends, so that nothing is committed any more.
    let staging = lock();
    staging.iter().for_each(|directory| remove(directory));
    std::process::exit(130);
}

/// Removes a directory into which another thread may still be putting files.
fn remove(directory: &Path) {
    for _ in 0..20 {
        let _ = std::fs::remove_dir_all(directory);
        if !directory.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
