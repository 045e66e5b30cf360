//! `yibao explain`: every step with its article, amounts, accumulator and figure, and the numbers of the settlements.

use crate::{Desk, REVERSED};
use serde_json::Value;
use std::collections::BTreeMap;

const EXPLAIN: &str = "explain --persons persons.csv --claims claims.csv --claim";

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// The line of a step, by its article and one of its amounts.
#[track_caller]
fn line_with<'t>(text: &'t str, parts: &[&str]) -> &'t str {
    text.lines()
        .find(|line| parts.iter().all(|part| line.contains(part)))
        .unwrap_or_else(|| panic!("no line with {parts:?}: {text}"))
}

#[test]
fn every_step_names_article_amounts_accumulators_and_figures_with_their_provenance() {
    let desk = Desk::with_files();
    let answer = desk.yibao(&format!("{EXPLAIN} B")).exits(0);
    assert_eq!(answer.stderr, "");
    let text = answer.stdout;
    // The second stay of the year pays half of the deductible of 1,000.
    line_with(&text, &["Art. 15", "8,000.00", "500.00", "7,500.00"]);
    line_with(&text, &["Art. 16", "7,500.00", "5,250.00", "2,250.00"]);
    // The first stay left 4,000.00 on the way to the ceiling, and 2,200.00 of burden.
    line_with(&text, &["4,000.00 → 11,500.00"]);
    line_with(&text, &["2,200.00 → 4,950.00"]);
    line_with(
        &text,
        &[
            "benefit.inpatient.tertiary.deductible",
            "1,000.00",
            "placeholder",
            "unverified compilation",
        ],
    );
    line_with(
        &text,
        &["benefit.inpatient.tertiary.ratio.adult", "0.7", "placeholder"],
    );
    line_with(&text, &["benefit.ceiling.amount", "250,000.00", "official"]);
    has(&text, &["Art. 14", "Art. 20", "Art. 22", "Art. 12"]);
}

#[test]
fn the_chinese_explanation_has_the_same_amounts_and_figures() {
    let desk = Desk::with_files();
    let text = desk.yibao(&format!("{EXPLAIN} B --lang zh")).exits(0).stdout;
    line_with(&text, &["第15条", "8,000.00", "500.00", "7,500.00"]);
    line_with(&text, &["第16条", "7,500.00", "5,250.00", "2,250.00"]);
    line_with(&text, &["4,000.00 → 11,500.00"]);
    has(
        &text,
        &["benefit.inpatient.tertiary.deductible", "第14条", "住院", "起付"],
    );
    assert!(!text.contains("Art. 15 "), "{text}");
}

/// The amounts of each settlement in the JSON, by `setl_id` and name.
fn json_amounts(explanation: &Value) -> Vec<(String, BTreeMap<String, String>)> {
    let settlements = explanation["settlements"].as_array().unwrap();
    let amounts = |row: &Value| match &row["amounts"] {
        Value::Object(_) => serde_json::from_value(row["amounts"].clone()).unwrap(),
        pairs => serde_json::from_value::<Vec<(String, String)>>(pairs.clone())
            .unwrap()
            .into_iter()
            .collect(),
    };
    settlements
        .iter()
        .map(|row| (row["setl_id"].as_str().unwrap().to_string(), amounts(row)))
        .collect()
}

#[test]
fn the_json_has_the_amounts_of_the_settlements_file() {
    let desk = Desk::with_good_files();
    desk.write("claims.csv", REVERSED);
    desk.yibao("settle --persons persons.csv --claims claims.csv --out out --format csv")
        .exits(0);
    let rows = desk.rows("out/settlements.csv");
    for (claim, settlements) in [("A", 2), ("B", 3)] {
        let text = desk.yibao(&format!("{EXPLAIN} {claim} --json")).exits(0).stdout;
        let explained = json_amounts(&serde_json::from_str(&text).unwrap());
        assert_eq!(explained.len(), settlements);
        for (setl_id, amounts) in explained {
            let row = rows.iter().find(|row| row["setl_id"] == setl_id).unwrap();
            assert!(amounts.len() >= 13, "{amounts:?}");
            for (name, amount) in amounts {
                assert_eq!(row[&name], amount, "{name} of {setl_id}");
            }
        }
    }
}

