//! Chapter 2: what is raised for the insured of a benefit year, and what is passed on per head.
//!
//! - Art. 5-7: the individual contribution, paid by the person or for some classes by public finance, and the subsidy of
//!   four levels of government. All of it reaches the revenue account and the treasury account on the same day.
//! - Art. 12: per head, the basic pool hands money to the critical illness and the general outpatient book.
//! - Art. 27: per head, the district's budget provides work funds, outside the fund.
//! - Art. 9: what the person paid flows back if the enrolment is undone before its cover begins.

use crate::fund::accounts::{Book, Level, Source};
use crate::fund::journal::Journal;
use crate::fund::terms::FundTerms;
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::{Fen, PPM, Rate};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// What the money raised for a head depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The category of the cover (Art. 2).
    pub category: Category,
    /// The identity class (Art. 7).
    pub identity: Identity,
    /// The district, as an index into the names that were read; `None` where the file gives none.
    pub district: Option<u16>,
}

/// How many are insured, by group. Merging is adding, so its order does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    groups: BTreeMap<Group, u64>,
}

impl Heads {
    /// Adds `count` heads of a group.
    pub fn add(&mut self, group: Group, count: u64) {
        *self.groups.entry(group).or_default() += count;
    }

    /// Adds the heads of `other`.
    pub fn merge(&mut self, other: &Heads) {
        for (&group, &count) in &other.groups {
            self.add(group, count);
        }
    }

    /// The groups and their heads.
    pub fn iter(&self) -> impl Iterator<Item = (Group, u64)> {
        self.groups.iter().map(|(&group, &count)| (group, count))
    }

    /// All heads.
    pub fn total(&self) -> u64 {
        self.groups.values().sum()
    }
}

/// The heads by the day on which their money is raised: the benefit year's first day, or for a newborn the day on which
/// the cover starts. The terms are those of that day's year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadsByDay {
    days: BTreeMap<NaiveDate, Heads>,
}

impl HeadsByDay {
    /// Adds `count` heads of a group whose cover starts on `date`.
    pub fn add(&mut self, date: NaiveDate, group: Group, count: u64) {
        self.days.entry(date).or_default().add(group, count);
    }

    /// Adds the heads of `other`.
    pub fn merge(&mut self, other: &HeadsByDay) {
        for (&date, heads) in &other.days {
            self.days.entry(date).or_default().merge(heads);
        }
    }

    /// The days and their heads, in order.
    pub fn iter(&self) -> impl Iterator<Item = (NaiveDate, &Heads)> {
        self.days.iter().map(|(&date, heads)| (date, heads))
    }

    /// Posts each day by the terms of its year.
    ///
    /// # Errors
    /// The first year without terms; nothing is posted then.
    pub fn post(&self, journal: &mut Journal, terms: &BTreeMap<i32, FundTerms>) -> Result<(), NoTerms> {
        let days = self
            .days
            .iter()
            .map(|(&date, heads)| match terms.get(&date.year()) {
                Some(terms) => Ok((date, heads, terms)),
                None => Err(NoTerms { year: date.year() }),
            });
        for (date, heads, terms) in days.collect::<Result<Vec<_>, _>>()? {
            post_contributions(journal, date, terms, heads);
        }
        Ok(())
    }
}

/// The fund's figures are missing for a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no figures of the fund for {year}")]
pub struct NoTerms {
    /// The year.
    pub year: i32,
}

/// Posts everything that `heads` bring on `date`: contributions, subsidy, transfers and work funds.
///
/// # Panics
/// If the terms are not in order, see [`FundTerms::check`].
pub fn post_contributions(journal: &mut Journal, date: NaiveDate, terms: &FundTerms, heads: &Heads) {
    let (mut person, mut finance) = ((Fen::ZERO, 0), (Fen::ZERO, 0));
    let mut work_funds = BTreeMap::<Option<u16>, u64>::new();
    for (group, count) in heads.iter() {
        let due = terms.contribution.due(0, group.category, group.identity);
        for (payer, amount) in [(&mut person, due.person), (&mut finance, due.finance)] {
            payer.0 += amount.for_each_of(count);
            payer.1 += if amount.is_zero() { 0 } else { count };
        }
        *work_funds.entry(group.district).or_default() += count;
    }
    journal.receive(date, Source::Person, person.0, person.1);
    journal.receive(date, Source::Finance, finance.0, finance.1);

    let total = heads.total();
    let parts = split(
        terms.contribution.subsidy.for_each_of(total),
        &terms.subsidy_shares,
    );
    for (level, part) in Level::ALL.into_iter().zip(parts) {
        journal.receive(date, Source::Subsidy(level), part, total);
    }
    for (book, per_head) in [
        (Book::Outpatient, terms.to_outpatient),
        (Book::CriticalIllness, terms.to_critical_illness),
    ] {
        journal.transfer(date, book, per_head.for_each_of(total), total);
    }
    for (district, count) in work_funds {
        journal.provide_work_funds(date, district, terms.work_funds.for_each_of(count), count);
    }
}

/// Posts enrolments that were undone before their cover began (Art. 9): what the persons had paid comes in on
/// `received` and goes out on `refunded`. Where public finance pays, nothing does; no subsidy is drawn and nothing passed on.
pub fn post_refunds(
    journal: &mut Journal,
    received: NaiveDate,
    refunded: NaiveDate,
    terms: &FundTerms,
    heads: &Heads,
) {
    let (mut amount, mut persons) = (Fen::ZERO, 0);
    for (group, count) in heads.iter() {
        let due = terms.contribution.due(0, group.category, group.identity).person;
        amount += due.for_each_of(count);
        persons += if due.is_zero() { 0 } else { count };
    }
    journal.receive(received, Source::Person, amount, persons);
    journal.refund(refunded, amount, persons);
}

/// Splits an amount by shares that together are one, so that the parts add up to it to the fen: each part is rounded
/// down, and the few fen left over go one each to the largest remainders, the first of equals first (Art. 6).
///
/// ```
/// use yibao::fund::contributions::split;
/// use yibao::money::{Fen, Rate};
/// let shares = [400_000, 200_000, 200_000, 200_000].map(Rate::from_ppm);
/// assert_eq!(split(Fen::new(7), &shares), [3, 2, 1, 1].map(Fen::new)); // 2.8, 1.4, 1.4, 1.4
/// ```
///
/// # Panics
/// If the shares are not one together, or the amount is negative.
pub fn split<const N: usize>(amount: Fen, shares: &[Rate; N]) -> [Fen; N] {
    let ppm = shares.map(|share| i128::from(share.ppm()));
    assert_eq!(
        ppm.iter().sum::<i128>(),
        i128::from(PPM),
        "shares that are not one together"
    );
    assert!(amount >= Fen::ZERO, "a negative amount of {amount} to share");
    let exact = ppm.map(|ppm| i128::from(amount.get()) * ppm);
    // A part is no more than the whole, so it fits where the whole did.
    let mut parts = exact.map(|micro| Fen::new((micro / i128::from(PPM)) as i64));
    let mut by_remainder: [usize; N] = std::array::from_fn(|index| index);
    // The sort is stable: equal remainders keep the order of the shares.
    by_remainder.sort_by_key(|&index| -(exact[index] % i128::from(PPM)));
    let left = amount - parts.iter().copied().sum();
    for &index in by_remainder.iter().take(left.get() as usize) {
        parts[index] += Fen::new(1);
    }
    parts
}
