//! The ids of rows over several files, the newest batch of which is read first: so whoever comes first keeps the id.

use crate::data::ascent::{Ascent, Standing};
use crate::data::caseload::Names;
use crate::data::interner::{Interner, Tag};
use std::ops::Range;

/// Ids whose slots are fetched together: as many as a core can wait for at once, and some.
const TOGETHER: usize = 32;

/// Texts that each name one row.
#[derive(Default)]
pub(super) struct RowIds {
    ids: Interner,
    /// Per id, the file, by the count of files begun, in which the last batch that has it has it first.
    met_in: Vec<u32>,
    file: u32,
    /// The first file of the batch at hand.
    batch_begins: u32,
    kept: Kept,
}

/// The texts of the rows that became something, by the index of what they became. Mostly those are all rows there are, and
/// then their texts are not held twice.
enum Kept {
    /// The first so many ids.
    First(u32),
    /// Texts of their own.
    Own(Names),
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::First(0)
    }
}

/// What the id of a row turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowId {
    /// No row had it before: its index.
    New(u32),
    /// The row of a newer batch has it, and stands in place of this one.
    Replaced,
    /// An earlier row of the same batch has it, in the file of this number, from 0, in the order in which they were begun.
    Repeated(u32),
}

impl RowIds {
    /// The rows that follow are those of another file, of the same batch as the one before or of an `older` one.
    pub(super) fn begin_file(&mut self, older: bool) {
        self.file += 1;
        if older {
            self.batch_begins = self.file;
        }
    }

    /// Registers the ids of rows, in their order.
    pub(super) fn register_all(&mut self, ids: &PartIds) -> Verdicts {
        let first = self.ids.len() as u32;
        if ids.differ && self.ids.append_new(&ids.names, &ids.order) {
            self.met_in.resize(self.ids.len(), self.file);
            return Verdicts::AllNew(first);
        }
        let mut verdicts = Vec::with_capacity(ids.names.len());
        let mut tags = Vec::with_capacity(TOGETHER);
        let (mut next, all) = (0, ids.names.len() as u32);
        while next < all {
            if self.ids.goes_by_order() {
                let (index, new) = self.ids.intern(ids.names.get(next));
                verdicts.push(self.verdict(index, new));
                next += 1;
                continue;
            }
            let end = all.min(next + TOGETHER as u32);
            tags.clear();
            tags.extend((next..end).map(|index| Tag::of(ids.names.get(index))));
            self.ids.look_ahead(&tags);
            for (index, &tag) in (next..end).zip(&tags) {
                let (index, new) = self.ids.intern_tagged(ids.names.get(index), tag);
                verdicts.push(self.verdict(index, new));
            }
            next = end;
        }
        Verdicts::Each(verdicts.into_iter())
    }

    fn verdict(&mut self, index: u32, new: bool) -> RowId {
        if new {
            self.met_in.push(self.file);
            return RowId::New(index);
        }
        let met_in = &mut self.met_in[index as usize];
        if *met_in >= self.batch_begins {
            return RowId::Repeated(met_in.saturating_sub(1));
        }
        *met_in = self.file;
        RowId::Replaced
    }

    /// Room for the ids of so many rows to come.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.ids.reserve(rows);
        self.met_in.reserve(rows);
    }

    /// As [`RowIds::find`], for one of few: where the rows are in order, no table is made for it.
    pub(super) fn find_by_order(&self, id: &str) -> Option<u32> {
        self.ids.find_by_order(id)
    }

    /// The index of an id, if a row has it.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
    }

    /// Whether it is the id at `index`.
    #[inline]
    pub(super) fn is(&self, id: &str, index: u32) -> bool {
        self.ids.bytes(index) == id.as_bytes()
    }

    /// The row with the id at `index` became something; returns its number among all that did.
    pub(super) fn keep(&mut self, index: u32) -> u32 {
        match &mut self.kept {
            Kept::First(count) if *count == index => {
                *count += 1;
                index
            }
            Kept::First(_) => {
                self.own_kept();
                self.keep(index)
            }
            Kept::Own(names) => names.push(self.ids.name(index)),
        }
    }

    /// A row without an id of its own became something.
    pub(super) fn keep_text(&mut self, text: &str) {
        self.own_kept();
        if let Kept::Own(names) = &mut self.kept {
            names.push(text);
        }
    }

    /// As many ids from `first` on as there are rows that became something.
    pub(super) fn keep_run(&mut self, first: u32, count: u32) {
        match &mut self.kept {
            Kept::First(kept) if *kept == first => *kept += count,
            _ => (first..first + count).for_each(|index| {
                self.keep(index);
            }),
        }
    }

    /// Gives what became something texts of their own.
    fn own_kept(&mut self) {
        if let Kept::First(count) = self.kept {
            let mut names = Names::default();
            (0..count).for_each(|index| {
                names.push(self.ids.name(index));
            });
            self.kept = Kept::Own(names);
        }
    }

    /// The text of the row that became the thing at `index`.
    pub(super) fn kept(&self, index: u32) -> &str {
        match &self.kept {
            Kept::First(_) => self.ids.name(index),
            Kept::Own(names) => names.get(index),
        }
    }

    /// Hands over the texts of the rows that became something.
    pub(super) fn into_kept(mut self) -> Names {
        match self.kept {
            Kept::First(count) if count as usize == self.ids.len() => return self.ids.into_names(),
            _ => self.own_kept(),
        }
        match self.kept {
            Kept::First(_) => self.ids.into_names(),
            Kept::Own(names) => names,
        }
    }
}

