//! `yibao sensitivity`: what each assumption does to a number of a year to come.

use crate::cli::console::{command_line, print};
use crate::cli::inputs::{LangArg, ScenarioArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::cli::project::{Ahead, PlanArgs, QUANTITIES_HELP, terminal_width};
use crate::cli::report::ReportFileArgs;
use crate::projection::quantity::Quantity;
use crate::projection::question::NAMES;
use crate::projection::sensitivity::{AS_THEY_ARE, SensitivityError, sensitivity};
use crate::report::page::text;
use crate::report::sensitivity::page;

/// Show what each assumption does to the balance of a year, or to another number of it.
///
/// Every assumption that has a `range` is tried at either end, all others as they are, with the same residents and the same
/// draws; shocks strike in the year itself.
#[derive(clap::Args)]
#[command(after_help = format!("Examples:
  yibao sensitivity --year 2030
  yibao sensitivity --of reserve_months --year 2033 --persons 20000

{QUANTITIES_HELP}"))]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    plan: PlanArgs,
    /// The number to look at; see below
    #[arg(long = "of", value_name = "QUANTITY", default_value = "cumulative_balance", hide_possible_values = true, value_parser = clap::builder::PossibleValuesParser::new(NAMES))]
    quantity: String,
    /// The year to look at [default: the last of --years]
    #[arg(long, value_name = "YEAR", conflicts_with = "years", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    year: Option<i32>,
    /// Print JSON, for programs; amounts in yuan
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    report: ReportFileArgs,
    #[command(flatten)]
    lang: LangArg,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    args.report.check(None)?;
    let scenario = args.scenario.load()?;
    let plan = args.plan.plan(&scenario, args.year)?;
    let outlook = scenario.needed_outlook()?;
    let quantity = Quantity::from_name(&args.quantity).unwrap_or(Quantity::CumulativeBalance);
    let ahead = Ahead::over(&plan, 1 + 2 * outlook.assumptions.len());
    let found = sensitivity(&scenario, outlook, &plan, quantity, &|slots| ahead.more(slots));
    drop(ahead);
    let found = found?;
    let mut report = page(&scenario, &plan, &found, args.lang.lang());
    report.command(command_line());
    if args.json {
        let text = serde_json::to_string_pretty(&found).map_err(Failure::new)?;
        print(&format!("{text}\n"))?;
    } else {
        print(&text::render(&report, terminal_width()))?;
    }
    args.report.write(|| report)?.commit()?;
    Ok(Done::Clean)
}

impl From<SensitivityError> for Failure {
    fn from(error: SensitivityError) -> Failure {
        let too_far = matches!(&error, SensitivityError::Projection { tried, error } if tried != AS_THEY_ARE && error.is_of_figures());
        let hint = "look at a nearer --year, or narrow the `range` of that assumption in the scenario";
        Failure::new(error).hinting(too_far.then(|| hint.to_string()))
    }
}
