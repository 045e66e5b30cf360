//! Solving for what the statistics do not give: rates per person that, over the expected population, come out at the
//! totals and means that are given.
//!
//! They are per resident, enrolled for the year or not: the statistics count the insured, and so does `membership`, by
//! which residents are drawn. Who then skips the year falls ill like everyone else, and their claims are not covered.

use super::arrivals::ArrivalModel;
use super::figure::{FigureError, FigureProblem};
use super::flows::{AGE_BANDS, age_band};
use super::life::Mortality;
use super::membership::{Joined, insured_at_base, still_here};
use super::model::{ChronicModel, CityModel, DiseaseModel, Level, PopulationModel, UtilisationModel};
use super::table::{AgeTable, OLDEST};
use crate::insured::person::Sex;

/// Rates and means per person, solved from a model.
pub(super) struct Rates {
    /// Probability of being a university student at an age (completed at the opening of the year).
    pub students: AgeTable,
    /// Starts of employee insurance per year, by age at the opening of the year.
    pub jobs: AgeTable,
    /// Stays per year of a person of average frailty without a chronic disease.
    pub stays: AgeTable,
    /// Visits per year of a person of average frailty.
    pub visits: AgeTable,
    /// Deliveries per year of a woman.
    pub deliveries: AgeTable,
    /// Registered patients per patient of the prevalence tables.
    pub patients: f64,
    /// Share of stays at each level.
    pub levels: [f64; 3],
    /// Probability that a stay at a level is out of area.
    pub out_of_area: [f64; 3],
    /// Mean bill in yuan of a general visit at each level.
    pub visit_cost: [f64; 3],
    /// Mean bill in yuan of a chronic visit, by disease group.
    pub disease_cost: Vec<f64>,
    /// The residents over whom they were solved.
    pub expected: Expected,
}

/// The residents of a year that are expected, per person insured at the base.
///
/// Ages and the time from one birthday to the opening of a year are taken at their means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expected {
    /// By sex (male, female) and age band of the completed age at the opening of the year, those born in it included.
    pub persons: [[f64; AGE_BANDS]; 2],
    /// Persons that `membership` asks for and nobody is left to be: where its share of an age and year is above that of
    /// the age and year in which people joined, all of them are insured, and no others come. Returners are arrivals.
    pub beyond_membership: f64,
}

impl Expected {
    /// The persons of all cells.
    pub fn all(&self) -> f64 {
        self.persons.iter().flatten().sum()
    }

    fn of(cells: &[Cell], beyond_membership: f64) -> Expected {
        let mut expected = Expected {
            beyond_membership,
            ..Expected::default()
        };
        for cell in cells {
            expected.persons[usize::from(cell.female)][age_band(cell.opening_age)] += cell.persons;
        }
        expected
    }
}

/// Expected persons of one age and sex.
struct Cell {
    /// Completed age at the opening of the year (0 for those born in it).
    opening_age: usize,
    /// Completed age on 1 July (0 for those born after).
    age: usize,
    female: bool,
    /// Whether they arrived as university students.
    student: bool,
    /// Expected persons per person insured at the base.
    persons: f64,
    /// The part of the year they are expected to live.
    exposure: f64,
}

