//! The files of a comparison and of a sweep: a record as JSON, and tables as CSV in which every row stands for itself.
//!
//! Amounts are yuan with two decimals in CSV and fen in JSON. A text that a spreadsheet would take for a formula begins with
//! an apostrophe in CSV; in JSON it is as it is.

use crate::batch::output::write_json;
use crate::compare::bridge::Measure;
use crate::compare::comparison::{Comparison, Pair};
use crate::compare::crowd::Whose;
use crate::compare::side::Side;
use crate::compare::sweep::{Number, Outcome, Point, Sweep};
use crate::data::staging::OutputDir;
use crate::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use crate::data::{DataError, FileRecord};
use crate::money::Fen;
use serde::Serialize;
use std::path::Path;

/// What a comparison or a sweep is about: the record that says how to make it again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Record<'a, T: Serialize> {
    program: &'static str,
    version: &'static str,
    command: Vec<String>,
    people: PeopleRecord,
    #[serde(flatten)]
    content: &'a T,
}

/// Who was settled.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PeopleRecord {
    City {
        persons: u32,
        seed: u64,
    },
    Files {
        files: Vec<FileSum>,
        payments: Option<&'static str>,
    },
}

#[derive(Clone, Debug, Serialize)]
struct FileSum {
    role: &'static str,
    path: String,
    rows: u64,
    sha256: Option<String>,
}

impl<'a, T: Serialize> Record<'a, T> {
    /// The record of `content`, which `command` asked for.
    pub(crate) fn of(
        content: &'a T,
        whose: &Whose,
        files: &[FileRecord],
        command: Vec<String>,
    ) -> Record<'a, T> {
        let file = |file: &FileRecord| FileSum {
            role: file.role.name(),
            path: file.path.clone(),
            rows: file.rows,
            sha256: file.sha256.clone(),
        };
        Record {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command,
            people: match whose {
                Whose::City { persons, seed } => PeopleRecord::City {
                    persons: *persons,
                    seed: *seed,
                },
                Whose::Files(held) => PeopleRecord::Files {
                    files: files.iter().map(file).collect(),
                    payments: held.payments().map(|payments| payments.name()),
                },
            },
            content,
        }
    }
}

/// Writes a comparison into `target`; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub(crate) fn write_comparison(
    comparison: &Comparison,
    record: &Record<'_, Comparison>,
    target: &OutputDir,
) -> Result<(), DataError> {
    let write = || {
        write_csv(&target.file("sides.csv"), sides(comparison))?;
        write_csv(&target.file("winners.csv"), winners(comparison))?;
        write_csv(&target.file("changed_claims.csv"), claims(comparison))?;
        write_csv(&target.file("changes.csv"), changes(comparison))?;
        if comparison.pairs.iter().any(|pair| pair.bridge.is_some()) {
            write_csv(&target.file("bridge.csv"), bridges(comparison))?;
        }
        write_json(&target.file("compare.json"), record)
    };
    write().map_err(|error| target.shown_in(error))
}

/// Writes a sweep into `target`; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub(crate) fn write_sweep(
    sweep: &Sweep,
    record: &Record<'_, Sweep>,
    format: Format,
    target: &OutputDir,
) -> Result<(), DataError> {
    let write = || {
        match format {
            Format::Csv => write_csv(&target.file("sweep.csv"), sweep_rows(sweep))?,
            Format::Parquet => write_typed(sweep, &target.file("sweep.parquet"))?,
        }
        write_json(&target.file("sweep.json"), record)
    };
    write().map_err(|error| target.shown_in(error))
}

/// A sweep as CSV: a row for each year and point, a column for each figure and number.
pub(crate) fn sweep_csv(sweep: &Sweep) -> String {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = write_rows(&mut text, sweep_rows(sweep));
    String::from_utf8(text).unwrap_or_default()
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_string).into()
}

/// A text that no spreadsheet takes for a formula.
fn text(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_string(),
    }
}

