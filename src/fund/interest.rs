//! Closing the months: institutions are paid for the month before, and the treasury account bears interest.
//!
//! Both depend on balances, so they run in the order of time, after everything else of those months has been posted.
//!
//! - On the payment day of a month each book pays what it owed at the end of the month before; December is paid in
//!   January, so a year closes with payables.
//! - On a month's last day the treasury account of each of the fund's own books bears a twelfth of the yearly rate on its
//!   balance of that day, before this interest, rounded once (Art. 5). A deficit bears no interest.

use crate::fund::accounts::{Account, Book};
use crate::fund::contributions::NoTerms;
use crate::fund::flows::EntryKind;
use crate::fund::journal::{Entry, Journal};
use crate::fund::terms::FundTerms;
use crate::money::{Fen, PPM, Rate, Rounding};
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeMap;

/// A calendar month, at whose end interest is credited (Art. 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month of a day.
    pub fn of(date: NaiveDate) -> Month {
        Month {
            first: date - Days::new(u64::from(date.day0())),
        }
    }

    /// The month after.
    pub(crate) fn next(self) -> Month {
        Month {
            first: self.first + Months::new(1),
        }
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.first.year()
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().first - Days::new(1)
    }

    /// Day `day` of the month, or its last where it is shorter.
    pub fn day(self, day: u32) -> NaiveDate {
        self.last_day()
            .min(self.first + Days::new(u64::from(day.max(1) - 1)))
    }
}

/// A month's interest on a balance: a twelfth of the yearly rate, exact until it is rounded once; nothing on a deficit.
///
/// ```
/// use yibao::fund::interest::monthly_interest;
/// use yibao::money::{Fen, Rate, Rounding};
/// let (two_percent, rounding) = (Rate::from_ppm(20_000), Rounding::HalfUp);
/// // 1,000.00 yuan x 2 % / 12 = 1.6667 yuan
/// assert_eq!(monthly_interest(Fen::from_yuan(1_000), two_percent, rounding), Fen::new(167));
/// assert_eq!(monthly_interest(Fen::from_yuan(-1_000), two_percent, rounding), Fen::ZERO);
/// ```
pub fn monthly_interest(balance: Fen, yearly: Rate, rounding: Rounding) -> Fen {
    if balance <= Fen::ZERO {
        return Fen::ZERO;
    }
    Fen::new(rounding.quotient(
        i128::from(balance.get()) * i128::from(yearly.ppm()),
        12 * i128::from(PPM),
    ))
}

/// What entries change in a book; rebuilt from them whenever months are closed, kept nowhere.
#[derive(Clone, Copy, Debug, Default)]
struct Change {
    treasury: Fen,
    payable: Fen,
    /// Of that, what payments changed.
    paid: Fen,
    /// Whether they bear interest: a month that is closed twice bears it once.
    has_interest: bool,
}

/// The change of each book.
type Changes = [Change; Book::COUNT];

/// Closes the months `from` to `to`, both included: payments and interest, in the order of time.
///
/// Months may be closed piece by piece as a projection proceeds, each piece after the one before. Closing a month again posts
/// what has come to be owed since, but no second payment and no second interest.
///
/// # Errors
/// The first year without terms; nothing is posted then.
pub fn close_months(
    journal: &mut Journal,
    terms: &BTreeMap<i32, FundTerms>,
    from: Month,
    to: Month,
) -> Result<(), NoTerms> {
    if let Some(year) = (from.year()..=to.year()).find(|year| !terms.contains_key(year)) {
        return Err(NoTerms { year });
    }
    let (mut running, months) = changes(journal, from, to);
    for (month, changes) in months {
        // The check above has seen every year.
        if let Some(terms) = terms.get(&month.year()) {
            close_month(journal, &mut running, terms, (month, &changes));
        }
    }
    Ok(())
}

/// What the entries before the months `from` to `to` have changed, and what those of each month do.
fn changes(journal: &Journal, from: Month, to: Month) -> (Changes, Vec<(Month, Changes)>) {
    let mut before = Changes::default();
    let months = std::iter::successors(Some(from), |month| Some(month.next()));
    let months = months.take_while(|month| *month <= to);
    let mut months: Vec<_> = months.map(|month| (month, Changes::default())).collect();
    let number = |date: NaiveDate| 12 * date.year() + date.month0() as i32;
    for part in journal.parts() {
        let changes = match usize::try_from(number(part.date) - number(from.first)) {
            Err(_) => &mut before,
            Ok(index) => match months.get_mut(index) {
                Some((_, changes)) => changes,
                None => continue,
            },
        };
        changes[part.book as usize].follow(&part);
    }
    (before, months)
}

/// Closes one month, of which `running` is as of its eve, and afterwards as of its end.
fn close_month(
    journal: &mut Journal,
    running: &mut Changes,
    terms: &FundTerms,
    (month, changes): (Month, &Changes),
) {
    let payment_day = month.day(terms.payment_day);
    for book in Book::FUND.into_iter().chain(Book::OUTSIDE_PAYERS) {
        let (state, change) = (&mut running[book as usize], &changes[book as usize]);
        // Payments lower the payable, so what they already changed is taken off by adding it.
        let owed = state.payable + change.paid;
        if !owed.is_zero() {
            journal.pay(payment_day, book, owed);
        }
        state.payable += change.payable - owed;
        if book.is_fund() {
            state.treasury += change.treasury - owed;
        }
    }
    for book in Book::FUND {
        let (state, change) = (&mut running[book as usize], &changes[book as usize]);
        if !change.has_interest {
            let interest = monthly_interest(state.treasury, terms.interest, terms.rounding);
            journal.add_interest(month.last_day(), book, interest);
            state.treasury += interest;
        }
    }
}

impl Change {
    /// Adds an entry.
    fn follow(&mut self, entry: &Entry<'_>) {
        let payable = payable_change(entry);
        self.payable += payable;
        if is_payment(entry.kind) {
            self.paid += payable;
        }
        if entry.debit == Account::Treasury {
            self.treasury += entry.amount;
        } else if entry.credit == Account::Treasury {
            self.treasury -= entry.amount;
        }
        self.has_interest |= entry.kind == EntryKind::Interest;
    }
}

/// Whether entries of this kind settle what is owed to institutions.
fn is_payment(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Payment | EntryKind::Recovery)
}

/// By how much an entry raises what is owed to institutions.
fn payable_change(entry: &Entry<'_>) -> Fen {
    if entry.credit == Account::Payable {
        entry.amount
    } else if entry.debit == Account::Payable {
        -entry.amount
    } else {
        Fen::ZERO
    }
}