impl Rates {
    /// Solves for the rates of `model`.
    ///
    /// # Errors
    /// Says which figures cannot hold together.
    pub(super) fn solve(model: &CityModel) -> Result<Rates, FigureError> {
        // Rates per head are of one population; what befalls those of another age mix follows from their ages.
        let cells = Population::of(&model.population, model.reference_year).cells;
        let persons: f64 = cells.iter().map(|cell| cell.persons).sum();
        let utilisation = &model.utilisation;
        let chronic = &utilisation.chronic;
        let (patients, disease_cost) = patients(chronic, persons, &cells)?;

        // Patients have more stays, so persons without a disease have fewer than the mean of their age.
        let burden = |age: usize| -> f64 {
            let more = chronic
                .groups
                .iter()
                .map(|group| group.prevalence.at(age) * (group.stays - 1.0));
            1.0 + patients * more.sum::<f64>()
        };
        let per_stay = lived(&cells, |cell| utilisation.stays.ages.at(cell.age));
        let per_stay = ratio(
            utilisation.stays.per_head * persons,
            per_stay,
            "utilisation.stays.ages",
        )?;
        let per_visit = lived(&cells, |cell| utilisation.visits.ages.at(cell.age));
        let per_visit = ratio(
            utilisation.visits.per_head * persons,
            per_visit,
            "utilisation.visits.ages",
        )?;
        let deliveries = deliveries_per_head(model);
        // Deliveries are those of the year's births.
        let of_year = Population::of(&model.population, model.year);
        let persons_of_year: f64 = of_year.cells.iter().map(|cell| cell.persons).sum();
        let per_woman = lived(&of_year.cells, |cell| {
            if cell.female {
                utilisation.deliveries.ages.at(cell.age)
            } else {
                0.0
            }
        });
        let per_woman = ratio(deliveries, per_woman, "utilisation.deliveries.ages")?;
        let levels = level_shares(utilisation)?;
        Ok(Rates {
            students: students(&model.population, &cells)?,
            jobs: jobs(&model.population, &cells)?,
            stays: utilisation.stays.ages.scaled(|age| per_stay / burden(age)),
            visits: utilisation.visits.ages.scaled(|_| per_visit),
            deliveries: utilisation.deliveries.ages.scaled(|_| per_woman),
            patients,
            levels,
            out_of_area: out_of_area(utilisation, &levels, deliveries / persons_of_year)?,
            visit_cost: visit_cost(utilisation),
            disease_cost,
            expected: Expected::of(&of_year.cells, of_year.beyond_membership),
        })
    }
}

/// The sum of `of` over the expected persons, weighted with the time they live in the year.
fn lived(cells: &[Cell], of: impl Fn(&Cell) -> f64) -> f64 {
    let weighted = cells.iter().map(|cell| cell.persons * cell.exposure * of(cell));
    weighted.sum()
}

/// How many patients there are per patient of the prevalence tables, so that they make the visits of the year; and the
/// mean bill of a visit by disease group, so that all visits have the mean of the year.
fn patients(chronic: &ChronicModel, persons: f64, cells: &[Cell]) -> Result<(f64, Vec<f64>), FigureError> {
    let groups = &chronic.groups;
    let by_group = |cell: &Cell, value: &dyn Fn(&DiseaseModel) -> f64| -> f64 {
        let values = groups
            .iter()
            .map(|group| group.prevalence.at(cell.age) * value(group));
        values.sum()
    };
    let visits = lived(cells, |cell| by_group(cell, &|group| group.visits));
    let patients = ratio(chronic.per_head * persons, visits, "utilisation.chronic.per_head")?;
    let ever: f64 = groups.iter().map(|group| group.prevalence.at(OLDEST)).sum();
    let what = "the oldest have more diseases than persons";
    at_most_one(patients * ever, "utilisation.chronic.groups", what)?;
    let cost = lived(cells, |cell| by_group(cell, &|group| group.visits * group.cost));
    let unit = ratio(chronic.cost_yuan * visits, cost, "utilisation.chronic.cost")?;
    Ok((patients, groups.iter().map(|group| group.cost * unit).collect()))
}

/// `total / base`; nothing of nothing is nothing, something of nothing an error.
fn ratio(total: f64, base: f64, path: &str) -> Result<f64, FigureError> {
    if total == 0.0 {
        return Ok(0.0);
    }
    if base > 0.0 {
        return Ok(total / base);
    }
    Err(impossible(path, "nobody it could befall"))
}

fn at_most_one(share: f64, path: &str, what: &'static str) -> Result<(), FigureError> {
    if (0.0..=1.0).contains(&share) {
        Ok(())
    } else {
        Err(impossible(path, what))
    }
}

fn impossible(path: &str, what: &'static str) -> FigureError {
    FigureError {
        path: path.to_owned(),
        problem: FigureProblem::Impossible(what),
        span: None,
    }
}

/// Deliveries of the year per person insured at the base.
fn deliveries_per_head(model: &CityModel) -> f64 {
    let births = model.population.births.get(&model.year).copied().unwrap_or(0.0);
    births * model.utilisation.deliveries.mothers
}

