//! A scenario's text, and what is wrong with it: messages for the person who edits the file.

pub(crate) use crate::nearest::nearest;
use std::fmt;
use std::ops::Range;

/// The text of a scenario and where it came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// File name, or the name of an embedded scenario.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Line and column, from 1, of a byte offset.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..offset.min(self.text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    /// The text of a line, from 1; there is none on line 0.
    fn line(&self, number: usize) -> &str {
        let index = number.checked_sub(1);
        index
            .and_then(|index| self.text.lines().nth(index))
            .unwrap_or("")
            .trim_end()
    }

    pub(crate) fn diagnostic(&self, span: Option<Range<usize>>, key: &str, message: String) -> Diagnostic {
        let (line, column) = span.map_or((0, 0), |span| self.position(span.start));
        Diagnostic {
            file: self.name.clone(),
            line,
            column,
            snippet: self.line(line).to_string(),
            key: key.to_string(),
            message,
            hint: None,
        }
    }
}

/// One thing that is wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file.
    pub file: String,
    /// Line, from 1; 0 if it is the file as a whole.
    pub line: usize,
    /// Column, from 1; 0 if it is the file as a whole.
    pub column: usize,
    /// The text of the line.
    pub snippet: String,
    /// Dotted path of the key.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

impl Diagnostic {
    pub(crate) fn with_hint(self, hint: impl Into<Option<String>>) -> Diagnostic {
        Diagnostic {
            hint: hint.into(),
            ..self
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.key.is_empty() {
            String::new()
        } else {
            format!("`{}`: ", self.key)
        };
        writeln!(f, "error: {key}{}", self.message)?;
        match self.line {
            0 => write!(f, "  --> {}", self.file)?,
            line => {
                writeln!(f, "  --> {}:{line}:{}", self.file, self.column)?;
                write!(f, "{line:>5} | {}", self.snippet)?;
            }
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Why a scenario cannot be used: everything that is wrong with it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// At least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{diagnostic}", if index == 0 { "" } else { "\n\n" })?;
        }
        let count = self.diagnostics.len();
        write!(
            f,
            "\n\n{count} error{} in the scenario",
            if count == 1 { "" } else { "s" }
        )
    }
}

impl std::error::Error for ScenarioError {}
