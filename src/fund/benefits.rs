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

/// The grants in the order of their lanes.
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
        let days = if total > Fen::ZERO {
            &mut self.granted
        } else {
            &mut self.reversed
        };
        days.add(date, basic_lane(kind, settlement));
        if settlement.is_paid_by_others() {
            days.add_others(date, settlement);
        }
    }

    /// Adds the table of another thread, whatever its span.
    pub fn merge(&mut self, other: &BenefitTotals) {
        self.granted.merge(&other.granted);
        self.reversed.merge(&other.reversed);
    }

    /// Posts the totals: an entry for each day and lane with a benefit, and one for its reversals.
    pub fn post(&self, journal: &mut Journal) {
        for (date, lane, cell) in self.granted.cells() {
            journal.accrue(date, LANES[lane], cell.amount, cell.claims, None);
        }
        for (date, lane, cell) in self.reversed.cells() {
            journal.accrue_reversal(date, LANES[lane], cell.amount, cell.claims, None);
        }
    }
}

/// A cell for each lane on each day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Days {
    first_year: i32,
    /// The expected years: the days of the first lane, then those of the next one, or nothing as long as there is nothing in
    /// the year. Of the lanes few are used, but any of the days: so what is used lies close together.
    years: Vec<Vec<Cell>>,
    /// Days outside them, such as a stay of December that settles late in the next year. Rare.
    strays: BTreeMap<NaiveDate, [Cell; LANES.len()]>,
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

    /// Adds an amount to a lane, of either sign: what is reversed is counted as what it was.
    #[inline(always)]
    fn add(&mut self, day: NaiveDate, (lane, amount): (usize, Fen)) {
        if !amount.is_zero() {
            let cell = self.cell(day, lane);
            cell.amount += amount.max(-amount);
            cell.claims += 1;
        }
    }

    /// Adds what others than the basic fund pay. Of most settlements nobody does.
    #[cold]
    fn add_others(&mut self, day: NaiveDate, settlement: &Settlement) {
        other_lanes(settlement)
            .into_iter()
            .for_each(|of_lane| self.add(day, of_lane));
    }

    /// The cell of a lane on a day.
    #[inline(always)]
    fn cell(&mut self, day: NaiveDate, lane: usize) -> &mut Cell {
        // A year before the first wraps to one far beyond the last.
        let year = self
            .years
            .get_mut(day.year().wrapping_sub(self.first_year) as usize);
        let Some(cells) = year else {
            return &mut self.strays.entry(day).or_default()[lane];
        };
        if cells.is_empty() {
            cells.resize(LANES.len() * DAYS, Cell::default());
        }
        &mut cells[lane * DAYS + day.ordinal0() as usize]
    }

    fn merge(&mut self, other: &Days) {
        let is_empty = self.years.iter().all(Vec::is_empty) && self.strays.is_empty();
        if is_empty && (self.first_year, self.years.len()) == (other.first_year, other.years.len()) {
            self.clone_from(other);
            return;
        }
        for (day, lane, other_cell) in other.cells() {
            let cell = self.cell(day, lane);
            cell.amount += other_cell.amount;
            cell.claims += other_cell.claims;
        }
    }

    /// Every cell that has something, day by day.
    fn cells(&self) -> impl Iterator<Item = (NaiveDate, usize, &Cell)> {
        let used = (self.first_year..)
            .zip(&self.years)
            .filter(|(_, cells)| !cells.is_empty());
        let expected = used.flat_map(|(year, cells)| {
            let days = (1..).map_while(move |ordinal| NaiveDate::from_yo_opt(year, ordinal));
            days.zip(0..DAYS).flat_map(move |(date, day)| {
                (0..LANES.len()).map(move |lane| (date, lane, &cells[lane * DAYS + day]))
            })
        });
        let strays = self.strays.iter().flat_map(|(&date, row)| {
            let cells = row.iter().enumerate();
            cells.map(move |(lane, cell)| (date, lane, cell))
        });
        expected.chain(strays).filter(|(.., cell)| !cell.amount.is_zero())
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
