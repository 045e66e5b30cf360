//! The figures of one benefit year that enrolment needs, as the scenario gives them (Art. 2, 6-8, 14).

use crate::figure::Cited;
use crate::insured::contribution::ContributionTerms;
use crate::insured::late::LateTerms;
use crate::insured::waiting::WaitingTerms;
use chrono::{Datelike, Days, Months, NaiveDate};

/// What decides who is covered in one benefit year, from when, and what is due for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentTerms {
    /// The benefit year that is paid for, not that in which it is paid (Art. 8).
    pub year: i32,
    /// From this age a resident is an adult (Art. 2).
    pub adult_age_years: u32,
    /// The days on which everyone may pay (Art. 8).
    pub window: Cited<Window>,
    /// The rules of newborns (Art. 14(2)).
    pub newborn: NewbornTerms,
    /// Enrolment after the window; `None` where there is none, as in Jinan.
    pub late: Option<LateTerms>,
    /// Waiting after a late or broken enrolment; `None` where nobody waits, as in Jinan.
    pub waiting: Option<WaitingTerms>,
    /// What is due for the year, and from whom (Art. 6, 7).
    pub contribution: ContributionTerms,
}

/// Days in a row, first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Window {
    /// Whether a day is one of them.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

/// The rules of newborns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewbornTerms {
    /// Paid up to so long after birth, that day included: covered from birth.
    pub from_birth: Cited<Span>,
    /// A newborn may pay outside the window until so long after birth, that day excluded.
    pub until: Cited<Span>,
    /// When the cover of those who pay later than `from_birth` begins.
    pub later: Start,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Calendar days.
    Days(u32),
    /// Calendar months; where the month is too short, its last day.
    Months(u32),
}

impl Span {
    /// The day so long after another; `None` beyond the calendar.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Span::Days(days) => day.checked_add_days(Days::new(u64::from(days))),
            Span::Months(months) => day.checked_add_months(Months::new(months)),
        }
    }
}

/// On which day a cover begins that somebody has just paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The day of the payment.
    SameDay,
    /// The day after it.
    NextDay,
    /// The first of the next month.
    NextMonth,
}

impl Start {
    /// Every start with its name in scenarios.
    pub(crate) const NAMES: [(&'static str, Start); 3] = [
        ("same-day", Start::SameDay),
        ("next-day", Start::NextDay),
        ("next-month", Start::NextMonth),
    ];

    /// The first day of cover; `None` beyond the calendar.
    pub fn after(self, paid_on: NaiveDate) -> Option<NaiveDate> {
        match self {
            Start::SameDay => Some(paid_on),
            Start::NextDay => paid_on.succ_opt(),
            Start::NextMonth => paid_on.with_day(1)?.checked_add_months(Months::new(1)),
        }
    }
}

/// The first day of a benefit year (Art. 14(1)).
pub fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_yo_opt(year, 1).unwrap_or(NaiveDate::MAX)
}

/// The last day of a benefit year (Art. 14(1)).
pub fn last_day(year: i32) -> NaiveDate {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    NaiveDate::from_yo_opt(year, 365 + u32::from(is_leap)).unwrap_or(NaiveDate::MAX)
}
