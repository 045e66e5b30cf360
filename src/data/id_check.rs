//! Ids that several persons' rows lay claim to, found without holding every id in memory.
//!
//! Rows of one person are read together, so whoever reads them sees repeated ids of that person. What it cannot see is
//! that an id belongs to a row of another person. For that, every id goes as a hash of 128 bits to one of some files by
//! its first bits, and each file is sorted and looked through by itself.

use crate::data::appended::AppendedFile;
use crate::data::columns::ClaimColumn as C;
use crate::data::error::DataError;
use crate::data::fields::Fields;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128};

/// Files that ids are spread over.
const FILES: usize = 256;

/// Bytes of an entry in a file.
const ENTRY_BYTES: usize = 32;

/// Bits of a place that hold the line.
const LINE_BITS: u32 = 40;

/// Set in the place of an entry that only asks for an id: a reversal's original.
const ASKS: u64 = 1 << 63;

/// An id as a row names it. Entries of one id sort by the order of their rows, those that ask last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdEntry {
    id: u128,
    place: u64,
    person: u64,
}

/// The place of a row: files in the order in which they are read, then lines.
pub(super) fn place(file: u32, line: u64) -> u64 {
    u64::from(file) << LINE_BITS | line
}

/// The ids that a row of claims names, whatever else is in it.
pub(super) struct ClaimIds<'r> {
    /// The one that it lays claim to as its own.
    pub(super) own: Option<Cow<'r, str>>,
    /// Its original's, if it is a reversal.
    pub(super) original: Option<Cow<'r, str>>,
}

impl<'r> ClaimIds<'r> {
    /// Those of a row. A reversal that repeats its original's id has none of its own.
    pub(super) fn of(fields: &Fields<'r, C>) -> ClaimIds<'r> {
        let own = fields.required_text(C::MdtrtId).ok();
        if !matches!(fields.flag(C::RefdSetlFlag), Ok(Some(true))) {
            let original = None;
            return ClaimIds { own, original };
        }
        let original = fields.required_text(C::InitSetlId).ok();
        let own = own.filter(|own| original.as_ref().is_some_and(|original| original != own));
        ClaimIds { own, original }
    }
}

/// What stands for a person in an entry.
pub(super) fn person_key(psn_no: &str) -> u64 {
    xxh3_64(psn_no.as_bytes())
}

/// What stands for nobody in the entry of a row at `place` that names no person.
pub(super) fn nobody_key(place: u64) -> u64 {
    xxh3_64_with_seed(&place.to_le_bytes(), 1)
}

/// Adds the entries of a row of claims to `entries`.
pub(super) fn push_entries(entries: &mut Vec<IdEntry>, ids: &ClaimIds<'_>, person: u64, place: u64) {
    let entry = |id: &str, place| IdEntry {
        id: xxh3_128(id.as_bytes()),
        place,
        person,
    };
    entries.extend(ids.own.as_deref().map(|id| entry(id, place)));
    entries.extend(ids.original.as_deref().map(|id| entry(id, place | ASKS)));
}

/// Rows whose ids belong to rows of other persons, each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Elsewhere {
    /// Places of rows whose id an earlier row has, of several of which persons differ; and the file of that row.
    repeated: Vec<(u64, u32)>,
    /// Places of reversals whose original is a row of another person.
    original: Vec<u64>,
}

impl Elsewhere {
    /// Something that concerns a row of a file that there is not.
    #[cfg(test)]
    pub(super) fn of_no_row() -> Elsewhere {
        Elsewhere {
            repeated: vec![(u64::MAX, 0)],
            original: Vec::new(),
        }
    }

    /// Whether no row has anything to do with others.
    pub(super) fn is_nothing(&self) -> bool {
        self.repeated.is_empty() && self.original.is_empty()
    }

    /// The file of the earlier row that a row's id belongs to, if rows of several persons have it.
    #[inline]
    pub(super) fn owner(&self, file: u32, line: u64) -> Option<u32> {
        let found = self
            .repeated
            .binary_search_by_key(&place(file, line), |&(place, _)| place);
        found.ok().map(|index| self.repeated[index].1)
    }

    /// Whether the original of a reversal is a row of another person.
    pub(super) fn reverses_other(&self, file: u32, line: u64) -> bool {
        self.original.binary_search(&place(file, line)).is_ok()
    }
}

/// Takes entries to their files.
pub(super) struct IdFiles {
    files: Vec<AppendedFile>,
}

