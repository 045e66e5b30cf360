//! From settlements to the journal: benefits accrue on the day of settlement, by book and kind.
//!
//! A batch adds each settlement to a [`BenefitTotals`], a flat table without keys or allocation, merges the tables of its
//! threads and posts the sum once. Where the ledger is wanted claim by claim, [`post_claim`] posts one settlement instead.

use crate::benefit::kind::BenefitKind;
use crate::benefit::settlement::{Settlement, SubFund};
use crate::fund::journal::Journal;
use crate::fund::postings::Grant;
use crate::money::Fen;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// The grants in the order of their lanes in a day's row.
const LANES: [Grant; 11] = [
    Grant::Basic(BenefitKind::Inpatient),
    Grant::Basic(BenefitKind::Chronic),
    Grant::Basic(BenefitKind::Outpatient),
    Grant::Basic(BenefitKind::Maternity),
    Grant::Outpatient(BenefitKind::Inpatient),
    Grant::Outpatient(BenefitKind::Chronic),
    Grant::Outpatient(BenefitKind::Outpatient),
    Grant::Outpatient(BenefitKind::Maternity),
    Grant::CriticalIllness,
    Grant::Assistance,
    Grant::Special,
];

/// What was granted and what was reversed in one lane on one day, both zero or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    granted: Fen,
    claims: u64,
    reversed: Fen,
    reversals: u64,
}

/// One day.
type Row = [Cell; LANES.len()];

/// Benefits by day, book and kind, accumulated claim by claim. Merging is adding, so threads and their order do not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenefitTotals {
    /// Days from the Common Era to the first row.
    first: i32,
    rows: Vec<Row>,
    /// Days outside the expected span, such as a stay of December that settles late in the next year. Rare.
    strays: BTreeMap<i32, Row>,
}

impl BenefitTotals {
    /// An empty table with a row for each day from `first` to `last`. Other days are accepted too, only slower.
    pub fn new(first: NaiveDate, last: NaiveDate) -> BenefitTotals {
        let (first, last) = (first.num_days_from_ce(), last.num_days_from_ce());
        let days = usize::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or(0);
        BenefitTotals {
            first,
            rows: vec![Row::default(); days],
            strays: BTreeMap::new(),
        }
    }

    /// Adds a settlement made on `date`; a reversed one ([`Settlement::reversed`]) counts as a reversal. `kind` may be
    /// `None` only where the basic fund pays nothing.
    ///
    /// # Panics
    /// If the basic fund pays a claim that has no kind or no sub-fund: a defect of the engine.
    #[inline]
    pub fn add(&mut self, date: NaiveDate, kind: Option<BenefitKind>, settlement: &Settlement) {
        if settlement.fund_total().is_zero() {
            return; // The parts have one sign, so their sum is zero only if all of them are.
        }
        let row = self.row(date.num_days_from_ce());
        for (lane, amount) in lanes(kind, settlement) {
            row[lane].add(amount);
        }
    }

    /// Adds the table of another thread, whatever its span.
    pub fn merge(&mut self, other: &BenefitTotals) {
        for (day, other_row) in other.days() {
            // Most days of a narrow caseload are empty; a stray should not come into being for one.
            if *other_row == Row::default() {
                continue;
            }
            for (cell, other_cell) in self.row(day).iter_mut().zip(other_row) {
                cell.merge(other_cell);
            }
        }
    }

    /// Posts the totals: an entry for each day and lane with a benefit, and one for its reversals.
    pub fn post(&self, journal: &mut Journal) {
        for (day, row) in self.days() {
            // Every day came from a date, so it goes back to one.
            let Some(date) = NaiveDate::from_num_days_from_ce_opt(day) else {
                continue;
            };
            for (grant, cell) in LANES.into_iter().zip(row) {
                journal.accrue(date, grant, cell.granted, cell.claims, None);
                journal.accrue_reversal(date, grant, cell.reversed, cell.reversals, None);
            }
        }
    }

    /// The row of a day.
    #[inline]
    fn row(&mut self, day: i32) -> &mut Row {
        let offset = i64::from(day) - i64::from(self.first);
        match usize::try_from(offset) {
            Ok(index) if index < self.rows.len() => &mut self.rows[index],
            _ => self.strays.entry(day).or_default(),
        }
    }

    /// Every row with its day.
    fn days(&self) -> impl Iterator<Item = (i32, &Row)> {
        let rows = (self.first..).zip(&self.rows);
        rows.chain(self.strays.iter().map(|(&day, row)| (day, row)))
    }
}

impl Cell {
    #[inline]
    fn add(&mut self, amount: Fen) {
        if amount > Fen::ZERO {
            self.granted += amount;
            self.claims += 1;
        } else if amount < Fen::ZERO {
            self.reversed -= amount;
            self.reversals += 1;
        }
    }

    fn merge(&mut self, other: &Cell) {
        self.granted += other.granted;
        self.claims += other.claims;
        self.reversed += other.reversed;
        self.reversals += other.reversals;
    }
}

/// Posts one settlement made on `date`, its entries marked with `claim` (its `setl_id` or `mdtrt_id`).
///
/// # Panics
/// As [`BenefitTotals::add`].
pub fn post_claim(
    journal: &mut Journal,
    date: NaiveDate,
    kind: Option<BenefitKind>,
    settlement: &Settlement,
    claim: &str,
) {
    for (lane, amount) in lanes(kind, settlement) {
        if amount >= Fen::ZERO {
            journal.accrue(date, LANES[lane], amount, 1, Some(claim));
        } else {
            journal.accrue_reversal(date, LANES[lane], -amount, 1, Some(claim));
        }
    }
}

/// The lanes that a settlement touches, and by how much.
#[inline]
fn lanes(kind: Option<BenefitKind>, settlement: &Settlement) -> [(usize, Fen); 4] {
    let basic = match (kind, settlement.sub_fund) {
        (Some(kind), Some(SubFund::Basic)) => kind as usize,
        (Some(kind), Some(SubFund::Outpatient)) => BenefitKind::ALL.len() + kind as usize,
        _ if settlement.basic.is_zero() => 0,
        _ => panic!("a basic benefit without a kind or a sub-fund: {settlement:?}"),
    };
    let after_basic = 2 * BenefitKind::ALL.len();
    [
        (basic, settlement.basic),
        (after_basic, settlement.critical_illness),
        (after_basic + 1, settlement.assistance),
        (after_basic + 2, settlement.special),
    ]
}
