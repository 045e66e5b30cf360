//! Settlements computed by hand, against the oracle itself. Amounts in yuan, arithmetic in the comments.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod oracle;

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;

use oracle::cover::{Category, cover};
use oracle::figures::{self, Level};
use oracle::generate::{Cases, cases};
use oracle::history::{Institutions, settle_person};
use oracle::{Claim, FeeLine, Institution, Outcome, Person, Row, interchange, yuan};

// What the cases are made of.

fn dec(text: &str) -> Decimal {
    text.replace('_', "").parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A registered adult without a hardship class.
fn adult() -> Person {
    Person {
        psn_no: "P1".into(),
        brdy: day("1980-05-05"),
        psn_type: "1501".into(),
        ..Person::default()
    }
}

fn of_class(psn_idet_type: &str) -> Person {
    Person {
        psn_idet_type: psn_idet_type.into(),
        ..adult()
    }
}

fn pupil() -> Person {
    Person {
        brdy: day("2012-05-05"),
        psn_type: "1403".into(),
        ..adult()
    }
}

/// `T` tertiary, `V` provincial, `S` secondary, `Y` secondary psychiatric, `L` primary, `C` community, and
/// `E` tertiary designated in March 2020 only.
fn institutions() -> Institutions {
    let of = |code: &str, hosp_lv: &str, kind: &str| Institution {
        fixmedins_code: code.into(),
        hosp_lv: hosp_lv.into(),
        kind: kind.into(),
        ..Institution::default()
    };
    let ends = Institution {
        designated_from: Some(day("2020-03-01")),
        designated_to: Some(day("2020-03-31")),
        ..of("E", "03", "")
    };
    [
        of("T", "01", ""),
        of("V", "01", "provincial"),
        of("S", "05", ""),
        of("Y", "06", "psychiatric"),
        of("L", "09", ""),
        of("C", "11", ""),
        ends,
    ]
    .into_iter()
    .map(|institution| (institution.fixmedins_code.clone(), institution))
    .collect()
}

/// A claim of one day, all of it in scope.
fn claim(mdtrt_id: &str, med_type: &str, place: &str, on: &str, amount: &str) -> Claim {
    Claim {
        mdtrt_id: mdtrt_id.into(),
        psn_no: "P1".into(),
        med_type: med_type.into(),
        fixmedins_code: place.into(),
        begntime: day(on).and_time(NaiveTime::MIN),
        endtime: day(on).and_time(NaiveTime::MIN),
        medfee_sumamt: dec(amount),
        ..Claim::default()
    }
}

fn chronic(mdtrt_id: &str, dise_codg: &str, place: &str, on: &str, amount: &str) -> Claim {
    Claim {
        dise_codg: dise_codg.into(),
        ..claim(mdtrt_id, "14", place, on, amount)
    }
}

fn reversal(mdtrt_id: &str, original: &Claim, at: &str) -> Claim {
    Claim {
        mdtrt_id: mdtrt_id.into(),
        setl_time: Some(day(at).and_time(NaiveTime::MIN)),
        medfee_sumamt: -original.medfee_sumamt,
        inscp_scp_amt: None,
        refd_setl_flag: true,
        init_setl_id: original.mdtrt_id.clone(),
        ..original.clone()
    }
}

fn settle(person: &Person, claims: &[Claim]) -> Vec<Outcome> {
    let rows = settle_person(person, &institutions(), claims);
    rows.into_iter().map(|row| row.outcome).collect()
}

fn settle_one(person: &Person, claim: Claim) -> Outcome {
    settle(person, &[claim]).remove(0)
}

/// Deductible, basic fund, critical illness, assistance, person: must be as given.
#[track_caller]
fn expect(outcome: &Outcome, shares: [&str; 5]) {
    let amounts = &outcome.amounts;
    let found = [
        amounts.act_pay_dedc,
        amounts.hifp_pay,
        amounts.hifmi_pay,
        amounts.maf_pay,
        amounts.psn_part_amt,
    ];
    assert_eq!(outcome.status, "settled", "{outcome:?}");
    assert_eq!(found, shares.map(dec), "deductible, hifp, hifmi, maf, person");
}

#[track_caller]
fn expect_unsettled(outcome: &Outcome, status: &str, reason: &str) {
    assert_eq!((outcome.status, outcome.reason.as_str()), (status, reason));
    let amounts = &outcome.amounts;
    assert_eq!(amounts.fund_pay_sumamt, amounts.oth_pay);
    assert_eq!(amounts.psn_part_amt + amounts.oth_pay, amounts.medfee_sumamt);
    assert_eq!(outcome.pool_prop_selfpay, None);
}

// Inpatient: deductible, ratio, ceiling.

#[test]
fn first_second_and_third_admission() {
    let outcomes = settle(
        &adult(),
        &[
            claim("a", "21", "T", "2020-02-01", "42_000"),
            claim("b", "24", "S", "2020-03-01", "10_500"),
            claim("c", "21", "T", "2020-04-01", "1_000"),
        ],
    );
    // (42,000 - 1,000) x 70 % = 28,700; burden 42,000 - 28,700 = 13,300, under the 14,000 of 2020.
    expect(&outcomes[0], ["1000", "28700", "0", "0", "13300"]);
    // Half of 400 = 200; (10,500 - 200) x 75 % = 7,725; burden 10,500 - 7,725 = 2,775.
    // The year's burden goes from 13,300 to 16,075: (16,075 - 14,000) x 60 % = 1,245.
    // Person: 10,500 - 7,725 - 1,245 = 1,530.
    expect(&outcomes[1], ["200", "7725", "1245", "0", "1530"]);
    assert_eq!(outcomes[1].amounts.dedc_std, yuan(200));
    // No deductible; 1,000 x 70 % = 700; burden 300 x 60 % = 180; person 1,000 - 700 - 180 = 120.
    expect(&outcomes[2], ["0", "700", "180", "0", "120"]);
    assert_eq!(outcomes[2].amounts.dedc_std, yuan(0));
}

#[test]
fn a_stay_smaller_than_the_deductible_counts_as_an_admission() {
    let nothing_in_scope = Claim {
        fulamt_ownpay_amt: Some(yuan(80)),
        ..claim("a", "21", "T", "2021-02-01", "80")
    };
    let outcomes = settle(
        &adult(),
        &[
            nothing_in_scope,
            claim("b", "21", "T", "2021-02-02", "499.99"),
            claim("c", "21", "T", "2021-02-03", "0.05"),
        ],
    );
    expect(&outcomes[0], ["0", "0", "0", "0", "80"]);
    assert_eq!(outcomes[0].amounts.dedc_std, yuan(1_000));
    // The second: half of 1,000 is more than the bill.
    expect(&outcomes[1], ["499.99", "0", "0", "0", "499.99"]);
    // The third: 0.05 x 70 % = 0.035, half-up 0.04.
    expect(&outcomes[2], ["0", "0.04", "0", "0", "0.01"]);
}

#[test]
fn inpatient_ratio_by_level_kind_and_category() {
    // In-scope: the deductible and 100 more, so the fund pays the ratio in yuan.
    let cases = [
        ("C", "300", "85", "90"),
        ("L", "500", "80", "85"),
        ("S", "500", "75", "80"),
        ("Y", "500", "75", "80"),
        ("T", "1100", "70", "75"),
        ("V", "1100", "60", "65"),
    ];
    for (place, amount, for_adult, for_pupil) in cases {
        for (person, pays) in [(adult(), for_adult), (pupil(), for_pupil)] {
            let outcome = settle_one(&person, claim("a", "21", place, "2022-02-01", amount));
            assert_eq!(outcome.amounts.hifp_pay, dec(pays), "{place}");
            assert_eq!(outcome.pool_prop_selfpay, Some(dec(pays) / yuan(100)), "{place}");
        }
    }
    // The claim's own level wins; at a secondary level a provincial kind changes nothing.
    let moved = Claim {
        hosp_lv: "05".into(),
        ..claim("a", "21", "V", "2022-02-01", "500")
    };
    assert_eq!(settle_one(&adult(), moved).amounts.hifp_pay, yuan(75));
}

#[test]
fn out_of_area_cuts_the_ratio() {
    let cases = [
        // 70 % x 0.90 = 63 %; (1,100 - 1,000) x 63 % = 63.
        ("filed", "0.63", "63"),
        ("emergency", "0.63", "63"),
        // 70 % x 0.70 = 49 %.
        ("unfiled", "0.49", "49"),
        ("resettled", "0.7", "70"),
        ("local", "0.7", "70"),
        ("", "0.7", "70"),
    ];
    for (out_of_area, ratio, pays) in cases {
        let outcome = settle_one(
            &adult(),
            Claim {
                out_of_area: out_of_area.into(),
                ..claim("a", "21", "T", "2022-02-01", "1100")
            },
        );
        assert_eq!(outcome.pool_prop_selfpay, Some(dec(ratio)), "{out_of_area}");
        assert_eq!(outcome.amounts.hifp_pay, dec(pays), "{out_of_area}");
    }
}

#[test]
fn ceiling_boundary() {
    // 251,000 - 1,000 = 250,000, just within: x 70 % = 175,000. Burden 76,000:
    // critical illness (76,000 - 14,000) x 60 % = 37,200. Person 251,000 - 175,000 - 37,200 = 38,800.
    let exact = settle_one(&adult(), claim("a", "21", "T", "2020-02-01", "251_000"));
    expect(&exact, ["1000", "175000", "37200", "0", "38800"]);

    // One fen less: 249,999.99 x 70 % = 174,999.993, half-up 174,999.99. Burden 76,000.00: 37,200.
    let below = settle_one(&adult(), claim("a", "21", "T", "2020-02-01", "250_999.99"));
    expect(&below, ["1000", "174999.99", "37200", "0", "38800"]);

    // One fen more is above the ceiling. Burden 76,000.01: 37,200.006, half-up 37,200.01.
    let outcomes = settle(
        &adult(),
        &[
            claim("a", "21", "T", "2020-02-01", "251_000.01"),
            claim("b", "21", "T", "2020-03-01", "10_000"),
            chronic("c", "M07800", "T", "2020-04-01", "1_000"),
            claim("d", "21", "T", "2021-01-01", "2_000"),
        ],
    );
    expect(&outcomes[0], ["1000", "175000", "37200.01", "0", "38800.00"]);
    // Nothing left of the ceiling, but the deductible (500) is still recorded. Burden 76,000.01 to 86,000.01:
    // 43,200.006 -> 43,200.01, less 37,200.01 = 6,000.
    expect(&outcomes[1], ["500", "0", "6000", "0", "4000"]);
    // Inpatient and chronic share the ceiling. 1,000 x 60 % = 600.
    expect(&outcomes[2], ["300", "0", "600", "0", "400"]);
    // The next year starts again: (2,000 - 1,000) x 70 % = 700.
    expect(&outcomes[3], ["1000", "700", "0", "0", "1300"]);
}

#[test]
fn a_stay_over_new_year_belongs_to_the_year_of_discharge() {
    let over = Claim {
        begntime: day("2020-12-28").and_time(NaiveTime::MIN),
        ..claim("b", "21", "T", "2021-01-03", "1_100")
    };
    let outcomes = settle(&adult(), &[claim("a", "21", "T", "2020-12-01", "1_100"), over]);
    expect(&outcomes[1], ["1000", "70", "0", "0", "1030"]);
    assert_eq!(outcomes[1].year, 2021);
}

// Chronic and special outpatient.

#[test]
fn chronic_deductible_is_cumulative() {
    let outcomes = settle(
        &adult(),
        &[
            chronic("a", "", "T", "2020-02-01", "200"),
            chronic("b", "", "C", "2020-02-02", "200"),
            chronic("c", "", "S", "2020-02-03", "200"),
        ],
    );
    expect(&outcomes[0], ["200", "0", "0", "0", "200"]);
    // 100 left of 300; (200 - 100) x 65 % = 65.
    expect(&outcomes[1], ["100", "65", "0", "0", "135"]);
    expect(&outcomes[2], ["0", "130", "0", "0", "70"]);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.amounts.dedc_std == yuan(300))
    );
}

