//! A report in the terminal: tables aligned by display width, and lines by year drawn in characters.
//!
//! There is no colour in it, so it is the same in a file, in a pipe and under `NO_COLOR`.

use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
use crate::report::page::chart::svg::is_direction_mark;
use crate::report::page::format::{headline, text};
use crate::report::page::table::{Role, Table};
use crate::report::page::{Block, Report};
use crate::report::table::Table as Lines;
use std::fmt::Write;

/// The report in lines, of which charts take up to `width` characters.
pub fn render(report: &Report, width: usize) -> String {
    let lang = report.lang();
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}\n{}\n", plain(report.title()), plain(report.subtitle()));
    let mut numbers = Lines::left_aligned();
    for number in report.numbers() {
        let value = headline(number.cell.value(), lang);
        numbers.row([plain(&number.label), value, plain(&number.detail)]);
    }
    out.push_str(&numbers.render());
    for section in report.sections() {
        let _ = writeln!(out, "\n{}", plain(&section.title));
        for block in section.blocks() {
            match block {
                Block::Paragraph(words) => {
                    let _ = writeln!(out, "  {}", plain(words));
                }
                Block::Table(of) => out.push_str(&table(of, lang)),
                Block::Chart(of) => {
                    let drawn = chart(of, lang, width);
                    out.push_str(&drawn.unwrap_or_else(|| table(of.table(), lang)));
                }
            }
        }
    }
    for (name, value) in report.facts() {
        let _ = write!(out, "\n{} {}", plain(name), plain(value));
    }
    out.push('\n');
    out
}

/// A table with its title and its notes. Of a table that no report holds, nothing is kept back.
pub fn table(table: &Table, lang: Lang) -> String {
    let mut lines = Lines::new();
    lines.row(table.columns.iter().map(|column| match &column.unit {
        Some(unit) if !unit.is_empty() && column.header.is_empty() => unit.clone(),
        Some(unit) if !unit.is_empty() => format!("{}, {unit}", column.header),
        _ => plain(&column.header),
    }));
    for row in table.rows() {
        let indent = match row.role {
            Role::Item { depth } => "  ".repeat(usize::from(depth)),
            Role::Total => String::new(),
        };
        let mut cells: Vec<String> = table.values(row).map(|value| plain(&text(value, lang))).collect();
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, &indent);
        }
        lines.row(cells);
    }
    let mut out = format!("{}\n{}", plain(&table.title), lines.render());
    let suppressed = table.has_suppressed().then(|| lang.about_suppressed());
    for note in table.note.iter().chain(&suppressed) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {note}");
    }
    out
}

/// Words without what moves the cursor, gives colours or turns the direction of text.
fn plain(words: &str) -> String {
    let hides = |c: char| c.is_control() || is_direction_mark(c);
    words
        .chars()
        .map(|c| if hides(c) { '\u{fffd}' } else { c })
        .collect()
}

/// Lines by year with their bands, no wider than `width` characters; `None` for any other chart, whose table says more.
pub fn chart(chart: &Chart, lang: Lang, width: usize) -> Option<String> {
    chart.to_terminal(lang, width)
}
