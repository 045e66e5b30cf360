//! A claim as the engine reads it: amounts, days and dense codes, with nothing left to look up.

use crate::money::Fen;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// One claim, ready to settle. Built by `data/` from the interchange files, or by hand.
///
/// The four scope amounts and `total` obey the scope identity (Art. 20):
/// `total = own_pay + over_limit + first_share + in_scope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `begntime`: the day the visit or stay began; cover is tested on it.
    pub begin: NaiveDate,
    /// `endtime`: the day it ended; its year is the benefit year unless the scenario says otherwise.
    pub end: NaiveDate,
    /// `setl_time`, else `endtime`: when it settles; claims settle in this order.
    pub settled_at: NaiveDateTime,
    /// `medfee_sumamt`: the bill.
    pub total: Fen,
    /// `fulamt_ownpay_amt`: outside the catalogue.
    pub own_pay: Fen,
    /// `overlmt_selfpay`: above a price limit.
    pub over_limit: Fen,
    /// `preselfpay_amt`: the person's first share of class B and partly paid items.
    pub first_share: Fen,
    /// `inscp_scp_amt`: what the fund and the person share.
    pub in_scope: Fen,
    /// The part of `own_pay` that the hospital bears, because the person had not consented (Art. 20(2)).
    pub hospital_borne: Fen,
    /// `ttp_pay_amt`: what a third party is liable for (Art. 18(6)); `None` where not given.
    pub third_party: Option<Fen>,
    /// `med_type`.
    pub med_type: MedType,
    /// `hosp_lv` of the institution.
    pub hosp_lv: HospLv,
    /// The institution's `kind`.
    pub institution_kind: InstitutionKind,
    /// The institution: an index that tells institutions apart, nothing more.
    pub institution: u32,
    /// Whether the institution was designated on `begin` (Art. 22).
    pub designated: bool,
    /// `out_of_area` (Art. 19).
    pub out_of_area: OutOfArea,
    /// `excl_rea` (Art. 17(2), 18).
    pub exclusion: Option<Exclusion>,
    /// `matn_type`.
    pub delivery: Option<Delivery>,
    /// `special_account` (Art. 31).
    pub special_account: bool,
    /// The disease group that the scenario maps `dise_codg` to.
    pub disease: Option<DiseaseGroup>,
    /// `signed_family_doctor`.
    pub family_doctor: bool,
    /// `otp_er_refl_flag`, `refl_date`: whether the person came by referral.
    pub referral: Referral,
    /// `selected_institution`: whether the institution is one that the person chose.
    pub selected: Stated,
    /// `trum_flag`: whether it is for an injury by accident (意外伤害).
    pub accident: Stated,
}

impl Claim {
    /// A local claim of a designated institution, wholly in scope, settled on the day it ends; change the fields that
    /// differ. `None` if `med_type` or `hosp_lv` is not a national code.
    pub fn simple(
        med_type: &str,
        hosp_lv: &str,
        begin: NaiveDate,
        end: NaiveDate,
        total: Fen,
    ) -> Option<Claim> {
        Some(Claim {
            begin,
            end,
            settled_at: end.into(),
            total,
            own_pay: Fen::ZERO,
            over_limit: Fen::ZERO,
            first_share: Fen::ZERO,
            in_scope: total,
            hospital_borne: Fen::ZERO,
            third_party: None,
            med_type: MedType::from_code(med_type)?,
            hosp_lv: HospLv::from_code(hosp_lv)?,
            institution_kind: InstitutionKind::default(),
            institution: 0,
            designated: true,
            out_of_area: OutOfArea::Local,
            exclusion: None,
            delivery: None,
            special_account: false,
            disease: None,
            family_doctor: false,
            referral: Referral::NOT_STATED,
            selected: Stated::Not,
            accident: Stated::Not,
        })
    }
}

/// What a file says of a question: "not stated" is not "no".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stated {
    /// It says nothing: there is no such column, or its cell is blank.
    #[default]
    Not,
    /// No.
    No,
    /// Yes.
    Yes,
}

