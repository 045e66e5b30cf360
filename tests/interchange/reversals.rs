//! Reversals: which claim they cancel, and when they are refused.

use crate::{CLAIM_HEADER, Files, only_reject, seen};
use yibao::data::FileRole;
use yibao::money::Fen;

/// The usual claims (C1 of P1, settled 10 March at half past eight), and these rows after them.
fn load(rows: &[&str]) -> yibao::data::Loaded {
    let header = format!("{CLAIM_HEADER},setl_time,preselfpay_amt,refd_setl_flag,init_setl_id");
    let original = "C1,P1,21,H1,2021-03-01,2021-03-09,1000.00,05,2021-03-10 08:30:00,100,0,";
    let rejected = "C2,P1,98,H1,2021-03-01,2021-03-09,1000.00,05,,,,";
    let text = [header.as_str(), original, rejected]
        .into_iter()
        .chain(rows.iter().copied());
    let mut loaded = Files::claims(&text.collect::<Vec<_>>().join("\n")).load();
    assert_eq!(loaded.rejects.remove(0).mdtrt_id.as_deref(), Some("C2"));
    loaded
}

#[track_caller]
fn rejected(row: &str, column: &'static str, value: &str, reason: &'static str) {
    let loaded = load(&[row]);
    assert_eq!(
        only_reject(&loaded),
        (4, column, value.to_string(), reason),
        "{row}"
    );
    assert_eq!(loaded.caseload.claims.len(), 1);
}

#[test]
fn a_reversal_is_its_original_at_its_own_time() {
    let ids = ["R1", "C1"];
    for id in ids {
        let loaded = load(&[&format!("{id},P1,,,,,-1000.00,,2021-05-01 09:00:00,,1,C1")]);
        assert_eq!(loaded.rejects, []);
        let [original, reversal] = &loaded.caseload.claims[..] else {
            panic!("two claims")
        };
        assert_eq!((original.reverses, reversal.reverses), (None, Some(0)));
        assert_eq!(reversal.claim.settled_at.to_string(), "2021-05-01 09:00:00");
        assert_eq!(reversal.claim.end, original.claim.end);
        assert_eq!(reversal.claim.total, original.claim.total);
        assert_eq!((reversal.line, loaded.caseload.claim_ids.get(1)), (4, id));
        assert_eq!(loaded.totals.accepted.sum, Fen::ZERO);
    }
}

#[test]
fn a_reversal_may_come_before_its_original_in_the_file() {
    let header = format!("{CLAIM_HEADER},refd_setl_flag,init_setl_id");
    let text = format!(
        "{header}\nC1,P1,21,H1,,2021-04-01,-10,05,1,C1\nC1,P1,21,H1,2021-03-01,2021-03-09,10,05,0,\n"
    );
    let loaded = Files::claims(&text).load();
    assert_eq!(loaded.rejects, []);
    assert_eq!(loaded.caseload.claims[1].reverses, Some(0));
    // Without `setl_time`, `endtime` is when it settles.
    assert_eq!(
        loaded.caseload.claims[1].claim.settled_at.to_string(),
        "2021-04-01 00:00:00"
    );
}

#[test]
fn a_bare_date_on_the_day_of_the_original_is_not_before_it() {
    let loaded = load(&["R1,P1,,,,,-1000.00,,2021-03-10,,1,C1"]);
    assert_eq!(loaded.rejects, []);
    assert_eq!(
        loaded.caseload.claims[1].claim.settled_at,
        loaded.caseload.claims[0].claim.settled_at
    );
}

