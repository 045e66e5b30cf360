//! What differs between two scenarios: by what values say and not by how they are written, with where they come from.

use crate::common::jinan;
use yibao::figure::Provenance;
use yibao::scenario::{Bearing, Change, ChangedValue, Scenario, Source};

const SMALL: &str = include_str!("small.toml");

fn small(text: &str) -> Scenario {
    let source = Source {
        name: "small.toml".to_string(),
        text: text.to_string(),
    };
    Scenario::from_source(source).unwrap_or_else(|error| panic!("{error}"))
}

fn set(sets: &[(&str, &str)]) -> Vec<Change> {
    let scenario = jinan();
    scenario.changes(&scenario.with(sets).unwrap())
}

/// Key, and then years, before and after of each value.
type Told<'a> = (&'a str, Vec<(&'a [i32], Option<&'a str>, Option<&'a str>)>);

fn told(changes: &[Change]) -> Vec<Told<'_>> {
    fn value(value: &ChangedValue) -> (&[i32], Option<&str>, Option<&str>) {
        (&value.years, value.before.as_deref(), value.after.as_deref())
    }
    changes
        .iter()
        .map(|change| (change.path.as_str(), change.values.iter().map(value).collect()))
        .collect()
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    assert_eq!(jinan().changes(jinan()), []);
}

#[test]
fn values_are_told_by_year_with_what_they_are_founded_on() {
    let changes = set(&[
        ("funding.individual.adult.2024", "450"),
        ("benefit.inpatient.tertiary.deductible", "1200"),
    ]);
    let years: &[i32] = &[2024];
    assert_eq!(
        told(&changes),
        [
            (
                "funding.individual.adult",
                vec![(years, Some("410"), Some("450"))]
            ),
            (
                "benefit.inpatient.tertiary.deductible",
                vec![(&[][..], Some("1000"), Some("1200"))]
            ),
        ]
    );
    let deductible = &changes[1];
    assert_eq!(deductible.bearing(), Bearing::Rules);
    assert_eq!(deductible.meaning().unwrap().article, "15");
    let after = deductible.after.as_ref().unwrap();
    assert_eq!(after.unit.as_deref(), Some("yuan"));
    assert_eq!(after.provenance, Some(Provenance::Proposal));
    assert_eq!(
        after.source.as_deref(),
        Some("--set benefit.inpatient.tertiary.deductible=1200")
    );
}

#[test]
fn how_a_value_is_written_is_no_difference() {
    let written = SMALL.replace("rate = 0.40,", "rate = 0.4,");
    assert_ne!(written, SMALL, "the small scenario has a share of 0.40");
    assert_eq!(small(SMALL).changes(&small(&written)), []);
}

#[test]
fn a_note_alone_is_a_change_without_a_value() {
    let noted = SMALL.replacen("provenance = \"placeholder\"", "provenance = \"official\"", 1);
    assert_ne!(noted, SMALL);
    let changes = small(SMALL).changes(&small(&noted));
    assert_eq!(changes.len(), 1);
    assert!(!changes[0].is_of_value());
}

#[test]
fn a_limit_that_is_lifted_changes_its_unit() {
    let changes = set(&[("benefit.ceiling.amount", "unlimited")]);
    assert_eq!(changes.len(), 1);
    let units =
        [&changes[0].before, &changes[0].after].map(|key| key.as_ref().unwrap().unit.clone().unwrap());
    assert_eq!(units, ["yuan", "unlimited"]);
    assert!(changes[0].is_of_value());
}

#[test]
fn what_is_new_and_what_is_gone_stand_where_they_belong() {
    let [before, after] = [&[][..], &[("benefit.inpatient.family_doctor.rate", "0.05")]]
        .map(|sets: &[(&str, &str)]| jinan().with(sets).unwrap());
    let new = before.changes(&after);
    let gone = after.changes(&before);
    assert_eq!([new.len(), gone.len()], [1, 1]);
    assert!(new[0].before.is_none() && gone[0].after.is_none());
    assert_eq!(new[0].path, "benefit.inpatient.family_doctor");
    assert_eq!(gone[0].path, new[0].path);
    assert_eq!(told(&gone)[0].1, [(&[][..], Some("0.05"), None)]);
}

#[test]
fn keys_say_what_they_bear_on() {
    let bearings = [
        ("scenario.title", "\"Another\"", Bearing::Names),
        ("population.students", "0.03", Bearing::City),
        ("projection.to", "2050", Bearing::Future),
        ("scenario.rounding", "down", Bearing::Rules),
    ];
    for (key, value, bearing) in bearings {
        let changes = set(&[(key, value)]);
        let all: Vec<(&str, Bearing)> = changes
            .iter()
            .map(|change| (change.path.as_str(), change.bearing()))
            .collect();
        assert_eq!(all, [(key, bearing)]);
    }
}
