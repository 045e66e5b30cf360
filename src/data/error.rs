//! What stops a run: a file that cannot be read or written at all. A bad *row* is a [`super::Reject`] instead.

use crate::data::role::FileRole;
use std::io;

/// A file-level failure. `Display` says what happened to which file; [`DataError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be opened or read.
    #[error("cannot read `{path}`: {source}")]
    Unreadable {
        /// As given by the caller.
        path: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A gzip stream that ends early or does not add up.
    #[error("`{path}` is not a whole gzip file: {source}")]
    BadGzip {
        /// As given by the caller.
        path: String,
        /// The decompressor's answer.
        source: io::Error,
    },
    /// A Parquet file that is cut off, damaged or compressed in an unknown way.
    #[error("`{path}` cannot be read as Parquet: {detail}")]
    BadParquet {
        /// As given by the caller.
        path: String,
        /// The decoder's answer.
        detail: String,
    },
    /// A file that was not the same when it was read again.
    #[error("`{path}` changed while it was read")]
    Changed {
        /// As given by the caller.
        path: String,
    },
    /// Fee lines with inputs that are read in parts.
    #[error("`{path}`: fee lines cannot be read within a limit of memory, or by a run that can be resumed")]
    LinesInParts {
        /// As given by the caller.
        path: String,
    },
    /// More input files than can be told apart when they are read in parts.
    #[error("{files} files are too many to read in parts: at most {} can be", u16::MAX)]
    TooManyFiles {
        /// How many there are.
        files: usize,
    },
    /// Memory in which the data of some persons cannot be held.
    #[error("the memory allowed, {} MiB, is too little for these files", given_bytes >> 20)]
    TooLittleMemory {
        /// What was allowed.
        given_bytes: u64,
        /// What it takes.
        needed_bytes: u64,
    },
    /// A directory that holds an interrupted run with other inputs or options.
    #[error("`{path}` holds an interrupted run that differs: {what}")]
    OtherRun {
        /// The directory.
        path: String,
        /// In what it differs.
        what: String,
    },
    /// A directory in which another run is at work.
    #[error("another run is at work in `{path}`")]
    AtWork {
        /// The directory.
        path: String,
    },
    /// A temporary file or checkpoint of a run that is not what was written.
    #[error("`{path}` is damaged: {detail}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Bytes that are neither UTF-8 nor GBK.
    #[error("`{path}` is neither UTF-8 nor GBK text")]
    NotText {
        /// As given by the caller.
        path: String,
    },
    /// An Excel workbook or another zip archive.
    #[error("`{path}` is a spreadsheet or zip archive, not a table of text")]
    Spreadsheet {
        /// As given by the caller.
        path: String,
    },
    /// No header row.
    #[error("`{path}` is empty: not even a header row")]
    Empty {
        /// As given by the caller.
        path: String,
    },
    /// A required column is not in the header.
    #[error("`{path}` has no column `{column}`, which the {role} file needs")]
    MissingColumn {
        /// As given by the caller.
        path: String,
        /// What the file was read as.
        role: FileRole,
        /// The national element name.
        column: &'static str,
        /// The header that resembles it most, if any does.
        nearest: Option<String>,
        /// The header row seems to be cut by something other than commas.
        delimiter: Option<&'static str>,
        /// The other kind of file that it has the columns of.
        looks_like: Option<FileRole>,
    },
    /// Two headers that mean the same column.
    #[error("`{path}` has two columns for `{column}`: `{first}` and `{second}`")]
    TwoColumns {
        /// As given by the caller.
        path: String,
        /// The national element name.
        column: &'static str,
        /// The header further left.
        first: String,
        /// The header further right.
        second: String,
    },
    /// A binary floating-point column.
    #[error("column `{column}` of `{path}` holds binary floating-point numbers")]
    FloatColumn {
        /// As given by the caller.
        path: String,
        /// The header.
        column: String,
        /// Whether the column is an amount or a rate.
        money: bool,
    },
    /// A Parquet column of a type that no field can be read from.
    #[error("column `{column}` of `{path}` {detail}")]
    UnsupportedColumn {
        /// As given by the caller.
        path: String,
        /// The header.
        column: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A folder or glob that means no file.
    #[error("{}", no_files(*.role, .path, *.folder))]
    NoFiles {
        /// What the files were wanted as.
        role: FileRole,
        /// As given by the caller.
        path: String,
        /// Whether it is a folder.
        folder: bool,
    },
    /// A glob that cannot be read as one.
    #[error("`{pattern}` is neither a file nor a pattern of names: {detail}")]
    BadPattern {
        /// As given by the caller.
        pattern: String,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// A role that needs a file and has none.
    #[error("there is no {role} file")]
    NotGiven {
        /// The role.
        role: FileRole,
    },
    /// Two inputs from standard input.
    #[error("the {first} and the {second} file are both `-`, but there is one standard input")]
    StdinTwice {
        /// The first role.
        first: FileRole,
        /// The second role.
        second: FileRole,
    },
    /// Events of people of whom it is not known what they paid.
    #[error("`{path}` is an events file, but there is no enrolments file")]
    EventsAlone {
        /// As given by the caller.
        path: String,
    },
    /// Payments that became known after a run in which everybody was presumed to be enrolled.
    #[error("`{path}` is a late enrolments file, but the run has no enrolments file")]
    LateEnrolmentsAlone {
        /// As given by the caller.
        path: String,
    },
    /// Parquet in a program built without it.
    #[error("`{path}`: this program was built without Parquet")]
    NoParquet {
        /// As given by the caller.
        path: String,
    },
    /// A key for pseudonyms that can be guessed.
    #[error("the key for pseudonyms has {bytes} bytes: {least} are the fewest")]
    WeakKey {
        /// How long it is.
        bytes: usize,
        /// How long it must be.
        least: usize,
    },
    /// An output that cannot be written.
    #[error("cannot write `{path}`: {detail}")]
    Unwritable {
        /// The file or directory.
        path: String,
        /// What went wrong.
        detail: String,
    },
    /// No claim of the files can be settled.
    #[error(
        "not one claim of {claims} can be settled; the first is rejected because {sentence} ({path}:{line})"
    )]
    AllRejected {
        /// Claim rows.
        claims: u64,
        /// The file of the first.
        path: String,
        /// Its line.
        line: u64,
        /// What is wrong with it.
        sentence: String,
    },
    /// An output file in whose place there is another one.
    #[error("`{path}` is there already, and it is not an earlier {what}")]
    FileInUse {
        /// The file.
        path: String,
        /// What the output is: `report`.
        what: &'static str,
    },
    /// An output directory that holds something else.
    #[error("`{path}` holds something that is not an earlier run")]
    TargetInUse {
        /// The directory.
        path: String,
    },
}

