//! One person's claims in order: each settles as it would at the counter, and a reversal rolls its year back.
//!
//! # Reversal (退费重结)
//!
//! **Article**: Art. 28: revenue and payment must be correct and traceable.
//!
//! **What it does**: a reversal (`refd_setl_flag` = 1) cancels the settlement that its `init_setl_id` names: a row with
//! every amount mirrored. The person's later claims of that benefit year, as far as they had settled by then, settle
//! again from the restored state; where the result differs, the old settlement is cancelled and a new one written.
//! Nothing is changed in place: the first settlement, its mirror image and the new one all stay visible.
//!
//! **Scenario keys**: none.
//!
//! **Accumulators**: those of the year are rebuilt from the claims that remain.
//!
//! **Example**: a first tertiary stay (deductible 1,000) is reversed after a second one (deductible 500) has settled:
//! the second becomes the first of the year and settles again with a deductible of 1,000.

use crate::benefit::record::{Recorder, Silent};
use crate::benefit::settle::{Member, settle};
use crate::benefit::settlement::Settlement;
use crate::benefit::state::State;
use crate::benefit::tariff::Tariff;
use crate::data::caseload::{Caseload, CaseloadClaim};
use crate::insured::cover::{Stretch, presumed_year};
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDateTime};
use std::sync::Arc;

/// One row of the settlements: a settlement, or the cancellation of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The claim that is settled, by its index in the caseload.
    pub claim: u32,
    /// The row of the claims file that asked for it: the claim itself, or the reversal of it.
    pub request: u32,
    /// 1 for the first settlement of the claim, 2 for the second, ...
    pub generation: u32,
    /// Whether this cancels that settlement.
    pub cancels: bool,
    /// When it is posted.
    pub posted_at: NaiveDateTime,
    /// The amounts; mirrored in a cancellation.
    pub settlement: Settlement,
}

impl Row {
    /// `setl_id`: `m` for the first settlement of claim `m`, `m.2` for its second, `m.1r` for the cancellation of the
    /// first. Written into `id`, whose memory is reused.
    pub fn setl_id<'i>(&self, caseload: &Caseload, id: &'i mut String) -> &'i str {
        id.clear();
        id.push_str(caseload.claim_ids.get(self.claim));
        if self.cancels || self.generation > 1 {
            let mark = if self.cancels { "r" } else { "" };
            id.push_str(&format!(".{}{mark}", self.generation));
        }
        id
    }

    /// `init_setl_id`: what a cancellation cancels.
    pub fn cancelled_id(&self, caseload: &Caseload) -> Option<String> {
        let settled = Row {
            cancels: false,
            ..self.clone()
        };
        self.cancels
            .then(|| settled.setl_id(caseload, &mut String::new()).to_string())
    }
}

/// Memory that is reused from person to person.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The cover that the last person was settled with.
    pub stretches: Vec<Stretch>,
    states: Vec<YearState>,
    effective: Vec<Effective>,
}

/// The running state of one benefit year.
#[derive(Debug)]
struct YearState {
    tariff: Arc<Tariff>,
    state: State,
}

/// A settlement that stands.
#[derive(Debug)]
struct Effective {
    claim: u32,
    generation: u32,
    settlement: Settlement,
}

/// Settles the claims of one person, given by their indices, and hands each row to `emit` in order.
///
/// `claims` is put into settlement order: by `settled_at`, a reversal after the claims of the same moment, then by
/// `mdtrt_id`. The stretches of cover are presumed (see [`crate::insured::cover`]).
pub fn settle_person(
    scenario: &Scenario,
    caseload: &Caseload,
    claims: &mut [u32],
    workspace: &mut Workspace,
    emit: &mut impl FnMut(Row),
) {
    replay(scenario, caseload, claims, workspace, None, &mut Silent, emit);
}

/// [`settle_person`], with a recorder plugged in for the first settlement of one claim.
pub fn explain_claim<R: Recorder>(
    scenario: &Scenario,
    caseload: &Caseload,
    claims: &mut [u32],
    wanted: u32,
    recorder: &mut R,
    emit: &mut impl FnMut(Row),
) {
    replay(
        scenario,
        caseload,
        claims,
        &mut Workspace::default(),
        Some(wanted),
        recorder,
        emit,
    );
}

