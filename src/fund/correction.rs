//! What became known later, as entries: the difference of two journals, posted on one day.
//!
//! A month that has been closed stays closed, so a late fact does not change the entries of its own day. Instead the
//! journal as it would have been is compared with the journal as it was, by book, pair of accounts and district, and
//! what is missing is posted as one [`EntryKind::Correction`]: the original flow where there should have been more of it,
//! its mirror image where there should have been less. What closes months is left out: the next closing pays institutions
//! what is then owed to them, and interest that was credited was credited.

use crate::fund::accounts::{Account, Book};
use crate::fund::flows::EntryKind;
use crate::fund::journal::{Entry, Journal, Posting};
use crate::money::Fen;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A journal and the names behind its districts' indices.
pub type Named<'a> = (&'a Journal, &'a [String]);

/// The entries that lead from one journal to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    flows: BTreeMap<Flow, Net>,
}

/// A pair of accounts in the direction of the original flow, with the name of the district.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Flow {
    book: Book,
    debit: Account,
    credit: Account,
    district: Option<String>,
}

/// How much more there should have been, and for how many more heads, claims or payments; less is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Net {
    amount: Fen,
    items: i64,
}

/// More districts had a change than a journal can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 65,536 districts have a change to be posted")]
pub struct TooManyDistricts;

impl Correction {
    /// What leads from `before` to `after`.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use yibao::benefit::kind::BenefitKind;
    /// use yibao::fund::correction::Correction;
    /// use yibao::fund::journal::Journal;
    /// use yibao::fund::postings::Grant;
    /// use yibao::money::Fen;
    /// let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).unwrap();
    /// let grant = Grant::Basic(BenefitKind::Inpatient);
    /// let (mut before, mut after) = (Journal::new(), Journal::new());
    /// before.accrue(day(3, 1), grant, Fen::from_yuan(500), 1, None);
    /// after.accrue(day(3, 1), grant, Fen::from_yuan(300), 1, None);
    ///
    /// let (correction, _) = Correction::between((&before, &[]), (&after, &[])).post(day(6, 1)).unwrap();
    /// let entry = correction.entries().next().unwrap();
    /// // The mirror image of a benefit: 200 yuan less are owed to the institution.
    /// assert_eq!((entry.debit.name(), entry.credit.name()), ("payable-to-institutions", "benefit-inpatient"));
    /// assert_eq!((entry.date, entry.amount), (day(6, 1), Fen::from_yuan(200)));
    /// ```
    pub fn between(before: Named<'_>, after: Named<'_>) -> Correction {
        let mut correction = Correction::default();
        for ((journal, districts), sign) in [(before, -1), (after, 1)] {
            for part in journal.parts().filter(|part| !part.kind.closes_months()) {
                correction.add(&part, districts, sign);
            }
        }
        correction.flows.retain(|_, net| !net.amount.is_zero());
        correction
    }

    /// Adds an entry `sign` times.
    fn add(&mut self, entry: &Entry<'_>, districts: &[String], sign: i64) {
        // A reversal is less of what it reverses, not a flow of its own.
        let (debit, credit, sign) = if entry.kind.is_mirror_image() {
            (entry.credit, entry.debit, -sign)
        } else {
            (entry.debit, entry.credit, sign)
        };
        let name = |district: u16| districts.get(usize::from(district)).cloned();
        let flow = Flow {
            book: entry.book,
            debit,
            credit,
            district: entry.district.and_then(name),
        };
        let net = self.flows.entry(flow).or_default();
        net.amount += Fen::new(sign * entry.amount.get());
        net.items += sign * i64::try_from(entry.items).unwrap_or(i64::MAX);
    }

    /// Whether the two journals do not differ.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// The entries, all of them on one day, and the names behind the indices of their districts, in order.
    ///
    /// # Errors
    /// More districts than a journal can tell apart.
    pub fn post(&self, on: NaiveDate) -> Result<(Journal, Vec<String>), TooManyDistricts> {
        let mut names: Vec<String> = self
            .flows
            .keys()
            .filter_map(|flow| flow.district.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut journal = Journal::new();
        for (flow, net) in &self.flows {
            let district = flow
                .district
                .as_ref()
                .map(|name| index(&names, name))
                .transpose()?;
            let posting = Posting::new(on, flow.book, EntryKind::Correction)
                .items(net.items.unsigned_abs())
                .district(district);
            let (debit, credit) = if net.amount > Fen::ZERO {
                (flow.debit, flow.credit)
            } else {
                (flow.credit, flow.debit)
            };
            journal.post(posting, debit, credit, Fen::new(net.amount.get().abs()));
        }
        Ok((journal, names))
    }
}

/// The index of a name among all of them, which are in order.
fn index(names: &[String], name: &str) -> Result<u16, TooManyDistricts> {
    let index = names.partition_point(|other| other.as_str() < name);
    u16::try_from(index).map_err(|_| TooManyDistricts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefit::kind::BenefitKind;
    use crate::fund::postings::Grant;

    /// A benefit and its reversal are nothing; with the reversal alone gone, the benefit is missing from the books again.
    #[test]
    fn a_benefit_nets_against_its_own_reversal() {
        let day = NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        let (grant, amount) = (Grant::Basic(BenefitKind::Inpatient), Fen::from_yuan(500));
        let (nothing, mut settled) = (Journal::new(), Journal::new());
        settled.accrue(day, grant, amount, 1, None);
        let mut reversed = settled.clone();
        reversed.accrue_reversal(day, grant, amount, 1, None);
        let between = |before, after| Correction::between((before, &[]), (after, &[]));
        assert!(between(&reversed, &nothing).is_empty());
        assert!(!between(&reversed, &settled).is_empty());
        assert_eq!(between(&reversed, &settled), between(&nothing, &settled));
    }
}
