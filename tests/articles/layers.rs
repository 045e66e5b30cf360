//! Art. 12: the outpatient pool and critical illness insurance. Art. 30: chronic diseases and assistance.

use crate::common::*;
use yibao::benefit::kind::SubFund;
use yibao::prelude::*;

#[test]
fn art12_outpatient_pool_pays_from_its_own_sub_fund() {
    let settlement = settle_alone(&adult(), &visit(COMMUNITY, yuan(200)));
    assert_eq!(settlement.sub_fund, Some(SubFund::Outpatient));
    assert_eq!((settlement.deductible, settlement.basic), (yuan(0), yuan(130))); // 65 %
    assert_eq!(
        settle_alone(&adult(), &stay(COMMUNITY, yuan(200))).sub_fund,
        Some(SubFund::Basic)
    );
}

#[test]
fn art12_outpatient_pool_at_primary_and_community_level_only() {
    for (hosp_lv, covered) in [
        ("11", true),
        ("08", true),
        ("10", true),
        ("07", false),
        ("01", false),
    ] {
        let settlement = settle_alone(&adult(), &visit(hosp_lv, yuan(200)));
        let expected = if covered {
            ("settled", "")
        } else {
            ("not-payable", "level-not-covered")
        };
        assert_eq!(outcome(&settlement), expected, "{hosp_lv}");
    }
}

/// 500 a year in 2024: 390, then the 110 that are left of it, then nothing.
#[test]
fn art12_outpatient_pool_has_a_yearly_limit() {
    let mut counter = Counter::of(jinan(), adult());
    let mut paid = |amount| counter.settle(&visit(PRIMARY, yuan(amount))).basic;
    assert_eq!(paid(600), yuan(390));
    assert_eq!(paid(600), yuan(110));
    assert_eq!(paid(600), yuan(0));
}

#[test]
fn art12_outpatient_visits_do_not_count_for_critical_illness() {
    let mut counter = Counter::of(jinan(), of_class(Identity::Dibao));
    let settlement = counter.settle(&visit(PRIMARY, yuan(90_000)));
    assert_eq!(
        (settlement.critical_illness, settlement.assistance),
        (yuan(0), yuan(0))
    );
    assert_eq!(
        (counter.state.burden, counter.state.assistance_burden),
        (yuan(0), yuan(0))
    );
}

/// 300,000 at a tertiary hospital: the person bears 1,000 + 75,000 + 49,000 = 125,000 in scope.
/// Critical illness insurance: 80,000 x 60 % + 25,000 x 65 % = 64,250, on the same claim.
#[test]
fn art12_critical_illness_counts_deductible_co_payment_and_above_the_ceiling() {
    let settlement = settle_alone(&adult(), &stay(TERTIARY, yuan(300_000)));
    assert_eq!(settlement.critical_illness, yuan(64_250));
    assert_eq!(settlement.person, yuan(60_750));
}

#[test]
fn art12_critical_illness_does_not_count_own_pay_and_first_share() {
    let plain = settle_alone(&adult(), &stay(TERTIARY, yuan(100_000)));
    let dearer = stay(TERTIARY, yuan(100_000))
        .plus_own_pay(yuan(40_000))
        .plus_first_share(yuan(20_000));
    // 1,000 + 29,700 = 30,700 either way: (30,700 - 20,000) x 60 %.
    assert_eq!(plain.critical_illness, yuan(6_420));
    assert_eq!(settle_alone(&adult(), &dearer).critical_illness, yuan(6_420));
}

#[test]
fn art12_critical_illness_counts_the_first_share_where_a_city_does() {
    let base = "kinds = [\"inpatient\", \"chronic\"]\nbase = [\"deductible\", \"copayment\", \"above-ceiling\"]\nthreshold = { yuan = {";
    let wider = base.replace("\"above-ceiling\"", "\"above-ceiling\", \"first-share\"");
    let scenario = variant(&[(base, &wider)]);
    let claim = stay(TERTIARY, yuan(100_000)).plus_first_share(yuan(20_000));
    assert_eq!(settle_by(&scenario, &claim).critical_illness, yuan(18_420)); // (50,700 - 20,000) x 60 %
}

/// Counted from zero over the year: the second stay starts where the first has left the burden.
#[test]
fn art12_critical_illness_accumulates_over_the_year() {
    let mut counter = Counter::of(jinan(), adult());
    // 1,000 + 15,000 = 16,000, below the threshold of 20,000.
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(51_000))).critical_illness,
        yuan(0)
    );
    // 500 + 6,000 = 6,500, of which 2,500 are above it: x 60 %.
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(20_500))).critical_illness,
        yuan(1_500)
    );
    // A chronic bill adds to the same burden: 300 + 700 = 1,000, x 60 %.
    assert_eq!(
        counter.settle(&chronic(PRIMARY, yuan(2_300))).critical_illness,
        yuan(600)
    );
    assert_eq!(counter.state.burden, yuan(23_500));
}

