//! The fund's year in numbers, for reports and `fund.json`: all of it sums of entries.
//!
//! Amounts are whole fen, as the suffix of their names says: exact, and readable by a machine.

use crate::benefit::kind::BenefitKind;
use crate::fund::accounts::{Account, Book, Level, Source};
use crate::fund::contributions::Collection;
use crate::fund::flows::EntryKind;
use crate::fund::journal::{Balances, Entry, Journal};
use crate::money::{Fen, Rounding};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// One benefit year of the fund, which is a calendar year (Art. 14(1)), and of the books beside it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FundStatement {
    /// The calendar year, which is the benefit year (Art. 14(1)).
    pub year: i32,
    /// The fund's own books: basic, outpatient, critical illness.
    pub books: Vec<BookStatement>,
    /// The fund as a whole: its books together, without what they passed to each other.
    pub consolidated: BookStatement,
    /// Assistance, special accounts (Art. 31) and subsidies for large bills: other money than the fund's.
    pub outside: Vec<OutsideStatement>,
    /// The same income by district, and the districts' own work funds, in the order of the districts' indices; first
    /// those insured without a district, if there are any.
    pub districts: Vec<DistrictStatement>,
}

/// One year of a book of the fund, or of the fund as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BookStatement {
    /// [`Book::name`], or `consolidated`.
    pub book: &'static str,
    /// Fund balance (基金结余) at the end of the year before.
    pub opening_balance_fen: i64,
    /// What came in, by source (Art. 5).
    pub income: Income,
    /// Received from the basic pool (Art. 12).
    pub transfer_in_fen: i64,
    /// Passed on to the other books (Art. 12).
    pub transfer_out_fen: i64,
    /// What was granted, less reversals, by kind.
    pub benefits: Benefits,
    /// Income and transfers in, less benefits and transfers out (当期结余).
    pub current_balance_fen: i64,
    /// What the accounts hold at the end of the year (Art. 26).
    pub closing: Closing,
    /// Fund balance (累计结余) at the end of the year: accounts less what is owed, or opening and current balance together.
    pub cumulative_balance_fen: i64,
    /// For how many months the cumulative balance pays benefits at this year's rate, rounded to two decimals; `None`
    /// where there were none. A measure (Art. 3), not an amount, hence not exact.
    pub months_of_reserve: Option<f64>,
}

/// Income of a year by source (Art. 5), in fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Income {
    /// Individual contributions that the insured paid, in the year in which they take effect: what is refunded before
    /// that (Art. 9) never was income.
    pub individual_person_fen: i64,
    /// Individual contributions that public finance paid (Art. 7).
    pub individual_finance_fen: i64,
    /// Individual contributions that townships and villages paid (Art. 7).
    pub individual_township_fen: i64,
    /// Individual contributions that employers paid (Art. 7).
    pub individual_employer_fen: i64,
    /// The subsidy of all levels (Art. 6).
    pub subsidy_fen: i64,
    /// The subsidy by level.
    pub subsidy_by_level: SubsidyByLevel,
    /// Interest on the treasury account (Art. 5).
    pub interest_fen: i64,
    /// Donations (Art. 5).
    pub donations_fen: i64,
    /// Other income (Art. 5).
    pub other_fen: i64,
    /// The sum: without transfers.
    pub total_fen: i64,
}

/// Subsidy of a year by level of government (Art. 6), in fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SubsidyByLevel {
    /// Central.
    pub central_fen: i64,
    /// Provincial.
    pub provincial_fen: i64,
    /// Municipal.
    pub municipal_fen: i64,
    /// District and county.
    pub district_fen: i64,
}

/// Benefits of a year by kind, in fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Benefits {
    /// Inpatient.
    pub inpatient_fen: i64,
    /// Chronic and special outpatient.
    pub chronic_fen: i64,
    /// General outpatient, from the outpatient pool (Art. 12).
    pub general_outpatient_fen: i64,
    /// Maternity.
    pub maternity_fen: i64,
    /// Paid by critical illness insurance (大病保险), from its own sub-fund (Art. 12).
    pub critical_illness_fen: i64,
    /// The sum of these.
    pub total_fen: i64,
}

