//! The page of a rule: the documentation that heads its file, word for word.

use crate::benefit::rule::Rule;
use crate::report::table::Table;

/// The source file of each rule, whose first lines are its page.
const fn source(rule: Rule) -> &'static str {
    match rule {
        Rule::Category => include_str!("../insured/category.rs"),
        Rule::Contribution => include_str!("../insured/contribution.rs"),
        Rule::Enrolment => include_str!("../insured/enrolment.rs"),
        Rule::Newborn => include_str!("../insured/newborn.rs"),
        Rule::Late => include_str!("../insured/late.rs"),
        Rule::Waiting => include_str!("../insured/waiting.rs"),
        Rule::Refund => include_str!("../insured/refund.rs"),
        Rule::Channel => include_str!("../insured/channel.rs"),
        Rule::Employee => include_str!("../insured/employee.rs"),
        Rule::Cover => include_str!("../insured/cover.rs"),
        Rule::Institution => include_str!("../benefit/institution.rs"),
        Rule::SpecialAccount => include_str!("../benefit/special_account.rs"),
        Rule::Exclusion => include_str!("../benefit/exclusion.rs"),
        Rule::Scope => include_str!("../benefit/scope.rs"),
        Rule::Referral => include_str!("../benefit/referral.rs"),
        Rule::OutOfArea => include_str!("../benefit/out_of_area.rs"),
        Rule::Deductible => include_str!("../benefit/deductible.rs"),
        Rule::Ceiling => include_str!("../benefit/ceiling.rs"),
        Rule::Ratio => include_str!("../benefit/ratio.rs"),
        Rule::Disease => include_str!("../benefit/disease.rs"),
        Rule::FundLimit => include_str!("../benefit/fund_limit.rs"),
        Rule::Maternity => include_str!("../benefit/maternity.rs"),
        Rule::CriticalIllness => include_str!("../benefit/critical_illness.rs"),
        Rule::Assistance => include_str!("../benefit/assistance.rs"),
        Rule::Subsidy => include_str!("../benefit/subsidy.rs"),
        Rule::PayoutCeiling => include_str!("../benefit/payout_ceiling.rs"),
        Rule::Person => include_str!("../benefit/person.rs"),
        Rule::Reversal => include_str!("../batch/history.rs"),
    }
}

/// The page, in Markdown.
pub fn page(rule: Rule) -> String {
    let header = source(rule).lines().map_while(|line| line.strip_prefix("//!"));
    let lines = header.map(|line| line.strip_prefix(' ').unwrap_or(line));
    // A page may follow an introduction to its file; it begins at its title.
    let page = lines.skip_while(|line| !line.starts_with("# "));
    // As in rustdoc, lines of an example that begin with `# ` are scaffolding.
    let mut in_example = false;
    let shown = page.filter(|line| {
        in_example ^= line.starts_with("```");
        !(in_example && line.starts_with("# "))
    });
    shown.map(|line| format!("{line}\n")).collect()
}

/// The title of the page, and what it says under **Article**.
fn title_and_article(rule: Rule) -> (String, String) {
    let page = page(rule);
    let title = page
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("# ")
        .to_string();
    let paragraph: Vec<&str> = page
        .lines()
        .skip_while(|line| !line.starts_with("**Article**"))
        .take_while(|line| !line.is_empty())
        .collect();
    let article = paragraph.join(" ");
    (
        title,
        article
            .trim_start_matches("**Article**:")
            .trim()
            .trim_end_matches('.')
            .to_string(),
    )
}

/// The rules with their titles and articles, in the order of the articles.
pub fn list() -> String {
    let mut rules = Rule::ALL.map(|rule| (title_and_article(rule), rule));
    // Where an article's citation goes on to say why, the list leaves that to the page.
    let brief = |article: &str| {
        article
            .split([':', '('])
            .next()
            .unwrap_or_default()
            .trim()
            .to_string()
    };
    let number = |article: &str| {
        let digits = article.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    rules.sort_by_key(|((_, article), _)| number(article));
    let mut table = Table::left_aligned();
    for ((title, article), rule) in rules {
        table.row([rule.name().to_string(), title, brief(&article)]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_fixed_headings() {
        for rule in Rule::ALL {
            let page = page(rule);
            assert!(page.starts_with("# "), "{}", rule.name());
            for heading in [
                "**Article**",
                "**What it does**",
                "**Scenario keys**",
                "**Accumulators**",
                "**Example**",
            ] {
                assert!(page.contains(heading), "{}: {heading}", rule.name());
            }
            assert!(title_and_article(rule).1.starts_with("Art."), "{}", rule.name());
        }
    }
}
