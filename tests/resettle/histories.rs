//! Random histories: a city becomes known bit by bit, with errors that are corrected later, and ends where settling what
//! is known in the end would have ended.

use crate::{Desk, flows, sums, well_numbered};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;

/// Rows of one file that came in each batch, and what the file looks like in the end.
struct File {
    name: &'static str,
    header: Vec<String>,
    batches: Vec<Vec<Vec<String>>>,
    at_once: Vec<Vec<String>>,
}

/// How a row was wrong before it was corrected, or is wrong for good.
type Spoil = fn(&mut StdRng, &dyn Fn(&str) -> usize, &mut [String]);

impl File {
    fn read(desk: &Desk, name: &'static str, batches: usize) -> (File, Vec<Vec<String>>) {
        let mut reader = csv::Reader::from_path(desk.path(&format!("city/{name}.csv"))).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_string).collect();
        let rows = reader
            .records()
            .map(|row| row.unwrap().iter().map(str::to_string).collect());
        let rows = rows.collect();
        let file = File {
            name,
            header,
            batches: vec![Vec::new(); batches + 1],
            at_once: Vec::new(),
        };
        (file, rows)
    }

    /// Rows that only ever come once, each in some batch: the file in the end is the batches one after the other.
    fn trickle(&mut self, random: &mut StdRng, rows: Vec<Vec<String>>) {
        for row in rows {
            let batch = any_batch(random, self.batches.len());
            self.batches[batch].push(row);
        }
        self.at_once = self.batches.concat();
    }

    /// Rows that replace each other by id: some come in several batches, wrong before the last. Some are wrong for good,
    /// and a few come twice in the first batch, under the same id.
    fn correct(&mut self, random: &mut StdRng, rows: Vec<Vec<String>>, spoil: Spoil) {
        let header = self.header.clone();
        let place = |name: &str| header.iter().position(|column| column == name).unwrap();
        for mut row in rows {
            let last = any_batch(random, self.batches.len());
            for earlier in 0..last {
                if random.random_ratio(1, 3) {
                    let mut wrong = row.clone();
                    spoil(random, &place, &mut wrong);
                    self.batches[earlier].push(wrong);
                }
            }
            if random.random_ratio(1, 60) {
                spoil(random, &place, &mut row);
            }
            self.batches[last].push(row.clone());
            self.at_once.push(row.clone());
            if random.random_ratio(1, 80) {
                // Repeated within a file: the first row counts, whatever replaces it later.
                self.batches[last].push(row.clone());
                self.at_once.push(row);
            }
        }
    }

    fn write(&self, desk: &Desk) {
        for (batch, rows) in self.batches.iter().enumerate() {
            self.write_as(desk, &format!("{}-{batch}.csv", self.name), rows);
        }
        self.write_as(desk, &format!("{}-at-once.csv", self.name), &self.at_once);
    }

    fn write_as(&self, desk: &Desk, name: &str, rows: &[Vec<String>]) {
        let mut writer = csv::Writer::from_path(desk.path(name)).unwrap();
        writer.write_record(&self.header).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    }
}

/// Most facts are known at first.
fn any_batch(random: &mut StdRng, batches: usize) -> usize {
    if random.random_ratio(3, 4) {
        0
    } else {
        random.random_range(0..batches)
    }
}

fn spoil_person(random: &mut StdRng, place: &dyn Fn(&str) -> usize, row: &mut [String]) {
    match random.random_range(0..6) {
        0 => row[place("brdy")] = "31.12.1980".to_string(),
        1 => row[place("brdy")] = format!("{}-06-15", random.random_range(1930..2022)),
        2 => {
            row[place("death_date")] = format!("2023-{:02}-11", random.random_range(1..13));
        }
        3 => row[place("insu_admdvs")] = format!("3799{:02}", random.random_range(0..40)),
        4 => row[place("residence")] = "none".to_string(),
        _ => row[place("psn_idet_type")] = "dibao".to_string(),
    }
}

