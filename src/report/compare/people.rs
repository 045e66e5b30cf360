//! Who wins and who loses, and what people are left with.

use crate::batch::people::BURDENS_PERCENT;
use crate::compare::comparison::Pair;
use crate::compare::contrast::Contrast;
use crate::compare::crowd::Whose;
use crate::compare::gains::{By, Group};
use crate::money::{Fen, Rounding};
use crate::report::compare::of::Of;
use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
use crate::report::page::{Cell, Column, Section, Table};

/// Everybody, years added.
pub(super) fn all(pair: &Pair) -> Group {
    groups(pair, By::All).into_iter().next().unwrap_or_default()
}

/// The groups of a kind, years added.
fn groups(pair: &Pair, by: By) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::new();
    for group in pair.years.iter().flat_map(|year| year.gains.groups(by)) {
        match all.iter_mut().find(|known| known.name == group.name) {
            Some(known) => known.merge(group),
            None => all.push(group.clone()),
        }
    }
    all
}

/// Winners and losers of every pair, by every kind of group.
pub(super) fn winners(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("Who wins and who loses", "受益与受损人群"));
    section.paragraph(lang.pick(
        "What counts is all that a person pays in the year: the part of the bills and the own contribution. Groups are those \
         of the baseline. In several years a person counts once in each.",
        "以个人全年负担（医疗费用个人部分与个人缴费之和）计；分组以基准方案为准；多年度时每人每年分别计数。",
    ));
    for pair in &of.comparison.pairs {
        for by in [By::Category, By::Age, By::Level, By::Hardship, By::District] {
            section.chart(chart(of, pair, by));
        }
        unmatched(of, pair, &mut section);
    }
    section
}

fn chart(of: &Of<'_>, pair: &Pair, by: By) -> Chart {
    let lang = of.lang;
    let what = match by {
        By::All => lang.pick("all", "全部"),
        By::Category => lang.pick("by category", "按参保类别"),
        By::Age => lang.pick("by age", "按年龄"),
        By::Level => lang.pick("by the highest level of institution", "按最高就诊机构级别"),
        By::Hardship => lang.pick("by class of hardship", "按困难身份"),
        By::District => lang.pick("by district", "按区县"),
    };
    let title = format!("{} → {}: {what}", of.label(pair.from), of.label(pair.to));
    let (persons, yuan) = (lang.pick("persons", "人"), of.yuan());
    let columns = [
        Column::new(lang.pick("Group", "分组")),
        Column::of(lang.pick("Pay less", "负担减轻"), persons),
        Column::of(lang.pick("Pay more", "负担加重"), persons),
        Column::of(lang.pick("All", "全部"), persons),
        Column::of(lang.pick("Mean gain", "人均减轻"), yuan),
        Column::of(lang.pick("Mean loss", "人均加重"), yuan),
        Column::of(lang.pick("Largest gain", "最大减轻"), yuan),
        Column::of(lang.pick("Largest loss", "最大加重"), yuan),
        Column::of(lang.pick("All pay more", "合计变动"), yuan),
    ];
    let mut table = Table::new(title, columns);
    for group in groups(pair, by) {
        let name = group_name(of, pair, by, &group.name);
        table.group(group.persons, cells(&name, &group));
    }
    let everybody = all(pair);
    if !table.rows().is_empty() {
        table.total(everybody.persons, cells(lang.pick("all", "全部"), &everybody));
    }
    Chart::winners(table)
        .method(lang.pick(
            "Each person's year under the one scenario is set against the same person's year under the other, to the fen.",
            "逐人比较两方案下的全年负担，精确到分。",
        ))
        .limits(lang.pick(
            "Nobody changes what they do because of the rules. What public money pays is not counted as anybody's loss.",
            "不考虑行为反应；公共资金的增减不计入个人得失。",
        ))
}

