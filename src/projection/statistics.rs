//! What a sample of numbers says: the statistics that a Monte Carlo projection reports.
//!
//! Every number here is a function of the *set* of values: it does not depend on the order in which paths were computed,
//! nor on threads. Only [`convergence`] reads the paths in their order, because it asks what fewer of them would have said.
//!
//! **Percentiles** are of type 7 of Hyndman and Fan: of n values in order, the percentile p lies at place 1 + (n - 1) p,
//! between two values in proportion. It is what `PERCENTILE.INC` of a spreadsheet, R and NumPy give by default.
//!
//! **Signs.** Nothing changes its sign. [`Worse`] says which end of the sample hurts, and a value at risk is a value of
//! the sample: of losses at 95 %, the loss that one path in twenty exceeds; of balances, the balance that one path in
//! twenty falls below, negative if it is a deficit. The tail value at risk is the mean of that worst twentieth.
//!
//! ```
//! use yibao::money::Rate;
//! use yibao::projection::statistics::{Sample, Worse};
//! let balances = Sample::of(&[40.0, 10.0, -20.0, 30.0])?;
//! assert_eq!(balances.mean(), 15.0);
//! assert_eq!(balances.percentile(Rate::from_ppm(500_000)), 20.0); // halfway between 10 and 30
//! // Half of the paths are worse than 20; the worse half has -20 and 10.
//! let half = Rate::from_ppm(500_000);
//! assert_eq!(balances.value_at_risk(half, Worse::Lower), 20.0);
//! assert_eq!(balances.tail_value_at_risk(half, Worse::Lower), -5.0);
//! assert_eq!(balances.below(0.0).share, 0.25);
//! # Ok::<(), yibao::projection::statistics::SampleError>(())
//! ```

use crate::money::{PPM, Rate};
use serde::Serialize;

/// How many standard deviations either side of its mean a normal variable has 95 % of its weight.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Why numbers are not a sample.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SampleError {
    /// Nothing to say anything about.
    #[error("a sample needs at least one value")]
    Empty,
    /// A value that is not finite.
    #[error("value {place} of the sample is {value}, which is no number to reckon with")]
    NotFinite {
        /// Which one, from 1.
        place: usize,
        /// What it is.
        value: f64,
    },
    /// Paths of different lengths.
    #[error("path {place} has {found} years, the others have {years}")]
    Ragged {
        /// Which one, from 1.
        place: usize,
        /// Its years.
        found: usize,
        /// What was expected.
        years: usize,
    },
}

/// Which end of a sample hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// The high end: losses, expenditure.
    Higher,
    /// The low end: balances, months of reserve.
    Lower,
}

/// Finite numbers, at least one, in order of size.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    sorted: Vec<f64>,
}

