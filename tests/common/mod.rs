//! What the engine's tests share: days, amounts, people, bills, and a year at the counter.

// Each test crate that includes this module uses a different part of it.
#![allow(dead_code)]

pub mod golden;
pub mod lives;

use chrono::{Days, NaiveDate};
use std::sync::LazyLock;
use yibao::batch::{NoFigures, Options, Outcome, settle_all};
use yibao::data::caseload::{Caseload, CaseloadClaim};
use yibao::insured::cover::presumed_year;
use yibao::insured::person::PersonType;
use yibao::prelude::*;
use yibao::scenario::{ScenarioError, Source};

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Whole yuan.
pub fn yuan(yuan: i64) -> Fen {
    Fen::from_yuan(yuan)
}

/// Fen; written with the yuan set apart: `fen(1_462_50)`.
pub fn fen(fen: i64) -> Fen {
    Fen::new(fen)
}

// ---------------------------------------------------------------- scenarios

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

/// The embedded scenario.
pub fn jinan() -> &'static Scenario {
    &JINAN
}

/// The text of the embedded scenario after edits; what an edit replaces must stand in it exactly once.
pub fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = jinan().source().text.clone();
    for (from, to) in edits {
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand there exactly once"
        );
        text = text.replacen(from, to, 1);
    }
    text
}

/// Reads a scenario's text.
pub fn read(text: String) -> Result<Scenario, ScenarioError> {
    Scenario::from_source(Source {
        name: "variant.toml".into(),
        text,
    })
}

/// The embedded scenario with some figures or rules changed.
pub fn variant(edits: &[(&str, &str)]) -> Scenario {
    read(edited(edits)).unwrap_or_else(|error| panic!("{error}"))
}

/// A figure as the tests' own scenarios write it.
pub fn figure(unit_and_value: &str) -> String {
    format!(r#"{{ {unit_and_value}, provenance = "placeholder", source = "test" }}"#)
}

// ---------------------------------------------------------------- people

/// A registered adult without identity class.
pub fn adult() -> Person {
    Person::born(day(1980, 5, 17))
}

pub fn of_class(identity: Identity) -> Person {
    Person { identity, ..adult() }
}

pub fn of_type(psn_type: &str) -> Person {
    let person_type = PersonType::from_code(psn_type);
    assert!(person_type.is_some(), "`{psn_type}` is no national code");
    Person {
        person_type,
        ..adult()
    }
}

// ---------------------------------------------------------------- bills

/// National level codes (`hosp_lv`) of the levels in Jinan.
pub const COMMUNITY: &str = "11";
pub const PRIMARY: &str = "09";
pub const SECONDARY: &str = "06";
pub const TERTIARY: &str = "02";

/// A local bill, wholly in scope, begun and ended on one day.
pub fn bill(med_type: &str, hosp_lv: &str, on: NaiveDate, in_scope: Fen) -> Claim {
    Claim::simple(med_type, hosp_lv, on, on, in_scope).unwrap()
}

/// An inpatient stay in June 2024.
pub fn stay(hosp_lv: &str, in_scope: Fen) -> Claim {
    bill("21", hosp_lv, day(2024, 6, 12), in_scope)
}

/// A chronic outpatient bill in June 2024.
pub fn chronic(hosp_lv: &str, in_scope: Fen) -> Claim {
    bill("14", hosp_lv, day(2024, 6, 12), in_scope)
}

/// A general outpatient visit in June 2024.
pub fn visit(hosp_lv: &str, in_scope: Fen) -> Claim {
    bill("11", hosp_lv, day(2024, 6, 12), in_scope)
}

/// A delivery in a secondary hospital in June 2024.
pub fn delivery(delivery: Delivery, in_scope: Fen) -> Claim {
    Claim {
        delivery: Some(delivery),
        ..bill("52", SECONDARY, day(2024, 6, 12), in_scope)
    }
}

/// Small changes that read as part of a sentence: `stay(TERTIARY, ..).on(day).with_disease("M00500")`.
pub trait ClaimExt {
    fn on(self, day: NaiveDate) -> Claim;
    fn between(self, begin: NaiveDate, end: NaiveDate) -> Claim;
    /// The disease group of a national code, by Jinan's scenario.
    fn with_disease(self, dise_codg: &str) -> Claim;
    /// The kind of institution, by Jinan's scenario.
    fn at_kind(self, kind: &str) -> Claim;
    fn out_of_area(self, state: OutOfArea) -> Claim;
    fn excluded(self, reason: Exclusion) -> Claim;
    /// Adds to the bill what lies outside the catalogue.
    fn plus_own_pay(self, amount: Fen) -> Claim;
    /// Adds to the bill the person's first share of class B.
    fn plus_first_share(self, amount: Fen) -> Claim;
}

impl ClaimExt for Claim {
    fn on(self, day: NaiveDate) -> Claim {
        self.between(day, day)
    }

    fn between(self, begin: NaiveDate, end: NaiveDate) -> Claim {
        Claim {
            begin,
            end,
            settled_at: end.into(),
            ..self
        }
    }

    fn with_disease(self, dise_codg: &str) -> Claim {
        let disease = jinan().codebook().disease(dise_codg);
        assert!(disease.is_some(), "`{dise_codg}` belongs to no group");
        Claim { disease, ..self }
    }

    fn at_kind(self, kind: &str) -> Claim {
        Claim {
            institution_kind: jinan().codebook().institution_kind(kind),
            ..self
        }
    }

    fn out_of_area(self, out_of_area: OutOfArea) -> Claim {
        Claim { out_of_area, ..self }
    }

    fn excluded(self, reason: Exclusion) -> Claim {
        Claim {
            exclusion: Some(reason),
            ..self
        }
    }

    fn plus_own_pay(mut self, amount: Fen) -> Claim {
        self.total += amount;
        self.own_pay += amount;
        self
    }

    fn plus_first_share(mut self, amount: Fen) -> Claim {
        self.total += amount;
        self.first_share += amount;
        self
    }
}

// ---------------------------------------------------------------- settling

/// The only claim of a person's year, by Jinan's rules.
pub fn settle_alone(person: &Person, claim: &Claim) -> Settlement {
    settle_one(jinan(), person, claim).unwrap()
}

/// The only claim of an adult's year, by the rules of `scenario`.
pub fn settle_by(scenario: &Scenario, claim: &Claim) -> Settlement {
    settle_one(scenario, &adult(), claim).unwrap()
}

/// `status` and `reason`, as the settlements file has them.
pub fn outcome(settlement: &Settlement) -> (&'static str, &'static str) {
    (settlement.status.name(), settlement.status.reason())
}

/// One person at the counter: each claim settles against what the benefit year has seen so far.
pub struct Counter<'a> {
    scenario: &'a Scenario,
    person: Person,
    year: Option<i32>,
    pub state: State,
}

