//! The engine and an oracle decide the same random lives: what becomes of every payment, and how every day stands.
//!
//! The oracle (`cover_oracle/law.rs`) is written from the articles, day by day, with a calendar of its own and Jinan's
//! figures as constants; it shares no code with the engine. 100,000 lives by default; `YIBAO_COVER_LIVES=1000000`
//! decides as many as it says, of which the default ones are the first.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cover_oracle/calendar.rs"]
mod calendar;
#[path = "cover_oracle/generate.rs"]
mod generate;
#[path = "cover_oracle/law.rs"]
mod law;

use calendar::{Date, date, days};
use chrono::NaiveDate;
use law::{Event, Fate, Life, Payment, Verdict, judge, standing};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use yibao::insured::cover::{self, Stretch};
use yibao::insured::enrolment::{self, Enrolment, EventKind};
use yibao::insured::life;
use yibao::insured::person::{PersonType, Residence};
use yibao::prelude::*;

const DEFAULT_LIVES: usize = 100_000;
const SEED: u64 = 20_200_101;
/// Differing lives that are printed.
const PRINTED: usize = 3;

/// Outcomes of payments, refusals of events and standings of days: each must occur, or the comparison shows nothing.
const WORDS: [&str; 25] = [
    "covers",
    "refunded",
    "lapsed",
    "no-figures-for-year",
    "before-birth",
    "after-death",
    "before-registration",
    "outside-window",
    "nothing-left",
    "employee-scheme",
    "no-residence",
    "second-payment",
    "part-payment",
    "overpayment",
    "employee-insured",
    "already-employee-insured",
    "not-employee-insured",
    "nothing-to-refund",
    "day: student",
    "day: minor",
    "day: adult",
    "day: not-enrolled",
    "day: before-cover",
    "day: employee-insured",
    "day: after-death",
];

#[test]
fn engine_and_oracle_agree_on_every_payment_and_every_day() {
    let wanted = match std::env::var("YIBAO_COVER_LIVES") {
        Ok(number) => number.parse().expect("`YIBAO_COVER_LIVES` is a number of lives"),
        Err(_) => DEFAULT_LIVES,
    };
    let scenario = Scenario::jinan().unwrap();
    let mut engine = Engine::new(&scenario);
    let mut lives = generate::Lives::from_seed(SEED);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut differing = Vec::new();
    for number in 0..wanted {
        let life = lives.life();
        let differences = engine.compare(number, &life, &mut counts);
        if !differences.is_empty() {
            differing.push((life, differences));
        }
    }
    if !differing.is_empty() {
        // The shortest lives are the easiest to follow.
        differing.sort_by_key(|(life, _)| life.payments.len() + life.events.len());
        let mut text = format!("{} of {wanted} lives differ", differing.len());
        for (life, differences) in differing.iter().take(PRINTED) {
            let _ = write!(text, "\n\n{}{}", as_text(life), differences.join("\n"));
        }
        panic!("{text}");
    }
    eprintln!("{wanted} lives agree; {counts:?}");
    if wanted >= DEFAULT_LIVES {
        for word in WORDS {
            let count = counts.get(word).copied().unwrap_or_default();
            assert!(count >= 100, "only {count} times `{word}`: {counts:?}");
        }
    }
}

/// The engine, with its memory.
struct Engine<'a> {
    scenario: &'a Scenario,
    life: life::Life,
    stretches: Vec<Stretch>,
}

