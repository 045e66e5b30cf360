//! Art. 19, 20, 22 and 32: treatment elsewhere, the catalogue, institutions, validity.

use crate::common::*;
use yibao::benefit::rule::Rule;
use yibao::benefit::scope::{Amounts, Class, split_line};
use yibao::prelude::*;

fn percent(percent: u32) -> Rate {
    Rate::from_ppm(percent * 10_000)
}

/// 10,000 above the deductible of a tertiary hospital: 70 %, times what the filing leaves of it.
#[test]
fn art19_the_ratio_depends_on_the_filing() {
    let table = [
        (OutOfArea::Local, 7_000),
        (OutOfArea::Resettled, 7_000),
        (OutOfArea::Filed, 6_300),
        (OutOfArea::Emergency, 6_300),
        (OutOfArea::Unfiled, 4_900),
    ];
    for (state, paid) in table {
        let settlement = settle_alone(&adult(), &stay(TERTIARY, yuan(11_000)).out_of_area(state));
        assert_eq!(
            (settlement.deductible, settlement.basic),
            (yuan(1_000), yuan(paid)),
            "{state:?}"
        );
        assert_eq!(
            settlement.ratio,
            Some(Rate::from_ppm(paid as u32 * 100)),
            "{state:?}"
        );
    }
}

/// Outpatient visits and deliveries elsewhere settle as at home.
#[test]
fn art19_stays_and_chronic_treatment_only() {
    let unfiled = |claim: Claim| settle_alone(&adult(), &claim.out_of_area(OutOfArea::Unfiled)).basic;
    assert_eq!(unfiled(visit(PRIMARY, yuan(200))), yuan(130));
    assert_eq!(unfiled(delivery(Delivery::Normal, yuan(4_000))), yuan(1_200));
    assert_eq!(unfiled(chronic(SECONDARY, yuan(1_300))), yuan(455)); // 1,000 x 65 % x 0.70
}

/// A tumour at a provincial hospital: the floor of 75 % first, then 0.70 of it for want of a filing: 52.5 %.
#[test]
fn art19_after_floors_and_additions() {
    let claim = chronic(TERTIARY, yuan(10_300))
        .at_kind("provincial")
        .with_disease("M00500")
        .out_of_area(OutOfArea::Unfiled);
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!(settlement.ratio, Some(Rate::from_ppm(525_000)));
    assert_eq!(settlement.basic, yuan(5_250));
}

#[test]
fn art19_a_first_share_where_a_city_takes_one() {
    let first_share = format!(
        "\nfiled.first_share = {}\nfiled.ratio_times",
        figure("rate = 0.15")
    );
    let scenario = variant(&[("\nfiled.ratio_times", &first_share)]);
    let settlement = settle_by(
        &scenario,
        &stay(TERTIARY, yuan(20_000)).out_of_area(OutOfArea::Filed),
    );
    // 15 % of 20,000 leaves the scope; (17,000 - 1,000) x 70 % x 0.90.
    assert_eq!(
        (settlement.first_share, settlement.in_scope),
        (yuan(3_000), yuan(17_000))
    );
    assert_eq!(settlement.basic, yuan(10_080));
}

#[test]
fn art19_points_off_where_a_city_takes_them() {
    let edit = format!(
        "filed.ratio_less = {}\nresettled.ratio_times",
        figure("rate = 0.10")
    );
    let scenario = variant(&[("resettled.ratio_times", &edit)]);
    let settlement = settle_by(
        &scenario,
        &stay(TERTIARY, yuan(11_000)).out_of_area(OutOfArea::Filed),
    );
    assert_eq!(settlement.ratio, Some(percent(54))); // (70 % - 10 points) x 0.90
}

/// A bill of 42,000: 25,000 class A; 15,000 class B of which the person pays a tenth first; 2,000 outside.
#[test]
fn art20_first_share_of_class_b_before_the_ratio() {
    let line =
        |class, amount, rate| split_line(class, yuan(amount), yuan(0), percent(rate), Rounding::HalfUp);
    let lines = [
        line(Class::A, 25_000, 0),
        line(Class::B, 15_000, 10),
        line(Class::OwnPay, 2_000, 100),
    ];
    let sum = |part: fn(&Amounts) -> Fen| lines.iter().map(part).sum::<Fen>();
    let claim = Claim {
        own_pay: sum(|line| line.own_pay),
        first_share: sum(|line| line.first_share),
        in_scope: sum(|line| line.in_scope),
        ..stay(TERTIARY, yuan(42_000))
    };
    assert_eq!(
        (claim.own_pay, claim.first_share, claim.in_scope),
        (yuan(2_000), yuan(1_500), yuan(38_500))
    );
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!(
        (settlement.basic, settlement.person),
        (yuan(26_250), yuan(15_750))
    );
}

/// 1,200 for an item whose price limit is 1,000, of class B at 20 %: 200 above the limit, 200 first share, 800 left.
#[test]
fn art20_what_is_above_a_price_limit_is_the_persons() {
    let line = split_line(Class::B, yuan(1_200), yuan(200), percent(20), Rounding::HalfUp);
    let expected = Amounts {
        own_pay: yuan(0),
        over_limit: yuan(200),
        first_share: yuan(200),
        in_scope: yuan(800),
    };
    assert_eq!(line, expected);
}

