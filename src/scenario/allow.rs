//! `scenario.allow`: what a scenario means although a lint finds it.

use crate::outlook::KeyPattern;
use crate::scenario::reader::Node;
use crate::scenario::source::Diagnostic;

/// Something that the author has looked at: a lint, where it is meant, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The name of the lint.
    pub lint: String,
    /// The keys; `*` stands for one part.
    pub key: KeyPattern,
    /// Why it is meant.
    pub reason: String,
    /// Where it stands.
    pub place: Diagnostic,
}

/// Reads the list of the header; none if it is not there.
pub(super) fn read(header: &Node<'_>) -> Vec<Allowance> {
    let tables = header.tables("allow");
    tables.iter().filter_map(allowance).collect()
}

fn allowance(node: &Node<'_>) -> Option<Allowance> {
    let (lint, key, reason) = (node.text("lint"), node.text("key"), node.text("reason"));
    if reason.is_some_and(|reason| reason.trim().is_empty()) {
        node.complain("reason", "says nothing");
    }
    let (lint, key, reason) = (lint?, key?, reason?);
    let span = node.offset().map(|offset| offset..offset);
    Some(Allowance {
        lint: lint.to_string(),
        key: KeyPattern(key.to_string()),
        reason: reason.to_string(),
        place: node
            .reader
            .source
            .diagnostic(span, "scenario.allow", String::new()),
    })
}
