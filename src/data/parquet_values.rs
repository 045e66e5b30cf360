//! What a column of a Parquet table holds, and its values encoded as suits them.

use crate::data::out_columns::{Kind, PART_ROWS};
use crate::data::parquet_encoding::{Prefixed, Signed, Unsigned, are_all, bits, deltas, hybrid};
use crate::data::parquet_levels::Levels;
use parquet::basic::{Encoding, Type as Physical};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::statistics::Statistics;
use rustc_hash::FxHashMap;

/// The most different values that are numbered; beyond that, the numbers save little.
const MAX_WORDS: usize = 4096;

/// If more than half of so many values differ, at the beginning of a column of many more, so will too many of all: numbering
/// them on would be for nothing.
const TRIED: usize = 1024;

/// Slots of the table that numbers values, as a power of two: twice as many as values, and some.
const SLOT_BITS: u32 = 13;

/// Slots of that table.
const SLOTS: usize = 1 << SLOT_BITS;

/// Rows for which a column has room from the beginning, once rows come many at a time: those of a part, and what a part may
/// have beyond, for it ends with a person.
pub(super) const ROOM: usize = PART_ROWS + PART_ROWS / 8;

/// Zstandard's fast level.
pub(super) const ZSTD_LEVEL: i32 = 1;

/// What a word without a number yet has.
const UNKNOWN: u32 = u32::MAX;

/// What an empty word has, which is a null.
const BLANK: u32 = UNKNOWN - 1;

/// The values of a column.
pub(super) enum Cells {
    /// Each with its length before it, and where it begins.
    Texts(Vec<u8>, Vec<usize>),
    Ids(Prefixed),
    Codes(Codes),
    Numbers(Numbers),
    Floats(Vec<f64>),
}

/// Numbers, in half the room as long as all of them are small.
#[derive(Default, PartialEq)]
pub(super) struct Numbers {
    /// All of them, if their differences are narrow too; else none.
    narrow: Vec<i32>,
    wide: Vec<i64>,
}

/// Words by number.
#[derive(Default)]
pub(super) struct Codes {
    codes: Vec<u32>,
    words: Vec<String>,
    /// The number of a word by the writer's own index of it, or [`UNKNOWN`], or [`BLANK`].
    by_index: Vec<u32>,
    by_word: FxHashMap<String, u32>,
}

/// The values of a column, encoded.
pub(super) struct Encoded {
    /// Number of values and bytes.
    pub dictionary: Option<(usize, Vec<u8>)>,
    pub encoding: Encoding,
    pub statistics: Statistics,
    pub compress: bool,
}

/// Memory reused from column to column.
#[derive(Default)]
pub(super) struct Scratch {
    /// The numbers of values.
    codes: Vec<u16>,
    numbering: Numbering,
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

/// Different values, numbered in the order of their appearance.
struct Numbering {
    /// Numbers, plus one, where the values lead to.
    slots: Box<[u16; SLOTS]>,
    values: Vec<i64>,
}

impl Cells {
    /// None yet.
    pub(super) fn new(kind: Kind) -> Cells {
        match kind {
            Kind::Text => Cells::Texts(Vec::new(), Vec::new()),
            Kind::Id => Cells::Ids(Prefixed::default()),
            Kind::Code => Cells::Codes(Codes::default()),
            Kind::Float => Cells::Floats(Vec::new()),
            Kind::Fen | Kind::Rate | Kind::Int | Kind::Date | Kind::Time => {
                Cells::Numbers(Numbers::default())
            }
        }
    }

    /// Forgets the values.
    pub(super) fn clear(&mut self) {
        match self {
            Cells::Texts(bytes, starts) => {
                bytes.clear();
                starts.clear();
            }
            Cells::Ids(ids) => ids.clear(),
            Cells::Codes(codes) => codes.clear(),
            Cells::Numbers(numbers) => numbers.clear(),
            Cells::Floats(numbers) => numbers.clear(),
        }
    }

