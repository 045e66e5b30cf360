//! CSV of the usual kind, split many bytes at a time: lines that all have the wanted fields, and no quotes.

use crate::data::csv_table::Part;
use crate::data::known::is_plain;
use std::num::NonZeroU64;

/// Bytes looked at together.
const WINDOW: usize = 64;

/// Such lines, and where their fields are.
pub(super) struct Lines<'t> {
    /// These lines alone.
    text: &'t str,
    first_line: u64,
    count: usize,
    fields: usize,
    /// Where each field begins, field by field, and in the end where the line after each would.
    starts: Vec<u32>,
    /// How many bytes end a line: a newline alone, or one after a carriage return.
    ending: u32,
}

/// A field of each line.
#[derive(Clone, Copy)]
pub(super) struct Column<'b> {
    text: &'b str,
    starts: &'b [u32],
    /// Where the next field begins.
    nexts: &'b [u32],
    /// How many bytes lie between the field and the next one.
    between: u32,
}

impl<'t> Lines<'t> {
    /// The lines of a part of `text`. Nothing if there are quotes, or if any of the lines is blank, has more or fewer fields,
    /// or ends otherwise than the first. Lines of one field are left to others, who tell them from blank ones.
    pub(super) fn of_part(text: &'t str, part: &Part, fields: usize) -> Option<Lines<'t>> {
        let lines = text.get(part.from.at..part.stop)?;
        let bytes = lines.as_bytes();
        // So that every place is a number of 32 bits, that behind the last byte too.
        let is_usual = fields > 1 && (1..u32::MAX as usize / 2).contains(&bytes.len());
        let newlines = part.newlines.filter(|_| is_usual)?;
        let count = newlines as usize + usize::from(bytes.last() != Some(&b'\n'));
        // Each field has a delimiter behind it, but perhaps the last: of fewer bytes no places need be kept.
        count.checked_mul(fields).filter(|&all| all <= bytes.len() + 1)?;
        let starts = starts(bytes, fields, count)?;
        // There are as many newlines as lines: if each is where it should be, there is none elsewhere.
        let mut nexts = starts[fields * count..].iter();
        let ending = |next: u32| {
            let end = next as usize - 1;
            match bytes.get(end) {
                Some(b'\n') | None => Some(1 + u32::from(end > 0 && bytes[end - 1] == b'\r')),
                Some(_) => None,
            }
        };
        let first = ending(*nexts.next()?)?;
        nexts.all(|&next| ending(next) == Some(first)).then_some(Lines {
            text: lines,
            first_line: part.from.line,
            count,
            fields,
            starts,
            ending: first,
        })
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of a line in the file.
    #[inline]
    pub(super) fn line(&self, index: usize) -> u64 {
        self.first_line + index as u64
    }

    /// A field of each line.
    #[inline]
    pub(super) fn column(&self, field: usize) -> Column<'_> {
        let of = |field: usize| &self.starts[field * self.count..][..self.count];
        Column {
            text: self.text,
            starts: of(field),
            nexts: of(field + 1),
            between: self.between(field),
        }
    }

    /// How many bytes lie between a field and the next one.
    #[inline]
    fn between(&self, field: usize) -> u32 {
        if field + 1 == self.fields { self.ending } else { 1 }
    }

    /// A field of a line.
    #[inline]
    pub(super) fn get(&self, index: usize, field: usize) -> &'t str {
        let at = field * self.count + index;
        let (start, next) = (self.starts[at], self.starts[at + self.count]);
        &self.text[start as usize..(next - self.between(field)) as usize]
    }
}

