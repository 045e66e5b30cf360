//! Looking ahead: what is still to be settled, what many paths of a projection say together, and which figure keeps the
//! fund solvent.
//!
//! Floats are for statistics only. What is counted in money is in fen, and comes from the one engine.

pub mod development;
pub mod reserve;
pub mod solve;
pub mod statistics;
pub mod target;
