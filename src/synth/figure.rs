//! Reading figures from a scenario: one unit, one value or one a year, a provenance and a source.

use super::table::{AgeTable, OLDEST};
use crate::figure::{FigureNote, Provenance};
use crate::nearest::nearest;
use crate::outlook::Future;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use toml_edit::{Item, Key, TableLike, Value};

/// What is wrong with a figure, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{path}` {problem}")]
pub struct FigureError {
    /// The key path, such as `utilisation.stays.per_head`.
    pub path: String,
    /// What is wrong.
    pub problem: FigureProblem,
    /// The bytes of the scenario that are meant, if the parser kept them.
    pub span: Option<Range<usize>>,
}

/// What can be wrong with a figure.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureProblem {
    /// It is not there.
    Missing,
    /// There is no such key; the list says which there are.
    UnknownKey(Vec<String>),
    /// It is of the wrong type; the text says what is expected.
    Expected(&'static str),
    /// No value for the year.
    NoYear(i32),
    /// No value for a year to come, and no assumption that says what becomes of the last one.
    NoAssumption(i32),
    /// A value outside its range.
    OutOfRange {
        /// The value.
        value: f64,
        /// The least that is allowed.
        least: f64,
        /// The most that is allowed.
        most: f64,
    },
    /// Shares that do not sum to 1.
    SumNotOne(f64),
    /// Ages that do not ascend, or lie beyond [`OLDEST`].
    AgesNotAscending,
    /// Columns of different length.
    UnevenColumns,
    /// A patient would cease to be one: the prevalence falls with age.
    FallsWithAge,
    /// The figures together ask for something impossible; the text says what.
    Impossible(&'static str),
}

impl fmt::Display for FigureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FigureProblem::Missing => write!(f, "is missing"),
            FigureProblem::UnknownKey(known) => {
                write!(f, "is not a key here; the keys are `{}`", known.join("`, `"))
            }
            FigureProblem::Expected(what) => write!(f, "is not {what}"),
            FigureProblem::NoYear(year) => write!(f, "has no value for {year}"),
            FigureProblem::NoAssumption(year) => write!(
                f,
                "has no value for {year}, and no assumption of `projection.assume` names it"
            ),
            FigureProblem::OutOfRange { value, least, most } => match (*least, *most) {
                (f64::MIN_POSITIVE, f64::MAX) => write!(f, "is {value}, not above 0"),
                (least, f64::MAX) => write!(f, "is {value}, below {least}"),
                (least, most) => write!(f, "is {value}, outside {least} to {most}"),
            },
            FigureProblem::SumNotOne(sum) => write!(f, "has shares that sum to {sum}, not 1"),
            FigureProblem::AgesNotAscending => {
                write!(f, "has ages that do not ascend from 0 to at most {OLDEST}")
            }
            FigureProblem::UnevenColumns => write!(f, "has columns of different length"),
            FigureProblem::FallsWithAge => write!(f, "falls with age, but a patient stays one"),
            FigureProblem::Impossible(what) => write!(f, "is impossible: {what}"),
        }
    }
}

/// Where in the text of the scenario, if the parser kept it.
type Span = Option<Range<usize>>;

const ANY: (f64, f64) = (f64::MIN, f64::MAX);
/// Any amount that is not negative.
pub(super) const NOT_NEGATIVE: (f64, f64) = (0.0, f64::MAX);
pub(super) const SHARE: (f64, f64) = (0.0, 1.0);

/// The keys of a figure beside its values.
const NOTE: [&str; 3] = ["provenance", "source", "assumed"];

/// A table of the scenario with its path, read for one year.
///
/// Whatever is wrong goes to `errors`, once, and reading goes on with a stand-in: 0, or nothing. A table that is missing
/// is itself reported, and nothing of what it should hold.
#[derive(Clone)]
pub(super) struct Section<'a> {
    /// `None` if there is no such table.
    table: Option<&'a dyn TableLike>,
    path: String,
    span: Span,
    /// A table beside it whose name is this one's misspelt, and which so holds some of what is missing here.
    misspelt: Option<&'a dyn TableLike>,
    year: i32,
    future: Option<Future<'a>>,
    errors: &'a RefCell<Vec<FigureError>>,
}

