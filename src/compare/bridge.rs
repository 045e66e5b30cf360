//! The bridge from one scenario to another: which changed key costs how much, adding up to the fen.
//!
//! Between the two lie scenarios that have some of the changed keys as the first has them and the others as the second
//! does; each is settled on the same people.
//!
//! - **Sequential**: the keys change one after the other, in the order of the document. Each is given what the step to it
//!   changes; so what two keys do together goes to the later one.
//! - **Shapley**: each key is given the mean of what it changes over all orders in which the keys could change, from the
//!   2^n sets of them. No order is preferred, and what two keys do together is shared equally.
//!
//! A mean over orders is a fraction of a fen. It is held exactly, with n! as the denominator; the shares are rounded down
//! to whole fen, and the fen that are left go to the keys with the largest remainders, the earlier one first where they
//! are equal (最大余额法). So the shares add up to the change, and two keys that do the same differ by a fen at most.
//!
//! Keys that are no scenario one without the other (a table that only one of the two has, shares that add up to one)
//! change together, and so do those that the caller puts together.

use crate::compare::side::Side;
use crate::money::Fen;
use crate::scenario::{Bearing, Change, Scenario, ScenarioError};
use serde::Serialize;

/// The most keys, or groups of keys, for [`Method::Shapley`]: 2 to this power settlements of everybody.
const MOST_SHAPLEY: usize = 8;

/// How the change is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// One key after the other, in the order of the document.
    Sequential,
    /// The mean over all orders.
    Shapley,
}

impl Method {
    /// The word on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Sequential => "sequential",
            Method::Shapley => "shapley",
        }
    }
}

/// A number whose change is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// What the fund pays.
    FundCost,
    /// What persons pay of their bills.
    OutOfPocket,
    /// Contributions that the insured pay.
    Contributions,
    /// What others bring to the fund: subsidies, and contributions that they pay.
    PublicMoney,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 4] = [
        Measure::FundCost,
        Measure::OutOfPocket,
        Measure::Contributions,
        Measure::PublicMoney,
    ];

    /// The word in records.
    pub const fn name(self) -> &'static str {
        match self {
            Measure::FundCost => "fund_cost",
            Measure::OutOfPocket => "out_of_pocket",
            Measure::Contributions => "contributions",
            Measure::PublicMoney => "public_money",
        }
    }

    /// What it is of a scenario's year.
    pub fn of(self, side: &Side) -> Fen {
        match self {
            Measure::FundCost => side.fund_cost,
            Measure::OutOfPocket => side.out_of_pocket,
            Measure::Contributions => side.payers.persons,
            Measure::PublicMoney => side.payers.public(),
        }
    }
}

/// Amounts of all measures, in their order.
pub type Amounts = [Fen; Measure::ALL.len()];

/// The way from one scenario to another, before anything is settled.
pub struct Way {
    /// How it is split.
    pub method: Method,
    /// The keys that change together, in order.
    pub steps: Vec<Vec<String>>,
    /// The scenarios to settle, each with the steps that are taken as bits. The first and the last, which are the two
    /// themselves, are not among them.
    pub between: Vec<(u32, Scenario)>,
}

/// The change from one scenario to another, split over the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bridge {
    /// How it is split.
    pub method: Method,
    /// What each step is given, in the order of the document.
    pub steps: Vec<Share>,
    /// All measures of the first scenario.
    #[serde(serialize_with = "by_name")]
    pub before: Amounts,
    /// All measures of the second.
    #[serde(serialize_with = "by_name")]
    pub after: Amounts,
}

/// What a key, or keys that change together, are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The keys that change together in the step.
    pub keys: Vec<String>,
    /// What the step does to each measure, in the order of [`Measure::ALL`], in fen.
    #[serde(serialize_with = "by_name")]
    pub amounts: Amounts,
}

fn by_name<S: serde::Serializer>(amounts: &Amounts, serializer: S) -> Result<S::Ok, S::Error> {
    let named = Measure::ALL.iter().zip(amounts);
    serializer.collect_map(named.map(|(measure, amount)| (format!("{}_fen", measure.name()), amount)))
}

/// Why there is no bridge.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// A scenario between the two that is none.
    #[error("{error}\nThis is on the way from `{from}` to `{to}`, with {keys} changed and the rest not yet.")]
    Between {
        /// The first scenario.
        from: String,
        /// The second.
        to: String,
        /// What has changed.
        keys: String,
        /// What is wrong with it.
        #[source]
        error: ScenarioError,
    },
    /// Too many keys for every set of them.
    #[error("{steps} keys changed: in every order (Shapley), {MOST_SHAPLEY} at most can be told apart")]
    TooMany {
        /// How many.
        steps: usize,
        /// The tables that most of them stand in.
        tables: Vec<String>,
    },
    /// A group without a key.
    #[error("no changed key is or stands under `{0}`")]
    NoSuchGroup(String),
    /// Figures for other years.
    #[error("`{from}` and `{to}` have figures for different years, so nothing lies between them")]
    OtherYears {
        /// The first scenario.
        from: String,
        /// The second.
        to: String,
    },
}

