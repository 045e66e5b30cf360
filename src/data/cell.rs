//! One cell of a row, and what can be read from it. CSV gives text, Parquet gives typed values; both end here.

use crate::data::reject::Reason;
use crate::money::{AmountError, Fen, PPM, Rate};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::borrow::Cow;
use std::fmt;

/// A borrowed cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing, null, or only blanks.
    Blank,
    /// Text without surrounding blanks; never empty.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// `unscaled / 10^scale`.
    Decimal {
        /// The digits.
        unscaled: i128,
        /// How many of them are decimals.
        scale: u32,
    },
    /// A day.
    Date(NaiveDate),
    /// A day and time of day, local.
    Time(NaiveDateTime),
    /// A flag.
    Bool(bool),
}

impl<'a> Cell<'a> {
    /// The cell of a CSV field.
    #[inline]
    pub(super) fn from_text(text: &'a str) -> Cell<'a> {
        Cell::with_text(text, |cell| cell)
    }

    /// What `read` makes of the cell of a CSV field.
    #[inline(always)]
    pub(super) fn with_text<T>(text: &'a str, read: impl FnOnce(Cell<'a>) -> T) -> T {
        // Nearly always there is nothing to trim, and the two ends say so.
        let is_plain = |end: Option<&u8>| matches!(end, Some(b'!'..=b'~'));
        if is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last()) {
            return read(Cell::Text(text));
        }
        match trimmed(text) {
            "" => read(Cell::Blank),
            text => read(Cell::Text(text)),
        }
    }

    /// The cell as text: codes may be stored as numbers. Blank is empty.
    #[inline(always)]
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Cell::Blank => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Bool(flag) => Cow::Borrowed(if flag { "1" } else { "0" }),
            other => Cow::Owned(other.to_string()),
        }
    }

    /// An amount of yuan; `None` for a blank.
    #[inline(always)]
    pub(super) fn amount(self) -> Result<Option<Fen>, Reason> {
        match self {
            Cell::Blank => return Ok(None),
            Cell::Text(text) => {
                if let Some(fen) = plain_yuan(text.as_bytes()) {
                    return Ok(Some(fen));
                }
            }
            // The scale of most files; a number of this size needs no check.
            Cell::Decimal { unscaled, scale: 2 } if unscaled.unsigned_abs() < 1_000_000_000 => {
                return Ok(Some(Fen::new(unscaled as i64)));
            }
            _ => {}
        }
        self.any_amount().map(Some)
    }

    /// An amount of yuan in any notation.
    #[inline(never)]
    fn any_amount(self) -> Result<Fen, Reason> {
        let fen = match self {
            Cell::Text(text) => return Fen::parse_yuan(text).map_err(Reason::from),
            Cell::Int(yuan) => rescale(i128::from(yuan), 0, 2, i128::from(Fen::MAX_INPUT.get())),
            Cell::Decimal { unscaled, scale } => {
                rescale(unscaled, scale, 2, i128::from(Fen::MAX_INPUT.get()))
            }
            Cell::Blank | Cell::Date(_) | Cell::Time(_) | Cell::Bool(_) => Err(AmountError::NotANumber),
        };
        Ok(Fen::new(fen?))
    }

    /// A rate from 0 to 1 with at most six decimals; `None` for a blank.
    pub(super) fn rate(self) -> Result<Option<Rate>, Reason> {
        let ppm = match self {
            Cell::Blank => return Ok(None),
            Cell::Text(text) => parse_ppm(text),
            Cell::Int(whole) => rescale(i128::from(whole), 0, 6, i128::from(PPM)).ok(),
            Cell::Decimal { unscaled, scale } => rescale(unscaled, scale, 6, i128::from(PPM)).ok(),
            Cell::Date(_) | Cell::Time(_) | Cell::Bool(_) => None,
        };
        let ppm = ppm
            .and_then(|ppm| u32::try_from(ppm).ok())
            .ok_or(Reason::NotARate)?;
        Ok(Some(Rate::from_ppm(ppm)))
    }

    /// A day with its time of day, midnight if none is given; `None` for a blank.
    #[inline(always)]
    pub(super) fn time(self) -> Result<Option<NaiveDateTime>, Reason> {
        match self {
            Cell::Blank => Ok(None),
            Cell::Text(text) => parse_time(text).map(Some).ok_or(Reason::NotADate),
            Cell::Date(date) => Ok(Some(date.and_time(NaiveTime::MIN))),
            Cell::Time(time) => Ok(Some(time)),
            Cell::Int(_) | Cell::Decimal { .. } | Cell::Bool(_) => Err(Reason::NotADate),
        }
    }

    /// A flag, `0` or `1`; `None` for a blank.
    #[inline(always)]
    pub(super) fn flag(self) -> Result<Option<bool>, Reason> {
        match self {
            Cell::Blank => Ok(None),
            Cell::Bool(flag) => Ok(Some(flag)),
            Cell::Text("0") | Cell::Int(0) | Cell::Decimal { unscaled: 0, .. } => Ok(Some(false)),
            Cell::Text("1")
            | Cell::Int(1)
            | Cell::Decimal {
                unscaled: 1,
                scale: 0,
            } => Ok(Some(true)),
            _ => Err(Reason::UnknownCode),
        }
    }
}

