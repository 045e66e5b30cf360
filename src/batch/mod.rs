//! Settling a caseload: partition by person, settle in parallel, add up.
//!
//! Nothing is shared between persons, so there is no lock; sums of integers do not depend on their order, so neither
//! do the results depend on threads. Every number comes from the one engine, [`crate::benefit::settle`].

pub mod book;
pub mod burdens;
pub mod checkpoint;
pub mod distribution;
pub mod enrolled;
pub mod fingerprint;
pub mod heads;
pub mod history;
pub mod output;
mod part_sums;
pub mod parted;
pub mod people;
mod pieces;
pub mod previous;
pub mod record;
pub mod resettle;
mod row_hash;
pub mod run;
pub mod settlements;
pub(crate) mod stream;
pub mod tally;
pub mod workload;

use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::Silent;
use crate::benefit::settle::settle;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::State;
use crate::benefit::tariff::Level;
use crate::conveyor::convey;
use crate::data::DataError;
use crate::data::caseload::{ByPerson, Caseload};
use crate::fund::benefits::BenefitTotals;
use crate::insured::cover::presumed_year;
use crate::insured::person::Person;
use crate::insured::terms::{first_day, last_day};
use crate::money::Fen;
use crate::scenario::Scenario;
use burdens::Burdens;
use chrono::Datelike;
use distribution::Distribution;
use enrolled::{Enrolled, Presumed};
use fingerprint::{Fingerprint, IdHash, RowId};
use heads::{Heads, Seen};
use history::{Row, Workspace, placed, settle_person, sort_placed};
use people::{People, PeopleOf, PersonYear};
use rayon::prelude::*;
use settlements::{PERSONS_AT_ONCE, SettlementsWriter, cut, write_rows};
use std::collections::BTreeSet;
use tally::Tally;

/// How many persons a thread takes at a time.
const CHUNK_PERSONS: usize = 2048;

/// What to settle, and what to keep besides the sums.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The only benefit year whose contributions are booked, if one is given; the claims are the caseload's.
    pub only_year: Option<i32>,
    /// Whether to keep a row per settlement.
    pub keep_rows: bool,
    /// Whose sums by category and age to keep, if any; there must be an enrolments file.
    pub people: Option<PeopleOf>,
    /// The benefit year whose burdens to keep person by person, if any.
    pub burdens: Option<i32>,
    /// Whether to leave the fingerprint at nothing: a tenth of the time, for those who settle a hundred million persons to
    /// look at sums.
    pub no_fingerprint: bool,
}

/// What settling a caseload gives.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The rows, by person and in the order in which they settled; empty unless they were asked for.
    pub rows: Vec<Row>,
    /// One number over every settled row, whatever their order.
    pub fingerprint: Fingerprint,
    /// Sums by status, and of settled claims by kind of benefit and level.
    pub tally: Tally,
    /// The people behind the sums.
    pub heads: Heads,
    /// What became of the enrolments.
    pub enrolled: Enrolled,
    /// Benefits by day, for the journal.
    pub benefits: BenefitTotals,
    /// What each person with a claim paid out of pocket.
    pub out_of_pocket: Distribution,
    /// Sums by category and age; all zero unless they were asked for.
    pub people: People,
    /// What the year left each person with; empty unless it was asked for.
    pub burdens: Burdens,
}

/// Settles everything. `progress` is told the number of persons done since it was last called.
pub fn settle_all(
    scenario: &Scenario,
    caseload: &Caseload,
    options: Options,
    progress: &(dyn Fn(usize) + Sync),
) -> Outcome {
    let by_person = claims_by_person(caseload);
    let years = years_paid_for(scenario, caseload, options.only_year);
    let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
    persons
        .par_chunks(CHUNK_PERSONS)
        .fold(
            || Outcome::empty(scenario),
            |mut part, chunk| {
                let mut settler = Settler::new(scenario, caseload, &by_person, &years, options);
                settler.settle(chunk, &mut part);
                settler.finish(&mut part);
                progress(chunk.len());
                part
            },
        )
        // The parts come in the order of the persons.
        .reduce(
            || Outcome::empty(scenario),
            |mut part, next| {
                part.merge(next);
                part
            },
        )
}