/// Class 03 is wholly own-pay whatever share the line states.
#[test]
fn art20_outside_the_catalogue_is_own_pay() {
    let line = split_line(Class::OwnPay, yuan(300), yuan(0), percent(10), Rounding::HalfUp);
    assert_eq!(
        (line.own_pay, line.first_share, line.in_scope),
        (yuan(300), yuan(0), yuan(0))
    );
}

/// 300 for an item outside the catalogue whose price limit is 250: 50 above the limit, the rest own-pay.
#[test]
fn art20_outside_the_catalogue_and_above_a_price_limit() {
    let line = split_line(Class::OwnPay, yuan(300), yuan(50), percent(0), Rounding::HalfUp);
    let expected = Amounts {
        own_pay: yuan(250),
        over_limit: yuan(50),
        first_share: yuan(0),
        in_scope: yuan(0),
    };
    assert_eq!(line, expected);
}

/// The first step of an explanation takes off what is out of scope, the last leaves nothing.
#[test]
fn art20_an_explanation_begins_with_the_bill_and_ends_with_nothing() {
    let claim = stay(SECONDARY, yuan(1_000)).plus_own_pay(yuan(300));
    let (settled, trace) = Counter::of(jinan(), adult()).explain(&claim);
    let step = |rule| {
        let step = trace.steps.iter().find(|step| step.rule == rule).unwrap();
        (step.before, step.amount, step.after)
    };
    assert_eq!(step(Rule::Scope), (yuan(1_300), yuan(300), yuan(1_000)));
    // 600 above the deductible of 400 at 75 %: 450.
    assert_eq!(settled.person, yuan(850));
    assert_eq!(step(Rule::Person), (yuan(1_300), yuan(850), yuan(0)));
}

/// 4.52 yuan at 5 %: 0.226, so the first share is 0.23 and 4.29 stay in scope.
#[test]
fn art20_the_first_share_is_rounded_to_the_fen() {
    let line = split_line(Class::B, fen(4_52), fen(0), percent(5), Rounding::HalfUp);
    assert_eq!((line.first_share, line.in_scope), (fen(23), fen(4_29)));
}

/// Out of 5,500 the hospital used 500 from outside the catalogue without asking: it bears them.
#[test]
fn art20_2_without_consent_the_hospital_bears_it() {
    let claim = Claim {
        hospital_borne: yuan(500),
        ..stay(SECONDARY, yuan(5_000)).plus_own_pay(yuan(500))
    };
    let settlement = settle_alone(&adult(), &claim);
    // (5,000 - 400) x 75 % = 3,450; the person: 5,500 - 3,450 - 500.
    assert_eq!(
        (settlement.basic, settlement.hospital, settlement.person),
        (yuan(3_450), yuan(500), yuan(1_550))
    );
}

/// Where the fund pays nothing for want of cover or payability, the hospital's part is not asked for either.
#[test]
fn art20_2_only_in_a_claim_that_settles() {
    let claim = Claim {
        hospital_borne: yuan(500),
        designated: false,
        ..stay(SECONDARY, yuan(5_000)).plus_own_pay(yuan(500))
    };
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!((settlement.hospital, settlement.person), (yuan(0), yuan(5_500)));
}

#[test]
fn art22_an_institution_that_is_not_designated_is_not_paid() {
    let claim = Claim {
        designated: false,
        ..stay(TERTIARY, yuan(11_000))
    };
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!(outcome(&settlement), ("not-payable", "not-designated"));
    assert_eq!(
        (settlement.fund_total(), settlement.person),
        (yuan(0), yuan(11_000))
    );
    assert_eq!(cited(&adult(), &claim).last().unwrap(), "institution Art. 22");
}

/// Cover comes first: the reason that is told is the first that applies.
#[test]
fn art22_is_asked_after_cover() {
    let claim = Claim {
        designated: false,
        ..stay(TERTIARY, yuan(11_000))
    };
    let settlement = settle_alone(&Person::born(day(2024, 12, 1)), &claim);
    assert_eq!(outcome(&settlement), ("not-covered", "before-cover"));
}

#[test]
fn art32_no_figures_outside_the_years() {
    for (on, year) in [(day(2019, 12, 31), 2019), (day(2025, 1, 1), 2025)] {
        let error = no_figures(&stay(TERTIARY, yuan(11_000)).on(on));
        assert_eq!((error.scenario.as_str(), error.year), ("jinan", year));
        assert_eq!(
            error.to_string(),
            format!("scenario `jinan` has no figures for benefit year {year}")
        );
    }
}

/// Admitted before the regulation came into force, discharged under it: the year of discharge decides.
#[test]
fn art32_a_stay_into_the_first_year() {
    let claim = stay(TERTIARY, yuan(11_000)).between(day(2019, 12, 20), day(2020, 1, 5));
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!((settlement.year, settlement.basic), (2020, yuan(7_000)));
    let out_of_the_last = stay(TERTIARY, yuan(11_000)).between(day(2024, 12, 20), day(2025, 1, 5));
    assert_eq!(no_figures(&out_of_the_last).year, 2025);
}
