//! The chart of accounts: which books there are, which accounts a book has, and on which side each one grows.

use crate::benefit::kind::BenefitKind;

/// A set of accounts that balances by itself.
///
/// The first three are the fund's own (the general outpatient pool is financed from the fund but accounted for
/// separately, Art. 12). The last four are outside the fund: kept because the same claims and the same heads cause
/// them, and never able to draw on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// The basic pool (基本医疗统筹基金): Art. 3, 5.
    Basic,
    /// The general outpatient pool (普通门诊统筹): Art. 12.
    Outpatient,
    /// Critical illness insurance (大病保险): Art. 12.
    CriticalIllness,
    /// Medical assistance (医疗救助): another fund, outside this one.
    Assistance,
    /// Government's money for epidemics and disasters (政府另行安排资金): Art. 31, outside the fund.
    Special,
    /// Government's subsidy for large bills in other cities (政府大病补贴), outside the fund.
    Subsidy,
    /// The districts' money for administration (区县工作经费): Art. 27, outside the fund.
    WorkFunds,
}

impl Book {
    /// How many there are.
    pub(super) const COUNT: usize = 7;

    /// Every book, in the order of the ledger.
    pub const ALL: [Book; Book::COUNT] = [
        Book::Basic,
        Book::Outpatient,
        Book::CriticalIllness,
        Book::Assistance,
        Book::Special,
        Book::Subsidy,
        Book::WorkFunds,
    ];

    /// The fund's own books.
    pub const FUND: [Book; 3] = [Book::Basic, Book::Outpatient, Book::CriticalIllness];

    /// The books outside the fund that pay institutions.
    pub const OUTSIDE_PAYERS: [Book; 3] = [Book::Assistance, Book::Special, Book::Subsidy];

    /// Whether the book is part of the fund.
    pub const fn is_fund(self) -> bool {
        matches!(self, Book::Basic | Book::Outpatient | Book::CriticalIllness)
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Book::Basic => "basic",
            Book::Outpatient => "outpatient",
            Book::CriticalIllness => "critical-illness",
            Book::Assistance => "assistance",
            Book::Special => "special",
            Book::Subsidy => "subsidy",
            Book::WorkFunds => "work-funds",
        }
    }
}

/// A level of government that shares in the subsidy (Art. 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Central (中央财政).
    Central,
    /// Provincial (省级财政).
    Provincial,
    /// Municipal (市级财政).
    Municipal,
    /// District and county (区县财政).
    District,
}

impl Level {
    /// Every level, in the order of [`FundTerms::subsidy_shares`](crate::fund::terms::FundTerms::subsidy_shares).
    pub const ALL: [Level; 4] = [
        Level::Central,
        Level::Provincial,
        Level::Municipal,
        Level::District,
    ];

    /// The name in scenarios and files.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Central => "central",
            Level::Provincial => "provincial",
            Level::Municipal => "municipal",
            Level::District => "district",
        }
    }
}

/// What reaches the revenue account, by source (Art. 5). Interest arises in the treasury account, so it has an account
/// but is not one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Individual contribution paid by the insured (个人缴费).
    Person,
    /// Individual contribution paid by public finance for the classes of Art. 7 (财政代缴个人缴费).
    Finance,
    /// Individual contribution paid by a township or village (镇街村集体补助): Art. 7.
    Township,
    /// Individual contribution paid by an employer (用人单位补助): Art. 7.
    Employer,
    /// Government subsidy (财政补助), by level: Art. 6.
    Subsidy(Level),
    /// Donations (社会捐助).
    Donation,
    /// Other lawful sources (其他收入).
    Other,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 10] = [
        Source::Person,
        Source::Finance,
        Source::Township,
        Source::Employer,
        Source::Subsidy(Level::Central),
        Source::Subsidy(Level::Provincial),
        Source::Subsidy(Level::Municipal),
        Source::Subsidy(Level::District),
        Source::Donation,
        Source::Other,
    ];

    /// Its place among all of them.
    const fn index(self) -> usize {
        match self {
            Source::Person => 0,
            Source::Finance => 1,
            Source::Township => 2,
            Source::Employer => 3,
            Source::Subsidy(level) => 4 + level as usize,
            Source::Donation => 8,
            Source::Other => 9,
        }
    }
}

/// An account. Which book has which is what [`EntryKind::permits`](crate::fund::flows::EntryKind::permits) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Bank account that receives (收入户): Art. 26.
    Revenue,
    /// Treasury special account (财政专户), one bank account with a sub-account for each book of the fund: Art. 26.
    Treasury,
    /// Bank account that pays institutions (支出户): Art. 26.
    Expenditure,
    /// What the funder of a book outside the fund still has to bring up (应收财政款): assistance fund, government.
    DueFromFunder,
    /// Benefits accrued and not yet paid to institutions (应付医疗待遇款).
    Payable,
    /// Individual contributions whose cover has not begun (预收保费): owed to those who paid them, who may have them back
    /// (Art. 8, 9).
    Prepaid,
    /// Income by source: Art. 5.
    Income(Source),
    /// Interest on the treasury account (利息收入): Art. 5.
    Interest,
    /// Received from the basic pool (划入): Art. 12.
    TransferIn,
    /// Fund balance of the years before the first entry (上年结余).
    BroughtForward,
    /// Drawn from the assistance fund or the government's budget: income of a book outside the fund (Art. 31).
    FunderIncome,
    /// The district's own budget: income of the work funds (区县财政预算), Art. 27.
    DistrictBudget,
    /// Benefits of the basic fund or its outpatient pool by kind (医疗待遇支出): Art. 13, 17.
    Benefit(BenefitKind),
    /// Benefits of critical illness insurance (大病保险支出): Art. 12.
    CriticalIllnessBenefit,
    /// Medical assistance granted (医疗救助支出).
    AssistanceBenefit,
    /// Treatment in epidemics and disasters (专项医疗支出): Art. 31.
    SpecialBenefit,
    /// Subsidies for large bills (大病补贴支出), in other cities.
    SubsidyBenefit,
    /// Passed on to the critical illness and outpatient books (划出): Art. 12.
    TransferOut,
    /// Administration by the districts (工作经费支出): Art. 27.
    Administration,
}

