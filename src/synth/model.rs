//! The figures of a synthetic city in one year. All numbers are here; the code has none of its own.

use super::arrivals::ArrivalModel;
use super::enrol_figures::EnrolmentModel;
use super::table::AgeTable;
use crate::benefit::claim::HospLv;
use crate::figure::FigureNote;
use crate::insured::person::Identity;
use std::collections::BTreeMap;

/// Every figure of a synthetic city for one year, with what is known of their sources.
#[derive(Clone, Debug, PartialEq)]
pub struct CityModel {
    /// The calendar year that is drawn.
    pub year: i32,
    /// The year whose expected population the rates per head are of: the year itself, or of years to come the last one with
    /// figures, so that a population that ages falls ill more often.
    pub reference_year: i32,
    /// Who lives in the city, joins the scheme, and leaves it.
    pub population: PopulationModel,
    /// How often they need care, of which kind, where, and at what cost.
    pub utilisation: UtilisationModel,
    /// Provenance and source of each figure, in the order they were read.
    pub notes: Vec<FigureNote>,
}

/// `[population]`: who is insured, or would be if they enrolled for the year.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationModel {
    /// The year at whose opening the age structure holds; earlier years cannot be drawn.
    pub base_year: i32,
    /// Persons of the whole city by age band, insured here or not.
    pub age_structure: Vec<AgeBand>,
    /// Share of an age that is insured in this scheme. Who is insured leaves when it falls below their own mark.
    pub membership: AgeTable,
    /// A factor on `membership` for each year from the base to this one; none where there is no trend. What counts is the
    /// share beside that of the age and year in which a person joined.
    pub membership_trend: BTreeMap<i32, f64>,
    /// Newborns per person insured at the base, for each year from the base to this one.
    pub births: BTreeMap<i32, f64>,
    /// Share of newborns that are boys.
    pub male_births: f64,
    /// Deaths per person and year of exposure: male, female.
    pub mortality: [AgeTable; 2],
    /// A factor on `mortality` for each year from the base to this one; none where there is no trend.
    pub mortality_trend: BTreeMap<i32, f64>,
    /// Who joins other than by birth.
    pub arrivals: Vec<ArrivalModel>,
    /// Share of the insured that are university students, those who arrived as such included.
    pub students: f64,
    /// How likely a student at each age, relative to other ages.
    pub student_ages: AgeTable,
    /// Share of those who are not students that attend kindergarten or school.
    pub pupils: AgeTable,
    /// Share of those neither pupil nor student that hold a residence permit instead of registration.
    pub permit: f64,
    /// Share of pupils registered in the city.
    pub registered_pupils: f64,
    /// Share of university students registered in the city.
    pub registered_students: f64,
    /// Share of each identity class, in the order of `Identity::ALL`; the first is the rest.
    pub identities: [f64; Identity::COUNT],
    /// The districts with their shares, which sum to 1.
    pub districts: Vec<DistrictShare>,
    /// Share with a family-doctor contract.
    pub family_doctor: f64,
    /// Variance of the lasting factor of mean 1 on a person's stays and visits.
    pub frailty_variance: f64,
    /// Who enrols for the year, when they pay, and what makes them leave.
    pub enrolment: EnrolmentModel,
}

/// A band of ages with its population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeBand {
    /// First completed age.
    pub from: usize,
    /// Last completed age.
    pub to: usize,
    /// Persons: male, female.
    pub persons: [f64; 2],
}

/// A district of the city.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictShare {
    /// The national division code.
    pub code: String,
    /// Its share of the insured.
    pub share: f64,
}

/// `[utilisation]`: what befalls the insured, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct UtilisationModel {
    /// Division code of institutions out of area.
    pub elsewhere: String,
    /// The kinds of institution.
    pub tiers: Vec<TierModel>,
    /// Cost levels: primary, secondary, tertiary (see [`Level`]).
    pub levels: [LevelModel; 3],
    /// Stays in hospital, deliveries aside.
    pub stays: StayModel,
    /// General outpatient visits.
    pub visits: VisitModel,
    /// Chronic and special outpatient visits.
    pub chronic: ChronicModel,
    /// Deliveries.
    pub deliveries: DeliveryModel,
    /// Share of stays with each exclusion, in the order of `Exclusion::ALL`; the rest have none.
    pub exclusions: [f64; 9],
    /// Share of third-party cases where the liable amount is known.
    pub third_party_amount: f64,
    /// Mean liable part of the in-scope amount, where known.
    pub third_party_part: f64,
    /// Share of stays that go to a special account (Art. 31).
    pub special_account: f64,
    /// How long after its end a stay settles; `None` if everything settles on the day it ends.
    pub settlement_lag: Option<LagModel>,
}

/// How long after its end a stay settles, in whole days: log-normal.
#[derive(Clone, Debug, PartialEq)]
pub struct LagModel {
    /// Mean in days, in the order of `OutOfArea::ALL`; with a mean of 0, on the day the stay ends.
    pub days: [f64; 5],
    /// Standard deviation of the logarithm.
    pub days_log_sd: f64,
}

/// The cost level of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Primary hospitals, community and township centres.
    Primary,
    /// Secondary hospitals.
    Secondary,
    /// Tertiary hospitals.
    Tertiary,
}

impl Level {
    /// Every level, in the order of their indices.
    pub const ALL: [Level; 3] = [Level::Primary, Level::Secondary, Level::Tertiary];

