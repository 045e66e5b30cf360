//! Inputs that need not fit into memory: what belongs to some persons at a time, everything of theirs together.
//!
//! Every file is looked through once, for its hash and encoding. If the rows of every file come in the order of persons
//! (`psn_no`, byte by byte), the files are read side by side and nothing is written in between. Else the rows are
//! spread by person over temporary files, as many as it takes for what is in each to fit. Both give the rows with their
//! lines as they are in the files, and the same loader makes records of them.

use crate::data::block::Row;
use crate::data::blocks::{BlockReader, PersonFile, Probe, Room};
use crate::data::buckets::{Bucket, Buckets, KeyedRows, Shape, bucket_path, read_bucket};
use crate::data::cell::Cell;
use crate::data::columns::ClaimColumn;
use crate::data::error::DataError;
use crate::data::fields::Fields;
use crate::data::id_check::{
    ClaimIds, Elsewhere, IdEntry, IdFiles, nobody_key, person_key, place, push_entries,
};
use crate::data::inputs::{Inputs, check_complete};
use crate::data::intake::FileRecord;
use crate::data::load::{Loaded, gathered, load_part};
use crate::data::options::LoadOptions;
use crate::data::patterns::InputFile;
use crate::data::role::FileRole;
use crate::data::sorted::Cursor;
use crate::data::source::Source;
use crate::data::spill::SpilledRows;
use crate::data::table::Rows;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Memory that the program takes whatever it reads: code, tables of figures, buffers of files.
const BASE_BYTES: u64 = 16 << 20;

/// Memory that each thread takes: rows on their way, sums, and settlements that are being encoded.
const BYTES_PER_THREAD: u64 = 24 << 20;

/// How many times the bytes of a partition's rows settling them takes: the rows, the records made of them, the ids, and
/// settlements on their way out.
const BYTES_PER_ROW_BYTE: u64 = 6;

/// The least memory that can be kept to.
pub const LEAST_MEMORY_BYTES: u64 = 96 << 20;

/// The most temporary files for rows: each has a buffer of its own.
const MOST_BUCKETS: u64 = 512;

/// How many threads so much memory is enough for: half of it, so that the rest holds rows.
pub fn threads_within(memory_bytes: u64) -> usize {
    let for_threads = memory_bytes.saturating_sub(BASE_BYTES) / 2;
    (for_threads / BYTES_PER_THREAD).max(1) as usize
}

/// The least memory that has room for so many bytes of rows: threads take at most half of it, and one thread at least.
fn needed_bytes(row_bytes: u64) -> u64 {
    let for_rows = row_bytes * BYTES_PER_ROW_BYTE;
    BASE_BYTES + for_rows + for_rows.max(BYTES_PER_THREAD)
}

/// What memory allows.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Allowed in all.
    memory_bytes: u64,
    /// Of rows of a partition, at most.
    most_bytes: u64,
    /// Of rows of a partition that can be cut.
    partition_bytes: u64,
    /// Of text read at a time.
    block_bytes: usize,
}

impl Plan {
    /// As many threads are reckoned with as memory has room for, however many there are: the cut must not depend on them.
    fn of(memory_bytes: u64, part_bytes: Option<u64>) -> Plan {
        let fixed_bytes = BASE_BYTES + threads_within(memory_bytes) as u64 * BYTES_PER_THREAD;
        let most_bytes = memory_bytes.saturating_sub(fixed_bytes) / BYTES_PER_ROW_BYTE;
        let partition_bytes = part_bytes.map_or(most_bytes, |bytes| bytes.min(most_bytes));
        Plan {
            memory_bytes,
            most_bytes,
            partition_bytes,
            block_bytes: if cfg!(fuzzing) {
                32
            } else {
                (partition_bytes / 8).clamp(1 << 20, 16 << 20) as usize
            },
        }
    }

