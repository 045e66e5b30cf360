//! How settlements develop: amounts by the month in which a visit ended and the month in which it was settled, and the
//! reserve at a date (未决赔款准备金).
//!
//! A claim is incurred when the visit ends (`endtime`) and developed when it settles (`setl_time`); a reversal counts when it
//! was posted, so it takes back what was settled before. Every amount is what the one engine settled. Persons settle in the
//! order of `setl_time`, so cutting a run at a date gives exactly what was known on that date.
//!
//! What an input holds after the date is the run-off (回溯检验): it is not used for the reserve, but shown beside it.

use crate::batch::claims_by_person;
use crate::batch::history::{Row, Workspace, settle_person, sort_for_settlement};
use crate::benefit::kind::SubFund;
use crate::data::caseload::Caseload;
use crate::money::Fen;
use crate::projection::reserve::{ChainLadder, Triangle, chain_ladder};
use crate::scenario::Scenario;
use crate::synth::Generator;
use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;
use serde::{Serialize, Serializer};
use std::fmt;

/// How many persons, or slots of a city, a thread takes at a time.
const AT_ONCE: u32 = 4096;

/// A part of the fund that pays benefits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// Every part together.
    AllFunds,
    /// The basic fund without the outpatient pool.
    Basic,
    /// The general outpatient pool (普通门诊统筹).
    Outpatient,
    /// Critical illness insurance (大病保险).
    CriticalIllness,
}

impl Payer {
    /// All together, then each part.
    pub const ALL: [Payer; 4] = [
        Payer::AllFunds,
        Payer::Basic,
        Payer::Outpatient,
        Payer::CriticalIllness,
    ];

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Payer::AllFunds => "all-funds",
            Payer::Basic => "basic",
            Payer::Outpatient => "outpatient",
            Payer::CriticalIllness => "critical-illness",
        }
    }

    /// What this part paid of a cell.
    fn of(self, cell: &Cell) -> Fen {
        let [basic, outpatient, critical_illness] = *cell;
        match self {
            Payer::AllFunds => basic + outpatient + critical_illness,
            Payer::Basic => basic,
            Payer::Outpatient => outpatient,
            Payer::CriticalIllness => critical_illness,
        }
    }
}

/// What basic fund, outpatient pool and critical illness insurance paid.
type Cell = [Fen; 3];

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
}

impl By {
    const fn months(self) -> i32 {
        match self {
            By::Month => 1,
            By::Quarter => 3,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            By::Month => "month",
            By::Quarter => "quarter",
        }
    }
}

/// A calendar month or quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    by: By,
    /// Periods since the year 0 began.
    index: i32,
}

impl Period {
    /// The period that a day is in.
    pub fn of(by: By, day: NaiveDate) -> Period {
        Period::of_month(by, month_of(day))
    }

    /// The period that ends with the day `at`.
    ///
    /// # Errors
    /// None does: it would be cut short, and its development with it.
    pub(crate) fn ending(by: By, at: NaiveDate) -> Result<Period, DevelopmentError> {
        let period = Period::of(by, at);
        if period.last_day() == Some(at) {
            return Ok(period);
        }
        let index = period.index - 1;
        let before = Period { by, index }.last_day();
        Err(DevelopmentError::NotAPeriodEnd { at, by, before })
    }

    fn of_month(by: By, month: i32) -> Period {
        let index = month.div_euclid(by.months());
        Period { by, index }
    }

    /// Its last day; `None` at the end of the calendar.
    pub fn last_day(self) -> Option<NaiveDate> {
        let next = (self.index + 1) * self.by.months();
        NaiveDate::from_ymd_opt(next.div_euclid(12), next.rem_euclid(12).unsigned_abs() + 1, 1)?.pred_opt()
    }
}

