//! Winners and losers, and the sums that they must come to.

use crate::{CITY, JINAN, REFORM, compare, compared, jinan, with};
use yibao::batch::{Options, settle_all};
use yibao::compare::comparison::{Comparison, Request};
use yibao::compare::crowd::{Files, Payments, Whose};
use yibao::compare::gains::By;
use yibao::data::Inputs;
use yibao::money::Fen;
use yibao::scenario::Scenario;
use yibao::synth::Generator;

#[test]
fn a_scenario_beside_itself_changes_nothing() {
    let comparison = compare(&[jinan(), jinan()]);
    let sides = &comparison.years[0].sides;
    assert_eq!(sides[0], sides[1]);
    assert!(sides[0].claims > 5_000 && sides[0].fund_cost > Fen::ZERO);
    let pair = &comparison.pairs[0];
    assert!(pair.changes.is_empty());
    let year = &pair.years[0];
    assert_eq!((year.claims_changed, year.claims.len()), (0, 0));
    for by in By::ALL {
        for group in year.gains.groups(by) {
            assert_eq!((group.winners, group.losers), (0, 0));
            assert_eq!(group.before, group.after);
        }
    }
    assert_eq!(comparison.scenarios[1].label, "jinan (2)");
}

#[test]
fn a_side_is_what_settling_alone_gives() {
    let scenario = with(&REFORM);
    let comparison = compare(&[jinan(), scenario.clone()]);
    // The city of `yibao run --persons 3000 --seed 7` under the reform: the people are Jinan's.
    let (model, terms) = (scenario.city(2023).unwrap(), scenario.enrolment(2023).unwrap());
    let generator = Generator::new(model, terms, 3_000, 7, scenario.codebook()).unwrap();
    let city = generator.city(&|_| ());
    let outcome = settle_all(&scenario, &city.caseload, Options::default(), &|_| ());
    let side = &comparison.years[0].sides[1];
    assert_eq!(side.fingerprint, outcome.fingerprint.to_string());
    let all = outcome.tally.all();
    assert_eq!(side.fund_cost, all.basic + all.critical_illness);
    assert_eq!(side.spread.max, outcome.out_of_pocket.max().unwrap());
    assert_eq!(side.insured, outcome.enrolled.collection.insured(2023));
}

#[test]
fn what_winners_gain_and_losers_lose_is_what_persons_pay_less() {
    let comparison = compare(&[jinan(), with(&REFORM)]);
    let sides = &comparison.years[0].sides;
    let gains = &comparison.pairs[0].years[0].gains;
    let all = gains.all();
    assert!(all.winners > 100 && all.losers > 100, "{all:?}");
    assert_eq!(all.after - all.before, all.lost - all.gained);
    let own = |side: usize| sides[side].out_of_pocket;
    let contributions: Vec<Fen> = comparison.years[0]
        .sides
        .iter()
        .map(|side| side.payers.persons)
        .collect();
    assert!(contributions[1] > contributions[0]);
    let paid = own(1) - own(0) + contributions[1] - contributions[0];
    assert_eq!(gains.change(), paid);
    // Nobody else bears what persons and the fund do not.
    let borne = |side: usize| {
        let side = &sides[side];
        side.fund_cost + side.assistance + side.special + side.hospitals + side.out_of_pocket
    };
    assert_eq!((borne(0), borne(1)), (sides[0].bills, sides[1].bills));
    assert_eq!(sides[0].bills, sides[1].bills);
    for by in By::ALL {
        let groups = gains.groups(by);
        let sum = |of: fn(&yibao::compare::gains::Group) -> Fen| groups.iter().map(of).sum::<Fen>();
        assert_eq!(
            groups.iter().map(|group| group.persons).sum::<u64>(),
            sides[0].persons
        );
        assert_eq!(sum(|group| group.gained), all.gained, "{by:?}");
        assert_eq!(sum(|group| group.lost), all.lost, "{by:?}");
        assert_eq!(sum(|group| group.after), all.after, "{by:?}");
    }
}

