//! What has changed in plain words, in both languages.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::golden::golden_in;
use common::jinan;
use yibao::report::diff::render;
use yibao::report::lang::Lang;
use yibao::scenario::{Scenario, Source};

const PLAN: &str = r#"[scenario]
base = "jinan"
name = "plan"
title = "Stays back to the districts"
title_zh = "引导基层住院"
source = "draft 3 of the council"

[enrolment]
window = "10-01..12-31"

[funding.individual]
adult.2024 = 420

[fund]
interest = { rate = 0.015, provenance = "official", source = "notice of the bank" }
work_funds = { source = "Art. 27 and a notice", provenance = "official" }

[scope]
unconsented_borne_by = "person"

[benefit.ceiling]
amount = "unlimited"

[benefit.inpatient]
admission_factors = [1, 0.5]

[benefit.inpatient.tertiary]
deductible = { yuan = 1200, source = "draft 3, page 2", reason = "to bring stays back to the districts" }
ratio.adult = 0.68

[benefit.inpatient.community]
deductible = 100

[benefit.chronic.disease.dialysis]
fund_limit = { yuan = 60000, provenance = "proposal", source = "draft 3" }

[benefit.critical_illness]
bands = [{ from = 0, to = 100000, rate = 0.6 }, { from = 100000, rate = 0.7 }]

[benefit.critical_illness.identity.dibao]
rate_add = 0.1

[projection.assume]
income = { growth = 0.03 }

[population]
students = 0.02
"#;

fn plan() -> Scenario {
    let source = Source {
        name: "plan.toml".into(),
        text: PLAN.into(),
    };
    Scenario::from_source(source).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_plan_in_plain_words() {
    let plan = plan();
    for (lang, name) in [(Lang::En, "plan-en.txt"), (Lang::Zh, "plan-zh.txt")] {
        let text = render(jinan(), &plan, &jinan().changes(&plan), lang);
        golden_in("diff", name, &text);
        // And back again: the same keys, the other way round.
        let back = render(&plan, jinan(), &plan.changes(jinan()), lang);
        golden_in("diff", &format!("back-{name}"), &back);
    }
}

#[test]
fn nothing_differs_of_a_scenario_and_itself() {
    let again = Scenario::jinan().unwrap();
    assert!(jinan().changes(&again).is_empty());
    let text = render(jinan(), &again, &[], Lang::En);
    assert!(text.ends_with("\nNothing differs.\n"), "{text}");
}

/// Every key that can change has words in Chinese too.
#[test]
fn every_change_has_words_in_both_languages() {
    for key in jinan().keys() {
        let meaning = key
            .meaning()
            .unwrap_or_else(|| panic!("{} means nothing", key.path));
        assert!(
            !meaning.text.is_empty() && !meaning.text_zh.is_empty(),
            "{}",
            key.path
        );
        assert!(!meaning.text_zh.is_ascii(), "{}", key.path);
    }
}
