//! The people of a comparison or a sweep: files, or a synthetic city; and their years.

use crate::cli::inputs::{FilesOrCityArgs, check_inputs_apart, check_year};
use crate::cli::outcome::Failure;
use crate::compare::crowd::{CompareError, Files, Payments, Whose};
use crate::data::Inputs;
use crate::money::Fen;
use crate::scenario::Scenario;
use clap::ValueEnum;
use std::path::Path;

/// Whose years are settled.
#[derive(clap::Args)]
pub(super) struct PeopleArgs {
    #[command(flatten)]
    people: FilesOrCityArgs,
    /// What the payments in the files become where other contributions are asked than by the first scenario
    #[arg(long, value_name = "HOW", requires = "enrolments")]
    payments: Option<PaymentsArg>,
    /// Benefit year; can be given several times [default: those of the claims of files; of a city, the first scenario's `default_year`]
    #[arg(long, value_name = "YEAR")]
    year: Vec<i32>,
    /// Every benefit year that the scenarios have in common
    #[arg(long, conflicts_with = "year")]
    years: bool,
    /// Income per head and year by which burdens are measured, in yuan [default: the first scenario's, if it states one]
    #[arg(long, value_name = "YUAN", value_parser = yuan)]
    pub income: Option<Fen>,
}

#[derive(Clone, Copy, ValueEnum)]
enum PaymentsArg {
    /// Whoever paid what the first scenario asks pays what the other one asks
    Follow,
    /// The amounts stay; those that are not what is asked are refused
    AsRecorded,
}

fn yuan(text: &str) -> Result<Fen, String> {
    let amount = Fen::parse_yuan(text).map_err(|error| error.to_string())?;
    match amount > Fen::ZERO {
        true => Ok(amount),
        false => Err("an income is more than nothing".to_string()),
    }
}

impl PeopleArgs {
    /// The files that are named, if any; they must not lie in the directory to write, which is replaced as a whole.
    pub(super) fn files(&self, out: Option<&Path>) -> Result<Option<Inputs>, Failure> {
        let Some(found) = self.people.files()? else {
            return Ok(None);
        };
        if let Some(out) = out {
            check_inputs_apart(out, found.all())?;
        }
        Ok(Some(found))
    }

    /// The people: those of the files, which are read into memory, or else of a city.
    pub(super) fn whose(&self, files: Option<&Inputs>) -> Result<Whose, Failure> {
        let Some(files) = files else {
            let (persons, seed) = self.people.city(None)?.size();
            return Ok(Whose::City { persons, seed });
        };
        let payments = self.payments.map(|payments| match payments {
            PaymentsArg::Follow => Payments::Follow,
            PaymentsArg::AsRecorded => Payments::AsRecorded,
        });
        Ok(Whose::Files(Files::new(files.open()?, payments)))
    }

    /// The years, ascending, for each of which every scenario has figures: those asked for, or those of the claims of
    /// files, or the first scenario's default.
    pub(super) fn years(&self, scenarios: &[Scenario], whose: &Whose) -> Result<Vec<i32>, Failure> {
        let Some(first) = scenarios.first() else {
            return Ok(Vec::new());
        };
        let has_figures = |year: &i32| scenarios.iter().all(|other| other.tariff(*year).is_some());
        let with_figures = |years: Vec<i32>| years.into_iter().filter(has_figures).collect::<Vec<i32>>();
        let nothing = |message: &str| Err(Failure::new(message));
        if !self.year.is_empty() {
            return self.asked_for(scenarios);
        }
        if self.years {
            let common = with_figures(first.years());
            return match common.is_empty() {
                true => nothing("the scenarios have no benefit year in common"),
                false => Ok(common),
            };
        }
        match whose.years_of_claims(first)? {
            Some(of_claims) => {
                let years = with_figures(of_claims.into_iter().collect());
                match years.is_empty() {
                    true => nothing("the files have no claim of a year that every scenario has"),
                    false => Ok(years),
                }
            }
            None => {
                check_year_of_all(first.default_year(), scenarios)?;
                Ok(vec![first.default_year()])
            }
        }
    }

    /// The years of `--year`.
    fn asked_for(&self, scenarios: &[Scenario]) -> Result<Vec<i32>, Failure> {
        let mut years = self.year.clone();
        years.sort_unstable();
        years.dedup();
        years
            .iter()
            .try_for_each(|&year| check_year_of_all(year, scenarios))?;
        Ok(years)
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}

/// Complains of a year that a scenario has no figures for.
fn check_year_of_all(year: i32, scenarios: &[Scenario]) -> Result<(), Failure> {
    scenarios
        .iter()
        .try_for_each(|scenario| check_year(scenario, year))
}
