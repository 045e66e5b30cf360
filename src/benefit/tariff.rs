//! A city's figures of one benefit year, compiled into small tables that the engine indexes.
//!
//! Every figure travels with the id of its note ([`Cited`]), so that an explanation can name the key, provenance and
//! source of what it used without a second look-up.

use crate::benefit::claim::{Delivery, HospLv, InstitutionKind, MedType, OutOfArea};
use crate::benefit::kind::{BenefitKind, SubFund};
use crate::figure::{Cited, FigureId, FigureNote};
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::{Fen, Rate, Rounding};
use crate::schedule::Schedule;
use std::sync::Arc;

/// How many levels of institution a scenario may tell apart.
pub const MAX_LEVELS: usize = 8;
/// How many kinds of institution rules may name, plus "not stated".
pub const MAX_INSTITUTION_KINDS: usize = 8;
/// How many disease groups may have rules of their own.
pub const MAX_DISEASES: usize = 32;

/// The compiled figures of one benefit year.
#[derive(Clone, Debug)]
pub struct Tariff {
    /// The benefit year whose figures these are (Art. 14(1)).
    pub year: i32,
    /// How each payer's share is rounded to the fen (`scenario.rounding`).
    pub rounding: Rounding,
    /// What each `med_type` is settled as; `None` where the scenario does not cover it.
    pub kinds: [Option<BenefitKind>; MedType::TABLE_LEN],
    /// The scenario's level by national `hosp_lv` and institution kind.
    pub levels: [[Option<Level>; MAX_INSTITUTION_KINDS]; HospLv::TABLE_LEN],
    /// The scenario's names of its levels: the key, and the name in Chinese.
    pub level_names: Vec<[String; 2]>,
    /// Whether a rule asks if the fund paid nothing for the person in the year before.
    pub asks_year_before: bool,
    /// What each contribution tier gets, by its index; the first is that of persons without one.
    pub tiers: Vec<TierTerms>,
    /// What a cover rests on: the window, the newborn rule, ...
    pub enrolment_figures: EnrolmentFigures,
    /// Notes of the figures, by [`FigureId`].
    pub figures: Arc<[FigureNote]>,
    /// The figures' values of this year as the scenario writes them, by [`FigureId`].
    pub figure_texts: Vec<String>,
}

/// What a contribution tier gets.
#[derive(Clone, Debug)]
pub struct TierTerms {
    /// The terms of each kind of benefit; `None` where the scenario has none.
    pub benefits: [Option<Box<BenefitTerms>>; BenefitKind::COUNT],
    /// Critical illness insurance, by identity class.
    pub critical_illness: Option<CriticalIllnessTerms>,
    /// Medical assistance, by identity class.
    pub assistance: Option<AssistanceTerms>,
}

/// A scenario's level of institution: an index into [`Tariff::level_names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(pub u8);

impl Level {
    /// The level as an index into a table of [`MAX_LEVELS`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A limit: "none" is not a large number, and zero is not "none".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// There is no limit.
    Unlimited,
    /// At most this much.
    At(Fen),
}

impl Limit {
    /// The part of `amount` that still fits when `used` is taken.
    #[inline]
    pub fn admit(self, amount: Fen, used: Fen) -> Fen {
        match self {
            Limit::Unlimited => amount,
            Limit::At(limit) => amount.min(limit.minus_to_zero(used)),
        }
    }
}

