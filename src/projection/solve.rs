//! The solver: which value of a figure makes a result reach its target.
//!
//! It knows nothing of funds. It is given a function from a whole number (fen, millionths) to a result, a [`Goal`] for the
//! result, and where to [`Search`]; it looks only at multiples of the step, so its answer is exact: the value reaches the
//! goal, and the next one on the way back does not. A projection is dear, so no value is evaluated twice, and the result
//! says which were ([`Solution::trace`]).
//!
//! Between a value that reaches and one that does not, the next is guessed on the straight line between the two results;
//! whenever such a guess has not halved what is left, the middle is taken. So a result that is nearly linear costs four or
//! five evaluations, and none costs more than twice a bisection.
//!
//! A result that is not monotone is dealt with honestly, not magically: the answer is a crossing, and where no end of the
//! search reaches the goal the solver climbs to the highest point it finds in between, which is the highest of all if there is
//! only one hill.
//!
//! ```
//! use std::convert::Infallible;
//! use yibao::projection::solve::{Goal, Outcome, Search, solve};
//! // Contributions between 300 and 600 yuan, by whole yuan; the balance is 0 at 412.30 yuan.
//! let search = Search { start: 380_00, low: 300_00, high: 600_00, step: 1_00, whole_range: true };
//! let balance = |fen: i64| Ok::<f64, Infallible>((fen - 412_30) as f64 * 1e4);
//! let solution = solve(&search, Goal::at_least(0.0), balance)?;
//! let Outcome::Reached { at, short } = solution.outcome else { panic!() };
//! assert_eq!((at.value, short.value), (413_00, 412_00));
//! assert!(solution.trace.len() <= 6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::Serialize;

/// What the result is to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// Which side of the bound is good.
    pub side: Side,
    /// The bound itself is good.
    pub bound: f64,
    /// Whether the result is to be as near to the bound as the step allows, even if the value as it is reaches the goal
    /// with room to spare.
    pub tight: bool,
}

/// Which side of a bound is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// At least as much.
    AtLeast,
    /// At most as much.
    AtMost,
}

impl Goal {
    /// At least so much.
    pub fn at_least(bound: f64) -> Goal {
        let (side, tight) = (Side::AtLeast, false);
        Goal { side, bound, tight }
    }

    /// At most so much.
    pub fn at_most(bound: f64) -> Goal {
        let (side, tight) = (Side::AtMost, false);
        Goal { side, bound, tight }
    }

    /// By how much a result reaches the goal; less than nothing if it does not.
    pub(crate) fn room(&self, result: f64) -> f64 {
        match self.side {
            Side::AtLeast => result - self.bound,
            Side::AtMost => self.bound - result,
        }
    }

    /// Whether a result reaches the goal.
    pub(crate) fn reached(&self, result: f64) -> bool {
        self.room(result) >= 0.0
    }
}

/// Where to look, in whole units of the figure (fen, millionths).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Search {
    /// What the figure is now.
    pub start: i64,
    /// The least that it may be.
    pub low: i64,
    /// The most that it may be.
    pub high: i64,
    /// Only multiples of this are looked at, besides the start.
    pub step: i64,
    /// Whether to find where in `low..=high` the goal begins to be reached, whatever the start; otherwise the least change
    /// from the start that reaches it, which is none if the start does.
    pub whole_range: bool,
}

/// A value that was tried, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// The value of the figure.
    pub value: i64,
    /// The result at it, in the unit of the goal.
    pub result: f64,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// The figure reaches the goal as it is.
    AsItIs {
        /// The value as it is, which reaches the goal already.
        at: Evaluation,
    },
    /// This value reaches the goal.
    Reached {
        /// The last value that does, on the way from those that do to those that do not.
        at: Evaluation,
        /// The value one step further, which does not.
        short: Evaluation,
    },
    /// Every value tried reaches it.
    Everywhere {
        /// The one whose result is nearest to the bound.
        at: Evaluation,
    },
    /// No value tried reaches it.
    Nowhere {
        /// The one that comes nearest.
        nearest: Evaluation,
    },
}

impl Outcome {
    /// The value that reaches the goal, or comes nearest to it.
    pub fn at(&self) -> Evaluation {
        match self {
            Outcome::AsItIs { at } | Outcome::Reached { at, .. } | Outcome::Everywhere { at } => *at,
            Outcome::Nowhere { nearest } => *nearest,
        }
    }
}

/// What was found, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// What was found.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Every evaluation, in order.
    pub trace: Vec<Evaluation>,
}

