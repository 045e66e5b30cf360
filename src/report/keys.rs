//! The keys of a scenario, for people and as a record.

use crate::scenario::{Key, KeyValue, Layer, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A key of a scenario.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyRecord {
    /// Dotted path, as in files and in `--set`.
    pub key: String,
    /// What it means.
    pub meaning: Option<&'static str>,
    /// The articles of the regulation that it puts into figures; empty where that says nothing of it.
    pub article: &'static str,
    /// The unit of a figure, or the columns of a table of ages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The value, where it is the same in every year, as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The values by benefit year, where they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_year: BTreeMap<i32, String>,
    /// How well a figure is founded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<&'static str>,
    /// Where a figure comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The file, or the `--set`, that its value, or the latest part of it, stands in.
    pub from: String,
}

impl KeyRecord {
    /// The record of a key of `scenario`.
    pub(crate) fn of(scenario: &Scenario, key: Key) -> KeyRecord {
        let meaning = key.meaning();
        let layer = scenario.layers().get(key.layer);
        let (value, by_year) = match key.value {
            KeyValue::Always(value) => (Some(value), BTreeMap::new()),
            KeyValue::ByYear(by_year) => (None, by_year),
        };
        KeyRecord {
            key: key.path,
            meaning: meaning.map(|meaning| meaning.text),
            article: meaning.map_or("", |meaning| meaning.article),
            unit: key.unit,
            value,
            by_year,
            provenance: key.provenance.map(|provenance| provenance.name()),
            source: key.source,
            from: layer.map(Layer::place).unwrap_or_default(),
        }
    }
}

/// The keys as text: each on a line with its value, and below it what it means.
pub(crate) fn render(keys: &[KeyRecord]) -> String {
    let mut text = String::new();
    for key in keys {
        let values = key.by_year.iter();
        let values: Vec<String> = values.map(|(year, value)| format!("{year}: {value}")).collect();
        let value = key.value.clone().unwrap_or_else(|| values.join(", "));
        let _ = match &key.unit {
            // The columns of a table of ages are named in the value.
            Some(unit) if !unit.contains(',') => writeln!(text, "{} = {value} ({unit})", key.key),
            _ => writeln!(text, "{} = {value}", key.key),
        };
        let mut notes: Vec<String> = key.meaning.map(str::to_string).into_iter().collect();
        if !key.article.is_empty() {
            notes.push(format!("Art. {}", key.article));
        }
        if let Some(provenance) = key.provenance {
            let source = key.source.as_deref().unwrap_or_default();
            notes.push(format!("{provenance}: {source}"));
        }
        let _ = writeln!(text, "    {}", notes.join(" · "));
    }
    text
}
