//! The files of a finished run: settlements, rejects, ledger, fund, and the record of the run.

use crate::batch::history::Row;
use crate::batch::record::RunRecord;
use crate::batch::resettle::Resettlement;
use crate::batch::run::Run;
use crate::data::caseload::Caseload;
use crate::data::settlements::{COLUMNS, SettlementRow};
use crate::data::staging::OutputDir;
use crate::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use crate::data::{DataError, write_rejects};
use crate::fund::journal::Journal;
use crate::fund::ledger::ledger_lines;
use chrono::NaiveTime;
use serde::Serialize;
use std::path::Path;

/// Writes every output of a run into `target`, `settlements` only if the format is given; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub fn write_run(
    run: &Run,
    record: &RunRecord,
    target: &OutputDir,
    settlements: Option<Format>,
) -> Result<(), DataError> {
    if let Some(format) = settlements {
        let path = target.file(&format!("settlements.{}", format.extension()));
        write_settlements(&run.caseload, &run.outcome.rows, &path, format)?;
    }
    write_rejects(&target.file("rejects.csv"), &run.rejects)?;
    write_ledger(&run.journal, &run.caseload.districts, &target.file("ledger.csv"))?;
    write_json(&target.file("fund.json"), &run.statements)?;
    write_json(&target.file("run.json"), record)
}

/// Writes every output of a resettlement into `target`: settlements and ledger of the change alone, the rest of the state
/// after it; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub fn write_resettlement(
    resettlement: &Resettlement,
    record: &RunRecord,
    target: &OutputDir,
    format: Format,
) -> Result<(), DataError> {
    let path = target.file(&format!("settlements.{}", format.extension()));
    write_changes(resettlement, &path, format)?;
    write_rejects(&target.file("rejects.csv"), &resettlement.run.rejects)?;
    write_ledger(
        &resettlement.journal,
        &resettlement.districts,
        &target.file("ledger.csv"),
    )?;
    write_json(&target.file("fund.json"), &resettlement.run.statements)?;
    write_json(&target.file("run.json"), record)
}

fn write_changes(resettlement: &Resettlement, path: &Path, format: Format) -> Result<(), DataError> {
    let mut table = TableWriter::create(path, format, &COLUMNS)?;
    // There are rows only if there is a day to post them on.
    let posted_on = resettlement.posted_on().unwrap_or_default();
    for row in &resettlement.rows {
        let (id, cancels) = (row.setl_id(), row.cancelled_id());
        let row = SettlementRow {
            setl_id: &id,
            mdtrt_id: &row.request,
            psn_no: &row.person,
            med_type: row.med_type,
            settled_at: posted_on.and_time(NaiveTime::MIN),
            settlement: &row.settlement,
            cancels: cancels.as_deref(),
        };
        table.record(|part| row.write(part))?;
    }
    table.finish().map(drop)
}

fn write_settlements(
    caseload: &Caseload,
    rows: &[Row],
    path: &Path,
    format: Format,
) -> Result<(), DataError> {
    let mut table = TableWriter::create(path, format, &COLUMNS)?;
    let mut id = String::new();
    for row in rows {
        let claim = &caseload.claims[row.claim as usize];
        let cancels = row.cancelled_id(caseload);
        let row = SettlementRow {
            setl_id: row.setl_id(caseload, &mut id),
            mdtrt_id: caseload.claim_ids.get(row.request),
            psn_no: caseload.person_ids.get(claim.person),
            med_type: claim.claim.med_type,
            settled_at: row.posted_at,
            settlement: &row.settlement,
            cancels: cancels.as_deref(),
        };
        table.record(|part| row.write(part))?;
    }
    table.finish().map(drop)
}

fn write_ledger(journal: &Journal, districts: &[String], path: &Path) -> Result<(), DataError> {
    let columns = [
        OutColumn::new("entry", Kind::Int),
        OutColumn::new("date", Kind::Date),
        OutColumn::new("book", Kind::Text),
        OutColumn::new("account", Kind::Text),
        OutColumn::new("kind", Kind::Text),
        OutColumn::new("debit", Kind::Fen),
        OutColumn::new("credit", Kind::Fen),
        OutColumn::new("items", Kind::Int),
        OutColumn::new("district", Kind::Text),
        OutColumn::new("setl_id", Kind::Text),
    ];
    let mut table = TableWriter::create(path, Format::Csv, &columns)?;
    for line in ledger_lines(journal) {
        let district = line
            .district
            .map_or("", |district| &districts[usize::from(district)]);
        table.row(&[
            OutCell::Int(line.entry as i64),
            OutCell::Date(line.date),
            OutCell::Text(line.book),
            OutCell::Text(line.account),
            OutCell::Text(line.kind),
            OutCell::Fen(line.debit),
            OutCell::Fen(line.credit),
            OutCell::Int(line.items as i64),
            OutCell::Text(district),
            OutCell::Text(line.claim.unwrap_or("")),
        ])?;
    }
    table.finish().map(drop)
}

/// Writes a value as indented JSON.
///
/// # Errors
/// What kept the file from being written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), DataError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| DataError::unwritable(path, error))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|error| DataError::unwritable(path, error))
}
