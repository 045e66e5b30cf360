//! Chapter 2: what purchases bring, who pays it and when, and what is passed on per head.
//!
//! A contribution belongs to the benefit year it was paid for, not to the day it was paid on. The window lies in the
//! year before (Art. 8), so the money that arrives in it is owed (预收保费) until its cover begins: the day on which a
//! purchase takes **effect** is the later of the payment and the first day of cover. In the journal:
//!
//! | who | what | when | for which fate |
//! |---|---|---|---|
//! | the person (Art. 5) | prepaid, then income | the payment, then the effect; at once if they are one day | covers, lapsed |
//! | | income | the payment | bought back |
//! | | prepaid, then refunded (Art. 9) | the payment, then the application | refunded |
//! | public finance, township, employer (Art. 7) | income | the effect | covers |
//! | four levels of government (Art. 6) | income, if the purchase is subsidised | the effect | covers |
//! | to critical illness insurance and the outpatient pool (Art. 12) | transfer per head | the effect | covers |
//! | the district, outside the fund (Art. 27) | work funds per head | the effect | covers |
//!
//! So a refund leaves no trace in income, and nothing of anybody else's is drawn for a person who is never covered. Per
//! head the figures are those of the *benefit* year: a child born in November 2023 and enrolled for that year in March
//! 2024 brings the subsidy of 2023, in March 2024. All of it reaches the revenue account and the treasury account on the
//! same day (Art. 26), and every entry names the person's district.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::fund::accounts::{Account, Book, Source};
//! use yibao::fund::contributions::{Collection, Group};
//! use yibao::fund::journal::Journal;
//! use yibao::insured::enrolment::Enrolment;
//! use yibao::insured::life::Life;
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! let (person, mut life) = (Person::born(day(1980, 1, 1)), Life::default());
//! let payment = Enrolment { year: 2023, paid_on: day(2022, 11, 5), amount: None, registered_on: None };
//! life.decide(&person, &[payment], &[], scenario.enrolments());
//!
//! let mut collection = Collection::default();
//! for purchase in life.purchases() {
//!     collection.add(Group::of(&person, purchase.category), purchase);
//! }
//! let mut journal = Journal::new();
//! collection.post(&mut journal, scenario.fund_terms())?;
//! let on = |date, account| journal.balances(date).get(Book::Basic, account);
//! let (november, january) = (day(2022, 11, 5), day(2023, 1, 1));
//! let income = Account::Income(Source::Person);
//! assert_eq!((on(november, Account::Prepaid), on(november, income)), (Fen::from_yuan(380), Fen::ZERO));
//! assert_eq!((on(january, Account::Prepaid), on(january, income)), (Fen::ZERO, Fen::from_yuan(380)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::fund::accounts::{Book, Level, Source};
use crate::fund::journal::Journal;
use crate::fund::terms::FundTerms;
use crate::insured::category::Category;
use crate::insured::channel::Channel;
use crate::insured::enrolment::{Fate, Purchase, Route};
use crate::insured::person::{Identity, Person};
use crate::money::{Fen, PPM, Rate};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// The insured that reports tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    /// The category of the cover (Art. 2).
    pub category: Category,
    /// The identity class (Art. 7).
    pub identity: Identity,
    /// The district, as an index into the names that were read; `None` where the file gives none.
    pub district: Option<u16>,
    /// Who organised the enrolment (Art. 10).
    pub channel: Channel,
}

impl Hash for Group {
    /// Everything in one word, because a group is looked up for every purchase.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let of_person = (self.category as u64) << 16 | (self.identity as u64) << 8 | self.channel as u64;
        state.write_u64(of_district(self.district) << 32 | of_person);
    }
}

impl Group {
    /// The group of a person whose cover is of a category.
    pub fn of(person: &Person, category: Category) -> Group {
        Group {
            category,
            identity: person.identity,
            district: person.district,
            channel: Channel::of(person),
        }
    }
}

/// What became of the purchases of a group, and what the persons paid for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Enrolments that cover days.
    pub covered: u64,
    /// Enrolments whose person died before the cover began, without an application for a refund.
    pub lapsed: u64,
    /// Enrolments undone on application (Art. 9).
    pub refunded: u64,
    /// Missed years bought back.
    pub bought_back: u64,
    /// What the persons paid for all of them, later refunds included.
    pub paid: Fen,
}

impl Counts {
    fn merge(&mut self, other: &Counts) {
        self.covered += other.covered;
        self.lapsed += other.lapsed;
        self.refunded += other.refunded;
        self.bought_back += other.bought_back;
        self.paid += other.paid;
    }
}

/// What purchases bring (保费征缴): added per person while settling, merged over threads, posted once. Adding and merging
/// are sums, so their order does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// By benefit year.
    years: BTreeMap<i32, FxHashMap<(Group, Route), Counts>>,
    /// From persons, before it takes effect. Apart from the rest, because it comes on many days.
    prepaid: FxHashMap<Slot, Payments>,
    flows: FxHashMap<Slot, Flow>,
}

