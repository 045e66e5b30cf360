//! Arguments that several commands share.

use crate::batch::run::CityOrigin;
use crate::cli::console::note;
use crate::cli::outcome::Failure;
use crate::cli::progress::Progress;
use crate::data::pseudonym::Pseudonyms;
use crate::data::writer::Format;
use crate::data::{InputFile, Inputs, threads_within};
use crate::report::lang::Lang;
use crate::scenario::{DEFAULT, Layer, Scenario, ScenarioError, ScenarioSpec};
use crate::synth::{City, Generator};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the help says below the options of every command that reads files.
pub(super) const FILES_HELP: &str = "\
    A FILE is a .csv, .csv.gz or .parquet; a folder, for all of these in it and below it; a glob such as \
    'claims/*.parquet'; or `-`, standard input. Several are read as one table, in the order of their paths. A folder \
    named key=value gives the column that its files lack.";

/// The interchange files to read.
#[derive(Clone, clap::Args)]
pub(super) struct InputArgs {
    /// Persons: psn_no, brdy, ...
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    persons: Vec<PathBuf>,
    /// Payments: psn_no, year, pay_date, amount, ...; without them everyone counts as enrolled on time
    #[arg(long, value_name = "FILE", num_args = 1..)]
    enrolments: Vec<PathBuf>,
    /// Events that bear on enrolments: psn_no, event, event_date
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "enrolments")]
    events: Vec<PathBuf>,
    /// Claims: mdtrt_id, psn_no, med_type, fixmedins_code, begntime, endtime, medfee_sumamt, ...
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    claims: Vec<PathBuf>,
    /// Fee lines: mdtrt_id, feedetl_sn, det_item_fee_sumamt, ...
    #[arg(long, value_name = "FILE", num_args = 1..)]
    lines: Vec<PathBuf>,
    /// Institutions: fixmedins_code, hosp_lv, ...; without them every institution counts as designated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    institutions: Vec<PathBuf>,
    /// Take the claims of this benefit year alone
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i32>,
}

impl InputArgs {
    /// The files found, and the year if the scenario has figures for it.
    pub(super) fn checked(self, scenario: &Scenario) -> Result<(Inputs, Option<i32>), Failure> {
        if let Some(year) = self.year {
            check_year(scenario, year)?;
        }
        let InputArgs {
            persons,
            enrolments,
            events,
            claims,
            lines,
            institutions,
            year,
        } = self;
        let given = Inputs {
            persons,
            enrolments,
            events,
            claims,
            lines,
            institutions,
            late: Vec::new(),
        };
        Ok((given.find()?, year))
    }
}

/// People who are those of files, or of a synthetic city.
#[derive(clap::Args)]
pub(super) struct FilesOrCityArgs {
    /// Persons: files, as for `settle`, beside `--claims`; else how many residents the city has [default: 100000]
    #[arg(long, value_name = "FILE|N", num_args = 1..)]
    persons: Vec<PathBuf>,
    /// Claims
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "persons")]
    claims: Vec<PathBuf>,
    /// Payments; without them everyone counts as enrolled on time
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "claims")]
    enrolments: Vec<PathBuf>,
    /// Events that bear on enrolments
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "enrolments")]
    events: Vec<PathBuf>,
    /// Fee lines
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "claims")]
    lines: Vec<PathBuf>,
    /// Institutions; without them every institution counts as designated
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "claims")]
    institutions: Vec<PathBuf>,
    /// Seed of every draw of the city [default: 1]
    #[arg(long, value_name = "S", conflicts_with = "claims")]
    seed: Option<u64>,
}

impl FilesOrCityArgs {
    /// The files that are named; `None` if the people are a city's.
    pub(super) fn files(&self) -> Result<Option<Inputs>, Failure> {
        if self.claims.is_empty() {
            return Ok(None);
        }
        let given = Inputs {
            persons: self.persons.clone(),
            enrolments: self.enrolments.clone(),
            events: self.events.clone(),
            claims: self.claims.clone(),
            lines: self.lines.clone(),
            institutions: self.institutions.clone(),
            late: Vec::new(),
        };
        Ok(Some(given.find()?))
    }

