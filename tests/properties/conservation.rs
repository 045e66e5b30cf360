//! No fen appears or disappears, in any settlement; and no yearly limit is ever exceeded.

use crate::common::*;
use crate::given::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use yibao::benefit::claim::MedType;
use yibao::prelude::*;

/// What the person bears of the in-scope amount before the layers above the basic fund.
fn burden(settlement: &Settlement) -> Fen {
    settlement.deductible + settlement.copayment + settlement.above_ceiling
}

fn is_one_of(claim: &Claim, codes: &[&str]) -> bool {
    codes
        .iter()
        .any(|code| MedType::from_code(code) == Some(claim.med_type))
}

/// One of the three parts of a bill that are out of scope.
fn outside<'a>(
    part: usize,
    own_pay: &'a mut Fen,
    over_limit: &'a mut Fen,
    first_share: &'a mut Fen,
) -> &'a mut Fen {
    match part {
        0 => own_pay,
        1 => over_limit,
        _ => first_share,
    }
}

proptest! {
    #[test]
    fn every_identity_holds(person in any_person(), claims in any_history(1..12)) {
        for (claim, settled) in claims.iter().zip(settle_in_turn(jinan(), &person, &claims)) {
            prop_assert_eq!(settled.total, claim.total);
            let scope = settled.own_pay + settled.over_limit + settled.first_share + settled.in_scope;
            prop_assert_eq!(settled.total, scope);
            prop_assert_eq!(settled.total, settled.fund_total() + settled.person + settled.hospital);
            let amounts = [
                settled.own_pay, settled.over_limit, settled.first_share, settled.in_scope, settled.deductible,
                settled.deductible_standard, settled.above_ceiling, settled.copayment, settled.basic,
                settled.critical_illness, settled.assistance, settled.special, settled.hospital, settled.person,
            ];
            prop_assert!(amounts.iter().all(|&amount| amount >= fen(0)), "{:?}", settled);
        }
    }

    /// What is in scope is shared by deductible, ceiling, co-payment and fund; the layers above pay of the burden.
    #[test]
    fn every_step_takes_from_the_one_before(person in any_person(), claims in any_history(1..12)) {
        for settled in settle_in_turn(jinan(), &person, &claims) {
            if settled.status != Status::Settled {
                continue;
            }
            prop_assert_eq!(settled.in_scope, burden(&settled) + settled.basic);
            prop_assert!(settled.deductible <= settled.deductible_standard);
            prop_assert!(settled.critical_illness + settled.assistance <= burden(&settled));
            let outside = settled.total - settled.in_scope - settled.hospital;
            let left = burden(&settled) - settled.critical_illness - settled.assistance;
            prop_assert_eq!(settled.person, outside + left);
        }
    }

    /// Whoever does not get through to the end pays alone, or government does (Art. 31), and the year forgets it.
    #[test]
    fn what_is_not_settled_moves_nothing(person in any_person(), claims in any_history(1..12)) {
        let mut counter = Counter::of(jinan(), person);
        let mut last_year = None;
        for claim in &claims {
            let year = jinan().year_of(claim);
            let same_year = last_year.replace(year) == Some(year);
            let before = if same_year { counter.state.clone() } else { State::default() };
            let settled = counter.settle(claim);
            if settled.status == Status::Settled {
                continue;
            }
            prop_assert_eq!(&counter.state, &before);
            let by_government = settled.status == Status::SpecialAccount;
            let alone = if by_government { settled.special } else { settled.person };
            prop_assert_eq!(alone, claim.total);
            prop_assert_eq!(settled.total, settled.special + settled.person);
        }
    }

    #[test]
    fn an_explanation_settles_the_same(person in any_person(), claims in any_history(1..12)) {
        let (mut silent, mut traced) = (Counter::of(jinan(), person.clone()), Counter::of(jinan(), person));
        for claim in &claims {
            let (explained, trace) = traced.explain(claim);
            prop_assert_eq!(&explained, &silent.settle(claim));
            prop_assert_eq!(&traced.state, &silent.state);
            let ended = trace.steps.last().unwrap().ended;
            prop_assert_eq!(ended.unwrap_or(Status::Settled), explained.status);
            prop_assert!(trace.steps.iter().rev().skip(1).all(|step| step.ended.is_none()));
        }
    }

    #[test]
    fn no_yearly_limit_is_exceeded(person in any_adult(), claims in any_year(1..25)) {
        let settled = settle_in_turn(jinan(), &person, &claims);
        let year = settled[0].year;
        let (mut shared, mut pool, mut by_disease) = (fen(0), fen(0), BTreeMap::new());
        let all = claims.iter().zip(&settled);
        for (claim, settled) in all.filter(|(_, settled)| settled.status == Status::Settled) {
            if is_one_of(claim, &["21", "24", "14"]) {
                shared += settled.basic + settled.copayment;
            }
            if is_one_of(claim, &["11", "13"]) {
                pool += settled.basic;
            }
            if let (true, Some(group)) = (is_one_of(claim, &["14"]), claim.disease) {
                *by_disease.entry(group).or_insert(fen(0)) += settled.basic;
            }
        }
        prop_assert!(shared <= yuan(250_000));
        let pool_limit = if year <= 2022 { yuan(300) } else { yuan(500) };
        prop_assert!(pool <= pool_limit);
        for (code, limit) in [("M03900", 1_100), ("M01600", 1_800)] {
            let group = jinan().codebook().disease(code).unwrap();
            prop_assert!(by_disease.get(&group).is_none_or(|&paid| paid <= yuan(limit)), "{}", code);
        }
        prop_assert!(sum(&settled, |settled| settled.assistance) <= yuan(30_000));
        let hardship = matches!(person.identity, Identity::ExtremePoverty | Identity::Dibao);
        prop_assert!(hardship || sum(&settled, |settled| settled.critical_illness) <= yuan(400_000));
    }

    /// Money outside the scope changes nothing but the bill and what the person (or government, Art. 31) bears.
    #[test]
    fn out_of_scope_money_is_the_persons_alone(
        person in any_person(),
        claims in any_history(1..12),
        which in any::<prop::sample::Index>(),
        more in any_fen(50_000_00),
        part in 0..3usize,
    ) {
        let which = which.index(claims.len());
        let mut dearer = claims.clone();
        let claim = &mut dearer[which];
        claim.total += more;
        *outside(part, &mut claim.own_pay, &mut claim.over_limit, &mut claim.first_share) += more;
        let mut expected = settle_in_turn(jinan(), &person, &claims);
        let changed = &mut expected[which];
        changed.total += more;
        *outside(part, &mut changed.own_pay, &mut changed.over_limit, &mut changed.first_share) += more;
        if changed.status == Status::SpecialAccount {
            changed.special += more;
        } else {
            changed.person += more;
        }
        prop_assert_eq!(settle_in_turn(jinan(), &person, &dearer), expected);
    }
}
