//! What has changed from one scenario to another, in plain words, with articles and sources.

use crate::article::Article;
use crate::figure::Provenance;
use crate::insured::category::Category;
use crate::report::lang::Lang;
use crate::report::number::{count, percent_of};
use crate::scenario::meaning::names_in;
use crate::scenario::{Change, ChangedValue, Key, Scenario};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::fmt::Write;

/// The parts of a scenario, by the beginning of their keys: chapters of the regulation first.
const CHAPTERS: [(&[&str], &str, &str); 8] = [
    (&["scenario", "levels"], "The scenario", "方案"),
    (
        &["insured", "enrolment"],
        "Chapter 2: who enrols, and when",
        "第二章 参保缴费",
    ),
    (
        &["funding", "fund"],
        "Chapter 2: how the fund is raised and held",
        "第二章 基金筹集与管理",
    ),
    (&["benefit", "scope"], "Chapter 3: benefits", "第三章 医疗待遇"),
    (&["income"], "Incomes", "收入"),
    (&["projection"], "Years to come", "预测假设"),
    (
        &["population"],
        "The people of the synthetic city",
        "模拟城市的人口",
    ),
    (&["utilisation"], "Their illnesses", "模拟城市的就医"),
];

/// Names in paths that have words of their own.
const WORDS: [(&str, &str, &str); 23] = [
    ("inpatient", "inpatient", "住院"),
    ("chronic", "chronic outpatient", "门诊慢特病"),
    ("general_outpatient", "general outpatient", "普通门诊"),
    ("maternity", "maternity", "生育"),
    ("ordinary", "no class", "普通居民"),
    ("severe-disability", "severe disability", "重度残疾"),
    ("extreme-poverty", "extreme poverty", "特困"),
    ("dibao", "dibao", "低保"),
    ("entitled-group", "entitled groups", "优抚对象"),
    ("filed", "referral filed", "备案转诊"),
    ("resettled", "resettled elsewhere", "异地安置"),
    ("emergency", "emergency elsewhere", "异地急诊"),
    ("unfiled", "not filed", "未备案"),
    ("normal", "normal delivery", "顺产"),
    ("assisted", "assisted delivery", "助产"),
    ("caesarean", "caesarean", "剖宫产"),
    ("difficult", "difficult delivery", "难产"),
    ("central", "central government", "中央"),
    ("provincial", "province", "省级"),
    ("municipal", "city", "市级"),
    ("district", "district", "区县"),
    ("critical_illness", "critical illness insurance", "大病保险"),
    ("assistance", "medical assistance", "医疗救助"),
];

/// A key that differs, as a record.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRecord {
    /// Dotted path.
    pub key: String,
    /// What it means.
    pub meaning: Option<&'static str>,
    /// The articles that it puts into figures.
    pub article: &'static str,
    /// The unit before and after; nothing where there is none.
    pub unit: [Option<String>; 2],
    /// The values that differ.
    pub values: Vec<ValueRecord>,
    /// Provenance before and after.
    pub provenance: [Option<&'static str>; 2],
    /// Source before and after.
    pub source: [Option<String>; 2],
}

/// A value that differs.
#[derive(Clone, Debug, Serialize)]
pub struct ValueRecord {
    /// The benefit years; empty where it is the same in every year.
    pub years: Vec<i32>,
    /// The value before, as it is written; `None` where the key had none then.
    pub before: Option<String>,
    /// The value after; `None` where the key has none then.
    pub after: Option<String>,
}

impl ChangeRecord {
    /// The record of a change.
    pub fn of(change: &Change) -> ChangeRecord {
        let meaning = change.meaning();
        let both = [change.before.as_ref(), change.after.as_ref()];
        let values = change.values.iter().map(|value| ValueRecord {
            years: value.years.clone(),
            before: value.before.clone(),
            after: value.after.clone(),
        });
        ChangeRecord {
            key: change.path.clone(),
            meaning: meaning.map(|meaning| meaning.text),
            article: meaning.map_or("", |meaning| meaning.article),
            unit: both.map(|key| key?.unit.clone()),
            values: values.collect(),
            provenance: both.map(|key| Some(key?.provenance?.name())),
            source: both.map(|key| key?.source.clone()),
        }
    }
}

/// The changes in plain words, by chapter.
pub fn render(before: &Scenario, after: &Scenario, changes: &[Change], lang: Lang) -> String {
    let title = |scenario: &Scenario| match lang {
        Lang::En => scenario.title().to_string(),
        Lang::Zh => scenario.title_in_chinese().to_string(),
    };
    let mut text = format!("{} → {}\n", title(before), title(after));
    let writer = Writer { before, after, lang };
    let mut done = 0;
    for (tables, english, chinese) in CHAPTERS {
        let of_chapter: Vec<&Change> = changes
            .iter()
            .filter(|change| tables.contains(&change.path.split('.').next().unwrap_or_default()))
            .collect();
        done += of_chapter.len();
        if !of_chapter.is_empty() {
            let _ = writeln!(text, "\n{}", lang.pick(english, chinese));
            of_chapter
                .into_iter()
                .for_each(|change| text.push_str(&writer.change(change)));
        }
    }
    debug_assert_eq!(done, changes.len(), "every table has a chapter");
    let _ = match (lang, changes.len()) {
        (Lang::En, 0) => writeln!(text, "\nNothing differs."),
        (Lang::Zh, 0) => writeln!(text, "\n无差异。"),
        (Lang::En, 1) => writeln!(text, "\n1 key differs."),
        (Lang::En, number) => writeln!(text, "\n{number} keys differ."),
        (Lang::Zh, number) => writeln!(text, "\n共 {number} 项不同。"),
    };
    text
}

