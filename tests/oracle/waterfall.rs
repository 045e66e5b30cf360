//! One claim through the waterfall, in the order of the regulation: cover, institution, exclusions, scope,
//! deductible, ceiling, ratio, critical illness, medical assistance, and the rest is the person's.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::cover::{Category, cover};
use super::figures::{self, Level};
use super::{Amounts, Claim, FeeLine, Institution, Outcome, Person, round_fen};

const ZERO: Decimal = Decimal::ZERO;

/// A person's sums within one benefit year; all start at zero on 1 January (Art. 14(1)).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YearState {
    /// Inpatient stays settled so far.
    pub admissions: u32,
    /// Deductible borne on chronic claims.
    pub chronic_deductible: Decimal,
    /// In-scope expense above the deductible and within the ceiling.
    pub ceiling_used: Decimal,
    /// Fund pay for hypertension.
    pub hypertension_paid: Decimal,
    /// Fund pay for diabetes.
    pub diabetes_paid: Decimal,
    /// Fund pay for general outpatient care.
    pub outpatient_paid: Decimal,
    /// Deductible, co-payment and above ceiling: what critical illness insurance counts.
    pub burden: Decimal,
    /// Critical illness pay.
    pub critical_illness_paid: Decimal,
    /// Medical assistance.
    pub assistance_paid: Decimal,
}

/// Settles one claim and moves the year's sums.
pub fn settle(
    person: &Person,
    institution: Option<&Institution>,
    claim: &Claim,
    state: &mut YearState,
) -> Outcome {
    let mut scope = scope_as_given(claim);

    // Step 1: admission to the scheme (Art. 2, 14).
    let category = match cover(person, claim.begntime.date()) {
        Ok(category) => category,
        Err(reason) => return unsettled(claim, &scope, "not-covered", reason),
    };

    // Step 2: institution (Art. 22).
    let Some(institution) = institution.filter(|found| designated(found, claim.begntime.date())) else {
        return unsettled(claim, &scope, "not-payable", "not-designated");
    };
    let place = Place {
        level: figures::level(if claim.hosp_lv.is_empty() {
            &institution.hosp_lv
        } else {
            &claim.hosp_lv
        }),
        kind: &institution.kind,
        category,
    };
    let Some(benefit) = benefit_of(&claim.med_type) else {
        return unsettled(claim, &scope, "not-payable", "kind-not-covered");
    };
    let below_secondary = matches!(place.level, Level::Primary | Level::Community);
    if benefit == Benefit::GeneralOutpatient && !below_secondary {
        return unsettled(claim, &scope, "not-payable", "level-not-covered");
    }

    // Step 3: special accounts (Art. 31), then exclusions (Art. 17(2), 18).
    if claim.special_account {
        return special_account(claim, &scope);
    }
    if let Some(reason) = exclusion(claim) {
        return unsettled(claim, &scope, "excluded", reason);
    }

    // Step 4: scope (Art. 20); what a third party has paid is no longer in scope (Art. 18(6)).
    if let Some(third_party) = claim.ttp_pay_amt {
        let moved = third_party.min(scope.in_scope);
        scope.in_scope -= moved;
        scope.own_pay += moved;
    }

    // Steps 5 to 10, by the kind of benefit.
    let shares = match benefit {
        Benefit::Inpatient => inpatient(person, &place, claim, scope.in_scope, state),
        Benefit::Chronic => chronic(person, &place, claim, scope.in_scope, state),
        Benefit::GeneralOutpatient => general_outpatient(claim, scope.in_scope, state),
        Benefit::Maternity => maternity(claim, scope.in_scope),
    };

    // Step 11: the person bears the rest.
    settled(claim, &scope, benefit, &shares)
}

/// Kinds of benefit (Art. 12, 13, 17).
#[derive(Clone, Copy, Debug, PartialEq)]
enum Benefit {
    Inpatient,
    Chronic,
    GeneralOutpatient,
    Maternity,
}

