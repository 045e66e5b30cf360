//! Every reason for which a row is rejected, with the line, the column and the value that are reported.

use crate::{CLAIM_HEADER, Files, claim_file, only_reject, seen};
use std::collections::BTreeSet;
use yibao::data::{FileRole, Reason, Tally};
use yibao::money::Fen;

/// A claim with these cells changed is rejected on line 2 for this column, value and reason.
#[track_caller]
fn claim_rejected(changes: &[(&str, &str)], column: &str, reason: &str) {
    let loaded = Files::claims(&claim_file(changes)).load();
    let value = changes
        .iter()
        .find(|change| change.0 == column)
        .map_or("", |change| change.1);
    assert_eq!(
        only_reject(&loaded),
        (2, column_name(column), value.to_string(), reason),
        "{changes:?}"
    );
    assert!(loaded.caseload.claims.is_empty());
    let reject = &loaded.rejects[0];
    assert_eq!(
        (reject.role, reject.path.as_str()),
        (FileRole::Claims, "claims.csv")
    );
}

/// A `'static` copy of a name, for comparisons.
fn column_name(name: &str) -> &'static str {
    Box::leak(name.to_string().into_boxed_str())
}

#[test]
fn cells_of_claims() {
    for column in CLAIM_HEADER.split(',') {
        claim_rejected(&[(column, "")], column, "missing-value");
    }
    // It may be `01` without its zero, or 一级, which is `08` to `10`.
    claim_rejected(&[("hosp_lv", "1")], "hosp_lv", "unknown-code");
    claim_rejected(&[("medfee_sumamt", "1e3")], "medfee_sumamt", "not-an-amount");
    claim_rejected(
        &[("medfee_sumamt", "10.001")],
        "medfee_sumamt",
        "too-many-decimals",
    );
    claim_rejected(
        &[("medfee_sumamt", "100000000.01")],
        "medfee_sumamt",
        "amount-too-large",
    );
    claim_rejected(
        &[("medfee_sumamt", "0.00")],
        "medfee_sumamt",
        "non-positive-total",
    );
    claim_rejected(&[("medfee_sumamt", "-5")], "medfee_sumamt", "non-positive-total");
    claim_rejected(&[("begntime", "2021/3/1")], "begntime", "not-a-date");
    claim_rejected(&[("endtime", "20210309")], "endtime", "not-a-date");
    claim_rejected(&[("setl_time", "2021-02-30")], "setl_time", "not-a-date");
    claim_rejected(&[("endtime", "2021-02-28")], "endtime", "end-before-begin");
    claim_rejected(
        &[("begntime", "2019-12-01"), ("endtime", "2019-12-31")],
        "endtime",
        "no-figures-for-year",
    );
    claim_rejected(&[("psn_no", "P9")], "psn_no", "unknown-person");
    claim_rejected(&[("insutype", "310")], "insutype", "other-scheme");
    for (column, code) in [
        ("med_type", "98"),
        ("hosp_lv", "12"),
        ("out_of_area", "elsewhere"),
        ("excl_rea", "war"),
        ("special_account", "yes"),
        ("matn_type", "7"),
        ("signed_family_doctor", "2"),
        ("otp_er_refl_flag", "2"),
        ("selected_institution", "x"),
        ("trum_flag", "3"),
        ("refd_setl_flag", "x"),
    ] {
        claim_rejected(&[(column, code)], column, "unknown-code");
    }
    claim_rejected(&[("preselfpay_amt", "-1")], "preselfpay_amt", "negative-amount");
    claim_rejected(&[("ttp_pay_amt", "-1")], "ttp_pay_amt", "negative-amount");
    claim_rejected(
        &[("ttp_pay_amt", "10"), ("excl_rea", "cosmetic")],
        "ttp_pay_amt",
        "contradictory-codes",
    );
    claim_rejected(&[("refl_date", "2021/2/1")], "refl_date", "not-a-date");
    claim_rejected(
        &[("otp_er_refl_flag", "0"), ("refl_date", "2021-02-01")],
        "refl_date",
        "contradictory-codes",
    );
    claim_rejected(
        &[("med_type", "52"), ("matn_type", "")],
        "matn_type",
        "missing-value",
    );
}

