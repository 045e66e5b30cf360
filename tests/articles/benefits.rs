//! Art. 13, 15 to 17: the waterfall of a payable claim.

use crate::common::*;
use yibao::prelude::*;

/// A tertiary bill of 42,000: 2,000 outside the catalogue, 1,500 first share, 38,500 in scope.
fn tertiary_bill() -> Claim {
    stay(TERTIARY, yuan(38_500))
        .plus_first_share(yuan(1_500))
        .plus_own_pay(yuan(2_000))
}

#[test]
fn art13_no_personal_account() {
    let settlement = settle_alone(&adult(), &tertiary_bill());
    // 38,500 - 1,000 = 37,500; x 70 % = 26,250 from the fund. There is no third purse: fund + person = bill.
    assert_eq!(settlement.fund_total(), yuan(26_250));
    assert_eq!(settlement.person, yuan(15_750));
    assert_eq!(settlement.fund_total() + settlement.person, settlement.total);
}

#[test]
fn art13_four_kinds_of_benefit_and_nothing_else() {
    // Of 2,000 each: inpatient (2,000 - 400) x 80 %, chronic (2,000 - 300) x 65 %, outpatient at most 500, a lump sum.
    let on = day(2024, 6, 12);
    for (med_type, paid) in [
        ("21", 1_280),
        ("24", 1_280),
        ("14", 1_105),
        ("11", 500),
        ("13", 500),
    ] {
        let settlement = settle_alone(&adult(), &bill(med_type, PRIMARY, on, yuan(2_000)));
        assert_eq!(settlement.basic, yuan(paid), "{med_type}");
    }
    assert_eq!(
        settle_alone(&adult(), &delivery(Delivery::Normal, yuan(2_000))).basic,
        yuan(1_200)
    );
    for med_type in ["12", "41", "51", "71"] {
        let settlement = settle_alone(&adult(), &bill(med_type, PRIMARY, on, yuan(2_000)));
        assert_eq!(
            outcome(&settlement),
            ("not-payable", "kind-not-covered"),
            "{med_type}"
        );
        assert_eq!(settlement.person, yuan(2_000), "{med_type}");
    }
}

/// In the order of the regulation's reasoning; the explanation is the settlement with a recorder plugged in.
#[test]
fn art13_an_explanation_cites_every_step() {
    assert_eq!(
        cited(&of_class(Identity::Dibao), &tertiary_bill()),
        [
            "cover Art. 14",
            "institution Art. 22",
            "scope Art. 20",
            "deductible Art. 15",
            "ceiling Art. 15",
            "ratio Art. 16",
            "critical-illness Art. 12(2)",
            "assistance Art. 30",
            "person Art. 16",
        ]
    );
}

#[test]
fn art13_an_explanation_changes_nothing() {
    let claim = tertiary_bill();
    let (explained, _) = Counter::of(jinan(), adult()).explain(&claim);
    assert_eq!(explained, settle_alone(&adult(), &claim));
}

#[test]
fn art15_below_the_deductible_the_person_pays() {
    let settlement = settle_alone(&adult(), &stay(TERTIARY, yuan(900)));
    assert_eq!(
        (settlement.deductible, settlement.basic, settlement.person),
        (yuan(900), yuan(0), yuan(900))
    );
    assert_eq!(settlement.deductible_standard, yuan(1_000));
}

/// 1,000, then half, then none, over all levels: the second stay of the year has half the deductible of its own level.
#[test]
fn art15_deductible_falls_with_the_admissions_of_the_year() {
    let mut counter = Counter::of(jinan(), adult());
    let mut deductible = |hosp_lv| counter.settle(&stay(hosp_lv, yuan(5_000))).deductible;
    assert_eq!(deductible(TERTIARY), yuan(1_000));
    assert_eq!(deductible(SECONDARY), yuan(200)); // half of 400
    assert_eq!(deductible(TERTIARY), yuan(0));
    assert_eq!(deductible(COMMUNITY), yuan(0));
}

#[test]
fn art15_a_stay_with_nothing_in_scope_is_still_an_admission() {
    let mut counter = Counter::of(jinan(), adult());
    counter.settle(&stay(TERTIARY, yuan(0)).plus_own_pay(yuan(800)));
    assert_eq!(counter.settle(&stay(TERTIARY, yuan(5_000))).deductible, yuan(500));
}

