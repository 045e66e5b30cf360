//! # Fund limit (年度支付限额)
//!
//! **Article**: Art. 12 for the outpatient pool; Art. 30 for disease groups.
//!
//! **What it does**: cuts the fund's payment where it would exceed the most that the fund pays a person in a year for
//! the kind of benefit (the general outpatient pool), for the disease group (hypertension, diabetes) or, elsewhere, for
//! accidents (意外伤害). What is cut off is the person's co-payment and counts as such for the layers above. A claim that
//! does not state whether it is for an accident is not cut as one, and a warning tells how many there are.
//!
//! **Scenario keys**: `benefit.KIND.fund_limit`, `benefit.chronic.disease.GROUP.fund_limit`; `benefit.accident.kinds`,
//! `.fund_limit`.
//!
//! **Accumulators**: reads and moves what the fund has paid for the kind, for the disease group and for accidents.
//!
//! **Example**: hypertension, 2,600 yuan above the deductible: 65 % would be 1,690, the fund pays 1,100.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2023, 3, 4).unwrap();
//! let mut claim = Claim::simple("14", "05", day, day, Fen::from_yuan(2_900)).unwrap();
//! claim.disease = scenario.codebook().disease("M03900");
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(1_100));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::claim::Stated;
use crate::benefit::fact::Fact;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, State};
use crate::benefit::tariff::{DiseaseTerms, Limit, RareTerms};
use crate::figure::Cited;
use crate::money::Fen;

/// Cuts the fund's payment to what is left of the disease group's and the kind's limit.
#[inline]
pub(crate) fn cut<R: Recorder>(case: &mut Case<'_>, state: &State, recorder: &mut R) {
    let mut paid = case.settlement.basic;
    if let Some((
        group,
        DiseaseTerms {
            fund_limit: Some(limit),
            ..
        },
    )) = case.disease
    {
        let so_far = state.disease_paid[usize::from(group.0)];
        paid = cut_to(
            *limit,
            paid,
            so_far,
            (Accumulator::DiseasePaid, Article::whole(30)),
            recorder,
        );
    }
    if let Some(limit) = case.terms.fund_limit {
        let so_far = state.fund_paid[case.kind as usize];
        paid = cut_to(
            limit,
            paid,
            so_far,
            (Accumulator::FundPaid, Article::whole(12)),
            recorder,
        );
    }
    if let Some(rare) = &case.terms.rare {
        paid = cut_accident(rare, case, paid, state, recorder);
    }
    case.settlement.basic = paid;
}

/// What is left of a payment that may be for an accident.
fn cut_accident<R: Recorder>(
    rare: &RareTerms,
    case: &mut Case<'_>,
    paid: Fen,
    state: &State,
    recorder: &mut R,
) -> Fen {
    match (rare.accident_limit, case.claim.accident) {
        (Some(limit), Stated::Yes) => {
            let counted = (Accumulator::AccidentPaid, Article::whole(12));
            cut_to(limit, paid, state.accident_paid, counted, recorder)
        }
        (Some(_), Stated::Not) => {
            case.settlement.unstated.add(Fact::Accident);
            paid
        }
        _ => paid,
    }
}

/// Counts what the fund pays, once nothing cuts it any more.
#[inline]
pub(crate) fn count(case: &Case<'_>, state: &mut State) {
    state.fund_paid[case.kind as usize] += case.settlement.basic;
    if let Some((group, _)) = case.disease {
        state.disease_paid[usize::from(group.0)] += case.settlement.basic;
    }
    if case.counts_as_accident() {
        state.accident_paid += case.settlement.basic;
    }
}

impl Case<'_> {
    /// Whether the claim counts toward a limit for accidents.
    #[inline]
    pub(crate) fn counts_as_accident(&self) -> bool {
        let rare = self.terms.rare.as_ref();
        rare.is_some_and(|rare| rare.accident_limit.is_some() && self.claim.accident == Stated::Yes)
    }
}

#[inline]
fn cut_to<R: Recorder>(
    limit: Cited<Limit>,
    before: Fen,
    so_far: Fen,
    (accumulator, article): (Accumulator, Article),
    recorder: &mut R,
) -> Fen {
    let paid = limit.value.admit(before, so_far);
    recorder.step(|| {
        Step::taking(Rule::FundLimit, article, before, before - paid)
            .moving(accumulator, so_far, so_far + paid)
            .using(limit)
    });
    paid
}
