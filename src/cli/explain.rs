//! `yibao explain`: one claim, step by step.

use crate::batch::claims_by_person;
use crate::cli::console::{note, print, warn};
use crate::cli::inputs::{FILES_HELP, InputArgs, LangArg, ScenarioArgs, load_scenario};
use crate::cli::outcome::{Done, Failure};
use crate::compare::comparison::labels;
use crate::compare::contrast::{Contrast, Standing};
use crate::data::{Inputs, LoadOptions, Loaded, load};
use crate::report::contrast;
use crate::report::explanation::explain;
use crate::scenario::{Scenario, ScenarioSpec};

/// Explain one claim, step by step and article by article.
///
/// Every step has its article, the amounts and accumulators before and after, and the figures used with their provenance.
/// The claim settles after the person's earlier claims, exactly as `yibao settle` settles it.
#[derive(clap::Args)]
#[command(
    after_help = format!("{FILES_HELP}

Examples:
  yibao explain --persons persons.csv --claims claims.csv --claim A1 --lang zh
  yibao explain --persons persons.csv --claims claims.csv --claim A1 --against reform.toml

Exit code 1: the row of the claim was rejected; the reason is shown.")
)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The claim's mdtrt_id
    #[arg(long, value_name = "ID")]
    claim: String,
    /// Set the claim against itself under another scenario: the first step where the two part, and what follows
    #[arg(long, value_name = "SCENARIO")]
    against: Option<String>,
    /// Another value for a key of the other scenario, which is the same one if --against is not given
    #[arg(long, value_name = "KEY=VALUE")]
    against_set: Vec<String>,
    /// Print JSON, for programs; amounts in yuan, as text
    #[arg(long, conflicts_with = "lang")]
    json: bool,
    #[command(flatten)]
    lang: LangArg,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = args.scenario.load()?;
    let (inputs, only_year) = args.inputs.clone().checked(&scenario)?;
    let years = scenario.years();
    let loaded = load(
        &inputs,
        &LoadOptions {
            codebook: scenario.codebook(),
            years: &years,
            only_year,
        },
    )?;
    warn(&loaded.warnings);
    let ids = &loaded.caseload.claim_ids;
    let Some(index) = (0..ids.len() as u32).find(|&index| ids.get(index) == args.claim) else {
        return not_settled(&loaded, &args.claim);
    };
    if args.against.is_some() || !args.against_set.is_empty() {
        return against(&args, &scenario, &loaded, (&inputs, only_year));
    }
    let explanation = explain(&scenario, &loaded.caseload, index);
    warn(&explanation.unstated());
    if args.json {
        let json = serde_json::to_string_pretty(&explanation).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&explanation.render(&scenario, args.lang.lang()))?;
    }
    Ok(Done::Clean)
}

/// The claim under another scenario too. Where that reads other codes, the files are read again.
fn against(
    args: &Args,
    scenario: &Scenario,
    loaded: &Loaded,
    (inputs, only_year): (&Inputs, Option<i32>),
) -> Result<Done, Failure> {
    // Without another scenario it is the same one, with what is set on it.
    let (given, mut sets) = match &args.against {
        Some(other) => (other.clone(), Vec::new()),
        None => (scenario.given().to_string(), args.scenario.sets().to_vec()),
    };
    sets.extend(args.against_set.iter().cloned());
    let other = load_scenario(&ScenarioSpec {
        scenario: given,
        sets,
    })?;
    let same_codes = other.codebook() == scenario.codebook() && other.years() == scenario.years();
    let read_again = match same_codes {
        true => None,
        false => Some(load(
            inputs,
            &LoadOptions {
                codebook: other.codebook(),
                years: &other.years(),
                only_year,
            },
        )?),
    };
    let other_loaded = read_again.as_ref().unwrap_or(loaded);
    let standing = |scenario: &Scenario, loaded: &Loaded| {
        let by_person = claims_by_person(&loaded.caseload);
        Standing::of(&args.claim, scenario, &loaded.caseload, &by_person)
    };
    let (Some(before), Some(after)) = (standing(scenario, loaded), standing(&other, other_loaded)) else {
        return not_settled(other_loaded, &args.claim);
    };
    let contrast = Contrast::of(&args.claim, before, after);
    let both = [scenario.clone(), other];
    let labels = labels(&both);
    let scenarios = [&both[0], &both[1]];
    if args.json {
        let record = contrast::record(&contrast, scenarios);
        let json = serde_json::to_string_pretty(&record).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        let labels = [labels[0].as_str(), labels[1].as_str()];
        print(&contrast::render(&contrast, scenarios, labels, args.lang.lang()))?;
    }
    Ok(Done::Clean)
}

/// The claim is not among those that settle: because it was rejected, or because it is not there.
fn not_settled(loaded: &Loaded, claim: &str) -> Result<Done, Failure> {
    let rejected = loaded
        .rejects
        .iter()
        .find(|reject| reject.mdtrt_id.as_deref() == Some(claim));
    match rejected {
        Some(reject) => {
            let (path, line, reason) = (&reject.path, reject.line, reject.reason.name());
            note(format_args!(
                "claim `{claim}` was rejected: {reason} ({path}:{line}): {}",
                reject.sentence
            ));
            Ok(Done::Look)
        }
        None => {
            let hint = "the id is the mdtrt_id of the claims file; with --year, other years are left out";
            Err(Failure::new(format!("there is no claim `{claim}`")).hinting(hint.to_string()))
        }
    }
}