    /// A record is no longer than the rows of a partition, nor than its length in 32 bits can say. How long a longer one is
    /// nobody knows before it was read: twice that is said to be needed.
    fn room(self) -> Room {
        Room {
            record_bytes: self.most_bytes.min(1 << 31) as usize,
            given_bytes: self.memory_bytes,
            needed_bytes: needed_bytes(2 * self.most_bytes),
        }
    }

    /// The rows of a partition that cannot be cut further have so many bytes.
    fn too_little(self, bytes: u64) -> DataError {
        DataError::TooLittleMemory {
            given_bytes: self.memory_bytes,
            needed_bytes: needed_bytes(bytes),
        }
    }
}

/// Inputs that are read in parts.
pub struct PartedInputs {
    files: Vec<PersonFile>,
    probes: Vec<Probe>,
    /// Institutions are few, and needed for every part.
    institutions: Vec<Source>,
    /// Where temporary files go.
    work: PathBuf,
    plan: Plan,
}

impl PartedInputs {
    /// Looks through the files once, for what they are and for their hashes. `work` is a directory for temporary files,
    /// `memory_bytes` what may be used of memory, and `part_bytes`, if given, what the rows of a part may have where that
    /// is less than memory allows.
    ///
    /// # Errors
    /// A file that cannot be used; fee lines, which are not kept by person; less than [`LEAST_MEMORY_BYTES`].
    pub fn open(
        inputs: &Inputs,
        work: &Path,
        memory_bytes: u64,
        part_bytes: Option<u64>,
    ) -> Result<PartedInputs, DataError> {
        if memory_bytes < LEAST_MEMORY_BYTES {
            return Err(DataError::TooLittleMemory {
                given_bytes: memory_bytes,
                needed_bytes: LEAST_MEMORY_BYTES,
            });
        }
        if let Some(lines) = inputs.lines.first() {
            return Err(DataError::LinesInParts {
                path: lines.path.display().to_string(),
            });
        }
        check_complete(inputs)?;
        let mut files = Vec::new();
        for (role, inputs) in [
            (FileRole::Persons, &inputs.persons),
            (FileRole::Enrolments, &inputs.enrolments),
            (FileRole::Events, &inputs.events),
            (FileRole::Claims, &inputs.claims),
        ] {
            for (file, input) in (0..).zip(inputs) {
                files.extend(PersonFile::of(role, file, input, work)?);
            }
        }
        if files.len() > usize::from(u16::MAX) {
            return Err(DataError::TooManyFiles { files: files.len() });
        }
        let probes = files.par_iter().map(|file| Probe::of(file.path(), &file.shown()));
        Ok(PartedInputs {
            probes: probes.collect::<Result<_, _>>()?,
            files,
            institutions: inputs
                .institutions
                .iter()
                .map(InputFile::open)
                .collect::<Result<_, _>>()?,
            work: work.to_path_buf(),
            plan: Plan::of(memory_bytes, part_bytes),
        })
    }

    /// Role, path and SHA-256 of each file.
    ///
    /// # Errors
    /// As for [`Source::sha256`].
    pub(crate) fn hashes(&self) -> Result<Vec<(FileRole, String, String)>, DataError> {
        let by_person = self.files.iter().zip(&self.probes);
        let by_person =
            by_person.map(|(file, probe)| Ok((file.shape.role, file.shown(), probe.sha256.clone())));
        let institutions = self.institutions.iter();
        let institutions = institutions.map(|source| {
            let sha256 = source.sha256()?.to_string();
            Ok((FileRole::Institutions, source.path().to_string(), sha256))
        });
        by_person.chain(institutions).collect()
    }

    /// Finds out in which order the rows are, and spreads them over temporary files unless that is the order of persons.
    ///
    /// # Errors
    /// A file that cannot be used, or a temporary file that cannot be written.
    pub fn survey(&self) -> Result<Survey, DataError> {
        let plan = self.plan;
        match Survey::if_sorted(&self.files, &self.probes, &self.work, plan)? {
            Some(survey) => Ok(survey),
            None => Survey::spill(&self.files, &self.probes, &self.work, plan),
        }
    }
}

