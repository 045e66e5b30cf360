//! Cases whose answers are known beforehand: a compound Poisson, and a planted solution.

use crate::{jinan, plan, years};
use yibao::prelude::*;
use yibao::projection::plan::Expansion;
use yibao::projection::quantity::Quantity;
use yibao::projection::question::{QUANTITIES, Question, Sureness, vary};
use yibao::projection::solve::Outcome;
use yibao::projection::target::Target;

/// Stays per person and year, and the bill's mean and the deviation of its logarithm.
const STAYS: f64 = 0.3;
const BILL_YUAN: f64 = 4_000.0;
const LOG_SD: f64 = 0.5;

/// Everyone has the same number of stays on average, all primary, and the fund pays all of every bill.
fn compound_poisson() -> Scenario {
    let set = |key: &str, value: &str| (key.to_string(), value.to_string());
    let mut sets = vec![
        set("population.frailty_variance", "0"),
        set("utilisation.stays.per_head", &STAYS.to_string()),
        set("utilisation.stays.cost", &BILL_YUAN.to_string()),
        set("utilisation.stays.primary", "1"),
        set("utilisation.stays.out_of_area", "0"),
        set("utilisation.stays.ages.per_100", "[1, 1, 1, 1, 1, 1, 1, 1, 1]"),
        set("utilisation.levels.primary.cost", &BILL_YUAN.to_string()),
        set("utilisation.levels.primary.cost_log_sd", &LOG_SD.to_string()),
        set("utilisation.visits.per_head", "0"),
        set("utilisation.chronic.per_head", "0"),
        set("utilisation.deliveries.mothers", "0"),
        set("utilisation.special_account", "0"),
        set("benefit.ceiling.amount", "90000000"),
        set("population.enrolment.never.rate", "[0, 0, 0, 0]"),
        set("population.enrolment.lapse.rate", "[0, 0, 0, 0]"),
        set("population.enrolment.into_jobs.per_head", "0"),
    ];
    for part in ["own_pay", "over_limit", "first_share"] {
        sets.push(set(&format!("utilisation.levels.primary.{part}"), "0"));
    }
    for reason in [
        "unlawful",
        "self-harm",
        "self-harm-mental",
        "cosmetic",
        "abroad",
        "third-party",
        "out-of-scope",
    ] {
        sets.push(set(&format!("utilisation.exclusions.{reason}"), "0"));
    }
    for level in ["community", "primary"] {
        sets.push(set(&format!("benefit.inpatient.{level}.deductible"), "0"));
        for category in ["adult", "minor", "student"] {
            sets.push(set(&format!("benefit.inpatient.{level}.ratio.{category}"), "1"));
        }
    }
    jinan().with(&sets).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_compound_poisson_comes_out_with_its_mean_and_variance() {
    let scenario = compound_poisson();
    let persons = 40_000;
    let year = &years(&scenario, &plan(2023, 2023, persons))[0];
    let all = year.people.all();
    assert!(
        all.own.get() * 200 < all.fund.get(),
        "the fund pays all but what comes before cover: {all:?}"
    );
    let n = all.insured as f64;
    let mean = all.fund.get() as f64 / 100.0 / n;
    let variance = all.fund_squares as f64 / 1e4 / n - mean * mean;
    // A sum of Poisson many bills: mean and variance are the rate times the first two moments of a bill.
    let (expected, second) = (
        STAYS * BILL_YUAN,
        STAYS * BILL_YUAN * BILL_YUAN * (LOG_SD * LOG_SD).exp(),
    );
    let error = (second / n).sqrt();
    assert!(
        (mean - expected).abs() < 4.0 * error,
        "{mean} is not {expected} ± {error}"
    );
    assert!(
        (variance / second - 1.0).abs() < 0.1,
        "{variance} is not {second}"
    );
    let stated = all.fund_per_person_error_fen().unwrap() / 100.0;
    assert!((stated / error - 1.0).abs() < 0.05, "{stated} is not {error}");
}

fn question<'a>(scenario: &'a Scenario, target: &str, to: i32) -> Question<'a> {
    Question {
        scenario,
        plan: plan(2024, to, 1_000),
        target: Target::parse(target, &QUANTITIES).unwrap(),
        sureness: Sureness::Central,
    }
}

#[test]
fn the_solver_finds_a_planted_contribution() {
    let planted = jinan().with(&[("funding.individual.adult", "523")]).unwrap();
    let plan = plan(2024, 2025, 1_000);
    let expansion = Expansion::of(jinan(), plan.persons).unwrap();
    let last = &years(&planted, &plan)[1];
    let balance = Quantity::CumulativeBalance.of(last, expansion).unwrap();
    let question = question(jinan(), &format!("cumulative_balance>={balance}@2025"), 2025);
    let keys = vary(jinan(), &["funding.individual.adult=300..900/1".into()]).unwrap();
    let answer = question.solve_together(&keys, &|_| ()).unwrap();
    assert!(
        matches!(answer.solution.outcome, Outcome::Reached { .. }),
        "{:?}",
        answer.solution.outcome
    );
    // Later years are rounded to ten yuan, so a few contributions come to the same; the least of them is found.
    let found = answer.keys[0].after;
    assert!((518_00..=523_00).contains(&found), "{found}");
    assert!(answer.solution.outcome.at().result >= balance);
}

#[test]
fn several_figures_move_in_proportion() {
    let question = question(jinan(), "income_per_head>=1300@2024", 2024);
    let keys = ["funding.individual.adult/10", "funding.subsidy/10"].map(String::from);
    let answer = question
        .solve_together(&vary(jinan(), &keys).unwrap(), &|_| ())
        .unwrap();
    let [adult, subsidy] = [0, 1].map(|index| answer.keys[index].clone());
    assert_eq!((adult.before, subsidy.before), (410_00, 670_00));
    let factor = adult.after as f64 / adult.before as f64;
    assert!(factor > 1.1);
    assert!((subsidy.after as f64 / subsidy.before as f64 - factor).abs() < 0.01);
}

#[test]
fn a_target_out_of_reach_is_said_to_be() {
    let question = question(jinan(), "reserve_months>=600@2024", 2024);
    let keys = vary(jinan(), &["funding.individual.adult=400..500/50".into()]).unwrap();
    let answer = question.solve_together(&keys, &|_| ()).unwrap();
    assert!(matches!(answer.solution.outcome, Outcome::Nowhere { .. }));
    assert_eq!(answer.keys[0].after, 500_00, "the nearest is the highest");
}
