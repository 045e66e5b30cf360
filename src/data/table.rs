//! A table of any format as rows of [`Cell`]s, with the columns already matched to what is wanted.

use crate::data::cell::Cell;
use crate::data::columns::{Column, FileRole, match_headers};
use crate::data::csv_parts::{Cutter, Part};
use crate::data::csv_table::{Place, Record, Splitter};
use crate::data::error::DataError;
#[cfg(feature = "parquet")]
use crate::data::parquet_table::{ColumnBatch, OtherYears, ParquetTable};
use crate::data::source::{Content, Source, Text};
use rayon::prelude::*;
#[cfg(feature = "parquet")]
use std::ops::Range;

/// An opened table.
pub(super) struct Table {
    /// Per wanted column, where it is: a position among the headers (CSV) or among the columns read (Parquet); [`ABSENT`]
    /// if the file has none.
    positions: Vec<usize>,
    body: Body,
    /// What lets row groups of Parquet be read in part.
    #[cfg(feature = "parquet")]
    pruning: Option<OtherYears>,
}

/// The position of a column that a file does not have: beyond all others, where every cell is blank.
const ABSENT: usize = usize::MAX;

enum Body {
    Csv(CsvBody),
    #[cfg(feature = "parquet")]
    Parquet(ParquetTable),
}

struct CsvBody {
    text: Text,
    field_count: usize,
    /// Where the first record after the header begins.
    first: Place,
}

/// Rows that follow each other.
pub(super) struct Rows<'a> {
    positions: &'a [usize],
    place: RowsPlace<'a>,
}

enum RowsPlace<'a> {
    Csv {
        body: &'a CsvBody,
        part: Part,
    },
    #[cfg(feature = "parquet")]
    Parquet {
        columns: &'a [ColumnBatch],
        rows: Range<usize>,
        /// The row number of the first row of `columns`.
        first_line: u64,
    },
}

/// Parts of a CSV that are read before what they gave is taken in, per thread.
const PARTS_PER_THREAD: usize = 4;

/// Rows of a Parquet file that make one task.
#[cfg(feature = "parquet")]
const PARQUET_PART_ROWS: usize = 2048;

