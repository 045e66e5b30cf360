//! Rows of cells as bytes, so that they can leave memory and come back as they were.
//!
//! A row is its line, what is wrong with it as a whole, and one cell per column of its role. Cells keep their types, so
//! a row that has been away is read exactly as it would have been read from its file.

use crate::data::cell::Cell;
use crate::data::csv_table::Flaw;
use chrono::{DateTime, Datelike, NaiveDate};
use std::ops::Range;

/// The first byte of a cell. Up to [`LONGEST_SHORT_TEXT`] it is the length of a text, and 0 is a blank.
mod tag {
    pub(super) const BLANK: u8 = 0;
    pub(super) const LONG_TEXT: u8 = 240;
    pub(super) const INT: u8 = 241;
    pub(super) const DECIMAL: u8 = 242;
    pub(super) const DATE: u8 = 243;
    pub(super) const TIME: u8 = 244;
    pub(super) const FALSE: u8 = 245;
    pub(super) const TRUE: u8 = 246;
}

/// Longer texts have their length behind their tag.
const LONGEST_SHORT_TEXT: usize = 239;

/// The first byte of a row.
mod flaw {
    pub(super) const NONE: u8 = 0;
    pub(super) const FIELD_COUNT: u8 = 1;
    pub(super) const QUOTING: u8 = 2;
}

/// Bytes before the cells of a row: its length without these four, and its line.
const LENGTH_BYTES: usize = 4;
const LINE_BYTES: usize = 8;

/// Appends the row at a line to `bytes`: its cells, or what is wrong with it.
pub(super) fn push_row<'a>(
    bytes: &mut Vec<u8>,
    line: u64,
    flaw: Option<Flaw>,
    cells: impl Iterator<Item = Cell<'a>>,
) {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; LENGTH_BYTES]);
    bytes.extend_from_slice(&line.to_le_bytes());
    match flaw {
        None => {
            bytes.push(flaw::NONE);
            cells.for_each(|cell| push_cell(bytes, cell));
        }
        Some(Flaw::Quoting) => bytes.push(flaw::QUOTING),
        Some(Flaw::FieldCount { found, expected }) => {
            bytes.push(flaw::FIELD_COUNT);
            bytes.extend_from_slice(&(found as u64).to_le_bytes());
            bytes.extend_from_slice(&(expected as u64).to_le_bytes());
        }
    }
    let length = (bytes.len() - start - LENGTH_BYTES) as u32;
    bytes[start..start + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
}

fn push_cell(bytes: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Blank => bytes.push(tag::BLANK),
        Cell::Text(text) => {
            if text.len() <= LONGEST_SHORT_TEXT {
                bytes.push(text.len() as u8);
            } else {
                bytes.push(tag::LONG_TEXT);
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            }
            bytes.extend_from_slice(text.as_bytes());
        }
        Cell::Int(number) => {
            bytes.push(tag::INT);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Cell::Decimal { unscaled, scale } => {
            bytes.push(tag::DECIMAL);
            bytes.extend_from_slice(&unscaled.to_le_bytes());
            bytes.extend_from_slice(&scale.to_le_bytes());
        }
        Cell::Date(date) => {
            bytes.push(tag::DATE);
            bytes.extend_from_slice(&date.num_days_from_ce().to_le_bytes());
        }
        Cell::Time(time) => {
            bytes.push(tag::TIME);
            bytes.extend_from_slice(&time.and_utc().timestamp().to_le_bytes());
            bytes.extend_from_slice(&time.and_utc().timestamp_subsec_nanos().to_le_bytes());
        }
        Cell::Bool(flag) => bytes.push(if flag { tag::TRUE } else { tag::FALSE }),
    }
}

