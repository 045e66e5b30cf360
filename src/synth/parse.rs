//! From the scenario's `[population]` and `[utilisation]` to the figures of one year, checked.

use super::arrivals::{ArrivalModel, arrivals_of};
use super::enrol_figures::enrolment_of;
use super::expect::Rates;
use super::figure::{FigureError, FigureProblem, NOT_NEGATIVE, SHARE, Section};
use super::model::{
    AgeBand, ChronicModel, CityModel, DeliveryModel, DiseaseModel, DistrictShare, LagModel, Level,
    LevelModel, PopulationModel, ShareModel, StayModel, TierModel, UtilisationModel, VisitModel,
};
use super::table::{AgeTable, OLDEST};
use crate::benefit::claim::{Delivery, Exclusion, HospLv, OutOfArea};
use crate::figure::FigureNote;
use crate::insured::person::{Identity, Sex};
use crate::outlook::Future;
use std::cell::RefCell;
use std::collections::BTreeMap;
use toml_edit::Item;

/// Any amount above zero.
const POSITIVE: (f64, f64) = (f64::MIN_POSITIVE, f64::MAX);
/// Claims of one kind that a person can have in a year.
const PER_YEAR: (f64, f64) = (0.0, 366.0);
/// Mean bills, low enough that a draw of any plausible spread stays below `Fen::MAX_INPUT`.
const BILL_YUAN: (f64, f64) = (0.01, 1e6);
/// Spread of a logarithm; 3 is already a factor of 20 either way.
const LOG_SD: (f64, f64) = (0.0, 3.0);
/// Mean days from the end of a stay to its settlement.
const LAG_DAYS: (f64, f64) = (0.0, 366.0);
/// A mean share that leaves something.
const SHARE_OF_BILL: (f64, f64) = (0.0, 0.99);
/// Newborns per person, far above the birth rate of any population.
const MOST_BIRTHS: f64 = 0.1;
/// What a trend can make of a figure.
const FACTOR: (f64, f64) = (0.01, 100.0);
/// Institutions of a tier.
const INSTITUTIONS: (f64, f64) = (0.0, 100_000.0);

impl CityModel {
    /// Reads the figures for `year` from the scenario's `[population]` and `[utilisation]`; of a year after those given, as
    /// `future` has it.
    ///
    /// # Errors
    /// Every key that is missing, unknown, of the wrong type or out of range, lacks the year, or whose shares do not sum
    /// to 1, in the order of the file; at least one. If there is none of these, what cannot hold together.
    pub fn parse(
        population: &Item,
        utilisation: &Item,
        year: i32,
        future: Option<Future<'_>>,
    ) -> Result<CityModel, Vec<FigureError>> {
        let errors = RefCell::default();
        let section = |item, path: &str| Section::new(item, path.to_owned(), (year, future), &errors);
        let (people, usage) = (
            section(population, "population"),
            section(utilisation, "utilisation"),
        );
        let mut notes = Vec::new();
        let ahead = future.filter(|future| future.is_ahead(year));
        let model = CityModel {
            year,
            reference_year: ahead.map_or(year, |future| future.outlook.last_year),
            population: population_of(&people, &mut notes),
            utilisation: utilisation_of(&usage, &mut notes),
            notes,
        };
        // What each figure alone allows may still be impossible together.
        let sound = errors.borrow().is_empty();
        if sound && let Err(error) = Rates::solve(&model) {
            let (part, key) = error.path.split_once('.').unwrap_or_default();
            let section = if part == "population" { people } else { usage };
            section.report(key, error.problem);
        }
        let mut errors = errors.take();
        if errors.is_empty() {
            return Ok(model);
        }
        errors.sort_by_key(|error| error.span.as_ref().map(|span| span.start));
        Err(errors)
    }
}

/// The figures of a population.
const POPULATION: [&str; 18] = [
    "base_year",
    "age_structure",
    "membership",
    "membership_trend",
    "births",
    "male_births",
    "arrivals",
    "mortality",
    "mortality_trend",
    "students",
    "student_ages",
    "pupils",
    "family_doctor",
    "frailty_variance",
    "districts",
    "residence",
    "identity",
    "enrolment",
];

