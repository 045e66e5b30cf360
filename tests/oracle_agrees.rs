//! The program and the oracle settle the same random claims, to the fen.
//!
//! About 60,000 claims by default; `YIBAO_ORACLE_CLAIMS=1000000` settles as many as it says. Seeds are
//! 1, 2, 3 and so on, each good for some 20,000 claims, so a larger number contains the smaller one.
//! On a difference the history of the person is printed as interchange files, with both results.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod oracle;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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
    let mut compared = 0;
    let mut rows = 0;
    for seed in 1.. {
        let cases = cases(seed, CLAIMS_PER_SEED.min(wanted - compared));
        rows += compare(seed, &cases);
        compared += cases.claims.len();
        if compared >= wanted {
            break;
        }
    }
    eprintln!("{compared} claims and reversals, {rows} settlement rows: all agree");
}

/// Settles one seed's cases with both and compares every row; returns how many there are.
fn compare(seed: u64, cases: &Cases) -> usize {
    let expected = Expected::of(cases);
    let folder = tempfile::tempdir().unwrap();
    let found = run_program(folder.path(), cases);

    let mut report = Report::default();
    for (setl_id, row) in &expected.rows {
        match found.get(setl_id) {
            None => report.add(row, vec!["row: missing".to_string()]),
            Some(record) => report.add(row, differences(row, record)),
        }
    }
    let unexpected: Vec<&String> = found
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

/// One row of a CSV file, by column name.
type Record = BTreeMap<String, String>;

/// Writes the cases, runs the program on them, and returns its settlements by `setl_id`.
fn run_program(folder: &Path, cases: &Cases) -> BTreeMap<String, Record> {
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
    let mut settlements = BTreeMap::new();
    for record in read_records(&out.join("settlements.csv")) {
        let repeated = settlements.insert(record["setl_id"].clone(), record);
        assert!(
            repeated.is_none(),
            "the program repeats a `setl_id`: {repeated:?}"
        );
    }
    settlements
}

/// All rows of a CSV file, with their columns by name.
fn read_records(path: &Path) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    if let Some(first) = header.first_mut() {
        *first = first.trim_start_matches('\u{feff}').to_string();
    }
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            header
                .iter()
                .cloned()
                .zip(record.iter().map(String::from))
                .collect()
        })
        .collect()
}

/// Each column in which the program differs, as `name: oracle ..., program ...`.
fn differences(row: &Row, record: &Record) -> Vec<String> {
    let outcome = &row.outcome;
    let mut found = Vec::new();
    let mut check = |name: &str, expected: String, is_same: &dyn Fn(&str) -> bool| {
        match record.get(name) {
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
        check(name, expected.to_string(), &|value| value == expected);
    }
    let flag = if row.refd_setl_flag { "1" } else { "" };
    check("refd_setl_flag", flag.to_string(), &|value| {
        value == flag || (flag.is_empty() && value == "0")
    });
    match outcome.pool_prop_selfpay {
        None => check("pool_prop_selfpay", String::new(), &str::is_empty),
        Some(ratio) => check("pool_prop_selfpay", ratio.normalize().to_string(), &|value| {
            value.parse() == Ok::<Decimal, _>(ratio)
        }),
    }
    for (name, expected) in outcome.amounts.named() {
        check(name, format!("{expected:.2}"), &|value| {
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

    fn text(
        &self,
        cases: &Cases,
        expected: &Expected,
        found: &BTreeMap<String, Record>,
        unexpected: &[&String],
    ) -> String {
        let mut text = String::new();
        writeln!(
            text,
            "{} persons differ; by column: {:?}",
            self.persons.len(),
            self.columns
        )
        .unwrap();
        let some: Vec<_> = unexpected.iter().take(PRINTED).map(|id| &found[*id]).collect();
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
        found: &BTreeMap<String, Record>,
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
                print_row(text, row, found.get(&row.setl_id), differences);
            }
        }
    }
}

/// One row as the oracle has it and, where they differ, as the program has it.
fn print_row(text: &mut String, row: &Row, record: Option<&Record>, differences: Option<&Vec<String>>) {
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
    let program = match record {
        None => "has no such row".to_string(),
        Some(record) => {
            let filled = record
                .iter()
                .filter(|(_, value)| !["", "0", "0.00"].contains(&value.as_str()));
            filled
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" ")
        }
    };
    writeln!(text, "program {program}").unwrap();
    for difference in differences {
        writeln!(text, "    {difference}").unwrap();
    }
}
