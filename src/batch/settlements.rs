//! Writing settlements while settling: parts are settled and encoded side by side, and appended in order.
//!
//! A part is cut by claims and persons, never by threads or time, so that the file is the same to the byte however many
//! threads there are. Only a few parts are in memory.

use crate::batch::history::Row;
use crate::conveyor::convey;
use crate::data::DataError;
use crate::data::caseload::{ByPerson, Caseload, Names};
use crate::data::pseudonym::Pseudonyms;
use crate::data::settlements::{COLUMNS, SettlementRow};
use crate::data::staging::OutputDir;
use crate::data::writer::{EncodedPart, Format, PART_ROWS, PartWriter, TableWriter};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Persons whose rows are encoded at once, while they are in the processor's cache.
pub(super) const PERSONS_AT_ONCE: usize = 256;

/// Rows of which one column after the other is told, while they are in the cache that is next to the processor.
const ROWS_AT_ONCE: usize = 128;

/// The settlements file of a run, or a piece of it.
pub struct SettlementsWriter {
    table: TableWriter,
}

impl SettlementsWriter {
    /// Creates `settlements.csv` or `settlements.parquet` in a directory in the making.
    ///
    /// # Errors
    /// As for [`TableWriter::create`].
    pub fn create(target: &OutputDir, format: Format) -> Result<SettlementsWriter, DataError> {
        let name = format!("settlements.{}", format.extension());
        let table = TableWriter::create_as(&target.file(&name), &target.shown(&name), format, &COLUMNS)?;
        Ok(SettlementsWriter {
            table: table.naming(target.pseudonyms()),
        })
    }

    /// Creates a file of settlements anywhere.
    ///
    /// # Errors
    /// As for [`TableWriter::create`].
    pub(crate) fn create_file(path: &Path, format: Format) -> Result<SettlementsWriter, DataError> {
        let table = TableWriter::create(path, format, &COLUMNS)?;
        Ok(SettlementsWriter { table })
    }

    /// Calls persons by these pseudonyms, if there are any.
    #[must_use]
    pub(crate) fn naming(self, pseudonyms: Option<&Pseudonyms>) -> SettlementsWriter {
        SettlementsWriter {
            table: self.table.naming(pseudonyms),
        }
    }

    /// Appends a finished piece, of which [`SettlementsWriter::finish`] has told the number of rows.
    ///
    /// # Errors
    /// As for [`TableWriter::append_file`].
    pub fn append_file(&mut self, path: &Path, rows: u64) -> Result<(), DataError> {
        self.table.append_file(path, rows)
    }

    /// Encodes and appends rows that are at hand.
    ///
    /// # Errors
    /// As for [`TableWriter::append`].
    pub fn write(&mut self, caseload: &Caseload, rows: &[Row]) -> Result<(), DataError> {
        let parts = self.parts();
        let make = |index| {
            let from = index * PART_ROWS;
            let mut part = parts.take();
            write_rows(&mut part, caseload, &rows[from..rows.len().min(from + PART_ROWS)]);
            parts.encode(part)
        };
        let mut indices = 0..rows.len().div_ceil(PART_ROWS);
        convey(|| Ok(indices.next()), make, |part| self.append(part))
    }

    /// Closes the file; returns the number of rows.
    ///
    /// # Errors
    /// As for [`TableWriter::finish`].
    pub fn finish(self) -> Result<u64, DataError> {
        self.table.finish()
    }

    /// Where threads get parts from.
    pub(super) fn parts(&self) -> Parts {
        Parts {
            empty: self.table.part(),
            shown: self.table.path().display().to_string(),
            spare: Mutex::default(),
        }
    }

    /// Appends a part that came from [`SettlementsWriter::parts`].
    pub(super) fn append(&mut self, part: EncodedPart) -> Result<(), DataError> {
        self.table.append(part)
    }
}

/// Parts to fill, whose memory is used again.
pub(super) struct Parts {
    empty: PartWriter,
    /// How errors name the file.
    shown: String,
    spare: Mutex<Vec<PartWriter>>,
}

impl Parts {
    /// A part without rows.
    pub(super) fn take(&self) -> PartWriter {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| self.empty.empty())
    }

    /// Encodes a part and keeps its memory.
    pub(super) fn encode(&self, mut part: PartWriter) -> Result<EncodedPart, DataError> {
        let encoded = part.encode();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.push(part);
        encoded.map_err(|error| DataError::unwritable(&self.shown, error))
    }
}

/// Adds rows to a part of the settlements.
pub(super) fn write_rows(part: &mut PartWriter, caseload: &Caseload, rows: &[Row]) {
    let (mut own, mut id) = (Names::default(), String::new());
    for row in rows.iter().filter(|row| !row.is_first()) {
        own.push(row.setl_id(caseload, &mut id));
        own.push(&row.cancelled_id(caseload).unwrap_or_default());
    }
    let mut own_ids = (0..own.len() as u32).step_by(2);
    let mut row = |row| settlement_row(row, caseload, &own, &mut own_ids);
    let mut at_once = Vec::with_capacity(ROWS_AT_ONCE.min(rows.len()));
    for rows in rows.chunks(ROWS_AT_ONCE) {
        at_once.clear();
        at_once.extend(rows.iter().map(&mut row));
        part.rows(&at_once);
    }
}

/// A row as it is written; the ids of a row that has not its claim's are the next two of `own`, that of what it cancels
/// the second.
#[inline]
fn settlement_row<'a>(
    row: &'a Row,
    caseload: &'a Caseload,
    own: &'a Names,
    own_ids: &mut impl Iterator<Item = u32>,
) -> SettlementRow<'a> {
    let claim = &caseload.claims[row.claim as usize];
    let mdtrt_id = caseload.claim_ids.get(row.request);
    let own_id = if row.is_first() { None } else { own_ids.next() };
    let setl_id = match own_id {
        Some(id) => own.get(id),
        None if row.request == row.claim => mdtrt_id,
        None => caseload.claim_ids.get(row.claim),
    };
    SettlementRow {
        setl_id,
        mdtrt_id,
        psn_no: caseload.person_ids.get(claim.person),
        med_type: claim.claim.med_type,
        settled_at: row.posted_at,
        settlement: &row.settlement,
        cancels: own_id.filter(|_| row.cancels).map(|id| own.get(id + 1)),
    }
}

/// Cuts persons where a part has claims enough.
pub(super) fn cut(by_person: &ByPerson<u32>, persons: usize) -> Vec<Range<usize>> {
    let (mut parts, mut start, mut claims) = (Vec::new(), 0, 0);
    for person in 0..persons {
        claims += by_person.of_person(person as u32).len();
        if claims >= PART_ROWS {
            parts.push(start..person + 1);
            (start, claims) = (person + 1, 0);
        }
    }
    if start < persons {
        parts.push(start..persons);
    }
    parts
}
