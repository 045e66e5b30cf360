//! Which files there are: those of a run, and what became known after it.

use crate::data::error::DataError;
use crate::data::patterns::{self, InputFile};
use crate::data::role::FileRole;
use crate::data::source::Source;
use std::path::PathBuf;

/// The inputs by role. The files of a role are read as one table, one after the other; none where it is not given. A file
/// is `.csv`, `.csv.gz` or `.parquet`; one of them may be `-`, standard input.
///
/// `Inputs<PathBuf>` is what a user names: files, folders and globs. [`Inputs::find`] makes `Inputs<InputFile>` of it, the
/// files themselves, and `Inputs<Source>` holds what was read of them.
///
/// ```no_run
/// use std::path::PathBuf;
/// use yibao::data::Inputs;
/// let given = Inputs::<PathBuf> {
///     institutions: vec!["institutions.csv".into()],
///     ..Inputs::new("persons/", "claims/**/*.parquet")
/// };
/// let sources = given.find()?.open()?;
/// # Ok::<(), yibao::data::DataError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Inputs<T = InputFile> {
    /// Who is insured; one file at least.
    pub persons: Vec<T>,
    /// Who paid for which benefit year; without any everyone counts as enrolled on time.
    pub enrolments: Vec<T>,
    /// What happened to the insured; needs `enrolments`.
    pub events: Vec<T>,
    /// What is to be settled; one file at least.
    pub claims: Vec<T>,
    /// Fee lines, from which the scope amounts are then taken.
    pub lines: Vec<T>,
    /// Institutions; without any every institution is designated.
    pub institutions: Vec<T>,
    /// What became known later, in the order in which it did; usually nothing.
    pub late: Vec<Late<T>>,
}

/// Facts that became known after the files before them (late facts): rows that replace theirs, and new ones.
///
/// A person or a claim replaces the one that an earlier file has under the same id, even if either row is rejected.
/// Payments and events are added to those of the earlier files.
#[derive(Clone, Debug)]
pub struct Late<T = InputFile> {
    /// New persons, and known ones with other facts; needs nothing.
    pub persons: Vec<T>,
    /// More payments; needs [`Inputs::enrolments`].
    pub enrolments: Vec<T>,
    /// More events; needs [`Inputs::enrolments`].
    pub events: Vec<T>,
    /// New claims, corrected ones and reversals.
    pub claims: Vec<T>,
}

impl<T> Default for Inputs<T> {
    fn default() -> Inputs<T> {
        Inputs {
            persons: Vec::new(),
            enrolments: Vec::new(),
            events: Vec::new(),
            claims: Vec::new(),
            lines: Vec::new(),
            institutions: Vec::new(),
            late: Vec::new(),
        }
    }
}

impl<T> Default for Late<T> {
    fn default() -> Late<T> {
        Late {
            persons: Vec::new(),
            enrolments: Vec::new(),
            events: Vec::new(),
            claims: Vec::new(),
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
        .flat_map(|(role, files)| files.iter().map(move |file| (role, file)))
    }

    /// The files.
    pub fn all(&self) -> impl Iterator<Item = &T> + Clone {
        [&self.persons, &self.enrolments, &self.events, &self.claims]
            .into_iter()
            .flatten()
    }

    /// Where the files of a role belong; `None` for roles that are never late.
    pub(crate) fn slot(&mut self, role: FileRole) -> Option<&mut Vec<T>> {
        match role {
            FileRole::Persons => Some(&mut self.persons),
            FileRole::Enrolments => Some(&mut self.enrolments),
            FileRole::Events => Some(&mut self.events),
            FileRole::Claims => Some(&mut self.claims),
            FileRole::Institutions | FileRole::Lines => None,
        }
    }

    /// What `convert` makes of the files of each role.
    ///
    /// # Errors
    /// The first of `convert`.
    pub(crate) fn try_map<U, E>(
        &self,
        mut convert: impl FnMut(FileRole, &[T]) -> Result<Vec<U>, E>,
    ) -> Result<Late<U>, E> {
        Ok(Late {
            persons: convert(FileRole::Persons, &self.persons)?,
            enrolments: convert(FileRole::Enrolments, &self.enrolments)?,
            events: convert(FileRole::Events, &self.events)?,
            claims: convert(FileRole::Claims, &self.claims)?,
        })
    }
}

impl<T> Inputs<T> {
    /// One persons and one claims file and nothing else.
    pub fn new(persons: impl Into<T>, claims: impl Into<T>) -> Inputs<T> {
        Inputs {
            persons: vec![persons.into()],
            claims: vec![claims.into()],
            ..Inputs::default()
        }
    }