impl IdFiles {
    /// Files in a directory.
    pub(super) fn new(directory: &Path) -> IdFiles {
        let file = |index| AppendedFile::new(directory.join(format!("ids-{index:03}")));
        IdFiles {
            files: (0..FILES).map(file).collect(),
        }
    }

    /// Adds entries.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(super) fn add(&mut self, entries: &[IdEntry]) -> Result<(), DataError> {
        for entry in entries {
            let mut bytes = [0; ENTRY_BYTES];
            bytes[..16].copy_from_slice(&entry.id.to_le_bytes());
            bytes[16..24].copy_from_slice(&entry.place.to_le_bytes());
            bytes[24..].copy_from_slice(&entry.person.to_le_bytes());
            let file = &mut self.files[(entry.id >> 120) as usize];
            file.write(&bytes)
                .map_err(|error| DataError::unwritable(file.path(), error))?;
        }
        Ok(())
    }

    /// Removes the files: nobody wants to know.
    pub(super) fn discard(self) {
        self.files.into_iter().for_each(AppendedFile::discard);
    }

    /// Looks through all entries, one file at a time, and removes the files.
    ///
    /// # Errors
    /// A file that cannot be written to its end or read back.
    pub(super) fn resolve(self) -> Result<Elsewhere, DataError> {
        let mut elsewhere = Elsewhere::default();
        for file in self.files {
            let path = file.path().to_path_buf();
            let written = file
                .finish()
                .map_err(|error| DataError::unwritable(&path, error))?;
            if !written {
                continue;
            }
            let mut entries = read_entries(&path).map_err(|error| DataError::unwritable(&path, error))?;
            let _ = std::fs::remove_file(&path);
            entries.sort_unstable();
            for of_id in entries.chunk_by(|a, b| a.id == b.id) {
                elsewhere.add(of_id);
            }
        }
        elsewhere.repeated.sort_unstable();
        elsewhere.original.sort_unstable();
        Ok(elsewhere)
    }
}

impl Elsewhere {
    /// Adds what the entries of one id say. The first row keeps it.
    fn add(&mut self, entries: &[IdEntry]) {
        let Some(owner) = entries.first().filter(|entry| entry.place & ASKS == 0) else {
            return; // Nobody has it, which whoever asks finds out.
        };
        if entries.iter().all(|entry| entry.person == owner.person) {
            return;
        }
        for entry in &entries[1..] {
            if entry.place & ASKS == 0 {
                self.repeated
                    .push((entry.place, (owner.place >> LINE_BITS) as u32));
            } else if entry.person != owner.person {
                self.original.push(entry.place & !ASKS);
            }
        }
    }
}

fn read_entries(path: &Path) -> io::Result<Vec<IdEntry>> {
    let file = File::open(path)?;
    let count = file.metadata()?.len() / ENTRY_BYTES as u64;
    let (mut reader, mut bytes) = (BufReader::new(file), [0; ENTRY_BYTES]);
    let mut entries = Vec::with_capacity(count as usize);
    for _ in 0..count {
        reader.read_exact(&mut bytes)?;
        entries.push(entry(&bytes));
    }
    Ok(entries)
}

fn entry(bytes: &[u8; ENTRY_BYTES]) -> IdEntry {
    let number = |from: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[from + index]));
    IdEntry {
        id: u128::from(number(8)) << 64 | u128::from(number(0)),
        place: number(16),
        person: number(24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_keeps_an_id_and_others_of_other_persons_are_told() {
        let directory = tempfile::tempdir().unwrap();
        let mut files = IdFiles::new(directory.path());
        let mut entries = Vec::new();
        let mut row = |own: Option<&'static str>, original: Option<&'static str>, person, line| {
            let ids = ClaimIds {
                own: own.map(Into::into),
                original: original.map(Into::into),
            };
            push_entries(&mut entries, &ids, person, place(1, line));
        };
        row(Some("a"), None, 7, 2);
        row(Some("a"), None, 7, 3); // of the same person: nothing that others need to know
        row(Some("b"), None, 7, 9);
        row(Some("b"), None, 8, 4); // earlier
        row(None, Some("b"), 7, 5);
        row(None, Some("b"), 8, 6);
        row(None, Some("c"), 8, 7); // nobody has it
        files.add(&entries).unwrap();
        let elsewhere = files.resolve().unwrap();
        let owners = [9, 4, 3].map(|line| elsewhere.owner(1, line));
        assert_eq!(owners, [Some(1), None, None]);
        assert!(elsewhere.reverses_other(1, 5) && !elsewhere.reverses_other(1, 6));
        assert!(!elsewhere.reverses_other(1, 7));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