/// The persons of a year in the making, per person insured at the base: survivors who are still insured, and the
/// newborn.
struct Population<'a> {
    model: &'a PopulationModel,
    mortality: Mortality,
    /// The part of the year that those of a sex and completed age are expected to live.
    exposures: [AgeTable; 2],
    year: i32,
    cells: Vec<Cell>,
    /// As in [`Expected`].
    beyond_membership: f64,
}

impl Population<'_> {
    fn of(model: &PopulationModel, year: i32) -> Population<'_> {
        let mortality = Mortality::new(model, year);
        let factor = mortality.factor(year);
        let exposure = |dying: f64| {
            if dying > 0.0 {
                (1.0 - libm::exp(-dying)) / dying
            } else {
                1.0
            }
        };
        let exposures = [0, 1].map(|sex: usize| model.mortality[sex].mapped(|rate| exposure(rate * factor)));
        let mut population = Population {
            model,
            mortality,
            exposures,
            year,
            cells: Vec::new(),
            beyond_membership: 0.0,
        };
        let at_base = insured_at_base(model);
        let insured: f64 = at_base.iter().map(|&(_, _, persons)| persons).sum();
        for (age, sex, persons) in at_base {
            population.join((age, model.base_year), sex, persons / insured, None);
        }
        for (&born, &births) in &model.births {
            for (sex, share) in [
                (Sex::Male, model.male_births),
                (Sex::Female, 1.0 - model.male_births),
            ] {
                population.born(born, sex, births * share);
            }
        }
        for stream in &model.arrivals {
            for (&arrived, &arrivals) in &stream.per_head {
                let over = stream.years.is_some_and(|years| year - arrived >= years as i32);
                for (age, sex, share) in stream.shares().filter(|_| !over) {
                    population.join((age, arrived), sex, arrivals * share, Some(stream));
                }
            }
        }
        population
    }

    /// Those born in a year.
    fn born(&mut self, born: i32, sex: Sex, persons: f64) {
        if born >= self.year {
            self.cells.push(Cell {
                opening_age: 0,
                age: 0,
                female: sex == Sex::Female,
                student: false,
                persons,
                exposure: 0.5,
            });
            return;
        }
        let joined = Joined {
            born,
            year: born,
            years: None,
        };
        // On average half a year has gone since the last birthday.
        let exact = joined.age(self.year) as f64 + 0.5;
        let hazard = self.mortality.hazard(sex, (born, 0.0), (self.year, exact));
        self.survive(joined, sex, (persons, hazard), false);
    }

    /// Those who join at a completed age at the opening of a year, at the base or by a stream.
    fn join(&mut self, (age, year): (usize, i32), sex: Sex, persons: f64, stream: Option<&ArrivalModel>) {
        let joined = Joined {
            born: year - 1 - age as i32,
            year,
            years: stream.and_then(|stream| stream.years),
        };
        let exact = age as f64 + 0.5;
        let last = (self.year, exact + f64::from(self.year - year));
        let hazard = self.mortality.hazard(sex, (year, exact), last);
        let students = stream.is_some_and(|stream| stream.students);
        self.survive(joined, sex, (persons, hazard), students);
    }

    /// Adds those of so many who outlive a hazard and are still here.
    fn survive(&mut self, joined: Joined, sex: Sex, (persons, hazard): (f64, f64), student: bool) {
        let opening_age = joined.age(self.year);
        let alive = persons * libm::exp(-hazard);
        let still = still_here(self.model, joined, self.year);
        self.beyond_membership += alive * (still - 1.0).max(0.0);
        let persons = alive * still.min(1.0);
        let female = sex == Sex::Female;
        // Half of them have their birthday before July.
        for age in [opening_age, opening_age + 1] {
            self.cells.push(Cell {
                opening_age,
                age,
                female,
                student,
                persons: persons / 2.0,
                exposure: self.exposures[usize::from(female)].at(age),
            });
        }
    }
}

