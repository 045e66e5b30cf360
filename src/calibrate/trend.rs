//! How keys go on after the last year: straight lines through the logarithms of their values.
//!
//! With $y_t$ the value of year $t$, the line is $\ln y_t = a + b\,t$ by least squares over the years there are. What goes on
//! is the line: the first growth leads from the last value to the line's next, the later ones are $e^b - 1$. So a last year
//! below the line is made up for, not carried on, and no year is called an exception.
//!
//! A projection lets frequencies grow age by age, and an older population has more of them by itself. So of a frequency per
//! head the values are first brought to the ages of the last year: divided by what the table of frequencies by age comes to
//! over the residents expected in the year, and multiplied by what it comes to in the last.
//!
//! How far a year lies from its line (`yearly_sd`) is taken together for the series of a group, since a few years tell
//! little each: the root of the sum of their squared deviations over the sum of their degrees of freedom, which are the
//! years less two. How sure a trend is (`trend_sd`) follows: that over the root of the squared distances of the years from
//! their mean.

use crate::calibrate::targets::{Group, Rule, Targets, Trend};
use crate::outlook::KeyPattern;
use crate::scenario::{Key, KeyValue, Scenario};
use crate::synth::{CityModel, FigureError, Generator};
use std::collections::BTreeMap;

/// A straight line through logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The logarithm that the line has in year 0.
    pub level: f64,
    /// What it gains a year.
    pub slope: f64,
    /// Sum of the squared deviations.
    pub deviations: f64,
    /// Years less two.
    pub freedom: u32,
    /// Sum of the squared distances of the years from their mean.
    pub spread: f64,
}

impl Line {
    /// The value of a year.
    pub fn at(&self, year: i32) -> f64 {
        libm::exp(self.level + self.slope * f64::from(year))
    }
}

/// The line through positive values by year; `None` for fewer than two.
///
/// ```
/// let values = [(2018, 100.0), (2019, 110.0), (2020, 121.0)];
/// let line = yibao::calibrate::log_linear(values).unwrap();
/// assert!((line.at(2021) - 133.1).abs() < 1e-6);
/// assert!(line.deviations < 1e-12);
/// ```
pub fn log_linear(values: impl IntoIterator<Item = (i32, f64)>) -> Option<Line> {
    let points: Vec<(f64, f64)> = values
        .into_iter()
        .map(|(year, value)| (f64::from(year), libm::log(value)))
        .collect();
    let count = points.len();
    if count < 2 {
        return None;
    }
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count as f64;
    let (year, logarithm) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - year).powi(2)).sum();
    let joint = points
        .iter()
        .map(|point| (point.0 - year) * (point.1 - logarithm));
    let slope = joint.sum::<f64>() / spread;
    let deviation = |point: &(f64, f64)| point.1 - logarithm - slope * (point.0 - year);
    Some(Line {
        level: logarithm - slope * year,
        slope,
        deviations: points.iter().map(|point| deviation(point).powi(2)).sum(),
        freedom: count as u32 - 2,
        spread,
    })
}

/// How some keys go on.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendFit {
    /// The trend that was asked for.
    pub trend: Trend,
    /// The first and the last year that the trend is taken from.
    pub years: (i32, i32),
    /// The growth of the first year after, and of all later ones.
    pub growth: [f64; 2],
    /// Standard deviation of the growth as a whole.
    pub trend_sd: f64,
    /// Standard deviation from year to year.
    pub yearly_sd: f64,
}

/// Why a trend cannot be found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrendError {
    /// No key is one that the trend names.
    #[error("trend `{0}`: none of its keys is a figure of the scenario")]
    NoKey(String),
    /// Too few values.
    #[error("trend `{name}`: `{key}` has values for {years} of the years that count, and a line needs two")]
    TooFewYears {
        /// The trend.
        name: String,
        /// The key.
        key: String,
        /// How many years there are.
        years: usize,
    },
    /// A value of which there is no logarithm.
    #[error(
        "trend `{name}`: `{key}` is {value} in {year}, and only what is above zero has a trend in proportion"
    )]
    NotPositive {
        /// The trend.
        name: String,
        /// The key.
        key: String,
        /// The value.
        value: f64,
        /// The year.
        year: i32,
    },
    /// A population that cannot be.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// Deviations of nothing.
    #[error(
        "trend `{name}`: no series of the group `{group}` has more than two years, so nothing tells how far years lie \
         from a trend; give a `[reference.NAME]` of the group"
    )]
    NoDeviations {
        /// The trend.
        name: String,
        /// Its group.
        group: Group,
    },
}