/// Why there is no solution, not even a bad one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveError<E> {
    /// The function failed.
    #[error(transparent)]
    Evaluate(E),
    /// The function gave something that cannot be compared.
    #[error("at {value} the result is {result}, which is no number to compare")]
    NotFinite {
        /// The value.
        value: i64,
        /// The result.
        result: f64,
    },
    /// No multiple of the step lies in the range.
    #[error("no multiple of {step} lies between {low} and {high}")]
    NoValues {
        /// The lower end.
        low: i64,
        /// The upper end.
        high: i64,
        /// The step.
        step: i64,
    },
}

/// Finds where `f` reaches the goal.
///
/// # Errors
/// `f` fails or gives what is not finite, or the range holds no multiple of the step (a step below 1 has none).
pub fn solve<E>(
    search: &Search,
    goal: Goal,
    f: impl FnMut(i64) -> Result<f64, E>,
) -> Result<Solution, SolveError<E>> {
    let Search { low, high, step, .. } = *search;
    let none = SolveError::NoValues { low, high, step };
    if step < 1 || low > high {
        return Err(none);
    }
    // Values are step x index from here on.
    let (first, last) = (
        low.div_euclid(step) + i64::from(low.rem_euclid(step) > 0),
        high.div_euclid(step),
    );
    if first > last {
        return Err(none);
    }
    let mut solver = Solver {
        f,
        goal,
        step,
        start: search.start,
        first,
        last,
        trace: Vec::new(),
    };
    let outcome = if search.whole_range {
        solver.range()?
    } else {
        solver.outward()?
    };
    Ok(Solution {
        outcome,
        trace: solver.trace,
    })
}

struct Solver<F> {
    f: F,
    goal: Goal,
    step: i64,
    start: i64,
    first: i64,
    last: i64,
    trace: Vec<Evaluation>,
}

/// A place on the grid, and what was found there. The start, which may lie beside the grid, stands for the place next to it.
#[derive(Clone, Copy)]
struct Point {
    index: i64,
    found: Evaluation,
    /// By how much it reaches the goal.
    room: f64,
}

impl Point {
    fn reaches(self) -> bool {
        self.room >= 0.0
    }
}

impl<E, F: FnMut(i64) -> Result<f64, E>> Solver<F> {
    fn evaluate(&mut self, value: i64) -> Result<Evaluation, SolveError<E>> {
        if let Some(known) = self.trace.iter().find(|known| known.value == value) {
            return Ok(*known);
        }
        let result = (self.f)(value).map_err(SolveError::Evaluate)?;
        if !result.is_finite() {
            return Err(SolveError::NotFinite { value, result });
        }
        let found = Evaluation { value, result };
        self.trace.push(found);
        Ok(found)
    }

    fn at(&mut self, index: i64) -> Result<Point, SolveError<E>> {
        let found = self.evaluate(index * self.step)?;
        let room = self.goal.room(found.result);
        Ok(Point { index, found, room })
    }

    /// Looks from both ends of the range inward.
    fn range(&mut self) -> Result<Outcome, SolveError<E>> {
        let (low, high) = (self.at(self.first)?, self.at(self.last)?);
        if low.reaches() != high.reaches() {
            return self.between(low, high);
        }
        let middle = self.at(low.index + (high.index - low.index) / 2)?;
        if middle.reaches() != low.reaches() {
            let end = self.start_side(middle, low, high);
            return self.between(middle, end);
        }
        if low.reaches() {
            return Ok(self.without_crossing());
        }
        let found = if middle.room > low.room.max(high.room) {
            self.climb(low, middle, high)?
        } else if low.room > high.room {
            let inside = self.at((low.index + 1).min(self.last))?;
            self.climb(low, inside, middle)?
        } else {
            let inside = self.at((high.index - 1).max(self.first))?;
            self.climb(middle, inside, high)?
        };
        Ok(found.unwrap_or_else(|| self.without_crossing()))
    }

    /// Of the points on either side of `middle`, that on the side of the start: the crossing there is the smaller change.
    fn start_side(&self, middle: Point, low: Point, high: Point) -> Point {
        if self.start <= middle.found.value {
            low
        } else {
            high
        }
    }

    /// Looks from the start outward, upward first.
    fn outward(&mut self) -> Result<Outcome, SolveError<E>> {
        let found = self.evaluate(self.start)?;
        let room = self.goal.room(found.result);
        if room >= 0.0 && !self.goal.tight {
            return Ok(Outcome::AsItIs { at: found });
        }
        let below = self.start.div_euclid(self.step);
        let above = below + i64::from(self.start.rem_euclid(self.step) > 0);
        let width = (below.abs() / 16).max(1);
        for (index, width) in [(below, width), (above, -width)] {
            if let Some(outcome) = self.widen(Point { index, found, room }, width)? {
                return Ok(outcome);
            }
        }
        Ok(self.without_crossing())
    }

