//! The ids of rows over several files, the newest of which is read first: so whoever comes first keeps the id.

use crate::data::caseload::Names;
use crate::data::interner::{Interner, Tag};

/// Ids whose slots are fetched together: as many as a core can wait for at once, and some.
const TOGETHER: usize = 32;

/// Texts that each name one row.
#[derive(Default)]
pub(super) struct RowIds {
    ids: Interner,
    /// Per id, the last file, by the count of files begun, in which it was met.
    met_in: Vec<u32>,
    file: u32,
}

/// What the id of a row turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowId {
    /// No row had it before: its index.
    New(u32),
    /// The row of a newer file has it, and stands in place of this one.
    Replaced,
    /// An earlier row of the same file has it.
    Repeated,
}

impl RowIds {
    /// The rows that follow are those of another, older file.
    pub(super) fn begin_file(&mut self) {
        self.file += 1;
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
        if *met_in == self.file {
            return RowId::Repeated;
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
    fn a_newer_file_replaces_the_first_row_of_an_older_one_and_repetitions_stay_repetitions() {
        let mut ids = RowIds::default();
        ids.begin_file();
        assert_eq!(ids.register("a"), RowId::New(0));
        assert_eq!(ids.register("a"), RowId::Repeated);
        ids.begin_file();
        assert_eq!(ids.register("b"), RowId::New(1));
        assert_eq!(ids.register("a"), RowId::Replaced);
        assert_eq!(ids.register("a"), RowId::Repeated);
        ids.begin_file();
        assert_eq!(ids.register("a"), RowId::Replaced);
        assert_eq!((ids.find("b"), ids.find("c"), ids.name(0)), (Some(1), None, "a"));
    }
}
