//! What lints find: each of them once, word by word; that an allowance hides it and nothing else; and that what is shipped
//! is clean.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::golden::golden_in;
use std::path::Path;
use yibao::lint::{Checked, Lint, Options, Severity, check};
use yibao::report::lint::render;
use yibao::scenario::{Scenario, ScenarioSpec, Source};

const SMALL: &str = include_str!("scenario/small.toml");

/// Bills alone: no figure is changed.
const STILL: Options = Options {
    persons: None,
    seed: 1,
};

const LEVELS: &str = "[levels.town]\nname_zh = \"镇\"\nhosp_lv = [\"11\"]\n\n[levels.city]\nname_zh = \"三级\"\n\
                      hosp_lv = [\"02\"]\n\n[scope]\n";

fn figure(value: &str) -> String {
    format!(r#"{{ {value}, provenance = "official", source = "test" }}"#)
}

/// The small scenario after edits; what stands nowhere goes to the end.
fn small(edits: &[(&str, &str)]) -> Scenario {
    let mut text = SMALL.to_string();
    for (from, to) in edits {
        if from.is_empty() {
            text.push_str(to);
            continue;
        }
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand there exactly once"
        );
        text = text.replacen(from, to, 1);
    }
    let name = "small.toml".into();
    Scenario::from_source(Source { name, text }).unwrap_or_else(|error| panic!("{error}"))
}

/// What is found of one lint.
fn only(checked: &Checked, lint: Lint) -> Checked {
    let mut only = checked.clone();
    only.findings.retain(|finding| finding.lint == lint);
    only.tried = None;
    only
}

/// A scenario in which a lint finds something.
fn planted(lint: Lint) -> Scenario {
    let more = |keys: String| {
        (
            "counts_admission = true\n",
            format!("counts_admission = true\n{keys}\n"),
        )
    };
    let edits: Vec<(&str, String)> = match lint {
        Lint::RatioRises => vec![
            ("[scope]\n", LEVELS.into()),
            more(format!("town.ratio = {}\ncity.ratio = {}", figure("rate = 0.6"), figure("rate = 0.65"))),
        ],
        Lint::DeductibleFalls => vec![
            ("[scope]\n", LEVELS.into()),
            more(format!("town.deductible = {}", figure("yuan = { 2020 = 900, 2021 = 1200 }"))),
        ],
        Lint::UnreachableBand => vec![
            (
                "ratio = { rate = 0.70, provenance = \"placeholder\", source = \"test\" }",
                format!(
                    "ratio = {}",
                    figure("bands = [{ from = 0, to = 300000, rate = 0.7 }, { from = 300000, rate = 0.8 }]")
                ),
            ),
            ("limit = { unlimited = true, provenance = \"placeholder\"", "limit = { yuan = 20000, provenance = \"placeholder\"".into()),
        ],
        Lint::CeilingBelowDeductible => vec![("amount = { yuan = 250000", "amount = { yuan = 500".into())],
        Lint::EmptyGroup => vec![more(format!(
            "addition.old = {{ rate_add = {}, age_from = {}, age_below = {} }}",
            figure("rate = 0.05"),
            figure("years = 70"),
            figure("years = 60")
        ))],
        Lint::Cliff => vec![(
            "",
            format!(
                "\n[benefit.assistance]\nkinds = [\"inpatient\"]\nbase = [\"deductible\", \"copayment\"]\nthreshold = {}\nlimit = {}\n\
                 identity.dibao = {}\n\n[benefit.assistance.large]\nabove = {}\nlimit = {}\nidentity.dibao = {}\n",
                figure("yuan = 0"),
                figure("unlimited = true"),
                figure("rate = 0.9"),
                figure("yuan = 50000"),
                figure("unlimited = true"),
                figure("rate = 0.5")
            ),
        )],
        Lint::YearMissing => vec![(
            "",
            "\n[projection]\nto = 2030\n\n[projection.assume]\nsubsidy = { growth = 0, keys = [\"funding.subsidy\"], \
             provenance = \"proposal\", source = \"test\" }\n"
                .into(),
        )],
        Lint::YearUnread => vec![("yuan = { 2020 = 550,", "yuan = { 2019 = 520, 2020 = 550,".into())],
        Lint::NoSource => vec![(
            "work_funds = { yuan = 2, provenance = \"official\", source = \"test\" }",
            "work_funds = { yuan = 2, provenance = \"official\", source = \"...\" }".into(),
        )],
        Lint::NoEffect => vec![more(format!("fund_limit = {}", figure("yuan = 900000")))],
        Lint::Allowance => vec![(
            "year_of = \"discharge\"\n",
            "year_of = \"discharge\"\nallow = [\n    { lint = \"clif\", key = \"fund.interest\", reason = \"a word misspelt\" },\n    \
             { lint = \"cliff\", key = \"fund.interest\", reason = \"there is none\" },\n]\n"
                .into(),
        )],
        Lint::Placeholders => Vec::new(),
        Lint::RarelyUsed => return Scenario::jinan().unwrap(),
    };
    let edits: Vec<(&str, &str)> = edits.iter().map(|(from, to)| (*from, to.as_str())).collect();
    small(&edits)
}

