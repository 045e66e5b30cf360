//! A claim on its way through the waterfall: what every rule takes and changes.

use crate::benefit::claim::{Claim, DiseaseGroup, Stated};
use crate::benefit::fact::{Fact, Unstated};
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::FigureUse;
use crate::benefit::settlement::Settlement;
use crate::benefit::tariff::{AreaTerms, BenefitTerms, DiseaseTerms, Group, Level, Tariff, TierTerms};
use crate::insured::cover::{Membership, Stretch};
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
    /// Whether the fund paid nothing for the person in the year before; `None` where that is not known.
    pub nothing_year_before: Option<bool>,
}

/// A claim on its way through the waterfall.
pub(crate) struct Case<'a> {
    pub tariff: &'a Tariff,
    pub claim: &'a Claim,
    pub member: &'a Member<'a>,
    pub membership: &'a Membership,
    pub kind: BenefitKind,
    pub level: Level,
    pub tier: &'a TierTerms,
    pub terms: &'a BenefitTerms,
    /// The rules of the claim's disease group, if its kind of benefit has any for it.
    pub disease: Option<(DiseaseGroup, &'a DiseaseTerms)>,
    /// What the place of treatment changes, if it is out of area.
    pub area: Option<&'a AreaTerms>,
    /// The in-scope amount that no step has assigned yet.
    pub left: Fen,
    pub settlement: &'a mut Settlement,
}

impl Group {
    /// Whether the claim and its person are of the group, as far as the claim states it.
    pub(crate) fn holds(&self, case: &Case<'_>) -> bool {
        self.fits(case) && self.stated(case.claim).0 == Stated::Yes
    }

    /// Whether they are as far as person and place go.
    pub(crate) fn fits(&self, case: &Case<'_>) -> bool {
        let age_years = case.claim.begin.years_since(case.member.birth).unwrap_or(0);
        let kind_fits = self
            .institution_kind
            .is_none_or(|kind| kind == case.claim.institution_kind);
        self.identities[case.member.identity as usize]
            && self.levels[case.level.index()]
            && self.med_types[case.claim.med_type.index()]
            && kind_fits
            && self.age_from.is_none_or(|from| age_years >= from.value)
            && self.age_below.is_none_or(|below| age_years < below.value)
    }

    /// Whether it is as far as what a claim need not state goes, and which of these facts leave it open.
    pub(crate) fn stated(&self, claim: &Claim) -> (Stated, Unstated) {
        let referred = self.referred.map(|question| {
            let valid_days = question.valid_for.map(|days| days.value);
            (Fact::Referral, question.wanted, claim.referral.holds(valid_days))
        });
        let selected = self
            .selected
            .map(|wanted| (Fact::Selected, wanted, claim.selected));
        let (mut answer, mut unstated) = (Stated::Yes, Unstated::NOTHING);
        for (fact, wanted, stated) in [referred, selected].into_iter().flatten() {
            if stated == Stated::Not {
                unstated.add(fact);
                answer = Stated::Not;
            } else if stated != Stated::from(Some(wanted)) {
                return (Stated::No, Unstated::NOTHING);
            }
        }
        (answer, unstated)
    }

    /// The figures that say who is of it.
    pub(crate) fn figures(&self) -> impl Iterator<Item = FigureUse> {
        let ages = [self.age_from, self.age_below].into_iter().flatten();
        let days = self.referred.and_then(|question| question.valid_for);
        ages.chain(days).map(|of| of.figure.into())
    }
}