/// The closing balances of a book, in fen (Art. 26).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// Revenue account (收入户).
    pub revenue_account_fen: i64,
    /// Treasury special account (财政专户). Below zero: the book has overdrawn, and somebody will have to step in.
    pub treasury_account_fen: i64,
    /// Expenditure account (支出户).
    pub expenditure_account_fen: i64,
    /// Owed to institutions: what the last month has accrued.
    pub payable_fen: i64,
    /// Owed to those who have paid for cover that has not begun (预收保费, Art. 8).
    pub prepaid_fen: i64,
}

/// A year of a book outside the fund, in fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutsideStatement {
    /// [`Book::name`].
    pub book: &'static str,
    /// What the funder owes for the year: equal to what was granted.
    pub drawn_fen: i64,
    /// What was granted, less reversals.
    pub granted_fen: i64,
    /// Owed to institutions at the end of the year.
    pub payable_fen: i64,
    /// What the funder has still to bring up at the end of the year: equal to the payable.
    pub due_from_funder_fen: i64,
}

/// What a year brought for the insured of a district, in fen (Art. 3: one pool, reported by district).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DistrictStatement {
    /// The district's name; `None` for those insured without one.
    pub district: Option<String>,
    /// Insured heads of the benefit year.
    pub insured: u64,
    /// As [`Income::individual_person_fen`].
    pub individual_person_fen: i64,
    /// As [`Income::individual_finance_fen`].
    pub individual_finance_fen: i64,
    /// As [`Income::individual_township_fen`].
    pub individual_township_fen: i64,
    /// As [`Income::individual_employer_fen`].
    pub individual_employer_fen: i64,
    /// As [`Income::subsidy_fen`].
    pub subsidy_fen: i64,
    /// Given back before it became income (Art. 9).
    pub refunded_fen: i64,
    /// Work funds: the district's money, outside the fund (Art. 27).
    pub work_funds_fen: i64,
}

impl FundStatement {
    /// The statement of `year`: amounts by `journal`, insured heads by `collection`. `districts` are the names behind the
    /// indices of the groups that were posted.
    ///
    /// # Panics
    /// If the calendar has no such year.
    pub fn of(journal: &Journal, collection: &Collection, year: i32, districts: &[String]) -> FundStatement {
        let (Some(first), Some(next)) = (
            NaiveDate::from_yo_opt(year, 1),
            NaiveDate::from_yo_opt(year + 1, 1),
        ) else {
            panic!("the year {year} is not in the calendar");
        };
        let (mut opening, mut moved) = (Balances::default(), Balances::default());
        let mut by_district = insured(collection, year);
        for part in journal.parts().filter(|part| part.date < next) {
            if part.date < first {
                opening.add(&part);
            } else {
                moved.add(&part);
                add_to_district(&mut by_district, &part);
            }
        }
        let mut closing = opening.clone();
        closing.merge(&moved);
        let view = YearView {
            opening,
            moved,
            closing,
        };
        let books: Vec<BookStatement> = Book::FUND.into_iter().map(|book| view.book(book)).collect();
        FundStatement {
            year,
            consolidated: consolidate(&books),
            books,
            outside: Book::OUTSIDE_PAYERS
                .into_iter()
                .map(|book| view.outside(book))
                .collect(),
            districts: named(by_district, districts),
        }
    }
}

/// The sums that a statement is made of.
struct YearView {
    opening: Balances,
    moved: Balances,
    closing: Balances,
}

impl YearView {
    /// The statement of one book of the fund.
    fn book(&self, book: Book) -> BookStatement {
        let moved = |account| self.moved.get(book, account).get();
        let closing = |account| self.closing.get(book, account).get();
        let mut statement = BookStatement {
            book: book.name(),
            opening_balance_fen: self.opening.fund_balance(book).get(),
            income: self.income(book),
            transfer_in_fen: moved(Account::TransferIn),
            transfer_out_fen: moved(Account::TransferOut),
            benefits: self.benefits(book),
            closing: Closing {
                revenue_account_fen: closing(Account::Revenue),
                treasury_account_fen: closing(Account::Treasury),
                expenditure_account_fen: closing(Account::Expenditure),
                payable_fen: closing(Account::Payable),
                prepaid_fen: closing(Account::Prepaid),
            },
            cumulative_balance_fen: self.closing.fund_balance(book).get(),
            ..BookStatement::default()
        };
        statement.derive();
        statement
    }

