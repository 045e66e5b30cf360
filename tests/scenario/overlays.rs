//! A base and what lies over it: what is inherited, what holds, and that whatever is wrong is said where it stands.

use crate::common::jinan;
use std::collections::BTreeSet;
use tempfile::TempDir;
use yibao::figure::Provenance;
use yibao::insured::category::Category;
use yibao::money::Fen;
use yibao::scenario::{Key, KeyValue, LayerKind, Scenario, ScenarioError, ScenarioSpec};

const SMALL: &str = include_str!("small.toml");

/// What an overlay of the small scenario begins with.
const HEADER: &str = r#"[scenario]
base = "small.toml"
name = "plan"
title = "A plan"
source = "the council"
"#;

/// A folder with `small.toml` and other files.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, text) in [&[("small.toml", SMALL)][..], files].concat() {
            std::fs::write(folder.0.path().join(name), text).unwrap();
        }
        folder
    }

    /// Loads files of the folder with `+` between them, and sets on top.
    fn load(&self, names: &str, sets: &[&str]) -> Result<Scenario, ScenarioError> {
        let path = |name: &str| match name {
            "jinan" => name.to_string(),
            name => self.0.path().join(name).display().to_string(),
        };
        let names: Vec<String> = names.split('+').map(path).collect();
        Scenario::load(&ScenarioSpec {
            scenario: names.join("+"),
            sets: sets.iter().map(ToString::to_string).collect(),
        })
    }

    /// What is said of them, without the folder's own path.
    #[track_caller]
    fn complaints(&self, names: &str, sets: &[&str]) -> String {
        let folder = format!("{}/", self.0.path().display());
        let error = self.load(names, sets).unwrap_err();
        error.to_string().replace(&folder, "")
    }
}

