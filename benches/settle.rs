//! Fixed workloads with names that last, so that numbers of different versions can be compared.
//!
//! All of them are about one synthetic city, drawn from the built-in scenario: 100,000 persons, the year 2023, seed 1.
//! Throughput counts claims.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use yibao::batch::history::sort_for_settlement;
use yibao::batch::run::{Keep, Run};
use yibao::batch::settlements::SettlementsWriter;
use yibao::batch::{Options, claims_by_person, settle_all};
use yibao::benefit::tariff::Tariff;
use yibao::data::staging::OutputDir;
use yibao::data::writer::Format;
use yibao::data::{Inputs, LoadOptions, load};
use yibao::insured::cover::{Stretch, presumed_year};
use yibao::prelude::*;
use yibao::synth::{City, city, write_city};

const YEAR: i32 = 2023;
const PERSONS: u32 = 100_000;
const SEED: u64 = 1;

fn scenario() -> Scenario {
    Scenario::jinan().expect("the built-in scenario")
}

fn draw(scenario: &Scenario) -> City {
    let model = scenario.city(YEAR).expect("a population");
    let terms = scenario.enrolment(YEAR).expect("terms of enrolment");
    city(model, terms, PERSONS, SEED, scenario.codebook(), &|_| ()).expect("a city")
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads")
}

/// A group in which each iteration handles every claim of the city once.
fn group<'c>(criterion: &'c mut Criterion, name: &str, city: &City) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .throughput(Throughput::Elements(city.caseload.claims.len() as u64))
        .sample_size(20)
        .measurement_time(Duration::from_secs(8));
    group
}

/// Claims in memory to sums: no rows are kept, nothing is booked.
fn settling(criterion: &mut Criterion) {
    let scenario = scenario();
    let city = draw(&scenario);
    let options = Options {
        only_year: None,
        keep_rows: false,
    };
    let mut group = group(criterion, "settle/city-2023", &city);
    for (name, threads) in [("1-thread", 1), ("2-threads", 2)] {
        let pool = pool(threads);
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| pool.install(|| settle_all(&scenario, black_box(&city.caseload), options, &|_| ())));
        });
    }
    group.finish();
}

/// What the waterfall needs of a person: the identity class, the cover and the claims in order.
type Past = (Identity, Vec<Stretch>, Vec<Claim>);

/// Settles every claim against the running state of its person.
fn pay(tariff: &Tariff, pasts: &[Past]) -> Fen {
    let (mut state, mut paid) = (State::default(), Fen::ZERO);
    for (identity, stretches, claims) in pasts {
        let member = Member {
            stretches,
            identity: *identity,
        };
        state.reset();
        for claim in claims {
            paid += settle(tariff, &member, &mut state, claim, &mut Silent).fund_total();
        }
    }
    paid
}

/// The waterfall alone, on one thread and on two: each claim against the running state of its person, whose cover is
/// laid out.
fn waterfall(criterion: &mut Criterion) {
    let scenario = scenario();
    let city = draw(&scenario);
    let tariff = scenario.tariff(YEAR).expect("the year's figures");
    let by_person = claims_by_person(&city.caseload);
    let pasts: Vec<Past> = (0..city.caseload.persons.len() as u32)
        .map(|person| {
            let known = &city.caseload.persons[person as usize];
            let mut claims = by_person.of_person(person).to_vec();
            sort_for_settlement(&city.caseload, &mut claims);
            let mut stretches = Vec::new();
            presumed_year(known, YEAR, scenario.adult_age_years(), &mut stretches);
            let claims = claims
                .iter()
                .map(|&claim| city.caseload.claims[claim as usize].claim.clone());
            (known.identity, stretches, claims.collect())
        })
        .collect();
    let mut group = group(criterion, "waterfall", &city);
    group.bench_function("city-2023", |bencher| {
        bencher.iter(|| pay(tariff, black_box(&pasts)))
    });
    let pool = pool(2);
    group.bench_function("city-2023/2-threads", |bencher| {
        let all = || {
            black_box(&pasts)
                .par_chunks(2048)
                .map(|some| pay(tariff, some))
                .sum::<Fen>()
        };
        bencher.iter(|| pool.install(all));
    });
    group.finish();
}

/// Figures to a city in memory, on one thread.
fn drawing(criterion: &mut Criterion) {
    let scenario = scenario();
    let pool = pool(1);
    let mut group = group(criterion, "synth", &draw(&scenario));
    group.bench_function("city-2023", |bencher| {
        bencher.iter(|| pool.install(|| draw(black_box(&scenario))));
    });
    group.finish();
}

/// Files on disk to a caseload in memory: persons, institutions and claims, hashes included.
fn reading(criterion: &mut Criterion) {
    let scenario = scenario();
    let city = draw(&scenario);
    let place = tempfile::tempdir().unwrap();
    let mut formats = vec![("claims-csv", Format::Csv)];
    if cfg!(feature = "parquet") {
        formats.push(("claims-parquet", Format::Parquet));
    }
    let mut read_group = group(criterion, "read", &city);
    let mut written = Vec::new();
    for (name, format) in formats {
        let target = OutputDir::create(&place.path().join(name)).unwrap();
        write_city(&city, &target, format).unwrap();
        let directory = target.commit().unwrap();
        for (threads, name) in [(1, name.to_string()), (2, format!("{name}/2-threads"))] {
            let pool = pool(threads);
            read_group.bench_function(name, |bencher| {
                bencher.iter(|| pool.install(|| read(&scenario, black_box(&directory), format)))
            });
        }
        written.push((name, format, directory));
    }
    read_group.finish();
    let mut totals = group(criterion, "totals", &city);
    for (name, format, directory) in &written {
        let pool = pool(2);
        totals.bench_function(*name, |bencher| {
            bencher.iter(|| pool.install(|| settled(black_box(directory), *format)))
        });
    }
    totals.finish();
    #[cfg(feature = "parquet")]
    scanning(criterion, &city, &written[1].2.join("claims.parquet"));
}

