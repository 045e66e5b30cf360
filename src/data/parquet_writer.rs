//! The Parquet side of [`super::writer`]: columns are collected and written a row group at a time.

use crate::data::error::DataError;
use crate::data::writer::{Kind, OutCell, OutColumn};
use bytes::Bytes;
use chrono::Datelike;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows collected before they are written. A row group is what a reader can fetch in one piece.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// 1970-01-01 as chrono counts days.
const EPOCH_DAYS_FROM_CE: i32 = 719_163;

/// A Parquet file being written.
pub(super) struct ParquetSink {
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: Vec<Pending>,
    rows: usize,
}

/// Cells of one column that are not written yet.
struct Pending {
    /// 1 for a value, 0 for null.
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    /// All texts in one buffer, and where each ends.
    Text(Vec<u8>, Vec<usize>),
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
}

impl ParquetSink {
    /// Creates the file.
    pub(super) fn create(path: &Path, columns: &[OutColumn]) -> Result<ParquetSink, DataError> {
        let file = File::create(path).map_err(|error| DataError::unwritable(path, error))?;
        let writer = open(file, columns).map_err(|error| DataError::unwritable(path, error))?;
        let columns = columns.iter().map(|column| Pending::new(column.kind)).collect();
        Ok(ParquetSink {
            path: path.to_path_buf(),
            writer,
            columns,
            rows: 0,
        })
    }

    /// Adds a row whose cells are known to fit the columns.
    pub(super) fn row(&mut self, cells: &[OutCell<'_>]) -> Result<(), DataError> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(*cell);
        }
        self.rows += 1;
        if self.rows == ROW_GROUP_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the last row group and the footer.
    pub(super) fn finish(mut self) -> Result<(), DataError> {
        self.flush()?;
        let file = self
            .writer
            .into_inner()
            .map_err(|error| DataError::unwritable(&self.path, error))?;
        file.into_inner()
            .map_err(|error| DataError::unwritable(&self.path, error.error()))?;
        Ok(())
    }

    /// Writes the pending rows as a row group.
    fn flush(&mut self) -> Result<(), DataError> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        write_row_group(&mut self.writer, &mut self.columns)
            .map_err(|error| DataError::unwritable(&self.path, error))
    }
}

impl Pending {
    fn new(kind: Kind) -> Pending {
        let values = match kind {
            Kind::Text => Values::Text(Vec::new(), Vec::new()),
            Kind::Rate | Kind::Date => Values::Narrow(Vec::new()),
            Kind::Fen | Kind::Int | Kind::Time => Values::Wide(Vec::new()),
        };
        Pending {
            levels: Vec::new(),
            values,
        }
    }

    fn push(&mut self, cell: OutCell<'_>) {
        let present = match (&mut self.values, cell) {
            (Values::Text(bytes, ends), OutCell::Text(text)) if !text.is_empty() => {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(bytes.len());
                true
            }
            (Values::Narrow(numbers), OutCell::Rate(rate)) => {
                // At most one million.
                numbers.push(rate.ppm() as i32);
                true
            }
            (Values::Narrow(numbers), OutCell::Date(date)) => {
                numbers.push(date.num_days_from_ce() - EPOCH_DAYS_FROM_CE);
                true
            }
            (Values::Wide(numbers), OutCell::Fen(amount)) => {
                numbers.push(amount.get());
                true
            }
            (Values::Wide(numbers), OutCell::Int(number)) => {
                numbers.push(number);
                true
            }
            (Values::Wide(numbers), OutCell::Time(time)) => {
                numbers.push(time.and_utc().timestamp_micros());
                true
            }
            _ => false,
        };
        self.levels.push(i16::from(present));
    }

    /// Writes the column of a row group and forgets it.
    fn write(&mut self, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(self.levels.as_slice());
        match (column, &mut self.values) {
            (ColumnWriter::ByteArrayColumnWriter(column), Values::Text(bytes, ends)) => {
                let bytes = Bytes::from(std::mem::take(bytes));
                let mut start = 0;
                let cut = ends.drain(..).map(|end| {
                    let text = bytes.slice(start..end);
                    start = end;
                    ByteArray::from(text)
                });
                let texts: Vec<ByteArray> = cut.collect();
                column.write_batch(&texts, levels, None)?;
            }
            (ColumnWriter::Int32ColumnWriter(column), Values::Narrow(numbers)) => {
                column.write_batch(numbers, levels, None)?;
                numbers.clear();
            }
            (ColumnWriter::Int64ColumnWriter(column), Values::Wide(numbers)) => {
                column.write_batch(numbers, levels, None)?;
                numbers.clear();
            }
            _ => {
                return Err(ParquetError::General(
                    "a column has another type than its schema".to_string(),
                ));
            }
        }
        self.levels.clear();
        Ok(())
    }
}

fn open(file: File, columns: &[OutColumn]) -> Result<SerializedFileWriter<BufWriter<File>>, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("yibao").with_fields(fields).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("yibao ", env!("CARGO_PKG_VERSION")).to_string())
        .build();
    SerializedFileWriter::new(BufWriter::new(file), Arc::new(schema), Arc::new(properties))
}

/// The schema of a column.
fn field(column: &OutColumn) -> Result<Type, ParquetError> {
    let decimal = |physical, precision, scale| {
        Type::primitive_type_builder(column.name, physical)
            .with_logical_type(Some(LogicalType::decimal(scale, precision)))
            .with_precision(precision)
            .with_scale(scale)
    };
    let plain =
        |physical, logical| Type::primitive_type_builder(column.name, physical).with_logical_type(logical);
    let builder = match column.kind {
        Kind::Text => plain(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Fen => decimal(Physical::INT64, 18, 2),
        Kind::Rate => decimal(Physical::INT32, 9, 6),
        Kind::Int => plain(Physical::INT64, None),
        Kind::Date => plain(Physical::INT32, Some(LogicalType::Date)),
        Kind::Time => plain(
            Physical::INT64,
            Some(LogicalType::timestamp(false, TimeUnit::MICROS)),
        ),
    };
    builder.with_repetition(Repetition::OPTIONAL).build()
}

fn write_row_group(
    writer: &mut SerializedFileWriter<BufWriter<File>>,
    columns: &mut [Pending],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for pending in columns {
        let mut column = group
            .next_column()?
            .ok_or_else(|| ParquetError::General("a column too many".to_string()))?;
        pending.write(column.untyped())?;
        column.close()?;
    }
    group.close()?;
    Ok(())
}
