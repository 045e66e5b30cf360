//! What the parts of a run came to, and the whole that they add up to.

use crate::batch::Outcome;
use crate::batch::distribution::Distribution;
use crate::batch::enrolled::Enrolled;
use crate::batch::fingerprint::Fingerprint;
use crate::batch::heads::Heads;
use crate::batch::pieces::Pieces;
use crate::batch::run::{Facts, Origin, Run, RunError, refused_by_reason};
use crate::batch::tally::Tally;
use crate::data::caseload::{Caseload, Enrolments};
use crate::data::{ClaimTotals, FileRecord, FileRole, PaymentTotals, RejectSums};
use crate::fund::benefits::BenefitTotals;
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a part came to.
#[derive(Serialize, Deserialize)]
pub(super) struct PartSums {
    /// A hash of the rows that it was made of; nothing for a part of a city, which is drawn.
    pub(super) content: u128,
    pub(super) pieces: Pieces,
    /// The years that somebody has paid for.
    pub(super) paid: BTreeSet<i32>,
    /// What was tolerated in files that are read anew for every part.
    pub(super) warnings: Vec<String>,
    pub(super) fingerprint: Fingerprint,
    pub(super) tally: Tally,
    pub(super) heads: Heads,
    pub(super) enrolled: Enrolled,
    pub(super) benefits: BenefitTotals,
    pub(super) out_of_pocket: Distribution,
    pub(super) districts: Vec<String>,
    pub(super) files: Vec<FileRecord>,
    pub(super) totals: ClaimTotals,
    pub(super) payments: PaymentTotals,
    pub(super) rejected: RejectSums,
    /// Of a city: rows that files of enrolments and of events would have.
    pub(super) city_rows: [u64; 2],
}

impl PartSums {
    /// The sums of an outcome, and nothing of where it came from.
    pub(super) fn of(outcome: Outcome, pieces: Pieces) -> PartSums {
        PartSums {
            content: 0,
            pieces,
            fingerprint: outcome.fingerprint,
            tally: outcome.tally,
            heads: outcome.heads,
            enrolled: outcome.enrolled,
            benefits: outcome.benefits,
            out_of_pocket: outcome.out_of_pocket,
            districts: Vec::new(),
            files: Vec::new(),
            totals: ClaimTotals::default(),
            payments: PaymentTotals::default(),
            rejected: RejectSums::new(),
            warnings: Vec::new(),
            paid: BTreeSet::new(),
            city_rows: [0; 2],
        }
    }
}

/// Everything, as far as it is done.
pub(super) struct Whole {
    pub(super) outcome: Outcome,
    /// In the order in which they appear.
    pub(super) districts: Vec<String>,
    pub(super) numbers: BTreeMap<String, u16>,
    pub(super) files: Vec<FileRecord>,
    pub(super) totals: ClaimTotals,
    pub(super) payments: PaymentTotals,
    pub(super) rejected: RejectSums,
    /// The benefit years that anybody has paid for.
    pub(super) paid: BTreeSet<i32>,
    /// Those of the files that every part reads.
    pub(super) warnings: Vec<String>,
    /// Settlements and rejects in each part.
    pub(super) rows: Vec<(u64, u64)>,
}

impl Whole {
    pub(super) fn new(scenario: &Scenario) -> Whole {
        Whole {
            outcome: Outcome::empty(scenario),
            districts: Vec::new(),
            numbers: BTreeMap::new(),
            files: Vec::new(),
            totals: ClaimTotals::default(),
            payments: PaymentTotals::default(),
            rejected: RejectSums::new(),
            paid: BTreeSet::new(),
            warnings: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, mut part: PartSums) {
        // A city numbers its districts as a whole.
        if !part.districts.is_empty() {
            let places: Vec<u16> = part.districts.into_iter().map(|name| self.number(name)).collect();
            part.enrolled.collection.renumber_districts(&places);
        }
        let is_first = self.rows.is_empty();
        self.rows.push((part.tally.rows, part.pieces.rejects));
        self.paid.append(&mut part.paid);
        self.outcome.merge(Outcome {
            rows: Vec::new(),
            fingerprint: part.fingerprint,
            tally: part.tally,
            heads: part.heads,
            enrolled: part.enrolled,
            benefits: part.benefits,
            out_of_pocket: part.out_of_pocket,
            people: Default::default(),
            burdens: Default::default(),
        });
        self.totals.merge(&part.totals);
        self.payments.merge(&part.payments);
        if is_first {
            (self.files, self.warnings) = (part.files, part.warnings);
            self.rejected = part.rejected;
            return;
        }
        for (file, of_part) in self.files.iter_mut().zip(&part.files) {
            if file.role != FileRole::Institutions {
                file.add(of_part);
            }
        }
        for (key, of_part) in part.rejected {
            self.rejected.entry(key).or_default().merge(of_part);
        }
    }

    /// Checks that every row of the files is in one part, and in one only.
    ///
    /// # Panics
    /// If one is not: a defect of the program.
    pub(super) fn assert_complete(&self, rows: u64) {
        let by_person = self
            .files
            .iter()
            .filter(|file| file.role != FileRole::Institutions);
        let in_parts: u64 = by_person.map(|file| file.rows).sum();
        assert!(in_parts == rows, "of {rows} rows, {in_parts} are in parts");
    }

    /// The number of a district among those of all parts.
    fn number(&mut self, name: String) -> u16 {
        let next = self.districts.len() as u16;
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.districts.push(name.clone());
            next
        })
    }

    /// Books the fund.
    pub(super) fn book(
        mut self,
        scenario: Scenario,
        enrolled: bool,
        warnings: Vec<String>,
        only_year: Option<i32>,
    ) -> Result<Run, RunError> {
        // A part cannot know for which years somebody of another has paid, so it counts for all of them.
        let paid = &self.paid;
        self.outcome
            .enrolled
            .coverage
            .retain(|(year, _), _| paid.contains(year));
        let mut places = vec![0; self.districts.len()];
        for (place, number) in (0..).zip(self.numbers.values()) {
            places[usize::from(*number)] = place;
        }
        self.outcome.enrolled.collection.renumber_districts(&places);
        let caseload = Caseload {
            districts: self.numbers.into_keys().collect(),
            enrolments: enrolled.then(Enrolments::default),
            ..Caseload::default()
        };
        let refused = refused_by_reason(&self.rejected);
        let facts = Facts {
            caseload,
            origin: Origin::Files {
                files: self.files,
                totals: self.totals,
                warnings,
                only_year,
            },
            rejects: Vec::new(),
            rejected: self.rejected,
            payments: self.payments,
            only_year,
        };
        Run::book(scenario, facts, self.outcome, refused, false)
    }
}