fn cells(name: &str, group: &Group) -> Vec<Cell> {
    let mean = |sum: Fen, persons: u64| match persons {
        0 => Cell::nothing(),
        _ => {
            let mean = Rounding::HalfUp.quotient(sum.get().into(), i128::from(persons));
            Cell::yuan(Fen::new(mean)).of(persons)
        }
    };
    let largest = |amount: Fen| match amount {
        Fen::ZERO => Cell::nothing(),
        amount => Cell::yuan(amount).of(1),
    };
    // How few changed says whether what they pay more could be told from it.
    let changed = match (group.winners, group.losers) {
        (0, losers) => losers,
        (winners, 0) => winners,
        (winners, losers) => winners.min(losers),
    };
    vec![
        Cell::text(name),
        Cell::people(group.winners),
        Cell::people(group.losers),
        Cell::people(group.persons),
        mean(group.gained, group.winners),
        mean(group.lost, group.losers),
        largest(group.largest_gain),
        largest(group.largest_loss),
        Cell::yuan(group.after - group.before).of(changed),
    ]
}

fn group_name(of: &Of<'_>, pair: &Pair, by: By, name: &str) -> String {
    let lang = of.lang;
    let none = match by {
        By::Category => lang.pick("not insured", "未参保"),
        By::Level => lang.pick("no claim settled", "无结算就诊"),
        _ => lang.pick("none given", "未注明"),
    };
    if name.is_empty() {
        return none.to_string();
    }
    let category = crate::insured::category::Category::ALL
        .into_iter()
        .find(|category| category.name() == name);
    match (by, category) {
        (By::Category, Some(category)) => lang.category(category).to_string(),
        (By::Level, _) => level_name(of, pair, name),
        (By::Age, _) => name.replace('-', "–"),
        (By::Hardship, _) => hardship(name, lang).to_string(),
        _ => name.to_string(),
    }
}

fn level_name(of: &Of<'_>, pair: &Pair, key: &str) -> String {
    let scenario = &of.scenarios[pair.from];
    let years = pair.years.iter();
    let mut tariffs = years.filter_map(|year| scenario.tariff(year.year));
    let names = tariffs.find_map(|tariff| tariff.level_names.iter().find(|[known, _]| known == key));
    names.map_or(key.to_string(), |[key, name_zh]| {
        of.lang.pick(key, name_zh).to_string()
    })
}

fn hardship(name: &str, lang: Lang) -> &str {
    let chinese = match name {
        "ordinary" => "普通居民",
        "severe-disability" => "重度残疾",
        "extreme-poverty" => "特困供养",
        "dibao" => "低保",
        "entitled-group" => "优抚对象",
        other => other,
    };
    lang.pick(name, chinese)
}

/// Persons whom only one of the two can read.
fn unmatched(of: &Of<'_>, pair: &Pair, section: &mut Section) {
    let count = |only_before: bool| -> u64 {
        let years = pair.years.iter().map(|year| match only_before {
            true => year.gains.only_before.persons,
            false => year.gains.only_after.persons,
        });
        years.sum()
    };
    let [before, after] = [true, false].map(count);
    if before + after == 0 {
        return;
    }
    section.paragraph(match of.lang {
        Lang::En => format!(
            "Not in these tables: persons whose rows only one of the two scenarios can read ({before} only the first, \
             {after} only the second)."
        ),
        Lang::Zh => format!("以上不含仅一方可识别的人员（仅前者{before}人，仅后者{after}人）。"),
    });
}

