//! From the tables that Jinan does without to the [`Tariff`](crate::benefit::tariff::Tariff): groups with terms of their
//! own, out-of-area tables, assistance with large bills, ceilings of all payments.

use crate::benefit::claim::{MedType, OutOfArea};
use crate::benefit::tariff::*;
use crate::figure::Cited;
use crate::insured::person::Identity;
use crate::money::Rate;
use crate::scenario::kinds::{Benefits, burden_base, for_kinds};
use crate::scenario::levels::Levels;
use crate::scenario::reader::{Node, optional};

/// Whom a table holds for, by its keys, of which one may ask for a referral, good for as many days as `valid_for` says.
fn asking_group(node: &Node<'_>, levels: &Levels, valid_for: Option<Cited<u32>>) -> Group {
    let wanted = node.has("referred").then(|| node.flag("referred")).flatten();
    Group {
        referred: wanted.map(|wanted| Referred { wanted, valid_for }),
        ..group(node, levels)
    }
}

/// Whom a table holds for, by its keys.
fn group(node: &Node<'_>, levels: &Levels) -> Group {
    let mut group = Group {
        identities: identities(node),
        age_from: None,
        age_below: None,
        levels: [true; MAX_LEVELS],
        institution_kind: None,
        med_types: [true; MedType::TABLE_LEN],
        selected: node.has("selected").then(|| node.flag("selected")).flatten(),
        referred: None,
    };
    if node.has("levels") {
        let names: Vec<(&str, usize)> = levels.iter().map(|(index, name)| (name, index)).collect();
        let listed = node.choices("levels", &names).unwrap_or_default();
        group.levels = std::array::from_fn(|level| listed.contains(&level));
    }
    if node.has("institution_kind") {
        let kind = node.text("institution_kind");
        group.institution_kind = kind.map(|kind| node.reader.institution_kind(kind));
    }
    let age = |key: &str| node.has(key).then(|| node.count(key, "years", 150)).flatten();
    (group.age_from, group.age_below) = (age("age_from"), age("age_below"));
    group
}

/// The classes that a table lists; all, if it does not.
fn identities(node: &Node<'_>) -> [bool; Identity::COUNT] {
    if !node.has("identity") {
        return [true; Identity::COUNT];
    }
    let classes = Identity::ALL.map(|class| (class.name(), class as usize));
    let listed = node.choices("identity", &classes).unwrap_or_default();
    std::array::from_fn(|class| listed.contains(&class))
}

/// How many days a referral of a kind of benefit is good for.
fn valid_for(kind: &Node<'_>) -> Option<Cited<u32>> {
    let referral = kind.optional_table("referral")?;
    let given = referral.has("valid_for");
    given
        .then(|| referral.count("valid_for", "days", 3_650))
        .flatten()
}

/// The terms that few cities have, if the kind of benefit has any.
pub(super) fn rare(node: &Node<'_>, levels: &Levels) -> Option<Box<RareTerms>> {
    let rare = RareTerms {
        referral: referral(node, levels),
        settlement_period: settlement_period(node),
        // What holds for several kinds is read after them.
        ..RareTerms::default()
    };
    (rare != RareTerms::default()).then(|| Box::new(rare))
}

/// After how many days a long stay has a further deductible.
fn settlement_period(node: &Node<'_>) -> Option<Cited<u32>> {
    let key = "settlement_period";
    if !node.has(key) {
        return None;
    }
    if node.text("deductible_period") != Some("admission") {
        node.complain(key, "only a deductible per admission has further periods");
    }
    let days = node.count(key, "days", 3_650)?;
    if days.value == 0 {
        node.complain(key, "a period has a day at least");
        return None;
    }
    Some(days)
}

/// What takes a referral, and what else asks for what a claim need not state.
fn referral(node: &Node<'_>, levels: &Levels) -> Option<ReferralTerms> {
    let valid_for = valid_for(node);
    let needed = node.optional_table("referral").map(|table| {
        let groups = named(&table, "needed");
        groups.iter().map(|table| needing(table, levels)).collect()
    });
    let of_rules = ["no_deductible", "addition"].map(|rule| named(node, rule));
    let asking = of_rules.iter().flatten();
    let asking = asking.filter(|table| table.has("referred") || table.has("selected"));
    let terms = ReferralTerms {
        valid_for,
        needed: needed.unwrap_or_default(),
        asking: asking
            .map(|table| asking_group(table, levels, valid_for))
            .collect(),
    };
    if valid_for.is_some() && terms.needed.is_empty() && terms.asking.is_empty() {
        node.complain("referral", "no rule of this kind asks for a referral");
    }
    (!(terms.needed.is_empty() && terms.asking.is_empty())).then_some(terms)
}

