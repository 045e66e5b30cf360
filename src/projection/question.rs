//! Which figure keeps the fund solvent: the solver asks the projection.
//!
//! Every value is tried on the same residents with the same draws (common random numbers), so the answers differ by the
//! figure alone.

use crate::money::Rate;
use crate::outlook::Outlook;
use crate::projection::follow::{ProjectionError, follow, opening_known, sample_error};
use crate::projection::monte_carlo::{MonteCarloError, monte_carlo};
use crate::projection::plan::{Expansion, Plan};
use crate::projection::quantity::Quantity;
use crate::projection::solve::{Side, Solution, SolveError, solve};
use crate::projection::target::{Key, Quantities, RequestError, Target, Unit, Vary};
use crate::scenario::{FigureValue, Scenario, ScenarioError, Unit as FigureUnit};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The names of all quantities.
pub const NAMES: [&str; Quantity::ALL.len()] = {
    let mut names = [""; Quantity::ALL.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = Quantity::ALL[index].name();
        index += 1;
    }
    names
};

/// What a target may speak of.
pub const QUANTITIES: Quantities<'static> = Quantities {
    names: &NAMES,
    balance: Quantity::Balance.name(),
};

/// How sure the target must be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sureness {
    /// With the assumptions as they are.
    Central,
    /// On this share of so many paths.
    Paths {
        /// How many paths.
        paths: u32,
        /// The share on which it must be reached.
        share: Rate,
    },
}

/// A question to the projection.
pub struct Question<'a> {
    /// The scenario whose figures are varied.
    pub scenario: &'a Scenario,
    /// The years, of which the last one is the target's, and the sample.
    pub plan: Plan,
    /// What is to be reached.
    pub target: Target,
    /// Whether the target is to be reached as assumed, or on a share of futures.
    pub sureness: Sureness,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// A figure cannot take a value that was tried.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The projection fails with a value.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// The paths fail with a value.
    #[error(transparent)]
    Paths(#[from] MonteCarloError),
    /// It asks for what there is not.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The quantity does not exist in that year.
    #[error("there is no `{quantity}` in {year}")]
    NoNumber {
        /// The quantity.
        quantity: String,
        /// The year.
        year: i32,
    },
}

/// One key's answer.
pub struct Answer {
    /// The keys that were varied, with the value that each has in the scenario and the one found; `None` if none reaches the
    /// target, with the nearest in its place.
    pub keys: Vec<Varied>,
    /// How it was found; values are those of the first key, in its whole units.
    pub solution: Solution,
    /// What the sample leaves open of the benefits of the year, as a share of them: half the width of a 95 % interval.
    /// `None` of paths, which are samples of their own, and without benefits.
    pub sample_error: Option<f64>,
}

/// A key that was varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Varied {
    /// The dotted path of the figure.
    pub key: String,
    /// In which whole unit values of it are counted: fen, millionths, or ones.
    pub unit: Unit,
    /// Its value in the last year of the scenario, in whole units.
    pub before: i64,
    /// The value found, or the nearest one.
    pub after: i64,
}

/// The keys of a scenario that are one number in its last year, for [`Vary::parse`].
fn variable_keys(scenario: &Scenario) -> Vec<(String, Unit)> {
    let Some(&year) = scenario.years().last() else {
        return Vec::new();
    };
    let numbers = scenario.keys().into_iter().filter_map(|key| {
        let unit = whole_unit(key.number(year)?)?;
        Some((key.path, unit))
    });
    numbers.collect()
}

/// The steps that a key is tried in unless the user gives another: a yuan, a tenth of a percent.
const fn default_step(unit: Unit) -> i64 {
    match unit {
        Unit::Yuan => 100,
        Unit::Share | Unit::Number | Unit::Growth => 1_000,
        Unit::Whole => 1,
    }
}

/// Reads the keys to vary.
///
/// # Errors
/// An unknown key, one that is named twice, or numbers that do not fit it.
pub fn vary(scenario: &Scenario, texts: &[String]) -> Result<Vec<Vary>, RequestError> {
    let names = variable_keys(scenario);
    let key = |(name, unit): &'_ (String, Unit)| (name.clone(), *unit);
    let known: Vec<(String, Unit)> = names.iter().map(key).collect();
    let keys: Vec<Key<'_>> = known
        .iter()
        .map(|(name, unit)| Key {
            name,
            unit: *unit,
            step: default_step(*unit),
        })
        .collect();
    let mut all: Vec<Vary> = Vec::with_capacity(texts.len());
    for text in texts {
        let one = Vary::parse(text, &keys)?;
        if all.iter().any(|other| other.key == one.key) {
            return Err(RequestError::Twice { key: one.key });
        }
        all.push(one);
    }
    Ok(all)
}

const fn whole_unit(value: FigureValue) -> Option<Unit> {
    match value.unit {
        FigureUnit::Yuan => Some(Unit::Yuan),
        FigureUnit::Rate => Some(Unit::Share),
        FigureUnit::PerHead | FigureUnit::Ratio => Some(Unit::Number),
        FigureUnit::Growth => Some(Unit::Growth),
        FigureUnit::Years | FigureUnit::Months | FigureUnit::Days | FigureUnit::Count => Some(Unit::Whole),
        FigureUnit::Year | FigureUnit::Day => None,
    }
}

