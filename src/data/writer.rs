//! Output tables, as CSV or Parquet, from the same cells.

use crate::data::csv_writer::{CsvRows, CsvSink};
use crate::data::error::DataError;
#[cfg(feature = "parquet")]
use crate::data::out_columns::EPOCH_DAYS_FROM_CE;
pub(crate) use crate::data::out_columns::PART_ROWS;
pub use crate::data::out_columns::{Kind, OutColumn};
use crate::data::out_rows::{Called, OutCells, OutRow};
#[cfg(feature = "parquet")]
use crate::data::parquet_rows::ParquetRows;
#[cfg(feature = "parquet")]
use crate::data::parquet_writer::{ParquetSink, RowGroup, schema};
use crate::data::pseudonym::Pseudonyms;
use crate::money::{Fen, Rate};
#[cfg(feature = "parquet")]
use chrono::Datelike;
use chrono::{NaiveDate, NaiveDateTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The format of an output table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// UTF-8, commas, LF line ends; amounts in yuan with two decimals.
    Csv,
    /// Dictionaries, differences and Zstandard; amounts `DECIMAL(18,2)`, rates `DECIMAL(9,6)`, local timestamps.
    #[default]
    Parquet,
}

impl Format {
    /// The format of a word such as `csv`.
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "csv" => Some(Format::Csv),
            "parquet" => Some(Format::Parquet),
            _ => None,
        }
    }

    /// The file extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

/// One cell of an output row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OutCell<'a> {
    /// Nothing: an empty field, or null. An empty [`OutCell::Text`] is written the same way.
    Blank,
    /// For [`Kind::Text`], [`Kind::Id`] and [`Kind::Code`].
    Text(&'a str),
    /// For [`Kind::Fen`].
    Fen(Fen),
    /// For [`Kind::Rate`].
    Rate(Rate),
    /// For [`Kind::Int`].
    Int(i64),
    /// For [`Kind::Float`].
    Float(f64),
    /// For [`Kind::Date`].
    Date(NaiveDate),
    /// For [`Kind::Time`].
    Time(NaiveDateTime),
}

/// Rows of a table on their way to it, collected and encoded by any thread. See [`TableWriter::part`].
///
/// A row is written cell by cell, in the order of the columns, and closed by [`PartWriter::end_row`].
///
/// # Panics
/// Every method that writes a cell panics if the cell does not match its column: a defect of the caller.
pub struct PartWriter {
    columns: Arc<[OutColumn]>,
    /// The column of the next cell.
    at: usize,
    rows: usize,
    body: PartBody,
    called: Called,
}

enum PartBody {
    Csv(CsvRows),
    #[cfg(feature = "parquet")]
    Parquet(ParquetRows),
}

/// Rows of a table, encoded: what [`TableWriter::append`] takes.
pub struct EncodedPart {
    rows: usize,
    body: EncodedBody,
}

enum EncodedBody {
    Csv(Vec<u8>),
    #[cfg(feature = "parquet")]
    Parquet(RowGroup),
}

impl PartWriter {
    /// No rows yet, of the same table.
    pub(crate) fn empty(&self) -> PartWriter {
        PartWriter {
            columns: Arc::clone(&self.columns),
            at: 0,
            rows: 0,
            body: match &self.body {
                PartBody::Csv(_) => PartBody::Csv(CsvRows::default()),
                #[cfg(feature = "parquet")]
                PartBody::Parquet(rows) => PartBody::Parquet(rows.empty(&self.columns)),
            },
            called: self.called.clone(),
        }
    }

    /// Writes rows from the first to the last cell of each, and closes them.
    pub(crate) fn rows<R: OutRow>(&mut self, rows: &[R]) {
        match &mut self.body {
            PartBody::Csv(_) => {
                for row in rows {
                    self.row(row);
                    self.end_row();
                }
            }
            #[cfg(feature = "parquet")]
            PartBody::Parquet(parquet) => {
                assert!(self.at == 0, "rows follow a row that has not ended");
                parquet.extend(rows, &self.columns, &mut self.called);
                self.rows += rows.len();
            }
        }
    }

    /// Writes the cells of a row.
    #[inline]
    pub(super) fn row<R: OutRow>(&mut self, row: &R) {
        R::cells(&mut OneRow { part: self, row });
    }

