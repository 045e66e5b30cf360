//! `yibao settle`: files in, settlements and the fund out.

use crate::batch::checkpoint::WorkDir;
use crate::batch::output::write_run;
use crate::batch::parted::{PartedOptions, PartedRun};
use crate::batch::record::RunRecord;
use crate::batch::run::{Keep, Origin, Run};
use crate::batch::settlements::SettlementsWriter;
use crate::cli::console::{command_line, note, print, warn};
use crate::cli::inputs::{
    DEFAULT_FORMAT, FILES_HELP, FormatArg, InputArgs, PartsArgs, PrivacyArgs, ScenarioArgs, ThreadArgs,
    check_apart, check_inputs_apart,
};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::parts::{check_resumable, write_parts};
use crate::cli::progress::Progress;
use crate::cli::report::{ReportArgs, ReportFiles};
use crate::data::Inputs;
use crate::data::pseudonym::Pseudonyms;
use crate::data::staging::OutputDir;
use crate::report::{settled, summary};
use crate::scenario::Scenario;
use std::path::{Path, PathBuf};

/// Settle files of persons and claims.
///
/// Writes settlements, rejects.csv, ledger.csv, fund.json and run.json into the output directory, all of them or none,
/// and prints the report. Rows that cannot be settled end in rejects.csv, with line, column, value and reason.
#[derive(clap::Args)]
#[command(after_help = format!("{FILES_HELP}

Examples:
  yibao settle --persons persons.csv --claims claims.csv.gz --out settled
  yibao settle --persons persons.csv --enrolments paid.csv --events events.csv \\
               --claims claims/ --institutions hospitals.csv --out settled --report fund.html
  yibao settle --persons persons.parquet --claims 'claims/*.parquet' --totals --memory 2GiB

Exit code 1: rows or payments were refused; rejects.csv has them all, each with its reason."))]
pub(super) struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Where to put the outputs, unless only the --totals are wanted; an earlier run there is replaced as a whole
    #[arg(long, value_name = "DIR", required_unless_present = "totals")]
    out: Option<PathBuf>,
    /// Format of the settlements
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT)]
    format: FormatArg,
    /// Print the totals and write no settlements
    #[arg(long)]
    totals: bool,
    /// Book each benefit for itself in ledger.csv, instead of by day
    #[arg(long, conflicts_with_all = ["memory", "resume"])]
    claim_entries: bool,
    #[command(flatten)]
    privacy: PrivacyArgs,
    #[command(flatten)]
    parts: PartsArgs,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply_within(args.parts.memory_bytes())?;
    let scenario = args.scenario.load()?;
    let (inputs, year) = args.inputs.clone().checked(&scenario)?;
    if let Some(out) = &args.out {
        check_inputs_apart(out, inputs.all())?;
        check_apart(out, scenario.files())?;
        check_apart(out, args.privacy.file())?;
    }
    let directories = args.out.iter().chain(&args.parts.resume);
    args.report.check(directories.map(PathBuf::as_path))?;
    let pseudonyms = args.privacy.pseudonyms()?;
    if let Some(memory_bytes) = args.parts.memory_bytes() {
        return in_parts(&args, scenario, (&inputs, year), pseudonyms, memory_bytes);
    }
    // Before the work, so that an output directory in use is found at once.
    let target = args.out.as_deref().map(interrupt::begin).transpose()?;
    let target = target.map(|target| target.naming(pseudonyms));
    let settlements = match &target {
        Some(target) if !args.totals => Some(SettlementsWriter::create(target, args.format.into())?),
        _ => None,
    };
    let keep = Keep {
        rows: false,
        claim_entries: args.claim_entries,
        // Without a record or a report nobody reads them.
        no_hashes: args.out.is_none() && !args.report.is_wanted(),
    };
    let progress = Progress::new("settling persons");
    let run = Run::of_files(scenario, &inputs, year, keep, settlements, &|done, all| {
        progress.at(done, all);
    })?;
    drop(progress);
    tell(&run)?;
    let files = report_files(&args, &run)?;
    if let Some(target) = target {
        let record = RunRecord::of(&run, command_line());
        write_run(&run, &record, &target)?;
        let written = interrupt::commit(target)?;
        note(format_args!("wrote {}", written.display()));
    }
    files.commit()?;
    Ok(done(&run))
}

