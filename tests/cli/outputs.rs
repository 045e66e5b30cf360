//! The files of a run: whole or not at all, with the columns of the contract, and nothing lost on the way.

use crate::Desk;
use serde_json::Value;
use std::collections::BTreeMap;

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --out out";

/// The header of `settlements`: the contract's columns in the contract's order, then what says what a row cancels.
const SETTLEMENTS_HEADER: &str = "setl_id,mdtrt_id,psn_no,insutype,med_type,setl_time,year,status,reason,\
    medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_scp_amt,\
    dedc_std,act_pay_dedc,pool_prop_selfpay,\
    hifp_pay,hifmi_pay,maf_pay,oth_pay,fund_pay_sumamt,psn_part_amt,acct_pay,psn_cash_pay,hosp_part_amt,sub_fund,\
    refd_setl_flag,init_setl_id";

/// An amount in yuan as fen.
fn fen(yuan: &str) -> i64 {
    let digits: String = yuan.chars().filter(|c| *c != '.').collect();
    assert_eq!(
        yuan.find('.'),
        Some(yuan.len() - 3),
        "`{yuan}` is not in yuan and fen"
    );
    digits.parse().unwrap()
}

#[test]
fn settlements_have_the_columns_of_the_contract_in_its_order() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    let text = desk.read("out/settlements.csv");
    assert_eq!(text.lines().next().unwrap(), SETTLEMENTS_HEADER);
    // 5,000 yuan in a tertiary hospital, the first stay of the year.
    assert_eq!(
        text.lines().nth(1).unwrap(),
        "A,A,P1,390,21,2023-01-10,2023,settled,,5000.00,0.00,0.00,0.00,5000.00,1000.00,1000.00,0.7,\
         2800.00,0.00,0.00,0.00,2800.00,2200.00,0.00,2200.00,0.00,basic,0,"
    );
}

#[test]
fn every_settlement_row_adds_up() {
    let desk = Desk::with_good_files();
    desk.write("claims.csv", crate::REVERSED);
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    let rows = desk.rows("out/settlements.csv");
    assert_eq!(rows.len(), 5);
    for row in rows {
        let sum = |columns: &[&str]| columns.iter().map(|column| fen(&row[*column])).sum::<i64>();
        let scope = [
            "fulamt_ownpay_amt",
            "overlmt_selfpay",
            "preselfpay_amt",
            "inscp_scp_amt",
        ];
        assert_eq!(sum(&["medfee_sumamt"]), sum(&scope));
        assert_eq!(
            sum(&["fund_pay_sumamt"]),
            sum(&["hifp_pay", "hifmi_pay", "maf_pay", "oth_pay"])
        );
        assert_eq!(
            sum(&["medfee_sumamt"]),
            sum(&["fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"])
        );
        assert_eq!(sum(&["psn_part_amt"]), sum(&["acct_pay", "psn_cash_pay"]));
        assert_eq!(fen(&row["acct_pay"]), 0);
    }
}

#[test]
fn a_reversal_shows_the_settlement_its_mirror_image_and_the_new_one() {
    let desk = Desk::with_good_files();
    desk.write("claims.csv", crate::REVERSED);
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    let rows = desk.rows("out/settlements.csv");
    let seen: Vec<String> = rows
        .iter()
        .map(|row| {
            let columns = [
                "setl_id",
                "mdtrt_id",
                "medfee_sumamt",
                "act_pay_dedc",
                "refd_setl_flag",
                "init_setl_id",
            ];
            columns.map(|column| row[column].as_str()).join(" ")
        })
        .collect();
    assert_eq!(
        seen,
        [
            "A A 5000.00 1000.00 0 ",
            "B B 8000.00 500.00 0 ",
            "A.1r R -5000.00 -1000.00 1 A",
            "B.1r B -8000.00 -500.00 1 B",
            "B.2 B 8000.00 1000.00 0 ",
        ]
    );
}

#[test]
fn rows_in_are_rows_settled_and_rows_rejected_by_count_and_by_sum() {
    let desk = Desk::with_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(1);
    let record = desk.json("out/run.json");
    let rows: BTreeMap<String, BTreeMap<String, i64>> =
        serde_json::from_value(record["claim_rows"].clone()).unwrap();
    let part = |name: &str| (rows[name]["rows"], rows[name]["medfee_sumamt_fen"]);
    // The amount with three decimals cannot be read, so it is in no sum.
    assert_eq!(part("read"), (7, 1_762_050));
    assert_eq!(part("accepted"), (4, 1_612_050));
    assert_eq!(part("rejected"), (3, 150_000));
    assert_eq!(part("skipped"), (0, 0));
    assert_eq!(record["totals"]["claims"], 4);
    assert_eq!(record["totals"]["medfee_sumamt_fen"], 1_612_050);
    let reasons = serde_json::json!({ "end-before-begin": 1, "too-many-decimals": 1, "unknown-person": 1 });
    assert_eq!(record["rejects"], reasons);
    for input in record["inputs"].as_array().unwrap() {
        let count = |name: &str| input[name].as_i64().unwrap();
        assert_eq!(
            count("rows"),
            count("accepted") + count("rejected") + count("skipped")
        );
    }
    assert_eq!(desk.rows("out/settlements.csv").len(), 4);
    assert_eq!(desk.rows("out/rejects.csv").len(), 3);
}

