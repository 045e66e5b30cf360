//! Lines by year with bands, in characters: `░` for the widest band, `▒` for those inside it, a mark for each line.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::axis::Axis;
use crate::report::page::chart::plot::{Chart, Lines};
use crate::report::page::format::Ruler;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Lines of characters that the values are spread over.
const ROWS: usize = 13;
/// A chart is no wider than this, however wide the terminal: more only stretches it.
const WIDEST: usize = 100;
/// Nor narrower: less shows nothing.
const NARROWEST: usize = 24;
/// The marks of lines.
const MARKS: [char; 4] = ['●', '○', '▲', '△'];

/// The characters of a chart, row by row from the top.
struct Grid {
    cells: Vec<Vec<char>>,
    values: Axis,
    years: [f64; 2],
}

pub(super) fn draw(chart: &Chart, lines: &[Lines], lang: Lang, width: usize) -> Option<String> {
    let data = chart.data();
    let shown: Vec<&Value> = data.iter().flat_map(|row| row[1..].iter().copied()).collect();
    let ruler = Ruler::of(&shown, chart.unit(1), lang);
    let axis = Axis::over(shown.iter().filter_map(|value| value.to_f64()), true, 4.0);
    let labels: Vec<(f64, String)> = axis
        .ticks()
        .map(|tick| (tick, ruler.tick(tick, axis.step)))
        .collect();
    let margin = labels.iter().map(|(_, label)| label.width()).max()? + 2;
    let columns = width.clamp(NARROWEST, WIDEST).saturating_sub(margin + 1);
    let year = |row: &Vec<&Value>| row[0].to_f64();
    let mut grid = Grid {
        cells: vec![vec![' '; columns]; ROWS],
        values: axis.between((ROWS - 1) as f64, 0.0),
        years: [year(data.first()?)?, year(data.last()?)?],
    };
    for line in lines {
        for (index, (_, edges)) in line.bands.iter().enumerate() {
            grid.band(&data, *edges, if index == 0 { '░' } else { '▒' });
        }
    }
    for (line, mark) in lines.iter().zip(MARKS.into_iter().cycle()) {
        grid.line(&data, line.middle, mark);
    }
    let mut out = format!("{}\n{:>margin$}\n", chart.table.title, ruler.unit());
    grid.write(&mut out, &labels, margin);
    legend(&mut out, lines, margin);
    Some(out)
}

impl Grid {
    /// The year in the middle of a column.
    fn year(&self, column: usize) -> f64 {
        let across = (self.cells[0].len() - 1).max(1) as f64;
        self.years[0] + (self.years[1] - self.years[0]) * column as f64 / across
    }

    /// The row of a value.
    fn row(&self, value: f64) -> usize {
        (self.values.at(value).round().max(0.0) as usize).min(ROWS - 1)
    }

    fn band(&mut self, data: &[Vec<&Value>], [low, high]: [usize; 2], mark: char) {
        for column in 0..self.cells[0].len() {
            let edges = [low, high].map(|edge| at(data, edge, self.year(column)));
            if let [Some(low), Some(high)] = edges {
                let (top, bottom) = (self.row(high), self.row(low));
                for row in &mut self.cells[top.min(bottom)..=bottom.max(top)] {
                    row[column] = mark;
                }
            }
        }
    }

    fn line(&mut self, data: &[Vec<&Value>], of: usize, mark: char) {
        for column in 0..self.cells[0].len() {
            if let Some(value) = at(data, of, self.year(column)) {
                let row = self.row(value);
                self.cells[row][column] = mark;
            }
        }
    }

    /// The rows with their labels, and the first and the last year.
    fn write(&self, out: &mut String, labels: &[(f64, String)], margin: usize) {
        let labelled: Vec<(usize, f64, &str)> = labels
            .iter()
            .map(|(tick, label)| (self.row(*tick), *tick, label.as_str()))
            .collect();
        for (index, cells) in self.cells.iter().enumerate() {
            let label = labelled.iter().find(|(row, _, _)| *row == index);
            let (label, edge, ground) = match label {
                Some((_, tick, label)) if *tick == 0.0 => (*label, '┼', '─'),
                Some((_, _, label)) => (*label, '┤', ' '),
                None => ("", '│', ' '),
            };
            let cells: String = cells
                .iter()
                .map(|&cell| if cell == ' ' { ground } else { cell })
                .collect();
            let padding = " ".repeat(margin - 1 - label.width());
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{padding}{label} {edge}{}", cells.trim_end());
        }
        let [first, last] = self.years.map(|year| format!("{year:.0}"));
        let between = (self.cells[0].len()).saturating_sub(first.len() + last.len());
        let indent = " ".repeat(margin + 1);
        let _ = writeln!(out, "{indent}{first}{}{last}", " ".repeat(between));
    }
}

/// The value of a column in a year, between the rows that it lies between.
fn at(data: &[Vec<&Value>], column: usize, year: f64) -> Option<f64> {
    let place = |row: &Vec<&Value>| Some((row[0].to_f64()?, row[column].to_f64()?));
    if let [only] = data {
        return place(only).map(|(_, value)| value);
    }
    data.windows(2).find_map(|pair| {
        let ((from, start), (to, end)) = (place(&pair[0])?, place(&pair[1])?);
        let share = (year - from) / (to - from);
        (-1e-9..=1.0 + 1e-9)
            .contains(&share)
            .then_some(start + share * (end - start))
    })
}

/// What the marks stand for.
fn legend(out: &mut String, lines: &[Lines], margin: usize) {
    let mut words = Vec::new();
    for (line, mark) in lines.iter().zip(MARKS.into_iter().cycle()) {
        words.push(format!("{mark} {}", line.name));
        for (index, (name, _)) in line.bands.iter().enumerate() {
            words.push(format!("{} {name}", if index == 0 { '░' } else { '▒' }));
        }
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}{}", " ".repeat(margin + 1), words.join("   "));
}
