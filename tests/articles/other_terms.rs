//! Terms that Jinan does without, written into copies of its scenario. Every result is worked out by hand; whole cities
//! are in `scenarios/`, with cases of their own.

use crate::common::*;
use yibao::benefit::claim::{MedType, Referral, Stated};
use yibao::benefit::rule::Rule;
use yibao::insured::person::LastPaid;
use yibao::prelude::*;

const FACTORS: &str = "admission_factors = { rates = [1, 0.5, 0], provenance = \"placeholder\", source = \"unverified compilation; the same pattern in neighbouring cities\" }\n";

/// Jinan with other keys for inpatient treatment in place of its admission factors.
fn inpatient(keys: &str) -> Scenario {
    variant(&[(FACTORS, &format!("{keys}\n"))])
}

/// Jinan with another table before that of out-of-area treatment.
pub fn with_table(table: &str) -> Scenario {
    variant(&[(
        "[benefit.out_of_area] ",
        &format!("{table}\n\n[benefit.out_of_area] "),
    )])
}

fn deductibles(scenario: &Scenario, person: Person, stays: &[(&str, NaiveDay)]) -> Vec<Fen> {
    let mut counter = Counter::of(scenario, person);
    let stay = |&(hosp_lv, (month, of_month)): &(&str, NaiveDay)| {
        let claim = bill("21", hosp_lv, day(2024, month, of_month), yuan(5_000));
        counter.settle(&claim).deductible
    };
    stays.iter().map(stay).collect()
}

/// Month and day of 2024.
type NaiveDay = (u32, u32);

/// 1,000, less 100 each time, but never below 850; at community level the floor is above the standard, which stays.
#[test]
fn art15_a_deductible_falls_by_an_amount_to_a_floor() {
    let keys = format!(
        "admission_less = {}\nadmission_floor = {}",
        figure("yuan = 100"),
        figure("yuan = 850")
    );
    let stays = [
        (TERTIARY, (1, 5)),
        (TERTIARY, (2, 5)),
        (TERTIARY, (3, 5)),
        (TERTIARY, (4, 5)),
        (COMMUNITY, (5, 5)),
    ];
    let paid = deductibles(&inpatient(&keys), adult(), &stays);
    assert_eq!(paid, [1_000, 900, 850, 850, 200].map(yuan));
}

/// Dibao pay none at a level where they were admitted before; others pay every time.
#[test]
fn art15_no_deductible_for_a_class_at_the_same_level() {
    let scenario = inpatient("no_deductible.poor = { identity = [\"dibao\"], same_level = true }");
    let stays = [
        (TERTIARY, (1, 5)),
        (SECONDARY, (2, 5)),
        (TERTIARY, (3, 5)),
        (SECONDARY, (4, 5)),
        (PRIMARY, (5, 5)),
    ];
    let dibao = deductibles(&scenario, of_class(Identity::Dibao), &stays);
    assert_eq!(dibao, [1_000, 400, 0, 0, 400].map(yuan));
    let others = deductibles(&scenario, adult(), &stays);
    assert_eq!(others, [1_000, 400, 1_000, 400, 400].map(yuan));
    // A new year begins with nothing known.
    let mut counter = Counter::of(&scenario, of_class(Identity::Dibao));
    counter.settle(&stay(TERTIARY, yuan(5_000)).on(day(2023, 12, 1)));
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(5_000))).deductible,
        yuan(1_000)
    );
}

/// From the third admission on, for those of 70 and more on the day it begins.
#[test]
fn art15_no_deductible_for_an_age_from_a_later_admission_on() {
    let keys = format!(
        "no_deductible.old = {{ from_admission = {}, age_from = {} }}",
        figure("count = 3"),
        figure("years = 70")
    );
    let stays = [
        (TERTIARY, (1, 5)),
        (TERTIARY, (2, 5)),
        (TERTIARY, (3, 4)),
        (TERTIARY, (3, 5)),
    ];
    let born = |year, month, of_month| Person::born(day(year, month, of_month));
    let scenario = inpatient(&keys);
    assert_eq!(
        deductibles(&scenario, born(1954, 3, 5), &stays),
        [1_000, 1_000, 1_000, 0].map(yuan)
    );
    assert_eq!(
        deductibles(&scenario, born(1954, 3, 6), &stays),
        [1_000; 4].map(yuan)
    );
    assert_eq!(
        deductibles(&scenario, born(1954, 1, 1), &stays),
        [1_000, 1_000, 0, 0].map(yuan)
    );
}