impl<'b> Column<'b> {
    /// The text in which the fields are.
    pub(super) fn text(&self) -> &'b [u8] {
        self.text.as_bytes()
    }

    /// Where the field of each line begins and ends.
    #[inline(always)]
    pub(super) fn places(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + use<'b> {
        let between = self.between;
        let places = self.starts.iter().zip(self.nexts);
        // None of them can wrap, nor is that worth a check.
        places.map(move |(&start, next)| (start as usize, next.wrapping_sub(between) as usize))
    }

    /// Whether it is empty in every line.
    pub(super) fn is_empty(&self) -> bool {
        self.lengths_are_within(0)
    }

    /// Whether the length in every line has no other bits than `bits`.
    pub(super) fn lengths_are_within(&self, bits: usize) -> bool {
        const RUN: usize = 256;
        let mut runs = self.starts.chunks(RUN).zip(self.nexts.chunks(RUN));
        runs.all(|(starts, nexts)| {
            // Without a way out, so that the compiler makes vectors of it.
            let lengths = starts
                .iter()
                .zip(nexts)
                .map(|(start, next)| next.wrapping_sub(self.between).wrapping_sub(*start));
            lengths.fold(0, |all, length| all | length) as usize & !bits == 0
        })
    }

    /// The field of a line, if it is certainly no blank, nor has blanks around it that do not belong to it.
    #[inline(always)]
    pub(super) fn plain(&self, index: usize) -> Option<&'b str> {
        let (start, next) = (*self.starts.get(index)?, *self.nexts.get(index)?);
        let end = next.wrapping_sub(self.between);
        let text = self.text.get(start as usize..end as usize)?;
        is_plain(text.as_bytes()).then_some(text)
    }
}

/// Where each field of so many lines begins, field by field, and where the line after each would. Nothing if there are more
/// or fewer fields in all.
fn starts(text: &[u8], fields: usize, lines: usize) -> Option<Vec<u32>> {
    let mut starts = vec![0; lines * (fields + 1)];
    // The field behind the first delimiter is the second of the first line.
    let (mut at, mut next, mut found) = (lines, 1u32, 0usize);
    let (behind, to_next_line) = (starts.len(), starts.len() - lines - 1);
    for window in text.chunks(WINDOW) {
        let mut bits = match window.first_chunk::<WINDOW>() {
            Some(window) => delimiters(window),
            None => delimiters(&std::array::from_fn(|place| {
                window.get(place).copied().unwrap_or(0)
            })),
        };
        // Nothing of this can wrap, nor is it worth a check at each field.
        while let Some(some) = NonZeroU64::new(bits) {
            *starts.get_mut(at)? = next.wrapping_add(some.trailing_zeros());
            bits &= bits.wrapping_sub(1);
            found = found.wrapping_add(1);
            at = at.wrapping_add(lines);
            if at >= behind {
                at = at.wrapping_sub(to_next_line);
            }
        }
        next = next.wrapping_add(WINDOW as u32);
    }
    if text.last() != Some(&b'\n') {
        *starts.get_mut(at)? = text.len() as u32 + 1;
        found += 1;
    }
    // A line begins where the one before it ends.
    let last = fields * lines;
    starts.copy_within(last..behind - 1, 1);
    (found == last).then_some(starts)
}

/// Which bytes are commas or newlines, the first one lowest.
#[inline(always)]
fn delimiters(window: &[u8; WINDOW]) -> u64 {
    // The compiler makes vectors of this: each byte that is one leaves the bit that tells its place among eight.
    let mark = |place: usize| {
        let is_one = u8::from(window[place] == b',') | u8::from(window[place] == b'\n');
        is_one.wrapping_neg() & 1u8.wrapping_shl(place as u32 % 8)
    };
    let marks: [u8; WINDOW] = std::array::from_fn(mark);
    // The product has in its highest byte all bits of eight bytes.
    let eights = marks.as_chunks::<8>().0.iter().rev();
    let bits = eights.map(|&eight| u64::from_le_bytes(eight).wrapping_mul(0x0101_0101_0101_0101) >> 56);
    bits.fold(0, |all, bits| all << 8 | bits)
}

