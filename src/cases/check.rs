//! Settles a case by the one engine, with every claim explained, and compares it with what it states.

use crate::batch::history::{Workspace, settle_watched, sort_for_settlement};
use crate::benefit::record::{Step, Trace};
use crate::benefit::settlement::Settlement;
use crate::cases::coverage::Coverage;
use crate::cases::expected::{Answer, PaymentPart, Stated, What};
use crate::cases::{Case, CaseClaim};
use crate::data::caseload::{ByPerson, Caseload, CaseloadClaim, Enrolments};
use crate::money::Fen;
use crate::scenario::Scenario;

/// How a case came out.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What differs; nothing if the case passed.
    pub differences: Vec<Difference>,
    /// How many statements were compared.
    pub compared: usize,
}

/// A statement that does not hold.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The claim or payment that it is of; `None` for the sums of the case.
    pub of: Option<Of>,
    /// The statement.
    pub stated: Stated,
    /// What came out.
    pub got: Answer,
    /// The benefit year of the steps.
    pub year: i32,
    /// The steps that the value comes from, or the one that ended the settlement.
    pub steps: Vec<Step>,
}

/// A claim or payment of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// A claim, by its id.
    Claim(String),
    /// A claim that settled again after a reversal of another, by its id.
    Resettled(String),
    /// A payment, by its number from 1.
    Payment(usize),
}

impl Difference {
    /// Expected and got are amounts: how much more came out.
    pub(crate) fn amount(&self) -> Option<Fen> {
        match (&self.stated.value, &self.got) {
            (Answer::Amount(expected), Answer::Amount(got)) => Some(*got - *expected),
            _ => None,
        }
    }
}

/// Settles a case and compares; what it meets on the way is added to `coverage`.
pub fn check(
    scenario: &Scenario,
    case: &Case,
    workspace: &mut Workspace,
    coverage: &mut Coverage,
) -> Verdict {
    let mut verdict = Verdict::default();
    let settled = settle_case(scenario, case, workspace);
    compare_payments(scenario, case, workspace, coverage, &mut verdict);
    for (claim, of_claim) in case.claims.iter().zip(&settled.claims) {
        for (_, trace) in of_claim {
            coverage.add_settlement(trace);
        }
        compare_claim(claim, of_claim, &mut verdict);
    }
    compare_sums(scenario, case, &settled.rows, &mut verdict);
    verdict
}

/// What becomes of the claims of a case.
#[derive(Debug, Default)]
pub struct SettledCase {
    /// The settlements of each claim with their steps, the first and those after reversals of others; of a reversal, the
    /// cancellation that it is.
    pub claims: Vec<Vec<(Settlement, Trace)>>,
    /// Every row in the order of posting, cancellations and all.
    pub rows: Vec<Settlement>,
}

/// Settles every claim of a case with its steps; what the payments are decided to be stays in the workspace.
pub fn settle_case(scenario: &Scenario, case: &Case, workspace: &mut Workspace) -> SettledCase {
    let caseload = caseload(case);
    workspace.life = Default::default();
    workspace.decide(scenario, &caseload, 0);
    let mut order: Vec<u32> = (0..case.claims.len() as u32).collect();
    sort_for_settlement(&caseload, &mut order);
    let mut settled = SettledCase::default();
    for (index, claim) in (0..).zip(&case.claims) {
        let mut of_claim = Vec::new();
        for (row, trace) in settle_watched(scenario, &caseload, 0, &order, index, workspace) {
            let is_asked_reversal = claim.reverses.is_some() && row.request == index;
            if index == 0 {
                settled.rows.push(row.settlement.clone());
            }
            if let Some(trace) = trace.or(is_asked_reversal.then(Trace::default)) {
                of_claim.push((row.settlement, trace));
            }
        }
        settled.claims.push(of_claim);
    }
    settled
}