/// Five points for dibao, three for the young in psychiatric hospitals; both where both hold, and never above one.
#[test]
fn art16_additions_for_groups() {
    let keys = format!(
        "addition.poor = {{ rate_add = {}, identity = [\"dibao\"] }}\n\
         addition.young = {{ rate_add = {}, age_below = {}, institution_kind = \"psychiatric\", levels = [\"secondary\"] }}\n\
         addition.all = {{ rate_add = {}, levels = [\"community\"] }}",
        figure("rate = 0.05"),
        figure("rate = 0.03"),
        figure("years = 18"),
        figure("rate = 0.50"),
    );
    let scenario = inpatient(&keys);
    let ratio = |person: &Person, claim: &Claim| {
        let settled = settle_one(&scenario, person, claim).unwrap();
        settled.ratio.unwrap().ppm() / 10_000
    };
    let child = Person::born(day(2015, 3, 1));
    let poor_child = Person {
        identity: Identity::Dibao,
        ..child.clone()
    };
    let at = |hosp_lv, kind| stay(hosp_lv, yuan(5_000)).at_kind(kind);
    assert_eq!(ratio(&adult(), &at(SECONDARY, "")), 75);
    assert_eq!(ratio(&of_class(Identity::Dibao), &at(SECONDARY, "")), 80);
    assert_eq!(ratio(&child, &at(SECONDARY, "psychiatric")), 83);
    assert_eq!(ratio(&child, &at(SECONDARY, "")), 80);
    assert_eq!(ratio(&poor_child, &at(SECONDARY, "psychiatric")), 88);
    assert_eq!(ratio(&adult(), &at(COMMUNITY, "")), 100);
    // Treatment elsewhere lowers what came of it: 80 % x 0.7.
    let unfiled = at(SECONDARY, "").out_of_area(OutOfArea::Unfiled);
    assert_eq!(ratio(&of_class(Identity::Dibao), &unfiled), 56);
}

/// Bands of 50 % to 2,000 and 80 % above, at a tertiary hospital with its deductible of 1,000, on 5,000.
#[test]
fn art16_bands_from_the_first_yuan_or_from_the_deductible() {
    let bands = format!(
        "ratio.adult = {}",
        figure("bands = [{ from = 0, to = 2000, rate = 0.50 }, { from = 2000, rate = 0.80 }]")
    );
    let tertiary =
        "ratio.adult = { rate = 0.70, provenance = \"placeholder\", source = \"unverified compilation\" }";
    let paid = |over: &str| {
        let scenario = variant(&[
            (tertiary, &bands),
            (FACTORS, &format!("ratio_over = \"{over}\"\n")),
        ]);
        let claim = |in_scope| stay(TERTIARY, in_scope);
        [fen(5_000_00), fen(2_000_01), fen(999_99)].map(|amount| settle_by(&scenario, &claim(amount)).basic)
    };
    // 2,000 x 50 % + 2,000 x 80 %; 1,000.01 x 50 %; nothing.
    assert_eq!(paid("claim"), [fen(2_600_00), fen(500_01), fen(0)]);
    // 1,000 x 50 % + 3,000 x 80 %; 1,000 x 50 % and a fen at 80 %; nothing.
    assert_eq!(paid("claim-from-zero"), [fen(2_900_00), fen(500_01), fen(0)]);
    // One rate for all is the same from wherever one counts: 100 x 66.6667 %, not 733.33 (37) less 666.66 (7).
    let flat = variant(&[
        (tertiary, &format!("ratio.adult = {}", figure("rate = 0.666667"))),
        (FACTORS, "ratio_over = \"claim-from-zero\"\n"),
    ]);
    assert_eq!(settle_by(&flat, &stay(TERTIARY, yuan(1_100))).basic, fen(66_67));
}

