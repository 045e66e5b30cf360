//! The interchange files: what is read, what is rejected and why, and that nothing gets lost on the way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod enrolments;
mod formats;
mod outputs;
#[cfg(feature = "parquet")]
mod parquet_types;
mod rejects;
mod reversals;
mod scope;
mod shared_claims;

use std::path::{Path, PathBuf};
use tempfile::TempDir;
use yibao::benefit::claim::MedType;
use yibao::data::codebook::CodeBook;
use yibao::data::source::Source;
use yibao::data::{DataError, FileRole, Inputs, LoadOptions, Loaded, load, load_sources};
use yibao::insured::person::Identity;

/// Two good persons.
const PERSONS: &str = "psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n";

/// The header of the claims files in these tests: the required columns and the level.
const CLAIM_HEADER: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv";

/// The files of a test, as texts.
struct Files<'a> {
    persons: &'a str,
    enrolments: Option<&'a str>,
    events: Option<&'a str>,
    claims: &'a str,
    lines: Option<&'a str>,
    institutions: Option<&'a str>,
}

impl<'a> Files<'a> {
    fn claims(claims: &'a str) -> Files<'a> {
        Files {
            persons: PERSONS,
            enrolments: None,
            events: None,
            claims,
            lines: None,
            institutions: None,
        }
    }

    fn load(&self) -> Loaded {
        self.load_year(None)
    }

    fn load_year(&self, only_year: Option<i32>) -> Loaded {
        self.load_with(&codebook(), only_year)
    }

    fn load_with(&self, codebook: &CodeBook, only_year: Option<i32>) -> Loaded {
        let source = |name: &str, text: &str| Source::from_reader(name, text.as_bytes()).unwrap();
        let optional = |name, text: Option<&str>| text.map(|text| source(name, text)).into_iter().collect();
        let sources = Inputs {
            enrolments: optional("enrolments.csv", self.enrolments),
            events: optional("events.csv", self.events),
            lines: optional("lines.csv", self.lines),
            institutions: optional("institutions.csv", self.institutions),
            ..Inputs::new(
                source("persons.csv", self.persons),
                source("claims.csv", self.claims),
            )
        };
        let options = LoadOptions {
            codebook,
            years: &[2020, 2021],
            only_year,
        };
        load_sources(sources, &options).unwrap()
    }
}

/// A scenario's codes, made by hand.
fn codebook() -> CodeBook {
    CodeBook {
        identities: [("11".to_string(), Identity::Dibao)].into(),
        institution_kinds: vec!["hospital".to_string()],
        hospital_bears_unconsented: true,
        delivery_types: MedType::from_code("52").into_iter().collect(),
        ..CodeBook::default()
    }
}

/// One row of the usual claims file, with some columns changed or added by name.
fn claim_file(changes: &[(&str, &str)]) -> String {
    let mut columns: Vec<&str> = CLAIM_HEADER.split(',').collect();
    let mut cells = vec![
        "C1",
        "P1",
        "21",
        "H1",
        "2021-03-01",
        "2021-03-09",
        "1000.00",
        "05",
    ];
    for &(name, value) in changes {
        match columns.iter().position(|&column| column == name) {
            Some(index) => cells[index] = value,
            None => {
                columns.push(name);
                cells.push(value);
            }
        }
    }
    format!("{}\n{}\n", columns.join(","), cells.join(","))
}

/// The rejects as `(role, line, column, value, reason)`.
fn seen(loaded: &Loaded) -> Vec<(FileRole, u64, &'static str, String, &'static str)> {
    let row = |reject: &yibao::data::Reject| {
        assert!(!reject.sentence.is_empty());
        (
            reject.role,
            reject.line,
            reject.column,
            reject.value.clone(),
            reject.reason.name(),
        )
    };
    loaded.rejects.iter().map(row).collect()
}

/// The only reject, as `(line, column, value, reason)`.
#[track_caller]
fn only_reject(loaded: &Loaded) -> (u64, &'static str, String, &'static str) {
    let [(_, line, column, value, reason)] = seen(loaded).try_into().expect("exactly one reject");
    (line, column, value, reason)
}

/// Writes bytes to a file of a temporary directory.
fn write(dir: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Loads persons and claims from paths.
fn load_paths(persons: &Path, claims: &Path) -> Result<Loaded, DataError> {
    let inputs = Inputs::new(persons, claims);
    let codebook = codebook();
    load(
        &inputs,
        &LoadOptions {
            codebook: &codebook,
            years: &[2020, 2021],
            only_year: None,
        },
    )
}
