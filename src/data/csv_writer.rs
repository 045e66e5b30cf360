//! The CSV side of [`super::writer`]: commas, LF line ends, quotes where a text needs them.

use crate::data::cell::DisplayTime;
use crate::data::error::DataError;
use crate::data::out_columns::OutColumn;
use crate::money::{Fen, Rate};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Rows as they will stand in the file.
#[derive(Default)]
pub(super) struct CsvRows {
    bytes: Vec<u8>,
    /// Where the row at hand begins.
    row_start: usize,
}

/// A CSV file being written. Parts are large, so nothing is buffered.
pub(super) struct CsvSink {
    /// How errors name the file.
    path: PathBuf,
    file: File,
    header: Vec<u8>,
}

impl CsvSink {
    /// Creates the file with its header; errors name it as `shown`.
    pub(super) fn create(path: &Path, shown: &Path, columns: &[OutColumn]) -> Result<CsvSink, DataError> {
        let file = File::create(path).map_err(|error| DataError::unwritable(shown, error))?;
        let mut rows = CsvRows::default();
        for (at, column) in columns.iter().enumerate() {
            rows.text(at, &column.name);
        }
        rows.end_row();
        let mut sink = CsvSink {
            path: shown.to_path_buf(),
            file,
            header: rows.take(),
        };
        sink.file
            .write_all(&sink.header)
            .map_err(|error| DataError::unwritable(shown, error))?;
        Ok(sink)
    }

    /// Appends rows.
    pub(super) fn append(&mut self, rows: &[u8]) -> Result<(), DataError> {
        self.file
            .write_all(rows)
            .map_err(|error| DataError::unwritable(&self.path, error))
    }

    /// Appends the rows of a file with the same header.
    pub(super) fn append_file(&mut self, path: &Path) -> Result<(), DataError> {
        self.copy_file(path)
            .map_err(|error| DataError::unwritable(&self.path, format_args!("{}: {error}", path.display())))
    }

    fn copy_file(&mut self, path: &Path) -> io::Result<()> {
        let mut from = BufReader::new(File::open(path)?);
        let mut header = vec![0; self.header.len()];
        from.read_exact(&mut header)?;
        if header != self.header {
            return Err(io::Error::other("it has other columns"));
        }
        // What the header's buffer holds of the rows, then the rest.
        let begun = from.fill_buf()?;
        self.file.write_all(begun)?;
        io::copy(&mut from.into_inner(), &mut self.file).map(drop)
    }
}

impl CsvRows {
    /// An empty field.
    pub(super) fn blank(&mut self, at: usize) {
        self.separate(at);
    }

    /// A text.
    pub(super) fn text(&mut self, at: usize, text: &str) {
        self.separate(at);
        let text = text.as_bytes();
        if !text
            .iter()
            .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        {
            self.bytes.extend_from_slice(text);
            return;
        }
        self.bytes.push(b'"');
        for &byte in text {
            if byte == b'"' {
                self.bytes.push(b'"');
            }
            self.bytes.push(byte);
        }
        self.bytes.push(b'"');
    }

    /// Yuan with two decimals.
    pub(super) fn fen(&mut self, at: usize, amount: Fen) {
        self.separate(at);
        let fen = amount.get();
        if fen < 0 {
            self.bytes.push(b'-');
        }
        let fen = fen.unsigned_abs();
        self.digits(fen / 100, 1);
        self.bytes.push(b'.');
        self.digits(fen % 100, 2);
    }

    /// A decimal without trailing zeros.
    pub(super) fn rate(&mut self, at: usize, rate: Rate) {
        self.separate(at);
        self.display(&rate);
    }

    /// A whole number.
    pub(super) fn int(&mut self, at: usize, number: i64) {
        self.separate(at);
        if number < 0 {
            self.bytes.push(b'-');
        }
        self.digits(number.unsigned_abs(), 1);
    }

    /// The shortest decimal that reads back as the same number.
    pub(super) fn float(&mut self, at: usize, number: f64) {
        self.separate(at);
        self.display(&number);
    }

    /// `YYYY-MM-DD`.
    pub(super) fn date(&mut self, at: usize, date: NaiveDate) {
        self.separate(at);
        self.day(date);
    }

    /// `YYYY-MM-DD`, with ` HH:MM:SS` unless it is midnight.
    pub(super) fn time(&mut self, at: usize, time: NaiveDateTime) {
        self.separate(at);
        if time.time() == NaiveTime::MIN {
            self.day(time.date());
        } else {
            self.display(&DisplayTime(time));
        }
    }

    /// Closes a row.
    pub(super) fn end_row(&mut self) {
        if self.bytes.len() == self.row_start {
            // A row of one empty field would be an empty line, which readers skip.
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.push(b'\n');
        self.row_start = self.bytes.len();
    }

    /// The rows, which are forgotten.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.row_start = 0;
        std::mem::take(&mut self.bytes)
    }

    #[inline]
    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.bytes.push(b',');
        }
    }

    fn day(&mut self, date: NaiveDate) {
        match u64::try_from(date.year()) {
            Ok(year) if year <= 9999 => {
                self.digits(year, 4);
                self.bytes.push(b'-');
                self.digits(u64::from(date.month()), 2);
                self.bytes.push(b'-');
                self.digits(u64::from(date.day()), 2);
            }
            _ => self.display(&date),
        }
    }

    /// A number of at least so many digits.
    #[inline]
    fn digits(&mut self, mut number: u64, least: usize) {
        let mut digits = [b'0'; 20];
        let mut first = digits.len();
        while number > 0 {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.bytes
            .extend_from_slice(&digits[first.min(digits.len() - least)..]);
    }

    fn display(&mut self, value: &impl Display) {
        // Writing into memory does not fail.
        let _ = write!(self.bytes, "{value}");
    }
}
