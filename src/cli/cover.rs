//! `yibao cover`: one person's days of cover.

use crate::cli::console::{note, print, warn};
use crate::cli::inputs::{FILES_HELP, LangArg, ScenarioArgs};
use crate::cli::outcome::{Done, Failure};
use crate::data::{Inputs, LoadOptions, Loaded, load, load_people};
use crate::report::cover::{Facts, timeline};
use crate::scenario::Scenario;
use std::path::PathBuf;

/// Show one person's cover, and what would have changed it.
///
/// Shown are payments, events, and the days with reason and article. Everything is decided as `yibao settle` decides it, what would have changed it too.
#[derive(clap::Args)]
#[command(
    after_help = format!("{FILES_HELP}

Example:
  yibao cover --persons persons.csv --enrolments enrolments.csv --events events.csv --person P1

Exit code 1: the row of the person was rejected; the reason is shown.")
)]
pub(super) struct Args {
    /// Persons: psn_no, brdy, ...
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    persons: Vec<PathBuf>,
    /// Payments: psn_no, year, pay_date, amount, ...
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    enrolments: Vec<PathBuf>,
    /// Events that bear on enrolments: psn_no, event, event_date
    #[arg(long, value_name = "FILE", num_args = 1..)]
    events: Vec<PathBuf>,
    /// Claims, to show which of the person's are covered
    #[arg(long, value_name = "FILE", num_args = 1..)]
    claims: Vec<PathBuf>,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The person's psn_no
    #[arg(long, value_name = "ID")]
    person: String,
    /// Print JSON, for programs; amounts in yuan, as text
    #[arg(long, conflicts_with = "lang")]
    json: bool,
    #[command(flatten)]
    lang: LangArg,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = args.scenario.load()?;
    let loaded = read(&args, &scenario)?;
    warn(&loaded.warnings);
    let ids = &loaded.caseload.person_ids;
    let Some(person) = (0..ids.len() as u32).find(|&index| ids.get(index) == args.person) else {
        return unknown(&loaded, &args.person);
    };
    let Some(facts) = Facts::of(&loaded.caseload, person) else {
        return Err(Failure::new("there are no enrolments to show"));
    };
    let timeline = timeline(&scenario, &facts);
    if args.json {
        let json = serde_json::to_string_pretty(&timeline).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&timeline.render(args.lang.lang()))?;
    }
    Ok(Done::Clean)
}

fn read(args: &Args, scenario: &Scenario) -> Result<Loaded, Failure> {
    let given = Inputs {
        persons: args.persons.clone(),
        enrolments: args.enrolments.clone(),
        events: args.events.clone(),
        claims: args.claims.clone(),
        ..Inputs::default()
    };
    let inputs = given.find()?;
    if inputs.claims.is_empty() {
        return Ok(load_people(&inputs, scenario.codebook())?);
    }
    let years = scenario.years();
    let options = LoadOptions {
        codebook: scenario.codebook(),
        years: &years,
        only_year: None,
    };
    Ok(load(&inputs, &options)?)
}

/// The person is not among those that were read: rejected, or not there.
fn unknown(loaded: &Loaded, person: &str) -> Result<Done, Failure> {
    let of_person = |reject: &&crate::data::Reject| {
        reject.role == crate::data::FileRole::Persons && reject.psn_no.as_deref() == Some(person)
    };
    match loaded.rejects.iter().find(of_person) {
        Some(reject) => {
            let (path, line, reason) = (&reject.path, reject.line, reject.reason.name());
            note(format_args!(
                "person `{person}` was rejected: {reason} ({path}:{line}): {}",
                reject.sentence
            ));
            Ok(Done::Look)
        }
        None => Err(Failure::new(format!("there is no person `{person}`"))
            .hinting("the id is the psn_no of the persons file".to_string())),
    }
}
