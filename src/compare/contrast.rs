//! One claim under two scenarios: the first step where they part, and what each later step adds.

use crate::batch::history::{Workspace, settle_watched, sort_for_settlement};
use crate::benefit::record::{FigureUse, FigureValue, Step};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::Tariff;
use crate::data::caseload::{ByPerson, Caseload};
use crate::money::Fen;
use crate::scenario::Scenario;
use std::collections::VecDeque;

/// A claim under two scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contrast {
    /// `mdtrt_id`.
    pub claim: String,
    /// `psn_no`.
    pub person: String,
    /// The settlement that stands under each; `None` where the claim is reversed.
    pub settlements: [Option<Settlement>; 2],
    /// The steps, those of the same rule beside each other, in the order of the waterfall.
    pub steps: Vec<StepPair>,
    /// The index of the first step where the two part; `None` if they do not.
    pub parts_at: Option<usize>,
}

/// A step under each of two scenarios; `None` where one does not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPair {
    /// The rule whose step it is.
    pub rule: Rule,
    /// The step under either scenario; `None` where it is not taken.
    pub steps: [Option<Step>; 2],
}

impl StepPair {
    /// Whether the two take, pay or move another amount or end otherwise, or only one does anything.
    pub fn differs(&self) -> bool {
        let [Some(one), Some(other)] = &self.steps else {
            return true;
        };
        let does = |step: &Step| (step.before, step.amount, step.after, step.ended);
        does(one) != does(other)
    }

    /// Accumulators that earlier claims of the year have left otherwise: each with what it was under the first and the
    /// second before this step.
    pub fn history(&self) -> Vec<(Accumulator, [Fen; 2])> {
        let [Some(one), Some(other)] = &self.steps else {
            return Vec::new();
        };
        let both = one.movements.iter().flat_map(|before| {
            let same = other.movements.iter();
            let same = same.filter(|after| after.accumulator == before.accumulator);
            same.map(|after| (before.accumulator, [before.before, after.before]))
        });
        both.filter(|(_, [before, after])| before != after).collect()
    }

    /// By how much more the second takes or pays than the first.
    pub fn more(&self) -> Fen {
        let [before, after] = [0, 1].map(|side: usize| {
            let step = self.steps[side].as_ref();
            step.map_or(Fen::ZERO, |step| step.amount)
        });
        after - before
    }
}

impl Contrast {
    /// A claim beside itself.
    pub fn of(id: &str, before: Standing, after: Standing) -> Contrast {
        let steps = paired(before.steps, after.steps);
        Contrast {
            claim: id.to_string(),
            person: before.person,
            settlements: [before.settlement, after.settlement],
            parts_at: steps.iter().position(StepPair::differs),
            steps,
        }
    }

    /// The rule at which the two part.
    pub fn parting_rule(&self) -> Option<Rule> {
        Some(self.steps[self.parts_at?].rule)
    }

    /// What the person pays under each.
    pub fn person_pays(&self) -> [Fen; 2] {
        [0, 1].map(|side: usize| {
            let settlement = self.settlements[side].as_ref();
            settlement.map_or(Fen::ZERO, |settlement| settlement.person)
        })
    }

    /// By how much more each bearer of the bill pays under the second than under the first, the person apart.
    pub fn more_by_bearer(&self) -> Vec<(&'static str, Fen)> {
        let bearers = |side: usize| {
            let settlement = self.settlements[side].as_ref();
            settlement.map_or([Fen::ZERO; 5], |of| {
                [
                    of.basic,
                    of.critical_illness,
                    of.assistance,
                    of.special,
                    of.hospital,
                ]
            })
        };
        let names = ["basic", "critical_illness", "assistance", "special", "hospital"];
        let amounts = bearers(0).into_iter().zip(bearers(1));
        let more = amounts.map(|(before, after)| after - before);
        names.into_iter().zip(more).collect()
    }
}

/// A figure as a step used it, with its key and its value as a text.
pub fn figure(tariff: &Tariff, used: &FigureUse) -> (String, String) {
    let index = usize::from(used.figure.0);
    let value = match used.value {
        FigureValue::Amount(amount) => amount.to_string(),
        FigureValue::Rate(rate) => rate.to_string(),
        FigureValue::Unlimited => "unlimited".to_string(),
        FigureValue::Several => tariff.figure_texts.get(index).cloned().unwrap_or_default(),
    };
    (tariff.figures[index].path.clone(), value)
}

/// The settlement of a claim that stands in the end.
#[derive(Clone, Debug)]
pub struct Standing {
    /// `psn_no`.
    pub person: String,
    /// The settlement; `None` where the claim is reversed.
    pub settlement: Option<Settlement>,
    /// Its steps.
    pub steps: Vec<Step>,
}

impl Standing {
    /// Settles the claims of the person who has a claim, in order. `None` if the caseload has no such claim.
    pub fn of(
        id: &str,
        scenario: &Scenario,
        caseload: &Caseload,
        by_person: &ByPerson<u32>,
    ) -> Option<Standing> {
        let ids = &caseload.claim_ids;
        let index = (0..ids.len() as u32).find(|&index| ids.get(index) == id)?;
        let asked = &caseload.claims[index as usize];
        let claim = asked.reverses.unwrap_or(index);
        let mut claims = by_person.of_person(asked.person).to_vec();
        sort_for_settlement(caseload, &mut claims);
        let mut workspace = Workspace::default();
        workspace.decide(scenario, caseload, asked.person);
        let rows = settle_watched(scenario, caseload, asked.person, &claims, claim, &mut workspace);
        let (mut settlement, mut steps) = (None, Vec::new());
        for (row, trace) in rows.into_iter().filter(|(row, _)| row.claim == claim) {
            settlement = (!row.cancels).then_some(row.settlement);
            steps = trace.map(|trace| trace.steps).unwrap_or_default();
        }
        Some(Standing {
            person: caseload.person_ids.get(asked.person).to_string(),
            settlement,
            steps,
        })
    }
}

/// Steps of the same rule beside each other, in the order in which either has them.
fn paired(before: Vec<Step>, after: Vec<Step>) -> Vec<StepPair> {
    let mut pairs = Vec::new();
    let (mut before, mut after) = (VecDeque::from(before), VecDeque::from(after));
    loop {
        let has = |steps: &VecDeque<Step>, rule: Rule| steps.iter().any(|step| step.rule == rule);
        let steps = match (before.front(), after.front()) {
            (None, None) => return pairs,
            (Some(one), Some(other)) if one.rule == other.rule => [before.pop_front(), after.pop_front()],
            // One that the other takes later waits for it.
            (Some(one), Some(other)) if has(&after, one.rule) && !has(&before, other.rule) => {
                [None, after.pop_front()]
            }
            (None, Some(_)) => [None, after.pop_front()],
            (Some(_), _) => [before.pop_front(), None],
        };
        if let Some(rule) = steps.iter().flatten().map(|step| step.rule).next() {
            pairs.push(StepPair { rule, steps });
        }
    }
}
