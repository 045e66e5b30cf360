//! From an outcome to the fund's journal: contributions, benefits, payments, interest.

use crate::batch::Outcome;
use crate::batch::history::Row;
use crate::data::caseload::Caseload;
use crate::fund::benefits::post_claim;
use crate::fund::contributions::NoTerms;
use crate::fund::interest::{Month, close_months};
use crate::fund::journal::Journal;
use crate::insured::terms::{first_day, last_day};
use crate::scenario::Scenario;
use chrono::Datelike;
use std::collections::BTreeSet;

/// Books an outcome, and closes the months to the end of the last year in which somebody is insured, or to the month of
/// the last entry if that is later: institutions are paid, interest is credited. Claims that settle after the last year
/// with figures stay owed. Says which years have entries.
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
    let known = scenario.years();
    if let (Some(&first), Some(&last)) = (known.first(), known.last()) {
        // A claim may settle outside the years with figures, but only these have months that can be closed.
        let from = first_day(first).max(*days.start());
        let insured = known.iter().rev().find(|&&year| collection.insured(year) > 0);
        let whole_years = insured.map_or(from, |&year| last_day(year));
        let to = whole_years.max(*days.end()).min(last_day(last));
        let (from, to) = (Month::of(from), Month::of(to));
        close_months(&mut journal, scenario.fund_terms(), from, to)?;
    }
    let years: BTreeSet<i32> = journal.parts().map(|part| part.date.year()).collect();
    Ok((journal, years.into_iter().collect()))
}

fn post_row(caseload: &Caseload, row: &Row, id: &mut String, journal: &mut Journal) {
    let kind = row.settlement.place.map(|(kind, _)| kind);
    let setl_id = row.setl_id(caseload, id);
    post_claim(journal, row.posted_at.date(), kind, &row.settlement, setl_id);
}
