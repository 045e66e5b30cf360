//! Runs over inputs that need not fit into memory, and that can be taken up again after an interruption.
//!
//! The inputs come in parts, everything of some persons at a time. A part is loaded, settled and added up like the whole
//! of a smaller input, by the same functions; what it came to is kept as a checkpoint, its settlements and rejects as
//! pieces of the files to come. When every part is done, the sums are added, the fund is booked once, and the pieces are
//! joined. A run that was interrupted finds its checkpoints and goes on with the first part that has none.

use crate::batch::Options;
use crate::batch::checkpoint::{LAYOUT, Manifest, ManifestInput, WorkDir};
use crate::batch::part_sums::{PartSums, Whole};
use crate::batch::pieces::{Pieces, RejectPiece, merge_rejects, rejects_piece, settlements_piece};
use crate::batch::run::{CityOrigin, Facts, Origin, Run, RunError, assert_all_written};
use crate::batch::settlements::SettlementsWriter;
use crate::batch::stream::{
    SLICES_PER_CHECKPOINT, Settled, Streamed, settle_stream, settle_stream_into, slices,
};
use crate::data::pseudonym::Pseudonyms;
use crate::data::staging::OutputDir;
use crate::data::writer::Format;
use crate::data::{
    ClaimTotals, DataError, FileRole, Inputs, LoadOptions, Loaded, PartedInputs, Parts, Reject, Survey,
    sum_rejects,
};
use crate::scenario::Scenario;
use crate::synth::Generator;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The checkpoint of what was found out about the inputs.
const SURVEY: &str = "survey";

/// The checkpoint that names the output directory in the making, and what it will be.
const STAGING: &str = "staging";

/// How to run in parts.
pub struct PartedOptions {
    /// The only benefit year whose claims are settled, if one is asked for.
    pub only_year: Option<i32>,
    /// What memory may be used.
    pub memory_bytes: u64,
    /// The format of the settlements, if they are wanted.
    pub settlements: Option<Format>,
    /// What persons are called by, if not by their identifiers.
    pub pseudonyms: Option<Pseudonyms>,
    /// What the rows of a part may have, in bytes, where that is to be less than memory allows: so small inputs, such as
    /// those of tests, come in parts too.
    pub part_bytes: Option<u64>,
}

/// A finished run in parts, whose rows are still in pieces.
pub struct PartedRun {
    /// Its sums; it has no rejects of its own, only their sums.
    pub run: Run,
    work: WorkDir,
    settlements: Option<Format>,
    /// Settlements and rejects in each part.
    rows: Vec<(u64, u64)>,
}

