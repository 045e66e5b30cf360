//! `yibao run`: a synthetic city, settled and booked.

use crate::batch::checkpoint::WorkDir;
use crate::batch::output::write_run;
use crate::batch::parted::{PartedOptions, PartedRun};
use crate::batch::record::RunRecord;
use crate::batch::run::{Keep, Run};
use crate::batch::settlements::SettlementsWriter;
use crate::cli::console::{command_line, note, print, warn};
use crate::cli::inputs::{CityArgs, DEFAULT_FORMAT, FormatArg, ScenarioArgs, ThreadArgs, check_apart};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::parts::{check_resumable, write_parts};
use crate::cli::progress::Progress;
use crate::cli::report::{ReportArgs, ReportFiles};
use crate::data::staging::OutputDir;
use crate::report::{settled, summary};
use crate::scenario::Scenario;
use std::path::{Path, PathBuf};

/// Settle a synthetic city and print the fund's year.
///
/// Draws residents and a year of their claims from the scenario's population and utilisation figures, settles every
/// claim and books the fund. The same seed gives the same people and the same illnesses under any tariff.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao run --persons 200000 --year 2022 --out city-2022
  yibao run --set benefit.inpatient.tertiary.deductible=1200 --report city.html")]
pub(super) struct Args {
    #[command(flatten)]
    city: CityArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Also write settlements, ledger.csv, fund.json and run.json into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the settlements
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT, requires = "out")]
    format: FormatArg,
    /// Book each benefit for itself in ledger.csv, instead of by day
    #[arg(long, requires = "out")]
    claim_entries: bool,
    /// Keep what is done in this directory, and go on from there if a run was killed; it goes when all is done
    #[arg(long, value_name = "DIR", conflicts_with = "claim_entries")]
    resume: Option<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    if let Some(out) = &args.out {
        check_apart(out, scenario.files())?;
    }
    let directories = args.out.iter().chain(&args.resume);
    args.report.check(directories.map(PathBuf::as_path))?;
    if let Some(work) = &args.resume {
        return resumable(&args, scenario, work);
    }
    let Some(out) = &args.out else {
        let run = streamed(&args, scenario, None)?;
        tell(&run)?;
        report_files(&args, &run)?.commit()?;
        return Ok(Done::Clean);
    };
    let target = interrupt::begin(out)?;
    let settlements = SettlementsWriter::create(&target, args.format.into())?;
    let run = if args.claim_entries {
        in_memory(&args, scenario, settlements)?
    } else {
        streamed(&args, scenario, Some(settlements))?
    };
    tell(&run)?;
    let record = RunRecord::of(&run, command_line());
    write_run(&run, &record, &target)?;
    let files = report_files(&args, &run)?;
    let written = interrupt::commit(target)?;
    note(format_args!("wrote {}", written.display()));
    files.commit()?;
    Ok(Done::Clean)
}

/// Warns of what rules asked and no synthetic claim states, and prints the report.
fn tell(run: &Run) -> Result<(), Failure> {
    warn(&run.outcome.tally.unstated());
    print(&summary::render(run))
}

/// The report, if one is wanted: written, and put into place after everything else.
fn report_files(args: &Args, run: &Run) -> Result<ReportFiles, Failure> {
    args.report
        .write(|lang| settled::report(run, lang, &command_line()))
}

/// Settles the city while it is drawn.
fn streamed(args: &Args, scenario: Scenario, settlements: Option<SettlementsWriter>) -> Result<Run, Failure> {
    let (generator, origin) = args.city.generator(&scenario)?;
    let progress = Progress::new("drawing and settling persons");
    let run = Run::of_stream(scenario, &generator, origin, settlements, &|done, all| {
        progress.at(done, all);
    })?;
    Ok(run)
}

/// Draws the whole city first: an entry for each benefit is booked with the id of its claim.
fn in_memory(args: &Args, scenario: Scenario, settlements: SettlementsWriter) -> Result<Run, Failure> {
    let (city, origin) = args.city.draw(&scenario)?;
    let keep = Keep {
        rows: false,
        claim_entries: true,
        no_hashes: false,
    };
    let progress = Progress::new("settling persons");
    let run = Run::of_city(scenario, city, origin, keep, Some(settlements), &|done, all| {
        progress.at(done, all);
    })?;
    Ok(run)
}

/// Settles the city while it is drawn, so that it can be taken up again.
fn resumable(args: &Args, scenario: Scenario, work: &Path) -> Result<Done, Failure> {
    check_resumable(work, args.out.as_deref())?;
    args.out.as_deref().map_or(Ok(()), OutputDir::check)?;
    let (generator, origin) = args.city.generator(&scenario)?;
    let options = PartedOptions {
        only_year: None,
        // A city takes little memory, whatever its size.
        memory_bytes: 0,
        settlements: args.out.as_ref().map(|_| args.format.into()),
        pseudonyms: None,
        part_bytes: None,
    };
    let progress = Progress::new("drawing and settling persons");
    let work = WorkDir::lasting(work)?;
    let parted = PartedRun::of_city(scenario, &generator, origin, &options, work, &|done, all| {
        progress.at(done, all);
    })?;
    drop(progress);
    tell(&parted.run)?;
    let files = report_files(args, &parted.run)?;
    if let Some(out) = &args.out {
        write_parts(&parted, out, &options)?;
    }
    files.commit()?;
    parted.finish()?;
    Ok(Done::Clean)
}
