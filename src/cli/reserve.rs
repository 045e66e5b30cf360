//! `yibao reserve`: claims incurred but not yet settled at a date.

use crate::cli::console::{note, print, warn};
use crate::cli::inputs::{CityArgs, FILES_HELP, FilesOrCityArgs, ScenarioArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::data::{Inputs, LoadOptions, load};
use crate::projection::development::{By, Development, DevelopmentError, Period};
use crate::report::number::count;
use crate::report::reserve::{render, reserves_csv, triangle_csv};
use crate::scenario::Scenario;
use chrono::NaiveDate;
use clap::ValueEnum;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reserve for claims incurred but not yet settled at a date.
///
/// Settles the claims, sorts what the funds paid by the period in which the visit ended (endtime) and the periods from there
/// to the settlement (setl_time; the day the visit ends where there is none), and develops that triangle by chain ladder:
/// factors, ultimate amounts, reserves with Mack's standard errors, for all funds and for each. Only what was settled by
/// the date counts; what the input holds after it is shown beside the reserve. Without files, the claims are those of a
/// synthetic city.
#[derive(clap::Args)]
#[command(after_help = format!("{FILES_HELP}

Examples:
  yibao reserve --at 2023-09-30 --persons persons.csv --claims claims.csv
  yibao reserve --at 2023-09-30 --by quarter --persons 200000 \\
                --scenario jinan+scenarios/overlays/settlement-lag.toml

Exit code 1: rows were refused, or a fund has no reserve, with the reason."))]
pub(super) struct Args {
    /// The last day of a month, or of a quarter with `--by quarter`
    #[arg(long, value_name = "DATE")]
    at: NaiveDate,
    /// How long the periods of the triangle are
    #[arg(long, value_name = "PERIOD", default_value = "month")]
    by: ByArg,
    #[command(flatten)]
    people: FilesOrCityArgs,
    /// Benefit year of the city [default: the scenario's `default_year`]
    #[arg(long, value_name = "YEAR", conflicts_with = "claims")]
    year: Option<i32>,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Print everything as JSON, amounts in fen
    #[arg(long)]
    json: bool,
    /// Print one table as CSV
    #[arg(long, value_name = "TABLE", conflicts_with = "json")]
    csv: Option<TableArg>,
    #[command(flatten)]
    threads: ThreadArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum ByArg {
    /// Calendar months
    Month,
    /// Calendar quarters
    Quarter,
}

#[derive(Clone, Copy, ValueEnum)]
enum TableArg {
    /// What was settled, by fund, origin and development
    Triangle,
    /// What is expected, by fund and origin
    Reserves,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    let by = match args.by {
        ByArg::Month => By::Month,
        ByArg::Quarter => By::Quarter,
    };
    // Before the work, so that a date that does not do is found at once.
    Period::ending(by, args.at)?;
    let (development, rejects) = match args.people.files()? {
        None => (of_city(&args.people.city(args.year)?, &scenario)?, 0),
        Some(files) => of_files(&files, &scenario)?,
    };
    let reserve = development.reserve(args.at, by)?;
    if args.json {
        let json = serde_json::to_string_pretty(&reserve).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&match args.csv {
            Some(TableArg::Triangle) => triangle_csv(&reserve),
            Some(TableArg::Reserves) => reserves_csv(&reserve),
            None => {
                let title = format!("{} · {}", scenario.title(), scenario.title_in_chinese());
                render(&title, &reserve)
            }
        })?;
    }
    if rejects > 0 {
        note(format_args!(
            "warning: {} rows were rejected; `yibao settle` lists them",
            count(rejects)
        ));
    }
    let is_whole = rejects == 0 && reserve.funds.iter().all(|fund| fund.problem.is_none());
    Ok(if is_whole { Done::Clean } else { Done::Look })
}

/// Settles the claims of files; says how many of their rows were rejected.
fn of_files(files: &Inputs, scenario: &Scenario) -> Result<(Development, i64), Failure> {
    let options = LoadOptions {
        codebook: scenario.codebook(),
        years: &scenario.years(),
        only_year: None,
    };
    let loaded = load(files, &options)?;
    warn(&loaded.warnings);
    loaded.check_any_claim()?;
    let progress = Progress::new("settling persons");
    let (all, done) = (loaded.caseload.persons.len(), AtomicUsize::new(0));
    let development = Development::of_caseload(scenario, &loaded.caseload, &|persons| {
        progress.at(done.fetch_add(persons, Ordering::Relaxed) + persons, all);
    });
    Ok((development, loaded.rejects.len() as i64))
}

/// Draws a city and settles its claims.
fn of_city(city: &CityArgs, scenario: &Scenario) -> Result<Development, Failure> {
    let (generator, _) = city.generator(scenario)?;
    let progress = Progress::new("drawing and settling persons");
    let (all, done) = (generator.slots() as usize, AtomicUsize::new(0));
    Ok(Development::of_city(scenario, &generator, &|slots| {
        let done = done.fetch_add(slots, Ordering::Relaxed) + slots;
        progress.at(done.min(all), all);
    }))
}

impl From<DevelopmentError> for Failure {
    fn from(error: DevelopmentError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
