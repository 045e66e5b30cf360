//! Cases for the dates of a benefit year: the window, newborns, late payments, the adult age, the turn of the year.

use crate::benefit::tariff::{BenefitTerms, ContinuityFrom};
use crate::cases::boundary_writer::Writer;
use crate::cases::read::CaseError;
use crate::cases::sketch::Sketch;
use crate::insured::terms::{EnrolmentTerms, first_day, last_day};
use crate::money::Fen;
use chrono::{Datelike, Days, Months, NaiveDate};

/// What is in scope of a claim whose day is the point.
const BILL: Fen = Fen::from_yuan(10_000);

/// The day before, the day itself and the day after, with how to say so.
fn around(day: NaiveDate) -> [(NaiveDate, &'static str); 3] {
    let one = Days::new(1);
    [
        (day.checked_sub_days(one).unwrap_or(day), "the day before"),
        (day, "on the day"),
        (day.checked_add_days(one).unwrap_or(day), "the day after"),
    ]
}

/// Adds the cases of every date.
pub(super) fn write(writer: &mut Writer<'_>) -> Result<(), CaseError> {
    let scenario = writer.bench.scenario;
    let (Some(terms), Some(place)) = (scenario.enrolment(writer.year), writer.first_place(|_| true)) else {
        return Ok(());
    };
    window(writer, terms, &place)?;
    newborns(writer, terms)?;
    late(writer, terms)?;
    adults(writer, terms, &place)?;
    turn_of_the_year(writer, &place)?;
    life(writer, &place)
}

fn paid(year: i32, paid_on: NaiveDate) -> String {
    format!("year = {year}\npaid_on = {paid_on}")
}

/// A dated case without a year of its own.
fn dated(title: String, cites: &str, person: String) -> Sketch {
    Sketch {
        title,
        cites: cites.to_string(),
        person,
        ..Sketch::default()
    }
}

fn window(writer: &mut Writer<'_>, terms: &EnrolmentTerms, place: &str) -> Result<(), CaseError> {
    let (path, cites) = writer.cite(terms.window.figure);
    let (first, window) = (first_day(writer.year), terms.window.value);
    for (edge, what) in [(window.from, "first day"), (window.to, "last day")] {
        for (day, where_) in around(edge) {
            let title = format!("{path}, {what}: paid {where_}");
            let mut sketch = dated(title, &cites, format!("birth = {}-01-01", writer.year - 50));
            sketch.payments.push(paid(writer.year, day));
            writer.add(&sketch.claim(format!("{place}\non = {first}"), BILL))?;
        }
    }
    Ok(())
}

/// Born where no edge meets a month that is too short, and, for the later edge, in the year before.
fn newborns(writer: &mut Writer<'_>, terms: &EnrolmentTerms) -> Result<(), CaseError> {
    for (span, year) in [
        (terms.newborn.from_birth, writer.year),
        (terms.newborn.until, writer.year - 1),
    ] {
        let (path, cites) = writer.cite(span.figure);
        let birth = NaiveDate::from_ymd_opt(year, 3, 10);
        let Some((birth, edge)) = birth.and_then(|birth| Some((birth, span.value.after(birth)?))) else {
            continue;
        };
        for (day, where_) in around(edge) {
            let mut sketch = dated(
                format!("{path}: paid {where_}"),
                &cites,
                format!("birth = {birth}"),
            );
            sketch
                .payments
                .push(format!("{}\nregistered_on = {birth}", paid(day.year(), day)));
            writer.add(&sketch)?;
        }
    }
    Ok(())
}

fn late(writer: &mut Writer<'_>, terms: &EnrolmentTerms) -> Result<(), CaseError> {
    let Some(late) = &terms.late else { return Ok(()) };
    let (path, cites) = writer.cite(late.paid.figure);
    for (edge, what) in [
        (late.paid.value.from, "first day"),
        (late.paid.value.to, "last day"),
    ] {
        for (day, where_) in around(edge) {
            let birth = format!("birth = {}-01-01", writer.year - 50);
            let mut sketch = dated(format!("{path}, {what}: paid {where_}"), &cites, birth);
            sketch.payments.push(paid(writer.year, day));
            writer.add(&sketch)?;
        }
    }
    Ok(())
}

/// The category goes by the age on the first day of cover.
fn adults(writer: &mut Writer<'_>, terms: &EnrolmentTerms, place: &str) -> Result<(), CaseError> {
    let first = first_day(writer.year);
    let Some(birth) = first.with_year(writer.year - terms.adult_age_years as i32) else {
        return Ok(());
    };
    for (birth, where_) in around(birth) {
        let title = format!("insured.adult_age: born {where_} that makes an adult on {first}");
        let sketch = dated(title, "Art. 2", format!("birth = {birth}"));
        writer.add(&sketch.claim(format!("{place}\non = {first}"), BILL))?;
    }
    Ok(())
}

/// Two stays: the second around the last day of the year, by each of its days.
fn turn_of_the_year(writer: &mut Writer<'_>, place: &str) -> Result<(), CaseError> {
    let last = last_day(writer.year);
    let next_year_known = writer.bench.scenario.tariff(writer.year + 1).is_some();
    for (day, where_) in around(last) {
        if day.year() != writer.year && !next_year_known {
            continue;
        }
        let title = format!(
            "the last day of benefit year {}: discharged {where_}",
            writer.year
        );
        let sketch = dated(title, "Art. 14(1)", String::new());
        let before = last.checked_sub_days(Days::new(40)).unwrap_or(last);
        let begin = last.checked_sub_days(Days::new(3)).unwrap_or(last);
        let sketch = sketch.claim(format!("{place}\non = {before}"), BILL);
        writer.add(&sketch.claim(format!("{place}\nbegin = {begin}\nend = {day}"), BILL))?;
    }
    Ok(())
}

/// Nobody is covered before birth or after death.
fn life(writer: &mut Writer<'_>, place: &str) -> Result<(), CaseError> {
    let Some(edge) = NaiveDate::from_ymd_opt(writer.year, 6, 12) else {
        return Ok(());
    };
    for (what, person) in [
        ("birth", format!("birth = {edge}")),
        (
            "death",
            format!("birth = {}-01-01, death = {edge}", writer.year - 50),
        ),
    ] {
        for (day, where_) in around(edge) {
            let sketch = dated(format!("{what}: a claim {where_}"), "Art. 14", person.clone());
            writer.add(&sketch.claim(format!("{place}\non = {day}"), BILL))?;
        }
    }
    Ok(())
}

/// Claims a day before, on and after the birthday that an age goes by, each after so many earlier ones.
pub(super) fn birthdays(
    writer: &Writer<'_>,
    (path, cites): (&str, &str),
    age_years: u32,
    before: u32,
    place: &str,
) -> Vec<Sketch> {
    let edge = NaiveDate::from_ymd_opt(writer.year, 6, 12);
    let birth = edge.and_then(|edge| edge.with_year(writer.year - age_years as i32));
    let Some((edge, birth)) = edge.zip(birth) else {
        return Vec::new();
    };
    let of_day = |(day, where_): (NaiveDate, &str)| {
        let title = format!("{path}: a claim {where_} of {age_years} years");
        let mut sketch = dated(title, cites, format!("birth = {birth}"));
        for earlier in 0..before {
            let on = first_day(writer.year).checked_add_days(Days::new(u64::from(earlier)));
            sketch = sketch.claim(format!("{place}\non = {}", on.unwrap_or(day)), BILL);
        }
        sketch.claim(format!("{place}\non = {day}"), BILL)
    };
    around(edge).map(of_day).into()
}

/// Claims around the day on which a step of continuous enrolment is reached, where the scenario has figures for the years
/// that it takes: paid for in every year since, and, for steps by years, in one year less.
pub(super) fn continuity(
    writer: &mut Writer<'_>,
    place: &str,
    terms: &BenefitTerms,
) -> Result<(), CaseError> {
    for step in terms.raises.iter().flat_map(|raises| &raises.continuity) {
        let (path, cites) = writer.cite(step.from.figure());
        let since = match step.from {
            ContinuityFrom::Years(years) => writer.year + 1 - years.value as i32,
            ContinuityFrom::Months(months) => writer.year - (months.value / 12) as i32,
        };
        let edge = match step.from {
            ContinuityFrom::Years(_) => Some(first_day(writer.year)),
            ContinuityFrom::Months(months) => first_day(since).checked_add_months(Months::new(months.value)),
        };
        let (Some(edge), Some(_)) = (edge, writer.bench.scenario.tariff(since)) else {
            continue;
        };
        for (day, where_) in around(edge) {
            // The day before is of the year before, which may have no figures.
            if writer.bench.scenario.tariff(day.year()).is_none() {
                continue;
            }
            let birth = format!("birth = {}-01-01", writer.year - 50);
            let mut sketch = dated(format!("{path}: a claim {where_}"), &cites, birth);
            for year in since..=writer.year {
                sketch
                    .payments
                    .push(format!("year = {year}\npaid_on = {}-10-01", year - 1));
            }
            writer.add(&sketch.claim(format!("{place}\non = {day}"), BILL))?;
        }
    }
    Ok(())
}
