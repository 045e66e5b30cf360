//! Money, rates and rounding: integer fen and integer millionths, never a binary float.
//!
//! A [`Fen`] is an amount, a [`Rate`] a proportion; the compiler keeps them apart. The only way from one to the
//! other is [`Fen::times`], which names its rounding.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Millionths in one: the scale of [`Rate`].
pub const PPM: i64 = 1_000_000;

/// An amount of money: a whole number of fen (1 yuan = 100 fen).
///
/// Arithmetic panics on overflow in every build profile, which [`Fen::MAX_INPUT`] at the boundary makes unreachable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fen(i64);

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// The largest amount that a file may carry: 100 million yuan. More is an error of the file, not a bill.
    pub const MAX_INPUT: Fen = Fen::from_yuan(100_000_000);

    /// An amount given in fen.
    pub const fn new(fen: i64) -> Fen {
        Fen(fen)
    }

    /// An amount given in whole yuan.
    pub const fn from_yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// The number of fen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount in yuan as a float, for statistics and charts only.
    pub fn to_yuan_lossy(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// Whether this is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads a decimal amount of yuan, such as `-1234.5`.
    ///
    /// # Errors
    /// Says what is wrong with `text`: not a plain decimal, more than two decimals, or beyond [`Fen::MAX_INPUT`].
    pub fn parse_yuan(text: &str) -> Result<Fen, AmountError> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            all => (false, all),
        };
        let (mut fen, mut decimals, mut seen_digit) = (0i64, None, false);
        for &byte in digits {
            match (byte, decimals) {
                (b'0'..=b'9', Some(2)) if byte == b'0' => continue,
                (b'0'..=b'9', Some(2)) => return Err(AmountError::TooManyDecimals),
                (b'0'..=b'9', _) => {
                    seen_digit = true;
                    fen = fen * 10 + i64::from(byte - b'0');
                    decimals = decimals.map(|n: u32| n + 1);
                }
                (b'.', None) => decimals = Some(0),
                _ => return Err(AmountError::NotANumber),
            }
            if fen > Fen::MAX_INPUT.0 * 10 {
                return Err(AmountError::TooLarge);
            }
        }
        if !seen_digit {
            return Err(AmountError::NotANumber);
        }
        fen *= 10i64.pow(2 - decimals.unwrap_or(0));
        if fen > Fen::MAX_INPUT.0 {
            return Err(AmountError::TooLarge);
        }
        Ok(Fen(if negative { -fen } else { fen }))
    }

    /// This amount times `rate`, rounded once to the fen.
    ///
    /// ```
    /// use yibao::money::{Fen, Rate, Rounding};
    /// let bill = Fen::new(12_345);
    /// assert_eq!(bill.times(Rate::from_ppm(700_000), Rounding::HalfUp), Fen::new(8_642)); // 8641.5
    /// assert_eq!(bill.times(Rate::from_ppm(700_000), Rounding::Down), Fen::new(8_641));
    /// ```
    #[inline]
    pub fn times(self, rate: Rate, rounding: Rounding) -> Fen {
        let ppm = i64::from(rate.0);
        match self.0.checked_mul(ppm) {
            Some(micro) => Fen(rounding.divide(micro)),
            // Beyond ninety thousand million yuan.
            None => Fen(rounding.quotient(i128::from(self.0) * i128::from(ppm), i128::from(PPM))),
        }
    }

    /// This amount for each of `count` heads or items.
    pub fn for_each_of(self, count: u64) -> Fen {
        Fen(narrow(i128::from(self.0) * i128::from(count)))
    }

    /// The lesser of two amounts.
    #[inline]
    pub fn min(self, other: Fen) -> Fen {
        Ord::min(self, other)
    }

    /// `self - other`, but never below zero.
    #[inline]
    pub fn minus_to_zero(self, other: Fen) -> Fen {
        Fen((self.0 - other.0).max(0))
    }
}

/// Why a text is not an amount of yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with an optional sign and decimal point.
    #[error("is not a plain decimal number of yuan")]
    NotANumber,
    /// Finer than a fen.
    #[error("has more than two decimals")]
    TooManyDecimals,
    /// Beyond [`Fen::MAX_INPUT`].
    #[error("is more than 100 million yuan")]
    TooLarge,
}

