//! A row of a table, and what it is to the rows around it.

use crate::report::page::cell::Cell;

/// What a row is to the rows around it. It tells how rows are set, and which cells could be had from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A row of its own, at a depth: rows that follow one deeper are its parts, and add up to it or to less.
    Item {
        /// 0 for the outermost.
        depth: u8,
    },
    /// The sum of all the outermost rows.
    Total,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is to the others.
    pub role: Role,
    pub(super) cells: Vec<Cell>,
}
