//! Rows of a Parquet table, collected by column.

use crate::data::out_columns::{EPOCH_DAYS_FROM_CE, Kind, OutColumn};
use crate::data::out_rows::{Called, OutCells, OutRow};
use crate::data::parquet_levels::Levels;
use crate::data::parquet_values::{Cells, ROOM, Scratch, ZSTD_LEVEL};
use crate::data::parquet_writer::{Pages, RowGroup};
use crate::money::{Fen, Rate};
use bytes::Bytes;
use chrono::{Datelike, NaiveDateTime, Timelike};
use parquet::basic::{Compression, Type as Physical, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::writer::TrackedWrite;
use parquet::schema::types::SchemaDescriptor;
use rayon::prelude::*;
use std::sync::Arc;

/// Room for what stands before the pages of a column.
const PAGE_HEADERS: usize = 128;

/// Rows collected by column.
pub(super) struct ParquetRows {
    schema: Arc<SchemaDescriptor>,
    columns: Vec<Column>,
}

/// The cells of a column.
struct Column {
    levels: Levels,
    cells: Cells,
    /// So many rows, all there are, have the cells of the column before, which are not held again; or none.
    follows: usize,
}

/// Takes the cells of rows, a column at a time.
struct ByColumn<'p, R> {
    rows: &'p [R],
    kinds: &'p [OutColumn],
    columns: &'p mut ParquetRows,
    /// The next column.
    at: usize,
    called: &'p mut Called,
}

/// Tells microseconds since 1970.
#[derive(Clone, Default)]
struct Clock {
    /// The last year.
    year: Option<i32>,
    /// Days from 1970 to the day before its first.
    days_before: i64,
}

impl ParquetRows {
    /// No rows yet.
    pub(super) fn new(schema: Arc<SchemaDescriptor>, columns: &[OutColumn]) -> ParquetRows {
        let column = |column: &OutColumn| Column {
            levels: Levels::default(),
            cells: Cells::new(column.kind),
            follows: 0,
        };
        ParquetRows {
            schema,
            columns: columns.iter().map(column).collect(),
        }
    }

    /// No rows yet, of the same table.
    pub(super) fn empty(&self, columns: &[OutColumn]) -> ParquetRows {
        ParquetRows::new(Arc::clone(&self.schema), columns)
    }

    /// Adds rows of these columns.
    ///
    /// # Panics
    /// If the rows tell other columns: a defect of the caller.
    pub(super) fn extend<R: OutRow>(&mut self, rows: &[R], kinds: &[OutColumn], called: &mut Called) {
        let mut by_column = ByColumn {
            rows,
            kinds,
            columns: self,
            at: 0,
            called,
        };
        R::cells(&mut by_column);
        let end = by_column.at;
        assert!(end == kinds.len(), "rows end before column `{}`", kinds[end].name);
    }

    /// Adds a null to a column.
    #[inline]
    pub(super) fn blank(&mut self, at: usize) {
        self.column(at).levels.add_nulls(1);
    }

    /// Adds a text, which is not empty, to a column of texts, identifiers or codes.
    #[inline]
    pub(super) fn text(&mut self, at: usize, text: &str) {
        self.column(at).text(text);
    }

    /// Adds a word, which is not empty, to a column of codes; `index` stands for this word alone within a table.
    #[inline]
    pub(super) fn code(&mut self, at: usize, index: usize, word: &str) {
        let column = &mut self.columns[at];
        if let Cells::Codes(codes) = &mut column.cells {
            codes.push_indexed(index, word);
        }
        column.levels.add_values(1);
    }

    /// Adds a number to a column of any kind of them.
    #[inline]
    pub(super) fn number(&mut self, at: usize, number: i64) {
        let column = &mut self.columns[at];
        if let Cells::Numbers(numbers) = &mut column.cells {
            numbers.push(number);
        }
        column.levels.add_values(1);
    }

    /// Adds a number to a column of statistics.
    pub(super) fn float(&mut self, at: usize, number: f64) {
        let column = &mut self.columns[at];
        if let Cells::Floats(numbers) = &mut column.cells {
            numbers.push(number);
        }
        column.levels.add_values(1);
    }

