//! A claim on its way through the waterfall: what every rule takes and changes.

use crate::benefit::claim::{Claim, DiseaseGroup};
use crate::benefit::kind::BenefitKind;
use crate::benefit::settlement::Settlement;
use crate::benefit::tariff::{BenefitTerms, DiseaseTerms, Level, Tariff, TierTerms};
use crate::insured::category::Category;
use crate::insured::cover::Stretch;
use crate::insured::person::Identity;
use crate::money::Fen;

/// The insured person as a claim finds them.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The days of cover (Art. 14), in any order.
    pub stretches: &'a [Stretch],
    /// The identity class (Art. 7).
    pub identity: Identity,
}

/// A claim on its way through the waterfall.
pub(crate) struct Case<'a> {
    pub tariff: &'a Tariff,
    pub claim: &'a Claim,
    pub category: Category,
    pub continuous_years: u8,
    pub identity: Identity,
    pub kind: BenefitKind,
    pub level: Level,
    pub tier: &'a TierTerms,
    pub terms: &'a BenefitTerms,
    /// The in-scope amount that no step has assigned yet.
    pub left: Fen,
    pub settlement: &'a mut Settlement,
}

impl<'a> Case<'a> {
    /// The rules of the claim's disease group, if its kind of benefit has any for it.
    #[inline]
    pub fn disease(&self) -> Option<(DiseaseGroup, &'a DiseaseTerms)> {
        let group = self.claim.disease?;
        self.terms
            .diseases
            .get(usize::from(group.0))
            .map(|terms| (group, terms))
    }
}
