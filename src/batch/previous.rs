//! An earlier run, read again: its record, its rules and its files, each checked against what was recorded of it.

use crate::data::source::Source;
use crate::data::{DataError, FileRole, InputFile, Inputs, Late};
use crate::scenario::{Layer, LayerKind, Scenario, ScenarioError, ScenarioSpec, built_in};
use chrono::NaiveDate;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The record of a run in its directory.
const RUN_FILE: &str = "run.json";

/// What `run.json` says of a run of files.
pub struct Previous {
    /// Where it lies.
    pub directory: PathBuf,
    /// The rules, the same to the byte as then.
    pub scenario: Scenario,
    /// The only benefit year that was settled, if one was asked for.
    pub only_year: Option<i32>,
    /// The fingerprint that it ended with.
    pub fingerprint: String,
    /// On which day each of its resettlements was posted, in their order.
    pub posted: Vec<Option<NaiveDate>>,
    /// Its files, late facts included.
    files: RecordedFiles,
}

/// The files that a record names, late facts included.
pub(crate) struct RecordedFiles(Inputs<Recorded>);

/// Why an earlier run cannot be read again.
#[derive(Debug, thiserror::Error)]
pub enum PreviousError {
    /// The directory holds no run, or one that cannot be resettled.
    #[error("`{path}` cannot be resettled: {detail}")]
    Unsuitable {
        /// The directory.
        path: String,
        /// Why.
        detail: String,
        /// What to do.
        hint: Option<&'static str>,
    },
    /// A file is not there any more.
    #[error("the {role} file `{path}` cannot be read again: {source} (recorded SHA-256: {recorded})")]
    Missing {
        /// What it was read as.
        role: FileRole,
        /// As recorded.
        path: String,
        /// SHA-256 of what was settled.
        recorded: String,
        /// What kept it from being read.
        source: Box<DataError>,
    },
    /// A file or the scenario is another one than then.
    #[error(
        "the {what} `{path}` is not what was settled: SHA-256 {recorded} was recorded, {found} was found"
    )]
    Changed {
        /// `scenario`, or what the file was read as.
        what: String,
        /// As recorded.
        path: String,
        /// SHA-256 of what was settled.
        recorded: String,
        /// SHA-256 of what is there now.
        found: String,
    },
    /// The scenario cannot be used.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

impl PreviousError {
    /// What the person at the keyboard can do about it, if there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            PreviousError::Unsuitable { hint, .. } => return hint.map(str::to_string),
            PreviousError::Missing { .. } => {
                "paths are as they were given then: run from the same directory, or put the file back"
            }
            PreviousError::Changed { .. } => {
                "put back what was settled, and give what has changed since as late facts; or settle anew"
            }
            PreviousError::Scenario(_) => return None,
        };
        Some(hint.to_string())
    }
}

/// A file as the record names it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Recorded {
    role: String,
    path: PathBuf,
    /// Keys and values in the names of its folders.
    #[serde(default)]
    partition: Vec<(String, String)>,
    sha256: String,
}

/// The parts of `run.json` that matter here.
#[derive(Deserialize)]
struct Record {
    scenario: RecordedScenario,
    year: Option<i32>,
    inputs: Vec<Recorded>,
    #[serde(default)]
    late: Vec<RecordedLate>,
    fingerprint: String,
}

/// The rules as a record names them.
#[derive(Deserialize)]
pub(crate) struct RecordedScenario {
    file: String,
    sha256: String,
    /// What was asked for, if it is more than a base.
    given: Option<String>,
    #[serde(default)]
    overlays: Vec<RecordedOverlay>,
    #[serde(default)]
    sets: Vec<String>,
}

#[derive(Deserialize)]
struct RecordedOverlay {
    file: String,
    sha256: String,
}

#[derive(Deserialize)]
struct RecordedLate {
    posted_on: Option<NaiveDate>,
    inputs: Vec<Recorded>,
}

