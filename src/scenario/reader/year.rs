//! The value of a figure in one year: given for all years, given for this one, or grown out of an earlier one.

use super::node::Node;
use super::written::Written;
use toml_edit::Value;

impl<'a> Node<'a> {
    /// The value under `unit` for the reader's year: the same for all years, out of a table by year, or grown from it.
    pub(super) fn value_of_year(&self, unit: &str) -> Option<Written<'a>> {
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

    pub(super) fn written(&self, value: &'a Value) -> Written<'a> {
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
