//! A report that can be handed on: what is in it, apart from how it looks.
//!
//! A [`Report`] is plain data in one language: numbers that come first, sections of paragraphs, [`Table`]s and
//! [`Chart`]s, where the figures come from, and how to make it again. [`html::render`] makes one self-contained file of
//! it, `xlsx::render` a workbook of its tables, [`text::render`] lines for the terminal.
//!
//! A report says whether it is about real people. If so it keeps small cells back the moment they are given to it (see
//! [`cell::FEWEST_PEOPLE`]), so that there is no figure left which a rendering could show by mistake. Whoever makes a
//! table says how many people are behind its cells: [`Table::group`], [`Cell::people`], [`Cell::of`].
//!
//! ```
//! use yibao::money::Fen;
//! use yibao::report::lang::Lang;
//! use yibao::report::page::chart::{Chart, Series};
//! use yibao::report::page::{Cell, Column, People, Report, Section, Table, html};
//!
//! let mut report = Report::new(Lang::En, People::Synthetic, "The fund until 2026", "Jinan, seed 1");
//! report.number("Balance of 2026", Cell::yuan(Fen::from_yuan(-12_500_000)), "half of the paths are below it");
//!
//! let mut section = Section::new("Balance");
//! section.paragraph("The balance falls below zero in 2026 on half of the paths.");
//! let mut table = Table::new("Balance by year", [Column::new("Year"), Column::of("Median", "yuan")]);
//! table.row([Cell::year(2025), Cell::yuan(Fen::from_yuan(3_000_000))]);
//! table.row([Cell::year(2026), Cell::yuan(Fen::from_yuan(-12_500_000))]);
//! section.table(table);
//!
//! let mut balance = Series::new("Median", "yuan").band("5–95 %");
//! for (year, median) in [(2025, 3_000_000), (2026, -12_500_000)] {
//!     let yuan = |yuan| Cell::yuan(Fen::from_yuan(yuan));
//!     balance.point(year, yuan(median), [[yuan(median - 9_000_000), yuan(median + 8_000_000)]]);
//! }
//! let chart = Chart::fan("The fund's balance", "Year", [balance])
//!     .method("Quantiles of 200 paths with common random numbers.")
//!     .limits("Wages and prices follow stated trends; no reform is foreseen.");
//! section.chart(chart);
//! report.section(section);
//!
//! report.fact("Fingerprint", "0f9c…");
//! report.command(["yibao", "project", "--years", "2"]);
//! let page = html::render(&report);
//! assert!(page.starts_with("<!DOCTYPE html>") && page.contains("−12,500,000.00"));
//! ```

pub mod cell;
pub mod chart;
pub(super) mod format;
pub mod html;
mod prose;
mod row;
mod suppress;
pub mod table;
pub mod text;
mod words;
#[cfg(feature = "xlsx")]
pub mod xlsx;

pub use cell::{Cell, Value};
pub(super) use suppress::linked;
pub use table::{Column, Table};

use crate::figure::Provenance;
use crate::report::lang::Lang;
use chart::Chart;

/// Whom a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    /// Persons of files, who may be real: small cells are kept back.
    Real,
    /// Nobody: residents that were drawn.
    Synthetic,
}

/// A report in one language, see the [module](self).
#[derive(Clone, Debug)]
pub struct Report {
    lang: Lang,
    people: People,
    title: String,
    subtitle: String,
    numbers: Vec<BigNumber>,
    sections: Vec<Section>,
    figures: Vec<Figure>,
    facts: Vec<(String, String)>,
    command: Vec<String>,
}

/// One of the few numbers that come first.
#[derive(Clone, Debug)]
pub struct BigNumber {
    /// What it is.
    pub label: String,
    /// The number.
    pub cell: Cell,
    /// A few words on it: of what, compared to what.
    pub detail: String,
}

/// A figure of the rules that a report rests on.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Dotted path of the key in the scenario.
    pub path: String,
    /// Its value as text, if it is one value.
    pub value: Option<String>,
    /// How well it is founded.
    pub provenance: Provenance,
    /// Where it comes from.
    pub source: String,
}

