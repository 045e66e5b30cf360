//! Laying one document over another, key by key. What is inherited keeps its place in its own text.
//!
//! A figure that an overlay changes is a figure of the overlay: a proposal, unless it says otherwise, with the overlay's
//! source. It need say no more than what is new: the value, which then has the unit of the figure below it, or the value
//! of one year.

use crate::figure::Provenance;
use crate::scenario::reader::UNITS;
use std::ops::Range;
use toml_edit::{InlineTable, Item, Key, TableLike, Value};

/// The keys of a figure beside its values.
pub(super) const NOTE: [&str; 4] = ["provenance", "source", "reason", "assumed"];

/// The keys of values that only the figures of a synthetic city and of years to come have.
const VALUES: [&str; 12] = [
    "per_head",
    "per_100",
    "ratio",
    "table",
    "age",
    "age_from",
    "age_to",
    "male",
    "female",
    "growth",
    "follows",
    "probability",
];

/// The keys of an assumption beside its growth, and of a shock beside its probability: laid over one by one.
const ASIDE: [&str; 7] = [
    "keys",
    "range",
    "trend_sd",
    "yearly_sd",
    "round_to",
    "times",
    "times_sd",
];

/// A complaint of the merge.
pub(super) struct Complaint {
    pub span: Option<Range<usize>>,
    pub key: String,
    pub message: String,
    pub hint: Option<String>,
}

/// One document being laid over another.
pub(super) struct Merge {
    /// The source of figures that give none.
    pub source: String,
    /// The benefit years of the whole, which a value that holds for all of them is spread over if one gets its own.
    pub years: Vec<i32>,
    /// The paths that got a value.
    pub touched: Vec<String>,
    pub complaints: Vec<Complaint>,
}

/// Whether it is the table of a figure.
pub(super) fn is_figure(item: &Item) -> bool {
    let table = item.as_table_like();
    table.is_some_and(|table| table.contains_key("provenance"))
}

/// The keys of a figure's values: one unit, or the columns of a table of ages.
pub(super) fn value_keys(figure: &dyn TableLike) -> Vec<String> {
    let keys = figure.iter().map(|(key, _)| key);
    keys.filter(|key| !NOTE.contains(key) && !ASIDE.contains(key))
        .map(str::to_string)
        .collect()
}

/// Whether the keys are benefit years.
pub(super) fn is_by_year(table: &dyn TableLike) -> bool {
    !table.is_empty() && table.iter().all(|(key, _)| key.parse::<i32>().is_ok())
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}

/// Puts an item into a table, where the key's place in its text is kept.
fn insert(table: &mut Item, key: &Key, item: Item) {
    match table {
        Item::Table(table) => {
            table.insert_formatted(key, item);
        }
        Item::Value(Value::InlineTable(table)) => {
            if let Ok(value) = item.into_value() {
                table.insert_formatted(key, value);
            }
        }
        _ => {}
    }
}

impl Merge {
    fn complain(&mut self, item: &Item, key: &str, message: String, hint: Option<String>) {
        self.complaints.push(Complaint {
            span: item.span(),
            key: key.to_string(),
            message,
            hint,
        });
    }

    /// Records what a table that is new gives a value: its keys one by one, so that a later layer that adds others to it
    /// changes none of them.
    fn touch(&mut self, item: &Item, path: String) {
        match item.as_table_like() {
            Some(table) if !is_figure(item) && !table.is_empty() => {
                for (name, below) in table.iter() {
                    self.touch(below, join(&path, name));
                }
            }
            _ => self.touched.push(path),
        }
    }

    /// Lays the table `over` over the table `base`.
    pub(super) fn tables(&mut self, base: &mut Item, over: &dyn TableLike, path: &str) {
        let keys: Vec<String> = over.iter().map(|(key, _)| key.to_string()).collect();
        for name in keys {
            let Some((key, item)) = over.get_key_value(&name) else {
                continue;
            };
            let path = join(path, &name);
            let below = base.as_table_like_mut().and_then(|table| table.get_mut(&name));
            match below {
                None => {
                    let mut new = item.clone();
                    self.complete(&mut new, &path);
                    self.touch(&new, path);
                    insert(base, key, new);
                }
                Some(below) if is_figure(below) => self.figure(below, item, &path),
                Some(below) => match item.as_table_like() {
                    Some(over) if below.is_table_like() => self.tables(below, over, &path),
                    None if below.is_table_like() => {
                        let keys = below.as_table_like().into_iter().flat_map(TableLike::iter);
                        let keys: Vec<String> = keys.map(|(key, _)| format!("`{path}.{key}`")).collect();
                        let hint = format!("below it there are {}", keys.join(", "));
                        self.complain(
                            item,
                            &path,
                            "is a table of keys, not a value".to_string(),
                            Some(hint),
                        );
                    }
                    _ => {
                        *below = item.clone();
                        self.touched.push(path);
                    }
                },
            }
        }
    }