fn no_files(role: FileRole, path: &str, folder: bool) -> String {
    if folder {
        format!("the folder `{path}`, which is to give the {role}, has no table in it or below it")
    } else {
        format!("no file matches `{path}`, which is to give the {role}")
    }
}

impl DataError {
    /// What the person at the keyboard can do about it, if there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            DataError::TooLittleMemory { needed_bytes, .. } => {
                format!("allow at least {} MiB", (needed_bytes >> 20) + 1)
            }
            DataError::MissingColumn {
                delimiter: Some(name),
                ..
            } => format!("the header row seems to be separated by {name}; separate columns by commas"),
            DataError::MissingColumn {
                column,
                nearest: Some(nearest),
                ..
            } => format!("is `{nearest}` meant? rename it to `{column}`"),
            DataError::MissingColumn {
                looks_like: Some(other),
                role,
                ..
            } => {
                format!(
                    "it has the columns of the {other} file: give it as --{other}, and another one as --{role}"
                )
            }
            _ => self.general_hint().to_string(),
        };
        Some(hint)
    }

    /// What to do about it, whatever the particulars.
    fn general_hint(&self) -> &'static str {
        use DataError as E;
        match self {
            E::Unreadable { .. } => "check the path and the permissions",
            E::BadGzip { .. } | E::BadParquet { .. } => {
                "the file is cut off, damaged or not what its name says; copy or export it again"
            }
            E::TooManyFiles { .. } => "join some of them",
            E::LinesInParts { .. } => {
                "settle without `--memory` and `--resume`, or put the scope amounts into the claims"
            }
            E::TooLittleMemory { .. } => "allow more",
            E::OtherRun { .. } => "give the same files and options as before, or another directory",
            E::AtWork { .. } => "wait until it has ended, or give another directory",
            E::Damaged { .. } => "empty the directory of the run and start again",
            E::Changed { .. } => "run again when nothing writes to it any more",
            E::NotText { .. } => "export the table again as UTF-8 CSV",
            E::Spreadsheet { .. } => "save the sheet as `CSV UTF-8` and pass that file",
            E::Empty { .. } | E::MissingColumn { .. } => "the first row must name the columns",
            E::TwoColumns { .. } => "remove or rename one of them",
            E::FloatColumn { money: true, .. } => {
                "write amounts as DECIMAL(18,2), rates as DECIMAL(9,6), or both as text"
            }
            E::FloatColumn { .. } => "write codes as text and days as DATE",
            E::UnsupportedColumn { .. } => {
                "write text as STRING, amounts as DECIMAL, days as DATE or TIMESTAMP, flags as BOOLEAN"
            }
            E::NoFiles { folder: true, .. } => {
                "tables end in `.csv`, `.csv.gz` or `.parquet`; names that begin with `.` or `_` do not count"
            }
            E::NoFiles { .. } => {
                "`*` stands for a part of a name, `**` for any folders; names that begin with `.` or `_` do not count"
            }
            E::BadPattern { .. } => {
                "`*`, `?` and `[...]` stand for other characters; a file that has them in its name must be there"
            }
            E::NotGiven { .. } => "give one at least",
            E::StdinTwice { .. } => "give one of them as a file",
            E::EventsAlone { .. } => {
                "give the enrolments file too: without it everyone counts as enrolled, whatever happens to them"
            }
            E::LateEnrolmentsAlone { .. } => {
                "everyone counted as enrolled on time there: settle it anew, with an enrolments file that has all payments"
            }
            E::NoParquet { .. } => "use `.csv` or `.csv.gz`, or build with `--features parquet`",
            E::WeakKey { .. } => {
                "make one that nobody can guess, and keep it: `head -c 32 /dev/urandom > KEYFILE`"
            }
            E::Unwritable { .. } => "check that the disk has room and the directory can be written",
            E::AllRejected { .. } => "`yibao settle` lists what is wrong with each in rejects.csv",
            E::FileInUse { .. } => "choose another file, or move this one away",
            E::TargetInUse { .. } => "choose another directory, or empty this one",
        }
    }

    /// Failure to read `path`.
    pub(crate) fn unreadable(path: impl AsRef<std::path::Path>, source: io::Error) -> DataError {
        DataError::Unreadable {
            path: path.as_ref().display().to_string(),
            source,
        }
    }

    /// Failure to write `path`.
    pub(crate) fn unwritable(path: impl AsRef<std::path::Path>, detail: impl std::fmt::Display) -> DataError {
        DataError::Unwritable {
            path: path.as_ref().display().to_string(),
            detail: detail.to_string(),
        }
    }
}
