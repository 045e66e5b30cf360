//! The program and the oracle settle the same random claims, to the fen.
//!
//! About 60,000 claims by default; `YIBAO_ORACLE_CLAIMS=1000000` settles as many as it says. Seeds are
//! 1, 2, 3 and so on, each good for some 20,000 claims, so a larger number contains the smaller one. Several are compared
//! at a time.
//! On a difference the history of the person is printed as interchange files, with both results.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod oracle;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use csv::StringRecord;
use rayon::prelude::*;
use rust_decimal::Decimal;

use oracle::generate::{Cases, cases};
use oracle::history::{Institutions, in_settlement_order, settle_person};
use oracle::interchange::{claims_csv, institutions_csv, lines_csv, persons_csv};
use oracle::{Claim, Person, Row};

const DEFAULT_CLAIMS: usize = 60_000;
const CLAIMS_PER_SEED: usize = 20_000;
/// Differing persons that are printed in full; the others are only counted.
const PRINTED: usize = 3;

#[test]
fn program_and_oracle_agree_to_the_fen() {
    let wanted = match std::env::var("YIBAO_ORACLE_CLAIMS") {
        Ok(number) => number
            .parse()
            .expect("`YIBAO_ORACLE_CLAIMS` is a number of claims"),
        Err(_) => DEFAULT_CLAIMS,
    };
    let seeds = wanted.div_ceil(CLAIMS_PER_SEED).max(1);
    let compared = (0..seeds).into_par_iter().map(|seed| {
        let claims = CLAIMS_PER_SEED.min(wanted - seed * CLAIMS_PER_SEED);
        let cases = cases(seed as u64 + 1, claims);
        (cases.claims.len(), compare(seed as u64 + 1, &cases))
    });
    let add = |(claims, rows), (more_claims, more_rows)| (claims + more_claims, rows + more_rows);
    let (claims, rows) = compared.reduce(|| (0, 0), add);
    assert!(claims >= wanted, "{claims} of {wanted} claims");
    eprintln!("{claims} claims and reversals, {rows} settlement rows: all agree");
}

/// Settles one seed's cases with both and compares every row; returns how many there are.
fn compare(seed: u64, cases: &Cases) -> usize {
    let expected = Expected::of(cases);
    let folder = tempfile::tempdir().unwrap();
    let found = run_program(folder.path(), cases);

    let mut report = Report::default();
    for (setl_id, row) in &expected.rows {
        match found.rows.get(setl_id) {
            None => report.add(row, vec!["row: missing".to_string()]),
            Some(record) => report.add(row, differences(row, &found.columns, record)),
        }
    }
    let unexpected: Vec<&String> = found
        .rows
        .keys()
        .filter(|setl_id| !expected.rows.contains_key(*setl_id))
        .collect();
    if report.persons.is_empty() && unexpected.is_empty() {
        return expected.rows.len();
    }
    let text = report.text(cases, &expected, &found, &unexpected);
    let kept = folder.keep();
    panic!(
        "seed {seed}: program and oracle differ\n{text}\nall input and output: {}",
        kept.display()
    );
}

/// What the oracle makes of the cases.
struct Expected {
    /// By `setl_id`.
    rows: BTreeMap<String, Row>,
    /// By `psn_no`, in any order.
    claims: BTreeMap<String, Vec<Claim>>,
}

impl Expected {
    fn of(cases: &Cases) -> Expected {
        let institutions: Institutions = cases
            .institutions
            .iter()
            .map(|institution| (institution.fixmedins_code.clone(), institution.clone()))
            .collect();
        let mut claims: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
        for claim in &cases.claims {
            claims
                .entry(claim.psn_no.clone())
                .or_default()
                .push(claim.clone());
        }
        let mut rows = BTreeMap::new();
        for person in &cases.persons {
            for row in settle_person(person, &institutions, &claims[&person.psn_no]) {
                let repeated = rows.insert(row.setl_id.clone(), row);
                assert!(repeated.is_none(), "the oracle repeats a `setl_id`");
            }
        }
        Expected { rows, claims }
    }
}

/// What the program settled.
struct Found {
    /// The place of each column, by name.
    columns: BTreeMap<String, usize>,
    /// By `setl_id`.
    rows: BTreeMap<String, StringRecord>,
}

