//! Some rows of a table, whatever its format: their cells, and what is known of whole columns of them.

use crate::data::caseload::Names;
use crate::data::cell::Cell;
use crate::data::columns::{ColumnKind, ColumnSpec};
use crate::data::csv_lines::{Column, Lines};
use crate::data::csv_table::{Flaw, Records};
use crate::data::known::{
    self, DayBook, Known, NO_AMOUNT, NO_CODE, NO_DAY, Recurring, UNTOLD_AMOUNT, UNTOLD_CODE, UNTOLD_DAY,
    told_amount, told_day,
};
#[cfg(feature = "parquet")]
use crate::data::parquet_column::ColumnBatch;
use crate::data::positions::{ABSENT, Positions};
use crate::data::spill::SpilledRecords;

use crate::money::Fen;
use chrono::NaiveDate;
#[cfg(feature = "parquet")]
use std::ops::Range;

/// Rows that follow each other.
pub(super) struct Block<'a> {
    positions: &'a Positions,
    cells: Cells<'a>,
    /// What is known of each wanted column; nothing at all if it was not asked for.
    known: Vec<Known<'a>>,
}

/// What is known of each cell of a column.
pub(super) struct Values<'b, T> {
    /// By row.
    cells: &'b [T],
    /// Of all other rows.
    others: T,
}

impl<'b, T: Copy> Values<'b, T> {
    #[inline]
    fn each(cells: &'b [T], untold: T) -> Values<'b, T> {
        Values {
            cells,
            others: untold,
        }
    }

    #[inline]
    fn all(others: T) -> Values<'b, T> {
        Values { cells: &[], others }
    }

    /// What is known of the cell of a row.
    #[inline(always)]
    pub(super) fn at(&self, row: usize) -> T {
        match self.cells.get(row) {
            Some(&cell) => cell,
            None => self.other(),
        }
    }

    /// Apart, so that reading a cell is no choice between addresses.
    #[cold]
    fn other(&self) -> T {
        self.others
    }

    /// Marks those of the first rows of which something other than `blank` is known.
    pub(super) fn mark_others(&self, blank: T, rows: &mut [bool])
    where
        T: PartialEq,
    {
        let (some, others) = rows.split_at_mut(self.cells.len().min(rows.len()));
        for (is_marked, &cell) in some.iter_mut().zip(self.cells) {
            *is_marked |= cell != blank;
        }
        if self.others != blank {
            others.fill(true);
        }
    }
}

