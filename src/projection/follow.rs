//! One future from year to year: residents age, enrol, fall ill, are settled by the one engine, and the fund is booked.

use crate::batch::Options;
use crate::batch::people::{People, PeopleOf};
use crate::batch::stream::{Settled, settle_stream, slices};
use crate::batch::tally::Tally;
use crate::fund::contributions::{Collection, NoTerms};
use crate::fund::interest::{Month, close_months};
use crate::fund::journal::Journal;
use crate::fund::statement::FundStatement;
use crate::fund::terms::FundTerms;
use crate::insured::terms::{first_day, last_day};
use crate::money::Fen;
use crate::outlook::Path;
use crate::projection::plan::{Expansion, Plan};
use crate::projection::statistics::Z_95;
use crate::scenario::{Scenario, ScenarioError};
use crate::synth::{FigureError, Flows, Generator};
use chrono::Days;
use std::collections::BTreeMap;

/// Why a scenario cannot be projected.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// Figures or assumptions.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// Figures of the population that cannot hold together.
    #[error("the population of {year} cannot be drawn: {error}")]
    Population {
        /// The benefit year.
        year: i32,
        /// What is wrong.
        error: FigureError,
    },
    /// No population to project.
    #[error("scenario `{0}` describes no population: a projection needs `[population]` and `[utilisation]`")]
    NoPopulation(String),
    /// A year without figures of the fund.
    #[error(transparent)]
    NoTerms(#[from] NoTerms),
}

impl ProjectionError {
    /// Whether figures of a year are impossible, which a path can lead to that goes far.
    pub fn is_of_figures(&self) -> bool {
        matches!(
            self,
            ProjectionError::Scenario(_) | ProjectionError::Population { .. }
        )
    }
}

/// One benefit year of the sample.
#[derive(Clone, Debug)]
pub struct ProjectedYear {
    /// The benefit year.
    pub year: i32,
    /// The fund's year, of the sample.
    pub statement: FundStatement,
    /// The insured by category and age, with what befell them.
    pub people: People,
    /// What was settled, by kind and level.
    pub tally: Tally,
    /// Residents who could have enrolled.
    pub residents: u64,
    /// Stocks and flows of the residents.
    pub flows: Flows,
}

/// Whether the fund's balance before the first year is known; if not, balances count from zero.
///
/// # Errors
/// A first year that cannot be projected.
pub fn opening_known(scenario: &Scenario, path: &Path, from: i32) -> Result<bool, ProjectionError> {
    let first = scenario.projected(from..=from, path)?;
    let terms = first.fund_terms().get(&from);
    Ok(terms.is_some_and(|terms| terms.opening_balance.is_some()))
}

/// By which share a sample leaves the benefits of the last year open: half the width of a 95 % interval, relative. `None`
/// where it has no benefits, or is too small to say.
pub fn sample_error(years: &[ProjectedYear]) -> Option<f64> {
    let all = years.last().map(|year| year.people.all());
    let all = all.filter(|all| all.fund > Fen::ZERO)?;
    let mean = all.fund.get() as f64 / all.insured as f64;
    Some(Z_95 * all.fund_per_person_error_fen()? / mean)
}

/// Follows one path through the years of the plan. `progress` is told the number of slots done since it was last called.
///
/// # Errors
/// Figures or assumptions that cannot be used for one of the years.
pub fn follow(
    scenario: &Scenario,
    path: &Path,
    plan: &Plan,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<ProjectedYear>, ProjectionError> {
    let no_population = || ProjectionError::NoPopulation(scenario.name().to_string());
    let expansion = Expansion::of(scenario, plan.persons).ok_or_else(no_population)?;
    let mut books = Books::default();
    let mut years = Vec::new();
    for year in plan.years() {
        let figures = scenario.projected(year..=year, path)?;
        let generator = generator(&figures, year, plan)?;
        let people = PeopleOf {
            year,
            income: figures.income(year),
        };
        let all = 0..slices(&generator);
        let Settled { outcome, flows, .. } =
            settle_stream(&figures, &generator, all, options(Some(people)), progress);
        books.take(&figures, year, &outcome.enrolled.collection);
        outcome.benefits.post(&mut books.journal);
        let coverage = outcome.enrolled.coverage.iter();
        let of_year = coverage.filter(|((covered, _), _)| *covered == year);
        let residents = of_year.map(|(_, coverage)| coverage.residents).sum();
        years.push((year, outcome.people, outcome.tally, residents, flows));
    }
    books.take_next_window(scenario, path, plan)?;
    let opening = books
        .terms
        .get(&plan.from)
        .and_then(|terms| terms.opening_balance);
    books.close(plan, opening.map(|city| expansion.sample_share(city)))?;
    let projected = years
        .into_iter()
        .map(|(year, people, tally, residents, flows)| ProjectedYear {
            year,
            statement: FundStatement::of(&books.journal, &books.collection, year, &books.districts),
            people,
            tally,
            residents,
            flows,
        });
    Ok(projected.collect())
}

/// Sums are all that is wanted.
fn options(people: Option<PeopleOf>) -> Options {
    Options {
        people,
        no_fingerprint: true,
        ..Options::default()
    }
}

fn generator(figures: &Scenario, year: i32, plan: &Plan) -> Result<Generator, ProjectionError> {
    let no_population = || ProjectionError::NoPopulation(figures.name().to_string());
    let model = figures.city(year).ok_or_else(no_population)?;
    let terms = figures.enrolment(year).ok_or_else(no_population)?;
    Generator::new(model, terms, plan.persons, plan.seed, figures.codebook())
        .map_err(|error| ProjectionError::Population { year, error })
}

/// The fund's books over all years.
#[derive(Default)]
struct Books {
    journal: Journal,
    collection: Collection,
    terms: BTreeMap<i32, FundTerms>,
    districts: Vec<String>,
}

impl Books {
    /// Takes a year's terms and contributions.
    fn take(&mut self, figures: &Scenario, year: i32, collection: &Collection) {
        self.terms.extend(figures.fund_terms().clone());
        self.collection.merge(collection);
        if let Some(city) = figures.city(year) {
            let codes = city
                .population
                .districts
                .iter()
                .map(|district| district.code.clone());
            self.districts = codes.collect();
        }
    }

    /// Those who pay in the last year for the year after it: their money bears interest already (Art. 8). Left out where
    /// the assumptions do not reach so far.
    fn take_next_window(
        &mut self,
        scenario: &Scenario,
        path: &Path,
        plan: &Plan,
    ) -> Result<(), ProjectionError> {
        let next = plan.to + 1;
        if scenario.outlook().is_none_or(|outlook| next > outlook.horizon) {
            return Ok(());
        }
        let figures = scenario.projected(next..=next, path)?;
        let generator = generator(&figures, next, plan)?.payments_only();
        let Settled { outcome, .. } = settle_stream(
            &figures,
            &generator,
            0..slices(&generator),
            options(None),
            &|_| (),
        );
        self.take(&figures, next, &outcome.enrolled.collection);
        Ok(())
    }

    /// Opens the books, posts what was collected, and closes the months of the plan.
    fn close(&mut self, plan: &Plan, opening: Option<Fen>) -> Result<(), ProjectionError> {
        if let Some(opening) = opening {
            self.journal.open(first_day(plan.from) - Days::new(1), opening);
        }
        self.collection.post(&mut self.journal, &self.terms)?;
        let (from, to) = (Month::of(first_day(plan.from)), Month::of(last_day(plan.to)));
        close_months(&mut self.journal, &self.terms, from, to)?;
        Ok(())
    }
}
