//! Scenarios side by side: what is the same in both is zero, what differs adds up, and one settlement is like another.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

mod bridges;
mod cli;
mod contrasts;
mod people;
mod report;
mod sweeps;

use std::sync::LazyLock;
use yibao::compare::bridge::Method;
use yibao::compare::comparison::{Comparison, Request};
use yibao::compare::crowd::Whose;
use yibao::scenario::Scenario;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

fn jinan() -> Scenario {
    JINAN.clone()
}

/// Jinan with other values.
fn with(sets: &[(&str, &str)]) -> Scenario {
    JINAN.with(sets).unwrap_or_else(|error| panic!("{error}"))
}

/// A reform of several kinds of figures.
const REFORM: [(&str, &str); 4] = [
    ("benefit.inpatient.tertiary.deductible", "1500"),
    ("benefit.general_outpatient.ratio", "0.7"),
    ("funding.individual.adult", "450"),
    ("benefit.ceiling.amount", "150000"),
];

const CITY: Whose = Whose::City {
    persons: 3_000,
    seed: 7,
};

/// A comparison of a small city's year.
fn compare(scenarios: &[Scenario]) -> Comparison {
    compared(scenarios, None, &CITY)
}

fn compared(scenarios: &[Scenario], bridge: Option<(Method, &[String])>, whose: &Whose) -> Comparison {
    let request = Request {
        scenarios,
        alternative_baseline: None,
        years: &[2023],
        whose,
        income: None,
        top: 5,
        bridge,
    };
    Comparison::of(&request, &|_| ()).unwrap_or_else(|error| panic!("{error}"))
}
