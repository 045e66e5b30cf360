//! From the tables of a scenario to the [`Tariff`] of one benefit year.

use crate::benefit::claim::{Delivery, DiseaseGroup, MedType};
use crate::benefit::kind::{BenefitKind, SubFund};
use crate::benefit::tariff::*;
use crate::figure::*;
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::{Fen, Rate, Rounding};
use crate::scenario::kinds::{Benefits, KINDS, burden_base, for_kinds};
use crate::scenario::levels::{Levels, levels};
use crate::scenario::other_cities;
use crate::scenario::reader::{Node, optional};
use std::collections::BTreeMap;

const SUB_FUNDS: [(&str, SubFund); 2] = [("basic", SubFund::Basic), ("outpatient", SubFund::Outpatient)];

/// Disease codes, as far as the walk has met them.
pub(crate) type Diseases = BTreeMap<String, DiseaseGroup>;

/// The disease groups of the kinds so far.
struct Groups<'d> {
    diseases: &'d mut Diseases,
    /// The index of the next.
    first: usize,
}

/// Compiles the benefit side of a scenario for the reader's year. `None` after complaints.
pub(crate) fn tariff(
    root: &Node<'_>,
    rounding: Rounding,
    enrolment_figures: EnrolmentFigures,
    diseases: &mut Diseases,
) -> Option<Tariff> {
    let levels = root.table("levels").and_then(|node| levels(&node));
    let levels = levels?;
    let node = root.table("benefit")?;
    let mut kinds = [None; MedType::TABLE_LEN];
    let mut tiers = vec![tier_terms(&node, &levels, rounding, &mut kinds, diseases)];
    let of_tiers = node.optional_table("tier");
    for name in tier_names(root) {
        let over = of_tiers.as_ref().and_then(|table| table.optional_table(&name));
        let node = root.table("benefit")?.overlaid(over);
        // What a code means cannot depend on the tier.
        let (mut kinds, mut diseases) = ([None; MedType::TABLE_LEN], diseases.clone());
        tiers.push(tier_terms(&node, &levels, rounding, &mut kinds, &mut diseases));
    }
    Some(Tariff {
        year: root.reader.year,
        rounding,
        kinds,
        levels: levels.table,
        level_names: levels.names,
        asks_year_before: tiers.iter().any(asks_year_before),
        tiers,
        enrolment_figures,
        // The notes are complete once every year is read.
        figures: [].into(),
        figure_texts: Vec::new(),
    })
}

/// Whether a tier's limit of critical illness insurance depends on what was paid in the year before.
fn asks_year_before(tier: &TierTerms) -> bool {
    let continuity = tier.critical_illness.as_ref().and_then(|terms| terms.continuity);
    continuity.is_some_and(|continuity| continuity.zero_claim_add.is_some())
}

/// The names of the contribution tiers, in the order of their indices from 1.
fn tier_names(root: &Node<'_>) -> Vec<String> {
    let funding = root.optional_table("funding");
    let tiers = funding.and_then(|funding| funding.optional_table("tier"));
    tiers.map(|tiers| tiers.keys()).unwrap_or_default()
}

/// What one contribution tier gets.
fn tier_terms(
    node: &Node<'_>,
    levels: &Levels,
    rounding: Rounding,
    kinds: &mut [Option<BenefitKind>; MedType::TABLE_LEN],
    diseases: &mut Diseases,
) -> TierTerms {
    let mut benefits = [const { None }; BenefitKind::COUNT];
    // A code means one group, whatever the kind: groups are numbered through.
    let mut groups = Groups { diseases, first: 0 };
    for (name, kind) in KINDS {
        if let Some(table) = node.optional_table(name) {
            benefits[kind as usize] = benefit(&table, kind, levels, kinds, &mut groups);
        }
    }
    ceilings(node, &mut benefits);
    other_cities::out_of_area(node, levels, &mut benefits);
    other_cities::accident(node, &mut benefits);
    other_cities::subsidy(node, &mut benefits);
    other_cities::payout_ceiling(node, &mut benefits);
    let critical_illness = node.optional_table("critical_illness").map(|table| {
        let base = burden_base(&table);
        for_kinds(&table, &mut benefits, |terms| terms.critical_illness_base = base);
        critical_illness(&table, rounding)
    });
    let assistance = node.optional_table("assistance").map(|table| {
        let base = burden_base(&table);
        for_kinds(&table, &mut benefits, |terms| terms.assistance_base = base);
        other_cities::assistance(&table)
    });
    TierTerms {
        benefits,
        critical_illness: critical_illness.flatten(),
        assistance: assistance.flatten(),
    }
}

