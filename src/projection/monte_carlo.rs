//! Many futures: each path draws its own assumptions, shocks, residents and claims.
//!
//! Path `n` takes the same draws whatever the scenario (common random numbers), so that two scenarios differ by what they
//! say and not by chance. A path's residents are a sample of the plan's size, so the spread of the paths holds what is
//! uncertain in the assumptions and what a sample leaves open; the latter falls with the size of the sample.

use crate::outlook::Outlook;
use crate::parallel::in_order;
use crate::projection::follow::{ProjectionError, follow};
use crate::projection::plan::{Expansion, Plan};
use crate::projection::quantity::Quantity;
use crate::projection::statistics::{Paths, SampleError};
use crate::scenario::Scenario;

/// What many paths say.
#[derive(Clone, Debug)]
pub struct MonteCarlo {
    /// How many paths.
    pub paths: u32,
    /// Each quantity that every path has in every year.
    quantities: Vec<(Quantity, Paths)>,
}

/// Why paths say nothing.
#[derive(Debug, thiserror::Error)]
pub enum MonteCarloError {
    /// A path cannot be followed.
    // An error of a scenario is a list of lines, each with its place.
    #[error("{error}\nThis is on path {path} of the futures drawn: its draws are too wide.")]
    Path {
        /// Its number, from 1.
        path: u32,
        /// What is wrong.
        #[source]
        error: ProjectionError,
    },
    /// Its numbers cannot be summed up.
    #[error(transparent)]
    Sample(#[from] SampleError),
}

impl MonteCarlo {
    /// What the paths say of a quantity; `None` for one that a path lacks in some year.
    pub fn quantity(&self, quantity: Quantity) -> Option<&Paths> {
        let mut all = self.quantities.iter();
        all.find(|(known, _)| *known == quantity).map(|(_, paths)| paths)
    }

    /// The quantities that every path has in every year.
    pub fn quantities(&self) -> impl Iterator<Item = (Quantity, &Paths)> {
        self.quantities.iter().map(|(quantity, paths)| (*quantity, paths))
    }
}

/// Follows `paths` futures, side by side. `progress` is told the number of slots done since it was last called.
///
/// # Errors
/// The first path that cannot be followed.
pub fn monte_carlo(
    scenario: &Scenario,
    outlook: &Outlook,
    plan: &Plan,
    paths: u32,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<MonteCarlo, MonteCarloError> {
    let expansion = Expansion::of(scenario, plan.persons);
    let one = |number: u32| {
        let path = outlook.drawn(plan.seed, number);
        let own = Plan {
            seed: plan.seed_of_path(number),
            ..*plan
        };
        let years = follow(scenario, &path, &own, progress);
        let years = years.map_err(|error| MonteCarloError::Path {
            path: number + 1,
            error,
        })?;
        let of_year = |year| Quantity::ALL.map(|quantity| quantity.of(year, expansion?));
        Ok::<_, MonteCarloError>(years.iter().map(of_year).collect::<Vec<_>>())
    };
    // Each by itself and in order: neither threads nor their number can matter.
    let followed = in_order(paths as usize, |path| one(path as u32))?;
    let mut quantities = Vec::new();
    for (index, quantity) in Quantity::ALL.into_iter().enumerate() {
        let of_path = |years: &Vec<[Option<f64>; Quantity::ALL.len()]>| -> Option<Vec<f64>> {
            years.iter().map(|year| year[index]).collect()
        };
        if let Some(values) = followed.iter().map(of_path).collect::<Option<Vec<_>>>() {
            quantities.push((quantity, Paths::new(plan.from, values)?));
        }
    }
    Ok(MonteCarlo { paths, quantities })
}