/// Filed: 1,500 and 50 %, at secondary level 600 and, as it says nothing of a ratio, 50 %; unfiled 0.7 of the level's own.
#[test]
fn art19_a_table_of_its_own() {
    let filed = "filed.ratio_times = { rate = 0.90, provenance = \"placeholder\", source = \"unverified compilation\" }";
    let table = format!(
        "filed.deductible = {}\nfiled.ratio = {}\nfiled.secondary.deductible = {}",
        figure("yuan = 1500"),
        figure("rate = 0.50"),
        figure("yuan = 600")
    );
    let scenario = variant(&[(filed, &table)]);
    let settled = |hosp_lv, state| {
        let settled = settle_by(&scenario, &stay(hosp_lv, yuan(11_500)).out_of_area(state));
        (settled.deductible, settled.basic)
    };
    assert_eq!(settled(TERTIARY, OutOfArea::Filed), (yuan(1_500), yuan(5_000)));
    assert_eq!(settled(SECONDARY, OutOfArea::Filed), (yuan(600), yuan(5_450)));
    assert_eq!(settled(TERTIARY, OutOfArea::Unfiled), (yuan(1_000), yuan(5_145))); // 10,500 x 49 %
    assert_eq!(settled(TERTIARY, OutOfArea::Local), (yuan(1_000), yuan(7_350)));
    // A second stay has half of it.
    let mut counter = Counter::of(&scenario, adult());
    let mut next = || {
        counter
            .settle(&stay(TERTIARY, yuan(5_000)).out_of_area(OutOfArea::Filed))
            .deductible
    };
    assert_eq!([next(), next(), next()], [1_500, 750, 0].map(yuan));
}

/// Bills above 20,000: dibao 80 % of what is left, at most 5,000 a year; up to it 70 %, at most 30,000.
#[test]
fn art30_assistance_with_large_bills() {
    let identity = "[benefit.assistance.identity]\n";
    let large = format!(
        "[benefit.assistance.large]\nabove = {}\nlimit = {}\nidentity.dibao = {}\n\n{identity}",
        figure("yuan = 20000"),
        figure("yuan = 5000"),
        figure("rate = 0.80")
    );
    let scenario = variant(&[(identity, &large)]);
    let mut counter = Counter::of(&scenario, of_class(Identity::Dibao));
    // 20,000: 1,000 + 5,700 of burden, 70 %; own-pay makes the bill larger than what is in scope.
    assert_eq!(
        counter.settle(&stay(TERTIARY, yuan(20_000))).assistance,
        yuan(4_690)
    );
    let larger = stay(COMMUNITY, yuan(1_100)).plus_own_pay(yuan(18_900) + fen(1));
    // 100 + 150 of burden, 80 % = 200; 310 are left of 5,000.
    assert_eq!(counter.settle(&larger).assistance, yuan(200));
    assert_eq!(counter.settle(&larger).assistance, yuan(110)); // 1,100 x 15 % x 80 % = 132
    // A small bill still has 25,000.
    assert_eq!(
        counter.settle(&stay(COMMUNITY, yuan(10_000))).assistance,
        yuan(1_050)
    );
    // Extreme poverty has no rate for large bills.
    let poorest = settle_one(&scenario, &of_class(Identity::ExtremePoverty), &larger).unwrap();
    assert_eq!(poorest.assistance, yuan(0));
}

