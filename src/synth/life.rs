//! How long people live: mortality by age and sex, and a factor on it that changes along the calendar.

use super::days::{YEAR_DAYS, opening_day};
use super::model::PopulationModel;
use super::table::{AgeTable, OLDEST};
use crate::insured::person::Sex;

/// A hazard far below that of a day at any age, and far above what rounding adds up to in centuries.
const SLACK: f64 = 1e-9;

/// Cumulative hazards of death by sex and exact age.
struct LifeTable([Box<[f64]>; 2]);

impl LifeTable {
    /// The cumulative hazards of yearly rates.
    fn of(mortality: &[AgeTable; 2]) -> LifeTable {
        LifeTable([0, 1].map(|sex: usize| {
            let rates = mortality[sex].values().iter();
            let sums = rates.scan(0.0, |sum, rate| {
                *sum += rate;
                Some(*sum)
            });
            std::iter::once(0.0).chain(sums).collect()
        }))
    }

    /// The hazard from birth to an exact age.
    #[inline]
    fn hazard(&self, sex: Sex, age: f64) -> f64 {
        let table = &self.0[usize::from(sex == Sex::Female)];
        let age = age.min(OLDEST as f64);
        let whole = age as usize;
        table[whole] + (age - whole as f64) * (table[whole + 1] - table[whole])
    }

    /// The exact age at which the hazard from birth reaches `hazard`.
    fn age_at(&self, sex: Sex, hazard: f64) -> f64 {
        let table = &self.0[usize::from(sex == Sex::Female)];
        let next = table.partition_point(|&sum| sum <= hazard);
        if next >= table.len() {
            return (OLDEST + 1) as f64;
        }
        (next - 1) as f64 + (hazard - table[next - 1]) / (table[next] - table[next - 1])
    }
}

/// Years through which the factor on the table stays the same.
struct Run {
    /// Its first year, and the opening of that in days of the common era.
    year: i32,
    opening: i32,
    factor: f64,
}

/// Mortality by age, sex and calendar year, as far as the year drawn.
pub(super) struct Mortality {
    table: LifeTable,
    /// The runs up to the year drawn; the first is from the base on.
    runs: Vec<Run>,
    /// The highest factor of all.
    highest: f64,
    /// The opening of the year after the one drawn.
    end: i32,
}

/// A life from when it is first looked at: at birth, or at the opening of the year in which the person joins.
#[derive(Clone, Copy)]
pub(super) struct Life {
    pub sex: Sex,
    /// Day of birth, in days of the common era.
    pub birth: i32,
    /// The first day, and its year.
    pub from: i32,
    pub year: i32,
}

impl Mortality {
    /// The mortality that decides who is alive in `year`: what the factors of later years are makes no difference.
    pub(super) fn new(model: &PopulationModel, year: i32) -> Mortality {
        let mut runs = vec![Run {
            year: model.base_year,
            opening: opening_day(model.base_year),
            factor: 1.0,
        }];
        for (&year, &factor) in model.mortality_trend.range(..=year) {
            let last = runs.len() - 1;
            if runs[last].year >= year {
                runs[last].factor = factor;
            } else if runs[last].factor != factor {
                runs.push(Run {
                    year,
                    opening: opening_day(year),
                    factor,
                });
            }
        }
        Mortality {
            table: LifeTable::of(&model.mortality),
            highest: runs.iter().map(|run| run.factor).fold(0.0, f64::max),
            runs,
            end: opening_day(year + 1),
        }
    }

    /// The first run that begins after `year` does.
    fn after(&self, year: i32) -> usize {
        self.runs.partition_point(|run| run.year <= year).max(1)
    }

    /// The factor on the table in a year.
    pub(super) fn factor(&self, year: i32) -> f64 {
        self.runs[self.after(year) - 1].factor
    }

    /// The hazard from the age `entry`, reached in the year `first`, to the age `last.1` at the opening of the year `last.0`.
    pub(super) fn hazard(&self, sex: Sex, (first, entry): (i32, f64), last: (i32, f64)) -> f64 {
        let next = self.after(first);
        let (mut sum, mut from, mut factor) = (0.0, entry, self.runs[next - 1].factor);
        let within = |run: &&Run| run.year < last.0;
        for run in self.runs[next..].iter().take_while(within) {
            let here = last.1 - f64::from(last.0 - run.year);
            sum += factor * (self.table.hazard(sex, here) - self.table.hazard(sex, from));
            (from, factor) = (here, run.factor);
        }
        sum + factor * (self.table.hazard(sex, last.1) - self.table.hazard(sex, from))
    }

    /// The last day of `life`, in days of the common era, if it is not after the year drawn; else some day after it.
    ///
    /// `mark`, uniform in 0..1, says which hazard the person outlives. Hazards add up along the calendar, so the day is
    /// the same whatever later year is drawn.
    #[inline]
    pub(super) fn last_day(&self, life: Life, mark: f64) -> i32 {
        let age = |day: i32| f64::from(day - life.birth) / YEAR_DAYS;
        let (entry, end) = (age(life.from), age(self.end));
        let reached = self.table.hazard(life.sex, entry);
        // -ln(1 - mark) is at least the mark: most people outlive the year by far, and need no more than this.
        let most = self.highest * (self.table.hazard(life.sex, end) - reached);
        if mark > most + SLACK && end < OLDEST as f64 {
            return i32::MAX;
        }
        self.day_reached(life, reached - libm::log(1.0 - mark) / self.factor(life.year))
    }

    /// The day on which the table comes to `hazard`, for which the factor of the first year is accounted. Wherever
    /// the factor changes, what of the hazard is still to come is converted to the new one.
    fn day_reached(&self, life: Life, mut hazard: f64) -> i32 {
        let entry = f64::from(life.from - life.birth) / YEAR_DAYS;
        let day = |hazard, from: i32| {
            let age = self.table.age_at(life.sex, hazard).max(entry);
            (life.birth + (age * YEAR_DAYS) as i32).max(from)
        };
        let (next, mut from) = (self.after(life.year), life.from);
        for (run, before) in self.runs[next..].iter().zip(&self.runs[next - 1..]) {
            let age = f64::from(run.opening - life.birth) / YEAR_DAYS;
            let here = self.table.hazard(life.sex, age);
            if hazard <= here + SLACK || age >= OLDEST as f64 {
                let dies = day(hazard, from);
                if dies < run.opening {
                    return dies;
                }
            }
            hazard = here + (hazard - here).max(0.0) * before.factor / run.factor;
            from = run.opening;
        }
        day(hazard, from)
    }
}
