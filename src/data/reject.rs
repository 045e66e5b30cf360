//! Rows that cannot be settled, and why: nothing that was read disappears without a line here.

use crate::data::columns::known_name;
use crate::data::error::DataError;
use crate::data::pseudonym::Pseudonyms;
use crate::data::role::FileRole;
use crate::insured::enrolment::Refusal;
use crate::insured::life::EventRefusal;
use crate::money::{AmountError, Fen};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Declares the reason codes with their words, once.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Why a row was rejected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $variant),+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant),+];

            /// The code in `rejects.csv`.
            pub const fn name(self) -> &'static str {
                match self { $(Reason::$variant => $name),+ }
            }
        }
    };
}

reasons! {
    /// A required cell is blank.
    MissingValue = "missing-value",
    /// Not a plain decimal number of yuan.
    NotAnAmount = "not-an-amount",
    /// An amount finer than a fen.
    TooManyDecimals = "too-many-decimals",
    /// An amount beyond [`Fen::MAX_INPUT`].
    AmountTooLarge = "amount-too-large",
    /// Not a day in `YYYY-MM-DD`, with an optional time.
    NotADate = "not-a-date",
    /// Not a year of four digits from 1900 to 2200.
    NotAYear = "not-a-year",
    /// Not a decimal between 0 and 1 with at most six decimals.
    NotARate = "not-a-rate",
    /// A code that neither the national list nor the scenario knows.
    UnknownCode = "unknown-code",
    /// A claim, payment or event of a person whom the persons file does not give, or whose row was rejected.
    UnknownPerson = "unknown-person",
    /// A claim at an institution whose row was rejected.
    BadInstitution = "bad-institution",
    /// An identifier that an earlier row of the file has.
    RepeatedId = "repeated-id",
    /// A bill of zero or less, outside a reversal.
    NonPositiveTotal = "non-positive-total",
    /// A part of a bill, or a payment, below zero.
    NegativeAmount = "negative-amount",
    /// Amounts that do not add up.
    ContradictoryAmounts = "contradictory-amounts",
    /// Codes that exclude each other.
    ContradictoryCodes = "contradictory-codes",
    /// An end before its beginning.
    EndBeforeBegin = "end-before-begin",
    /// A claim that settled before it began.
    SettledBeforeBegin = "settled-before-begin",
    /// A death before the birth.
    DeathBeforeBirth = "death-before-birth",
    /// A benefit year for which the scenario has no figures.
    NoFiguresForYear = "no-figures-for-year",
    /// A claim of another insurance scheme.
    OtherScheme = "other-scheme",
    /// A fee line without a claim.
    UnknownClaim = "unknown-claim",
    /// A claim one of whose fee lines was rejected.
    BadLines = "bad-lines",
    /// A reversal of a claim that is not in the file, or was rejected.
    UnknownOriginal = "unknown-original",
    /// A reversal of another person's claim.
    OriginalOfOtherPerson = "original-of-other-person",
    /// A reversal dated before what it reverses.
    ReversalBeforeOriginal = "reversal-before-original",
    /// A second reversal of the same claim.
    AlreadyReversed = "already-reversed",
    /// The same event of the same person on the same day as in an earlier row.
    RepeatedEvent = "repeated-event",
    /// A payment for a year before the person's birth, or before the birth itself.
    BeforeBirth = "before-birth",
    /// A payment after the person's death.
    AfterDeath = "after-death",
    /// A newborn's payment before the registration (Art. 8).
    BeforeRegistration = "before-registration",
    /// A payment outside the window that no other rule takes (Art. 8).
    OutsideWindow = "outside-window",
    /// A payment whose cover would begin after the benefit year (Art. 14).
    NothingLeft = "nothing-left",
    /// A payment of a person of the employee scheme (Art. 2).
    EmployeeScheme = "employee-scheme",
    /// A payment of a person without registration, residence permit or studies here (Art. 2).
    NoResidence = "no-residence",
    /// A payment for a year that is paid for (Art. 8).
    SecondPayment = "second-payment",
    /// A payment of less than what is due (Art. 8).
    PartPayment = "part-payment",
    /// A payment of more than what is due (Art. 8).
    Overpayment = "overpayment",
    /// A payment for a year of which employee insurance leaves no day (Art. 11).
    EmployeeInsured = "employee-insured",
    /// A payment for a year that is over and was not missed.
    NotMissed = "not-missed",
    /// A start of employee insurance that runs already (Art. 11).
    AlreadyEmployeeInsured = "already-employee-insured",
    /// An end of employee insurance that did not run (Art. 11).
    NotEmployeeInsured = "not-employee-insured",
    /// An application for a refund that nothing entitles to (Art. 9).
    NothingToRefund = "nothing-to-refund",
    /// A row with more or fewer fields than the header.
    WrongFieldCount = "wrong-field-count",
    /// A row whose quotes do not match.
    BadQuoting = "bad-quoting",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<AmountError> for Reason {
    fn from(error: AmountError) -> Reason {
        match error {
            AmountError::NotANumber => Reason::NotAnAmount,
            AmountError::TooManyDecimals => Reason::TooManyDecimals,
            AmountError::TooLarge => Reason::AmountTooLarge,
        }
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Reason {
        match refusal {
            Refusal::NoFiguresForYear => Reason::NoFiguresForYear,
            Refusal::BeforeBirth => Reason::BeforeBirth,
            Refusal::AfterDeath => Reason::AfterDeath,
            Refusal::BeforeRegistration => Reason::BeforeRegistration,
            Refusal::OutsideWindow => Reason::OutsideWindow,
            Refusal::NothingLeft => Reason::NothingLeft,
            Refusal::EmployeeScheme => Reason::EmployeeScheme,
            Refusal::NoResidence => Reason::NoResidence,
            Refusal::SecondPayment => Reason::SecondPayment,
            Refusal::PartPayment(_) => Reason::PartPayment,
            Refusal::Overpayment(_) => Reason::Overpayment,
            Refusal::EmployeeInsured => Reason::EmployeeInsured,
            Refusal::NotMissed => Reason::NotMissed,
        }
    }
}

impl From<EventRefusal> for Reason {
    fn from(refusal: EventRefusal) -> Reason {
        match refusal {
            EventRefusal::AlreadyEmployeeInsured => Reason::AlreadyEmployeeInsured,
            EventRefusal::NotEmployeeInsured => Reason::NotEmployeeInsured,
            EventRefusal::NothingToRefund => Reason::NothingToRefund,
        }
    }
}

/// A row that is not settled, with all that `rejects.csv` says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// What the file was read as.
    pub role: FileRole,
    /// The place of its file among the files of the role, from 0, late facts last.
    pub file: u32,
    /// The file as given by the caller.
    pub path: String,
    /// CSV: the physical line on which the record starts. Parquet: the row. Both from 1.
    pub line: u64,
    /// The national name of the column; empty where the row as a whole is the problem.
    pub column: &'static str,
    /// What the cell holds.
    pub value: String,
    /// The reason code of `rejects.csv`.
    pub reason: Reason,
    /// Why, in words, and what to do.
    pub sentence: String,
    /// The claim, if it can be told.
    pub mdtrt_id: Option<String>,
    /// The person, if it can be told.
    pub psn_no: Option<String>,
    /// `medfee_sumamt` of a claim row or `amount` of a payment, if it can be read: it counts in [`super::ClaimTotals`]
    /// or [`super::PaymentTotals`].
    pub amount: Option<Fen>,
}

impl Reject {
    /// The same with pseudonyms of persons.
    fn renamed(&self, pseudonyms: &Pseudonyms) -> Reject {
        let mut renamed = self.clone();
        let mut rename = |psn_no: &str| {
            let shown = pseudonyms.of(psn_no);
            let quoted = [format!("`{psn_no}`"), format!("`{shown}`")];
            renamed.sentence = renamed.sentence.replace(&quoted[0], &quoted[1]);
            shown
        };
        if let Some(psn_no) = &self.psn_no {
            renamed.psn_no = Some(rename(psn_no));
        }
        if self.column == "psn_no" && !self.value.is_empty() {
            renamed.value = rename(&self.value);
        }
        renamed
    }

    /// What rejects are sorted by: role, file and line.
    pub fn place(&self) -> (FileRole, u32, u64) {
        (self.role, self.file, self.line)
    }
}

/// A [`Reject`] as it comes back: the name of its column is a text of its own.
#[derive(Deserialize)]
struct KeptReject {
    role: FileRole,
    file: u32,
    path: String,
    line: u64,
    column: String,
    value: String,
    reason: Reason,
    sentence: String,
    mdtrt_id: Option<String>,
    psn_no: Option<String>,
    amount: Option<Fen>,
}

impl<'de> Deserialize<'de> for Reject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reject, D::Error> {
        let kept = KeptReject::deserialize(deserializer)?;
        let column = known_name(&kept.column)
            .ok_or_else(|| D::Error::custom(format!("`{}` is no column", kept.column)))?;
        Ok(Reject {
            role: kept.role,
            file: kept.file,
            path: kept.path,
            line: kept.line,
            column,
            value: kept.value,
            reason: kept.reason,
            sentence: kept.sentence,
            mdtrt_id: kept.mdtrt_id,
            psn_no: kept.psn_no,
            amount: kept.amount,
        })
    }
}