/// At most half of the bill, so that every payer is cut in turn: assistance, critical illness insurance, the fund.
#[test]
fn art30_a_ceiling_of_all_payments_cuts_the_last_payer_first() {
    let ceiling = |of: &str| {
        with_table(&format!(
            "[benefit.payout_ceiling]\nkinds = [\"inpatient\", \"chronic\"]\nrate = {}\nof = \"{of}\"",
            figure("rate = 0.50")
        ))
    };
    let scenario = ceiling("total");
    let mut counter = Counter::of(&scenario, of_class(Identity::Dibao));
    // 26,250 + 1,462.50 + 7,551.25 of 38,500 without it; at most 19,250.
    let settled = counter.settle(&stay(TERTIARY, yuan(38_500)));
    assert_eq!(settled.basic, yuan(19_250));
    assert_eq!((settled.critical_illness, settled.assistance), (yuan(0), yuan(0)));
    assert_eq!((settled.person, settled.copayment), (yuan(19_250), yuan(18_250)));
    let State {
        fund_paid,
        critical_illness_paid,
        assistance_paid,
        burden,
        ..
    } = counter.state.clone();
    assert_eq!(fund_paid[0], yuan(19_250));
    assert_eq!((critical_illness_paid, assistance_paid), (yuan(0), yuan(0)));
    assert_eq!(burden, yuan(12_250)); // settled with by then
    // Own-pay raises half of the bill to 27,000: the fund whole, 750 of critical illness insurance.
    let with_own_pay = stay(TERTIARY, yuan(38_500)).plus_own_pay(yuan(15_500));
    let of_total = settle_one(&scenario, &of_class(Identity::Dibao), &with_own_pay).unwrap();
    assert_eq!(
        (of_total.basic, of_total.critical_illness),
        (yuan(26_250), yuan(750))
    );
    assert_eq!(of_total.assistance, yuan(0));
    // Of what is in scope it does not.
    let of_scope = settle_one(&ceiling("in-scope"), &of_class(Identity::Dibao), &with_own_pay).unwrap();
    assert_eq!(of_scope.basic, yuan(19_250));
    // The explanation has a step of its own.
    let (_, trace) = Counter::of(&scenario, of_class(Identity::Dibao)).explain(&with_own_pay);
    let step = trace
        .steps
        .iter()
        .find(|step| step.rule.name() == "payout-ceiling")
        .unwrap();
    assert_eq!(
        (step.before, step.amount, step.article.number),
        (fen(35_263_75), fen(8_263_75), 30)
    );
    let moved = step.movements.iter().map(|moved| (moved.before, moved.after));
    assert!(moved.eq([(fen(7_551_25), fen(0)), (fen(1_462_50), fen(750_00))]));
}

/// Hypertension pays 1,100 a year: what the ceiling of all payments takes off it can still be paid.
#[test]
fn art30_what_a_ceiling_of_all_payments_cuts_was_never_paid() {
    let scenario = with_table(&format!(
        "[benefit.payout_ceiling]\nkinds = [\"chronic\"]\nrate = {}\nof = \"total\"",
        figure("rate = 0.50")
    ));
    let mut counter = Counter::of(&scenario, adult());
    let mut paid = |amount| {
        counter
            .settle(&chronic(SECONDARY, yuan(amount)).with_disease("M03900"))
            .basic
    };
    assert_eq!(paid(1_300), yuan(650)); // 1,000 x 65 %, just half of the bill
    assert_eq!(paid(600), yuan(300)); // 390, of which 300
    assert_eq!(paid(600), yuan(150)); // 1,100 - 950
}

/// A threshold of half of 45,000; the explanation shows the amount and the share's own key.
#[test]
fn art12_a_threshold_that_is_a_share_of_an_income() {
    let threshold = "threshold = { yuan = { 2020 = 14000, 2021 = 14000, 2022 = 16000, 2023 = 18000, 2024 = 20000 }, provenance = \"placeholder\", source = \"14,000 and 20,000 from unverified compilations, the years between interpolated\" }";
    let share =
        "threshold = { rate = 0.5, of = \"disposable\", provenance = \"official\", source = \"test\" }";
    let incomes = format!(
        "[income]\ndisposable = {}\n\n[funding]\n",
        figure("yuan = { 2020 = 40000, 2021 = 40000, 2022 = 40000, 2023 = 40000, 2024 = 45000 }")
    );
    let scenario = variant(&[(threshold, share), ("[funding]\n", &incomes)]);
    let paid =
        |year| settle_by(&scenario, &stay(TERTIARY, yuan(100_000)).on(day(year, 6, 12))).critical_illness;
    assert_eq!(paid(2023), yuan(6_420)); // (30,700 - 20,000) x 60 %
    assert_eq!(paid(2024), yuan(4_920)); // (30,700 - 22,500) x 60 %
    let (_, trace) = Counter::of(&scenario, adult()).explain(&stay(TERTIARY, yuan(100_000)));
    let step = trace
        .steps
        .iter()
        .find(|step| step.rule.name() == "critical-illness")
        .unwrap();
    let path =
        |used: &yibao::benefit::record::FigureUse| &scenario.figures()[usize::from(used.figure.0)].path;
    assert_eq!(path(&step.figures[0]), "benefit.critical_illness.threshold");
}

