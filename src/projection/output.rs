//! The files of a projection: `projection.json`, and as CSV or Parquet `projection` and, where there are paths, `paths`.

use crate::batch::record::{ScenarioRecord, scenario_record};
use crate::data::DataError;
use crate::data::staging::OutputDir;
use crate::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use crate::money::Rate;
use crate::outlook::{Assumption, Outlook, Rule, Shock};
use crate::projection::plan::{Expansion, Plan};
use crate::projection::quantity::Quantity;
use crate::projection::record::{Item, Number, items};
use crate::projection::run::Projection;
use crate::projection::statistics::{Exhaustion, Paths, Sample, Worse};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The percentiles of the table of paths.
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
pub(crate) fn write_projection(
    projection: &Projection,
    command: Vec<String>,
    format: Format,
    target: &OutputDir,
) -> Result<(), DataError> {
    let years = numbers(projection);
    let write = || {
        let file = |stem: &str| target.file(&format!("{stem}.{}", format.extension()));
        write_years(&years, &file("projection"), format)?;
        if projection.paths.is_some() {
            write_paths(projection, &file("paths"), format)?;
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
        .map(|year| {
            (
                year.year,
                items(year, projection.expansion, &levels, projection.opening_known),
            )
        })
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
            quantities: known_quantities(projection)
                .map(|(quantity, paths)| {
                    let years = paths
                        .years()
                        .map(|(year, sample)| (year, SampleRecord::of(sample)));
                    (quantity.name(), years.collect())
                })
                .collect(),
            exhaustion: paths
                .quantity(Quantity::CumulativeBalance)
                .filter(|_| projection.opening_known)
                .map(|balance| balance.exhaustion(0.0)),
        }),
    }
}

/// What the paths say, but for months of a reserve that nobody knows.
fn known_quantities(projection: &Projection) -> impl Iterator<Item = (Quantity, &Paths)> {
    let all = projection.paths.iter().flat_map(|paths| paths.quantities());
    all.filter(|(quantity, _)| projection.opening_known || *quantity != Quantity::ReserveMonths)
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
fn write_years(years: &[(i32, Vec<Item>)], path: &Path, format: Format) -> Result<(), DataError> {
    let kind = |value| match value {
        Number::Whole(_) => Kind::Int,
        Number::Ratio(_) => Kind::Float,
    };
    let items = years.first().into_iter().flat_map(|(_, items)| items);
    let columns = items.map(|item| OutColumn::named(item.name.clone(), kind(item.value)));
    let columns: Vec<OutColumn> = std::iter::once(OutColumn::new("year", Kind::Int))
        .chain(columns)
        .collect();
    let mut table = TableWriter::create(path, format, &columns)?;
    for (year, items) in years {
        let cells = items.iter().map(|item| match item.value {
            Number::Whole(number) => OutCell::Int(number),
            Number::Ratio(number) => number.map_or(OutCell::Blank, OutCell::Float),
        });
        let row: Vec<OutCell> = std::iter::once(OutCell::Int(i64::from(*year)))
            .chain(cells)
            .collect();
        table.row(&row)?;
    }
    table.finish().map(drop)
}

/// A row for each year and quantity.
fn write_paths(projection: &Projection, path: &Path, format: Format) -> Result<(), DataError> {
    let mut columns = vec![
        OutColumn::new("year", Kind::Int),
        OutColumn::new("quantity", Kind::Code),
        OutColumn::new("mean", Kind::Float),
        OutColumn::new("standard_deviation", Kind::Float),
        OutColumn::new("standard_error", Kind::Float),
    ];
    columns.extend(PERCENTILES.map(|percent| OutColumn::named(format!("p{percent}"), Kind::Float)));
    let mut table = TableWriter::create(path, format, &columns)?;
    let number = |number: Option<f64>| number.map_or(OutCell::Blank, OutCell::Float);
    for (quantity, paths) in known_quantities(projection) {
        for (year, sample) in paths.years() {
            let mut row = vec![
                OutCell::Int(i64::from(year)),
                OutCell::Text(quantity.name()),
                OutCell::Float(sample.mean()),
                number(sample.standard_deviation()),
                number(sample.standard_error()),
            ];
            let percentile =
                |percent: u32| OutCell::Float(sample.percentile(Rate::from_ppm(percent * 10_000)));
            row.extend(PERCENTILES.map(percentile));
            table.row(&row)?;
        }
    }
    table.finish().map(drop)
}
