//! Doing again what a record tells of, into a directory that goes when all is compared.

use crate::batch::checkpoint::WorkDir;
use crate::batch::output::{write_parted_run, write_resettlement, write_run};
use crate::batch::parted::{PartedOptions, PartedRun};
use crate::batch::previous::{Previous, RecordedFiles, RecordedScenario, reload};
use crate::batch::record::RunRecord;
use crate::batch::resettle::Resettlement;
use crate::batch::run::{CityOrigin, Keep, Run};
use crate::batch::settlements::SettlementsWriter;
use crate::data::pseudonym::Pseudonyms;
use crate::data::staging::OutputDir;
use crate::data::writer::Format;
use crate::projection::output::write_projection;
use crate::projection::plan::Plan;
use crate::projection::run::Projection;
use crate::synth::Generator;
use crate::verify::verification::VerifyError;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The records that can be verified, by their files.
const RECORDS: [&str; 2] = ["run.json", "projection.json"];

/// A record as it was read.
pub(super) struct Recorded {
    pub directory: PathBuf,
    /// The name of its file.
    pub file: &'static str,
    pub value: Value,
}

/// What was done again: where its files are, until this is dropped.
pub(super) struct Again {
    pub of: &'static str,
    pub target: OutputDir,
    _holder: TempDir,
}

/// What a record of a run says of how it was made.
#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    command: Vec<String>,
    scenario: RecordedScenario,
    year: Option<i32>,
    resources: Option<Resources>,
    changes: Option<Changes>,
}

#[derive(Default, Deserialize)]
struct Resources {
    memory_limit_bytes: Option<u64>,
    parts: Option<usize>,
}

#[derive(Deserialize)]
struct Changes {
    previous: PathBuf,
    posted_on: Option<NaiveDate>,
}

/// What a record of a projection says of how it was made.
#[derive(Deserialize)]
struct Projected {
    /// Missing in records of earlier versions.
    rules: Option<RecordedScenario>,
    plan: RecordedPlan,
    paths: Option<RecordedPaths>,
}

#[derive(Deserialize)]
struct RecordedPlan {
    from: i32,
    to: i32,
    persons: u32,
    seed: u64,
}

#[derive(Deserialize)]
struct RecordedPaths {
    paths: u32,
}

impl Recorded {
    pub(super) fn read(directory: &Path) -> Result<Recorded, VerifyError> {
        let unsuitable = |detail: String| VerifyError::Unsuitable {
            path: directory.display().to_string(),
            detail,
            hint: None,
        };
        let found = RECORDS.into_iter().find(|file| directory.join(file).is_file());
        let Some(file) = found else {
            let detail = match directory.is_dir() {
                true => "it holds no `run.json` and no `projection.json`",
                false => "there is no such directory",
            };
            return Err(unsuitable(detail.to_string()));
        };
        let text = std::fs::read_to_string(directory.join(file))
            .map_err(|error| unsuitable(format!("its `{file}` cannot be read: {error}")))?;
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| unsuitable(format!("its `{file}` is not JSON: {error}")))?;
        if value["program"] != env!("CARGO_PKG_NAME") {
            return Err(unsuitable(format!("its `{file}` is not of this program")));
        }
        Ok(Recorded {
            directory: directory.to_path_buf(),
            file,
            value,
        })
    }

    fn unsuitable(&self, detail: impl Into<String>, hint: Option<&'static str>) -> VerifyError {
        VerifyError::Unsuitable {
            path: self.directory.display().to_string(),
            detail: detail.into(),
            hint,
        }
    }

    fn parsed<T: for<'de> Deserialize<'de>>(&self) -> Result<T, VerifyError> {
        T::deserialize(&self.value).map_err(|error| {
            let detail = format!("its `{}` is not understood: {error}", self.file);
            self.unsuitable(detail, None)
        })
    }

    /// The format of the settlements beside the record; `None` if there are none.
    fn settlements(&self) -> Option<Format> {
        self.format_of("settlements")
    }

    /// The format of a table beside the record; `None` if there is none.
    fn format_of(&self, table: &str) -> Option<Format> {
        let formats = [
            Format::Csv,
            #[cfg(feature = "parquet")]
            Format::Parquet,
        ];
        let there = |format: &Format| {
            let name = format!("{table}.{}", format.extension());
            self.directory.join(name).is_file()
        };
        formats.into_iter().find(there)
    }

    /// Complains if outputs call persons by other pseudonyms than these, or these are of no use.
    fn check_key(&self, pseudonyms: Option<&Pseudonyms>) -> Result<(), VerifyError> {
        let recorded = self.value["pseudonym_key"].as_str();
        match (recorded, pseudonyms) {
            (None, None) => Ok(()),
            (Some(recorded), Some(pseudonyms)) if recorded == pseudonyms.key_check() => Ok(()),
            (Some(_), Some(_)) => Err(self.unsuitable("its pseudonyms were made with another key", None)),
            (Some(_), None) => Err(self.unsuitable(
                "it calls persons by pseudonyms",
                Some("give the key that they were made with: --pseudonymise KEYFILE"),
            )),
            (None, Some(_)) => Err(self.unsuitable(
                "it does not call persons by pseudonyms",
                Some("leave out --pseudonymise"),
            )),
        }
    }

    /// Whether tables were written that this program cannot write.
    fn needs_parquet(&self) -> bool {
        let there = |table: &str| self.directory.join(format!("{table}.parquet")).is_file();
        !cfg!(feature = "parquet") && (there("settlements") || there("projection"))
    }
}

