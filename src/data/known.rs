//! What the cells of a column say, read a column at a time.
//!
//! Every reading here is certain, or says nothing: then the cell is read exactly, by itself (`cell`). Rows are parsed from
//! what is known so, and look at their own cells only where nothing is.

use crate::data::cell::parse_date;
use crate::money::Fen;
use chrono::NaiveDate;
use std::borrow::Cow;
#[cfg(feature = "parquet")]
use std::sync::LazyLock;

/// What is known of a column's cells, by row.
pub(super) enum Known<'a> {
    /// Nothing.
    Nothing,
    /// All of them are blank.
    Blank,
    /// Fen; [`NO_AMOUNT`] for a blank, [`UNTOLD_AMOUNT`] for a cell to be read by itself.
    Amounts(Cow<'a, [i64]>),
    /// Days without a time of day; [`NO_DAY`] for a blank, [`UNTOLD_DAY`] for a cell to be read by itself.
    Days(Vec<NaiveDate>),
    /// Texts that recur.
    Codes(Codes),
    /// Texts of the dictionary of a column of Parquet: of each its place there plus one, as a symbol; [`NO_CODE`] for a blank.
    #[cfg(feature = "parquet")]
    Picks(Vec<u16>),
}

/// A blank among amounts.
pub(super) const NO_AMOUNT: i64 = i64::MIN;

/// An amount that is to be read by itself.
pub(super) const UNTOLD_AMOUNT: i64 = i64::MIN + 1;

/// A blank among days.
pub(super) const NO_DAY: NaiveDate = NaiveDate::MIN;

/// A day that is to be read by itself.
pub(super) const UNTOLD_DAY: NaiveDate = NaiveDate::MAX;

/// The symbol of a blank.
pub(super) const NO_CODE: u16 = 0;

/// The symbol of a text that is to be read by itself.
pub(super) const UNTOLD_CODE: u16 = u16::MAX;

/// Texts by numbers of a block's own, so that what each means is looked up once. Two numbers may stand for one text.
#[derive(Default)]
pub(super) struct Codes {
    /// Per row, its symbol; [`NO_CODE`] for a blank, [`UNTOLD_CODE`] for a cell to be read by itself.
    pub(super) symbols: Vec<u16>,
    /// Per symbol from 1 on, a row that has it.
    pub(super) samples: Vec<usize>,
}

/// A symbol for the text of a row, with the samples of those before.
#[inline]
pub(super) fn new_symbol(samples: &mut Vec<usize>, row: usize) -> u16 {
    if samples.len() + 1 >= usize::from(UNTOLD_CODE) {
        return UNTOLD_CODE;
    }
    samples.push(row);
    samples.len() as u16
}

