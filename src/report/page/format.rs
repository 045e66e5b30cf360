//! Values as people read them, in tables and in charts.

use crate::report::lang::Lang;
use crate::report::number::{count, percent_of, whole_yuan, yuan};
use crate::report::page::cell::Value;
use crate::report::page::words::Word;

/// A value as a table shows it, without its unit.
pub(crate) fn text(value: &Value, lang: Lang) -> String {
    let plain = match value {
        Value::Text(text) => return text.clone(),
        Value::Year(year) => year.to_string(),
        Value::Count(number) => count(*number),
        Value::Yuan(amount) => yuan(*amount),
        Value::WholeYuan(amount) => whole_yuan(*amount),
        Value::Rate(rate) => format!("{} %", decimals_of(f64::from(rate.ppm()) / 1e4, 4)),
        Value::Share(share) => percent_of(*share),
        Value::Number { value, decimals } => number(*value, usize::from(*decimals)),
        Value::Nothing => "–".to_string(),
        Value::Unknown => lang.word(Word::Unknown).to_string(),
        Value::Suppressed => lang.suppressed(),
    };
    true_minus(&plain)
}

/// A value with its unit, shortened for the eye: `305.6 million yuan`, `3.06亿元`, `56.3 %`.
pub(super) fn headline(value: &Value, lang: Lang) -> String {
    match (value, value.to_f64()) {
        (Value::Yuan(_) | Value::WholeYuan(_), Some(yuan)) => Ruler::of(&[value], "", lang).with_unit(yuan),
        _ => text(value, lang),
    }
}

/// A float with thousands separated and so many decimals.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let grouped = whole.parse().map_or_else(|_| whole.to_string(), count);
    let dot = if rest.is_empty() { "" } else { "." };
    let is_zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    format!("{sign}{grouped}{dot}{rest}")
}

/// A number with no more decimals than it needs.
fn decimals_of(value: f64, most: usize) -> String {
    let text = format!("{value:.most$}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// With the sign that is as wide as a plus.
fn true_minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => text.to_string(),
    }
}

/// How the numbers of a chart are written: all in one unit, chosen by the largest of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruler {
    divisor: f64,
    unit: String,
    /// No space between number and unit.
    tight: bool,
    fixed_decimals: Option<usize>,
}

impl Ruler {
    /// The ruler of some values of one kind; `unit` is that of their column.
    pub(super) fn of(values: &[&Value], unit: &str, lang: Lang) -> Ruler {
        let sizes = values.iter().filter_map(|value| value.to_f64());
        Ruler::for_size(
            values,
            sizes.fold(0.0, |most, value| value.abs().max(most)),
            unit,
            lang,
        )
    }

    /// As [`Ruler::of`], where sums as large as `largest` are shown too.
    pub(super) fn for_size(values: &[&Value], largest: f64, unit: &str, lang: Lang) -> Ruler {
        let plain = |divisor, unit: String| Ruler {
            divisor,
            tight: lang == Lang::Zh,
            unit,
            fixed_decimals: None,
        };
        let first = values.iter().find(|value| value.to_f64().is_some());
        match first {
            Some(Value::Yuan(_) | Value::WholeYuan(_)) => {
                let (divisor, prefix) = magnitude(largest, lang);
                let unit = format!("{prefix}{}", lang.pick("yuan", "元"));
                plain(divisor, unit)
            }
            Some(Value::Rate(_) | Value::Share(_)) => Ruler {
                tight: false,
                ..plain(0.01, "%".into())
            },
            Some(Value::Count(_)) => {
                let (divisor, prefix) = magnitude(largest, lang);
                plain(divisor, format!("{prefix}{unit}").trim_end().to_string())
            }
            Some(Value::Number { decimals, .. }) => Ruler {
                fixed_decimals: Some(usize::from(*decimals)),
                ..plain(1.0, unit.into())
            },
            _ => plain(1.0, unit.into()),
        }
    }

    /// The ruler of exact amounts of less than ten million yuan, which tells every fen; `None` for other values.
    pub(super) fn to_the_fen(values: &[&Value], unit: &str) -> Option<Ruler> {
        let is_small = |value: &&Value| matches!(value, Value::Yuan(fen) if fen.get().abs() < 1_000_000_000);
        values.iter().all(is_small).then(|| Ruler {
            divisor: 1.0,
            unit: unit.to_string(),
            tight: true,
            fixed_decimals: Some(2),
        })
    }

