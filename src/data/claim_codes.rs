//! What the codes of claims mean, looked up once for a block of rows.

use crate::benefit::claim::{Delivery, DiseaseGroup, Exclusion, HospLv, MedType, OutOfArea};
use crate::data::block::Block;
use crate::data::codebook::CodeBook;
use crate::data::columns::ClaimColumn as C;
use crate::data::fields::{Coded, flag};
use crate::data::institutions::{Institution, Institutions};
use crate::data::persons::Persons;

/// The only scheme this program settles: 城乡居民基本医疗保险.
pub(super) const RESIDENT_SCHEME: &str = "390";

/// What the codes of a block of rows mean.
pub(super) struct ClaimCodes<'a> {
    /// The persons whose rows were accepted.
    pub(super) person: Coded<'a, u32>,
    pub(super) med_type: Coded<'a, MedType>,
    /// The institutions of the registry.
    pub(super) institution: Coded<'a, (u32, Institution)>,
    pub(super) hosp_lv: Coded<'a, HospLv>,
    /// Whether it is the scheme that is settled.
    pub(super) insutype: Coded<'a, ()>,
    pub(super) out_of_area: Coded<'a, OutOfArea>,
    pub(super) exclusion: Coded<'a, Exclusion>,
    pub(super) special_account: Coded<'a, bool>,
    pub(super) delivery: Coded<'a, Delivery>,
    pub(super) disease: Coded<'a, Option<DiseaseGroup>>,
    pub(super) family_doctor: Coded<'a, bool>,
    pub(super) referral: Coded<'a, bool>,
    pub(super) selected: Coded<'a, bool>,
    pub(super) accident: Coded<'a, bool>,
    pub(super) reversal: Coded<'a, bool>,
}

impl<'a> ClaimCodes<'a> {
    /// Looks up the codes of a block of rows.
    pub(super) fn of(
        block: &Block<'_>,
        (persons, institutions): (&'a Persons, &'a Institutions),
        book: &'a CodeBook,
    ) -> ClaimCodes<'a> {
        ClaimCodes {
            person: persons.coded(block, C::PsnNo),
            med_type: Coded::of(block, C::MedType, MedType::from_code),
            institution: Coded::of(block, C::FixmedinsCode, |code| institutions.find(code)),
            hosp_lv: Coded::of(block, C::HospLv, HospLv::from_code),
            insutype: Coded::of(block, C::Insutype, |code| (code == RESIDENT_SCHEME).then_some(())),
            out_of_area: Coded::of(block, C::OutOfArea, OutOfArea::from_code),
            exclusion: Coded::of(block, C::ExclRea, Exclusion::from_code),
            special_account: Coded::of(block, C::SpecialAccount, flag),
            delivery: Coded::of(block, C::MatnType, Delivery::from_code),
            disease: Coded::of(block, C::DiseCodg, |code| Some(book.disease(code))),
            family_doctor: Coded::of(block, C::SignedFamilyDoctor, flag),
            referral: Coded::of(block, C::OtpErReflFlag, flag),
            selected: Coded::of(block, C::SelectedInstitution, flag),
            accident: Coded::of(block, C::TrumFlag, flag),
            reversal: Coded::of(block, C::RefdSetlFlag, flag),
        }
    }
}
