//! `yibao keys`: what a scenario says, key by key.

use crate::cli::console::print;
use crate::cli::inputs::ScenarioArgs;
use crate::cli::outcome::{Done, Failure};
use crate::nearest::nearest;
use crate::report::keys::{KeyRecord, render};
use crate::scenario::Key;

/// List the keys of a scenario: meaning, article, value, unit, provenance and source.
///
/// A value that varies is given by year. The paths are those that files, `--set`, records and error messages use.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  yibao keys deductible\n  yibao keys 'benefit.*.tertiary.*'\n  yibao keys funding --set funding.individual.adult.2024=420 --json"
)]
pub(super) struct Args {
    /// Only the keys that contain this, such as `deductible`, or match it, such as `benefit.*.ratio.adult`
    pattern: Option<String>,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = args.scenario.load()?;
    let mut keys = scenario.keys();
    if let Some(pattern) = &args.pattern {
        keys = chosen(keys, pattern)?;
    }
    let records: Vec<KeyRecord> = keys
        .into_iter()
        .map(|key| KeyRecord::of(&scenario, key))
        .collect();
    let text = if args.json {
        serde_json::to_string_pretty(&records).map_err(Failure::new)? + "\n"
    } else {
        render(&records)
    };
    print(&text)?;
    Ok(Done::Clean)
}

/// The keys that a pattern asks for.
fn chosen(keys: Vec<Key>, pattern: &str) -> Result<Vec<Key>, Failure> {
    let glob = glob::Pattern::new(pattern).ok();
    let fits = |path: &str| path.contains(pattern) || glob.as_ref().is_some_and(|glob| glob.matches(path));
    let (chosen, others): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| fits(&key.path));
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let paths = || others.iter().map(|key| key.path.as_str());
    let words = paths().flat_map(|path| path.split('.'));
    let near = nearest(pattern, paths()).or_else(|| nearest(pattern, words));
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    Err(Failure::new(format!("the scenario has no key like `{pattern}`")).hinting(hint))
}
