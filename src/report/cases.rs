//! What `yibao test` says: differences with the step they arose at, a summary, and coverage.

use crate::cases::Case;
use crate::cases::check::{Difference, Of, Verdict};
use crate::cases::coverage::{Coverage, CoverageReport, Share};
use crate::cases::expected::Answer;
use crate::report::explanation::{ExplainedStep, explain_step};
use crate::report::number::{count, yuan};
use crate::scenario::Scenario;
use serde::Serialize;
use std::fmt::Write;
use std::sync::Arc;

/// A file of cases with how each came out.
#[derive(Debug)]
pub(crate) struct TestedFile {
    /// The file.
    pub name: String,
    /// The cases that were wanted.
    pub cases: Vec<(Case, Verdict)>,
}

/// Everything that was tested.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    files: Vec<(TestedFile, Arc<Scenario>)>,
    /// By scenario, in the order in which they came.
    coverage: Vec<(Arc<Scenario>, Coverage)>,
}

impl Tested {
    /// Adds a file and what its cases met.
    pub(crate) fn add(&mut self, file: TestedFile, scenario: &Arc<Scenario>, met: Coverage) {
        let known = self
            .coverage
            .iter_mut()
            .find(|(known, _)| Arc::ptr_eq(known, scenario));
        match known {
            Some((_, coverage)) => coverage.merge(met),
            None => self.coverage.push((scenario.clone(), met)),
        }
        self.files.push((file, scenario.clone()));
    }

    fn verdicts(&self) -> impl Iterator<Item = &(Case, Verdict)> {
        self.files.iter().flat_map(|(file, _)| &file.cases)
    }

    /// How many cases there were.
    pub(crate) fn cases(&self) -> usize {
        self.verdicts().count()
    }

    /// How many cases failed.
    pub(crate) fn failed(&self) -> usize {
        self.verdicts()
            .filter(|(_, verdict)| !verdict.differences.is_empty())
            .count()
    }

    /// For people: the cases that failed, one line per file, and the sums.
    pub(crate) fn render(&self, with_coverage: bool) -> String {
        let mut text = String::new();
        for (file, scenario) in &self.files {
            for (case, verdict) in file
                .cases
                .iter()
                .filter(|(_, verdict)| !verdict.differences.is_empty())
            {
                let cites = case
                    .cites
                    .as_ref()
                    .map_or(String::new(), |cites| format!(" [{cites}]"));
                let _ = writeln!(text, "FAILED {}:{} {}{cites}", file.name, case.line, case.title);
                for difference in &verdict.differences {
                    render_difference(&mut text, scenario, difference);
                }
                text.push('\n');
            }
        }
        for (file, _) in &self.files {
            let failed = file
                .cases
                .iter()
                .filter(|(_, verdict)| !verdict.differences.is_empty())
                .count();
            let came_out = if failed == 0 {
                "ok".to_string()
            } else {
                format!("{failed} failed")
            };
            let _ = writeln!(text, "{}: {}, {came_out}", file.name, cases(file.cases.len()));
        }
        let claims: usize = self.verdicts().map(|(case, _)| case.claims.len()).sum();
        let compared: usize = self.verdicts().map(|(_, verdict)| verdict.compared).sum();
        let (all, failed) = (self.cases(), self.failed());
        let _ = writeln!(
            text,
            "{} with {} claims and {} statements: {} passed, {failed} failed",
            cases(all),
            count(claims as i64),
            count(compared as i64),
            count((all - failed) as i64),
        );
        for (scenario, coverage) in &self.coverage {
            render_coverage(&mut text, scenario, &coverage.report(scenario), with_coverage);
        }
        text
    }

    /// For programs.
    pub(crate) fn as_json(&self, with_coverage: bool) -> impl Serialize {
        let cases = self.files.iter().flat_map(|(file, scenario)| {
            file.cases.iter().map(|(case, verdict)| JsonCase {
                file: file.name.clone(),
                line: case.line,
                title: case.title.clone(),
                cites: case.cites.clone(),
                scenario: scenario.name().to_string(),
                passed: verdict.differences.is_empty(),
                compared: verdict.compared,
                differences: verdict
                    .differences
                    .iter()
                    .map(|of| JsonDifference::of(scenario, of))
                    .collect(),
            })
        });
        let coverage = self.coverage.iter().map(|(scenario, met)| JsonCoverage {
            scenario: scenario.name().to_string(),
            coverage: met.report(scenario),
        });
        JsonTested {
            passed: self.cases() - self.failed(),
            failed: self.failed(),
            cases: cases.collect(),
            coverage: with_coverage.then(|| coverage.collect()),
        }
    }
}

