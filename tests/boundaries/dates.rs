//! One day before, on, and one day after.

use crate::common::*;
use yibao::insured::category::category;
use yibao::prelude::*;

/// The category is that of 1 January: who is 18 on that day is an adult for the year.
#[test]
fn eighteenth_birthday_and_1_january() {
    let table = [
        (day(2005, 12, 31), Category::Adult, 7_000),
        (day(2006, 1, 1), Category::Adult, 7_000),
        (day(2006, 1, 2), Category::Minor, 7_500),
    ];
    for (birth, expected, paid) in table {
        let person = Person::born(birth);
        assert_eq!(category(&person, day(2024, 1, 1), 18), Ok(expected), "{birth}");
        for on in [day(2024, 1, 1), day(2024, 1, 2), day(2024, 12, 31)] {
            let settlement = settle_alone(&person, &stay(TERTIARY, yuan(11_000)).on(on));
            assert_eq!(settlement.basic, yuan(paid), "born {birth}, on {on}");
        }
    }
}

/// Who was born on 29 February turns 18 on 1 March of a year that has none.
#[test]
fn eighteenth_birthday_of_29_february() {
    let person = Person::born(day(2004, 2, 29));
    let on = |month, date| category(&person, day(2022, month, date), 18).unwrap();
    assert_eq!([on(2, 28), on(3, 1)], [Category::Minor, Category::Adult]);
}

#[test]
fn birth_within_the_year() {
    let table = [
        (day(2024, 6, 11), ("not-covered", "before-cover")),
        (day(2024, 6, 12), ("settled", "")),
        (day(2024, 6, 13), ("settled", "")),
    ];
    for (on, expected) in table {
        let settlement = settle_alone(
            &Person::born(day(2024, 6, 12)),
            &stay(SECONDARY, yuan(900)).on(on),
        );
        assert_eq!(outcome(&settlement), expected, "{on}");
    }
}

/// Born on the last day of a year, on the first day of the next.
#[test]
fn birth_at_new_year() {
    let table = [
        (day(2023, 12, 31), day(2023, 12, 30), "before-cover"),
        (day(2023, 12, 31), day(2023, 12, 31), ""),
        (day(2023, 12, 31), day(2024, 1, 1), ""),
        (day(2024, 1, 1), day(2023, 12, 31), "before-cover"),
        (day(2024, 1, 1), day(2024, 1, 1), ""),
    ];
    for (birth, on, reason) in table {
        let settlement = settle_alone(&Person::born(birth), &stay(SECONDARY, yuan(900)).on(on));
        assert_eq!(settlement.status.reason(), reason, "born {birth}, on {on}");
    }
}

/// The day of death is covered, the next is not.
#[test]
fn death() {
    let person = Person {
        death: Some(day(2024, 6, 12)),
        ..adult()
    };
    let table = [
        (day(2024, 6, 11), ("settled", "")),
        (day(2024, 6, 12), ("settled", "")),
        (day(2024, 6, 13), ("not-covered", "after-death")),
    ];
    for (on, expected) in table {
        let settlement = settle_alone(&person, &stay(SECONDARY, yuan(900)).on(on));
        assert_eq!(outcome(&settlement), expected, "{on}");
    }
}

/// Death on the last day of a year, on the first of the next.
#[test]
fn death_at_new_year() {
    let table = [
        (day(2023, 12, 31), day(2023, 12, 31), ""),
        (day(2023, 12, 31), day(2024, 1, 1), "after-death"),
        (day(2024, 1, 1), day(2024, 1, 1), ""),
        (day(2024, 1, 1), day(2024, 1, 2), "after-death"),
    ];
    for (death, on, reason) in table {
        let person = Person {
            death: Some(death),
            ..adult()
        };
        let settlement = settle_alone(&person, &stay(SECONDARY, yuan(900)).on(on));
        assert_eq!(settlement.status.reason(), reason, "died {death}, on {on}");
    }
}

/// Born and died on one day: covered on that day alone.
#[test]
fn a_life_of_one_day() {
    let person = Person {
        death: Some(day(2024, 6, 12)),
        ..Person::born(day(2024, 6, 12))
    };
    let reason = |date| {
        let claim = stay(SECONDARY, yuan(900)).on(day(2024, 6, date));
        settle_alone(&person, &claim).status.reason()
    };
    assert_eq!(
        [reason(11), reason(12), reason(13)],
        ["before-cover", "", "after-death"]
    );
}

