//! # Cover (参保待遇期)
//!
//! **Article**: Art. 14; with Art. 2, 8, 9 and 11.
//!
//! **What it does**: answers the first question of every claim: was the person covered on the day it began, and in
//! which category? A benefit year is laid out in stretches of days, each covered or not covered for a reason. The cover
//! that a payment bought runs from its first day to the end of the year, less the days of employee insurance, to the
//! day of death; before it the person is not covered yet, and without a payment that stands not at all. Each stretch
//! knows what it rests on: Art. 2 if the person could not enrol, Art. 8 if nobody paid, or what the payment was refused
//! or given back by. Without an enrolments file a person counts as enrolled on time for every year in which a claim of
//! theirs has a day: covered for the whole benefit year if eligible on its first day, from birth if born in it, to the
//! day of death.
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

use crate::article::Article;
use crate::insured::calendar::{days_of, last_day};
use crate::insured::category::{Category, NotEligible, category, not_eligible};
use crate::insured::employee::{is_employee_day, not_over_by};
use crate::insured::life::Life;
use crate::insured::payment::{Fate, Purchase, Refusal, Route};
use crate::insured::person::Person;
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
    /// What that rests on.
    pub ground: Ground,
}

/// How a person is covered on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The category (Art. 2).
    pub category: Category,
    /// The contribution tier (`clct_grde`): 0 is the plain one.
    pub tier: u8,
    /// How many benefit years in a row the person has been enrolled for, this one included.
    pub continuous_years: u8,
    /// The first day of cover of the first of these years.
    pub enrolled_since: NaiveDate,
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

/// What a standing rests on: the fact about the person that an explanation cites an article for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A payment taken by that rule, or presumed to be, whether its cover has begun or not (Art. 8, 14).
    Bought(Route),
    /// The person could have enrolled, and nobody paid for the year (Art. 8).
    NothingPaid,
    /// The person could not enrol (Art. 2).
    NotEligible(NotEligible),
    /// The last payment for the year was refused.
    Refused(Refusal),
    /// The payment for the year was given back (Art. 9).
    Refunded,
    /// Employee insurance (Art. 11).
    EmployeeInsurance,
    /// The person was not born yet, or had died (Art. 14).
    NotAlive,
}

impl Ground {
    /// The article of a cover, or of its lack, that rests on this.
    pub const fn article(self) -> Article {
        match self {
            Ground::Bought(Route::Window) | Ground::NotAlive => Article::whole(14),
            Ground::Bought(route) => route.article(),
            Ground::NothingPaid => Article::whole(8),
            Ground::NotEligible(_) => Article::whole(2),
            Ground::Refused(refusal) => refusal.article(),
            Ground::Refunded => Article::whole(9),
            Ground::EmployeeInsurance => Article::whole(11),
        }
    }

    /// What `life` says about a year for which nothing stands that covers.
    fn of_no_cover(person: &Person, life: &Life, year: i32) -> Ground {
        let mut purchases = life.purchases();
        // Where there are several, what has become of the last one counts.
        match purchases.rfind(|purchase| purchase.year == year) {
            Some(purchase) if matches!(purchase.fate, Fate::Refunded(_)) => return Ground::Refunded,
            Some(purchase) => return Ground::Bought(purchase.route),
            None => {}
        }
        if let Some(reason) = not_eligible(person) {
            return Ground::NotEligible(reason);
        }
        life.last_refusal(year)
            .map_or(Ground::NothingPaid, Ground::Refused)
    }
}

/// The stretch that `day` is in, of `stretches` in any order.
#[inline]
pub fn stretch_of(stretches: &[Stretch], day: NaiveDate) -> Option<&Stretch> {
    stretches
        .iter()
        .find(|stretch| stretch.from <= day && day <= stretch.to)
}

/// How the person stands on `day`, by `stretches` in any order.
///
/// # Errors
/// Why the person is not covered.
#[inline]
pub fn standing(stretches: &[Stretch], day: NaiveDate) -> Result<Membership, NotCovered> {
    stretch_of(stretches, day).map_or(Err(NotCovered::NotEnrolled), |stretch| stretch.standing)
}

