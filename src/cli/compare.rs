//! `yibao compare`: scenarios side by side on the same people.

use crate::cli::console::{command_line, note, print, warn};
use crate::cli::inputs::{FILES_HELP, LangArg, PrivacyArgs, ThreadArgs, check_apart, load_scenario};
use crate::cli::interrupt;
use crate::cli::outcome::{Done, Failure};
use crate::cli::people::PeopleArgs;
use crate::cli::progress::Progress;
use crate::cli::project::terminal_width;
use crate::cli::report::ReportFileArgs;
use crate::compare::bridge::Method;
use crate::compare::comparison::{Comparison, ComparisonError, Request, labels};
use crate::compare::output::{Record, write_comparison};
use crate::report::compare::page;
use crate::report::page::text;
use crate::scenario::{Scenario, ScenarioSpec};
use clap::ValueEnum;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Compare scenarios on the same people: costs, winners and losers, what each key costs.
///
/// Every scenario settles the same claims by the one engine. Shown are what the fund pays and for what, who raises it, what
/// people are left with, who wins and who loses, and which claims change most. People are those of files, or of a synthetic
/// city that the first scenario describes.
#[derive(clap::Args)]
#[command(after_help = format!("{FILES_HELP}

Examples:
  yibao compare jinan --set benefit.inpatient.tertiary.deductible=1200
  yibao compare jinan reform.toml reform.toml+dearer.toml --years --report reform.html
  yibao compare jinan reform.toml --bridge shapley --group funding
  yibao compare jinan reform.toml --persons persons.csv --claims claims.csv \\
                --enrolments paid.csv --payments follow

Exit code 1: rows or payments of the files were refused, or the scenarios describe different people."))]
pub(super) struct Args {
    /// The scenarios: the first is the baseline; each a name or file, or several with `+` between them
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<String>,
    /// One more scenario: the first with this value for a key; all that are given hold together
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Measure every scenario against this one too: one of those given, or one more
    #[arg(long, value_name = "SCENARIO")]
    alternative_baseline: Option<String>,
    #[command(flatten)]
    people: PeopleArgs,
    /// Split what changes over the changed keys, adding up to the fen
    #[arg(long, value_name = "METHOD", num_args = 0..=1, default_missing_value = "sequential")]
    bridge: Option<BridgeArg>,
    /// Keys at or under this one change together in the bridge; can be given several times
    #[arg(long, value_name = "KEY", requires = "bridge")]
    group: Vec<String>,
    /// How many of the claims that change most to name
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Print JSON, for programs; amounts in fen
    #[arg(long)]
    json: bool,
    /// Also write compare.json, sides.csv, winners.csv, changes.csv, changed_claims.csv and, with --bridge, bridge.csv into
    /// this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    privacy: PrivacyArgs,
    #[command(flatten)]
    report: ReportFileArgs,
    #[command(flatten)]
    lang: LangArg,
    #[command(flatten)]
    threads: ThreadArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum BridgeArg {
    /// One key after the other, in the order of the scenario
    Sequential,
    /// The mean over all orders, for up to 8 keys or groups
    Shapley,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    args.threads.apply()?;
    let (scenarios, alternative_baseline) = scenarios(&args)?;
    if let Some(out) = &args.out {
        let files = scenarios.iter().flat_map(Scenario::files);
        check_apart(out, files.chain(args.privacy.file()))?;
    }
    args.report.check(args.out.as_deref())?;
    let files = args.people.files(args.out.as_deref())?;
    let whose = args.people.whose(files.as_ref())?;
    let years = args.people.years(&scenarios, &whose)?;
    let pseudonyms = args.privacy.pseudonyms()?;
    let target = args.out.as_deref().map(interrupt::begin).transpose()?;
    let request = Request {
        scenarios: &scenarios,
        alternative_baseline,
        years: &years,
        whose: &whose,
        income: args.people.income,
        top: args.top,
        bridge: args.bridge.map(|method| match method {
            BridgeArg::Sequential => (Method::Sequential, args.group.as_slice()),
            BridgeArg::Shapley => (Method::Shapley, args.group.as_slice()),
        }),
    };
    let progress = Progress::new("settling persons");
    let done = AtomicUsize::new(0);
    let comparison = Comparison::of(&request, &|persons| {
        let done = done.fetch_add(persons, Ordering::Relaxed) + persons;
        progress.at(done, done);
    });
    drop(progress);
    let comparison = comparison?.naming(pseudonyms.as_ref());
    warn(&comparison.warnings);
    tell_left_out(&comparison);
    let mut report = page(&comparison, &request, args.lang.lang());
    report.command(command_line());
    let record = Record::of(&comparison, &whose, &comparison.files, command_line());
    if args.json {
        let json = serde_json::to_string_pretty(&record).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&text::render(&report, terminal_width()))?;
    }
    let files = args.report.write(|| report)?;
    if let Some(target) = target {
        write_comparison(&comparison, &record, &target)?;
        let written = interrupt::commit(target)?;
        note(format_args!("wrote {}", written.display()));
    }
    files.commit()?;
    Ok(if comparison.wants_a_look() {
        Done::Look
    } else {
        Done::Clean
    })
}

/// The scenarios, and which of them is the alternative baseline.
fn scenarios(args: &Args) -> Result<(Vec<Scenario>, Option<usize>), Failure> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for name in &args.scenarios {
        scenarios.push(load_scenario(&ScenarioSpec::named(name))?);
    }
    if !args.set.is_empty() {
        let first = ScenarioSpec::named(&args.scenarios[0]);
        scenarios.push(load_scenario(&ScenarioSpec {
            sets: args.set.clone(),
            ..first
        })?);
    }
    let alternative = match &args.alternative_baseline {
        None => None,
        Some(name) => Some(alternative(name, &mut scenarios)?),
    };
    if scenarios.len() < 2 {
        let hint = "give another one, or what it has otherwise: `--set KEY=VALUE`";
        return Err(Failure::new("one scenario alone compares to nothing").hinting(hint.to_string()));
    }
    Ok((scenarios, alternative))
}

/// The place of the alternative baseline among the scenarios, of which it may be one more.
fn alternative(name: &str, scenarios: &mut Vec<Scenario>) -> Result<usize, Failure> {
    let labels = labels(scenarios);
    let is_named = |(label, scenario): (&String, &Scenario)| label == name || scenario.given() == name;
    if let Some(place) = labels.iter().zip(scenarios.iter()).position(is_named) {
        return Ok(place);
    }
    scenarios.push(load_scenario(&ScenarioSpec::named(name))?);
    Ok(scenarios.len() - 1)
}

/// Says which keys of the others' cities were left out of account.
fn tell_left_out(comparison: &Comparison) {
    for pair in comparison.pairs.iter().filter(|pair| !pair.left_out.is_empty()) {
        note(format_args!(
            "warning: `{}` describes other people or illnesses than `{}` ({}), which is left out of account",
            comparison.scenarios[pair.to].label,
            comparison.scenarios[pair.from].label,
            pair.left_out.join(", ")
        ));
    }
}

impl From<ComparisonError> for Failure {
    fn from(error: ComparisonError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}