    /// The ruler of rounded amounts of less than ten million yuan, none of which is shortened; `None` for other values.
    pub(super) fn whole_yuan(values: &[&Value], unit: &str) -> Option<Ruler> {
        let is_small =
            |value: &&Value| !matches!(value, Value::WholeYuan(fen) if fen.get().abs() >= 1_000_000_000);
        let is_yuan = |value: &&Value| matches!(value, Value::WholeYuan(_) | Value::Suppressed);
        let all = values.iter().all(|value| is_small(value) && is_yuan(value));
        all.then(|| Ruler {
            divisor: 1.0,
            unit: unit.to_string(),
            tight: true,
            fixed_decimals: Some(0),
        })
    }

    /// The unit, with its power of ten.
    pub(super) fn unit(&self) -> &str {
        &self.unit
    }

    /// A number without its unit, with about three digits that mean something.
    pub(super) fn label(&self, value: f64) -> String {
        let scaled = value / self.divisor;
        true_minus(&number(scaled, self.decimals(scaled)))
    }

    /// How many decimals a number in the unit has.
    fn decimals(&self, scaled: f64) -> usize {
        self.fixed_decimals.unwrap_or(match scaled.abs() {
            _ if self.unit == "%" => 1,
            size if size < 10.0 && self.divisor > 1.0 => 2,
            size if size < 1000.0 && self.divisor > 1.0 => 1,
            _ => 0,
        })
    }

    /// A number with its unit.
    pub(super) fn with_unit(&self, value: f64) -> String {
        let space = if self.tight || self.unit.is_empty() {
            ""
        } else {
            " "
        };
        format!("{}{space}{}", self.label(value), self.unit)
    }

    /// As [`Ruler::of`], with so many decimals that numbers a tenth of the way from the least to the largest apart are told
    /// apart: those of a sweep share their people, so that even a small difference is the figures' doing.
    pub(super) fn telling_apart(values: &[&Value], unit: &str, lang: Lang) -> Ruler {
        let ruler = Ruler::of(values, unit, lang);
        let steps_of_one = match values.iter().find(|value| value.to_f64().is_some()) {
            Some(Value::Yuan(_)) => 100.0,
            Some(Value::WholeYuan(_) | Value::Count(_)) => 1.0,
            Some(Value::Rate(_) | Value::Share(_)) => 1e6,
            _ => return ruler,
        };
        let finest = (steps_of_one * ruler.divisor).log10().round();
        let numbers = || values.iter().filter_map(|value| value.to_f64());
        let ends = [
            numbers().fold(f64::INFINITY, f64::min),
            numbers().fold(f64::NEG_INFINITY, f64::max),
        ];
        let step = (ends[1] - ends[0]) / ruler.divisor / 10.0;
        let needed = (-step.max(f64::MIN_POSITIVE).log10()).ceil().clamp(0.0, finest) as usize;
        let is_short = |end: f64| ruler.decimals(end / ruler.divisor) < needed;
        if step > 0.0 && ends.into_iter().any(is_short) {
            return Ruler {
                fixed_decimals: Some(needed),
                ..ruler
            };
        }
        ruler
    }

    /// The number on an axis whose ticks are `step` apart: with the decimals that tell it from the next one.
    pub(super) fn tick(&self, value: f64, step: f64) -> String {
        let step = step / self.divisor;
        let decimals = (0..6).find(|&decimals| {
            let power = 10f64.powi(decimals);
            (step * power - (step * power).round()).abs() < 1e-6 * power
        });
        true_minus(&number(value / self.divisor, decimals.unwrap_or(6) as usize))
    }
}

/// What to divide by and the word for it.
fn magnitude(largest: f64, lang: Lang) -> (f64, &'static str) {
    match lang {
        Lang::En if largest >= 1e9 => (1e9, "billion "),
        Lang::En if largest >= 1e6 => (1e6, "million "),
        Lang::Zh if largest >= 1e8 => (1e8, "亿"),
        Lang::Zh if largest >= 1e4 => (1e4, "万"),
        _ => (1.0, ""),
    }
}
