//! Cases for what few scenarios have.

use crate::benefit::record::Trace;
use crate::benefit::rule::Rule;
use crate::benefit::tariff::{BenefitTerms, Limit};
use crate::cases::boundary_writer::{Writer, step_amount};
use crate::cases::read::CaseError;
use crate::insured::person::Identity;
use crate::money::Fen;
use chrono::{Days, NaiveDate};

/// What a bill is that shows what holds of it.
const BILL: Fen = Fen::from_yuan(10_000);

/// What a bill is that reaches any limit.
const LARGE: Fen = Fen::from_yuan(5_000_000);

/// Claims with and without the referral that they take, and around the last day on which one holds.
pub(super) fn referral(
    writer: &mut Writer<'_>,
    key: &str,
    levels: &[(usize, String)],
    terms: &BenefitTerms,
) -> Result<(), CaseError> {
    let Some(referral) = terms.rare.as_ref().and_then(|rare| rare.referral.as_ref()) else {
        return Ok(());
    };
    let title = format!("benefit.{key}.referral");
    let day = NaiveDate::from_ymd_opt(writer.year, 10, 12);
    for group in &referral.needed {
        let Some(at) = writer.place_of(key, levels, group) else {
            continue;
        };
        for (state, keys) in [("none", "referral = false"), ("not stated", "")] {
            let sketch = writer.sketch(format!("{title}: {state}"), String::new(), "");
            writer.add(&sketch.claim(format!("{at}\n{keys}"), BILL))?;
        }
        let Some((day, valid)) = day.zip(referral.valid_for) else {
            continue;
        };
        let (path, cites) = writer.cite(valid.figure);
        for (before, state) in [
            (valid.value.saturating_sub(1), "the last day but one"),
            (valid.value, "the last day"),
            (valid.value + 1, "the day after"),
        ] {
            let on = day.checked_sub_days(Days::new(u64::from(before))).unwrap_or(day);
            let sketch = writer.sketch(format!("{path}: {state}"), cites.clone(), "");
            let keys = format!("{at}\non = {day}\nreferred_on = {on}");
            writer.add(&sketch.claim(keys, BILL))?;
        }
    }
    Ok(())
}

/// Stays around the day on which a further settlement period begins.
pub(super) fn settlement_period(
    writer: &mut Writer<'_>,
    at: &str,
    terms: &BenefitTerms,
) -> Result<(), CaseError> {
    let period = terms.rare.as_ref().and_then(|rare| rare.settlement_period);
    let last = NaiveDate::from_ymd_opt(writer.year, 12, 12);
    let Some((days, end)) = period.zip(last) else {
        return Ok(());
    };
    let (path, cites) = writer.cite(days.figure);
    for before in [days.value - 1, days.value, days.value + 1] {
        let begin = end.checked_sub_days(Days::new(u64::from(before))).unwrap_or(end);
        let sketch = writer.sketch(format!("{path}: {} days", before + 1), cites.clone(), "");
        writer.add(&sketch.claim(format!("{at}\nbegin = {begin}\nend = {end}"), BILL))?;
    }
    Ok(())
}

/// The limit of critical illness insurance after as many years in a row as have figures, with and without a payment in the
/// year before.
pub(super) fn limit_continuity(writer: &mut Writer<'_>) -> Result<(), CaseError> {
    let terms = writer.tariff.tiers[0].critical_illness.as_ref();
    let Some(continuity) = terms.and_then(|terms| terms.continuity) else {
        return Ok(());
    };
    let Some(place) = writer.first_place(|terms| terms.critical_illness_base.is_some()) else {
        return Ok(());
    };
    let years = (0..=100).take_while(|back| writer.bench.scenario.tariff(writer.year - back).is_some());
    let since = writer.year + 1 - years.count() as i32;
    let last_paid = [
        (None, "not stated"),
        (Some(writer.year - 1), "the year before"),
        (Some(0), "never"),
    ];
    for (last_paid, state) in last_paid {
        let (path, cites) = writer.cite(continuity.limit_add.figure);
        let birth = format!("birth = {}-01-01", writer.year - 50);
        let paid = last_paid.map_or(String::new(), |year| format!(", last_paid_year = {year}"));
        let mut sketch = writer.sketch(format!("{path}: last paid {state}"), cites, &(birth + &paid));
        for year in since..=writer.year {
            let payment = format!("year = {year}\npaid_on = {}-10-01", year - 1);
            sketch.payments.push(payment);
        }
        writer.add(&sketch.claim(&place, LARGE))?;
    }
    Ok(())
}