fn benefit(
    node: &Node<'_>,
    kind: BenefitKind,
    levels: &Levels,
    kinds: &mut [Option<BenefitKind>; MedType::TABLE_LEN],
    groups: &mut Groups<'_>,
) -> Option<Box<BenefitTerms>> {
    for code in node.texts("med_type").unwrap_or_default() {
        match MedType::from_code(code) {
            None => node.complain(
                "med_type",
                format!("`{code}` is not a national medical service type"),
            ),
            Some(med_type) if kinds[med_type.index()].is_some() => {
                node.complain(
                    "med_type",
                    format!("`{code}` is already covered as another kind of benefit"),
                );
            }
            Some(med_type) => kinds[med_type.index()] = Some(kind),
        }
    }
    let covered = covered_levels(node, levels);
    let lump_sums = node
        .optional_table("lump_sum")
        .map(|table| Box::new(lump_sums(&table)));
    let ratio = if lump_sums.is_some() {
        Default::default()
    } else {
        ratios(node, levels, &covered)
    };
    let diseases = node
        .optional_table("disease")
        .map(|table| disease_terms(&table, levels, &covered, groups));
    let optional = |key: &str| node.has(key);
    let terms = BenefitTerms {
        sub_fund: node.choice("sub_fund", &SUB_FUNDS).unwrap_or(SubFund::Basic),
        counts_admission: node.flag("counts_admission").unwrap_or_default(),
        deductible: deductible(node, levels, &covered),
        ceiling: None,
        ratio,
        ratio_over: if optional("ratio_over") {
            let over = [
                ("claim", RatioOver::Claim),
                ("claim-from-zero", RatioOver::ClaimFromZero),
                ("year", RatioOver::Year),
            ];
            node.choice("ratio_over", &over).unwrap_or_default()
        } else {
            RatioOver::Claim
        },
        raises: other_cities::raises(node, levels),
        fund_limit: if optional("fund_limit") {
            node.limit("fund_limit")
        } else {
            None
        },
        lump_sums,
        diseases: diseases.unwrap_or_default(),
        out_of_area: None,
        rare: other_cities::rare(node, levels),
        critical_illness_base: None,
        assistance_base: None,
    };
    Some(Box::new(terms))
}

/// Which levels the kind is covered at: all, unless it lists some.
fn covered_levels(node: &Node<'_>, levels: &Levels) -> [bool; MAX_LEVELS] {
    let mut covered = [false; MAX_LEVELS];
    let choices: Vec<(&str, usize)> = levels.iter().map(|(index, name)| (name, index)).collect();
    let listed = node
        .has("levels")
        .then(|| node.choices("levels", &choices))
        .flatten();
    for index in listed.unwrap_or_else(|| (0..levels.names.len()).collect()) {
        covered[index] = true;
    }
    covered
}

fn lump_sums(node: &Node<'_>) -> [Option<Cited<Fen>>; Delivery::ALL.len()] {
    let mut sums = [None; Delivery::ALL.len()];
    for delivery in [
        Delivery::Normal,
        Delivery::Assisted,
        Delivery::Caesarean,
        Delivery::Difficult,
    ] {
        sums[delivery as usize] = node.yuan(delivery.name());
    }
    sums
}

/// The ratios by category and level: of the level where it gives one, else of the kind.
fn ratios(
    node: &Node<'_>,
    levels: &Levels,
    covered: &[bool; MAX_LEVELS],
) -> [[Option<Ratio>; MAX_LEVELS]; Category::ALL.len()] {
    let mut ratios: [[Option<Ratio>; MAX_LEVELS]; Category::ALL.len()] = Default::default();
    for (index, name) in levels.iter().filter(|(index, _)| covered[*index]) {
        let Some(by_category) = of_level_or_kind(node, name, "ratio", ratio_by_category) else {
            continue;
        };
        for (category, ratio) in by_category.into_iter().enumerate() {
            ratios[category][index] = ratio;
        }
    }
    ratios
}

/// Reads a figure from the table of a level where that has it, else from the kind's, which holds for all levels.
fn of_level_or_kind<T>(node: &Node<'_>, level: &str, key: &str, read: impl Fn(&Node<'_>) -> T) -> Option<T> {
    let own = node.optional_table(level);
    match &own {
        Some(own) if own.has(key) => Some(read(own)),
        _ if node.has(key) => Some(read(node)),
        // The level's own table is the likely place; without one, the level may be missing altogether.
        Some(own) => Some(read(own)),
        None => {
            let message = format!("this figure is missing for the level `{level}`");
            let table = node.path_of(level);
            let hint = format!("give `{key}` here for every level, or in `[{table}]` for this one");
            node.complain_hinting(key, message, Some(hint));
            None
        }
    }
}