#[test]
fn the_json_has_steps_with_article_amounts_movements_and_figures() {
    let desk = Desk::with_files();
    let text = desk.yibao(&format!("{EXPLAIN} B --json")).exits(0).stdout;
    let explanation: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(explanation["mdtrt_id"], "B");
    assert_eq!(explanation["psn_no"], "P1");
    let steps = explanation["settlements"][0]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["rule"] == "deductible").unwrap();
    assert_eq!(step["article"], "Art. 15");
    let amounts = ["before", "amount", "after"].map(|name| step[name].as_str().unwrap());
    assert_eq!(amounts, ["8000.00", "500.00", "7500.00"]);
    assert_eq!(step["accumulators"][0]["before"], "1");
    assert_eq!(step["accumulators"][0]["after"], "2");
    let figures = step["figures"].as_array().unwrap();
    let figure = figures
        .iter()
        .find(|figure| figure["key"] == "benefit.inpatient.tertiary.deductible")
        .unwrap();
    assert_eq!(figure["value"], "1000.00");
    assert_eq!(figure["provenance"], "placeholder");
}

#[test]
fn a_claim_that_settled_again_after_a_reversal_shows_both_settlements() {
    let desk = Desk::with_good_files();
    desk.write("claims.csv", REVERSED);
    let text = desk.yibao(&format!("{EXPLAIN} B")).exits(0).stdout;
    let first = text.find("2023-03-10").unwrap();
    let again = text.rfind("2023-04-05").unwrap();
    assert!(first < again);
    line_with(&text[first..again], &["Art. 15", "500.00", "7,500.00"]);
    // Now it is the first stay of the year.
    line_with(&text[again..], &["Art. 15", "1,000.00", "7,000.00"]);
    has(&text, &["-8,000.00", "-5,250.00", "5,250.00", "4,900.00"]);
    // Asked for by the reversal's id, the claim that it cancelled is shown.
    let reversed = desk.yibao(&format!("{EXPLAIN} R")).exits(0).stdout;
    has(&reversed, &["5,000.00", "-5,000.00"]);
}

#[test]
fn a_claim_settles_after_the_earlier_ones_of_its_year_only() {
    let desk = Desk::with_files();
    // P2's stay of 2022 is the first of its year, whatever came in 2023.
    let text = desk.yibao(&format!("{EXPLAIN} E")).exits(0).stdout;
    line_with(&text, &["Art. 15", "3,000.00", "400.00", "2,600.00"]);
}

#[test]
fn a_rejected_claim_exits_1_with_its_reason_and_line() {
    let desk = Desk::with_files();
    for arguments in ["X", "X --lang zh", "X --json"] {
        let answer = desk.yibao(&format!("{EXPLAIN} {arguments}")).exits(1);
        assert_eq!(answer.stdout, "");
        has(
            &answer.stderr,
            &["`X`", "end-before-begin", "claims.csv:6", "endtime"],
        );
    }
    let answer = desk.yibao(&format!("{EXPLAIN} Y")).exits(1);
    has(&answer.stderr, &["unknown-person", "NOBODY"]);
}

#[test]
fn an_excluded_claim_is_explained_with_the_clause_that_excludes_it() {
    let desk = Desk::with_files();
    desk.write(
        "claims.csv",
        "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,excl_rea\n\
         C,P1,21,H1,2023-01-05,2023-01-10,5000.00,01,cosmetic\n",
    );
    let text = desk.yibao(&format!("{EXPLAIN} C")).exits(0).stdout;
    has(&text, &["Art. 18(3)", "cosmetic", "psn_part_amt 5,000.00"]);
    let text = desk.yibao(&format!("{EXPLAIN} C --lang zh")).exits(0).stdout;
    has(&text, &["第18条", "psn_part_amt 5,000.00"]);
}

#[test]
fn explaining_writes_nothing() {
    let desk = Desk::with_files();
    let before = desk.names(".");
    desk.yibao(&format!("{EXPLAIN} A")).exits(0);
    assert_eq!(desk.names("."), before);
}
