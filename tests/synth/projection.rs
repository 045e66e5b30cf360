//! The population over decades: stocks and flows to the person, and the expectation behind the drawn.

use super::*;
use chrono::Datelike;
use yibao::insured::person::Person;
use yibao::insured::terms::Window;
use yibao::synth::{AGE_BANDS, Departure, Entry, Fate, Flows, age_band};

const BASE: i32 = 2020;
const LAST: i32 = 2050;

/// A value for each year of the projection.
fn by_year(value: impl Fn(i32) -> f64) -> String {
    let years = (BASE..=LAST).map(|year| format!("{year} = {:?}", value(year)));
    format!("{{ {} }}", years.collect::<Vec<_>>().join(", "))
}

const NOTE: &str = "provenance = \"placeholder\", source = \"a test\"";

/// A `mortality_trend` or `membership_trend`.
fn trend(key: &str, value: impl Fn(i32) -> f64) -> String {
    format!("{key} = {{ ratio = {}, {NOTE} }}\n", by_year(value))
}

/// Mortality that falls, but for a bad year.
fn falling() -> String {
    trend("mortality_trend", |year| {
        let bad = if year == 2027 { 1.6 } else { 1.0 };
        0.98f64.powi(year - BASE) * bad
    })
}

/// Membership that falls for some years and then rises, to a little above where it began.
fn wavering() -> String {
    trend("membership_trend", |year| match year - BASE {
        passed @ ..10 => 1.0 - 0.02 * f64::from(passed),
        passed => (0.8 + 0.03 * f64::from(passed - 10)).min(1.05),
    })
}

/// Students who come at 18 and leave at 22, and migrants who come for good.
fn streams() -> String {
    format!(
        "[population.arrivals.students]
type = \"student\"
per_head = {{ per_head = {}, {NOTE} }}
ages = {{ age_from = [0, 18, 19], ratio = [0, 1, 0], {NOTE} }}
male = {{ rate = 0.48, {NOTE} }}
years = {{ years = 4, {NOTE} }}

[population.arrivals.migrants]
type = \"any\"
per_head = {{ per_head = 0.006, {NOTE} }}
ages = {{ age_from = [0, 18, 40, 60], ratio = [1, 3, 1, 0], {NOTE} }}
male = {{ rate = 0.55, {NOTE} }}
",
        by_year(|year| if year == BASE { 0.0 } else { 0.003 })
    )
}

/// Jinan's parts with every figure held after its last year, keys added to `[population]`, and tables before the next.
fn extended(keys: &str, tables: &str) -> DocumentMut {
    let text = part()
        .replacen("male_births =", &format!("{keys}male_births ="), 1)
        .replacen(
            "[population.residence]",
            &format!("{tables}\n[population.residence]"),
            1,
        );
    let mut document: DocumentMut = text.parse().expect("valid TOML");
    hold(document.as_table_mut());
    document
}

fn hold(table: &mut dyn TableLike) {
    let last = table
        .iter()
        .filter_map(|(key, item)| Some((key.parse::<i32>().ok()?, item)));
    let last = last
        .max_by_key(|&(year, _)| year)
        .filter(|&(year, _)| (BASE..LAST).contains(&year));
    if let Some((year, item)) = last.map(|(year, item)| (year, item.clone())) {
        for later in year + 1..=LAST {
            table.insert(&later.to_string(), item.clone());
        }
    }
    for (_, item) in table.iter_mut() {
        if let Some(inner) = item.as_table_like_mut() {
            hold(inner);
        }
    }
}

/// The terms of the scenario's last year, moved to any other.
fn terms_of(year: i32) -> EnrolmentTerms {
    let mut terms = terms(2023).clone();
    let moved = |day: chrono::NaiveDate| day.with_year(day.year() + year - terms.year).expect("a day");
    let window = terms.window.value;
    terms.window.value = Window {
        from: moved(window.from),
        to: moved(window.to),
    };
    terms.year = year;
    terms
}

fn generator(document: &DocumentMut, year: i32, persons: u32, seed: u64) -> Generator {
    let model = parse_table(document.as_table(), year).unwrap_or_else(|errors| panic!("{errors:?}"));
    Generator::new(&model, &terms_of(year), persons, seed, &codebook()).unwrap_or_else(|e| panic!("{e}"))
}

