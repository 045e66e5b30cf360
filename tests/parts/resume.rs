//! `--resume`: a run that is killed goes on where it was, and comes to the same.

use crate::{Desk, without_resources};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::process::Stdio;
use std::time::{Duration, Instant};

const FILES: &str = "--persons city/persons.csv --enrolments city/enrolments.csv --events city/events.csv \
                     --institutions city/institutions.csv --claims city/claims.csv";

fn settle(more: &str) -> String {
    settle_as("csv", more)
}

fn settle_as(format: &str, more: &str) -> String {
    format!("settle {FILES} --memory 96MiB --format {format} {more}")
}

/// How often a run is killed in each test: `YIBAO_KILLS`, or as often as a quick test allows.
fn kills(quick: u32) -> u32 {
    let given = std::env::var("YIBAO_KILLS").ok();
    given.map_or(quick, |kills| kills.parse().unwrap())
}

/// A city of several parts in `city/`, in the order of persons or not, with rows that are rejected, and an uninterrupted run
/// in `whole/`; and how long that took.
fn desk(sorted: bool) -> (Desk, Duration) {
    desk_with("csv", sorted)
}

fn desk_with(format: &str, sorted: bool) -> (Desk, Duration) {
    let desk = Desk::with_city(30_000);
    if sorted {
        desk.sort_city();
    }
    let claims = String::from_utf8(desk.read("city/claims.csv")).unwrap();
    let damaged = (claims.lines().enumerate()).map(|(number, line)| match number % 500 {
        17 => format!("{line},more\n"),
        18 => line.replacen(",390,", ",310,", 1) + "\n",
        _ => format!("{line}\n"),
    });
    let mut lines: Vec<String> = damaged.collect();
    if !sorted {
        lines[1..].reverse();
    }
    desk.write("city/claims.csv", lines.concat());
    let start = Instant::now();
    desk.yibao(&settle_as(format, "--resume whole-work --out whole"))
        .exits(1);
    let took = start.elapsed();
    assert!(
        desk.json("whole/run.json")["resources"]["parts"]
            .as_u64()
            .unwrap()
            > 1
    );
    (desk, took)
}

