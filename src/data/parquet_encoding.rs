//! Encodings of Parquet values: bit-packed runs, deltas of numbers, shared beginnings of texts.

use std::ops::{BitOr, BitXor};

/// The most groups of eight in one bit-packed run: its header is then a single byte, as every writer keeps it.
const RUN_GROUPS: usize = 63;

/// Equal values from which a run of its own is shorter than packing them.
const MIN_RUN: usize = 16;

/// Values of a block of deltas.
const BLOCK: usize = 128;

/// Values of each of the four parts of a block, which have a bit width of their own.
const MINIBLOCK: usize = 32;

/// Bytes that an identifier mostly has after what it shares with the one before.
const USUAL_REST: usize = 6;

/// A number without a sign, to be packed.
pub(super) trait Unsigned:
    Copy + Default + PartialEq + BitXor<Output = Self> + BitOr<Output = Self> + Into<u64>
{
}

impl<T> Unsigned for T where T: Copy + Default + PartialEq + BitXor<Output = T> + BitOr<Output = T> + Into<u64>
{}

/// A number whose differences are packed. None of the methods can overflow: what does not fit is cut off, and is there
/// again when a reader adds it.
pub(super) trait Signed:
    Copy + Default + Ord + BitXor<Output = Self> + BitOr<Output = Self> + Into<i64>
{
    /// What a difference has above the least one.
    type Above: Unsigned;

    /// `self` minus `other`.
    fn minus(self, other: Self) -> Self;

    /// `self` minus `least`, which is no greater.
    fn above(self, least: Self) -> Self::Above;
}

impl Signed for i32 {
    type Above = u32;

    #[inline]
    fn minus(self, other: i32) -> i32 {
        self.wrapping_sub(other)
    }

    #[inline]
    fn above(self, least: i32) -> u32 {
        self.wrapping_sub(least) as u32
    }
}

impl Signed for i64 {
    type Above = u64;

    #[inline]
    fn minus(self, other: i64) -> i64 {
        self.wrapping_sub(other)
    }

    #[inline]
    fn above(self, least: i64) -> u64 {
        self.wrapping_sub(least) as u64
    }
}

/// Bits in which every number up to `most` fits.
pub(super) fn bits(most: u64) -> usize {
    (u64::BITS - most.leading_zeros()) as usize
}

/// An unsigned number, seven bits to a byte.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A number in which the sign is the lowest bit.
fn zigzag(number: i64, out: &mut Vec<u8>) {
    varint(((number << 1) ^ (number >> 63)) as u64, out);
}

/// Appends values of `width` bits each, least significant bits first: eight in so many bytes.
fn pack<T: Unsigned>(eights: &[[T; 8]], width: usize, out: &mut Vec<u8>) {
    let at = out.len();
    out.resize(at + eights.len() * width, 0);
    let place = &mut out[at..];
    // Each width is compiled by itself, for then all shifts are known.
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => pack_in::<$width, T>(eights, place),)*
                _ => {} // Nothing to tell.
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64);
}

/// Writes values of `WIDTH` bits.
fn pack_in<const WIDTH: usize, T: Unsigned>(eights: &[[T; 8]], place: &mut [u8]) {
    for (eight, place) in eights.iter().zip(place.as_chunks_mut::<WIDTH>().0) {
        let mut words = [0u64; 8];
        for (index, &value) in eight.iter().enumerate() {
            let value: u64 = value.into();
            let (word, bit) = (index * WIDTH / 64, index * WIDTH % 64);
            words[word] |= value << bit;
            if bit + WIDTH > 64 {
                words[word + 1] |= value >> (64 - bit);
            }
        }
        for (place, word) in place.chunks_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes()[..place.len()]);
        }
    }
}

/// Appends small numbers in the hybrid of runs and packed values (`RLE`), without a length before it.
pub(super) fn hybrid<T: Unsigned>(values: &[T], width: usize, out: &mut Vec<u8>) {
    let (mut packed_from, mut at) = (0, 0);
    while let Some((start, end)) = long_run(values, at) {
        // Packed values come in eights.
        let missing = (start - packed_from).next_multiple_of(8) - (start - packed_from);
        if end - start >= missing + MIN_RUN {
            pack_eights(&values[packed_from..start + missing], width, out);
            run(end - start - missing, values[start], width, out);
            packed_from = end;
        }
        at = end;
    }
    pack_eights(&values[packed_from..], width, out);
}

