//! `yibao test`: worked cases against their scenarios.

use crate::batch::history::Workspace;
use crate::cases::check::check;
use crate::cases::coverage::Coverage;
use crate::cases::find::{case_files, scenario_beside};
use crate::cases::read::Document;
use crate::cases::{Case, CaseFile};
use crate::cli::console::print;
use crate::cli::outcome::{Done, Failure};
use crate::report::cases::{Tested, TestedFile};
use crate::scenario::{Scenario, ScenarioSpec, Source, is_built_in};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Settle worked cases and compare them with what they state.
///
/// The cases of scenarios/NAME.toml are the files in scenarios/NAME/cases; docs/cases.md says how to write them. Every
/// difference is told to the fen, with the step that it arose at.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao test
  yibao test scenarios/jinan --coverage
  yibao test my-cases.toml --scenario my-city.toml --filter newborn

Exit code 1: a case failed.")]
pub(super) struct Args {
    /// Files of cases, or folders to look for folders `cases` in [default: scenarios, or else this folder]
    #[arg(value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// Hold every case to these rules, instead of those that its file names or lies beside
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    /// Only cases whose title, citation or file has this in it, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// List the rules, articles and figures that no case has met
    #[arg(long)]
    coverage: bool,
    /// Print JSON, for programs; amounts in yuan, as text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> Result<Done, Failure> {
    let files = Loader::new(args.scenario.clone()).load(&paths(&args.paths)?)?;
    let tested = test(&files, args.filter.as_deref());
    if tested.cases() == 0 {
        let message = match &args.filter {
            Some(filter) => format!("no case has `{filter}` in its title, citation or file"),
            None => "there are no cases here".to_string(),
        };
        let hint = "the cases of scenarios/NAME.toml are the files in scenarios/NAME/cases";
        return Err(Failure::new(message).hinting(hint.to_string()));
    }
    if args.json {
        let json = serde_json::to_string_pretty(&tested.as_json(args.coverage)).map_err(Failure::new)?;
        print(&format!("{json}\n"))?;
    } else {
        print(&tested.render(args.coverage))?;
    }
    Ok(if tested.failed() == 0 {
        Done::Clean
    } else {
        Done::Look
    })
}

/// The files of cases that the arguments stand for.
fn paths(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let scenarios = PathBuf::from("scenarios");
    let here = if scenarios.is_dir() {
        scenarios
    } else {
        PathBuf::from(".")
    };
    let given = if given.is_empty() {
        std::slice::from_ref(&here)
    } else {
        given
    };
    let mut found = Vec::new();
    for path in given {
        let files = case_files(path);
        let files = files.map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
        if files.is_empty() {
            let message = format!("there are no cases in `{}`", path.display());
            let hint = "the cases of scenarios/NAME.toml are the files in scenarios/NAME/cases";
            return Err(Failure::new(message).hinting(hint.to_string()));
        }
        found.extend(files);
    }
    Ok(found)
}

/// Reads files of cases, and each scenario once.
struct Loader {
    /// What the command line says, for every file.
    given: Option<String>,
    scenarios: BTreeMap<String, Arc<Scenario>>,
}

impl Loader {
    fn new(given: Option<String>) -> Loader {
        Loader {
            given,
            scenarios: BTreeMap::new(),
        }
    }

    /// Everything that is wrong with the files is told at once.
    fn load(&mut self, paths: &[PathBuf]) -> Result<Vec<CaseFile>, Failure> {
        let (mut files, mut wrong) = (Vec::new(), Vec::new());
        for path in paths {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::new(format!("`{name}` cannot be read: {error}")))?;
            let source = Source { name, text };
            let read = Document::parse(&source).map(|document| {
                let scenario = self.scenario_of(path, document.scenario())?;
                Ok::<_, Failure>((document.cases(&scenario), scenario))
            });
            match read {
                Err(error) => wrong.push(error.to_string()),
                Ok(read) => match read? {
                    (Err(error), _) => wrong.push(error.to_string()),
                    (Ok(cases), scenario) => files.push(CaseFile {
                        path: path.clone(),
                        scenario,
                        cases,
                    }),
                },
            }
        }
        if wrong.is_empty() {
            Ok(files)
        } else {
            Err(Failure::new(wrong.join("\n\n")))
        }
    }

    /// The scenario of the command line, else the one that the file names, else the one beside it.
    fn scenario_of(&mut self, cases: &Path, named: Option<&str>) -> Result<Arc<Scenario>, Failure> {
        let folder = cases.parent().unwrap_or(Path::new(""));
        let name = match (&self.given, named) {
            (Some(given), _) => given.clone(),
            (None, Some(named)) if is_built_in(named) => named.to_string(),
            (None, Some(named)) => folder.join(named).display().to_string(),
            (None, None) => match scenario_beside(cases) {
                Some(beside) if beside.is_file() => beside.display().to_string(),
                beside => return Err(no_scenario(cases, beside.as_deref())),
            },
        };
        if let Some(known) = self.scenarios.get(&name) {
            return Ok(known.clone());
        }
        let scenario = Arc::new(Scenario::load(&ScenarioSpec::named(&name))?);
        self.scenarios.insert(name, scenario.clone());
        Ok(scenario)
    }
}

fn no_scenario(cases: &Path, beside: Option<&Path>) -> Failure {
    let message = format!("`{}` does not say which scenario it is held to", cases.display());
    let hint = match beside {
        Some(beside) => format!(
            "there is no `{}`; give `scenario = \"...\"` at its head, or --scenario",
            beside.display()
        ),
        None => "give `scenario = \"city.toml\"` at its head, or --scenario".to_string(),
    };
    Failure::new(message).hinting(hint)
}

fn test(files: &[CaseFile], filter: Option<&str>) -> Tested {
    let filter = filter.map(str::to_lowercase);
    let mut tested = Tested::default();
    for file in files {
        let name = file.path.display().to_string();
        let wanted = |case: &&Case| {
            let has = |text: &str| {
                filter
                    .as_ref()
                    .is_none_or(|filter| text.to_lowercase().contains(filter))
            };
            has(&case.title) || has(&name) || case.cites.as_deref().is_some_and(has)
        };
        let mut coverage = Coverage::default();
        // Its memory belongs to one scenario.
        let mut workspace = Workspace::default();
        let cases: Vec<_> = file
            .cases
            .iter()
            .filter(wanted)
            .map(|case| {
                (
                    case.clone(),
                    check(&file.scenario, case, &mut workspace, &mut coverage),
                )
            })
            .collect();
        if !cases.is_empty() {
            tested.add(TestedFile { name, cases }, &file.scenario, coverage);
        }
    }
    tested
}
