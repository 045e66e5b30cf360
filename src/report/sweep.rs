//! The report of a sweep: a number over the values of the figures, and every point.

use crate::compare::crowd::Whose;
use crate::compare::sweep::{Number, Point, Request, Sweep};
use crate::report::figures;
use crate::report::lang::Lang;
use crate::report::number::count;
use crate::report::page::chart::Chart;
use crate::report::page::{Cell, Column, People, Report, Section, Table};

/// What a number is called, and its unit.
fn named(number: &str, lang: Lang) -> (&'static str, &'static str) {
    let (persons, yuan) = (lang.pick("persons", "人"), lang.pick("yuan", "元"));
    let (english, chinese, unit) = match number {
        "insured" => ("Insured", "参保人数", persons),
        "claims" => ("Claims", "就诊笔数", ""),
        "fund_cost" => ("Paid by the fund", "基金支出", yuan),
        "critical_illness" => ("Critical illness insurance", "大病保险支出", yuan),
        "assistance" => ("Medical assistance", "医疗救助支出", yuan),
        "out_of_pocket" => ("Paid by persons", "个人自付", yuan),
        "contributions" => ("Contributions of persons", "个人缴费", yuan),
        "subsidy" => ("Subsidies", "财政补助", yuan),
        "balance" => ("Balance of the year", "当期结余", yuan),
        "in_scope_ratio" => ("Paid of what is in scope", "政策范围内报销比例", ""),
        "actual_ratio" => ("Paid of all bills", "实际报销比例", ""),
        "catastrophic_10" => ("Persons above 10 % of income", "自付超过收入10%的人数", persons),
        "catastrophic_25" => ("Persons above 25 % of income", "自付超过收入25%的人数", persons),
        _ => ("Persons above 40 % of income", "自付超过收入40%的人数", persons),
    };
    (lang.pick(english, chinese), unit)
}

fn cell(point: &Point, number: &str) -> Cell {
    let people = point.outcome.insured;
    match point.outcome.number(number) {
        Some(Number::Count(persons)) if number != "claims" => Cell::people(persons.unsigned_abs()),
        Some(Number::Count(claims)) => Cell::count(claims).of(people),
        Some(Number::Amount(amount)) => Cell::yuan(amount).of(people),
        Some(Number::Share(Some(share))) => Cell::share((share * 1e6) as i64, 1_000_000).of(people),
        _ => Cell::unknown(),
    }
}

/// The report of a sweep, of which `number` is drawn.
pub fn page(sweep: &Sweep, request: &Request<'_>, number: &str, lang: Lang) -> Report {
    let scenario = request.scenario;
    let name = lang.pick(scenario.title(), scenario.title_in_chinese());
    let (what, _) = named(number, lang);
    let (people, about) = match (request.whose, lang) {
        (Whose::City { persons, seed }, Lang::En) => {
            let persons = count(i64::from(*persons));
            (
                People::Synthetic,
                format!("{persons} residents drawn, seed {seed}"),
            )
        }
        (Whose::City { persons, seed }, Lang::Zh) => {
            let persons = count(i64::from(*persons));
            (People::Synthetic, format!("模拟居民{persons}人，随机种子{seed}"))
        }
        (Whose::Files { .. }, _) => (
            People::Real,
            lang.pick("persons of files", "文件所载人员").to_string(),
        ),
    };
    let title = lang.pick("A sweep of figures", "参数扫描");
    let mut report = Report::new(
        lang,
        people,
        format!("{title} · {what}"),
        format!("{name} · {about}"),
    );
    ends(&mut report, sweep, number, lang);
    for &year in request.years {
        let mut section = Section::new(format!("{what} · {year}"));
        section.paragraph(lang.pick(
            "Every point is the scenario with other values for these figures; people and illnesses are the same at all of \
             them, and nobody changes what they do.",
            "各点仅变更所列参数，人群与疾病相同，不考虑行为反应。",
        ));
        section.chart(chart(sweep, year, number, lang));
        section.table(points(sweep, year, lang));
        report.section(section);
    }
    report.fact(
        lang.pick("Scenario", "方案"),
        format!("{} · sha256 {}", scenario.name(), scenario.sha256()),
    );
    for axis in &sweep.axes {
        let values =
            [axis.values.first(), axis.values.last()].map(|value| value.cloned().unwrap_or_default());
        let [first, last] = values;
        report.fact(
            axis.key.clone(),
            format!("{first} … {last} ({})", axis.values.len()),
        );
    }
    match request.whose {
        Whose::City { .. } => {
            report.fact(lang.pick("City", "模拟城市"), about);
        }
        Whose::Files { .. } => {
            for file in &sweep.files {
                let (role, hash) = (file.role.name(), file.shown_hash());
                let words = format!("{role}: {} · sha256 {hash}", file.path);
                report.fact(lang.pick("Input", "输入"), words);
            }
        }
    }
    let is_city = matches!(request.whose, Whose::City { .. });
    figures::add(&mut report, figures::given(scenario, request.years, is_city));
    report
}

/// The values of the figures at a point, as one says them.
fn values(sweep: &Sweep, point: &Point) -> String {
    let axes = sweep.axes.iter().zip(&point.at);
    let named = axes.map(|(axis, &place)| format!("{} = {}", axis.key, axis.values[place]));
    named.collect::<Vec<_>>().join(", ")
}