/// Where the next run of at least [`MIN_RUN`] equal values begins and ends, looked for from where one ends.
#[inline]
fn long_run<T: Unsigned>(values: &[T], from: usize) -> Option<(usize, usize)> {
    let eights = values[from..].as_chunks::<8>().0;
    // A run so long has eight values that are looked at together, wherever it begins.
    for (index, eight) in eights.iter().enumerate() {
        let value = eight[0];
        if !are_all(eight, value) {
            continue;
        }
        let inside = from + index * 8;
        let before = values[from..inside].iter().rev();
        let start = inside - before.take_while(|&&other| other == value).count();
        let whole = eights[index..]
            .iter()
            .take_while(|eight| are_all(eight, value))
            .count();
        let after = values[inside + whole * 8..].iter();
        let end = inside + whole * 8 + after.take_while(|&&other| other == value).count();
        if end - start >= MIN_RUN {
            return Some((start, end));
        }
    }
    None
}

/// Whether eight numbers are all `value`.
#[inline]
pub(super) fn are_all<T>(eight: &[T; 8], value: T) -> bool
where
    T: Copy + Default + PartialEq + BitXor<Output = T> + BitOr<Output = T>,
{
    let differ = eight
        .iter()
        .fold(T::default(), |differ, &other| differ | (other ^ value));
    differ == T::default()
}

/// A run of the hybrid: one number so many times.
pub(super) fn run<T: Unsigned>(times: usize, value: T, width: usize, out: &mut Vec<u8>) {
    varint((times as u64) << 1, out);
    let value: u64 = value.into();
    out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8)]);
}

/// Packed runs of the hybrid; only the last may have a group that is not full.
fn pack_eights<T: Unsigned>(values: &[T], width: usize, out: &mut Vec<u8>) {
    for run in values.chunks(RUN_GROUPS * 8) {
        let groups = run.len().div_ceil(8);
        out.push((groups << 1 | 1) as u8);
        let (eights, rest) = run.as_chunks::<8>();
        pack(eights, width, out);
        if !rest.is_empty() {
            let mut last = [T::default(); 8];
            last[..rest.len()].copy_from_slice(rest);
            pack(&[last], width, out);
        }
    }
}

/// Appends numbers as packed differences (`DELTA_BINARY_PACKED`). Narrow numbers, whose differences fit too, are appended
/// like the same wide ones, and faster.
pub(super) fn deltas<T: Signed>(values: &[T], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint((BLOCK / MINIBLOCK) as u64, out);
    varint(values.len() as u64, out);
    zigzag(values.first().copied().unwrap_or_default().into(), out);
    let mut block = [T::default(); BLOCK];
    for start in (1..values.len()).step_by(BLOCK) {
        let end = values.len().min(start + BLOCK);
        let pairs = values[start..end].iter().zip(&values[start - 1..end - 1]);
        for (delta, (value, before)) in block.iter_mut().zip(pairs) {
            *delta = value.minus(*before);
        }
        delta_block(&mut block, end - start, out);
    }
}

/// A block of differences, so many of them.
fn delta_block<T: Signed>(deltas: &mut [T; BLOCK], count: usize, out: &mut Vec<u8>) {
    let least = deltas[1..count]
        .iter()
        .fold(deltas[0], |least, &delta| least.min(delta));
    // So that what is above it is nothing.
    deltas[count..].fill(least);
    zigzag(least.into(), out);
    let widths_at = out.len();
    out.extend_from_slice(&[0; BLOCK / MINIBLOCK]);
    let parts = deltas.as_chunks::<MINIBLOCK>().0.iter();
    for (index, part) in parts.take(count.div_ceil(MINIBLOCK)).enumerate() {
        let above = part.map(|delta| delta.above(least));
        let all = above.iter().fold(T::Above::default(), |all, &one| all | one);
        let width = bits(all.into());
        out[widths_at + index] = width as u8;
        pack(above.as_chunks::<8>().0, width, out);
    }
}

