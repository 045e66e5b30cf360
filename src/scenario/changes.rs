//! What differs between two scenarios, key by key.
//!
//! Values are compared as what they say, not as how they are written: `0.70` is `0.7`, and a value for all years is the
//! same as that value for each of them.

use crate::scenario::keys::{self, Key, KeyValue};
use crate::scenario::meaning::{self, Meaning};
use crate::scenario::stack::{self, Stack};
use std::collections::{BTreeMap, BTreeSet};

/// A key that two scenarios do not have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Dotted path, as in files and in `--set`.
    pub path: String,
    /// The key as it was: value, unit, provenance, source. `None` where it is new.
    pub before: Option<Key>,
    /// The key as it is now. `None` where it is gone.
    pub after: Option<Key>,
    /// The values that differ; empty where only the provenance or the source does.
    pub values: Vec<ChangedValue>,
}

/// A value that differs, as it is written before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedValue {
    /// The benefit years in which it does, ascending; empty where the value is the same in every year, before and after.
    pub years: Vec<i32>,
    /// Before; `None` where there was none.
    pub before: Option<String>,
    /// After; `None` where there is none.
    pub after: Option<String>,
}

/// What a key bears on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// Names and titles: on no number.
    Names,
    /// Who lives in a synthetic city, and what they fall ill with.
    City,
    /// Years to come: growth, shocks, and the income by which burdens are measured.
    Future,
    /// The rules and figures of enrolment, settlement and fund.
    Rules,
}

impl Change {
    /// What the key means, and the article that it puts into figures.
    pub fn meaning(&self) -> Option<Meaning> {
        meaning::of(&self.path)
    }

    /// What the key bears on.
    pub fn bearing(&self) -> Bearing {
        const NAMES: [&str; 5] = ["name", "title", "title_zh", "regulation", "default_year"];
        let (table, rest) = self.path.split_once('.').unwrap_or((&self.path, ""));
        match table {
            "scenario" if NAMES.contains(&rest) => Bearing::Names,
            "levels" if rest.ends_with(".name_zh") => Bearing::Names,
            "population" | "utilisation" => Bearing::City,
            "projection" => Bearing::Future,
            _ => Bearing::Rules,
        }
    }

    /// Whether a value differs, and not only what is said of where it comes from.
    pub fn is_of_value(&self) -> bool {
        !self.values.is_empty()
    }
}

/// A key with its value in a form in which equal values are equal texts.
struct Entry {
    key: Key,
    exact: KeyValue,
}

/// The keys that differ, in the order of the later document; what is gone stands where it was.
pub(super) fn changes(before: &Stack, after: &Stack) -> Vec<Change> {
    let years: BTreeSet<i32> = [before, after]
        .iter()
        .flat_map(|stack| stack::years(&[stack.root()]))
        .collect();
    let (old, new) = (entries(before), entries(after));
    let order = in_both_orders(&old, &new);
    let by_path = |entries: Vec<Entry>| -> BTreeMap<String, Entry> {
        let named = entries.into_iter().map(|entry| (entry.key.path.clone(), entry));
        named.collect()
    };
    let (mut old, mut new) = (by_path(old), by_path(new));
    let changes = order.into_iter().filter_map(|path| {
        let (before, after) = (old.remove(&path), new.remove(&path));
        let values = values(before.as_ref(), after.as_ref(), &years);
        let (before, after) = (before.map(|entry| entry.key), after.map(|entry| entry.key));
        let same_note =
            |one: &Key, other: &Key| (one.provenance, &one.source) == (other.provenance, &other.source);
        let same = before.as_ref().zip(after.as_ref());
        let same = values.is_empty() && same.is_some_and(|(one, other)| same_note(one, other));
        (!same).then_some(Change {
            path,
            before,
            after,
            values,
        })
    });
    changes.collect()
}

fn entries(stack: &Stack) -> Vec<Entry> {
    let with_exact = keys::keys_with_exact(stack).into_iter();
    with_exact.map(|(key, exact)| Entry { key, exact }).collect()
}

/// All paths: those of `new` in their order, each that only `old` has behind the one that stands before it there.
fn in_both_orders(old: &[Entry], new: &[Entry]) -> Vec<String> {
    let known: BTreeSet<&str> = new.iter().map(|entry| entry.key.path.as_str()).collect();
    let mut behind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut last = "";
    for entry in old {
        let path = entry.key.path.as_str();
        if known.contains(path) {
            last = path;
        } else {
            behind.entry(last).or_default().push(path);
        }
    }
    let mut order = Vec::with_capacity(new.len());
    let starts = std::iter::once("").chain(new.iter().map(|entry| entry.key.path.as_str()));
    for path in starts {
        if !path.is_empty() {
            order.push(path.to_string());
        }
        let gone = behind.remove(path).unwrap_or_default();
        order.extend(gone.into_iter().map(str::to_string));
    }
    order
}

/// The values that differ, equal differences of several years together.
fn values(before: Option<&Entry>, after: Option<&Entry>, years: &BTreeSet<i32>) -> Vec<ChangedValue> {
    let is_always =
        |entry: Option<&Entry>| entry.is_none_or(|entry| matches!(entry.exact, KeyValue::Always(_)));
    let exact = |entry: Option<&Entry>, year: i32| -> Option<(Option<String>, String)> {
        let entry = entry?;
        Some((entry.key.unit.clone(), entry.exact.of(year)?.to_string()))
    };
    let written = |entry: Option<&Entry>, year: i32| Some(entry?.key.value.of(year)?.to_string());
    if is_always(before) && is_always(after) {
        let same = exact(before, 0) == exact(after, 0);
        let changed = ChangedValue {
            years: Vec::new(),
            before: written(before, 0),
            after: written(after, 0),
        };
        return if same { Vec::new() } else { vec![changed] };
    }
    let named = [before, after].into_iter().flatten();
    let named = named.flat_map(|entry| match &entry.exact {
        KeyValue::ByYear(by_year) => by_year.keys().copied().collect::<Vec<i32>>(),
        KeyValue::Always(_) => Vec::new(),
    });
    let all: BTreeSet<i32> = named.chain(years.iter().copied()).collect();
    let mut found: Vec<ChangedValue> = Vec::new();
    for year in all {
        if exact(before, year) == exact(after, year) {
            continue;
        }
        let (before, after) = (written(before, year), written(after, year));
        match found
            .iter_mut()
            .find(|other| other.before == before && other.after == after)
        {
            Some(other) => other.years.push(year),
            None => found.push(ChangedValue {
                years: vec![year],
                before,
                after,
            }),
        }
    }
    found
}
