//! # Ceiling of all payments (总支付比例封顶)
//!
//! **Article**: Art. 30, in other cities.
//!
//! **What it does**: all payers together (the basic fund, critical illness insurance, medical assistance, a subsidy of
//! government) pay at most a share of a claim: of the whole bill, or of what is in scope. What is above it is cut from the last payer
//! first: the subsidy, then assistance, then critical illness insurance, then the fund, whose part becomes the person's co-payment. What is cut
//! off counts as never paid toward yearly limits; it does not come back into the burden of the claim.
//!
//! **Scenario keys**: `benefit.payout_ceiling.kinds`, `.rate`, `.of`.
//!
//! **Accumulators**: moves back what the fund, critical illness insurance, assistance and government have paid.
//!
//! **Example**: at most 90 % of a bill of 10,200: of 10,030 that would be paid in all, 9,180 are.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! use yibao::scenario::Source;
//! let ceiling = r#"[benefit.payout_ceiling]
//! kinds = ["inpatient"]
//! rate = { rate = 0.90, provenance = "placeholder", source = "example" }
//! of = "total"
//! "#;
//! let text = Scenario::jinan()?.source().text.replace("[benefit.out_of_area]", &format!("{ceiling}\n[benefit.out_of_area]"));
//! let scenario = Scenario::from_source(Source { name: "example".into(), text })?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "11", day, day, Fen::from_yuan(10_200)).unwrap();
//! let mut person = Person::born(NaiveDate::MIN);
//! person.identity = Identity::ExtremePoverty;
//! let settlement = settle_one(&scenario, &person, &claim)?;
//! // 8,500 from the fund; assistance would pay 90 % of the other 1,700, which makes 10,030 in all
//! assert_eq!((settlement.basic, settlement.assistance), (Fen::from_yuan(8_500), Fen::from_yuan(680)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, State};
use crate::benefit::tariff::{CeilingBasis, RareTerms};
use crate::money::Fen;

/// Cuts what all payers together pay beyond the ceiling.
#[inline]
pub(crate) fn cut<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    if let Some(rare) = &case.terms.rare {
        cut_to_ceiling(rare, case, state, recorder);
    }
}

fn cut_to_ceiling<R: Recorder>(rare: &RareTerms, case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let Some(terms) = rare.payout_ceiling else {
        return;
    };
    let settlement = &mut *case.settlement;
    let base = if terms.of_total {
        settlement.total
    } else {
        settlement.in_scope
    };
    let most = base.times(terms.rate.value, case.tariff.rounding);
    let paid = settlement.fund_total();
    let over = paid.minus_to_zero(most);
    let from_subsidy = over.min(settlement.special);
    let from_assistance = (over - from_subsidy).min(settlement.assistance);
    let from_critical_illness = (over - from_subsidy - from_assistance).min(settlement.critical_illness);
    let from_basic = over - from_subsidy - from_assistance - from_critical_illness;
    settlement.special -= from_subsidy;
    settlement.assistance -= from_assistance;
    settlement.critical_illness -= from_critical_illness;
    settlement.basic -= from_basic;
    settlement.copayment += from_basic;
    let (assistance_before, critical_illness_before) = (state.assistance_paid, state.critical_illness_paid);
    let subsidy_before = state.subsidy_paid;
    state.subsidy_paid -= from_subsidy;
    state.assistance_paid -= from_assistance;
    state.critical_illness_paid -= from_critical_illness;
    take_back(case, state, from_basic);
    recorder.step(|| {
        let mut step = Step::taking(Rule::PayoutCeiling, Article::whole(30), paid, over).using(terms.rate);
        if from_subsidy > Fen::ZERO {
            let after = subsidy_before - from_subsidy;
            step = step.moving(Accumulator::SubsidyPaid, subsidy_before, after);
        }
        if from_assistance > Fen::ZERO {
            let after = assistance_before - from_assistance;
            step = step.moving(Accumulator::AssistancePaid, assistance_before, after);
        }
        if from_critical_illness > Fen::ZERO {
            let after = critical_illness_before - from_critical_illness;
            step = step.moving(Accumulator::CriticalIllnessPaid, critical_illness_before, after);
        }
        step
    });
}

/// Takes back what the fund does not pay after all from what it has paid in the year.
fn take_back(case: &Case<'_>, state: &mut State, amount: Fen) {
    state.fund_paid[case.kind as usize] -= amount;
    if let Some((group, _)) = case.disease {
        state.disease_paid[usize::from(group.0)] -= amount;
    }
    if case.counts_as_accident() {
        state.accident_paid -= amount;
    }
    if let Some(ceiling) = case.terms.ceiling_on(CeilingBasis::FundPaid) {
        state.ceiling_used[ceiling.slot] -= amount;
    }
}
