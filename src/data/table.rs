//! A table of any format as blocks of rows, with the columns already matched to what is wanted.

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
use rayon::prelude::*;
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
    /// A large text, of which the first block is at hand.
    Streamed(Box<Streamed>, CsvBody),
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
    /// Whether there may be quotes.
    quotes: bool,
}

impl CsvBody {
    /// A block of a text that has so many fields; it begins with the record on a line.
    fn of_block(block: TextBlock, line: u64, field_count: usize) -> CsvBody {
        CsvBody {
            text: Text::Own(block.text),
            field_count,
            first: Place { at: 0, line },
            quotes: block.quotes,
        }
    }

    /// Its parts, and the line on which whatever comes after it begins.
    fn parts(&self) -> (Vec<Part>, u64) {
        let mut cutter = Cutter::new(self.text.as_str(), self.first).with_quotes(self.quotes);
        let parts = cutter.by_ref().collect();
        (parts, cutter.place().line)
    }
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

/// Parts of a CSV that are read before what they gave is taken in, per thread.
const PARTS_PER_THREAD: usize = 4;

/// Rows of a Parquet file that make one task.
#[cfg(feature = "parquet")]
const PARQUET_PART_ROWS: usize = 2048;

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
                let text = streamed.next()?.map_or_else(String::new, |block| block.text);
                let (head, first) = CsvHead::of(&expected, &text, warnings)?;
                let begun = Table::of_csv(head, Text::Own(text), first);
                Ok(begun.streaming(streamed))
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
                quotes: true,
            }),
        }
    }

    /// The same, whose text goes on.
    fn streaming(self, streamed: Box<Streamed>) -> Table {
        let body = match self.body {
            Body::Csv(first) => Body::Streamed(streamed, first),
            other => other,
        };
        Table { body, ..self }
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
            Body::Csv(body) => about_lines(body.text.as_str(), body.text.as_str().len()),
            Body::Streamed(streamed, first) => about_lines(first.text.as_str(), streamed.length()),
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
        let mut visit_text = |body: &CsvBody| {
            let (parts, line) = body.parts();
            parts.into_iter().for_each(|part| {
                let place = RowsPlace::Csv { body, part };
                Rows { positions, place }.for_each(&mut visit);
            });
            line
        };
        match self.body {
            Body::Csv(body) => {
                visit_text(&body);
            }
            Body::Streamed(mut streamed, body) => {
                let (field_count, mut next) = (body.field_count, Some(body));
                while let Some(body) = next {
                    let line = visit_text(&body);
                    streamed.reuse(body.text);
                    let block = streamed.next()?;
                    next = block.map(|block| CsvBody::of_block(block, line, field_count));
                }
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
                let place = batch.place(0..batch.rows);
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
    /// A Parquet file that turns out to be damaged on the way; `take` has then seen a part of it.
    pub(super) fn for_each_part<T: Send>(
        self,
        read: impl Fn(&Rows<'_>) -> T + Sync,
        mut take: impl FnMut(T) + Send,
    ) -> Result<(), DataError> {
        let positions = &self.positions;
        let at_once = PARTS_PER_THREAD * rayon::current_num_threads();
        let mut pending: Vec<T> = Vec::new();
        match self.body {
            Body::Streamed(mut streamed, first) => {
                pending = read_blocks(&mut streamed, first, positions, (&read, &mut take))?;
            }
            Body::Csv(body) => {
                let mut cutter = Cutter::new(body.text.as_str(), body.first);
                loop {
                    let parts: Vec<Part> = cutter.by_ref().take(at_once).collect();
                    if parts.is_empty() {
                        break;
                    }
                    let read_part = |part| {
                        let place = RowsPlace::Csv { body: &body, part };
                        read(&Rows { positions, place })
                    };
                    read_ahead(parts.into_par_iter(), read_part, &mut pending, &mut take);
                }
            }
            #[cfg(feature = "parquet")]
            Body::Parquet(parquet) => {
                pending = read_batches(&parquet, self.pruning, positions, (&read, &mut take))?;
            }
            #[cfg(feature = "parquet")]
            Body::Batch(batch) => {
                pending = batch
                    .parts()
                    .map(|place| read(&Rows { positions, place }))
                    .collect();
            }
            Body::Spilled(rows) => {
                let Some(rows) = rows.rows() else {
                    return Ok(());
                };
                for parts in rows.parts().chunks(at_once) {
                    let read_part = |part: &Range<usize>| {
                        let place = RowsPlace::Spilled(&rows.bytes()[part.clone()]);
                        read(&Rows { positions, place })
                    };
                    read_ahead(parts.par_iter(), read_part, &mut pending, &mut take);
                }
            }
        }
        pending.into_iter().for_each(take);
        Ok(())
    }
}

/// Reads parts side by side while `take` gets what was `pending`; what they gave is pending then.
fn read_ahead<P: Send, T: Send>(
    parts: impl IndexedParallelIterator<Item = P>,
    read_part: impl Fn(P) -> T + Sync + Send,
    pending: &mut Vec<T>,
    take: &mut (impl FnMut(T) + Send),
) {
    let (next, ()) = rayon::join(
        || parts.with_max_len(1).map(read_part).collect(),
        || pending.drain(..).for_each(take),
    );
    *pending = next;
}

/// As [`Table::for_each_part`], of a text that comes in blocks: the next one is read meanwhile. What the last block gave is
/// still to be taken.
fn read_blocks<T: Send>(
    streamed: &mut Streamed,
    first: CsvBody,
    positions: &Positions,
    (read, take): (&(impl Fn(&Rows<'_>) -> T + Sync), &mut (impl FnMut(T) + Send)),
) -> Result<Vec<T>, DataError> {
    let mut pending: Vec<T> = Vec::new();
    let field_count = first.field_count;
    let cut = |body: CsvBody| {
        let parts = body.parts();
        (body, parts)
    };
    let mut at_hand = Some(cut(first));
    while let Some((body, (parts, line))) = at_hand {
        let read_part = |part| {
            let place = RowsPlace::Csv { body: &body, part };
            read(&Rows { positions, place })
        };
        let (found, ahead) = rayon::join(
            || parts.into_par_iter().with_max_len(1).map(read_part).collect(),
            || {
                pending.drain(..).for_each(&mut *take);
                let block = streamed.next()?;
                Ok::<_, DataError>(block.map(|block| cut(CsvBody::of_block(block, line, field_count))))
            },
        );
        pending = found;
        streamed.reuse(body.text);
        at_hand = ahead?;
    }
    Ok(pending)
}

/// As [`Table::for_each_part`], of a Parquet file: the next batch of rows is decoded meanwhile. What the last batch gave is
/// still to be taken.
#[cfg(feature = "parquet")]
fn read_batches<T: Send>(
    parquet: &ParquetTable,
    pruning: Option<OtherYears>,
    positions: &Positions,
    (read, take): (&(impl Fn(&Rows<'_>) -> T + Sync), &mut (impl FnMut(T) + Send)),
) -> Result<Vec<T>, DataError> {
    let (mut progress, mut first_line) = (Progress::default(), 1);
    let mut decode = || parquet.next_batch(positions.known(), pruning, &mut progress);
    let (mut pending, mut at_hand) = (Vec::new(), decode()?);
    while let Some((columns, rows)) = at_hand {
        let batch = ParquetBatch {
            columns,
            rows,
            first_line,
        };
        let (found, ((), ahead)) = rayon::join(
            || {
                batch
                    .parts()
                    .map(|place| read(&Rows { positions, place }))
                    .collect()
            },
            || rayon::join(|| pending.drain(..).for_each(&mut *take), &mut decode),
        );
        pending = found;
        first_line += rows as u64;
        at_hand = ahead?;
    }
    Ok(pending)
}

#[cfg(feature = "parquet")]
impl ParquetBatch {
    /// The rows in parts that are read side by side.
    fn parts(&self) -> impl IndexedParallelIterator<Item = RowsPlace<'_>> {
        let starts = (0..self.rows)
            .into_par_iter()
            .step_by(PARQUET_PART_ROWS)
            .with_max_len(1);
        starts.map(|start| self.place(start..self.rows.min(start + PARQUET_PART_ROWS)))
    }

    fn place(&self, rows: Range<usize>) -> RowsPlace<'_> {
        RowsPlace::Parquet {
            columns: &self.columns,
            rows,
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
fn about_lines(beginning: &str, length: usize) -> usize {
    const LOOKED_AT: usize = 64 * 1024;
    let looked_at = beginning.as_bytes();
    let looked_at = &looked_at[..looked_at.len().min(LOOKED_AT)];
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
        let list = matched
            .unknown
            .iter()
            .map(|header| format!("`{header}`"))
            .collect::<Vec<_>>()
            .join(", ");
        warnings.push(format!(
            "`{path}`: columns that no {role} file has were ignored: {list}"
        ));
    }
}
