//! Some rows of a column of Parquet: its values as they were decoded, and what its cells are.

use crate::data::caseload::Names;
use crate::data::cell::Cell;
use crate::data::known::{
    self, Codes, DayBook, Known, NO_AMOUNT, NO_CODE, NO_DAY, Recurring, UNTOLD_CODE, amount_of_cents,
    day_of_number, new_symbol, small_amounts,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use std::ops::Range;
use std::sync::Arc;

/// China has one time zone, eight hours ahead of UTC; instants are shown in it.
const CHINA_STANDARD_TIME: TimeDelta = TimeDelta::hours(8);

/// How the physical values of a column become cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    Text,
    Bool,
    Int,
    Unsigned,
    Decimal { scale: u32 },
    Date,
    Time { per_second: i64, instant: bool },
}

/// Some rows of one column.
pub(super) struct ColumnBatch {
    pub(super) reading: Reading,
    /// The values, or those that occur.
    pub(super) values: Arc<Values>,
    /// Per value in the order of the rows, which of `values` it is; else they are in that order themselves.
    pub(super) picks: Option<Vec<u32>>,
    pub(super) slots: Slots,
}

/// Which rows of a column have a value.
#[derive(Debug, PartialEq)]
pub(super) enum Slots {
    All,
    None,
    /// Per row, the position of its value plus one; 0 is null.
    Some(Vec<u32>),
}

/// Values of one type. Flags are numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    Text(Names),
    Int(Vec<i64>),
    Wide(Vec<i128>),
}

impl Values {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Values::Text(texts) => texts.len(),
            Values::Int(numbers) => numbers.len(),
            Values::Wide(numbers) => numbers.len(),
        }
    }

    /// Adds other values of the same type.
    pub(super) fn append(&mut self, others: Values) {
        match (self, others) {
            (Values::Text(texts), Values::Text(others)) => texts.append(&others, 0..others.len()),
            (Values::Int(numbers), Values::Int(mut others)) => numbers.append(&mut others),
            (Values::Wide(numbers), Values::Wide(mut others)) => numbers.append(&mut others),
            // Those of one column have one type.
            (_, _) => {}
        }
    }
}

impl ColumnBatch {
    /// A column of nulls.
    pub(super) fn blank(reading: Reading) -> ColumnBatch {
        ColumnBatch {
            reading,
            values: Arc::new(Values::Int(Vec::new())),
            picks: None,
            slots: Slots::None,
        }
    }

    /// The position of the value of `row`, unless it is null.
    #[inline(always)]
    fn place(&self, row: usize) -> Option<usize> {
        let place = match &self.slots {
            Slots::All => row,
            Slots::None => return None,
            Slots::Some(slots) => (slots[row] as usize).checked_sub(1)?,
        };
        Some(match &self.picks {
            Some(picks) => picks[place] as usize,
            None => place,
        })
    }

    /// What `read` makes of the cell in `row` of this batch.
    #[inline(always)]
    pub(super) fn with<'a, T>(&'a self, row: usize, read: impl FnOnce(Cell<'a>) -> T) -> T {
        let Some(place) = self.place(row) else {
            return read(Cell::Blank);
        };
        match &*self.values {
            Values::Text(texts) => Cell::with_text(texts.get(place as u32), read),
            Values::Wide(numbers) => read(Cell::Decimal {
                unscaled: numbers[place],
                scale: match self.reading {
                    Reading::Decimal { scale } => scale,
                    _ => 0,
                },
            }),
            Values::Int(numbers) => with_number(self.reading, numbers[place], read),
        }
    }

    /// The texts by row, if they lie so.
    pub(super) fn texts(&self) -> Option<&Names> {
        match (&*self.values, &self.slots, &self.picks) {
            (Values::Text(texts), Slots::All, None) => Some(texts),
            _ => None,
        }
    }

    /// Fetches the texts of some rows, which another core has decoded: waiting for all of them takes little longer than waiting
    /// for one.
    pub(super) fn look_ahead(&self, rows: Range<usize>) {
        if let Some(texts) = self.texts() {
            texts.look_ahead(rows);
        }
    }

