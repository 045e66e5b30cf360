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

use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::{Silent, Trace};
use crate::benefit::settle::settle_opened;
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::state::State;
use crate::benefit::tariff::Tariff;
use crate::data::caseload::{Caseload, CaseloadClaim};
use crate::insured::cover::{Stretch, lay_out, presumed_year};
use crate::insured::life::Life;
use crate::insured::person::{LastPaid, Person};
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
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
    /// Whether this is the first settlement of its claim, which has the claim's id.
    #[inline]
    pub(super) fn is_first(&self) -> bool {
        !self.cancels && self.generation == 1
    }

    /// `setl_id`: `m` for the first settlement of claim `m`, `m.2` for its second, `m.1r` for the cancellation of the
    /// first. Written into `id`, whose memory is reused.
    pub fn setl_id<'i>(&self, caseload: &Caseload, id: &'i mut String) -> &'i str {
        id.clear();
        push_id(
            id,
            caseload.claim_ids.get(self.claim),
            self.generation,
            self.cancels,
        );
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

/// `setl_id` of a settlement of `claim`, or of its cancellation; see [`Row::setl_id`].
pub fn setl_id(claim: &str, generation: u32, cancels: bool) -> String {
    let mut id = String::new();
    push_id(&mut id, claim, generation, cancels);
    id
}

fn push_id(id: &mut String, claim: &str, generation: u32, cancels: bool) {
    id.push_str(claim);
    if cancels || generation > 1 {
        let mark = if cancels { "r" } else { "" };
        id.push_str(&format!(".{generation}{mark}"));
    }
}

/// Memory that is reused from person to person.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The cover that the last person was settled with.
    pub stretches: Vec<Stretch>,
    /// What the payments and events of the last person were decided to be, where there is an enrolments file.
    pub life: Life,
    /// The benefit years of the scenario, in order.
    years: Vec<Year>,
    /// Which of them the last claim was of: that of the next person is likely to be of the same.
    current: usize,
    /// How many persons have begun, the one at hand included.
    persons: u64,
    effective: Vec<Effective>,
}

/// A benefit year: its figures, and how far the person at hand has come in it.
#[derive(Debug)]
struct Year {
    tariff: Arc<Tariff>,
    /// The last person to settle a claim of it, by their place among those who have begun. For whoever comes next it is
    /// still to be put back to its first day.
    person: u64,
    state: State,
}

/// A settlement that stands.
#[derive(Debug)]
struct Effective {
    claim: u32,
    generation: u32,
    settlement: Settlement,
}

/// The claims of a person are sorted without an allocation if there are no more than this.
const FEW_CLAIMS: usize = 16;

/// Settles the claims of one person, given by their indices in the order in which they settle
/// ([`sort_for_settlement`]), and appends a row for each settlement and each cancellation to `rows`, in order.
///
/// Cover is what the person's payments bought, which [`Workspace::decide`] must have decided, or presumed
/// where there is no enrolments file (see [`crate::insured::cover`]).
pub(crate) fn settle_person(
    scenario: &Scenario,
    caseload: &Caseload,
    person: u32,
    claims: &[u32],
    workspace: &mut Workspace,
    rows: &mut Vec<Row>,
) {
    settle_claims(scenario, caseload, person, claims, None, workspace, rows);
}

/// The rows of [`settle_person`]; each settlement of the claim `watched` comes with its steps.
pub(crate) fn settle_watched(
    scenario: &Scenario,
    caseload: &Caseload,
    person: u32,
    claims: &[u32],
    watched: u32,
    workspace: &mut Workspace,
) -> Vec<(Row, Option<Trace>)> {
    let mut watched = Watched {
        claim: watched,
        traces: Vec::new(),
    };
    let mut rows = Vec::new();
    settle_claims(
        scenario,
        caseload,
        person,
        claims,
        Some(&mut watched),
        workspace,
        &mut rows,
    );
    let mut traces = watched.traces.into_iter();
    let with_steps = |row: Row| {
        let is_watched = row.claim == watched.claim && !row.cancels;
        let trace = if is_watched { traces.next() } else { None };
        (row, trace)
    };
    rows.into_iter().map(with_steps).collect()
}

