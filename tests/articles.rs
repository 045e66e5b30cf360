//! What the engine promises, article by article. Amounts are Jinan's of 2024 unless a test says otherwise.
//!
//! Art. 5 to 7, 26 and 27 are the ledger's: see `ledger.rs`.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

#[path = "articles/administration.rs"]
mod administration;
#[path = "articles/benefits.rs"]
mod benefits;
mod common;
#[path = "articles/enrolment.rs"]
mod enrolment;
#[path = "articles/exclusions.rs"]
mod exclusions;
#[path = "articles/insured.rs"]
mod insured;
#[path = "articles/layers.rs"]
mod layers;
#[path = "articles/other_cities.rs"]
mod other_cities;
#[path = "articles/other_terms.rs"]
mod other_terms;
#[path = "articles/reversals.rs"]
mod reversals;
#[path = "articles/together.rs"]
mod together;