#[test]
fn without_contributions_the_fund_pays_what_persons_do_not() {
    // No hardship class and no hospital has a part in what changes here.
    let comparison = compare(&[jinan(), with(&[("benefit.general_outpatient.ratio", "0.8")])]);
    let sides = &comparison.years[0].sides;
    let change = sides[1].fund_cost - sides[0].fund_cost;
    assert!(change > Fen::ZERO);
    let gains = &comparison.pairs[0].years[0].gains;
    assert_eq!(gains.change(), -change);
    assert_eq!(gains.all().gained, change);
    assert_eq!(gains.all().losers, 0);
}

#[test]
fn people_and_illnesses_do_not_depend_on_the_scenario() {
    // Another window and another contribution: the same persons fall ill with the same bills.
    let other = with(&[
        ("enrolment.window", "10-01..12-31"),
        ("funding.individual.adult", "900"),
    ]);
    let comparison = compare(&[jinan(), other]);
    let sides = &comparison.years[0].sides;
    assert_eq!(
        (sides[0].bills, sides[0].claims),
        (sides[1].bills, sides[1].claims)
    );
    assert_eq!(sides[0].persons, sides[1].persons);
    assert!(sides[1].payers.persons > sides[0].payers.persons);
    // Who pays, pays what is asked: as many are insured, up to those of whom the window decides.
    assert!(sides[1].insured.abs_diff(sides[0].insured) * 100 < sides[0].insured);
}

#[test]
fn other_people_are_left_out_of_account_and_named() {
    let other = with(&[("utilisation.stays.per_head", "0.3"), ("fund.interest", "0.03")]);
    let comparison = compare(&[jinan(), other]);
    assert_eq!(comparison.pairs[0].left_out, ["utilisation.stays.per_head"]);
    assert!(comparison.wants_a_look());
    let sides = &comparison.years[0].sides;
    assert_eq!(sides[0].bills, sides[1].bills);
}

#[test]
fn an_alternative_baseline_is_one_more_pair_for_each_scenario() {
    let scenarios = [jinan(), with(&REFORM), with(&REFORM[..1])];
    let request = Request {
        scenarios: &scenarios,
        alternative_baseline: Some(2),
        years: &[2022, 2023],
        whose: &CITY,
        income: None,
        top: 0,
        bridge: None,
    };
    let comparison = Comparison::of(&request, &|_| ()).unwrap();
    let pairs: Vec<(usize, usize)> = comparison.pairs.iter().map(|pair| (pair.from, pair.to)).collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (2, 0), (2, 1)]);
    let change = |pair: usize, year: usize| comparison.pairs[pair].years[year].gains.change();
    for year in [0, 1] {
        assert_eq!(change(1, year), -change(2, year));
        assert_eq!(change(0, year), change(1, year) + change(3, year));
    }
}

#[test]
fn threads_do_not_show() {
    let once = |threads: usize| {
        let pool = rayon_pool(threads);
        pool.install(|| {
            let comparison = compare(&[jinan(), with(&REFORM)]);
            serde_json::to_string(&comparison).unwrap()
        })
    };
    let one = once(1);
    assert!(one.len() > 1_000);
    assert_eq!(one, once(3));
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
}

#[test]
fn no_income_is_no_catastrophe_but_unknown() {
    let text = JINAN
        .source()
        .text
        .replacen("income = { yuan = { 2020", "#income = { yuan = { 2020", 1);
    let text = text.replacen("income = { growth", "#income = { growth", 1);
    let text = text.replacen("thresholds = { follows", "#thresholds = { follows", 1);
    let source = yibao::scenario::Source {
        name: "no-income.toml".to_string(),
        text,
    };
    let scenario = Scenario::from_source(source).unwrap_or_else(|error| panic!("{error}"));
    let comparison = compare(&[scenario.clone(), scenario.clone()]);
    assert_eq!(comparison.years[0].income, None);
    assert_eq!(comparison.years[0].sides[0].spread.catastrophic, None);
    let scenarios = [scenario.clone(), scenario];
    let request = Request {
        scenarios: &scenarios,
        alternative_baseline: None,
        years: &[2023],
        whose: &CITY,
        income: Some(Fen::from_yuan(20_000)),
        top: 0,
        bridge: None,
    };
    let comparison = Comparison::of(&request, &|_| ()).unwrap();
    let counts = comparison.years[0].sides[0].spread.catastrophic.clone().unwrap();
    let persons: Vec<u64> = counts.iter().map(|of| of.persons).collect();
    assert!(
        persons[0] > persons[1] && persons[1] > persons[2] && persons[2] > 0,
        "{persons:?}"
    );
}

