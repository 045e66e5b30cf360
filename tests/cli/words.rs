//! Every word that a key of a scenario can have means something: the same people settle under each of them, and no two come
//! to the same. A word that nothing reads, or that is another name of its neighbour, is found here.

use crate::Desk;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A city with every rule that a word decides.
const CITY: &str = include_str!("words.toml");

/// Keys of the rules as the reference in docs/scenario.md writes them, and where the city has them.
const RULES: &[(&str, &str)] = &[
    ("scenario.rounding", "scenario.rounding"),
    ("scenario.year_of", "scenario.year_of"),
    ("insured.identity.CODE", "insured.identity.A"),
    ("enrolment.newborn.later", "enrolment.newborn.later"),
    ("enrolment.late.start", "enrolment.late.start"),
    ("enrolment.late.contribution", "enrolment.late.contribution"),
    (
        "enrolment.waiting.broken_in_window",
        "enrolment.waiting.broken_in_window",
    ),
    ("enrolment.waiting.exempt", "enrolment.waiting.exempt"),
    ("scope.unconsented_borne_by", "scope.unconsented_borne_by"),
    ("benefit.ceiling.kinds", "benefit.ceiling.kinds"),
    ("benefit.ceiling.basis", "benefit.ceiling.basis"),
    (
        "benefit.ceiling.counts_deductible",
        "benefit.ceiling.counts_deductible",
    ),
    ("benefit.out_of_area.kinds", "benefit.out_of_area.kinds"),
    ("benefit.critical_illness.kinds", "benefit.critical_illness.kinds"),
    ("benefit.critical_illness.base", "benefit.critical_illness.base"),
    (
        "benefit.critical_illness.bands_from",
        "benefit.critical_illness.bands_from",
    ),
    ("benefit.assistance.kinds", "benefit.assistance.kinds"),
    ("benefit.assistance.base", "benefit.assistance.base"),
    ("benefit.subsidy.kinds", "benefit.subsidy.kinds"),
    ("benefit.subsidy.identity", "benefit.subsidy.identity"),
    ("benefit.subsidy.base", "benefit.subsidy.base"),
    ("benefit.subsidy.limit_of", "benefit.subsidy.limit_of"),
    ("benefit.accident.kinds", "benefit.accident.kinds"),
    ("benefit.payout_ceiling.kinds", "benefit.payout_ceiling.kinds"),
    ("benefit.payout_ceiling.of", "benefit.payout_ceiling.of"),
    ("benefit.KIND.sub_fund", "benefit.inpatient.sub_fund"),
    (
        "benefit.KIND.counts_admission",
        "benefit.inpatient.counts_admission",
    ),
    ("benefit.KIND.deductible_period", PERIOD),
    (
        "benefit.KIND.no_deductible.NAME.same_level",
        "benefit.inpatient.no_deductible.again.same_level",
    ),
    (
        "benefit.KIND.no_deductible.NAME.identity",
        "benefit.inpatient.no_deductible.again.identity",
    ),
    (
        "benefit.KIND.no_deductible.NAME.referred",
        "benefit.inpatient.no_deductible.again.referred",
    ),
    (
        "benefit.KIND.no_deductible.NAME.selected",
        "benefit.inpatient.no_deductible.again.selected",
    ),
    (
        "benefit.KIND.referral.needed.NAME.identity",
        "benefit.inpatient.referral.needed.all.identity",
    ),
    (
        "benefit.KIND.referral.needed.NAME.selected",
        "benefit.inpatient.referral.needed.all.selected",
    ),
    (
        "benefit.KIND.addition.NAME.identity",
        "benefit.inpatient.addition.some.identity",
    ),
    (
        "benefit.KIND.addition.NAME.referred",
        "benefit.inpatient.addition.some.referred",
    ),
    (
        "benefit.KIND.addition.NAME.selected",
        "benefit.inpatient.addition.some.selected",
    ),
    ("benefit.KIND.ratio_over", "benefit.inpatient.ratio_over"),
    ("benefit.KIND.ceiling.basis", "benefit.inpatient.ceiling.basis"),
    (
        "benefit.KIND.ceiling.counts_deductible",
        "benefit.inpatient.ceiling.counts_deductible",
    ),
];

const PERIOD: &str = "benefit.general_outpatient.deductible_period";

/// Keys of the synthetic city, which is Jinan's with arrivals.
const PEOPLE: &[(&str, &str)] = &[
    ("population.arrivals.NAME.type", "population.arrivals.some.type"),
    (
        "utilisation.tiers.TIER.level",
        "utilisation.tiers.provincial.level",
    ),
];

/// Arrivals; and a kind of hospital without stays, so that it may be of any level.
const ARRIVALS: &str = r#"
[scenario]
base = "jinan"
name = "arrivals"
title = "Some arrive"
source = "test"

