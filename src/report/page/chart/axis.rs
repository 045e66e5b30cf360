//! Axes: round numbers between which the data lie.

/// A scale from values to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    /// The first and the last round number.
    pub(super) ends: [f64; 2],
    /// How far round numbers are apart.
    pub(super) step: f64,
    /// The places of the ends.
    places: [f64; 2],
}

impl Axis {
    /// An axis with about `ticks` round numbers that holds the values; with zero if `with_zero`.
    pub(super) fn over(values: impl IntoIterator<Item = f64>, with_zero: bool, ticks: f64) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().chain(with_zero.then_some(0.0)) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low == high {
            let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (
                if with_zero && low == 0.0 { 0.0 } else { low - half },
                high + half,
            );
        }
        let step = round_step((high - low) / ticks);
        let ends = [(low / step).floor() * step, (high / step).ceil() * step];
        Axis {
            ends,
            step,
            places: [0.0, 1.0],
        }
    }

    /// The axis that ends exactly at these values.
    pub(super) fn exactly(ends: [f64; 2]) -> Axis {
        Axis {
            ends,
            step: ends[1] - ends[0],
            places: [0.0, 1.0],
        }
    }

    /// The axis between two places.
    pub(super) fn between(self, from: f64, to: f64) -> Axis {
        Axis {
            places: [from, to],
            ..self
        }
    }

    /// Where a value stands.
    pub(super) fn at(&self, value: f64) -> f64 {
        let [low, high] = self.ends;
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        self.places[0] + share * (self.places[1] - self.places[0])
    }

    /// The round numbers.
    pub(super) fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let (first, step) = ((self.ends[0] / self.step).round() as i64, self.step);
        let count = ((self.ends[1] - self.ends[0]) / step).round() as i64;
        (first..=first + count).map(move |index| index as f64 * step)
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, and no less than `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    steps
        .into_iter()
        .find(|&step| step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_data() {
        let axis = Axis::over([-3.2, 7.9], true, 5.0);
        let ticks: Vec<f64> = axis.ticks().collect();
        assert_eq!(ticks, [-5.0, -2.5, 0.0, 2.5, 5.0, 7.5, 10.0]);
        assert_eq!(axis.between(0.0, 150.0).at(0.0), 50.0);
        for values in [vec![], vec![0.0], vec![5.0], vec![1e12, 1e12 + 1.0], vec![-1e-9]] {
            let axis = Axis::over(values.clone(), false, 5.0);
            let ticks: Vec<f64> = axis.ticks().collect();
            assert!((2..14).contains(&ticks.len()), "{values:?}: {ticks:?}");
            assert!(
                values
                    .iter()
                    .all(|&value| axis.ends[0] <= value && value <= axis.ends[1])
            );
        }
    }
}
