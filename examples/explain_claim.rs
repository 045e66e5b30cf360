//! Settles two claims of a person and prints every step of the second: `cargo run --example explain_claim`.
//!
//! An explanation is the same engine with a recorder plugged in, here [`Trace`].

use chrono::NaiveDate;
use yibao::benefit::tariff::Tariff;
use yibao::insured::cover::presumed_year;
use yibao::prelude::*;

const YEAR: i32 = 2023;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::jinan()?;
    let tariff = scenario.tariff(YEAR).ok_or("a year without figures")?;
    let person = Person::born(NaiveDate::from_ymd_opt(1958, 6, 1).ok_or("no such day")?);

    // The person counts as enrolled on time, so the whole year is covered.
    let mut stretches = Vec::new();
    presumed_year(&person, YEAR, scenario.adult_age_years(), &mut stretches);
    let member = Member {
        stretches: &stretches,
        identity: person.identity,
        birth: person.birth,
        nothing_year_before: None,
    };

    // The first stay moves the year's accumulators; `Silent` keeps no steps, and costs nothing.
    let mut state = State::default();
    settle(tariff, &member, &mut state, &stay(2, 20_000)?, &mut Silent);

    // The second one starts from there: half the deductible, and an expense that counts on from the first.
    let mut trace = Trace::default();
    let settlement = settle(tariff, &member, &mut state, &stay(9, 50_000)?, &mut trace);

    println!(
        "{:<10} {:<16} {:>12} {:>12} {:>12}",
        "article", "rule", "comes in", "moves", "is left"
    );
    trace.steps.iter().for_each(|step| print_step(tariff, step));
    println!(
        "The fund pays {} yuan, the person {} yuan.",
        settlement.fund_total(),
        settlement.person
    );
    Ok(())
}

/// Some days in a tertiary hospital, all of the bill in scope.
fn stay(month: u32, yuan: i64) -> Result<Claim, &'static str> {
    let day = |day| NaiveDate::from_ymd_opt(YEAR, month, day).ok_or("no such day");
    Claim::simple("21", "02", day(3)?, day(12)?, Fen::from_yuan(yuan)).ok_or("no such national code")
}

fn print_step(tariff: &Tariff, step: &yibao::benefit::record::Step) {
    let (rule, article) = (step.rule.name(), step.article);
    println!(
        "{article:<10} {rule:<16} {:>12} {:>12} {:>12}",
        step.before, step.amount, step.after
    );
    for figure in &step.figures {
        let note = &tariff.figures[usize::from(figure.figure.0)];
        println!("{:27} by {} ({})", "", note.path, note.provenance.name());
    }
}