fn compare_payments(
    scenario: &Scenario,
    case: &Case,
    workspace: &Workspace,
    coverage: &mut Coverage,
    verdict: &mut Verdict,
) {
    let payments = case.enrolments.iter().flat_map(|(payments, _)| payments);
    for (row, payment) in payments.enumerate() {
        let mut decisions = workspace.life.decisions.iter();
        let Some(decision) = decisions.find(|decision| decision.row == row) else {
            continue;
        };
        let year = payment.enrolment.year;
        let figures = scenario.tariff(year).map(|tariff| tariff.enrolment_figures);
        coverage.add_payment(decision.result, figures.unwrap_or_default());
        for stated in &payment.expected {
            let got = match stated.what {
                What::Payment(part) => PaymentPart::of(part, decision.result),
                _ => Answer::Nothing,
            };
            verdict.compare(Some(Of::Payment(row + 1)), stated, got, year, Vec::new);
        }
    }
}

fn compare_claim(claim: &CaseClaim, settled: &[(Settlement, Trace)], verdict: &mut Verdict) {
    let (first, last) = (settled.first(), settled.iter().skip(1).last());
    let stated = (claim
        .expected
        .iter()
        .map(|stated| (stated, first, Of::Claim as fn(String) -> Of)))
    .chain(
        claim
            .resettled
            .iter()
            .map(|stated| (stated, last, Of::Resettled as fn(String) -> Of)),
    );
    for (stated, settled, of) in stated {
        let of = Some(of(claim.id.clone()));
        match settled {
            Some((settlement, trace)) => {
                let got = stated.what.of(settlement, trace);
                verdict.compare(of, stated, got, settlement.year, || origin(stated.what, trace));
            }
            None => verdict.compare(of, stated, Answer::Nothing, 0, Vec::new),
        }
    }
}

fn compare_sums(scenario: &Scenario, case: &Case, rows: &[Settlement], verdict: &mut Verdict) {
    let year = rows
        .first()
        .map_or(scenario.default_year(), |settlement| settlement.year);
    for stated in &case.sums {
        let of = |settlement: &Settlement| match stated.what.of(settlement, &Trace::default()) {
            Answer::Amount(amount) => amount,
            _ => Fen::ZERO,
        };
        let got = Answer::Amount(rows.iter().map(of).sum());
        verdict.compare(None, stated, got, year, Vec::new);
    }
}

/// The steps that a value comes from: that which ended the settlement, else those of its rules.
fn origin(what: What, trace: &Trace) -> Vec<Step> {
    let ended = trace.steps.iter().filter(|step| step.ended.is_some());
    let ended: Vec<Step> = ended.cloned().collect();
    if !ended.is_empty() {
        return ended;
    }
    let of_rules = |step: &&Step| match what {
        What::Step(rule, _) => step.rule == rule,
        What::After(accumulator) => step
            .movements
            .iter()
            .any(|moved| moved.accumulator == accumulator),
        _ => what.rules().contains(&step.rule),
    };
    trace.steps.iter().filter(of_rules).cloned().collect()
}

impl Verdict {
    fn compare(
        &mut self,
        of: Option<Of>,
        stated: &Stated,
        got: Answer,
        year: i32,
        steps: impl FnOnce() -> Vec<Step>,
    ) {
        self.compared += 1;
        if stated.value != got {
            self.differences.push(Difference {
                of,
                stated: stated.clone(),
                got,
                year,
                steps: steps(),
            });
        }
    }
}

/// The case as files would bring it.
fn caseload(case: &Case) -> Caseload {
    let mut caseload = Caseload::default();
    caseload.persons.push(case.person.clone());
    caseload.person_ids.push("1");
    if let Some((payments, events)) = &case.enrolments {
        let paid = payments.iter().map(|payment| (0, payment.enrolment));
        caseload.enrolments = Some(Enrolments {
            payments: ByPerson::group(1, paid),
            payment_places: ByPerson::group(1, payments.iter().map(|_| Default::default())),
            events: ByPerson::group(1, events.iter().map(|event| (0, *event))),
            event_places: ByPerson::group(1, events.iter().map(|_| Default::default())),
            paid_elsewhere: Vec::new(),
        });
    }
    for claim in &case.claims {
        caseload.claim_ids.push(&claim.id);
        caseload.claims.push(CaseloadClaim {
            person: 0,
            line: 0,
            claim: claim.claim.clone(),
            reverses: claim.reverses,
        });
    }
    caseload
}
