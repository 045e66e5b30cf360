//! Which cells are kept back (小单元格保护): those of fewer than ten people, and those that would give them away.
//!
//! A row of cells, or a column, whose sum is shown is a *line*. If one cell of a line is kept back, the sum less the
//! others gives it away; if two are and there are five people behind both, the sum gives that away. So more cells of the
//! line are kept back, the smallest first, until at least two are and there are ten people behind them together. As a
//! cell lies in several lines, this is repeated until nothing changes; it ends, since cells are only ever taken away.

use crate::report::page::cell::{Cell, FEWEST_PEOPLE};
use crate::report::page::table::{Role, Row};

/// A cell by row and column.
type Place = (usize, usize);

/// A sum and what it is the sum of.
struct Line {
    sum: Place,
    parts: Vec<Place>,
}

/// Keeps back what must be, in place.
pub(super) fn suppress(rows: &mut [Row], last_is_sum: bool) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if cell.is_small() {
            cell.suppress();
        }
    }
    let lines = lines(rows, last_is_sum);
    while lines.iter().any(|line| protect(rows, line)) {}
}

/// Every sum of the table, down its columns and along its rows.
fn lines(rows: &[Row], last_is_sum: bool) -> Vec<Line> {
    let columns = rows.iter().map(|row| row.cells.len()).min().unwrap_or(0);
    let mut lines = Vec::new();
    for (sum, parts) in row_sums(rows) {
        lines.extend((1..columns).map(|column| Line {
            sum: (sum, column),
            parts: parts.iter().map(|&row| (row, column)).collect(),
        }));
    }
    if last_is_sum && columns > 2 {
        lines.extend((0..rows.len()).map(|row| Line {
            sum: (row, columns - 1),
            parts: (1..columns - 1).map(|column| (row, column)).collect(),
        }));
    }
    lines
}

/// The rows that are sums, with the rows they are sums of.
fn row_sums(rows: &[Row]) -> Vec<(usize, Vec<usize>)> {
    let depth = |row: &Row| match row.role {
        Role::Item { depth } => Some(depth),
        Role::Total => None,
    };
    let mut sums = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let parts: Vec<usize> = match depth(row) {
            None => (0..rows.len())
                .filter(|&other| depth(&rows[other]) == Some(0))
                .collect(),
            Some(own) => (index + 1..rows.len())
                .take_while(|&other| depth(&rows[other]).is_some_and(|depth| depth > own))
                .filter(|&other| depth(&rows[other]) == Some(own + 1))
                .collect(),
        };
        if !parts.is_empty() {
            sums.push((index, parts));
        }
    }
    sums
}

/// Keeps back one more cell of a line if those that are kept back could be had from its sum. Whether it did.
fn protect(rows: &mut [Row], line: &Line) -> bool {
    let cell = |rows: &[Row], (row, column): Place| -> Cell { rows[row].cells[column].clone() };
    if cell(rows, line.sum).is_suppressed() {
        return false;
    }
    let hidden: Vec<Cell> = line
        .parts
        .iter()
        .map(|&place| cell(rows, place))
        .filter(Cell::is_suppressed)
        .collect();
    let people: u64 = hidden.iter().filter_map(Cell::counted).sum();
    if hidden.is_empty() || (hidden.len() >= 2 && people >= FEWEST_PEOPLE) {
        return false;
    }
    // The smallest that is shown; a zero is the last to go, since it hides nobody.
    let shown = line.parts.iter().filter(|&&place| cell(rows, place).can_hide());
    let next = shown.min_by_key(|&&place| match cell(rows, place).behind() {
        Some(0) | None => u64::MAX,
        Some(people) => people,
    });
    // Without another part, the sum itself tells.
    let (row, column) = next.copied().unwrap_or(line.sum);
    rows[row].cells[column].suppress();
    true
}
