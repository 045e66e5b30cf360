//! From the scenario's `[population]` and `[utilisation]` to the figures of one year, checked.

use super::expect::Rates;
use super::figure::{FigureError, FigureProblem, Section};
use super::model::{
    AgeBand, ChronicModel, CityModel, DeliveryModel, DiseaseModel, DistrictShare, Level, LevelModel,
    PopulationModel, ShareModel, StayModel, TierModel, UtilisationModel, VisitModel,
};
use super::table::{AgeTable, OLDEST};
use crate::benefit::claim::{Delivery, Exclusion, HospLv, OutOfArea};
use crate::benefit::tariff::FigureNote;
use crate::insured::person::Identity;
use std::collections::BTreeMap;
use toml_edit::TableLike;

type Result<T> = std::result::Result<T, FigureError>;

/// Any amount that is not negative.
const NOT_NEGATIVE: (f64, f64) = (0.0, f64::MAX);
/// Any amount above zero.
const POSITIVE: (f64, f64) = (f64::MIN_POSITIVE, f64::MAX);
/// Claims of one kind that a person can have in a year.
const PER_YEAR: (f64, f64) = (0.0, 366.0);
/// Mean bills, low enough that a draw of any plausible spread stays below `Fen::MAX_INPUT`.
const BILL_YUAN: (f64, f64) = (0.01, 1e6);
/// Spread of a logarithm; 3 is already a factor of 20 either way.
const LOG_SD: (f64, f64) = (0.0, 3.0);
/// A mean share that leaves something.
const SHARE_OF_BILL: (f64, f64) = (0.0, 0.99);
/// Institutions of a tier.
const INSTITUTIONS: (f64, f64) = (0.0, 100_000.0);

impl CityModel {
    /// Reads the figures for `year` from the scenario's `[population]` and `[utilisation]`.
    ///
    /// # Errors
    /// Names the key that is missing, unknown, of the wrong type or out of range, lacks the year, whose shares do not
    /// sum to 1, or that cannot hold together with the others.
    pub fn parse(population: &dyn TableLike, utilisation: &dyn TableLike, year: i32) -> Result<CityModel> {
        let mut notes = Vec::new();
        let population = population_of(&Section::new(population, "population", year), &mut notes)?;
        let utilisation = utilisation_of(&Section::new(utilisation, "utilisation", year), &mut notes)?;
        let model = CityModel {
            year,
            population,
            utilisation,
            notes,
        };
        // What each figure alone allows may still be impossible together.
        Rates::solve(&model)?;
        Ok(model)
    }
}

fn population_of(section: &Section, notes: &mut Vec<FigureNote>) -> Result<PopulationModel> {
    section.only(&[
        "base_year",
        "age_structure",
        "membership",
        "births",
        "male_births",
        "mortality",
        "students",
        "student_ages",
        "pupils",
        "family_doctor",
        "frailty_variance",
        "districts",
        "residence",
        "identity",
    ])?;
    let base_year = section.figure("base_year", "year", (1900.0, 2200.0), notes)? as i32;
    if section.year() < base_year {
        return Err(section.error(
            "base_year",
            FigureProblem::Impossible("the year drawn is before it"),
        ));
    }
    let age_structure = section.age_bands("age_structure", ["male", "female"], notes)?;
    let age_structure: Vec<AgeBand> = age_structure
        .into_iter()
        .map(|(from, to, persons)| AgeBand { from, to, persons })
        .collect();
    let membership = section.ages("membership", "rate", notes)?;
    shares_only(section, "membership", &membership)?;
    let insured = |band: &AgeBand| (band.from..=band.to).map(|age| membership.at(age)).sum::<f64>();
    if !age_structure
        .iter()
        .any(|band| band.persons.iter().sum::<f64>() * insured(band) > 0.0)
    {
        return Err(section.error("age_structure", FigureProblem::Impossible("nobody is insured")));
    }
    let pupils = section.ages("pupils", "rate", notes)?;
    shares_only(section, "pupils", &pupils)?;
    let residence = section.section("residence")?;
    residence.only(&["permit", "registered_pupils", "registered_students"])?;
    Ok(PopulationModel {
        base_year,
        age_structure,
        membership,
        births: births(section, base_year, notes)?,
        male_births: section.rate("male_births", notes)?,
        mortality: section.age_columns("mortality", ["male", "female"], notes)?,
        students: section.rate("students", notes)?,
        student_ages: section.ages("student_ages", "ratio", notes)?,
        pupils,
        permit: residence.rate("permit", notes)?,
        registered_pupils: residence.rate("registered_pupils", notes)?,
        registered_students: residence.rate("registered_students", notes)?,
        identities: identities(&section.section("identity")?, notes)?,
        districts: districts(section, notes)?,
        family_doctor: section.rate("family_doctor", notes)?,
        frailty_variance: section.figure("frailty_variance", "ratio", (0.0, 100.0), notes)?,
    })
}

