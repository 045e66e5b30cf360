//! Who lives in the city.

use super::*;

#[test]
fn the_same_people_live_in_every_year_and_in_a_city_of_any_size() {
    let by_id = |city: &City| -> BTreeMap<String, yibao::insured::person::Person> {
        let persons = city.caseload.persons.iter().enumerate();
        persons
            .map(|(i, person)| (city.caseload.person_ids.get(i as u32).to_owned(), person.clone()))
            .collect()
    };
    let small = by_id(&draw(&model(2020), 8_000, 5));
    let later = by_id(&draw(&model(2023), 8_000, 5));
    let larger = by_id(&draw(&model(2020), 20_000, 5));
    let (mut same, mut left, mut moved) = (0, 0, 0);
    for (id, person) in &small {
        assert_eq!(person, &larger[id]);
        if let Some(again) = later.get(id) {
            same += 1;
            assert_eq!((person.birth, person.sex), (again.birth, again.sex));
            assert_eq!(
                (person.identity, person.district),
                (again.identity, again.district)
            );
            assert_eq!(person.death, None, "{id} is dead");
            moved += i32::from(person.residence != again.residence);
        } else {
            left += 1;
        }
    }
    assert!(same > 7_000 && left > 100, "{same} {left}");
    // Only pupils and students who leave school can change.
    assert!(moved < same / 30, "{moved}");
    let born = later.iter().filter(|(id, _)| id.starts_with("B2022")).count();
    assert!(born > 50, "{born}");
    assert!(
        later
            .values()
            .all(|person| person.death.is_none_or(|day| day.to_string().starts_with("2023")))
    );
}

#[test]
fn patients_stay_patients_with_the_same_disease() {
    let diseases = |year| -> BTreeMap<String, String> {
        let city = draw(&model(year), 10_000, 6);
        let chronic = (0..city.caseload.claims.len()).filter(|&i| !city.dise_codg(i).is_empty());
        chronic
            .map(|i| {
                let person = city.caseload.person_ids.get(city.caseload.claims[i].person);
                (person.to_owned(), city.dise_codg(i).to_owned())
            })
            .collect()
    };
    let (before, after) = (diseases(2020), diseases(2021));
    let both = before
        .iter()
        .filter(|(person, _)| after.contains_key(*person))
        .count();
    assert!(
        before
            .iter()
            .all(|(person, disease)| after.get(person).is_none_or(|other| other == disease))
    );
    // Nearly all: some die, and a patient may come to no visit.
    assert!(
        both as f64 > 0.88 * before.len() as f64,
        "{both} of {}",
        before.len()
    );
}

#[test]
fn the_population_has_the_shares_of_the_figures() {
    let (city, model) = (large(), model(2020));
    let persons = &city.caseload.persons;
    let share = |what: &str, is: &dyn Fn(&yibao::insured::person::Person) -> bool, target: f64| {
        near(
            what,
            mean(persons.iter().map(|person| f64::from(u8::from(is(person))))),
            target,
            0.0,
        );
    };
    let population = &model.population;
    share(
        "students",
        &|p| p.person_type == Some(PersonType::UniversityStudent),
        population.students,
    );
    for (identity, target) in Identity::ALL.into_iter().zip(population.identities) {
        share(identity.name(), &|p| p.identity == identity, target);
    }
    for (index, district) in population.districts.iter().enumerate() {
        share(
            &district.code,
            &|p| p.district == Some(index as u16),
            district.share,
        );
    }
    let by_age = |p: &yibao::insured::person::Person| p.person_type == Some(PersonType::ByAge);
    let permits = persons
        .iter()
        .filter(|p| by_age(p))
        .map(|p| f64::from(u8::from(p.residence == Residence::Permit)));
    near("permits", mean(permits), population.permit, 0.0);

    // Those insured at the base, by age and sex, as the census times membership.
    let insured = |from: usize, to: usize, sex: usize| -> f64 {
        let bands = population.age_structure.iter();
        let of_band = |band: &yibao::synth::AgeBand| {
            let ages = (band.from..=band.to).filter(|age| (from..to).contains(age));
            let each = band.persons[sex] / (band.to + 1 - band.from) as f64;
            ages.map(|age| each * population.membership.at(age)).sum::<f64>()
        };
        bands.map(of_band).sum()
    };
    let all = insured(0, 200, 0) + insured(0, 200, 1);
    let base: Vec<_> = (0..persons.len())
        .filter(|&i| city.caseload.person_ids.get(i as u32).starts_with('P'))
        .map(|i| &persons[i])
        .collect();
    assert_eq!(base.len(), PERSONS as usize);
    for (from, to) in [(0, 5), (5, 15), (15, 25), (25, 45), (45, 65), (65, 80), (80, 200)] {
        for (index, sex) in [Sex::Male, Sex::Female].into_iter().enumerate() {
            let age = |p: &yibao::insured::person::Person| 2019 - chrono::Datelike::year(&p.birth);
            let is = |p: &yibao::insured::person::Person| p.sex == sex && (from..to).contains(&age(p));
            let drawn = base.iter().map(|p| f64::from(u8::from(is(p))));
            near(
                "age band",
                mean(drawn),
                insured(from as usize, to as usize, index) / all,
                0.0,
            );
        }
    }
    let deaths = mean(persons.iter().map(|p| f64::from(u8::from(p.death.is_some()))));
    println!("deaths per head: {:.5}", deaths.0);
    assert!((0.006..0.012).contains(&deaths.0));
}
