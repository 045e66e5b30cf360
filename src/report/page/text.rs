//! A report in the terminal: tables aligned by display width, and lines by year drawn in characters.
//!
//! There is no colour in it, so it is the same in a file, in a pipe and under `NO_COLOR`.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::Chart;
use crate::report::page::chart::svg::is_direction_mark;
use crate::report::page::format::{headline, text};
use crate::report::page::table::{Column, Role, Table};
use crate::report::page::{Block, Report};
use crate::report::table::Table as Lines;
use std::fmt::Write;

/// The report in lines, of which charts and words in tables take up to `width` characters.
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
                Block::Table(of) => out.push_str(&lines(of, lang, width)),
                Block::Chart(of) => {
                    let drawn = chart(of, lang, width);
                    out.push_str(&drawn.unwrap_or_else(|| lines(of.table(), lang, width)));
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

fn lines(table: &Table, lang: Lang, width: usize) -> String {
    let is_words = |column: &usize| {
        let mut cells = table
            .rows()
            .iter()
            .filter_map(|row| table.values(row).nth(*column));
        cells.all(|value| matches!(value, Value::Text(_)))
    };
    let mut lines = Lines::with_words((0..table.columns.len()).filter(is_words), width);
    let unit = common_unit(table);
    lines.row(table.columns.iter().map(|column| match &column.unit {
        Some(_) if unit.is_some() => plain(&column.header),
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
    let unit = unit.map_or_else(String::new, |unit| format!(", {}", plain(unit)));
    let mut out = format!("{}{unit}\n{}", plain(&table.title), lines.render());
    let suppressed = table.has_suppressed().then(|| lang.about_suppressed());
    for note in table.note.iter().chain(&suppressed) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {note}");
    }
    out
}

/// The unit of every column but the first, which stands in the title then, and not in each header.
fn common_unit(table: &Table) -> Option<&str> {
    let [_, first, others @ ..] = table.columns.as_slice() else {
        return None;
    };
    let named = |column: &Column| !column.header.is_empty() && column.unit == first.unit;
    let unit = first.unit.as_deref().filter(|unit| !unit.is_empty())?;
    (!others.is_empty() && !first.header.is_empty() && others.iter().all(named)).then_some(unit)
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
fn chart(chart: &Chart, lang: Lang, width: usize) -> Option<String> {
    chart.to_terminal(lang, width)
}
