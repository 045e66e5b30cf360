//! A run from end to end: what was read, settled and booked.

use crate::batch::book::book;
use crate::batch::settlements::SettlementsWriter;
use crate::batch::stream::{Settled, settle_stream, settle_stream_into, slices};
use crate::batch::{Options, Outcome, settle_all, settle_into};
use crate::data::caseload::{Caseload, Enrolments};
use crate::data::source::Source;
use crate::data::{
    ClaimTotals, DataError, FileRecord, FileRole, Inputs, LoadOptions, Loaded, PaymentTotals, Reject,
    RejectSums, load_sources, sum_rejects,
};
use crate::figure::FigureNote;
use crate::fund::contributions::NoTerms;
use crate::fund::journal::Journal;
use crate::fund::statement::FundStatement;
use crate::money::Fen;
use crate::scenario::Scenario;
use crate::synth::{City, Generator};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A finished run.
pub struct Run {
    /// The rules it was settled by.
    pub scenario: Scenario,
    /// Where the claims came from.
    pub origin: Origin,
    /// What was settled; of a city that was settled while it was drawn, only the districts.
    pub caseload: Caseload,
    /// Rows that came to nothing, by file and line: what could not be read, and payments and events that were refused.
    pub rejects: Vec<Reject>,
    /// Rejected rows by role and reason.
    pub rejected: RejectSums,
    /// Payments by what became of them; all zero without any.
    pub payments: PaymentTotals,
    /// Refused payments and their amounts, by reason.
    pub refused: BTreeMap<&'static str, (u64, Fen)>,
    /// What came of it.
    pub outcome: Outcome,
    /// Everything that the run books, contributions and benefits.
    pub journal: Journal,
    /// The fund's year in numbers, for each year it has entries in.
    pub statements: Vec<FundStatement>,
}

/// Where the claims of a run came from.
pub enum Origin {
    /// Interchange files.
    Files {
        /// The files by role and place, with hashes and row counts.
        files: Vec<FileRecord>,
        /// Claim rows by what became of them.
        totals: ClaimTotals,
        /// What was tolerated in the files.
        warnings: Vec<String>,
        /// The only benefit year whose claims were settled, if one was asked for.
        only_year: Option<i32>,
    },
    /// A synthetic city.
    City(CityOrigin),
}

/// How a synthetic city was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityOrigin {
    /// Persons insured when the population's base year opened.
    pub persons: u32,
    /// The seed of every draw.
    pub seed: u64,
    /// The benefit year.
    pub year: i32,
}

/// What to keep of a run besides its sums.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keep {
    /// A row per settlement, in memory.
    pub rows: bool,
    /// Journal entries per claim instead of per day.
    pub claim_entries: bool,
    /// Do without the hashes of the input files, which a record or a report of the run would show: of a CSV that is only
    /// added up, they are some 12 % of the work.
    pub no_hashes: bool,
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A year without figures of the fund.
    #[error(transparent)]
    NoTerms(#[from] NoTerms),
}

impl Run {
    /// Reads, settles and books interchange files. Without an enrolments file every person counts as enrolled on time
    /// for each year in which they have a claim. Settlements are written into `settlements`, if given, as they are made.
    ///
    /// # Errors
    /// A file that cannot be used or written. Bad rows are not errors: they become rejects.
    pub fn of_files(
        scenario: Scenario,
        inputs: &Inputs,
        only_year: Option<i32>,
        keep: Keep,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        Run::of_sources(scenario, inputs.open()?, only_year, keep, settlements, progress)
    }

    /// As [`Run::of_files`], for files that were read already.
    ///
    /// # Errors
    /// As for [`Run::of_files`].
    pub fn of_sources(
        scenario: Scenario,
        sources: Inputs<Source>,
        only_year: Option<i32>,
        keep: Keep,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let years = scenario.years();
        let options = LoadOptions {
            codebook: scenario.codebook(),
            years: &years,
            only_year,
        };
        let sources = match keep.no_hashes {
            true => sources.try_map(|_, sources| {
                Ok::<_, DataError>(sources.iter().cloned().map(Source::unhashed).collect())
            })?,
            false => sources,
        };
        let facts = Facts::of(load_sources(sources, &options)?, only_year);
        Run::settle(scenario, facts, keep, settlements, progress)
    }

    /// Settles and books a synthetic city, whose residents enrol, or do not, as they were drawn to. Settlements are written
    /// into `settlements`, if given, as they are made.
    ///
    /// # Errors
    /// A year without figures of the fund, or what kept the settlements from being written.
    pub fn of_city(
        scenario: Scenario,
        city: City,
        origin: CityOrigin,
        keep: Keep,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let facts = Facts {
            payments: PaymentTotals::of(city.caseload.enrolments.as_ref()),
            caseload: city.caseload,
            origin: Origin::City(origin),
            rejects: Vec::new(),
            rejected: RejectSums::new(),
            only_year: None,
        };
        Run::settle(scenario, facts, keep, settlements, progress)
    }

