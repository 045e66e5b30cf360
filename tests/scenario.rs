//! What a scenario promises: Jinan's figures are those of its specification, and whatever is wrong with a file is
//! said at once, at its line, with what to do.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

#[path = "scenario/changes.rs"]
mod changes;
mod common;
#[path = "scenario/diagnostics.rs"]
mod diagnostics;
#[path = "scenario/figures.rs"]
mod figures;
#[path = "scenario/messages.rs"]
mod messages;
#[path = "scenario/overlays.rs"]
mod overlays;
