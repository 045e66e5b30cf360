//! Bands over an accumulator: the one primitive of every benefit.
//!
//! A [`Schedule`] says which rate applies in which band of a running amount. A claim that moves the amount from `c`
//! to `c + x` is paid `F(c + x) - F(c)`, where `F` is the cumulative payment, rounded to the fen. So the payments of
//! a year depend on the year's sum alone, not on how it was cut into bills. A rule "per visit" is the same thing
//! with an amount that starts at zero for each claim.

use crate::money::{Fen, PPM, Rate, Rounding};

/// One band: `[from, to)` pays `rate`; without `to` it has no upper end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Lower edge, included.
    pub from: Fen,
    /// Upper edge, excluded; `None` for the last band.
    pub to: Option<Fen>,
    /// What is paid of the part inside.
    pub rate: Rate,
}

/// Bands that follow one another from zero to infinity without overlap or gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    bands: Vec<Band>,
}

/// Why bands do not make a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// There is none.
    #[error("there is no band")]
    Empty,
    /// The first does not begin at zero.
    #[error("the first band begins at {0} yuan, not at 0")]
    StartsLate(Fen),
    /// A band begins before the one below it ends.
    #[error("the band from {from} overlaps the one below it, which reaches to {below}")]
    Overlap {
        /// Where the band begins.
        from: Fen,
        /// Where the one below ends.
        below: Fen,
    },
    /// A band begins after the one below it ends.
    #[error("nothing is said between {below} and {from} yuan")]
    Gap {
        /// Where the band begins.
        from: Fen,
        /// Where the one below ends.
        below: Fen,
    },
    /// A band that is not the last has no upper end, or an upper end at or below its lower one.
    #[error("the band from {0} has no upper end above it")]
    NoWidth(Fen),
    /// The last band ends somewhere.
    #[error("nothing is said above {0} yuan; the last band has no `to`")]
    StopsEarly(Fen),
}

impl Schedule {
    /// Checks and keeps the bands.
    ///
    /// # Errors
    /// The first thing that keeps them from covering every amount from zero up exactly once.
    pub fn new(bands: Vec<Band>) -> Result<Schedule, ScheduleError> {
        let first = bands.first().ok_or(ScheduleError::Empty)?;
        if !first.from.is_zero() {
            return Err(ScheduleError::StartsLate(first.from));
        }
        for pair in bands.windows(2) {
            let (low, high) = (pair[0], pair[1]);
            let below = low
                .to
                .filter(|&to| to > low.from)
                .ok_or(ScheduleError::NoWidth(low.from))?;
            if high.from < below {
                return Err(ScheduleError::Overlap {
                    from: high.from,
                    below,
                });
            }
            if high.from > below {
                return Err(ScheduleError::Gap {
                    from: high.from,
                    below,
                });
            }
        }
        match bands.last().and_then(|last| last.to) {
            Some(to) => Err(ScheduleError::StopsEarly(to)),
            None => Ok(Schedule { bands }),
        }
    }

    /// One rate for every amount.
    pub fn flat(rate: Rate) -> Schedule {
        Schedule {
            bands: vec![Band {
                from: Fen::ZERO,
                to: None,
                rate,
            }],
        }
    }

    /// This schedule with nothing paid below `threshold`; the edges above it stay where they are.
    pub fn above(&self, threshold: Fen) -> Schedule {
        if threshold <= Fen::ZERO {
            return self.clone();
        }
        let mut bands = vec![Band {
            from: Fen::ZERO,
            to: Some(threshold),
            rate: Rate::ZERO,
        }];
        let reaching = self
            .bands
            .iter()
            .filter(|band| band.to.is_none_or(|to| to > threshold));
        bands.extend(reaching.map(|band| Band {
            from: band.from.max(threshold),
            ..*band
        }));
        Schedule { bands }
    }

    /// This schedule moved up by `distance`: nothing is paid below it, and every edge counts from it.
    pub fn shifted(&self, distance: Fen) -> Schedule {
        let mut moved = self.clone();
        for band in &mut moved.bands {
            band.from += distance;
            band.to = band.to.map(|to| to + distance);
        }
        if distance > Fen::ZERO {
            moved.bands.insert(
                0,
                Band {
                    from: Fen::ZERO,
                    to: Some(distance),
                    rate: Rate::ZERO,
                },
            );
        }
        moved
    }

    /// The same bands with every rate changed by `change`.
    pub fn map_rates(&self, change: impl Fn(Rate) -> Rate) -> Schedule {
        Schedule {
            bands: self
                .bands
                .iter()
                .map(|band| Band {
                    rate: change(band.rate),
                    ..*band
                })
                .collect(),
        }
    }

    /// The bands, from zero up.
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// The rate, if it is the same for every amount.
    #[inline]
    pub fn flat_rate(&self) -> Option<Rate> {
        match self.bands.as_slice() {
            [only] => Some(only.rate),
            _ => None,
        }
    }

    /// The amount up to which nothing is paid, as far as the first band tells.
    #[inline]
    fn nothing_up_to(&self) -> Fen {
        match self.bands.first() {
            Some(&Band {
                to: Some(to),
                rate: Rate::ZERO,
                ..
            }) => to,
            _ => Fen::ZERO,
        }
    }