    /// What `read` makes of the position of the value of each row, of none for a null. Each kind of column is compiled for
    /// itself.
    #[inline(always)]
    fn each<T>(&self, rows: Range<usize>, mut read: impl FnMut(Option<usize>) -> T) -> Vec<T> {
        let place = |slot: u32| (slot as usize).checked_sub(1);
        match (&self.slots, &self.picks) {
            (Slots::None, _) => rows.map(|_| read(None)).collect(),
            (Slots::All, None) => rows.map(|row| read(Some(row))).collect(),
            (Slots::All, Some(picks)) => {
                let picks = picks[rows].iter();
                picks.map(|&pick| read(Some(pick as usize))).collect()
            }
            (Slots::Some(slots), None) => {
                let slots = slots[rows].iter();
                slots.map(|&slot| read(place(slot))).collect()
            }
            (Slots::Some(slots), Some(picks)) => {
                let pick = |place: usize| picks[place] as usize;
                let slots = slots[rows].iter();
                slots.map(|&slot| read(place(slot).map(pick))).collect()
            }
        }
    }

    /// What `tell` makes of the number of each row; `blank` for a null. Numbers that recur are told once.
    #[inline(always)]
    fn told<T: Copy>(
        &self,
        numbers: &[i64],
        rows: Range<usize>,
        blank: T,
        tell: impl Fn(i64) -> T,
    ) -> Vec<T> {
        let all = |numbers: &[i64]| numbers.iter().map(|&number| tell(number)).collect::<Vec<T>>();
        match (&self.slots, &self.picks) {
            (Slots::All, None) => all(&numbers[rows]),
            (_, Some(_)) if numbers.len() <= rows.len() => {
                let told = all(numbers);
                self.each(rows, |place| place.map_or(blank, |place| told[place]))
            }
            _ => self.each(rows, |place| place.map_or(blank, |place| tell(numbers[place]))),
        }
    }

    /// Where the text of each row is among all `texts`.
    #[inline(always)]
    fn places<'a>(
        &'a self,
        texts: &'a Names,
        rows: Range<usize>,
    ) -> impl ExactSizeIterator<Item = (usize, usize)> + 'a {
        rows.map(|row| self.place(row).map_or((0, 0), |place| texts.place(place as u32)))
    }

    /// What is known of some rows as amounts.
    pub(super) fn amounts(&self, rows: Range<usize>) -> Known<'_> {
        match (&*self.values, self.reading) {
            _ if self.slots == Slots::None => Known::Blank,
            (Values::Int(numbers), Reading::Decimal { scale: 2 }) => {
                let small = match (&self.slots, &self.picks) {
                    (Slots::All, None) => small_amounts(&numbers[rows.clone()]),
                    _ => None,
                };
                Known::Amounts(match small {
                    Some(amounts) => amounts.into(),
                    None => self.told(numbers, rows, NO_AMOUNT, amount_of_cents).into(),
                })
            }
            (Values::Text(texts), _) => known::amounts(texts.as_bytes(), self.places(texts, rows)),
            _ => Known::Nothing,
        }
    }

    /// What is known of some rows as days.
    pub(super) fn days(&self, rows: Range<usize>, book: &mut DayBook) -> Known<'_> {
        match (&*self.values, self.reading) {
            _ if self.slots == Slots::None => Known::Blank,
            (Values::Int(numbers), Reading::Date) => {
                Known::Days(self.told(numbers, rows, NO_DAY, day_of_number()))
            }
            (Values::Text(texts), _) => known::days(texts.as_bytes(), self.places(texts, rows), book),
            _ => Known::Nothing,
        }
    }

    /// What is known of some rows as codes.
    pub(super) fn codes(&self, rows: Range<usize>, recurring: Recurring) -> Known<'_> {
        let Values::Text(texts) = &*self.values else {
            return match self.slots {
                Slots::None => Known::Blank,
                _ => Known::Nothing,
            };
        };
        match &self.picks {
            None if self.slots == Slots::All => known::codes(texts.as_bytes(), texts.places(rows), recurring),
            None => known::codes(texts.as_bytes(), self.places(texts, rows), recurring),
            // So few that it costs little to look up those too that none of these rows has.
            Some(_) if texts.len() <= rows.len() / 4 && are_codes(texts) => {
                let symbol = |place: usize| (place as u16).wrapping_add(1);
                Known::Picks(self.each(rows, |place| place.map_or(NO_CODE, symbol)))
            }
            Some(_) => Known::Codes(self.picked(texts, rows)),
        }
    }

    /// Shows the texts of the dictionary.
    pub(super) fn each_of_dictionary(&self, mut show: impl FnMut(Cell<'_>)) {
        if let Values::Text(texts) = &*self.values {
            (0..texts.len() as u32).for_each(|place| show(Cell::from_text(texts.get(place))));
        }
    }

    /// The codes of rows whose texts are few.
    fn picked(&self, texts: &Names, rows: Range<usize>) -> Codes {
        // Of which those that occur in these rows get a symbol.
        let mut met = Met {
            texts,
            symbols: vec![UNTOLD_CODE; texts.len()],
            samples: Vec::new(),
        };
        let mut row = 0usize;
        let symbols = self.each(rows, |place| {
            let this = row;
            row = row.wrapping_add(1);
            place.map_or(NO_CODE, |place| met.symbol(place, this))
        });
        Codes {
            symbols,
            samples: met.samples,
        }
    }
}

