//! Drawing any slice of a city.

use super::city::City;
use super::cohort::{Cohort, Cohorts, Way};
use super::enrol::{Enrolling, Paperwork};
use super::expect::{Expected, Rates};
use super::figure::{FigureError, FigureProblem};
use super::flows::{Fate, Flows};
use super::illness::{Illness, Kind, Lying};
use super::institutions::Registry;
use super::model::CityModel;
use super::people::{People, Resident};
use crate::benefit::claim::Claim;
use crate::data::caseload::{Caseload, CaseloadClaim, Names};
use crate::data::codebook::CodeBook;
use crate::insured::terms::EnrolmentTerms;
use std::ops::Range;
use std::sync::Arc;

/// The most persons that can be insured at the base: more than in any country.
pub const MAX_PERSONS: u32 = 1_500_000_000;

/// No disease group in [`Batch::diseases`].
pub(super) const NO_DISEASE: u8 = u8::MAX;

/// A city that is drawn on demand, person by person.
///
/// *Slots* list everyone who may ever be insured: first those at the opening of the base year, then of each year those
/// who arrive in it, by stream, and its newborn. A slot is the same person in every year, and another year adds slots at
/// the end; it is empty in a year in which that person is dead, or not in the scheme.
pub struct Generator {
    pub(super) year: i32,
    slots: u32,
    cohorts: Cohorts,
    streams: Vec<String>,
    expected: Expected,
    people: People,
    enrolling: Enrolling,
    illness: Illness,
    pub(super) registry: Arc<Registry>,
    pub(super) districts: Vec<String>,
    pub(super) disease_codes: Arc<[String]>,
    draws_claims: bool,
}

/// Claims in the making.
#[derive(Default)]
pub(super) struct Batch {
    pub claims: Vec<CaseloadClaim>,
    pub ids: Names,
    /// The disease group of each claim, or [`NO_DISEASE`].
    pub diseases: Vec<u8>,
    /// Stays of the person at hand; kept to save allocations.
    pub lying: Vec<Lying>,
    /// How the ids of the claims of the person at hand begin: with their `psn_no` and the year.
    id: Id,
}

impl Generator {
    /// A generator for `model`'s year and the enrolment `terms` of that year, with `persons` residents at the opening of
    /// the base year.
    ///
    /// # Errors
    /// Says which figures cannot hold together, that the terms are of another year, or that there are more than
    /// [`MAX_PERSONS`].
    pub fn new(
        model: &CityModel,
        terms: &EnrolmentTerms,
        persons: u32,
        seed: u64,
        codebook: &CodeBook,
    ) -> Result<Generator, FigureError> {
        let rates = Rates::solve(model)?;
        let impossible = |path: &str, what| FigureError {
            path: path.to_owned(),
            problem: FigureProblem::Impossible(what),
            span: None,
        };
        if terms.year != model.year {
            return Err(impossible(
                "enrolment",
                "the terms are of another year than the city",
            ));
        }
        let too_many = || impossible("population", "there are more persons than can be numbered");
        if persons > MAX_PERSONS {
            return Err(too_many());
        }
        let (cohorts, slots) = Cohorts::new(&model.population, model.year, persons);
        let registry = Arc::new(Registry::new(model, codebook));
        let districts = model
            .population
            .districts
            .iter()
            .map(|district| district.code.clone());
        let groups = &model.utilisation.chronic.groups;
        Ok(Generator {
            year: model.year,
            slots: u32::try_from(slots).map_err(|_| too_many())?,
            cohorts,
            streams: model
                .population
                .arrivals
                .iter()
                .map(|stream| stream.name.clone())
                .collect(),
            expected: rates.expected.clone(),
            people: People::new(model, &rates, seed),
            enrolling: Enrolling::new(model, terms, &rates, seed),
            illness: Illness::new(model, &rates, seed, codebook, Arc::clone(&registry))?,
            registry,
            districts: districts.collect(),
            disease_codes: groups.iter().map(|group| group.code.clone()).collect(),
            draws_claims: true,
        })
    }

    /// The same residents with their payments and events, and no claims.
    pub fn payments_only(self) -> Generator {
        Generator {
            draws_claims: false,
            ..self
        }
    }

    /// The benefit year that is drawn.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// `insu_admdvs` of the districts, in the order of their indices.
    pub fn districts(&self) -> &[String] {
        &self.districts
    }

    /// How many slots there are; each holds at most one resident.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// The names of the streams of arrivals, in the order of their indices.
    pub fn streams(&self) -> &[String] {
        &self.streams
    }

    /// The residents of the year that are expected, whatever the seed.
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// The resident of a slot, or `None` if it is empty in this year or beyond the last.
    pub fn resident(&self, slot: u32) -> Option<Resident> {
        self.meet(slot).1
    }

