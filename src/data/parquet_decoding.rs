//! Decodings of Parquet values, each of which can stop anywhere and go on. What is cut off is an error, never a value.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};

/// The most bytes that the texts of a batch may have where each may repeat what is before it: a few bytes of a damaged page
/// could else ask for any amount of memory.
const MOST_SHARED_BYTES: usize = 1 << 28;

/// A page holds less than it should.
pub(super) fn cut_off() -> ParquetError {
    ParquetError::EOF("a page ends before its values".to_string())
}

fn impossible(what: &str) -> ParquetError {
    ParquetError::General(format!("a page has {what}"))
}

/// Texts one behind the other, and where each ends. Whether they are texts is not known yet.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Texts {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    /// Where the last text begins.
    fn last_start(&self) -> usize {
        let before = self.ends.len().checked_sub(2);
        before.map_or(0, |before| self.ends[before])
    }
}

/// An unsigned number, seven bits to a byte.
fn varint(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let mut number = 0u64;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *bytes.get(*at).ok_or_else(cut_off)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(impossible("a number of too many bytes"))
}

/// A number in which the sign is the lowest bit.
fn zigzag(bytes: &[u8], at: &mut usize) -> Result<i64> {
    let number = varint(bytes, at)?;
    Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

/// Numbers that are unpacked together, at most.
const EIGHT: usize = 8;

/// So many bytes that eight numbers of up to 32 bits can be taken from them a word at a time.
const EIGHT_BYTES: usize = 40;

/// Eight numbers of `WIDTH` bits each, which is no more than 32.
fn eight<const WIDTH: usize>(bytes: &[u8; EIGHT_BYTES]) -> [u64; EIGHT] {
    std::array::from_fn(|index| {
        let bit = index * WIDTH;
        let word = bytes[bit / 8..].first_chunk::<8>();
        let word = word.map_or(0, |word| u64::from_le_bytes(*word));
        word >> (bit % 8) & ((1 << WIDTH) - 1)
    })
}

/// [`eight`] of each width.
macro_rules! eights {
    ($($width:literal)*) => {
        [$(eight::<$width>),*]
    };
}

/// How eight numbers of a width are read.
type ReadEight = fn(&[u8; EIGHT_BYTES]) -> [u64; EIGHT];

/// By the width.
const EIGHTS: [ReadEight; 33] = eights!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
);

/// Shows `count` values of `width` bits each, which are packed from `bit` on, lowest bits first: up to
/// [`EIGHT`] at a time, in order.
#[inline(always)]
fn unpack(
    bytes: &[u8],
    mut bit: usize,
    width: u32,
    count: usize,
    mut each: impl FnMut(&[u64]),
) -> Result<()> {
    let bits = (width as usize)
        .checked_mul(count)
        .and_then(|bits| bits.checked_add(bit));
    if bits.is_none_or(|bits| bits.div_ceil(8) > bytes.len()) {
        return Err(cut_off());
    }
    if width == 0 {
        (0..count).for_each(|_| each(&[0]));
        return Ok(());
    }
    let (mask, eight) = (u64::MAX >> (u64::BITS - width), EIGHTS.get(width as usize));
    let mut left = count;
    while left > 0 {
        let rest = bytes.get(bit / 8..).unwrap_or(&[]);
        if left >= EIGHT
            && bit.is_multiple_of(8)
            && let (Some(eight), Some(bytes)) = (eight, rest.first_chunk())
        {
            each(&eight(bytes));
            bit = bit.wrapping_add(EIGHT * width as usize);
            left -= EIGHT;
            continue;
        }
        let value = match rest.first_chunk::<8>() {
            // The first bit may be the eighth of its byte.
            Some(word) if width <= 57 => u64::from_le_bytes(*word) >> (bit % 8),
            _ => wide(bytes, bit),
        };
        each(&[value & mask]);
        bit = bit.wrapping_add(width as usize);
        left -= 1;
    }
    Ok(())
}

/// The 64 bits from `bit` on, with zeros behind the end.
#[inline(never)]
fn wide(bytes: &[u8], bit: usize) -> u64 {
    let byte = |index: usize| bytes.get(bit / 8 + index).copied().unwrap_or(0);
    (u128::from_le_bytes(std::array::from_fn(byte)) >> (bit % 8)) as u64
}

/// Small numbers in runs, or packed (`RLE`).
pub(super) struct Hybrid {
    bytes: Bytes,
    at: usize,
    width: u32,
    run: Run,
}

