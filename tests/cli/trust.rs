//! `check`, `schema`, `diff` and `verify` as a user sees them.

use crate::Desk;
use serde_json::Value;

const PLAN: &str = "[scenario]\nbase = \"jinan\"\nname = \"plan\"\ntitle = \"A plan\"\nsource = \"draft 3\"\n\n\
                    [benefit.inpatient.tertiary]\ndeductible = 300\n";

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --out settled --format csv";

// ---------------------------------------------------------------- check

#[test]
fn check_says_what_wants_a_look_and_exits_with_1() {
    let desk = Desk::new();
    desk.yibao("check --no-effects").exits(0);
    desk.yibao("check jinan --no-effects --strict").exits(1);
    desk.write("plan.toml", PLAN);
    let answer = desk.yibao("check plan.toml --no-effects").exits(1);
    let head = "warning[deductible-falls-with-level]: `benefit.inpatient.tertiary.deductible`: the deductible is 300.00 yuan at \
                `tertiary`, and 400.00 at `secondary`, which is a lower level (`benefit.inpatient.secondary.deductible`) \
                (2020-2024)\n  --> plan.toml:8:14\n    8 | deductible = 300\nwhy: ";
    assert!(answer.stdout.contains(head), "{}", answer.stdout);
    let allow = "allow = [{ lint = \"deductible-falls-with-level\", key = \"benefit.inpatient.*.deductible\", reason = \"so be it\" }]\n";
    desk.write(
        "plan.toml",
        &PLAN.replace("source = ", &format!("{allow}source = ")),
    );
    let answer = desk.yibao("check plan.toml --no-effects --allowed").exits(0);
    assert!(answer.stdout.contains("because: so be it"), "{}", answer.stdout);
}

#[test]
fn check_answers_programs_in_json() {
    let desk = Desk::new();
    desk.write("plan.toml", PLAN);
    let answer = desk.yibao("check plan.toml --no-effects --json").exits(1);
    let record: Value = serde_json::from_str(&answer.stdout).unwrap();
    let findings = record["findings"].as_array().unwrap();
    let finding = findings
        .iter()
        .find(|of| of["lint"] == "deductible-falls-with-level")
        .unwrap();
    assert_eq!(finding["severity"], "warning");
    assert_eq!(
        (&finding["file"], &finding["line"]),
        (&"plan.toml".into(), &8.into())
    );
    assert_eq!(finding["article"], "15");
    // What cannot be loaded is told in the same form, and on stderr for people.
    desk.write("plan.toml", &PLAN.replace("deductible = 300", "deductable = 300"));
    let answer = desk.yibao("check plan.toml --json").exits(2);
    let record: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(
        record["errors"][0]["key"],
        "benefit.inpatient.tertiary.deductable"
    );
    assert!(
        answer.stderr.contains("did you mean `deductible`?"),
        "{}",
        answer.stderr
    );
}

// ---------------------------------------------------------------- schema and diff

#[test]
fn the_schema_is_printed_for_editors_and_the_keys_for_readers() {
    let desk = Desk::new();
    let answer = desk.yibao("schema").exits(0);
    let schema: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let answer = desk.yibao("schema --markdown").exits(0);
    assert!(
        answer.stdout.contains("| `KIND.deductible`") || answer.stdout.contains("| `deductible` |"),
        "{}",
        answer.stdout
    );
}

#[test]
fn diff_exits_like_diff() {
    let desk = Desk::new();
    desk.write("plan.toml", PLAN);
    desk.yibao("diff jinan jinan").exits(0);
    let answer = desk.yibao("diff jinan plan.toml --values").exits(1);
    assert!(
        answer
            .stdout
            .contains("1,000 yuan → 300 yuan (down 700 yuan, 70.0 %)"),
        "{}",
        answer.stdout
    );
    let answer = desk.yibao("diff jinan plan.toml --lang zh --values").exits(1);
    assert!(answer.stdout.contains("1,000 元 → 300 元"), "{}", answer.stdout);
    let answer = desk
        .yibao("diff jinan jinan --set-b fund.interest=0.03 --json")
        .exits(1);
    let changes: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(changes[0]["key"], "fund.interest");
    assert_eq!(changes[0]["values"][0]["after"], "0.03");
    desk.yibao("diff jinan no-such-plan.toml").exits(2);
}

// ---------------------------------------------------------------- verify

