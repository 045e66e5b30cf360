//! Scenarios side by side, year by year.

use crate::batch::burdens::Burdens;
use crate::batch::{Options, claims_by_person};
use crate::compare::bridge::{Amounts, Bridge, BridgeError, Measure, Method, Way};
use crate::compare::contrast::{Contrast, Standing};
use crate::compare::crowd::{CompareError, Crowd, Whose};
use crate::compare::gains::{ClaimChange, Gains, changed_claims};
use crate::compare::side::Side;
use crate::data::FileRecord;
use crate::data::pseudonym::Pseudonyms;
use crate::money::Fen;
use crate::scenario::{Bearing, Change, LayerKind, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which scenarios to compare, over which years, on whose bills.
pub struct Request<'a> {
    /// The scenarios; the first is the baseline.
    pub scenarios: &'a [Scenario],
    /// Another of them that all are measured against too.
    pub alternative_baseline: Option<usize>,
    /// The benefit years, each settled by itself.
    pub years: &'a [i32],
    /// Whose bills are settled: those of files or of a synthetic city.
    pub whose: &'a Whose,
    /// The income per head by which burdens are measured, instead of that of the baseline.
    pub income: Option<Fen>,
    /// How many of the claims that change most to name, of each year.
    pub top: usize,
    /// Whether to split the change over the keys, and which keys change together.
    pub bridge: Option<(Method, &'a [String])>,
}

/// Scenarios side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The scenarios; the first is the baseline.
    pub scenarios: Vec<Compared>,
    /// The benefit years that were compared, in order.
    pub years: Vec<Year>,
    /// The changes from baselines to the others.
    pub pairs: Vec<Pair>,
    /// The files that were read; none of a city.
    #[serde(skip)]
    pub files: Vec<FileRecord>,
    /// What was tolerated in them.
    pub warnings: Vec<String>,
}

/// A scenario that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The name that tells it from the others.
    pub label: String,
    /// Its title in English.
    pub title: String,
    /// Its title in Chinese.
    pub title_zh: String,
    /// SHA-256 of the whole.
    pub sha256: String,
}

/// A year of all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Year {
    /// The benefit year.
    pub year: i32,
    /// The income per head by which burdens are measured; `None` where none is known.
    #[serde(rename = "income_fen")]
    pub income: Option<Fen>,
    /// One for each scenario.
    pub sides: Vec<Side>,
}

/// The change from a baseline to another scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The index of the baseline.
    pub from: usize,
    /// The index of the other.
    pub to: usize,
    /// What changes between the two in each benefit year.
    pub years: Vec<PairYear>,
    /// The change split over the keys, all years together, if that was asked for.
    pub bridge: Option<Bridge>,
    /// Keys of the other's synthetic city that were left out of account, because the people are the baseline's.
    pub left_out: Vec<String>,
    /// The keys that differ.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

/// A year of the change from a baseline to another scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairYear {
    /// The benefit year.
    pub year: i32,
    /// Who wins and who loses.
    pub gains: Gains,
    /// Claims that leave their persons with another amount.
    pub claims_changed: u64,
    /// Those that change most.
    pub claims: Vec<ClaimChange>,
    /// The first of them, step by step.
    #[serde(skip)]
    pub contrast: Option<Contrast>,
}

/// Why scenarios cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum ComparisonError {
    /// People that cannot be settled.
    #[error(transparent)]
    Crowd(#[from] CompareError),
    /// A bridge that cannot be built.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
}

impl ComparisonError {
    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            ComparisonError::Crowd(error) => error.hint(),
            ComparisonError::Bridge(error) => error.hint(),
        }
    }
}

impl Comparison {
    /// The same, which calls persons by these pseudonyms, if there are any.
    #[must_use]
    pub(crate) fn naming(mut self, pseudonyms: Option<&Pseudonyms>) -> Comparison {
        let Some(pseudonyms) = pseudonyms else {
            return self;
        };
        for year in self.pairs.iter_mut().flat_map(|pair| &mut pair.years) {
            let claims = year.claims.iter_mut().map(|claim| &mut claim.person);
            let contrast = year.contrast.iter_mut().map(|contrast| &mut contrast.person);
            claims
                .chain(contrast)
                .for_each(|person| *person = pseudonyms.of(person));
        }
        self
    }

