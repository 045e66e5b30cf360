//! Which cells are kept back (小单元格保护): those of fewer than ten people, and those that would give them away.
//!
//! A sum and its parts in one column are a *line*; a row may be the sum of the rows below it that are one deeper, or of
//! all the outermost ones. If one cell of a line is kept back, the others give it away, be it a part or the sum. If two
//! parts are and there are five people behind both, the sum tells of those five. So more cells of the line are kept
//! back, the smallest first, until at least two are and, where the sum is shown, there are ten people behind the parts
//! that are not. As a row may be a sum and a part, this is repeated until nothing changes; it ends, since cells are only
//! ever taken away.

use crate::report::page::cell::{Cell, FEWEST_PEOPLE};
use crate::report::page::row::{Role, Row};

/// A sum and what it is the sum of, in one column.
struct Line {
    column: usize,
    sum: usize,
    parts: Vec<usize>,
}

/// Keeps back what must be, in place.
pub(super) fn suppress(rows: &mut [Row]) {
    let lines = lines(rows);
    keep_back(rows, &lines);
}

fn keep_back(rows: &mut [Row], lines: &[Line]) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if cell.is_small() {
            cell.suppress();
        }
    }
    while lines.iter().any(|line| protect(rows, line)) {}
}

/// Keeps back what must be of figures that stand in several tables: each sum by its place, with the places of its parts.
pub(in crate::report) fn linked(figures: &mut [Cell], sums: &[(usize, Vec<usize>)]) {
    let role = Role::Item { depth: 0 };
    let row = |cell: &Cell| Row {
        role,
        cells: vec![cell.clone()],
    };
    let mut rows: Vec<Row> = figures.iter().map(row).collect();
    let lines: Vec<Line> = sums
        .iter()
        .map(|(sum, parts)| Line {
            column: 0,
            sum: *sum,
            parts: parts.clone(),
        })
        .collect();
    keep_back(&mut rows, &lines);
    let cells = rows.into_iter().flat_map(|row| row.cells);
    figures
        .iter_mut()
        .zip(cells)
        .for_each(|(figure, cell)| *figure = cell);
}

/// Every sum, down every column.
fn lines(rows: &[Row]) -> Vec<Line> {
    let columns = rows.iter().map(|row| row.cells.len()).min().unwrap_or(0);
    let sums = row_sums(rows);
    let lines = sums.iter().flat_map(|(sum, parts)| {
        (1..columns).map(|column| Line {
            column,
            sum: *sum,
            parts: parts.clone(),
        })
    });
    lines.collect()
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

/// Keeps back one more cell of a line if what is kept back could be had from the rest. Whether it did.
fn protect(rows: &mut [Row], line: &Line) -> bool {
    let cell = |row: usize| &rows[row].cells[line.column];
    let hidden: Vec<&Cell> = line
        .parts
        .iter()
        .map(|&row| cell(row))
        .filter(|cell| cell.is_suppressed())
        .collect();
    let people: u64 = hidden.iter().filter_map(|cell| cell.counted()).sum();
    let is_safe = match (cell(line.sum).is_suppressed(), hidden.len()) {
        (true, parts) => parts > 0,
        (false, 0) => true,
        (false, parts) => parts >= 2 && people >= FEWEST_PEOPLE,
    };
    if is_safe {
        return false;
    }
    // The smallest that is shown; a zero is the last to go, since it hides nobody.
    let shown = line.parts.iter().filter(|&&row| cell(row).can_hide());
    let next = shown.min_by_key(|&&row| match cell(row).counted() {
        Some(0) | None => u64::MAX,
        Some(people) => people,
    });
    let next = match next {
        Some(&row) => row,
        // Without another part, the sum itself tells.
        None if cell(line.sum).can_hide() => line.sum,
        None => return false,
    };
    rows[next].cells[line.column].suppress();
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::cell::Value;
    use crate::report::page::table::{Column, Table};
    use proptest::prelude::*;

    fn shown(table: &Table) -> Vec<Option<i64>> {
        let count = |row: &Row| match row.cells[1].value() {
            Value::Count(count) => Some(*count),
            _ => None,
        };
        table.rows().iter().map(count).collect()
    }

    fn of(groups: &[&[u64]]) -> Table {
        let mut table = Table::new("", [Column::new(""), Column::new("")]);
        let cells = |people: u64| [Cell::text(""), Cell::people(people)];
        for group in groups {
            table.group(group.iter().sum(), cells(group.iter().sum()));
            for &people in *group {
                table.part(1, Some(people), cells(people));
            }
        }
        let all = groups.iter().copied().flatten().sum();
        table.total(all, cells(all));
        table
    }

    #[test]
    fn a_small_cell_takes_others_with_it() {
        for (people, kept) in [
            // Nothing is small; nobody at all is no small group.
            (vec![10, 20, 0], vec![Some(10), Some(20), Some(0), Some(30)]),
            // The smallest of the others goes too.
            (
                vec![7, 33, 14, 50],
                vec![None, Some(33), None, Some(50), Some(104)],
            ),
            // Two small ones together are ten people: enough.
            (vec![4, 6, 20], vec![None, None, Some(20), Some(30)]),
            // Together they are fewer: a third goes.
            (vec![4, 5, 20, 30], vec![None, None, None, Some(30), Some(59)]),
            // There is nobody else to hide behind.
            (vec![9], vec![None, None]),
        ] {
            let mut table = Table::new("", [Column::new(""), Column::new("")]);
            for &count in &people {
                table.group(count, [Cell::text(""), Cell::people(count)]);
            }
            let all = people.iter().sum();
            table.total(all, [Cell::text(""), Cell::people(all)]);
            table.suppress();
            assert_eq!(shown(&table), kept, "{people:?}");
        }
    }

    #[test]
    fn a_sum_that_is_kept_back_is_not_had_from_its_parts() {
        // The first group is small, so the second is kept back too, and then one of its parts.
        let mut table = of(&[&[3, 2], &[11, 12], &[40, 50]]);
        table.suppress();
        let kept = [
            None,
            None,
            None,
            None,
            None,
            Some(12),
            Some(90),
            Some(40),
            Some(50),
            Some(118),
        ];
        assert_eq!(shown(&table), kept);
    }

    /// Whether the hidden cell `wanted` follows from what is shown: the sums are taken as equations and solved as far as
    /// one unknown at a time goes, which is all there is to know in a tree.
    fn follows(table: &Table, wanted: usize) -> bool {
        let mut known: Vec<bool> = shown(table).iter().map(Option::is_some).collect();
        loop {
            let before = known.clone();
            for (sum, parts) in row_sums(table.rows()) {
                let line: Vec<usize> = parts.into_iter().chain([sum]).collect();
                let unknown: Vec<usize> = line.into_iter().filter(|&row| !known[row]).collect();
                if let [only] = unknown[..] {
                    known[only] = true;
                }
            }
            if known == before {
                return known[wanted];
            }
        }
    }

    proptest! {
        #[test]
        fn no_small_cell_is_shown_or_follows(
            groups in prop::collection::vec(prop::collection::vec(0u64..40, 0..5), 1..6),
        ) {
            let groups: Vec<&[u64]> = groups.iter().map(Vec::as_slice).collect();
            let (whole, mut table) = (of(&groups), of(&groups));
            table.suppress();
            for (row, count) in shown(&whole).into_iter().enumerate() {
                let people = count.unwrap_or_default() as u64;
                if (1..FEWEST_PEOPLE).contains(&people) {
                    prop_assert!(shown(&table)[row].is_none());
                    prop_assert!(!follows(&table, row), "{groups:?}: row {row}");
                }
            }
        }
    }
}
