//! The first question of every claim: was the person covered on the day it began? (Art. 14; the answer is
//! [`crate::insured::cover`]'s.)

use crate::article::Article;
use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::{FigureUse, Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::benefit::tariff::Tariff;
use crate::insured::cover::{Membership, NotCovered, standing};
use crate::insured::enrolment::Route;
use crate::money::Fen;

/// How the person was covered.
#[inline]
pub(crate) fn admit<R: Recorder>(
    tariff: &Tariff,
    member: &Member<'_>,
    claim: &Claim,
    recorder: &mut R,
) -> Result<Membership, Status> {
    let answer = standing(member.stretches, claim.begin);
    recorder.step(|| match answer {
        Ok(membership) => {
            let figures = tariff.enrolment_figures;
            let (basis, article) = match membership.route {
                Route::Window => (figures.window, Article::whole(14)),
                Route::NewbornFromBirth | Route::NewbornLater => (figures.newborn, Article::part(14, 2)),
                Route::Late | Route::BuyBack => (figures.late, Article::whole(8)),
            };
            Step::taking(Rule::Cover, article, claim.total, Fen::ZERO).using_all(basis.map(FigureUse::from))
        }
        Err(reason) => {
            let article = match reason {
                NotCovered::NotEnrolled => Article::whole(2),
                NotCovered::EmployeeInsured => Article::whole(11),
                NotCovered::BeforeCover | NotCovered::AfterDeath => Article::whole(14),
            };
            Step::ending(Rule::Cover, article, claim.total, Status::NotCovered(reason))
        }
    });
    answer.map_err(Status::NotCovered)
}
