//! What lints found, for people and as a record.

use crate::lint::{Checked, Finding, Lint, Severity, Tried};
use crate::scenario::{Diagnostic, ScenarioError};
use serde::Serialize;
use std::fmt::Write;

/// A finding as a record.
#[derive(Clone, Debug, Serialize)]
pub struct FindingRecord {
    /// The code name of the lint.
    pub lint: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file, or `--set`.
    pub file: String,
    /// Line, from 1; 0 if it is the file as a whole.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Dotted path of the key.
    pub key: String,
    /// The benefit years in which it was found; empty if it does not go by years.
    pub years: Vec<i32>,
    /// What was found, with its values.
    pub message: String,
    /// Why it matters.
    pub why: &'static str,
    /// The articles that it touches.
    pub article: String,
    /// What to do.
    pub hint: Option<String>,
    /// Why the scenario means it, if it says so.
    pub allowed: Option<String>,
}

/// What a check found, as a record.
#[derive(Clone, Debug, Serialize)]
pub struct CheckRecord {
    /// The scenario's short name; nothing if it could not be loaded.
    pub scenario: Option<String>,
    /// What keeps it from being loaded.
    pub errors: Vec<ErrorRecord>,
    /// What lints found.
    pub findings: Vec<FindingRecord>,
    /// What changing figures one at a time was tried on, if it was.
    pub tried: Option<Tried>,
}

/// Something that keeps a scenario from being loaded.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRecord {
    /// The file, or `--set`.
    pub file: String,
    /// Line, from 1; 0 if it is the file as a whole.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Dotted path of the key.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl CheckRecord {
    /// The record of a check.
    pub fn of(scenario: &str, checked: &Checked) -> CheckRecord {
        CheckRecord {
            scenario: Some(scenario.to_string()),
            errors: Vec::new(),
            findings: checked.findings.iter().map(finding_record).collect(),
            tried: checked.tried,
        }
    }

    /// The record of a scenario that could not be loaded.
    pub(crate) fn of_error(error: &ScenarioError) -> CheckRecord {
        let record = |diagnostic: &Diagnostic| ErrorRecord {
            file: diagnostic.file.clone(),
            line: diagnostic.line,
            column: diagnostic.column,
            key: diagnostic.key.clone(),
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
        };
        CheckRecord {
            scenario: None,
            errors: error.diagnostics.iter().map(record).collect(),
            findings: Vec::new(),
            tried: None,
        }
    }
}

fn finding_record(finding: &Finding) -> FindingRecord {
    let Finding { lint, at, .. } = finding;
    FindingRecord {
        lint: lint.name(),
        severity: lint.severity(),
        file: at.file.clone(),
        line: at.line,
        column: at.column,
        key: at.key.clone(),
        years: finding.years.clone(),
        message: at.message.clone(),
        why: lint.why(),
        article: finding.article.clone(),
        hint: at.hint.clone(),
        allowed: finding.allowed.clone(),
    }
}

/// The findings as text, each with its place; those that are allowed as a line each, if they are wanted.
pub fn render(checked: &Checked, with_allowed: bool) -> String {
    let mut text = String::new();
    let (allowed, open): (Vec<&Finding>, Vec<&Finding>) = checked
        .findings
        .iter()
        .partition(|finding| finding.allowed.is_some());
    for finding in &open {
        let _ = writeln!(text, "{}\n", one(finding));
    }
    if with_allowed && !allowed.is_empty() {
        let _ = writeln!(text, "Allowed");
        for finding in &allowed {
            let (at, reason) = (&finding.at, finding.allowed.as_deref().unwrap_or_default());
            let _ = writeln!(
                text,
                "  {}:{} {} at `{}`: {}\n    because: {reason}",
                at.file,
                at.line,
                finding.lint.name(),
                at.key,
                at.message
            );
        }
        text.push('\n');
    }
    if let Some(tried) = &checked.tried {
        let people = match tried.persons {
            0 => "no synthetic people, for the scenario describes none".to_string(),
            persons => format!("{persons} synthetic residents and their {} claims", tried.claims),
        };
        let _ = writeln!(
            text,
            "{} figures were changed one at a time: {people}; {} worked cases.",
            tried.figures, tried.cases
        );
    }
    let count = |severity: Severity| open.iter().filter(|of| of.lint.severity() == severity).count();
    let (warnings, notes) = (count(Severity::Warning), count(Severity::Note));
    let _ = writeln!(
        text,
        "{}, {}, {} allowed",
        counted(warnings, "warning"),
        counted(notes, "note"),
        allowed.len()
    );
    text
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// One finding, with its place and why it matters.
fn one(finding: &Finding) -> String {
    let Finding { lint, at, .. } = finding;
    let years = match finding.years.as_slice() {
        [] => String::new(),
        years => format!(" ({})", span_of(years)),
    };
    let severity = lint.severity().name();
    let mut text = format!("{severity}[{}]: `{}`: {}{years}", lint.name(), at.key, at.message);
    match at.line {
        0 => {
            let _ = write!(text, "\n  --> {}", at.file);
        }
        line => {
            let snippet = at.snippet.trim_end();
            let _ = write!(
                text,
                "\n  --> {}:{line}:{}\n{line:>5} | {snippet}",
                at.file, at.column
            );
        }
    }
    let article = match finding.article.as_str() {
        "" => String::new(),
        article => format!(" (Art. {article})"),
    };
    let _ = write!(text, "\nwhy: {}{article}", lint.why());
    if let Some(hint) = &at.hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    text
}

/// Years as people write them: `2020-2024`, or `2020, 2022`.
fn span_of(years: &[i32]) -> String {
    match years {
        [first, .., last] if (last - first) as usize + 1 == years.len() => format!("{first}-{last}"),
        years => years.iter().map(i32::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// The lints with their names, severities and why they matter.
pub fn list() -> String {
    let mut text = String::new();
    for lint in Lint::ALL {
        let _ = writeln!(
            text,
            "{} ({})\n    {}",
            lint.name(),
            lint.severity().name(),
            lint.why()
        );
    }
    text
}
