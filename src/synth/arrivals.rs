//! `[population.arrivals]`: streams of people who join after the base other than by birth.

use super::figure::{FigureProblem, NOT_NEGATIVE, Section};
use super::table::{AgeTable, OLDEST};
use crate::figure::FigureNote;
use crate::insured::person::Sex;
use std::collections::BTreeMap;

/// Streams that can be told apart in a city.
pub(super) const MOST_STREAMS: usize = 255;

/// People who join by one way, such as migrants, students, or those who come back from employee insurance.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivalModel {
    /// The name; streams come in the order of their names.
    pub name: String,
    /// How many arrive at the opening of each year from the base to this one, per person insured at the base.
    pub per_head: BTreeMap<i32, f64>,
    /// How likely each completed age at the opening of the year of arrival, relative to other ages.
    pub ages: AgeTable,
    /// Share of males.
    pub male: f64,
    /// Whether they are university students for as long as they stay.
    pub students: bool,
    /// The benefit years that they stay, if they do not stay for good. While they stay, `membership` is not theirs.
    pub years: Option<u32>,
}

impl ArrivalModel {
    /// The share of arrivals of each completed age and sex; they sum to 1.
    pub(super) fn shares(&self) -> impl Iterator<Item = (usize, Sex, f64)> + '_ {
        let all: f64 = self.ages.values().iter().sum();
        let ages = (0..=OLDEST).filter(|&age| self.ages.at(age) > 0.0);
        ages.flat_map(move |age| {
            let share = self.ages.at(age) / all;
            let of = [(Sex::Male, self.male), (Sex::Female, 1.0 - self.male)];
            of.map(|(sex, part)| (age, sex, share * part))
        })
    }

    /// A number of 16 bits, not 0, that is the name's: so the people of a stream are the same whatever other streams
    /// there are.
    pub(super) fn tag(&self) -> u16 {
        // FNV-1a, folded.
        let hash = self.name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        ((hash >> 16) as u16 ^ hash as u16).max(1)
    }
}

/// The streams of `population`, in the order of their names; none if there is no such table.
pub(super) fn arrivals_of(
    population: &Section,
    base_year: i32,
    notes: &mut Vec<FigureNote>,
) -> Vec<ArrivalModel> {
    if !population.has("arrivals") {
        return Vec::new();
    }
    let section = population.section("arrivals");
    let streams = section.keys();
    let mut streams: Vec<ArrivalModel> = streams
        .map(|name| stream(&section.section(name), name, base_year, notes))
        .collect();
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    if streams.len() > MOST_STREAMS {
        section.report("", FigureProblem::Impossible("there are more than 255 streams"));
    }
    let mut tags: Vec<(u16, &str)> = streams.iter().map(|s| (s.tag(), s.name.as_str())).collect();
    tags.sort_unstable();
    for pair in tags.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let alike = "its people would be those of another stream: choose another name";
        section.report(pair[1].1, FigureProblem::Impossible(alike));
    }
    streams
}

fn stream(section: &Section, name: &str, base_year: i32, notes: &mut Vec<FigureNote>) -> ArrivalModel {
    /// As many as are insured at the base.
    const MOST: f64 = 1.0;
    section.only(&["per_head", "ages", "male", "type", "years"]);
    let students = section.text("type").and_then(|of| match of {
        "student" => Some(true),
        "any" => Some(false),
        _ => {
            section.report("type", FigureProblem::Expected("`student` or `any`"));
            None
        }
    });
    let ages = section.ages("ages", "ratio", NOT_NEGATIVE, notes);
    if section.sound("ages") && ages.values().iter().all(|&ratio| ratio == 0.0) {
        section.report("ages", FigureProblem::Impossible("nobody arrives at any age"));
    }
    // Whoever is a student for as long as they stay does not stay for good.
    let years = (students == Some(true) || section.has("years")).then(|| {
        let years = section.figure("years", "years", (1.0, OLDEST as f64), notes);
        if years.fract() != 0.0 {
            section.report("years", FigureProblem::Expected("a whole number of years"));
        }
        years as u32
    });
    ArrivalModel {
        name: name.to_owned(),
        per_head: section.by_year(("per_head", "per_head", (0.0, MOST)), base_year, notes),
        ages,
        male: section.rate("male", notes),
        students: students.unwrap_or(false),
        years,
    }
}
