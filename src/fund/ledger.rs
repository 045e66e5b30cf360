//! The journal as lines of `ledger.csv`: two for each entry, the debit first.

use crate::fund::accounts::{Account, Book};
use crate::fund::journal::{Entry, Journal};
use crate::money::Fen;
use chrono::NaiveDate;

/// One side of an entry. At the end of each entry, debits so far equal credits so far, in total and by book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerLine<'a> {
    /// `entry`: the number of the entry, from 1; both of its lines carry it.
    pub entry: u64,
    /// `date`.
    pub date: NaiveDate,
    /// `book`: [`Book::name`].
    pub book: &'static str,
    /// `account`: [`Account::name`].
    pub account: &'static str,
    /// `kind`: [`EntryKind::name`](crate::fund::flows::EntryKind::name).
    pub kind: &'static str,
    /// `debit`: zero on the credit line.
    pub debit: Fen,
    /// `credit`: zero on the debit line.
    pub credit: Fen,
    /// `items`: how many heads, claims or payments the entry stands for.
    pub items: u64,
    /// `district`: the index of the district of the insured, in contributions and what goes with them.
    pub district: Option<u16>,
    /// `claim`: the claim, where the ledger is kept claim by claim.
    pub claim: Option<&'a str>,
}

/// The lines of every entry, in the order of [`Journal::entries`].
pub fn ledger_lines(journal: &Journal) -> impl Iterator<Item = LedgerLine<'_>> {
    (1..).zip(journal.entries()).flat_map(|(number, entry)| {
        let line = |account: Account, debit, credit| LedgerLine {
            entry: number,
            date: entry.date,
            book: Book::name(entry.book),
            account: account.name(),
            kind: entry.kind.name(),
            debit,
            credit,
            items: entry.items,
            district: entry.district,
            claim: entry.claim,
        };
        let Entry {
            debit,
            credit,
            amount,
            ..
        } = entry;
        [line(debit, amount, Fen::ZERO), line(credit, Fen::ZERO, amount)]
    })
}
