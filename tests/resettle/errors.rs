//! What cannot be resettled: exit code 2, a sentence, and nothing written.

use crate::Desk;

const PERSONS: &str = "psn_no,brdy\nP1,1980-05-01\n";
const CLAIMS: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n\
                      A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01\n";
const RESETTLE: &str = "resettle --previous settled --claims late.csv --out out --format csv";

/// A settled run and late facts.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("persons.csv", PERSONS);
    desk.write("claims.csv", CLAIMS);
    desk.write("late.csv", &CLAIMS.replace("5000", "6000"));
    desk.yibao("settle --persons persons.csv --claims claims.csv --out settled --format csv")
        .exits(0);
    desk
}

#[track_caller]
fn fails(desk: &Desk, arguments: &str, naming: &[&str]) {
    desk.yibao(arguments).fails_naming(naming);
    assert!(!desk.path("out").exists());
}

#[test]
fn an_input_that_has_changed_is_named_with_both_hashes() {
    let desk = desk();
    let recorded = desk.json("settled/run.json")["inputs"][1]["sha256"].clone();
    desk.write("claims.csv", &CLAIMS.replace("5000", "5001"));
    let found = yibao::data::source::sha256_hex(desk.read("claims.csv").as_bytes());
    let naming = ["`claims.csv`", recorded.as_str().unwrap(), &found, "hint: "];
    fails(&desk, RESETTLE, &naming);
}

#[test]
fn an_input_that_is_gone_is_named_with_its_hash() {
    let desk = desk();
    let recorded = desk.json("settled/run.json")["inputs"][0]["sha256"].clone();
    std::fs::remove_file(desk.path("persons.csv")).unwrap();
    fails(&desk, RESETTLE, &["`persons.csv`", recorded.as_str().unwrap()]);
}

#[test]
fn an_earlier_late_file_that_has_changed_is_named_too() {
    let desk = desk();
    desk.yibao("resettle --previous settled --claims late.csv --out second --format csv")
        .exits(0);
    desk.write("late.csv", CLAIMS);
    let again = "resettle --previous second --claims claims.csv --out out";
    fails(&desk, again, &["`late.csv`", "SHA-256"]);
}

#[test]
fn a_scenario_that_has_changed_is_named() {
    let desk = desk();
    let jinan = include_str!("../../scenarios/jinan.toml");
    desk.write("mine.toml", jinan);
    desk.yibao("settle --persons persons.csv --claims claims.csv --scenario mine.toml --out settled")
        .exits(0);
    desk.yibao(RESETTLE).exits(0);
    std::fs::remove_dir_all(desk.path("out")).unwrap();
    desk.write("mine.toml", &format!("{jinan}\n# A note.\n"));
    fails(&desk, RESETTLE, &["scenario", "`mine.toml`", "SHA-256"]);
    std::fs::remove_file(desk.path("mine.toml")).unwrap();
    fails(&desk, RESETTLE, &["mine.toml"]);
}

#[test]
fn a_fingerprint_that_cannot_be_reproduced_is_told() {
    let desk = desk();
    let record = desk.read("settled/run.json");
    let fingerprint = desk.json("settled/run.json")["fingerprint"].clone();
    let other = record.replace(fingerprint.as_str().unwrap(), "00ff");
    desk.write("settled/run.json", &other);
    fails(
        &desk,
        RESETTLE,
        &["`settled`", "00ff", fingerprint.as_str().unwrap()],
    );
}

