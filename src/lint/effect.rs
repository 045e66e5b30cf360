//! Figures that change nothing: each is changed a little, and the same people settle again.
//!
//! First on a synthetic year of the scenario's own city, with its fund; then, for figures that touch nobody there, on worked
//! cases for every threshold and date of the scenario. What neither shows is told.

use crate::batch::book::book;
use crate::batch::history::Workspace;
use crate::batch::{Options, Outcome, settle_all};
use crate::cases::Case;
use crate::cases::boundaries::boundaries;
use crate::cases::check::check;
use crate::cases::coverage::Coverage;
use crate::cases::find::cases_of;
use crate::cases::read::Document;
use crate::data::caseload::Caseload;
use crate::lint::finding::{Found, Lint};
use crate::scenario::{Key, Scenario, Source};
use crate::synth::Generator;
use chrono::{Days, NaiveDate};
use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;

/// Tables of figures that this does not change: they draw the people, or only years to come.
const OTHERS: [&str; 3] = ["population", "utilisation", "projection"];

/// What a projection begins with, and a single year does not.
const OPENING: &str = "fund.opening_balance";

/// What changing figures one at a time was tried on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Figures that were changed.
    pub figures: usize,
    /// Residents of the synthetic year; none if the scenario describes no population.
    pub persons: usize,
    /// Their claims.
    pub claims: usize,
    /// Worked cases on the thresholds and dates of the scenario.
    pub cases: usize,
}

pub(super) fn look(found: &mut Found<'_>, persons: u32, seed: u64) -> Tried {
    let scenario = found.scenario;
    let year = scenario.default_year();
    let people = People::draw(scenario, year, persons, seed);
    let cases = Cases::of(scenario, year);
    let of_people = ["insured", "funding", "fund"];
    let has = |key: &&Key| {
        let table = key.path.split('.').next().unwrap_or_default();
        // Without people there is no fund to look at, and nobody's age.
        let is_seen = people.is_some() || !of_people.contains(&table);
        key.provenance.is_some() && !OTHERS.contains(&table) && key.path != OPENING && is_seen
    };
    let keys = scenario.keys();
    let keys: Vec<&Key> = keys.iter().filter(has).collect();
    let shown: Vec<(&Key, Shown)> = keys
        .par_iter()
        .filter_map(|&key| Some((key, shown(scenario, key, year, people.as_ref(), &cases)?)))
        .collect();
    for (key, shown) in &shown {
        tell(found, key, *shown, year, people.as_ref());
    }
    Tried {
        figures: shown.len(),
        persons: people.as_ref().map_or(0, |people| people.caseload.persons.len()),
        claims: people.as_ref().map_or(0, |people| people.caseload.claims.len()),
        cases: cases.cases.len(),
    }
}

/// What changing a figure shows in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    People,
    CasesAlone,
    Nothing,
}

fn shown(scenario: &Scenario, key: &Key, year: i32, people: Option<&People>, cases: &Cases) -> Option<Shown> {
    let changes = changes(key, year);
    let varied = changes
        .iter()
        .filter_map(|change| scenario.with(std::slice::from_ref(change)).ok());
    // Of a figure that cannot become less, the scenario with more of it, and the other way round.
    let varied: Vec<Scenario> = varied.collect();
    if varied.is_empty() {
        return None;
    }
    if people.is_some_and(|people| varied.iter().any(|scenario| people.differ(scenario))) {
        return Some(Shown::People);
    }
    let differs = varied.iter().any(|scenario| cases.differ(scenario));
    Some(match (differs, people) {
        (true, None) => Shown::People,
        (true, Some(_)) => Shown::CasesAlone,
        (false, _) => Shown::Nothing,
    })
}

fn tell(found: &mut Found<'_>, key: &Key, shown: Shown, year: i32, people: Option<&People>) {
    let value = key.value.of(year).unwrap_or_default();
    let persons = people.map(|people| people.caseload.persons.len());
    match shown {
        Shown::People => {}
        Shown::CasesAlone => {
            let message = || {
                format!(
                    "other values than {value} touch none of {} synthetic residents of {year}, only worked cases",
                    persons.unwrap_or_default()
                )
            };
            let hint = Some("more residents show more: `--persons`");
            found.add(Lint::RarelyUsed, (&key.path, ""), None, message, hint);
        }
        Shown::Nothing => {
            let message = || {
                let people = match persons {
                    Some(persons) => format!("{persons} synthetic residents of {year} nor in "),
                    None => String::new(),
                };
                format!(
                    "other values than {value} change nothing: not in {people}worked cases of every threshold and date"
                )
            };
            let hint =
                Some("look at what else decides there; take the figure out, or allow it with the reason");
            found.add(Lint::NoEffect, (&key.path, ""), None, message, hint);
        }
    }
}