    /// Settles and books a synthetic city while it is drawn, and keeps nothing of it but sums: the caseload of the run
    /// has its districts alone, and there are no rows. Settlements are written into `settlements`, if given, as they are
    /// made; only then are there rejects. `progress` is told slots done and slots in all.
    ///
    /// # Errors
    /// A year without figures of the fund, or what kept the settlements from being written.
    pub fn of_stream(
        scenario: Scenario,
        generator: &Generator,
        origin: CityOrigin,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let (all, done) = (generator.slots() as usize, AtomicUsize::new(0));
        let progress = |slots| {
            let before = done.fetch_add(slots, Ordering::Relaxed);
            progress((before + slots).min(all), all);
        };
        let all = 0..slices(generator);
        let (outcome, payments, rejects) = match settlements {
            None => {
                let Settled {
                    outcome, payments, ..
                } = settle_stream(&scenario, generator, all, Options::default(), &progress);
                (outcome, payments, Vec::new())
            }
            Some(mut writer) => {
                let done = settle_stream_into(&scenario, generator, all, &mut writer, &progress)?;
                assert_all_written(&done.outcome, writer.finish()?);
                (done.outcome, done.payments, done.rejects)
            }
        };
        let mut facts = Facts::of_streamed(generator, origin, payments);
        facts.rejects = rejects;
        facts.sort_rejects();
        let refused = outcome.enrolled.forgotten.clone();
        Run::book(scenario, facts, outcome, refused, false)
    }

    /// Settles and books a caseload. `progress` is told persons done and persons in all.
    ///
    /// # Errors
    /// A year without figures of the fund, or what kept the settlements from being written.
    fn settle(
        scenario: Scenario,
        mut facts: Facts,
        keep: Keep,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let keep_rows = keep.rows || keep.claim_entries;
        let (all, done) = (facts.caseload.persons.len(), AtomicUsize::new(0));
        let outcome = facts.settle(&scenario, keep_rows, settlements, &|persons| {
            let before = done.fetch_add(persons, Ordering::Relaxed);
            progress(before + persons, all);
        })?;
        let refused = refused_by_reason(&facts.rejected);
        Run::book(scenario, facts, outcome, refused, keep.claim_entries)
    }

    /// Books what was settled.
    pub(super) fn book(
        scenario: Scenario,
        facts: Facts,
        outcome: Outcome,
        refused: BTreeMap<&'static str, (u64, Fen)>,
        claim_entries: bool,
    ) -> Result<Run, RunError> {
        let (caseload, mut origin) = (facts.caseload, facts.origin);
        if let Origin::Files { warnings, .. } = &mut origin {
            warnings.extend(outcome.tally.unstated());
        }
        let (journal, years) = book(&scenario, &caseload, &outcome, claim_entries)?;
        let collection = &outcome.enrolled.collection;
        let statements = years
            .into_iter()
            .map(|year| FundStatement::of(&journal, collection, year, &caseload.districts))
            .collect();
        Ok(Run {
            scenario,
            origin,
            rejected: facts.rejected,
            rejects: facts.rejects,
            payments: facts.payments,
            refused,
            statements,
            caseload,
            outcome,
            journal,
        })
    }

    /// The notes of the figures that a run of this kind uses: files bring their own people and claims, so the figures of
    /// the synthetic city play no part in settling them; those of years to come play none in any run.
    pub fn figures(&self) -> impl Iterator<Item = &FigureNote> {
        let of_city = |path: &str| path.starts_with("population.") || path.starts_with("utilisation.");
        let year = match &self.origin {
            Origin::City(city) => Some(city.year),
            Origin::Files { .. } => None,
        };
        self.scenario
            .figures_of(year.unwrap_or_default())
            .filter(move |figure| year.is_some() || !of_city(&figure.path))
            .filter(|figure| !figure.path.starts_with("projection."))
    }
}

/// What a run starts from.
pub(super) struct Facts {
    pub(super) caseload: Caseload,
    pub(super) origin: Origin,
    pub(super) rejects: Vec<Reject>,
    /// Sums of the rejects, once they are complete.
    pub(super) rejected: RejectSums,
    pub(super) payments: PaymentTotals,
    pub(super) only_year: Option<i32>,
}

impl Facts {
    /// What files say.
    pub(super) fn of(loaded: Loaded, only_year: Option<i32>) -> Facts {
        Facts {
            caseload: loaded.caseload,
            origin: Origin::Files {
                files: loaded.files,
                totals: loaded.totals,
                warnings: loaded.warnings,
                only_year,
            },
            rejects: loaded.rejects,
            rejected: RejectSums::new(),
            payments: loaded.payments,
            only_year,
        }
    }

