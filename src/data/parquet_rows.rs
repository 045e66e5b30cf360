//! Rows of a Parquet table, collected by column.

use crate::data::out_columns::OutColumn;
use crate::data::parquet_encoding::{hybrid, run};
use crate::data::parquet_values::{Cells, Scratch, ZSTD_LEVEL};
use crate::data::parquet_writer::{Pages, RowGroup};
use bytes::Bytes;
use parquet::basic::{Compression, Type as Physical, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::writer::TrackedWrite;
use parquet::schema::types::SchemaDescriptor;
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
    /// 1 for a value, 0 for null; empty as long as there is no null.
    levels: Vec<u8>,
    nulls: usize,
    cells: Cells,
}

impl ParquetRows {
    /// No rows yet.
    pub(super) fn new(schema: Arc<SchemaDescriptor>, columns: &[OutColumn]) -> ParquetRows {
        let column = |column: &OutColumn| Column {
            levels: Vec::new(),
            nulls: 0,
            cells: Cells::new(column.kind),
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
            Cells::Codes(codes) => codes.push(text),
            Cells::Numbers(_) | Cells::Floats(_) => {}
        }
        column.mark_value();
    }

    /// Adds a word, which is not empty, to a column of codes; `index` stands for this word alone within a table.
    #[inline]
    pub(super) fn code(&mut self, at: usize, index: usize, word: &str) {
        let column = &mut self.columns[at];
        if let Cells::Codes(codes) = &mut column.cells {
            codes.push_indexed(index, word);
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
        let (mut scratch, mut all) = (Scratch::default(), Vec::<Pages>::new());
        for ((column, schema), twin) in self.columns.iter_mut().zip(self.schema.columns()).zip(twins) {
            let pages = match twin {
                Some(twin) => {
                    column.clear();
                    all[twin].clone()
                }
                None => column.encode(rows, schema.physical_type(), &mut scratch)?,
            };
            all.push(pages);
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
        self.cells.clear();
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
            run(rows, 1u8, 1, &mut body);
        } else {
            hybrid(&self.levels, 1, &mut body);
        }
        let length = (body.len() - 4) as u32;
        body[..4].copy_from_slice(&length.to_le_bytes());
        body
    }
}
