//! Messages for the person who edits a scenario, word by word. Each edit is made to `small.toml`.

use crate::common::read;
use yibao::scenario::{Scenario, ScenarioError, Source};

const SMALL: &str = include_str!("small.toml");

/// What is said of the small scenario after some edits, each of which must fit in one place.
fn complaints(edits: &[(&str, &str)]) -> String {
    let mut text = SMALL.to_string();
    for (from, to) in edits {
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand there exactly once"
        );
        text = text.replacen(from, to, 1);
    }
    let source = Source {
        name: "small.toml".into(),
        text,
    };
    Scenario::from_source(source).unwrap_err().to_string()
}

/// One edit, and the whole of what is said of it.
#[track_caller]
fn says(edit: (&str, &str), expected: &str) {
    assert_eq!(complaints(&[edit]), expected.trim_start());
}

#[test]
fn the_small_scenario_is_sound() {
    assert_eq!(read(SMALL.into()).unwrap().years(), [2020, 2021]);
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_one() {
    says(
        ("counts_deductible = false", "count_deductible = false"),
        "
error: `benefit.ceiling.counts_deductible`: this key is missing
  --> small.toml:53:1
   53 | [benefit.ceiling]

error: `benefit.ceiling.count_deductible`: unknown key
  --> small.toml:57:1
   57 | count_deductible = false
hint: did you mean `counts_deductible`?

2 errors in the scenario",
    );
}

#[test]
fn an_unknown_key_that_is_like_nothing_has_no_hint() {
    says(
        ("[levels.hospital]\n", "[levels.hospital]\nbeds = 500\n"),
        "
error: `levels.hospital.beds`: unknown key
  --> small.toml:50:1
   50 | beds = 500

1 error in the scenario",
    );
}

#[test]
fn a_wrong_unit_is_told_with_the_right_one() {
    says(
        ("interest = { rate = 0.02", "interest = { yuan = 0.02"),
        r#"
error: `fund.interest`: the unit `yuan` does not fit; give `rate`
  --> small.toml:42:12
   42 | interest = { yuan = 0.02, provenance = "placeholder", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn two_units_are_one_too_many() {
    says(
        ("work_funds = { yuan = 2,", "work_funds = { yuan = 2, rate = 0.5,"),
        r#"
error: `fund.work_funds`: one unit only, not `yuan` and `rate`
  --> small.toml:43:14
   43 | work_funds = { yuan = 2, rate = 0.5, provenance = "official", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn no_unit_is_one_too_few() {
    says(
        ("work_funds = { yuan = 2, ", "work_funds = { "),
        r#"
error: `fund.work_funds`: this figure has no unit; give `yuan`
  --> small.toml:43:14
   43 | work_funds = { provenance = "official", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn a_bare_value_is_no_figure() {
    says(
        (
            r#"deductible = { yuan = 1000, provenance = "placeholder", source = "test" }"#,
            "deductible = 1000",
        ),
        r#"
error: `benefit.inpatient.deductible`: must be a figure with unit, provenance and source, not a bare value
  --> small.toml:64:14
   64 | deductible = 1000
hint: deductible = { yuan = 1000, provenance = "...", source = "..." }

1 error in the scenario"#,
    );
}

#[test]
fn a_year_without_a_value_is_not_filled_from_another() {
    says(
        ("2020 = 0.50, 2021 = 0.65", "2020 = 0.50"),
        r#"
error: `benefit.general_outpatient.ratio.rate`: there is no value for 2021
  --> small.toml:73:18
   73 | ratio = { rate = { 2020 = 0.50 }, provenance = "placeholder", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn a_range_of_years_the_wrong_way_round_is_the_only_complaint() {
    says(
        ("from = 2020, to = 2021", "from = 2021, to = 2020"),
        "
error: `scenario.years`: 2021 to 2020 is not a range of benefit years
  --> small.toml:7:9
    7 | years = { from = 2021, to = 2020 }

1 error in the scenario",
    );
}

#[test]
fn overlapping_bands_are_told_at_the_upper_one() {
    says(
        ("{ from = 100000, rate = 0.65 }", "{ from = 90000, rate = 0.65 }"),
        "
error: `benefit.critical_illness.bands`: the band from 90000.00 overlaps the one below it, which reaches to 100000.00
  --> small.toml:89:5
   89 |     { from = 90000, rate = 0.65 },

1 error in the scenario",
    );
}

#[test]
fn a_gap_between_bands_is_told_at_the_upper_one() {
    says(
        ("{ from = 100000, rate = 0.65 }", "{ from = 110000, rate = 0.65 }"),
        "
error: `benefit.critical_illness.bands`: nothing is said between 100000.00 and 110000.00 yuan
  --> small.toml:89:5
   89 |     { from = 110000, rate = 0.65 },

1 error in the scenario",
    );
}

#[test]
fn bands_that_end_somewhere_are_told_at_the_last_one() {
    says(
        (
            "{ from = 100000, rate = 0.65 }",
            "{ from = 100000, to = 400000, rate = 0.65 }",
        ),
        "
error: `benefit.critical_illness.bands`: nothing is said above 400000.00 yuan; the last band has no `to`
  --> small.toml:89:5
   89 |     { from = 100000, to = 400000, rate = 0.65 },

1 error in the scenario",
    );
}

#[test]
fn a_percentage_in_place_of_a_ratio_is_told_in_its_band() {
    says(
        ("to = 100000, rate = 0.60", "to = 100000, rate = 60"),
        "
error: `benefit.critical_illness.bands`: is not between 0 and 1 (80 % is written 0.80)
  --> small.toml:88:37
   88 |     { from = 0, to = 100000, rate = 60 },

1 error in the scenario",
    );
}

#[test]
fn a_percentage_in_place_of_a_ratio() {
    says(
        ("ratio = { rate = 0.70", "ratio = { rate = 80"),
        r#"
error: `benefit.inpatient.ratio`: is not between 0 and 1 (80 % is written 0.80)
  --> small.toml:65:18
   65 | ratio = { rate = 80, provenance = "placeholder", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn subsidy_shares_add_up_to_one() {
    says(
        ("central = { rate = 0.40", "central = { rate = 0.30"),
        "
error: `funding.subsidy_shares`: the shares of the levels of government add up to 0.9, not to 1
  --> small.toml:31:1
   31 | [funding.subsidy_shares]

1 error in the scenario",
    );
}

#[test]
fn a_figure_without_provenance() {
    says(
        (
            r#"work_funds = { yuan = 2, provenance = "official", "#,
            "work_funds = { yuan = 2, ",
        ),
        r#"
error: `fund.work_funds.provenance`: this key is missing
  --> small.toml:43:14
   43 | work_funds = { yuan = 2, source = "test" }
hint: say how well the figure is founded: `official`, `national`, `placeholder` or `proposal`

1 error in the scenario"#,
    );
}

#[test]
fn a_figure_with_an_unknown_provenance() {
    says(
        (
            r#"work_funds = { yuan = 2, provenance = "official""#,
            r#"work_funds = { yuan = 2, provenance = "offical""#,
        ),
        r#"
error: `fund.work_funds.provenance`: `offical` is not one of `official`, `national`, `calibrated`, `placeholder`, `proposal`
  --> small.toml:43:39
   43 | work_funds = { yuan = 2, provenance = "offical", source = "test" }
hint: did you mean `official`?

1 error in the scenario"#,
    );
}

#[test]
fn a_missing_table_is_told_once_and_takes_nothing_else_with_it() {
    says(
        ("[fund]\n", "[fnud]\n"),
        "
error: `fund`: this table is missing
  --> small.toml
hint: it begins with `[fund]`

error: `fnud`: unknown key
  --> small.toml:41:2
   41 | [fnud]
hint: did you mean `fund`?

2 errors in the scenario",
    );
}

#[test]
fn a_missing_table_within_another() {
    says(
        ("\nfiled.ratio_times", "\nfield.ratio_times"),
        r#"
error: `benefit.out_of_area.filed`: this table is missing
  --> small.toml:75:1
   75 | [benefit.out_of_area]
hint: it begins with `[benefit.out_of_area.filed]`

error: `benefit.out_of_area.field`: unknown key
  --> small.toml:77:1
   77 | field.ratio_times = { rate = 0.90, provenance = "placeholder", source = "test" }
hint: did you mean `filed`?

2 errors in the scenario"#,
    );
}

#[test]
fn a_figure_that_a_level_lacks() {
    says(
        (
            r#"deductible = { yuan = 1000, provenance = "placeholder", source = "test" }"#,
            "",
        ),
        "
error: `benefit.inpatient.deductible`: this figure is missing for the level `hospital`
  --> small.toml:59:1
   59 | [benefit.inpatient]
hint: give `deductible` here for every level, or in `[benefit.inpatient.hospital]` for this one

1 error in the scenario",
    );
}

#[test]
fn a_figure_that_the_table_of_a_level_lacks() {
    says(
        (
            r#"ratio = { rate = 0.70, provenance = "placeholder", source = "test" }"#,
            "[benefit.inpatient.hospital]",
        ),
        r#"
error: `benefit.inpatient.hospital.ratio`: this figure is missing
  --> small.toml:65:1
   65 | [benefit.inpatient.hospital]
hint: ratio = { rate = 0.65, provenance = "...", source = "..." }

1 error in the scenario"#,
    );
}

#[test]
fn a_kind_of_benefit_at_an_unknown_level() {
    says(
        (r#"levels = ["hospital"]"#, r#"levels = ["hopsital"]"#),
        r#"
error: `benefit.general_outpatient.levels`: `hopsital` is not one of `hospital`
  --> small.toml:72:10
   72 | levels = ["hopsital"]
hint: did you mean `hospital`?

1 error in the scenario"#,
    );
}

#[test]
fn a_national_level_code_that_does_not_exist() {
    says(
        (
            r#"hosp_lv = ["01", "05", "08"]"#,
            r#"hosp_lv = ["01", "05", "12"]"#,
        ),
        r#"
error: `levels.hospital.hosp_lv`: `12` is not a national level code, 01 to 11
  --> small.toml:51:11
   51 | hosp_lv = ["01", "05", "12"]

1 error in the scenario"#,
    );
}

#[test]
fn a_medical_service_type_that_two_kinds_claim() {
    says(
        (r#"med_type = ["11"]"#, r#"med_type = ["11", "21"]"#),
        r#"
error: `benefit.general_outpatient.med_type`: `21` is already covered as another kind of benefit
  --> small.toml:68:12
   68 | med_type = ["11", "21"]

1 error in the scenario"#,
    );
}

#[test]
fn a_rule_for_a_kind_of_benefit_that_there_is_not() {
    says(
        (
            "kinds = [\"inpatient\"]\namount",
            "kinds = [\"inpatient\", \"chronic\"]\namount",
        ),
        r#"
error: `benefit.ceiling.kinds`: the scenario has no benefit `chronic`
  --> small.toml:54:9
   54 | kinds = ["inpatient", "chronic"]

1 error in the scenario"#,
    );
}

#[test]
fn an_unknown_identity_class_of_a_local_code() {
    says(
        (r#""低保" = "dibao""#, r#""低保" = "diabo""#),
        r#"
error: `insured.identity.低保`: `diabo` is not one of `ordinary`, `severe-disability`, `extreme-poverty`, `dibao`, `entitled-group`, `registered-poor`
  --> small.toml:16:8
   16 | "低保" = "diabo"
hint: did you mean `dibao`?

1 error in the scenario"#,
    );
}

#[test]
fn an_unknown_identity_class_with_terms_of_its_own() {
    says(
        (
            "[benefit.critical_illness.identity.dibao]",
            "[benefit.critical_illness.identity.dbao]",
        ),
        "
error: `benefit.critical_illness.identity.dbao`: unknown key
  --> small.toml:93:36
   93 | [benefit.critical_illness.identity.dbao]
hint: did you mean `dibao`?

1 error in the scenario",
    );
}

#[test]
fn an_unknown_rounding_is_the_only_complaint() {
    says(
        (r#"rounding = "half-up""#, r#"rounding = "half-upp""#),
        r#"
error: `scenario.rounding`: `half-upp` is not one of `half-up`, `half-even`, `down`
  --> small.toml:9:12
    9 | rounding = "half-upp"
hint: did you mean `half-up`?

1 error in the scenario"#,
    );
}

#[test]
fn an_amount_finer_than_a_fen_is_not_rounded() {
    says(
        ("threshold = { yuan = 14000", "threshold = { yuan = 14000.005"),
        r#"
error: `benefit.critical_illness.threshold`: has more than two decimals
  --> small.toml:85:22
   85 | threshold = { yuan = 14000.005, provenance = "placeholder", source = "test" }

1 error in the scenario"#,
    );
}

#[test]
fn a_syntax_error_is_told_at_its_place() {
    says(
        (r#"regulation = "none""#, "regulation = 济政字"),
        "
error: this is not TOML: string values must be quoted, expected literal string
  --> small.toml:6:14
    6 | regulation = 济政字

1 error in the scenario",
    );
}

/// All at once, so that one round of editing is enough; what concerns the whole file comes first.
#[test]
fn several_errors_are_told_together_and_in_the_order_of_the_file() {
    let all = complaints(&[
        ("[scope]", "[scpoe]"),
        ("counts_deductible = false", "counts_deductible = 0"),
        ("central = { rate = 0.40", "central = { rate = 0.30"),
        ("ratio = { rate = 0.70", "ratio = { rate = 80"),
        ("from = 100000, rate", "from = 90000, rate"),
    ]);
    let heads: Vec<&str> = all.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(
        heads,
        [
            "error: `scope`: this table is missing",
            "error: `funding.subsidy_shares`: the shares of the levels of government add up to 0.9, not to 1",
            "error: `scpoe`: unknown key",
            "error: `benefit.ceiling.counts_deductible`: must be `true` or `false`",
            "error: `benefit.inpatient.ratio`: is not between 0 and 1 (80 % is written 0.80)",
            "error: `benefit.critical_illness.bands`: the band from 90000.00 overlaps the one below it, which \
             reaches to 100000.00",
        ]
    );
    assert!(all.ends_with("\n\n6 errors in the scenario"), "{all}");
}

/// A figure by year is read once for each year; what is wrong with it in every year is still one error.
#[test]
fn what_is_wrong_in_every_year_is_told_once() {
    let all = complaints(&[("paid_on = { day = 15", "paid_on = { day = 32")]);
    assert_eq!(all.matches("error: ").count(), 1, "{all}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let path = std::path::Path::new("no-such-scenario.toml");
    let ScenarioError { diagnostics } = Scenario::from_file(path).unwrap_err();
    let [only] = diagnostics.as_slice() else {
        panic!("{diagnostics:?}")
    };
    assert_eq!(only.file, "no-such-scenario.toml");
    assert!(
        only.message.starts_with("the scenario cannot be read: "),
        "{}",
        only.message
    );
}

// ---------------------------------------------------------------- terms of other cities

/// More keys of the inpatient benefit.
fn inpatient(keys: &str) -> String {
    complaints(&[(
        "counts_admission = true\n",
        &format!("counts_admission = true\n{keys}\n"),
    )])
}

#[test]
fn a_share_of_an_income_that_is_not_stated() {
    let income = r#"[income]
average_wage = { yuan = 100000, provenance = "placeholder", source = "test" }

[scope]
"#;
    let limit = r#"limit = { unlimited = true, provenance = "placeholder", source = "test" }"#;
    let share = r#"limit = { rate = 0.5, of = "avarage_wage", provenance = "placeholder", source = "test" }"#;
    let said = complaints(&[("[scope]\n", income), (limit, share)]);
    assert!(
        said.contains("`benefit.critical_illness.limit`: there is no income `avarage_wage`"),
        "{said}"
    );
    assert!(said.contains("hint: did you mean `average_wage`?"), "{said}");
    let said = complaints(&[(limit, share)]);
    assert!(
        said.contains("hint: give it as `[income]` with `avarage_wage = { yuan = ... }`"),
        "{said}"
    );
}

#[test]
fn a_deductible_changes_by_admission_in_one_way_only() {
    let figure = |value: &str| format!(r#"{{ {value}, provenance = "placeholder", source = "test" }}"#);
    let less = format!("admission_less = {}", figure("yuan = 100"));
    let floor = format!("admission_floor = {}", figure("yuan = 0"));
    let factors = format!("admission_factors = {}", figure("rates = [1, 0.5]"));
    let said = inpatient(&floor);
    assert!(
        said.contains("`benefit.inpatient.admission_floor`: there is no `admission_less`"),
        "{said}"
    );
    let said = inpatient(&less);
    assert!(
        said.contains("`benefit.inpatient.admission_floor`: this figure is missing"),
        "{said}"
    );
    let said = inpatient(&format!("{less}\n{floor}\n{factors}"));
    assert!(
        said.contains("`benefit.inpatient.admission_less`: there are `admission_factors` already"),
        "{said}"
    );
}

#[test]
fn groups_and_steps_are_checked_by_name() {
    let rate = r#"{ rate = 0.05, provenance = "placeholder", source = "test" }"#;
    let said = inpatient(&format!(
        "addition.old = {{ rate_add = {rate}, idenity = [\"dibao\"] }}"
    ));
    assert!(
        said.contains("`benefit.inpatient.addition.old.idenity`: unknown key"),
        "{said}"
    );
    assert!(said.contains("hint: did you mean `identity`?"), "{said}");
    let said = inpatient("no_deductible.poor = { identity = [\"diabo\"] }");
    assert!(said.contains("`diabo` is not one of"), "{said}");
    let months = r#"{ months = 12, provenance = "placeholder", source = "test" }"#;
    let years = r#"{ years = 1, provenance = "placeholder", source = "test" }"#;
    let said = inpatient(&format!(
        "continuity.a = {{ from_months = {months}, from_years = {years}, rate_add = {rate} }}"
    ));
    assert!(said.contains("a step takes either years or months"), "{said}");
}

#[test]
fn an_out_of_area_table_knows_its_levels() {
    let kinds = "[benefit.out_of_area]\nkinds = [\"inpatient\"]\n";
    let table = r#"filed.hospitl.deductible = { yuan = 5, provenance = "placeholder", source = "test" }"#;
    let said = complaints(&[(kinds, &format!("{kinds}{table}\n"))]);
    assert!(
        said.contains("`benefit.out_of_area.filed.hospitl`: unknown key"),
        "{said}"
    );
    assert!(said.contains("hint: did you mean `hospital`?"), "{said}");
}