impl BridgeError {
    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            BridgeError::Between { .. } => Some(
                "keys that need each other can change together: `--group` and the table that they stand in"
                    .into(),
            ),
            BridgeError::TooMany { tables, .. } => {
                let groups: Vec<String> = tables.iter().map(|table| format!("--group {table}")).collect();
                Some(format!(
                    "give `--bridge sequential`, or let keys change together, such as {}",
                    groups.join(" ")
                ))
            }
            _ => None,
        }
    }
}

impl Way {
    /// The way from one scenario to another, with keys at or under each of `groups` changing together.
    ///
    /// # Errors
    /// Too many keys for the method, a group that nothing is in, or keys that cannot change apart.
    pub fn new(
        from: &Scenario,
        to: &Scenario,
        method: Method,
        groups: &[String],
    ) -> Result<Way, BridgeError> {
        if from.years() != to.years() {
            let names = [from, to].map(|scenario| scenario.name().to_string());
            let [from, to] = names;
            return Err(BridgeError::OtherYears { from, to });
        }
        let changes = from.changes(to);
        let changes: Vec<&Change> = changes
            .iter()
            .filter(|change| change.is_of_value() && change.bearing() == Bearing::Rules)
            .collect();
        let steps = grouped(&changes, groups)?;
        let (steps, prefixes) = possible(from, to, steps)?;
        let between = match method {
            Method::Sequential => prefixes,
            Method::Shapley => all_sets(from, to, &steps, prefixes)?,
        };
        Ok(Way {
            method,
            steps,
            between,
        })
    }

    /// The split, where the amounts of every set of steps are known; `amounts` is given the steps taken as bits.
    ///
    /// # Panics
    /// If the shares do not add up to the change: a defect of the program.
    pub fn split(&self, amounts: impl Fn(u32) -> Amounts) -> Bridge {
        let all = last(self.steps.len());
        let (before, after) = (amounts(0), amounts(all));
        let mut steps: Vec<Share> = (self.steps.iter())
            .map(|keys| Share {
                keys: keys.clone(),
                amounts: Amounts::default(),
            })
            .collect();
        for measure in 0..Measure::ALL.len() {
            let of = |taken: u32| amounts(taken)[measure].get();
            let shares = match self.method {
                Method::Sequential => sequential(self.steps.len(), of),
                Method::Shapley => shapley(self.steps.len(), of),
            };
            let sum: i64 = shares.iter().sum();
            let change = (after[measure] - before[measure]).get();
            assert!(
                sum == change || self.steps.is_empty(),
                "the shares of a bridge add up to {sum} fen, the change is {change}"
            );
            for (step, share) in steps.iter_mut().zip(shares) {
                step.amounts[measure] = Fen::new(share);
            }
        }
        Bridge {
            method: self.method,
            steps,
            before,
            after,
        }
    }
}

/// All steps taken.
fn last(steps: usize) -> u32 {
    (1u32 << steps) - 1
}

/// Puts keys together: those of a table that only one of the two has, and those that are asked for.
fn grouped(changes: &[&Change], groups: &[String]) -> Result<Vec<Vec<String>>, BridgeError> {
    let mut steps: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    let mut empty: Vec<&String> = groups.iter().collect();
    for change in changes {
        let group = groups.iter().find(|group| is_under(&change.path, group));
        if let Some(group) = group {
            empty.retain(|empty| *empty != group);
        }
        let group = group.map(String::as_str);
        let known = steps
            .iter_mut()
            .find(|(known, _)| known.is_some() && *known == group);
        match known {
            Some((_, keys)) => keys.push(change.path.clone()),
            None => steps.push((group, vec![change.path.clone()])),
        }
    }
    match empty.first() {
        Some(group) => Err(BridgeError::NoSuchGroup(group.to_string())),
        None => Ok(steps.into_iter().map(|(_, keys)| keys).collect()),
    }
}

