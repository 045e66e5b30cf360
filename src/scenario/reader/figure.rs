//! Figures: a value with its unit, and the note of where it comes from.

use super::node::Node;
use super::written::{UNITS, Written, Wrong, read_rate, read_rates, read_schedule, read_yuan};
use crate::benefit::tariff::Limit;
use crate::figure::{Cited, FigureId, Provenance};
use crate::insured::terms::{Span, Window};
use crate::money::{Fen, Rate};
use crate::schedule::Schedule;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::ops::Range;
use toml_edit::Item;

impl<'a> Node<'a> {
    /// Whether the key holds a figure (rather than a table of figures).
    pub(crate) fn is_figure(&self, key: &str) -> bool {
        let table = self.item(key).and_then(Item::as_table_like);
        table.is_some_and(|table| table.iter().any(|(key, _)| UNITS.contains(&key)))
    }

    /// An amount, or the share of a stated income that it is.
    pub(crate) fn yuan(&self, key: &str) -> Option<Cited<Fen>> {
        if self.is_share_of_income(key) {
            return self.share_of_income(key);
        }
        self.figure(key, &["yuan"], |_, value| read_yuan(value))
    }

    /// An amount by year that need not be there, and not for each year; `None` where it is not known.
    pub(crate) fn known_yuan(&self, key: &str) -> Option<Fen> {
        if self.item(key)?.as_table_like().is_none() {
            self.complain(
                key,
                "give the amount by year, such as { yuan = { 2024 = 1000000 } }",
            );
            return None;
        }
        let node = self.optional_table(key)?;
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

    pub(crate) fn rate(&self, key: &str) -> Option<Cited<Rate>> {
        self.figure(key, &["rate"], |_, value| read_rate(value))
    }

    pub(crate) fn limit(&self, key: &str) -> Option<Cited<Limit>> {
        if self.is_share_of_income(key) {
            let share = self.share_of_income(key)?;
            return Some(Cited {
                value: Limit::At(share.value),
                figure: share.figure,
            });
        }
        self.figure(key, &["yuan", "unlimited"], |unit, value| match unit {
            "yuan" if value.value.is_str() => {
                Err(value.wrong("must be a number; no limit is `unlimited = true` in place of `yuan`"))
            }
            "yuan" => read_yuan(value).map(Limit::At),
            _ if value.value.as_bool() == Some(true) => Ok(Limit::Unlimited),
            _ => Err("`unlimited` can only be true; for a limit give `yuan`".into()),
        })
    }

    /// A list of rates, all with the note of the one figure.
    pub(crate) fn rates(&self, key: &str) -> Option<Vec<Cited<Rate>>> {
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

    pub(crate) fn bands(&self, key: &str) -> Option<Cited<Schedule>> {
        self.figure(key, &["bands"], |_, value| read_schedule(value))
    }

    /// A ratio: one rate, or bands.
    pub(crate) fn rate_or_bands(&self, key: &str) -> Option<Cited<Schedule>> {
        self.figure(key, &["rate", "bands"], |unit, value| match unit {
            "rate" => read_rate(value).map(Schedule::flat),
            _ => read_schedule(value),
        })
    }

    /// A whole number of `unit`, such as `years` or `months`.
    pub(crate) fn count(&self, key: &str, unit: &'static str, most: u32) -> Option<Cited<u32>> {
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
    pub(crate) fn span(&self, key: &str) -> Option<Cited<Span>> {
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
    pub(crate) fn window(&self, key: &str, year: i32) -> Option<Cited<Window>> {
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
        let node = self.figure_table(key, units)?;
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
    fn figure_table(&self, key: &str, units: &[&str]) -> Option<Node<'a>> {
        let form = |unit: &str, value: &str| {
            Some(format!(
                "{key} = {{ {unit} = {value}, provenance = \"...\", source = \"...\" }}"
            ))
        };
        let unit = units[0];
        let Some(item) = self.item(key) else {
            let example = if unit == "rate" { "0.65" } else { "..." };
            self.complain_hinting(key, "this figure is missing", form(unit, example));
            return None;
        };
        if let Some(bare) = item.as_value().filter(|value| !value.is_inline_table()) {
            let message = "must be a figure with unit, provenance and source, not a bare value";
            let text = bare.span().and_then(|span| self.reader.source.text.get(span));
            let hint = if units.contains(&"unlimited") && bare.is_str() {
                form("unlimited", "true").map(|form| format!("where there is no limit: {form}"))
            } else {
                form(unit, text.unwrap_or("..."))
            };
            self.complain_hinting(key, message, hint);
            return None;
        }
        self.optional_table(key)
    }

    /// The note of the figure that this table is.
    pub(super) fn note(&self) -> Option<FigureId> {
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
}
