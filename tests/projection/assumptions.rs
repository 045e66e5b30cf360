//! What `[projection]` may say, and what is said of it where it is wrong.

use crate::{central, edited, jinan};
use yibao::money::Fen;

fn wrong(edits: &[(&str, &str)]) -> String {
    match edited(edits) {
        Err(message) => message,
        Ok(scenario) => {
            let path = central(&scenario);
            scenario.projected(2024..=2030, &path).unwrap_err().to_string()
        }
    }
}

#[test]
fn figures_grow_from_the_last_year_that_is_given() {
    let figures = jinan().projected(2024..=2028, &central(jinan())).unwrap();
    let subsidy = |year: i32| figures.fund_terms()[&year].contribution.subsidy;
    assert_eq!(subsidy(2024), Fen::from_yuan(670));
    // 670 x 1.04 = 696.8, to ten yuan; unrounded from year to year.
    assert_eq!(subsidy(2025), Fen::from_yuan(700));
    assert_eq!(subsidy(2028), Fen::from_yuan(780)); // 670 x 1.04^4 = 783.8
}

#[test]
fn what_follows_another_assumption_grows_as_it_does() {
    let figures = jinan().projected(2024..=2026, &central(jinan())).unwrap();
    // 41,314 x 1.05^2
    assert_eq!(figures.income(2026), Some(Fen::new(4_554_869)));
    let dearer = jinan().with(&[("projection.assume.income", "0.10")]).unwrap();
    let threshold = |scenario: &yibao::prelude::Scenario| {
        let figures = scenario.projected(2026..=2026, &central(scenario)).unwrap();
        let texts = figures.tariff(2026).unwrap().figure_texts.clone();
        let at = figures
            .figures()
            .iter()
            .position(|note| note.path == "benefit.critical_illness.threshold");
        texts[at.unwrap()].clone()
    };
    assert_eq!(threshold(jinan()), "22100.00"); // 20,000 x 1.05^2 = 22,050, to a hundred
    assert_eq!(threshold(&dearer), "24200.00");
}

#[test]
fn a_figure_that_no_assumption_names_is_an_error_and_not_a_guess() {
    let message = wrong(&[(
        "keys = [\"funding.subsidy\"]",
        "keys = [\"funding.township.adult\"]",
    )]);
    assert!(
        message.contains("`funding.township.adult` names no figure"),
        "{message}"
    );
    let message = wrong(&[(
        "keys = [\"funding.subsidy\"]",
        "keys = [\"funding.individual.adult\"]",
    )]);
    assert!(
        message.contains("no value for 2025, and no assumption says what becomes of it after 2024"),
        "{message}"
    );
    assert!(message.contains("funding.subsidy"), "{message}");
    let message = wrong(&[(
        "keys = [\"population.births\"]",
        "keys = [\"population.students\"]",
    )]);
    assert!(
        message.contains("population.births") && message.contains("no assumption"),
        "{message}"
    );
}

#[test]
fn misspelt_assumptions_are_told_with_the_nearest_name() {
    let message = wrong(&[("follows = \"income\"", "follows = \"incom\"")]);
    assert!(
        message.contains("there is no assumption `incom`") && message.contains("did you mean `income`?"),
        "{message}"
    );
    let message = wrong(&[("yearly_sd = 0.015", "yearly_ds = 0.015")]);
    assert!(
        message.contains("unknown key") && message.contains("did you mean `yearly_sd`?"),
        "{message}"
    );
    let message = wrong(&[(
        "growth = 0.05, range = [0.03, 0.07]",
        "growth = 5, range = [0.07, 0.03]",
    )]);
    assert!(
        message.contains("must be the lowest and the highest growth"),
        "{message}"
    );
    let message = wrong(&[("growth = 0.05, range = [0.03", "growth = 50, range = [0.03")]);
    assert!(message.contains("0.05 stands for 5 % a year"), "{message}");
}

#[test]
fn years_before_the_figures_and_after_the_horizon_cannot_be_projected() {
    let path = central(jinan());
    let error = jinan().projected(2019..=2020, &path).unwrap_err().to_string();
    assert!(
        error.contains("figures begin in 2020, and the assumptions are made to 2060"),
        "{error}"
    );
    assert!(jinan().projected(2060..=2061, &path).is_err());
    assert!(jinan().projected(2060..=2060, &path).is_ok());
}

#[test]
fn a_value_given_beyond_the_years_is_used_before_any_assumption() {
    let given = edited(&[("2023 = 640, 2024 = 670 }", "2023 = 640, 2024 = 670, 2025 = 705 }")]).unwrap();
    let figures = given.projected(2025..=2026, &central(&given)).unwrap();
    assert_eq!(
        figures.fund_terms()[&2025].contribution.subsidy,
        Fen::from_yuan(705)
    );
    assert_eq!(
        figures.fund_terms()[&2026].contribution.subsidy,
        Fen::from_yuan(730)
    ); // 705 x 1.04 = 733.2
}
