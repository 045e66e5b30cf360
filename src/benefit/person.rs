//! # Person (个人负担)
//!
//! **Article**: Art. 13, 15, 16.
//!
//! **What it does**: the person bears what no other payer does: always the remainder, so the parts add up to the bill
//! by construction. There is no personal account, so all of it is cash (`acct_pay` = 0).
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: none.
//!
//! **Example**: a bill of 42,000 of which the fund pays 26,250: the person bears 15,750.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let mut claim = Claim::simple("21", "02", day, day, Fen::from_yuan(42_000)).unwrap();
//! claim.own_pay = Fen::from_yuan(2_000);
//! claim.first_share = Fen::from_yuan(1_500);
//! claim.in_scope = Fen::from_yuan(38_500);
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.person, Fen::from_yuan(15_750));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::tariff::CeilingBasis;
use crate::money::Fen;

/// The person's share by ratio: what the fund left of the shared amount.
#[inline]
pub(crate) fn copay(case: &mut Case<'_>) {
    let cut_from_payment = match case.terms.ceiling_on(CeilingBasis::FundPaid) {
        Some(_) => case.settlement.above_ceiling,
        None => Fen::ZERO,
    };
    case.settlement.copayment = case.left - case.settlement.basic - cut_from_payment;
}

/// Closes the settlement: the person bears the rest.
#[inline]
pub(crate) fn bear_the_rest<R: Recorder>(case: Case<'_>, recorder: &mut R) {
    let settlement = case.settlement;
    settlement.person = settlement.total - settlement.fund_total() - settlement.hospital;
    recorder.step(|| Step {
        after: Fen::ZERO,
        ..Step::taking(
            Rule::Person,
            Article::whole(16),
            settlement.total,
            settlement.person,
        )
    });
}
