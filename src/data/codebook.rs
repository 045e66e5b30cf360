//! How a scenario reads the codes of the interchange files.

use crate::benefit::claim::{DiseaseGroup, InstitutionKind, MedType, YearOf};
use crate::insured::person::Identity;
use crate::money::Rounding;
use std::collections::BTreeMap;

/// The scenario's mappings from codes in files to the engine's dense indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeBook {
    /// Local `psn_idet_type` codes; the normalised names of [`Identity`] are understood without being listed.
    pub identities: BTreeMap<String, Identity>,
    /// Disease codes (`dise_codg`) of the groups with rules of their own.
    pub diseases: BTreeMap<String, DiseaseGroup>,
    /// `clct_grde` codes of the contribution tiers, by their index from 1.
    pub tiers: BTreeMap<String, u8>,
    /// The institution kinds that some rule of the scenario names, in the order of their indices from 1.
    pub institution_kinds: Vec<String>,
    /// Whether the hospital bears out-of-catalogue items without the person's consent (Art. 20(2)).
    pub hospital_bears_unconsented: bool,
    /// How the first share of a fee line is rounded.
    pub rounding: Rounding,
    /// The medical service types that are paid by kind of delivery, so that `matn_type` must be given.
    pub delivery_types: Vec<MedType>,
    /// Which day of a claim decides its benefit year (Art. 14(1)).
    pub year_of: YearOf,
}

impl CodeBook {
    /// The identity class of a `psn_idet_type`; a blank is ordinary, an unknown code is `None`.
    pub fn identity(&self, code: &str) -> Option<Identity> {
        if code.is_empty() {
            return Some(Identity::Ordinary);
        }
        self.identities
            .get(code)
            .copied()
            .or_else(|| Identity::from_name(code))
    }

    /// The contribution tier of a `clct_grde`: that of everyone for a blank, and for any code where the scenario has no
    /// tiers; `None` for a code that it does not know.
    pub fn tier(&self, code: &str) -> Option<u8> {
        if code.is_empty() || self.tiers.is_empty() {
            return Some(0);
        }
        self.tiers.get(code).copied()
    }

    /// The disease group of a `dise_codg`; any code without rules of its own has none.
    pub fn disease(&self, code: &str) -> Option<DiseaseGroup> {
        self.diseases.get(code).copied()
    }

    /// The index of an institution kind; a kind that no rule names is as good as none.
    pub fn institution_kind(&self, name: &str) -> InstitutionKind {
        let position = self.institution_kinds.iter().position(|kind| kind == name);
        InstitutionKind(position.map_or(0, |index| index as u8 + 1))
    }
}
