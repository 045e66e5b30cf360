//! A sweep is what settling each point by itself gives.

use crate::{CITY, JINAN, compare, jinan};
use yibao::compare::sweep::{MOST_POINTS, Number, Outcome, Request, Sweep, SweepError, axes};
use yibao::scenario::Scenario;

fn sweep(texts: &[&str]) -> Sweep {
    let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
    let axes = axes(&JINAN, &texts).unwrap_or_else(|error| panic!("{error}"));
    let request = Request {
        scenario: &JINAN,
        axes: &axes,
        years: &[2022, 2023],
        whose: &CITY,
        income: None,
    };
    Sweep::of(&request, &|_| ()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_point_is_what_comparing_it_gives() {
    let sweep = sweep(&[
        "benefit.inpatient.tertiary.deductible=800..1600/400",
        "funding.individual.adult=380..450/70",
    ]);
    assert_eq!(sweep.points.len(), 2 * 3 * 2);
    let places: Vec<&[usize]> = sweep.points[..6]
        .iter()
        .map(|point| point.at.as_slice())
        .collect();
    assert_eq!(places, [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]);
    for point in sweep.points.iter().filter(|point| point.year == 2023).step_by(5) {
        let sets: Vec<(&str, &str)> = sweep
            .axes
            .iter()
            .zip(&point.at)
            .map(|(axis, &place)| (axis.key.as_str(), axis.values[place].as_str()))
            .collect();
        let alone: Scenario = JINAN.with(&sets).unwrap();
        let comparison = compare(&[jinan(), alone]);
        let side = &comparison.years[0].sides[1];
        let found = &point.outcome;
        assert_eq!(found.fund_cost, side.fund_cost);
        assert_eq!(found.out_of_pocket, side.out_of_pocket);
        assert_eq!(found.contributions, side.payers.persons);
        assert_eq!(found.balance, side.balance);
        assert_eq!(found.insured, side.insured);
        assert_eq!(found.in_scope_ratio, side.in_scope_ratio);
    }
}

#[test]
fn numbers_have_names() {
    let sweep = sweep(&["fund.interest=0.01..0.02/0.01"]);
    let outcome = &sweep.points[0].outcome;
    assert_eq!(
        outcome.number("fund_cost"),
        Some(Number::Amount(outcome.fund_cost))
    );
    assert_eq!(outcome.number("balance"), Some(Number::Amount(outcome.balance)));
    assert_eq!(outcome.number("nothing"), None);
    assert_eq!(outcome.numbers().len(), Outcome::NAMES.len());
    assert_eq!(sweep.axes[0].values, ["0.01", "0.02"]);
}

#[test]
fn what_cannot_be_swept_says_why() {
    let wrong = |text: &str| axes(&JINAN, &[text.to_string()]).unwrap_err();
    assert!(matches!(wrong("fund.interest"), SweepError::NoRange(_)));
    assert!(
        wrong("fund.intrest=0..1/0.1")
            .hint()
            .unwrap()
            .contains("fund.interest")
    );
    assert!(matches!(
        wrong("utilisation.stays.per_head=0.1..0.2/0.05"),
        SweepError::OtherPeople(_)
    ));
    let error = wrong("benefit.inpatient.tertiary.deductible=0..5000000/1");
    assert!(matches!(error, SweepError::TooMany(points) if points > MOST_POINTS));
    let impossible = axes(
        &JINAN,
        &["funding.subsidy_shares.central=0.1..0.9/0.4".to_string()],
    )
    .unwrap();
    let request = Request {
        scenario: &JINAN,
        axes: &impossible,
        years: &[2023],
        whose: &CITY,
        income: None,
    };
    let error = Sweep::of(&request, &|_| ()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("This is with `funding.subsidy_shares.central` = 0.1"),
        "{error}"
    );
}
