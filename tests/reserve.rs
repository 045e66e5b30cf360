//! The reserve at a date is made of what was known then, and the simulation bears it out.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::NaiveDate;
use std::sync::OnceLock;
use yibao::benefit::claim::OutOfArea;
use yibao::data::caseload::{Caseload, Claims, Names};
use yibao::projection::development::{By, Development, ReserveAt};
use yibao::scenario::Scenario;
use yibao::synth::{City, Generator};

const YEAR: i32 = 2023;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Jinan, where stays settle later than they end.
fn late() -> &'static Scenario {
    static LATE: OnceLock<Scenario> = OnceLock::new();
    LATE.get_or_init(|| {
        let overlay = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/scenarios/overlays/settlement-lag.toml"
        );
        Scenario::from_file(overlay.as_ref()).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn generator(scenario: &Scenario, persons: u32, seed: u64) -> Generator {
    let (model, terms) = (scenario.city(YEAR).unwrap(), scenario.enrolment(YEAR).unwrap());
    Generator::new(model, terms, persons, seed, scenario.codebook()).unwrap()
}

fn city(scenario: &Scenario, persons: u32, seed: u64) -> City {
    let generator = generator(scenario, persons, seed);
    generator.slice(0..generator.slots())
}

fn developed(caseload: &Caseload) -> Development {
    Development::of_caseload(late(), caseload, &|_| ())
}

/// What is known of a caseload at the end of a day.
fn known_by(caseload: &Caseload, at: NaiveDate) -> Caseload {
    let (mut claims, mut claim_ids) = (Claims::default(), Names::default());
    for (index, claim) in caseload.claims.iter().enumerate() {
        if claim.claim.settled_at.date() <= at {
            claims.push(claim.clone());
            claim_ids.push(caseload.claim_ids.get(index as u32));
        }
    }
    Caseload {
        claims,
        claim_ids,
        ..caseload.clone()
    }
}

fn triangles(reserve: &ReserveAt) -> Vec<&Vec<Vec<yibao::money::Fen>>> {
    reserve.funds.iter().map(|fund| &fund.triangle).collect()
}

#[test]
fn the_lag_moves_settlements_and_nothing_else() {
    let jinan = Scenario::jinan().unwrap();
    let (on_time, late) = (city(&jinan, 20_000, 3), city(late(), 20_000, 3));
    assert_eq!(on_time.caseload.persons, late.caseload.persons);
    assert_eq!(on_time.caseload.claim_ids, late.caseload.claim_ids);
    let (mut days, mut stays) = ([0i64; 5], [0i64; 5]);
    for (usual, moved) in on_time.caseload.claims.iter().zip(&late.caseload.claims) {
        let (usual, moved) = (&usual.claim, &moved.claim);
        assert_eq!(usual.settled_at.date(), usual.end);
        let mut back = moved.clone();
        back.settled_at = usual.settled_at;
        assert_eq!(&back, usual);
        let waited = (moved.settled_at.date() - moved.end).num_days();
        assert!(waited >= 0);
        if ["21", "24"].contains(&moved.med_type.code()) {
            days[moved.out_of_area as usize] += waited;
            stays[moved.out_of_area as usize] += 1;
        } else {
            assert_eq!(waited, 0, "only stays wait");
        }
    }
    // The mean of 60 days for unfiled stays, with the error of some hundred draws whose spread is about the mean.
    let unfiled = OutOfArea::Unfiled as usize;
    let (mean, count) = (
        days[unfiled] as f64 / stays[unfiled] as f64,
        stays[unfiled] as f64,
    );
    assert!(count > 50.0, "{count}");
    assert!(
        (mean - 60.0).abs() < 4.0 * 60.0 / count.sqrt(),
        "{mean} of {count}"
    );
}

#[test]
fn cutting_a_run_at_a_date_is_settling_what_was_known_then() {
    let city = city(late(), 20_000, 1);
    let whole = developed(&city.caseload);
    for (at, by) in [
        (day(2023, 6, 30), By::Month),
        (day(2023, 9, 30), By::Quarter),
        (day(2023, 12, 31), By::Month),
    ] {
        let known = developed(&known_by(&city.caseload, at));
        let (later, then) = (whole.reserve(at, by).unwrap(), known.reserve(at, by).unwrap());
        assert_eq!(triangles(&later), triangles(&then), "{at}");
        assert_eq!(then.run_off_to, None);
        // Drawing and settling slice by slice is the same.
        assert_eq!(
            Development::of_city(late(), &generator(late(), 20_000, 1), &|_| ()),
            whole
        );
    }
}

#[test]
fn what_was_known_and_what_came_since_is_all_that_was_settled() {
    let whole = Development::of_city(late(), &generator(late(), 20_000, 1), &|_| ());
    let (early, end) = (
        whole.reserve(day(2023, 9, 30), By::Month).unwrap(),
        // Long after the last settlement.
        whole.reserve(day(2034, 12, 31), By::Month).unwrap(),
    );
    for (early, end) in early.funds.iter().zip(&end.funds) {
        let since = early.settled_since_fen.as_ref().unwrap();
        for (origin, since) in since.iter().enumerate() {
            let (known, all) = (early.triangle[origin].last(), end.triangle[origin].last());
            assert_eq!(*known.unwrap() + *since, *all.unwrap());
        }
    }
}

#[test]
fn what_is_then_settled_lies_within_macks_error() {
    let (mut within_one, mut all) = (0, 0);
    for seed in 1..=8 {
        let development = Development::of_city(late(), &generator(late(), 20_000, seed), &|_| ());
        for at in [day(2023, 9, 30), day(2023, 12, 31)] {
            let reserve = development.reserve(at, By::Month).unwrap();
            let funds = &reserve.funds[0];
            let total = funds.ladder.as_ref().unwrap().total;
            let missed = funds.settled_since().unwrap() - total.reserve_fen;
            let errors = missed.get() as f64 / total.standard_error_fen.unwrap();
            println!("seed {seed}, {at}: {errors:.2} standard errors");
            assert!(errors.abs() < 3.0, "seed {seed}, {at}: {errors}");
            within_one += i32::from(errors.abs() < 1.0);
            all += 1;
        }
    }
    // Of a normal error it is about two in three; an error that is too small would leave far fewer.
    assert!(within_one * 3 >= all, "{within_one} of {all}");
}
