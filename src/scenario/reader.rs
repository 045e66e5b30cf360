//! Walks a scenario's tables for one benefit year, and collects every complaint on the way.
//!
//! The same walk is made for each year, so that a missing year is found where it is missing. A figure is a table with
//! exactly one unit (`yuan`, `rate`, ...), a provenance and a source; its value holds for all years or is given by
//! year. Keys that nothing asked for are errors.

mod income;
mod plain;

use crate::benefit::claim::InstitutionKind;
use crate::benefit::tariff::{Limit, MAX_INSTITUTION_KINDS};
use crate::figure::{Cited, FigureId, FigureNote, Provenance};
use crate::insured::terms::{Span, Window};
use crate::money::{Fen, Rate};
use crate::outlook::Future;
use crate::scenario::source::{Diagnostic, Texts, nearest};
use crate::schedule::{Band, Schedule, ScheduleError};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml_edit::{Item, TableLike, Value};

/// The units that a figure may have.
pub(super) const UNITS: [&str; 12] = [
    "yuan",
    "unlimited",
    "rate",
    "rates",
    "bands",
    "years",
    "year",
    "months",
    "days",
    "day",
    "dates",
    "count",
];

/// What all the walks over one scenario share.
pub(crate) struct Reader<'a> {
    pub source: &'a Texts,
    /// The benefit year that this walk reads.
    pub year: i32,
    /// How figures go on after the years that are given; `None` for a walk within them.
    pub future: Option<Future<'a>>,
    /// The keys that were asked for, by the path of their table.
    asked: RefCell<BTreeMap<String, BTreeSet<String>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    notes: RefCell<Vec<FigureNote>>,
    /// The values of the reader's year as they are written, by note.
    texts: RefCell<BTreeMap<usize, String>>,
    institution_kinds: RefCell<Vec<String>>,
    /// The incomes of the reader's year that amounts may be shares of, by name.
    incomes: RefCell<BTreeMap<String, Fen>>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Texts) -> Reader<'a> {
        Reader {
            source,
            year: 0,
            future: None,
            asked: RefCell::default(),
            diagnostics: RefCell::default(),
            notes: RefCell::default(),
            texts: RefCell::default(),
            institution_kinds: RefCell::default(),
            incomes: RefCell::default(),
        }
    }

    /// Adds a complaint, once.
    pub fn complain(&self, span: Option<Range<usize>>, key: &str, message: impl Into<String>) {
        self.complain_with(self.source.diagnostic(span, key, message.into()));
    }

    pub fn complain_with(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }

    /// Keeps a figure's value of the year as it is written, on one line.
    fn keep_text(&self, figure: FigureId, written: &Written<'_>) {
        let as_written = || self.source.text.get(written.value.span()?);
        // What an overlay's merge has put in is written nowhere: that there is no limit.
        let lifted = || Some(if written.value.as_bool()? { "true" } else { "false" });
        let text = written
            .grown
            .as_deref()
            .or_else(as_written)
            .or_else(lifted)
            .unwrap_or_default();
        let one_line = text
            .trim_matches('"')
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        self.texts.borrow_mut().insert(usize::from(figure.0), one_line);
    }

    /// The values of the year as they are written, by note; empty for figures that the year did not read.
    pub fn take_texts(&self) -> Vec<String> {
        let mut texts = self.texts.take();
        (0..self.notes.borrow().len())
            .map(|index| texts.remove(&index).unwrap_or_default())
            .collect()
    }

    /// The complaints in the order of the texts.
    pub fn into_parts(self) -> (Vec<Diagnostic>, Vec<FigureNote>, Vec<String>) {
        let mut diagnostics = self.diagnostics.into_inner();
        diagnostics.sort_by_key(|diagnostic| self.source.order(diagnostic));
        (
            diagnostics,
            self.notes.into_inner(),
            self.institution_kinds.into_inner(),
        )
    }

    /// The paths of all keys that were asked for.
    #[cfg(test)]
    pub fn asked_paths(&self) -> BTreeSet<String> {
        let asked = self.asked.borrow();
        let paths = asked.iter().flat_map(|(table, keys)| {
            keys.iter().map(move |key| match table.as_str() {
                "" => key.clone(),
                table => format!("{table}.{key}"),
            })
        });
        paths.collect()
    }

    /// Whether anything is wrong so far.
    pub fn has_complained(&self) -> bool {
        !self.diagnostics.borrow().is_empty()
    }

    /// The paths of the figures read so far.
    pub fn paths(&self) -> Vec<String> {
        self.notes.borrow().iter().map(|note| note.path.clone()).collect()
    }

    /// The index of an institution kind that a rule names.
    pub fn institution_kind(&self, name: &str) -> InstitutionKind {
        let mut kinds = self.institution_kinds.borrow_mut();
        let index = kinds.iter().position(|kind| kind == name).unwrap_or_else(|| {
            kinds.push(name.to_string());
            kinds.len() - 1
        });
        if index + 1 >= MAX_INSTITUTION_KINDS {
            self.complain(
                None,
                "",
                format!("more than {} institution kinds", MAX_INSTITUTION_KINDS - 1),
            );
            return InstitutionKind::default();
        }
        InstitutionKind(index as u8 + 1)
    }

    /// The id of a figure's note, which is the same in every year. Where years differ, the weaker provenance stands.
    pub fn note(&self, path: &str, provenance: Provenance, source: &str) -> FigureId {
        let mut notes = self.notes.borrow_mut();
        let index = notes
            .iter()
            .position(|note| note.path == path)
            .unwrap_or_else(|| {
                notes.push(FigureNote {
                    path: path.to_string(),
                    provenance,
                    source: source.to_string(),
                });
                notes.len() - 1
            });
        FigureId(index as u16)
    }
}