/// Complains where nobody is insured.
fn check_insured(section: &Section, ages: &[AgeBand], membership: &AgeTable, arrivals: &[ArrivalModel]) {
    let insured = |band: &AgeBand| (band.from..=band.to).map(|age| membership.at(age)).sum::<f64>();
    let anybody = ages
        .iter()
        .any(|band| band.persons.iter().sum::<f64>() * insured(band) > 0.0);
    if !anybody && section.sound("age_structure") && section.sound("membership") {
        section.report("age_structure", FigureProblem::Impossible("nobody is insured"));
    }
    for stream in arrivals.iter().filter(|stream| stream.years.is_none()) {
        let nobody = |&(age, _, _): &(usize, Sex, f64)| membership.at(age) == 0.0;
        if section.sound("membership") && stream.shares().any(|share| nobody(&share)) {
            let ages = format!("arrivals.{}.ages", stream.name);
            let never = "some arrive at an age at which `membership` has nobody insured";
            section.report(&ages, FigureProblem::Impossible(never));
        }
    }
}

fn population_of(section: &Section, notes: &mut Vec<FigureNote>) -> PopulationModel {
    section.only(&POPULATION);
    let mut base_year = section.year();
    let base_figure = section.figure("base_year", "year", (1900.0, 2200.0), notes);
    if section.sound("base_year") {
        base_year = base_figure as i32;
    }
    if section.year() < base_year {
        section.report(
            "base_year",
            FigureProblem::Impossible("the year drawn is before it"),
        );
    }
    let age_structure = section.age_bands("age_structure", ["male", "female"], notes);
    let age_structure: Vec<AgeBand> = age_structure
        .into_iter()
        .map(|(from, to, persons)| AgeBand { from, to, persons })
        .collect();
    let membership = section.ages("membership", "rate", SHARE, notes);
    let arrivals = arrivals_of(section, base_year, notes);
    check_insured(section, &age_structure, &membership, &arrivals);
    let pupils = section.ages("pupils", "rate", SHARE, notes);
    let residence = section.section("residence");
    residence.only(&["permit", "registered_pupils", "registered_students"]);
    PopulationModel {
        base_year,
        age_structure,
        membership,
        membership_trend: trend(section, "membership_trend", base_year, notes),
        births: section.by_year(("births", "per_head", (0.0, MOST_BIRTHS)), base_year, notes),
        male_births: section.rate("male_births", notes),
        arrivals,
        mortality: section.age_columns("mortality", ["male", "female"], NOT_NEGATIVE, notes),
        mortality_trend: trend(section, "mortality_trend", base_year, notes),
        students: section.rate("students", notes),
        student_ages: section.ages("student_ages", "ratio", NOT_NEGATIVE, notes),
        pupils,
        permit: residence.rate("permit", notes),
        registered_pupils: residence.rate("registered_pupils", notes),
        registered_students: residence.rate("registered_students", notes),
        identities: identities(&section.section("identity"), notes),
        districts: districts(section, notes),
        family_doctor: section.rate("family_doctor", notes),
        frailty_variance: section.figure("frailty_variance", "ratio", (0.0, 100.0), notes),
        enrolment: enrolment_of(&section.section("enrolment"), notes),
    }
}

/// A factor for each year from the base to the section's; none if there is no such key.
fn trend(section: &Section, key: &str, base_year: i32, notes: &mut Vec<FigureNote>) -> BTreeMap<i32, f64> {
    if section.has(key) {
        section.by_year((key, "ratio", FACTOR), base_year, notes)
    } else {
        BTreeMap::new()
    }
}

fn identities(section: &Section, notes: &mut Vec<FigureNote>) -> [f64; Identity::COUNT] {
    let names = Identity::ALL.map(Identity::name);
    section.only(&names[1..]);
    let mut shares = [0.0; Identity::COUNT];
    for (share, name) in shares.iter_mut().zip(names).skip(1) {
        // The regulation does not know the registered poor: where nothing is said of them, there are none.
        if name != Identity::RegisteredPoor.name() || section.has(name) {
            *share = section.rate(name, notes);
        }
    }
    shares[0] = 1.0 - shares.iter().sum::<f64>();
    if shares[0] < 0.0 {
        section.report("", FigureProblem::Impossible("the shares sum to more than 1"));
    }
    shares
}