/// Hospitals take a referral of the last 30 days; what the claim does not say bars nothing, and is told.
#[test]
fn art22_what_takes_a_referral_is_not_paid_without_one_that_holds() {
    let scenario = with_table(&format!(
        "[benefit.inpatient.referral]\nvalid_for = {}\nneeded.hospital = {{ levels = [\"secondary\", \"tertiary\"], med_type = [\"21\"] }}",
        figure("days = 30")
    ));
    let at = |hosp_lv, referral| Claim {
        referral,
        ..stay(hosp_lv, yuan(5_000))
    };
    let none = |claim: &Claim| {
        let settled = settle_by(&scenario, claim);
        (
            settled.status.reason() == "no-referral",
            settled.unstated.facts().count(),
        )
    };
    assert_eq!(none(&at(TERTIARY, Referral::days_before(30))), (false, 0));
    assert_eq!(none(&at(TERTIARY, Referral::days_before(31))), (true, 0));
    assert_eq!(none(&at(TERTIARY, Referral::days_before(0))), (false, 0));
    assert_eq!(none(&at(SECONDARY, Referral::NONE)), (true, 0));
    assert_eq!(none(&at(COMMUNITY, Referral::NONE)), (false, 0));
    // Neither whether nor when is "no".
    assert_eq!(none(&at(TERTIARY, Referral::NOT_STATED)), (false, 1));
    assert_eq!(none(&at(TERTIARY, Referral::UNDATED)), (false, 1));
    assert_eq!(none(&at(COMMUNITY, Referral::NOT_STATED)), (false, 0));
    let emergency = Claim {
        med_type: MedType::from_code("24").unwrap(),
        ..at(TERTIARY, Referral::NONE)
    };
    assert_eq!(none(&emergency), (false, 0));
    // Nothing moves, and the step that ends it cites how long a referral holds.
    let mut counter = Counter::of(&scenario, adult());
    counter.settle(&at(TERTIARY, Referral::NONE));
    assert_eq!(counter.state, State::default());
    let (settled, trace) = counter.explain(&at(TERTIARY, Referral::NONE));
    assert_eq!((settled.person, settled.basic), (yuan(5_000), yuan(0)));
    let step = trace.steps.last().unwrap();
    assert_eq!((step.rule.name(), step.figures.len()), ("referral", 1));
    assert_eq!(step.ended, Some(settled.status));
}

/// A referral that the day of the visit came before is none; flag and date must agree.
#[test]
fn art22_a_referral_by_flag_and_date() {
    let visit = day(2024, 6, 12);
    let of = |flag, date: Option<NaiveDay>| {
        let date = date.map(|(month, of_month)| day(2024, month, of_month));
        Referral::of(flag, date, visit)
    };
    assert_eq!(of(None, None), Some(Referral::NOT_STATED));
    assert_eq!(of(Some(false), None), Some(Referral::NONE));
    assert_eq!(of(Some(true), None), Some(Referral::UNDATED));
    assert_eq!(of(Some(true), Some((6, 1))), Some(Referral::days_before(11)));
    assert_eq!(of(None, Some((6, 12))), Some(Referral::days_before(0)));
    assert_eq!(of(Some(true), Some((6, 13))), Some(Referral::NONE));
    assert_eq!(of(Some(false), Some((6, 1))), None);
}

/// Institutions that the person did not choose take a referral; what is not said of either leaves it open.
#[test]
fn art22_institutions_that_were_not_chosen() {
    let scenario = with_table("[benefit.inpatient.referral]\nneeded.others = { selected = false }");
    let outcome = |selected, referral| {
        let claim = Claim {
            selected,
            referral,
            ..stay(TERTIARY, yuan(5_000))
        };
        let settled = settle_by(&scenario, &claim);
        (
            settled.status.reason() == "no-referral",
            settled.unstated.facts().count(),
        )
    };
    assert_eq!(outcome(Stated::No, Referral::NONE), (true, 0));
    assert_eq!(outcome(Stated::No, Referral::UNDATED), (false, 0));
    assert_eq!(outcome(Stated::Yes, Referral::NONE), (false, 0));
    assert_eq!(outcome(Stated::Not, Referral::NONE), (false, 1));
    assert_eq!(outcome(Stated::No, Referral::NOT_STATED), (false, 1));
    assert_eq!(outcome(Stated::Not, Referral::NOT_STATED), (false, 2));
    // Whoever was referred need not have chosen, and whoever chose need not have been referred.
    assert_eq!(outcome(Stated::Not, Referral::UNDATED), (false, 0));
    assert_eq!(outcome(Stated::Yes, Referral::NOT_STATED), (false, 0));
}

