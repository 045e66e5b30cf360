//! Settling a caseload: partition by person, settle in parallel, add up.

pub mod history;

use crate::benefit::claim::Claim;
use crate::benefit::record::Silent;
use crate::benefit::settle::{Member, settle};
use crate::benefit::settlement::Settlement;
use crate::benefit::state::State;
use crate::insured::cover::presumed_year;
use crate::insured::person::Person;
use crate::scenario::Scenario;
use chrono::Datelike;

/// The scenario has no figures for a claim's benefit year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scenario `{scenario}` has no figures for benefit year {year}")]
pub struct NoFigures {
    /// The scenario's name.
    pub scenario: String,
    /// The benefit year.
    pub year: i32,
}

/// Settles a person's only claim: the person counts as enrolled on time, and nothing was claimed before.
///
/// # Errors
/// The scenario has no figures for the claim's benefit year.
pub fn settle_one(scenario: &Scenario, person: &Person, claim: &Claim) -> Result<Settlement, NoFigures> {
    let year = scenario.year_of(claim);
    let no_figures = || NoFigures {
        scenario: scenario.name().to_string(),
        year,
    };
    let tariff = scenario.tariff(year).ok_or_else(no_figures)?;
    let mut stretches = Vec::new();
    for year in claim.begin.year()..=claim.end.year() {
        presumed_year(person, year, scenario.adult_age_years(), &mut stretches);
    }
    let member = Member {
        stretches: &stretches,
        identity: person.identity,
    };
    Ok(settle(tariff, &member, &mut State::default(), claim, &mut Silent))
}
