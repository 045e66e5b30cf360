//! A claim on its way through the waterfall: what every rule takes and changes.

use crate::benefit::claim::{Claim, DiseaseGroup};
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::FigureUse;
use crate::benefit::settlement::Settlement;
use crate::benefit::tariff::{BenefitTerms, DiseaseTerms, Group, Level, Tariff, TierTerms};
use crate::insured::category::Category;
use crate::insured::cover::Stretch;
use crate::insured::person::Identity;
use crate::money::Fen;
use chrono::NaiveDate;

/// The insured person as a claim finds them.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The days of cover (Art. 14), in any order.
    pub stretches: &'a [Stretch],
    /// The identity class (Art. 7).
    pub identity: Identity,
    /// Day of birth, for terms that depend on the age.
    pub birth: NaiveDate,
}

/// A claim on its way through the waterfall.
pub(crate) struct Case<'a> {
    pub tariff: &'a Tariff,
    pub claim: &'a Claim,
    pub category: Category,
    pub continuous_years: u8,
    pub enrolled_since: NaiveDate,
    pub birth: NaiveDate,
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
        let terms = self.terms.diseases.get(usize::from(group.0))?.as_ref();
        terms.map(|terms| (group, terms))
    }
}

impl Group {
    /// Whether the claim and its person are of the group.
    pub(crate) fn holds(&self, case: &Case<'_>) -> bool {
        let age_years = case.claim.begin.years_since(case.birth).unwrap_or(0);
        let kind_fits = self
            .institution_kind
            .is_none_or(|kind| kind == case.claim.institution_kind);
        self.identities[case.identity as usize]
            && self.levels[case.level.index()]
            && kind_fits
            && self.age_from.is_none_or(|from| age_years >= from.value)
            && self.age_below.is_none_or(|below| age_years < below.value)
    }

    /// The figures that say who is of it.
    pub(crate) fn figures(&self) -> impl Iterator<Item = FigureUse> {
        let ages = [self.age_from, self.age_below];
        ages.into_iter().flatten().map(|age| age.figure.into())
    }
}
