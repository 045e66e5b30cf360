//! The keys of a merged scenario: what each is now, in which unit, and how well founded.

use crate::figure::Provenance;
use crate::scenario::meaning::{self, Meaning};
use crate::scenario::merge::{is_by_year, is_figure, value_keys};
use crate::scenario::stack::Stack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;
use toml_edit::{Item, TableLike, Value};

/// A key of a scenario: a figure, or a switch, word or list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Dotted path, as in files and in `--set`.
    pub path: String,
    /// The unit of a figure, or the columns of a table of ages; `None` if it is no figure.
    pub unit: Option<String>,
    /// What it is, as it is written.
    pub value: KeyValue,
    /// How well a figure is founded.
    pub provenance: Option<Provenance>,
    /// Where a figure comes from.
    pub source: Option<String>,
    /// The years of it that are placeholders whatever its provenance.
    pub assumed: Vec<i32>,
    /// The index of the layer that its value, or the latest part of it, stands in.
    pub layer: usize,
}

/// The value of a key as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyValue {
    /// The same in every year.
    Always(String),
    /// A value for each of some benefit years.
    ByYear(BTreeMap<i32, String>),
}

impl KeyValue {
    /// The value of a year, if there is one.
    pub fn of(&self, year: i32) -> Option<&str> {
        match self {
            KeyValue::Always(text) => Some(text),
            KeyValue::ByYear(by_year) => by_year.get(&year).map(String::as_str),
        }
    }
}

impl Key {
    /// The value of a year as a number with its unit, if it is one number.
    pub fn number(&self, year: i32) -> Option<FigureValue> {
        let unit = Unit::from_name(self.unit.as_deref()?)?;
        let value = Decimal::from_str_exact(&self.value.of(year)?.replace('_', "")).ok()?;
        let of_city = ["population.", "utilisation."]
            .iter()
            .any(|table| self.path.starts_with(table));
        Some(FigureValue {
            value,
            unit,
            decimals: unit.decimals(of_city),
        })
    }

    /// What it means, and the article that it puts into figures.
    pub fn meaning(&self) -> Option<Meaning> {
        meaning::of(&self.path)
    }

    /// How to write its value, for somebody who wrote it wrong.
    pub(super) fn how_to_write(&self) -> Option<String> {
        let unit = self.unit.as_deref()?;
        let form = match unit {
            "yuan" => "an amount with at most two decimals, such as 1200",
            "rate" => "a decimal from 0 to 1, such as 0.65",
            "rates" => "a list of decimals from 0 to 1, such as [1, 0.5, 0]",
            "bands" => "a list such as [{ from = 0, to = 50000, rate = 0.6 }, { from = 50000, rate = 0.7 }]",
            "dates" => "a window of days such as 09-01..12-31",
            "unlimited" => "true, or else a limit in yuan",
            "years" | "year" | "months" | "day" | "count" => "a whole number",
            "days" | "per_head" | "per_100" | "ratio" => "a number",
            "growth" => "a yearly rate, such as 0.03 or -0.01",
            _ => return None,
        };
        Some(format!("the unit of `{}` is `{unit}`: {form}", self.path))
    }
}

/// A number of a scenario with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureValue {
    /// The number.
    pub value: Decimal,
    /// Its unit.
    pub unit: Unit,
    /// How many decimals such a figure can have.
    pub decimals: u32,
}

impl FigureValue {
    /// Another number of this figure as it is written in a scenario, rounded to what the figure can be; for
    /// [`Scenario::with`](super::Scenario::with).
    pub fn written(&self, value: f64) -> String {
        let text = format!("{value:.*}", self.decimals as usize);
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text,
        }
    }
}

impl fmt::Display for FigureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit.name())
    }
}

/// The unit of a figure that is one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// An amount in yuan, at most two decimals.
    Yuan,
    /// A share or ratio from 0 to 1, at most six decimals.
    Rate,
    /// A length of time in years.
    Years,
    /// A calendar year.
    Year,
    /// A length of time in months.
    Months,
    /// A length of time in days.
    Days,
    /// A day of a month.
    Day,
    /// A number of things.
    Count,
    /// A mean number per person and year.
    PerHead,
    /// A number without unit.
    Ratio,
    /// A yearly growth, as a share; it may be below zero.
    Growth,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Unit; 11] = [
        Unit::Yuan,
        Unit::Rate,
        Unit::Years,
        Unit::Year,
        Unit::Months,
        Unit::Days,
        Unit::Day,
        Unit::Count,
        Unit::PerHead,
        Unit::Ratio,
        Unit::Growth,
    ];

    /// The word in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Yuan => "yuan",
            Unit::Rate => "rate",
            Unit::Years => "years",
            Unit::Year => "year",
            Unit::Months => "months",
            Unit::Days => "days",
            Unit::Day => "day",
            Unit::Count => "count",
            Unit::PerHead => "per_head",
            Unit::Ratio => "ratio",
            Unit::Growth => "growth",
        }
    }

    /// The unit of a scenario's word for it.
    pub fn from_name(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// How many decimals a figure can have; of those of a synthetic city, any.
    const fn decimals(self, of_city: bool) -> u32 {
        match self {
            Unit::Yuan => 2,
            Unit::Rate | Unit::PerHead | Unit::Ratio | Unit::Growth => 6,
            Unit::Days if of_city => 6,
            _ => 0,
        }
    }
}