/// The row at the beginning of `bytes`, without its length, and what follows it; `None` at the end or if the bytes are
/// cut off.
pub(super) fn split_row(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// About as many bytes as rows have that are read as one part.
const PART_BYTES: usize = 192 * 1024;

/// Rows that have come back, one behind the other.
#[derive(Default)]
pub(super) struct SpilledRows {
    bytes: Vec<u8>,
    parts: Vec<Range<usize>>,
}

impl SpilledRows {
    /// Adds the bytes of a row, length included.
    pub(super) fn push(&mut self, row: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        match self.parts.last_mut() {
            Some(part) if part.len() < PART_BYTES => part.end = self.bytes.len(),
            _ => self.parts.push(start..self.bytes.len()),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Ranges of whole rows.
    pub(super) fn parts(&self) -> &[Range<usize>] {
        &self.parts
    }
}

/// Rows that have come back: where their cells are.
pub(super) struct SpilledRecords<'a> {
    rows: Vec<SpilledPlace<'a>>,
    /// Where the cells of the rows begin, each in its row.
    starts: Vec<u32>,
}

/// Where a row that has come back is.
struct SpilledPlace<'a> {
    bytes: &'a [u8],
    line: u64,
    flaw: Option<Flaw>,
    /// Its cells among the starts.
    cells: Range<usize>,
}

impl<'a> SpilledRecords<'a> {
    /// The rows in `bytes`, one behind the other.
    pub(super) fn of(mut bytes: &'a [u8]) -> SpilledRecords<'a> {
        let (mut rows, mut starts, mut found) = (Vec::new(), Vec::new(), SpilledRow::default());
        while let Some((row, next)) = split_row(bytes) {
            bytes = next;
            // Bytes of our own making; their hash was checked when they came back.
            if found.find(row).is_none() {
                break;
            }
            let first = starts.len();
            starts.extend_from_slice(&found.starts);
            rows.push(SpilledPlace {
                bytes: row,
                line: found.line,
                flaw: found.flaw,
                cells: first..starts.len(),
            });
        }
        SpilledRecords { rows, starts }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The line or row of its file that a row was.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.rows[row].line
    }

    /// What is wrong with a row as a whole.
    pub(super) fn flaw(&self, row: usize) -> Option<Flaw> {
        self.rows[row].flaw
    }

    /// A cell of a row; a row with a flaw has none.
    #[inline]
    pub(super) fn cell(&self, row: usize, column: usize) -> Cell<'a> {
        let row = &self.rows[row];
        let start = self.starts[row.cells.clone()].get(column);
        start
            .and_then(|&start| read_cell(&row.bytes[start as usize..]))
            .unwrap_or(Cell::Blank)
    }
}

/// A row that has come back: where its cells are.
#[derive(Default)]
pub(super) struct SpilledRow {
    starts: Vec<u32>,
    line: u64,
    flaw: Option<Flaw>,
}

impl SpilledRow {
    /// Finds the cells of `row`; its memory is reused. `None` if the bytes are damaged.
    pub(super) fn find(&mut self, row: &[u8]) -> Option<()> {
        self.starts.clear();
        let (line, rest) = row.split_first_chunk::<LINE_BYTES>()?;
        self.line = u64::from_le_bytes(*line);
        let (&flaw, cells) = rest.split_first()?;
        self.flaw = match flaw {
            flaw::NONE => None,
            flaw::QUOTING => Some(Flaw::Quoting),
            flaw::FIELD_COUNT => {
                let (found, rest) = cells.split_first_chunk::<8>()?;
                let (expected, _) = rest.split_first_chunk::<8>()?;
                let number = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes) as usize;
                Some(Flaw::FieldCount {
                    found: number(found),
                    expected: number(expected),
                })
            }
            _ => return None,
        };
        if self.flaw.is_some() {
            return Some(());
        }
        let mut at = LINE_BYTES + 1;
        while at < row.len() {
            self.starts.push(at as u32);
            at += cell_length(&row[at..])?;
        }
        (at == row.len()).then_some(())
    }

    /// Where the text of the cell at `index` is, if it is one.
    pub(super) fn text_range(&self, row: &[u8], index: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(index)? as usize;
        let head = match row[start] {
            tag::BLANK => return None,
            tag::LONG_TEXT => 5,
            first if usize::from(first) <= LONGEST_SHORT_TEXT => 1,
            _ => return None,
        };
        Some(start + head..start + cell_length(&row[start..])?)
    }
}

