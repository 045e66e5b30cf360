//! Fixed workloads: one definition each of what `yibao bench` and the benches of the repository measure.
//!
//! All of them are about one synthetic city of the built-in scenario: [`YEAR`], [`SEED`], and as many persons as asked
//! for. Each handles every claim of the city once, and what it came to is checked against the city in memory.

pub(crate) mod curve;
pub(crate) mod measure;
#[cfg(feature = "parquet")]
mod scan;

use crate::batch::checkpoint::WorkDir;
use crate::batch::fingerprint::Fingerprint;
use crate::batch::history::sort_for_settlement;
use crate::batch::parted::{PartedOptions, PartedRun};
use crate::batch::run::{CityOrigin, Keep, Run, RunError};
use crate::batch::settlements::SettlementsWriter;
use crate::batch::{Options, claims_by_person, settle_all};
use crate::benefit::case::Member;
use crate::benefit::claim::Claim;
use crate::benefit::record::Silent;
use crate::benefit::settle::settle;
use crate::benefit::state::State;
use crate::benefit::tariff::Tariff;
use crate::data::caseload::Caseload;
use crate::data::staging::OutputDir;
use crate::data::writer::Format;
use crate::data::{DataError, Inputs, LoadOptions, load};
use crate::insured::cover::{Stretch, presumed_year};
use crate::insured::person::Identity;
use crate::money::Fen;
use crate::scenario::{Scenario, ScenarioError};
use crate::synth::{City, FigureError, Generator, write_city};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The benefit year of the city.
pub const YEAR: i32 = 2023;

/// The seed of the city.
pub const SEED: u64 = 1;

/// How many persons the city has unless told otherwise.
pub const PERSONS: u32 = 100_000;

/// What `parts/csv` may use, in bytes.
const PARTS_MEMORY_BYTES: u64 = 256 << 20;

/// How many persons a thread takes at a time in `waterfall`.
const PERSONS_AT_ONCE: usize = 2048;

/// What is done to every claim of the city.
///
/// The workloads that read files read persons, institutions and claims: everyone counts as enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// The engine alone: each claim against the running state of its person, whose cover is laid out.
    Waterfall,
    /// Claims in memory to sums: payments, cover, waterfall, sums, fingerprint; no rows are kept, nothing is booked.
    Settle,
    /// Figures to a city in memory.
    Synth,
    /// Files to a caseload in memory, hashes included.
    Read(Format),
    /// Files to the totals of a run, booked; no hashes are made.
    Totals(Format),
    /// For comparison: the `parquet` crate alone decodes every column of the same files and adds up what they hold.
    #[cfg(feature = "parquet")]
    Scan,
    /// Settlements in memory to a file.
    Write(Format),
    /// Files to a run and a file of all its settlements, hashes included.
    Through(Format),
    /// As [`Workload::Totals`] of CSV, in parts within 256 MiB.
    Parts,
    /// A city settled while it is drawn, and booked.
    Run,
}

impl Workload {
    /// All that this build can do, from the engine outwards.
    pub fn all() -> Vec<Workload> {
        let mut all = vec![Workload::Waterfall, Workload::Settle, Workload::Synth];
        let formats = formats();
        all.extend(formats.iter().copied().map(Workload::Read));
        all.extend(formats.iter().copied().map(Workload::Totals));
        #[cfg(feature = "parquet")]
        all.push(Workload::Scan);
        all.extend(formats.iter().copied().map(Workload::Write));
        all.extend(formats.iter().copied().map(Workload::Through));
        all.extend([Workload::Parts, Workload::Run]);
        all
    }

    /// A name that lasts, so that numbers of different versions can be compared.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Waterfall => "waterfall",
            Workload::Settle => "settle",
            Workload::Synth => "synth",
            Workload::Read(Format::Csv) => "read/csv",
            Workload::Read(Format::Parquet) => "read/parquet",
            Workload::Totals(Format::Csv) => "totals/csv",
            Workload::Totals(Format::Parquet) => "totals/parquet",
            #[cfg(feature = "parquet")]
            Workload::Scan => "scan/parquet",
            Workload::Write(Format::Csv) => "write/csv",
            Workload::Write(Format::Parquet) => "write/parquet",
            Workload::Through(Format::Csv) => "through/csv",
            Workload::Through(Format::Parquet) => "through/parquet",
            Workload::Parts => "parts/csv",
            Workload::Run => "run",
        }
    }

    /// Whether one thread alone is worth a line beside all of them.
    pub(crate) fn is_scaled(self) -> bool {
        matches!(self, Workload::Waterfall | Workload::Settle)
    }
}