/// What tells flows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Slot {
    date: NaiveDate,
    /// The benefit year, whose figures hold whatever the date.
    year: i32,
    district: Option<u16>,
}

impl Hash for Slot {
    /// Everything in two words, because a slot is looked up for every purchase.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.date.hash(state);
        state.write_u64(u64::from(self.year.cast_unsigned()) << 32 | of_district(self.district));
    }
}

/// A number of its own for every district, and for none.
fn of_district(district: Option<u16>) -> u64 {
    district.map_or(0, |index| u64::from(index) + 1)
}

/// What moves in one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Flow {
    /// From persons, on the day it takes effect.
    at_once: Payments,
    /// Prepaid before, now in effect.
    recognised: Payments,
    /// Prepaid before, now given back.
    refunded: Payments,
    finance: Payments,
    township: Payments,
    employer: Payments,
    /// Persons whose cover takes effect.
    heads: u64,
    /// Those of them for whom government pays its subsidy.
    subsidised: u64,
}

/// A sum of payments and how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Payments {
    amount: Fen,
    items: u64,
}

impl Payments {
    /// Adds the same amount of each of some persons; nothing is no payment.
    #[inline(always)]
    fn add(&mut self, amount: Fen, persons: u64) {
        if !amount.is_zero() {
            self.amount += amount.for_each_of(persons);
            self.items += persons;
        }
    }

    fn merge(&mut self, other: Payments) {
        self.amount += other.amount;
        self.items += other.items;
    }
}

impl Flow {
    fn merge(&mut self, other: &Flow) {
        self.at_once.merge(other.at_once);
        self.recognised.merge(other.recognised);
        self.refunded.merge(other.refunded);
        self.finance.merge(other.finance);
        self.township.merge(other.township);
        self.employer.merge(other.employer);
        self.heads += other.heads;
        self.subsidised += other.subsidised;
    }
}

impl Collection {
    /// Adds a purchase that was taken, of a person of `group`.
    pub fn add(&mut self, group: Group, purchase: &Purchase) {
        self.add_alike(group, purchase, 1);
    }

    /// Adds a purchase that each of some persons of `group` has made.
    #[inline(always)]
    pub(crate) fn add_alike(&mut self, group: Group, purchase: &Purchase, persons: u64) {
        let groups = self.years.entry(purchase.year).or_default();
        let counts = groups.entry((group, purchase.route)).or_default();
        let fate = match purchase.fate {
            Fate::Covers => &mut counts.covered,
            Fate::Lapsed => &mut counts.lapsed,
            Fate::Refunded(_) => &mut counts.refunded,
            Fate::BoughtBack => &mut counts.bought_back,
        };
        *fate += persons;
        counts.paid += purchase.due.person.for_each_of(persons);
        self.add_flows(group.district, purchase, persons);
    }

    /// Adds what moves: what each person paid, and what follows for others once it takes effect.
    #[inline(always)]
    fn add_flows(&mut self, district: Option<u16>, purchase: &Purchase, persons: u64) {
        let Purchase {
            year, paid_on, due, ..
        } = *purchase;
        // When it stops being owed to the person, and whether it has become income then.
        let (settled_on, earned) = match purchase.fate {
            Fate::Covers | Fate::Lapsed => (paid_on.max(purchase.cover_from), true),
            Fate::BoughtBack => (paid_on, true),
            Fate::Refunded(day) => (day, false),
        };
        let (covers, pays) = (purchase.fate == Fate::Covers, !due.person.is_zero());
        let at_once = earned && settled_on == paid_on;
        if pays && !at_once {
            let slot = Slot {
                date: paid_on,
                year,
                district,
            };
            self.prepaid.entry(slot).or_default().add(due.person, persons);
        }
        if !pays && !covers {
            return;
        }
        let flow = self.flow(settled_on, year, district);
        let own = match (at_once, earned) {
            (true, _) => &mut flow.at_once,
            (false, true) => &mut flow.recognised,
            (false, false) => &mut flow.refunded,
        };
        own.add(due.person, persons);
        if covers {
            flow.finance.add(due.finance, persons);
            flow.township.add(due.township, persons);
            flow.employer.add(due.employer, persons);
            flow.heads += persons;
            flow.subsidised += if due.subsidised { persons } else { 0 };
        }
    }

    fn flow(&mut self, date: NaiveDate, year: i32, district: Option<u16>) -> &mut Flow {
        let slot = Slot { date, year, district };
        self.flows.entry(slot).or_default()
    }

