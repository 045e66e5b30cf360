//! A process that settles many times, as a service around the library would, does not grow.
//!
//! `cargo test --release --test soak -- --ignored --nocapture`: 200 runs, with what the process has in memory after each 20th.
//! Three runs are part of every test run, so that this cannot rot.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use yibao::batch::run::{CityOrigin, Run};
use yibao::batch::settlements::SettlementsWriter;
use yibao::data::staging::OutputDir;
use yibao::data::writer::Format;
use yibao::scenario::Scenario;
use yibao::synth::Generator;

const PERSONS: u32 = 5_000;
const YEAR: i32 = 2023;

/// Memory of this process that lies in RAM, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A scenario is read, a city drawn, settled, booked and written; its fingerprint.
fn run_once() -> String {
    let scenario = Scenario::jinan().unwrap();
    let (model, terms) = (scenario.city(YEAR).unwrap(), scenario.enrolment(YEAR).unwrap());
    let generator = Generator::new(model, terms, PERSONS, 1, scenario.codebook()).unwrap();
    let origin = CityOrigin {
        persons: PERSONS,
        seed: 1,
        year: YEAR,
    };
    let place = tempfile::tempdir().unwrap();
    let target = OutputDir::create(&place.path().join("out")).unwrap();
    let settlements = SettlementsWriter::create(&target, Format::Csv).unwrap();
    let run = Run::of_stream(scenario, &generator, origin, Some(settlements), &|_, _| {}).unwrap();
    run.outcome.fingerprint.to_string()
}

/// Memory after each of so many runs, which all have the same fingerprint.
fn soak(runs: usize) -> Vec<u64> {
    let first = run_once();
    let after = |run: usize| {
        assert_eq!(run_once(), first);
        let resident = resident_kib();
        if run.is_multiple_of(20) {
            eprintln!("run {run}: {resident} KiB");
        }
        resident
    };
    (1..=runs).map(after).collect()
}

#[test]
fn three_runs_are_the_same() {
    soak(3);
}

#[test]
#[ignore = "takes a minute in a release build"]
fn memory_does_not_grow_from_run_to_run() {
    let resident = soak(200);
    // By the 40th run threads have the memory that they keep.
    let most = |runs: &[u64]| runs.iter().copied().max().unwrap();
    let (early, late) = (most(&resident[20..60]), most(&resident[160..]));
    assert!(
        late <= early + early / 20,
        "{early} KiB after some runs, {late} KiB after many"
    );
}