/// Some numbers of a [`Hybrid`].
pub(super) enum Numbers<'a> {
    /// One, so many times.
    Same(u32, usize),
    /// A few.
    Each(&'a [u64]),
}

/// What comes next of a [`Hybrid`].
enum Run {
    Same { value: u32, left: usize },
    Packed { bit: usize, left: usize },
}

impl Hybrid {
    /// Numbers of `width` bits.
    pub(super) fn new(bytes: Bytes, width: u8) -> Result<Hybrid> {
        if u32::from(width) > u32::BITS {
            return Err(impossible("numbers of too many bits"));
        }
        Ok(Hybrid {
            bytes,
            at: 0,
            width: u32::from(width),
            run: Run::Same { value: 0, left: 0 },
        })
    }

    /// Goes on to the run that comes next, if the one at hand is over.
    fn find_run(&mut self) -> Result<()> {
        while let Run::Same { left: 0, .. } | Run::Packed { left: 0, .. } = self.run {
            let header = varint(&self.bytes, &mut self.at)?;
            let count = usize::try_from(header >> 1).map_err(|_| cut_off())?;
            if header & 1 == 1 {
                let left = count.checked_mul(8).ok_or_else(cut_off)?;
                let bit = self.at.checked_mul(8).ok_or_else(cut_off)?;
                self.run = Run::Packed { bit, left };
                let bytes = count.checked_mul(self.width as usize);
                self.at = bytes
                    .and_then(|bytes| self.at.checked_add(bytes))
                    .ok_or_else(cut_off)?;
            } else {
                let bytes = self.width.div_ceil(8) as usize;
                let value = self.bytes.get(self.at..self.at + bytes).ok_or_else(cut_off)?;
                let value = value
                    .iter()
                    .rev()
                    .fold(0, |all, &byte| all << 8 | u32::from(byte));
                self.at += bytes;
                self.run = Run::Same { value, left: count };
            }
        }
        Ok(())
    }

    /// If the next `count` numbers are one run: skips them, and tells the number.
    pub(super) fn skip_run(&mut self, count: usize) -> Result<Option<u32>> {
        if count > 0 {
            self.find_run()?;
        }
        Ok(match &mut self.run {
            Run::Same { value, left } if *left >= count => {
                *left -= count;
                Some(*value)
            }
            _ => None,
        })
    }

    /// Appends the next `count` numbers.
    pub(super) fn read(&mut self, count: usize, out: &mut Vec<u32>) -> Result<()> {
        out.reserve(count);
        self.each(count, |some| match some {
            Numbers::Same(value, times) => out.resize(out.len() + times, value),
            Numbers::Each(values) => out.extend(values.iter().map(|&value| value as u32)),
        })
    }

    /// Shows the next `count` numbers, some at a time.
    #[inline(always)]
    pub(super) fn each(&mut self, count: usize, mut show: impl FnMut(Numbers<'_>)) -> Result<()> {
        let mut wanted = count;
        while wanted > 0 {
            self.find_run()?;
            let taken = match &mut self.run {
                Run::Same { value, left } => {
                    let taken = wanted.min(*left);
                    show(Numbers::Same(*value, taken));
                    *left -= taken;
                    taken
                }
                Run::Packed { bit, left } => {
                    let taken = wanted.min(*left);
                    unpack(&self.bytes, *bit, self.width, taken, |values| {
                        show(Numbers::Each(values))
                    })?;
                    *bit += taken * self.width as usize;
                    *left -= taken;
                    taken
                }
            };
            wanted -= taken;
        }
        Ok(())
    }
}

/// Numbers as packed differences (`DELTA_BINARY_PACKED`).
#[derive(Clone)]
pub(super) struct Deltas {
    bytes: Bytes,
    /// Where what comes next begins: a block, or the packed differences of a part of one.
    at: usize,
    /// Values of a part of a block, and parts of a block.
    part_values: usize,
    parts: usize,
    /// Values left.
    left: usize,
    /// The value that comes next is the very first, which is no difference.
    is_first: bool,
    last: i64,
    least: i64,
    /// Where the bit widths of the parts of the block are, and how many parts have begun.
    widths_at: usize,
    begun: usize,
    /// Of the part at hand: bits of a difference, where the next one is, how many are left.
    width: u32,
    bit: usize,
    part_left: usize,
}

impl Deltas {
    /// The numbers that begin at `at`.
    pub(super) fn new(bytes: Bytes, mut at: usize) -> Result<Deltas> {
        let number =
            |at: &mut usize| varint(&bytes, at).map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let (block, parts, left) = (number(&mut at)?, number(&mut at)?, number(&mut at)?);
        let first = zigzag(&bytes, &mut at)?;
        let part_values = block.checked_div(parts).unwrap_or(0);
        if part_values == 0 || part_values % 8 != 0 || part_values.checked_mul(parts) != Some(block) {
            return Err(impossible("blocks of no possible size"));
        }
        Ok(Deltas {
            bytes,
            at,
            part_values,
            parts,
            left,
            is_first: true,
            last: first,
            least: 0,
            widths_at: 0,
            begun: parts,
            width: 0,
            bit: 0,
            part_left: 0,
        })
    }

