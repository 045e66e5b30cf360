//! Files that all come in the order of persons, read side by side: what belongs to the same persons is handed out together,
//! and nothing is written in between.

use crate::data::blocks::{BlockReader, PersonFile, Probe};
use crate::data::buckets::{KeyedRows, Shape};
use crate::data::error::DataError;
use crate::data::role::FileRole;
use crate::data::spill::{SpilledRow, SpilledRows, split_row};
use std::collections::VecDeque;

/// A file that is not begun, with its stream.
pub(super) type Waiting<'a> = (u16, &'a PersonFile, &'a Probe);

/// The files of one role, read forward.
pub(super) struct Cursor<'a> {
    shape: Shape,
    block_bytes: usize,
    /// The file that is being read, with its stream.
    open: Option<(u16, BlockReader)>,
    /// Those that come next. They are not open: there may be more than can be.
    waiting: VecDeque<Waiting<'a>>,
    /// Rows that were read and not handed out.
    bytes: Vec<u8>,
    /// Per row, its stream, where it ends in `bytes`, and where its person's number is.
    rows: Vec<RowAt>,
    /// The last person that was read; empty before the first.
    last: Vec<u8>,
}

#[derive(Clone, Copy)]
struct RowAt {
    stream: u16,
    end: usize,
    /// Of a row that names nobody, that of the row before it.
    person: (usize, usize),
    named: bool,
}

impl<'a> Cursor<'a> {
    /// Begins with the first of some files, which are read in blocks of about so many bytes.
    pub(super) fn new(shape: Shape, block_bytes: usize) -> Cursor<'a> {
        Cursor {
            shape,
            block_bytes,
            open: None,
            waiting: VecDeque::new(),
            bytes: Vec::new(),
            rows: Vec::new(),
            last: Vec::new(),
        }
    }

    /// The role of its files.
    pub(super) fn role(&self) -> FileRole {
        self.shape.role
    }

    /// Adds a file to read after the others.
    pub(super) fn push(&mut self, file: Waiting<'a>) {
        self.waiting.push_back(file);
    }

    /// Reads until at least `wanted` bytes of rows are there, or nothing more. `finished` is told the stream and the hash of
    /// each file that ends.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub(super) fn fill(
        &mut self,
        wanted: usize,
        finished: &mut impl FnMut(u16, String) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        while self.bytes.len() < wanted {
            if !self.read_block()? {
                let Some((stream, file)) = self.open.take() else {
                    return Ok(());
                };
                finished(stream, file.finish()?)?;
            }
        }
        Ok(())
    }

    /// Reads a block of the file at hand, or of the next if none is; `false` if there is no block.
    fn read_block(&mut self) -> Result<bool, DataError> {
        let shape = self.shape;
        if self.open.is_none() {
            let next = self.waiting.pop_front();
            let opened = next.map(|(stream, file, probe)| {
                BlockReader::open(file, probe, self.block_bytes).map(|reader| (stream, reader))
            });
            self.open = opened.transpose()?;
        }
        let Some((stream, file)) = &mut self.open else {
            return Ok(false);
        };
        let stream = *stream;
        // What there was to warn of was told when the file was first looked through.
        let Some(block) = file.next(&mut Vec::new())? else {
            return Ok(false);
        };
        block.for_each_part(
            |rows| {
                let mut keyed = KeyedRows::default();
                rows.for_each(|row| keyed.push(row, &shape, 0));
                keyed
            },
            |keyed| self.take(stream, &keyed),
        )?;
        Ok(true)
    }

    fn take(&mut self, stream: u16, keyed: &KeyedRows) {
        let (offset, mut start, mut found) = (self.bytes.len(), 0, SpilledRow::default());
        for &(_, end) in &keyed.rows {
            let end = end as usize;
            let row = split_row(&keyed.bytes[start..end]).map_or(&[][..], |(row, _)| row);
            let text = self.shape.person_range(row, &mut found);
            let base = offset + end - row.len();
            // A row that names nobody stays with the one before it.
            let named = text.is_some();
            let person = match (text, self.rows.last()) {
                (Some(text), _) => {
                    self.last.clear();
                    self.last.extend_from_slice(&row[text.clone()]);
                    (base + text.start, base + text.end)
                }
                (None, Some(last)) => last.person,
                (None, None) => (base, base),
            };
            self.rows.push(RowAt {
                stream,
                end: offset + end,
                person,
                named,
            });
            start = end;
        }
        self.bytes.extend_from_slice(&keyed.bytes);
    }

    /// Whether every row was read.
    pub(super) fn ended(&self) -> bool {
        self.open.is_none() && self.waiting.is_empty()
    }

    /// Whether there is nothing to hand out, now or later.
    pub(super) fn is_empty(&self) -> bool {
        self.ended() && self.rows.is_empty()
    }

    /// The last person that was read; empty before the first.
    pub(super) fn last_person(&self) -> &[u8] {
        &self.last
    }

    fn person(&self, row: &RowAt) -> &[u8] {
        &self.bytes[row.person.0..row.person.1]
    }

    /// Hands out the rows of persons before `bound`, or all, and returns how many there were. Rows that name nobody need
    /// not wait for anybody.
    pub(super) fn hand_out(&mut self, bound: Option<&[u8]>, streams: &mut [SpilledRows]) -> usize {
        let mut count = match bound {
            Some(bound) => self.rows.partition_point(|row| self.person(row) < bound),
            None => self.rows.len(),
        };
        if count == 0 {
            count = self.rows.iter().take_while(|row| !row.named).count();
        }
        let mut start = 0;
        for row in &self.rows[..count] {
            streams[usize::from(row.stream)].push(&self.bytes[start..row.end]);
            start = row.end;
        }
        self.bytes.drain(..start);
        self.rows.drain(..count);
        for row in &mut self.rows {
            row.end -= start;
            row.person = (row.person.0 - start, row.person.1 - start);
        }
        count
    }
}