/// One table of the file, with the keys that were asked for.
pub(crate) struct Node<'a> {
    pub reader: &'a Reader<'a>,
    pub path: String,
    table: &'a dyn TableLike,
    /// Where to point if a key is missing: the table, or where one above it begins.
    span: Option<Range<usize>>,
    /// Where the table itself begins, if it is written out.
    own_span: Option<Range<usize>>,
    /// A table of the same shape whose keys go before those of this one.
    over: Option<Box<Node<'a>>>,
}

impl<'a> Node<'a> {
    pub fn root(reader: &'a Reader<'a>, table: &'a dyn TableLike) -> Node<'a> {
        Node::new(reader, String::new(), table)
    }

    fn new(reader: &'a Reader<'a>, path: String, table: &'a dyn TableLike) -> Node<'a> {
        reader.asked.borrow_mut().entry(path.clone()).or_default();
        Node {
            reader,
            path,
            table,
            span: None,
            own_span: None,
            over: None,
        }
    }

    /// This table as far as `over` does not say otherwise: a value or figure there replaces the one here, a table there
    /// lies over the one here in the same way.
    pub fn overlaid(self, over: Option<Node<'a>>) -> Node<'a> {
        Node {
            over: over.map(Box::new),
            ..self
        }
    }

    /// The dotted path of a key of this table.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub fn item(&self, key: &str) -> Option<&'a Item> {
        let mut asked = self.reader.asked.borrow_mut();
        asked
            .entry(self.path.clone())
            .or_default()
            .insert(key.to_string());
        drop(asked);
        let over = self.over.as_ref().and_then(|over| over.item(key));
        over.or_else(|| self.table.get(key))
    }

    pub fn has(&self, key: &str) -> bool {
        self.item(key).is_some()
    }

    /// Says that these keys belong here, for a walk that may stop before it reads them.
    pub fn knows(&self, keys: &[&str]) {
        for key in keys {
            self.item(key);
        }
    }

    /// The keys of the table, in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(key, _)| key.to_string()).collect()
    }

    fn span_of(&self, key: &str) -> Option<Range<usize>> {
        let (key, item) = self.table.get_key_value(key)?;
        item.span().or(key.span())
    }

    pub fn complain(&self, key: &str, message: impl Into<String>) {
        let span = self.span_of(key).or(self.span.clone());
        self.reader.complain(span, &self.path_of(key), message);
    }

    pub fn complain_hinting(&self, key: &str, message: impl Into<String>, hint: Option<String>) {
        let span = self.span_of(key).or(self.span.clone());
        let diagnostic = self
            .reader
            .source
            .diagnostic(span, &self.path_of(key), message.into());
        self.reader.complain_with(diagnostic.with_hint(hint));
    }

    /// A table that must be there.
    pub fn table(&self, key: &str) -> Option<Node<'a>> {
        let found = self.optional_table(key);
        if found.is_none() && self.table.get(key).is_none() {
            let path = self.path_of(key);
            let hint = format!("it begins with `[{path}]`");
            let source = self.reader.source;
            let diagnostic = source.diagnostic(self.own_span.clone(), &path, "this table is missing".into());
            self.reader.complain_with(diagnostic.with_hint(hint));
        }
        found
    }

