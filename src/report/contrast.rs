//! One claim under two scenarios, for people and as a record.

use crate::benefit::record::Step;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::Tariff;
use crate::compare::contrast::{Contrast, StepPair, figure};
use crate::money::Fen;
use crate::report::explanation::{ExplainedStep, explain_step};
use crate::report::lang::Lang;
use crate::report::number::yuan;
use crate::report::table::Table;
use crate::scenario::Scenario;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A claim under two scenarios.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ContrastRecord {
    /// `mdtrt_id`.
    pub mdtrt_id: String,
    /// `psn_no`.
    pub psn_no: String,
    /// The scenarios.
    pub scenarios: [String; 2],
    /// What becomes of the claim under each; `None` where it is reversed.
    pub statuses: [Option<&'static str>; 2],
    /// What the person pays under each, in yuan.
    pub person_pays: [String; 2],
    /// By how much more each other bearer pays under the second, in yuan.
    pub more_by_bearer: BTreeMap<&'static str, String>,
    /// The index of the step where the two part; `None` if they do not.
    pub parts_at: Option<usize>,
    /// The steps side by side.
    pub steps: Vec<StepRecord>,
}

/// A step under two scenarios.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StepRecord {
    /// The rule's name.
    pub rule: &'static str,
    /// Whether the two do something else here.
    pub differs: bool,
    /// By how much more the second takes or pays, in yuan.
    pub more: String,
    /// The step under the first; `None` if it takes none.
    pub before: Option<ExplainedStep>,
    /// The step under the second.
    pub after: Option<ExplainedStep>,
}

/// The tariff that a settlement was made by.
fn tariff<'a>(scenario: &'a Scenario, settlement: &Option<Settlement>) -> Option<&'a Tariff> {
    let year = settlement.as_ref()?.year;
    scenario.tariff(year).map(AsRef::as_ref)
}

/// The contrast as a record.
pub(crate) fn record(contrast: &Contrast, scenarios: [&Scenario; 2]) -> ContrastRecord {
    let tariffs = [0, 1].map(|side: usize| tariff(scenarios[side], &contrast.settlements[side]));
    let step = |pair: &StepPair, side: usize| {
        let step = pair.steps[side].as_ref().zip(tariffs[side]);
        step.map(|(step, tariff)| explain_step(tariff, step))
    };
    let steps = contrast.steps.iter().map(|pair| StepRecord {
        rule: pair.rule.name(),
        differs: pair.differs(),
        more: pair.more().to_string(),
        before: step(pair, 0),
        after: step(pair, 1),
    });
    let more = contrast.more_by_bearer().into_iter();
    ContrastRecord {
        mdtrt_id: contrast.claim.clone(),
        psn_no: contrast.person.clone(),
        scenarios: scenarios.map(|scenario| scenario.name().to_string()),
        statuses: [0, 1].map(|side: usize| {
            let settlement = contrast.settlements[side].as_ref();
            settlement.map(|settlement| settlement.status.name())
        }),
        person_pays: contrast.person_pays().map(|amount| amount.to_string()),
        more_by_bearer: more.map(|(name, amount)| (name, amount.to_string())).collect(),
        parts_at: contrast.parts_at,
        steps: steps.collect(),
    }
}

/// The contrast as text for a person.
pub(crate) fn render(
    contrast: &Contrast,
    scenarios: [&Scenario; 2],
    labels: [&str; 2],
    lang: Lang,
) -> String {
    let mut text = String::new();
    let tariffs = [0, 1].map(|side: usize| tariff(scenarios[side], &contrast.settlements[side]));
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} {} · {} {} · {} → {}\n",
        lang.pick("claim", "就诊"),
        contrast.claim,
        lang.pick("person", "人员"),
        contrast.person,
        labels[0],
        labels[1]
    );
    text.push_str(&parting(contrast, lang));
    text.push_str(&steps(contrast, labels, lang).render());
    text.push_str(&figures(contrast, tariffs, lang));
    text.push_str(&history(contrast, lang));
    text.push_str(&person(contrast, lang));
    text
}

/// Where the two part.
fn parting(contrast: &Contrast, lang: Lang) -> String {
    let Some(place) = contrast.parts_at else {
        return lang
            .pick(
                "The two settle this claim alike, step by step.\n\n",
                "两方案对该就诊的结算逐步一致。\n\n",
            )
            .to_string();
    };
    let pair = &contrast.steps[place];
    let article = pair
        .steps
        .iter()
        .flatten()
        .map(|step| lang.article(step.article))
        .next();
    let (rule, article) = (lang.rule(pair.rule), article.unwrap_or_default());
    match lang {
        Lang::En => format!("They part at step {}: {rule} ({article}).\n\n", place + 1),
        Lang::Zh => format!("第{}步起出现分歧：{rule}（{article}）。\n\n", place + 1),
    }
}

