//! # Cover (参保待遇期)
//!
//! **Article**: Art. 14; with Art. 8, 9 and 11.
//!
//! **What it does**: answers the first question of every claim: was the person covered on the day it began, and in
//! which category? A benefit year is laid out in stretches of days, each covered or not covered for a reason. The cover
//! that a payment bought runs from its first day to the end of the year, less the days of employee insurance, to the
//! day of death; before it the person is not covered yet, and without a payment that stands not at all. Without an
//! enrolments file a person counts as enrolled on time for every year in which a claim of theirs has a day: covered for
//! the whole benefit year if eligible on its first day, from birth if born in it, to the day of death.
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
//! assert_eq!(standing(&stretches, day(5, 3)).unwrap().category, Category::Minor);
//! ```

use crate::insured::category::{Category, category};
use crate::insured::employee::is_employee_day;
use crate::insured::enrolment::{Purchase, Route};
use crate::insured::life::Life;
use crate::insured::person::Person;
use crate::insured::terms::{first_day, last_day};
use chrono::NaiveDate;

/// Some days in a row, first and last included, on which a person stands the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: NaiveDate,
    /// Last day; never before the first.
    pub to: NaiveDate,
    /// Covered, or not covered for a reason.
    pub standing: Result<Membership, NotCovered>,
}

/// How a person is covered on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The category (Art. 2).
    pub category: Category,
    /// The contribution tier.
    pub tier: u8,
    /// How many benefit years in a row the person has been enrolled for, this one included.
    pub continuous_years: u8,
    /// By which rule the cover was bought.
    pub route: Route,
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
pub fn standing(stretches: &[Stretch], day: NaiveDate) -> Result<Membership, NotCovered> {
    let on_day = stretches
        .iter()
        .find(|stretch| stretch.from <= day && day <= stretch.to);
    on_day.map_or(Err(NotCovered::NotEnrolled), |stretch| stretch.standing)
}

/// Adds the stretches of a benefit year as a person's payments and events make them: every day of the year is in one.
pub fn lay_out(person: &Person, life: &Life, year: i32, stretches: &mut Vec<Stretch>) {
    let purchase = life.cover_of(year);
    let continuous_years = life.continuous_years(year);
    let (first, last) = (first_day(year), last_day(year));
    let mut from = first;
    while from <= last {
        let standing = standing_on(person, life, purchase, continuous_years, from);
        let to = next_change(person, life, purchase, from)
            .and_then(|change| change.pred_opt())
            .map_or(last, |day| day.min(last));
        push(stretches, Stretch { from, to, standing });
        let Some(next) = to.succ_opt() else { break };
        from = next;
    }
}

/// How the person stands on a day.
fn standing_on(
    person: &Person,
    life: &Life,
    purchase: Option<&Purchase>,
    continuous_years: u8,
    day: NaiveDate,
) -> Result<Membership, NotCovered> {
    if person.death.is_some_and(|death| death < day) {
        return Err(NotCovered::AfterDeath);
    }
    if is_employee_day(&life.spells, day) {
        return Err(NotCovered::EmployeeInsured);
    }
    let purchase = purchase.ok_or(NotCovered::NotEnrolled)?;
    if day < purchase.cover_from {
        return Err(NotCovered::BeforeCover);
    }
    Ok(Membership {
        category: purchase.category,
        tier: purchase.tier,
        continuous_years,
        route: purchase.route,
    })
}

/// The first day after `day` on which the person may stand differently.
fn next_change(
    person: &Person,
    life: &Life,
    purchase: Option<&Purchase>,
    day: NaiveDate,
) -> Option<NaiveDate> {
    let spells = life
        .spells
        .iter()
        .flat_map(|spell| [Some(spell.from), spell.to.succ_opt()]);
    let ends = [
        person.death.and_then(|death| death.succ_opt()),
        purchase.map(|purchase| purchase.cover_from),
    ];
    spells.chain(ends).flatten().filter(|&change| change > day).min()
}

/// Adds a stretch, or lengthens the last one if nothing changes.
fn push(stretches: &mut Vec<Stretch>, stretch: Stretch) {
    if let Some(last) = stretches.last_mut()
        && last.standing == stretch.standing
        && last.to.succ_opt() == Some(stretch.from)
        && last.to != last_day(chrono::Datelike::year(&last.to))
    {
        last.to = stretch.to;
        return;
    }
    stretches.push(stretch);
}

/// Adds the stretches of a benefit year for which the person counts as enrolled on time.
pub fn presumed_year(person: &Person, year: i32, adult_age_years: u32, stretches: &mut Vec<Stretch>) {
    let (first, last) = (first_day(year), last_day(year));
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
        let membership = category(person, start, adult_age_years).map(|category| Membership {
            category,
            tier: person.tier,
            continuous_years: 1,
            route: if start > first {
                Route::NewbornFromBirth
            } else {
                Route::Window
            },
        });
        add(start, end, membership.map_err(|_| NotCovered::NotEnrolled));
    }
    if let Some(after) = end.succ_opt() {
        add(start.max(after), last, Err(NotCovered::AfterDeath));
    }
}