/// The small scenario under an overlay with this body.
fn plan(body: &str) -> Scenario {
    let folder = Folder::with(&[("plan.toml", &format!("{HEADER}{body}"))]);
    let loaded = folder.load("plan.toml", &[]);
    loaded.unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of an overlay with this body.
#[track_caller]
fn says_of_plan(body: &str, expected: &str) {
    let folder = Folder::with(&[("plan.toml", &format!("{HEADER}{body}"))]);
    assert_eq!(folder.complaints("plan.toml", &[]), expected.trim_start());
}

/// What is said of the small scenario with this set.
#[track_caller]
fn says_of_set(set: &str, expected: &str) {
    assert_eq!(
        Folder::with(&[]).complaints("small.toml", &[set]),
        expected.trim_start()
    );
}

fn small() -> Scenario {
    Folder::with(&[]).load("small.toml", &[]).unwrap()
}

fn key(scenario: &Scenario, path: &str) -> Key {
    let mut keys = scenario.keys().into_iter();
    keys.find(|key| key.path == path)
        .unwrap_or_else(|| panic!("no key `{path}`"))
}

#[track_caller]
fn shows(scenario: &Scenario, path: &str, year: i32, expected: &str) {
    let figure = scenario.figure(path, year).unwrap();
    assert_eq!(figure.to_string(), expected, "{path} in {year}");
}

// ---------------------------------------------------------------- what holds

#[test]
fn what_an_overlay_does_not_name_is_the_bases() {
    let plan = plan("[benefit.inpatient]\ndeductible = { yuan = 1200, source = \"draft 3\" }\n");
    assert_eq!((plan.name(), plan.title()), ("plan", "A plan"));
    // No title of its own in Chinese: not the base's, which would be another scenario's.
    assert_eq!(plan.title_in_chinese(), "A plan");
    assert_eq!(plan.regulation(), "none");
    let changed: Vec<String> = plan
        .keys()
        .into_iter()
        .zip(small().keys())
        .filter(|(new, old)| new != old)
        .map(|(new, _)| new.path)
        .collect();
    let expected = [
        "scenario.name",
        "scenario.title",
        "scenario.title_zh",
        "benefit.inpatient.deductible",
    ];
    assert_eq!(changed, expected);
    shows(&plan, "benefit.inpatient.deductible", 2020, "1200 yuan");
}

#[test]
fn a_changed_figure_is_a_proposal_with_its_own_source() {
    let plan = plan(
        "[benefit.inpatient]\n\
         ratio = { rate = 0.75, source = \"draft 3\", reason = \"neighbours pay it\" }\n\
         [fund]\n\
         interest = { rate = 0.03, provenance = \"official\", source = \"a notice\" }\n",
    );
    let ratio = key(&plan, "benefit.inpatient.ratio");
    assert_eq!(ratio.provenance, Some(Provenance::Proposal));
    assert_eq!(ratio.source.as_deref(), Some("draft 3; neighbours pay it"));
    let interest = key(&plan, "fund.interest");
    assert_eq!(interest.provenance, Some(Provenance::Official));
    let kept = key(&plan, "fund.work_funds");
    assert_eq!(kept.provenance, Some(Provenance::Official));
    assert_eq!(kept.source.as_deref(), Some("test"));
    // The notes that the engine cites say the same.
    let note = plan
        .figures()
        .iter()
        .find(|note| note.path == "benefit.inpatient.ratio");
    assert_eq!(note.map(|note| note.provenance), Some(Provenance::Proposal));
}

#[test]
fn a_bare_value_has_the_unit_of_the_base_and_the_source_of_the_header() {
    let plan = plan("[benefit.inpatient]\ndeductible = 1200\n[funding.individual]\nadult.2021 = 350\n");
    let deductible = key(&plan, "benefit.inpatient.deductible");
    assert_eq!(deductible.unit.as_deref(), Some("yuan"));
    assert_eq!(deductible.value, KeyValue::Always("1200".into()));
    assert_eq!(deductible.provenance, Some(Provenance::Proposal));
    assert_eq!(deductible.source.as_deref(), Some("the council"));
    // A year of its own of a value that held for all: the others keep it.
    shows(&plan, "funding.individual.adult", 2020, "300 yuan");
    shows(&plan, "funding.individual.adult", 2021, "350 yuan");
    let adult = key(&plan, "funding.individual.adult");
    assert_eq!(adult.source.as_deref(), Some("2021: the council; else: test"));
    let terms = |year: i32| plan.fund_terms()[&year].contribution.individual[0][Category::Adult as usize];
    assert_eq!(terms(2020), Fen::from_yuan(300));
    assert_eq!(terms(2021), Fen::from_yuan(350));
}

#[test]
fn one_year_of_a_figure_by_year_leaves_the_others() {
    let plan = plan("[funding]\nsubsidy = { yuan = { 2021 = 600 }, source = \"a notice\" }\n");
    shows(&plan, "funding.subsidy", 2020, "550 yuan");
    shows(&plan, "funding.subsidy", 2021, "600 yuan");
    shows(&plan, "funding.subsidy.2020", 2021, "550 yuan");
    let subsidy = key(&plan, "funding.subsidy");
    assert_eq!(subsidy.provenance, Some(Provenance::Proposal));
    assert_eq!(subsidy.source.as_deref(), Some("2021: a notice; else: test"));
}

#[test]
fn a_value_may_change_its_form() {
    let plan = plan(
        "[benefit.ceiling]\namount = \"unlimited\"\n\
         [benefit.inpatient]\nratio = [{ from = 0, to = 10000, rate = 0.6 }, { from = 10000, rate = 0.7 }]\n\
         [benefit.critical_illness]\nlimit = 300000\n",
    );
    let unit = |path: &str| key(&plan, path).unit.unwrap();
    assert_eq!(unit("benefit.ceiling.amount"), "unlimited");
    assert_eq!(unit("benefit.inpatient.ratio"), "bands");
    assert_eq!(unit("benefit.critical_illness.limit"), "yuan");
}

#[test]
fn an_overlay_can_add_what_the_base_has_not() {
    let plan = plan(
        "[benefit.inpatient]\nfamily_doctor.rate = 0.05\n\
         [enrolment.waiting]\ntime = { months = 3 }\nmissed_from = { year = 2020 }\nbroken_in_window = false\n",
    );
    shows(&plan, "benefit.inpatient.family_doctor", 2020, "0.05 rate");
    let time = key(&plan, "enrolment.waiting.time");
    assert_eq!(time.provenance, Some(Provenance::Proposal));
    assert_eq!(time.source.as_deref(), Some("the council"));
    assert!(plan.enrolment(2021).unwrap().waiting.is_some());
}

#[test]
fn an_overlay_may_lie_on_an_overlay() {
    let over = "[scenario]\nbase = \"plan.toml\"\nname = \"over\"\ntitle = \"Over\"\nsource = \"x\"\n\
                [benefit.inpatient]\ndeductible = 900\n";
    let plan = format!("{HEADER}[benefit.inpatient]\ndeductible = 1200\nratio = 0.6\n");
    let folder = Folder::with(&[("plan.toml", &plan), ("over.toml", over)]);
    let loaded = folder.load("over.toml", &[]).unwrap();
    shows(&loaded, "benefit.inpatient.deductible", 2020, "900 yuan");
    shows(&loaded, "benefit.inpatient.ratio", 2020, "0.6 rate");
    assert_eq!(loaded.name(), "over");
    // It was written for the other, so there is nothing to tell.
    assert_eq!(loaded.overrides(), []);
    assert_eq!(loaded.files().count(), 3);
}

// ---------------------------------------------------------------- stacks

#[test]
fn of_a_stack_the_later_holds_and_what_both_touch_is_told() {
    let b = "[scenario]\nbase = \"small.toml\"\nname = \"b\"\ntitle = \"B\"\nsource = \"x\"\n\
             [benefit.inpatient]\ndeductible = 900\n[fund]\ninterest = 0.01\n";
    let plan = format!("{HEADER}[benefit.inpatient]\ndeductible = 1200\nratio = 0.6\n");
    let folder = Folder::with(&[("plan.toml", &plan), ("b.toml", b)]);
    let loaded = folder
        .load("plan.toml+b.toml", &["fund.interest.2021=0.02"])
        .unwrap();
    shows(&loaded, "benefit.inpatient.deductible", 2020, "900 yuan");
    shows(&loaded, "benefit.inpatient.ratio", 2020, "0.6 rate");
    shows(&loaded, "fund.interest", 2020, "0.01 rate");
    shows(&loaded, "fund.interest", 2021, "0.02 rate");
    assert_eq!((loaded.name(), loaded.title()), ("plan+b", "A plan + B"));
    let told: Vec<(String, usize, usize)> = loaded
        .overrides()
        .into_iter()
        .map(|both| (both.key, both.by, both.of))
        .collect();
    let expected = [
        ("benefit.inpatient.deductible".to_string(), 2, 1),
        ("fund.interest.2021".to_string(), 3, 2),
    ];
    assert_eq!(told, expected);
    let kinds = loaded.layers().iter().map(|layer| layer.kind);
    let expected = [
        LayerKind::Base,
        LayerKind::Overlay,
        LayerKind::Overlay,
        LayerKind::Set,
    ];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    // The other way round the other one holds.
    let turned = folder.load("b.toml+plan.toml", &[]).unwrap();
    shows(&turned, "benefit.inpatient.deductible", 2020, "1200 yuan");
    assert_ne!(loaded.sha256(), turned.sha256());
}

/// A table that the base lacks, key by key: no key has two values.
#[test]
fn what_is_added_to_a_new_table_overrides_nothing_in_it() {
    let ceiling = "benefit.general_outpatient.ceiling";
    let set = |key: &str| format!("{ceiling}.{key}");
    let sets = ["amount.yuan=900", "basis=in-scope", "counts_deductible=true"].map(set);
    let mut sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    let folder = Folder::with(&[]);
    assert_eq!(folder.load("small.toml", &sets).unwrap().overrides(), []);
    let again = set("basis=fund-paid");
    sets.extend([
        again.as_str(),
        "benefit.general_outpatient.ceiling.counts_deductible=false",
    ]);
    let loaded = folder.load("small.toml", &sets).unwrap();
    let told: Vec<String> = loaded.overrides().into_iter().map(|both| both.key).collect();
    assert_eq!(told, [set("basis"), set("counts_deductible")]);
}

#[test]
fn only_overlays_of_the_same_base_can_be_stacked() {
    let other = HEADER.replace("small.toml", "jinan");
    let folder = Folder::with(&[("plan.toml", HEADER), ("other.toml", &other)]);
    let whole = folder.complaints("plan.toml+small.toml", &[]);
    assert!(
        whole.contains("`small.toml` is a whole scenario: of a stack, all but the first are overlays"),
        "{whole}"
    );
    let other = folder.complaints("plan.toml+other.toml", &[]);
    assert!(
        other.contains("`other.toml` lies over `jinan.toml`, the stack over `small.toml`"),
        "{other}"
    );
}

// ---------------------------------------------------------------- what is wrong

#[test]
fn an_error_points_at_the_text_that_it_stands_in() {
    let folder = Folder::with(&[(
        "plan.toml",
        &format!("{HEADER}[benefit.inpatient]\nratio = 1.5\n[fund]\nintrest = 0.01\n"),
    )]);
    std::fs::write(
        folder.0.path().join("small.toml"),
        SMALL.replace("paid_on = { day = 15", "paid_on = { day = 32"),
    )
    .unwrap();
    let expected = r#"error: `fund.paid_on`: must be a whole number from 0 to 31
  --> small.toml:44:19
   44 | paid_on = { day = 32, provenance = "placeholder", source = "test" }

error: `benefit.inpatient.ratio`: is not between 0 and 1 (80 % is written 0.80)
  --> plan.toml:7:9
    7 | ratio = 1.5

error: `fund.intrest`: unknown key
  --> plan.toml:9:1
    9 | intrest = 0.01
hint: did you mean `interest`?

error: `fund.interest`: must be a number
  --> --set
      | fund.interest="2%"
      |               ^
hint: the unit of `fund.interest` is `rate`: a decimal from 0 to 1, such as 0.65

4 errors in the scenario"#;
    assert_eq!(folder.complaints("plan.toml", &["fund.interest=2%"]), expected);
}

#[test]
fn an_overlay_says_what_it_is() {
    let folder = Folder::with(&[("plan.toml", "[scenario]\nbase = \"small.toml\"\nreason = 3\n")]);
    let expected = r#"error: `scenario.name`: this key of an overlay is missing
  --> plan.toml:1:1
    1 | [scenario]
hint: it says a short name for tables and file names

error: `scenario.title`: this key of an overlay is missing
  --> plan.toml:1:1
    1 | [scenario]
hint: it says what it changes, in one line

error: `scenario.source`: this key of an overlay is missing
  --> plan.toml:1:1
    1 | [scenario]
hint: it says where its figures come from, or who proposes them

error: `scenario.reason`: must be a text in quotes
  --> plan.toml:3:10
    3 | reason = 3

4 errors in the scenario"#;
    assert_eq!(folder.complaints("plan.toml", &[]), expected);
}

#[test]
fn a_base_that_is_not_there_is_told_where_it_is_asked_for() {
    let folder = Folder::with(&[("plan.toml", "[scenario]\nbase = \"jinam\"\n")]);
    let expected = r#"error: `scenario.base`: `jinam`: there is no built-in scenario `jinam`
  --> plan.toml:2:8
    2 | base = "jinam"
hint: did you mean `jinan`? `jinan`, `china`, `china-2020`, `china-base`, `china-2020-base` are built in; anything else is the path of a file

1 error in the scenario"#;
    assert_eq!(folder.complaints("plan.toml", &[]), expected);
}

#[test]
fn overlays_in_a_ring_are_found() {
    let a = HEADER.replace("small.toml", "b.toml");
    let b = HEADER.replace("small.toml", "a.toml");
    let folder = Folder::with(&[("a.toml", &a), ("b.toml", &b)]);
    let said = folder.complaints("a.toml", &[]);
    assert!(
        said.contains("`scenario.base`: it lies over itself\n  --> b.toml:2:8"),
        "{said}"
    );
}

#[test]
fn a_wrong_unit_in_an_overlay_is_told_there() {
    says_of_plan(
        "[fund]\ninterest = { yuan = 2 }\n",
        r#"
error: `fund.interest`: the unit `yuan` does not fit; give `rate`
  --> plan.toml:7:21
    7 | interest = { yuan = 2 }

1 error in the scenario"#,
    );
}

#[test]
fn a_missing_year_of_an_overlay_is_told() {
    says_of_plan(
        "years = { to = 2022 }\n[fund]\ninterest = { rate = { 2022 = 0.01 } }\n",
        r#"
error: `funding.subsidy.yuan`: there is no value for 2022
  --> small.toml:23:20
   23 | subsidy = { yuan = { 2020 = 550, 2021 = 580 }, provenance = "national", source = "test" }

error: `benefit.general_outpatient.ratio.rate`: there is no value for 2022
  --> small.toml:73:18
   73 | ratio = { rate = { 2020 = 0.50, 2021 = 0.65 }, provenance = "placeholder", source = "test" }

2 errors in the scenario"#,
    );
}

#[test]
fn an_unknown_key_that_is_set_is_told_with_the_whole_path_of_the_nearest() {
    says_of_set(
        "benefit.inpatent.deductible=1200",
        r#"
error: `benefit.inpatent`: unknown key
  --> --set
      | benefit.inpatent.deductible=1200
      |         ^
hint: did you mean `benefit.inpatient.deductible`?

1 error in the scenario"#,
    );
}

#[test]
fn a_wrong_unit_that_is_set_is_told_with_the_right_one() {
    says_of_set(
        "fund.interest.yuan=2",
        r#"
error: `fund.interest`: the unit `yuan` does not fit; give `rate`
  --> --set
      | fund.interest.yuan=2
      |                    ^

1 error in the scenario"#,
    );
}

#[test]
fn a_word_that_is_set_needs_no_quotes() {
    says_of_set(
        "scope.unconsented_borne_by=prson",
        r#"
error: `scope.unconsented_borne_by`: `prson` is not one of `hospital`, `person`
  --> --set
      | scope.unconsented_borne_by="prson"
      |                            ^
hint: did you mean `person`?

1 error in the scenario"#,
    );
    let borne = Folder::with(&[]).load("small.toml", &["scope.unconsented_borne_by=person"]);
    assert!(!borne.unwrap().codebook().hospital_bears_unconsented);
}

#[test]
fn a_set_without_a_key_or_a_value_is_told_how_to_write() {
    for (set, message) in [
        ("fund.interest", "this sets nothing: there is no `=`"),
        ("fund.interest=", "there is no value after the `=`"),
        ("fund interest=1", "the key is not a dotted path"),
        ("=1", "the key is not a dotted path"),
        ("a=1\nb=2", "this is more than one line"),
    ] {
        let said = Folder::with(&[]).complaints("small.toml", &[set]);
        assert!(said.starts_with(&format!("error: {message}\n")), "{said}");
        assert!(said.contains("hint: write KEY=VALUE"), "{said}");
    }
}

// ---------------------------------------------------------------- for programs

#[test]
fn a_varied_scenario_is_the_one_that_an_edited_file_gives() {
    let varied = jinan()
        .with(&[("benefit.inpatient.tertiary.deductible", 1200)])
        .unwrap();
    let edited = crate::common::variant(&[(
        "[benefit.inpatient.tertiary]\ndeductible = { yuan = 1000,",
        "[benefit.inpatient.tertiary]\ndeductible = { yuan = 1200,",
    )]);
    for year in jinan().years() {
        let terms = |scenario: &Scenario| scenario.tariff(year).unwrap().tiers.clone();
        assert_eq!(format!("{:?}", terms(&varied)), format!("{:?}", terms(&edited)));
        assert_ne!(format!("{:?}", terms(&varied)), format!("{:?}", terms(jinan())));
        assert_eq!(varied.city(year), jinan().city(year));
        assert_eq!(varied.fund_terms()[&year], jinan().fund_terms()[&year]);
    }
}

/// What a synthetic city shares with the scenario before is read anew as soon as it differs.
#[test]
fn a_varied_city_is_another_one() {
    let varied = jinan()
        .with(&[("utilisation.stays.per_head.2023", "0.21")])
        .unwrap();
    assert_eq!(
        varied.city(2022).unwrap().utilisation,
        jinan().city(2022).unwrap().utilisation
    );
    assert_eq!(varied.city(2023).unwrap().utilisation.stays.per_head, 0.21);
    let again = varied.with(&[("fund.interest", "0.01")]).unwrap();
    assert_eq!(again.city(2023), varied.city(2023));
    assert!(
        jinan()
            .with(&[("utilisation.stays.per_head.2023", "-1")])
            .is_err()
    );
}

#[test]
fn the_same_layers_have_the_same_hash_and_others_another() {
    let with = |value: i32| jinan().with(&[("fund.work_funds", value)]).unwrap().sha256();
    assert_eq!(with(3), with(3));
    assert_ne!(with(3), with(2));
    assert_ne!(with(2), jinan().sha256(), "the source of a figure differs");
}

#[test]
fn a_number_is_written_as_its_figure_can_hold_it() {
    let figure = |key: &str| jinan().figure(key, 2023).unwrap();
    assert_eq!(figure("funding.individual.adult").written(412.3456), "412.35");
    assert_eq!(figure("fund.interest").written(0.02), "0.02");
    assert_eq!(figure("fund.interest").written(1.0 / 3.0), "0.333333");
    assert_eq!(figure("insured.adult_age").written(17.6), "18");
    assert_eq!(figure("utilisation.stays.days").written(9.25), "9.25");
    assert_eq!(jinan().figure("scenario.name", 2023), None);
    assert_eq!(jinan().figure("benefit.critical_illness.bands", 2023), None);
    assert_eq!(jinan().figure("funding.individual.adult", 1999), None);
    assert_eq!(
        jinan()
            .figure("funding.individual.adult.yuan.2022", 2023)
            .unwrap()
            .written(350.0),
        "350"
    );
}

#[test]
fn every_key_has_a_meaning_and_those_of_the_regulation_an_article() {
    for scenario in [jinan(), &small()] {
        for key in scenario.keys() {
            let meaning = key
                .meaning()
                .unwrap_or_else(|| panic!("{} means nothing", key.path));
            let of_regulation = ["scenario", "levels", "population", "utilisation", "projection"];
            let table = key.path.split('.').next().unwrap();
            assert!(
                of_regulation.contains(&table) || !meaning.article.is_empty(),
                "{} has no article",
                key.path
            );
        }
    }
}

/// Every numeric key can be varied: it takes its own value back, and what it means does not hang on how it is given.
#[test]
fn every_numeric_key_takes_its_own_value() {
    let keys: Vec<Key> = jinan().keys();
    let paths: BTreeSet<&str> = keys.iter().map(|key| key.path.as_str()).collect();
    assert_eq!(paths.len(), keys.len());
    let numeric = keys.iter().filter_map(|key| Some((key, key.number(2023)?)));
    let mut number = 0;
    let sets: Vec<(String, String)> = numeric
        .inspect(|_| number += 1)
        .map(|(key, value)| (format!("{}.2023", key.path), value.value.to_string()))
        .collect();
    assert!(number > 200, "{number}");
    let varied = jinan().with(&sets).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        varied.city(2023).unwrap().utilisation,
        jinan().city(2023).unwrap().utilisation
    );
    for (key, value) in &sets {
        let figure = varied.figure(key, 2023).unwrap();
        assert_eq!(&figure.value.to_string(), value, "{key}");
    }
}