/// The amount in the cell of `text` from `start` to `end`, in its usual notation.
#[inline(always)]
fn amount(text: &[u8], start: usize, end: usize) -> i64 {
    /// What five digits of yuan, the point and two of cents are without their values.
    const ZEROS: u64 = u64::from_le_bytes(*b"00000.00");
    /// What makes the highest bit of a byte that is above 9, and of a point that is none.
    const ABOVE: u64 = u64::from_le_bytes([0x76, 0x76, 0x76, 0x76, 0x76, 0x7f, 0x76, 0x76]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    const YUAN: u64 = 0x0000_00ff_ffff_ffff;
    let length = end.wrapping_sub(start);
    if !(4..=8).contains(&length) {
        return if length == 0 { NO_AMOUNT } else { UNTOLD_AMOUNT };
    }
    // The eight bytes up to the end of the cell, the last one highest.
    let Some(word) = text
        .get(end.wrapping_sub(8)..end)
        .and_then(|word| word.first_chunk::<8>())
    else {
        return UNTOLD_AMOUNT;
    };
    // Those before the cell count as zeros.
    let before = 64u32.wrapping_sub(8 * length as u32);
    let values = ((u64::from_le_bytes(*word) ^ ZEROS) >> before) << before;
    if (values | values.wrapping_add(ABOVE)) & HIGHEST != 0 {
        return UNTOLD_AMOUNT;
    }
    // Without the point: a zero, five digits of yuan, two of cents. Pairs of digits, then all of them at once.
    let digits = (values & YUAN) << 8 | values & !YUAN;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let high = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let low = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    (high.wrapping_add(low) >> 32) as i64
}

/// What is known of an amount: nothing, or that it is blank, or the amount.
#[inline(always)]
pub(super) fn told_amount(told: i64) -> Option<Option<Fen>> {
    match told {
        UNTOLD_AMOUNT => None,
        NO_AMOUNT => Some(None),
        fen => Some(Some(Fen::new(fen))),
    }
}

/// What is known of a day: nothing, or that it is blank, or the day.
#[inline(always)]
pub(super) fn told_day(told: NaiveDate) -> Option<Option<NaiveDate>> {
    match told {
        UNTOLD_DAY => None,
        NO_DAY => Some(None),
        day => Some(Some(day)),
    }
}

/// The amounts of numbers with two decimals that all are small and none is below zero, as most columns' are.
#[cfg(feature = "parquet")]
pub(super) fn small_amounts(cents: &[i64]) -> Option<&[i64]> {
    const BITS: u32 = Fen::MAX_INPUT.get().ilog2();
    let any = cents.iter().fold(0, |any, cents| any | cents);
    (any >> BITS == 0).then_some(cents)
}

/// The amount of a number with two decimals, if its size needs no check.
#[inline(always)]
#[cfg(feature = "parquet")]
pub(super) fn amount_of_cents(cents: i64) -> i64 {
    if cents.unsigned_abs() <= Fen::MAX_INPUT.get().unsigned_abs() {
        cents
    } else {
        UNTOLD_AMOUNT
    }
}

/// The number of the first of [`DAYS`], 1900-01-01, counted from 1970.
#[cfg(feature = "parquet")]
const FIRST_DAY: i64 = -25_567;

/// The days of two centuries, so that the calendar is asked but once for each.
#[cfg(feature = "parquet")]
static DAYS: LazyLock<Vec<NaiveDate>> = LazyLock::new(|| {
    const COUNT: usize = 73_049;
    let first = calendar_day(FIRST_DAY);
    first.iter_days().take(COUNT).collect()
});

/// What tells the day of a number of days since 1970.
#[inline(always)]
#[cfg(feature = "parquet")]
pub(super) fn day_of_number() -> impl Fn(i64) -> NaiveDate {
    let known = DAYS.as_slice();
    |number| match known.get(number.wrapping_sub(FIRST_DAY) as usize) {
        Some(&day) => day,
        None => calendar_day(number),
    }
}

#[inline(never)]
#[cfg(feature = "parquet")]
fn calendar_day(number: i64) -> NaiveDate {
    let day = i32::try_from(number).ok().and_then(NaiveDate::from_epoch_days);
    day.filter(|&day| day != NO_DAY).unwrap_or(UNTOLD_DAY)
}

/// Days that were met, so that each text is read but once.
pub(super) struct DayBook {
    texts: Vec<(u64, u16, NaiveDate)>,
}

/// Slots of a [`DayBook`]: more than a year has days.
const DAY_SLOTS: usize = 512;

impl DayBook {
    /// None was met.
    pub(super) fn new() -> DayBook {
        DayBook { texts: Vec::new() }
    }

    /// The day in the cell of `text` from `start` to `end`: `YYYY-MM-DD`.
    #[inline(always)]
    pub(super) fn of_text(&mut self, text: &[u8], start: usize, end: usize) -> NaiveDate {
        let length = end.wrapping_sub(start);
        if length != 10 {
            return if length == 0 { NO_DAY } else { UNTOLD_DAY };
        }
        let Some((month, day)) = text
            .get(start..end)
            .and_then(|cell| cell.split_first_chunk::<8>())
        else {
            return UNTOLD_DAY;
        };
        let Some(day) = day.first_chunk::<2>() else {
            return UNTOLD_DAY;
        };
        let (month, day) = (u64::from_le_bytes(*month), u16::from_le_bytes(*day));
        // Any function of the bytes would do; this one tells the days of a year apart.
        let digit = |place: u32| month.wrapping_shr(8 * place) as usize & 15;
        let of_month = (digit(5) & 1) * 10 + digit(6);
        let of_day = usize::from(day & 3) * 10 + usize::from(day >> 8 & 15);
        if self.texts.is_empty() {
            // No text is found in an empty slot: what it stands for is to be read by itself.
            self.texts = vec![(0, 0, UNTOLD_DAY); DAY_SLOTS];
        }
        let slot = &mut self.texts[(of_month * 32 + of_day + digit(3) * 37) % DAY_SLOTS];
        if (slot.0, slot.1) != (month, day) {
            let found = text.get(start..end).and_then(parse_date);
            *slot = (month, day, found.unwrap_or(UNTOLD_DAY));
        }
        slot.2
    }
}

/// The amounts in the cells of `text` at these places.
#[inline(always)]
pub(super) fn amounts(text: &[u8], places: impl Iterator<Item = (usize, usize)>) -> Known<'static> {
    Known::Amounts(places.map(|(start, end)| amount(text, start, end)).collect())
}