fn flows(generator: &Generator) -> Flows {
    generator.flows(0..generator.slots())
}

/// What may become of a person in a year, after what did in the year before.
fn follows(before: Fate, now: Fate) -> bool {
    match (before, now) {
        (Fate::NotYet, Fate::Resident { entry, .. }) => matches!(entry, Entry::Born | Entry::Arrived(_)),
        (Fate::Resident { died: true, .. } | Fate::Dead, now) => now == Fate::Dead,
        (Fate::Resident { .. }, Fate::Resident { entry, .. }) => entry == Entry::Stayed,
        (Fate::Resident { .. }, now) => matches!(now, Fate::Left(_)),
        (Fate::Left(cause) | Fate::Away(cause), Fate::Resident { entry, .. }) => {
            entry == Entry::Returned && cause == Departure::Membership
        }
        (Fate::Left(cause) | Fate::Away(cause), now) => now == Fate::Away(cause) || now == Fate::Dead,
        (Fate::NotYet, _) => false,
    }
}

/// What does not change about a person.
fn lasting(person: &Person) -> impl PartialEq + std::fmt::Debug + use<> {
    (person.birth, person.sex, person.identity, person.district)
}

/// Follows everyone through all years and counts them anew.
fn check_all_years(document: &DocumentMut, persons: u32, seed: u64) -> Vec<Flows> {
    let mut all: Vec<Flows> = Vec::new();
    let (mut fates, mut known): (Vec<Fate>, BTreeMap<u32, _>) = (Vec::new(), BTreeMap::new());
    let mut ids = BTreeSet::new();
    for year in BASE..=LAST {
        let generator = generator(document, year, persons, seed);
        let flows = flows(&generator);
        assert!(flows.balances(), "{year} {flows:?}");
        match all.last() {
            None => assert_eq!(flows.opening.all(), u64::from(persons)),
            Some(before) => assert_eq!(before.closing, flows.opening, "{year}"),
        }
        fates.resize(generator.slots() as usize, Fate::NotYet);
        let (mut residents, mut deaths) = (0, 0);
        for slot in 0..generator.slots() {
            let (fate, resident) = (generator.fate(slot), generator.resident(slot));
            let before = std::mem::replace(&mut fates[slot as usize], fate);
            let at_base = year == BASE && before == Fate::NotYet;
            assert!(
                at_base || follows(before, fate),
                "{year} {slot}: {before:?} {fate:?}"
            );
            assert_eq!(matches!(fate, Fate::Resident { .. }), resident.is_some());
            let Some(resident) = resident else { continue };
            residents += 1;
            let death = resident.person.death;
            deaths += u64::from(death.is_some());
            assert!(death.is_none_or(|day| day.year() == year));
            assert!(matches!(fate, Fate::Resident { died, .. } if died == death.is_some()));
            let same = lasting(&resident.person);
            assert_eq!(
                known.entry(slot).or_insert_with(|| lasting(&resident.person)),
                &same
            );
            let joins = matches!(
                fate,
                Fate::Resident {
                    entry: Entry::Born | Entry::Arrived(_),
                    ..
                }
            );
            assert!(!(joins || at_base) || ids.insert(generator.psn_no(slot)));
        }
        assert_eq!(
            (residents, deaths),
            (flows.closing.all() + deaths, flows.died.all())
        );
        assert_eq!(generator.fate(generator.slots()), Fate::NotYet);
        all.push(flows);
    }
    all
}

