//! Jinan's figures for the benefit years 2020 to 2024 (Art. 30), in yuan.

use rust_decimal::Decimal;

use super::cover::Category;
use super::{percent, round_rate, yuan};

/// Hospital level, from the national `hosp_lv` code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    Tertiary,
    Secondary,
    Primary,
    Community,
}

/// 01-04 tertiary, 05-07 secondary, 08-10 primary, 11 (ungraded) community or township.
pub fn level(hosp_lv: &str) -> Level {
    match hosp_lv {
        "01" | "02" | "03" | "04" => Level::Tertiary,
        "05" | "06" | "07" => Level::Secondary,
        "08" | "09" | "10" => Level::Primary,
        "11" => Level::Community,
        other => panic!("`{other}` is not a hospital level"),
    }
}

/// Deductible of a first admission (Art. 15).
pub fn admission_deductible(level: Level) -> Decimal {
    match level {
        Level::Community => yuan(200),
        Level::Primary => yuan(400),
        Level::Secondary => yuan(400),
        Level::Tertiary => yuan(1_000),
    }
}

/// What part of the level's deductible the n-th admission of the year still has (n from 1).
pub fn admission_factor(nth: u32) -> Decimal {
    match nth {
        1 => percent(100),
        2 => percent(50),
        _ => percent(0),
    }
}

/// Inpatient ratio (Art. 16). Minors and university students get 5 points more than adults at every level;
/// provincial or ministerial kind lowers the ratio of a tertiary hospital only.
pub fn inpatient_ratio(level: Level, kind: &str, category: Category) -> Decimal {
    let adult = match level {
        Level::Community => percent(85),
        Level::Primary => percent(80),
        Level::Secondary => percent(75),
        Level::Tertiary if kind == "provincial" => percent(60),
        Level::Tertiary => percent(70),
    };
    match category {
        Category::Adult => adult,
        Category::Minor | Category::UniversityStudent => adult + percent(5),
    }
}

/// The one deductible a year of chronic and special outpatient care (Art. 15).
pub fn chronic_deductible() -> Decimal {
    yuan(300)
}

/// Chronic and special outpatient ratio by disease group (Art. 16), before the out-of-area rule.
pub fn chronic_ratio(dise_codg: &str, level: Level, kind: &str, category: Category) -> Decimal {
    let plain = percent(65);
    let inpatient = inpatient_ratio(level, kind, category);
    match dise_codg {
        // Malignant tumour, anti-rejection after a transplant, haemophilia.
        "M00500" | "M08300" | "M02800" => inpatient.max(percent(75)),
        // Tuberculosis, hepatitis B and C, cirrhosis.
        "M00101" | "M00200" | "M06300" => inpatient.max(percent(60)),
        // Dialysis.
        "M07800" if level == Level::Community => percent(90),
        "M07800" => percent(80),
        // Mental disorder, in a secondary psychiatric hospital.
        "M02100" if level == Level::Secondary && kind == "psychiatric" => plain + percent(5),
        _ => plain,
    }
}

/// Hypertension: the fund pays at most this much a year.
pub fn hypertension_limit() -> Decimal {
    yuan(1_100)
}

/// Diabetes: the fund pays at most this much a year.
pub fn diabetes_limit() -> Decimal {
    yuan(1_800)
}

/// The year's ceiling (Art. 15): in-scope expense above the deductible, both shares,
/// inpatient and chronic together.
pub fn ceiling() -> Decimal {
    yuan(250_000)
}

/// A ratio after the out-of-area rule (Art. 19), half-up to a millionth.
pub fn out_of_area_ratio(ratio: Decimal, out_of_area: &str) -> Decimal {
    let multiplier = match out_of_area {
        "" | "local" | "resettled" => percent(100),
        "filed" | "emergency" => percent(90),
        "unfiled" => percent(70),
        other => panic!("`{other}` is not an out-of-area state"),
    };
    round_rate(ratio * multiplier)
}

/// General outpatient ratio (Art. 12).
pub fn outpatient_ratio(year: i32) -> Decimal {
    match year {
        2020..=2022 => percent(50),
        2023..=2024 => percent(65),
        other => panic!("no figures for {other}"),
    }
}

/// General outpatient: the fund pays at most this much a year (Art. 12).
pub fn outpatient_limit(year: i32) -> Decimal {
    match year {
        2020..=2022 => yuan(300),
        2023..=2024 => yuan(500),
        other => panic!("no figures for {other}"),
    }
}

/// Lump sum of a delivery (Art. 17) by `matn_type`: 1 normal, 2 assisted, 3 caesarean, 4 difficult.
pub fn delivery_lump_sum(matn_type: &str) -> Decimal {
    match matn_type {
        "1" | "2" => yuan(1_200),
        "3" | "4" => yuan(1_800),
        other => panic!("`{other}` is not a kind of delivery"),
    }
}

/// Threshold of critical illness insurance (Art. 12), for everyone but the hardship classes.
pub fn critical_illness_threshold(year: i32) -> Decimal {
    match year {
        2020 | 2021 => yuan(14_000),
        2022 => yuan(16_000),
        2023 => yuan(18_000),
        2024 => yuan(20_000),
        other => panic!("no figures for {other}"),
    }
}

/// Critical illness pay on a year's burden counted from zero, not rounded; the bands are
/// threshold-100,000, -200,000, -300,000 and above. Hardship: half the threshold, 5 points more in each.
pub fn critical_illness_cumulative(year: i32, hardship: bool, burden: Decimal) -> Decimal {
    let (threshold, more) = if hardship {
        (critical_illness_threshold(year) / yuan(2), percent(5))
    } else {
        (critical_illness_threshold(year), percent(0))
    };
    let part = |from: Decimal, to: Decimal| (burden.min(to) - from).max(Decimal::ZERO);
    part(threshold, yuan(100_000)) * (percent(60) + more)
        + part(yuan(100_000), yuan(200_000)) * (percent(65) + more)
        + part(yuan(200_000), yuan(300_000)) * (percent(70) + more)
        + part(yuan(300_000), burden) * (percent(75) + more)
}

/// Most that critical illness insurance pays in a year; the hardship classes have no limit.
pub fn critical_illness_limit(hardship: bool) -> Option<Decimal> {
    if hardship { None } else { Some(yuan(400_000)) }
}

/// Medical assistance: its rate on what is left in scope, by hardship class.
pub fn assistance_rate(psn_idet_type: &str) -> Option<Decimal> {
    match psn_idet_type {
        "extreme-poverty" => Some(percent(90)),
        "dibao" => Some(percent(70)),
        _ => None,
    }
}

/// Medical assistance: the most it pays in a year.
pub fn assistance_limit() -> Decimal {
    yuan(30_000)
}