impl fmt::Display for Cell<'_> {
    /// The value as a CSV would hold it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Cell::Blank => Ok(()),
            Cell::Text(text) => f.write_str(text),
            Cell::Int(number) => write!(f, "{number}"),
            Cell::Decimal { unscaled, scale: 0 } => write!(f, "{unscaled}"),
            Cell::Decimal { unscaled, scale } => {
                let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale as usize + 1);
                let (whole, decimals) = digits.split_at(digits.len() - scale as usize);
                write!(f, "{}{whole}.{decimals}", if unscaled < 0 { "-" } else { "" })
            }
            Cell::Date(date) => write!(f, "{date}"),
            Cell::Time(time) => write!(f, "{}", DisplayTime(time)),
            Cell::Bool(flag) => f.write_str(if flag { "1" } else { "0" }),
        }
    }
}

/// A text without the blanks around it.
#[inline(never)]
fn trimmed(text: &str) -> &str {
    text.trim()
}

/// Prints `YYYY-MM-DD`, with ` HH:MM:SS` unless it is midnight.
pub(super) struct DisplayTime(pub(super) NaiveDateTime);

impl fmt::Display for DisplayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.time() == NaiveTime::MIN {
            write!(f, "{}", self.0.date())
        } else {
            write!(f, "{}", self.0.format("%Y-%m-%d %H:%M:%S"))
        }
    }
}

/// `unscaled / 10^from` as a whole number of `10^-to`, exactly, and at most `most` either way.
fn rescale(unscaled: i128, from: u32, to: u32, most: i128) -> Result<i64, AmountError> {
    let value = if from > to {
        // A scale beyond 10^38 does not fit an i128; such a value is finer than a fen unless it is zero.
        let divisor = 10i128
            .checked_pow(from - to)
            .ok_or(AmountError::TooManyDecimals)?;
        if unscaled % divisor != 0 {
            return Err(AmountError::TooManyDecimals);
        }
        unscaled / divisor
    } else {
        let factor = 10i128.checked_pow(to - from).ok_or(AmountError::TooLarge)?;
        unscaled.checked_mul(factor).ok_or(AmountError::TooLarge)?
    };
    if value.abs() > most {
        return Err(AmountError::TooLarge);
    }
    i64::try_from(value).map_err(|_| AmountError::TooLarge)
}

/// Millionths of a plain decimal between 0 and 1.
fn parse_ppm(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > 32
        || decimals.len() > 6
        || !digits(whole)
        || !digits(decimals)
        || !text.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let decimals: i64 = format!("{decimals:0<6}").parse().ok()?;
    let ppm = whole.checked_mul(PPM)?.checked_add(decimals)?;
    (ppm <= PPM).then_some(ppm)
}