impl PersonFile {
    /// A file of a role; nothing for roles whose rows belong to no person. What can be read only once is copied.
    fn of(
        role: FileRole,
        file: u32,
        input: &InputFile,
        work: &Path,
    ) -> Result<Option<PersonFile>, DataError> {
        let Some(shape) = Shape::of(role) else {
            return Ok(None);
        };
        let unreadable = |source| DataError::Unreadable {
            path: input.path.display().to_string(),
            source,
        };
        let mut once: Box<dyn Read> = if input.is_stdin() {
            Box::new(io::stdin().lock())
        } else {
            let opened = File::open(&input.path).map_err(unreadable)?;
            if opened.metadata().map_err(unreadable)?.is_file() {
                let (input, copy) = (input.clone(), None);
                return Ok(Some(PersonFile {
                    shape,
                    input,
                    copy,
                    file,
                }));
            }
            Box::new(opened)
        };
        let path = work.join(format!("input-{role}-{file}"));
        let mut copy = File::create(&path).map_err(|error| DataError::unwritable(&path, error))?;
        io::copy(&mut once, &mut copy).map_err(unreadable)?;
        let (input, copy) = (input.clone(), Some(path));
        Ok(Some(PersonFile {
            shape,
            input,
            copy,
            file,
        }))
    }
}

/// What was found out about the files before anything is settled: enough to go on after an interruption.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Survey {
    /// The rows of each file.
    rows: Vec<u64>,
    warnings: Vec<String>,
    /// How many of them are not of claims.
    before_claims: usize,
    elsewhere: Elsewhere,
    /// The temporary files; none if the files come in the order of persons.
    buckets: Option<Vec<Bucket>>,
}

/// The parts of inputs, one after the other.
pub struct Parts<'a> {
    inputs: &'a PartedInputs,
    survey: &'a Survey,
    plan: Plan,
    way: Way<'a>,
    /// Rows handed out so far.
    rows: u64,
    /// Whether there was a part.
    begun: bool,
}

enum Way<'a> {
    Sorted(Vec<Cursor<'a>>),
    Spilled { ranges: Vec<Range<usize>>, next: usize },
}

impl Survey {
    /// The survey of files whose rows all come in the order of persons; nothing as soon as one does not.
    fn if_sorted(
        files: &[PersonFile],
        probes: &[Probe],
        work: &Path,
        plan: Plan,
    ) -> Result<Option<Survey>, DataError> {
        let (mut warnings, mut found, mut before_claims) = (Vec::new(), Vec::new(), 0);
        let mut ids = IdFiles::new(work);
        let mut last = (None, String::new());
        for (file, probe) in files.iter().zip(probes) {
            if last.0.replace(file.shape.role) != Some(file.shape.role) {
                last.1.clear();
            }
            let (mut rows, mut in_order) = (0, true);
            let ended = each_part(
                (file, probe, plan),
                &mut warnings,
                |part| Order::of(file, part),
                |order| {
                    rows += order.rows;
                    in_order &= order.follows(&mut last.1);
                    ids.add(&order.ids).map(|()| in_order)
                },
            )?;
            if file.shape.role != FileRole::Claims {
                before_claims = warnings.len();
            }
            match ended {
                Some(()) => found.push(rows),
                None => {
                    ids.discard();
                    return Ok(None);
                }
            }
        }
        Ok(Some(Survey {
            rows: found,
            warnings,
            before_claims,
            elsewhere: ids.resolve()?,
            buckets: None,
        }))
    }

