//! Rows of output tables whose cells are told once, whether they are written a row at a time or a column at a time.

use crate::data::pseudonym::Pseudonyms;
use crate::money::{Fen, Rate};
use chrono::NaiveDateTime;
use std::sync::Arc;

/// A row of an output table.
pub(crate) trait OutRow: Sized {
    /// Tells the cells of a row: one per column, in their order.
    fn cells(to: &mut impl OutCells<Self>);
}

/// What takes the cells of rows, one column after the other. It is told how to get the cell of a column from any row, so
/// that it may get those of many rows in a loop of its own.
pub(crate) trait OutCells<R> {
    /// A text; an empty one is a blank.
    fn text(&mut self, of: impl Fn(&R) -> &str);

    /// A text that mostly is the very one of the column before.
    fn text_like(&mut self, before: impl Fn(&R) -> &str, of: impl Fn(&R) -> &str);

    /// A text, or a blank.
    fn optional_text(&mut self, of: impl Fn(&R) -> Option<&str>);

    /// The identifier of a person, or the pseudonym that stands for it in this table.
    fn person(&mut self, of: impl Fn(&R) -> &str);

    /// The same word in every row.
    fn always(&mut self, word: &'static str);

    /// A word by a small index that stands for it alone in this column, and by what `word` makes it of; an empty one is a
    /// blank.
    fn code<W: Copy>(&mut self, of: impl Fn(&R) -> Option<(usize, W)>, word: impl Fn(W) -> &'static str);

    /// An amount.
    fn fen(&mut self, of: impl Fn(&R) -> Fen);

    /// A proportion, or a blank.
    fn optional_rate(&mut self, of: impl Fn(&R) -> Option<Rate>);

    /// A whole number.
    fn int(&mut self, of: impl Fn(&R) -> i64);

    /// A day and time of day.
    fn time(&mut self, of: impl Fn(&R) -> NaiveDateTime);
}

/// What persons are called in a table.
#[derive(Clone, Default)]
pub(super) struct Called {
    /// By these, if not by their identifiers.
    pseudonyms: Option<Arc<Pseudonyms>>,
    /// The last person, and the pseudonym: a person's rows tend to follow each other.
    last: (String, String),
}

impl Called {
    /// By pseudonyms, if there are any.
    pub(super) fn by(pseudonyms: Option<&Pseudonyms>) -> Called {
        Called {
            pseudonyms: pseudonyms.map(|pseudonyms| Arc::new(pseudonyms.clone())),
            last: Default::default(),
        }
    }

    /// Whether persons are called by their identifiers.
    pub(super) fn by_identifier(&self) -> bool {
        self.pseudonyms.is_none()
    }

    /// What a person is called.
    pub(super) fn name<'n>(&'n mut self, psn_no: &'n str) -> &'n str {
        let Some(pseudonyms) = &self.pseudonyms else {
            return psn_no;
        };
        let (last, shown) = &mut self.last;
        if last != psn_no {
            (*last, *shown) = (psn_no.to_string(), pseudonyms.of(psn_no));
        }
        shown
    }
}