/// Writes the cases, runs the program on them, and reads its settlements.
fn run_program(folder: &Path, cases: &Cases) -> Found {
    let write = |name: &str, text: String| -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let out = folder.join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_yibao"))
        .arg("settle")
        .arg("--persons")
        .arg(write("persons.csv", persons_csv(&cases.persons)))
        .arg("--institutions")
        .arg(write("institutions.csv", institutions_csv(&cases.institutions)))
        .arg("--claims")
        .arg(write("claims.csv", claims_csv(&cases.claims)))
        .arg("--lines")
        .arg(write("lines.csv", lines_csv(&cases.claims)))
        .arg("--out")
        .arg(&out)
        .args(["--format", "csv"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);

    let rejects = fs::read_to_string(out.join("rejects.csv")).unwrap_or_default();
    let first_rejects: Vec<&str> = rejects.lines().take(6).collect();
    let no_reject = rejects.lines().count() == 1;
    if !output.status.success() || !no_reject {
        let first_rejects = first_rejects.join("\n");
        panic!(
            "{}\n{errors}\nrejects.csv begins:\n{first_rejects}",
            output.status
        );
    }
    read_settlements(&out.join("settlements.csv"))
}

fn read_settlements(path: &Path) -> Found {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter();
    let names = header.map(|name| name.trim_start_matches('\u{feff}').to_string());
    let columns: BTreeMap<String, usize> = names.zip(0..).collect();
    let mut rows = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let repeated = rows.insert(record[columns["setl_id"]].to_string(), record);
        assert!(
            repeated.is_none(),
            "the program repeats a `setl_id`: {repeated:?}"
        );
    }
    Found { columns, rows }
}

/// Each column in which the program differs, as `name: oracle ..., program ...`.
fn differences(row: &Row, columns: &BTreeMap<String, usize>, record: &StringRecord) -> Vec<String> {
    let outcome = &row.outcome;
    let mut found = Vec::new();
    let mut check = |name: &str, expected: &dyn Display, is_same: &dyn Fn(&str) -> bool| {
        match columns.get(name).map(|&place| &record[place]) {
            Some(value) if is_same(value) => {}
            Some(value) => found.push(format!("{name}: oracle `{expected}`, program `{value}`")),
            // The contract lists the four parts of the total, but not the total.
            None if name == "medfee_sumamt" => {}
            None => found.push(format!("{name}: no such column")),
        }
    };
    let year = outcome.year.to_string();
    for (name, expected) in [
        ("mdtrt_id", row.mdtrt_id.as_str()),
        ("psn_no", &row.psn_no),
        ("med_type", &row.med_type),
        ("init_setl_id", &row.init_setl_id),
        ("year", &year),
        ("status", outcome.status),
        ("reason", &outcome.reason),
        ("sub_fund", outcome.sub_fund),
    ] {
        check(name, &expected, &|value| value == expected);
    }
    let flag = if row.refd_setl_flag { "1" } else { "" };
    check("refd_setl_flag", &flag, &|value| {
        value == flag || (flag.is_empty() && value == "0")
    });
    match outcome.pool_prop_selfpay {
        None => check("pool_prop_selfpay", &"", &str::is_empty),
        Some(ratio) => check("pool_prop_selfpay", &ratio.normalize(), &|value| {
            value.parse() == Ok::<Decimal, _>(ratio)
        }),
    }
    for (name, expected) in outcome.amounts.named() {
        check(name, &expected, &|value| {
            value.parse() == Ok::<Decimal, _>(expected)
        });
    }
    found
}

/// The differences of one seed.
#[derive(Default)]
struct Report {
    /// By person: `setl_id` and what differs.
    persons: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// How often each column differs.
    columns: BTreeMap<String, usize>,
}

impl Report {
    fn add(&mut self, row: &Row, differences: Vec<String>) {
        if differences.is_empty() {
            return;
        }
        for difference in &differences {
            let column = difference.split(':').next().unwrap_or_default().to_string();
            *self.columns.entry(column).or_default() += 1;
        }
        let of_person = self.persons.entry(row.psn_no.clone()).or_default();
        of_person.push((row.setl_id.clone(), differences));
    }

