//! Numbers as people read them.

use crate::money::Fen;

/// A whole number with thousands separated: `40,952`.
pub fn count(number: i64) -> String {
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
pub fn yuan(amount: Fen) -> String {
    let fen = amount.get().unsigned_abs();
    let sign = if amount < Fen::ZERO { "-" } else { "" };
    format!("{sign}{}.{:02}", count((fen / 100) as i64), fen % 100)
}

/// A share in per cent with one decimal: `56.3 %`; a dash for a share of nothing.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".into();
    }
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
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
}