/// The days in the cells of `text` at these places.
#[inline(always)]
pub(super) fn days(
    text: &[u8],
    places: impl Iterator<Item = (usize, usize)>,
    book: &mut DayBook,
) -> Known<'static> {
    Known::Days(
        places
            .map(|(start, end)| book.of_text(text, start, end))
            .collect(),
    )
}

/// The symbols of the cells of `text` at these places.
#[inline(always)]
pub(super) fn codes(
    text: &[u8],
    places: impl ExactSizeIterator<Item = (usize, usize)>,
    recurring: Recurring,
) -> Known<'static> {
    codes_of(places.map(|(start, end)| (text, start, end)), recurring)
}

/// As [`codes`], of cells that each have a text.
#[inline(always)]
pub(super) fn codes_of<'t>(
    cells: impl ExactSizeIterator<Item = (&'t [u8], usize, usize)>,
    recurring: Recurring,
) -> Known<'static> {
    let mut known = Symbols::new(recurring);
    // The key of no text is 0.
    let (mut last, mut symbol) = (0, NO_CODE);
    let read = |(row, (text, start, end)): (usize, (&[u8], usize, usize))| match key(text, start, end) {
        // Many columns have the same in most rows.
        Some(key) if key == last => symbol,
        Some(key) => {
            (last, symbol) = (key, known.symbol(key, row));
            symbol
        }
        None => known.long_symbol(text.get(start..end), row),
    };
    let symbols = cells.enumerate().map(read).collect();
    let samples = known.samples;
    Known::Codes(Codes { symbols, samples })
}

/// As [`codes`], of cells that have no more than [`SHORT`] bytes each.
pub(super) fn short_codes(
    text: &[u8],
    places: impl ExactSizeIterator<Item = (usize, usize)>,
) -> Known<'static> {
    let mut known = Symbols::new(Recurring::Anywhere);
    let (mut last, mut symbol) = (0, NO_CODE);
    let read = |(row, (start, end)): (usize, (usize, usize))| {
        let key = short_key(text, start, end);
        if key != last {
            let (bytes, length) = (key & !(u64::MAX << (8 * SHORT)), key >> (8 * SHORT));
            let wide = u128::from(bytes) | u128::from(length) << (8 * LONGEST_KEY);
            (last, symbol) = (key, known.symbol(wide, row));
        }
        symbol
    };
    let symbols = places.enumerate().map(read).collect();
    let samples = known.samples;
    Known::Codes(Codes { symbols, samples })
}

/// Gives texts symbols.
struct Symbols {
    /// As in [`Codes`].
    samples: Vec<usize>,
    /// The key of a text and its symbol, where its hash says. What is not found there gets a new symbol.
    slots: Vec<(u128, u16)>,
    /// The last text that is too long for a key, and its symbol.
    last_long: (Vec<u8>, u16),
}

/// Where a text is to be expected again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Recurring {
    /// In any row.
    Anywhere,
    /// In the rows that come next: if it comes again later, it gets another symbol.
    Next,
}

/// Slots of [`Symbols`] at first, and once there are many texts.
const CODE_SLOTS: [usize; 2] = [128, 2048];

/// Texts of more bytes have no key, and are told from the one before alone.
const LONGEST_KEY: usize = 15;

/// Texts of no more bytes have a key in one word.
pub(super) const SHORT: usize = 7;

impl Symbols {
    fn new(recurring: Recurring) -> Symbols {
        let slots = match recurring {
            Recurring::Anywhere => CODE_SLOTS[0],
            Recurring::Next => 1,
        };
        Symbols {
            samples: Vec::new(),
            slots: vec![(0, NO_CODE); slots],
            last_long: (Vec::new(), UNTOLD_CODE),
        }
    }

    /// The symbol of the text of a row.
    #[inline(always)]
    fn symbol(&mut self, key: u128, row: usize) -> u16 {
        let (known, symbol) = self.slots[self.place(key)];
        if known == key { symbol } else { self.meet(key, row) }
    }

    /// Which slot is a key's: there is a power of two of them.
    #[inline(always)]
    fn place(&self, key: u128) -> usize {
        let mixed = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & self.slots.len().wrapping_sub(1)
    }

