//! A table of any format as rows of [`Cell`]s, with the columns already matched to what is wanted.

use crate::data::cell::Cell;
use crate::data::columns::{Column, FileRole, match_headers};
use crate::data::csv_table::{Record, Splitter};
use crate::data::error::DataError;
#[cfg(feature = "parquet")]
use crate::data::parquet_table::{ColumnBatch, ParquetTable};
use crate::data::source::{Content, Source};

/// An opened table.
pub(super) struct Table {
    /// Per wanted column, where it is: a position among the headers (CSV) or among the columns read (Parquet).
    positions: Vec<Option<usize>>,
    body: Body,
}

enum Body {
    Csv {
        text: String,
        field_count: usize,
    },
    #[cfg(feature = "parquet")]
    Parquet(ParquetTable),
}

/// One row.
pub(super) struct Row<'a> {
    /// CSV: the physical line on which the record starts. Parquet: the row. Both from 1.
    pub(super) line: u64,
    /// Why the cells cannot be trusted, if so.
    pub(super) flaw: Option<Flaw>,
    positions: &'a [Option<usize>],
    cells: Cells<'a>,
}

/// What makes a CSV row as a whole unreadable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flaw {
    /// More or fewer fields than the header.
    FieldCount {
        /// In this row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Quotes that do not match.
    Quoting,
}

enum Cells<'a> {
    Csv {
        text: &'a str,
        record: &'a Record,
    },
    #[cfg(feature = "parquet")]
    Parquet {
        columns: &'a [ColumnBatch],
        row: usize,
    },
}

impl Row<'_> {
    /// The cell of the wanted column at `index`; blank where the file has no such column.
    pub(super) fn cell(&self, index: usize) -> Cell<'_> {
        let Some(position) = self.positions[index] else {
            return Cell::Blank;
        };
        match &self.cells {
            Cells::Csv { text, record } => Cell::from_text(record.get(text, position)),
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, row } => columns[position].cell(*row),
        }
    }
}

impl Table {
    /// Recognises the format and matches the headers; adds to `warnings` what was tolerated.
    ///
    /// # Errors
    /// Everything that makes a file unusable before its first row.
    pub(super) fn open<C: Column>(source: Source, warnings: &mut Vec<String>) -> Result<Table, DataError> {
        let path = source.path().to_string();
        match source.into_content()? {
            Content::Text { text, was_gbk } => {
                if was_gbk {
                    warnings.push(format!("`{path}` is not UTF-8; it was read as GBK"));
                }
                Table::open_csv::<C>(&path, text, warnings)
            }
            #[cfg(feature = "parquet")]
            Content::Parquet(bytes) => {
                let (mut parquet, headers) = ParquetTable::open(&path, bytes)?;
                let matched = match_headers(&path, C::ROLE, C::SPECS, &headers)?;
                warn_unknown(&path, C::ROLE, &matched.unknown, warnings);
                let positions = parquet.select(C::SPECS, &matched.positions, warnings)?;
                Ok(Table {
                    positions,
                    body: Body::Parquet(parquet),
                })
            }
            #[cfg(not(feature = "parquet"))]
            Content::Parquet(_) => Err(DataError::NoParquet { path }),
        }
    }

    fn open_csv<C: Column>(path: &str, text: String, warnings: &mut Vec<String>) -> Result<Table, DataError> {
        let mut header = Record::default();
        if !Splitter::new(&text).next(&mut header) {
            return Err(DataError::Empty {
                path: path.to_string(),
            });
        }
        let headers: Vec<String> = (0..header.len())
            .map(|index| header.get(&text, index).trim().to_string())
            .collect();
        let matched = match_headers(path, C::ROLE, C::SPECS, &headers)?;
        warn_unknown(path, C::ROLE, &matched.unknown, warnings);
        Ok(Table {
            positions: matched.positions,
            body: Body::Csv {
                text,
                field_count: headers.len(),
            },
        })
    }

    /// Shows every row to `visit`, in the order of the file.
    ///
    /// # Errors
    /// A Parquet file that turns out to be damaged on the way.
    pub(super) fn for_each(self, mut visit: impl FnMut(&Row<'_>)) -> Result<(), DataError> {
        let positions = self.positions.as_slice();
        match self.body {
            Body::Csv { text, field_count } => {
                for_each_record(&text, |record| {
                    let flaw = flaw(record, field_count);
                    let cells = Cells::Csv { text: &text, record };
                    visit(&Row {
                        line: record.line,
                        flaw,
                        positions,
                        cells,
                    });
                });
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                let mut line = 0;
                parquet.for_each_batch(|columns, rows| {
                    for row in 0..rows {
                        line += 1;
                        visit(&Row {
                            line,
                            flaw: None,
                            positions,
                            cells: Cells::Parquet { columns, row },
                        });
                    }
                })
            }
        }
    }
}

/// Every record after the header.
fn for_each_record(text: &str, mut visit: impl FnMut(&Record)) {
    let (mut splitter, mut record) = (Splitter::new(text), Record::default());
    splitter.next(&mut record);
    while splitter.next(&mut record) {
        visit(&record);
    }
}

fn flaw(record: &Record, expected: usize) -> Option<Flaw> {
    if record.bad_quoting {
        return Some(Flaw::Quoting);
    }
    let found = record.len();
    (found != expected).then_some(Flaw::FieldCount { found, expected })
}

/// One warning per file, whatever the number of columns.
fn warn_unknown(path: &str, role: FileRole, unknown: &[String], warnings: &mut Vec<String>) {
    if !unknown.is_empty() {
        let list = unknown
            .iter()
            .map(|header| format!("`{header}`"))
            .collect::<Vec<_>>()
            .join(", ");
        warnings.push(format!(
            "`{path}`: columns that no {role} file has were ignored: {list}"
        ));
    }
}
