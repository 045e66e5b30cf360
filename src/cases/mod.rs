//! Worked cases: a person, payments and claims with the amounts that must come out, beside the scenario they hold.
//!
//! A case is read ([`read`]), settled by the one engine with a recorder on every claim, and compared with what it states
//! ([`check`]); only what is stated is compared, to the fen. [`coverage`] tells which rules, articles and figures the
//! cases have met. `docs/cases.md` describes the files.

pub mod boundaries;
mod boundary_days;
mod boundary_rare;
mod boundary_writer;
pub mod check;
pub mod coverage;
pub mod expected;
pub mod find;
pub mod read;
mod read_claim;
mod sketch;

use crate::insured::enrolment::{Enrolment, Event};
use crate::insured::person::Person;
use crate::scenario::Scenario;
use expected::Stated;
use std::path::PathBuf;
use std::sync::Arc;

/// A file of cases and the scenario that they are held to.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The file.
    pub path: PathBuf,
    /// The rules.
    pub scenario: Arc<Scenario>,
    /// The cases in the order of the file; at least one.
    pub cases: Vec<Case>,
}

/// One worked case.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows.
    pub title: String,
    /// Where it comes from, if it says so.
    pub cites: Option<String>,
    /// Line of the file, from 1.
    pub line: usize,
    /// The person.
    pub person: Person,
    /// Payments and events; `None` if the person counts as enrolled on time.
    pub enrolments: Option<(Vec<Payment>, Vec<Event>)>,
    /// The claims in the order of the file.
    pub claims: Vec<CaseClaim>,
    /// What is stated of the sums over all claims.
    pub sums: Vec<Stated>,
}

/// A payment, and what is stated of it.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The payment.
    pub enrolment: Enrolment,
    /// What is stated of it.
    pub expected: Vec<Stated>,
}

/// A claim, and what is stated of its settlement.
#[derive(Clone, Debug)]
pub struct CaseClaim {
    /// Its id in the case: `id`, or its number from 1.
    pub id: String,
    /// The claim.
    pub claim: crate::benefit::claim::Claim,
    /// For a reversal: the number of the claim that it cancels, from 0; `claim` is then that claim at another time.
    pub reverses: Option<u32>,
    /// What is stated of it: of its first settlement, or of the cancellation that a reversal is.
    pub expected: Vec<Stated>,
    /// What is stated of its last settlement, after a reversal of another claim.
    pub resettled: Vec<Stated>,
}
