//! `yibao boundaries`: what it writes passes, and tells when a figure changes.

use crate::desk::{Desk, scenarios};
use std::path::PathBuf;
use yibao::batch::history::Workspace;
use yibao::cases::Case;
use yibao::cases::boundaries::boundaries;
use yibao::cases::check::check;
use yibao::cases::coverage::Coverage;
use yibao::cases::read::Document;
use yibao::scenario::{Scenario, Source};

fn files() -> Vec<PathBuf> {
    let entries = scenarios().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|of| of == "toml"))
        .collect();
    files.sort();
    files
}

/// The cases that a scenario's boundaries are, read back.
fn cases(scenario: &Scenario, year: i32) -> Vec<Case> {
    let source = Source {
        name: "boundaries.toml".into(),
        text: boundaries(scenario, year).unwrap(),
    };
    Document::parse(&source).unwrap().cases(scenario).unwrap()
}

/// How many of the cases fail, and what they cover.
fn failed(scenario: &Scenario, cases: &[Case]) -> (usize, Coverage) {
    let (mut workspace, mut coverage) = (Workspace::default(), Coverage::default());
    let fails = |case: &&Case| {
        !check(scenario, case, &mut workspace, &mut coverage)
            .differences
            .is_empty()
    };
    (cases.iter().filter(fails).count(), coverage)
}

/// Whether some case fails.
fn is_told(scenario: &Scenario, cases: &[Case]) -> bool {
    let (mut workspace, mut coverage) = (Workspace::default(), Coverage::default());
    let mut verdicts = cases
        .iter()
        .map(|case| check(scenario, case, &mut workspace, &mut coverage));
    verdicts.any(|verdict| !verdict.differences.is_empty())
}

#[test]
fn the_file_passes() {
    let desk = Desk::jinan();
    let wrote = desk.run(&[
        "boundaries",
        "scenarios/jinan.toml",
        "--out",
        "scenarios/jinan/cases/edges.toml",
    ]);
    assert_eq!(wrote.code, 0, "{}", wrote.all());
    assert!(wrote.stderr.starts_with("wrote "), "{}", wrote.stderr);
    let run = desk.test(&["scenarios/jinan/cases/edges.toml"]);
    assert_eq!(run.code, 0, "{}", run.all());
    // On standard output the same.
    let printed = desk.run(&["boundaries", "jinan"]);
    assert_eq!(printed.stdout, desk.read("scenarios/jinan/cases/edges.toml"));
    let unknown = desk.run(&["boundaries", "jinan", "--year", "2031"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("no figures for benefit year 2031"),
        "{}",
        unknown.stderr
    );
}

/// Around the deductible of a tertiary hospital in 2023, worked by hand.
#[test]
fn around_a_deductible() {
    let text = boundaries(&Scenario::jinan().unwrap(), 2023).unwrap();
    let of = |title: &str| {
        let from = text
            .find(&format!("title = \"{title}\""))
            .unwrap_or_else(|| panic!("{title}"));
        let case = &text[from..];
        let (_, after) = case.split_once("expect = ").unwrap();
        after.lines().next().unwrap().to_string()
    };
    let path = "benefit.inpatient.tertiary.deductible";
    assert!(
        of(&format!("{path}: a fen before"))
            .contains("deductible = 999.99, above_ceiling = 0.00, basic = 0.00")
    );
    assert!(
        of(&format!("{path}: at it")).contains("deductible = 1000.00, above_ceiling = 0.00, basic = 0.00")
    );
    // 70 % of a fen, rounded half-up.
    assert!(
        of(&format!("{path}: a fen after"))
            .contains("deductible = 1000.00, above_ceiling = 0.00, basic = 0.01")
    );
    // The burden of 18,000: 1,000 and 30 % of 56,666.66 are 17,999.996..., so 57,666.68 is the first bill at it.
    assert!(text.contains("benefit.critical_illness.bands, ordinary: burden of 18000.00: at it"));
}

/// Every scenario's default year: the cases pass, and meet every figure that can be met in the year.
#[test]
fn every_scenario_has_boundaries_that_pass() {
    for file in files() {
        let scenario = Scenario::from_file(&file).unwrap_or_else(|error| panic!("{error}"));
        let cases = cases(&scenario, scenario.default_year());
        let (failed, coverage) = failed(&scenario, &cases);
        assert_eq!(failed, 0, "{}", file.display());
        let report = coverage.report(&scenario);
        // 36 months before 2023 there are no figures yet.
        let not_met: Vec<&String> = report
            .figures
            .not_met
            .iter()
            .filter(|path| !path.contains("three_years"))
            .collect();
        assert!(not_met.is_empty(), "{}: {not_met:?}", file.display());
    }
}

/// One figure of benefits or of enrolment after the other is changed a little: some case tells.
#[test]
fn a_changed_figure_is_told() {
    let mut untold = Vec::new();
    for file in files() {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let read = |text: String| {
            let name = name.clone();
            Scenario::from_source(Source { name, text })
        };
        let scenario = read(text.clone()).unwrap();
        let cases = cases(&scenario, scenario.default_year());
        let (mut changed, mut wrong) = (0, Vec::new());
        for (line, edited) in mutations(&text, scenario.default_year()) {
            // A year's threshold may pass another figure; such a scenario is refused, which tells as well.
            let Ok(other) = read(edited) else { continue };
            let silent = SILENT.iter().any(|silent| line.contains(silent));
            let told = is_told(&other, &cases);
            if told == silent {
                wrong.push(line);
            }
            changed += 1;
        }
        untold.extend(wrong.into_iter().map(|line| format!("{name}: {line}")));
        assert!(changed > 15, "{name}: only {changed} figures were changed");
    }
    assert!(untold.is_empty(), "{untold:#?}");
}

/// Figures of which nothing can be seen in the year: enrolment of so many years or months needs years without figures.
const SILENT: [&str; 2] = ["three_years", "at_most"];

/// The text with one number changed at a time, and the line of the change with its table.
fn mutations(text: &str, year: i32) -> Vec<(String, String)> {
    let (mut table, mut changes, mut at) = (String::new(), Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            table = line.trim().to_string();
        }
        if table.starts_with("[benefit") && !line.starts_with('#') {
            for unit in ["yuan = ", "rate = ", "years = ", "count = ", "months = "] {
                let places = line.match_indices(unit).map(|(found, _)| found + unit.len());
                // A key may have the name of a unit; the number is then further on.
                let number_at = |from: usize| {
                    let this_year = format!("{year} = ");
                    match line[from..].starts_with('{') {
                        true => line[from..]
                            .find(&this_year)
                            .map(|at| from + at + this_year.len()),
                        false => Some(from),
                    }
                };
                let Some(from) = places.filter_map(number_at).next() else {
                    continue;
                };
                let digits = line[from..]
                    .find(|c: char| !c.is_ascii_digit() && c != '.')
                    .unwrap();
                let number = &line[from..from + digits];
                let other = match unit {
                    "rate = " if number.starts_with('1') => "0.99".to_string(),
                    "rate = " => format!("{:.4}", number.parse::<f64>().unwrap() + 0.01),
                    _ => (number.parse::<i64>().unwrap() + 1).to_string(),
                };
                let mut edited = text.to_string();
                edited.replace_range(at + from..at + from + digits, &other);
                changes.push((format!("{table} {}", line.trim()), edited));
            }
        }
        at += line.len();
    }
    changes
}
