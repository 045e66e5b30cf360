//! The tables of a report as a workbook: a sheet each, with real numbers, formats and no formula.
//!
//! Text is written as text, whatever it begins with: a district called `=1+1` is a name. Such text is also marked as
//! quoted, so that a spreadsheet does not make a formula of it when somebody edits the cell. The same report gives the
//! same bytes: the workbook's date of creation is the first that a spreadsheet knows.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::format::text;
use crate::report::page::table::{Role, Row, Table};
use crate::report::page::words::Word;
use crate::report::page::{Figure, Report};
use flate2::read::DeflateDecoder;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;
use std::io::Read;

/// The author of every workbook of this program, so that a later run may replace it.
pub(crate) const AUTHOR: &str = env!("CARGO_PKG_NAME");

/// The most characters of a sheet's name.
const NAME_CHARS: usize = 31;
/// The most characters of a cell.
const CELL_CHARS: usize = 32_767;
/// No properties of ours are longer.
const PROPERTIES_BYTES: u64 = 1 << 16;

/// Why a workbook could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be made: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The report's tables, and its numbers, figures and facts, as the bytes of a workbook.
///
/// # Errors
/// More rows than a sheet holds: 1,048,576.
pub fn render(report: &Report) -> Result<Vec<u8>, WorkbookError> {
    let lang = report.lang();
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(1900, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(report.title())
            .set_author(AUTHOR)
            .set_creation_datetime(&created),
    );
    let mut names = BTreeSet::new();
    overview(named(&mut book, lang.word(Word::Overview), &mut names)?, report)?;
    for table in report.tables() {
        sheet(named(&mut book, &table.title, &mut names)?, table, lang)?;
    }
    if !report.figures().is_empty() {
        let sheet = named(&mut book, lang.word(Word::Figures), &mut names)?;
        figures(sheet, report.figures(), lang)?;
    }
    Ok(book.save_to_buffer()?)
}

/// Whether a file is a workbook that this program made, by the author in its properties.
pub fn is_ours(file: &[u8]) -> bool {
    const PART: &[u8] = b"docProps/core.xml";
    const HEADER: usize = 30;
    let mut headers = file.windows(HEADER + PART.len());
    let header = headers.position(|window| window.starts_with(b"PK\x03\x04") && window.ends_with(PART));
    let Some(start) = header else {
        return false;
    };
    let extra = usize::from(u16::from_le_bytes([file[start + 28], file[start + 29]]));
    let packed = file
        .get(start + HEADER + PART.len() + extra..)
        .unwrap_or_default();
    let mut text = Vec::new();
    // What follows the part is no part of it: an error at its end does not matter.
    let _ = DeflateDecoder::new(packed)
        .take(PROPERTIES_BYTES)
        .read_to_end(&mut text);
    let author = format!("<dc:creator>{AUTHOR}</dc:creator>");
    String::from_utf8_lossy(&text).contains(&author)
}