/// Where the cells are.
pub(super) enum Cells<'a> {
    /// CSV of the usual kind.
    Lines(Lines<'a>),
    /// Any other CSV.
    Csv {
        text: &'a str,
        records: Records,
    },
    #[cfg(feature = "parquet")]
    Parquet {
        columns: &'a [ColumnBatch],
        rows: Range<usize>,
        /// The row number of the first row of `columns`.
        first_line: u64,
    },
    Spilled(SpilledRecords<'a>),
}

/// How the ids of rows lie.
pub(super) enum Ids<'b> {
    /// As a column of lines.
    Lines(Column<'b>),
    /// As texts one behind the other, that of the first row at an index.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code))]
    Texts(&'b Names, usize),
    /// As cells of some kind.
    Cells,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    block: &'a Block<'a>,
    index: usize,
}

impl<'a> Cells<'a> {
    fn len(&self) -> usize {
        match self {
            Cells::Lines(lines) => lines.len(),
            Cells::Csv { records, .. } => records.len(),
            #[cfg(feature = "parquet")]
            Cells::Parquet { rows, .. } => rows.len(),
            Cells::Spilled(records) => records.len(),
        }
    }

    /// What is known of the column at `position`.
    fn known(&self, position: usize, kind: ColumnKind, days: &mut DayBook) -> Known<'a> {
        match kind {
            ColumnKind::Id => {
                #[cfg(feature = "parquet")]
                if let Cells::Parquet { columns, rows, .. } = self {
                    columns[position].look_ahead(rows.clone());
                }
                Known::Nothing
            }
            ColumnKind::Rate | ColumnKind::Unread => Known::Nothing,
            ColumnKind::Amount => self.amounts(position),
            ColumnKind::Day => self.days(position, days),
            ColumnKind::Code => self.codes(position, Recurring::Anywhere),
            ColumnKind::Owner => self.codes(position, Recurring::Next),
        }
    }

    fn amounts(&self, position: usize) -> Known<'a> {
        match self {
            Cells::Lines(lines) => match lines.column(position) {
                column if column.is_empty() => Known::Blank,
                column => known::amounts(column.text(), column.places()),
            },
            Cells::Csv { text, records } => known::amounts(text.as_bytes(), records.places(position)),
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, rows, .. } => columns[position].amounts(rows.clone()),
            Cells::Spilled(records) => {
                let read = |cell: Cell<'_>| match cell.amount() {
                    Ok(None) => NO_AMOUNT,
                    Ok(Some(amount)) => amount.get(),
                    Err(_) => UNTOLD_AMOUNT,
                };
                let cells = (0..records.len()).map(|row| read(records.cell(row, position)));
                Known::Amounts(cells.collect::<Vec<_>>().into())
            }
        }
    }

    fn days(&self, position: usize, book: &mut DayBook) -> Known<'a> {
        match self {
            Cells::Lines(lines) => match lines.column(position) {
                column if column.is_empty() => Known::Blank,
                column => known::days(column.text(), column.places(), book),
            },
            Cells::Csv { text, records } => known::days(text.as_bytes(), records.places(position), book),
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, rows, .. } => columns[position].days(rows.clone(), book),
            Cells::Spilled(records) => {
                let mut read = |cell: Cell<'_>| match cell {
                    Cell::Blank => NO_DAY,
                    Cell::Text(text) => book.of_text(text.as_bytes(), 0, text.len()),
                    Cell::Date(day) if day != NO_DAY => day,
                    _ => UNTOLD_DAY,
                };
                let cells = (0..records.len()).map(|row| read(records.cell(row, position)));
                Known::Days(cells.collect())
            }
        }
    }

    fn codes(&self, position: usize, recurring: Recurring) -> Known<'a> {
        match self {
            Cells::Lines(lines) => match lines.column(position) {
                column if column.is_empty() => Known::Blank,
                column if recurring == Recurring::Anywhere && column.lengths_are_within(known::SHORT) => {
                    known::short_codes(column.text(), column.places())
                }
                column => known::codes(column.text(), column.places(), recurring),
            },
            Cells::Csv { text, records } => {
                known::codes(text.as_bytes(), records.places(position), recurring)
            }
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, rows, .. } => columns[position].codes(rows.clone(), recurring),
            Cells::Spilled(records) => {
                let cells = (0..records.len()).map(|row| records.cell(row, position));
                if cells
                    .clone()
                    .any(|cell| !matches!(cell, Cell::Blank | Cell::Text(_)))
                {
                    return Known::Nothing;
                }
                let cells = cells.map(|cell| match cell {
                    Cell::Text(text) => (text.as_bytes(), 0, text.len()),
                    _ => ([].as_slice(), 0, 0),
                });
                known::codes_of(cells, recurring)
            }
        }
    }
}