/// The report, if one is wanted: written, and put into place after everything else.
fn report_files(args: &Args, run: &Run) -> Result<ReportFiles, Failure> {
    args.report
        .write(|lang| settled::report(run, lang, &command_line()))
}

/// Warns of what was tolerated, and prints the report.
fn tell(run: &Run) -> Result<(), Failure> {
    if let Origin::Files { warnings, totals, .. } = &run.origin {
        warn(warnings);
        if totals.read.rows == 0 {
            warn(&["there is no claim in the files: nothing was settled".to_string()]);
        }
    }
    print(&summary::render(run))
}

fn done(run: &Run) -> Done {
    if run.rejected.is_empty() {
        Done::Clean
    } else {
        Done::Look
    }
}

/// Within a limit of memory, or so that it can be taken up again.
fn in_parts(
    args: &Args,
    scenario: Scenario,
    (inputs, only_year): (&Inputs, Option<i32>),
    pseudonyms: Option<Pseudonyms>,
    memory_bytes: u64,
) -> Result<Done, Failure> {
    let out = args.out.as_deref();
    let wanted = out.filter(|_| !args.totals);
    // The directory itself comes into being at the end: a killed run leaves nothing beside its checkpoints.
    out.map_or(Ok(()), OutputDir::check)?;
    let work = match &args.parts.resume {
        Some(path) => {
            check_given_again(path, inputs)?;
            check_resumable(path, out)?;
            WorkDir::lasting(path)?
        }
        None => interrupt::begin_temporary(&temporary_parent(out))?,
    };
    let options = PartedOptions {
        only_year,
        memory_bytes,
        settlements: wanted.map(|_| args.format.into()),
        pseudonyms,
        part_bytes: None,
    };
    let progress = Progress::new("settling rows");
    let parted = PartedRun::of_files(scenario, inputs, &options, work, &|done, all| {
        progress.at(done, all);
    })?;
    drop(progress);
    tell(&parted.run)?;
    let files = report_files(args, &parted.run)?;
    if let Some(out) = out {
        write_parts(&parted, out, &options)?;
    }
    files.commit()?;
    Ok(done(&parted.finish()?))
}

/// Where temporary files go: where the outputs will be, for there is room, else where the system has them.
fn temporary_parent(out: Option<&Path>) -> PathBuf {
    let out = out.and_then(|out| std::path::absolute(out).ok());
    let there = out.as_deref().and_then(Path::parent);
    let there = there.and_then(|parent| parent.ancestors().find(|directory| directory.is_dir()));
    there.map_or_else(std::env::temp_dir, Path::to_path_buf)
}

/// Complains of inputs that a resumed run would not find again, such as standard input.
fn check_given_again(work: &Path, inputs: &Inputs) -> Result<(), Failure> {
    if inputs.all().any(|input| input.path.as_os_str() == "-") {
        let message = "a run that can be resumed cannot read standard input, which is gone afterwards";
        return Err(Failure::new(message).hinting("give the input as a file".to_string()));
    }
    let once = |path: &Path| path.metadata().is_ok_and(|metadata| !metadata.is_file());
    if let Some(input) = inputs.all().find(|input| once(&input.path)) {
        let message = format!(
            "a run that can be resumed cannot read `{}`, which is gone afterwards: it is no file",
            input.path.display()
        );
        return Err(Failure::new(message).hinting("give the input as a file".to_string()));
    }
    check_inputs_apart(work, inputs.all())
}