impl Question<'_> {
    /// What the target's quantity comes to under `scenario`.
    ///
    /// # Errors
    /// A projection that fails, or a number that does not exist.
    pub fn ask(&self, scenario: &Scenario, progress: &(dyn Fn(usize) + Sync)) -> Result<f64, QuestionError> {
        let year = self.plan.to;
        let no_number = || QuestionError::NoNumber {
            quantity: self.target.quantity.clone(),
            year,
        };
        let quantity = Quantity::from_name(&self.target.quantity).ok_or_else(no_number)?;
        let outlook: &Outlook = scenario.needed_outlook()?;
        match self.sureness {
            Sureness::Central => {
                let years = follow(scenario, &outlook.central(), &self.plan, progress)?;
                let expansion = Expansion::of(scenario, self.plan.persons);
                let last = years.last().zip(expansion);
                last.and_then(|(year, expansion)| quantity.of(year, expansion))
                    .ok_or_else(no_number)
            }
            Sureness::Paths { paths, share } => {
                let paths = monte_carlo(scenario, outlook, &self.plan, paths, progress)?;
                let sample = paths
                    .quantity(quantity)
                    .and_then(|paths| paths.year(year))
                    .ok_or_else(no_number)?;
                // Reached on so many paths: the rest lies on the wrong side of the bound.
                let rest = Rate::from_ppm(Rate::ONE.ppm() - share.ppm());
                Ok(match self.target.goal.side {
                    Side::AtLeast => sample.percentile(rest),
                    Side::AtMost => sample.percentile(share),
                })
            }
        }
    }

    /// Whether the fund's balance before the first year is known; if not, it counts from zero.
    ///
    /// # Errors
    /// A first year that cannot be projected.
    pub(crate) fn opening_known(&self) -> Result<bool, QuestionError> {
        let outlook = self.scenario.needed_outlook()?;
        Ok(opening_known(self.scenario, &outlook.central(), self.plan.from)?)
    }

    /// See [`Answer::sample_error`].
    fn sample_error(&self, scenario: &Scenario) -> Result<Option<f64>, QuestionError> {
        if self.sureness != Sureness::Central {
            return Ok(None);
        }
        let years = follow(
            scenario,
            &scenario.needed_outlook()?.central(),
            &self.plan,
            &|_| (),
        )?;
        Ok(sample_error(&years))
    }

    /// Finds the value of the first key that reaches the target; the other keys move in proportion to it.
    ///
    /// # Errors
    /// A value that cannot be tried.
    pub fn solve_together(
        &self,
        vary: &[Vary],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Answer, SolveError<QuestionError>> {
        let starts: Vec<i64> = vary.iter().map(|vary| self.value_now(vary)).collect();
        let (Some(first), Some(&start)) = (vary.first(), starts.first()) else {
            let request = RequestError::MalformedTarget {
                text: "no key to vary".into(),
            };
            return Err(SolveError::Evaluate(request.into()));
        };
        let at = |value: i64| -> Vec<i64> {
            let others = starts
                .iter()
                .zip(vary)
                .map(|(&own, vary)| in_proportion(own, value, start, vary.step));
            std::iter::once(value).chain(others.skip(1)).collect()
        };
        let with = |value: i64| -> Result<Scenario, QuestionError> {
            let sets: Vec<(String, String)> = vary
                .iter()
                .zip(at(value))
                .map(|(vary, value)| (vary.key.clone(), vary.unit.format(value)))
                .collect();
            Ok(self.scenario.with(&sets)?)
        };
        let mut evaluate = |value: i64| self.ask(&with(value)?, progress);
        let solution = solve(&first.search(start), self.target.goal, &mut evaluate)?;
        let found = solution.outcome.at().value;
        let sample_error = with(found)
            .and_then(|scenario| self.sample_error(&scenario))
            .map_err(SolveError::Evaluate)?;
        let keys = vary
            .iter()
            .zip(&starts)
            .zip(at(found))
            .map(|((vary, &before), after)| Varied {
                key: vary.key.clone(),
                unit: vary.unit,
                before,
                after,
            });
        Ok(Answer {
            keys: keys.collect(),
            solution,
            sample_error,
        })
    }

    /// What a key is in the last year of the scenario, in whole units.
    fn value_now(&self, vary: &Vary) -> i64 {
        let year = self.scenario.years().last().copied().unwrap_or_default();
        let figure = self.scenario.figure(&vary.key, year);
        figure.map_or(0, |figure| whole(figure.value, vary.unit))
    }
}

/// A number in whole units.
fn whole(value: Decimal, unit: Unit) -> i64 {
    let scale = match unit {
        Unit::Yuan => 100,
        Unit::Share | Unit::Number | Unit::Growth => 1_000_000,
        Unit::Whole => 1,
    };
    (value * Decimal::from(scale))
        .round()
        .to_i64()
        .unwrap_or_default()
}

/// `own` changed as `value` is from `start`, to the nearest multiple of `step`; of a key that is nothing, as much as the
/// first key's change.
fn in_proportion(own: i64, value: i64, start: i64, step: i64) -> i64 {
    let exact = match start {
        0 => own as f64 + value as f64,
        start => own as f64 * value as f64 / start as f64,
    };
    let step = step.max(1);
    (exact / step as f64).round() as i64 * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(
        clippy::inconsistent_digit_grouping,
        reason = "fen are written as yuan_fen: 8_300_00"
    )]
    #[test]
    fn other_keys_move_in_proportion() {
        // 410 to 450 yuan: 380 becomes 417.07, to the yuan.
        assert_eq!(in_proportion(380_00, 450_00, 410_00, 1_00), 417_00);
        assert_eq!(in_proportion(0, 450_00, 410_00, 1_00), 0);
        assert_eq!(in_proportion(0, 30, 0, 1), 30);
    }
}
