//! What the engine answers: one settlement, and the identities that it must satisfy.

use crate::benefit::claim::{Claim, Exclusion};
use crate::benefit::fact::Unstated;
use crate::benefit::kind::{BenefitKind, SubFund};
use crate::benefit::tariff::Level;
use crate::insured::cover::NotCovered;
use crate::money::{Fen, Rate};

/// The result of settling one claim. All amounts are zero or more, except in a [`Settlement::reversed`] one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The benefit year whose figures and accumulators were used.
    pub year: i32,
    /// What became of the claim.
    pub status: Status,
    /// `medfee_sumamt`: the bill.
    pub total: Fen,
    /// `fulamt_ownpay_amt`: outside the catalogue.
    pub own_pay: Fen,
    /// `overlmt_selfpay`: above a price limit.
    pub over_limit: Fen,
    /// `preselfpay_amt`: the person's first share.
    pub first_share: Fen,
    /// `inscp_scp_amt`: in scope.
    pub in_scope: Fen,
    /// `dedc_std`: the deductible standard of this claim; zero where none applies.
    pub deductible_standard: Fen,
    /// `act_pay_dedc`: what this claim paid of the deductible.
    pub deductible: Fen,
    /// The part of the in-scope amount beyond the year's ceiling.
    pub above_ceiling: Fen,
    /// The person's share by ratio, and what a fund limit cut off.
    pub copayment: Fen,
    /// `pool_prop_selfpay`: the fund's ratio, where one ratio applied to the whole claim.
    pub ratio: Option<Rate>,
    /// `hifp_pay`: the basic fund (or its outpatient sub-fund, see `sub_fund`).
    pub basic: Fen,
    /// `hifmi_pay`: critical illness insurance (大病保险).
    pub critical_illness: Fen,
    /// `maf_pay`: medical assistance (医疗救助).
    pub assistance: Fen,
    /// `oth_pay`: government, outside the fund: a special account (Art. 31), or the subsidy of a claim that was settled.
    pub special: Fen,
    /// `hosp_part_amt`: borne by the hospital (Art. 20(2)).
    pub hospital: Fen,
    /// `psn_part_amt`, all of it cash (Art. 13: no personal account).
    pub person: Fen,
    /// The sub-fund that `basic` is drawn from, where the claim was settled.
    pub sub_fund: Option<SubFund>,
    /// The kind of benefit and the scenario's level that the claim was settled as, where it was.
    pub place: Option<(BenefitKind, Level)>,
    /// What rules asked and the claim does not state, so that they were not applied.
    pub unstated: Unstated,
}

impl Settlement {
    /// A settlement in which the person bears everything: where every claim starts.
    #[inline]
    pub(crate) fn unpaid(claim: &Claim, year: i32, status: Status) -> Settlement {
        Settlement {
            year,
            status,
            total: claim.total,
            own_pay: claim.own_pay,
            over_limit: claim.over_limit,
            first_share: claim.first_share,
            in_scope: claim.in_scope,
            deductible_standard: Fen::ZERO,
            deductible: Fen::ZERO,
            above_ceiling: Fen::ZERO,
            copayment: Fen::ZERO,
            ratio: None,
            basic: Fen::ZERO,
            critical_illness: Fen::ZERO,
            assistance: Fen::ZERO,
            special: Fen::ZERO,
            hospital: Fen::ZERO,
            person: claim.total,
            sub_fund: None,
            place: None,
            unstated: Unstated::NOTHING,
        }
    }

    /// `fund_pay_sumamt`: everything that is not paid by the person or the hospital.
    #[inline]
    pub fn fund_total(&self) -> Fen {
        self.basic + self.critical_illness + self.assistance + self.special
    }

    /// Whether anybody pays besides the basic fund and the person. Of most settlements nobody does.
    #[inline(always)]
    pub(crate) fn is_paid_by_others(&self) -> bool {
        let others = [
            self.critical_illness,
            self.assistance,
            self.special,
            self.hospital,
        ];
        others.iter().fold(0, |any, share| any | share.get()) != 0
    }