#[test]
fn chronic_ratio_by_disease_group() {
    use Level::{Community, Secondary, Tertiary};
    let adults = [
        // The inpatient ratio, at least 75 %: 70 -> 75, 60 -> 75, 85 stays.
        ("M00500", Tertiary, "", 75),
        ("M08300", Tertiary, "provincial", 75),
        ("M02800", Community, "", 85),
        // The inpatient ratio, at least 60 %.
        ("M00101", Tertiary, "", 70),
        ("M00200", Tertiary, "provincial", 60),
        ("M06300", Community, "", 85),
        ("M07800", Tertiary, "", 80),
        ("M07800", Community, "", 90),
        ("M02100", Secondary, "psychiatric", 70),
        ("M02100", Secondary, "", 65),
        ("M02100", Tertiary, "psychiatric", 65),
        ("M03900", Tertiary, "", 65),
        ("M01600", Community, "", 65),
        ("M99999", Community, "", 65),
        ("", Tertiary, "", 65),
    ];
    for (group, level, kind, points) in adults {
        let ratio = figures::chronic_ratio(group, level, kind, Category::Adult);
        assert_eq!(ratio, oracle::percent(points), "{group} {level:?} {kind}");
    }
    // A pupil at a provincial hospital: inpatient 65 %, under the floor of 75 %, over the floor of 60 %.
    let pupils = [("M00500", 75), ("M00101", 65)];
    for (group, points) in pupils {
        let ratio = figures::chronic_ratio(group, Tertiary, "provincial", Category::Minor);
        assert_eq!(ratio, oracle::percent(points), "{group}");
    }
    // The out-of-area rule comes after the floor: 75 % x 0.70 = 52.5 %.
    let unfiled = Claim {
        out_of_area: "unfiled".into(),
        ..chronic("a", "M00500", "V", "2020-02-01", "1_300")
    };
    expect(&settle_one(&adult(), unfiled), ["300", "525", "0", "0", "775"]);
}

