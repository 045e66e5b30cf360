//! Rows and their money by what became of them, so that nothing can get lost unseen.

use crate::data::caseload::Enrolments;
use crate::money::Fen;
use serde::{Deserialize, Serialize};

/// A number of rows and the sum of their money: `medfee_sumamt` of claims, `amount` of payments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many rows.
    pub rows: u64,
    /// Sum of the amounts that can be read; a reversal's is negative.
    pub sum: Fen,
}

impl Tally {
    /// Adds a row, and its amount if it could be read.
    pub(super) fn add(&mut self, amount: Option<Fen>) {
        self.rows += 1;
        self.sum += amount.unwrap_or_default();
    }

    /// Adds rows that were added up elsewhere.
    pub(super) fn add_all(&mut self, others: Tally) {
        self.rows += others.rows;
        self.sum += others.sum;
    }
}

/// Claim rows by what became of them: `read = accepted + rejected + skipped + replaced`, by count and by sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimTotals {
    /// Every row of the claims files.
    pub read: Tally,
    /// In the caseload.
    pub accepted: Tally,
    /// In the rejects.
    pub rejected: Tally,
    /// Of other years than the one asked for.
    pub skipped: Tally,
    /// Rows in whose place a later file has another one.
    pub replaced: Tally,
}

impl ClaimTotals {
    /// Adds other totals.
    pub fn merge(&mut self, other: &ClaimTotals) {
        for (own, others) in [
            (&mut self.read, other.read),
            (&mut self.accepted, other.accepted),
            (&mut self.rejected, other.rejected),
            (&mut self.skipped, other.skipped),
            (&mut self.replaced, other.replaced),
        ] {
            own.add_all(others);
        }
    }

    /// Checks that no row and no fen got lost, in release builds too.
    ///
    /// # Panics
    /// If one did: a defect of the loader, never of the input.
    pub(super) fn assert_conserved(&self) {
        let parts = [self.accepted, self.rejected, self.skipped, self.replaced];
        let rows: u64 = parts.iter().map(|part| part.rows).sum();
        let sum: Fen = parts.iter().map(|part| part.sum).sum();
        assert!(
            rows == self.read.rows && sum == self.read.sum,
            "claim rows got lost: {self:?}"
        );
    }
}

/// Of which benefit years claim rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimYears {
    /// No row whose days can be read.
    #[default]
    None,
    /// All of one.
    One(i32),
    /// Of more than one.
    Several,
}

impl ClaimYears {
    /// Adds a row of a year.
    #[inline]
    pub(super) fn add(&mut self, year: i32) {
        if *self != ClaimYears::One(year) {
            self.join(ClaimYears::One(year));
        }
    }

    /// Adds other rows.
    pub(super) fn join(&mut self, others: ClaimYears) {
        *self = match (*self, others) {
            (own, ClaimYears::None) => own,
            (ClaimYears::None, others) => others,
            (ClaimYears::One(own), ClaimYears::One(other)) if own == other => ClaimYears::One(own),
            _ => ClaimYears::Several,
        };
    }
}

/// Rows of the enrolments file by what became of them: `read = accepted + rejected + skipped`, by count and by
/// sum.
///
/// Loading counts each `amount` as written, and a blank or unreadable one as no money. The engine decides later about
/// what was accepted: [`PaymentTotals::refuse`] and [`PaymentTotals::add_due`] keep the books of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTotals {
    /// Every row of the enrolments file.
    pub read: Tally,
    /// Among the caseload's payments, and not refused so far.
    pub accepted: Tally,
    /// In the rejects.
    pub rejected: Tally,
    /// Taken, but for other years than the one asked for, so not booked.
    pub skipped: Tally,
}

impl PaymentTotals {
    /// The totals of payments that were not read from a file.
    pub fn of(enrolments: Option<&Enrolments>) -> PaymentTotals {
        let mut totals = PaymentTotals::default();
        let payments = enrolments.into_iter().flat_map(|facts| facts.payments.all());
        totals.receive(payments.map(|payment| payment.amount));
        totals
    }

    /// Counts payments with their amounts as read and accepted.
    pub fn receive(&mut self, amounts: impl Iterator<Item = Option<Fen>>) {
        for amount in amounts {
            self.read.add(amount);
            self.accepted.add(amount);
        }
    }

    /// Adds other totals.
    pub(crate) fn merge(&mut self, other: &PaymentTotals) {
        for (own, others) in [
            (&mut self.read, other.read),
            (&mut self.accepted, other.accepted),
            (&mut self.rejected, other.rejected),
            (&mut self.skipped, other.skipped),
        ] {
            own.rows += others.rows;
            own.sum += others.sum;
        }
    }

    /// Moves an accepted payment to the rejected: the engine refused it. `amount` is as written, `None` for a blank.
    ///
    /// # Panics
    /// If no payment was accepted: a defect of the caller, never of the input.
    pub fn refuse(&mut self, amount: Option<Fen>) {
        assert!(self.accepted.rows > 0, "no accepted payment to refuse");
        self.accepted.rows -= 1;
        self.accepted.sum -= amount.unwrap_or_default();
        self.rejected.add(amount);
    }

    /// Moves accepted payments to the skipped.
    pub(crate) fn skip(&mut self, rows: u64, sum: Fen) {
        self.accepted.rows -= rows;
        self.accepted.sum -= sum;
        self.skipped.rows += rows;
        self.skipped.sum += sum;
    }

    /// Counts what is due for an accepted payment whose `amount` is blank: a blank means that the person
    /// paid just that, so it counts as read too.
    pub fn add_due(&mut self, due: Fen) {
        self.read.sum += due;
        self.accepted.sum += due;
    }

    /// Checks that no payment and no fen got lost, in release builds too.
    ///
    /// # Panics
    /// If one did: a defect of the program, never of the input.
    pub fn assert_conserved(&self) {
        let rows = self.accepted.rows + self.rejected.rows + self.skipped.rows;
        let sum = self.accepted.sum + self.rejected.sum + self.skipped.sum;
        assert!(
            rows == self.read.rows && sum == self.read.sum,
            "payments got lost: {self:?}"
        );
    }
}
