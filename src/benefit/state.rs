//! The accumulators of one person in one benefit year (Art. 14(1): they start at zero on its first day).

use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::MAX_DISEASES;
use crate::money::Fen;

/// Everything of a year that a later claim depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Admissions settled so far.
    pub admissions: u32,
    /// The levels of these, one bit each, where a waiver of the deductible asks for them.
    pub admitted_levels: u8,
    /// Deductible paid so far in the running period, by kind.
    pub deductible: [RunningDeductible; BenefitKind::COUNT],
    /// Deductible paid at each institution, where it is counted so.
    pub institution_deductible: Vec<(BenefitKind, u32, Fen)>,
    /// What counts toward each ceiling, by its slot.
    pub ceiling_used: [Fen; BenefitKind::COUNT + 1],
    /// Expense that ratio bands over the year have run through, by kind.
    pub shared: [Fen; BenefitKind::COUNT],
    /// What the fund has paid, by kind.
    pub fund_paid: [Fen; BenefitKind::COUNT],
    /// What the fund has paid, by disease group.
    pub disease_paid: [Fen; MAX_DISEASES],
    /// The person's burden that counts for critical illness insurance.
    pub burden: Fen,
    /// What critical illness insurance has paid.
    pub critical_illness_paid: Fen,
    /// The person's burden that counts for medical assistance.
    pub assistance_burden: Fen,
    /// What medical assistance has paid.
    pub assistance_paid: Fen,
    /// What the fund has paid for accidents, where they have a limit.
    pub accident_paid: Fen,
    /// What government has paid of large bills.
    pub subsidy_paid: Fen,
}

/// A deductible as far as it is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunningDeductible {
    /// Which period of the year the amount belongs to.
    pub period: u32,
    /// How much of it is paid.
    pub paid: Fen,
}

impl State {
    /// Whether the fund has paid anything.
    pub(crate) fn is_paid(&self) -> bool {
        self.critical_illness_paid > Fen::ZERO || self.fund_paid.iter().any(|paid| *paid > Fen::ZERO)
    }

    /// Back to the first day of a year, keeping the memory.
    #[inline]
    pub(crate) fn reset(&mut self) {
        let State {
            admissions,
            admitted_levels,
            deductible,
            institution_deductible,
            ceiling_used,
            shared,
            fund_paid,
            disease_paid,
            burden,
            critical_illness_paid,
            assistance_burden,
            assistance_paid,
            accident_paid,
            subsidy_paid,
        } = self;
        institution_deductible.clear();
        (*admissions, *admitted_levels) = (0, 0);
        deductible.fill(RunningDeductible::default());
        for amounts in [&mut ceiling_used[..], shared, fund_paid, disease_paid] {
            amounts.fill(Fen::ZERO);
        }
        let amounts = [
            burden,
            critical_illness_paid,
            assistance_burden,
            assistance_paid,
            accident_paid,
            subsidy_paid,
        ];
        for amount in amounts {
            *amount = Fen::ZERO;
        }
    }
}

/// Names of the accumulators, for explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accumulator {
    /// Admissions of the year; its amounts are counts.
    Admissions,
    /// Deductible paid in the period.
    Deductible,
    /// What counts toward the ceiling.
    Ceiling,
    /// Paid by the fund for the kind.
    FundPaid,
    /// Paid by the fund for the disease group.
    DiseasePaid,
    /// The person's burden of the year.
    Burden,
    /// Paid by critical illness insurance.
    CriticalIllnessPaid,
    /// Paid by medical assistance.
    AssistancePaid,
    /// Paid by the fund for accidents.
    AccidentPaid,
    /// Paid by government of large bills.
    SubsidyPaid,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By either fund alone; the subsidy and assistance are other money.
    #[test]
    fn a_year_is_paid_for_if_the_fund_has_paid() {
        let nothing = State::default();
        assert!(!nothing.is_paid());
        let mut basic = State::default();
        basic.fund_paid[BenefitKind::Maternity as usize] = Fen::new(1);
        let critical_illness = State {
            critical_illness_paid: Fen::new(1),
            ..State::default()
        };
        assert!(basic.is_paid() && critical_illness.is_paid());
        let others = State {
            assistance_paid: Fen::new(1),
            subsidy_paid: Fen::new(1),
            ..nothing
        };
        assert!(!others.is_paid());
    }
}
