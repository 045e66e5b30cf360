//! Tables of typed cells.

use crate::report::page::cell::{Cell, Value};
use crate::report::page::suppress;

pub use crate::report::page::row::{Role, Row};

/// A column: its header, and the unit of what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What the column tells.
    pub header: String,
    /// In which unit, if it has one: `yuan`, `人`.
    pub unit: Option<String>,
}

impl Column {
    /// A column without a unit.
    pub fn new(header: impl Into<String>) -> Column {
        Column {
            header: header.into(),
            unit: None,
        }
    }

    /// A column whose numbers are in `unit`.
    pub fn of(header: impl Into<String>, unit: impl Into<String>) -> Column {
        Column {
            unit: Some(unit.into()),
            ..Column::new(header)
        }
    }
}

/// A table. The first column names the rows.
///
/// ```
/// use yibao::money::Fen;
/// use yibao::report::page::{Cell, Column, Table};
/// let mut table = Table::new("By level", [Column::new("Level"), Column::of("Persons", ""), Column::of("Fund", "yuan")]);
/// table.group(120, [Cell::text("primary"), Cell::people(120), Cell::yuan(Fen::from_yuan(40_000))]);
/// table.group(7, [Cell::text("tertiary"), Cell::people(7), Cell::yuan(Fen::from_yuan(90_000))]);
/// table.total(127, [Cell::text("all"), Cell::people(127), Cell::yuan(Fen::from_yuan(130_000))]);
/// assert_eq!(table.rows().len(), 3);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is about.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// What a reader must know of it, below the table.
    pub note: Option<String>,
    rows: Vec<Row>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, columns: impl IntoIterator<Item = Column>) -> Table {
        Table {
            title: title.into(),
            columns: columns.into_iter().collect(),
            note: None,
            rows: Vec::new(),
        }
    }

    /// With a note.
    pub fn noting(self, note: impl Into<String>) -> Table {
        Table {
            note: Some(note.into()),
            ..self
        }
    }

    /// Adds an outermost row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Table {
        self.add(Role::Item { depth: 0 }, None, cells)
    }

    /// Adds an outermost row all of whose figures are about `people` people.
    pub fn group(&mut self, people: u64, cells: impl IntoIterator<Item = Cell>) -> &mut Table {
        self.add(Role::Item { depth: 0 }, Some(people), cells)
    }

    /// Adds a part of the row above it that is one less deep; `people` are behind all of its figures, if they are about
    /// people.
    pub fn part(
        &mut self,
        depth: u8,
        people: Option<u64>,
        cells: impl IntoIterator<Item = Cell>,
    ) -> &mut Table {
        self.add(Role::Item { depth }, people, cells)
    }

    /// Adds the sum of all outermost rows.
    pub fn total(&mut self, people: u64, cells: impl IntoIterator<Item = Cell>) -> &mut Table {
        self.add(Role::Total, Some(people), cells)
    }

    /// Adds the sum of all outermost rows of a table that is not about groups of people.
    pub fn sum(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Table {
        self.add(Role::Total, None, cells)
    }

    fn add(&mut self, role: Role, people: Option<u64>, cells: impl IntoIterator<Item = Cell>) -> &mut Table {
        let counted = |cell: Cell| match (cell.behind(), people) {
            (None, Some(people)) => cell.of(people),
            _ => cell,
        };
        let cells: Vec<Cell> = cells.into_iter().map(counted).collect();
        assert!(
            cells.len() == self.columns.len(),
            "a row of {} cells in `{}`, which has {} columns",
            cells.len(),
            self.title,
            self.columns.len()
        );
        self.rows.push(Row { role, cells });
        self
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The values of a row: of a table that a report holds, those that may be shown.
    pub(crate) fn values<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a Value> {
        row.cells.iter().map(Cell::value)
    }

    /// Whether rows can be put in another order: not if some are parts of others.
    pub(crate) fn is_flat(&self) -> bool {
        let deep = |row: &Row| matches!(row.role, Role::Item { depth } if depth > 0);
        !self.rows.iter().any(deep)
    }

    /// Whether something was kept back.
    pub(crate) fn has_suppressed(&self) -> bool {
        self.rows
            .iter()
            .any(|row| row.cells.iter().any(Cell::is_suppressed))
    }

    /// Keeps back what is about too few people, and what would give it away.
    pub(super) fn suppress(&mut self) {
        suppress::suppress(&mut self.rows);
    }
}
