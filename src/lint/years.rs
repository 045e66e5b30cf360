//! Years: values that nothing reads, and years to come that cannot be reached.

use crate::lint::finding::{Found, Lint};
use crate::scenario::{KeyValue, Scenario};
use std::ops::RangeInclusive;

pub(super) fn look(found: &mut Found<'_>) {
    unread(found);
    missing(found);
}

/// The years of which a value can be read: those of the scenario, and those that may be projected.
fn readable(scenario: &Scenario, path: &str) -> Option<RangeInclusive<i32>> {
    let years = scenario.years();
    let (mut first, mut last) = (*years.first()?, *years.last()?);
    if let Some(outlook) = scenario.outlook() {
        last = last.max(outlook.horizon);
    }
    // What moves a population is read from its base year on.
    if path.starts_with("population.") {
        let base = scenario.city(first).map(|city| city.population.base_year);
        first = first.min(base.unwrap_or(first));
    }
    Some(first..=last)
}

fn unread(found: &mut Found<'_>) {
    let scenario = found.scenario;
    for key in scenario.keys() {
        let Some(readable) = readable(scenario, &key.path) else {
            continue;
        };
        // The names of a table may look like years, and are none.
        let is_table = key.unit.as_deref() == Some("table");
        let KeyValue::ByYear(values) = &key.value else {
            continue;
        };
        if is_table {
            continue;
        }
        let unread = values.keys().filter(|year| !readable.contains(year));
        let unread: Vec<String> = unread.map(i32::to_string).collect();
        if !unread.is_empty() {
            let message = format!(
                "nothing reads the value of {}: years from {} to {} are",
                unread.join(", "),
                readable.start(),
                readable.end()
            );
            let hint = Some("take it out, or widen `scenario.years`");
            found.add(Lint::YearUnread, (&key.path, ""), None, || message, hint);
        }
        let assumed = key.assumed.iter().filter(|year| !values.contains_key(year));
        let assumed: Vec<String> = assumed.map(i32::to_string).collect();
        if !assumed.is_empty() {
            let message = format!(
                "there is no value of {}, which `assumed` says is a placeholder",
                assumed.join(", ")
            );
            found.add(Lint::YearUnread, (&key.path, "assumed"), None, || message, None);
        }
    }
}

/// Projects the first year to come and the last: what grows into something impossible, or not at all, is told there.
fn missing(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let Some(outlook) = scenario.outlook() else { return };
    let path = outlook.central();
    for year in [outlook.last_year + 1, outlook.horizon] {
        if year <= outlook.last_year || year > outlook.horizon {
            continue;
        }
        let Err(error) = scenario.projected(year..=year, &path) else {
            continue;
        };
        for diagnostic in error.diagnostics {
            let (key, message) = (diagnostic.key, diagnostic.message);
            let hint = diagnostic.hint;
            found.add(
                Lint::YearMissing,
                (&key, ""),
                Some(year),
                || format!("{message}, so {year} cannot be projected"),
                hint.as_deref(),
            );
        }
        // What is missing in the first year to come is missing in the last one too.
        return;
    }
}
