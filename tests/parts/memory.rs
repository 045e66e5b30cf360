//! `--memory` keeps its promise.

use crate::Desk;

const LIMIT: u64 = 128 << 20;

const FILES: [&str; 5] = ["persons", "enrolments", "events", "institutions", "claims"];

/// Settles the tables of a folder and returns the most memory that took, and the parts.
#[track_caller]
fn peak(desk: &Desk, folder: &str, extension: &str, more: &str) -> (u64, u64) {
    let inputs = FILES.map(|name| format!("--{name} {folder}/{name}.{extension}"));
    desk.yibao(&format!("settle {} --out out {more}", inputs.join(" ")))
        .ends_well();
    let resources = &desk.json("out/run.json")["resources"];
    let parts = resources["parts"].as_u64().unwrap_or(0);
    (resources["peak_memory_bytes"].as_u64().unwrap(), parts)
}

/// Puts the rows of every file by person into another order.
fn shuffle(desk: &Desk) {
    for name in FILES {
        let text = String::from_utf8(desk.read(&format!("city/{name}.csv"))).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        // Every 7919th, from the first, then from the second, and so on.
        let step = 7919.min(rows.len());
        let order = (0..step).flat_map(|first| (first..rows.len()).step_by(step));
        let mut shuffled = header.to_string();
        for index in order {
            shuffled.push('\n');
            shuffled.push_str(rows[index]);
        }
        shuffled.push('\n');
        desk.write(&format!("shuffled/{name}.csv"), shuffled);
    }
}

#[test]
fn a_city_that_takes_more_is_settled_within_the_memory_allowed() {
    let desk = Desk::with_city(300_000);
    shuffle(&desk);
    desk.sort_city();
    let (free, _) = peak(&desk, "city", "csv", "");
    assert!(free > 3 * LIMIT / 2, "without a limit it takes only {free} bytes");
    let within = format!("--memory {}MiB", LIMIT >> 20);
    let mut ways = vec![
        ("city", "csv", within.clone()),
        ("shuffled", "csv", within.clone()),
        ("shuffled", "csv", format!("{within} --threads 16")),
    ];
    if cfg!(feature = "parquet") {
        desk.yibao("synth --persons 300000 --seed 5 --year 2023 --out packed --format parquet")
            .ends_well();
        ways.push(("packed", "parquet", within));
    }
    for (folder, extension, more) in ways {
        let (taken, parts) = peak(&desk, folder, extension, &more);
        assert!(taken <= LIMIT, "{folder} {extension} {more}: {taken} bytes");
        assert!(parts > 2, "{folder} {extension} {more}: {parts} parts");
    }
}
