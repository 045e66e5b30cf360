//! `yibao bench`: every workload is done and named; how long it takes is nobody's business here.

use crate::Desk;
use serde_json::Value;
use yibao::batch::workload::Workload;

/// Few persons, little time.
const BENCH: &str = "bench --persons 2000 --seconds 0.05";

/// The names in the first column of the table, in order.
fn listed(stdout: &str) -> Vec<&str> {
    let table = stdout
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("workload "));
    table
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

#[test]
fn every_workload_has_a_line_and_nothing_is_left() {
    let desk = Desk::new();
    let mut command = desk.command(BENCH.split_whitespace());
    let answer = crate::Answer::of(command.env("TMPDIR", desk.path("")).output().unwrap()).exits(0);
    let mut names = listed(&answer.stdout);
    names.dedup();
    let all: Vec<&str> = Workload::all().into_iter().map(Workload::name).collect();
    assert_eq!(names, all, "{}", answer.stdout);
    if cfg!(feature = "parquet") {
        assert!(
            answer.stdout.contains("\ntotals/parquet takes "),
            "{}",
            answer.stdout
        );
    }
    // The same city as any other command draws.
    let run = desk.yibao("run --persons 2000 --seed 1 --year 2023").exits(0);
    assert_eq!(answer.stdout.lines().last(), run.stdout.lines().last());
    assert!(desk.names(".").is_empty());
}

#[test]
fn names_of_workloads_are_their_own() {
    let mut names: Vec<&str> = Workload::all().into_iter().map(Workload::name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn json_says_what_the_table_says() {
    let desk = Desk::new();
    let answer = desk.yibao(&format!("{BENCH} --json --only */csv --threads 2"));
    let record: Value = serde_json::from_str(&answer.exits(0).stdout).unwrap();
    assert_eq!(record["city"]["persons"], 2000);
    assert_eq!(record["machine"]["optimised"], !cfg!(debug_assertions));
    assert_eq!(record["fingerprint"].as_str().unwrap().len(), 32);
    let workloads = record["workloads"].as_array().unwrap();
    let names: Vec<&str> = workloads
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["read/csv", "totals/csv", "write/csv", "through/csv", "parts/csv"]
    );
    for one in workloads {
        assert_eq!(one["claims"], record["claims"]);
        assert_eq!(one["threads"], 2);
        assert!(one["repetitions"].as_u64().unwrap() >= 3, "{one}");
        assert!(one["best_seconds"].as_f64() <= one["median_seconds"].as_f64());
        assert!(one["claims_per_second"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn only_the_workloads_asked_for_are_done() {
    let desk = Desk::new();
    let waterfall = desk.yibao(&format!("{BENCH} --only waterfall --threads 2"));
    assert_eq!(listed(&waterfall.exits(0).stdout), ["waterfall", "waterfall"]);
    let on_one = desk.yibao(&format!("{BENCH} --only waterfall --threads 1"));
    assert_eq!(listed(&on_one.exits(0).stdout), ["waterfall"]);
    desk.yibao("bench --only waterfal1")
        .fails_naming(&["`waterfal1`", "\nhint: did you mean `waterfall`?"]);
    desk.yibao("bench --only zzz")
        .fails_naming(&["`zzz`", "the workloads are waterfall, settle, "]);
}

#[test]
fn a_city_of_one_can_be_measured() {
    let desk = Desk::new();
    desk.yibao("bench --persons 1 --seconds 0").exits(0);
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let desk = Desk::new();
    for (arguments, named) in [
        ("--seconds -1", "seconds"),
        ("--seconds nan", "`0.5`"),
        ("--persons 0", "persons"),
        ("--curve 1.5", "`1e9`"),
        ("--curve 1e12", "4000000000"),
        ("--curve --only run", "--curve"),
    ] {
        desk.yibao(&format!("bench {arguments}")).fails_naming(&[named]);
    }
}

#[test]
fn the_curve_ends_with_the_claims_asked_for() {
    let desk = Desk::new();
    let answer = desk.yibao("bench --curve 20000 --json").exits(0);
    let record: Value = serde_json::from_str(&answer.stdout).unwrap();
    let points = record["curve"].as_array().unwrap();
    assert_eq!(points.len(), 1);
    let claims = points[0]["claims"].as_i64().unwrap();
    assert!((claims - 20_000).abs() < 1_000, "{claims}");
    let table = desk.yibao("bench --curve 1e4").exits(0).stdout;
    assert!(table.contains("million claims/s"), "{table}");
}