/// As [`settle_all`], and writes every row into `settlements`, which it does not finish.
///
/// # Errors
/// What kept the settlements from being written; the rest is then not settled any more.
///
/// # Panics
/// If a row got lost on the way: a defect of the program.
pub(crate) fn settle_into(
    scenario: &Scenario,
    caseload: &Caseload,
    options: Options,
    settlements: &mut SettlementsWriter,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Outcome, DataError> {
    let by_person = claims_by_person(caseload);
    let years = years_paid_for(scenario, caseload, options.only_year);
    let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
    let cuts = cut(&by_person, persons.len());
    let parts = settlements.parts();
    let keeping = Options {
        keep_rows: true,
        ..options
    };
    let make = |index: usize| {
        let (mut outcome, mut part) = (Outcome::empty(scenario), parts.take());
        let (mut settled, mut kept) = (Vec::new(), Vec::new());
        let mut settler = Settler::new(scenario, caseload, &by_person, &years, keeping);
        for chunk in persons[cuts[index].clone()].chunks(PERSONS_AT_ONCE) {
            // A thread that has nothing else to do writes meanwhile what the chunk before has come to.
            rayon::join(
                || settler.settle(chunk, &mut outcome),
                || write_rows(&mut part, caseload, &settled),
            );
            std::mem::swap(&mut settled, &mut outcome.rows);
            match options.keep_rows {
                true => kept.append(&mut outcome.rows),
                false => outcome.rows.clear(),
            }
            progress(chunk.len());
        }
        settler.finish(&mut outcome);
        write_rows(&mut part, caseload, &settled);
        if options.keep_rows {
            kept.append(&mut settled);
        }
        outcome.rows = kept;
        Ok((outcome, parts.encode(part)?))
    };
    let (mut whole, mut written) = (Outcome::empty(scenario), 0);
    let mut indices = 0..cuts.len();
    convey(
        || Ok(indices.next()),
        make,
        |(outcome, part)| {
            written += part.rows() as u64;
            whole.merge(outcome);
            settlements.append(part)
        },
    )?;
    assert!(
        written == whole.tally.rows,
        "{} rows were settled, {written} written",
        whole.tally.rows
    );
    Ok(whole)
}

/// The benefit years with figures that somebody has paid for.
fn years_paid_for(scenario: &Scenario, caseload: &Caseload, only_year: Option<i32>) -> Vec<i32> {
    let payments = caseload.enrolments.iter().flat_map(|facts| facts.payments.all());
    let elsewhere = caseload.enrolments.iter().flat_map(|facts| &facts.paid_elsewhere);
    let (mut paid, mut last) = (elsewhere.copied().collect::<BTreeSet<i32>>(), None);
    for payment in payments {
        // Payments for one year come in rows.
        if last.replace(payment.year) != Some(payment.year) {
            paid.insert(payment.year);
        }
    }
    let wanted =
        |year: &i32| scenario.enrolment(*year).is_some() && only_year.is_none_or(|only| only == *year);
    paid.into_iter().filter(wanted).collect()
}

/// Settles the persons of a caseload, so many at a time, in memory that is used again.
pub(crate) struct Settler<'a> {
    scenario: &'a Scenario,
    caseload: &'a Caseload,
    by_person: &'a ByPerson<u32>,
    /// The benefit years with figures that somebody has paid for.
    years: &'a [i32],
    options: Options,
    workspace: Workspace,
    /// The claims of the persons at hand, one person's after the other's, those of each in the order in which they settle.
    claims: Vec<u32>,
    /// Those of one person, while they are put into that order.
    order: Vec<u128>,
    /// What each of the persons at hand with a claim pays.
    out_of_pocket: Vec<Fen>,
    /// All persons so far, where there is no enrolments file.
    presumed: Presumed,
}