    /// The symbol of a text that is in no slot.
    #[inline(never)]
    fn meet(&mut self, key: u128, row: usize) -> u16 {
        let [few, many] = CODE_SLOTS;
        if self.slots.len() == few && self.samples.len() >= few / 2 {
            let slots = std::mem::replace(&mut self.slots, vec![(0, NO_CODE); many]);
            for slot in slots {
                let place = self.place(slot.0);
                self.slots[place] = slot;
            }
        }
        let (place, symbol) = (self.place(key), self.new_symbol(key, row));
        self.slots[place] = (key, symbol);
        symbol
    }

    fn new_symbol(&mut self, key: u128, row: usize) -> u16 {
        let bytes = key.to_le_bytes();
        match bytes.get(..usize::from(bytes[LONGEST_KEY])) {
            Some([]) => NO_CODE,
            Some(text) if is_plain(text) => new_symbol(&mut self.samples, row),
            _ => UNTOLD_CODE,
        }
    }

    /// The symbol of a text that is too long for a key: that of the one before, or a new one. What is no part of the whole
    /// text is to be read by itself.
    #[inline(never)]
    fn long_symbol(&mut self, text: Option<&[u8]>, row: usize) -> u16 {
        let Some(text) = text else {
            return UNTOLD_CODE;
        };
        if self.last_long.0 != text {
            self.last_long.0.clear();
            self.last_long.0.extend_from_slice(text);
            self.last_long.1 = match is_plain(text) {
                true => new_symbol(&mut self.samples, row),
                false => UNTOLD_CODE,
            };
        }
        self.last_long.1
    }
}

/// Whether there are certainly no blanks around a text, which would not belong to it, nor is it one.
#[inline(always)]
pub(super) fn is_plain(text: &[u8]) -> bool {
    let is_visible = |byte: Option<&u8>| matches!(byte, Some(b'!'..=b'~'));
    is_visible(text.first()) && is_visible(text.last())
}

