//! Files to a caseload: the order of reading, and the proof that nothing got lost.

use crate::data::block::{Block, Row};
use crate::data::caseload::{Caseload, Enrolments};
use crate::data::claim_intake::ClaimIntake;
use crate::data::claim_rows::{ClaimRows, Fate};
use crate::data::claims::ClaimParser;
use crate::data::codebook::CodeBook;
use crate::data::columns::{
    ClaimColumn, Column, EnrolmentColumn, EventColumn, InstitutionColumn, LineColumn, PersonColumn,
};
use crate::data::enrolments::{EventRows, PaymentPart, PaymentRows, group};
use crate::data::error::DataError;
use crate::data::id_check::Elsewhere;
use crate::data::inputs::{Inputs, check_complete};
use crate::data::institutions::Institutions;
use crate::data::intake::{FileRecord, Input, Intake};
use crate::data::lines::LineBook;
use crate::data::options::LoadOptions;
use crate::data::persons::{PersonRows, Persons};
use crate::data::reject::{Reason, Reject};
use crate::data::role::FileRole;
use crate::data::row_ids::RowIds;
use crate::data::source::Source;
use crate::data::table::Table;
use crate::data::totals::{ClaimTotals, ClaimYears, PaymentTotals};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::HashMap;

/// What loading gives.
#[derive(Debug)]
pub struct Loaded {
    /// What can be settled.
    pub caseload: Caseload,
    /// What cannot, by role (persons, enrolments, events, institutions, claims, lines), file and line.
    pub rejects: Vec<Reject>,
    /// The files that were read, in the same order.
    pub files: Vec<FileRecord>,
    /// What was tolerated: one sentence each, for the person who made the file.
    pub warnings: Vec<String>,
    /// Claim rows and their money.
    pub totals: ClaimTotals,
    /// Of which benefit years the claim rows are, rejected and skipped ones too.
    pub years: ClaimYears,
    /// Payments and their money, before the engine has decided about them; nothing without an enrolments file.
    pub payments: PaymentTotals,
}

impl Loaded {
    /// Complains if there are claims and all of them are rejected, which is hardly meant.
    ///
    /// # Errors
    /// [`DataError::AllRejected`].
    pub(crate) fn check_any_claim(&self) -> Result<(), DataError> {
        let mut rejects = self.rejects.iter();
        match rejects.find(|reject| reject.role == FileRole::Claims) {
            Some(first) if self.caseload.claims.is_empty() => Err(DataError::AllRejected {
                claims: self.totals.read.rows,
                path: first.path.clone(),
                line: first.line,
                sentence: first.sentence.clone(),
            }),
            _ => Ok(()),
        }
    }
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
    load_part(sources, options, &Elsewhere::default())
}

/// Like [`load_sources`] for the rows of some persons alone, of whom `elsewhere` tells what rows of others have to do with
/// theirs.
///
/// # Errors
/// As for [`load`].
pub(super) fn load_part(
    sources: Inputs<Source>,
    options: &LoadOptions<'_>,
    elsewhere: &Elsewhere,
) -> Result<Loaded, DataError> {
    check_complete(&sources)?;
    as_text(sources, |sources| load_hashing(sources, options, elsewhere))
}

/// Loads sources, of which large texts are read block by block. One that turns out not to be UTF-8 may be GBK, which only
/// the whole of it tells; then they are loaded anew from memory.
fn as_text(
    sources: Inputs<Source>,
    load: impl Fn(Inputs<Source>) -> Result<Loaded, DataError>,
) -> Result<Loaded, DataError> {
    let in_blocks = sources.files().any(|(_, source)| !source.is_whole());
    match load(sources.clone()) {
        Err(DataError::NotText { .. }) if in_blocks => {
            load(sources.try_map(|_, sources| sources.iter().map(Source::whole).collect())?)
        }
        loaded => loaded,
    }
}

fn load_hashing(
    sources: Inputs<Source>,
    options: &LoadOptions<'_>,
    elsewhere: &Elsewhere,
) -> Result<Loaded, DataError> {
    let in_memory = sources.files().map(|(_, source)| source);
    let in_memory = in_memory.filter(|source| source.is_whole() && source.is_hashed());
    let hashed: Vec<Source> = in_memory.cloned().collect();
    // Hashes are wanted last, so they need not be waited for.
    let (loaded, hashed) = rayon::join(
        || load_hashed(sources, options, elsewhere),
        || {
            hashed
                .into_par_iter()
                .try_for_each(|source| source.sha256().map(drop))
        },
    );
    let loaded = loaded?;
    hashed?;
    Ok(loaded)
}

