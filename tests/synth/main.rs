//! The synthetic city: its people and claims are functions of their keys, and its means are those of the statistics.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod claims;
mod enrolment;
mod figures;
mod people;
mod projection;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use toml_edit::{Document, DocumentMut, Table, TableLike, Value};
use yibao::benefit::claim::{Claim, Delivery, DiseaseGroup, Exclusion, HospLv, MedType, OutOfArea};
use yibao::data::codebook::CodeBook;
use yibao::insured::person::{Identity, PersonType, Residence, Sex};
use yibao::insured::terms::EnrolmentTerms;
use yibao::money::Fen;
use yibao::scenario::Scenario;
use yibao::synth::{City, CityModel, FigureError, Generator, city};

/// The parts of Jinan's scenario that describe the city, without the tariff before them.
fn part() -> &'static str {
    let scenario = include_str!("../../scenarios/jinan.toml");
    &scenario[scenario.find("\n[population]\n").expect("the part")..]
}

const PERSONS: u32 = 200_000;

fn parse(text: &str, year: i32) -> Result<CityModel, Vec<FigureError>> {
    parse_table(Document::parse(text).expect("valid TOML").as_table(), year)
}

fn parse_table(document: &Table, year: i32) -> Result<CityModel, Vec<FigureError>> {
    let part = |key| document.get(key).expect("a part");
    CityModel::parse(part("population"), part("utilisation"), year, None)
}

fn model(year: i32) -> CityModel {
    parse(part(), year).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn codebook() -> CodeBook {
    let codes = [
        "M00500", "M08300", "M01600", "M03900", "M07800", "M02100", "M00200", "M06300", "M00101", "M02800",
    ];
    let diseases = codes
        .iter()
        .enumerate()
        .map(|(i, code)| ((*code).to_owned(), DiseaseGroup(i as u8)));
    CodeBook {
        diseases: diseases.collect(),
        institution_kinds: vec!["provincial".to_owned(), "psychiatric".to_owned()],
        ..CodeBook::default()
    }
}

fn jinan() -> &'static Scenario {
    static SCENARIO: OnceLock<Scenario> = OnceLock::new();
    SCENARIO.get_or_init(|| Scenario::jinan().expect("the built-in scenario"))
}

fn terms(year: i32) -> &'static EnrolmentTerms {
    jinan().enrolment(year).expect("a year of the scenario")
}

fn draw(model: &CityModel, persons: u32, seed: u64) -> City {
    city(model, terms(model.year), persons, seed, &codebook(), &|_| ())
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The large city of 2020 that most tests look at.
fn large() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(|| draw(&model(2020), PERSONS, 1))
}

fn is(claim: &Claim, codes: &[&str]) -> bool {
    codes.contains(&claim.med_type.code())
}

fn claims<'a>(city: &'a City, codes: &'a [&'a str]) -> impl Iterator<Item = &'a Claim> {
    city.caseload
        .claims
        .iter()
        .map(|claim| &claim.claim)
        .filter(move |claim| is(claim, codes))
}

/// Mean, and the standard error of the mean.
fn mean(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean: f64 = sum / count;
    (mean, ((squares / count - mean * mean).max(0.0) / count).sqrt())
}

/// Whether a mean is its target, up to four standard errors and `slack` (relative) for what is only solved on average.
fn near(what: &str, (mean, error): (f64, f64), target: f64, slack: f64) {
    println!("{what}: {mean:.5} (target {target:.5}, standard error {error:.5})");
    assert!(
        (mean - target).abs() <= 4.0 * error + slack * target,
        "{what}: {mean} is not {target} ± {error}"
    );
}

/// Claims per person of the given kinds.
fn per_person(city: &City, codes: &[&str]) -> (f64, f64) {
    let mut counts = vec![0.0; city.caseload.persons.len()];
    for claim in &city.caseload.claims {
        if is(&claim.claim, codes) {
            counts[claim.person as usize] += 1.0;
        }
    }
    mean(counts.into_iter())
}

fn yuan(claim: &Claim) -> f64 {
    claim.total.to_yuan_lossy()
}

#[test]
fn any_slice_is_that_slice_of_the_whole() {
    let (model, codebook) = (model(2022), codebook());
    let generator = Generator::new(&model, terms(2022), 5_000, 9, &codebook).unwrap();
    let whole = draw(&model, 5_000, 9);
    let mut at = (0, 0);
    for slots in [
        0..1,
        1..1,
        1..700,
        700..4_998,
        4_998..5_040,
        5_040..generator.slots() + 5,
    ] {
        let part = generator.slice(slots);
        for (i, person) in part.caseload.persons.iter().enumerate() {
            assert_eq!(person, &whole.caseload.persons[at.0 + i]);
            let (name, same) = (
                part.caseload.person_ids.get(i as u32),
                whole.caseload.person_ids.get((at.0 + i) as u32),
            );
            assert_eq!(name, same);
        }
        for (i, claim) in part.caseload.claims.iter().enumerate() {
            let same = &whole.caseload.claims[at.1 + i];
            assert_eq!(claim.claim, same.claim);
            assert_eq!(
                (claim.person + at.0 as u32, claim.line + at.1 as u32),
                (same.person, same.line)
            );
            assert_eq!(part.dise_codg(i), whole.dise_codg(at.1 + i));
            assert_eq!(part.fixmedins_code(i), whole.fixmedins_code(at.1 + i));
            let (id, same) = (
                part.caseload.claim_ids.get(i as u32),
                whole.caseload.claim_ids.get((at.1 + i) as u32),
            );
            assert_eq!(id, same);
        }
        at = (
            at.0 + part.caseload.persons.len(),
            at.1 + part.caseload.claims.len(),
        );
    }
    assert_eq!(at, (whole.caseload.persons.len(), whole.caseload.claims.len()));
}

#[test]
fn threads_do_not_matter() {
    let of_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| draw(&model(2021), 9_000, 4))
    };
    let (one, three) = (of_threads(1), of_threads(3));
    assert_eq!(one.caseload.persons, three.caseload.persons);
    assert_eq!(one.caseload.claims, three.caseload.claims);
    assert_eq!(one.caseload.claim_ids, three.caseload.claim_ids);
}

#[test]
fn progress_counts_every_slot_once() {
    let done = std::sync::atomic::AtomicU32::new(0);
    let (model, codebook) = (model(2020), codebook());
    let add = |slots| {
        done.fetch_add(slots, std::sync::atomic::Ordering::Relaxed);
    };
    city(&model, terms(2020), 10_000, 4, &codebook, &add).unwrap();
    assert_eq!(
        done.into_inner(),
        Generator::new(&model, terms(2020), 10_000, 4, &codebook)
            .unwrap()
            .slots()
    );
}
