//! The files of a projection: `projection.csv`, `projection.json`, and `paths.csv` where there are paths.

use crate::batch::record::{ScenarioRecord, scenario_record};
use crate::data::DataError;
use crate::data::staging::OutputDir;
use crate::money::Rate;
use crate::outlook::{Assumption, Outlook, Rule, Shock};
use crate::projection::plan::{Expansion, Plan};
use crate::projection::quantity::Quantity;
use crate::projection::record::{Item, Number, items};
use crate::projection::run::Projection;
use crate::projection::statistics::{Exhaustion, Sample, Worse};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The percentiles of `paths.csv`.
const PERCENTILES: [u32; 7] = [1, 5, 25, 50, 75, 95, 99];

/// A machine-readable projection.
#[derive(Serialize)]
struct Record<'a> {
    program: &'static str,
    version: &'static str,
    command: Vec<String>,
    scenario: &'a str,
    /// The rules, so that anyone can find them again.
    rules: ScenarioRecord,
    plan: Plan,
    expansion: Expansion,
    /// Whether balances count from a known balance, or from zero.
    opening_balance_known: bool,
    assumptions: Vec<AssumptionRecord<'a>>,
    shocks: Vec<ShockRecord<'a>>,
    years: Vec<YearRecord>,
    paths: Option<PathsRecord>,
}

#[derive(Serialize)]
struct AssumptionRecord<'a> {
    name: &'a str,
    keys: Vec<&'a str>,
    /// By the first year that it holds for; one without year holds for all.
    growth: Option<BTreeMap<String, f64>>,
    follows: Option<&'a str>,
    range: Option<(f64, f64)>,
    trend_sd: f64,
    yearly_sd: f64,
    round_to: Option<f64>,
    provenance: &'static str,
    source: &'a str,
}

#[derive(Serialize)]
struct ShockRecord<'a> {
    name: &'a str,
    keys: Vec<&'a str>,
    probability: f64,
    times: f64,
    times_sd: f64,
    provenance: &'static str,
    source: &'a str,
}

#[derive(Serialize)]
struct YearRecord {
    year: i32,
    #[serde(flatten)]
    numbers: BTreeMap<String, Number>,
}

#[derive(Serialize)]
struct PathsRecord {
    paths: u32,
    quantities: BTreeMap<&'static str, BTreeMap<i32, SampleRecord>>,
    exhaustion: Option<Exhaustion>,
}

#[derive(Serialize)]
struct SampleRecord {
    mean: f64,
    standard_deviation: Option<f64>,
    standard_error: Option<f64>,
    value_at_risk_95: f64,
    tail_value_at_risk_95: f64,
    percentiles: BTreeMap<u32, f64>,
}

impl SampleRecord {
    fn of(sample: &Sample) -> SampleRecord {
        let level = Rate::from_ppm(950_000);
        let percentile = |percent: u32| (percent, sample.percentile(Rate::from_ppm(percent * 10_000)));
        SampleRecord {
            mean: sample.mean(),
            standard_deviation: sample.standard_deviation(),
            standard_error: sample.standard_error(),
            value_at_risk_95: sample.value_at_risk(level, Worse::Lower),
            tail_value_at_risk_95: sample.tail_value_at_risk(level, Worse::Lower),
            percentiles: PERCENTILES.into_iter().map(percentile).collect(),
        }
    }
}

/// Writes the projection into `target`; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub fn write_projection(
    projection: &Projection,
    command: Vec<String>,
    target: &OutputDir,
) -> Result<(), DataError> {
    let years = numbers(projection);
    let write = || {
        write_years(&years, &target.file("projection.csv"))?;
        if projection.paths.is_some() {
            write_paths(projection, &target.file("paths.csv"))?;
        }
        crate::batch::output::write_json(
            &target.file("projection.json"),
            &record(projection, &years, command),
        )
    };
    write().map_err(|error| target.shown_in(error))
}

/// The numbers of every year.
fn numbers(projection: &Projection) -> Vec<(i32, Vec<Item>)> {
    let scenario = &projection.scenario;
    let tariff = scenario.years().last().and_then(|&year| scenario.tariff(year));
    let levels: Vec<String> = tariff.map_or_else(Vec::new, |tariff| {
        tariff.level_names.iter().map(|[key, _]| key.clone()).collect()
    });
    let years = projection.central.iter();
    years
        .map(|year| (year.year, items(year, projection.expansion, &levels)))
        .collect()
}