    /// The part of `oth_pay` that is a subsidy for a large bill: all or nothing.
    #[inline]
    pub fn subsidy(&self) -> Fen {
        match self.status {
            Status::Settled => self.special,
            _ => Fen::ZERO,
        }
    }

    /// The mirror image that cancels this settlement: every amount negated.
    pub fn reversed(&self) -> Settlement {
        Settlement {
            total: -self.total,
            own_pay: -self.own_pay,
            over_limit: -self.over_limit,
            first_share: -self.first_share,
            in_scope: -self.in_scope,
            deductible_standard: -self.deductible_standard,
            deductible: -self.deductible,
            above_ceiling: -self.above_ceiling,
            copayment: -self.copayment,
            basic: -self.basic,
            critical_illness: -self.critical_illness,
            assistance: -self.assistance,
            special: -self.special,
            hospital: -self.hospital,
            person: -self.person,
            ..self.clone()
        }
    }

    /// Whether the two make the same row of the settlements file: the person's burden may be split differently.
    pub(crate) fn same_row(&self, other: &Settlement) -> bool {
        let Settlement {
            above_ceiling,
            copayment,
            ..
        } = *other;
        Settlement {
            above_ceiling,
            copayment,
            ..self.clone()
        } == *other
    }

    /// Checks the identities that hold on every row, in release builds too.
    ///
    /// # Panics
    /// If a part of the bill went missing or appeared from nowhere: a defect of the engine, never of the input.
    #[inline(always)]
    pub fn assert_conserved(&self) {
        let scope = self.own_pay + self.over_limit + self.first_share + self.in_scope;
        let payers = self.fund_total() + self.person + self.hospital;
        let shares = [
            self.basic,
            self.critical_illness,
            self.assistance,
            self.special,
            self.hospital,
            self.person,
        ];
        // One sign bit tells of all of them.
        let signs = shares.iter().fold(0, |signs, share| signs | share.get());
        if self.total != scope || self.total != payers || signs < 0 {
            self.tell_what_broke(scope, payers);
        }
    }

    /// # Panics
    /// Always.
    #[cold]
    fn tell_what_broke(&self, scope: Fen, payers: Fen) -> ! {
        assert!(self.total == scope, "scope identity broken: {self:?}");
        assert!(self.total == payers, "payer identity broken: {self:?}");
        panic!("a negative share: {self:?}");
    }
}

/// What became of a claim (`status` and `reason` of the settlements file).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Settled by the waterfall, even if the fund's share is nothing.
    Settled,
    /// The person was not covered on the day it began (Art. 2, 7-11, 14).
    NotCovered(NotCovered),
    /// The institution or the kind of treatment is not payable (Art. 13, 22).
    NotPayable(NotPayable),
    /// Excluded by Art. 17(2) or 18.
    Excluded(Exclusion),
    /// Paid by government outside the fund (Art. 31).
    SpecialAccount,
}

impl Status {
    /// How many statuses there are, reasons told apart.
    pub const COUNT: usize = 2 + NotCovered::ALL.len() + NotPayable::ALL.len() + Exclusion::ALL.len();

    /// Every status with every reason, in the order of [`Status::index`].
    pub fn all() -> impl Iterator<Item = Status> {
        let first = NotPayable::ALL.into_iter().take(NotPayable::FIRST);
        [Status::Settled, Status::SpecialAccount]
            .into_iter()
            .chain(NotCovered::ALL.into_iter().map(Status::NotCovered))
            .chain(first.map(Status::NotPayable))
            .chain(Exclusion::ALL.into_iter().map(Status::Excluded))
            .chain([Status::NotPayable(NotPayable::NoReferral)])
    }

    /// The place of this status in a table of [`Status::COUNT`].
    pub const fn index(self) -> usize {
        match self {
            Status::Settled => 0,
            Status::SpecialAccount => 1,
            Status::NotCovered(reason) => 2 + reason as usize,
            // Last, out of its order: fingerprints hold the numbers of all others, which must stay what they are.
            Status::NotPayable(NotPayable::NoReferral) => Status::COUNT - 1,
            Status::NotPayable(reason) => 2 + NotCovered::ALL.len() + reason as usize,
            Status::Excluded(reason) => 2 + NotCovered::ALL.len() + NotPayable::FIRST + reason as usize,
        }
    }