fn districts(section: &Section, notes: &mut Vec<FigureNote>) -> Vec<DistrictShare> {
    let shares = section.shares("districts", &[], notes);
    shares
        .into_iter()
        .map(|(code, share)| DistrictShare {
            code: code.to_owned(),
            share,
        })
        .collect()
}

fn utilisation_of(section: &Section, notes: &mut Vec<FigureNote>) -> UtilisationModel {
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
        "settlement_lag",
    ]);
    let elsewhere = section.section("elsewhere");
    elsewhere.only(&["code", "provenance", "source"]);
    let in_tiers = section.section("tiers");
    let names: Vec<&str> = in_tiers.keys().collect();
    let tiers = tiers(&in_tiers, notes);
    let levels = section.section("levels");
    levels.only(&Level::ALL.map(Level::name));
    UtilisationModel {
        elsewhere: elsewhere.text("code").unwrap_or_default().to_owned(),
        levels: [
            level(&levels.section("primary"), notes),
            level(&levels.section("secondary"), notes),
            level(&levels.section("tertiary"), notes),
        ],
        stays: stays(&section.section("stays"), notes),
        visits: visits(&section.section("visits"), &names, notes),
        chronic: chronic(&section.section("chronic"), &names, notes),
        deliveries: deliveries(&section.section("deliveries"), &names, notes),
        tiers,
        exclusions: exclusions(&section.section("exclusions"), notes),
        third_party_amount: section.rate("third_party_amount", notes),
        third_party_part: section.figure("third_party_part", "rate", SHARE_OF_BILL, notes),
        special_account: section.rate("special_account", notes),
        settlement_lag: settlement_lag(section, notes),
    }
}

fn settlement_lag(section: &Section, notes: &mut Vec<FigureNote>) -> Option<LagModel> {
    section.has("settlement_lag").then(|| {
        let lag = section.section("settlement_lag");
        lag.only(&["days", "days_log_sd"]);
        LagModel {
            days: lag.each("days", OutOfArea::ALL.map(OutOfArea::name), LAG_DAYS, notes),
            days_log_sd: lag.figure("days_log_sd", "ratio", LOG_SD, notes),
        }
    })
}

fn tiers(section: &Section, notes: &mut Vec<FigureNote>) -> Vec<TierModel> {
    let (mut tiers, mut of_levels) = (Vec::new(), Vec::new());
    for name in section.keys() {
        let tier = section.section(name);
        tier.only(&[
            "hosp_lv",
            "kind",
            "level",
            "stays",
            "per_district",
            "city",
            "elsewhere",
        ]);
        let (level, stays) = (level_of(&tier), tier.rate("stays", notes));
        let per_district = tier.has("per_district") || tier.misnamed("per_district");
        let count = if per_district { "per_district" } else { "city" };
        let local = tier.figure(count, "count", (1.0, INSTITUTIONS.1), notes) as u32;
        let elsewhere = tier.figure("elsewhere", "count", INSTITUTIONS, notes) as u32;
        of_levels.push(OfLevel {
            level,
            stays: tier.sound("stays").then_some(stays),
            elsewhere: tier.sound("elsewhere").then_some(elsewhere),
        });
        tiers.push(TierModel {
            name: name.to_owned(),
            hosp_lv: hosp_lv(&tier),
            kind: tier.text("kind").unwrap_or_default().to_owned(),
            level: level.unwrap_or(Level::Primary),
            stays,
            per_district,
            local,
            elsewhere,
        });
    }
    if tiers.len() > usize::from(u8::MAX) {
        section.report("", FigureProblem::Impossible("there are more than 255 tiers"));
    }
    check_levels(section, &of_levels);
    tiers
}