impl From<Option<bool>> for Stated {
    fn from(flag: Option<bool>) -> Stated {
        match flag {
            None => Stated::Not,
            Some(false) => Stated::No,
            Some(true) => Stated::Yes,
        }
    }
}

/// Whether the person came by referral (转诊), and how long before.
///
/// ```
/// use yibao::benefit::claim::{Referral, Stated};
/// let referral = Referral::days_before(180);
/// assert_eq!((referral.holds(Some(180)), referral.holds(Some(179))), (Stated::Yes, Stated::No));
/// assert_eq!(Referral::NOT_STATED.holds(None), Stated::Not);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Referral(u16);

impl Referral {
    /// Nothing is said of one.
    pub const NOT_STATED: Referral = Referral(0);
    /// There was none.
    pub const NONE: Referral = Referral(1);
    /// There was one, on a day that is not stated.
    pub const UNDATED: Referral = Referral(2);
    /// The number that stands for a referral of the day itself; those before it have larger ones.
    const SAME_DAY: u16 = 3;

    /// A referral of so many days before the claim began.
    pub fn days_before(days: u32) -> Referral {
        let most = u32::from(u16::MAX - Referral::SAME_DAY);
        Referral(Referral::SAME_DAY + days.min(most) as u16)
    }

    /// What `otp_er_refl_flag` and `refl_date` say of a claim that began on `begin`; a date alone says that there was one.
    /// One of a later day came too late. `None` if they contradict each other.
    pub fn of(flag: Option<bool>, date: Option<NaiveDate>, begin: NaiveDate) -> Option<Referral> {
        match (flag, date) {
            (None, None) => Some(Referral::NOT_STATED),
            (Some(false), None) => Some(Referral::NONE),
            (Some(false), Some(_)) => None,
            (Some(true), None) => Some(Referral::UNDATED),
            (_, Some(date)) => Some(match u32::try_from((begin - date).num_days()) {
                Ok(days) => Referral::days_before(days),
                Err(_) => Referral::NONE,
            }),
        }
    }

    /// Whether one holds that is good for so many days, or for ever.
    pub fn holds(self, valid_days: Option<u32>) -> Stated {
        match (self, valid_days) {
            (Referral::NOT_STATED, _) => Stated::Not,
            (Referral::NONE, _) => Stated::No,
            (Referral::UNDATED, None) => Stated::Yes,
            (Referral::UNDATED, Some(_)) => Stated::Not,
            (Referral(_), None) => Stated::Yes,
            (Referral(number), Some(valid)) if u32::from(number - Referral::SAME_DAY) <= valid => Stated::Yes,
            (Referral(_), Some(_)) => Stated::No,
        }
    }
}

/// Which day of a claim decides its benefit year (Art. 14(1)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YearOf {
    /// The day it ended.
    #[default]
    Discharge,
    /// The day it began.
    Admission,
}

impl YearOf {
    /// The benefit year of a claim from `begin` to `end`.
    pub fn year(self, begin: NaiveDate, end: NaiveDate) -> i32 {
        match self {
            YearOf::Discharge => end.year(),
            YearOf::Admission => begin.year(),
        }
    }
}

/// Index of a scenario's disease group (门诊慢特病病种).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DiseaseGroup(pub u8);

/// Index of an institution kind; 0 is "not stated", the others are named by the scenario (`CodeBook::institution_kind`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstitutionKind(pub u8);

/// `hosp_lv`: the national level codes 01 to 11 (01-04 tertiary, 05-07 secondary, 08-10 primary, 11 ungraded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HospLv(u8);

impl HospLv {
    /// 11: ungraded, which includes community and township centres.
    pub(crate) const UNGRADED: HospLv = HospLv(11);

    /// How many codes there are, plus the unused 0: the size of a table indexed by level.
    pub const TABLE_LEN: usize = 12;

    /// All of them, in their order.
    pub fn all() -> impl Iterator<Item = HospLv> {
        (1..HospLv::TABLE_LEN as u8).map(HospLv)
    }

    /// The level of a code such as `05`. A digit alone is none: some write 1 for 一级, which is `08`, where others have lost
    /// the zero of `01`.
    pub fn from_code(code: &str) -> Option<HospLv> {
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number = code.parse::<u8>().ok()?;
        (1..=11).contains(&number).then_some(HospLv(number))
    }