    /// Spreads the rows over temporary files.
    fn spill(files: &[PersonFile], probes: &[Probe], work: &Path, plan: Plan) -> Result<Survey, DataError> {
        let (mut warnings, mut found, mut before_claims) = (Vec::new(), Vec::new(), 0);
        let mut ids = IdFiles::new(work);
        let mut buckets = Buckets::new(work, bucket_count(files, probes, plan)?);
        for (stream, (file, probe)) in (0..).zip(files.iter().zip(probes)) {
            let mut rows = 0;
            let ended = each_part(
                (file, probe, plan),
                &mut warnings,
                |part| Routed::of(file, part),
                |routed| {
                    rows += routed.keyed.rows.len() as u64;
                    buckets.add(stream, &routed.keyed)?;
                    ids.add(&routed.ids).map(|()| true)
                },
            )?;
            if file.shape.role != FileRole::Claims {
                before_claims = warnings.len();
            }
            found.extend(ended.map(|()| rows));
        }
        Ok(Survey {
            rows: found,
            warnings,
            before_claims,
            elsewhere: ids.resolve()?,
            buckets: Some(buckets.finish()?),
        })
    }
}

/// Reads parts of a file side by side with `read` and hands what they gave to `take`, in order, as long as it returns
/// `true`; nothing if it ended before the file.
///
/// # Errors
/// A file that cannot be read, or is not the one that was looked through before; what `take` returns.
fn each_part<T: Send>(
    (file, probe, plan): (&PersonFile, &Probe, Plan),
    warnings: &mut Vec<String>,
    read: impl Fn(&Rows<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<bool, DataError> + Send,
) -> Result<Option<()>, DataError> {
    let mut blocks = BlockReader::open(file, probe, plan.block_bytes)?.within(plan.room());
    while let Some(block) = blocks.next(warnings)? {
        let mut going = Ok(true);
        block.for_each_part(&read, |part| {
            if let Ok(true) = going {
                going = take(part);
            }
        })?;
        if !going? {
            return Ok(None);
        }
    }
    check_unchanged(file, probe, &blocks.finish()?).map(Some)
}

/// Complains of a file that is not what it was.
fn check_unchanged(file: &PersonFile, before: &Probe, now: &str) -> Result<(), DataError> {
    if now == before.sha256 {
        return Ok(());
    }
    Err(DataError::Changed { path: file.shown() })
}

/// How many temporary files it takes for the rows in each to fit.
///
/// # Errors
/// More than can be open at once.
fn bucket_count(files: &[PersonFile], probes: &[Probe], plan: Plan) -> Result<usize, DataError> {
    let mut bytes = 0;
    for (file, probe) in files.iter().zip(probes) {
        let size = std::fs::metadata(file.path()).map(|metadata| metadata.len());
        let size = size.map_err(|source| DataError::Unreadable {
            path: file.shown(),
            source,
        })?;
        bytes += size * probe.layout.growth();
    }
    // Half full on average, so that chance does not make one too large.
    let count = (2 * bytes / plan.partition_bytes.max(1)).next_power_of_two();
    Ok(count.clamp(16, MOST_BUCKETS) as usize)
}

/// Rows on their way to the temporary files.
#[derive(Default)]
struct Routed {
    keyed: KeyedRows,
    ids: Vec<IdEntry>,
}

impl Routed {
    fn of(file: &PersonFile, rows: &Rows<'_>) -> Routed {
        let mut routed = Routed::default();
        rows.for_each(|row| {
            let person = key_of(file, row);
            routed.keyed.push(row, &file.shape, person);
            push_ids(&mut routed.ids, file, row, person);
        });
        routed
    }
}

/// What stands for the person of a row. A row that names nobody stands for itself: it belongs to no other row, and however
/// many of them there are, they need not be read together.
fn key_of(file: &PersonFile, row: &Row<'_>) -> u64 {
    match file.shape.person(row) {
        Cell::Blank => nobody_key(place(file.file, row.line())),
        person => person_key(&person.text()),
    }
}

/// Adds the ids that a row names, if it is one of claims.
fn push_ids(ids: &mut Vec<IdEntry>, file: &PersonFile, row: &Row<'_>, person: u64) {
    if file.shape.role == FileRole::Claims {
        let named = ClaimIds::of(&Fields::<ClaimColumn>::new(row));
        push_entries(ids, &named, person, place(file.file, row.line()));
    }
}

/// What the rows of a part say about their order.
#[derive(Default)]
struct Order {
    /// The first and the last person that is named.
    ends: Option<(String, String)>,
    out_of_order: bool,
    ids: Vec<IdEntry>,
    rows: u64,
}

impl Order {
    fn of(file: &PersonFile, rows: &Rows<'_>) -> Order {
        let mut order = Order::default();
        rows.for_each(|row| {
            order.rows += 1;
            let cell = file.shape.person(row);
            match (cell, &mut order.ends) {
                (Cell::Blank, _) => {}
                (Cell::Text(person), None) => order.ends = Some((person.to_string(), person.to_string())),
                (Cell::Text(person), Some((_, last))) if last.as_str() == person => {}
                (Cell::Text(person), Some((_, last))) if last.as_str() < person => {
                    last.clear();
                    last.push_str(person);
                }
                // Numbers that are stored as such do not sort as their texts.
                _ => order.out_of_order = true,
            }
            push_ids(&mut order.ids, file, row, key_of(file, row));
        });
        order
    }

    /// Whether the rows are in order, and come after those of `last`, who is moved on.
    fn follows(&self, last: &mut String) -> bool {
        let Some((first, end)) = &self.ends else {
            return !self.out_of_order;
        };
        let follows = !self.out_of_order && last.as_str() <= first.as_str();
        last.clone_from(end);
        follows
    }
}

impl Survey {
    /// Rows of all files.
    pub fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// The temporary files that rows are in.
    pub fn files(&self, directory: &Path) -> impl Iterator<Item = PathBuf> {
        let buckets = self.buckets.iter().flatten().enumerate();
        let written = buckets.filter(|(_, bucket)| bucket.rows > 0);
        written.map(move |(index, _)| bucket_path(directory, index))
    }

    /// What was tolerated in the files: one sentence each, together with what `others` say of those of `files` that are read
    /// anew for every part, in the order in which they would be said if all were read at once.
    pub(crate) fn warnings_with(&self, others: Vec<String>, files: &[FileRecord]) -> Vec<String> {
        let (before, claims) = self.warnings.split_at(self.before_claims);
        let all = before.iter().cloned().chain(others).chain(claims.iter().cloned());
        gathered(all.collect(), files)
    }
}

impl<'a> Parts<'a> {
    /// Begins with the first part of the inputs that were surveyed.
    ///
    /// # Errors
    /// A file that cannot be read, or memory that is too little for the rows of some persons.
    pub fn new(inputs: &'a PartedInputs, survey: &'a Survey) -> Result<Parts<'a>, DataError> {
        let plan = inputs.plan;
        let way = match &survey.buckets {
            Some(buckets) => Way::Spilled {
                ranges: ranges(buckets, plan)?,
                next: 0,
            },
            None => Way::Sorted(cursors(&inputs.files, &inputs.probes, plan)),
        };
        Ok(Parts {
            inputs,
            survey,
            plan,
            way,
            rows: 0,
            begun: false,
        })
    }

    /// Loads what comes next, and says by a hash what it is; where that is `known`, it is only stepped over, and nothing is
    /// loaded. The outer option is empty at the end. Files without rows are one part, which tells of the files.
    ///
    /// # Errors
    /// A file that cannot be read, or has changed.
    ///
    /// # Panics
    /// If at the end rows have got lost: a defect of the program, never of the input.
    pub fn next(
        &mut self,
        options: &LoadOptions<'_>,
        known: Option<u128>,
    ) -> Result<Option<(u128, Option<Loaded>)>, DataError> {
        let (content, streams) = match self.next_rows(known)? {
            Some(next) => next,
            None if !self.begun => {
                let streams = self.no_rows();
                let content = content_of(&streams);
                (content, (known != Some(content)).then_some(streams))
            }
            None => {
                let all = self.survey.rows();
                assert!(
                    self.rows == all,
                    "of {all} rows only {} were handed out",
                    self.rows
                );
                return Ok(None);
            }
        };
        self.begun = true;
        let Some(streams) = streams else {
            return Ok(Some((content, None)));
        };
        let mut sources = Inputs {
            institutions: self.inputs.institutions.clone(),
            ..Inputs::default()
        };
        let files = self.inputs.files.iter().zip(&self.inputs.probes);
        for ((file, probe), rows) in files.zip(streams) {
            let source = Source::of_rows(&file.shown(), &probe.sha256, rows);
            let source = source.with_constants(file.input.constants.clone());
            sources.slot(file.shape.role).push(source);
        }
        let loaded = load_part(sources, options, &self.survey.elsewhere)?;
        Ok(Some((content, Some(loaded))))
    }

    /// Rows handed out so far.
    pub(crate) fn rows_done(&self) -> u64 {
        self.rows
    }

    fn no_rows(&self) -> Vec<SpilledRows> {
        let mut streams = Vec::new();
        streams.resize_with(self.inputs.files.len(), SpilledRows::default);
        streams
    }

    /// The rows of the persons that come next, by file, with their hash; nothing when there are no more. What is `known` is
    /// only counted.
    fn next_rows(&mut self, known: Option<u128>) -> Result<Option<NextRows>, DataError> {
        let mut streams = self.no_rows();
        match (&mut self.way, &self.survey.buckets) {
            (Way::Spilled { ranges, next }, Some(buckets)) => {
                let Some(range) = ranges.get(*next) else {
                    return Ok(None);
                };
                *next += 1;
                let mut content = Xxh3::new();
                for index in range.clone() {
                    self.rows += buckets[index].rows;
                    buckets[index].identify(&mut content);
                }
                let content = content.digest128();
                if known == Some(content) {
                    return Ok(Some((content, None)));
                }
                for index in range.clone() {
                    read_bucket(&self.inputs.work, index, &buckets[index], &mut streams)?;
                }
                Ok(Some((content, Some(streams))))
            }
            (Way::Sorted(cursors), _) => {
                let inputs = self.inputs;
                let mut finished = |stream: u16, sha256: String| {
                    let stream = usize::from(stream);
                    check_unchanged(&inputs.files[stream], &inputs.probes[stream], &sha256)
                };
                let Some(rows) = read_on(cursors, self.plan, &mut finished, &mut streams)? else {
                    return Ok(None);
                };
                self.rows += rows;
                let content = content_of(&streams);
                Ok(Some((content, (known != Some(content)).then_some(streams))))
            }
            (Way::Spilled { .. }, None) => Ok(None),
        }
    }
}