/// How many bytes the cell at the beginning of `bytes` has, its tag included.
#[inline]
fn cell_length(bytes: &[u8]) -> Option<usize> {
    let (&first, rest) = bytes.split_first()?;
    Some(match first {
        tag::LONG_TEXT => 5 + u32::from_le_bytes(*rest.first_chunk()?) as usize,
        tag::INT => 9,
        tag::DECIMAL => 21,
        tag::DATE => 5,
        tag::TIME => 13,
        tag::FALSE | tag::TRUE => 1,
        length if usize::from(length) <= LONGEST_SHORT_TEXT => 1 + usize::from(length),
        _ => return None,
    })
}

/// The cell at the beginning of `bytes`.
fn read_cell(bytes: &[u8]) -> Option<Cell<'_>> {
    let (&first, rest) = bytes.split_first()?;
    let text = |bytes| std::str::from_utf8(bytes).ok().map(Cell::Text);
    match first {
        tag::BLANK => Some(Cell::Blank),
        tag::LONG_TEXT => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            text(rest.get(..u32::from_le_bytes(*length) as usize)?)
        }
        tag::INT => Some(Cell::Int(i64::from_le_bytes(*rest.first_chunk()?))),
        tag::DECIMAL => {
            let (unscaled, rest) = rest.split_first_chunk::<16>()?;
            Some(Cell::Decimal {
                unscaled: i128::from_le_bytes(*unscaled),
                scale: u32::from_le_bytes(*rest.first_chunk()?),
            })
        }
        tag::DATE => {
            let days = i32::from_le_bytes(*rest.first_chunk()?);
            NaiveDate::from_num_days_from_ce_opt(days).map(Cell::Date)
        }
        tag::TIME => {
            let (seconds, rest) = rest.split_first_chunk::<8>()?;
            let nanos = u32::from_le_bytes(*rest.first_chunk()?);
            DateTime::from_timestamp(i64::from_le_bytes(*seconds), nanos)
                .map(|time| Cell::Time(time.naive_utc()))
        }
        tag::FALSE => Some(Cell::Bool(false)),
        tag::TRUE => Some(Cell::Bool(true)),
        length => text(rest.get(..usize::from(length))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn every_cell_comes_back_as_it_was() {
        let date = NaiveDate::from_ymd_opt(1952, 2, 29).unwrap();
        let long = "长".repeat(200);
        let cells = [
            Cell::Blank,
            Cell::Text("a"),
            Cell::Text(&long),
            Cell::Int(-7),
            Cell::Decimal {
                unscaled: -123_456_789_012_345_678_901,
                scale: 9,
            },
            Cell::Date(date),
            Cell::Time(date.and_hms_nano_opt(23, 59, 59, 999_999_999).unwrap()),
            Cell::Bool(true),
            Cell::Bool(false),
        ];
        let mut bytes = vec![0; LENGTH_BYTES + LINE_BYTES + 1];
        cells.iter().for_each(|&cell| push_cell(&mut bytes, cell));
        let length = (bytes.len() - LENGTH_BYTES) as u32;
        bytes[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        let records = SpilledRecords::of(&bytes);
        for (index, &cell) in cells.iter().enumerate() {
            assert_eq!(records.cell(0, index), cell);
        }
        assert_eq!((records.len(), records.cell(0, cells.len())), (1, Cell::Blank));
        // The last two are one byte each, so this cuts into the time before them.
        let mut row = SpilledRow::default();
        assert!(row.find(&bytes[LENGTH_BYTES..bytes.len() - 3]).is_none());
    }
}
