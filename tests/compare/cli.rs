//! The commands, their files and their errors.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn yibao(desk: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yibao"))
        .current_dir(desk)
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

#[track_caller]
fn ran(desk: &Path, arguments: &str, code: i32) -> (String, String) {
    let output = yibao(desk, arguments);
    let (out, err) = [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8(bytes.clone()).unwrap())
        .into();
    assert_eq!(output.status.code(), Some(code), "{arguments}: {err}");
    (out, err)
}

const DEARER: &str = "--set benefit.inpatient.tertiary.deductible=1500";

#[test]
fn compare_writes_record_tables_and_report() {
    let desk = tempfile::tempdir().unwrap();
    let command = format!(
        "compare jinan {DEARER} --persons 2000 --year 2022 --year 2023 --bridge shapley --out out --report page.html --json"
    );
    let (json, _) = ran(desk.path(), &command, 0);
    let record: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(record["people"]["city"]["persons"], 2000);
    assert_eq!(record["years"].as_array().unwrap().len(), 2);
    assert_eq!(record["pairs"][0]["bridge"]["method"], "shapley");
    let label = "jinan+set";
    assert_eq!(record["scenarios"][1]["label"], label);
    let read = |name: &str| std::fs::read_to_string(desk.path().join(name)).unwrap();
    let mut files: Vec<String> = std::fs::read_dir(desk.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let expected = [
        "bridge.csv",
        "changed_claims.csv",
        "changes.csv",
        "compare.json",
        "sides.csv",
        "winners.csv",
    ];
    assert_eq!(files, expected);
    assert!(read("out/sides.csv").contains(&format!("2023,{label},fund_cost,")));
    let losers = read("out/winners.csv");
    assert!(
        losers
            .lines()
            .any(|line| line.starts_with(&format!("2023,jinan,{label},all,all,")))
    );
    assert!(read("page.html").contains("yibao compare jinan"));
    // An earlier comparison is replaced; the same command gives the same files.
    ran(desk.path(), &command, 0);
    assert_eq!(losers, read("out/winners.csv"));
}

#[test]
fn sweep_prints_a_row_a_point() {
    let desk = tempfile::tempdir().unwrap();
    let grid =
        "--vary benefit.inpatient.tertiary.deductible=1000..1400/200 --vary fund.interest=0.01..0.02/0.01";
    let command = format!("sweep {grid} --persons 1000 --year 2023 --csv --out out --report page.html");
    let (csv, _) = ran(desk.path(), &command, 0);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 1 + 6);
    assert!(
        lines[0].starts_with(
            "year,benefit.inpatient.tertiary.deductible,fund.interest,insured,claims,fund_cost,"
        )
    );
    assert!(lines[1].starts_with("2023,1000.00,0.01,"));
    assert_eq!(
        std::fs::read_to_string(desk.path().join("out/sweep.csv")).unwrap(),
        csv
    );
    #[cfg(feature = "parquet")]
    typed_points_are_those_of_csv(desk.path(), &command, &lines);
    let page = std::fs::read_to_string(desk.path().join("page.html")).unwrap();
    assert!(page.contains("<svg"));
    let (text, _) = ran(
        desk.path(),
        &format!("sweep {grid} --persons 1000 --year 2023 --lang zh"),
        0,
    );
    assert!(text.contains("基金支出"));
}

