//! Fitting keys, year by year, until a simulated year comes out as published.

use crate::calibrate::measure::{Measures, Metric};
use crate::calibrate::newton::{Solution, solve};
use crate::calibrate::targets::{Series, Targets};
use crate::outlook::KeyPattern;
use crate::projection::follow::{ProjectionError, follow};
use crate::projection::plan::{Expansion, Plan};
use crate::scenario::{FigureValue, Scenario, ScenarioError};

/// The sample that each trial draws, and when the search ends.
#[derive(Clone, Copy, Debug)]
pub struct FitOptions {
    /// Persons drawn in each trial.
    pub persons: u32,
    /// The seed of every draw.
    pub seed: u64,
    /// How far off, in proportion, a total may be for the search to end.
    pub precision: f64,
}

/// A scenario whose simulated years come out as published, as far as its keys allow.
pub struct Fitted {
    /// The scenario with the keys fitted.
    pub scenario: Scenario,
    /// The years, ascending.
    pub years: Vec<YearFit>,
}

/// One fitted year.
#[derive(Clone, Debug, PartialEq)]
pub struct YearFit {
    /// The year.
    pub year: i32,
    /// What was asked for, and what came out.
    pub outcomes: Vec<Outcome>,
    /// The keys that were adjusted, with what they were and what they are.
    pub keys: Vec<(String, FigureValue, String)>,
    /// How often the year was simulated.
    pub trials: u32,
}

/// What became of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The metric that was published.
    pub metric: Metric,
    /// Its published value, in the unit of the metric.
    pub published: f64,
    /// What the scenario gave before anything was adjusted.
    pub before: f64,
    /// What it gives with the keys fitted.
    pub after: f64,
    /// How far off, in proportion, counts as matched.
    pub tolerance: f64,
    /// Whether keys were adjusted for it.
    pub adjusted: bool,
    /// Whether keys were named for it, but it does not answer to them.
    pub idle: bool,
}

impl Outcome {
    /// What came out over what was published, less 1.
    pub fn off(&self) -> f64 {
        self.after / self.published - 1.0
    }

    /// Whether it is near enough.
    pub fn is_matched(&self) -> bool {
        self.off().abs() <= self.tolerance
    }
}

/// Why a calibration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A pattern that names no key with one number.
    #[error("`{pattern}`, which `{metric}` is to adjust, names no figure of one number in {year}")]
    NoKey {
        /// The pattern.
        pattern: String,
        /// The metric.
        metric: &'static str,
        /// The year.
        year: i32,
    },
    /// Two metrics adjust the same key.
    #[error("`{key}` is to be adjusted for both `{one}` and `{other}`")]
    Shared {
        /// The key.
        key: String,
        /// A metric.
        one: &'static str,
        /// Another.
        other: &'static str,
    },
    /// A scenario that says nothing of what becomes of its figures, not even how far they reach.
    #[error(
        "scenario `{0}` has no `[projection]`; its `to` is the last year, and `[projection.assume]` may be empty"
    )]
    NoOutlook(String),
    /// Values that the scenario cannot have.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A year that cannot be simulated.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}

/// Fits every year that the scenario has figures for and the table has targets for, in order. `progress` is told of each
/// simulated year.
///
/// Each year is a search of its own for factors on the keys, one for each target: the keys that a target names are all
/// multiplied by its factor. Every trial draws the same people and illnesses (common random numbers), so a target is
/// matched for that sample; the larger the sample, the less that differs from matching it on average.
///
/// # Errors
/// Keys that are not there, or a scenario that cannot be drawn. Targets that are missed are no error: the outcome says so.
pub fn fit(
    scenario: &Scenario,
    targets: &Targets,
    options: FitOptions,
    progress: &dyn Fn(i32, u32),
) -> Result<Fitted, FitError> {
    let (mut scenario, mut years) = (scenario.clone(), Vec::new());
    for year in scenario.years() {
        let series: Vec<&Series> = targets
            .series
            .iter()
            .filter(|series| series.values.contains_key(&year))
            .collect();
        if series.is_empty() {
            continue;
        }
        let search = Search::of(&scenario, &series, year, options)?;
        let (fitted, year) = search.run(progress)?;
        scenario = fitted;
        years.push(year);
    }
    Ok(Fitted { scenario, years })
}

/// The search for one year's factors.
struct Search<'a> {
    scenario: &'a Scenario,
    series: &'a [&'a Series],
    /// The series with keys, and these.
    adjusted: Vec<(&'a Series, Vec<(String, FigureValue)>)>,
    year: i32,
    options: FitOptions,
}