/// The hash of some rows, and the rows by file unless they were known.
type NextRows = (u128, Option<Vec<SpilledRows>>);

/// A hash of the rows of a part. That a file has changed is seen at its end only, when parts of it may have been settled:
/// by this, whoever takes them up again sees whether they are of the rows that are there now.
fn content_of(streams: &[SpilledRows]) -> u128 {
    let mut content = Xxh3::new();
    for rows in streams {
        content.update(&(rows.bytes().len() as u64).to_le_bytes());
        content.update(rows.bytes());
    }
    content.digest128()
}

/// Reads on in every role until there are whole persons, and hands out their rows; returns how many, nothing at the end.
///
/// # Errors
/// A file that cannot be read, or has changed; a person whose rows are more than memory allows.
fn read_on(
    cursors: &mut [Cursor<'_>],
    plan: Plan,
    finished: &mut impl FnMut(u16, String) -> Result<(), DataError>,
    streams: &mut [SpilledRows],
) -> Result<Option<u64>, DataError> {
    let mut share = (plan.partition_bytes as usize / (2 * cursors.len())).max(1);
    while share <= 2 * plan.most_bytes as usize {
        for cursor in cursors.iter_mut() {
            cursor.fill(share, finished)?;
        }
        if cursors.iter().all(Cursor::is_empty) {
            return Ok(None);
        }
        // Of the last person that was read of a file that goes on, there may be more.
        let going_on = cursors.iter().filter(|cursor| !cursor.ended());
        let bound = going_on.map(Cursor::last_person).min().map(<[u8]>::to_vec);
        let mut rows = 0;
        for cursor in cursors.iter_mut() {
            rows += cursor.hand_out(bound.as_deref(), streams);
        }
        if rows > 0 {
            return Ok(Some(rows as u64));
        }
        share *= 2;
    }
    Err(plan.too_little(share as u64))
}

/// Temporary files that are read together, so that each partition is as large as memory allows.
///
/// # Errors
/// A temporary file that is larger than memory allows.
fn ranges(buckets: &[Bucket], plan: Plan) -> Result<Vec<Range<usize>>, DataError> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut filled = 0;
    for (index, bucket) in buckets.iter().enumerate() {
        if bucket.bytes > plan.most_bytes {
            return Err(plan.too_little(bucket.bytes));
        }
        filled += bucket.bytes;
        match ranges.last_mut() {
            Some(range) if filled <= plan.partition_bytes => range.end = index + 1,
            _ => {
                filled = bucket.bytes;
                ranges.push(index..index + 1);
            }
        }
    }
    Ok(ranges)
}

