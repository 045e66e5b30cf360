//! Settles a claim from a program: `cargo run --example settle_claim`.

use chrono::NaiveDate;
use yibao::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The built-in rules: Jinan, 2020 to 2024.
    let scenario = Scenario::jinan()?;

    // A resident of whom only the birthday is known: registered in the city, enrolled on time.
    let birth = NaiveDate::from_ymd_opt(1958, 6, 1).ok_or("no such day")?;
    let person = Person::born(birth);

    // Twelve days in a tertiary hospital (`med_type` 21, `hosp_lv` 02).
    let admitted = NaiveDate::from_ymd_opt(2023, 3, 4).ok_or("no such day")?;
    let discharged = NaiveDate::from_ymd_opt(2023, 3, 15).ok_or("no such day")?;
    let mut claim = Claim::simple("21", "02", admitted, discharged, Fen::from_yuan(42_000))
        .ok_or("no such national code")?;
    // `simple` puts the whole bill in scope. Of this one 2,000 yuan are outside the catalogue and 1,500 are a first share.
    claim.own_pay = Fen::from_yuan(2_000);
    claim.first_share = Fen::from_yuan(1_500);
    claim.in_scope = Fen::from_yuan(38_500);

    let settlement = settle_one(&scenario, &person, &claim)?;
    println!(
        "{} under the rules of {}:",
        settlement.status.name(),
        scenario.title()
    );
    for (what, amount) in [
        ("the bill", settlement.total),
        ("in scope", settlement.in_scope),
        ("deductible", settlement.deductible),
        ("basic fund", settlement.basic),
        ("critical illness", settlement.critical_illness),
        ("the person", settlement.person),
    ] {
        println!("{what:>16} {amount:>12} yuan");
    }
    Ok(())
}
