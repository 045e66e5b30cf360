//! Encodings of Parquet values: bit-packed runs, deltas of numbers, shared beginnings of texts.

/// The most groups of eight in one bit-packed run: its header is then a single byte, as every writer keeps it.
const RUN_GROUPS: usize = 63;

/// Equal values from which a run of its own is shorter than packing them.
const MIN_RUN: usize = 16;

/// Values of a block of deltas.
const BLOCK: usize = 128;

/// Values of each of the four parts of a block, which have a bit width of their own.
const MINIBLOCK: usize = 32;

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

/// Appends values of `width` bits each, least significant bits first; the last byte is filled with zeros.
fn pack(values: impl Iterator<Item = u64>, width: usize, out: &mut Vec<u8>) {
    let (mut word, mut filled) = (0u64, 0);
    for value in values {
        word |= value << filled;
        filled += width;
        if filled >= 64 {
            out.extend_from_slice(&word.to_le_bytes());
            filled -= 64;
            // What did not fit any more; nothing if the value ended with the word.
            word = if filled == 0 { 0 } else { value >> (width - filled) };
        }
    }
    out.extend_from_slice(&word.to_le_bytes()[..filled.div_ceil(8)]);
}

/// Appends small numbers in the hybrid of runs and packed values (`RLE`), without a length before it.
pub(super) fn hybrid(values: &[u32], width: usize, out: &mut Vec<u8>) {
    let (mut packed_from, mut at) = (0, 0);
    while at < values.len() {
        let value = values[at];
        let same = values[at..].iter().take_while(|&&other| other == value).count();
        // Packed values come in eights.
        let missing = (at - packed_from).next_multiple_of(8) - (at - packed_from);
        if same >= missing + MIN_RUN {
            pack_eights(&values[packed_from..at + missing], width, out);
            run(same - missing, value, width, out);
            packed_from = at + same;
        }
        at += same;
    }
    pack_eights(&values[packed_from..], width, out);
}

/// A run of the hybrid: one number so many times.
pub(super) fn run(times: usize, value: u32, width: usize, out: &mut Vec<u8>) {
    varint((times as u64) << 1, out);
    out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8)]);
}

/// Packed runs of the hybrid; only the last may have a group that is not full.
fn pack_eights(values: &[u32], width: usize, out: &mut Vec<u8>) {
    for run in values.chunks(RUN_GROUPS * 8) {
        let groups = run.len().div_ceil(8);
        out.push((groups << 1 | 1) as u8);
        let padding = std::iter::repeat_n(0, groups * 8 - run.len());
        pack(
            run.iter().map(|&value| u64::from(value)).chain(padding),
            width,
            out,
        );
    }
}

/// Appends numbers as packed differences (`DELTA_BINARY_PACKED`).
pub(super) fn deltas(values: &[i64], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint((BLOCK / MINIBLOCK) as u64, out);
    varint(values.len() as u64, out);
    zigzag(values.first().copied().unwrap_or(0), out);
    let mut block = [0i64; BLOCK];
    for start in (1..values.len()).step_by(BLOCK) {
        let end = values.len().min(start + BLOCK);
        let block = &mut block[..end - start];
        let pairs = values[start..end].iter().zip(&values[start - 1..end - 1]);
        for (delta, (value, before)) in block.iter_mut().zip(pairs) {
            *delta = value.wrapping_sub(*before);
        }
        delta_block(block, out);
    }
}

/// A block of differences, the last of which may be short.
fn delta_block(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().fold(i64::MAX, |least, &delta| least.min(delta));
    zigzag(least, out);
    let widths_at = out.len();
    out.extend_from_slice(&[0; BLOCK / MINIBLOCK]);
    for (index, part) in deltas.chunks(MINIBLOCK).enumerate() {
        let above = |delta: &i64| delta.wrapping_sub(least) as u64;
        let width = bits(part.iter().map(above).fold(0, |all, one| all | one));
        out[widths_at + index] = width as u8;
        let padding = std::iter::repeat_n(0, MINIBLOCK - part.len());
        pack(part.iter().map(above).chain(padding), width, out);
    }
}