impl<'a> Counter<'a> {
    pub fn of(scenario: &'a Scenario, person: Person) -> Counter<'a> {
        Counter {
            scenario,
            person,
            year: None,
            state: State::default(),
        }
    }

    /// Settles a claim; one of another year than the last finds every sum at zero.
    pub fn settle(&mut self, claim: &Claim) -> Settlement {
        self.settle_recording(claim, &mut Silent)
    }

    /// [`Counter::settle`], with an explanation of each step.
    pub fn explain(&mut self, claim: &Claim) -> (Settlement, Trace) {
        let mut trace = Trace::default();
        (self.settle_recording(claim, &mut trace), trace)
    }

    fn settle_recording(&mut self, claim: &Claim, recorder: &mut impl Recorder) -> Settlement {
        let year = self.scenario.year_of(claim);
        if self.year.replace(year) != Some(year) {
            self.state = State::default();
        }
        let stretches = presumed(self.scenario, &self.person, claim);
        let member = Member {
            stretches: &stretches,
            identity: self.person.identity,
            birth: self.person.birth,
            nothing_year_before: self.person.last_paid.nothing_in(year - 1),
        };
        let tariff = self.scenario.tariff(year).unwrap();
        settle(tariff, &member, &mut self.state, claim, recorder)
    }
}

/// The cover that a claim finds where there is no enrolments file.
fn presumed(scenario: &Scenario, person: &Person, claim: &Claim) -> Vec<yibao::insured::cover::Stretch> {
    use chrono::Datelike;
    let mut stretches = Vec::new();
    for year in claim.begin.year()..=claim.end.year() {
        presumed_year(person, year, scenario.adult_age_years(), &mut stretches);
    }
    stretches
}

/// The articles that the explanation of an only claim cites, in the order of the steps: `deductible Art. 15`.
pub fn cited(person: &Person, claim: &Claim) -> Vec<String> {
    let (_, trace) = Counter::of(jinan(), person.clone()).explain(claim);
    let step = |step: &yibao::benefit::record::Step| format!("{} {}", step.rule.name(), step.article);
    trace.steps.iter().map(step).collect()
}

/// The error of a claim of a year without figures.
pub fn no_figures(claim: &Claim) -> NoFigures {
    settle_one(jinan(), &adult(), claim).unwrap_err()
}

// ---------------------------------------------------------------- files of claims

/// Persons and claims, as a file would bring them.
#[derive(Clone, Default)]
pub struct Cases {
    pub caseload: Caseload,
}

impl Cases {
    /// Adds a person and returns the index.
    pub fn person(&mut self, psn_no: &str, person: Person) -> u32 {
        self.caseload.persons.push(person);
        self.caseload.person_ids.push(psn_no)
    }

    /// Adds a claim and returns the index.
    pub fn claim(&mut self, mdtrt_id: &str, person: u32, claim: Claim) -> u32 {
        self.entry(mdtrt_id, person, claim, None)
    }

    /// Adds the reversal of a claim on the day after it settled, or later.
    pub fn reversal(&mut self, mdtrt_id: &str, original: u32, days_later: u64) -> u32 {
        let CaseloadClaim {
            person, mut claim, ..
        } = self.caseload.claims[original as usize].clone();
        claim.settled_at = claim.settled_at.checked_add_days(Days::new(days_later)).unwrap();
        self.entry(mdtrt_id, person, claim, Some(original))
    }

    /// Adds a claim, or the reversal of the one with an index.
    pub fn entry(&mut self, mdtrt_id: &str, person: u32, claim: Claim, reverses: Option<u32>) -> u32 {
        let line = self.caseload.claims.len() as u32 + 2;
        self.caseload.claims.push(CaseloadClaim {
            person,
            line,
            claim,
            reverses,
        });
        self.caseload.claim_ids.push(mdtrt_id)
    }

    /// Settles everything and keeps the rows.
    pub fn settle(&self, scenario: &Scenario) -> Outcome {
        let options = Options {
            only_year: None,
            keep_rows: true,
            ..Options::default()
        };
        settle_all(scenario, &self.caseload, options, &|_| {})
    }

    /// `setl_id` of each row with its settlement, in the order of the rows.
    pub fn rows(&self, outcome: &Outcome) -> Vec<(String, Settlement)> {
        let id =
            |row: &yibao::batch::history::Row| row.setl_id(&self.caseload, &mut String::new()).to_string();
        outcome
            .rows
            .iter()
            .map(|row| (id(row), row.settlement.clone()))
            .collect()
    }
}
