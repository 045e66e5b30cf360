//! # Medical assistance (医疗救助)
//!
//! **Article**: Art. 30 (benefits follow national and provincial policy); paid by the assistance fund, not by this
//! one.
//!
//! **What it does**: for hardship classes pays a rate of what is left of the claim's burden after critical illness
//! insurance, above a threshold of the year, to a yearly limit. Elsewhere large bills have rates and a limit of their
//! own; the limit counts what was paid on any bill of the year.
//!
//! **Scenario keys**: `benefit.assistance.kinds`, `.base`, `.threshold`, `.limit`, `.identity.CLASS`, `.large.above`,
//! `.large.limit`, `.large.identity.CLASS`.
//!
//! **Accumulators**: reads and moves the burden that counts for assistance and what assistance has paid.
//!
//! **Example**: a person on dibao, 12,250 yuan of burden after a tertiary stay of 38,500 in 2024. Critical illness
//! insurance (threshold halved to 10,000, rate 65 %) pays 1,462.50; assistance pays 70 % of the other 10,787.50.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(38_500)).unwrap();
//! let mut person = Person::born(NaiveDate::MIN);
//! person.identity = Identity::Dibao;
//! let settlement = settle_one(&scenario, &person, &claim)?;
//! assert_eq!((settlement.critical_illness, settlement.assistance), (Fen::new(1_462_50), Fen::new(7_551_25)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, State};
use crate::money::Fen;

/// Pays assistance on what critical illness insurance has left of the burden.
#[inline]
pub(crate) fn pay<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let (Some(terms), Some(parts)) = (&case.tier.assistance, case.terms.assistance_base) else {
        return;
    };
    let large = terms
        .large
        .as_ref()
        .filter(|large| case.settlement.total > large.above.value);
    let (rates, limit) = match large {
        Some(large) => (&large.rate, large.limit),
        None => (&terms.rate, terms.limit),
    };
    let Some(rate) = rates[case.member.identity as usize] else {
        return;
    };
    let left = parts
        .of(case.settlement)
        .minus_to_zero(case.settlement.critical_illness);
    let burden_before = state.assistance_burden;
    state.assistance_burden += left;
    let above = |burden: Fen| burden.minus_to_zero(terms.threshold.value);
    let assisted = above(state.assistance_burden) - above(burden_before);
    let paid_before = state.assistance_paid;
    let paid = limit
        .value
        .admit(assisted.times(rate.value, case.tariff.rounding), paid_before);
    state.assistance_paid += paid;
    case.settlement.assistance = paid;
    recorder.step(|| {
        Step::taking(Rule::Assistance, Article::whole(30), left, paid)
            .moving(Accumulator::AssistancePaid, paid_before, paid_before + paid)
            .using(rate)
            .using(terms.threshold)
            .using_all(large.map(|large| large.above.into()))
            .using(limit)
    });
    debug_assert!(paid >= Fen::ZERO);
}
