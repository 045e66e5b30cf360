//! Which files there are: those of a run, and what became known after it.

use crate::data::columns::FileRole;
use crate::data::error::DataError;
use crate::data::source::Source;
use std::path::{Path, PathBuf};

/// The input files. Each is `.csv`, `.csv.gz` or `.parquet`; one of them may be `-`, standard input.
///
/// `Inputs<PathBuf>` names them, `Inputs<Source>` holds what was read of them.
#[derive(Clone, Debug)]
pub struct Inputs<T = PathBuf> {
    /// Who is insured.
    pub persons: T,
    /// Who paid for which benefit year; without it everyone counts as enrolled on time.
    pub enrolments: Option<T>,
    /// What happened to the insured; needs `enrolments`.
    pub events: Option<T>,
    /// What is to be settled.
    pub claims: T,
    /// Fee lines, from which the scope amounts are then taken.
    pub lines: Option<T>,
    /// Institutions; without them every institution is designated.
    pub institutions: Option<T>,
    /// What became known later, in the order in which it did; usually nothing.
    pub late: Vec<Late<T>>,
}

/// Facts that became known after the files before them (late facts): rows that replace theirs, and new ones.
///
/// A person or a claim replaces the one that an earlier file has under the same id, even if either row is rejected.
/// Payments and events are added to those of the earlier files.
#[derive(Clone, Debug)]
pub struct Late<T = PathBuf> {
    /// New persons, and known ones with other facts; needs nothing.
    pub persons: Option<T>,
    /// More payments; needs [`Inputs::enrolments`].
    pub enrolments: Option<T>,
    /// More events; needs [`Inputs::enrolments`].
    pub events: Option<T>,
    /// New claims, corrected ones and reversals.
    pub claims: Option<T>,
}

impl<T> Default for Late<T> {
    fn default() -> Late<T> {
        Late {
            persons: None,
            enrolments: None,
            events: None,
            claims: None,
        }
    }
}

impl<T> Late<T> {
    /// The files with their roles.
    pub fn files(&self) -> impl Iterator<Item = (FileRole, &T)> {
        [
            (FileRole::Persons, &self.persons),
            (FileRole::Enrolments, &self.enrolments),
            (FileRole::Events, &self.events),
            (FileRole::Claims, &self.claims),
        ]
        .into_iter()
        .filter_map(|(role, file)| file.as_ref().map(|file| (role, file)))
    }

    /// Where the file of a role belongs; `None` for roles that are never late.
    pub fn slot(&mut self, role: FileRole) -> Option<&mut Option<T>> {
        match role {
            FileRole::Persons => Some(&mut self.persons),
            FileRole::Enrolments => Some(&mut self.enrolments),
            FileRole::Events => Some(&mut self.events),
            FileRole::Claims => Some(&mut self.claims),
            FileRole::Institutions | FileRole::Lines => None,
        }
    }
}

impl<T> Inputs<T> {
    /// The files with their roles, late facts last.
    pub fn files(&self) -> impl Iterator<Item = (FileRole, &T)> {
        [
            (FileRole::Persons, Some(&self.persons)),
            (FileRole::Enrolments, self.enrolments.as_ref()),
            (FileRole::Events, self.events.as_ref()),
            (FileRole::Claims, Some(&self.claims)),
            (FileRole::Lines, self.lines.as_ref()),
            (FileRole::Institutions, self.institutions.as_ref()),
        ]
        .into_iter()
        .filter_map(|(role, file)| file.map(|file| (role, file)))
        .chain(self.late.iter().flat_map(Late::files))
    }
}

impl Inputs {
    /// Reads every file.
    ///
    /// # Errors
    /// A file that cannot be read, or two of them from standard input.
    pub fn open(&self) -> Result<Inputs<Source>, DataError> {
        check_one_stdin(self.files().map(|(role, path)| (role, path.as_path())))?;
        let open = |path: &Option<PathBuf>| path.as_deref().map(Source::open).transpose();
        let late = self.late.iter().map(Late::open);
        Ok(Inputs {
            persons: Source::open(&self.persons)?,
            enrolments: open(&self.enrolments)?,
            events: open(&self.events)?,
            institutions: open(&self.institutions)?,
            claims: Source::open(&self.claims)?,
            lines: open(&self.lines)?,
            late: late.collect::<Result<_, _>>()?,
        })
    }
}

impl Late {
    /// Reads every file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(&self) -> Result<Late<Source>, DataError> {
        let open = |path: &Option<PathBuf>| path.as_deref().map(Source::open).transpose();
        Ok(Late {
            persons: open(&self.persons)?,
            enrolments: open(&self.enrolments)?,
            events: open(&self.events)?,
            claims: open(&self.claims)?,
        })
    }
}

/// Complains of two files from the one standard input.
pub(super) fn check_one_stdin<'a>(
    files: impl Iterator<Item = (FileRole, &'a Path)>,
) -> Result<(), DataError> {
    let mut stdin = files.filter(|(_, path)| path.as_os_str() == "-");
    match (stdin.next(), stdin.next()) {
        (Some((first, _)), Some((second, _))) => Err(DataError::StdinTwice { first, second }),
        _ => Ok(()),
    }
}