    /// The files with their roles, late facts last.
    pub fn files(&self) -> impl Iterator<Item = (FileRole, &T)> {
        [
            (FileRole::Persons, &self.persons),
            (FileRole::Enrolments, &self.enrolments),
            (FileRole::Events, &self.events),
            (FileRole::Claims, &self.claims),
            (FileRole::Lines, &self.lines),
            (FileRole::Institutions, &self.institutions),
        ]
        .into_iter()
        .flat_map(|(role, files)| files.iter().map(move |file| (role, file)))
        .chain(self.late.iter().flat_map(Late::files))
    }

    /// The files, late facts last.
    pub fn all(&self) -> impl Iterator<Item = &T> + Clone {
        [
            &self.persons,
            &self.enrolments,
            &self.events,
            &self.claims,
            &self.lines,
            &self.institutions,
        ]
        .into_iter()
        .flatten()
        .chain(self.late.iter().flat_map(Late::all))
    }

    /// Where the files of a role belong that are not late.
    pub(crate) fn slot(&mut self, role: FileRole) -> &mut Vec<T> {
        match role {
            FileRole::Persons => &mut self.persons,
            FileRole::Enrolments => &mut self.enrolments,
            FileRole::Events => &mut self.events,
            FileRole::Institutions => &mut self.institutions,
            FileRole::Claims => &mut self.claims,
            FileRole::Lines => &mut self.lines,
        }
    }

    /// What `convert` makes of the files of each role, late facts last.
    ///
    /// # Errors
    /// The first of `convert`.
    pub(crate) fn try_map<U, E>(
        &self,
        mut convert: impl FnMut(FileRole, &[T]) -> Result<Vec<U>, E>,
    ) -> Result<Inputs<U>, E> {
        Ok(Inputs {
            persons: convert(FileRole::Persons, &self.persons)?,
            enrolments: convert(FileRole::Enrolments, &self.enrolments)?,
            events: convert(FileRole::Events, &self.events)?,
            claims: convert(FileRole::Claims, &self.claims)?,
            lines: convert(FileRole::Lines, &self.lines)?,
            institutions: convert(FileRole::Institutions, &self.institutions)?,
            late: self
                .late
                .iter()
                .map(|late| late.try_map(&mut convert))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Inputs<PathBuf> {
    /// The files that the paths mean: itself where it is a file, every `.csv`, `.csv.gz` and `.parquet` in a folder and
    /// below it, whatever a glob matches. Those of a role are in the order of their paths, bytewise as they are shown,
    /// each of them once; of late facts too, within each batch.
    ///
    /// # Errors
    /// A glob or folder that means no file, a glob that is none, or a folder that cannot be listed.
    pub fn find(&self) -> Result<Inputs, DataError> {
        self.try_map(patterns::find)
    }
}

impl Late<PathBuf> {
    /// The files that the paths mean, see [`Inputs::find`].
    ///
    /// # Errors
    /// As for [`Inputs::find`].
    pub fn find(&self) -> Result<Late, DataError> {
        self.try_map(patterns::find)
    }
}

impl Inputs {
    /// Reads every file.
    ///
    /// # Errors
    /// A file that cannot be read, or two of them from standard input.
    pub fn open(&self) -> Result<Inputs<Source>, DataError> {
        check_one_stdin(self.files())?;
        self.try_map(|_, files| files.iter().map(InputFile::open).collect())
    }

    /// Those of people alone: no claims, and nothing that only claims need.
    pub(super) fn people(&self) -> Inputs {
        Inputs {
            persons: self.persons.clone(),
            enrolments: self.enrolments.clone(),
            events: self.events.clone(),
            ..Inputs::default()
        }
    }
}

impl Late {
    /// Reads every file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(&self) -> Result<Late<Source>, DataError> {
        self.try_map(|_, files| files.iter().map(InputFile::open).collect())
    }
}

/// Complains if there is nobody, or nothing to settle.
pub(super) fn check_complete<T>(inputs: &Inputs<T>) -> Result<(), DataError> {
    for (role, files) in [
        (FileRole::Persons, &inputs.persons),
        (FileRole::Claims, &inputs.claims),
    ] {
        if files.is_empty() {
            return Err(DataError::NotGiven { role });
        }
    }
    Ok(())
}

/// Complains of two files from the one standard input.
pub(super) fn check_one_stdin<'a>(
    files: impl Iterator<Item = (FileRole, &'a InputFile)>,
) -> Result<(), DataError> {
    let mut stdin = files.filter(|(_, file)| file.is_stdin());
    match (stdin.next(), stdin.next()) {
        (Some((first, _)), Some((second, _))) => Err(DataError::StdinTwice { first, second }),
        _ => Ok(()),
    }
}
