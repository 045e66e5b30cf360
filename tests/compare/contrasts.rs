//! One claim under two scenarios: where they part, and that the parts add up.

use crate::{CITY, compare, jinan, with};
use yibao::batch::claims_by_person;
use yibao::benefit::rule::Rule;
use yibao::compare::contrast::{Contrast, Standing};
use yibao::compare::crowd::Crowd;
use yibao::money::Fen;
use yibao::scenario::Scenario;

/// The claim that changes most from Jinan to another scenario, contrasted.
fn contrast(other: &Scenario) -> (Contrast, [Option<Fen>; 2], Option<Rule>) {
    let comparison = compare(&[jinan(), other.clone()]);
    let claim = comparison.pairs[0].years[0].claims[0].clone();
    let baseline = jinan();
    let mut crowd = Crowd::new(&CITY, &baseline, 2023, &|_| ()).unwrap();
    let mut standing = |scenario: &Scenario| {
        let held = crowd.turn_to(scenario).unwrap();
        let caseload = crowd.caseload(held);
        Standing::of(&claim.claim, scenario, caseload, &claims_by_person(caseload)).unwrap()
    };
    let (before, after) = (standing(&baseline), standing(other));
    let contrast = Contrast::of(&claim.claim, before, after);
    assert_eq!(contrast.person, claim.person);
    (contrast, [claim.before, claim.after], claim.parts_at)
}

#[test]
fn they_part_at_the_rule_whose_figure_differs() {
    let cases = [
        ("benefit.inpatient.tertiary.deductible", "3000", Rule::Deductible),
        ("benefit.inpatient.tertiary.ratio.adult", "0.5", Rule::Ratio),
        ("benefit.ceiling.amount", "20000", Rule::Ceiling),
        (
            "benefit.critical_illness.threshold",
            "5000",
            Rule::CriticalIllness,
        ),
    ];
    for (key, value, rule) in cases {
        let (contrast, [before, after], told) = contrast(&with(&[(key, value)]));
        assert_eq!(contrast.parting_rule(), Some(rule), "{key}");
        assert_eq!(told, Some(rule));
        let place = contrast.parts_at.unwrap();
        assert!(contrast.steps[..place].iter().all(|pair| !pair.differs()));
        let pays = contrast.person_pays();
        assert_eq!([before, after], pays.map(Some));
        // What others bear more, the person pays less.
        let more: Fen = contrast.more_by_bearer().into_iter().map(|(_, more)| more).sum();
        assert_eq!(pays[0] - pays[1], more, "{key}");
    }
}

#[test]
fn a_claim_beside_itself_does_not_part() {
    let other = with(&[("benefit.inpatient.tertiary.deductible", "3000")]);
    let (contrast, ..) = contrast(&other);
    let baseline = jinan();
    let mut crowd = Crowd::new(&CITY, &baseline, 2023, &|_| ()).unwrap();
    let held = crowd.turn_to(&baseline).unwrap();
    let caseload = crowd.caseload(held);
    let by_person = claims_by_person(caseload);
    let standing = || Standing::of(&contrast.claim, &baseline, caseload, &by_person).unwrap();
    let same = Contrast::of(&contrast.claim, standing(), standing());
    assert_eq!(same.parts_at, None);
    assert!(same.steps.len() > 3);
    assert!(Standing::of("nothing", &baseline, caseload, &by_person).is_none());
}
