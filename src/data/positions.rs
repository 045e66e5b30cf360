//! Where the wanted columns of a table are.

use crate::data::cell::Cell;
use crate::data::columns::HeaderMatch;

/// The position of a column that a file does not have: beyond all others.
pub(super) const ABSENT: usize = usize::MAX;

/// Where the wanted columns are.
#[derive(Clone)]
pub(super) struct Positions {
    /// Per column, a position among the headers (CSV) or among the columns read (Parquet); [`ABSENT`] if the file has none.
    at: Vec<usize>,
    /// Columns that the file lacks and that have one value in every row.
    constants: Vec<(usize, String)>,
}

impl Positions {
    pub(super) fn new(
        at: &[Option<usize>],
        matched: &HeaderMatch,
        constants: &[(String, String)],
    ) -> Positions {
        let constants = matched
            .constants
            .iter()
            .map(|&(column, place)| (column, constants[place].1.clone()));
        Positions {
            at: at.iter().map(|position| position.unwrap_or(ABSENT)).collect(),
            constants: constants.collect(),
        }
    }

    /// So many columns, all of which are read, those that have one value in every row among them.
    pub(super) fn of_all(columns: usize) -> Positions {
        Positions {
            at: (0..columns).collect(),
            constants: Vec::new(),
        }
    }

    /// Per wanted column, where it is among the columns read; [`ABSENT`] if it is not.
    pub(super) fn known(&self) -> &[usize] {
        &self.at
    }

    /// Whether a column that is not in the file has a value all the same.
    pub(super) fn is_constant(&self, index: usize) -> bool {
        self.constants.iter().any(|(column, _)| *column == index)
    }

    /// The cell of a column that is not in the file.
    #[inline(never)]
    pub(super) fn constant(&self, index: usize) -> Cell<'_> {
        let mut constants = self.constants.iter();
        let found = constants.find(|(column, _)| *column == index);
        found.map_or(Cell::Blank, |(_, value)| Cell::from_text(value))
    }
}