/// Every step with what it takes, pays or moves under each.
fn steps(contrast: &Contrast, labels: [&str; 2], lang: Lang) -> Table {
    let mut table = Table::with_words([0], 100);
    table.row([
        lang.pick("step", "步骤"),
        labels[0],
        labels[1],
        lang.pick("more", "多"),
    ]);
    for (index, pair) in contrast.steps.iter().enumerate() {
        let mark = if Some(index) == contrast.parts_at {
            "> "
        } else {
            "  "
        };
        let side = |side: usize| match &pair.steps[side] {
            None => "–".to_string(),
            Some(Step {
                ended: Some(status), ..
            }) => lang.status(*status).to_string(),
            Some(step) => yuan(step.amount),
        };
        let more = match pair.more() {
            Fen::ZERO => String::new(),
            more => signed(more),
        };
        table.row([
            format!("{mark}{}. {}", index + 1, lang.rule(pair.rule)),
            side(0),
            side(1),
            more,
        ]);
    }
    table
}

/// The figures that the two use otherwise, by step.
fn figures(contrast: &Contrast, tariffs: [Option<&Tariff>; 2], lang: Lang) -> String {
    let mut text = String::new();
    for (index, pair) in contrast.steps.iter().enumerate() {
        let used = |side: usize| -> Vec<(String, String)> {
            let step = pair.steps[side].as_ref().zip(tariffs[side]);
            let used =
                step.map(|(step, tariff)| step.figures.iter().map(|used| figure(tariff, used)).collect());
            used.unwrap_or_default()
        };
        let (before, after) = (used(0), used(1));
        let value = |figures: &[(String, String)], key: &str| {
            let found = figures.iter().find(|(known, _)| known == key);
            found.map_or("–".to_string(), |(_, value)| value.clone())
        };
        let mut keys: Vec<&String> = before.iter().chain(&after).map(|(key, _)| key).collect();
        keys.dedup();
        let mut told: Vec<&String> = Vec::new();
        for key in keys {
            let values = (value(&before, key), value(&after, key));
            if values.0 != values.1 && !told.contains(&key) {
                let _ = writeln!(text, "    {}. {key}: {} → {}", index + 1, values.0, values.1);
                told.push(key);
            }
        }
    }
    match text.is_empty() {
        true => text,
        false => format!(
            "\n  {}\n{text}",
            lang.pick("figures used otherwise", "所用参数不同")
        ),
    }
}

/// What earlier claims of the year have left otherwise.
fn history(contrast: &Contrast, lang: Lang) -> String {
    let mut text = String::new();
    let mut told: Vec<Accumulator> = Vec::new();
    for (accumulator, [before, after]) in contrast.steps.iter().flat_map(StepPair::history) {
        if !told.contains(&accumulator) {
            told.push(accumulator);
            let name = lang.accumulator(accumulator);
            let shown = |amount: Fen| match accumulator {
                Accumulator::Admissions => amount.get().to_string(),
                _ => yuan(amount),
            };
            let _ = writeln!(text, "    {name}: {} → {}", shown(before), shown(after));
        }
    }
    let head = lang.pick("left otherwise by earlier claims of the year", "此前就诊累计不同");
    match text.is_empty() {
        true => text,
        false => format!("\n  {head}\n{text}"),
    }
}

/// What that comes to for the person: from the one amount to the other by who pays more.
fn person(contrast: &Contrast, lang: Lang) -> String {
    let [before, after] = contrast.person_pays();
    let mut table = Table::new();
    table.row([lang.pick("the person pays", "个人负担").to_string(), yuan(before)]);
    for (name, more) in contrast.more_by_bearer() {
        if more.is_zero() {
            continue;
        }
        let name = lang.bearer(name, more);
        table.row([format!("  {name}"), signed(-more)]);
    }
    table.row([
        lang.pick("then the person pays", "变动后个人负担").to_string(),
        yuan(after),
    ]);
    format!("\n{}", table.render())
}

impl Lang {
    /// That a bearer of a bill pays more or less.
    pub(super) fn bearer(self, name: &str, more: Fen) -> String {
        let bearer = match name {
            "basic" => self.pick("basic fund", "基本医保基金"),
            "critical_illness" => self.pick("critical illness insurance", "大病保险"),
            "assistance" => self.pick("medical assistance", "医疗救助"),
            "special" => self.pick("special account", "专项资金"),
            _ => self.pick("hospital", "医疗机构"),
        };
        match (self, more > Fen::ZERO) {
            (Lang::En, true) => format!("{bearer} pays more"),
            (Lang::En, false) => format!("{bearer} pays less"),
            (Lang::Zh, true) => format!("{bearer}多付"),
            (Lang::Zh, false) => format!("{bearer}少付"),
        }
    }
}

fn signed(amount: Fen) -> String {
    match amount > Fen::ZERO {
        true => format!("+{}", yuan(amount)),
        false => yuan(amount),
    }
}
