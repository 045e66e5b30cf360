//! What people read: explanations, rule pages, the report of a settled year.

pub mod assumptions;
pub mod backtest;
pub mod bench;
pub mod calibration;
pub mod cases;
pub mod cover;
pub mod diff;
mod enrolment;
pub mod explanation;
mod fund_lines;
pub mod keys;
pub mod lang;
pub mod lint;
pub mod number;
pub mod page;
pub mod projection;
pub mod reference;
pub mod reserve;
pub mod resettlement;
pub mod rule_page;
pub mod scale;
pub mod sensitivity;
pub mod settled;
pub mod solution;
pub mod summary;
pub mod table;
pub mod verification;
