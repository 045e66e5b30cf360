//! # Ceiling (最高支付限额)
//!
//! **Article**: Art. 15.
//!
//! **What it does**: in one benefit year the fund shares in-scope expense only up to a ceiling; the person pays what
//! lies beyond (`above-ceiling`). By this regulation the ceiling counts expense, the person's proportional share
//! included (`basis = "in-scope"`); whether the deductible counts too is a switch. Many cities count what the fund
//! has paid instead (`basis = "fund-paid"`). Inpatient and chronic outpatient share one ceiling unless a kind has its
//! own.
//!
//! **Scenario keys**: `benefit.ceiling.amount`, `.basis`, `.kinds`, `.counts_deductible`, `benefit.KIND.ceiling`.
//!
//! **Accumulators**: reads and moves what counts toward the ceiling.
//!
//! **Example**: a tertiary bill of 300,000: 1,000 deductible, 250,000 shared, 49,000 above the ceiling.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(300_000)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.above_ceiling, Fen::from_yuan(49_000));
//! assert_eq!(settlement.basic, Fen::from_yuan(175_000)); // 250,000 x 70 %
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, State};
use crate::benefit::tariff::{CeilingBasis, CeilingTerms};
use crate::money::Fen;

/// Before the ratio: cuts the expense beyond the ceiling, where it counts expense.
#[inline]
pub(crate) fn cut_expense<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let Some(terms) = case.terms.ceiling_on(CeilingBasis::InScope) else {
        return;
    };
    let counted_deductible = if terms.counts_deductible {
        case.settlement.deductible
    } else {
        Fen::ZERO
    };
    let used = &mut state.ceiling_used[terms.slot];
    let used_before = *used;
    let before = case.left;
    case.left = terms.amount.value.admit(before, used_before + counted_deductible);
    *used += case.left + counted_deductible;
    case.settlement.above_ceiling = before - case.left;
    record(recorder, terms, before, before - case.left, (used_before, *used));
}

/// After the ratio: cuts the payment beyond the ceiling, where it counts payments.
#[inline]
pub(crate) fn cut_payment<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let Some(terms) = case.terms.ceiling_on(CeilingBasis::FundPaid) else {
        return;
    };
    let used = &mut state.ceiling_used[terms.slot];
    let used_before = *used;
    let before = case.settlement.basic;
    let paid = terms.amount.value.admit(before, used_before);
    *used += paid;
    case.settlement.basic = paid;
    case.settlement.above_ceiling = before - paid;
    record(recorder, terms, before, before - paid, (used_before, *used));
}

#[inline]
fn record<R: Recorder>(recorder: &mut R, terms: &CeilingTerms, before: Fen, cut: Fen, used: (Fen, Fen)) {
    recorder.step(|| {
        Step::taking(Rule::Ceiling, Article::whole(15), before, cut)
            .moving(Accumulator::Ceiling, used.0, used.1)
            .using(terms.amount)
    });
}
