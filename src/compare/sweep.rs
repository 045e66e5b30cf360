//! A grid of scenarios that differ in a few figures: the same people settled at every point of it.
//!
//! The people are drawn or read once a year and kept; a point parses its values alone, and all threads settle it before the
//! next one.

use crate::batch::Options;
use crate::batch::people::{BURDENS_PERCENT, PeopleOf};
use crate::compare::crowd::{CompareError, Crowd, Settled, Whose};
use crate::data::FileRecord;
use crate::money::Fen;
use crate::projection::question::vary;
use crate::projection::target::{RequestError, Vary};
use crate::scenario::Scenario;
use serde::Serialize;

/// The most points of a grid.
pub const MOST_POINTS: usize = 100_000;

/// A figure and the values that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Axis {
    /// Its dotted path.
    pub key: String,
    /// Its values, as they are written in a scenario.
    pub values: Vec<String>,
}

/// Which figures to vary over which years, on whose bills.
pub struct Request<'a> {
    /// The scenario that is varied.
    pub scenario: &'a Scenario,
    /// The figures that vary.
    pub axes: &'a [Axis],
    /// The benefit years, each settled by itself at every point.
    pub years: &'a [i32],
    /// Whose bills are settled: those of files or of a synthetic city.
    pub whose: &'a Whose,
    /// The income per head by which burdens are measured, instead of that of the scenario.
    pub income: Option<Fen>,
}

/// The same people settled under every combination of some values.
#[derive(Clone, Debug, Serialize)]
pub struct Sweep {
    /// The figures that vary.
    pub axes: Vec<Axis>,
    /// Every point of every year: years, and then points with the last figure changing fastest.
    pub points: Vec<Point>,
    /// Rows of the files that could not be read, in all years; they are the same at every point.
    pub rejected: u64,
    /// The files that were read; none of a city.
    #[serde(skip)]
    pub files: Vec<FileRecord>,
    /// What was tolerated in them.
    pub warnings: Vec<String>,
}

/// A year at one point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The benefit year.
    pub year: i32,
    /// The place of each figure's value among those of its axis.
    pub at: Vec<usize>,
    /// The numbers, in the order of [`Outcome::NAMES`].
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The numbers of a year at a point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Persons with a day of cover.
    pub insured: u64,
    /// Claims that stand.
    pub claims: i64,
    /// What the fund pays, critical illness insurance included.
    #[serde(rename = "fund_cost_fen")]
    pub fund_cost: Fen,
    /// Of it, critical illness insurance.
    #[serde(rename = "critical_illness_fen")]
    pub critical_illness: Fen,
    /// Paid by medical assistance.
    #[serde(rename = "assistance_fen")]
    pub assistance: Fen,
    /// What persons pay of their bills.
    #[serde(rename = "out_of_pocket_fen")]
    pub out_of_pocket: Fen,
    /// Contributions that the insured pay.
    #[serde(rename = "contributions_fen")]
    pub contributions: Fen,
    /// Subsidies of all levels.
    #[serde(rename = "subsidy_fen")]
    pub subsidy: Fen,
    /// Income less benefits of the year (当期结余).
    #[serde(rename = "balance_fen")]
    pub balance: Fen,
    /// What the fund pays of what is in scope.
    pub in_scope_ratio: Option<f64>,
    /// What the fund pays of all bills.
    pub actual_ratio: Option<f64>,
    /// How many of the insured pay more than 10, 25 and 40 % of the income; `None` where it or who is insured is not known.
    pub catastrophic: Option<[u64; BURDENS_PERCENT.len()]>,
}

/// A number of a point, with whether it is money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A count.
    Count(i64),
    /// An amount.
    Amount(Fen),
    /// A share; `None` of nothing, or where it is not known.
    Share(Option<f64>),
    /// A count that is not known.
    Unknown,
}

