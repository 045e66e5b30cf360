//! `[projection]`: what becomes of the figures after the last year, and how uncertain that is.

use crate::figure::Provenance;
use crate::money::Fen;
use crate::outlook::{Assumption, GROWTH, KeyPattern, Outlook, Rule, Shock};
use crate::scenario::nearest;
use crate::scenario::reader::Node;
use std::collections::BTreeMap;

/// The keys of `[projection]`.
const KEYS: [&str; 4] = ["to", "income", "assume", "shock"];

/// `projection.income` of the reader's year: disposable income per head. `None` where it is not stated.
pub(super) fn income(root: &Node<'_>) -> Option<Fen> {
    let node = root.optional_table("projection")?;
    node.knows(&KEYS);
    if !node.has("income") {
        return None;
    }
    Some(node.yuan("income")?.value)
}

/// The assumptions of a scenario whose last year is `last_year`; after all its figures were read, so that it is known
/// which there are. `None` without `[projection]`, or after complaints.
pub(super) fn read(root: &Node<'_>, last_year: i32) -> Option<Outlook> {
    let node = root.optional_table("projection")?;
    node.knows(&KEYS);
    let horizon = node.whole_number("to");
    let known = root.reader.paths();
    let assume = node.table("assume")?;
    let names = assume.keys();
    let assumptions: Vec<Option<Assumption>> = (names.iter())
        .map(|name| assumption(&assume, name, &names, &known))
        .collect();
    let shocks = node.optional_table("shock").map_or(Some(Vec::new()), |table| {
        let shocks = table.keys().into_iter().map(|name| shock(&table, &name, &known));
        shocks.collect()
    });
    let horizon = i32::try_from(horizon?)
        .ok()
        .filter(|&to| (last_year..=2200).contains(&to));
    if horizon.is_none() {
        node.complain(
            "to",
            format!("must be a year from {last_year}, the last with figures, to 2200"),
        );
    }
    let outlook = Outlook {
        last_year,
        horizon: horizon?,
        assumptions: assumptions.into_iter().collect::<Option<_>>()?,
        shocks: shocks?,
    };
    let circular = outlook.assumptions.iter().find(|assumption| {
        matches!(assumption.rule, Rule::Follows(other) if matches!(outlook.assumptions[other].rule, Rule::Follows(_)))
    });
    if let Some(assumption) = circular {
        assume.complain(
            &assumption.name,
            "follows an assumption that follows another; name that one",
        );
        return None;
    }
    Some(outlook)
}

fn assumption(assume: &Node<'_>, name: &str, names: &[String], known: &[String]) -> Option<Assumption> {
    if assume.item(name).is_some_and(|item| !item.is_table_like()) {
        let others = names.iter().map(String::as_str).filter(|other| *other != name);
        let hint = nearest(name, others).map(|near| format!("did you mean `{near}`?"));
        assume.complain_hinting(
            name,
            "is no assumption: one is a table with `growth` or `follows`, `keys`, `provenance` and `source`",
            hint,
        );
        return None;
    }
    let node = assume.table(name)?;
    let keys = patterns(&node, known);
    let (provenance, source) = founded(&node);
    let rule = rule(&node, names);
    let range = range(&node);
    let sd = |key| {
        if node.has(key) {
            not_negative(&node, key)
        } else {
            Some(0.0)
        }
    };
    let (trend_sd, yearly_sd) = (sd("trend_sd"), sd("yearly_sd"));
    let round_to = if node.has("round_to") {
        Some(not_negative(&node, "round_to")?)
    } else {
        None
    };
    let (name, source) = (name.to_string(), source?.to_string());
    if matches!(rule, Some(Rule::Follows(_))) && (range.is_some() || trend_sd? > 0.0 || yearly_sd? > 0.0) {
        node.complain(
            "follows",
            "what follows another has its uncertainty too: no `range`, `trend_sd`, `yearly_sd`",
        );
    }
    node.reader.note(&node.path, provenance?, &source);
    Some(Assumption {
        name,
        keys: keys?,
        rule: rule?,
        range,
        trend_sd: trend_sd?,
        yearly_sd: yearly_sd?,
        round_to,
        provenance: provenance?,
        source,
    })
}

