//! A person as the insurance sees one: birth, death, registration, national type and identity class.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One person of the `persons` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `brdy`: day of birth.
    pub birth: NaiveDate,
    /// `death_date`: the last day of life, if it has come.
    pub death: Option<NaiveDate>,
    /// `gend`.
    pub sex: Sex,
    /// `psn_type`: the national person type, if given.
    pub person_type: Option<PersonType>,
    /// `residence`: registration in the city (户籍) or a residence permit (居住证).
    pub residence: Residence,
    /// `psn_idet_type`, as the scenario normalises it.
    pub identity: Identity,
    /// `insu_admdvs`: index into the names of the districts that were read; `None` where the file gives none.
    pub district: Option<u16>,
    /// `clct_grde`: the contribution tier (缴费档次), as the scenario numbers them; 0 is that of everyone without one.
    pub tier: u8,
    /// `last_paid_year`: when the fund last paid for the person, before the years that are settled.
    pub last_paid: LastPaid,
}

impl Person {
    /// A living, registered person without identity class, of whom only the birthday is known.
    pub fn born(birth: NaiveDate) -> Person {
        Person {
            birth,
            death: None,
            sex: Sex::default(),
            person_type: None,
            residence: Residence::default(),
            identity: Identity::default(),
            district: None,
            tier: 0,
            last_paid: LastPaid::NOT_STATED,
        }
    }
}

/// The last benefit year in which the fund paid anything for a person, as far as it is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastPaid(i16);

impl LastPaid {
    /// Nothing is said of it.
    pub const NOT_STATED: LastPaid = LastPaid(-1);
    /// The fund never paid for the person before (`last_paid_year` 0).
    pub const NEVER: LastPaid = LastPaid(0);

    /// In this year.
    pub fn in_year(year: i32) -> LastPaid {
        LastPaid(i16::try_from(year).unwrap_or(i16::MAX).max(1))
    }

    /// Whether the fund paid nothing in a year; `None` where that is not known. What was paid last in a later year says nothing
    /// of an earlier one.
    pub fn nothing_in(self, year: i32) -> Option<bool> {
        match self {
            LastPaid::NOT_STATED => None,
            LastPaid(last) if i32::from(last) > year => None,
            LastPaid(last) => Some(i32::from(last) < year),
        }
    }
}

/// `gend`: 1 male, 2 female, 0 and 9 unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sex {
    /// 0, 9 or blank.
    #[default]
    Unknown,
    /// 1
    Male,
    /// 2
    Female,
}

/// The groups of the national `psn_type` (人员类别) that Art. 2 tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonType {
    /// 11-13: insured under the employee scheme; not a resident in the sense of Art. 2.
    Employee,
    /// 1402, 1403: kindergarten child or pupil, of any age, wherever registered.
    Pupil,
    /// 1404: full-time university student, wherever registered.
    UniversityStudent,
    /// The rest of 14xx (1401 newborn included), 15xx and 16xx: judged by age and residence.
    ByAge,
}

impl PersonType {
    /// The group of a national code, or `None` for a code that does not exist.
    pub fn from_code(code: &str) -> Option<PersonType> {
        if !(2..=6).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match (&code[..2], code) {
            ("11" | "12" | "13", _) => Some(PersonType::Employee),
            (_, "1402" | "1403") => Some(PersonType::Pupil),
            (_, "1404") => Some(PersonType::UniversityStudent),
            ("14" | "15" | "16", _) => Some(PersonType::ByAge),
            _ => None,
        }
    }
}

/// `residence`: the person's tie to the city.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Residence {
    /// Registered in the city (本市户籍); the meaning of a blank, by the interchange contract.
    #[default]
    Registered,
    /// Holds the city's residence permit (居住证).
    Permit,
    /// Neither.
    None,
}

impl Residence {
    /// The residence of a word in the file.
    pub fn from_code(code: &str) -> Option<Residence> {
        match code {
            "" | "registered" => Some(Residence::Registered),
            "permit" => Some(Residence::Permit),
            "none" => Some(Residence::None),
            _ => None,
        }
    }
}

/// `psn_idet_type` normalised: the classes of Art. 7 whose contribution public finance pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Identity {
    /// No class.
    #[default]
    Ordinary,
    /// Severe disability (重度残疾).
    SevereDisability,
    /// Extreme poverty support (特困供养).
    ExtremePoverty,
    /// Minimum living allowance (低保).
    Dibao,
    /// Entitled groups of the veterans' affairs rules (优抚对象).
    EntitledGroup,
    /// Registered poor (建档立卡贫困人口, 精准扶贫对象); since 2021 those who have left poverty.
    RegisteredPoor,
}

impl Identity {
    /// How many classes there are.
    pub const COUNT: usize = 6;

    /// Every class, in the order of their indices.
    pub const ALL: [Identity; Identity::COUNT] = [
        Identity::Ordinary,
        Identity::SevereDisability,
        Identity::ExtremePoverty,
        Identity::Dibao,
        Identity::EntitledGroup,
        Identity::RegisteredPoor,
    ];

    /// The name in scenarios and files.
    pub const fn name(self) -> &'static str {
        match self {
            Identity::Ordinary => "ordinary",
            Identity::SevereDisability => "severe-disability",
            Identity::ExtremePoverty => "extreme-poverty",
            Identity::Dibao => "dibao",
            Identity::EntitledGroup => "entitled-group",
            Identity::RegisteredPoor => "registered-poor",
        }
    }

    /// The class of a normalised name.
    pub fn from_name(name: &str) -> Option<Identity> {
        Identity::ALL.into_iter().find(|class| class.name() == name)
    }
}