/// The files of each role, at their beginning.
fn cursors<'a>(files: &'a [PersonFile], probes: &'a [Probe], plan: Plan) -> Vec<Cursor<'a>> {
    let mut cursors: Vec<Cursor<'a>> = Vec::new();
    for (stream, (file, probe)) in (0..).zip(files.iter().zip(probes)) {
        if cursors
            .last()
            .is_none_or(|cursor| cursor.role() != file.shape.role)
        {
            cursors.push(Cursor::new(file.shape, plan.block_bytes / 4));
        }
        if let Some(cursor) = cursors.last_mut() {
            cursor.push((stream, file, probe));
        }
    }
    cursors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_that_is_said_to_be_needed_is_enough() {
        for row_bytes in (0..60).map(|step| (step << 20) + step) {
            let needed = needed_bytes(row_bytes).max(LEAST_MEMORY_BYTES);
            let plan = Plan::of(needed, None);
            assert!(plan.most_bytes >= row_bytes, "{row_bytes}: {plan:?}");
        }
    }

    #[test]
    fn a_record_that_memory_has_no_room_for_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = place.path().join(name);
            std::fs::write(&path, text).unwrap();
            vec![path.as_path().into()]
        };
        let header = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,note";
        let most = Plan::of(LEAST_MEMORY_BYTES, None).most_bytes as usize;
        let row = |bytes: usize| format!("C1,P1,21,H1,2023-01-02,2023-01-03,1.00,{}\n", "x".repeat(bytes));
        let with_row = |bytes| format!("{header}\n{}{}", row(bytes), row(1));
        let survey = |claims: &str, memory_bytes| {
            let inputs = Inputs {
                persons: write("persons.csv", "psn_no,brdy\nP1,1980-02-29\n"),
                claims: write("claims.csv", claims),
                ..Inputs::default()
            };
            let opened = PartedInputs::open(&inputs, place.path(), memory_bytes, None).unwrap();
            opened.survey().map(|survey| survey.rows())
        };
        // Short ones, and as long a one as there is room for.
        for bytes in [1, most / 2, most - 1_000] {
            assert_eq!(survey(&with_row(bytes), LEAST_MEMORY_BYTES).unwrap(), 3);
        }
        for claims in [
            with_row(most + 1_000),
            format!("{header}{}", "x".repeat(most + 1_000)),
        ] {
            match survey(&(claims + &row(most)), LEAST_MEMORY_BYTES) {
                Err(DataError::TooLittleMemory {
                    given_bytes,
                    needed_bytes,
                }) => assert!(given_bytes == LEAST_MEMORY_BYTES && needed_bytes > given_bytes),
                other => panic!("{:?}", other.map_err(|error| error.to_string())),
            }
        }
        // What is said to be needed is enough for one that is not much longer.
        let needed = Plan::of(LEAST_MEMORY_BYTES, None).room().needed_bytes;
        assert_eq!(survey(&with_row(most + 1_000), needed).unwrap(), 3);
    }
}