fn optional(amount: Option<Fen>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

fn share(share: Option<f64>) -> String {
    share.map(|share| format!("{share:.6}")).unwrap_or_default()
}

/// The numbers of a scenario's year with their names.
fn measures(side: &Side) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| all.push((name.to_string(), value));
    add("persons", side.persons.to_string());
    add("insured", side.insured.to_string());
    add("claims", side.claims.to_string());
    let amounts = [
        ("bills", side.bills),
        ("in_scope", side.in_scope),
        ("fund_cost", side.fund_cost),
        ("critical_illness", side.critical_illness),
        ("assistance", side.assistance),
        ("special", side.special),
        ("subsidy", side.subsidy),
        ("hospitals", side.hospitals),
        ("out_of_pocket", side.out_of_pocket),
        ("balance", side.balance),
    ];
    for (name, amount) in amounts {
        add(name, amount.to_string());
    }
    for cost in &side.kinds {
        add(
            &format!("fund_cost.{}", cost.kind.name()),
            cost.fund_cost.to_string(),
        );
        add(
            &format!("in_scope.{}", cost.kind.name()),
            cost.in_scope.to_string(),
        );
    }
    for (name, amount) in side.payers.all() {
        add(&format!("paid_by.{name}"), amount.to_string());
    }
    add("in_scope_ratio", share(side.in_scope_ratio));
    add("actual_ratio", share(side.actual_ratio));
    let spread = &side.spread;
    add("out_of_pocket.persons", spread.persons.to_string());
    add("out_of_pocket.mean", spread.mean.to_string());
    for (decile, amount) in (1..).zip(&spread.deciles) {
        add(&format!("out_of_pocket.p{decile}0"), amount.to_string());
    }
    add("out_of_pocket.p99", spread.percentile_99.to_string());
    add("out_of_pocket.max", spread.max.to_string());
    add("out_of_pocket.gini", share(spread.gini));
    add("out_of_pocket.top_tenth_share", share(spread.top_tenth_share));
    for of in spread.catastrophic.iter().flatten() {
        add(&format!("catastrophic_{}", of.percent), of.persons.to_string());
    }
    for of in &side.statuses {
        let name = [of.status, of.reason].join(".");
        let name = format!("claims.{}", name.trim_end_matches('.'));
        add(&name, of.claims.to_string());
    }
    for of in side.refused_payments.iter().chain(&side.rejected_rows) {
        add(&format!("refused.{}.{}", of.role, of.reason), of.rows.to_string());
    }
    all
}

fn sides(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut rows = vec![words(["year", "scenario", "measure", "value"])];
    for year in &comparison.years {
        for (scenario, side) in comparison.scenarios.iter().zip(&year.sides) {
            for (name, value) in measures(side) {
                rows.push(vec![year.year.to_string(), text(&scenario.label), name, value]);
            }
        }
    }
    rows
}

/// The labels of a pair's scenarios.
fn labels(comparison: &Comparison, pair: &Pair) -> [String; 2] {
    [pair.from, pair.to].map(|index| text(&comparison.scenarios[index].label))
}

fn winners(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut rows = vec![words([
        "year",
        "baseline",
        "scenario",
        "by",
        "group",
        "persons",
        "winners",
        "losers",
        "gained",
        "lost",
        "largest_gain",
        "largest_loss",
        "paid_before",
        "paid_after",
    ])];
    for pair in &comparison.pairs {
        let [from, to] = labels(comparison, pair);
        for year in &pair.years {
            for groups in &year.gains.by {
                for group in &groups.groups {
                    let name = match groups.by.name() {
                        "all" => "all".to_string(),
                        _ => text(&group.name),
                    };
                    let counts = [group.persons, group.winners, group.losers].map(|count| count.to_string());
                    let amounts = [
                        group.gained,
                        group.lost,
                        group.largest_gain,
                        group.largest_loss,
                        group.before,
                        group.after,
                    ];
                    let mut row = vec![
                        year.year.to_string(),
                        from.clone(),
                        to.clone(),
                        groups.by.name().to_string(),
                        name,
                    ];
                    row.extend(counts);
                    row.extend(amounts.map(|amount| amount.to_string()));
                    rows.push(row);
                }
            }
        }
    }
    rows
}

fn claims(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut rows = vec![words([
        "year",
        "baseline",
        "scenario",
        "mdtrt_id",
        "psn_no",
        "person_before",
        "person_after",
    ])];
    for pair in &comparison.pairs {
        let [from, to] = labels(comparison, pair);
        for year in &pair.years {
            for claim in &year.claims {
                rows.push(vec![
                    year.year.to_string(),
                    from.clone(),
                    to.clone(),
                    text(&claim.claim),
                    text(&claim.person),
                    optional(claim.before),
                    optional(claim.after),
                ]);
            }
        }
    }
    rows
}