/// The trends of a table, from the values that a scenario has for its keys.
///
/// # Errors
/// A trend that cannot be found.
pub fn trends(scenario: &Scenario, targets: &Targets) -> Result<Vec<TrendFit>, TrendError> {
    let keys = scenario.keys();
    let mut lines = Vec::new();
    for trend in &targets.trends {
        lines.push(match trend.rule {
            Rule::Hold | Rule::Follows(_) => None,
            Rule::LogLinear(_) => Some(line_of(scenario, trend, &keys)?),
        });
    }
    let mut groups: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
    let mut add = |group, line: &Line| {
        let sums = groups.entry(group).or_default();
        *sums = (sums.0 + line.deviations, sums.1 + line.freedom);
    };
    for (trend, line) in targets.trends.iter().zip(&lines) {
        if let (Rule::LogLinear(group), Some((line, _))) = (&trend.rule, line) {
            add(group.as_str(), line);
        }
    }
    for reference in &targets.references {
        let line = log_linear(reference.values.iter().map(|(&year, &value)| (year, value)));
        line.iter().for_each(|line| add(reference.group.as_str(), line));
    }
    let last = scenario.years().last().copied().unwrap_or_default();
    let fits = targets.trends.iter().zip(lines).map(|(trend, line)| {
        let (Rule::LogLinear(group), Some((line, values))) = (&trend.rule, line) else {
            return Ok(TrendFit {
                trend: trend.clone(),
                years: (last, last),
                growth: [0.0; 2],
                trend_sd: 0.0,
                yearly_sd: 0.0,
            });
        };
        let yearly_sd = match groups.get(group.as_str()) {
            Some(&(deviations, freedom)) if freedom > 0 => (deviations / f64::from(freedom)).sqrt(),
            _ => {
                let (name, group) = (trend.name.clone(), group.clone());
                return Err(TrendError::NoDeviations { name, group });
            }
        };
        let (first, (end, value)) = (values[0].0, values[values.len() - 1]);
        Ok(TrendFit {
            trend: trend.clone(),
            years: (first, end),
            growth: [line.at(end + 1) / value - 1.0, libm::exp(line.slope) - 1.0],
            trend_sd: yearly_sd / line.spread.sqrt(),
            yearly_sd,
        })
    });
    fits.collect()
}

/// The line of the first key that a trend names, and the values it runs through.
fn line_of(scenario: &Scenario, trend: &Trend, keys: &[Key]) -> Result<(Line, Vec<(i32, f64)>), TrendError> {
    let key = trend.keys.iter().find_map(|pattern| {
        let pattern = KeyPattern(pattern.clone());
        keys.iter().find(|key| pattern.matches(&key.path))
    });
    let key = key.ok_or_else(|| TrendError::NoKey(trend.name.clone()))?;
    let (name, path) = (|| trend.name.clone(), || key.path.clone());
    let mut values: Vec<(i32, f64)> = years_of(key)
        .into_iter()
        .filter(|&year| trend.from.is_none_or(|from| year >= from))
        .filter_map(|year| Some((year, f64::try_from(key.number(year)?.value).ok()?)))
        .collect();
    if let Some(&(year, value)) = values.iter().find(|(_, value)| *value <= 0.0) {
        let (name, key) = (name(), path());
        return Err(TrendError::NotPositive {
            name,
            key,
            value,
            year,
        });
    }
    let last = values.last().map(|&(year, _)| year);
    let at_last = last.map_or(Ok(None), |year| by_age(scenario, &key.path, year))?;
    for (year, value) in &mut values {
        if let (Some(at_last), Some(then)) = (at_last, by_age(scenario, &key.path, *year)?) {
            *value *= at_last / then;
        }
    }
    match log_linear(values.iter().copied()) {
        Some(line) => Ok((line, values)),
        None => Err(TrendError::TooFewYears {
            name: name(),
            key: path(),
            years: values.len(),
        }),
    }
}

/// What the table of frequencies by age behind a key comes to per resident expected in a year; `None` of a key that is no
/// frequency per head, or in a year without a population.
fn by_age(scenario: &Scenario, key: &str, year: i32) -> Result<Option<f64>, TrendError> {
    let (Some(model), Some(terms)) = (scenario.city(year), scenario.enrolment(year)) else {
        return Ok(None);
    };
    let Some(frequency) = frequency_by_age(model, key) else {
        return Ok(None);
    };
    // The persons expected do not depend on how many are drawn.
    let expected = Generator::new(model, terms, 1, 0, scenario.codebook())?
        .expected()
        .clone();
    let (mut sum, mut persons) = (0.0, 0.0);
    for by_band in &expected.persons {
        for (band, heads) in by_band.iter().enumerate() {
            let ages = 5 * band..5 * band + 5;
            sum += heads * ages.map(&frequency).sum::<f64>() / 5.0;
            persons += heads;
        }
    }
    Ok(Some(sum / persons))
}

fn frequency_by_age<'a>(model: &'a CityModel, key: &str) -> Option<Box<dyn Fn(usize) -> f64 + 'a>> {
    let utilisation = &model.utilisation;
    match key {
        "utilisation.stays.per_head" => Some(Box::new(|age| utilisation.stays.ages.at(age))),
        "utilisation.visits.per_head" => Some(Box::new(|age| utilisation.visits.ages.at(age))),
        "utilisation.chronic.per_head" => Some(Box::new(|age| {
            let groups = utilisation.chronic.groups.iter();
            groups.map(|group| group.prevalence.at(age) * group.visits).sum()
        })),
        _ => None,
    }
}

/// The years for which a key has values of their own.
fn years_of(key: &Key) -> Vec<i32> {
    match &key.value {
        KeyValue::ByYear(by_year) => by_year.keys().copied().collect(),
        KeyValue::Always(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_slope_and_deviations_of_least_squares() {
        // Logarithms 0, 2, 1: slope 1/2, deviations -1/2, 1, -1/2.
        let values = [0.0_f64, 2.0, 1.0].map(f64::exp);
        let line = log_linear((2018..).zip(values)).unwrap();
        assert!((line.slope - 0.5).abs() < 1e-9);
        assert!((line.deviations - 1.5).abs() < 1e-9);
        assert_eq!((line.freedom, line.spread), (1, 2.0));
        assert!((line.at(2021).ln() - 2.0).abs() < 1e-9);
        assert_eq!(log_linear([(2018, 1.0)]), None);
    }
}