#[test]
fn hypertension_and_diabetes_limits() {
    let outcomes = settle(
        &adult(),
        &[
            chronic("a", "M03900", "C", "2020-02-01", "2_000"),
            chronic("b", "M03900", "C", "2020-02-02", "100"),
            chronic("c", "M01600", "C", "2020-02-03", "2_769.22"),
            chronic("d", "M01600", "C", "2020-02-04", "0.02"),
            chronic("e", "", "C", "2020-02-05", "20_000"),
        ],
    );
    // (2,000 - 300) x 65 % = 1,105, cut to 1,100.
    expect(&outcomes[0], ["300", "1100", "0", "0", "900"]);
    expect(&outcomes[1], ["0", "0", "0", "0", "100"]);
    // Diabetes has its own limit: 2,769.22 x 65 % = 1,799.993, half-up 1,799.99; person 969.23.
    expect(&outcomes[2], ["0", "1799.99", "0", "0", "969.23"]);
    // 0.02 x 65 % = 0.013 -> 0.01, which just fits.
    expect(&outcomes[3], ["0", "0.01", "0", "0", "0.01"]);
    // Burden so far 900 + 100 + 969.23 + 0.01 = 1,969.24; now 20,000 x 35 % = 7,000 more, under 14,000.
    expect(&outcomes[4], ["0", "13000", "0", "0", "7000"]);
}

#[test]
fn what_a_limit_cuts_off_still_uses_the_ceiling() {
    // 250,300 for hypertension: 300 deductible, 250,000 uses the whole ceiling, the fund pays 1,100.
    // Burden 249,200: 86,000 x 60 % + 100,000 x 65 % + 49,200 x 70 % = 51,600 + 65,000 + 34,440 = 151,040.
    // Person 250,300 - 1,100 - 151,040 = 98,160.
    let outcomes = settle(
        &adult(),
        &[
            chronic("a", "M03900", "C", "2021-02-01", "250_300"),
            chronic("b", "", "C", "2021-02-02", "100"),
        ],
    );
    expect(&outcomes[0], ["300", "1100", "151040", "0", "98160"]);
    // Nothing left of the ceiling; burden 100 x 70 % = 70.
    expect(&outcomes[1], ["0", "0", "70", "0", "30"]);
}

