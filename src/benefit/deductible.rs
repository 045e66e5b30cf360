//! # Deductible (起付标准)
//!
//! **Article**: Art. 15.
//!
//! **What it does**: the person pays the in-scope amount up to a standard before the fund shares. The standard goes
//! by kind of benefit and level of institution. It is counted per admission (for the second and later admissions of
//! the year a share of it, or by an amount less each time, down to a floor), or cumulatively over the year, the year at
//! one institution, the quarter or the month; a cumulative deductible is topped up when a later claim has a higher
//! standard. Some have none (免起付线): by identity class, age, level or kind of institution, from the first or a later
//! admission of the year on, or only at a level where they were admitted before. Out of area it may be another one. A stay
//! that goes on into a further settlement period (结算周期) of so many days has the deductible of a further admission too.
//!
//! **Scenario keys**: `benefit.KIND.deductible`, `benefit.KIND.LEVEL.deductible`, `benefit.KIND.deductible_period`,
//! `benefit.KIND.admission_factors`, `benefit.KIND.admission_less`, `.admission_floor`;
//! `benefit.KIND.settlement_period`; `benefit.KIND.no_deductible.NAME.from_admission`, `.same_level`, `.identity`,
//! `.age_from`, `.age_below`, `.levels`, `.institution_kind`; `benefit.out_of_area.STATE.deductible`.
//!
//! **Accumulators**: reads and moves the admissions of the year, the levels of these, and the deductible paid in the
//! period. A stay with nothing in scope still counts as an admission.
//!
//! **Example**: 38,500 yuan in scope at a tertiary hospital, first admission: the person pays 1,000, 37,500 go on.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(38_500)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.deductible, Fen::from_yuan(1_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, RunningDeductible, State};
use crate::benefit::tariff::{AdmissionLess, DeductiblePeriod, DeductibleTerms, Waiver};
use crate::figure::Cited;
use crate::money::{Fen, Rate, Rounding};
use chrono::Datelike;

/// Takes the deductible from the in-scope amount and counts the admission.
#[inline]
pub(crate) fn take<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let admissions_before = state.admissions;
    if case.terms.counts_admission {
        state.admissions += 1;
    }
    let Some(terms) = &case.terms.deductible else {
        return;
    };
    let own = case.area.and_then(|area| area.deductible);
    let Some(full) = own.or(terms.standard[case.level.index()]) else {
        return;
    };
    let factor = factor(terms, admissions_before);
    let waiver = match terms.waivers.as_slice() {
        [] => None,
        waivers => waiver(case, waivers, state, admissions_before),
    };
    let rounding = case.tariff.rounding;
    let period = case.terms.rare.as_ref().and_then(|rare| rare.settlement_period);
    let standard = if waiver.is_some() {
        Fen::ZERO
    } else {
        let first = terms.standard_of(full.value, admissions_before, rounding);
        match period {
            Some(days) => first + further_standards(case, terms, state, (full.value, days.value)),
            None => first,
        }
    };
    let paid_before = paid_so_far(case, terms, state);
    let (before, amount) = (case.left, case.left.min(standard.minus_to_zero(paid_before)));
    case.left -= amount;
    case.settlement.deductible_standard = standard;
    case.settlement.deductible = amount;
    if terms.period != DeductiblePeriod::Admission {
        remember(case, terms, state, paid_before + amount);
    }
    recorder.step(|| {
        let step = Step::taking(Rule::Deductible, Article::whole(15), before, amount)
            .using(full)
            .using_all(factor.map(FigureUse::from))
            .using_all(terms.admission_less.iter().flat_map(AdmissionLess::figures))
            .using_all(period.map(|days| FigureUse::from(days.figure)))
            .using_all(waiver.into_iter().flat_map(Waiver::figures));
        if terms.period == DeductiblePeriod::Admission {
            let count = |n: u32| Fen::new(i64::from(n));
            step.moving(
                Accumulator::Admissions,
                count(admissions_before),
                count(state.admissions),
            )
        } else {
            step.moving(Accumulator::Deductible, paid_before, paid_before + amount)
        }
    });
}

impl DeductibleTerms {
    /// The standard of an admission that so many of the year came before, of those per admission.
    #[inline]
    fn standard_of(&self, full: Fen, admissions_before: u32, rounding: Rounding) -> Fen {
        match &self.admission_less {
            Some(lowered) => lowered.standard(full, admissions_before),
            None => factor(self, admissions_before).map_or(full, |factor| full.times(factor.value, rounding)),
        }
    }
}

