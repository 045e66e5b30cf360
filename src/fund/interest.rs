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

/// What the walk over the months must know of a book; rebuilt from the entries in each walk, kept nowhere.
#[derive(Clone, Copy, Debug, Default)]
struct Running {
    treasury: Fen,
    payable: Fen,
    /// Whether the month at hand has borne interest: one that is closed twice bears it once.
    has_interest: bool,
}

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
    let mut running = BTreeMap::<Book, Running>::new();
    let before = NaiveDate::MIN..=from.first_day() - Days::new(1);
    follow(&mut running, journal.entries_within(before));
    let mut month = from;
    while month <= to {
        // The check above has seen every year.
        let Some(terms) = terms.get(&month.year()) else {
            break;
        };
        close_month(journal, &mut running, terms, month);
        month = month.next();
    }
    Ok(())
}

/// Closes one month; `running` is as of its eve, and afterwards as of its end.
fn close_month(
    journal: &mut Journal,
    running: &mut BTreeMap<Book, Running>,
    terms: &FundTerms,
    month: Month,
) {
    let days = month.first_day()..=month.last_day();
    let payment_day = month.day(terms.payment_day);
    let mut paid = BTreeMap::<Book, Fen>::new();
    for entry in journal
        .entries_within(days.clone())
        .filter(|entry| is_payment(entry.kind))
    {
        *paid.entry(entry.book).or_default() += payable_change(&entry);
    }
    for book in Book::FUND.into_iter().chain(Book::OUTSIDE_PAYERS) {
        // Payments lower the payable, so what they already changed is taken off by adding it.
        let owed = running.entry(book).or_default().payable + paid.get(&book).copied().unwrap_or_default();
        if !owed.is_zero() {
            journal.pay(payment_day, book, owed);
        }
    }
    follow(running, journal.entries_within(days));
    for book in Book::FUND {
        let state = running.entry(book).or_default();
        if !state.has_interest {
            let interest = monthly_interest(state.treasury, terms.interest, terms.rounding);
            journal.add_interest(month.last_day(), book, interest);
            state.treasury += interest;
        }
    }
}

/// Moves the running state over entries.
fn follow<'a>(running: &mut BTreeMap<Book, Running>, entries: impl Iterator<Item = Entry<'a>>) {
    for running in running.values_mut() {
        running.has_interest = false;
    }
    for entry in entries {
        let state = running.entry(entry.book).or_default();
        state.payable += payable_change(&entry);
        if entry.debit == Account::Treasury {
            state.treasury += entry.amount;
        } else if entry.credit == Account::Treasury {
            state.treasury -= entry.amount;
        }
        state.has_interest |= entry.kind == EntryKind::Interest;
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
