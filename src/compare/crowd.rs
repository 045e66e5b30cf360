//! The people of one benefit year, to be settled under one scenario after the other: the same people, the same illnesses.
//!
//! A synthetic city is drawn once, by the population and utilisation of the baseline. Another scenario only changes what
//! depends on it: where its terms of enrolment differ, its payments are drawn again, with the same marks of the same
//! persons, who then pay what it asks and when it asks; where it reads other codes, so is the city. Files are read once for
//! each codebook, and their payments are facts, see [`Payments`].

use crate::batch::book::book;
use crate::batch::{Options, Outcome, settle_all};
use crate::data::caseload::{ByPerson, Caseload, Enrolments};
use crate::data::codebook::CodeBook;
use crate::data::source::Source;
use crate::data::{
    ClaimYears, DataError, FileRecord, Inputs, LoadOptions, Loaded, RejectSums, load_sources, sum_rejects,
};
use crate::fund::contributions::NoTerms;
use crate::fund::statement::FundStatement;
use crate::insured::category::Category;
use crate::insured::enrolment::Enrolment;
use crate::insured::life::Life;
use crate::insured::person::Identity;
use crate::insured::terms::EnrolmentTerms;
use crate::money::Fen;
use crate::scenario::{Scenario, ScenarioError};
use crate::synth::{FigureError, Generator};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Whose year it is.
#[derive(Clone)]
pub enum Whose {
    /// The residents of a synthetic city.
    City {
        /// Persons insured when the population's base year opened.
        persons: u32,
        /// The seed of every draw.
        seed: u64,
    },
    /// The persons of interchange files.
    Files(Files),
}

/// Interchange files that are held open, so that each scenario and year can read them.
#[derive(Clone)]
pub struct Files {
    sources: Inputs<Source>,
    payments: Option<Payments>,
    /// What was read to learn the years, until the year whose reading it is takes it.
    read: Arc<Mutex<Option<Reading>>>,
}

/// Files as a scenario reads them.
struct Reading {
    codebook: CodeBook,
    /// The years with figures.
    years: Vec<i32>,
    loaded: Loaded,
}

impl Files {
    /// Files, and what those who paid would pay under a scenario that asks other contributions than the baseline.
    pub fn new(sources: Inputs<Source>, payments: Option<Payments>) -> Files {
        Files {
            sources,
            payments,
            read: Arc::default(),
        }
    }

    /// What those who paid would pay elsewhere.
    pub fn payments(&self) -> Option<Payments> {
        self.payments
    }

    fn load(&self, scenario: &Scenario, only_year: Option<i32>) -> Result<Reading, DataError> {
        let (codebook, years) = (scenario.codebook().clone(), scenario.years());
        let options = LoadOptions {
            codebook: &codebook,
            years: &years,
            only_year,
        };
        let loaded = load_sources(self.sources.clone(), &options)?;
        Ok(Reading {
            codebook,
            years,
            loaded,
        })
    }

    /// The rows of a year as a scenario reads them.
    fn year(&self, scenario: &Scenario, year: i32) -> Result<Reading, DataError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // Where all rows are of the year, those of all years are those of the year.
        let serves = |reading: &mut Reading| {
            reading.loaded.years == ClaimYears::One(year)
                && reading.codebook == *scenario.codebook()
                && reading.years == scenario.years()
        };
        match read.take_if(serves) {
            Some(reading) => Ok(reading),
            None => self.load(scenario, Some(year)),
        }
    }
}

impl Whose {
    /// The benefit years of the claims of files, as a scenario sees them; `None` of a city, which has claims of any year.
    ///
    /// # Errors
    /// A file that cannot be used, or files of which every claim is rejected.
    pub(crate) fn years_of_claims(&self, scenario: &Scenario) -> Result<Option<BTreeSet<i32>>, CompareError> {
        let Whose::Files(files) = self else {
            return Ok(None);
        };
        let reading = files.load(scenario, None)?;
        reading.loaded.check_any_claim()?;
        let claims = reading.loaded.caseload.claims.iter();
        let years = claims.map(|claim| scenario.year_of(&claim.claim)).collect();
        if matches!(reading.loaded.years, ClaimYears::One(_)) {
            *files.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
        }
        Ok(Some(years))
    }
}

