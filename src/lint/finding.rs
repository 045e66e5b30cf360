//! What lints find: each thing once, with the place, why it matters and the years in which it was found.

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

/// What was found so far: each thing once, with the years in which it was found.
pub(super) struct Found<'s> {
    pub scenario: &'s Scenario,
    pub findings: BTreeMap<(Lint, String, String), Finding>,
}

impl Found<'_> {
    /// Adds something found at a key, in a year if it goes by years. Of several of one lint and key the `about` tells them
    /// apart; the first is told, with the years of all.
    pub(super) fn add(
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