/// One row.
pub(super) struct Row<'a> {
    /// CSV: the physical line on which the record starts. Parquet: the row. Both from 1.
    pub(super) line: u64,
    /// Why the cells cannot be trusted, if so.
    pub(super) flaw: Option<Flaw>,
    positions: &'a [usize],
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
    #[inline]
    pub(super) fn cell(&self, index: usize) -> Cell<'_> {
        let position = self.positions[index];
        match &self.cells {
            Cells::Csv { text, record } => Cell::from_text(record.get(text, position)),
            #[cfg(feature = "parquet")]
            Cells::Parquet { columns, row } => columns
                .get(position)
                .map_or(Cell::Blank, |column| column.cell(*row)),
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
                    positions: known(&positions),
                    body: Body::Parquet(parquet),
                    pruning: None,
                })
            }
            #[cfg(not(feature = "parquet"))]
            Content::Parquet(_) => Err(DataError::NoParquet { path }),
        }
    }

    /// Of row groups that are proven to be of other years, only what those years need is read.
    #[cfg(feature = "parquet")]
    pub(super) fn pruned(self, pruning: Option<OtherYears>) -> Table {
        Table { pruning, ..self }
    }

    fn open_csv<C: Column>(path: &str, text: Text, warnings: &mut Vec<String>) -> Result<Table, DataError> {
        let (mut splitter, mut header) = (Splitter::new(text.as_str()), Record::default());
        if !splitter.next(&mut header) {
            return Err(DataError::Empty {
                path: path.to_string(),
            });
        }
        let headers: Vec<String> = (0..header.len())
            .map(|index| header.get(text.as_str(), index).trim().to_string())
            .collect();
        let matched = match_headers(path, C::ROLE, C::SPECS, &headers)?;
        warn_unknown(path, C::ROLE, &matched.unknown, warnings);
        let first = splitter.place();
        Ok(Table {
            positions: known(&matched.positions),
            #[cfg(feature = "parquet")]
            pruning: None,
            body: Body::Csv(CsvBody {
                text,
                field_count: headers.len(),
                first,
            }),
        })
    }

    /// Shows every row to `visit`, in the order of the file.
    ///
    /// # Errors
    /// A Parquet file that turns out to be damaged on the way.
    pub(super) fn for_each(self, visit: impl FnMut(&Row<'_>)) -> Result<(), DataError> {
        let positions = self.positions.as_slice();
        match &self.body {
            Body::Csv(body) => {
                let part = Part {
                    from: body.first,
                    stop: body.text.as_str().len(),
                    quotes: true,
                };
                let place = RowsPlace::Csv { body, part };
                Rows { positions, place }.for_each(visit);
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                let (mut first_line, mut visit) = (1, visit);
                parquet.for_each_batch(positions, self.pruning, |columns, rows| {
                    let place = RowsPlace::Parquet {
                        columns,
                        rows: 0..rows,
                        first_line,
                    };
                    Rows { positions, place }.for_each(&mut visit);
                    first_line += rows as u64;
                })
            }
        }
    }

    /// Reads parts of the table side by side with `read`, and hands what they gave to `take` in the order of the file.
    ///
    /// Meanwhile the next parts are read, so what `take` learns is unknown to `read`.
    ///
    /// # Errors
    /// A Parquet file that turns out to be damaged on the way; `take` has then seen a part of it.
    pub(super) fn for_each_part<T: Send>(
        &self,
        read: impl Fn(&Rows<'_>) -> T + Sync,
        mut take: impl FnMut(T) + Send,
    ) -> Result<(), DataError> {
        let positions = self.positions.as_slice();
        let mut pending: Vec<T> = Vec::new();
        match &self.body {
            Body::Csv(body) => {
                let mut cutter = Cutter::new(body.text.as_str(), body.first);
                let at_once = PARTS_PER_THREAD * rayon::current_num_threads();
                loop {
                    let parts: Vec<Part> = cutter.by_ref().take(at_once).collect();
                    if parts.is_empty() {
                        break;
                    }
                    let read_part = |part| {
                        let place = RowsPlace::Csv { body, part };
                        read(&Rows { positions, place })
                    };
                    let (next, ()) = rayon::join(
                        || parts.into_par_iter().with_max_len(1).map(read_part).collect(),
                        || pending.drain(..).for_each(&mut take),
                    );
                    pending = next;
                }
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                let mut first_line = 1;
                parquet.for_each_batch(positions, self.pruning, |columns, rows| {
                    let parts = (0..rows).into_par_iter().step_by(PARQUET_PART_ROWS);
                    let read_part = |start: usize| {
                        let place = RowsPlace::Parquet {
                            columns,
                            rows: start..rows.min(start + PARQUET_PART_ROWS),
                            first_line,
                        };
                        read(&Rows { positions, place })
                    };
                    let (next, ()) = rayon::join(
                        || parts.with_max_len(1).map(read_part).collect(),
                        || pending.drain(..).for_each(&mut take),
                    );
                    pending = next;
                    first_line += rows as u64;
                })?;
            }
        }
        pending.into_iter().for_each(take);
        Ok(())
    }
}

impl Rows<'_> {
    /// Shows each row to `visit`.
    pub(super) fn for_each(&self, mut visit: impl FnMut(&Row<'_>)) {
        let positions = self.positions;
        match &self.place {
            RowsPlace::Csv { body, part } => {
                let text = body.text.as_str();
                let mut splitter = Splitter::of_part(text, part);
                let mut record = Record::default();
                while splitter.next(&mut record) {
                    visit(&Row {
                        line: record.line,
                        flaw: flaw(&record, body.field_count),
                        positions,
                        cells: Cells::Csv {
                            text,
                            record: &record,
                        },
                    });
                }
            }
            #[cfg(feature = "parquet")]
            RowsPlace::Parquet {
                columns,
                rows,
                first_line,
            } => {
                for row in rows.clone() {
                    visit(&Row {
                        line: first_line + row as u64,
                        flaw: None,
                        positions,
                        cells: Cells::Parquet { columns, row },
                    });
                }
            }
        }
    }
}

/// Positions with [`ABSENT`] for columns that a file does not have.
fn known(positions: &[Option<usize>]) -> Vec<usize> {
    positions
        .iter()
        .map(|position| position.unwrap_or(ABSENT))
        .collect()
}

#[inline]
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
