//! # Cover (参保待遇期)
//!
//! **Article**: Art. 2, 8, 11, 14.
//!
//! **What it does**: answers the first question of every claim: was the person covered on the day it began, and in
//! which category? A person's days are a row of stretches, each covered or not covered for a reason; a day in no
//! stretch is not enrolled for. Without an enrolments file a person counts as enrolled on time for every year in
//! which a claim of theirs has a day: covered for the whole benefit year if eligible on its first day, from birth if
//! born in it, to the day of death.
//!
//! **Scenario keys**: `insured.adult_age`, `enrolment.window`, `enrolment.newborn`.
//!
//! **Accumulators**: none.
//!
//! **Example**: born on 2021-05-03: on 2021-05-02 not covered (`before-cover`), from 2021-05-03 a covered minor.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::{category::Category, cover::{NotCovered, presumed_year, standing}, person::Person};
//! let day = |m, d| NaiveDate::from_ymd_opt(2021, m, d).unwrap();
//! let mut stretches = Vec::new();
//! presumed_year(&Person::born(day(5, 3)), 2021, 18, &mut stretches);
//! assert_eq!(standing(&stretches, day(5, 2)), Err(NotCovered::BeforeCover));
//! assert_eq!(standing(&stretches, day(5, 3)), Ok(Category::Minor));
//! ```

use crate::insured::category::{Category, category};
use crate::insured::person::Person;
use chrono::NaiveDate;

/// Some days in a row, first and last included, on which a person stands the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Covered in a category, or not covered for a reason.
    pub standing: Result<Category, NotCovered>,
}

/// Why a person is not covered on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotCovered {
    /// No enrolment for that year, or none possible: not eligible (Art. 2).
    NotEnrolled,
    /// Enrolled, but the cover begins later (Art. 14(2)), or the person was not born yet.
    BeforeCover,
    /// Covered by employee insurance on that day (Art. 11).
    EmployeeInsured,
    /// After the person's death.
    AfterDeath,
}

impl NotCovered {
    /// Every reason.
    pub const ALL: [NotCovered; 4] = [
        NotCovered::NotEnrolled,
        NotCovered::BeforeCover,
        NotCovered::EmployeeInsured,
        NotCovered::AfterDeath,
    ];

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            NotCovered::NotEnrolled => "not-enrolled",
            NotCovered::BeforeCover => "before-cover",
            NotCovered::EmployeeInsured => "employee-insured",
            NotCovered::AfterDeath => "after-death",
        }
    }
}

/// How the person stands on `day`, by `stretches` in any order.
///
/// # Errors
/// Why the person is not covered.
#[inline]
pub fn standing(stretches: &[Stretch], day: NaiveDate) -> Result<Category, NotCovered> {
    let on_day = stretches
        .iter()
        .find(|stretch| stretch.from <= day && day <= stretch.to);
    on_day.map_or(Err(NotCovered::NotEnrolled), |stretch| stretch.standing)
}

/// Adds the stretches of a benefit year for which the person counts as enrolled on time.
pub fn presumed_year(person: &Person, year: i32, adult_age_years: u32, stretches: &mut Vec<Stretch>) {
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(year, 1, 1),
        NaiveDate::from_ymd_opt(year, 12, 31),
    ) else {
        return;
    };
    let mut add = |from: NaiveDate, to: NaiveDate, standing| {
        if from <= to {
            stretches.push(Stretch { from, to, standing });
        }
    };
    let start = first.max(person.birth);
    if let Some(before) = start.pred_opt() {
        add(first, before.min(last), Err(NotCovered::BeforeCover));
    }
    let end = person.death.map_or(last, |death| death.min(last));
    if start <= last {
        add(
            start,
            end,
            category(person, start, adult_age_years).map_err(|_| NotCovered::NotEnrolled),
        );
    }
    if let Some(after) = end.succ_opt() {
        add(start.max(after), last, Err(NotCovered::AfterDeath));
    }
}
