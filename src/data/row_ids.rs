//! The ids of rows over several files, the newest batch of which is read first: so whoever comes first keeps the id.

use crate::data::caseload::Names;
use crate::data::interner::{Interner, Tag};

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

    /// Registers the id of a row.
    pub(super) fn register(&mut self, id: &str) -> RowId {
        self.register_tagged(id, Tag::of(id))
    }

    /// Registers the ids of rows, in their order.
    pub(super) fn register_all(&mut self, ids: &Names, tags: &[Tag]) -> Vec<RowId> {
        let mut verdicts = Vec::with_capacity(tags.len());
        let mut index = 0;
        for tags in tags.chunks(TOGETHER) {
            self.ids.look_ahead(tags);
            for &tag in tags {
                verdicts.push(self.register_tagged(ids.get(index), tag));
                index += 1;
            }
        }
        verdicts
    }

    fn register_tagged(&mut self, id: &str, tag: Tag) -> RowId {
        let (index, new) = self.ids.intern_tagged(id, tag);
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

    /// The index of an id, if a row has it.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
    }

    /// The id at `index`.
    pub(super) fn name(&self, index: u32) -> &str {
        self.ids.name(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!((ids.find("b"), ids.find("d"), ids.name(0)), (Some(1), None, "a"));
    }
}