/// A folder of files: two adults who paid 380 yuan for 2023, and one who paid too little.
fn files(payments: Option<Payments>) -> (tempfile::TempDir, Whose) {
    let desk = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(desk.path().join(name), text).unwrap();
    write(
        "persons.csv",
        "psn_no,brdy,residence\nP1,1980-05-01,registered\nP2,1990-01-02,registered\nP3,1970-01-02,registered\n",
    );
    write(
        "enrolments.csv",
        "psn_no,year,pay_date,amount\nP1,2023,2022-10-05,380.00\nP2,2023,2022-11-05,380.00\nP3,2023,2022-11-05,100.00\n",
    );
    write(
        "claims.csv",
        "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n\
         A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01\nB,P3,21,H1,2023-03-05,2023-03-10,8000.00,01\n",
    );
    let path = |name: &str| vec![desk.path().join(name)];
    let given = Inputs {
        persons: path("persons.csv"),
        enrolments: path("enrolments.csv"),
        claims: path("claims.csv"),
        ..Inputs::default()
    };
    let sources = given.find().unwrap().open().unwrap();
    (desk, Whose::Files(Files::new(sources, payments)))
}

#[test]
fn payments_of_files_follow_or_are_refused_as_one_says() {
    let dearer = with(&[("funding.individual.adult", "450")]);
    let insured = |payments| {
        let (_desk, whose) = files(Some(payments));
        let comparison = compared(&[jinan(), dearer.clone()], None, &whose);
        let sides = &comparison.years[0].sides;
        let refused: Vec<Vec<&str>> = sides
            .iter()
            .map(|side| side.refused_payments.iter().map(|of| of.reason).collect())
            .collect();
        assert_eq!(refused[0], ["part-payment"]);
        (sides[0].insured, sides[1].insured, sides[1].payers.persons)
    };
    assert_eq!(insured(Payments::Follow), (2, 2, Fen::from_yuan(900)));
    assert_eq!(insured(Payments::AsRecorded), (2, 0, Fen::ZERO));
}

#[test]
fn what_payments_would_be_is_asked_and_not_guessed() {
    let (_desk, whose) = files(None);
    let scenarios = [jinan(), with(&[("funding.individual.adult", "450")])];
    let request = Request {
        scenarios: &scenarios,
        alternative_baseline: None,
        years: &[2023],
        whose: &whose,
        income: None,
        top: 0,
        bridge: None,
    };
    let error = Comparison::of(&request, &|_| ()).unwrap_err();
    assert!(error.to_string().contains("asks other contributions"), "{error}");
    assert!(error.hint().unwrap().contains("--payments follow"));
    // A subsidy is nobody's payment.
    let scenarios = [jinan(), with(&[("funding.subsidy", "700")])];
    let request = Request {
        scenarios: &scenarios,
        ..request
    };
    assert!(Comparison::of(&request, &|_| ()).is_ok());
}

#[test]
fn a_person_whom_one_scenario_cannot_read_is_told_apart() {
    let (desk, _) = files(None);
    std::fs::write(
        desk.path().join("persons.csv"),
        "psn_no,brdy,psn_idet_type\nP1,1980-05-01,\nP3,1970-01-02,K7\n",
    )
    .unwrap();
    let path = |name: &str| vec![desk.path().join(name)];
    let given = Inputs {
        persons: path("persons.csv"),
        claims: path("claims.csv"),
        ..Inputs::default()
    };
    let sources = given.find().unwrap().open().unwrap();
    let whose = Whose::Files(Files::new(sources, None));
    let knows = with(&[("insured.identity.K7", "dibao")]);
    let comparison = compared(&[jinan(), knows], None, &whose);
    let year = &comparison.pairs[0].years[0];
    assert_eq!(year.gains.only_after.persons, 1);
    assert_eq!(year.gains.only_before.persons, 0);
    assert_eq!(year.gains.all().persons, 1);
    // Its claim is new to the other.
    assert_eq!(year.claims_changed, 1);
    assert_eq!(
        (year.claims[0].claim.as_str(), year.claims[0].before),
        ("B", None)
    );
    assert!(comparison.wants_a_look());
}