    /// Appends the values to a page.
    pub(super) fn encode(
        &self,
        physical: Physical,
        nulls: u64,
        page: &mut Vec<u8>,
        scratch: &mut Scratch,
    ) -> Encoded {
        match self {
            Cells::Texts(bytes, starts) => texts(bytes, starts, nulls, page, scratch),
            Cells::Ids(ids) => {
                let encoding = if ids.len() == 0 {
                    Encoding::PLAIN
                } else {
                    ids.encode(page);
                    Encoding::DELTA_BYTE_ARRAY
                };
                Encoded {
                    dictionary: None,
                    encoding,
                    statistics: text_statistics(ids.bounds(), nulls),
                    compress: true,
                }
            }
            Cells::Codes(codes) => codes.encode(nulls, page),
            Cells::Numbers(numbers) => numbers.encode(physical, nulls, page, scratch),
            Cells::Floats(numbers) => {
                page.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
                Encoded {
                    dictionary: None,
                    encoding: Encoding::PLAIN,
                    statistics: Statistics::double(None, None, None, Some(nulls), false),
                    compress: false,
                }
            }
        }
    }
}

/// Room for a part from the beginning: growing copies.
fn make_room<T>(values: &mut Vec<T>) {
    if values.capacity() == 0 {
        values.reserve(ROOM);
    }
}

/// Appends texts by number if few are different, else as they are.
fn texts(bytes: &[u8], starts: &[usize], nulls: u64, page: &mut Vec<u8>, scratch: &mut Scratch) -> Encoded {
    scratch.codes.clear();
    let (mut known, mut words) = (FxHashMap::<&[u8], u16>::default(), Vec::new());
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    for (&start, end) in starts.iter().zip(ends) {
        let next = words.len() as u16;
        let text = &bytes[start..end];
        let code = *known.entry(text).or_insert(next);
        if code == next {
            words.push(text);
        }
        scratch.codes.push(code);
        if words.len() > MAX_WORDS {
            break;
        }
    }
    if words.is_empty() || words.len() > MAX_WORDS {
        page.extend_from_slice(bytes);
        return Encoded {
            dictionary: None,
            encoding: Encoding::PLAIN,
            statistics: text_statistics(None, nulls),
            compress: true,
        };
    }
    push_codes(&scratch.codes, words.len(), page);
    let contents = words.iter().map(|word| &word[4..]);
    let bounds = contents.clone().min().zip(contents.max());
    Encoded {
        dictionary: Some((words.len(), words.concat())),
        encoding: Encoding::RLE_DICTIONARY,
        statistics: text_statistics(bounds, nulls),
        compress: false,
    }
}

impl Numbers {
    /// Adds a number.
    #[inline]
    pub(super) fn push(&mut self, number: i64) {
        self.add(std::iter::once(number));
    }

    /// Adds many numbers.
    #[inline(always)]
    pub(super) fn extend(&mut self, numbers: impl Iterator<Item = i64> + Clone) {
        if self.wide.is_empty() {
            make_room(&mut self.narrow);
        }
        self.add(numbers);
    }

    #[inline(always)]
    fn add(&mut self, numbers: impl Iterator<Item = i64> + Clone) {
        /// The differences of smaller ones are narrow.
        const MOST: i64 = 1 << 30;
        if self.wide.is_empty() {
            let (known, mut all) = (self.narrow.len(), 0);
            self.narrow.extend(numbers.clone().map(|number| {
                all |= number.wrapping_add(MOST) as u64;
                number as i32
            }));
            if all < 2 * MOST as u64 {
                return;
            }
            self.narrow.truncate(known);
            self.wide.reserve(self.narrow.capacity());
            self.wide.extend(self.narrow.drain(..).map(i64::from));
        }
        self.wide.extend(numbers);
    }

    /// Forgets the numbers.
    fn clear(&mut self) {
        self.narrow.clear();
        self.wide.clear();
    }

    /// Appends the numbers to a page.
    fn encode(&self, physical: Physical, nulls: u64, page: &mut Vec<u8>, scratch: &mut Scratch) -> Encoded {
        if self.wide.is_empty() {
            numbers(&self.narrow, physical, nulls, page, scratch)
        } else {
            numbers(&self.wide, physical, nulls, page, scratch)
        }
    }
}

impl Codes {
    /// Adds a word.
    pub(super) fn push(&mut self, word: &str) {
        let code = self.number(word);
        self.codes.push(code);
    }

    /// Adds a word for which `index` stands.
    #[inline]
    pub(super) fn push_indexed(&mut self, index: usize, word: &str) {
        let code = match self.by_index.get(index) {
            Some(&code) if code != UNKNOWN => code,
            _ => self.learn(index, word),
        };
        self.codes.push(code);
    }

    /// Adds a word so many times.
    pub(super) fn push_all(&mut self, word: &str, times: usize) {
        let code = self.number(word);
        self.codes.resize(self.codes.len() + times, code);
    }

    /// Adds words by their indices and what `word` makes of them; nothing, and what makes an empty word, is a null.
    #[inline(always)]
    pub(super) fn extend<W: Copy>(
        &mut self,
        cells: impl ExactSizeIterator<Item = Option<(usize, W)>>,
        word: impl Fn(W) -> &'static str,
        levels: &mut Levels,
    ) {
        let known = self.codes.len();
        let mut codes = std::mem::take(&mut self.codes);
        make_room(&mut codes);
        codes.extend(cells.map(|cell| match cell {
            None => BLANK,
            Some((index, what)) => match self.by_index.get(index) {
                Some(&code) if code != UNKNOWN => code,
                _ => self.learn(index, word(what)),
            },
        }));
        self.codes = codes;
        self.drop_blanks(known, levels);
    }

