//! Solving for what the statistics do not give: rates per person that, over the expected population, come out at the
//! totals and means that are given.
//!
//! They are per resident, enrolled for the year or not: the statistics count the insured, and so does `membership`, by
//! which residents are drawn. Who then skips the year falls ill like everyone else, and their claims are not covered.

use super::figure::{FigureError, FigureProblem};
use super::model::{ChronicModel, CityModel, DiseaseModel, Level, PopulationModel, UtilisationModel};
use super::people::LifeTable;
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
}

/// Expected persons of one age and sex.
struct Cell {
    /// Completed age at the opening of the year (0 for those born in it).
    opening_age: usize,
    /// Completed age on 1 July (0 for those born after).
    age: usize,
    female: bool,
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
        let cells = expected_population(&model.population, model.reference_year);
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
        let of_year = expected_population(&model.population, model.year);
        let persons_of_year: f64 = of_year.iter().map(|cell| cell.persons).sum();
        let per_woman = lived(&of_year, |cell| {
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

/// The persons of `year`, per person insured at the base: survivors who are still insured, and the newborn.
fn expected_population(model: &PopulationModel, year: i32) -> Vec<Cell> {
    let life = LifeTable::of(&model.mortality);
    let mut cells = Vec::new();
    let insured: f64 = insured_at_base(model)
        .iter()
        .map(|&(_, _, persons)| persons)
        .sum();
    let passed = (year - model.base_year) as usize;
    for (age, sex, persons) in insured_at_base(model) {
        // On average half a year has gone since the last birthday.
        let exact = age as f64 + 0.5;
        let alive = libm::exp(life.hazard(sex, exact) - life.hazard(sex, exact + passed as f64));
        let still = still_insured(model, age, age + passed);
        push_cells(
            &mut cells,
            model,
            age + passed,
            sex,
            persons / insured * alive * still,
        );
    }
    for (&birth_year, &births) in &model.births {
        for (sex, share) in [
            (Sex::Male, model.male_births),
            (Sex::Female, 1.0 - model.male_births),
        ] {
            if birth_year >= year {
                let female = sex == Sex::Female;
                let persons = births * share;
                cells.push(Cell {
                    opening_age: 0,
                    age: 0,
                    female,
                    persons,
                    exposure: 0.5,
                });
                continue;
            }
            let age = (year - 1 - birth_year) as usize;
            let alive = libm::exp(-life.hazard(sex, age as f64 + 0.5));
            push_cells(
                &mut cells,
                model,
                age,
                sex,
                births * share * alive * still_insured(model, 0, age),
            );
        }
    }
    cells
}

/// Persons insured at the base, by single year of age and sex, in the numbers of the age structure.
pub(super) fn insured_at_base(model: &PopulationModel) -> Vec<(usize, Sex, f64)> {
    let mut persons = Vec::new();
    for band in &model.age_structure {
        let years = (band.to + 1 - band.from) as f64;
        for age in band.from..=band.to {
            for (sex, count) in [Sex::Male, Sex::Female].into_iter().zip(band.persons) {
                persons.push((age, sex, count / years * model.membership.at(age)));
            }
        }
    }
    persons
}

/// Persons insured at the base in the whole city, not only in a sample of it.
pub fn insured_at_base_total(model: &PopulationModel) -> f64 {
    insured_at_base(model)
        .iter()
        .map(|&(_, _, persons)| persons)
        .sum()
}

/// The share of those who joined at age `then` that are insured at age `now`.
pub(super) fn still_insured(model: &PopulationModel, then: usize, now: usize) -> f64 {
    let joined = model.membership.at(then);
    if joined > 0.0 {
        (model.membership.at(now) / joined).min(1.0)
    } else {
        0.0
    }
}

fn push_cells(cells: &mut Vec<Cell>, model: &PopulationModel, opening_age: usize, sex: Sex, persons: f64) {
    let female = sex == Sex::Female;
    // Half of them have their birthday before July.
    for age in [opening_age, opening_age + 1] {
        let dying = model.mortality[usize::from(female)].at(age);
        let exposure = if dying > 0.0 {
            (1.0 - libm::exp(-dying)) / dying
        } else {
            1.0
        };
        cells.push(Cell {
            opening_age,
            age,
            female,
            persons: persons / 2.0,
            exposure,
        });
    }
}

fn students(model: &PopulationModel, cells: &[Cell]) -> Result<AgeTable, FigureError> {
    let persons: f64 = cells.iter().map(|cell| cell.persons).sum();
    let ages: f64 = cells
        .iter()
        .map(|cell| cell.persons * model.student_ages.at(cell.opening_age))
        .sum();
    let scale = ratio(model.students * persons, ages, "population.student_ages")?;
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
