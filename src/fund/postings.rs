//! The named postings: each fact that moves money, and the entries that it makes (Art. 5-9, 12, 26, 27, 31).

use crate::benefit::kind::BenefitKind;
use crate::fund::accounts::{Account, Book, Source};
use crate::fund::flows::EntryKind;
use crate::fund::journal::{Journal, Posting};
use crate::money::Fen;
use chrono::NaiveDate;

/// The benefit that is accrued: it fixes book and expense account together, so that no claim reaches a wrong book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// `hifp_pay` from the basic pool, by kind.
    Basic(BenefitKind),
    /// `hifp_pay` from the general outpatient pool, by kind (Art. 12).
    Outpatient(BenefitKind),
    /// `hifmi_pay` (Art. 12).
    CriticalIllness,
    /// `maf_pay`.
    Assistance,
    /// `oth_pay` (Art. 31).
    Special,
    /// `oth_pay` of a claim that was settled.
    Subsidy,
}

impl Grant {
    /// The book and the expense account.
    pub const fn account(self) -> (Book, Account) {
        match self {
            Grant::Basic(kind) => (Book::Basic, Account::Benefit(kind)),
            Grant::Outpatient(kind) => (Book::Outpatient, Account::Benefit(kind)),
            Grant::CriticalIllness => (Book::CriticalIllness, Account::CriticalIllnessBenefit),
            Grant::Assistance => (Book::Assistance, Account::AssistanceBenefit),
            Grant::Special => (Book::Special, Account::SpecialBenefit),
            Grant::Subsidy => (Book::Subsidy, Account::SubsidyBenefit),
        }
    }
}

/// The named postings. Amounts are zero or more unless a posting says otherwise; nothing is posted for zero.
impl Journal {
    /// Opens the books with what earlier years left in the treasury account, which may be below zero (Art. 3, 26). All of it
    /// stands in the basic pool's book.
    pub fn open(&mut self, date: NaiveDate, balance: Fen) {
        let posting = Posting::new(date, Book::Basic, EntryKind::Opening);
        if balance >= Fen::ZERO {
            self.post(posting, Account::Treasury, Account::BroughtForward, balance);
        } else {
            self.post(posting, Account::BroughtForward, Account::Treasury, -balance);
        }
    }

    /// Money of `source` arrives in the revenue account and moves on to the treasury account the same day
    /// (Art. 5, 26). `items` counts heads, or gifts.
    pub fn receive(
        &mut self,
        date: NaiveDate,
        source: Source,
        amount: Fen,
        items: u64,
        district: Option<u16>,
    ) {
        self.take_in(date, Account::Income(source), amount, items, district);
    }

    /// As [`Journal::receive`], from `items` persons whose cover begins later: until then it is owed to them (Art. 8).
    pub fn receive_in_advance(&mut self, date: NaiveDate, amount: Fen, items: u64, district: Option<u16>) {
        self.take_in(date, Account::Prepaid, amount, items, district);
    }

    /// The way in, whatever the money is for (Art. 26).
    fn take_in(&mut self, date: NaiveDate, credit: Account, amount: Fen, items: u64, district: Option<u16>) {
        let posting = |kind| {
            Posting::new(date, Book::Basic, kind)
                .items(items)
                .district(district)
        };
        self.post(posting(EntryKind::Receipt), Account::Revenue, credit, amount);
        self.post(
            posting(EntryKind::Deposit),
            Account::Treasury,
            Account::Revenue,
            amount,
        );
    }

    /// What `items` persons had paid in advance becomes income, because their cover begins (Art. 8).
    pub fn recognise(&mut self, date: NaiveDate, amount: Fen, items: u64, district: Option<u16>) {
        let posting = Posting::new(date, Book::Basic, EntryKind::Recognition)
            .items(items)
            .district(district);
        let income = Account::Income(Source::Person);
        self.post(posting, Account::Prepaid, income, amount);
    }

