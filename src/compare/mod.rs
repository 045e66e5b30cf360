//! Scenarios side by side: the same people with the same illnesses, settled under each of them by the one engine.
//!
//! - [`comparison`]: what the fund pays, who raises it, what people are left with; [`gains`]: who wins and who loses.
//! - [`bridge`]: the change split over the changed keys, to the fen.
//! - [`contrast`]: one claim under two scenarios, step beside step.
//! - [`sweep`]: a grid of values of some figures.
//!
//! ```
//! use yibao::compare::comparison::{Comparison, Request};
//! use yibao::compare::crowd::Whose;
//! use yibao::scenario::Scenario;
//!
//! let jinan = Scenario::jinan()?;
//! let higher = jinan.with(&[("benefit.inpatient.tertiary.deductible", 2_000)])?;
//! let request = Request {
//!     scenarios: &[jinan, higher],
//!     alternative_baseline: None,
//!     years: &[2023],
//!     whose: &Whose::City { persons: 2_000, seed: 1 },
//!     income: None,
//!     top: 3,
//!     bridge: None,
//! };
//! let comparison = Comparison::of(&request, &|_| ())?;
//! let sides = &comparison.years[0].sides;
//! assert!(sides[1].fund_cost < sides[0].fund_cost);
//! let gains = &comparison.pairs[0].years[0].gains;
//! // Nobody gains from a higher deductible; what all lose is what they pay more.
//! assert_eq!(gains.all().winners, 0);
//! assert_eq!(gains.all().lost, sides[1].out_of_pocket - sides[0].out_of_pocket);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bridge;
pub mod comparison;
pub mod contrast;
pub mod crowd;
pub mod gains;
pub(crate) mod output;
pub mod side;
pub mod spread;
pub mod sweep;
