//! The Parquet side of [`super::writer`]: rows are collected by column, encoded as a row group in memory by any thread,
//! and copied into the file.
//!
//! A column of a row group is one page, encoded as suits what it holds; see `DESIGN.md` for what was measured.

use crate::data::error::DataError;
use crate::data::out_columns::{Kind, OutColumn};
use crate::data::parquet_encoding::{Prefixed, bits, deltas, hybrid, run};
use bytes::Bytes;
use parquet::basic::{
    Compression, Encoding, EncodingMask, LogicalType, PageType, Repetition, TimeUnit, Type as Physical,
    ZstdLevel,
};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ColumnChunkMetaDataBuilder, PageEncodingStats, ParquetMetaDataOptions,
    ParquetMetaDataReader,
};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, Type};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most different values that are numbered; beyond that, the numbers save little.
const MAX_WORDS: usize = 4096;

/// Slots of the table that numbers values, as a power of two.
const SLOT_BITS: u32 = 13;

/// Bytes that the file is written in.
const BUFFER: usize = 1 << 20;

/// Zstandard's fast level.
const ZSTD_LEVEL: i32 = 1;

/// What a word without a number yet has.
const UNKNOWN: u32 = u32::MAX;

/// Rows collected by column.
pub(super) struct ParquetRows {
    schema: Arc<SchemaDescriptor>,
    columns: Vec<Column>,
}

/// An encoded row group.
pub(super) struct RowGroup {
    bytes: Bytes,
    columns: Vec<ColumnCloseResult>,
}

/// A Parquet file being written.
pub(super) struct ParquetSink {
    /// How errors name the file.
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
}

/// The cells of a column.
struct Column {
    /// 1 for a value, 0 for null; empty as long as there is no null.
    levels: Vec<u32>,
    nulls: usize,
    cells: Cells,
}

enum Cells {
    /// Each with its length before it, and where it begins.
    Texts(Vec<u8>, Vec<usize>),
    Ids(Prefixed),
    Codes(Codes),
    Numbers(Vec<i64>),
    Floats(Vec<f64>),
}

/// Words by number.
#[derive(Default)]
struct Codes {
    codes: Vec<u32>,
    words: Vec<String>,
    /// The number of a word by the writer's own index of it, or [`UNKNOWN`].
    by_index: Vec<u32>,
    by_word: FxHashMap<String, u32>,
}

/// A column of a row group, encoded.
#[derive(Clone)]
struct Pages {
    /// Number of values and bytes.
    dictionary: Option<(usize, Bytes)>,
    page: Bytes,
    /// The length of the page before it was compressed.
    size: usize,
    codec: Compression,
    encoding: Encoding,
    statistics: Statistics,
}

/// The values of a column, encoded.
struct Encoded {
    /// Number of values and bytes.
    dictionary: Option<(usize, Vec<u8>)>,
    encoding: Encoding,
    statistics: Statistics,
    compress: bool,
}

/// Memory reused from column to column.
#[derive(Default)]
struct Scratch {
    /// Numbers of words, plus one.
    slots: Vec<u32>,
    codes: Vec<u32>,
    words: Vec<i64>,
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

/// The schema of a table.
///
/// # Errors
/// Columns that Parquet does not know: a defect of the caller.
pub(super) fn schema(columns: &[OutColumn]) -> Result<Arc<SchemaDescriptor>, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<Result<Vec<_>, _>>()?;
    let root = Type::group_type_builder("yibao").with_fields(fields).build()?;
    Ok(Arc::new(SchemaDescriptor::new(Arc::new(root))))
}