/// Checks the points as Parquet against the lines of the CSV.
#[cfg(feature = "parquet")]
fn typed_points_are_those_of_csv(desk: &Path, command: &str, lines: &[&str]) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    ran(desk, &format!("{command} --format parquet"), 0);
    assert!(!desk.join("out/sweep.csv").exists());
    let file = std::fs::File::open(desk.join("out/sweep.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), lines.len() - 1);
    for (row, line) in rows.iter().zip(&lines[1..]) {
        for ((name, field), text) in row.get_column_iter().zip(line.split(',')) {
            let told = match field {
                parquet::record::Field::Null => String::new(),
                // Shares have six decimals in CSV, and figures as many as they were given.
                parquet::record::Field::Double(number) => {
                    let same = (number - text.parse::<f64>().unwrap()).abs() < 5.1e-7;
                    if same {
                        text.to_string()
                    } else {
                        number.to_string()
                    }
                }
                other => other.to_string(),
            };
            assert_eq!(told, text, "{name}");
        }
    }
}

#[test]
fn formulas_are_texts_in_csv() {
    let desk = tempfile::tempdir().unwrap();
    std::fs::write(
        desk.path().join("formula.toml"),
        "[scenario]\nbase = \"jinan\"\nname = \"=1+1\"\ntitle = \"A\"\nsource = \"@SUM(A1)\"\n[fund]\ninterest = 0.03\n",
    )
    .unwrap();
    ran(
        desk.path(),
        "compare jinan formula.toml --persons 300 --out out",
        0,
    );
    for name in ["sides.csv", "winners.csv", "changes.csv"] {
        let path = desk.path().join("out").join(name);
        let mut reader = csv::Reader::from_path(path).unwrap();
        let cells: Vec<String> = reader
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_string).collect::<Vec<_>>())
            .collect();
        assert!(cells.iter().any(|cell| cell.starts_with("'=1+1")), "{name}");
        assert!(
            !cells.iter().any(|cell| cell.starts_with(['=', '@', '+'])),
            "{name}"
        );
    }
}

/// Two persons, one of whom paid, and their claims.
fn with_files(desk: &Path) {
    let write = |name: &str, text: &str| std::fs::write(desk.join(name), text).unwrap();
    write("persons.csv", "psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n");
    write(
        "paid.csv",
        "psn_no,year,pay_date,amount\nP1,2023,2022-10-05,380.00\n",
    );
    write(
        "claims.csv",
        "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n\
         A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01\nB,P2,21,H1,2023-03-05,2023-03-10,8000.00,01\n",
    );
}

const FILES: &str = "--persons persons.csv --claims claims.csv";

#[test]
fn explain_sets_a_claim_against_itself() {
    let desk = tempfile::tempdir().unwrap();
    with_files(desk.path());
    let against = "--against-set benefit.inpatient.tertiary.deductible=1500";
    let (text, _) = ran(desk.path(), &format!("explain {FILES} --claim A {against}"), 0);
    assert!(text.contains("They part at step"), "{text}");
    assert!(
        text.contains("benefit.inpatient.tertiary.deductible: 1000.00 → 1500.00"),
        "{text}"
    );
    assert!(text.contains("2,550.00"), "{text}");
    let (json, _) = ran(
        desk.path(),
        &format!("explain {FILES} --claim A {against} --json"),
        0,
    );
    let record: Value = serde_json::from_str(&json).unwrap();
    // (5,000 - 1,000) x 70 %, then (5,000 - 1,500) x 70 %.
    assert_eq!(record["person_pays"], serde_json::json!(["2200.00", "2550.00"]));
    assert_eq!(record["more_by_bearer"]["basic"], "-350.00");
    let parts_at = record["parts_at"].as_u64().unwrap() as usize;
    assert_eq!(record["steps"][parts_at]["rule"], "deductible");
    let (text, _) = ran(
        desk.path(),
        &format!("explain {FILES} --claim A --against jinan --lang zh"),
        0,
    );
    assert!(text.contains("逐步一致"), "{text}");
    let (_, err) = ran(
        desk.path(),
        &format!("explain {FILES} --claim C --against jinan"),
        2,
    );
    assert!(err.contains("there is no claim `C`"), "{err}");
}

#[test]
fn files_are_compared_and_refusals_want_a_look() {
    let desk = tempfile::tempdir().unwrap();
    with_files(desk.path());
    let (text, _) = ran(
        desk.path(),
        &format!("compare jinan {DEARER} {FILES} --year 2023"),
        0,
    );
    assert!(text.contains("<10"), "{text}");
    let paid = "--enrolments paid.csv --set funding.individual.adult=450 --year 2023";
    let (_, err) = ran(desk.path(), &format!("compare jinan {FILES} {paid}"), 2);
    assert!(err.contains("hint: give `--payments follow`"), "{err}");
    ran(
        desk.path(),
        &format!("compare jinan {FILES} {paid} --payments follow"),
        0,
    );
    ran(
        desk.path(),
        &format!("compare jinan {FILES} {paid} --payments as-recorded"),
        1,
    );
}