fn spoil_claim(random: &mut StdRng, place: &dyn Fn(&str) -> usize, row: &mut [String]) {
    if row[place("refd_setl_flag")] == "1" {
        row[place("init_setl_id")] += "-of-nothing";
        return;
    }
    match random.random_range(0..7) {
        0 => row[place("medfee_sumamt")] = "a lot".to_string(),
        1 => {
            row[place("medfee_sumamt")] = format!("{}.00", random.random_range(1..60_000));
            for column in [
                "fulamt_ownpay_amt",
                "overlmt_selfpay",
                "preselfpay_amt",
                "inscp_scp_amt",
            ] {
                row[place(column)] = String::new();
            }
        }
        2 => row[place("psn_no")] = format!("P{:07}", random.random_range(0..330)),
        3 => row[place("med_type")] = "11".to_string(),
        4 => row[place("excl_rea")] = "cosmetic".to_string(),
        5 => row[place("setl_time")] = "2024-02-02".to_string(),
        _ => {
            row[place("begntime")] = "2023-01-01".to_string();
            row[place("endtime")] = "2023-01-03".to_string();
            row[place("setl_time")] = String::new();
        }
    }
}

/// Adds columns for reversals, and reversals of some claims: with an id of their own or their original's.
fn add_reversals(random: &mut StdRng, file: &mut File, rows: &mut Vec<Vec<String>>) {
    let column = |name: &str, header: &[String]| header.iter().position(|other| other == name).unwrap();
    let (id, total) = (
        column("mdtrt_id", &file.header),
        column("medfee_sumamt", &file.header),
    );
    let scope = [
        "fulamt_ownpay_amt",
        "overlmt_selfpay",
        "preselfpay_amt",
        "inscp_scp_amt",
    ];
    let scope = scope.map(|name| column(name, &file.header));
    for name in ["setl_time", "refd_setl_flag", "init_setl_id"] {
        file.header.push(name.to_string());
    }
    let mut reversals = Vec::new();
    for row in rows.iter_mut() {
        row.extend(["".to_string(), "0".to_string(), "".to_string()]);
        if random.random_ratio(1, 25) {
            let mut reversal = row.clone();
            reversal[id] = format!("R-{}", row[id]);
            reversal[total] = format!("-{}", row[total]);
            scope.iter().for_each(|&column| reversal[column] = String::new());
            let from = reversal.len() - 3;
            let day = ["2023-08-01", "2024-01-20"][random.random_range(0..2)];
            reversal[from..].clone_from_slice(&[day.to_string(), "1".to_string(), row[id].clone()]);
            reversals.push(reversal);
        }
    }
    rows.extend(reversals);
}

/// Writes the files of a random history, and returns how many batches of late facts it has.
fn history(desk: &Desk, seed: u64) -> usize {
    let mut random = StdRng::seed_from_u64(seed);
    let late = random.random_range(1..=3);
    let (mut persons, rows) = File::read(desk, "persons", late);
    persons.correct(&mut random, rows, spoil_person);
    let (mut claims, mut rows) = File::read(desk, "claims", late);
    add_reversals(&mut random, &mut claims, &mut rows);
    claims.correct(&mut random, rows, spoil_claim);
    let (mut enrolments, rows) = File::read(desk, "enrolments", late);
    enrolments.trickle(&mut random, rows);
    let (mut events, mut rows) = File::read(desk, "events", late);
    // Some are told twice.
    let again: Vec<Vec<String>> = rows
        .iter()
        .filter(|_| random.random_ratio(1, 4))
        .cloned()
        .collect();
    rows.extend(again);
    events.trickle(&mut random, rows);
    for file in [persons, claims, enrolments, events] {
        file.write(desk);
    }
    late
}

fn files(batch: &str) -> String {
    ["persons", "enrolments", "events", "claims"]
        .map(|name| format!("--{name} {name}-{batch}.csv"))
        .join(" ")
}

