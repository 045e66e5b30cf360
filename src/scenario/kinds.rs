//! The kinds of benefit of a scenario, and what its tables say of several of them.

use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::{BenefitTerms, BurdenParts};
use crate::scenario::reader::Node;

/// The kinds of benefit by their tables in a scenario.
pub(crate) const KINDS: [(&str, BenefitKind); BenefitKind::COUNT] = [
    ("inpatient", BenefitKind::Inpatient),
    ("chronic", BenefitKind::Chronic),
    ("general_outpatient", BenefitKind::Outpatient),
    ("maternity", BenefitKind::Maternity),
];

/// The terms of the kinds, as far as they have been read.
pub(super) type Benefits = [Option<Box<BenefitTerms>>; BenefitKind::COUNT];

/// Applies `change` to the terms of the kinds that the table lists under `kinds`.
pub(super) fn for_kinds(node: &Node<'_>, benefits: &mut Benefits, change: impl Fn(&mut BenefitTerms)) {
    for kind in node.choices("kinds", &KINDS).unwrap_or_default() {
        match &mut benefits[kind as usize] {
            Some(terms) => change(terms),
            None => node.complain(
                "kinds",
                format!("the scenario has no benefit `{}`", KINDS[kind as usize].0),
            ),
        }
    }
}

/// Which parts of the burden count.
pub(super) fn burden_base(node: &Node<'_>) -> Option<BurdenParts> {
    let names = [
        ("deductible", 0),
        ("copayment", 1),
        ("above-ceiling", 2),
        ("first-share", 3),
    ];
    let parts = node.choices("base", &names)?;
    Some(BurdenParts {
        deductible: parts.contains(&0),
        copayment: parts.contains(&1),
        above_ceiling: parts.contains(&2),
        first_share: parts.contains(&3),
    })
}