// Critical illness and medical assistance.

#[test]
fn critical_illness_bands() {
    let pays =
        |year, hardship, burden: &str| figures::critical_illness_cumulative(year, hardship, dec(burden));
    for (year, threshold) in [
        (2020, "14000"),
        (2021, "14000"),
        (2022, "16000"),
        (2023, "18000"),
        (2024, "20000"),
    ] {
        assert_eq!(pays(year, false, threshold), yuan(0));
        assert_eq!(pays(year, false, &format!("{threshold}.01")), dec("0.006"));
        let half = (dec(threshold) / yuan(2)).to_string();
        assert_eq!(pays(year, true, &half), yuan(0));
        assert_eq!(pays(year, true, &format!("{half}.01")), dec("0.0065"));
    }
    // 86,000 x 60 % = 51,600; + 100,000 x 65 % = 116,600; + 100,000 x 70 % = 186,600;
    // + 50,000 x 75 % = 224,100.
    assert_eq!(pays(2020, false, "100000"), yuan(51_600));
    assert_eq!(pays(2020, false, "200000"), yuan(116_600));
    assert_eq!(pays(2020, false, "300000"), yuan(186_600));
    assert_eq!(pays(2020, false, "350000"), yuan(224_100));
    // 90,000 x 65 % = 58,500; + 70,000; + 75,000; + 50,000 x 80 % = 243,500.
    assert_eq!(pays(2024, true, "350000"), yuan(243_500));
}

#[test]
fn critical_illness_of_an_ordinary_person_is_capped() {
    // Fund (250,000 x 70 %) 175,000; burden 2,000,000 - 175,000 = 1,825,000:
    // 186,600 + 1,525,000 x 75 % = 1,330,350, cut to 400,000.
    let outcomes = settle(
        &adult(),
        &[
            claim("a", "21", "T", "2020-02-01", "2_000_000"),
            claim("b", "21", "T", "2020-03-01", "10_000"),
        ],
    );
    expect(&outcomes[0], ["1000", "175000", "400000", "0", "1425000"]);
    expect(&outcomes[1], ["500", "0", "0", "0", "10000"]);
}

#[test]
fn critical_illness_of_the_other_subsidised_classes_is_ordinary() {
    for class in ["severe-disability", "entitled-group"] {
        let bill = claim("a", "21", "T", "2020-02-01", "2_000_000");
        expect(
            &settle_one(&of_class(class), bill),
            ["1000", "175000", "400000", "0", "1425000"],
        );
    }
}

#[test]
fn dibao_has_half_the_threshold_and_assistance() {
    // Burden 76,000: (76,000 - 7,000) x 65 % = 44,850. Left 31,150 x 70 % = 21,805.
    // Person 251,000 - 175,000 - 44,850 - 21,805 = 9,345.
    let outcomes = settle(
        &of_class("dibao"),
        &[
            claim("a", "21", "T", "2020-02-01", "251_000"),
            claim("b", "21", "T", "2020-03-01", "40_000"),
        ],
    );
    expect(&outcomes[0], ["1000", "175000", "44850", "21805", "9345"]);
    // All above the ceiling. Burden 76,000 to 116,000: 24,000 x 65 % + 16,000 x 70 % = 26,800.
    // Left 13,200 x 70 % = 9,240, cut to what is left of 30,000: 8,195.
    // Person 40,000 - 26,800 - 8,195 = 5,005.
    expect(&outcomes[1], ["500", "0", "26800", "8195", "5005"]);
}

#[test]
fn extreme_poverty_has_no_critical_illness_limit() {
    // Small: burden 1,300, no critical illness; assistance 1,300 x 90 % = 1,170.
    let small = settle_one(
        &of_class("extreme-poverty"),
        claim("a", "21", "T", "2020-02-01", "2000"),
    );
    expect(&small, ["1000", "700", "0", "1170", "130"]);
    // Burden 1,825,000: 93,000 x 65 % + 70,000 + 75,000 + 1,525,000 x 80 %
    // = 60,450 + 145,000 + 1,220,000 = 1,425,450.
    // Left 399,550 x 90 % = 359,595, cut to 30,000.
    // Person 2,000,000 - 175,000 - 1,425,450 - 30,000 = 369,550.
    let large = settle_one(
        &of_class("extreme-poverty"),
        claim("a", "21", "T", "2020-02-01", "2_000_000"),
    );
    expect(&large, ["1000", "175000", "1425450", "30000", "369550"]);
}

#[test]
fn critical_illness_does_not_depend_on_how_the_burden_was_cut_up() {
    // After the ceiling is used up, 100 in one piece or in 10,000 pieces of a fen: 60 yuan either way.
    let full = claim("a", "21", "T", "2020-02-01", "251_000");
    let mut cut: Vec<Claim> = vec![full];
    for piece in 0..10_000 {
        cut.push(chronic(&format!("b{piece:05}"), "", "C", "2020-03-01", "0.01"));
    }
    let total: Decimal = settle(&adult(), &cut)[1..]
        .iter()
        .map(|outcome| outcome.amounts.hifmi_pay)
        .sum();
    assert_eq!(total, yuan(60));
}

// General outpatient and maternity.