#[test]
fn art15_what_is_not_settled_is_no_admission() {
    let refused = [
        Claim {
            designated: false,
            ..stay(TERTIARY, yuan(5_000))
        },
        stay(TERTIARY, yuan(5_000)).excluded(Exclusion::Cosmetic),
        Claim {
            special_account: true,
            ..stay(TERTIARY, yuan(5_000))
        },
    ];
    for claim in refused {
        let mut counter = Counter::of(jinan(), adult());
        counter.settle(&claim);
        assert_eq!(counter.state, State::default(), "{claim:?}");
        assert_eq!(
            counter.settle(&stay(TERTIARY, yuan(5_000))).deductible,
            yuan(1_000)
        );
    }
}

/// Chronic outpatient, visits and deliveries do not move the admissions.
#[test]
fn art15_only_stays_are_admissions() {
    let mut counter = Counter::of(jinan(), adult());
    counter.settle(&chronic(TERTIARY, yuan(500)));
    counter.settle(&visit(PRIMARY, yuan(100)));
    counter.settle(&delivery(Delivery::Normal, yuan(3_000)));
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(5_000))).deductible,
        yuan(1_000)
    );
}

/// 300 a year, cumulative, whatever the institution: 120 + 100 + 80, then none.
#[test]
fn art15_the_chronic_deductible_is_paid_once_a_year() {
    let mut counter = Counter::of(jinan(), adult());
    let mut settled = |hosp_lv, amount| {
        let settlement = counter.settle(&chronic(hosp_lv, yuan(amount)));
        (settlement.deductible, settlement.basic)
    };
    assert_eq!(settled(TERTIARY, 120), (yuan(120), yuan(0)));
    assert_eq!(settled(PRIMARY, 100), (yuan(100), yuan(0)));
    assert_eq!(settled(COMMUNITY, 180), (yuan(80), yuan(65))); // (180 - 80) x 65 %
    assert_eq!(settled(SECONDARY, 100), (yuan(0), yuan(65)));
}

/// 300,000 at a tertiary hospital: 1,000 deductible, 250,000 shared, 49,000 above.
#[test]
fn art15_above_the_ceiling_the_person_pays() {
    let settlement = settle_alone(&adult(), &stay(TERTIARY, yuan(300_000)));
    assert_eq!(settlement.above_ceiling, yuan(49_000));
    assert_eq!(settlement.basic, yuan(175_000)); // 250,000 x 70 %
    assert_eq!(settlement.copayment, yuan(75_000));
}

/// The basis of the article: the ceiling counts both shares of the expense, so a low ratio does not stretch it.
#[test]
fn art15_the_ceiling_counts_expense_with_the_persons_share() {
    let provincial = stay(TERTIARY, yuan(300_000)).at_kind("provincial");
    let settlement = settle_alone(&adult(), &provincial);
    assert_eq!(settlement.above_ceiling, yuan(49_000));
    assert_eq!(settlement.basic, yuan(150_000)); // 250,000 x 60 %
}

/// 240,000 of the room is used by a stay, 10,000 is left for a chronic bill, nothing for the next stay.
#[test]
fn art15_inpatient_and_chronic_share_one_ceiling() {
    let mut counter = Counter::of(jinan(), adult());
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(241_000))).above_ceiling,
        yuan(0)
    );
    let chronic = counter.settle(&chronic(SECONDARY, yuan(12_300)));
    assert_eq!(
        (chronic.deductible, chronic.above_ceiling),
        (yuan(300), yuan(2_000))
    );
    assert_eq!(chronic.basic, yuan(6_500)); // 10,000 x 65 %
    let last = counter.settle(&stay(TERTIARY, yuan(1_500)));
    assert_eq!(
        (last.deductible, last.above_ceiling, last.basic),
        (yuan(500), yuan(1_000), yuan(0))
    );
}

#[test]
fn art15_general_outpatient_and_maternity_are_outside_the_ceiling() {
    let mut counter = Counter::of(jinan(), adult());
    counter.settle(&stay(TERTIARY, yuan(300_000)));
    assert_eq!(counter.settle(&visit(PRIMARY, yuan(200))).basic, yuan(130));
    assert_eq!(
        counter.settle(&delivery(Delivery::Normal, yuan(4_000))).basic,
        yuan(1_200)
    );
}

