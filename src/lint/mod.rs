//! Lints: what a scenario may say, and hardly means.
//!
//! Errors are the reader's ([`crate::scenario`]); a lint is about a scenario that loads. Each finding has a code name, the
//! place, the values, the article that it touches and what to do. Whatever a finding says of bills was found by settling
//! bills with the one engine, and what a figure does was found by changing it and settling the same people again.
//!
//! A scenario that means what a lint finds says so in its header, with a reason (`scenario.allow`).

mod bills;
mod cliffs;
mod effect;
mod finding;
mod founded;
mod reach;
mod shape;
mod years;

pub use effect::Tried;
pub use finding::{Finding, Lint, Severity};

use crate::scenario::Scenario;
use finding::Found;
use std::collections::BTreeMap;

/// What to look at.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Residents of the synthetic year on which each figure is changed; `None` to leave that out.
    pub persons: Option<u32>,
    /// Seed of their draws.
    pub seed: u64,
}

/// What was found, and on how many it was tried.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was found, in the order of the texts; what is allowed among it.
    pub findings: Vec<Finding>,
    /// What changing figures one at a time was tried on, if it was.
    pub tried: Option<Tried>,
}

/// Everything that lints find in a scenario.
pub fn check(scenario: &Scenario, options: Options) -> Checked {
    let mut found = Found {
        scenario,
        findings: BTreeMap::new(),
    };
    shape::look(&mut found);
    reach::look(&mut found);
    cliffs::look(&mut found);
    years::look(&mut found);
    founded::look(&mut found);
    let tried = options
        .persons
        .map(|persons| effect::look(&mut found, persons, options.seed));
    let mut findings: Vec<Finding> = found.findings.into_values().collect();
    allow(scenario, &mut findings);
    findings.sort_by_key(|finding| (scenario.order(&finding.at), finding.at.key.clone(), finding.lint));
    Checked { findings, tried }
}

/// Marks what the scenario allows; allowances that nothing needs are findings of their own.
fn allow(scenario: &Scenario, findings: &mut Vec<Finding>) {
    let mut unneeded = Vec::new();
    for allowance in scenario.allowances() {
        let known = Lint::from_name(&allowance.lint);
        let mut needed = false;
        for finding in findings.iter_mut() {
            if Some(finding.lint) == known && allowance.key.matches(&finding.at.key) {
                needed = true;
                finding.allowed = Some(allowance.reason.clone());
            }
        }
        // What changing figures finds depends on how many people it is tried on, and whether it is.
        let by_chance = matches!(known, Some(Lint::NoEffect | Lint::RarelyUsed));
        if needed || by_chance {
            continue;
        }
        let (message, hint) = match known {
            Some(_) => (
                format!(
                    "nothing of `{}` is found at `{}`",
                    allowance.lint, allowance.key.0
                ),
                "take it out".to_string(),
            ),
            None => {
                let names = Lint::ALL.map(Lint::name);
                let near = crate::nearest::nearest(&allowance.lint, names);
                let hint = near.map_or_else(
                    || format!("the lints are `{}`", names.join("`, `")),
                    |near| format!("did you mean `{near}`?"),
                );
                (format!("there is no lint `{}`", allowance.lint), hint)
            }
        };
        let mut at = allowance.place.clone().with_hint(hint);
        at.message = message;
        unneeded.push(Finding {
            lint: Lint::Allowance,
            at,
            article: String::new(),
            years: Vec::new(),
            allowed: None,
        });
    }
    findings.extend(unneeded);
}
