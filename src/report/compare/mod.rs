//! The report of a comparison, to hand on: what changes and where it says so, what it costs whom, who wins and who loses.

mod bridge;
mod costs;
mod of;
mod people;

use crate::compare::comparison::{Comparison, Request};
use crate::compare::crowd::{Payments, Whose};
use crate::compare::side::Side;
use crate::money::{Fen, Rate};
use crate::report::compare::of::Of;
use crate::report::figures;
use crate::report::lang::Lang;
use crate::report::page::{Cell, Column, People, Report, Section, Table};
use crate::scenario::{Bearing, Change, Key};

/// The report of a comparison.
pub fn page(comparison: &Comparison, request: &Request<'_>, lang: Lang) -> Report {
    let of = Of {
        comparison,
        scenarios: request.scenarios,
        whose: request.whose,
        lang,
    };
    let names: Vec<&str> = (0..comparison.scenarios.len())
        .map(|index| of.title(index))
        .collect();
    let title = lang.pick("Scenarios side by side", "方案对比");
    let years = of.years();
    let people = match request.whose {
        Whose::City { .. } => People::Synthetic,
        Whose::Files { .. } => People::Real,
    };
    let subtitle = [names.join(lang.pick(" / ", "／")), of.about_people()];
    let mut report = Report::new(lang, people, format!("{title} · {years}"), subtitle.join(" · "));
    numbers(&mut report, &of);
    report
        .section(compared(&of))
        .section(provisions(&of))
        .section(costs::costs(&of))
        .section(costs::payers(&of))
        .section(people::winners(&of))
        .section(people::out_of_pocket(&of))
        .section(bridge::bridges(&of))
        .section(costs::refusals(&of))
        .section(people::claims(&of));
    figures(&mut report, &of);
    facts(&mut report, &of);
    report
}

/// What the fund pays more, what persons pay more, who wins and who loses: of the first pair.
fn numbers(report: &mut Report, of: &Of<'_>) {
    let lang = of.lang;
    let Some(pair) = of.comparison.pairs.first() else {
        return;
    };
    let claimants = of.claimants(pair.from);
    let change = |amount: fn(&Side) -> Fen| {
        let [before, after] = [pair.from, pair.to].map(|index| of.sum(index, amount));
        (before, after - before)
    };
    let of_all = |report: &Report, (before, change): (Fen, Fen)| {
        let share = report.words(Cell::share(change.get(), before.get()).of(claimants));
        match lang {
            Lang::En => format!("{share} of what it is under {}", of.label(pair.from)),
            Lang::Zh => format!("相当于{}的{share}", of.label(pair.from)),
        }
    };
    let cost = change(|side| side.fund_cost);
    let detail = of_all(report, cost);
    report.number(
        lang.pick("Change of what the fund pays", "基金支出变动"),
        Cell::yuan(cost.1).of(claimants),
        detail,
    );
    let own = change(|side| side.out_of_pocket + side.payers.persons);
    let detail = of_all(report, own);
    report.number(
        lang.pick(
            "Change of what persons pay, contributions included",
            "个人负担变动（含缴费）",
        ),
        Cell::yuan(own.1).of(claimants),
        detail,
    );
    let all = people::all(pair);
    let on_average = |report: &Report, sum: Fen, persons: u64| {
        if persons == 0 {
            return String::new(); // Nobody has no average.
        }
        let mean = report.words(Cell::whole_yuan(Fen::new(sum.get() / persons as i64)).of(persons));
        match lang {
            Lang::En => format!("by {mean} yuan on average"),
            Lang::Zh => format!("人均{mean}元"),
        }
    };
    let detail = on_average(report, all.gained, all.winners);
    report.number(
        lang.pick("Persons who pay less", "负担减轻人数"),
        Cell::people(all.winners),
        detail,
    );
    let detail = on_average(report, all.lost, all.losers);
    report.number(
        lang.pick("Persons who pay more", "负担加重人数"),
        Cell::people(all.losers),
        detail,
    );
}

