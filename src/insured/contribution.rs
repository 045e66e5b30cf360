//! # Contribution (个人缴费)
//!
//! **Article**: Art. 6, 7.
//!
//! **What it does**: says what is due for a person and year, and who pays it. The individual contribution goes by
//! category, and where a city has tiers by tier (`clct_grde`). Public finance pays its share for the classes of Art. 7
//! first, then the township or village, then the employer, each no more than what is left; the rest is the person's.
//! Besides, government pays the subsidy, which nobody draws for a year that is paid in full cost or bought back.
//!
//! **Scenario keys**: `funding.individual`, `funding.tier.NAME.clct_grde`, `.individual`, `funding.finance_share`,
//! `funding.township`, `funding.employer`, `funding.subsidy`.
//!
//! **Accumulators**: none.
//!
//! **Example**: Jinan 2023: an adult pays 380 yuan; for an adult of a dibao household public finance does.
//!
//! ```
//! use yibao::prelude::*;
//! let scenario = Scenario::jinan()?;
//! let terms = &scenario.enrolment(2023).unwrap().contribution;
//! let adult = terms.due(0, Category::Adult, Identity::Ordinary);
//! assert_eq!((adult.person, adult.finance), (Fen::from_yuan(380), Fen::ZERO));
//! let dibao = terms.due(0, Category::Adult, Identity::Dibao);
//! assert_eq!((dibao.person, dibao.finance), (Fen::ZERO, Fen::from_yuan(380)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::{Fen, Rate, Rounding};

/// How many contribution tiers a scenario may have, the plain one included.
pub const MAX_TIERS: usize = 4;

/// What is due for a benefit year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionTerms {
    /// The individual contribution by tier (the first is that of persons without one) and category, in the order of
    /// [`Category::ALL`].
    pub individual: Vec<[Fen; Category::ALL.len()]>,
    /// The share of it that public finance pays for each class, in the order of [`Identity::ALL`] (Art. 7).
    pub finance_share: [Rate; Identity::COUNT],
    /// What townships and villages (集体) pay of it, by category.
    pub township: [Fen; Category::ALL.len()],
    /// What employers of relatives pay of it, by category.
    pub employer: [Fen; Category::ALL.len()],
    /// Government subsidy, all levels together (Art. 6).
    pub subsidy: Fen,
    /// How public finance's share is rounded.
    pub rounding: Rounding,
}

/// What is due for one person and year, by payer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The person, surcharges included.
    pub person: Fen,
    /// Public finance, of the individual contribution (Art. 7).
    pub finance: Fen,
    /// Township or village (Art. 7).
    pub township: Fen,
    /// An employer (Art. 7).
    pub employer: Fen,
    /// Whether government pays its subsidy.
    pub subsidised: bool,
}

impl ContributionTerms {
    /// What is due for an ordinary enrolment.
    pub fn due(&self, tier: u8, category: Category, identity: Identity) -> Due {
        let individual = self.individual[usize::from(tier)][category as usize];
        let finance = individual.times(self.finance_share[identity as usize], self.rounding);
        let mut left = individual - finance;
        let mut take = |most: Fen| {
            let paid = most.min(left);
            left -= paid;
            paid
        };
        let township = take(self.township[category as usize]);
        let employer = take(self.employer[category as usize]);
        Due {
            person: left,
            finance,
            township,
            employer,
            subsidised: true,
        }
    }

    /// What is due where the person bears the whole cost, subsidy included, and nobody else pays anything.
    pub fn full_cost(&self, tier: u8, category: Category) -> Due {
        Due {
            person: self.individual[usize::from(tier)][category as usize] + self.subsidy,
            ..Due::default()
        }
    }

    /// What is due for a missed year that is bought back: the individual contribution, by the person alone.
    pub fn buy_back(&self, tier: u8, category: Category) -> Due {
        Due {
            person: self.individual[usize::from(tier)][category as usize],
            ..Due::default()
        }
    }
}
