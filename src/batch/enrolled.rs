//! What settling finds out about enrolments: what they bring, which were refused, and who is covered.

use crate::data::caseload::{Caseload, Enrolments, Place};
use crate::data::enrolments::{refused_event, refused_payment};
use crate::data::{FileRole, PaymentTotals, Reject};
use crate::fund::contributions::{Collection, Group};
use crate::insured::category::{Category, category};
use crate::insured::cover::{Membership, Stretch};
use crate::insured::employee::covers_all;
use crate::insured::enrolment::{Fate, Purchase, Refusal, Route};
use crate::insured::life::{EventRefusal, Life};
use crate::insured::person::Person;
use crate::insured::terms::{first_day, last_day};
use crate::money::Fen;
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// What became of the enrolments of a caseload. Merging is adding, so its order does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Enrolled {
    /// What purchases bring, for the contributions.
    pub collection: Collection,
    /// Who could be enrolled and who is covered, by benefit year and category; empty without an enrolments file.
    pub coverage: BTreeMap<(i32, Category), Coverage>,
    /// Refused payments whose rows are forgotten, and their amounts, by reason.
    #[serde(deserialize_with = "known_reasons")]
    pub(super) forgotten: BTreeMap<&'static str, (u64, Fen)>,
    /// Payments that were refused: the person, the place among the person's payments, and why.
    refused_payments: Vec<(u32, usize, Refusal)>,
    /// Events that were refused, in the same way.
    refused_events: Vec<(u32, usize, EventRefusal)>,
    /// What is due for the payments taken whose amount is blank.
    due_for_blanks: Fen,
    /// Payments taken for other years than the one asked for, and their amounts, by their file.
    skipped: BTreeMap<u32, (u64, Fen)>,
}

/// Reads a table by the names of reasons.
fn known_reasons<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<&'static str, (u64, Fen)>, D::Error> {
    let by_name = BTreeMap::<String, (u64, Fen)>::deserialize(deserializer)?;
    let known = |(name, refused): (String, _)| {
        let reason = Refusal::ALL.into_iter().find(|reason| reason.name() == name);
        reason
            .map(|reason| (reason.name(), refused))
            .ok_or_else(|| D::Error::custom(format!("`{name}` is no reason to refuse a payment")))
    };
    by_name.into_iter().map(known).collect()
}

/// Residents of a benefit year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Who could be enrolled: residents by Art. 2, alive on the year's first day or born in it, and not employees
    /// throughout.
    pub residents: u64,
    /// Those of them who are covered on a day of the year.
    pub covered: u64,
}

impl Enrolled {
    /// Takes what the person's payments and events were decided to be; only purchases for `only_year` bring money, if
    /// one is given. Coverage is counted for `years`.
    pub(super) fn add(
        &mut self,
        scenario: &Scenario,
        (person, known): (u32, &Person),
        life: &Life,
        payments: &Enrolments,
        (years, only_year): (&[i32], Option<i32>),
    ) {
        for decision in &life.decisions {
            let amount = payments.payments.of_person(person)[decision.row].amount;
            match &decision.result {
                Err(refusal) => self.refused_payments.push((person, decision.row, *refusal)),
                Ok(purchase) => {
                    let due = purchase.due.person;
                    self.due_for_blanks += if amount.is_none() { due } else { Fen::ZERO };
                    if only_year.is_none_or(|only| only == purchase.year) {
                        self.collection.add(Group::of(known, purchase.category), purchase);
                    } else {
                        let place = payments.payment_places.of_person(person)[decision.row];
                        self.skip(place.file, (1, due));
                    }
                }
            }
        }
        let refused = life.refused_events.iter();
        self.refused_events
            .extend(refused.map(|event| (person, event.row, event.reason)));
        for &year in years {
            if let Some(category) = resident(scenario, known, life, year) {
                let coverage = self.coverage.entry((year, category)).or_default();
                coverage.residents += 1;
                coverage.covered += u64::from(life.cover_of(year).is_some());
            }
        }
    }

    /// Takes the persons who were presumed to be enrolled. A year without figures brings nothing.
    pub(super) fn presume(&mut self, scenario: &Scenario, presumed: Presumed) {
        for (alike, persons) in presumed.persons {
            if let Some(purchase) = alike.purchase(scenario) {
                self.collection.add_alike(alike.group, &purchase, persons);
            }
        }
    }

