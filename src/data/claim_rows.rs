//! What the rows of a part of a claims file say, before anything is known of the rows elsewhere.

use crate::data::caseload::{CaseloadClaim, Names};
use crate::data::claim_intake::Fate;
use crate::data::fields::Problem;
use crate::data::interner::{Interner, Tag};
use crate::data::reversals::PendingReversal;
use crate::data::totals::Tally;
use crate::money::Fen;

/// The rows of a part of a claims file, each looked at alone.
#[derive(Default)]
pub(super) struct ClaimRows {
    /// All of them.
    pub(super) read: Tally,
    /// The `mdtrt_id`s that rows lay claim to, in the order of the rows.
    pub(super) ids: Names,
    /// The tags of these ids.
    pub(super) tags: Vec<Tag>,
    /// The rows that are claims, unless another row has their id. Institutions that are not in the registry are numbered
    /// from the registry's end, in the order of `unlisted`.
    pub(super) claims: Vec<CaseloadClaim>,
    /// All other rows.
    pub(super) others: Vec<OtherRow>,
    /// `fixmedins_code`s that the registry lacks.
    pub(super) unlisted: Interner,
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
    /// For its reject; `None` for a blank.
    pub(super) mdtrt_id: Option<String>,
    /// For its reject; `None` for a blank.
    pub(super) psn_no: Option<String>,
    /// What it is, unless another row has its id.
    pub(super) found: Other,
}

/// What a row that is no claim turns out to be.
pub(super) enum Other {
    /// A claim of another year than the one asked for.
    Skipped,
    /// A reversal whose original is not looked up yet.
    Reversal(PendingReversal),
    /// Nothing that can be settled.
    Bad(Problem),
}

impl ClaimRows {
    /// The row at hand lays claim to an id.
    pub(super) fn claim_id(&mut self, id: &str) {
        self.ids.push(id);
        self.tags.push(Tag::of(id));
    }
}
