//! What the order of texts tells about which of them are new, without a table of them.
//!
//! Extracts are mostly written in the order of some key, of which ids are a part: ids then ascend, except that those of one
//! person may be mixed, and that the order may start anew a few times. So the texts are taken as a few runs whose ranges do
//! not meet. A text outside all ranges is new. One in the range of the last run, but beyond all texts of that run except the
//! last few, is looked for among those few, which are kept in order. About any other text order tells nothing.

use crate::data::caseload::Names;
use std::cmp::Ordering;

/// How many of the last texts are looked at, at least: those of one person, who may be on dialysis. At most it is twice as
/// many.
const FEW: u32 = 256;

/// How often the order may start anew.
const MOST_RUNS: usize = 8;

/// The order of texts that all differ.
#[derive(Default)]
pub(super) struct Ascent {
    runs: Vec<Run>,
    /// Of the last run: texts before the last few, and the index of the greatest of them, for now and from the next time
    /// on that [`FEW`] more have come.
    older: Older,
    next_older: Older,
    /// The indices of the last few texts, those behind `older`, in the order of the texts.
    few: Vec<u32>,
}

/// The least and the greatest text of a run, by their indices, and the beginning of the greatest.
#[derive(Clone, Copy)]
struct Run {
    least: u32,
    greatest: u32,
    beginning: u128,
}

/// The texts of a run up to some index.
#[derive(Clone, Copy, Default)]
struct Older {
    /// Index behind the last of them.
    end: u32,
    /// Index of the greatest; `None` if there are none.
    greatest: Option<u32>,
}

/// What the order tells about a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is new.
    New,
    /// It is the text at an index.
    Known(u32),
    /// Nothing.
    Untold,
}

impl Ascent {
    /// What the order of `names` up to `index` tells about a text, which has its place there if it is new.
    #[inline]
    pub(super) fn place(&mut self, names: &Names, index: u32, name: &[u8]) -> Standing {
        // Most are in order.
        let beginning = beginning(name);
        if let [run] = self.runs.as_mut_slice()
            && (beginning > run.beginning
                || beginning == run.beginning && compare(name, names.bytes(run.greatest)).is_gt())
        {
            (run.greatest, run.beginning) = (index, beginning);
            self.few.push(index);
            self.move_on(index);
            return Standing::New;
        }
        self.place_other(names, index, name)
    }

    /// Takes in all `names` from `next` on, if order tells that they are new; `false` if it does not, of one of them.
    pub(super) fn place_all(&mut self, names: &Names, mut next: u32) -> bool {
        while (next as usize) < names.len() {
            let other = self.place_ascending(names, next);
            if other == next {
                if self.place(names, next, names.bytes(next)) != Standing::New {
                    return false;
                }
                next += 1;
            } else {
                next = other;
            }
        }
        true
    }

    /// Takes in `names` from `first` on as long as the beginning of each comes after all others; returns the index behind the
    /// last of them. There may be more if they come to be the last few.
    fn place_ascending(&mut self, names: &Names, first: u32) -> u32 {
        let [run] = self.runs.as_mut_slice() else {
            return first;
        };
        let end = self.next_older.end.saturating_add(FEW).min(names.len() as u32);
        let mut next = first;
        for name in names.some(first..end) {
            let beginning = beginning(name);
            if beginning <= run.beginning {
                break;
            }
            run.beginning = beginning;
            next = next.wrapping_add(1);
        }
        if next > first {
            run.greatest = next - 1;
            self.few.extend(first..next);
            self.move_on(next - 1);
        }
        next
    }

    /// As [`Ascent::place`], for a text that does not come after all others.
    #[inline(never)]
    fn place_other(&mut self, names: &Names, index: u32, name: &[u8]) -> Standing {
        // Nearly all others have their place among the last few.
        if let [run] = self.runs.as_mut_slice()
            && self
                .older
                .greatest
                .is_none_or(|greatest| compare(names.bytes(greatest), name).is_lt())
        {
            let place = match place_among(&self.few, names, name) {
                Ok(place) => return Standing::Known(self.few[place]),
                Err(place) => place,
            };
            if place == 0 && self.older.greatest.is_none() {
                run.least = index;
            }
            self.few.insert(place, index);
            self.move_on(index);
            return Standing::New;
        }
        let standing = self.look_up(names, name);
        if standing == Standing::New {
            self.add(names, index, name);
        }
        standing
    }

