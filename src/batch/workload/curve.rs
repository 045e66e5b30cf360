//! What a run costs as the city grows: in time as much a claim, in memory no more.

use super::measure::Machine;
use super::{PERSONS, WorkloadError, streamed};
use crate::batch::record::ResourcesRecord;
use crate::scenario::Scenario;
use serde::Serialize;
use std::time::Instant;

/// Claims of the smallest city.
const LEAST_CLAIMS: u64 = 1_000_000;

/// The most claims that can be asked for: those of about as many persons as can be drawn.
pub(crate) const MOST_CLAIMS: u64 = 4_000_000_000;

/// One city, settled while it was drawn.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CurvePoint {
    /// Persons drawn for, chosen so that the claims come close to a round number.
    pub persons: u32,
    /// Claims settled.
    pub claims: u64,
    /// From figures to a booked fund.
    pub seconds: f64,
    /// By that time.
    pub claims_per_second: f64,
    /// The most memory that the program has held so far, in bytes, where the system tells. The cities grow, so this is
    /// the memory of the largest.
    pub peak_memory_bytes: Option<u64>,
    /// The fingerprint of the settled city, the same on any machine.
    pub fingerprint: String,
}

/// Cities of growing size, as `yibao bench --curve --json` prints them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CurveRecord {
    /// Where they were settled.
    pub machine: Machine,
    /// Threads used.
    pub threads: usize,
    /// By size.
    pub curve: Vec<CurvePoint>,
}

/// The numbers of claims to try: each power of ten from a million on that is less than `most`, and `most`.
fn steps(most: u64) -> Vec<u64> {
    let powers = std::iter::successors(Some(LEAST_CLAIMS), |step| step.checked_mul(10));
    let mut steps: Vec<u64> = powers.take_while(|step| *step < most).collect();
    steps.push(most);
    steps
}

/// Settles cities of up to about `most` claims. `progress` is told, for each of them, slots done and slots in all.
///
/// # Errors
/// [`WorkloadError::City`] if there would be too many persons.
pub(crate) fn curve(
    most: u64,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<CurveRecord, WorkloadError> {
    let scenario = Scenario::jinan()?;
    // How many claims a person has is known the better the larger the city.
    let mut known = (
        PERSONS,
        streamed(&scenario, PERSONS, &|_, _| ())?.outcome.tally.rows,
    );
    let mut points = Vec::new();
    for step in steps(most) {
        let persons = step as f64 * f64::from(known.0) / known.1 as f64;
        let persons = (persons.round() as u32).max(1);
        let start = Instant::now();
        let run = streamed(&scenario, persons, progress)?;
        let seconds = start.elapsed().as_secs_f64();
        let claims = run.outcome.tally.rows;
        points.push(CurvePoint {
            persons,
            claims,
            seconds,
            claims_per_second: claims as f64 / seconds,
            peak_memory_bytes: ResourcesRecord::now().peak_memory_bytes,
            fingerprint: run.outcome.fingerprint.to_string(),
        });
        if claims > known.1 {
            known = (persons, claims);
        }
    }
    Ok(CurveRecord {
        machine: Machine::this(),
        threads: rayon::current_num_threads(),
        curve: points,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_powers_of_ten_and_end_with_what_was_asked_for() {
        assert_eq!(steps(1_000), [1_000]);
        assert_eq!(steps(1_000_000), [1_000_000]);
        assert_eq!(steps(30_000_000), [1_000_000, 10_000_000, 30_000_000]);
        assert_eq!(steps(MOST_CLAIMS).len(), 5);
    }
}
