//! `yibao bench`: how fast this program is on this machine.

use crate::batch::run::RunError;
use crate::batch::workload::curve::{MOST_CLAIMS, curve};
use crate::batch::workload::measure::{BenchRecord, Machine, Measured};
use crate::batch::workload::{PERSONS, Workload, WorkloadError, Workloads};
use crate::cli::console::{print, warn};
use crate::cli::inputs::ThreadArgs;
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::nearest::nearest;
use crate::report::bench::{render, render_curve};
use serde::Serialize;
use std::time::Duration;

/// The longest that one workload can be measured for.
const MOST_SECONDS: f64 = 3600.0;

const WORKLOADS_HELP: &str = "\
Workloads, all of them over the claims of one synthetic city (2023, seed 1):
  waterfall    the engine alone
  settle       with payments, cover, sums and fingerprint, in memory
  synth        drawing the city
  read/*       files of persons, institutions and claims into memory, hashed
  totals/*     such files to the totals of a run, booked, not hashed
  scan/*       for comparison: the same files only decoded and added up, by the parquet crate alone
  write/*      settlements in memory to a file
  through/*    files to a run and a file of all its settlements, hashed
  parts/*      totals within `--memory 256MiB`
  run          the city settled while it is drawn, booked

Examples:
  yibao bench
  yibao bench --only totals --seconds 10
  yibao bench --curve 1e9";

/// Measure this program on this machine.
///
/// Prints the machine, and for each workload the best and the median time of some repetitions, and claims a second by
/// the best. Every repetition must come to what the city comes to; its fingerprint, printed last, is the same on every
/// machine. Files go to the system's directory for temporary files, and are removed.
#[derive(clap::Args)]
#[command(after_help = WORKLOADS_HELP)]
pub(super) struct Args {
    /// Persons of the city
    #[arg(long, value_name = "N", default_value_t = PERSONS, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::synth::MAX_PERSONS)))]
    persons: u32,
    /// How long to repeat each workload; it is done at least three times
    #[arg(long, value_name = "S", default_value = "2", allow_negative_numbers = true, value_parser = seconds)]
    seconds: Duration,
    /// Only the workloads whose names contain this, such as `settle` or `parquet`, or match it, such as `*/csv`
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,
    /// Instead, settle cities of a million claims, of ten million and so on up to this many (1e7 if no number is given),
    /// to see that time grows as the claims do, and memory does not
    #[arg(long, value_name = "MAX_CLAIMS", num_args = 0..=1, default_missing_value = "1e7", value_parser = claims, conflicts_with_all = ["persons", "seconds", "only"])]
    curve: Option<u64>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let chosen = chosen(args.only.as_deref())?;
    args.threads.apply()?;
    if !Machine::this().optimised {
        warn(&["this is a debug build; build with `--release` for times that mean something".to_string()]);
    }
    if let Some(most) = args.curve {
        let progress = Progress::new("drawing and settling persons");
        let record = curve(most, &|done, all| progress.at(done, all))?;
        drop(progress);
        return shown(&args, &record, render_curve);
    }
    let work = interrupt::begin_temporary(&std::env::temp_dir())?;
    let progress = Progress::new("drawing persons");
    let workloads = Workloads::new(args.persons, work.path(), &|done, all| progress.at(done, all))?;
    drop(progress);
    let record = BenchRecord::of(&workloads, measured(&args, &workloads, &chosen)?);
    work.remove()?;
    shown(&args, &record, render)
}

/// Measures one workload after the other.
fn measured(args: &Args, workloads: &Workloads, chosen: &[Workload]) -> Result<Vec<Measured>, Failure> {
    let progress = Progress::new("measuring workloads");
    let several = rayon::current_num_threads() > 1;
    let mut measured = Vec::new();
    for (place, &workload) in chosen.iter().enumerate() {
        progress.at(place, chosen.len());
        if several && workload.is_scaled() {
            measured.push(workloads.measure_on_one(workload, args.seconds)?);
        }
        measured.push(workloads.measure(workload, args.seconds)?);
    }
    Ok(measured)
}

/// Prints a record.
fn shown<T: Serialize>(args: &Args, record: &T, render: fn(&T) -> String) -> Result<Done, Failure> {
    let text = if args.json {
        serde_json::to_string_pretty(record).map_err(Failure::new)? + "\n"
    } else {
        render(record)
    };
    print(&text)?;
    Ok(Done::Clean)
}

/// The workloads that a pattern asks for.
fn chosen(pattern: Option<&str>) -> Result<Vec<Workload>, Failure> {
    let mut all = Workload::all();
    let Some(pattern) = pattern else {
        return Ok(all);
    };
    let names: Vec<&str> = all.iter().map(|workload| workload.name()).collect();
    let glob = glob::Pattern::new(pattern).ok();
    let fits = |name: &str| name.contains(pattern) || glob.as_ref().is_some_and(|glob| glob.matches(name));
    all.retain(|workload| fits(workload.name()));
    if !all.is_empty() {
        return Ok(all);
    }
    let near = nearest(pattern, names.iter().copied());
    let hint = near.map_or(format!("the workloads are {}", names.join(", ")), |near| {
        format!("did you mean `{near}`?")
    });
    Err(Failure::new(format!("there is no workload `{pattern}`")).hinting(hint))
}

/// A time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let complaint = || format!("write a number of seconds from 0 to {MOST_SECONDS}, such as `0.5`");
    let seconds: f64 = text.parse().map_err(|_| complaint())?;
    if !(0.0..=MOST_SECONDS).contains(&seconds) {
        return Err(complaint());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| complaint())
}

/// A number of claims such as `1e9` or `1000000000`.
fn claims(text: &str) -> Result<u64, String> {
    let complaint = || format!("write a whole number from 1 to {MOST_CLAIMS}, such as `1e9`");
    let number: f64 = text.parse().map_err(|_| complaint())?;
    if number.fract() != 0.0 || !(1.0..=MOST_CLAIMS as f64).contains(&number) {
        return Err(complaint());
    }
    Ok(number as u64)
}

impl From<WorkloadError> for Failure {
    fn from(error: WorkloadError) -> Failure {
        match error {
            WorkloadError::Run(RunError::Data(error)) => error.into(),
            error => Failure::new(error),
        }
    }
}
