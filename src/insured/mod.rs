//! Chapters 1 and 2: who is insured, from when to when.

pub mod category;
pub mod person;
