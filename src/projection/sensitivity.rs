//! What each assumption does to one number: the assumption at either end of its range, all others as they are.
//!
//! The same residents fall ill with the same draws in every run (common random numbers), so that a difference is the
//! assumption's and not chance.

use crate::outlook::{Outlook, Path};
use crate::parallel::in_order;
use crate::projection::follow::{ProjectionError, follow, opening_known, sample_error};
use crate::projection::plan::{Expansion, Plan};
use crate::projection::quantity::Quantity;
use crate::scenario::Scenario;
use serde::Serialize;

/// What an assumption does to the number, which is in the unit of its [`Quantity`]: yuan, not fen, where it is an amount.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swing {
    /// The assumption's or the shock's name.
    pub name: String,
    /// What is tried at the lower and at the upper end, such as `2.0 %`.
    pub tried: [String; 2],
    /// The number at the lower end; of a shock, as it is without it.
    pub low: f64,
    /// The number at the upper end; of a shock, with it.
    pub high: f64,
}

impl Swing {
    /// How far the ends lie apart.
    pub fn width(&self) -> f64 {
        (self.high - self.low).abs()
    }
}

/// The sensitivity of a number of one year; amounts are yuan, as a target has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The name of the scenario.
    pub scenario: String,
    /// The years, and the sample.
    pub plan: Plan,
    /// The number.
    pub quantity: Quantity,
    /// The year.
    pub year: i32,
    /// Whether the fund's balance before the first year is known; if not, it counts from zero.
    pub opening_balance_known: bool,
    /// The number with the assumptions as they are.
    pub central: f64,
    /// By which share the sample leaves the benefits of the year open: half the width of a 95 % interval, relative. `None`
    /// where it is too small to say.
    pub sample_error: Option<f64>,
    /// What each assumption with a range does, the widest first; a shock strikes in the year itself.
    pub swings: Vec<Swing>,
}

/// Why there is no sensitivity.
#[derive(Debug, thiserror::Error)]
pub enum SensitivityError {
    /// A projection failed.
    // An error of a scenario is a list of lines, each with its place.
    #[error("{error}\nThis is with {tried}.")]
    Projection {
        /// What was tried.
        tried: String,
        /// What went wrong.
        #[source]
        error: ProjectionError,
    },
    /// There is no such number in that year.
    #[error("there is no `{}` in {year}", quantity.name())]
    NoNumber {
        /// The number.
        quantity: Quantity,
        /// The year.
        year: i32,
    },
}

/// What is tried first.
pub(crate) const AS_THEY_ARE: &str = "the assumptions as they are";

/// Shifts every assumption that has a range to its ends, and lets every shock strike in the last year of the plan.
///
/// # Errors
/// A projection that fails, or a number that does not exist.
pub fn sensitivity(
    scenario: &Scenario,
    outlook: &Outlook,
    plan: &Plan,
    quantity: Quantity,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Sensitivity, SensitivityError> {
    let mut trials: Vec<(String, Path)> = vec![(AS_THEY_ARE.into(), outlook.central())];
    let mut names = Vec::new();
    for (index, assumption) in outlook.assumptions.iter().enumerate() {
        let Some((low, high)) = assumption.range else {
            continue;
        };
        names.push((assumption.name.clone(), [low, high].map(percent)));
        for end in [low, high] {
            let tried = format!("`{}` growing {} a year", assumption.name, percent(end));
            trials.push((tried, outlook.shifted(index, end)));
        }
    }
    for (index, shock) in outlook.shocks.iter().enumerate() {
        names.push((
            shock.name.clone(),
            ["-".into(), format!("x {} in {}", shock.times, plan.to)],
        ));
        trials.push((format!("no `{}`", shock.name), outlook.central()));
        trials.push((
            format!("`{}` in {}", shock.name, plan.to),
            outlook.struck(index, plan.to),
        ));
    }
    let expansion = Expansion::of(scenario, plan.persons);
    let number = |(tried, path): &(String, Path)| {
        let years = follow(scenario, path, plan, progress);
        let years = years.map_err(|error| failed(tried, error))?;
        let value = years.last().and_then(|year| quantity.of(year, expansion?));
        let value = value.ok_or(SensitivityError::NoNumber {
            quantity,
            year: plan.to,
        })?;
        Ok((value, sample_error(&years)))
    };
    let opening_known = opening_known(scenario, &outlook.central(), plan.from);
    let opening_balance_known = opening_known.map_err(|error| failed(AS_THEY_ARE, error))?;
    let found: Vec<(f64, Option<f64>)> = in_order(trials.len(), |trial| number(&trials[trial]))?;
    let (numbers, errors): (Vec<f64>, Vec<Option<f64>>) = found.into_iter().unzip();
    let ends = numbers[1..].chunks_exact(2);
    let swings = names.into_iter().zip(ends).map(|((name, tried), ends)| Swing {
        name,
        tried,
        low: ends[0],
        high: ends[1],
    });
    let mut swings: Vec<Swing> = swings.collect();
    // Stable, so that equals stay in the order of the scenario.
    swings.sort_by(|one, other| other.width().total_cmp(&one.width()));
    Ok(Sensitivity {
        scenario: scenario.name().to_string(),
        plan: *plan,
        quantity,
        year: plan.to,
        opening_balance_known,
        central: numbers[0],
        sample_error: errors[0],
        swings,
    })
}

fn failed(tried: &str, error: ProjectionError) -> SensitivityError {
    SensitivityError::Projection {
        tried: tried.to_string(),
        error,
    }
}

fn percent(growth: f64) -> String {
    format!("{:.1} %", growth * 100.0)
}
