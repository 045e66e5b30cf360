//! What people read: explanations, rule pages, the report of a settled year.

pub mod assumptions;
pub mod backtest;
pub mod bench;
pub mod calibration;
pub mod cases;
pub mod compare;
pub mod contrast;
pub mod cover;
mod enrolment;
pub mod explanation;
mod fund_lines;
pub mod keys;
pub mod lang;
pub mod number;
pub mod page;
pub mod projection;
pub mod reserve;
pub mod resettlement;
pub mod rule_page;
pub mod scale;
pub mod sensitivity;
pub mod settled;
pub mod solution;
pub mod summary;
pub mod sweep;
pub mod table;
