//! The outcome: a caseload with the institutions it refers to.

use super::claims::NO_DISEASE;
use super::enrol::filed;
use super::flows::Flows;
use super::institutions::{Institution, Registry};
use crate::data::caseload::{ByPerson, Caseload, Enrolments, Names};
use crate::insured::enrolment::{Enrolment, Event};
use std::sync::Arc;

/// Residents, their payments, events and claims, and the institutions, for settling or for writing interchange files.
///
/// Written as CSV files with the codes below, it reads back as the same caseload (rows of Parquet count from 1, lines
/// of CSV from 2).
#[derive(Clone, Debug)]
pub struct City {
    /// The year drawn.
    pub year: i32,
    /// Persons, enrolments and claims; `Claim::institution` is an index into [`City::institutions`].
    pub caseload: Caseload,
    /// The stocks and flows of the population in the year.
    pub flows: Flows,
    pub(super) registry: Arc<Registry>,
    /// The disease group of each claim, or [`NO_DISEASE`].
    pub(super) diseases: Vec<u8>,
    pub(super) disease_codes: Arc<[String]>,
}

impl City {
    /// The registry, in the order of the `institutions` file.
    pub fn institutions(&self) -> &[Institution] {
        &self.registry.institutions
    }

    /// `dise_codg` of a claim; blank unless it is a chronic or special outpatient visit.
    pub fn dise_codg(&self, claim: usize) -> &str {
        match self.diseases[claim] {
            NO_DISEASE => "",
            group => &self.disease_codes[usize::from(group)],
        }
    }

    /// `fixmedins_code` of a claim.
    pub fn fixmedins_code(&self, claim: usize) -> &str {
        &self.institutions()[self.caseload.claims[claim].claim.institution as usize].code
    }

    /// `insu_admdvs` of a person; blank if not known.
    pub fn insu_admdvs(&self, person: usize) -> &str {
        let district = self.caseload.persons[person].district;
        district.map_or("", |district| &self.caseload.districts[usize::from(district)])
    }

    /// `psn_type` of a person.
    pub fn psn_type(&self, person: usize) -> &'static str {
        super::person_type_code(&self.caseload.persons[person], self.year)
    }

    /// The payments with the index of their person, in the order of the `enrolments` file.
    pub fn payments(&self) -> impl Iterator<Item = (u32, Enrolment)> + Clone + '_ {
        self.by_person(|enrolments| &enrolments.payments)
    }

    /// The events with the index of their person, in the order of the `events` file.
    pub fn events(&self) -> impl Iterator<Item = (u32, Event)> + Clone + '_ {
        self.by_person(|enrolments| &enrolments.events)
    }

    fn by_person<'a, T: Copy + 'a>(
        &'a self,
        of: fn(&Enrolments) -> &ByPerson<T>,
    ) -> impl Iterator<Item = (u32, T)> + Clone + 'a {
        let persons = 0..self.caseload.persons.len() as u32;
        let things = self.caseload.enrolments.as_ref().map(of);
        persons.flat_map(move |person| {
            let of_person = things.map_or(&[][..], |things| things.of_person(person));
            of_person.iter().map(move |&thing| (person, thing))
        })
    }

    /// Adds slices that follow each other to a city that has nobody yet.
    pub(super) fn fill(&mut self, slices: Vec<City>) {
        self.caseload
            .persons
            .reserve(slices.iter().map(|slice| slice.caseload.persons.len()).sum());
        let claims = slices.iter().map(|slice| slice.caseload.claims.len()).sum();
        self.caseload.claims.reserve(claims);
        self.diseases.reserve(claims);
        self.caseload.enrolments = Some(joined(&slices));
        for slice in slices {
            self.append(slice);
        }
    }

    /// Adds the residents and claims of the slots that follow; their enrolments are joined apart.
    fn append(&mut self, next: City) {
        let first_person = self.caseload.persons.len() as u32;
        let first_line = self.caseload.claims.len() as u32;
        self.caseload.persons.extend(next.caseload.persons);
        append_names(&mut self.caseload.person_ids, &next.caseload.person_ids);
        self.caseload
            .claims
            .extend(next.caseload.claims.into_iter().map(|mut claim| {
                claim.person += first_person;
                claim.line += first_line;
                claim
            }));
        append_names(&mut self.caseload.claim_ids, &next.caseload.claim_ids);
        self.diseases.extend(next.diseases);
        self.flows.add(&next.flows);
    }
}

fn append_names(names: &mut Names, next: &Names) {
    for index in 0..next.len() as u32 {
        names.push(next.get(index));
    }
}

/// The enrolments of slices that follow each other.
fn joined(slices: &[City]) -> Enrolments {
    let mut persons = 0u32;
    let mut firsts = Vec::with_capacity(slices.len());
    for slice in slices {
        firsts.push(persons);
        persons += slice.caseload.persons.len() as u32;
    }
    let payments = slices.iter().zip(&firsts).flat_map(|(slice, &first)| {
        slice
            .payments()
            .map(move |(person, payment)| (first + person, payment))
    });
    let events = slices
        .iter()
        .zip(&firsts)
        .flat_map(|(slice, &first)| slice.events().map(move |(person, event)| (first + person, event)));
    filed(persons as usize, payments, events)
}
