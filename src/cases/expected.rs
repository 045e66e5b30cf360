//! What a case may state, by name, and where each of it is found in what the engine did.

use crate::article::Article;
use crate::benefit::record::{Step, Trace};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::Accumulator;
use crate::insured::enrolment::{Fate, Purchase, Refusal};
use crate::money::{Fen, Rate};
use std::fmt;

/// One statement of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Which of the numbers that come out it speaks of.
    pub what: What,
    /// The value that must come out.
    pub value: Answer,
    /// Line of the file, from 1.
    pub line: usize,
}

/// What is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `status`: what became of the claim.
    Status,
    /// `reason`: why it was not paid.
    Reason,
    /// `ratio`: the fund's ratio, where one held for the whole claim.
    Ratio,
    /// An amount of the settlement, by its place in [`AMOUNTS`].
    Amount(usize),
    /// What a rule's steps had before them, took, or left.
    Step(Rule, StepPart),
    /// Where the claim left an accumulator.
    After(Accumulator),
    /// Something of a payment.
    Payment(PaymentPart),
}

/// A part of the steps of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPart {
    /// What came into the first of them.
    Before,
    /// What they took, paid or moved, together.
    Amount,
    /// What the last of them left.
    After,
    /// The article of the last of them.
    Article,
}

impl StepPart {
    /// The parts by their keys.
    pub(crate) const NAMES: [(&'static str, StepPart); 4] = [
        ("before", StepPart::Before),
        ("amount", StepPart::Amount),
        ("after", StepPart::After),
        ("article", StepPart::Article),
    ];
}

/// A part of a payment's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentPart {
    /// By which rule it was taken.
    By,
    /// Why it was refused.
    Refused,
    /// The first day of its cover.
    CoverFrom,
    /// What was due from the person.
    Due,
    /// The day on which it was given back.
    Refunded,
}

impl PaymentPart {
    /// The parts by their keys.
    pub(crate) const NAMES: [(&'static str, PaymentPart); 5] = [
        ("by", PaymentPart::By),
        ("refused", PaymentPart::Refused),
        ("cover_from", PaymentPart::CoverFrom),
        ("due", PaymentPart::Due),
        ("refunded", PaymentPart::Refunded),
    ];

    /// What the decision says of it: where it says nothing of that, whether the payment was taken or refused.
    pub fn of(self, decision: Result<Purchase, Refusal>) -> Answer {
        let word = |text: &str| Answer::Word(text.to_string());
        match (self, decision) {
            (PaymentPart::By, Ok(purchase)) => word(purchase.route.name()),
            (PaymentPart::Refused, Err(refusal)) => word(refusal.name()),
            (PaymentPart::CoverFrom, Ok(purchase)) => word(&purchase.cover_from.to_string()),
            (PaymentPart::Due, Ok(purchase)) => Answer::Amount(purchase.due.person),
            (PaymentPart::Due, Err(Refusal::PartPayment(due) | Refusal::Overpayment(due))) => {
                Answer::Amount(due)
            }
            (PaymentPart::Refunded, Ok(purchase)) => match purchase.fate {
                Fate::Refunded(day) => word(&day.to_string()),
                _ => Answer::Nothing,
            },
            (PaymentPart::Refused, Ok(purchase)) => word(&format!("taken: {}", purchase.route.name())),
            (_, Err(refusal)) => word(&format!("refused: {}", refusal.name())),
        }
    }
}

/// A value, stated or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An amount.
    Amount(Fen),
    /// A rate.
    Rate(Rate),
    /// A number of things.
    Count(i64),
    /// A word, a day, an article.
    Word(String),
    /// There is none.
    Nothing,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Amount(amount) => amount.fmt(f),
            Answer::Rate(rate) => rate.fmt(f),
            Answer::Count(count) => count.fmt(f),
            Answer::Word(word) => f.pad(word),
            Answer::Nothing => f.pad("nothing"),
        }
    }
}

/// How an amount is read off a settlement.
type Amount = fn(&Settlement) -> Fen;

/// The amounts of a settlement that a case may state, by key, each with the rules that it comes from.
pub const AMOUNTS: [(&str, Amount, &[Rule]); 16] = [
    ("own_pay", |of| of.own_pay, &[Rule::Scope, Rule::Exclusion]),
    ("over_limit", |of| of.over_limit, &[Rule::Scope]),
    (
        "first_share",
        |of| of.first_share,
        &[Rule::Scope, Rule::OutOfArea],
    ),
    (
        "in_scope",
        |of| of.in_scope,
        &[Rule::Scope, Rule::Exclusion, Rule::OutOfArea],
    ),
    (
        "deductible_standard",
        |of| of.deductible_standard,
        &[Rule::Deductible],
    ),
    ("deductible", |of| of.deductible, &[Rule::Deductible]),
    ("above_ceiling", |of| of.above_ceiling, &[Rule::Ceiling]),
    ("basic", |of| of.basic, PAID_BY_FUND),
    ("copayment", |of| of.copayment, PAID_BY_FUND),
    (
        "critical_illness",
        |of| of.critical_illness,
        &[Rule::CriticalIllness],
    ),
    (
        "assistance",
        |of| of.assistance,
        &[Rule::Assistance, Rule::PayoutCeiling],
    ),
    ("special", |of| of.special - of.subsidy(), &[Rule::SpecialAccount]),
    (
        "subsidy",
        Settlement::subsidy,
        &[Rule::Subsidy, Rule::PayoutCeiling],
    ),
    ("hospital", |of| of.hospital, &[Rule::Scope]),
    ("fund", Settlement::fund_total, PAID_BY_ALL),
    ("person", |of| of.person, PAID_BY_ALL),
];

