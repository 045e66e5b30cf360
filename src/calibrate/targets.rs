//! The table that a calibration starts from: what was published, and which keys are to answer for it.
//!
//! A TOML file of three kinds of tables:
//!
//! ```
//! let text = r#"
//! [target.admissions_per_100]           # named after a metric
//! values = { 2018 = 15.2, 2019 = 16.6 } # as published, by year
//! tolerance = 0.005                     # how far off, in proportion, still counts as matched
//! adjust = ["utilisation.stays.per_head"] # keys that are multiplied until it matches; none: it is only compared
//! source = "national bulletin"
//!
//! [reference.employee_admissions]       # a longer series of the same kind, for how far years lie from a trend
//! values = { 2012 = 13.2, 2013 = 14.2, 2014 = 15.1 }
//! group = "frequency"
//! source = "national statistics of the employee scheme"
//!
//! [trend.frequency]                     # becomes `projection.assume.frequency`
//! keys = ["utilisation.stays.per_head"]
//! rule = "log-linear"                   # or "hold": the last value goes on; or in its place follows = "OTHER_TREND"
//! group = "frequency"                   # series whose deviations are taken together
//! then = 0                              # assumed growth from the sixth year on; left out: the trend goes on
//! "#;
//! let targets = yibao::calibrate::Targets::parse("targets.toml", text)?;
//! assert_eq!(targets.series[0].values[&2019], 16.6);
//! assert_eq!(targets.trends[0].keys, ["utilisation.stays.per_head"]);
//! # Ok::<(), yibao::calibrate::TargetsError>(())
//! ```

use crate::calibrate::measure::Metric;
use crate::nearest::nearest;
use crate::scenario::{Diagnostic, Source};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use toml_edit::{Document, Item, TableLike};

/// A table of targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// What was published, in the order of the file.
    pub series: Vec<Series>,
    /// Series that only tell how far years lie from a trend.
    pub references: Vec<Reference>,
    /// How keys go on after the last year.
    pub trends: Vec<Trend>,
}

/// What was published of one metric (`target.METRIC`).
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric that was published.
    pub metric: Metric,
    /// The published values by year, in the unit of the metric.
    pub values: BTreeMap<i32, f64>,
    /// How far off, in proportion, still counts as matched.
    pub tolerance: f64,
    /// Patterns of the keys that are multiplied by one factor a year until it matches; none if it is only compared.
    pub adjust: Vec<String>,
    /// Where it comes from.
    pub source: String,
}

/// Series whose deviations from their trends are taken together.
pub type Group = String;

/// A series of the same kind as some keys (`reference.NAME`).
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The name in the table of targets.
    pub name: String,
    /// Its values by year, in any unit: only deviations from the trend count.
    pub values: BTreeMap<i32, f64>,
    /// The group to whose deviations it adds.
    pub group: Group,
    /// Where it comes from.
    pub source: String,
}

/// How some keys go on after the last year (`trend.NAME`).
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Its name, which the assumption will have.
    pub name: String,
    /// Patterns of the keys; the trend is that of the first key that is one.
    pub keys: Vec<String>,
    /// What the keys do after the last year.
    pub rule: Rule,
    /// The first year that counts; `None` for all that there are.
    pub from: Option<i32>,
    /// The growth that is assumed once the trend has gone on for [`Trend::YEARS`] years.
    pub then: Option<f64>,
}

impl Trend {
    /// How many years a trend of few years is taken to go on, if something else is assumed for later.
    pub const YEARS: i32 = 5;
}

/// How a trend is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// By a straight line through the logarithms of the values, with the deviations of a group.
    LogLinear(Group),
    /// The last value goes on.
    Hold,
    /// As another trend of the table does, uncertainty included.
    Follows(String),
}

/// What is wrong with a table of targets: everything, in the order in which it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetsError {
    /// At least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for TargetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.diagnostics.iter().map(Diagnostic::to_string).collect();
        f.write_str(&texts.join("\n\n"))
    }
}

impl std::error::Error for TargetsError {}

/// The names of the kinds of tables.
const KINDS: [&str; 3] = ["target", "reference", "trend"];