    /// Goes on from a point in steps that double until the goal is crossed. `None` if the range ends before, or the result
    /// moves away from the bound without having come near it.
    fn widen(&mut self, start: Point, mut width: i64) -> Result<Option<Outcome>, SolveError<E>> {
        let (mut before, mut from) = (start, start);
        while let Some(next) = self.towards(from, width)? {
            if next.reaches() != from.reaches() {
                return self.between(from, next).map(Some);
            }
            if next.room.abs() > from.room.abs() {
                let turned = before.index != from.index && !from.reaches();
                let (low, high) = if width > 0 { (before, next) } else { (next, before) };
                return if turned {
                    self.climb(low, from, high)
                } else {
                    Ok(None)
                };
            }
            (before, from, width) = (from, next, width.saturating_mul(2));
        }
        Ok(None)
    }

    /// The point `width` further, or the end of the range; `None` if nothing of the range is further.
    fn towards(&mut self, from: Point, width: i64) -> Result<Option<Point>, SolveError<E>> {
        let index = from.index.saturating_add(width).clamp(self.first, self.last);
        let further = index != from.index && (index > from.index) == (width > 0);
        further.then(|| self.at(index)).transpose()
    }

    /// Narrows a crossing down to two neighbours.
    fn between(&mut self, one: Point, two: Point) -> Result<Outcome, SolveError<E>> {
        let (mut met, mut unmet) = if one.reaches() { (one, two) } else { (two, one) };
        let mut guess = true;
        while met.index.abs_diff(unmet.index) > 1 {
            let width = met.index.abs_diff(unmet.index);
            let point = self.at(if guess {
                guessed(met, unmet)
            } else {
                unmet.index + (met.index - unmet.index) / 2
            })?;
            if point.reaches() {
                met = point;
            } else {
                unmet = point;
            }
            // After a guess that has not halved what is left, the middle.
            guess = !guess || met.index.abs_diff(unmet.index) * 2 <= width;
        }
        Ok(Outcome::Reached {
            at: met.found,
            short: unmet.found,
        })
    }

    /// Looks for the goal around the middle one of three points, the best unless there is no hill between the others. The
    /// outer ones do not reach the goal.
    fn climb(
        &mut self,
        mut low: Point,
        mut middle: Point,
        mut high: Point,
    ) -> Result<Option<Outcome>, SolveError<E>> {
        if middle.reaches() {
            let end = self.start_side(middle, low, high);
            return self.between(middle, end).map(Some);
        }
        let is_hill = |low: Point, middle: Point, high: Point| {
            middle.room >= low.room.max(high.room) && middle.room > low.room.min(high.room)
        };
        while high.index - low.index > 2 && is_hill(low, middle, high) {
            let left = self.at(low.index + (middle.index - low.index) / 2)?;
            let right = self.at(high.index - (high.index - middle.index) / 2)?;
            if let Some(found) = [left, right].into_iter().find(|found| found.reaches()) {
                let end = self.start_side(found, low, high);
                return self.between(found, end).map(Some);
            }
            (low, middle, high) = if left.room > middle.room {
                (low, left, middle)
            } else if right.room > middle.room {
                (middle, right, high)
            } else {
                (left, middle, right)
            };
        }
        Ok(None)
    }

    /// What there is to say where nothing was crossed.
    fn without_crossing(&self) -> Outcome {
        let goal = self.goal;
        let from_bound = |found: &&Evaluation| goal.room(found.result).abs();
        let nearest = self.trace.iter().min_by(|one, two| {
            let change = |found: &Evaluation| found.value.abs_diff(self.start);
            let by_result = from_bound(one).total_cmp(&from_bound(two));
            by_result.then(change(one).cmp(&change(two)))
        });
        let start = Evaluation {
            value: self.start,
            result: goal.bound,
        };
        let nearest = nearest.copied().unwrap_or(start);
        if goal.reached(nearest.result) {
            Outcome::Everywhere { at: nearest }
        } else {
            Outcome::Nowhere { nearest }
        }
    }
}