/// The kind of benefit of a national `med_type`; none if Jinan does not cover it.
fn benefit_of(med_type: &str) -> Option<Benefit> {
    match med_type {
        "21" | "24" => Some(Benefit::Inpatient),
        "14" => Some(Benefit::Chronic),
        "11" | "13" => Some(Benefit::GeneralOutpatient),
        "52" => Some(Benefit::Maternity),
        _ => None,
    }
}

/// What the ratio depends on besides the benefit and the disease.
struct Place<'a> {
    level: Level,
    kind: &'a str,
    category: Category,
}

/// Whether the institution is designated on `day`, both ends inclusive (Art. 22).
fn designated(institution: &Institution, day: NaiveDate) -> bool {
    institution.designated_from.is_none_or(|from| from <= day)
        && institution.designated_to.is_none_or(|to| day <= to)
}

/// The clause that excludes the whole claim (Art. 17(2), 18), if one does.
fn exclusion(claim: &Claim) -> Option<&str> {
    match claim.excl_rea.as_str() {
        // Self-harm in mental illness is the exception of Art. 18(2); a third party's part has its own rule.
        "" | "self-harm-mental" => {}
        "third-party" if claim.ttp_pay_amt.is_some() => {}
        clause => return Some(clause),
    }
    let family_planning = matches!(claim.matn_type.as_str(), "5" | "6");
    if benefit_of(&claim.med_type) == Some(Benefit::Maternity) && family_planning {
        return Some("family-planning");
    }
    None
}

/// How a claim's total divides (Art. 20).
struct Scope {
    /// Outside the catalogue, the person's or, without consent, the hospital's.
    own_pay: Decimal,
    /// Above a price limit.
    over_limit: Decimal,
    /// First share of class B items.
    first_share: Decimal,
    /// In scope.
    in_scope: Decimal,
    /// The part of `own_pay` that the hospital bears for want of consent.
    without_consent: Decimal,
}

/// Scope from the fee lines if there are any, else from the claim's own amounts.
fn scope_as_given(claim: &Claim) -> Scope {
    let scope = if claim.lines.is_empty() {
        scope_of_header(claim)
    } else {
        scope_of_lines(&claim.lines)
    };
    let sum = scope.own_pay + scope.over_limit + scope.first_share + scope.in_scope;
    assert_eq!(sum, claim.medfee_sumamt, "scope identity of `{}`", claim.mdtrt_id);
    assert!(scope.in_scope >= ZERO, "in-scope amount of `{}`", claim.mdtrt_id);
    scope
}

/// A blank in-scope amount is the remainder. One other blank among three given amounts is the remainder
/// too; otherwise a blank is zero.
fn scope_of_header(claim: &Claim) -> Scope {
    let total = claim.medfee_sumamt;
    let own_pay = claim.fulamt_ownpay_amt;
    let over_limit = claim.overlmt_selfpay;
    let first_share = claim.preselfpay_amt;
    let given = |amount: Option<Decimal>| amount.unwrap_or(ZERO);
    let (own_pay, over_limit, first_share, in_scope) =
        match (own_pay, over_limit, first_share, claim.inscp_scp_amt) {
            (own, over, first, None) => {
                let remainder = total - given(own) - given(over) - given(first);
                (given(own), given(over), given(first), remainder)
            }
            (None, Some(over), Some(first), Some(within)) => {
                (total - over - first - within, over, first, within)
            }
            (Some(own), None, Some(first), Some(within)) => {
                (own, total - own - first - within, first, within)
            }
            (Some(own), Some(over), None, Some(within)) => (own, over, total - own - over - within, within),
            (own, over, first, Some(within)) => (given(own), given(over), given(first), within),
        };
    Scope {
        own_pay,
        over_limit,
        first_share,
        in_scope,
        without_consent: ZERO,
    }
}

/// The sum over the lines; each line's first share is rounded for itself.
fn scope_of_lines(lines: &[FeeLine]) -> Scope {
    let mut scope = Scope {
        own_pay: ZERO,
        over_limit: ZERO,
        first_share: ZERO,
        in_scope: ZERO,
        without_consent: ZERO,
    };
    for line in lines {
        let over_limit = line.overlmt_amt.unwrap_or(ZERO);
        let rest = line.det_item_fee_sumamt - over_limit;
        scope.over_limit += over_limit;
        if line.chrgitm_lv == "03" {
            scope.own_pay += rest;
            if line.consent == "0" {
                scope.without_consent += rest;
            }
        } else {
            let first_share = round_fen(rest * line.selfpay_prop.unwrap_or(ZERO));
            scope.first_share += first_share;
            scope.in_scope += rest - first_share;
        }
    }
    scope
}

