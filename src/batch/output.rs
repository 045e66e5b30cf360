//! The files of a finished run: settlements, rejects, ledger, fund, and the record of the run.

use crate::batch::parted::PartedRun;
use crate::batch::record::RunRecord;
use crate::batch::resettle::Resettlement;
use crate::batch::run::Run;
use crate::batch::settlements::SettlementsWriter;
use crate::data::pseudonym::Pseudonyms;
use crate::data::settlements::{COLUMNS, SettlementRow};
use crate::data::source::sha256_of_file;
use crate::data::staging::OutputDir;
use crate::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use crate::data::{DataError, Reject, write_rejects};
use crate::fund::journal::Journal;
use crate::fund::ledger::ledger_lines;
use chrono::NaiveTime;
use serde::Serialize;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::path::Path;

/// Writes every output of a run into `target` but the settlements, which were written while settling; committing it is the
/// caller's.
///
/// # Errors
/// What kept a file from being written.
pub fn write_run(run: &Run, record: &RunRecord, target: &OutputDir) -> Result<(), DataError> {
    let rejects = run.rejects.iter().map(Ok);
    write_others(
        run,
        &run.journal,
        &run.caseload.districts,
        (rejects, record),
        target,
    )
    .map_err(|error| target.shown_in(error))
}

/// Writes every output of a run in parts into `target`, joined from what was kept of the parts; committing it is the
/// caller's.
///
/// # Errors
/// What kept a file from being written, or what was kept from being read.
pub fn write_parted_run(
    parted: &PartedRun,
    record: &RunRecord,
    target: &OutputDir,
    settlements: Option<SettlementsWriter>,
) -> Result<(), DataError> {
    let run = &parted.run;
    let write = || {
        if let Some(settlements) = settlements {
            parted.join_settlements(settlements)?;
        }
        let rejects = parted.rejects()?;
        write_others(
            run,
            &run.journal,
            &run.caseload.districts,
            (rejects, record),
            target,
        )
    };
    write().map_err(|error| target.shown_in(error))
}

/// Writes rejects, ledger, fund and record, which has the hashes of all other files.
fn write_others<R: Borrow<Reject>>(
    run: &Run,
    journal: &Journal,
    districts: &[String],
    (rejects, record): (impl Iterator<Item = Result<R, DataError>>, &RunRecord),
    target: &OutputDir,
) -> Result<(), DataError> {
    write_rejects(&target.file("rejects.csv"), rejects, target.pseudonyms())?;
    write_ledger(journal, districts, &target.file("ledger.csv"))?;
    write_json(&target.file("fund.json"), &run.statements)?;
    let record = RunRecord {
        outputs: hashes(target)?,
        pseudonym_key: target.pseudonyms().map(Pseudonyms::key_check),
        ..record.clone()
    };
    write_json(&target.file("run.json"), &record)
}

/// SHA-256 of every file that was written so far, by its name.
fn hashes(target: &OutputDir) -> Result<BTreeMap<String, String>, DataError> {
    let folder = target.file("");
    let failed = |error| DataError::unreadable(&folder, error);
    let mut hashes = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        hashes.insert(name, sha256_of_file(&entry.path()).map_err(failed)?);
    }
    Ok(hashes)
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
    let (journal, districts) = (&resettlement.journal, &resettlement.districts);
    write_changes(resettlement, target.pseudonyms(), (&path, format))
        .and_then(|()| {
            let rejects = resettlement.run.rejects.iter().map(Ok);
            write_others(&resettlement.run, journal, districts, (rejects, record), target)
        })
        .map_err(|error| target.shown_in(error))
}

fn write_changes(
    resettlement: &Resettlement,
    pseudonyms: Option<&Pseudonyms>,
    (path, format): (&Path, Format),
) -> Result<(), DataError> {
    let mut table = TableWriter::create(path, format, &COLUMNS)?.naming(pseudonyms);
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
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), DataError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| DataError::unwritable(path, error))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|error| DataError::unwritable(path, error))
}