#[test]
fn the_first_problem_in_column_order_wins() {
    claim_rejected(
        &[("psn_no", "P9"), ("medfee_sumamt", "x"), ("med_type", "98")],
        "psn_no",
        "unknown-person",
    );
    claim_rejected(
        &[("excl_rea", "war"), ("medfee_sumamt", "x")],
        "medfee_sumamt",
        "not-an-amount",
    );
}

#[test]
fn a_claim_cannot_settle_before_it_begins() {
    // The usual claim runs from 2021-03-01 to 2021-03-09.
    for (settled, rejected) in [("2021-02-28", true), ("2021-03-01", false), ("2021-03-10", false)] {
        let loaded = Files::claims(&claim_file(&[("setl_time", settled)])).load();
        let reasons: Vec<&str> = loaded.rejects.iter().map(|reject| reject.reason.name()).collect();
        assert_eq!(
            reasons,
            if rejected {
                vec!["settled-before-begin"]
            } else {
                vec![]
            },
            "{settled}"
        );
    }
}

#[test]
fn sentences_say_what_to_do() {
    let sentence = |changes: &[(&str, &str)]| {
        Files::claims(&claim_file(changes)).load().rejects[0]
            .sentence
            .clone()
    };
    assert_eq!(
        sentence(&[("begntime", "2021/3/1")]),
        "`begntime` `2021/3/1` is not a date in `YYYY-MM-DD`: write `2021-03-01`"
    );
    assert_eq!(
        sentence(&[("medfee_sumamt", "￥12")]),
        "`medfee_sumamt` `￥12` is not an amount: write yuan as plain digits, such as `1234.50`"
    );
    assert_eq!(
        sentence(&[("hosp_lv", "")]),
        "`hosp_lv` is blank, and there is no institutions file to give the level"
    );
}

#[test]
fn plain_zero_third_party_is_an_exports_default() {
    let loaded = Files::claims(&claim_file(&[("ttp_pay_amt", "0.00")])).load();
    assert_eq!(loaded.caseload.claims[0].claim.third_party, None);
    let changes = [("ttp_pay_amt", "300"), ("excl_rea", "third-party")];
    let loaded = Files::claims(&claim_file(&changes)).load();
    assert_eq!(
        loaded.caseload.claims[0].claim.third_party,
        Some(Fen::from_yuan(300))
    );
}

#[test]
fn persons() {
    let persons = "psn_no,brdy,gend,psn_type,insu_admdvs,residence,psn_idet_type,death_date\n\
                   P1,1980-05-01,,,,,,\n\
                   ,1980-05-01,,,,,,\n\
                   P1,1981-05-01,,,,,,\n\
                   P3,,,,,,,\n\
                   P4,1.5.1980,,,,,,\n\
                   P5,1980-05-01,3,,,,,\n\
                   P6,1980-05-01,,17,,,,\n\
                   P7,1980-05-01,,,,visitor,,\n\
                   P8,1980-05-01,,,,,99,\n\
                   P9,1980-05-01,,,,,,1980-04-30\n\
                   P4,1980-05-01,,,,,,\n\
                   P10,1980-05-01\n";
    let claims = claim_file(&[("psn_no", "P4")]);
    let loaded = Files {
        persons,
        ..Files::claims(&claims)
    }
    .load();
    let row =
        |line, column, value: &str, reason| (FileRole::Persons, line, column, value.to_string(), reason);
    assert_eq!(
        seen(&loaded),
        [
            row(3, "psn_no", "", "missing-value"),
            row(4, "psn_no", "P1", "repeated-id"),
            row(5, "brdy", "", "missing-value"),
            row(6, "brdy", "1.5.1980", "not-a-date"),
            row(7, "gend", "3", "unknown-code"),
            row(8, "psn_type", "17", "unknown-code"),
            row(9, "residence", "visitor", "unknown-code"),
            row(10, "psn_idet_type", "99", "unknown-code"),
            row(11, "death_date", "1980-04-30", "death-before-birth"),
            // The first row of an id counts, whatever became of it.
            row(12, "psn_no", "P4", "repeated-id"),
            row(13, "", "2", "wrong-field-count"),
            // A rejected person has no claims that can be settled.
            (FileRole::Claims, 2, "psn_no", "P4".to_string(), "unknown-person"),
        ]
    );
    assert_eq!(loaded.rejects[1].psn_no.as_deref(), Some("P1"));
    let reject = &loaded.rejects[11];
    assert_eq!(
        (reject.mdtrt_id.as_deref(), reject.psn_no.as_deref()),
        (Some("C1"), Some("P4"))
    );
    assert_eq!(reject.amount, Some(Fen::from_yuan(1000)));
    assert!(
        reject.sentence.contains("row in the persons file was rejected"),
        "{}",
        reject.sentence
    );
    assert_eq!(loaded.caseload.persons.len(), 1);
}