impl PartedRun {
    /// Reads, settles and books files in parts, which are kept in `work` on the way. `progress` is told rows done and rows
    /// in all.
    ///
    /// # Errors
    /// A file that cannot be used or written, or `work` if it is of another run.
    pub fn of_files(
        scenario: Scenario,
        inputs: &Inputs,
        options: &PartedOptions,
        work: WorkDir,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<PartedRun, RunError> {
        let inputs_in_parts =
            PartedInputs::open(inputs, work.path(), options.memory_bytes, options.part_bytes)?;
        work.begin(&Manifest {
            inputs: manifest_inputs(&inputs_in_parts)?,
            ..manifest(&scenario, options)
        })?;
        clear_predecessor(&work)?;
        let survey = surveyed(&inputs_in_parts, &work)?;
        let all = survey.rows() as usize;
        let years = scenario.years();
        let load = LoadOptions {
            codebook: scenario.codebook(),
            years: &years,
            only_year: options.only_year,
        };
        let mut whole = Whole::new(&scenario);
        let mut parts = Parts::new(&inputs_in_parts, &survey)?;
        loop {
            let name = part_name(whole.rows.len());
            let kept = work.load::<PartSums>(&name)?;
            let known = kept.as_ref().map(|kept| kept.content);
            let Some((content, loaded)) = parts.next(&load, known)? else {
                break;
            };
            let path = work.path().join(&name);
            let sums = match (loaded, kept) {
                (None, Some(kept)) => {
                    kept.pieces.check(&path, options.settlements)?;
                    kept
                }
                (None, None) => continue,
                (Some(loaded), outdated) => {
                    if outdated.is_some() {
                        work.forget(&name)?;
                    }
                    let is_first = whole.rows.is_empty();
                    let sums = settle_part(&scenario, loaded, options, (&path, is_first))?;
                    let sums = PartSums { content, ..sums };
                    work.sync(Pieces::files(&path, options.settlements))?;
                    work.save(&name, &sums)?;
                    sums
                }
            };
            whole.add(sums);
            progress(parts.rows_done() as usize, all);
        }
        whole.assert_complete(survey.rows());
        let rows = std::mem::take(&mut whole.rows);
        let enrolled = !inputs.enrolments.is_empty();
        let warnings = survey.warnings_with(std::mem::take(&mut whole.warnings), &whole.files);
        let run = whole.book(scenario, enrolled, warnings, options.only_year)?;
        Ok(PartedRun {
            run,
            work,
            settlements: options.settlements,
            rows,
        })
    }

    /// Settles and books a synthetic city while it is drawn, part after part, which are kept in `work` on the way.
    /// `progress` is told slices done and slices in all.
    ///
    /// # Errors
    /// A year without figures of the fund, a file that cannot be written, or `work` if it is of another run.
    pub fn of_city(
        scenario: Scenario,
        generator: &Generator,
        origin: CityOrigin,
        options: &PartedOptions,
        work: WorkDir,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<PartedRun, RunError> {
        work.begin(&Manifest {
            city: Some(origin),
            ..manifest(&scenario, options)
        })?;
        clear_predecessor(&work)?;
        let all = slices(generator);
        let (mut whole, mut first, mut before) = (Whole::new(&scenario), 0, [0; 2]);
        while first < all {
            let name = part_name(whole.rows.len());
            let next = all.min(first + SLICES_PER_CHECKPOINT);
            let sums = match work.load::<PartSums>(&name)? {
                Some(sums) => {
                    sums.pieces.check(&work.path().join(&name), options.settlements)?;
                    sums
                }
                None => {
                    let name_in_work = work.path().join(&name);
                    let sums = settle_slices(
                        &scenario,
                        generator,
                        (first..next, before),
                        options,
                        &name_in_work,
                    )?;
                    work.sync(Pieces::files(&name_in_work, options.settlements))?;
                    work.save(&name, &sums)?;
                    sums
                }
            };
            before = [0, 1].map(|file| before[file] + sums.city_rows[file]);
            whole.add(sums);
            first = next;
            progress(first as usize, all as usize);
        }
        let rows = std::mem::take(&mut whole.rows);
        let refused = whole.outcome.enrolled.forgotten.clone();
        let mut facts = Facts::of_streamed(generator, origin, whole.payments);
        facts.rejected = whole.rejected;
        Ok(PartedRun {
            run: Run::book(scenario, facts, whole.outcome, refused, false)?,
            work,
            settlements: options.settlements,
            rows,
        })
    }

    /// How many parts there were.
    pub fn parts(&self) -> usize {
        self.rows.len()
    }

    /// Appends the settlements of every part to `settlements` and closes it.
    ///
    /// # Errors
    /// A piece that cannot be read, or a file that cannot be written.
    ///
    /// # Panics
    /// If a row got lost: a defect of the program.
    pub(super) fn join_settlements(&self, mut settlements: SettlementsWriter) -> Result<(), DataError> {
        if let Some(format) = self.settlements {
            for (part, &(rows, _)) in self.rows.iter().enumerate() {
                let name = self.work.path().join(part_name(part));
                settlements.append_file(&settlements_piece(&name, format), rows)?;
            }
        }
        let (written, settled) = (settlements.finish()?, self.run.outcome.tally.rows);
        assert!(
            written == settled,
            "{settled} rows were settled, {written} written"
        );
        Ok(())
    }

    /// The rejects of every part, in the order of the files.
    ///
    /// # Errors
    /// A piece that cannot be read, now or later.
    pub(super) fn rejects(&self) -> Result<impl Iterator<Item = Result<Reject, DataError>>, DataError> {
        let pieces = self.rows.iter().enumerate().map(|(part, &(_, rejects))| {
            let path = rejects_piece(&self.work.path().join(part_name(part)));
            (path, rejects)
        });
        merge_rejects(pieces.collect())
    }

    /// Begins an output directory. If this run can be resumed and is killed while the directory is in the making, the
    /// resumed run will remove it.
    ///
    /// # Errors
    /// As for [`OutputDir::create`].
    pub fn begin_output(&self, target: &Path) -> Result<OutputDir, DataError> {
        if self.work.is_temporary() {
            return OutputDir::create(target);
        }
        OutputDir::create_noting(target, &|staging| {
            let noted = (staging.to_str().zip(target.to_str()))
                .map(|(staging, target)| (staging.to_string(), target.to_string()));
            self.work.save(STAGING, &noted)
        })
    }

    /// Forgets what was kept on the way, once the outputs are in place.
    ///
    /// # Errors
    /// A directory that cannot be removed.
    pub fn finish(self) -> Result<Run, DataError> {
        self.work.remove()?;
        Ok(self.run)
    }
}

/// What there is to know about the inputs before any part is settled, found out now or kept from before.
fn surveyed(inputs: &PartedInputs, work: &WorkDir) -> Result<Survey, DataError> {
    if let Some(survey) = work.load::<Survey>(SURVEY)? {
        return Ok(survey);
    }
    let survey = inputs.survey()?;
    work.sync(survey.files(work.path()))?;
    work.save(SURVEY, &survey)?;
    Ok(survey)
}

/// Removes the output directory in the making of a predecessor that was killed. An earlier run that it was just about to
/// replace goes back to its place.
///
/// # Errors
/// A damaged checkpoint, or a directory that cannot be removed.
fn clear_predecessor(work: &WorkDir) -> Result<(), DataError> {
    let noted = work.load::<Option<(String, String)>>(STAGING)?.flatten();
    let Some((staging, target)) =
        noted.map(|(staging, target)| (PathBuf::from(staging), PathBuf::from(target)))
    else {
        return Ok(());
    };
    OutputDir::clear_staging(&staging, &target)
}

/// The name of a part's checkpoint.
fn part_name(part: usize) -> String {
    format!("part-{part:05}")
}

/// What decides about the results, but for what is settled.
fn manifest(scenario: &Scenario, options: &PartedOptions) -> Manifest {
    Manifest {
        program: env!("CARGO_PKG_NAME").to_string(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        layout: LAYOUT,
        scenario: scenario.sha256(),
        year: options.only_year,
        settlements: options.settlements.map(|format| format.extension().to_string()),
        pseudonym_key: options.pseudonyms.as_ref().map(Pseudonyms::key_check),
        memory_bytes: options.memory_bytes,
        part_bytes: options.part_bytes,
        city: None,
        inputs: Vec::new(),
    }
}

fn manifest_inputs(inputs: &PartedInputs) -> Result<Vec<ManifestInput>, DataError> {
    let inputs = inputs
        .hashes()?
        .into_iter()
        .map(|(role, path, sha256)| ManifestInput {
            role: role.name().to_string(),
            path,
            sha256,
        });
    Ok(inputs.collect())
}

/// Draws and settles slices of a city, of whose enrolments and events `before` rows come before, and writes settlements and
/// rejects to pieces beside the checkpoint that will be at `name`.
fn settle_slices(
    scenario: &Scenario,
    generator: &Generator,
    (slices, before): (Range<u32>, [u64; 2]),
    options: &PartedOptions,
    name: &Path,
) -> Result<PartSums, DataError> {
    let mut done = match options.settlements {
        None => {
            let Settled {
                outcome, payments, ..
            } = settle_stream(scenario, generator, slices, Options::default(), &|_| ());
            Streamed {
                outcome,
                payments,
                rejects: Vec::new(),
                rows: [0; 2],
            }
        }
        Some(format) => {
            let writer = SettlementsWriter::create_file(&settlements_piece(name, format), format)?;
            let mut writer = writer.naming(options.pseudonyms.as_ref());
            let done = settle_stream_into(scenario, generator, slices, &mut writer, &|_| ())?;
            assert_all_written(&done.outcome, writer.finish()?);
            done
        }
    };
    for reject in &mut done.rejects {
        reject.line += before[usize::from(reject.role == FileRole::Events)];
    }
    done.rejects.sort_by_key(Reject::place);
    RejectPiece::write(&rejects_piece(name), &done.rejects)?;
    let pieces = Pieces::of(name, options.settlements, done.rejects.len() as u64)?;
    Ok(PartSums {
        rejected: sum_rejects(&done.rejects),
        payments: done.payments,
        city_rows: done.rows,
        ..PartSums::of(done.outcome, pieces)
    })
}

/// Settles a part, and writes its settlements and rejects to pieces beside the checkpoint that will be at `name`. What was
/// rejected of files that are read anew for every part is told by the first.
fn settle_part(
    scenario: &Scenario,
    loaded: Loaded,
    options: &PartedOptions,
    (name, is_first): (&Path, bool),
) -> Result<PartSums, DataError> {
    let settlements = options
        .settlements
        .map(|format| SettlementsWriter::create_file(&settlements_piece(name, format), format))
        .transpose()?
        .map(|writer| writer.naming(options.pseudonyms.as_ref()));
    let mut facts = Facts::of(loaded, options.only_year);
    let mut paid = BTreeSet::new();
    if let Some(enrolments) = &mut facts.caseload.enrolments {
        paid.extend(enrolments.payments.all().iter().map(|payment| payment.year));
        enrolments.paid_elsewhere = scenario.years();
    }
    let mut outcome = facts.settle(scenario, false, settlements, &|_| ())?;
    outcome.enrolled.forget_refused();
    facts
        .rejects
        .retain(|reject| is_first || reject.role != FileRole::Institutions);
    RejectPiece::write(&rejects_piece(name), &facts.rejects)?;
    let pieces = Pieces::of(name, options.settlements, facts.rejects.len() as u64)?;
    let (files, totals, warnings) = match facts.origin {
        Origin::Files {
            files,
            totals,
            warnings,
            ..
        } => (files, totals, warnings),
        Origin::City(_) => (Vec::new(), ClaimTotals::default(), Vec::new()),
    };
    Ok(PartSums {
        paid,
        districts: facts.caseload.districts,
        files,
        totals,
        warnings,
        payments: facts.payments,
        rejected: sum_rejects(&facts.rejects),
        ..PartSums::of(outcome, pieces)
    })
}
