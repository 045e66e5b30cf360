//! Years to come: the population ages, enrols, falls ill, is settled claim by claim, and the fund is booked.
//!
//! A projection is nothing but the batch of each year over a scenario with later years
//! ([`Scenario::projected`](crate::scenario::Scenario::projected)): the same residents by number, the same engine, the same
//! journal.

pub mod follow;
pub mod plan;
pub mod quantity;