#[test]
fn institutions() {
    let institutions = "fixmedins_code,hosp_lv,designated_from,designated_to\n\
                        ,05,,\n\
                        H1,00,,\n\
                        H2,05,,\n\
                        H2,05,,\n\
                        H3,,,\n\
                        H4,05,2021-01-02,2021-01-01\n\
                        H5,05,soon,\n";
    let claims = claim_file(&[("fixmedins_code", "H1")]);
    let loaded = Files {
        institutions: Some(institutions),
        ..Files::claims(&claims)
    }
    .load();
    let row =
        |line, column, value: &str, reason| (FileRole::Institutions, line, column, value.to_string(), reason);
    assert_eq!(
        seen(&loaded),
        [
            row(2, "fixmedins_code", "", "missing-value"),
            row(3, "hosp_lv", "00", "unknown-code"),
            row(5, "fixmedins_code", "H2", "repeated-id"),
            row(6, "hosp_lv", "", "missing-value"),
            row(7, "designated_to", "2021-01-01", "end-before-begin"),
            row(8, "designated_from", "soon", "not-a-date"),
            (
                FileRole::Claims,
                2,
                "fixmedins_code",
                "H1".to_string(),
                "bad-institution"
            ),
        ]
    );
}

#[test]
fn rows_that_are_no_records() {
    let claims = format!(
        "{CLAIM_HEADER}\nC1,P1,21\nC2,P1,21,H1,2021-03-01,2021-03-09,10,05\n\"C3,P1,21,H1\nC4,P1,21,H1,2021-03-01,2021-03-09,10,05,\n"
    );
    let loaded = Files::claims(&claims).load();
    let row = |line, value: &str, reason| (FileRole::Claims, line, "", value.to_string(), reason);
    assert_eq!(
        seen(&loaded),
        [
            row(2, "3", "wrong-field-count"),
            row(4, "", "bad-quoting"),
            row(5, "9", "wrong-field-count")
        ]
    );
    assert_eq!(loaded.caseload.claims.len(), 1);
    assert_eq!(loaded.rejects[0].amount, None);
}

#[test]
fn the_first_row_of_an_id_counts_whatever_became_of_it() {
    let claims = format!(
        "{CLAIM_HEADER}\nC1,P9,21,H1,2021-03-01,2021-03-09,10,05\nC1,P1,21,H1,2021-03-01,2021-03-09,20,05\n\
         C2,P1,21,H1,2020-03-01,2020-03-09,30,05\nC2,P1,21,H1,2021-03-01,2021-03-09,40,05\n"
    );
    let loaded = Files::claims(&claims).load_year(Some(2021));
    let row = |line, column, value: &str, reason| (FileRole::Claims, line, column, value.to_string(), reason);
    assert_eq!(
        seen(&loaded),
        [
            row(2, "psn_no", "P9", "unknown-person"),
            row(3, "mdtrt_id", "C1", "repeated-id"),
            row(5, "mdtrt_id", "C2", "repeated-id"),
        ]
    );
    assert_eq!(
        loaded.totals.skipped,
        Tally {
            rows: 1,
            sum: Fen::from_yuan(30)
        }
    );
}