    /// Begins the next part of a block.
    fn find_part(&mut self) -> Result<()> {
        if self.begun == self.parts {
            self.least = zigzag(&self.bytes, &mut self.at)?;
            self.widths_at = self.at;
            self.at = self.at.checked_add(self.parts).ok_or_else(cut_off)?;
            self.begun = 0;
        }
        let width = self.bytes.get(self.widths_at + self.begun).ok_or_else(cut_off)?;
        self.width = u32::from(*width);
        if self.width > u64::BITS {
            return Err(impossible("numbers of too many bits"));
        }
        self.begun += 1;
        self.part_left = self.part_values;
        self.bit = self.at.checked_mul(8).ok_or_else(cut_off)?;
        let bytes = (self.part_values / 8).checked_mul(self.width as usize);
        self.at = bytes
            .and_then(|bytes| self.at.checked_add(bytes))
            .ok_or_else(cut_off)?;
        Ok(())
    }

    /// Shows the next `count` numbers, some at a time.
    #[inline(always)]
    pub(super) fn read(&mut self, count: usize, mut each: impl FnMut(&[i64])) -> Result<()> {
        self.left = self.left.checked_sub(count).ok_or_else(cut_off)?;
        let mut wanted = count;
        if wanted > 0 && std::mem::take(&mut self.is_first) {
            each(&[self.last]);
            wanted -= 1;
        }
        while wanted > 0 {
            if self.part_left == 0 {
                self.find_part()?;
            }
            let taken = wanted.min(self.part_left);
            let (mut last, least) = (self.last, self.least);
            unpack(&self.bytes, self.bit, self.width, taken, |deltas| {
                let mut numbers = [0; EIGHT];
                for (number, delta) in numbers.iter_mut().zip(deltas) {
                    last = last.wrapping_add(least).wrapping_add(delta.cast_signed());
                    *number = last;
                }
                each(&numbers[..deltas.len()]);
            })?;
            self.last = last;
            self.bit += taken * self.width as usize;
            self.part_left -= taken;
            wanted -= taken;
        }
        Ok(())
    }

    /// Where what follows the numbers begins.
    fn end(&self) -> Result<usize> {
        let mut rest = self.clone();
        rest.left -= usize::from(rest.is_first && rest.left > 0);
        while rest.left > rest.part_left {
            rest.left -= rest.part_left;
            rest.find_part()?;
        }
        Ok(rest.at)
    }
}

/// Texts of no more bytes are copied without a call.
const SHORT: usize = 16;

/// Texts of which each has its length before it (`PLAIN`).
pub(super) struct PlainTexts {
    pub(super) bytes: Bytes,
    pub(super) at: usize,
}

impl PlainTexts {
    /// Appends the next `count` texts.
    pub(super) fn read(&mut self, count: usize, out: &mut Texts) -> Result<()> {
        // Whatever their number is said to be, each has the four bytes of its length.
        let mut left = self.bytes.get(self.at..).unwrap_or(&[]);
        out.ends.reserve(count.min(left.len() / 4));
        out.bytes.reserve(left.len());
        for _ in 0..count {
            let (length, rest) = left.split_first_chunk::<4>().ok_or_else(cut_off)?;
            let length = u32::from_le_bytes(*length) as usize;
            left = rest.get(length..).ok_or_else(cut_off)?;
            match rest.first_chunk::<SHORT>() {
                // What is behind the text does not stay.
                Some(bytes) if length <= SHORT => {
                    let end = out.bytes.len().wrapping_add(length);
                    out.bytes.extend_from_slice(bytes);
                    out.bytes.truncate(end);
                    out.ends.push(end);
                }
                _ => out.push(&rest[..length]),
            }
        }
        self.at = self.bytes.len() - left.len();
        Ok(())
    }
}

/// Texts of one length (`PLAIN`).
pub(super) struct FixedTexts {
    pub(super) bytes: Bytes,
    pub(super) at: usize,
    pub(super) length: usize,
}

impl FixedTexts {
    /// Appends the next `count` texts.
    pub(super) fn read(&mut self, count: usize, out: &mut Texts) -> Result<()> {
        for _ in 0..count {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            out.push(rest.get(..self.length).ok_or_else(cut_off)?);
            self.at += self.length;
        }
        Ok(())
    }
}

/// Texts whose lengths come before all of them (`DELTA_LENGTH_BYTE_ARRAY`), and which may begin as the one before does
/// (`DELTA_BYTE_ARRAY`).
pub(super) struct JoinedTexts {
    /// Bytes shared with the text before, if any are.
    shared: Option<Deltas>,
    lengths: Deltas,
    bytes: Bytes,
    at: usize,
    last: Vec<u8>,
}

impl JoinedTexts {
    /// Texts that share nothing.
    pub(super) fn apart(bytes: Bytes) -> Result<JoinedTexts> {
        JoinedTexts::new(None, bytes, 0)
    }

