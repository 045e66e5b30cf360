//! A scenario's texts, and what is wrong with them: messages for the person who edits a file or a command line.

pub(crate) use crate::nearest::nearest;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name of what was set on the command line, or by a program ([`Scenario::with`](super::Scenario::with)).
pub const SET: &str = "--set";

/// The text of a scenario and where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// All the texts of a scenario, laid end to end: the base, then what lies over it. So one range of bytes says which text
/// is meant, and where in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// Never empty once there is a scenario.
    pub sources: Vec<Arc<Source>>,
    /// Where each begins in `text`.
    starts: Vec<usize>,
    /// The whole.
    pub text: String,
}

impl Texts {
    /// Adds a text, and returns it as it is to be parsed: with blanks for all that stands before it, so that whatever
    /// the parser says of a place holds in the whole.
    pub(crate) fn add(&mut self, source: Arc<Source>) -> String {
        if !self.sources.is_empty() {
            self.text.push('\n'); // the end of one text is not the beginning of the next
        }
        let start = self.text.len();
        let mut parsed = " ".repeat(start);
        match source.text.strip_prefix('\u{feff}') {
            Some(rest) => {
                parsed.push_str("   ");
                parsed.push_str(rest);
            }
            None => parsed.push_str(&source.text),
        }
        self.starts.push(start);
        self.text.push_str(&source.text);
        self.sources.push(source);
        parsed
    }

    /// Takes the last text away again.
    pub(super) fn remove_last(&mut self) {
        self.sources.pop();
        if let Some(start) = self.starts.pop() {
            self.text.truncate(start.saturating_sub(1));
        }
    }

    /// Which text a byte of the whole belongs to.
    pub(super) fn index_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// The place of a diagnostic among all.
    pub(super) fn order(&self, diagnostic: &Diagnostic) -> (usize, usize, usize) {
        let text = self
            .sources
            .iter()
            .position(|source| source.name == diagnostic.file);
        (text.unwrap_or(0), diagnostic.line, diagnostic.column)
    }

    pub(super) fn diagnostic(&self, span: Option<Range<usize>>, key: &str, message: String) -> Diagnostic {
        let index = span.as_ref().map(|span| self.index_of(span.start));
        let index = index.unwrap_or(self.sources.len().saturating_sub(1));
        let (Some(source), Some(&start)) = (self.sources.get(index), self.starts.get(index)) else {
            return Source::default().diagnostic(None, key, message);
        };
        let span = span.map(|span| span.start - start..span.end.saturating_sub(start));
        source.diagnostic(span, key, message)
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
            // A command line has no lines to count: the place is shown instead.
            1 if self.file == SET => {
                writeln!(f, "  --> {SET}")?;
                writeln!(f, "      | {}", self.snippet)?;
                write!(f, "      | {:>1$}", "^", self.column)?;
            }
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
