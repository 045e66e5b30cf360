//! Reversals (`refd_setl_flag` = 1): resolved when every claim has been read, because files come in any order.

use crate::data::caseload::CaseloadClaim;
use crate::data::cell::DisplayTime;
use crate::data::claim_intake::ClaimIntake;
use crate::data::claim_rows::{Fate, PendingReversal};
use crate::data::columns::{ClaimColumn as C, Column};
use crate::data::fields::{Fault, Problem};
use crate::data::id_check::person_key;
use crate::data::reject::{Reason, Reject};
use crate::data::role::FileRole;
use crate::data::scope::SCOPE_COLUMNS;
use chrono::{NaiveDateTime, NaiveTime};
use std::collections::HashSet;

/// What a reversal turns out to be.
enum Verdict {
    /// It cancels the claim at `original`, at `settled_at`.
    Cancels {
        original: u32,
        settled_at: NaiveDateTime,
    },
    /// Its original is of another year than the one asked for.
    Skipped,
    Rejected(Problem),
}

impl ClaimIntake<'_> {
    /// Decides about every reversal. The accepted ones follow the claims in the caseload, in the order of the files.
    pub(super) fn resolve_reversals(&mut self) {
        let reversals = std::mem::take(&mut self.reversals);
        let mut verdicts: Vec<Verdict> = reversals.iter().map(|reversal| self.judge(reversal)).collect();
        let files: Vec<u32> = self.intakes.iter().map(|intake| intake.file).collect();
        reject_repeated(&reversals, &files, &mut verdicts);
        for (reversal, verdict) in reversals.iter().zip(verdicts) {
            match verdict {
                Verdict::Cancels { original, settled_at } => self.cancel(reversal, original, settled_at),
                Verdict::Skipped => {
                    self.totals.skipped.add(Some(reversal.total));
                    self.intakes[reversal.file].skip();
                }
                Verdict::Rejected(problem) => {
                    self.totals.rejected.add(Some(reversal.total));
                    let intake = &mut self.intakes[reversal.file];
                    let reject = reversal.reject(&intake.path, problem);
                    intake.reject(reject);
                }
            }
        }
    }

    fn judge(&self, reversal: &PendingReversal) -> Verdict {
        let unknown = |what: &str| {
            Verdict::Rejected(reversal.problem(
                C::InitSetlId,
                &reversal.original,
                Reason::UnknownOriginal,
                what,
            ))
        };
        let original = self.ids.find(&reversal.original);
        let of_other = |id| {
            self.owners
                .get(&id)
                .is_some_and(|&owner| owner != person_key(&reversal.psn_no))
        };
        if reversal.of_other || original.is_some_and(of_other) {
            return Verdict::Rejected(reversal.of_other_person());
        }
        let original = match original.map(|id| self.fates[id as usize]) {
            Some(Fate::Accepted(original)) => original,
            Some(Fate::Skipped) => return Verdict::Skipped,
            Some(Fate::Rejected) => {
                return unknown("is a claim that was rejected, so there is nothing to reverse");
            }
            Some(Fate::Reversal) => return unknown("is itself a reversal"),
            None if self.intakes.len() > 1 => {
                return unknown("is not the `mdtrt_id` of a claim in these files");
            }
            None => return unknown("is not the `mdtrt_id` of a claim in this file"),
        };
        match reversal.check(&self.caseload.claims[original as usize]) {
            Ok(settled_at) => Verdict::Cancels { original, settled_at },
            Err(problem) => Verdict::Rejected(problem),
        }
    }

    /// Adds an accepted reversal: its original's claim, settled at its own time.
    fn cancel(&mut self, reversal: &PendingReversal, original: u32, settled_at: NaiveDateTime) {
        let mut claim = self.caseload.claims[original as usize].claim.clone();
        claim.settled_at = settled_at;
        self.ids.keep_text(&reversal.mdtrt_id);
        self.caseload.claims.push(CaseloadClaim {
            person: reversal.person,
            line: u32::try_from(reversal.line).unwrap_or(u32::MAX),
            claim,
            reverses: Some(original),
        });
        self.totals.accepted.add(Some(reversal.total));
        self.intakes[reversal.file].accept_of(settled_at.date());
    }
}