    /// A column that holds its cells itself.
    #[inline]
    fn column(&mut self, at: usize) -> &mut Column {
        if self.columns[at].follows > 0 {
            self.hold(at);
        }
        &mut self.columns[at]
    }

    /// Copies what a column has of the one before.
    #[cold]
    fn hold(&mut self, at: usize) {
        let (before, after) = self.columns.split_at_mut(at);
        if let ([.., before], [column, ..]) = (before, after)
            && let (Cells::Ids(theirs), Cells::Ids(own)) = (&before.cells, &mut column.cells)
        {
            let count = std::mem::take(&mut column.follows);
            *own = theirs.first(count);
            column.levels.add_values(count);
        }
    }

    /// Whether a column can have the cells of the one before also in these rows, the last so many of that; then it has.
    fn follow(&mut self, at: usize, rows: usize) -> bool {
        let (before, after) = self.columns.split_at_mut(at);
        let ([.., before], [column, ..]) = (before, after) else {
            return false;
        };
        let (theirs, own) = (&before.levels, &column.levels);
        let can = matches!((&before.cells, &column.cells), (Cells::Ids(_), Cells::Ids(_)))
            && before.follows == 0
            && own.values() + own.nulls() == 0
            && theirs.nulls() == 0
            && theirs.values() == column.follows + rows;
        if can {
            column.follows += rows;
        }
        can
    }

    /// Encodes the rows as a row group, and forgets them. Columns that hold the same are encoded once: the settlements of
    /// claims that settled once have the claims' ids.
    pub(super) fn encode(&mut self, rows: usize) -> Result<RowGroup, ParquetError> {
        let physical = |at: usize| self.schema.column(at).physical_type();
        let twin = |at: usize| {
            let alike = |&other: &usize| {
                physical(other) == physical(at) && self.columns[other].holds_what(&self.columns[at])
            };
            match self.columns[at].follows {
                0 => (0..at).find(alike),
                _ => Some(at - 1),
            }
        };
        let twins: Vec<Option<usize>> = (0..self.columns.len()).map(twin).collect();
        // Side by side, for threads that have nothing else to do.
        let columns = self.columns.par_iter_mut().zip(self.schema.columns()).zip(&twins);
        let encoded = columns.map_init(Scratch::default, |scratch, ((column, schema), twin)| {
            if twin.is_none() {
                return column.encode(schema.physical_type(), scratch).map(Some);
            }
            column.clear();
            Ok(None)
        });
        let encoded = encoded.collect::<Result<Vec<Option<Pages>>, ParquetError>>()?;
        let mut all = Vec::<Pages>::with_capacity(encoded.len());
        for (pages, twin) in encoded.into_iter().zip(twins) {
            all.extend(pages.or_else(|| twin.map(|twin| all[twin].clone())));
        }
        let length = all.iter().map(|pages| pages.len() + PAGE_HEADERS).sum();
        let mut sink = TrackedWrite::new(Vec::with_capacity(length));
        let columns = all.iter().zip(self.schema.columns());
        let columns = columns
            .map(|(pages, schema)| pages.write(rows, schema, &mut sink))
            .collect::<Result<_, _>>()?;
        Ok(RowGroup {
            bytes: Bytes::from(sink.into_inner()?),
            columns,
        })
    }
}

impl Column {
    /// Adds a text, which is not empty.
    fn text(&mut self, text: &str) {
        match &mut self.cells {
            Cells::Texts(bytes, starts) => {
                starts.push(bytes.len());
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            Cells::Ids(ids) => ids.push(text.as_bytes()),
            Cells::Codes(codes) => codes.push(text),
            Cells::Numbers(_) | Cells::Floats(_) => {}
        }
        self.levels.add_values(1);
    }

    /// Adds texts, of which empty ones are nulls.
    fn texts<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str> + DoubleEndedIterator + Clone) {
        match &mut self.cells {
            Cells::Ids(ids) if texts.clone().all(|text| !text.is_empty()) => {
                self.levels.add_values(texts.len());
                ids.extend(texts.map(str::as_bytes), ROOM);
            }
            _ => texts.for_each(|text| match text {
                "" => self.levels.add_nulls(1),
                _ => self.text(text),
            }),
        }
    }

