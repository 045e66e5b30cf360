//! `yibao settle` as one reads it: the report on standard output, the rest on standard error.

use crate::{CLAIMS, Desk, PERSONS};
use std::io::Write;

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv";

/// The fingerprint that a report ends with.
fn fingerprint(report: &str) -> &str {
    let last = report.lines().last().unwrap();
    last.strip_prefix("Fingerprint ").unwrap()
}

#[test]
fn the_report_is_on_standard_output_and_standard_error_says_only_what_was_written() {
    let desk = Desk::with_good_files();
    let answer = desk.yibao(&format!("{SETTLE} --out out")).exits(0);
    let lines: Vec<&str> = answer.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{}", answer.stderr);
    assert!(lines[0].starts_with("wrote ") && lines[0].ends_with("out"));
    for part in [
        "济政字〔2019〕90号",
        "placeholder",
        "No enrolments file",
        "16,120.50", // All bills.
        "Fingerprint ",
    ] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    assert_eq!(
        fingerprint(&answer.stdout),
        desk.json("out/run.json")["fingerprint"]
    );
}

#[test]
fn the_report_counts_rejected_rows_by_reason() {
    let desk = Desk::with_files();
    let report = desk.yibao(&format!("{SETTLE} --totals")).exits(1).stdout;
    for reason in ["end-before-begin", "unknown-person", "too-many-decimals"] {
        assert!(report.contains(reason), "{reason}");
    }
    assert!(report.contains("1,500.00"), "the sum of what was rejected");
}

/// Neither is it nothing.
#[test]
fn the_bill_of_a_row_that_cannot_be_read_is_unknown() {
    let desk = Desk::with_files();
    let claims = "mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt\n\
                  A,P1,21,H1,03,2023-03-01,2023-03-09,twelve\nB,P1,21,H1,3,2023-03-01,2023-03-09,500.00\n\
                  C,P1,21,H1,03,2023-03-01,2023-03-09,0\nD,P9,21,H1,03,2023-03-01,2023-03-09,100.00\n\
                  E,P9,21,H1,03,2023-03-01,2023-03-09,twelve\n";
    desk.write("claims.csv", claims);
    let report = desk.yibao(&format!("{SETTLE} --totals")).exits(1).stdout;
    let bill_of = |reason: &str| {
        let line = report.lines().find(|line| line.contains(reason));
        line.and_then(|line| line.split_whitespace().last())
            .map(str::to_string)
    };
    let reasons = [
        ("rejected (2 bills unknown)", "600.00"),
        ("claims: not-an-amount ", "unknown"),
        ("claims: unknown-code ", "500.00"),
        ("claims: non-positive-total ", "0.00"),
        ("claims: unknown-person (1 bill unknown)", "100.00"),
    ];
    for (reason, bill) in reasons {
        assert_eq!(bill_of(reason).as_deref(), Some(bill), "{reason}\n{report}");
    }
}

#[test]
fn totals_write_no_settlements_and_need_no_directory() {
    let desk = Desk::with_good_files();
    let before = desk.names(".");
    let alone = desk.yibao(&format!("{SETTLE} --totals")).exits(0);
    assert_eq!(desk.names("."), before);
    assert_eq!(alone.stderr, "");
    let beside = desk.yibao(&format!("{SETTLE} --totals --out out")).exits(0);
    assert_eq!(beside.stdout, alone.stdout);
    // Whatever shows the hash of an input has it.
    let run: serde_json::Value = serde_json::from_str(&desk.read("out/run.json")).unwrap();
    assert_eq!(run["inputs"][0]["sha256"], desk.sha256("persons.csv"));
    desk.yibao(&format!("{SETTLE} --totals --report page.html"))
        .exits(0);
    assert!(desk.read("page.html").contains(&desk.sha256("persons.csv")));
    let files: Vec<String> = desk.names("out").into_iter().collect();
    assert_eq!(files, ["fund.json", "ledger.csv", "rejects.csv", "run.json"]);
    let whole = desk.yibao(&format!("{SETTLE} --out whole")).exits(0);
    assert_eq!(whole.stdout, alone.stdout);
}

#[test]
fn claims_and_persons_can_come_from_standard_input() {
    let desk = Desk::with_files();
    let from_files = desk.yibao(&format!("{SETTLE} --totals")).exits(1).stdout;
    let claims = desk
        .yibao_reading(
            "settle --persons persons.csv --claims - --out out",
            CLAIMS.as_bytes(),
        )
        .exits(1);
    assert_eq!(claims.stdout, from_files);
    assert_eq!(desk.rows("out/rejects.csv")[0]["file"], "-");
    let persons = desk
        .yibao_reading(
            "settle --persons - --claims claims.csv --totals",
            PERSONS.as_bytes(),
        )
        .exits(1);
    assert_eq!(persons.stdout, from_files);
    // Compressed, too: content decides, not the name.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(CLAIMS.as_bytes()).unwrap();
    let packed = desk
        .yibao_reading(
            "settle --persons persons.csv --claims - --totals",
            &gzip.finish().unwrap(),
        )
        .exits(1);
    assert_eq!(packed.stdout, from_files);
}

