//! Reading figures from a scenario: one unit, one value or one a year, a provenance and a source.

use super::table::{AgeTable, OLDEST};
use crate::benefit::tariff::{FigureNote, Provenance};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use toml_edit::{Item, TableLike};

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
            FigureProblem::OutOfRange { value, least, most } => {
                write!(f, "is {value}, outside {least} to {most}")
            }
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

type Result<T> = std::result::Result<T, FigureError>;

/// A table of the scenario with its path, read for one year.
pub(super) struct Section<'a> {
    table: &'a dyn TableLike,
    path: String,
    year: i32,
}

impl<'a> Section<'a> {
    /// The section `path`, read for `year`.
    pub(super) fn new(table: &'a dyn TableLike, path: &str, year: i32) -> Section<'a> {
        Section {
            table,
            path: path.to_owned(),
            year,
        }
    }

    /// The year for which it is read.
    pub(super) fn year(&self) -> i32 {
        self.year
    }

    /// The same section read for another year.
    pub(super) fn for_year(&self, year: i32) -> Section<'a> {
        Section {
            table: self.table,
            path: self.path.clone(),
            year,
        }
    }

    /// An error about `key`, or about the section itself if `key` is empty.
    pub(super) fn error(&self, key: &str, problem: FigureProblem) -> FigureError {
        let path = if key.is_empty() {
            self.path.clone()
        } else {
            format!("{}.{key}", self.path)
        };
        let span = self.table.get(key).and_then(Item::span);
        FigureError { path, problem, span }
    }