/// [`settle_person`], with the steps of a claim if one is watched.
#[inline(always)]
fn settle_claims(
    scenario: &Scenario,
    caseload: &Caseload,
    person: u32,
    claims: &[u32],
    watched: Option<&mut Watched>,
    workspace: &mut Workspace,
    rows: &mut Vec<Row>,
) {
    let known = &caseload.persons[person as usize];
    workspace.begin(scenario);
    let keeps_history = workspace.lay_out_cover(scenario, caseload, known, claims);
    let member = Member {
        stretches: &workspace.stretches,
        identity: known.identity,
        birth: known.birth,
        nothing_year_before: None,
    };
    let mut history = History {
        scenario,
        caseload,
        member,
        last_paid: known.last_paid,
        watched,
        years: &mut workspace.years,
        person: workspace.persons,
        current: workspace.current,
    };
    history.look_back();
    for &index in claims {
        let asked = &caseload.claims[index as usize];
        if let Some(original) = asked.reverses {
            history.reverse(index, original, &mut workspace.effective, rows);
            continue;
        }
        let place = rows.len();
        rows.push(Row {
            claim: index,
            request: index,
            generation: 1,
            cancels: false,
            posted_at: asked.claim.settled_at,
            settlement: history.open(&asked.claim),
        });
        // In its place, so that it need not be copied.
        let settlement = &mut rows[place].settlement;
        history.settle(index, &asked.claim, settlement);
        if keeps_history {
            workspace.effective.push(Effective {
                claim: index,
                generation: 1,
                settlement: settlement.clone(),
            });
        }
    }
    workspace.current = history.current;
}

impl Workspace {
    /// Decides the person's payments and events, if there is an enrolments file.
    pub fn decide(&mut self, scenario: &Scenario, caseload: &Caseload, person: u32) {
        if let Some(enrolments) = &caseload.enrolments {
            self.life.decide(
                &caseload.persons[person as usize],
                enrolments.payments.of_person(person),
                enrolments.events.of_person(person),
                scenario.enrolments(),
            );
        }
    }

    /// Turns to the next person.
    fn begin(&mut self, scenario: &Scenario) {
        if self.years.is_empty() {
            let tariffs = scenario
                .years()
                .into_iter()
                .filter_map(|year| scenario.tariff(year));
            self.years.extend(tariffs.map(|tariff| Year {
                tariff: tariff.clone(),
                person: 0,
                state: State::default(),
            }));
        }
        self.persons += 1;
        self.effective.clear();
    }

    /// Lays out the cover of the years in which claims begin, for that is the day it is asked for. Where it is presumed,
    /// it is for every year with figures that a claim has a day in. Says whether any of the claims is a reversal.
    fn lay_out_cover(
        &mut self,
        scenario: &Scenario,
        caseload: &Caseload,
        person: &Person,
        claims: &[u32],
    ) -> bool {
        self.stretches.clear();
        let (mut has_reversal, mut last) = (false, None);
        for &index in claims {
            let CaseloadClaim { claim, reverses, .. } = &caseload.claims[index as usize];
            has_reversal |= reverses.is_some();
            let (year, end_year) = (claim.begin.year(), claim.end.year());
            // Most claims of a person are of one year.
            if last == Some(year) && year == end_year {
                continue;
            }
            last = Some(year);
            if caseload.enrolments.is_some() {
                if !self.has_laid_out(year) {
                    lay_out(person, &self.life, year, &mut self.stretches);
                }
                continue;
            }
            let later = (year + 1..=end_year).rev();
            let with_figures = later.take_while(|&year| scenario.tariff(year).is_some());
            for year in std::iter::once(year).chain(with_figures) {
                if !self.has_laid_out(year) {
                    presumed_year(person, year, scenario.adult_age_years(), &mut self.stretches);
                }
            }
        }
        has_reversal
    }

    fn has_laid_out(&self, year: i32) -> bool {
        self.stretches.iter().any(|stretch| stretch.from.year() == year)
    }
}