fn load_hashed(
    sources: Inputs<Source>,
    options: &LoadOptions<'_>,
    elsewhere: &Elsewhere,
) -> Result<Loaded, DataError> {
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

    let mut institutions = Institutions::new(!files.institutions.is_empty());
    for file in files.institutions {
        found.read::<InstitutionColumn>(file, |row, intake| {
            institutions.read_row(row, options.codebook, intake);
        })?;
    }

    // Lines before claims, because a claim's scope amounts come from them; reported after claims, where they belong.
    let lines = read_lines(files.lines, options, &mut found.warnings)?;

    let shown = files.claims.iter().map(|input| input.source.path().to_string());
    let paths: Vec<String> = shown.collect();
    let parser = ClaimParser {
        options,
        persons: &persons,
        institutions: &institutions,
        lines: lines.as_ref().map(|lines| &lines.book),
        file: 0,
        elsewhere,
        paths: &paths,
    };
    let mut intake = ClaimIntake::new(&mut caseload, &persons, institutions.len());
    let (ids, fates) = read_claims(&parser, &mut intake, files.claims, &mut found)?;
    let (totals, years) = (intake.totals, intake.years);
    if let Some(lines) = lines {
        finish_lines(lines, &ids, &fates, &mut found)?;
    }
    caseload.claim_ids = ids.into_kept();
    caseload.person_ids = persons.into_ids();
    totals.assert_conserved();
    Ok(found.finish(caseload, (totals, years), payments))
}

/// The files by role, the oldest batch first.
struct Files {
    persons: Vec<Input>,
    enrolments: Vec<Input>,
    events: Vec<Input>,
    claims: Vec<Input>,
    lines: Vec<Input>,
    institutions: Vec<Input>,
}

impl Files {
    fn of(sources: Inputs<Source>) -> Files {
        let first = |sources: Vec<Source>| {
            let mut files = Vec::new();
            append(&mut files, 0, sources);
            files
        };
        let mut files = Files {
            persons: first(sources.persons),
            enrolments: first(sources.enrolments),
            events: first(sources.events),
            claims: first(sources.claims),
            lines: first(sources.lines),
            institutions: first(sources.institutions),
        };
        for (batch, late) in (1..).zip(sources.late) {
            append(&mut files.persons, batch, late.persons);
            append(&mut files.enrolments, batch, late.enrolments);
            append(&mut files.events, batch, late.events);
            append(&mut files.claims, batch, late.claims);
        }
        files
    }
}

/// Adds the files of a batch to those of a role.
fn append(files: &mut Vec<Input>, batch: u32, sources: Vec<Source>) {
    for source in sources {
        let file = files.len() as u32;
        files.push(Input { batch, file, source });
    }
}

