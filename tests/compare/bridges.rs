//! Bridges add up to the fen, whatever is changed, and prefer no key.

use crate::{CITY, JINAN, REFORM, compared, jinan, with};
use proptest::prelude::*;
use yibao::compare::bridge::{Bridge, BridgeError, Measure, Method, Way};
use yibao::compare::comparison::{Comparison, Request};
use yibao::compare::crowd::Whose;
use yibao::money::Fen;
use yibao::scenario::Scenario;

fn bridge(after: Scenario, method: Method, groups: &[&str]) -> (Bridge, Comparison) {
    let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
    let mut comparison = compared(&[jinan(), after], Some((method, &groups)), &CITY);
    (comparison.pairs[0].bridge.take().unwrap(), comparison)
}

fn assert_adds_up(bridge: &Bridge, comparison: &Comparison) {
    let sides = &comparison.years[0].sides;
    for (index, measure) in Measure::ALL.into_iter().enumerate() {
        let shares: Fen = bridge.steps.iter().map(|step| step.amounts[index]).sum();
        assert_eq!(
            shares,
            measure.of(&sides[1]) - measure.of(&sides[0]),
            "{measure:?}"
        );
    }
}

#[test]
fn steps_are_the_changed_keys_in_the_order_of_the_document() {
    let (bridge, comparison) = bridge(with(&REFORM), Method::Sequential, &[]);
    let keys: Vec<&str> = bridge.steps.iter().map(|step| step.keys[0].as_str()).collect();
    assert_eq!(
        keys,
        [
            "funding.individual.adult",
            "benefit.ceiling.amount",
            "benefit.inpatient.tertiary.deductible",
            "benefit.general_outpatient.ratio",
        ]
    );
    assert_adds_up(&bridge, &comparison);
    let cost = |step: usize| bridge.steps[step].amounts[0];
    // A contribution moves no benefit, and a benefit no contribution.
    assert_eq!(cost(0), Fen::ZERO);
    assert!(cost(2) < Fen::ZERO && cost(3) > Fen::ZERO);
    assert!(bridge.steps[0].amounts[2] > Fen::ZERO);
    assert!(bridge.steps[1..].iter().all(|step| step.amounts[2] == Fen::ZERO));
}

#[test]
fn a_step_costs_what_changing_it_alone_costs_where_nothing_else_bears_on_it() {
    let (bridge, _) = bridge(with(&REFORM), Method::Shapley, &[]);
    let alone = compared(&[jinan(), with(&REFORM[1..2])], None, &CITY);
    let sides = &alone.years[0].sides;
    let outpatient = bridge
        .steps
        .iter()
        .find(|step| step.keys[0] == "benefit.general_outpatient.ratio")
        .unwrap();
    assert_eq!(outpatient.amounts[0], sides[1].fund_cost - sides[0].fund_cost);
}

#[test]
fn the_way_back_costs_what_the_way_there_saves() {
    let sets = [
        ("benefit.inpatient.tertiary.deductible", "1500"),
        ("benefit.inpatient.secondary.deductible", "900"),
    ];
    let (forth, _) = bridge(with(&sets), Method::Shapley, &[]);
    let back = {
        let scenarios = [with(&sets), jinan()];
        let comparison = compared(&scenarios, Some((Method::Shapley, &[])), &CITY);
        comparison.pairs.into_iter().next().unwrap().bridge.unwrap()
    };
    for (forth, back) in forth.steps.iter().zip(&back.steps) {
        assert_eq!(forth.keys, back.keys);
        let apart = (forth.amounts[0] + back.amounts[0]).get().abs();
        assert!(apart <= 1, "{apart} fen");
    }
}