    /// The name in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Primary => "primary",
            Level::Secondary => "secondary",
            Level::Tertiary => "tertiary",
        }
    }

    /// The index into a table by level.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A kind of institution.
#[derive(Clone, Debug, PartialEq)]
pub struct TierModel {
    /// The name by which other figures refer to it.
    pub name: String,
    /// `hosp_lv` of its institutions.
    pub hosp_lv: HospLv,
    /// `kind` of its institutions; empty if none.
    pub kind: String,
    /// The cost level of its stays.
    pub level: Level,
    /// Its share of the local stays of its level.
    pub stays: f64,
    /// Whether `local` counts institutions in each district, where its residents go; else in the city.
    pub per_district: bool,
    /// Institutions in each district or in the city.
    pub local: u32,
    /// Institutions out of area.
    pub elsewhere: u32,
}

/// What a stay costs at a level.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelModel {
    /// Mean bill in yuan.
    pub cost_yuan: f64,
    /// Standard deviation of the bill's logarithm.
    pub cost_log_sd: f64,
    /// How the bill divides.
    pub shares: ShareModel,
    /// How often a stay of this level is out of area, relative to the other levels.
    pub out_of_area: f64,
}

/// How bills divide, on average; each share is of what the ones before it leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareModel {
    /// Mean share of a bill outside the catalogue (Art. 20).
    pub own_pay: f64,
    /// Above a price limit.
    pub over_limit: f64,
    /// First share of class B and partly paid items; the rest is in scope.
    pub first_share: f64,
}

/// Stays in hospital.
#[derive(Clone, Debug, PartialEq)]
pub struct StayModel {
    /// Stays per insured and year.
    pub per_head: f64,
    /// Stays by age; only the shape counts.
    pub ages: AgeTable,
    /// Share that began in an emergency room (`med_type` 24).
    pub emergency: f64,
    /// Share at the primary level.
    pub primary: f64,
    /// Mean bill over all levels in yuan, which fixes the secondary and tertiary shares.
    pub cost_yuan: f64,
    /// Mean length in days.
    pub days: f64,
    /// Standard deviation of the length's logarithm.
    pub days_log_sd: f64,
    /// Correlation of the logarithms of length and bill.
    pub days_cost_correlation: f64,
    /// Share of all medical cost that is for stays out of area.
    pub out_of_area: f64,
    /// Shares of the out-of-area states after `Local`, in the order of `OutOfArea::ALL`; they sum to 1.
    pub out_of_area_states: [f64; 4],
}

/// General outpatient visits.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitModel {
    /// Visits per insured and year.
    pub per_head: f64,
    /// Visits by age; only the shape counts.
    pub ages: AgeTable,
    /// Share to an emergency room (`med_type` 13).
    pub emergency: f64,
    /// Mean bill in yuan.
    pub cost_yuan: f64,
    /// Standard deviation of the bill's logarithm.
    pub cost_log_sd: f64,
    /// Mean bill at each level, relative to the other levels.
    pub cost_by_level: [f64; 3],
    /// Share of each tier; they sum to 1.
    pub tiers: Vec<f64>,
    /// What of a bill is outside the scope of the fund.
    pub shares: ShareModel,
}

/// Chronic and special outpatient visits.
#[derive(Clone, Debug, PartialEq)]
pub struct ChronicModel {
    /// Visits per insured and year; the number of patients is scaled to it.
    pub per_head: f64,
    /// Mean bill in yuan.
    pub cost_yuan: f64,
    /// Standard deviation of the bill's logarithm.
    pub cost_log_sd: f64,
    /// Share of each tier; they sum to 1.
    pub tiers: Vec<f64>,
    /// What of a bill is outside the scope of the fund.
    pub shares: ShareModel,
    /// The disease groups; a person has at most one.
    pub groups: Vec<DiseaseModel>,
}

/// The patients of a disease group of chronic treatment (门诊慢特病).
#[derive(Clone, Debug, PartialEq)]
pub struct DiseaseModel {
    /// The name in the scenario.
    pub name: String,
    /// The disease code (`dise_codg`) of their claims.
    pub code: String,
    /// Visits per patient and year.
    pub visits: f64,
    /// Mean bill, relative to the other groups.
    pub cost: f64,
    /// Stays, relative to persons without a chronic disease.
    pub stays: f64,
    /// Registered patients per person of an age, before scaling to the visits of the year; never falls with age.
    pub prevalence: AgeTable,
    /// The tier that treats a share of the visits, and of the stays at its level, instead of the usual ones.
    pub tier: Option<(usize, f64)>,
}

/// Deliveries.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryModel {
    /// Deliveries per newborn of the population.
    pub mothers: f64,
    /// Deliveries per woman by age; only the shape counts.
    pub ages: AgeTable,
    /// Mean bill in yuan.
    pub cost_yuan: f64,
    /// Standard deviation of the bill's logarithm.
    pub cost_log_sd: f64,
    /// Mean length in days.
    pub days: f64,
    /// Standard deviation of the length's logarithm.
    pub days_log_sd: f64,
    /// Shares of the kinds, in the order of `Delivery::ALL`; they sum to 1.
    pub kinds: [f64; 6],
    /// Share that the husband's maternity insurance has paid.
    pub spouse_benefit: f64,
    /// Share of each tier; they sum to 1.
    pub tiers: Vec<f64>,
    /// What of a bill is outside the scope of the fund.
    pub shares: ShareModel,
}