    /// Texts that share their beginnings.
    pub(super) fn sharing(bytes: Bytes) -> Result<JoinedTexts> {
        let shared = Deltas::new(bytes.clone(), 0)?;
        let at = shared.end()?;
        JoinedTexts::new(Some(shared), bytes, at)
    }

    fn new(shared: Option<Deltas>, bytes: Bytes, at: usize) -> Result<JoinedTexts> {
        let lengths = Deltas::new(bytes.clone(), at)?;
        let at = lengths.end()?;
        Ok(JoinedTexts {
            shared,
            lengths,
            bytes,
            at,
            last: Vec::new(),
        })
    }

    /// Appends the next `count` texts.
    pub(super) fn read(&mut self, count: usize, out: &mut Texts) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let mut lengths = Vec::with_capacity(count);
        self.lengths.read(count, |some| lengths.extend_from_slice(some))?;
        out.ends.reserve(count);
        let Some(deltas) = &mut self.shared else {
            for length in lengths {
                let end = usize::try_from(length)
                    .ok()
                    .and_then(|length| self.at.checked_add(length));
                let end = end.ok_or_else(cut_off)?;
                out.push(self.bytes.get(self.at..end).ok_or_else(cut_off)?);
                self.at = end;
            }
            return Ok(());
        };
        let mut shared = Vec::with_capacity(count);
        deltas.read(count, |some| shared.extend_from_slice(some))?;
        // What was read before may be elsewhere, so the first goes by a copy of the last.
        let (mut start, mut before) = (out.bytes.len(), self.last.len());
        out.bytes.extend_from_slice(&self.last);
        let copied = start..out.bytes.len();
        for (shared, length) in shared.into_iter().zip(lengths) {
            let (shared, length) = (usize::try_from(shared), usize::try_from(length));
            let (Ok(shared), Ok(length)) = (shared, length) else {
                return Err(cut_off());
            };
            let end = self.at.checked_add(length).ok_or_else(cut_off)?;
            let rest = self.bytes.get(self.at..end).ok_or_else(cut_off)?;
            if shared > before {
                return Err(impossible("a text that shares more than there is"));
            }
            let next = out.bytes.len();
            if next > MOST_SHARED_BYTES {
                return Err(impossible("texts of more bytes than can be meant"));
            }
            out.bytes.extend_from_within(start..start + shared);
            out.bytes.extend_from_slice(rest);
            out.ends.push(out.bytes.len());
            (start, before) = (next, shared + length);
            self.at = end;
        }
        self.forget_copy(copied, count, out);
        Ok(())
    }

    /// Takes the copy of the last text out again, before the last `count` texts, and keeps the one that is last now.
    fn forget_copy(&mut self, copied: std::ops::Range<usize>, count: usize, out: &mut Texts) {
        let length = copied.len();
        if length > 0 {
            out.bytes.drain(copied);
            let first = out.ends.len() - count;
            out.ends[first..].iter_mut().for_each(|end| *end -= length);
        }
        self.last.clear();
        self.last.extend_from_slice(&out.bytes[out.last_start()..]);
    }
}

/// Numbers of four or eight bytes, or any things of one size, first byte by byte: all first bytes come first
/// (`BYTE_STREAM_SPLIT`).
pub(super) struct SplitBytes {
    bytes: Bytes,
    at: usize,
    size: usize,
}

