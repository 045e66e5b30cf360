//! The figures that a report rests on, each with what it is in the years that the report is about.

use crate::figure::Provenance;
use crate::report::page::{Figure, Report};
use crate::scenario::{Key, KeyValue, Scenario};

/// The longest value that can still be read in a table.
const LONGEST: usize = 200;

/// Adds figures to a report: placeholders first, and by name.
pub(super) fn add(report: &mut Report, mut figures: Vec<Figure>) {
    figures.sort_by_key(|figure| (figure.provenance != Provenance::Placeholder, figure.path.clone()));
    figures.into_iter().for_each(|figure| {
        report.figure(figure);
    });
}

/// A key as a figure of some years, listed under `path`; `None` if it is none. What is assumed for one of the years is a
/// placeholder, however well the other years are founded.
pub(super) fn figure(key: &Key, path: String, years: &[i32]) -> Option<Figure> {
    let is_assumed = key.assumed.iter().any(|year| years.contains(year));
    Some(Figure {
        path,
        value: value(key, years),
        provenance: match is_assumed {
            true => Provenance::Placeholder,
            false => key.provenance?,
        },
        source: key.source.clone().unwrap_or_default(),
    })
}

/// The figures of a year or some that are given: those of the synthetic city only where it is drawn, of years to come only
/// the income by which burdens are measured.
pub(super) fn given(scenario: &Scenario, years: &[i32], draws_city: bool) -> Vec<Figure> {
    let plays_a_part = |key: &&Key| {
        let of_city = ["population.", "utilisation."]
            .iter()
            .any(|table| key.path.starts_with(table));
        let of_future = key.path.starts_with("projection.") && key.path != "projection.income";
        !of_future && (draws_city || !of_city)
    };
    let keys = scenario.keys();
    let keys = keys.iter().filter(plays_a_part);
    keys.filter_map(|key| figure(key, key.path.clone(), years))
        .collect()
}

/// All figures that years from `from` on rest on, assumptions too: those of later years are grown from the last that is
/// given.
pub(super) fn projected(scenario: &Scenario, from: i32) -> Vec<Figure> {
    let of_key = |key: &Key| {
        let last = match &key.value {
            KeyValue::Always(_) => None,
            KeyValue::ByYear(by_year) => by_year.keys().last().copied(),
        };
        let last = last.unwrap_or(from);
        let years: Vec<i32> = (from.min(last)..=last).collect();
        figure(key, key.path.clone(), &years)
    };
    scenario.keys().iter().filter_map(of_key).collect()
}

/// The value of a key in some years with its unit, if it is short enough to be read.
fn value(key: &Key, years: &[i32]) -> Option<String> {
    let text = match &key.value {
        KeyValue::Always(value) => value.clone(),
        KeyValue::ByYear(by_year) => {
            let of_year = |year: &i32| Some((*year, by_year.get(year)?));
            let values: Vec<(i32, &String)> = years.iter().filter_map(of_year).collect();
            let (_, first) = values.first()?;
            if values.iter().all(|(_, value)| value == first) {
                (*first).clone()
            } else {
                let each = values.iter().map(|(year, value)| format!("{year}: {value}"));
                each.collect::<Vec<_>>().join("; ")
            }
        }
    };
    // What says itself how it is meant needs no unit: bands, tables, switches.
    let unit = key
        .unit
        .as_deref()
        .filter(|_| text.starts_with(|c: char| c.is_ascii_digit()));
    let text = unit.map_or(text.clone(), |unit| format!("{text} {unit}"));
    (text.len() < LONGEST).then_some(text)
}
