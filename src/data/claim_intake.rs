//! Claims into the caseload, in the order of their files: what depends on the rows before.

use crate::data::caseload::{Caseload, CaseloadClaim};
use crate::data::claim_rows::{ClaimRows, Other, OtherRow};
use crate::data::columns::{ClaimColumn as C, Column, FileRole};
use crate::data::fields::Problem;
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::reject::{Reason, Reject};
use crate::data::reversals::PendingReversal;
use crate::data::row_ids::{RowId, RowIds};
use crate::data::totals::ClaimTotals;
use crate::money::Fen;

/// Takes in the rows of claims files.
pub(super) struct ClaimIntake<'a> {
    pub(super) caseload: &'a mut Caseload,
    /// How many institutions the registry has; claims number the others from there.
    pub(super) listed: u32,
    /// The institutions that the registry lacks.
    pub(super) unlisted: Interner,
    /// The files, the newest batch first; the last is the one being read.
    pub(super) intakes: Vec<Intake>,
    pub(super) totals: ClaimTotals,
    /// `mdtrt_id`s in order of appearance; a reversal that repeats its original's id has none of its own.
    pub(super) ids: RowIds,
    /// What became of the row that keeps each.
    pub(super) fates: Vec<Fate>,
    pub(super) reversals: Vec<PendingReversal>,
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

/// The ids of the rows of a part, with what they turned out to be.
struct PartIds<'p> {
    rows: &'p crate::data::caseload::Names,
    verdicts: std::vec::IntoIter<RowId>,
    next: u32,
}

impl<'p> PartIds<'p> {
    fn next(&mut self) -> (&'p str, RowId) {
        let name = self.rows.get(self.next);
        self.next += 1;
        (name, self.verdicts.next().unwrap_or(RowId::Repeated(u32::MAX)))
    }
}