    /// `F(amount)`: what is paid of everything from zero to `amount`, rounded once, with each band's rate first put
    /// through `adjust`.
    #[inline]
    pub fn cumulative(&self, amount: Fen, rounding: Rounding, adjust: impl Fn(Rate) -> Rate) -> Fen {
        if let [only] = self.bands.as_slice() {
            return amount.times(adjust(only.rate), rounding);
        }
        // No rate is above one, so a million times the amount bounds the sum.
        if amount.get() > i64::MAX / PPM {
            return self.cumulative_of_more(amount, rounding, adjust);
        }
        let mut micro = 0;
        for band in &self.bands {
            if amount <= band.from {
                break;
            }
            let top = band.to.map_or(amount, |to| to.min(amount));
            micro += (top - band.from).get() * i64::from(adjust(band.rate).ppm());
        }
        Fen::new(rounding.divide(micro))
    }

    /// [`Schedule::cumulative`] of more than ninety thousand million yuan.
    #[cold]
    fn cumulative_of_more(&self, amount: Fen, rounding: Rounding, adjust: impl Fn(Rate) -> Rate) -> Fen {
        let reached = self.bands.iter().filter(|band| amount > band.from);
        let micro = reached.map(|band| {
            let top = band.to.map_or(amount, |to| to.min(amount));
            i128::from((top - band.from).get()) * i128::from(adjust(band.rate).ppm())
        });
        Fen::new(rounding.quotient(micro.sum(), i128::from(PPM)))
    }

    /// What a claim is paid that moves the accumulator from `from` up by `increment`: `F(from + increment) - F(from)`.
    ///
    /// ```
    /// use yibao::{money::{Fen, Rate, Rounding}, schedule::{Band, Schedule}};
    /// let yuan = Fen::from_yuan;
    /// // Nothing to 10,000, then 50 % to 100,000, then 60 %: Shandong's critical illness insurance of 2014.
    /// let schedule = Schedule::new(vec![
    ///     Band { from: yuan(0), to: Some(yuan(10_000)), rate: Rate::ZERO },
    ///     Band { from: yuan(10_000), to: Some(yuan(100_000)), rate: Rate::from_ppm(500_000) },
    ///     Band { from: yuan(100_000), to: None, rate: Rate::from_ppm(600_000) },
    /// ])?;
    /// assert_eq!(schedule.pay(Fen::ZERO, yuan(170_000), Rounding::HalfUp), yuan(87_000));
    /// # Ok::<(), yibao::schedule::ScheduleError>(())
    /// ```
    #[inline]
    pub fn pay(&self, from: Fen, increment: Fen, rounding: Rounding) -> Fen {
        // Most persons never come to a threshold.
        if from + increment <= self.nothing_up_to() {
            return Fen::ZERO;
        }
        self.pay_adjusted(from, increment, rounding, |rate| rate)
    }

    /// [`Schedule::pay`] with each band's rate first put through `adjust`.
    #[inline]
    pub fn pay_adjusted(
        &self,
        from: Fen,
        increment: Fen,
        rounding: Rounding,
        adjust: impl Fn(Rate) -> Rate + Copy,
    ) -> Fen {
        let upper = self.cumulative(from + increment, rounding, adjust);
        if from.is_zero() {
            upper
        } else {
            upper - self.cumulative(from, rounding, adjust)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(from: i64, to: Option<i64>, percent: u32) -> Band {
        Band {
            from: Fen::new(from),
            to: to.map(Fen::new),
            rate: Rate::from_ppm(percent * 10_000),
        }
    }

    #[test]
    fn bands_must_cover_every_amount_once() {
        let cases = [
            (vec![], ScheduleError::Empty),
            (vec![band(1, None, 1)], ScheduleError::StartsLate(Fen::new(1))),
            (vec![band(0, Some(5), 1)], ScheduleError::StopsEarly(Fen::new(5))),
            (
                vec![band(0, None, 1), band(5, None, 1)],
                ScheduleError::NoWidth(Fen::ZERO),
            ),
            (
                vec![band(0, Some(5), 1), band(4, None, 1)],
                ScheduleError::Overlap {
                    from: Fen::new(4),
                    below: Fen::new(5),
                },
            ),
            (
                vec![band(0, Some(5), 1), band(6, None, 1)],
                ScheduleError::Gap {
                    from: Fen::new(6),
                    below: Fen::new(5),
                },
            ),
        ];
        for (bands, error) in cases {
            assert_eq!(Schedule::new(bands), Err(error));
        }
    }

    #[test]
    fn a_threshold_cuts_and_a_shift_moves() {
        let bands = Schedule::new(vec![band(0, Some(100), 50), band(100, None, 60)]).unwrap();
        let at = |schedule: &Schedule, fen| {
            schedule
                .cumulative(Fen::new(fen), Rounding::HalfUp, |rate| rate)
                .get()
        };
        assert_eq!(
            (
                at(&bands.above(Fen::new(20)), 20),
                at(&bands.above(Fen::new(20)), 200)
            ),
            (0, 40 + 60)
        );
        assert_eq!(
            (
                at(&bands.above(Fen::new(100)), 100),
                at(&bands.above(Fen::new(100)), 200)
            ),
            (0, 60)
        );
        assert_eq!(
            (
                at(&bands.shifted(Fen::new(20)), 20),
                at(&bands.shifted(Fen::new(20)), 220)
            ),
            (0, 50 + 60)
        );
    }

    #[test]
    fn amounts_beyond_an_i64_of_millionths_are_exact() {
        let schedule = Schedule::new(vec![band(0, Some(1), 0), band(1, None, 100)]).unwrap();
        let most = Fen::new(i64::MAX / 4);
        assert_eq!(
            schedule.pay(Fen::ZERO, most, Rounding::HalfUp),
            most - Fen::new(1)
        );
    }
}
