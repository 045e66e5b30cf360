//! Files to a caseload: the order of reading, and the proof that nothing got lost.

use crate::data::caseload::{Caseload, Enrolments};
use crate::data::claim_intake::{ClaimIntake, Fate};
use crate::data::claim_rows::ClaimRows;
use crate::data::claims::ClaimParser;
use crate::data::codebook::CodeBook;
use crate::data::columns::{
    ClaimColumn, Column, EnrolmentColumn, EventColumn, FileRole, InstitutionColumn, LineColumn, PersonColumn,
};
use crate::data::enrolments::{EventRows, PaymentPart, PaymentRows, group};
use crate::data::error::DataError;
use crate::data::inputs::{Inputs, check_one_stdin};
use crate::data::institutions::Institutions;
use crate::data::intake::{FileRecord, Intake};
use crate::data::lines::LineBook;
use crate::data::persons::{PersonRows, Persons};
use crate::data::reject::{Reason, Reject};
use crate::data::row_ids::RowIds;
use crate::data::source::Source;
use crate::data::table::{Row, Table};
use crate::data::totals::{ClaimTotals, PaymentTotals};
use rayon::prelude::*;
use std::path::Path;

/// How to read the rows.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// The scenario's codes.
    pub codebook: &'a CodeBook,
    /// The benefit years that have figures; a claim that ends in another year is rejected.
    pub years: &'a [i32],
    /// If given, claims that end in other years are skipped: counted, but neither settled nor rejected.
    pub only_year: Option<i32>,
}

/// What loading gives.
#[derive(Debug)]
pub struct Loaded {
    /// What can be settled.
    pub caseload: Caseload,
    /// What cannot, by file (persons, enrolments, events, institutions, claims, lines) and line.
    pub rejects: Vec<Reject>,
    /// The files that were read, in the same order.
    pub files: Vec<FileRecord>,
    /// What was tolerated: one sentence each, for the person who made the file.
    pub warnings: Vec<String>,
    /// Claim rows and their money.
    pub totals: ClaimTotals,
    /// Payments and their money, before the engine has decided about them; nothing without an enrolments file.
    pub payments: PaymentTotals,
}

/// Reads the files into a caseload.
///
/// # Errors
/// [`DataError`] if a file as a whole is unusable. Bad rows are no error; they are in [`Loaded::rejects`].
pub fn load(inputs: &Inputs, options: &LoadOptions<'_>) -> Result<Loaded, DataError> {
    load_sources(inputs.open()?, options)
}

/// Like [`load`], for what was read already.
///
/// # Errors
/// As for [`load`].
pub fn load_sources(sources: Inputs<Source>, options: &LoadOptions<'_>) -> Result<Loaded, DataError> {
    let hashed: Vec<Source> = sources.files().map(|(_, source)| source.clone()).collect();
    // Hashes are wanted last, so they need not be waited for.
    let (loaded, ()) = rayon::join(
        || load_hashed(sources, options),
        || {
            hashed.into_par_iter().for_each(|source| {
                source.sha256();
            })
        },
    );
    loaded
}

fn load_hashed(sources: Inputs<Source>, options: &LoadOptions<'_>) -> Result<Loaded, DataError> {
    let mut found = Findings::default();
    let mut caseload = Caseload::default();
    let files = Files::of(sources);
    let persons = read_persons(files.persons, options.codebook, &mut caseload, &mut found)?;
    let (enrolments, payments) = read_enrolments(
        (files.enrolments, files.events),
        &persons,
        caseload.persons.len(),
        &mut found,
    )?;
    caseload.enrolments = enrolments;

    let mut institutions = Institutions::new(files.institutions.is_some());
    if let Some(source) = files.institutions {
        found.read::<InstitutionColumn>((0, source), |row, intake| {
            institutions.read_row(row, options.codebook, intake);
        })?;
    }

    // Lines before claims, because a claim's scope amounts come from them; reported after claims, where they belong.
    let lines = files
        .lines
        .map(|source| read_lines(source, options, &mut found.warnings))
        .transpose()?;

    let parser = ClaimParser {
        options,
        persons: &persons,
        institutions: &institutions,
        lines: lines.as_ref().map(|lines| &lines.book),
    };
    let mut intake = ClaimIntake::new(&mut caseload, &persons, institutions.len());
    let (totals, ids, fates) = read_claims(&parser, &mut intake, files.claims, &mut found)?;
    if let Some(lines) = lines {
        let record = finish_lines(lines, &ids, &fates, &mut found.rejects);
        found.files.push(record);
    }
    caseload.claim_ids = ids.into_kept();
    caseload.person_ids = persons.into_ids();
    totals.assert_conserved();
    Ok(found.finish(caseload, totals, payments))
}

