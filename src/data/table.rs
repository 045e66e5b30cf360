//! A table of any format as blocks of rows, with the columns already matched to what is wanted.

use crate::conveyor::convey;
use crate::data::block::{Block, Cells, Row};
use crate::data::columns::{Column, ColumnSpec, HeaderMatch, match_headers};
use crate::data::csv_lines::Lines;
use crate::data::csv_parts::Cutter;
use crate::data::csv_table::{Part, Place, Records, Splitter};
use crate::data::error::DataError;
#[cfg(feature = "parquet")]
use crate::data::parquet_column::ColumnBatch;
#[cfg(feature = "parquet")]
use crate::data::parquet_table::{Chunks, OtherYears, ParquetTable, Progress};
use crate::data::positions::Positions;
use crate::data::role::FileRole;
use crate::data::source::{Content, SharedRows, Source, Text};
use crate::data::spill::SpilledRecords;
use crate::data::streamed::{Streamed, TextBlock};
#[cfg(feature = "parquet")]
use bytes::Bytes;
use memchr::memchr_iter;
use std::ops::Range;

/// An opened table.
pub(super) struct Table {
    positions: Positions,
    body: Body,
    /// What lets row groups of Parquet be read in part.
    #[cfg(feature = "parquet")]
    pruning: Option<OtherYears>,
}

enum Body {
    Csv(CsvBody),
    /// A large text of so many fields, whose first block after the header is at hand.
    Streamed(Box<Streamed>, TextBlock, usize),
    #[cfg(feature = "parquet")]
    Parquet(ParquetTable),
    /// Rows that were decoded already.
    #[cfg(feature = "parquet")]
    Batch(ParquetBatch),
    /// Rows that were kept elsewhere.
    Spilled(SharedRows),
}

/// A text, or a block of one.
struct CsvBody {
    text: Text,
    field_count: usize,
    /// Where the first record after the header begins.
    first: Place,
}

/// Some rows of a Parquet file.
#[cfg(feature = "parquet")]
struct ParquetBatch {
    columns: Vec<ColumnBatch>,
    rows: usize,
    first_line: u64,
}

/// What a file is expected to be.
pub(super) struct Expected<'a> {
    pub(super) path: &'a str,
    pub(super) role: FileRole,
    pub(super) columns: &'static [ColumnSpec],
    /// What the folders around it say of its rows.
    pub(super) constants: &'a [(String, String)],
}

impl Expected<'_> {
    /// Matches headers; tells `warnings` what was tolerated.
    fn matched(&self, headers: &[String], warnings: &mut Vec<String>) -> Result<HeaderMatch, DataError> {
        let matched = match_headers(self.path, self.role, self.columns, headers, self.constants)?;
        warn_of(self.path, self.role, &matched, warnings);
        Ok(matched)
    }
}

/// What the header of a CSV says.
#[derive(Clone)]
pub(super) struct CsvHead {
    positions: Positions,
    field_count: usize,
}

impl CsvHead {
    /// Matches the header at the beginning of a text; returns where the record after it begins.
    ///
    /// # Errors
    /// No header, or one that does not match.
    pub(super) fn of(
        expected: &Expected<'_>,
        text: &str,
        warnings: &mut Vec<String>,
    ) -> Result<(CsvHead, Place), DataError> {
        let (mut splitter, mut header) = (Splitter::new(text), Records::default());
        if !splitter.next(&mut header) {
            return Err(DataError::Empty {
                path: expected.path.to_string(),
            });
        }
        let headers: Vec<String> = header.only(text).map(|field| field.trim().to_string()).collect();
        let matched = expected.matched(&headers, warnings)?;
        let head = CsvHead {
            positions: Positions::new(&matched.positions, &matched, expected.constants),
            field_count: headers.len(),
        };
        Ok((head, splitter.place()))
    }
}

/// Rows that follow each other.
pub(super) struct Rows<'a> {
    positions: &'a Positions,
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
    Spilled(&'a [u8]),
}

