//! How a command ends: it did what it was asked to, or says why it could not.

use crate::batch::run::RunError;
use crate::data::DataError;
use crate::scenario::ScenarioError;
use std::fmt;
use std::io::{self, Write};

/// Why a command could not do what it was asked to.
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn new(error: impl fmt::Display) -> Failure {
        Failure {
            message: error.to_string(),
            hint: None,
        }
    }

    pub(super) fn hinting(self, hint: impl Into<Option<String>>) -> Failure {
        Failure {
            hint: hint.into(),
            ..self
        }
    }

    /// Tells why a command could not do what it was asked to.
    pub(super) fn tell(&self) {
        let mut stderr = io::stderr().lock();
        let label = if self.message.starts_with("error:") {
            ""
        } else {
            "error: "
        };
        // If stderr is gone there is nobody left to tell.
        let _ = writeln!(stderr, "{label}{}", self.message);
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "hint: {hint}");
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Data(error) => error.into(),
            error => Failure::new(error),
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Failure {
        let hint = error.hint();
        Failure::new(error).hinting(hint)
    }
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Failure {
        // The diagnostics begin with `error:` themselves.
        Failure::new(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::new(error)
    }
}

/// How a command ended that did what it was asked to.
pub(super) enum Done {
    /// Nothing wants a look.
    Clean,
    /// Something does.
    Look,
}
