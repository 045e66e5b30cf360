//! # Waiting period (待遇等待期)
//!
//! **Article**: Art. 8: Jinan has none until 2024; the national rule of 国办发〔2024〕38号, and cities before it, do.
//!
//! **What it does**: whoever enrols late waits a fixed time, and longer for each year missed in a row just before; a
//! scenario may let those wait too who come back within the window after missing years. Years missed may be bought
//! back, each of which shortens the longer part. Exempt are newborns, the classes that a scenario lists, and those
//! who pay within so many months of leaving employee insurance. A year counts as missed from the scenario's first year
//! of counting on, after the year of birth, if the person had neither this insurance nor a day of employee insurance
//! in it, as far as the files tell.
//!
//! **Scenario keys**: `enrolment.waiting.time`, `.per_missed_year`, `.missed_from`, `.broken_in_window`, `.buy_back`,
//! `.exempt`, `.after_employee`; all absent in Jinan.
//!
//! **Accumulators**: none; the years enrolled so far are read from the person's payments.
//!
//! **Example**: three months, one more for each missed year, two years missed, one bought back: four months.
//!
//! ```
//! use yibao::insured::waiting::months_for_missed;
//! assert_eq!(3 + months_for_missed(1, 2, Some(1), 1), 4);
//! ```

use crate::figure::Cited;
use crate::insured::calendar::{Span, first_day, last_day};
use crate::insured::employee::Spell;
use crate::insured::life::Life;
use crate::insured::payment::Enrolment;
use crate::insured::person::{Identity, Person};
use chrono::{Datelike, Months, NaiveDate};

/// Waiting after a late or broken enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingTerms {
    /// How long everyone who waits waits at least, from the day on which the cover would begin.
    pub time: Cited<Span>,
    /// What each missed year adds, in months.
    pub per_missed_year_months: Option<Cited<u32>>,
    /// The first year that can count as missed.
    pub missed_from: Cited<u32>,
    /// Whether those wait who pay in the window after missing years.
    pub broken_in_window: bool,
    /// What each year bought back takes away again, in months; `None` where none can be bought.
    pub buy_back_months: Option<Cited<u32>>,
    /// Who never waits, by class.
    pub exempt: [bool; Identity::COUNT],
    /// Nobody waits who pays up to so many months after leaving employee insurance.
    pub after_employee_months: Option<Cited<u32>>,
}

/// The months added for missed years, less what was bought back of them.
pub fn months_for_missed(per_year: u32, missed: u32, buy_back: Option<u32>, bought: u32) -> u32 {
    (per_year * missed).saturating_sub(buy_back.unwrap_or(0) * bought)
}

impl WaitingTerms {
    /// The first day of cover of somebody whose cover would begin on `start`; `None` beyond the calendar.
    pub fn start(
        &self,
        person: &Person,
        enrolment: &Enrolment,
        in_window: bool,
        life: &Life,
        start: NaiveDate,
    ) -> Option<NaiveDate> {
        let missed = self.missed_years(person, enrolment.year, life);
        let is_exempt = self.exempt[person.identity as usize]
            || self.leaves_employee_insurance(&life.spells, enrolment.paid_on)
            || (in_window && !(self.broken_in_window && missed > 0));
        if is_exempt {
            return Some(start);
        }
        let bought = life
            .bought_back()
            .filter(|&year| year < enrolment.year && enrolment.year - year <= missed as i32)
            .count() as u32;
        let longer = months_for_missed(
            self.per_missed_year_months.map_or(0, |months| months.value),
            missed,
            self.buy_back_months.map(|months| months.value),
            bought,
        );
        match self.time.value {
            Span::Months(months) => start.checked_add_months(Months::new(months + longer)),
            days => days.after(start)?.checked_add_months(Months::new(longer)),
        }
    }

    /// How many years in a row just before `year` the person missed; those bought back are still missed.
    fn missed_years(&self, person: &Person, year: i32, life: &Life) -> u32 {
        let first = (self.missed_from.value as i32).max(person.birth.year() + 1);
        (first..year)
            .rev()
            .take_while(|&before| self.is_missed(before, life))
            .count() as u32
    }

    /// Whether a year that counts is one that nobody paid for in time.
    pub(crate) fn is_missed(&self, year: i32, life: &Life) -> bool {
        let counts = year >= self.missed_from.value as i32;
        let touches = |spell: &Spell| spell.from <= last_day(year) && first_day(year) <= spell.to;
        counts && !life.is_enrolled(year) && !life.spells.iter().any(touches)
    }

    fn leaves_employee_insurance(&self, spells: &[Spell], paid_on: NaiveDate) -> bool {
        let Some(months) = self.after_employee_months else {
            return false;
        };
        spells.iter().any(|spell| {
            let until = spell.to.checked_add_months(Months::new(months.value));
            spell.to < NaiveDate::MAX && until.is_some_and(|until| spell.from <= paid_on && paid_on <= until)
        })
    }
}
