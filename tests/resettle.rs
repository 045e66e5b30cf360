//! `yibao resettle`: late facts in a settled run, and that the end is that of settling everything at once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

#[path = "resettle/chain.rs"]
mod chain;
#[path = "resettle/errors.rs"]
mod errors;
#[path = "resettle/facts.rs"]
mod facts;
#[path = "resettle/histories.rs"]
mod histories;

use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A row of a CSV file by column.
type Record = HashMap<String, String>;

/// A directory to work in.
struct Desk {
    directory: TempDir,
}

/// What the program said.
struct Answer {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    #[track_caller]
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    #[track_caller]
    fn rows(&self, name: &str) -> Vec<Record> {
        let mut reader = csv::Reader::from_path(self.path(name)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// Runs the program with arguments that are separated by spaces.
    #[track_caller]
    fn yibao(&self, arguments: &str) -> Answer {
        let output = Command::new(env!("CARGO_BIN_EXE_yibao"))
            .current_dir(self.directory.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let answer = Answer {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!answer.stderr.contains("panicked"), "{}", answer.stderr);
        answer
    }

    /// The columns of `settlements.csv` that tests look at, a line per row.
    #[track_caller]
    fn settlements(&self, directory: &str) -> Vec<String> {
        let columns = [
            "setl_id",
            "mdtrt_id",
            "psn_no",
            "setl_time",
            "status",
            "medfee_sumamt",
            "act_pay_dedc",
            "hifp_pay",
            "hifmi_pay",
            "psn_part_amt",
            "init_setl_id",
        ];
        let rows = self.rows(&format!("{directory}/settlements.csv"));
        rows.iter()
            .map(|row| columns.map(|column| row[column].as_str()).join(" "))
            .collect()
    }

    /// The entries of `ledger.csv`: date, book, debit account, credit account, amount, items and district.
    #[track_caller]
    fn entries(&self, directory: &str) -> Vec<String> {
        let lines = self.rows(&format!("{directory}/ledger.csv"));
        lines
            .chunks(2)
            .map(|pair| {
                let [debit, credit] = pair else {
                    panic!("two lines to an entry")
                };
                assert_eq!(debit["entry"], credit["entry"]);
                assert_eq!(debit["debit"], credit["credit"]);
                assert_eq!(
                    (debit["credit"].as_str(), credit["debit"].as_str()),
                    ("0.00", "0.00")
                );
                assert_eq!(debit["kind"], "correction");
                [
                    &debit["date"],
                    &debit["book"],
                    &debit["account"],
                    &credit["account"],
                    &debit["debit"],
                    &debit["items"],
                    &debit["district"],
                ]
                .map(String::as_str)
                .join(" ")
            })
            .collect()
    }

    /// Checks that two runs ended in the same state; `rejects` by person, claim and reason.
    #[track_caller]
    fn same_state(&self, resettled: &str, at_once: &str) {
        let [one, other] = [resettled, at_once].map(|run| self.json(&format!("{run}/run.json")));
        for part in ["fingerprint", "totals", "totals_by_kind", "statuses", "enrolment"] {
            assert_eq!(one[part], other[part], "{resettled}, {at_once}: {part}");
        }
        let fund = |run: &str| self.read(&format!("{run}/fund.json"));
        assert!(fund(resettled) == fund(at_once), "{resettled}: fund.json");
        assert_eq!(self.rejects(resettled), self.rejects(at_once), "{resettled}");
    }

    /// Who and what was rejected, and why, in order.
    fn rejects(&self, run: &str) -> Vec<[String; 3]> {
        let mut rejects: Vec<[String; 3]> = self
            .rows(&format!("{run}/rejects.csv"))
            .iter()
            .map(|row| ["psn_no", "mdtrt_id", "reason"].map(|column| row[column].clone()))
            .collect();
        rejects.sort_unstable();
        rejects
    }
}

impl Answer {
    #[track_caller]
    fn exits(self, code: i32) -> Answer {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Checks that the program gave up, said why, and printed nothing else.
    #[track_caller]
    fn fails_naming(self, what: &[&str]) {
        let answer = self.exits(2);
        assert!(answer.stderr.starts_with("error: "), "{}", answer.stderr);
        for word in what {
            assert!(answer.stderr.contains(word), "{word}: {}", answer.stderr);
        }
        assert_eq!(answer.stdout, "");
    }
}

/// An amount in yuan as fen.
fn fen(yuan: &str) -> i64 {
    let (whole, cents) = yuan.split_once('.').unwrap();
    assert_eq!(cents.len(), 2, "{yuan}");
    format!("{whole}{cents}").parse().unwrap()
}

/// What closes months follows from balances, so corrections leave it out.
const CLOSING: [&str; 4] = ["appropriation", "payment", "recovery", "interest"];

/// Debits less credits by book, account and district, without what closes months.
fn flows(desk: &Desk, runs: &[&str]) -> BTreeMap<[String; 3], i64> {
    let mut flows = BTreeMap::new();
    for run in runs {
        for line in desk.rows(&format!("{run}/ledger.csv")) {
            if !CLOSING.contains(&line["kind"].as_str()) {
                let key = ["book", "account", "district"].map(|column| line[column].clone());
                *flows.entry(key).or_default() += fen(&line["debit"]) - fen(&line["credit"]);
            }
        }
    }
    flows.retain(|_, amount| *amount != 0);
    flows
}

/// The columns of the settlements that are money.
const MONEY: [&str; 12] = [
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "oth_pay",
    "psn_part_amt",
    "hosp_part_amt",
];

/// What the settlements of a claim and person add up to over some runs, and the standing settlement if there is one.
fn sums(desk: &Desk, runs: &[&str]) -> BTreeMap<(String, String), Vec<i64>> {
    let mut sums: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for run in runs {
        for row in desk.rows(&format!("{run}/settlements.csv")) {
            // `m`, `m.2` and `m.1r` are settlements of `m`.
            let claim = row["setl_id"].split('.').next().unwrap().to_string();
            let sum = sums
                .entry((claim, row["psn_no"].clone()))
                .or_insert_with(|| vec![0; MONEY.len() + 1]);
            for (sum, column) in sum.iter_mut().zip(MONEY) {
                *sum += fen(&row[column]);
            }
            sum[MONEY.len()] += if row["refd_setl_flag"] == "1" { -1 } else { 1 };
        }
    }
    sums.retain(|_, sum| sum.iter().any(|&amount| amount != 0));
    sums
}

/// Checks that each settlement is made once, and cancelled at most once and only after it was made.
#[track_caller]
fn well_numbered(desk: &Desk, runs: &[&str]) {
    let mut standing: HashMap<String, bool> = HashMap::new();
    for run in runs {
        for row in desk.rows(&format!("{run}/settlements.csv")) {
            let id = row["setl_id"].clone();
            if row["refd_setl_flag"] == "1" {
                let cancelled = &row["init_setl_id"];
                let was = standing.insert(cancelled.clone(), false);
                assert_eq!(was, Some(true), "{run}: `{id}` cancels `{cancelled}`");
            } else {
                let was = standing.insert(id.clone(), true);
                assert_eq!(was, None, "{run}: `{id}` is made twice");
            }
        }
    }
    // Of no claim two settlements stand.
    let mut claims: Vec<&str> = standing
        .iter()
        .filter(|(_, stands)| **stands)
        .map(|(id, _)| id.split('.').next().unwrap())
        .collect();
    let all = claims.len();
    claims.sort_unstable();
    claims.dedup();
    assert_eq!(claims.len(), all, "two settlements of a claim stand");
}
