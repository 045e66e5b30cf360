//! Who may ever be insured, in the order in which they join: those at the base, then of each year the arrivals and
//! the newborn.

use super::days::opening_day;
use super::flows::{Departure, Entry, Fate};
use super::membership::{Joined, insured_at_base, still_here};
use super::model::PopulationModel;
use crate::insured::person::Sex;

/// How people join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Insured at the base.
    Base,
    /// By the stream of this index.
    Arrived(u8),
    Born,
}

/// People who join in the same year and way, in slots that follow each other.
pub(super) struct Cohort {
    /// The first slot.
    pub first: u32,
    /// How they join, and when.
    pub way: Way,
    pub year: i32,
    /// The first day of that year, in days of the common era.
    pub opening: i32,
    /// The slot whose person has the number 0 in ids.
    pub numbered_from: u32,
    /// The upper half of the key of their streams.
    key: u64,
    /// Whether they are university students for as long as they stay.
    pub students: bool,
    /// What makes them leave.
    departure: Departure,
    /// By age and sex on joining.
    joiners: Box<[Joiner]>,
}

/// People of a cohort of the same age and sex.
#[derive(Clone, Copy)]
pub(super) struct Joiner {
    /// The upper end of their share of 0..1.
    end: f64,
    pub sex: Sex,
    /// The year of birth: its first day in days of the common era, and how many it has.
    born: (i32, f64),
    /// Completed age at the opening of the year drawn, 0 for those born in it.
    pub opening_age: usize,
    /// The share that is insured here in the year drawn, and in the year before.
    insured: (f64, f64),
}

/// Every cohort up to the year drawn, with the number of slots of each.
pub(super) struct Cohorts(pub Vec<Cohort>);

impl Joiner {
    #[inline]
    pub(super) fn birth(&self, day: f64) -> i32 {
        self.born.0 + (day * self.born.1) as i32
    }
}

impl Cohort {
    fn new(
        model: &PopulationModel,
        year: i32,
        (way, joined): (Way, i32),
        shares: impl Iterator<Item = (usize, Sex, f64)>,
    ) -> Cohort {
        let stream = match way {
            Way::Arrived(stream) => Some(&model.arrivals[usize::from(stream)]),
            _ => None,
        };
        let years = stream.and_then(|stream| stream.years);
        let mut end = 0.0;
        let joiners = shares.map(|(age, sex, share)| {
            end += share;
            // A newborn's year of birth is that of joining.
            let born = joined - i32::from(way != Way::Born) - age as i32;
            let of = Joined {
                born,
                year: joined,
                years,
            };
            let here = |year| {
                if year < joined {
                    1.0
                } else {
                    still_here(model, of, year).min(1.0)
                }
            };
            Joiner {
                end,
                sex,
                born: (
                    opening_day(born),
                    f64::from(opening_day(born + 1) - opening_day(born)),
                ),
                opening_age: of.age(year),
                insured: (here(year), here(year - 1)),
            }
        });
        // 0 marks the base; a year is never 0.
        let key = match (way, stream) {
            (Way::Base, _) => 0,
            (_, None) => u64::from(joined.unsigned_abs()),
            (_, Some(stream)) => u64::from(joined.unsigned_abs()) | u64::from(stream.tag()) << 16,
        };
        Cohort {
            first: 0,
            way,
            year: joined,
            opening: opening_day(joined),
            numbered_from: 0,
            key: key << 32,
            students: stream.is_some_and(|stream| stream.students),
            departure: match years {
                Some(_) => Departure::YearsOver,
                None => Departure::Membership,
            },
            joiners: joiners.collect(),
        }
    }

    /// The key of all streams of the person in a slot.
    #[inline]
    pub(super) fn key(&self, slot: u32) -> u64 {
        self.key | u64::from(slot - self.first)
    }

    /// The age and sex that the mark `kind`, uniform in 0..1, means.
    #[inline]
    pub(super) fn joiner(&self, kind: f64) -> &Joiner {
        let at = self.joiners.partition_point(|joiner| joiner.end <= kind);
        &self.joiners[at.min(self.joiners.len() - 1)]
    }

    /// What became of someone in `year`: `member`, uniform in 0..1, is their mark, and `death` their last day in
    /// days of the common era, against the first and the last day of the year.
    #[inline]
    pub(super) fn fate(
        &self,
        (joiner, member): (&Joiner, f64),
        death: i32,
        (year, opening, closing): (i32, i32, i32),
    ) -> Fate {
        if death < opening {
            return Fate::Dead;
        }
        let (now, before) = joiner.insured;
        let entry = match self.way {
            Way::Born if self.year == year => Entry::Born,
            Way::Arrived(stream) if self.year == year => Entry::Arrived(stream),
            _ if member < before => Entry::Stayed,
            _ => Entry::Returned,
        };
        match (member < now, entry) {
            (true, entry) => Fate::Resident {
                entry,
                died: death <= closing,
            },
            (false, Entry::Stayed) => Fate::Left(self.departure),
            (false, _) => Fate::Away(self.departure),
        }
    }
}

impl Cohorts {
    /// The cohorts up to `year` of a city with `persons` insured at the base, and how many slots they have.
    pub(super) fn new(model: &PopulationModel, year: i32, persons: u32) -> (Cohorts, u64) {
        let base = insured_at_base(model);
        let insured: f64 = base.iter().map(|&(_, _, persons)| persons).sum();
        let base = base
            .into_iter()
            .map(|(age, sex, persons)| (age, sex, persons / insured));
        let at_base = Cohort::new(model, year, (Way::Base, model.base_year), base);
        let mut cohorts = vec![at_base];
        let mut slots = u64::from(persons);
        let per_head = |heads: f64| (heads * f64::from(persons)).round() as u64;
        for (&joined, &births) in &model.births {
            let numbered_from = slots as u32;
            for (index, stream) in model.arrivals.iter().enumerate() {
                let arrivals = stream.per_head.get(&joined).copied().unwrap_or_default();
                let way = Way::Arrived(index as u8);
                cohorts.push(Cohort {
                    first: slots as u32,
                    numbered_from,
                    ..Cohort::new(model, year, (way, joined), stream.shares())
                });
                slots += per_head(arrivals);
            }
            let boys = model.male_births;
            let newborn = [(0, Sex::Male, boys), (0, Sex::Female, 1.0 - boys)].into_iter();
            cohorts.push(Cohort {
                first: slots as u32,
                numbered_from: slots as u32,
                ..Cohort::new(model, year, (Way::Born, joined), newborn)
            });
            slots += per_head(births);
        }
        (Cohorts(cohorts), slots)
    }

    /// The index of the cohort with a slot.
    #[inline]
    pub(super) fn at(&self, slot: u32) -> usize {
        // An empty cohort starts where the next one does; the last of those is the one with the slot.
        self.0.partition_point(|cohort| cohort.first <= slot) - 1
    }
}