/// What a tier adds to its level, as far as nothing is wrong with it.
struct OfLevel {
    level: Option<Level>,
    stays: Option<f64>,
    elsewhere: Option<u32>,
}

/// Reports levels whose shares of stays do not sum to 1, or without institutions elsewhere.
fn check_levels(section: &Section, tiers: &[OfLevel]) {
    if tiers.iter().any(|tier| tier.level.is_none()) {
        return;
    }
    let span = section.span_of("");
    for level in Level::ALL {
        let of_level = || tiers.iter().filter(|tier| tier.level == Some(level));
        let stays: Option<Vec<f64>> = of_level().map(|tier| tier.stays).collect();
        if let Some(stays) = stays {
            section.sums_to_one(level.name(), &span, stays.iter());
        }
        if of_level().count() > 0 && of_level().all(|tier| tier.elsewhere == Some(0)) {
            let nowhere = FigureProblem::Impossible("no institution is elsewhere");
            section.report_at(level.name(), span.clone(), nowhere);
        }
    }
}

fn level_of(tier: &Section) -> Option<Level> {
    let name = tier.text("level")?;
    let level = Level::ALL.into_iter().find(|level| level.name() == name);
    if level.is_none() {
        let expected = FigureProblem::Expected("`primary`, `secondary` or `tertiary`");
        tier.report("level", expected);
    }
    level
}

fn hosp_lv(tier: &Section) -> HospLv {
    let code = tier.text("hosp_lv");
    let known = code.and_then(HospLv::from_code);
    if code.is_some() && known.is_none() {
        let expected = FigureProblem::Expected("a national level code, `01` to `11`");
        tier.report("hosp_lv", expected);
    }
    known.unwrap_or(HospLv::UNGRADED)
}

fn level(section: &Section, notes: &mut Vec<FigureNote>) -> LevelModel {
    section.only(&[
        "cost",
        "cost_log_sd",
        "own_pay",
        "over_limit",
        "first_share",
        "out_of_area",
    ]);
    LevelModel {
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes),
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes),
        shares: shares(section, notes),
        out_of_area: section.figure("out_of_area", "ratio", NOT_NEGATIVE, notes),
    }
}

fn shares(section: &Section, notes: &mut Vec<FigureNote>) -> ShareModel {
    ShareModel {
        own_pay: section.figure("own_pay", "rate", SHARE_OF_BILL, notes),
        over_limit: section.figure("over_limit", "rate", SHARE_OF_BILL, notes),
        first_share: section.figure("first_share", "rate", SHARE_OF_BILL, notes),
    }
}

fn stays(section: &Section, notes: &mut Vec<FigureNote>) -> StayModel {
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
    ]);
    let states = OutOfArea::ALL.map(OutOfArea::name);
    let mix = section.mix("out_of_area_states", &states[1..], notes);
    StayModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes),
        ages: section.ages("ages", "per_100", NOT_NEGATIVE, notes),
        emergency: section.rate("emergency", notes),
        primary: section.rate("primary", notes),
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes),
        days: section.figure("days", "days", (1.0, 366.0), notes),
        days_log_sd: section.figure("days_log_sd", "ratio", LOG_SD, notes),
        days_cost_correlation: section.figure("days_cost_correlation", "ratio", (-1.0, 1.0), notes),
        out_of_area: section.rate("out_of_area", notes),
        out_of_area_states: std::array::from_fn(|state| mix[state]),
    }
}

fn visits(section: &Section, tiers: &[&str], notes: &mut Vec<FigureNote>) -> VisitModel {
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
    ]);
    let cost_by_level = section.each("cost_by_level", Level::ALL.map(Level::name), POSITIVE, notes);
    VisitModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes),
        ages: section.ages("ages", "ratio", NOT_NEGATIVE, notes),
        emergency: section.rate("emergency", notes),
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes),
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes),
        cost_by_level,
        tiers: section.mix("tiers", tiers, notes),
        shares: shares(section, notes),
    }
}