    /// The city, where no files are named.
    pub(super) fn city(&self, year: Option<i32>) -> Result<CityArgs, Failure> {
        CityArgs::given(&self.persons, self.seed, year)
    }
}

/// Which city's rules.
#[derive(clap::Args)]
pub(super) struct ScenarioArgs {
    /// The rules: `jinan`, `china` or `china-2020`, which are built in, or a scenario file; with `+` between them, overlays
    /// stacked, of which the later one holds
    #[arg(long, value_name = "NAME|FILE", default_value = DEFAULT)]
    scenario: String,
    /// Another value for a key, such as `benefit.inpatient.tertiary.deductible=1200`, or for one year of it,
    /// `funding.individual.adult.2024=420`; can be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl ScenarioArgs {
    /// What is set on top, as `KEY=VALUE` each.
    pub(super) fn sets(&self) -> &[String] {
        &self.set
    }

    /// The scenario; tells of keys that more than one part of it has a value for.
    pub(super) fn load(&self) -> Result<Scenario, Failure> {
        load_scenario(&self.spec())
    }

    /// The same with another name in place of that of `--scenario`, if one is given.
    pub(super) fn named(self, name: Option<&str>) -> ScenarioArgs {
        ScenarioArgs {
            scenario: name.map_or(self.scenario, str::to_string),
            ..self
        }
    }

    /// The scenario, or everything that is wrong with it.
    pub(super) fn load_or_say(&self) -> Result<Scenario, ScenarioError> {
        load_or_say(&self.spec())
    }

    fn spec(&self) -> ScenarioSpec {
        ScenarioSpec {
            sets: self.set.clone(),
            ..ScenarioSpec::named(&self.scenario)
        }
    }
}

/// A scenario; tells of keys that more than one part of it has a value for.
pub(super) fn load_scenario(spec: &ScenarioSpec) -> Result<Scenario, Failure> {
    Ok(load_or_say(spec)?)
}

fn load_or_say(spec: &ScenarioSpec) -> Result<Scenario, ScenarioError> {
    let scenario = Scenario::load(spec)?;
    let place = |layer: usize| scenario.layers().get(layer).map(Layer::place).unwrap_or_default();
    for both in scenario.overrides() {
        let (by, of) = (place(both.by), place(both.of));
        note(format_args!(
            "`{}`: the value of {by} holds, not that of {of}",
            both.key
        ));
    }
    Ok(scenario)
}

/// A synthetic city.
#[derive(clap::Args)]
pub(super) struct CityArgs {
    /// How many residents the city has when the base year of its population opens; until the year that is settled some
    /// are born, die, come and go
    #[arg(long, value_name = "N", default_value_t = PERSONS, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::synth::MAX_PERSONS)))]
    persons: u32,
    /// Seed of every draw: the same seed gives the same people and the same illnesses
    #[arg(long, value_name = "S", default_value_t = SEED)]
    seed: u64,
    /// Benefit year [default: `default_year` of the scenario]
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
}

/// The residents of a city unless they are given.
const PERSONS: u32 = 100_000;
/// The seed unless it is given.
const SEED: u64 = 1;

impl CityArgs {
    /// A city for a command whose `--persons` may be files or a number of residents; here it is the number, if given.
    fn given(persons: &[PathBuf], seed: Option<u64>, year: Option<i32>) -> Result<CityArgs, Failure> {
        let persons = match persons {
            [] => PERSONS,
            [number] => {
                let given = number.to_string_lossy();
                let number = given.parse().ok();
                let fits = number.filter(|number| (1..=crate::synth::MAX_PERSONS).contains(number));
                fits.ok_or_else(|| not_a_number(&given))?
            }
            [first, ..] => return Err(not_a_number(&first.to_string_lossy())),
        };
        Ok(CityArgs {
            persons,
            seed: seed.unwrap_or(SEED),
            year,
        })
    }

    /// Residents and seed.
    pub(super) fn size(&self) -> (u32, u64) {
        (self.persons, self.seed)
    }

