//! `yibao boundaries`: cases for every threshold and date of a scenario.

use crate::cases::boundaries::boundaries;
use crate::cli::inputs::check_year;
use crate::cli::{Done, Failure, note, print};
use crate::scenario::{Scenario, ScenarioSpec};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Write worked cases for every threshold of a benefit year, one fen before, at and after it, and for every date, a day
/// before, on and after it.
///
/// What the cases state is what comes out now: they document the scenario, and `yibao test` on them tells when a figure
/// or the program changes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  yibao boundaries scenarios/jinan.toml --year 2024 --out scenarios/jinan/cases/boundaries-2024.toml"
)]
pub(super) struct Args {
    /// The rules: `jinan`, which is built in, or a scenario file
    #[arg(value_name = "NAME|FILE")]
    scenario: String,
    /// Benefit year [default: the scenario's `default_year`]
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Where to write the cases [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = Scenario::load(&ScenarioSpec::named(&args.scenario))?;
    let year = args.year.unwrap_or(scenario.default_year());
    check_year(&scenario, year)?;
    let text = boundaries(&scenario, year).map_err(Failure::new)?;
    match &args.out {
        Some(path) => {
            write_whole(path, &text)?;
            let cases = text.matches("\n[[case]]").count();
            note(format_args!("wrote {cases} cases to {}", path.display()));
        }
        None => print(&text)?,
    }
    Ok(Done::Clean)
}

/// Writes a file that appears whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("cannot write `{}`: {error}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error))?;
    Ok(())
}
