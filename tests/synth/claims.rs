//! What befalls them and what it costs.

use super::*;

#[test]
fn amounts_add_up_and_no_claim_is_outside_life() {
    let city = large();
    let mut ids = BTreeSet::new();
    for (i, claim) in city.caseload.claims.iter().enumerate() {
        let (person, claim) = (&city.caseload.persons[claim.person as usize], &claim.claim);
        assert_eq!(
            claim.total,
            claim.own_pay + claim.over_limit + claim.first_share + claim.in_scope
        );
        assert!(
            [claim.own_pay, claim.over_limit, claim.first_share, claim.in_scope]
                .iter()
                .all(|&a| a >= Fen::ZERO)
        );
        assert!(claim.total > Fen::ZERO);
        assert!(
            claim
                .third_party
                .is_none_or(|part| part <= claim.in_scope && part >= Fen::ZERO)
        );
        assert!(
            person.birth <= claim.begin && claim.begin <= claim.end,
            "{claim:?}"
        );
        assert!(person.death.is_none_or(|day| claim.end <= day));
        assert!(claim.end.to_string().starts_with("2020"));
        assert!(ids.insert(city.caseload.claim_ids.get(i as u32)));
        assert_eq!(claim.delivery.is_some(), is(claim, &["52"]));
        assert!(claim.delivery.is_none() || person.sex == Sex::Female);
        let institution = &city.institutions()[claim.institution as usize];
        assert_eq!(claim.hosp_lv, institution.hosp_lv);
        assert_eq!(
            claim.out_of_area == OutOfArea::Local,
            institution.district.starts_with("3701")
        );
        let line = city.caseload.claims[i].line;
        assert_eq!(line as usize, i + 2);
    }
}

#[test]
fn nobody_is_in_two_beds_at_once() {
    let city = large();
    let mut stays: BTreeMap<u32, Vec<(_, _)>> = BTreeMap::new();
    for claim in city
        .caseload
        .claims
        .iter()
        .filter(|claim| is(&claim.claim, &["21", "24", "52"]))
    {
        stays
            .entry(claim.person)
            .or_default()
            .push((claim.claim.end, claim.claim.begin));
    }
    for (person, stays) in &mut stays {
        stays.sort_unstable();
        assert!(
            stays.windows(2).all(|pair| pair[0].0 <= pair[1].1),
            "{person}: {stays:?}"
        );
    }
    for claim in city
        .caseload
        .claims
        .iter()
        .filter(|claim| is(&claim.claim, &["11", "13", "14"]))
    {
        let day = claim.claim.end;
        let inside = |&(end, begin): &(_, _)| begin < day && day < end;
        assert!(
            !stays
                .get(&claim.person)
                .is_some_and(|stays| stays.iter().any(inside))
        );
    }
}