/// A synthetic year, and what comes of it under the scenario as it is.
struct People {
    caseload: Caseload,
    outcome: Outcome,
    ledger: Option<Vec<String>>,
}

impl People {
    fn draw(scenario: &Scenario, year: i32, persons: u32, seed: u64) -> Option<People> {
        let (model, terms) = (scenario.city(year)?, scenario.enrolment(year)?);
        let generator = Generator::new(model, terms, persons, seed, scenario.codebook()).ok()?;
        let caseload = generator.city(&|_| ()).caseload;
        let outcome = settle_all(scenario, &caseload, Options::default(), &|_| ());
        let ledger = ledger(scenario, &caseload, &outcome);
        Some(People {
            caseload,
            outcome,
            ledger,
        })
    }

    /// Whether anything comes out otherwise: a settlement, a payment that is taken or refused, an entry of the fund.
    fn differ(&self, scenario: &Scenario) -> bool {
        let outcome = settle_all(scenario, &self.caseload, Options::default(), &|_| ());
        outcome.fingerprint != self.outcome.fingerprint
            || outcome.enrolled.collection != self.outcome.enrolled.collection
            || outcome.enrolled.coverage != self.outcome.enrolled.coverage
            || ledger(scenario, &self.caseload, &outcome) != self.ledger
    }
}

/// The entries of the fund; `None` if a year has no figures.
fn ledger(scenario: &Scenario, caseload: &Caseload, outcome: &Outcome) -> Option<Vec<String>> {
    let (journal, _) = book(scenario, caseload, outcome, false).ok()?;
    Some(journal.entries().map(|entry| format!("{entry:?}")).collect())
}

/// Worked cases that the scenario as it is passes: those of every threshold and date, and those that lie beside it.
struct Cases {
    cases: Vec<Case>,
}

impl Cases {
    fn of(scenario: &Scenario, year: i32) -> Cases {
        let written = boundaries(scenario, year).ok().map(|text| Source {
            name: "boundaries".to_string(),
            text,
        });
        let beside = scenario.files().last().map(cases_of);
        let beside = beside.and_then(Result::ok).unwrap_or_default();
        let beside = beside.into_iter().filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            let name = path.display().to_string();
            Some(Source { name, text })
        });
        let read = |source: Source| {
            let document = Document::parse(&source).ok()?;
            // Some say themselves which scenario they are held to.
            document
                .scenario()
                .is_none()
                .then(|| document.cases(scenario).ok())?
        };
        let mut cases = Cases {
            cases: written
                .into_iter()
                .chain(beside)
                .filter_map(read)
                .flatten()
                .collect(),
        };
        let (mut workspace, mut coverage) = (Workspace::default(), Coverage::default());
        cases.cases.retain(|case| {
            check(scenario, case, &mut workspace, &mut coverage)
                .differences
                .is_empty()
        });
        cases
    }

    fn differ(&self, scenario: &Scenario) -> bool {
        let (mut workspace, mut coverage) = (Workspace::default(), Coverage::default());
        let mut cases = self.cases.iter();
        cases.any(|case| {
            let verdict = check(scenario, case, &mut workspace, &mut coverage);
            !verdict.differences.is_empty()
        })
    }
}

/// A key with another value for the year, some of which a scenario may refuse.
fn changes(key: &Key, year: i32) -> Vec<(String, String)> {
    let Some(text) = key.value.of(year) else {
        return Vec::new();
    };
    let by_year = matches!(key.value, crate::scenario::KeyValue::ByYear(_));
    let path = |of: &str| match by_year {
        true => format!("{of}.{year}"),
        false => of.to_string(),
    };
    let values = match key.unit.as_deref() {
        Some("dates") => other_days(text),
        Some("bands") => other_bands(text),
        Some("rates") => other_rates(text),
        Some("rate, of" | "of, rate") => {
            let rate = text
                .split(',')
                .find_map(|part| part.trim().strip_prefix("rate = "));
            let rates = rate.map(|rate| others(rate.trim(), true)).unwrap_or_default();
            return rates
                .into_iter()
                .map(|rate| (format!("{}.rate", key.path), rate))
                .collect();
        }
        Some(unit) => {
            let number = key.number(year);
            number.map_or_else(Vec::new, |_| others(text, ["rate", "growth"].contains(&unit)))
        }
        None => Vec::new(),
    };
    values.into_iter().map(|value| (path(&key.path), value)).collect()
}