/// Adds the stretches of a benefit year as a person's payments and events make them: every day of the year is in one.
pub fn lay_out(person: &Person, life: &Life, year: i32, stretches: &mut Vec<Stretch>) {
    let purchase = life.cover_of(year);
    let bought = match purchase {
        Some(purchase) => Ok((purchase, life.continuous_years(year))),
        None => Err(Ground::of_no_cover(person, life, year)),
    };
    let (first, last) = days_of(year);
    let mut from = first;
    loop {
        let (standing, ground) = standing_on(person, life, bought, from);
        let to = next_change(person, life, purchase, from)
            .and_then(|change| change.pred_opt())
            .map_or(last, |day| day.min(last));
        push(
            stretches,
            Stretch {
                from,
                to,
                standing,
                ground,
            },
        );
        // Most people stand the same way to the last day, after which there is none to be found.
        if to >= last {
            break;
        }
        let Some(next) = to.succ_opt() else { break };
        from = next;
    }
}

/// How the person stands on a day, and what that rests on. `bought` is what covers days of its year, with the years
/// enrolled in a row, or why there is nothing.
fn standing_on(
    person: &Person,
    life: &Life,
    bought: Result<(&Purchase, u8), Ground>,
    day: NaiveDate,
) -> (Result<Membership, NotCovered>, Ground) {
    if person.death.is_some_and(|death| death < day) {
        return (Err(NotCovered::AfterDeath), Ground::NotAlive);
    }
    if is_employee_day(&life.spells, day) {
        return (Err(NotCovered::EmployeeInsured), Ground::EmployeeInsurance);
    }
    let (purchase, continuous_years) = match bought {
        Ok(bought) => bought,
        Err(ground) => return (Err(NotCovered::NotEnrolled), ground),
    };
    let ground = Ground::Bought(purchase.route);
    if day < purchase.cover_from {
        return (Err(NotCovered::BeforeCover), ground);
    }
    let membership = Membership {
        category: purchase.category,
        tier: purchase.tier,
        continuous_years,
        enrolled_since: enrolled_since(life, purchase, continuous_years),
        route: purchase.route,
    };
    (Ok(membership), ground)
}

/// The first day of cover of the first of the years in a row that end with a purchase's.
fn enrolled_since(life: &Life, purchase: &Purchase, continuous_years: u8) -> NaiveDate {
    let first = purchase.year + 1 - i32::from(continuous_years);
    life.cover_of(first)
        .map_or(purchase.cover_from, |first| first.cover_from)
}

/// The first day after `day` on which the person may stand differently.
fn next_change(
    person: &Person,
    life: &Life,
    purchase: Option<&Purchase>,
    day: NaiveDate,
) -> Option<NaiveDate> {
    // Of spells in order, the first that is not over bounds how long the person stands as on `day`.
    let spells = not_over_by(&life.spells, day)
        .first()
        .into_iter()
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
    let (first, last) = days_of(year);
    let mut add = |from: NaiveDate, to: NaiveDate, standing, ground| {
        if from <= to {
            stretches.push(Stretch {
                from,
                to,
                standing,
                ground,
            });
        }
    };
    let start = first.max(person.birth);
    let end = person.death.map_or(last, |death| death.min(last));
    // Most people live through all of it: for them there is no day before or after to be found.
    if start > first
        && let Some(before) = start.pred_opt()
    {
        let unborn = Err(NotCovered::BeforeCover);
        add(first, before.min(last), unborn, Ground::NotAlive);
    }
    if start <= last {
        let route = if start > first {
            Route::NewbornFromBirth
        } else {
            Route::Window
        };
        match category(person, start, adult_age_years) {
            Ok(category) => {
                let membership = Membership {
                    category,
                    tier: person.tier,
                    continuous_years: 1,
                    enrolled_since: start,
                    route,
                };
                add(start, end, Ok(membership), Ground::Bought(route));
            }
            Err(reason) => {
                let ground = Ground::NotEligible(reason);
                add(start, end, Err(NotCovered::NotEnrolled), ground);
            }
        }
    }
    if end < last
        && let Some(after) = end.succ_opt()
    {
        let dead = Err(NotCovered::AfterDeath);
        add(start.max(after), last, dead, Ground::NotAlive);
    }
}