#[test]
fn rejects_name_file_line_column_value_reason_and_a_sentence() {
    let desk = Desk::with_files();
    desk.yibao(SETTLE).exits(1);
    let text = desk.read("out/rejects.csv");
    assert_eq!(
        text.lines().next().unwrap(),
        "file,line,column,value,reason,sentence,mdtrt_id,psn_no,amount"
    );
    let rows = desk.rows("out/rejects.csv");
    let seen: Vec<String> = rows
        .iter()
        .map(|row| {
            assert!(row["sentence"].contains(&row["column"]), "{}", row["sentence"]);
            let columns = [
                "file", "line", "column", "value", "reason", "mdtrt_id", "psn_no", "amount",
            ];
            columns.map(|column| row[column].as_str()).join(" ")
        })
        .collect();
    assert_eq!(
        seen,
        [
            "claims.csv 6 endtime 2023-05-01 end-before-begin X P1 700.00",
            "claims.csv 7 psn_no NOBODY unknown-person Y NOBODY 800.00",
            "claims.csv 8 medfee_sumamt 9.999 too-many-decimals Z P1 ",
        ]
    );
}

#[test]
fn the_record_names_what_went_in() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    let record = desk.json("out/run.json");
    assert_eq!(record["program"], "yibao");
    assert_eq!(record["version"], env!("CARGO_PKG_VERSION"));
    let command: Vec<&str> = record["command"].as_array().unwrap()[1..]
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(command.join(" "), format!("{SETTLE} --format csv"));
    assert_eq!(record["scenario"]["name"], "jinan");
    assert_eq!(record["scenario"]["sha256"].as_str().unwrap().len(), 64);
    let placeholders = record["scenario"]["placeholders"].as_array().unwrap();
    assert!(placeholders.contains(&Value::from("benefit.inpatient.tertiary.deductible")));
    let inputs = record["inputs"].as_array().unwrap();
    assert_eq!(
        [&inputs[0]["role"], &inputs[0]["path"]],
        ["persons", "persons.csv"]
    );
    assert_eq!([&inputs[1]["role"], &inputs[1]["path"]], ["claims", "claims.csv"]);
    // Anyone can check it with `sha256sum`.
    let hash = desk.sha256("persons.csv");
    assert_eq!(inputs[0]["sha256"], hash);
}

impl Desk {
    /// SHA-256 of a file, in hex.
    pub(super) fn sha256(&self, name: &str) -> String {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(std::fs::read(self.path(name)).unwrap());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(feature = "parquet")]
#[test]
fn settlements_are_parquet_by_default() {
    let desk = Desk::with_good_files();
    desk.yibao(SETTLE).exits(0);
    let files: Vec<String> = desk.names("out").into_iter().collect();
    assert_eq!(
        files,
        [
            "fund.json",
            "ledger.csv",
            "rejects.csv",
            "run.json",
            "settlements.parquet"
        ]
    );
    let bytes = std::fs::read(desk.path("out/settlements.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    desk.yibao("run --persons 50 --out run").exits(0);
    assert!(desk.names("run").contains("settlements.parquet"));
    desk.yibao("synth --persons 50 --out city").exits(0);
    assert!(desk.names("city").contains("claims.parquet"));
}

#[test]
fn csv_is_written_in_its_place_when_asked_for() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    assert!(desk.names("out").contains("settlements.csv"));
    assert!(!desk.names("out").contains("settlements.parquet"));
}

#[test]
fn a_later_run_replaces_an_earlier_one_as_a_whole() {
    let desk = Desk::with_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(1);
    desk.yibao(&format!("{SETTLE} --totals")).exits(1);
    let files: Vec<String> = desk.names("out").into_iter().collect();
    assert_eq!(files, ["fund.json", "ledger.csv", "rejects.csv", "run.json"]);
}

#[test]
fn nothing_is_left_beside_the_outputs() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    desk.yibao(&format!("{SETTLE} --format csv")).exits(0);
    desk.yibao("run --persons 50 --out out").exits(0);
    desk.yibao("synth --persons 50 --out out --format csv").exits(0);
    let files: Vec<String> = desk.names(".").into_iter().collect();
    assert_eq!(files, ["claims.csv", "out", "persons.csv"]);
    let city: Vec<String> = desk.names("out").into_iter().collect();
    assert_eq!(
        city,
        [
            "claims.csv",
            "enrolments.csv",
            "events.csv",
            "institutions.csv",
            "persons.csv",
            "run.json"
        ]
    );
}

#[test]
fn outputs_go_into_directories_that_are_not_there_yet() {
    let desk = Desk::new();
    desk.yibao("run --persons 50 --out deep/er/out/ --format csv")
        .exits(0);
    assert!(desk.names("deep/er/out").contains("run.json"));
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.yibao("run --persons 50 --out empty --format csv").exits(0);
    assert!(desk.names("empty").contains("run.json"));
}

#[cfg(unix)]
#[test]
fn outputs_can_be_read_by_others_where_the_user_allows_it() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    std::fs::create_dir(desk.path("usual")).unwrap();
    desk.yibao("run --persons 50 --out out").exits(0);
    assert_eq!(mode("out"), mode("usual"));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_unicode_are_no_obstacle() {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::with_good_files();
    let name = OsStr::from_bytes(b"out\xff");
    let arguments = [
        OsString::from("settle"),
        "--persons".into(),
        "persons.csv".into(),
        "--claims".into(),
        "claims.csv".into(),
        "--out".into(),
        name.to_os_string(),
    ];
    crate::Answer::of(desk.command(arguments).output().unwrap()).exits(0);
    assert!(desk.directory.path().join(name).join("run.json").is_file());
}