    /// A table that another module reads and checks.
    pub fn foreign_table(&self, key: &str) -> Option<&'a Item> {
        let item = self.item(key)?;
        if !item.is_table_like() {
            self.complain(key, "this is a table of keys, not a value");
            return None;
        }
        Some(item)
    }

    /// A table that may be missing.
    pub fn optional_table(&self, key: &str) -> Option<Node<'a>> {
        self.item(key)?;
        let over = self.over.as_ref().and_then(|over| over.optional_table(key));
        match over {
            // A figure is replaced as a whole.
            Some(over) if over.has_unit() || self.table.get(key).is_none() => Some(over),
            over => Some(self.own_table(key)?.overlaid(over)),
        }
    }

    fn own_table(&self, key: &str) -> Option<Node<'a>> {
        let item = self.table.get(key)?;
        let Some(table) = item.as_table_like() else {
            self.complain(key, "must be a table of keys, not a value");
            return None;
        };
        // `[benefit.ceiling]` makes a table `benefit` that is nowhere written.
        let is_implicit = item.as_table().is_some_and(toml_edit::Table::is_implicit);
        Some(Node {
            span: self.span_of(key).or(self.span.clone()),
            own_span: item.span().filter(|_| !is_implicit),
            ..Node::new(self.reader, self.path_of(key), table)
        })
    }

    /// Whether this is the table of a figure.
    fn has_unit(&self) -> bool {
        UNITS.into_iter().any(|unit| self.table.contains_key(unit))
    }

    /// Once everything is read: complains of every key, here and below, that nothing asked for.
    pub fn complain_of_unknown_keys(&self) {
        let asked = self.reader.asked.borrow().get(&self.path).cloned();
        let Some(asked) = asked else { return };
        for (key, item) in self.table.iter() {
            if asked.contains(key) {
                for (path, table) in self.tables_in(key, item) {
                    if self.reader.asked.borrow().contains_key(&path) {
                        Node::new(self.reader, path, table).complain_of_unknown_keys();
                    }
                }
                continue;
            }
            let span = self
                .table
                .get_key_value(key)
                .and_then(|(key, _)| key.span())
                .or(item.span());
            let near = nearest(key, asked.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let diagnostic = self
                .reader
                .source
                .diagnostic(span, &self.path_of(key), "unknown key".into());
            self.reader.complain_with(diagnostic.with_hint(hint));
        }
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let text = item.as_str();
        if text.is_none() {
            self.complain(key, "must be a text in quotes");
        }
        text
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let flag = item.as_bool();
        if flag.is_none() {
            self.complain(key, "must be `true` or `false`");
        }
        flag
    }

    pub fn whole_number(&self, key: &str) -> Option<i64> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let number = item.as_integer();
        if number.is_none() {
            self.complain(key, "must be a whole number");
        }
        number
    }

    /// A number of statistics, not an amount or a rate.
    pub fn number(&self, key: &str) -> Option<f64> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let number = item.as_value().and_then(as_number);
        if number.is_none() {
            self.complain(key, "must be a number");
        }
        number
    }

    /// A list of such numbers.
    pub fn numbers(&self, key: &str) -> Option<Vec<f64>> {
        let array = self.item(key).and_then(Item::as_array);
        let numbers = array.and_then(|array| array.iter().map(as_number).collect());
        if numbers.is_none() {
            self.complain(key, "must be a list of numbers");
        }
        numbers
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.text(key)?;
        self.word(key, word, choices)
    }

    fn word<T: Copy>(&self, key: &str, word: &str, choices: &[(&str, T)]) -> Option<T> {
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        let near = nearest(word, choices.iter().map(|(name, _)| *name));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        self.complain_hinting(key, format!("`{word}` is not one of {}", names.join(", ")), hint);
        None
    }

    /// A list of texts.
    pub fn texts(&self, key: &str) -> Option<Vec<&'a str>> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let texts = item
            .as_array()
            .and_then(|array| array.iter().map(Value::as_str).collect());
        if texts.is_none() {
            self.complain(key, "must be a list of texts, such as [\"01\", \"02\"]");
        }
        texts
    }

    /// A list of words out of a few.
    pub fn choices<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<Vec<T>> {
        self.texts(key)?
            .into_iter()
            .map(|word| self.word(key, word, choices))
            .collect()
    }

    /// Whether the key holds a figure (rather than a table of figures).
    pub fn is_figure(&self, key: &str) -> bool {
        let table = self.item(key).and_then(Item::as_table_like);
        table.is_some_and(|table| table.iter().any(|(key, _)| UNITS.contains(&key)))
    }

    /// An amount, or the share of a stated income that it is.
    pub fn yuan(&self, key: &str) -> Option<Cited<Fen>> {
        if self.is_share_of_income(key) {
            return self.share_of_income(key);
        }
        self.figure(key, &["yuan"], |_, value| read_yuan(value))
    }

    /// An amount by year that need not be there, and not for each year; `None` where it is not known.
    pub fn known_yuan(&self, key: &str) -> Option<Fen> {
        let node = self.item(key).and_then(|_| self.optional_table(key))?;
        let Some(by_year) = node.item("yuan").and_then(Item::as_table_like) else {
            // Its note is asked for all the same, so that it is not taken for unknown keys.
            node.note();
            node.complain("yuan", "give the amount by year, such as { 2024 = 1000000 }");
            return None;
        };
        let Some(value) = by_year.get(&self.reader.year.to_string()) else {
            // Its note all the same, so that what is wrong with it is said in every year.
            node.note();
            return None;
        };
        let written = value.as_value().map(|value| self.written(value))?;
        let figure = node.note();
        let amount = written.number().and_then(|text| {
            // More than any claim: a fund's balance has no limit but that of the type.
            let exact = Decimal::from_str_exact(&text.replace('_', "")).ok();
            let fen = exact.and_then(|yuan| yuan.checked_mul(Decimal::ONE_HUNDRED));
            let whole = fen.filter(Decimal::is_integer).and_then(|fen| fen.to_i64());
            let message = "must be an amount with at most two decimals";
            whole.map(Fen::new).ok_or_else(|| written.wrong(message))
        });
        match amount {
            Ok(amount) => {
                figure
                    .into_iter()
                    .for_each(|figure| self.reader.keep_text(figure, &written));
                Some(amount)
            }
            Err(wrong) => {
                self.reader.complain(wrong.at, &node.path, wrong.message);
                None
            }
        }
    }

    pub fn rate(&self, key: &str) -> Option<Cited<Rate>> {
        self.figure(key, &["rate"], |_, value| read_rate(value))
    }

    pub fn limit(&self, key: &str) -> Option<Cited<Limit>> {
        if self.is_share_of_income(key) {
            let share = self.share_of_income(key)?;
            return Some(Cited {
                value: Limit::At(share.value),
                figure: share.figure,
            });
        }
        self.figure(key, &["yuan", "unlimited"], |unit, value| match unit {
            "yuan" => read_yuan(value).map(Limit::At),
            _ if value.value.as_bool() == Some(true) => Ok(Limit::Unlimited),
            _ => Err("`unlimited` can only be true; for a limit give `yuan`".into()),
        })
    }

    /// A list of rates, all with the note of the one figure.
    pub fn rates(&self, key: &str) -> Option<Vec<Cited<Rate>>> {
        let rates = self.figure(key, &["rates"], |_, value| read_rates(value))?;
        Some(
            rates
                .value
                .into_iter()
                .map(|value| Cited {
                    value,
                    figure: rates.figure,
                })
                .collect(),
        )
    }

    pub fn bands(&self, key: &str) -> Option<Cited<Schedule>> {
        self.figure(key, &["bands"], |_, value| read_schedule(value))
    }

    /// A ratio: one rate, or bands.
    pub fn rate_or_bands(&self, key: &str) -> Option<Cited<Schedule>> {
        self.figure(key, &["rate", "bands"], |unit, value| match unit {
            "rate" => read_rate(value).map(Schedule::flat),
            _ => read_schedule(value),
        })
    }

    /// A whole number of `unit`, such as `years` or `months`.
    pub fn count(&self, key: &str, unit: &'static str, most: u32) -> Option<Cited<u32>> {
        self.figure(key, &[unit], |_, value| {
            let number = value
                .value
                .as_integer()
                .and_then(|number| u32::try_from(number).ok());
            number
                .filter(|&number| number <= most)
                .ok_or(format!("must be a whole number from 0 to {most}").into())
        })
    }

    /// A length of time, in days or months.
    pub fn span(&self, key: &str) -> Option<Cited<Span>> {
        self.figure(key, &["months", "days"], |unit, written| {
            let number = written
                .value
                .as_integer()
                .and_then(|number| u32::try_from(number).ok());
            match (unit, number) {
                ("days", Some(days)) if days <= 3660 => Ok(Span::Days(days)),
                ("months", Some(months)) if months <= 120 => Ok(Span::Months(months)),
                _ => Err("must be a whole number, of at most ten years".into()),
            }
        })
    }

    /// A window of days, `MM-DD..MM-DD`, which begins in `year` and ends in it too, or, where that were before its begin, in
    /// the next one.
    pub fn window(&self, key: &str, year: i32) -> Option<Cited<Window>> {
        self.figure(key, &["dates"], |_, written| {
            // `02-29` is the last day of February, in whichever year.
            let day = |year: i32, text: &str| {
                let parse =
                    |text| chrono::NaiveDate::parse_from_str(&format!("{year}-{text}"), "%Y-%m-%d").ok();
                parse(text).or_else(|| parse("02-28").filter(|_| text == "02-29"))
            };
            let days = written.value.as_str().and_then(|text| text.split_once(".."));
            let window = days.and_then(|(from, to)| {
                let (from, same_year) = (day(year, from)?, day(year, to)?);
                let to = if same_year < from {
                    day(year + 1, to)?
                } else {
                    same_year
                };
                Some(Window { from, to })
            });
            window.ok_or_else(|| "must be a window of days such as \"09-01..12-31\"".into())
        })
    }

    /// Reads a figure that must be there: the value of the reader's year, and its note.
    fn figure<T>(
        &self,
        key: &str,
        units: &[&'static str],
        read: impl Fn(&str, &Written<'a>) -> Result<T, Wrong>,
    ) -> Option<Cited<T>> {
        let node = self.figure_table(key, units[0])?;
        let found: Vec<&str> = UNITS.into_iter().filter(|unit| node.has(unit)).collect();
        let figure = node.note();
        let wanted = units.join("` or `");
        let unit = match found.as_slice() {
            [unit] if units.contains(unit) => *unit,
            wrong => {
                let message = match wrong {
                    [] => format!("this figure has no unit; give `{wanted}`"),
                    [unit] => format!("the unit `{unit}` does not fit; give `{wanted}`"),
                    several => format!("one unit only, not `{}`", several.join("` and `")),
                };
                self.reader
                    .complain(self.span_of_unit(key, &node, wrong), &node.path, message);
                return None;
            }
        };
        let written = node.value_of_year(unit)?;
        if let Some(figure) = figure {
            self.reader.keep_text(figure, &written);
        }
        match read(unit, &written) {
            Ok(value) => Some(Cited {
                value,
                figure: figure?,
            }),
            Err(wrong) => {
                let span = wrong.at.or(written.value.span()).or(node.span.clone());
                self.reader.complain(span, &node.path, wrong.message);
                None
            }
        }
    }

    /// Where to point at the units of a figure: at the figure, or at a unit that an overlay puts into it.
    fn span_of_unit(&self, key: &str, figure: &Node<'a>, units: &[&str]) -> Option<Range<usize>> {
        let own = self.span_of(key).or(self.span.clone());
        let text_of = |span: &Range<usize>| self.reader.source.index_of(span.start);
        let mut spans = units.iter().filter_map(|unit| figure.span_of(unit));
        let overlaid = spans.find(|span| own.as_ref().is_some_and(|own| text_of(own) != text_of(span)));
        overlaid.or(own)
    }

    /// The table of a figure; complains, with the form to write, of one that is missing or a bare value.
    fn figure_table(&self, key: &str, unit: &str) -> Option<Node<'a>> {
        let form = |value: &str| {
            Some(format!(
                "{key} = {{ {unit} = {value}, provenance = \"...\", source = \"...\" }}"
            ))
        };
        let Some(item) = self.item(key) else {
            let example = if unit == "rate" { "0.65" } else { "..." };
            self.complain_hinting(key, "this figure is missing", form(example));
            return None;
        };
        if let Some(bare) = item.as_value().filter(|value| !value.is_inline_table()) {
            let message = "must be a figure with unit, provenance and source, not a bare value";
            let text = bare.span().and_then(|span| self.reader.source.text.get(span));
            self.complain_hinting(key, message, form(text.unwrap_or("...")));
            return None;
        }
        self.optional_table(key)
    }

    /// The note of the figure that this table is.
    fn note(&self) -> Option<FigureId> {
        let names = Provenance::ALL.map(|provenance| (provenance.name(), provenance));
        let provenance = if self.has("provenance") {
            self.choice("provenance", &names)
        } else {
            let hint =
                "say how well the figure is founded: `official`, `national`, `placeholder` or `proposal`";
            self.complain_hinting("provenance", "this key is missing", Some(hint.into()));
            None
        };
        let source = self.text("source");
        Some(self.reader.note(&self.path, provenance?, source?))
    }

    /// The value under `unit` for the reader's year: the same for all years, out of a table by year, or grown from it.
    fn value_of_year(&self, unit: &str) -> Option<Written<'a>> {
        let item = self.item(unit)?;
        let Some(by_year) = item.as_table_like() else {
            let written = self.written(item.as_value()?);
            let since = self.reader.future.map(|future| future.outlook.last_year);
            return match since {
                Some(since) => self.grown(unit, written, since, false),
                None => Some(written),
            };
        };
        for (key, _) in by_year.iter() {
            if key.parse::<i32>().is_err() {
                self.complain(unit, format!("`{key}` is not a year"));
            }
        }
        let year = self.reader.year;
        if let Some(given) = by_year.get(&year.to_string()) {
            return given.as_value().map(|value| self.written(value));
        }
        let ahead = self.reader.future.is_some_and(|future| future.is_ahead(year));
        let earlier = by_year.iter().filter_map(|(key, item)| {
            let since = key.parse::<i32>().ok().filter(|&since| ahead && since < year)?;
            Some((since, item.as_value()?))
        });
        match earlier.max_by_key(|&(since, _)| since) {
            Some((since, value)) => self.grown(unit, self.written(value), since, true),
            None => {
                self.complain(unit, format!("there is no value for {year}"));
                None
            }
        }
    }

    fn written(&self, value: &'a Value) -> Written<'a> {
        Written {
            value,
            text: &self.reader.source.text,
            grown: None,
        }
    }

    /// What a value of the year `since` has become in the reader's year; complains of one that `must` grow and does not.
    fn grown(&self, unit: &str, written: Written<'a>, since: i32, must: bool) -> Option<Written<'a>> {
        let (future, year) = (self.reader.future?, self.reader.year);
        let number = written
            .number()
            .ok()
            .and_then(|text| text.replace('_', "").parse::<f64>().ok());
        let Some(grown) = future.grown(&self.path, number.unwrap_or_default(), since, year) else {
            if !must {
                return Some(written);
            }
            let hint = format!(
                "name it in the `keys` of an assumption, such as `projection.assume.held = {{ growth = 0, keys = [\"{}\"], ... }}`",
                self.path
            );
            let message = format!(
                "there is no value for {year}, and no assumption says what becomes of it after {since}"
            );
            self.complain_hinting(unit, message, Some(hint));
            return None;
        };
        if !grown.moves {
            return Some(written);
        }
        if number.is_none() {
            self.complain(unit, "an assumption lets it grow, but it is not a number");
            return None;
        }
        // Exact again from here on: whole fen, and rates of six decimals.
        let digits = if unit == "yuan" { 2 } else { 6 };
        Some(Written {
            grown: Some(format!("{:.digits$}", grown.value)),
            ..written
        })
    }
}

fn as_number(value: &Value) -> Option<f64> {
    let whole = || value.as_integer().map(|whole| whole as f64);
    value
        .as_float()
        .or_else(whole)
        .filter(|number| number.is_finite())
}

/// What is wrong with a value, and where, if only a part of it is wrong.
struct Wrong {
    message: String,
    at: Option<Range<usize>>,
}

impl From<String> for Wrong {
    fn from(message: String) -> Wrong {
        Wrong { message, at: None }
    }
}

impl From<&str> for Wrong {
    fn from(message: &str) -> Wrong {
        message.to_string().into()
    }
}

/// A value as it is written in the file, so that decimals are read exactly.
struct Written<'a> {
    value: &'a Value,
    text: &'a str,
    /// What the number has become in a later year.
    grown: Option<String>,
}