impl<'a> Settler<'a> {
    pub(crate) fn new(
        scenario: &'a Scenario,
        caseload: &'a Caseload,
        by_person: &'a ByPerson<u32>,
        years: &'a [i32],
        options: Options,
    ) -> Settler<'a> {
        Settler {
            scenario,
            caseload,
            by_person,
            years,
            options,
            workspace: Workspace::default(),
            claims: Vec::new(),
            order: Vec::new(),
            out_of_pocket: Vec::new(),
            presumed: Presumed::default(),
        }
    }

    /// Settles some persons and adds up what they come to.
    pub(crate) fn settle(&mut self, persons: &[u32], part: &mut Outcome) {
        // All of them first: reading ahead in a short loop is faster than waiting for memory at each person.
        self.order_claims(persons);
        let (scenario, caseload, options) = (self.scenario, self.caseload, &self.options);
        let (mut next, mut rows) = (0, std::mem::take(&mut part.rows));
        for &person in persons {
            let claims = &self.claims[next..next + self.by_person.of_person(person).len()];
            next += claims.len();
            // Where enrolments are presumed, nothing is to be found out about who has no claim.
            if claims.is_empty() && caseload.enrolments.is_none() && options.burdens.is_none() {
                continue;
            }
            if !options.keep_rows {
                rows.clear();
            }
            let (first, workspace) = (rows.len(), &mut self.workspace);
            workspace.decide(scenario, caseload, person);
            settle_person(scenario, caseload, person, claims, workspace, &mut rows);
            let mut at_hand = AtHand::new(IdHash::of(caseload.person_ids.bytes(person)));
            part.add(caseload, options, &mut at_hand, &rows[first..]);
            if !claims.is_empty() {
                self.out_of_pocket.push(at_hand.own);
                part.heads.add(at_hand.seen);
            }
            let known = &caseload.persons[person as usize];
            if let Some(of) = options.people
                && let Some(purchase) = workspace.life.cover_of(of.year)
            {
                part.people.add(of, known, purchase.category, &at_hand.year);
            }
            if let Some(year) = options.burdens {
                let claims = (at_hand.year, at_hand.highest);
                part.burdens
                    .add_person((scenario, year), caseload, known, workspace, claims);
            }
            match &caseload.enrolments {
                Some(facts) => {
                    let years = (self.years, options.only_year);
                    part.enrolled
                        .add(scenario, (person, known), &workspace.life, facts, years);
                }
                None => self.presumed.add(known, &workspace.stretches, options.only_year),
            }
        }
        if !options.keep_rows {
            rows.clear();
        }
        part.rows = rows;
        let paid = self.out_of_pocket.drain(..);
        paid.for_each(|paid| part.out_of_pocket.add(paid));
    }

    /// Adds the enrolments that are presumed, once all are settled.
    pub(crate) fn finish(self, part: &mut Outcome) {
        part.enrolled.presume(self.scenario, self.presumed);
    }

    /// Puts the claims of some persons into order.
    fn order_claims(&mut self, persons: &[u32]) {
        self.claims.clear();
        let by_person = persons.iter().map(|&person| self.by_person.of_person(person));
        for of_person in by_person.filter(|claims| !claims.is_empty()) {
            self.order.clear();
            self.order
                .extend(of_person.iter().map(|&index| placed(self.caseload, index)));
            sort_placed(self.caseload, &mut self.order);
            self.claims.extend(self.order.iter().map(|&placed| placed as u32));
        }
    }
}

/// The person at hand, and what their rows add up to.
struct AtHand {
    id: IdHash,
    /// What the person paid.
    own: Fen,
    seen: Seen,
    /// All of the year, where it is kept; see [`Options::keeps_years`].
    year: PersonYear,
    /// The highest level at which a claim was settled, where it is kept.
    highest: Option<Level>,
}

impl AtHand {
    #[inline]
    fn new(id: IdHash) -> AtHand {
        AtHand {
            id,
            own: Fen::ZERO,
            seen: Seen::default(),
            year: PersonYear::default(),
            highest: None,
        }
    }
}

impl Options {
    /// Whether anything is to be kept of persons besides the sums.
    #[inline]
    fn keeps_years(&self) -> bool {
        self.people.is_some() || self.burdens.is_some()
    }
}

impl Outcome {
    /// Nothing settled yet; benefits are expected in the years of the scenario.
    fn empty(scenario: &Scenario) -> Outcome {
        let years = scenario.years();
        let first = years.first().copied().unwrap_or_default();
        let last = years.last().copied().unwrap_or(first);
        Outcome {
            rows: Vec::new(),
            fingerprint: Fingerprint::default(),
            tally: Tally::default(),
            heads: Heads::default(),
            enrolled: Enrolled::default(),
            benefits: BenefitTotals::new(first_day(first), last_day(last)),
            out_of_pocket: Distribution::default(),
            people: People::default(),
            burdens: Burdens::default(),
        }
    }

