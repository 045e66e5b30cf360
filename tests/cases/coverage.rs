//! What coverage counts against: everything that the engine cites.

use std::collections::BTreeSet;
use yibao::cases::coverage::citable;
use yibao::prelude::*;
use yibao::report::explanation::explain;
use yibao::synth::Generator;

/// A synthetic city cites nothing that coverage does not know.
#[test]
fn the_engine_cites_nothing_else() {
    let scenario = Scenario::jinan().unwrap();
    let (year, codebook) = (2022, scenario.codebook());
    let (model, terms) = (scenario.city(year).unwrap(), scenario.enrolment(year).unwrap());
    let generator = Generator::new(model, terms, 1_500, 3, codebook).unwrap();
    let caseload = generator.city(&|_| {}).caseload;
    let known: BTreeSet<(String, String)> = citable()
        .into_iter()
        .map(|(article, rule)| (article.to_string(), rule.name().to_string()))
        .collect();
    let mut met = BTreeSet::new();
    for index in 0..caseload.claims.len() as u32 {
        for step in explain(&scenario, &caseload, index)
            .settlements
            .iter()
            .flat_map(|row| &row.steps)
        {
            let cited = (step.article.clone(), step.rule.to_string());
            assert!(known.contains(&cited), "{cited:?}");
            met.insert(cited);
        }
    }
    assert!(met.len() > 10, "{met:?}");
}