    /// `status`: the word in the settlements file.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Settled => "settled",
            Status::NotCovered(_) => "not-covered",
            Status::NotPayable(_) => "not-payable",
            Status::Excluded(_) => "excluded",
            Status::SpecialAccount => "special-account",
        }
    }

    /// `reason`: the word beside it; empty where there is none.
    pub const fn reason(self) -> &'static str {
        match self {
            Status::Settled | Status::SpecialAccount => "",
            Status::NotCovered(reason) => reason.name(),
            Status::NotPayable(reason) => reason.name(),
            Status::Excluded(reason) => reason.name(),
        }
    }
}

/// Why a claim of a covered person is not payable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPayable {
    /// The institution was not designated on the day (Art. 22).
    NotDesignated,
    /// The scenario does not cover this `med_type`.
    KindNotCovered,
    /// The scenario does not cover this kind of treatment at this level of institution.
    LevelNotCovered,
    /// It takes a referral, and there was none that holds.
    NoReferral,
}

impl NotPayable {
    /// Every reason.
    pub const ALL: [NotPayable; 4] = [
        NotPayable::NotDesignated,
        NotPayable::KindNotCovered,
        NotPayable::LevelNotCovered,
        NotPayable::NoReferral,
    ];

    /// How many there were at first, which are numbered before the exclusions.
    const FIRST: usize = 3;

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            NotPayable::NotDesignated => "not-designated",
            NotPayable::KindNotCovered => "kind-not-covered",
            NotPayable::LevelNotCovered => "level-not-covered",
            NotPayable::NoReferral => "no-referral",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// The places are those of fingerprints and tables, so they neither meet nor move.
    #[test]
    fn every_status_has_its_own_place() {
        assert!(Status::all().map(Status::index).eq(0..Status::COUNT));
    }

    /// A bill of 1,000 yuan, 700 of it the fund's; then so many fen more for one of its parts.
    fn settled_but(change: impl FnOnce(&mut Settlement)) -> Settlement {
        let day = NaiveDate::from_ymd_opt(2024, 6, 12).unwrap();
        let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(1_000)).unwrap();
        let mut settlement = Settlement {
            basic: Fen::from_yuan(700),
            person: Fen::from_yuan(300),
            ..Settlement::unpaid(&claim, 2024, Status::Settled)
        };
        settlement.assert_conserved();
        change(&mut settlement);
        settlement
    }

    #[test]
    #[should_panic(expected = "scope identity broken")]
    fn a_bill_of_more_than_its_parts_is_a_defect() {
        settled_but(|bill| bill.own_pay += Fen::new(1)).assert_conserved();
    }

    #[test]
    #[should_panic(expected = "payer identity broken")]
    fn a_bill_that_nobody_pays_in_full_is_a_defect() {
        settled_but(|bill| bill.person -= Fen::new(1)).assert_conserved();
    }

    #[test]
    #[should_panic(expected = "a negative share")]
    fn two_payers_below_zero_are_a_defect_too() {
        settled_but(|bill| {
            bill.basic = Fen::from_yuan(1_200);
            (bill.person, bill.hospital) = (Fen::from_yuan(-100), Fen::from_yuan(-100));
        })
        .assert_conserved();
    }

    /// How the person's burden is split is not in the file; who pays how much is.
    #[test]
    fn a_row_is_the_same_however_the_burden_is_split() {
        let one = settled_but(|_| {});
        let split = |bill: &mut Settlement| bill.copayment = Fen::from_yuan(300);
        assert!(one.same_row(&settled_but(split)));
        let above = |bill: &mut Settlement| bill.above_ceiling = Fen::from_yuan(300);
        assert!(one.same_row(&settled_but(above)));
        assert!(!one.same_row(&settled_but(|bill| bill.deductible = Fen::from_yuan(300))));
    }
}