impl Previous {
    /// Reads the record of the run in `directory`, and its scenario. Its files are read by [`Previous::open`].
    ///
    /// # Errors
    /// The directory holds no run of files, or the scenario is not the one that it was settled by.
    pub fn read(directory: &Path) -> Result<Previous, PreviousError> {
        let unsuitable = |detail: String| unsuitable(directory, detail, None);
        let text = std::fs::read_to_string(directory.join(RUN_FILE))
            .map_err(|error| unsuitable(format!("its `{RUN_FILE}` cannot be read: {error}")))?;
        let value: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| unsuitable(format!("its `{RUN_FILE}` is not JSON: {error}")))?;
        if value["program"] != env!("CARGO_PKG_NAME") {
            return Err(unsuitable(format!("its `{RUN_FILE}` is not of this program")));
        }
        if value.get("inputs").is_none() {
            return Err(PreviousError::Unsuitable {
                path: directory.display().to_string(),
                detail: "it holds a synthetic city, which was not settled from files".to_string(),
                hint: Some("write the city with `yibao synth`, and settle its files"),
            });
        }
        let record: Record = serde_json::from_value(value)
            .map_err(|error| unsuitable(format!("its `{RUN_FILE}` is not understood: {error}")))?;
        let files = RecordedFiles(arrange(directory, record.inputs, &record.late)?);
        Ok(Previous {
            directory: directory.to_path_buf(),
            scenario: load_scenario(&record.scenario)?,
            only_year: record.year,
            fingerprint: record.fingerprint,
            posted: record.late.iter().map(|late| late.posted_on).collect(),
            files,
        })
    }

    /// The paths of its files, of its scenario and of its record.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.files.0.files().map(|(_, file)| file.path.clone());
        let scenario = self.scenario.files().map(Path::to_path_buf);
        files.chain(scenario).chain([self.directory.join(RUN_FILE)])
    }

    /// Reads every file again.
    ///
    /// # Errors
    /// A file that is missing or has changed.
    pub fn open(&self) -> Result<Inputs<Source>, PreviousError> {
        self.files
            .0
            .try_map(|role, files| files.iter().map(|file| unchanged(role, file)).collect())
    }
}

impl RecordedFiles {
    /// The files of the record in `directory`.
    ///
    /// # Errors
    /// A record that is not understood, or names files that cannot be read again.
    pub(crate) fn read(directory: &Path, record: &serde_json::Value) -> Result<RecordedFiles, PreviousError> {
        #[derive(Deserialize)]
        struct Files {
            inputs: Vec<Recorded>,
            #[serde(default)]
            late: Vec<RecordedLate>,
        }
        let files = Files::deserialize(record).map_err(|error| {
            unsuitable(
                directory,
                format!("its `{RUN_FILE}` is not understood: {error}"),
                None,
            )
        })?;
        Ok(RecordedFiles(arrange(directory, files.inputs, &files.late)?))
    }

    /// Reads every file, whether or not it has changed.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn open(&self) -> Result<Inputs<Source>, PreviousError> {
        self.0
            .try_map(|role, files| files.iter().map(|file| reopen(role, file)).collect())
    }

    /// The files to read.
    pub(crate) fn inputs(&self) -> Inputs {
        let Ok(inputs) = self.0.try_map(|_, files| {
            let files = files.iter().map(Recorded::input).collect();
            Ok::<_, std::convert::Infallible>(files)
        });
        inputs
    }

    /// The files of the latest late facts; none if there are no late facts.
    pub(crate) fn last_late(&self) -> Late {
        self.inputs().late.pop().unwrap_or_default()
    }
}

impl Recorded {
    fn input(&self) -> InputFile {
        InputFile {
            path: self.path.clone(),
            constants: self.partition.clone(),
            folder: None,
        }
    }
}

fn unsuitable(directory: &Path, detail: String, hint: Option<&'static str>) -> PreviousError {
    PreviousError::Unsuitable {
        path: directory.display().to_string(),
        detail,
        hint,
    }
}