/// Runs what the record tells of once more, into a place of its own.
pub(super) fn again(
    record: &Recorded,
    pseudonyms: Option<&Pseudonyms>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Again, VerifyError> {
    if record.needs_parquet() {
        return Err(record.unsuitable(
            "its tables are Parquet, which this build of the program cannot write",
            Some("use a build with the feature `parquet`"),
        ));
    }
    record.check_key(pseudonyms)?;
    let holder =
        TempDir::new().map_err(|error| crate::data::DataError::unwritable(std::env::temp_dir(), error))?;
    let target = OutputDir::create(&holder.path().join("again"))?.naming(pseudonyms.cloned());
    let of = match record.file {
        "projection.json" => project(record, &target, progress)?,
        _ => run(record, &target, holder.path(), progress)?,
    };
    Ok(Again {
        of,
        target,
        _holder: holder,
    })
}

fn project(
    record: &Recorded,
    target: &OutputDir,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<&'static str, VerifyError> {
    let projected: Projected = record.parsed()?;
    let Some(rules) = projected.rules else {
        return Err(record.unsuitable(
            "it was made by an earlier version, which did not record the scenario",
            Some("project again to get a record that can be verified"),
        ));
    };
    let RecordedPlan {
        from,
        to,
        persons,
        seed,
    } = projected.plan;
    let plan = Plan {
        from,
        to,
        persons,
        seed,
    };
    let paths = projected.paths.map_or(0, |paths| paths.paths);
    let all = (paths as usize + 1) * plan.years().count() * persons as usize;
    let done = std::sync::atomic::AtomicUsize::new(0);
    let projection = Projection::run(reload(&rules)?, plan, paths, &|slots| {
        let before = done.fetch_add(slots, std::sync::atomic::Ordering::Relaxed);
        progress((before + slots).min(all), all);
    })?;
    let format = record.format_of("projection").unwrap_or(Format::Csv);
    write_projection(&projection, Vec::new(), format, target)?;
    Ok("project")
}

fn run(
    record: &Recorded,
    target: &OutputDir,
    work: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<&'static str, VerifyError> {
    let options: Options = record.parsed()?;
    let of_files = record.value.get("inputs").is_some();
    match (of_files, &options.changes) {
        (true, Some(changes)) => resettle(record, changes, target, progress),
        (true, None) => settle(record, &options, target, work, progress),
        (false, _) if record.value.get("fingerprint").is_some() => {
            city(record, &options, target, work, progress)
        }
        (false, _) => Err(record.unsuitable(
            "it holds a synthetic city that was written and not settled",
            Some("settle it, and verify that"),
        )),
    }
}

impl Options {
    fn parted(&self, record: &Recorded, pseudonyms: Option<&Pseudonyms>) -> Option<PartedOptions> {
        let resources = self.resources.as_ref()?;
        resources.parts?;
        Some(PartedOptions {
            only_year: self.year,
            memory_bytes: resources.memory_limit_bytes.unwrap_or(0),
            settlements: record.settlements(),
            pseudonyms: pseudonyms.cloned(),
            part_bytes: None,
        })
    }

    fn keep(&self) -> Keep {
        Keep {
            rows: false,
            claim_entries: self.command.iter().any(|argument| argument == "--claim-entries"),
            no_hashes: false,
        }
    }
}

/// The settlements in the making, if there were any.
fn settlements(record: &Recorded, target: &OutputDir) -> Result<Option<SettlementsWriter>, VerifyError> {
    let writer = record
        .settlements()
        .map(|format| SettlementsWriter::create(target, format));
    Ok(writer.transpose()?)
}

fn settle(
    record: &Recorded,
    options: &Options,
    target: &OutputDir,
    work: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<&'static str, VerifyError> {
    let files = RecordedFiles::read(&record.directory, &record.value)?;
    let scenario = reload(&options.scenario)?;
    if let Some(parted) = options.parted(record, target.pseudonyms()) {
        let parts = WorkDir::temporary(work)?;
        let parted_run = PartedRun::of_files(scenario, &files.inputs(), &parted, parts, progress)?;
        write_again(&parted_run, options, &parted, target)?;
        return Ok("settle");
    }
    let settlements = settlements(record, target)?;
    let sources = files.open()?;
    let run = Run::of_sources(
        scenario,
        sources,
        options.year,
        options.keep(),
        settlements,
        progress,
    )?;
    write_run(&run, &RunRecord::of(&run, Vec::new()), target)?;
    Ok("settle")
}

/// Writes the outputs of a run in parts.
fn write_again(
    parted: &PartedRun,
    options: &Options,
    parted_options: &PartedOptions,
    target: &OutputDir,
) -> Result<(), VerifyError> {
    let settlements = parted_options
        .settlements
        .map(|format| SettlementsWriter::create(target, format))
        .transpose()?;
    let mut record = RunRecord::of(&parted.run, Vec::new());
    record.resources.memory_limit_bytes = options.resources.as_ref().and_then(|of| of.memory_limit_bytes);
    record.resources.parts = Some(parted.parts());
    Ok(write_parted_run(parted, &record, target, settlements)?)
}

fn city(
    record: &Recorded,
    options: &Options,
    target: &OutputDir,
    work: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<&'static str, VerifyError> {
    let origin: CityOrigin = record.parsed()?;
    let scenario = reload(&options.scenario)?;
    let (Some(model), Some(terms)) = (scenario.city(origin.year), scenario.enrolment(origin.year)) else {
        let detail = format!("its scenario describes no population of {}", origin.year);
        return Err(record.unsuitable(detail, None));
    };
    let generator = Generator::new(model, terms, origin.persons, origin.seed, scenario.codebook())?;
    if let Some(parted) = options.parted(record, target.pseudonyms()) {
        let parted = PartedOptions {
            only_year: None,
            ..parted
        };
        let parts = WorkDir::temporary(work)?;
        let run = PartedRun::of_city(scenario, &generator, origin, &parted, parts, progress)?;
        write_again(&run, options, &parted, target)?;
        return Ok("run");
    }
    let settlements = settlements(record, target)?;
    let keep = options.keep();
    let run = if keep.claim_entries {
        let city = generator.city(&|_| ());
        Run::of_city(scenario, city, origin, keep, settlements, progress)?
    } else {
        Run::of_stream(scenario, &generator, origin, settlements, progress)?
    };
    write_run(&run, &RunRecord::of(&run, Vec::new()), target)?;
    Ok("run")
}

fn resettle(
    record: &Recorded,
    changes: &Changes,
    target: &OutputDir,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<&'static str, VerifyError> {
    let files = RecordedFiles::read(&record.directory, &record.value)?;
    let previous = Previous::read(&changes.previous)?;
    let resettlement = Resettlement::of(&previous, &files.last_late(), changes.posted_on, progress)?;
    let Some(format) = record.settlements() else {
        return Err(record.unsuitable("its settlements are not there", None));
    };
    let again = RunRecord::of_resettlement(&resettlement, Vec::new());
    write_resettlement(&resettlement, &again, target, format)?;
    Ok("resettle")
}
