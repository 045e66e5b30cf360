//! A figure for each single year of age.

/// The highest age that is told apart; a table's last value holds from there on.
pub const OLDEST: usize = 130;

/// One value for each completed year of age from 0 to [`OLDEST`].
#[derive(Clone, Debug, PartialEq)]
pub struct AgeTable(Box<[f64]>);

impl AgeTable {
    /// `values[i]` from age `from[i]` up to the next one, the last for ever; nothing below the first age.
    pub(crate) fn steps(from: &[usize], values: &[f64]) -> AgeTable {
        AgeTable::by(|age| {
            let next = from.partition_point(|&start| start <= age);
            if next == 0 { 0.0 } else { values[next - 1] }
        })
    }

    /// Straight lines between the points (`ages[i]`, `values[i]`), flat outside them.
    pub(crate) fn lines(ages: &[usize], values: &[f64]) -> AgeTable {
        AgeTable::by(|age| {
            let next = ages.partition_point(|&point| point <= age);
            if next == 0 {
                return values[0];
            }
            if next == ages.len() {
                return values[next - 1];
            }
            let along = (age - ages[next - 1]) as f64 / (ages[next] - ages[next - 1]) as f64;
            values[next - 1] + along * (values[next] - values[next - 1])
        })
    }

    fn by(value: impl Fn(usize) -> f64) -> AgeTable {
        AgeTable((0..=OLDEST).map(value).collect())
    }

    /// The value at a completed age.
    #[inline]
    pub fn at(&self, age: usize) -> f64 {
        self.0[age.min(OLDEST)]
    }

    /// Every value times `factor(age)`.
    pub(crate) fn scaled(&self, factor: impl Fn(usize) -> f64) -> AgeTable {
        AgeTable::by(|age| self.at(age) * factor(age))
    }

    /// What `of` makes of every value.
    pub(super) fn mapped(&self, of: impl Fn(f64) -> f64) -> AgeTable {
        AgeTable::by(|age| of(self.at(age)))
    }

    /// All values, by age.
    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_hold_and_lines_connect() {
        let steps = AgeTable::steps(&[5, 10], &[1.0, 2.0]);
        assert_eq!(
            [steps.at(0), steps.at(5), steps.at(9), steps.at(10), steps.at(200)],
            [0.0, 1.0, 1.0, 2.0, 2.0]
        );
        let lines = AgeTable::lines(&[5, 10], &[1.0, 2.0]);
        assert_eq!(
            [lines.at(0), lines.at(5), lines.at(6), lines.at(10), lines.at(99)],
            [1.0, 1.0, 1.2, 2.0, 2.0]
        );
    }
}
