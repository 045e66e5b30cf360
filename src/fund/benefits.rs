//! From settlements to the journal: benefits accrue on the day of settlement, by book and kind.
//!
//! A batch adds each settlement to a [`BenefitTotals`], a flat table without keys or allocation, merges the tables of its
//! threads and posts the sum once. Where the ledger is wanted claim by claim, [`post_claim`] posts one settlement instead.

use crate::benefit::kind::{BenefitKind, SubFund};
use crate::benefit::settlement::Settlement;
use crate::fund::journal::Journal;
use crate::fund::postings::Grant;
use crate::money::Fen;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The grants in the order of their lanes in a day's row.
const LANES: [Grant; 12] = [
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
    Grant::Subsidy,
];

/// What one lane has on one day; the amount is never below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cell {
    amount: Fen,
    claims: u64,
}

/// One day.
type Row = [Cell; LANES.len()];

/// How many days a calendar year may have.
const DAYS: usize = 366;

/// Benefits by day, book and kind, accumulated claim by claim. Merging is adding, so threads and their order do not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenefitTotals {
    granted: Days,
    reversed: Days,
}

impl BenefitTotals {
    /// An empty table for the calendar years from that of `first` to that of `last`. Days of other years are accepted
    /// too, only slower.
    pub fn new(first: NaiveDate, last: NaiveDate) -> BenefitTotals {
        let days = Days::of_years(first.year(), last.year());
        BenefitTotals {
            granted: days.clone(),
            reversed: days,
        }
    }

    /// Adds a settlement made on `date`; a reversed one ([`Settlement::reversed`]) counts as a reversal. `kind` may be
    /// `None` only where the basic fund pays nothing.
    ///
    /// # Panics
    /// If the basic fund pays a claim that has no kind or no sub-fund: a defect of the engine.
    #[inline]
    pub fn add(&mut self, date: NaiveDate, kind: Option<BenefitKind>, settlement: &Settlement) {
        let total = settlement.fund_total();
        if total.is_zero() {
            return; // The parts have one sign, so their sum is zero only if all of them are.
        }
        let is_grant = total > Fen::ZERO;
        let days = if is_grant {
            &mut self.granted
        } else {
            &mut self.reversed
        };
        let row = days.row(date);
        let mut add = |(lane, amount): (usize, Fen)| {
            if !amount.is_zero() {
                row[lane].add(if is_grant { amount } else { -amount });
            }
        };
        add(basic_lane(kind, settlement));
        if settlement.is_paid_by_others() {
            other_lanes(settlement).into_iter().for_each(add);
        }
    }

    /// Adds the table of another thread, whatever its span.
    pub fn merge(&mut self, other: &BenefitTotals) {
        self.granted.merge(&other.granted);
        self.reversed.merge(&other.reversed);
    }

    /// Posts the totals: an entry for each day and lane with a benefit, and one for its reversals.
    pub fn post(&self, journal: &mut Journal) {
        for (date, grant, cell) in self.granted.cells() {
            journal.accrue(date, grant, cell.amount, cell.claims, None);
        }
        for (date, grant, cell) in self.reversed.cells() {
            journal.accrue_reversal(date, grant, cell.amount, cell.claims, None);
        }
    }
}

/// A row for each day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Days {
    first_year: i32,
    /// The expected years: a row for each day, or none as long as there is nothing in the year.
    years: Vec<Vec<Row>>,
    /// Days outside them, such as a stay of December that settles late in the next year. Rare.
    strays: BTreeMap<NaiveDate, Row>,
}

impl Days {
    fn of_years(first: i32, last: i32) -> Days {
        let years = usize::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or(0);
        Days {
            first_year: first,
            years: vec![Vec::new(); years],
            strays: BTreeMap::new(),
        }
    }

    /// The row of a day.
    #[inline(always)]
    fn row(&mut self, day: NaiveDate) -> &mut Row {
        // A year before the first wraps to one far beyond the last.
        let year = self
            .years
            .get_mut(day.year().wrapping_sub(self.first_year) as usize);
        let Some(rows) = year else {
            return self.strays.entry(day).or_default();
        };
        if rows.is_empty() {
            rows.resize(DAYS, Row::default());
        }
        &mut rows[day.ordinal0() as usize]
    }

    fn merge(&mut self, other: &Days) {
        let is_empty = self.years.iter().all(Vec::is_empty) && self.strays.is_empty();
        if is_empty && (self.first_year, self.years.len()) == (other.first_year, other.years.len()) {
            self.clone_from(other);
            return;
        }
        for (day, other_row) in other.all() {
            // Most days of a narrow caseload are empty; a stray should not come into being for one.
            if *other_row == Row::default() {
                continue;
            }
            for (cell, other_cell) in self.row(day).iter_mut().zip(other_row) {
                cell.amount += other_cell.amount;
                cell.claims += other_cell.claims;
            }
        }
    }

    /// Every lane that has something, with its day.
    fn cells(&self) -> impl Iterator<Item = (NaiveDate, Grant, &Cell)> {
        let cells = self.all().flat_map(|(day, row)| {
            let lanes = LANES.into_iter().zip(row);
            lanes.map(move |(grant, cell)| (day, grant, cell))
        });
        cells.filter(|(.., cell)| !cell.amount.is_zero())
    }

    /// Every row with its day.
    fn all(&self) -> impl Iterator<Item = (NaiveDate, &Row)> {
        let years = (self.first_year..).zip(&self.years);
        let rows = years.flat_map(|(year, rows)| {
            let days = (1..).map_while(move |ordinal| NaiveDate::from_yo_opt(year, ordinal));
            days.zip(rows)
        });
        rows.chain(self.strays.iter().map(|(&day, row)| (day, row)))
    }
}

impl Cell {
    #[inline]
    fn add(&mut self, amount: Fen) {
        self.amount += amount;
        self.claims += 1;
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
    let basic = std::iter::once(basic_lane(kind, settlement));
    for (lane, amount) in basic.chain(other_lanes(settlement)) {
        if amount >= Fen::ZERO {
            journal.accrue(date, LANES[lane], amount, 1, Some(claim));
        } else {
            journal.accrue_reversal(date, LANES[lane], -amount, 1, Some(claim));
        }
    }
}

/// The lane of what the basic fund or the outpatient pool pays, and how much that is.
#[inline]
fn basic_lane(kind: Option<BenefitKind>, settlement: &Settlement) -> (usize, Fen) {
    let lane = match (kind, settlement.sub_fund) {
        (Some(kind), Some(SubFund::Basic)) => kind as usize,
        (Some(kind), Some(SubFund::Outpatient)) => BenefitKind::ALL.len() + kind as usize,
        _ if settlement.basic.is_zero() => 0,
        _ => panic!("a basic benefit without a kind or a sub-fund: {settlement:?}"),
    };
    (lane, settlement.basic)
}

/// The lanes of what others pay, and how much each does.
#[inline]
fn other_lanes(settlement: &Settlement) -> [(usize, Fen); 4] {
    let first = 2 * BenefitKind::ALL.len();
    [
        (first, settlement.critical_illness),
        (first + 1, settlement.assistance),
        (first + 2, settlement.special - settlement.subsidy()),
        (first + 3, settlement.subsidy()),
    ]
}