#[test]
fn stocks_and_flows_agree_to_the_person_over_decades() {
    let left = |all: &[Flows], cause: Departure| -> u64 {
        all.iter().map(|flows| flows.left[cause as usize].all()).sum()
    };
    let returned = |all: &[Flows]| -> u64 { all.iter().map(|flows| flows.returned.all()).sum() };

    let plain = check_all_years(&extended("", ""), 2_000, 1);
    assert_eq!(left(&plain, Departure::YearsOver), 0);
    // Membership falls to the age of 30 and rises from there, so some come back.
    let gone = left(&plain, Departure::Membership);
    assert!(gone > 100 && (1..gone).contains(&returned(&plain)));
    assert!(plain.iter().all(|flows| flows.arrived.is_empty()));

    let trends = falling() + &wavering();
    let with_trends = check_all_years(&extended(&trends, ""), 2_000, 2);
    assert!(returned(&with_trends) > 100);

    for seed in 3..6 {
        let all = check_all_years(&extended(&trends, &streams()), 1_500, seed);
        assert!(left(&all, Departure::YearsOver) > 100);
        // Migrants, in the order of names, then students; none of these in the base year.
        let arrivals = |flows: &Flows| [0, 1].map(|stream: usize| flows.arrived[stream].all());
        assert_eq!(arrivals(&all[0]), [9, 0]);
        assert!(all[1..].iter().all(|flows| arrivals(flows) == [9, 5]));
    }
}

#[test]
fn a_slice_brings_its_flows() {
    let document = extended(&(falling() + &wavering()), &streams());
    let generator = generator(&document, 2031, 3_000, 8);
    let mut sum = Flows::default();
    for first in (0..generator.slots()).step_by(700) {
        sum.add(&generator.slice(first..first + 700).flows);
    }
    assert_eq!(sum, flows(&generator));
    assert_eq!(generator.city(&|_| ()).flows, sum);
    assert_eq!(generator.streams(), ["migrants", "students"]);
}

#[test]
fn trends_that_change_nothing_are_none() {
    let ones = trend("mortality_trend", |_| 1.0) + &trend("membership_trend", |_| 1.0);
    let (without, with) = (extended("", ""), extended(&ones, ""));
    for year in [2020, 2024, 2040] {
        let city = |document| generator(document, year, 4_000, 3).city(&|_| ());
        let (without, with) = (city(&without), city(&with));
        assert_eq!(without.caseload.persons, with.caseload.persons);
        assert_eq!(without.caseload.claims, with.caseload.claims);
        assert_eq!(without.caseload.enrolments, with.caseload.enrolments);
    }
    // A factor on membership that never changes says nothing either: what counts is the share beside that on joining.
    let half = extended(&trend("membership_trend", |_| 0.5), "");
    let persons = |document| generator(document, 2030, 4_000, 3).city(&|_| ()).caseload.persons;
    assert_eq!(persons(&half), persons(&without));
}

#[test]
fn a_stream_changes_nobody_else() {
    let by_id = |document: &DocumentMut, letters: &str| -> BTreeMap<String, Person> {
        let city = generator(document, 2026, 5_000, 4).city(&|_| ());
        let persons = city.caseload.persons.iter().enumerate();
        let named = persons.map(|(i, person)| (city.caseload.person_ids.get(i as u32).to_owned(), person));
        let of = named.filter(|(id, _)| id.starts_with(|letter| letters.contains(letter)));
        of.map(|(id, person)| (id, person.clone())).collect()
    };
    // Migrants leave the solved share of students among the others as it is, up to the few of them that are.
    let migrants = streams();
    let migrants = &migrants[migrants.find("[population.arrivals.migrants]").unwrap()..];
    let (without, with) = (extended("", ""), extended("", migrants));
    let (before, after) = (by_id(&without, "PB"), by_id(&with, "PB"));
    assert!(before.keys().eq(after.keys()));
    let same = before
        .iter()
        .filter(|(id, person)| &after[*id] == *person)
        .count();
    assert!(same + 60 > before.len(), "{same} of {}", before.len());
    // The same stream beside another: the same people, whatever their numbers.
    let people = |document: &DocumentMut| -> BTreeSet<(chrono::NaiveDate, bool)> {
        let persons = by_id(document, "A").into_values();
        persons
            .map(|person| (person.birth, person.sex == Sex::Female))
            .collect()
    };
    let (alone, beside) = (people(&with), people(&extended("", &streams())));
    assert!(alone.is_subset(&beside) && alone.len() < beside.len());
}

