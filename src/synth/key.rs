//! Streams of random numbers, each found by its key alone.

use crate::chacha::ChaCha8;
use rand_core::Rng;
use rand_distr::{Distribution, Gamma, StandardNormal};

/// What a stream is for. The numbers are part of every key: they may be added to, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Purpose {
    /// What stays with a person for life; its key has no year.
    Person = 1,
    /// How many claims of each kind a person has in a year.
    Counts = 2,
    /// One stay.
    Stay = 3,
    /// One general outpatient visit.
    Visit = 4,
    /// One chronic or special outpatient visit.
    ChronicVisit = 5,
    /// One delivery.
    Delivery = 6,
    /// Whether a person ever enrols; its key has no year.
    Habit = 7,
    /// What a person pays for a year.
    Enrolment = 8,
    /// What ends a person's enrolment for a year.
    Leaving = 9,
    /// How long after its end a stay settles.
    Settlement = 10,
}

/// Draws in sequence from the stream of one key.
///
/// The key fills the 256-bit key of ChaCha8 (seed, year, purpose, number) and the person its 64-bit nonce, so streams
/// differ as the outputs of a keyed function do; no stream can run into another.
pub(super) struct Stream(ChaCha8);

impl Stream {
    /// The stream of claim `number` (0 where there is only one) of `person` in `year`, for `purpose`.
    #[inline]
    pub(super) fn of(seed: u64, person: u64, year: i32, purpose: Purpose, number: u32) -> Stream {
        let mut key = [0; 8];
        key[..5].copy_from_slice(&[
            seed as u32,
            (seed >> 32) as u32,
            year as u32,
            number,
            purpose as u32,
        ]);
        Stream(ChaCha8::new(key, person))
    }

    /// Uniform in [0, 1), in steps of 2^-53.
    #[inline]
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Standard normal.
    #[inline]
    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// From a gamma distribution. It rejects and draws again, so it belongs at the end of a stream.
    #[inline]
    pub(super) fn gamma(&mut self, distribution: &Gamma<f64>) -> f64 {
        distribution.sample(&mut self.0)
    }

    /// A share in [0, 1) from Beta(1, b) with the given `odds` = mean / (1 - mean) = 1 / b: many small shares, a few
    /// large ones, and the mean exactly as given.
    #[inline]
    pub(super) fn share(&mut self, odds: f64) -> f64 {
        1.0 - libm::exp(libm::log(1.0 - self.uniform()) * odds)
    }
}

/// The Poisson count at quantile `u`: one uniform gives one count, and a higher mean never a lower one.
#[inline]
pub(super) fn poisson(u: f64, mean: f64) -> u32 {
    // Beyond this exp(-mean) loses its digits; no person has as many claims in a year.
    const LARGEST_MEAN: f64 = 600.0;
    let mean = mean.min(LARGEST_MEAN);
    let mut term = libm::exp(-mean);
    let (mut sum, mut count) = (term, 0u32);
    while u >= sum {
        count += 1;
        term *= mean / f64::from(count);
        // Once past the mean, a term too small to move the sum means that `u` lies beyond the last float below 1.
        if f64::from(count) > mean && sum + term == sum {
            break;
        }
        sum += term;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_each_part_of_its_key() {
        let first = |seed, person, year, purpose, number| {
            Stream::of(seed, person, year, purpose, number).0.next_u64()
        };
        let base = first(1, 2, 2020, Purpose::Stay, 3);
        assert_eq!(base, first(1, 2, 2020, Purpose::Stay, 3));
        for other in [
            first(2, 2, 2020, Purpose::Stay, 3),
            first(1, 3, 2020, Purpose::Stay, 3),
            first(1, 2, 2021, Purpose::Stay, 3),
            first(1, 2, 2020, Purpose::Visit, 3),
            first(1, 2, 2020, Purpose::Stay, 4),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn counts_have_the_mean_and_variance_of_poisson_and_rise_with_the_mean() {
        let mut stream = Stream::of(7, 0, 0, Purpose::Counts, 0);
        for mean in [0.1, 2.0, 40.0] {
            let (mut sum, mut squares) = (0.0, 0.0);
            let draws = 40_000;
            for _ in 0..draws {
                let u = stream.uniform();
                let count = poisson(u, mean);
                assert!(poisson(u, mean * 1.1) >= count);
                sum += f64::from(count);
                squares += f64::from(count) * f64::from(count);
            }
            let n = f64::from(draws);
            let (average, variance) = (sum / n, squares / n - (sum / n).powi(2));
            assert!(
                (average - mean).abs() < 5.0 * (mean / n).sqrt(),
                "{average} {mean}"
            );
            assert!((variance / mean - 1.0).abs() < 0.05, "{variance} {mean}");
        }
        assert_eq!(poisson(0.0, 0.0), 0);
        assert!(poisson(1.0 - f64::EPSILON / 2.0, 5.0) < 60);
    }

    #[test]
    fn shares_have_the_mean_that_is_asked_for() {
        let mut stream = Stream::of(7, 1, 0, Purpose::Counts, 0);
        for mean in [0.0, 0.05, 0.5] {
            let draws = 40_000;
            let odds = mean / (1.0 - mean);
            let sum: f64 = (0..draws).map(|_| stream.share(odds)).sum();
            assert!((sum / f64::from(draws) - mean).abs() < 0.01, "{mean}");
        }
    }
}