    /// What the order of `names` tells about a text.
    fn look_up(&self, names: &Names, name: &[u8]) -> Standing {
        let Some((last, before)) = self.runs.split_last() else {
            return Standing::New;
        };
        match name.cmp(names.bytes(last.greatest)) {
            Ordering::Greater if before.is_empty() => Standing::New,
            Ordering::Equal => Standing::Known(last.greatest),
            _ => self.look_back(names, name),
        }
    }

    #[inline(never)]
    fn look_back(&self, names: &Names, name: &[u8]) -> Standing {
        let Some((last, before)) = self.runs.split_last() else {
            return Standing::New;
        };
        let within = |run: &Run| names.bytes(run.least) <= name && name <= names.bytes(run.greatest);
        if before.iter().any(within) {
            return Standing::Untold;
        }
        if name > names.bytes(last.greatest) {
            // The run goes on, but its range must not come to hold an earlier run.
            let meets = |run: &Run| (names.bytes(last.greatest)..name).contains(&names.bytes(run.least));
            return if before.iter().any(meets) {
                Standing::Untold
            } else {
                Standing::New
            };
        }
        if self
            .older
            .greatest
            .is_none_or(|greatest| names.bytes(greatest) < name)
        {
            let engulfed = |run: &Run| (name..names.bytes(last.least)).contains(&names.bytes(run.least));
            if before.iter().any(engulfed) {
                return Standing::Untold;
            }
            let found = place_among(&self.few, names, name);
            return found.map_or(Standing::New, |place| Standing::Known(self.few[place]));
        }
        if name < names.bytes(last.least) && self.runs.len() < MOST_RUNS {
            return Standing::New;
        }
        Standing::Untold
    }

    /// Adds a new text, whose index is behind those of all others.
    fn add(&mut self, names: &Names, index: u32, name: &[u8]) {
        let only = Run {
            least: index,
            greatest: index,
            beginning: beginning(name),
        };
        match self.runs.last_mut() {
            Some(run) if name > names.bytes(run.greatest) => {
                (run.greatest, run.beginning) = (index, only.beginning);
                self.few.push(index);
            }
            Some(run)
                if self
                    .older
                    .greatest
                    .is_none_or(|greatest| names.bytes(greatest) < name) =>
            {
                if name < names.bytes(run.least) {
                    run.least = index;
                }
                let place = self.few.partition_point(|&other| names.bytes(other) < name);
                self.few.insert(place, index);
            }
            _ => {
                self.runs.push(only);
                self.older = Older {
                    end: index,
                    greatest: None,
                };
                self.next_older = self.older;
                self.few.clear();
                self.few.push(index);
            }
        }
        self.move_on(index);
    }

    /// Looks for a text where the order says that it would be. In a run that is not quite in order it may be missed.
    pub(super) fn search(&self, names: &Names, name: &str) -> Option<u32> {
        self.runs.iter().find_map(|run| {
            let (mut from, mut to) = (run.least, run.greatest);
            while from <= to {
                let middle = from + (to - from) / 2;
                match names.bytes(middle).cmp(name.as_bytes()) {
                    Ordering::Equal => return Some(middle),
                    Ordering::Less => from = middle + 1,
                    Ordering::Greater => to = middle.checked_sub(1)?,
                }
            }
            None
        })
    }

    /// The last of the last few texts is that at `index`.
    #[inline]
    fn move_on(&mut self, index: u32) {
        if index + 1 - self.next_older.end >= FEW {
            self.older = self.next_older;
            self.few.retain(|&other| other >= self.older.end);
            self.next_older = Older {
                end: index + 1,
                greatest: self.runs.last().map(|run| run.greatest),
            };
        }
    }

