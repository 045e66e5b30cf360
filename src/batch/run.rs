//! A run from end to end: what was read, settled and booked.

use crate::batch::book::book;
use crate::batch::{Enrolled, Options, Outcome, settle_all};
use crate::data::caseload::Caseload;
use crate::data::{ClaimTotals, DataError, FileRecord, Inputs, LoadOptions, Reject, load};
use crate::figure::FigureNote;
use crate::fund::contributions::NoTerms;
use crate::fund::journal::Journal;
use crate::fund::statement::FundStatement;
use crate::money::Fen;
use crate::scenario::Scenario;
use crate::synth::City;
use serde::Serialize;

/// A finished run.
pub struct Run {
    /// The rules it was settled by.
    pub scenario: Scenario,
    /// Where the claims came from.
    pub origin: Origin,
    /// What was settled.
    pub caseload: Caseload,
    /// What came of it.
    pub outcome: Outcome,
    /// The fund.
    pub journal: Journal,
    /// The fund's year in numbers, for each year it has entries in.
    pub statements: Vec<FundStatement>,
}

/// Where the claims of a run came from.
pub enum Origin {
    /// Interchange files.
    Files {
        /// The files, with hashes and row counts.
        files: Vec<FileRecord>,
        /// Rows that could not be settled.
        rejects: Vec<Reject>,
        /// Claim rows by what became of them.
        totals: ClaimTotals,
        /// What was tolerated in the files.
        warnings: Vec<String>,
    },
    /// A synthetic city.
    City(CityOrigin),
}

/// How a synthetic city was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// A row per settlement.
    pub settlements: bool,
    /// Journal entries per claim instead of per day.
    pub claim_entries: bool,
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
    /// for each year in which they have a claim.
    ///
    /// # Errors
    /// A file that cannot be used. Bad rows are not errors: they become rejects.
    pub fn of_files(
        scenario: Scenario,
        inputs: &Inputs,
        only_year: Option<i32>,
        keep: Keep,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let years = scenario.years();
        let options = LoadOptions {
            codebook: scenario.codebook(),
            years: &years,
            only_year,
        };
        let loaded = load(inputs, &options)?;
        let origin = Origin::Files {
            files: loaded.files,
            rejects: loaded.rejects,
            totals: loaded.totals,
            warnings: loaded.warnings,
        };
        Run::settle(
            scenario,
            loaded.caseload,
            origin,
            Enrolled::WithClaims { only_year },
            keep,
            progress,
        )
    }

    /// Settles and books a synthetic city. All of its persons count as enrolled on time.
    ///
    /// # Errors
    /// A year without figures of the fund.
    pub fn of_city(
        scenario: Scenario,
        city: City,
        origin: CityOrigin,
        keep: Keep,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let enrolled = Enrolled::Everyone { year: origin.year };
        Run::settle(
            scenario,
            city.caseload,
            Origin::City(origin),
            enrolled,
            keep,
            progress,
        )
    }

    /// Settles and books a caseload. `progress` is told persons done and persons in all.
    ///
    /// # Errors
    /// A year without figures of the fund.
    fn settle(
        scenario: Scenario,
        caseload: Caseload,
        origin: Origin,
        enrolled: Enrolled,
        keep: Keep,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Run, RunError> {
        let keep_rows = keep.settlements || keep.claim_entries;
        let (all, done) = (caseload.persons.len(), std::sync::atomic::AtomicUsize::new(0));
        let outcome = settle_all(
            &scenario,
            &caseload,
            Options { enrolled, keep_rows },
            &|persons| {
                let before = done.fetch_add(persons, std::sync::atomic::Ordering::Relaxed);
                progress(before + persons, all);
            },
        );
        assert_all_settled(&caseload, &outcome);
        let (journal, years) = book(&scenario, &caseload, &outcome, keep.claim_entries)?;
        let statements = years
            .into_iter()
            .map(|year| FundStatement::of(&journal, &outcome.collection, year, &caseload.districts))
            .collect();
        Ok(Run {
            scenario,
            origin,
            caseload,
            outcome,
            journal,
            statements,
        })
    }

    /// The notes of the figures that a run of this kind uses: files bring their own people and claims, so the figures of
    /// the synthetic city play no part in settling them.
    pub fn figures(&self) -> impl Iterator<Item = &FigureNote> {
        let of_city = |path: &str| path.starts_with("population.") || path.starts_with("utilisation.");
        let is_city = matches!(self.origin, Origin::City(_));
        self.scenario
            .figures()
            .iter()
            .filter(move |figure| is_city || !of_city(&figure.path))
    }

    /// The rows that could not be settled.
    pub fn rejects(&self) -> &[Reject] {
        match &self.origin {
            Origin::Files { rejects, .. } => rejects,
            Origin::City(_) => &[],
        }
    }
}

/// Checks, in release builds too, that every accepted row was settled: what stands is the claims less those that were
/// reversed, by count and by sum.
///
/// # Panics
/// If a row got lost: a defect of the program, never of the input.
fn assert_all_settled(caseload: &Caseload, outcome: &Outcome) {
    let (mut standing, mut total) = (0, Fen::ZERO);
    for entry in &caseload.claims {
        let sign = if entry.reverses.is_some() { -1 } else { 1 };
        standing += sign;
        total += Fen::new(sign * entry.claim.total.get());
    }
    let settled = outcome.tally.all();
    assert!(
        settled.claims == standing && settled.total == total,
        "{standing} claims of {total} yuan were accepted, {} of {} settled",
        settled.claims,
        settled.total
    );
}
