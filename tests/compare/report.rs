//! The pages that are handed on: nothing hostile, nothing about few people, the same bytes every time.

use crate::{CITY, REFORM, jinan, with};
use yibao::compare::bridge::Method;
use yibao::compare::comparison::{Comparison, Request};
use yibao::compare::crowd::{Files, Whose};
use yibao::data::Inputs;
use yibao::report::compare::page;
use yibao::report::lang::Lang;
use yibao::report::page::{Report, html, text};
use yibao::scenario::{Scenario, Source};

fn report(scenarios: &[Scenario], whose: &Whose, lang: Lang) -> Report {
    let request = Request {
        scenarios,
        alternative_baseline: None,
        years: &[2023],
        whose,
        income: None,
        top: 5,
        bridge: Some((Method::Sequential, &[])),
    };
    let comparison = Comparison::of(&request, &|_| ()).unwrap_or_else(|error| panic!("{error}"));
    page(&comparison, &request, lang)
}

#[test]
fn a_page_has_what_was_asked_for_in_both_languages() {
    for (lang, words) in [
        (
            Lang::En,
            ["What changes", "Who wins and who loses", "What each change costs"],
        ),
        (Lang::Zh, ["条款变化", "受益与受损人群", "各项变化的影响"]),
    ] {
        let report = report(&[jinan(), with(&REFORM)], &CITY, lang);
        assert_eq!(report.numbers().len(), 4);
        let page = html::render(&report);
        for word in words {
            assert!(page.contains(word), "{word}");
        }
        assert!(page.contains("benefit.inpatient.tertiary.deductible"));
        assert_eq!(
            page,
            html::render(&self::report(&[jinan(), with(&REFORM)], &CITY, lang))
        );
    }
}

#[test]
fn titles_and_sources_are_never_markup() {
    let hostile = "<script>alert(1)</script>";
    let source = Source {
        name: "hostile.toml".to_string(),
        text: format!(
            "[scenario]\nbase = \"jinan\"\nname = \"{hostile}\"\ntitle = \"{hostile}\"\nsource = \"{hostile}\"\n\
             [benefit.inpatient.tertiary]\ndeductible = 1200\n"
        ),
    };
    let hostile_scenario = Scenario::from_source(source).unwrap_or_else(|error| panic!("{error}"));
    let page = html::render(&report(&[jinan(), hostile_scenario], &CITY, Lang::En));
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn few_people_of_files_are_kept_back() {
    let desk = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = desk.path().join(name);
        std::fs::write(&path, text).unwrap();
        vec![path]
    };
    let mut persons = String::from("psn_no,brdy,insu_admdvs\n");
    let mut claims =
        String::from("mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n");
    for number in 0..40 {
        let district = if number < 4 { "370199" } else { "370102" };
        persons += &format!("P{number},1980-05-01,{district}\n");
        claims += &format!(
            "SECRET{number},P{number},21,H1,2023-01-05,2023-01-10,{}.00,01\n",
            5_000 + number
        );
    }
    let given = Inputs {
        persons: write("persons.csv", persons),
        claims: write("claims.csv", claims),
        ..Inputs::default()
    };
    let whose = Whose::Files(Files::new(given.find().unwrap().open().unwrap(), None));
    let other = with(&[("benefit.inpatient.tertiary.deductible", "1500")]);
    let shown = text::render(&report(&[jinan(), other.clone()], &whose, Lang::En), 100);
    let district = shown.lines().find(|line| line.contains("370199")).unwrap();
    assert!(district.contains("<10") && !district.contains(" 4"), "{district}");
    // The other district would tell it by subtraction.
    let district = shown
        .lines()
        .find(|line| line.trim_start().starts_with("370102"))
        .unwrap();
    assert!(district.contains("<10"), "{district}");
    assert!(!shown.contains("SECRET"));
    // Nobody of a synthetic city is kept back.
    let shown = text::render(&report(&[jinan(), other], &CITY, Lang::En), 100);
    assert!(!shown.contains("<10"));
}
