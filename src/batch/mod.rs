//! Settling a caseload: partition by person, settle in parallel, add up.
//!
//! Nothing is shared between persons, so there is no lock; sums of integers do not depend on their order, so neither
//! do the results depend on threads. Every number comes from the one engine, [`crate::benefit::settle`].

pub mod book;
pub mod fingerprint;
pub mod history;
pub mod output;
pub mod record;
pub mod run;
pub mod tally;

use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::Silent;
use crate::benefit::settle::settle;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::State;
use crate::benefit::tariff::Level;
use crate::data::caseload::{ByPerson, Caseload};
use crate::fund::benefits::BenefitTotals;
use crate::fund::contributions::{Collection, Group};
use crate::insured::cover::{Membership, Stretch, presumed_year};
use crate::insured::enrolment::{Fate, Purchase};
use crate::insured::person::Person;
use crate::money::Fen;
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate};
use fingerprint::{Fingerprint, RowId};
use history::{Row, Workspace, settle_person};
use rayon::prelude::*;
use tally::Tally;

/// How many persons a thread takes at a time.
const CHUNK_PERSONS: usize = 2048;

/// Who counts as enrolled where there is no enrolments file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// Every person, on time, for each year in which they have a claim; with a year given, for that one alone.
    WithClaims {
        /// The only benefit year that is settled, if there is only one.
        only_year: Option<i32>,
    },
    /// Every person, on time, for this year.
    Everyone {
        /// The benefit year.
        year: i32,
    },
}

/// What to keep besides the sums.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Who counts as enrolled.
    pub enrolled: Enrolled,
    /// Whether to keep a row per settlement.
    pub keep_rows: bool,
}

/// What settling a caseload gives.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The rows, by person and in the order in which they settled; empty unless they were asked for.
    pub rows: Vec<Row>,
    /// Over every row.
    pub fingerprint: Fingerprint,
    /// Sums.
    pub tally: Tally,
    /// What enrolments bring, for the contributions.
    pub collection: Collection,
    /// Benefits by day, for the journal.
    pub benefits: BenefitTotals,
    /// What each person with a claim paid out of pocket, ascending.
    pub out_of_pocket: Vec<Fen>,
}

/// The days on which claims are expected to settle: those of the caseload that lie in years with figures. The table of
/// benefits has a row for each; a stray day beyond costs a little more, but no memory for the days between.
#[derive(Clone, Copy)]
struct Days {
    first: NaiveDate,
    last: NaiveDate,
}

impl Days {
    fn of(scenario: &Scenario, caseload: &Caseload) -> Days {
        let known = |day: &NaiveDate| scenario.tariff(day.year()).is_some();
        let days = || {
            caseload
                .claims
                .iter()
                .map(|claim| claim.claim.settled_at.date())
                .filter(known)
        };
        let first = days().min().unwrap_or_default();
        Days {
            first,
            last: days().max().unwrap_or(first),
        }
    }
}

/// Settles everything. `progress` is told the number of persons done since it was last called.
pub fn settle_all(
    scenario: &Scenario,
    caseload: &Caseload,
    options: Options,
    progress: &(dyn Fn(usize) + Sync),
) -> Outcome {
    let by_person = claims_by_person(caseload);
    let days = Days::of(scenario, caseload);
    let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
    let parts: Vec<Outcome> = persons
        .par_chunks(CHUNK_PERSONS)
        .map(|chunk| {
            let part = settle_chunk(scenario, caseload, &by_person, chunk, days, options);
            progress(chunk.len());
            part
        })
        .collect();
    let mut whole = Outcome::empty(days);
    for part in parts {
        whole.merge(part);
    }
    whole.out_of_pocket.sort_unstable();
    whole
}

fn settle_chunk(
    scenario: &Scenario,
    caseload: &Caseload,
    by_person: &ByPerson<u32>,
    persons: &[u32],
    days: Days,
    options: Options,
) -> Outcome {
    let mut part = Outcome::empty(days);
    let (mut workspace, mut claims) = (Workspace::default(), Vec::new());
    for &person in persons {
        claims.clear();
        claims.extend_from_slice(by_person.of_person(person));
        let mut paid = Fen::ZERO;
        workspace.decide(scenario, caseload, person);
        settle_person(
            scenario,
            caseload,
            person,
            &mut claims,
            None,
            &mut workspace,
            &mut |row: Row, _| {
                paid += row.settlement.person;
                part.add(scenario, caseload, &row);
                if options.keep_rows {
                    part.rows.push(row);
                }
            },
        );
        if !claims.is_empty() {
            part.out_of_pocket.push(paid);
        }
        let known = &caseload.persons[person as usize];
        match options.enrolled {
            Enrolled::WithClaims { only_year } if !claims.is_empty() => {
                part.insure(scenario, known, &workspace.stretches, only_year);
            }
            Enrolled::WithClaims { .. } => {}
            Enrolled::Everyone { year } => {
                workspace.stretches.clear();
                presumed_year(known, year, scenario.adult_age_years(), &mut workspace.stretches);
                part.insure(scenario, known, &workspace.stretches, Some(year));
            }
        }
    }
    part
}