#[test]
fn the_means_of_every_year_are_those_of_the_statistics() {
    for year in 2020..=2024 {
        let model = model(year);
        let city = draw(&model, PERSONS, u64::from(year.unsigned_abs()));
        let use_of = &model.utilisation;
        println!(
            "{year}: {} persons, {} claims",
            city.caseload.persons.len(),
            city.caseload.claims.len()
        );
        near(
            "stays per head",
            per_person(&city, &["21", "24"]),
            use_of.stays.per_head,
            0.003,
        );
        near(
            "visits per head",
            per_person(&city, &["11", "13"]),
            use_of.visits.per_head,
            0.003,
        );
        near(
            "chronic visits per head",
            per_person(&city, &["14"]),
            use_of.chronic.per_head,
            0.003,
        );
        near(
            "cost of a stay",
            mean(claims(&city, &["21", "24"]).map(yuan)),
            use_of.stays.cost_yuan,
            0.0,
        );
        near(
            "cost of a visit",
            mean(claims(&city, &["11", "13"]).map(yuan)),
            use_of.visits.cost_yuan,
            0.0,
        );
        near(
            "cost of a chronic visit",
            mean(claims(&city, &["14"]).map(yuan)),
            use_of.chronic.cost_yuan,
            0.02,
        );
        for (level, codes) in use_of.levels.iter().zip([&["08", "11"][..], &["05"], &["02"]]) {
            let codes: Vec<HospLv> = codes.iter().filter_map(|code| HospLv::from_code(code)).collect();
            let of_level = claims(&city, &["21", "24"]).filter(|claim| codes.contains(&claim.hosp_lv));
            near(
                "cost of a stay at a level",
                mean(of_level.map(yuan)),
                level.cost_yuan,
                0.0,
            );
        }
        let days = claims(&city, &["21", "24"]).map(|claim| (claim.end - claim.begin).num_days() as f64);
        near("days", mean(days), use_of.stays.days, 0.03);
        let away = |claim: &Claim| {
            if claim.out_of_area == OutOfArea::Local {
                0.0
            } else {
                yuan(claim)
            }
        };
        let all: f64 = city.caseload.claims.iter().map(|claim| yuan(&claim.claim)).sum();
        let out: f64 = city.caseload.claims.iter().map(|claim| away(&claim.claim)).sum();
        near(
            "out-of-area share of cost",
            (out / all, 0.003),
            use_of.stays.out_of_area,
            0.0,
        );
        let in_scope: f64 = city
            .caseload
            .claims
            .iter()
            .map(|claim| claim.claim.in_scope.to_yuan_lossy())
            .sum();
        println!("in-scope share of cost: {:.4}", in_scope / all);
        assert!((0.78..0.90).contains(&(in_scope / all)));
        let women = model.population.births[&year] * use_of.deliveries.mothers * f64::from(PERSONS);
        let deliveries = claims(&city, &["52"]).count() as f64;
        near("deliveries", (deliveries, women.sqrt()), women, 0.0);
    }
}

#[test]
fn claims_carry_what_the_rules_ask_about() {
    let city = large();
    let any = |is: &dyn Fn(&Claim) -> bool| city.caseload.claims.iter().any(|claim| is(&claim.claim));
    for state in OutOfArea::ALL {
        assert!(any(&|claim| claim.out_of_area == state), "{state:?}");
    }
    for delivery in Delivery::ALL {
        assert!(any(&|claim| claim.delivery == Some(delivery)), "{delivery:?}");
    }
    let never = [Exclusion::FamilyPlanning];
    for exclusion in Exclusion::ALL
        .into_iter()
        .filter(|reason| !never.contains(reason))
    {
        assert!(any(&|claim| claim.exclusion == Some(exclusion)), "{exclusion:?}");
    }
    assert!(any(&|claim| claim.third_party.is_some()) && any(&|claim| claim.special_account));
    assert!(any(&|claim| claim.family_doctor) && any(&|claim| !claim.family_doctor));
    let kinds: BTreeSet<u8> = city
        .caseload
        .claims
        .iter()
        .map(|claim| claim.claim.institution_kind.0)
        .collect();
    assert_eq!(kinds, BTreeSet::from([0, 1, 2]));
    let codes: BTreeSet<&str> = (0..city.caseload.claims.len())
        .map(|i| city.dise_codg(i))
        .collect();
    assert_eq!(codes.len(), 12, "{codes:?}");
    for (i, claim) in city.caseload.claims.iter().enumerate() {
        assert_eq!(claim.claim.disease, codebook().disease(city.dise_codg(i)));
        assert_eq!(
            MedType::from_code(claim.claim.med_type.code()),
            Some(claim.claim.med_type)
        );
    }
    for (i, person) in city.caseload.persons.iter().enumerate() {
        assert_eq!(PersonType::from_code(city.psn_type(i)), person.person_type);
        assert!(city.insu_admdvs(i).starts_with("3701"));
    }
    let institutions: BTreeSet<&str> = city.institutions().iter().map(|i| i.code.as_str()).collect();
    assert_eq!(institutions.len(), city.institutions().len());
}
