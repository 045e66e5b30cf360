//! The kinds of entry, which flow each of them may record, and the named postings that are the only way to make one.
//!
//! Art. 26 keeps revenue and expenditure apart and the money earmarked. Here that is a table,
//! [`EntryKind::permits`], which every entry passes before it is in the journal: money of the fund goes from the revenue
//! account to the treasury account to the expenditure account to the institution, or between the fund's own books
//! inside the treasury account, and nowhere else.

use crate::benefit::kind::BenefitKind;
use crate::fund::accounts::{Account, Book, Source};
use crate::fund::journal::{Journal, Posting};
use crate::money::Fen;
use chrono::NaiveDate;

/// Why an entry was made. The order is the order of entries within a day and book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// What the fund holds when the books are opened (Art. 3).
    Opening,
    /// Money arrives in the revenue account (Art. 5, 6, 7).
    Receipt,
    /// The revenue account is emptied into the treasury account (Art. 26).
    Deposit,
    /// A contribution that was paid in advance becomes income: its cover begins (Art. 8).
    Recognition,
    /// A contribution that had bought nothing yet flows back to the person who paid it (Art. 9).
    Refund,
    /// From the basic pool to the outpatient or the critical illness book, inside the treasury account (Art. 12).
    Transfer,
    /// A settled claim: the benefit is owed to the institution (Art. 13).
    Benefit,
    /// A cancelled settlement: the mirror image of [`EntryKind::Benefit`].
    BenefitReversal,
    /// The funder of a book outside the fund owes what that book granted (Art. 31).
    Draw,
    /// The mirror image of [`EntryKind::Draw`].
    DrawReversal,
    /// The treasury account provides the expenditure account with what is due (Art. 26).
    Appropriation,
    /// Institutions are paid.
    Payment,
    /// More was reversed in a month than accrued: the institutions pay back, the same way in the other direction.
    Recovery,
    /// Interest is added to the treasury account (Art. 5).
    Interest,
    /// Districts provide for administration (Art. 27).
    WorkFunds,
    /// What became known later: more or less of a flow of another kind, see [`crate::fund::correction`].
    Correction,
}

impl EntryKind {
    /// Every kind, in the order of the ledger.
    pub const ALL: [EntryKind; 16] = [
        EntryKind::Opening,
        EntryKind::Receipt,
        EntryKind::Deposit,
        EntryKind::Recognition,
        EntryKind::Refund,
        EntryKind::Transfer,
        EntryKind::Benefit,
        EntryKind::BenefitReversal,
        EntryKind::Draw,
        EntryKind::DrawReversal,
        EntryKind::Appropriation,
        EntryKind::Payment,
        EntryKind::Recovery,
        EntryKind::Interest,
        EntryKind::WorkFunds,
        EntryKind::Correction,
    ];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            EntryKind::Opening => "opening",
            EntryKind::Receipt => "receipt",
            EntryKind::Deposit => "deposit",
            EntryKind::Recognition => "recognition",
            EntryKind::Refund => "refund",
            EntryKind::Transfer => "transfer",
            EntryKind::Benefit => "benefit",
            EntryKind::BenefitReversal => "benefit-reversal",
            EntryKind::Draw => "draw",
            EntryKind::DrawReversal => "draw-reversal",
            EntryKind::Appropriation => "appropriation",
            EntryKind::Payment => "payment",
            EntryKind::Recovery => "recovery",
            EntryKind::Interest => "interest",
            EntryKind::WorkFunds => "work-funds",
            EntryKind::Correction => "correction",
        }
    }

    /// Whether entries of this kind close months: they follow from balances, not from facts.
    pub const fn closes_months(self) -> bool {
        matches!(
            self,
            EntryKind::Appropriation | EntryKind::Payment | EntryKind::Recovery | EntryKind::Interest
        )
    }

    /// Whether this kind records less of another kind's flow.
    pub const fn is_mirror_image(self) -> bool {
        matches!(self, EntryKind::BenefitReversal | EntryKind::DrawReversal)
    }

    /// Whether a correction may debit `debit` and credit `credit` in `book`: where a fact can cause the flow or its mirror
    /// image, and nowhere else.
    fn corrects(book: Book, debit: Account, credit: Account) -> bool {
        EntryKind::ALL
            .into_iter()
            .filter(|kind| *kind != EntryKind::Correction && !kind.closes_months())
            .any(|kind| kind.permits(book, debit, credit) || kind.permits(book, credit, debit))
    }

    /// Whether an entry of this kind may debit `debit` and credit `credit` in `book` (Art. 8, 9, 12, 26, 27, 31).
    pub fn permits(self, book: Book, debit: Account, credit: Account) -> bool {
        use Account::*;
        match (self, debit, credit) {
            (EntryKind::Opening, Treasury, BroughtForward)
            | (EntryKind::Opening, BroughtForward, Treasury) => book == Book::Basic,
            (EntryKind::Receipt, Revenue, Income(_) | Prepaid) => book == Book::Basic,
            (EntryKind::Deposit, Treasury, Revenue) => book == Book::Basic,
            (EntryKind::Recognition, Prepaid, Income(Source::Person)) => book == Book::Basic,
            (EntryKind::Refund, Expenditure, Treasury) => book == Book::Basic,
            (EntryKind::Refund, Prepaid, Expenditure) => book == Book::Basic,
            (EntryKind::Transfer, TransferOut, Treasury) => book == Book::Basic,
            (EntryKind::Transfer, Treasury, TransferIn) => book.is_fund() && book != Book::Basic,
            (EntryKind::Interest, Treasury, Interest) => book.is_fund(),
            (EntryKind::Benefit, expense, Payable) | (EntryKind::BenefitReversal, Payable, expense) => {
                book.grants(expense)
            }
            (EntryKind::Appropriation, Expenditure, Treasury) => book.is_fund(),
            (EntryKind::Payment, Payable, Expenditure) => book.is_fund(),
            (EntryKind::Recovery, Expenditure, Payable) => book.is_fund(),
            (EntryKind::Recovery, Treasury, Expenditure) => book.is_fund(),
            (EntryKind::Draw, DueFromFunder, FunderIncome)
            | (EntryKind::DrawReversal, FunderIncome, DueFromFunder)
            | (EntryKind::Payment, Payable, DueFromFunder)
            | (EntryKind::Recovery, DueFromFunder, Payable) => {
                matches!(book, Book::Assistance | Book::Special | Book::Subsidy)
            }
            (EntryKind::WorkFunds, Administration, DistrictBudget) => book == Book::WorkFunds,
            (EntryKind::Correction, ..) => EntryKind::corrects(book, debit, credit),
            _ => false,
        }
    }
}

impl Book {
    /// Whether `expense` is a benefit that this book grants.
    pub const fn grants(self, expense: Account) -> bool {
        match self {
            Book::Basic | Book::Outpatient => matches!(expense, Account::Benefit(_)),
            Book::CriticalIllness => matches!(expense, Account::CriticalIllnessBenefit),
            Book::Assistance => matches!(expense, Account::AssistanceBenefit),
            Book::Special => matches!(expense, Account::SpecialBenefit),
            Book::Subsidy => matches!(expense, Account::SubsidyBenefit),
            Book::WorkFunds => false,
        }
    }
}

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