/// The formats that this build can read and write.
fn formats() -> &'static [Format] {
    if cfg!(feature = "parquet") {
        &[Format::Csv, Format::Parquet]
    } else {
        &[Format::Csv]
    }
}

/// Why a workload could not be done.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// The built-in scenario does not hold together: a defect of the program.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A city that cannot be drawn.
    #[error(transparent)]
    City(#[from] FigureError),
    /// The built-in scenario describes no city of the year: a defect of the program.
    #[error("the built-in scenario describes no city of {YEAR}")]
    NoCity,
    /// A file that cannot be written or read, or a year without figures.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file of claims that the `parquet` crate alone does not read.
    #[error("`{path}`: {detail}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the crate says.
        detail: String,
    },
    /// Threads that cannot be started.
    #[error("no threads: {0}")]
    Threads(String),
    /// The workload did not come to what the city comes to: a defect of the program.
    #[error("`{workload}` came to {found:?}, where the city comes to {expected:?}")]
    Differs {
        /// Its name.
        workload: &'static str,
        /// What it came to.
        found: Done,
        /// What it should have come to.
        expected: Done,
    },
}

impl From<DataError> for WorkloadError {
    fn from(error: DataError) -> WorkloadError {
        WorkloadError::Run(error.into())
    }
}

/// What a workload came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Claims handled.
    pub claims: u64,
    /// The fingerprint of the settlements, if they were added up.
    pub fingerprint: Option<Fingerprint>,
}

impl Done {
    fn counted(claims: usize) -> Done {
        Done {
            claims: claims as u64,
            fingerprint: None,
        }
    }

    fn of(run: &Run) -> Done {
        Done {
            claims: run.outcome.tally.rows,
            fingerprint: Some(run.outcome.fingerprint),
        }
    }
}

/// A workload that is ready: whatever it starts from is in memory or on disk. It uses the threads of the current pool.
pub type Task<'a> = Box<dyn Fn() -> Result<Done, WorkloadError> + Send + Sync + 'a>;

/// The city that the workloads are about.
pub struct Workloads {
    scenario: Scenario,
    persons: u32,
    city: City,
    place: PathBuf,
    /// Of the city as it was drawn.
    enrolled: OnceLock<Fingerprint>,
    /// Of the city in which everyone counts as enrolled.
    presumed: OnceLock<Fingerprint>,
}

/// The built-in scenario and what its city is drawn by.
fn generator(scenario: &Scenario, persons: u32) -> Result<(Generator, CityOrigin), WorkloadError> {
    let model = scenario.city(YEAR).ok_or(WorkloadError::NoCity)?;
    let terms = scenario.enrolment(YEAR).ok_or(WorkloadError::NoCity)?;
    let origin = CityOrigin {
        persons,
        seed: SEED,
        year: YEAR,
    };
    let generator = Generator::new(model, terms, persons, SEED, scenario.codebook())?;
    Ok((generator, origin))
}