/// Texts of which each is stored as what it shares with the one before it, and the rest (`DELTA_BYTE_ARRAY`).
#[derive(Debug, Default)]
pub(super) struct Prefixed {
    shared: Vec<i32>,
    rests: Vec<i32>,
    bytes: Vec<u8>,
    first: Vec<u8>,
    last: Vec<u8>,
    unordered: bool,
}

impl Prefixed {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &[u8]) {
        self.extend(std::iter::once(text), 0);
    }

    /// Adds texts, of which there will be about `room` in all.
    pub(super) fn extend<'t>(
        &mut self,
        texts: impl DoubleEndedIterator<Item = &'t [u8]> + Clone,
        room: usize,
    ) {
        let (Some(first), Some(final_text)) = (texts.clone().next(), texts.clone().next_back()) else {
            return;
        };
        if self.shared.is_empty() {
            self.first.clear();
            self.first.extend_from_slice(first);
        }
        if self.shared.capacity() == 0 {
            self.shared.reserve(room);
            self.rests.reserve(room);
            self.bytes.reserve(room * USUAL_REST);
        }
        let known = self.shared.len();
        let (mut last, mut unordered) = (&self.last[..], false);
        self.shared.extend(texts.clone().map(|text| {
            let before = std::mem::replace(&mut last, text);
            if std::ptr::eq(text, before) {
                return text.len() as i32;
            }
            let (shared, ordered) = shared_with(before, text);
            unordered |= !ordered;
            shared as i32
        }));
        self.unordered |= unordered;
        let shared = texts.clone().zip(&self.shared[known..]);
        self.rests
            .extend(shared.map(|(text, &shared)| text.len().wrapping_sub(shared as usize) as i32));
        for (text, &rest) in texts.zip(&self.rests[known..]) {
            push_last(text, rest as usize, &mut self.bytes);
        }
        self.last.clear();
        self.last.extend_from_slice(final_text);
    }

    /// The first and the last text, if they came in order.
    pub(super) fn bounds(&self) -> Option<(&[u8], &[u8])> {
        (!self.unordered && !self.shared.is_empty()).then_some((&self.first, &self.last))
    }

    /// The first so many texts.
    pub(super) fn first(&self, count: usize) -> Prefixed {
        let (mut first, mut text, mut at) = (Prefixed::default(), Vec::new(), 0);
        for (&shared, &rest) in self.shared.iter().zip(&self.rests).take(count) {
            text.truncate(shared as usize);
            text.extend_from_slice(&self.bytes[at..at + rest as usize]);
            at += rest as usize;
            first.push(&text);
        }
        first
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether others are the same texts.
    pub(super) fn same(&self, others: &Prefixed) -> bool {
        (&self.shared, &self.rests, &self.bytes) == (&others.shared, &others.rests, &others.bytes)
    }

    /// Appends the texts.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        deltas(&self.shared, out);
        deltas(&self.rests, out);
        out.extend_from_slice(&self.bytes);
    }

    /// Forgets the texts.
    pub(super) fn clear(&mut self) {
        self.shared.clear();
        self.rests.clear();
        self.bytes.clear();
        self.last.clear();
        self.unordered = false;
    }
}

/// Appends the last bytes of a text.
#[inline(always)]
fn push_last(text: &[u8], count: usize, out: &mut Vec<u8>) {
    if count == 0 {
        return;
    }
    let Some(last) = text.last_chunk::<8>() else {
        out.extend_from_slice(&text[text.len() - count..]);
        return;
    };
    // Eight in one go, and away with those behind; a call for a few bytes takes longer.
    let mut left = count;
    while left > 8 {
        out.extend_from_slice(&text[text.len() - left..][..8]);
        left -= 8;
    }
    let word = u64::from_le_bytes(*last).wrapping_shr((8 - left as u32) * 8);
    let end = out.len() + left;
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(end);
}

