//! The days of a benefit year (Art. 14(1)), and the windows, lengths of time and starts that its figures are given in.

use chrono::{Datelike, Days, Months, NaiveDate};

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
    days_of(year).1
}

/// The first and the last day of a benefit year (Art. 14(1)).
pub(crate) fn days_of(year: i32) -> (NaiveDate, NaiveDate) {
    let first = first_day(year);
    let last = first.with_ordinal(366).or(first.with_ordinal(365));
    (first, last.unwrap_or(first))
}
