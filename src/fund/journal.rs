//! The journal: the only place where money moves. Balances are sums of its entries, and are kept nowhere else.

use crate::fund::accounts::{Account, Book};
use crate::fund::flows::EntryKind;
use crate::money::Fen;
use chrono::NaiveDate;
use std::ops::RangeInclusive;

/// A double-entry journal, aggregated by day, book, kind and pair of accounts.
///
/// Entries are made by the named postings of [`postings`](crate::fund::postings). Their order is that of their keys, so
/// it does not depend on the order of posting, on threads or on merging. Claim by claim the journal holds an entry or more
/// per claim and grows with their number; aggregated it grows with the number of days only.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// As they were made, because sums need nothing else: entries are put together when they are read.
    postings: Vec<Posted>,
    /// How many entries there were when the postings were last added up.
    added_up: usize,
}

/// Fewer postings than these are not added up.
const MANY_POSTINGS: usize = 1 << 17;

/// One posting. Those that differ in nothing but their amounts and items are one entry.
#[derive(Clone, Debug)]
struct Posted {
    date: NaiveDate,
    book: Book,
    kind: EntryKind,
    debit: Account,
    credit: Account,
    amount: Fen,
    items: u64,
    district: Option<u16>,
    claim: Option<Box<str>>,
}

impl Posted {
    /// Its part of an entry.
    fn part(&self) -> Entry<'_> {
        Entry {
            date: self.date,
            book: self.book,
            kind: self.kind,
            debit: self.debit,
            credit: self.credit,
            amount: self.amount,
            items: self.items,
            district: self.district,
            claim: self.claim.as_deref(),
        }
    }

    /// What tells entries apart, in the order of the ledger.
    fn key(&self) -> impl Ord {
        let accounts = (self.debit, self.credit);
        let (district, claim) = (self.district, self.claim.as_deref());
        (self.date, self.book, self.kind, accounts, district, claim)
    }
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
        self.postings.push(Posted {
            date,
            book,
            kind,
            debit,
            credit,
            amount,
            items,
            district,
            claim: claim.map(Box::from),
        });
        self.limit();
    }

    /// Takes over the entries of `other`. The order in which journals are merged does not matter.
    pub fn merge(&mut self, other: Journal) {
        self.postings.extend(other.postings);
        self.limit();
    }

    /// Sees to it that there are not many more postings than entries.
    #[inline]
    fn limit(&mut self) {
        if self.postings.len() >= MANY_POSTINGS.max(2 * self.added_up) {
            self.add_up();
        }
    }

    /// Makes one posting of those of each entry.
    #[cold]
    fn add_up(&mut self) {
        self.postings.sort_by(|one, two| one.key().cmp(&two.key()));
        self.postings.dedup_by(|next, first| {
            let is_same = next.key() == first.key();
            if is_same {
                first.amount += next.amount;
                first.items += next.items;
            }
            is_same
        });
        self.added_up = self.postings.len();
    }

    /// Every entry, in the order of the ledger: by date, then book, kind, debit, credit, district and claim.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.entries_within(NaiveDate::MIN..=NaiveDate::MAX)
    }

    /// The entries of a span of days, both ends included; an empty span if it ends before it begins.
    pub fn entries_within(&self, days: RangeInclusive<NaiveDate>) -> impl Iterator<Item = Entry<'_>> {
        let within = self.postings.iter().filter(|posted| days.contains(&posted.date));
        let mut within: Vec<&Posted> = within.collect();
        within.sort_by(|one, two| one.key().cmp(&two.key()));
        let mut within = within.into_iter().peekable();
        std::iter::from_fn(move || {
            let first = within.next()?;
            let mut entry = first.part();
            while let Some(next) = within.next_if(|next| next.key() == first.key()) {
                entry.amount += next.amount;
                entry.items += next.items;
            }
            Some(entry)
        })
    }

    /// What entries are the sums of, in any order: for who adds them up anyway.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Entry<'_>> {
        self.postings.iter().map(Posted::part)
    }

    /// The sums of all entries up to the end of `date`.
    pub fn balances(&self, date: NaiveDate) -> Balances {
        Balances::of(self.parts().filter(|part| part.date <= date))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// Whether nothing has been posted.
    pub fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// The first and the last day with an entry.
    pub fn span(&self) -> Option<RangeInclusive<NaiveDate>> {
        let dates = || self.postings.iter().map(|posted| posted.date);
        Some(dates().min()?..=dates().max()?)
    }
}

impl PartialEq for Journal {
    fn eq(&self, other: &Journal) -> bool {
        self.entries().eq(other.entries())
    }
}

impl Eq for Journal {}

/// What was debited and credited to each account of each book: a trial balance (试算平衡表).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// By the place of the account, of each book.
    books: [[Sides; Account::COUNT]; Book::COUNT],
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
        entries.for_each(|entry| balances.add(&entry));
        balances
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        let book = &mut self.books[entry.book as usize];
        book[entry.debit.index()].debit += entry.amount;
        book[entry.credit.index()].credit += entry.amount;
    }

    /// Adds what others are the sums of.
    pub(super) fn merge(&mut self, other: &Balances) {
        let others = other.books.iter().flatten();
        for (sides, others) in self.books.iter_mut().flatten().zip(others) {
            sides.debit += others.debit;
            sides.credit += others.credit;
        }
    }

    /// The balance of an account on the side on which it grows: an asset in debit is positive, so is a debt in credit.
    pub fn get(&self, book: Book, account: Account) -> Fen {
        let Sides { debit, credit } = self.books[book as usize][account.index()];
        if account.class().grows_by_debit() {
            debit - credit
        } else {
            credit - debit
        }
    }

    /// The lines of the trial balance: every account with an entry.
    pub fn lines(&self) -> impl Iterator<Item = (Book, Account, Sides)> {
        let books = Book::ALL.into_iter().zip(&self.books);
        let all = books.flat_map(|(book, accounts)| {
            let accounts = Account::all().zip(accounts);
            accounts.map(move |(account, &sides)| (book, account, sides))
        });
        all.filter(|(.., sides)| *sides != Sides::default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefit::kind::BenefitKind;
    use crate::fund::postings::Grant;

    /// However many postings there are, and whether they are added up before or after merging.
    #[test]
    fn a_journal_grows_with_its_entries_only() {
        let day = |of_year| NaiveDate::from_yo_opt(2023, of_year).unwrap();
        let (mut whole, mut few) = (Journal::new(), Journal::new());
        let postings = 5 * (MANY_POSTINGS as u64 / 2) + 7;
        for number in 0..postings {
            let to = if number % 5 == 0 { &mut few } else { &mut whole };
            let grant = Grant::Basic(BenefitKind::ALL[(number % 2) as usize]);
            to.accrue(day(1 + (number % 3) as u32), grant, Fen::new(1), 2, None);
        }
        assert!(
            few.postings.len() as u64 == postings.div_ceil(5),
            "not added up yet"
        );
        whole.merge(few);
        assert!(whole.postings.len() < MANY_POSTINGS);
        assert_eq!(whole.len(), 6);
        let mut in_all = 0;
        for (entry, number) in whole.entries().zip([0, 3, 4, 1, 2, 5]) {
            let count = (postings - number).div_ceil(6);
            in_all += count;
            assert_eq!(entry.date, day(1 + (number % 3) as u32));
            assert_eq!((entry.amount, entry.items), (Fen::new(count as i64), 2 * count));
        }
        assert_eq!(in_all, postings);
        assert!(
            whole
                .entries()
                .is_sorted_by_key(|entry| (entry.date, entry.debit))
        );
    }
}