impl Sample {
    /// The sample of these values.
    ///
    /// # Errors
    /// There are none, or one is not finite.
    pub fn of(values: &[f64]) -> Result<Sample, SampleError> {
        if values.is_empty() {
            return Err(SampleError::Empty);
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (place, value) = (index + 1, values[index]);
            return Err(SampleError::NotFinite { place, value });
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Ok(Sample { sorted })
    }

    /// How many values there are: one or more.
    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The values, smallest first.
    pub fn sorted(&self) -> &[f64] {
        &self.sorted
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> f64 {
        mean(&self.sorted)
    }

    /// The standard deviation of what the sample was drawn from, s = √(Σ (x - mean)² / (n - 1)); `None` of one value.
    pub fn standard_deviation(&self) -> Option<f64> {
        let mean = self.mean();
        let squares: f64 = self.sorted.iter().map(|value| (value - mean).powi(2)).sum();
        (self.count() > 1).then(|| (squares / (self.count() - 1) as f64).sqrt())
    }

    /// The standard error of the mean, s / √n; `None` of one value.
    pub fn standard_error(&self) -> Option<f64> {
        Some(self.standard_deviation()? / (self.count() as f64).sqrt())
    }

    /// The percentile `p`, by type 7.
    pub fn percentile(&self, p: Rate) -> f64 {
        // In whole numbers, so that a place which is a value's is exactly that value's.
        let place = (self.count() - 1) as u64 * u64::from(p.ppm());
        let (below, between) = (place / PPM.unsigned_abs(), place % PPM.unsigned_abs());
        let low = self.sorted[below as usize];
        match self.sorted.get(below as usize + 1) {
            Some(high) if between > 0 => low + (high - low) * (between as f64 / PPM as f64),
            _ => low,
        }
    }

    /// Two values between which the true percentile `p` lies in about 95 of 100 samples, whatever the distribution: the
    /// order statistics of ranks ⌈n p ∓ 1.96 √(n p (1 - p))⌉. `None` at an end that the sample is too small to give.
    pub fn percentile_interval(&self, p: Rate) -> (Option<f64>, Option<f64>) {
        let (n, p) = (self.count() as f64, share_of(p));
        let half = Z_95 * (n * p * (1.0 - p)).sqrt();
        let value = |rank: f64| {
            (1.0..=n)
                .contains(&rank.ceil())
                .then(|| self.sorted[rank.ceil() as usize - 1])
        };
        (value(n * p - half), value(n * p + half))
    }

    /// The value at risk at `level`: what the share `level` of the sample is no worse than, which is the percentile
    /// `level` where higher is worse, and the percentile 1 - `level` where lower is.
    pub fn value_at_risk(&self, level: Rate, worse: Worse) -> f64 {
        match worse {
            Worse::Higher => self.percentile(level),
            Worse::Lower => self.percentile(Rate::ONE.minus_to_zero(level)),
        }
    }

    /// The tail value at risk at `level`: the mean of the worst share 1 - `level` of the sample, the value at its edge
    /// counted in part. Never better than the value at risk. At level 1 it is the worst value.
    pub fn tail_value_at_risk(&self, level: Rate, worse: Worse) -> f64 {
        let tail = self.count() as f64 * share_of(Rate::ONE.minus_to_zero(level));
        let whole = tail.floor() as usize;
        let nth_worst = |n: usize| match worse {
            Worse::Higher => self.sorted[self.count() - 1 - n],
            Worse::Lower => self.sorted[n],
        };
        if tail < 1.0 {
            return nth_worst(0);
        }
        let sum: f64 = (0..whole).map(nth_worst).sum();
        let part = tail - whole as f64;
        let edge = if part > 0.0 { part * nth_worst(whole) } else { 0.0 };
        (sum + edge) / tail
    }

    /// How likely a value below the threshold is: what is as much as the threshold is not below it.
    pub fn below(&self, threshold: f64) -> Probability {
        Probability::of(
            self.sorted.partition_point(|value| *value < threshold),
            self.count(),
        )
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A rate as a float, for statistics.
fn share_of(rate: Rate) -> f64 {
    f64::from(rate.ppm()) / PPM as f64
}

/// How often something happened in independent trials, and what that says of its probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Probability {
    /// In how many trials it happened.
    pub count: usize,
    /// How many trials there were.
    pub trials: usize,
    /// The estimate, count / trials.
    pub share: f64,
    /// Its standard error √(p (1 - p) / n). It is 0 when the thing happened never or always, which the interval below
    /// does not mistake for certainty.
    pub standard_error: f64,
    /// The lower end of Wilson's interval at 95 %.
    pub low: f64,
    /// The upper end of it.
    pub high: f64,
}

impl Probability {
    /// Of `count` in `trials`.
    ///
    /// # Panics
    /// Without trials, or with more successes than trials: a defect of the caller.
    pub fn of(count: usize, trials: usize) -> Probability {
        assert!(trials > 0 && count <= trials, "{count} of {trials} trials");
        let (n, p) = (trials as f64, count as f64 / trials as f64);
        let z2 = Z_95 * Z_95;
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        // At the ends the interval reaches 0 and 1 exactly, which the floats miss by a hair.
        let low = if count == 0 { 0.0 } else { centre - half };
        let high = if count == trials { 1.0 } else { centre + half };
        Probability {
            count,
            trials,
            share: p,
            standard_error: (p * (1.0 - p) / n).sqrt(),
            low,
            high,
        }
    }
}

/// What a sample of the first so many paths would have said.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Convergence {
    /// How many paths.
    pub paths: usize,
    /// Their mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Mean and standard error of the first 10, 20, 50, 100, ... values in the order given, and of all of them. Empty
/// with fewer than two values.
///
/// # Errors
/// A value is not finite.
pub fn convergence(values: &[f64]) -> Result<Vec<Convergence>, SampleError> {
    let series = (1..=15).flat_map(|power| [1, 2, 5].map(|first| first * 10usize.pow(power)));
    let mut counts: Vec<usize> = series.take_while(|&paths| paths < values.len()).collect();
    counts.push(values.len());
    let mut steps = Vec::with_capacity(counts.len());
    for paths in counts.into_iter().filter(|&paths| paths > 1) {
        let sample = Sample::of(&values[..paths])?;
        steps.extend(sample.standard_error().map(|standard_error| Convergence {
            paths,
            mean: sample.mean(),
            standard_error,
        }));
    }
    Ok(steps)
}

/// One number for each path and year, such as the balance.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    first_year: i32,
    /// The numbers of each path, year by year.
    paths: Vec<Vec<f64>>,
    /// The sample of each year.
    years: Vec<Sample>,
}

/// When paths are exhausted: fall below a threshold for the first time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exhaustion {
    /// How many paths fall below it in each year for the first time, by year.
    pub first: Vec<(i32, usize)>,
    /// How likely it is that a path does at any time.
    pub ever: Probability,
    /// How likely it is that none does: the rest.
    pub never: Probability,
    /// The mean of the first year, among those that do; `None` if none does.
    pub expected_year: Option<f64>,
    /// The first year by the end of which at least half of all paths have; `None` if fewer ever do.
    pub half_by: Option<i32>,
}

impl Paths {
    /// The numbers of each path for `first_year` and those after it.
    ///
    /// # Errors
    /// There is no path or no year, the paths differ in length, or a number is not finite (the place is then the path's).
    pub fn new(first_year: i32, paths: Vec<Vec<f64>>) -> Result<Paths, SampleError> {
        let years = paths.first().ok_or(SampleError::Empty)?.len();
        if years == 0 {
            return Err(SampleError::Empty);
        }
        if let Some(index) = paths.iter().position(|path| path.len() != years) {
            return Err(SampleError::Ragged {
                place: index + 1,
                found: paths[index].len(),
                years,
            });
        }
        let of_year = |year: usize| Sample::of(&paths.iter().map(|path| path[year]).collect::<Vec<f64>>());
        let years = (0..years).map(of_year).collect::<Result<_, _>>()?;
        Ok(Paths {
            first_year,
            paths,
            years,
        })
    }

