//! Scope amounts from the header and from fee lines.

use crate::codebook;
use crate::{CLAIM_HEADER, Files, claim_file, only_reject, seen};
use yibao::data::FileRole;
use yibao::data::codebook::CodeBook;
use yibao::money::{Fen, Rounding};

const LINE_HEADER: &str =
    "mdtrt_id,feedetl_sn,det_item_fee_sumamt,chrgitm_lv,selfpay_prop,overlmt_amt,consent";

/// Loads one claim of `total` yuan, with header amounts if any, and these lines.
fn load(claim: &[(&str, &str)], lines: &str) -> yibao::data::Loaded {
    let claims = claim_file(claim);
    let lines = format!("{LINE_HEADER}\n{lines}");
    Files {
        lines: Some(&lines),
        ..Files::claims(&claims)
    }
    .load()
}

#[test]
fn header_amounts_that_contradict_each_other() {
    let cases: [&[(&str, &str)]; 3] = [
        &[("inscp_scp_amt", "900"), ("preselfpay_amt", "50")],
        &[("fulamt_ownpay_amt", "600"), ("preselfpay_amt", "500")],
        &[
            ("inscp_scp_amt", "900"),
            ("preselfpay_amt", "50"),
            ("fulamt_ownpay_amt", "50"),
            ("overlmt_selfpay", "1"),
        ],
    ];
    for changes in cases {
        let loaded = Files::claims(&claim_file(changes)).load();
        let expected = (2, "medfee_sumamt", "1000.00".to_string(), "contradictory-amounts");
        assert_eq!(only_reject(&loaded), expected, "{changes:?}");
    }
    // One blank beside `inscp_scp_amt` is the remainder.
    let changes = [
        ("inscp_scp_amt", "900"),
        ("preselfpay_amt", "50"),
        ("fulamt_ownpay_amt", "30"),
    ];
    let claim = Files::claims(&claim_file(&changes)).load().caseload.claims[0]
        .claim
        .clone();
    assert_eq!(claim.over_limit, Fen::from_yuan(20));
}

#[test]
fn lines_are_cut_by_class_and_summed() {
    let lines =
        "C1,1,500,01,,,\nC1,2,100.05,02,0.1,0,\nC1,3,200,03,,50,0\nC1,4,100,03,,,1\nC1,5,99.95,,0.5,,\n";
    let loaded = load(&[], lines);
    assert_eq!(loaded.rejects, []);
    let claim = &loaded.caseload.claims[0].claim;
    // 10.005 and 49.975 yuan, each rounded half-up on its line.
    assert_eq!(claim.first_share, Fen::new(1001 + 4998));
    assert_eq!(claim.own_pay, Fen::from_yuan(250));
    assert_eq!(claim.over_limit, Fen::from_yuan(50));
    assert_eq!(claim.hospital_borne, Fen::from_yuan(150));
    assert_eq!(
        claim.in_scope,
        Fen::from_yuan(1000) - Fen::new(5999) - Fen::from_yuan(300)
    );
    let record = loaded.files.last().unwrap();
    assert_eq!(
        (record.role, record.rows, record.accepted),
        (FileRole::Lines, 5, 5)
    );
}

#[test]
fn header_and_lines_must_agree() {
    let lines = "C1,1,600,01,,,\nC1,2,400,03,,,\n";
    assert_eq!(
        load(&[("fulamt_ownpay_amt", "400"), ("inscp_scp_amt", "600")], lines).rejects,
        []
    );
    let loaded = load(&[("fulamt_ownpay_amt", "300")], lines);
    let expected = (2, "fulamt_ownpay_amt", "300".to_string(), "contradictory-amounts");
    assert_eq!(only_reject(&loaded), expected);
    let loaded = load(&[("medfee_sumamt", "999.99")], lines);
    let expected = (2, "medfee_sumamt", "999.99".to_string(), "contradictory-amounts");
    assert_eq!(only_reject(&loaded), expected);
    // The lines of a claim that is not settled are not wanted.
    let record = loaded.files.last().unwrap();
    assert_eq!((record.accepted, record.rejected, record.skipped), (0, 0, 2));
}

#[test]
fn a_claim_without_lines_takes_its_header() {
    let claims = claim_file(&[("preselfpay_amt", "10")]);
    let lines = format!("{LINE_HEADER}\nC9,1,600,01,,,\n");
    let loaded = Files {
        lines: Some(&lines),
        ..Files::claims(&claims)
    }
    .load();
    assert_eq!(loaded.caseload.claims[0].claim.first_share, Fen::from_yuan(10));
    assert_eq!(
        seen(&loaded),
        [(FileRole::Lines, 2, "mdtrt_id", "C9".to_string(), "unknown-claim")]
    );
}

