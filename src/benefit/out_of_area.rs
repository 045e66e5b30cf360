//! # Out of area (异地就医)
//!
//! **Article**: Art. 19.
//!
//! **What it does**: treatment outside the city wants a referral filed first, or a filing as a long-term resident
//! elsewhere. By the state of the filing a scenario takes an extra first share of the in-scope amount
//! (`preselfpay_amt`), multiplies the fund's ratio, or lowers it by points; the ratio changes last, after floors and
//! additions, and is rounded half-up to a millionth. Other cities have a table of its own for it: a deductible and a ratio
//! in place of the level's, which then go on as those would. Any of it may depend on the level of the institution, and a
//! level may be a kind of institution, such as those of another province. In Jinan inpatient and chronic outpatient
//! claims only.
//!
//! **Scenario keys**: `benefit.out_of_area.kinds`, `benefit.out_of_area.STATE.first_share`, `.ratio_times`,
//! `.ratio_less`, `.deductible`, `.ratio`; each also as `benefit.out_of_area.STATE.LEVEL.KEY`.
//!
//! **Accumulators**: none.
//!
//! **Example**: unfiled treatment at a tertiary hospital: 70 % x 0.70 = 49 %.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
//! let mut claim = Claim::simple("21", "02", day, day, Fen::from_yuan(11_000)).unwrap();
//! claim.out_of_area = OutOfArea::Unfiled;
//! let settlement = settle_one(&scenario, &Person::born(NaiveDate::MIN), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(4_900)); // (11,000 - 1,000) x 49 %
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::article::Article;
use crate::benefit::case::Case;
use crate::benefit::claim::{Claim, OutOfArea};
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::tariff::{AreaTerms, BenefitTerms, Level};
use crate::money::Rate;

/// Moves the extra first share out of scope.
#[inline]
pub(crate) fn take_first_share<R: Recorder>(case: &mut Case<'_>, recorder: &mut R) {
    let Some(share) = case.area.and_then(|area| area.first_share) else {
        return;
    };
    let (before, moved) = (case.left, case.left.times(share.value, case.tariff.rounding));
    case.left -= moved;
    case.settlement.in_scope -= moved;
    case.settlement.first_share += moved;
    recorder.step(|| Step::taking(Rule::OutOfArea, Article::whole(19), before, moved).using(share));
}

/// What the claim's place of treatment changes, if it is out of area.
#[inline]
pub(crate) fn of<'a>(terms: &'a BenefitTerms, claim: &Claim, level: Level) -> Option<&'a AreaTerms> {
    if claim.out_of_area == OutOfArea::Local {
        return None;
    }
    let by_state = terms.out_of_area.as_ref()?;
    Some(&by_state[claim.out_of_area as usize][level.index()])
}

impl AreaTerms {
    /// A ratio after this rule.
    #[inline]
    pub(crate) fn apply(&self, ratio: Rate) -> Rate {
        let lowered = match self.ratio_less {
            Some(less) => ratio.minus_to_zero(less.value),
            None => ratio,
        };
        match self.ratio_times {
            Some(times) => lowered.times(times.value),
            None => lowered,
        }
    }

    /// The figures that change the ratio.
    pub(crate) fn ratio_figures(&self) -> impl Iterator<Item = FigureUse> {
        [self.ratio_less, self.ratio_times]
            .into_iter()
            .flatten()
            .map(FigureUse::from)
    }
}
