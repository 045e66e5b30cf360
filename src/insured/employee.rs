//! # Employee insurance (职工医保)
//!
//! **Article**: Art. 11.
//!
//! **What it does**: nobody holds both insurances at once. The days from an `employee-cover-start` to the next
//! `employee-cover-end`, both included, are employee insurance, without an end all days from the start on; they are
//! taken out of the person's cover here. An end without a start before it, and a start within a spell, contradict what
//! is known and are refused.
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: none.
//!
//! **Example**: start on 2023-03-01, end on 2023-06-30: covered here to 2023-02-28 and again from 2023-07-01.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::employee::{Spell, spells};
//! use yibao::insured::enrolment::{Event, EventKind};
//! let day = |m, d| NaiveDate::from_ymd_opt(2023, m, d).unwrap();
//! let events = [Event { kind: EventKind::EmployeeCoverStart, date: day(3, 1) }, Event { kind: EventKind::EmployeeCoverEnd, date: day(6, 30) }];
//! let (mut found, mut refused) = (Vec::new(), Vec::new());
//! spells(&events, &mut found, &mut refused);
//! assert_eq!(found, [Spell { from: day(3, 1), to: day(6, 30) }]);
//! ```

use crate::insured::event::{Event, EventKind, EventRefusal, RefusedEvent};
use chrono::NaiveDate;

/// Days in a row of employee insurance, first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// First day.
    pub from: NaiveDate,
    /// Last day; the calendar's last where no end is known.
    pub to: NaiveDate,
}

/// The spells of a person in order, and the events that contradict what is known.
pub fn spells(events: &[Event], spells: &mut Vec<Spell>, refused: &mut Vec<RefusedEvent>) {
    spells.clear();
    let mut changes: Vec<(usize, Event)> = events.iter().copied().enumerate().collect();
    changes.sort_by_key(|&(row, event)| (event.date, row));
    let mut running: Option<NaiveDate> = None;
    for day in changes.chunk_by(|(_, one), (_, other)| one.date == other.date) {
        let date = day[0].1.date;
        let rows_of = |kind| day.iter().filter(move |(_, event)| event.kind == kind);
        let mut starts = rows_of(EventKind::EmployeeCoverStart);
        let mut ends = rows_of(EventKind::EmployeeCoverEnd);
        // Of one day the end of a running spell comes before the start of the next, in whichever order the rows stand, so a
        // job may follow a job.
        while match running {
            Some(_) => ends.next().is_some(),
            None => starts.next().is_some(),
        } {
            match running.take() {
                Some(from) => spells.push(Spell { from, to: date }),
                None => running = Some(date),
            }
        }
        // What is left of the day contradicts what is known.
        let (left, reason) = match running {
            Some(_) => (starts, EventRefusal::AlreadyEmployeeInsured),
            None => (ends, EventRefusal::NotEmployeeInsured),
        };
        refused.extend(left.map(|&(row, _)| RefusedEvent { row, reason }));
    }
    spells.extend(running.map(|from| Spell {
        from,
        to: NaiveDate::MAX,
    }));
}

/// The spells that have not ended before `day`, of `spells` in order.
pub(super) fn not_over_by(spells: &[Spell], day: NaiveDate) -> &[Spell] {
    &spells[spells.partition_point(|spell| spell.to < day)..]
}

/// Whether a day is one of employee insurance, by `spells` in order.
pub fn is_employee_day(spells: &[Spell], day: NaiveDate) -> bool {
    not_over_by(spells, day)
        .first()
        .is_some_and(|spell| spell.from <= day)
}

/// Whether every day from `from` to `to` is one of employee insurance, by `spells` in order.
pub fn covers_all(spells: &[Spell], from: NaiveDate, to: NaiveDate) -> bool {
    let mut day = from;
    for spell in not_over_by(spells, from) {
        if day > to || spell.from > day {
            break;
        }
        match spell.to.succ_opt() {
            Some(next) => day = day.max(next),
            None => return true,
        }
    }
    day > to
}
