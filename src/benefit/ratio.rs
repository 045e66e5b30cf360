//! # Ratio (支付比例)
//!
//! **Article**: Art. 16.
//!
//! **What it does**: between deductible and ceiling the fund pays its ratio and the person the rest. The ratio goes by
//! kind of benefit, category and level of institution, possibly in bands of the amount (over one claim, or over the
//! year). Bands over one claim count from the deductible, or from the first yuan in scope, so that the deductible fills
//! the lowest band. A disease group may replace, raise or floor it (`disease`); years or months of continuous enrolment
//! (连续参保), a family doctor's contract and what a city gives some persons (by identity class, age, level or kind of
//! institution) add to it; and treatment outside the city replaces it first or lowers it last (`out-of-area`). Rounded
//! once per claim; of bands from the first yuan, the payment on the deductible's part, rounded, is taken off.
//!
//! **Scenario keys**: `benefit.KIND.ratio`, `benefit.KIND.LEVEL.ratio`, each for all or by category (`.adult`,
//! `.minor`, `.student`); `benefit.KIND.ratio_over`, `benefit.KIND.family_doctor`,
//! `benefit.KIND.continuity.STEP.from_years`, `.from_months`, `.rate_add`; `benefit.KIND.addition.NAME.rate_add`, with
//! `.identity`, `.age_from`, `.age_below`, `.levels`, `.institution_kind`; each also under `benefit.tier.NAME` for a
//! contribution tier.
//!
//! **Accumulators**: with bands over the year, the expense shared so far.
//!
//! **Example**: 37,500 yuan at a tertiary hospital, an adult: 70 %, the fund pays 26,250.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(38_500)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(26_250));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::disease;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::State;
use crate::benefit::tariff::{Addition, AreaTerms, ContinuityFrom, ContinuityStep, Raises, Ratio, RatioOver};
use crate::figure::Cited;
use crate::money::{Fen, Rate};
use chrono::Months;

/// Pays the fund's share of what is left in scope.
#[inline]
pub(crate) fn pay<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let Some(ratio) = applicable(case) else {
        return;
    };
    let shared = &mut state.shared[case.kind as usize];
    let adjust = |rate| adjusted(case, rate);
    let final_ratio = ratio.schedule.flat_rate().map(adjust);
    let from = match case.terms.ratio_over {
        RatioOver::Claim => Fen::ZERO,
        RatioOver::ClaimFromZero if final_ratio.is_some() => Fen::ZERO,
        RatioOver::ClaimFromZero => case.settlement.deductible,
        RatioOver::Year => *shared,
    };
    *shared += case.left;
    let rounding = case.tariff.rounding;
    let paid = match final_ratio {
        Some(rate) if from.is_zero() => case.left.times(rate, rounding),
        _ => ratio.schedule.pay_adjusted(from, case.left, rounding, adjust),
    };
    disease::record_change(case, ratio, recorder);
    recorder.step(|| {
        let by_schedule = match ratio.schedule.flat_rate() {
            Some(value) => FigureUse::from(Cited {
                value,
                figure: ratio.figure,
            }),
            None => FigureUse::from(ratio.figure),
        };
        Step::taking(Rule::Ratio, Article::whole(16), case.left, paid)
            .using(by_schedule)
            .using_all(case.terms.raises.iter().flat_map(|raises| raises.figures(case)))
            .using_all(case.area.into_iter().flat_map(AreaTerms::ratio_figures))
    });
    case.settlement.ratio = final_ratio;
    case.settlement.basic = paid;
}

/// The ratio that the claim's category, level and disease group have.
#[inline]
fn applicable<'a>(case: &Case<'a>) -> Option<&'a Ratio> {
    let own = case.area.and_then(|area| area.ratio.as_deref());
    let plain = own.or(case.terms.ratio[case.membership.category as usize][case.level.index()].as_ref());
    match case.disease {
        Some((_, terms)) => disease::ratio(case, terms).or(plain),
        None => plain,
    }
}

/// A rate after floors and additions, and then what treatment outside the city leaves of it.
#[inline]
fn adjusted(case: &Case<'_>, rate: Rate) -> Rate {
    let floored = match case.disease {
        Some((_, terms)) => disease::raise(case, terms, rate),
        None => rate,
    };
    let raised = match &case.terms.raises {
        Some(raises) => raises.raise(case, floored),
        None => floored,
    };
    match case.area {
        Some(area) => area.apply(raised),
        None => raised,
    }
}

impl Raises {
    /// A rate with all that is added to it here.
    fn raise(&self, case: &Case<'_>, mut rate: Rate) -> Rate {
        if let Some(step) = self.reached(case) {
            rate = rate.plus(step.rate_add.value);
        }
        if let Some(addition) = self.family_doctor(case) {
            rate = rate.plus(addition.value);
        }
        for addition in self.additions(case) {
            rate = rate.plus(addition.rate_add.value);
        }
        rate
    }

    /// The figures of what is added here.
    fn figures(&self, case: &Case<'_>) -> Vec<FigureUse> {
        let step = self.reached(case).into_iter();
        let step = step.flat_map(|step| [step.from.figure().into(), step.rate_add.into()]);
        let additions = self.additions(case);
        let additions = additions.flat_map(|of| of.group.figures().chain([of.rate_add.into()]));
        let family_doctor = self.family_doctor(case).map(FigureUse::from);
        step.chain(additions).chain(family_doctor).collect()
    }

    /// What a contract with a family doctor adds, if there is one.
    fn family_doctor(&self, case: &Case<'_>) -> Option<Cited<Rate>> {
        self.family_doctor.filter(|_| case.claim.family_doctor)
    }

    /// The groups that the claim and its person are of.
    fn additions(&self, case: &Case<'_>) -> impl Iterator<Item = &Addition> {
        let additions = self.additions.iter();
        additions.filter(|addition| addition.group.holds(case))
    }

    /// The last step of continuous enrolment that the person has reached.
    fn reached(&self, case: &Case<'_>) -> Option<&ContinuityStep> {
        let mut steps = self.continuity.iter().rev();
        steps.find(|step| match step.from {
            ContinuityFrom::Years(years) => years.value <= u32::from(case.membership.continuous_years),
            ContinuityFrom::Months(months) => {
                let since = case.membership.enrolled_since;
                let day = since.checked_add_months(Months::new(months.value));
                day.is_some_and(|day| day <= case.claim.begin)
            }
        })
    }
}