    /// The level as an index into a table of [`HospLv::TABLE_LEN`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl std::fmt::Display for HospLv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// `med_type` (医疗类别): an index into the national list of medical service types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MedType(u8);

/// The national codes this program knows. A scenario says which of them it covers and as what.
const MED_TYPES: [&str; 33] = [
    "11", "12", "13", "14", "140101", "140104", "140201", "15", "16", "18", "19", "21", "22", "23", "24",
    "25", "26", "27", "28", "31", "41", "51", "52", "53", "54", "61", "62", "71", "72", "91", "92", "93",
    "99",
];

/// By the number that two digits make, the index of the type with that code; 255 where there is none.
const TWO_DIGITS: [u8; 100] = {
    let (mut table, mut index) = ([u8::MAX; 100], 0);
    while index < MED_TYPES.len() {
        if let [tens, ones] = *MED_TYPES[index].as_bytes() {
            table[(tens - b'0') as usize * 10 + (ones - b'0') as usize] = index as u8;
        }
        index += 1;
    }
    table
};

impl MedType {
    /// The size of a table indexed by medical service type.
    pub const TABLE_LEN: usize = MED_TYPES.len();

    /// The type of a national code, or `None` for a code that is not in the list.
    pub fn from_code(code: &str) -> Option<MedType> {
        let bytes = code.as_bytes();
        let by_two_digits = |&[tens, ones]: &[u8; 2]| {
            let number = usize::from(tens.wrapping_sub(b'0')) * 10 + usize::from(ones.wrapping_sub(b'0'));
            // Bytes that are no digits may lead to any place, so the text there has the last word.
            let index = *TWO_DIGITS.get(number)?;
            (MED_TYPES.get(usize::from(index)) == Some(&code)).then_some(MedType(index))
        };
        match bytes.try_into() {
            Ok(two) => by_two_digits(two),
            Err(_) => MED_TYPES
                .iter()
                .position(|&known| known == code)
                .map(|index| MedType(index as u8)),
        }
    }

    /// The national code.
    pub fn code(self) -> &'static str {
        MED_TYPES[self.index()]
    }

    /// The type as an index into a table of [`MedType::TABLE_LEN`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Every type.
    pub fn all() -> impl Iterator<Item = MedType> {
        (0..MED_TYPES.len() as u8).map(MedType)
    }
}

/// `out_of_area`: where the treatment stands with Art. 19.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutOfArea {
    /// In the city; the meaning of a blank.
    #[default]
    Local,
    /// Referral filed first.
    Filed,
    /// Long-term resident elsewhere, filed once (异地安置).
    Resettled,
    /// Emergency.
    Emergency,
    /// Neither filed nor an emergency.
    Unfiled,
}

impl OutOfArea {
    /// Every state, in the order of their indices.
    pub const ALL: [OutOfArea; 5] = [
        OutOfArea::Local,
        OutOfArea::Filed,
        OutOfArea::Resettled,
        OutOfArea::Emergency,
        OutOfArea::Unfiled,
    ];

    /// The word in files and scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            OutOfArea::Local => "local",
            OutOfArea::Filed => "filed",
            OutOfArea::Resettled => "resettled",
            OutOfArea::Emergency => "emergency",
            OutOfArea::Unfiled => "unfiled",
        }
    }

    /// The state of a word in a file; a blank is local.
    pub fn from_code(code: &str) -> Option<OutOfArea> {
        if code.is_empty() {
            return Some(OutOfArea::Local);
        }
        OutOfArea::ALL.into_iter().find(|state| state.name() == code)
    }
}

/// `excl_rea`: the clauses of Art. 18, and Art. 17(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// Art. 18(1): injury or illness from an unlawful act.
    Unlawful,
    /// Art. 18(2): suicide or self-harm.
    SelfHarm,
    /// Art. 18(2), the exception: self-harm in mental illness, which is payable.
    SelfHarmMental,
    /// Art. 18(3): cosmetic, plastic and corrective treatment.
    Cosmetic,
    /// Art. 18(4): induced labour, abortion, family-planning operations.
    FamilyPlanning,
    /// Art. 18(5): abroad.
    Abroad,
    /// Art. 18(6): a third party is liable.
    ThirdParty,
    /// Art. 18(7): otherwise outside the scope of payment.
    OutOfScope,
    /// Art. 17(2): the husband's maternity insurance has paid.
    SpouseMaternityBenefit,
}