/// The figures of the year of discharge. 34,000 in scope: 1,000 + 9,900; a burden of 17,000 takes 54,333.33.
#[test]
fn new_years_stay() {
    // 1,000 + 16,000 of co-payment: above the threshold of 2022 (16,000) by 1,000, below that of 2023 (18,000).
    let bill = stay(TERTIARY, fen(54_333_33));
    let table = [
        (day(2022, 12, 31), 2022, 600_00),
        (day(2023, 1, 1), 2023, 0),
        (day(2023, 1, 2), 2023, 0),
    ];
    for (end, year, critical_illness) in table {
        let settlement = settle_alone(&adult(), &bill.clone().between(day(2022, 12, 20), end));
        assert_eq!(
            (settlement.year, settlement.critical_illness),
            (year, fen(critical_illness)),
            "{end}"
        );
    }
}

/// A stay that ends on 1 January is the first admission of the new year; one that ends the day before is not.
#[test]
fn new_years_stay_and_the_next_admission() {
    for (end, deductible) in [(day(2022, 12, 31), 1_000), (day(2023, 1, 1), 500)] {
        let mut counter = Counter::of(jinan(), adult());
        counter.settle(&stay(TERTIARY, yuan(5_000)).between(day(2022, 12, 20), end));
        let next = counter.settle(&stay(TERTIARY, yuan(5_000)).on(day(2023, 3, 1)));
        assert_eq!(next.deductible, yuan(deductible), "{end}");
    }
}

/// Cover and category are those of the day it began: a minor of 2023, an adult from 1 January 2024.
#[test]
fn new_years_stay_of_one_who_comes_of_age() {
    let person = Person::born(day(2006, 1, 1));
    for (begin, paid) in [(day(2023, 12, 31), 7_500), (day(2024, 1, 1), 7_000)] {
        let claim = stay(TERTIARY, yuan(11_000)).between(begin, day(2024, 1, 10));
        let settlement = settle_alone(&person, &claim);
        assert_eq!((settlement.year, settlement.basic), (2024, yuan(paid)), "{begin}");
    }
}

#[test]
fn first_and_last_day_of_the_figures() {
    let claim = |on| stay(TERTIARY, yuan(11_000)).on(on);
    assert_eq!(no_figures(&claim(day(2019, 12, 31))).year, 2019);
    for on in [
        day(2020, 1, 1),
        day(2020, 1, 2),
        day(2024, 12, 30),
        day(2024, 12, 31),
    ] {
        assert_eq!(settle_alone(&adult(), &claim(on)).basic, yuan(7_000), "{on}");
    }
    assert_eq!(no_figures(&claim(day(2025, 1, 1))).year, 2025);
}

/// A cumulative deductible by month or quarter begins anew on the first day of the next one.
#[test]
fn deductible_by_month_and_quarter() {
    let table = [
        ("month", day(2024, 3, 30), day(2024, 3, 31), 0),
        ("month", day(2024, 3, 31), day(2024, 4, 1), 300),
        ("month", day(2024, 1, 31), day(2024, 2, 1), 300),
        ("quarter", day(2024, 1, 31), day(2024, 2, 1), 0),
        ("quarter", day(2024, 3, 30), day(2024, 3, 31), 0),
        ("quarter", day(2024, 3, 31), day(2024, 4, 1), 300),
        ("year", day(2024, 3, 31), day(2024, 4, 1), 0),
        ("year", day(2023, 12, 31), day(2024, 1, 1), 300),
    ];
    for (period, first, second, deductible) in table {
        let by_period = format!("deductible_period = \"{period}\"             # cumulative");
        let scenario = variant(&[(
            r#"deductible_period = "year"             # cumulative"#,
            &by_period,
        )]);
        let mut counter = Counter::of(&scenario, adult());
        counter.settle(&chronic(PRIMARY, yuan(400)).on(first));
        let settlement = counter.settle(&chronic(PRIMARY, yuan(400)).on(second));
        assert_eq!(
            settlement.deductible,
            yuan(deductible),
            "{period}: {first}, then {second}"
        );
    }
}
