//! Art. 28: a settlement is never changed in place; it is cancelled, and what followed it settles again.

use crate::common::*;
use yibao::prelude::*;

/// `setl_id`, deductible, fund and bill of each row.
fn rows(cases: &Cases) -> Vec<(String, Fen, Fen, Fen)> {
    let outcome = cases.settle(jinan());
    let row = |(id, settlement): (String, Settlement)| {
        (
            id,
            settlement.deductible,
            settlement.fund_total(),
            settlement.total,
        )
    };
    cases.rows(&outcome).into_iter().map(row).collect()
}

fn row(id: &str, deductible: i64, fund: i64, total: i64) -> (String, Fen, Fen, Fen) {
    (id.into(), yuan(deductible), yuan(fund), yuan(total))
}

#[test]
fn art28_a_reversal_mirrors_every_amount() {
    let mut cases = Cases::default();
    let person = cases.person("P1", of_class(Identity::Dibao));
    let claim = stay(TERTIARY, yuan(38_500))
        .plus_own_pay(yuan(2_000))
        .plus_first_share(yuan(1_500));
    let original = cases.claim("C1", person, claim);
    cases.reversal("R1", original, 5);
    let outcome = cases.settle(jinan());
    let [settled, cancelled] = outcome.rows.as_slice() else {
        panic!("{:?}", outcome.rows)
    };
    assert!(cancelled.cancels && cancelled.request == 1);
    assert_eq!(cancelled.settlement, settled.settlement.reversed());
    assert_eq!(cancelled.settlement.basic, yuan(-26_250));
    assert_eq!(cancelled.cancelled_id(&cases.caseload), Some("C1".to_string()));
    assert_eq!(cancelled.posted_at.date(), day(2024, 6, 17));
    let sums = outcome.tally.all();
    assert_eq!(
        (sums.claims, sums.total, sums.fund(), sums.person),
        (0, yuan(0), yuan(0), yuan(0))
    );
}

/// Amounts that one claim can hardly have together, so that none is missed because it is zero.
#[test]
fn art28_no_amount_is_left_as_it_was() {
    let settlement = Settlement {
        total: Fen::new(1),
        own_pay: Fen::new(2),
        over_limit: Fen::new(3),
        first_share: Fen::new(4),
        in_scope: Fen::new(5),
        deductible_standard: Fen::new(6),
        deductible: Fen::new(7),
        above_ceiling: Fen::new(8),
        copayment: Fen::new(9),
        basic: Fen::new(10),
        critical_illness: Fen::new(11),
        assistance: Fen::new(12),
        special: Fen::new(13),
        hospital: Fen::new(14),
        person: Fen::new(15),
        ..settle_alone(&adult(), &stay(TERTIARY, yuan(10_000)))
    };
    let mirror = settlement.reversed();
    let amounts = [
        mirror.total,
        mirror.own_pay,
        mirror.over_limit,
        mirror.first_share,
        mirror.in_scope,
        mirror.deductible_standard,
        mirror.deductible,
        mirror.above_ceiling,
        mirror.copayment,
        mirror.basic,
        mirror.critical_illness,
        mirror.assistance,
        mirror.special,
        mirror.hospital,
        mirror.person,
    ];
    let expected: Vec<Fen> = (1..=15).map(|amount| Fen::new(-amount)).collect();
    assert_eq!(amounts.as_slice(), expected);
}

/// The first stay is reversed after the second has settled: the second becomes the first of the year, with the whole
/// deductible. 10,000 each at a tertiary hospital: (10,000 - 1,000) x 70 %, then (10,000 - 500) x 70 %.
#[test]
fn art28_what_followed_in_the_year_settles_again() {
    let mut cases = Cases::default();
    let person = cases.person("P1", adult());
    let first = cases.claim("C1", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 2, 1)));
    cases.claim("C2", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 3, 1)));
    cases.reversal("R1", first, 60);
    cases.claim("C3", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 5, 1)));
    let expected = [
        row("C1", 1_000, 6_300, 10_000),
        row("C2", 500, 6_650, 10_000),
        row("C1.1r", -1_000, -6_300, -10_000),
        row("C2.1r", -500, -6_650, -10_000),
        row("C2.2", 1_000, 6_300, 10_000),
        row("C3", 500, 6_650, 10_000),
    ];
    assert_eq!(rows(&cases), expected);
}

