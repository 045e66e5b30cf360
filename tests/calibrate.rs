//! Calibration finds what was planted, knows nothing of later years, and the national scenarios hold what was published.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use yibao::calibrate::{FitOptions, Fitted, Metric, Targets, fit, trends};
use yibao::scenario::{Scenario, ScenarioSpec};

/// The calibrated scenarios, with the last year that each knows of.
const NATIONAL: [(&str, i32); 2] = [
    ("scenarios/china/china-2020.toml", 2020),
    ("scenarios/china/china.toml", 2023),
];

fn scenario(name: &str) -> Scenario {
    let spec = ScenarioSpec {
        scenario: name.to_string(),
        sets: Vec::new(),
    };
    Scenario::load(&spec).unwrap()
}

fn published() -> Targets {
    Targets::read(Path::new("scenarios/china/china.targets.toml")).unwrap()
}

fn fitted(scenario: &Scenario, targets: &Targets, persons: u32) -> Fitted {
    let options = FitOptions {
        persons,
        seed: 11,
        precision: 1e-4,
    };
    fit(scenario, targets, options, &|_, _| {}).unwrap()
}

/// The table with nothing to adjust: fitting only compares.
fn only_compared(mut targets: Targets) -> Targets {
    targets.series.iter_mut().for_each(|series| series.adjust.clear());
    targets
}

#[test]
fn planted_figures_are_found_again() {
    const PLANTED: [(&str, f64); 5] = [
        ("utilisation.stays.per_head.2020", 0.18),
        ("utilisation.visits.cost.2020", 70.0),
        ("utilisation.chronic.per_head.2020", 0.3),
        ("funding.subsidy.2020", 700.0),
        ("benefit.inpatient.secondary.ratio.2020", 0.7),
    ];
    let base = scenario("china-2020-base");
    let planted = base.with(&PLANTED).unwrap();
    let mut targets = published().to(2020);
    targets
        .series
        .iter_mut()
        .for_each(|series| series.values.retain(|&year, _| year == 2020));
    targets.series.retain(|series| {
        let metrics = [
            "admissions_per_100",
            "cost_per_visit",
            "chronic_visits_per_head",
            "income",
            "in_scope_ratio",
        ];
        metrics.contains(&series.metric.name())
    });
    let drawn = fitted(&planted, &only_compared(targets.clone()), 20_000);
    for (series, outcome) in targets.series.iter_mut().zip(&drawn.years[0].outcomes) {
        series.values.insert(2020, outcome.before);
    }
    let ratio = targets
        .series
        .iter_mut()
        .find(|series| series.metric.name() == "in_scope_ratio");
    ratio.unwrap().adjust = vec!["benefit.inpatient.secondary.ratio".into()];
    let found = fitted(&base, &targets, 20_000);
    let year = &found.years[0];
    for (key, value) in PLANTED {
        let key = key.strip_suffix(".2020").unwrap();
        let (_, _, after) = year.keys.iter().find(|(known, _, _)| known == key).unwrap();
        let after: f64 = after.parse().unwrap();
        assert!(
            (after / value - 1.0).abs() < 0.003,
            "{key}: {after}, planted {value}"
        );
    }
    assert!(
        year.outcomes.iter().all(|of| of.off().abs() < 2e-4),
        "{:?}",
        year.outcomes
    );
}

#[test]
fn what_cannot_be_matched_is_said() {
    let text = "[target.in_scope_ratio]\nvalues = { 2020 = 1.5 }\ntolerance = 0.01\n\
                adjust = [\"benefit.inpatient.*.ratio\"]\nsource = \"s\"\n\
                [target.visits_per_head]\nvalues = { 2020 = 3 }\ntolerance = 0.01\n\
                adjust = [\"utilisation.stays.days\"]\nsource = \"s\"\n";
    let targets = Targets::parse("t.toml", text).unwrap();
    let found = fitted(&scenario("china-2020-base"), &targets, 5_000);
    let [visits, ratio] = ["visits_per_head", "in_scope_ratio"].map(|name| {
        let mut outcomes = found.years[0].outcomes.iter();
        outcomes.find(|of| of.metric.name() == name).unwrap()
    });
    assert!(visits.idle && !visits.adjusted && !visits.is_matched());
    assert!(ratio.adjusted && !ratio.is_matched() && ratio.after < 1.0 && ratio.after > ratio.before);
}

#[test]
fn nothing_of_later_years_bears_on_a_calibration_to_2020() {
    let scenario = scenario(NATIONAL[0].0);
    let targets = published();
    let mut other = targets.clone();
    for values in other
        .series
        .iter_mut()
        .map(|series| &mut series.values)
        .chain(other.references.iter_mut().map(|series| &mut series.values))
    {
        values.range_mut(2021..).for_each(|(_, value)| *value *= 3.0);
    }
    assert_ne!(targets, other);
    assert_eq!(targets.to(2020), other.to(2020));
    assert_eq!(
        trends(&scenario, &targets.to(2020)).unwrap(),
        trends(&scenario, &other.to(2020)).unwrap()
    );
    assert_eq!(scenario.years(), [2018, 2019, 2020]);
}

#[test]
fn the_trends_of_the_national_scenarios_are_those_of_the_table() {
    for (name, last) in NATIONAL {
        let scenario = scenario(name);
        let outlook = scenario.outlook().unwrap();
        for fit in trends(&scenario, &published().to(last)).unwrap() {
            let mut assumptions = outlook.assumptions.iter();
            let assumption = assumptions.find(|of| of.name == fit.trend.name).unwrap();
            for (sd, of) in [
                (fit.trend_sd, assumption.trend_sd),
                (fit.yearly_sd, assumption.yearly_sd),
            ] {
                assert!((sd - of).abs() < 1e-6, "{name}, {}", fit.trend.name);
            }
            let next = assumption.growth(fit.years.1 + 1);
            assert!(
                next.is_none_or(|next| (next - fit.growth[0]).abs() < 1e-6),
                "{name}, {}",
                fit.trend.name
            );
        }
    }
}

/// Another sample than the one that was fitted, of the same size: what is left is its chance.
#[test]
fn the_national_scenarios_hold_what_was_published() {
    for (name, last) in NATIONAL {
        let drawn = fitted(&scenario(name), &only_compared(published().to(last)), 200_000);
        assert_eq!(drawn.years.last().unwrap().year, last);
        for year in &drawn.years {
            for of in &year.outcomes {
                // Few persons on dialysis make a large part of the chronic visits, so a sample has some more or some less of
                // them: nine samples of 200,000 persons (seeds 1 to 8 and 11) were off by -0.5 to +10.5 %.
                let is_chronic =
                    [Metric::ChronicVisitsPerHead, Metric::CostPerChronicVisit].contains(&of.metric);
                let allowed = if is_chronic { 0.15 } else { 0.05 };
                assert!(of.off().abs() < allowed, "{name} {}: {of:?}", year.year);
            }
        }
    }
}
