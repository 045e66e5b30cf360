//! # Newborn (新生儿)
//!
//! **Article**: Art. 14(2), and Art. 8 on when a newborn may enrol.
//!
//! **What it does**: a child may be enrolled outside the window, once registered, for the year of birth and for the
//! next, each a payment of its own. Paid up to so many months (or days) after birth, that day included, the cover runs
//! from birth, or from the benefit year's first day if that is later: claims before the payment become payable. Paid
//! after that but before the first birthday, it runs from the first of the next month (elsewhere from the next day, or
//! the same). Month arithmetic is the calendar's: six months after 31 August is the last day of February.
//!
//! **Scenario keys**: `enrolment.newborn.from_birth`, `.until`, `.later`.
//!
//! **Accumulators**: none.
//!
//! **Example**: born on 2022-08-31: paid on 2023-02-28 for 2023, covered from 2023-01-01; paid on 2023-03-01, from
//! 2023-04-01.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::terms::Span;
//! let born = NaiveDate::from_ymd_opt(2022, 8, 31).unwrap();
//! assert_eq!(Span::Months(6).after(born), NaiveDate::from_ymd_opt(2023, 2, 28));
//! ```

use crate::figure::Cited;
use crate::insured::calendar::{Span, Start, first_day, last_day};
use crate::insured::payment::{Enrolment, Refusal, Route};
use crate::insured::person::Person;
use chrono::{Datelike, NaiveDate};

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

/// The route and the first day of cover of a payment as a newborn's; `None` if it is not one.
///
/// # Errors
/// It is one, but the child is not registered yet, or nothing is left of the year.
pub fn route(
    person: &Person,
    enrolment: &Enrolment,
    newborn: &NewbornTerms,
) -> Result<Option<(Route, NaiveDate)>, Refusal> {
    let (birth, paid_on) = (person.birth, enrolment.paid_on);
    let is_year = enrolment.year == birth.year() || enrolment.year == birth.year() + 1;
    let before = |span: Span| span.after(birth).is_some_and(|day| paid_on < day);
    let in_time = newborn
        .from_birth
        .value
        .after(birth)
        .is_some_and(|day| paid_on <= day);
    if !is_year || paid_on < birth || !(in_time || before(newborn.until.value)) {
        return Ok(None);
    }
    if enrolment.registered_on.is_some_and(|day| paid_on < day) {
        return Err(Refusal::BeforeRegistration);
    }
    let (route, start) = if in_time {
        (Route::NewbornFromBirth, birth)
    } else {
        let start = newborn.later.after(paid_on).ok_or(Refusal::NothingLeft)?;
        (Route::NewbornLater, start)
    };
    if start > last_day(enrolment.year) {
        return Err(Refusal::NothingLeft);
    }
    Ok(Some((route, start.max(first_day(enrolment.year)))))
}
