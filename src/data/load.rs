//! Files to a caseload: the order of reading, and the proof that nothing got lost.

use crate::data::caseload::{Caseload, Enrolments};
use crate::data::claims::{ClaimReader, Fate};
use crate::data::codebook::CodeBook;
use crate::data::columns::{
    ClaimColumn, Column, EnrolmentColumn, EventColumn, FileRole, InstitutionColumn, LineColumn, PersonColumn,
};
use crate::data::enrolments::{EventRows, PaymentRows, group};
use crate::data::error::DataError;
use crate::data::institutions::Institutions;
use crate::data::interner::Interner;
use crate::data::lines::LineBook;
use crate::data::persons::Persons;
use crate::data::reject::{Reason, Reject};
use crate::data::source::Source;
use crate::data::table::{Row, Table};
use crate::data::totals::{ClaimTotals, PaymentTotals};
use std::path::{Path, PathBuf};

/// The input files. Each is `.csv`, `.csv.gz` or `.parquet`; one of them may be `-`, standard input.
///
/// `Inputs<PathBuf>` names them, `Inputs<Source>` holds what was read of them.
#[derive(Clone, Debug)]
pub struct Inputs<T = PathBuf> {
    /// Who is insured.
    pub persons: T,
    /// Who paid for which benefit year; without it everyone counts as enrolled on time.
    pub enrolments: Option<T>,
    /// What happened to the insured; needs `enrolments`.
    pub events: Option<T>,
    /// What is to be settled.
    pub claims: T,
    /// Fee lines, from which the scope amounts are then taken.
    pub lines: Option<T>,
    /// Institutions; without them every institution is designated.
    pub institutions: Option<T>,
}

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

/// One input file: for `run.json`. `rows = accepted + rejected + skipped`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// What it was read as.
    pub role: FileRole,
    /// As given by the caller.
    pub path: String,
    /// SHA-256 of its raw bytes, in hex.
    pub sha256: String,
    /// Rows after the header, blank lines not counted.
    pub rows: u64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows in `rejects.csv`.
    pub rejected: u64,
    /// Good rows that are not wanted: claims of other years, fee lines of claims that are not settled.
    pub skipped: u64,
}

impl FileRecord {
    /// Moves one row from the accepted to the rejected: a payment or event that the engine refused after loading.
    ///
    /// # Panics
    /// If no row was accepted: a defect of the caller, never of the input.
    pub fn refuse_one(&mut self) {
        assert!(self.accepted > 0, "no accepted row of `{}` to refuse", self.path);
        self.accepted -= 1;
        self.rejected += 1;
    }

    /// Moves rows from accepted to skipped: good, but not wanted.
    ///
    /// # Panics
    /// If fewer were accepted: a defect of the caller, never of the input.
    pub fn skip(&mut self, rows: u64) {
        assert!(
            rows <= self.accepted,
            "no {rows} accepted rows of `{}` to skip",
            self.path
        );
        self.accepted -= rows;
        self.skipped += rows;
    }
}

/// Counts the rows of one file and collects its rejects.
pub(super) struct Intake {
    pub(super) path: String,
    role: FileRole,
    sha256: String,
    accepted: u64,
    skipped: u64,
    rejects: Vec<Reject>,
}

impl Intake {
    fn new(role: FileRole, source: &Source) -> Intake {
        let (path, sha256) = (source.path().to_string(), source.sha256().to_string());
        Intake {
            path,
            role,
            sha256,
            accepted: 0,
            skipped: 0,
            rejects: Vec::new(),
        }
    }

    /// A row became a record.
    pub(super) fn accept(&mut self) {
        self.accepted += 1;
    }

    /// A good row is not wanted.
    pub(super) fn skip(&mut self) {
        self.skipped += 1;
    }

