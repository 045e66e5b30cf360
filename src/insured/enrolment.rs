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

use crate::article::Article;
use crate::insured::category::{Category, NotEligible, category};
use crate::insured::contribution::Due;
use crate::insured::employee::covers_all;
use crate::insured::life::Life;
use crate::insured::newborn;
use crate::insured::person::Person;
use crate::insured::refund;
use crate::insured::terms::{EnrolmentTerms, first_day, last_day};
use crate::money::Fen;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row of the `enrolments` file: a payment for a benefit year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// `year`: the benefit year.
    pub year: i32,
    /// `pay_date`.
    pub paid_on: NaiveDate,
    /// `amount`: what the person paid; `None` for a blank, which means what is due.
    pub amount: Option<Fen>,
    /// `registered_date`: when a newborn was registered, if given.
    pub registered_on: Option<NaiveDate>,
}

/// One row of the `events` file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// `event`.
    pub kind: EventKind,
    /// `event_date`.
    pub date: NaiveDate,
}

/// What may happen to an insured person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// First day of employee insurance.
    #[default]
    EmployeeCoverStart,
    /// Last day of employee insurance.
    EmployeeCoverEnd,
    /// Joined the army.
    Enlisted,
    /// Moved the registration out of the city.
    MovedOut,
    /// Moved the student status out of the city.
    StudentLeft,
    /// Applied for a refund.
    RefundApplied,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 6] = [
        EventKind::EmployeeCoverStart,
        EventKind::EmployeeCoverEnd,
        EventKind::Enlisted,
        EventKind::MovedOut,
        EventKind::StudentLeft,
        EventKind::RefundApplied,
    ];

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::EmployeeCoverStart => "employee-cover-start",
            EventKind::EmployeeCoverEnd => "employee-cover-end",
            EventKind::Enlisted => "enlisted",
            EventKind::MovedOut => "moved-out",
            EventKind::StudentLeft => "student-left",
            EventKind::RefundApplied => "refund-applied",
        }
    }

    /// The kind of a word in files.
    pub fn from_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it entitles to a refund before the cover begins (Art. 9).
    pub const fn entitles_to_refund(self) -> bool {
        matches!(
            self,
            EventKind::EmployeeCoverStart
                | EventKind::Enlisted
                | EventKind::MovedOut
                | EventKind::StudentLeft
        )
    }
}

/// By which rule a payment was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Route {
    /// Paid in the window, or presumed to be (Art. 8).
    Window,
    /// A newborn in time, or presumed to be: covered from birth (Art. 14(2)).
    NewbornFromBirth,
    /// A newborn later: covered from the month after (Art. 14(2)).
    NewbornLater,
    /// After the window, where a city allows it.
    Late,
    /// A missed year that was bought back; it covers nothing.
    BuyBack,
}

impl Route {
    /// Every route.
    pub const ALL: [Route; 5] = [
        Route::Window,
        Route::NewbornFromBirth,
        Route::NewbornLater,
        Route::Late,
        Route::BuyBack,
    ];

    /// The name in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Route::Window => "window",
            Route::NewbornFromBirth => "newborn-from-birth",
            Route::NewbornLater => "newborn-later",
            Route::Late => "late",
            Route::BuyBack => "buy-back",
        }
    }

    /// The article that it rests on.
    pub const fn article(self) -> Article {
        match self {
            Route::Window | Route::Late | Route::BuyBack => Article::whole(8),
            Route::NewbornFromBirth | Route::NewbornLater => Article::part(14, 2),
        }
    }
}