struct Writer<'s> {
    before: &'s Scenario,
    after: &'s Scenario,
    lang: Lang,
}

impl Writer<'_> {
    /// A change: what it is and where it stands, how it differs, and who says so.
    fn change(&self, change: &Change) -> String {
        let lang = self.lang;
        let mut text = format!("\n  {}\n", self.subject(change));
        for value in &change.values {
            let _ = writeln!(text, "    {}", self.value(change, value));
        }
        if change.values.is_empty() {
            let _ = writeln!(text, "    {}", lang.pick("the value is the same", "数值未变"));
        }
        let note = |key: &Key| {
            let provenance = key.provenance.map(|provenance| self.provenance(provenance));
            let between = lang.pick(": ", "：");
            Some(format!(
                "{}{between}{}",
                provenance?,
                key.source.as_deref().unwrap_or_default()
            ))
        };
        let (old, new) = (
            change.before.as_ref().and_then(note),
            change.after.as_ref().and_then(note),
        );
        if let Some(new) = &new {
            let _ = writeln!(text, "    {new}");
        }
        if let Some(old) = old.filter(|old| Some(old) != new.as_ref()) {
            let _ = writeln!(text, "    {}{old}", lang.pick("before: ", "原："));
        }
        let _ = writeln!(text, "    {}", change.path);
        text
    }

    /// What changes, with the names in its path, and the articles.
    fn subject(&self, change: &Change) -> String {
        let lang = self.lang;
        let meaning = change.meaning();
        let words = meaning.map_or("", |meaning| lang.pick(meaning.text, meaning.text_zh));
        // What follows is for who writes the key.
        let words = words.split(';').next().unwrap_or_default();
        let article = match meaning.map_or("", |meaning| meaning.article) {
            "" => String::new(),
            articles => cited(articles, lang),
        };
        let names = self.names(&change.path);
        let between = lang.pick(": ", "：");
        match names.as_str() {
            "" => format!("{words}{article}"),
            names => format!("{names}{between}{words}{article}"),
        }
    }

    /// The kind, level, category and so on that a path names, in words.
    fn names(&self, path: &str) -> String {
        let names: Vec<String> = names_in(path).into_iter().map(|part| self.name(part)).collect();
        names.join(self.lang.pick(", ", "·"))
    }

    /// A part of a path as a name: in words where there are any, else as the file has it.
    fn name(&self, part: &str) -> String {
        let lang = self.lang;
        if let Some(category) = Category::ALL.into_iter().find(|category| category.name() == part) {
            return lang.category(category).to_string();
        }
        let known = WORDS.into_iter().find(|(name, ..)| *name == part);
        let words = known.map(|(_, english, chinese)| lang.pick(english, chinese).to_string());
        words
            .or_else(|| self.level(part))
            .unwrap_or_else(|| part.replace('_', " "))
    }

    /// The name of a level of either scenario.
    fn level(&self, part: &str) -> Option<String> {
        [self.after, self.before].into_iter().find_map(|scenario| {
            let tariff = scenario.tariff(scenario.default_year())?;
            let [name, name_zh] = tariff.level_names.iter().find(|[name, _]| name == part)?;
            Some(self.lang.pick(name, name_zh).replace('_', " "))
        })
    }

    /// How a value differs, and in which years.
    fn value(&self, change: &Change, value: &ChangedValue) -> String {
        let lang = self.lang;
        let years = match value.years.as_slice() {
            [] => String::new(),
            years => format!("{}{}", runs(years), lang.pick(": ", "年：")),
        };
        let unit = |key: &Option<Key>| key.as_ref().and_then(|key| key.unit.clone()).unwrap_or_default();
        let (unit_before, unit_after) = (unit(&change.before), unit(&change.after));
        let shown = |text: &Option<String>, unit: &str| text.as_ref().map(|text| self.shown(text, unit));
        let old = shown(&value.before, &unit_before);
        let new = shown(&value.after, &unit_after);
        let body = match (old, new) {
            (Some(old), Some(new)) => {
                let moved = self.moved(value, &unit_before, &unit_after).unwrap_or_default();
                format!("{old} → {new}{moved}")
            }
            (None, Some(new)) => format!("{}{new}", lang.pick("new: ", "新增：")),
            (Some(old), None) => format!("{}{old}", lang.pick("gone: ", "取消：")),
            (None, None) => String::new(),
        };
        format!("{years}{body}")
    }

    /// By how much a number rises or falls.
    fn moved(&self, value: &ChangedValue, before: &str, after: &str) -> Option<String> {
        let number = |text: &Option<String>| Decimal::from_str_exact(&text.as_ref()?.replace('_', "")).ok();
        let (old, new) = (number(&value.before)?, number(&value.after)?);
        if before != after {
            return None;
        }
        let by = (new - old).abs();
        let by = match after {
            "rate" | "growth" => {
                let points = (by * Decimal::ONE_HUNDRED).normalize();
                format!("{points}{}", self.lang.pick(" points", " 个百分点"))
            }
            unit => {
                let share = ((new - old).abs() / old.abs().max(Decimal::new(1, 6))).to_f64()?;
                match old.is_zero() {
                    true => self.shown(&by.normalize().to_string(), unit),
                    false => format!(
                        "{}{}{}",
                        self.shown(&by.normalize().to_string(), unit),
                        self.lang.pick(", ", "，"),
                        percent_of(share)
                    ),
                }
            }
        };
        let (english, chinese) = if new > old {
            ("up ", "提高 ")
        } else {
            ("down ", "降低 ")
        };
        Some(format!(
            "{}{}{by}{}",
            self.lang.pick(" (", "（"),
            self.lang.pick(english, chinese),
            self.lang.pick(")", "）")
        ))
    }

    /// A value as people read it.
    fn shown(&self, text: &str, unit: &str) -> String {
        let lang = self.lang;
        match unit {
            "yuan" => format!("{} {}", grouped(text), lang.pick("yuan", "元")),
            "unlimited" => lang.pick("no limit", "不设限额").to_string(),
            "rate" | "growth" => percent(text).unwrap_or_else(|| text.to_string()),
            "rates" => {
                let rates = text.trim_matches(['[', ']']).split(',').map(str::trim);
                let rates = rates.filter(|rate| !rate.is_empty());
                let rates: Vec<String> = rates
                    .map(|rate| percent(rate).unwrap_or(rate.to_string()))
                    .collect();
                rates.join(lang.pick(", ", "、"))
            }
            "bands" => self.bands(text).unwrap_or_else(|| text.to_string()),
            "years" => format!("{text} {}", lang.pick("years", "年")),
            "months" => format!("{text} {}", lang.pick("months", "个月")),
            "days" => format!("{text} {}", lang.pick("days", "天")),
            "dates" => text.replace("..", lang.pick(" to ", " 至 ")),
            _ => text.to_string(),
        }
    }

    /// Bands: each rate with the amount from which on it holds.
    fn bands(&self, text: &str) -> Option<String> {
        let source = format!("bands = {text}");
        let document = toml_edit::Document::parse(source.as_str()).ok()?;
        let bands = document.get("bands")?.as_array()?;
        let shown = bands.iter().map(|band| {
            let part = |key: &str| source.get(band.as_inline_table()?.get(key)?.span()?);
            let (rate, from) = (percent(part("rate")?)?, grouped(part("from")?));
            Some(match self.lang {
                Lang::En => format!("{rate} from {from}"),
                Lang::Zh => format!("{from} 元起 {rate}"),
            })
        });
        let shown: Vec<String> = shown.collect::<Option<_>>()?;
        Some(shown.join(self.lang.pick(", ", "、")))
    }

    fn provenance(&self, provenance: Provenance) -> &'static str {
        self.lang.provenance(provenance)
    }
}