impl<'a> Written<'a> {
    fn wrong(&self, message: impl ToString) -> Wrong {
        Wrong {
            message: message.to_string(),
            at: self.value.span(),
        }
    }

    fn number(&self) -> Result<Cow<'_, str>, Wrong> {
        if let Some(grown) = &self.grown {
            return Ok(Cow::Borrowed(grown));
        }
        let is_number = self.value.is_integer() || self.value.is_float();
        let span = self.value.span().filter(|_| is_number);
        let text = span.and_then(|span| self.text.get(span));
        text.map(Cow::Borrowed)
            .ok_or_else(|| self.wrong("must be a number"))
    }

    fn elements(&self, what: &str) -> Result<Vec<Written<'a>>, Wrong> {
        let array = self.value.as_array().ok_or(format!("must be {what}"))?;
        Ok(array
            .iter()
            .map(|value| Written {
                value,
                text: self.text,
                grown: None,
            })
            .collect())
    }
}

fn read_yuan(written: &Written<'_>) -> Result<Fen, Wrong> {
    let text = written.number()?.replace('_', "");
    let amount = Fen::parse_yuan(&text).map_err(|error| written.wrong(error))?;
    if amount < Fen::ZERO {
        Err(written.wrong("is negative"))
    } else {
        Ok(amount)
    }
}