    /// Writes a cell of any kind.
    pub fn cell(&mut self, cell: OutCell<'_>) {
        match cell {
            OutCell::Blank => self.blank(),
            OutCell::Text(text) => self.text(text),
            OutCell::Fen(amount) => self.fen(amount),
            OutCell::Rate(rate) => self.rate(rate),
            OutCell::Int(number) => self.int(number),
            OutCell::Float(number) => self.float(number),
            OutCell::Date(date) => self.date(date),
            OutCell::Time(time) => self.time(time),
        }
    }

    /// Nothing: an empty field, or null.
    #[inline]
    pub fn blank(&mut self) {
        let at = self.next(|_| true);
        match &mut self.body {
            PartBody::Csv(rows) => rows.blank(at),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.blank(at),
        }
    }

    /// A text; an empty one is written like a blank.
    #[inline]
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return self.blank();
        }
        let at = self.next(Kind::is_text);
        match &mut self.body {
            PartBody::Csv(rows) => rows.text(at, text),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.text(at, text),
        }
    }

    /// The identifier of a person, or the pseudonym that stands for it in this table.
    #[inline]
    pub fn person(&mut self, psn_no: &str) {
        if self.called.by_identifier() {
            return self.text(psn_no);
        }
        let mut called = std::mem::take(&mut self.called);
        self.text(called.name(psn_no));
        self.called = called;
    }

    /// A word for a column of [`Kind::Code`]; an empty one is written like a blank. Within a column a small `index` stands
    /// for one word alone: it saves looking the word up.
    #[inline]
    pub fn code(&mut self, index: usize, word: &str) {
        if word.is_empty() {
            return self.blank();
        }
        let at = self.next(|kind| kind == Kind::Code);
        match &mut self.body {
            PartBody::Csv(rows) => {
                let _ = index;
                rows.text(at, word);
            }
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.code(at, index, word),
        }
    }

    /// An amount.
    #[inline]
    pub fn fen(&mut self, amount: Fen) {
        let at = self.next(|kind| kind == Kind::Fen);
        match &mut self.body {
            PartBody::Csv(rows) => rows.fen(at, amount),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.number(at, amount.get()),
        }
    }

    /// A proportion.
    #[inline]
    pub fn rate(&mut self, rate: Rate) {
        let at = self.next(|kind| kind == Kind::Rate);
        match &mut self.body {
            PartBody::Csv(rows) => rows.rate(at, rate),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.number(at, i64::from(rate.ppm())),
        }
    }

    /// A whole number.
    #[inline]
    pub fn int(&mut self, number: i64) {
        let at = self.next(|kind| kind == Kind::Int);
        match &mut self.body {
            PartBody::Csv(rows) => rows.int(at, number),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.number(at, number),
        }
    }

    /// A number of statistics. To CSV the shortest decimal that reads back as the same number.
    pub fn float(&mut self, number: f64) {
        let at = self.next(|kind| kind == Kind::Float);
        match &mut self.body {
            PartBody::Csv(rows) => rows.float(at, number),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.float(at, number),
        }
    }

    /// A day.
    #[inline]
    pub fn date(&mut self, date: NaiveDate) {
        let at = self.next(|kind| kind == Kind::Date);
        match &mut self.body {
            PartBody::Csv(rows) => rows.date(at, date),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => {
                rows.number(at, i64::from(date.num_days_from_ce() - EPOCH_DAYS_FROM_CE));
            }
        }
    }

    /// A day and time of day.
    #[inline]
    pub fn time(&mut self, time: NaiveDateTime) {
        let at = self.next(|kind| kind == Kind::Time);
        match &mut self.body {
            PartBody::Csv(rows) => rows.time(at, time),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(rows) => rows.number(at, time.and_utc().timestamp_micros()),
        }
    }

    /// Closes a row.
    ///
    /// # Panics
    /// If it has too few cells.
    #[inline]
    pub fn end_row(&mut self) {
        assert!(
            self.at == self.columns.len(),
            "a row ends before column `{}`",
            self.columns[self.at].name
        );
        self.at = 0;
        self.rows += 1;
        match &mut self.body {
            PartBody::Csv(rows) => rows.end_row(),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(_) => {}
        }
    }

    /// Encodes the rows and forgets them; the memory is kept for the next ones.
    ///
    /// # Errors
    /// What the encoder complains of, such as a page of more than two gigabytes.
    pub fn encode(&mut self) -> Result<EncodedPart, EncodeError> {
        let rows = std::mem::take(&mut self.rows);
        let body = match &mut self.body {
            PartBody::Csv(csv) => EncodedBody::Csv(csv.take()),
            #[cfg(feature = "parquet")]
            PartBody::Parquet(parquet) => EncodedBody::Parquet(
                parquet
                    .encode(rows)
                    .map_err(|error| EncodeError(error.to_string()))?,
            ),
        };
        Ok(EncodedPart { rows, body })
    }

    /// The place of the next cell, whose column must be of a fitting kind.
    #[inline]
    fn next(&mut self, fits: impl Fn(Kind) -> bool) -> usize {
        let at = self.at;
        assert!(
            at < self.columns.len(),
            "a row has more cells than the table columns"
        );
        let column = &self.columns[at];
        assert!(
            fits(column.kind),
            "a cell does not belong in column `{}`",
            column.name
        );
        self.at = at + 1;
        at
    }
}

