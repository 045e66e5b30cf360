//! In parts as in one piece: the same fingerprint, sums, ledger, rejects and record; the same settlements.

use crate::tables::{Sizes, Table, Tables};
use crate::without_resources;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;
use yibao::batch::checkpoint::WorkDir;
use yibao::batch::output::{write_parted_run, write_run};
use yibao::batch::parted::{PartedOptions, PartedRun};
use yibao::batch::record::RunRecord;
use yibao::batch::run::{Keep, Run, RunError};
use yibao::batch::settlements::SettlementsWriter;
use yibao::data::staging::OutputDir;
use yibao::data::writer::Format;
use yibao::data::{InputFile, Inputs, LEAST_MEMORY_BYTES};
use yibao::prelude::Scenario;

static SCENARIO: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Csv,
    CrLf,
    Gzip,
    Gbk,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Kind {
    fn write(self, table: &Table, path: &Path) -> PathBuf {
        let (extension, bytes) = match self {
            Kind::Csv => ("csv", table.csv("\n").into_bytes()),
            Kind::CrLf => ("csv", table.csv("\r\n").into_bytes()),
            Kind::Gzip => ("csv.gz", gzip(table.csv("\n").as_bytes())),
            Kind::Gbk => ("csv", encoding_rs::GBK.encode(&table.csv("\n")).0.into_owned()),
            #[cfg(feature = "parquet")]
            Kind::Parquet => return parquet(table, path),
        };
        let path = PathBuf::from(format!("{}.{extension}", path.display()));
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "parquet")]
fn parquet(table: &Table, path: &Path) -> PathBuf {
    use yibao::data::writer::{Kind, OutCell, OutColumn, TableWriter};
    let path = path.with_extension("parquet");
    let columns: Vec<OutColumn> = (table.header.iter())
        .map(|name| OutColumn::new(name, Kind::Text))
        .collect();
    let mut writer = TableWriter::create(&path, Format::from_name("parquet").unwrap(), &columns).unwrap();
    for row in table.whole_rows() {
        let cells: Vec<OutCell<'_>> = row.iter().map(|cell| OutCell::Text(cell)).collect();
        writer.row(&cells).unwrap();
    }
    writer.finish().unwrap();
    path
}

/// The tables as files.
pub fn write(tables: &Tables, kind: Kind, pieces: usize, place: &Path) -> Inputs {
    let files = |name: &str, table: Option<&Table>, pieces: usize| -> Vec<InputFile> {
        let tables = table.map(|table| table.pieces(pieces)).unwrap_or_default();
        (tables.iter().enumerate())
            .map(|(number, table)| kind.write(table, &place.join(format!("{name}-{number}"))).into())
            .collect()
    };
    Inputs {
        persons: files("persons", Some(&tables.persons), pieces),
        enrolments: files("enrolments", tables.enrolments.as_ref(), pieces),
        events: files("events", tables.events.as_ref(), 1),
        institutions: files("institutions", tables.institutions.as_ref(), 1),
        claims: files("claims", Some(&tables.claims), pieces),
        ..Inputs::default()
    }
}

/// What a run wrote.
#[derive(Debug)]
pub struct Outputs {
    record: serde_json::Value,
    rejects: String,
    ledger: String,
    fund: String,
    settlements: String,
}

impl Outputs {
    pub fn read(directory: &Path) -> Outputs {
        let read = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap();
        Outputs {
            record: without_resources(serde_json::from_str(&read("run.json")).unwrap()),
            rejects: read("rejects.csv"),
            ledger: read("ledger.csv"),
            fund: read("fund.json"),
            settlements: read("settlements.csv"),
        }
    }

    /// The first difference; `in_order` if settlements are to be in the same order, too.
    pub fn difference(&self, other: &Outputs, in_order: bool) -> Option<String> {
        let mut found = String::new();
        let mut differ = |what: &str, one: &str, two: &str| {
            if let Some((line, (one, two))) = first_difference(one, two) {
                let _ = writeln!(found, "{what}, line {line}:\n  {one}\n  {two}");
            }
        };
        differ("rejects", &self.rejects, &other.rejects);
        let pretty = |outputs: &Outputs| {
            let mut record = outputs.record.clone();
            if !in_order {
                // A hash of the rows in their order.
                let hashes = record["outputs"].as_object_mut().unwrap();
                assert!(hashes.remove("settlements.csv").is_some());
            }
            serde_json::to_string_pretty(&record).unwrap()
        };
        differ("record", &pretty(self), &pretty(other));
        differ("ledger", &self.ledger, &other.ledger);
        differ("fund", &self.fund, &other.fund);
        if in_order {
            differ("settlements", &self.settlements, &other.settlements);
        } else {
            differ(
                "settlements",
                &in_any_order(&self.settlements),
                &in_any_order(&other.settlements),
            );
        }
        (!found.is_empty()).then_some(found)
    }
}

fn first_difference<'a>(one: &'a str, two: &'a str) -> Option<(usize, (&'a str, &'a str))> {
    let lines = |text: &'a str| text.split('\n').map(Some).chain(std::iter::repeat(None));
    let count = one.split('\n').count().max(two.split('\n').count());
    let mut pairs = lines(one).zip(lines(two)).take(count).enumerate();
    pairs.find_map(|(line, (one, two))| {
        (one != two).then(|| (line + 1, (one.unwrap_or("(end)"), two.unwrap_or("(end)"))))
    })
}