/// A group that is not paid without a referral.
fn needing(node: &Node<'_>, levels: &Levels) -> Group {
    let mut group = group(node, levels);
    if node.has("med_type") {
        group.med_types = [false; MedType::TABLE_LEN];
        for code in node.texts("med_type").unwrap_or_default() {
            match MedType::from_code(code) {
                Some(med_type) => group.med_types[med_type.index()] = true,
                None => node.complain(
                    "med_type",
                    format!("`{code}` is not a national medical service type"),
                ),
            }
        }
    }
    group
}

/// The tables under `key`, by name.
fn named<'a>(node: &Node<'a>, key: &str) -> Vec<Node<'a>> {
    let Some(tables) = node.optional_table(key) else {
        return Vec::new();
    };
    let names = tables.keys();
    names.iter().filter_map(|name| tables.table(name)).collect()
}

/// What is added to the ratio for some, if anything is.
pub(super) fn raises(node: &Node<'_>, levels: &Levels) -> Option<Box<Raises>> {
    let family_doctor = node.has("family_doctor");
    let raises = Raises {
        additions: additions(node, levels),
        family_doctor: family_doctor.then(|| node.rate("family_doctor")).flatten(),
        continuity: node
            .optional_table("continuity")
            .map(|table| continuity_steps(&table))
            .unwrap_or_default(),
    };
    (raises != Raises::default()).then(|| Box::new(raises))
}

/// What years or months of continuous enrolment add to the ratio, the shortest first.
fn continuity_steps(node: &Node<'_>) -> Vec<ContinuityStep> {
    let steps = node.keys().into_iter().filter_map(|name| {
        let step = node.table(&name)?;
        let from = if step.has("from_months") {
            step.count("from_months", "months", 1200)
                .map(ContinuityFrom::Months)
        } else {
            step.count("from_years", "years", 100).map(ContinuityFrom::Years)
        };
        if step.has("from_months") && step.has("from_years") {
            step.complain("from_years", "a step takes either years or months");
        }
        let rate_add = step.rate("rate_add");
        Some(ContinuityStep {
            from: from?,
            rate_add: rate_add?,
        })
    });
    let mut steps: Vec<ContinuityStep> = steps.collect();
    steps.sort_by_key(|step| step.from.months());
    steps
}

/// What is added to the ratio for groups.
fn additions(node: &Node<'_>, levels: &Levels) -> Vec<Addition> {
    let valid_for = valid_for(node);
    let read = |table: &Node<'_>| {
        let (rate_add, group) = (table.rate("rate_add"), asking_group(table, levels, valid_for));
        Some(Addition {
            rate_add: rate_add?,
            group,
        })
    };
    named(node, "addition").iter().filter_map(read).collect()
}

/// Who has no deductible.
pub(super) fn waivers(node: &Node<'_>, levels: &Levels) -> Vec<Waiver> {
    let valid_for = valid_for(node);
    let read = |table: &Node<'_>| Waiver {
        from_admission: table
            .has("from_admission")
            .then(|| table.count("from_admission", "count", 1000))
            .flatten(),
        same_level: table.has("same_level") && table.flag("same_level").unwrap_or_default(),
        group: asking_group(table, levels, valid_for),
    };
    named(node, "no_deductible").iter().map(read).collect()
}

/// By how much less each further admission has.
pub(super) fn admission_less(node: &Node<'_>) -> Option<AdmissionLess> {
    if !node.has("admission_less") {
        if node.has("admission_floor") {
            node.complain(
                "admission_floor",
                "there is no `admission_less` that it could limit",
            );
        }
        return None;
    }
    let (less, at_least) = (node.yuan("admission_less"), node.yuan("admission_floor"));
    Some(AdmissionLess {
        less: less?,
        at_least: at_least?,
    })
}

/// What out-of-area treatment changes, by its state, and for a level where that says so.
pub(super) fn out_of_area(node: &Node<'_>, levels: &Levels, benefits: &mut Benefits) {
    let Some(table) = node.table("out_of_area") else {
        return;
    };
    let mut terms: [[AreaTerms; MAX_LEVELS]; OutOfArea::ALL.len()] = Default::default();
    let away = OutOfArea::ALL
        .into_iter()
        .filter(|&state| state != OutOfArea::Local);
    for state in away {
        let Some(row) = table.table(state.name()) else {
            continue;
        };
        let of_state = area_terms(&row, &AreaTerms::default());
        for (index, name) in levels.iter() {
            let own = row.optional_table(name);
            terms[state as usize][index] = match own {
                Some(own) => area_terms(&own, &of_state),
                None => of_state.clone(),
            };
        }
    }
    for_kinds(&table, benefits, |benefit| {
        benefit.out_of_area = Some(Box::new(terms.clone()));
    });
}