/// Settles the history, once step by step into `s0`, `s1`, ... and once into `at-once`.
fn settle(desk: &Desk, late: usize, more: &str) {
    let settle = |batch: &str, out: &str| {
        let files = files(batch);
        let answer = desk.yibao(&format!(
            "settle {files} --institutions city/institutions.csv --out {out} --format csv {more}"
        ));
        assert!(matches!(answer.code, Some(0 | 1)), "{}", answer.stderr);
    };
    settle("0", "s0");
    settle("at-once", "at-once");
    for batch in 1..=late {
        let files = files(&batch.to_string());
        let answer = desk.yibao(&format!(
            "resettle --previous s{} {files} --out s{batch} --format csv {more}",
            batch - 1
        ));
        assert!(matches!(answer.code, Some(0 | 1)), "{}", answer.stderr);
    }
}

/// Checks that every row of every file is accounted for, by count, and the claims by money too.
fn conserved(desk: &Desk, run: &str) {
    let record = desk.json(&format!("{run}/run.json"));
    let late = record["late"].as_array().unwrap().iter();
    let late = late.flat_map(|late| late["inputs"].as_array().unwrap());
    for file in record["inputs"].as_array().unwrap().iter().chain(late) {
        let count = |name: &str| file[name].as_u64().unwrap();
        let parts = ["accepted", "rejected", "skipped", "replaced"].map(count);
        assert_eq!(count("rows"), parts.iter().sum::<u64>(), "{run}: {file}");
    }
    for column in ["rows", "medfee_sumamt_fen"] {
        let part = |name: &str| record["claim_rows"][name][column].as_i64().unwrap();
        let parts = ["accepted", "rejected", "skipped", "replaced"].map(part);
        assert_eq!(part("read"), parts.iter().sum::<i64>(), "{run}: {column}");
    }
}

#[test]
fn a_chain_of_late_facts_ends_where_settling_at_once_does() {
    let desk = Desk::new();
    desk.yibao("synth --persons 320 --seed 5 --year 2023 --out city --format csv")
        .exits(0);
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..16 {
        let late = history(&desk, seed);
        settle(&desk, late, "");
        let runs: Vec<String> = (0..=late).map(|batch| format!("s{batch}")).collect();
        let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
        let end = runs[late];
        desk.same_state(end, "at-once");
        assert_eq!(
            sums(&desk, &runs),
            sums(&desk, &["at-once"]),
            "seed {seed}: settlements"
        );
        assert_eq!(
            flows(&desk, &runs),
            flows(&desk, &["at-once"]),
            "seed {seed}: ledger"
        );
        well_numbered(&desk, &runs);
        runs.iter().for_each(|run| conserved(&desk, run));
        for run in &runs[1..] {
            desk.entries(run);
            let changes = &desk.json(&format!("{run}/run.json"))["changes"];
            for kind in ["claims_changed", "claims_new", "claims_withdrawn"] {
                *seen.entry(kind).or_default() += changes[kind].as_u64().unwrap();
            }
        }
        *seen.entry("rejects").or_default() += desk.rejects(end).len() as u64;
    }
    for (what, count) in seen {
        assert!(count > 50, "the test should see more of {what}: {count}");
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    let desk = Desk::new();
    desk.yibao("synth --persons 320 --seed 6 --year 2023 --out city --format csv")
        .exits(0);
    let late = history(&desk, 99);
    let end = format!("s{late}");
    let outputs = |threads: &str| {
        settle(&desk, late, &format!("--threads {threads}"));
        ["settlements.csv", "ledger.csv", "rejects.csv", "fund.json"]
            .map(|name| desk.read(&format!("{end}/{name}")))
    };
    let one = outputs("1");
    assert!(one[0].lines().count() > 10, "the test should see changes");
    assert!(outputs("2") == one);
    assert!(outputs("5") == one);
}