impl<'a> Section<'a> {
    /// The section `path`, read for `year`; of years after those given, as `future` has it.
    pub(super) fn new(
        item: &'a Item,
        path: String,
        (year, future): (i32, Option<Future<'a>>),
        errors: &'a RefCell<Vec<FigureError>>,
    ) -> Section<'a> {
        let section = Section {
            table: item.as_table_like(),
            path,
            span: item.span(),
            misspelt: None,
            year,
            future,
            errors,
        };
        if section.table.is_none() {
            section.record("", item.span(), FigureProblem::Expected("a table"));
        }
        section
    }

    /// The year for which it is read.
    pub(super) fn year(&self) -> i32 {
        self.year
    }

    /// The same section read for another year.
    fn for_year(&self, year: i32) -> Section<'a> {
        Section { year, ..self.clone() }
    }

    /// The figure `key` in a unit and range for each year from `base_year` to this section's; only the latter is noted.
    pub(super) fn by_year(
        &self,
        (key, unit, range): (&str, &str, (f64, f64)),
        base_year: i32,
        notes: &mut Vec<FigureNote>,
    ) -> BTreeMap<i32, f64> {
        let mut values = BTreeMap::new();
        for year in base_year..self.year {
            let earlier = self.for_year(year);
            values.insert(year, earlier.figure(key, unit, range, &mut Vec::new()));
        }
        values.insert(self.year, self.figure(key, unit, range, notes));
        values
    }

    /// The path of `key`, or of the section itself if `key` is empty.
    fn path_of(&self, key: &str) -> String {
        if key.is_empty() {
            self.path.clone()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Where the value of the dotted `path` is, or the innermost table on the way to it.
    pub(super) fn span_of(&self, path: &str) -> Span {
        let (mut table, mut span) = (self.table, self.span.clone());
        for key in path.split('.') {
            let Some((key, item)) = table.and_then(|table| table.get_key_value(key)) else {
                break;
            };
            span = item.span().or(key.span()).or(span);
            table = item.as_table_like();
        }
        span
    }

    fn record(&self, key: &str, span: Span, problem: FigureProblem) {
        let path = self.path_of(key);
        let error = FigureError { path, problem, span };
        let mut errors = self.errors.borrow_mut();
        if !errors.contains(&error) {
            errors.push(error);
        }
    }

    /// Reports what is wrong with `key`, or with the section itself if `key` is empty.
    pub(super) fn report(&self, key: &str, problem: FigureProblem) {
        self.report_at(key, self.span_of(key), problem);
    }

    /// The same, where the place to point at is another than the value of `key`.
    pub(super) fn report_at(&self, key: &str, span: Span, problem: FigureProblem) {
        if self.table.is_some() {
            self.record(key, span, problem);
        }
    }

    /// Whether the values under `key`, or all of the section if `key` is empty, are there with nothing wrong in them,
    /// whatever their provenance.
    pub(super) fn sound(&self, key: &str) -> bool {
        let path = self.path_of(key);
        let spoils = |error: &FigureError| {
            let rest = error.path.strip_prefix(&path);
            let note = rest.and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(str::is_empty) || note.is_some_and(|key| !NOTE.contains(&key))
        };
        let is_there = self.has(key) || key.is_empty() && self.table.is_some();
        is_there && !self.errors.borrow().iter().any(spoils)
    }

    /// Reports every key that is not in `known`.
    pub(super) fn only(&self, known: &[&str]) {
        for key in self.keys().filter(|key| !known.contains(key)) {
            let known = known.iter().map(|&key| key.to_owned()).collect();
            self.report_at(key, self.span_of_key(key), FigureProblem::UnknownKey(known));
        }
    }

    fn span_of_key(&self, key: &str) -> Span {
        let (key, item) = self.table?.get_key_value(key)?;
        key.span().or(item.span())
    }

    /// The keys, in the order of the file.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let tables = self.table.into_iter();
        tables.flat_map(|table| table.iter().map(|(key, _)| key))
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Whether an unknown key, already reported, stands where `key` should.
    pub(super) fn misnamed(&self, key: &str) -> bool {
        self.misnomer(key).is_some()
    }

    /// The unknown key, already reported, that stands where `key` should: of the known keys, `key` is nearest to it; or
    /// it is near none, in a figure, and so another unit.
    fn misnomer(&self, key: &str) -> Option<(&'a Key, &'a Item)> {
        let stands_for_it = |error: &FigureError| {
            let FigureProblem::UnknownKey(known) = &error.problem else {
                return None;
            };
            let (path, wrong) = error.path.rsplit_once('.')?;
            let known = || known.iter().map(String::as_str);
            let meant = match nearest(wrong, known()) {
                Some(near) => near == key,
                None => known().any(|known| known == NOTE[0]) && !NOTE.contains(&key),
            };
            let here = self.table.filter(|_| meant && path == self.path)?;
            here.get_key_value(wrong)
        };
        self.errors.borrow().iter().find_map(stands_for_it)
    }

    fn item(&self, key: &str) -> Option<&'a Item> {
        let item = self.table?.get(key);
        let is_beside = || self.misspelt.is_some_and(|table| table.contains_key(key));
        if item.is_none() && !is_beside() && !self.misnamed(key) {
            self.report_at(key, self.span.clone(), FigureProblem::Missing);
        }
        item
    }

    /// The table under `key`.
    pub(super) fn section(&self, key: &str) -> Section<'a> {
        let path = self.path_of(key);
        match self.item(key) {
            Some(item) => Section {
                misspelt: self.misnomer(key).and_then(|(_, item)| item.as_table_like()),
                ..Section::new(item, path, (self.year, self.future), self.errors)
            },
            None => Section {
                table: None,
                path,
                ..self.clone()
            },
        }
    }

    /// The text under `key`.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        let text = self.item(key)?.as_str();
        if text.is_none() {
            self.report(key, FigureProblem::Expected("a text"));
        }
        text
    }

    /// The note of this section as a figure, after checking its keys: `columns` beside provenance and source.
    fn note(&self, columns: &[&str], notes: &mut Vec<FigureNote>) {
        self.only(&[columns, &NOTE].concat());
        let (provenance, source) = (self.provenance(), self.text("source"));
        if let (Some(provenance), Some(source)) = (provenance, source) {
            notes.push(FigureNote {
                path: self.path.clone(),
                provenance,
                source: source.to_owned(),
            });
        }
    }

    fn provenance(&self) -> Option<Provenance> {
        let year = f64::from(self.year);
        let assumed = self
            .has("assumed")
            .then(|| self.numbers("assumed", ANY))
            .flatten();
        let known = Provenance::from_name(self.text("provenance")?);
        if known.is_none() {
            let expected =
                FigureProblem::Expected("`official`, `national`, `calibrated`, `placeholder` or `proposal`");
            self.report("provenance", expected);
        }
        if assumed.is_some_and(|years| years.iter().any(|&(assumed, _)| assumed == year)) {
            return Some(Provenance::Placeholder);
        }
        known
    }

    fn number(&self, key: &str, value: Option<&Value>, span: Span) -> Option<f64> {
        let number = value.and_then(|value| {
            let whole = || value.as_integer().map(|whole| whole as f64);
            value.as_float().or_else(whole).filter(|n| n.is_finite())
        });
        if number.is_none() {
            self.report_at(key, span, FigureProblem::Expected("a number"));
        }
        number
    }

    fn numbers(&self, key: &str, range: (f64, f64)) -> Option<Vec<(f64, Span)>> {
        let Some(array) = self.item(key)?.as_array() else {
            self.report(key, FigureProblem::Expected("a list of numbers"));
            return None;
        };
        let numbers = array.iter().filter_map(|value| {
            let number = self.number(key, Some(value), value.span())?;
            let fits = self.within(key, number, value.span(), range);
            fits.then(|| (number, value.span()))
        });
        let numbers: Vec<(f64, Span)> = numbers.collect();
        (numbers.len() == array.len()).then_some(numbers)
    }

    fn within(&self, key: &str, value: f64, span: Span, (least, most): (f64, f64)) -> bool {
        let fits = (least..=most).contains(&value);
        if !fits {
            self.report_at(key, span, FigureProblem::OutOfRange { value, least, most });
        }
        fits
    }

    /// The figure `key` in `unit` for the section's year, which lies in `range`.
    pub(super) fn figure(
        &self,
        key: &str,
        unit: &str,
        range: (f64, f64),
        notes: &mut Vec<FigureNote>,
    ) -> f64 {
        let figure = self.section(key);
        figure.note(&[unit], notes);
        match figure.of_year(unit) {
            Some((value, span)) if self.within(key, value, span.clone(), range) => value,
            _ => 0.0,
        }
    }

    /// The value under `unit` of this section as a figure: the same for all years, out of a table by year, or grown from
    /// the last year there.
    fn of_year(&self, unit: &str) -> Option<(f64, Span)> {
        let item = self.item(unit)?;
        if !item.is_table_like() {
            let value = self.number(unit, item.as_value(), item.span())?;
            let grown = self
                .future
                .and_then(|future| future.grown(&self.path, value, future.outlook.last_year, self.year));
            return Some((grown.map_or(value, |grown| grown.value), item.span()));
        }
        let (by_year, year) = (self.section(unit), self.year.to_string());
        let is_year = |key: &&str| key.parse::<i32>().is_ok();
        let wrong: Vec<&str> = by_year.keys().filter(|key| !is_year(key)).collect();
        for key in &wrong {
            by_year.report_at(key, by_year.span_of_key(key), FigureProblem::Expected("a year"));
        }
        let table = by_year.table?;
        if let Some(item) = table.get(&year) {
            let value = self.number(unit, item.as_value(), item.span())?;
            return Some((value, item.span()));
        }
        let ahead = self.future.filter(|future| future.is_ahead(self.year));
        let years = by_year.keys().filter_map(|key| key.parse().ok());
        let since = years.filter(|&since: &i32| since < self.year).max();
        if let (Some(future), Some(since)) = (ahead, since) {
            let item = table.get(&since.to_string())?;
            let value = self.number(unit, item.as_value(), item.span())?;
            let grown = future.grown(&self.path, value, since, self.year);
            if grown.is_none() {
                self.report_at("", by_year.span, FigureProblem::NoAssumption(self.year));
            }
            return Some((grown?.value, item.span()));
        }
        if nearest(&year, wrong).is_none() {
            self.report_at("", by_year.span, FigureProblem::NoYear(self.year));
        }
        None
    }

    /// The share `key` (unit `rate`), from 0 to 1.
    pub(super) fn rate(&self, key: &str, notes: &mut Vec<FigureNote>) -> f64 {
        self.figure(key, "rate", SHARE, notes)
    }

    /// The age table `key` with values in `column`, which lie in `range`.
    pub(super) fn ages(
        &self,
        key: &str,
        column: &str,
        range: (f64, f64),
        notes: &mut Vec<FigureNote>,
    ) -> AgeTable {
        let [table] = self.age_columns(key, [column], range, notes);
        table
    }

    /// The age table `key` with several columns.
    pub(super) fn age_columns<const N: usize>(
        &self,
        key: &str,
        columns: [&str; N],
        range: (f64, f64),
        notes: &mut Vec<FigureNote>,
    ) -> [AgeTable; N] {
        let figure = self.section(key);
        let lines = figure.has("age");
        let ages_key = if lines { "age" } else { "age_from" };
        figure.note(&[&columns[..], &[ages_key]].concat(), notes);
        let ages = figure.age_list(ages_key);
        columns.map(
            |column| match (&ages, figure.column(column, ages.as_deref(), range)) {
                (Some(ages), Some(values)) if lines => AgeTable::lines(ages, &values),
                (Some(ages), Some(values)) => AgeTable::steps(ages, &values),
                _ => AgeTable::steps(&[], &[]),
            },
        )
    }

    /// The bands of the age structure `key`: first and last age, and the values of `columns`.
    pub(super) fn age_bands<const N: usize>(
        &self,
        key: &str,
        columns: [&str; N],
        notes: &mut Vec<FigureNote>,
    ) -> Vec<(usize, usize, [f64; N])> {
        let figure = self.section(key);
        figure.note(&[&columns[..], &["age_from", "age_to"]].concat(), notes);
        let from = figure.age_list("age_from");
        let to = figure.last_age(from.as_deref());
        let values = columns.map(|column| figure.column(column, from.as_deref(), NOT_NEGATIVE));
        let values: Option<Vec<Vec<f64>>> = values.into_iter().collect();
        let (Some(from), Some(to), Some(values)) = (from, to, values) else {
            return Vec::new();
        };
        let last = |band: usize| from.get(band + 1).map_or(to, |next| next - 1);
        (0..from.len())
            .map(|band| (from[band], last(band), std::array::from_fn(|c| values[c][band])))
            .collect()
    }

    fn age_list(&self, key: &str) -> Option<Vec<usize>> {
        let ages = self.numbers(key, ANY)?;
        let mut least = 0.0;
        let wrong = ages.iter().find(|(age, _)| {
            let fits = (least..=OLDEST as f64).contains(age) && age.fract() == 0.0;
            least = age + 1.0;
            !fits
        });
        if wrong.is_some() || ages.is_empty() {
            let span = wrong.map_or_else(|| self.span_of(key), |(_, span)| span.clone());
            self.report_at(key, span, FigureProblem::AgesNotAscending);
            return None;
        }
        Some(ages.into_iter().map(|(age, _)| age as usize).collect())
    }

    fn last_age(&self, from: Option<&[usize]>) -> Option<usize> {
        let item = self.item("age_to")?;
        let to = self.number("age_to", item.as_value(), item.span())? as usize;
        let least = from.and_then(|from| from.last().copied()).unwrap_or(0);
        if !(least..=OLDEST).contains(&to) {
            self.report("age_to", FigureProblem::AgesNotAscending);
            return None;
        }
        Some(to)
    }

    /// The column `key`, one value for each of `ages` if these are known.
    fn column(&self, key: &str, ages: Option<&[usize]>, range: (f64, f64)) -> Option<Vec<f64>> {
        let values = self.numbers(key, range);
        let len = self.table?.get(key)?.as_array()?.len();
        if ages.is_some_and(|ages| ages.len() != len) {
            self.report(key, FigureProblem::UnevenColumns);
            return None;
        }
        Some(values?.into_iter().map(|(value, _)| value).collect())
    }

    /// The `table` of figure `key` by name, with `known` names if there are any.
    fn by_name(&self, key: &str, known: &[&str], notes: &mut Vec<FigureNote>) -> Section<'a> {
        let figure = self.section(key);
        figure.note(&["table"], notes);
        let table = figure.section("table");
        if !known.is_empty() {
            table.only(known);
        }
        table
    }

    fn value(&self, key: &str, range: (f64, f64)) -> Option<f64> {
        let item = self.item(key)?;
        let value = self.number(key, item.as_value(), item.span())?;
        self.within(key, value, item.span(), range).then_some(value)
    }

    /// The `table` of figure `key` with a value in `range` for each of `names`.
    pub(super) fn each<const N: usize>(
        &self,
        key: &str,
        names: [&str; N],
        range: (f64, f64),
        notes: &mut Vec<FigureNote>,
    ) -> [f64; N] {
        let table = self.by_name(key, &names, notes);
        names.map(|name| table.value(name, range).unwrap_or_default())
    }

    /// The shares of figure `key` by name: with `known` names if there are any, none negative. They sum to 1.
    pub(super) fn shares(
        &self,
        key: &str,
        known: &[&str],
        notes: &mut Vec<FigureNote>,
    ) -> BTreeMap<&'a str, f64> {
        let table = self.by_name(key, known, notes);
        let names = table
            .keys()
            .filter(|name| known.is_empty() || known.contains(name));
        let shares: BTreeMap<&str, f64> = names
            .filter_map(|name| Some((name, table.value(name, NOT_NEGATIVE)?)))
            .collect();
        if table.sound("") {
            self.sums_to_one(key, &table.span, shares.values());
        }
        shares
    }

    /// The shares of figure `key` in the order of `names`; what is not listed has none. They sum to 1.
    pub(super) fn mix(&self, key: &str, names: &[&str], notes: &mut Vec<FigureNote>) -> Vec<f64> {
        let shares = self.shares(key, names, notes);
        let share = |name| shares.get(name).copied().unwrap_or(0.0);
        names.iter().map(share).collect()
    }

    /// Reports shares that do not sum to 1.
    pub(super) fn sums_to_one<'v>(&self, key: &str, span: &Span, shares: impl Iterator<Item = &'v f64>) {
        // Written decimals do not add up exactly in binary.
        const SLACK: f64 = 1e-9;
        let sum: f64 = shares.sum();
        if (sum - 1.0).abs() > SLACK {
            self.report_at(key, span.clone(), FigureProblem::SumNotOne(sum));
        }
    }
}