    /// Refuses every key that is not in `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<()> {
        match self.keys().find(|key| !known.contains(key)) {
            None => Ok(()),
            Some(key) => {
                let known = known.iter().map(|&key| key.to_owned()).collect();
                Err(self.error(key, FigureProblem::UnknownKey(known)))
            }
        }
    }

    /// The keys, in the order of the file.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.iter().map(|(key, _)| key)
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn item(&self, key: &str) -> Result<&'a Item> {
        self.table
            .get(key)
            .ok_or_else(|| self.error(key, FigureProblem::Missing))
    }

    /// The table under `key`.
    pub(super) fn section(&self, key: &str) -> Result<Section<'a>> {
        let table = self.item(key)?.as_table_like();
        let table = table.ok_or_else(|| self.error(key, FigureProblem::Expected("a table")))?;
        Ok(Section {
            table,
            path: format!("{}.{key}", self.path),
            year: self.year,
        })
    }

    /// The text under `key`.
    pub(super) fn text(&self, key: &str) -> Result<&'a str> {
        self.item(key)?
            .as_str()
            .ok_or_else(|| self.error(key, FigureProblem::Expected("a text")))
    }

    /// The note of this section as a figure, after checking its keys: `columns` beside provenance and source.
    fn note(&self, columns: &[&str], notes: &mut Vec<FigureNote>) -> Result<()> {
        let known: Vec<&str> = columns
            .iter()
            .copied()
            .chain(["provenance", "source", "assumed"])
            .collect();
        self.only(&known)?;
        let expected = FigureProblem::Expected("`official`, `national` or `placeholder`");
        let known = Provenance::from_name(self.text("provenance")?);
        let mut provenance = known.ok_or_else(|| self.error("provenance", expected))?;
        if self.has("assumed") && self.numbers("assumed")?.contains(&f64::from(self.year)) {
            provenance = Provenance::Placeholder;
        }
        let source = self.text("source")?.to_owned();
        notes.push(FigureNote {
            path: self.path.clone(),
            provenance,
            source,
        });
        Ok(())
    }

    fn number(&self, key: &str, item: &Item) -> Result<f64> {
        let number = item
            .as_float()
            .or_else(|| item.as_integer().map(|whole| whole as f64));
        number
            .filter(|n| n.is_finite())
            .ok_or_else(|| self.error(key, FigureProblem::Expected("a number")))
    }

    fn numbers(&self, key: &str) -> Result<Vec<f64>> {
        let array = self.item(key)?.as_array();
        let array = array.ok_or_else(|| self.error(key, FigureProblem::Expected("a list of numbers")))?;
        array
            .iter()
            .map(|value| self.number(key, &Item::Value(value.clone())))
            .collect()
    }

    fn within(&self, key: &str, value: f64, range: (f64, f64)) -> Result<f64> {
        let (least, most) = range;
        if (least..=most).contains(&value) {
            return Ok(value);
        }
        Err(self.error(key, FigureProblem::OutOfRange { value, least, most }))
    }

    /// The figure `key` in `unit` for the section's year, which lies in `range`.
    pub(super) fn figure(
        &self,
        key: &str,
        unit: &str,
        range: (f64, f64),
        notes: &mut Vec<FigureNote>,
    ) -> Result<f64> {
        let figure = self.section(key)?;
        figure.note(&[unit], notes)?;
        let item = figure.item(unit)?;
        let value = match item.as_table_like() {
            None => figure.number(unit, item)?,
            Some(years) => {
                let of_year = years.get(&self.year.to_string());
                let of_year = of_year.ok_or_else(|| self.error(key, FigureProblem::NoYear(self.year)))?;
                figure.number(unit, of_year)?
            }
        };
        self.within(key, value, range)
    }

    /// The share `key` (unit `rate`), from 0 to 1.
    pub(super) fn rate(&self, key: &str, notes: &mut Vec<FigureNote>) -> Result<f64> {
        self.figure(key, "rate", (0.0, 1.0), notes)
    }

    /// The age table `key` with values in `column`.
    pub(super) fn ages(&self, key: &str, column: &str, notes: &mut Vec<FigureNote>) -> Result<AgeTable> {
        let [table] = self.age_columns(key, [column], notes)?;
        Ok(table)
    }

    /// The age table `key` with several columns.
    pub(super) fn age_columns<const N: usize>(
        &self,
        key: &str,
        columns: [&str; N],
        notes: &mut Vec<FigureNote>,
    ) -> Result<[AgeTable; N]> {
        let figure = self.section(key)?;
        let lines = figure.has("age");
        let ages_key = if lines { "age" } else { "age_from" };
        let known: Vec<&str> = columns.iter().copied().chain([ages_key]).collect();
        figure.note(&known, notes)?;
        let ages = figure.age_list(ages_key)?;
        let mut tables = columns.map(|_| AgeTable::steps(&[], &[]));
        for (table, column) in tables.iter_mut().zip(columns) {
            let values = figure.column(column, ages.len())?;
            *table = if lines {
                AgeTable::lines(&ages, &values)
            } else {
                AgeTable::steps(&ages, &values)
            };
        }
        Ok(tables)
    }

    /// The bands of the age structure `key`: first and last age, and the values of `columns`.
    pub(super) fn age_bands<const N: usize>(
        &self,
        key: &str,
        columns: [&str; N],
        notes: &mut Vec<FigureNote>,
    ) -> Result<Vec<(usize, usize, [f64; N])>> {
        let figure = self.section(key)?;
        let known: Vec<&str> = columns.iter().copied().chain(["age_from", "age_to"]).collect();
        figure.note(&known, notes)?;
        let from = figure.age_list("age_from")?;
        let to = figure.number("age_to", figure.item("age_to")?)? as usize;
        if from.last().is_none_or(|&last| to < last) || to > OLDEST {
            return Err(figure.error("age_to", FigureProblem::AgesNotAscending));
        }
        let mut values = Vec::with_capacity(N);
        for column in columns {
            values.push(figure.column(column, from.len())?);
        }
        let last = |band: usize| from.get(band + 1).map_or(to, |next| next - 1);
        Ok((0..from.len())
            .map(|band| (from[band], last(band), std::array::from_fn(|c| values[c][band])))
            .collect())
    }

    fn age_list(&self, key: &str) -> Result<Vec<usize>> {
        let ages = self.numbers(key)?;
        let ascending = ages.windows(2).all(|pair| pair[0] < pair[1]);
        let whole = ages
            .iter()
            .all(|age| (0.0..=OLDEST as f64).contains(age) && age.fract() == 0.0);
        if ages.is_empty() || !ascending || !whole {
            return Err(self.error(key, FigureProblem::AgesNotAscending));
        }
        Ok(ages.into_iter().map(|age| age as usize).collect())
    }

    fn column(&self, key: &str, len: usize) -> Result<Vec<f64>> {
        let values = self.numbers(key)?;
        if values.len() != len {
            return Err(self.error(key, FigureProblem::UnevenColumns));
        }
        for &value in &values {
            self.within(key, value, (0.0, f64::MAX))?;
        }
        Ok(values)
    }

    /// The `table` of figure `key` by name: each name known, none negative.
    pub(super) fn by_name(
        &self,
        key: &str,
        known: &[&str],
        notes: &mut Vec<FigureNote>,
    ) -> Result<BTreeMap<&'a str, f64>> {
        let figure = self.section(key)?;
        figure.note(&["table"], notes)?;
        let table = figure.section("table")?;
        if !known.is_empty() {
            table.only(known)?;
        }
        let mut values = BTreeMap::new();
        for (name, item) in table.table.iter() {
            values.insert(
                name,
                table.within(name, table.number(name, item)?, (0.0, f64::MAX))?,
            );
        }
        Ok(values)
    }

    /// The shares of figure `key` in the order of `names`; what is not listed has none. They sum to 1.
    pub(super) fn mix(&self, key: &str, names: &[&str], notes: &mut Vec<FigureNote>) -> Result<Vec<f64>> {
        let values = self.by_name(key, names, notes)?;
        self.sums_to_one(key, values.values())?;
        Ok(names
            .iter()
            .map(|name| values.get(name).copied().unwrap_or(0.0))
            .collect())
    }

    /// Refuses shares that do not sum to 1.
    pub(super) fn sums_to_one<'v>(&self, key: &str, shares: impl Iterator<Item = &'v f64>) -> Result<()> {
        // Written decimals do not add up exactly in binary.
        const SLACK: f64 = 1e-9;
        let sum: f64 = shares.sum();
        if (sum - 1.0).abs() > SLACK {
            return Err(self.error(key, FigureProblem::SumNotOne(sum)));
        }
        Ok(())
    }
}