#[test]
fn art15_a_city_may_count_the_deductible_toward_the_ceiling() {
    let scenario = variant(&[("counts_deductible = false", "counts_deductible = true")]);
    let settlement = settle_by(&scenario, &stay(TERTIARY, yuan(300_000)));
    // 1,000 of the 250,000 is the deductible: 249,000 shared, 50,000 above.
    assert_eq!(
        (settlement.above_ceiling, settlement.basic),
        (yuan(50_000), yuan(174_300))
    );
    // So it does from stay to stay: of 300,000 in two halves, 250,000 are below the ceiling, both deductibles included.
    let mut counter = Counter::of(&scenario, adult());
    let mut above = || counter.settle(&stay(TERTIARY, yuan(150_000))).above_ceiling;
    assert_eq!([above(), above()], [yuan(0), yuan(50_000)]);
}

/// Jinan with an inpatient deductible that is not paid per admission.
fn with_deductible_per(period: &str) -> Scenario {
    let factors = "admission_factors = { rates = [1, 0.5, 0], provenance = \"placeholder\", source = \"unverified \
                   compilation; the same pattern in neighbouring cities\" }\n";
    let by_period = format!("deductible_period = \"{period}\"\n");
    variant(&[("deductible_period = \"admission\"\n", &by_period), (factors, "")])
}

/// Once a year: 200 at community level, topped up to 1,000 at a tertiary hospital, then nothing more anywhere.
#[test]
fn art15_a_yearly_deductible_is_topped_up_at_a_higher_level() {
    let scenario = with_deductible_per("year");
    let mut counter = Counter::of(&scenario, adult());
    let mut deductible = |hosp_lv| counter.settle(&stay(hosp_lv, yuan(5_000))).deductible;
    assert_eq!(deductible(COMMUNITY), yuan(200));
    assert_eq!(deductible(TERTIARY), yuan(800));
    assert_eq!(deductible(SECONDARY), yuan(0));
    assert_eq!(deductible(TERTIARY), yuan(0));
}

/// Once a year at each institution.
#[test]
fn art15_a_deductible_by_institution() {
    let scenario = with_deductible_per("institution-year");
    let mut counter = Counter::of(&scenario, adult());
    let mut deductible = |institution, in_scope| {
        let claim = stay(SECONDARY, yuan(in_scope));
        counter.settle(&Claim { institution, ..claim }).deductible
    };
    assert_eq!(deductible(1, 300), yuan(300));
    assert_eq!(deductible(2, 5_000), yuan(400));
    assert_eq!(deductible(1, 5_000), yuan(100));
    assert_eq!(deductible(1, 5_000), yuan(0));
}

/// A chronic ceiling of 2,000 leaves the other one to the stays.
#[test]
fn art15_a_kind_may_have_a_ceiling_of_its_own() {
    let amount = figure("yuan = 2000");
    let own = format!(
        "[benefit.chronic.ceiling]\namount = {amount}\nbasis = \"in-scope\"\ncounts_deductible = false\n\n\
         [benefit.chronic.disease.tumour]"
    );
    let scenario = variant(&[("[benefit.chronic.disease.tumour]", &own)]);
    let mut counter = Counter::of(&scenario, adult());
    let chronic = counter.settle(&chronic(PRIMARY, yuan(3_000)));
    assert_eq!((chronic.above_ceiling, chronic.basic), (yuan(700), yuan(1_300))); // 2,000 x 65 %
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(251_000))).above_ceiling,
        yuan(0)
    );
}

#[test]
fn art16_ratio_by_level_and_category() {
    // The fund's share of 10,000 above the deductible: adults, minors and students.
    let table = [
        (COMMUNITY, "", 200, 8_500, 9_000),
        (PRIMARY, "", 400, 8_000, 8_500),
        (SECONDARY, "", 400, 7_500, 8_000),
        (TERTIARY, "", 1_000, 7_000, 7_500),
        (TERTIARY, "provincial", 1_000, 6_000, 6_500),
    ];
    let student = of_type("1404");
    let minor = Person::born(day(2015, 3, 1));
    for (hosp_lv, kind, deductible, of_adults, of_others) in table {
        let claim = stay(hosp_lv, yuan(10_000 + deductible)).at_kind(kind);
        for (person, expected) in [(&adult(), of_adults), (&student, of_others), (&minor, of_others)] {
            let settlement = settle_alone(person, &claim);
            assert_eq!(settlement.basic, yuan(expected), "{hosp_lv} {kind}");
            assert_eq!(settlement.copayment, yuan(10_000 - expected), "{hosp_lv} {kind}");
        }
    }
}

