//! `yibao explain`: one claim, step by step.

use crate::cli::inputs::{FILES_HELP, InputArgs, LangArg, ScenarioArgs};
use crate::cli::{Done, Failure, note, print, warn};
use crate::data::{LoadOptions, Loaded, load};
use crate::report::explanation::explain;

/// Explain one claim: every step with its article, the amounts and accumulators before and after, and the figure used
/// with its provenance.
///
/// The claim settles after the person's earlier claims, exactly as `yibao settle` settles it.
#[derive(clap::Args)]
#[command(
    after_help = format!("{FILES_HELP}\n\nExample:\n  yibao explain --persons persons.csv --claims claims.csv --claim A1 --lang zh")
)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The claim's mdtrt_id
    #[arg(long, value_name = "ID")]
    claim: String,
    /// Print JSON
    #[arg(long, conflicts_with = "lang")]
    json: bool,
    #[command(flatten)]
    lang: LangArg,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let scenario = args.scenario.load()?;
    let (inputs, only_year) = args.inputs.checked(&scenario)?;
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
    let explanation = explain(&scenario, &loaded.caseload, index);
    if args.json {
        let json = serde_json::to_string_pretty(&explanation).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&explanation.render(&scenario, args.lang.lang()))?;
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
