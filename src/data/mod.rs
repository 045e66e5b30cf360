//! Interchange files in and out.

pub mod caseload;
pub mod codebook;