/// The terms of one kind of benefit.
#[derive(Clone, Debug)]
pub struct BenefitTerms {
    /// The part of the fund that pays: the basic pool, or that of general outpatient care (Art. 12).
    pub sub_fund: SubFund,
    /// Whether a claim counts as an admission of the year.
    pub counts_admission: bool,
    /// The deductible (起付标准), if the kind has one.
    pub deductible: Option<DeductibleTerms>,
    /// The annual ceiling (最高支付限额), if the kind is under one.
    pub ceiling: Option<CeilingTerms>,
    /// The fund's ratio by category and level; `None` where the level is not covered.
    pub ratio: [[Option<Ratio>; MAX_LEVELS]; Category::ALL.len()],
    /// What ratio bands run over.
    pub ratio_over: RatioOver,
    /// What is added to the ratio for some; `None` where nothing is for anybody.
    pub raises: Option<Box<Raises>>,
    /// The most that the fund pays a person in a year for this kind.
    pub fund_limit: Option<Cited<Limit>>,
    /// Lump sums by delivery in place of a ratio (Art. 17).
    pub lump_sums: Option<Box<[Option<Cited<Fen>>; Delivery::ALL.len()]>>,
    /// Rules of disease groups, by their index over all kinds; `None` for groups of other kinds.
    pub diseases: Vec<Option<DiseaseTerms>>,
    /// What out-of-area treatment changes, by its state and the level; `None` where nothing.
    pub out_of_area: Option<Box<[[AreaTerms; MAX_LEVELS]; OutOfArea::ALL.len()]>>,
    /// What few cities have, so that the others need to look only once.
    pub rare: Option<Box<RareTerms>>,
    /// Which parts of the person's burden count for critical illness insurance.
    pub critical_illness_base: Option<BurdenParts>,
    /// Which parts of the person's burden count for medical assistance.
    pub assistance_base: Option<BurdenParts>,
}

impl BenefitTerms {
    /// The annual ceiling, if there is one that counts this.
    #[inline]
    pub(crate) fn ceiling_on(&self, basis: CeilingBasis) -> Option<&CeilingTerms> {
        self.ceiling.as_ref().filter(|terms| terms.basis == basis)
    }
}

/// What the bands of a ratio run over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RatioOver {
    /// One claim's expense above the deductible.
    #[default]
    Claim,
    /// One claim's expense from the first yuan in scope: the deductible fills the lowest band.
    ClaimFromZero,
    /// The year's expense above deductibles.
    Year,
}

/// What is added to the ratio for some. All that holds for a claim is added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raises {
    /// For a person signed with a family doctor.
    pub family_doctor: Option<Cited<Rate>>,
    /// For years of continuous enrolment: the last step that is reached holds.
    pub continuity: Vec<ContinuityStep>,
    /// For groups of people and places; all that hold for a claim add up.
    pub additions: Vec<Addition>,
}

/// Whom a special term holds for; what is not said leaves it to everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The identity classes (Art. 7) that it holds for, in the order of [`Identity::ALL`].
    pub identities: [bool; Identity::COUNT],
    /// From this age on, in completed years on the day the claim begins.
    pub age_from: Option<Cited<u32>>,
    /// Below this age, in completed years on the day the claim begins.
    pub age_below: Option<Cited<u32>>,
    /// The levels of institution that it holds at, by [`Level::index`].
    pub levels: [bool; MAX_LEVELS],
    /// Only at this kind of institution, such as a psychiatric hospital.
    pub institution_kind: Option<InstitutionKind>,
    /// The medical service types that it holds for, by [`MedType::index`].
    pub med_types: [bool; MedType::TABLE_LEN],
    /// Where the person chose the institution, or did not.
    pub selected: Option<bool>,
    /// With a referral, or without one.
    pub referred: Option<Referred>,
}

/// A group's question whether there was a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referred {
    /// The answer that is of the group.
    pub wanted: bool,
    /// How many days one holds; for ever, if it is not said.
    pub valid_for: Option<Cited<u32>>,
}

/// An addition to the ratio for a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Points on the fund's ratio: 0.05 makes 70 % into 75 %.
    pub rate_add: Cited<Rate>,
    /// The claims that it holds for.
    pub group: Group,
}

/// No deductible for a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// From this admission of the year on; from the first, if it is not said.
    pub from_admission: Option<Cited<u32>>,
    /// Only at a level where the person was admitted before in the year.
    pub same_level: bool,
    /// The claims that have none.
    pub group: Group,
}

