//! Years to come: the population ages, enrols, falls ill, is settled claim by claim, and the fund is booked; what many
//! such futures say together, and which figure keeps the fund solvent.
//!
//! A projection is nothing but the batch of each year over a scenario with later years
//! ([`Scenario::projected`](crate::scenario::Scenario::projected)): the same residents by number, the same engine, the same
//! journal. Floats are for statistics only. What is counted in money is in fen, and comes from the one engine.

pub mod development;
pub mod follow;
pub mod monte_carlo;
pub(crate) mod output;
pub mod plan;
pub mod quantity;
pub mod question;
pub mod record;
pub mod reserve;
pub mod run;
pub mod sensitivity;
pub mod solve;
pub mod statistics;
pub mod target;
