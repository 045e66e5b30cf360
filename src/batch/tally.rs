//! Sums over settled rows: by status, and by kind of benefit and level of institution.

use crate::benefit::fact::Fact;
use crate::benefit::kind::{BenefitKind, SubFund};
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::tariff::{Level, MAX_LEVELS};
use crate::money::Fen;
use serde::{Deserialize, Serialize};

/// Sums of amounts. A cancelled settlement counts and adds up to nothing, because its mirror image is added too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Settlements that stand.
    pub claims: i64,
    /// The bills, `medfee_sumamt`.
    pub total: Fen,
    /// Outside the catalogue, `fulamt_ownpay_amt` (Art. 20).
    pub own_pay: Fen,
    /// Above price limits, `overlmt_selfpay`.
    pub over_limit: Fen,
    /// First shares of class B items and of treatment elsewhere, `preselfpay_amt` (Art. 19, 20).
    pub first_share: Fen,
    /// In scope, `inscp_scp_amt`: what the rules are applied to.
    pub in_scope: Fen,
    /// What deductibles took, `act_pay_dedc` (Art. 15).
    pub deductible: Fen,
    /// In scope beyond annual ceilings, borne by the persons (Art. 15).
    pub above_ceiling: Fen,
    /// The persons' shares by ratio, and what fund limits cut off (Art. 16).
    pub copayment: Fen,
    /// Paid by the basic fund or the outpatient pool.
    pub basic: Fen,
    /// Paid by critical illness insurance.
    pub critical_illness: Fen,
    /// Paid by medical assistance.
    pub assistance: Fen,
    /// Paid by government: special accounts, and of claims that were settled subsidies for large bills.
    pub special: Fen,
    /// Borne by hospitals: items used without consent, `hosp_part_amt` (Art. 20(2)).
    pub hospital: Fen,
    /// Borne by the persons, all of it cash: `psn_part_amt` (Art. 13).
    pub person: Fen,
}

impl Sums {
    /// Adds one row, which counts as `claims`.
    #[inline(always)]
    pub(super) fn add(&mut self, settlement: &Settlement, claims: i64) {
        self.claims += claims;
        self.total += settlement.total;
        self.own_pay += settlement.own_pay;
        self.over_limit += settlement.over_limit;
        self.first_share += settlement.first_share;
        self.in_scope += settlement.in_scope;
        self.deductible += settlement.deductible;
        self.above_ceiling += settlement.above_ceiling;
        self.copayment += settlement.copayment;
        self.basic += settlement.basic;
        self.person += settlement.person;
        if settlement.is_paid_by_others() {
            self.critical_illness += settlement.critical_illness;
            self.assistance += settlement.assistance;
            self.special += settlement.special;
            self.hospital += settlement.hospital;
        }
    }

    pub(crate) fn merge(&mut self, other: &Sums) {
        self.claims += other.claims;
        self.total += other.total;
        self.own_pay += other.own_pay;
        self.over_limit += other.over_limit;
        self.first_share += other.first_share;
        self.in_scope += other.in_scope;
        self.deductible += other.deductible;
        self.above_ceiling += other.above_ceiling;
        self.copayment += other.copayment;
        self.basic += other.basic;
        self.critical_illness += other.critical_illness;
        self.assistance += other.assistance;
        self.special += other.special;
        self.hospital += other.hospital;
        self.person += other.person;
    }

    /// Everything that is not borne by persons and hospitals.
    pub fn fund(&self) -> Fen {
        self.basic + self.critical_illness + self.assistance + self.special
    }
}

/// Sums by status, and of settled claims by kind and level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Of claims that were not settled.
    by_status: [Sums; Status::COUNT],
    by_kind: [[Sums; MAX_LEVELS]; BenefitKind::COUNT],
    /// What the outpatient pool has paid, of all that is `basic`.
    outpatient_pool: Fen,
    /// How many settlements that stand would have needed a fact that the claim does not state.
    unstated: [i64; Fact::COUNT],
    /// Rows: settlements and cancellations, each counted once.
    pub rows: u64,
}

impl Tally {
    /// Adds a row.
    #[inline]
    pub fn add(&mut self, settlement: &Settlement, cancels: bool) {
        self.rows += 1;
        if settlement.sub_fund == Some(SubFund::Outpatient) {
            self.outpatient_pool += settlement.basic;
        }
        let claims = if cancels { -1 } else { 1 };
        if !settlement.unstated.is_nothing() {
            let facts = settlement.unstated.facts();
            facts.for_each(|fact| self.unstated[fact as usize] += claims);
        }
        let sums = match settlement.place {
            Some((kind, level)) => &mut self.by_kind[kind as usize][level.index()],
            None => &mut self.by_status[settlement.status.index()],
        };
        sums.add(settlement, claims);
    }

    /// Adds the sums of another part.
    pub(crate) fn merge(&mut self, other: &Tally) {
        self.rows += other.rows;
        self.outpatient_pool += other.outpatient_pool;
        for (count, others) in self.unstated.iter_mut().zip(other.unstated) {
            *count += others;
        }
        for (sums, others) in self.by_status.iter_mut().zip(&other.by_status) {
            sums.merge(others);
        }
        for (sums, others) in self
            .by_kind
            .iter_mut()
            .flatten()
            .zip(other.by_kind.iter().flatten())
        {
            sums.merge(others);
        }
    }

    /// The statuses that occurred, with their sums.
    pub fn statuses(&self) -> impl Iterator<Item = (Status, Sums)> {
        let of_status = |status: Status| match status {
            Status::Settled => self.settled(),
            _ => self.by_status[status.index()],
        };
        Status::all()
            .map(move |status| (status, of_status(status)))
            .filter(|(_, sums)| *sums != Sums::default())
    }

    /// Everything that was settled, over all kinds and levels.
    fn settled(&self) -> Sums {
        let mut settled = Sums::default();
        self.by_kind.iter().flatten().for_each(|sums| settled.merge(sums));
        settled
    }

    /// Everything, settled or not.
    pub fn all(&self) -> Sums {
        let mut all = self.settled();
        self.by_status.iter().for_each(|sums| all.merge(sums));
        all
    }

    /// What the outpatient pool has paid, of all that is `basic`.
    pub fn outpatient_pool(&self) -> Fen {
        self.outpatient_pool
    }

    /// What rules asked and claims do not state: one sentence for each fact, with how many claims that is.
    pub fn unstated(&self) -> Vec<String> {
        let asked = Fact::ALL
            .into_iter()
            .map(|fact| (fact, self.unstated[fact as usize]));
        let told = asked.filter(|(_, claims)| *claims > 0);
        told.map(|(fact, claims)| fact.sentence(claims)).collect()
    }

    /// What government has paid of large bills, of all that is `special`.
    pub fn subsidy(&self) -> Fen {
        self.settled().special
    }

    /// What was settled of a kind, over all levels.
    pub fn kind(&self, kind: BenefitKind) -> Sums {
        let mut all = Sums::default();
        self.by_kind[kind as usize]
            .iter()
            .for_each(|sums| all.merge(sums));
        all
    }

    /// What was settled of a kind at a level.
    pub(crate) fn kind_at(&self, kind: BenefitKind, level: Level) -> &Sums {
        &self.by_kind[kind as usize][level.index()]
    }
}