    /// Tells values from nulls among the codes from a place on, and keeps the values.
    fn drop_blanks(&mut self, from: usize, levels: &mut Levels) {
        let added = &mut self.codes[from..];
        if !added.iter().fold(false, |any, &code| any | (code == BLANK)) {
            levels.add_values(added.len());
            return;
        }
        let nulls = added.iter().filter(|&&code| code == BLANK).count();
        levels.add(added.iter().map(|&code| code != BLANK), nulls);
        let mut values = 0;
        for index in 0..added.len() {
            let code = added[index];
            added[values] = code;
            values = values.wrapping_add(usize::from(code != BLANK));
        }
        self.codes.truncate(from + values);
    }

    /// The number of a word.
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&code) = self.by_word.get(word) {
            return code;
        }
        let code = self.words.len() as u32;
        self.words.push(word.to_string());
        self.by_word.insert(word.to_string(), code);
        code
    }

    /// Remembers the number of a word by the writer's index of it.
    #[cold]
    fn learn(&mut self, index: usize, word: &str) -> u32 {
        let code = if word.is_empty() { BLANK } else { self.number(word) };
        if self.by_index.len() <= index {
            self.by_index.resize(index + 1, UNKNOWN);
        }
        self.by_index[index] = code;
        code
    }

    /// Forgets the numbers and the words, so that every part numbers them anew.
    fn clear(&mut self) {
        self.codes.clear();
        self.words.clear();
        self.by_index.clear();
        self.by_word.clear();
    }

    /// Appends the numbers to a page.
    fn encode(&self, nulls: u64, page: &mut Vec<u8>) -> Encoded {
        let words = &self.words;
        let bounds = words.iter().min().zip(words.iter().max());
        let statistics = text_statistics(
            bounds.map(|(least, most)| (least.as_bytes(), most.as_bytes())),
            nulls,
        );
        let mut plain = Vec::new();
        for word in words {
            plain.extend_from_slice(&(word.len() as u32).to_le_bytes());
            plain.extend_from_slice(word.as_bytes());
        }
        if !words.is_empty() {
            push_codes(&self.codes, words.len(), page);
        }
        Encoded {
            encoding: if words.is_empty() {
                Encoding::PLAIN
            } else {
                Encoding::RLE_DICTIONARY
            },
            dictionary: (!words.is_empty()).then_some((words.len(), plain)),
            statistics,
            compress: false,
        }
    }
}

