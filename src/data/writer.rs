//! Output tables, as CSV or Parquet, from the same cells.

use crate::data::cell::DisplayTime;
use crate::data::error::DataError;
use crate::money::{Fen, Rate};
use chrono::{NaiveDate, NaiveDateTime};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The format of an output table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// UTF-8, commas, LF line ends; amounts in yuan with two decimals.
    Csv,
    /// Zstandard-compressed; amounts `DECIMAL(18,2)`, rates `DECIMAL(9,6)`, local timestamps.
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

/// What a column of an output table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Codes, identifiers, words.
    Text,
    /// Money.
    Fen,
    /// A proportion.
    Rate,
    /// A whole number.
    Int,
    /// A day.
    Date,
    /// A day and time of day, local. CSV omits the time if it is midnight.
    Time,
}

/// A column of an output table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutColumn {
    /// The header.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

impl OutColumn {
    /// A column.
    pub const fn new(name: &'static str, kind: Kind) -> OutColumn {
        OutColumn { name, kind }
    }
}

/// One cell of an output row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutCell<'a> {
    /// Nothing: an empty field, or null. An empty [`OutCell::Text`] is written the same way.
    Blank,
    /// For [`Kind::Text`].
    Text(&'a str),
    /// For [`Kind::Fen`].
    Fen(Fen),
    /// For [`Kind::Rate`].
    Rate(Rate),
    /// For [`Kind::Int`].
    Int(i64),
    /// For [`Kind::Date`].
    Date(NaiveDate),
    /// For [`Kind::Time`].
    Time(NaiveDateTime),
}

impl OutCell<'_> {
    /// Whether the cell may stand in a column of this kind.
    fn fits(self, kind: Kind) -> bool {
        match self {
            OutCell::Blank => true,
            OutCell::Text(_) => kind == Kind::Text,
            OutCell::Fen(_) => kind == Kind::Fen,
            OutCell::Rate(_) => kind == Kind::Rate,
            OutCell::Int(_) => kind == Kind::Int,
            OutCell::Date(_) => kind == Kind::Date,
            OutCell::Time(_) => kind == Kind::Time,
        }
    }
}

/// Writes one table. Nothing is complete before [`TableWriter::finish`]; write into an
/// [`OutputDir`](super::staging::OutputDir), so that an incomplete file is never left behind.
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
    path: PathBuf,
    columns: Vec<OutColumn>,
    rows: u64,
    sink: Sink,
}

enum Sink {
    Csv(Box<csv::Writer<BufWriter<File>>>, Vec<u8>),
    #[cfg(feature = "parquet")]
    Parquet(Box<crate::data::parquet_writer::ParquetSink>),
}

impl TableWriter {
    /// Creates the file with its header.
    ///
    /// # Errors
    /// [`DataError::Unwritable`], or [`DataError::NoParquet`] if the program was built without Parquet.
    pub fn create(path: &Path, format: Format, columns: &[OutColumn]) -> Result<TableWriter, DataError> {
        let sink = match format {
            Format::Csv => {
                let file = File::create(path).map_err(|error| DataError::unwritable(path, error))?;
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                writer
                    .write_record(columns.iter().map(|column| column.name))
                    .map_err(|error| DataError::unwritable(path, error))?;
                Sink::Csv(Box::new(writer), Vec::new())
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => Sink::Parquet(Box::new(crate::data::parquet_writer::ParquetSink::create(
                path, columns,
            )?)),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                return Err(DataError::NoParquet {
                    path: path.display().to_string(),
                });
            }
        };
        Ok(TableWriter {
            path: path.to_path_buf(),
            columns: columns.to_vec(),
            rows: 0,
            sink,
        })
    }

    /// Writes a row: one cell per column, in their order.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    ///
    /// # Panics
    /// If the cells do not match the columns: a defect of the caller.
    pub fn row(&mut self, cells: &[OutCell<'_>]) -> Result<(), DataError> {
        assert!(
            cells.len() == self.columns.len(),
            "a row of `{}` has the wrong length",
            self.path.display()
        );
        for (cell, column) in cells.iter().zip(&self.columns) {
            assert!(
                cell.fits(column.kind),
                "{cell:?} does not belong in column `{}`",
                column.name
            );
        }
        self.rows += 1;
        match &mut self.sink {
            Sink::Csv(writer, scratch) => write_csv_row(writer, scratch, cells)
                .map_err(|error| DataError::unwritable(&self.path, error)),
            #[cfg(feature = "parquet")]
            Sink::Parquet(sink) => sink.row(cells),
        }
    }

    /// Writes what is pending and closes the file; returns the number of rows.
    ///
    /// # Errors
    /// [`DataError::Unwritable`].
    pub fn finish(self) -> Result<u64, DataError> {
        match self.sink {
            Sink::Csv(mut writer, _) => {
                writer
                    .flush()
                    .map_err(|error| DataError::unwritable(&self.path, error))?;
            }
            #[cfg(feature = "parquet")]
            Sink::Parquet(sink) => sink.finish()?,
        }
        Ok(self.rows)
    }
}

/// One CSV row; `scratch` is reused for the digits.
fn write_csv_row(
    writer: &mut csv::Writer<BufWriter<File>>,
    scratch: &mut Vec<u8>,
    cells: &[OutCell<'_>],
) -> Result<(), csv::Error> {
    for cell in cells {
        scratch.clear();
        match *cell {
            OutCell::Blank => {}
            OutCell::Text(text) => {
                writer.write_field(text)?;
                continue;
            }
            OutCell::Fen(amount) => write!(scratch, "{amount}")?,
            OutCell::Rate(rate) => write!(scratch, "{rate}")?,
            OutCell::Int(number) => write!(scratch, "{number}")?,
            OutCell::Date(date) => write!(scratch, "{date}")?,
            OutCell::Time(time) => write!(scratch, "{}", DisplayTime(time))?,
        }
        writer.write_field(&scratch)?;
    }
    writer.write_record(None::<&[u8]>)
}