    /// Each year with its sample over the paths.
    pub fn years(&self) -> impl Iterator<Item = (i32, &Sample)> {
        (self.first_year..).zip(&self.years)
    }

    /// The numbers of a year in the order of the paths, for [`convergence`]; `None` if the paths do not have it.
    pub fn in_order(&self, year: i32) -> Option<Vec<f64>> {
        let index = usize::try_from(year.checked_sub(self.first_year)?).ok()?;
        self.paths.iter().map(|path| path.get(index).copied()).collect()
    }

    /// The sample of a year, if the paths have it.
    pub fn year(&self, year: i32) -> Option<&Sample> {
        self.years
            .get(usize::try_from(year.checked_sub(self.first_year)?).ok()?)
    }

    /// The fan of the years: each with its percentiles `p`, in their order.
    pub fn fan(&self, p: &[Rate]) -> Vec<(i32, Vec<f64>)> {
        self.years()
            .map(|(year, sample)| (year, p.iter().map(|&p| sample.percentile(p)).collect()))
            .collect()
    }

    /// For each year, how likely it is that a path is below the threshold at its end.
    pub fn below(&self, threshold: f64) -> Vec<(i32, Probability)> {
        self.years()
            .map(|(year, sample)| (year, sample.below(threshold)))
            .collect()
    }

    /// When the paths fall below the threshold for the first time; a path that recovers later stays exhausted.
    pub fn exhaustion(&self, threshold: f64) -> Exhaustion {
        let mut counts = vec![0; self.years.len()];
        for path in &self.paths {
            if let Some(year) = path.iter().position(|value| *value < threshold) {
                counts[year] += 1;
            }
        }
        let first: Vec<(i32, usize)> = (self.first_year..).zip(counts).collect();
        let paths = self.paths.len();
        let exhausted: usize = first.iter().map(|(_, count)| count).sum();
        let weighted: f64 = first
            .iter()
            .map(|&(year, count)| f64::from(year) * count as f64)
            .sum();
        let mut so_far = 0;
        let half_by = first.iter().find(|(_, count)| {
            so_far += count;
            so_far * 2 >= paths
        });
        Exhaustion {
            ever: Probability::of(exhausted, paths),
            never: Probability::of(paths - exhausted, paths),
            expected_year: (exhausted > 0).then(|| weighted / exhausted as f64),
            half_by: half_by.map(|(year, _)| *year),
            first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::of(values).unwrap()
    }

    fn near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{found} is not {expected}"
        );
    }

    const fn percent(percent: u32) -> Rate {
        Rate::from_ppm(percent * 10_000)
    }