/// Texts of which each is stored as what it shares with the one before it, and the rest (`DELTA_BYTE_ARRAY`).
#[derive(Debug, Default)]
pub(super) struct Prefixed {
    shared: Vec<i64>,
    rests: Vec<i64>,
    bytes: Vec<u8>,
    first: Vec<u8>,
    last: Vec<u8>,
    unordered: bool,
}

impl Prefixed {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &[u8]) {
        if self.shared.is_empty() {
            self.first.clear();
            self.first.extend_from_slice(text);
        }
        let shared = shared_bytes(&self.last, text);
        let rest = &text[shared..];
        self.unordered |= rest.first() < self.last.get(shared);
        self.shared.push(shared as i64);
        self.rests.push(rest.len() as i64);
        self.bytes.extend_from_slice(rest);
        self.last.truncate(shared);
        self.last.extend_from_slice(rest);
    }

    /// The first and the last text, if they came in order.
    pub(super) fn bounds(&self) -> Option<(&[u8], &[u8])> {
        (!self.unordered && !self.shared.is_empty()).then_some((&self.first, &self.last))
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

/// How many bytes two texts begin with in common.
fn shared_bytes(one: &[u8], other: &[u8]) -> usize {
    let words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    let mut whole = 0;
    for (one, other) in words {
        let differ = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        if differ != 0 {
            return whole + differ.trailing_zeros() as usize / 8;
        }
        whole += 8;
    }
    let bytes = one[whole..].iter().zip(&other[whole..]);
    whole + bytes.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_packed_from_the_lowest_bit() {
        let mut out = Vec::new();
        pack([1, 2, 3, 4, 5, 6, 7, 0].into_iter(), 3, &mut out);
        // Example of the specification, one value on.
        assert_eq!(out, [0b1101_0001, 0b0101_1000, 0b0001_1111]);
        for width in [1, 7, 31, 33, 63, 64] {
            let most = if width == 64 { u64::MAX } else { (1 << width) - 1 };
            let values: Vec<u64> = (0..64)
                .map(|n| if n % 3 == 0 { most } else { n & most })
                .collect();
            let mut out = Vec::new();
            pack(values.iter().copied(), width, &mut out);
            assert_eq!(out.len(), 8 * width);
            let bit = |at: usize| u64::from(out[at / 8] >> (at % 8) & 1);
            let unpacked = (0..64).map(|n| (0..width).map(|i| bit(n * width + i) << i).sum::<u64>());
            assert!(unpacked.eq(values), "{width}");
        }
    }

    #[test]
    fn runs_begin_where_eights_end() {
        let mut values = vec![1, 2, 3];
        values.extend([7; 30]);
        values.push(4);
        let mut out = Vec::new();
        hybrid(&values, 4, &mut out);
        // Eight packed values, then 25 sevens, then one packed value.
        assert_eq!(out, [3, 0x21, 0x73, 0x77, 0x77, 50, 7, 3, 4, 0, 0, 0]);
    }

    #[test]
    fn beginnings_are_shared() {
        assert_eq!(shared_bytes(b"P0000001-2023A01", b"P0000001-2023A02"), 15);
        assert_eq!(shared_bytes(b"", b"P"), 0);
        assert_eq!(shared_bytes(b"abc", b"abcdefghij"), 3);
        let mut texts = Prefixed::default();
        for text in ["a", "ab", "ab", "b"] {
            texts.push(text.as_bytes());
        }
        assert_eq!(texts.bounds(), Some((&b"a"[..], &b"b"[..])));
        assert_eq!(texts.bytes, b"abb");
        texts.push(b"a");
        assert_eq!(texts.bounds(), None);
    }
}
