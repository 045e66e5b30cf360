//! `yibao backtest`: a projection held against what was published.

use crate::calibrate::{Targets, backtest};
use crate::cli::console::print;
use crate::cli::inputs::{ScenarioArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::projection::plan::Plan;
use crate::report;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hold a projection against what was published of its years.
///
/// Projects from the scenario's last year. Follows many futures, each with its own draw of the assumptions and its own sample of persons, and prints for every
/// published total the median, the error, and whether the band of nine in ten futures holds it.
#[derive(clap::Args)]
#[command(after_help = "Example:
  yibao backtest --scenario china-2020 --targets scenarios/china/china.targets.toml

Exit code 1: something published lies outside its band.")]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The table of what was published, as for `calibrate`
    #[arg(long, value_name = "FILE")]
    targets: PathBuf,
    /// The last year to hold against it [default: the last that it has values for]
    #[arg(long, value_name = "YEAR")]
    to: Option<i32>,
    /// Futures to follow
    #[arg(long, value_name = "K", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    paths: u32,
    /// Persons of each future, when the population's base year opens
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1_000..=100_000_000))]
    persons: u32,
    /// Seed of every draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    let targets = Targets::read(&args.targets).map_err(Failure::new)?;
    let outlook = scenario.outlook().ok_or_else(|| {
        let message = format!("scenario `{}` has no `[projection]`", scenario.name());
        Failure::new(message).hinting("`yibao calibrate` writes one".to_string())
    })?;
    let known = targets
        .series
        .iter()
        .filter_map(|series| series.values.keys().last());
    let (from, last) = (outlook.last_year + 1, known.max().copied().unwrap_or_default());
    let to = args.to.unwrap_or(last);
    if to < from || to > last {
        let message = format!(
            "the targets have values to {last}, and the scenario projects from {from}: nothing to hold {to} against"
        );
        return Err(Failure::new(message));
    }
    let plan = Plan {
        from,
        to,
        persons: args.persons,
        seed: args.seed,
    };
    let all = args.paths as usize * args.persons as usize * plan.years().count();
    let (progress, done) = (Progress::new("following futures"), AtomicUsize::new(0));
    let compared = backtest(&scenario, outlook, &plan, args.paths, &targets, &|slots| {
        let before = done.fetch_add(slots, Ordering::Relaxed);
        progress.at((before + slots).min(all), all);
    });
    drop(progress);
    let compared = compared.map_err(Failure::new)?;
    print(&report::backtest::render(&scenario, &plan, args.paths, &compared))?;
    let covered = compared.iter().all(|of| of.is_covered());
    Ok(if covered { Done::Clean } else { Done::Look })
}
