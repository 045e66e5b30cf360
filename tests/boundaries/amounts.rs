//! One fen below, at, and one fen above.

use crate::common::*;
use yibao::prelude::*;

const YEARS: [i32; 5] = [2020, 2021, 2022, 2023, 2024];
const AROUND: [i64; 3] = [-1, 0, 1];

/// One fen less, the same, one fen more.
fn around(amount: Fen) -> [Fen; 3] {
    AROUND.map(|more| amount + fen(more))
}

/// A chronic bill that leaves the person exactly `burden` in scope: once the fund has paid its yearly 1,100 for
/// hypertension, every further fen is co-payment or above the ceiling. From 1,100 + 300 + 592.31 of bill on.
fn bill_with_burden(year: i32, burden: Fen) -> Claim {
    assert!(burden > yuan(1_000), "too small for the limit to bind");
    chronic(SECONDARY, burden + yuan(1_100))
        .on(day(year, 6, 12))
        .with_disease("M03900")
}

/// What critical illness insurance pays on a burden of the year.
fn critical_illness(year: i32, identity: Identity, burden: Fen) -> Fen {
    let claim = bill_with_burden(year, burden);
    let settlement = settle_alone(&of_class(identity), &claim);
    let borne = settlement.deductible + settlement.copayment + settlement.above_ceiling;
    assert_eq!(
        borne, burden,
        "the bill leaves another burden than it was made for"
    );
    settlement.critical_illness
}

/// Each level's deductible at the first to fourth admission of the year. One fen above it the fund pays: 60 % to 85 % of
/// a fen is rounded to one.
#[test]
fn deductible_by_level_and_admission() {
    let levels = [
        (COMMUNITY, "", 200),
        (PRIMARY, "", 400),
        (SECONDARY, "", 400),
        (TERTIARY, "", 1_000),
        (TERTIARY, "provincial", 1_000),
    ];
    for (hosp_lv, kind, full) in levels {
        for (earlier, standard) in [yuan(full), fen(full * 50), yuan(0), yuan(0)]
            .into_iter()
            .enumerate()
        {
            for in_scope in around(standard).into_iter().filter(|&amount| amount >= yuan(0)) {
                let mut counter = Counter::of(jinan(), adult());
                for _ in 0..earlier {
                    counter.settle(&stay(PRIMARY, yuan(10)));
                }
                let claim = stay(hosp_lv, in_scope).at_kind(kind).plus_own_pay(yuan(1));
                let settlement = counter.settle(&claim);
                let case = format!("{hosp_lv} {kind} after {earlier}: {in_scope}");
                assert_eq!(settlement.deductible_standard, standard, "{case}");
                assert_eq!(settlement.deductible, in_scope.min(standard), "{case}");
                assert_eq!(settlement.basic, in_scope.minus_to_zero(standard), "{case}");
                assert_eq!(settlement.copayment, yuan(0), "{case}");
            }
        }
    }
}

/// 300 a year, in one bill and as the rest of it after an earlier one. One fen above it, 65 % of a fen is one.
#[test]
fn chronic_deductible_of_the_year() {
    for earlier in [0, 1, 299_99, 300_00] {
        let rest = fen(300_00 - earlier);
        for in_scope in around(rest).into_iter().filter(|&amount| amount >= yuan(0)) {
            let mut counter = Counter::of(jinan(), adult());
            counter.settle(&chronic(TERTIARY, fen(earlier)).plus_own_pay(yuan(1)));
            let settlement = counter.settle(&chronic(PRIMARY, in_scope).plus_own_pay(yuan(1)));
            assert_eq!(
                settlement.deductible,
                in_scope.min(rest),
                "{earlier} fen, then {in_scope}"
            );
            assert_eq!(
                settlement.basic,
                in_scope.minus_to_zero(rest),
                "{earlier} fen, then {in_scope}"
            );
        }
    }
}