/// Rows that were rejected for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectSum {
    /// How many.
    pub rows: u64,
    /// Of how many no amount could be read: they have no part in the sum.
    pub unread: u64,
    /// The amounts of the others.
    pub sum: Fen,
}

impl RejectSum {
    /// Adds other rows.
    pub(crate) fn merge(&mut self, others: RejectSum) {
        self.rows += others.rows;
        self.unread += others.unread;
        self.sum += others.sum;
    }
}

/// What was rejected, by role and reason.
pub type RejectSums = BTreeMap<(FileRole, Reason), RejectSum>;

/// Adds rejects up.
pub fn sum_rejects<'a>(rejects: impl IntoIterator<Item = &'a Reject>) -> RejectSums {
    let mut sums = RejectSums::new();
    for reject in rejects {
        let of_reason = sums.entry((reject.role, reject.reason)).or_default();
        of_reason.merge(RejectSum {
            rows: 1,
            unread: u64::from(reject.amount.is_none()),
            sum: reject.amount.unwrap_or_default(),
        });
    }
    sums
}

/// Writes `rejects.csv`: `file,line,column,value,reason,sentence,mdtrt_id,psn_no,amount`, LF line ends; the amount is a
/// claim's `medfee_sumamt` or a payment's `amount`, so that what was refused can be added up. Persons are called by their
/// pseudonyms, if there are any.
///
/// # Errors
/// [`DataError::Unwritable`].
pub fn write_rejects<R: Borrow<Reject>>(
    path: &Path,
    rejects: impl IntoIterator<Item = Result<R, DataError>>,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<(), DataError> {
    let unwritable = |error: &dyn fmt::Display| DataError::unwritable(path, error);
    let mut writer = csv::Writer::from_path(path).map_err(|error| unwritable(&error))?;
    let header = [
        "file", "line", "column", "value", "reason", "sentence", "mdtrt_id", "psn_no", "amount",
    ];
    writer.write_record(header).map_err(|error| unwritable(&error))?;
    for reject in rejects {
        let reject = reject?;
        let renamed = pseudonyms.map(|pseudonyms| reject.borrow().renamed(pseudonyms));
        let reject: &Reject = renamed.as_ref().unwrap_or(reject.borrow());
        let line = reject.line.to_string();
        let amount = reject.amount.map(|amount| amount.to_string()).unwrap_or_default();
        let record = [
            reject.path.as_str(),
            &line,
            reject.column,
            &reject.value,
            reject.reason.name(),
            &reject.sentence,
            reject.mdtrt_id.as_deref().unwrap_or_default(),
            reject.psn_no.as_deref().unwrap_or_default(),
            &amount,
        ];
        writer.write_record(record).map_err(|error| unwritable(&error))?;
    }
    writer.flush().map_err(|error| unwritable(&error))
}
