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
mod founded;
mod reach;
mod shape;
mod years;

use crate::scenario::{Diagnostic, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lint {
    /// A higher level of institution has a higher ratio.
    RatioRises,
    /// A higher level of institution has a lower deductible.
    DeductibleFalls,
    /// No bill, nor many, comes into a band in which more would be paid.
    UnreachableBand,
    /// The ceiling of a year is below the deductible of one admission.
    CeilingBelowDeductible,
    /// Nobody belongs to a group.
    EmptyGroup,
    /// A fen more on the bill costs the person more than a yuan.
    Cliff,
    /// A year that the scenario says may be projected cannot be.
    YearMissing,
    /// A value of a year that nothing reads.
    YearUnread,
    /// A figure whose source is empty.
    NoSource,
    /// A figure that changes nothing.
    NoEffect,
    /// A figure that touches nobody of the synthetic year, though it would touch somebody.
    RarelyUsed,
    /// Figures that are placeholders.
    Placeholders,
    /// An allowance that no finding needs, or of a lint that there is not.
    Allowance,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Somebody should look at it.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl Lint {
    /// Every lint.
    pub const ALL: [Lint; 13] = [
        Lint::RatioRises,
        Lint::DeductibleFalls,
        Lint::UnreachableBand,
        Lint::CeilingBelowDeductible,
        Lint::EmptyGroup,
        Lint::Cliff,
        Lint::YearMissing,
        Lint::YearUnread,
        Lint::NoSource,
        Lint::NoEffect,
        Lint::RarelyUsed,
        Lint::Placeholders,
        Lint::Allowance,
    ];

    /// The code name, as `scenario.allow` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Lint::RatioRises => "ratio-rises-with-level",
            Lint::DeductibleFalls => "deductible-falls-with-level",
            Lint::UnreachableBand => "unreachable-band",
            Lint::CeilingBelowDeductible => "ceiling-below-deductible",
            Lint::EmptyGroup => "empty-group",
            Lint::Cliff => "cliff",
            Lint::YearMissing => "year-missing",
            Lint::YearUnread => "year-unread",
            Lint::NoSource => "no-source",
            Lint::NoEffect => "no-effect",
            Lint::RarelyUsed => "rarely-used",
            Lint::Placeholders => "placeholders",
            Lint::Allowance => "allowance",
        }
    }

    /// How much it matters.
    pub const fn severity(self) -> Severity {
        match self {
            Lint::RarelyUsed | Lint::Placeholders => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// Why it matters.
    pub const fn why(self) -> &'static str {
        match self {
            Lint::RatioRises => {
                "the fund is to pay the more, the lower the level, so that people begin there; a ratio the other way round \
                 is often two figures exchanged"
            }
            Lint::DeductibleFalls => {
                "the deductible is to be higher where treatment is dearer; one the other way round is often two figures \
                 exchanged"
            }
            Lint::UnreachableBand => {
                "what stands there is never paid, so either it or what keeps it away is not meant"
            }
            Lint::CeilingBelowDeductible => {
                "an admission that pays its deductible has nothing left for the fund to share"
            }
            Lint::EmptyGroup => "what is written for the group holds for nobody",
            Lint::Cliff => {
                "a person who is billed a little more ends up with less: thresholds are to be gradual"
            }
            Lint::YearMissing => "`yibao project` stops there",
            Lint::YearUnread => "a value that nothing reads looks as if it held",
            Lint::NoSource => "nobody can check the figure",
            Lint::NoEffect => {
                "a figure that can be anything says nothing; it may stand in the wrong place, or another may keep it away"
            }
            Lint::RarelyUsed => {
                "a comparison on synthetic people of this number cannot show what the figure does"
            }
            Lint::Placeholders => "results are no better founded than the figures they rest on",
            Lint::Allowance => "it will hide something else one day",
        }
    }

    /// The lint of a code name.
    pub fn from_name(name: &str) -> Option<Lint> {
        Lint::ALL.into_iter().find(|lint| lint.name() == name)
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub lint: Lint,
    /// The place, the key, what was found with its values, and what to do.
    pub at: Diagnostic,
    /// The articles that it touches, such as `15`; empty where the regulation says nothing of it.
    pub article: String,
    /// The benefit years in which it was found; none if it does not go by years.
    pub years: Vec<i32>,
    /// Why the scenario means it, if it says so.
    pub allowed: Option<String>,
}

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

/// What changing figures one at a time was tried on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Figures that were changed.
    pub figures: usize,
    /// Residents of the synthetic year; none if the scenario describes no population.
    pub persons: usize,
    /// Their claims.
    pub claims: usize,
    /// Worked cases on the thresholds and dates of the scenario.
    pub cases: usize,
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

/// What was found so far: each thing once, with the years in which it was found.
struct Found<'s> {
    scenario: &'s Scenario,
    findings: BTreeMap<(Lint, String, String), Finding>,
}

impl Found<'_> {
    /// Adds something found at a key, in a year if it goes by years. Of several of one lint and key the `about` tells them
    /// apart; the first is told, with the years of all.
    fn add(
        &mut self,
        lint: Lint,
        (key, about): (&str, &str),
        year: Option<i32>,
        message: impl FnOnce() -> String,
        hint: Option<&str>,
    ) {
        let scenario = self.scenario;
        let entry = self.findings.entry((lint, key.to_string(), about.to_string()));
        let finding = entry.or_insert_with(|| Finding {
            lint,
            at: scenario
                .diagnostic(key, message())
                .with_hint(hint.map(str::to_string)),
            article: scenario.article_of(key).to_string(),
            years: Vec::new(),
            allowed: None,
        });
        if let Some(year) = year
            && !finding.years.contains(&year)
        {
            finding.years.push(year);
        }
    }
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