impl fmt::Display for Period {
    /// `2023-04` or `2023Q2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_year = 12 / self.by.months();
        let (year, place) = (
            self.index.div_euclid(per_year),
            self.index.rem_euclid(per_year) + 1,
        );
        match self.by {
            By::Month => write!(f, "{year}-{place:02}"),
            By::Quarter => write!(f, "{year}Q{place}"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Months since the year 0 began.
fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// What was settled, by the month in which visits ended and the month in which they were settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Development {
    /// The month of the first row.
    first: i32,
    /// By months since the first, then by months from end to settlement. What was settled before the visit ended counts in
    /// the month of its end.
    rows: Vec<Vec<Cell>>,
}

/// Why there is no reserve at a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DevelopmentError {
    /// No period ends on that day.
    #[error("{at} is not the last day of a {}", .by.name())]
    NotAPeriodEnd {
        /// The date.
        at: NaiveDate,
        /// How long the periods are.
        by: By,
        /// The last day of the period before, if there is one.
        before: Option<NaiveDate>,
    },
    /// No visit ended by then.
    #[error("no visit with a settlement ended by {at}")]
    Nothing {
        /// The date.
        at: NaiveDate,
        /// The first month in which one did, if any.
        first: Option<String>,
    },
}

impl DevelopmentError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            DevelopmentError::NotAPeriodEnd { by, before, .. } => {
                before.map(|before| format!("the last {} before it ended on {before}", by.name()))
            }
            DevelopmentError::Nothing { first, .. } => first
                .as_ref()
                .map(|first| format!("the first one ended in {first}")),
        }
    }
}

