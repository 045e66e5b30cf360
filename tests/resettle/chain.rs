//! Resettlements of resettlements: generations go on, years stay apart, and what does not change is not written.

use crate::{Desk, flows, sums, well_numbered};

const HEADER: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,refd_setl_flag,init_setl_id";
const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --format csv";

/// A stay, a later one, and the reversal of the first: the later one has two generations already.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n");
    let claims = "A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01,,\n\
                  B,P1,21,H1,2023-03-05,2023-03-10,8000.00,01,,\n\
                  R,P1,21,H1,2023-04-05,2023-04-05,-5000.00,01,1,A\n\
                  D,P2,21,H1,2022-04-05,2022-04-07,4000.00,01,,\n";
    desk.write("claims.csv", &format!("{HEADER}\n{claims}"));
    desk
}

#[test]
fn generations_go_on_after_the_largest() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out s0")).exits(0);
    desk.write(
        "one.csv",
        &format!("{HEADER}\nB,P1,21,H1,2023-03-05,2023-03-10,9000.00,01,,\n"),
    );
    desk.yibao("resettle --previous s0 --claims one.csv --out s1 --format csv")
        .exits(0);
    assert_eq!(
        desk.settlements("s1"),
        [
            "B.2r B P1 2023-03-10 settled -8000.00 -1000.00 -4900.00 0.00 -3100.00 B.2",
            "B.3 B P1 2023-03-10 settled 9000.00 1000.00 5600.00 0.00 3400.00 ",
        ]
    );
    // The reversal was of another claim: A stands again, as its second settlement, and B is the second stay.
    desk.write(
        "two.csv",
        &format!("{HEADER}\nR,P2,21,H1,2022-05-05,2022-05-05,-4000.00,01,1,D\n"),
    );
    desk.yibao("resettle --previous s1 --claims two.csv --out s2 --format csv --posted-on 2024-02-01")
        .exits(0);
    assert_eq!(
        desk.settlements("s2"),
        [
            "A.2 A P1 2024-02-01 settled 5000.00 1000.00 2800.00 0.00 2200.00 ",
            "B.3r B P1 2024-02-01 settled -9000.00 -1000.00 -5600.00 0.00 -3400.00 B.3",
            "B.4 B P1 2024-02-01 settled 9000.00 500.00 5950.00 0.00 3050.00 ",
            "D.1r R P2 2024-02-01 settled -4000.00 -1000.00 -2100.00 0.00 -1900.00 D",
        ]
    );
    let record = desk.json("s2/run.json");
    assert_eq!(record["late"][0]["posted_on"], "2023-03-10");
    assert_eq!(record["late"][1]["posted_on"], "2024-02-01");
    assert_eq!(record["changes"]["previous"], "s1");
    assert_eq!(
        record["changes"]["previous_fingerprint"],
        desk.json("s1/run.json")["fingerprint"]
    );
    let runs = ["s0", "s1", "s2"];
    well_numbered(&desk, &runs);
    let all = "A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01,,\n\
               B,P1,21,H1,2023-03-05,2023-03-10,9000.00,01,,\n\
               R,P2,21,H1,2022-05-05,2022-05-05,-4000.00,01,1,D\n\
               D,P2,21,H1,2022-04-05,2022-04-07,4000.00,01,,\n";
    desk.write("claims.csv", &format!("{HEADER}\n{all}"));
    desk.yibao(&format!("{SETTLE} --out at-once")).exits(0);
    desk.same_state("s2", "at-once");
    assert_eq!(sums(&desk, &runs), sums(&desk, &["at-once"]));
    assert_eq!(flows(&desk, &runs), flows(&desk, &["at-once"]));
}

#[test]
fn nothing_changed_is_nothing_written() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out s0")).exits(0);
    desk.write("empty.csv", &format!("{HEADER}\n"));
    for late in ["claims.csv", "empty.csv"] {
        let answer = desk
            .yibao(&format!(
                "resettle --previous s0 --claims {late} --out s1 --format csv"
            ))
            .exits(0);
        assert_eq!(desk.settlements("s1"), Vec::<String>::new());
        assert_eq!(desk.entries("s1"), Vec::<String>::new());
        desk.same_state("s1", "s0");
        let fingerprint = desk.json("s0/run.json")["fingerprint"].clone();
        assert!(
            answer
                .stdout
                .ends_with(&format!("Fingerprint {}\n", fingerprint.as_str().unwrap()))
        );
    }
    assert_eq!(
        desk.json("s1/run.json")["late"][0]["posted_on"],
        serde_json::Value::Null
    );
    // The reversal of the first run keeps its id in its own row; replaced by itself, nothing moves either.
    desk.write("same.csv", &desk.read("claims.csv"));
    desk.yibao("resettle --previous s1 --claims same.csv --persons persons.csv --out s2 --format csv")
        .exits(0);
    desk.same_state("s2", "s0");
}