impl<'a> ClaimIntake<'a> {
    /// Nothing yet; `listed` is the number of institutions in the registry.
    pub(super) fn new(caseload: &'a mut Caseload, listed: u32) -> ClaimIntake<'a> {
        ClaimIntake {
            caseload,
            listed,
            unlisted: Interner::default(),
            intakes: Vec::new(),
            totals: ClaimTotals::default(),
            ids: RowIds::default(),
            fates: Vec::new(),
            reversals: Vec::new(),
        }
    }

    /// The rows that follow are those of another file, of the same batch as the one before or of an `older` one.
    pub(super) fn begin_file(&mut self, intake: Intake, older: bool) {
        self.ids.begin_file(older);
        self.intakes.push(intake);
    }

    /// The file at hand has been read, all of its `rows`.
    pub(super) fn end_file(&mut self, rows: u64) {
        if let Some(intake) = self.intakes.last_mut() {
            intake.counted(rows);
        }
    }

    /// Takes the rows that come next in the file at hand: claims into the caseload, reversals to be resolved, the others to
    /// where they are counted. A row in whose place a newer file has another one only counts.
    pub(super) fn take(&mut self, rows: ClaimRows) {
        self.totals.read.add_all(rows.read);
        let unlisted = self.number_unlisted(&rows.unlisted);
        let mut ids = PartIds {
            rows: &rows.ids,
            verdicts: self.ids.register_all(&rows.ids, &rows.tags).into_iter(),
            next: 0,
        };
        let mut others = rows.others.into_iter().peekable();
        for (place, mut claim) in rows.claims.into_iter().enumerate() {
            while let Some(other) = others.next_if(|other| other.place <= place) {
                self.take_other(other, &mut ids);
            }
            if let Some(index) = claim.claim.institution.checked_sub(self.listed) {
                claim.claim.institution = unlisted[index as usize];
            }
            self.take_claim(claim, ids.next());
        }
        for other in others {
            self.take_other(other, &mut ids);
        }
    }

    /// The numbers of institutions that the registry lacks, whichever part of whichever file named them first.
    fn number_unlisted(&mut self, of_part: &Interner) -> Vec<u32> {
        let codes = (0..of_part.len() as u32).map(|index| of_part.name(index));
        codes
            .map(|code| self.listed + self.unlisted.intern(code).0)
            .collect()
    }

    fn take_claim(&mut self, claim: CaseloadClaim, (name, id): (&str, RowId)) {
        let amount = Some(claim.claim.total);
        match id {
            RowId::New(_) => {
                let index = self.caseload.claim_ids.push(name);
                self.fates.push(Fate::Accepted(index));
                self.totals.accepted.add(amount);
                if let Some(intake) = self.intakes.last_mut() {
                    intake.accept_of(claim.claim.settled_at.date());
                }
                self.caseload.claims.push(claim);
            }
            RowId::Replaced => self.replace(amount),
            RowId::Repeated(file) => {
                let psn_no = self.caseload.person_ids.get(claim.person).to_string();
                self.reject(RejectedRow {
                    line: u64::from(claim.line),
                    amount,
                    mdtrt_id: Some(name.to_string()),
                    psn_no: Some(psn_no),
                    problem: self.repeated(name, file),
                });
            }
        }
    }

    fn take_other(&mut self, row: OtherRow, ids: &mut PartIds<'_>) {
        let mut found = row.found;
        if let Some(fate) = row.keeps_id {
            match ids.next() {
                (_, RowId::New(_)) => self.fates.push(match found {
                    Other::Skipped => Fate::Skipped,
                    Other::Reversal(_) | Other::Bad(_) => fate,
                }),
                (_, RowId::Replaced) => return self.replace(row.amount),
                (name, RowId::Repeated(file)) => found = Other::Bad(self.repeated(name, file)),
            }
        }
        match found {
            Other::Skipped => {
                self.totals.skipped.add(row.amount);
                if let Some(intake) = self.intakes.last_mut() {
                    intake.skip();
                }
            }
            Other::Reversal(mut reversal) => {
                reversal.file = self.intakes.len() - 1;
                self.reversals.push(reversal);
            }
            Other::Bad(problem) => self.reject(RejectedRow {
                line: row.line,
                amount: row.amount,
                mdtrt_id: row.mdtrt_id,
                psn_no: row.psn_no,
                problem,
            }),
        }
    }

    /// The problem of a row whose `mdtrt_id` an earlier row has, in the file of this number.
    fn repeated(&self, mdtrt_id: &str, file: u32) -> Problem {
        let column = C::MdtrtId.name();
        let (file, at_hand) = (file as usize, self.intakes.len() - 1);
        let whose = match self.intakes.get(file) {
            Some(earlier) if file != at_hand => format!("a row of `{}`", earlier.path),
            _ => "an earlier row".to_string(),
        };
        Problem {
            column,
            value: mdtrt_id.to_string(),
            reason: Reason::RepeatedId,
            sentence: format!(
                "`{column}` `{mdtrt_id}` is the id of {whose}, which counts even if it was rejected"
            ),
        }
    }

    fn replace(&mut self, amount: Option<Fen>) {
        self.totals.replaced.add(amount);
        if let Some(intake) = self.intakes.last_mut() {
            intake.replace();
        }
    }

    fn reject(&mut self, row: RejectedRow) {
        self.totals.rejected.add(row.amount);
        if let Some(intake) = self.intakes.last_mut() {
            intake.reject(Reject {
                role: FileRole::Claims,
                file: 0,
                path: intake.path.clone(),
                line: row.line,
                column: row.problem.column,
                value: row.problem.value,
                reason: row.problem.reason,
                sentence: row.problem.sentence,
                mdtrt_id: row.mdtrt_id,
                psn_no: row.psn_no,
                amount: row.amount,
            });
        }
    }
}

/// A row that ends in the rejects.
struct RejectedRow {
    line: u64,
    amount: Option<Fen>,
    mdtrt_id: Option<String>,
    psn_no: Option<String>,
    problem: Problem,
}