/// Why a payment was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The scenario has no figures for the benefit year.
    NoFiguresForYear,
    /// For a year before the person's birth, or paid before it.
    BeforeBirth,
    /// Paid after the person's death.
    AfterDeath,
    /// A newborn's payment before the registration (Art. 8).
    BeforeRegistration,
    /// Not in the window, and by no other route (Art. 8).
    OutsideWindow,
    /// Cover would begin after the end of the benefit year (Art. 14(2)).
    NothingLeft,
    /// The person is of the employee scheme (Art. 2).
    EmployeeScheme,
    /// The person neither is registered, nor holds a residence permit, nor studies here (Art. 2).
    NoResidence,
    /// The year is paid for already (Art. 8).
    SecondPayment,
    /// Less than what is due, which is so much (Art. 8).
    PartPayment(Fen),
    /// More than what is due, which is so much (Art. 8).
    Overpayment(Fen),
    /// Employee insurance leaves no day of cover (Art. 11).
    EmployeeInsured,
    /// A year is to be bought back that was not missed.
    NotMissed,
}

impl Refusal {
    /// Every reason; amounts stand at zero.
    pub const ALL: [Refusal; 13] = [
        Refusal::NoFiguresForYear,
        Refusal::BeforeBirth,
        Refusal::AfterDeath,
        Refusal::BeforeRegistration,
        Refusal::OutsideWindow,
        Refusal::NothingLeft,
        Refusal::EmployeeScheme,
        Refusal::NoResidence,
        Refusal::SecondPayment,
        Refusal::PartPayment(Fen::ZERO),
        Refusal::Overpayment(Fen::ZERO),
        Refusal::EmployeeInsured,
        Refusal::NotMissed,
    ];

    /// The code in `rejects.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::NoFiguresForYear => "no-figures-for-year",
            Refusal::BeforeBirth => "before-birth",
            Refusal::AfterDeath => "after-death",
            Refusal::BeforeRegistration => "before-registration",
            Refusal::OutsideWindow => "outside-window",
            Refusal::NothingLeft => "nothing-left",
            Refusal::EmployeeScheme => "employee-scheme",
            Refusal::NoResidence => "no-residence",
            Refusal::SecondPayment => "second-payment",
            Refusal::PartPayment(_) => "part-payment",
            Refusal::Overpayment(_) => "overpayment",
            Refusal::EmployeeInsured => "employee-insured",
            Refusal::NotMissed => "not-missed",
        }
    }

    /// The article that it rests on.
    pub const fn article(self) -> Article {
        match self {
            Refusal::NoFiguresForYear => Article::whole(32),
            Refusal::EmployeeScheme | Refusal::NoResidence => Article::whole(2),
            Refusal::NothingLeft => Article::whole(14),
            Refusal::EmployeeInsured => Article::whole(11),
            Refusal::BeforeBirth
            | Refusal::AfterDeath
            | Refusal::BeforeRegistration
            | Refusal::OutsideWindow
            | Refusal::SecondPayment
            | Refusal::PartPayment(_)
            | Refusal::Overpayment(_)
            | Refusal::NotMissed => Article::whole(8),
        }
    }
}

/// What became of a payment that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It covers the days from [`Purchase::cover_from`] on, less those of employee insurance, to death or year's end.
    Covers,
    /// Undone on application of that day (Art. 9).
    Refunded(NaiveDate),
    /// The person died before the cover began, and nobody applied.
    Lapsed,
    /// It bought back a missed year.
    BoughtBack,
}

/// A payment that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The benefit year that was paid for.
    pub year: i32,
    /// When the person paid.
    pub paid_on: NaiveDate,
    /// By which rule it was taken.
    pub route: Route,
    /// The category for the whole benefit year (Art. 2).
    pub category: Category,
    /// The contribution tier (`clct_grde`): 0 is the plain one.
    pub tier: u8,
    /// What is due, by payer; the person has paid their part.
    pub due: Due,
    /// The first day of cover, before employee insurance is taken out.
    pub cover_from: NaiveDate,
    /// What became of it.
    pub fate: Fate,
}

/// Decides one payment in the light of those before it, which are in `life`.
///
/// # Errors
/// Why it is refused.
pub(super) fn decide(
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
    if let Some(found) = newborn::route(person, enrolment, terms)? {
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
pub(super) fn is_buy_back(enrolment: &Enrolment, terms: &EnrolmentTerms) -> bool {
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
