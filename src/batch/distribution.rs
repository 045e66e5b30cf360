//! How amounts are spread, in little memory: what a person paid is counted in buckets, not kept.
//!
//! Up to 20.47 yuan each fen has a bucket of its own; above that an octave is cut into 1,024 buckets of one width, so
//! that a bucket is never wider than a 1,024th of the amounts in it. Count, sum and largest amount are exact. Adding and
//! merging are sums, so their order does not matter.
//!
//! ```
//! use yibao::batch::distribution::Distribution;
//! use yibao::money::{Fen, Rate};
//! let mut paid = Distribution::default();
//! (1..=1_000).for_each(|yuan| paid.add(Fen::from_yuan(yuan)));
//! assert_eq!(paid.sum(), Fen::from_yuan(500_500));
//! // Half paid at most 500 yuan; the bucket of that amount reaches to 500.15.
//! assert_eq!(paid.quantile(Rate::from_ppm(500_000)), Some(Fen::new(500_15)));
//! assert_eq!(paid.quantile(Rate::ONE), Some(Fen::from_yuan(1_000)));
//! ```

use crate::money::{Fen, PPM, Rate, Rounding};
use serde::{Deserialize, Serialize};

/// An octave has 2 to this power buckets.
const OCTAVE_BITS: u32 = 10;
/// How many buckets an octave has.
const PER_OCTAVE: usize = 1 << OCTAVE_BITS;

/// Amounts of zero or more, counted by size. Takes 8 bytes for each bucket up to that of the largest amount: 150 KiB for
/// a million yuan, 432 KiB at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    count: u64,
    sum: Fen,
    max: Fen,
    /// How many amounts fell into each bucket, up to the last that is not empty.
    histogram: Vec<u64>,
}

impl Distribution {
    /// Adds an amount.
    ///
    /// # Panics
    /// If it is less than nothing, or the sum overflows: a defect of the caller.
    #[inline]
    pub fn add(&mut self, amount: Fen) {
        assert!(amount >= Fen::ZERO, "{amount} yuan is less than nothing");
        let index = bucket(amount.get().unsigned_abs());
        if index >= self.histogram.len() {
            self.histogram.resize(index + 1, 0);
        }
        self.histogram[index] += 1;
        self.count += 1;
        self.sum += amount;
        self.max = self.max.max(amount);
    }

