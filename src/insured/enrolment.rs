//! # Enrolment (参保缴费)
//!
//! **Article**: Art. 8.
//!
//! **What it does**: decides what a payment buys. In the window, which lies in the year before, one full payment buys
//! the whole benefit year. Outside it a newborn may enrol (`newborn`), and where a city allows it a latecomer (`late`);
//! anyone else is refused. In this order: the child must be born and the person alive; there must be a route, and
//! something left of the year; the person must be a resident on the first day of cover (`category`); nobody pays twice
//! for a year, a part, or too much; and a day must be left that is not employee insurance (`employee`). A refusal has
//! its reason and posts nothing. A person who dies between payment and cover, without an application for a refund, has
//! paid for nothing: the money stays, no cover begins and no subsidy is drawn.
//!
//! **Scenario keys**: `enrolment.window`; and those of `newborn`, `late`, `waiting`, `category`, `contribution`.
//!
//! **Accumulators**: none; payments are read in the order of their dates, then of the file.
//!
//! **Example**: paid on 2022-12-31 for 2023: covered from 2023-01-01; paid on 2023-01-01: `outside-window`.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::enrolment::{Enrolment, Refusal};
//! use yibao::insured::life::Life;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! let person = Person::born(day(1980, 1, 1));
//! let decide = |paid_on| {
//!     let mut life = Life::default();
//!     let payment = Enrolment { year: 2023, paid_on, amount: Some(Fen::from_yuan(380)), registered_on: None };
//!     life.decide(&person, &[payment], &[], scenario.enrolments());
//!     life.decisions[0].result
//! };
//! assert_eq!(decide(day(2022, 12, 31)).unwrap().cover_from, day(2023, 1, 1));
//! assert_eq!(decide(day(2023, 1, 1)), Err(Refusal::OutsideWindow));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::insured::calendar::{first_day, last_day};
use crate::insured::category::{NotEligible, category};
use crate::insured::employee::covers_all;
use crate::insured::life::{Decision, Life};
use crate::insured::newborn;
use crate::insured::person::Person;
use crate::insured::refund;
use crate::insured::terms::EnrolmentTerms;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

pub use crate::insured::event::{Event, EventKind};
pub use crate::insured::payment::{Enrolment, Fate, Purchase, Refusal, Route};

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
        self.begin(events);
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..enrolments.len());
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
            self.record(Decision { row, year, result });
        }
        self.order = order;
        self.refuse_vain_applications(events);
    }
}

/// Decides one payment in the light of those before it, which are in `life`.
///
/// # Errors
/// Why it is refused.
fn decide(
    person: &Person,
    enrolment: &Enrolment,
    events: &[Event],
    years: &BTreeMap<i32, EnrolmentTerms>,
    life: &Life,
) -> Result<Purchase, Refusal> {
    let terms = years.get(&enrolment.year).ok_or(Refusal::NoFiguresForYear)?;
    if enrolment.year < person.birth.year() || enrolment.paid_on < person.birth {
        return Err(Refusal::BeforeBirth);
    }
    if person.death.is_some_and(|death| death < enrolment.paid_on) {
        return Err(Refusal::AfterDeath);
    }
    let (route, cover_from) = route(person, enrolment, terms, life)?;
    let resident = category(person, cover_from, terms.adult_age_years);
    let category = resident.map_err(|reason| match reason {
        NotEligible::EmployeeScheme => Refusal::EmployeeScheme,
        NotEligible::NoResidence => Refusal::NoResidence,
    })?;
    if life.is_paid(enrolment.year, enrolment.paid_on) {
        return Err(Refusal::SecondPayment);
    }
    let due = match (route, &terms.late) {
        (Route::BuyBack, _) => terms.contribution.buy_back(person.tier, category),
        (Route::Late, Some(late)) => late.due(&terms.contribution, person.tier, category, person.identity),
        _ => terms.contribution.due(person.tier, category, person.identity),
    };
    match enrolment.amount {
        Some(amount) if amount < due.person => return Err(Refusal::PartPayment(due.person)),
        Some(amount) if amount > due.person => return Err(Refusal::Overpayment(due.person)),
        _ => {}
    }
    Ok(Purchase {
        year: enrolment.year,
        paid_on: enrolment.paid_on,
        route,
        category,
        tier: person.tier,
        due,
        cover_from,
        fate: fate(person, enrolment, events, terms, life, (route, cover_from))?,
    })
}

/// By which rule a payment is taken, and the first day of its cover.
fn route(
    person: &Person,
    enrolment: &Enrolment,
    terms: &EnrolmentTerms,
    life: &Life,
) -> Result<(Route, NaiveDate), Refusal> {
    let (first, paid_on) = (first_day(enrolment.year), enrolment.paid_on);
    let waiting = |in_window: bool, start: NaiveDate| {
        let start = match &terms.waiting {
            Some(waiting) => waiting.start(person, enrolment, in_window, life, start),
            None => Some(start),
        };
        start
            .filter(|&start| start <= last_day(enrolment.year))
            .ok_or(Refusal::NothingLeft)
    };
    if terms.window.value.contains(paid_on) {
        let start = first.max(person.birth);
        return Ok((Route::Window, waiting(true, start)?));
    }
    if let Some(found) = newborn::route(person, enrolment, &terms.newborn)? {
        return Ok(found);
    }
    if is_buy_back(enrolment, terms) {
        let waiting = terms.waiting.as_ref();
        let missed = waiting.is_some_and(|waiting| waiting.is_missed(enrolment.year, life));
        return if missed && enrolment.year > person.birth.year() {
            Ok((Route::BuyBack, first))
        } else {
            Err(Refusal::NotMissed)
        };
    }
    let late = terms.late.filter(|late| late.paid.value.contains(paid_on));
    let late = late.ok_or(Refusal::OutsideWindow)?;
    let start = late.start.after(paid_on).ok_or(Refusal::NothingLeft)?;
    Ok((Route::Late, waiting(false, start.max(first))?))
}

/// Whether a payment is for a year that is over, where missed years can be bought back.
fn is_buy_back(enrolment: &Enrolment, terms: &EnrolmentTerms) -> bool {
    let can_buy = terms
        .waiting
        .as_ref()
        .is_some_and(|waiting| waiting.buy_back_months.is_some());
    can_buy && enrolment.paid_on > last_day(enrolment.year)
}

/// What becomes of a payment that is in order so far.
fn fate(
    person: &Person,
    enrolment: &Enrolment,
    events: &[Event],
    terms: &EnrolmentTerms,
    life: &Life,
    (route, cover_from): (Route, NaiveDate),
) -> Result<Fate, Refusal> {
    if route == Route::BuyBack {
        return Ok(Fate::BoughtBack);
    }
    if route == Route::Window {
        let window = &terms.window.value;
        let row = refund::application(
            person,
            events,
            &life.refused_events,
            enrolment.paid_on,
            cover_from,
            window,
            enrolment.year,
        );
        if let Some(row) = row {
            return Ok(Fate::Refunded(events[row].date));
        }
    }
    let end = last_day(enrolment.year);
    if covers_all(&life.spells, cover_from, end) {
        return Err(Refusal::EmployeeInsured);
    }
    let death = person.death.unwrap_or(end).min(end);
    let nothing_left = death < cover_from || covers_all(&life.spells, cover_from, death);
    Ok(if nothing_left { Fate::Lapsed } else { Fate::Covers })
}
