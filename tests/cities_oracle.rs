//! Other cities' scenarios and a second, independent settlement of their stays, in decimal yuan: the same random years, to
//! the fen. What Jinan does without is what they are for: bands from the first yuan, deductibles that fall by an amount or
//! are waived, out-of-area tables, additions for groups, assistance with large bills, a ceiling of all payments.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
#[path = "cities_oracle/law.rs"]
mod law;

use common::{Counter, day};
use law::{Away, City, Class, Paid, Place, Stay, Year};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use std::path::Path;
use yibao::benefit::claim::Stated;
use yibao::prelude::*;

/// Persons of each city.
const PERSONS: usize = 4_000;

fn scenario(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    Scenario::from_file(&path).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn ulanqab() {
    agrees(City::Ulanqab, &scenario("ulanqab.toml"), 2020, "in-region");
}

#[test]
fn jiamusi() {
    agrees(City::Jiamusi, &scenario("jiamusi.toml"), 2018, "in-province");
}

#[test]
fn nanchang() {
    agrees(City::Nanchang, &scenario("nanchang.toml"), 2025, "");
}

#[test]
fn tongchuan() {
    agrees(City::Tongchuan, &scenario("tongchuan.toml"), 2024, "");
}

/// Random years of random persons come out the same; each rule has had its part in some of them.
fn agrees(city: City, scenario: &Scenario, year: i32, nearby: &str) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut claims, mut critically_ill, mut assisted, mut subsidised) = (0, 0, 0, 0);
    for _ in 0..PERSONS {
        let (identity, class) = *[
            (Identity::Ordinary, Class::Ordinary),
            (Identity::Dibao, Class::Dibao),
            (Identity::ExtremePoverty, Class::ExtremePoverty),
            (Identity::RegisteredPoor, Class::RegisteredPoor),
        ]
        .choose(&mut rng)
        .filter(|(_, class)| *class != Class::RegisteredPoor || city == City::Ulanqab)
        .unwrap_or(&(Identity::Ordinary, Class::Ordinary));
        let age_years = *[3, 6, 7, 40, 69, 70, 85].choose(&mut rng).unwrap();
        let mut person = Person::born(day(year - age_years, 1, 1));
        person.identity = identity;
        let (mut counter, mut law, mut told) = (Counter::of(scenario, person), Year::default(), Vec::new());
        for _ in 0..rng.random_range(1..=6) {
            let stay = stay(&mut rng, age_years as u32, nearby);
            let expected = law.settle(city, class, &stay);
            let settled = counter.settle(&claim(scenario, &stay, year, nearby));
            told.push(format!("{stay:?}\n    law {expected:?}"));
            assert_eq!(
                paid(&settled),
                expected,
                "{city:?} {class:?}\n{}",
                told.join("\n")
            );
            claims += 1;
            critically_ill += usize::from(expected.critical_illness > law::ZERO);
            assisted += usize::from(expected.assistance > law::ZERO);
            subsidised += usize::from(expected.subsidy > law::ZERO);
        }
    }
    assert!(
        claims > 10_000 && critically_ill > 500,
        "{claims} {critically_ill}"
    );
    assert_eq!(assisted > 500, city == City::Ulanqab, "{assisted}");
    assert_eq!(subsidised > 100, city == City::Ulanqab, "{subsidised}");
}

fn stay(rng: &mut ChaCha8Rng, age_years: u32, nearby: &str) -> Stay {
    let places = [Place::Primary, Place::Secondary, Place::Tertiary, Place::Nearby];
    let places = if nearby.is_empty() {
        &places[..3]
    } else {
        &places[..]
    };
    let aways = [
        Away::No,
        Away::No,
        Away::Filed,
        Away::Resettled,
        Away::Emergency,
        Away::Unfiled,
    ];
    // On an edge, a fen beside it, or anywhere.
    let edges = [
        100, 300, 600, 700, 1_200, 1_500, 2_400, 14_000, 30_000, 70_000, 200_000,
    ];
    let in_scope = if rng.random_ratio(1, 3) {
        edges.choose(rng).unwrap() * 100 + rng.random_range(-1..=1)
    } else {
        let power: f64 = rng.random_range(3.0..8.0);
        10_f64.powf(power) as i64
    };
    let own_pay = if rng.random_ratio(1, 2) {
        0
    } else {
        rng.random_range(0..in_scope)
    };
    Stay {
        place: *places.choose(rng).unwrap(),
        away: *aways.choose(rng).unwrap(),
        age_years,
        own_pay: Decimal::new(own_pay, 2),
        in_scope: Decimal::new(in_scope, 2),
        accident: rng.random_ratio(1, 4),
    }
}

fn claim(scenario: &Scenario, stay: &Stay, year: i32, nearby: &str) -> Claim {
    let hosp_lv = match stay.place {
        Place::Primary => "09",
        Place::Secondary => "06",
        Place::Tertiary | Place::Nearby => "02",
    };
    let fen = |amount: Decimal| Fen::new((amount * Decimal::from(100)).try_into().unwrap());
    let mut claim = common::bill("21", hosp_lv, day(year, 6, 12), fen(stay.in_scope));
    if stay.place == Place::Nearby {
        claim.institution_kind = scenario.codebook().institution_kind(nearby);
    }
    claim.own_pay = fen(stay.own_pay);
    claim.total = claim.in_scope + claim.own_pay;
    claim.accident = if stay.accident { Stated::Yes } else { Stated::No };
    claim.out_of_area = match stay.away {
        Away::No => OutOfArea::Local,
        Away::Filed => OutOfArea::Filed,
        Away::Resettled => OutOfArea::Resettled,
        Away::Emergency => OutOfArea::Emergency,
        Away::Unfiled => OutOfArea::Unfiled,
    };
    claim
}

fn paid(settlement: &Settlement) -> Paid {
    let yuan = |amount: Fen| Decimal::new(amount.get(), 2);
    Paid {
        first_share: yuan(settlement.first_share),
        deductible: yuan(settlement.deductible),
        basic: yuan(settlement.basic),
        critical_illness: yuan(settlement.critical_illness),
        assistance: yuan(settlement.assistance),
        subsidy: yuan(settlement.subsidy()),
    }
}
