//! `yibao test`: worked cases, their messages, and what they cover.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cases/boundaries.rs"]
mod boundaries;
#[path = "cases/coverage.rs"]
mod coverage;
#[path = "cases/desk.rs"]
mod desk;
#[path = "cases/messages.rs"]
mod messages;

use desk::{Desk, scenarios, yibao};

/// Every scenario's cases, as they are in the repository.
#[test]
fn every_case_of_every_scenario_passes() {
    let run = yibao(&["test"], &scenarios().join(".."));
    assert_eq!(run.code, 0, "{}", run.all());
    for scenario in scenarios().read_dir().unwrap() {
        let path = scenario.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let cases = path.with_extension("").join("cases");
            assert!(cases.is_dir(), "`{}` has no cases", path.display());
        }
    }
}

#[test]
fn a_changed_figure_makes_cases_fail() {
    let desk = Desk::jinan();
    assert_eq!(desk.test(&["scenarios"]).code, 0);
    desk.edit(
        "scenarios/jinan.toml",
        "deductible = { yuan = 1000, provenance = \"placeholder\", source = \"unverified compilation\" }\nratio.adult = { rate = 0.70",
        "deductible = { yuan = 1000.01, provenance = \"placeholder\", source = \"unverified compilation\" }\nratio.adult = { rate = 0.70",
    );
    let run = desk.test(&["scenarios"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout
            .contains("deductible expected 1,000.00, got 1,000.01, +0.01"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_elsewhere_names_its_scenario() {
    let desk = Desk::new();
    let case = "[[case]]\ntitle = \"A stay\"\nyear = 2024\n[[case.claim]]\nkind = \"inpatient\"\nlevel = \"primary\"\n\
                in_scope = 1400\nexpect = { basic = 800 }\n";
    desk.write("mine.toml", case);
    let run = desk.test(&["mine.toml"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("`mine.toml` does not say which scenario it is held to"),
        "{}",
        run.stderr
    );
    assert_eq!(desk.test(&["mine.toml", "--scenario", "jinan"]).code, 0);
    desk.write("mine.toml", &format!("scenario = \"jinan\"\n{case}"));
    assert_eq!(desk.test(&["mine.toml"]).code, 0);
    // A path is read from where the file lies.
    desk.write(
        "rules/city.toml",
        &std::fs::read_to_string(scenarios().join("jinan.toml")).unwrap(),
    );
    desk.write(
        "more/mine.toml",
        &format!("scenario = \"../rules/city.toml\"\n{case}"),
    );
    assert_eq!(desk.test(&["more/mine.toml"]).code, 0);
}

#[test]
fn cases_can_be_chosen() {
    let desk = Desk::jinan();
    let run = desk.test(&["--filter", "ART. 31"]);
    assert!(run.stdout.contains("1 case with 1 claims"), "{}", run.stdout);
    let none = desk.test(&["--filter", "Atlantis"]);
    assert_eq!(none.code, 2);
    assert!(
        none.stderr
            .contains("no case has `Atlantis` in its title, citation or file")
    );
    let empty = Desk::new().test(&["."]);
    assert_eq!(empty.code, 2);
    assert!(
        empty.stderr.contains("there are no cases in `.`"),
        "{}",
        empty.stderr
    );
}

#[test]
fn json_says_the_same() {
    let desk = Desk::jinan();
    desk.edit(
        "scenarios/jinan/cases/inpatient.toml",
        "basic = 4900",
        "basic = 4899.99",
    );
    let run = desk.test(&["--json", "--coverage", "--filter", "unfiled"]);
    assert_eq!(run.code, 1);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&0.into(), &1.into()));
    let difference = &json["cases"][0]["differences"][0];
    assert_eq!(difference["what"], "basic");
    assert_eq!(
        (
            &difference["expected"],
            &difference["got"],
            &difference["difference"]
        ),
        (&"4899.99".into(), &"4900.00".into(), &"0.01".into())
    );
    let steps = difference["steps"].as_array().unwrap();
    assert!(
        steps
            .iter()
            .any(|step| step["rule"] == "ratio" && step["article"] == "Art. 16")
    );
    assert_eq!(json["coverage"][0]["scenario"], "jinan");
}
