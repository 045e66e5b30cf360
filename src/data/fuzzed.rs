//! What fuzz targets reach inside: compiled for them and for tests alone.

use crate::data::parquet_column::Reading;
use crate::data::parquet_pages::{ColumnPages, Physical};
use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::Result;
use std::collections::VecDeque;

/// A page of a column.
pub struct FuzzedPage {
    /// Dictionary, or of either version of data pages.
    pub kind: u8,
    /// Picks one of the encodings.
    pub encoding: u8,
    /// What the page says it holds.
    pub values: u32,
    /// Bytes of the levels of a page of the second version.
    pub level_bytes: u8,
    /// What it holds.
    pub bytes: Vec<u8>,
}

const ENCODINGS: [Encoding; 8] = [
    Encoding::PLAIN,
    Encoding::RLE,
    Encoding::RLE_DICTIONARY,
    Encoding::DELTA_BINARY_PACKED,
    Encoding::DELTA_LENGTH_BYTE_ARRAY,
    Encoding::DELTA_BYTE_ARRAY,
    Encoding::BYTE_STREAM_SPLIT,
    #[allow(deprecated)] // Old files have it.
    Encoding::BIT_PACKED,
];

impl FuzzedPage {
    fn into_page(self) -> Page {
        let encoding = ENCODINGS[usize::from(self.encoding) % ENCODINGS.len()];
        let (buf, num_values) = (Bytes::from(self.bytes), self.values);
        match self.kind % 3 {
            0 => Page::DictionaryPage {
                buf,
                num_values,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            },
            1 => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: ENCODINGS[if self.level_bytes == 255 { 7 } else { 1 }],
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            },
            _ => Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: 0,
                num_rows: num_values,
                def_levels_byte_len: u32::from(self.level_bytes),
                rep_levels_byte_len: 0,
                is_compressed: false,
                statistics: None,
            },
        }
    }
}

struct FuzzedPages(VecDeque<Page>);

impl Iterator for FuzzedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.0.pop_front().map(Ok)
    }
}

impl PageReader for FuzzedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        Ok(self.0.pop_front())
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Ok(None)
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Decodes the pages of a column, so many rows at a time, until that fails; the cells as texts.
pub fn decode_column(kind: u8, nullable: bool, rows: &[usize], pages: Vec<FuzzedPage>) -> Vec<String> {
    let decimal = Reading::Decimal { scale: 2 };
    let kinds = [
        (Physical::Bool, Reading::Bool),
        (Physical::Int(4), Reading::Date),
        (Physical::Int(4), Reading::Unsigned),
        (Physical::Int(8), Reading::Int),
        (Physical::Int(8), decimal),
        (
            Physical::Int(8),
            Reading::Time {
                per_second: 1_000,
                instant: true,
            },
        ),
        (Physical::Bytes, Reading::Text),
        (Physical::Bytes, decimal),
        (Physical::Fixed(3), decimal),
        (Physical::Fixed(20), decimal),
    ];
    let (physical, reading) = kinds[usize::from(kind) % kinds.len()];
    let pages = FuzzedPages(pages.into_iter().map(FuzzedPage::into_page).collect());
    let mut column = ColumnPages::new(Box::new(pages), physical, reading, nullable);
    let mut cells = Vec::new();
    for &rows in rows {
        let Ok(batch) = column.read(rows) else { break };
        cells.extend((0..rows).map(|row| batch.with(row, |cell| cell.to_string())));
    }
    cells
}
