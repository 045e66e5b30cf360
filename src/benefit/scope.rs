//! # Scope (支付范围)
//!
//! **Article**: Art. 20.
//!
//! **What it does**: splits the bill into what is outside the catalogue (`fulamt_ownpay_amt`), above a price limit
//! (`overlmt_selfpay`), the person's first share of class B and partly paid items (`preselfpay_amt`), and what is in
//! scope (`inscp_scp_amt`); only the last goes on. The amounts come from the claim's header or, where fee lines are
//! given, from the lines: `round((amount - above limit) x selfpay_prop)` is own-pay for class 03 (at 100 %) and
//! first share for the others. What was used from outside the catalogue without the person's consent is borne by
//! the hospital (`hosp_part_amt`), if the scenario says so.
//!
//! **Scenario keys**: `scope.unconsented_borne_by`.
//!
//! **Accumulators**: none.
//!
//! **Example**: a bill of 42,000 with 25,000 of class A, 15,000 of class B at 10 %, 2,000 own-pay: first share 1,500,
//! in scope 38,500.
//!
//! ```
//! use yibao::benefit::scope::{Amounts, Class, split_line};
//! use yibao::money::{Fen, Rate, Rounding};
//! let tenth = Rate::from_ppm(100_000);
//! let line = split_line(Class::B, Fen::from_yuan(15_000), Fen::ZERO, tenth, Rounding::HalfUp);
//! assert_eq!(line, Amounts { first_share: Fen::from_yuan(1_500), in_scope: Fen::from_yuan(13_500), ..Amounts::default() });
//! ```

use crate::article::Article;
use crate::benefit::case::{Case, Member};
use crate::benefit::claim::Claim;
use crate::benefit::institution::Place;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::tariff::Tariff;
use crate::benefit::{disease, exclusion, out_of_area};
use crate::insured::cover::Membership;
use crate::money::{Fen, Rate, Rounding};

/// `chrgitm_lv`: the catalogue class of a fee line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 01: wholly payable.
    A,
    /// 02: payable after a first share.
    B,
    /// 03: outside the catalogue.
    OwnPay,
}

/// The four scope amounts of a line or a bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// `fulamt_ownpay_amt`.
    pub own_pay: Fen,
    /// `overlmt_selfpay`.
    pub over_limit: Fen,
    /// `preselfpay_amt`.
    pub first_share: Fen,
    /// `inscp_scp_amt`.
    pub in_scope: Fen,
}

/// The scope amounts of one fee line of `amount`, of which `over_limit` lies above the price limit and
/// `first_share` is the person's proportion of the rest (ignored for own-pay lines).
pub fn split_line(
    class: Class,
    amount: Fen,
    over_limit: Fen,
    first_share: Rate,
    rounding: Rounding,
) -> Amounts {
    let payable = amount - over_limit;
    match class {
        Class::OwnPay => Amounts {
            own_pay: payable,
            over_limit,
            ..Amounts::default()
        },
        Class::A | Class::B => {
            let first_share = payable.times(first_share, rounding);
            Amounts {
                over_limit,
                first_share,
                in_scope: payable - first_share,
                ..Amounts::default()
            }
        }
    }
}

/// Opens the settlement of a payable claim with its scope amounts.
#[inline]
pub(crate) fn open<'a, R: Recorder>(
    tariff: &'a Tariff,
    place: Place<'a>,
    (membership, member): (&'a Membership, &'a Member<'a>),
    claim: &'a Claim,
    recorder: &mut R,
    settlement: &'a mut Settlement,
) -> Case<'a> {
    settlement.hospital = claim.hospital_borne;
    settlement.sub_fund = Some(place.terms.sub_fund);
    settlement.place = Some((place.kind, place.level));
    let Place {
        kind,
        level,
        tier,
        terms,
    } = place;
    let mut case = Case {
        tariff,
        claim,
        member,
        membership,
        kind,
        level,
        tier,
        terms,
        disease: disease::of(terms, claim),
        area: out_of_area::of(terms, claim, level),
        left: claim.in_scope,
        settlement,
    };
    recorder.step(|| {
        Step::taking(
            Rule::Scope,
            Article::whole(20),
            claim.total,
            claim.total - claim.in_scope,
        )
    });
    exclusion::take_third_party(&mut case, recorder);
    case
}
