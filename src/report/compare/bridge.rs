//! What each changed key costs.

use crate::compare::bridge::{Bridge, Measure, Method};
use crate::money::Fen;
use crate::report::compare::of::Of;
use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
use crate::report::page::{Cell, Column, Section, Table};

/// The bridge of each pair, if they were asked for.
pub(super) fn bridges(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What each change costs", "各项变化的影响"));
    for pair in &of.comparison.pairs {
        let Some(bridge) = &pair.bridge else { continue };
        let names = [of.label(pair.from), of.label(pair.to)];
        let people = of.claimants(pair.from).min(of.claimants(pair.to));
        section.paragraph(match lang {
            Lang::En => format!(
                "From {} to {}, the shares of the changed keys add up to the change, to the fen.",
                names[0], names[1]
            ),
            Lang::Zh => format!("从{}到{}，各项之和等于总变动，精确到分。", names[0], names[1]),
        });
        section.chart(waterfall(of, bridge, names, people));
        section.table(table(of, bridge, names, people));
    }
    section
}

fn step_name(keys: &[String], lang: Lang) -> String {
    match keys {
        [] => String::new(),
        [key] => key.clone(),
        [first, rest @ ..] => match lang {
            Lang::En => format!("{first} and {} more", rest.len()),
            Lang::Zh => format!("{first}等{}项", rest.len() + 1),
        },
    }
}

/// How the change of what the fund pays comes about.
fn waterfall(of: &Of<'_>, bridge: &Bridge, names: [&str; 2], people: u64) -> Chart {
    let lang = of.lang;
    let columns = [
        Column::new(lang.pick("Step", "步骤")),
        Column::of(lang.pick("Fund cost", "基金支出"), of.yuan()),
    ];
    let title = match lang {
        Lang::En => format!(
            "What the fund pays more or less, from {} to {}",
            names[0], names[1]
        ),
        Lang::Zh => format!("基金支出变动：从{}到{}", names[0], names[1]),
    };
    let mut table = Table::new(title, columns);
    let cell = |amount: Fen| Cell::yuan(amount).of(people);
    for step in &bridge.steps {
        table.row([Cell::text(step_name(&step.keys, lang)), cell(step.amounts[0])]);
    }
    if !table.rows().is_empty() {
        let together = Cell::text(lang.pick("together", "合计"));
        table.sum([together, cell(bridge.after[0] - bridge.before[0])]);
    }
    let method = match bridge.method {
        Method::Sequential => lang.pick(
            "The keys change one after the other, in the order of the document; each is given what its step changes.",
            "按文件顺序逐项变更，各项计为其步骤引起的变动。",
        ),
        Method::Shapley => lang.pick(
            "Each key is given the mean of what it changes over all orders (Shapley), rounded to the fen by largest \
             remainders.",
            "各项取其在所有变更顺序下影响的平均值（Shapley），按最大余额法取整到分。",
        ),
    };
    let limits = match bridge.method {
        Method::Sequential => lang.pick(
            "What two keys do together goes to the later one; in another order the parts differ, the sum does not.",
            "交互影响计入后变更的一项；顺序不同则各项不同，合计不变。",
        ),
        Method::Shapley => lang.pick(
            "What two keys do together is shared equally, whether or not one of them would be changed alone.",
            "交互影响平均分摊，不论各项是否可能单独变更。",
        ),
    };
    Chart::waterfall(table).method(method).limits(limits)
}

/// All that is split, by step.
fn table(of: &Of<'_>, bridge: &Bridge, names: [&str; 2], people: u64) -> Table {
    let lang = of.lang;
    let measures = Measure::ALL.map(|measure| match measure {
        Measure::FundCost => lang.pick("Fund cost", "基金支出"),
        Measure::OutOfPocket => lang.pick("Persons, of bills", "个人自付"),
        Measure::Contributions => lang.pick("Persons, contributions", "个人缴费"),
        Measure::PublicMoney => lang.pick("Public money", "公共资金"),
    });
    let mut columns = vec![Column::new(lang.pick("Keys", "参数"))];
    columns.extend(measures.map(|name| Column::of(name, of.yuan())));
    let title = match lang {
        Lang::En => format!("What changes from {} to {}, by key", names[0], names[1]),
        Lang::Zh => format!("从{}到{}的变动（按参数）", names[0], names[1]),
    };
    let mut table = Table::new(title, columns);
    for step in &bridge.steps {
        let mut cells = vec![Cell::text(step.keys.join(", "))];
        cells.extend(step.amounts.map(|amount| Cell::yuan(amount).of(people)));
        table.row(cells);
    }
    let mut cells = vec![Cell::text(lang.pick("together", "合计"))];
    let changes = bridge.after.iter().zip(&bridge.before);
    cells.extend(changes.map(|(&after, &before)| Cell::yuan(after - before).of(people)));
    if !table.rows().is_empty() {
        table.sum(cells);
    }
    table
}
