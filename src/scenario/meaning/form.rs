//! The forms in which keys are written, with the words that some of them take.

use crate::benefit::tariff::DeductiblePeriod;
use crate::insured::person::Identity;
use crate::insured::terms::Start;
use crate::scenario::kinds::KINDS;

/// How a key is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// A text in quotes.
    Text,
    /// A list of texts.
    Texts,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
    /// One of some words.
    Word(fn() -> Vec<&'static str>),
    /// A list of some words.
    Words(fn() -> Vec<&'static str>),
    /// A figure with one of these units; an amount in yuan may also be a share of an income.
    Figure(&'static [&'static str]),
    /// A figure that is a table of numbers by name; by any names where none are listed.
    Table(fn() -> Vec<&'static str>),
    /// A figure with columns by age.
    Ages(&'static [&'static str]),
    /// A figure of numbers by sex in bands of ages.
    Structure,
    /// A code with its provenance and source.
    Code,
    /// What becomes of some figures in years to come.
    Assumption,
    /// What may strike a single year.
    Shock,
    /// What is allowed of what lints find.
    Allowances,
}

/// Path, articles, form, meaning in English and in Chinese.
pub(crate) type Row = (&'static str, &'static str, Form, &'static str, &'static str);

pub(super) const YUAN: Form = Form::Figure(&["yuan"]);
pub(super) const LIMIT: Form = Form::Figure(&["yuan", "unlimited"]);
pub(super) const RATE: Form = Form::Figure(&["rate"]);
pub(super) const RATES: Form = Form::Figure(&["rates"]);
pub(super) const RATIO: Form = Form::Figure(&["rate", "bands"]);
pub(super) const BANDS: Form = Form::Figure(&["bands"]);
pub(super) const YEARS: Form = Form::Figure(&["years"]);
pub(super) const MONTHS: Form = Form::Figure(&["months"]);
pub(super) const SPAN: Form = Form::Figure(&["months", "days"]);
pub(super) const DATES: Form = Form::Figure(&["dates"]);
pub(super) const COUNT: Form = Form::Figure(&["count"]);

pub(super) fn kinds() -> Vec<&'static str> {
    KINDS.map(|(name, _)| name).to_vec()
}

pub(super) fn classes() -> Vec<&'static str> {
    Identity::ALL.map(Identity::name).to_vec()
}

pub(super) fn burdens() -> Vec<&'static str> {
    vec!["deductible", "copayment", "above-ceiling", "first-share"]
}

pub(super) fn starts() -> Vec<&'static str> {
    Start::NAMES.map(|(name, _)| name).to_vec()
}

pub(super) fn periods() -> Vec<&'static str> {
    let periods = DeductiblePeriod::NAMES.iter().map(|(name, _)| *name);
    periods.chain(["none"]).collect()
}
