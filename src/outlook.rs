//! What becomes of figures after the last year they are given for: assumptions, and how uncertain they are.
//!
//! A scenario gives figures for some years. A projection needs them for later ones, so the scenario says under
//! `[projection]` how each goes on: so much growth a year, or as another assumption does. A [`Path`] is one future: the
//! growth of every assumption in every year, and the shocks that strike. The central path takes the assumptions as they
//! are; others are drawn around them, or shift one.
//!
//! With `last` the value of the last year given, the value of year `y` is `last` times the product of `1 + growth` over
//! the years since, times the shocks of `y` itself. Several assumptions may name one figure; their factors multiply.
//!
//! ```
//! use yibao::outlook::{Assumption, Outlook};
//! use yibao::figure::Provenance;
//! let price = Assumption::constant("price", "utilisation.*.cost", 0.05);
//! let mix = Assumption::constant("mix", "utilisation.stays.cost", 0.01);
//! let outlook = Outlook { last_year: 2024, horizon: 2060, assumptions: vec![price, mix], shocks: vec![] };
//! let path = outlook.central();
//! let grown = outlook.grown(&path, "utilisation.stays.cost", 100.0, 2024, 2026).unwrap();
//! assert!((grown.value - 100.0 * 1.05_f64.powi(2) * 1.01_f64.powi(2)).abs() < 1e-9);
//! assert!(outlook.grown(&path, "funding.subsidy", 670.0, 2024, 2026).is_none());
//! ```

use crate::chacha::ChaCha8;
use crate::figure::Provenance;
use rand_core::Rng;
use rand_distr::{Distribution, StandardNormal};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use xxhash_rust::xxh3::xxh3_64;

/// What a yearly growth may be.
pub(crate) const GROWTH: RangeInclusive<f64> = -0.9..=1.0;

/// How the figures of a scenario go on (`[projection]`).
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The last benefit year of the scenario itself; figures of one value for all years hold up to it.
    pub last_year: i32,
    /// The last year that may be projected.
    pub horizon: i32,
    /// How figures grow.
    pub assumptions: Vec<Assumption>,
    /// What may strike a single year.
    pub shocks: Vec<Shock>,
}

/// How some figures go on (`projection.assume.NAME`).
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// Its name.
    pub name: String,
    /// The figures that it is about.
    pub keys: Vec<KeyPattern>,
    /// How they grow.
    pub rule: Rule,
    /// The lowest and the highest yearly growth worth considering, for the sensitivity of results to it.
    pub range: Option<(f64, f64)>,
    /// Standard deviation of the yearly growth as a whole: how sure the trend is.
    pub trend_sd: f64,
    /// Standard deviation of the growth from year to year around the trend.
    pub yearly_sd: f64,
    /// Values are rounded to multiples of this, in the unit of the figures.
    pub round_to: Option<f64>,
    /// How well it is founded.
    pub provenance: Provenance,
    /// Where it comes from.
    pub source: String,
}

/// How figures grow from year to year.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// By this share a year, from each year on until another is given.
    Growth(BTreeMap<i32, f64>),
    /// As the assumption at this index of [`Outlook::assumptions`] does, uncertainty included.
    Follows(usize),
}

/// What strikes a single year (`projection.shock.NAME`), such as an epidemic.
#[derive(Clone, Debug, PartialEq)]
pub struct Shock {
    /// Its name.
    pub name: String,
    /// The figures that it changes.
    pub keys: Vec<KeyPattern>,
    /// How likely it is in a year.
    pub probability: f64,
    /// What the figures are multiplied with in that year.
    pub times: f64,
    /// Standard deviation of the logarithm of that factor from one shock to another.
    pub times_sd: f64,
    /// How well it is founded.
    pub provenance: Provenance,
    /// Where it comes from.
    pub source: String,
}

/// A dotted key in which `*` stands for any one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern(pub String);

impl KeyPattern {
    /// Whether it names the key.
    pub(crate) fn matches(&self, key: &str) -> bool {
        let (mut own, mut others) = (self.0.split('.'), key.split('.'));
        loop {
            match (own.next(), others.next()) {
                (None, None) => return true,
                (Some(own), Some(other)) if own == "*" || own == other => {}
                _ => return false,
            }
        }
    }
}

/// One future: the growth of every assumption and the factor of every shock, by year.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// By assumption and year, from the year after [`Outlook::last_year`] on; also for the years before, if growth is
    /// given for them.
    growth: Vec<BTreeMap<i32, f64>>,
    /// By shock: the years that it strikes, and with which factor.
    shocks: Vec<BTreeMap<i32, f64>>,
}

/// A figure's value in a later year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grown {
    /// The value, already rounded if the assumption says to which multiples.
    pub value: f64,
    /// Whether anything but the value of the last year can come out.
    pub moves: bool,
}

