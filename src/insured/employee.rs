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

use crate::insured::enrolment::{Event, EventKind};
use crate::insured::life::{EventRefusal, RefusedEvent};
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
    let mut changes: Vec<(usize, Event)> = events
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, event)| is_change(event.kind))
        .collect();
    // Of one day the end of a running spell comes before the start of the next, so a job may follow a job.
    changes.sort_by_key(|&(row, event)| (event.date, row));
    let mut running: Option<NaiveDate> = None;
    while !changes.is_empty() {
        let date = changes[0].1.date;
        let wanted = if running.is_some() {
            EventKind::EmployeeCoverEnd
        } else {
            EventKind::EmployeeCoverStart
        };
        let of_day = changes.iter().take_while(|(_, event)| event.date == date);
        let position = of_day.clone().position(|(_, event)| event.kind == wanted);
        let (row, _) = changes.remove(position.unwrap_or(0));
        match (position, running.take()) {
            (Some(_), None) => running = Some(date),
            (Some(_), Some(from)) => spells.push(Spell { from, to: date }),
            (None, still) => {
                running = still;
                let reason = match still {
                    Some(_) => EventRefusal::AlreadyEmployeeInsured,
                    None => EventRefusal::NotEmployeeInsured,
                };
                refused.push(RefusedEvent { row, reason });
            }
        }
    }
    spells.extend(running.map(|from| Spell {
        from,
        to: NaiveDate::MAX,
    }));
}

fn is_change(kind: EventKind) -> bool {
    matches!(kind, EventKind::EmployeeCoverStart | EventKind::EmployeeCoverEnd)
}

/// Whether a day is one of employee insurance.
pub fn is_employee_day(spells: &[Spell], day: NaiveDate) -> bool {
    spells.iter().any(|spell| spell.from <= day && day <= spell.to)
}

/// Whether every day from `from` to `to` is one of employee insurance.
pub fn covers_all(spells: &[Spell], from: NaiveDate, to: NaiveDate) -> bool {
    let mut day = from;
    while day <= to {
        let Some(spell) = spells.iter().find(|spell| spell.from <= day && day <= spell.to) else {
            return false;
        };
        match spell.to.succ_opt() {
            Some(next) => day = next,
            None => return true,
        }
    }
    true
}
