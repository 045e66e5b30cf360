//! Art. 2, 11 and 14: who is insured, in which category, from when to when.

use crate::common::*;
use yibao::benefit::settlement::NotPayable;
use yibao::insured::category::{NotEligible, category};
use yibao::insured::cover::{Ground, Membership, NotCovered, Stretch, presumed_year, stretch_of};
use yibao::insured::enrolment::Route;
use yibao::prelude::*;

const STUDENT: &str = "1404";
const PUPIL: &str = "1403";

/// A tertiary stay of 11,000: 10,000 above the deductible, so the ratio shows: 7,000 for adults, 7,500 for the others.
fn paid(person: &Person) -> Fen {
    settle_alone(person, &stay(TERTIARY, yuan(11_000))).basic
}

#[test]
fn art2_an_adult_resident() {
    assert_eq!(paid(&adult()), yuan(7_000));
}

#[test]
fn art2_a_person_under_18_is_a_minor() {
    assert_eq!(paid(&Person::born(day(2015, 3, 1))), yuan(7_500));
}

#[test]
fn art2_a_pupil_over_18_is_still_a_minor() {
    let pupil = Person {
        birth: day(2004, 9, 1), // 19 on 1 January 2024
        ..of_type(PUPIL)
    };
    assert_eq!(category(&pupil, day(2024, 1, 1), 18), Ok(Category::Minor));
    assert_eq!(paid(&pupil), yuan(7_500));
}

#[test]
fn art2_a_university_student_is_a_student_at_any_age() {
    for birth in [day(2007, 6, 1), day(2003, 6, 1), day(1990, 6, 1)] {
        let student = Person {
            birth,
            ..of_type(STUDENT)
        };
        assert_eq!(
            category(&student, day(2024, 1, 1), 18),
            Ok(Category::Student),
            "{birth}"
        );
        assert_eq!(paid(&student), yuan(7_500), "{birth}");
    }
}

#[test]
fn art2_pupils_and_students_need_no_registration() {
    for psn_type in [PUPIL, STUDENT] {
        let person = Person {
            residence: Residence::None,
            ..of_type(psn_type)
        };
        assert_eq!(paid(&person), yuan(7_500), "{psn_type}");
    }
}

#[test]
fn art2_a_residence_permit_is_as_good_as_registration() {
    let holder = Person {
        residence: Residence::Permit,
        ..adult()
    };
    assert_eq!(paid(&holder), yuan(7_000));
}

#[test]
fn art2_a_non_local_without_a_permit_is_not_eligible() {
    for birth in [day(1980, 5, 17), day(2015, 3, 1)] {
        let stranger = Person {
            residence: Residence::None,
            ..Person::born(birth)
        };
        assert_eq!(
            category(&stranger, day(2024, 1, 1), 18),
            Err(NotEligible::NoResidence)
        );
        let settlement = settle_alone(&stranger, &stay(TERTIARY, yuan(11_000)));
        assert_eq!(outcome(&settlement), ("not-covered", "not-enrolled"));
        assert_eq!(
            (settlement.fund_total(), settlement.person),
            (yuan(0), yuan(11_000))
        );
    }
}

#[test]
fn art2_the_employee_scheme_is_not_for_residents() {
    for psn_type in ["1101", "1201", "13"] {
        let employee = of_type(psn_type);
        assert_eq!(
            category(&employee, day(2024, 1, 1), 18),
            Err(NotEligible::EmployeeScheme)
        );
        let settlement = settle_alone(&employee, &stay(TERTIARY, yuan(11_000)));
        assert_eq!(
            outcome(&settlement),
            ("not-covered", "not-enrolled"),
            "{psn_type}"
        );
    }
}