    /// What the city is drawn by.
    pub(super) fn generator(&self, scenario: &Scenario) -> Result<(Generator, CityOrigin), Failure> {
        let year = self.year.unwrap_or(scenario.default_year());
        check_year(scenario, year)?;
        let (Some(model), Some(terms)) = (scenario.city(year), scenario.enrolment(year)) else {
            let message = format!(
                "scenario `{}` describes no population to draw a city from",
                scenario.name()
            );
            return Err(Failure::new(message).hinting("add [population] and [utilisation]".to_string()));
        };
        let origin = CityOrigin {
            persons: self.persons,
            seed: self.seed,
            year,
        };
        let generator = Generator::new(model, terms, self.persons, self.seed, scenario.codebook());
        Ok((generator.map_err(Failure::new)?, origin))
    }

    /// Draws the city.
    pub(super) fn draw(&self, scenario: &Scenario) -> Result<(City, CityOrigin), Failure> {
        let (generator, origin) = self.generator(scenario)?;
        let progress = Progress::new("drawing persons");
        let (all, done) = (generator.slots() as usize, AtomicUsize::new(0));
        let city = generator.city(&|slots| {
            let before = done.fetch_add(slots as usize, Ordering::Relaxed);
            progress.at(before + slots as usize, all);
        });
        Ok((city, origin))
    }
}

/// Complains of `--persons` that are neither files beside claims nor a number of residents.
fn not_a_number(given: &str) -> Failure {
    let most = crate::synth::MAX_PERSONS;
    let message = format!("`{given}`, for --persons, is no number of residents from 1 to {most}");
    Failure::new(message).hinting("with files of persons, give --claims too".to_string())
}

/// Complains of an input that lies in the directory to write, and of a folder to read that the directory to write lies
/// in, where the outputs would be inputs of the next run.
pub(super) fn check_inputs_apart<'a>(
    out: &Path,
    inputs: impl Iterator<Item = &'a InputFile> + Clone,
) -> Result<(), Failure> {
    check_apart(out, inputs.clone().map(|file| file.path.as_path()))?;
    let out_path = as_it_will_be(out);
    let holds_out = |folder: &&PathBuf| folder.canonicalize().is_ok_and(|path| out_path.starts_with(path));
    let Some(folder) = inputs.filter_map(|file| file.folder.as_ref()).find(holds_out) else {
        return Ok(());
    };
    let message = format!(
        "the output directory `{}` lies in `{}`, of which every table is read",
        out.display(),
        folder.display()
    );
    Err(Failure::new(message).hinting("choose another output directory".to_string()))
}

/// The path of a file or directory that may not be there yet, with all links that are there followed.
pub(super) fn as_it_will_be(directory: &Path) -> PathBuf {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_path_buf());
    let mut above = absolute.ancestors();
    let found = above.find_map(|above| Some((above, above.canonicalize().ok()?)));
    match found {
        Some((above, real)) => real.join(absolute.strip_prefix(above).unwrap_or(Path::new(""))),
        None => absolute,
    }
}

/// Complains of a file to read that lies in the directory to write, where it would be replaced along with an earlier run.
pub(super) fn check_apart<'a>(out: &Path, files: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    let Ok(out_path) = out.canonicalize() else {
        return Ok(()); // There is no such directory yet, so nothing lies in it.
    };
    if out_path.is_file() {
        let message = format!("the output directory `{}` is a file", out.display());
        return Err(
            Failure::new(message).hinting("name a directory, which need not be there yet".to_string())
        );
    }
    let lies_within = |file: &&Path| file.canonicalize().is_ok_and(|path| path.starts_with(&out_path));
    let Some(file) = files.into_iter().find(lies_within) else {
        return Ok(());
    };
    let message = format!(
        "`{}` lies in the output directory `{}`, which is replaced as a whole",
        file.display(),
        out.display()
    );
    Err(Failure::new(message).hinting("choose another output directory".to_string()))
}

