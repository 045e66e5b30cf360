//! What the rows of a part of a claims file say, before anything is known of the rows elsewhere.

use crate::benefit::claim::Claim;
use crate::data::caseload::{CaseloadClaim, Names};
use crate::data::columns::{ClaimColumn as C, Column};
use crate::data::fields::{Fault, Problem};
use crate::data::interner::Interner;
use crate::data::reject::Reason;
use crate::data::row_ids::PartIds;
use crate::data::scope::GivenScope;
use crate::data::totals::{ClaimYears, Tally};
use crate::money::Fen;
use chrono::NaiveDateTime;

/// The rows of a part of a claims file, each looked at alone.
#[derive(Default)]
pub(super) struct ClaimRows {
    /// All of them.
    pub(super) read: Tally,
    /// The years of those that are no reversals and whose days can be read.
    pub(super) years: ClaimYears,
    /// The `mdtrt_id`s that rows lay claim to, in the order of the rows.
    pub(super) ids: PartIds,
    /// The rows that are claims, unless another row has their id. Institutions that are not in the registry are numbered
    /// from the registry's end, in the order of `unlisted`.
    pub(super) claims: Vec<CaseloadClaim>,
    /// All other rows.
    pub(super) others: Vec<OtherRow>,
    /// `fixmedins_code`s that the registry lacks.
    pub(super) unlisted: Interner,
    /// What the other rows have in the cells that their rejects would show; empty for a blank.
    pub(super) shown: Names,
}

/// A row that is no claim.
pub(super) struct OtherRow {
    /// How many claims come before it.
    pub(super) place: usize,
    /// CSV line or Parquet row.
    pub(super) line: u64,
    /// `medfee_sumamt` if it can be read.
    pub(super) amount: Option<Fen>,
    /// What becomes of its id, if it lays claim to one.
    pub(super) keeps_id: Option<Fate>,
    /// For its reject: where `mdtrt_id` is in [`ClaimRows::shown`], `psn_no` after it.
    pub(super) shown: u32,
    /// What it is, unless another row has its id.
    pub(super) found: Other,
}

/// What a row that is no claim turns out to be.
pub(super) enum Other {
    /// A claim of another year than the one asked for.
    Skipped,
    /// A reversal whose original is not looked up yet.
    Reversal(Box<PendingReversal>),
    /// Nothing that can be settled.
    Bad(Problem),
}

/// What became of the row that keeps an `mdtrt_id`: the first of the newest batch that has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// Rejected, or not finished yet.
    Rejected,
    /// Of another year than the one asked for.
    Skipped,
    /// Index in the caseload.
    Accepted(u32),
    /// A reversal with an id of its own, whatever became of it.
    Reversal,
}

/// A reversal row whose original is not looked up yet.
pub(super) struct PendingReversal {
    /// Its file, as an index into `ClaimIntake::intakes`.
    pub(super) file: usize,
    /// CSV line or Parquet row.
    pub(super) line: u64,
    /// An id of its own, or its original's again.
    pub(super) mdtrt_id: String,
    pub(super) psn_no: String,
    /// `init_setl_id`: the `mdtrt_id` of the claim it cancels.
    pub(super) original: String,
    pub(super) person: u32,
    /// As the row gives it: below zero.
    pub(super) total: Fen,
    pub(super) scope: GivenScope,
    pub(super) settled_at: NaiveDateTime,
    /// Whether the original is known to be a row of a person who is read at another time.
    pub(super) of_other: bool,
}

impl ClaimRows {
    /// Adds a row that is a claim.
    #[inline]
    pub(super) fn add(&mut self, person: u32, line: u64, claim: Claim) {
        self.claims.push(CaseloadClaim {
            person,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            claim,
            reverses: None,
        });
    }

    /// Keeps the cells of a row that its reject would show.
    pub(super) fn show(&mut self, mdtrt_id: &str, psn_no: &str) -> u32 {
        let shown = self.shown.push(mdtrt_id);
        self.shown.push(psn_no);
        shown
    }
}

/// What a reject shows of a row: `mdtrt_id` and `psn_no`, each `None` for a blank.
pub(super) fn shown(cells: &Names, first: u32) -> [Option<String>; 2] {
    [first, first + 1].map(|index| Some(cells.get(index).to_string()).filter(|text| !text.is_empty()))
}

/// The problem of a row whose `mdtrt_id` an earlier row has: of the file at `path`, or of the same file.
pub(super) fn repeated(mdtrt_id: &str, path: Option<&str>) -> Problem {
    let column = C::MdtrtId.name();
    let whose = path.map_or_else(
        || "an earlier row".to_string(),
        |path| format!("a row of `{path}`"),
    );
    Problem::from(Fault {
        column,
        value: mdtrt_id.to_string(),
        reason: Reason::RepeatedId,
        sentence: format!(
            "`{column}` `{mdtrt_id}` is the id of {whose}, which counts even if it was rejected"
        ),
    })
}
