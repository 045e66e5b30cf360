//! # Channel (参保渠道)
//!
//! **Article**: Art. 10.
//!
//! **What it does**: says who organises a person's enrolment: schools and kindergartens that of their pupils and
//! students, the township or community where one is registered that of everyone else. It decides nothing; reports and
//! the synthetic city use it.
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: none.
//!
//! **Example**: a pupil of nineteen enrols at school, a child of four in no kindergarten where the family lives.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::insured::{channel::Channel, person::{Person, PersonType}};
//! let mut person = Person::born(NaiveDate::from_ymd_opt(2004, 3, 1).unwrap());
//! assert_eq!(Channel::of(&person), Channel::Residence);
//! person.person_type = Some(PersonType::Pupil);
//! assert_eq!(Channel::of(&person), Channel::School);
//! ```

use crate::insured::person::{Person, PersonType};
use serde::{Deserialize, Serialize};

/// Who organises an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// The school, kindergarten, college or university (学校统一参保).
    School,
    /// The township or community of the registration or residence permit (户籍或居住地参保).
    Residence,
}

impl Channel {
    /// The channel of a person.
    pub fn of(person: &Person) -> Channel {
        match person.person_type {
            Some(PersonType::Pupil | PersonType::UniversityStudent) => Channel::School,
            Some(PersonType::Employee | PersonType::ByAge) | None => Channel::Residence,
        }
    }
}
