//! What people read: explanations, rule pages, the report of a settled year.

pub mod bench;
pub mod cover;
mod enrolment;
pub mod explanation;
mod fund_lines;
pub mod lang;
pub mod number;
pub mod page;
pub mod resettlement;
pub mod rule_page;
pub mod settled;
pub mod summary;
pub mod table;
