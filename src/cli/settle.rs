//! `yibao settle`: files in, settlements and the fund out.

use crate::batch::output::write_run;
use crate::batch::record::RunRecord;
use crate::batch::run::{Keep, Run};
use crate::batch::settlements::SettlementsWriter;
use crate::cli::inputs::{
    DEFAULT_FORMAT, FILES_HELP, FormatArg, InputArgs, ScenarioArgs, ThreadArgs, check_apart,
    check_inputs_apart,
};
use crate::cli::progress::Progress;
use crate::cli::{Done, Failure, command_line, interrupt, note, print, warn};
use crate::report::summary;
use std::path::PathBuf;

/// Settle files of persons and claims.
///
/// Writes settlements, rejects.csv, ledger.csv, fund.json and run.json into the output directory, all of them or none,
/// and prints the report. Rows that cannot be settled end in rejects.csv, with line, column, value and reason.
#[derive(clap::Args)]
#[command(after_help = format!("{FILES_HELP}\n\nExample:\n  yibao settle --persons persons.csv --claims claims.csv.gz --out settled"))]
pub(super) struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Where to put the outputs; an earlier run there is replaced as a whole
    #[arg(long, value_name = "DIR", required_unless_present = "totals")]
    out: Option<PathBuf>,
    /// Format of the settlements
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT)]
    format: FormatArg,
    /// Print the totals and write no settlements
    #[arg(long)]
    totals: bool,
    /// Book each benefit for itself in ledger.csv, instead of by day
    #[arg(long)]
    claim_entries: bool,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    let (inputs, year) = args.inputs.checked(&scenario)?;
    if let Some(out) = &args.out {
        check_inputs_apart(out, inputs.all())?;
        check_apart(out, args.scenario.file())?;
    }
    // Before the work, so that an output directory in use is found at once.
    let target = args.out.as_deref().map(interrupt::begin).transpose()?;
    let settlements = match &target {
        Some(target) if !args.totals => Some(SettlementsWriter::create(target, args.format.into())?),
        _ => None,
    };
    let keep = Keep {
        rows: false,
        claim_entries: args.claim_entries,
    };
    let progress = Progress::new("settling persons");
    let run = Run::of_files(scenario, &inputs, year, keep, settlements, &|done, all| {
        progress.at(done, all);
    })?;
    drop(progress);
    if let crate::batch::run::Origin::Files { warnings, .. } = &run.origin {
        warn(warnings);
    }
    print(&summary::render(&run))?;
    if let Some(target) = target {
        let record = RunRecord::of(&run, command_line());
        write_run(&run, &record, &target)?;
        let written = interrupt::commit(target)?;
        note(format_args!("wrote {}", written.display()));
    }
    Ok(if run.rejects.is_empty() {
        Done::Clean
    } else {
        Done::Look
    })
}