/// Terms of a kind of benefit that few cities have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RareTerms {
    /// Which claims are not paid without a referral (Art. 22), and which rules ask for one.
    pub referral: Option<ReferralTerms>,
    /// After how many days of a stay a further deductible falls due, for a deductible per admission.
    pub settlement_period: Option<Cited<u32>>,
    /// The most that the fund pays a person in a year for accidents.
    pub accident_limit: Option<Cited<Limit>>,
    /// What government pays of large bills.
    pub subsidy: Option<SubsidyTerms>,
    /// The most that all payers together pay of a claim.
    pub payout_ceiling: Option<PayoutCeiling>,
}

/// What government pays of a large bill (政府大病补贴).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubsidyTerms {
    /// Bills above this are subsidised: the whole bill counts, and not what is in scope.
    pub above: Cited<Fen>,
    /// The identity classes that it is for.
    pub identities: [bool; Identity::COUNT],
    /// Which parts of the person's burden count.
    pub base: BurdenParts,
    /// The bands over what counts of a claim, once critical illness insurance and assistance have paid.
    pub bands: Cited<Schedule>,
    /// The most that it pays, of a claim or of a person's year.
    pub limit: Cited<Limit>,
    /// Whether the limit is of a year rather than of each claim.
    pub limit_of_year: bool,
}

/// What takes a referral (转诊).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralTerms {
    /// How many days one holds; for ever, if it is not said.
    pub valid_for: Option<Cited<u32>>,
    /// The groups that are not paid without one.
    pub needed: Vec<Group>,
    /// The groups of other rules of the kind that ask for what a claim need not state.
    pub asking: Vec<Group>,
}

/// The most that all payers together pay of a claim (封顶).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutCeiling {
    /// The most that the fund, critical illness insurance, assistance and subsidy together pay, as a share.
    pub rate: Cited<Rate>,
    /// Whether of the whole bill rather than of what is in scope.
    pub of_total: bool,
}

/// A fund ratio, possibly by bands.
#[derive(Clone, Debug)]
pub struct Ratio {
    /// The rate by band of what [`RatioOver`] says; one rate for all is one band.
    pub schedule: Schedule,
    /// The figure of the scenario that it was read from.
    pub figure: FigureId,
}

/// The deductible (起付标准) of a kind of benefit (Art. 15).
#[derive(Clone, Debug)]
pub struct DeductibleTerms {
    /// What it is taken once for.
    pub period: DeductiblePeriod,
    /// The whole deductible by level of institution; `None` where the kind is not covered.
    pub standard: [Option<Cited<Fen>>; MAX_LEVELS],
    /// For `period` = admission: the share of the standard for the first, second, ... admission of the year; the last
    /// entry holds for all later ones. Empty: always the whole standard.
    pub admission_factors: Vec<Cited<Rate>>,
    /// For `period` = admission: by how much less each further admission has, in place of factors.
    pub admission_less: Option<AdmissionLess>,
    /// The groups that have none, at once or from some admission of the year on.
    pub waivers: Vec<Waiver>,
}

/// A deductible that falls by an amount with each admission of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdmissionLess {
    /// By how much less it is with each admission after the first.
    pub less: Cited<Fen>,
    /// The least that is left of it; a standard below this stays as it is.
    pub at_least: Cited<Fen>,
}

/// What a deductible is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeductiblePeriod {
    /// Each admission or visit has its own.
    Admission,
    /// Cumulative over the year; at a higher level it is topped up to that level's standard.
    Year,
    /// Cumulative over the year at each institution.
    InstitutionYear,
    /// Cumulative over the calendar quarter in which the claim ends.
    Quarter,
    /// Cumulative over the calendar month in which the claim ends.
    Month,
}

impl DeductiblePeriod {
    /// Every period with its name in scenarios.
    pub(crate) const NAMES: [(&'static str, DeductiblePeriod); 5] = [
        ("admission", DeductiblePeriod::Admission),
        ("year", DeductiblePeriod::Year),
        ("institution-year", DeductiblePeriod::InstitutionYear),
        ("quarter", DeductiblePeriod::Quarter),
        ("month", DeductiblePeriod::Month),
    ];
}

/// An annual ceiling (最高支付限额) on one or several kinds of benefit (Art. 15).
#[derive(Clone, Copy, Debug)]
pub struct CeilingTerms {
    /// Which accumulator it uses: kinds with the same slot share one ceiling.
    pub slot: usize,
    /// The most that may count towards it in a person's year.
    pub amount: Cited<Limit>,
    /// What counts towards it.
    pub basis: CeilingBasis,
    /// For the in-scope basis: whether the deductible counts too.
    pub counts_deductible: bool,
}

/// What a ceiling counts (Art. 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeilingBasis {
    /// In-scope expense, the person's proportional share included.
    InScope,
    /// What the fund has paid, as many other cities have it.
    FundPaid,
}

