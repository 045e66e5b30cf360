//! Cases for what few scenarios have.

use crate::benefit::tariff::{BenefitTerms, Group};
use crate::cases::boundaries::Writer;
use crate::cases::read::CaseError;
use crate::money::Fen;
use chrono::{Days, NaiveDate};

/// What a bill is that shows what holds of it.
const BILL: Fen = Fen::from_yuan(10_000);

/// The keys of a claim that state what a group asks for. Claims without a day of their own fall on the first of March.
pub(super) fn facts(group: &Group, year: i32) -> String {
    let selected = group.selected.map(|wanted| format!("\nselected = {wanted}"));
    let referred = group.referred.map(|question| match question {
        question if !question.wanted => "\nreferral = false".to_string(),
        question if question.valid_for.is_some() => format!("\nreferred_on = {year}-02-28"),
        _ => "\nreferral = true".to_string(),
    });
    [selected, referred].into_iter().flatten().collect()
}

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