    /// Adds numbers.
    #[inline(always)]
    fn numbers(&mut self, numbers: impl ExactSizeIterator<Item = i64> + Clone) {
        self.levels.add_values(numbers.len());
        if let Cells::Numbers(known) = &mut self.cells {
            known.extend(numbers);
        }
    }

    /// Adds numbers and nulls.
    #[inline(always)]
    fn optional_numbers(&mut self, numbers: impl ExactSizeIterator<Item = Option<i64>> + Clone) {
        let nulls = numbers.clone().filter(Option::is_none).count();
        self.levels
            .add(numbers.clone().map(|number| number.is_some()), nulls);
        if let Cells::Numbers(known) = &mut self.cells {
            known.extend(numbers.flatten());
        }
    }

    /// Whether it is certain that another column has the same cells.
    fn holds_what(&self, other: &Column) -> bool {
        let alike = match (&self.cells, &other.cells) {
            (Cells::Ids(ids), Cells::Ids(others)) => ids.same(others),
            (Cells::Numbers(numbers), Cells::Numbers(others)) => numbers == others,
            _ => false,
        };
        alike && self.follows == 0 && self.levels.same(&other.levels)
    }

    /// Forgets the cells.
    fn clear(&mut self) {
        self.levels.clear();
        self.cells.clear();
        self.follows = 0;
    }

    /// Encodes the column as a page, with a dictionary if that suits it, and forgets the cells.
    fn encode(&mut self, physical: Physical, scratch: &mut Scratch) -> Result<Pages, ParquetError> {
        let mut body = Vec::new();
        self.levels.encode(&mut body);
        let nulls = self.levels.nulls() as u64;
        let encoded = self.cells.encode(physical, nulls, &mut body, scratch);
        self.clear();
        let size = body.len();
        let compressed = if encoded.compress {
            scratch.compressed(&body)?
        } else {
            None
        };
        Ok(Pages {
            dictionary: encoded
                .dictionary
                .map(|(words, plain)| (words, Bytes::from(plain))),
            codec: match compressed {
                Some(_) => Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?),
                None => Compression::UNCOMPRESSED,
            },
            page: Bytes::from(compressed.unwrap_or(body)),
            size,
            encoding: encoded.encoding,
            statistics: encoded.statistics,
        })
    }
}

impl Clock {
    /// What [`chrono::DateTime::timestamp_micros`] gives, with less work where years repeat.
    #[inline]
    fn micros(&mut self, time: NaiveDateTime) -> i64 {
        let (date, time) = (time.date(), time.time());
        let day_of_year = i64::from(date.ordinal());
        if self.year != Some(date.year()) {
            self.year = Some(date.year());
            self.days_before = i64::from(date.num_days_from_ce() - EPOCH_DAYS_FROM_CE) - day_of_year;
        }
        // Of every date that chrono knows this is within the range.
        let days = self.days_before.wrapping_add(day_of_year);
        let seconds = days
            .wrapping_mul(86_400)
            .wrapping_add(i64::from(time.num_seconds_from_midnight()));
        seconds
            .wrapping_mul(1_000_000)
            .wrapping_add(i64::from(time.nanosecond() / 1_000))
    }
}

impl<R> ByColumn<'_, R> {
    /// The place of the next column, which must be of a fitting kind.
    fn next(&mut self, fits: impl Fn(Kind) -> bool) -> usize {
        let at = self.at;
        assert!(
            at < self.kinds.len(),
            "rows have more cells than the table columns"
        );
        let column = &self.kinds[at];
        assert!(
            fits(column.kind),
            "cells do not belong in column `{}`",
            column.name
        );
        self.at = at + 1;
        at
    }

    /// The next column, of this kind, which is not one of texts.
    fn of_kind(&mut self, kind: Kind) -> &mut Column {
        let at = self.next(|other| other == kind);
        &mut self.columns.columns[at]
    }

    /// The next column, of any texts.
    fn of_texts(&mut self) -> &mut Column {
        let at = self.next(Kind::is_text);
        self.columns.column(at)
    }
}