/// Complains of a year without figures.
pub(super) fn check_year(scenario: &Scenario, year: i32) -> Result<(), Failure> {
    if scenario.tariff(year).is_some() {
        return Ok(());
    }
    let years: Vec<String> = scenario.years().iter().map(i32::to_string).collect();
    let message = format!(
        "scenario `{}` has no figures for benefit year {year}",
        scenario.name()
    );
    Err(Failure::new(message).hinting(format!("it has figures for {}", years.join(", "))))
}

/// The language of explanations.
#[derive(clap::Args)]
pub(super) struct LangArg {
    /// Language
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = ["en", "zh"])]
    lang: String,
}

impl LangArg {
    pub(super) fn lang(&self) -> Lang {
        if self.lang == "zh" { Lang::Zh } else { Lang::En }
    }
}

/// How many threads to use.
#[derive(clap::Args)]
pub(super) struct ThreadArgs {
    /// Threads to use [default: one per processor]; the results are the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl ThreadArgs {
    pub(super) fn apply(&self) -> Result<(), Failure> {
        self.apply_within(None)
    }

    /// Uses no more threads than a limit of memory has room for.
    pub(super) fn apply_within(&self, memory_bytes: Option<u64>) -> Result<(), Failure> {
        let given = self.threads.map(usize::from);
        let threads = match memory_bytes {
            None => given.unwrap_or(0),
            Some(bytes) => {
                let processors = || std::thread::available_parallelism().map_or(1, usize::from);
                given.unwrap_or_else(processors).min(threads_within(bytes))
            }
        };
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(Failure::new)
    }
}

/// How much memory may be used, and where to keep what an interrupted run has done.
#[derive(clap::Args)]
pub(super) struct PartsArgs {
    /// Keep within this much memory, such as `1GiB`: larger inputs are settled in parts, through temporary files
    #[arg(long, value_name = "SIZE", value_parser = memory_size)]
    pub memory: Option<u64>,
    /// Keep what is done in this directory, and go on from there if a run was killed; it goes when all is done
    #[arg(long, value_name = "DIR")]
    pub resume: Option<PathBuf>,
}

/// The memory that a run which can be resumed keeps to, unless another is given.
const RESUMABLE_BYTES: u64 = 1 << 30;

impl PartsArgs {
    /// What memory to keep to, if inputs are to be read in parts.
    pub(super) fn memory_bytes(&self) -> Option<u64> {
        self.memory.or(self.resume.as_ref().map(|_| RESUMABLE_BYTES))
    }
}

/// Bytes of a size such as `512MiB`, `2GB` or `2G`, which is short for `2GiB`.
fn memory_size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err("write a number and a unit, such as `512MiB` or `2GiB`".to_string()),
    };
    let number: Option<u64> = number.parse().ok();
    let bytes = number.and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| "write a whole number and a unit, such as `512MiB` or `2GiB`".to_string())
}

/// What outputs call persons.
#[derive(clap::Args, Clone)]
pub(super) struct PrivacyArgs {
    /// Call persons by pseudonyms in the outputs, made of their psn_no and the key in this file of 16 bytes or more
    #[arg(long, value_name = "KEYFILE")]
    pseudonymise: Option<PathBuf>,
}

impl PrivacyArgs {
    /// The file of the key.
    pub(super) fn file(&self) -> Option<&Path> {
        self.pseudonymise.as_deref()
    }

    /// The pseudonyms, if they are wanted.
    pub(super) fn pseudonyms(&self) -> Result<Option<Pseudonyms>, Failure> {
        Ok(self.file().map(Pseudonyms::of_key_file).transpose()?)
    }
}

/// The format of tables.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum FormatArg {
    /// Comma-separated values
    Csv,
    /// Apache Parquet
    #[cfg(feature = "parquet")]
    Parquet,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Csv => Format::Csv,
            #[cfg(feature = "parquet")]
            FormatArg::Parquet => Format::Parquet,
        }
    }
}

/// The default format: Parquet where the program can write it.
pub(super) const DEFAULT_FORMAT: &str = if cfg!(feature = "parquet") {
    "parquet"
} else {
    "csv"
};
