//! `yibao verify`: whether the record of a run still holds.

use crate::cli::console::print;
use crate::cli::inputs::{PrivacyArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::report::verification::render;
use crate::verify::{VerifyError, verify};
use std::path::PathBuf;

/// Do a recorded run again, and say whether the numbers are the same.
///
/// The record is `run.json` or `projection.json` in the directory. Reads the scenario and the input files that the record names, with the options it names, settles everything again, and
/// compares: what went in by its SHA-256, the record number by number, the files beside it byte by byte. Nothing is written.
/// Paths are as they were given then, so run it from the same directory.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao verify settled
  yibao verify future --json

Exit code 1: something differs.")]
#[command(mut_arg("pseudonymise", |arg| arg.help("The key file that the run was recorded with, if it was with one")))]
pub(super) struct Args {
    /// A directory that `settle`, `run`, `resettle` or `project` wrote with --out
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    privacy: PrivacyArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let pseudonyms = args.privacy.pseudonyms()?;
    let progress = Progress::new("settling again");
    let verification = verify(&args.directory, pseudonyms.as_ref(), &|done, all| {
        progress.at(done, all)
    })?;
    drop(progress);
    if args.json {
        let text = serde_json::to_string_pretty(&verification).map_err(Failure::new)?;
        print(&(text + "\n"))?;
    } else {
        print(&render(&verification))?;
    }
    Ok(if verification.holds() {
        Done::Clean
    } else {
        Done::Look
    })
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