impl Table {
    /// Recognises the format and matches the headers; adds to `warnings` what was tolerated.
    ///
    /// # Errors
    /// Everything that makes a file unusable before its first row.
    pub(super) fn open<C: Column>(source: Source, warnings: &mut Vec<String>) -> Result<Table, DataError> {
        let (path, constants) = (source.path().to_string(), source.shared_constants());
        let expected = Expected {
            path: &path,
            role: C::ROLE,
            columns: C::SPECS,
            constants: &constants,
        };
        match source.into_content()? {
            Content::Text { text, was_gbk } => {
                if was_gbk {
                    warnings.push(read_as_gbk(&path));
                }
                let (head, first) = CsvHead::of(&expected, text.as_str(), warnings)?;
                Ok(Table::of_csv(head, text, first))
            }
            Content::Large(source, file) => {
                let mut streamed = Box::new(Streamed::new(source, file));
                let block = streamed.next()?.unwrap_or_default();
                let (text, records) = block.into_text(&path)?;
                let (head, first) = CsvHead::of(&expected, &text, warnings)?;
                let block = TextBlock::of(text, records.after(first));
                Ok(Table {
                    positions: head.positions,
                    body: Body::Streamed(streamed, block, head.field_count),
                    #[cfg(feature = "parquet")]
                    pruning: None,
                })
            }
            #[cfg(feature = "parquet")]
            Content::Parquet(bytes) => {
                let chunks = Chunks::Memory(Bytes::from_owner(bytes));
                let (positions, parquet) = open_parquet(&expected, chunks, warnings)?;
                Ok(Table {
                    positions,
                    body: Body::Parquet(parquet),
                    pruning: None,
                })
            }
            Content::Rows(rows) => Ok(Table {
                positions: Positions::of_all(C::SPECS.len()),
                body: Body::Spilled(rows),
                #[cfg(feature = "parquet")]
                pruning: None,
            }),
            #[cfg(not(feature = "parquet"))]
            Content::Parquet(_) => Err(DataError::NoParquet { path }),
        }
    }

    /// Of row groups that are proven to be of other years, only what those years need is read. A flag of reversals that
    /// stands in the name of a folder has no statistics.
    #[cfg(feature = "parquet")]
    pub(super) fn pruned(self, pruning: Option<OtherYears>) -> Table {
        let by_folder = |flag| self.positions.is_constant(flag);
        let pruning = pruning.filter(|others| !by_folder(others.flag));
        Table { pruning, ..self }
    }

    fn of_csv(head: CsvHead, text: Text, first: Place) -> Table {
        Table {
            positions: head.positions,
            #[cfg(feature = "parquet")]
            pruning: None,
            body: Body::Csv(CsvBody {
                text,
                field_count: head.field_count,
                first,
            }),
        }
    }

    /// Some rows of a Parquet file, the first of them at `first_line`.
    #[cfg(feature = "parquet")]
    pub(super) fn of_batch(
        positions: Positions,
        (columns, rows): (Vec<ColumnBatch>, usize),
        first_line: u64,
    ) -> Table {
        Table {
            positions,
            body: Body::Batch(ParquetBatch {
                columns,
                rows,
                first_line,
            }),
            pruning: None,
        }
    }

    /// A block of a CSV whose records begin at `first`.
    pub(super) fn of_block(head: CsvHead, block: String, first: Place) -> Table {
        Table::of_csv(head, Text::Own(block), first)
    }

    /// About how many rows there are, so that there is room for them; 0 if that is not known.
    pub(super) fn about_rows(&self) -> usize {
        match &self.body {
            Body::Csv(body) => about_lines(body.text.as_str().as_bytes(), body.text.as_str().len()),
            Body::Streamed(streamed, first, _) => about_lines(first.bytes(), streamed.length()),
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => parquet.rows(),
            #[cfg(feature = "parquet")]
            Body::Batch(batch) => batch.rows,
            Body::Spilled(_) => 0,
        }
    }