/// Per length of a text that has a key, the bits of its bytes.
const KEPT: [u128; LONGEST_KEY + 1] = {
    let (mut kept, mut length) = ([0; LONGEST_KEY + 1], 0);
    while length < kept.len() {
        kept[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    kept
};

/// The bytes of a short text and how many they are, as a number; 0 for no text.
#[inline(always)]
fn key(text: &[u8], start: usize, end: usize) -> Option<u128> {
    let length = end.wrapping_sub(start);
    let kept = KEPT.get(length)?;
    let bytes = match text.get(start..).and_then(|rest| rest.first_chunk::<16>()) {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => key_at_end(text.get(start..end)?),
    };
    Some(bytes & kept | (length as u128) << (8 * LONGEST_KEY))
}

/// As [`key`], of a text of at most [`SHORT`] bytes.
#[inline(always)]
fn short_key(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end.wrapping_sub(start) & SHORT;
    let bytes = match text.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => key_at_end(text.get(start..end).unwrap_or_default()) as u64,
    };
    bytes & !u64::MAX.wrapping_shl(8 * length as u32) | (length as u64) << (8 * SHORT)
}

#[cold]
fn key_at_end(text: &[u8]) -> u128 {
    u128::from_le_bytes(std::array::from_fn(|index| text.get(index).copied().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::cell::Cell;
    use crate::money::Fen;
    use proptest::prelude::*;

    /// What is known of an amount is what the exact reading says, and of the usual notations something is known.
    fn check_amount(before: &str, cell: &str, after: &str) -> bool {
        let text = format!("{before}{cell}{after}");
        let found = amount(text.as_bytes(), before.len(), before.len() + cell.len());
        let exact = Cell::from_text(cell).amount();
        match found {
            NO_AMOUNT => assert_eq!(exact, Ok(None), "{cell}"),
            UNTOLD_AMOUNT => return false,
            fen => assert_eq!(exact, Ok(Some(Fen::new(fen))), "{cell}"),
        }
        true
    }

    #[test]
    fn amounts_are_what_they_are_cell_by_cell() {
        for cell in ["0.00", "1.05", "12.34", "99999.99", ""] {
            assert!(check_amount("P1,390,", cell, ",1"), "{cell}");
        }
        for cell in [
            "1",
            ".50",
            "1.5",
            "-1.00",
            "+1.00",
            "123456.00",
            "1.000",
            "1,00",
            "1.0a",
            " 1.00",
        ] {
            assert!(!check_amount("P1,390,", cell, ",1"), "{cell}");
        }
        // Every byte in every place of the longest one.
        for place in 0..8 {
            for byte in 0..0x80u8 {
                let mut cell = *b"12345.67";
                cell[place] = byte;
                check_amount("P1,390,", str::from_utf8(&cell).unwrap(), "");
            }
        }
    }

    #[test]
    fn days_are_what_they_are_cell_by_cell() {
        let mut days = DayBook::new();
        for cell in [
            "2024-02-29",
            "2023-02-29",
            "2024-02-29",
            "1924-02-29",
            "2024-1-31",
            "",
            "\0\0\0\0\0\0\0\0\0\0",
            "2024-02-29 00:00:00",
            "2024-02-9x",
            "2024-02-29",
        ] {
            let text = format!("x,{cell},");
            let exact = Cell::from_text(cell).time();
            match days.of_text(text.as_bytes(), 2, 2 + cell.len()) {
                NO_DAY => assert_eq!(exact, Ok(None), "{cell}"),
                UNTOLD_DAY => assert!(cell.len() != 10 || exact.is_err(), "{cell}"),
                day => assert_eq!(exact.ok().flatten().map(|time| time.date()), Some(day), "{cell}"),
            }
        }
    }

    #[test]
    #[cfg(feature = "parquet")]
    fn numbers_of_days_are_those_of_the_calendar() {
        let last = FIRST_DAY + DAYS.len() as i64 - 1;
        let year_2100 = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
        assert_eq!(day_of_number()(FIRST_DAY).to_string(), "1900-01-01");
        assert_eq!(day_of_number()(last).succ_opt(), Some(year_2100));
        for number in [0, FIRST_DAY - 1, FIRST_DAY, last, last + 1, -700_000, 1_000_000] {
            let expected = NaiveDate::from_epoch_days(number as i32);
            assert_eq!(Some(day_of_number()(number)), expected, "{number}");
        }
        for number in [
            i64::MIN,
            i64::from(i32::MIN),
            i64::from(i32::MAX),
            1 << 32,
            i64::MAX,
        ] {
            assert_eq!(day_of_number()(number), UNTOLD_DAY, "{number}");
        }
    }

    #[test]
    #[cfg(feature = "parquet")]
    fn small_amounts_are_what_each_is_by_itself() {
        let largest = Fen::MAX_INPUT.get();
        for cents in [
            vec![],
            vec![0, 5],
            vec![5, -1],
            vec![largest + 1],
            vec![NO_AMOUNT],
        ] {
            let each: Vec<i64> = cents.iter().copied().map(amount_of_cents).collect();
            match small_amounts(&cents) {
                Some(amounts) => assert_eq!(amounts, each),
                None => assert!(cents.iter().any(|&cents| !(0..=largest).contains(&cents))),
            }
        }
    }

    proptest! {
        #[test]
        fn short_texts_have_the_same_symbols(cells in prop::collection::vec("[ab ]{0,3}|[a-c]{6,7}|医", 0..300)) {
            let mut text = String::new();
            let places: Vec<_> = cells.iter().map(|cell| {
                text.push_str(cell);
                (text.len() - cell.len(), text.len())
            }).collect();
            let symbols = |known| match known {
                Known::Codes(codes) => (codes.symbols, codes.samples),
                _ => panic!("no codes"),
            };
            let all = codes(text.as_bytes(), places.iter().copied(), Recurring::Anywhere);
            prop_assert_eq!(symbols(short_codes(text.as_bytes(), places.into_iter())), symbols(all));
        }

        #[test]
        fn equal_symbols_are_equal_texts(cells in prop::collection::vec("[ab ]{0,2}|[a-c]{14,17}|[a-j]{2}|医", 0..900), next: bool) {
            let mut text = String::new();
            let places: Vec<_> = cells.iter().map(|cell| {
                text.push_str(cell);
                (text.len() - cell.len(), text.len())
            }).collect();
            let recurring = if next { Recurring::Next } else { Recurring::Anywhere };
            let Known::Codes(codes) = codes(text.as_bytes(), places.into_iter(), recurring) else { panic!("no codes") };
            prop_assert_eq!(codes.symbols.len(), cells.len());
            for (cell, &symbol) in cells.iter().zip(&codes.symbols) {
                match symbol {
                    NO_CODE => prop_assert_eq!(cell, ""),
                    UNTOLD_CODE => prop_assert!(cell.trim() != cell || !cell.is_ascii()),
                    symbol => prop_assert_eq!(cell, &cells[codes.samples[usize::from(symbol) - 1]]),
                }
            }
        }
    }
}