/// What the ids of a part's rows turn out to be, in their order.
pub(super) enum Verdicts {
    /// New, and numbered from this index on.
    AllNew(u32),
    /// Whatever each is.
    Each(std::vec::IntoIter<RowId>),
}

impl Verdicts {
    /// The verdict on the next id.
    pub(super) fn next(&mut self) -> RowId {
        match self {
            Verdicts::AllNew(index) => {
                *index += 1;
                RowId::New(*index - 1)
            }
            Verdicts::Each(verdicts) => verdicts.next().unwrap_or(RowId::Repeated(u32::MAX)),
        }
    }
}

/// The ids of the rows of a part, in their order.
pub(super) struct PartIds {
    pub(super) names: Names,
    order: Ascent,
    /// Whether their order tells that they all differ.
    differ: bool,
}

impl Default for PartIds {
    fn default() -> PartIds {
        PartIds {
            names: Names::default(),
            order: Ascent::default(),
            differ: true,
        }
    }
}

impl PartIds {
    /// Room for the ids of so many rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.names.reserve(rows);
    }

    /// Adds the id of the next row.
    #[inline]
    pub(super) fn push(&mut self, id: &str) {
        let index = self.names.len() as u32;
        self.differ = self.differ && self.order.place(&self.names, index, id.as_bytes()) == Standing::New;
        self.names.push(id);
    }

    /// Adds the ids of the next rows, which are some of `ids`.
    pub(super) fn push_run(&mut self, ids: &Names, some: Range<usize>) {
        let first = self.names.len() as u32;
        self.names.append(ids, some);
        self.differ = self.differ && self.order.place_all(&self.names, first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl RowIds {
        /// Registers the id of a row.
        fn register(&mut self, id: &str) -> RowId {
            let mut ids = PartIds::default();
            ids.push(id);
            self.register_all(&ids).next()
        }
    }

    #[test]
    fn what_is_kept_has_its_texts_whether_all_are_or_some() {
        for skipped in [None, Some(0), Some(1), Some(3)] {
            let mut ids = RowIds::default();
            ids.begin_file(true);
            let mut expected = Vec::new();
            for (index, id) in ["a", "b", "c", "d"].into_iter().enumerate() {
                assert_eq!(ids.register(id), RowId::New(index as u32));
                if skipped != Some(index) {
                    assert_eq!(ids.keep(index as u32), expected.len() as u32);
                    expected.push(id);
                }
            }
            if skipped.is_none() {
                ids.keep_text("own");
                expected.push("own");
            }
            for (index, text) in expected.iter().enumerate() {
                assert_eq!(ids.kept(index as u32), *text);
            }
            let kept = ids.into_kept();
            let texts = (0..kept.len() as u32).map(|index| kept.get(index));
            assert_eq!(texts.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_newer_batch_replaces_the_first_row_of_an_older_one_and_repetitions_stay_repetitions() {
        let mut ids = RowIds::default();
        ids.begin_file(true);
        assert_eq!(ids.register("a"), RowId::New(0));
        assert_eq!(ids.register("a"), RowId::Repeated(0));
        ids.begin_file(true);
        assert_eq!(ids.register("b"), RowId::New(1));
        assert_eq!(ids.register("a"), RowId::Replaced);
        assert_eq!(ids.register("a"), RowId::Repeated(1));
        ids.begin_file(false);
        assert_eq!(ids.register("c"), RowId::New(2));
        assert_eq!(ids.register("a"), RowId::Repeated(1));
        assert_eq!(ids.register("c"), RowId::Repeated(2));
        ids.begin_file(true);
        assert_eq!(ids.register("a"), RowId::Replaced);
        assert_eq!(
            (ids.find("b"), ids.find("d"), ids.is("a", 0)),
            (Some(1), None, true)
        );
    }
}
