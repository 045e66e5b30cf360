//! Dates and their arithmetic, by hand.

use std::fmt;

/// A day of the Gregorian calendar; the order of the fields is the order of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

pub const fn date(year: i32, month: u32, day: u32) -> Date {
    Date { year, month, day }
}

pub fn days_of_month(year: i32, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    pub fn next(self) -> Date {
        if self.day < days_of_month(self.year, self.month) {
            date(self.year, self.month, self.day + 1)
        } else {
            self.first_of_next_month()
        }
    }

    pub fn previous(self) -> Date {
        if self.day > 1 {
            date(self.year, self.month, self.day - 1)
        } else if self.month > 1 {
            date(
                self.year,
                self.month - 1,
                days_of_month(self.year, self.month - 1),
            )
        } else {
            date(self.year - 1, 12, 31)
        }
    }

    pub fn first_of_next_month(self) -> Date {
        if self.month == 12 {
            date(self.year + 1, 1, 1)
        } else {
            date(self.year, self.month + 1, 1)
        }
    }

    /// The same day so many months later; where the month is too short, its last day.
    pub fn months_later(self, months: u32) -> Date {
        let (mut year, mut month) = (self.year, self.month);
        for _ in 0..months {
            month += 1;
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        date(year, month, self.day.min(days_of_month(year, month)))
    }
}

/// Every day from the first to the last, both included.
pub fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| Some(day.next())).take_while(move |day| *day <= last)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[test]
fn the_calendar() {
    assert!(date(2024, 2, 28).next() == date(2024, 2, 29));
    assert!(date(2023, 2, 28).next() == date(2023, 3, 1));
    assert!(date(2023, 12, 31).next() == date(2024, 1, 1));
    assert!(date(2023, 3, 1).previous() == date(2023, 2, 28));
    assert!(date(2023, 1, 1).previous() == date(2022, 12, 31));
    assert!(date(2023, 8, 31).months_later(6) == date(2024, 2, 29));
    assert!(date(2022, 8, 31).months_later(6) == date(2023, 2, 28));
    assert!(date(2020, 2, 29).months_later(12) == date(2021, 2, 28));
    assert_eq!(days(date(2024, 1, 1), date(2024, 12, 31)).count(), 366);
}
