//! Files that all come in the order of persons, read side by side: what belongs to the same persons is handed out together,
//! and nothing is written in between.

use crate::data::blocks::BlockReader;
use crate::data::buckets::{KeyedRows, Shape};
use crate::data::error::DataError;
use crate::data::spill::{SpilledRow, SpilledRows, split_row};
use std::collections::VecDeque;

/// The files of one role, read forward.
pub(super) struct Cursor {
    shape: Shape,
    /// The files that are not finished, each with its stream; the first is being read.
    files: VecDeque<(u16, BlockReader)>,
    /// Rows that were read and not handed out.
    bytes: Vec<u8>,
    /// Per row, its stream, where it ends in `bytes`, and where its person's number is.
    rows: Vec<RowAt>,
}

#[derive(Clone, Copy)]
struct RowAt {
    stream: u16,
    end: usize,
    person: (usize, usize),
}

impl Cursor {
    /// Begins with the first of some files.
    pub(super) fn new(shape: Shape, files: VecDeque<(u16, BlockReader)>) -> Cursor {
        Cursor {
            shape,
            files,
            bytes: Vec::new(),
            rows: Vec::new(),
        }
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
                let Some((stream, file)) = self.files.pop_front() else {
                    return Ok(());
                };
                finished(stream, file.finish()?)?;
            }
        }
        Ok(())
    }

    /// Reads a block of the first file; `false` if there is none.
    fn read_block(&mut self) -> Result<bool, DataError> {
        let shape = self.shape;
        let Some((stream, file)) = self.files.front_mut() else {
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
            let person = match (text, self.rows.last()) {
                (Some(text), _) => (base + text.start, base + text.end),
                (None, Some(last)) => last.person,
                (None, None) => (base, base),
            };
            self.rows.push(RowAt {
                stream,
                end: offset + end,
                person,
            });
            start = end;
        }
        self.bytes.extend_from_slice(&keyed.bytes);
    }

    /// Whether every row was read.
    pub(super) fn ended(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether there is nothing to hand out, now or later.
    pub(super) fn is_empty(&self) -> bool {
        self.ended() && self.rows.is_empty()
    }

    /// The person of the last row that was read.
    pub(super) fn last_person(&self) -> Option<&[u8]> {
        self.rows.last().map(|row| self.person(row))
    }

    fn person(&self, row: &RowAt) -> &[u8] {
        &self.bytes[row.person.0..row.person.1]
    }

    /// Hands out the rows of persons before `bound`, or all, and returns how many there were.
    pub(super) fn hand_out(&mut self, bound: Option<&[u8]>, streams: &mut [SpilledRows]) -> usize {
        let count = match bound {
            Some(bound) => self.rows.partition_point(|row| self.person(row) < bound),
            None => self.rows.len(),
        };
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
