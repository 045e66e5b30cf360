//! A case in the making: the text of it, and what the engine makes of it.

use crate::batch::history::Workspace;
use crate::benefit::record::Trace;
use crate::benefit::settlement::{Settlement, Status};
use crate::cases::Case;
use crate::cases::check::settle_case;
use crate::cases::read::{CaseError, Document};
use crate::money::{Fen, first_amount};
use crate::scenario::{Scenario, Source};
use std::fmt::Write;

/// A case as text, without what must come out.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub title: String,
    pub cites: String,
    pub year: Option<i32>,
    /// The inside of the table `person`.
    pub person: String,
    /// The keys of each payment.
    pub payments: Vec<String>,
    /// The keys of each claim but for its amount, and the amount in scope.
    pub claims: Vec<(String, Fen)>,
}

impl Sketch {
    /// With one more claim.
    pub(super) fn claim(mut self, keys: impl Into<String>, in_scope: Fen) -> Sketch {
        self.claims.push((keys.into(), in_scope));
        self
    }

    /// With another amount for the last claim.
    pub(super) fn with_last(&self, in_scope: Fen) -> Sketch {
        let mut sketch = self.clone();
        if let Some((_, amount)) = sketch.claims.last_mut() {
            *amount = in_scope;
        }
        sketch
    }

    /// The text, with `expected` giving what each payment and each claim states.
    fn text(&self, of_payment: impl Fn(usize) -> String, of_claim: impl Fn(usize) -> String) -> String {
        let mut text = format!(
            "[[case]]\ntitle = {}\ncites = {}\n",
            quoted(&self.title),
            quoted(&self.cites)
        );
        if let Some(year) = self.year {
            let _ = writeln!(text, "year = {year}");
        }
        if !self.person.is_empty() {
            let _ = writeln!(text, "person = {{ {} }}", self.person);
        }
        for (index, keys) in self.payments.iter().enumerate() {
            let _ = writeln!(
                text,
                "\n[[case.payment]]\n{keys}\nexpect = {{ {} }}",
                of_payment(index)
            );
        }
        for (index, (keys, in_scope)) in self.claims.iter().enumerate() {
            let _ = writeln!(
                text,
                "\n[[case.claim]]\n{keys}\nin_scope = {in_scope}\nexpect = {{ {} }}",
                of_claim(index)
            );
        }
        text
    }
}

/// A text as TOML has it: what JSON escapes in texts, TOML escapes alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Settles sketches by one scenario.
pub(super) struct Bench<'s> {
    pub scenario: &'s Scenario,
    workspace: Workspace,
}

impl<'s> Bench<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Bench<'s> {
        Bench {
            scenario,
            workspace: Workspace::default(),
        }
    }

    /// The sketch as a case.
    pub(super) fn read(&self, sketch: &Sketch) -> Result<Case, CaseError> {
        let dummy = |_| "person = 0".to_string();
        let text = sketch.text(|_| "due = 0".to_string(), dummy);
        let source = Source {
            name: sketch.title.clone(),
            text,
        };
        let mut cases = Document::parse(&source)?.cases(self.scenario)?;
        match cases.pop() {
            Some(case) => Ok(case),
            None => Err(CaseError {
                diagnostics: Vec::new(),
            }),
        }
    }

    fn last(&mut self, case: &Case) -> Option<(Settlement, Trace)> {
        let mut settled = settle_case(self.scenario, case, &mut self.workspace);
        settled.claims.pop()?.into_iter().next()
    }

    /// The smallest amount in scope of the last claim for which `reached` holds, from which on it holds; `None` if no
    /// bill a file may carry reaches it, or the smallest does.
    pub(super) fn first(
        &mut self,
        sketch: &Sketch,
        reached: impl Fn(&Settlement, &Trace) -> bool,
    ) -> Result<Option<Fen>, CaseError> {
        let mut case = self.read(sketch)?;
        Ok(first_amount(Fen::new(Fen::MAX_INPUT.get() / 2), |amount| {
            if let Some(last) = case.claims.last_mut() {
                let outside = last.claim.total - last.claim.in_scope;
                last.claim.in_scope = amount;
                last.claim.total = outside + amount;
            }
            let settled = self.last(&case);
            settled.is_some_and(|(settlement, trace)| reached(&settlement, &trace))
        }))
    }

    /// The sketch with what the engine makes of it, as the text of a case.
    pub(super) fn write(&mut self, sketch: &Sketch) -> Result<String, CaseError> {
        let case = self.read(sketch)?;
        let settled = settle_case(self.scenario, &case, &mut self.workspace);
        let decisions = &self.workspace.life.decisions;
        let of_payment = |row: usize| {
            let found = decisions.iter().find(|decision| decision.row == row);
            match found.map(|decision| decision.result) {
                Some(Ok(purchase)) => format!(
                    "by = \"{}\", cover_from = {}, due = {}",
                    purchase.route.name(),
                    purchase.cover_from,
                    purchase.due.person
                ),
                Some(Err(refusal)) => format!("refused = \"{}\"", refusal.name()),
                None => String::new(),
            }
        };
        let of_claim = |index: usize| {
            let first = settled.claims[index].first();
            first.map_or(String::new(), |(settlement, _)| stated(settlement))
        };
        Ok(sketch.text(of_payment, of_claim))
    }
}

/// What a settlement states: all payers and what the person bears.
fn stated(settlement: &Settlement) -> String {
    if settlement.status != Status::Settled {
        let reason = settlement.status.reason();
        return format!(
            "status = \"{}\", reason = \"{reason}\", person = {}",
            settlement.status.name(),
            settlement.person
        );
    }
    let ratio = settlement
        .ratio
        .map_or(String::new(), |ratio| format!("ratio = {ratio}, "));
    let amounts = [
        ("first_share", settlement.first_share),
        ("deductible", settlement.deductible),
        ("above_ceiling", settlement.above_ceiling),
        ("basic", settlement.basic),
        ("critical_illness", settlement.critical_illness),
        ("assistance", settlement.assistance),
        ("person", settlement.person),
    ];
    let amounts = amounts.map(|(key, amount)| format!("{key} = {amount}"));
    // Few scenarios have one.
    let subsidy = match settlement.subsidy() {
        none if none.is_zero() => String::new(),
        subsidy => format!(", subsidy = {subsidy}"),
    };
    format!("{ratio}{}{subsidy}", amounts.join(", "))
}
