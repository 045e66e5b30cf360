//! # Special account (重大疫情、灾情专项)
//!
//! **Article**: Art. 31.
//!
//! **What it does**: expense caused by a major epidemic, a disaster or an emergency is paid by the levels of
//! government separately. A claim flagged `special_account` is paid in full from there (`oth_pay`), outside the fund.
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: none; the person's year is as if the claim had not been.
//!
//! **Example**: a flagged stay of 8,000 yuan: `oth_pay` 8,000, the person 0, no admission counted.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2020, 2, 10).unwrap();
//! let mut claim = Claim::simple("21", "02", day, day, Fen::from_yuan(8_000)).unwrap();
//! claim.special_account = true;
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!((settlement.special, settlement.person), (Fen::from_yuan(8_000), Fen::ZERO));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::claim::Claim;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::{Settlement, Status};
use crate::money::Fen;

/// Sends a flagged claim out of the waterfall.
#[inline]
pub(crate) fn route<R: Recorder>(claim: &Claim, recorder: &mut R) -> Result<(), Status> {
    if !claim.special_account {
        return Ok(());
    }
    recorder.step(|| {
        let mut step = Step::ending(
            Rule::SpecialAccount,
            Article::whole(31),
            claim.total,
            Status::SpecialAccount,
        );
        step.amount = claim.total;
        step.after = Fen::ZERO;
        step
    });
    Err(Status::SpecialAccount)
}

/// The settlement of a flagged claim: all of it from the special account.
pub(crate) fn settlement(claim: &Claim, year: i32) -> Settlement {
    Settlement {
        special: claim.total,
        person: Fen::ZERO,
        ..Settlement::unpaid(claim, year, Status::SpecialAccount)
    }
}
