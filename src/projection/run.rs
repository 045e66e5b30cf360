//! A finished projection: the central path, what many paths say around it, and what it rests on.

use crate::projection::follow::{ProjectedYear, ProjectionError, follow, opening_known};
use crate::projection::monte_carlo::{MonteCarlo, MonteCarloError, monte_carlo};
use crate::projection::plan::{Expansion, Plan};
use crate::scenario::Scenario;

/// A finished projection.
pub struct Projection {
    /// The rules, with their assumptions.
    pub scenario: Scenario,
    /// What was projected.
    pub plan: Plan,
    /// How the sample stands for the city.
    pub expansion: Expansion,
    /// Every year with the assumptions as they are.
    pub central: Vec<ProjectedYear>,
    /// What many paths say; `None` if none were asked for.
    pub paths: Option<MonteCarlo>,
    /// Whether the fund's balance before the first year is known; if not, balances count from zero.
    pub opening_known: bool,
}

/// Why there is no projection.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The central path.
    #[error(transparent)]
    Central(#[from] ProjectionError),
    /// The paths around it.
    #[error(transparent)]
    Paths(#[from] MonteCarloError),
}

impl Projection {
    /// Follows the central path, and `paths` others if that is not zero. `progress` is told the number of slots done since
    /// it was last called.
    ///
    /// # Errors
    /// A scenario without assumptions or population, or a path that cannot be followed.
    pub fn run(
        scenario: Scenario,
        plan: Plan,
        paths: u32,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Projection, RunError> {
        let no_population = || ProjectionError::NoPopulation(scenario.name().to_string());
        let expansion = Expansion::of(&scenario, plan.persons).ok_or_else(no_population)?;
        let outlook = scenario.needed_outlook().map_err(ProjectionError::from)?;
        let path = outlook.central();
        let opening_known = opening_known(&scenario, &path, plan.from)?;
        let central = follow(&scenario, &path, &plan, progress)?;
        let around = match paths {
            0 => None,
            paths => Some(monte_carlo(&scenario, outlook, &plan, paths, progress)?),
        };
        Ok(Projection {
            scenario,
            plan,
            expansion,
            central,
            paths: around,
            opening_known,
        })
    }
}