impl Exclusion {
    /// Every reason.
    pub const ALL: [Exclusion; 9] = [
        Exclusion::Unlawful,
        Exclusion::SelfHarm,
        Exclusion::SelfHarmMental,
        Exclusion::Cosmetic,
        Exclusion::FamilyPlanning,
        Exclusion::Abroad,
        Exclusion::ThirdParty,
        Exclusion::OutOfScope,
        Exclusion::SpouseMaternityBenefit,
    ];

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Exclusion::Unlawful => "unlawful",
            Exclusion::SelfHarm => "self-harm",
            Exclusion::SelfHarmMental => "self-harm-mental",
            Exclusion::Cosmetic => "cosmetic",
            Exclusion::FamilyPlanning => "family-planning",
            Exclusion::Abroad => "abroad",
            Exclusion::ThirdParty => "third-party",
            Exclusion::OutOfScope => "out-of-scope",
            Exclusion::SpouseMaternityBenefit => "spouse-maternity-benefit",
        }
    }

    /// The reason of a word in a file.
    pub fn from_code(code: &str) -> Option<Exclusion> {
        Exclusion::ALL.into_iter().find(|reason| reason.name() == code)
    }
}

/// `matn_type` (生育类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// 1: normal delivery.
    Normal,
    /// 2: assisted delivery.
    Assisted,
    /// 3: caesarean section.
    Caesarean,
    /// 4: difficult delivery.
    Difficult,
    /// 5: miscarriage or induced abortion (Art. 18(4)).
    Miscarriage,
    /// 6: family-planning operation (Art. 18(4)).
    FamilyPlanning,
}

impl Delivery {
    /// Every kind, in the order of the national codes 1 to 6.
    pub const ALL: [Delivery; 6] = [
        Delivery::Normal,
        Delivery::Assisted,
        Delivery::Caesarean,
        Delivery::Difficult,
        Delivery::Miscarriage,
        Delivery::FamilyPlanning,
    ];

    /// The name in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Delivery::Normal => "normal",
            Delivery::Assisted => "assisted",
            Delivery::Caesarean => "caesarean",
            Delivery::Difficult => "difficult",
            Delivery::Miscarriage => "miscarriage",
            Delivery::FamilyPlanning => "family-planning",
        }
    }

    /// The kind of a national code `1` to `6` (a leading zero is tolerated).
    pub fn from_code(code: &str) -> Option<Delivery> {
        let digit = code.strip_prefix('0').unwrap_or(code);
        (digit.len() == 1)
            .then(|| digit.parse::<usize>().ok())
            .flatten()?
            .checked_sub(1)
            .and_then(|i| Delivery::ALL.get(i).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_two_digits_from_01_to_11() {
        let level = |code| HospLv::from_code(code).map(HospLv::index);
        assert_eq!(["05", "11", "01"].map(level), [5, 11, 1].map(Some));
        for code in ["", "0", "5", "00", "12", "005", "+5", "-5", "5 ", "x"] {
            assert_eq!(level(code), None, "`{code}`");
        }
    }

    #[test]
    fn a_place_of_treatment_is_one_of_its_words() {
        for state in OutOfArea::ALL {
            assert_eq!(OutOfArea::from_code(state.name()), Some(state));
        }
        assert_eq!(OutOfArea::from_code(""), Some(OutOfArea::Local));
        assert_eq!(OutOfArea::from_code("abroad"), None);
    }

    /// As old as a life.
    #[test]
    fn an_old_referral_keeps_its_age() {
        let referral = Referral::days_before(30_000);
        let holds = [29_999, 30_000].map(|days| referral.holds(Some(days)));
        assert_eq!(holds, [Stated::No, Stated::Yes]);
    }
}