/// Appends numbers by number if few are different, else as differences.
fn numbers<T: Signed>(
    values: &[T],
    physical: Physical,
    nulls: u64,
    page: &mut Vec<u8>,
    scratch: &mut Scratch,
) -> Encoded {
    let narrow = physical == Physical::INT32;
    let (encoding, dictionary, bounds) = if values.is_empty() {
        (Encoding::PLAIN, None, None)
    } else if scratch.number(values) {
        let words = &scratch.numbering.values;
        push_codes(&scratch.codes, words.len(), page);
        let plain = if narrow {
            words
                .iter()
                .flat_map(|&word| (word as i32).to_le_bytes())
                .collect()
        } else {
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        (
            Encoding::RLE_DICTIONARY,
            Some((words.len(), plain)),
            least_and_most(words),
        )
    } else {
        // About as much as amounts take.
        page.reserve(values.len() * 3);
        deltas(values, page);
        let bounds = least_and_most(values).map(|(least, most)| (least.into(), most.into()));
        (Encoding::DELTA_BINARY_PACKED, None, bounds)
    };
    let (least, most) = bounds.unzip();
    let statistics = if narrow {
        // Days and rates, which fit.
        let [least, most] = [least, most].map(|bound| bound.map(|value| value as i32));
        Statistics::int32(least, most, None, Some(nulls), false)
    } else {
        Statistics::int64(least, most, None, Some(nulls), false)
    };
    Encoded {
        dictionary,
        encoding,
        statistics,
        compress: false,
    }
}

/// The least and the greatest of some numbers.
fn least_and_most<T: Copy + Ord>(values: &[T]) -> Option<(T, T)> {
    let first = *values.first()?;
    let least = values.iter().fold(first, |least, &value| least.min(value));
    let most = values.iter().fold(first, |most, &value| most.max(value));
    Some((least, most))
}

impl Default for Numbering {
    fn default() -> Numbering {
        Numbering {
            slots: Box::new([0; SLOTS]),
            values: Vec::new(),
        }
    }
}

impl Numbering {
    /// The number of a value.
    #[inline]
    fn number(&mut self, value: i64) -> u16 {
        let mixed = (value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slot = (mixed >> (u64::BITS - SLOT_BITS)) as usize;
        loop {
            let number = self.slots[slot];
            if number == 0 {
                self.values.push(value);
                self.slots[slot] = self.values.len() as u16;
                return self.values.len() as u16 - 1;
            }
            if self.values[usize::from(number) - 1] == value {
                return number - 1;
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// Numbers values, of which the last one is known with its number.
    #[inline]
    fn number_all<T: Signed>(&mut self, values: &[T], last: &mut (T, u16), numbers: &mut [u16]) {
        for (&value, number) in values.iter().zip(numbers) {
            if value != last.0 {
                *last = (value, self.number(value.into()));
            }
            *number = last.1;
        }
    }
}

impl Scratch {
    /// Numbers the values in the order of their appearance; says whether they are few enough.
    fn number<T: Signed>(&mut self, values: &[T]) -> bool {
        // What is there of another column is written over.
        self.codes.resize(values.len(), 0);
        let numbering = &mut self.numbering;
        numbering.slots.fill(0);
        numbering.values.clear();
        let Some(&first) = values.first() else {
            return true;
        };
        let mut last = (first, numbering.number(first.into()));
        let (eights, rest) = values.as_chunks::<8>();
        let (places, rest_places) = self.codes.as_chunks_mut::<8>();
        let many = values.len() > 8 * TRIED;
        for (index, (eight, place)) in eights.iter().zip(places).enumerate() {
            // Most columns hold the same over and over.
            if are_all(eight, last.0) {
                *place = [last.1; 8];
                continue;
            }
            numbering.number_all(eight, &mut last, place);
            let words = numbering.values.len();
            if words > MAX_WORDS || (many && index < TRIED / 8 && words > TRIED / 2) {
                return false;
            }
        }
        numbering.number_all(rest, &mut last, rest_places);
        numbering.values.len() <= MAX_WORDS
    }

    /// The bytes compressed, if that saves enough.
    pub(super) fn compressed(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, ParquetError> {
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => none.insert(zstd::bulk::Compressor::new(ZSTD_LEVEL)?),
        };
        let compressed = compressor.compress(bytes)?;
        Ok((compressed.len() < bytes.len() / 8 * 7).then_some(compressed))
    }
}

/// The numbers of words as a page of them has them.
fn push_codes<T: Unsigned>(codes: &[T], words: usize, page: &mut Vec<u8>) {
    let width = bits(words as u64 - 1).max(1);
    page.reserve(codes.len() / 8 * width + codes.len() / 256);
    page.push(width as u8);
    hybrid(codes, width, page);
}

fn text_statistics(bounds: Option<(&[u8], &[u8])>, nulls: u64) -> Statistics {
    let (least, most) = bounds.unzip();
    let [least, most] = [least, most].map(|bound| bound.map(|text| ByteArray::from(text.to_vec())));
    Statistics::byte_array(least, most, None, Some(nulls), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of them just small enough or not, wherever, and added one at a time or many.
    #[test]
    fn narrow_numbers_make_the_page_of_wide_ones() {
        const EDGE: i64 = 1 << 30;
        let page_of = |encode: &dyn Fn(&mut Vec<u8>) -> Encoded| {
            let mut page = Vec::new();
            let encoded = encode(&mut page);
            let found = (encoded.dictionary, encoded.encoding);
            (page, found, format!("{:?}", encoded.statistics))
        };
        let (mut column, mut narrow) = (Numbers::default(), 0);
        for edge in [0, EDGE - 1, EDGE, -EDGE, -EDGE - 1, i64::MAX, i64::MIN] {
            for (at, different) in [(0, 3), (500, 3), (1_500, 3), (0, 1_999), (1_500, 1_999)] {
                let mut values: Vec<i64> = (0..2_000).map(|n| n * 7_919 % different).collect();
                values[at] = edge;
                let scratch = Scratch::default;
                let wide = page_of(&|page| numbers(&values, Physical::INT64, 0, page, &mut scratch()));
                for at_once in [1, 128, values.len()] {
                    column.clear();
                    for some in values.chunks(at_once) {
                        match some {
                            [one] => column.push(*one),
                            many => column.extend(many.iter().copied()),
                        }
                    }
                    narrow += usize::from(column.wide.is_empty());
                    let found = page_of(&|page| column.encode(Physical::INT64, 0, page, &mut scratch()));
                    assert!(found == wide, "{edge} at {at}, {at_once} at once");
                }
            }
        }
        assert_eq!(narrow, 3 * 5 * 3, "those of 0 and of the two edges within");
    }
}
