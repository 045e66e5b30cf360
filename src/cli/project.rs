//! `yibao project`: the fund over years to come.

use crate::cli::console::{command_line, note, print};
use crate::cli::inputs::{FormatArg, LangArg, ScenarioArgs, ThreadArgs, check_apart};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::progress::Progress;
use crate::cli::report::ReportFileArgs;
use crate::projection::monte_carlo::MonteCarloError;
use crate::projection::output::write_projection;
use crate::projection::plan::Plan;
use crate::projection::run::{Projection, RunError};
use crate::report::page::text;
use crate::report::projection::page;
use crate::scenario::Scenario;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Project the fund over years to come.
///
/// People age, enrol, fall ill and are settled, year by year. A sample of persons stands for the city. Years after those of the scenario rest on the assumptions of its
/// `[projection]`, which the report lists. With --paths, many futures are drawn around them: the report then says how sure
/// the balance is and how likely the fund runs out.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao project --from 2024 --years 10
  yibao project --from 2024 --years 10 --paths 200 --out future --report future.html
  yibao project --scenario reform.toml --years 5 --set projection.assume.stays=0.03")]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Futures to draw around the assumptions, two or more [default: none, and then the report does not say how sure it is]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(FUTURES))]
    paths: Option<u32>,
    /// Also write projection.json, a table of the years and, with --paths, one of the paths into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the tables of --out
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

/// What the numbers of a year are called, for commands that ask for one.
pub(super) const QUANTITIES_HELP: &str = "\
Quantities of a year:
  insured                              persons
  income, benefits, balance,
  cumulative_balance                   yuan, of the fund; the last adds up the years
  income_per_head, benefits_per_head,
  own_per_head                         yuan for each insured; own: what persons pay of bills
  admissions_per_100                   stays of 100 insured
  cost_per_admission                   yuan, the mean bill of a stay
  reserve_months                       months of benefits that the balance pays
  surplus                              balance as a share of income
  in_scope_ratio, actual_ratio         share that the fund pays: of what is in scope, of bills
  catastrophic                         share of insured who pay above 40 % of an income
  old_age_ratio                        insured of 60 and older for each of 18 to 59";

/// Which years, and with which sample.
#[derive(clap::Args)]
pub(super) struct PlanArgs {
    /// The first benefit year [default: the scenario's last year]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    from: Option<i32>,
    /// How many years [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    years: Option<u16>,
    /// Persons of the sample, which stands for the city: so many when the base year of its population opens
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::synth::MAX_PERSONS)))]
    persons: u32,
    /// Seed of every draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// The years where none are asked for.
const YEARS: u16 = 10;

/// How many futures may be drawn: one of them says nothing of how far they lie apart.
pub(super) const FUTURES: RangeInclusive<i64> = 2..=1_000_000;

impl PlanArgs {
    /// The plan, of which `to` is another last year if it is given.
    pub(super) fn plan(&self, scenario: &Scenario, to: Option<i32>) -> Result<Plan, Failure> {
        let name = scenario.name();
        let (Some(&first), Some(&last), Some(outlook)) = (
            scenario.years().first(),
            scenario.years().last(),
            scenario.outlook(),
        ) else {
            let message =
                format!("scenario `{name}` has no `[projection]`: nothing says what becomes of its figures");
            return Err(Failure::new(message)
                .hinting(Some("add one, as that of `jinan`: see docs/projection.md".into())));
        };
        let from = self.from.unwrap_or(last);
        let by_years = from + i32::from(self.years.unwrap_or(YEARS)) - 1;
        let to = to.unwrap_or(by_years);
        let wrong = |message: String, hint: String| Err(Failure::new(message).hinting(hint));
        if from < first {
            return wrong(
                format!("{from} cannot be projected: the figures of scenario `{name}` begin in {first}"),
                format!("give --from {first} or a later year"),
            );
        }
        if to < from {
            return wrong(
                format!("the year {to} lies before {from}, the first that is projected"),
                format!("ask for a later year, or give --from {to}"),
            );
        }
        if self.years.is_some() && to != by_years {
            return wrong(
                format!("--years ends in {by_years}, and the target is of {to}"),
                "leave out --years: a projection ends in the year of its target".into(),
            );
        }
        let horizon = outlook.horizon;
        if to > horizon {
            let fewer =
                (from <= horizon).then(|| format!("end in {horizon}: --years {}, or ", horizon + 1 - from));
            return wrong(
                format!("{to} cannot be projected: the assumptions of scenario `{name}` end in {horizon}"),
                format!(
                    "{}let them hold longer: --set projection.to={to}",
                    fewer.unwrap_or_default()
                ),
            );
        }
        Ok(Plan {
            from,
            to,
            persons: self.persons,
            seed: self.seed,
        })
    }
}

/// A bar over so many projections of a plan.
pub(super) struct Ahead {
    bar: Progress,
    all: usize,
    done: AtomicUsize,
}

impl Ahead {
    pub(super) fn over(plan: &Plan, projections: usize) -> Ahead {
        let years = plan.years().count();
        Ahead {
            bar: Progress::new("settling persons of years to come"),
            all: projections * years * plan.persons as usize,
            done: AtomicUsize::new(0),
        }
    }

    /// So many more slots are done; there are a few more of them than persons.
    pub(super) fn more(&self, slots: usize) {
        let before = self.done.fetch_add(slots, Ordering::Relaxed);
        self.bar.at((before + slots).min(self.all), self.all);
    }
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    if let Some(out) = &args.out {
        check_apart(out, scenario.files())?;
    }
    args.report.check(args.out.as_deref())?;
    let plan = args.plan.plan(&scenario, None)?;
    let target = args.out.as_deref().map(interrupt::begin).transpose()?;
    let paths = args.paths.unwrap_or(0);
    let ahead = Ahead::over(&plan, paths as usize + 1);
    let projection = Projection::run(scenario, plan, paths, &|slots| ahead.more(slots));
    drop(ahead);
    let projection = projection?;
    let mut report = page(&projection, args.lang.lang());
    report.command(command_line());
    print(&text::render(&report, terminal_width()))?;
    let files = args.report.write(|| report)?;
    if let Some(target) = target {
        write_projection(&projection, command_line(), args.format.into(), &target)?;
        let written = interrupt::commit(target)?;
        note(format_args!("wrote {}", written.display()));
    }
    files.commit()?;
    Ok(Done::Clean)
}

/// How wide charts may be: what a page of text has, so that a pipe gets the same.
pub(super) const fn terminal_width() -> usize {
    100
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let too_wide = matches!(
            &error,
            RunError::Paths(MonteCarloError::Path { error, .. }) if error.is_of_figures()
        );
        let hint = "fewer --years, or a smaller `trend_sd` or `yearly_sd` of the assumptions on those keys";
        Failure::new(error).hinting(too_wide.then(|| hint.to_string()))
    }
}
