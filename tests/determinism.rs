//! The same question has the same answer, to the byte: whatever the threads, the order of the rows and the format of the
//! files. And the outputs of a run agree with each other, to the fen.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// More than one thread's portion of persons, several times over.
const PERSONS: u32 = 9_000;

/// What does not depend on how a run was made.
const RESULTS: [&str; 4] = ["settlements.csv", "ledger.csv", "fund.json", "rejects.csv"];

/// Runs the program in a directory and returns what it printed.
#[track_caller]
fn yibao(directory: &Path, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_yibao"))
        .current_dir(directory)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    // 1: done, but some payments of the city were refused.
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{arguments}: {stderr}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// `city/`: a synthetic city as CSV, to whose claims reversals are added, so that settlements are cancelled and made
/// again, some of them after the year has ended.
fn city() -> &'static Path {
    static CITY: OnceLock<TempDir> = OnceLock::new();
    let place = CITY.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        yibao(
            place.path(),
            &format!("synth --persons {PERSONS} --seed 11 --year 2023 --out city --format csv"),
        );
        add_reversals(&place.path().join("city/claims.csv"));
        place
    });
    place.path()
}

/// Reverses every 40th claim, in turn on 1 August (if the claim had ended by then) and in January of the next year.
fn add_reversals(path: &Path) {
    let mut claims = Table::read(path);
    let column = |name: &str| claims.header.iter().position(|header| header == name).unwrap();
    let (id, end, total) = (column("mdtrt_id"), column("endtime"), column("medfee_sumamt"));
    let scope = [
        "fulamt_ownpay_amt",
        "overlmt_selfpay",
        "preselfpay_amt",
        "inscp_scp_amt",
    ]
    .map(column);
    for added in ["refd_setl_flag", "init_setl_id", "setl_time"] {
        claims.header.push(added.to_string());
    }
    let mut reversals = Vec::new();
    for (index, row) in claims.rows.iter_mut().enumerate() {
        row.extend(["0".to_string(), String::new(), String::new()]);
        if index % 40 != 0 {
            continue;
        }
        let day = if index % 80 == 0 && row[end].as_str() < "2023-08-01" {
            "2023-08-01"
        } else {
            "2024-01-20"
        };
        let mut reversal = row.clone();
        reversal[id] = format!("R-{}", row[id]);
        reversal[total] = format!("-{}", row[total]);
        for column in scope {
            reversal[column] = String::new();
        }
        let from = reversal.len() - 3;
        reversal[from..].clone_from_slice(&["1".to_string(), row[id].clone(), day.to_string()]);
        reversals.push(reversal);
    }
    claims.rows.extend(reversals);
    claims.write(path);
}

/// A CSV file as texts.
#[derive(Clone)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: &Path) -> Table {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_string).collect();
        Table {
            header: texts(reader.headers().unwrap()),
            rows: reader.records().map(|record| texts(&record.unwrap())).collect(),
        }
    }

    fn write(&self, path: &Path) {
        let mut writer = csv::Writer::from_path(path).unwrap();
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }

    fn shuffled(&self, seed: u64) -> Table {
        let mut table = self.clone();
        table.rows.shuffle(&mut StdRng::seed_from_u64(seed));
        assert_ne!(table.rows, self.rows);
        table
    }
}

/// What a run wrote.
struct Outputs {
    place: TempDir,
}