impl Outcome {
    /// What the numbers are called.
    pub const NAMES: [&'static str; 14] = [
        "insured",
        "claims",
        "fund_cost",
        "critical_illness",
        "assistance",
        "out_of_pocket",
        "contributions",
        "subsidy",
        "balance",
        "in_scope_ratio",
        "actual_ratio",
        "catastrophic_10",
        "catastrophic_25",
        "catastrophic_40",
    ];

    /// The numbers, in the order of [`Outcome::NAMES`].
    pub fn numbers(&self) -> [Number; Outcome::NAMES.len()] {
        let burdened = |index: usize| {
            let known = self.catastrophic.map(|counts| counts[index]);
            known.map_or(Number::Unknown, |count| Number::Count(count as i64))
        };
        [
            Number::Count(self.insured as i64),
            Number::Count(self.claims),
            Number::Amount(self.fund_cost),
            Number::Amount(self.critical_illness),
            Number::Amount(self.assistance),
            Number::Amount(self.out_of_pocket),
            Number::Amount(self.contributions),
            Number::Amount(self.subsidy),
            Number::Amount(self.balance),
            Number::Share(self.in_scope_ratio),
            Number::Share(self.actual_ratio),
            burdened(0),
            burdened(1),
            burdened(2),
        ]
    }

    /// A number by its name.
    pub fn number(&self, name: &str) -> Option<Number> {
        let place = Outcome::NAMES.iter().position(|known| *known == name)?;
        Some(self.numbers()[place])
    }

    fn of(crowd: &Crowd<'_>, settled: &Settled, people: Option<PeopleOf>) -> Outcome {
        let Settled {
            outcome, statement, ..
        } = settled;
        let all = outcome.tally.all();
        let in_scope: Fen = crate::benefit::kind::BenefitKind::ALL
            .iter()
            .map(|&kind| outcome.tally.kind(kind).in_scope)
            .sum();
        let fund_cost = all.basic + all.critical_illness;
        let ratio = |of: Fen| (of > Fen::ZERO).then(|| fund_cost.get() as f64 / of.get() as f64);
        let income = &statement.consolidated.income;
        let measured = people.filter(|of| of.income.is_some());
        Outcome {
            insured: outcome.enrolled.collection.insured(crowd.year()),
            claims: all.claims,
            fund_cost,
            critical_illness: all.critical_illness,
            assistance: all.assistance,
            out_of_pocket: all.person,
            contributions: Fen::new(income.individual_person_fen),
            subsidy: Fen::new(income.subsidy_fen),
            balance: Fen::new(statement.consolidated.current_balance_fen),
            in_scope_ratio: ratio(in_scope),
            actual_ratio: ratio(all.total),
            catastrophic: measured.map(|_| outcome.people.all().burdened),
        }
    }
}

/// Why there is no sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// People that cannot be settled.
    #[error(transparent)]
    Crowd(#[from] CompareError),
    /// A figure that cannot vary so.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A figure without a range.
    #[error("`{0}` has no range to sweep over")]
    NoRange(String),
    /// Too many points.
    #[error("the grid has {0} points, more than {MOST_POINTS}")]
    TooMany(usize),
    /// A figure that makes other people.
    #[error("`{0}` makes other people or illnesses, and a sweep is about the same ones")]
    OtherPeople(String),
    /// A value with which there is no scenario.
    #[error("{error}\nThis is with {at}.")]
    Scenario {
        /// The point.
        at: String,
        /// What is wrong with it.
        #[source]
        error: crate::scenario::ScenarioError,
    },
}

impl SweepError {
    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            SweepError::Crowd(error) => error.hint(),
            SweepError::Request(error) => error.hint(),
            SweepError::NoRange(key) => Some(format!("write `--vary {key}=FROM..TO/STEP`")),
            SweepError::TooMany(_) => Some("take larger steps, or fewer figures".into()),
            SweepError::OtherPeople(_) => Some("compare whole runs of `yibao run --set` instead".into()),
            SweepError::Scenario { .. } => None,
        }
    }
}

