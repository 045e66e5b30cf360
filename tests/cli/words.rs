//! Every word that a key of a scenario can have means something, and every number is of account: the same people settle
//! under each, and no two words come to the same. What nothing reads, or is another name of its neighbour, is found here.
//!
//! The figures of shipped scenarios are tried by the lints (`tests/lint.rs`); here are those that none of them has.

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

/// Settles everybody by the city's rules.
const SETTLE: &str = "settle --scenario words.toml --persons persons.csv --claims claims.csv --enrolments payments.csv \
                      --events events.csv --lines lines.csv --institutions institutions.csv";

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

/// Columns of the files below.
const PERSONS: &str = "psn_no,brdy,psn_type,psn_idet_type,clct_grde\n";
const CLAIMS: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,fulamt_ownpay_amt,\
                      preselfpay_amt,out_of_area,trum_flag,otp_er_refl_flag,refl_date,selected_institution,dise_codg,matn_type\n";

/// People among whom every word and figure finds somebody whom it concerns.
#[derive(Default)]
struct People {
    persons: String,
    payments: String,
    events: String,
    claims: String,
    lines: String,
}

impl People {
    fn write(mut self, desk: &Desk) {
        for class in ["A", "B", "C", "D", "E", "F"] {
            self.of_class(class);
        }
        self.of_age_and_tier();
        self.newborns();
        self.who_wait();
        desk.write("persons.csv", &(PERSONS.to_string() + &self.persons));
        desk.write(
            "payments.csv",
            &("psn_no,year,pay_date\n".to_string() + &self.payments),
        );
        desk.write(
            "events.csv",
            &("psn_no,event,event_date\n".to_string() + &self.events),
        );
        desk.write("claims.csv", &(CLAIMS.to_string() + &self.claims));
        let institutions = "H1,05,psychiatric\nH2,08,\nH05,05,\nH08,08,\n";
        desk.write(
            "institutions.csv",
            &("fixmedins_code,hosp_lv,kind\n".to_string() + institutions),
        );
        let header = "mdtrt_id,feedetl_sn,det_item_fee_sumamt,chrgitm_lv,selfpay_prop,consent\n";
        desk.write("lines.csv", &(header.to_string() + &self.lines));
    }

    /// A stay of a day at a city hospital.
    fn stay(&mut self, person: &str, day: &str) {
        writeln!(
            self.claims,
            "{person}{day},{person},21,H1,{day},{day},1800,05,,,,0,0,,0,,"
        )
        .unwrap();
    }

    /// Of each identity class one who pays in time, with bills of every kind, and one who pays late.
    fn of_class(&mut self, class: &str) {
        write!(
            self.persons,
            "{class},1980-05-01,,{class},\nL{class},1980-05-01,,{class},\n"
        )
        .unwrap();
        write!(
            self.payments,
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
                "H1,2021-01-05,2021-01-20,3500.01,05,500,200,,1,1,,0",
                "H1,2021-01-25,2021-01-28,2000.03,05,0,0,resettled,0,0,,1",
                "H2,2021-02-05,2021-02-08,2000.07,08,0,0,unfiled,0,0,,0",
                "H2,2021-05-05,2021-05-08,2100.11,08,0,100,filed,0,1,2021-04-05,1",
                "H1,2021-06-05,2021-06-08,6000.17,05,100,100,emergency,0,1,,1",
            ]
            .into_iter()
            .enumerate()
            {
                writeln!(
                    self.claims,
                    "{class}{kind}{number},{class},{med_type},{row},{of_kind}"
                )
                .unwrap();
            }
        }
        writeln!(
            self.claims,
            "{class}y,{class},21,H1,2020-12-28,2021-01-04,2500,05,,,,0,0,,0,,"
        )
        .unwrap();
        writeln!(
            self.claims,
            "{class}l,{class},21,H1,2021-07-01,2021-07-04,1800,05,,,,0,0,,0,,"
        )
        .unwrap();
        write!(self.lines, "{class}l,1,1500,01,,\n{class}l,2,300,03,1,0\n").unwrap();
        self.stay(&format!("L{class}"), "2021-03-01");
    }

    /// Students, minors and adults of either contribution tier, one a year from being of age, and one of 70.
    fn of_age_and_tier(&mut self) {
        for (person, birth, psn_type, tier) in [
            ("S", "2001-01-01", "1404", ""),
            ("S2", "2001-01-01", "1404", "2"),
            ("M", "2011-01-01", "", ""),
            ("M2", "2011-01-01", "", "2"),
            ("V", "2003-06-01", "", ""),
            ("A2", "1980-02-02", "", "2"),
            ("O", "1951-01-01", "", ""),
        ] {
            writeln!(self.persons, "{person},{birth},{psn_type},,{tier}").unwrap();
            writeln!(self.payments, "{person},2021,2020-10-10").unwrap();
            for level in ["05", "08"] {
                for (claim, row) in [
                    (
                        "d",
                        format!("14,H{level},2021-04-05,2021-04-05,1300.50,{level},,,,0,0,,0,M99999,"),
                    ),
                    (
                        "c",
                        format!("14,H{level},2021-04-06,2021-04-06,1300.50,{level},,,,0,0,,0,,"),
                    ),
                    (
                        "r",
                        format!("11,H{level},2021-04-05,2021-04-05,900.50,{level},,,,0,1,2021-03-06,0,,"),
                    ),
                    (
                        "n",
                        format!("11,H{level},2021-08-05,2021-08-05,200.50,{level},,,,0,0,,0,,"),
                    ),
                ] {
                    writeln!(self.claims, "{person}{claim}{level},{person},{row}").unwrap();
                }
            }
        }
    }

    /// One who pays within two months of birth, and one who does within a year.
    fn newborns(&mut self) {
        self.persons.push_str("N,2021-01-05,,,\nZ,2020-12-20,,,\n");
        self.payments.push_str("N,2021,2021-02-20\nZ,2021,2021-11-25\n");
        for day in ["2021-02-19", "2021-02-20", "2021-02-21", "2021-03-05"] {
            self.stay("N", day);
        }
        self.stay("Z", "2021-12-05");
    }

    /// Who missed 2020: pays in the window, pays late, buys it back, or had employee insurance.
    fn who_wait(&mut self) {
        for (person, paid_on) in [
            ("Q", "2020-11-11"),
            ("W", "2021-02-10"),
            ("X", "2021-02-10"),
            ("Y", "2021-02-10"),
        ] {
            writeln!(self.persons, "{person},1980-02-02,,,").unwrap();
            writeln!(self.payments, "{person},2021,{paid_on}").unwrap();
            for day in [
                "01-10", "02-10", "03-01", "03-12", "03-20", "04-12", "05-12", "06-12",
            ] {
                self.stay(person, &format!("2021-{day}"));
            }
        }
        self.payments.push_str("X,2020,2021-02-10\n");
        self.events
            .push_str("Y,employee-cover-start,2020-03-01\nY,employee-cover-end,2020-11-12\n");
    }
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
    People::default().write(&desk);
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