/// What out-of-area treatment changes (Art. 19).
#[derive(Clone, Debug, Default)]
pub struct AreaTerms {
    /// A deductible in place of the level's.
    pub deductible: Option<Cited<Fen>>,
    /// A ratio in place of the level's.
    pub ratio: Option<Box<Ratio>>,
    /// The share of the in-scope amount that the person bears first.
    pub first_share: Option<Cited<Rate>>,
    /// The factor on the ratio, after everything else.
    pub ratio_times: Option<Cited<Rate>>,
    /// Points off the ratio, before the factor.
    pub ratio_less: Option<Cited<Rate>>,
}

/// The rules of a disease group of chronic outpatient treatment.
#[derive(Clone, Debug)]
pub struct DiseaseTerms {
    /// The group's key in the scenario.
    pub name: String,
    /// Where its ratio comes from.
    pub ratio: DiseaseRatio,
    /// The least that the ratio is, before points are added.
    pub at_least: Option<Cited<Rate>>,
    /// Points on the ratio, above the floor.
    pub add: Option<Cited<Rate>>,
    /// At which levels it is added.
    pub add_levels: [bool; MAX_LEVELS],
    /// At which kind of institution it is added; `None` for every kind.
    pub add_institution_kind: Option<InstitutionKind>,
    /// The most that the fund pays a person in a year for the group.
    pub fund_limit: Option<Cited<Limit>>,
}

/// Where a disease group's ratio comes from.
#[derive(Clone, Debug)]
pub enum DiseaseRatio {
    /// The ratio of the kind, as without a group.
    OfKind,
    /// The inpatient ratio of the category and level.
    OfInpatient,
    /// Its own, by category and level; `None` where the kind is not covered.
    Own(Box<[[Option<Ratio>; MAX_LEVELS]; Category::ALL.len()]>),
}

/// Which parts of the person's in-scope burden a further layer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BurdenParts {
    /// What the deductible took.
    pub deductible: bool,
    /// The person's share by ratio.
    pub copayment: bool,
    /// What lay beyond the ceiling.
    pub above_ceiling: bool,
    /// The first share of class B items and out-of-area treatment.
    pub first_share: bool,
}

/// Critical illness insurance (Art. 12).
#[derive(Clone, Debug)]
pub struct CriticalIllnessTerms {
    /// The bands over the year's burden, threshold included, and the yearly limit, by identity class.
    pub by_identity: [CriticalIllnessClass; Identity::COUNT],
    /// What years of continuous enrolment add to the yearly limit, if anything.
    pub continuity: Option<LimitContinuity>,
}

/// A step of continuous enrolment (连续参保): an addition to the ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContinuityStep {
    /// From so much of it on.
    pub from: ContinuityFrom,
    /// What is added to the ratio.
    pub rate_add: Cited<Rate>,
}

/// How much continuous enrolment a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContinuityFrom {
    /// So many benefit years in a row, the running one included.
    Years(Cited<u32>),
    /// So many months from the first day of cover to the day the claim begins.
    Months(Cited<u32>),
}

impl ContinuityFrom {
    /// Where its figure stands.
    pub const fn figure(self) -> FigureId {
        match self {
            ContinuityFrom::Years(cited) | ContinuityFrom::Months(cited) => cited.figure,
        }
    }

    /// About how many months it takes.
    pub const fn months(self) -> u32 {
        match self {
            ContinuityFrom::Years(years) => years.value * 12,
            ContinuityFrom::Months(months) => months.value,
        }
    }
}