/// How what people pay of their bills is spread, year by year.
pub(super) fn out_of_pocket(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What people are left with", "个人自付分布"));
    for (place, year) in of.comparison.years.iter().enumerate() {
        let mut columns = vec![Column::of(
            lang.pick("Persons with claims, from the least", "就诊人员由低到高"),
            "%",
        )];
        columns.extend((0..of.scenarios.len()).map(|index| Column::of(of.label(index), of.yuan())));
        let title = match lang {
            Lang::En => format!("Paid of the bills at most, {}", year.year),
            Lang::Zh => format!("{}年个人自付不超过", year.year),
        };
        let mut table = Table::new(title, columns);
        for decile in 0..9usize {
            let mut cells = vec![Cell::text(((decile + 1) * 10).to_string())];
            cells.extend(year.sides.iter().map(|side| {
                let percent = (decile as u64 + 1) * 10;
                let few = percent.min(100 - percent) * side.spread.persons / 100;
                Cell::yuan(side.spread.deciles[decile]).of(few.max(1))
            }));
            table.row(cells);
        }
        section.chart(
            Chart::distribution(table)
                .method(lang.pick(
                    "Nearest-rank quantiles of each person's part of all their claims, exact; drawn for the baseline.",
                    "按每人全部就诊的个人自付计算最近秩分位数，精确值；图示为基准方案。",
                ))
                .limits(lang.pick(
                    "Persons without a claim are not in it, nor are contributions.",
                    "不含未就诊人员，不含个人缴费。",
                )),
        );
        section.table(concentration(of, place));
    }
    section
}

/// Means, extremes, concentration and catastrophic burdens of a year.
fn concentration(of: &Of<'_>, place: usize) -> Table {
    let lang = of.lang;
    let year = &of.comparison.years[place];
    let mut columns = vec![Column::new(lang.pick("Measure", "指标"))];
    columns.extend((0..of.scenarios.len()).map(|index| Column::new(of.label(index))));
    let title = match lang {
        Lang::En => format!("Burdens and their concentration, {}", year.year),
        Lang::Zh => format!("{}年个人负担及其集中度", year.year),
    };
    let note = match (year.income, lang) {
        (Some(income), Lang::En) => format!(
            "Shares of an income of {income} yuan per head and year; of all persons, with claims or without. The Gini \
             coefficient is 0 where all pay the same and near 1 where one pays everything."
        ),
        (Some(income), Lang::Zh) => {
            format!("以人均年收入{income}元计，占全部人员；基尼系数0为完全均等，接近1为高度集中。")
        }
        (None, Lang::En) => {
            "No income is stated, so no burden is called catastrophic: give --income.".to_string()
        }
        (None, Lang::Zh) => "未给出收入，故不计算灾难性支出：请给出 --income。".to_string(),
    };
    let mut table = Table::new(title, columns).noting(note);
    let mut row = |name: String, cell: &dyn Fn(&crate::compare::side::Side) -> Cell| {
        let mut cells = vec![Cell::text(name)];
        cells.extend(year.sides.iter().map(cell));
        table.row(cells);
    };
    let share = |share: Option<f64>| share.map_or_else(Cell::nothing, |share| Cell::number(share, 4));
    row(lang.pick("mean, yuan", "平均（元）").into(), &|side| {
        Cell::yuan(side.spread.mean).of(side.spread.persons)
    });
    row(
        lang.pick("99 in 100 at most, yuan", "99%的人不超过（元）").into(),
        &|side| Cell::yuan(side.spread.percentile_99).of((side.spread.persons / 100).max(1)),
    );
    row(lang.pick("the most, yuan", "最高（元）").into(), &|side| {
        Cell::yuan(side.spread.max).of(1)
    });
    row(lang.pick("Gini coefficient", "基尼系数").into(), &|side| {
        share(side.spread.gini).of(side.spread.persons)
    });
    row(
        lang.pick("share borne by the top tenth", "最高十分之一承担份额")
            .into(),
        &|side| share(side.spread.top_tenth_share).of((side.spread.persons / 10).max(1)),
    );
    for (index, percent) in BURDENS_PERCENT.into_iter().enumerate() {
        let name = match lang {
            Lang::En => format!("persons above {percent} % of income"),
            Lang::Zh => format!("超过收入{percent}%的人数"),
        };
        row(name, &|side| match &side.spread.catastrophic {
            Some(counts) => Cell::people(counts[index].persons),
            None => Cell::unknown(),
        });
    }
    table
}