    /// Settles everybody under each scenario. `progress` is told the number of persons that were settled since it was last
    /// called.
    ///
    /// # Errors
    /// A file or a year that cannot be used, or a bridge that cannot be built.
    pub fn of(
        request: &Request<'_>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Comparison, ComparisonError> {
        let mut pairs = pairs(request);
        let ways = ways(request, &pairs)?;
        let mut sums: Vec<BTreeMap<u32, Amounts>> = vec![BTreeMap::new(); ways.len()];
        let (mut years, mut files, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for &year in request.years {
            let mut crowd = Crowd::new(request.whose, &request.scenarios[0], year, &|_| ())?;
            let income = request.income.or(request.scenarios[0].income(year));
            let mut settled: Vec<(Side, usize, Burdens)> = Vec::new();
            for scenario in request.scenarios {
                let of_scenario = side(&mut crowd, scenario, income, progress)?;
                let unstated = of_scenario.0.unstated.iter();
                warnings.extend(unstated.map(|told| format!("under `{}`, {told}", scenario.name())));
                settled.push(of_scenario);
            }
            for pair in &mut pairs {
                let of_year = pair_year(request, &mut crowd, (pair.from, pair.to), &settled)?;
                pair.years.push(of_year);
            }
            for ((way, sums), pair) in ways.iter().zip(&mut sums).zip(&pairs) {
                add_between(way, &mut crowd, sums, progress)?;
                let all = (1u32 << way.steps.len()) - 1;
                // Without a step the two are the same, and the first is kept.
                add(sums, all, &settled[pair.to].0);
                if all > 0 {
                    add(sums, 0, &settled[pair.from].0);
                }
            }
            if years.is_empty() {
                files = crowd.files().to_vec();
            }
            crowd.add_warnings(&mut warnings);
            years.push(Year {
                year,
                income,
                sides: settled.into_iter().map(|(side, ..)| side).collect(),
            });
        }
        for ((way, sums), pair) in ways.iter().zip(&sums).zip(&mut pairs) {
            pair.bridge = Some(way.split(|taken| sums.get(&taken).copied().unwrap_or_default()));
        }
        Ok(Comparison {
            scenarios: compared(request.scenarios),
            years,
            pairs,
            files,
            warnings,
        })
    }

    /// A sum of a scenario over the years.
    pub fn sum(&self, scenario: usize, of: impl Fn(&Side) -> Fen) -> Fen {
        self.years.iter().map(|year| of(&year.sides[scenario])).sum()
    }

    /// Whether something wants a look: rows or payments that were refused in files, or keys that were left out of account.
    pub fn wants_a_look(&self) -> bool {
        let mut sides = self.years.iter().flat_map(|year| &year.sides);
        let left_out = self.pairs.iter().any(|pair| !pair.left_out.is_empty());
        let refused = |side: &Side| {
            !side.rejected_rows.is_empty() || !self.files.is_empty() && !side.refused_payments.is_empty()
        };
        left_out || sides.any(refused)
    }
}

/// Every other scenario beside the baseline, then beside the alternative one.
fn pairs(request: &Request<'_>) -> Vec<Pair> {
    let baselines = std::iter::once(0).chain(request.alternative_baseline.filter(|&index| index != 0));
    let others = |from: usize| (0..request.scenarios.len()).filter(move |&to| to != from);
    let pairs = baselines.flat_map(|from| others(from).map(move |to| (from, to)));
    let pair = |(from, to): (usize, usize)| {
        let changes = request.scenarios[from].changes(&request.scenarios[to]);
        let of_city = changes
            .iter()
            .filter(|change| change.is_of_value() && change.bearing() == Bearing::City);
        let is_city = matches!(request.whose, Whose::City { .. });
        let left_out = of_city.map(|change| change.path.clone());
        Pair {
            from,
            to,
            years: Vec::new(),
            bridge: None,
            left_out: left_out.filter(|_| is_city).collect(),
            changes,
        }
    };
    pairs.map(pair).collect()
}

/// The way of each pair, if bridges are wanted.
fn ways(request: &Request<'_>, pairs: &[Pair]) -> Result<Vec<Way>, BridgeError> {
    let Some((method, groups)) = request.bridge else {
        return Ok(Vec::new());
    };
    let way = |pair: &Pair| {
        let [from, to] = [pair.from, pair.to].map(|index| &request.scenarios[index]);
        Way::new(from, to, method, groups)
    };
    pairs.iter().map(way).collect()
}

/// The numbers of a scenario's year, and what each person was left with.
fn side(
    crowd: &mut Crowd<'_>,
    scenario: &Scenario,
    income: Option<Fen>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(Side, usize, Burdens), CompareError> {
    let options = Options {
        burdens: Some(crowd.year()),
        ..Options::default()
    };
    let settled = crowd.settle(scenario, options, progress)?;
    let side = Side::of(crowd, &settled, income);
    Ok((side, settled.held, settled.outcome.burdens))
}

fn pair_year(
    request: &Request<'_>,
    crowd: &mut Crowd<'_>,
    (from, to): (usize, usize),
    settled: &[(Side, usize, Burdens)],
) -> Result<PairYear, CompareError> {
    let held = [settled[from].1, settled[to].1];
    let burdens = [&settled[from].2, &settled[to].2];
    let (claims_changed, mut claims) = changed_claims(crowd, held, burdens, request.top);
    let [before, after] = [from, to].map(|index| &request.scenarios[index]);
    let stand = [
        standings(crowd, before, &claims)?,
        standings(crowd, after, &claims)?,
    ];
    let [before_all, after_all] = stand;
    let mut first = None;
    for (claim, sides) in claims.iter_mut().zip(before_all.into_iter().zip(after_all)) {
        if let (Some(before), Some(after)) = sides {
            let contrast = Contrast::of(&claim.claim, before, after);
            claim.parts_at = contrast.parting_rule();
            first = first.or(Some(contrast));
        }
    }
    Ok(PairYear {
        year: crowd.year(),
        gains: Gains::of(before, crowd, held, burdens),
        claims_changed,
        claims,
        contrast: first,
    })
}

/// How some claims settle under a scenario.
fn standings(
    crowd: &mut Crowd<'_>,
    scenario: &Scenario,
    claims: &[ClaimChange],
) -> Result<Vec<Option<Standing>>, CompareError> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let held = crowd.turn_to(scenario)?;
    let caseload = crowd.caseload(held);
    let by_person = claims_by_person(caseload);
    let standings = claims
        .iter()
        .map(|claim| Standing::of(&claim.claim, scenario, caseload, &by_person));
    Ok(standings.collect())
}

/// Settles everybody under the scenarios between two, and adds up what the bridge splits.
fn add_between(
    way: &Way,
    crowd: &mut Crowd<'_>,
    sums: &mut BTreeMap<u32, Amounts>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(), CompareError> {
    let options = Options {
        no_fingerprint: true,
        ..Options::default()
    };
    for (taken, scenario) in &way.between {
        let settled = crowd.settle(scenario, options, progress)?;
        let side = Side::of(crowd, &settled, None);
        add(sums, *taken, &side);
    }
    Ok(())
}

fn add(sums: &mut BTreeMap<u32, Amounts>, taken: u32, side: &Side) {
    let amounts = sums.entry(taken).or_default();
    for (amount, measure) in amounts.iter_mut().zip(Measure::ALL) {
        *amount += measure.of(side);
    }
}

/// The scenarios, each with a label that no other has.
fn compared(scenarios: &[Scenario]) -> Vec<Compared> {
    let labels = labels(scenarios);
    let all = scenarios.iter().zip(labels);
    all.map(|(scenario, label)| Compared {
        label,
        title: scenario.title().to_string(),
        title_zh: scenario.title_in_chinese().to_string(),
        sha256: scenario.sha256(),
    })
    .collect()
}

/// The name of each scenario, with a word where something is set on top, and a number where that is not enough.
pub(crate) fn labels(scenarios: &[Scenario]) -> Vec<String> {
    let named = scenarios.iter().map(|scenario| {
        let mut layers = scenario.layers().iter();
        match layers.any(|layer| layer.kind == LayerKind::Set) {
            true => format!("{}+set", scenario.name()),
            false => scenario.name().to_string(),
        }
    });
    let mut labels: Vec<String> = Vec::new();
    for name in named {
        let (mut label, mut number) = (name.clone(), 1);
        while labels.contains(&label) {
            number += 1;
            label = format!("{name} ({number})");
        }
        labels.push(label);
    }
    labels
}
