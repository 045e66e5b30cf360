//! `--pseudonymise`: no identifier of a person in anything that is written, and the same numbers as without.

use super::*;

const KEY: &str = "a key that is only for tests\n";

/// Identifiers that cannot be in a file by chance.
fn desk() -> Desk {
    let desk = Desk::new();
    let named = |text: &str| {
        text.replace("P1,", "370102198005011234,")
            .replace("P2,", "37010219900102567X,")
            .replace("NOBODY", "370102999999999999")
    };
    desk.write("persons.csv", &named(PERSONS));
    desk.write("claims.csv", &named(CLAIMS));
    desk.write("key", KEY);
    desk
}

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --format csv";

/// Checks that nothing below a directory holds an identifier.
#[track_caller]
fn holds_no_identifier(desk: &Desk, directory: &str) {
    for name in desk.names(directory) {
        let bytes = std::fs::read(desk.path(&format!("{directory}/{name}"))).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for id in ["370102198005011234", "37010219900102567X", "370102999999999999"] {
            assert!(!text.contains(id), "{directory}/{name}: {text}");
        }
    }
}

#[test]
fn outputs_hold_pseudonyms_and_the_same_numbers() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out plain")).exits(1);
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise key"))
        .exits(1);
    holds_no_identifier(&desk, "out");
    let [plain, named] = ["plain", "out"].map(|out| desk.json(&format!("{out}/run.json")));
    assert_eq!(plain["fingerprint"], named["fingerprint"]);
    assert!(plain["pseudonym_key"].is_null() && named["pseudonym_key"].is_string());
    let [plain, named] = ["plain", "out"].map(|out| desk.rows(&format!("{out}/settlements.csv")));
    let mut known = std::collections::HashMap::new();
    for (plain, named) in plain.iter().zip(&named) {
        for (column, value) in plain {
            if column != "psn_no" {
                assert_eq!(*value, named[column], "{column}");
            }
        }
        let shown = known
            .entry(plain["psn_no"].clone())
            .or_insert_with(|| named["psn_no"].clone());
        assert_eq!((&*shown, shown.len()), (&named["psn_no"], 24));
    }
    assert_eq!(known.len(), 2);
    // The rejects name the same persons, and the one who is not there.
    for row in desk.rows("out/rejects.csv") {
        assert_eq!(row["psn_no"].len(), 24, "{row:?}");
        if row["reason"] == "unknown-person" {
            assert_eq!(row["value"], row["psn_no"]);
            assert!(
                row["sentence"].contains(&format!("`{}`", row["psn_no"])),
                "{row:?}"
            );
        } else {
            assert!(known.values().any(|shown| *shown == row["psn_no"]), "{row:?}");
        }
    }
}

#[test]
fn runs_in_parts_and_resettlements_pseudonymise_alike() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out plain --pseudonymise key"))
        .exits(1);
    for (more, out) in [("--memory 96MiB", "parts"), ("--resume work", "resumed")] {
        desk.yibao(&format!("{SETTLE} --out {out} --pseudonymise key {more}"))
            .exits(1);
        holds_no_identifier(&desk, out);
        for name in ["settlements.csv", "rejects.csv"] {
            // Parts come in an order of their own.
            let [one, other] = ["plain", out].map(|out| {
                let text = desk.read(&format!("{out}/{name}"));
                text.lines().map(str::to_string).collect::<BTreeSet<_>>()
            });
            assert_eq!(one, other, "{out}/{name}");
        }
    }
    let late = CLAIMS.lines().next().unwrap().to_string()
        + "\nL,370102198005011234,21,H1,2023-07-01,2023-07-02,900.00,01\n";
    desk.write("late.csv", &late);
    desk.yibao("resettle --previous plain --claims late.csv --out late --format csv --pseudonymise key")
        .exits(0);
    holds_no_identifier(&desk, "late");
    let [late, plain] = ["late", "plain"].map(|out| {
        let rows = desk.rows(&format!("{out}/settlements.csv"));
        let claim = if out == "late" { "L" } else { "A" };
        rows.iter().find(|row| row["mdtrt_id"] == claim).unwrap()["psn_no"].clone()
    });
    assert_eq!(late, plain);
}

#[test]
fn a_comparison_calls_persons_as_a_settlement_does() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise key"))
        .exits(1);
    let dearer = "--set benefit.inpatient.tertiary.deductible=1500 --persons persons.csv --claims claims.csv";
    let compare =
        format!("compare jinan {dearer} --out compared --report page.html --json --pseudonymise key");
    let json = desk.yibao(&compare).exits(1).stdout;
    holds_no_identifier(&desk, "compared");
    assert!(!json.contains("370102198005011234"));
    assert!(!desk.read("page.html").contains("370102198005011234"));
    let changed = desk.rows("compared/changed_claims.csv");
    assert_eq!(changed[0]["mdtrt_id"], "A");
    let settled = desk.rows("out/settlements.csv");
    let same = settled.iter().find(|row| row["mdtrt_id"] == "A").unwrap();
    assert_eq!(changed[0]["psn_no"], same["psn_no"]);
}

#[test]
fn a_run_with_pseudonyms_is_verified_with_its_key() {
    let desk = desk();
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise key"))
        .exits(1);
    desk.yibao("verify out --pseudonymise key").exits(0);
    desk.yibao("verify out")
        .fails_naming(&["it calls persons by pseudonyms", "hint: give the key"]);
    desk.write("other", "another key, as long as it must be");
    desk.yibao("verify out --pseudonymise other")
        .fails_naming(&["its pseudonyms were made with another key"]);
    desk.yibao(&format!("{SETTLE} --out plain")).exits(1);
    desk.yibao("verify plain --pseudonymise key")
        .fails_naming(&["it does not call persons by pseudonyms"]);
}

#[test]
fn keys_that_do_not_do_say_so() {
    let desk = desk();
    desk.write("short", "secret\n");
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise short"))
        .fails_naming(&[
            "the key for pseudonyms has 6 bytes",
            "hint: make one that nobody can guess",
        ]);
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise absent"))
        .fails_naming(&["cannot read `absent`"]);
    desk.yibao(&format!("{SETTLE} --out out")).exits(1);
    desk.write("out/key", KEY);
    desk.yibao(&format!("{SETTLE} --out out --pseudonymise out/key"))
        .fails_naming(&["`out/key` lies in the output directory"]);
}