    /// Shows every row to `visit`, in the order of the file, part by part.
    ///
    /// # Errors
    /// A Parquet file that turns out to be damaged on the way.
    pub(super) fn for_each(self, mut visit: impl FnMut(&Row<'_>)) -> Result<(), DataError> {
        let positions = &self.positions;
        let mut visit_part = |body: &CsvBody, part: Part| {
            let place = RowsPlace::Csv { body, part };
            Rows { positions, place }.for_each(&mut visit);
        };
        match self.body {
            Body::Csv(body) => {
                Cutter::new(body.text.as_str(), body.first).for_each(|part| visit_part(&body, part));
            }
            Body::Streamed(mut streamed, first, field_count) => {
                let (path, mut hashing) = (streamed.path().to_string(), streamed.hashing());
                let mut next = Some(first);
                while let Some(block) = next {
                    let (body, part) = CsvBody::of_block(block, &path, field_count)?;
                    visit_part(&body, part);
                    hashing.add(&body.text);
                    streamed.spares().put(body.text);
                    next = streamed.next()?;
                }
                hashing.finish()?;
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                let mut first_line = 1;
                parquet.for_each_batch(positions.known(), self.pruning, |columns, rows| {
                    let place = RowsPlace::Parquet {
                        columns,
                        rows: 0..rows,
                        first_line,
                    };
                    Rows { positions, place }.for_each(&mut visit);
                    first_line += rows as u64;
                })?;
            }
            #[cfg(feature = "parquet")]
            Body::Batch(batch) => {
                let place = batch.place();
                Rows { positions, place }.for_each(visit);
            }
            Body::Spilled(rows) => {
                if let Some(rows) = rows.rows() {
                    for part in rows.parts() {
                        let place = RowsPlace::Spilled(&rows.bytes()[part.clone()]);
                        Rows { positions, place }.for_each(&mut visit);
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads parts of the table side by side with `read`, and hands what they gave to `take` in the order of the file.
    ///
    /// Meanwhile the next parts are read, so what `take` learns is unknown to `read`.
    ///
    /// # Errors
    /// A file that turns out to be damaged on the way; `take` has then seen a part of it.
    pub(super) fn for_each_part<T: Send>(
        self,
        read: impl Fn(&Rows<'_>) -> T + Sync,
        mut take: impl FnMut(T) + Send,
    ) -> Result<(), DataError> {
        let positions = &self.positions;
        let read = |place: RowsPlace<'_>| read(&Rows { positions, place });
        let take = |found| {
            take(found);
            Ok(())
        };
        match self.body {
            Body::Streamed(streamed, first, field_count) => {
                read_blocks(*streamed, first, field_count, read, take)
            }
            Body::Csv(body) => {
                let mut cutter = Cutter::new(body.text.as_str(), body.first);
                let read_part = |part| Ok(read(RowsPlace::Csv { body: &body, part }));
                convey(|| Ok(cutter.next()), read_part, take)
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                let (mut progress, mut first_line) = (Progress::default(), 1);
                let decode = || {
                    let batch = parquet.next_batch(positions.known(), self.pruning, &mut progress)?;
                    Ok(batch.map(|(columns, rows)| {
                        let batch = ParquetBatch {
                            columns,
                            rows,
                            first_line,
                        };
                        first_line += rows as u64;
                        batch
                    }))
                };
                convey(decode, |batch| Ok(read(batch.place())), take)
            }
            #[cfg(feature = "parquet")]
            Body::Batch(batch) => {
                let mut take = take;
                take(read(batch.place()))
            }
            Body::Spilled(rows) => {
                let Some(rows) = rows.rows() else {
                    return Ok(());
                };
                let mut parts = rows.parts().iter();
                let read_part =
                    |part: &Range<usize>| Ok(read(RowsPlace::Spilled(&rows.bytes()[part.clone()])));
                convey(|| Ok(parts.next()), read_part, take)
            }
        }
    }
}

/// As [`Table::for_each_part`], of a text that comes in blocks, each of which is a part.
fn read_blocks<T: Send>(
    mut streamed: Streamed,
    first: TextBlock,
    field_count: usize,
    read: impl Fn(RowsPlace<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), DataError> + Send,
) -> Result<(), DataError> {
    let (path, spares, mut hashing) = (streamed.path().to_string(), streamed.spares(), streamed.hashing());
    let mut first = Some(first);
    let next = || match first.take() {
        Some(first) => Ok(Some(first)),
        None => streamed.next(),
    };
    let read_block = |block| {
        let (body, part) = CsvBody::of_block(block, &path, field_count)?;
        Ok((read(RowsPlace::Csv { body: &body, part }), body.text))
    };
    // In their order, which only then is known to be that of the file.
    convey(next, read_block, |(found, text)| {
        hashing.add(&text);
        spares.put(text);
        take(found)
    })?;
    hashing.finish()
}

impl CsvBody {
    /// A block of a text that has so many fields, and all of its records.
    ///
    /// # Errors
    /// [`DataError::NotText`] of the file at `path`.
    fn of_block(block: TextBlock, path: &str, field_count: usize) -> Result<(CsvBody, Part), DataError> {
        let (text, records) = block.into_text(path)?;
        let body = CsvBody {
            text: Text::Own(text),
            field_count,
            first: records.from,
        };
        Ok((body, records))
    }
}

#[cfg(feature = "parquet")]
impl ParquetBatch {
    fn place(&self) -> RowsPlace<'_> {
        RowsPlace::Parquet {
            columns: &self.columns,
            rows: 0..self.rows,
            first_line: self.first_line,
        }
    }
}

impl<'a> Rows<'a> {
    /// The rows and their cells.
    pub(super) fn block(&self) -> Block<'a> {
        let cells = match &self.place {
            &RowsPlace::Csv { body, part } => {
                let (text, fields) = (body.text.as_str(), body.field_count);
                match Lines::of_part(text, &part, fields) {
                    Some(lines) => Cells::Lines(lines),
                    None => Cells::Csv {
                        text,
                        records: Records::of_part(text, &part, fields),
                    },
                }
            }
            #[cfg(feature = "parquet")]
            RowsPlace::Parquet {
                columns,
                rows,
                first_line,
            } => Cells::Parquet {
                columns,
                rows: rows.clone(),
                first_line: *first_line,
            },
            &RowsPlace::Spilled(bytes) => Cells::Spilled(SpilledRecords::of(bytes)),
        };
        Block::of_cells(self.positions, cells)
    }

    /// Shows each row to `visit`.
    pub(super) fn for_each(&self, mut visit: impl FnMut(&Row<'_>)) {
        self.block().rows().for_each(|row| visit(&row));
    }
}

/// About how many lines a text of `length` bytes has that begins like this, and some more.
fn about_lines(beginning: &[u8], length: usize) -> usize {
    const LOOKED_AT: usize = 64 * 1024;
    let looked_at = &beginning[..beginning.len().min(LOOKED_AT)];
    let lines = memchr_iter(b'\n', looked_at).count();
    // A fiftieth more.
    (length / looked_at.len().max(1)).saturating_mul(lines + lines / 50 + 1)
}

/// What is said of a file that is not UTF-8.
pub(super) fn read_as_gbk(path: &str) -> String {
    format!("`{path}` is not UTF-8; it was read as GBK")
}

/// Opens a Parquet file and chooses the columns to decode; returns where they are.
#[cfg(feature = "parquet")]
pub(super) fn open_parquet(
    expected: &Expected<'_>,
    chunks: Chunks,
    warnings: &mut Vec<String>,
) -> Result<(Positions, ParquetTable), DataError> {
    let (mut parquet, headers) = ParquetTable::open(expected.path, chunks)?;
    let matched = expected.matched(&headers, warnings)?;
    let at = parquet.select(expected.columns, &matched.positions, warnings)?;
    Ok((Positions::new(&at, &matched, expected.constants), parquet))
}

/// One warning per file of unknown columns, whatever their number, and one per role of columns that folders have too.
fn warn_of(path: &str, role: FileRole, matched: &HeaderMatch, warnings: &mut Vec<String>) {
    for column in &matched.doubled {
        let warning = format!(
            "{role} files have a column `{column}`, and folders named after it: the column was read, not the folders"
        );
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    if !matched.unknown.is_empty() {
        let mut warning = format!("`{path}`: columns that no {role} file has were ignored: ");
        for (place, header) in matched.unknown.iter().enumerate() {
            let before = if place == 0 { "`" } else { ", `" };
            warning.extend([before, header, "`"]);
        }
        warnings.push(warning);
    }
}
