//! The keys of a scenario: what each means, in which form it is written, and which article it puts into figures.
//!
//! One table for everything that speaks of keys: `yibao keys`, `diff`, the JSON Schema and the reference in the documents.
//! Tests hold it to the reader.

mod city;
mod form;
mod rules;

pub(crate) use form::{Form, Row};

use crate::benefit::claim::{Delivery, Exclusion, OutOfArea};
use crate::fund::accounts::Level as Government;
use crate::insured::category::Category;
use form::{classes, kinds};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// In one line.
    pub text: &'static str,
    /// The same in Chinese.
    pub text_zh: &'static str,
    /// The articles, such as `14(1)`; empty where the regulation says nothing of it.
    pub article: &'static str,
}

/// Every row, in the order of a file.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    rules::ROWS.iter().chain(city::ROWS)
}

/// What a key means; `None` if it is not a key of a scenario. What is said under `benefit.tier.NAME` means the same there
/// as for all.
pub(super) fn of(path: &str) -> Option<Meaning> {
    let of_tier = path
        .strip_prefix("benefit.tier.")
        .and_then(|tier| tier.split_once('.'));
    let of_all = of_tier.map(|(_, key)| format!("benefit.{key}"));
    let path = of_all.as_deref().unwrap_or(path);
    let found = rows().find(|row| matches(row.0, path));
    found.map(|&(_, article, _, text, text_zh)| Meaning {
        text,
        text_zh,
        article,
    })
}

/// The names that a part of a pattern stands for: those that it lists with `|` between them, those of a closed set, or
/// itself; `None` if any name will do.
pub(crate) fn names_of(part: &'static str) -> Option<Vec<&'static str>> {
    if part.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(part.split('|').collect());
    }
    match part {
        "KIND" => Some(kinds()),
        "CATEGORY" => Some(Category::ALL.map(Category::name).to_vec()),
        "CLASS" => Some(classes()),
        "STATE" => Some(OutOfArea::ALL[1..].iter().map(|state| state.name()).collect()),
        "GOVERNMENT" => Some(Government::ALL.map(Government::name).to_vec()),
        "DELIVERY" => Some(
            Delivery::ALL[..4]
                .iter()
                .map(|delivery| delivery.name())
                .collect(),
        ),
        "REASON" => Some(Exclusion::ALL.map(Exclusion::name).to_vec()),
        _ => None,
    }
}

/// The parts of a path that tell a key from others of the same meaning: kinds, levels, names that the file chooses; and which
/// insurance, where more than one has the key.
pub(crate) fn names_in(path: &str) -> Vec<&str> {
    let of_tier = path
        .strip_prefix("benefit.tier.")
        .and_then(|tier| tier.split_once('.'));
    let (tier, rest) = match of_tier {
        Some((tier, rest)) => (Some(tier), format!("benefit.{rest}")),
        None => (None, path.to_string()),
    };
    let Some(row) = rows().find(|row| matches(row.0, &rest)) else {
        return tier.into_iter().collect();
    };
    let own = path.split('.').skip(if tier.is_some() { 3 } else { 1 });
    let parts = row.0.split('.').skip(1);
    let is_name = |part: &str| {
        part.contains('|')
            || part.starts_with(|c: char| c.is_ascii_uppercase())
            || ["critical_illness", "assistance"].contains(&part) && row.0.starts_with("benefit")
    };
    let named = parts.zip(own).filter(|(part, _)| is_name(part));
    tier.into_iter().chain(named.map(|(_, name)| name)).collect()
}

/// Whether a path is a key, a table of keys, or a part of a key's value.
#[cfg(test)]
pub(super) fn is_known(path: &str) -> bool {
    let names: Vec<&str> = path.split('.').collect();
    let of_all = match names.as_slice() {
        ["benefit", "tier"] | ["benefit", "tier", _] => return true,
        ["benefit", "tier", _, rest @ ..] => format!("benefit.{}", rest.join(".")),
        _ => path.to_string(),
    };
    // A list of tables is counted.
    let of_all = of_all.split('[').next().unwrap_or_default().to_string();
    let within = |row: &Row| {
        let (parts, names) = (row.0.split('.'), of_all.split('.'));
        parts
            .zip(names)
            .all(|(part, name)| part == name || names_of(part).is_none_or(|known| known.contains(&name)))
    };
    rows().any(within)
}

/// Whether a path is one of a pattern.
pub(super) fn matches(pattern: &'static str, path: &str) -> bool {
    let (mut parts, mut names) = (pattern.split('.'), path.split('.'));
    loop {
        match (parts.next(), names.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) if part == name => {}
            (Some(part), Some(name)) if names_of(part).is_none_or(|known| known.contains(&name)) => {}
            _ => return false,
        }
    }
}
