//! Calibration: what figures of a synthetic population make it come out at published totals, and how they go on.
//!
//! A table of [`Targets`] says what was published, year by year, and which keys of a scenario are to answer for it.
//! [`fit`] draws and settles the population with the one engine, and changes the keys until the totals are those of the
//! table; every trial sees the same people and the same illnesses, so that what differs between two of them is the keys.
//! [`trends`] then estimates from the values of the years how keys go on, and how sure that is. [`overlay`] writes both as
//! a scenario that lies over the one that was calibrated.
//!
//! | file | what |
//! |---|---|
//! | [`Targets`] | the table: values, sources, tolerances, keys, trends |
//! | [`Measures`] | a simulated year in the terms of the table |
//! | [`fit`] | keys year by year |
//! | [`trends`] | log-linear trends and their standard deviations |
//! | [`overlay`] | the outcome as a scenario |
//! | [`backtest`] | a projection held against what was published of its years |

mod backtest;
mod fit;
mod measure;
mod newton;
mod overlay;
mod targets;
mod trend;

pub use backtest::{Comparison, backtest};
pub use fit::{FitError, FitOptions, Fitted, Outcome, YearFit, fit};
pub use measure::{Measures, Metric};
pub use overlay::{Header, overlay};
pub use targets::{Group, Reference, Rule, Series, Targets, TargetsError, Trend};
pub use trend::{Line, TrendError, TrendFit, log_linear, trends};