impl<R> OutCells<R> for ByColumn<'_, R> {
    #[inline(always)]
    fn text(&mut self, of: impl Fn(&R) -> &str) {
        let rows = self.rows;
        self.of_texts().texts(rows.iter().map(&of));
    }

    #[inline(always)]
    fn text_like(&mut self, before: impl Fn(&R) -> &str, of: impl Fn(&R) -> &str) {
        let rows = self.rows;
        let at = self.next(Kind::is_text);
        let same = |row: &R| std::ptr::eq(before(row), of(row));
        if !rows.iter().all(same) || !self.columns.follow(at, rows.len()) {
            self.columns.column(at).texts(rows.iter().map(&of));
        }
    }

    #[inline(always)]
    fn optional_text(&mut self, of: impl Fn(&R) -> Option<&str>) {
        let rows = self.rows;
        let column = self.of_texts();
        if rows.iter().all(|row| of(row).is_none()) {
            column.levels.add_nulls(rows.len());
        } else {
            column.texts(rows.iter().map(|row| of(row).unwrap_or_default()));
        }
    }

    #[inline(always)]
    fn person(&mut self, of: impl Fn(&R) -> &str) {
        if self.called.by_identifier() {
            return self.text(of);
        }
        let at = self.next(Kind::is_text);
        for row in self.rows {
            let name = self.called.name(of(row));
            self.columns.column(at).texts(std::iter::once(name));
        }
    }

    #[inline(always)]
    fn always(&mut self, word: &'static str) {
        let count = self.rows.len();
        let column = self.of_kind(Kind::Code);
        if let Cells::Codes(codes) = &mut column.cells {
            codes.push_all(word, count);
        }
        column.levels.add_values(count);
    }

    #[inline(always)]
    fn code<W: Copy>(&mut self, of: impl Fn(&R) -> Option<(usize, W)>, word: impl Fn(W) -> &'static str) {
        let rows = self.rows;
        let column = self.of_kind(Kind::Code);
        if let Cells::Codes(codes) = &mut column.cells {
            codes.extend(rows.iter().map(&of), word, &mut column.levels);
        }
    }

    #[inline(always)]
    fn fen(&mut self, of: impl Fn(&R) -> Fen) {
        let fen = self.rows.iter().map(|row| of(row).get());
        self.of_kind(Kind::Fen).numbers(fen);
    }

    #[inline(always)]
    fn optional_rate(&mut self, of: impl Fn(&R) -> Option<Rate>) {
        let ppm = |row| of(row).map(|rate| i64::from(rate.ppm()));
        let rates = self.rows.iter().map(ppm);
        self.of_kind(Kind::Rate).optional_numbers(rates);
    }

    #[inline(always)]
    fn int(&mut self, of: impl Fn(&R) -> i64) {
        let numbers = self.rows.iter().map(&of);
        self.of_kind(Kind::Int).numbers(numbers);
    }

    #[inline(always)]
    fn time(&mut self, of: impl Fn(&R) -> NaiveDateTime) {
        let (mut clock, of) = (Clock::default(), &of);
        let micros = self.rows.iter().map(move |row| clock.micros(of(row)));
        self.of_kind(Kind::Time).numbers(micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn the_clock_tells_what_the_calendar_says() {
        let mut clock = Clock::default();
        for year in [2023, 2023, 1970, 1969, 2024, 0, -1, 9999, 2024] {
            for day in [1, 59, 60, 365] {
                let date = NaiveDate::from_yo_opt(year, day).unwrap();
                for (hour, nano) in [(0, 0), (23, 999_999_999), (12, 1_500_000_000)] {
                    let time = date.and_hms_nano_opt(hour, 59, 59, nano).unwrap();
                    assert_eq!(clock.micros(time), time.and_utc().timestamp_micros(), "{time}");
                }
            }
        }
    }
}
