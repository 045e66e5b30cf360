//! What is read without unit and provenance, because it is no figure: texts, flags, words, numbers, days.

use super::node::Node;
use super::written::{Written, Wrong, read_rate, read_yuan};
use crate::money::{Fen, Rate};
use crate::scenario::source::nearest;
use chrono::NaiveDate;
use toml_edit::{Item, Value};

impl<'a> Node<'a> {
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.plain(key, "a text in quotes", Item::as_str)
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.plain(key, "`true` or `false`", Item::as_bool)
    }

    pub(crate) fn whole_number(&self, key: &str) -> Option<i64> {
        self.plain(key, "a whole number", Item::as_integer)
    }

    /// A number of statistics, not an amount or a rate.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.plain(key, "a number", |item| item.as_value().and_then(as_number))
    }

    /// A list of such numbers.
    pub(crate) fn numbers(&self, key: &str) -> Option<Vec<f64>> {
        self.plain(key, "a list of numbers", |item| {
            item.as_array()?.iter().map(as_number).collect()
        })
    }

    /// What the key holds, which must be there; `what` says what it must be.
    fn plain<T>(&self, key: &str, what: &str, read: impl Fn(&'a Item) -> Option<T>) -> Option<T> {
        let Some(item) = self.item(key) else {
            self.complain(key, "this key is missing");
            return None;
        };
        let value = read(item);
        if value.is_none() {
            self.complain(key, format!("must be {what}"));
        }
        value
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
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
    pub(crate) fn texts(&self, key: &str) -> Option<Vec<&'a str>> {
        let what = "a list of texts, such as [\"01\", \"02\"]";
        self.plain(key, what, |item| {
            item.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    /// A list of words out of a few.
    pub(crate) fn choices<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<Vec<T>> {
        self.texts(key)?
            .into_iter()
            .map(|word| self.word(key, word, choices))
            .collect()
    }

    /// An amount of yuan that is there; complains of anything else.
    pub(crate) fn amount(&self, key: &str) -> Option<Fen> {
        self.number_there(key, read_yuan)
    }

    /// An amount that is there, which may be below zero.
    pub(crate) fn signed_amount(&self, key: &str) -> Option<Fen> {
        self.number_there(key, |written| {
            let text = written.number()?.replace('_', "");
            Fen::parse_yuan(&text).map_err(|error| written.wrong(error))
        })
    }

    /// A rate that is there.
    pub(crate) fn plain_rate(&self, key: &str) -> Option<Rate> {
        self.number_there(key, read_rate)
    }

    fn number_there<T>(&self, key: &str, read: impl Fn(&Written<'_>) -> Result<T, Wrong>) -> Option<T> {
        let Some(value) = self.item(key).and_then(Item::as_value) else {
            self.complain(key, "must be a number");
            return None;
        };
        match read(&self.written(value)) {
            Ok(read) => Some(read),
            Err(wrong) => {
                self.complain(key, wrong.message);
                None
            }
        }
    }

    /// A day that is there.
    pub(crate) fn day(&self, key: &str) -> Option<NaiveDate> {
        let value = self.item(key).and_then(Item::as_datetime);
        let date = value.and_then(|value| value.date.filter(|_| value.time.is_none()));
        let day = date.and_then(|date| {
            NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())
        });
        if day.is_none() {
            self.complain(key, "must be a day, such as 2024-03-01, without quotes");
        }
        day
    }
}

fn as_number(value: &Value) -> Option<f64> {
    let whole = || value.as_integer().map(|whole| whole as f64);
    value
        .as_float()
        .or_else(whole)
        .filter(|number| number.is_finite())
}
