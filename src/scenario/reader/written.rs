//! A value as it stands in the text, and the exact amounts, rates and schedules that are read from it.

use crate::money::{Fen, Rate};
use crate::schedule::{Band, Schedule, ScheduleError};
use std::borrow::Cow;
use std::ops::Range;
use toml_edit::Value;

/// The units that a figure may have.
pub(crate) const UNITS: [&str; 12] = [
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

/// What is wrong with a value, and where, if only a part of it is wrong.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) at: Option<Range<usize>>,
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
pub(super) struct Written<'a> {
    pub(super) value: &'a Value,
    pub(super) text: &'a str,
    /// What the number has become in a later year.
    pub(super) grown: Option<String>,
}

impl<'a> Written<'a> {
    pub(super) fn wrong(&self, message: impl ToString) -> Wrong {
        Wrong {
            message: message.to_string(),
            at: self.value.span(),
        }
    }

    pub(super) fn number(&self) -> Result<Cow<'_, str>, Wrong> {
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

pub(super) fn read_yuan(written: &Written<'_>) -> Result<Fen, Wrong> {
    let text = written.number()?.replace('_', "");
    let amount = Fen::parse_yuan(&text).map_err(|error| written.wrong(error))?;
    if amount < Fen::ZERO {
        Err(written.wrong("is negative"))
    } else {
        Ok(amount)
    }
}

pub(super) fn read_rate(written: &Written<'_>) -> Result<Rate, Wrong> {
    let text = written.number()?.replace('_', "");
    Rate::parse(&text).map_err(|error| written.wrong(error))
}

pub(super) fn read_rates(written: &Written<'_>) -> Result<Vec<Rate>, Wrong> {
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

pub(super) fn read_schedule(written: &Written<'_>) -> Result<Schedule, Wrong> {
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
