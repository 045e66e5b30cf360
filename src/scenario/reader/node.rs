//! One table of a scenario, with its path, where it is written, and the keys that were asked for.

use super::Reader;
use super::written::UNITS;
use crate::scenario::source::nearest;
use std::ops::Range;
use toml_edit::{Item, TableLike, Value};

/// One table of the file, with the keys that were asked for.
pub(crate) struct Node<'a> {
    pub reader: &'a Reader<'a>,
    pub path: String,
    pub(super) table: &'a dyn TableLike,
    /// Where to point if a key is missing: the table, or where one above it begins.
    pub(super) span: Option<Range<usize>>,
    /// Where the table itself begins, if it is written out.
    own_span: Option<Range<usize>>,
    /// A table of the same shape whose keys go before those of this one.
    over: Option<Box<Node<'a>>>,
}

impl<'a> Node<'a> {
    pub(crate) fn root(reader: &'a Reader<'a>, table: &'a dyn TableLike) -> Node<'a> {
        Node::new(reader, String::new(), table)
    }

    pub(super) fn new(reader: &'a Reader<'a>, path: String, table: &'a dyn TableLike) -> Node<'a> {
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
    pub(crate) fn overlaid(self, over: Option<Node<'a>>) -> Node<'a> {
        Node {
            over: over.map(Box::new),
            ..self
        }
    }

    /// The dotted path of a key of this table.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(crate) fn item(&self, key: &str) -> Option<&'a Item> {
        let mut asked = self.reader.asked.borrow_mut();
        asked
            .entry(self.path.clone())
            .or_default()
            .insert(key.to_string());
        drop(asked);
        let over = self.over.as_ref().and_then(|over| over.item(key));
        over.or_else(|| self.table.get(key))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.item(key).is_some()
    }

    /// Says that these keys belong here, for a walk that may stop before it reads them.
    pub(crate) fn knows(&self, keys: &[&str]) {
        for key in keys {
            self.item(key);
        }
    }

    /// The keys of the table, in the order of the file.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(key, _)| key.to_string()).collect()
    }

    pub(super) fn span_of(&self, key: &str) -> Option<Range<usize>> {
        let (key, item) = self.table.get_key_value(key)?;
        item.span().or(key.span())
    }

    pub(crate) fn complain(&self, key: &str, message: impl Into<String>) {
        let span = self.span_of(key).or(self.span.clone());
        self.reader.complain(span, &self.path_of(key), message);
    }

    pub(crate) fn complain_hinting(&self, key: &str, message: impl Into<String>, hint: Option<String>) {
        let span = self.span_of(key).or(self.span.clone());
        let diagnostic = self
            .reader
            .source
            .diagnostic(span, &self.path_of(key), message.into());
        self.reader.complain_with(diagnostic.with_hint(hint));
    }

    /// A table that must be there.
    pub(crate) fn table(&self, key: &str) -> Option<Node<'a>> {
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
    pub(crate) fn foreign_table(&self, key: &str) -> Option<&'a Item> {
        let item = self.item(key)?;
        if !item.is_table_like() {
            self.complain(key, "this is a table of keys, not a value");
            return None;
        }
        Some(item)
    }

    /// A table that may be missing.
    pub(crate) fn optional_table(&self, key: &str) -> Option<Node<'a>> {
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
    pub(crate) fn tables(&self, key: &str) -> Vec<Node<'a>> {
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
    pub(crate) fn offset(&self) -> Option<usize> {
        self.own_span.as_ref().map(|span| span.start)
    }

    /// Once everything is read: complains of every key, here and below, that nothing asked for.
    pub(crate) fn complain_of_unknown_keys(&self) {
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
}

/// `None` for a key that was complained of, `Some(None)` for one that is not there.
pub(crate) fn optional<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(value) => value.map(Some),
        None => Some(None),
    }
}