#[test]
fn keys_that_need_each_other_change_together() {
    // Shares that add up to one, and a table that only one of the two has.
    let after = with(&[
        ("funding.subsidy_shares.central", "0.5"),
        ("funding.subsidy_shares.district", "0.1"),
        ("fund.interest", "0.03"),
    ]);
    let sums: Vec<_> = JINAN
        .changes(&after)
        .into_iter()
        .map(|change| change.path)
        .collect();
    assert_eq!(sums.len(), 3);
    let (bridge, comparison) = bridge(after, Method::Shapley, &[]);
    assert_adds_up(&bridge, &comparison);
    let keys: Vec<usize> = bridge.steps.iter().map(|step| step.keys.len()).collect();
    assert_eq!(keys.iter().sum::<usize>(), 3);
    assert!(keys.contains(&2), "{:?}", bridge.steps);
}

#[test]
fn more_keys_than_eight_are_grouped_or_refused() {
    let sets: Vec<(&str, &str)> = vec![
        ("benefit.inpatient.tertiary.deductible", "1500"),
        ("benefit.inpatient.secondary.deductible", "900"),
        ("benefit.inpatient.primary.deductible", "300"),
        ("benefit.inpatient.community.deductible", "300"),
        ("benefit.general_outpatient.ratio", "0.7"),
        ("benefit.general_outpatient.fund_limit", "700"),
        ("benefit.ceiling.amount", "150000"),
        ("funding.individual.adult", "450"),
        ("funding.subsidy", "700"),
    ];
    let after = with(&sets);
    let error = Way::new(&JINAN, &after, Method::Shapley, &[]).err().unwrap();
    assert!(matches!(error, BridgeError::TooMany { steps: 9, .. }), "{error}");
    assert!(error.hint().unwrap().contains("--group benefit.inpatient"));
    let (grouped, comparison) = bridge(after.clone(), Method::Shapley, &["benefit.inpatient", "funding"]);
    assert_eq!(grouped.steps.len(), 5);
    assert_adds_up(&grouped, &comparison);
    let none = Way::new(&JINAN, &after, Method::Sequential, &["fund".to_string()]);
    assert_eq!(
        none.err().unwrap().to_string(),
        "no changed key is or stands under `fund`"
    );
}

#[test]
fn the_same_scenario_has_a_bridge_without_steps() {
    let (bridge, _) = bridge(jinan(), Method::Shapley, &[]);
    assert!(bridge.steps.is_empty());
    assert_eq!(bridge.before, bridge.after);
    assert!(bridge.before[0] > Fen::ZERO);
}

#[test]
fn years_add_up() {
    let scenarios = [jinan(), with(&REFORM)];
    let request = Request {
        scenarios: &scenarios,
        alternative_baseline: None,
        years: &[2022, 2023],
        whose: &Whose::City {
            persons: 500,
            seed: 3,
        },
        income: None,
        top: 0,
        bridge: Some((Method::Sequential, &[])),
    };
    let comparison = Comparison::of(&request, &|_| ()).unwrap();
    let bridge = comparison.pairs[0].bridge.as_ref().unwrap();
    let shares: Fen = bridge.steps.iter().map(|step| step.amounts[0]).sum();
    let sum = |side: usize| comparison.sum(side, |side| side.fund_cost);
    assert_eq!(shares, sum(1) - sum(0));
    assert_eq!(bridge.before[0], sum(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_reform_adds_up(
        deductible in 0i64..4_000,
        ratio in 40u32..100,
        contribution in 1i64..900,
        threshold in 1i64..60_000,
        limit in 1i64..3_000,
        shapley: bool,
    ) {
        let texts = [
            ("benefit.inpatient.tertiary.deductible", deductible.to_string()),
            ("benefit.inpatient.tertiary.ratio.adult", format!("0.{ratio}")),
            ("funding.individual.adult", contribution.to_string()),
            ("benefit.critical_illness.threshold", threshold.to_string()),
            ("benefit.general_outpatient.fund_limit", limit.to_string()),
        ];
        let after = JINAN.with(&texts).unwrap();
        let method = if shapley { Method::Shapley } else { Method::Sequential };
        let whose = Whose::City { persons: 400, seed: u64::from(ratio) };
        let comparison = compared(&[jinan(), after], Some((method, &[])), &whose);
        let bridge = comparison.pairs[0].bridge.as_ref().unwrap();
        assert_adds_up(bridge, &comparison);
    }
}
