//! A projection held against what was published of its years.

use crate::calibrate::measure::{Measures, Metric};
use crate::calibrate::targets::Targets;
use crate::money::Rate;
use crate::outlook::Outlook;
use crate::parallel::in_order;
use crate::projection::follow::{ProjectionError, follow};
use crate::projection::monte_carlo::MonteCarloError;
use crate::projection::plan::{Expansion, Plan};
use crate::projection::statistics::{Sample, SampleError};
use crate::scenario::Scenario;

/// The ends of the band: nine in ten paths lie in it.
const BAND: [Rate; 2] = [Rate::from_ppm(50_000), Rate::from_ppm(950_000)];
const MEDIAN: Rate = Rate::from_ppm(500_000);

/// What paths say of one metric in one year, beside what was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// What was published.
    pub metric: Metric,
    /// The year.
    pub year: i32,
    /// The published value, in the unit of the metric.
    pub published: f64,
    /// The median of the paths.
    pub projected: f64,
    /// The values that 5 and 95 in 100 paths lie below.
    pub band: (f64, f64),
}

impl Comparison {
    /// Of the values of all paths.
    ///
    /// # Errors
    /// There are none, or one is not finite.
    pub fn of(metric: Metric, year: i32, published: f64, paths: &[f64]) -> Result<Comparison, SampleError> {
        let sample = Sample::of(paths)?;
        Ok(Comparison {
            metric,
            year,
            published,
            projected: sample.percentile(MEDIAN),
            band: (sample.percentile(BAND[0]), sample.percentile(BAND[1])),
        })
    }

    /// Projected less published.
    pub fn error(&self) -> f64 {
        self.projected - self.published
    }

    /// The error as a share of what was published; `None` for a balance, which may be near nothing.
    pub fn relative_error(&self) -> Option<f64> {
        (self.metric != Metric::Balance).then(|| self.error() / self.published)
    }

    /// Whether what was published lies in the band.
    pub fn is_covered(&self) -> bool {
        (self.band.0..=self.band.1).contains(&self.published)
    }
}

/// Follows `paths` futures of the plan, and holds them against what the table says of its years: by metric, then by year.
/// The balance is what is published of income less what is published of expenditure. `progress` is told the number of
/// slots done since it was last called.
///
/// Each path draws its own assumptions and its own sample of persons, so the band holds both uncertainties.
///
/// # Errors
/// The first path that cannot be followed.
pub fn backtest(
    scenario: &Scenario,
    outlook: &Outlook,
    plan: &Plan,
    paths: u32,
    targets: &Targets,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Comparison>, MonteCarloError> {
    let measured: Vec<Vec<Measures>> = in_order(paths as usize, |number| {
        let number = number as u32;
        let one = one_path(scenario, outlook, plan, number, progress);
        one.map_err(|error| MonteCarloError::Path {
            path: number + 1,
            error,
        })
    })?;
    let mut comparisons = Vec::new();
    for metric in Metric::ALL {
        for (index, year) in plan.years().enumerate() {
            let Some(published) = published(targets, metric, year) else {
                continue;
            };
            let values: Vec<f64> = measured.iter().map(|path| path[index].get(metric)).collect();
            comparisons.push(Comparison::of(metric, year, published, &values)?);
        }
    }
    Ok(comparisons)
}

fn one_path(
    scenario: &Scenario,
    outlook: &Outlook,
    plan: &Plan,
    number: u32,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Measures>, ProjectionError> {
    let own = Plan {
        seed: plan.seed_of_path(number),
        ..*plan
    };
    let no_population = || ProjectionError::NoPopulation(scenario.name().to_string());
    let weight = Expansion::of(scenario, plan.persons)
        .ok_or_else(no_population)?
        .weight();
    let years = follow(scenario, &outlook.drawn(plan.seed, number), &own, progress)?;
    Ok(years.iter().map(|year| Measures::of(year, weight)).collect())
}

fn published(targets: &Targets, metric: Metric, year: i32) -> Option<f64> {
    let of = |metric| targets.of(metric)?.values.get(&year).copied();
    match metric {
        Metric::Balance => Some(of(Metric::Income)? - of(Metric::Expenditure)?),
        metric => of(metric),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_bands_of_known_samples() {
        // 1 to 101: the median is 51, and 5 in 100 lie below 6.
        let paths: Vec<f64> = (1..=101).map(f64::from).collect();
        let expenditure = Comparison::of(Metric::Expenditure, 2021, 50.0, &paths).unwrap();
        assert_eq!((expenditure.projected, expenditure.band), (51.0, (6.0, 96.0)));
        assert_eq!(expenditure.relative_error(), Some(0.02));
        assert!(expenditure.is_covered());
        let balance = Comparison::of(Metric::Balance, 2021, 5.9, &paths).unwrap();
        assert_eq!((balance.relative_error(), balance.is_covered()), (None, false));
        assert!((balance.error() - 45.1).abs() < 1e-9);
        assert!(Comparison::of(Metric::Income, 2021, 1.0, &[]).is_err());
    }

    #[test]
    fn the_balance_is_income_less_expenditure() {
        let text = "[target.income]\nvalues = { 2021 = 10 }\ntolerance = 0.1\nsource = \"s\"\n\
                    [target.expenditure]\nvalues = { 2021 = 8, 2022 = 9 }\ntolerance = 0.1\nsource = \"s\"\n";
        let targets = Targets::parse("t.toml", text).unwrap();
        assert_eq!(published(&targets, Metric::Balance, 2021), Some(2.0));
        assert_eq!(published(&targets, Metric::Balance, 2022), None);
        assert_eq!(published(&targets, Metric::Expenditure, 2022), Some(9.0));
    }
}
