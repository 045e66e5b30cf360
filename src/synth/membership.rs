//! Who is insured here: at the base, and in later years of those who joined.

use super::model::PopulationModel;
use crate::insured::person::Sex;

/// When someone was born and joined, and how many years they stay if not for good.
#[derive(Clone, Copy)]
pub(super) struct Joined {
    /// Year of birth.
    pub born: i32,
    pub year: i32,
    pub years: Option<u32>,
}

impl Joined {
    /// The completed age at the opening of a year, 0 for those born in it.
    pub(super) fn age(&self, year: i32) -> usize {
        (year - 1 - self.born).max(0) as usize
    }
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

/// The share of those who joined that would be insured here in a later year; above 1 where more would be than joined.
pub(super) fn still_here(model: &PopulationModel, joined: Joined, year: i32) -> f64 {
    if let Some(years) = joined.years {
        let stays = i64::from(year - joined.year) < i64::from(years);
        return f64::from(u8::from(stays));
    }
    let trend = |year| model.membership_trend.get(&year).copied().unwrap_or(1.0);
    let share = |year| model.membership.at(joined.age(year)) * trend(year);
    let then = share(joined.year);
    if then > 0.0 { share(year) / then } else { 0.0 }
}