/// No deductible and three points more with a referral of the last 10 days.
#[test]
fn art15_art16_groups_with_a_referral() {
    let keys = format!(
        "referral.valid_for = {}\nno_deductible.referred = {{ referred = true }}\naddition.referred = {{ referred = true, rate_add = {} }}\naddition.chosen = {{ selected = true, rate_add = {} }}",
        figure("days = 10"),
        figure("rate = 0.03"),
        figure("rate = 0.01")
    );
    let scenario = inpatient(&keys);
    let terms = |referral, selected| {
        let claim = Claim {
            referral,
            selected,
            ..stay(TERTIARY, yuan(5_000))
        };
        let settled = settle_by(&scenario, &claim);
        let facts = settled.unstated.facts().count();
        (settled.deductible, settled.ratio.unwrap().ppm() / 10_000, facts)
    };
    assert_eq!(terms(Referral::days_before(10), Stated::No), (yuan(0), 73, 0));
    assert_eq!(
        terms(Referral::days_before(11), Stated::Yes),
        (yuan(1_000), 71, 0)
    );
    assert_eq!(terms(Referral::NONE, Stated::No), (yuan(1_000), 70, 0));
    assert_eq!(terms(Referral::NOT_STATED, Stated::Not), (yuan(1_000), 70, 2));
}

/// At most 3,000 a year for accidents, inpatient and chronic together; what is not said is not cut, and is told.
#[test]
fn art12_a_limit_for_accidents() {
    let scenario = with_table(&format!(
        "[benefit.accident]\nkinds = [\"inpatient\", \"chronic\"]\nfund_limit = {}",
        figure("yuan = 3000")
    ));
    let mut counter = Counter::of(&scenario, adult());
    let mut paid = |claim: Claim, accident| {
        let settled = counter.settle(&Claim { accident, ..claim });
        (settled.basic, settled.copayment, settled.unstated.facts().count())
    };
    // 3,000 above the deductible at 70 %.
    assert_eq!(
        paid(stay(TERTIARY, yuan(4_000)), Stated::Yes),
        (yuan(2_100), yuan(900), 0)
    );
    // 10,000 less 500 of the second stay: not an accident, and nothing said.
    assert_eq!(
        paid(stay(TERTIARY, yuan(10_500)), Stated::No),
        (yuan(7_000), yuan(3_000), 0)
    );
    assert_eq!(
        paid(stay(TERTIARY, yuan(10_000)), Stated::Not),
        (yuan(7_000), yuan(3_000), 1)
    );
    // 900 are left of 3,000; 300 deductible, 65 % of 1,000.
    assert_eq!(
        paid(chronic(SECONDARY, yuan(1_300)), Stated::Yes),
        (yuan(650), yuan(350), 0)
    );
    assert_eq!(
        paid(stay(TERTIARY, yuan(1_000)), Stated::Yes),
        (yuan(250), yuan(750), 0)
    );
    assert_eq!(
        paid(stay(TERTIARY, yuan(1_000)), Stated::Yes),
        (yuan(0), yuan(1_000), 0)
    );
    // Another year begins anew, and kinds that are not listed have no limit.
    assert_eq!(
        paid(stay(TERTIARY, yuan(4_000)).on(day(2023, 6, 12)), Stated::Yes).0,
        yuan(2_100)
    );
    assert_eq!(paid(visit(COMMUNITY, yuan(200)), Stated::Not).2, 0);
}