/// Puts the claims of one person into the order in which they settle: by `settled_at`, a reversal after the claims of
/// the same moment, then by `mdtrt_id`.
pub(crate) fn sort_for_settlement(caseload: &Caseload, claims: &mut [u32]) {
    let all_placed = claims.iter().map(|&index| placed(caseload, index));
    let (mut few, mut many) = ([0; FEW_CLAIMS], Vec::new());
    let order = match few.get_mut(..claims.len()) {
        Some(order) => {
            order
                .iter_mut()
                .zip(all_placed)
                .for_each(|(slot, placed)| *slot = placed);
            order
        }
        None => {
            many.extend(all_placed);
            &mut many[..]
        }
    };
    sort_placed(caseload, order);
    claims
        .iter_mut()
        .zip(order)
        .for_each(|(claim, placed)| *claim = *placed as u32);
}

/// A claim and when it settles, as one number: the last 32 bits are the claim, those before them the moment.
#[inline(always)]
pub(super) fn placed(caseload: &Caseload, index: u32) -> u128 {
    moment(&caseload.claims[index as usize]) << u32::BITS | u128::from(index)
}

/// [`sort_for_settlement`] of claims that are [`placed`].
#[inline]
pub(super) fn sort_placed(caseload: &Caseload, order: &mut [u128]) {
    // Files often come in order.
    if !order.is_sorted() {
        order.sort_unstable();
    }
    let one_moment = |pair: &[u128]| pair[0] >> u32::BITS == pair[1] >> u32::BITS;
    if order.windows(2).any(one_moment) {
        let id = |placed: u128| caseload.claim_ids.get(placed as u32);
        order.sort_unstable_by(|&a, &b| {
            let by_moment = (a >> u32::BITS).cmp(&(b >> u32::BITS));
            by_moment.then_with(|| id(a).cmp(id(b)))
        });
    }
}

/// When a claim settles, as one number of 96 bits: the later, the larger. A reversal comes after the claims of its moment.
#[inline(always)]
fn moment(claim: &CaseloadClaim) -> u128 {
    let at = claim.claim.settled_at;
    let year = at.year().wrapping_sub(NaiveDate::MIN.year()).cast_unsigned();
    let day = u64::from(year) << 9 | u64::from(at.ordinal());
    let second = day << 17 | u64::from(at.time().num_seconds_from_midnight());
    // The part of a second is below two thousand millions, so it leaves room for a bit.
    let part = at.nanosecond() << 1 | u32::from(claim.reverses.is_some());
    u128::from(second) << u32::BITS | u128::from(part)
}

/// A claim whose steps are wanted.
struct Watched {
    claim: u32,
    /// Those of each of its settlements so far.
    traces: Vec<Trace>,
}

/// The years of one person as they run.
struct History<'a> {
    scenario: &'a Scenario,
    caseload: &'a Caseload,
    member: Member<'a>,
    /// What the persons file says of the years before.
    last_paid: LastPaid,
    watched: Option<&'a mut Watched>,
    years: &'a mut [Year],
    /// The person's place among those who have begun.
    person: u64,
    /// Which of the years the last claim was of.
    current: usize,
}