/// Takes the cells of one row.
struct OneRow<'p, R> {
    part: &'p mut PartWriter,
    row: &'p R,
}

impl<R> OutCells<R> for OneRow<'_, R> {
    #[inline(always)]
    fn text(&mut self, of: impl Fn(&R) -> &str) {
        self.part.text(of(self.row));
    }

    #[inline(always)]
    fn text_like(&mut self, _: impl Fn(&R) -> &str, of: impl Fn(&R) -> &str) {
        self.part.text(of(self.row));
    }

    #[inline(always)]
    fn optional_text(&mut self, of: impl Fn(&R) -> Option<&str>) {
        match of(self.row) {
            Some(text) => self.part.text(text),
            None => self.part.blank(),
        }
    }

    #[inline(always)]
    fn person(&mut self, of: impl Fn(&R) -> &str) {
        self.part.person(of(self.row));
    }

    #[inline(always)]
    fn always(&mut self, word: &'static str) {
        self.part.code(0, word);
    }

    #[inline(always)]
    fn code<W: Copy>(&mut self, of: impl Fn(&R) -> Option<(usize, W)>, word: impl Fn(W) -> &'static str) {
        match of(self.row) {
            Some((index, what)) => self.part.code(index, word(what)),
            None => self.part.blank(),
        }
    }

    #[inline(always)]
    fn fen(&mut self, of: impl Fn(&R) -> Fen) {
        self.part.fen(of(self.row));
    }

    #[inline(always)]
    fn optional_rate(&mut self, of: impl Fn(&R) -> Option<Rate>) {
        match of(self.row) {
            Some(rate) => self.part.rate(rate),
            None => self.part.blank(),
        }
    }

    #[inline(always)]
    fn int(&mut self, of: impl Fn(&R) -> i64) {
        self.part.int(of(self.row));
    }

    #[inline(always)]
    fn time(&mut self, of: impl Fn(&R) -> NaiveDateTime) {
        self.part.time(of(self.row));
    }
}

/// Rows that cannot be encoded.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(String);

impl EncodedPart {
    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

/// Writes one table. Nothing is complete before [`TableWriter::finish`]; write into an
/// [`OutputDir`](super::staging::OutputDir), so that an incomplete file is never left behind.
///
/// Small tables are written row by row. Large ones are written in parts, which any thread collects and encodes in a
/// [`TableWriter::part`] of its own, and which are appended in order.
///
/// ```
/// use yibao::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
/// use yibao::money::Fen;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let dir = tempfile::tempdir()?;
/// let path = dir.path().join("sums.csv");
/// let columns = [OutColumn::new("who", Kind::Text), OutColumn::new("amount", Kind::Fen)];
/// let mut table = TableWriter::create(&path, Format::Csv, &columns)?;
/// table.row(&[OutCell::Text("fund"), OutCell::Fen(Fen::new(12_345))])?;
/// table.finish()?;
/// assert_eq!(std::fs::read_to_string(&path)?, "who,amount\nfund,123.45\n");
/// # Ok(())
/// # }
/// ```
pub struct TableWriter {
    /// How errors name the file.
    path: PathBuf,
    rows: u64,
    /// Rows of [`TableWriter::row`] that are not encoded yet.
    pending: PartWriter,
    sink: Sink,
}

enum Sink {
    Csv(CsvSink),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetSink>),
}

impl TableWriter {
    /// Creates the file with its header.
    ///
    /// # Errors
    /// [`DataError::Unwritable`], or [`DataError::NoParquet`] if the program was built without Parquet.
    pub fn create(path: &Path, format: Format, columns: &[OutColumn]) -> Result<TableWriter, DataError> {
        TableWriter::create_as(path, path, format, columns)
    }