const PAID_BY_FUND: &[Rule] = &[
    Rule::Disease,
    Rule::Ratio,
    Rule::Maternity,
    Rule::FundLimit,
    Rule::Ceiling,
];

const PAID_BY_ALL: &[Rule] = &[
    Rule::SpecialAccount,
    Rule::Disease,
    Rule::Ratio,
    Rule::Maternity,
    Rule::FundLimit,
    Rule::Ceiling,
    Rule::CriticalIllness,
    Rule::Assistance,
    Rule::Subsidy,
    Rule::PayoutCeiling,
];

/// The accumulators that a case may state, by key.
pub(crate) const ACCUMULATORS: [(&str, Accumulator); 10] = [
    ("admissions", Accumulator::Admissions),
    ("deductible", Accumulator::Deductible),
    ("ceiling", Accumulator::Ceiling),
    ("fund_paid", Accumulator::FundPaid),
    ("disease_paid", Accumulator::DiseasePaid),
    ("burden", Accumulator::Burden),
    ("critical_illness_paid", Accumulator::CriticalIllnessPaid),
    ("assistance_paid", Accumulator::AssistancePaid),
    ("accident_paid", Accumulator::AccidentPaid),
    ("subsidy_paid", Accumulator::SubsidyPaid),
];

impl What {
    /// The key under `expect`.
    pub fn name(self) -> String {
        let key_of = |part: StepPart| StepPart::NAMES.iter().find(|(_, known)| *known == part);
        match self {
            What::Status => "status".into(),
            What::Reason => "reason".into(),
            What::Ratio => "ratio".into(),
            What::Amount(index) => AMOUNTS[index].0.into(),
            What::Step(rule, part) => {
                let key = key_of(part).map_or("", |(key, _)| key);
                format!("steps.{}.{key}", rule.name())
            }
            What::After(accumulator) => {
                let found = ACCUMULATORS.iter().find(|(_, known)| *known == accumulator);
                format!("after.{}", found.map_or("", |(key, _)| key))
            }
            What::Payment(part) => {
                let found = PaymentPart::NAMES.iter().find(|(_, known)| *known == part);
                found.map_or("", |(key, _)| key).into()
            }
        }
    }

    /// The rules that it comes from.
    pub(crate) fn rules(self) -> &'static [Rule] {
        match self {
            What::Amount(index) => AMOUNTS[index].2,
            What::Ratio => PAID_BY_FUND,
            _ => &[],
        }
    }

    /// What a settlement and its steps say of it.
    pub fn of(self, settlement: &Settlement, trace: &Trace) -> Answer {
        let word = |text: &str| Answer::Word(text.to_string());
        match self {
            What::Status => word(settlement.status.name()),
            What::Reason => word(settlement.status.reason()),
            What::Ratio => settlement.ratio.map_or(Answer::Nothing, Answer::Rate),
            What::Amount(index) => Answer::Amount((AMOUNTS[index].1)(settlement)),
            What::Step(rule, part) => of_steps(trace, rule, part),
            What::After(accumulator) => left_at(trace, accumulator),
            What::Payment(_) => Answer::Nothing,
        }
    }
}

fn of_steps(trace: &Trace, rule: Rule, part: StepPart) -> Answer {
    let steps: Vec<&Step> = trace.steps.iter().filter(|step| step.rule == rule).collect();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Answer::Nothing;
    };
    match part {
        StepPart::Before => Answer::Amount(first.before),
        StepPart::Amount => Answer::Amount(steps.iter().map(|step| step.amount).sum()),
        StepPart::After => Answer::Amount(last.after),
        StepPart::Article => Answer::Word(last.article.to_string()),
    }
}

/// Where the last step that moved an accumulator left it.
pub(super) fn left_at(trace: &Trace, accumulator: Accumulator) -> Answer {
    let moved = trace.steps.iter().flat_map(|step| &step.movements);
    match moved.rev().find(|movement| movement.accumulator == accumulator) {
        None => Answer::Nothing,
        Some(movement) if accumulator == Accumulator::Admissions => Answer::Count(movement.after.get()),
        Some(movement) => Answer::Amount(movement.after),
    }
}

/// The article of a text such as `Art. 14(2)`; `None` if it is none.
pub(crate) fn article_of(text: &str) -> Option<Article> {
    let numbers = text.strip_prefix("Art. ")?;
    match numbers.strip_suffix(')').and_then(|inner| inner.split_once('(')) {
        Some((number, part)) => Some(Article::part(number.parse().ok()?, part.parse().ok()?)),
        None => Some(Article::whole(numbers.parse().ok()?)),
    }
}
