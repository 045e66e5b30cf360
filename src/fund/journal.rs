//! The journal: the only place where money moves. Balances are sums of its entries, and are kept nowhere else.

use crate::fund::accounts::{Account, Book};
use crate::fund::flows::EntryKind;
use crate::money::Fen;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A double-entry journal, aggregated by day, book, kind and pair of accounts.
///
/// Entries are made by the named postings of [`postings`](crate::fund::postings). Their order is that of their keys, so
/// it does not depend on the order of posting, on threads or on merging. Claim by claim the journal holds an entry or more
/// per claim and grows with their number; aggregated it grows with the number of days only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    days: BTreeMap<NaiveDate, BTreeMap<Key, Sum>>,
}

/// What tells the entries of one day apart, in the order of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    book: Book,
    kind: EntryKind,
    debit: Account,
    credit: Account,
    district: Option<u16>,
    claim: Option<Box<str>>,
}

/// What the postings of one key add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    amount: Fen,
    items: u64,
}

/// One entry: `amount` from the `credit` account to the `debit` account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The day of posting.
    pub date: NaiveDate,
    /// The book in which both accounts are.
    pub book: Book,
    /// What moves the money, which decides the accounts it may touch.
    pub kind: EntryKind,
    /// The account debited.
    pub debit: Account,
    /// The account credited.
    pub credit: Account,
    /// More than zero: a reversal swaps the accounts instead.
    pub amount: Fen,
    /// How many heads, claims or payments it stands for.
    pub items: u64,
    /// The district of the insured whose contributions, subsidy, transfers or work funds these are.
    pub district: Option<u16>,
    /// The claim, where the ledger is kept claim by claim.
    pub claim: Option<&'a str>,
}

/// The circumstances of an entry, before its accounts and amount are named.
#[derive(Clone, Debug)]
pub(super) struct Posting<'a> {
    date: NaiveDate,
    book: Book,
    kind: EntryKind,
    items: u64,
    district: Option<u16>,
    claim: Option<&'a str>,
}

impl<'a> Posting<'a> {
    /// On `date`, in `book`, for the reason `kind`.
    pub(super) fn new(date: NaiveDate, book: Book, kind: EntryKind) -> Posting<'a> {
        Posting {
            date,
            book,
            kind,
            items: 0,
            district: None,
            claim: None,
        }
    }

    /// For so many heads, claims or payments.
    pub(super) fn items(self, items: u64) -> Posting<'a> {
        Posting { items, ..self }
    }

    /// For the insured of a district.
    pub(super) fn district(self, district: Option<u16>) -> Posting<'a> {
        Posting { district, ..self }
    }

    /// For one claim.
    pub(super) fn claim(self, claim: Option<&'a str>) -> Posting<'a> {
        Posting { claim, ..self }
    }
}

impl Journal {
    /// A journal without entries.
    pub fn new() -> Journal {
        Journal::default()
    }

    /// Adds to the entry of its key. An amount of zero leaves no trace.
    ///
    /// # Panics
    /// If the amount is negative or the flow is not one that its kind permits (Art. 26): a defect of the caller.
    pub(super) fn post(&mut self, posting: Posting<'_>, debit: Account, credit: Account, amount: Fen) {
        let Posting {
            date,
            book,
            kind,
            items,
            district,
            claim,
        } = posting;
        assert!(amount >= Fen::ZERO, "a negative {} of {amount}", kind.name());
        assert!(
            kind.permits(book, debit, credit),
            "{}: no {} from {} to {}",
            book.name(),
            kind.name(),
            credit.name(),
            debit.name()
        );
        if amount.is_zero() {
            return;
        }
        let key = Key {
            book,
            kind,
            debit,
            credit,
            district,
            claim: claim.map(Box::from),
        };
        self.days
            .entry(date)
            .or_default()
            .entry(key)
            .or_default()
            .add(Sum { amount, items });
    }

    /// Takes over the entries of `other`. The order in which journals are merged does not matter.
    pub fn merge(&mut self, other: Journal) {
        for (date, entries) in other.days {
            let day = self.days.entry(date).or_default();
            for (key, sum) in entries {
                day.entry(key).or_default().add(sum);
            }
        }
    }

