//! What happens to an insured person, as the `events` file tells it, and why an event cannot have happened.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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