    fn text(&self, cases: &Cases, expected: &Expected, found: &Found, unexpected: &[&String]) -> String {
        let mut text = String::new();
        writeln!(
            text,
            "{} persons differ; by column: {:?}",
            self.persons.len(),
            self.columns
        )
        .unwrap();
        let some: Vec<_> = unexpected
            .iter()
            .take(PRINTED)
            .map(|id| &found.rows[*id])
            .collect();
        writeln!(
            text,
            "{} rows that the oracle does not have: {some:?}",
            unexpected.len()
        )
        .unwrap();

        // Shortest histories first: they are the easiest to follow.
        let mut persons: Vec<&String> = self.persons.keys().collect();
        persons.sort_by_key(|psn_no| expected.claims[*psn_no].len());
        for psn_no in persons.into_iter().take(PRINTED) {
            let person = cases
                .persons
                .iter()
                .find(|person| person.psn_no == *psn_no)
                .unwrap();
            self.print_person(&mut text, person, cases, expected, found);
        }
        text
    }

    /// The history up to the person's first difference, as input files, and both results.
    fn print_person(
        &self,
        text: &mut String,
        person: &Person,
        cases: &Cases,
        expected: &Expected,
        found: &Found,
    ) {
        let differing: BTreeMap<&str, &Vec<String>> = self.persons[&person.psn_no]
            .iter()
            .map(|(setl_id, differences)| (setl_id.as_str(), differences))
            .collect();
        let causes: BTreeSet<&str> = differing
            .keys()
            .map(|setl_id| expected.rows[*setl_id].caused_by.as_str())
            .collect();
        let ordered = in_settlement_order(&expected.claims[&person.psn_no]);
        let first = ordered
            .iter()
            .position(|claim| causes.contains(claim.mdtrt_id.as_str()))
            .expect("every row is caused by a claim of the person");
        let history = || ordered[..=first].iter().copied();
        let codes: BTreeSet<&str> = history().map(|claim| claim.fixmedins_code.as_str()).collect();
        let visited = cases
            .institutions
            .iter()
            .filter(|i| codes.contains(i.fixmedins_code.as_str()));

        writeln!(
            text,
            "\n==== {} up to {} ====",
            person.psn_no, ordered[first].mdtrt_id
        )
        .unwrap();
        for file in [
            persons_csv([person]),
            institutions_csv(visited),
            claims_csv(history()),
            lines_csv(history()),
        ] {
            writeln!(text, "{file}").unwrap();
        }
        for claim in history() {
            let caused = expected
                .rows
                .values()
                .filter(|row| row.caused_by == claim.mdtrt_id);
            for row in caused {
                let differences = differing.get(row.setl_id.as_str()).copied();
                print_row(text, row, found, differences);
            }
        }
    }
}

/// One row as the oracle has it and, where they differ, as the program has it.
fn print_row(text: &mut String, row: &Row, found: &Found, differences: Option<&Vec<String>>) {
    let outcome = &row.outcome;
    let ratio = outcome
        .pool_prop_selfpay
        .map(|ratio| ratio.normalize().to_string());
    let head = format!(
        "{} {} {} {} {} ratio {}",
        row.setl_id,
        outcome.year,
        outcome.status,
        outcome.reason,
        outcome.sub_fund,
        ratio.as_deref().unwrap_or("-"),
    );
    let amounts = outcome.amounts.named();
    let oracle: Vec<String> = amounts
        .iter()
        .filter(|(_, a)| !a.is_zero())
        .map(|(name, a)| format!("{name}={a:.2}"))
        .collect();
    writeln!(text, "oracle  {head} {}", oracle.join(" ")).unwrap();
    let Some(differences) = differences else { return };
    let program = match found.rows.get(&row.setl_id) {
        None => "has no such row".to_string(),
        Some(record) => {
            let cells = found.columns.iter().map(|(name, &place)| (name, &record[place]));
            let filled = cells.filter(|(_, value)| !["", "0", "0.00"].contains(value));
            let filled = filled.map(|(name, value)| format!("{name}={value}"));
            filled.collect::<Vec<_>>().join(" ")
        }
    };
    writeln!(text, "program {program}").unwrap();
    for difference in differences {
        writeln!(text, "    {difference}").unwrap();
    }
}
