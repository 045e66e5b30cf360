//! The report of a backtest for the terminal.

use crate::calibrate::{Comparison, Metric};
use crate::projection::plan::Plan;
use crate::report::number::count;
use crate::report::table::Table;
use crate::scenario::Scenario;
use std::fmt::Write;

/// The report of a projection of `scenario` held against what was published.
pub fn render(scenario: &Scenario, plan: &Plan, paths: u32, comparisons: &[Comparison]) -> String {
    let mut text = format!(
        "Backtest of {} · {} paths of {} persons, seed {} · nothing after {} is known to it\n\n",
        scenario.name(),
        count(i64::from(paths)),
        count(i64::from(plan.persons)),
        plan.seed,
        plan.from - 1
    );
    let mut table = Table::new();
    table.row(["", "year", "published", "projected", "error", "5 %", "95 %", ""]);
    let mut before = None;
    for of in comparisons {
        let shown = |value| of.metric.shown(value);
        let error = match of.relative_error() {
            Some(share) => format!("{:+.1} %", 100.0 * share),
            None => format!("{}{}", if of.error() > 0.0 { "+" } else { "" }, shown(of.error())),
        };
        let name = if before == Some(of.metric) {
            ""
        } else {
            of.metric.name()
        };
        before = Some(of.metric);
        table.row([
            name.to_string(),
            of.year.to_string(),
            shown(of.published),
            shown(of.projected),
            error,
            shown(of.band.0),
            shown(of.band.1),
            if of.is_covered() { "in the band" } else { "outside" }.to_string(),
        ]);
    }
    text.push_str(&table.render());
    let covered = comparisons.iter().filter(|of| of.is_covered()).count();
    let _ = writeln!(
        text,
        "\n{covered} of {} published values lie in the band of nine in ten paths.",
        comparisons.len()
    );
    let largest = |metric| {
        let of_metric = comparisons.iter().filter(move |of| of.metric == metric);
        let errors = of_metric.filter_map(Comparison::relative_error).map(f64::abs);
        errors.fold(0.0, f64::max)
    };
    let _ = writeln!(
        text,
        "Largest error of expenditure {:.1} %, of income {:.1} %.",
        100.0 * largest(Metric::Expenditure),
        100.0 * largest(Metric::Income)
    );
    text
}