fn students(model: &PopulationModel, cells: &[Cell]) -> Result<AgeTable, FigureError> {
    let persons: f64 = cells.iter().map(|cell| cell.persons).sum();
    // Who arrived as a student is one; the others that the share asks for are found among everyone else.
    let arrived = cells.iter().filter(|cell| cell.student);
    let arrived: f64 = arrived.map(|cell| cell.persons).sum();
    let others = model.students * persons - arrived;
    if others < 0.0 {
        let what = "more students have arrived by `arrivals` than this share has room for";
        return Err(impossible("population.students", what));
    }
    let ages: f64 = cells
        .iter()
        .filter(|cell| !cell.student)
        .map(|cell| cell.persons * model.student_ages.at(cell.opening_age))
        .sum();
    let scale = ratio(others, ages, "population.student_ages")?;
    let table = model.student_ages.scaled(|_| scale);
    let most = table.values().iter().copied().fold(0.0, f64::max);
    at_most_one(
        most,
        "population.students",
        "more students than persons of their age",
    )?;
    Ok(table)
}

/// The probability by age that employee insurance starts in a year, so that all starts are those of the statistics.
fn jobs(model: &PopulationModel, cells: &[Cell]) -> Result<AgeTable, FigureError> {
    let jobs = &model.enrolment.into_jobs;
    let persons: f64 = cells.iter().map(|cell| cell.persons).sum();
    let ages = cells
        .iter()
        .map(|cell| cell.persons * jobs.ages.at(cell.opening_age));
    let path = "population.enrolment.into_jobs.ages";
    let scale = ratio(jobs.per_head * persons, ages.sum(), path)?;
    let table = jobs.ages.scaled(|_| scale);
    let most = table.values().iter().copied().fold(0.0, f64::max);
    let what = "more jobs are taken up than there are persons of an age";
    at_most_one(most, "population.enrolment.into_jobs.per_head", what)?;
    Ok(table)
}

/// The shares of stays by level, so that the mean bill of each level gives the mean bill of all.
fn level_shares(utilisation: &UtilisationModel) -> Result<[f64; 3], FigureError> {
    let [primary, secondary, tertiary] = Level::ALL.map(|level| utilisation.levels[level.index()].cost_yuan);
    let first = utilisation.stays.primary;
    let rest = utilisation.stays.cost_yuan - first * primary - (1.0 - first) * secondary;
    let third = if rest == 0.0 {
        0.0
    } else {
        rest / (tertiary - secondary)
    };
    let shares = [first, 1.0 - first - third, third];
    for share in shares {
        let what = "no shares of the levels give this mean cost";
        at_most_one(share, "utilisation.stays.cost", what)?;
    }
    Ok(shares)
}

/// The probability that a stay is out of area, by level, so that they cost the given share of everything.
fn out_of_area(
    utilisation: &UtilisationModel,
    levels: &[f64; 3],
    deliveries_per_head: f64,
) -> Result<[f64; 3], FigureError> {
    let UtilisationModel {
        stays,
        visits,
        chronic,
        deliveries,
        ..
    } = utilisation;
    let all = stays.per_head * stays.cost_yuan
        + visits.per_head * visits.cost_yuan
        + chronic.per_head * chronic.cost_yuan
        + deliveries_per_head * deliveries.cost_yuan;
    let weighted: f64 = Level::ALL
        .iter()
        .map(|level| {
            let of_level = &utilisation.levels[level.index()];
            levels[level.index()] * of_level.cost_yuan * of_level.out_of_area
        })
        .sum();
    let scale = ratio(
        stays.out_of_area * all,
        stays.per_head * weighted,
        "utilisation.stays.out_of_area",
    )?;
    let shares = Level::ALL.map(|level| utilisation.levels[level.index()].out_of_area * scale);
    for share in shares {
        at_most_one(
            share,
            "utilisation.stays.out_of_area",
            "more stays out of area than stays at a level",
        )?;
    }
    Ok(shares)
}

/// The mean bill of a general visit by level, so that all visits have the given mean.
fn visit_cost(utilisation: &UtilisationModel) -> [f64; 3] {
    let visits = &utilisation.visits;
    let tiers = utilisation.tiers.iter().zip(&visits.tiers);
    let mean: f64 = tiers
        .map(|(tier, share)| share * visits.cost_by_level[tier.level.index()])
        .sum();
    visits
        .cost_by_level
        .map(|relative| relative * visits.cost_yuan / mean)
}