impl<'a> Search<'a> {
    fn of(
        scenario: &'a Scenario,
        series: &'a [&'a Series],
        year: i32,
        options: FitOptions,
    ) -> Result<Search<'a>, FitError> {
        let known = scenario.keys();
        let mut adjusted: Vec<(&Series, Vec<(String, FigureValue)>)> = Vec::new();
        for series in series.iter().filter(|series| !series.adjust.is_empty()) {
            let mut keys = Vec::new();
            for pattern in &series.adjust {
                let matcher = KeyPattern(pattern.clone());
                let matching = known.iter().filter(|key| matcher.matches(&key.path));
                let before = keys.len();
                keys.extend(matching.filter_map(|key| Some((key.path.clone(), key.number(year)?))));
                if keys.len() == before {
                    return Err(FitError::NoKey {
                        pattern: pattern.clone(),
                        metric: series.metric.name(),
                        year,
                    });
                }
            }
            for (other, others) in &adjusted {
                let shared = keys
                    .iter()
                    .find(|(key, _)| others.iter().any(|(other, _)| other == key));
                if let Some((key, _)) = shared {
                    return Err(FitError::Shared {
                        key: key.clone(),
                        one: other.metric.name(),
                        other: series.metric.name(),
                    });
                }
            }
            adjusted.push((series, keys));
        }
        Ok(Search {
            scenario,
            series,
            adjusted,
            year,
            options,
        })
    }

    /// The keys of a year under factors whose logarithms are given, as they are written in a scenario.
    fn sets(&self, logs: &[f64]) -> Vec<(String, String)> {
        let sets = self.adjusted.iter().zip(logs).flat_map(|((_, keys), log)| {
            let factor = libm::exp(*log);
            keys.iter().map(move |(key, before)| {
                let value = f64::try_from(before.value).unwrap_or_default();
                (format!("{key}.{}", self.year), before.written(value * factor))
            })
        });
        sets.collect()
    }

    fn run(&self, progress: &dyn Fn(i32, u32)) -> Result<(Scenario, YearFit), FitError> {
        let before = simulate(self.scenario, self.year, self.options)?;
        let (mut trials, mut failed) = (0, None);
        let mut off = |logs: &[f64]| {
            trials += 1;
            progress(self.year, trials);
            // A factor that leads out of what a figure can be leads nowhere.
            let scenario = self.scenario.with(&self.sets(logs)).ok()?;
            match simulate(&scenario, self.year, self.options) {
                Ok(measures) => Some(self.off(&measures)),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            }
        };
        let solution = solve(self.adjusted.len(), self.options.precision, &mut off);
        let solution = match (solution, failed) {
            (Some(solution), _) => solution,
            (None, Some(error)) => return Err(error),
            (None, None) => Solution {
                at: vec![0.0; self.adjusted.len()],
                off: Vec::new(),
                idle: Vec::new(),
                trials: 0,
            },
        };
        let fitted = self.scenario.with(&self.sets(&solution.at))?;
        let after = simulate(&fitted, self.year, self.options)?;
        Ok((fitted, self.year_fit(&solution, &before, &after)))
    }

    /// The logarithm of what came out over what was published, for each series with keys.
    fn off(&self, measures: &Measures) -> Vec<f64> {
        let off = self.adjusted.iter().map(|(series, _)| {
            let published = series.values[&self.year];
            // Nothing at all is as far off as can be told.
            libm::log((measures.get(series.metric) / published).max(1e-9))
        });
        off.collect()
    }

    fn year_fit(&self, solution: &Solution, before: &Measures, after: &Measures) -> YearFit {
        let outcomes = self.series.iter().map(|series| {
            let index = self
                .adjusted
                .iter()
                .position(|(other, _)| other.metric == series.metric);
            let idle = index.is_some_and(|index| solution.idle.contains(&index));
            Outcome {
                metric: series.metric,
                published: series.values[&self.year],
                before: before.get(series.metric),
                after: after.get(series.metric),
                tolerance: series.tolerance,
                adjusted: index.is_some() && !idle,
                idle,
            }
        });
        let keys = self
            .adjusted
            .iter()
            .zip(&solution.at)
            .flat_map(|((_, keys), log)| {
                let factor = libm::exp(*log);
                keys.iter().map(move |(key, before)| {
                    let value = f64::try_from(before.value).unwrap_or_default();
                    (key.clone(), *before, before.written(value * factor))
                })
            });
        YearFit {
            year: self.year,
            outcomes: outcomes.collect(),
            keys: keys.collect(),
            trials: solution.trials,
        }
    }
}

/// A year by itself, as a projection would have it.
fn simulate(scenario: &Scenario, year: i32, options: FitOptions) -> Result<Measures, FitError> {
    let name = || scenario.name().to_string();
    let outlook = scenario.outlook().ok_or_else(|| FitError::NoOutlook(name()))?;
    let FitOptions { persons, seed, .. } = options;
    let plan = Plan {
        from: year,
        to: year,
        persons,
        seed,
    };
    let years = follow(scenario, &outlook.central(), &plan, &|_| {})?;
    let expansion = Expansion::of(scenario, persons);
    let (Some(simulated), Some(expansion)) = (years.first(), expansion) else {
        return Err(ProjectionError::NoPopulation(name()).into());
    };
    Ok(Measures::of(simulated, expansion.weight()))
}