    /// Gives districts other numbers: that at `places[n]` to district `n`.
    pub(crate) fn renumber_districts(&mut self, places: &[u16]) {
        let place = |district: Option<u16>| district.map(|district| places[usize::from(district)]);
        let slot = |slot: Slot| Slot {
            district: place(slot.district),
            ..slot
        };
        for groups in self.years.values_mut() {
            let renumbered = groups.drain().map(|((group, route), counts)| {
                let district = place(group.district);
                ((Group { district, ..group }, route), counts)
            });
            *groups = renumbered.collect();
        }
        self.prepaid = self.prepaid.drain().map(|(of, paid)| (slot(of), paid)).collect();
        self.flows = self.flows.drain().map(|(of, flow)| (slot(of), flow)).collect();
    }

    /// Adds what `other` has collected.
    pub fn merge(&mut self, other: &Collection) {
        for (&year, others) in &other.years {
            merge_sums(self.years.entry(year).or_default(), others, Counts::merge);
        }
        merge_sums(&mut self.prepaid, &other.prepaid, |all, more| all.merge(*more));
        merge_sums(&mut self.flows, &other.flows, Flow::merge);
    }

    /// Posts everything, each benefit year by its own terms.
    ///
    /// # Errors
    /// The first benefit year without terms; nothing is posted then.
    ///
    /// # Panics
    /// If the terms are not in order, see [`FundTerms::check`].
    pub fn post(&self, journal: &mut Journal, terms: &BTreeMap<i32, FundTerms>) -> Result<(), NoTerms> {
        if let Some(&year) = self.years.keys().find(|year| !terms.contains_key(year)) {
            return Err(NoTerms { year });
        }
        for (slot, &Payments { amount, items }) in &self.prepaid {
            journal.receive_in_advance(slot.date, amount, items, slot.district);
        }
        for (slot, flow) in &self.flows {
            // The check above has seen every year.
            if let Some(terms) = terms.get(&slot.year) {
                post_payments(journal, slot, flow);
                post_heads(journal, slot, flow, terms);
            }
        }
        Ok(())
    }

    /// How many are insured in a benefit year: its enrolments that cover days.
    pub fn insured(&self, year: i32) -> u64 {
        let groups = self.years.get(&year).into_iter().flatten();
        groups.map(|(_, counts)| counts.covered).sum()
    }

    /// The groups of a benefit year with the routes by which they enrolled (Art. 8, 14(2)).
    pub fn groups(&self, year: i32) -> impl Iterator<Item = (Group, Route, &Counts)> {
        let groups = self.years.get(&year).into_iter().flatten();
        let in_order: BTreeMap<_, _> = groups.collect();
        in_order
            .into_iter()
            .map(|(&(group, route), counts)| (group, route, counts))
    }
}

/// Adds sums to those of the same keys.
fn merge_sums<K: Copy + Eq + Hash, T: Copy + Default>(
    sums: &mut FxHashMap<K, T>,
    others: &FxHashMap<K, T>,
    merge: impl Fn(&mut T, &T),
) {
    if sums.is_empty() {
        sums.clone_from(others);
        return;
    }
    for (&key, more) in others {
        merge(sums.entry(key).or_default(), more);
    }
}

/// The fund's figures are missing for a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no figures of the fund for {year}")]
pub struct NoTerms {
    /// The year.
    pub year: i32,
}

/// Posts what persons, and others for them, pay, give back and earn (Art. 5, 7, 9).
fn post_payments(journal: &mut Journal, slot: &Slot, flow: &Flow) {
    let &Slot { date, district, .. } = slot;
    let Payments { amount, items } = flow.recognised;
    journal.recognise(date, amount, items, district);
    let Payments { amount, items } = flow.refunded;
    journal.refund(date, amount, items, district);
    for (source, Payments { amount, items }) in [
        (Source::Person, flow.at_once),
        (Source::Finance, flow.finance),
        (Source::Township, flow.township),
        (Source::Employer, flow.employer),
    ] {
        journal.receive(date, source, amount, items, district);
    }
}

/// Posts what goes by heads: subsidy, transfers and work funds (Art. 6, 12, 27).
fn post_heads(journal: &mut Journal, slot: &Slot, flow: &Flow, terms: &FundTerms) {
    let &Slot { date, district, .. } = slot;
    let &Flow {
        heads, subsidised, ..
    } = flow;
    let subsidy = terms.contribution.subsidy.for_each_of(subsidised);
    let parts = split(subsidy, &terms.subsidy_shares);
    for (level, part) in Level::ALL.into_iter().zip(parts) {
        journal.receive(date, Source::Subsidy(level), part, subsidised, district);
    }
    for (book, per_head) in [
        (Book::Outpatient, terms.to_outpatient),
        (Book::CriticalIllness, terms.to_critical_illness),
    ] {
        journal.transfer(date, book, per_head.for_each_of(heads), heads, district);
    }
    let work_funds = terms.work_funds.for_each_of(heads);
    journal.provide_work_funds(date, district, work_funds, heads);
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
