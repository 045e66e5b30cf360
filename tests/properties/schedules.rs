//! The one primitive of every layer: `F` of a running amount.

use crate::common::*;
use proptest::prelude::*;
use yibao::prelude::*;
use yibao::schedule::{Band, Schedule};

/// Some ten million yuan, or a few fen.
fn amount() -> impl Strategy<Value = Fen> {
    prop_oneof![0i64..200, 0i64..5_000_000_00, 0i64..1_000_000_000_00].prop_map(Fen::new)
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let bands = prop::collection::btree_map(0i64..3_000_000_00, 0u32..=1_000_000, 0..6);
    (bands, 0u32..=1_000_000).prop_map(|(mut bands, first)| {
        bands.insert(0, first);
        let edges: Vec<i64> = bands.keys().copied().collect();
        let band = |(index, rate): (usize, u32)| Band {
            from: fen(edges[index]),
            to: edges.get(index + 1).map(|&to| fen(to)),
            rate: Rate::from_ppm(rate),
        };
        Schedule::new(bands.into_values().enumerate().map(band).collect()).unwrap()
    })
}

fn rounding() -> impl Strategy<Value = Rounding> {
    prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down])
}

proptest! {
    /// Never negative, and never more than the increment: nobody is paid more than the bill.
    #[test]
    fn a_claim_is_paid_between_nothing_and_all_of_it(
        schedule in schedule(), from in amount(), increment in amount(), rounding in rounding(),
    ) {
        let paid = schedule.pay(from, increment, rounding);
        prop_assert!(fen(0) <= paid && paid <= increment, "{} of {}", paid, increment);
    }

    /// Two claims one after the other are paid what one claim of their sum is paid.
    #[test]
    fn payments_add_up(
        schedule in schedule(), from in amount(), first in amount(), second in amount(), rounding in rounding(),
    ) {
        let in_turn = schedule.pay(from, first, rounding) + schedule.pay(from + first, second, rounding);
        prop_assert_eq!(in_turn, schedule.pay(from, first + second, rounding));
    }

    #[test]
    fn nothing_is_paid_for_nothing(schedule in schedule(), from in amount(), rounding in rounding()) {
        prop_assert_eq!(schedule.pay(from, fen(0), rounding), fen(0));
    }

    /// Higher rates never pay less from zero.
    #[test]
    fn higher_rates_pay_more(
        schedule in schedule(), amount in amount(), rounding in rounding(), more in 0u32..300_000,
    ) {
        let higher = schedule.map_rates(|rate| rate.plus(Rate::from_ppm(more)));
        let paid = |schedule: &Schedule| schedule.pay(fen(0), amount, rounding);
        prop_assert!(paid(&schedule) <= paid(&higher));
    }

    /// Moved up by a threshold: what lies above it is paid as if counted from zero.
    #[test]
    fn a_shift_counts_from_the_threshold(
        schedule in schedule(), threshold in amount(), amount in amount(), rounding in rounding(),
    ) {
        let shifted = schedule.shifted(threshold);
        let expected = schedule.pay(fen(0), amount.minus_to_zero(threshold), rounding);
        prop_assert_eq!(shifted.pay(fen(0), amount, rounding), expected);
    }

    /// Cut off below a threshold: nothing up to it, and above it the old bands, but for one rounding.
    #[test]
    fn a_threshold_leaves_the_edges_above_it(
        schedule in schedule(), threshold in amount(), more in amount(), rounding in rounding(),
    ) {
        let cut = schedule.above(threshold);
        prop_assert_eq!(cut.pay(fen(0), threshold, rounding), fen(0));
        let off = cut.pay(fen(0), threshold + more, rounding) - schedule.pay(threshold, more, rounding);
        prop_assert!(off.get().abs() <= 1, "{} fen", off.get());
    }

    /// The exact sum, band by band in whole millionths of a fen, is at most half a fen away (a fen when cut off).
    #[test]
    fn f_is_the_exact_sum_rounded_once(schedule in schedule(), amount in amount(), rounding in rounding()) {
        let in_band = |band: &Band| {
            let top = band.to.unwrap_or(amount).min(amount);
            i128::from(top.minus_to_zero(band.from).get()) * i128::from(band.rate.ppm())
        };
        let exact: i128 = schedule.bands().iter().map(in_band).sum();
        let paid = schedule.pay(fen(0), amount, rounding);
        let off = exact - i128::from(paid.get()) * 1_000_000;
        let fits = match rounding {
            Rounding::Down => (0..1_000_000).contains(&off),
            Rounding::HalfUp => (-500_000..500_000).contains(&off),
            Rounding::HalfEven => (-500_000..=500_000).contains(&off),
        };
        prop_assert!(fits, "off by {} millionths of a fen", off);
    }
}
