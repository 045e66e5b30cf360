//! `yibao rule`: the pages of the rules.

use crate::benefit::rule::Rule;
use crate::cli::{Done, Failure, print};
use crate::report::rule_page::{page, title_and_article};
use crate::report::table::Table;

/// Print the page of a rule: article, what it does, scenario keys, accumulators, example. Without a name, list the
/// rules by article.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The rule, such as `deductible`
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

/// The rules in the order of the articles that they rest on.
fn list() -> String {
    let mut rows: Vec<(u32, Vec<String>)> = Rule::ALL
        .into_iter()
        .map(|rule| {
            let (title, article) = title_and_article(rule);
            let article = article
                .split([':', '('])
                .next()
                .unwrap_or_default()
                .trim()
                .to_string();
            let digits: String = article
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            (
                digits.parse().unwrap_or(u32::MAX),
                vec![rule.name().to_string(), title, article],
            )
        })
        .collect();
    rows.sort_by_key(|(number, _)| *number);
    let mut table = Table::left_aligned();
    for (_, row) in rows {
        table.row(row);
    }
    table.render()
}