    /// Takes in the order of `others`, which are to follow `names`, if it tells that all of them are new.
    pub(super) fn append(&mut self, names: &Names, others: &Names, order: &Ascent) -> bool {
        let [run] = order.runs.as_slice() else {
            return order.runs.is_empty();
        };
        let (least, greatest) = (others.bytes(run.least), others.bytes(run.greatest));
        let apart = |run: &Run| greatest < names.bytes(run.least) || names.bytes(run.greatest) < least;
        if !self.runs.iter().all(apart) {
            return false;
        }
        let last = self.runs.last().map(|run| run.greatest);
        let between = |last: u32, run: &Run| (names.bytes(last)..least).contains(&names.bytes(run.least));
        let goes_on = last.filter(|&last| {
            names.bytes(last) < least
                && !self
                    .runs
                    .iter()
                    .any(|run| run.greatest != last && between(last, run))
        });
        if goes_on.is_none() && self.runs.len() == MOST_RUNS {
            return false;
        }
        let base = names.len() as u32;
        match self.runs.last_mut() {
            Some(last) if goes_on.is_some() => {
                (last.greatest, last.beginning) = (base + run.greatest, run.beginning);
            }
            _ => self.runs.push(Run {
                least: base + run.least,
                greatest: base + run.greatest,
                beginning: run.beginning,
            }),
        }
        [self.older, self.next_older] = [order.older, order.next_older].map(|older| Older {
            end: base + older.end,
            greatest: older.greatest.map(|index| base + index).or(goes_on),
        });
        self.few.clear();
        self.few.extend(order.few.iter().map(|index| base + index));
        true
    }
}

/// The whole words of a text, as numbers in the order of texts.
fn words(text: &[u8]) -> impl Iterator<Item = u64> {
    text.as_chunks::<8>()
        .0
        .iter()
        .map(|&word| u64::from_be_bytes(word))
}

/// The order of two texts. Word by word: a comparison of bytes reads more at once than was written at once when the other
/// text was added a moment ago, and has to wait for it.
#[inline]
fn compare(one: &[u8], two: &[u8]) -> Ordering {
    if let Some((word, other)) = words(one).zip(words(two)).find(|(word, other)| word != other) {
        return word.cmp(&other);
    }
    let whole = one.len().min(two.len()) / 8 * 8;
    one[whole..].cmp(&two[whole..])
}

/// The first bytes of a text as a number; where there are fewer, zeros follow. Of two texts with other numbers the one with
/// the greater number is the greater one.
#[inline(always)]
fn beginning(text: &[u8]) -> u128 {
    match text.first_chunk::<16>() {
        Some(bytes) => u128::from_be_bytes(*bytes),
        None => beginning_of_short(text),
    }
}

/// Of fewer than sixteen bytes.
#[inline]
fn beginning_of_short(text: &[u8]) -> u128 {
    let number = |bytes: [u8; 8]| u64::from_be_bytes(bytes);
    let (high, low) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        // The last eight bytes, without those that are among the first eight.
        (Some(&first), Some(&last)) => {
            let new = text.len() as u32 - 8;
            (number(first), number(last).unbounded_shl(64 - 8 * new))
        }
        _ => {
            let byte = |place| text.get(place).copied().unwrap_or(0);
            (number(std::array::from_fn(byte)), 0)
        }
    };
    u128::from(high) << 64 | u128::from(low)
}

/// Where a text is among texts in order, or would be. Mostly that is near the end.
fn place_among(few: &[u32], names: &Names, name: &[u8]) -> Result<usize, usize> {
    const NEAR: usize = 8;
    let far = few.len().saturating_sub(NEAR);
    for place in (far..few.len()).rev() {
        match compare(names.bytes(few[place]), name) {
            Ordering::Less => return Err(place + 1),
            Ordering::Equal => return Ok(place),
            Ordering::Greater => {}
        }
    }
    few[..far].binary_search_by(|&index| compare(names.bytes(index), name))
}