#[test]
fn a_run_of_one_year_stays_one() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --year 2023 --out s0")).exits(0);
    assert_eq!(desk.json("s0/run.json")["year"], 2023);
    let late = "D,P2,21,H1,2022-04-05,2022-04-07,4500.00,01,,\n\
                E,P2,21,H1,2023-04-05,2023-04-07,4500.00,01,,\n";
    desk.write("late.csv", &format!("{HEADER}\n{late}"));
    desk.yibao("resettle --previous s0 --claims late.csv --out s1 --format csv")
        .exits(0);
    assert_eq!(
        desk.settlements("s1"),
        ["E E P2 2023-04-07 settled 4500.00 1000.00 2450.00 0.00 2050.00 "]
    );
    let record = desk.json("s1/run.json");
    assert_eq!(record["year"], 2023);
    assert_eq!(record["claim_rows"]["skipped"]["rows"], 1);
    assert_eq!(record["claim_rows"]["replaced"]["rows"], 1);
}

#[test]
fn of_a_repeated_id_the_first_row_is_replaced_and_the_other_stays_a_reject() {
    let desk = desk();
    let twice = desk.read("claims.csv") + "B,P1,21,H1,2023-05-05,2023-05-10,700.00,01,,\n";
    desk.write("claims.csv", &twice);
    desk.yibao(&format!("{SETTLE} --out s0")).exits(1);
    let late = "B,P1,21,H1,2023-03-05,2023-03-10,9000.00,01,,\n\
                B,P1,21,H1,2023-03-05,2023-03-10,9500.00,01,,\n";
    desk.write("late.csv", &format!("{HEADER}\n{late}"));
    desk.yibao("resettle --previous s0 --claims late.csv --out s1 --format csv")
        .exits(1);
    assert_eq!(
        desk.settlements("s1")[1],
        "B.3 B P1 2023-03-10 settled 9000.00 1000.00 5600.00 0.00 3400.00 "
    );
    let rejects = desk.rows("s1/rejects.csv");
    let places: Vec<[&str; 3]> = rejects
        .iter()
        .map(|row| ["file", "line", "reason"].map(|column| row[column].as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ["claims.csv", "6", "repeated-id"],
            ["late.csv", "3", "repeated-id"]
        ]
    );
}

#[test]
fn a_resettled_directory_is_an_earlier_run_that_may_be_replaced() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out s0")).exits(0);
    desk.write(
        "late.csv",
        &format!("{HEADER}\nB,P1,21,H1,2023-03-05,2023-03-10,9000.00,01,,\n"),
    );
    let resettle = "resettle --previous s0 --claims late.csv --out s1";
    desk.yibao(&format!("{resettle} --format csv")).exits(0);
    let before = desk.read("s1/settlements.csv");
    for name in ["fund.json", "ledger.csv", "rejects.csv", "run.json"] {
        desk.read(&format!("s1/{name}"));
    }
    desk.yibao(&format!("{resettle} --format csv --threads 1"))
        .exits(0);
    assert_eq!(desk.read("s1/settlements.csv"), before);
    if cfg!(feature = "parquet") {
        desk.yibao(resettle).exits(0);
        assert!(desk.path("s1/settlements.parquet").exists());
        assert!(!desk.path("s1/settlements.csv").exists());
    }
}

#[test]
fn late_payments_of_other_years_are_skipped_in_their_own_file() {
    let desk = desk();
    let header = "psn_no,year,pay_date\n";
    desk.write("enrolments.csv", &format!("{header}P1,2023,2022-11-01\n"));
    desk.write(
        "late.csv",
        &format!("{header}P2,2022,2021-11-01\nP2,2024,2023-11-01\nP2,2023,2022-11-01\n"),
    );
    desk.yibao(&format!(
        "{SETTLE} --enrolments enrolments.csv --year 2023 --out s0"
    ))
    .exits(0);
    desk.yibao("resettle --previous s0 --enrolments late.csv --out s1 --format csv")
        .exits(0);
    let record = desk.json("s1/run.json");
    let counts =
        |file: &serde_json::Value| ["accepted", "rejected", "skipped"].map(|name| file[name].clone());
    let file = record["inputs"].as_array().unwrap().iter();
    let first = file.clone().find(|file| file["role"] == "enrolments").unwrap();
    assert_eq!(counts(first), [1, 0, 0].map(serde_json::Value::from));
    assert_eq!(
        counts(&record["late"][0]["inputs"][0]),
        [1, 0, 2].map(serde_json::Value::from)
    );
    assert_eq!(record["enrolment"]["payments"]["skipped"]["rows"], 2);
}