    /// Income by source.
    fn income(&self, book: Book) -> Income {
        let moved = |account| self.moved.get(book, account).get();
        let level = |level| moved(Account::Income(Source::Subsidy(level)));
        let mut income = Income {
            individual_person_fen: moved(Account::Income(Source::Person)),
            individual_finance_fen: moved(Account::Income(Source::Finance)),
            individual_township_fen: moved(Account::Income(Source::Township)),
            individual_employer_fen: moved(Account::Income(Source::Employer)),
            subsidy_by_level: SubsidyByLevel {
                central_fen: level(Level::Central),
                provincial_fen: level(Level::Provincial),
                municipal_fen: level(Level::Municipal),
                district_fen: level(Level::District),
            },
            subsidy_fen: Level::ALL.into_iter().map(level).sum(),
            interest_fen: moved(Account::Interest),
            donations_fen: moved(Account::Income(Source::Donation)),
            other_fen: moved(Account::Income(Source::Other)),
            total_fen: 0,
        };
        income.total_fen = income.individual_person_fen
            + income.individual_finance_fen
            + income.individual_township_fen
            + income.individual_employer_fen
            + income.subsidy_fen
            + income.interest_fen
            + income.donations_fen
            + income.other_fen;
        income
    }

    /// Benefits by kind.
    fn benefits(&self, book: Book) -> Benefits {
        let moved = |account| self.moved.get(book, account).get();
        let kind = |kind| moved(Account::Benefit(kind));
        let critical_illness_fen = moved(Account::CriticalIllnessBenefit);
        Benefits {
            inpatient_fen: kind(BenefitKind::Inpatient),
            chronic_fen: kind(BenefitKind::Chronic),
            general_outpatient_fen: kind(BenefitKind::Outpatient),
            maternity_fen: kind(BenefitKind::Maternity),
            critical_illness_fen,
            total_fen: BenefitKind::ALL.into_iter().map(kind).sum::<i64>() + critical_illness_fen,
        }
    }

    /// The statement of a book outside the fund.
    fn outside(&self, book: Book) -> OutsideStatement {
        // By what it may grant, so that no book of this kind can be asked for the expense of another one.
        let granted = Account::all().filter(|&account| book.grants(account));
        OutsideStatement {
            book: book.name(),
            drawn_fen: self.moved.get(book, Account::FunderIncome).get(),
            granted_fen: granted.map(|expense| self.moved.get(book, expense).get()).sum(),
            payable_fen: self.closing.get(book, Account::Payable).get(),
            due_from_funder_fen: self.closing.get(book, Account::DueFromFunder).get(),
        }
    }
}

impl BookStatement {
    /// Fills in what follows from the other figures, and checks that both ways to the balance agree.
    ///
    /// # Panics
    /// If they do not: money would have moved outside the journal's accounts.
    fn derive(&mut self) {
        self.current_balance_fen =
            self.income.total_fen + self.transfer_in_fen - self.transfer_out_fen - self.benefits.total_fen;
        assert_eq!(
            self.opening_balance_fen + self.current_balance_fen,
            self.cumulative_balance_fen,
            "the year of the book {} does not add up",
            self.book
        );
        self.months_of_reserve = months_of_reserve(
            Fen::new(self.cumulative_balance_fen),
            Fen::new(self.benefits.total_fen),
        );
    }
}

/// For how many months `balance` pays benefits of `benefits` a year, to two decimals; `None` without benefits.
///
/// ```
/// use yibao::fund::statement::months_of_reserve;
/// use yibao::money::Fen;
/// // 1,000 yuan at 2,400 yuan a year, 200 a month: 5 months.
/// assert_eq!(months_of_reserve(Fen::from_yuan(1_000), Fen::from_yuan(2_400)), Some(5.0));
/// assert_eq!(months_of_reserve(Fen::from_yuan(1_000), Fen::ZERO), None);
/// ```
pub fn months_of_reserve(balance: Fen, benefits: Fen) -> Option<f64> {
    if benefits <= Fen::ZERO {
        return None;
    }
    // Exact up to the rounding, so that the same journal gives the same digits everywhere.
    let hundredths = Rounding::HalfUp.quotient(i128::from(balance.get()) * 1_200, i128::from(benefits.get()));
    Some(hundredths as f64 / 100.0)
}

