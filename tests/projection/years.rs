//! A projection is the batch of its years, and its accounts carry over.

use crate::{central, edited, jinan, plan, still, years};
use yibao::batch::people::AGE_BANDS;
use yibao::batch::run::{CityOrigin, Run};
use yibao::insured::category::Category;
use yibao::money::Fen;
use yibao::projection::plan::Expansion;
use yibao::projection::quantity::Quantity;
use yibao::scenario::Scenario;
use yibao::synth::Generator;

fn single_year(scenario: &Scenario, year: i32, persons: u32) -> Run {
    let figures = scenario.projected(year..=year, &central(scenario)).unwrap();
    let (city, terms) = (figures.city(year).unwrap(), figures.enrolment(year).unwrap());
    let generator = Generator::new(city, terms, persons, 7, figures.codebook()).unwrap();
    let origin = CityOrigin {
        persons,
        seed: 7,
        year,
    };
    Run::of_stream(figures.clone(), &generator, origin, None, &|_, _| ()).unwrap()
}

#[test]
fn each_year_is_the_batch_of_that_year() {
    for scenario in [jinan().clone(), still()] {
        for year in &years(&scenario, &plan(2024, 2027, 3_000)) {
            let run = single_year(&scenario, year.year, 3_000);
            assert_eq!(run.outcome.tally, year.tally, "{}", year.year);
            let statement = run
                .statements
                .iter()
                .find(|statement| statement.year == year.year)
                .unwrap();
            let (single, projected) = (&statement.consolidated, &year.statement.consolidated);
            assert_eq!(single.benefits, projected.benefits, "{}", year.year);
            // Newborns of a year may pay for it in the next one, which a single year of that next one does not see.
            if year.year == 2024 {
                assert_eq!(single.income.subsidy_fen, projected.income.subsidy_fen);
            }
            assert!(single.income.subsidy_fen <= projected.income.subsidy_fen);
        }
    }
}

#[test]
fn a_year_within_the_given_ones_is_that_of_the_scenario_itself() {
    let run = single_year(jinan(), 2023, 3_000);
    let figures = jinan();
    let (city, terms) = (figures.city(2023).unwrap(), figures.enrolment(2023).unwrap());
    let generator = Generator::new(city, terms, 3_000, 7, figures.codebook()).unwrap();
    let origin = CityOrigin {
        persons: 3_000,
        seed: 7,
        year: 2023,
    };
    let own = Run::of_stream(figures.clone(), &generator, origin, None, &|_, _| ()).unwrap();
    assert_eq!(own.outcome.fingerprint, run.outcome.fingerprint);
}

#[test]
fn without_growth_later_years_have_the_figures_of_the_last_one() {
    let scenario = still();
    let (last, later) = (2024, 2031);
    let figures = scenario.projected(last..=later, &central(&scenario)).unwrap();
    // Everything but the dates of the window.
    let terms = |year| {
        let terms = figures.fund_terms()[&year].clone();
        (
            terms.contribution.individual.clone(),
            terms.subsidy_shares,
            terms.to_outpatient,
            terms.interest,
        )
    };
    // The contribution of minors is given for 2025 too, so what goes on is that.
    assert_eq!(terms(2025), terms(later));
    let stays = |year| {
        let city = figures.city(year).unwrap();
        (city.utilisation.stays.per_head, city.utilisation.stays.cost_yuan)
    };
    assert_eq!(stays(last), stays(later));
    assert_eq!(figures.income(last), figures.income(later));
}

#[test]
fn the_fund_carries_over_from_year_to_year() {
    let years = years(jinan(), &plan(2024, 2028, 2_000));
    for pair in years.windows(2) {
        let [before, after] = [0, 1].map(|index| &pair[index].statement.consolidated);
        assert_eq!(before.cumulative_balance_fen, after.opening_balance_fen);
    }
    for year in &years {
        let fund = &year.statement.consolidated;
        assert_eq!(
            fund.opening_balance_fen + fund.current_balance_fen,
            fund.cumulative_balance_fen
        );
        assert_eq!(
            fund.current_balance_fen,
            fund.income.total_fen - fund.benefits.total_fen
        );
    }
    assert_eq!(years[0].statement.consolidated.opening_balance_fen, 0);
}

#[test]
fn a_known_balance_opens_the_books() {
    let opening = "[fund]\nopening_balance = { yuan = { 2024 = 1300000000 }, provenance = \"placeholder\", source = \"test\" }";
    let rich = edited(&[("[fund]", opening)]).unwrap();
    let plan = plan(2024, 2025, 2_000);
    let expansion = Expansion::of(&rich, plan.persons).unwrap();
    let share = expansion.sample_share(Fen::from_yuan(1_300_000_000));
    let [with, without] = [&rich, jinan()].map(|scenario| years(scenario, &plan));
    assert_eq!(with[0].statement.consolidated.opening_balance_fen, share.get());
    // What it bears beyond itself is interest alone.
    let [with, without] = [with, without].map(|years| years[1].statement.consolidated.clone());
    let more = with.cumulative_balance_fen - without.cumulative_balance_fen - share.get();
    assert!(more > 0);
    // Two per cent a year for two years, on a balance that the basic book would else overdraw.
    assert!(more < share.get() / 20, "{more} of {share}");
}

#[test]
fn people_carry_over_from_year_to_year() {
    let years = years(jinan(), &plan(2023, 2030, 3_000));
    for pair in years.windows(2) {
        assert_eq!(
            pair[0].flows.closing.all(),
            pair[1].flows.opening.all(),
            "{}",
            pair[1].year
        );
    }
    for year in &years {
        assert!(year.flows.balances());
        let people = &year.people;
        let by_category: u64 = Category::ALL
            .map(|category| people.category(category).insured)
            .iter()
            .sum();
        let by_age: u64 = (0..AGE_BANDS.len())
            .map(|band| people.age_band(band).insured)
            .sum();
        assert_eq!(
            (by_category, by_age),
            (people.all().insured, people.all().insured)
        );
        assert!(people.all().insured <= year.residents);
    }
}

#[test]
fn what_persons_and_funds_bear_is_what_was_settled() {
    for year in &years(jinan(), &plan(2024, 2025, 3_000)) {
        let (all, insured) = (year.tally.all(), year.people.all());
        // Claims of the insured are all but those of residents who did not enrol, for whom the fund pays nothing.
        assert_eq!(all.basic + all.critical_illness, insured.fund);
        assert!(insured.bills <= all.total && insured.own <= all.person);
    }
}

#[test]
fn an_ageing_population_falls_ill_more_often_without_any_trend() {
    let scenario = still();
    let plan = plan(2024, 2040, 20_000);
    let expansion = Expansion::of(&scenario, plan.persons).unwrap();
    let years = years(&scenario, &plan);
    let value = |year: usize, quantity: Quantity| quantity.of(&years[year], expansion).unwrap();
    let last = years.len() - 1;
    assert!(value(last, Quantity::OldAgeRatio) > 1.2 * value(0, Quantity::OldAgeRatio));
    assert!(value(last, Quantity::AdmissionsPer100) > 1.05 * value(0, Quantity::AdmissionsPer100));
}
