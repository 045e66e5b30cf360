//! The waterfall of one claim: the one place where a claim becomes a settlement.
//!
//! Batch, explanation, projection and tests all call [`settle`]; it is a pure function of its arguments.

use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::Recorder;
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::state::State;
use crate::benefit::tariff::Tariff;
use crate::benefit::{
    admission, assistance, ceiling, critical_illness, deductible, exclusion, fund_limit, institution,
    maternity, out_of_area, payout_ceiling, person, ratio, referral, scope, special_account, subsidy,
};

/// Settles `claim` under `tariff` against the person's running `state` of that benefit year, and moves the state.
///
/// A claim that is not covered, not payable, excluded or routed to a special account leaves `state` as it was.
///
/// # Panics
/// If the parts of the settlement do not add up to the bill: a defect of the engine, checked in every build.
#[inline]
pub fn settle<R: Recorder>(
    tariff: &Tariff,
    member: &Member<'_>,
    state: &mut State,
    claim: &Claim,
    recorder: &mut R,
) -> Settlement {
    let mut settlement = Settlement::unpaid(claim, tariff.year, Status::Settled);
    settle_opened(tariff, member, state, claim, recorder, &mut settlement);
    settlement
}

/// [`settle`] where the caller keeps the settlement, so that it need not be copied. It comes in as
/// [`Settlement::unpaid`] of the claim.
pub(crate) fn settle_opened<R: Recorder>(
    tariff: &Tariff,
    member: &Member<'_>,
    state: &mut State,
    claim: &Claim,
    recorder: &mut R,
    settlement: &mut Settlement,
) {
    match waterfall(tariff, member, state, claim, recorder, settlement) {
        Ok(()) => {}
        Err(Status::SpecialAccount) => *settlement = special_account::settlement(claim, tariff.year),
        Err(status) => *settlement = Settlement::unpaid(claim, tariff.year, status),
    }
    settlement.assert_conserved();
}

/// The steps in order; `Err` is the status of a claim that leaves the waterfall on the way, whatever `settlement` says
/// by then.
#[inline]
fn waterfall<R: Recorder>(
    tariff: &Tariff,
    member: &Member<'_>,
    state: &mut State,
    claim: &Claim,
    recorder: &mut R,
    settlement: &mut Settlement,
) -> Result<(), Status> {
    let membership = admission::admit(tariff, member, claim, recorder)?;
    let place = institution::admit(tariff, claim, membership, recorder)?;
    special_account::route(claim, recorder)?;
    exclusion::check(claim, recorder)?;
    let mut case = scope::open(tariff, place, (membership, member), claim, recorder, settlement);
    referral::check(&mut case, recorder)?;
    out_of_area::take_first_share(&mut case, recorder);
    deductible::take(&mut case, state, recorder);
    ceiling::cut_expense(&mut case, state, recorder);
    if case.terms.lump_sums.is_some() {
        maternity::pay(&mut case, recorder);
    } else {
        ratio::pay(&mut case, state, recorder);
    }
    fund_limit::cut(&mut case, state, recorder);
    ceiling::cut_payment(&mut case, state, recorder);
    fund_limit::count(&case, state);
    person::copay(&mut case);
    critical_illness::pay(&mut case, state, recorder);
    assistance::pay(&mut case, state, recorder);
    subsidy::pay(&mut case, state, recorder);
    payout_ceiling::cut(&mut case, state, recorder);
    person::bear_the_rest(case, recorder);
    Ok(())
}