impl Targets {
    /// Reads a file.
    ///
    /// # Errors
    /// That it cannot be read, or everything that is wrong in it.
    pub fn read(path: &Path) -> Result<Targets, TargetsError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Targets::parse(&name, &text),
            Err(error) => {
                let source = Source {
                    name,
                    ..Source::default()
                };
                let message = format!("the targets cannot be read: {error}");
                let diagnostics = vec![source.diagnostic(None, "", message)];
                Err(TargetsError { diagnostics })
            }
        }
    }

    /// Reads a text; `name` is for messages.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn parse(name: &str, text: &str) -> Result<Targets, TargetsError> {
        let source = Source {
            name: name.to_string(),
            text: text.to_string(),
        };
        let document = Document::parse(text).map_err(|error| {
            let message = format!("this is not TOML: {}", error.message());
            let diagnostics = vec![source.diagnostic(error.span(), "", message)];
            TargetsError { diagnostics }
        })?;
        let mut reader = Reader {
            source: &source,
            diagnostics: Vec::new(),
        };
        reader.only(document.as_table(), "", &KINDS);
        let targets = Targets {
            series: reader.tables(document.as_table(), "target", Reader::series),
            references: reader.tables(document.as_table(), "reference", Reader::reference),
            trends: reader.tables(document.as_table(), "trend", Reader::trend),
        };
        match reader.diagnostics.is_empty() {
            true => Ok(targets),
            false => Err(TargetsError {
                diagnostics: reader.diagnostics,
            }),
        }
    }

    /// The series of a metric.
    pub fn of(&self, metric: Metric) -> Option<&Series> {
        self.series.iter().find(|series| series.metric == metric)
    }

    /// The same table without anything of the years after `last`.
    pub fn to(&self, last: i32) -> Targets {
        let mut targets = self.clone();
        let known = |values: &mut BTreeMap<i32, f64>| values.retain(|&year, _| year <= last);
        targets
            .series
            .iter_mut()
            .for_each(|series| known(&mut series.values));
        targets
            .references
            .iter_mut()
            .for_each(|series| known(&mut series.values));
        targets
    }
}