/// How a lint is looked for: some need figures to be changed.
fn options(lint: Lint) -> Options {
    match lint {
        Lint::NoEffect => Options {
            persons: Some(100),
            ..STILL
        },
        Lint::RarelyUsed => Options {
            persons: Some(300),
            ..STILL
        },
        _ => STILL,
    }
}

#[test]
fn every_lint_says_what_it_found_and_why_it_matters() {
    let mut all = String::new();
    for lint in Lint::ALL {
        let checked = check(&planted(lint), options(lint));
        let mut found = only(&checked, lint);
        assert!(!found.findings.is_empty(), "{} finds nothing", lint.name());
        // Of a large scenario, what is touched rarely would fill pages.
        found.findings.truncate(2);
        all.push_str(&format!("== {}\n{}\n", lint.name(), render(&found, true)));
    }
    golden_in("lint", "lints.txt", &all);
}

/// What was planted is found, and where nothing was planted it is not.
#[test]
fn the_small_scenario_has_only_placeholders() {
    let checked = check(&small(&[]), options(Lint::NoEffect));
    let found: Vec<&str> = checked
        .findings
        .iter()
        .map(|finding| finding.lint.name())
        .collect();
    assert_eq!(found, ["placeholders"]);
}

#[test]
fn an_allowance_hides_what_it_names_and_says_why() {
    let allow = "year_of = \"discharge\"\nallow = [{ lint = \"year-unread\", key = \"funding.*\", reason = \"kept to compare\" }]\n";
    let unread = ("yuan = { 2020 = 550,", "yuan = { 2019 = 520, 2020 = 550,");
    let allowed = small(&[("year_of = \"discharge\"\n", allow), unread]);
    let checked = check(&allowed, STILL);
    let found = only(&checked, Lint::YearUnread);
    assert_eq!(found.findings[0].allowed.as_deref(), Some("kept to compare"));
    assert!(only(&checked, Lint::Allowance).findings.is_empty());
    // At another key it hides nothing, and is itself found.
    let other = allow.replace("funding.*", "fund.*");
    let checked = check(&small(&[("year_of = \"discharge\"\n", &other), unread]), STILL);
    assert_eq!(only(&checked, Lint::YearUnread).findings[0].allowed, None);
    assert_eq!(only(&checked, Lint::Allowance).findings.len(), 1);
}

/// A figure changed to what it is has an effect if the figure has one: each ratio of Jinan's insured is told apart.
#[test]
fn figures_that_matter_are_not_found() {
    let checked = check(&Scenario::jinan().unwrap(), options(Lint::RarelyUsed));
    let without_effect: Vec<&str> = checked
        .findings
        .iter()
        .filter(|finding| [Lint::NoEffect, Lint::RarelyUsed].contains(&finding.lint))
        .map(|finding| finding.at.key.as_str())
        .collect();
    for key in [
        "benefit.inpatient.tertiary.ratio.adult",
        "benefit.inpatient.tertiary.deductible",
        "benefit.general_outpatient.ratio",
        "funding.individual.adult",
        "funding.subsidy",
        "fund.interest",
        "enrolment.window",
    ] {
        assert!(!without_effect.contains(&key), "{key}: {without_effect:?}");
    }
    let tried = checked.tried.unwrap();
    assert!(
        tried.figures > 60 && tried.persons > 200 && tried.cases > 100,
        "{tried:?}"
    );
}

/// What is shipped has been looked at: nothing is left but notes, and what is allowed has its reason. No figure of the rules is
/// dead: a few hundred people or a worked case notice each.
#[test]
fn shipped_scenarios_are_clean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let mut names: Vec<String> = files.map(|path| path.display().to_string()).collect();
    names.sort();
    names.extend(["china".to_string(), "china-2020".to_string()]);
    for name in names {
        let scenario = Scenario::load(&ScenarioSpec::named(&name)).unwrap();
        let mut checked = check(&scenario, options(Lint::RarelyUsed));
        checked
            .findings
            .retain(|finding| finding.lint.severity() == Severity::Warning && finding.allowed.is_none());
        assert!(checked.findings.is_empty(), "{name}\n{}", render(&checked, false));
    }
}
