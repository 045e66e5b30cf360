//! Who lives in the city: what a person is for life, and what that means in one year.

use super::cohort::Cohort;
use super::days::{date, opening_day};
use super::expect::Rates;
use super::flows::{Fate, Flows};
use super::key::{Purpose, Stream};
use super::life::{Life, Mortality};
use super::model::PopulationModel;
use super::table::{AgeTable, OLDEST};
use crate::insured::person::{Identity, LastPaid, Person, PersonType, Residence};
use chrono::Datelike;
use rand_distr::Gamma;

/// A resident in one year: the person, and what decides their illnesses.
#[derive(Clone, Debug, PartialEq)]
pub struct Resident {
    /// The place in the generator's list of everyone who may ever be insured.
    pub slot: u32,
    /// The person as the insurance sees them at the end of the year.
    pub person: Person,
    /// The first and the last day lived in the year, in days of the common era.
    pub(super) lived: (i32, i32),
    /// Completed age on 1 July.
    pub(super) age: usize,
    /// The lasting factor, of mean 1, on stays and visits.
    pub(super) frailty: f64,
    /// The chronic disease group, if a registered patient.
    pub(super) disease: Option<u8>,
    /// Whether there is a family-doctor contract.
    pub(super) family_doctor: bool,
    /// The key of all the person's streams.
    pub(super) key: u64,
}

/// What residents are drawn from.
pub(super) struct People {
    model: PopulationModel,
    year: i32,
    /// Its first and last day, in days of the common era.
    opening: i32,
    closing: i32,
    seed: u64,
    mortality: Mortality,
    students: AgeTable,
    frailty: Option<Gamma<f64>>,
    /// Upper end of each district's and identity's share of 0..1.
    districts: Vec<f64>,
    identities: Vec<f64>,
    /// Per disease group: the upper end of its share of 0..1, and the share of those who have it at an age.
    diseases: Vec<(f64, AgeTable)>,
}

/// Upper ends of shares laid end to end.
pub(super) fn cumulative(shares: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let sums = shares.into_iter().scan(0.0, |sum, share| {
        *sum += share;
        Some(*sum)
    });
    sums.collect()
}

/// The index of the share that `u` falls into; the last if rounding left a gap before 1.
#[inline]
pub(super) fn pick(ends: &[f64], u: f64) -> usize {
    ends.iter().position(|&end| u < end).unwrap_or(ends.len() - 1)
}

impl People {
    pub(super) fn new(model: &super::CityModel, rates: &Rates, seed: u64) -> People {
        let population = &model.population;
        // Everyone is disposed to one group, in proportion to how many of the oldest have it, and falls ill when
        // prevalence passes their own mark. So a patient stays one, with the same disease.
        let groups = &model.utilisation.chronic.groups;
        let ever: f64 = groups.iter().map(|group| group.prevalence.at(OLDEST)).sum();
        let disposed = cumulative(groups.iter().map(|group| group.prevalence.at(OLDEST) / ever));
        let diseases = groups.iter().zip(disposed).map(|(group, end)| {
            let disposed = group.prevalence.at(OLDEST) / ever;
            (end, group.prevalence.scaled(|_| rates.patients / disposed))
        });
        let variance = population.frailty_variance;
        People {
            mortality: Mortality::new(population, model.year),
            students: rates.students.clone(),
            frailty: Gamma::new(1.0 / variance, variance)
                .ok()
                .filter(|_| variance > 0.0),
            districts: cumulative(population.districts.iter().map(|district| district.share)),
            identities: cumulative(population.identities),
            diseases: diseases.collect(),
            model: population.clone(),
            year: model.year,
            opening: opening_day(model.year),
            closing: opening_day(model.year + 1) - 1,
            seed,
        }
    }

    /// What became of the person in `slot` of `cohort`, which is counted in `flows`, and the resident they are in the
    /// year, if insured in it: born, alive at its opening, and not gone.
    pub(super) fn meet(&self, slot: u32, cohort: &Cohort, flows: &mut Flows) -> (Fate, Option<Resident>) {
        let key = cohort.key(slot);
        let mut stream = Stream::of(self.seed, key, 0, Purpose::Person, 0);
        // The order of these draws is part of every person: new ones go to the end, before frailty.
        let [kind, day, life, member, home, class, place] = std::array::from_fn(|_| stream.uniform());
        let joiner = cohort.joiner(kind);
        let birth = joiner.birth(day);
        let (sex, opening_age) = (joiner.sex, joiner.opening_age);
        let from = birth.max(cohort.opening);
        let year = cohort.year;
        let death = self.mortality.last_day(
            Life {
                sex,
                birth,
                from,
                year,
            },
            life,
        );
        let year = (self.year, self.opening, self.closing);
        let fate = cohort.fate((joiner, member), death, year);
        flows.count(fate, sex, opening_age);
        if !matches!(fate, Fate::Resident { .. }) {
            return (fate, None);
        }
        let [student, pupil, disposition, onset, doctor] = std::array::from_fn(|_| stream.uniform());
        let person_type = if cohort.students {
            PersonType::UniversityStudent
        } else {
            self.person_type(opening_age, student, pupil)
        };
        let birth_date = date(birth);
        let had_birthday = (birth_date.month(), birth_date.day()) <= (7, 1);
        let age = (self.year - birth_date.year() - i32::from(!had_birthday)).max(0) as usize;
        let group = pick_end(&self.diseases, disposition);
        let resident = Resident {
            slot,
            person: Person {
                birth: birth_date,
                death: (death <= self.closing).then(|| date(death)),
                sex,
                person_type: Some(person_type),
                residence: self.residence(person_type, home),
                identity: Identity::ALL[pick(&self.identities, class)],
                district: Some(pick(&self.districts, place) as u16),
                tier: 0,
                last_paid: LastPaid::NOT_STATED,
            },
            lived: (self.opening.max(birth), self.closing.min(death)),
            age,
            frailty: self.frailty.as_ref().map_or(1.0, |gamma| stream.gamma(gamma)),
            disease: (onset < self.diseases[group].1.at(age)).then_some(group as u8),
            family_doctor: doctor < self.model.family_doctor,
            key,
        };
        (fate, Some(resident))
    }

    fn person_type(&self, opening_age: usize, student: f64, pupil: f64) -> PersonType {
        if student < self.students.at(opening_age) {
            PersonType::UniversityStudent
        } else if pupil < self.model.pupils.at(opening_age) {
            PersonType::Pupil
        } else {
            PersonType::ByAge
        }
    }

    /// One mark decides for all categories, so that few change their residence with their category.
    fn residence(&self, person_type: PersonType, mark: f64) -> Residence {
        match person_type {
            PersonType::UniversityStudent if mark < 1.0 - self.model.registered_students => Residence::None,
            PersonType::Pupil if mark < 1.0 - self.model.registered_pupils => Residence::None,
            PersonType::ByAge | PersonType::Employee if mark < self.model.permit => Residence::Permit,
            _ => Residence::Registered,
        }
    }
}

fn pick_end(ends: &[(f64, AgeTable)], u: f64) -> usize {
    ends.iter()
        .position(|&(end, _)| u < end)
        .unwrap_or(ends.len() - 1)
}