    /// A row is rejected.
    pub(super) fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    /// Hands over the rejects and tells what was read; `rows` is what the table itself counted.
    fn finish(mut self, rows: u64, rejects: &mut Vec<Reject>) -> FileRecord {
        let rejected = self.rejects.len() as u64;
        assert!(
            rows == self.accepted + rejected + self.skipped,
            "rows of `{}` got lost: {rows} read, {} accepted, {rejected} rejected, {} skipped",
            self.path,
            self.accepted,
            self.skipped
        );
        // Stable, so that what is found out late stands where its row stands.
        self.rejects.sort_by_key(|reject| reject.line);
        rejects.append(&mut self.rejects);
        FileRecord {
            role: self.role,
            path: self.path,
            sha256: self.sha256,
            rows,
            accepted: self.accepted,
            rejected,
            skipped: self.skipped,
        }
    }
}

/// Reads the files into a caseload.
///
/// # Errors
/// [`DataError`] if a file as a whole is unusable. Bad rows are no error; they are in [`Loaded::rejects`].
pub fn load(inputs: &Inputs, options: &LoadOptions<'_>) -> Result<Loaded, DataError> {
    check_one_stdin(&[
        (FileRole::Persons, Some(&inputs.persons)),
        (FileRole::Enrolments, inputs.enrolments.as_deref()),
        (FileRole::Events, inputs.events.as_deref()),
        (FileRole::Claims, Some(&inputs.claims)),
        (FileRole::Lines, inputs.lines.as_deref()),
        (FileRole::Institutions, inputs.institutions.as_deref()),
    ])?;
    let open = |path: &Option<PathBuf>| path.as_deref().map(Source::open).transpose();
    let sources = Inputs {
        persons: Source::open(&inputs.persons)?,
        enrolments: open(&inputs.enrolments)?,
        events: open(&inputs.events)?,
        institutions: open(&inputs.institutions)?,
        claims: Source::open(&inputs.claims)?,
        lines: open(&inputs.lines)?,
    };
    load_sources(sources, options)
}

/// Like [`load`], for what was read already.
///
/// # Errors
/// As for [`load`].
pub fn load_sources(sources: Inputs<Source>, options: &LoadOptions<'_>) -> Result<Loaded, DataError> {
    let mut found = Findings::default();
    let mut caseload = Caseload::default();

    let mut persons = Persons::default();
    found.read::<PersonColumn>(sources.persons, |row, intake| {
        persons.read_row(row, options.codebook, &mut caseload, intake);
    })?;
    caseload.sort_districts();

    let (enrolments, payments) = read_enrolments(
        (sources.enrolments, sources.events),
        &persons,
        caseload.persons.len(),
        &mut found,
    )?;
    caseload.enrolments = enrolments;

    let mut institutions = Institutions::new(sources.institutions.is_some());
    if let Some(source) = sources.institutions {
        found.read::<InstitutionColumn>(source, |row, intake| {
            institutions.read_row(row, options.codebook, intake);
        })?;
    }

    // Lines before claims, because a claim's scope amounts come from them; reported after claims, where they belong.
    let lines = sources
        .lines
        .map(|source| read_lines(source, options, &mut found.warnings))
        .transpose()?;

    let intake = Intake::new(FileRole::Claims, &sources.claims);
    let mut reader = ClaimReader {
        options,
        persons: &persons,
        institutions,
        lines: lines.as_ref().map(|lines| &lines.book),
        caseload: &mut caseload,
        intake,
        totals: ClaimTotals::default(),
        ids: Interner::default(),
        fates: Vec::new(),
        reversals: Vec::new(),
    };
    let rows = each_row::<ClaimColumn>(sources.claims, &mut found.warnings, |row| reader.read_row(row))?;
    reader.resolve_reversals();
    let ClaimReader {
        intake,
        totals,
        ids,
        fates,
        ..
    } = reader;
    found.files.push(intake.finish(rows, &mut found.rejects));
    if let Some(lines) = lines {
        let record = finish_lines(lines, &ids, &fates, &mut found.rejects);
        found.files.push(record);
    }
    totals.assert_conserved();
    Ok(Loaded {
        caseload,
        rejects: found.rejects,
        files: found.files,
        warnings: found.warnings,
        totals,
        payments,
    })
}

