//! The part of a run's report on enrolment: who could be enrolled and who is, what was paid, and what was refused.

use crate::batch::run::Run;
use crate::fund::contributions::Counts;
use crate::insured::category::Category;
use crate::insured::channel::Channel;
use crate::insured::enrolment::Route;
use crate::money::Fen;
use crate::report::number::{count, percent, yuan};
use crate::report::table::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Writes the part, for a run with payments.
pub(super) fn section(text: &mut String, run: &Run) {
    if run.caseload.enrolments.is_none() {
        return;
    }
    let years: BTreeSet<i32> = run
        .outcome
        .enrolled
        .coverage
        .keys()
        .map(|(year, _)| *year)
        .collect();
    for &year in &years {
        coverage(text, run, year);
    }
    payments(text, run);
}

/// Residents and insured of a benefit year by category and channel (Art. 2, 10).
fn coverage(text: &mut String, run: &Run, year: i32) {
    let enrolled = &run.outcome.enrolled;
    let of_channel = |category: Option<Category>, channel: Channel| -> u64 {
        let groups = enrolled.collection.groups(year);
        let wanted = groups.filter(|(group, _, _)| {
            group.channel == channel && category.is_none_or(|category| group.category == category)
        });
        wanted.map(|(_, _, counts)| counts.covered).sum()
    };
    let mut table = Table::new();
    table.row([
        "",
        "residents",
        "enrolled",
        "coverage",
        "at school",
        "at residence",
    ]);
    let categories = Category::ALL.map(Some).into_iter().chain([None]);
    for category in categories {
        let of_category = enrolled
            .coverage
            .iter()
            .filter(|((of_year, of), _)| *of_year == year && category.is_none_or(|category| *of == category));
        let (residents, covered) = of_category.fold((0, 0), |(residents, covered), (_, coverage)| {
            (residents + coverage.residents, covered + coverage.covered)
        });
        table.row([
            category.map_or("all", Category::name).to_string(),
            count(residents as i64),
            count(covered as i64),
            percent(covered as i64, residents as i64),
            count(of_channel(category, Channel::School) as i64),
            count(of_channel(category, Channel::Residence) as i64),
        ]);
    }
    let _ = write!(text, "\nEnrolment, benefit year {year}\n{}", table.render());
}

/// What persons paid, by what became of it: received = taken + refused + skipped.
fn payments(text: &mut String, run: &Run) {
    let totals = &run.payments;
    let mut table = Table::new();
    table.row(["", "payments", "yuan"]);
    let mut line = |name: &str, rows: u64, sum: Fen| {
        table.row([name.to_string(), count(rows as i64), yuan(sum)]);
    };
    line("received", totals.read.rows, totals.read.sum);
    line("taken", totals.accepted.rows, totals.accepted.sum);
    let mut by_route = BTreeMap::<Route, (u64, Fen)>::new();
    let mut fates = Counts::default();
    // Also of years without a resident, such as that of somebody who died before it.
    for year in run.scenario.years() {
        for (_, route, counts) in run.outcome.enrolled.collection.groups(year) {
            let (rows, sum) = by_route.entry(route).or_default();
            *rows += counts.covered + counts.lapsed + counts.refunded + counts.bought_back;
            *sum += counts.paid;
            fates.refunded += counts.refunded;
            fates.lapsed += counts.lapsed;
        }
    }
    for (route, (rows, sum)) in by_route {
        line(&format!("  {}", route.name()), rows, sum);
    }
    if totals.skipped.rows > 0 {
        line("skipped, other years", totals.skipped.rows, totals.skipped.sum);
    }
    line("refused", totals.rejected.rows, totals.rejected.sum);
    for (reason, &(rows, sum)) in &run.refused {
        line(&format!("  {reason}"), rows, sum);
    }
    let _ = write!(
        text,
        "\nWhat persons paid for their enrolment\n{}",
        table.render()
    );
    if fates.refunded + fates.lapsed > 0 {
        let _ = writeln!(
            text,
            "  Of those taken, refunded (Art. 9): {}; lapsed, because the person died before a day of cover: {}.",
            count(fates.refunded as i64),
            count(fates.lapsed as i64)
        );
    }
}
