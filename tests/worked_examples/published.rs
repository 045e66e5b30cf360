//! Examples that were published with their amounts.

use crate::common::*;
use yibao::benefit::scope::{Class, split_line};
use yibao::prelude::*;
use yibao::schedule::{Band, Schedule};

/// PUB-01. Shandong, critical illness insurance of 2014, explained at the provincial press conference on the scheme
/// (news report, presumably 17 March 2014). A farmer's bill of 300,000, of which 270,000 is in scope and 100,000 is
/// paid by the basic fund, leaves 170,000. Nothing below 10,000, then 50 % to 100,000 and 60 % above, at most 200,000:
/// 90,000 x 50 % = 45,000, 70,000 x 60 % = 42,000, together 87,000. The edges count from zero: the threshold is taken
/// out of the first band and moves none.
#[test]
fn pub_01_shandong_critical_illness_2014() {
    let scenario = variant(&[
        ("amount = { yuan = 250000,", "amount = { yuan = 100000,"),
        (r#"basis = "in-scope""#, r#"basis = "fund-paid""#),
        (
            "threshold = { yuan = { 2020 = 14000,",
            "threshold = { yuan = { 2020 = 10000,",
        ),
        (
            "{ from = 0, to = 100000, rate = 0.60 }",
            "{ from = 0, to = 100000, rate = 0.50 }",
        ),
        (
            "{ from = 100000, to = 200000, rate = 0.65 }",
            "{ from = 100000, to = 200000, rate = 0.60 }",
        ),
        (
            "{ from = 200000, to = 300000, rate = 0.70 }",
            "{ from = 200000, to = 300000, rate = 0.60 }",
        ),
        ("{ from = 300000, rate = 0.75 }", "{ from = 300000, rate = 0.60 }"),
        ("limit = { yuan = 400000,", "limit = { yuan = 200000,"),
    ]);
    let claim = stay(TERTIARY, yuan(270_000))
        .plus_own_pay(yuan(30_000))
        .on(day(2020, 6, 12));
    let settlement = settle_by(&scenario, &claim);
    assert_eq!(settlement.basic, yuan(100_000));
    assert_eq!(settlement.critical_illness, yuan(87_000));
    assert_eq!(settlement.fund_total(), yuan(187_000));
    assert_eq!(settlement.person, yuan(113_000));
}

/// PUB-01 again, band by band.
#[test]
fn pub_01_shandong_critical_illness_2014_by_band() {
    let band = |from, to: Option<i64>, percent: u32| Band {
        from: yuan(from),
        to: to.map(yuan),
        rate: Rate::from_ppm(percent * 10_000),
    };
    let bands = Schedule::new(vec![band(0, Some(100_000), 50), band(100_000, None, 60)]).unwrap();
    let schedule = bands.above(yuan(10_000));
    let paid = |from, more| schedule.pay(yuan(from), yuan(more), Rounding::HalfUp);
    assert_eq!(paid(0, 100_000), yuan(45_000));
    assert_eq!(paid(100_000, 70_000), yuan(42_000));
    assert_eq!(paid(0, 170_000), yuan(87_000));
}

/// PUB-12. The form of many bureaus' explanations (recalled, without a source): a bill of 10,000 of which 6,000 is class
/// A, 3,000 class B with a first share of 10 %, 1,000 outside the catalogue; deductible 500, ratio 80 %:
/// (6,000 + 2,700 - 500) x 80 % = 6,560, the person pays 3,440.
#[test]
fn pub_12_class_a_b_and_c() {
    let tertiary = r#"[benefit.inpatient.tertiary]
deductible = { yuan = 1000, provenance = "placeholder", source = "unverified compilation" }
ratio.adult = { rate = 0.70,"#;
    let cheaper = tertiary
        .replace("yuan = 1000", "yuan = 500")
        .replace("rate = 0.70", "rate = 0.80");
    let scenario = variant(&[(tertiary, &cheaper)]);
    let tenth = Rate::from_ppm(100_000);
    let b = split_line(Class::B, yuan(3_000), yuan(0), tenth, Rounding::HalfUp);
    let c = split_line(Class::OwnPay, yuan(1_000), yuan(0), Rate::ONE, Rounding::HalfUp);
    let claim = stay(TERTIARY, yuan(6_000) + b.in_scope)
        .plus_first_share(b.first_share)
        .plus_own_pay(c.own_pay);
    let settlement = settle_by(&scenario, &claim);
    assert_eq!(
        (settlement.first_share, settlement.in_scope),
        (yuan(300), yuan(8_700))
    );
    assert_eq!((settlement.basic, settlement.person), (yuan(6_560), yuan(3_440)));
}

/// S07. A resident's chronic outpatient settlement from Changsha, January 2022 (sample row in public code): a bill of
/// 576.07, all in scope, fund ratio 0.7, paid 210.00 = 300 x 70 %, the person 366.07. The ratio in the row is the fund's
/// although the column's name speaks of the person's, and a limit of 300 in scope binds.
#[test]
fn s07_the_ratio_is_the_funds_and_a_limit_binds() {
    let chronic_figures = "deductible = { yuan = 300, provenance = \"placeholder\", source = \"assumed; the officials' \
                           answers give none\" }\nratio = { rate = 0.65,";
    let scenario = variant(&[
        (
            chronic_figures,
            &chronic_figures
                .replace("yuan = 300", "yuan = 0")
                .replace("rate = 0.65", "rate = 0.70"),
        ),
        ("fund_limit = { yuan = 1800,", "fund_limit = { yuan = 210,"),
        (r#"codes = ["M01600"]"#, r#"codes = ["M01603"]"#),
    ]);
    let claim = Claim {
        disease: scenario.codebook().disease("M01603"),
        ..chronic(SECONDARY, fen(576_07)).on(day(2022, 1, 12))
    };
    let settlement = settle_by(&scenario, &claim);
    assert_eq!(settlement.ratio, Some(Rate::from_ppm(700_000)));
    assert_eq!((settlement.deductible, settlement.basic), (yuan(0), yuan(210)));
    assert_eq!(
        (settlement.fund_total(), settlement.person),
        (yuan(210), fen(366_07))
    );
}
