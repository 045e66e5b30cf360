//! The Parquet side of [`super::writer`]: rows are collected by column (`parquet_rows`), encoded as a row group in memory
//! by any thread, and copied into the file.
//!
//! A column of a row group is one page, encoded as suits what it holds; see `DESIGN.md` for what was measured.

use crate::data::error::DataError;
use crate::data::out_columns::{Kind, OutColumn};
use bytes::Bytes;
use parquet::basic::{
    Compression, Encoding, EncodingMask, LogicalType, PageType, Repetition, TimeUnit, Type as Physical,
};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
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
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that the file is written in.
const BUFFER: usize = 1 << 20;

/// An encoded row group.
pub(super) struct RowGroup {
    pub bytes: Bytes,
    pub columns: Vec<ColumnCloseResult>,
}

/// A Parquet file being written.
pub(super) struct ParquetSink {
    /// How errors name the file.
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
}

/// A column of a row group, encoded.
#[derive(Clone)]
pub(super) struct Pages {
    /// Number of values and bytes.
    pub dictionary: Option<(usize, Bytes)>,
    pub page: Bytes,
    /// The length of the page before it was compressed.
    pub size: usize,
    pub codec: Compression,
    pub encoding: Encoding,
    pub statistics: Statistics,
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

impl Pages {
    /// Bytes of the pages, without what stands before each.
    pub(super) fn len(&self) -> usize {
        let words = self.dictionary.as_ref().map_or(0, |(_, plain)| plain.len());
        words + self.page.len()
    }

    /// Writes the pages of a column.
    pub(super) fn write(
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
