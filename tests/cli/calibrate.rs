//! `yibao calibrate` and `yibao backtest`: what they write, how they end, and questions put wrongly.

use super::*;

const TARGETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/china/china.targets.toml");

/// Two years of one published total: what is spent for a stay.
const FEW: &str = "\
[target.cost_per_admission]
values = { 2018 = 6577, 2019 = 7049.47, 2020 = 7546.18 }
tolerance = 0.01
adjust = [\"utilisation.stays.cost\", \"utilisation.levels.*.cost\", \"utilisation.deliveries.cost\"]
source = \"made up for a test\"
";

#[test]
fn a_calibration_is_an_overlay_that_any_command_takes() {
    let desk = Desk::new();
    desk.write("few.toml", FEW);
    let calibrate =
        "calibrate --scenario china-2020-base --targets few.toml --to 2020 --persons 20000 --seed 5";
    let answer = desk.yibao(&format!("{calibrate} --out fitted.toml")).exits(0);
    assert!(answer.stdout.contains("cost_per_admission"), "{}", answer.stdout);
    let source = "Where what was published stands\n  cost_per_admission  made up for a test\n";
    assert!(answer.stdout.ends_with(source), "{}", answer.stdout);
    let written = answer.stderr.trim_end();
    assert!(
        written.starts_with("wrote ") && written.ends_with("fitted.toml"),
        "{written}"
    );
    let overlay = desk.read("fitted.toml");
    assert!(
        overlay.contains("yibao calibrate") && overlay.contains("\"calibrated\""),
        "{overlay}"
    );
    // The same command writes the same file, on any number of threads.
    desk.yibao(&format!("{calibrate} --out again.toml --threads 1"))
        .exits(0);
    let renamed = overlay.replace("name = \"fitted\"", "name = \"again\"");
    assert_eq!(desk.read("again.toml"), renamed);
    // A backtest of years that it knows nothing of is no backtest.
    desk.yibao("backtest --scenario fitted.toml --targets few.toml --persons 1000 --paths 2")
        .fails_naming(&["the targets have values to 2020", "projects from 2021"]);
}

#[test]
fn what_cannot_be_matched_is_named_and_exits_1() {
    let desk = Desk::new();
    // Nothing that a bill depends on is varied.
    let other = FEW.replace(
        "\"utilisation.stays.cost\", \"utilisation.levels.*.cost\", \"utilisation.deliveries.cost\"",
        "\"funding.subsidy\"",
    );
    desk.write("few.toml", &other);
    let calibrate = "calibrate --scenario china-2020-base --targets few.toml --to 2020 --persons 2000";
    let answer = desk.yibao(calibrate).exits(1);
    assert!(answer.stdout.contains("cost_per_admission"), "{}", answer.stdout);
}

#[test]
fn a_backtest_holds_every_year_against_what_was_published() {
    let desk = Desk::new();
    let backtest =
        format!("backtest --scenario china-2020 --targets {TARGETS} --persons 2000 --paths 20 --to 2022");
    let answer = desk.yibao(&backtest);
    assert!(matches!(answer.code, Some(0 | 1)), "{}", answer.stderr);
    for words in ["2021", "2022", "929.6 bn", "935.3 bn"] {
        assert!(answer.stdout.contains(words), "{words}: {}", answer.stdout);
    }
    // The exit code says whether every band holds its value.
    let is_covered = !answer.stdout.contains("outside");
    assert_eq!(answer.code == Some(0), is_covered, "{}", answer.stdout);
}

#[test]
fn targets_that_cannot_be_read_say_where() {
    let desk = Desk::new();
    let says = |text: &str, words: &[&str]| {
        desk.write("few.toml", text);
        desk.yibao("calibrate --scenario china-2020-base --targets few.toml --to 2020 --persons 1000")
            .fails_naming(words);
    };
    says(
        "[target.cost_per_stay]\nvalues = { 2020 = 1 }\n",
        &["few.toml", "cost_per_stay"],
    );
    says(&FEW.replace("values", "value"), &["few.toml", "value"]);
    says("[target", &["few.toml"]);
    desk.yibao("calibrate --scenario china-2020-base --targets absent.toml")
        .fails_naming(&["absent.toml"]);
    desk.write("few.toml", FEW);
    desk.yibao("calibrate --scenario china-2020-base --targets few.toml --to 2031")
        .fails_naming(&["has figures to", "not to 2031"]);
    desk.write("small.toml", include_str!("../scenario/small.toml"));
    desk.yibao("backtest --scenario small.toml --targets few.toml")
        .fails_naming(&["has no `[projection]`"]);
}
