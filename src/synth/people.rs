//! Who lives in the city: what a person is for life, and what that means in one year.

use super::expect::{Rates, insured_at_base, still_insured};
use super::key::{Purpose, Stream};
use super::model::PopulationModel;
use super::table::{AgeTable, OLDEST};
use crate::insured::person::{Identity, Person, PersonType, Residence, Sex};
use chrono::{Datelike, NaiveDate};
use rand_distr::Gamma;

/// Mean length of a calendar year in days.
pub(super) const YEAR_DAYS: f64 = 365.2425;

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

/// The day of a number of days of the common era. All days here are within a few centuries of today, hence valid.
pub(super) fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default()
}

/// 1 January of `year` in days of the common era.
pub(super) fn opening_day(year: i32) -> i32 {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .unwrap_or_default()
        .num_days_from_ce()
}

/// Cumulative hazards of death by sex and exact age.
pub(super) struct LifeTable([Box<[f64]>; 2]);

impl LifeTable {
    /// The cumulative hazards of yearly rates.
    pub(super) fn of(mortality: &[AgeTable; 2]) -> LifeTable {
        LifeTable([0, 1].map(|sex: usize| {
            let rates = mortality[sex].values().iter();
            let sums = rates.scan(0.0, |sum, rate| {
                *sum += rate;
                Some(*sum)
            });
            std::iter::once(0.0).chain(sums).collect()
        }))
    }

    /// The hazard from birth to an exact age.
    pub(super) fn hazard(&self, sex: Sex, age: f64) -> f64 {
        let table = &self.0[usize::from(sex == Sex::Female)];
        let age = age.min(OLDEST as f64);
        let whole = age as usize;
        table[whole] + (age - whole as f64) * (table[whole + 1] - table[whole])
    }

    /// The exact age at which the hazard from birth reaches `hazard`.
    fn age_at(&self, sex: Sex, hazard: f64) -> f64 {
        let table = &self.0[usize::from(sex == Sex::Female)];
        let next = table.partition_point(|&sum| sum <= hazard);
        if next >= table.len() {
            return (OLDEST + 1) as f64;
        }
        (next - 1) as f64 + (hazard - table[next - 1]) / (table[next] - table[next - 1])
    }
}

/// Where in the list of slots those born in a year stand.
#[derive(Clone, Copy)]
pub(super) struct Cohort {
    /// Year of birth; `None` for those insured at the base.
    pub born: Option<i32>,
    /// First slot.
    pub first: u32,
}

/// What residents are drawn from.
pub(super) struct People {
    model: PopulationModel,
    year: i32,
    seed: u64,
    life: LifeTable,
    /// Ages and sexes at the base with the upper end of their share of 0..1.
    base: Vec<(f64, usize, Sex)>,
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
        let insured = insured_at_base(population);
        let total: f64 = insured.iter().map(|&(_, _, persons)| persons).sum();
        let ends = cumulative(insured.iter().map(|&(_, _, persons)| persons / total));
        let base = insured
            .into_iter()
            .zip(ends)
            .map(|((age, sex, _), end)| (end, age, sex))
            .collect();
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
            life: LifeTable::of(&population.mortality),
            base,
            students: rates.students.clone(),
            frailty: Gamma::new(1.0 / variance, variance)
                .ok()
                .filter(|_| variance > 0.0),
            districts: cumulative(population.districts.iter().map(|district| district.share)),
            identities: cumulative(population.identities),
            diseases: diseases.collect(),
            model: population.clone(),
            year: model.year,
            seed,
        }
    }

    /// The person in `slot` of `cohort`, if insured in the year: born, alive at its opening, and not gone.
    pub(super) fn resident(&self, slot: u32, cohort: Cohort) -> Option<Resident> {
        // 0 marks the base; a year of birth is never 0.
        let cohort_key = cohort.born.map_or(0, |year| u64::from(year.unsigned_abs()));
        let key = (cohort_key << 32) | u64::from(slot - cohort.first);
        let mut stream = Stream::of(self.seed, key, 0, Purpose::Person, 0);
        // The order of these draws is part of every person: new ones go to the end, before frailty.
        let [kind, day, life, member, home, class, place] = std::array::from_fn(|_| stream.uniform());
        let [student, pupil, disposition, onset, doctor] = std::array::from_fn(|_| stream.uniform());

        let (joined_at, sex, birth) = self.birth(cohort, kind, day);
        let opening_age = match cohort.born {
            None => joined_at + (self.year - self.model.base_year) as usize,
            Some(year) => (self.year - 1 - year).max(0) as usize,
        };
        let (opening, closing) = (opening_day(self.year), opening_day(self.year + 1) - 1);
        let death = self.death(cohort, sex, birth, life);
        let insured = member < still_insured(&self.model, joined_at, opening_age);
        if !insured || death < opening || birth > closing {
            return None;
        }
        let person_type = self.person_type(opening_age, student, pupil);
        let birth_date = date(birth);
        let had_birthday = (birth_date.month(), birth_date.day()) <= (7, 1);
        let age = (self.year - birth_date.year() - i32::from(!had_birthday)).max(0) as usize;
        let group = pick_end(&self.diseases, disposition);
        Some(Resident {
            slot,
            person: Person {
                birth: birth_date,
                death: (death <= closing).then(|| date(death)),
                sex,
                person_type: Some(person_type),
                residence: self.residence(person_type, home),
                identity: Identity::ALL[pick(&self.identities, class)],
                district: Some(pick(&self.districts, place) as u16),
                tier: 0,
            },
            lived: (opening.max(birth), closing.min(death)),
            age,
            frailty: self.frailty.as_ref().map_or(1.0, |gamma| stream.gamma(gamma)),
            disease: (onset < self.diseases[group].1.at(age)).then_some(group as u8),
            family_doctor: doctor < self.model.family_doctor,
            key,
        })
    }

    /// Completed age on joining, sex and day of birth.
    fn birth(&self, cohort: Cohort, kind: f64, day: f64) -> (usize, Sex, i32) {
        let (age, sex, year) = match cohort.born {
            None => {
                let cell = self
                    .base
                    .partition_point(|&(end, _, _)| end <= kind)
                    .min(self.base.len() - 1);
                let (_, age, sex) = self.base[cell];
                (age, sex, self.model.base_year - 1 - age as i32)
            }
            Some(year) => (
                0,
                if kind < self.model.male_births {
                    Sex::Male
                } else {
                    Sex::Female
                },
                year,
            ),
        };
        let (first, next) = (opening_day(year), opening_day(year + 1));
        (age, sex, first + (day * f64::from(next - first)) as i32)
    }

    /// The day of death: a draw of the hazard that the person outlives, from the base or from birth.
    fn death(&self, cohort: Cohort, sex: Sex, birth: i32, life: f64) -> i32 {
        let entry = match cohort.born {
            None => f64::from(opening_day(self.model.base_year) - birth) / YEAR_DAYS,
            Some(_) => 0.0,
        };
        let hazard = self.life.hazard(sex, entry) - libm::log(1.0 - life);
        birth + (self.life.age_at(sex, hazard).max(entry) * YEAR_DAYS) as i32
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