impl fmt::Display for Fen {
    /// Yuan with two decimals: `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, fen) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

impl Add for Fen {
    type Output = Fen;
    #[inline]
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

impl Sub for Fen {
    type Output = Fen;
    #[inline]
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

impl Neg for Fen {
    type Output = Fen;
    #[inline]
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl AddAssign for Fen {
    #[inline]
    fn add_assign(&mut self, other: Fen) {
        *self = *self + other;
    }
}

impl SubAssign for Fen {
    #[inline]
    fn sub_assign(&mut self, other: Fen) {
        *self = *self - other;
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen::ZERO, Add::add)
    }
}

/// A proportion: a whole number of millionths, from 0 to 1 (0 % to 100 %).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rate(u32);

impl Rate {
    /// 0 %.
    pub const ZERO: Rate = Rate(0);
    /// 100 %.
    pub const ONE: Rate = Rate(PPM as u32);

    /// A rate given in millionths; what is above one counts as one.
    pub const fn from_ppm(ppm: u32) -> Rate {
        if ppm > Rate::ONE.0 { Rate::ONE } else { Rate(ppm) }
    }

    /// Reads a decimal from 0 to 1 with at most six places, such as `0.65`.
    ///
    /// # Errors
    /// Says what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Rate, RateError> {
        let number = text
            .parse::<rust_decimal::Decimal>()
            .map_err(|_| RateError::NotANumber)?;
        let millionths = number
            .normalize()
            .checked_mul(PPM.into())
            .ok_or(RateError::OutOfRange)?;
        if millionths.fract() != rust_decimal::Decimal::ZERO {
            return Err(RateError::TooManyPlaces);
        }
        match u32::try_from(millionths) {
            Ok(ppm) if ppm <= Rate::ONE.0 => Ok(Rate(ppm)),
            _ => Err(RateError::OutOfRange),
        }
    }

    /// The number of millionths.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// The sum, capped at 100 %.
    #[inline]
    pub fn plus(self, other: Rate) -> Rate {
        Rate::from_ppm(self.0 + other.0)
    }

    /// The difference, but never below zero.
    #[inline]
    pub fn minus_to_zero(self, other: Rate) -> Rate {
        Rate(self.0.saturating_sub(other.0))
    }

    /// The product, rounded half-up to a millionth.
    #[inline]
    pub fn times(self, other: Rate) -> Rate {
        let product = u64::from(self.0) * u64::from(other.0);
        Rate(((product + PPM as u64 / 2) / PPM as u64) as u32)
    }
}

/// Why a text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not a plain decimal.
    #[error("is not a plain decimal number")]
    NotANumber,
    /// Finer than a millionth.
    #[error("has more than six places")]
    TooManyPlaces,
    /// Below 0 or above 1.
    #[error("is not between 0 and 1 (80 % is written 0.80)")]
    OutOfRange,
}

impl fmt::Display for Rate {
    /// A decimal without trailing zeros: `0.65`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{}.{:06}", self.0 / PPM as u32, self.0 % PPM as u32);
        f.pad(digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// How a share is rounded to the fen (scenario key `rounding`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// Halves away from zero.
    #[default]
    HalfUp,
    /// Halves to the even fen.
    HalfEven,
    /// Toward zero.
    Down,
}

impl Rounding {
    /// `micro / 1,000,000`, rounded this way.
    #[inline]
    pub fn divide(self, micro: i64) -> i64 {
        // What most scenarios do, without a branch that nobody can predict.
        let half = micro.signum() * (PPM / 2);
        if let (Rounding::HalfUp, Some(moved)) = (self, micro.checked_add(half)) {
            return moved / PPM;
        }
        let (quotient, rest) = (micro / PPM, micro % PPM);
        let away = match self {
            Rounding::HalfUp => 2 * rest.abs() >= PPM,
            Rounding::HalfEven => 2 * rest.abs() > PPM || (2 * rest.abs() == PPM && quotient % 2 != 0),
            Rounding::Down => false,
        };
        quotient + if away { rest.signum() } else { 0 }
    }

