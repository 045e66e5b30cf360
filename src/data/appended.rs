//! Files that are appended to in turn. They are open only while they are written: there may be more of them than can be
//! open at once.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes collected for a file before they are written.
const BUFFER_BYTES: usize = 16 * 1024;

/// A file to append to. It comes into being with the first bytes that are written.
pub(super) struct AppendedFile {
    path: PathBuf,
    pending: Vec<u8>,
    begun: bool,
}

impl AppendedFile {
    /// A file at `path`, in place of what is there.
    pub(super) fn new(path: PathBuf) -> AppendedFile {
        AppendedFile {
            path,
            pending: Vec::new(),
            begun: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < BUFFER_BYTES {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what is pending; says whether there is a file, which there is not if nothing was ever written.
    pub(super) fn finish(mut self) -> io::Result<bool> {
        self.flush()?;
        let begun = self.begun;
        if !begun {
            self.discard(); // There may be one of a run that was killed.
        }
        Ok(begun)
    }

    /// Removes the file.
    pub(super) fn discard(self) {
        let _ = fs::remove_file(&self.path);
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        let options = if self.begun {
            options.append(true)
        } else {
            options.write(true).create(true).truncate(true)
        };
        self.begun = true;
        options.open(&self.path)?.write_all(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}