impl Assumption {
    /// A constant growth without uncertainty, assumed: for tests and examples.
    pub fn constant(name: &str, key: &str, growth: f64) -> Assumption {
        Assumption {
            name: name.into(),
            keys: vec![KeyPattern(key.into())],
            rule: Rule::Growth(BTreeMap::from([(i32::MIN, growth)])),
            range: None,
            trend_sd: 0.0,
            yearly_sd: 0.0,
            round_to: None,
            provenance: Provenance::Placeholder,
            source: "assumed".into(),
        }
    }

    /// The central growth of a year; `None` for an assumption that follows another.
    pub fn growth(&self, year: i32) -> Option<f64> {
        match &self.rule {
            // Before the first year given, the first growth holds.
            Rule::Growth(from) => {
                let known = from.range(..=year).next_back();
                known
                    .or_else(|| from.first_key_value())
                    .map(|(_, &growth)| growth)
            }
            Rule::Follows(_) => None,
        }
    }
}

/// Draws in sequence from the stream of one seed, path and name.
struct Stream(ChaCha8);

impl Stream {
    fn of(seed: u64, path: u32, name: &str) -> Stream {
        let name = xxh3_64(name.as_bytes());
        let halves = |word: u64| [word as u32, (word >> 32) as u32];
        let ([seed_low, seed_high], [name_low, name_high]) = (halves(seed), halves(name));
        // The last words keep these streams apart from those of persons.
        let key = [seed_low, seed_high, path, name_low, name_high, 0, 0, u32::MAX];
        Stream(ChaCha8::new(key, 0))
    }

    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

impl Outlook {
    /// The path of the assumptions as they are, without shocks.
    pub fn central(&self) -> Path {
        Path {
            growth: self.growths(|assumption, year| assumption.growth(year)),
            shocks: vec![BTreeMap::new(); self.shocks.len()],
        }
    }

    /// Path number `number`: growth drawn around every assumption, and shocks that strike or not. The same seed, number
    /// and name give the same draws, whatever else the scenario assumes (common random numbers).
    pub fn drawn(&self, seed: u64, number: u32) -> Path {
        let growth = self.assumptions.iter().map(|assumption| {
            let mut stream = Stream::of(seed, number, &assumption.name);
            let trend = assumption.trend_sd * stream.normal();
            let years = self.last_year + 1..=self.horizon;
            let drawn = years.filter_map(|year| {
                let noise = assumption.yearly_sd * stream.normal();
                Some((year, assumption.growth(year)? + trend + noise))
            });
            drawn.collect()
        });
        let shocks = self.shocks.iter().map(|shock| {
            let mut stream = Stream::of(seed, number, &shock.name);
            let years = self.last_year + 1..=self.horizon;
            let struck = years.filter_map(|year| {
                let (mark, deviation) = (stream.uniform(), stream.normal());
                let factor = shock.times * libm::exp(shock.times_sd * deviation);
                (mark < shock.probability).then_some((year, factor))
            });
            struck.collect()
        });
        Path {
            growth: growth.collect(),
            shocks: shocks.collect(),
        }
    }

    /// The central path with another growth for one assumption, the same in every year.
    pub(crate) fn shifted(&self, assumption: usize, growth: f64) -> Path {
        let mut path = self.central();
        if let Some(years) = path.growth.get_mut(assumption) {
            years.values_mut().for_each(|value| *value = growth);
        }
        path
    }

    /// The central path with one shock striking in `year`.
    pub(crate) fn struck(&self, shock: usize, year: i32) -> Path {
        let mut path = self.central();
        if let (Some(years), Some(shock)) = (path.shocks.get_mut(shock), self.shocks.get(shock)) {
            years.insert(year, shock.times);
        }
        path
    }

    fn growths(&self, growth: impl Fn(&Assumption, i32) -> Option<f64>) -> Vec<BTreeMap<i32, f64>> {
        let of = |assumption: &Assumption| {
            let years = self.last_year + 1..=self.horizon;
            years
                .filter_map(|year| Some((year, growth(assumption, year)?)))
                .collect()
        };
        self.assumptions.iter().map(of).collect()
    }

    /// The assumptions that name a key.
    pub(crate) fn of_key(&self, key: &str) -> impl Iterator<Item = (usize, &Assumption)> {
        let key = key.to_owned();
        let all = self.assumptions.iter().enumerate();
        all.filter(move |(_, assumption)| assumption.keys.iter().any(|pattern| pattern.matches(&key)))
    }

