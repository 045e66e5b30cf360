//! Terms of other cities that meet in one claim: what a later rule takes back from an earlier one's accumulator, and what
//! continuous enrolment changes. Every result is worked out by hand.

use crate::common::*;
use crate::other_terms::with_table;
use chrono::NaiveDate;
use yibao::benefit::claim::Stated;
use yibao::benefit::fact::Fact;
use yibao::benefit::rule::Rule;
use yibao::data::caseload::{ByPerson, Enrolments, Place};
use yibao::insured::cover::{Stretch, presumed_year};
use yibao::insured::enrolment::Enrolment;
use yibao::insured::person::LastPaid;
use yibao::prelude::*;

/// All payers together pay at most half of an inpatient or chronic bill.
fn half_of_the_bill() -> String {
    format!(
        "[benefit.payout_ceiling]\nkinds = [\"inpatient\", \"chronic\"]\nrate = {}\nof = \"total\"",
        figure("rate = 0.50")
    )
}

/// 38,500 at a tertiary hospital, dibao: the fund 26,250.00, critical illness insurance 1,462.50, assistance 7,551.25. Of the
/// other 12,250.00 - 9,013.75 = 3,236.25 the subsidy pays 40 % to 2,000 and 50 % above: 800.00 + 618.13 = 1,418.13.
/// Together 36,681.88; what own-pay leaves of half of the bill decides how much is cut.
#[test]
fn art30_a_ceiling_of_all_payments_cuts_the_subsidy_first() {
    let subsidy = format!(
        "[benefit.subsidy]\nkinds = [\"inpatient\"]\nabove = {}\nbase = [\"deductible\", \"copayment\"]\n\
         bands = {}\nlimit = {}\nlimit_of = \"year\"",
        figure("yuan = 20000"),
        figure("bands = [{ from = 0, to = 2000, rate = 0.40 }, { from = 2000, rate = 0.50 }]"),
        figure("yuan = 2500")
    );
    let scenario = with_table(&format!("{}\n\n{subsidy}", half_of_the_bill()));
    let settled_with = |own_pay| {
        let mut counter = Counter::of(&scenario, of_class(Identity::Dibao));
        let (settled, trace) = counter.explain(&stay(TERTIARY, yuan(38_500)).plus_own_pay(own_pay));
        let step = trace.steps.iter().find(|step| step.rule == Rule::PayoutCeiling);
        let moved: Vec<_> = step
            .unwrap()
            .movements
            .iter()
            .map(|moved| (moved.before, moved.after))
            .collect();
        let State {
            subsidy_paid,
            assistance_paid,
            critical_illness_paid,
            ..
        } = counter.state;
        assert_eq!(subsidy_paid, settled.subsidy());
        assert_eq!(assistance_paid, settled.assistance);
        assert_eq!(critical_illness_paid, settled.critical_illness);
        (settled.subsidy(), settled.assistance, moved)
    };
    // Half of 72,527.50 is 36,263.75: 418.13 too much, all of it the subsidy's.
    let part = vec![(fen(1_418_13), yuan(1_000))];
    assert_eq!(settled_with(fen(34_027_50)), (yuan(1_000), fen(7_551_25), part));
    // Half of 69,363.76 is 34,681.88: 2,000 too much, the subsidy's 1,418.13 and 581.87 of assistance.
    let both = vec![(fen(1_418_13), fen(0)), (fen(7_551_25), fen(6_969_38))];
    assert_eq!(settled_with(fen(30_863_76)), (fen(0), fen(6_969_38), both));
    // Half of 80,000 is enough for all.
    let whole = settled_with(yuan(41_500));
    assert_eq!(whole, (fen(1_418_13), fen(7_551_25), vec![]));
}

/// What was cut off an accident's payment is left of the 3,000 a year for accidents.
#[test]
fn art30_what_a_ceiling_of_all_payments_cuts_is_left_for_accidents() {
    let accident = format!(
        "[benefit.accident]\nkinds = [\"inpatient\", \"chronic\"]\nfund_limit = {}",
        figure("yuan = 3000")
    );
    let scenario = with_table(&format!("{}\n\n{accident}", half_of_the_bill()));
    let mut counter = Counter::of(&scenario, adult());
    let mut paid = |claim: Claim| {
        let accident = Stated::Yes;
        counter.settle(&Claim { accident, ..claim }).basic
    };
    assert_eq!(paid(stay(TERTIARY, yuan(4_000))), yuan(2_000)); // 3,000 x 70 % = 2,100, half of the bill 2,000
    assert_eq!(paid(chronic(SECONDARY, yuan(1_300))), yuan(650)); // 1,000 x 65 %, just half
    assert_eq!(paid(stay(TERTIARY, yuan(2_000))), yuan(350)); // 1,500 x 70 % = 1,050, 3,000 - 2,650 are left
}