/// What is found out about the files on the way.
#[derive(Default)]
struct Findings {
    rejects: Vec<Reject>,
    files: Vec<FileRecord>,
    warnings: Vec<String>,
}

impl Findings {
    /// Shows every row of a source to `visit`, which accepts, skips or rejects it.
    fn read<C: Column>(
        &mut self,
        source: Source,
        mut visit: impl FnMut(&Row<'_>, &mut Intake),
    ) -> Result<(), DataError> {
        let mut intake = Intake::new(C::ROLE, &source);
        let rows = each_row::<C>(source, &mut self.warnings, |row| visit(row, &mut intake))?;
        self.files.push(intake.finish(rows, &mut self.rejects));
        Ok(())
    }
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
    check_one_stdin(&inputs)?;
    let open = |path: Option<&Path>| path.map(Source::open).transpose();
    let (mut found, mut caseload) = (Findings::default(), Caseload::default());
    let mut known = Persons::default();
    found.read::<PersonColumn>(Source::open(persons)?, |row, intake| {
        known.read_row(row, codebook, &mut caseload, intake);
    })?;
    caseload.sort_districts();
    let count = caseload.persons.len();
    let (facts, payments) = read_enrolments((open(enrolments)?, open(events)?), &known, count, &mut found)?;
    caseload.enrolments = facts;
    Ok(Loaded {
        caseload,
        rejects: found.rejects,
        files: found.files,
        warnings: found.warnings,
        totals: ClaimTotals::default(),
        payments,
    })
}

/// Reads the enrolments and the events file of `count` accepted persons; `None` without an enrolments file.
///
/// # Errors
/// Events without enrolments, or a file that is unusable.
fn read_enrolments(
    (enrolments, events): (Option<Source>, Option<Source>),
    persons: &Persons,
    count: usize,
    found: &mut Findings,
) -> Result<(Option<Enrolments>, PaymentTotals), DataError> {
    let Some(enrolments) = enrolments else {
        return match events {
            None => Ok((None, PaymentTotals::default())),
            Some(events) => Err(DataError::EventsAlone {
                path: events.path().to_string(),
            }),
        };
    };
    let mut payment_rows = PaymentRows::default();
    found.read::<EnrolmentColumn>(enrolments, |row, intake| {
        payment_rows.read_row(row, persons, intake);
    })?;
    let mut event_rows = EventRows::default();
    if let Some(events) = events {
        found.read::<EventColumn>(events, |row, intake| event_rows.read_row(row, persons, intake))?;
    }
    payment_rows.totals.assert_conserved();
    let totals = payment_rows.totals;
    Ok((Some(group(count, &payment_rows, &event_rows)), totals))
}

/// The lines file when it has been read but its claims have not.
struct ReadLines {
    book: LineBook,
    intake: Intake,
    rows: u64,
}

fn read_lines(
    source: Source,
    options: &LoadOptions<'_>,
    warnings: &mut Vec<String>,
) -> Result<ReadLines, DataError> {
    let mut book = LineBook::default();
    let mut intake = Intake::new(FileRole::Lines, &source);
    let rows = each_row::<LineColumn>(source, warnings, |row| {
        book.read_row(row, options.codebook, &mut intake);
    })?;
    Ok(ReadLines { book, intake, rows })
}

/// Decides about every good line by what became of its claim.
fn finish_lines(
    lines: ReadLines,
    claims: &Interner,
    fates: &[Fate],
    rejects: &mut Vec<Reject>,
) -> FileRecord {
    let ReadLines {
        book,
        mut intake,
        rows,
    } = lines;
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
    intake.finish(rows, rejects)
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

/// Complains of standard input that two files are to be read from.
fn check_one_stdin(files: &[(FileRole, Option<&Path>)]) -> Result<(), DataError> {
    let mut stdin = files
        .iter()
        .filter(|(_, path)| path.is_some_and(|path| path.as_os_str() == "-"));
    match (stdin.next(), stdin.next()) {
        (Some(&(first, _)), Some(&(second, _))) => Err(DataError::StdinTwice { first, second }),
        _ => Ok(()),
    }
}