/// Puts the recorded files where they belong.
fn arrange(
    directory: &Path,
    inputs: Vec<Recorded>,
    late: &[RecordedLate],
) -> Result<Inputs<Recorded>, PreviousError> {
    let all = inputs.iter().chain(late.iter().flat_map(|late| &late.inputs));
    if let Some(stdin) = all.into_iter().find(|file| file.path.as_os_str() == "-") {
        let detail = format!(
            "its {} came from standard input, which cannot be read again",
            stdin.role
        );
        return Err(unsuitable(directory, detail, Some("settle it anew, from files")));
    }
    let mut files = Inputs::default();
    for file in inputs {
        let role = role_of(directory, &file)?;
        files.slot(role).push(file);
    }
    if files.persons.is_empty() || files.claims.is_empty() {
        let detail = format!("its `{RUN_FILE}` names no persons or no claims file");
        return Err(unsuitable(directory, detail, None));
    }
    for recorded in late {
        let mut batch = Late::default();
        for file in &recorded.inputs {
            let role = role_of(directory, file)?;
            if let Some(slot) = batch.slot(role) {
                slot.push(file.clone());
            }
        }
        files.late.push(batch);
    }
    Ok(files)
}

fn role_of(directory: &Path, file: &Recorded) -> Result<FileRole, PreviousError> {
    FileRole::from_name(&file.role).ok_or_else(|| {
        let detail = format!(
            "its `{RUN_FILE}` names a file of an unknown kind, `{}`",
            file.role
        );
        unsuitable(directory, detail, None)
    })
}

/// Reads a file again, if it is still what it was.
fn unchanged(role: FileRole, file: &Recorded) -> Result<Source, PreviousError> {
    let source = reopen(role, file)?;
    let found = source.sha256().map_err(|source| missing(role, file, source))?;
    if found != file.sha256 {
        return Err(PreviousError::Changed {
            what: format!("{role} file"),
            path: file.path.display().to_string(),
            recorded: file.sha256.clone(),
            found: found.to_string(),
        });
    }
    Ok(source)
}

/// Reads a file again.
fn reopen(role: FileRole, file: &Recorded) -> Result<Source, PreviousError> {
    file.input().open().map_err(|source| missing(role, file, source))
}

fn missing(role: FileRole, file: &Recorded, source: DataError) -> PreviousError {
    PreviousError::Missing {
        role,
        path: file.path.display().to_string(),
        recorded: file.sha256.clone(),
        source: Box::new(source),
    }
}

/// Loads a recorded scenario, whether or not it has changed.
pub(crate) fn reload(recorded: &RecordedScenario) -> Result<Scenario, ScenarioError> {
    match &recorded.given {
        Some(given) => Scenario::load(&ScenarioSpec {
            scenario: given.clone(),
            sets: recorded.sets.clone(),
        }),
        None => load_base(recorded),
    }
}

/// Loads the recorded scenario, if it is still what it was.
fn load_scenario(recorded: &RecordedScenario) -> Result<Scenario, PreviousError> {
    let scenario = reload(recorded)?;
    let overlays = recorded.overlays.iter();
    let then = overlays.map(|overlay| (&overlay.file, &overlay.sha256));
    let then = std::iter::once((&recorded.file, &recorded.sha256)).chain(then);
    let layers = scenario.layers().iter();
    let mut now = layers.filter(|layer| layer.kind != LayerKind::Set);
    for (file, sha256) in then {
        let found = now.next().map(Layer::sha256);
        if found.as_ref() != Some(sha256) {
            return Err(PreviousError::Changed {
                what: "scenario".to_string(),
                path: file.clone(),
                recorded: sha256.clone(),
                found: found.unwrap_or_else(|| "nothing".to_string()),
            });
        }
    }
    if let Some(more) = now.next() {
        return Err(PreviousError::Changed {
            what: "scenario".to_string(),
            path: more.source.name.clone(),
            recorded: "nothing".to_string(),
            found: more.sha256(),
        });
    }
    Ok(scenario)
}

/// Loads a scenario of one text. A file may have the name of a built-in one, so the hash decides between them.
fn load_base(recorded: &RecordedScenario) -> Result<Scenario, ScenarioError> {
    let path = Path::new(&recorded.file);
    if let Some(name) = built_in(&recorded.file) {
        let built_in = Scenario::load(&ScenarioSpec::named(name))?;
        if recorded.sha256 == built_in.sha256() || !path.exists() {
            return Ok(built_in);
        }
    }
    Scenario::from_file(path)
}
