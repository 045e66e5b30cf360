//! `yibao sweep`: the same people under a grid of values of some figures.

use crate::cli::console::{command_line, note, print, warn};
use crate::cli::inputs::{FILES_HELP, FormatArg, LangArg, ScenarioArgs, ThreadArgs, check_apart};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::people::PeopleArgs;
use crate::cli::progress::Progress;
use crate::cli::project::terminal_width;
use crate::cli::report::ReportFileArgs;
use crate::compare::output::{Record, sweep_csv, write_sweep};
use crate::compare::sweep::{Outcome, Request, Sweep, SweepError, axes};
use crate::report::number::count;
use crate::report::page::text;
use crate::report::sweep::page;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

/// Settle the same people under every value of some figures.
///
/// Each point of the grid is the scenario with other values for the figures; people and illnesses are the same at all of
/// them, so what differs is the figures' doing.
#[derive(clap::Args)]
#[command(after_help = format!("{FILES_HELP}

Examples:
  yibao sweep --vary benefit.inpatient.tertiary.deductible=800..2000/200
  yibao sweep --vary benefit.inpatient.tertiary.ratio.adult=0.6..0.8/0.05 \\
              --vary benefit.inpatient.tertiary.deductible=800..1600/400 --report map.html
  yibao sweep --vary funding.individual.adult=380..500/20 --of balance --csv > balance.csv

Exit code 1: rows of the files were refused."))]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The figure to vary, from the one value on in steps up to the other; can be given several times
    #[arg(long, value_name = "KEY=FROM..TO/STEP", required = true)]
    vary: Vec<String>,
    #[command(flatten)]
    people: PeopleArgs,
    /// The number that the chart shows
    #[arg(long = "of", value_name = "QUANTITY", default_value = "fund_cost", value_parser = PossibleValuesParser::new(Outcome::NAMES))]
    number: String,
    /// Print a row for each year and point as CSV; amounts in yuan
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print JSON, for programs; amounts in fen
    #[arg(long)]
    json: bool,
    /// Also write sweep.json and a table of the points into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the table of --out
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "csv",
        requires = "out"
    )]
    format: FormatArg,
    #[command(flatten)]
    report: ReportFileArgs,
    #[command(flatten)]
    lang: LangArg,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    if let Some(out) = &args.out {
        check_apart(out, scenario.files())?;
    }
    args.report.check(args.out.as_deref())?;
    let axes = axes(&scenario, &args.vary)?;
    let files = args.people.files(args.out.as_deref())?;
    let whose = args.people.whose(files.as_ref())?;
    let years = args.people.years(std::slice::from_ref(&scenario), &whose)?;
    let target = args.out.as_deref().map(interrupt::begin).transpose()?;
    let request = Request {
        scenario: &scenario,
        axes: &axes,
        years: &years,
        whose: &whose,
        income: args.people.income,
    };
    let all = axes.iter().map(|axis| axis.values.len()).product::<usize>() * years.len();
    let progress = Progress::new("settling points");
    let sweep = Sweep::of(&request, &|done| progress.at(done, all));
    drop(progress);
    let sweep = sweep?;
    warn(&sweep.warnings);
    let mut report = page(&sweep, &request, &args.number, args.lang.lang());
    report.command(command_line());
    let record = Record::of(&sweep, &whose, &sweep.files, command_line());
    if args.json {
        let json = serde_json::to_string_pretty(&record).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else if args.csv {
        print(&sweep_csv(&sweep))?;
    } else {
        print(&text::render(&report, terminal_width()))?;
    }
    let files = args.report.write(|| report)?;
    if let Some(target) = target {
        write_sweep(&sweep, &record, args.format.into(), &target)?;
        let written = interrupt::commit(target)?;
        note(format_args!("wrote {}", written.display()));
    }
    files.commit()?;
    if sweep.rejected > 0 {
        note(format_args!(
            "warning: {} rows were rejected; `yibao settle` lists them",
            count(sweep.rejected as i64)
        ));
        return Ok(Done::Look);
    }
    Ok(Done::Clean)
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
