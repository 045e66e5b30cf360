//! The report of a calibration for the terminal: what was matched, what was not, and how keys go on.

use crate::calibrate::{FitOptions, Fitted, Outcome, Rule, Targets, TrendFit, YearFit};
use crate::report::number::count;
use crate::report::table::Table;
use crate::scenario::Scenario;
use std::fmt::Write;

/// How wide the table of sources is at the most, in columns of the terminal.
const WIDTH: usize = 100;

/// The report of a calibration of `scenario`.
pub(crate) fn render(
    scenario: &Scenario,
    options: FitOptions,
    fitted: &Fitted,
    (targets, trends): (&Targets, &[TrendFit]),
) -> String {
    let mut text = format!(
        "Calibration of {} · {} persons, seed {}\n",
        scenario.name(),
        count(i64::from(options.persons)),
        options.seed
    );
    fitted.years.iter().for_each(|year| year_fit(&mut text, year));
    let missed = || {
        fitted
            .years
            .iter()
            .flat_map(|year| year.outcomes.iter().map(move |of| (year.year, of)))
    };
    let missed: Vec<(i32, &Outcome)> = missed().filter(|(_, of)| !of.is_matched()).collect();
    if !missed.is_empty() {
        text.push_str("\nNot matched\n");
        for (year, of) in missed {
            let why = match (of.idle, of.adjusted) {
                (true, _) => "its keys do not move it",
                (false, true) => "no values of its keys were found that match it together with the others",
                (false, false) => "no key is adjusted for it",
            };
            let _ = writeln!(
                text,
                "  {year} {}: {} instead of {} ({}), {why}",
                of.metric.name(),
                of.metric.shown(of.after),
                of.metric.shown(of.published),
                off(of.off())
            );
        }
    }
    trend_table(&mut text, trends);
    let _ = write!(text, "\nWhere what was published stands\n{}", sources(targets));
    text
}

/// The source of every target and reference, as the table of targets gives it.
fn sources(targets: &Targets) -> String {
    let mut table = Table::with_words([1], WIDTH);
    for series in &targets.series {
        table.row([series.metric.name(), &series.source]);
    }
    for reference in &targets.references {
        table.row([&reference.name, &reference.source]);
    }
    table.render()
}

fn off(share: f64) -> String {
    format!("{:+.2} %", 100.0 * share)
}

fn year_fit(text: &mut String, fit: &YearFit) {
    let mut table = Table::new();
    table.row(["", "published", "before", "after", "off by", ""]);
    for of in &fit.outcomes {
        table.row([
            of.metric.name().to_string(),
            of.metric.shown(of.published),
            of.metric.shown(of.before),
            of.metric.shown(of.after),
            off(of.off()),
            if of.adjusted { "fitted" } else { "compared" }.to_string(),
        ]);
    }
    let _ = write!(text, "\n{}, {} trials\n{}", fit.year, fit.trials, table.render());
}

fn trend_table(text: &mut String, trends: &[TrendFit]) {
    let mut table = Table::new();
    table.row(["", "from", "next year", "later", "trend ±", "a year ±", ""]);
    for fit in trends {
        let percent = |value: f64| format!("{:.2} %", 100.0 * value);
        let cells = match &fit.trend.rule {
            Rule::Hold => [
                String::new(),
                percent(0.0),
                percent(0.0),
                String::new(),
                String::new(),
                "held".into(),
            ],
            Rule::Follows(other) => {
                let none = String::new;
                [none(), none(), none(), none(), none(), format!("as {other}")]
            }
            Rule::LogLinear(group) => [
                format!("{}–{}", fit.years.0, fit.years.1),
                percent(fit.growth[0]),
                percent(fit.growth[1]),
                percent(fit.trend_sd),
                percent(fit.yearly_sd),
                group.clone(),
            ],
        };
        table.row(std::iter::once(fit.trend.name.clone()).chain(cells));
    }
    if !trends.is_empty() {
        let _ = write!(text, "\nHow keys go on (growth a year)\n{}", table.render());
    }
}