/// Whether texts are so few that each can have a symbol, and none of them is a blank, which has its own.
fn are_codes(texts: &Names) -> bool {
    let count = texts.len() as u32;
    count < u32::from(UNTOLD_CODE) && (0..count).all(|place| Cell::from_text(texts.get(place)) != Cell::Blank)
}

/// The few texts of a column that some rows have.
struct Met<'a> {
    texts: &'a Names,
    /// By the position of the text; [`UNTOLD_CODE`] for one that no row has had.
    symbols: Vec<u16>,
    /// As in [`Codes`].
    samples: Vec<usize>,
}

impl Met<'_> {
    /// The symbol of the text of a row.
    #[inline(always)]
    fn symbol(&mut self, place: usize, row: usize) -> u16 {
        match self.symbols[place] {
            UNTOLD_CODE => self.meet(place, row),
            symbol => symbol,
        }
    }

    #[inline(never)]
    fn meet(&mut self, place: usize, row: usize) -> u16 {
        let symbol = match Cell::from_text(self.texts.get(place as u32)) {
            Cell::Blank => NO_CODE,
            _ => new_symbol(&mut self.samples, row),
        };
        self.symbols[place] = symbol;
        symbol
    }
}

/// What `read` makes of a number as what its column says it is. A day outside the calendar stays a number, which is no date.
#[inline(always)]
pub(super) fn with_number<'a, T>(reading: Reading, number: i64, read: impl FnOnce(Cell<'a>) -> T) -> T {
    match reading {
        Reading::Decimal { scale } => read(Cell::Decimal {
            unscaled: i128::from(number),
            scale,
        }),
        Reading::Bool => read(Cell::Bool(number != 0)),
        Reading::Date => read(epoch_day(number).map_or(Cell::Int(number), Cell::Date)),
        Reading::Time { per_second, instant } => {
            read(epoch_time(number, per_second, instant).map_or(Cell::Int(number), Cell::Time))
        }
        _ => read(Cell::Int(number)),
    }
}

fn epoch_day(days: i64) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(i32::try_from(days).ok()?)
}

#[inline(never)]
fn epoch_time(ticks: i64, per_second: i64, instant: bool) -> Option<NaiveDateTime> {
    let nanos = ticks.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let time =
        DateTime::from_timestamp(ticks.div_euclid(per_second), u32::try_from(nanos).ok()?)?.naive_utc();
    if instant {
        time.checked_add_signed(CHINA_STANDARD_TIME)
    } else {
        Some(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known of the codes of eight rows, the second of which is null, that pick from a dictionary.
    fn codes_of(texts: &[&str]) -> Vec<String> {
        let mut names = Names::default();
        for text in texts {
            names.push(text);
        }
        let batch = ColumnBatch {
            reading: Reading::Text,
            values: Arc::new(Values::Text(names)),
            picks: Some(vec![0, 1, 1, 0, 0, 1, 1]),
            slots: Slots::Some(vec![1, 0, 2, 3, 4, 5, 6, 7]),
        };
        let mut samples = vec![String::new()];
        let symbols = match batch.codes(0..8, Recurring::Anywhere) {
            Known::Picks(symbols) => {
                batch.each_of_dictionary(|cell| samples.push(cell.to_string()));
                symbols
            }
            Known::Codes(codes) => {
                let rows = codes.samples.into_iter();
                samples.extend(rows.map(|row| batch.with(row, |cell| cell.to_string())));
                codes.symbols
            }
            _ => panic!("no codes"),
        };
        let text = |symbol: u16| samples[usize::from(symbol)].clone();
        symbols.into_iter().map(text).collect()
    }

    #[test]
    fn texts_of_a_dictionary_are_those_of_its_rows() {
        assert_eq!(codes_of(&["a", "b"]), ["a", "", "b", "b", "a", "a", "b", "b"]);
        assert_eq!(codes_of(&["a", " "]), ["a", "", "", "", "a", "a", "", ""]);
        // Too many to look up all.
        assert_eq!(codes_of(&["a", "b", "c"]), codes_of(&["a", "b"]));
    }

    #[test]
    fn instants_become_china_standard_time() {
        let time = epoch_time(1_618_156_800_000, 1_000, true).map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("2021-04-12 00:00:00"));
        let time = epoch_time(-1, 1_000_000, false).map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("1969-12-31 23:59:59.999999"));
    }
}
