//! How what people paid of their bills is spread: deciles, concentration, and for how many it was more than a share of an
//! income. Every person is known, so all of it is exact but the concentration, which is a ratio.

use crate::batch::burdens::Burden;
use crate::batch::people::BURDENS_PERCENT;
use crate::money::{Fen, Rounding};
use serde::Serialize;

/// What persons with claims paid of their bills, contributions apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Persons with a claim that stands.
    pub persons: u64,
    /// What they paid on average; zero without any.
    #[serde(rename = "mean_fen")]
    pub mean: Fen,
    /// What one to nine tenths of them paid at most (nearest rank).
    #[serde(rename = "deciles_fen")]
    pub deciles: [Fen; 9],
    /// What 99 in 100 of them paid at most.
    #[serde(rename = "percentile_99_fen")]
    pub percentile_99: Fen,
    /// The most that one of them paid.
    #[serde(rename = "max_fen")]
    pub max: Fen,
    /// The Gini coefficient: 0 if all paid the same, near 1 if one paid everything. `None` where nobody paid anything.
    pub gini: Option<f64>,
    /// The share of all payments that the tenth who paid most bore.
    pub top_tenth_share: Option<f64>,
    /// Of all persons, with claims or without, how many paid more than a share of the income; `None` where no income is
    /// known.
    pub catastrophic: Option<Vec<Catastrophic>>,
}

/// Persons whose payments were more than a share of an income.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Catastrophic {
    /// The share, in percent.
    pub percent: i64,
    /// How many.
    pub persons: u64,
}

impl Spread {
    /// Of the years of all persons, with an income per head if it is known.
    pub fn of(burdens: &[Burden], income: Option<Fen>) -> Spread {
        let with_claims = burdens.iter().filter(|burden| burden.claims.claims() > 0);
        let mut paid: Vec<Fen> = with_claims.map(|burden| burden.claims.own()).collect();
        paid.sort_unstable();
        let sum: Fen = paid.iter().copied().sum();
        let quantile = |parts: usize, of: usize| {
            let rank = (paid.len() * parts).div_ceil(of).max(1);
            paid.get(rank - 1).copied().unwrap_or_default()
        };
        let count = paid.len() as i128;
        let mean = (count > 0).then(|| Fen::new(Rounding::HalfUp.quotient(sum.get().into(), count)));
        Spread {
            persons: paid.len() as u64,
            mean: mean.unwrap_or_default(),
            deciles: std::array::from_fn(|index| quantile(index + 1, 10)),
            percentile_99: quantile(99, 100),
            max: paid.last().copied().unwrap_or_default(),
            gini: gini(&paid),
            top_tenth_share: (sum > Fen::ZERO).then(|| {
                let top: Fen = paid[paid.len() - paid.len().div_ceil(10)..].iter().copied().sum();
                top.get() as f64 / sum.get() as f64
            }),
            catastrophic: income.map(|income| {
                let of = |percent| Catastrophic {
                    percent,
                    persons: catastrophic(burdens, income, percent),
                };
                BURDENS_PERCENT.map(of).to_vec()
            }),
        }
    }
}

/// The Gini coefficient of amounts of zero or more, sorted: sums are integers, and one division comes last.
fn gini(sorted: &[Fen]) -> Option<f64> {
    let count = sorted.len() as i128;
    let (mut sum, mut weighted) = (0i128, 0i128);
    for (rank, amount) in (1i128..).zip(sorted) {
        sum += i128::from(amount.get());
        weighted += rank * i128::from(amount.get());
    }
    (sum > 0).then(|| (2 * weighted - (count + 1) * sum) as f64 / (count * sum) as f64)
}

fn catastrophic(burdens: &[Burden], income: Fen, percent: i64) -> u64 {
    let bound = i128::from(income.get()) * i128::from(percent);
    let over = |burden: &&Burden| i128::from(burden.claims.own().get()) * 100 > bound;
    burdens.iter().filter(over).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concentration_is_that_of_the_textbook() {
        let of = |yuan: &[i64]| gini(&yuan.iter().map(|&yuan| Fen::from_yuan(yuan)).collect::<Vec<_>>());
        assert_eq!(of(&[7, 7, 7]), Some(0.0));
        assert_eq!(of(&[0, 0, 0, 12]), Some(0.75));
        // Lorenz curve of 1, 2, 3: 1/6, 3/6: 1 - (1/6 + 4/6 + 9/6) / 3 = 2/9.
        assert!((of(&[1, 2, 3]).unwrap() - 2.0 / 9.0).abs() < 1e-15);
        assert_eq!((of(&[]), of(&[0, 0])), (None, None));
    }
}