/// The side of the books that an account belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Grows by debits: money and claims to money.
    Asset,
    /// Grows by credits: what is owed.
    Liability,
    /// Grows by credits: what earlier years left.
    Equity,
    /// Grows by credits.
    Income,
    /// Grows by debits.
    Expense,
}

impl Class {
    /// Whether a debit makes the account larger.
    pub const fn grows_by_debit(self) -> bool {
        matches!(self, Class::Asset | Class::Expense)
    }
}

impl Account {
    /// How many there are.
    pub(super) const COUNT: usize = 31;

    /// Every account, in the order of a trial balance and of the ledger.
    pub fn all() -> impl Iterator<Item = Account> {
        use Account::*;
        [Revenue, Treasury, Expenditure, DueFromFunder, Payable, Prepaid]
            .into_iter()
            .chain(Source::ALL.into_iter().map(Income))
            .chain([Interest, TransferIn, BroughtForward, FunderIncome, DistrictBudget])
            .chain(BenefitKind::ALL.into_iter().map(Benefit))
            .chain([
                CriticalIllnessBenefit,
                AssistanceBenefit,
                SpecialBenefit,
                SubsidyBenefit,
                TransferOut,
                Administration,
            ])
    }

    /// Its place among all of them.
    pub(super) const fn index(self) -> usize {
        match self {
            Account::Revenue => 0,
            Account::Treasury => 1,
            Account::Expenditure => 2,
            Account::DueFromFunder => 3,
            Account::Payable => 4,
            Account::Prepaid => 5,
            Account::Income(source) => 6 + source.index(),
            Account::Interest => 16,
            Account::TransferIn => 17,
            Account::BroughtForward => 18,
            Account::FunderIncome => 19,
            Account::DistrictBudget => 20,
            Account::Benefit(kind) => 21 + kind as usize,
            Account::CriticalIllnessBenefit => 25,
            Account::AssistanceBenefit => 26,
            Account::SpecialBenefit => 27,
            Account::SubsidyBenefit => 28,
            Account::TransferOut => 29,
            Account::Administration => 30,
        }
    }

    /// The side of the books.
    pub const fn class(self) -> Class {
        match self {
            Account::Revenue | Account::Treasury | Account::Expenditure | Account::DueFromFunder => {
                Class::Asset
            }
            Account::Payable | Account::Prepaid => Class::Liability,
            Account::BroughtForward => Class::Equity,
            Account::Income(_)
            | Account::Interest
            | Account::TransferIn
            | Account::FunderIncome
            | Account::DistrictBudget => Class::Income,
            Account::Benefit(_)
            | Account::CriticalIllnessBenefit
            | Account::AssistanceBenefit
            | Account::SpecialBenefit
            | Account::SubsidyBenefit
            | Account::TransferOut
            | Account::Administration => Class::Expense,
        }
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Account::Revenue => "revenue-account",
            Account::Treasury => "treasury-account",
            Account::Expenditure => "expenditure-account",
            Account::DueFromFunder => "due-from-funder",
            Account::Payable => "payable-to-institutions",
            Account::Prepaid => "prepaid-contributions",
            Account::BroughtForward => "brought-forward",
            Account::Income(source) => match source {
                Source::Person => "individual-contributions-person",
                Source::Finance => "individual-contributions-finance",
                Source::Township => "individual-contributions-township",
                Source::Employer => "individual-contributions-employer",
                Source::Subsidy(Level::Central) => "subsidy-central",
                Source::Subsidy(Level::Provincial) => "subsidy-provincial",
                Source::Subsidy(Level::Municipal) => "subsidy-municipal",
                Source::Subsidy(Level::District) => "subsidy-district",
                Source::Donation => "donations",
                Source::Other => "other-income",
            },
            Account::Interest => "interest",
            Account::TransferIn => "transfer-in",
            Account::FunderIncome => "drawn-from-funder",
            Account::DistrictBudget => "district-budget",
            Account::Benefit(kind) => match kind {
                BenefitKind::Inpatient => "benefit-inpatient",
                BenefitKind::Chronic => "benefit-chronic",
                BenefitKind::Outpatient => "benefit-general-outpatient",
                BenefitKind::Maternity => "benefit-maternity",
            },
            Account::CriticalIllnessBenefit => "benefit-critical-illness",
            Account::AssistanceBenefit => "benefit-assistance",
            Account::SpecialBenefit => "benefit-special",
            Account::SubsidyBenefit => "benefit-subsidy",
            Account::TransferOut => "transfer-out",
            Account::Administration => "administration",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ledger is in the order of these places, and a trial balance too.
    #[test]
    fn places_follow_the_order() {
        assert!(Book::ALL.is_sorted() && Account::all().is_sorted());
        assert!(Book::ALL.into_iter().map(|book| book as usize).eq(0..Book::COUNT));
        assert!(Account::all().map(Account::index).eq(0..Account::COUNT));
        assert!(
            Source::ALL
                .into_iter()
                .map(Source::index)
                .eq(0..Source::ALL.len())
        );
    }
}
