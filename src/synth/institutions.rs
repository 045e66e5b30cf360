//! The institutions where the claims arise.

use super::model::{CityModel, Level};
use crate::benefit::claim::{HospLv, InstitutionKind};
use crate::data::codebook::CodeBook;

/// One institution of the registry; always designated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// `fixmedins_code`: H, the division code and a number within the registry.
    pub code: String,
    /// `hosp_lv`.
    pub hosp_lv: HospLv,
    /// `kind`, such as `provincial`; empty if none.
    pub kind: String,
    /// `insu_admdvs`: the division where it stands.
    pub district: String,
}

/// The registry with the indices that draws need.
#[derive(Debug)]
pub(super) struct Registry {
    pub institutions: Vec<Institution>,
    /// `kind` of each, as the scenario numbers it.
    pub kinds: Vec<InstitutionKind>,
    /// Per tier: first institution, how many in each district (or in the city), and whether by district.
    local: Vec<(u32, u32, bool)>,
    /// Per level: the institutions out of area.
    elsewhere: [Vec<u32>; 3],
}

impl Registry {
    /// The institutions of a model: the city's by tier and district, then those elsewhere.
    pub(super) fn new(model: &CityModel, codebook: &CodeBook) -> Registry {
        let mut registry = Registry {
            institutions: Vec::new(),
            kinds: Vec::new(),
            local: Vec::new(),
            elsewhere: [const { Vec::new() }; 3],
        };
        let districts = &model.population.districts;
        for tier in &model.utilisation.tiers {
            registry
                .local
                .push((registry.institutions.len() as u32, tier.local, tier.per_district));
            let places = if tier.per_district {
                tier.local * districts.len() as u32
            } else {
                tier.local
            };
            for place in 0..places {
                // District by district, or dealt out over the districts.
                let step = if tier.per_district {
                    place / tier.local
                } else {
                    place % districts.len() as u32
                };
                registry.add(tier, &districts[step as usize].code, codebook);
            }
        }
        for tier in &model.utilisation.tiers {
            for _ in 0..tier.elsewhere {
                let index = registry.add(tier, &model.utilisation.elsewhere, codebook);
                registry.elsewhere[tier.level.index()].push(index);
            }
        }
        registry
    }

    fn add(&mut self, tier: &super::TierModel, district: &str, codebook: &CodeBook) -> u32 {
        let index = self.institutions.len() as u32;
        self.institutions.push(Institution {
            code: format!("H{district}{:05}", index + 1),
            hosp_lv: tier.hosp_lv,
            kind: tier.kind.clone(),
            district: district.to_owned(),
        });
        self.kinds.push(codebook.institution_kind(&tier.kind));
        index
    }

    /// How many local institutions of a tier a resident of one district chooses from.
    pub(super) fn choice(&self, tier: usize) -> u32 {
        self.local[tier].1
    }

    /// The `choice`-th of them.
    pub(super) fn local(&self, tier: usize, district: u16, choice: u32) -> u32 {
        let (first, each, per_district) = self.local[tier];
        first
            + choice
            + if per_district {
                u32::from(district) * each
            } else {
                0
            }
    }

    /// The institutions of a level out of area.
    pub(super) fn elsewhere(&self, level: Level) -> &[u32] {
        &self.elsewhere[level.index()]
    }
}