/// How many bytes two texts begin with in common, and whether the other does not come before the one.
#[inline(always)]
fn shared_with(one: &[u8], other: &[u8]) -> (usize, bool) {
    let words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    let mut whole = 0;
    for (one, other) in words {
        let differ = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        if differ != 0 {
            let shared = whole + differ.trailing_zeros() as usize / 8;
            return (shared, u64::from_be_bytes(*one) < u64::from_be_bytes(*other));
        }
        whole += 8;
    }
    let bytes = one[whole..].iter().zip(&other[whole..]);
    let shared = whole + bytes.take_while(|(one, other)| one == other).count();
    (shared, one.get(shared) <= other.get(shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_packed_from_the_lowest_bit() {
        let mut out = Vec::new();
        pack(&[[1u8, 2, 3, 4, 5, 6, 7, 0]], 3, &mut out);
        // Example of the specification, one value on.
        assert_eq!(out, [0b1101_0001, 0b0101_1000, 0b0001_1111]);
        for width in 1..=64 {
            let most = if width == 64 { u64::MAX } else { (1 << width) - 1 };
            let values: Vec<u64> = (0..64)
                .map(|n| if n % 3 == 0 { most } else { n & most })
                .collect();
            let mut out = Vec::new();
            pack(values.as_chunks().0, width, &mut out);
            assert_eq!(out.len(), 8 * width);
            let bit = |at: usize| u64::from(out[at / 8] >> (at % 8) & 1);
            let unpacked = (0..64).map(|n| (0..width).map(|i| bit(n * width + i) << i).sum::<u64>());
            assert!(unpacked.eq(values), "{width}");
        }
    }

    #[test]
    fn runs_begin_where_eights_end() {
        let mut values = vec![1u8, 2, 3];
        values.extend([7; 30]);
        values.push(4);
        let mut out = Vec::new();
        hybrid(&values, 4, &mut out);
        // Eight packed values, then 25 sevens, then one packed value.
        assert_eq!(out, [3, 0x21, 0x73, 0x77, 0x77, 50, 7, 3, 4, 0, 0, 0]);
    }

    /// Of every length about sixteen, anywhere among others: told apart value by value.
    #[test]
    fn runs_are_found_wherever_they_begin() {
        let (mut values, mut expected) = (Vec::new(), Vec::new());
        for length in 1..60u16 {
            for alone in 0..length % 11 {
                values.push(1_000 + alone % 2);
            }
            if length >= MIN_RUN as u16 {
                expected.push((values.len(), values.len() + usize::from(length)));
            }
            values.extend(vec![length; usize::from(length)]);
        }
        let mut at = 0;
        let found = std::iter::from_fn(|| {
            let run = long_run(&values, at)?;
            at = run.1;
            Some(run)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn narrow_numbers_differ_like_wide_ones() {
        for count in [0, 1, 2, 32, 33, 34, 128, 129, 130, 300] {
            let narrow = (0..count).map(|n: i32| n.wrapping_mul(0x3c6e_f372) >> (n % 32));
            let narrow: Vec<i32> = narrow.map(|n| n >> 1).collect();
            let wide: Vec<i64> = narrow.iter().map(|&n| i64::from(n)).collect();
            let (mut one, mut other) = (Vec::new(), Vec::new());
            deltas(&narrow, &mut one);
            deltas(&wide, &mut other);
            assert_eq!(one, other, "{count}");
        }
    }

    #[test]
    fn beginnings_are_shared() {
        assert_eq!(shared_with(b"P0000001-2023A01", b"P0000001-2023A02"), (15, true));
        assert_eq!(shared_with(b"P0000001-2023A02", b"P0000001-2023A01"), (15, false));
        assert_eq!(shared_with(b"", b"P"), (0, true));
        assert_eq!(shared_with(b"abc", b"abcdefghij"), (3, true));
        assert_eq!(shared_with(b"abcdefghij", b"abc"), (3, false));
        let mut texts = Prefixed::default();
        texts.push(b"a");
        texts.extend([&b"ab"[..], b"ab", b"b"].into_iter(), 0);
        assert_eq!(texts.bounds(), Some((&b"a"[..], &b"b"[..])));
        assert_eq!(texts.bytes, b"abb");
        texts.push(b"a");
        assert_eq!(texts.bounds(), None);
    }

    #[test]
    fn what_is_left_of_a_text_is_appended_whatever_its_length() {
        let text = b"0123456789abcdefghijklmnopq";
        for length in 0..=text.len() {
            for count in 0..=length {
                let mut out = b"before".to_vec();
                push_last(&text[..length], count, &mut out);
                assert_eq!(out, [b"before", &text[length - count..length]].concat());
            }
        }
    }
}