/// The files of a city that everyone counts as enrolled in.
fn inputs(directory: &Path, format: Format) -> Inputs {
    let file = |name: &str| directory.join(name).with_extension(format.extension());
    Inputs {
        institutions: vec![file("institutions").into()],
        ..Inputs::new(file("persons"), file("claims"))
    }
}

/// Reads, settles and adds up.
fn settled(directory: &Path, format: Format) -> i64 {
    let run = Run::of_files(
        scenario(),
        &inputs(directory, format),
        None,
        Keep::default(),
        None,
        &|_, _| (),
    );
    run.unwrap().outcome.tally.all().claims
}

/// For comparison: the `parquet` crate alone decodes every column of the claims, one after the other, and adds up the
/// amounts.
#[cfg(feature = "parquet")]
fn scanning(criterion: &mut Criterion, city: &City, claims: &Path) {
    let mut group = group(criterion, "scan", city);
    group.bench_function("claims-parquet", |bencher| {
        bencher.iter(|| scan(black_box(claims)))
    });
    group.finish();
}

#[cfg(feature = "parquet")]
fn scan(claims: &Path) -> i64 {
    use parquet::column::reader::ColumnReader;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(std::fs::File::open(claims).unwrap()).unwrap();
    let mut sum = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).unwrap();
        let rows = group.metadata().num_rows() as usize;
        for column in 0..group.num_columns() {
            let (mut levels, mut texts, mut days) = (Vec::new(), Vec::new(), Vec::new());
            let mut amounts = Vec::new();
            let levels = Some(&mut levels);
            let read = match group.get_column_reader(column).unwrap() {
                ColumnReader::ByteArrayColumnReader(mut reader) => {
                    reader.read_records(rows, levels, None, &mut texts)
                }
                ColumnReader::Int32ColumnReader(mut reader) => {
                    reader.read_records(rows, levels, None, &mut days)
                }
                ColumnReader::Int64ColumnReader(mut reader) => {
                    reader.read_records(rows, levels, None, &mut amounts)
                }
                _ => panic!("no such column is written"),
            };
            assert_eq!(read.unwrap().0, rows);
            sum += amounts.iter().sum::<i64>();
            black_box((texts, days));
        }
    }
    sum
}

fn read(scenario: &Scenario, directory: &Path, format: Format) -> usize {
    let options = LoadOptions {
        codebook: scenario.codebook(),
        years: &scenario.years(),
        only_year: None,
    };
    let loaded = load(&inputs(directory, format), &options).unwrap();
    assert!(loaded.rejects.is_empty());
    loaded.caseload.claims.len()
}

/// The formats that the program can write.
fn formats() -> Vec<Format> {
    if cfg!(feature = "parquet") {
        vec![Format::Parquet, Format::Csv]
    } else {
        vec![Format::Csv]
    }
}

/// Settlements in memory to a file.
fn writing(criterion: &mut Criterion) {
    let scenario = scenario();
    let city = draw(&scenario);
    let options = Options {
        only_year: None,
        keep_rows: true,
    };
    let rows = settle_all(&scenario, &city.caseload, options, &|_| ()).rows;
    let place = tempfile::tempdir().unwrap();
    for format in formats() {
        let name = format!("settlements.{}", format.extension());
        let path = place.path().join(&name);
        let mut group = group(
            criterion,
            &format!("write/settlements-{}", format.extension()),
            &city,
        );
        for (name, threads) in [("1-thread", 1), ("2-threads", 2)] {
            let pool = pool(threads);
            let write = || {
                let mut writer = SettlementsWriter::create_file(&path, format).unwrap();
                writer.write(&city.caseload, black_box(&rows)).unwrap();
                writer.finish().unwrap()
            };
            group.bench_function(name, |bencher| bencher.iter(|| pool.install(write)));
        }
        group.finish();
    }
}

/// Files in, settlements out, on two threads; with the report's sums, but without the other outputs.
fn through(criterion: &mut Criterion) {
    let scenario = scenario();
    let city = draw(&scenario);
    let place = tempfile::tempdir().unwrap();
    let mut group = group(criterion, "through", &city);
    for format in formats() {
        let extension = format.extension();
        let target = OutputDir::create(&place.path().join(extension)).unwrap();
        write_city(&city, &target, format).unwrap();
        let written = target.commit().unwrap();
        let (inputs, pool) = (inputs(&written, format), pool(2));
        let path = place.path().join("settlements").with_extension(extension);
        group.bench_function(extension, |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    let settlements = SettlementsWriter::create_file(&path, format).unwrap();
                    let keep = Keep::default();
                    Run::of_files(
                        scenario.clone(),
                        &inputs,
                        None,
                        keep,
                        Some(settlements),
                        &|_, _| (),
                    )
                    .unwrap()
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, waterfall, settling, drawing, reading, writing, through);
criterion_main!(benches);
