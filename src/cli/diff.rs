//! `yibao diff`: what has changed from one scenario to another.

use crate::cli::console::print;
use crate::cli::inputs::LangArg;
use crate::cli::outcome::{Done, Failure};
use crate::report::diff::{ChangeRecord, render};
use crate::scenario::{Scenario, ScenarioSpec};

/// Say in plain words what differs between two scenarios.
///
/// By chapter, with article, provenance and source. Values are compared as what they say: `0.70` is `0.7`, and a value for all
/// years is that value in each of them.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao diff jinan plan.toml
  yibao diff jinan jinan+plan.toml --lang zh
  yibao diff jinan jinan --set-b fund.interest=0.03 --json

Exit code 1: something differs.")]
pub(super) struct Args {
    /// The rules before: `jinan`, `china` or `china-2020`, which are built in, or a scenario file; overlays stacked with `+`
    #[arg(value_name = "A")]
    before: String,
    /// The rules after
    #[arg(value_name = "B")]
    after: String,
    /// Another value for a key of A; can be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set_a: Vec<String>,
    /// Another value for a key of B; can be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set_b: Vec<String>,
    /// Only keys whose value differs, not those of which provenance or source alone does
    #[arg(long)]
    values: bool,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    lang: LangArg,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let load = |scenario: &str, sets: &[String]| {
        Scenario::load(&ScenarioSpec {
            sets: sets.to_vec(),
            ..ScenarioSpec::named(scenario)
        })
    };
    let (before, after) = (load(&args.before, &args.set_a)?, load(&args.after, &args.set_b)?);
    let mut changes = before.changes(&after);
    changes.retain(|change| !args.values || change.is_of_value());
    if args.json {
        let records: Vec<ChangeRecord> = changes.iter().map(ChangeRecord::of).collect();
        let text = serde_json::to_string_pretty(&records).map_err(Failure::new)?;
        print(&(text + "\n"))?;
    } else {
        print(&render(&before, &after, &changes, args.lang.lang()))?;
    }
    Ok(if changes.is_empty() {
        Done::Clean
    } else {
        Done::Look
    })
}