fn chronic(section: &Section, tiers: &[&str], notes: &mut Vec<FigureNote>) -> ChronicModel {
    section.only(&[
        "per_head",
        "cost",
        "cost_log_sd",
        "tiers",
        "own_pay",
        "over_limit",
        "first_share",
        "groups",
    ]);
    let mut groups = Vec::new();
    let listed = section.section("groups");
    for name in listed.keys() {
        groups.push(disease(&listed.section(name), name, tiers, notes));
    }
    if groups.is_empty() || groups.len() >= usize::from(u8::MAX) {
        listed.report("", FigureProblem::Impossible("there must be 1 to 254 groups"));
    }
    ChronicModel {
        per_head: section.figure("per_head", "per_head", PER_YEAR, notes),
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes),
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes),
        tiers: section.mix("tiers", tiers, notes),
        shares: shares(section, notes),
        groups,
    }
}

fn disease(section: &Section, name: &str, tiers: &[&str], notes: &mut Vec<FigureNote>) -> DiseaseModel {
    section.only(&[
        "code",
        "visits",
        "cost",
        "stays",
        "prevalence",
        "tier",
        "tier_share",
    ]);
    let prevalence = section.ages("prevalence", "per_100", NOT_NEGATIVE, notes);
    let prevalence = prevalence.scaled(|_| 0.01);
    let falls = prevalence.values().windows(2).any(|pair| pair[1] < pair[0]);
    if section.sound("prevalence") && (falls || prevalence.at(OLDEST) <= 0.0) {
        let never = FigureProblem::Impossible("nobody ever has it");
        let problem = if falls { FigureProblem::FallsWithAge } else { never };
        section.report_at("prevalence", section.span_of("prevalence.per_100"), problem);
    }
    let tier = section
        .has("tier")
        .then(|| (tier_of(section, tiers), section.rate("tier_share", notes)));
    DiseaseModel {
        name: name.to_owned(),
        code: section.text("code").unwrap_or_default().to_owned(),
        visits: section.figure("visits", "per_head", PER_YEAR, notes),
        cost: section.figure("cost", "ratio", POSITIVE, notes),
        stays: section.figure("stays", "ratio", POSITIVE, notes),
        prevalence,
        tier,
    }
}

/// The index of the tier that the disease names.
fn tier_of(section: &Section, tiers: &[&str]) -> usize {
    let name = section.text("tier");
    let index = tiers.iter().position(|&tier| Some(tier) == name);
    // Without any tiers, it is these that are missing.
    if name.is_some() && index.is_none() && !tiers.is_empty() {
        section.report("tier", FigureProblem::Expected("a tier of `utilisation.tiers`"));
    }
    index.unwrap_or(0)
}

fn deliveries(section: &Section, tiers: &[&str], notes: &mut Vec<FigureNote>) -> DeliveryModel {
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
    ]);
    let kinds = section.mix("kinds", &Delivery::ALL.map(Delivery::name), notes);
    DeliveryModel {
        mothers: section.rate("mothers", notes),
        ages: section.ages("ages", "ratio", NOT_NEGATIVE, notes),
        cost_yuan: section.figure("cost", "yuan", BILL_YUAN, notes),
        cost_log_sd: section.figure("cost_log_sd", "ratio", LOG_SD, notes),
        days: section.figure("days", "days", (1.0, 366.0), notes),
        days_log_sd: section.figure("days_log_sd", "ratio", LOG_SD, notes),
        kinds: std::array::from_fn(|kind| kinds[kind]),
        spouse_benefit: section.rate("spouse_benefit", notes),
        tiers: section.mix("tiers", tiers, notes),
        shares: shares(section, notes),
    }
}

fn exclusions(section: &Section, notes: &mut Vec<FigureNote>) -> [f64; 9] {
    section.only(&Exclusion::ALL.map(Exclusion::name));
    let mut shares = [0.0; 9];
    for name in section.keys() {
        let index = Exclusion::ALL.iter().position(|reason| reason.name() == name);
        if let Some(index) = index {
            shares[index] = section.rate(name, notes);
        }
    }
    if shares.iter().sum::<f64>() > 1.0 {
        section.report("", FigureProblem::Impossible("the shares sum to more than 1"));
    }
    shares
}