#[test]
fn general_outpatient_limit_by_year() {
    let outcomes = settle(
        &of_class("dibao"),
        &[
            claim("a", "11", "C", "2022-02-01", "599.99"),
            claim("b", "13", "L", "2022-02-02", "100"),
            claim("c", "11", "L", "2023-02-02", "700"),
            claim("d", "11", "C", "2023-02-03", "100"),
        ],
    );
    // 599.99 x 50 % = 299.995, half-up 300.00, which is all of 2022. No assistance on outpatient care.
    expect(&outcomes[0], ["0", "300", "0", "0", "299.99"]);
    expect(&outcomes[1], ["0", "0", "0", "0", "100"]);
    // 700 x 65 % = 455; 100 x 65 % = 65, cut to 45.
    expect(&outcomes[2], ["0", "455", "0", "0", "245"]);
    expect(&outcomes[3], ["0", "45", "0", "0", "55"]);
    assert!(outcomes.iter().all(|outcome| outcome.sub_fund == "outpatient"));
    assert_eq!(outcomes[2].pool_prop_selfpay, Some(dec("0.65")));
}

#[test]
fn maternity_lump_sums() {
    let delivery = |matn_type: &str, amount: &str| Claim {
        matn_type: matn_type.into(),
        ..claim("a", "52", "T", "2022-02-01", amount)
    };
    let cases = [("1", "1200"), ("2", "1200"), ("3", "1800"), ("4", "1800")];
    for (matn_type, lump_sum) in cases {
        let outcome = settle_one(&adult(), delivery(matn_type, "5_000"));
        let rest = (yuan(5_000) - dec(lump_sum)).to_string();
        expect(&outcome, ["0", lump_sum, "0", "0", &rest]);
        assert_eq!((outcome.sub_fund, outcome.pool_prop_selfpay), ("basic", None));
        // Never more than the in-scope amount.
        let small = settle_one(&adult(), delivery(matn_type, "1_199.99"));
        expect(&small, ["0", "1199.99", "0", "0", "0"]);
    }
    for matn_type in ["5", "6"] {
        let outcome = settle_one(&adult(), delivery(matn_type, "5_000"));
        expect_unsettled(&outcome, "excluded", "family-planning");
    }
    // A delivery is not an admission: the stay after it has the whole deductible.
    let stay = claim("b", "21", "T", "2022-03-01", "2_000");
    let outcomes = settle(&adult(), &[delivery("1", "5_000"), stay]);
    expect(&outcomes[1], ["1000", "700", "0", "0", "1300"]);
}

// Cover, institutions, exclusions.

#[test]
fn cover_without_an_enrolments_file() {
    let on = |person: &Person, text: &str| cover(person, day(text));
    let of_type = |psn_type: &str, residence: &str| Person {
        psn_type: psn_type.into(),
        residence: residence.into(),
        ..adult()
    };
    assert_eq!(on(&adult(), "2020-01-01"), Ok(Category::Adult));
    assert_eq!(on(&of_type("1501", "permit"), "2020-01-01"), Ok(Category::Adult));
    assert_eq!(on(&of_type("1501", "none"), "2020-01-01"), Err("not-enrolled"));
    assert_eq!(
        on(&of_type("1101", "registered"), "2020-01-01"),
        Err("not-enrolled")
    );
    // Students and pupils wherever registered, at any age.
    assert_eq!(
        on(&of_type("1404", "none"), "2020-01-01"),
        Ok(Category::UniversityStudent)
    );
    assert_eq!(on(&of_type("1402", "none"), "2020-01-01"), Ok(Category::Minor));
    assert_eq!(on(&of_type("1403", "none"), "2020-01-01"), Ok(Category::Minor));

    // 18 on 1 January: an adult for the year; on 2 January: a minor for the year.
    let born = |text: &str| Person {
        brdy: day(text),
        ..adult()
    };
    assert_eq!(on(&born("2003-01-01"), "2021-06-01"), Ok(Category::Adult));
    assert_eq!(on(&born("2003-01-02"), "2021-06-01"), Ok(Category::Minor));
    assert_eq!(on(&born("2003-01-02"), "2022-01-01"), Ok(Category::Adult));

    // From birth to the day of death; before birth comes first of the reasons, then death.
    let mut child = Person {
        psn_type: "1401".into(),
        ..born("2021-03-31")
    };
    child.death_date = Some(day("2021-08-15"));
    assert_eq!(on(&child, "2021-03-30"), Err("before-cover"));
    assert_eq!(on(&child, "2021-03-31"), Ok(Category::Minor));
    assert_eq!(on(&child, "2021-08-15"), Ok(Category::Minor));
    assert_eq!(on(&child, "2021-08-16"), Err("after-death"));
    child.residence = "none".into();
    assert_eq!(on(&child, "2021-03-30"), Err("before-cover"));
    assert_eq!(on(&child, "2021-05-01"), Err("not-enrolled"));
    assert_eq!(on(&child, "2021-08-16"), Err("after-death"));
}

#[test]
fn institutions_and_kinds() {
    let at = |med_type: &str, place: &str, on: &str| {
        settle_one(&adult(), claim("a", med_type, place, on, "5_000"))
    };
    expect_unsettled(&at("21", "E", "2020-02-29"), "not-payable", "not-designated");
    expect(&at("21", "E", "2020-03-01"), ["1000", "2800", "0", "0", "2200"]);
    expect(&at("21", "E", "2020-03-31"), ["1000", "2800", "0", "0", "2200"]);
    expect_unsettled(&at("21", "E", "2020-04-01"), "not-payable", "not-designated");
    expect_unsettled(
        &at("51", "nowhere", "2020-04-01"),
        "not-payable",
        "not-designated",
    );
    expect_unsettled(&at("51", "T", "2020-04-01"), "not-payable", "kind-not-covered");
    expect_unsettled(&at("41", "T", "2020-04-01"), "not-payable", "kind-not-covered");
    expect_unsettled(&at("11", "T", "2020-04-01"), "not-payable", "level-not-covered");
    expect_unsettled(&at("13", "S", "2020-04-01"), "not-payable", "level-not-covered");
}

