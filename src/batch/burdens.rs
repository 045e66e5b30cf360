//! What a year leaves each person with: kept where scenarios are compared person by person.

use crate::batch::enrolled::presumed_contribution;
use crate::batch::history::{Row, Workspace};
use crate::batch::people::PersonYear;
use crate::benefit::tariff::Level;
use crate::data::caseload::Caseload;
use crate::insured::category::Category;
use crate::insured::enrolment::Fate;
use crate::insured::person::Person;
use crate::money::Fen;
use crate::scenario::Scenario;

/// One person's year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burden {
    /// What the claims came to, and what the person paid of them.
    pub claims: PersonYear,
    /// The person's own contribution for the year (Art. 6); what was refunded is not in it.
    pub contribution: Fen,
    /// The category of the cover; `None` for who has no day of it.
    pub category: Option<Category>,
    /// The highest level of institution at which a claim was settled, in the order of the scenario.
    pub level: Option<Level>,
}

impl Burden {
    /// All that the person paid: of the bills, and the contribution.
    pub fn paid(&self) -> Fen {
        self.claims.own() + self.contribution
    }
}

/// The years of all persons of a caseload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Burdens {
    /// By the index of the person.
    pub persons: Vec<Burden>,
    /// What rows left persons with, with the index of the claim; several rows of a claim add up to what stands.
    pub claims: Vec<(u32, Fen)>,
}

impl Burdens {
    /// Adds a row of the person at hand.
    #[inline]
    pub(super) fn add_row(&mut self, level: &mut Option<Level>, row: &Row) {
        self.claims.push((row.claim, row.settlement.person));
        *level = (*level).max(row.settlement.place.map(|(_, level)| level));
    }

    /// Adds the person at hand, whose rows came to `claims`.
    pub(super) fn add_person(
        &mut self,
        (scenario, year): (&Scenario, i32),
        caseload: &Caseload,
        known: &Person,
        workspace: &Workspace,
        (claims, level): (PersonYear, Option<Level>),
    ) {
        let life = &workspace.life;
        let (category, contribution) = if caseload.enrolments.is_some() {
            let own = life.purchases().filter(|purchase| purchase.year == year);
            let kept = own.filter(|purchase| !matches!(purchase.fate, Fate::Refunded(_)));
            let paid = kept.map(|purchase| purchase.due.person).sum();
            (life.cover_of(year).map(|purchase| purchase.category), paid)
        } else {
            presumed_contribution(scenario, known, &workspace.stretches, year)
        };
        self.persons.push(Burden {
            claims,
            contribution,
            category,
            level,
        });
    }

    /// Adds the persons that follow.
    pub(super) fn merge(&mut self, next: Burdens) {
        self.persons.extend(next.persons);
        self.claims.extend(next.claims);
    }
}