/// What continuous enrolment adds to the yearly limit of critical illness insurance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitContinuity {
    /// Years in a row before anything is added.
    pub after_years: Cited<u32>,
    /// What each further year adds.
    pub limit_add: Cited<Fen>,
    /// What a year before, enrolled and without a payment of the fund, adds (零报销激励).
    pub zero_claim_add: Option<Cited<Fen>>,
    /// The most that is added, as a share of the limit.
    pub at_most: Cited<Rate>,
}

impl LimitContinuity {
    /// The limit after so many years in a row, of which the one before may have been without a payment.
    pub fn raise(&self, limit: Limit, years: u8, nothing_year_before: bool, rounding: Rounding) -> Limit {
        match limit {
            Limit::Unlimited => Limit::Unlimited,
            Limit::At(limit) => {
                let further = u32::from(years).saturating_sub(self.after_years.value);
                let mut add = self.limit_add.value.for_each_of(u64::from(further));
                if let Some(zero_claim) = self.zero_claim_add.filter(|_| nothing_year_before && years > 1) {
                    add += zero_claim.value;
                }
                Limit::At(limit + add.min(limit.times(self.at_most.value, rounding)))
            }
        }
    }
}

/// What critical illness insurance pays one identity class.
#[derive(Clone, Debug)]
pub struct CriticalIllnessClass {
    /// Nothing below the class's threshold, then the bands.
    pub schedule: Schedule,
    /// The threshold (起付线) before the class's factor.
    pub threshold: Cited<Fen>,
    /// What the class's threshold is of it.
    pub threshold_factor: Option<Cited<Rate>>,
    /// The figure of the bands.
    pub bands: FigureId,
    /// What the class has on top of every band's rate.
    pub rate_add: Option<Cited<Rate>>,
    /// The most it pays a person of the class in a year, before continuity raises it.
    pub limit: Cited<Limit>,
}

/// Medical assistance (医疗救助) for hardship classes: after critical illness insurance, and not the fund's money.
#[derive(Clone, Debug)]
pub struct AssistanceTerms {
    /// The burden of the year below which nothing is paid.
    pub threshold: Cited<Fen>,
    /// The most it pays a person in a year.
    pub limit: Cited<Limit>,
    /// The rate by identity class; `None` for classes without assistance.
    pub rate: [Option<Cited<Rate>>; Identity::COUNT],
    /// What large bills have in place of these.
    pub large: Option<Box<LargeBills>>,
}

/// Medical assistance with large bills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LargeBills {
    /// Bills above this have these terms: the whole bill counts, and not what is in scope.
    pub above: Cited<Fen>,
    /// The most it pays in a year, what it has paid on other bills included.
    pub limit: Cited<Limit>,
    /// The rate by identity class; `None` for classes that get nothing on large bills.
    pub rate: [Option<Cited<Rate>>; Identity::COUNT],
}

/// The figures behind a cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnrolmentFigures {
    /// The collection window (Art. 8).
    pub window: Option<FigureId>,
    /// Until when a newborn pays for cover from birth (Art. 14(2)).
    pub newborn: Option<FigureId>,
    /// The days of late payments, where there are any.
    pub late: Option<FigureId>,
    /// The waiting period, where there is one.
    pub waiting: Option<FigureId>,
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;
    use crate::benefit::state::State;

    /// DESIGN.md ("The tables of a tariff") says how large they are, and why that matters.
    #[test]
    fn tables_are_as_small_as_the_design_says() {
        assert_eq!(size_of::<[Option<BenefitKind>; MedType::TABLE_LEN]>(), 33);
        assert_eq!(
            size_of::<[[Option<Level>; MAX_INSTITUTION_KINDS]; HospLv::TABLE_LEN]>(),
            192
        );
        assert_eq!(size_of::<BenefitTerms>(), 1_192);
        assert_eq!(size_of::<Option<Ratio>>(), 32);
        assert_eq!(size_of::<CriticalIllnessTerms>(), 632);
        assert_eq!(size_of::<DiseaseTerms>(), 104);
        assert_eq!(size_of::<State>(), 504);
        assert_eq!(size_of::<crate::benefit::claim::Claim>(), 104);
    }
}
