//! From the tables of a scenario to the [`EnrolmentTerms`] of one benefit year.

use crate::benefit::tariff::EnrolmentFigures;
use crate::insured::contribution::ContributionTerms;
use crate::insured::late::LateTerms;
use crate::insured::newborn::NewbornTerms;
use crate::insured::person::Identity;
use crate::insured::terms::{EnrolmentTerms, Start};
use crate::insured::waiting::WaitingTerms;
use crate::scenario::reader::Node;

/// Compiles `[enrolment]` for the reader's year. `None` after complaints.
pub(crate) fn terms(
    root: &Node<'_>,
    adult_age_years: Option<u32>,
    contribution: Option<ContributionTerms>,
) -> Option<EnrolmentTerms> {
    let node = root.table("enrolment")?;
    let year = root.reader.year;
    // The window of a benefit year opens in the year before.
    let window = node.window("window", year - 1);
    let newborn = node.table("newborn").and_then(|node| newborn(&node));
    let late = node.optional_table("late").map(|node| late(&node, year));
    let waiting = node.optional_table("waiting").map(|node| waiting(&node));
    Some(EnrolmentTerms {
        year,
        adult_age_years: adult_age_years?,
        window: window?,
        newborn: newborn?,
        late: given(late)?,
        waiting: given(waiting)?,
        contribution: contribution?,
    })
}

/// The figures that a cover under these terms rests on.
pub(crate) fn figures(terms: &EnrolmentTerms) -> EnrolmentFigures {
    EnrolmentFigures {
        window: Some(terms.window.figure),
        newborn: Some(terms.newborn.from_birth.figure),
        late: terms.late.map(|late| late.paid.figure),
        waiting: terms.waiting.as_ref().map(|waiting| waiting.time.figure),
    }
}

fn newborn(node: &Node<'_>) -> Option<NewbornTerms> {
    let (from_birth, until) = (node.span("from_birth"), node.span("until"));
    let later = node.choice("later", &Start::NAMES);
    Some(NewbornTerms {
        from_birth: from_birth?,
        until: until?,
        later: later?,
    })
}

fn late(node: &Node<'_>, year: i32) -> Option<LateTerms> {
    let paid = node.window("paid", year);
    let start = node.choice("start", &Start::NAMES);
    let full_cost = node.choice("contribution", &[("individual", false), ("full-cost", true)]);
    let surcharge = node.has("surcharge").then(|| node.yuan("surcharge"));
    Some(LateTerms {
        paid: paid?,
        start: start?,
        full_cost: full_cost?,
        surcharge: given(surcharge)?,
    })
}

fn waiting(node: &Node<'_>) -> Option<WaitingTerms> {
    let time = node.span("time");
    let missed_from = node.count("missed_from", "year", 2200);
    let months = |key: &str| node.has(key).then(|| node.count(key, "months", 120));
    let (per_missed_year, buy_back) = (months("per_missed_year"), months("buy_back"));
    let after_employee = months("after_employee");
    let broken_in_window = node.flag("broken_in_window");
    let mut exempt = [false; Identity::COUNT];
    if node.has("exempt") {
        let classes = Identity::ALL.map(|class| (class.name(), class));
        for class in node.choices("exempt", &classes)? {
            exempt[class as usize] = true;
        }
    }
    Some(WaitingTerms {
        time: time?,
        per_missed_year_months: given(per_missed_year)?,
        missed_from: missed_from?,
        broken_in_window: broken_in_window?,
        buy_back_months: given(buy_back)?,
        exempt,
        after_employee_months: given(after_employee)?,
    })
}

/// Something that need not be there: `None` if it is and something is wrong with it.
fn given<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |value| value.map(Some))
}