[population.arrivals.some]
type = "student"
per_head = { per_head = 0.001, provenance = "proposal" }
ages = { age_from = [0, 18, 22], ratio = [0, 1, 0], provenance = "proposal" }
male = { rate = 0.5, provenance = "proposal" }
years = { years = 4, provenance = "proposal" }

[utilisation.tiers]
tertiary.stays = 1
provincial.stays = 0
"#;

/// What the reference says of keys: of each that is a word, or a list of words, which there are. A single word has no other
/// to differ from, and units are figures.
fn reference() -> BTreeMap<String, (bool, Vec<String>)> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md")).unwrap();
    let keys = text.split("### Every key").nth(1).unwrap();
    let (mut found, mut table) = (BTreeMap::new(), "");
    for line in keys.lines() {
        if line.starts_with("#### ") {
            table = line.split('`').nth(1).unwrap_or_default();
        }
        if line.starts_with("## ") || line.contains("keys: end") {
            break;
        }
        let line = line.replace("\\|", "/");
        let cells: Vec<&str> = line.split(" | ").collect();
        let [key, form, ..] = cells.as_slice() else {
            continue;
        };
        let (is_list, form) = match form.strip_prefix("list of ") {
            Some(form) => (true, form),
            None => (false, *form),
        };
        let words: Vec<&str> = form.split(if is_list { ", " } else { " or " }).collect();
        let is_word =
            |word: &&str| word.split('`').count() == 3 && word.starts_with('`') && word.ends_with('`');
        let is_unit = ["`yuan`", "`rate`", "`months`", "`lint`"].contains(&words[0]);
        if words.len() < 2 || is_unit || !words.iter().all(is_word) {
            continue;
        }
        let words: Vec<String> = words
            .iter()
            .map(|word| word.trim_matches('`').to_string())
            .collect();
        let key = key.trim_start_matches("| ").trim_matches('`');
        let (first, rest) = key.split_once('.').unwrap_or((key, ""));
        for first in first.split('/') {
            let key = format!("{table}.{first}.{rest}");
            found.insert(key.trim_end_matches('.').to_string(), (is_list, words.clone()));
        }
    }
    found
}

/// Persons, payments, claims and fee lines among which every word finds somebody whom it concerns: of each identity class
/// one who pays in time and one who pays late; a newborn who pays late, and a person who missed a year.
fn write_files(desk: &Desk) {
    let mut persons = "psn_no,brdy,psn_idet_type\nN,2021-01-05,\nQ,1975-01-01,\n".to_string();
    let mut payments = "psn_no,year,pay_date\nN,2021,2021-03-10\nQ,2021,2020-11-11\n".to_string();
    let mut claims = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,fulamt_ownpay_amt,\
                      preselfpay_amt,out_of_area,trum_flag,otp_er_refl_flag,selected_institution,dise_codg,matn_type\n"
        .to_string();
    let mut lines = "mdtrt_id,feedetl_sn,det_item_fee_sumamt,chrgitm_lv,selfpay_prop,consent\n".to_string();
    for (person, day) in [
        ("N", "2021-03-10"),
        ("N", "2021-03-11"),
        ("N", "2021-04-02"),
        ("Q", "2021-01-10"),
    ] {
        writeln!(
            claims,
            "{person}{day},{person},21,H1,{day},{day},1800,05,,,,0,0,0,,"
        )
        .unwrap();
    }
    for class in ["A", "B", "C", "D", "E", "F"] {
        write!(
            persons,
            "{class},1980-05-01,{class}\nL{class},1980-05-01,{class}\n"
        )
        .unwrap();
        write!(
            payments,
            "{class},2020,2019-10-05\n{class},2021,2020-10-05\nL{class},2021,2021-02-10\n"
        )
        .unwrap();
        for (kind, med_type, of_kind) in [
            ("i", 21, ","),
            ("c", 14, "M07800,"),
            ("o", 11, ","),
            ("m", 52, ",1"),
        ] {
            for (number, row) in [
                "H1,2021-01-05,2021-01-20,3500.01,05,500,200,,1,1,0",
                "H1,2021-01-25,2021-01-28,2000.03,05,0,0,,0,0,1",
                "H2,2021-02-05,2021-02-08,2000.07,08,0,0,unfiled,0,0,0",
                "H2,2021-05-05,2021-05-08,2100.11,08,0,100,filed,0,1,1",
                "H1,2021-06-05,2021-06-08,6000.17,05,100,100,,0,1,1",
            ]
            .into_iter()
            .enumerate()
            {
                writeln!(claims, "{class}{kind}{number},{class},{med_type},{row},{of_kind}").unwrap();
            }
        }
        writeln!(
            claims,
            "{class}y,{class},21,H1,2020-12-28,2021-01-04,2500,05,,,,0,0,0,,"
        )
        .unwrap();
        writeln!(
            claims,
            "{class}l,{class},21,H1,2021-07-01,2021-07-04,1800,05,,,,0,0,0,,"
        )
        .unwrap();
        writeln!(
            claims,
            "L{class}i,L{class},21,H1,2021-03-01,2021-03-03,3000,05,,,,0,0,0,,"
        )
        .unwrap();
        write!(lines, "{class}l,1,1500,01,,\n{class}l,2,300,03,1,0\n").unwrap();
    }
    desk.write("persons.csv", &persons);
    desk.write("payments.csv", &payments);
    desk.write("claims.csv", &claims);
    desk.write("lines.csv", &lines);
}

