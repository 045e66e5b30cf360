//! # Institution (定点医疗机构)
//!
//! **Article**: Art. 22; Art. 13 for the kinds of benefit.
//!
//! **What it does**: asks whether the institution was designated on the day the claim began, whether the scenario
//! covers this `med_type` and as which kind of benefit, and whether that kind is covered at the institution's level.
//! The first "no" makes the claim `not-payable`: `not-designated`, `kind-not-covered`, `level-not-covered`.
//!
//! **Scenario keys**: `levels.*`, `benefit.*.med_type`, `benefit.general_outpatient.levels`.
//!
//! **Accumulators**: none; a claim that is not payable moves nothing.
//!
//! **Example**: under Jinan's rules a general outpatient visit at a tertiary hospital is not paid by the pool.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap();
//! let claim = Claim::simple("11", "02", day, day, Fen::from_yuan(200)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(day.with_year(1980).unwrap()), &claim)?;
//! assert_eq!(settlement.status.reason(), "level-not-covered");
//! # use chrono::Datelike;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::claim::Claim;
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::{NotPayable, Status};
use crate::benefit::tariff::{BenefitTerms, Level, Tariff, TierTerms};
use crate::insured::cover::Membership;
use crate::money::Fen;

/// Where a payable claim stands.
pub(crate) struct Place<'a> {
    pub kind: BenefitKind,
    pub level: Level,
    pub tier: &'a TierTerms,
    pub terms: &'a BenefitTerms,
}

/// The kind of benefit and the level that the claim is settled as.
#[inline]
pub(crate) fn admit<'a, R: Recorder>(
    tariff: &'a Tariff,
    claim: &Claim,
    membership: &Membership,
    recorder: &mut R,
) -> Result<Place<'a>, Status> {
    let place = find(tariff, claim, membership);
    recorder.step(|| match place {
        Ok(_) => Step::taking(Rule::Institution, Article::whole(22), claim.total, Fen::ZERO),
        Err(reason) => {
            let article = if reason == NotPayable::NotDesignated {
                22
            } else {
                13
            };
            Step::ending(
                Rule::Institution,
                Article::whole(article),
                claim.total,
                Status::NotPayable(reason),
            )
        }
    });
    place.map_err(Status::NotPayable)
}

#[inline(always)]
fn find<'a>(tariff: &'a Tariff, claim: &Claim, membership: &Membership) -> Result<Place<'a>, NotPayable> {
    if !claim.designated {
        return Err(NotPayable::NotDesignated);
    }
    let kind = tariff.kinds[claim.med_type.index()].ok_or(NotPayable::KindNotCovered)?;
    let tier = &tariff.tiers[usize::from(membership.tier)];
    let terms = tier.benefits[kind as usize]
        .as_deref()
        .ok_or(NotPayable::KindNotCovered)?;
    let level = tariff.levels[claim.hosp_lv.index()][usize::from(claim.institution_kind.0)]
        .ok_or(NotPayable::LevelNotCovered)?;
    if terms.lump_sums.is_none() && terms.ratio[membership.category as usize][level.index()].is_none() {
        return Err(NotPayable::LevelNotCovered);
    }
    Ok(Place {
        kind,
        level,
        tier,
        terms,
    })
}
