//! Whether the record of a run still holds: everything is done again from what `run.json` or `projection.json` names, by the
//! same library, and compared with what the record and the files beside it say.
//!
//! What went in is told from what came out: an input or scenario that is another text, a program of another version, a file
//! that was altered since, and numbers that come out otherwise are four things.

mod compare;
mod rerun;
mod verification;

pub use verification::{Changed, Difference, FileState, State, Verification, VerifyError};

use crate::data::pseudonym::Pseudonyms;
use std::path::Path;

/// Does again what the record in `directory` tells of, and compares; `pseudonyms` are those of its persons, if it has
/// such. `progress` is told persons done and persons in all.
///
/// # Errors
/// What keeps it from being done again: no record, an input or scenario that is not there or cannot be read.
pub fn verify(
    directory: &Path,
    pseudonyms: Option<&Pseudonyms>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Verification, VerifyError> {
    let record = rerun::Recorded::read(directory)?;
    let again = rerun::again(&record, pseudonyms, progress)?;
    compare::compare(&record, &again)
}