/// A new sheet whose name is allowed and the only one.
fn named<'a>(
    book: &'a mut Workbook,
    title: &str,
    names: &mut BTreeSet<String>,
) -> Result<&'a mut Worksheet, XlsxError> {
    let plain: String = title
        .chars()
        .map(|c| {
            if c.is_control() || "[]:*?/\\'".contains(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let plain = match plain.trim() {
        "" => "–",
        plain => plain,
    };
    let cut = |keep: usize| plain.chars().take(keep).collect::<String>().trim().to_string();
    let mut name = cut(NAME_CHARS);
    let mut number = 2;
    // Spreadsheets do not tell capital letters apart in names.
    while !names.insert(name.to_lowercase()) {
        let suffix = format!(" {number}");
        name = cut(NAME_CHARS - suffix.chars().count()) + &suffix;
        number += 1;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(&name)?;
    Ok(sheet)
}

/// Title, numbers, and how the report was made.
fn overview(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 26)?;
    sheet.set_column_width(2, 48)?;
    words(sheet, (0, 0), report.title(), &bold)?;
    words(sheet, (1, 0), report.subtitle(), &Format::new())?;
    let mut at = 3;
    for number in report.numbers() {
        words(sheet, (at, 0), &number.label, &bold)?;
        value(sheet, (at, 1), number.cell.value(), report.lang(), Format::new())?;
        words(sheet, (at, 2), &number.detail, &Format::new())?;
        at += 1;
    }
    at += 1;
    let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let command = report.command_line();
    let facts = report
        .facts()
        .iter()
        .map(|(name, fact)| (name.as_str(), fact.as_str()));
    let made = std::iter::once((report.lang().word(Word::Version), program))
        .chain(facts)
        .chain([(report.lang().word(Word::Command), command.as_str())]);
    for (name, fact) in made {
        words(sheet, (at, 0), name, &bold)?;
        words(sheet, (at, 1), fact, &Format::new())?;
        at += 1;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table, lang: Lang) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap();
    words(sheet, (0, 0), &table.title, &Format::new().set_bold())?;
    for (index, column) in table.columns.iter().enumerate() {
        let unit = column.unit.iter().filter(|unit| !unit.is_empty());
        let unit: String = unit.map(|unit| format!("\n{unit}")).collect();
        words(
            sheet,
            (1, index as u16),
            &format!("{}{unit}", column.header),
            &head,
        )?;
        sheet.set_column_width(index as u16, if index == 0 { 36 } else { 20 })?;
    }
    sheet.set_freeze_panes(2, 1)?;
    let mut at = 2;
    for row in table.rows() {
        for (column, cell) in table.values(row).enumerate() {
            value(sheet, (at, column as u16), cell, lang, row_format(row, column))?;
        }
        at += 1;
    }
    let suppressed = table.has_suppressed().then(|| lang.about_suppressed());
    for note in table.note.iter().chain(&suppressed) {
        at += 1;
        words(sheet, (at, 0), note, &Format::new().set_italic())?;
    }
    Ok(())
}

fn row_format(row: &Row, column: usize) -> Format {
    match row.role {
        Role::Total => Format::new().set_bold(),
        Role::Item { depth } if column == 0 => Format::new().set_indent(depth),
        Role::Item { .. } => Format::new(),
    }
}

fn figures(sheet: &mut Worksheet, figures: &[Figure], lang: Lang) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    for (column, word) in [Word::Key, Word::Value, Word::Provenance, Word::Source]
        .into_iter()
        .enumerate()
    {
        words(sheet, (0, column as u16), lang.word(word), &head)?;
        sheet.set_column_width(column as u16, [52, 26, 18, 60][column])?;
    }
    sheet.set_freeze_panes(1, 1)?;
    for (at, figure) in (1..).zip(figures) {
        let cells = [
            figure.path.as_str(),
            figure.value.as_deref().unwrap_or_default(),
            lang.provenance(figure.provenance),
            &figure.source,
        ];
        for (column, cell) in cells.into_iter().enumerate() {
            words(sheet, (at, column as u16), cell, &Format::new())?;
        }
    }
    Ok(())
}

/// Text, and never a formula.
fn words(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(CELL_CHARS)
        .collect();
    let looks_like_formula = text.starts_with(['=', '+', '-', '@']);
    let quoted = if looks_like_formula {
        format.clone().set_quote_prefix()
    } else {
        format.clone()
    };
    sheet.write_string_with_format(row, column, text, &quoted)?;
    Ok(())
}

/// A value: a number where it is one.
fn value(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    lang: Lang,
    format: Format,
) -> Result<(), XlsxError> {
    let decimals = |decimals: u8| match decimals {
        0 => "#,##0".to_string(),
        decimals => format!("#,##0.{}", "0".repeat(usize::from(decimals))),
    };
    let shown_as = match value {
        Value::Year(_) => "0".to_string(),
        Value::Count(_) | Value::WholeYuan(_) => decimals(0),
        Value::Yuan(_) => decimals(2),
        Value::Rate(rate) => match text(&Value::Rate(*rate), lang).split_once('.') {
            Some((_, digits)) => format!("0.{}%", "0".repeat(digits.trim_end_matches(" %").len())),
            None => "0%".to_string(),
        },
        Value::Share(_) => "0.0%".to_string(),
        Value::Number { decimals: shown, .. } => decimals(*shown),
        Value::Text(_) | Value::Nothing | Value::Unknown | Value::Suppressed => String::new(),
    };
    match value.to_f64() {
        Some(number) => {
            let format = format.set_num_format(shown_as);
            sheet.write_number_with_format(row, column, number, &format)?;
            Ok(())
        }
        None => words(sheet, (row, column), &text(value, lang), &format),
    }
}
