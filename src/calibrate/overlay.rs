//! A calibration as a scenario that lies over the one that was calibrated.

use crate::calibrate::fit::Fitted;
use crate::calibrate::targets::{Rule, Targets, Trend};
use crate::calibrate::trend::TrendFit;
use crate::figure::Provenance;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the overlay says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its short name.
    pub name: String,
    /// Its titles, in English and Chinese.
    pub titles: [String; 2],
    /// The scenario below, as the overlay is to name it.
    pub base: String,
    /// The command that made it.
    pub command: String,
    /// The last year that may be projected.
    pub horizon: i32,
}

/// The text of the overlay: the fitted keys of every year, and the trends as assumptions of a projection.
pub fn overlay(header: &Header, fitted: &Fitted, targets: &Targets, trends: &[TrendFit]) -> String {
    let Header {
        name,
        titles,
        base,
        command,
        horizon,
    } = header;
    let mut text = format!(
        "# Written by `{command}`.\n# Run it again rather than edit: nothing here is chosen by hand.\n\n[scenario]\n\
         name = {}\ntitle = {}\ntitle_zh = {}\nbase = {}\nsource = {}\n",
        quote(name),
        quote(&titles[0]),
        quote(&titles[1]),
        quote(base),
        quote(command),
    );
    let provenance = Provenance::Calibrated.name();
    let mut table = "";
    let keys = by_key(fitted);
    for (key, (unit, by_year)) in &keys {
        let (place, leaf) = key.rsplit_once('.').unwrap_or(("", key));
        if place != table {
            let _ = write!(text, "\n[{place}]\n");
            table = place;
        }
        let years: Vec<String> = by_year
            .iter()
            .map(|(year, value)| format!("{year} = {value}"))
            .collect();
        let metric = metric_of(targets, key);
        let source = quote(&format!("fitted to {metric}"));
        let years = years.join(", ");
        let _ = writeln!(
            text,
            "{leaf} = {{ {unit} = {{ {years} }}, provenance = \"{provenance}\", source = {source} }}"
        );
    }
    let _ = write!(text, "\n[projection]\nto = {horizon}\n");
    trends.iter().for_each(|trend| assumption(&mut text, trend));
    text
}

/// The fitted values of each key by year, with its unit.
fn by_key(fitted: &Fitted) -> BTreeMap<&str, (&'static str, BTreeMap<i32, &str>)> {
    let mut keys = BTreeMap::<&str, (&'static str, BTreeMap<i32, &str>)>::new();
    for year in &fitted.years {
        for (key, before, after) in &year.keys {
            let entry = keys
                .entry(key)
                .or_insert_with(|| (before.unit.name(), BTreeMap::new()));
            entry.1.insert(year.year, after);
        }
    }
    keys
}

fn metric_of(targets: &Targets, key: &str) -> &'static str {
    let adjusts = |pattern: &String| crate::outlook::KeyPattern(pattern.clone()).matches(key);
    let series = targets
        .series
        .iter()
        .find(|series| series.adjust.iter().any(adjusts));
    series.map_or("", |series| series.metric.name())
}

/// A text in quotes; what JSON escapes, TOML reads alike.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn assumption(text: &mut String, fit: &TrendFit) {
    let keys: Vec<String> = fit.trend.keys.iter().map(|key| quote(key)).collect();
    let _ = write!(
        text,
        "\n[projection.assume.{}]\nkeys = [{}]\n",
        fit.trend.name,
        keys.join(", ")
    );
    let (first, end) = fit.years;
    let source = match &fit.trend.rule {
        Rule::Hold => {
            let _ = writeln!(text, "growth = 0");
            format!("held at {end}")
        }
        Rule::Follows(other) => {
            let _ = writeln!(text, "follows = {}", quote(other));
            format!("as {other}")
        }
        Rule::LogLinear(group) => {
            let [next, later] = fit.growth;
            let then = fit.trend.then.map(|then| (end + 1 + Trend::YEARS, then));
            let growth: Vec<String> = [(end + 1, next), (end + 2, later)]
                .into_iter()
                .chain(then)
                .map(|(year, growth)| format!("{year} = {growth:.6}"))
                .collect();
            let _ = writeln!(
                text,
                "growth = {{ {} }}\nrange = [{:.6}, {:.6}]\ntrend_sd = {:.6}\nyearly_sd = {:.6}",
                growth.join(", "),
                later - RANGE * fit.trend_sd,
                later + RANGE * fit.trend_sd,
                fit.trend_sd,
                fit.yearly_sd,
            );
            let then = then.map(|(year, _)| format!("; from {year} on assumed"));
            let then = then.unwrap_or_default();
            format!("log-linear trend of {first} to {end}, deviations of the group {group}{then}")
        }
    };
    let provenance = Provenance::Calibrated.name();
    let _ = writeln!(text, "provenance = \"{provenance}\"\nsource = {}", quote(&source));
}

/// The range of a trend in its standard deviations: nine in ten of a normal distribution.
const RANGE: f64 = 1.645;
