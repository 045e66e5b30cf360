//! The first question of every claim: was the person covered on the day it began? (Art. 14; the answer is
//! [`crate::insured::cover`]'s, and so is the article that it rests on.)

use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::benefit::tariff::{EnrolmentFigures, Tariff};
use crate::figure::FigureId;
use crate::insured::cover::{Ground, Membership, NotCovered, stretch_of};
use crate::insured::enrolment::{Refusal, Route};
use crate::money::Fen;

/// How the person was covered.
#[inline]
pub(crate) fn admit<'a, R: Recorder>(
    tariff: &Tariff,
    member: &Member<'a>,
    claim: &Claim,
    recorder: &mut R,
) -> Result<&'a Membership, Status> {
    let stretch = stretch_of(member.stretches, claim.begin);
    let answer = match stretch {
        Some(stretch) => stretch.standing.as_ref().map_err(|&reason| reason),
        None => Err(NotCovered::NotEnrolled),
    };
    recorder.step(|| {
        let ground = stretch.map_or(Ground::NothingPaid, |stretch| stretch.ground);
        let (article, total) = (ground.article(), claim.total);
        let step = match answer {
            Ok(_) => Step::taking(Rule::Cover, article, total, Fen::ZERO),
            Err(reason) => Step::ending(Rule::Cover, article, total, Status::NotCovered(reason)),
        };
        let waits = answer == Err(NotCovered::BeforeCover);
        let figures = figures(&tariff.enrolment_figures, ground, waits);
        step.using_all(figures.into_iter().flatten().map(FigureUse::from))
    });
    answer.map_err(Status::NotCovered)
}

/// The figures that decided: of the rule by which a payment was taken or refused, and of the waiting, if the cover has
/// not begun yet. What rests on facts alone, such as a job or a part payment, uses none.
fn figures(figures: &EnrolmentFigures, ground: Ground, waits: bool) -> [Option<FigureId>; 2] {
    let waiting = figures.waiting.filter(|_| waits);
    match ground {
        Ground::Bought(Route::Window) => [figures.window, waiting],
        Ground::Bought(Route::NewbornFromBirth | Route::NewbornLater) => [figures.newborn, None],
        Ground::Bought(Route::Late) => [figures.late, waiting],
        Ground::Bought(Route::BuyBack)
        | Ground::NothingPaid
        | Ground::Refunded
        | Ground::Refused(Refusal::OutsideWindow) => [figures.window, None],
        Ground::Refused(_) | Ground::NotEligible(_) | Ground::EmployeeInsurance | Ground::NotAlive => {
            [None, None]
        }
    }
}
