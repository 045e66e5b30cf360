//! `yibao schema`: the scenario format, for editors and for readers.

use crate::cli::console::print;
use crate::cli::outcome::{Done, Failure};
use crate::report::reference;
use crate::scenario::schema;

/// Print the JSON Schema of scenario files, for editors.
///
/// With it (draft 2020-12, for whole scenarios and overlays) an editor completes keys and marks mistakes while typing. Put it beside the scenarios and begin a file with `#:schema ./scenario.schema.json`, which Taplo and Even Better TOML
/// understand. What hangs on other keys, such as the years that must be there, only `yibao check` can tell.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  yibao schema > scenarios/scenario.schema.json")]
pub(super) struct Args {
    /// Print the keys as tables for reading instead (Markdown)
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    if args.markdown {
        print(&reference::markdown())?;
        return Ok(Done::Clean);
    }
    let text = serde_json::to_string_pretty(&schema()).map_err(Failure::new)?;
    print(&(text + "\n"))?;
    Ok(Done::Clean)
}