    /// Adds every amount of another distribution.
    pub(crate) fn merge(&mut self, other: Distribution) {
        if self.count == 0 {
            *self = other;
            return;
        }
        if other.histogram.len() > self.histogram.len() {
            self.histogram.resize(other.histogram.len(), 0);
        }
        for (mine, others) in self.histogram.iter_mut().zip(&other.histogram) {
            // No bucket has more than all of them, whose addition is checked.
            *mine = mine.wrapping_add(*others);
        }
        self.count += other.count;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    /// How many amounts there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What they add up to.
    pub fn sum(&self) -> Fen {
        self.sum
    }

    /// The largest; `None` without any.
    pub fn max(&self) -> Option<Fen> {
        (self.count > 0).then_some(self.max)
    }

    /// Their mean, exact but for one rounding to the fen; `None` without any.
    pub fn mean(&self, rounding: Rounding) -> Option<Fen> {
        let (sum, count) = (i128::from(self.sum.get()), i128::from(self.count));
        (count > 0).then(|| Fen::new(rounding.quotient(sum, count)))
    }

    /// An amount that at least the share `p` of the amounts do not exceed, and that is larger than the least such
    /// amount by less than a 1,024th of it: the upper edge of the bucket of the nearest-rank quantile (the amount in
    /// place ⌈p · count⌉ by size, the first for p = 0), but no more than the largest amount. `None` without any.
    pub fn quantile(&self, p: Rate) -> Option<Fen> {
        let scale = PPM.unsigned_abs().into();
        let rank = (u128::from(self.count) * u128::from(p.ppm()))
            .div_ceil(scale)
            .max(1);
        let mut seen = 0;
        let index = self.histogram.iter().position(|&counted| {
            seen += u128::from(counted);
            seen >= rank
        })?;
        Some(upper_edge(index).min(self.max))
    }
}

/// The bucket of an amount of fen.
const fn bucket(fen: u64) -> usize {
    // An amount with more digits than its bucket keeps loses the last ones.
    let digits = u64::BITS - fen.leading_zeros();
    let lost = digits.saturating_sub(OCTAVE_BITS + 1);
    lost as usize * PER_OCTAVE + (fen >> lost) as usize
}

/// The largest amount of a bucket.
fn upper_edge(bucket: usize) -> Fen {
    let lost = (bucket / PER_OCTAVE).saturating_sub(1);
    let kept = (bucket - lost * PER_OCTAVE) as u64;
    let next = u128::from(kept + 1) << lost;
    Fen::new(i64::try_from(next - 1).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How many buckets every amount from zero up needs.
    const MAX_BUCKETS: usize = bucket(i64::MAX as u64) + 1;

    #[test]
    fn buckets_follow_one_another_and_stay_narrow() {
        let mut first = 0u64;
        for index in 0..MAX_BUCKETS {
            let last = upper_edge(index).get() as u64;
            assert_eq!((bucket(first), bucket(last)), (index, index));
            let width = last - first + 1;
            assert!(width == 1 || width * 1024 <= first, "{first} to {last}");
            first = last + 1;
        }
        assert_eq!(first, 1 << 63, "the last bucket ends with the largest amount");
        assert_eq!(MAX_BUCKETS * size_of::<u64>(), 432 << 10);
    }

    #[test]
    fn nothing_has_no_quantile() {
        let nothing = Distribution::default();
        let found = (
            nothing.quantile(Rate::ONE),
            nothing.max(),
            nothing.mean(Rounding::Down),
        );
        assert_eq!(found, (None, None, None));
    }

    /// Amounts of every order of magnitude.
    fn amounts() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(
            (0u32..38, any::<u64>()).prop_map(|(bits, any)| (any & ((1 << bits) - 1)) as i64),
            1..200,
        )
    }

    fn of(amounts: &[i64]) -> Distribution {
        let mut all = Distribution::default();
        amounts.iter().for_each(|&fen| all.add(Fen::new(fen)));
        all
    }

    proptest! {
        #[test]
        fn a_quantile_is_in_the_bucket_of_the_exact_one(mut amounts in amounts(), ppm in 0u32..=1_000_000) {
            let all = of(&amounts);
            amounts.sort_unstable();
            let rank = (amounts.len() as u64 * u64::from(ppm)).div_ceil(1_000_000).max(1);
            let exact = amounts[rank as usize - 1];
            let found = all.quantile(Rate::from_ppm(ppm)).unwrap().get();
            prop_assert_eq!(bucket(found as u64), bucket(exact as u64));
            prop_assert!(exact <= found && found <= amounts[amounts.len() - 1]);
        }

        #[test]
        fn count_sum_largest_and_mean_are_exact(amounts in amounts()) {
            let (all, sum) = (of(&amounts), amounts.iter().sum::<i64>());
            prop_assert_eq!((all.count(), all.sum()), (amounts.len() as u64, Fen::new(sum)));
            prop_assert_eq!(all.max(), amounts.iter().max().map(|&fen| Fen::new(fen)));
            prop_assert_eq!(all.mean(Rounding::Down), Some(Fen::new(sum / amounts.len() as i64)));
        }

        #[test]
        fn merging_is_adding_all_in_any_order(one in amounts(), two in amounts()) {
            let (mut merged, mut turned) = (of(&one), of(&two));
            merged.merge(of(&two));
            turned.merge(of(&one));
            let all = of(&[one, two].concat());
            prop_assert_eq!(&merged, &all);
            prop_assert_eq!(&turned, &all);
        }
    }
}
