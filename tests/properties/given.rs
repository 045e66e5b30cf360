//! Any person, any claim, any year of claims.

use crate::common::*;
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;
use yibao::insured::person::PersonType;
use yibao::prelude::*;

pub fn any_fen(most: i64) -> impl Strategy<Value = Fen> {
    prop_oneof![
        2 => 0..=most.min(500_00),
        3 => 0..=most.min(20_000_00),
        2 => 0..=most,
        1 => select(vec![0, 200_00, 300_00, 400_00, 500_00, 1_000_00]).prop_map(move |amount| amount.min(most)),
    ]
    .prop_map(Fen::new)
}

pub fn any_identity() -> impl Strategy<Value = Identity> {
    select(Identity::ALL.to_vec())
}

pub fn any_person() -> impl Strategy<Value = Person> {
    let birth = (0u64..34_000).prop_map(|days| day(1931, 1, 1) + Days::new(days));
    let life = prop::option::weighted(0.1, 0u64..3_000);
    let psn_type = select(vec!["", "", "", "1403", "1404", "1101", "1501"]);
    let residence = prop_oneof![
        8 => Just(Residence::Registered),
        1 => Just(Residence::Permit),
        1 => Just(Residence::None),
    ];
    (birth, life, psn_type, residence, any_identity()).prop_map(
        |(birth, life, psn_type, residence, identity)| Person {
            death: life.map(|days| birth.max(day(2019, 6, 1)) + Days::new(days)),
            person_type: PersonType::from_code(psn_type),
            residence,
            identity,
            ..Person::born(birth)
        },
    )
}

/// A person who is covered all year, so that every claim reaches the waterfall.
pub fn any_adult() -> impl Strategy<Value = Person> {
    any_identity().prop_map(of_class)
}

/// How often what is unusual happens, out of a hundred.
const SELDOM: f64 = 0.04;

/// A claim with a stay of any kind; its days are set by the caller.
pub fn any_claim() -> impl Strategy<Value = Claim> {
    let kind = (
        select(vec![
            "21", "21", "21", "24", "14", "14", "14", "11", "13", "52", "41",
        ]),
        select(vec!["01", "02", "04", "05", "06", "08", "09", "11"]),
        select(vec!["", "", "provincial", "psychiatric"]),
        select(vec![
            "", "", "M00500", "M07800", "M02100", "M03900", "M01600", "M00101",
        ]),
        select(Delivery::ALL.to_vec()),
    );
    let amounts = (
        any_fen(900_000_00),
        any_fen(30_000_00),
        any_fen(5_000_00),
        any_fen(9_000_00),
    );
    let area = prop_oneof![6 => Just(OutOfArea::Local), 4 => select(OutOfArea::ALL.to_vec())];
    let unusual = (
        prop::option::weighted(SELDOM, select(Exclusion::ALL.to_vec())),
        prop::option::weighted(SELDOM, any_fen(20_000_00)),
        prop::bool::weighted(SELDOM),
        prop::bool::weighted(1.0 - SELDOM),
        prop::bool::weighted(0.2),
    );
    (kind, amounts, area, unusual).prop_map(|(kind, amounts, out_of_area, unusual)| {
        let (med_type, hosp_lv, institution_kind, dise_codg, delivery) = kind;
        let (in_scope, own_pay, over_limit, first_share) = amounts;
        let (exclusion, third_party, special_account, designated, without_consent) = unusual;
        let own_pay = own_pay + fen(1); // so that no bill is nothing
        Claim {
            total: in_scope + own_pay + over_limit + first_share,
            own_pay,
            over_limit,
            first_share,
            hospital_borne: if without_consent { own_pay } else { fen(0) },
            third_party,
            designated,
            out_of_area,
            exclusion,
            delivery: (med_type == "52").then_some(delivery),
            special_account,
            disease: jinan().codebook().disease(dise_codg),
            ..bill(med_type, hosp_lv, day(2020, 1, 1), in_scope).at_kind(institution_kind)
        }
    })
}

/// Claims of one benefit year, in order.
pub fn any_year(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Claim>> {
    let claim = (any_claim(), 1u64..270, 0u64..9);
    (2020..=2024, prop::collection::vec(claim, count)).prop_map(|(year, mut claims)| {
        claims.sort_by_key(|&(_, begin, length)| begin + length);
        let dated = |(claim, begin, length): (Claim, u64, u64)| {
            let from = day(year, 1, 1) + Days::new(begin);
            claim.between(from, from + Days::new(length))
        };
        claims.into_iter().map(dated).collect()
    })
}

/// Any claims of any years, in order of settlement; some on the same day.
pub fn any_history(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Claim>> {
    let begin = prop_oneof![3 => 0u64..1_800, 1 => (0u64..30).prop_map(|days| days * 60)];
    let length = prop_oneof![2 => 0u64..25, 1 => Just(0)];
    let claim = (any_claim(), begin, length);
    prop::collection::vec(claim, count).prop_map(|mut claims| {
        claims.sort_by_key(|&(_, begin, length)| begin + length);
        let dated = |(claim, begin, length): (Claim, u64, u64)| {
            let from: NaiveDate = day(2020, 1, 1) + Days::new(begin);
            claim.between(from, from + Days::new(length))
        };
        claims.into_iter().map(dated).collect()
    })
}

/// Settles the claims one after the other.
pub fn settle_in_turn(scenario: &Scenario, person: &Person, claims: &[Claim]) -> Vec<Settlement> {
    let mut counter = Counter::of(scenario, person.clone());
    claims.iter().map(|claim| counter.settle(claim)).collect()
}

/// The sum of a part over settlements.
pub fn sum(settlements: &[Settlement], part: impl Fn(&Settlement) -> Fen) -> Fen {
    settlements.iter().map(part).sum()
}