/// Which scenarios, and whose years.
fn compared(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What is compared", "对比范围"));
    section.paragraph(lang.pick(
        "Every scenario settles the same claims of the same people. The people and their illnesses are those of the first \
         scenario, the baseline; nobody falls ill or goes to a doctor more or less often because of a rule, and nobody \
         enrols or stays away because of a price.",
        "各方案对相同人群的相同就诊进行结算，人群与疾病取自首个方案（基准）；不考虑因规则变化而改变就医或参保的行为反应。",
    ));
    if let Some(words) = about_payments(of) {
        section.paragraph(words);
    }
    for pair in of
        .comparison
        .pairs
        .iter()
        .filter(|pair| !pair.left_out.is_empty())
    {
        let keys = pair.left_out.join(", ");
        section.paragraph(match lang {
            Lang::En => format!(
                "{} describes other people or illnesses; that is left out of account: {keys}.",
                of.label(pair.to)
            ),
            Lang::Zh => format!("{}的人群或疾病参数不同，未予考虑：{keys}。", of.label(pair.to)),
        });
    }
    let columns = [
        Column::new(lang.pick("Name", "名称")),
        Column::new(lang.pick("Title", "标题")),
    ];
    let mut table = Table::new(lang.pick("Scenarios", "方案"), columns);
    for index in 0..of.scenarios.len() {
        let is_baseline = of.comparison.pairs.iter().any(|pair| pair.from == index);
        let role = match (index, is_baseline) {
            (0, _) => lang.pick("baseline", "基准"),
            (_, true) => lang.pick("alternative baseline", "备选基准"),
            _ => lang.pick("compared", "对比"),
        };
        let scenario = &of.comparison.scenarios[index];
        let title = lang.pick(&scenario.title, &scenario.title_zh);
        let name = format!("{} · {role}", of.label(index));
        table.row([Cell::text(name), Cell::text(title)]);
    }
    section.table(table);
    section
}

