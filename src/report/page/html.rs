//! A report as one file of HTML that needs nothing else: no network, and no script to be read.

use crate::figure::Provenance;
use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::Chart;
use crate::report::page::chart::svg::{self, Escaped, Width};
use crate::report::page::format::{headline, text};
use crate::report::page::prose::{Key, Prose};
use crate::report::page::table::{Role, Row, Table};
use crate::report::page::words::Word;
use crate::report::page::{BigNumber, Block, Figure, People, Report, Section};
use std::fmt::Write;

/// What every page of this program says of itself in its head, so that a later run may replace it.
const GENERATOR: &str = concat!("<meta name=\"generator\" content=\"", env!("CARGO_PKG_NAME"), " ");

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("sort.js");
/// The hash of [`SCRIPT`], so that a browser runs this script and no other: base64 of SHA-256. A test reckons it again.
const SCRIPT_HASH: &str = "1qZ8SsgaCVxo8Tp4+MEy9IO6q+kHnNzbaGD4WzJcMRU=";

/// Whether a file is a page that this program made.
pub fn is_ours(file: &[u8]) -> bool {
    let head = &file[..file.len().min(1024)];
    String::from_utf8_lossy(head).contains(GENERATOR)
}

/// The report as a file.
pub fn render(report: &Report) -> String {
    let mut html = String::new();
    head(&mut html, report);
    html.push_str("<main>\n");
    top(&mut html, report);
    let mut charts = 0;
    for part in report.sections() {
        section(&mut html, part, report.lang(), &mut charts);
    }
    figures(&mut html, report);
    made(&mut html, report);
    html.push_str("</main>\n<script>");
    html.push_str(SCRIPT);
    html.push_str("</script>\n</body>\n</html>\n");
    html
}

fn head(html: &mut String, report: &Report) {
    let title = report.title().replace('`', "");
    let (lang, title) = (report.lang().pick("en", "zh-CN"), Escaped(&title));
    let (version, chart_style) = (env!("CARGO_PKG_VERSION"), svg::STYLE);
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n{GENERATOR}{version}\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{SCRIPT_HASH}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}{chart_style}</style>\n</head>\n<body>\n"
    );
}

fn top(html: &mut String, report: &Report) {
    let (title, subtitle) = (Prose(report.title()), Prose(report.subtitle()));
    let _ = write!(
        html,
        "<header>\n<h1>{title}</h1>\n<p class=\"sub\">{subtitle}</p>\n"
    );
    if report.people() == People::Synthetic {
        let _ = writeln!(
            html,
            "<p class=\"note\">{}</p>",
            report.lang().word(Word::Synthetic)
        );
    }
    html.push_str("</header>\n");
    if !report.numbers().is_empty() {
        html.push_str("<div class=\"numbers\">\n");
        report
            .numbers()
            .iter()
            .for_each(|number| big_number(html, number, report.lang()));
        html.push_str("</div>\n");
    }
}

/// The number short, and exact below it where that is another.
fn big_number(html: &mut String, number: &BigNumber, lang: Lang) {
    let (short, exact) = (
        headline(number.cell.value(), lang),
        text(number.cell.value(), lang),
    );
    let _ = write!(
        html,
        "<div class=\"number\"><p class=\"label\">{}</p><p class=\"value\">{}</p>",
        Prose(&number.label),
        Escaped(&short)
    );
    if matches!(number.cell.value(), Value::Yuan(_)) {
        let _ = write!(
            html,
            "<p class=\"exact\">{} {}</p>",
            Escaped(&exact),
            lang.pick("yuan", "元")
        );
    }
    let _ = writeln!(html, "<p class=\"detail\">{}</p></div>", Prose(&number.detail));
}

fn section(html: &mut String, section: &Section, lang: Lang, charts: &mut usize) {
    let _ = writeln!(html, "<section>\n<h2>{}</h2>", Prose(&section.title));
    for block in section.blocks() {
        match block {
            Block::Paragraph(words) => {
                let _ = writeln!(html, "<p>{}</p>", Prose(words));
            }
            Block::Table(part) => table(html, part, lang, true),
            Block::Chart(part) => {
                *charts += 1;
                chart(html, part, lang, *charts);
            }
        }
    }
    html.push_str("</section>\n");
}

fn chart(html: &mut String, chart: &Chart, lang: Lang, number: usize) {
    let _ = writeln!(
        html,
        "<figure>\n<figcaption>{}</figcaption>",
        Prose(&chart.table().title)
    );
    for (width, letter) in [(Width::Wide, 'w'), (Width::Narrow, 'n')] {
        html.push_str(&chart.draw(lang, width, &format!("c{number}{letter}")).element());
    }
    for (word, words) in [
        (Word::Method, chart.about_method()),
        (Word::Limits, chart.about_limits()),
    ] {
        if !words.is_empty() {
            let _ = writeln!(
                html,
                "<p class=\"note\"><b>{}</b>{}</p>",
                lang.word(word),
                Prose(words)
            );
        }
    }
    let _ = writeln!(html, "<details><summary>{}</summary>", lang.word(Word::Data));
    table(html, chart.table(), lang, false);
    html.push_str("</details>\n</figure>\n");
}