/// Newborns per head for each year from the base to the section's; only the latter is noted.
fn births(section: &Section, base_year: i32, notes: &mut Vec<FigureNote>) -> Result<BTreeMap<i32, f64>> {
    /// Far above the birth rate of any population.
    const MOST: f64 = 0.1;
    let mut births = BTreeMap::new();
    for year in base_year..section.year() {
        let earlier = section.for_year(year);
        births.insert(
            year,
            earlier.figure("births", "per_head", (0.0, MOST), &mut Vec::new())?,
        );
    }
    let value = section.figure("births", "per_head", (0.0, MOST), notes)?;
    births.insert(section.year(), value);
    Ok(births)
}

/// Refuses an age table with a value above 1.
fn shares_only(section: &Section, key: &str, table: &AgeTable) -> Result<()> {
    match table.values().iter().find(|&&value| value > 1.0) {
        None => Ok(()),
        Some(&value) => Err(section.error(
            key,
            FigureProblem::OutOfRange {
                value,
                least: 0.0,
                most: 1.0,
            },
        )),
    }
}

fn identities(section: &Section, notes: &mut Vec<FigureNote>) -> Result<[f64; 5]> {
    let names = Identity::ALL.map(Identity::name);
    section.only(&names[1..])?;
    let mut shares = [0.0; 5];
    for (share, name) in shares.iter_mut().zip(names).skip(1) {
        *share = section.rate(name, notes)?;
    }
    shares[0] = 1.0 - shares.iter().sum::<f64>();
    if shares[0] < 0.0 {
        return Err(section.error("", FigureProblem::Impossible("the shares sum to more than 1")));
    }
    Ok(shares)
}

fn districts(section: &Section, notes: &mut Vec<FigureNote>) -> Result<Vec<DistrictShare>> {
    let shares = section.by_name("districts", &[], notes)?;
    section.sums_to_one("districts", shares.values())?;
    Ok(shares
        .into_iter()
        .map(|(code, share)| DistrictShare {
            code: code.to_owned(),
            share,
        })
        .collect())
}

fn utilisation_of(section: &Section, notes: &mut Vec<FigureNote>) -> Result<UtilisationModel> {
    section.only(&[
        "elsewhere",
        "special_account",
        "third_party_amount",
        "third_party_part",
        "tiers",
        "exclusions",
        "stays",
        "levels",
        "visits",
        "chronic",
        "deliveries",
    ])?;
    let elsewhere = section.section("elsewhere")?;
    elsewhere.only(&["code", "provenance", "source"])?;
    let tiers = tiers(&section.section("tiers")?, notes)?;
    let levels = section.section("levels")?;
    levels.only(&Level::ALL.map(Level::name))?;
    Ok(UtilisationModel {
        elsewhere: elsewhere.text("code")?.to_owned(),
        levels: [
            level(&levels.section("primary")?, notes)?,
            level(&levels.section("secondary")?, notes)?,
            level(&levels.section("tertiary")?, notes)?,
        ],
        stays: stays(&section.section("stays")?, notes)?,
        visits: visits(&section.section("visits")?, &tiers, notes)?,
        chronic: chronic(&section.section("chronic")?, &tiers, notes)?,
        deliveries: deliveries(&section.section("deliveries")?, &tiers, notes)?,
        tiers,
        exclusions: exclusions(&section.section("exclusions")?, notes)?,
        third_party_amount: section.rate("third_party_amount", notes)?,
        third_party_part: section.figure("third_party_part", "rate", SHARE_OF_BILL, notes)?,
        special_account: section.rate("special_account", notes)?,
    })
}

