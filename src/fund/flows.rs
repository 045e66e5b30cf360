//! The kinds of entry, and which flow each of them may record.
//!
//! Art. 26 keeps revenue and expenditure apart and the money earmarked. Here that is a table,
//! [`EntryKind::permits`], which every entry passes before it is in the journal: money of the fund goes from the revenue
//! account to the treasury account to the expenditure account to the institution, or between the fund's own books
//! inside the treasury account, and nowhere else.

use crate::fund::accounts::{Account, Book, Source};

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
