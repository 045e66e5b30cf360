//! The codes of the interchange files for what the core types hold.

use crate::benefit::claim::Delivery;
use crate::insured::person::{Person, PersonType, Residence, Sex};
use chrono::Datelike;

/// `gend`: `1` male, `2` female, `9` unknown.
pub const fn sex_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "1",
        Sex::Female => "2",
        Sex::Unknown => "9",
    }
}

/// `residence`: `registered`, `permit` or `none`.
pub const fn residence_code(residence: Residence) -> &'static str {
    match residence {
        Residence::Registered => "registered",
        Residence::Permit => "permit",
        Residence::None => "none",
    }
}

/// `matn_type`: `1` to `6`.
pub const fn delivery_code(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Normal => "1",
        Delivery::Assisted => "2",
        Delivery::Caesarean => "3",
        Delivery::Difficult => "4",
        Delivery::Miscarriage => "5",
        Delivery::FamilyPlanning => "6",
    }
}

/// `psn_type` of a resident in `year`: the national code that reads back as the same group; blank if there is none.
pub fn person_type_code(person: &Person, year: i32) -> &'static str {
    /// From this age the national list calls a resident elderly (老年).
    const ELDERLY_FROM_AGE: i32 = 60;
    let opening_age = year - 1 - person.birth.year();
    match person.person_type {
        None => "",
        Some(PersonType::Employee) => "11",
        Some(PersonType::UniversityStudent) => "1404",
        // 1402 before school, 1403 at school.
        Some(PersonType::Pupil) => {
            if opening_age < 6 {
                "1402"
            } else {
                "1403"
            }
        }
        Some(PersonType::ByAge) => match opening_age {
            ..0 => "1401",
            0..18 => "1405",
            18..ELDERLY_FROM_AGE => "1501",
            _ => "1601",
        },
    }
}
