//! Chapters 1 and 2: who is insured, from when to when, and what is due for it.
//!
//! | file | what | articles |
//! |---|---|---|
//! | [`person`] | a person as the insurance sees one | 2 |
//! | [`category`] | student, minor, adult, or not a resident | 2 |
//! | [`contribution`] | what is due, and who pays how much of it | 6, 7 |
//! | [`enrolment`] | the window, and what becomes of a payment | 8 |
//! | [`refund`] | money back before the cover begins | 9 |
//! | [`channel`] | where one enrols | 10 |
//! | [`employee`] | the days of employee insurance | 11 |
//! | [`newborn`] | cover from birth, or from the month after | 14(2) |
//! | [`late`], [`waiting`] | enrolment after the window, where a city allows it | 8 |
//! | [`life`] | all payments and events of one person, decided | 8-11 |
//! | [`cover`] | the days of a benefit year | 14 |
//! | [`terms`] | the figures of all these for one benefit year | 2, 6-8, 14 |
//!
//! What they share stands below them: `payment`, a payment and what became of it; `event`, what happens to an insured
//! person; `calendar`, the days of a benefit year. `enrolment`, `life` and `terms` hand it on.

mod calendar;
pub mod category;
pub mod channel;
pub mod contribution;
pub mod cover;
pub mod employee;
pub mod enrolment;
mod event;
pub mod late;
pub mod life;
pub mod newborn;
mod payment;
pub mod person;
pub mod refund;
pub mod terms;
pub mod waiting;