/// A section: a heading and what stands below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// Plain words.
    Paragraph(String),
    /// A table.
    Table(Table),
    /// A chart, with its data.
    Chart(Chart),
}

impl Section {
    /// An empty section.
    pub fn new(title: impl Into<String>) -> Section {
        Section {
            title: title.into(),
            blocks: Vec::new(),
        }
    }

    /// Adds plain words.
    pub fn paragraph(&mut self, text: impl Into<String>) -> &mut Section {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// Adds a table; one without rows is left out.
    pub fn table(&mut self, table: Table) -> &mut Section {
        if !table.rows().is_empty() {
            self.blocks.push(Block::Table(table));
        }
        self
    }

    /// Adds a chart; one without data is left out.
    pub fn chart(&mut self, chart: Chart) -> &mut Section {
        if !chart.table().rows().is_empty() {
            self.blocks.push(Block::Chart(chart));
        }
        self
    }

    /// What stands below the heading: of a section of a report, as it may be shown.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.blocks.iter_mut().filter_map(|block| match block {
            Block::Paragraph(_) => None,
            Block::Table(table) => Some(table),
            Block::Chart(chart) => Some(chart.table_mut()),
        })
    }
}

impl Report {
    /// A report with nothing in it but its title.
    pub fn new(lang: Lang, people: People, title: impl Into<String>, subtitle: impl Into<String>) -> Report {
        Report {
            lang,
            people,
            title: title.into(),
            subtitle: subtitle.into(),
            numbers: Vec::new(),
            sections: Vec::new(),
            figures: Vec::new(),
            facts: Vec::new(),
            command: Vec::new(),
        }
    }

    /// Adds one of the numbers that come first; four are a good number of them.
    pub fn number(
        &mut self,
        label: impl Into<String>,
        mut cell: Cell,
        detail: impl Into<String>,
    ) -> &mut Report {
        if self.people == People::Real && cell.is_small() {
            cell.suppress();
        }
        self.numbers.push(BigNumber {
            label: label.into(),
            cell,
            detail: detail.into(),
        });
        self
    }

    /// A figure as it may stand in a sentence of this report.
    pub fn words(&self, mut cell: Cell) -> String {
        if self.people == People::Real && cell.is_small() {
            cell.suppress();
        }
        format::text(cell.value(), self.lang)
    }

    /// Adds a section, if there is something in it. If the report is about real people, small cells of its tables and
    /// charts are kept back from here on.
    pub fn section(&mut self, mut section: Section) -> &mut Report {
        if self.people == People::Real {
            section.tables_mut().for_each(Table::suppress);
        }
        if !section.blocks.is_empty() {
            self.sections.push(section);
        }
        self
    }

    /// Adds a figure of the rules with its provenance.
    pub fn figure(&mut self, figure: Figure) -> &mut Report {
        self.figures.push(figure);
        self
    }

    /// Adds something that tells how the report was made: a fingerprint, a file with its hash, a seed.
    pub fn fact(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Report {
        self.facts.push((name.into(), value.into()));
        self
    }

    /// Says by which command the report is made again: the program and its arguments.
    pub fn command<S: Into<String>>(&mut self, command: impl IntoIterator<Item = S>) -> &mut Report {
        self.command = command.into_iter().map(Into::into).collect();
        self
    }

    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }

    /// Whom it is about.
    pub fn people(&self) -> People {
        self.people
    }

    /// The title, which every rendering puts first.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What stands below the title.
    pub(crate) fn subtitle(&self) -> &str {
        &self.subtitle
    }

    /// The numbers that come first.
    pub fn numbers(&self) -> &[BigNumber] {
        &self.numbers
    }

    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The figures of the rules that it rests on.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// How it was made: names and values.
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts
    }

    /// The command as one types it into a shell; empty if none was given.
    pub fn command_line(&self) -> String {
        let words: Vec<String> = self.command.iter().map(|word| quoted(word)).collect();
        words.join(" ")
    }

    /// Every table: those of the sections and those behind charts.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Paragraph(_) => None,
            Block::Table(table) => Some(table),
            Block::Chart(chart) => Some(chart.table()),
        })
    }
}

/// An argument as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
