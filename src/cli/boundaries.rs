//! `yibao boundaries`: cases for every threshold and date of a scenario.

use crate::cases::boundaries::boundaries;
use crate::cli::console::{note, print};
use crate::cli::inputs::check_year;
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::data::output_file::Output;
use crate::scenario::{Scenario, ScenarioSpec};
use std::path::PathBuf;

/// Write worked cases for every threshold and date of a scenario.
///
/// Each threshold of a benefit year is met one fen before, at and after it, and each date a day before, on and after it. What
/// the cases state is what comes out now: they document the scenario, and `yibao test` on them tells when a figure
/// or the program changes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao boundaries jinan --year 2024
  yibao boundaries scenarios/jinan.toml --out scenarios/jinan/cases/boundaries.toml")]
pub(super) struct Args {
    /// The rules: a name that is built in, or a scenario file; overlays stacked with `+`
    #[arg(value_name = "NAME|FILE")]
    scenario: String,
    /// Benefit year [default: `default_year` of the scenario]
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Where to write the cases [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The file of --out.
const CASES: Output = Output {
    what: "file of `yibao boundaries`",
    is_ours: |bytes| bytes.starts_with(b"# Boundaries of "),
};

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = Scenario::load(&ScenarioSpec::named(&args.scenario))?;
    let year = args.year.unwrap_or(scenario.default_year());
    check_year(&scenario, year)?;
    let text = boundaries(&scenario, year).map_err(Failure::new)?;
    match &args.out {
        Some(path) => {
            let written = interrupt::write_file(path, CASES, &text)?;
            let cases = text.matches("\n[[case]]").count();
            note(format_args!("wrote {}: {cases} cases", written.display()));
        }
        None => print(&text)?,
    }
    Ok(Done::Clean)
}