/// The schema of a column.
fn field(column: &OutColumn) -> Result<Type, ParquetError> {
    let decimal = |physical, precision, scale| {
        Type::primitive_type_builder(&column.name, physical)
            .with_logical_type(Some(LogicalType::decimal(scale, precision)))
            .with_precision(precision)
            .with_scale(scale)
    };
    let plain =
        |physical, logical| Type::primitive_type_builder(&column.name, physical).with_logical_type(logical);
    let builder = match column.kind {
        Kind::Text | Kind::Id | Kind::Code => plain(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Fen => decimal(Physical::INT64, 18, 2),
        Kind::Rate => decimal(Physical::INT32, 9, 6),
        Kind::Int => plain(Physical::INT64, None),
        Kind::Float => plain(Physical::DOUBLE, None),
        Kind::Date => plain(Physical::INT32, Some(LogicalType::Date)),
        Kind::Time => plain(
            Physical::INT64,
            Some(LogicalType::timestamp(false, TimeUnit::MICROS)),
        ),
    };
    builder.with_repetition(Repetition::OPTIONAL).build()
}

impl ParquetSink {
    /// Creates the file; errors name it as `shown`.
    pub(super) fn create(
        path: &Path,
        shown: &Path,
        schema: &SchemaDescriptor,
    ) -> Result<ParquetSink, DataError> {
        let failed = |error: &dyn std::fmt::Display| DataError::unwritable(shown, error);
        let file = File::create(path).map_err(|error| failed(&error))?;
        let properties = WriterProperties::builder()
            // With one page to a column there is nothing to find in a row group.
            .set_offset_index_disabled(true)
            .set_created_by(concat!("yibao ", env!("CARGO_PKG_VERSION")).to_string())
            .build();
        let file = BufWriter::with_capacity(BUFFER, file);
        let writer = SerializedFileWriter::new(file, schema.root_schema_ptr(), Arc::new(properties))
            .map_err(|error| failed(&error))?;
        Ok(ParquetSink {
            path: shown.to_path_buf(),
            writer,
        })
    }

    /// Copies a row group into the file.
    pub(super) fn append(&mut self, group: RowGroup) -> Result<(), DataError> {
        copy_group(&mut self.writer, &group.bytes, group.columns)
            .map_err(|error| DataError::unwritable(&self.path, error))
    }

    /// Copies the row groups of a file of the same columns, and says how many rows they have.
    pub(super) fn append_file(&mut self, path: &Path) -> Result<u64, DataError> {
        self.copy_file(path)
            .map_err(|error| DataError::unwritable(&self.path, format_args!("{}: {error}", path.display())))
    }

    fn copy_file(&mut self, path: &Path) -> Result<u64, ParquetError> {
        let file = File::open(path)?;
        // As it was written, page counts by encoding included, so that the footer is that of a run at one go.
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let reader = ParquetMetaDataReader::new().with_metadata_options(Some(options));
        let metadata = reader.parse_and_finish(&file)?;
        if metadata.file_metadata().schema() != self.writer.schema_descr().root_schema() {
            return Err(ParquetError::General("it has other columns".to_string()));
        }
        let mut rows = 0;
        for group in metadata.row_groups() {
            rows += group.num_rows() as u64;
            let closed = |column: &ColumnChunkMetaData| ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: group.num_rows() as u64,
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            let columns = group.columns().iter().map(closed).collect();
            copy_group(&mut self.writer, &file, columns)?;
        }
        Ok(rows)
    }

    /// Writes the footer and everything that is still in a buffer.
    pub(super) fn finish(mut self) -> Result<(), DataError> {
        self.writer
            .finish()
            .map_err(|error| DataError::unwritable(&self.path, error))?;
        Ok(())
    }
}

fn copy_group(
    writer: &mut SerializedFileWriter<BufWriter<File>>,
    from: &impl ChunkReader,
    columns: Vec<ColumnCloseResult>,
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        group.append_column(from, column)?;
    }
    group.close()?;
    Ok(())
}

