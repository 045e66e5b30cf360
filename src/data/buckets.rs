//! Rows of all files spread over temporary files by person: what belongs to one person is in one of them.

use crate::data::appended::AppendedFile;
use crate::data::block::Row;
use crate::data::cell::Cell;
use crate::data::columns::{ClaimColumn, Column, ColumnSpec, EnrolmentColumn, EventColumn, PersonColumn};
use crate::data::error::DataError;
use crate::data::role::FileRole;
use crate::data::spill::{SpilledRow, SpilledRows, push_row};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Bytes before a row: the stream that it belongs to, and the row's length.
const STREAM_BYTES: usize = 2;
const LENGTH_BYTES: usize = 4;

/// The columns of a file whose rows belong to persons.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) role: FileRole,
    pub(super) columns: &'static [ColumnSpec],
    /// Where the person is among the columns.
    person: usize,
}

impl Shape {
    /// That of a role; nothing for roles whose rows belong to no person.
    pub(super) fn of(role: FileRole) -> Option<Shape> {
        fn by_person<C: Column>(person: C) -> Option<Shape> {
            Some(Shape {
                role: C::ROLE,
                columns: C::SPECS,
                person: person.index(),
            })
        }
        match role {
            FileRole::Persons => by_person(PersonColumn::PsnNo),
            FileRole::Enrolments => by_person(EnrolmentColumn::PsnNo),
            FileRole::Events => by_person(EventColumn::PsnNo),
            FileRole::Claims => by_person(ClaimColumn::PsnNo),
            FileRole::Institutions | FileRole::Lines => None,
        }
    }

    /// The person of a row; a blank if it names none.
    pub(super) fn person<'r>(&self, row: &'r Row<'_>) -> Cell<'r> {
        match row.flaw() {
            None => row.cell(self.person),
            Some(_) => Cell::Blank,
        }
    }

    /// Where the person's number is in a row that has come back, if it is a text.
    pub(super) fn person_range(&self, row: &[u8], found: &mut SpilledRow) -> Option<Range<usize>> {
        found.find(row)?;
        found.text_range(row, self.person)
    }
}

/// Rows as bytes, in their order, with the key of the person of each.
#[derive(Default)]
pub(super) struct KeyedRows {
    pub(super) bytes: Vec<u8>,
    /// Per row, the key and where it ends in `bytes`.
    pub(super) rows: Vec<(u64, u32)>,
}

impl KeyedRows {
    /// Adds a row.
    pub(super) fn push(&mut self, row: &Row<'_>, shape: &Shape, key: u64) {
        let cells = (0..shape.columns.len()).map(|column| row.cell(column));
        push_row(&mut self.bytes, row.line(), row.flaw(), cells);
        self.rows.push((key, self.bytes.len() as u32));
    }
}

/// What is known of a finished bucket.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Bucket {
    /// Bytes in its file.
    pub(super) bytes: u64,
    /// Rows in it.
    pub(super) rows: u64,
    /// XXH3 of them.
    hash: u64,
}

impl Bucket {
    /// Adds what its rows are to a hash.
    pub(super) fn identify(&self, content: &mut Xxh3) {
        for number in [self.bytes, self.rows, self.hash] {
            content.update(&number.to_le_bytes());
        }
    }
}

/// Buckets in the making.
pub(super) struct Buckets {
    files: Vec<BucketFile>,
}

struct BucketFile {
    file: AppendedFile,
    bytes: u64,
    rows: u64,
    hash: Xxh3,
}

/// The file of a bucket.
pub(super) fn bucket_path(directory: &Path, index: usize) -> PathBuf {
    directory.join(format!("rows-{index:03}"))
}

impl Buckets {
    /// As many as `count`, a power of two, in a directory.
    pub(super) fn new(directory: &Path, count: usize) -> Buckets {
        let bucket = |index| BucketFile {
            file: AppendedFile::new(bucket_path(directory, index)),
            bytes: 0,
            rows: 0,
            hash: Xxh3::new(),
        };
        Buckets {
            files: (0..count).map(bucket).collect(),
        }
    }

    /// Adds rows of a stream, each to the bucket of its person.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(super) fn add(&mut self, stream: u16, keyed: &KeyedRows) -> Result<(), DataError> {
        let (mut start, count) = (0, self.files.len() as u64);
        for &(person, end) in &keyed.rows {
            let row = &keyed.bytes[start..end as usize];
            start = end as usize;
            // The lower bits; the keys are hashes.
            let bucket = &mut self.files[(person & (count - 1)) as usize];
            bucket.rows += 1;
            bucket
                .write(&stream.to_le_bytes())
                .and_then(|()| bucket.write(row))
                .map_err(|error| DataError::unwritable(bucket.file.path(), error))?;
        }
        Ok(())
    }

    /// Writes what is pending.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub(super) fn finish(self) -> Result<Vec<Bucket>, DataError> {
        let finish = |bucket: BucketFile| {
            let path = bucket.file.path().to_path_buf();
            let finished = bucket.file.finish();
            finished.map_err(|error| DataError::unwritable(&path, error))?;
            Ok(Bucket {
                bytes: bucket.bytes,
                rows: bucket.rows,
                hash: bucket.hash.digest(),
            })
        };
        self.files.into_iter().map(finish).collect()
    }
}

impl BucketFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
        self.file.write(bytes)
    }
}

/// Reads a bucket back, and adds its rows to those of their streams.
///
/// # Errors
/// [`DataError::Damaged`] if it is not what was written, or cannot be read.
pub(super) fn read_bucket(
    directory: &Path,
    index: usize,
    bucket: &Bucket,
    streams: &mut [SpilledRows],
) -> Result<(), DataError> {
    if bucket.bytes == 0 {
        return Ok(()); // There is no file.
    }
    let path = bucket_path(directory, index);
    let damaged = |detail: String| DataError::Damaged {
        path: path.display().to_string(),
        detail,
    };
    let file = File::open(&path).map_err(|error| damaged(error.to_string()))?;
    let (mut reader, mut left) = (BufReader::with_capacity(1 << 20, file), bucket.bytes);
    let (mut hash, mut row) = (Xxh3::new(), Vec::new());
    while left > 0 {
        let mut head = [0; STREAM_BYTES + LENGTH_BYTES];
        reader
            .read_exact(&mut head)
            .map_err(|error| damaged(error.to_string()))?;
        let stream = u16::from_le_bytes([head[0], head[1]]);
        let length = u32::from_le_bytes([head[2], head[3], head[4], head[5]]) as usize;
        let whole = (STREAM_BYTES + LENGTH_BYTES + length) as u64;
        let rows = streams.get_mut(usize::from(stream)).filter(|_| whole <= left);
        let rows = rows.ok_or_else(|| damaged("a row is longer than the file".to_string()))?;
        left -= whole;
        row.resize(LENGTH_BYTES + length, 0);
        row[..LENGTH_BYTES].copy_from_slice(&head[STREAM_BYTES..]);
        reader
            .read_exact(&mut row[LENGTH_BYTES..])
            .map_err(|error| damaged(error.to_string()))?;
        hash.update(&head[..STREAM_BYTES]);
        hash.update(&row);
        rows.push(&row);
    }
    if hash.digest() != bucket.hash {
        return Err(damaged("its content has changed".to_string()));
    }
    Ok(())
}
