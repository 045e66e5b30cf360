//! A person's claims in the order in which they settle (Art. 13: on the spot, one after the other), and
//! reversals: the original is cancelled and what was settled after it settles again.

use std::collections::BTreeMap;

use super::waterfall::{YearState, settle};
use super::{Claim, Institution, Outcome, Person, Row};

/// Institutions by `fixmedins_code`.
pub type Institutions = BTreeMap<String, Institution>;

/// All rows of one person, from that person's claims in any order.
pub fn settle_person(person: &Person, institutions: &Institutions, claims: &[Claim]) -> Vec<Row> {
    let mut account = Account::new(person.clone());
    in_settlement_order(claims)
        .iter()
        .flat_map(|claim| account.accept(institutions, claim))
        .collect()
}

/// By moment; at the same moment ordinary claims before reversals; then by the bytes of `mdtrt_id`.
pub fn in_settlement_order(claims: &[Claim]) -> Vec<&Claim> {
    let mut ordered: Vec<&Claim> = claims.iter().collect();
    ordered.sort_by_key(|&claim| {
        (
            claim.settles_at(),
            claim.refd_setl_flag,
            claim.mdtrt_id.as_bytes(),
        )
    });
    ordered
}

/// A settled claim that no reversal has cancelled.
#[derive(Clone, Debug)]
struct Standing {
    claim: Claim,
    outcome: Outcome,
    /// How often the claim has settled, from 1.
    times: u32,
}

/// One benefit year of one person.
#[derive(Clone, Debug, Default)]
struct Year {
    state: YearState,
    /// In settlement order.
    standing: Vec<Standing>,
}

/// A person's claims so far, by benefit year.
pub struct Account {
    person: Person,
    years: BTreeMap<i32, Year>,
}

impl Account {
    /// An account without claims.
    pub fn new(person: Person) -> Account {
        Account {
            person,
            years: BTreeMap::new(),
        }
    }

    /// The sums of a benefit year so far.
    pub fn state(&self, year: i32) -> YearState {
        self.years
            .get(&year)
            .map(|year| year.state.clone())
            .unwrap_or_default()
    }

    /// Takes the next claim or reversal and returns the rows it causes.
    pub fn accept(&mut self, institutions: &Institutions, claim: &Claim) -> Vec<Row> {
        if claim.refd_setl_flag {
            return self.reverse(institutions, claim);
        }
        let year = self.years.entry(claim.benefit_year()).or_default();
        let institution = institutions.get(&claim.fixmedins_code);
        let outcome = settle(&self.person, institution, claim, &mut year.state);
        let standing = Standing {
            claim: claim.clone(),
            outcome,
            times: 1,
        };
        let row = settlement_row(&standing, &claim.mdtrt_id);
        year.standing.push(standing);
        vec![row]
    }

    /// Cancels the original, settles the year's other claims again from the start, and writes
    /// the ones that change.
    fn reverse(&mut self, institutions: &Institutions, reversal: &Claim) -> Vec<Row> {
        let year = self
            .years
            .get_mut(&reversal.benefit_year())
            .expect("a reversal follows a claim of its year");
        let position = year
            .standing
            .iter()
            .position(|standing| standing.claim.mdtrt_id == reversal.init_setl_id)
            .expect("a reversal names a settled claim that still stands");
        let original = year.standing.remove(position);
        let mut rows = vec![cancellation_row(
            &original,
            &reversal.mdtrt_id,
            &reversal.mdtrt_id,
        )];

        year.state = YearState::default();
        for standing in &mut year.standing {
            let institution = institutions.get(&standing.claim.fixmedins_code);
            let outcome = settle(&self.person, institution, &standing.claim, &mut year.state);
            if outcome != standing.outcome {
                let own_id = standing.claim.mdtrt_id.clone();
                rows.push(cancellation_row(standing, &own_id, &reversal.mdtrt_id));
                standing.outcome = outcome;
                standing.times += 1;
                rows.push(settlement_row(standing, &reversal.mdtrt_id));
            }
        }
        rows
    }
}

/// `m` for the first settlement of claim `m`, `m.k` for the k-th.
fn settlement_id(standing: &Standing) -> String {
    match standing.times {
        1 => standing.claim.mdtrt_id.clone(),
        times => format!("{}.{times}", standing.claim.mdtrt_id),
    }
}

fn settlement_row(standing: &Standing, caused_by: &str) -> Row {
    Row {
        setl_id: settlement_id(standing),
        mdtrt_id: standing.claim.mdtrt_id.clone(),
        psn_no: standing.claim.psn_no.clone(),
        med_type: standing.claim.med_type.clone(),
        refd_setl_flag: false,
        init_setl_id: String::new(),
        outcome: standing.outcome.clone(),
        caused_by: caused_by.to_string(),
    }
}

/// The mirror of the latest settlement. `mdtrt_id` is the reversal's where an input row asked
/// for it, else the claim's.
fn cancellation_row(standing: &Standing, mdtrt_id: &str, caused_by: &str) -> Row {
    let mut outcome = standing.outcome.clone();
    outcome.amounts = outcome.amounts.mirrored();
    Row {
        setl_id: format!("{}.{}r", standing.claim.mdtrt_id, standing.times),
        mdtrt_id: mdtrt_id.to_string(),
        refd_setl_flag: true,
        init_setl_id: settlement_id(standing),
        outcome,
        ..settlement_row(standing, caused_by)
    }
}