/// The books of the fund together. What they passed to each other cancels out.
///
/// # Panics
/// If what one book passed on is not what the others received.
fn consolidate(books: &[BookStatement]) -> BookStatement {
    let sum = |part: fn(&BookStatement) -> i64| books.iter().map(part).sum::<i64>();
    let (transfer_in, transfer_out) = (
        sum(|book| book.transfer_in_fen),
        sum(|book| book.transfer_out_fen),
    );
    assert_eq!(
        transfer_in, transfer_out,
        "a transfer left one book and did not reach the other"
    );
    let mut all = BookStatement {
        book: "consolidated",
        opening_balance_fen: sum(|book| book.opening_balance_fen),
        income: Income {
            individual_person_fen: sum(|book| book.income.individual_person_fen),
            individual_finance_fen: sum(|book| book.income.individual_finance_fen),
            individual_township_fen: sum(|book| book.income.individual_township_fen),
            individual_employer_fen: sum(|book| book.income.individual_employer_fen),
            subsidy_fen: sum(|book| book.income.subsidy_fen),
            subsidy_by_level: SubsidyByLevel {
                central_fen: sum(|book| book.income.subsidy_by_level.central_fen),
                provincial_fen: sum(|book| book.income.subsidy_by_level.provincial_fen),
                municipal_fen: sum(|book| book.income.subsidy_by_level.municipal_fen),
                district_fen: sum(|book| book.income.subsidy_by_level.district_fen),
            },
            interest_fen: sum(|book| book.income.interest_fen),
            donations_fen: sum(|book| book.income.donations_fen),
            other_fen: sum(|book| book.income.other_fen),
            total_fen: sum(|book| book.income.total_fen),
        },
        benefits: Benefits {
            inpatient_fen: sum(|book| book.benefits.inpatient_fen),
            chronic_fen: sum(|book| book.benefits.chronic_fen),
            general_outpatient_fen: sum(|book| book.benefits.general_outpatient_fen),
            maternity_fen: sum(|book| book.benefits.maternity_fen),
            critical_illness_fen: sum(|book| book.benefits.critical_illness_fen),
            total_fen: sum(|book| book.benefits.total_fen),
        },
        closing: Closing {
            revenue_account_fen: sum(|book| book.closing.revenue_account_fen),
            treasury_account_fen: sum(|book| book.closing.treasury_account_fen),
            expenditure_account_fen: sum(|book| book.closing.expenditure_account_fen),
            payable_fen: sum(|book| book.closing.payable_fen),
            prepaid_fen: sum(|book| book.closing.prepaid_fen),
        },
        cumulative_balance_fen: sum(|book| book.cumulative_balance_fen),
        ..BookStatement::default()
    };
    all.derive();
    all
}

/// The year by district, in the making.
type ByDistrict = BTreeMap<Option<u16>, DistrictStatement>;

/// The insured heads of each district, and no money yet.
fn insured(collection: &Collection, year: i32) -> ByDistrict {
    let mut statements = ByDistrict::new();
    for (group, _, counts) in collection.groups(year) {
        statements.entry(group.district).or_default().insured += counts.covered;
    }
    statements
}

/// Adds an entry of the year, if it is a district's: most, all benefits among them, are not.
fn add_to_district(statements: &mut ByDistrict, entry: &Entry<'_>) {
    if let Some(lane) = lane(entry) {
        *lane(statements.entry(entry.district).or_default()) += entry.amount.get();
    }
}

/// The statements with the names of their districts.
fn named(statements: ByDistrict, names: &[String]) -> Vec<DistrictStatement> {
    let name = |district: u16| match names.get(usize::from(district)) {
        Some(name) => name.clone(),
        None => format!("#{district}"),
    };
    let named = statements
        .into_iter()
        .map(|(district, statement)| DistrictStatement {
            district: district.map(name),
            ..statement
        });
    named.collect()
}

/// The amount of a district's statement that an entry adds to, if it does.
fn lane(entry: &Entry<'_>) -> Option<fn(&mut DistrictStatement) -> &mut i64> {
    match (entry.kind, entry.debit, entry.credit) {
        (EntryKind::Receipt | EntryKind::Recognition, _, Account::Income(source)) => match source {
            Source::Person => Some(|district| &mut district.individual_person_fen),
            Source::Finance => Some(|district| &mut district.individual_finance_fen),
            Source::Township => Some(|district| &mut district.individual_township_fen),
            Source::Employer => Some(|district| &mut district.individual_employer_fen),
            Source::Subsidy(_) => Some(|district| &mut district.subsidy_fen),
            Source::Donation | Source::Other => None,
        },
        (EntryKind::Refund, Account::Prepaid, _) => Some(|district| &mut district.refunded_fen),
        (EntryKind::WorkFunds, ..) => Some(|district| &mut district.work_funds_fen),
        _ => None,
    }
}