/// A day of employee insurance among the days of cover: the resident scheme does not pay on it.
#[test]
fn art11_a_day_of_employee_insurance_is_not_covered() {
    let stretch = |from, to, standing, ground| Stretch {
        from,
        to,
        standing,
        ground,
    };
    let membership = Membership {
        category: Category::Adult,
        tier: 0,
        continuous_years: 1,
        enrolled_since: day(2024, 1, 1),
        route: Route::Window,
    };
    let stretches = [
        stretch(
            day(2024, 1, 1),
            day(2024, 6, 11),
            Ok(membership),
            Ground::Bought(Route::Window),
        ),
        stretch(
            day(2024, 6, 12),
            day(2024, 12, 31),
            Err(NotCovered::EmployeeInsured),
            Ground::EmployeeInsurance,
        ),
    ];
    let member = Member {
        stretches: &stretches,
        identity: Identity::Ordinary,
        birth: day(1980, 1, 1),
        nothing_year_before: None,
    };
    let tariff = jinan().tariff(2024).unwrap();
    let mut state = State::default();
    let mut trace = Trace::default();
    let mut settle_on = |on| {
        let claim = stay(TERTIARY, yuan(11_000)).on(on);
        settle(tariff, &member, &mut state, &claim, &mut trace)
    };
    assert_eq!(settle_on(day(2024, 6, 11)).basic, yuan(7_000));
    let employed = settle_on(day(2024, 6, 12));
    assert_eq!(outcome(&employed), ("not-covered", "employee-insured"));
    assert_eq!(employed.person, yuan(11_000));
    let last = trace.steps.last().unwrap();
    assert_eq!(last.article.to_string(), "Art. 11");
}

/// The year of a stay is that of its discharge: its figures, and its sums from zero.
#[test]
fn art14_1_year_of_discharge() {
    let over_new_year = stay(TERTIARY, yuan(11_000)).between(day(2022, 12, 28), day(2023, 1, 3));
    assert_eq!(settle_alone(&adult(), &over_new_year).year, 2023);
    // General outpatient, begun in 2022 and ended in 2023: 65 %, not 50 %.
    let treatment = visit(PRIMARY, yuan(100)).between(day(2022, 12, 31), day(2023, 1, 1));
    assert_eq!(settle_alone(&adult(), &treatment).basic, yuan(65));
}

