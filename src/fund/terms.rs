//! The figures of one benefit year that the fund needs, as the scenario gives them (Art. 5-7, 12, 27).

use crate::fund::accounts::Level;
use crate::insured::contribution::ContributionTerms;
use crate::money::{Fen, PPM, Rate, Rounding};

/// How the fund of one benefit year is raised, held and passed on; amounts per head are those of an insured person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundTerms {
    /// Individual contribution and subsidy per head and year, by payer (Art. 6, 7).
    pub contribution: ContributionTerms,
    /// The share of each level in the subsidy, in the order of [`Level::ALL`]; together exactly one (Art. 6).
    pub subsidy_shares: [Rate; Level::ALL.len()],
    /// Passed on to critical illness insurance, per head and year (Art. 12).
    pub to_critical_illness: Fen,
    /// Passed on to the general outpatient pool, per head and year (Art. 12).
    pub to_outpatient: Fen,
    /// Interest on the treasury account (Art. 5): of a year, credited by twelfths on monthly balances.
    pub interest: Rate,
    /// Work funds of the districts, per head and year (Art. 27).
    pub work_funds: Fen,
    /// The day of the month on which institutions are paid for the month before: 1 to 31, in a shorter month its last.
    pub payment_day: u32,
    /// The fund's balance when the year opens; `None` where it is not known.
    pub opening_balance: Option<Fen>,
    /// How each month's interest is rounded to the fen.
    pub rounding: Rounding,
}

/// Why terms cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// Art. 6: the levels of government share the subsidy among them, all of it and no more.
    #[error("the shares of the subsidy add up to {sum_ppm} millionths instead of 1000000")]
    SharesDoNotAddUp {
        /// What they add up to, in millionths.
        sum_ppm: i64,
    },
    /// There is no such day.
    #[error("the payment day is {day} instead of a day from 1 to 31")]
    PaymentDay {
        /// The day given.
        day: u32,
    },
    /// An amount per head is below zero.
    #[error("`{name}` is below zero: {amount} yuan")]
    Negative {
        /// The field of [`FundTerms`].
        name: &'static str,
        /// Its amount.
        amount: Fen,
    },
}

impl FundTerms {
    /// Checks what the types cannot.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), TermsError> {
        let sum_ppm = self
            .subsidy_shares
            .iter()
            .map(|share| i64::from(share.ppm()))
            .sum();
        if sum_ppm != PPM {
            return Err(TermsError::SharesDoNotAddUp { sum_ppm });
        }
        if !(1..=31).contains(&self.payment_day) {
            return Err(TermsError::PaymentDay {
                day: self.payment_day,
            });
        }
        let per_head = [
            ("subsidy", self.contribution.subsidy),
            ("to_critical_illness", self.to_critical_illness),
            ("to_outpatient", self.to_outpatient),
            ("work_funds", self.work_funds),
        ];
        let individual = self.contribution.individual.iter().flatten();
        let individual = individual.map(|&amount| ("individual", amount));
        match per_head
            .into_iter()
            .chain(individual)
            .find(|(_, amount)| *amount < Fen::ZERO)
        {
            Some((name, amount)) => Err(TermsError::Negative { name, amount }),
            None => Ok(()),
        }
    }
}
