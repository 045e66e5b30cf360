//! What is kept of a finished part besides its sums: pieces of the files to come, checked before they are joined.

use crate::data::writer::Format;
use crate::data::{DataError, Reject};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// About as many rejects are in memory at a time while those of all parts are put into order.
const REJECTS_AT_ONCE: usize = 1 << 15;

/// Where the settlements of the part at `name` are.
pub(super) fn settlements_piece(name: &Path, format: Format) -> PathBuf {
    name.with_extension(format.extension())
}

/// Where its rejects are.
pub(super) fn rejects_piece(name: &Path) -> PathBuf {
    name.with_extension("rejects")
}

/// What was written of a part besides its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pieces {
    /// How many rejects there are.
    pub(super) rejects: u64,
    /// XXH3 of the rejects, and of the settlements if there are any.
    pub(super) hashes: Vec<u128>,
}

impl Pieces {
    /// The files that lie beside `name`.
    pub(super) fn files(name: &Path, settlements: Option<Format>) -> impl Iterator<Item = PathBuf> {
        let settlements = settlements.map(|format| settlements_piece(name, format));
        std::iter::once(rejects_piece(name)).chain(settlements)
    }

    /// What lies beside `name`.
    pub(super) fn of(name: &Path, settlements: Option<Format>, rejects: u64) -> Result<Pieces, DataError> {
        let hashes = Pieces::files(name, settlements)
            .map(|path| hash_file(&path).map_err(|error| damaged(&path, &error)));
        let hashes = hashes.collect::<Result<_, _>>()?;
        Ok(Pieces { rejects, hashes })
    }

    /// Complains of what is not as it was written.
    pub(super) fn check(&self, name: &Path, settlements: Option<Format>) -> Result<(), DataError> {
        if Pieces::of(name, settlements, self.rejects)? == *self {
            return Ok(());
        }
        Err(damaged(name, &"what was kept beside it has changed"))
    }
}

fn hash_file(path: &Path) -> io::Result<u128> {
    let (mut file, mut hash) = (File::open(path)?, Xxh3::new());
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.digest128()),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// The rejects of a part, in the order of the files. The file is open only while it is read: of many parts there may be
/// more than can be open at once.
pub(super) struct RejectPiece {
    path: PathBuf,
    /// Where those begin that were not read.
    at: u64,
    /// How many they are.
    left: u64,
    /// Read, and not handed out.
    read: VecDeque<Reject>,
    at_once: usize,
}

impl RejectPiece {
    pub(super) fn write(path: &Path, rejects: &[Reject]) -> Result<(), DataError> {
        let failed = |error: &dyn std::fmt::Display| DataError::unwritable(path, error);
        let mut file = BufWriter::new(File::create(path).map_err(|error| failed(&error))?);
        for reject in rejects {
            let bytes = postcard::to_stdvec(reject).map_err(|error| failed(&error))?;
            let length = (bytes.len() as u32).to_le_bytes();
            file.write_all(&length)
                .and_then(|()| file.write_all(&bytes))
                .map_err(|error| failed(&error))?;
        }
        file.flush().map_err(|error| failed(&error))
    }

    /// Those at `path`, read about so many at once.
    pub(super) fn new(path: PathBuf, rejects: u64, at_once: usize) -> RejectPiece {
        RejectPiece {
            path,
            at: 0,
            left: rejects,
            read: VecDeque::new(),
            at_once,
        }
    }

    fn next(&mut self) -> Result<Option<Reject>, DataError> {
        if self.read.is_empty() && self.left > 0 {
            self.read_on().map_err(|error| damaged(&self.path, &error))?;
        }
        Ok(self.read.pop_front())
    }

    fn read_on(&mut self) -> io::Result<()> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.at))?;
        let mut reader = BufReader::new(file);
        let mut bytes = Vec::new();
        while self.left > 0 && self.read.len() < self.at_once {
            let mut length = [0; 4];
            reader.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            bytes.clear();
            if reader.by_ref().take(length).read_to_end(&mut bytes)? as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let reject = postcard::from_bytes(&bytes).map_err(io::Error::other)?;
            self.read.push_back(reject);
            self.left -= 1;
            self.at += 4 + length;
        }
        Ok(())
    }
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> DataError {
    DataError::Damaged {
        path: path.display().to_string(),
        detail: error.to_string(),
    }
}

/// The rejects of several pieces, with the number of rejects in each, in the order of the files.
///
/// # Errors
/// A piece that cannot be read, now or later.
pub(super) fn merge_rejects(
    pieces: Vec<(PathBuf, u64)>,
) -> Result<impl Iterator<Item = Result<Reject, DataError>>, DataError> {
    let at_once = (REJECTS_AT_ONCE / pieces.len().max(1)).max(4);
    let pieces = pieces
        .into_iter()
        .map(|(path, rejects)| RejectPiece::new(path, rejects, at_once));
    let mut pieces: Vec<RejectPiece> = pieces.collect();
    let mut next = BinaryHeap::new();
    for (index, piece) in pieces.iter_mut().enumerate() {
        if let Some(reject) = piece.next()? {
            next.push(Reverse((reject.place(), index, Pending(reject))));
        }
    }
    Ok(std::iter::from_fn(move || {
        let Reverse((_, index, Pending(reject))) = next.pop()?;
        match pieces[index].next() {
            Err(error) => return Some(Err(error)),
            Ok(following) => {
                let following = following.map(|reject| Reverse((reject.place(), index, Pending(reject))));
                next.extend(following);
            }
        }
        Some(Ok(reject))
    }))
}

/// A reject that waits for its turn; its place and part decide when that is.
struct Pending(Reject);

impl PartialEq for Pending {
    fn eq(&self, _: &Pending) -> bool {
        true
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Pending) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    fn cmp(&self, _: &Pending) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}