    /// Gives new figures the note that they do not give themselves.
    fn complete(&mut self, item: &mut Item, path: &str) {
        let Some(table) = item.as_table_like_mut() else {
            return;
        };
        let notes = NOTE.iter().any(|key| table.contains_key(key));
        let is_value = |item: &Item| item.as_table_like().is_none_or(is_by_year);
        let has_unit = UNITS.iter().any(|unit| table.get(unit).is_some_and(is_value));
        if notes || has_unit && !path.starts_with("scenario") {
            let note = self.note(item, path, None);
            return write_note(item, note);
        }
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_string()).collect();
        for key in keys {
            if let Some(below) = table.get_mut(&key) {
                self.complete(below, &join(path, &key));
            }
        }
    }

    /// Lays a value, some years' values or a table over a figure.
    fn figure(&mut self, base: &mut Item, over: &Item, path: &str) {
        let years = over.as_table_like().filter(|table| is_by_year(*table));
        let Some(table) = over.as_table_like().filter(|_| years.is_none()) else {
            return self.bare(base, over, path);
        };
        let given = value_keys(table);
        let mut partly = None;
        if !given.is_empty() {
            let below = base.as_table_like().map(value_keys).unwrap_or_default();
            let is_new = |key: &String| !below.contains(key);
            if given.iter().any(is_new)
                && given
                    .iter()
                    .all(|key| VALUES.contains(&key.as_str()) || UNITS.contains(&key.as_str()))
            {
                // Another unit, or another form: nothing of the old value holds.
                remove(base, &below);
            }
            for name in &given {
                if let Some((key, item)) = table.get_key_value(name) {
                    partly = self.value(base, key, item, path).or(partly);
                }
            }
        }
        for (key, item) in ASIDE.iter().filter_map(|name| table.get_key_value(name)) {
            self.touched.push(path.to_string());
            insert(base, key, item.clone());
        }
        if given.is_empty() {
            self.renote(base, table);
        } else {
            let note = self.note(over, path, partly.map(|years| (years, source_of(base))));
            write_note(base, note);
        }
    }

    /// Lays a value without unit over a figure, or such values by year.
    fn bare(&mut self, base: &mut Item, over: &Item, path: &str) {
        let units = base.as_table_like().map(value_keys).unwrap_or_default();
        let [unit] = units.as_slice() else {
            let columns = units.join("`, `");
            let message = format!("this figure has more than one column: `{columns}`");
            let hint = units
                .last()
                .map(|column| format!("name the column, such as `{path}.{column}`"));
            return self.complain(over, path, message, hint);
        };
        let (unit, item) = fitting_unit(unit, over);
        if unit != units[0] {
            remove(base, &units);
        }
        let partly = self.value(base, &Key::new(unit), &item, path);
        let note = Note {
            provenance: proposal(),
            source: with_years(&self.source, partly.map(|years| (years, source_of(base)))),
        };
        write_note(base, note);
    }

    /// Lays a value over that of a figure; returns the years that it gives if others stay as they are.
    fn value(&mut self, figure: &mut Item, key: &Key, item: &Item, path: &str) -> Option<String> {
        let Some(below) = figure
            .as_table_like_mut()
            .and_then(|table| table.get_mut(key.get()))
        else {
            self.touched.push(path.to_string());
            insert(figure, key, item.clone());
            return None;
        };
        let Some(over) = item.as_table_like() else {
            self.touched.push(path.to_string());
            *below = item.clone();
            return None;
        };
        if is_by_year(over) && !below.is_table_like() {
            *below = spread(below, &self.years);
        }
        let names: Vec<String> = over.iter().map(|(name, _)| name.to_string()).collect();
        for name in &names {
            if let Some((key, item)) = over.get_key_value(name) {
                insert(below, key, item.clone());
                self.touched.push(join(path, name));
            }
        }
        let others = below
            .as_table_like()
            .is_some_and(|below| below.iter().any(|(name, _)| !over.contains_key(name)));
        others.then(|| names.join(", "))
    }

    /// Replaces provenance and source of a figure whose value stays.
    fn renote(&mut self, base: &mut Item, over: &dyn TableLike) {
        for name in ["provenance", "source", "assumed"] {
            if let Some((key, item)) = over.get_key_value(name) {
                insert(base, key, item.clone());
            }
        }
    }

    /// The note of a figure that an overlay gives a value.
    fn note(&mut self, figure: &Item, path: &str, kept: Option<(String, String)>) -> Note {
        let table = figure.as_table_like();
        let mut text = |name: &str| {
            let item = table.and_then(|table| table.get(name))?;
            if item.as_str().is_none() {
                let key = join(path, name);
                self.complaints.push(Complaint {
                    span: item.span(),
                    key,
                    message: "must be a text in quotes".to_string(),
                    hint: None,
                });
            }
            item.as_str().map(str::to_string)
        };
        let (source, reason) = (text("source"), text("reason"));
        let source = match (source, reason) {
            (Some(source), Some(reason)) => format!("{source}; {reason}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => self.source.clone(),
        };
        let provenance = table.and_then(|table| table.get("provenance")).cloned();
        Note {
            provenance: provenance.unwrap_or_else(proposal),
            source: with_years(&source, kept),
        }
    }
}

