//! Files to a caseload: the order of reading, and the proof that nothing got lost.

use crate::data::caseload::Caseload;
use crate::data::claims::{ClaimReader, Fate};
use crate::data::codebook::CodeBook;
use crate::data::columns::{ClaimColumn, Column, FileRole, InstitutionColumn, LineColumn, PersonColumn};
use crate::data::error::DataError;
use crate::data::institutions::Institutions;
use crate::data::interner::Interner;
use crate::data::lines::LineBook;
use crate::data::persons::Persons;
use crate::data::reject::{Reason, Reject};
use crate::data::source::Source;
use crate::data::table::Table;
use crate::money::Fen;
use std::path::PathBuf;

/// The input files. Each is `.csv`, `.csv.gz` or `.parquet`; one of them may be `-`, standard input.
///
/// `Inputs<PathBuf>` names them, `Inputs<Source>` holds what was read of them.
#[derive(Clone, Debug)]
pub struct Inputs<T = PathBuf> {
    /// Who is insured.
    pub persons: T,
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
    /// What cannot, by file (persons, institutions, claims, lines) and line.
    pub rejects: Vec<Reject>,
    /// The files that were read, in the same order.
    pub files: Vec<FileRecord>,
    /// What was tolerated: one sentence each, for the person who made the file.
    pub warnings: Vec<String>,
    /// Claim rows and their money.
    pub totals: ClaimTotals,
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

/// A number of rows and the sum of their `medfee_sumamt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// Sum of the amounts that can be read; a reversal's is negative.
    pub sum: Fen,
}

impl Tally {
    /// Adds a row, and its amount if it could be read.
    pub(super) fn add(&mut self, amount: Option<Fen>) {
        self.rows += 1;
        self.sum += amount.unwrap_or_default();
    }
}

/// Claim rows by what became of them: `read = accepted + rejected + skipped`, by count and by sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimTotals {
    /// Every row of the claims file.
    pub read: Tally,
    /// In the caseload.
    pub accepted: Tally,
    /// In the rejects.
    pub rejected: Tally,
    /// Of other years than the one asked for.
    pub skipped: Tally,
}

impl ClaimTotals {
    /// Checks that no row and no fen got lost, in release builds too.
    ///
    /// # Panics
    /// If one did: a defect of the loader, never of the input.
    fn assert_conserved(&self) {
        let rows = self.accepted.rows + self.rejected.rows + self.skipped.rows;
        let sum = self.accepted.sum + self.rejected.sum + self.skipped.sum;
        assert!(
            rows == self.read.rows && sum == self.read.sum,
            "claim rows got lost: {self:?}"
        );
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
    check_one_stdin(inputs)?;
    let open = |path: &Option<PathBuf>| path.as_deref().map(Source::open).transpose();
    let sources = Inputs {
        persons: Source::open(&inputs.persons)?,
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
    let mut warnings = Vec::new();
    let mut caseload = Caseload::default();
    let (mut rejects, mut files) = (Vec::new(), Vec::new());

    let mut persons = Persons::default();
    let mut intake = Intake::new(FileRole::Persons, &sources.persons);
    let rows = each_row::<PersonColumn>(sources.persons, &mut warnings, |row| {
        persons.read_row(row, options.codebook, &mut caseload, &mut intake);
    })?;
    files.push(intake.finish(rows, &mut rejects));
    caseload.sort_districts();

    let mut institutions = Institutions::new(sources.institutions.is_some());
    if let Some(source) = sources.institutions {
        let mut intake = Intake::new(FileRole::Institutions, &source);
        let rows = each_row::<InstitutionColumn>(source, &mut warnings, |row| {
            institutions.read_row(row, options.codebook, &mut intake);
        })?;
        files.push(intake.finish(rows, &mut rejects));
    }

    // Lines before claims, because a claim's scope amounts come from them; reported after claims, where they belong.
    let lines = sources
        .lines
        .map(|source| read_lines(source, options, &mut warnings))
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
    let rows = each_row::<ClaimColumn>(sources.claims, &mut warnings, |row| reader.read_row(row))?;
    reader.resolve_reversals();
    let ClaimReader {
        intake,
        totals,
        ids,
        fates,
        ..
    } = reader;
    files.push(intake.finish(rows, &mut rejects));
    if let Some(lines) = lines {
        files.push(finish_lines(lines, &ids, &fates, &mut rejects));
    }
    totals.assert_conserved();
    Ok(Loaded {
        caseload,
        rejects,
        files,
        warnings,
        totals,
    })
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
    mut visit: impl FnMut(&crate::data::table::Row<'_>),
) -> Result<u64, DataError> {
    let mut rows = 0;
    Table::open::<C>(source, warnings)?.for_each(|row| {
        rows += 1;
        visit(row);
    })?;
    Ok(rows)
}

fn check_one_stdin(inputs: &Inputs) -> Result<(), DataError> {
    let roles = [
        (FileRole::Persons, Some(&inputs.persons)),
        (FileRole::Claims, Some(&inputs.claims)),
        (FileRole::Lines, inputs.lines.as_ref()),
        (FileRole::Institutions, inputs.institutions.as_ref()),
    ];
    let mut stdin = roles
        .into_iter()
        .filter(|(_, path)| path.is_some_and(|path| path.as_os_str() == "-"));
    match (stdin.next(), stdin.next()) {
        (Some((first, _)), Some((second, _))) => Err(DataError::StdinTwice { first, second }),
        _ => Ok(()),
    }
}