fn record<'a>(projection: &'a Projection, years: &[(i32, Vec<Item>)], command: Vec<String>) -> Record<'a> {
    let outlook = projection.scenario.outlook();
    let year_record = |(year, items): &(i32, Vec<Item>)| YearRecord {
        year: *year,
        numbers: items.iter().map(|item| (item.name.clone(), item.value)).collect(),
    };
    Record {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        command,
        scenario: projection.scenario.name(),
        rules: scenario_record(&projection.scenario, projection.scenario.figures().iter()),
        plan: projection.plan,
        expansion: projection.expansion,
        opening_balance_known: projection.opening_known,
        assumptions: outlook.map(assumptions).unwrap_or_default(),
        shocks: outlook.map(shocks).unwrap_or_default(),
        years: years.iter().map(year_record).collect(),
        paths: projection.paths.as_ref().map(|paths| PathsRecord {
            paths: paths.paths,
            quantities: paths
                .quantities()
                .map(|(quantity, paths)| {
                    let years = paths
                        .years()
                        .map(|(year, sample)| (year, SampleRecord::of(sample)));
                    (quantity.name(), years.collect())
                })
                .collect(),
            exhaustion: paths
                .quantity(Quantity::CumulativeBalance)
                .map(|balance| balance.exhaustion(0.0)),
        }),
    }
}

fn assumptions(outlook: &Outlook) -> Vec<AssumptionRecord<'_>> {
    fn one<'a>(outlook: &'a Outlook, assumption: &'a Assumption) -> AssumptionRecord<'a> {
        let Assumption {
            name,
            keys,
            rule,
            range,
            trend_sd,
            yearly_sd,
            round_to,
            provenance,
            source,
        } = assumption;
        let from = |year: i32| {
            if year == i32::MIN {
                String::new()
            } else {
                year.to_string()
            }
        };
        AssumptionRecord {
            name,
            keys: keys.iter().map(|key| key.0.as_str()).collect(),
            growth: match rule {
                Rule::Growth(by_year) => Some(
                    by_year
                        .iter()
                        .map(|(&year, &growth)| (from(year), growth))
                        .collect(),
                ),
                Rule::Follows(_) => None,
            },
            follows: match rule {
                Rule::Follows(other) => outlook.assumptions.get(*other).map(|other| other.name.as_str()),
                Rule::Growth(_) => None,
            },
            range: *range,
            trend_sd: *trend_sd,
            yearly_sd: *yearly_sd,
            round_to: *round_to,
            provenance: provenance.name(),
            source,
        }
    }
    let all = outlook.assumptions.iter();
    all.map(|assumption| one(outlook, assumption)).collect()
}

fn shocks(outlook: &Outlook) -> Vec<ShockRecord<'_>> {
    fn one(shock: &Shock) -> ShockRecord<'_> {
        let Shock {
            name,
            keys,
            probability,
            times,
            times_sd,
            provenance,
            source,
        } = shock;
        ShockRecord {
            name,
            keys: keys.iter().map(|key| key.0.as_str()).collect(),
            probability: *probability,
            times: *times,
            times_sd: *times_sd,
            provenance: provenance.name(),
            source,
        }
    }
    outlook.shocks.iter().map(one).collect()
}

/// A row a year, a column a number.
fn write_years(years: &[(i32, Vec<Item>)], path: &Path) -> Result<(), DataError> {
    let names = years
        .first()
        .map(|(_, items)| items.iter().map(|item| item.name.clone()));
    let header = std::iter::once("year".to_string()).chain(names.into_iter().flatten());
    let rows = years.iter().map(|(year, items)| {
        let values = items.iter().map(|item| match item.value {
            Number::Whole(number) => number.to_string(),
            Number::Ratio(number) => number.map(|number| number.to_string()).unwrap_or_default(),
        });
        std::iter::once(year.to_string()).chain(values).collect()
    });
    write_csv(path, std::iter::once(header.collect()).chain(rows))
}

/// A row for each year and quantity.
fn write_paths(projection: &Projection, path: &Path) -> Result<(), DataError> {
    let head = ["year", "quantity", "mean", "standard_deviation", "standard_error"];
    let head = head.map(String::from).into_iter();
    let head = head
        .chain(PERCENTILES.map(|percent| format!("p{percent}")))
        .collect();
    let quantities = projection.paths.iter().flat_map(|paths| paths.quantities());
    let rows = quantities.flat_map(|(quantity, paths)| {
        paths.years().map(move |(year, sample)| {
            let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
            let summary = [
                Some(sample.mean()),
                sample.standard_deviation(),
                sample.standard_error(),
            ];
            let percentiles =
                PERCENTILES.map(|percent| sample.percentile(Rate::from_ppm(percent * 10_000)).to_string());
            let cells = [year.to_string(), quantity.name().to_string()].into_iter();
            cells.chain(summary.map(number)).chain(percentiles).collect()
        })
    });
    write_csv(path, std::iter::once(head).chain(rows))
}

fn write_csv(path: &Path, rows: impl Iterator<Item = Vec<String>>) -> Result<(), DataError> {
    let failed = |error: csv::Error| DataError::unwritable(path, std::io::Error::other(error));
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    for row in rows {
        writer.write_record(&row).map_err(failed)?;
    }
    writer.flush().map_err(|error| DataError::unwritable(path, error))
}
