//! What verifying a record finds, and why it could not be done.

use crate::batch::previous::PreviousError;
use crate::batch::resettle::ResettleError;
use crate::batch::run::RunError;
use crate::data::DataError;
use crate::projection::run::RunError as ProjectionError;
use crate::scenario::ScenarioError;
use crate::synth::FigureError;
use serde::Serialize;
use std::path::PathBuf;

/// What came of running a recorded run again.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// The directory.
    pub directory: PathBuf,
    /// What was recorded: `run`, `settle`, `resettle` or `project`.
    pub of: &'static str,
    /// The version of the program that made the record.
    pub version: String,
    /// Whether that is the version of this program.
    pub same_version: bool,
    /// Input files and layers of the scenario that are not what they were.
    pub changed: Vec<Changed>,
    /// Numbers of the record that come out otherwise.
    pub numbers: Vec<Difference>,
    /// The files beside the record.
    pub files: Vec<FileState>,
    /// The fingerprint that came out now; nothing for a projection.
    pub fingerprint: Option<String>,
}

impl Verification {
    /// Whether everything is the same.
    pub fn holds(&self) -> bool {
        let same = |file: &FileState| matches!(file.state, State::Same | State::Unrecorded);
        self.changed.is_empty() && self.numbers.is_empty() && self.files.iter().all(same)
    }
}

/// A file that went in and is another text now.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// What it was read as, such as `claims` or `scenario`.
    pub what: String,
    /// Its path, as recorded.
    pub path: String,
    /// SHA-256 then.
    pub recorded: String,
    /// SHA-256 now.
    pub found: String,
}

/// A number of the record that comes out otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Where it stands, such as `totals.hifp_pay_fen`.
    pub path: String,
    /// As recorded.
    pub recorded: String,
    /// What comes out now.
    pub found: String,
}

/// A file beside the record.
#[derive(Clone, Debug, Serialize)]
pub struct FileState {
    /// Its name.
    pub file: String,
    /// Whether it is what was written, and what comes out again.
    pub state: State,
}

/// How a file beside the record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The same bytes come out.
    Same,
    /// It is not what was written then.
    Altered,
    /// It is what was written then, as far as the record tells, and other bytes come out now.
    Otherwise,
    /// It is not there.
    Missing,
    /// It is no output of such a run.
    Unrecorded,
}

/// Why a record could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The directory holds no record, or one that cannot be verified.
    #[error("`{path}` cannot be verified: {detail}")]
    Unsuitable {
        /// The directory.
        path: String,
        /// Why.
        detail: String,
        /// What to do.
        hint: Option<&'static str>,
    },
    /// Something that went in cannot be read again.
    #[error(transparent)]
    Previous(#[from] PreviousError),
    /// A resettlement cannot be repeated.
    #[error(transparent)]
    Resettle(#[from] ResettleError),
    /// A run cannot be repeated.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A projection cannot be repeated.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// The scenario cannot be used.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The synthetic city cannot be drawn.
    #[error(transparent)]
    City(#[from] FigureError),
}

impl From<DataError> for VerifyError {
    fn from(error: DataError) -> VerifyError {
        VerifyError::Run(error.into())
    }
}

impl VerifyError {
    /// What the person at the keyboard can do about it, if there is something.
    pub fn hint(&self) -> Option<String> {
        match self {
            VerifyError::Unsuitable { hint, .. } => hint.map(str::to_string),
            VerifyError::Previous(error) => error.hint(),
            VerifyError::Resettle(error) => error.hint(),
            VerifyError::Run(RunError::Data(error)) => error.hint(),
            _ => None,
        }
    }
}
