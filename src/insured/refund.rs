//! # Refund (个人缴费返还)
//!
//! **Article**: Art. 9.
//!
//! **What it does**: whoever paid in the window and then, still within it and before the cover begins, died, joined
//! the army, took up employment with employee insurance, or moved registration or student status out of the city, may
//! apply until the end of the benefit year. The enrolment is undone, and what the person paid flows back: nothing where
//! public finance paid, and no subsidy is drawn. Once the cover has begun there is no refund. An application that
//! nothing entitles to is refused itself.
//!
//! **Scenario keys**: `enrolment.window`.
//!
//! **Accumulators**: none.
//!
//! **Example**: paid on 2022-10-05 for 2023, employed on 2022-12-01, applied on 2023-02-10: 380 yuan come back.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::enrolment::{Enrolment, Event, EventKind, Fate};
//! use yibao::insured::life::Life;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! let paid = [Enrolment { year: 2023, paid_on: day(2022, 10, 5), amount: None, registered_on: None }];
//! let events = [
//!     Event { kind: EventKind::EmployeeCoverStart, date: day(2022, 12, 1) },
//!     Event { kind: EventKind::RefundApplied, date: day(2023, 2, 10) },
//! ];
//! let mut life = Life::default();
//! life.decide(&Person::born(day(1980, 1, 1)), &paid, &events, scenario.enrolments());
//! let purchase = life.decisions[0].result.unwrap();
//! assert_eq!(purchase.fate, Fate::Refunded(day(2023, 2, 10)));
//! assert_eq!(purchase.due.person, Fen::from_yuan(380));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::insured::calendar::{Window, last_day};
use crate::insured::event::{Event, EventKind, RefusedEvent};
use crate::insured::person::Person;
use chrono::NaiveDate;

/// The first application that undoes an enrolment, by its row among `events`; `None` if it stands. A refused event
/// did not happen, and entitles to nothing.
pub fn application(
    person: &Person,
    events: &[Event],
    refused: &[RefusedEvent],
    paid_on: NaiveDate,
    cover_from: NaiveDate,
    window: &Window,
    year: i32,
) -> Option<usize> {
    let in_time = |date: &NaiveDate| paid_on <= *date && *date <= window.to && *date < cover_from;
    let happened = |row: usize| refused.iter().all(|refused| refused.row != row);
    // Few events are in time, so the refused ones are searched for these alone.
    let entitling = events
        .iter()
        .enumerate()
        .filter(|&(row, event)| event.kind.entitles_to_refund() && in_time(&event.date) && happened(row));
    let since = entitling
        .map(|(_, event)| event.date)
        .chain(person.death.filter(in_time))
        .min()?;
    let applications = events.iter().enumerate().filter(|(_, event)| {
        event.kind == EventKind::RefundApplied && since <= event.date && event.date <= last_day(year)
    });
    applications
        .min_by_key(|(row, event)| (event.date, *row))
        .map(|(row, _)| row)
}
