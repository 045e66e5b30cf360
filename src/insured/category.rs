//! # Category (参保类别)
//!
//! **Article**: Art. 2.
//!
//! **What it does**: puts a person, on a day, into one of the three categories of residents, or says why the person
//! is none. Pupils and university students are what they are wherever they are registered and however old; everyone
//! else is a minor under the adult age and an adult from it, if registered in the city or holding its residence
//! permit. A person of the employee scheme is not a resident in the sense of the article.
//!
//! **Scenario keys**: `insured.adult_age`.
//!
//! **Accumulators**: none. The category holds for the whole benefit year, from the first day of its cover.
//!
//! **Example**: born on 2006-03-01, registered: a minor on 2024-02-29, an adult on 2024-03-01.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::category::{Category, category};
//! use yibao::insured::person::{Person, Residence};
//! let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! let mut person = Person::born(day(2006, 3, 1));
//! assert_eq!(category(&person, day(2024, 2, 29), 18), Ok(Category::Minor));
//! assert_eq!(category(&person, day(2024, 3, 1), 18), Ok(Category::Adult));
//! person.residence = Residence::None;
//! assert!(category(&person, day(2024, 3, 1), 18).is_err());
//! ```

use crate::insured::person::{Person, PersonType, Residence};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The three categories of residents (Art. 2(1) to 2(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Full-time university student (大学生).
    Student,
    /// Pupil, kindergarten child or other person under the adult age (少年儿童).
    Minor,
    /// Everyone else (成年居民).
    Adult,
}

impl Category {
    /// Every category, in the order of the article and of their indices.
    pub const ALL: [Category; 3] = [Category::Student, Category::Minor, Category::Adult];

    /// The name in scenarios and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Category::Student => "student",
            Category::Minor => "minor",
            Category::Adult => "adult",
        }
    }
}

/// Why a person is in none of the categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEligible {
    /// Insured under the employee scheme (`psn_type` 11 to 13).
    EmployeeScheme,
    /// Neither registered in the city nor holding its residence permit, and not studying here.
    NoResidence,
}

/// Why the person is no resident in the sense of Art. 2 on any day; `None` for a resident.
pub fn not_eligible(person: &Person) -> Option<NotEligible> {
    match (person.person_type, person.residence) {
        (Some(PersonType::Employee), _) => Some(NotEligible::EmployeeScheme),
        (Some(PersonType::UniversityStudent | PersonType::Pupil), _) => None,
        (Some(PersonType::ByAge) | None, Residence::None) => Some(NotEligible::NoResidence),
        (Some(PersonType::ByAge) | None, Residence::Registered | Residence::Permit) => None,
    }
}

/// The category of `person` on `day`.
///
/// # Errors
/// Why the person is not a resident in the sense of Art. 2.
pub fn category(person: &Person, day: NaiveDate, adult_age_years: u32) -> Result<Category, NotEligible> {
    if let Some(reason) = not_eligible(person) {
        return Err(reason);
    }
    Ok(match person.person_type {
        Some(PersonType::UniversityStudent) => Category::Student,
        Some(PersonType::Pupil) => Category::Minor,
        _ if day.years_since(person.birth).unwrap_or(0) < adult_age_years => Category::Minor,
        _ => Category::Adult,
    })
}