impl<'a> Engine<'a> {
    fn new(scenario: &'a Scenario) -> Engine<'a> {
        Engine {
            scenario,
            life: life::Life::default(),
            stretches: Vec::new(),
        }
    }

    /// What differs between engine and oracle; counts what occurs.
    fn compare(&mut self, number: usize, life: &Life, counts: &mut BTreeMap<String, usize>) -> Vec<String> {
        let mut count = |word: String| *counts.entry(word).or_default() += 1;
        let verdict = judge(life);
        let person = self.decide(life);
        let mut differences = Vec::new();

        let decisions = self.decisions();
        if decisions != verdict.payments {
            let oracle = fates(&verdict.payments);
            differences.push(format!("payments: oracle {oracle}, engine {}", fates(&decisions)));
        }
        verdict
            .payments
            .iter()
            .for_each(|(_, fate)| count(fate.word().into()));

        let refused = self.refused_events();
        if refused != verdict.refused_events {
            let oracle = &verdict.refused_events;
            differences.push(format!("refused events: oracle {oracle:?}, engine {refused:?}"));
        }
        verdict
            .refused_events
            .iter()
            .for_each(|(_, reason)| count((*reason).into()));

        for year in years_to_compare(number, life) {
            let mut seen = BTreeSet::new();
            differences.extend(self.first_differing_day(&person, life, &verdict, year, &mut seen));
            seen.into_iter().for_each(|word| count(format!("day: {word}")));
        }
        differences
    }

    fn first_differing_day(
        &mut self,
        person: &Person,
        life: &Life,
        verdict: &Verdict,
        year: i32,
        seen: &mut BTreeSet<&'static str>,
    ) -> Option<String> {
        self.stretches.clear();
        cover::lay_out(person, &self.life, year, &mut self.stretches);
        for day in days(date(year, 1, 1), date(year, 12, 31)) {
            let expected = standing(life, verdict, day);
            seen.insert(expected);
            let found = match cover::standing(&self.stretches, to_engine(day)) {
                Ok(membership) => membership.category.name(),
                Err(reason) => reason.name(),
            };
            if found != expected {
                return Some(format!("{day}: oracle {expected}, engine {found}"));
            }
        }
        None
    }

    fn decide(&mut self, life: &Life) -> Person {
        let person = Person {
            death: life.death.map(to_engine),
            person_type: PersonType::from_code(life.psn_type),
            residence: Residence::from_code(life.residence).unwrap(),
            identity: Identity::from_name(life.psn_idet_type).unwrap(),
            ..Person::born(to_engine(life.birth))
        };
        let payment = |payment: &Payment| Enrolment {
            year: payment.year,
            paid_on: to_engine(payment.pay_date),
            amount: payment.amount.map(Fen::new),
            registered_on: payment.registered_date.map(to_engine),
        };
        let event = |event: &Event| enrolment::Event {
            kind: EventKind::from_name(event.event).unwrap(),
            date: to_engine(event.event_date),
        };
        let payments: Vec<Enrolment> = life.payments.iter().map(payment).collect();
        let events: Vec<enrolment::Event> = life.events.iter().map(event).collect();
        self.life
            .decide(&person, &payments, &events, self.scenario.enrolments());
        person
    }

    /// The engine's decisions in the oracle's words.
    fn decisions(&self) -> Vec<(usize, Fate)> {
        let fate = |decision: &life::Decision| match decision.result {
            Err(reason) => Fate::Refused(reason.name()),
            Ok(bought) => match bought.fate {
                enrolment::Fate::Covers => {
                    Fate::Covers(from_engine(bought.cover_from), bought.category.name())
                }
                enrolment::Fate::Refunded(day) => Fate::Refunded(from_engine(day)),
                enrolment::Fate::Lapsed => Fate::Lapsed,
                enrolment::Fate::BoughtBack => Fate::Refused("bought-back"),
            },
        };
        let decisions = self.life.decisions.iter();
        decisions.map(|decision| (decision.row, fate(decision))).collect()
    }

    fn refused_events(&self) -> Vec<(usize, &'static str)> {
        let refused = self.life.refused_events.iter();
        let mut refused: Vec<_> = refused
            .map(|refused| (refused.row, refused.reason.name()))
            .collect();
        refused.sort_unstable();
        refused
    }
}

/// The years for which somebody paid, and one other.
fn years_to_compare(number: usize, life: &Life) -> BTreeSet<i32> {
    let other = 2020 + (number % 5) as i32;
    let paid = life.payments.iter().map(|payment| payment.year);
    paid.filter(|year| law::YEARS.contains(year))
        .chain([other])
        .collect()
}

fn to_engine(day: Date) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year, day.month, day.day).unwrap()
}

fn from_engine(day: NaiveDate) -> Date {
    use chrono::Datelike;
    date(day.year(), day.month(), day.day())
}

fn fates(payments: &[(usize, Fate)]) -> String {
    let each = payments
        .iter()
        .map(|(row, fate)| format!("{row}: {fate}"))
        .collect::<Vec<_>>();
    format!("[{}]", each.join(", "))
}

/// A life in a few lines.
fn as_text(life: &Life) -> String {
    let blank = |day: Option<Date>| day.map_or("-".into(), |day| day.to_string());
    let mut text = format!(
        "born {}, died {}, psn_type `{}`, residence {}, {}\n",
        life.birth,
        blank(life.death),
        life.psn_type,
        life.residence,
        life.psn_idet_type
    );
    for (row, payment) in life.payments.iter().enumerate() {
        let amount = payment.amount.map_or("-".into(), |fen| format!("{fen} fen"));
        let _ = writeln!(
            text,
            "payment {row}: for {} on {}, amount {amount}, registered {}",
            payment.year,
            payment.pay_date,
            blank(payment.registered_date)
        );
    }
    for (row, event) in life.events.iter().enumerate() {
        let _ = writeln!(text, "event {row}: {} {}", event.event_date, event.event);
    }
    text
}
