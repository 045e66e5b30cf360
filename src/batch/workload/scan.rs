//! The least that reading a Parquet file can cost: its columns decoded and added up, and no more.

use bytes::Bytes;
use parquet::column::reader::ColumnReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use rayon::prelude::*;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;

/// Decodes every column of a file, columns side by side, and adds up what they hold; gives its rows.
///
/// # Errors
/// A file that cannot be read, or is not as this program writes it.
pub(super) fn scan(path: &Path) -> std::result::Result<usize, Box<dyn Error>> {
    // In memory: threads that share an open file move each other's place in it.
    let bytes = std::fs::read(path)?;
    let (rows, sum) = columns(bytes.into())?;
    black_box(sum);
    Ok(rows)
}

/// Rows of a file, and the sum of what its columns hold.
fn columns(file: Bytes) -> Result<(usize, i64)> {
    let reader = SerializedFileReader::new(file)?;
    let (mut all, mut sum) = (0, 0i64);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).map_err(|_| lost())?;
        let sums = (0..group.num_columns())
            .into_par_iter()
            .map(|index| column(&*group, index, rows));
        sum = sum.wrapping_add(sums.try_reduce(|| 0, |sum, more| Ok(sum.wrapping_add(more)))?);
        all += rows;
    }
    Ok((all, sum))
}

/// Decodes a column; gives the sum of its amounts or days, or of the lengths of its texts.
fn column(group: &dyn RowGroupReader, index: usize, rows: usize) -> Result<i64> {
    let mut levels = Vec::new();
    let levels = Some(&mut levels);
    let (read, sum) = match group.get_column_reader(index)? {
        ColumnReader::ByteArrayColumnReader(mut reader) => {
            let mut texts = Vec::new();
            let read = reader.read_records(rows, levels, None, &mut texts)?;
            (read, texts.iter().map(|text| text.len() as i64).sum())
        }
        ColumnReader::Int32ColumnReader(mut reader) => {
            let mut days = Vec::new();
            let read = reader.read_records(rows, levels, None, &mut days)?;
            (read, days.iter().map(|&day| i64::from(day)).sum())
        }
        ColumnReader::Int64ColumnReader(mut reader) => {
            let mut amounts = Vec::new();
            let read = reader.read_records(rows, levels, None, &mut amounts)?;
            (read, amounts.iter().sum())
        }
        _ => return Err(ParquetError::General("no such column is written".into())),
    };
    if read.0 != rows {
        return Err(lost());
    }
    Ok(sum)
}

fn lost() -> ParquetError {
    ParquetError::General("rows are missing".into())
}
