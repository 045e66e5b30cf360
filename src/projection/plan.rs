//! What to project, and how the sample stands for the city.

use crate::money::{Fen, Rounding};
use crate::scenario::Scenario;
use crate::synth::insured_at_base_total;
use serde::Serialize;
use std::ops::RangeInclusive;
use xxhash_rust::xxh3::xxh3_64;

/// The years that are projected, and the sample that stands for the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The first benefit year.
    pub from: i32,
    /// The last benefit year.
    pub to: i32,
    /// Persons of the sample, insured when the population's base year opens.
    pub persons: u32,
    /// The seed of every draw.
    pub seed: u64,
}

impl Plan {
    /// The years, in order.
    pub fn years(&self) -> RangeInclusive<i32> {
        self.from..=self.to
    }

    /// The seed of the residents and claims of a path, so that each has its own.
    pub fn seed_of_path(&self, path: u32) -> u64 {
        let mut key = [0; 12];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..].copy_from_slice(&path.to_le_bytes());
        xxh3_64(&key)
    }
}

/// How the sample stands for the city: each of its persons for `city / sample` persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Expansion {
    /// Persons insured in the city when the base year of its population opens.
    pub city: u64,
    /// Those of the sample.
    pub sample: u64,
}

impl Expansion {
    /// How a sample of so many persons stands for the scenario's population; `None` without one.
    pub fn of(scenario: &Scenario, persons: u32) -> Option<Expansion> {
        let year = *scenario.years().first()?;
        let city = scenario.city(year)?;
        Some(Expansion {
            city: insured_at_base_total(&city.population).round() as u64,
            sample: u64::from(persons),
        })
    }

    /// Persons of the city for each of the sample.
    pub fn weight(self) -> f64 {
        self.city as f64 / self.sample as f64
    }

    /// An amount of the sample, for the city.
    pub fn city_fen(self, sample: i64) -> i64 {
        Rounding::HalfUp.quotient(
            i128::from(sample) * i128::from(self.city),
            i128::from(self.sample),
        )
    }

    /// A number of persons or claims of the sample, for the city.
    pub fn city_count(self, sample: u64) -> u64 {
        self.city_fen(sample as i64).max(0) as u64
    }

    /// An amount of the city, for the sample.
    pub fn sample_share(self, city: Fen) -> Fen {
        let share = Rounding::HalfUp.quotient(
            i128::from(city.get()) * i128::from(self.sample),
            i128::from(self.city),
        );
        Fen::new(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_stands_for_the_city_to_the_fen() {
        let expansion = Expansion {
            city: 6_500_000,
            sample: 50_000,
        };
        assert_eq!(expansion.weight(), 130.0);
        assert_eq!(expansion.city_fen(-3), -390);
        assert_eq!(expansion.sample_share(Fen::new(390)), Fen::new(3));
        let odd = Expansion { city: 10, sample: 3 };
        assert_eq!(odd.city_fen(2), 7);
        assert_eq!(odd.city_count(2), 7);
    }
}
