//! A report in the terminal: tables aligned by display width, and lines by year drawn in characters.
//!
//! There is no colour in it, so it is the same in a file, in a pipe and under `NO_COLOR`.

use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
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
    let _ = writeln!(out, "{}\n{}\n", report.title(), report.subtitle());
    let mut numbers = Lines::left_aligned();
    for number in report.numbers() {
        let value = headline(number.cell.value(), lang);
        numbers.row([number.label.as_str(), &value, &number.detail]);
    }
    out.push_str(&numbers.render());
    for section in report.sections() {
        let _ = writeln!(out, "\n{}", section.title);
        for block in section.blocks() {
            match block {
                Block::Paragraph(words) => {
                    let _ = writeln!(out, "  {words}");
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
        let _ = write!(out, "\n{name} {value}");
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
        _ => column.header.clone(),
    }));
    for row in table.rows() {
        let indent = match row.role {
            Role::Item { depth } => "  ".repeat(usize::from(depth)),
            Role::Total => String::new(),
        };
        let mut cells: Vec<String> = table.values(row).map(|value| text(value, lang)).collect();
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, &indent);
        }
        lines.row(cells);
    }
    let mut out = format!("{}\n{}", table.title, lines.render());
    let suppressed = table.has_suppressed().then(|| lang.about_suppressed());
    for note in table.note.iter().chain(&suppressed) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {note}");
    }
    out
}

/// Lines by year with their bands, no wider than `width` characters; `None` for any other chart, whose table says more.
pub fn chart(chart: &Chart, lang: Lang, width: usize) -> Option<String> {
    chart.to_terminal(lang, width)
}
