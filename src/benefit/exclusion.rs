//! # Exclusion (不予支付)
//!
//! **Article**: Art. 18, items 1 to 7; Art. 17, second paragraph.
//!
//! **What it does**: the fund pays nothing for treatment caused by an unlawful act, suicide or self-harm (not in
//! mental illness), for cosmetic and corrective treatment, induced labour and family-planning operations, treatment
//! abroad, what a third party is liable for, and what is otherwise outside the scope; nor for a delivery that the
//! husband's maternity insurance has paid for. The claim is recorded as `excluded` and the person bears it. Where a
//! third party is liable for a stated amount, only that part is taken out and the rest settles.
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: none; an excluded claim touches neither deductible nor ceiling nor critical illness.
//!
//! **Example**: a traffic accident of 10,000 yuan of which the other driver owes 4,000: 6,000 stay in scope.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let mut claim = Claim::simple("21", "05", day, day, Fen::from_yuan(10_000)).unwrap();
//! claim.exclusion = Some(Exclusion::ThirdParty);
//! claim.third_party = Some(Fen::from_yuan(4_000));
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.in_scope, Fen::from_yuan(6_000));
//! assert_eq!(settlement.basic, Fen::from_yuan(4_200)); // (6,000 - 400) x 75 %
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::claim::{Claim, Delivery, Exclusion};
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::money::Fen;

/// Ends the settlement of an excluded claim.
#[inline]
pub(crate) fn check<R: Recorder>(claim: &Claim, recorder: &mut R) -> Result<(), Status> {
    let Some(reason) = reason(claim) else {
        return Ok(());
    };
    recorder.step(|| {
        Step::ending(
            Rule::Exclusion,
            article(reason),
            claim.total,
            Status::Excluded(reason),
        )
    });
    Err(Status::Excluded(reason))
}

/// The clause that excludes the whole claim, if one does.
#[inline]
fn reason(claim: &Claim) -> Option<Exclusion> {
    match claim.exclusion {
        Some(Exclusion::SelfHarmMental) => {}
        Some(Exclusion::ThirdParty) if claim.third_party.is_some() => {}
        Some(reason) => return Some(reason),
        None => {}
    }
    let by_delivery = matches!(
        claim.delivery,
        Some(Delivery::Miscarriage | Delivery::FamilyPlanning)
    );
    by_delivery.then_some(Exclusion::FamilyPlanning)
}

/// The article and item of a reason.
pub(crate) fn article(reason: Exclusion) -> Article {
    match reason {
        Exclusion::Unlawful => Article::part(18, 1),
        Exclusion::SelfHarm | Exclusion::SelfHarmMental => Article::part(18, 2),
        Exclusion::Cosmetic => Article::part(18, 3),
        Exclusion::FamilyPlanning => Article::part(18, 4),
        Exclusion::Abroad => Article::part(18, 5),
        Exclusion::ThirdParty => Article::part(18, 6),
        Exclusion::OutOfScope => Article::part(18, 7),
        Exclusion::SpouseMaternityBenefit => Article::part(17, 2),
    }
}

/// Moves what a third party is liable for out of scope.
#[inline]
pub(crate) fn take_third_party<R: Recorder>(case: &mut Case<'_>, recorder: &mut R) {
    let (Some(Exclusion::ThirdParty), Some(liable)) = (case.claim.exclusion, case.claim.third_party) else {
        return;
    };
    let (before, moved) = (case.left, liable.min(case.left).max(Fen::ZERO));
    case.left -= moved;
    case.settlement.in_scope -= moved;
    case.settlement.own_pay += moved;
    recorder.step(|| Step::taking(Rule::Exclusion, Article::part(18, 6), before, moved));
}
