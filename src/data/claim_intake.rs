//! Claims into the caseload, in the order of their files: what depends on the rows before.

use crate::data::caseload::{Caseload, CaseloadClaim, MOST_ROOM, Names};
use crate::data::claim_rows::{ClaimRows, Fate, Other, OtherRow, PendingReversal, repeated, shown};
use crate::data::fields::Problem;
use crate::data::id_check::person_key;
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::persons::Persons;
use crate::data::reject::Reject;
use crate::data::role::FileRole;
use crate::data::row_ids::{RowId, RowIds, Verdicts};
use crate::data::totals::{ClaimTotals, ClaimYears, Tally};
use crate::money::Fen;
use rustc_hash::FxHashMap;

/// Takes in the rows of claims files.
pub(super) struct ClaimIntake<'a> {
    pub(super) caseload: &'a mut Caseload,
    persons: &'a Persons,
    /// How many institutions the registry has; claims number the others from there.
    pub(super) listed: u32,
    /// The institutions that the registry lacks.
    pub(super) unlisted: Interner,
    /// The files, the newest batch first; the last is the one being read.
    pub(super) intakes: Vec<Intake>,
    pub(super) totals: ClaimTotals,
    pub(super) years: ClaimYears,
    /// `mdtrt_id`s in order of appearance; a reversal that repeats its original's id has none of its own.
    pub(super) ids: RowIds,
    /// What became of the row that keeps each.
    pub(super) fates: Vec<Fate>,
    /// Whose rows keep ids without having become claims, by the index of the id.
    pub(super) owners: FxHashMap<u32, u64>,
    pub(super) reversals: Vec<PendingReversal>,
}

/// The ids of the rows of a part, with what they turned out to be.
struct JudgedIds<'p> {
    rows: &'p Names,
    verdicts: Verdicts,
    next: u32,
}

impl<'p> JudgedIds<'p> {
    fn next(&mut self) -> (&'p str, RowId) {
        let name = self.rows.get(self.next);
        self.next += 1;
        (name, self.verdicts.next())
    }
}