/// What the payments of files stand for under a scenario that asks other contributions than the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payments {
    /// Who paid what the baseline asks pays what the other scenario asks.
    Follow,
    /// The amounts stay what they are, and a payment that does not fit is refused.
    AsRecorded,
}

impl Payments {
    /// The word on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Payments::Follow => "follow",
            Payments::AsRecorded => "as-recorded",
        }
    }
}

/// Why people cannot be settled under a scenario.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// A file cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A year without figures of the fund.
    #[error(transparent)]
    NoTerms(#[from] NoTerms),
    /// A scenario that is none.
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
    /// Nobody to draw.
    #[error("scenario `{0}` describes no population to draw a city from")]
    NoPopulation(String),
    /// Figures are missing for a year.
    #[error("scenario `{scenario}` has no figures for benefit year {year}")]
    NoYear {
        /// The scenario's name.
        scenario: String,
        /// The year.
        year: i32,
    },
    /// Contributions differ, and nothing says what those who paid would do.
    #[error(
        "`{other}` asks other contributions than `{baseline}`, and the enrolments file has what was paid"
    )]
    PaymentsUnclear {
        /// The baseline.
        baseline: String,
        /// The other scenario.
        other: String,
    },
}

impl CompareError {
    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            CompareError::Data(error) => error.hint(),
            CompareError::NoPopulation(_) => {
                Some("give files of persons and claims, or a scenario with [population] and [utilisation]".into())
            }
            CompareError::PaymentsUnclear { .. } => Some(
                "give `--payments follow`, by which who paid what was asked pays what is asked, or `--payments \
                 as-recorded`, by which other amounts are refused"
                    .into(),
            ),
            _ => None,
        }
    }
}

/// The people of a year.
pub struct Crowd<'a> {
    whose: &'a Whose,
    baseline: &'a Scenario,
    year: i32,
    /// The people as they were drawn or read: for each codebook that a scenario had.
    held: Vec<Held>,
}

/// A caseload, with what it depends on.
struct Held {
    codebook: CodeBook,
    /// The years with figures that files were read for.
    years: Vec<i32>,
    caseload: Caseload,
    /// Whose payments the caseload has now.
    paying: Paying,
    /// Payments that were drawn before, with their terms.
    drawn: Vec<(EnrolmentTerms, Enrolments)>,
    /// The payments of the files.
    recorded: Option<Enrolments>,
    files: Vec<FileRecord>,
    rejected: RejectSums,
    warnings: Vec<String>,
}

/// Whose payments a caseload has.
enum Paying {
    /// Drawn by these terms.
    Drawn(Box<EnrolmentTerms>),
    /// As the files have them.
    Recorded {
        /// But that whoever paid what the baseline asks pays what is asked.
        following: bool,
    },
}

/// How many sets of payments that were drawn are kept besides the one in use: where two scenarios take turns, one is enough.
const DRAWN_KEPT: usize = 2;

/// What settling the people under one scenario gave.
pub struct Settled {
    /// Sums, and whatever else the options asked for.
    pub outcome: Outcome,
    /// The fund's year.
    pub statement: FundStatement,
    /// Which of the caseloads was settled; that of the baseline is 0.
    pub held: usize,
}

impl<'a> Crowd<'a> {
    /// The people of a year, as the baseline sees them.
    ///
    /// # Errors
    /// A file that cannot be used, or a population that cannot be drawn.
    pub fn new(
        whose: &'a Whose,
        baseline: &'a Scenario,
        year: i32,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Crowd<'a>, CompareError> {
        let mut crowd = Crowd {
            whose,
            baseline,
            year,
            held: Vec::new(),
        };
        let first = crowd.hold(baseline, progress)?;
        crowd.held.push(first);
        Ok(crowd)
    }

    /// The benefit year.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The people as a scenario sees them; see [`Settled::held`].
    pub fn caseload(&self, held: usize) -> &Caseload {
        &self.held[held].caseload
    }

    /// The files that were read, with their hashes; none of a city.
    pub fn files(&self) -> &[FileRecord] {
        &self.held[0].files
    }

    /// What was tolerated in the files, added to `all` unless an earlier year has said it.
    pub(crate) fn add_warnings(&self, all: &mut Vec<String>) {
        for warning in &self.held[0].warnings {
            if !all.contains(warning) {
                all.push(warning.clone());
            }
        }
    }