fn cases(number: usize) -> String {
    let what = if number == 1 { "case" } else { "cases" };
    format!("{} {what}", count(number as i64))
}

fn render_difference(text: &mut String, scenario: &Scenario, difference: &Difference) {
    let of = match &difference.of {
        Some(Of::Claim(id)) => format!("claim {id}: "),
        Some(Of::Resettled(id)) => format!("claim {id}, settled again: "),
        Some(Of::Payment(number)) => format!("payment {number}: "),
        None => "all claims: ".to_string(),
    };
    let (expected, got) = (shown(&difference.stated.value), shown(&difference.got));
    let by = difference.amount().map_or(String::new(), |amount| {
        let sign = if amount > crate::money::Fen::ZERO { "+" } else { "" };
        format!(", {sign}{}", yuan(amount))
    });
    let _ = writeln!(
        text,
        "  {of}{} expected {expected}, got {got}{by}",
        difference.stated.what.name()
    );
    for step in explained(scenario, difference) {
        let mut line = format!("{} ({})", step.rule, step.article);
        let _ = match step.ended {
            Some(status) => write!(line, " ended it: {status}"),
            None => write!(line, ": {} of {}", step.amount, step.before),
        };
        for moved in &step.accumulators {
            let _ = write!(
                line,
                "; {} {} -> {}",
                moved.accumulator, moved.before, moved.after
            );
        }
        let _ = writeln!(text, "    at {line}");
        for figure in &step.figures {
            let _ = writeln!(
                text,
                "       {} = {} ({})",
                figure.key, figure.value, figure.provenance
            );
        }
    }
}

/// A value as people read it.
fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Amount(amount) => yuan(*amount),
        other => other.to_string(),
    }
}

fn explained(scenario: &Scenario, difference: &Difference) -> Vec<ExplainedStep> {
    let tariff = scenario.tariff(difference.year);
    let steps = difference.steps.iter();
    tariff.map_or(Vec::new(), |tariff| {
        steps.map(|step| explain_step(tariff, step)).collect()
    })
}

fn render_coverage(text: &mut String, scenario: &Scenario, report: &CoverageReport, listed: bool) {
    let of = |share: &Share| format!("{} of {}", share.met.len(), share.all());
    let _ = writeln!(
        text,
        "coverage of {}: {} rules, {} articles, {} figures",
        scenario.name(),
        of(&report.rules),
        of(&report.articles),
        of(&report.figures)
    );
    if !listed {
        return;
    }
    for (what, share) in [
        ("rule", &report.rules),
        ("article", &report.articles),
        ("figure", &report.figures),
    ] {
        for name in &share.not_met {
            let _ = writeln!(text, "  no case meets the {what} {name}");
        }
    }
}

#[derive(Serialize)]
struct JsonTested {
    passed: usize,
    failed: usize,
    cases: Vec<JsonCase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<JsonCoverage>>,
}

#[derive(Serialize)]
struct JsonCase {
    file: String,
    line: usize,
    title: String,
    cites: Option<String>,
    scenario: String,
    passed: bool,
    compared: usize,
    differences: Vec<JsonDifference>,
}

#[derive(Serialize)]
struct JsonDifference {
    line: usize,
    claim: Option<String>,
    payment: Option<usize>,
    what: String,
    expected: String,
    got: String,
    difference: Option<String>,
    steps: Vec<ExplainedStep>,
}

#[derive(Serialize)]
struct JsonCoverage {
    scenario: String,
    #[serde(flatten)]
    coverage: CoverageReport,
}

impl JsonDifference {
    fn of(scenario: &Scenario, difference: &Difference) -> JsonDifference {
        let (claim, payment) = match &difference.of {
            Some(Of::Claim(id) | Of::Resettled(id)) => (Some(id.clone()), None),
            Some(Of::Payment(number)) => (None, Some(*number)),
            None => (None, None),
        };
        JsonDifference {
            line: difference.stated.line,
            claim,
            payment,
            what: difference.stated.what.name(),
            expected: difference.stated.value.to_string(),
            got: difference.got.to_string(),
            difference: difference.amount().map(|amount| amount.to_string()),
            steps: explained(scenario, difference),
        }
    }
}