/// The claims that change most; of real people they are nobody else's business.
pub(super) fn claims(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("Claims that change", "变动的就诊"));
    if matches!(of.whose, Whose::Files { .. }) {
        let changed = of.comparison.pairs.iter().flat_map(|pair| &pair.years);
        if changed.map(|year| year.claims_changed).sum::<u64>() > 0 {
            section.paragraph(lang.pick(
                "Single claims are not listed, because they are about single persons; `--json` and `--out` have them.",
                "单次就诊涉及个人，不在报告中列示；见 --json 与 --out 输出。",
            ));
        }
        return section;
    }
    for pair in &of.comparison.pairs {
        for year in &pair.years {
            let columns = [
                Column::new(lang.pick("Claim", "就诊")),
                Column::new(lang.pick("Person", "人员")),
                Column::of(of.label(pair.from), of.yuan()),
                Column::of(of.label(pair.to), of.yuan()),
                Column::of(lang.pick("Pays more", "多付"), of.yuan()),
                Column::new(lang.pick("They part at", "分歧步骤")),
            ];
            let title = match lang {
                Lang::En => format!(
                    "What persons pay of the claims that change most, {}; {} change in all",
                    year.year, year.claims_changed
                ),
                Lang::Zh => format!(
                    "{}年个人自付变动最大的就诊（共{}笔变动）",
                    year.year, year.claims_changed
                ),
            };
            let mut table = Table::new(title, columns);
            for claim in &year.claims {
                let cell = |amount: Option<Fen>| amount.map_or_else(Cell::nothing, Cell::yuan);
                let more = claim.after.unwrap_or_default() - claim.before.unwrap_or_default();
                table.row([
                    Cell::text(claim.claim.clone()),
                    Cell::text(claim.person.clone()),
                    cell(claim.before),
                    cell(claim.after),
                    Cell::yuan(more),
                    claim
                        .parts_at
                        .map_or_else(Cell::nothing, |rule| Cell::text(lang.rule(rule))),
                ]);
            }
            section.table(table);
            if let Some(contrast) = &year.contrast {
                section.chart(contrasted(of, contrast, [pair.from, pair.to]));
            }
        }
    }
    section
}

/// From what the person pays of a claim under the one to what the same person pays under the other.
fn contrasted(of: &Of<'_>, contrast: &Contrast, [from, to]: [usize; 2]) -> Chart {
    let lang = of.lang;
    let columns = [
        Column::new(lang.pick("Step", "步骤")),
        Column::of(lang.pick("The person pays", "个人负担"), of.yuan()),
    ];
    let title = match lang {
        Lang::En => format!("What the person pays of claim {}", contrast.claim),
        Lang::Zh => format!("就诊{}的个人负担", contrast.claim),
    };
    let mut table = Table::new(title, columns);
    let [before, after] = contrast.person_pays();
    table.sum([Cell::text(of.label(from)), Cell::yuan(before)]);
    for (name, more) in contrast.more_by_bearer() {
        if !more.is_zero() {
            table.row([Cell::text(lang.bearer(name, more)), Cell::yuan(-more)]);
        }
    }
    table.sum([Cell::text(of.label(to)), Cell::yuan(after)]);
    let parting = contrast.parting_rule().map_or("", |rule| lang.rule(rule));
    let method = match lang {
        Lang::En => {
            format!("The two scenarios part at: {parting}. What others pay more, the person pays less.")
        }
        Lang::Zh => format!("两方案的分歧步骤：{parting}。其他各方多付之数即个人少付之数。"),
    };
    Chart::waterfall(table).method(method).limits(lang.pick(
        "One claim, the one that changes most; `yibao explain --against` shows every step.",
        "仅为变动最大的一笔；逐步比较见 yibao explain --against。",
    ))
}