#[test]
fn exclusions_and_special_account_leave_the_state_alone() {
    let stay = |mdtrt_id: &str, on: &str| claim(mdtrt_id, "21", "T", on, "2_000");
    let abroad = Claim {
        excl_rea: "abroad".into(),
        ..stay("a", "2020-02-01")
    };
    let disaster = Claim {
        special_account: true,
        excl_rea: "abroad".into(),
        ..stay("b", "2020-02-02")
    };
    let exception = Claim {
        excl_rea: "self-harm-mental".into(),
        ..stay("c", "2020-02-03")
    };
    let spouse = Claim {
        excl_rea: "spouse-maternity-benefit".into(),
        matn_type: "1".into(),
        ..claim("d", "52", "T", "2020-02-04", "2_000")
    };
    let outcomes = settle(&adult(), &[abroad, disaster, exception, spouse]);
    expect_unsettled(&outcomes[0], "excluded", "abroad");
    expect_unsettled(&outcomes[1], "special-account", "");
    assert_eq!(outcomes[1].amounts.oth_pay, yuan(2_000));
    // The first admission that counts: the whole deductible.
    expect(&outcomes[2], ["1000", "700", "0", "0", "1300"]);
    expect_unsettled(&outcomes[3], "excluded", "spouse-maternity-benefit");
}

#[test]
fn third_party() {
    let liable = Claim {
        excl_rea: "third-party".into(),
        fulamt_ownpay_amt: Some(yuan(500)),
        ..claim("a", "21", "T", "2020-02-01", "5_500")
    };
    expect_unsettled(&settle_one(&adult(), liable.clone()), "excluded", "third-party");
    // 3,000 moves: in scope 5,000 -> 2,000, own pay 500 -> 3,500; (2,000 - 1,000) x 70 % = 700.
    let part = Claim {
        ttp_pay_amt: Some(yuan(3_000)),
        ..liable.clone()
    };
    let outcome = settle_one(&adult(), part);
    expect(&outcome, ["1000", "700", "0", "0", "4800"]);
    assert_eq!(outcome.amounts.inscp_scp_amt, yuan(2_000));
    assert_eq!(outcome.amounts.fulamt_ownpay_amt, yuan(3_500));
    // More than the in-scope amount: no more than that moves.
    let all = settle_one(
        &adult(),
        Claim {
            ttp_pay_amt: Some(yuan(5_200)),
            ..liable
        },
    );
    expect(&all, ["0", "0", "0", "0", "5500"]);
    assert_eq!(all.amounts.fulamt_ownpay_amt, yuan(5_500));
}

// Scope.

#[test]
fn scope_from_header_amounts() {
    let with = |own: Option<i64>, over: Option<i64>, first: Option<i64>, within: Option<i64>| {
        let outcome = settle_one(
            &adult(),
            Claim {
                fulamt_ownpay_amt: own.map(yuan),
                overlmt_selfpay: over.map(yuan),
                preselfpay_amt: first.map(yuan),
                inscp_scp_amt: within.map(yuan),
                ..claim("a", "14", "T", "2020-02-01", "1_000")
            },
        );
        let amounts = outcome.amounts;
        [
            amounts.fulamt_ownpay_amt,
            amounts.overlmt_selfpay,
            amounts.preselfpay_amt,
            amounts.inscp_scp_amt,
        ]
    };
    let expected = [100, 50, 150, 700].map(yuan);
    assert_eq!(with(Some(100), Some(50), Some(150), Some(700)), expected);
    assert_eq!(with(Some(100), Some(50), Some(150), None), expected);
    assert_eq!(with(None, Some(50), Some(150), Some(700)), expected);
    assert_eq!(with(Some(100), None, Some(150), Some(700)), expected);
    assert_eq!(with(Some(100), Some(50), None, Some(700)), expected);
    assert_eq!(with(None, None, None, None), [0, 0, 0, 1_000].map(yuan));
    assert_eq!(with(None, None, Some(150), None), [0, 0, 150, 850].map(yuan));
    assert_eq!(with(None, None, Some(150), Some(850)), [0, 0, 150, 850].map(yuan));
}