impl SplitBytes {
    /// Things of `size` bytes.
    pub(super) fn new(bytes: Bytes, size: usize) -> Result<SplitBytes> {
        if size == 0 || !bytes.len().is_multiple_of(size) {
            return Err(cut_off());
        }
        Ok(SplitBytes { bytes, at: 0, size })
    }

    /// Shows the bytes of each of the next `count` things.
    pub(super) fn read(&mut self, count: usize, mut each: impl FnMut(&[u8])) -> Result<()> {
        let all = self.bytes.len() / self.size;
        if count > all - self.at {
            return Err(cut_off());
        }
        let mut thing = vec![0; self.size];
        for index in self.at..self.at + count {
            for (place, byte) in thing.iter_mut().enumerate() {
                *byte = self.bytes[place * all + index];
            }
            each(&thing);
        }
        self.at += count;
        Ok(())
    }

    /// Appends the next `count` things.
    pub(super) fn read_texts(&mut self, count: usize, out: &mut Texts) -> Result<()> {
        self.read(count, |thing| out.push(thing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parquet_encoding::{Prefixed, bits, deltas, hybrid};
    use proptest::prelude::*;

    /// Reads `all` things by `step`, or until something is cut off.
    fn by(all: usize, step: usize, mut read: impl FnMut(usize) -> Result<()>) -> Result<()> {
        (0..all).step_by(step).try_for_each(|at| read(step.min(all - at)))
    }

    proptest! {
        #[test]
        fn hybrids_come_back(
            runs in prop::collection::vec((0u32..9, 1usize..40), 1..30),
            shift in 0u32..28,
            step in 1usize..50,
            lost in 1usize..4,
        ) {
            let values: Vec<u32> = runs.iter().flat_map(|&(value, times)| vec![value << shift; times]).collect();
            let width = bits(u64::from(values.iter().copied().max().unwrap_or(0)));
            let mut bytes = Vec::new();
            hybrid(&values, width, &mut bytes);
            let read = |bytes: Vec<u8>| -> Result<Vec<u32>> {
                let (mut hybrid, mut out) = (Hybrid::new(bytes.into(), width as u8)?, Vec::new());
                by(values.len(), step, |count| hybrid.read(count, &mut out))?;
                Ok(out)
            };
            prop_assert_eq!(read(bytes.clone()).unwrap(), values.clone());
            // Only zeros of the last eight can be missing.
            bytes.truncate(bytes.len().saturating_sub(lost));
            if let Ok(found) = read(bytes) {
                prop_assert_eq!(found, values);
            }
        }

        #[test]
        fn deltas_come_back(
            values in prop::collection::vec(prop_oneof![any::<i64>(), 0i64..100, Just(7)], 0..400),
            step in 1usize..300,
            lost in 1usize..40,
        ) {
            let mut bytes = Vec::new();
            deltas(&values, &mut bytes);
            let (whole, mut out) = (Bytes::from(bytes.clone()), Vec::new());
            let mut read = Deltas::new(whole.clone(), 0).unwrap();
            prop_assert_eq!(read.end().unwrap(), bytes.len());
            by(values.len(), step, |count| read.read(count, |some| out.extend_from_slice(some))).unwrap();
            prop_assert_eq!(&out, &values);
            prop_assert!(read.read(1, |_| ()).is_err());
            let cut = whole.slice(..bytes.len().saturating_sub(lost));
            let mut found = Vec::new();
            if let Ok(mut read) = Deltas::new(cut, 0) {
                let _ = read.read(values.len(), |some| found.extend_from_slice(some));
            }
            prop_assert!(values.starts_with(&found));
        }

        #[test]
        fn texts_come_back(
            texts in prop::collection::vec("[ab]{0,3}|P00000[0-9]{0,3}-医", 0..300),
            step in 1usize..200,
            lost in 1usize..20,
        ) {
            let (mut encoded, mut bytes) = (Prefixed::default(), Vec::new());
            texts.iter().for_each(|text| encoded.push(text.as_bytes()));
            encoded.encode(&mut bytes);
            let mut expected = Texts::default();
            texts.iter().for_each(|text| expected.push(text.as_bytes()));
            let mut read = JoinedTexts::sharing(bytes.clone().into()).unwrap();
            let mut out = Texts::default();
            by(texts.len(), step, |count| read.read(count, &mut out)).unwrap();
            prop_assert_eq!(&out, &expected);
            // The same in pieces that lie elsewhere each.
            let mut read = JoinedTexts::sharing(bytes.clone().into()).unwrap();
            let mut joined = Texts::default();
            by(texts.len(), step, |count| {
                let mut piece = Texts::default();
                read.read(count, &mut piece)?;
                let mut start = 0;
                for &end in &piece.ends {
                    joined.push(&piece.bytes[start..end]);
                    start = end;
                }
                Ok(())
            }).unwrap();
            prop_assert_eq!(&joined, &expected);
            bytes.truncate(bytes.len().saturating_sub(lost));
            if let Ok(mut read) = JoinedTexts::sharing(bytes.into()) {
                let _ = read.read(texts.len(), &mut Texts::default());
            }
        }
    }

    #[test]
    fn numbers_of_every_width_are_unpacked_from_any_place() {
        let number = |index: u64| index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for width in 1..=u64::BITS {
            let numbers: Vec<u64> = (0..80)
                .map(|index| number(index) >> (u64::BITS - width))
                .collect();
            let bit = |at: usize| numbers[at / width as usize] >> (at % width as usize) & 1;
            let byte = |at: usize| (0..8).fold(0, |byte, place| byte | (bit(8 * at + place) as u8) << place);
            let bytes: Vec<u8> = (0..10 * width as usize).map(byte).collect();
            for from in 0..20 {
                let (mut found, count) = (Vec::new(), numbers.len() - from);
                unpack(&bytes, from * width as usize, width, count, |some| {
                    found.extend_from_slice(some)
                })
                .unwrap();
                assert_eq!(found, &numbers[from..], "{width} bits");
                assert!(unpack(&bytes, from * width as usize, width, count + 1, |_| ()).is_err());
            }
        }
    }

    #[test]
    fn texts_with_lengths_and_texts_of_one_length() {
        let mut out = Texts::default();
        let mut plain = PlainTexts {
            bytes: Bytes::from_static(b"\x02\0\0\0ab\0\0\0\0\x05\0\0\0abc"),
            at: 0,
        };
        plain.read(2, &mut out).unwrap();
        assert!(plain.read(1, &mut out).is_err());
        let mut fixed = FixedTexts {
            bytes: Bytes::from_static(b"cdefg"),
            at: 0,
            length: 2,
        };
        fixed.read(2, &mut out).unwrap();
        assert!(fixed.read(1, &mut out).is_err());
        let mut split = SplitBytes::new(Bytes::from_static(b"hjik"), 2).unwrap();
        split.read_texts(1, &mut out).unwrap();
        split.read_texts(1, &mut out).unwrap();
        assert!(split.read_texts(1, &mut out).is_err());
        assert_eq!(out.bytes, b"abcdefhijk");
        assert_eq!(out.ends, [2, 2, 4, 6, 8, 10]);
    }

    #[test]
    fn plain_texts_of_any_length_come_back() {
        let texts: Vec<String> = (0..40).map(|text| "ab医".repeat(text % 10)).collect();
        let mut bytes = Vec::new();
        for text in &texts {
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        for step in [1, 7, texts.len()] {
            let (bytes, mut out) = (Bytes::from(bytes.clone()), Texts::default());
            let mut plain = PlainTexts { bytes, at: 0 };
            by(texts.len(), step, |count| plain.read(count, &mut out)).unwrap();
            let mut expected = Texts::default();
            texts.iter().for_each(|text| expected.push(text.as_bytes()));
            assert_eq!(out, expected);
            assert!(plain.read(1, &mut out).is_err());
        }
    }

    #[test]
    fn what_repeats_itself_has_a_limit() {
        let (mut bytes, texts) = (Vec::new(), 5_000);
        let shared: Vec<i64> = (0..texts)
            .map(|text| if text == 0 { 0 } else { 100_000 })
            .collect();
        let lengths: Vec<i64> = shared.iter().map(|&shared| 100_000 - shared).collect();
        deltas(&shared, &mut bytes);
        deltas(&lengths, &mut bytes);
        bytes.resize(bytes.len() + 100_000, b'a');
        let mut out = Texts::default();
        let mut read = JoinedTexts::sharing(bytes.into()).unwrap();
        read.read(2_000, &mut out).unwrap();
        assert_eq!(out.bytes.len(), 2_000 * 100_000);
        assert!(read.read(3_000, &mut out).is_err());
    }
}