impl<'a> ClaimIntake<'a> {
    /// Nothing yet; `listed` is the number of institutions in the registry.
    pub(super) fn new(caseload: &'a mut Caseload, persons: &'a Persons, listed: u32) -> ClaimIntake<'a> {
        ClaimIntake {
            caseload,
            persons,
            listed,
            unlisted: Interner::default(),
            intakes: Vec::new(),
            totals: ClaimTotals::default(),
            years: ClaimYears::None,
            ids: RowIds::default(),
            fates: Vec::new(),
            owners: FxHashMap::default(),
            reversals: Vec::new(),
        }
    }

    /// The rows that follow are those of another file, of the same batch as the one before or of an `older` one.
    pub(super) fn begin_file(&mut self, intake: Intake, older: bool) {
        self.ids.begin_file(older);
        self.intakes.push(intake);
    }

    /// About so many rows follow. What grows little by little is copied, and takes memory twice meanwhile.
    pub(super) fn make_room(&mut self, rows: usize) {
        // A damaged file may promise anything.
        let rows = rows.min(MOST_ROOM);
        if self.caseload.claims.try_reserve(rows) {
            self.fates.reserve(rows);
            self.ids.reserve(rows);
        }
    }

    /// The file at hand has been read, all of its `rows`.
    pub(super) fn end_file(&mut self, rows: u64) {
        if let Some(intake) = self.intakes.last_mut() {
            intake.counted(rows);
        }
    }

    /// Takes the rows that come next in the file at hand: claims into the caseload, reversals to be resolved, the others to
    /// where they are counted. A row in whose place a newer file has another one only counts.
    pub(super) fn take(&mut self, mut rows: ClaimRows) {
        self.totals.read.add_all(rows.read);
        self.years.join(rows.years);
        self.number_unlisted(&mut rows);
        let mut ids = JudgedIds {
            rows: &rows.ids.names,
            verdicts: self.ids.register_all(&rows.ids),
            next: 0,
        };
        if let (Verdicts::AllNew(first), []) = (&ids.verdicts, rows.others.as_slice()) {
            return self.take_run(*first, rows.read, &mut rows.claims);
        }
        let mut others = rows.others.into_iter().peekable();
        for (place, claim) in rows.claims.into_iter().enumerate() {
            while let Some(other) = others.next_if(|other| other.place <= place) {
                self.take_other(other, &rows.shown, &mut ids);
            }
            self.take_claim(claim, ids.next());
        }
        for other in others {
            self.take_other(other, &rows.shown, &mut ids);
        }
    }

    /// Takes rows that are claims, all of them, with new ids from `first` on.
    fn take_run(&mut self, first: u32, read: Tally, claims: &mut Vec<CaseloadClaim>) {
        let (start, count) = (self.caseload.claims.len() as u32, claims.len() as u32);
        self.fates.extend((start..start + count).map(Fate::Accepted));
        self.ids.keep_run(first, count);
        // Without other rows, what was read is what is accepted.
        self.totals.accepted.add_all(read);
        let days = claims.iter().map(|claim| claim.claim.settled_at.date());
        if let Some(intake) = self.intakes.last_mut() {
            intake.accept_all(u64::from(count), days.max());
        }
        self.caseload.claims.append(claims, read.sum);
    }

    /// Numbers the institutions that the registry lacks, whichever part of whichever file named them first.
    fn number_unlisted(&mut self, rows: &mut ClaimRows) {
        if rows.unlisted.len() == 0 {
            return;
        }
        let codes = (0..rows.unlisted.len() as u32).map(|index| rows.unlisted.name(index));
        let numbers: Vec<u32> = codes
            .map(|code| self.listed + self.unlisted.intern(code).0)
            .collect();
        for claim in &mut rows.claims {
            if let Some(index) = claim.claim.institution.checked_sub(self.listed) {
                claim.claim.institution = numbers[index as usize];
            }
        }
    }

    fn take_claim(&mut self, claim: CaseloadClaim, (name, id): (&str, RowId)) {
        let amount = Some(claim.claim.total);
        match id {
            RowId::New(id) => {
                let index = self.ids.keep(id);
                self.fates.push(Fate::Accepted(index));
                self.totals.accepted.add(amount);
                if let Some(intake) = self.intakes.last_mut() {
                    intake.accept_of(claim.claim.settled_at.date());
                }
                self.caseload.claims.push(claim);
            }
            RowId::Replaced => self.replace(amount),
            RowId::Repeated(file) => {
                let psn_no = self.persons.psn_no(claim.person).to_string();
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

    fn take_other(&mut self, row: OtherRow, cells: &Names, ids: &mut JudgedIds<'_>) {
        let mut found = row.found;
        if let Some(fate) = row.keeps_id {
            match ids.next() {
                (_, RowId::New(id)) => {
                    self.owners.insert(id, person_key(cells.get(row.shown + 1)));
                    self.fates.push(match found {
                        Other::Skipped => Fate::Skipped,
                        Other::Reversal(_) | Other::Bad(_) => fate,
                    });
                }
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
                self.reversals.push(*reversal);
            }
            Other::Bad(problem) => {
                let [mdtrt_id, psn_no] = shown(cells, row.shown);
                self.reject(RejectedRow {
                    line: row.line,
                    amount: row.amount,
                    mdtrt_id,
                    psn_no,
                    problem,
                });
            }
        }
    }

    /// The problem of a row whose `mdtrt_id` an earlier row has, in the file of this number.
    fn repeated(&self, mdtrt_id: &str, file: u32) -> Problem {
        let at_hand = self.intakes.len() - 1;
        let earlier = self
            .intakes
            .get(file as usize)
            .filter(|_| file as usize != at_hand);
        repeated(mdtrt_id, earlier.map(|intake| intake.path.as_str()))
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
            let reject = row.problem.into_reject(FileRole::Claims, &intake.path, row.line);
            intake.reject(Reject {
                mdtrt_id: row.mdtrt_id,
                psn_no: row.psn_no,
                amount: row.amount,
                ..reject
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