fn tiers(section: &Section, notes: &mut Vec<FigureNote>) -> Result<Vec<TierModel>> {
    let mut tiers = Vec::new();
    for name in section.keys() {
        let tier = section.section(name)?;
        tier.only(&[
            "hosp_lv",
            "kind",
            "level",
            "stays",
            "per_district",
            "city",
            "elsewhere",
        ])?;
        let unknown = |key, what| tier.error(key, FigureProblem::Expected(what));
        let level = Level::ALL
            .into_iter()
            .find(|level| tier.text("level") == Ok(level.name()));
        let per_district = tier.has("per_district");
        let count = if per_district { "per_district" } else { "city" };
        tiers.push(TierModel {
            name: name.to_owned(),
            hosp_lv: HospLv::from_code(tier.text("hosp_lv")?)
                .ok_or_else(|| unknown("hosp_lv", "a national level code, `01` to `11`"))?,
            kind: tier.text("kind")?.to_owned(),
            level: level.ok_or_else(|| unknown("level", "`primary`, `secondary` or `tertiary`"))?,
            stays: tier.rate("stays", notes)?,
            per_district,
            local: tier.figure(count, "count", (1.0, INSTITUTIONS.1), notes)? as u32,
            elsewhere: tier.figure("elsewhere", "count", INSTITUTIONS, notes)? as u32,
        });
    }
    if tiers.len() > usize::from(u8::MAX) {
        return Err(section.error("", FigureProblem::Impossible("there are more than 255 tiers")));
    }
    for level in Level::ALL {
        let of_level = || tiers.iter().filter(|tier| tier.level == level);
        section.sums_to_one(level.name(), of_level().map(|tier| &tier.stays))?;
        if of_level().all(|tier| tier.elsewhere == 0) {
            return Err(section.error(
                level.name(),
                FigureProblem::Impossible("no institution is elsewhere"),
            ));
        }
    }
    Ok(tiers)
}

fn level(section: &Section, notes: &mut Vec<FigureNote>) -> Result<LevelModel> {
    section.only(&[
        "cost",
        "cost_log_sd",
        "own_pay",
        "over_limit",
        "first_share",
        "out_of_area",
    ])?;
    Ok(LevelModel {
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes)?,
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes)?,
        shares: shares(section, notes)?,
        out_of_area: section.figure("out_of_area", "ratio", NOT_NEGATIVE, notes)?,
    })
}

fn shares(section: &Section, notes: &mut Vec<FigureNote>) -> Result<ShareModel> {
    Ok(ShareModel {
        own_pay: section.figure("own_pay", "rate", SHARE_OF_BILL, notes)?,
        over_limit: section.figure("over_limit", "rate", SHARE_OF_BILL, notes)?,
        first_share: section.figure("first_share", "rate", SHARE_OF_BILL, notes)?,
    })
}

fn stays(section: &Section, notes: &mut Vec<FigureNote>) -> Result<StayModel> {
    section.only(&[
        "per_head",
        "ages",
        "emergency",
        "primary",
        "cost",
        "days",
        "days_log_sd",
        "days_cost_correlation",
        "out_of_area",
        "out_of_area_states",
    ])?;
    let states = OutOfArea::ALL.map(OutOfArea::name);
    let mix = section.mix("out_of_area_states", &states[1..], notes)?;
    Ok(StayModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes)?,
        ages: section.ages("ages", "per_100", notes)?,
        emergency: section.rate("emergency", notes)?,
        primary: section.rate("primary", notes)?,
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes)?,
        days: section.figure("days", "days", (1.0, 366.0), notes)?,
        days_log_sd: section.figure("days_log_sd", "ratio", LOG_SD, notes)?,
        days_cost_correlation: section.figure("days_cost_correlation", "ratio", (-1.0, 1.0), notes)?,
        out_of_area: section.rate("out_of_area", notes)?,
        out_of_area_states: std::array::from_fn(|state| mix[state]),
    })
}

fn names_of(tiers: &[TierModel]) -> Vec<&str> {
    tiers.iter().map(|tier| tier.name.as_str()).collect()
}

fn visits(section: &Section, tiers: &[TierModel], notes: &mut Vec<FigureNote>) -> Result<VisitModel> {
    section.only(&[
        "per_head",
        "ages",
        "emergency",
        "cost",
        "cost_log_sd",
        "cost_by_level",
        "tiers",
        "own_pay",
        "over_limit",
        "first_share",
    ])?;
    let ratios = section.by_name("cost_by_level", &Level::ALL.map(Level::name), notes)?;
    let mut cost_by_level = [0.0; 3];
    for level in Level::ALL {
        let ratio = ratios.get(level.name()).copied().filter(|&ratio| ratio > 0.0);
        let missing = || section.error("cost_by_level", FigureProblem::Expected("above 0 at every level"));
        cost_by_level[level.index()] = ratio.ok_or_else(missing)?;
    }
    Ok(VisitModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes)?,
        ages: section.ages("ages", "ratio", notes)?,
        emergency: section.rate("emergency", notes)?,
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes)?,
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes)?,
        cost_by_level,
        tiers: section.mix("tiers", &names_of(tiers), notes)?,
        shares: shares(section, notes)?,
    })
}

