//! Days of the common era: what lives and years are counted in while they are drawn.

use chrono::NaiveDate;

/// Mean length of a calendar year in days.
pub(super) const YEAR_DAYS: f64 = 365.2425;

/// The day of a number of days of the common era. All days here are within a few centuries of today, hence valid.
pub(super) fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default()
}

/// 1 January of `year` in days of the common era.
pub(super) fn opening_day(year: i32) -> i32 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    365 * before + leap_days + 1
}
