//! Several numbers that make several others come out at given values.

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Solution {
    /// The unknowns.
    pub at: Vec<f64>,
    /// What is left of the differences.
    pub off: Vec<f64>,
    /// Unknowns that their own difference, that of the same index, does not answer to; they stay where they were.
    pub idle: Vec<usize>,
    /// How often the differences were evaluated.
    pub trials: u32,
}

/// How far an unknown is moved to see what answers to it.
const PROBE: f64 = 0.05;
/// The most that one step moves an unknown.
const LONGEST: f64 = 0.7;
/// An unknown to which its own difference answers less than this is idle, whatever others do.
const IDLE: f64 = 5e-3;
/// Steps, and halvings of one step.
const STEPS: u32 = 20;
const HALVINGS: u32 = 6;

/// Looks for the unknowns, from all zero, that make every difference at most `precision`: Newton's method with a matrix of
/// slopes that is probed once and then kept up by what the steps show (Broyden), and steps that are halved as long as they
/// make things worse. `off` gives the differences, as many as there are unknowns, or `None` where there is none.
///
/// Returns `None` if there are no differences at the start.
pub(super) fn solve(
    unknowns: usize,
    precision: f64,
    off: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
) -> Option<Solution> {
    let mut solution = Solution {
        at: vec![0.0; unknowns],
        off: off(&vec![0.0; unknowns])?,
        idle: Vec::new(),
        trials: 1,
    };
    let mut slopes = probe(&mut solution, off);
    for _ in 0..STEPS {
        if worst(&solution.off) <= precision || solution.idle.len() == unknowns {
            break;
        }
        let Some(mut step) = linear(&slopes, &solution.off, &solution.idle) else {
            break;
        };
        let longest = worst(&step);
        if longest > LONGEST {
            step.iter_mut().for_each(|part| *part *= LONGEST / longest);
        }
        if !advance(&mut solution, &mut slopes, step, off) {
            break;
        }
    }
    Some(solution)
}

fn worst(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |worst, value| worst.max(value.abs()))
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

/// The slopes of all differences, by unknown and difference.
fn probe(solution: &mut Solution, off: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>) -> Vec<Vec<f64>> {
    let unknowns = solution.at.len();
    let mut slopes = Vec::with_capacity(unknowns);
    for unknown in 0..unknowns {
        let mut tried = |length: f64| {
            let mut at = solution.at.clone();
            at[unknown] += length;
            solution.trials += 1;
            let moved = off(&at)?;
            let slope = moved.iter().zip(&solution.off);
            Some(slope.map(|(new, old)| (new - old) / length).collect::<Vec<f64>>())
        };
        // Upwards there may be nothing, such as ratios above 1.
        let slope = tried(PROBE).or_else(|| tried(-PROBE));
        let slope = slope.unwrap_or_else(|| vec![0.0; unknowns]);
        if slope[unknown].abs() < IDLE {
            solution.idle.push(unknown);
        }
        slopes.push(slope);
    }
    slopes
}

/// Takes a step, or a part of it, that makes things better; says whether there was one.
fn advance(
    solution: &mut Solution,
    slopes: &mut [Vec<f64>],
    mut step: Vec<f64>,
    off: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
) -> bool {
    for _ in 0..=HALVINGS {
        let at: Vec<f64> = solution
            .at
            .iter()
            .zip(&step)
            .map(|(at, step)| at + step)
            .collect();
        solution.trials += 1;
        if let Some(moved) = off(&at) {
            update(slopes, &step, &solution.off, &moved);
            if square(&moved) < square(&solution.off) {
                solution.at = at;
                solution.off = moved;
                return true;
            }
        }
        step.iter_mut().for_each(|part| *part /= 2.0);
    }
    false
}

/// Broyden's update: the smallest change of the slopes by which they explain the step.
fn update(slopes: &mut [Vec<f64>], step: &[f64], before: &[f64], after: &[f64]) {
    let length = square(step);
    if length == 0.0 {
        return;
    }
    for difference in 0..before.len() {
        let foreseen: f64 = slopes
            .iter()
            .zip(step)
            .map(|(slope, step)| slope[difference] * step)
            .sum();
        let missed = after[difference] - before[difference] - foreseen;
        for (slope, step) in slopes.iter_mut().zip(step) {
            slope[difference] += missed * step / length;
        }
    }
}

/// The step that by these slopes makes every difference vanish, without the idle unknowns: by least squares, since then
/// there are more differences than unknowns. `None` if the slopes do not tell the unknowns apart.
fn linear(slopes: &[Vec<f64>], off: &[f64], idle: &[usize]) -> Option<Vec<f64>> {
    let active: Vec<usize> = (0..slopes.len())
        .filter(|unknown| !idle.contains(unknown))
        .collect();
    let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let mut rows: Vec<Vec<f64>> = active
        .iter()
        .map(|&row| {
            let normal = active.iter().map(|&column| dot(&slopes[row], &slopes[column]));
            normal.chain([-dot(&slopes[row], off)]).collect()
        })
        .collect();
    let reduced = eliminate(&mut rows)?;
    let mut step = vec![0.0; slopes.len()];
    active
        .iter()
        .zip(reduced)
        .for_each(|(&unknown, part)| step[unknown] = part);
    Some(step)
}

/// Gaussian elimination with pivots; each row ends in its right side.
fn eliminate(rows: &mut [Vec<f64>]) -> Option<Vec<f64>> {
    let size = rows.len();
    for column in 0..size {
        let pivot =
            (column..size).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        if rows[column][column].abs() < 1e-14 {
            return None;
        }
        let (above, below) = rows.split_at_mut(column + 1);
        for row in below {
            let factor = row[column] / above[column][column];
            for (cell, pivot) in row.iter_mut().zip(&above[column]).skip(column) {
                *cell -= factor * pivot;
            }
        }
    }
    let mut solved = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|column| rows[row][column] * solved[column])
            .sum();
        solved[row] = (rows[row][size] - known) / rows[row][row];
    }
    Some(solved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknowns_that_bear_on_each_other_are_found() {
        let mut off = |at: &[f64]| {
            let (a, b) = (at[0].exp(), at[1].exp());
            Some(vec![
                (a * b.sqrt() / 3.0).ln(),
                (0.2 * a + b - 1.0).abs().ln() * 0.1 + at[1] - 0.3,
            ])
        };
        let solution = solve(2, 1e-9, &mut off).unwrap();
        assert!(worst(&solution.off) <= 1e-9, "{solution:?}");
        assert!(worst(&off(&solution.at).unwrap()) <= 1e-9);
        assert!(solution.idle.is_empty());
    }

    #[test]
    fn where_there_is_nothing_it_turns_back() {
        // The value is found at 0.4; beyond 0.5 there is nothing, and the first step would go there.
        let mut off = |at: &[f64]| (at[0] < 0.5).then(|| vec![(2.0 * at[0]).exp() - 0.8f64.exp()]);
        let solution = solve(1, 1e-6, &mut off).unwrap();
        assert!((solution.at[0] - 0.4).abs() < 1e-4, "{solution:?}");
    }

    #[test]
    fn what_cannot_be_reached_is_left_off_and_said() {
        let mut off = |at: &[f64]| Some(vec![at[0] - 0.2, 0.5]);
        let solution = solve(2, 1e-6, &mut off).unwrap();
        assert_eq!(solution.idle, [1]);
        assert!((solution.at[0] - 0.2).abs() < 1e-6);
        assert_eq!((solution.at[1], solution.off[1]), (0.0, 0.5));
    }
}
