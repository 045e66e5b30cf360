//! # Subsidy for large bills (政府大病补贴)
//!
//! **Article**: Art. 30, in other cities; paid by government, not by the fund.
//!
//! **What it does**: of a bill above an amount, of some identity classes or of everyone, pays by bands a part of what the
//! person still bears in scope after critical illness insurance and medical assistance, at most so much for each claim or for a
//! year. It is the last payer: a ceiling of all payments cuts it first.
//!
//! **Scenario keys**: `benefit.subsidy.kinds`, `.above`, `.identity`, `.base`, `.bands`, `.limit`, `.limit_of`.
//!
//! **Accumulators**: reads and moves what government has paid of large bills in the year.
//!
//! **Example**: a bill of 101,000, of which the person bears 31,000 after the fund, and 24,400 after critical illness
//! insurance: 40 % of that, for it is within the first band.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! use yibao::scenario::Source;
//! let subsidy = r#"[benefit.subsidy]
//! kinds = ["inpatient"]
//! above = { yuan = 30000, provenance = "placeholder", source = "example" }
//! base = ["deductible", "copayment"]
//! bands = { bands = [{ from = 0, to = 30000, rate = 0.40 }, { from = 30000, rate = 0.50 }], provenance = "placeholder", source = "example" }
//! limit = { yuan = 50000, provenance = "placeholder", source = "example" }
//! limit_of = "claim"
//! "#;
//! let text = Scenario::jinan()?.source().text.replace("[benefit.out_of_area]", &format!("{subsidy}\n[benefit.out_of_area]"));
//! let scenario = Scenario::from_source(Source { name: "example".into(), text })?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(101_000)).unwrap();
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! // 1,000 deductible, 30,000 co-payment; 6,600 of them from critical illness insurance: 24,400 at 40 %
//! assert_eq!((settlement.critical_illness, settlement.special), (Fen::from_yuan(6_600), Fen::from_yuan(9_760)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::state::{Accumulator, State};
use crate::benefit::tariff::SubsidyTerms;
use crate::money::Fen;

/// Pays the subsidy of a large bill.
#[inline]
pub(crate) fn pay<R: Recorder>(case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let rare = case.terms.rare.as_ref();
    if let Some(terms) = rare.and_then(|rare| rare.subsidy.as_ref()) {
        pay_by(terms, case, state, recorder);
    }
}

fn pay_by<R: Recorder>(terms: &SubsidyTerms, case: &mut Case<'_>, state: &mut State, recorder: &mut R) {
    let is_for_class = terms.identities[case.member.identity as usize];
    if !is_for_class || case.settlement.total <= terms.above.value {
        return;
    }
    let paid_by_others = case.settlement.critical_illness + case.settlement.assistance;
    let left = terms.base.of(case.settlement).minus_to_zero(paid_by_others);
    let due = terms.bands.value.pay(Fen::ZERO, left, case.tariff.rounding);
    let before = state.subsidy_paid;
    let counted = if terms.limit_of_year { before } else { Fen::ZERO };
    let paid = terms.limit.value.admit(due, counted);
    state.subsidy_paid += paid;
    case.settlement.special = paid;
    recorder.step(|| {
        Step::taking(Rule::Subsidy, Article::whole(30), left, paid)
            .moving(Accumulator::SubsidyPaid, before, before + paid)
            .using(terms.above)
            .using(terms.bands.figure)
            .using(terms.limit)
    });
}