    /// Every entry, in the order of the ledger: by date, then book, kind, debit, credit, district and claim.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.days
            .iter()
            .flat_map(|(&date, day)| day.iter().map(move |item| entry(date, item)))
    }

    /// The entries of a span of days, both ends included; an empty span if it ends before it begins.
    pub fn entries_within(&self, days: RangeInclusive<NaiveDate>) -> impl Iterator<Item = Entry<'_>> {
        // A map panics on a span that ends before it begins; a span of nothing is no defect here.
        let span = (!days.is_empty()).then(|| self.days.range(days));
        span.into_iter()
            .flatten()
            .flat_map(|(&date, day)| day.iter().map(move |item| entry(date, item)))
    }

    /// The sums of all entries up to the end of `date`.
    pub fn balances(&self, date: NaiveDate) -> Balances {
        Balances::of(self.entries_within(NaiveDate::MIN..=date))
    }

    /// The sums of the entries of a span of days, both ends included: what moved, not what there is.
    pub fn movements(&self, days: RangeInclusive<NaiveDate>) -> Balances {
        Balances::of(self.entries_within(days))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.days.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing has been posted.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The first and the last day with an entry.
    pub fn span(&self) -> Option<RangeInclusive<NaiveDate>> {
        let (&first, _) = self.days.first_key_value()?;
        let (&last, _) = self.days.last_key_value()?;
        Some(first..=last)
    }
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.amount += other.amount;
        self.items += other.items;
    }
}

/// The entry of a stored key and sum.
fn entry<'a>(date: NaiveDate, (key, sum): (&'a Key, &Sum)) -> Entry<'a> {
    Entry {
        date,
        book: key.book,
        kind: key.kind,
        debit: key.debit,
        credit: key.credit,
        amount: sum.amount,
        items: sum.items,
        district: key.district,
        claim: key.claim.as_deref(),
    }
}

/// What was debited and credited to each account of each book: a trial balance (试算平衡表).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    accounts: BTreeMap<(Book, Account), Sides>,
}

/// The two sides of an account or a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Sum of debits, zero or more.
    pub debit: Fen,
    /// Sum of credits, zero or more.
    pub credit: Fen,
}

impl Balances {
    /// Sums up entries.
    pub fn of<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Balances {
        let mut balances = Balances::default();
        for entry in entries {
            balances
                .accounts
                .entry((entry.book, entry.debit))
                .or_default()
                .debit += entry.amount;
            balances
                .accounts
                .entry((entry.book, entry.credit))
                .or_default()
                .credit += entry.amount;
        }
        balances
    }

    /// The balance of an account on the side on which it grows: an asset in debit is positive, so is a debt in credit.
    pub fn get(&self, book: Book, account: Account) -> Fen {
        let Sides { debit, credit } = self.accounts.get(&(book, account)).copied().unwrap_or_default();
        if account.class().grows_by_debit() {
            debit - credit
        } else {
            credit - debit
        }
    }

    /// The lines of the trial balance: every account with an entry.
    pub fn lines(&self) -> impl Iterator<Item = (Book, Account, Sides)> {
        self.accounts
            .iter()
            .map(|(&(book, account), &sides)| (book, account, sides))
    }

    /// The totals of a book. Debits equal credits to the fen, at any cut.
    pub fn totals(&self, book: Book) -> Sides {
        self.lines()
            .filter(|line| line.0 == book)
            .fold(Sides::default(), |sum, (_, _, sides)| Sides {
                debit: sum.debit + sides.debit,
                credit: sum.credit + sides.credit,
            })
    }

    /// Assets less what is owed, to institutions and to those who paid in advance (基金结余): what the book has in the end.
    pub fn fund_balance(&self, book: Book) -> Fen {
        [
            Account::Revenue,
            Account::Treasury,
            Account::Expenditure,
            Account::DueFromFunder,
        ]
        .into_iter()
        .map(|account| self.get(book, account))
        .sum::<Fen>()
            - self.get(book, Account::Payable)
            - self.get(book, Account::Prepaid)
    }
}