/// Every key, in the order of the document.
pub(super) fn keys(stack: &Stack) -> Vec<Key> {
    let mut keys = Vec::new();
    walk(stack.root(), "", &mut |item, path| {
        keys.push(key(stack, item, path))
    });
    keys
}

/// Every key, with its value in a form in which equal values are equal texts, however they are written.
pub(super) fn keys_with_exact(stack: &Stack) -> Vec<(Key, KeyValue)> {
    let mut keys = Vec::new();
    walk(stack.root(), "", &mut |item, path| {
        keys.push((key(stack, item, path), value_of(item, &exact)));
    });
    keys
}

/// Hands every item that is a figure or no table to `with`, with its path.
fn walk(table: &dyn TableLike, path: &str, with: &mut dyn FnMut(&Item, String)) {
    for (name, item) in table.iter() {
        let path = match path {
            "" => name.to_string(),
            path => format!("{path}.{name}"),
        };
        match item.as_table_like() {
            Some(table) if !is_figure(item) => walk(table, &path, with),
            _ => with(item, path),
        }
    }
}

/// The key of an item that is a figure or no table.
fn key(stack: &Stack, item: &Item, path: String) -> Key {
    let figure = item.as_table_like();
    let units = figure.map(value_keys);
    let note = |name: &str| figure.and_then(|figure| figure.get(name)?.as_str());
    let assumed = figure.and_then(|figure| figure.get("assumed")?.as_array());
    let assumed = assumed.into_iter().flat_map(|years| years.iter());
    let assumed = assumed.filter_map(|year| i32::try_from(year.as_integer()?).ok());
    Key {
        assumed: assumed.collect(),
        layer: stack.layer_of(&path),
        path,
        unit: units.map(|units| units.join(", ")),
        value: value_of(item, &|item| text(stack, item)),
        provenance: note("provenance").and_then(Provenance::from_name),
        source: note("source").map(str::to_string),
    }
}

/// The value of an item that is a figure or no table, its parts told by `text`.
fn value_of(item: &Item, text: &dyn Fn(&Item) -> String) -> KeyValue {
    let Some(figure) = item.as_table_like() else {
        return KeyValue::Always(text(item));
    };
    let units = value_keys(figure);
    let [unit] = units.as_slice() else {
        let column = |name: &String| Some(format!("{name} = {}", text(figure.get(name)?)));
        let columns: Vec<String> = units.iter().filter_map(column).collect();
        return KeyValue::Always(columns.join(", "));
    };
    let Some(item) = figure.get(unit) else {
        return KeyValue::Always(String::new());
    };
    match item.as_table_like() {
        Some(table) if is_by_year(table) => {
            let years = table.iter();
            let years = years.filter_map(|(year, item)| Some((year.parse().ok()?, text(item))));
            KeyValue::ByYear(years.collect())
        }
        _ => KeyValue::Always(text(item)),
    }
}

/// A value as a text that equal values have in common: numbers without needless digits, tables by the order of their keys.
/// A scenario's numbers have fewer digits than a binary float tells apart.
fn exact(item: &Item) -> String {
    if let Some(table) = item.as_table_like() {
        let entries = table.iter();
        let mut entries: Vec<String> = entries
            .map(|(name, item)| format!("{name} = {}", exact(item)))
            .collect();
        entries.sort_unstable();
        return format!("{{ {} }}", entries.join(", "));
    }
    item.as_value().map(exact_value).unwrap_or_default()
}

fn exact_value(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{:?}", text.value()),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(yes) => yes.value().to_string(),
        Value::Datetime(time) => time.value().to_string(),
        Value::Array(list) => {
            let values: Vec<String> = list.iter().map(exact_value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::InlineTable(_) => exact(&Item::Value(value.clone())),
    }
}

/// A value as it is written, on one line and without quotes.
fn text(stack: &Stack, item: &Item) -> String {
    if let Some(table) = item.as_table_like() {
        let entries = table.iter();
        let entries = entries.map(|(name, item)| format!("{name} = {}", text(stack, item)));
        return format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "));
    }
    let written = item.span().and_then(|span| stack.texts.text.get(span));
    // What the merge has put in is not written anywhere: that a limit is none.
    let written = written.or_else(|| item.as_bool().map(|yes| if yes { "true" } else { "false" }));
    let words = written.unwrap_or_default().trim_matches('"').split_whitespace();
    let words: Vec<&str> = words.collect();
    words.join(" ")
}

/// The value of a numeric key in a year.
pub(super) fn figure(stack: &Stack, path: &str, year: i32) -> Option<FigureValue> {
    let (mut table, mut walked): (&dyn TableLike, _) = (stack.root(), String::new());
    let mut names = path.split('.');
    for name in names.by_ref() {
        let item = table.get(name)?;
        if !walked.is_empty() {
            walked.push('.');
        }
        walked.push_str(name);
        if is_figure(item) {
            let key = key(stack, item, walked);
            // The unit may be named, and the year.
            let mut rest = names.peekable();
            rest.next_if(|&name| key.unit.as_deref() == Some(name));
            let year = match rest.next() {
                Some(named) => named.parse().ok()?,
                None => year,
            };
            return key.number(year).filter(|_| rest.next().is_none());
        }
        table = item.as_table_like()?;
    }
    None
}
