//! Every threshold one fen below, at and above it, and every date one day before, on and after it.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    clippy::mistyped_literal_suffixes,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

#[path = "boundaries/amounts.rs"]
mod amounts;
mod common;
#[path = "boundaries/dates.rs"]
mod dates;