impl History<'_> {
    /// Opens the settlement of a claim, of which nothing is paid yet.
    #[inline(always)]
    fn open(&self, claim: &Claim) -> Settlement {
        Settlement::unpaid(claim, self.scenario.year_of(claim), Status::Settled)
    }

    /// Settles a claim against the running state of its year, in the settlement that was opened for it.
    ///
    /// # Panics
    /// If the scenario has no figures for the year: such claims are rejected on loading.
    #[inline(always)]
    fn settle(&mut self, index: u32, claim: &Claim, opened: &mut Settlement) {
        self.turn_to(opened.year);
        let Year { tariff, state, .. } = &mut self.years[self.current];
        match &mut self.watched {
            Some(watched) if watched.claim == index => {
                let mut trace = Trace::default();
                settle_opened(tariff, &self.member, state, claim, &mut trace, opened);
                watched.traces.push(trace);
            }
            _ => settle_opened(tariff, &self.member, state, claim, &mut Silent, opened),
        }
    }

    /// Drops the steps of a settlement that makes no row, if they are kept.
    fn forget_steps(&mut self, index: u32) {
        if let Some(watched) = &mut self.watched
            && watched.claim == index
        {
            watched.traces.pop();
        }
    }

    /// Makes a benefit year the current one. It begins with the person's first claim of it.
    #[inline(always)]
    fn turn_to(&mut self, year: i32) {
        if self
            .years
            .get(self.current)
            .is_none_or(|known| known.tariff.year != year)
        {
            let Some(found) = self.years.iter().position(|known| known.tariff.year == year) else {
                panic!("a claim of {year} reached the engine, which has no figures for that year");
            };
            self.current = found;
            self.look_back();
        }
        let current = &mut self.years[self.current];
        if current.person != self.person {
            current.person = self.person;
            current.state.reset();
        }
    }

    /// Finds out whether the fund paid nothing in the year before the current one, where a rule asks: it did if it has paid in
    /// this run; else what the persons file states holds.
    fn look_back(&mut self) {
        let Some(current) = self
            .years
            .get(self.current)
            .filter(|year| year.tariff.asks_year_before)
        else {
            return;
        };
        let before = current.tariff.year - 1;
        let mut earlier = self
            .years
            .iter()
            .filter(|year| year.person == self.person && year.tariff.year == before);
        self.member.nothing_year_before = match earlier.any(|year| year.state.is_paid()) {
            true => Some(false),
            false => self.last_paid.nothing_in(before),
        };
    }

    /// Cancels the original and settles again what had followed it in its year.
    ///
    /// # Panics
    /// If the original has not settled: such reversals are rejected on loading.
    fn reverse(&mut self, request: u32, original: u32, effective: &mut Vec<Effective>, rows: &mut Vec<Row>) {
        let Some(position) = effective.iter().position(|standing| standing.claim == original) else {
            panic!("a reversal reached the engine before the claim that it cancels");
        };
        let posted_at = self.caseload.claims[request as usize].claim.settled_at;
        let cancelled = effective.remove(position);
        rows.push(cancellation(&cancelled, request, posted_at));
        let year = cancelled.settlement.year;
        if let Some(running) = self.years.iter_mut().find(|known| known.tariff.year == year) {
            running.state.reset();
        }
        for standing in effective
            .iter_mut()
            .filter(|standing| standing.settlement.year == year)
        {
            let claim = &self.caseload.claims[standing.claim as usize].claim;
            let mut again = self.open(claim);
            self.settle(standing.claim, claim, &mut again);
            if again.same_row(&standing.settlement) {
                standing.settlement = again;
                self.forget_steps(standing.claim);
                continue;
            }
            rows.push(cancellation(standing, standing.claim, posted_at));
            standing.generation += 1;
            standing.settlement = again;
            rows.push(Row {
                claim: standing.claim,
                request: standing.claim,
                generation: standing.generation,
                cancels: false,
                posted_at,
                settlement: standing.settlement.clone(),
            });
        }
        self.look_back();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Fen;
    use chrono::NaiveTime;
    use proptest::prelude::*;

    /// A claim that settles in the given year, on a day of it, in a second of the day and a part of the second.
    fn claim((year, day, second, part, is_reversal): (i32, u32, u32, u32, bool)) -> CaseloadClaim {
        let date = NaiveDate::from_yo_opt(year, day).unwrap();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, part).unwrap();
        let claim = Claim::simple("21", "02", date, date, Fen::from_yuan(1)).unwrap();
        CaseloadClaim {
            person: 0,
            line: 2,
            claim: Claim {
                settled_at: date.and_time(time),
                ..claim
            },
            reverses: is_reversal.then_some(0),
        }
    }

    proptest! {
        #[test]
        fn claims_settle_by_moment_then_reversals_last_then_by_id(
            moments in prop::collection::vec((-1i32..2, 364u32..=365, 86_397u32..86_400, 0u32..2, any::<bool>()), 0..40),
            ids in Just((0..40).collect::<Vec<u32>>()).prop_shuffle(),
        ) {
            let mut caseload = Caseload::default();
            for (&moment, id) in moments.iter().zip(&ids) {
                caseload.claims.push(claim(moment));
                caseload.claim_ids.push(&format!("{id:02}"));
            }
            let mut order: Vec<u32> = (0..moments.len() as u32).collect();
            let mut expected = order.clone();
            expected.sort_by_key(|&index| {
                let asked = &caseload.claims[index as usize];
                (asked.claim.settled_at, asked.reverses.is_some(), ids[index as usize])
            });
            sort_for_settlement(&caseload, &mut order);
            prop_assert_eq!(order, expected);
        }
    }
}
