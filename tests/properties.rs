//! What holds for any person and any claims.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

#[path = "properties/batch.rs"]
mod batch;
mod common;
#[path = "properties/conservation.rs"]
mod conservation;
#[path = "properties/cover.rs"]
mod cover;
#[path = "properties/given.rs"]
mod given;
#[path = "properties/monotone.rs"]
mod monotone;
#[path = "properties/parts.rs"]
mod parts;
#[path = "properties/payments.rs"]
mod payments;
#[path = "properties/schedules.rs"]
mod schedules;