/// Where the fund has paid what it pays for accidents.
pub(super) fn accident(writer: &mut Writer<'_>) -> Result<(), CaseError> {
    let of = |terms: &BenefitTerms| terms.rare.as_ref().and_then(|rare| rare.accident_limit);
    let Some((limit, place)) = writer.rare(of) else {
        return Ok(());
    };
    let (path, cites) = writer.cite(limit.figure);
    for (state, keys) in [("not an accident", "accident = false"), ("not stated", "")] {
        let sketch = writer.sketch(format!("{path}: {state}"), cites.clone(), "");
        writer.add(&sketch.claim(format!("{place}\n{keys}"), BILL))?;
    }
    let sketch = writer.sketch(path, cites, "");
    let sketch = sketch.claim(format!("{place}\naccident = true"), Fen::ZERO);
    let cut = |trace: &Trace| step_amount(trace, Rule::FundLimit, |step| step.amount) > Fen::ZERO;
    writer.around_and_beyond(&sketch, |_, trace| cut(trace))
}

/// The bill from which government subsidises, the bands and the limit of what it pays. What is out of scope keeps a ceiling
/// of all payments away.
pub(super) fn subsidy(writer: &mut Writer<'_>) -> Result<(), CaseError> {
    let of = |terms: &BenefitTerms| terms.rare.as_ref().and_then(|rare| rare.subsidy.clone());
    let Some((terms, place)) = writer.rare(of) else {
        return Ok(());
    };
    let class = Identity::ALL
        .into_iter()
        .find(|class| terms.identities[*class as usize]);
    let person = class.map_or(String::new(), |class| format!("identity = \"{}\"", class.name()));
    let begin = |writer: &Writer<'_>, figure, own_pay: i64| {
        let (path, cites) = writer.cite(figure);
        let keys = format!("{place}\nown_pay = {own_pay}");
        writer.sketch(path, cites, &person).claim(keys, Fen::ZERO)
    };
    let above = terms.above.value;
    let sketch = begin(writer, terms.above.figure, 5_000);
    writer.around_and_beyond(&sketch, |settlement, _| settlement.total > above)?;
    for band in terms.bands.value.bands().iter().skip(1) {
        let mut sketch = begin(writer, terms.bands.figure, 10_000_000);
        sketch.title += &format!(": band from {}", band.from);
        let edge = band.from;
        writer.around_and_beyond(&sketch, |_, trace| {
            step_amount(trace, Rule::Subsidy, |step| step.before) >= edge
        })?;
    }
    if let Limit::At(limit) = terms.limit.value {
        let sketch = begin(writer, terms.limit.figure, 10_000_000);
        writer.around_and_beyond(&sketch, |settlement, _| settlement.subsidy() >= limit)?;
    }
    Ok(())
}

impl Writer<'_> {
    /// The terms of the first kind of benefit that has them, and a claim of it.
    fn rare<T>(&self, of: impl Fn(&BenefitTerms) -> Option<T>) -> Option<(T, String)> {
        let mut kinds = self.tariff.tiers[0].benefits.iter().flatten();
        let terms = kinds.find_map(|terms| of(terms))?;
        Some((terms, self.first_place(|terms| of(terms).is_some())?))
    }
}
