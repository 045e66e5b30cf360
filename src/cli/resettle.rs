//! `yibao resettle`: a settled run and late facts in, the change out.

use crate::batch::output::write_resettlement;
use crate::batch::previous::{Previous, PreviousError};
use crate::batch::record::RunRecord;
use crate::batch::resettle::{ResettleError, Resettlement};
use crate::batch::run::Origin;
use crate::cli::console::{command_line, note, print, warn};
use crate::cli::inputs::{
    DEFAULT_FORMAT, FILES_HELP, FormatArg, PrivacyArgs, ThreadArgs, check_apart, check_inputs_apart,
};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::data::Late;
use crate::report::resettlement;
use chrono::NaiveDate;
use clap::ArgGroup;
use std::path::PathBuf;

/// Take late facts into a settled run: only what changes, cancelled and settled again.
///
/// Writes only what changes: cancellations and new settlements, and in ledger.csv the entries of correction. rejects.csv,
/// fund.json and run.json are those of the state after, which is that of settling everything at once, fingerprint
/// included. The result can be resettled again.
#[derive(clap::Args)]
#[command(
    group = ArgGroup::new("late").required(true).multiple(true),
    after_help = format!("{FILES_HELP}

Examples:
  yibao resettle --previous settled --claims corrected.csv --out resettled
  yibao resettle --previous resettled --enrolments newborns.csv --out again --posted-on 2024-02-01

Exit code 1: rows or payments were refused, earlier ones or late ones; rejects.csv has them all.")
)]
pub(super) struct Args {
    /// The directory of the run, or of an earlier resettlement; its input files must be where and what they were
    #[arg(long, value_name = "DIR")]
    previous: PathBuf,
    /// New persons, and known ones with other facts: a row replaces the earlier one of the same psn_no
    #[arg(long, value_name = "FILE", num_args = 1.., group = "late")]
    persons: Vec<PathBuf>,
    /// More payments
    #[arg(long, value_name = "FILE", num_args = 1.., group = "late")]
    enrolments: Vec<PathBuf>,
    /// More events
    #[arg(long, value_name = "FILE", num_args = 1.., group = "late")]
    events: Vec<PathBuf>,
    /// New claims, reversals, and corrected claims: a row replaces the earlier one of the same mdtrt_id
    #[arg(long, value_name = "FILE", num_args = 1.., group = "late")]
    claims: Vec<PathBuf>,
    /// Where to put the outputs; an earlier run there is replaced as a whole
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The day on which the change is posted [default: the latest day of the late facts]
    #[arg(long, value_name = "DATE")]
    posted_on: Option<NaiveDate>,
    /// Format of the settlements
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT)]
    format: FormatArg,
    #[command(flatten)]
    privacy: PrivacyArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let late = Late {
        persons: args.persons,
        enrolments: args.enrolments,
        events: args.events,
        claims: args.claims,
    };
    let previous = Previous::read(&args.previous)?;
    let late = late.find()?;
    let read: Vec<PathBuf> = previous.paths().collect();
    check_inputs_apart(&args.out, late.all())?;
    check_apart(&args.out, read.iter().map(PathBuf::as_path))?;
    check_apart(&args.out, args.privacy.file())?;
    let pseudonyms = args.privacy.pseudonyms()?;
    let target = interrupt::begin(&args.out)?.naming(pseudonyms);
    let progress = Progress::new("settling persons");
    let resettlement = Resettlement::of(&previous, &late, args.posted_on, &|done, all| {
        progress.at(done, all);
    })?;
    drop(progress);
    if let Origin::Files { warnings, .. } = &resettlement.run.origin {
        warn(warnings);
    }
    print(&resettlement::render(&resettlement))?;
    let record = RunRecord::of_resettlement(&resettlement, command_line());
    write_resettlement(&resettlement, &record, &target, args.format.into())?;
    let written = interrupt::commit(target)?;
    note(format_args!("wrote {}", written.display()));
    Ok(if resettlement.late_rejects().next().is_none() {
        Done::Clean
    } else {
        Done::Look
    })
}

impl From<PreviousError> for Failure {
    fn from(error: PreviousError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}

impl From<ResettleError> for Failure {
    fn from(error: ResettleError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