    /// What `items` persons had paid in advance flows back to them through the expenditure account (Art. 9). It never
    /// was income.
    pub fn refund(&mut self, date: NaiveDate, amount: Fen, items: u64, district: Option<u16>) {
        let refund = Posting::new(date, Book::Basic, EntryKind::Refund)
            .items(items)
            .district(district);
        self.post(refund.clone(), Account::Expenditure, Account::Treasury, amount);
        self.post(refund, Account::Prepaid, Account::Expenditure, amount);
    }

    /// The basic pool hands `amount` to another book of the fund, for `items` heads: one entry in each (Art. 12).
    ///
    /// # Panics
    /// If `to` is the basic pool itself or outside the fund (Art. 26).
    pub fn transfer(&mut self, date: NaiveDate, to: Book, amount: Fen, items: u64, district: Option<u16>) {
        let posting = |book| {
            Posting::new(date, book, EntryKind::Transfer)
                .items(items)
                .district(district)
        };
        self.post(
            posting(Book::Basic),
            Account::TransferOut,
            Account::Treasury,
            amount,
        );
        self.post(posting(to), Account::Treasury, Account::TransferIn, amount);
    }

    /// Benefits granted on `date` become payable to institutions; `items` counts claims and `claim` names the one, where
    /// the ledger is kept claim by claim. Outside the fund, the funder owes the same amount.
    pub fn accrue(&mut self, date: NaiveDate, grant: Grant, amount: Fen, items: u64, claim: Option<&str>) {
        let (book, expense) = grant.account();
        let benefit = Posting::new(date, book, EntryKind::Benefit)
            .items(items)
            .claim(claim);
        self.post(benefit, expense, Account::Payable, amount);
        if !book.is_fund() {
            let draw = Posting::new(date, book, EntryKind::Draw)
                .items(items)
                .claim(claim);
            self.post(draw, Account::DueFromFunder, Account::FunderIncome, amount);
        }
    }

    /// The mirror image of [`Journal::accrue`], with `amount` again zero or more.
    pub fn accrue_reversal(
        &mut self,
        date: NaiveDate,
        grant: Grant,
        amount: Fen,
        items: u64,
        claim: Option<&str>,
    ) {
        let (book, expense) = grant.account();
        let benefit = Posting::new(date, book, EntryKind::BenefitReversal)
            .items(items)
            .claim(claim);
        self.post(benefit, Account::Payable, expense, amount);
        if !book.is_fund() {
            let draw = Posting::new(date, book, EntryKind::DrawReversal)
                .items(items)
                .claim(claim);
            self.post(draw, Account::FunderIncome, Account::DueFromFunder, amount);
        }
    }

    /// Institutions are paid `net`, or pay back if it is negative (Art. 26). Outside the fund the funder pays.
    pub fn pay(&mut self, date: NaiveDate, book: Book, net: Fen) {
        let posting = |kind| Posting::new(date, book, kind).items(1);
        let source = if book.is_fund() {
            Account::Expenditure
        } else {
            Account::DueFromFunder
        };
        if net >= Fen::ZERO {
            if book.is_fund() {
                self.post(posting(EntryKind::Appropriation), source, Account::Treasury, net);
            }
            self.post(posting(EntryKind::Payment), Account::Payable, source, net);
        } else {
            self.post(posting(EntryKind::Recovery), source, Account::Payable, -net);
            if book.is_fund() {
                self.post(posting(EntryKind::Recovery), Account::Treasury, source, -net);
            }
        }
    }

    /// Interest is added to the treasury account of a book of the fund (Art. 5).
    pub fn add_interest(&mut self, date: NaiveDate, book: Book, amount: Fen) {
        let posting = Posting::new(date, book, EntryKind::Interest).items(1);
        self.post(posting, Account::Treasury, Account::Interest, amount);
    }

    /// A district's budget provides for administration, `items` insured heads (Art. 27). Outside the fund.
    pub fn provide_work_funds(&mut self, date: NaiveDate, district: Option<u16>, amount: Fen, items: u64) {
        let posting = Posting::new(date, Book::WorkFunds, EntryKind::WorkFunds)
            .items(items)
            .district(district);
        self.post(posting, Account::Administration, Account::DistrictBudget, amount);
    }
}