#[test]
fn directories_that_hold_no_settled_files_are_told_apart() {
    let desk = desk();
    desk.yibao("run --persons 50 --out city-run").exits(0);
    desk.yibao("synth --persons 50 --out city").exits(0);
    for city in ["city-run", "city"] {
        let arguments = format!("resettle --previous {city} --claims late.csv --out out");
        fails(&desk, &arguments, &[city, "synthetic city", "hint: "]);
    }
    std::fs::create_dir(desk.path("empty")).unwrap();
    std::fs::create_dir(desk.path("other")).unwrap();
    for (directory, naming) in [
        ("empty", "run.json"),
        ("nowhere", "run.json"),
        ("other", "run.json"),
    ] {
        let arguments = format!("resettle --previous {directory} --claims late.csv --out out");
        fails(&desk, &arguments, &[directory, naming]);
    }
    for text in [
        "no JSON",
        "{}",
        r#"{"program": "other"}"#,
        r#"{"program": "yibao", "inputs": []}"#,
    ] {
        desk.write("other/run.json", text);
        fails(
            &desk,
            "resettle --previous other --claims late.csv --out out",
            &["`other`"],
        );
    }
}

#[test]
fn standard_input_cannot_be_read_again() {
    let desk = desk();
    let record = desk.read("settled/run.json");
    desk.write("settled/run.json", &record.replace("\"claims.csv\"", "\"-\""));
    fails(&desk, RESETTLE, &["standard input", "claims"]);
    desk.write("settled/run.json", &record);
    fails(
        &desk,
        "resettle --previous settled --claims - --out out",
        &["standard input"],
    );
}

#[test]
fn late_enrolments_need_enrolments() {
    let desk = desk();
    desk.write("enrolments.csv", "psn_no,year,pay_date\nP1,2023,2022-11-01\n");
    desk.write("events.csv", "psn_no,event,event_date\n");
    for late in ["enrolments", "events"] {
        let arguments = format!("resettle --previous settled --{late} {late}.csv --out out");
        fails(
            &desk,
            &arguments,
            &[&format!("`{late}.csv`"), "enrolments file", "hint: "],
        );
    }
}

#[test]
fn a_change_without_a_date_asks_for_one() {
    let desk = desk();
    desk.write("late-persons.csv", "psn_no,brdy,psn_type\nP1,1980-05-01,1101\n");
    let undated = "resettle --previous settled --persons late-persons.csv --out out --format csv";
    fails(&desk, undated, &["date", "--posted-on"]);
    desk.yibao(&format!("{undated} --posted-on 2023-03-03")).exits(0);
    assert_eq!(
        desk.settlements("out")[1],
        "A.2 A P1 2023-03-03 not-covered 5000.00 0.00 0.00 0.00 5000.00 "
    );
}

#[test]
fn the_outputs_do_not_go_where_the_inputs_are() {
    let desk = desk();
    let before = desk.read("settled/settlements.csv");
    let arguments = "resettle --previous settled --claims late.csv --out settled";
    fails(&desk, arguments, &["`settled`", "settled/run.json"]);
    assert_eq!(desk.read("settled/settlements.csv"), before);
    // A city can be replaced, but not by what is read from it.
    desk.yibao("synth --persons 50 --out city --format csv").exits(0);
    desk.yibao("settle --persons city/persons.csv --claims city/claims.csv --institutions city/institutions.csv --out settled")
        .exits(0);
    let arguments = "resettle --previous settled --claims late.csv --out city";
    fails(&desk, arguments, &["city/persons.csv", "`city`"]);
    fails(
        &desk,
        "resettle --previous settled --claims city/claims.csv --out city",
        &["city/"],
    );
    std::fs::create_dir(desk.path("photos")).unwrap();
    desk.write("photos/holiday.jpg", "a beach");
    fails(
        &desk,
        "resettle --previous settled --claims late.csv --out photos",
        &["`photos`"],
    );
}

#[test]
fn bad_arguments_exit_2() {
    let desk = desk();
    let help = desk.yibao("resettle --help").exits(0);
    assert!(help.stdout.contains("Usage: yibao resettle"));
    for arguments in [
        "resettle",
        "resettle --previous settled --out out",
        "resettle --previous settled --claims late.csv",
        "resettle --claims late.csv --out out",
        "resettle --previous settled --claims late.csv --out out --posted-on soon",
        "resettle --previous settled --claims nowhere.csv --out out",
        "resettle --previous settled --claims persons.csv --out out",
    ] {
        fails(&desk, arguments, &[]);
    }
}
