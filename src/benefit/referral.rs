//! # Referral (首诊与转诊)
//!
//! **Article**: Art. 22, in other cities.
//!
//! **What it does**: what takes a referral is not paid without one that holds: at some levels of institution, for some
//! medical service types, at institutions that the person did not choose (选定医疗机构), for some classes and ages. A
//! referral may hold for a number of days, of which its own is the first; one of a later day than the claim's first came too
//! late. Other rules may ask for a referral too: who has no deductible, what is added to the ratio. Where a claim does not
//! state what is asked, the rule does not apply, and a warning tells how many claims that is.
//!
//! **Scenario keys**: `benefit.KIND.referral.valid_for`, `benefit.KIND.referral.needed.NAME.identity`, `.age_from`,
//! `.age_below`, `.levels`, `.institution_kind`, `.med_type`, `.selected`; `.referred` and `.selected` of
//! `benefit.KIND.no_deductible.NAME` and `benefit.KIND.addition.NAME`.
//!
//! **Accumulators**: none; a claim that is not paid for want of a referral moves nothing.
//!
//! **Example**: hospitals take a referral of the last 180 days; one of the 181st day before is none.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::benefit::claim::Referral;
//! use yibao::prelude::*;
//! use yibao::scenario::Source;
//! let rule = r#"[benefit.inpatient.referral]
//! valid_for = { days = 180, provenance = "placeholder", source = "example" }
//! needed.hospitals = { levels = ["secondary", "tertiary"] }
//! "#;
//! let text = Scenario::jinan()?.source().text.replace("[benefit.out_of_area]", &format!("{rule}\n[benefit.out_of_area]"));
//! let scenario = Scenario::from_source(Source { name: "example".into(), text })?;
//! let day = NaiveDate::from_ymd_opt(2024, 8, 4).unwrap();
//! let mut claim = Claim::simple("21", "02", day, day, Fen::from_yuan(10_000)).unwrap();
//! let person = Person::born(NaiveDate::MIN);
//! claim.referral = Referral::days_before(180);
//! assert_eq!(settle_one(&scenario, &person, &claim)?.status.reason(), "");
//! claim.referral = Referral::days_before(181);
//! assert_eq!(settle_one(&scenario, &person, &claim)?.status.reason(), "no-referral");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::claim::Stated;
use crate::benefit::fact::Fact;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::{NotPayable, Status};
use crate::benefit::tariff::{Group, ReferralTerms};
use crate::money::Fen;

/// Asks for a referral where it takes one.
#[inline]
pub(crate) fn check<R: Recorder>(case: &mut Case<'_>, recorder: &mut R) -> Result<(), Status> {
    match &case.terms.rare {
        Some(rare) => rare
            .referral
            .as_ref()
            .map_or(Ok(()), |terms| ask(terms, case, recorder)),
        None => Ok(()),
    }
}

fn ask<R: Recorder>(terms: &ReferralTerms, case: &mut Case<'_>, recorder: &mut R) -> Result<(), Status> {
    let referral = case.claim.referral.holds(terms.valid_for.map(|days| days.value));
    for group in &terms.needed {
        if !group.fits(case) {
            continue;
        }
        let (of_group, open) = group.stated(case.claim);
        match (of_group, referral) {
            (Stated::No, _) => {}
            (Stated::Yes, Stated::Yes) => answer(None, (terms, group), case, recorder)?,
            (Stated::Yes, Stated::No) => {
                let refused = Status::NotPayable(NotPayable::NoReferral);
                answer(Some(refused), (terms, group), case, recorder)?;
            }
            (Stated::Not, Stated::Yes) => {}
            (Stated::Not, Stated::No) => case.settlement.unstated.add_all(open),
            (Stated::Not | Stated::Yes, Stated::Not) => {
                case.settlement.unstated.add_all(open);
                case.settlement.unstated.add(Fact::Referral);
            }
        }
    }
    for group in &terms.asking {
        if group.fits(case) {
            let (_, open) = group.stated(case.claim);
            case.settlement.unstated.add_all(open);
        }
    }
    Ok(())
}

/// A referral is needed, and it is stated whether there was one that holds; else the claim is `refused`.
fn answer<R: Recorder>(
    refused: Option<Status>,
    (terms, group): (&ReferralTerms, &Group),
    case: &Case<'_>,
    recorder: &mut R,
) -> Result<(), Status> {
    recorder.step(|| {
        let step = Step::taking(Rule::Referral, Article::whole(22), case.claim.total, Fen::ZERO)
            .using_all(group.figures())
            .using_all(terms.valid_for.map(|days| FigureUse::from(days.figure)));
        Step {
            ended: refused,
            ..step
        }
    });
    refused.map_or(Ok(()), Err)
}