impl<'a> Block<'a> {
    /// Rows of which nothing is known but their cells.
    pub(super) fn of_cells(positions: &'a Positions, cells: Cells<'a>) -> Block<'a> {
        Block {
            positions,
            cells,
            known: Vec::new(),
        }
    }

    /// Reads the wanted columns, one after the other.
    pub(super) fn read_columns(&mut self, columns: &[ColumnSpec]) {
        let (positions, cells, mut days) = (self.positions, &self.cells, DayBook::new());
        let read = |(index, spec): (usize, &ColumnSpec)| match positions.known()[index] {
            ABSENT if positions.is_constant(index) => Known::Nothing,
            ABSENT => Known::Blank,
            position => cells.known(position, spec.kind, &mut days),
        };
        self.known = columns.iter().enumerate().map(read).collect();
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The rows in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|index| Row { block: self, index })
    }

    /// The amounts of the wanted column at `index`: [`NO_AMOUNT`] for a blank, [`UNTOLD_AMOUNT`] for what is not known.
    #[inline]
    pub(super) fn amounts(&self, index: usize) -> Values<'_, i64> {
        match self.known.get(index) {
            Some(Known::Amounts(amounts)) => Values::each(amounts, UNTOLD_AMOUNT),
            Some(Known::Blank) => Values::all(NO_AMOUNT),
            _ => Values::all(UNTOLD_AMOUNT),
        }
    }

    /// The days of the wanted column at `index`: [`NO_DAY`] for a blank, [`UNTOLD_DAY`] for what is not known to be one
    /// without a time of day.
    #[inline]
    pub(super) fn days(&self, index: usize) -> Values<'_, NaiveDate> {
        match self.known.get(index) {
            Some(Known::Days(days)) => Values::each(days, UNTOLD_DAY),
            Some(Known::Blank) => Values::all(NO_DAY),
            _ => Values::all(UNTOLD_DAY),
        }
    }

    /// The symbols of the wanted column at `index`; see [`Codes`](crate::data::known::Codes).
    #[inline]
    pub(super) fn symbols(&self, index: usize) -> Values<'_, u16> {
        match self.known.get(index) {
            Some(Known::Codes(codes)) => Values::each(&codes.symbols, UNTOLD_CODE),
            #[cfg(feature = "parquet")]
            Some(Known::Picks(symbols)) => Values::each(symbols, UNTOLD_CODE),
            Some(Known::Blank) => Values::all(NO_CODE),
            _ => Values::all(UNTOLD_CODE),
        }
    }

    /// The ids in the wanted column at `index`.
    pub(super) fn ids(&self, index: usize) -> Ids<'_> {
        match (&self.cells, self.positions.known()[index]) {
            (_, ABSENT) => Ids::Cells,
            (Cells::Lines(lines), position) => Ids::Lines(lines.column(position)),
            #[cfg(feature = "parquet")]
            (Cells::Parquet { columns, rows, .. }, position) => match columns[position].texts() {
                Some(texts) => Ids::Texts(texts, rows.start),
                None => Ids::Cells,
            },
            _ => Ids::Cells,
        }
    }

    /// Shows a cell for each symbol of the wanted column at `index`, from 1 on.
    pub(super) fn each_sample(&self, index: usize, mut show: impl FnMut(Cell<'_>)) {
        match self.known.get(index) {
            Some(Known::Codes(codes)) => {
                let rows = codes.samples.iter().map(|&row| Row {
                    block: self,
                    index: row,
                });
                rows.for_each(|row| row.with(index, &mut show));
            }
            #[cfg(feature = "parquet")]
            Some(Known::Picks(_)) => {
                if let Cells::Parquet { columns, .. } = &self.cells {
                    columns[self.positions.known()[index]].each_of_dictionary(show);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Row<'a> {
    /// Its place among the rows of its block.
    #[inline]
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// CSV: the physical line on which the record starts. Parquet: the row. Both from 1.
    #[inline(always)]
    pub(super) fn line(&self) -> u64 {
        match &self.block.cells {
            Cells::Lines(lines) => lines.line(self.index),
            Cells::Csv { records, .. } => records.line(self.index),
            #[cfg(feature = "parquet")]
            Cells::Parquet { rows, first_line, .. } => first_line + (rows.start + self.index) as u64,
            Cells::Spilled(records) => records.line(self.index),
        }
    }

    /// Why the cells cannot be trusted, if so.
    #[inline]
    pub(super) fn flaw(&self) -> Option<Flaw> {
        match &self.block.cells {
            Cells::Lines(_) => None,
            Cells::Csv { records, .. } => records.flaw(self.index),
            #[cfg(feature = "parquet")]
            Cells::Parquet { .. } => None,
            Cells::Spilled(records) => records.flaw(self.index),
        }
    }

    /// What `read` makes of the cell of the wanted column at `index`; it is blank where there is no such column, and in a row
    /// with a flaw. What is read of each kind of cell is compiled for itself.
    #[inline(always)]
    pub(super) fn with<T>(&self, index: usize, read: impl FnOnce(Cell<'a>) -> T) -> T {
        let position = self.block.positions.known()[index];
        if self.flaw().is_some() {
            return read(Cell::Blank);
        }
        match &self.block.cells {
            _ if position == ABSENT => read(self.block.positions.constant(index)),
            Cells::Lines(lines) => Cell::with_text(lines.get(self.index, position), read),
            Cells::Csv { text, records } => Cell::with_text(records.get(text, self.index, position), read),
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, rows, .. } => columns[position].with(rows.start + self.index, read),
            Cells::Spilled(records) => read(records.cell(self.index, position)),
        }
    }

    /// The cell of the wanted column at `index`.
    #[inline]
    pub(super) fn cell(&self, index: usize) -> Cell<'a> {
        self.with(index, |cell| cell)
    }

    /// The amount in the wanted column at `index`, if it is known: `None` for a blank.
    #[inline(always)]
    pub(super) fn amount(&self, index: usize) -> Option<Option<Fen>> {
        told_amount(self.block.amounts(index).at(self.index))
    }

    /// The day in the wanted column at `index`, if it is known to be one without a time of day: `None` for a blank.
    #[inline(always)]
    pub(super) fn day(&self, index: usize) -> Option<Option<NaiveDate>> {
        told_day(self.block.days(index).at(self.index))
    }

    /// The symbol in the wanted column at `index`; see [`Codes`](crate::data::known::Codes).
    #[inline(always)]
    pub(super) fn symbol(&self, index: usize) -> u16 {
        self.block.symbols(index).at(self.index)
    }
}