    /// Rows that the reader refused under a scenario; see [`Settled::held`].
    pub fn rejected(&self, held: usize) -> &RejectSums {
        &self.held[held].rejected
    }

    /// Settles everybody under a scenario and books the fund. `progress` is told the number of persons done since it was
    /// last called.
    ///
    /// # Errors
    /// No figures for the year, or payments that could mean two things.
    pub fn settle(
        &mut self,
        scenario: &Scenario,
        options: Options,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Settled, CompareError> {
        let held = self.turn_to(scenario)?;
        let caseload = &self.held[held].caseload;
        let options = Options {
            only_year: Some(self.year),
            ..options
        };
        let outcome = settle_all(scenario, caseload, options, progress);
        let (journal, _) = book(scenario, caseload, &outcome, false)?;
        let collection = &outcome.enrolled.collection;
        let statement = FundStatement::of(&journal, collection, self.year, &caseload.districts);
        Ok(Settled {
            outcome,
            statement,
            held,
        })
    }

    /// Makes the caseload that a scenario sees ready, and says which one it is.
    ///
    /// # Errors
    /// As for [`Crowd::settle`].
    pub fn turn_to(&mut self, scenario: &Scenario) -> Result<usize, CompareError> {
        if scenario.tariff(self.year).is_none() {
            return Err(CompareError::NoYear {
                scenario: scenario.name().to_string(),
                year: self.year,
            });
        }
        let is_city = matches!(self.whose, Whose::City { .. });
        let fits = |held: &Held| {
            held.codebook == *scenario.codebook() && (is_city || held.years == scenario.years())
        };
        let held = match self.held.iter().position(fits) {
            Some(held) => held,
            None => {
                let other = self.hold(scenario, &|_| ())?;
                self.held.push(other);
                self.held.len() - 1
            }
        };
        self.let_pay(held, scenario)?;
        Ok(held)
    }

    /// Draws or reads the people with the codes of a scenario.
    fn hold(&self, scenario: &Scenario, progress: &(dyn Fn(usize) + Sync)) -> Result<Held, CompareError> {
        match self.whose {
            Whose::City { .. } => {
                let (generator, terms) = self.generator(scenario)?;
                let city = generator.city(&|slots| progress(slots as usize));
                Ok(Held {
                    codebook: scenario.codebook().clone(),
                    years: Vec::new(),
                    caseload: city.caseload,
                    paying: Paying::Drawn(Box::new(terms)),
                    drawn: Vec::new(),
                    recorded: None,
                    files: Vec::new(),
                    rejected: RejectSums::new(),
                    warnings: Vec::new(),
                })
            }
            Whose::Files(files) => {
                let Reading {
                    codebook,
                    years,
                    mut loaded,
                } = files.year(scenario, self.year)?;
                if loaded.caseload.claims.is_empty() {
                    let warning = format!("the files have no claim of {}", self.year);
                    loaded.warnings.push(warning);
                }
                Ok(Held {
                    codebook,
                    years,
                    recorded: loaded.caseload.enrolments.clone(),
                    caseload: loaded.caseload,
                    paying: Paying::Recorded { following: false },
                    drawn: Vec::new(),
                    rejected: sum_rejects(&loaded.rejects),
                    files: loaded.files,
                    warnings: loaded.warnings,
                })
            }
        }
    }

    /// The generator of the baseline's city, whose residents enrol by the terms of a scenario.
    fn generator(&self, scenario: &Scenario) -> Result<(Generator, EnrolmentTerms), CompareError> {
        let Whose::City { persons, seed } = *self.whose else {
            return Err(CompareError::NoPopulation(self.baseline.name().to_string()));
        };
        let no_population = || CompareError::NoPopulation(self.baseline.name().to_string());
        let model = self.baseline.city(self.year).ok_or_else(no_population)?;
        let no_year = || CompareError::NoYear {
            scenario: scenario.name().to_string(),
            year: self.year,
        };
        let terms = scenario.enrolment(self.year).ok_or_else(no_year)?;
        let generator = Generator::new(model, terms, persons, seed, scenario.codebook());
        let year = self.year;
        let generator = generator.map_err(|error| CompareError::Population { year, error })?;
        Ok((generator, terms.clone()))
    }

    /// Gives a caseload the payments that its people make under a scenario.
    fn let_pay(&mut self, held: usize, scenario: &Scenario) -> Result<(), CompareError> {
        match &self.held[held].paying {
            Paying::Drawn(terms) if scenario.enrolment(self.year) == Some(terms) => {}
            Paying::Drawn(_) => self.let_pay_anew(held, scenario)?,
            Paying::Recorded { following } => {
                let (following, follows) = (*following, self.follow(scenario)?);
                let held_now = &self.held[held];
                if let Some(recorded) = held_now.recorded.as_ref().filter(|_| follows != following) {
                    let payments = match follows {
                        true => self.following(&held_now.caseload, recorded),
                        false => recorded.clone(),
                    };
                    let held = &mut self.held[held];
                    held.caseload.enrolments = Some(payments);
                    held.paying = Paying::Recorded { following: follows };
                }
            }
        }
        Ok(())
    }

    /// Draws the payments of a city by the terms of a scenario, or takes them out of those that were drawn before.
    fn let_pay_anew(&mut self, held: usize, scenario: &Scenario) -> Result<(), CompareError> {
        let is_known = |(terms, _): &(EnrolmentTerms, _)| Some(terms) == scenario.enrolment(self.year);
        let known = self.held[held].drawn.iter().position(is_known);
        let (terms, enrolments) = match known {
            Some(place) => self.held[held].drawn.remove(place),
            None => {
                let (generator, terms) = self.generator(scenario)?;
                let city = generator.payments_only().city(&|_| ());
                (terms, city.caseload.enrolments.unwrap_or_default())
            }
        };
        let held = &mut self.held[held];
        let before = held.caseload.enrolments.replace(enrolments);
        let paying = std::mem::replace(&mut held.paying, Paying::Drawn(Box::new(terms)));
        if let (Paying::Drawn(terms), Some(enrolments)) = (paying, before) {
            held.drawn.push((*terms, enrolments));
            let most = held.drawn.len().saturating_sub(DRAWN_KEPT);
            held.drawn.drain(..most);
        }
        Ok(())
    }

    /// Whether those who paid what the baseline asks pay what a scenario asks instead.
    fn follow(&self, scenario: &Scenario) -> Result<bool, CompareError> {
        let Whose::Files(files) = self.whose else {
            return Ok(false);
        };
        let asks = |scenario: &Scenario| -> BTreeMap<i32, Vec<Fen>> {
            let years = scenario.enrolments().iter();
            years.map(|(&year, terms)| (year, asked(terms))).collect()
        };
        if asks(scenario) == asks(self.baseline) {
            return Ok(false);
        }
        match files.payments {
            Some(payments) => Ok(payments == Payments::Follow),
            None => Err(CompareError::PaymentsUnclear {
                baseline: self.baseline.name().to_string(),
                other: scenario.name().to_string(),
            }),
        }
    }

    /// The payments of files, of which those that the baseline takes are of whatever is asked.
    fn following(&self, caseload: &Caseload, recorded: &Enrolments) -> Enrolments {
        let mut life = Life::default();
        let mut payments: Vec<(u32, Enrolment)> = Vec::with_capacity(recorded.payments.all().len());
        for (index, person) in caseload.persons.iter().enumerate() {
            let index = index as u32;
            let of_person = recorded.payments.of_person(index);
            let events = recorded.events.of_person(index);
            life.decide(person, of_person, events, self.baseline.enrolments());
            let first = payments.len();
            payments.extend(of_person.iter().map(|&payment| (index, payment)));
            for decision in life.decisions.iter().filter(|decision| decision.result.is_ok()) {
                payments[first + decision.row].1.amount = None;
            }
        }
        Enrolments {
            payments: ByPerson::group(caseload.persons.len(), payments.iter().copied()),
            ..recorded.clone()
        }
    }
}

/// What persons of every tier, category and class are asked to pay, in time and late.
fn asked(terms: &EnrolmentTerms) -> Vec<Fen> {
    let contribution = &terms.contribution;
    let mut all = Vec::new();
    for tier in 0..contribution.individual.len() as u8 {
        for category in Category::ALL {
            for identity in Identity::ALL {
                all.push(contribution.due(tier, category, identity).person);
                let late = terms.late.as_ref();
                all.extend(late.map(|late| late.due(contribution, tier, category, identity).person));
            }
        }
    }
    all
}