impl Outcome {
    /// Nothing settled yet; benefits are expected within `days`.
    fn empty(days: Days) -> Outcome {
        Outcome {
            rows: Vec::new(),
            fingerprint: Fingerprint::default(),
            tally: Tally::default(),
            collection: Collection::default(),
            benefits: BenefitTotals::new(days.first, days.last),
            out_of_pocket: Vec::new(),
        }
    }

    fn add(&mut self, scenario: &Scenario, caseload: &Caseload, row: &Row) {
        let claim = &caseload.claims[row.claim as usize];
        let place = place(scenario, &claim.claim, row.settlement.year);
        self.tally.add(&row.settlement, row.cancels, place);
        self.benefits
            .add(row.posted_at.date(), place.map(|(kind, _)| kind), &row.settlement);
        let id = RowId {
            claim: caseload.claim_ids.get(row.claim),
            request: caseload.claim_ids.get(row.request),
            person: caseload.person_ids.get(claim.person),
            generation: row.generation,
            cancels: row.cancels,
        };
        self.fingerprint.add(&id, &row.settlement);
    }

    /// Counts the person as enrolled on time for each year with a covered stretch and with figures, once a year.
    fn insure(
        &mut self,
        scenario: &Scenario,
        person: &Person,
        stretches: &[Stretch],
        only_year: Option<i32>,
    ) {
        for (index, stretch) in stretches.iter().enumerate() {
            let Ok(membership) = stretch.standing else {
                continue;
            };
            let year = stretch.from.year();
            let mut before = stretches[..index].iter();
            let counted = before.any(|earlier| earlier.standing.is_ok() && earlier.from.year() == year);
            if !counted
                && only_year.is_none_or(|only| only == year)
                && let Some(purchase) = presumed_purchase(scenario, person, &membership, stretch.from)
            {
                self.collection
                    .add(Group::of(person, membership.category), &purchase);
            }
        }
    }

    fn merge(&mut self, part: Outcome) {
        self.rows.extend(part.rows);
        self.fingerprint.merge(part.fingerprint);
        self.tally.merge(&part.tally);
        self.collection.merge(&part.collection);
        self.benefits.merge(&part.benefits);
        self.out_of_pocket.extend(part.out_of_pocket);
    }
}

/// What a person without an enrolments file is presumed to have bought: when is not known, so it counts as paid on the
/// first day of its cover. `None` for a year without figures.
fn presumed_purchase(
    scenario: &Scenario,
    person: &Person,
    membership: &Membership,
    cover_from: NaiveDate,
) -> Option<Purchase> {
    let year = cover_from.year();
    let &Membership {
        category,
        tier,
        route,
        ..
    } = membership;
    let contribution = &scenario.enrolment(year)?.contribution;
    Some(Purchase {
        year,
        paid_on: cover_from,
        route,
        category,
        tier,
        due: contribution.due(tier, category, person.identity),
        cover_from,
        fate: Fate::Covers,
    })
}

/// The kind and level that the scenario settles a claim as, if it covers both.
pub fn place(scenario: &Scenario, claim: &Claim, year: i32) -> Option<(BenefitKind, Level)> {
    let tariff = scenario.tariff(year)?;
    let kind = tariff.kinds[claim.med_type.index()]?;
    let level = tariff.levels[claim.hosp_lv.index()][usize::from(claim.institution_kind.0)]?;
    Some((kind, level))
}

/// The indices of each person's claims, in the order of the file.
pub fn claims_by_person(caseload: &Caseload) -> ByPerson<u32> {
    let claims = caseload.claims.iter().enumerate();
    let pairs = claims.map(|(index, claim)| (claim.person, index as u32));
    ByPerson::group(caseload.persons.len(), pairs)
}

/// The scenario has no figures for a claim's benefit year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scenario `{scenario}` has no figures for benefit year {year}")]
pub struct NoFigures {
    /// The scenario's name.
    pub scenario: String,
    /// The benefit year.
    pub year: i32,
}

/// Settles a person's only claim: the person counts as enrolled on time, and nothing was claimed before.
///
/// # Errors
/// The scenario has no figures for the claim's benefit year.
pub fn settle_one(scenario: &Scenario, person: &Person, claim: &Claim) -> Result<Settlement, NoFigures> {
    let year = scenario.year_of(claim);
    let no_figures = || NoFigures {
        scenario: scenario.name().to_string(),
        year,
    };
    let tariff = scenario.tariff(year).ok_or_else(no_figures)?;
    let mut stretches = Vec::new();
    for year in claim.begin.year()..=claim.end.year() {
        presumed_year(person, year, scenario.adult_age_years(), &mut stretches);
    }
    let member = Member {
        stretches: &stretches,
        identity: person.identity,
    };
    Ok(settle(tariff, &member, &mut State::default(), claim, &mut Silent))
}