/// The usual notations of an amount, `1234.50` and `1234`, without a branch per digit; any other is left to
/// [`Fen::parse_yuan`], which agrees about these.
#[inline]
fn plain_yuan(text: &[u8]) -> Option<Fen> {
    let (whole, [tens, ones]) = match text {
        [whole @ .., b'.', tens, ones] => (whole, [digit(*tens), digit(*ones)]),
        whole => (whole, [0, 0]),
    };
    // Eight digits are below the limit, whatever they are.
    if whole.is_empty() || whole.len() > 8 {
        return None;
    }
    let (mut yuan, mut wrong) = (0u32, (tens > 9) | (ones > 9));
    for &byte in whole {
        let digit = digit(byte);
        wrong |= digit > 9;
        yuan = yuan.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    let cents = i64::from(tens) * 10 + i64::from(ones);
    (!wrong).then(|| Fen::new(i64::from(yuan) * 100 + cents))
}

/// The value of a digit, more than 9 for anything else.
#[inline(always)]
fn digit(byte: u8) -> u8 {
    byte.wrapping_sub(b'0')
}

/// `YYYY-MM-DD`, with an optional ` HH:MM:SS` or `THH:MM:SS` and an optional fraction of a second.
#[inline(always)]
fn parse_time(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let date = parse_date(bytes.get(..10)?)?;
    let time = match &bytes[10..] {
        [] => NaiveTime::MIN,
        [b' ' | b'T', clock @ ..] => parse_clock(clock)?,
        _ => return None,
    };
    Some(date.and_time(time))
}

/// Exactly `YYYY-MM-DD`.
#[inline]
pub(super) fn parse_date(bytes: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    // All eight at once, the first lowest: each is above `9` or below `0`, or it is a digit.
    let text = u64::from_le_bytes([y1, y2, y3, y4, m1, m2, d1, d2]);
    let digits = text.wrapping_sub(u64::from_le_bytes([b'0'; 8]));
    let above = text.wrapping_add(u64::from_le_bytes([0x7f - b'9'; 8]));
    if (text | digits | above) & u64::from_le_bytes([0x80; 8]) != 0 {
        return None;
    }
    // Ten times each digit and the one after it, in the byte of the latter.
    let pairs = digits.wrapping_mul(10 << 8 | 1).to_le_bytes();
    let [_, century, _, year, _, month, _, day] = pairs.map(u32::from);
    NaiveDate::from_ymd_opt((century * 100 + year) as i32, month, day)
}

/// `HH:MM:SS` with an optional fraction of up to nine digits.
#[inline(never)]
fn parse_clock(bytes: &[u8]) -> Option<NaiveTime> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, fraction @ ..] = bytes else {
        return None;
    };
    let nanos = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            number(digits)? * 10u32.pow(9 - digits.len() as u32)
        }
        _ => return None,
    };
    NaiveTime::from_hms_nano_opt(
        number(&[*h1, *h2])?,
        number(&[*m1, *m2])?,
        number(&[*s1, *s2])?,
        nanos,
    )
}

/// A number of at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