#[test]
fn art14_1_year_of_admission_where_a_city_says_so() {
    let scenario = variant(&[(r#"year_of = "discharge""#, r#"year_of = "admission""#)]);
    let treatment = visit(PRIMARY, yuan(100)).between(day(2022, 12, 31), day(2023, 1, 1));
    let settlement = settle_by(&scenario, &treatment);
    assert_eq!((settlement.year, settlement.basic), (2022, yuan(50)));
}

/// Three stays: the second of 2022 has half the deductible, the first of 2023 the whole again.
#[test]
fn art14_1_everything_starts_at_zero_on_1_january() {
    let mut counter = Counter::of(jinan(), adult());
    let mut deductible = |on| counter.settle(&stay(TERTIARY, yuan(5_000)).on(on)).deductible;
    assert_eq!(deductible(day(2022, 3, 1)), yuan(1_000));
    assert_eq!(deductible(day(2022, 12, 31)), yuan(500));
    assert_eq!(deductible(day(2023, 1, 1)), yuan(1_000));
}

/// Who turns 18 during the year stays a minor to its end.
#[test]
fn art14_1_the_category_holds_for_the_year() {
    let person = Person::born(day(2006, 2, 1)); // 18 on 1 February 2024
    for on in [day(2024, 1, 31), day(2024, 2, 1), day(2024, 12, 31)] {
        let settlement = settle_alone(&person, &stay(TERTIARY, yuan(11_000)).on(on));
        assert_eq!(settlement.basic, yuan(7_500), "{on}");
    }
    let in_2023 = settle_alone(&person, &stay(TERTIARY, yuan(11_000)).on(day(2023, 6, 1)));
    assert_eq!(in_2023.basic, yuan(7_500));
}

#[test]
fn art14_2_newborn_is_covered_from_birth() {
    let newborn = Person::born(day(2024, 6, 12));
    let at_birth = stay(SECONDARY, yuan(5_400)).between(day(2024, 6, 12), day(2024, 6, 30));
    let settlement = settle_alone(&newborn, &at_birth);
    // A minor at a secondary hospital: (5,400 - 400) x 80 %.
    assert_eq!(
        (outcome(&settlement), settlement.basic),
        (("settled", ""), yuan(4_000))
    );
}

/// Whoever counts as enrolled on time was enrolled by the rule of that time: in the window, or as a newborn.
#[test]
fn art14_2_a_presumed_newborn_is_covered_as_a_newborn() {
    let route = |birth| {
        let mut stretches = Vec::new();
        presumed_year(&Person::born(birth), 2024, 18, &mut stretches);
        let stretch = stretch_of(&stretches, day(2024, 12, 31)).unwrap();
        let route = stretch.standing.unwrap().route;
        assert_eq!(stretch.ground, Ground::Bought(route));
        (route, stretch.ground.article().to_string())
    };
    let newborn = Route::NewbornFromBirth;
    assert_eq!(route(day(2024, 1, 1)).0, Route::Window); // every day of the year is left
    assert_eq!(route(day(2024, 1, 2)), (newborn, newborn.article().to_string()));
    assert_eq!(route(day(2023, 12, 31)).0, Route::Window);
}

#[test]
fn art14_2_nobody_is_covered_before_birth() {
    let newborn = Person::born(day(2024, 6, 12));
    let settlement = settle_alone(&newborn, &stay(SECONDARY, yuan(5_400)).on(day(2024, 6, 11)));
    assert_eq!(outcome(&settlement), ("not-covered", "before-cover"));
    assert_eq!(settlement.person, yuan(5_400));
}

#[test]
fn art14_cover_ends_with_life() {
    let person = Person {
        death: Some(day(2024, 6, 12)),
        ..adult()
    };
    // Admitted while alive, discharged after death: covered, because the day it began counts.
    let last_stay = stay(TERTIARY, yuan(11_000)).between(day(2024, 6, 12), day(2024, 6, 13));
    assert_eq!(settle_alone(&person, &last_stay).basic, yuan(7_000));
    let afterwards = settle_alone(&person, &stay(TERTIARY, yuan(11_000)).on(day(2024, 6, 13)));
    assert_eq!(outcome(&afterwards), ("not-covered", "after-death"));
}

/// Cover is asked before anything else, and what is not covered leaves no trace in the year.
#[test]
fn art14_a_stay_before_cover_counts_for_nothing() {
    let mut counter = Counter::of(jinan(), Person::born(day(2024, 6, 12)));
    let early = stay(TERTIARY, yuan(50_000))
        .on(day(2024, 6, 1))
        .excluded(Exclusion::Unlawful);
    assert_eq!(outcome(&counter.settle(&early)), ("not-covered", "before-cover"));
    assert_eq!(counter.state, State::default());
    let first = counter.settle(&stay(TERTIARY, yuan(11_000)));
    assert_eq!(first.deductible, yuan(1_000));
}

#[test]
fn art14_every_reason_has_its_word() {
    assert_eq!(
        NotCovered::ALL.map(NotCovered::name),
        ["not-enrolled", "before-cover", "employee-insured", "after-death"]
    );
    assert_eq!(
        NotPayable::ALL.map(NotPayable::name),
        [
            "not-designated",
            "kind-not-covered",
            "level-not-covered",
            "no-referral"
        ]
    );
}

/// A century is a leap year only every 400 years; a projection may get there.
#[test]
fn art14_a_benefit_year_ends_with_december() {
    for year in [1900, 2000, 2023, 2024, 2100, 2400] {
        assert_eq!(yibao::insured::terms::first_day(year), day(year, 1, 1));
        assert_eq!(yibao::insured::terms::last_day(year), day(year, 12, 31));
    }
}
