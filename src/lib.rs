//! yibao (医保): a settlement simulator for China's resident medical insurance.

pub mod article;
pub mod batch;
pub mod benefit;
pub mod cli;
pub mod data;
pub mod fund;
pub mod insured;
pub mod money;
pub mod prelude;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod synth;