#[test]
fn other_years_are_skipped_before_figures_are_missed() {
    let claims = format!(
        "{CLAIM_HEADER}\nC1,P1,21,H1,2018-03-01,2018-03-09,10,05\nC2,P1,21,H1,2020-12-30,2021-01-02,20,05\n\
         C3,P1,21,H1,2020-03-01,2020-03-09,30,05\n"
    );
    let loaded = Files::claims(&claims).load_year(Some(2021));
    assert_eq!(loaded.rejects, []);
    assert_eq!(loaded.caseload.claim_ids.get(0), "C2");
    assert_eq!(
        loaded.totals.skipped,
        Tally {
            rows: 2,
            sum: Fen::from_yuan(40)
        }
    );
    assert_eq!(
        (
            loaded.files[1].rows,
            loaded.files[1].accepted,
            loaded.files[1].skipped
        ),
        (3, 1, 2)
    );
}

/// A file with everything wrong: rows in = accepted + rejected + skipped, by count and by sum.
#[test]
fn nothing_gets_lost_in_a_messy_file() {
    let header = format!("{CLAIM_HEADER},inscp_scp_amt,preselfpay_amt,refd_setl_flag,init_setl_id,setl_time");
    let rows = [
        ("C1,P1,21,H1,2021-03-01,2021-03-09,100.10,05,,,,,", Some(10_010)),
        ("C2,P2,21,H1,2020-03-01,2020-03-09,200.20,05,,,,,", Some(20_020)),
        ("C3,P9,21,H1,2021-03-01,2021-03-09,300.30,05,,,,,", Some(30_030)),
        ("C1,P1,21,H1,2021-03-01,2021-03-09,400.40,05,,,,,", Some(40_040)),
        ("C4,P1,21,H1,2021-03-01,2021-03-09,x,05,,,,,", None),
        ("C5,P1,21,H1,2021-03-01,2021-03-09,-0.50,05,,,,,", Some(-50)),
        (
            "C6,P1,21,H1,2021-03-01,2021-03-09,600.00,05,500,50,,,",
            Some(60_000),
        ),
        ("R1,P1,21,H1,,,-100.10,05,,,1,C1,2021-04-01", Some(-10_010)),
        ("R2,P1,21,H1,,,-100.10,05,,,1,C1,2021-05-01", Some(-10_010)),
        ("R3,P2,21,H1,,,-200.20,05,,,1,C2,2021-05-01", Some(-20_020)),
        ("C7,P1,21", None),
        ("\"C8,P1", None),
        ("C9,P1,21,H1,2021-03-01,2021-03-09,900.00,05,,,,,", Some(90_000)),
    ];
    let text = rows.iter().fold(header, |text, (row, _)| text + "\n" + row);
    let expected: i64 = rows.iter().filter_map(|(_, amount)| *amount).sum();
    for only_year in [None, Some(2021), Some(2020), Some(1999)] {
        let loaded = Files::claims(&text).load_year(only_year);
        let totals = loaded.totals;
        assert_eq!(
            totals.read,
            Tally {
                rows: 13,
                sum: Fen::new(expected)
            }
        );
        assert_eq!(
            totals.accepted.rows + totals.rejected.rows + totals.skipped.rows,
            13
        );
        assert_eq!(
            totals.accepted.sum + totals.rejected.sum + totals.skipped.sum,
            totals.read.sum
        );
        // Counted once more, from what a reader of the outputs sees.
        let rejected: Fen = loaded.rejects.iter().filter_map(|reject| reject.amount).sum();
        assert_eq!(
            (loaded.rejects.len() as u64, rejected),
            (totals.rejected.rows, totals.rejected.sum)
        );
        let accepted = loaded.caseload.claims.iter().map(|entry| match entry.reverses {
            Some(_) => -entry.claim.total,
            None => entry.claim.total,
        });
        assert_eq!(accepted.sum::<Fen>(), totals.accepted.sum);
        assert_eq!(loaded.caseload.claims.len() as u64, totals.accepted.rows);
        assert!(loaded.caseload.claim_ids.len() == loaded.caseload.claims.len());
    }
    let totals = Files::claims(&text).load_year(Some(2021)).totals;
    assert_eq!(
        totals.accepted,
        Tally {
            rows: 3,
            sum: Fen::from_yuan(900)
        }
    );
    assert_eq!(
        totals.skipped,
        Tally {
            rows: 2,
            sum: Fen::ZERO
        }
    );
}

#[test]
fn the_codes_are_distinct_kebab_case_words() {
    let names: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(names.len(), Reason::ALL.len());
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
    );
}
