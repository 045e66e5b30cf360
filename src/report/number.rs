//! Numbers as people read them.

use crate::money::{Fen, Rounding};

/// A whole number with thousands separated: `40,952`.
pub(crate) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// Yuan with thousands separated and two decimals: `305,595,313.90`.
pub(super) fn yuan(amount: Fen) -> String {
    let fen = amount.get().unsigned_abs();
    let sign = if amount < Fen::ZERO { "-" } else { "" };
    format!("{sign}{}.{:02}", count((fen / 100) as i64), fen % 100)
}

/// An exact amount to the nearest whole yuan, with thousands separated: `1,620`.
pub(crate) fn whole_yuan(amount: Fen) -> String {
    count(Rounding::HalfUp.quotient(amount.get().into(), 100))
}

/// An amount of zero or more that is known to a thousandth, in whole yuan and no more than three digits that mean
/// something: `231`, `4,370`. Rounded up, so that what is "at most" the amount stays so.
pub(crate) fn about(amount: Fen) -> String {
    let mut unit = 100;
    while amount.get().div_euclid(unit) >= 1000 {
        unit *= 10;
    }
    let units = amount.get().div_euclid(unit) + i64::from(amount.get().rem_euclid(unit) > 0);
    count(units * (unit / 100))
}

/// A share in per cent with one decimal: `56.3 %`; a dash for a share of nothing.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".into();
    }
    percent_of(part as f64 / whole as f64)
}

/// A share, 1 being all, in per cent with one decimal: `56.3 %`.
pub(crate) fn percent_of(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_signs_kept() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "-1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(yuan(Fen::new(-100_001)), "-1,000.01");
        assert_eq!(yuan(Fen::new(-1)), "-0.01");
    }

    #[test]
    fn what_is_known_to_a_thousandth_is_shown_so() {
        for (fen, whole, at_most) in [
            (0, "0", "0"),
            (1, "0", "1"),
            (23_149, "231", "232"),
            (99_900, "999", "999"),
            (99_950, "1,000", "1,000"),
            (100_000, "1,000", "1,000"),
            (100_001, "1,000", "1,010"),
            (436_162, "4,362", "4,370"),
            (9_995_000, "99,950", "100,000"),
            (123_456_789, "1,234,568", "1,240,000"),
        ] {
            assert_eq!(
                (whole_yuan(Fen::new(fen)).as_str(), about(Fen::new(fen)).as_str()),
                (whole, at_most)
            );
        }
    }
}