/// Settles the built-in scenario's city while it is drawn. `progress` is told slots done and slots in all.
fn streamed(
    scenario: &Scenario,
    persons: u32,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Run, WorkloadError> {
    let (generator, origin) = generator(scenario, persons)?;
    Ok(Run::of_stream(
        scenario.clone(),
        &generator,
        origin,
        None,
        progress,
    )?)
}

impl Workloads {
    /// Draws the city. Files are kept in `place`, which is the caller's to remove. `progress` is told slots done and slots
    /// in all.
    ///
    /// # Errors
    /// [`WorkloadError::City`] if there are too many persons.
    pub fn new(
        persons: u32,
        place: &Path,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Workloads, WorkloadError> {
        let scenario = Scenario::jinan()?;
        let (generator, _) = generator(&scenario, persons)?;
        let (all, done) = (generator.slots() as usize, AtomicUsize::new(0));
        let city = generator.city(&|slots| {
            let before = done.fetch_add(slots as usize, Ordering::Relaxed);
            progress(before + slots as usize, all);
        });
        Ok(Workloads {
            scenario,
            persons,
            city,
            place: place.to_path_buf(),
            enrolled: OnceLock::new(),
            presumed: OnceLock::new(),
        })
    }

    /// Claims of the city, each of which every workload handles once.
    pub fn claims(&self) -> u64 {
        self.city.caseload.claims.len() as u64
    }

    /// How the city was drawn.
    pub(crate) fn origin(&self) -> CityOrigin {
        CityOrigin {
            persons: self.persons,
            seed: SEED,
            year: YEAR,
        }
    }

    /// The fingerprint of the city, which is that of `yibao run` with the same persons, year and seed.
    pub fn fingerprint(&self) -> Fingerprint {
        *self
            .enrolled
            .get_or_init(|| self.settled(&self.city.caseload).fingerprint)
    }

    /// The fingerprint of the city if everyone counts as enrolled.
    fn presumed(&self) -> Fingerprint {
        *self.presumed.get_or_init(|| {
            let caseload = Caseload {
                enrolments: None,
                ..self.city.caseload.clone()
            };
            self.settled(&caseload).fingerprint
        })
    }

    fn settled(&self, caseload: &Caseload) -> crate::batch::Outcome {
        settle_all(&self.scenario, caseload, Options::default(), &|_| ())
    }

    /// Complains of a workload that did not come to what the city comes to.
    ///
    /// # Errors
    /// [`WorkloadError::Differs`].
    pub fn check(&self, workload: Workload, found: Done) -> Result<(), WorkloadError> {
        let fingerprint = match workload {
            Workload::Settle | Workload::Run => Some(self.fingerprint()),
            Workload::Totals(_) | Workload::Through(_) | Workload::Parts => Some(self.presumed()),
            _ => None,
        };
        let expected = Done {
            claims: self.claims(),
            fingerprint,
        };
        if found == expected {
            return Ok(());
        }
        Err(WorkloadError::Differs {
            workload: workload.name(),
            found,
            expected,
        })
    }

    /// Removes what a workload has written: each time it writes a file of its own, as a run does, and not over another one, which
    /// the system might first put onto the disk.
    pub fn clear(&self, workload: Workload) {
        if let Workload::Write(format) | Workload::Through(format) = workload {
            // Before the first time there is none.
            let _ = std::fs::remove_file(self.settlements(format));
        }
    }

    /// Makes a workload ready.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn task(&self, workload: Workload) -> Result<Task<'_>, WorkloadError> {
        Ok(match workload {
            Workload::Waterfall => self.waterfall()?,
            Workload::Settle => Box::new(|| {
                let outcome = self.settled(black_box(&self.city.caseload));
                Ok(Done {
                    claims: outcome.tally.rows,
                    fingerprint: Some(outcome.fingerprint),
                })
            }),
            Workload::Synth => Box::new(|| {
                let (generator, _) = generator(black_box(&self.scenario), self.persons)?;
                let city = generator.city(&|_| ());
                Ok(Done::counted(black_box(city).caseload.claims.len()))
            }),
            Workload::Read(format) => {
                let inputs = self.inputs(format)?;
                Box::new(move || self.read(&inputs))
            }
            Workload::Totals(format) => {
                let inputs = self.inputs(format)?;
                Box::new(move || self.through(&inputs, None))
            }
            #[cfg(feature = "parquet")]
            Workload::Scan => {
                let directory = self.written(Format::Parquet)?;
                let files = ["persons", "institutions", "claims"];
                let files = files.map(|name| directory.join(name).with_extension("parquet"));
                Box::new(move || {
                    let mut rows = 0;
                    for path in black_box(&files) {
                        rows = scan::scan(path).map_err(|error| WorkloadError::Unreadable {
                            path: path.display().to_string(),
                            detail: error.to_string(),
                        })?;
                    }
                    // Claims are the last file.
                    Ok(Done::counted(rows))
                })
            }
            Workload::Write(format) => self.write(format),
            Workload::Through(format) => {
                let (inputs, path) = (self.inputs(format)?, self.settlements(format));
                Box::new(move || {
                    let settlements = SettlementsWriter::create_file(&path, format)?;
                    self.through(&inputs, Some(settlements))
                })
            }
            Workload::Parts => {
                let inputs = self.inputs(Format::Csv)?;
                Box::new(move || self.in_parts(&inputs))
            }
            Workload::Run => Box::new(|| {
                let run = streamed(&self.scenario, black_box(self.persons), &|_, _| ())?;
                Ok(Done::of(&run))
            }),
        })
    }

    fn waterfall(&self) -> Result<Task<'_>, WorkloadError> {
        let tariff = self.scenario.tariff(YEAR).ok_or(WorkloadError::NoCity)?;
        let pasts = self.pasts();
        Ok(Box::new(move || {
            let paid = |some| black_box(pay(tariff, some)).0;
            let parts = black_box(&pasts).par_chunks(PERSONS_AT_ONCE);
            Ok(Done::counted(parts.map(paid).sum()))
        }))
    }

    /// Everyone's past, by person.
    fn pasts(&self) -> Vec<Past> {
        let caseload = &self.city.caseload;
        let by_person = claims_by_person(caseload);
        let past = |person: usize| {
            let known = &caseload.persons[person];
            let mut claims = by_person.of_person(person as u32).to_vec();
            sort_for_settlement(caseload, &mut claims);
            let mut stretches = Vec::new();
            presumed_year(known, YEAR, self.scenario.adult_age_years(), &mut stretches);
            let claims = claims
                .iter()
                .map(|&claim| caseload.claims[claim as usize].claim.clone());
            Past {
                identity: known.identity,
                birth: known.birth,
                stretches,
                claims: claims.collect(),
            }
        };
        (0..caseload.persons.len()).map(past).collect()
    }

    fn read(&self, inputs: &Inputs) -> Result<Done, WorkloadError> {
        let options = LoadOptions {
            codebook: self.scenario.codebook(),
            years: &self.scenario.years(),
            only_year: None,
        };
        let loaded = load(black_box(inputs), &options)?;
        Ok(Done::counted(loaded.caseload.claims.len()))
    }

    /// Reads, settles, adds up and books.
    fn through(
        &self,
        inputs: &Inputs,
        settlements: Option<SettlementsWriter>,
    ) -> Result<Done, WorkloadError> {
        let scenario = self.scenario.clone();
        // As `yibao settle` does it: what is only added up has no record that would show hashes.
        let keep = Keep {
            no_hashes: settlements.is_none(),
            ..Keep::default()
        };
        let run = Run::of_files(scenario, black_box(inputs), None, keep, settlements, &|_, _| ())?;
        Ok(Done::of(&run))
    }

    fn in_parts(&self, inputs: &Inputs) -> Result<Done, WorkloadError> {
        let options = PartedOptions {
            only_year: None,
            memory_bytes: PARTS_MEMORY_BYTES,
            settlements: None,
            pseudonyms: None,
            part_bytes: None,
        };
        let work = WorkDir::temporary(&self.place)?;
        let scenario = self.scenario.clone();
        let run = PartedRun::of_files(scenario, black_box(inputs), &options, work, &|_, _| ())?;
        Ok(Done::of(&run.finish()?))
    }

    fn write(&self, format: Format) -> Task<'_> {
        let options = Options {
            keep_rows: true,
            ..Options::default()
        };
        let rows = settle_all(&self.scenario, &self.city.caseload, options, &|_| ()).rows;
        let path = self.settlements(format);
        Box::new(move || {
            let mut writer = SettlementsWriter::create_file(&path, format)?;
            writer.write(&self.city.caseload, black_box(&rows))?;
            Ok(Done::counted(writer.finish()? as usize))
        })
    }

    /// Where settlements go.
    fn settlements(&self, format: Format) -> PathBuf {
        self.place.join("settlements").with_extension(format.extension())
    }

    /// The files of the city, which are written when they are first asked for.
    fn written(&self, format: Format) -> Result<PathBuf, WorkloadError> {
        let directory = self.place.join(format.extension());
        if !directory.exists() {
            let target = OutputDir::create(&directory)?;
            write_city(&self.city, &target, format)?;
            target.commit()?;
        }
        Ok(directory)
    }

    /// The files of the city without those that say who enrolled.
    fn inputs(&self, format: Format) -> Result<Inputs, WorkloadError> {
        let directory = self.written(format)?;
        let file = |name: &str| directory.join(name).with_extension(format.extension());
        Ok(Inputs {
            institutions: vec![file("institutions").into()],
            ..Inputs::new(file("persons"), file("claims"))
        })
    }
}

/// What the waterfall needs of a person.
struct Past {
    identity: Identity,
    birth: NaiveDate,
    stretches: Vec<Stretch>,
    /// In the order in which they settle.
    claims: Vec<Claim>,
}

/// Settles every claim against the running state of its person; gives the claims and what the funds paid.
fn pay(tariff: &Tariff, pasts: &[Past]) -> (usize, Fen) {
    let (mut state, mut settled, mut paid) = (State::default(), 0, Fen::ZERO);
    for past in pasts {
        let member = Member {
            stretches: &past.stretches,
            identity: past.identity,
            birth: past.birth,
            nothing_year_before: None,
        };
        state.reset();
        settled += past.claims.len();
        for claim in &past.claims {
            paid += settle(tariff, &member, &mut state, claim, &mut Silent).fund_total();
        }
    }
    (settled, paid)
}