/// 40 % to 2,000 and 50 % above of what the person bears of bills above 20,000, at most 2,500 a stay or a year.
#[test]
fn art30_a_subsidy_for_large_bills() {
    let scenario = |limit_of: &str, class: &str| {
        with_table(&format!(
            "[benefit.subsidy]\nkinds = [\"inpatient\"]\nabove = {}\n{class}base = [\"deductible\", \"copayment\"]\n\
             bands = {}\nlimit = {}\nlimit_of = \"{limit_of}\"",
            figure("yuan = 20000"),
            figure("bands = [{ from = 0, to = 2000, rate = 0.40 }, { from = 2000, rate = 0.50 }]"),
            figure("yuan = 2500")
        ))
    };
    let of_claim = scenario("claim", "");
    let subsidy = |scenario: &Scenario, claim: &Claim| {
        let settled = settle_by(scenario, claim);
        (settled.special, settled.person)
    };
    // 20,000 is not above 20,000; a fen out of scope makes it so: 1,000 + 5,700 of burden, 800 + 2,350.
    assert_eq!(
        subsidy(&of_claim, &stay(TERTIARY, yuan(20_000))),
        (yuan(0), yuan(6_700))
    );
    let above = stay(TERTIARY, yuan(20_000)).plus_own_pay(fen(1));
    assert_eq!(subsidy(&of_claim, &above), (yuan(2_500), yuan(4_200) + fen(1)));
    let small = stay(TERTIARY, yuan(4_000)).plus_own_pay(yuan(17_000));
    assert_eq!(subsidy(&of_claim, &small), (yuan(760), yuan(18_140))); // 40 % of 1,900
    // Of each claim, or of the year.
    let twice = |scenario: &Scenario| {
        let mut counter = Counter::of(scenario, adult());
        [small.clone(), above.clone(), above.clone()].map(|claim| counter.settle(&claim).special)
    };
    // 760; then 500 + 5,850 of burden, and 6,000 in the third stay: 800 + 2,175, 800 + 2,000.
    assert_eq!(twice(&of_claim), [760, 2_500, 2_500].map(yuan));
    assert_eq!(twice(&scenario("year", "")), [760, 1_740, 0].map(yuan));
    let of_year = scenario("year", "");
    let mut counter = Counter::of(&of_year, adult());
    counter.settle(&small);
    let (_, trace) = counter.explain(&above);
    let step = trace
        .steps
        .iter()
        .find(|step| step.rule == Rule::Subsidy)
        .unwrap();
    let moved = step.movements.iter().map(|moved| (moved.before, moved.after));
    assert!(moved.eq([(yuan(760), yuan(2_500))]));
    // For a class alone.
    let of_dibao = scenario("claim", "identity = [\"dibao\"]\n");
    assert_eq!(subsidy(&of_dibao, &small), (yuan(0), yuan(18_900)));
    let poor = settle_one(&of_dibao, &of_class(Identity::Dibao), &small).unwrap();
    // Assistance pays 70 % of 1,900, the subsidy 40 % of the other 570.
    assert_eq!(
        (poor.assistance, poor.special, poor.subsidy()),
        (yuan(1_330), yuan(228), yuan(228))
    );
    assert_eq!(poor.fund_total() + poor.person, poor.total);
}

/// A claim of a special account is no subsidy.
#[test]
fn art31_a_special_account_is_no_subsidy() {
    let claim = Claim {
        special_account: true,
        ..stay(TERTIARY, yuan(50_000))
    };
    let settled = settle_alone(&adult(), &claim);
    assert_eq!((settled.special, settled.subsidy()), (yuan(50_000), yuan(0)));
}

/// 1,000 on the limit for each year after the second, 500 after a year without a payment, at most a tenth of it.
#[test]
fn art12_a_limit_that_rises_after_a_year_without_a_payment() {
    let continuity = format!(
        "[benefit.critical_illness.continuity]\nafter_years = {}\nlimit_add = {}\nzero_claim_add = {}\nat_most = {}",
        figure("years = 2"),
        figure("yuan = 1000"),
        figure("yuan = 500"),
        figure("rate = 0.10")
    );
    let scenario = with_table(&continuity);
    let tariff = scenario.tariff(2024).unwrap();
    let terms = tariff.tiers[0]
        .critical_illness
        .as_ref()
        .unwrap()
        .continuity
        .unwrap();
    let raised = |limit, years, nothing| {
        let limit = yibao::benefit::tariff::Limit::At(yuan(limit));
        match terms.raise(limit, years, nothing, tariff.rounding) {
            yibao::benefit::tariff::Limit::At(limit) => limit,
            yibao::benefit::tariff::Limit::Unlimited => panic!("there is a limit"),
        }
    };
    assert_eq!(raised(100_000, 4, false), yuan(102_000));
    assert_eq!(raised(100_000, 4, true), yuan(102_500));
    assert_eq!(raised(100_000, 2, true), yuan(100_500));
    // The first year enrolled had none before it.
    assert_eq!(raised(100_000, 1, true), yuan(100_000));
    assert_eq!(raised(100_000, 12, false), yuan(110_000));
    assert_eq!(raised(24_000, 4, true), yuan(26_400));
    assert!(tariff.asks_year_before && !jinan().tariff(2024).unwrap().asks_year_before);
}

