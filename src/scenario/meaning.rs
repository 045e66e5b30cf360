//! What the keys of a scenario mean, and which article of the regulation they put into figures.

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// In one line.
    pub text: &'static str,
    /// The articles, such as `14(1)`; empty where the regulation says nothing of it.
    pub article: &'static str,
}

/// What a key means; `None` if it is not a key of a scenario. What is said under `benefit.tier.NAME` means the same there
/// as for all.
pub(super) fn of(path: &str) -> Option<Meaning> {
    let of_tier = path
        .strip_prefix("benefit.tier.")
        .and_then(|tier| tier.split_once('.'));
    let of_all = of_tier.map(|(_, key)| format!("benefit.{key}"));
    let path = of_all.as_deref().unwrap_or(path);
    let found = ALL.iter().find(|(pattern, ..)| matches(pattern, path));
    found.map(|&(_, article, text)| Meaning { text, article })
}

/// Whether a path is one of a pattern: a name in capitals stands for any name.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut names) = (pattern.split('.'), path.split('.'));
    loop {
        match (patterns.next(), names.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) => {
                let any = pattern.chars().all(|c| c.is_ascii_uppercase());
                if !any && pattern != name {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Pattern, articles, meaning. The first pattern that fits holds.
const ALL: &[(&str, &str, &str)] = &[
    ("scenario.name", "", "short name, for tables and records"),
    ("scenario.title", "", "title in English"),
    ("scenario.title_zh", "", "title in Chinese"),
    ("scenario.regulation", "", "number of the regulation"),
    ("scenario.years.from", "32", "first benefit year with figures"),
    ("scenario.years.to", "32", "last benefit year with figures"),
    (
        "scenario.default_year",
        "",
        "year of commands that are not told one",
    ),
    (
        "scenario.rounding",
        "",
        "how a payer's share is rounded to the fen",
    ),
    (
        "scenario.year_of",
        "14(1)",
        "day that decides a stay's benefit year",
    ),
    ("insured.adult_age", "2", "age from which a resident is an adult"),
    ("insured.identity.CODE", "7", "class of a local identity code"),
    (
        "enrolment.window",
        "8",
        "days of payment for the next benefit year",
    ),
    (
        "enrolment.newborn.from_birth",
        "14(2)",
        "paid so soon after birth: covered from birth",
    ),
    (
        "enrolment.newborn.until",
        "8, 14(2)",
        "how long after birth a newborn may pay outside the window",
    ),
    (
        "enrolment.newborn.later",
        "14(2)",
        "when cover begins for newborns who pay later than that",
    ),
    (
        "enrolment.late.paid",
        "8",
        "days on which late payments are taken",
    ),
    (
        "enrolment.late.start",
        "8",
        "when the cover of late payers begins",
    ),
    (
        "enrolment.late.contribution",
        "8",
        "what late payers pay: their own part, or the full cost",
    ),
    ("enrolment.late.surcharge", "8", "what late payers pay on top"),
    (
        "enrolment.waiting.time",
        "8",
        "how long late payers wait for cover",
    ),
    (
        "enrolment.waiting.per_missed_year",
        "8",
        "added wait for each year missed in a row",
    ),
    (
        "enrolment.waiting.missed_from",
        "8",
        "first year that can count as missed",
    ),
    (
        "enrolment.waiting.broken_in_window",
        "8",
        "whether those wait who pay in time after missing years",
    ),
    (
        "enrolment.waiting.buy_back",
        "8",
        "wait that paying a missed year afterwards takes away",
    ),
    ("enrolment.waiting.exempt", "8", "classes that never wait"),
    (
        "enrolment.waiting.after_employee",
        "8",
        "how soon after employee insurance nobody waits",
    ),
    ("funding.subsidy", "6", "government subsidy per insured and year"),
    (
        "funding.individual.CATEGORY",
        "6",
        "individual contribution of a category per year",
    ),
    (
        "funding.finance_share.CLASS",
        "7",
        "share of a class's contribution that public finance pays",
    ),
    (
        "funding.subsidy_shares.LEVEL",
        "6",
        "share of the subsidy that a level of government pays",
    ),
    (
        "funding.township.CATEGORY",
        "7",
        "what townships or villages pay per person",
    ),
    ("funding.employer.CATEGORY", "7", "what employers pay per person"),
    ("funding.tier.NAME.clct_grde", "6", "codes of a contribution tier"),
    (
        "funding.tier.NAME.individual.CATEGORY",
        "6",
        "individual contribution in a tier per year",
    ),
    (
        "funding.transfer.critical_illness",
        "12",
        "per insured, from the basic fund to critical-illness insurance",
    ),
    (
        "funding.transfer.outpatient",
        "12",
        "per insured, from the basic fund to the outpatient sub-fund",
    ),
    ("fund.interest", "5", "interest a year on the treasury balance"),
    (
        "fund.work_funds",
        "27",
        "per insured, paid by the districts outside the fund",
    ),
    (
        "fund.paid_on",
        "13",
        "day of the next month on which institutions are paid",
    ),
    (
        "scope.unconsented_borne_by",
        "20(2)",
        "who bears out-of-catalogue items without consent",
    ),
    (
        "levels.LEVEL.name_zh",
        "22",
        "name of an institution level in Chinese",
    ),
    ("levels.LEVEL.hosp_lv", "22", "national level codes of a level"),
    (
        "levels.LEVEL.institution_kind",
        "22",
        "kind of institution that the level is limited to",
    ),
    (
        "benefit.ceiling.kinds",
        "15",
        "kinds of benefit under the shared yearly ceiling",
    ),
    ("benefit.ceiling.amount", "15", "yearly ceiling"),
    ("benefit.ceiling.basis", "15", "what counts towards the ceiling"),
    (
        "benefit.ceiling.counts_deductible",
        "15",
        "whether the deductible counts towards the ceiling",
    ),
    (
        "benefit.out_of_area.kinds",
        "19",
        "kinds of benefit with out-of-area terms",
    ),
    (
        "benefit.out_of_area.STATE.first_share",
        "19",
        "share paid by the person first, out of area",
    ),
    (
        "benefit.out_of_area.STATE.ratio_times",
        "19",
        "factor on the ratio, out of area",
    ),
    (
        "benefit.out_of_area.STATE.ratio_less",
        "19",
        "points off the ratio, out of area",
    ),
    (
        "benefit.critical_illness.kinds",
        "12",
        "kinds of benefit whose burden counts",
    ),
    (
        "benefit.critical_illness.base",
        "12",
        "parts of the person's burden that count",
    ),
    (
        "benefit.critical_illness.threshold",
        "12",
        "burden of a year above which critical-illness insurance pays",
    ),
    (
        "benefit.critical_illness.bands_from",
        "12",
        "where the bands are counted from",
    ),
    (
        "benefit.critical_illness.bands",
        "12",
        "ratio by band of the burden",
    ),
    (
        "benefit.critical_illness.limit",
        "12",
        "most that it pays a person in a year",
    ),
    (
        "benefit.critical_illness.identity.CLASS.threshold_factor",
        "12",
        "factor on the threshold for a class",
    ),
    (
        "benefit.critical_illness.identity.CLASS.rate_add",
        "12",
        "points on the ratio for a class",
    ),
    (
        "benefit.critical_illness.identity.CLASS.limit",
        "12",
        "yearly limit for a class",
    ),
    (
        "benefit.critical_illness.continuity.after_years",
        "12",
        "years in a row after which the limit rises",
    ),
    (
        "benefit.critical_illness.continuity.limit_add",
        "12",
        "rise of the limit for each further year",
    ),
    (
        "benefit.critical_illness.continuity.at_most",
        "12",
        "most that the limit rises, as a share of it",
    ),
    (
        "benefit.assistance.kinds",
        "30",
        "kinds of benefit whose burden counts",
    ),
    (
        "benefit.assistance.base",
        "30",
        "parts of the person's burden that count",
    ),
    (
        "benefit.assistance.threshold",
        "30",
        "burden of a year above which medical assistance pays",
    ),
    (
        "benefit.assistance.limit",
        "30",
        "most that it pays a person in a year",
    ),
    (
        "benefit.assistance.identity.CLASS",
        "30",
        "ratio of medical assistance for a class",
    ),
    (
        "benefit.chronic.disease.GROUP.codes",
        "13, 30",
        "disease codes of a group",
    ),
    (
        "benefit.chronic.disease.GROUP.ratio_of",
        "13, 30",
        "kind of benefit whose ratio the group has",
    ),
    (
        "benefit.chronic.disease.GROUP.ratio",
        "13, 30",
        "ratio of the group",
    ),
    (
        "benefit.chronic.disease.GROUP.at_least",
        "13, 30",
        "ratio that the group has at least",
    ),
    (
        "benefit.chronic.disease.GROUP.add",
        "13, 30",
        "points on the ratio for the group",
    ),
    (
        "benefit.chronic.disease.GROUP.add_levels",
        "13, 30",
        "levels at which these points are added",
    ),
    (
        "benefit.chronic.disease.GROUP.add_institution_kind",
        "13, 30",
        "kind of institution at which these points are added",
    ),
    (
        "benefit.chronic.disease.GROUP.fund_limit",
        "13, 30",
        "most that the fund pays a person for the group in a year",
    ),
    (
        "benefit.chronic.disease.GROUP.LEVEL.ratio",
        "13, 30",
        "ratio of the group at a level",
    ),
    (
        "benefit.maternity.lump_sum.DELIVERY",
        "17",
        "lump sum for a kind of delivery",
    ),
    (
        "benefit.KIND.med_type",
        "13",
        "national medical service types of the kind",
    ),
    ("benefit.KIND.sub_fund", "12", "part of the fund that pays"),
    (
        "benefit.KIND.counts_admission",
        "13",
        "whether a claim counts as an admission of the year",
    ),
    ("benefit.KIND.levels", "13", "levels at which the kind is covered"),
    (
        "benefit.KIND.deductible_period",
        "15",
        "what the deductible is taken once for",
    ),
    ("benefit.KIND.deductible", "15", "deductible at every level"),
    ("benefit.KIND.LEVEL.deductible", "15", "deductible at a level"),
    (
        "benefit.KIND.admission_factors",
        "15",
        "share of the deductible for the first, second, ... admission",
    ),
    ("benefit.KIND.ratio_over", "16", "what ratio bands run over"),
    (
        "benefit.KIND.fund_limit",
        "12",
        "most that the fund pays a person for the kind in a year",
    ),
    (
        "benefit.KIND.family_doctor",
        "16",
        "points on the ratio for persons with a family doctor",
    ),
    (
        "benefit.KIND.continuity.STEP.from_years",
        "16",
        "years in a row from which a step holds",
    ),
    (
        "benefit.KIND.continuity.STEP.rate_add",
        "16",
        "points on the ratio of a step",
    ),
    (
        "benefit.KIND.ceiling.amount",
        "15",
        "yearly ceiling of the kind alone",
    ),
    (
        "benefit.KIND.ceiling.basis",
        "15",
        "what counts towards the ceiling of the kind",
    ),
    (
        "benefit.KIND.ceiling.counts_deductible",
        "15",
        "whether the deductible counts towards the ceiling of the kind",
    ),
    ("benefit.KIND.ratio", "16", "fund's ratio at every level"),
    (
        "benefit.KIND.ratio.CATEGORY",
        "16",
        "fund's ratio for a category at every level",
    ),
    ("benefit.KIND.LEVEL.ratio", "16", "fund's ratio at a level"),
    (
        "benefit.KIND.LEVEL.ratio.CATEGORY",
        "16",
        "fund's ratio for a category at a level",
    ),
    (
        "population.base_year",
        "",
        "year at whose opening the age structure holds",
    ),
    (
        "population.age_structure",
        "",
        "residents of the city by age and sex",
    ),
    (
        "population.membership",
        "",
        "share of an age in this scheme, by age",
    ),
    ("population.births", "", "newborns per insured and year"),
    ("population.male_births", "", "share of newborns that are boys"),
    (
        "population.mortality",
        "",
        "deaths per person and year, by age and sex",
    ),
    (
        "population.students",
        "",
        "share of the insured that are university students",
    ),
    ("population.student_ages", "", "how likely a student, by age"),
    (
        "population.pupils",
        "",
        "share of others in kindergarten or school, by age",
    ),
    (
        "population.family_doctor",
        "",
        "share with a family-doctor contract",
    ),
    (
        "population.frailty_variance",
        "",
        "variance of a person's lasting factor on stays and visits",
    ),
    ("population.districts", "", "share of each district"),
    (
        "population.residence.permit",
        "2",
        "share with a residence permit, of those neither pupil nor student",
    ),
    (
        "population.residence.registered_pupils",
        "2",
        "share of pupils registered in the city",
    ),
    (
        "population.residence.registered_students",
        "2",
        "share of students registered in the city",
    ),
    (
        "population.identity.CLASS",
        "7",
        "share of the insured in a class",
    ),
    (
        "population.enrolment.never",
        "8",
        "share that never enrols, by age",
    ),
    (
        "population.enrolment.lapse",
        "8",
        "share of the others that skips the year, by age",
    ),
    (
        "population.enrolment.paid_at_school",
        "8, 10",
        "when pupils and students pay, by quarter of the window",
    ),
    (
        "population.enrolment.paid_at_residence",
        "8, 10",
        "when everyone else pays, by quarter of the window",
    ),
    (
        "population.enrolment.late",
        "8",
        "share of payers after the window",
    ),
    (
        "population.enrolment.late_days",
        "8",
        "days over which late payments are spread",
    ),
    (
        "population.enrolment.part",
        "8",
        "share of payers that pay a part",
    ),
    (
        "population.enrolment.twice",
        "8",
        "share of payers that pay twice",
    ),
    (
        "population.enrolment.blank",
        "8",
        "share of payments whose amount is not recorded",
    ),
    (
        "population.enrolment.refund_applied",
        "9",
        "share of those entitled to a refund that apply",
    ),
    (
        "population.enrolment.refund_days",
        "9",
        "mean days until they apply",
    ),
    (
        "population.enrolment.newborns.never",
        "14(2)",
        "share of newborns not enrolled",
    ),
    (
        "population.enrolment.newborns.registered_days",
        "14(2)",
        "mean days from birth to registration",
    ),
    (
        "population.enrolment.newborns.paid_days",
        "14(2)",
        "mean days from registration to payment",
    ),
    (
        "population.enrolment.into_jobs.per_head",
        "11",
        "starts of employee insurance per resident and year",
    ),
    (
        "population.enrolment.into_jobs.ages",
        "11",
        "starts of employee insurance, shape by age",
    ),
    (
        "population.enrolment.into_jobs.ended",
        "11",
        "share of them that ends within the year",
    ),
    (
        "population.enrolment.into_jobs.paid_anyway",
        "11",
        "share of the employed that pay all the same",
    ),
    (
        "population.enrolment.leaving.enlisted",
        "9",
        "share that enlists after paying, by age",
    ),
    (
        "population.enrolment.leaving.moved_out",
        "9",
        "share that moves away after paying",
    ),
    (
        "population.enrolment.leaving.student_left",
        "9",
        "share of pupils and students that leaves after paying",
    ),
    (
        "utilisation.tiers.TIER.hosp_lv",
        "",
        "national level code of a kind of institution",
    ),
    (
        "utilisation.tiers.TIER.kind",
        "",
        "its `kind` in the institutions file",
    ),
    ("utilisation.tiers.TIER.level", "", "its level of cost"),
    (
        "utilisation.tiers.TIER.stays",
        "",
        "its share of the local stays of its level",
    ),
    (
        "utilisation.tiers.TIER.per_district",
        "",
        "institutions of the kind in each district",
    ),
    (
        "utilisation.tiers.TIER.city",
        "",
        "institutions of the kind in the city",
    ),
    (
        "utilisation.tiers.TIER.elsewhere",
        "",
        "institutions of the kind out of area",
    ),
    (
        "utilisation.elsewhere",
        "",
        "division code of institutions out of area",
    ),
    (
        "utilisation.special_account",
        "31",
        "share of stays of an epidemic or disaster",
    ),
    (
        "utilisation.third_party_amount",
        "18",
        "share of third-party cases where the liable amount is known",
    ),
    (
        "utilisation.third_party_part",
        "18",
        "mean liable part, where known",
    ),
    (
        "utilisation.exclusions.REASON",
        "18",
        "share of stays with an exclusion",
    ),
    (
        "utilisation.stays.days_log_sd",
        "",
        "spread of the length of stays (sd of the logarithm)",
    ),
    (
        "utilisation.stays.days_cost_correlation",
        "",
        "correlation of the logarithms of length and bill",
    ),
    (
        "utilisation.stays.out_of_area",
        "19",
        "share of all medical cost for stays out of area",
    ),
    (
        "utilisation.stays.out_of_area_states",
        "19",
        "share of each out-of-area state",
    ),
    (
        "utilisation.stays.primary",
        "",
        "share of stays at the primary level",
    ),
    (
        "utilisation.levels.LEVEL.cost",
        "",
        "mean bill of a stay at a level",
    ),
    (
        "utilisation.levels.LEVEL.cost_log_sd",
        "",
        "spread of bills at a level (sd of the logarithm)",
    ),
    (
        "utilisation.levels.LEVEL.own_pay",
        "",
        "mean share of a bill outside the catalogue",
    ),
    (
        "utilisation.levels.LEVEL.over_limit",
        "",
        "mean share above a price limit, of the rest",
    ),
    (
        "utilisation.levels.LEVEL.first_share",
        "",
        "mean first share, of the rest",
    ),
    (
        "utilisation.levels.LEVEL.out_of_area",
        "19",
        "how often out of area, relative to the other levels",
    ),
    (
        "utilisation.visits.cost_by_level",
        "",
        "mean bill of a visit by level, relative",
    ),
    (
        "utilisation.chronic.groups.GROUP.code",
        "",
        "disease code of a group",
    ),
    (
        "utilisation.chronic.groups.GROUP.visits",
        "",
        "visits per patient and year",
    ),
    (
        "utilisation.chronic.groups.GROUP.cost",
        "",
        "mean bill, relative to the other groups",
    ),
    (
        "utilisation.chronic.groups.GROUP.stays",
        "",
        "stays, relative to persons without a chronic disease",
    ),
    (
        "utilisation.chronic.groups.GROUP.prevalence",
        "",
        "registered patients by age, before scaling to the visits",
    ),
    (
        "utilisation.chronic.groups.GROUP.tier",
        "",
        "kind of institution that treats a share of the patients' visits",
    ),
    ("utilisation.chronic.groups.GROUP.tier_share", "", "that share"),
    (
        "utilisation.deliveries.mothers",
        "17",
        "deliveries insured here per newborn",
    ),
    (
        "utilisation.deliveries.kinds",
        "17",
        "share of each kind of delivery",
    ),
    (
        "utilisation.deliveries.spouse_benefit",
        "17",
        "share paid by the husband's maternity insurance",
    ),
    (
        "utilisation.deliveries.days_log_sd",
        "",
        "spread of their length (sd of the logarithm)",
    ),
    ("utilisation.CARE.per_head", "", "cases per insured and year"),
    ("utilisation.CARE.ages", "", "cases by age; only the shape counts"),
    (
        "utilisation.CARE.emergency",
        "",
        "share that began in an emergency room",
    ),
    ("utilisation.CARE.cost", "", "mean bill"),
    (
        "utilisation.CARE.cost_log_sd",
        "",
        "spread of bills (sd of the logarithm)",
    ),
    ("utilisation.CARE.days", "", "mean length"),
    ("utilisation.CARE.tiers", "", "share of each kind of institution"),
    (
        "utilisation.CARE.own_pay",
        "",
        "mean share of a bill outside the catalogue",
    ),
    (
        "utilisation.CARE.over_limit",
        "",
        "mean share above a price limit, of the rest",
    ),
    (
        "utilisation.CARE.first_share",
        "",
        "mean first share, of the rest",
    ),
];