#[test]
fn students_come_at_18_leave_at_22_and_are_counted_once() {
    let streams = streams();
    let students = &streams[..streams.find("[population.arrivals.migrants]").unwrap()];
    let document = extended("", students);
    for year in [2022, 2030] {
        let generator = generator(&document, year, 60_000, 5);
        let model = parse_table(document.as_table(), year).unwrap();
        let (mut arrived, mut students, mut all) = (BTreeMap::new(), 0.0, 0.0);
        for slot in 0..generator.slots() {
            let Some(resident) = generator.resident(slot) else {
                continue;
            };
            let person = resident.person;
            let student = person.person_type == Some(PersonType::UniversityStudent);
            all += 1.0;
            students += f64::from(u8::from(student));
            let id = generator.psn_no(slot);
            let age = year - 1 - person.birth.year();
            let numbered = id.starts_with('A') && (18..22).contains(&age);
            // Whether by the stream of students: those who were 18 at the opening of the year of their id.
            if numbered && student && id[1..5].parse::<i32>().unwrap() == year - (age - 18) {
                *arrived.entry(age).or_insert(0) += 1;
            }
        }
        let ages: Vec<i32> = arrived.keys().copied().collect();
        let expected: Vec<i32> = (18..22).filter(|age| year - (age - 18) > BASE).collect();
        assert_eq!(ages, expected);
        assert!(
            arrived.values().all(|&heads| (174..=190).contains(&heads)),
            "{arrived:?}"
        );
        let error = (model.population.students / all).sqrt();
        near(
            "students",
            (students / all, error),
            model.population.students,
            0.0,
        );
    }
}

#[test]
fn the_drawn_are_the_expected() {
    const DRAWN: u32 = 60_000;
    let document = extended(&(falling() + &wavering()), &streams());
    for (year, seed) in [(2021, 1), (2029, 2), (2038, 3), (2050, 4)] {
        let generator = generator(&document, year, DRAWN, seed);
        let mut drawn = [[0.0; AGE_BANDS]; 2];
        for slot in 0..generator.slots() {
            let Some(resident) = generator.resident(slot) else {
                continue;
            };
            let age = (year - 1 - resident.person.birth.year()).max(0) as usize;
            drawn[usize::from(resident.person.sex == Sex::Female)][age_band(age)] += 1.0;
        }
        let expected = generator.expected();
        let compare = |what: &str, drawn: f64, expected: f64| {
            // A count of heads varies no more than Poisson; ages at the middle of the year cost a little at the end of life.
            let expected = expected * f64::from(DRAWN);
            near(what, (drawn, expected.sqrt() + 1.0), expected, 0.002);
        };
        let all = drawn.iter().flatten().sum();
        compare(&format!("{year}"), all, expected.all());
        let sexes = drawn.iter().zip(&expected.persons).enumerate();
        for (sex, (drawn, expected)) in sexes {
            for (band, (&drawn, &expected)) in drawn.iter().zip(expected).enumerate() {
                compare(&format!("{year} sex {sex} band {band}"), drawn, expected);
            }
        }
    }
}

/// Where everyone stays insured, nobody is born, and mortality is the same at every age.
fn flat(keys: &str) -> DocumentMut {
    let mut document = extended(keys, "");
    let population = document["population"].as_table_mut().expect("a table");
    for (key, figure) in [
        ("mortality", "{ age_from = [0], male = [0.02], female = [0.02],"),
        ("membership", "{ age_from = [0], rate = [0.7],"),
        ("births", "{ per_head = 0,"),
    ] {
        let figure = format!("{figure} {NOTE} }}");
        population[key] = toml_edit::value(figure.parse::<Value>().expect("a figure"));
    }
    document
}

#[test]
fn mortality_by_calendar_year_is_what_is_worked_out_by_hand() {
    let document = flat(&trend("mortality_trend", |year| {
        1.0 + 0.5 * f64::from((year - BASE) % 3)
    }));
    let (mut factors, mut alive) = (0.0f64, 50_000.0);
    for year in BASE..=2030 {
        let generator = generator(&document, year, 50_000, 6);
        assert!((generator.expected().all() - (-0.02 * factors).exp()).abs() < 1e-12);
        let flows = flows(&generator);
        assert_eq!(flows.opening.all() as f64, alive);
        let factor = 1.0 + 0.5 * f64::from((year - BASE) % 3);
        let dies = 1.0 - (-0.02 * factor).exp();
        let error = (dies / alive).sqrt();
        near("deaths", (flows.died.all() as f64 / alive, error), dies, 0.0);
        alive = flows.closing.all() as f64;
        factors += factor;
    }
}