/// Everything that came out, the record apart: it holds the words themselves.
fn came_out(desk: &Desk, arguments: &str) -> String {
    let answer = desk.yibao(&format!("{arguments} --out out --format csv"));
    assert!(
        matches!(answer.code, Some(0 | 1)),
        "{arguments}: {}",
        answer.stderr
    );
    ["settlements.csv", "rejects.csv", "ledger.csv"]
        .map(|name| desk.read(&format!("out/{name}")))
        .concat()
}

/// Checks that no two words of a key come to the same.
fn check(desk: &Desk, arguments: &str, key: &str, at: &str, (is_list, words): &(bool, Vec<String>)) {
    let mut known = BTreeMap::new();
    for word in words {
        let mut ask = match is_list {
            true => format!("{arguments} --set {at}=[\"{word}\"]"),
            false => format!("{arguments} --set {at}={word}"),
        };
        if at == PERIOD && word != "none" {
            ask.push_str(" --set benefit.general_outpatient.deductible.yuan=300");
        }
        if let Some(other) = known.insert(came_out(desk, &ask), word) {
            panic!("`{key}`: `{word}` comes to the same as `{other}`");
        }
    }
}

#[test]
fn every_word_is_tried() {
    let reference = reference();
    let tried: BTreeSet<&str> = RULES.iter().chain(PEOPLE).map(|(key, _)| *key).collect();
    assert_eq!(tried, reference.keys().map(String::as_str).collect());
}

#[test]
fn no_two_words_of_the_rules_come_to_the_same() {
    let desk = Desk::new();
    write_files(&desk);
    desk.write("words.toml", CITY);
    let reference = reference();
    let files = "--persons persons.csv --claims claims.csv --enrolments payments.csv --lines lines.csv";
    for (key, at) in RULES {
        check(
            &desk,
            &format!("settle --scenario words.toml {files}"),
            key,
            at,
            &reference[*key],
        );
    }
}

#[test]
fn no_two_words_of_the_synthetic_city_draw_the_same() {
    let desk = Desk::new();
    desk.write("arrivals.toml", ARRIVALS);
    let reference = reference();
    for (key, at) in PEOPLE {
        let run = "run --scenario arrivals.toml --persons 3000 --seed 1 --year 2023";
        check(&desk, run, key, at, &reference[*key]);
    }
}

/// Parts of an assumption and of a shock, and what each bears on: a range is tried by a sensitivity, all others by paths.
const ASSUMED: &[(bool, &str)] = &[
    (true, "assume.stays=0.03"),
    (true, "assume.stays={2025=0.03,2026=0.05}"),
    (true, "assume.stays.trend_sd=0.05"),
    (true, "assume.stays.yearly_sd=0.05"),
    (false, "assume.stays.range=[0,0.01]"),
    (true, "assume.contributions.round_to=100"),
    (true, "assume.thresholds.follows=price"),
    (true, "assume.level_choice.keys=[\"utilisation.stays.primary\"]"),
    (true, "shock.epidemic.probability=0.5"),
    (true, "shock.epidemic.times=0.5"),
    (true, "shock.epidemic.times_sd=0.5"),
    (true, "shock.epidemic.keys=[\"utilisation.visits.per_head\"]"),
];

#[test]
fn every_part_of_an_assumption_bears_on_years_to_come() {
    let desk = Desk::new();
    let ask = |of_paths: bool, set: &str| match of_paths {
        true => {
            desk.yibao(&format!(
                "project --persons 200 --years 4 --paths 6 --out out {set}"
            ))
            .exits(0);
            ["projection.csv", "paths.csv"]
                .map(|name| desk.read(&format!("out/{name}")))
                .concat()
        }
        false => {
            desk.yibao(&format!("sensitivity --persons 200 --year 2026 --json {set}"))
                .exits(0)
                .stdout
        }
    };
    let mut known: BTreeMap<String, &str> = [true, false]
        .map(|of_paths| (ask(of_paths, ""), "what is assumed"))
        .into();
    for (of_paths, set) in ASSUMED {
        // A shock likely enough to strike in a year of so few paths.
        let likely = match set.starts_with("shock") {
            true => "--set projection.shock.epidemic.probability=0.9 ",
            false => "",
        };
        let sets = format!("{likely}--set projection.{set}");
        if let Some(other) = known.insert(ask(*of_paths, &sets), set) {
            panic!("`{set}` comes to the same as `{other}`");
        }
    }
}
