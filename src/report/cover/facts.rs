//! A person as the files give one.

use crate::data::caseload::Caseload;
use crate::insured::enrolment::{Enrolment, Event};
use crate::insured::person::Person;
use chrono::NaiveDate;

/// A person as the files give one.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// `psn_no`.
    pub psn_no: &'a str,
    /// The person.
    pub person: &'a Person,
    /// The payments, in the order of the file.
    pub payments: &'a [Enrolment],
    /// The events, in the order of the file.
    pub events: &'a [Event],
    /// `mdtrt_id` and first day of each claim.
    pub claims: Vec<(&'a str, NaiveDate)>,
}

impl<'a> Facts<'a> {
    /// The facts of a person of the caseload; `None` where there are no enrolments.
    pub fn of(caseload: &'a Caseload, person: u32) -> Option<Facts<'a>> {
        let enrolments = caseload.enrolments.as_ref()?;
        let claims = (0..)
            .zip(&caseload.claims)
            .filter(|(_, claim)| claim.person == person);
        Some(Facts {
            psn_no: caseload.person_ids.get(person),
            person: &caseload.persons[person as usize],
            payments: enrolments.payments.of_person(person),
            events: enrolments.events.of_person(person),
            claims: claims
                .filter(|(_, claim)| claim.reverses.is_none())
                .map(|(index, claim)| (caseload.claim_ids.get(index), claim.claim.begin))
                .collect(),
        })
    }
}