/// What the further settlement periods of a long stay add to the standard: each that has begun counts as an admission.
fn further_standards(
    case: &Case<'_>,
    terms: &DeductibleTerms,
    state: &mut State,
    (full, period_days): (Fen, u32),
) -> Fen {
    let days = (case.claim.end - case.claim.begin).num_days();
    let mut sum = Fen::ZERO;
    for _ in 0..days / i64::from(period_days) {
        sum += terms.standard_of(full, state.admissions, case.tariff.rounding);
        if case.terms.counts_admission {
            state.admissions += 1;
        }
    }
    sum
}

/// The share of the standard that holds for the next admission.
#[inline]
fn factor(terms: &DeductibleTerms, admissions_before: u32) -> Option<Cited<Rate>> {
    let factors = &terms.admission_factors;
    factors
        .get(admissions_before as usize)
        .or(factors.last())
        .copied()
}

/// The waiver that spares the person this deductible, if one does. Remembers the level of the admission for the next
/// one, where a waiver asks for it.
fn waiver<'a>(
    case: &Case<'a>,
    waivers: &'a [Waiver],
    state: &mut State,
    admissions_before: u32,
) -> Option<&'a Waiver> {
    let here = 1u8 << case.level.index();
    let was_here = state.admitted_levels & here != 0;
    if case.terms.counts_admission {
        state.admitted_levels |= here;
    }
    waivers.iter().find(|waiver| {
        let late_enough = waiver
            .from_admission
            .is_none_or(|from| admissions_before + 1 >= from.value);
        late_enough && (was_here || !waiver.same_level) && waiver.group.holds(case)
    })
}

impl Waiver {
    fn figures(&self) -> impl Iterator<Item = FigureUse> {
        let from = self.from_admission.map(|from| from.figure.into());
        from.into_iter().chain(self.group.figures())
    }
}

impl AdmissionLess {
    /// The standard of an admission that so many of the year came before. It never rises to the floor.
    fn standard(&self, full: Fen, admissions_before: u32) -> Fen {
        let less = self.less.value.for_each_of(u64::from(admissions_before));
        full.minus_to_zero(less).max(self.at_least.value.min(full))
    }

    fn figures(&self) -> impl Iterator<Item = FigureUse> {
        [self.less, self.at_least].into_iter().map(FigureUse::from)
    }
}

/// What the person has already paid of the deductible in the running period.
#[inline]
fn paid_so_far(case: &Case<'_>, terms: &DeductibleTerms, state: &State) -> Fen {
    let running = state.deductible[case.kind as usize];
    match terms.period {
        DeductiblePeriod::Admission => Fen::ZERO,
        DeductiblePeriod::InstitutionYear => {
            at_institution(case, state).map_or(Fen::ZERO, |index| state.institution_deductible[index].2)
        }
        _ if running.period == period(case, terms) => running.paid,
        _ => Fen::ZERO,
    }
}

/// Keeps what is now paid in the running period.
fn remember(case: &Case<'_>, terms: &DeductibleTerms, state: &mut State, paid: Fen) {
    match (terms.period, at_institution(case, state)) {
        (DeductiblePeriod::InstitutionYear, Some(index)) => state.institution_deductible[index].2 = paid,
        (DeductiblePeriod::InstitutionYear, None) => {
            state
                .institution_deductible
                .push((case.kind, case.claim.institution, paid));
        }
        _ => {
            state.deductible[case.kind as usize] = RunningDeductible {
                period: period(case, terms),
                paid,
            }
        }
    }
}

/// The running period within the benefit year.
#[inline]
fn period(case: &Case<'_>, terms: &DeductibleTerms) -> u32 {
    match terms.period {
        DeductiblePeriod::Quarter => case.claim.end.month0() / 3,
        DeductiblePeriod::Month => case.claim.end.month0(),
        _ => 0,
    }
}

fn at_institution(case: &Case<'_>, state: &State) -> Option<usize> {
    let here: (BenefitKind, u32) = (case.kind, case.claim.institution);
    state
        .institution_deductible
        .iter()
        .position(|&(kind, institution, _)| (kind, institution) == here)
}
