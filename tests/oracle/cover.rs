//! Who is covered on a day, and in which category, when there is no enrolments file: everyone who is
//! eligible (Art. 2) counts as enrolled on time, from birth to the day of death inclusive.

use chrono::{Datelike, NaiveDate};

use super::Person;

/// The three categories of insured residents (Art. 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Category {
    Adult,
    Minor,
    UniversityStudent,
}

/// The category in which `person` is covered on `day`, or the reason why not.
pub fn cover(person: &Person, day: NaiveDate) -> Result<Category, &'static str> {
    if day < person.brdy {
        return Err("before-cover");
    }
    if person.death_date.is_some_and(|death| death < day) {
        return Err("after-death");
    }
    let first_of_year = NaiveDate::from_ymd_opt(day.year(), 1, 1).expect("1 January exists");
    category_on(person, first_of_year.max(person.brdy)).ok_or("not-enrolled")
}

/// The category (Art. 2) on the first day that the year's cover would start; none if not eligible.
fn category_on(person: &Person, day: NaiveDate) -> Option<Category> {
    let lives_here = matches!(person.residence.as_str(), "" | "registered" | "permit");
    match person.psn_type.as_str() {
        // In employee insurance (Art. 11).
        code if ["11", "12", "13"].iter().any(|prefix| code.starts_with(prefix)) => None,
        // Wherever they are registered.
        "1404" => Some(Category::UniversityStudent),
        "1402" | "1403" => Some(Category::Minor),
        _ if !lives_here => None,
        _ if age_on(person.brdy, day) < 18 => Some(Category::Minor),
        _ => Some(Category::Adult),
    }
}

/// Completed years of age; a year is completed on the birthday.
fn age_on(birth: NaiveDate, day: NaiveDate) -> i32 {
    let birthday_is_past = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i32::from(!birthday_is_past)
}
