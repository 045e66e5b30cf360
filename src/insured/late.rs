//! # Late enrolment (逾期参保)
//!
//! **Article**: Art. 8: Jinan has no late enrolment; other cities do.
//!
//! **What it does**: where a scenario gives it, a payment after the window is not refused but buys the rest of the
//! year: from the day of payment, the next day or the next month, after a waiting period if there is one (`waiting`).
//! It may cost the individual contribution, or the whole cost with the subsidy, and a surcharge on top.
//!
//! **Scenario keys**: `enrolment.late.paid`, `.start`, `.contribution`, `.surcharge`; all absent in Jinan.
//!
//! **Accumulators**: none.
//!
//! **Example**: paid on 2025-03-10, start on the next day, three months of waiting: covered from 2025-06-11.
//!
//! ```
//! use chrono::{Months, NaiveDate};
//! use yibao::insured::terms::{Span, Start};
//! let paid = NaiveDate::from_ymd_opt(2025, 3, 10).unwrap();
//! let start = Start::NextDay.after(paid).and_then(|day| Span::Months(3).after(day));
//! assert_eq!(start, NaiveDate::from_ymd_opt(2025, 6, 11));
//! ```

use crate::figure::Cited;
use crate::insured::calendar::{Start, Window};
use crate::insured::category::Category;
use crate::insured::contribution::{ContributionTerms, Due};
use crate::insured::person::Identity;
use crate::money::Fen;

/// Enrolment after the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateTerms {
    /// The days on which a late payment is taken.
    pub paid: Cited<Window>,
    /// When its cover begins, before any waiting.
    pub start: Start,
    /// Whether the person pays the whole cost, subsidy included.
    pub full_cost: bool,
    /// What a late payment costs on top, if anything.
    pub surcharge: Option<Cited<Fen>>,
}

impl LateTerms {
    /// What is due for a late enrolment.
    pub fn due(
        &self,
        contribution: &ContributionTerms,
        tier: u8,
        category: Category,
        identity: Identity,
    ) -> Due {
        let mut due = if self.full_cost {
            contribution.full_cost(tier, category)
        } else {
            contribution.due(tier, category, identity)
        };
        due.person += self.surcharge.map_or(Fen::ZERO, |surcharge| surcharge.value);
        due
    }
}