/// Reads tables and keeps what is wrong with them.
struct Reader<'a> {
    source: &'a Source,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn complain(&mut self, item: Option<&Item>, key: &str, message: impl Into<String>, hint: Option<String>) {
        let span = item.and_then(Item::span);
        let diagnostic = self.source.diagnostic(span, key, message.into());
        self.diagnostics.push(diagnostic.with_hint(hint));
    }

    fn only(&mut self, table: &dyn TableLike, path: &str, known: &[&str]) {
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let near = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| format!("the keys here are `{}`", known.join("`, `")));
            self.complain(Some(item), &join(path, key), "unknown key", Some(hint));
        }
    }

    /// What every table of a kind comes to.
    fn tables<T>(
        &mut self,
        root: &dyn TableLike,
        kind: &str,
        read: fn(&mut Self, &str, &str, &dyn TableLike) -> Option<T>,
    ) -> Vec<T> {
        let Some(tables) = root.get(kind).and_then(Item::as_table_like) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, item) in tables.iter() {
            let path = join(kind, name);
            match item.as_table_like() {
                Some(table) => all.extend(read(self, name, &path, table)),
                None => self.complain(Some(item), &path, "is not a table", None),
            }
        }
        all
    }

    fn series(&mut self, name: &str, path: &str, table: &dyn TableLike) -> Option<Series> {
        self.only(table, path, &["values", "tolerance", "adjust", "source"]);
        let metric = Metric::from_name(name);
        if metric.is_none() {
            let names = Metric::ALL.map(Metric::name);
            let near = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| format!("they are {}", names.join(", ")));
            self.complain(None, path, format!("there is no metric `{name}`"), Some(hint));
        }
        let (values, source) = (self.values(table, path), self.text(table, path, "source"));
        let tolerance = self.number(table.get("tolerance"), &join(path, "tolerance"));
        let adjust = match table.get("adjust") {
            Some(_) => self.texts(table, path, "adjust")?,
            None => Vec::new(),
        };
        Some(Series {
            metric: metric?,
            values: values?,
            tolerance: tolerance?,
            adjust,
            source: source?,
        })
    }

    fn reference(&mut self, name: &str, path: &str, table: &dyn TableLike) -> Option<Reference> {
        self.only(table, path, &["values", "group", "source"]);
        let (values, source) = (self.values(table, path), self.text(table, path, "source"));
        let group = self.text(table, path, "group");
        Some(Reference {
            name: name.to_string(),
            values: values?,
            group: group?,
            source: source?,
        })
    }

    fn trend(&mut self, name: &str, path: &str, table: &dyn TableLike) -> Option<Trend> {
        self.only(table, path, &["keys", "rule", "group", "from", "then", "follows"]);
        let keys = self.texts(table, path, "keys");
        let rule = match table.contains_key("follows") {
            true => Rule::Follows(self.text(table, path, "follows")?),
            false => self.rule(table, path)?,
        };
        let from = match table.get("from") {
            Some(item) => Some(self.number(Some(item), &join(path, "from"))? as i32),
            None => None,
        };
        let then = table
            .get("then")
            .map(|item| self.any_number(item, &join(path, "then")));
        Some(Trend {
            name: name.to_string(),
            keys: keys?,
            rule,
            from,
            then: match then {
                Some(number) => Some(number?),
                None => None,
            },
        })
    }

    fn rule(&mut self, table: &dyn TableLike, path: &str) -> Option<Rule> {
        match self.text(table, path, "rule")?.as_str() {
            "hold" => Some(Rule::Hold),
            "log-linear" => Some(Rule::LogLinear(self.text(table, path, "group")?)),
            _ => {
                let message = "is not `log-linear` or `hold`";
                self.complain(table.get("rule"), &join(path, "rule"), message, None);
                None
            }
        }
    }

    /// Positive numbers by year.
    fn values(&mut self, table: &dyn TableLike, path: &str) -> Option<BTreeMap<i32, f64>> {
        let path = join(path, "values");
        let item = table.get("values");
        let Some(by_year) = item.and_then(Item::as_table_like) else {
            let message = "is not a table of numbers by year, such as { 2019 = 16.6, 2020 = 15.1 }";
            self.complain(item, &path, message, None);
            return None;
        };
        let mut values = BTreeMap::new();
        for (key, item) in by_year.iter() {
            match key.parse::<i32>() {
                Ok(year) => {
                    values.insert(year, self.number(Some(item), &path)?);
                }
                Err(_) => self.complain(Some(item), &path, format!("`{key}` is not a year"), None),
            }
        }
        Some(values)
    }

    /// A number above zero.
    fn number(&mut self, item: Option<&Item>, path: &str) -> Option<f64> {
        let number = item.and_then(number_of).filter(|number| *number > 0.0);
        if number.is_none() {
            self.complain(item, path, "is not a number above zero", None);
        }
        number
    }

    fn any_number(&mut self, item: &Item, path: &str) -> Option<f64> {
        let number = number_of(item);
        if number.is_none() {
            self.complain(Some(item), path, "is not a number", None);
        }
        number
    }

    fn text(&mut self, table: &dyn TableLike, path: &str, key: &str) -> Option<String> {
        let text = table.get(key).and_then(Item::as_str);
        if text.is_none() {
            self.complain(table.get(key), &join(path, key), "is not a text in quotes", None);
        }
        text.map(str::to_string)
    }

    fn texts(&mut self, table: &dyn TableLike, path: &str, key: &str) -> Option<Vec<String>> {
        let array = table.get(key).and_then(Item::as_array);
        let texts = array.map(|array| array.iter().map(|value| value.as_str().map(str::to_string)));
        let texts = texts.and_then(Iterator::collect);
        if texts.is_none() {
            let message = "is not a list of texts, such as [\"utilisation.stays.per_head\"]";
            self.complain(table.get(key), &join(path, key), message, None);
        }
        texts
    }
}

fn number_of(item: &Item) -> Option<f64> {
    let value = item.as_value()?;
    let whole = || value.as_integer().map(|whole| whole as f64);
    value
        .as_float()
        .or_else(whole)
        .filter(|number| number.is_finite())
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_string(),
        path => format!("{path}.{key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = "[target.admission_per_100]\nvalues = { 2019 = 1 }\ntolerance = 0.1\nsource = \"s\"\n\
                    [target.income]\nvalues = { 2019 = -1 }\ntolerance = 0.1\nsourec = \"s\"\n\
                    [trend.x]\nkeys = \"a\"\nrule = \"log-linear\"\n";
        let error = Targets::parse("t.toml", text).unwrap_err().to_string();
        for part in [
            "did you mean `admissions_per_100`?",
            "`target.income.values`: is not a number above zero",
            "did you mean `source`?",
            "`target.income.source`: is not a text",
            "`trend.x.keys`: is not a list of texts",
            "`trend.x.group`: is not a text",
            "--> t.toml:6:",
        ] {
            assert!(error.contains(part), "{part} is not in:\n{error}");
        }
    }
}
