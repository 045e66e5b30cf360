//! # Disease (门诊慢特病病种)
//!
//! **Article**: Art. 13 and 30: the city sets the list of chronic outpatient diseases and their standards.
//!
//! **What it does**: for a claim whose `dise_codg` belongs to a disease group, replaces the ratio (by the inpatient
//! ratio of the same category and level, or by the group's own for them), puts a floor under it, adds points to it at some
//! institutions, and limits what the fund pays in a year for the group (`fund-limit`).
//!
//! **Scenario keys**: `benefit.chronic.disease.GROUP.codes`, `.ratio_of`, `.ratio`, `.at_least`, `.add`,
//! `.add_levels`, `.add_institution_kind`, `.fund_limit`.
//!
//! **Accumulators**: none here; the group's limit moves what the fund has paid for it.
//!
//! **Example**: a tumour's outpatient treatment at a provincial hospital: the inpatient ratio is 60 %, the floor
//! 75 %, so the fund pays 75 % above the 300 yuan deductible.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2023, 3, 4).unwrap();
//! let mut claim = Claim::simple("14", "01", day, day, Fen::from_yuan(40_300)).unwrap();
//! claim.disease = scenario.codebook().disease("M00500");
//! claim.institution_kind = scenario.codebook().institution_kind("provincial");
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(30_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::claim::{Claim, DiseaseGroup};
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::tariff::{BenefitTerms, DiseaseRatio, DiseaseTerms, Ratio};
use crate::money::{Fen, Rate};

/// The group of a claim with its rules, if its kind of benefit has any for it.
#[inline]
pub(crate) fn of<'a>(terms: &'a BenefitTerms, claim: &Claim) -> Option<(DiseaseGroup, &'a DiseaseTerms)> {
    let group = claim.disease?;
    let terms = terms.diseases.get(usize::from(group.0))?.as_ref()?;
    Some((group, terms))
}

/// The ratio that the group has in place of the kind's; `None` where it keeps that.
#[inline]
pub(crate) fn ratio<'a>(case: &Case<'a>, terms: &'a DiseaseTerms) -> Option<&'a Ratio> {
    let (category, level) = (case.membership.category as usize, case.level.index());
    match &terms.ratio {
        DiseaseRatio::OfKind => None,
        DiseaseRatio::Own(own) => own[category][level].as_ref(),
        DiseaseRatio::OfInpatient => {
            let inpatient = case.tier.benefits[BenefitKind::Inpatient as usize].as_deref()?;
            inpatient.ratio[category][level].as_ref()
        }
    }
}

/// A rate after the group's floor and addition.
#[inline]
pub(crate) fn raise(case: &Case<'_>, terms: &DiseaseTerms, rate: Rate) -> Rate {
    let floored = terms.at_least.map_or(rate, |floor| rate.max(floor.value));
    match terms.add {
        Some(addition) if adds_here(case, terms) => floored.plus(addition.value),
        _ => floored,
    }
}

/// Whether the group's addition holds at this institution.
#[inline]
fn adds_here(case: &Case<'_>, terms: &DiseaseTerms) -> bool {
    let kind_fits = terms
        .add_institution_kind
        .is_none_or(|kind| kind == case.claim.institution_kind);
    kind_fits && terms.add_levels[case.level.index()]
}

/// Records that the group changed the ratio.
#[inline]
pub(crate) fn record_change<R: Recorder>(case: &Case<'_>, ratio: &Ratio, recorder: &mut R) {
    let Some((_, terms)) = case.disease else {
        return;
    };
    let of_kind = matches!(terms.ratio, DiseaseRatio::OfKind);
    if of_kind && terms.at_least.is_none() && terms.add.is_none() {
        return; // Only the group's yearly limit differs, and that is a step of its own.
    }
    recorder.step(|| {
        let addition = terms.add.filter(|_| adds_here(case, terms));
        let own = (!of_kind).then(|| FigureUse::from(ratio.figure));
        Step::taking(Rule::Disease, Article::whole(13), case.left, Fen::ZERO)
            .using_all(own)
            .using_all(terms.at_least.map(FigureUse::from))
            .using_all(addition.map(FigureUse::from))
    });
}
