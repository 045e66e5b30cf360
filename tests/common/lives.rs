//! A person's payments and events, and what becomes of them in words: `from 2023-01-01`, `refunded on 2023-02-10`,
//! `lapsed`, or the reason of the refusal; and the days of a year as `2023-01-01..2023-12-31 adult`.

use super::*;
use yibao::insured::cover::{Stretch, lay_out};
use yibao::insured::enrolment::{Enrolment, Event, EventKind, Fate, Purchase};
use yibao::insured::life::Life;
use yibao::insured::person::Residence;

/// A day as files write it.
pub fn on(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no day"))
}

/// A registered person of that birthday.
pub fn born(birth: &str) -> Person {
    Person::born(on(birth))
}

pub fn not_registered(person: Person) -> Person {
    let residence = Residence::None;
    Person { residence, ..person }
}

pub fn died(person: Person, death: &str) -> Person {
    let death = Some(on(death));
    Person { death, ..person }
}

impl std::fmt::Debug for Story<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "in {}: {:?}", self.scenario.name(), self.person)?;
        let mut payments = self.payments.iter().zip(self.results());
        payments.try_for_each(|(payment, result)| writeln!(f, "{payment:?} -> {result}"))?;
        self.events.iter().try_for_each(|event| writeln!(f, "{event:?}"))
    }
}

/// A life, told step by step.
#[derive(Clone)]
pub struct Story<'a> {
    pub scenario: &'a Scenario,
    pub person: Person,
    pub payments: Vec<Enrolment>,
    pub events: Vec<Event>,
}

impl<'a> Story<'a> {
    pub fn of(scenario: &'a Scenario, person: Person) -> Story<'a> {
        let (payments, events) = (Vec::new(), Vec::new());
        Story {
            scenario,
            person,
            payments,
            events,
        }
    }

    /// Pays what is due.
    pub fn pays(mut self, year: i32, paid_on: &str) -> Story<'a> {
        self.payments.push(Enrolment {
            year,
            paid_on: on(paid_on),
            ..Enrolment::default()
        });
        self
    }

    pub fn pays_amount(self, year: i32, paid_on: &str, amount: Fen) -> Story<'a> {
        let mut story = self.pays(year, paid_on);
        story.payments.last_mut().unwrap().amount = Some(amount);
        story
    }

    /// The day of registration that goes with the last payment.
    pub fn registered(mut self, registered_on: &str) -> Story<'a> {
        self.payments.last_mut().unwrap().registered_on = Some(on(registered_on));
        self
    }

    pub fn event(mut self, event: &str, date: &str) -> Story<'a> {
        let kind = EventKind::from_name(event).unwrap_or_else(|| panic!("`{event}` is no event"));
        let date = on(date);
        self.events.push(Event { kind, date });
        self
    }

    /// Employee insurance from the first to the last day.
    pub fn employed(self, from: &str, to: &str) -> Story<'a> {
        self.event("employee-cover-start", from)
            .event("employee-cover-end", to)
    }

    pub fn life(&self) -> Life {
        let mut life = Life::default();
        life.decide(
            &self.person,
            &self.payments,
            &self.events,
            self.scenario.enrolments(),
        );
        life
    }

    /// What became of each payment, in the order of the file.
    pub fn results(&self) -> Vec<String> {
        let mut decisions = self.life().decisions;
        decisions.sort_by_key(|decision| decision.row);
        let word = |result| match result {
            Ok(Purchase { fate, cover_from, .. }) => match fate {
                Fate::Covers => format!("from {cover_from}"),
                Fate::Refunded(day) => format!("refunded on {day}"),
                Fate::Lapsed => "lapsed".into(),
                Fate::BoughtBack => "bought back".into(),
            },
            Err(reason) => yibao::insured::enrolment::Refusal::name(reason).into(),
        };
        decisions
            .into_iter()
            .map(|decision| word(decision.result))
            .collect()
    }

    /// What became of the only payment, or of the last in the file.
    pub fn result(&self) -> String {
        self.results().pop().unwrap()
    }

    /// What the last payment in the file bought.
    pub fn purchase(&self) -> Purchase {
        let last = self.payments.len() - 1;
        let mut decisions = self.life().decisions.into_iter();
        let of_last = decisions.find(|decision| decision.row == last).unwrap();
        of_last.result.unwrap()
    }

    /// The refused events: their places in the file, and why.
    pub fn refused_events(&self) -> Vec<(usize, &'static str)> {
        let mut refused: Vec<_> = self
            .life()
            .refused_events
            .iter()
            .map(|refused| (refused.row, refused.reason.name()))
            .collect();
        refused.sort_unstable();
        refused
    }

    pub fn stretches(&self, year: i32) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        lay_out(&self.person, &self.life(), year, &mut stretches);
        stretches
    }

    /// The days of a year.
    pub fn days(&self, year: i32) -> Vec<String> {
        let word = |stretch: &Stretch| match stretch.standing {
            Ok(membership) => membership.category.name(),
            Err(reason) => reason.name(),
        };
        let stretches = self.stretches(year);
        let in_words = |stretch: &Stretch| format!("{}..{} {}", stretch.from, stretch.to, word(stretch));
        stretches.iter().map(in_words).collect()
    }
}
