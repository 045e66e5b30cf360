//! `--set`, overlays and stacks on every command, `yibao keys`, and that a run of them can be taken up again.

use crate::Desk;
use serde_json::Value;

const PLAN: &str = "[scenario]\nbase = \"jinan\"\nname = \"plan\"\ntitle = \"A plan\"\nauthor = \"the office\"\n\
                    reason = \"fewer stays\"\nsource = \"draft 3\"\n\n[benefit.inpatient.tertiary]\ndeductible = 1200\n";

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --out settled --format csv";

/// What the fund paid for claim A, a stay in a tertiary hospital.
fn paid(desk: &Desk) -> String {
    let rows = desk.rows("settled/settlements.csv");
    let row = rows.iter().find(|row| row["mdtrt_id"] == "A").unwrap();
    row["act_pay_dedc"].clone()
}

#[test]
fn a_set_key_changes_the_run_and_is_recorded() {
    let desk = Desk::with_good_files();
    desk.yibao(SETTLE).exits(0);
    assert_eq!(paid(&desk), "1000.00");
    assert!(desk.json("settled/run.json")["scenario"].get("sets").is_none());
    let answer = desk.yibao(&format!(
        "{SETTLE} --set benefit.inpatient.tertiary.deductible=1200"
    ));
    let answer = answer.exits(0);
    assert_eq!(paid(&desk), "1200.00");
    let told = "1 of them are proposals, not rules in force: jinan.toml changed by --set \
                benefit.inpatient.tertiary.deductible=1200.";
    assert!(answer.stdout.contains(told), "{}", answer.stdout);
    let scenario = &desk.json("settled/run.json")["scenario"];
    assert_eq!(scenario["name"], "jinan");
    assert_eq!(
        scenario["sets"],
        serde_json::json!(["benefit.inpatient.tertiary.deductible=1200"])
    );
    assert_eq!(
        scenario["proposals"],
        serde_json::json!(["benefit.inpatient.tertiary.deductible"])
    );
}

#[test]
fn a_stack_tells_which_value_holds() {
    let desk = Desk::with_good_files();
    desk.write("plan.toml", PLAN);
    desk.write(
        "b.toml",
        &PLAN.replace("1200", "900").replace("\"plan\"", "\"b\""),
    );
    let answer = desk
        .yibao(&format!("{SETTLE} --scenario plan.toml+b.toml"))
        .exits(0);
    assert_eq!(paid(&desk), "900.00");
    let told = "`benefit.inpatient.tertiary.deductible`: the value of b.toml holds, not that of plan.toml\n";
    assert!(answer.stderr.contains(told), "{}", answer.stderr);
    let scenario = &desk.json("settled/run.json")["scenario"];
    assert_eq!(scenario["name"], "plan+b");
    assert_eq!(scenario["given"], "plan.toml+b.toml");
    assert_eq!(scenario["overlays"][0]["author"], "the office");
    assert_eq!(scenario["overlays"][0]["reason"], "fewer stays");
    assert_eq!(scenario["overlays"][1]["file"], "b.toml");
    let overridden = serde_json::json!([{
        "key": "benefit.inpatient.tertiary.deductible", "by": "b.toml", "of": "plan.toml"
    }]);
    assert_eq!(scenario["overridden"], overridden);
}

#[test]
fn a_run_of_a_stack_can_be_resettled_while_all_of_it_is_what_it_was() {
    let desk = Desk::with_good_files();
    desk.write("plan.toml", PLAN);
    desk.yibao(&format!("{SETTLE} --scenario plan.toml --set fund.interest=0.01"))
        .exits(0);
    let late = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n\
                N,P2,21,H1,2023-03-05,2023-03-10,8000.00,01\n";
    desk.write("late.csv", late);
    let resettle = "resettle --previous settled --claims late.csv --out after --format csv";
    desk.yibao(resettle).exits(0);
    let rows = desk.rows("after/settlements.csv");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["act_pay_dedc"], "1200.00");
    let scenario = &desk.json("after/run.json")["scenario"];
    assert_eq!(scenario["sets"], serde_json::json!(["fund.interest=0.01"]));
    desk.write("plan.toml", &PLAN.replace("1200", "1300"));
    desk.yibao(resettle)
        .fails_naming(&["scenario `plan.toml` is not what was settled"]);
}

#[test]
fn an_overlay_in_the_output_directory_is_refused() {
    let desk = Desk::with_good_files();
    std::fs::create_dir(desk.path("settled")).unwrap();
    desk.write("settled/plan.toml", PLAN);
    desk.yibao(&format!("{SETTLE} --scenario settled/plan.toml"))
        .fails_naming(&["`settled/plan.toml` lies in the output directory"]);
}

#[test]
fn a_wrong_set_is_told_with_its_place() {
    let answer = Desk::new().yibao("run --persons 10 --set benfit.inpatient.tertiary.deductible=1200");
    let answer = answer.fails_naming(&["did you mean `benefit.inpatient.tertiary.deductible`?"]);
    let place = "  --> --set\n      | benfit.inpatient.tertiary.deductible=1200\n      | ^\n";
    assert!(answer.stderr.contains(place), "{}", answer.stderr);
}

// ---------------------------------------------------------------- yibao keys

#[test]
fn keys_are_listed_with_value_meaning_article_and_source() {
    let desk = Desk::new();
    let listed = desk.yibao("keys interest").exits(0).stdout;
    let expected = "fund.interest = 0.02 (rate)\n    interest a year on the treasury balance · Art. 5 · placeholder: \
                    assumed; a year, credited monthly\n";
    assert_eq!(listed, expected);
    let listed = desk
        .yibao("keys funding.individual.adult --set funding.individual.adult.2024=420")
        .exits(0);
    let expected = "funding.individual.adult = 2020: 300, 2021: 320, 2022: 350, 2023: 380, 2024: 420 (yuan)\n    \
                    individual contribution of a category per year · Art. 6 · proposal: 2024: --set \
                    funding.individual.adult.2024=420; else: from memory\n";
    assert_eq!(listed.stdout, expected);
    let globbed = desk.yibao("keys benefit.*.tertiary.ratio.*").exits(0).stdout;
    assert_eq!(globbed.lines().count(), 6, "{globbed}");
    let all = yibao::scenario::Scenario::jinan().unwrap().keys().len();
    assert_eq!(desk.yibao("keys").exits(0).stdout.lines().count(), 2 * all);
    desk.yibao("keys deductable")
        .fails_naming(&["no key like `deductable`", "did you mean `deductible`?"]);
}

#[test]
fn keys_are_listed_for_programs() {
    let answer = Desk::new().yibao("keys --json --set fund.interest=0.01").exits(0);
    let keys: Vec<Value> = serde_json::from_str(&answer.stdout).unwrap();
    let key = |name: &str| keys.iter().find(|key| key["key"] == name).unwrap();
    let interest = serde_json::json!({
        "key": "fund.interest",
        "meaning": "interest a year on the treasury balance",
        "article": "5",
        "unit": "rate",
        "value": "0.01",
        "provenance": "proposal",
        "source": "--set fund.interest=0.01",
        "from": "--set fund.interest=0.01",
    });
    assert_eq!(key("fund.interest"), &interest);
    assert_eq!(key("funding.subsidy")["by_year"]["2024"], "670");
    assert_eq!(key("funding.subsidy")["from"], "jinan.toml");
    assert!(key("scenario.rounding").get("unit").is_none());
}