/// Begins a run and kills it after a while; `false` if it was done before.
fn killed_after(desk: &Desk, arguments: &str, delay: Duration) -> bool {
    let mut child = desk
        .command(arguments.split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(delay);
    child.kill().unwrap();
    match child.wait().unwrap().code() {
        None => true,
        Some(code) => {
            assert!(code < 2, "a resumed run failed");
            false
        }
    }
}

/// Kills a run as soon as its first part is done.
fn interrupt(desk: &Desk, arguments: &str) {
    for _ in 0..20 {
        let mut child = desk
            .command(arguments.split_whitespace())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let first = desk.path("work/part-00000");
        while !first.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        if child.wait().unwrap().code().is_none() && first.exists() {
            return;
        }
    }
    panic!("the run was always faster");
}

#[track_caller]
fn same_as_whole(desk: &Desk, out: &str) {
    assert_eq!(desk.names(out), desk.names("whole"));
    assert_eq!(desk.names(out).len(), 5);
    for name in desk.names(out) {
        if name != "run.json" {
            let same = desk.read(&format!("{out}/{name}")) == desk.read(&format!("whole/{name}"));
            assert!(same, "{name} differs");
        }
    }
    let record = |out: &str| without_resources(desk.json(&format!("{out}/run.json")));
    assert_eq!(record(out), record("whole"));
}

/// What is in the work directory, by name and content.
fn kept(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let names = desk.names("work").into_iter();
    names
        .map(|name| (name.clone(), desk.read(&format!("work/{name}"))))
        .collect()
}

/// Kills a run that takes about `took` at random moments and begins it again, until it has been killed often enough. Every
/// other time that it is done, it has an earlier run to replace.
fn killed_again_and_again(desk: &Desk, arguments: &str, took: Duration, (kills, seed): (u32, u64)) {
    let before = desk.names(".");
    let mut random = StdRng::seed_from_u64(seed);
    let (mut killed, mut done) = (0, 0);
    while killed < kills {
        let delay = took.mul_f64(random.random_range(0.0..1.1));
        if killed_after(desk, arguments, delay) {
            killed += 1;
            continue;
        }
        same_as_whole(desk, "out");
        done += 1;
        if done % 2 == 0 {
            std::fs::remove_dir_all(desk.path("out")).unwrap();
        }
    }
    desk.yibao(arguments).ends_well();
    same_as_whole(desk, "out");
    let mut after = desk.names(".");
    assert!(after.remove("out"));
    assert_eq!(after, before, "{killed} times killed, {done} times done");
    eprintln!("{killed} times killed, {done} times done on the way: {arguments}");
}

#[test]
fn a_run_that_is_killed_again_and_again_comes_to_the_same() {
    let (desk, took) = desk(false);
    killed_again_and_again(&desk, &settle("--resume work --out out"), took, (kills(25), 7));
}

#[test]
fn so_does_one_whose_files_are_in_the_order_of_persons() {
    let format = if cfg!(feature = "parquet") {
        "parquet"
    } else {
        "csv"
    };
    let (desk, took) = desk_with(format, true);
    let arguments = settle_as(format, "--resume work --out out");
    killed_again_and_again(&desk, &arguments, took, (kills(25), 8));
}

/// As large as it takes for a city to come in more than one part.
#[test]
fn so_does_a_city() {
    let format = if cfg!(feature = "parquet") {
        "parquet"
    } else {
        "csv"
    };
    let run = format!("run --persons 1100000 --seed 3 --format {format}");
    let (desk, start) = (Desk::new(), Instant::now());
    desk.yibao(&format!("{run} --resume whole-work --out whole"))
        .exits(0);
    let (took, resumed) = (start.elapsed(), format!("{run} --resume work --out out"));
    killed_again_and_again(&desk, &resumed, took, (kills(1), 9));
    assert_eq!(desk.json("out/run.json")["resources"]["parts"], 2);
}

#[test]
fn a_city_that_can_be_taken_up_is_the_same_city() {
    let formats = ["csv", "parquet"];
    for format in &formats[..1 + usize::from(cfg!(feature = "parquet"))] {
        let desk = Desk::new();
        let run = format!("run --persons 9000 --seed 3 --format {format}");
        desk.yibao(&format!("{run} --out whole")).exits(0);
        desk.yibao(&format!("{run} --resume work --out out")).exits(0);
        same_as_whole(&desk, "out");
    }
}

/// Where the inputs are cut must not depend on threads, or what is kept would not fit what is left.
#[test]
fn the_number_of_threads_may_be_another_when_a_run_is_taken_up() {
    for sorted in [true, false] {
        let desk = Desk::with_city(60_000);
        if sorted {
            desk.sort_city();
        }
        let settle = |more: &str| format!("settle {FILES} --memory 160MiB --format csv {more}");
        desk.yibao(&settle("--threads 1 --out whole")).ends_well();
        for threads in [2, 7] {
            desk.yibao(&settle(&format!("--threads {threads} --out out")))
                .ends_well();
            same_as_whole(&desk, "out");
            interrupt(&desk, &settle("--threads 1 --resume work --out out"));
            let resumed = settle(&format!("--threads {threads} --resume work --out out"));
            desk.yibao(&resumed).ends_well();
            same_as_whole(&desk, "out");
        }
    }
}

#[test]
fn files_in_the_order_of_persons_are_not_written_again() {
    for sorted in [true, false] {
        let (desk, _) = desk(sorted);
        interrupt(&desk, &settle("--resume work --out out"));
        let spilled = desk.names("work").iter().any(|name| name.starts_with("rows-"));
        assert_eq!(spilled, !sorted);
    }
}

#[test]
fn two_runs_are_not_at_work_in_one_directory() {
    let (desk, _) = desk(false);
    interrupt(&desk, &settle("--resume work --out out"));
    let before = kept(&desk);
    let other = yibao::batch::checkpoint::WorkDir::lasting(&desk.path("work")).unwrap();
    desk.yibao(&settle("--resume work --out out")).fails_naming(&[
        "another run is at work in `work`",
        "hint: wait until it has ended",
    ]);
    assert!(kept(&desk) == before);
    drop(other);
    desk.yibao(&settle("--resume work --out out")).ends_well();
}

#[test]
fn what_differs_from_the_interrupted_run_is_named_and_its_work_stays() {
    let (desk, _) = desk(false);
    interrupt(&desk, &settle("--resume work --out out"));
    let before = kept(&desk);
    assert!(before.iter().any(|(name, _)| name == "part-00000"));
    let mine = include_str!("../../scenarios/jinan.toml").to_string() + "\n# mine\n";
    desk.write("mine.toml", mine);
    let parquet = settle("--resume work --out out").replace("--format csv", "--format parquet");
    let memory = settle("--resume work --out out").replace("96MiB", "97MiB");
    let mut others = vec![
        (settle("--resume work --out out --year 2023"), "--year"),
        (settle("--resume work --out out --scenario mine.toml"), "scenario"),
        (
            settle("--resume work --out out --set fund.interest=0.03"),
            "scenario",
        ),
        (settle("--resume work --totals"), "--format or --totals"),
        (memory, "--memory"),
    ];
    if cfg!(feature = "parquet") {
        others.push((parquet, "--format"));
    }
    for (arguments, what) in others {
        desk.yibao(&arguments)
            .fails_naming(&["`work` holds an interrupted run that differs", what]);
        assert!(kept(&desk) == before, "{arguments}");
    }
    // Another content, then two files that have changed places.
    let events = desk.read("city/events.csv");
    let mut longer = events.clone();
    longer.extend(b"P0000001,enlisted,2023-03-03\n");
    desk.write("city/events.csv", longer);
    desk.yibao(&settle("--resume work --out out"))
        .fails_naming(&["content of `city/events.csv`"]);
    desk.write("city/events.csv", events);
    let swapped = settle("--resume work --out out")
        .replace("city/persons.csv", "-")
        .replace("city/claims.csv", "city/persons.csv")
        .replacen(" - ", " city/claims.csv ", 1);
    desk.yibao(&swapped).fails_naming(&["content of `city/"]);
    assert!(kept(&desk) == before && desk.names(".").contains("work"));
    desk.yibao(&settle("--resume work --out out")).exits(1);
    same_as_whole(&desk, "out");
    assert!(!desk.names(".").contains("work"));
}

#[test]
fn whatever_is_damaged_in_the_work_directory_is_noticed_and_named() {
    let (desk, _) = desk(false);
    let arguments = settle("--resume work --out out");
    interrupt(&desk, &arguments);
    let before = kept(&desk);
    let names: Vec<&String> = before.iter().map(|(name, _)| name).collect();
    for (name, bytes) in &before {
        let of_part = name.strip_prefix("part-00000").is_some();
        // Of temporary files those that nothing is read of any more may be as they like.
        let wanted = of_part || ["survey", "manifest.json"].contains(&name.as_str()) || name == "rows-015";
        if !wanted || bytes.is_empty() {
            continue;
        }
        let damages = [
            bytes[..bytes.len() - 1].to_vec(),
            [&bytes[..bytes.len() - 1], &[bytes[bytes.len() - 1] ^ 1]].concat(),
            Vec::new(),
        ];
        for damaged in damages {
            desk.write(&format!("work/{name}"), damaged);
            let answer = desk.yibao(&arguments).fails_naming(&["`work", "is damaged"]);
            assert!(
                answer.stderr.contains("hint: empty the directory"),
                "{}",
                answer.stderr
            );
            assert!(!desk.names(".").contains("out"));
        }
        desk.write(&format!("work/{name}"), bytes);
    }
    assert!(
        names.iter().any(|name| name.as_str() == "part-00000.csv"),
        "{names:?}"
    );
    desk.yibao(&arguments).exits(1);
    same_as_whole(&desk, "out");
}

#[test]
fn a_directory_that_holds_something_else_is_refused_and_stays() {
    let desk = Desk::with_city(50);
    desk.write("work/letter.txt", "dear");
    desk.yibao(&settle("--resume work --out out"))
        .fails_naming(&["`work`"]);
    assert_eq!(desk.read("work/letter.txt"), b"dear");
    // A run that was killed at once may have left the beginning of a manifest.
    desk.write("begun/manifest.json.new", "{");
    desk.yibao(&settle("--resume begun --out out")).ends_well();
    assert_eq!(
        desk.names("."),
        ["city", "out", "work"].map(str::to_string).into()
    );
}
