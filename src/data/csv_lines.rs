//! CSV of the usual kind, split many bytes at a time: lines that all have the wanted fields, and no quotes.

use std::num::NonZeroU64;

/// Bytes looked at together.
const WINDOW: usize = 64;

/// Where the fields of such lines are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// Where each field of each line begins, and where one behind the last would.
    pub(super) starts: Vec<usize>,
    /// How many bytes end a line: a newline alone, or one after a carriage return.
    pub(super) ending: usize,
}

/// Splits lines without quotes, the first of which begins at `from` and the last of which ends at `stop`; between them there
/// are so many `newlines`. Nothing if any of them is blank, has more or fewer fields, or ends otherwise than the first.
/// Lines of one field are left to others, who tell them from blank ones.
pub(super) fn split(
    text: &[u8],
    (from, stop): (usize, usize),
    newlines: u64,
    fields: usize,
) -> Option<Lines> {
    let part = text
        .get(from..stop)
        .filter(|part| fields > 1 && !part.is_empty())?;
    let starts = starts(part, from);
    let count = (starts.len() - 1) / fields;
    let lines = newlines + u64::from(part.last() != Some(&b'\n'));
    if starts.len() != count * fields + 1 || lines != count as u64 {
        return None;
    }
    // There are as many newlines as lines: if each is where it should be, there is none elsewhere.
    let mut ends = starts.iter().skip(fields).step_by(fields).map(|&start| start - 1);
    let ending = |end: usize| match text.get(end) {
        Some(b'\n') | None => Some(1 + usize::from(text.get(end.wrapping_sub(1)) == Some(&b'\r'))),
        Some(_) => None,
    };
    let first = ending(ends.next()?)?;
    ends.all(|end| ending(end) == Some(first)).then_some(Lines {
        starts,
        ending: first,
    })
}

/// `from`, at which the text `part` begins, and what follows each comma and each newline; a text ends with a line.
fn starts(part: &[u8], from: usize) -> Vec<usize> {
    // Of most files, a field has more bytes than this.
    let mut starts = vec![from; part.len() / 4 + WINDOW + 2];
    let (mut count, mut next) = (1usize, from.wrapping_add(1));
    for window in part.chunks(WINDOW) {
        let mut found = match window.first_chunk::<WINDOW>() {
            Some(window) => delimiters(window),
            None => delimiters(&std::array::from_fn(|place| {
                window.get(place).copied().unwrap_or(0)
            })),
        };
        if starts.len() < count + WINDOW + 1 {
            starts.resize(2 * starts.len(), from);
        }
        let slots = starts[count..].iter_mut();
        // Nothing of this can wrap, nor is it worth a check at each field.
        for slot in slots {
            let Some(bits) = NonZeroU64::new(found) else {
                break;
            };
            *slot = next.wrapping_add(bits.trailing_zeros() as usize);
            found &= found.wrapping_sub(1);
            count = count.wrapping_add(1);
        }
        next = next.wrapping_add(WINDOW);
    }
    if part.last() != Some(&b'\n') {
        starts[count] = from + part.len() + 1;
        count += 1;
    }
    starts.truncate(count);
    starts
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

    #[test]
    fn lines_of_two_fields() {
        let split = |text: &str| split(text.as_bytes(), (0, text.len()), count_lines(text.as_bytes()), 2);
        let lines = |starts: &[usize], ending| {
            Some(Lines {
                starts: starts.to_vec(),
                ending,
            })
        };
        assert_eq!(split("a,b\nc,\n"), lines(&[0, 2, 4, 6, 7], 1));
        assert_eq!(split("a,b\r\n,d\r\n"), lines(&[0, 2, 5, 6, 9], 2));
        assert_eq!(split("a,b\nc,d"), lines(&[0, 2, 4, 6, 8], 1));
        for irregular in [
            "",
            "a\n",
            "a,b,c\nd\n",
            "a,b\n\n",
            "a,b\r\nc,d\n",
            "a,b\r\nc,d",
            "a\nb,c,d\n",
        ] {
            assert_eq!(split(irregular), None, "{irregular:?}");
        }
    }

    proptest! {
        #[test]
        fn newlines_are_counted(text in "[a\n]{0,900}") {
            prop_assert_eq!(count_lines(text.as_bytes()), text.matches('\n').count() as u64);
        }
    }
}
