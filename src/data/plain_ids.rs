//! The ids of rows that say plainly what they are.

use crate::data::block::{Block, Ids, Row};
use crate::data::columns::Column;
use crate::data::fields::Fields;
use crate::data::known::is_plain;
use crate::data::row_ids::PartIds;
use std::ops::Range;

/// Takes over the ids in a column of a block, in the order of the rows.
pub(super) struct PlainIds<'b, C> {
    column: C,
    ids: Ids<'b>,
    /// Rows up to the one at hand whose ids are taken over together, as they lie in the column.
    waiting: Range<usize>,
}

impl<'b, C: Column> PlainIds<'b, C> {
    /// The ids in a column of a block.
    pub(super) fn of(block: &'b Block<'b>, column: C) -> PlainIds<'b, C> {
        PlainIds {
            column,
            ids: block.ids(column.index()),
            waiting: 0..0,
        }
    }

    /// Adds the id of the next row to `ids`, now or later; `false` if the row is to be read by itself.
    #[inline(always)]
    pub(super) fn push(&mut self, row: &Row<'_>, ids: &mut PartIds) -> bool {
        match &self.ids {
            Ids::Lines(fields) => fields.plain(row.index()).map(|id| ids.push(id)).is_some(),
            Ids::Texts(texts, first) => {
                let plain = is_plain(texts.bytes((first + row.index()) as u32));
                self.waiting.end += usize::from(plain);
                plain
            }
            Ids::Cells => {
                let id = Fields::<C>::new(row).required_text(self.column);
                id.map(|id| ids.push(&id)).is_ok()
            }
        }
    }

    /// The next row is read by itself: the ids of those before it are to be in `ids`.
    pub(super) fn skip(&mut self, ids: &mut PartIds) {
        self.finish(ids);
        self.waiting = self.waiting.end + 1..self.waiting.end + 1;
    }

    /// There are no more rows: all ids are to be in `ids`.
    pub(super) fn finish(&self, ids: &mut PartIds) {
        if let Ids::Texts(texts, first) = &self.ids {
            ids.push_run(texts, first + self.waiting.start..first + self.waiting.end);
        }
    }
}
