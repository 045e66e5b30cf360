//! `yibao calibrate`: figures fitted to published totals.

use crate::calibrate::{FitOptions, Header, Targets, fit, overlay, trends};
use crate::cli::console::{note, print};
use crate::cli::inputs::{ScenarioArgs, ThreadArgs};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::data::output_file::{Output, OutputFile};
use crate::report::calibration;
use std::path::{Path, PathBuf};

/// Fit a synthetic population to published totals.
///
/// Draws and settles the population of each year, adjusts the keys that the targets name until the year comes out as
/// published, and takes from the years how the keys go on. Every figure of the overlay is the outcome of this command.
#[derive(clap::Args)]
#[command(after_help = "Example:
  yibao calibrate --scenario china-2020-base --to 2020 \\
                  --targets scenarios/china/china.targets.toml --out china-2020.toml

Exit code 1: something published was not matched; it is listed with the reason.")]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The table of what was published, and of the keys that answer for it; docs/projection.md has its format
    #[arg(long, value_name = "FILE")]
    targets: PathBuf,
    /// The last year to fit: nothing of the table about later ones is used [default: the last of the scenario]
    #[arg(long, value_name = "YEAR")]
    to: Option<i32>,
    /// Persons to draw in each trial, when the population's base year opens
    #[arg(long, value_name = "N", default_value_t = 400_000, value_parser = clap::value_parser!(u32).range(1_000..=100_000_000))]
    persons: u32,
    /// Seed of every draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Also write what was fitted into this file, as an overlay of the scenario; the file's name becomes the overlay's
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many years beyond its last one the overlay may be projected
    #[arg(long, value_name = "YEARS", default_value_t = 40, value_parser = clap::value_parser!(i32).range(1..=100))]
    horizon: i32,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// How near the search comes, in proportion: well within any tolerance that means something.
const PRECISION: f64 = 2e-4;

/// The file of --out.
const OVERLAY: Output = Output {
    what: "overlay of `yibao calibrate`",
    is_ours: |bytes| bytes.starts_with(b"# Written by `yibao calibrate "),
};

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    // Before minutes of work, not after them.
    if let Some(out) = &args.out {
        OutputFile::check(out, OVERLAY)?;
    }
    let scenario = args.scenario.load()?;
    let last = scenario.years().last().copied().unwrap_or_default();
    let to = args.to.unwrap_or(last);
    if to > last {
        let message = format!(
            "scenario `{}` has figures to {last}, not to {to}",
            scenario.name()
        );
        return Err(Failure::new(message));
    }
    let targets = Targets::read(&args.targets).map_err(Failure::new)?.to(to);
    let options = FitOptions {
        persons: args.persons,
        seed: args.seed,
        precision: PRECISION,
    };
    let years = scenario.years();
    let progress = Progress::new("fitting years");
    let fitted = fit(&scenario, &targets, options, &|year, _| {
        let done = years.iter().position(|&known| known == year).unwrap_or(0);
        progress.at(done, years.len());
    });
    drop(progress);
    let fitted = fitted.map_err(Failure::new)?;
    let trends = trends(&fitted.scenario, &targets).map_err(Failure::new)?;
    print(&calibration::render(
        &scenario,
        options,
        &fitted,
        (&targets, &trends),
    ))?;
    if let Some(out) = &args.out {
        let header = header(&args, out, &scenario, last);
        let overlay = overlay(&header, &fitted, &targets, &trends);
        let written = interrupt::write_file(out, OVERLAY, &overlay)?;
        note(format_args!("wrote {}", written.display()));
    }
    let matched = fitted
        .years
        .iter()
        .flat_map(|year| &year.outcomes)
        .all(|of| of.is_matched());
    Ok(if matched { Done::Clean } else { Done::Look })
}

fn header(args: &Args, out: &Path, scenario: &crate::scenario::Scenario, last: i32) -> Header {
    let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let file_name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let base = match scenario.files().last() {
        // A base in the same folder is named by its file alone, so that both can move together.
        Some(path) if path.parent() == out.parent() => file_name(path).unwrap_or_default(),
        Some(path) => path.display().to_string(),
        None => scenario.name().to_string(),
    };
    let targets = file_name(&args.targets).unwrap_or_default();
    let to = args.to.unwrap_or(last);
    Header {
        name: stem.unwrap_or_default(),
        titles: [
            format!("{}, calibrated to {to}", scenario.title()),
            format!("{}（按{to}年及以前校准）", scenario.title_in_chinese()),
        ],
        command: format!(
            "yibao calibrate --scenario {base} --targets {targets} --to {to} --persons {} --seed {}",
            args.persons, args.seed
        ),
        base,
        horizon: last + args.horizon,
    }
}
