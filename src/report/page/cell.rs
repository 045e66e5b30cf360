//! What stands in a table: a typed value, and how many people are behind it.

use crate::money::{Fen, Rate};

/// A group of fewer people than this is not published (小单元格保护), where the data are about real people.
pub const FEWEST_PEOPLE: u64 = 10;

/// A value, not yet text: each rendering writes it in its own way.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A calendar year, which has no thousands separator.
    Year(i32),
    /// A number of people, claims or other things that are counted.
    Count(i64),
    /// An exact amount: yuan with two decimals.
    Yuan(Fen),
    /// An amount in whole yuan, such as a mean.
    WholeYuan(Fen),
    /// A figure of the rules, exact: 70 %.
    Rate(Rate),
    /// A share that was reckoned, 1 being all: shown in per cent with one decimal.
    Share(f64),
    /// A number with so many decimals.
    Number {
        /// The number.
        value: f64,
        /// How many decimals are shown.
        decimals: u8,
    },
    /// There is no such thing here: shown as a dash.
    Nothing,
    /// There is such a thing, and it is not known.
    Unknown,
    /// Known and kept back, because there are fewer than [`FEWEST_PEOPLE`] behind it, or because it would give away one
    /// that is.
    Suppressed,
}

impl Value {
    /// The value as a float, for charts and for sorting: yuan, millionths undone. `None` for what is no number.
    pub(crate) fn to_f64(&self) -> Option<f64> {
        match *self {
            Value::Year(year) => Some(f64::from(year)),
            Value::Count(count) => Some(count as f64),
            Value::Yuan(amount) | Value::WholeYuan(amount) => Some(amount.to_yuan_lossy()),
            Value::Rate(rate) => Some(f64::from(rate.ppm()) / 1e6),
            Value::Share(value) | Value::Number { value, .. } => {
                Some(value).filter(|value| value.is_finite())
            }
            Value::Text(_) | Value::Nothing | Value::Unknown | Value::Suppressed => None,
        }
    }

    /// Whether this is a figure that can be kept back: words and dashes say nothing about people.
    fn is_figure(&self) -> bool {
        !matches!(
            self,
            Value::Text(_) | Value::Year(_) | Value::Nothing | Value::Unknown
        )
    }
}

/// A value and the people behind it.
///
/// The people belong to the cell, and not to a rendering, so that none can forget them: a report of real people keeps
/// small cells back as soon as it is given them, see [`crate::report::page::Report`].
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    value: Value,
    people: Option<u64>,
}

impl From<Value> for Cell {
    fn from(value: Value) -> Cell {
        Cell { value, people: None }
    }
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Cell {
        Value::Text(text.into()).into()
    }

    /// A calendar year.
    pub fn year(year: i32) -> Cell {
        Value::Year(year).into()
    }

    /// A number of things that are not people, such as claims.
    pub fn count(count: i64) -> Cell {
        Value::Count(count).into()
    }

    /// A number of people: they are behind their own number.
    pub fn people(count: u64) -> Cell {
        Cell {
            value: Value::Count(i64::try_from(count).unwrap_or(i64::MAX)),
            people: Some(count),
        }
    }

    /// An exact amount.
    pub fn yuan(amount: Fen) -> Cell {
        Value::Yuan(amount).into()
    }

    /// An amount in whole yuan.
    pub fn whole_yuan(amount: Fen) -> Cell {
        Value::WholeYuan(amount).into()
    }

    /// A figure of the rules.
    pub fn rate(rate: Rate) -> Cell {
        Value::Rate(rate).into()
    }

    /// `part` of `whole`; nothing for a share of nothing.
    pub fn share(part: i64, whole: i64) -> Cell {
        match whole {
            0 => Cell::nothing(),
            whole => Value::Share(part as f64 / whole as f64).into(),
        }
    }

    /// A number with so many decimals; unknown if it is no finite number.
    pub fn number(value: f64, decimals: u8) -> Cell {
        match value.is_finite() {
            true => Value::Number { value, decimals }.into(),
            false => Cell::unknown(),
        }
    }

    /// A dash: there is no such thing here.
    pub fn nothing() -> Cell {
        Value::Nothing.into()
    }

    /// There is such a thing, and it is not known.
    pub fn unknown() -> Cell {
        Value::Unknown.into()
    }

    /// With the number of people that the figure is about.
    pub fn of(self, people: u64) -> Cell {
        Cell {
            people: Some(people),
            ..self
        }
    }

    /// The people behind a figure; `None` if it is not about a group of people.
    pub(super) fn behind(&self) -> Option<u64> {
        self.people.filter(|_| self.value.is_figure())
    }

    /// Whether the figure is about some people, but too few.
    pub(super) fn is_small(&self) -> bool {
        self.behind()
            .is_some_and(|people| (1..FEWEST_PEOPLE).contains(&people))
    }

    /// The cell of a figure that another one would give away.
    pub(in crate::report) fn kept_back(mut self) -> Cell {
        self.suppress();
        self
    }

    /// Whether this was kept back.
    pub(in crate::report) fn is_suppressed(&self) -> bool {
        self.value == Value::Suppressed
    }

    /// The people behind the cell, also if it was kept back.
    pub(super) fn counted(&self) -> Option<u64> {
        self.people
    }

    /// Whether this is a figure that is shown.
    pub(super) fn can_hide(&self) -> bool {
        self.value.is_figure() && !self.is_suppressed()
    }

    /// Keeps the figure back: it is not in the report any more.
    pub(super) fn suppress(&mut self) {
        if self.value.is_figure() {
            self.value = Value::Suppressed;
        }
    }

    /// The value as a number, to compare cells of one kind by: `None` for what is none.
    pub(in crate::report) fn to_f64(&self) -> Option<f64> {
        self.value.to_f64()
    }

    /// The value as it may be shown. Crate-private: renderers read tables of a report, which are safe to show.
    pub(in crate::report) fn value(&self) -> &Value {
        &self.value
    }
}
