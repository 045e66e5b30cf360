//! A scenario with some keys as another one has them: what lies between two scenarios.

use crate::scenario::stack::Stack;
use crate::scenario::{Scenario, ScenarioError};
use std::sync::Arc;

/// Makes the scenarios that lie between two.
#[derive(Clone, Debug)]
pub struct Mixer<'a> {
    from: &'a Scenario,
    /// The other one, with its texts behind those of the first, so that a complaint is made where its value stands.
    to: Stack,
}

impl Scenario {
    /// What lies between this and `to`.
    ///
    /// # Errors
    /// None in practice: the texts of `to` have been read before.
    pub fn mixer<'a>(&'a self, to: &Scenario) -> Result<Mixer<'a>, ScenarioError> {
        Ok(Mixer {
            from: self,
            to: to.stack.behind(&self.stack.texts)?,
        })
    }
}

impl Mixer<'_> {
    /// The first scenario with these keys as the second has them, or without them where that has none. People and
    /// illnesses of its synthetic city stay those of the first, whatever the keys.
    ///
    /// ```
    /// # use yibao::scenario::Scenario;
    /// let jinan = Scenario::jinan()?;
    /// let other = jinan.with(&[("fund.interest", "0.03"), ("funding.individual.adult.2024", "450")])?;
    /// let between = jinan.mixer(&other)?.with(&["fund.interest"])?;
    /// assert_eq!(between.figure("fund.interest", 2024).unwrap().to_string(), "0.03 rate");
    /// assert_eq!(between.figure("funding.individual.adult", 2024).unwrap().to_string(), "410 yuan");
    /// # Ok::<(), yibao::scenario::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong in the whole: some keys are no scenario one without the other.
    pub fn with<K: AsRef<str>>(&self, keys: &[K]) -> Result<Scenario, ScenarioError> {
        let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
        let stack = self.to.between(&self.from.stack, &keys);
        Scenario::compile(Arc::new(stack), Some(&self.from.cities), None)
    }
}