fn changes(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut rows = vec![words([
        "baseline",
        "scenario",
        "key",
        "article",
        "unit",
        "years",
        "before",
        "after",
        "provenance",
        "source",
    ])];
    for pair in &comparison.pairs {
        let [from, to] = labels(comparison, pair);
        for change in pair.changes.iter().filter(|change| change.is_of_value()) {
            let key = change.after.as_ref().or(change.before.as_ref());
            let note =
                |of: fn(&crate::scenario::Key) -> Option<String>| text(&key.and_then(of).unwrap_or_default());
            for value in &change.values {
                let years: Vec<String> = value.years.iter().map(i32::to_string).collect();
                rows.push(vec![
                    from.clone(),
                    to.clone(),
                    text(&change.path),
                    change.meaning().map_or("", |meaning| meaning.article).to_string(),
                    note(|key| key.unit.clone()),
                    years.join(" "),
                    text(value.before.as_deref().unwrap_or_default()),
                    text(value.after.as_deref().unwrap_or_default()),
                    note(|key| key.provenance.map(|of| of.name().to_string())),
                    note(|key| key.source.clone()),
                ]);
            }
        }
    }
    rows
}

fn bridges(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut header = words(["baseline", "scenario", "method", "step", "keys"]);
    header.extend(Measure::ALL.map(|measure| measure.name().to_string()));
    let mut rows = vec![header];
    for pair in &comparison.pairs {
        let [from, to] = labels(comparison, pair);
        let Some(bridge) = &pair.bridge else { continue };
        for (number, step) in (1..).zip(&bridge.steps) {
            let mut row = vec![
                from.clone(),
                to.clone(),
                bridge.method.name().to_string(),
                number.to_string(),
                text(&step.keys.join(" ")),
            ];
            row.extend(step.amounts.map(|amount| amount.to_string()));
            rows.push(row);
        }
    }
    rows
}

fn sweep_rows(sweep: &Sweep) -> Vec<Vec<String>> {
    let keys = sweep.axes.iter().map(|axis| axis.key.clone());
    let names = Outcome::NAMES.map(str::to_string);
    let header = std::iter::once("year".to_string()).chain(keys).chain(names);
    let mut rows = vec![header.collect::<Vec<String>>()];
    for point in &sweep.points {
        let axes = sweep.axes.iter().zip(&point.at);
        let values = axes.map(|(axis, &place)| axis.values[place].clone());
        let numbers = point.outcome.numbers().map(|number| match number {
            Number::Count(count) => count.to_string(),
            Number::Amount(amount) => amount.to_string(),
            Number::Share(of) => share(of),
            Number::Unknown => String::new(),
        });
        let row = std::iter::once(point.year.to_string())
            .chain(values)
            .chain(numbers);
        rows.push(row.collect());
    }
    rows
}

/// The same rows with types: figures as numbers, amounts as decimals, shares unrounded.
fn write_typed(sweep: &Sweep, path: &Path) -> Result<(), DataError> {
    let numbers = |point: &Point| point.outcome.numbers();
    let kind = |place: usize| {
        let is_amount = |point| matches!(numbers(point)[place], Number::Amount(_));
        let is_share = |point| matches!(numbers(point)[place], Number::Share(_));
        match () {
            () if sweep.points.iter().any(is_amount) => Kind::Fen,
            () if sweep.points.iter().any(is_share) => Kind::Float,
            () => Kind::Int,
        }
    };
    let mut columns = vec![OutColumn::new("year", Kind::Int)];
    let keys = sweep.axes.iter().map(|axis| axis.key.clone());
    columns.extend(keys.map(|key| OutColumn::named(key, Kind::Float)));
    let names = Outcome::NAMES.into_iter().enumerate();
    columns.extend(names.map(|(place, name)| OutColumn::new(name, kind(place))));
    let mut table = TableWriter::create(path, Format::Parquet, &columns)?;
    for point in &sweep.points {
        let mut row = vec![OutCell::Int(i64::from(point.year))];
        let axes = sweep.axes.iter().zip(&point.at);
        row.extend(axes.map(|(axis, &place)| {
            let value = axis.values[place].parse();
            value.map_or(OutCell::Blank, OutCell::Float)
        }));
        row.extend(numbers(point).into_iter().map(|number| match number {
            Number::Count(count) => OutCell::Int(count),
            Number::Amount(amount) => OutCell::Fen(amount),
            Number::Share(of) => of.map_or(OutCell::Blank, OutCell::Float),
            Number::Unknown => OutCell::Blank,
        }));
        table.row(&row)?;
    }
    table.finish().map(drop)
}

fn write_csv(path: &Path, rows: Vec<Vec<String>>) -> Result<(), DataError> {
    let mut bytes = Vec::new();
    write_rows(&mut bytes, rows).map_err(|error| DataError::unwritable(path, error))?;
    std::fs::write(path, bytes).map_err(|error| DataError::unwritable(path, error))
}

fn write_rows(bytes: &mut Vec<u8>, rows: Vec<Vec<String>>) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(bytes);
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.flush()?;
    Ok(())
}
