//! What does a higher deductible cost a patient? `cargo run --example change_a_figure`
//!
//! Figures are data: a reform is an edited scenario. This one edits the text of the built-in scenario; a file of your own
//! is read with `Scenario::from_file`, or `yibao settle --scenario FILE`.

use chrono::NaiveDate;
use yibao::prelude::*;
use yibao::scenario::Source;

const BEFORE: &str = "[benefit.inpatient.tertiary]\ndeductible = { yuan = 1000";
const AFTER: &str = "[benefit.inpatient.tertiary]\ndeductible = { yuan = 1200";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let today = Scenario::jinan()?;
    let text = &today.source().text;
    if text.matches(BEFORE).count() != 1 {
        return Err("the scenario's tertiary deductible is not where it was".into());
    }
    // The edited text is checked as a whole, like any scenario file.
    let reform = Scenario::from_source(Source {
        name: "reform.toml".to_string(),
        text: text.replace(BEFORE, AFTER),
    })?;

    let person = Person::born(NaiveDate::from_ymd_opt(1958, 6, 1).ok_or("no such day")?);
    let day = NaiveDate::from_ymd_opt(2023, 3, 15).ok_or("no such day")?;
    let claim = Claim::simple("21", "02", day, day, Fen::from_yuan(38_500)).ok_or("no such national code")?;

    let before = settle_one(&today, &person, &claim)?;
    let after = settle_one(&reform, &person, &claim)?;
    println!(
        "{:>12} {:>12} {:>12} {:>12}",
        "yuan", "today", "reform", "difference"
    );
    for (what, before, after) in [
        ("deductible", before.deductible, after.deductible),
        ("the fund", before.fund_total(), after.fund_total()),
        ("the person", before.person, after.person),
    ] {
        println!("{what:>12} {before:>12} {after:>12} {:>12}", after - before);
    }
    Ok(())
}