/// And of a ceiling that counts what the fund pays: 250,000 a year.
#[test]
fn art30_what_a_ceiling_of_all_payments_cuts_is_left_below_the_ceiling_of_the_year() {
    let text = [
        (r#"basis = "in-scope""#, r#"basis = "fund-paid""#.to_string()),
        (
            "[benefit.out_of_area] ",
            format!("{}\n\n[benefit.out_of_area] ", half_of_the_bill()),
        ),
    ];
    let edits: Vec<(&str, &str)> = text.iter().map(|(from, to)| (*from, to.as_str())).collect();
    let scenario = variant(&edits);
    let mut counter = Counter::of(&scenario, adult());
    let mut paid = |in_scope| counter.settle(&stay(TERTIARY, yuan(in_scope))).basic;
    // 400,000 x 70 % = 280,000, up to the ceiling 250,000, half of the bill 200,500.
    assert_eq!(paid(401_000), yuan(200_500));
    // 100,000 x 70 % = 70,000, of which 250,000 - 200,500.
    assert_eq!(paid(100_500), yuan(49_500));
}

/// The only claim of the year of a person enrolled for so many years in a row, since that day.
fn settle_member(
    scenario: &Scenario,
    years: u8,
    since: NaiveDate,
    nothing_year_before: Option<bool>,
    claim: &Claim,
) -> Settlement {
    let person = adult();
    let mut stretches: Vec<Stretch> = Vec::new();
    presumed_year(&person, 2024, 18, &mut stretches);
    for membership in stretches.iter_mut().flat_map(|stretch| stretch.standing.as_mut()) {
        (membership.continuous_years, membership.enrolled_since) = (years, since);
    }
    let member = Member {
        stretches: &stretches,
        identity: person.identity,
        birth: person.birth,
        nothing_year_before,
    };
    let tariff = scenario.tariff(2024).unwrap();
    settle(tariff, &member, &mut State::default(), claim, &mut Silent)
}

/// 1,000 on the limit for each year after the second, 500 after a year without a payment, at most a tenth of it.
fn rising_limit() -> Scenario {
    with_table(&format!(
        "[benefit.critical_illness.continuity]\nafter_years = {}\nlimit_add = {}\nzero_claim_add = {}\nat_most = {}",
        figure("years = 2"),
        figure("yuan = 1000"),
        figure("yuan = 500"),
        figure("rate = 0.10")
    ))
}

/// The limit of 400,000 is 402,000 after four years, and 402,500 if there was no payment in the third: who does not say so has the
/// lower one, and is told wherever it would have made a difference.
#[test]
fn art12_a_year_before_that_is_not_stated_is_told_where_it_matters() {
    let scenario = rising_limit();
    let paid = |nothing_before, in_scope| {
        let claim = stay(TERTIARY, yuan(in_scope));
        let settled = settle_member(&scenario, 4, day(2021, 1, 1), nothing_before, &claim);
        let told: Vec<_> = settled.unstated.facts().collect();
        (settled.critical_illness, told)
    };
    assert_eq!(paid(Some(true), 2_000_000), (yuan(402_500), vec![]));
    assert_eq!(paid(Some(false), 2_000_000), (yuan(402_000), vec![]));
    assert_eq!(paid(None, 2_000_000), (yuan(402_000), vec![Fact::YearBefore]));
    assert_eq!(paid(None, 100_000), (yuan(6_420), vec![]));
}

/// What the same run has paid in the year before is known, though the persons file says that the fund never had paid.
#[test]
fn art12_a_payment_in_the_year_before_in_the_same_run() {
    let mut cases = Cases::default();
    let mut person = |psn_no| {
        let last_paid = LastPaid::NEVER;
        cases.person(psn_no, Person { last_paid, ..adult() })
    };
    let people = [person("below the deductible"), person("paid")];
    for (person, in_scope) in people.into_iter().zip([100, 50_000]) {
        let before = stay(TERTIARY, yuan(in_scope)).on(day(2023, 6, 12));
        cases.claim(&format!("before {person}"), person, before);
        cases.claim(
            &format!("large {person}"),
            person,
            stay(TERTIARY, yuan(2_000_000)),
        );
    }
    let payments = people.into_iter().flat_map(|person| {
        [2023, 2024].map(|year| {
            let paid_on = day(year - 1, 10, 5);
            (
                person,
                Enrolment {
                    year,
                    paid_on,
                    ..Enrolment::default()
                },
            )
        })
    });
    let places = payments.clone().map(|(person, _)| (person, Place::default()));
    cases.caseload.enrolments = Some(Enrolments {
        payments: ByPerson::group(people.len(), payments),
        payment_places: ByPerson::group(people.len(), places),
        events: ByPerson::group(people.len(), std::iter::empty()),
        event_places: ByPerson::group(people.len(), std::iter::empty()),
        paid_elsewhere: Vec::new(),
    });
    let outcome = cases.settle(&rising_limit());
    let paid = |claim: &str| {
        let rows = cases.rows(&outcome);
        let row = rows.into_iter().find(|(setl_id, _)| setl_id.starts_with(claim));
        row.unwrap().1.critical_illness
    };
    assert_eq!(paid("large 0"), yuan(400_500)); // the second year in a row, after one without a payment
    assert_eq!(paid("large 1"), yuan(400_000));
}

/// 10 points from three years in a row on, 5 from 18 months on: the longer one counts, whichever way it is measured.
#[test]
fn art16_years_and_months_of_continuous_enrolment_side_by_side() {
    let step = |name: &str, from: &str, rate: &str| {
        format!(
            "[benefit.chronic.continuity.{name}]\n{from}\nrate_add = {}",
            figure(rate)
        )
    };
    let years = step(
        "a",
        &format!("from_years = {}", figure("years = 3")),
        "rate = 0.10",
    );
    let months = step(
        "b",
        &format!("from_months = {}", figure("months = 18")),
        "rate = 0.05",
    );
    let scenario = with_table(&format!("{years}\n\n{months}"));
    // 1,000 above the deductible of 300, at 65 % and what is added.
    let claim = chronic(SECONDARY, yuan(1_300));
    let paid = |years, since| settle_member(&scenario, years, since, None, &claim).basic;
    assert_eq!(paid(2, day(2023, 1, 1)), yuan(650)); // 18 months are over on 1 July
    assert_eq!(paid(2, day(2022, 12, 12)), yuan(700)); // on the day itself
    assert_eq!(paid(3, day(2022, 1, 1)), yuan(750));
    assert_eq!(paid(4, day(2021, 1, 1)), yuan(750));
}
