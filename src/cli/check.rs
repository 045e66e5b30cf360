//! `yibao check`: what is wrong with a scenario, and what it hardly means.

use crate::cli::console::print;
use crate::cli::inputs::{ScenarioArgs, ThreadArgs};
use crate::cli::outcome::{Done, Failure};
use crate::lint::{Options, Severity, check};
use crate::report::lint::{CheckRecord, list, render};

/// Check a scenario: errors, and what it hardly means.
///
/// Lints look at ratios and deductibles by level, bands that nobody reaches, cliffs (a fen more on the bill costs the person
/// a yuan or more), years that are missing or that nothing reads, how well figures are founded, and figures that change
/// nothing. Bills are settled by the engine itself, and each figure is changed a little while the same synthetic people
/// settle again. A scenario says in its header what it means all the same: `allow = [{ lint, key, reason }]`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao check my-city.toml
  yibao check plan.toml --set benefit.ceiling.amount=800 --json
  yibao check --lints

Exit code 1: there is a warning; with --strict, a warning or a note.")]
pub(super) struct Args {
    /// The rules: a scenario file, or `jinan`, `china` or `china-2020`, which are built in [default: jinan]
    #[arg(value_name = "NAME|FILE", conflicts_with = "scenario")]
    path: Option<String>,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Exit with 1 for notes too
    #[arg(long)]
    strict: bool,
    /// Residents of the synthetic year on which figures are changed
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    persons: u32,
    /// Seed of their draws
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Leave out changing each figure and settling again
    #[arg(long, conflicts_with_all = ["persons", "seed"])]
    no_effects: bool,
    /// Show what the scenario allows too
    #[arg(long)]
    allowed: bool,
    /// List the lints
    #[arg(long)]
    lints: bool,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: ThreadArgs,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    if args.lints {
        print(&list())?;
        return Ok(Done::Clean);
    }
    args.threads.apply()?;
    let scenario = match args.scenario.named(args.path.as_deref()).load_or_say() {
        Ok(scenario) => scenario,
        Err(error) => {
            if args.json {
                print(&as_json(&CheckRecord::of_error(&error))?)?;
            }
            return Err(error.into());
        }
    };
    let options = Options {
        persons: (!args.no_effects).then_some(args.persons),
        seed: args.seed,
    };
    let checked = check(&scenario, options);
    if args.json {
        print(&as_json(&CheckRecord::of(scenario.name(), &checked))?)?;
    } else {
        print(&render(&checked, args.allowed))?;
    }
    let wants_a_look = checked.findings.iter().any(|finding| {
        finding.allowed.is_none() && (args.strict || finding.lint.severity() == Severity::Warning)
    });
    Ok(if wants_a_look { Done::Look } else { Done::Clean })
}

fn as_json(record: &CheckRecord) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(record).map_err(Failure::new)?;
    Ok(text + "\n")
}
