//! The columns of output tables: names and kinds, and how many rows make a part.

use std::borrow::Cow;

/// Rows of a table that are encoded at once. To Parquet that is a row group: what a reader can fetch in one piece.
pub(crate) const PART_ROWS: usize = 32 * 1024;

/// 1970-01-01 as chrono counts days.
#[cfg(feature = "parquet")]
pub(super) const EPOCH_DAYS_FROM_CE: i32 = 719_163;

/// What a column of an output table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Codes, identifiers, words: whatever they are, any reader of Parquet knows how they are stored.
    Text,
    /// Identifiers that tend to begin like the one before. To CSV the same as [`Kind::Text`].
    Id,
    /// Words of which there are few different ones. To CSV the same as [`Kind::Text`].
    Code,
    /// Money.
    Fen,
    /// A proportion.
    Rate,
    /// A whole number.
    Int,
    /// A number of statistics, which is no amount of money: `DOUBLE`.
    Float,
    /// A day.
    Date,
    /// A day and time of day, local. CSV omits the time if it is midnight.
    Time,
}

impl Kind {
    /// Whether texts of any sort belong there.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Kind::Text | Kind::Id | Kind::Code)
    }
}

/// A column of an output table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutColumn {
    /// The header.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
}

impl OutColumn {
    /// A column.
    pub const fn new(name: &'static str, kind: Kind) -> OutColumn {
        OutColumn {
            name: Cow::Borrowed(name),
            kind,
        }
    }

    /// A column whose name depends on the scenario.
    pub const fn named(name: String, kind: Kind) -> OutColumn {
        OutColumn {
            name: Cow::Owned(name),
            kind,
        }
    }
}
