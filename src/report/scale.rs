//! The units in which a projection is read: a sample stands for the city, and does not know every yuan.

use crate::report::lang::Lang;
use crate::report::page::{Cell, Column, format};

/// A unit with its digits, one for all the numbers that are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    divisor: f64,
    decimals: u8,
    unit: &'static str,
}

impl Scale {
    /// For amounts as large as so many yuan: million yuan, 亿元, or less for a small fund.
    pub(super) fn yuan(largest: f64, lang: Lang) -> Scale {
        let (divisor, decimals, english, chinese) = match (largest.abs(), lang) {
            (1e9.., Lang::En) => (1e6, 0, "million yuan", ""),
            (1e8.., Lang::En) => (1e6, 1, "million yuan", ""),
            (1e5.., Lang::En) => (1e3, 0, "thousand yuan", ""),
            (1e8.., Lang::Zh) => (1e8, 2, "", "亿元"),
            (1e5.., Lang::Zh) => (1e4, 1, "", "万元"),
            _ => (1.0, 0, "yuan", "元"),
        };
        let unit = if lang == Lang::En { english } else { chinese };
        Scale {
            divisor,
            decimals,
            unit,
        }
    }

    /// For an amount that nobody knows to more than two or three digits, such as the end of an interval.
    pub(crate) fn rounded_yuan(largest: f64, lang: Lang) -> Scale {
        let (divisor, decimals, unit) = match (largest.abs(), lang) {
            (1e9.., Lang::En) => (1e9, 1, "billion yuan"),
            (1e6.., Lang::En) => (1e6, 0, "million yuan"),
            (1e9.., Lang::Zh) => (1e8, 0, "亿元"),
            (1e8.., Lang::Zh) => (1e8, 1, "亿元"),
            _ => return Scale::yuan(largest, lang),
        };
        Scale {
            divisor,
            decimals,
            unit,
        }
    }

    /// For as many persons: thousands, 万人, or each where there are few.
    pub(crate) fn persons(largest: f64, lang: Lang) -> Scale {
        let (divisor, decimals, unit) = match (largest, lang) {
            (1e5.., Lang::En) => (1e3, 1, "thousand"),
            (1e5.., Lang::Zh) => (1e4, 2, "万人"),
            (_, Lang::En) => (1.0, 0, "persons"),
            (_, Lang::Zh) => (1.0, 0, "人"),
        };
        Scale {
            divisor,
            decimals,
            unit,
        }
    }

    /// The same with no more digits than numbers have that go in steps, of as many as each person of a sample stands for.
    #[must_use]
    pub(crate) fn in_steps_of(self, step: f64) -> Scale {
        let is_finer = |decimals: &u8| self.divisor / 10f64.powi(i32::from(*decimals)) < step / 2.0;
        let decimals = (0..=self.decimals).rev().find(|decimals| !is_finer(decimals));
        Scale {
            decimals: decimals.unwrap_or(0),
            ..self
        }
    }

    /// The same without digits behind the point.
    #[must_use]
    pub(crate) fn whole(self) -> Scale {
        Scale { decimals: 0, ..self }
    }

    /// A number in this unit.
    pub(super) fn cell(self, value: f64) -> Cell {
        Cell::number(value / self.divisor, self.decimals)
    }

    /// A number as it stands in a sentence, without the unit.
    pub(super) fn text(self, value: f64, lang: Lang) -> String {
        format::text(self.cell(value).value(), lang)
    }

    /// A column of such numbers.
    pub(crate) fn column(self, header: impl Into<String>) -> Column {
        Column::of(header, self.unit)
    }

    /// What the unit is called.
    pub(crate) const fn unit(self) -> &'static str {
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::Value;

    #[test]
    fn the_largest_number_chooses_the_unit_of_all() {
        let unit = |largest, lang| Scale::yuan(largest, lang).unit();
        assert_eq!(unit(-7e9, Lang::En), "million yuan");
        assert_eq!((unit(7e9, Lang::Zh), unit(7e7, Lang::Zh)), ("亿元", "万元"));
        assert_eq!(
            (unit(7e7, Lang::En), unit(994.0, Lang::En)),
            ("thousand yuan", "yuan")
        );
        let cell = Scale::yuan(7e9, Lang::Zh).cell(-166_824_352.0);
        let expected = Value::Number {
            value: -1.668_243_52,
            decimals: 2,
        };
        assert_eq!(cell, expected.into());
        let heads = Scale::persons(6e6, Lang::Zh);
        assert_eq!(heads.unit(), "万人");
        // A hundred persons are a step of 0.01 万; of 131 each there are still such, of 1,311 there are none.
        let digits = |step| heads.in_steps_of(step).decimals;
        assert_eq!([1.0, 131.0, 1311.0, 1e6].map(digits), [2, 2, 1, 0]);
        let rounded = |yuan| Scale::rounded_yuan(yuan, Lang::En);
        assert_eq!(rounded(-1.83e10).text(-1.8334e10, Lang::En), "\u{2212}18.3");
        assert_eq!(rounded(3.3e8).unit(), "million yuan");
    }
}