/// What the payers and the rules make of the in-scope amount.
#[derive(Default)]
struct Shares {
    ratio: Option<Decimal>,
    deductible_standard: Decimal,
    deductible: Decimal,
    basic: Decimal,
    critical_illness: Decimal,
    assistance: Decimal,
}

/// Inpatient: the deductible falls with the n-th admission of the year, over all levels (Art. 15, 16, 19).
fn inpatient(
    person: &Person,
    place: &Place,
    claim: &Claim,
    in_scope: Decimal,
    state: &mut YearState,
) -> Shares {
    state.admissions += 1;
    let standard = figures::admission_deductible(place.level) * figures::admission_factor(state.admissions);
    let deductible = in_scope.min(standard);

    let within = within_ceiling(in_scope - deductible, state);
    let ratio = figures::inpatient_ratio(place.level, place.kind, place.category);
    let ratio = figures::out_of_area_ratio(ratio, &claim.out_of_area);
    let basic = round_fen(within * ratio);

    let left = in_scope - basic;
    let (critical_illness, assistance) = after_basic_fund(person, claim.benefit_year(), left, state);
    Shares {
        ratio: Some(ratio),
        deductible_standard: standard,
        deductible,
        basic,
        critical_illness,
        assistance,
    }
}

/// Chronic and special outpatient: one deductible a year, the ratio by disease group, and for two groups
/// a yearly limit of what the fund pays (Art. 15, 16, 19).
fn chronic(
    person: &Person,
    place: &Place,
    claim: &Claim,
    in_scope: Decimal,
    state: &mut YearState,
) -> Shares {
    let standard = figures::chronic_deductible();
    let deductible = in_scope.min(standard - state.chronic_deductible);
    state.chronic_deductible += deductible;

    let within = within_ceiling(in_scope - deductible, state);
    let ratio = figures::chronic_ratio(&claim.dise_codg, place.level, place.kind, place.category);
    let ratio = figures::out_of_area_ratio(ratio, &claim.out_of_area);
    let mut basic = round_fen(within * ratio);
    match claim.dise_codg.as_str() {
        "M03900" => {
            basic = basic.min(figures::hypertension_limit() - state.hypertension_paid);
            state.hypertension_paid += basic;
        }
        "M01600" => {
            basic = basic.min(figures::diabetes_limit() - state.diabetes_paid);
            state.diabetes_paid += basic;
        }
        _ => {}
    }

    let left = in_scope - basic;
    let (critical_illness, assistance) = after_basic_fund(person, claim.benefit_year(), left, state);
    Shares {
        ratio: Some(ratio),
        deductible_standard: standard,
        deductible,
        basic,
        critical_illness,
        assistance,
    }
}

/// The part of an amount after the deductible that is within the year's ceiling (Art. 15). The rest is
/// above it and the person's.
fn within_ceiling(after_deductible: Decimal, state: &mut YearState) -> Decimal {
    let room = figures::ceiling() - state.ceiling_used;
    let within = after_deductible.min(room);
    state.ceiling_used += within;
    within
}

/// Critical illness insurance (Art. 12), then medical assistance, on what the basic fund has left in scope:
/// deductible, co-payment and above ceiling.
fn after_basic_fund(person: &Person, year: i32, left: Decimal, state: &mut YearState) -> (Decimal, Decimal) {
    let hardship = person.is_hardship();
    let cumulative = |burden| round_fen(figures::critical_illness_cumulative(year, hardship, burden));
    let mut critical_illness = cumulative(state.burden + left) - cumulative(state.burden);
    state.burden += left;
    if let Some(limit) = figures::critical_illness_limit(hardship) {
        critical_illness = critical_illness.min(limit - state.critical_illness_paid);
    }
    state.critical_illness_paid += critical_illness;

    let mut assistance = ZERO;
    if let Some(rate) = figures::assistance_rate(&person.psn_idet_type) {
        let room = figures::assistance_limit() - state.assistance_paid;
        assistance = round_fen((left - critical_illness) * rate).min(room);
    }
    state.assistance_paid += assistance;
    (critical_illness, assistance)
}