fn in_any_order(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn csv() -> Format {
    Format::from_name("csv").unwrap()
}

pub fn whole(inputs: &Inputs, year: Option<i32>) -> Outputs {
    let place = tempfile::tempdir().unwrap();
    let target = OutputDir::create(&place.path().join("out")).unwrap();
    let settlements = SettlementsWriter::create(&target, csv()).unwrap();
    let run = Run::of_files(
        SCENARIO.clone(),
        inputs,
        year,
        Keep::default(),
        Some(settlements),
        &|_, _| (),
    );
    let run = run.unwrap_or_else(|error| panic!("{error}"));
    write_run(&run, &RunRecord::of(&run, Vec::new()), &target).unwrap();
    Outputs::read(&target.commit().unwrap())
}

/// Settles in parts of about so many bytes, which are kept in `work` on the way, into `out`; `part_done` is told when one is
/// done. Returns how many there were.
pub fn settle_in_parts(
    inputs: &Inputs,
    year: Option<i32>,
    part_bytes: u64,
    (work, out): (WorkDir, &Path),
    part_done: &(dyn Fn() + Sync),
) -> Result<usize, RunError> {
    let options = PartedOptions {
        only_year: year,
        memory_bytes: LEAST_MEMORY_BYTES,
        settlements: Some(csv()),
        pseudonyms: None,
        part_bytes: Some(part_bytes),
    };
    let run = PartedRun::of_files(SCENARIO.clone(), inputs, &options, work, &|_, _| part_done())?;
    let target = run.begin_output(out)?;
    let settlements = SettlementsWriter::create(&target, csv())?;
    let record = RunRecord::of(&run.run, Vec::new());
    write_parted_run(&run, &record, &target, Some(settlements))?;
    target.commit()?;
    let parts = run.parts();
    run.finish()?;
    Ok(parts)
}

/// The same in parts, and how many there were.
fn parted(inputs: &Inputs, year: Option<i32>, part_bytes: u64) -> (Outputs, usize) {
    let place = tempfile::tempdir().unwrap();
    let work = WorkDir::temporary(place.path()).unwrap();
    let out = place.path().join("out");
    let parts = settle_in_parts(inputs, year, part_bytes, (work, &out), &|| ());
    let parts = parts.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        crate::names(place.path()).into_iter().collect::<Vec<_>>(),
        ["out"]
    );
    (Outputs::read(&out), parts)
}

#[derive(Clone, Copy, Debug)]
struct Case {
    sizes: Sizes,
    sorted: bool,
    kind: Kind,
    pieces: usize,
    part_bytes: u64,
    year: Option<i32>,
    threads: usize,
}

impl Case {
    fn inputs(self, place: &TempDir) -> Inputs {
        let tables = Tables::of(self.sizes);
        let tables = if self.sorted { tables.sorted() } else { tables };
        write(&tables, self.kind, self.pieces, place.path())
    }

    /// What differs, and in how many parts it was done.
    fn check(self) -> (Option<String>, usize) {
        let place = tempfile::tempdir().unwrap();
        let inputs = self.inputs(&place);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .unwrap();
        pool.install(|| {
            let whole = whole(&inputs, self.year);
            let (parted, parts) = parted(&inputs, self.year, self.part_bytes);
            (whole.difference(&parted, self.sorted), parts)
        })
    }
}

fn any_kind() -> impl Strategy<Value = Kind> {
    let kind = prop_oneof![
        4 => Just(Kind::Csv),
        1 => Just(Kind::CrLf),
        1 => Just(Kind::Gzip),
        1 => Just(Kind::Gbk),
    ];
    #[cfg(feature = "parquet")]
    let kind = prop_oneof![7 => kind, 2 => Just(Kind::Parquet)];
    kind
}

prop_compose! {
    fn any_case()(
        seed in any::<u64>(),
        persons in 0usize..14,
        claims in 0usize..90,
        padding in prop_oneof![3 => Just(0), 2 => Just(30_000)],
        sorted in any::<bool>(),
        kind in any_kind(),
        pieces in 1usize..4,
        part_bytes in prop_oneof![Just(1u64), 200u64..3_000],
        year in prop_oneof![3 => Just(None), 1 => Just(Some(2023)), 1 => Just(Some(2022))],
        threads in prop_oneof![Just(1usize), Just(2), Just(7)],
    ) -> Case {
        let sizes = Sizes { seed, persons, claims, padding };
        Case { sizes, sorted, kind, pieces, part_bytes, year, threads }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is wrong with the rows, and however they are cut.
    #[test]
    fn parts_give_what_the_whole_gives(case in any_case()) {
        let (difference, _) = case.check();
        prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}

/// The test above has something to find: there are several parts, in both ways, and rejects of many kinds.
#[test]
fn small_tables_come_in_many_parts_with_many_kinds_of_rejects() {
    for sorted in [false, true] {
        let case = Case {
            sizes: Sizes {
                seed: 1,
                persons: 14,
                claims: 90,
                padding: 30_000,
            },
            sorted,
            kind: Kind::Csv,
            pieces: 2,
            part_bytes: 1,
            year: None,
            threads: 2,
        };
        let (difference, parts) = case.check();
        assert_eq!(difference, None);
        assert!(parts > 4, "{parts} parts");
        let place = tempfile::tempdir().unwrap();
        let outputs = whole(&case.inputs(&place), None);
        let reasons = outputs.record["rejects"].as_object().unwrap();
        assert!(reasons.len() > 12, "{reasons:?}");
    }
}
