//! What an explanation keeps of a settlement: one step per rule, with amounts, accumulators and figures.

use crate::article::Article;
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::Limit;
use crate::figure::{Cited, FigureId};
use crate::money::{Fen, Rate};

/// Watches a settlement. The batch passes [`Silent`], which compiles to nothing.
pub trait Recorder {
    /// Takes one step; `step` is only called by a recorder that keeps it.
    fn step(&mut self, step: impl FnOnce() -> Step);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Recorder for Silent {
    #[inline(always)]
    fn step(&mut self, _: impl FnOnce() -> Step) {}
}

/// Keeps every step.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The steps, in the order of the waterfall.
    pub steps: Vec<Step>,
}

impl Recorder for Trace {
    fn step(&mut self, step: impl FnOnce() -> Step) {
        self.steps.push(step());
    }
}

/// One step of the waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule that took it.
    pub rule: Rule,
    /// The article it rests on.
    pub article: Article,
    /// The amount that the rule was applied to, as the steps before left it.
    pub before: Fen,
    /// What the step took, paid or moved.
    pub amount: Fen,
    /// What is left for the steps that follow.
    pub after: Fen,
    /// What it did to accumulators.
    pub movements: Vec<Movement>,
    /// The figures it used.
    pub figures: Vec<FigureUse>,
    /// The status it ended the settlement with, if it did.
    pub ended: Option<Status>,
}

impl Step {
    /// A step that takes `amount` from `before`.
    pub(crate) fn taking(rule: Rule, article: Article, before: Fen, amount: Fen) -> Step {
        Step {
            rule,
            article,
            before,
            amount,
            after: before - amount,
            movements: Vec::new(),
            figures: Vec::new(),
            ended: None,
        }
    }

    /// A step that ends the settlement.
    pub(crate) fn ending(rule: Rule, article: Article, total: Fen, status: Status) -> Step {
        Step {
            ended: Some(status),
            ..Step::taking(rule, article, total, Fen::ZERO)
        }
    }

    pub(crate) fn moving(mut self, accumulator: Accumulator, before: Fen, after: Fen) -> Step {
        self.movements.push(Movement {
            accumulator,
            before,
            after,
        });
        self
    }

    pub(crate) fn using(mut self, figure: impl Into<FigureUse>) -> Step {
        self.figures.push(figure.into());
        self
    }

    pub(crate) fn using_all(mut self, figures: impl IntoIterator<Item = FigureUse>) -> Step {
        self.figures.extend(figures);
        self
    }
}

/// An accumulator before and after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Which of the person's sums moved.
    pub accumulator: Accumulator,
    /// What it stood at before the claim's step.
    pub before: Fen,
    /// What it stands at after it.
    pub after: Fen,
}

/// A figure as a step used it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureUse {
    /// Its note.
    pub figure: FigureId,
    /// The value of the claim's year.
    pub value: FigureValue,
}

/// The value of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureValue {
    /// An amount.
    Amount(Fen),
    /// A rate.
    Rate(Rate),
    /// A limit that is none.
    Unlimited,
    /// Something that is not one number: bands, a window.
    Several,
}

impl From<Cited<Fen>> for FigureUse {
    fn from(cited: Cited<Fen>) -> FigureUse {
        FigureUse {
            figure: cited.figure,
            value: FigureValue::Amount(cited.value),
        }
    }
}

impl From<Cited<Rate>> for FigureUse {
    fn from(cited: Cited<Rate>) -> FigureUse {
        FigureUse {
            figure: cited.figure,
            value: FigureValue::Rate(cited.value),
        }
    }
}

impl From<Cited<Limit>> for FigureUse {
    fn from(cited: Cited<Limit>) -> FigureUse {
        let value = match cited.value {
            Limit::Unlimited => FigureValue::Unlimited,
            Limit::At(amount) => FigureValue::Amount(amount),
        };
        FigureUse {
            figure: cited.figure,
            value,
        }
    }
}

impl From<FigureId> for FigureUse {
    fn from(figure: FigureId) -> FigureUse {
        FigureUse {
            figure,
            value: FigureValue::Several,
        }
    }
}
