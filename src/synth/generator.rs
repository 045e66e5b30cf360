//! Drawing any slice of a city, or all of it.

use super::city::City;
use super::claims::{Batch, Id};
use super::cohort::{Cohort, Cohorts, Way};
use super::enrol::{Enrolling, Paperwork};
use super::expect::{Expected, Rates};
use super::figure::{FigureError, FigureProblem};
use super::flows::{Fate, Flows};
use super::illness::Illness;
use super::institutions::Registry;
use super::model::CityModel;
use super::people::{People, Resident};
use crate::data::caseload::{Caseload, Names};
use crate::data::codebook::CodeBook;
use crate::insured::terms::EnrolmentTerms;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// The most persons that can be insured at the base: more than in any country.
pub const MAX_PERSONS: u32 = 1_500_000_000;

/// Slots that one task draws: small enough to spread evenly, large enough to amortise joining.
const CHUNK: u32 = 4096;

/// A city that is drawn on demand, person by person.
///
/// *Slots* list everyone who may ever be insured: first those at the opening of the base year, then of each year those
/// who arrive in it, by stream, and its newborn. A slot is the same person in every year, and another year adds slots at
/// the end; it is empty in a year in which that person is dead, or not in the scheme.
pub struct Generator {
    year: i32,
    slots: u32,
    cohorts: Cohorts,
    streams: Vec<String>,
    expected: Expected,
    people: People,
    enrolling: Enrolling,
    illness: Illness,
    registry: Arc<Registry>,
    districts: Vec<String>,
    disease_codes: Arc<[String]>,
    draws_claims: bool,
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
        let (mut batch, mut lying) = (Batch::default(), Vec::new());
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
                self.illness
                    .draw(&resident, persons.len() as u32, &mut batch, &mut lying);
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
        City {
            year: self.year,
            caseload,
            flows,
            registry: Arc::clone(&self.registry),
            diseases,
            disease_codes: Arc::clone(&self.disease_codes),
        }
    }

    /// Draws the whole city on the threads of the current pool. `progress` is told how many more slots are done, from
    /// any thread.
    pub fn city(&self, progress: &(dyn Fn(u32) + Sync)) -> City {
        let slots = self.slots();
        let slices: Vec<City> = (0..slots.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let slots = chunk * CHUNK..slots.min((chunk + 1) * CHUNK);
                let slice = self.slice(slots.clone());
                progress(slots.end - slots.start);
                slice
            })
            .collect();
        let mut whole = self.slice(0..0);
        whole.fill(slices);
        whole
    }

    fn cohort(&self, slot: u32) -> &Cohort {
        &self.cohorts.0[self.cohorts.at(slot)]
    }
}

/// Draws a whole city: the model's year, with `persons` residents at the opening of the base year, who enrol by the
/// `terms` of that year. See [`Generator::city`].
///
/// The outcome depends on the model, the terms, `persons` and `seed` only; `persons` more adds persons and changes none.
///
/// # Errors
/// Those of [`Generator::new`].
pub fn city(
    model: &CityModel,
    terms: &EnrolmentTerms,
    persons: u32,
    seed: u64,
    codebook: &CodeBook,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<City, FigureError> {
    Ok(Generator::new(model, terms, persons, seed, codebook)?.city(progress))
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
