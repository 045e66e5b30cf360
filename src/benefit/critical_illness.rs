//! # Critical illness insurance (大病保险)
//!
//! **Article**: Art. 12, second paragraph.
//!
//! **What it does**: after the basic fund, on the same claim and the same day, pays part of what the person bears in
//! scope. The burden of the year (deductible, co-payment, what lies above the ceiling; the parts are the scenario's)
//! accumulates from zero; above a threshold its bands pay. A claim is paid the difference of the rounded cumulative
//! function, so a year's payment depends on the year's burden alone. Hardship classes may have a lower threshold,
//! higher rates and no yearly limit; elsewhere years of continuous enrolment (连续参保) raise the limit, and so does a year
//! before, enrolled, in which the fund paid nothing (零报销激励). That it paid is known from the run itself; that it did not, only
//! where the person's `last_paid_year` is stated. Where neither is, nothing is added, and a warning tells how often it mattered.
//!
//! **Scenario keys**: `benefit.critical_illness.kinds`, `.base`, `.threshold`, `.bands`, `.bands_from`, `.limit`,
//! `.identity.CLASS.threshold_factor`, `.rate_add`, `.limit`, `.continuity.after_years`, `.limit_add`,
//! `.zero_claim_add`, `.at_most`.
//!
//! **Accumulators**: reads and moves the burden of the year and what critical illness insurance has paid.
//!
//! **Example**: 125,000 yuan of burden in 2024: 80,000 x 60 % + 25,000 x 65 % = 64,250.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(300_000)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! // 1,000 deductible + 75,000 co-payment + 49,000 above the ceiling
//! assert_eq!(settlement.critical_illness, Fen::from_yuan(64_250));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::fact::Fact;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::{Accumulator, State};
use crate::benefit::tariff::{BurdenParts, Limit, LimitContinuity};
use crate::money::Fen;

/// Pays the part of the claim's burden that falls into the bands.
#[inline]
pub(crate) fn pay<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let (Some(terms), Some(parts)) = (&case.tier.critical_illness, case.terms.critical_illness_base) else {
        return;
    };
    let class = &terms.by_identity[case.member.identity as usize];
    let burden = parts.of(case.settlement);
    let (burden_before, paid_before) = (state.burden, state.critical_illness_paid);
    let due = class.schedule.pay(burden_before, burden, case.tariff.rounding);
    let paid = match &terms.continuity {
        Some(continuity) => up_to_raised(continuity, class.limit.value, (due, paid_before), case),
        None => class.limit.value.admit(due, paid_before),
    };
    state.burden += burden;
    state.critical_illness_paid += paid;
    case.settlement.critical_illness = paid;
    recorder.step(|| {
        Step::taking(Rule::CriticalIllness, Article::part(12, 2), burden, paid)
            .moving(Accumulator::Burden, burden_before, state.burden)
            .moving(
                Accumulator::CriticalIllnessPaid,
                paid_before,
                state.critical_illness_paid,
            )
            .using(class.threshold)
            .using_all(class.threshold_factor.map(FigureUse::from))
            .using(class.bands)
            .using_all(class.rate_add.map(FigureUse::from))
            .using(class.limit)
            .using_all(terms.continuity.iter().flat_map(|continuity| {
                let LimitContinuity {
                    after_years,
                    limit_add,
                    zero_claim_add,
                    at_most,
                } = *continuity;
                let always = [after_years.figure.into(), limit_add.into(), at_most.into()];
                always.into_iter().chain(zero_claim_add.map(FigureUse::from))
            }))
    });
}

/// What fits under the limit that years enrolled, and one without a payment, have raised. Where it is not known whether there was
/// such a year, and that matters, the settlement says so.
fn up_to_raised(
    continuity: &LimitContinuity,
    limit: Limit,
    (due, paid_before): (Fen, Fen),
    case: &mut Case<'_>,
) -> Fen {
    let (years, rounding) = (case.membership.continuous_years, case.tariff.rounding);
    let with = |nothing: bool| {
        continuity
            .raise(limit, years, nothing, rounding)
            .admit(due, paid_before)
    };
    match case.member.nothing_year_before {
        Some(nothing) => with(nothing),
        None => {
            let paid = with(false);
            if paid != with(true) {
                case.settlement.unstated.add(Fact::YearBefore);
            }
            paid
        }
    }
}

impl BurdenParts {
    /// The counted parts of what the person bears of a claim.
    #[inline]
    pub(crate) fn of(self, settlement: &Settlement) -> Fen {
        let part = |counts: bool, amount: Fen| if counts { amount } else { Fen::ZERO };
        part(self.deductible, settlement.deductible)
            + part(self.copayment, settlement.copayment)
            + part(self.above_ceiling, settlement.above_ceiling)
            + part(self.first_share, settlement.first_share)
    }
}
