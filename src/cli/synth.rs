//! `yibao synth`: a synthetic city as interchange files.

use crate::batch::record::CityRecord;
use crate::cli::console::{command_line, note};
use crate::cli::inputs::{CityArgs, DEFAULT_FORMAT, FormatArg, ScenarioArgs, ThreadArgs, check_apart};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::synth::write_city;
use std::path::PathBuf;

/// Write a synthetic city as interchange files.
///
/// Written are persons, enrolments, events, institutions and claims, and run.json saying how they were made. Settling the files gives the fingerprint of `yibao run` with the same arguments.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  yibao synth --persons 10000 --seed 7 --out city --format csv")]
pub(super) struct Args {
    #[command(flatten)]
    city: CityArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Where to put the files; an earlier city there is replaced as a whole
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Format of the files
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT)]
    format: FormatArg,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    check_apart(&args.out, scenario.files())?;
    let target = interrupt::begin(&args.out)?;
    let (city, origin) = args.city.draw(&scenario)?;
    write_city(&city, &target, args.format.into())?;
    let record = CityRecord::of(&scenario, origin, &city, command_line());
    crate::batch::output::write_json(&target.file("run.json"), &record)?;
    let written = interrupt::commit(target)?;
    let (persons, claims) = (city.caseload.persons.len(), city.caseload.claims.len());
    note(format_args!(
        "wrote {}: {persons} persons, {claims} claims",
        written.display()
    ));
    Ok(Done::Clean)
}