#[test]
fn a_bad_line_rejects_its_claim() {
    let cases = [
        (",1,1,01,,,", "mdtrt_id", "", "missing-value"),
        ("C1,,1,01,,,", "feedetl_sn", "", "missing-value"),
        ("C1,1,1,01,,,", "feedetl_sn", "1", "repeated-id"),
        ("C1,2,,01,,,", "det_item_fee_sumamt", "", "missing-value"),
        ("C1,2,-1,01,,,", "det_item_fee_sumamt", "-1", "negative-amount"),
        (
            "C1,2,1.005,01,,,",
            "det_item_fee_sumamt",
            "1.005",
            "too-many-decimals",
        ),
        ("C1,2,1,04,,,", "chrgitm_lv", "04", "unknown-code"),
        ("C1,2,1,,,,", "chrgitm_lv", "", "missing-value"),
        ("C1,2,1,02,,,", "selfpay_prop", "", "missing-value"),
        ("C1,2,1,02,1.2,,", "selfpay_prop", "1.2", "not-a-rate"),
        ("C1,2,1,02,0.1234567,,", "selfpay_prop", "0.1234567", "not-a-rate"),
        ("C1,2,1,01,,-1,", "overlmt_amt", "-1", "negative-amount"),
        ("C1,2,1,01,,1.01,", "overlmt_amt", "1.01", "contradictory-amounts"),
        ("C1,2,1,03,,,2", "consent", "2", "unknown-code"),
        ("C1,2,1,03,,", "", "6", "wrong-field-count"),
    ];
    for (line, column, value, reason) in cases {
        let loaded = load(&[], &format!("C1,1,1000,01,,,\n{line}\n"));
        let line_reject = (FileRole::Lines, 3, column, value.to_string(), reason);
        if column == "mdtrt_id" || column.is_empty() {
            // Such a line does not say whose it is.
            assert_eq!(seen(&loaded), [line_reject], "{line}");
            continue;
        }
        let claim_reject = (FileRole::Claims, 2, "mdtrt_id", "C1".to_string(), "bad-lines");
        assert_eq!(seen(&loaded), [claim_reject, line_reject], "{line}");
    }
}

#[test]
fn a_free_item_is_a_line_of_nothing() {
    let loaded = load(&[], "C1,1,1000,01,,,\nC1,2,0,01,,,\n");
    assert_eq!(loaded.rejects, []);
    assert_eq!(loaded.caseload.claims[0].claim.in_scope, Fen::from_yuan(1_000));
}

#[test]
fn a_line_that_may_be_any_claims_rejects_those_that_say_nothing_of_their_scope() {
    // The one line is damaged, so the claim would otherwise count as wholly in scope.
    for line in ["C1,1,1000,03,,,,,x", "C1,1,1000,03", ",1,1000,03,,,"] {
        let loaded = load(&[], &format!("{line}\n"));
        let claim = (FileRole::Claims, 2, "mdtrt_id", "C1".to_string(), "bad-lines");
        assert_eq!(seen(&loaded)[0], claim, "{line}");
        assert!(loaded.caseload.claims.is_empty());
        // A claim whose header says what is in scope does not need its lines.
        let loaded = load(
            &[("inscp_scp_amt", "0"), ("fulamt_ownpay_amt", "1000")],
            &format!("{line}\n"),
        );
        assert_eq!(
            loaded.caseload.claims[0].claim.own_pay,
            Fen::from_yuan(1_000),
            "{line}"
        );
    }
}

#[test]
fn a_first_share_is_rounded_as_the_scenario_says() {
    let claims = format!("{CLAIM_HEADER}\nC1,P1,21,H1,2020-03-01,2020-03-09,100.99,05\n");
    let lines = format!("{LINE_HEADER}\nC1,1,100.99,02,0.15,,\n");
    let files = Files {
        lines: Some(&lines),
        ..Files::claims(&claims)
    };
    for (rounding, fen) in [(Rounding::HalfUp, 15_15), (Rounding::Down, 15_14)] {
        let loaded = files.load_with(
            &CodeBook {
                rounding,
                ..codebook()
            },
            None,
        );
        assert_eq!(loaded.caseload.claims[0].claim.first_share, Fen::new(fen));
    }
}

#[test]
fn lines_of_a_skipped_claim_are_skipped() {
    let claims = format!("{CLAIM_HEADER}\nC1,P1,21,H1,2020-03-01,2020-03-09,10,05\n");
    let lines = format!("{LINE_HEADER}\nC1,1,10,01,,,\n");
    let loaded = Files {
        lines: Some(&lines),
        ..Files::claims(&claims)
    }
    .load_year(Some(2021));
    assert_eq!(loaded.rejects, []);
    assert_eq!(loaded.files.last().unwrap().skipped, 1);
}