/// Half the threshold, 5 points more: 30,700 of burden in 2024, (30,700 - 10,000) x 65 %.
#[test]
fn art12_critical_illness_is_kinder_to_hardship_classes() {
    let paid = |identity| settle_alone(&of_class(identity), &stay(TERTIARY, yuan(100_000))).critical_illness;
    assert_eq!(paid(Identity::Dibao), yuan(13_455));
    assert_eq!(paid(Identity::ExtremePoverty), yuan(13_455));
    for identity in [
        Identity::Ordinary,
        Identity::SevereDisability,
        Identity::EntitledGroup,
    ] {
        assert_eq!(paid(identity), yuan(6_420), "{identity:?}"); // (30,700 - 20,000) x 60 %
    }
}

/// 2,000,000 at a tertiary hospital leave 1,825,000 to the person: bands give 183,000 + 1,525,000 x 75 %, paid 400,000.
#[test]
fn art12_critical_illness_has_a_yearly_limit_but_not_for_hardship_classes() {
    let claim = stay(TERTIARY, yuan(2_000_000));
    assert_eq!(settle_alone(&adult(), &claim).critical_illness, yuan(400_000));
    // Dibao: 90,000 x 65 % + 100,000 x 70 % + 100,000 x 75 % + 1,525,000 x 80 % = 1,423,500.
    let dibao = settle_alone(&of_class(Identity::Dibao), &claim);
    assert_eq!(dibao.critical_illness, yuan(1_423_500));
}

