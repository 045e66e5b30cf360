//! The units in which a projection is read: a sample stands for the city, and does not know every yuan.

use crate::report::lang::Lang;
use crate::report::page::{Cell, Column, format};

/// A unit with its digits, one for all the numbers that are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    divisor: f64,
    decimals: u8,
    unit: &'static str,
}

impl Scale {
    /// For amounts as large as so many yuan: million yuan, 亿元, or less for a small fund.
    pub fn yuan(largest: f64, lang: Lang) -> Scale {
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

    /// For as many persons: thousands, 万人, or each where there are few.
    pub fn persons(largest: f64, lang: Lang) -> Scale {
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

    /// A number in this unit.
    pub fn cell(self, value: f64) -> Cell {
        Cell::number(value / self.divisor, self.decimals)
    }

    /// A number as it stands in a sentence, without the unit.
    pub fn text(self, value: f64, lang: Lang) -> String {
        format::text(self.cell(value).value(), lang)
    }

    /// A column of such numbers.
    pub fn column(self, header: impl Into<String>) -> Column {
        Column::of(header, self.unit)
    }

    /// What the unit is called.
    pub const fn unit(self) -> &'static str {
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
        assert_eq!(Scale::persons(6e6, Lang::Zh).unit(), "万人");
    }
}
