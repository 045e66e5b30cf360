//! The report of a sensitivity: a tornado.

use crate::projection::plan::Plan;
use crate::projection::sensitivity::Sensitivity;
use crate::report::figures;
use crate::report::lang::Lang;
use crate::report::number::count;
use crate::report::page::chart::{Chart, Swing};
use crate::report::page::{Cell, People, Report, Section};
use crate::report::scale::Scale;
use crate::scenario::Scenario;

/// The report of a sensitivity.
pub fn page(scenario: &Scenario, plan: &Plan, found: &Sensitivity, lang: Lang) -> Report {
    let (name, chinese) = (found.quantity.name(), found.quantity.chinese());
    let year = found.year;
    let title = match lang {
        Lang::En => format!("{}: what `{name}` of {year} depends on", scenario.title()),
        Lang::Zh => format!("{}：{year}年{chinese}的敏感性", scenario.title_in_chinese()),
    };
    let mut report = Report::new(lang, People::Synthetic, title, scenario.regulation());
    let most = found
        .swings
        .iter()
        .flat_map(|swing| [swing.low, swing.high])
        .chain([found.central]);
    let most = most.fold(0.0, |most: f64, value| most.max(value.abs()));
    let scale = found.quantity.is_yuan().then(|| Scale::yuan(most, lang));
    let cell = |value: f64| scale.map_or_else(|| Cell::number(value, 3), |scale| scale.cell(value));
    let base = cell(found.central);
    let unit = scale.map_or("", Scale::unit);
    let label = match lang {
        Lang::En => format!("`{name}` of {year}"),
        Lang::Zh => format!("{year}年{chinese}"),
    };
    let title = match lang {
        Lang::En => format!("{label}, each assumption at either end of its range"),
        Lang::Zh => format!("{label}：各假设取其范围两端"),
    };
    let label = if unit.is_empty() {
        label
    } else {
        format!("{label}, {unit}")
    };
    report.number(
        label,
        base.clone(),
        lang.pick("with the assumptions as they are", "中心假设"),
    );
    let swings = found.swings.iter().map(|swing| Swing {
        name: swing.name.clone(),
        settings: [0, 1].map(|end| Cell::text(swing.tried[end].clone())),
        results: [swing.low, swing.high].map(cell),
    });
    let chart = Chart::tornado(title, lang, unit, base, swings)
        .method(lang.pick(
            "One assumption at a time, the same residents and the same draws in every run.",
            "每次仅变动一个假设，居民与抽样相同。",
        ))
        .limits(lang.pick(
            "Ranges are those of the scenario; assumptions that move together are not tried together.",
            "范围取自方案；未同时变动相关假设。",
        ));
    let mut section = Section::new(lang.pick("What it depends on", "敏感性"));
    if found.quantity.counts_from_opening() && !found.opening_balance_known {
        section.paragraph(opening_unknown(plan.from, lang));
    }
    section.paragraph(sample(plan, found, lang));
    section.chart(chart);
    report.section(section);
    report.fact(
        lang.pick("Persons of the sample", "样本人数"),
        count(i64::from(plan.persons)),
    );
    report.fact(lang.pick("Seed", "随机种子"), plan.seed.to_string());
    figures::add(&mut report, figures::projected(scenario, plan.from));
    report
}

fn opening_unknown(from: i32, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "The fund's balance before {from} is not known and counts as nothing: --set fund.opening_balance.yuan.{from}=AMOUNT states it."
        ),
        Lang::Zh => format!(
            "{from}年之前的累计结余未知，按零计：可用 --set fund.opening_balance.yuan.{from}=金额 给定。"
        ),
    }
}

/// What the sample leaves open: much of the number, little of what an assumption does to it.
fn sample(plan: &Plan, found: &Sensitivity, lang: Lang) -> String {
    let (persons, year) = (count(i64::from(plan.persons)), found.year);
    match (found.sample_error.map(|share| share * 100.0), lang) {
        (Some(share), Lang::En) => format!(
            "A sample of {persons} persons leaves the benefits of {year} open by ± {share:.1} % (95 %), and with them every result. What an assumption changes is surer, for the residents and their draws are the same."
        ),
        (Some(share), Lang::Zh) => format!(
            "样本{persons}人：{year}年待遇支出的抽样误差为±{share:.1}%（95%），各结果随之。各假设的影响较为确定，因居民与抽样相同。"
        ),
        (None, Lang::En) => format!(
            "A sample of {persons} persons is too small to say how sure the results are: give more --persons."
        ),
        (None, Lang::Zh) => format!("样本{persons}人太少，无从估计误差：请增加 --persons。"),
    }
}