/// 250,000 above the deductible of 1,000: 70 % of 249,999.99 is 174,999.993, and 175,000 is the most.
#[test]
fn ceiling_in_one_bill() {
    let table = [(-1, 174_999_99, 0), (0, 175_000_00, 0), (1, 175_000_00, 1)];
    for year in YEARS {
        for (more, basic, above) in table {
            let claim = stay(TERTIARY, fen(251_000_00 + more)).on(day(year, 6, 12));
            let settlement = settle_alone(&adult(), &claim);
            assert_eq!(
                (settlement.basic, settlement.above_ceiling),
                (fen(basic), fen(above)),
                "{year} {more}"
            );
        }
    }
}

/// 200,000 of the room are used; 50,000 are left for the second stay (deductible 500) or a chronic bill (300).
#[test]
fn ceiling_room_that_is_left() {
    for (more, above) in [(-1, 0), (0, 0), (1, 1)] {
        for second in [
            stay(TERTIARY, fen(50_500_00 + more)),
            chronic(TERTIARY, fen(50_300_00 + more)),
        ] {
            let mut counter = Counter::of(jinan(), adult());
            assert_eq!(
                counter.settle(&stay(TERTIARY, yuan(201_000))).above_ceiling,
                yuan(0)
            );
            assert_eq!(
                counter.settle(&second).above_ceiling,
                fen(above),
                "{more} {:?}",
                second.med_type
            );
        }
    }
}

