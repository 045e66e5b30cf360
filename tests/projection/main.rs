//! Years to come: they are the batch of each year over figures that go on as assumed, for any number of threads; the fund's
//! and the population's accounts carry over; what can be known beforehand comes out.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

mod assumptions;
mod known;
mod paths;
mod years;

use std::sync::LazyLock;
use yibao::outlook::Path;
use yibao::prelude::*;
use yibao::projection::follow::{ProjectedYear, follow};
use yibao::projection::plan::Plan;
use yibao::scenario::Source;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

fn jinan() -> &'static Scenario {
    &JINAN
}

/// A scenario of the embedded text after edits; what an edit replaces must stand in it.
fn edited(edits: &[(&str, &str)]) -> Result<Scenario, String> {
    let mut text = jinan().source().text.clone();
    for (from, to) in edits {
        assert!(text.contains(from), "`{from}` does not stand there");
        text = text.replacen(from, to, 1);
    }
    let source = Source {
        name: "variant.toml".into(),
        text,
    };
    Scenario::from_source(source).map_err(|error| error.to_string())
}

/// Every assumption without growth.
fn still() -> Scenario {
    let outlook = jinan().outlook().unwrap();
    let grown = outlook
        .assumptions
        .iter()
        .filter(|assumption| assumption.growth(2030).is_some());
    let sets: Vec<(String, &str)> = grown
        .map(|assumption| (format!("projection.assume.{}", assumption.name), "0"))
        .collect();
    jinan().with(&sets).unwrap()
}

fn plan(from: i32, to: i32, persons: u32) -> Plan {
    Plan {
        from,
        to,
        persons,
        seed: 7,
    }
}

fn central(scenario: &Scenario) -> Path {
    scenario.outlook().unwrap().central()
}

fn years(scenario: &Scenario, plan: &Plan) -> Vec<ProjectedYear> {
    follow(scenario, &central(scenario), plan, &|_| ()).unwrap()
}
