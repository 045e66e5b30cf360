//! Worked examples from published texts and from cities' rules, retold. The outputs asserted are the examples'.
//!
//! Each test names its source. "Constructed" examples work cited rule figures through by hand; they are no published
//! cases and say nothing of a city's real figures. Where another city's rules are needed, the test writes them into a
//! copy of Jinan's scenario. The cities' own scenarios hold the same examples as cases (`scenarios/NAME/cases`), with
//! bands that count from the first yuan (CON-14) and tables of their own for treatment elsewhere (CON-20).
//!
//! Not expressible, or nothing to express:
//!
//! - PUB-02 Ji'an 2019 (one bill under two identities: 149,289 and 69,822 of 165,492), PUB-04 Tongbai 2012 (52,459 of
//!   95,726.04), PUB-06 Nantong 2022 (8,675 of 11,787, employee scheme), PUB-08 Jilin 2013 (about two thirds of 22,000):
//!   totals only, without the rules that led to them.
//! - PUB-10 Beijing: the employee scheme states the *person's* share, and a retiree's as 60 % of it. Ratios here are the
//!   fund's; 0.91 could be written, the multiplier on the person's side cannot.
//! - CON-12 Shandong's twenty diseases: its bands are tested, but critical illness insurance is keyed on the person's
//!   identity here, not on the disease.
//! - CON-28 Nanchang: what a year without a claim adds to the limit of critical illness insurance has no key; what years
//!   of continuous enrolment add has one.
//! - CON-36, waiting months by years missed: enrolment is not part of settling a claim.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

mod common;
#[path = "worked_examples/constructed.rs"]
mod constructed;
#[path = "worked_examples/published.rs"]
mod published;
#[path = "worked_examples/samples.rs"]
mod samples;