/// A fund-paid ceiling of 80,000 at 65 % above 700: 80,000 / 65 % = 123,076.923 of expense.
#[test]
fn ceiling_on_what_the_fund_pays() {
    let scenario = variant(&[
        ("amount = { yuan = 250000,", "amount = { yuan = 80000,"),
        (r#"basis = "in-scope""#, r#"basis = "fund-paid""#),
    ]);
    // In scope above 1,000, at 70 %: 114,285.70 -> 79,999.99; .71 -> 79,999.997; .72 -> 80,000.004; .73 -> 80,000.01.
    let table = [
        (114_285_70, 79_999_99, 0),
        (114_285_71, 80_000_00, 0),
        (114_285_72, 80_000_00, 0),
        (114_285_73, 80_000_00, 1),
    ];
    for (shared, basic, above) in table {
        let settlement = settle_by(&scenario, &stay(TERTIARY, fen(1_000_00 + shared)));
        assert_eq!(
            (settlement.basic, settlement.above_ceiling),
            (fen(basic), fen(above)),
            "{shared}"
        );
        assert_eq!(settlement.copayment, fen(shared - basic - above), "{shared}");
    }
}

/// One fen above the threshold, 60 % of a fen is one; for hardship classes half the threshold and 65 %.
#[test]
fn critical_illness_threshold_by_year() {
    for (year, threshold) in [
        (2020, 14_000),
        (2021, 14_000),
        (2022, 16_000),
        (2023, 18_000),
        (2024, 20_000),
    ] {
        for identity in Identity::ALL {
            let hardship = matches!(identity, Identity::ExtremePoverty | Identity::Dibao);
            let threshold = if hardship { threshold / 2 } else { threshold };
            let paid = around(yuan(threshold)).map(|burden| critical_illness(year, identity, burden));
            assert_eq!(paid, [0, 0, 1].map(fen), "{year} {identity:?}");
        }
    }
}

/// 2024. At 100,000: 80,000 x 60 % = 48,000; a fen less takes 0.6, a fen more adds 0.65 of a fen. And so on.
#[test]
fn critical_illness_band_edges() {
    let table = [
        (100_000, [47_999_99, 48_000_00, 48_000_01]),
        (200_000, [112_999_99, 113_000_00, 113_000_01]), // + 100,000 x 65 %
        (300_000, [182_999_99, 183_000_00, 183_000_01]), // + 100,000 x 70 %
    ];
    for (edge, expected) in table {
        let paid = around(yuan(edge)).map(|burden| critical_illness(2024, Identity::Ordinary, burden));
        assert_eq!(paid, expected.map(fen), "{edge}");
    }
}

/// Dibao, 2024: 90,000 x 65 %, + 100,000 x 70 %, + 100,000 x 75 %, then 80 %.
#[test]
fn critical_illness_band_edges_of_hardship_classes() {
    let table = [
        (100_000, [58_499_99, 58_500_00, 58_500_01]),
        (200_000, [128_499_99, 128_500_00, 128_500_01]),
        (300_000, [203_499_99, 203_500_00, 203_500_01]),
    ];
    for (edge, expected) in table {
        let paid = around(yuan(edge)).map(|burden| critical_illness(2024, Identity::Dibao, burden));
        assert_eq!(paid, expected.map(fen), "{edge}");
    }
}

/// 400,000 are reached at 300,000 + 217,000 / 75 % = 589,333.33 of burden.
#[test]
fn critical_illness_yearly_limit() {
    let table = [
        (589_333_32, 399_999_99), // 217,000 - 0.01: 289,333.32 x 75 % = 216,999.99
        (589_333_33, 400_000_00), // 216,999.9975
        (589_333_34, 400_000_00), // 217,000.005 would be 217,000.01
    ];
    for (burden, paid) in table {
        assert_eq!(
            critical_illness(2024, Identity::Ordinary, fen(burden)),
            fen(paid),
            "{burden}"
        );
    }
    // 203,500 + 289,333.34 x 80 % = 434,966.672: no limit for dibao.
    assert_eq!(
        critical_illness(2024, Identity::Dibao, fen(589_333_34)),
        fen(434_966_67)
    );
}

/// Across two claims: after 399,999.98, 399,999.99 and 400,000 one fen of burden more, which would be paid one fen.
#[test]
fn critical_illness_limit_over_two_claims() {
    for (burden, first, second) in [
        (589_333_31, 399_999_98, 1),
        (589_333_32, 399_999_99, 1),
        (589_333_33, 400_000_00, 0),
    ] {
        let mut counter = Counter::of(jinan(), adult());
        let settled = counter.settle(&bill_with_burden(2024, fen(burden)));
        assert_eq!(settled.critical_illness, fen(first), "{burden}");
        let next = counter.settle(&chronic(SECONDARY, fen(1)).with_disease("M03900"));
        assert_eq!(
            (next.above_ceiling, next.critical_illness),
            (fen(1), fen(second)),
            "{burden}"
        );
    }
}

/// No critical illness insurance in reach. 70 % of 42,857.14 is 29,999.998; 90 % of 33,333.33 is 29,999.997.
#[test]
fn assistance_yearly_limit() {
    let scenario = variant(&[("2023 = 18000, 2024 = 20000", "2023 = 18000, 2024 = 9000000")]);
    let table = [
        (Identity::Dibao, 42_857_13, 29_999_99),
        (Identity::Dibao, 42_857_14, 30_000_00),
        (Identity::Dibao, 42_857_15, 30_000_00),
        (Identity::ExtremePoverty, 33_333_32, 29_999_99),
        (Identity::ExtremePoverty, 33_333_33, 30_000_00),
        (Identity::ExtremePoverty, 33_333_34, 30_000_00),
    ];
    for (identity, burden, paid) in table {
        let claim = bill_with_burden(2024, fen(burden));
        let settlement = settle_one(&scenario, &of_class(identity), &claim).unwrap();
        assert_eq!(settlement.assistance, fen(paid), "{identity:?} {burden}");
        assert_eq!(settlement.person, fen(burden - paid), "{identity:?} {burden}");
    }
}

/// 50 % up to 300 a year, from 2023 on 65 % up to 500.
#[test]
fn outpatient_pool_limit_by_year() {
    let until_2022 = [(599_98, 299_99), (600_00, 300_00), (600_02, 300_00)];
    // 769.22 x 65 % = 499.993; 769.23 -> 499.9995; 769.24 -> 500.006
    let from_2023 = [(769_22, 499_99), (769_23, 500_00), (769_24, 500_00)];
    for year in YEARS {
        let table = if year <= 2022 { until_2022 } else { from_2023 };
        for (bill, paid) in table {
            let settlement = settle_alone(&adult(), &visit(PRIMARY, fen(bill)).on(day(year, 6, 12)));
            assert_eq!(
                (settlement.basic, settlement.person),
                (fen(paid), fen(bill - paid)),
                "{year} {bill}"
            );
        }
    }
}

/// After 499.99, 500.00 of a limit of 500, one more visit of 2 yuan (1.30).
#[test]
fn outpatient_pool_limit_over_two_visits() {
    for (first, left) in [(769_22, 1), (769_23, 0), (769_24, 0)] {
        let mut counter = Counter::of(jinan(), adult());
        counter.settle(&visit(PRIMARY, fen(first)));
        assert_eq!(
            counter.settle(&visit(COMMUNITY, yuan(2))).basic,
            fen(left),
            "{first}"
        );
    }
}

/// 1,100 and 1,800 at 65 %, above the deductible of 300.
#[test]
fn hypertension_and_diabetes_limits() {
    let table = [
        // 1,692.29 x 65 % = 1,099.9885; .30 -> 1,099.995; .31 -> 1,100.0015; .32 -> 1,100.008
        ("M03900", 1_692_29, 1_099_99),
        ("M03900", 1_692_30, 1_100_00),
        ("M03900", 1_692_31, 1_100_00),
        ("M03900", 1_692_32, 1_100_00),
        // 2,769.22 x 65 % = 1,799.993; .23 -> 1,799.9995; .24 -> 1,800.006
        ("M01600", 2_769_22, 1_799_99),
        ("M01600", 2_769_23, 1_800_00),
        ("M01600", 2_769_24, 1_800_00),
    ];
    for year in YEARS {
        for (code, shared, paid) in table {
            let claim = chronic(SECONDARY, fen(300_00 + shared))
                .with_disease(code)
                .on(day(year, 6, 12));
            let settlement = settle_alone(&adult(), &claim);
            assert_eq!(settlement.basic, fen(paid), "{year} {code} {shared}");
            assert_eq!(settlement.copayment, fen(shared - paid), "{year} {code} {shared}");
        }
    }
}

#[test]
fn maternity_lump_sum_and_in_scope() {
    let table = [
        (Delivery::Normal, 1_200),
        (Delivery::Assisted, 1_200),
        (Delivery::Caesarean, 1_800),
        (Delivery::Difficult, 1_800),
    ];
    for (kind, sum) in table {
        for in_scope in around(yuan(sum)) {
            let settlement = settle_alone(&adult(), &delivery(kind, in_scope));
            assert_eq!(settlement.basic, in_scope.min(yuan(sum)), "{kind:?} {in_scope}");
        }
    }
}

/// What a third party owes, around what is in scope.
#[test]
fn third_party_and_in_scope() {
    for (owed, left) in [(9_999_99, 1), (10_000_00, 0), (10_000_01, 0)] {
        let claim = Claim {
            third_party: Some(fen(owed)),
            ..stay(SECONDARY, yuan(10_000)).excluded(Exclusion::ThirdParty)
        };
        let settlement = settle_alone(&adult(), &claim);
        assert_eq!(
            (settlement.in_scope, settlement.deductible),
            (fen(left), fen(left)),
            "{owed}"
        );
    }
}

/// A half fen goes up: 10.01 x 50 % = 5.005 in 2022, at the primary level.
#[test]
fn half_a_fen_by_each_rounding() {
    let claim = visit(PRIMARY, fen(10_01)).on(day(2022, 6, 12));
    for (rounding, paid) in [("half-up", 5_01), ("half-even", 5_00), ("down", 5_00)] {
        let scenario = variant(&[(r#"rounding = "half-up""#, &format!("rounding = \"{rounding}\""))]);
        assert_eq!(settle_by(&scenario, &claim).basic, fen(paid), "{rounding}");
    }
    let odd = visit(PRIMARY, fen(10_03)).on(day(2022, 6, 12)); // 5.015
    for (rounding, paid) in [("half-up", 5_02), ("half-even", 5_02), ("down", 5_01)] {
        let scenario = variant(&[(r#"rounding = "half-up""#, &format!("rounding = \"{rounding}\""))]);
        assert_eq!(settle_by(&scenario, &odd).basic, fen(paid), "{rounding}");
    }
}