/// The terms of a table, each of which stands for that of `wider` where it is given.
fn area_terms(row: &Node<'_>, wider: &AreaTerms) -> AreaTerms {
    let rate = |key: &str, wider: Option<Cited<Rate>>| {
        if row.has(key) { row.rate(key) } else { wider }
    };
    let ratio = row.has("ratio").then(|| row.rate_or_bands("ratio")).flatten();
    let own = ratio.map(|cited| {
        Box::new(Ratio {
            schedule: cited.value,
            figure: cited.figure,
        })
    });
    AreaTerms {
        deductible: if row.has("deductible") {
            row.yuan("deductible")
        } else {
            wider.deductible
        },
        ratio: own.or_else(|| wider.ratio.clone()),
        first_share: rate("first_share", wider.first_share),
        ratio_times: rate("ratio_times", wider.ratio_times),
        ratio_less: rate("ratio_less", wider.ratio_less),
    }
}

/// Reads `[benefit.accident]`, for the kinds that it lists.
pub(super) fn accident(node: &Node<'_>, benefits: &mut Benefits) {
    if let Some(table) = node.optional_table("accident") {
        let limit = table.limit("fund_limit");
        for_kinds(&table, benefits, |benefit| {
            rare_of(benefit).accident_limit = limit
        });
    }
}

/// Reads `[benefit.subsidy]`, for the kinds that it lists.
pub(super) fn subsidy(node: &Node<'_>, benefits: &mut Benefits) {
    let Some(table) = node.optional_table("subsidy") else {
        return;
    };
    let (above, base, bands) = (table.yuan("above"), burden_base(&table), table.bands("bands"));
    let limit = table.limit("limit");
    let limit_of_year = table.choice("limit_of", &[("claim", false), ("year", true)]);
    let identities = identities(&table);
    let read = || {
        Some(SubsidyTerms {
            above: above?,
            identities,
            base: base?,
            bands: bands.clone()?,
            limit: limit?,
            limit_of_year: limit_of_year?,
        })
    };
    for_kinds(&table, benefits, |benefit| rare_of(benefit).subsidy = read());
}

/// The terms of a kind that few cities have, empty ones where it has none so far.
fn rare_of(benefit: &mut BenefitTerms) -> &mut RareTerms {
    benefit.rare.get_or_insert_default()
}

/// Reads `[benefit.payout_ceiling]`, for the kinds that it lists.
pub(super) fn payout_ceiling(node: &Node<'_>, benefits: &mut Benefits) {
    let Some(table) = node.optional_table("payout_ceiling") else {
        return;
    };
    let of_total = table.choice("of", &[("total", true), ("in-scope", false)]);
    let terms = table
        .rate("rate")
        .zip(of_total)
        .map(|(rate, of_total)| PayoutCeiling { rate, of_total });
    for_kinds(&table, benefits, |benefit| {
        rare_of(benefit).payout_ceiling = terms
    });
}

/// Reads `[benefit.assistance]`.
pub(super) fn assistance(node: &Node<'_>) -> Option<AssistanceTerms> {
    let (threshold, limit) = (node.yuan("threshold"), node.limit("limit"));
    let rate = node
        .table("identity")
        .map(|table| by_identity(&table))
        .unwrap_or_default();
    let large = node.optional_table("large").map(|table| large_bills(&table));
    Some(AssistanceTerms {
        threshold: threshold?,
        limit: limit?,
        rate,
        large: optional(large)?,
    })
}

fn large_bills(node: &Node<'_>) -> Option<Box<LargeBills>> {
    let (above, limit) = (node.yuan("above"), node.limit("limit"));
    let rate = node
        .table("identity")
        .map(|table| by_identity(&table))
        .unwrap_or_default();
    Some(Box::new(LargeBills {
        above: above?,
        limit: limit?,
        rate,
    }))
}

/// A rate for each class that has one.
fn by_identity(table: &Node<'_>) -> [Option<Cited<Rate>>; Identity::COUNT] {
    Identity::ALL.map(|class| {
        let given = table.has(class.name());
        given.then(|| table.rate(class.name())).flatten()
    })
}