/// What does not change does not settle again: a chronic bill is untouched by the reversal of a stay.
#[test]
fn art28_what_comes_out_the_same_stands() {
    let mut cases = Cases::default();
    let person = cases.person("P1", adult());
    let first = cases.claim("C1", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 2, 1)));
    cases.claim("C2", person, chronic(PRIMARY, yuan(1_300)).on(day(2024, 3, 1)));
    cases.reversal("R1", first, 60);
    let expected = [
        row("C1", 1_000, 6_300, 10_000),
        row("C2", 300, 650, 1_300),
        row("C1.1r", -1_000, -6_300, -10_000),
    ];
    assert_eq!(rows(&cases), expected);
}

/// A reversal rolls back its own benefit year only.
#[test]
fn art28_another_year_is_not_touched() {
    let mut cases = Cases::default();
    let person = cases.person("P1", adult());
    let first = cases.claim("C1", person, stay(TERTIARY, yuan(10_000)).on(day(2023, 12, 1)));
    cases.claim("C2", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 1, 10)));
    cases.reversal("R1", first, 60);
    cases.claim("C3", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 3, 1)));
    let expected = [
        row("C1", 1_000, 6_300, 10_000),
        row("C2", 1_000, 6_300, 10_000),
        row("C1.1r", -1_000, -6_300, -10_000),
        row("C3", 500, 6_650, 10_000),
    ];
    assert_eq!(rows(&cases), expected);
}

/// The same claim is cancelled, settled again and cancelled a second time: each of its settlements has its own id.
#[test]
fn art28_two_reversals_one_after_the_other() {
    let mut cases = Cases::default();
    let person = cases.person("P1", adult());
    let first = cases.claim("C1", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 2, 1)));
    let second = cases.claim("C2", person, stay(TERTIARY, yuan(10_000)).on(day(2024, 3, 1)));
    cases.reversal("R1", first, 60);
    cases.reversal("R2", second, 60);
    let ids: Vec<String> = rows(&cases).into_iter().map(|row| row.0).collect();
    assert_eq!(ids, ["C1", "C2", "C1.1r", "C2.1r", "C2.2", "C2.2r"]);
    assert_eq!(cases.settle(jinan()).tally.all().claims, 0);
}

/// One who is not covered can be reversed too; the mirror keeps status and reason.
#[test]
fn art28_a_claim_that_was_not_paid_can_be_reversed() {
    let mut cases = Cases::default();
    let person = cases.person("P1", Person::born(day(2024, 12, 1)));
    let original = cases.claim("C1", person, stay(TERTIARY, yuan(700)));
    cases.reversal("R1", original, 1);
    let outcome = cases.settle(jinan());
    let last = &outcome.rows[1].settlement;
    assert_eq!(last.status.name(), "not-covered");
    assert_eq!((last.total, last.person), (yuan(-700), yuan(-700)));
}

/// The claims of a moment settle before its reversals, and by `mdtrt_id` among themselves.
#[test]
fn art28_the_order_of_settlement() {
    let mut cases = Cases::default();
    let person = cases.person("P1", adult());
    let last = cases.claim("C9", person, stay(TERTIARY, yuan(10_000)));
    cases.reversal("A1", last, 0);
    cases.claim("C1", person, stay(TERTIARY, yuan(10_000)));
    let expected = [
        row("C1", 1_000, 6_300, 10_000),
        row("C9", 500, 6_650, 10_000),
        row("C9.1r", -500, -6_650, -10_000),
    ];
    assert_eq!(rows(&cases), expected);
}