    /// Adds the rows of the person at hand.
    fn add(&mut self, caseload: &Caseload, options: &Options, of: &mut AtHand, rows: &[Row]) {
        for row in rows {
            let settlement = &row.settlement;
            of.own += settlement.person;
            of.seen.add(settlement);
            self.tally.add(settlement, row.cancels);
            let kind = settlement.place.map(|(kind, _)| kind);
            self.benefits.add(row.posted_at.date(), kind, settlement);
        }
        // One thing after the other: all of it at once is more than the processor's registers hold.
        if !options.no_fingerprint {
            rows.iter()
                .for_each(|row| self.add_to_fingerprint(caseload, of.id, row));
        }
        if options.keeps_years() {
            rows.iter()
                .for_each(|row| of.year.add(&row.settlement, row.cancels));
        }
        if options.burdens.is_some() {
            rows.iter()
                .for_each(|row| self.burdens.add_row(&mut of.highest, row));
        }
    }

    #[inline]
    fn add_to_fingerprint(&mut self, caseload: &Caseload, person: IdHash, row: &Row) {
        let id_of = |claim: u32| IdHash::of(caseload.claim_ids.bytes(claim));
        let claim = id_of(row.claim);
        let id = RowId {
            claim,
            request: if row.request == row.claim {
                claim
            } else {
                id_of(row.request)
            },
            person,
            generation: row.generation,
            cancels: row.cancels,
        };
        self.fingerprint.add(&id, &row.settlement);
    }

    fn merge(&mut self, part: Outcome) {
        self.rows.extend(part.rows);
        self.fingerprint.merge(part.fingerprint);
        self.tally.merge(&part.tally);
        self.heads.merge(&part.heads);
        self.enrolled.merge(part.enrolled);
        self.benefits.merge(&part.benefits);
        self.out_of_pocket.merge(part.out_of_pocket);
        self.people.merge(&part.people);
        self.burdens.merge(part.burdens);
    }
}

/// The kind and level that the scenario settles a claim as, if it covers both.
pub(crate) fn place(scenario: &Scenario, claim: &Claim, year: i32) -> Option<(BenefitKind, Level)> {
    let tariff = scenario.tariff(year)?;
    let kind = tariff.kinds[claim.med_type.index()]?;
    let level = tariff.levels[claim.hosp_lv.index()][usize::from(claim.institution_kind.0)]?;
    Some((kind, level))
}

/// The indices of each person's claims, in the order of the file.
pub fn claims_by_person(caseload: &Caseload) -> ByPerson<u32> {
    caseload.claims.by_person(caseload.persons.len())
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
        birth: person.birth,
        nothing_year_before: person.last_paid.nothing_in(year - 1),
    };
    Ok(settle(tariff, &member, &mut State::default(), claim, &mut Silent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::Generator;

    /// From one person at a time to all at once, with payments and without.
    #[test]
    fn how_many_persons_are_settled_at_a_time_does_not_show() {
        let scenario = Scenario::jinan().unwrap();
        let (model, terms) = (scenario.city(2023).unwrap(), scenario.enrolment(2023).unwrap());
        let generator = Generator::new(model, terms, 3_000, 1, scenario.codebook()).unwrap();
        let paid = generator.city(&|_| ()).caseload;
        let presumed = Caseload {
            enrolments: None,
            ..paid.clone()
        };
        for caseload in [paid, presumed] {
            settle_in_chunks(&scenario, &caseload);
        }
    }

    fn settle_in_chunks(scenario: &Scenario, caseload: &Caseload) {
        let by_person = claims_by_person(caseload);
        let years = years_paid_for(scenario, caseload, None);
        let options = Options {
            keep_rows: true,
            ..Options::default()
        };
        let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
        let expected = settle_all(scenario, caseload, options, &|_| ());
        assert!(expected.rows.len() > 5_000);
        assert!(expected.enrolled.collection.insured(2023) > 1_000);
        for size in [1, 2, 3, 100, 2_048, persons.len()] {
            let mut whole = Outcome::empty(scenario);
            for chunk in persons.chunks(size) {
                let mut part = Outcome::empty(scenario);
                let mut settler = Settler::new(scenario, caseload, &by_person, &years, options);
                settler.settle(chunk, &mut part);
                settler.finish(&mut part);
                whole.merge(part);
            }
            assert_eq!(whole.fingerprint, expected.fingerprint, "{size}");
            assert_eq!(whole.tally, expected.tally, "{size}");
            assert_eq!(whole.rows, expected.rows, "{size}");
            assert_eq!(whole.enrolled.collection, expected.enrolled.collection, "{size}");
            assert_eq!(whole.benefits, expected.benefits, "{size}");
            assert_eq!(whole.out_of_pocket, expected.out_of_pocket, "{size}");
        }
    }
}