#[test]
fn a_year_settles_alone_and_the_others_are_skipped() {
    let desk = Desk::with_files();
    desk.yibao(&format!("{SETTLE} --year 2022 --out out --format csv"))
        .exits(1);
    let rows = desk.rows("out/settlements.csv");
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0]["mdtrt_id"].as_str(), rows[0]["year"].as_str()),
        ("E", "2022")
    );
    let rows = &desk.json("out/run.json")["claim_rows"];
    let skipped = rows["skipped"]["rows"].as_i64().unwrap();
    let others = rows["accepted"]["rows"].as_i64().unwrap() + rows["rejected"]["rows"].as_i64().unwrap();
    assert_eq!(skipped + others, 7);
    assert!(skipped >= 3);
    let fund = desk.json("out/fund.json");
    let years: Vec<i64> = fund
        .as_array()
        .unwrap()
        .iter()
        .map(|year| year["year"].as_i64().unwrap())
        .collect();
    assert_eq!(years, [2022]);
}

#[test]
fn an_unknown_column_is_warned_of_once_and_ignored() {
    let desk = Desk::with_good_files();
    let plain = desk.yibao(&format!("{SETTLE} --totals")).exits(0).stdout;
    let claims =
        desk.read("claims.csv")
            .replace('\n', ",x\n")
            .replacen("hosp_lv,x", "hosp_lv,doctors_note", 1);
    desk.write("claims.csv", &claims);
    let answer = desk.yibao(&format!("{SETTLE} --totals")).exits(0);
    assert_eq!(answer.stderr.matches("warning: ").count(), 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("doctors_note"));
    assert_eq!(answer.stdout, plain);
    let explain = desk
        .yibao("explain --persons persons.csv --claims claims.csv --claim A")
        .exits(0);
    assert!(explain.stderr.contains("doctors_note"));
}

#[test]
fn files_without_rows_settle_to_nothing() {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy\n");
    desk.write("claims.csv", CLAIMS.lines().next().unwrap());
    desk.yibao(&format!("{SETTLE} --out out --format csv")).exits(0);
    assert!(desk.rows("out/settlements.csv").is_empty());
    assert_eq!(desk.json("out/fund.json"), serde_json::json!([]));
    assert_eq!(desk.json("out/run.json")["totals"]["claims"], 0);
}

#[test]
fn claim_entries_name_the_settlement_that_caused_them() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --out out --claim-entries"))
        .exits(0);
    let ids: std::collections::BTreeSet<String> = desk
        .rows("out/ledger.csv")
        .into_iter()
        .filter_map(|row| Some(row["setl_id"].clone()).filter(|id| !id.is_empty()))
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    assert_eq!(ids, ["A", "B", "D", "E"]);
}

#[test]
fn an_institutions_file_decides_who_is_designated() {
    let desk = Desk::with_good_files();
    desk.write("institutions.csv", "fixmedins_code,hosp_lv\nH1,02\n");
    desk.yibao(&format!(
        "{SETTLE} --institutions institutions.csv --out out --format csv"
    ))
    .exits(0);
    let reasons: Vec<(String, String)> = desk
        .rows("out/settlements.csv")
        .into_iter()
        .map(|row| (row["mdtrt_id"].clone(), row["reason"].clone()))
        .collect();
    assert!(reasons.contains(&("A".into(), "".into())));
    assert!(reasons.contains(&("D".into(), "not-designated".into())));
}

#[test]
fn the_report_shows_townships_and_employers_where_a_city_has_them() {
    let desk = Desk::with_good_files();
    let twenty = ["student", "minor", "adult"].map(|category| {
        format!("{category} = {{ yuan = 20, provenance = \"placeholder\", source = \"test\" }}\n")
    });
    let mine = include_str!("../../scenarios/jinan.toml").replacen(
        "[funding.subsidy_shares]",
        &format!(
            "[funding.township]\n{}\n[funding.subsidy_shares]",
            twenty.concat()
        ),
        1,
    );
    desk.write("mine.toml", &mine);
    let plain = desk.yibao(&format!("{SETTLE} --out plain")).exits(0).stdout;
    assert!(!plain.contains("townships (Art. 7)"));
    let report = desk
        .yibao(&format!("{SETTLE} --out out --scenario mine.toml"))
        .exits(0)
        .stdout;
    assert!(
        report.contains("  individual contributions, townships (Art. 7)"),
        "{report}"
    );
    assert!(!report.contains("employers (Art. 7)"), "nothing in every year");
    // What the township pays the persons do not, in the city and in each district.
    let years = [desk.json("plain/fund.json"), desk.json("out/fund.json")];
    let [before, after] = years.map(|years| years.as_array().unwrap().clone());
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        let of = |year: &serde_json::Value, payer: &str| {
            let name = format!("individual_{payer}_fen");
            let districts = year["districts"].as_array().unwrap();
            let by_district: i64 = districts.iter().map(|d| d[&name].as_i64().unwrap()).sum();
            assert_eq!(year["consolidated"]["income"][&name], by_district);
            by_district
        };
        assert_eq!(of(before, "person"), of(after, "person") + of(after, "township"));
        let heads = after["districts"].as_array().unwrap().iter();
        let heads: i64 = heads.map(|d| d["insured"].as_i64().unwrap()).sum();
        assert_eq!(of(after, "township"), heads * 2_000);
    }
}

const SHENZHEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/shenzhen.toml");

/// Five visits to institutions that were not chosen, of which two have a referral, one has none and two do not say.
#[test]
fn what_a_rule_asks_and_claims_do_not_state_is_told_once() {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy\nA,1980-01-01\nB,1985-01-01\n");
    let columns = "mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt";
    let visits = [
        ("1,A", "0,1,"),
        ("2,A", "0,,2023-05-01"),
        ("3,A", "0,0,"),
        ("4,B", "0,,"),
        ("5,B", ",,"),
    ];
    let visit =
        |(ids, facts): &(&str, &str)| format!("{ids},11,H1,06,2023-05-02,2023-05-02,100.00,{facts}\n");
    let rows: String = visits.iter().map(visit).collect();
    let facts = "selected_institution,otp_er_refl_flag,refl_date";
    desk.write("claims.csv", &format!("{columns},{facts}\n{rows}"));
    let settle = format!("{SETTLE} --scenario {SHENZHEN} --format csv --out");
    let answer = desk.yibao(&format!("{settle} out")).exits(0);
    let warnings: Vec<&str> = answer
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning"))
        .collect();
    let [referral, selected] = warnings[..] else {
        panic!("{}", answer.stderr)
    };
    assert!(referral.starts_with("warning: 2 claims do not say whether and when there was a referral"));
    assert!(
        selected.starts_with("warning: 1 claim does not say whether the person chose"),
        "{selected}"
    );
    let told = &desk.json("out/run.json")["warnings"];
    assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
    let paid: Vec<String> = desk
        .rows("out/settlements.csv")
        .iter()
        .map(|row| row["hifp_pay"].clone())
        .collect();
    assert_eq!(paid, ["65.00", "65.00", "0.00", "65.00", "65.00"]);
    // In parts it is the same, and without the columns every visit leaves both open.
    let parts = desk.yibao(&format!("{settle} parts --memory 96MiB")).exits(0);
    let of_parts: Vec<&str> = parts
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning"))
        .collect();
    assert_eq!(of_parts, warnings);
    let bare: String = rows
        .lines()
        .map(|row| row.splitn(9, ',').take(8).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    desk.write("claims.csv", &format!("{columns}\n{bare}"));
    let answer = desk.yibao(&format!("{settle} bare")).exits(0);
    assert_eq!(
        answer.stderr.matches("warning: 5 claims do not say").count(),
        2,
        "{}",
        answer.stderr
    );
    // One who is explained is told too; Jinan asks nothing.
    let explain =
        format!("explain --persons persons.csv --claims claims.csv --claim 4 --scenario {SHENZHEN}");
    let explained = desk.yibao(&explain).exits(0).stderr;
    assert_eq!(explained.matches("warning: ").count(), 2, "{explained}");
    assert_eq!(desk.yibao(&format!("{SETTLE} --totals")).exits(0).stderr, "");
}

#[test]
fn the_report_of_a_year_adds_up_and_promises_no_file_that_is_not_written() {
    let desk = Desk::with_good_files();
    let totals = desk.yibao(&format!("{SETTLE} --totals")).exits(0).stdout;
    assert!(
        totals.contains("unverified; --out and --report list them."),
        "{totals}"
    );
    // A city's payments earn interest before its year: what is carried over and the year's balance are the closing balance.
    let opening = "--set fund.opening_balance.yuan.2023=50000000";
    let city = desk
        .yibao(&format!("run --persons 1000 {opening}"))
        .exits(0)
        .stdout;
    let fen = |name: &str| -> Vec<i64> {
        let line = city.lines().find(|line| line.starts_with(name)).unwrap();
        let amounts = line[name.len()..].split_whitespace();
        amounts
            .map(|amount| amount.replace([',', '.'], "").parse().unwrap())
            .collect()
    };
    let [carried, year, closing] = [
        "  Carried over from the year before",
        "  Balance of the year",
        "  Closing balance  ",
    ]
    .map(fen);
    assert!(closing.len() == 3 && closing[0] > 0);
    for at in 0..3 {
        assert_eq!(carried[at] + year[at], closing[at], "{city}");
    }
    // It is not silently left out.
    assert!(city.contains("the opening balance that the scenario states is for projections alone"));
    desk.write(
        "none.csv",
        &desk
            .read("claims.csv")
            .lines()
            .next()
            .map(|line| format!("{line}\n"))
            .unwrap(),
    );
    let empty = desk
        .yibao("settle --persons persons.csv --claims none.csv --totals")
        .exits(0)
        .stdout;
    assert!(!empty.contains("The fund ("), "{empty}");
}
