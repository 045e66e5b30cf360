//! From an outcome to the fund's journal: contributions, benefits, payments, interest.

use crate::batch::Outcome;
use crate::batch::history::Row;
use crate::data::caseload::Caseload;
use crate::fund::benefits::post_claim;
use crate::fund::contributions::NoTerms;
use crate::fund::interest::{Month, close_months};
use crate::fund::journal::Journal;
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// Books an outcome, and closes every month of its benefit years: institutions are paid, interest is credited. Claims
/// that settle after the last year with figures stay owed. Says which years have entries.
///
/// With `per_claim`, each benefit entry carries its settlement's id; the outcome must have kept its rows.
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
    let collection = &outcome.enrolled.collection;
    collection.post(&mut journal, scenario.fund_terms())?;
    if per_claim {
        let mut id = String::new();
        for row in &outcome.rows {
            post_row(caseload, row, &mut id, &mut journal);
        }
    } else {
        outcome.benefits.post(&mut journal);
    }
    let Some(days) = journal.span() else {
        return Ok((journal, Vec::new()));
    };
    if let (Some(&first), Some(&last)) = (scenario.years().first(), scenario.years().last()) {
        // A claim may settle outside the years with figures, but only these have months that can be closed.
        let from = NaiveDate::from_ymd_opt(first, 1, 1)
            .unwrap_or_default()
            .max(*days.start());
        let to = NaiveDate::from_ymd_opt(days.end().year().min(last), 12, 31).unwrap_or_default();
        close_months(
            &mut journal,
            scenario.fund_terms(),
            Month::of(from),
            Month::of(to),
        )?;
    }
    let years: BTreeSet<i32> = journal.entries().map(|entry| entry.date.year()).collect();
    Ok((journal, years.into_iter().collect()))
}

fn post_row(caseload: &Caseload, row: &Row, id: &mut String, journal: &mut Journal) {
    let kind = row.settlement.place.map(|(kind, _)| kind);
    let setl_id = row.setl_id(caseload, id);
    post_claim(journal, row.posted_at.date(), kind, &row.settlement, setl_id);
}
