//! `yibao solve`: which figure keeps the fund solvent.

use crate::cli::console::print;
use crate::cli::inputs::{ScenarioArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::cli::project::{Ahead, FUTURES, PlanArgs, QUANTITIES_HELP};
use crate::money::Rate;
use crate::projection::question::{Answer, QUANTITIES, Question, Sureness, vary};
use crate::projection::solve::Outcome;
use crate::projection::target::{RequestError, Target, Vary};
use crate::report::solution;

/// Find the figure that keeps the fund solvent.
///
/// Tries values of a figure until the target is just reached, each on the same residents with the same draws. A figure that is
/// given by year takes the value in every year of the scenario, and grows from there as its assumption says.
#[derive(clap::Args)]
#[command(after_help = format!("Examples:
  yibao solve --target 'reserve_months>=6@2030' --vary funding.individual.adult
  yibao solve --target small-surplus@2026 --vary funding.individual.adult=300..900/10 \\
              --vary funding.individual.minor
  yibao solve --target 'cumulative_balance>=0@2030' --vary funding.subsidy --paths 50 --on 90

{QUANTITIES_HELP}

Exit code 1: no value reaches the target; the nearest is shown."))]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    plan: PlanArgs,
    /// What is to be reached in which year: `QUANTITY>=NUMBER@YEAR`, `QUANTITY<=NUMBER@YEAR` or `small-surplus@YEAR`
    #[arg(long, value_name = "TARGET")]
    target: String,
    /// The figure to vary, from LOW to HIGH in steps of STEP; without a range from nothing to a hundred times its value.
    /// Given several times, all move in proportion to the first
    #[arg(long, value_name = "KEY[=LOW..HIGH][/STEP]", required = true)]
    vary: Vec<String>,
    /// Vary several figures one after the other instead: the next only if the one before does not reach the target
    #[arg(long)]
    one_by_one: bool,
    /// Draw so many futures, two or more, instead of the assumptions as they are
    #[arg(long, value_name = "K", requires = "on", value_parser = clap::value_parser!(u32).range(FUTURES))]
    paths: Option<u32>,
    /// On how many percent of these futures the target must be reached
    #[arg(long, value_name = "PERCENT", requires = "paths", value_parser = clap::value_parser!(u32).range(1..=99))]
    on: Option<u32>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let scenario = args.scenario.load()?;
    let target = Target::parse(&args.target, &QUANTITIES)?;
    let varied = vary(&scenario, &args.vary)?;
    let plan = args.plan.plan(&scenario, target.year)?;
    let sureness = match (args.paths, args.on) {
        (Some(paths), Some(percent)) => Sureness::Paths {
            paths,
            share: Rate::from_ppm(percent * 10_000),
        },
        _ => Sureness::Central,
    };
    let question = Question {
        scenario: &scenario,
        plan,
        target,
        sureness,
    };
    let opening_known = question.opening_known().map_err(Failure::new)?;
    // How many values it takes is not known; most take a dozen.
    let ahead = Ahead::over(&plan, 12 * args.paths.unwrap_or(1) as usize);
    let answers = if args.one_by_one {
        one_by_one(&question, &varied, &ahead)?
    } else {
        vec![answer(&question, &varied, &ahead)?]
    };
    drop(ahead);
    if args.json {
        print(&solution::json(&question, opening_known, &answers))?;
    } else {
        print(&solution::text(&question, opening_known, &answers))?;
    }
    let reached = answers
        .last()
        .is_some_and(|answer| !matches!(answer.solution.outcome, Outcome::Nowhere { .. }));
    Ok(if reached { Done::Clean } else { Done::Look })
}

fn answer(question: &Question<'_>, varied: &[Vary], ahead: &Ahead) -> Result<Answer, Failure> {
    question
        .solve_together(varied, &|slots| ahead.more(slots))
        .map_err(Failure::new)
}

/// Each figure goes as far as it may; what it cannot reach is left to the next.
fn one_by_one(question: &Question<'_>, varied: &[Vary], ahead: &Ahead) -> Result<Vec<Answer>, Failure> {
    let mut scenario = question.scenario.clone();
    let mut answers = Vec::new();
    for one in varied {
        let next = Question {
            scenario: &scenario,
            target: question.target.clone(),
            ..*question
        };
        let found = answer(&next, std::slice::from_ref(one), ahead)?;
        let is_last = !matches!(found.solution.outcome, Outcome::Nowhere { .. });
        let sets: Vec<(String, String)> = (found.keys.iter())
            .map(|key| (key.key.clone(), key.unit.format(key.after)))
            .collect();
        answers.push(found);
        if is_last {
            break;
        }
        scenario = scenario.with(&sets)?;
    }
    Ok(answers)
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
