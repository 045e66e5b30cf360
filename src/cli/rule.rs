//! `yibao rule`: the pages of the rules.

use crate::benefit::rule::Rule;
use crate::cli::console::print;
use crate::cli::outcome::{Done, Failure};
use crate::report::rule_page::{list, page};

/// Print the page of a rule, or list the rules by article.
///
/// A page has the article, what the rule does, its scenario keys, the accumulators it reads and moves, and an example.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao rule
  yibao rule deductible")]
pub(super) struct Args {
    /// The rule, such as `deductible`; without it, all are listed
    name: Option<String>,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let Some(name) = args.name else {
        print(&list())?;
        return Ok(Done::Clean);
    };
    let names = Rule::ALL.map(Rule::name);
    let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == name) else {
        let near = crate::scenario::nearest(&name, names);
        let hint = near.map_or(format!("the rules are {}", names.join(", ")), |near| {
            format!("did you mean `{near}`?")
        });
        return Err(Failure::new(format!("there is no rule `{name}`")).hinting(hint));
    };
    print(&page(rule))?;
    Ok(Done::Clean)
}