/// What is stated of the year before: an earlier year, that year, a later one, never, nothing.
#[test]
fn art12_what_is_known_of_the_year_before() {
    assert_eq!(LastPaid::in_year(2022).nothing_in(2023), Some(true));
    assert_eq!(LastPaid::in_year(2023).nothing_in(2023), Some(false));
    assert_eq!(LastPaid::in_year(2024).nothing_in(2023), None);
    assert_eq!(LastPaid::NEVER.nothing_in(2023), Some(true));
    assert_eq!(LastPaid::NOT_STATED.nothing_in(2023), None);
}

/// A further deductible for each 10 days of a stay that are over: the half of the second admission, nothing of the third.
#[test]
fn art15_a_long_stay_has_the_deductible_of_further_admissions() {
    let period = format!("settlement_period = {}", figure("days = 10"));
    let keys = format!("{}{period}", FACTORS);
    let scenario = inpatient(&keys);
    let to = |scenario: &Scenario, of_month| {
        let claim = stay(TERTIARY, yuan(5_000)).between(day(2024, 6, 1), day(2024, 6, of_month));
        settle_by(scenario, &claim).deductible
    };
    // The tenth day is the last of the first period.
    assert_eq!(
        [1, 10, 11, 20, 21].map(|day| to(&scenario, day)),
        [1_000, 1_000, 1_500, 1_500, 1_500].map(yuan)
    );
    // Each counts as an admission: the next stay is the third.
    let mut counter = Counter::of(&scenario, adult());
    counter.settle(&stay(TERTIARY, yuan(5_000)).between(day(2024, 6, 1), day(2024, 6, 11)));
    assert_eq!(counter.state.admissions, 2);
    assert_eq!(counter.settle(&stay(TERTIARY, yuan(5_000))).deductible, yuan(0));
    // By an amount less each time: 1,000 and 900 and 850, which is the floor.
    let less = format!(
        "admission_less = {}\nadmission_floor = {}\n{period}",
        figure("yuan = 100"),
        figure("yuan = 850")
    );
    assert_eq!(to(&inpatient(&less), 21), yuan(2_750));
    // Whoever has no deductible has none of a further period.
    let spared = format!("{period}\nno_deductible.all = {{}}");
    assert_eq!(to(&inpatient(&spared), 21), yuan(0));
}

/// A group's ratio may be one for all, by category, or by category at a level; each person has that of their own category.
#[test]
fn art13_a_disease_group_has_its_own_ratio_by_category() {
    let by_category = |student: u32, minor: u32, adult: u32| {
        let rates = [("student", student), ("minor", minor), ("adult", adult)];
        let rates = rates.map(|(category, of_hundred)| {
            format!("{category} = {}", figure(&format!("rate = 0.{of_hundred}")))
        });
        format!("{{ {} }}", rates.join(", "))
    };
    let group = format!(
        "[benefit.chronic.disease.rare]\ncodes = [\"M99999\"]\nratio = {}\ntertiary.ratio = {}",
        by_category(91, 82, 73),
        by_category(64, 55, 46)
    );
    let scenario = with_table(&group);
    let paid = |person: &Person, hosp_lv: &str| {
        let claim = Claim {
            disease: scenario.codebook().disease("M99999"),
            ..chronic(hosp_lv, yuan(1_300))
        };
        settle_one(&scenario, person, &claim).unwrap().basic
    };
    // 1,000 above the deductible of 300.
    let persons = [of_type("1404"), of_type("1403"), adult()];
    assert_eq!(
        persons.each_ref().map(|person| paid(person, SECONDARY)),
        [910, 820, 730].map(yuan)
    );
    assert_eq!(
        persons.each_ref().map(|person| paid(person, TERTIARY)),
        [640, 550, 460].map(yuan)
    );
}