/// Articles such as `8, 14(2)` as a citation in brackets.
fn cited(articles: &str, lang: Lang) -> String {
    let article = |text: &str| {
        let (number, part) = match text.trim().trim_end_matches(')').split_once('(') {
            Some((number, part)) => (number, part.parse().ok()),
            None => (text.trim(), None),
        };
        let number = number.parse().ok()?;
        Some(match part {
            Some(part) => lang.article(Article::part(number, part)),
            None => lang.article(Article::whole(number)),
        })
    };
    let cited: Option<Vec<String>> = articles.split(',').map(article).collect();
    let cited = cited.map_or(articles.to_string(), |cited| cited.join(lang.pick(", ", "、")));
    match lang {
        Lang::En => format!(" ({cited})"),
        Lang::Zh => format!("（{cited}）"),
    }
}

/// Years as people write them: `2020-2022, 2024`.
fn runs(years: &[i32]) -> String {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for &year in years {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => runs.push((year, year)),
        }
    }
    let shown = runs.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// A number with thousands separated; anything else as it is.
fn grouped(text: &str) -> String {
    let plain = text.replace('_', "");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    match whole.parse() {
        Ok(whole) if rest.is_empty() => count(whole),
        Ok(whole) => format!("{}.{rest}", count(whole)),
        Err(_) => text.to_string(),
    }
}

/// A rate in per cent, exact.
fn percent(text: &str) -> Option<String> {
    let rate = Decimal::from_str_exact(&text.replace('_', "")).ok()?;
    Some(format!("{} %", (rate * Decimal::ONE_HUNDRED).normalize()))
}