#[test]
fn art12_critical_illness_bands_may_count_from_the_threshold() {
    let scenario = variant(&[(r#"bands_from = "zero""#, r#"bands_from = "threshold""#)]);
    // 125,000 of burden, 105,000 above the threshold: 100,000 x 60 % + 5,000 x 65 %.
    let settlement = settle_by(&scenario, &stay(TERTIARY, yuan(300_000)));
    assert_eq!(settlement.critical_illness, yuan(63_250));
}

/// 10,000 above the deductible of 300. The inpatient ratio of the level and category, under it a floor of 75 %.
#[test]
fn art30_tumour_transplant_and_haemophilia() {
    let table = [
        (COMMUNITY, "", 8_500),
        (PRIMARY, "", 8_000),
        (SECONDARY, "", 7_500),
        (TERTIARY, "", 7_500),
    ];
    for code in ["M00500", "M08300", "M02800"] {
        for (hosp_lv, kind, paid) in table.into_iter().chain([(TERTIARY, "provincial", 7_500)]) {
            let claim = chronic(hosp_lv, yuan(10_300)).with_disease(code).at_kind(kind);
            assert_eq!(
                settle_alone(&adult(), &claim).basic,
                yuan(paid),
                "{code} {hosp_lv} {kind}"
            );
        }
        let minor = Person::born(day(2015, 3, 1));
        let claim = chronic(COMMUNITY, yuan(10_300)).with_disease(code);
        assert_eq!(settle_alone(&minor, &claim).basic, yuan(9_000), "{code}");
    }
}

/// The same with a floor of 60 %, which only binds where the inpatient ratio is lower: nowhere in Jinan.
#[test]
fn art30_tuberculosis_hepatitis_and_cirrhosis() {
    for code in ["M00101", "M00200", "M06300"] {
        for (hosp_lv, kind, paid) in [
            (COMMUNITY, "", 8_500),
            (TERTIARY, "", 7_000),
            (TERTIARY, "provincial", 6_000),
        ] {
            let claim = chronic(hosp_lv, yuan(10_300)).with_disease(code).at_kind(kind);
            assert_eq!(
                settle_alone(&adult(), &claim).basic,
                yuan(paid),
                "{code} {hosp_lv} {kind}"
            );
        }
    }
}

#[test]
fn art30_dialysis_has_a_ratio_of_its_own() {
    for (hosp_lv, paid) in [
        (COMMUNITY, 9_000),
        (PRIMARY, 8_000),
        (SECONDARY, 8_000),
        (TERTIARY, 8_000),
    ] {
        let claim = chronic(hosp_lv, yuan(10_300)).with_disease("M07800");
        assert_eq!(settle_alone(&adult(), &claim).basic, yuan(paid), "{hosp_lv}");
    }
}

/// What the step of the disease group cites, or that there is none: what the group changes, and nothing of its kind's.
#[test]
fn art30_the_step_of_a_disease_group_cites_what_the_group_changes() {
    let cited = |code, kind| {
        let claim = chronic(SECONDARY, yuan(10_300)).with_disease(code).at_kind(kind);
        let (_, trace) = Counter::of(jinan(), adult()).explain(&claim);
        let step = trace.steps.into_iter().find(|step| step.rule.name() == "disease");
        let path = |figure: usize| jinan().figures()[figure].path.to_string();
        step.map(|step| {
            let figures = step.figures.iter();
            figures
                .map(|used| path(usize::from(used.figure.0)))
                .collect::<Vec<_>>()
        })
    };
    let group = |name: &str| vec![format!("benefit.chronic.disease.{name}")];
    assert_eq!(cited("M07800", ""), Some(group("dialysis.ratio")));
    assert_eq!(cited("M02100", "psychiatric"), Some(group("mental.add")));
    assert_eq!(cited("M02100", ""), Some(Vec::new()));
    assert_eq!(cited("M03900", ""), None);
}

/// 5 points on 65 %, in a secondary psychiatric hospital only.
#[test]
fn art30_mental_disorders_in_a_psychiatric_hospital() {
    let table = [
        (SECONDARY, "psychiatric", 7_000),
        (SECONDARY, "", 6_500),
        (TERTIARY, "psychiatric", 6_500),
    ];
    for (hosp_lv, kind, paid) in table {
        let claim = chronic(hosp_lv, yuan(10_300))
            .with_disease("M02100")
            .at_kind(kind);
        assert_eq!(
            settle_alone(&adult(), &claim).basic,
            yuan(paid),
            "{hosp_lv} {kind}"
        );
    }
}

/// Hypertension: at most 1,100 a year from the fund. What that cuts off is the person's co-payment, and counts.
#[test]
fn art30_a_fund_limit_by_disease() {
    let mut counter = Counter::of(jinan(), adult());
    let settlement = counter.settle(&chronic(SECONDARY, yuan(2_900)).with_disease("M03900"));
    assert_eq!(
        (settlement.basic, settlement.copayment),
        (yuan(1_100), yuan(1_500))
    ); // 65 % would be 1,690
    assert_eq!(counter.state.burden, yuan(1_800)); // 300 + 1,500
    // Diabetes has a limit of its own, 1,800; hypertension has nothing left.
    let diabetes = counter.settle(&chronic(SECONDARY, yuan(4_000)).with_disease("M01600"));
    assert_eq!(diabetes.basic, yuan(1_800));
    let hypertension = counter.settle(&chronic(SECONDARY, yuan(100)).with_disease("M03900"));
    assert_eq!((hypertension.basic, hypertension.copayment), (yuan(0), yuan(100)));
}

/// A disease group is a matter of chronic outpatient treatment: a stay for it settles like any stay.
#[test]
fn art30_disease_rules_hold_for_chronic_treatment_only() {
    let claim = stay(TERTIARY, yuan(11_000)).at_kind("provincial");
    assert_eq!(
        settle_alone(&adult(), &claim.clone().with_disease("M00500")),
        settle_alone(&adult(), &claim)
    );
}

/// Dibao, 12,250 of burden: critical illness pays (12,250 - 10,000) x 65 % = 1,462.50; of the other 10,787.50 assistance
/// pays 70 %, or 90 % in extreme poverty.
#[test]
fn art30_assistance_pays_on_what_critical_illness_insurance_has_left() {
    let claim = stay(TERTIARY, yuan(38_500));
    for (identity, assistance) in [(Identity::Dibao, 7_551_25), (Identity::ExtremePoverty, 9_708_75)] {
        let settlement = settle_alone(&of_class(identity), &claim);
        assert_eq!(settlement.critical_illness, fen(1_462_50), "{identity:?}");
        assert_eq!(settlement.assistance, fen(assistance), "{identity:?}");
        assert_eq!(
            settlement.fund_total(),
            fen(26_250_00 + 1_462_50 + assistance),
            "{identity:?}"
        );
    }
}

#[test]
fn art30_assistance_for_hardship_classes_only() {
    for identity in [
        Identity::Ordinary,
        Identity::SevereDisability,
        Identity::EntitledGroup,
    ] {
        let settlement = settle_alone(&of_class(identity), &stay(TERTIARY, yuan(38_500)));
        assert_eq!(settlement.assistance, yuan(0), "{identity:?}");
    }
}

/// At most 30,000 a year: 7,000 of burden at a time, 4,900 of assistance each, until it is used up.
#[test]
fn art30_assistance_has_a_yearly_limit() {
    // No critical illness insurance in reach, so that all of the burden is left.
    let scenario = variant(&[("2023 = 18000, 2024 = 20000", "2023 = 18000, 2024 = 9000000")]);
    let mut counter = Counter::of(&scenario, of_class(Identity::Dibao));
    // 300 or 0 deductible; the fund pays nothing more for hypertension once 1,100 are paid.
    let first = counter.settle(&chronic(PRIMARY, yuan(8_100)).with_disease("M03900"));
    assert_eq!(first.assistance, yuan(4_900)); // (8,100 - 1,100) x 70 %
    let mut next = || {
        counter
            .settle(&chronic(PRIMARY, yuan(7_000)).with_disease("M03900"))
            .assistance
    };
    assert_eq!([next(), next(), next(), next(), next()], [4_900; 5].map(yuan));
    assert_eq!(next(), yuan(600)); // 30,000 - 6 x 4,900
    assert_eq!(next(), yuan(0));
}

#[test]
fn art30_assistance_above_a_threshold_where_a_city_sets_one() {
    let scenario = variant(&[("threshold = { yuan = 0,", "threshold = { yuan = 5000,")]);
    let settled = settle_one(
        &scenario,
        &of_class(Identity::Dibao),
        &stay(TERTIARY, yuan(38_500)),
    )
    .unwrap();
    assert_eq!(settled.assistance, fen(4_051_25)); // (10,787.50 - 5,000) x 70 %
}
