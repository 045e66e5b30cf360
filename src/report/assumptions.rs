//! What a projection assumes: growth, its uncertainty, shocks, and what each is founded on.

use crate::outlook::{Assumption, KeyPattern, Outlook, Rule};
use crate::report::lang::Lang;
use crate::report::page::{Cell, Column, Section, Table};

/// The assumptions of an outlook, each with its foundation.
pub(super) fn section(outlook: &Outlook, lang: Lang) -> Section {
    let mut section = Section::new(lang.pick("What is assumed", "假设"));
    let columns = [
        lang.pick("Assumption", "假设"),
        lang.pick("Growth", "年增长"),
        lang.pick("± trend", "趋势标准差"),
        lang.pick("± yearly", "年度标准差"),
        lang.pick("Figures", "参数"),
        lang.pick("Founded on", "依据"),
    ];
    let mut table = Table::new(
        lang.pick("After the years that are given", "给定年度之后"),
        columns.map(Column::new),
    );
    for assumption in &outlook.assumptions {
        table.row([
            Cell::text(&assumption.name),
            Cell::text(growth(assumption, outlook)),
            Cell::text(percent(assumption.trend_sd)),
            Cell::text(percent(assumption.yearly_sd)),
            Cell::text(keys(&assumption.keys)),
            Cell::text(format!(
                "{}: {}",
                lang.provenance(assumption.provenance),
                assumption.source
            )),
        ]);
    }
    section.table(table.noting(lang.pick(
        "Growth a year; ± is a standard deviation, of the whole trend and from year to year. Figures with one value for all years stay as they are unless an assumption names them. Rates of illness are by age, so an older population falls ill more often.",
        "各年同值的参数保持不变，除非某假设指明。患病率按年龄给定，人口老化即增加就诊。",
    )));
    if !outlook.shocks.is_empty() {
        let columns = [
            lang.pick("Shock", "冲击"),
            lang.pick("In a year", "年概率"),
            lang.pick("Times", "倍数"),
            lang.pick("Figures", "参数"),
            lang.pick("Founded on", "依据"),
        ];
        let mut table = Table::new(
            lang.pick("What may strike a year (paths only)", "单年冲击（仅路径）"),
            columns.map(Column::new),
        );
        for shock in &outlook.shocks {
            table.row([
                Cell::text(&shock.name),
                Cell::text(percent(shock.probability)),
                Cell::number(shock.times, 2),
                Cell::text(keys(&shock.keys)),
                Cell::text(format!("{}: {}", lang.provenance(shock.provenance), shock.source)),
            ]);
        }
        section.table(table);
    }
    section
}

fn growth(assumption: &Assumption, outlook: &Outlook) -> String {
    match &assumption.rule {
        Rule::Follows(other) => format!("= {}", outlook.assumptions[*other].name),
        Rule::Growth(by_year) if by_year.len() == 1 => by_year.values().copied().map(percent).collect(),
        Rule::Growth(by_year) => {
            let steps = by_year
                .iter()
                .map(|(year, growth)| format!("{year}: {}", percent(*growth)));
            steps.collect::<Vec<_>>().join(", ")
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn keys(keys: &[KeyPattern]) -> String {
    keys.iter()
        .map(|key| key.0.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
