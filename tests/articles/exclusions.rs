//! Art. 18: what the fund does not pay for. Art. 31: what government pays instead.

use crate::common::*;
use yibao::prelude::*;

/// The whole claim is the person's, the year is as if it had not been, and the explanation cites the item.
#[track_caller]
fn excluded(claim: Claim, reason: &str, item: &str) {
    let mut counter = Counter::of(jinan(), of_class(Identity::Dibao));
    let settlement = counter.settle(&claim);
    assert_eq!(outcome(&settlement), ("excluded", reason));
    assert_eq!(
        (settlement.fund_total(), settlement.person),
        (yuan(0), claim.total)
    );
    assert_eq!((settlement.deductible, settlement.copayment), (yuan(0), yuan(0)));
    assert_eq!(counter.state, State::default());
    assert_eq!(
        cited(&adult(), &claim).last().unwrap(),
        &format!("exclusion {item}")
    );
}

fn long_stay() -> Claim {
    stay(TERTIARY, yuan(60_000)).plus_own_pay(yuan(500))
}

#[test]
fn art18_1_unlawful_acts() {
    excluded(
        long_stay().excluded(Exclusion::Unlawful),
        "unlawful",
        "Art. 18(1)",
    );
}

#[test]
fn art18_2_suicide_and_self_harm() {
    excluded(
        long_stay().excluded(Exclusion::SelfHarm),
        "self-harm",
        "Art. 18(2)",
    );
}

#[test]
fn art18_2_mental_illness_is_the_exception() {
    let claim = long_stay().excluded(Exclusion::SelfHarmMental);
    assert_eq!(
        settle_alone(&adult(), &claim),
        settle_alone(&adult(), &long_stay())
    );
    assert_eq!(settle_alone(&adult(), &claim).basic, yuan(41_300)); // (60,000 - 1,000) x 70 %
}

#[test]
fn art18_3_cosmetic_and_corrective_treatment() {
    excluded(
        long_stay().excluded(Exclusion::Cosmetic),
        "cosmetic",
        "Art. 18(3)",
    );
}

#[test]
fn art18_4_abortion_and_family_planning() {
    excluded(
        long_stay().excluded(Exclusion::FamilyPlanning),
        "family-planning",
        "Art. 18(4)",
    );
}

/// `matn_type` 5 and 6 say it without an `excl_rea`.
#[test]
fn art18_4_by_the_kind_of_delivery() {
    for kind in [Delivery::Miscarriage, Delivery::FamilyPlanning] {
        excluded(delivery(kind, yuan(3_000)), "family-planning", "Art. 18(4)");
    }
}

#[test]
fn art18_5_abroad() {
    excluded(long_stay().excluded(Exclusion::Abroad), "abroad", "Art. 18(5)");
}

#[test]
fn art18_6_a_third_party_is_liable() {
    excluded(
        long_stay().excluded(Exclusion::ThirdParty),
        "third-party",
        "Art. 18(6)",
    );
}

/// Of 10,000 the other driver owes 4,000: these leave the scope, the other 6,000 settle: (6,000 - 400) x 75 %.
#[test]
fn art18_6_only_the_part_that_the_third_party_owes() {
    let claim = Claim {
        third_party: Some(yuan(4_000)),
        ..stay(SECONDARY, yuan(10_000)).excluded(Exclusion::ThirdParty)
    };
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!(outcome(&settlement), ("settled", ""));
    assert_eq!(
        (settlement.in_scope, settlement.own_pay),
        (yuan(6_000), yuan(4_000))
    );
    assert_eq!((settlement.basic, settlement.person), (yuan(4_200), yuan(5_800)));
}

/// A third party that owes more than is in scope leaves nothing to share, and no more than that.
#[test]
fn art18_6_a_third_party_that_owes_more_than_is_in_scope() {
    let claim = Claim {
        third_party: Some(yuan(99_000)),
        ..stay(SECONDARY, yuan(10_000))
            .plus_own_pay(yuan(700))
            .excluded(Exclusion::ThirdParty)
    };
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!((settlement.in_scope, settlement.own_pay), (yuan(0), yuan(10_700)));
    assert_eq!((settlement.basic, settlement.person), (yuan(0), yuan(10_700)));
}

#[test]
fn art18_7_otherwise_outside_the_scope() {
    excluded(
        long_stay().excluded(Exclusion::OutOfScope),
        "out-of-scope",
        "Art. 18(7)",
    );
}

#[test]
fn art18_every_clause_has_its_word() {
    for reason in Exclusion::ALL {
        assert_eq!(Exclusion::from_code(reason.name()), Some(reason));
    }
    assert_eq!(Exclusion::from_code("18(1)"), None);
}

#[test]
fn art31_epidemics_and_disasters_are_paid_by_government() {
    let claim = Claim {
        special_account: true,
        ..long_stay()
    };
    let mut counter = Counter::of(jinan(), adult());
    let settlement = counter.settle(&claim);
    assert_eq!(outcome(&settlement), ("special-account", ""));
    // The whole bill, what is outside the catalogue included; nothing from the fund, nothing from the person.
    assert_eq!(settlement.special, yuan(60_500));
    assert_eq!(
        (settlement.basic, settlement.critical_illness, settlement.person),
        (yuan(0), yuan(0), yuan(0))
    );
    assert_eq!(settlement.sub_fund, None);
    assert_eq!(counter.state, State::default());
    assert_eq!(cited(&adult(), &claim).last().unwrap(), "special-account Art. 31");
}

/// Cover and institution are asked first, exclusions after.
#[test]
fn art31_only_for_the_insured_and_before_the_exclusions() {
    let claim = Claim {
        special_account: true,
        ..long_stay().excluded(Exclusion::Abroad)
    };
    assert_eq!(settle_alone(&adult(), &claim).special, yuan(60_500));
    let not_born = Person::born(day(2024, 12, 1));
    assert_eq!(
        outcome(&settle_alone(&not_born, &claim)),
        ("not-covered", "before-cover")
    );
    let elsewhere = Claim {
        designated: false,
        ..claim
    };
    assert_eq!(
        outcome(&settle_alone(&adult(), &elsewhere)),
        ("not-payable", "not-designated")
    );
}