    /// What became of the person of a slot in this year; those beyond the last have not come yet.
    pub fn fate(&self, slot: u32) -> Fate {
        self.meet(slot).0
    }

    fn meet(&self, slot: u32) -> (Fate, Option<Resident>) {
        if slot >= self.slots {
            return (Fate::NotYet, None);
        }
        let mut flows = Flows::of_streams(self.streams.len());
        self.people.meet(slot, self.cohort(slot), &mut flows)
    }

    /// The stocks and flows of the residents of `slots`, without drawing what they pay or fall ill with.
    pub fn flows(&self, slots: Range<u32>) -> Flows {
        let mut flows = Flows::of_streams(self.streams.len());
        self.each(slots, |slot, cohort| {
            self.people.meet(slot, cohort, &mut flows);
        });
        flows
    }

    /// Calls `with` for each slot with its cohort.
    #[inline]
    fn each(&self, slots: Range<u32>, mut with: impl FnMut(u32, &Cohort)) {
        let end = slots.end.min(self.slots);
        let (mut slot, cohorts) = (slots.start, &self.cohorts.0);
        while slot < end {
            let at = self.cohorts.at(slot);
            let next = cohorts.get(at + 1).map_or(end, |next| next.first.min(end));
            for slot in slot..next {
                with(slot, &cohorts[at]);
            }
            slot = next;
        }
    }

    /// `psn_no` of a slot: `P` and its number for those at the base; `B` or `A`, the year and a number for those born or
    /// arriving in a year.
    pub fn psn_no(&self, slot: u32) -> String {
        id(slot, self.cohort(slot)).as_str().to_owned()
    }

    /// The residents of `slots` with their payments, events and claims, persons numbered from 0 in the order of the slots,
    /// and the stocks and flows of all who are in these slots.
    pub fn slice(&self, slots: Range<u32>) -> City {
        let mut batch = Batch::default();
        let (mut persons, mut person_ids) = (Vec::new(), Names::default());
        let mut paperwork = Paperwork::default();
        let mut flows = Flows::of_streams(self.streams.len());
        self.each(slots, |slot, cohort| {
            let (_, Some(resident)) = self.people.meet(slot, cohort, &mut flows) else {
                return;
            };
            batch.id = id(slot, cohort);
            person_ids.push(batch.id.as_str());
            batch.id.byte(b'-');
            batch.id.number(self.year.unsigned_abs(), 4);
            self.enrolling
                .draw(&resident, persons.len() as u32, &mut paperwork);
            if self.draws_claims {
                self.illness.draw(&resident, persons.len() as u32, &mut batch);
            }
            persons.push(resident.person);
        });
        let districts = self.districts.clone();
        let Batch {
            claims,
            ids: claim_ids,
            diseases,
            ..
        } = batch;
        let caseload = Caseload {
            enrolments: Some(paperwork.filed(persons.len())),
            persons,
            person_ids,
            districts,
            claims,
            claim_ids,
        };
        City::new(self, caseload, diseases, flows)
    }

    fn cohort(&self, slot: u32) -> &Cohort {
        &self.cohorts.0[self.cohorts.at(slot)]
    }
}

/// `psn_no` of a slot of `cohort`.
fn id(slot: u32, cohort: &Cohort) -> Id {
    let mut id = Id::default();
    match cohort.way {
        Way::Base => id.byte(b'P'),
        Way::Arrived(_) => id.byte(b'A'),
        Way::Born => id.byte(b'B'),
    }
    if cohort.way != Way::Base {
        id.number(cohort.year.unsigned_abs(), 4);
    }
    id.number(slot - cohort.numbered_from, 7);
    id
}

impl Batch {
    /// Adds a claim of the person at hand: the `number`-th of its `kind`.
    #[inline]
    pub(super) fn push(
        &mut self,
        person: u32,
        (kind, number): (Kind, u32),
        claim: Claim,
        disease: Option<u8>,
    ) {
        let mut id = self.id;
        id.byte(kind.letter());
        id.number(number + 1, 2);
        self.ids.push(id.as_str());
        // Line 1 of a file is its header.
        let line = self.claims.len() as u32 + 2;
        self.claims.push(CaseloadClaim {
            person,
            line,
            claim,
            reverses: None,
        });
        self.diseases.push(disease.unwrap_or(NO_DISEASE));
    }
}

/// A short text built without allocation.
#[derive(Clone, Copy, Default)]
struct Id {
    bytes: [u8; 32],
    len: usize,
}

impl Id {
    fn byte(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// Appends a number with at least `width` digits.
    fn number(&mut self, number: u32, width: usize) {
        let mut digits = [b'0'; 10];
        let (mut rest, mut first) = (number, digits.len());
        while rest > 0 {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        for &digit in &digits[first.min(digits.len() - width)..] {
            self.byte(digit);
        }
    }

    fn as_str(&self) -> &str {
        // Only ASCII was written.
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}