/// Of several reversals of one claim the first in time counts, whatever their order in the file; of one moment, the first
/// row of the first file; `files` gives the places of the files.
fn reject_repeated(reversals: &[PendingReversal], files: &[u32], verdicts: &mut [Verdict]) {
    let mut order: Vec<(NaiveDateTime, u32, u64, usize)> = Vec::new();
    for (position, (reversal, verdict)) in reversals.iter().zip(verdicts.iter()).enumerate() {
        if let Verdict::Cancels { settled_at, .. } = verdict {
            order.push((*settled_at, files[reversal.file], reversal.line, position));
        }
    }
    order.sort_unstable();
    let mut reversed = HashSet::new();
    for (_, _, _, position) in order {
        let Verdict::Cancels { original, .. } = &verdicts[position] else {
            continue;
        };
        if !reversed.insert(*original) {
            let reversal = &reversals[position];
            let what = "has been reversed already: a claim is reversed once";
            verdicts[position] = Verdict::Rejected(reversal.problem(
                C::InitSetlId,
                &reversal.original,
                Reason::AlreadyReversed,
                what,
            ));
        }
    }
}

impl PendingReversal {
    /// Checks the row against its original; returns when it settles.
    fn check(&self, original: &CaseloadClaim) -> Result<NaiveDateTime, Problem> {
        let claim = &original.claim;
        if self.person != original.person {
            return Err(self.of_other_person());
        }
        if self.total != -claim.total {
            let what = format!("is not minus the original's total, which is {}", claim.total);
            let value = self.total.to_string();
            return Err(self.problem(C::MedfeeSumamt, &value, Reason::ContradictoryAmounts, &what));
        }
        let parts = [claim.own_pay, claim.over_limit, claim.first_share, claim.in_scope];
        for ((column, given), part) in SCOPE_COLUMNS.into_iter().zip(self.scope).zip(parts) {
            if let Some(given) = given.filter(|&given| given != -part) {
                let what = format!("is not minus the original's, which is {part}");
                return Err(self.problem(column, &given.to_string(), Reason::ContradictoryAmounts, &what));
            }
        }
        let same_day_without_time =
            self.settled_at.time() == NaiveTime::MIN && self.settled_at.date() == claim.settled_at.date();
        if same_day_without_time {
            // A bare date says "some time that day", so it does not come before a time of the same day.
            return Ok(claim.settled_at);
        }
        if self.settled_at < claim.settled_at {
            let what = format!("is before the original settled, on {}", claim.settled_at.date());
            let value = DisplayTime(self.settled_at).to_string();
            return Err(self.problem(C::SetlTime, &value, Reason::ReversalBeforeOriginal, &what));
        }
        Ok(self.settled_at)
    }

    fn of_other_person(&self) -> Problem {
        let what = "is a claim of another person";
        self.problem(C::InitSetlId, &self.original, Reason::OriginalOfOtherPerson, what)
    }

    /// A problem of one cell; `what` goes on from "`column` `value`".
    fn problem(&self, column: C, value: &str, reason: Reason, what: &str) -> Problem {
        let sentence = format!("`{}` `{value}` {what}", column.name());
        Problem::from(Fault {
            column: column.name(),
            value: value.to_string(),
            reason,
            sentence,
        })
    }

    fn reject(&self, path: &str, problem: Problem) -> Reject {
        let reject = problem.into_reject(FileRole::Claims, path, self.line);
        Reject {
            mdtrt_id: Some(self.mdtrt_id.clone()),
            psn_no: Some(self.psn_no.clone()),
            amount: Some(self.total),
            ..reject
        }
    }
}