fn chronic(section: &Section, tiers: &[TierModel], notes: &mut Vec<FigureNote>) -> Result<ChronicModel> {
    section.only(&[
        "per_head",
        "cost",
        "cost_log_sd",
        "tiers",
        "own_pay",
        "over_limit",
        "first_share",
        "groups",
    ])?;
    let mut groups = Vec::new();
    let listed = section.section("groups")?;
    for name in listed.keys() {
        groups.push(disease(&listed.section(name)?, name, tiers, notes)?);
    }
    if groups.is_empty() || groups.len() >= usize::from(u8::MAX) {
        return Err(section.error(
            "groups",
            FigureProblem::Impossible("there must be 1 to 254 groups"),
        ));
    }
    Ok(ChronicModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes)?,
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes)?,
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes)?,
        tiers: section.mix("tiers", &names_of(tiers), notes)?,
        shares: shares(section, notes)?,
        groups,
    })
}

fn disease(
    section: &Section,
    name: &str,
    tiers: &[TierModel],
    notes: &mut Vec<FigureNote>,
) -> Result<DiseaseModel> {
    section.only(&[
        "code",
        "visits",
        "cost",
        "stays",
        "prevalence",
        "tier",
        "tier_share",
    ])?;
    let prevalence = section.ages("prevalence", "per_100", notes)?.scaled(|_| 0.01);
    if prevalence.values().windows(2).any(|pair| pair[1] < pair[0]) {
        return Err(section.error("prevalence", FigureProblem::FallsWithAge));
    }
    if prevalence.at(OLDEST) <= 0.0 {
        return Err(section.error("prevalence", FigureProblem::Impossible("nobody ever has it")));
    }
    let mut tier = None;
    if section.has("tier") {
        let index = tiers
            .iter()
            .position(|tier| section.text("tier") == Ok(&tier.name));
        let unknown = || section.error("tier", FigureProblem::Expected("a tier of `utilisation.tiers`"));
        tier = Some((index.ok_or_else(unknown)?, section.rate("tier_share", notes)?));
    }
    Ok(DiseaseModel {
        name: name.to_owned(),
        code: section.text("code")?.to_owned(),
        visits: section.figure("visits", "per_head", PER_YEAR, notes)?,
        cost: section.figure("cost", "ratio", POSITIVE, notes)?,
        stays: section.figure("stays", "ratio", POSITIVE, notes)?,
        prevalence,
        tier,
    })
}

fn deliveries(section: &Section, tiers: &[TierModel], notes: &mut Vec<FigureNote>) -> Result<DeliveryModel> {
    section.only(&[
        "mothers",
        "ages",
        "cost",
        "cost_log_sd",
        "days",
        "days_log_sd",
        "kinds",
        "spouse_benefit",
        "tiers",
        "own_pay",
        "over_limit",
        "first_share",
    ])?;
    let kinds = section.mix("kinds", &Delivery::ALL.map(Delivery::name), notes)?;
    Ok(DeliveryModel {
        mothers: section.rate("mothers", notes)?,
        ages: section.ages("ages", "ratio", notes)?,
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes)?,
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes)?,
        days: section.figure("days", "days", (1.0, 366.0), notes)?,
        days_log_sd: section.figure("days_log_sd", "ratio", LOG_SD, notes)?,
        kinds: std::array::from_fn(|kind| kinds[kind]),
        spouse_benefit: section.rate("spouse_benefit", notes)?,
        tiers: section.mix("tiers", &names_of(tiers), notes)?,
        shares: shares(section, notes)?,
    })
}

fn exclusions(section: &Section, notes: &mut Vec<FigureNote>) -> Result<[f64; 9]> {
    section.only(&Exclusion::ALL.map(Exclusion::name))?;
    let mut shares = [0.0; 9];
    for name in section.keys() {
        let index = Exclusion::ALL.iter().position(|reason| reason.name() == name);
        if let Some(index) = index {
            shares[index] = section.rate(name, notes)?;
        }
    }
    if shares.iter().sum::<f64>() > 1.0 {
        return Err(section.error("", FigureProblem::Impossible("the shares sum to more than 1")));
    }
    Ok(shares)
}