#[test]
fn reversals_that_are_refused() {
    rejected(
        "R1,P1,,,,,-1000.00,,2021-05-01,,1,",
        "init_setl_id",
        "",
        "missing-value",
    );
    rejected(
        "R1,P1,,,,,-1000.00,,2021-05-01,,1,C9",
        "init_setl_id",
        "C9",
        "unknown-original",
    );
    rejected(
        "R1,P1,,,,,-1000.00,,2021-05-01,,1,C2",
        "init_setl_id",
        "C2",
        "unknown-original",
    );
    rejected(
        "R1,P2,,,,,-1000.00,,2021-05-01,,1,C1",
        "init_setl_id",
        "C1",
        "original-of-other-person",
    );
    rejected(
        "R1,P9,,,,,-1000.00,,2021-05-01,,1,C1",
        "psn_no",
        "P9",
        "unknown-person",
    );
    rejected(
        "R1,P1,,,,,-999.00,,2021-05-01,,1,C1",
        "medfee_sumamt",
        "-999.00",
        "contradictory-amounts",
    );
    rejected(
        "R1,P1,,,,,1000.00,,2021-05-01,,1,C1",
        "medfee_sumamt",
        "1000.00",
        "contradictory-amounts",
    );
    rejected(
        "R1,P1,,,,,-1000.00,,2021-05-01,100,1,C1",
        "preselfpay_amt",
        "100.00",
        "contradictory-amounts",
    );
    rejected(
        "R1,P1,,,,,,,2021-05-01,,1,C1",
        "medfee_sumamt",
        "",
        "missing-value",
    );
    rejected("R1,P1,,,,,-1000.00,,,,1,C1", "setl_time", "", "missing-value");
    rejected(
        "R1,P1,,,,,-1000.00,,2021-03-09,,1,C1",
        "setl_time",
        "2021-03-09",
        "reversal-before-original",
    );
    let early = "R1,P1,,,,,-1000.00,,2021-03-10 08:00:00,,1,C1";
    rejected(
        early,
        "setl_time",
        "2021-03-10 08:00:00",
        "reversal-before-original",
    );
    let row = "R1,P1,,,,,-1000.00,,2021-05-01,-100,1,C1";
    assert_eq!(load(&[row]).rejects, []);
}

#[test]
fn of_two_reversals_the_first_in_time_counts() {
    let loaded = load(&[
        "R1,P1,,,,,-1000.00,,2021-06-01,,1,C1",
        "R2,P1,,,,,-1000.00,,2021-05-01,,1,C1",
        "R3,P1,,,,,-1000.00,,2021-07-01,,1,R2",
    ]);
    let row = |line, value: &str, reason| (FileRole::Claims, line, "init_setl_id", value.to_string(), reason);
    assert_eq!(
        seen(&loaded),
        [row(4, "C1", "already-reversed"), row(6, "R2", "unknown-original")]
    );
    assert_eq!(loaded.rejects[0].amount, Some(Fen::from_yuan(-1000)));
    assert_eq!(loaded.caseload.claim_ids.get(1), "R2");
}

#[test]
fn ids_of_reversals_are_ids() {
    let loaded = load(&[
        "R1,P1,,,,,-1000.00,,2021-06-01,,1,C1",
        "R1,P1,21,H1,2021-03-01,2021-03-09,10,05,,,,",
    ]);
    assert_eq!(
        only_reject(&loaded),
        (5, "mdtrt_id", "R1".to_string(), "repeated-id")
    );
}

#[test]
fn lines_of_a_reversal_have_no_claim() {
    let header = format!("{CLAIM_HEADER},setl_time,refd_setl_flag,init_setl_id");
    let claims =
        format!("{header}\nC1,P1,21,H1,2021-03-01,2021-03-09,10,05,,,\nR1,P1,,,,,-10,,2021-04-01,1,C1\n");
    let lines = "mdtrt_id,feedetl_sn,det_item_fee_sumamt,chrgitm_lv\nC1,1,10,01\nR1,1,10,01\n";
    let loaded = Files {
        lines: Some(lines),
        ..Files::claims(&claims)
    }
    .load();
    assert_eq!(
        seen(&loaded),
        [(FileRole::Lines, 3, "mdtrt_id", "R1".to_string(), "unknown-claim")]
    );
    assert_eq!(loaded.caseload.claims.len(), 2);
}