/// How it grows: by itself, or as another one.
fn rule(node: &Node<'_>, names: &[String]) -> Option<Rule> {
    if !node.has("follows") {
        return growth(node).map(Rule::Growth);
    }
    if node.has("growth") {
        node.complain("follows", "give `growth` or `follows`, not both");
    }
    let other = node.text("follows")?;
    let index = names.iter().position(|name| name == other);
    if index.is_none() {
        let near = nearest(other, names.iter().map(String::as_str));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        node.complain_hinting("follows", format!("there is no assumption `{other}`"), hint);
    }
    index.map(Rule::Follows)
}

/// The lowest and the highest growth worth considering, if they are given.
fn range(node: &Node<'_>) -> Option<(f64, f64)> {
    if !node.has("range") {
        return None;
    }
    match node.numbers("range")?.as_slice() {
        &[low, high] if low <= high => Some((low, high)),
        _ => {
            let message = "must be the lowest and the highest growth, such as [0.02, 0.06]";
            node.complain("range", message);
            None
        }
    }
}

/// One growth, or one from each year on.
fn growth(node: &Node<'_>) -> Option<BTreeMap<i32, f64>> {
    if node.item("growth").is_some_and(|item| item.is_table_like()) {
        let by_year = node.table("growth")?;
        let values = by_year.keys().into_iter().map(|key| {
            let Ok(year) = key.parse() else {
                by_year.complain(&key, "is not a year");
                return None;
            };
            Some((year, yearly(&by_year, &key)?))
        });
        return values.collect();
    }
    Some(BTreeMap::from([(i32::MIN, yearly(node, "growth")?)]))
}

fn yearly(node: &Node<'_>, key: &str) -> Option<f64> {
    let growth = node.number(key)?;
    if !GROWTH.contains(&growth) {
        node.complain(
            key,
            format!("{growth} is no yearly growth: 0.05 stands for 5 % a year"),
        );
        return None;
    }
    Some(growth)
}

fn not_negative(node: &Node<'_>, key: &str) -> Option<f64> {
    let number = node.number(key)?;
    if number < 0.0 {
        node.complain(key, "is below zero");
        return None;
    }
    Some(number)
}

fn shock(table: &Node<'_>, name: &str, known: &[String]) -> Option<Shock> {
    let node = table.table(name)?;
    let keys = patterns(&node, known);
    let (provenance, source) = founded(&node);
    let probability = node.number("probability");
    if probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        node.complain("probability", "must be from 0 to 1");
    }
    let times = not_negative(&node, "times");
    let times_sd = if node.has("times_sd") {
        not_negative(&node, "times_sd")
    } else {
        Some(0.0)
    };
    let source = source?.to_string();
    node.reader.note(&node.path, provenance?, &source);
    Some(Shock {
        name: name.to_string(),
        keys: keys?,
        probability: probability?,
        times: times?,
        times_sd: times_sd?,
        provenance: provenance?,
        source,
    })
}

/// Provenance and source.
fn founded<'a>(node: &Node<'a>) -> (Option<Provenance>, Option<&'a str>) {
    let names = Provenance::ALL.map(|provenance| (provenance.name(), provenance));
    (node.choice("provenance", &names), node.text("source"))
}

/// The keys that are named, each of which must name a figure.
/// Where something is wrong, some figures may not have been read.
fn patterns(node: &Node<'_>, known: &[String]) -> Option<Vec<KeyPattern>> {
    let patterns = node.texts("keys")?;
    let patterns: Vec<KeyPattern> = patterns.into_iter().map(|text| KeyPattern(text.into())).collect();
    for pattern in &patterns {
        if !node.reader.has_complained() && !known.iter().any(|path| pattern.matches(path)) {
            let near = nearest(&pattern.0, known.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            node.complain_hinting(
                "keys",
                format!("`{}` names no figure of this scenario", pattern.0),
                hint,
            );
        }
    }
    Some(patterns)
}