/// A number a little larger and a little smaller.
fn others(text: &str, is_rate: bool) -> Vec<String> {
    let Ok(value) = Decimal::from_str_exact(&text.replace('_', "")) else {
        return Vec::new();
    };
    let step = match is_rate {
        true => Decimal::new(1, 2),
        // A hundredth, in whole units and at least one.
        false => (value / Decimal::ONE_HUNDRED).trunc().max(Decimal::ONE),
    };
    [value + step, value - step]
        .iter()
        .filter(|value| **value >= Decimal::ZERO)
        .map(|value| value.normalize().to_string())
        .collect()
}

/// A list of rates, each a little larger, and each a little smaller, as far as they can be.
fn other_rates(text: &str) -> Vec<String> {
    let rates = text.trim_matches(['[', ']', ' ']).split(',');
    let rates: Vec<&str> = rates.map(str::trim).filter(|rate| !rate.is_empty()).collect();
    all_moved(&rates)
        .into_iter()
        .map(|rates| format!("[{}]", rates.join(", ")))
        .collect()
}

/// Rates moved up, as far as they can be, and moved down.
fn all_moved(rates: &[&str]) -> Vec<Vec<String>> {
    let moved = |up: bool| {
        let step = Decimal::new(if up { 1 } else { -1 }, 2);
        let moved = rates.iter().map(|rate| {
            let value = Decimal::from_str_exact(rate).ok()? + step;
            Some(value.clamp(Decimal::ZERO, Decimal::ONE).normalize().to_string())
        });
        moved.collect::<Option<Vec<String>>>()
    };
    [moved(true), moved(false)].into_iter().flatten().collect()
}

/// Bands with the rates moved, and with the inner edges moved up.
fn other_bands(text: &str) -> Vec<String> {
    let Some(bands) = bands(text) else {
        return Vec::new();
    };
    let rates: Vec<&str> = bands.iter().map(|[_, _, rate]| rate.as_str()).collect();
    let with = |rates: &[String]| {
        let bands = bands
            .iter()
            .zip(rates)
            .map(|([from, to, _], rate)| match to.as_str() {
                "" => format!("{{ from = {from}, rate = {rate} }}"),
                to => format!("{{ from = {from}, to = {to}, rate = {rate} }}"),
            });
        format!("[{}]", bands.collect::<Vec<_>>().join(", "))
    };
    all_moved(&rates).iter().map(|rates| with(rates)).collect()
}

/// From, to (or nothing) and rate of each band.
fn bands(text: &str) -> Option<Vec<[String; 3]>> {
    let source = format!("bands = {text}");
    let document = toml_edit::Document::parse(source.as_str()).ok()?;
    let bands = document.get("bands")?.as_array()?;
    let written = |band: &toml_edit::Value, key: &str| {
        let value = band.as_inline_table()?.get(key)?;
        Some(source.get(value.span()?)?.to_string())
    };
    let bands = bands.iter().map(|band| {
        Some([
            written(band, "from")?,
            written(band, "to").unwrap_or_default(),
            written(band, "rate")?,
        ])
    });
    bands.collect()
}

/// A window that begins a day later, and one that ends a day earlier.
fn other_days(text: &str) -> Vec<String> {
    let day = |text: &str| NaiveDate::parse_from_str(&format!("2023-{text}"), "%Y-%m-%d").ok();
    let Some((from, to)) = text
        .split_once("..")
        .and_then(|(from, to)| Some((day(from)?, day(to)?)))
    else {
        return Vec::new();
    };
    let write = |from: NaiveDate, to: NaiveDate| format!("{}..{}", from.format("%m-%d"), to.format("%m-%d"));
    let later = from.checked_add_days(Days::new(1)).map(|from| write(from, to));
    let earlier = to.checked_sub_days(Days::new(1)).map(|to| write(from, to));
    later.into_iter().chain(earlier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_changed_a_little() {
        assert_eq!(others("1000", false), ["1010", "990"]);
        assert_eq!(others("0", false), ["1"]);
        assert_eq!(others("0.7", true), ["0.71", "0.69"]);
        assert_eq!(other_rates("[1, 0.5, 0]"), ["[1, 0.51, 0.01]", "[0.99, 0.49, 0]"]);
        assert_eq!(other_days("09-01..12-31"), ["09-02..12-31", "09-01..12-30"]);
        let bands = "[ { from = 0, to = 100, rate = 0.6 }, { from = 100, rate = 1 }, ]";
        assert_eq!(
            other_bands(bands),
            [
                "[{ from = 0, to = 100, rate = 0.61 }, { from = 100, rate = 1 }]",
                "[{ from = 0, to = 100, rate = 0.59 }, { from = 100, rate = 0.99 }]"
            ]
        );
    }
}
