//! Parquet through the crate's page reader: only the wanted columns are decoded, a batch of rows at a time.

use crate::data::cell::Cell;
use crate::data::columns::{ColumnKind, ColumnSpec};
use crate::data::error::DataError;
pub(super) use crate::data::parquet_column::ColumnBatch;
use crate::data::parquet_column::{Reading, with_number};
use crate::data::parquet_pages::{ColumnPages, Failure, Physical};
use bytes::Bytes;
use chrono::Datelike;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows decoded at a time: few towards the end, so that no thread waits long for the last of them.
const BATCH_ROWS: RangeInclusive<usize> = 2 * 1024..=16 * 1024;

/// A batch has no more than this part of the rows that are left.
const BATCH_PART: usize = 4;

/// An opened file and the columns wanted of it.
pub(super) struct ParquetTable {
    path: String,
    reader: SerializedFileReader<Chunks>,
    /// Index of the leaf column, and how to read it.
    selected: Vec<(usize, Reading)>,
}

/// The bytes of a file, in memory or on disk.
pub(super) enum Chunks {
    Memory(Bytes),
    File(SharedFile),
}

/// A file that several columns are read of at once, each from its own place.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<File>>,
    length: u64,
}

/// A file from some place on.
struct FileFrom {
    file: SharedFile,
    at: u64,
}

impl SharedFile {
    pub(super) fn new(file: File) -> io::Result<SharedFile> {
        let length = file.metadata()?.len();
        let file = Arc::new(Mutex::new(file));
        Ok(SharedFile { file, length })
    }
}

impl Read for FileFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Chunks::Memory(bytes) => bytes.len() as u64,
            Chunks::File(file) => file.length,
        }
    }
}

impl ChunkReader for Chunks {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Box<dyn Read>> {
        Ok(match self {
            Chunks::Memory(bytes) => Box::new(bytes.get_read(start)?),
            Chunks::File(file) => Box::new(BufReader::new(FileFrom {
                file: file.clone(),
                at: start,
            })),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        match self {
            Chunks::Memory(bytes) => bytes.get_bytes(start, length),
            Chunks::File(file) => {
                let mut bytes = Vec::new();
                let (file, at) = (file.clone(), start);
                FileFrom { file, at }
                    .take(length as u64)
                    .read_to_end(&mut bytes)?;
                if bytes.len() < length {
                    return Err(ParquetError::EOF("the file ends within a chunk".to_string()));
                }
                Ok(bytes.into())
            }
        }
    }
}

/// How far the rows of a file have been decoded.
#[derive(Default)]
pub(super) struct Progress {
    /// The row group that comes next.
    group: usize,
    /// None for a column that is left alone.
    columns: Vec<Option<ColumnPages>>,
    /// Rows left in the row group at hand.
    left: usize,
    /// Rows decoded.
    done: usize,
}

/// What lets a reader leave most columns of a row group alone: every row of it is of another year than the one asked for.
///
/// Of a row of another year the parser looks at nothing but `kept`, whatever the other columns hold: at its id, its days and
/// its amount, and at what a reject would show of it. So with the other columns blank it finds what it would have found, if
/// two things are certain of every row: the year, and that it is no reversal, whose year is its original's. The statistics of
/// the row group must prove both. They are the file's own word, as its values are; if they were wrong about a row of the
/// year asked for, it would be rejected for its blank cells and not get lost.
#[derive(Clone, Copy)]
pub(super) struct OtherYears {
    /// The year asked for.
    pub(super) year: i32,
    /// The column whose day decides about the year, among the wanted ones.
    pub(super) day: usize,
    /// The flag of reversals, among the wanted columns.
    pub(super) flag: usize,
    /// What is looked at in any case, among the wanted columns.
    pub(super) kept: &'static [usize],
}

impl ParquetTable {
    /// Reads the footer; the headers are the dotted paths of the leaf columns.
    pub(super) fn open(path: &str, chunks: Chunks) -> Result<(ParquetTable, Vec<String>), DataError> {
        let reader = guarded(path, || {
            SerializedFileReader::new(chunks).map_err(|error| damaged(path, error))
        })?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let headers = schema
            .columns()
            .iter()
            .map(|column| column.path().string())
            .collect();
        Ok((
            ParquetTable {
                path: path.to_string(),
                reader,
                selected: Vec::new(),
            },
            headers,
        ))
    }

