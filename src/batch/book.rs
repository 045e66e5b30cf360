//! From an outcome to the fund's journal: contributions, benefits, payments, interest.

use crate::batch::history::Row;
use crate::batch::{Outcome, place};
use crate::data::caseload::Caseload;
use crate::fund::benefits::post_claim;
use crate::fund::contributions::NoTerms;
use crate::fund::interest::{Month, close_months};
use crate::fund::journal::Journal;
use crate::scenario::Scenario;
use chrono::Datelike;

/// Books an outcome, and closes every month of the benefit years it touches: institutions are paid, interest is
/// credited. Says which years they are. With `per_claim`, each benefit entry carries its settlement's id (the outcome must have kept its rows).
///
/// # Errors
/// A year that the scenario has no figures of the fund for.
pub fn book(
    scenario: &Scenario,
    caseload: &Caseload,
    outcome: &Outcome,
    per_claim: bool,
) -> Result<(Journal, Vec<i32>), NoTerms> {
    let mut journal = Journal::new();
    outcome.heads.post(&mut journal, scenario.fund_terms())?;
    if per_claim {
        let mut id = String::new();
        for row in &outcome.rows {
            post_row(scenario, caseload, row, &mut id, &mut journal);
        }
    } else {
        outcome.benefits.post(&mut journal);
    }
    let Some(days) = journal.span() else {
        return Ok((journal, Vec::new()));
    };
    let known = scenario.years();
    let last_known = known.last().copied().unwrap_or(i32::MIN);
    let (first, last) = (days.start().year(), days.end().year().min(last_known));
    let months = days
        .start()
        .with_day(1)
        .zip(days.end().with_year(last).and_then(|day| day.with_day(1)));
    if let Some((from, to)) = months.and_then(|(from, to)| Some((from, to.with_month(12)?))) {
        close_months(
            &mut journal,
            scenario.fund_terms(),
            Month::of(from),
            Month::of(to),
        )?;
    }
    Ok((journal, (first..=last).collect()))
}

fn post_row(scenario: &Scenario, caseload: &Caseload, row: &Row, id: &mut String, journal: &mut Journal) {
    let claim = &caseload.claims[row.claim as usize].claim;
    let kind = place(scenario, claim, row.settlement.year).map(|(kind, _)| kind);
    post_claim(
        journal,
        row.posted_at.date(),
        kind,
        &row.settlement,
        row.setl_id(caseload, id),
    );
}