/// General outpatient care (Art. 12): no deductible, a yearly limit of what the fund pays;
/// nothing else counts it.
fn general_outpatient(claim: &Claim, in_scope: Decimal, state: &mut YearState) -> Shares {
    let year = claim.benefit_year();
    let ratio = figures::outpatient_ratio(year);
    let room = figures::outpatient_limit(year) - state.outpatient_paid;
    let basic = round_fen(in_scope * ratio).min(room);
    state.outpatient_paid += basic;
    Shares {
        ratio: Some(ratio),
        basic,
        ..Shares::default()
    }
}

/// Delivery in hospital (Art. 17): a lump sum, never more than the in-scope amount; nothing else counts it.
fn maternity(claim: &Claim, in_scope: Decimal) -> Shares {
    let basic = in_scope.min(figures::delivery_lump_sum(&claim.matn_type));
    Shares {
        basic,
        ..Shares::default()
    }
}

/// The settlement of a claim that is payable.
fn settled(claim: &Claim, scope: &Scope, benefit: Benefit, shares: &Shares) -> Outcome {
    let fund = shares.basic + shares.critical_illness + shares.assistance;
    let person = claim.medfee_sumamt - fund - scope.without_consent;
    assert!(
        person >= ZERO,
        "the person's part of `{}` is negative",
        claim.mdtrt_id
    );
    Outcome {
        year: claim.benefit_year(),
        status: "settled",
        reason: String::new(),
        sub_fund: match benefit {
            Benefit::GeneralOutpatient => "outpatient",
            Benefit::Inpatient | Benefit::Chronic | Benefit::Maternity => "basic",
        },
        pool_prop_selfpay: shares.ratio,
        amounts: Amounts {
            dedc_std: shares.deductible_standard,
            act_pay_dedc: shares.deductible,
            hifp_pay: shares.basic,
            hifmi_pay: shares.critical_illness,
            maf_pay: shares.assistance,
            fund_pay_sumamt: fund,
            psn_part_amt: person,
            psn_cash_pay: person,
            hosp_part_amt: scope.without_consent,
            ..scope_amounts(claim, scope)
        },
    }
}

/// A claim for which the fund pays nothing: the person bears the total and no sum moves.
fn unsettled(claim: &Claim, scope: &Scope, status: &'static str, reason: &str) -> Outcome {
    Outcome {
        year: claim.benefit_year(),
        status,
        reason: reason.to_string(),
        sub_fund: "",
        pool_prop_selfpay: None,
        amounts: Amounts {
            psn_part_amt: claim.medfee_sumamt,
            psn_cash_pay: claim.medfee_sumamt,
            ..scope_amounts(claim, scope)
        },
    }
}

/// Epidemics and disasters (Art. 31): the special account bears the total and no sum moves.
fn special_account(claim: &Claim, scope: &Scope) -> Outcome {
    Outcome {
        year: claim.benefit_year(),
        status: "special-account",
        reason: String::new(),
        sub_fund: "",
        pool_prop_selfpay: None,
        amounts: Amounts {
            oth_pay: claim.medfee_sumamt,
            fund_pay_sumamt: claim.medfee_sumamt,
            ..scope_amounts(claim, scope)
        },
    }
}

/// The total and its four parts, everything else zero.
fn scope_amounts(claim: &Claim, scope: &Scope) -> Amounts {
    Amounts {
        medfee_sumamt: claim.medfee_sumamt,
        fulamt_ownpay_amt: scope.own_pay,
        overlmt_selfpay: scope.over_limit,
        preselfpay_amt: scope.first_share,
        inscp_scp_amt: scope.in_scope,
        ..Amounts::default()
    }
}