#[test]
fn a_settled_run_is_verified_and_what_changed_is_told_apart() {
    let desk = Desk::with_files();
    desk.yibao(SETTLE).exits(1);
    let before = desk.names("settled");
    let answer = desk.yibao("verify settled").exits(0);
    assert!(
        answer.stdout.ends_with("The same numbers come out.\n"),
        "{}",
        answer.stdout
    );
    assert_eq!(desk.names("settled"), before, "verifying writes nothing");
    // An output that was edited.
    let ledger = desk.read("settled/ledger.csv");
    desk.write("settled/ledger.csv", &ledger.replacen("20", "30", 1));
    let answer = desk.yibao("verify settled").exits(1);
    assert!(
        answer.stdout.contains("ledger.csv: altered since it was written"),
        "{}",
        answer.stdout
    );
    desk.write("settled/ledger.csv", &ledger);
    // A number of the record that was edited.
    let record = desk.read("settled/run.json");
    let fingerprint = desk.json("settled/run.json")["fingerprint"]
        .as_str()
        .unwrap()
        .to_string();
    desk.write("settled/run.json", &record.replace(&fingerprint, "00"));
    let answer = desk.yibao("verify settled").exits(1);
    assert!(
        answer
            .stdout
            .contains(&format!("00 was recorded, {fingerprint} comes out")),
        "{}",
        answer.stdout
    );
    desk.write("settled/run.json", &record);
    // An input that changed, and one that is gone.
    let claims = desk.read("claims.csv");
    desk.write("claims.csv", &claims.replace("8000.00", "8000.01"));
    let answer = desk.yibao("verify settled --json").exits(1);
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(found["changed"][0]["what"], "claims");
    assert_eq!(found["changed"][0]["path"], "claims.csv");
    assert!(!found["numbers"].as_array().unwrap().is_empty());
    std::fs::remove_file(desk.path("claims.csv")).unwrap();
    let answer = desk.yibao("verify settled").exits(2);
    assert!(
        answer.stderr.contains("`claims.csv` cannot be read again"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_changed_scenario_is_told_from_a_changed_program() {
    let desk = Desk::with_good_files();
    desk.write("plan.toml", PLAN);
    desk.yibao(&format!("{SETTLE} --scenario plan.toml --set fund.interest=0.01"))
        .exits(0);
    desk.yibao("verify settled").exits(0);
    // A comment changes no number.
    desk.write("plan.toml", &format!("{PLAN}# a comment\n"));
    let answer = desk.yibao("verify settled").exits(1);
    let verdict = "What went in has changed; the same numbers come out all the same.\n";
    assert!(answer.stdout.ends_with(verdict), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("changed since: overlay `plan.toml`"),
        "{}",
        answer.stdout
    );
    desk.write("plan.toml", &PLAN.replace("300", "900"));
    let answer = desk.yibao("verify settled").exits(1);
    assert!(
        answer.stdout.ends_with("and other numbers come out.\n"),
        "{}",
        answer.stdout
    );
}

#[test]
fn cities_resettlements_runs_in_parts_and_projections_are_verified() {
    let desk = Desk::with_good_files();
    desk.yibao("run --persons 400 --out city --format csv").exits(0);
    desk.yibao("run --persons 400 --out by-claim --claim-entries --format csv")
        .exits(0);
    desk.yibao("run --persons 400 --out taken-up --resume work --format csv")
        .exits(0);
    desk.yibao(SETTLE).exits(0);
    desk.yibao(&SETTLE.replace("settled", "parts --memory 512MiB"))
        .exits(0);
    desk.write("late.csv", "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\nA,P1,21,H1,2023-01-05,2023-01-10,6000.00,01\n");
    desk.yibao(
        "resettle --previous settled --claims late.csv --posted-on 2024-01-15 --out late --format csv",
    )
    .exits(0);
    desk.yibao("project --from 2024 --years 2 --persons 500 --paths 2 --out future")
        .exits(0);
    for directory in [
        "city", "by-claim", "taken-up", "settled", "parts", "late", "future",
    ] {
        let answer = desk.yibao(&format!("verify {directory}"));
        assert_eq!(
            answer.code,
            Some(0),
            "{directory}: {}{}",
            answer.stdout,
            answer.stderr
        );
    }
    // A written city was not settled.
    desk.yibao("synth --persons 50 --out written --format csv")
        .exits(0);
    let answer = desk.yibao("verify written").exits(2);
    assert!(
        answer.stderr.contains("written and not settled"),
        "{}",
        answer.stderr
    );
    for (directory, why) in [
        (".", "it holds no `run.json`"),
        ("nowhere", "there is no such directory"),
    ] {
        let answer = desk.yibao(&format!("verify {directory}")).exits(2);
        assert!(answer.stderr.contains(why), "{}", answer.stderr);
    }
}