#[test]
fn the_years_of_files_are_those_of_their_claims() {
    let desk = tempfile::tempdir().unwrap();
    with_files(desk.path());
    let claims = std::fs::read_to_string(desk.path().join("claims.csv")).unwrap();
    let of = |year: &str| claims.replace("2023-", &format!("{year}-"));
    std::fs::write(desk.path().join("claims.csv"), of("2021")).unwrap();
    let settled = |arguments: &str| {
        let (json, err) = ran(desk.path(), &format!("{arguments} --json"), 0);
        let record: Value = serde_json::from_str(&json).unwrap();
        let years = record["years"].as_array().unwrap().iter();
        (
            years
                .map(|year| year["year"].as_i64().unwrap())
                .collect::<Vec<_>>(),
            err,
        )
    };
    let compare = format!("compare jinan {DEARER} {FILES}");
    assert_eq!(settled(&compare), (vec![2021], String::new()));
    let (years, err) = settled(&format!("{compare} --year 2023"));
    assert_eq!(years, [2023]);
    assert_eq!(err.trim_end(), "warning: the files have no claim of 2023");
    std::fs::write(desk.path().join("claims.csv"), of("2031")).unwrap();
    let (_, err) = ran(desk.path(), &compare, 2);
    assert!(err.contains("not one claim of 2 can be settled"), "{err}");
    assert!(err.contains("falls in 2031, for which"), "{err}");
}

#[test]
fn errors_say_what_to_do() {
    let desk = tempfile::tempdir().unwrap();
    let wrong = |arguments: &str, words: &[&str]| {
        let (_, err) = ran(desk.path(), arguments, 2);
        for word in words {
            assert!(err.contains(word), "{arguments}: {err}");
        }
    };
    wrong(
        "compare jinan",
        &["one scenario alone compares to nothing", "--set KEY=VALUE"],
    );
    wrong(
        "compare jinan jinann",
        &["there is no built-in scenario `jinann`", "did you mean `jinan`?"],
    );
    wrong(
        &format!("compare jinan {DEARER} --year 1999"),
        &["has no figures for benefit year 1999", "2020"],
    );
    wrong(
        &format!("compare jinan {DEARER} --persons nobody"),
        &["`nobody`, for --persons, is no number of residents"],
    );
    wrong(
        &format!("compare jinan {DEARER} --bridge --group fund"),
        &["no changed key is or stands under `fund`"],
    );
    wrong(
        &format!("compare jinan {DEARER} --income 0"),
        &["an income is more than nothing"],
    );
    wrong(
        &format!("compare jinan {DEARER} --alternative-baseline jinann"),
        &["there is no built-in scenario `jinann`", "did you mean `jinan`"],
    );
    wrong(
        &format!("compare jinan {DEARER} --persons 10 --out out --report out/page.html"),
        &["which is replaced or removed as a whole"],
    );
    wrong(
        "sweep --vary fund.interest",
        &["has no range to sweep over", "fund.interest=FROM..TO/STEP"],
    );
    wrong(
        "sweep --vary fund.intrest=0..1/1",
        &["no key is called `fund.intrest`", "fund.interest"],
    );
    let shangluo = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/shangluo.toml");
    wrong(
        &format!("compare {shangluo} --set fund.interest=0.05"),
        &[
            "describes no population to draw a city from",
            "hint: give files of persons and claims",
        ],
    );
    wrong(
        &format!("compare jinan {shangluo} --year 2023 --persons 10 --bridge"),
        &["have figures for different years, so nothing lies between them"],
    );
    wrong(
        "sweep --vary population.students=0..0.1/0.05",
        &["makes other people or illnesses"],
    );
    assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), 0);
}
