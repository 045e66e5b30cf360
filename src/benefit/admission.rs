//! The first question of every claim: was the person covered on the day it began? (Art. 14; the answer is
//! [`crate::insured::cover`]'s.)

use crate::article::Article;
use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::{Recorder, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::benefit::tariff::Tariff;
use crate::insured::category::Category;
use crate::insured::cover::{NotCovered, standing};
use crate::money::Fen;
use chrono::Datelike;

/// The category in which the person was covered.
#[inline]
pub(crate) fn admit<R: Recorder>(
    tariff: &Tariff,
    member: &Member<'_>,
    claim: &Claim,
    recorder: &mut R,
) -> Result<Category, Status> {
    let answer = standing(member.stretches, claim.begin);
    recorder.step(|| match answer {
        Ok(_) => {
            let figures = tariff.enrolment_figures;
            let cover = member
                .stretches
                .iter()
                .find(|stretch| stretch.from <= claim.begin && claim.begin <= stretch.to);
            let from_birth = cover.is_some_and(|stretch| stretch.from.ordinal() > 1);
            // On time means within the window, for a child born in the year within the newborn's months.
            let basis = if from_birth {
                figures.newborn
            } else {
                figures.window
            };
            Step::taking(Rule::Cover, Article::whole(14), claim.total, Fen::ZERO).using(basis)
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