/// How many newlines there are.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    // In runs that a byte can count, of which the compiler makes vectors.
    let in_run = |run: &[u8]| {
        run.iter()
            .fold(0u8, |count, &byte| count.wrapping_add(u8::from(byte == b'\n')))
    };
    bytes.chunks(192).map(|run| u64::from(in_run(run))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::csv_table::{Place, Records};
    use proptest::prelude::*;

    #[test]
    fn every_byte_in_every_place_of_a_window() {
        for place in 0..WINDOW {
            for byte in 0..=u8::MAX {
                let mut window = [b'a'; WINDOW];
                window[place] = byte;
                let expected = u64::from(byte == b',' || byte == b'\n') << place;
                assert_eq!(delimiters(&window), expected, "{byte} at {place}");
            }
        }
    }

    fn part(text: &str) -> Part {
        Part {
            from: Place { at: 0, line: 7 },
            stop: text.len(),
            newlines: (!text.contains('"')).then(|| count_lines(text.as_bytes())),
        }
    }

    #[test]
    fn lines_of_two_fields() {
        let split = |text: &str| {
            let lines = Lines::of_part(text, &part(text), 2)?;
            Some((lines.starts, lines.ending))
        };
        let lines = |starts: &[u32], ending| Some((starts.to_vec(), ending));
        assert_eq!(split("a,b\nc,\n"), lines(&[0, 4, 2, 6, 4, 7], 1));
        assert_eq!(split("a,b\r\n,d\r\n"), lines(&[0, 5, 2, 6, 5, 9], 2));
        assert_eq!(split("a,b\nc,d"), lines(&[0, 4, 2, 6, 4, 8], 1));
        for irregular in [
            "",
            "a\n",
            "a,b,c\nd\n",
            "a,b\n\n",
            "a,b\r\nc,d\n",
            "a,b\r\nc,d",
            "a\nb,c,d\n",
            "a,\"b\"\n",
        ] {
            assert_eq!(split(irregular), None, "{irregular:?}");
        }
    }

    #[test]
    fn lines_too_short_for_their_fields_take_no_memory() {
        let text = "\n".repeat(1000);
        for fields in [1 << 40, usize::MAX / 1000, usize::MAX] {
            assert!(Lines::of_part(&text, &part(&text), fields).is_none());
        }
        assert!(Lines::of_part(",,\n,,", &part(",,\n,,"), 3).is_some());
    }

    proptest! {
        /// Lines that are split many bytes at a time and record by record are the same.
        #[test]
        fn lines_are_records(
            rows in prop::collection::vec("[ab]{0,9},[ab \r]{0,9},[ab\"]{0,1}[ab]{0,9}", 0..200),
            ending in "\r?\n", unfinished: bool, blank in 0usize..600,
        ) {
            let mut text = rows.join(&ending);
            if !unfinished {
                text.push_str(&ending);
            }
            if let Some(place) = text.match_indices('\n').map(|(place, _)| place).nth(blank) {
                text.insert(place, '\n');
            }
            let part = part(&text);
            let Some(lines) = Lines::of_part(&text, &part, 3) else { return Ok(()) };
            let records = Records::of_part(&text, &part, 3);
            prop_assert_eq!(lines.len(), records.len());
            for record in 0..records.len() {
                prop_assert_eq!((lines.line(record), None), (records.line(record), records.flaw(record)));
                for field in 0..3 {
                    prop_assert_eq!(lines.get(record, field), records.get(&text, record, field));
                }
            }
            for field in 0..3 {
                let (column, places) = (lines.column(field), records.places(field));
                let within = |bits: usize| records.places(field).all(|(start, end)| (end - start) & !bits == 0);
                prop_assert_eq!([column.is_empty(), column.lengths_are_within(7)], [within(0), within(7)]);
                prop_assert_eq!(column.places().collect::<Vec<_>>(), places.collect::<Vec<_>>());
            }
        }

        #[test]
        fn newlines_are_counted(text in "[a\n]{0,900}") {
            prop_assert_eq!(count_lines(text.as_bytes()), text.matches('\n').count() as u64);
        }
    }
}