fn ratio_by_category(node: &Node<'_>) -> [Option<Ratio>; Category::ALL.len()] {
    let ratio = |cited: Cited<crate::schedule::Schedule>| Ratio {
        schedule: cited.value,
        figure: cited.figure,
    };
    if !node.has("ratio") || node.is_figure("ratio") {
        let one = node.rate_or_bands("ratio").map(ratio);
        return [one.clone(), one.clone(), one];
    }
    let Some(table) = node.table("ratio") else {
        return Default::default();
    };
    Category::ALL.map(|category| table.rate_or_bands(category.name()).map(ratio))
}

fn deductible(node: &Node<'_>, levels: &Levels, covered: &[bool; MAX_LEVELS]) -> Option<DeductibleTerms> {
    let mut periods: Vec<(&str, Option<DeductiblePeriod>)> = DeductiblePeriod::NAMES
        .iter()
        .map(|&(name, period)| (name, Some(period)))
        .collect();
    periods.push(("none", None));
    let period = node.choice("deductible_period", &periods)??;
    let mut standard = [None; MAX_LEVELS];
    for (index, name) in levels.iter().filter(|(index, _)| covered[*index]) {
        standard[index] =
            of_level_or_kind(node, name, "deductible", |table| table.yuan("deductible")).flatten();
    }
    let factors = node
        .has("admission_factors")
        .then(|| node.rates("admission_factors"))
        .flatten();
    let admission_less = other_cities::admission_less(node);
    for (key, given) in [
        ("admission_factors", factors.is_some()),
        ("admission_less", admission_less.is_some()),
    ] {
        if given && period != DeductiblePeriod::Admission {
            node.complain(key, "only a deductible per admission changes by admission");
        }
    }
    if factors.is_some() && admission_less.is_some() {
        node.complain("admission_less", "there are `admission_factors` already");
    }
    Some(DeductibleTerms {
        period,
        standard,
        admission_factors: factors.unwrap_or_default(),
        admission_less,
        waivers: other_cities::waivers(node, levels),
    })
}

fn disease_terms(
    node: &Node<'_>,
    levels: &Levels,
    covered: &[bool; MAX_LEVELS],
    groups: &mut Groups<'_>,
) -> Vec<Option<DiseaseTerms>> {
    let names = node.keys();
    let first = groups.first;
    groups.first += names.len();
    if groups.first > MAX_DISEASES {
        node.reader.complain(
            None,
            &node.path,
            format!("more than {MAX_DISEASES} disease groups"),
        );
        return Vec::new();
    }
    let mut terms: Vec<Option<DiseaseTerms>> = (0..first).map(|_| None).collect();
    for (index, name) in names.iter().enumerate() {
        let Some(table) = node.table(name) else { continue };
        let group = DiseaseGroup((first + index) as u8);
        for code in table.texts("codes").unwrap_or_default() {
            if groups
                .diseases
                .insert(code.to_string(), group)
                .is_some_and(|other| other != group)
            {
                table.complain("codes", format!("`{code}` already belongs to another group"));
            }
        }
        terms.push(Some(one_disease(name, &table, levels, covered)));
    }
    terms
}

fn one_disease(name: &str, table: &Node<'_>, levels: &Levels, covered: &[bool; MAX_LEVELS]) -> DiseaseTerms {
    let choices: Vec<(&str, usize)> = levels.iter().map(|(index, name)| (name, index)).collect();
    let optional_rate = |key: &str| if table.has(key) { table.rate(key) } else { None };
    let mut add_levels = [true; MAX_LEVELS];
    if table.has("add_levels") {
        let listed = table.choices("add_levels", &choices).unwrap_or_default();
        add_levels = std::array::from_fn(|level| listed.contains(&level));
    }
    let own_ratio = table.has("ratio") || levels.iter().any(|(_, level)| table.has(level));
    let ratio = if table.has("ratio_of") {
        if own_ratio {
            table.complain(
                "ratio_of",
                "a group has either `ratio_of` or a `ratio` of its own",
            );
        }
        table.choice("ratio_of", &[("inpatient", ())]);
        DiseaseRatio::OfInpatient
    } else if own_ratio {
        DiseaseRatio::Own(Box::new(ratios(table, levels, covered)))
    } else {
        DiseaseRatio::OfKind
    };
    DiseaseTerms {
        name: name.to_string(),
        ratio,
        at_least: optional_rate("at_least"),
        add: optional_rate("add"),
        add_levels,
        add_institution_kind: table
            .has("add_institution_kind")
            .then(|| table.text("add_institution_kind"))
            .flatten()
            .map(|kind| table.reader.institution_kind(kind)),
        fund_limit: if table.has("fund_limit") {
            table.limit("fund_limit")
        } else {
            None
        },
    }
}