fn table(html: &mut String, table: &Table, lang: Lang, titled: bool) {
    let sortable = if table.is_flat() && table.rows().len() > 2 {
        " class=\"sortable\""
    } else {
        ""
    };
    let label = lang.word(Word::Sort);
    let name = table.title.replace('`', "");
    let _ = writeln!(
        html,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table{sortable} data-sort=\"{label}\">",
        Escaped(&name)
    );
    if titled {
        let _ = writeln!(html, "<caption>{}</caption>", Prose(&table.title));
    }
    html.push_str("<thead><tr>");
    for (index, column) in table.columns.iter().enumerate() {
        let class = if index > 0 && is_numeric(table, index) {
            " class=\"n\""
        } else {
            ""
        };
        let unit = column.unit.iter().filter(|unit| !unit.is_empty());
        let unit: String = unit
            .map(|unit| format!(" <small>{}</small>", Escaped(unit)))
            .collect();
        let _ = write!(
            html,
            "<th scope=\"col\"{class}>{}{unit}</th>",
            Prose(&column.header)
        );
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    let (items, totals): (Vec<&Row>, Vec<&Row>) =
        table.rows().iter().partition(|row| row.role != Role::Total);
    items.iter().for_each(|of| row(html, table, of, lang));
    html.push_str("</tbody>\n");
    if !totals.is_empty() {
        html.push_str("<tfoot>\n");
        totals.iter().for_each(|of| row(html, table, of, lang));
        html.push_str("</tfoot>\n");
    }
    html.push_str("</table></div>\n");
    let notes = [
        table.note.clone(),
        table.has_suppressed().then(|| lang.about_suppressed()),
    ];
    for note in notes.iter().flatten() {
        let _ = writeln!(html, "<p class=\"note\">{}</p>", Prose(note));
    }
}

/// Whether a column holds no words.
fn is_numeric(table: &Table, column: usize) -> bool {
    let is_text = |row: &Row| matches!(table.values(row).nth(column), Some(Value::Text(_)));
    !table.rows().iter().any(is_text)
}

fn row(html: &mut String, table: &Table, row: &Row, lang: Lang) {
    html.push_str("<tr>");
    for (index, value) in table.values(row).enumerate() {
        let shown = text(value, lang);
        let words = Prose(&shown);
        let key = value
            .to_f64()
            .map(|key| format!(" data-v=\"{key}\""))
            .unwrap_or_default();
        let _ = match (index, row.role) {
            (0, Role::Item { depth }) if depth > 0 => {
                write!(
                    html,
                    "<th scope=\"row\" class=\"deep{}\"{key}>{words}</th>",
                    depth.min(3)
                )
            }
            (0, _) => write!(html, "<th scope=\"row\"{key}>{words}</th>"),
            _ if matches!(value, Value::Text(_)) => write!(html, "<td>{words}</td>"),
            _ => write!(html, "<td class=\"n\"{key}>{words}</td>"),
        };
    }
    html.push_str("</tr>\n");
}

/// The figures of the rules: those that nobody has verified for all to see, the others to be looked up.
fn figures(html: &mut String, report: &Report) {
    if report.figures().is_empty() {
        return;
    }
    let lang = report.lang();
    let (placeholders, founded): (Vec<&Figure>, Vec<&Figure>) = report
        .figures()
        .iter()
        .partition(|figure| figure.provenance == Provenance::Placeholder);
    let _ = writeln!(
        html,
        "<section>\n<h2>{}</h2>\n<p>{}</p>",
        lang.word(Word::Figures),
        lang.about_placeholders(placeholders.len(), report.figures().len())
    );
    figure_rows(html, &placeholders, lang);
    if !founded.is_empty() {
        let _ = writeln!(
            html,
            "<details><summary>{}: {}</summary>",
            lang.word(Word::OtherFigures),
            founded.len()
        );
        figure_rows(html, &founded, lang);
        html.push_str("</details>\n");
    }
    html.push_str("</section>\n");
}

fn figure_rows(html: &mut String, figures: &[&Figure], lang: Lang) {
    if figures.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table class=\"sortable words\" data-sort=\"{}\">\n<thead><tr>",
        lang.word(Word::Figures),
        lang.word(Word::Sort)
    );
    for word in [Word::Key, Word::Value, Word::Provenance, Word::Source] {
        let _ = write!(html, "<th scope=\"col\">{}</th>", lang.word(word));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for figure in figures {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>",
            Key(&figure.path),
            Escaped(figure.value.as_deref().unwrap_or("–")),
            figure.provenance.name(),
            lang.provenance(figure.provenance),
            Prose(&figure.source)
        );
    }
    html.push_str("</tbody>\n</table></div>\n");
}

fn made(html: &mut String, report: &Report) {
    let lang = report.lang();
    let _ = writeln!(
        html,
        "<section class=\"made\">\n<h2>{}</h2>\n<dl>",
        lang.word(Word::Made)
    );
    let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_string();
    let command = report.command_line();
    let mut pairs = vec![(lang.word(Word::Version), program.as_str())];
    pairs.extend(
        report
            .facts()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    if !command.is_empty() {
        pairs.push((lang.word(Word::Command), &command));
    }
    for (name, value) in pairs {
        let _ = writeln!(
            html,
            "<dt>{}</dt><dd><code>{}</code></dd>",
            Escaped(name),
            Escaped(value)
        );
    }
    html.push_str("</dl>\n</section>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_policy_names_the_script() {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let hash = Sha256::digest(SCRIPT.as_bytes());
        let mut base64 = String::new();
        for bytes in hash.chunks(3) {
            let bits = (0..3).fold(0u32, |bits, at| {
                bits << 8 | u32::from(bytes.get(at).copied().unwrap_or(0))
            });
            for digit in 0..=bytes.len() {
                base64.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
            }
        }
        assert_eq!(base64 + "=", SCRIPT_HASH);
    }
}
