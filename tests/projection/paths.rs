//! Many futures: the same for any number of threads, and centred where the assumptions are.

use crate::{jinan, plan, still};
use yibao::money::Rate;
use yibao::projection::follow::follow;
use yibao::projection::monte_carlo::{MonteCarlo, monte_carlo};
use yibao::projection::plan::{Expansion, Plan};
use yibao::projection::quantity::Quantity;
use yibao::scenario::Scenario;

fn paths(scenario: &Scenario, plan: &Plan, paths: u32, threads: usize) -> MonteCarlo {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| monte_carlo(scenario, scenario.outlook().unwrap(), plan, paths, &|_| ()).unwrap())
}

#[test]
fn threads_do_not_matter() {
    let plan = plan(2024, 2026, 500);
    let of = |threads| {
        let paths = paths(jinan(), &plan, 6, threads);
        let all = Quantity::ALL.map(|quantity| paths.quantity(quantity).cloned());
        format!("{all:?}")
    };
    let one = of(1);
    assert_eq!(one, of(2));
    assert_eq!(one, of(7));
}

#[test]
fn more_paths_leave_the_first_ones_as_they_are() {
    let plan = plan(2025, 2025, 500);
    let balance = |number| {
        let paths = paths(jinan(), &plan, number, 2);
        paths.quantity(Quantity::Balance).unwrap().clone()
    };
    let (few, many) = (balance(3), balance(6));
    let few: Vec<f64> = few.year(2025).unwrap().sorted().to_vec();
    let many: Vec<f64> = many.year(2025).unwrap().sorted().to_vec();
    assert!(few.iter().all(|value| many.contains(value)));
    assert!(many.len() == 6 && few.len() == 3);
}

#[test]
fn what_is_uncertain_grows_with_the_years() {
    let plan = plan(2024, 2031, 1_000);
    let paths = paths(jinan(), &plan, 24, 2);
    let benefits = paths.quantity(Quantity::Benefits).unwrap();
    let spread = |year| {
        let sample = benefits.year(year).unwrap();
        sample.standard_deviation().unwrap() / sample.mean()
    };
    assert!(
        spread(2031) > 1.3 * spread(2024),
        "{} {}",
        spread(2031),
        spread(2024)
    );
}

#[test]
fn without_uncertainty_paths_differ_by_their_samples_alone() {
    // Growth is nil, and so are its deviations and the shocks.
    let outlook = still().outlook().unwrap().clone();
    let mut sure = outlook.clone();
    sure.shocks.clear();
    for assumption in &mut sure.assumptions {
        (assumption.trend_sd, assumption.yearly_sd) = (0.0, 0.0);
    }
    assert_eq!(sure.drawn(1, 0), sure.central());
    assert_ne!(outlook.drawn(1, 0), outlook.central());
}

#[test]
fn the_statistics_are_those_of_the_paths_followed_one_by_one() {
    let (scenario, plan, number) = (jinan(), plan(2024, 2025, 500), 7);
    let outlook = scenario.outlook().unwrap();
    let expansion = Expansion::of(scenario, plan.persons).unwrap();
    let of_path = |number| {
        let own = Plan {
            seed: plan.seed_of_path(number),
            ..plan
        };
        let years = follow(scenario, &outlook.drawn(plan.seed, number), &own, &|_| ()).unwrap();
        Quantity::CumulativeBalance
            .of(years.last().unwrap(), expansion)
            .unwrap()
    };
    let mut values: Vec<f64> = (0..number).map(of_path).collect();
    let paths = paths(scenario, &plan, number, 2);
    let balance = paths.quantity(Quantity::CumulativeBalance).unwrap();
    assert_eq!(balance.in_order(2025).unwrap(), values);
    assert_eq!((balance.in_order(2023), balance.in_order(2026)), (None, None));
    let sample = balance.year(2025).unwrap();
    let mean = values.iter().sum::<f64>() / 7.0;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 6.0;
    values.sort_by(f64::total_cmp);
    let near = |one: f64, other: f64| assert!((one - other).abs() < 1.0, "{one} {other}");
    near(sample.mean(), mean);
    near(sample.standard_error().unwrap(), (variance / 7.0).sqrt());
    near(sample.percentile(Rate::from_ppm(500_000)), values[3]);
    // Of seven values the 5 % lies 0.3 of the way from the lowest to the next.
    near(
        sample.percentile(Rate::from_ppm(50_000)),
        values[0] + 0.3 * (values[1] - values[0]),
    );
}
