//! What a claim costs: a bill from its distribution, split to the fen.

use super::key::Stream;
use super::model::ShareModel;
use crate::money::{Fen, PPM, Rate, Rounding};

/// The amounts of a claim; `total = own_pay + over_limit + first_share + in_scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bill {
    pub total: Fen,
    pub own_pay: Fen,
    pub over_limit: Fen,
    pub first_share: Fen,
    pub in_scope: Fen,
}

/// A distribution of bills: log-normal, and three shares that each leave a rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct BillTable {
    log_mean: f64,
    log_sd: f64,
    /// Odds, mean / (1 - mean), of each share.
    odds: [f64; 3],
}

/// The mean of the logarithm of a log-normal amount with a given mean.
pub(super) fn log_mean(mean: f64, log_sd: f64) -> f64 {
    libm::log(mean) - log_sd * log_sd / 2.0
}

impl BillTable {
    /// Bills of a mean in yuan, a spread of their logarithm, and mean shares.
    pub(super) fn new(mean_yuan: f64, log_sd: f64, shares: &ShareModel) -> BillTable {
        let odds = [shares.own_pay, shares.over_limit, shares.first_share].map(|mean| mean / (1.0 - mean));
        BillTable {
            log_mean: log_mean(mean_yuan, log_sd),
            log_sd,
            odds,
        }
    }

    /// A bill `deviation` standard deviations (of the logarithm) above its median, at least one fen.
    #[inline]
    pub(super) fn draw(&self, stream: &mut Stream, deviation: f64) -> Bill {
        let fen = libm::exp(self.log_mean + self.log_sd * deviation) * 100.0;
        let total = Fen::new((fen as i64).clamp(1, Fen::MAX_INPUT.get()));
        let mut rest = total;
        let [own_pay, over_limit, first_share] = self.odds.map(|odds| {
            let part = part_of(rest, stream.share(odds));
            rest -= part;
            part
        });
        Bill {
            total,
            own_pay,
            over_limit,
            first_share,
            in_scope: rest,
        }
    }
}

/// A share of an amount that is already drawn, through a whole number of millionths.
#[inline]
pub(super) fn part_of(amount: Fen, share: f64) -> Fen {
    amount.times(
        Rate::from_ppm((share * PPM as f64 + 0.5) as u32),
        Rounding::HalfUp,
    )
}

#[cfg(test)]
mod tests {
    use super::super::key::Purpose;
    use super::*;

    #[test]
    fn bills_have_their_mean_and_split_to_the_fen() {
        let shares = ShareModel {
            own_pay: 0.1,
            over_limit: 0.01,
            first_share: 0.2,
        };
        let table = BillTable::new(1_000.0, 0.9, &shares);
        let mut stream = Stream::of(3, 0, 0, Purpose::Stay, 0);
        let (mut total, mut in_scope) = (0.0, 0.0);
        let draws = 100_000;
        for _ in 0..draws {
            let deviation = stream.normal();
            let bill = table.draw(&mut stream, deviation);
            assert_eq!(
                bill.total,
                bill.own_pay + bill.over_limit + bill.first_share + bill.in_scope
            );
            assert!(bill.in_scope >= Fen::ZERO && bill.own_pay >= Fen::ZERO && bill.first_share >= Fen::ZERO);
            total += bill.total.to_yuan_lossy();
            in_scope += bill.in_scope.to_yuan_lossy();
        }
        assert!((total / f64::from(draws) / 1_000.0 - 1.0).abs() < 0.02);
        assert!((in_scope / total - 0.9 * 0.99 * 0.8).abs() < 0.005);
    }

    #[test]
    fn the_largest_and_the_smallest_bill_are_valid_amounts() {
        let shares = ShareModel {
            own_pay: 0.99,
            over_limit: 0.99,
            first_share: 0.99,
        };
        let mut stream = Stream::of(3, 0, 0, Purpose::Stay, 0);
        let table = BillTable::new(1e6, 3.0, &shares);
        assert_eq!(table.draw(&mut stream, 60.0).total, Fen::MAX_INPUT);
        assert_eq!(table.draw(&mut stream, -60.0).total, Fen::new(1));
    }
}