/// Provenance and source of a figure.
struct Note {
    provenance: Item,
    source: String,
}

fn proposal() -> Item {
    Item::Value(Value::from(Provenance::Proposal.name()))
}

/// The source of some years beside that of the others.
fn with_years(source: &str, kept: Option<(String, String)>) -> String {
    match kept {
        Some((years, others)) => format!("{years}: {source}; else: {others}"),
        None => source.to_string(),
    }
}

fn source_of(figure: &Item) -> String {
    let source = figure.as_table_like().and_then(|table| table.get("source"));
    source.and_then(Item::as_str).unwrap_or_default().to_string()
}

fn write_note(figure: &mut Item, note: Note) {
    insert(figure, &Key::new("provenance"), note.provenance);
    insert(figure, &Key::new("source"), Item::Value(Value::from(note.source)));
    remove(figure, &["reason".to_string(), "assumed".to_string()]);
}

fn remove(table: &mut Item, keys: &[String]) {
    if let Some(table) = table.as_table_like_mut() {
        for key in keys {
            table.remove(key);
        }
    }
}

/// Gives a table the item that another one has at a path, or takes away what it has there where that has none, with the
/// tables that hold nothing else.
pub(super) fn take_over(table: &mut Item, from: &dyn TableLike, path: &str) {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let found = from.get_key_value(name);
    let Some(rest) = rest else {
        match found {
            Some((key, item)) => insert(table, key, item.clone()),
            None => remove(table, &[name.to_string()]),
        }
        return;
    };
    let known = table.as_table_like_mut().and_then(|table| table.get_mut(name));
    match (known, found) {
        (Some(below), found) => {
            let nothing = InlineTable::new();
            let above = found.and_then(|(_, item)| item.as_table_like());
            take_over(below, above.unwrap_or(&nothing), rest);
            let is_empty = below.as_table_like().is_some_and(TableLike::is_empty);
            if is_empty && above.is_none() {
                remove(table, &[name.to_string()]);
            }
        }
        (None, Some((key, item))) => {
            let mut below = Item::Value(Value::InlineTable(InlineTable::new()));
            if let Some(from) = item.as_table_like() {
                take_over(&mut below, from, rest);
            }
            insert(table, key, below);
        }
        (None, None) => {}
    }
}

/// The same value for each year.
fn spread(value: &Item, years: &[i32]) -> Item {
    let mut by_year = InlineTable::new();
    for year in years {
        if let Some(value) = value.as_value() {
            by_year.insert(year.to_string(), value.clone());
        }
    }
    Item::Value(Value::InlineTable(by_year))
}

/// The unit in which a bare value is meant, where the figure has `unit` now: a limit may be lifted or set, and a ratio
/// change between one rate and bands.
fn fitting_unit(unit: &str, value: &Item) -> (String, Item) {
    let is_number = value.is_integer() || value.is_float();
    let lifted = value.as_str() == Some("unlimited");
    match unit {
        "yuan" if lifted => ("unlimited".into(), Item::Value(Value::from(true))),
        "unlimited" if is_number => ("yuan".into(), value.clone()),
        "rate" if value.is_array() => ("bands".into(), value.clone()),
        "bands" if is_number => ("rate".into(), value.clone()),
        unit => (unit.into(), value.clone()),
    }
}