impl Outputs {
    /// Settles files of a directory.
    #[track_caller]
    fn of_files(directory: &Path, extension: &str, more: &str) -> Outputs {
        let place = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            directory
                .join(format!("{name}.{extension}"))
                .display()
                .to_string()
        };
        let arguments = format!(
            "settle --persons {} --enrolments {} --events {} --institutions {} --claims {} --out out --format csv {more}",
            file("persons"),
            file("enrolments"),
            file("events"),
            file("institutions"),
            file("claims")
        );
        yibao(place.path(), &arguments);
        Outputs { place }
    }

    /// Settles a synthetic city.
    #[track_caller]
    fn of_city(arguments: &str) -> Outputs {
        let place = tempfile::tempdir().unwrap();
        yibao(place.path(), &format!("run --out out {arguments}"));
        Outputs { place }
    }

    /// The city with reversals, settled as files, in the usual way.
    fn usual() -> &'static Outputs {
        static USUAL: OnceLock<Outputs> = OnceLock::new();
        USUAL.get_or_init(|| Outputs::of_files(&city().join("city"), "csv", ""))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join("out").join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    fn fingerprint(&self) -> String {
        let record = self.json("run.json");
        record["fingerprint"].as_str().unwrap().to_string()
    }

    /// The rows of a CSV output by column.
    fn rows(&self, name: &str) -> Vec<HashMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(name)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// Checks that the results are those of another run, byte by byte.
    #[track_caller]
    fn same_bytes(&self, other: &Outputs, what: &str) {
        assert_eq!(self.fingerprint(), other.fingerprint(), "{what}");
        for name in RESULTS {
            // Where a rejected row stood, file and line, is a matter of the format.
            let (own, others) = if name == "rejects.csv" {
                (self.rejects(), other.rejects())
            } else {
                (self.text(name), other.text(name))
            };
            assert!(own == others, "{what}: {name} differs");
        }
    }

    /// `rejects.csv` without file and line.
    fn rejects(&self) -> String {
        let places = |line: &str| line.splitn(3, ',').nth(2).unwrap_or_default().to_string();
        self.text("rejects.csv")
            .lines()
            .map(places)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[test]
fn the_number_of_threads_does_not_show_in_any_byte() {
    let (directory, usual) = (city().join("city"), Outputs::usual());
    let cancelled = usual
        .rows("settlements.csv")
        .iter()
        .filter(|row| row["refd_setl_flag"] == "1")
        .count();
    assert!(
        cancelled > 100,
        "the test should see settlements made again: {cancelled}"
    );
    for threads in [1, 2, 7] {
        let outputs = Outputs::of_files(&directory, "csv", &format!("--threads {threads}"));
        outputs.same_bytes(usual, &format!("{threads} threads"));
        let city =
            |threads| Outputs::of_city(&format!("--persons {PERSONS} --format csv --threads {threads}"));
        city(threads).same_bytes(&city(3), &format!("{threads} threads"));
    }
}

/// More settlements than go into one part: where they are cut does not depend on threads.
#[test]
fn the_number_of_threads_does_not_show_in_large_files() {
    let formats: &[&str] = if cfg!(feature = "parquet") {
        &["csv", "parquet"]
    } else {
        &["csv"]
    };
    for format in formats {
        let run = |threads| {
            Outputs::of_city(&format!(
                "--persons 30000 --seed 2 --format {format} --threads {threads}"
            ))
        };
        let settlements =
            |outputs: &Outputs| fs::read(outputs.path(&format!("settlements.{format}"))).unwrap();
        let (one, three) = (run(1), run(3));
        assert!(settlements(&one) == settlements(&three), "{format}");
        assert_eq!(one.fingerprint(), three.fingerprint());
        if *format == "csv" {
            let (rows, claims) = (
                one.rows("settlements.csv").len(),
                one.json("run.json")["totals"]["claims"].clone(),
            );
            assert_eq!(Some(rows as u64), claims.as_u64());
            assert!(rows > 65_536, "{rows}");
        }
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let usual = Outputs::usual();
    let place = tempfile::tempdir().unwrap();
    for seed in [1, 2] {
        for name in ["persons", "enrolments", "events", "institutions", "claims"] {
            let path = city().join("city").join(name).with_extension("csv");
            let shuffled = Table::read(&path).shuffled(seed);
            shuffled.write(&place.path().join(name).with_extension("csv"));
        }
        let outputs = Outputs::of_files(place.path(), "csv", "");
        assert_eq!(outputs.fingerprint(), usual.fingerprint());
        assert_eq!(
            outputs.json("run.json")["totals"],
            usual.json("run.json")["totals"]
        );
        let lines = |outputs: &Outputs| -> BTreeSet<String> {
            outputs
                .text("settlements.csv")
                .lines()
                .map(str::to_string)
                .collect()
        };
        assert!(lines(&outputs) == lines(usual), "the settlements differ");
        // Districts are listed as the persons file brings them up; sorted by name, the fund's year is the same.
        let districts = usual.json("fund.json")[1]["districts"].as_array().unwrap().len();
        assert!(
            districts > 3,
            "the test should see districts in another order: {districts}"
        );
        assert_eq!(
            by_district(outputs.json("fund.json")),
            by_district(usual.json("fund.json"))
        );
        assert_eq!(unnumbered(&outputs), unnumbered(usual));
    }
}

/// The fund's years with the districts in the order of their names.
fn by_district(mut years: Value) -> Value {
    for year in years.as_array_mut().unwrap() {
        let districts = year["districts"].as_array_mut().unwrap();
        districts.sort_by_key(|district| district["district"].to_string());
    }
    years
}

/// The lines of the ledger without the numbers of the entries, in the order of their text.
fn unnumbered(outputs: &Outputs) -> Vec<String> {
    let text = outputs.text("ledger.csv");
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.split_once(',').unwrap().1.to_string())
        .collect();
    lines.sort_unstable();
    lines
}

#[test]
fn the_format_of_the_inputs_does_not_matter() {
    let (directory, usual) = (city().join("city"), Outputs::usual());
    let place = tempfile::tempdir().unwrap();
    for name in ["persons", "enrolments", "events", "institutions", "claims"] {
        let plain = fs::read(directory.join(name).with_extension("csv")).unwrap();
        let packed = fs::File::create(place.path().join(format!("{name}.csv.gz"))).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        gzip.write_all(&plain).unwrap();
        gzip.finish().unwrap();
    }
    Outputs::of_files(place.path(), "csv.gz", "").same_bytes(usual, "gz");
}

#[cfg(feature = "parquet")]
#[test]
fn a_city_in_parquet_settles_to_the_same_bytes_as_in_csv() {
    let place = tempfile::tempdir().unwrap();
    for format in ["csv", "parquet"] {
        let arguments = format!("synth --persons {PERSONS} --seed 3 --out {format} --format {format}");
        yibao(place.path(), &arguments);
    }
    let csv = Outputs::of_files(&place.path().join("csv"), "csv", "");
    let parquet = Outputs::of_files(&place.path().join("parquet"), "parquet", "");
    parquet.same_bytes(&csv, "parquet");
}

#[test]
fn a_run_is_a_synthetic_city_written_and_settled() {
    let formats: &[&str] = if cfg!(feature = "parquet") {
        &["csv", "parquet"]
    } else {
        &["csv"]
    };
    let place = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    for (seed, year) in [(1, 2020), (1, 2023), (2, 2023), (987_654_321, 2024)] {
        let city = format!("--persons 2500 --seed {seed} --year {year}");
        let run = Outputs::of_city(&city);
        for format in formats {
            yibao(
                place.path(),
                &format!("synth {city} --out city --format {format}"),
            );
            let settled = Outputs::of_files(&place.path().join("city"), format, "");
            assert_eq!(settled.fingerprint(), run.fingerprint(), "{city} {format}");
            assert_eq!(
                settled.json("run.json")["totals"],
                run.json("run.json")["totals"],
                "{city} {format}"
            );
            assert_eq!(
                settled.json("run.json")["enrolment"],
                run.json("run.json")["enrolment"],
                "{city} {format}"
            );
            assert_eq!(
                settled.text("fund.json"),
                run.text("fund.json"),
                "{city} {format}"
            );
        }
        seen.insert(run.fingerprint());
    }
    assert_eq!(seen.len(), 4, "another seed or year is another fingerprint");
}

/// Tests are built without optimisation, and this is what a release build prints: neither the build nor the machine decides
/// about a fen. Where it changes, something else is drawn or paid than before, which the changelog has to say.
#[test]
fn a_known_city_has_the_fingerprint_that_it_had() {
    let place = tempfile::tempdir().unwrap();
    let printed = yibao(place.path(), "run --persons 20000 --year 2023");
    let last = printed.lines().last();
    assert_eq!(last, Some("Fingerprint 8196c88f98dce0428b5d5567c499070a"));
}

/// Where each benefit is booked for itself, the city is drawn whole before it is settled.
#[test]
fn a_city_settled_while_it_is_drawn_is_the_city_drawn_whole() {
    let city = format!("--persons {PERSONS} --seed 4 --format csv");
    let (streamed, whole) = (
        Outputs::of_city(&city),
        Outputs::of_city(&format!("{city} --claim-entries")),
    );
    assert!(streamed.rows("rejects.csv").len() > 10);
    for name in ["settlements.csv", "rejects.csv", "fund.json"] {
        assert!(streamed.text(name) == whole.text(name), "{name} differs");
    }
    for key in ["fingerprint", "totals", "enrolment", "statuses"] {
        assert_eq!(streamed.json("run.json")[key], whole.json("run.json")[key]);
    }
}

#[test]
fn two_runs_are_the_same_to_the_byte() {
    for arguments in [
        "--persons 3000 --seed 5 --format csv",
        "--persons 3000 --seed 5",
        "--persons 3000 --seed 5 --claim-entries",
    ] {
        let (first, second) = (Outputs::of_city(arguments), Outputs::of_city(arguments));
        let names = |outputs: &Outputs| -> BTreeSet<_> {
            let entries = fs::read_dir(outputs.path("")).unwrap();
            entries.map(|entry| entry.unwrap().file_name()).collect()
        };
        assert_eq!(names(&first), names(&second));
        assert_eq!(names(&first).len(), 5);
        for name in names(&first) {
            let text = |outputs: &Outputs| {
                let text =
                    String::from_utf8_lossy(&fs::read(outputs.path("").join(&name)).unwrap()).into_owned();
                // The memory that a run took is the only thing that may differ.
                let lines = text
                    .lines()
                    .filter(|line| !line.contains("\"peak_memory_bytes\""));
                lines.collect::<Vec<_>>().join("\n")
            };
            assert!(text(&first) == text(&second), "{arguments}: {}", name.display());
        }
    }
}

#[test]
fn one_fen_more_is_another_fingerprint() {
    let place = tempfile::tempdir().unwrap();
    let fingerprint = |total: &str| {
        fs::write(place.path().join("persons.csv"), "psn_no,brdy\nP1,1980-05-01\n").unwrap();
        let claims = format!(
            "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n\
             A,P1,21,H1,2023-01-05,2023-01-10,{total},01\n"
        );
        fs::write(place.path().join("claims.csv"), claims).unwrap();
        let report = yibao(
            place.path(),
            "settle --persons persons.csv --claims claims.csv --totals",
        );
        report.lines().last().unwrap().to_string()
    };
    assert_eq!(fingerprint("5000.00"), fingerprint("5000"));
    assert_ne!(fingerprint("5000.00"), fingerprint("5000.01"));
}

// ---------------------------------------------------------------- the outputs agree with each other

/// An amount in yuan as fen.
fn fen(yuan: &str) -> i64 {
    let (whole, cents) = yuan.split_once('.').unwrap();
    assert_eq!(cents.len(), 2, "{yuan}");
    format!("{whole}{cents}").parse().unwrap()
}

/// Debit less credit, by book and account, up to the end of a year.
fn balances(outputs: &Outputs, year: i64) -> BTreeMap<(String, String), i64> {
    let mut balances = BTreeMap::new();
    for line in outputs.rows("ledger.csv") {
        if line["date"][..4].parse::<i64>().unwrap() <= year {
            *balances
                .entry((line["book"].clone(), line["account"].clone()))
                .or_default() += fen(&line["debit"]) - fen(&line["credit"]);
        }
    }
    balances
}

/// The settled cities that the following tests look at: files with reversals, and a synthetic run.
fn settled() -> [&'static Outputs; 2] {
    static RUN: OnceLock<Outputs> = OnceLock::new();
    let run = RUN.get_or_init(|| Outputs::of_city("--persons 5000 --seed 8 --year 2022 --format csv"));
    [Outputs::usual(), run]
}

#[test]
fn debits_equal_credits_in_every_entry_on_every_date_and_in_every_book() {
    for outputs in settled() {
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let mut dates = Vec::new();
        for line in outputs.rows("ledger.csv") {
            let (debit, credit) = (fen(&line["debit"]), fen(&line["credit"]));
            assert!(
                debit >= 0 && credit >= 0 && (debit == 0) != (credit == 0),
                "{line:?}"
            );
            let keys = [
                format!("entry {}", line["entry"]),
                format!("date {}", line["date"]),
                format!("book {}", line["book"]),
                format!("book {} on {}", line["book"], line["date"]),
            ];
            for key in keys {
                let sum = sums.entry(key).or_default();
                *sum = (sum.0 + debit, sum.1 + credit);
            }
            dates.push(line["date"].clone());
        }
        for (key, (debit, credit)) in &sums {
            assert_eq!(debit, credit, "{key}");
        }
        assert!(dates.len() > 1_000 && dates.is_sorted());
        assert!(
            sums.keys()
                .filter(|key| key.starts_with("book ") && !key.contains(" on "))
                .count()
                >= 5
        );
    }
}

#[test]
fn the_balances_of_the_fund_are_sums_over_the_ledger() {
    for outputs in settled() {
        let years = outputs.json("fund.json");
        for statement in years.as_array().unwrap() {
            let year = statement["year"].as_i64().unwrap();
            let balances = balances(outputs, year);
            let of = |book: &str, account: &str| {
                let key = (book.to_string(), account.to_string());
                balances.get(&key).copied().unwrap_or_default()
            };
            let mut together = 0;
            for entry in statement["books"].as_array().unwrap() {
                let book = entry["book"].as_str().unwrap();
                let accounts = [
                    ("revenue_account_fen", "revenue-account", 1),
                    ("treasury_account_fen", "treasury-account", 1),
                    ("expenditure_account_fen", "expenditure-account", 1),
                    ("payable_fen", "payable-to-institutions", -1),
                    ("prepaid_fen", "prepaid-contributions", -1),
                ];
                for (name, account, sign) in accounts {
                    assert_eq!(
                        entry["closing"][name],
                        sign * of(book, account),
                        "{year} {book} {name}"
                    );
                }
                let balance: i64 = accounts.iter().map(|(_, account, _)| of(book, account)).sum();
                assert_eq!(entry["cumulative_balance_fen"], balance, "{year} {book}");
                together += balance;
            }
            assert_eq!(
                statement["consolidated"]["cumulative_balance_fen"], together,
                "{year}"
            );
            assert_ne!(together, 0);
            for entry in statement["outside"].as_array().unwrap() {
                let book = entry["book"].as_str().unwrap();
                assert_eq!(
                    entry["payable_fen"],
                    -of(book, "payable-to-institutions"),
                    "{year} {book}"
                );
                assert_eq!(
                    entry["due_from_funder_fen"],
                    of(book, "due-from-funder"),
                    "{year} {book}"
                );
            }
        }
    }
}

#[test]
fn booking_claim_by_claim_gives_the_same_balances() {
    let by_day = Outputs::usual();
    let by_claim = Outputs::of_files(&city().join("city"), "csv", "--claim-entries");
    assert_eq!(by_claim.fingerprint(), by_day.fingerprint());
    assert!(by_claim.text("fund.json") == by_day.text("fund.json"));
    assert!(by_claim.text("settlements.csv") == by_day.text("settlements.csv"));
    assert!(by_claim.rows("ledger.csv").len() > 2 * by_day.rows("ledger.csv").len());
    for year in [2022, 2023, 2024] {
        assert_eq!(balances(&by_claim, year), balances(by_day, year), "{year}");
    }
    // Every entry of a benefit names a settlement, and the settlement says the same amount.
    let fund: HashMap<String, i64> = by_claim
        .rows("settlements.csv")
        .into_iter()
        .map(|row| (row["setl_id"].clone(), fen(&row["fund_pay_sumamt"])))
        .collect();
    let mut booked: HashMap<String, i64> = HashMap::new();
    for line in by_claim.rows("ledger.csv") {
        if line["account"].starts_with("benefit-") {
            *booked.entry(line["setl_id"].clone()).or_default() += fen(&line["debit"]) - fen(&line["credit"]);
        }
    }
    assert!(booked.len() > 1_000);
    for (setl_id, amount) in booked {
        assert_eq!(fund.get(&setl_id), Some(&amount), "`{setl_id}`");
    }
}

#[test]
fn the_settlements_add_up_to_the_totals_of_the_record() {
    for outputs in settled() {
        let record = outputs.json("run.json");
        let totals = record["totals"].as_object().unwrap();
        let rows = outputs.rows("settlements.csv");
        let mut checked = 0;
        for (name, total) in totals {
            if let Some(column) = name.strip_suffix("_fen") {
                let sum: i64 = rows.iter().map(|row| fen(&row[column])).sum();
                assert_eq!(total, &Value::from(sum), "{column}");
                checked += 1;
            }
        }
        assert_eq!(checked, 13);
        let standing: i64 = rows
            .iter()
            .map(|row| if row["refd_setl_flag"] == "1" { -1 } else { 1 })
            .sum();
        assert_eq!(record["totals"]["claims"], standing);
    }
}

#[test]
fn the_benefits_in_the_ledger_are_those_of_the_settlements() {
    for outputs in settled() {
        let rows = outputs.rows("settlements.csv");
        let sum = |column: &str, sub_fund: Option<&str>| -> i64 {
            let of_fund = rows
                .iter()
                .filter(|row| sub_fund.is_none_or(|sub_fund| row["sub_fund"] == sub_fund));
            of_fund.map(|row| fen(&row[column])).sum()
        };
        let settled = [
            ("basic", sum("hifp_pay", Some("basic"))),
            ("outpatient", sum("hifp_pay", Some("outpatient"))),
            ("critical-illness", sum("hifmi_pay", None)),
            ("assistance", sum("maf_pay", None)),
            ("special", sum("oth_pay", None)),
        ];
        let balances = balances(outputs, i64::MAX);
        for (book, settled) in settled {
            let booked: i64 = balances
                .iter()
                .filter(|((of, account), _)| of == book && account.starts_with("benefit-"))
                .map(|(_, amount)| amount)
                .sum();
            assert_eq!(booked, settled, "{book}");
            assert!(settled > 0, "{book}: the test should see some");
        }
    }
}

/// Without files to write, a city is settled slice by slice while it is drawn, on any number of threads.
#[test]
fn a_city_settled_while_it_is_drawn_gives_the_same_report() {
    let place = tempfile::tempdir().unwrap();
    let whole = yibao(place.path(), "run --persons 20000 --seed 5 --out out");
    for threads in [1, 2, 7] {
        let report = yibao(
            place.path(),
            &format!("run --persons 20000 --seed 5 --threads {threads}"),
        );
        assert_eq!(report, whole, "{threads} threads");
    }
}