/// 0.01 yuan above the deductible: 70 % of it is 0.007, which is rounded to 0.01 for the fund; nothing is left.
#[test]
fn art16_the_persons_share_is_the_remainder() {
    let settlement = settle_alone(&adult(), &stay(TERTIARY, fen(1_000_01)));
    assert_eq!((settlement.basic, settlement.copayment), (fen(1), fen(0)));
    let rounded_down = variant(&[(r#"rounding = "half-up""#, r#"rounding = "down""#)]);
    let settlement = settle_by(&rounded_down, &stay(TERTIARY, fen(1_000_01)));
    assert_eq!((settlement.basic, settlement.copayment), (fen(0), fen(1)));
}

#[test]
fn art16_family_doctor_points_where_a_city_gives_them() {
    let points = format!(
        "[benefit.chronic]                      # 门诊慢特病\nfamily_doctor = {}",
        figure("rate = 0.05")
    );
    let scenario = variant(&[("[benefit.chronic]                      # 门诊慢特病", &points)]);
    let signed = Claim {
        family_doctor: true,
        ..chronic(PRIMARY, yuan(1_300))
    };
    assert_eq!(settle_by(&scenario, &signed).basic, yuan(700)); // 1,000 x (65 % + 5 points)
    assert_eq!(
        settle_by(&scenario, &chronic(PRIMARY, yuan(1_300))).basic,
        yuan(650)
    );
    assert_eq!(settle_alone(&adult(), &signed).basic, yuan(650));
}

#[test]
fn art17_a_lump_sum_by_kind_of_delivery() {
    let table = [
        (Delivery::Normal, 1_200),
        (Delivery::Assisted, 1_200),
        (Delivery::Caesarean, 1_800),
        (Delivery::Difficult, 1_800),
    ];
    for (kind, sum) in table {
        let settlement = settle_alone(&adult(), &delivery(kind, yuan(5_000)));
        assert_eq!(
            (settlement.basic, settlement.person),
            (yuan(sum), yuan(5_000 - sum)),
            "{kind:?}"
        );
        assert_eq!(settlement.deductible, yuan(0), "{kind:?}");
    }
}

#[test]
fn art17_never_more_than_is_in_scope() {
    let settlement = settle_alone(
        &adult(),
        &delivery(Delivery::Normal, yuan(900)).plus_own_pay(yuan(600)),
    );
    assert_eq!((settlement.basic, settlement.person), (yuan(900), yuan(600)));
}

#[test]
fn art17_a_delivery_moves_nothing_of_the_year_but_what_the_fund_paid() {
    let mut counter = Counter::of(jinan(), of_class(Identity::Dibao));
    let settlement = counter.settle(&delivery(Delivery::Caesarean, yuan(80_000)));
    assert_eq!(
        (settlement.critical_illness, settlement.assistance),
        (yuan(0), yuan(0))
    );
    let State {
        admissions,
        ceiling_used,
        burden,
        assistance_burden,
        ..
    } = counter.state;
    assert_eq!((admissions, burden, assistance_burden), (0, yuan(0), yuan(0)));
    assert!(ceiling_used.iter().all(|used| used.is_zero()));
}

#[test]
fn art17_2_not_if_the_husbands_maternity_insurance_has_paid() {
    let claim = delivery(Delivery::Normal, yuan(5_000)).excluded(Exclusion::SpouseMaternityBenefit);
    let settlement = settle_alone(&adult(), &claim);
    assert_eq!(outcome(&settlement), ("excluded", "spouse-maternity-benefit"));
    assert_eq!(
        (settlement.fund_total(), settlement.person),
        (yuan(0), yuan(5_000))
    );
    assert_eq!(cited(&adult(), &claim).last().unwrap(), "exclusion Art. 17(2)");
}