    /// Adds what another part found.
    pub(super) fn merge(&mut self, other: Enrolled) {
        self.collection.merge(&other.collection);
        for (key, others) in other.coverage {
            let coverage = self.coverage.entry(key).or_default();
            coverage.residents += others.residents;
            coverage.covered += others.covered;
        }
        for (reason, (rows, sum)) in other.forgotten {
            let forgotten = self.forgotten.entry(reason).or_default();
            *forgotten = (forgotten.0 + rows, forgotten.1 + sum);
        }
        self.refused_payments.extend(other.refused_payments);
        self.refused_events.extend(other.refused_events);
        self.due_for_blanks += other.due_for_blanks;
        for (file, skipped) in other.skipped {
            self.skip(file, skipped);
        }
    }

    fn skip(&mut self, file: u32, (rows, sum): (u64, Fen)) {
        let skipped = self.skipped.entry(file).or_default();
        *skipped = (skipped.0 + rows, skipped.1 + sum);
    }

    /// The refused payments of a caseload and their amounts, by reason.
    pub fn refused_payments(&self, caseload: &Caseload) -> BTreeMap<&'static str, (u64, Fen)> {
        let mut refused = self.forgotten.clone();
        for &(person, row, reason) in &self.refused_payments {
            let facts = caseload.enrolments.as_ref();
            let payment = facts.and_then(|facts| facts.payments.of_person(person).get(row));
            let (rows, sum) = refused.entry(reason.name()).or_default();
            *rows += 1;
            *sum += payment.and_then(|payment| payment.amount).unwrap_or_default();
        }
        refused
    }

    /// Keeps of the refused payments of a caseload that will not be kept itself their sums alone, and counts all its
    /// payments in `totals`.
    pub(super) fn forget_rows(&mut self, caseload: &Caseload, totals: &mut PaymentTotals) {
        let Some(facts) = &caseload.enrolments else {
            return;
        };
        totals.receive(facts.payments.all().iter().map(|payment| payment.amount));
        totals.add_due(std::mem::take(&mut self.due_for_blanks));
        for (person, row, refusal) in self.refused_payments.drain(..) {
            let amount = facts.payments.of_person(person)[row].amount;
            totals.refuse(amount);
            let (rows, sum) = self.forgotten.entry(refusal.name()).or_default();
            *rows += 1;
            *sum += amount.unwrap_or_default();
        }
        self.refused_events.clear();
    }

    /// Forgets which rows were refused, once they are rejects.
    pub(super) fn forget_refused(&mut self) {
        self.refused_payments.clear();
        self.refused_events.clear();
    }

    /// Payments taken for other years than the one asked for, by their file.
    pub(super) fn skipped(&self) -> impl Iterator<Item = (u32, u64)> {
        self.skipped.iter().map(|(&file, &(rows, _))| (file, rows))
    }

    /// The refused payments and events as rejects, and the money of the payments after that; `path` names the files of
    /// each role.
    ///
    /// # Panics
    /// If a payment or a fen got lost: a defect of the program, never of the input.
    pub(super) fn rejects(
        &self,
        caseload: &Caseload,
        path: impl Fn(FileRole, u32) -> String,
        totals: &mut PaymentTotals,
    ) -> Vec<Reject> {
        let Some(facts) = &caseload.enrolments else {
            return Vec::new();
        };
        totals.add_due(self.due_for_blanks);
        for &(rows, sum) in self.skipped.values() {
            totals.skip(rows, sum);
        }
        let mut rejects = Vec::new();
        for &(person, row, refusal) in &self.refused_payments {
            let payment = &facts.payments.of_person(person)[row];
            totals.refuse(payment.amount);
            let Place { file, line } = facts.payment_places.of_person(person)[row];
            let psn_no = caseload.person_ids.get(person);
            let path = path(FileRole::Enrolments, file);
            rejects.push(Reject {
                file,
                ..refused_payment(&path, line, psn_no, payment, refusal)
            });
        }
        for &(person, row, reason) in &self.refused_events {
            let event = &facts.events.of_person(person)[row];
            let Place { file, line } = facts.event_places.of_person(person)[row];
            let psn_no = caseload.person_ids.get(person);
            let path = path(FileRole::Events, file);
            rejects.push(Reject {
                file,
                ..refused_event(&path, line, psn_no, event, reason)
            });
        }
        totals.assert_conserved();
        rejects
    }
}