/// A file and its batch: 0 for a file of the run itself, 1 for the first late facts.
type Batched = (u32, Source);

/// The files by role, each with its batch, the oldest first.
struct Files {
    persons: Vec<Batched>,
    enrolments: Vec<Batched>,
    events: Vec<Batched>,
    claims: Vec<Batched>,
    lines: Option<Source>,
    institutions: Option<Source>,
}

impl Files {
    fn of(sources: Inputs<Source>) -> Files {
        let first = |source: Option<Source>| source.map(|source| (0, source)).into_iter().collect();
        let mut files = Files {
            persons: first(Some(sources.persons)),
            enrolments: first(sources.enrolments),
            events: first(sources.events),
            claims: first(Some(sources.claims)),
            lines: sources.lines,
            institutions: sources.institutions,
        };
        for (batch, late) in (1..).zip(sources.late) {
            let numbered = |source: Option<Source>| source.map(|source| (batch, source));
            files.persons.extend(numbered(late.persons));
            files.enrolments.extend(numbered(late.enrolments));
            files.events.extend(numbered(late.events));
            files.claims.extend(numbered(late.claims));
        }
        files
    }
}

/// What is found out about the files on the way.
#[derive(Default)]
struct Findings {
    rejects: Vec<Reject>,
    files: Vec<FileRecord>,
    warnings: Vec<String>,
}