impl Development {
    /// Settles the claims of a caseload. `progress` is told the number of persons done since it was last called.
    pub fn of_caseload(
        scenario: &Scenario,
        caseload: &Caseload,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Development {
        let by_person = claims_by_person(caseload);
        let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
        persons
            .par_chunks(AT_ONCE as usize)
            .fold(Development::default, |mut part, chunk| {
                let (mut workspace, mut claims, mut rows) = (Workspace::default(), Vec::new(), Vec::new());
                for &person in chunk {
                    claims.clear();
                    claims.extend_from_slice(by_person.of_person(person));
                    sort_for_settlement(caseload, &mut claims);
                    workspace.decide(scenario, caseload, person);
                    rows.clear();
                    settle_person(scenario, caseload, person, &claims, &mut workspace, &mut rows);
                    rows.iter().for_each(|row| part.add(caseload, row));
                }
                progress(chunk.len());
                part
            })
            .reduce(Development::default, Development::joined)
    }

    /// Draws a city and settles its claims, slice by slice. `progress` is told the number of slots done since it was last
    /// called.
    pub fn of_city(
        scenario: &Scenario,
        generator: &Generator,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Development {
        (0..generator.slots().div_ceil(AT_ONCE))
            .into_par_iter()
            .map(|slice| {
                let first = slice * AT_ONCE;
                let city = generator.slice(first..first.saturating_add(AT_ONCE));
                let part = Development::of_caseload(scenario, &city.caseload, &|_| ());
                progress(AT_ONCE as usize);
                part
            })
            .reduce(Development::default, Development::joined)
    }

    fn add(&mut self, caseload: &Caseload, row: &Row) {
        let settlement = &row.settlement;
        let mut cell = [Fen::ZERO, Fen::ZERO, settlement.critical_illness];
        match settlement.sub_fund {
            Some(SubFund::Basic) => cell[0] = settlement.basic,
            Some(SubFund::Outpatient) => cell[1] = settlement.basic,
            None => {}
        }
        // What the fund has no part in says nothing of how its payments develop.
        if cell != Cell::default() {
            let end = month_of(caseload.claims[row.claim as usize].claim.end);
            self.add_cell(end, month_of(row.posted_at.date()) - end, &cell);
        }
    }

    fn add_cell(&mut self, end: i32, lag: i32, cell: &Cell) {
        if self.rows.is_empty() {
            self.first = end;
        }
        let missing = (self.first - end).max(0);
        if missing > 0 {
            let rows = std::iter::repeat_with(Vec::new).take(missing as usize);
            self.rows.splice(0..0, rows);
            self.first = end;
        }
        let (row, lag) = ((end - self.first) as usize, lag.max(0) as usize);
        if row >= self.rows.len() {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let row = &mut self.rows[row];
        if lag >= row.len() {
            row.resize(lag + 1, Cell::default());
        }
        row[lag]
            .iter_mut()
            .zip(cell)
            .for_each(|(sum, paid)| *sum += *paid);
    }

    fn joined(mut self, other: Development) -> Development {
        for (end, lag, cell) in other.cells() {
            self.add_cell(end, lag, cell);
        }
        self
    }

    /// Each cell with the month of the end and the months from there to the settlement.
    fn cells(&self) -> impl Iterator<Item = (i32, i32, &Cell)> {
        (self.first..).zip(&self.rows).flat_map(|(end, row)| {
            (0..)
                .zip(row)
                .filter(|(_, cell)| **cell != Cell::default())
                .map(move |(lag, cell)| (end, lag, cell))
        })
    }

    /// The reserve at the end of the day `at`, from what was settled by then.
    ///
    /// # Errors
    /// `at` is not the last day of a period, or no visit had ended by then.
    pub fn reserve(&self, at: NaiveDate, by: By) -> Result<ReserveAt, DevelopmentError> {
        let last = Period::ending(by, at)?;
        let first = self.cells().map(|(end, ..)| end).min();
        let origin = first.map(|end| Period::of_month(by, end));
        let Some(origin) = origin.filter(|origin| origin.index <= last.index) else {
            let first = first.map(|end| Period::of_month(By::Month, end).to_string());
            return Err(DevelopmentError::Nothing { at, first });
        };
        let settled = self.cells().map(|(end, lag, _)| end + lag);
        let latest = settled.max().map(|month| Period::of_month(by, month));
        let run_off_to = latest.filter(|latest| latest.index > last.index);
        let origins = (origin.index..=last.index)
            .map(|index| Period { by, index })
            .collect();
        let funds = Payer::ALL.map(|payer| self.reserve_of(payer, origin, last, run_off_to.is_some()));
        Ok(ReserveAt {
            at,
            by,
            origins,
            run_off_to,
            funds: funds.into(),
        })
    }

    fn reserve_of(&self, payer: Payer, first: Period, last: Period, runs_off: bool) -> FundReserve {
        let by = first.by;
        let periods = (last.index - first.index + 1) as usize;
        let mut rows: Vec<Vec<Fen>> = (0..periods).map(|row| vec![Fen::ZERO; periods - row]).collect();
        let mut since = vec![Fen::ZERO; periods];
        for (end, lag, cell) in self.cells() {
            let origin = Period::of_month(by, end);
            let age = Period::of_month(by, end + lag).index - origin.index;
            let Some(row) = rows.get_mut((origin.index - first.index) as usize) else {
                continue;
            };
            match row.get_mut(age as usize) {
                Some(paid) => *paid += payer.of(cell),
                None => since[(origin.index - first.index) as usize] += payer.of(cell),
            }
        }
        for row in &mut rows {
            for age in 1..row.len() {
                row[age] = row[age] + row[age - 1];
            }
        }
        let triangle = Triangle::new(rows);
        let ladder = triangle.as_ref().map_err(|error| *error).and_then(chain_ladder);
        FundReserve {
            payer,
            triangle: triangle.map_or(Vec::new(), |triangle| triangle.rows().to_vec()),
            problem: ladder.as_ref().err().map(ToString::to_string),
            ladder: ladder.ok(),
            settled_since_fen: runs_off.then_some(since),
        }
    }
}

/// What is still to be settled at a date of visits that have ended by then.
#[derive(Clone, Debug, Serialize)]
pub struct ReserveAt {
    /// The date.
    pub at: NaiveDate,
    /// How long the periods are.
    pub by: By,
    /// The periods in which visits ended, the oldest first.
    pub origins: Vec<Period>,
    /// The last period of settlements after the date, if the input has any.
    pub run_off_to: Option<Period>,
    /// All funds together, then each. A triangle of its own for each, so that the parts need not add up to the whole.
    pub funds: Vec<FundReserve>,
}

/// The reserve of a part of the fund.
#[derive(Clone, Debug, Serialize)]
pub struct FundReserve {
    /// Which payer's claims these are.
    pub payer: Payer,
    /// Settled by the end of each period since, cumulative, in fen; by origin.
    pub triangle: Vec<Vec<Fen>>,
    /// The triangle developed, unless it cannot be.
    pub ladder: Option<ChainLadder>,
    /// Why it cannot be.
    pub problem: Option<String>,
    /// What was in fact settled after the date, by origin, if the input has settlements after it.
    pub settled_since_fen: Option<Vec<Fen>>,
}

impl FundReserve {
    /// What was in fact settled after the date, of all origins.
    pub fn settled_since(&self) -> Option<Fen> {
        Some(self.settled_since_fen.as_ref()?.iter().copied().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// What the basic fund paid, in fen, by month of the end and months since, from 2023-01.
    fn development(cells: &[(i32, i32, i64)]) -> Development {
        let mut development = Development::default();
        for &(month, lag, fen) in cells {
            let cell = [Fen::new(fen), Fen::ZERO, Fen::ZERO];
            development.add_cell(2023 * 12 + month - 1, lag, &cell);
        }
        development
    }

    fn fen(rows: &[Vec<Fen>]) -> Vec<Vec<i64>> {
        rows.iter()
            .map(|row| row.iter().map(|fen| fen.get()).collect())
            .collect()
    }

    #[test]
    fn a_triangle_is_what_was_known_by_the_date() {
        let all = development(&[
            (2, 0, 50),
            (1, 0, 100),
            (1, 1, 50),
            (1, 2, 15),
            (2, 1, 25),
            (3, 0, 80),
            (3, 1, 9),
        ]);
        let march = all.reserve(day(2023, 3, 31), By::Month).unwrap();
        assert_eq!(
            march.origins.iter().map(Period::to_string).collect::<Vec<_>>(),
            ["2023-01", "2023-02", "2023-03"]
        );
        let basic = &march.funds[1];
        assert_eq!(
            fen(&basic.triangle),
            [vec![100, 150, 165], vec![50, 75], vec![80]]
        );
        assert_eq!(
            march.run_off_to.map(|period| period.to_string()).as_deref(),
            Some("2023-04")
        );
        assert_eq!(basic.settled_since(), Some(Fen::new(9)));
        // A month later nothing is beyond the date.
        let april = all.reserve(day(2023, 4, 30), By::Month).unwrap();
        assert_eq!((april.run_off_to, april.funds[1].settled_since()), (None, None));
        assert_eq!(
            fen(&april.funds[1].triangle),
            [vec![100, 150, 165, 165], vec![50, 75, 75], vec![80, 89], vec![0]]
        );
    }

    #[test]
    fn quarters_count_from_their_own_ends() {
        // Ended in March and settled in April is the next quarter; ended in January and settled in March is not.
        let all = development(&[(1, 2, 1), (3, 1, 10), (4, 0, 100), (6, 6, 1_000)]);
        let half = all.reserve(day(2023, 6, 30), By::Quarter).unwrap();
        assert_eq!(fen(&half.funds[1].triangle), [vec![1, 11], vec![100]]);
        assert_eq!(half.origins[1].to_string(), "2023Q2");
        assert_eq!(
            half.funds[1].settled_since_fen,
            Some(vec![Fen::ZERO, Fen::new(1_000)])
        );
    }

    #[test]
    fn what_was_settled_before_the_end_counts_with_it() {
        let early = development(&[(2, -1, 7), (1, 0, 3)]);
        let found = early.reserve(day(2023, 2, 28), By::Month).unwrap();
        assert_eq!(fen(&found.funds[1].triangle), [vec![3, 3], vec![7]]);
    }

    #[test]
    fn a_date_within_a_period_is_refused() {
        let all = development(&[(1, 0, 1)]);
        let told = |at, by| {
            let error = all.reserve(at, by).unwrap_err();
            format!("{error}; {}", error.hint().unwrap_or_default())
        };
        assert_eq!(
            told(day(2023, 10, 15), By::Month),
            "2023-10-15 is not the last day of a month; the last month before it ended on 2023-09-30"
        );
        assert_eq!(
            told(day(2023, 11, 30), By::Quarter),
            "2023-11-30 is not the last day of a quarter; the last quarter before it ended on 2023-09-30"
        );
        assert_eq!(
            told(day(2022, 12, 31), By::Month),
            "no visit with a settlement ended by 2022-12-31; the first one ended in 2023-01"
        );
        let one = all.reserve(day(2023, 1, 31), By::Month).unwrap();
        assert_eq!(
            one.funds[1].problem.as_deref(),
            Some("a development needs two periods, and there is 1")
        );
    }
}