    /// What is left of a city that was settled while it was drawn.
    pub(super) fn of_streamed(generator: &Generator, origin: CityOrigin, payments: PaymentTotals) -> Facts {
        let caseload = Caseload {
            districts: generator.districts().to_vec(),
            enrolments: Some(Enrolments::default()),
            ..Caseload::default()
        };
        Facts {
            caseload,
            origin: Origin::City(origin),
            rejects: Vec::new(),
            rejected: RejectSums::new(),
            payments,
            only_year: None,
        }
    }

    /// Settles every claim, and moves what that refuses to the rejects. `progress` is told the number of persons done since
    /// it was last called.
    ///
    /// # Errors
    /// What kept the settlements from being written.
    pub(super) fn settle(
        &mut self,
        scenario: &Scenario,
        keep_rows: bool,
        settlements: Option<SettlementsWriter>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Outcome, DataError> {
        let options = Options {
            only_year: self.only_year,
            keep_rows,
            ..Options::default()
        };
        let outcome = match settlements {
            None => settle_all(scenario, &self.caseload, options, progress),
            Some(mut writer) => {
                let outcome = settle_into(scenario, &self.caseload, options, &mut writer, progress)?;
                assert_all_written(&outcome, writer.finish()?);
                outcome
            }
        };
        assert_all_settled(&self.caseload, &outcome);
        self.refuse(&outcome);
        Ok(outcome)
    }

    /// Moves the payments and events that settling refused to the rejects.
    fn refuse(&mut self, outcome: &Outcome) {
        let origin = &mut self.origin;
        let path = |role, file| origin.path(role, file);
        let refused = outcome.enrolled.rejects(&self.caseload, path, &mut self.payments);
        origin.refuse(&refused);
        origin.skip_payments(outcome.enrolled.skipped());
        self.rejects.extend(refused);
        self.sort_rejects();
    }

    fn sort_rejects(&mut self) {
        // Stable, and the reader has put every file's rows in order already.
        self.rejects.sort_by_key(Reject::place);
        self.rejected = sum_rejects(&self.rejects);
    }
}

/// The payments among the rejects with their amounts, by reason.
pub(super) fn refused_by_reason(rejected: &RejectSums) -> BTreeMap<&'static str, (u64, Fen)> {
    let payments = rejected
        .iter()
        .filter(|((role, _), _)| *role == FileRole::Enrolments);
    payments
        .map(|((_, reason), of)| (reason.name(), (of.rows, of.sum)))
        .collect()
}

impl Origin {
    /// The file at a place among those of a role.
    pub fn file(&self, role: FileRole, place: u32) -> Option<&FileRecord> {
        let Origin::Files { files, .. } = self else {
            return None;
        };
        position(files, role, place).map(|index| &files[index])
    }

    fn file_mut(&mut self, role: FileRole, place: u32) -> Option<&mut FileRecord> {
        let Origin::Files { files, .. } = self else {
            return None;
        };
        position(files, role, place).map(|index| &mut files[index])
    }

    /// The file at a place among those of a role, as rejects name it.
    fn path(&self, role: FileRole, place: u32) -> String {
        match self {
            Origin::Files { .. } => self
                .file(role, place)
                .map(|file| file.path.clone())
                .unwrap_or_default(),
            Origin::City(_) => role.name().to_string(),
        }
    }

    /// Counts payments for other years than the one asked for as skipped.
    fn skip_payments(&mut self, skipped: impl Iterator<Item = (u32, u64)>) {
        for (file, rows) in skipped {
            if let Some(file) = self.file_mut(FileRole::Enrolments, file) {
                file.skip(rows);
            }
        }
    }

    /// Counts the refused rows of the files as rejected.
    fn refuse(&mut self, refused: &[Reject]) {
        for reject in refused {
            if let Some(file) = self.file_mut(reject.role, reject.file) {
                file.refuse_one();
            }
        }
    }
}

/// Where the file at a place among those of a role stands; they are ordered by both.
fn position(files: &[FileRecord], role: FileRole, place: u32) -> Option<usize> {
    files
        .binary_search_by_key(&(role, place), |file| (file.role, file.file))
        .ok()
}

/// Checks, in release builds too, that every row that was settled is in the file.
///
/// # Panics
/// If a row got lost: a defect of the program.
pub(super) fn assert_all_written(outcome: &Outcome, written: u64) {
    let settled = outcome.tally.rows;
    assert!(
        written == settled,
        "{settled} rows were settled, {written} written"
    );
}

/// Checks, in release builds too, that every accepted row was settled: what stands is the claims less those that were
/// reversed, by count and by sum.
///
/// # Panics
/// If a row got lost: a defect of the program, never of the input.
fn assert_all_settled(caseload: &Caseload, outcome: &Outcome) {
    let (standing, total) = caseload.claims.standing();
    let settled = outcome.tally.all();
    assert!(
        settled.claims == standing && settled.total == total,
        "{standing} claims of {total} yuan were accepted, {} of {} settled",
        settled.claims,
        settled.total
    );
}