#[cfg(test)]
mod tests {
    use super::{beginning, compare};
    use crate::data::caseload::Names;
    use crate::data::interner::Interner;
    use crate::data::row_ids::{PartIds, RowId, RowIds};
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        /// Texts in any order, most of them ascending: what is new and what is known is as in a map.
        #[test]
        fn order_tells_the_truth(
            starts in proptest::collection::vec((0u32..2000, 1u32..120, 0u32..6), 1..12),
            part in 1usize..800,
        ) {
            let mut texts = Vec::new();
            for (start, length, mixed) in starts {
                texts.extend((start..start + length).map(|n| format!("{:05}", n ^ (n % 7).min(mixed))));
            }
            let (mut interner, mut known) = (Interner::default(), HashMap::new());
            for text in &texts {
                let count = known.len() as u32;
                let expected = *known.entry(text).or_insert(count);
                prop_assert_eq!(interner.intern(text), (expected, expected == count));
            }
            let (mut ids, mut known) = (RowIds::default(), HashMap::new());
            ids.begin_file(true);
            for texts in texts.chunks(part) {
                let mut of_part = PartIds::default();
                let (some, rest) = texts.split_at(texts.len() / 3);
                some.iter().for_each(|text| of_part.push(text));
                // The rest at once, from among others.
                let mut column = Names::default();
                for text in some.iter().chain(rest) {
                    column.push(text);
                }
                of_part.push_run(&column, some.len()..texts.len());
                let mut verdicts = ids.register_all(&of_part);
                for text in texts {
                    let count = known.len() as u32;
                    let new = *known.entry(text).or_insert(count) == count;
                    let expected = if new { RowId::New(count) } else { RowId::Repeated(0) };
                    prop_assert_eq!(verdicts.next(), expected);
                }
            }
            let mut names = Names::default();
            texts.iter().for_each(|text| { names.push(text); });
            for (text, index) in known {
                prop_assert_eq!(ids.find(text), Some(index));
                prop_assert!(ids.is(text, index));
            }
        }
    }

    #[test]
    fn texts_follow_each_other_as_bytes_do() {
        let texts = [
            "",
            "P",
            "P0000001",
            "P0000001\0",
            "P0000001-20",
            "P0000001-2023I0",
            "P00000010",
            "P00000011",
            "P0000001-2023A01",
            "P0000001-2023A02",
            "P0000001-2023A021",
            "P0000001-2023A022",
            "居民",
        ];
        for one in texts {
            for other in texts {
                let (first, second) = (one.as_bytes(), other.as_bytes());
                assert_eq!(compare(first, second), one.cmp(other), "{one} {other}");
                if beginning(first) != beginning(second) {
                    assert_eq!(beginning(first) > beginning(second), one > other, "{one} {other}");
                }
            }
        }
    }

    #[test]
    fn ids_of_persons_in_order_need_no_table() {
        let mut interner = Interner::default();
        for person in 0..500 {
            for visit in ["I02", "I01", "O03", "C01"] {
                assert!(interner.intern(&format!("P{person:04}-{visit}")).1);
            }
        }
        for newborn in 0..500 {
            assert!(interner.intern(&format!("B{newborn:04}")).1);
        }
        assert!(interner.goes_by_order());
    }

    #[test]
    fn ids_in_order_are_found_without_a_table() {
        let mut interner = Interner::default();
        let names = |letter| (0..1000).map(move |n| format!("{letter}{n:04}"));
        for name in names('P').chain(names('B')) {
            interner.intern(&name);
        }
        for known in ["P0000", "P0321", "P0999", "B0000", "B0077", "B0999"] {
            let found = interner.find_by_order(known).unwrap();
            assert_eq!(interner.name(found), known);
        }
        assert!(interner.goes_by_order());
        for unknown in ["", "A", "B05", "P1000", "Z"] {
            assert_eq!(interner.find_by_order(unknown), None);
        }
    }

    #[test]
    fn what_order_does_not_find_the_table_does() {
        let mut interner = Interner::default();
        for text in ["b", "a", "d", "c", "e"] {
            interner.intern(text);
        }
        for (index, text) in ["b", "a", "d", "c", "e"].into_iter().enumerate() {
            assert_eq!(interner.find_by_order(text), Some(index as u32));
        }
        let interner = Interner::default();
        assert_eq!(interner.find_by_order("a"), None);
    }
}