impl ParquetRows {
    /// No rows yet.
    pub(super) fn new(schema: Arc<SchemaDescriptor>, columns: &[OutColumn]) -> ParquetRows {
        let column = |column: &OutColumn| Column {
            levels: Vec::new(),
            nulls: 0,
            cells: match column.kind {
                Kind::Text => Cells::Texts(Vec::new(), Vec::new()),
                Kind::Id => Cells::Ids(Prefixed::default()),
                Kind::Code => Cells::Codes(Codes::default()),
                Kind::Float => Cells::Floats(Vec::new()),
                Kind::Fen | Kind::Rate | Kind::Int | Kind::Date | Kind::Time => Cells::Numbers(Vec::new()),
            },
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

    /// Adds a null to a column.
    #[inline]
    pub(super) fn blank(&mut self, at: usize) {
        let column = &mut self.columns[at];
        if column.nulls == 0 {
            column.levels.resize(column.cells.len(), 1);
        }
        column.nulls += 1;
        column.levels.push(0);
    }

    /// Adds a text, which is not empty, to a column of texts, identifiers or codes.
    #[inline]
    pub(super) fn text(&mut self, at: usize, text: &str) {
        let column = &mut self.columns[at];
        match &mut column.cells {
            Cells::Texts(bytes, starts) => {
                starts.push(bytes.len());
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            Cells::Ids(ids) => ids.push(text.as_bytes()),
            Cells::Codes(codes) => {
                let code = codes.number(text);
                codes.codes.push(code);
            }
            Cells::Numbers(_) | Cells::Floats(_) => {}
        }
        column.mark_value();
    }

    /// Adds a word, which is not empty, to a column of codes; `index` stands for this word alone within a table.
    #[inline]
    pub(super) fn code(&mut self, at: usize, index: usize, word: &str) {
        let column = &mut self.columns[at];
        if let Cells::Codes(codes) = &mut column.cells {
            let code = match codes.by_index.get(index) {
                Some(&code) if code != UNKNOWN => code,
                _ => codes.learn(index, word),
            };
            codes.codes.push(code);
        }
        column.mark_value();
    }

    /// Adds a number to a column of any kind of them.
    #[inline]
    pub(super) fn number(&mut self, at: usize, number: i64) {
        let column = &mut self.columns[at];
        if let Cells::Numbers(numbers) = &mut column.cells {
            numbers.push(number);
        }
        column.mark_value();
    }

    /// Adds a number to a column of statistics.
    pub(super) fn float(&mut self, at: usize, number: f64) {
        let column = &mut self.columns[at];
        if let Cells::Floats(numbers) = &mut column.cells {
            numbers.push(number);
        }
        column.mark_value();
    }

    /// Encodes the rows as a row group, and forgets them. Columns that hold the same are encoded once: the settlements of
    /// claims that settled once have the claims' ids.
    pub(super) fn encode(&mut self, rows: usize) -> Result<RowGroup, ParquetError> {
        let physical = |at: usize| self.schema.column(at).physical_type();
        let twin = |at: usize| {
            (0..at).find(|&other| {
                physical(other) == physical(at) && self.columns[other].holds_what(&self.columns[at])
            })
        };
        let twins: Vec<Option<usize>> = (0..self.columns.len()).map(twin).collect();
        let mut sink = TrackedWrite::new(Vec::new());
        let mut scratch = Scratch::default();
        let (mut columns, mut all) = (Vec::new(), Vec::<Pages>::new());
        for ((column, schema), twin) in self.columns.iter_mut().zip(self.schema.columns()).zip(twins) {
            let pages = match twin {
                Some(twin) => {
                    column.clear();
                    all[twin].clone()
                }
                None => column.encode(rows, schema.physical_type(), &mut scratch)?,
            };
            columns.push(pages.write(rows, schema, &mut sink)?);
            all.push(pages);
        }
        Ok(RowGroup {
            bytes: Bytes::from(sink.into_inner()?),
            columns,
        })
    }
}

impl Column {
    #[inline]
    fn mark_value(&mut self) {
        if self.nulls > 0 {
            self.levels.push(1);
        }
    }

    /// Whether it is certain that another column has the same cells.
    fn holds_what(&self, other: &Column) -> bool {
        let alike = match (&self.cells, &other.cells) {
            (Cells::Ids(ids), Cells::Ids(others)) => ids.same(others),
            (Cells::Numbers(numbers), Cells::Numbers(others)) => numbers == others,
            _ => false,
        };
        alike && self.levels == other.levels
    }

    /// Forgets the cells.
    fn clear(&mut self) {
        self.levels.clear();
        self.nulls = 0;
        match &mut self.cells {
            Cells::Texts(bytes, starts) => {
                bytes.clear();
                starts.clear();
            }
            Cells::Ids(ids) => ids.clear(),
            Cells::Codes(codes) => codes.clear(),
            Cells::Numbers(numbers) => numbers.clear(),
            Cells::Floats(numbers) => numbers.clear(),
        }
    }

    /// Encodes the column as a page, with a dictionary if that suits it, and forgets the cells.
    fn encode(
        &mut self,
        rows: usize,
        physical: Physical,
        scratch: &mut Scratch,
    ) -> Result<Pages, ParquetError> {
        let mut body = self.levels(rows);
        let encoded = self.cells.encode(physical, self.nulls as u64, &mut body, scratch);
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

    /// The definition levels of a page.
    fn levels(&self, rows: usize) -> Vec<u8> {
        let mut body = vec![0; 4];
        if self.nulls == 0 {
            run(rows, 1, 1, &mut body);
        } else {
            hybrid(&self.levels, 1, &mut body);
        }
        let length = (body.len() - 4) as u32;
        body[..4].copy_from_slice(&length.to_le_bytes());
        body
    }
}

impl Pages {
    /// Writes the pages of a column.
    fn write(
        &self,
        rows: usize,
        schema: &ColumnDescPtr,
        sink: &mut TrackedWrite<Vec<u8>>,
    ) -> Result<ColumnCloseResult, ParquetError> {
        let mut written = Written::default();
        let mut writer = SerializedPageWriter::new(sink);
        if let Some((words, plain)) = &self.dictionary {
            let page = Page::DictionaryPage {
                buf: plain.clone(),
                num_values: *words as u32,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            written.add(&mut writer, CompressedPage::new(page, plain.len()))?;
        }
        let page = Page::DataPage {
            buf: self.page.clone(),
            num_values: rows as u32,
            encoding: self.encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        written.add(&mut writer, CompressedPage::new(page, self.size))?;
        let metadata = written
            .metadata(schema)
            .set_compression(self.codec)
            .set_num_values(rows as i64)
            .set_statistics(self.statistics.clone())
            .build()?;
        Ok(ColumnCloseResult {
            bytes_written: metadata.compressed_size() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        })
    }
}

/// What was written of a column.
#[derive(Default)]
struct Written {
    compressed: usize,
    uncompressed: usize,
    dictionary_at: Option<i64>,
    page_at: i64,
    stats: Vec<PageEncodingStats>,
}

impl Written {
    fn add(&mut self, writer: &mut impl PageWriter, page: CompressedPage) -> Result<(), ParquetError> {
        let (page_type, encoding) = (page.page_type(), page.encoding());
        self.stats.push(PageEncodingStats {
            page_type,
            encoding,
            count: 1,
        });
        let spec = writer.write_page(page)?;
        self.compressed += spec.compressed_size;
        self.uncompressed += spec.uncompressed_size;
        if page_type == PageType::DICTIONARY_PAGE {
            self.dictionary_at = Some(spec.offset as i64);
        } else {
            self.page_at = spec.offset as i64;
        }
        Ok(())
    }

    fn metadata(self, schema: &ColumnDescPtr) -> ColumnChunkMetaDataBuilder {
        let levels = [Encoding::RLE];
        let used = self.stats.iter().map(|page| &page.encoding).chain(&levels);
        ColumnChunkMetaData::builder(Arc::clone(schema))
            .set_encodings_mask(EncodingMask::new_from_encodings(used))
            .set_total_compressed_size(self.compressed as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_data_page_offset(self.page_at)
            .set_dictionary_page_offset(self.dictionary_at)
            .set_page_encoding_stats(self.stats)
    }
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Cells::Texts(_, starts) => starts.len(),
            Cells::Ids(ids) => ids.len(),
            Cells::Codes(codes) => codes.codes.len(),
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Floats(numbers) => numbers.len(),
        }
    }

    /// Appends the values to a page.
    fn encode(&self, physical: Physical, nulls: u64, page: &mut Vec<u8>, scratch: &mut Scratch) -> Encoded {
        match self {
            Cells::Texts(bytes, starts) => texts(bytes, starts, nulls, page, scratch),
            Cells::Ids(ids) => {
                let encoding = if ids.len() == 0 {
                    Encoding::PLAIN
                } else {
                    ids.encode(page);
                    Encoding::DELTA_BYTE_ARRAY
                };
                Encoded {
                    dictionary: None,
                    encoding,
                    statistics: text_statistics(ids.bounds(), nulls),
                    compress: true,
                }
            }
            Cells::Codes(codes) => codes.encode(nulls, page),
            Cells::Numbers(values) => numbers(values, physical, nulls, page, scratch),
            Cells::Floats(numbers) => {
                page.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
                Encoded {
                    dictionary: None,
                    encoding: Encoding::PLAIN,
                    statistics: Statistics::double(None, None, None, Some(nulls), false),
                    compress: false,
                }
            }
        }
    }
}

/// Appends texts by number if few are different, else as they are.
fn texts(bytes: &[u8], starts: &[usize], nulls: u64, page: &mut Vec<u8>, scratch: &mut Scratch) -> Encoded {
    scratch.codes.clear();
    let (mut known, mut words) = (FxHashMap::<&[u8], u32>::default(), Vec::new());
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    for (&start, end) in starts.iter().zip(ends) {
        let next = words.len() as u32;
        let text = &bytes[start..end];
        let code = *known.entry(text).or_insert(next);
        if code == next {
            words.push(text);
        }
        scratch.codes.push(code);
        if words.len() > MAX_WORDS {
            break;
        }
    }
    if words.is_empty() || words.len() > MAX_WORDS {
        page.extend_from_slice(bytes);
        return Encoded {
            dictionary: None,
            encoding: Encoding::PLAIN,
            statistics: text_statistics(None, nulls),
            compress: true,
        };
    }
    push_codes(&scratch.codes, words.len(), page);
    let contents = words.iter().map(|word| &word[4..]);
    let bounds = contents.clone().min().zip(contents.max());
    Encoded {
        dictionary: Some((words.len(), words.concat())),
        encoding: Encoding::RLE_DICTIONARY,
        statistics: text_statistics(bounds, nulls),
        compress: false,
    }
}

impl Codes {
    /// The number of a word.
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&code) = self.by_word.get(word) {
            return code;
        }
        let code = self.words.len() as u32;
        self.words.push(word.to_string());
        self.by_word.insert(word.to_string(), code);
        code
    }

    /// Remembers the number of a word by the writer's index of it.
    #[cold]
    fn learn(&mut self, index: usize, word: &str) -> u32 {
        let code = self.number(word);
        if self.by_index.len() <= index {
            self.by_index.resize(index + 1, UNKNOWN);
        }
        self.by_index[index] = code;
        code
    }

    /// Forgets the numbers and the words, so that every part numbers them anew.
    fn clear(&mut self) {
        self.codes.clear();
        self.words.clear();
        self.by_index.clear();
        self.by_word.clear();
    }

    /// Appends the numbers to a page.
    fn encode(&self, nulls: u64, page: &mut Vec<u8>) -> Encoded {
        let words = &self.words;
        let bounds = words.iter().min().zip(words.iter().max());
        let statistics = text_statistics(
            bounds.map(|(least, most)| (least.as_bytes(), most.as_bytes())),
            nulls,
        );
        let mut plain = Vec::new();
        for word in words {
            plain.extend_from_slice(&(word.len() as u32).to_le_bytes());
            plain.extend_from_slice(word.as_bytes());
        }
        if !words.is_empty() {
            push_codes(&self.codes, words.len(), page);
        }
        Encoded {
            encoding: if words.is_empty() {
                Encoding::PLAIN
            } else {
                Encoding::RLE_DICTIONARY
            },
            dictionary: (!words.is_empty()).then_some((words.len(), plain)),
            statistics,
            compress: false,
        }
    }
}

/// Appends numbers by number if few are different, else as differences.
fn numbers(
    values: &[i64],
    physical: Physical,
    nulls: u64,
    page: &mut Vec<u8>,
    scratch: &mut Scratch,
) -> Encoded {
    let narrow = physical == Physical::INT32;
    let (encoding, dictionary, bounds) = if values.is_empty() {
        (Encoding::PLAIN, None, None)
    } else if scratch.number(values) {
        let words = &scratch.words;
        push_codes(&scratch.codes, words.len(), page);
        let plain = if narrow {
            words
                .iter()
                .flat_map(|&word| (word as i32).to_le_bytes())
                .collect()
        } else {
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        (
            Encoding::RLE_DICTIONARY,
            Some((words.len(), plain)),
            least_and_most(words),
        )
    } else {
        deltas(values, page);
        (Encoding::DELTA_BINARY_PACKED, None, least_and_most(values))
    };
    let (least, most) = bounds.unzip();
    let statistics = if narrow {
        // Days and rates, which fit.
        let [least, most] = [least, most].map(|bound| bound.map(|value| value as i32));
        Statistics::int32(least, most, None, Some(nulls), false)
    } else {
        Statistics::int64(least, most, None, Some(nulls), false)
    };
    Encoded {
        dictionary,
        encoding,
        statistics,
        compress: false,
    }
}

/// The least and the greatest of some numbers.
fn least_and_most(values: &[i64]) -> Option<(i64, i64)> {
    let first = *values.first()?;
    let both = values.iter().fold((first, first), |(least, most), &value| {
        (least.min(value), most.max(value))
    });
    Some(both)
}

impl Scratch {
    /// Numbers the values in the order of their appearance; says whether they are few enough.
    fn number(&mut self, values: &[i64]) -> bool {
        self.slots.clear();
        self.slots.resize(1 << SLOT_BITS, 0);
        self.codes.clear();
        self.words.clear();
        let mut last = None;
        for &value in values {
            if let Some((before, code)) = last
                && before == value
            {
                self.codes.push(code);
                continue;
            }
            let code = self.code(value);
            last = Some((value, code));
            self.codes.push(code);
            if self.words.len() > MAX_WORDS {
                return false;
            }
        }
        true
    }

    #[inline]
    fn code(&mut self, value: i64) -> u32 {
        let mixed = (value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slot = (mixed >> (u64::BITS - SLOT_BITS)) as usize;
        loop {
            let code = self.slots[slot];
            if code == 0 {
                self.words.push(value);
                self.slots[slot] = self.words.len() as u32;
                return self.words.len() as u32 - 1;
            }
            if self.words[code as usize - 1] == value {
                return code - 1;
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// The bytes compressed, if that saves enough.
    fn compressed(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, ParquetError> {
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => none.insert(zstd::bulk::Compressor::new(ZSTD_LEVEL)?),
        };
        let compressed = compressor.compress(bytes)?;
        Ok((compressed.len() < bytes.len() / 8 * 7).then_some(compressed))
    }
}

/// The numbers of words as a page of them has them.
fn push_codes(codes: &[u32], words: usize, page: &mut Vec<u8>) {
    let width = bits(words as u64 - 1).max(1);
    page.push(width as u8);
    hybrid(codes, width, page);
}

fn text_statistics(bounds: Option<(&[u8], &[u8])>, nulls: u64) -> Statistics {
    let (least, most) = bounds.unzip();
    let [least, most] = [least, most].map(|bound| bound.map(|text| ByteArray::from(text.to_vec())));
    Statistics::byte_array(least, most, None, Some(nulls), false)
}
