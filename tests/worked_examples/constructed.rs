//! Examples constructed from the figures that cities' rules state.

use crate::common::*;
use yibao::benefit::scope::{Class, split_line};
use yibao::prelude::*;
use yibao::schedule::{Band, Schedule};

/// A tertiary bill by catalogue class, class B with a first share of so many per cent.
fn bill_by_class(a: i64, b: i64, c: i64, first_share_percent: u32) -> Claim {
    let rate = Rate::from_ppm(first_share_percent * 10_000);
    let b = split_line(Class::B, yuan(b), yuan(0), rate, Rounding::HalfUp);
    stay(TERTIARY, yuan(a) + b.in_scope)
        .plus_first_share(b.first_share)
        .plus_own_pay(yuan(c))
}

fn burden(settlement: &Settlement) -> Fen {
    settlement.deductible + settlement.copayment + settlement.above_ceiling
}

/// The figures of Jinan's tertiary hospitals, up to the rate.
const TERTIARY_FIGURES: &str = r#"[benefit.inpatient.tertiary]
deductible = { yuan = 1000, provenance = "placeholder", source = "unverified compilation" }
ratio.adult = { rate = 0.70"#;

/// The deductible and the flat ratio of chronic outpatient treatment, up to the rate.
const CHRONIC_FIGURES: &str = "deductible = { yuan = 300, provenance = \"placeholder\", source = \"assumed; the officials' \
                               answers give none\" }\nratio = { rate = 0.65";

/// Jinan's bands of critical illness insurance.
const BANDS: &str = "    { from = 0, to = 100000, rate = 0.60 },
    { from = 100000, to = 200000, rate = 0.65 },
    { from = 200000, to = 300000, rate = 0.70 },
    { from = 300000, rate = 0.75 },
";

/// `TERTIARY_FIGURES` with another deductible, in yuan, and another ratio of adults: `rate = ..` or `bands = ..`.
fn tertiary(deductible: i64, ratio: &str) -> String {
    TERTIARY_FIGURES
        .replace("yuan = 1000", &format!("yuan = {deductible}"))
        .replace("rate = 0.70", ratio)
}

/// CON-01. Jinan, figures of 2024, first admission in a tertiary hospital: 25,000 class A, 15,000 class B (10 % first),
/// 2,000 outside. In scope 38,500; (38,500 - 1,000) x 70 % = 26,250; the burden of 12,250 is below 20,000.
#[test]
fn con_01_jinan_first_admission() {
    let mut counter = Counter::of(jinan(), adult());
    let settlement = counter.settle(&bill_by_class(25_000, 15_000, 2_000, 10));
    assert_eq!(settlement.in_scope, yuan(38_500));
    assert_eq!(
        (settlement.basic, settlement.critical_illness),
        (yuan(26_250), yuan(0))
    );
    assert_eq!(settlement.person, yuan(15_750));
    assert_eq!(counter.state.burden, yuan(12_250));
}

/// CON-03 and CON-04b. The same year goes on. Before the third admission the burden is 14,325 and 46,200 were in scope,
/// 1,200 of them deductible: so the second admission was one of 7,700 in scope with a deductible of 200 and 75 %, which
/// is a secondary hospital. The third, in a provincial hospital, has no deductible: 105,000 x 60 % = 63,000; the burden
/// reaches 56,325, of which (56,325 - 20,000) x 60 % = 21,795. At the fourth, 150,000 of the ceiling are used (the
/// deductible does not count): 100,000 x 60 % = 60,000, and 20,000 lie above.
#[test]
fn con_03_and_04b_jinan_third_and_fourth_admission() {
    let mut counter = Counter::of(jinan(), adult());
    counter.settle(&bill_by_class(25_000, 15_000, 2_000, 10));
    counter.settle(&stay(SECONDARY, yuan(7_700)));
    assert_eq!(counter.state.burden, yuan(14_325));

    let third = counter.settle(&bill_by_class(60_000, 50_000, 10_000, 10).at_kind("provincial"));
    assert_eq!((third.in_scope, third.deductible), (yuan(105_000), yuan(0)));
    assert_eq!(
        (third.basic, third.critical_illness),
        (yuan(63_000), yuan(21_795))
    );
    assert_eq!(third.person, yuan(35_205));
    assert_eq!(counter.state.burden, yuan(56_325));

    let fourth = counter.settle(&stay(TERTIARY, yuan(120_000)).at_kind("provincial"));
    assert_eq!((fourth.basic, fourth.above_ceiling), (yuan(60_000), yuan(20_000)));
}

/// CON-06. Jinan, hypertension 2023, at 75 % and without a deductible: 2,600 x 75 % = 1,950, at most 1,100.
#[test]
fn con_06_jinan_hypertension_limit() {
    let edited = CHRONIC_FIGURES
        .replace("yuan = 300", "yuan = 0")
        .replace("0.65", "0.75");
    let scenario = variant(&[(CHRONIC_FIGURES, &edited)]);
    let claim = chronic(SECONDARY, yuan(2_600))
        .with_disease("M03900")
        .on(day(2023, 6, 12));
    let settlement = settle_by(&scenario, &claim);
    assert_eq!((settlement.basic, settlement.person), (yuan(1_100), yuan(1_500)));
}

/// CON-08. Jinan 2023, a tumour at a provincial hospital: the inpatient ratio of 60 % is raised to the floor of 75 %;
/// 40,000 x 75 % = 30,000, the deductible left aside.
#[test]
fn con_08_jinan_tumour_floor() {
    let scenario = variant(&[(
        CHRONIC_FIGURES,
        &CHRONIC_FIGURES.replace("yuan = 300", "yuan = 0"),
    )]);
    let claim = chronic(TERTIARY, yuan(40_000))
        .at_kind("provincial")
        .with_disease("M00500")
        .on(day(2023, 6, 12));
    let settlement = settle_by(&scenario, &claim);
    assert_eq!(
        (settlement.basic, settlement.person),
        (yuan(30_000), yuan(10_000))
    );
}

/// CON-10. Jinan 2023, a mental disorder in a secondary psychiatric hospital, 5 points on the inpatient ratio of 75 %
/// (our baseline adds them to 65 %): 10,000 x 80 % = 8,000, the deductible left aside.
#[test]
fn con_10_jinan_mental_disorder() {
    let scenario = variant(&[
        (
            CHRONIC_FIGURES,
            &CHRONIC_FIGURES.replace("yuan = 300", "yuan = 0"),
        ),
        (
            "[benefit.chronic.disease.mental]",
            "[benefit.chronic.disease.mental]\nratio_of = \"inpatient\"",
        ),
    ]);
    let claim = chronic(SECONDARY, yuan(10_000))
        .at_kind("psychiatric")
        .with_disease("M02100")
        .on(day(2023, 6, 12));
    let settlement = settle_by(&scenario, &claim);
    assert_eq!((settlement.basic, settlement.person), (yuan(8_000), yuan(2_000)));
}

/// CON-12. Shandong 2014, critical illness insurance of twenty diseases, which pays below the line too: 17 % to 10,000
/// and 73 % above. On 60,000: 1,700 + 36,500 = 38,200.
#[test]
fn con_12_shandong_pays_below_the_line() {
    let band = |from, to: Option<i64>, percent: u32| Band {
        from: yuan(from),
        to: to.map(yuan),
        rate: Rate::from_ppm(percent * 10_000),
    };
    let bands = Schedule::new(vec![band(0, Some(10_000), 17), band(10_000, None, 73)]).unwrap();
    assert_eq!(bands.pay(yuan(0), yuan(60_000), Rounding::HalfUp), yuan(38_200));
}

/// Ulanqab's bands inside one admission, 65 % to 30,000, 70 % to 70,000, 75 % to 200,000, 80 % above, count from the first
/// yuan in scope. With a deductible of 1,200 that is 28,800, 68,800 and 198,800 above it.
fn ulanqab(more: &[(&str, &str)]) -> Scenario {
    let bands = "bands = [{ from = 0, to = 28800, rate = 0.65 }, { from = 28800, to = 68800, rate = 0.70 }, \
                 { from = 68800, to = 198800, rate = 0.75 }, { from = 198800, rate = 0.80 }]";
    let city_tertiary = tertiary(1_200, bands);
    let mut edits = vec![
        (TERTIARY_FIGURES, city_tertiary.as_str()),
        ("amount = { yuan = 250000,", "amount = { yuan = 160000,"),
        (BANDS, "    { from = 0, rate = 0.60 },\n"),
        ("limit = { yuan = 400000,", "limit = { yuan = 500000,"),
    ];
    edits.extend_from_slice(more);
    variant(&edits)
}

/// CON-14. Ulanqab 2020, first admission: 60,000 class A, 35,000 class B (20 % first), 5,000 outside: 88,000 in scope.
/// 28,800 x 65 % + 40,000 x 70 % + 18,000 x 75 % = 60,220; (27,780 - 14,000) x 60 % = 8,268.
#[test]
fn con_14_ulanqab_bands_inside_an_admission() {
    let claim = bill_by_class(60_000, 35_000, 5_000, 20).on(day(2020, 6, 12));
    let settlement = settle_by(&ulanqab(&[]), &claim);
    assert_eq!(settlement.in_scope, yuan(88_000));
    assert_eq!(
        (settlement.basic, settlement.critical_illness),
        (yuan(60_220), yuan(8_268))
    );
    assert_eq!(settlement.person, yuan(31_512));
}

/// CON-16. Ulanqab, referred within the region: 15 % first share of 50,000 leaves 42,500; 28,800 x 65 % + 12,500 x 70 % =
/// 27,470. Not referred: everything is first share, the fund pays nothing.
#[test]
fn con_16_ulanqab_first_share_out_of_area() {
    let figure = |rate| figure(&format!("rate = {rate}"));
    let (filed, unfiled) = (figure("0.15"), figure("1"));
    let ratio_times = |rate| {
        format!(
            ".ratio_times = {{ rate = {rate}, provenance = \"placeholder\", source = \"unverified compilation\" }}"
        )
    };
    let scenario = ulanqab(&[
        (
            &format!("\nfiled{}", ratio_times("0.90")),
            &format!("\nfiled.first_share = {filed}"),
        ),
        (
            &format!("\nunfiled{}", ratio_times("0.70")),
            &format!("\nunfiled.first_share = {unfiled}"),
        ),
    ]);
    let paid = |state| {
        settle_by(
            &scenario,
            &stay(TERTIARY, yuan(50_000))
                .on(day(2020, 6, 12))
                .out_of_area(state),
        )
    };
    let referred = paid(OutOfArea::Filed);
    assert_eq!((referred.in_scope, referred.basic), (yuan(42_500), yuan(27_470)));
    assert_eq!(paid(OutOfArea::Unfiled).basic, yuan(0));
}

/// Jiamusi 2018: tertiary 700 and 65 %, unfiled treatment 1,500 and 40 % (here a level of its own), the fund pays at most
/// 80,000 a year; critical illness insurance 50 % above 10,000, at most 200,000. The ceiling is on what the fund pays.
fn jiamusi(more: &[(&str, &str)]) -> Scenario {
    let city_tertiary = tertiary(700, "rate = 0.65");
    let provincial = TERTIARY_FIGURES
        .replace("tertiary]", "tertiary_provincial]")
        .replace("0.70", "0.60");
    let unfiled = provincial.replace("1000", "1500").replace("0.60", "0.40");
    let mut edits = vec![
        (TERTIARY_FIGURES, city_tertiary.as_str()),
        (&provincial, &unfiled),
        ("amount = { yuan = 250000,", "amount = { yuan = 80000,"),
        (r#"basis = "in-scope""#, r#"basis = "fund-paid""#),
        ("2024 = 20000 }, provenance", "2024 = 10000 }, provenance"),
        (BANDS, "    { from = 0, rate = 0.50 },\n"),
        ("limit = { yuan = 400000,", "limit = { yuan = 200000,"),
    ];
    edits.extend_from_slice(more);
    variant(&edits)
}

/// CON-18. Jiamusi, 30,000 in a tertiary hospital: (30,000 - 700) x 65 % = 19,045; (10,955 - 10,000) x 50 % = 477.50.
#[test]
fn con_18_jiamusi_tertiary() {
    let settlement = settle_by(&jiamusi(&[]), &stay(TERTIARY, yuan(30_000)));
    assert_eq!(
        (settlement.basic, settlement.critical_illness),
        (yuan(19_045), fen(477_50))
    );
    assert_eq!(settlement.person, fen(10_477_50));
}

/// CON-20. Jiamusi, 30,000 elsewhere without a filing: (30,000 - 1,500) x 40 % = 11,400; (18,600 - 10,000) x 50 % = 4,300.
#[test]
fn con_20_jiamusi_unfiled() {
    let settlement = settle_by(&jiamusi(&[]), &stay(TERTIARY, yuan(30_000)).at_kind("provincial"));
    assert_eq!(
        (settlement.basic, settlement.critical_illness),
        (yuan(11_400), yuan(4_300))
    );
    assert_eq!(settlement.person, yuan(14_300));
}

/// CON-22. Jiamusi, 180,000 in a tertiary hospital: (180,000 - 700) x 65 % = 116,545, of which the fund pays 80,000;
/// (100,000 - 10,000) x 50 % = 45,000; the person bears 55,000.
#[test]
fn con_22_jiamusi_fund_ceiling() {
    let settlement = settle_by(&jiamusi(&[]), &stay(TERTIARY, yuan(180_000)));
    assert_eq!(
        (settlement.basic, settlement.critical_illness),
        (yuan(80_000), yuan(45_000))
    );
    assert_eq!(settlement.person, yuan(55_000));
}

/// CON-22 in several bills of one year, with a deductible that is paid once a year: the same in sum.
#[test]
fn con_22_jiamusi_fund_ceiling_in_parts() {
    let factors = r#"admission_factors = { rates = [1, 0.5, 0], provenance = "placeholder", source = "unverified compilation; the same pattern in neighbouring cities" }
"#;
    let once_a_year = r#"deductible_period = "admission"
"#;
    let scenario = jiamusi(&[(once_a_year, "deductible_period = \"year\"\n"), (factors, "")]);
    let mut counter = Counter::of(&scenario, adult());
    let parts = [500, 99_500, 30_000, 50_000].map(|part| counter.settle(&stay(TERTIARY, yuan(part))));
    let sum = |part: fn(&Settlement) -> Fen| parts.iter().map(part).sum::<Fen>();
    assert_eq!(sum(|part| part.deductible), yuan(700));
    assert_eq!(
        (sum(|part| part.basic), sum(|part| part.critical_illness)),
        (yuan(80_000), yuan(45_000))
    );
    assert_eq!(sum(|part| part.person), yuan(55_000));
    assert_eq!(parts[3].basic, yuan(0)); // 99,300 and 30,000 x 65 % are more than 80,000
}

/// Nanchang 2025: tertiary 600 and 60 %; referred to another province 10 % first share, unfiled 20 %; critical illness
/// insurance 60 % above 17,000, which does not count the first share.
fn nanchang(more: &[(&str, &str)]) -> Scenario {
    let city_tertiary = tertiary(600, "rate = 0.60");
    let first_share = |rate| format!(".first_share = {}", figure(&format!("rate = {rate}")));
    let ratio_times = |rate| {
        format!(
            ".ratio_times = {{ rate = {rate}, provenance = \"placeholder\", source = \"unverified compilation\" }}"
        )
    };
    let (filed, unfiled) = (
        format!("\nfiled{}", ratio_times("0.90")),
        format!("\nunfiled{}", ratio_times("0.70")),
    );
    let (filed_share, unfiled_share) = (
        format!("\nfiled{}", first_share("0.10")),
        format!("\nunfiled{}", first_share("0.20")),
    );
    let mut edits = vec![
        (TERTIARY_FIGURES, city_tertiary.as_str()),
        ("2024 = 20000 }, provenance", "2024 = 17000 }, provenance"),
        (BANDS, "    { from = 0, rate = 0.60 },\n"),
        (&filed, &filed_share),
        (&unfiled, &unfiled_share),
    ];
    edits.extend_from_slice(more);
    variant(&edits)
}

/// CON-24. Nanchang, referred to another province: of 50,000 first 5,000; (45,000 - 600) x 60 % = 26,640; the burden is
/// 50,000 - 5,000 - 26,640 = 18,360, of which (18,360 - 17,000) x 60 % = 816.
#[test]
fn con_24_nanchang_first_share_is_no_burden() {
    let scenario = nanchang(&[]);
    let settled = |state| settle_by(&scenario, &stay(TERTIARY, yuan(50_000)).out_of_area(state));
    let referred = settled(OutOfArea::Filed);
    assert_eq!(
        (referred.first_share, referred.basic),
        (yuan(5_000), yuan(26_640))
    );
    assert_eq!(
        (burden(&referred), referred.critical_illness),
        (yuan(18_360), yuan(816))
    );
    assert_eq!(referred.person, yuan(22_544));
    // The example states the 20 % of unfiled treatment without working it out: (40,000 - 600) x 60 % = 23,640.
    let unfiled = settled(OutOfArea::Unfiled);
    assert_eq!((unfiled.first_share, unfiled.basic), (yuan(10_000), yuan(23_640)));
}

/// CON-26. Nanchang, a delivery by ratio, without a deductible: 100 % up to secondary level, 90 % at tertiary. Of 7,000:
/// 7,000 and 6,300.
#[test]
fn con_26_nanchang_delivery_by_ratio() {
    let text = &jinan().source().text;
    let from = text.find("[benefit.maternity.lump_sum]").unwrap();
    let to = text.find("[benefit.out_of_area]").unwrap();
    let by_level = format!(
        "ratio = {}\ntertiary.ratio = {1}\ntertiary_provincial.ratio = {1}\n\n",
        figure("rate = 1"),
        figure("rate = 0.90")
    );
    let scenario = variant(&[(&text[from..to], &by_level)]);
    for (hosp_lv, paid) in [(SECONDARY, 7_000), (TERTIARY, 6_300)] {
        let claim = Claim {
            delivery: Some(Delivery::Normal),
            ..bill("52", hosp_lv, day(2024, 6, 12), yuan(7_000))
        };
        let settlement = settle_by(&scenario, &claim);
        assert_eq!(
            (settlement.deductible, settlement.basic),
            (yuan(0), yuan(paid)),
            "{hosp_lv}"
        );
    }
}

/// CON-30. Hangzhou 2021, a student's visits under a deductible of 300 a year, 40 % at tertiary, 60 % elsewhere, 70 % at
/// community level and 3 points more in the own school's clinic: 200 at a secondary hospital is all deductible; 300 at a
/// tertiary one, (300 - 100) x 40 % = 80; 100 in the school's clinic, 73. Together 153.
#[test]
fn con_30_hangzhou_students_visits() {
    let text = &jinan().source().text;
    let from = text
        .find("deductible_period = \"none\"\nlevels = [\"community\", \"primary\"]")
        .unwrap();
    let to = text.find("[benefit.maternity] ").unwrap();
    let rules = [
        "deductible_period = \"year\"".to_string(),
        format!("deductible = {}", figure("yuan = 300")),
        format!("ratio = {}", figure("rate = 0.60")),
        format!("tertiary.ratio = {}", figure("rate = 0.40")),
        format!("community.ratio = {}", figure("rate = 0.70")),
        format!("campus.ratio = {}\n\n", figure("rate = 0.73")),
    ];
    let community = "[levels.community]\n";
    let campus = format!(
        "[levels.campus]\nname_zh = \"校医院\"\nhosp_lv = [\"11\"]\ninstitution_kind = \"own-school\"\n\n{community}"
    );
    let inpatient = "[benefit.inpatient.community]\n";
    let beds = format!(
        "[benefit.inpatient.campus]\ndeductible = {}\nratio = {}\n\n{inpatient}",
        figure("yuan = 200"),
        figure("rate = 0.90")
    );
    let scenario = variant(&[
        (&text[from..to], &rules.join("\n")),
        (community, &campus),
        (inpatient, &beds),
    ]);
    let own_school = Claim {
        institution_kind: scenario.codebook().institution_kind("own-school"),
        ..visit(COMMUNITY, yuan(100))
    };
    let mut counter = Counter::of(&scenario, of_type("1404"));
    let visits = [
        visit(SECONDARY, yuan(200)),
        visit(TERTIARY, yuan(300)),
        own_school,
    ];
    let paid = visits.map(|claim| counter.settle(&claim).basic);
    assert_eq!(paid, [0, 80, 73].map(yuan));
    assert_eq!(paid.into_iter().sum::<Fen>(), yuan(153));
}

/// CON-32. Shangluo, tertiary 500 and 70 %, the deductible 20 % lower at each admission, at most 40 %. Of 12,000 each:
/// (12,000 - 500), - 400, - 300, - 300, x 70 %.
#[test]
fn con_32_shangluo_admission_factors() {
    let city_tertiary = tertiary(500, "rate = 0.70");
    let scenario = variant(&[
        (TERTIARY_FIGURES, &city_tertiary),
        ("rates = [1, 0.5, 0]", "rates = [1, 0.8, 0.6]"),
    ]);
    let mut counter = Counter::of(&scenario, adult());
    let paid = [(); 4].map(|()| counter.settle(&stay(TERTIARY, yuan(12_000))).basic);
    assert_eq!(paid, [8_050, 8_120, 8_190, 8_190].map(yuan));
}

/// CON-34. Shangluo, critical illness insurance from 10,000: 60 % to 30,000, 70 % to 100,000, 80 % above. On a burden of
/// 150,000: 12,000 + 49,000 + 40,000 = 101,000.
#[test]
fn con_34_shangluo_critical_illness_bands() {
    let bands = "    { from = 0, to = 30000, rate = 0.60 },
    { from = 30000, to = 100000, rate = 0.70 },
    { from = 100000, rate = 0.80 },
";
    let scenario = variant(&[
        (BANDS, bands),
        ("2024 = 20000 }, provenance", "2024 = 10000 }, provenance"),
        ("limit = { yuan = 400000,", "limit = { yuan = 300000,"),
    ]);
    // Hypertension at its yearly 1,100: everything else is burden.
    let settlement = settle_by(
        &scenario,
        &chronic(SECONDARY, yuan(151_100)).with_disease("M03900"),
    );
    assert_eq!(burden(&settlement), yuan(150_000));
    assert_eq!(settlement.critical_illness, yuan(101_000));
}
