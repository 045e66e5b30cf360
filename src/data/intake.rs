//! What becomes of the rows of one file: each is accepted, rejected, skipped or replaced, and counted once.

use crate::data::error::DataError;
use crate::data::reject::Reject;
use crate::data::role::FileRole;
use crate::data::source::Source;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One input file: for `run.json`. `rows = accepted + rejected + skipped + replaced`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// What it was read as.
    pub role: FileRole,
    /// 0 for a file of the run itself, 1 for the first late facts, 2 for the second.
    pub batch: u32,
    /// Its place among the files of the role, from 0, late facts last.
    pub file: u32,
    /// As given by the caller, or as found.
    pub path: String,
    /// What the names of its folders say of every row; see [`InputFile::constants`](crate::data::InputFile::constants).
    pub(crate) constants: Vec<(String, String)>,
    /// SHA-256 of its raw bytes, in hex; `None` if it was not wanted.
    pub sha256: Option<String>,
    /// Rows after the header, blank lines not counted.
    pub rows: u64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows in `rejects.csv`.
    pub rejected: u64,
    /// Good rows that are not wanted: claims of other years, fee lines of claims that are not settled.
    pub skipped: u64,
    /// Rows in whose place a later file has another one.
    pub replaced: u64,
    /// The latest day that an accepted row tells of: a payment, an event, a settlement, a death.
    pub latest: Option<NaiveDate>,
}

impl FileRecord {
    /// Its hash for a reader; a dash if nobody wanted it.
    pub(crate) fn shown_hash(&self) -> &str {
        self.sha256.as_deref().unwrap_or("–")
    }

    /// Adds the rows of another part of the same file.
    pub fn add(&mut self, other: &FileRecord) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.skipped += other.skipped;
        self.replaced += other.replaced;
        self.latest = self.latest.max(other.latest);
    }

    /// Moves one row from the accepted to the rejected: a payment or event that the engine refused after loading.
    ///
    /// # Panics
    /// If no row was accepted: a defect of the caller, never of the input.
    pub fn refuse_one(&mut self) {
        assert!(self.accepted > 0, "no accepted row of `{}` to refuse", self.path);
        self.accepted -= 1;
        self.rejected += 1;
    }

    /// Moves rows from accepted to skipped: good, but not wanted.
    ///
    /// # Panics
    /// If fewer were accepted: a defect of the caller, never of the input.
    pub(crate) fn skip(&mut self, rows: u64) {
        assert!(
            rows <= self.accepted,
            "no {rows} accepted rows of `{}` to skip",
            self.path
        );
        self.accepted -= rows;
        self.skipped += rows;
    }
}

/// A file to read, and where it belongs.
pub(super) struct Input {
    /// 0 for a file of the run itself, 1 for the first late facts.
    pub(super) batch: u32,
    /// Its place among the files of the role.
    pub(super) file: u32,
    pub(super) source: Source,
}

/// Counts the rows of one file and collects its rejects.
pub(super) struct Intake {
    pub(super) path: String,
    /// Its place among the files of the role.
    pub(super) file: u32,
    batch: u32,
    role: FileRole,
    source: Source,
    rows: u64,
    accepted: u64,
    skipped: u64,
    replaced: u64,
    latest: Option<NaiveDate>,
    rejects: Vec<Reject>,
}

impl Intake {
    pub(super) fn new(role: FileRole, input: &Input) -> Intake {
        let &Input {
            batch,
            file,
            ref source,
        } = input;
        Intake {
            path: source.path().to_string(),
            file,
            batch,
            role,
            source: source.clone(),
            rows: 0,
            accepted: 0,
            skipped: 0,
            replaced: 0,
            latest: None,
            rejects: Vec::new(),
        }
    }

    /// The table has so many rows, by its own count.
    pub(super) fn counted(&mut self, rows: u64) {
        self.rows = rows;
    }

    /// A row became a record.
    pub(super) fn accept(&mut self) {
        self.accepted += 1;
    }

    /// A row became a record of something that happened on a day.
    pub(super) fn accept_of(&mut self, day: NaiveDate) {
        self.accepted += 1;
        self.latest = self.latest.max(Some(day));
    }

    /// Rows became records, the last of them of something that happened on `latest`.
    pub(super) fn accept_all(&mut self, rows: u64, latest: Option<NaiveDate>) {
        self.accepted += rows;
        self.latest = self.latest.max(latest);
    }

    /// A good row is not wanted.
    pub(super) fn skip(&mut self) {
        self.skipped += 1;
    }

    /// A later file has another row in place of this one.
    pub(super) fn replace(&mut self) {
        self.replaced += 1;
    }

    /// A row is rejected.
    pub(super) fn reject(&mut self, reject: Reject) {
        self.rejects.push(Reject {
            file: self.file,
            ..reject
        });
    }

    /// Hands over the rejects and tells what was read.
    ///
    /// # Errors
    /// As for [`Source::sha256`].
    pub(super) fn finish(mut self, rejects: &mut Vec<Reject>) -> Result<FileRecord, DataError> {
        let rejected = self.rejects.len() as u64;
        assert!(
            self.rows == self.accepted + rejected + self.skipped + self.replaced,
            "rows of `{}` got lost: {} read, {} accepted, {rejected} rejected, {} skipped, {} replaced",
            self.path,
            self.rows,
            self.accepted,
            self.skipped,
            self.replaced
        );
        // Stable, so that what is found out late stands where its row stands.
        self.rejects.sort_by_key(|reject| reject.line);
        rejects.append(&mut self.rejects);
        let is_hashed = self.source.is_hashed();
        let sha256 = is_hashed.then(|| self.source.sha256().map(str::to_string));
        Ok(FileRecord {
            role: self.role,
            batch: self.batch,
            file: self.file,
            path: self.path,
            constants: self.source.constants().to_vec(),
            sha256: sha256.transpose()?,
            rows: self.rows,
            accepted: self.accepted,
            rejected,
            skipped: self.skipped,
            replaced: self.replaced,
            latest: self.latest,
        })
    }
}