#[test]
fn membership_by_calendar_year_sends_away_and_brings_back() {
    // 0.9 of them after the second year, all again after the fifth, and never more.
    let share = |year: i32| [1.0, 1.0, 0.9, 0.9, 0.9, 1.2][(year - BASE).min(5) as usize];
    let keys = trend("mortality_trend", |_| 0.01) + &trend("membership_trend", share);
    let document = flat(&keys);
    let at = |year| generator(&document, year, 20_000, 7);
    let [before, low, still, back] = [2021, 2022, 2024, 2025].map(|year| flows(&at(year)));
    let left = low.left[Departure::Membership as usize].all() as f64;
    near("left", (left, 45.0), 0.1 * before.closing.all() as f64, 0.0);
    assert_eq!(still.left[Departure::Membership as usize].all(), 0);
    let returned = back.returned.all() as f64;
    assert!(returned <= left && returned > 0.99 * left, "{returned} of {left}");
    assert_eq!(at(2024).expected().beyond_membership, 0.0);
    let beyond = at(2025).expected().beyond_membership;
    assert!(
        (beyond - 0.2 * at(2025).expected().all()).abs() < 1e-12,
        "{beyond}"
    );
}

#[test]
fn wrong_assumptions_are_refused_by_their_path() {
    let found = |keys: &str, tables: &str| -> Vec<(String, String)> {
        let document = extended(keys, tables);
        let errors = parse_table(document.as_table(), 2030).expect_err(tables);
        errors
            .into_iter()
            .map(|error| (error.path, error.problem.to_string()))
            .collect()
    };
    let refused = |from: &str, to: &str, path: &str, says: &str| {
        assert!(streams().contains(from), "{from}");
        let found = found("", &streams().replacen(from, to, 1));
        let [(at, problem)] = found.as_slice() else {
            panic!("{from}: {found:?}")
        };
        assert_eq!(at, path);
        assert!(problem.contains(says), "{problem}");
    };
    let students = "population.arrivals.students";
    refused(
        "\"student\"",
        "\"pupil\"",
        &format!("{students}.type"),
        "`student` or `any`",
    );
    refused(
        "years = { years = 4",
        "years = { years = 3.5",
        &format!("{students}.years"),
        "whole",
    );
    refused(
        "years = { years = 4",
        "years = { years = 0",
        &format!("{students}.years"),
        "outside 1",
    );
    refused(
        "ratio = [0, 1, 0]",
        "ratio = [0, 0, 0]",
        &format!("{students}.ages"),
        "nobody arrives",
    );
    refused(
        "male = { rate = 0.48",
        "mail = { rate = 0.48",
        &format!("{students}.mail"),
        "not a key",
    );
    refused(
        "2023 = 0.003, ",
        "",
        &format!("{students}.per_head"),
        "no value for 2023",
    );
    let years = format!("years = {{ years = 4, {NOTE} }}\n");
    refused(&years, "", &format!("{students}.years"), "is missing");
    refused(
        "2030 = 0.003",
        "2030 = 0.03",
        "population.students",
        "has room for",
    );

    let short = format!("mortality_trend = {{ ratio = {{ 2020 = 1, 2030 = 0.9 }}, {NOTE} }}\n");
    let errors = parse_table(
        part()
            .replacen("male_births =", &format!("{short}male_births ="), 1)
            .parse::<DocumentMut>()
            .unwrap()
            .as_table(),
        2022,
    )
    .expect_err("two years without a factor");
    assert_eq!(errors[0].path, "population.mortality_trend");
    assert!(errors[0].to_string().contains("no value for 2021"));
    let zero = trend("mortality_trend", |year| f64::from(year - BASE));
    assert_eq!(found(&zero, "")[0].0, "population.mortality_trend");
    let misspelt = trend("mortality_trent", |_| 1.0);
    assert_eq!(found(&misspelt, "")[0].0, "population.mortality_trent");
}
