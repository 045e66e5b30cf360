//! All payments and events of one person, decided in order: what [`cover`](crate::insured::cover) lays out, the fund
//! books and `rejects.csv` explains.

use crate::insured::employee::{Spell, spells};
use crate::insured::enrolment::{Enrolment, Event, EventKind, Fate, Purchase, Refusal, decide, is_buy_back};
use crate::insured::person::Person;
use crate::insured::terms::EnrolmentTerms;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a person's payments and events amount to. Kept from person to person for its memory.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// The payments in the order in which they were decided.
    pub decisions: Vec<Decision>,
    /// Employee insurance, in order (Art. 11).
    pub spells: Vec<Spell>,
    /// Events that cannot be.
    pub refused_events: Vec<RefusedEvent>,
    order: Vec<usize>,
    /// Which of the decisions are purchases.
    taken: Vec<usize>,
}

/// What became of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its place among the person's payments as given.
    pub row: usize,
    /// The benefit year that it is for.
    pub year: i32,
    /// What it bought, or why it was refused.
    pub result: Result<Purchase, Refusal>,
}

/// An event that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Its place among the person's events as given.
    pub row: usize,
    /// What it contradicts.
    pub reason: EventRefusal,
}

/// Why an event was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventRefusal {
    /// Employee insurance starts that runs already.
    AlreadyEmployeeInsured,
    /// Employee insurance ends that did not run.
    NotEmployeeInsured,
    /// An application for a refund that nothing entitles to (Art. 9).
    NothingToRefund,
}

impl EventRefusal {
    /// Every reason.
    pub const ALL: [EventRefusal; 3] = [
        EventRefusal::AlreadyEmployeeInsured,
        EventRefusal::NotEmployeeInsured,
        EventRefusal::NothingToRefund,
    ];

    /// The code in `rejects.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            EventRefusal::AlreadyEmployeeInsured => "already-employee-insured",
            EventRefusal::NotEmployeeInsured => "not-employee-insured",
            EventRefusal::NothingToRefund => "nothing-to-refund",
        }
    }
}

impl Life {
    /// Decides a person's payments, given in the order of the file, by the terms of each benefit year.
    ///
    /// Payments are taken in the order of their dates, then of the file; of one day, years bought back come first,
    /// because they shorten the waiting.
    pub fn decide(
        &mut self,
        person: &Person,
        enrolments: &[Enrolment],
        events: &[Event],
        years: &BTreeMap<i32, EnrolmentTerms>,
    ) {
        self.decisions.clear();
        self.taken.clear();
        self.refused_events.clear();
        spells(events, &mut self.spells, &mut self.refused_events);
        self.order.clear();
        self.order.extend(0..enrolments.len());
        let mut order = std::mem::take(&mut self.order);
        order.sort_by_key(|&row| {
            let enrolment = &enrolments[row];
            let buys_back = years
                .get(&enrolment.year)
                .is_some_and(|terms| is_buy_back(enrolment, terms));
            (enrolment.paid_on, !buys_back)
        });
        for &row in &order {
            let enrolment = &enrolments[row];
            let result = decide(person, enrolment, events, years, self);
            let year = enrolment.year;
            if result.is_ok() {
                self.taken.push(self.decisions.len());
            }
            self.decisions.push(Decision { row, year, result });
        }
        self.order = order;
        self.refuse_vain_applications(events);
    }

    /// Refuses each application for a refund that undid nothing.
    fn refuse_vain_applications(&mut self, events: &[Event]) {
        for (row, event) in events.iter().enumerate() {
            let undoes = |purchase: &Purchase| purchase.fate == Fate::Refunded(event.date);
            if event.kind == EventKind::RefundApplied && !self.purchases().any(undoes) {
                self.refused_events.push(RefusedEvent {
                    row,
                    reason: EventRefusal::NothingToRefund,
                });
            }
        }
    }

    /// The payments that were taken.
    pub fn purchases(&self) -> impl DoubleEndedIterator<Item = &Purchase> {
        let taken = self.taken.iter();
        taken.filter_map(|&index| self.decisions[index].result.as_ref().ok())
    }

    /// The purchase that covers days of `year`, if there is one.
    pub fn cover_of(&self, year: i32) -> Option<&Purchase> {
        self.purchases()
            .find(|purchase| purchase.year == year && purchase.fate == Fate::Covers)
    }

    /// Why the last of the refused payments for `year` was refused; `None` if none was.
    pub fn last_refusal(&self, year: i32) -> Option<Refusal> {
        let mut decisions = self.decisions.iter().rev();
        decisions.find_map(|decision| decision.result.err().filter(|_| decision.year == year))
    }

    /// Whether a payment for `year` stands on `day`: taken, and not refunded by then.
    pub(super) fn is_paid(&self, year: i32, day: NaiveDate) -> bool {
        self.purchases().any(|purchase| {
            let undone = matches!(purchase.fate, Fate::Refunded(on) if on <= day);
            purchase.year == year && !undone
        })
    }

    /// Whether the person was enrolled for `year`.
    pub(super) fn is_enrolled(&self, year: i32) -> bool {
        self.cover_of(year).is_some()
    }

    /// The years bought back.
    pub(super) fn bought_back(&self) -> impl Iterator<Item = i32> {
        self.purchases()
            .filter(|purchase| purchase.fate == Fate::BoughtBack)
            .map(|purchase| purchase.year)
    }

    /// How many benefit years in a row, `year` included, the person has been enrolled for.
    pub fn continuous_years(&self, year: i32) -> u8 {
        let years = (0..=u8::MAX).take_while(|&back| self.is_enrolled(year - i32::from(back)));
        years.count().min(usize::from(u8::MAX)) as u8
    }
}
