//! Whatever somebody pays and whatever happens to them: every day of a year stands in one way.

use crate::common::lives::Story;
use crate::common::*;
use crate::given::any_person;
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;
use yibao::insured::cover::{Membership, NotCovered, Stretch};
use yibao::insured::enrolment::{Enrolment, Event, EventKind, Fate};
use yibao::prelude::*;

/// Jinan, and a city with late enrolment, waiting and years bought back.
pub static CITIES: LazyLock<[Scenario; 2]> = LazyLock::new(|| {
    let month = figure("months = 1");
    let tables = format!(
        "[enrolment.late]\npaid = {}\nstart = \"next-day\"\ncontribution = \"individual\"\n\
         [enrolment.waiting]\ntime = {}\nper_missed_year = {month}\nbuy_back = {month}\nmissed_from = {}\n\
         broken_in_window = true\n[funding]\n",
        figure(r#"dates = "01-01..12-31""#),
        figure("months = 3"),
        figure("year = 2021"),
    );
    [jinan().clone(), variant(&[("[funding]\n", &tables)])]
});

fn any_day() -> impl Strategy<Value = NaiveDate> {
    let any = (0u64..2_600).prop_map(|days| day(2018, 6, 1) + Days::new(days));
    let turns = select(vec![(1, 1), (8, 31), (9, 1), (12, 31)]);
    let turn = (2019..=2025, turns).prop_map(|(year, (month, dom))| day(year, month, dom));
    prop_oneof![any, turn]
}

fn any_payment() -> impl Strategy<Value = Enrolment> {
    let year = 2019..=2025;
    let off = select(vec![None, None, None, Some(380_00), Some(0)]);
    let in_window =
        (year.clone(), 0u64..122).prop_map(|(year, days)| (year, day(year - 1, 9, 1) + Days::new(days)));
    let any = (year, any_day());
    (prop_oneof![2 => in_window, 1 => any], off).prop_map(|((year, paid_on), amount)| Enrolment {
        year,
        paid_on,
        amount: amount.map(Fen::new),
        registered_on: None,
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    (select(EventKind::ALL.to_vec()), any_day()).prop_map(|(kind, date)| Event { kind, date })
}

pub fn any_life() -> impl Strategy<Value = Story<'static>> {
    let young = (0u64..2_200).prop_map(|days| Person::born(day(2019, 1, 1) + Days::new(days)));
    (
        select(vec![0, 1]),
        prop_oneof![any_person(), young],
        prop::collection::vec(any_payment(), 0..6),
        prop::collection::vec(any_event(), 0..7),
    )
        .prop_map(|(city, person, payments, events)| Story {
            payments,
            events,
            ..Story::of(&CITIES[city], person)
        })
}

fn covered(stretches: &[Stretch]) -> Vec<NaiveDate> {
    let stands = stretches.iter().filter(|stretch| stretch.standing.is_ok());
    stands
        .flat_map(|stretch| stretch.from.iter_days().take_while(|day| *day <= stretch.to))
        .collect()
}

/// How the days of a year stand, whatever that rests on.
fn days(story: &Story<'_>, year: i32) -> Vec<(NaiveDate, NaiveDate, Result<Membership, NotCovered>)> {
    let stretches = story.stretches(year).into_iter();
    stretches
        .map(|stretch| (stretch.from, stretch.to, stretch.standing))
        .collect()
}

proptest! {
    /// Stretches in order, none empty, without gap or overlap, from 1 January to 31 December.
    #[test]
    fn every_day_is_in_one_stretch(story in any_life()) {
        for year in 2019..=2025 {
            let mut next = day(year, 1, 1);
            let stretches = story.stretches(year);
            for stretch in &stretches {
                prop_assert_eq!(stretch.from, next);
                prop_assert!(stretch.from <= stretch.to);
                next = stretch.to.succ_opt().unwrap();
            }
            prop_assert_eq!(next, day(year + 1, 1, 1));
            prop_assert!(stretches.windows(2).all(|two| two[0].standing != two[1].standing));
        }
    }

    /// Also where the only day left is between two jobs, or the day of death.
    #[test]
    fn what_covers_covers_a_day(story in any_life()) {
        for bought in story.life().purchases().filter(|bought| bought.fate == Fate::Covers) {
            let days = covered(&story.stretches(bought.year));
            prop_assert!(!days.is_empty(), "{:?}", bought);
            prop_assert!(days[0] >= bought.cover_from && days[0].year() == bought.year);
        }
    }

    /// Nobody gains a day by a day of employee insurance. (By a refund, and a second payment after it, one can; and
    /// where missed years make one wait, a year with a day of it is not missed.)
    #[test]
    fn a_day_of_employee_insurance_never_adds_cover(mut story in any_life(), date in any_day()) {
        story.scenario = jinan();
        story.events.retain(|event| event.kind != EventKind::RefundApplied);
        let before: Vec<_> = (2019..=2025).flat_map(|year| covered(&story.stretches(year))).collect();
        for kind in [EventKind::EmployeeCoverStart, EventKind::EmployeeCoverEnd] {
            story.events.push(Event { kind, date });
        }
        let after: Vec<_> = (2019..=2025).flat_map(|year| covered(&story.stretches(year))).collect();
        prop_assert!(after.iter().all(|day| before.contains(day)));
        prop_assert!(!after.contains(&date));
    }

    /// Without the refused payments and events everything is as it was.
    #[test]
    fn what_is_refused_changes_nothing(story in any_life()) {
        let life = story.life();
        let refused = |row| life.decisions.iter().any(|decision| decision.row == row && decision.result.is_err());
        let contradicts = |row| life.refused_events.iter().any(|refused| refused.row == row);
        let mut rest = story.clone();
        let mut row = 0..;
        rest.payments.retain(|_| !refused(row.next().unwrap()));
        let mut row = 0..;
        rest.events.retain(|_| !contradicts(row.next().unwrap()));
        for year in 2019..=2025 {
            prop_assert_eq!(days(&story, year), days(&rest, year));
        }
        let mut results = story.results();
        let mut row = 0..;
        results.retain(|_| !refused(row.next().unwrap()));
        prop_assert_eq!(results, rest.results());
        prop_assert!(rest.refused_events().is_empty());
    }
}
