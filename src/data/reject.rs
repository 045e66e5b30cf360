//! Rows that cannot be settled, and why: nothing that was read disappears without a line here.

use crate::data::columns::FileRole;
use crate::data::error::DataError;
use crate::money::{AmountError, Fen};
use std::fmt;
use std::path::Path;

/// Declares the reason codes with their words, once.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Why a row was rejected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Not a decimal between 0 and 1 with at most six decimals.
    NotARate = "not-a-rate",
    /// A code that neither the national list nor the scenario knows.
    UnknownCode = "unknown-code",
    /// A claim of a person whom the persons file does not give, or whose row was rejected.
    UnknownPerson = "unknown-person",
    /// A claim at an institution whose row was rejected.
    BadInstitution = "bad-institution",
    /// An identifier that an earlier row of the file has.
    RepeatedId = "repeated-id",
    /// A bill of zero or less, outside a reversal.
    NonPositiveTotal = "non-positive-total",
    /// A part of a bill below zero.
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

/// One rejected row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// What the file was read as.
    pub role: FileRole,
    /// The file as given by the caller.
    pub path: String,
    /// CSV: the physical line on which the record starts. Parquet: the row. Both from 1.
    pub line: u64,
    /// The national name of the column; empty where the row as a whole is the problem.
    pub column: &'static str,
    /// What the cell holds.
    pub value: String,
    /// Why.
    pub reason: Reason,
    /// Why, in words, and what to do.
    pub sentence: String,
    /// The claim, if it can be told.
    pub mdtrt_id: Option<String>,
    /// The person, if it can be told.
    pub psn_no: Option<String>,
    /// `medfee_sumamt` of a claim row, if it can be read: it counts in [`super::ClaimTotals`].
    pub amount: Option<Fen>,
}

/// Writes `rejects.csv`: `file,line,column,value,reason,sentence,mdtrt_id,psn_no,medfee_sumamt`, LF line ends.
///
/// # Errors
/// [`DataError::Unwritable`].
pub fn write_rejects(path: &Path, rejects: &[Reject]) -> Result<(), DataError> {
    let unwritable = |error: &dyn fmt::Display| DataError::unwritable(path, error);
    let mut writer = csv::Writer::from_path(path).map_err(|error| unwritable(&error))?;
    let header = [
        "file",
        "line",
        "column",
        "value",
        "reason",
        "sentence",
        "mdtrt_id",
        "psn_no",
        "medfee_sumamt",
    ];
    writer.write_record(header).map_err(|error| unwritable(&error))?;
    for reject in rejects {
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