impl Findings {
    /// Shows every row of a source to `visit`, which accepts, skips, rejects or replaces it.
    fn read<C: Column>(
        &mut self,
        (batch, source): Batched,
        mut visit: impl FnMut(&Row<'_>, &mut Intake),
    ) -> Result<(), DataError> {
        let mut intake = Intake::new(C::ROLE, batch, &source);
        let rows = each_row::<C>(source, &mut self.warnings, |row| visit(row, &mut intake))?;
        intake.counted(rows);
        self.files.push(intake.finish(&mut self.rejects));
        Ok(())
    }

    /// Shows every row of a source to `read`, parts of it side by side, and then each part, in the order of the file, to
    /// `take`, which accepts, skips, rejects or replaces its rows.
    fn read_parts<C: Column, T: Default + Send>(
        &mut self,
        (batch, source): Batched,
        read: impl Fn(&Row<'_>, &mut T) + Sync,
        mut take: impl FnMut(T, &mut Intake) + Send,
    ) -> Result<(), DataError> {
        let mut intake = Intake::new(C::ROLE, batch, &source);
        let table = Table::open::<C>(source, &mut self.warnings)?;
        let rows = each_part(&table, read, |part| take(part, &mut intake))?;
        intake.counted(rows);
        self.files.push(intake.finish(&mut self.rejects));
        Ok(())
    }

    /// Puts files and rejects into order, whatever the order of reading.
    fn finish(mut self, caseload: Caseload, totals: ClaimTotals, payments: PaymentTotals) -> Loaded {
        self.files.sort_by_key(|file| (file.role, file.batch));
        // Stable, and the rejects of each file are in order already.
        self.rejects.sort_by_key(|reject| (reject.role, reject.batch));
        Loaded {
            caseload,
            rejects: self.rejects,
            files: self.files,
            warnings: self.warnings,
            totals,
            payments,
        }
    }
}

/// Reads the persons files, the newest first, so that its rows keep the ids.
fn read_persons(
    files: Vec<Batched>,
    codebook: &CodeBook,
    caseload: &mut Caseload,
    found: &mut Findings,
) -> Result<Persons, DataError> {
    let mut persons = Persons::default();
    for file in files.into_iter().rev() {
        persons.begin_file();
        found.read_parts::<PersonColumn, PersonRows>(
            file,
            |row, part| part.read_row(row, codebook),
            |part, intake| persons.take(part, caseload, intake),
        )?;
    }
    caseload.sort_districts();
    Ok(persons)
}

/// Reads the claims files, the newest first, and then decides about reversals, whose originals may be in any of them.
fn read_claims(
    parser: &ClaimParser<'_>,
    intake: &mut ClaimIntake<'_>,
    files: Vec<Batched>,
    found: &mut Findings,
) -> Result<(ClaimTotals, RowIds, Vec<Fate>), DataError> {
    for (batch, source) in files.into_iter().rev() {
        intake.begin_file(Intake::new(FileRole::Claims, batch, &source));
        let table = Table::open::<ClaimColumn>(source, &mut found.warnings)?;
        #[cfg(feature = "parquet")]
        let table = table.pruned(parser.other_years());
        let rows = each_part(
            &table,
            |row, part: &mut ClaimRows| parser.read_row(row, part),
            |part| intake.take(part),
        )?;
        intake.end_file(rows);
    }
    intake.resolve_reversals();
    for intake in std::mem::take(&mut intake.intakes) {
        found.files.push(intake.finish(&mut found.rejects));
    }
    let (ids, fates) = (std::mem::take(&mut intake.ids), std::mem::take(&mut intake.fates));
    Ok((intake.totals, ids, fates))
}

/// Like [`load`] for persons, enrolments and events alone: a caseload without claims.
///
/// # Errors
/// As for [`load`].
pub fn load_people(
    persons: &Path,
    enrolments: Option<&Path>,
    events: Option<&Path>,
    codebook: &CodeBook,
) -> Result<Loaded, DataError> {
    let inputs = [
        (FileRole::Persons, Some(persons)),
        (FileRole::Enrolments, enrolments),
        (FileRole::Events, events),
    ];
    let given = inputs
        .into_iter()
        .filter_map(|(role, path)| path.map(|path| (role, path)));
    check_one_stdin(given)?;
    let open = |path: Option<&Path>| -> Result<Vec<Batched>, DataError> {
        let source = path.map(Source::open).transpose()?;
        Ok(source.map(|source| (0, source)).into_iter().collect())
    };
    let (mut found, mut caseload) = (Findings::default(), Caseload::default());
    let known = read_persons(open(Some(persons))?, codebook, &mut caseload, &mut found)?;
    let count = caseload.persons.len();
    let (facts, payments) = read_enrolments((open(enrolments)?, open(events)?), &known, count, &mut found)?;
    caseload.enrolments = facts;
    caseload.person_ids = known.into_ids();
    Ok(found.finish(caseload, ClaimTotals::default(), payments))
}

/// Reads the enrolments and the events files of `count` accepted persons, the oldest first; `None` where the run itself
/// has no enrolments file.
///
/// # Errors
/// Events or late enrolments without enrolments, or a file that is unusable.
fn read_enrolments(
    (enrolments, events): (Vec<Batched>, Vec<Batched>),
    persons: &Persons,
    count: usize,
    found: &mut Findings,
) -> Result<(Option<Enrolments>, PaymentTotals), DataError> {
    match (enrolments.first(), events.first()) {
        (Some((0, _)), _) => {}
        // Everyone was presumed to be enrolled on time, so a payment would take cover away from all others.
        (Some((_, late)), _) => {
            return Err(DataError::LateEnrolmentsAlone {
                path: late.path().to_string(),
            });
        }
        (None, Some((_, events))) => {
            return Err(DataError::EventsAlone {
                path: events.path().to_string(),
            });
        }
        (None, None) => return Ok((None, PaymentTotals::default())),
    }
    let mut payment_rows = PaymentRows::default();
    for file in enrolments {
        let batch = file.0;
        found.read_parts::<EnrolmentColumn, PaymentPart>(
            file,
            |row, part| part.read_row(row, persons, batch),
            |part, intake| payment_rows.take(part, intake),
        )?;
    }
    let mut event_rows = EventRows::default();
    for file in events {
        found.read::<EventColumn>(file, |row, intake| event_rows.read_row(row, persons, intake))?;
    }
    payment_rows.totals.assert_conserved();
    let totals = payment_rows.totals;
    Ok((Some(group(count, &payment_rows, &event_rows)), totals))
}

/// The lines file when it has been read but its claims have not.
struct ReadLines {
    book: LineBook,
    intake: Intake,
}

fn read_lines(
    source: Source,
    options: &LoadOptions<'_>,
    warnings: &mut Vec<String>,
) -> Result<ReadLines, DataError> {
    let mut book = LineBook::default();
    let mut intake = Intake::new(FileRole::Lines, 0, &source);
    let rows = each_row::<LineColumn>(source, warnings, |row| {
        book.read_row(row, options.codebook, &mut intake);
    })?;
    intake.counted(rows);
    Ok(ReadLines { book, intake })
}

/// Decides about every good line by what became of its claim.
fn finish_lines(lines: ReadLines, claims: &RowIds, fates: &[Fate], rejects: &mut Vec<Reject>) -> FileRecord {
    let ReadLines { book, mut intake } = lines;
    for (mdtrt_id, line) in book.rows() {
        let sentence = match claims.find(mdtrt_id).map(|id| fates[id as usize]) {
            Some(Fate::Accepted(_)) => {
                intake.accept();
                continue;
            }
            Some(Fate::Rejected | Fate::Skipped) => {
                intake.skip();
                continue;
            }
            Some(Fate::Reversal) => "is a reversal, whose amounts are its original's: leave its lines out",
            None => "is not the id of a claim in the claims file",
        };
        let column = LineColumn::MdtrtId.name();
        let reject = Reject {
            role: FileRole::Lines,
            batch: 0,
            path: intake.path.clone(),
            line,
            column,
            value: mdtrt_id.to_string(),
            reason: Reason::UnknownClaim,
            sentence: format!("`{column}` `{mdtrt_id}` {sentence}"),
            mdtrt_id: Some(mdtrt_id.to_string()),
            psn_no: None,
            amount: None,
        };
        intake.reject(reject);
    }
    intake.finish(rejects)
}

/// Shows every row of a source to `read`, parts of it side by side, and what comes of each part to `take`, in the order of
/// the file; returns how many rows there were.
fn each_part<T: Default + Send>(
    table: &Table,
    read: impl Fn(&Row<'_>, &mut T) + Sync,
    mut take: impl FnMut(T) + Send,
) -> Result<u64, DataError> {
    let mut rows = 0;
    table.for_each_part(
        |part| {
            let (mut found, mut count) = (T::default(), 0);
            part.for_each(|row| {
                count += 1;
                read(row, &mut found);
            });
            (count, found)
        },
        |(count, found): (u64, T)| {
            rows += count;
            take(found);
        },
    )?;
    Ok(rows)
}

/// Shows every row of a source to `visit` and returns how many there were.
fn each_row<C: Column>(
    source: Source,
    warnings: &mut Vec<String>,
    mut visit: impl FnMut(&Row<'_>),
) -> Result<u64, DataError> {
    let mut rows = 0;
    Table::open::<C>(source, warnings)?.for_each(|row| {
        rows += 1;
        visit(row);
    })?;
    Ok(rows)
}