#[test]
fn scope_from_fee_lines() {
    let line = |class: &str, amount: &str, prop: &str, over: &str, consent: &str| FeeLine {
        feedetl_sn: "1".into(),
        det_item_fee_sumamt: dec(amount),
        chrgitm_lv: class.into(),
        selfpay_prop: (!prop.is_empty()).then(|| dec(prop)),
        overlmt_amt: (!over.is_empty()).then(|| dec(over)),
        consent: consent.into(),
    };
    let lines = vec![
        // In scope 1,000.
        line("01", "1000", "", "", ""),
        // (520.55 - 20) x 10 % = 50.055, half-up 50.06; in scope 500.55 - 50.06 = 450.49.
        line("02", "520.55", "0.1", "20", ""),
        // Own pay 300 and 40 over the limit, with consent.
        line("03", "340", "0.5", "40", "1"),
        // Own pay 200 without consent: the hospital's.
        line("03", "200", "1", "", "0"),
        // Consent does not matter for class B: first share 10, in scope 90.
        line("02", "100", "0.1", "", "0"),
    ];
    let bill = Claim {
        lines,
        ..claim("a", "21", "T", "2020-02-01", "2_160.55")
    };
    let outcome = settle_one(&adult(), bill.clone());
    let amounts = &outcome.amounts;
    assert_eq!(amounts.fulamt_ownpay_amt, yuan(500));
    assert_eq!(amounts.overlmt_selfpay, yuan(60));
    assert_eq!(amounts.preselfpay_amt, dec("60.06"));
    assert_eq!(amounts.inscp_scp_amt, dec("1540.49"));
    assert_eq!(amounts.hosp_part_amt, yuan(200));
    // (1,540.49 - 1,000) x 70 % = 378.343 -> 378.34; person 2,160.55 - 378.34 - 200 = 1,582.21.
    expect(&outcome, ["1000", "378.34", "0", "0", "1582.21"]);

    // Not payable: the person bears the total, the hospital nothing.
    let excluded = settle_one(
        &adult(),
        Claim {
            excl_rea: "unlawful".into(),
            ..bill
        },
    );
    expect_unsettled(&excluded, "excluded", "unlawful");
    assert_eq!(excluded.amounts.psn_part_amt, dec("2160.55"));
    assert_eq!(excluded.amounts.hosp_part_amt, yuan(0));
}

// Order and reversals.

#[test]
fn order_of_settlement() {
    // Same day: by the bytes of the id, so `Z` is first, then `a10`, then `a9`.
    let outcomes = settle(
        &adult(),
        &[
            claim("a9", "21", "T", "2020-02-01", "2_000"),
            claim("a10", "21", "T", "2020-02-01", "2_000"),
            claim("Z", "21", "T", "2020-02-01", "2_000"),
        ],
    );
    let deductibles: Vec<Decimal> = outcomes
        .iter()
        .map(|outcome| outcome.amounts.act_pay_dedc)
        .collect();
    assert_eq!(deductibles, [yuan(1_000), yuan(500), yuan(0)]);

    // `setl_time` goes before `endtime`: the stay of January settles last, as the second of its year.
    let late = Claim {
        setl_time: Some(day("2021-03-01").and_time(NaiveTime::MIN)),
        ..claim("late", "21", "T", "2020-01-05", "2_000")
    };
    let outcomes = settle(
        &adult(),
        &[
            late,
            claim("b", "21", "T", "2020-02-01", "2_000"),
            claim("c", "21", "T", "2021-02-01", "2_000"),
        ],
    );
    expect(&outcomes[0], ["1000", "700", "0", "0", "1300"]);
    expect(&outcomes[1], ["1000", "700", "0", "0", "1300"]);
    expect(&outcomes[2], ["500", "1050", "0", "0", "950"]);
    assert_eq!(outcomes[2].year, 2020);
}

/// setl_id, mdtrt_id, init_setl_id, deductible, fund pay.
fn brief(row: &Row) -> (&str, &str, &str, String, String) {
    let amounts = &row.outcome.amounts;
    (
        &row.setl_id,
        &row.mdtrt_id,
        &row.init_setl_id,
        amounts.act_pay_dedc.normalize().to_string(),
        amounts.hifp_pay.normalize().to_string(),
    )
}