/// Lists of levels, codes and kinds that a scenario names itself, as the city has them or might, and in another way.
const NAMES: &[(&str, [&str; 2])] = &[
    ("levels.city.hosp_lv", ["[\"05\"]", "[\"06\"]"]),
    ("funding.tier.high.clct_grde", ["[\"2\"]", "[\"3\"]"]),
    ("benefit.inpatient.med_type", ["[\"21\"]", "[\"24\"]"]),
    ("benefit.inpatient.levels", ["[\"town\"]", "[\"city\"]"]),
    (
        "benefit.inpatient.no_deductible.again.levels",
        ["[\"town\"]", "[\"city\"]"],
    ),
    (
        "benefit.inpatient.addition.some.levels",
        ["[\"town\"]", "[\"city\"]"],
    ),
    (
        "benefit.inpatient.addition.some.institution_kind",
        ["psychiatric", "provincial"],
    ),
    (
        "benefit.chronic.disease.other.codes",
        ["[\"M99999\"]", "[\"M1\"]"],
    ),
    (
        "benefit.general_outpatient.referral.needed.old.levels",
        ["[\"town\"]", "[\"city\"]"],
    ),
    (
        "benefit.general_outpatient.referral.needed.old.med_type",
        ["[\"11\"]", "[\"13\"]"],
    ),
];

#[test]
fn names_tell_apart_what_they_name() {
    let desk = Desk::new();
    People::default().write(&desk);
    desk.write("words.toml", CITY);
    for (key, lists) in NAMES {
        let [one, other] = lists.map(|list| came_out(&desk, &format!("{SETTLE} --set {key}={list}")));
        assert!(one != other, "`{key}`: both lists come to the same");
    }
}

/// Shares of one whole: one alone cannot be changed.
const OF_ONE: &str = "funding.subsidy_shares.";

#[test]
fn every_number_of_the_rules_is_of_account() {
    let desk = Desk::new();
    People::default().write(&desk);
    desk.write("words.toml", CITY);
    let keys = desk.yibao("keys --scenario words.toml --json").exits(0);
    let keys: Vec<serde_json::Value> = serde_json::from_str(&keys.stdout).unwrap();
    let usual = came_out(&desk, SETTLE);
    let (mut tried, mut idle) = (0, Vec::new());
    for key in &keys {
        let (path, unit) = (
            key["key"].as_str().unwrap(),
            key["unit"].as_str().unwrap_or_default(),
        );
        let (at, value) = match key["by_year"]["2021"].as_str() {
            Some(value) => (format!("{path}.2021"), Some(value)),
            None => (path.to_string(), key["value"].as_str()),
        };
        let Some(value) = value.and_then(|value| value.parse::<f64>().ok()) else {
            continue;
        };
        if key.get("provenance").is_none() || path.starts_with(OF_ONE) {
            continue;
        }
        let others = match unit {
            "rate" => [value / 2.0, (value * 1.1).clamp(0.3, 1.0)],
            "yuan" => [(value / 2.0).floor(), value * 2.0 + 5.0],
            _ => [value + 1.0, value - 1.0],
        };
        tried += 1;
        let matters = |other: &f64| {
            let other = format!("{other:.4}");
            let other = other.trim_end_matches('0').trim_end_matches('.');
            came_out(&desk, &format!("{SETTLE} --set {at}={other}")) != usual
        };
        if !others.iter().any(matters) {
            idle.push(path);
        }
    }
    assert!(tried > 65 && idle.is_empty(), "{tried}: {idle:?}");
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