fn replay<R: Recorder>(
    scenario: &Scenario,
    caseload: &Caseload,
    claims: &mut [u32],
    workspace: &mut Workspace,
    wanted: Option<u32>,
    recorder: &mut R,
    emit: &mut impl FnMut(Row),
) {
    let entry = |index: u32| &caseload.claims[index as usize];
    let Some(&first) = claims.first() else { return };
    sort_for_settlement(caseload, claims);
    let person = &caseload.persons[entry(first).person as usize];
    workspace.stretches.clear();
    for &index in claims.iter() {
        let claim = &entry(index).claim;
        for year in claim.begin.year()..=claim.end.year() {
            let known = workspace
                .stretches
                .iter()
                .any(|stretch| stretch.from.year() == year);
            if !known {
                presumed_year(person, year, scenario.adult_age_years(), &mut workspace.stretches);
            }
        }
    }
    workspace.states.clear();
    workspace.effective.clear();
    let keeps_history = claims.iter().any(|&index| entry(index).reverses.is_some());
    let member = Member {
        stretches: &workspace.stretches,
        identity: person.identity,
    };
    for &index in claims.iter() {
        let asked = entry(index);
        if let Some(original) = asked.reverses {
            let history = History {
                scenario,
                caseload,
                member,
                states: &mut workspace.states,
            };
            history.reverse(index, original, &mut workspace.effective, emit);
            continue;
        }
        let Some(year) = year_state(&mut workspace.states, scenario, asked) else {
            continue;
        };
        let settlement = if wanted == Some(index) {
            settle(&year.tariff, &member, &mut year.state, &asked.claim, recorder)
        } else {
            settle(&year.tariff, &member, &mut year.state, &asked.claim, &mut Silent)
        };
        if keeps_history {
            workspace.effective.push(Effective {
                claim: index,
                generation: 1,
                settlement: settlement.clone(),
            });
        }
        let posted_at = asked.claim.settled_at;
        emit(Row {
            claim: index,
            request: index,
            generation: 1,
            cancels: false,
            posted_at,
            settlement,
        });
    }
}

/// Puts the claims of one person into the order in which they settle.
pub fn sort_for_settlement(caseload: &Caseload, claims: &mut [u32]) {
    claims.sort_unstable_by(|&a, &b| {
        let (left, right) = (&caseload.claims[a as usize], &caseload.claims[b as usize]);
        let key = |claim: &CaseloadClaim| (claim.claim.settled_at, claim.reverses.is_some());
        key(left)
            .cmp(&key(right))
            .then_with(|| caseload.claim_ids.get(a).cmp(caseload.claim_ids.get(b)))
    });
}

/// The running state of the claim's benefit year. Only years with figures reach this point; see `data::load`.
fn year_state<'w>(
    states: &'w mut Vec<YearState>,
    scenario: &Scenario,
    claim: &CaseloadClaim,
) -> Option<&'w mut YearState> {
    let year = scenario.year_of(&claim.claim);
    let position = states.iter().position(|state| state.tariff.year == year);
    if position.is_none() {
        states.push(YearState {
            tariff: scenario.tariff(year)?.clone(),
            state: State::default(),
        });
    }
    let last = states.len() - 1;
    states.get_mut(position.unwrap_or(last))
}

/// What a reversal works on.
struct History<'a> {
    scenario: &'a Scenario,
    caseload: &'a Caseload,
    member: Member<'a>,
    states: &'a mut Vec<YearState>,
}

impl History<'_> {
    /// Cancels the original and settles again what had followed it in its year.
    fn reverse(
        self,
        request: u32,
        original: u32,
        effective: &mut Vec<Effective>,
        emit: &mut impl FnMut(Row),
    ) {
        let Some(position) = effective.iter().position(|standing| standing.claim == original) else {
            return;
        };
        let posted_at = self.caseload.claims[request as usize].claim.settled_at;
        let cancelled = effective.remove(position);
        emit(cancellation(&cancelled, request, posted_at));
        let year = cancelled.settlement.year;
        let Some(running) = self.states.iter_mut().find(|state| state.tariff.year == year) else {
            return;
        };
        running.state.reset();
        for standing in effective.iter_mut() {
            let claim = &self.caseload.claims[standing.claim as usize].claim;
            if self.scenario.year_of(claim) != year {
                continue;
            }
            let again = settle(
                &running.tariff,
                &self.member,
                &mut running.state,
                claim,
                &mut Silent,
            );
            if again.same_row(&standing.settlement) {
                standing.settlement = again;
                continue;
            }
            emit(cancellation(standing, standing.claim, posted_at));
            standing.generation += 1;
            standing.settlement = again;
            emit(Row {
                claim: standing.claim,
                request: standing.claim,
                generation: standing.generation,
                cancels: false,
                posted_at,
                settlement: standing.settlement.clone(),
            });
        }
    }
}

/// The row that cancels a settlement that stands.
fn cancellation(standing: &Effective, request: u32, posted_at: NaiveDateTime) -> Row {
    Row {
        claim: standing.claim,
        request,
        generation: standing.generation,
        cancels: true,
        posted_at,
        settlement: standing.settlement.reversed(),
    }
}
