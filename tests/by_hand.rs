//! The family of docs/by-hand.md: what was reckoned with a pencil is what the program says, claim by claim and month by month.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashMap};
use std::process::Command;

/// Rows of a CSV file, each as its columns by name.
fn rows(text: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The cells of every row of the document whose first cell is one of `names`.
fn told(names: impl Fn(&str) -> bool) -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = include_str!("../docs/by-hand.md").lines();
    let cells = rows.filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'));
    let cells = cells.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .filter(|cells| names(cells[0]))
        .map(|cells| (cells[0], cells))
        .collect()
}

/// Fen of an amount as a person writes it.
fn fen(text: &str) -> i64 {
    let plain = text.replace(',', "").replace('−', "-");
    let (yuan, fen) = plain.split_once('.').unwrap();
    assert_eq!(fen.len(), 2, "{text}");
    format!("{yuan}{fen}").parse().unwrap()
}

/// The settlements and the ledger of the family.
fn settled() -> [Vec<HashMap<String, String>>; 2] {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    let family = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/family");
    let arguments =
        "settle --persons persons.csv --enrolments enrolments.csv --events events.csv --claims claims.csv";
    let done = Command::new(env!("CARGO_BIN_EXE_yibao"))
        .current_dir(family)
        .args(arguments.split(' '))
        .args(["--format", "csv", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    ["settlements.csv", "ledger.csv"].map(|name| rows(&std::fs::read_to_string(out.join(name)).unwrap()))
}

#[test]
fn every_claim_pays_what_was_reckoned() {
    let [settlements, _] = settled();
    let claims = told(|name| settlements.iter().any(|row| row["mdtrt_id"] == name));
    assert_eq!((claims.len(), settlements.len()), (9, 9));
    for row in &settlements {
        let cells = &claims[row["mdtrt_id"].as_str()];
        for (cell, column) in [
            (1, "inscp_scp_amt"),
            (3, "hifp_pay"),
            (4, "hifmi_pay"),
            (5, "psn_part_amt"),
        ] {
            assert_eq!(
                fen(&row[column]),
                fen(cells[cell]),
                "{}: {column}",
                row["mdtrt_id"]
            );
        }
    }
}

/// What the treasury account of a book has after the entries up to the end of a month, without its interest and with it.
fn balances(ledger: &[HashMap<String, String>], book: &str, month: &str) -> [i64; 2] {
    let account = ledger.iter().filter(|line| {
        line["account"] == "treasury-account" && line["book"] == book && &line["date"][..7] <= month
    });
    let mut sums = [0, 0];
    for line in account {
        let amount = fen(&line["debit"]) - fen(&line["credit"]);
        sums[1] += amount;
        if line["kind"] != "interest" || &line["date"][..7] < month {
            sums[0] += amount;
        }
    }
    sums
}

#[test]
fn the_fund_is_what_was_reckoned_month_by_month() {
    let [_, ledger] = settled();
    let months = told(|name| name.len() == 7 && (name.starts_with("2022-") || name.starts_with("2023-")));
    assert_eq!(months.len(), 13);
    for (month, cells) in months {
        let [before, after] = balances(&ledger, "basic", month);
        let told = [3, 4, 5].map(|cell| fen(cells[cell]));
        assert_eq!([before, after - before, after], told, "{month}");
    }
    let books = told(|name| ["basic", "outpatient", "critical-illness", "all"].contains(&name));
    let mut all = 0;
    for book in ["basic", "outpatient", "critical-illness"] {
        let [_, closing] = balances(&ledger, book, "2023-12");
        assert_eq!(closing, fen(books[book][1]), "{book}");
        all += closing;
    }
    assert_eq!(all, fen(books["all"][1]));
}