    #[test]
    fn moments_of_a_sample_reckoned_by_hand() {
        // Mean 5; squares of the differences 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, by 7.
        let known = sample(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        near(known.mean(), 5.0);
        near(known.standard_deviation().unwrap(), (32.0f64 / 7.0).sqrt());
        near(known.standard_error().unwrap(), (32.0f64 / 56.0).sqrt());
        let one = sample(&[3.0]);
        assert_eq!(
            (one.mean(), one.standard_deviation(), one.standard_error()),
            (3.0, None, None)
        );
    }

    #[test]
    fn percentiles_are_those_of_type_7() {
        // R: quantile(c(15, 20, 35, 40, 50), c(0, .05, .3, .4, .5, .95, 1)).
        let known = sample(&[40.0, 15.0, 50.0, 20.0, 35.0]);
        for (p, expected) in [
            (0, 15.0),
            (5, 16.0),
            (30, 23.0),
            (40, 29.0),
            (50, 35.0),
            (95, 48.0),
            (100, 50.0),
        ] {
            near(known.percentile(percent(p)), expected);
        }
        // A quarter of 4 intervals is one of them, exactly.
        assert_eq!(known.percentile(percent(25)), 20.0);
        assert_eq!(sample(&[7.0]).percentile(percent(33)), 7.0);
    }

    #[test]
    fn a_percentile_is_as_sure_as_the_ranks_beside_it() {
        // 100 values: the median lies between ranks ⌈50 - 9.8⌉ and ⌈50 + 9.8⌉.
        let hundred = sample(&(1..=100).map(f64::from).collect::<Vec<_>>());
        assert_eq!(hundred.percentile_interval(percent(50)), (Some(41.0), Some(60.0)));
        // 5 - 4.27 = 0.73 and 5 + 4.27 = 9.27.
        assert_eq!(hundred.percentile_interval(percent(5)), (Some(1.0), Some(10.0)));
        // One in a hundred of a hundred: 1 - 1.95 is no rank.
        assert_eq!(hundred.percentile_interval(percent(1)), (None, Some(3.0)));
    }

    #[test]
    fn risk_is_read_at_the_end_that_hurts() {
        let losses = sample(&(1..=20).map(f64::from).collect::<Vec<_>>());
        // Place 1 + 19 x 0.95 = 19.05; the worst twentieth is the worst of 20.
        near(losses.value_at_risk(percent(95), Worse::Higher), 19.05);
        near(losses.tail_value_at_risk(percent(95), Worse::Higher), 20.0);
        near(losses.value_at_risk(percent(95), Worse::Lower), 1.95);
        near(losses.tail_value_at_risk(percent(95), Worse::Lower), 1.0);
        // The worst 12 % of 20 are 2.4 values: (20 + 19 + 0.4 x 18) / 2.4.
        near(losses.tail_value_at_risk(percent(88), Worse::Higher), 46.2 / 2.4);
        near(
            losses.tail_value_at_risk(percent(88), Worse::Lower),
            (1.0 + 2.0 + 0.4 * 3.0) / 2.4,
        );
        near(losses.tail_value_at_risk(Rate::ZERO, Worse::Higher), 10.5);
        near(losses.tail_value_at_risk(Rate::ONE, Worse::Higher), 20.0);
    }

    #[test]
    fn a_share_of_paths_comes_with_its_uncertainty() {
        let known = sample(&[-1.0, 0.0, 0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        let below = known.below(0.0);
        assert_eq!((below.count, below.trials, below.share), (1, 10, 0.1));
        near(below.standard_error, 0.009f64.sqrt());
        // Wilson at 95 % of 1 in 10: 0.0179 to 0.4042 (Brown, Cai and DasGupta's formula, to four places).
        assert!((below.low - 0.0179).abs() < 5e-5, "{}", below.low);
        assert!((below.high - 0.4042).abs() < 5e-5, "{}", below.high);
        // Nothing in 10 still allows z² / (n + z²) = 27.75 %.
        let never = known.below(-1.0);
        assert_eq!((never.count, never.low, never.standard_error), (0, 0.0, 0.0));
        assert!((never.high - 0.2775).abs() < 5e-5, "{}", never.high);
        let always = known.below(9.0);
        assert_eq!((always.count, always.high), (10, 1.0));
        near(always.low, 1.0 - never.high);
    }

    #[test]
    fn paths_are_exhausted_once() {
        let paths = Paths::new(
            2024,
            vec![
                vec![1.0, -1.0, 2.0],
                vec![1.0, 0.0, 3.0],
                vec![-1.0, -2.0, -3.0],
                vec![2.0, 1.0, -1.0],
            ],
        )
        .unwrap();
        let exhaustion = paths.exhaustion(0.0);
        assert_eq!(exhaustion.first, [(2024, 1), (2025, 1), (2026, 1)]);
        assert_eq!((exhaustion.ever.share, exhaustion.never.share), (0.75, 0.25));
        assert_eq!(exhaustion.expected_year, Some(2025.0));
        assert_eq!(exhaustion.half_by, Some(2025));
        let shares = |all: Vec<(i32, Probability)>| all.iter().map(|(_, p)| p.share).collect::<Vec<_>>();
        assert_eq!(shares(paths.below(0.0)), [0.25, 0.5, 0.5]);
        let never = paths.exhaustion(-9.0);
        assert_eq!(
            (never.expected_year, never.half_by, never.never.share),
            (None, None, 1.0)
        );
        assert_eq!(paths.year(2026).unwrap().sorted(), [-3.0, -1.0, 2.0, 3.0]);
        assert_eq!(
            (paths.year(2023), paths.year(2027), paths.year(i32::MIN)),
            (None, None, None)
        );
    }

    #[test]
    fn a_fan_has_the_percentiles_of_each_year() {
        let paths = (0..=20).map(|n| vec![f64::from(n), f64::from(-10 * n)]).collect();
        let paths = Paths::new(2024, paths).unwrap();
        assert_eq!(
            paths.fan(&[percent(5), percent(50), percent(95)]),
            [(2024, vec![1.0, 10.0, 19.0]), (2025, vec![-190.0, -100.0, -10.0])]
        );
    }

    #[test]
    fn the_standard_error_falls_with_the_root_of_the_paths() {
        // Ones and minus ones in turn: s² = n / (n - 1) for any even n, so the error is 1 / √(n - 1).
        let values: Vec<f64> = (0..120).map(|n| if n % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let steps = convergence(&values).unwrap();
        assert_eq!(
            steps.iter().map(|step| step.paths).collect::<Vec<_>>(),
            [10, 20, 50, 100, 120]
        );
        for step in steps {
            near(step.standard_error, 1.0 / ((step.paths - 1) as f64).sqrt());
            near(step.mean, 0.0);
        }
        assert_eq!(convergence(&[1.0]), Ok(Vec::new()));
        assert_eq!(convergence(&[]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        assert_eq!(Sample::of(&[]), Err(SampleError::Empty));
        assert_eq!(
            Sample::of(&[1.0, f64::INFINITY]),
            Err(SampleError::NotFinite {
                place: 2,
                value: f64::INFINITY
            })
        );
        assert_eq!(Paths::new(2024, vec![vec![]]), Err(SampleError::Empty));
        let ragged = Paths::new(2024, vec![vec![1.0, 2.0], vec![1.0]]);
        assert_eq!(
            ragged.unwrap_err().to_string(),
            "path 2 has 1 years, the others have 2"
        );
    }

    proptest! {
        #[test]
        fn nothing_depends_on_the_order(mut values in prop::collection::vec(-1e9..1e9f64, 1..60), ppm in 0u32..=1_000_000) {
            let (one, p) = (sample(&values), Rate::from_ppm(ppm));
            values.reverse();
            let two = sample(&values);
            prop_assert_eq!(&one, &two);
            prop_assert_eq!(one.mean().to_bits(), two.mean().to_bits());
            prop_assert_eq!(one.tail_value_at_risk(p, Worse::Lower).to_bits(), two.tail_value_at_risk(p, Worse::Lower).to_bits());
        }

        #[test]
        fn the_tail_is_never_better_than_its_edge(values in prop::collection::vec(-1e6..1e6f64, 1..60), ppm in 0u32..=1_000_000) {
            let (known, level) = (sample(&values), Rate::from_ppm(ppm));
            let mirrored = sample(&values.iter().map(|value| -value).collect::<Vec<_>>());
            for worse in [Worse::Higher, Worse::Lower] {
                let (edge, tail) = (known.value_at_risk(level, worse), known.tail_value_at_risk(level, worse));
                let sign = if worse == Worse::Higher { 1.0 } else { -1.0 };
                prop_assert!(sign * tail >= sign * edge - 1e-6, "{} {}", tail, edge);
                // What hurts at one end of a sample hurts at the other end of its mirror image.
                let other = if worse == Worse::Higher { Worse::Lower } else { Worse::Higher };
                prop_assert!((mirrored.tail_value_at_risk(level, other) + tail).abs() < 1e-6);
                prop_assert!((mirrored.value_at_risk(level, other) + edge).abs() < 1e-6);
            }
        }

        #[test]
        fn wilson_contains_the_estimate(trials in 1usize..500, part in 0.0..=1.0f64) {
            let found = Probability::of((trials as f64 * part) as usize, trials);
            prop_assert!(0.0 <= found.low && found.low <= found.share);
            prop_assert!(found.share <= found.high && found.high <= 1.0);
        }
    }
}