/// The category of a person who could be enrolled for a year: that of the cover, which may have begun after an 18th
/// birthday, or else that of the year's first day.
fn resident(scenario: &Scenario, person: &Person, life: &Life, year: i32) -> Option<Category> {
    if let Some(purchase) = life.cover_of(year) {
        return Some(purchase.category);
    }
    let (start, last) = (first_day(year).max(person.birth), last_day(year));
    let lives = start <= last && person.death.is_none_or(|death| start <= death);
    if !lives || covers_all(&life.spells, start, last) {
        return None;
    }
    category(person, start, scenario.adult_age_years()).ok()
}

/// Persons without an enrolments file who count as enrolled on time. Many of them are alike, so what they bring is worked
/// out once for all of these.
#[derive(Debug, Default)]
pub(super) struct Presumed {
    persons: FxHashMap<Alike, u64>,
}

impl Presumed {
    /// Counts a person for each year with a covered stretch, once a year; only for `only_year`, if one is given.
    pub(super) fn add(&mut self, person: &Person, stretches: &[Stretch], only_year: Option<i32>) {
        for (index, stretch) in stretches.iter().enumerate() {
            let Ok(membership) = &stretch.standing else {
                continue;
            };
            let year = stretch.from.year();
            let mut before = stretches[..index].iter();
            let counted = before.any(|earlier| earlier.standing.is_ok() && earlier.from.year() == year);
            if !counted && only_year.is_none_or(|only| only == year) {
                let alike = Alike::new(person, membership, stretch.from);
                *self.persons.entry(alike).or_default() += 1;
            }
        }
    }
}

/// All that a presumed enrolment depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Alike {
    group: Group,
    tier: u8,
    route: Route,
    cover_from: NaiveDate,
}

impl Alike {
    #[inline]
    fn new(person: &Person, membership: &Membership, cover_from: NaiveDate) -> Alike {
        Alike {
            group: Group::of(person, membership.category),
            tier: membership.tier,
            route: membership.route,
            cover_from,
        }
    }

    /// What such a person is presumed to have bought: when is not known, so it counts as paid on the first day of its
    /// cover. `None` for a year without figures.
    fn purchase(&self, scenario: &Scenario) -> Option<Purchase> {
        let &Alike {
            group,
            tier,
            route,
            cover_from,
        } = self;
        let year = cover_from.year();
        let contribution = &scenario.enrolment(year)?.contribution;
        Some(Purchase {
            year,
            paid_on: cover_from,
            route,
            category: group.category,
            tier,
            due: contribution.due(tier, group.category, group.identity),
            cover_from,
            fate: Fate::Covers,
        })
    }
}

/// The category and the own contribution of a person for a year without an enrolments file: nothing without a day of cover.
pub(super) fn presumed_contribution(
    scenario: &Scenario,
    person: &Person,
    stretches: &[Stretch],
    year: i32,
) -> (Option<Category>, Fen) {
    let mut of_year = stretches.iter().filter(|stretch| stretch.from.year() == year);
    let covered = of_year.find_map(|stretch| Some((stretch.standing.ok()?, stretch.from)));
    let Some((membership, from)) = covered else {
        return (None, Fen::ZERO);
    };
    let purchase = Alike::new(person, &membership, from).purchase(scenario);
    let paid = purchase.map_or(Fen::ZERO, |purchase| purchase.due.person);
    (Some(membership.category), paid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Outcome;
    use serde::de::DeserializeOwned;
    use serde_json::json;

    #[test]
    fn reasons_are_read_by_name() {
        let read = known_reasons(json!({"outside-window": [2, 76_000]}));
        assert_eq!(
            read.unwrap(),
            BTreeMap::from([("outside-window", (2, Fen::from_yuan(760)))])
        );
        assert!(known_reasons(json!({"no-such-reason": [1, 1]})).is_err());
    }

    #[test]
    fn every_sum_of_an_outcome_can_be_kept() {
        fn keeps<T: Serialize + DeserializeOwned>(_: impl Fn(&Outcome) -> &T) {}
        keeps(|outcome| &outcome.fingerprint);
        keeps(|outcome| &outcome.tally);
        keeps(|outcome| &outcome.heads);
        keeps(|outcome| &outcome.enrolled);
        keeps(|outcome| &outcome.benefits);
        keeps(|outcome| &outcome.out_of_pocket);
    }
}