fn is_under(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The scenarios along the way with the steps that are taken as bits, and the steps: one that is no scenario by itself
/// is taken together with the next.
#[allow(clippy::type_complexity, reason = "a pair that is taken apart at once")]
fn possible(
    from: &Scenario,
    to: &Scenario,
    steps: Vec<Vec<String>>,
) -> Result<(Vec<Vec<String>>, Vec<(u32, Scenario)>), BridgeError> {
    let mixer = from.mixer(to).map_err(|error| between(from, to, &[], error))?;
    let (mut joined, mut scenarios): (Vec<Vec<String>>, Vec<(u32, Scenario)>) = (Vec::new(), Vec::new());
    let mut taken: Vec<String> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let count = steps.len();
    for (index, keys) in steps.into_iter().enumerate() {
        taken.extend(keys.iter().cloned());
        open.extend(keys);
        if index + 1 == count {
            break;
        }
        if let Ok(scenario) = mixer.with(&taken) {
            joined.push(std::mem::take(&mut open));
            scenarios.push((joined.len() as u32, scenario));
        }
    }
    if !open.is_empty() {
        joined.push(open);
    }
    let scenarios = scenarios
        .into_iter()
        .map(|(count, scenario)| (last(count as usize), scenario));
    Ok((joined, scenarios.collect()))
}

/// The scenarios of every set of steps but none and all.
fn all_sets(
    from: &Scenario,
    to: &Scenario,
    steps: &[Vec<String>],
    known: Vec<(u32, Scenario)>,
) -> Result<Vec<(u32, Scenario)>, BridgeError> {
    if steps.len() > MOST_SHAPLEY {
        return Err(BridgeError::TooMany {
            steps: steps.len(),
            tables: tables(steps),
        });
    }
    let mixer = from.mixer(to).map_err(|error| between(from, to, &[], error))?;
    let mut scenarios = known;
    for taken in 1..last(steps.len()) {
        if scenarios.iter().any(|(known, _)| *known == taken) {
            continue;
        }
        let of = (0..steps.len()).filter(|step| taken >> step & 1 == 1);
        let keys: Vec<String> = of.flat_map(|step| steps[step].iter().cloned()).collect();
        let scenario = mixer
            .with(&keys)
            .map_err(|error| between(from, to, &keys, error))?;
        scenarios.push((taken, scenario));
    }
    Ok(scenarios)
}

fn between(from: &Scenario, to: &Scenario, keys: &[String], error: ScenarioError) -> BridgeError {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    BridgeError::Between {
        from: from.name().to_string(),
        to: to.name().to_string(),
        keys: keys.join(", "),
        error,
    }
}

/// The tables that hold several of the steps, the fullest first.
fn tables(steps: &[Vec<String>]) -> Vec<String> {
    let mut tables: Vec<(String, usize)> = Vec::new();
    for key in steps.iter().filter_map(|keys| keys.first()) {
        let parts: Vec<&str> = key.split('.').collect();
        let table = parts[..parts.len().min(2)].join(".");
        match tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, count)) => *count += 1,
            None => tables.push((table, 1)),
        }
    }
    tables.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    tables.into_iter().map(|(table, _)| table).take(2).collect()
}

/// What each step changes after those before it.
fn sequential(steps: usize, of: impl Fn(u32) -> i64) -> Vec<i64> {
    (0..steps)
        .map(|step| of(last(step + 1)) - of(last(step)))
        .collect()
}

/// What each step changes on the mean of all orders, in whole fen by largest remainders.
fn shapley(steps: usize, of: impl Fn(u32) -> i64) -> Vec<i64> {
    let factorial = |number: usize| -> i128 { (1..=number as i128).product() };
    let all = factorial(steps);
    let mut shares: Vec<(i64, i128)> = Vec::with_capacity(steps);
    for step in 0..steps {
        let mut sum = 0i128;
        for taken in (0..=last(steps)).filter(|taken| taken >> step & 1 == 0) {
            let before = taken.count_ones() as usize;
            let orders = factorial(before) * factorial(steps - before - 1);
            sum += orders * i128::from(of(taken | 1 << step) - of(taken));
        }
        // No share is larger than a change, which fits.
        shares.push((sum.div_euclid(all) as i64, sum.rem_euclid(all)));
    }
    let mut order: Vec<usize> = (0..steps).collect();
    order.sort_by_key(|&step| std::cmp::Reverse(shares[step].1));
    let left: i128 = shares.iter().map(|(_, rest)| rest).sum::<i128>() / all.max(1);
    for &step in order.iter().take(left as usize) {
        shares[step].0 += 1;
    }
    shares.into_iter().map(|(share, _)| share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_two_do_together_is_shared() {
        // 10 and 20 alone, 37 together: 7 more, 3 1/2 each. The half fen goes to the first.
        let of = |taken: u32| [0, 10, 20, 37][taken as usize];
        assert_eq!(sequential(2, of), [10, 27]);
        assert_eq!(shapley(2, of), [14, 23]);
        assert_eq!(shapley(0, |_| 0), [0i64; 0]);
        assert_eq!(shapley(1, |taken| -5 * i64::from(taken)), [-5]);
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_fen(values in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 64), steps in 1usize..=6) {
            let of = |taken: u32| values[taken as usize];
            let change = of(last(steps)) - of(0);
            prop_assert_eq!(sequential(steps, of).iter().sum::<i64>(), change);
            prop_assert_eq!(shapley(steps, of).iter().sum::<i64>(), change);
        }

        #[test]
        fn two_that_do_the_same_are_given_the_same(by_count in prop::collection::vec(-1_000_000i64..1_000_000, 7), steps in 1usize..=6) {
            // A number that depends on how many steps are taken, and not on which.
            let shares = shapley(steps, |taken| by_count[taken.count_ones() as usize]);
            let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
            prop_assert!(most - least <= 1, "{shares:?}");
        }

        #[test]
        fn a_step_that_does_nothing_is_given_nothing(values in prop::collection::vec(-1_000_000i64..1_000_000, 16)) {
            // The second of four steps is looked through.
            let shares = shapley(4, |taken| values[(taken & !2) as usize]);
            prop_assert_eq!(shares[1], 0);
        }
    }
}