fn read_rate(written: &Written<'_>) -> Result<Rate, Wrong> {
    let text = written.number()?.replace('_', "");
    Rate::parse(&text).map_err(|error| written.wrong(error))
}

fn read_rates(written: &Written<'_>) -> Result<Vec<Rate>, Wrong> {
    let rates: Vec<Rate> = written
        .elements("a list of rates, such as [1, 0.5, 0]")?
        .iter()
        .map(read_rate)
        .collect::<Result<_, _>>()?;
    if rates.is_empty() {
        Err("is an empty list".into())
    } else {
        Ok(rates)
    }
}

fn read_schedule(written: &Written<'_>) -> Result<Schedule, Wrong> {
    let elements = written.elements("a list of bands")?;
    let bands = elements.iter().map(read_band).collect::<Result<Vec<_>, _>>()?;
    Schedule::new(bands.clone()).map_err(|error| {
        let guilty = elements
            .iter()
            .zip(&bands)
            .rev()
            .find(|(_, band)| is_to_blame(band, &error));
        Wrong {
            message: error.to_string(),
            at: guilty.and_then(|(element, _)| element.value.span()),
        }
    })
}

/// Whether it is this band that keeps the bands from covering every amount once.
fn is_to_blame(band: &Band, error: &ScheduleError) -> bool {
    match *error {
        ScheduleError::Empty => false,
        ScheduleError::StopsEarly(to) => band.to == Some(to),
        ScheduleError::StartsLate(from)
        | ScheduleError::Overlap { from, .. }
        | ScheduleError::Gap { from, .. }
        | ScheduleError::NoWidth(from) => band.from == from,
    }
}

fn read_band(written: &Written<'_>) -> Result<Band, Wrong> {
    let table = written
        .value
        .as_inline_table()
        .ok_or_else(|| written.wrong("a band is { from = ..., to = ..., rate = ... }"))?;
    if let Some((key, _)) = table
        .iter()
        .find(|(key, _)| !["from", "to", "rate"].contains(key))
    {
        return Err(written.wrong(format!("unknown key `{key}` in a band")));
    }
    let inside = |key: &str| {
        table.get(key).map(|value| Written {
            value,
            text: written.text,
            grown: None,
        })
    };
    let needed = |key: &str| inside(key).ok_or_else(|| written.wrong(format!("a band has no `{key}`")));
    Ok(Band {
        from: read_yuan(&needed("from")?)?,
        to: inside("to").map(|to| read_yuan(&to)).transpose()?,
        rate: read_rate(&needed("rate")?)?,
    })
}