/// The newest batch first, whose files stay in their order; and with each file whether it begins a batch.
fn newest_first(mut files: Vec<Input>) -> impl Iterator<Item = (Input, bool)> {
    files.sort_by_key(|input| Reverse(input.batch));
    let mut last = None;
    files.into_iter().map(move |input| {
        let begins = last.replace(input.batch) != Some(input.batch);
        (input, begins)
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
    /// Shows every row of a source to `visit`, which accepts, skips, rejects or replaces it.
    fn read<C: Column>(
        &mut self,
        input: Input,
        mut visit: impl FnMut(&Row<'_>, &mut Intake),
    ) -> Result<(), DataError> {
        let mut intake = Intake::new(C::ROLE, &input);
        let rows = each_row::<C>(input.source, &mut self.warnings, |row| visit(row, &mut intake))?;
        intake.counted(rows);
        self.files.push(intake.finish(&mut self.rejects)?);
        Ok(())
    }

    /// Shows the rows of a source to `read`, parts of it side by side, and then each part, in the order of the file, to
    /// `take`, which accepts, skips, rejects or replaces its rows.
    fn read_parts<C: Column, T: Default + Send>(
        &mut self,
        input: Input,
        read: impl Fn(&Block<'_>, &mut T) + Sync,
        take: impl FnMut(T, &mut Intake) + Send,
    ) -> Result<(), DataError> {
        let intake = Intake::new(C::ROLE, &input);
        let table = Table::open::<C>(input.source, &mut self.warnings)?;
        self.read_table::<C, T>((table, intake), read, take)
    }

    /// As [`Findings::read_parts`], of a table that is open.
    fn read_table<C: Column, T: Default + Send>(
        &mut self,
        (table, mut intake): (Table, Intake),
        read: impl Fn(&Block<'_>, &mut T) + Sync,
        mut take: impl FnMut(T, &mut Intake) + Send,
    ) -> Result<(), DataError> {
        let rows = each_part::<C, T>(table, read, |part| take(part, &mut intake))?;
        intake.counted(rows);
        self.files.push(intake.finish(&mut self.rejects)?);
        Ok(())
    }

    /// Puts files and rejects into order, whatever the order of reading.
    fn finish(
        mut self,
        caseload: Caseload,
        (totals, years): (ClaimTotals, ClaimYears),
        payments: PaymentTotals,
    ) -> Loaded {
        self.files.sort_by_key(|file| (file.role, file.file));
        // Stable, and the rejects of each file are in order already.
        self.rejects.sort_by_key(|reject| (reject.role, reject.file));
        Loaded {
            caseload,
            rejects: self.rejects,
            warnings: gathered(self.warnings, &self.files),
            files: self.files,
            totals,
            years,
            payments,
        }
    }
}

/// Says once what was tolerated in several files of a role alike: of a table in a thousand parts, each part has the same
/// columns. Warnings begin with the file that they are about.
pub(super) fn gathered(warnings: Vec<String>, files: &[FileRecord]) -> Vec<String> {
    let roles: HashMap<&str, FileRole> = files.iter().map(|file| (file.path.as_str(), file.role)).collect();
    let mut alike: Vec<(String, String, usize)> = Vec::new();
    let mut places: HashMap<(Option<FileRole>, String), usize> = HashMap::new();
    for warning in warnings {
        let named = warning.strip_prefix('`').and_then(|rest| rest.split_once('`'));
        let (path, what, role) = match named.and_then(|(path, what)| Some((path, what, *roles.get(path)?))) {
            Some((path, what, role)) => (format!("`{path}`"), what.to_string(), Some(role)),
            None => (String::new(), warning, None),
        };
        let place = *places.entry((role, what.clone())).or_insert(alike.len());
        match alike.get_mut(place) {
            Some((_, _, others)) => *others += 1,
            None => alike.push((path, what, 0)),
        }
    }
    let said = alike.into_iter().map(|(path, what, others)| match others {
        0 => format!("{path}{what}"),
        1 => format!("{path} (and 1 other file){what}"),
        _ => format!("{path} (and {others} other files){what}"),
    });
    said.collect()
}

/// Reads the persons files, the newest batch first, so that its rows keep the ids.
fn read_persons(
    files: Vec<Input>,
    codebook: &CodeBook,
    caseload: &mut Caseload,
    found: &mut Findings,
) -> Result<Persons, DataError> {
    let mut persons = Persons::default();
    for (file, older) in newest_first(files) {
        persons.begin_file(file.source.path(), older);
        let intake = Intake::new(FileRole::Persons, &file);
        let table = Table::open::<PersonColumn>(file.source, &mut found.warnings)?;
        persons.make_room(table.about_rows(), caseload);
        found.read_table::<PersonColumn, PersonRows>(
            (table, intake),
            |block, part| part.read_block(block, codebook),
            |part, intake| persons.take(part, caseload, intake),
        )?;
    }
    caseload.sort_districts();
    Ok(persons)
}

/// Reads the claims files, the newest batch first, and then decides about reversals, whose originals may be in any of them.
fn read_claims(
    parser: &ClaimParser<'_>,
    intake: &mut ClaimIntake<'_>,
    files: Vec<Input>,
    found: &mut Findings,
) -> Result<(RowIds, Vec<Fate>), DataError> {
    for (file, older) in newest_first(files) {
        intake.begin_file(Intake::new(FileRole::Claims, &file), older);
        let parser = ClaimParser {
            file: file.file,
            ..*parser
        };
        let table = Table::open::<ClaimColumn>(file.source, &mut found.warnings)?;
        #[cfg(feature = "parquet")]
        let table = table.pruned(parser.other_years());
        intake.make_room(table.about_rows());
        let rows = each_part::<ClaimColumn, ClaimRows>(
            table,
            |block, part| parser.read_block(block, part),
            |part| intake.take(part),
        )?;
        intake.end_file(rows);
    }
    intake.resolve_reversals();
    for intake in std::mem::take(&mut intake.intakes) {
        found.files.push(intake.finish(&mut found.rejects)?);
    }
    let (ids, fates) = (std::mem::take(&mut intake.ids), std::mem::take(&mut intake.fates));
    Ok((ids, fates))
}

/// Like [`load`] for persons, enrolments and events alone: a caseload without claims. Other files are not read.
///
/// # Errors
/// As for [`load`].
pub fn load_people(inputs: &Inputs, codebook: &CodeBook) -> Result<Loaded, DataError> {
    as_text(inputs.people().open()?, |sources| people_of(sources, codebook))
}

fn people_of(sources: Inputs<Source>, codebook: &CodeBook) -> Result<Loaded, DataError> {
    let files = Files::of(sources);
    let (mut found, mut caseload) = (Findings::default(), Caseload::default());
    let known = read_persons(files.persons, codebook, &mut caseload, &mut found)?;
    let count = caseload.persons.len();
    let (facts, payments) = read_enrolments((files.enrolments, files.events), &known, count, &mut found)?;
    caseload.enrolments = facts;
    caseload.person_ids = known.into_ids();
    Ok(found.finish(caseload, Default::default(), payments))
}

/// Reads the enrolments and the events files of `count` accepted persons, the oldest first; `None` where the run itself
/// has no enrolments file.
///
/// # Errors
/// Events or late enrolments without enrolments, or a file that is unusable.
fn read_enrolments(
    (enrolments, events): (Vec<Input>, Vec<Input>),
    persons: &Persons,
    count: usize,
    found: &mut Findings,
) -> Result<(Option<Enrolments>, PaymentTotals), DataError> {
    match (enrolments.first(), events.first()) {
        (Some(Input { batch: 0, .. }), _) => {}
        // Everyone was presumed to be enrolled on time, so a payment would take cover away from all others.
        (Some(late), _) => {
            return Err(DataError::LateEnrolmentsAlone {
                path: late.source.path().to_string(),
            });
        }
        (None, Some(events)) => {
            return Err(DataError::EventsAlone {
                path: events.source.path().to_string(),
            });
        }
        (None, None) => return Ok((None, PaymentTotals::default())),
    }
    let mut payment_rows = PaymentRows::default();
    for input in enrolments {
        let file = input.file;
        found.read_parts::<EnrolmentColumn, PaymentPart>(
            input,
            |block, part| part.read_block(block, persons, file),
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

/// The lines files when they have been read but their claims have not.
struct ReadLines {
    book: LineBook,
    intakes: Vec<Intake>,
}

fn read_lines(
    files: Vec<Input>,
    options: &LoadOptions<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<ReadLines>, DataError> {
    let (mut book, mut intakes) = (LineBook::of_files(files.len()), Vec::new());
    for file in files {
        let mut intake = Intake::new(FileRole::Lines, &file);
        let rows = each_row::<LineColumn>(file.source, warnings, |row| {
            book.read_row(row, options.codebook, &mut intake);
        })?;
        intake.counted(rows);
        intakes.push(intake);
    }
    Ok((!intakes.is_empty()).then_some(ReadLines { book, intakes }))
}

/// Decides about every good line by what became of its claim.
fn finish_lines(
    lines: ReadLines,
    claims: &RowIds,
    fates: &[Fate],
    found: &mut Findings,
) -> Result<(), DataError> {
    let ReadLines { book, mut intakes } = lines;
    for (mdtrt_id, file, line) in book.rows() {
        let intake = &mut intakes[file as usize];
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
            file,
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
    for intake in intakes {
        found.files.push(intake.finish(&mut found.rejects)?);
    }
    Ok(())
}

/// Shows the rows of a source to `read`, parts of it side by side, and what comes of each part to `take`, in the order of
/// the file; returns how many rows there were.
fn each_part<C: Column, T: Default + Send>(
    table: Table,
    read: impl Fn(&Block<'_>, &mut T) + Sync,
    mut take: impl FnMut(T) + Send,
) -> Result<u64, DataError> {
    let mut rows = 0;
    table.for_each_part(
        |part| {
            let (mut found, mut block) = (T::default(), part.block());
            block.read_columns(C::SPECS);
            read(&block, &mut found);
            (block.len(), found)
        },
        |(count, found): (usize, T)| {
            rows += count as u64;
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