/// The day that a text in a common but unaccepted notation (`2024/1/31`, `20240131`, `2024.01.31`) probably means.
pub(super) fn guess_date(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text
        .split(['/', '.', '-', '年', '月', '日', ' '])
        .take(3)
        .collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [digits, ..] if digits.len() == 8 && digits.is_ascii() => (&digits[..4], &digits[4..6], &digits[6..]),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The day that a spreadsheet's number of a day stands for (44931 is 2023-01-05), from 1954 to 2119.
pub(super) fn spreadsheet_day(text: &str) -> Option<NaiveDate> {
    let days: u64 = text
        .parse()
        .ok()
        .filter(|days| (20_000..=80_000).contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(chrono::Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_and_textual_amounts_agree() {
        let decimal = |unscaled, scale| Cell::Decimal { unscaled, scale }.amount();
        assert_eq!(decimal(12_345, 2), Ok(Some(Fen::new(12_345))));
        assert_eq!(decimal(1_234_500, 4), Cell::Text("123.45").amount());
        assert_eq!(decimal(12_345, 3), Err(Reason::TooManyDecimals));
        assert_eq!(decimal(-5, 0), Cell::Text("-5").amount());
        assert_eq!(Cell::Int(7).amount(), Ok(Some(Fen::from_yuan(7))));
        assert_eq!(Cell::Int(i64::MAX).amount(), Err(Reason::AmountTooLarge));
        assert_eq!(decimal(i128::MAX, 0), Err(Reason::AmountTooLarge));
        assert_eq!(Cell::Blank.amount(), Ok(None));
        assert_eq!(Cell::Bool(true).amount(), Err(Reason::NotAnAmount));
    }

    /// Every text of up to five of these bytes around a plain amount: what the fast reading takes, the exact one does too.
    #[test]
    fn the_usual_notation_of_an_amount_is_read_as_any_other() {
        let mut taken = 0;
        for length in 0..=5u32 {
            for code in 0..7usize.pow(length) {
                let byte = |place: u32| b"09.-+ a"[code / 7usize.pow(place) % 7];
                let text: Vec<u8> = (0..length).map(byte).collect();
                let text = str::from_utf8(&text).unwrap();
                for text in [text.to_string(), format!("1234{text}"), format!("{text}.50")] {
                    if let Some(fen) = plain_yuan(text.as_bytes()) {
                        assert_eq!(Fen::parse_yuan(&text), Ok(fen), "{text}");
                        taken += 1;
                    }
                }
            }
        }
        assert!(taken > 100);
        assert_eq!(plain_yuan(b"99999999.99"), Fen::parse_yuan("99999999.99").ok());
    }

    /// Every change of one byte of a day: a day only where each byte is a digit, and the calendar has it.
    #[test]
    fn a_day_is_ten_bytes_that_the_calendar_has() {
        for place in 0..10 {
            for byte in 0..=u8::MAX {
                let mut text = *b"2024-02-29";
                text[place] = byte;
                let exact = str::from_utf8(&text).ok().filter(|text| {
                    let digits = text.bytes().enumerate();
                    digits.fold(true, |so_far, (place, byte)| {
                        so_far && (place == 4 || place == 7 || byte.is_ascii_digit())
                    })
                });
                let exact = exact.and_then(|text| text.parse::<NaiveDate>().ok());
                assert_eq!(parse_date(&text), exact, "{text:?}");
            }
        }
    }

    #[test]
    fn rates_are_between_0_and_1_and_have_six_decimals() {
        let rate = |text| Cell::from_text(text).rate();
        for (text, ppm) in [
            ("0", 0),
            ("1", 1_000_000),
            ("0.3", 300_000),
            ("1.000", 1_000_000),
            (".0000010", 1),
        ] {
            assert_eq!(rate(text), Ok(Some(Rate::from_ppm(ppm))), "{text}");
        }
        for text in [
            "1.01",
            "-0.1",
            "30%",
            "0.1234567",
            ".",
            "1e-1",
            "99999999999999999999",
        ] {
            assert_eq!(rate(text), Err(Reason::NotARate), "{text}");
        }
        assert_eq!(
            Cell::Decimal {
                unscaled: 15,
                scale: 2
            }
            .rate(),
            Ok(Some(Rate::from_ppm(150_000)))
        );
        assert_eq!(Cell::Int(2).rate(), Err(Reason::NotARate));
    }

    #[test]
    fn days_and_times() {
        let shown = |text| {
            Cell::from_text(text)
                .time()
                .ok()
                .flatten()
                .map(|time| time.to_string())
        };
        assert_eq!(shown("2024-02-29").as_deref(), Some("2024-02-29 00:00:00"));
        assert_eq!(
            shown("2024-02-29T23:59:59").as_deref(),
            Some("2024-02-29 23:59:59")
        );
        assert_eq!(
            shown("2024-02-29 01:02:03.5").as_deref(),
            Some("2024-02-29 01:02:03.500")
        );
        for text in [
            "2023-02-29",
            "2024/01/31",
            "20240131",
            "2024-1-31",
            "2024-01-31 10:00",
            "2024-01-31x",
            "二〇二四",
        ] {
            assert_eq!(Cell::from_text(text).time(), Err(Reason::NotADate), "{text}");
        }
        for text in [
            "2024/1/31",
            "20240131",
            "2024.01.31",
            "2024年1月31日",
            "2024-1-31",
        ] {
            assert_eq!(guess_date(text), NaiveDate::from_ymd_opt(2024, 1, 31), "{text}");
        }
        assert_eq!(spreadsheet_day("45322"), NaiveDate::from_ymd_opt(2024, 1, 31));
        assert_eq!(spreadsheet_day("2024"), None);
    }

    #[test]
    fn decimals_print_with_their_scale() {
        assert_eq!(
            Cell::Decimal {
                unscaled: -5,
                scale: 2
            }
            .to_string(),
            "-0.05"
        );
        assert_eq!(
            Cell::Decimal {
                unscaled: 12_345,
                scale: 3
            }
            .to_string(),
            "12.345"
        );
    }
}
