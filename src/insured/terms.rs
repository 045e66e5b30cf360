//! The figures of one benefit year that enrolment needs, as the scenario gives them (Art. 2, 6-8, 14).

use crate::figure::Cited;
use crate::insured::contribution::ContributionTerms;
use crate::insured::late::LateTerms;
use crate::insured::newborn::NewbornTerms;
use crate::insured::waiting::WaitingTerms;

pub use crate::insured::calendar::{Span, Start, Window, first_day, last_day};

/// What decides who is covered in one benefit year, from when, and what is due for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentTerms {
    /// The benefit year that is paid for, not that in which it is paid (Art. 8).
    pub year: i32,
    /// From this age a resident is an adult (Art. 2).
    pub adult_age_years: u32,
    /// The days on which everyone may pay (Art. 8).
    pub window: Cited<Window>,
    /// The rules of newborns (Art. 14(2)).
    pub newborn: NewbornTerms,
    /// Enrolment after the window; `None` where there is none, as in Jinan.
    pub late: Option<LateTerms>,
    /// Waiting after a late or broken enrolment; `None` where nobody waits, as in Jinan.
    pub waiting: Option<WaitingTerms>,
    /// What is due for the year, and from whom (Art. 6, 7).
    pub contribution: ContributionTerms,
}