/// The least and the most of the number, how far they lie apart, and how many points there are.
fn ends(report: &mut Report, sweep: &Sweep, number: &str, lang: Lang) {
    let value = |point: &Point| cell(point, number).to_f64();
    let by_value = |one: &&Point, other: &&Point| {
        let [one, other] = [one, other].map(|point| value(point).unwrap_or_default());
        one.total_cmp(&other)
    };
    let points = || sweep.points.iter().filter(|point| value(point).is_some());
    let (Some(least), Some(most)) = (points().min_by(by_value), points().max_by(by_value)) else {
        return;
    };
    for (label, point) in [
        (lang.pick("Least", "最低"), least),
        (lang.pick("Most", "最高"), most),
    ] {
        report.number(
            label,
            cell(point, number),
            format!("{} · {}", point.year, values(sweep, point)),
        );
    }
    report.number(
        lang.pick("Between them", "相差"),
        difference(least, most, number),
        lang.pick("the most less the least", "最高减最低"),
    );
    let people = report.words(Cell::people(least.outcome.insured));
    let detail = match lang {
        Lang::En => format!("each settles everybody; {people} insured at the least"),
        Lang::Zh => format!("每点全量结算；最低点参保{people}人"),
    };
    report.number(
        lang.pick("Points", "点数"),
        Cell::count(sweep.points.len() as i64),
        detail,
    );
}

/// By how much a number is more at one point than at another.
fn difference(least: &Point, most: &Point, number: &str) -> Cell {
    let people = least.outcome.insured.min(most.outcome.insured);
    let cell = match (least.outcome.number(number), most.outcome.number(number)) {
        (Some(Number::Amount(low)), Some(Number::Amount(high))) => Cell::yuan(high - low),
        (Some(Number::Count(low)), Some(Number::Count(high))) => Cell::count(high - low),
        (Some(Number::Share(Some(low))), Some(Number::Share(Some(high)))) => {
            Cell::share(((high - low) * 1e6) as i64, 1_000_000)
        }
        _ => Cell::unknown(),
    };
    cell.of(people)
}

/// The last two parts of a key: what tells it from others in little room.
fn short(key: &str) -> &str {
    let before_last = key.rmatch_indices('.').nth(1);
    before_last.map_or(key, |(place, _)| &key[place + 1..])
}

/// A map for two figures, columns for one; of more figures the others keep their first value.
fn chart(sweep: &Sweep, year: i32, number: &str, lang: Lang) -> Chart {
    let (what, unit) = named(number, lang);
    let of_year = |at: &[usize]| {
        let found = sweep
            .points
            .iter()
            .find(|point| point.year == year && point.at == at);
        found.map_or_else(Cell::nothing, |point| cell(point, number))
    };
    let first_of_others = |first: usize, second: Option<usize>| {
        let mut at = vec![0; sweep.axes.len()];
        at[0] = first;
        if let Some(second) = second {
            at[1] = second;
        }
        at
    };
    let method = lang.pick(
        "The whole sample is settled at each point by the one engine, with the same people and the same draws.",
        "各点均以同一引擎对相同人群全量结算，抽样相同。",
    );
    let limits = match sweep.axes.get(2..).unwrap_or_default() {
        [] => lang
            .pick(
                "Between the points nothing is known; a sample says nothing of the city's size.",
                "点与点之间未计算；样本金额不代表全市规模。",
            )
            .to_string(),
        others => {
            let fixed: Vec<String> = others
                .iter()
                .map(|axis| format!("{} = {}", axis.key, axis.values[0]))
                .collect();
            let fixed = fixed.join(", ");
            match lang {
                Lang::En => format!("Drawn with {fixed}; the table has every point."),
                Lang::Zh => format!("图中固定{fixed}；全部点见表。"),
            }
        }
    };
    let rows = &sweep.axes[0];
    let chart = match sweep.axes.get(1) {
        None => {
            let columns = [Column::new(rows.key.clone()), Column::of(what, unit)];
            let mut table = Table::new(format!("{what}, {year}"), columns);
            for (place, value) in rows.values.iter().enumerate() {
                table.row([Cell::text(value.clone()), of_year(&[place])]);
            }
            Chart::distribution(table)
        }
        Some(columns) => {
            let title = format!("{what}, {year}: {} → {}", rows.key, columns.key);
            let head = Column::new(format!("{} ↓ · {} →", short(&rows.key), short(&columns.key)));
            let heads = columns.values.iter().map(|value| Column::of(value.clone(), unit));
            let mut table = Table::new(title, std::iter::once(head).chain(heads));
            for (row, value) in rows.values.iter().enumerate() {
                let cells =
                    (0..columns.values.len()).map(|column| of_year(&first_of_others(row, Some(column))));
                table.row(std::iter::once(Cell::text(value.clone())).chain(cells));
            }
            Chart::heat_map(table)
        }
    };
    chart.method(method).limits(limits)
}

/// Every point of a year.
fn points(sweep: &Sweep, year: i32, lang: Lang) -> Table {
    const SHOWN: [&str; 5] = [
        "fund_cost",
        "out_of_pocket",
        "contributions",
        "balance",
        "in_scope_ratio",
    ];
    let keys: Vec<&str> = sweep.axes.iter().map(|axis| short(&axis.key)).collect();
    let mut columns = vec![Column::new(keys.join(" · "))];
    columns.extend(SHOWN.map(|name| {
        let (what, unit) = named(name, lang);
        Column::of(what, unit)
    }));
    let title = match lang {
        Lang::En => format!("Every point, {year}"),
        Lang::Zh => format!("{year}年全部点"),
    };
    let note = lang.pick(
        "`--csv` and `--out` have every number of each point.",
        "各点的全部数值见 --csv 与 --out 输出。",
    );
    let mut table = Table::new(title, columns).noting(note);
    for point in sweep.points.iter().filter(|point| point.year == year) {
        let axes = sweep.axes.iter().zip(&point.at);
        let values: Vec<&str> = axes.map(|(axis, &place)| axis.values[place].as_str()).collect();
        let numbers = SHOWN.map(|name| cell(point, name));
        table.row(std::iter::once(Cell::text(values.join(" · "))).chain(numbers));
    }
    table
}