    /// As [`TableWriter::create`], for a file that will be moved: errors name it as `shown`.
    ///
    /// # Errors
    /// As for [`TableWriter::create`].
    pub fn create_as(
        path: &Path,
        shown: &Path,
        format: Format,
        columns: &[OutColumn],
    ) -> Result<TableWriter, DataError> {
        let columns: Arc<[OutColumn]> = columns.into();
        let (sink, body) = match format {
            Format::Csv => (
                Sink::Csv(CsvSink::create(path, shown, &columns)?),
                PartBody::Csv(CsvRows::default()),
            ),
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                let schema = schema(&columns).map_err(|error| DataError::unwritable(shown, error))?;
                (
                    Sink::Parquet(Box::new(ParquetSink::create(path, shown, &schema)?)),
                    PartBody::Parquet(ParquetRows::new(schema, &columns)),
                )
            }
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                return Err(DataError::NoParquet {
                    path: shown.display().to_string(),
                });
            }
        };
        Ok(TableWriter {
            path: shown.to_path_buf(),
            rows: 0,
            pending: PartWriter {
                columns,
                at: 0,
                rows: 0,
                body,
                called: Called::default(),
            },
            sink,
        })
    }

    /// Calls persons by these pseudonyms, if there are any.
    #[must_use]
    pub fn naming(mut self, pseudonyms: Option<&Pseudonyms>) -> TableWriter {
        self.pending.called = Called::by(pseudonyms);
        self
    }

    /// Writes a row: one cell per column, in their order.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    ///
    /// # Panics
    /// If the cells do not match the columns: a defect of the caller.
    pub fn row(&mut self, cells: &[OutCell<'_>]) -> Result<(), DataError> {
        self.record(|part| cells.iter().for_each(|&cell| part.cell(cell)))
    }

    /// Writes a row whose cells `write` writes.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    ///
    /// # Panics
    /// If the cells do not match the columns: a defect of the caller.
    pub fn record(&mut self, write: impl FnOnce(&mut PartWriter)) -> Result<(), DataError> {
        write(&mut self.pending);
        self.pending.end_row();
        if self.pending.rows == PART_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// A part of this table without rows, for any thread to fill.
    pub fn part(&self) -> PartWriter {
        self.pending.empty()
    }

    /// Appends an encoded part of this table.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    ///
    /// # Panics
    /// If the part is of a table of another format: a defect of the caller.
    pub fn append(&mut self, part: EncodedPart) -> Result<(), DataError> {
        self.flush()?;
        self.append_encoded(part)
    }

    /// Appends the rows of a finished table of the same format and columns, of which it has so many.
    ///
    /// # Errors
    /// [`DataError::Unwritable`], also if the other file cannot be read or is not such a table.
    pub fn append_file(&mut self, path: &Path, rows: u64) -> Result<(), DataError> {
        self.flush()?;
        match &mut self.sink {
            Sink::Csv(sink) => sink.append_file(path)?,
            #[cfg(feature = "parquet")]
            Sink::Parquet(sink) => {
                let found = sink.append_file(path)?;
                if found != rows {
                    let detail = format!("{}: {found} rows instead of {rows}", path.display());
                    return Err(DataError::unwritable(&self.path, detail));
                }
            }
        }
        self.rows += rows;
        Ok(())
    }

    /// Writes what is pending and closes the file; returns the number of rows.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub fn finish(mut self) -> Result<u64, DataError> {
        self.flush()?;
        match self.sink {
            Sink::Csv(_) => {} // Nothing is buffered.
            #[cfg(feature = "parquet")]
            Sink::Parquet(sink) => sink.finish()?,
        }
        Ok(self.rows)
    }

    /// How errors name the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Encodes and appends the pending rows.
    fn flush(&mut self) -> Result<(), DataError> {
        if self.pending.rows == 0 {
            return Ok(());
        }
        let part = self.pending.encode();
        let part = part.map_err(|error| DataError::unwritable(&self.path, error))?;
        self.append_encoded(part)
    }

    fn append_encoded(&mut self, part: EncodedPart) -> Result<(), DataError> {
        if part.rows == 0 {
            return Ok(());
        }
        self.rows += part.rows as u64;
        match (&mut self.sink, part.body) {
            (Sink::Csv(sink), EncodedBody::Csv(bytes)) => sink.append(&bytes),
            #[cfg(feature = "parquet")]
            (Sink::Parquet(sink), EncodedBody::Parquet(group)) => sink.append(group),
            #[cfg(feature = "parquet")]
            _ => panic!("a part of a table of another format"),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests {
    use super::*;
    use crate::benefit::claim::{Claim, MedType};
    use crate::benefit::kind::SubFund;
    use crate::benefit::settlement::{Settlement, Status};
    use crate::data::settlements::{COLUMNS, SettlementRow};

    /// A settlement whose parts, status and blanks depend on `n`.
    fn settlement(n: usize) -> Settlement {
        let day = NaiveDate::from_ymd_opt(2024, 6, 12).unwrap();
        let claim = Claim::simple("21", "02", day, day, Fen::new(1_000 + 17 * n as i64)).unwrap();
        let status = Status::all().nth(n / 40 % Status::COUNT).unwrap();
        Settlement {
            basic: Fen::new(n as i64 % 5),
            special: Fen::new(if n == 777 { 1 << 40 } else { 0 }),
            ratio: (!n.is_multiple_of(3)).then(|| Rate::from_ppm(700_000 + n as u32 % 2)),
            sub_fund: [None, Some(SubFund::Basic), Some(SubFund::Outpatient)][n / 30 % 3],
            ..Settlement::unpaid(&claim, 2023 + n as i32 / 500, status)
        }
    }

    /// What `write` makes of a part of a table of settlements.
    fn encoded(pseudonyms: Option<&Pseudonyms>, write: impl FnOnce(&mut PartWriter)) -> String {
        let dir = tempfile::tempdir().unwrap();
        let table = TableWriter::create(&dir.path().join("t.parquet"), Format::Parquet, &COLUMNS).unwrap();
        let mut part = table.naming(pseudonyms).part();
        write(&mut part);
        let part = part.encode().unwrap();
        let EncodedBody::Parquet(group) = part.body else {
            panic!("it is Parquet");
        };
        let columns = group.columns.iter().map(|column| &column.metadata);
        format!(
            "{} {:?} {:?}",
            part.rows,
            group.bytes,
            columns.collect::<Vec<_>>()
        )
    }

    /// Settlements of which the first so many have their claims' ids, and later ones do not all.
    #[test]
    fn rows_are_the_same_by_cell_and_by_column() {
        const COUNT: usize = 1_200;
        let settlements: Vec<Settlement> = (0..COUNT).map(settlement).collect();
        let ids: Vec<String> = (0..COUNT).map(|n| format!("C{:04}-{}", n / 3, n % 3)).collect();
        let own: Vec<String> = ids.iter().map(|id| format!("{id}.1r")).collect();
        let key = Pseudonyms::of_key(b"sixteen bytes or more").unwrap();
        for (with_claims_ids, pseudonyms) in [(0, None), (400, None), (403, Some(&key)), (COUNT, None)] {
            let row = |n: usize| {
                let cancels = n >= with_claims_ids && n % 4 == 1;
                let at = NaiveDate::from_yo_opt(2023 + n as i32 / 400, 1 + n as u32 % 365).unwrap();
                SettlementRow {
                    setl_id: if cancels { &own[n] } else { &ids[n] },
                    mdtrt_id: &ids[n],
                    psn_no: &ids[n - n % 5],
                    med_type: MedType::from_code(["11", "21"][n / 20 % 2]).unwrap(),
                    settled_at: at.and_hms_opt(n as u32 % 24, n as u32 % 60, 0).unwrap(),
                    settlement: &settlements[n],
                    cancels: cancels.then(|| &ids[n][..]),
                }
            };
            let rows: Vec<SettlementRow> = (0..COUNT).map(row).collect();
            let one_by_one = |part: &mut PartWriter, rows: &[SettlementRow]| {
                for row in rows {
                    row.write(part);
                    part.end_row();
                }
            };
            let expected = encoded(pseudonyms, |part| one_by_one(part, &rows));
            for at_once in [1, 7, 100, COUNT] {
                let by_column = encoded(pseudonyms, |part| {
                    rows.chunks(at_once).for_each(|rows| part.rows(rows));
                });
                assert!(by_column == expected, "{with_claims_ids}, {at_once} at once");
                let in_turn = encoded(pseudonyms, |part| {
                    for (turn, rows) in rows.chunks(at_once).enumerate() {
                        if turn % 3 == 2 {
                            one_by_one(part, rows);
                        } else {
                            part.rows(rows);
                        }
                    }
                });
                assert!(in_turn == expected, "{with_claims_ids}, {at_once} in turn");
            }
        }
    }
}
