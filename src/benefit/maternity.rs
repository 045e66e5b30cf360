//! # Maternity (生育医疗费用)
//!
//! **Article**: Art. 17.
//!
//! **What it does**: in-hospital childbirth is paid by a standard of its own: a lump sum by kind of delivery, never
//! more than the in-scope amount, without deductible, outside the ceiling, and counting neither as an admission nor
//! for the layers above. A scenario may pay it by ratio instead, like any other kind. Miscarriage and family-planning
//! operations (`matn_type` 5, 6) are excluded by Art. 18(4), and a delivery that the husband's maternity insurance
//! has paid for by Art. 17, second paragraph.
//!
//! **Scenario keys**: `benefit.maternity.lump_sum.normal`, `.assisted`, `.caesarean`, `.difficult`.
//!
//! **Accumulators**: none.
//!
//! **Example**: a caesarean of 5,000 yuan in scope: the fund pays 1,800.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let mut claim = Claim::simple("52", "05", day, day, Fen::from_yuan(5_000)).unwrap();
//! claim.delivery = Some(Delivery::Caesarean);
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(1_800));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::money::Fen;

/// Pays the lump sum of the delivery.
#[inline]
pub(crate) fn pay<R: Recorder>(case: &mut Case<'_>, recorder: &mut R) {
    let lump_sums = case.terms.lump_sums.as_ref();
    let lump_sum = case
        .claim
        .delivery
        .and_then(|delivery| lump_sums?[delivery as usize]);
    let paid = lump_sum.map_or(Fen::ZERO, |sum| sum.value.min(case.left));
    case.settlement.basic = paid;
    recorder.step(|| {
        Step::taking(Rule::Maternity, Article::whole(17), case.left, paid).using_all(lump_sum.map(Into::into))
    });
}
