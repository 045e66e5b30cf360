//! What is read without unit and provenance, because it is no figure: tables one after the other, days, amounts, rates.

use super::{Node, Written, read_rate, read_yuan};
use crate::money::{Fen, Rate};
use chrono::NaiveDate;
use toml_edit::{Item, TableLike, Value};

impl<'a> Node<'a> {
    /// The tables that a key holds, each with its path: one, or a list of them, counted from 1.
    pub(super) fn tables_in(&self, key: &str, item: &'a Item) -> Vec<(String, &'a dyn TableLike)> {
        let path = self.path_of(key);
        if let Some(table) = item.as_table_like() {
            return vec![(path, table)];
        }
        let counted = |index: usize| format!("{path}[{}]", index + 1);
        if let Some(tables) = item.as_array_of_tables() {
            let tables = tables.iter().enumerate();
            return tables
                .map(|(index, table)| (counted(index), table as &dyn TableLike))
                .collect();
        }
        let values = item.as_array().into_iter().flat_map(|values| values.iter());
        values
            .enumerate()
            .filter_map(|(index, value)| Some((counted(index), value.as_inline_table()? as &dyn TableLike)))
            .collect()
    }

    /// The tables of a list, `[[key]]` or `key = [{ ... }]`; none if it is not there.
    pub fn tables(&self, key: &str) -> Vec<Node<'a>> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let only_tables = match item {
            Item::ArrayOfTables(_) => true,
            Item::Value(Value::Array(values)) => values.iter().all(Value::is_inline_table),
            _ => false,
        };
        if !only_tables {
            self.complain(
                key,
                format!("must be a list of tables, each of which begins with `[[{key}]]`"),
            );
            return Vec::new();
        }
        let spans: Vec<_> = match item {
            Item::ArrayOfTables(tables) => tables.iter().map(|table| table.span()).collect(),
            Item::Value(Value::Array(values)) => values.iter().map(Value::span).collect(),
            _ => Vec::new(),
        };
        let tables = self.tables_in(key, item).into_iter().zip(spans);
        tables
            .map(|((path, table), span)| Node {
                span: span.clone().or(self.span.clone()),
                own_span: span,
                ..Node::new(self.reader, path, table)
            })
            .collect()
    }

    /// Where the table begins: a byte offset, if it is known.
    pub fn offset(&self) -> Option<usize> {
        self.own_span.as_ref().map(|span| span.start)
    }

    /// An amount of yuan that is there; complains of anything else.
    pub fn amount(&self, key: &str) -> Option<Fen> {
        self.number_there(key, read_yuan)
    }

    /// An amount that is there, which may be below zero.
    pub fn signed_amount(&self, key: &str) -> Option<Fen> {
        self.number_there(key, |written| {
            let text = written.number()?.replace('_', "");
            Fen::parse_yuan(&text).map_err(|error| written.wrong(error))
        })
    }

    /// A rate that is there.
    pub fn plain_rate(&self, key: &str) -> Option<Rate> {
        self.number_there(key, read_rate)
    }

    fn number_there<T>(
        &self,
        key: &str,
        read: impl Fn(&Written<'_>) -> Result<T, super::Wrong>,
    ) -> Option<T> {
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
    pub fn day(&self, key: &str) -> Option<NaiveDate> {
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