    /// Chooses the columns to decode; returns, per spec, the position of its column among the chosen.
    ///
    /// # Errors
    /// A column of a type that cannot hold what is wanted of it.
    pub(super) fn select(
        &mut self,
        specs: &[ColumnSpec],
        positions: &[Option<usize>],
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Option<usize>>, DataError> {
        let metadata = self.reader.metadata();
        let mut groups = metadata.row_groups().iter().map(|group| group.num_rows());
        let rows = groups.try_fold(0i64, i64::checked_add);
        if rows != Some(metadata.file_metadata().num_rows()) {
            return Err(self.inconsistent());
        }
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let mut chosen = Vec::with_capacity(specs.len());
        for (spec, position) in specs.iter().zip(positions) {
            let Some(leaf) = position.filter(|_| spec.kind != ColumnKind::Unread) else {
                chosen.push(None);
                continue;
            };
            let column = schema.column(leaf);
            let reading = reading(&self.path, spec, &column)?;
            if matches!(reading, Reading::Time { instant: true, .. }) {
                warnings.push(format!(
                    "`{}`: column `{}` holds instants in UTC; they were read as China Standard Time (UTC+8)",
                    self.path,
                    column.name()
                ));
            }
            chosen.push(Some(self.selected.len()));
            self.selected.push((leaf, reading));
        }
        Ok(chosen)
    }

    /// How many rows the footer says there are.
    pub(super) fn rows(&self) -> usize {
        let rows = self.reader.metadata().file_metadata().num_rows();
        usize::try_from(rows).unwrap_or(0)
    }

    /// Shows every batch of rows to `visit`. `positions` say which of the chosen columns is which wanted one.
    pub(super) fn for_each_batch(
        &self,
        positions: &[usize],
        pruning: Option<OtherYears>,
        mut visit: impl FnMut(&[ColumnBatch], usize),
    ) -> Result<(), DataError> {
        let mut progress = Progress::default();
        while let Some((columns, rows)) = self.next_batch(positions, pruning, &mut progress)? {
            visit(&columns, rows);
        }
        Ok(())
    }

    /// Decodes the next batch of rows, its columns side by side; nothing at the end.
    pub(super) fn next_batch(
        &self,
        positions: &[usize],
        pruning: Option<OtherYears>,
        progress: &mut Progress,
    ) -> Result<Option<(Vec<ColumnBatch>, usize)>, DataError> {
        while progress.left == 0 {
            if progress.group == self.reader.num_row_groups() {
                return Ok(None);
            }
            let metadata = self.reader.metadata().row_group(progress.group);
            let others = pruning.filter(|others| self.proves(others, positions, metadata));
            let left_alone = |column: usize| {
                let is_kept = |others: OtherYears| others.kept.iter().any(|&kept| positions[kept] == column);
                others.is_some_and(|others| !is_kept(others))
            };
            (progress.columns, progress.left) =
                guarded(&self.path, || self.open_group(progress.group, &left_alone))?;
            progress.group += 1;
        }
        let wanted = self.rows().saturating_sub(progress.done) / BATCH_PART;
        let rows = progress
            .left
            .min(wanted.clamp(*BATCH_ROWS.start(), *BATCH_ROWS.end()));
        let columns = progress
            .columns
            .par_iter_mut()
            .zip(&self.selected)
            .with_max_len(1);
        let columns = columns.map(|(pages, &(leaf, reading))| match pages {
            Some(pages) => guarded(&self.path, || {
                pages.read(rows).map_err(|failure| self.failed(leaf, failure))
            }),
            None => Ok(ColumnBatch::blank(reading)),
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        progress.left -= rows;
        progress.done += rows;
        Ok(Some((columns, rows)))
    }

    /// Whether the statistics of a row group prove that all its rows are of other years, and none a reversal.
    fn proves(&self, others: &OtherYears, positions: &[usize], group: &RowGroupMetaData) -> bool {
        let chosen = |wanted: usize| self.selected.get(positions[wanted]);
        let Some(&(leaf, reading)) = chosen(others.day) else {
            return false;
        };
        let statistics = |leaf: usize| group.columns().get(leaf).and_then(|column| column.statistics());
        let days = statistics(leaf).and_then(|days| range_of_years(days, reading));
        let elsewhere = days.is_some_and(|(first, last)| others.year < first || last < others.year);
        let no_reversal = chosen(others.flag).is_none_or(|&(leaf, _)| {
            statistics(leaf).is_some_and(|flags| is_never_set(flags, group.num_rows()))
        });
        elsewhere && no_reversal
    }

    /// The columns of a row group, and how many rows it has; none for a column that is to be left alone.
    fn open_group(
        &self,
        group: usize,
        left_alone: &dyn Fn(usize) -> bool,
    ) -> Result<(Vec<Option<ColumnPages>>, usize), DataError> {
        let row_group = self
            .reader
            .get_row_group(group)
            .map_err(|error| damaged(&self.path, error))?;
        let rows = row_group.metadata().num_rows();
        let mut columns = Vec::with_capacity(self.selected.len());
        for (column, &(leaf, reading)) in self.selected.iter().enumerate() {
            // A flat column has one value or null per row. If the footer says otherwise, rows would get lost unseen.
            if row_group.metadata().column(leaf).num_values() != rows {
                return Err(self.inconsistent());
            }
            if left_alone(column) {
                columns.push(None);
                continue;
            }
            let pages = row_group.get_column_page_reader(leaf);
            let pages = pages.map_err(|error| damaged(&self.path, error))?;
            let known = self.reader.metadata().file_metadata().schema_descr().column(leaf);
            let physical = Physical::of(known.physical_type(), known.type_length());
            let not_read = Failure::Unusable("has a type that is not read");
            let physical = physical.ok_or_else(|| self.failed(leaf, not_read))?;
            let nullable = known.max_def_level() > 0;
            columns.push(Some(ColumnPages::new(pages, physical, reading, nullable)));
        }
        let rows = usize::try_from(rows).map_err(|_| self.inconsistent())?;
        Ok((columns, rows))
    }

    /// The error that a column which cannot be read makes of the file.
    fn failed(&self, leaf: usize, failure: Failure) -> DataError {
        match failure {
            Failure::Damaged(error) => damaged(&self.path, error),
            Failure::Unusable(detail) => {
                let column = self.reader.metadata().file_metadata().schema_descr().column(leaf);
                unsupported(&self.path, column.name(), detail)
            }
        }
    }

    fn inconsistent(&self) -> DataError {
        let detail = "its footer contradicts itself about the number of rows".to_string();
        DataError::BadParquet {
            path: self.path.clone(),
            detail,
        }
    }
}

/// The first and the last year of the days of a column, if its statistics tell.
fn range_of_years(days: &Statistics, reading: Reading) -> Option<(i32, i32)> {
    if days.is_min_max_deprecated() {
        return None;
    }
    // Days as text have several notations, whose order is not that of time.
    let (first, last) = match days {
        Statistics::Int32(days) => (i64::from(*days.min_opt()?), i64::from(*days.max_opt()?)),
        Statistics::Int64(days) => (*days.min_opt()?, *days.max_opt()?),
        _ => return None,
    };
    let year = |number| {
        with_number(reading, number, |cell| match cell {
            Cell::Date(day) => Some(day.year()),
            Cell::Time(time) => Some(time.year()),
            _ => None,
        })
    };
    // A bound that no row attains is a bound all the same.
    Some((year(first)?, year(last)?))
}

/// Whether a flag is 0 or null in all of `rows` rows by its statistics.
fn is_never_set(flags: &Statistics, rows: i64) -> bool {
    if flags
        .null_count_opt()
        .is_some_and(|nulls| u64::try_from(rows) == Ok(nulls))
    {
        return true;
    }
    if flags.is_min_max_deprecated() {
        return false;
    }
    match flags {
        Statistics::Boolean(flags) => flags.max_opt() == Some(&false),
        Statistics::Int32(flags) => flags.min_opt() == Some(&0) && flags.max_opt() == Some(&0),
        Statistics::Int64(flags) => flags.min_opt() == Some(&0) && flags.max_opt() == Some(&0),
        // Both ends, because blanks around a flag are tolerated, and ` 1` comes before `0`.
        Statistics::ByteArray(flags) => {
            let is_zero = |flag: Option<&ByteArray>| flag.is_some_and(|flag| flag.data() == b"0");
            is_zero(flags.min_opt()) && is_zero(flags.max_opt())
        }
        _ => false,
    }
}

/// How to read a column, or why it cannot hold what the spec wants.
fn reading(path: &str, spec: &ColumnSpec, column: &ColumnDescriptor) -> Result<Reading, DataError> {
    let physical = column.physical_type();
    if matches!(physical, Type::FLOAT | Type::DOUBLE)
        || column.logical_type_ref() == Some(&LogicalType::Float16)
    {
        let money = matches!(spec.kind, ColumnKind::Amount | ColumnKind::Rate);
        return Err(DataError::FloatColumn {
            path: path.to_string(),
            column: column.name().to_string(),
            money,
        });
    }
    if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
        return Err(unsupported(path, column.name(), "is a list or a group"));
    }
    known_reading(physical, column)
        .ok_or_else(|| unsupported(path, column.name(), "has a type that is not read"))
}

/// How to read a flat column that is not a float, if it can be.
fn known_reading(physical: Type, column: &ColumnDescriptor) -> Option<Reading> {
    let scale = u32::try_from(column.type_scale()).unwrap_or(0);
    if let Some(logical) = column.logical_type_ref() {
        return match (logical, physical) {
            (LogicalType::String | LogicalType::Enum | LogicalType::Json, Type::BYTE_ARRAY) => {
                Some(Reading::Text)
            }
            (
                LogicalType::Decimal(_),
                Type::INT32 | Type::INT64 | Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY,
            ) => Some(Reading::Decimal { scale }),
            (LogicalType::Date, Type::INT32) => Some(Reading::Date),
            (LogicalType::Timestamp(stamp), Type::INT64) => {
                let per_second = match stamp.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                };
                Some(Reading::Time {
                    per_second,
                    instant: stamp.is_adjusted_to_u_t_c,
                })
            }
            (LogicalType::Integer(int), Type::INT32 | Type::INT64) => Some(if int.is_signed {
                Reading::Int
            } else {
                Reading::Unsigned
            }),
            // A column of nothing but nulls.
            (LogicalType::Unknown, Type::INT32 | Type::INT64) => Some(Reading::Int),
            _ => None,
        };
    }
    match (column.converted_type(), physical) {
        (
            ConvertedType::DECIMAL,
            Type::INT32 | Type::INT64 | Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY,
        ) => Some(Reading::Decimal { scale }),
        (ConvertedType::DATE, Type::INT32) => Some(Reading::Date),
        // The older annotation means instants, by the format's specification.
        (ConvertedType::TIMESTAMP_MILLIS, Type::INT64) => Some(Reading::Time {
            per_second: 1_000,
            instant: true,
        }),
        (ConvertedType::TIMESTAMP_MICROS, Type::INT64) => Some(Reading::Time {
            per_second: 1_000_000,
            instant: true,
        }),
        (
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
            Type::INT32 | Type::INT64,
        ) => Some(Reading::Unsigned),
        (ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS, _) => None,
        (_, Type::INT32 | Type::INT64) => Some(Reading::Int),
        (_, Type::BOOLEAN) => Some(Reading::Bool),
        (_, Type::BYTE_ARRAY) => Some(Reading::Text),
        _ => None,
    }
}

thread_local! {
    /// Whether this thread is inside the decoder, whose panics are errors of the file.
    static DECODING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Runs a step of the decoder, which panics on some damaged files where it should return an error.
fn guarded<T>(path: &str, step: impl FnOnce() -> Result<T, DataError>) -> Result<T, DataError> {
    DECODING.set(true);
    // Nothing the step has touched is used after a panic: the whole file is given up.
    let outcome = catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| {
        Err(DataError::BadParquet {
            path: path.to_string(),
            detail: "its pages are damaged".to_string(),
        })
    });
    DECODING.set(false);
    outcome
}

/// Keeps the panics that [`guarded`] turns into errors off standard error; every other panic is reported as before.
pub(super) fn quieten_decoder_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !DECODING.get() {
            report(panic);
        }
    }));
}

fn damaged(path: &str, error: ParquetError) -> DataError {
    DataError::BadParquet {
        path: path.to_string(),
        detail: error.to_string(),
    }
}

fn unsupported(path: &str, column: &str, detail: &str) -> DataError {
    DataError::UnsupportedColumn {
        path: path.to_string(),
        column: column.to_string(),
        detail: detail.to_string(),
    }
}