    /// `numerator / denominator`, rounded this way, for the few divisions that are not by a million.
    ///
    /// # Panics
    /// If `denominator` is not positive or the quotient leaves the range of an amount: a defect of the caller.
    pub fn quotient(self, numerator: i128, denominator: i128) -> i64 {
        assert!(denominator > 0, "a division by {denominator}");
        let (quotient, rest) = (numerator / denominator, numerator % denominator);
        let twice = 2 * rest.abs();
        let away = match self {
            Rounding::HalfUp => twice >= denominator,
            Rounding::HalfEven => twice > denominator || (twice == denominator && quotient % 2 != 0),
            Rounding::Down => false,
        };
        narrow(quotient + if away { rest.signum() } else { 0 })
    }
}

/// Back to the width of an amount.
///
/// # Panics
/// On overflow, as all arithmetic on amounts does.
fn narrow(wide: i128) -> i64 {
    match i64::try_from(wide) {
        Ok(fen) => fen,
        Err(_) => panic!("an amount of {wide} fen overflows"),
    }
}

/// The least amount above nothing, and up to `most`, of which something holds that goes on holding from there; `None` if it
/// holds of nothing at all already, or not even of `most`.
pub(crate) fn first_amount(most: Fen, mut holds: impl FnMut(Fen) -> bool) -> Option<Fen> {
    let (mut below, mut at) = (Fen::ZERO, most);
    if holds(below) || !holds(at) {
        return None;
    }
    while at.0 - below.0 > 1 {
        let middle = Fen(below.0 + (at.0 - below.0) / 2);
        if holds(middle) {
            at = middle;
        } else {
            below = middle;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (text, fen) in [
            ("0", 0),
            ("12", 1200),
            ("-1.5", -150),
            ("1.500", 150),
            (".05", 5),
            ("+3.", 300),
        ] {
            assert_eq!(Fen::parse_yuan(text), Ok(Fen::new(fen)), "{text}");
        }
        for text in ["", "-", ".", "1,000", "1e3", "１２", "1.2.3", " 1"] {
            assert_eq!(Fen::parse_yuan(text), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(Fen::parse_yuan("1.005"), Err(AmountError::TooManyDecimals));
        assert_eq!(Fen::parse_yuan("100000000"), Ok(Fen::MAX_INPUT));
        assert_eq!(Fen::parse_yuan("100000000.01"), Err(AmountError::TooLarge));
        assert_eq!(
            Fen::parse_yuan("99999999999999999999999"),
            Err(AmountError::TooLarge)
        );
    }

    #[test]
    fn each_rounding_treats_a_half_fen_its_own_way() {
        let half = Rate::from_ppm(500_000);
        let cases = [
            (1, 1, 0, 0),
            (3, 2, 2, 1),
            (-1, -1, 0, 0),
            (-3, -2, -2, -1),
            (4, 2, 2, 2),
        ];
        for (fen, up, even, down) in cases {
            assert_eq!(Fen::new(fen).times(half, Rounding::HalfUp), Fen::new(up));
            assert_eq!(Fen::new(fen).times(half, Rounding::HalfEven), Fen::new(even));
            assert_eq!(Fen::new(fen).times(half, Rounding::Down), Fen::new(down));
        }
    }

    #[test]
    fn a_quotient_rounds_like_a_share() {
        for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down] {
            for micro in [
                -2_500_000, -1_500_000, -1, 0, 499_999, 500_000, 1_500_000, 2_500_000, 2_500_001,
            ] {
                assert_eq!(
                    rounding.quotient(i128::from(micro), i128::from(PPM)),
                    rounding.divide(micro),
                    "{rounding:?} {micro}"
                );
            }
        }
        assert_eq!(Fen::new(58_000).for_each_of(3), Fen::new(174_000));
    }

    #[test]
    fn a_half_goes_to_the_even_fen_of_the_whole_amount() {
        // 499,999.5 fen, and the same in thousands of millions of yuan, beyond what one product holds.
        let third = Rate::from_ppm(333_333);
        for (fen, even) in [(1_500_000, 500_000), (30_000_001_500_000, 9_999_990_500_000)] {
            assert_eq!(Fen::new(fen).times(third, Rounding::HalfEven), Fen::new(even));
        }
    }

    #[test]
    fn the_largest_amount_times_one_is_itself() {
        let most = Fen::new(i64::MAX / 2);
        assert_eq!(most.times(Rate::ONE, Rounding::HalfUp), most);
    }

    #[test]
    fn rates_print_as_they_are_written() {
        for (ppm, text) in [(0, "0"), (650_000, "0.65"), (1_000_000, "1"), (1, "0.000001")] {
            assert_eq!(Rate::from_ppm(ppm).to_string(), text);
        }
        assert_eq!(
            Rate::from_ppm(333_333).times(Rate::from_ppm(900_000)).ppm(),
            300_000
        );
    }
}
