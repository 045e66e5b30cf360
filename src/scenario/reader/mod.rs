//! Walks a scenario's tables for one benefit year, and collects every complaint on the way.
//!
//! The same walk is made for each year, so that a missing year is found where it is missing. A figure is a table with
//! exactly one unit (`yuan`, `rate`, ...), a provenance and a source; its value holds for all years or is given by
//! year. Keys that nothing asked for are errors.
//!
//! A walk is of [`Node`]s, tables that know their path (`node`). What they hold is read either as a figure (`figure`), of
//! which one year's value counts (`year`) and some are shares of an income (`income`), or as a plain key (`plain`); both
//! come to one set of ways to read what is written (`written`).

mod figure;
mod income;
mod node;
mod plain;
mod written;
mod year;

pub(crate) use node::{Node, optional};
pub(crate) use written::UNITS;

use crate::benefit::claim::InstitutionKind;
use crate::benefit::tariff::MAX_INSTITUTION_KINDS;
use crate::figure::{FigureId, FigureNote, Provenance};
use crate::money::Fen;
use crate::outlook::Future;
use crate::scenario::source::{Diagnostic, Texts};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use written::Written;

/// What all the walks over one scenario share.
pub(crate) struct Reader<'a> {
    pub source: &'a Texts,
    /// The benefit year that this walk reads.
    pub year: i32,
    /// How figures go on after the years that are given; `None` for a walk within them.
    pub future: Option<Future<'a>>,
    /// The keys that were asked for, by the path of their table.
    asked: RefCell<BTreeMap<String, BTreeSet<String>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    notes: RefCell<Vec<FigureNote>>,
    /// The values of the reader's year as they are written, by note.
    texts: RefCell<BTreeMap<usize, String>>,
    institution_kinds: RefCell<Vec<String>>,
    /// The incomes of the reader's year that amounts may be shares of, by name.
    incomes: RefCell<BTreeMap<String, Fen>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a Texts) -> Reader<'a> {
        Reader {
            source,
            year: 0,
            future: None,
            asked: RefCell::default(),
            diagnostics: RefCell::default(),
            notes: RefCell::default(),
            texts: RefCell::default(),
            institution_kinds: RefCell::default(),
            incomes: RefCell::default(),
        }
    }

    /// Adds a complaint, once.
    pub(super) fn complain(&self, span: Option<Range<usize>>, key: &str, message: impl Into<String>) {
        self.complain_with(self.source.diagnostic(span, key, message.into()));
    }

    pub(super) fn complain_with(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }

    /// Keeps a figure's value of the year as it is written, on one line.
    fn keep_text(&self, figure: FigureId, written: &Written<'_>) {
        let as_written = || self.source.text.get(written.value.span()?);
        // What an overlay's merge has put in is written nowhere: that there is no limit.
        let lifted = || Some(if written.value.as_bool()? { "true" } else { "false" });
        let text = written
            .grown
            .as_deref()
            .or_else(as_written)
            .or_else(lifted)
            .unwrap_or_default();
        let one_line = text
            .trim_matches('"')
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        self.texts.borrow_mut().insert(usize::from(figure.0), one_line);
    }

    /// The values of the year as they are written, by note; empty for figures that the year did not read.
    pub(super) fn take_texts(&self) -> Vec<String> {
        let mut texts = self.texts.take();
        (0..self.notes.borrow().len())
            .map(|index| texts.remove(&index).unwrap_or_default())
            .collect()
    }

    /// The complaints in the order of the texts.
    pub(crate) fn into_parts(self) -> (Vec<Diagnostic>, Vec<FigureNote>, Vec<String>) {
        let mut diagnostics = self.diagnostics.into_inner();
        diagnostics.sort_by_key(|diagnostic| self.source.order(diagnostic));
        (
            diagnostics,
            self.notes.into_inner(),
            self.institution_kinds.into_inner(),
        )
    }

    /// The paths of all keys that were asked for.
    #[cfg(test)]
    pub(crate) fn asked_paths(&self) -> BTreeSet<String> {
        let asked = self.asked.borrow();
        let paths = asked.iter().flat_map(|(table, keys)| {
            keys.iter().map(move |key| match table.as_str() {
                "" => key.clone(),
                table => format!("{table}.{key}"),
            })
        });
        paths.collect()
    }

    /// Whether anything is wrong so far.
    pub(super) fn has_complained(&self) -> bool {
        !self.diagnostics.borrow().is_empty()
    }

    /// The paths of the figures read so far.
    pub(super) fn paths(&self) -> Vec<String> {
        self.notes.borrow().iter().map(|note| note.path.clone()).collect()
    }

    /// The index of an institution kind that a rule names.
    pub(super) fn institution_kind(&self, name: &str) -> InstitutionKind {
        let mut kinds = self.institution_kinds.borrow_mut();
        let index = kinds.iter().position(|kind| kind == name).unwrap_or_else(|| {
            kinds.push(name.to_string());
            kinds.len() - 1
        });
        if index + 1 >= MAX_INSTITUTION_KINDS {
            self.complain(
                None,
                "",
                format!("more than {} institution kinds", MAX_INSTITUTION_KINDS - 1),
            );
            return InstitutionKind::default();
        }
        InstitutionKind(index as u8 + 1)
    }

    /// The id of a figure's note, which is the same in every year. What is a placeholder in one year is
    /// one here.
    pub(super) fn note(&self, path: &str, provenance: Provenance, source: &str) -> FigureId {
        let mut notes = self.notes.borrow_mut();
        let known = notes.iter().position(|note| note.path == path);
        let index = known.unwrap_or_else(|| {
            notes.push(FigureNote {
                path: path.to_string(),
                provenance,
                source: source.to_string(),
            });
            notes.len() - 1
        });
        if provenance == Provenance::Placeholder {
            notes[index].provenance = provenance;
        }
        FigureId(index as u16)
    }
}