    /// The value in `year` of the figure `key`, whose value in `since`, the last year it is given for, is `value`; `None`
    /// if no assumption names it.
    pub fn grown(&self, path: &Path, key: &str, value: f64, since: i32, year: i32) -> Option<Grown> {
        let (mut factor, mut named, mut moves, mut round_to) = (1.0, false, false, None);
        for (index, assumption) in self.of_key(key) {
            named = true;
            round_to = round_to.or(assumption.round_to);
            let of = self.ruling(index);
            for growth in (since + 1..=year).filter_map(|year| path.growth[of].get(&year)) {
                factor *= 1.0 + growth;
                moves |= *growth != 0.0;
            }
        }
        if !named {
            return None;
        }
        for (shock, years) in self.shocks.iter().zip(&path.shocks) {
            if let Some(times) = years.get(&year)
                && shock.keys.iter().any(|pattern| pattern.matches(key))
            {
                factor *= times;
                moves = true;
            }
        }
        let value = value * factor;
        let rounded = round_to.filter(|&step| step > 0.0 && moves);
        let value = rounded.map_or(value, |step| (value / step).round() * step);
        Some(Grown { value, moves })
    }

    /// The assumption whose growth holds for the one at `index`.
    fn ruling(&self, index: usize) -> usize {
        match self.assumptions[index].rule {
            Rule::Follows(other) => other,
            Rule::Growth(_) => index,
        }
    }
}

/// An outlook and one of its paths: what a reader needs to know of years to come.
#[derive(Clone, Copy, Debug)]
pub struct Future<'a> {
    /// The assumptions.
    pub outlook: &'a Outlook,
    /// The growth they come to.
    pub path: &'a Path,
}

impl Future<'_> {
    /// See [`Outlook::grown`].
    pub(crate) fn grown(&self, key: &str, value: f64, since: i32, year: i32) -> Option<Grown> {
        self.outlook.grown(self.path, key, value, since, year)
    }

    /// Whether `year` lies after the scenario's own years.
    pub(crate) fn is_ahead(&self, year: i32) -> bool {
        year > self.outlook.last_year
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlook() -> Outlook {
        let mut price = Assumption::constant("price", "a.*", 0.05);
        (price.trend_sd, price.yearly_sd) = (0.01, 0.02);
        let follower = Assumption {
            rule: Rule::Follows(0),
            round_to: Some(10.0),
            ..Assumption::constant("follower", "b", 0.0)
        };
        let shock = Shock {
            name: "epidemic".into(),
            keys: vec![KeyPattern("a.x".into())],
            probability: 0.25,
            times: 0.8,
            times_sd: 0.0,
            provenance: Provenance::Placeholder,
            source: "assumed".into(),
        };
        Outlook {
            last_year: 2024,
            horizon: 2064,
            assumptions: vec![price, follower],
            shocks: vec![shock],
        }
    }

    #[test]
    fn patterns_match_part_by_part() {
        let matches = |pattern: &str, key| KeyPattern(pattern.into()).matches(key);
        assert!(matches("a.*.c", "a.b.c"));
        assert!(!matches("a.*", "a.b.c"));
        assert!(!matches("a.b.c", "a.b"));
    }

    #[test]
    fn what_follows_grows_alike_and_is_rounded() {
        let outlook = outlook();
        let grown = outlook
            .grown(&outlook.central(), "b", 1_000.0, 2024, 2025)
            .unwrap();
        assert_eq!((grown.value, grown.moves), (1_050.0, true));
        let still = outlook
            .grown(&outlook.shifted(0, 0.0), "b", 1_003.0, 2024, 2025)
            .unwrap();
        assert_eq!((still.value, still.moves), (1_003.0, false));
    }

    #[test]
    fn a_value_given_for_a_later_year_is_where_growth_begins() {
        let outlook = outlook();
        let path = outlook.central();
        let from_2026 = outlook.grown(&path, "b", 1_000.0, 2026, 2027).unwrap();
        assert_eq!(from_2026.value, 1_050.0);
    }

    #[test]
    fn draws_have_the_moments_that_are_stated() {
        let outlook = outlook();
        let (mut sum, mut squares, mut struck, paths) = (0.0, 0.0, 0, 4_000);
        for number in 0..paths {
            let path = outlook.drawn(7, number);
            let growth = path.growth[0][&2030];
            sum += growth;
            squares += growth * growth;
            struck += path.shocks[0].len();
        }
        let n = f64::from(paths);
        let (mean, sd) = (sum / n, (squares / n - (sum / n).powi(2)).sqrt());
        assert!((mean - 0.05).abs() < 0.002, "{mean}");
        assert!((sd - 0.0005_f64.sqrt()).abs() < 0.001, "{sd}");
        let rate = struck as f64 / (n * 40.0);
        assert!((rate - 0.25).abs() < 0.01, "{rate}");
        assert_eq!(outlook.drawn(7, 3), outlook.drawn(7, 3));
        assert_ne!(outlook.drawn(7, 3), outlook.drawn(8, 3));
    }

    #[test]
    fn a_shock_strikes_its_year_and_its_keys_alone() {
        let outlook = outlook();
        let path = outlook.struck(0, 2026);
        let value = |key, year| outlook.grown(&path, key, 100.0, 2024, year).unwrap().value;
        assert!((value("a.x", 2026) / value("a.y", 2026) - 0.8).abs() < 1e-12);
        assert_eq!(value("a.x", 2027), value("a.y", 2027));
    }
}