/// What payments stand for.
fn about_payments(of: &Of<'_>) -> Option<&'static str> {
    let lang = of.lang;
    let payments = match of.whose {
        Whose::City { .. } => None,
        Whose::Files(files) => Some(files.payments()),
    };
    match payments {
        None => Some(lang.pick(
            "Residents who enrol pay what each scenario asks, when it asks.",
            "参保居民按各方案规定的金额和时间缴费。",
        )),
        Some(Some(Payments::Follow)) => Some(lang.pick(
            "Whoever paid what the baseline asks counts as paying what the other scenarios ask.",
            "按基准足额缴费者视为按其他方案足额缴费。",
        )),
        Some(Some(Payments::AsRecorded)) => Some(lang.pick(
            "Payments are as they were recorded; one that is not what a scenario asks is refused.",
            "缴费以记录为准，与方案金额不符者不予受理。",
        )),
        Some(None) => None,
    }
}

/// The provisions that change, old and new, with what each value rests on.
fn provisions(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What changes", "条款变化"));
    for pair in &of.comparison.pairs {
        let columns = [
            Column::new(lang.pick("Provision", "条款")),
            Column::new(lang.pick("Old", "原值")),
            Column::new(lang.pick("New", "新值")),
            Column::new(lang.pick("Where the new value comes from", "新值来源")),
        ];
        let title = format!("{} → {}", of.label(pair.from), of.label(pair.to));
        let note = lang.pick(
            "Amounts are yuan. Only values of the years that are compared are shown.",
            "金额单位为元；仅列所比年度的取值。",
        );
        let mut table = Table::new(title, columns).noting(note);
        let told = pair
            .changes
            .iter()
            .filter(|change| change.is_of_value() && change.bearing() != Bearing::Names);
        for change in told {
            provision(of, &mut table, change);
        }
        if table.rows().is_empty() {
            section.paragraph(match lang {
                Lang::En => format!("{}: no value of these years changes.", table.title),
                Lang::Zh => format!("{}：所比年度无取值变化。", table.title),
            });
        }
        section.table(table);
    }
    section
}

/// A key with its values in the years that are compared.
fn provision(of: &Of<'_>, table: &mut Table, change: &Change) {
    let lang = of.lang;
    let compared: Vec<i32> = of.comparison.years.iter().map(|year| year.year).collect();
    let meaning = change.meaning();
    let article = meaning
        .map(|meaning| meaning.article)
        .filter(|article| !article.is_empty());
    let article = match (article, lang) {
        (Some(article), Lang::En) => format!(" · Art. {article}"),
        (Some(article), Lang::Zh) => format!(" · 第{article}条"),
        (None, _) => String::new(),
    };
    // What keys mean is told in English.
    let meaning = meaning
        .filter(|_| lang == Lang::En)
        .map(|meaning| format!("{}: ", meaning.text));
    let name = format!("{}{}{article}", meaning.unwrap_or_default(), change.path);
    let side = |key: &Option<Key>, value: &Option<String>| {
        let unit = key
            .as_ref()
            .and_then(|key| key.unit.as_deref())
            .unwrap_or_default();
        value
            .as_deref()
            .map_or_else(Cell::nothing, |value| typed(value, unit, lang))
    };
    let key = change.after.as_ref();
    let provenance = key.and_then(|key| key.provenance).map(|of| lang.provenance(of));
    let source = key.and_then(|key| key.source.as_deref());
    let founded: Vec<&str> = provenance.into_iter().chain(source).collect();
    for value in &change.values {
        let years: Vec<i32> = value
            .years
            .iter()
            .copied()
            .filter(|year| compared.contains(year))
            .collect();
        if years.is_empty() && !value.years.is_empty() {
            continue;
        }
        let years = match years.is_empty() || compared.len() == 1 {
            true => String::new(),
            false => {
                let years: Vec<String> = years.iter().map(i32::to_string).collect();
                format!(" · {}", years.join(", "))
            }
        };
        table.row([
            Cell::text(format!("{name}{years}")),
            side(&change.before, &value.before),
            side(&change.after, &value.after),
            Cell::text(founded.join(": ")),
        ]);
    }
}

/// A value as one reads it: an amount, a rate, a length of time, or as it is written.
fn typed(value: &str, unit: &str, lang: Lang) -> Cell {
    let number = value.replace('_', "");
    match unit {
        "yuan" => Fen::parse_yuan(&number).map_or_else(|_| Cell::text(value), Cell::yuan),
        "rate" => Rate::parse(&number).map_or_else(|_| Cell::text(value), Cell::rate),
        "unlimited" => Cell::text(lang.pick("unlimited", "无限额")),
        "days" => Cell::text(format!("{value} {}", lang.pick("days", "天"))),
        "months" => Cell::text(format!("{value} {}", lang.pick("months", "个月"))),
        "years" => Cell::text(format!("{value} {}", lang.pick("years", "年"))),
        _ => Cell::text(value),
    }
}

/// The figures of the baseline, and those that the others have otherwise.
fn figures(report: &mut Report, of: &Of<'_>) {
    let is_city = matches!(of.whose, Whose::City { .. });
    let years: Vec<i32> = of.comparison.years.iter().map(|year| year.year).collect();
    let mut all = figures::given(&of.scenarios[0], &years, is_city);
    for pair in of.comparison.pairs.iter().filter(|pair| pair.from == 0) {
        let after = pair.changes.iter().filter_map(|change| change.after.as_ref());
        all.extend(after.filter_map(|key| {
            let path = format!("{} ({})", key.path, of.label(pair.to));
            figures::figure(key, path, &years)
        }));
    }
    figures::add(report, all);
}

/// What went in, and the number over what came out.
fn facts(report: &mut Report, of: &Of<'_>) {
    let lang = of.lang;
    for scenario in &of.comparison.scenarios {
        report.fact(
            lang.pick("Scenario", "方案"),
            format!("{} · sha256 {}", scenario.label, scenario.sha256),
        );
    }
    match of.whose {
        Whose::City { .. } => {
            report.fact(lang.pick("City", "模拟城市"), of.about_people());
        }
        Whose::Files { .. } => {
            for file in &of.comparison.files {
                let (role, hash) = (file.role.name(), file.shown_hash());
                let words = format!("{role}: {} · sha256 {hash}", file.path);
                report.fact(lang.pick("Input", "输入"), words);
            }
        }
    }
    for year in &of.comparison.years {
        for (scenario, side) in of.comparison.scenarios.iter().zip(&year.sides) {
            report.fact(
                lang.pick("Fingerprint", "结果指纹"),
                format!("{} {} {}", year.year, scenario.label, side.fingerprint),
            );
        }
    }
}