/// Reads the figures to vary, each as `KEY=FROM..TO/STEP`: from the one end on in such steps, up to the other.
///
/// # Errors
/// An unknown key, one that is named twice, numbers that do not fit it, or too many points.
pub fn axes(scenario: &Scenario, texts: &[String]) -> Result<Vec<Axis>, SweepError> {
    let varied = vary(scenario, texts)?;
    let axes: Vec<Axis> = varied.into_iter().map(axis).collect::<Result<_, _>>()?;
    let lengths = axes.iter().map(|axis| axis.values.len());
    let points = lengths.fold(1usize, |all, length| all.saturating_mul(length));
    if points > MOST_POINTS {
        return Err(SweepError::TooMany(points));
    }
    Ok(axes)
}

fn axis(vary: Vary) -> Result<Axis, SweepError> {
    if ["population.", "utilisation."]
        .iter()
        .any(|table| vary.key.starts_with(table))
    {
        return Err(SweepError::OtherPeople(vary.key));
    }
    let Some((low, high)) = vary.range else {
        return Err(SweepError::NoRange(vary.key));
    };
    let length = usize::try_from((high - low) / vary.step).unwrap_or(usize::MAX);
    if length >= MOST_POINTS {
        return Err(SweepError::TooMany(length.saturating_add(1)));
    }
    let step = usize::try_from(vary.step).unwrap_or(usize::MAX);
    let values = (low..=high).step_by(step).map(|value| vary.unit.format(value));
    Ok(Axis {
        values: values.collect(),
        key: vary.key,
    })
}

impl Sweep {
    /// Settles everybody at every point. `progress` is told the number of points done.
    ///
    /// # Errors
    /// A file or a year that cannot be used, or a value with which there is no scenario.
    pub fn of(request: &Request<'_>, progress: &(dyn Fn(usize) + Sync)) -> Result<Sweep, SweepError> {
        let grid = grid(request.axes);
        let mut points = Vec::with_capacity(grid.len() * request.years.len());
        let (mut files, mut warnings, mut rejected) = (Vec::new(), Vec::new(), 0);
        for &year in request.years {
            let mut crowd = Crowd::new(request.whose, request.scenario, year, &|_| ())?;
            if points.is_empty() {
                files = crowd.files().to_vec();
            }
            crowd.add_warnings(&mut warnings);
            rejected += crowd.rejected(0).values().map(|of| of.rows).sum::<u64>();
            for at in &grid {
                let scenario = scenario_at(request, at)?;
                let people = PeopleOf {
                    year,
                    income: request.income.or(request.scenario.income(year)),
                };
                // Who is insured is known from enrolments alone.
                let people = crowd.caseload(0).enrolments.is_some().then_some(people);
                let options = Options {
                    people,
                    no_fingerprint: true,
                    ..Options::default()
                };
                let settled = crowd.settle(&scenario, options, &|_| ())?;
                let outcome = Outcome::of(&crowd, &settled, people);
                let at = at.clone();
                points.push(Point { year, at, outcome });
                progress(points.len());
            }
        }
        Ok(Sweep {
            axes: request.axes.to_vec(),
            points,
            rejected,
            files,
            warnings,
        })
    }
}

/// The scenario of a point.
fn scenario_at(request: &Request<'_>, at: &[usize]) -> Result<Scenario, SweepError> {
    let axes = request.axes.iter().zip(at);
    let sets: Vec<(&str, &str)> = axes
        .map(|(axis, &place)| (axis.key.as_str(), axis.values[place].as_str()))
        .collect();
    request.scenario.with(&sets).map_err(|error| {
        let at: Vec<String> = sets
            .iter()
            .map(|(key, value)| format!("`{key}` = {value}"))
            .collect();
        let at = at.join(", ");
        SweepError::Scenario { at, error }
    })
}

/// Every point, the last figure changing fastest.
fn grid(axes: &[Axis]) -> Vec<Vec<usize>> {
    axes.iter().fold(vec![Vec::new()], |points, axis| {
        let further = points.iter().flat_map(|point| {
            (0..axis.values.len()).map(|place| {
                let mut point = point.clone();
                point.push(place);
                point
            })
        });
        further.collect()
    })
}
