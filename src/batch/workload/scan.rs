//! The least that reading a Parquet file can cost: its columns decoded and added up, and no more.

use super::{Done, WorkloadError};
use bytes::Bytes;
use parquet::column::reader::ColumnReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::Path;

/// Decodes every column, columns side by side, and adds up those of amounts.
pub(super) fn scan(claims: &Path) -> std::result::Result<Done, WorkloadError> {
    let unreadable = |error: &dyn std::fmt::Display| WorkloadError::Unreadable {
        path: claims.display().to_string(),
        detail: error.to_string(),
    };
    // In memory: threads that share an open file move each other's place in it.
    let bytes = std::fs::read(claims).map_err(|error| unreadable(&error))?;
    let (rows, sum) = columns(bytes.into()).map_err(|error| unreadable(&error))?;
    black_box(sum);
    Ok(Done::counted(rows))
}

/// Rows of the file, and the sum of its amounts.
fn columns(file: Bytes) -> Result<(usize, i64)> {
    let reader = SerializedFileReader::new(file)?;
    let (mut all, mut sum) = (0, 0);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).map_err(|_| lost())?;
        let sums = (0..group.num_columns())
            .into_par_iter()
            .map(|index| column(&*group, index, rows));
        sum += sums.try_reduce(|| 0, |sum, more| Ok(sum + more))?;
        all += rows;
    }
    Ok((all, sum))
}

/// Decodes a column; gives its sum if it is one of amounts.
fn column(group: &dyn RowGroupReader, index: usize, rows: usize) -> Result<i64> {
    let (mut levels, mut texts, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let levels = Some(&mut levels);
    let read = match group.get_column_reader(index)? {
        ColumnReader::ByteArrayColumnReader(mut reader) => {
            reader.read_records(rows, levels, None, &mut texts)
        }
        ColumnReader::Int32ColumnReader(mut reader) => reader.read_records(rows, levels, None, &mut days),
        ColumnReader::Int64ColumnReader(mut reader) => reader.read_records(rows, levels, None, &mut amounts),
        _ => return Err(ParquetError::General("no such column is written".into())),
    };
    if read?.0 != rows {
        return Err(lost());
    }
    black_box((texts, days));
    Ok(amounts.iter().sum())
}

fn lost() -> ParquetError {
    ParquetError::General("rows are missing".into())
}