#[test]
fn reversals_settle_later_claims_again() {
    let a = claim("a", "21", "T", "2020-02-01", "2_000");
    let b = claim("b", "21", "T", "2020-02-02", "2_000");
    let c = claim("c", "21", "T", "2020-02-03", "2_000");
    let clinic = claim("d", "11", "C", "2020-02-04", "100");
    let reverses_a = reversal("x", &a, "2020-02-05");
    let reverses_b = reversal("y", &b, "2020-02-07");
    let e = claim("e", "21", "T", "2020-02-06", "2_000");
    let claims = [a, b, c, clinic, reverses_a, e, reverses_b];
    let rows = settle_person(&adult(), &institutions(), &claims);
    let found: Vec<_> = rows.iter().map(brief).collect();
    let expected = [
        ("a", "a", "", "1000", "700"),
        ("b", "b", "", "500", "1050"),
        ("c", "c", "", "0", "1400"),
        ("d", "d", "", "0", "50"),
        // `x` cancels `a`: `b` becomes the first admission, `c` the second; `d` does not change.
        ("a.1r", "x", "a", "-1000", "-700"),
        ("b.1r", "b", "b", "-500", "-1050"),
        ("b.2", "b", "", "1000", "700"),
        ("c.1r", "c", "c", "0", "-1400"),
        ("c.2", "c", "", "500", "1050"),
        ("e", "e", "", "0", "1400"),
        // `y` cancels the second settlement of `b`: `c` becomes the first, `e` the second.
        ("b.2r", "y", "b.2", "-1000", "-700"),
        ("c.2r", "c", "c.2", "-500", "-1050"),
        ("c.3", "c", "", "1000", "700"),
        ("e.1r", "e", "e", "0", "-1400"),
        ("e.2", "e", "", "500", "1050"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|&(setl, mdtrt, init, deductible, pays)| {
            (setl, mdtrt, init, deductible.to_string(), pays.to_string())
        })
        .collect();
    assert_eq!(found, expected);
    let total: Decimal = rows.iter().map(|row| row.outcome.amounts.medfee_sumamt).sum();
    assert_eq!(total, yuan(4_100));
}

// Generated cases.

fn settle_all(cases: &Cases) -> Vec<Row> {
    let institutions: Institutions = cases
        .institutions
        .iter()
        .map(|institution| (institution.fixmedins_code.clone(), institution.clone()))
        .collect();
    let of = |person: &Person| -> Vec<Claim> {
        cases
            .claims
            .iter()
            .filter(|claim| claim.psn_no == person.psn_no)
            .cloned()
            .collect()
    };
    cases
        .persons
        .iter()
        .flat_map(|person| settle_person(person, &institutions, &of(person)))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_cases() {
    let (first, second, other) = (cases(7, 500), cases(7, 500), cases(8, 500));
    let text = |cases: &Cases| {
        interchange::persons_csv(&cases.persons)
            + &interchange::institutions_csv(&cases.institutions)
            + &interchange::claims_csv(&cases.claims)
            + &interchange::lines_csv(&cases.claims)
    };
    assert!(first.claims.len() >= 500);
    assert_eq!(text(&first), text(&second));
    assert_ne!(text(&first), text(&other));
}

#[test]
fn identities_hold_on_every_row() {
    for row in settle_all(&cases(11, 3_000)) {
        let amounts = &row.outcome.amounts;
        let scope = amounts.fulamt_ownpay_amt
            + amounts.overlmt_selfpay
            + amounts.preselfpay_amt
            + amounts.inscp_scp_amt;
        assert_eq!(scope, amounts.medfee_sumamt, "{row:?}");
        let fund = amounts.hifp_pay + amounts.hifmi_pay + amounts.maf_pay + amounts.oth_pay;
        assert_eq!(fund, amounts.fund_pay_sumamt, "{row:?}");
        let bearers = fund + amounts.psn_part_amt + amounts.hosp_part_amt;
        assert_eq!(bearers, amounts.medfee_sumamt, "{row:?}");
        assert_eq!(amounts.psn_cash_pay, amounts.psn_part_amt, "{row:?}");
        let sign = if row.refd_setl_flag { yuan(-1) } else { yuan(1) };
        for (name, amount) in amounts.named() {
            assert!(amount * sign >= yuan(0), "{name} of {row:?}");
            assert_eq!(amount, amount.round_dp(2), "{name} of {row:?}");
        }
    }
}

#[test]
fn generated_cases_reach_every_rule() {
    let cases = cases(3, 12_000);
    let rows = settle_all(&cases);
    let outcomes = || {
        rows.iter()
            .filter(|row| !row.refd_setl_flag)
            .map(|row| &row.outcome)
    };

    let found: BTreeSet<(&str, &str)> = outcomes()
        .map(|outcome| (outcome.status, outcome.reason.as_str()))
        .collect();
    let expected = BTreeSet::from([
        ("settled", ""),
        ("not-covered", "before-cover"),
        ("not-covered", "after-death"),
        ("not-covered", "not-enrolled"),
        ("not-payable", "not-designated"),
        ("not-payable", "kind-not-covered"),
        ("not-payable", "level-not-covered"),
        ("special-account", ""),
        ("excluded", "unlawful"),
        ("excluded", "self-harm"),
        ("excluded", "cosmetic"),
        ("excluded", "family-planning"),
        ("excluded", "abroad"),
        ("excluded", "third-party"),
        ("excluded", "out-of-scope"),
        ("excluded", "spouse-maternity-benefit"),
    ]);
    assert_eq!(found, expected);

    // Enough claims on every threshold, and settlements of every kind.
    let at_least = |count: usize, what: &str, is: &dyn Fn(&Outcome) -> bool| {
        let found = outcomes().filter(|outcome| is(outcome)).count();
        assert!(found >= count, "{found} of {count}: {what}");
    };
    at_least(6_000, "settled", &|o| o.status == "settled");
    at_least(500, "critical illness", &|o| o.amounts.hifmi_pay > yuan(0));
    at_least(500, "assistance", &|o| o.amounts.maf_pay > yuan(0));
    at_least(100, "hospital bears", &|o| o.amounts.hosp_part_amt > yuan(0));
    at_least(100, "outpatient", &|o| {
        o.sub_fund == "outpatient" && o.amounts.hifp_pay > yuan(0)
    });
    at_least(200, "ceiling used up", &|o| {
        let beyond = o.amounts.inscp_scp_amt > o.amounts.act_pay_dedc;
        o.sub_fund == "basic" && o.amounts.hifp_pay == yuan(0) && beyond
    });
    at_least(20, "critical illness capped", &|o| {
        o.amounts.hifmi_pay == yuan(400_000)
    });
    at_least(20, "assistance capped", &|o| o.amounts.maf_pay == yuan(30_000));
    let again = rows.iter().filter(|row| row.setl_id.ends_with(".3")).count();
    assert!(again >= 50, "settled a third time: {again}");
}

#[test]
fn generated_amounts_sit_on_the_thresholds() {
    let cases = cases(5, 12_000);
    // Within a fen of a first admission's deductible or of the room under the ceiling.
    let near = |row: &&Row, amount: Decimal| {
        let amounts = &row.outcome.amounts;
        (amounts.inscp_scp_amt - amounts.dedc_std - amount).abs() <= dec("0.01")
    };
    let rows = settle_all(&cases);
    let inpatient: Vec<&Row> = rows
        .iter()
        .filter(|row| ["21", "24"].contains(&row.med_type.as_str()))
        .collect();
    for (amount, at_least) in [(yuan(0), 50), (yuan(250_000), 50)] {
        let found = inpatient.iter().filter(|row| near(row, amount)).count();
        assert!(found >= at_least, "{found} near {amount}");
    }
}