/// The shared ceiling, in slot 0, and those that a kind has for itself.
fn ceilings(node: &Node<'_>, benefits: &mut Benefits) {
    let read = |table: &Node<'_>, slot: usize| {
        let basis = [
            ("in-scope", CeilingBasis::InScope),
            ("fund-paid", CeilingBasis::FundPaid),
        ];
        let (amount, basis) = (table.limit("amount"), table.choice("basis", &basis));
        let counts_deductible = table.flag("counts_deductible");
        if (basis, counts_deductible) == (Some(CeilingBasis::FundPaid), Some(true)) {
            let message = "the fund pays no deductible: it can count only where `basis` is `in-scope`";
            table.complain("counts_deductible", message);
        }
        Some(CeilingTerms {
            slot,
            amount: amount?,
            basis: basis?,
            counts_deductible: counts_deductible?,
        })
    };
    if let Some(table) = node.table("ceiling") {
        let terms = read(&table, 0);
        for_kinds(&table, benefits, |benefit| benefit.ceiling = terms);
    }
    for (name, kind) in KINDS {
        let own = node
            .optional_table(name)
            .and_then(|table| table.optional_table("ceiling"));
        if let (Some(table), Some(benefit)) = (own, &mut benefits[kind as usize]) {
            benefit.ceiling = read(&table, kind as usize + 1);
        }
    }
}

fn critical_illness(node: &Node<'_>, rounding: Rounding) -> Option<CriticalIllnessTerms> {
    let threshold = node.yuan("threshold");
    let from_zero = node.choice("bands_from", &[("zero", true), ("threshold", false)]);
    let (bands, limit) = (node.bands("bands"), node.limit("limit"));
    let identities = node.optional_table("identity");
    let class = |table: Option<Node<'_>>| {
        let own = |key: &str| table.as_ref().filter(|table| table.has(key));
        let factor = own("threshold_factor").map(|table| table.rate("threshold_factor"));
        let add = own("rate_add").map(|table| table.rate("rate_add"));
        let own_limit = own("limit").map(|table| table.limit("limit"));
        let (threshold, bands) = (threshold?, bands.clone()?);
        // What is there but was complained of ends the class; what is not there changes nothing.
        let (threshold_factor, rate_add) = (optional(factor)?, optional(add)?);
        let limit = own_limit.unwrap_or(limit)?;
        let starts_at = match threshold_factor {
            Some(factor) => threshold.value.times(factor.value, rounding),
            None => threshold.value,
        };
        let add = rate_add.map_or(Rate::ZERO, |add| add.value);
        let raised = bands
            .value
            .map_rates(|rate| if rate == Rate::ZERO { rate } else { rate.plus(add) });
        let schedule = if from_zero? {
            raised.above(starts_at)
        } else {
            raised.shifted(starts_at)
        };
        Some(CriticalIllnessClass {
            schedule,
            threshold,
            threshold_factor,
            bands: bands.figure,
            rate_add,
            limit,
        })
    };
    let by_identity = Identity::ALL.map(|identity| {
        let table = identities
            .as_ref()
            .and_then(|node| node.optional_table(identity.name()));
        class(table)
    });
    let by_identity: Vec<CriticalIllnessClass> = by_identity.into_iter().collect::<Option<_>>()?;
    let continuity = node
        .optional_table("continuity")
        .map(|table| limit_continuity(&table));
    Some(CriticalIllnessTerms {
        by_identity: by_identity.try_into().ok()?,
        continuity: optional(continuity)?,
    })
}

/// What years of continuous enrolment add to the yearly limit.
fn limit_continuity(node: &Node<'_>) -> Option<LimitContinuity> {
    let after = node.count("after_years", "years", 100);
    let (add, at_most) = (node.yuan("limit_add"), node.rate("at_most"));
    let zero_claim = node.has("zero_claim_add").then(|| node.yuan("zero_claim_add"));
    Some(LimitContinuity {
        after_years: after?,
        limit_add: add?,
        zero_claim_add: optional(zero_claim)?,
        at_most: at_most?,
    })
}
