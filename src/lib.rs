//! yibao (医保): a settlement simulator for China's resident medical insurance.

pub mod benefit;
pub mod data;
pub mod insured;
pub mod money;
pub mod scenario;
pub mod synth;