/// Where the straight line between two points crosses the bound, to the next index on the side that reaches it, and between
/// the two.
fn guessed(met: Point, unmet: Point) -> i64 {
    let width = met.index.abs_diff(unmet.index);
    let share = unmet.room / (unmet.room - met.room);
    let away = ((share * width as f64).ceil() as u64).clamp(1, width - 1);
    if met.index > unmet.index {
        unmet.index.saturating_add_unsigned(away)
    } else {
        unmet.index.saturating_sub_unsigned(away)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    const RANGE: Search = Search {
        start: 50,
        low: 0,
        high: 100,
        step: 1,
        whole_range: true,
    };
    const OUTWARD: Search = Search {
        whole_range: false,
        ..RANGE
    };

    /// The solution; no value was evaluated twice, and the trace is what was evaluated.
    fn solved(search: Search, goal: Goal, f: impl Fn(i64) -> f64) -> Solution {
        let mut seen = Vec::new();
        let solution = solve(&search, goal, |value| {
            seen.push(value);
            Ok::<f64, Infallible>(f(value))
        })
        .unwrap();
        let unique: BTreeSet<i64> = seen.iter().copied().collect();
        assert_eq!(unique.len(), seen.len(), "{seen:?}");
        let traced: Vec<i64> = solution.trace.iter().map(|found| found.value).collect();
        assert_eq!(traced, seen);
        solution
    }

    fn reached(solution: &Solution) -> (i64, i64) {
        match solution.outcome {
            Outcome::Reached { at, short } => (at.value, short.value),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_planted_answer_is_found_from_either_side() {
        let rising = |value: i64| value as f64;
        let falling = |value: i64| -(value as f64);
        assert_eq!(reached(&solved(RANGE, Goal::at_least(37.5), rising)), (38, 37));
        assert_eq!(reached(&solved(RANGE, Goal::at_least(37.0), rising)), (37, 36));
        assert_eq!(reached(&solved(RANGE, Goal::at_most(37.5), rising)), (37, 38));
        assert_eq!(reached(&solved(RANGE, Goal::at_least(-37.5), falling)), (37, 38));
        assert_eq!(reached(&solved(OUTWARD, Goal::at_least(77.0), rising)), (77, 76));
        assert_eq!(reached(&solved(OUTWARD, Goal::at_most(20.0), rising)), (20, 21));
        let answer = solved(OUTWARD, Goal::at_least(50.0), rising);
        assert!(matches!(answer.outcome, Outcome::AsItIs { at } if at.value == 50));
        assert_eq!(answer.trace.len(), 1);
    }

    #[test]
    fn a_tight_goal_leaves_no_room_to_spare() {
        let tight = Goal {
            tight: true,
            ..Goal::at_least(30.5)
        };
        assert_eq!(reached(&solved(OUTWARD, tight, |value| value as f64)), (31, 30));
        let all = solved(OUTWARD, tight, |value| (value + 40) as f64);
        assert!(matches!(all.outcome, Outcome::Everywhere { at } if at.value == 0));
    }

    #[test]
    fn only_multiples_of_the_step_are_tried_besides_the_start() {
        let search = Search {
            start: 38_250,
            low: 29_950,
            high: 60_050,
            step: 100,
            whole_range: false,
        };
        let f = |value: i64| value as f64 - 41_037.0;
        let solution = solved(search, Goal::at_least(0.0), f);
        assert_eq!(reached(&solution), (41_100, 41_000));
        assert!(solution.trace[1..].iter().all(|found| found.value % 100 == 0));
        // The start is where the way begins, even between two multiples.
        let near = |value: i64| value as f64 - 38_260.0;
        assert_eq!(
            reached(&solved(search, Goal::at_least(0.0), near)),
            (38_300, 38_250)
        );
        let below = |value: i64| 38_240.0 - value as f64;
        assert_eq!(
            reached(&solved(search, Goal::at_least(0.0), below)),
            (38_200, 38_250)
        );
        let range = Search {
            whole_range: true,
            ..search
        };
        let ends = solved(range, Goal::at_least(0.0), f);
        assert_eq!((ends.trace[0].value, ends.trace[1].value), (30_000, 60_000));
        assert_eq!(reached(&ends), (41_100, 41_000));
    }

    #[test]
    fn nothing_reaches_it_and_the_nearest_is_named() {
        let flat = solved(RANGE, Goal::at_least(1.0), |_| 0.0);
        assert!(matches!(flat.outcome, Outcome::Nowhere { nearest } if nearest.value == 50));
        let rising = solved(RANGE, Goal::at_least(101.0), |value| value as f64);
        assert!(matches!(rising.outcome, Outcome::Nowhere { nearest } if nearest.value == 100));
        // Both ends, the middle, and whether it falls towards the better end: a monotone result needs no more.
        assert_eq!(rising.trace.len(), 4);
        let outward = solved(OUTWARD, Goal::at_least(101.0), |value| value as f64);
        assert!(matches!(outward.outcome, Outcome::Nowhere { nearest } if nearest.value == 100));
        let hill = |value: i64| -((value - 20) as f64).powi(2);
        let below = solved(RANGE, Goal::at_least(1.0), hill);
        assert!(below.trace.len() < 20);
        assert!(matches!(below.outcome, Outcome::Nowhere { nearest } if nearest.value == 20));
        let down = solved(OUTWARD, Goal::at_least(1.0), hill);
        assert!(matches!(down.outcome, Outcome::Nowhere { nearest } if nearest.value == 20));
    }

    #[test]
    fn a_hill_between_two_ends_that_miss_is_found() {
        // Reached from 57 to 63.
        let hill = |value: i64| 10.0 - ((value - 60) as f64).powi(2);
        assert_eq!(reached(&solved(RANGE, Goal::at_least(0.0), hill)), (57, 56));
        assert_eq!(reached(&solved(OUTWARD, Goal::at_least(0.0), hill)), (57, 56));
        let above = Search { start: 90, ..RANGE };
        assert_eq!(reached(&solved(above, Goal::at_least(0.0), hill)), (63, 64));
        let by_the_end = |value: i64| 1.5 - ((value - 99) as f64).abs();
        assert_eq!(reached(&solved(RANGE, Goal::at_least(0.0), by_the_end)), (98, 97));
        // And a valley between two ends that reach it: from 58 to 62 it does not.
        let valley = |value: i64| ((value - 50) as f64).abs();
        assert_eq!(reached(&solved(RANGE, Goal::at_least(3.0), valley)), (47, 48));
    }

    #[test]
    fn what_cannot_be_solved_says_why() {
        let empty = Search {
            low: 301,
            high: 399,
            step: 100,
            ..RANGE
        };
        let error = solve(&empty, Goal::at_least(0.0), |_| Ok::<f64, Infallible>(0.0)).unwrap_err();
        assert_eq!(error.to_string(), "no multiple of 100 lies between 301 and 399");
        let one = Search {
            low: 50,
            high: 50,
            ..RANGE
        };
        let alone = solved(one, Goal::at_least(51.0), |value| value as f64);
        assert_eq!(
            alone.trace,
            [Evaluation {
                value: 50,
                result: 50.0
            }]
        );
        let nan = solve(&RANGE, Goal::at_least(0.0), |_| Ok::<f64, Infallible>(f64::NAN)).unwrap_err();
        assert_eq!(
            nan.to_string(),
            "at 0 the result is NaN, which is no number to compare"
        );
        let failed = solve(&RANGE, Goal::at_least(0.0), |_| Err::<f64, &str>("no figures"));
        assert_eq!(failed.unwrap_err(), SolveError::Evaluate("no figures"));
    }

    proptest! {
        #[test]
        fn a_monotone_result_is_crossed_exactly_once(
            steps in prop::collection::vec(0.0..1.0f64, 2..400),
            part in 0.0..1.0f64,
            falling: bool,
            at_most: bool,
            start in 0usize..400,
            whole_range: bool,
        ) {
            let mut sum = 0.0;
            let results: Vec<f64> = steps.iter().map(|step| { sum += step.powi(4); if falling { -sum } else { sum } }).collect();
            let (first, last) = (results[0], results[results.len() - 1]);
            let bound = first + (last - first) * part;
            let goal = if at_most { Goal::at_most(bound) } else { Goal::at_least(bound) };
            let start = (start % results.len()) as i64;
            let search = Search { start, low: 0, high: results.len() as i64 - 1, step: 1, whole_range };
            let solution = solved(search, goal, |value| results[value as usize]);
            let bits = u64::BITS - (results.len() as u64).leading_zeros();
            prop_assert!(solution.trace.len() <= 4 * bits as usize + 4, "{}", solution.trace.len());
            match solution.outcome {
                Outcome::Reached { at, short } => {
                    prop_assert!(goal.reached(at.result) && !goal.reached(short.result));
                    prop_assert_eq!(at.value.abs_diff(short.value), 1);
                }
                Outcome::AsItIs { at } => {
                    prop_assert!(!whole_range && at.value == start && goal.reached(at.result));
                }
                // Only where all are on one side.
                Outcome::Everywhere { .. } => prop_assert!(results.iter().all(|&result| goal.reached(result))),
                Outcome::Nowhere { nearest } => {
                    let best = results.iter().map(|&result| goal.room(result)).fold(f64::MIN, f64::max);
                    prop_assert!(best < 0.0 && goal.room(nearest.result) == best);
                }
            }
        }
    }
}
