//! Chapter 3: benefits. One file per step of the waterfall; `settle.rs` strings them together.

pub mod claim;
pub mod kind;
pub mod settlement;
