//! Art. 2, 7 to 9, 11 and 14, each clause at its boundary day: what becomes of a payment, and which days it covers.

use crate::common::lives::*;
use crate::common::*;
use yibao::insured::enrolment::Route;
use yibao::prelude::*;

fn story(person: Person) -> Story<'static> {
    Story::of(jinan(), person)
}

// ---------------------------------------------------------------- Art. 2: who

/// Category and due contribution of 2023, paid in the window; or the reason.
#[test]
fn art2_who_may_enrol_and_as_what() {
    let table = [
        (adult(), "adult 380"),
        (born("2005-01-01"), "adult 380"), // 18 on 1 January 2023
        (born("2005-01-02"), "minor 350"),
        (born("2004-12-31"), "adult 380"),
        (of_type("1501"), "adult 380"),
        (of_type("1601"), "adult 380"),
        (
            Person {
                birth: on("2022-03-01"),
                ..of_type("1401")
            },
            "minor 350",
        ),
        (of_type("1402"), "minor 350"),
        (of_type("1403"), "minor 350"), // a pupil of 42
        (of_type("1404"), "student 350"),
        (not_registered(of_type("1403")), "minor 350"),
        (not_registered(of_type("1404")), "student 350"),
        (not_registered(adult()), "no-residence"),
        (not_registered(born("2015-06-01")), "no-residence"),
        (not_registered(of_type("1401")), "no-residence"),
        (of_type("1101"), "employee-scheme"),
        (of_type("12"), "employee-scheme"),
        (not_registered(of_type("1301")), "employee-scheme"),
    ];
    for (person, expected) in table {
        let paid = story(person.clone()).pays(2023, "2022-10-01");
        let found = match paid.life().decisions[0].result {
            Ok(bought) => format!("{} {}", bought.category.name(), bought.due.person.get() / 100),
            Err(reason) => reason.name().into(),
        };
        assert_eq!(found, expected, "{person:?}");
    }
}

/// Who turns 18 on 2 January stays a minor to the end of the year, and is an adult in the next.
#[test]
fn art14_1_the_category_of_the_first_day_holds_for_the_year() {
    let person = story(born("2005-01-02"))
        .pays(2023, "2022-10-01")
        .pays(2024, "2023-10-01");
    assert_eq!(person.days(2023), ["2023-01-01..2023-12-31 minor"]);
    assert_eq!(person.days(2024), ["2024-01-01..2024-12-31 adult"]);
}

// ---------------------------------------------------------------- Art. 8: when, how much, how often

#[test]
fn art8_the_window_and_the_days_beside_it() {
    for year in 2020..=2024 {
        let before = year - 1;
        let first = format!("from {year}-01-01");
        let table = [
            (format!("{}-12-31", year - 2), "outside-window"),
            (format!("{before}-08-31"), "outside-window"),
            (format!("{before}-09-01"), &first),
            (format!("{before}-12-31"), &first),
            (format!("{year}-01-01"), "outside-window"),
            (format!("{year}-09-01"), "outside-window"),
            (format!("{}-01-01", year + 1), "outside-window"),
        ];
        for (paid_on, expected) in table {
            let paid = story(adult()).pays(year, &paid_on);
            assert_eq!(paid.result(), expected, "{year}, paid on {paid_on}");
        }
        let days = story(adult()).pays(year, &format!("{before}-12-31")).days(year);
        assert_eq!(days, [format!("{year}-01-01..{year}-12-31 adult")]);
    }
}

#[test]
fn art8_a_payment_covers_its_own_year_only() {
    let paid = story(adult()).pays(2023, "2022-10-01");
    for year in [2022, 2024] {
        assert_eq!(
            paid.days(year),
            [format!("{year}-01-01..{year}-12-31 not-enrolled")]
        );
    }
}

#[test]
fn art32_years_without_figures() {
    for year in [2018, 2019, 2025, 2026] {
        let paid = story(adult()).pays(year, &format!("{}-10-01", year - 1));
        assert_eq!(paid.result(), "no-figures-for-year", "{year}");
    }
}

#[test]
fn art8_exactly_what_is_due_at_once() {
    let minor = || born("2015-06-01");
    let table = [
        (adult(), 379_99, "part-payment"),
        (adult(), 380_00, "from 2023-01-01"),
        (adult(), 380_01, "overpayment"),
        (adult(), 350_00, "part-payment"),
        (adult(), 0, "part-payment"),
        (minor(), 349_99, "part-payment"),
        (minor(), 350_00, "from 2023-01-01"),
        (minor(), 380_00, "overpayment"),
        (of_type("1404"), 350_00, "from 2023-01-01"),
        (of_type("1403"), 350_00, "from 2023-01-01"),
    ];
    for (person, amount, expected) in table {
        let paid = story(person).pays_amount(2023, "2022-10-01", fen(amount));
        assert_eq!(paid.result(), expected, "{amount} fen");
    }
    let in_two_parts = story(adult())
        .pays_amount(2023, "2022-10-01", yuan(190))
        .pays_amount(2023, "2022-10-02", yuan(190));
    assert_eq!(in_two_parts.results(), ["part-payment", "part-payment"]);
    assert_eq!(in_two_parts.days(2023), ["2023-01-01..2023-12-31 not-enrolled"]);
}

/// A newborn pays for the full year, however little of it is left.
#[test]
fn art8_newborns_pay_for_the_full_year() {
    let born_in_december = story(born("2023-12-20"));
    for (amount, expected) in [(yuan(350), "from 2023-12-20"), (yuan(30), "part-payment")] {
        let paid = born_in_december.clone().pays_amount(2023, "2023-12-28", amount);
        assert_eq!(paid.result(), expected, "{amount:?}");
    }
}

/// The registered poor are a class of other cities.
fn is_of_article_7(identity: &Identity) -> bool {
    *identity != Identity::RegisteredPoor
}

#[test]
fn art7_the_entitled_classes_owe_nothing() {
    for identity in Identity::ALL[1..].iter().copied().filter(is_of_article_7) {
        let table = [
            (0, "from 2023-01-01"),
            (1, "overpayment"),
            (380_00, "overpayment"),
        ];
        for (amount, expected) in table {
            let paid = story(of_class(identity)).pays_amount(2023, "2022-10-01", fen(amount));
            assert_eq!(paid.result(), expected, "{identity:?} {amount} fen");
        }
        let due = story(of_class(identity)).pays(2023, "2022-10-01").purchase().due;
        assert_eq!((due.person, due.finance), (yuan(0), yuan(380)), "{identity:?}");
    }
}

#[test]
fn art8_a_year_is_paid_for_once() {
    let (bought, second) = ("from 2023-01-01", "second-payment");
    // Payments for 2023 in the order of the file, and what becomes of them.
    let table: [(&[&str], &[&str]); 4] = [
        (&["2022-10-01", "2022-10-02"], &[bought, second]),
        (&["2022-10-02", "2022-10-01"], &[second, bought]), // by date, not by file
        (&["2022-10-01", "2022-10-01"], &[bought, second]), // of one day by file
        (
            &["2022-08-31", "2022-09-01", "2022-12-31"],
            &["outside-window", bought, second],
        ),
    ];
    for (paid_on, expected) in table {
        let paid = paid_on
            .iter()
            .fold(story(adult()), |story, day| story.pays(2023, day));
        assert_eq!(paid.results(), expected);
    }
    let two_years = story(adult()).pays(2023, "2022-10-01").pays(2024, "2023-10-01");
    assert_eq!(two_years.results(), ["from 2023-01-01", "from 2024-01-01"]);
    // A refused payment is none.
    let again = story(adult())
        .pays_amount(2023, "2022-10-01", yuan(100))
        .pays(2023, "2022-10-02");
    assert_eq!(again.results(), ["part-payment", "from 2023-01-01"]);
    // A year that nobody will live to see is paid for nevertheless.
    let lapsed = story(died(adult(), "2022-12-01"))
        .pays(2023, "2022-10-01")
        .pays(2023, "2022-11-01");
    assert_eq!(lapsed.results(), ["lapsed", "second-payment"]);
}

#[test]
fn art8_nobody_pays_before_birth_or_after_death() {
    let child = || born("2022-11-10");
    let table = [
        (child(), 2023, "2022-11-09", "before-birth"),
        (child(), 2023, "2022-11-10", "from 2023-01-01"),
        (child(), 2022, "2022-11-10", "from 2022-11-10"),
        (child(), 2021, "2022-11-10", "before-birth"),
        (died(adult(), "2022-11-10"), 2023, "2022-11-11", "after-death"),
        (died(adult(), "2022-11-10"), 2023, "2022-11-10", "lapsed"),
        (died(adult(), "2022-12-31"), 2023, "2022-11-10", "lapsed"),
        (died(adult(), "2023-01-01"), 2023, "2022-11-10", "from 2023-01-01"),
    ];
    for (person, year, paid_on, expected) in table {
        let paid = story(person).pays(year, paid_on);
        assert_eq!(paid.result(), expected, "{year}, paid on {paid_on}");
    }
}

/// Outside the window the registration comes first; in it nobody asks.
#[test]
fn art8_newborns_pay_after_registration() {
    let table = [
        (2023, "2023-03-09", "before-registration"),
        (2023, "2023-03-10", "from 2023-03-01"),
        (2023, "2023-03-11", "from 2023-03-01"),
    ];
    for (year, paid_on, expected) in table {
        let paid = story(born("2023-03-01"))
            .pays(year, paid_on)
            .registered("2023-03-10");
        assert_eq!(paid.result(), expected, "paid on {paid_on}");
    }
    let in_window = story(born("2023-10-01"))
        .pays(2024, "2023-10-05")
        .registered("2023-10-10");
    assert_eq!(in_window.result(), "from 2024-01-01");
}

/// With several things wrong, the first in the order of the articles' questions is the reason.
#[test]
fn art8_one_reason_of_several() {
    let stranger = || not_registered(adult());
    let table = [
        (stranger(), 2025, "2022-08-31", "no-figures-for-year"),
        (born("2024-01-01"), 2023, "2022-08-31", "before-birth"),
        (died(stranger(), "2022-08-30"), 2023, "2022-08-31", "after-death"),
        (stranger(), 2023, "2022-08-31", "outside-window"),
        (stranger(), 2023, "2022-09-01", "no-residence"),
    ];
    for (person, year, paid_on, expected) in table {
        let paid = story(person).pays_amount(year, paid_on, yuan(1));
        assert_eq!(paid.result(), expected);
    }
    let twice = story(adult())
        .pays(2023, "2022-10-01")
        .pays_amount(2023, "2022-10-02", yuan(1));
    assert_eq!(twice.result(), "second-payment");
    let employed = story(adult())
        .pays_amount(2023, "2022-10-02", yuan(1))
        .event("employee-cover-start", "2022-01-01");
    assert_eq!(employed.result(), "part-payment");
}

// ---------------------------------------------------------------- Art. 9: the refund

const OTHER_THAN_DEATH: [&str; 4] = ["enlisted", "employee-cover-start", "moved-out", "student-left"];

/// Paid on 5 October 2022 for 2023, applied on 1 March 2023.
#[test]
fn art9_the_event_lies_between_payment_and_the_window_s_end() {
    for event in OTHER_THAN_DEATH {
        for (date, is_refunded) in [
            ("2022-10-04", false),
            ("2022-10-05", true),
            ("2022-12-31", true),
            ("2023-01-01", false),
        ] {
            let paid = story(adult())
                .pays(2023, "2022-10-05")
                .event(event, date)
                .event("refund-applied", "2023-03-01");
            let expected = match (is_refunded, event) {
                (true, _) => "refunded on 2023-03-01",
                (false, "employee-cover-start") => "employee-insured",
                (false, _) => "from 2023-01-01",
            };
            assert_eq!(paid.result(), expected, "{event} on {date}");
            let in_vain: &[_] = if is_refunded {
                &[]
            } else {
                &[(1, "nothing-to-refund")]
            };
            assert_eq!(paid.refused_events(), in_vain, "{event} on {date}");
        }
    }
    for (death, expected) in [
        ("2022-10-04", "after-death"),
        ("2022-10-05", "refunded on 2023-03-01"),
        ("2022-12-31", "refunded on 2023-03-01"),
        ("2023-01-01", "from 2023-01-01"),
    ] {
        let paid = story(died(adult(), death))
            .pays(2023, "2022-10-05")
            .event("refund-applied", "2023-03-01");
        assert_eq!(paid.result(), expected, "died on {death}");
    }
}

#[test]
fn art9_the_application_lies_between_the_event_and_the_year_s_end() {
    for event in OTHER_THAN_DEATH {
        for (applied, is_refunded) in [
            ("2022-11-30", false),
            ("2022-12-01", true),
            ("2023-12-31", true),
            ("2024-01-01", false),
        ] {
            let paid = story(adult())
                .pays(2023, "2022-10-05")
                .event(event, "2022-12-01")
                .event("refund-applied", applied);
            let refunded = format!("refunded on {applied}");
            let expected = match (is_refunded, event) {
                (true, _) => refunded.as_str(),
                (false, "employee-cover-start") => "employee-insured",
                (false, _) => "from 2023-01-01",
            };
            assert_eq!(paid.result(), expected, "{event}, applied on {applied}");
        }
    }
}

/// Nobody is covered by a payment that was undone, and what the person paid is what flows back.
#[test]
fn art9_a_refund_undoes_the_enrolment() {
    let undone = |person| {
        story(person)
            .pays(2023, "2022-10-05")
            .event("moved-out", "2022-12-01")
            .event("refund-applied", "2023-03-01")
    };
    assert_eq!(
        undone(adult()).days(2023),
        ["2023-01-01..2023-12-31 not-enrolled"]
    );
    assert_eq!(undone(adult()).purchase().due.person, yuan(380));
    for identity in Identity::ALL[1..].iter().copied().filter(is_of_article_7) {
        let refunded = undone(of_class(identity));
        assert_eq!(refunded.result(), "refunded on 2023-03-01");
        assert_eq!(refunded.purchase().due.person, yuan(0), "{identity:?}");
    }
}

/// The first event entitles, the first application after it undoes; further applications are in vain.
#[test]
fn art9_the_first_event_and_the_first_application() {
    let paid = story(adult())
        .pays(2023, "2022-10-05")
        .event("refund-applied", "2023-05-01")
        .event("student-left", "2022-12-20")
        .event("refund-applied", "2022-11-15")
        .event("refund-applied", "2022-10-20")
        .event("moved-out", "2022-11-01");
    assert_eq!(paid.result(), "refunded on 2022-11-15");
    assert_eq!(
        paid.refused_events(),
        [(0, "nothing-to-refund"), (3, "nothing-to-refund")]
    );
}

#[test]
fn art9_without_an_application_the_payment_stands() {
    let stays = |event| story(adult()).pays(2023, "2022-10-05").event(event, "2022-12-01");
    for event in ["enlisted", "moved-out", "student-left"] {
        assert_eq!(
            stays(event).days(2023),
            ["2023-01-01..2023-12-31 adult"],
            "{event}"
        );
    }
    assert_eq!(stays("employee-cover-start").result(), "employee-insured");
}

/// A newborn's payment outside the window is not undone: the cover has begun, or it was not the window.
#[test]
fn art9_no_refund_outside_the_window() {
    let paid = |year, paid_on, date| {
        story(born("2022-03-01"))
            .pays(year, paid_on)
            .event("moved-out", date)
            .event("refund-applied", date)
    };
    assert_eq!(paid(2022, "2022-05-01", "2022-05-01").result(), "from 2022-03-01");
    assert_eq!(paid(2023, "2022-05-01", "2022-12-01").result(), "from 2023-01-01");
    assert_eq!(
        paid(2023, "2022-11-01", "2022-12-01").result(),
        "refunded on 2022-12-01"
    );
}

#[test]
fn art9_paid_again_after_the_refund() {
    for (again, expected) in [
        ("2022-11-14", "second-payment"),
        ("2022-11-15", "from 2023-01-01"),
        ("2022-12-31", "from 2023-01-01"),
        ("2023-01-01", "outside-window"),
    ] {
        let paid = story(adult())
            .pays(2023, "2022-10-05")
            .event("moved-out", "2022-11-01")
            .event("refund-applied", "2022-11-15")
            .pays(2023, again);
        assert_eq!(
            paid.results(),
            ["refunded on 2022-11-15", expected],
            "again on {again}"
        );
    }
}

/// A start of employee insurance that is refused, because it runs already, entitles to nothing.
#[test]
fn art9_a_refused_event_entitles_to_nothing() {
    let paid = story(adult())
        .pays(2023, "2022-10-05")
        .event("employee-cover-start", "2022-06-01")
        .event("employee-cover-start", "2022-11-01")
        .event("employee-cover-end", "2023-01-31")
        .event("refund-applied", "2023-02-01");
    assert_eq!(paid.result(), "from 2023-01-01");
    assert_eq!(
        paid.refused_events(),
        [(1, "already-employee-insured"), (3, "nothing-to-refund")]
    );
}

// ---------------------------------------------------------------- Art. 11: employee insurance

/// Spells by their first and last day, or events by their kind and day.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn of_2023(paid: &Story<'_>) -> Vec<String> {
    let days = paid.days(2023).into_iter();
    days.map(|stretch| {
        stretch
            .replace("2023-", "")
            .replace("employee-insured", "employed")
    })
    .collect()
}

/// Paid for 2023 in the window; spells of employee insurance, and the days of the year.
#[test]
fn art11_employee_days_are_taken_out() {
    let table: [(Pairs<'_>, &[&str]); 8] = [
        (&[("2022-01-01", "2022-12-31")], &["01-01..12-31 adult"]),
        (
            &[("2022-01-01", "2023-01-01")],
            &["01-01..01-01 employed", "01-02..12-31 adult"],
        ),
        (
            &[("2023-03-01", "2023-06-30")],
            &[
                "01-01..02-28 adult",
                "03-01..06-30 employed",
                "07-01..12-31 adult",
            ],
        ),
        (
            &[("2023-03-01", "2023-03-01")],
            &[
                "01-01..02-28 adult",
                "03-01..03-01 employed",
                "03-02..12-31 adult",
            ],
        ),
        (
            &[("2023-12-31", "2024-06-30")],
            &["01-01..12-30 adult", "12-31..12-31 employed"],
        ),
        (&[("2024-01-01", "2024-06-30")], &["01-01..12-31 adult"]),
        (
            &[("2023-02-01", "2023-03-31"), ("2023-06-01", "2023-06-30")],
            &[
                "01-01..01-31 adult",
                "02-01..03-31 employed",
                "04-01..05-31 adult",
                "06-01..06-30 employed",
                "07-01..12-31 adult",
            ],
        ),
        // A job follows a job, once on the next day, once on the same.
        (
            &[
                ("2023-02-01", "2023-03-31"),
                ("2023-04-01", "2023-04-30"),
                ("2023-04-30", "2023-05-31"),
            ],
            &[
                "01-01..01-31 adult",
                "02-01..05-31 employed",
                "06-01..12-31 adult",
            ],
        ),
    ];
    for (spells, expected) in table {
        let paid = story(adult()).pays(2023, "2022-10-01");
        let forwards = spells
            .iter()
            .fold(paid.clone(), |story, (from, to)| story.employed(from, to));
        assert_eq!(of_2023(&forwards), expected, "{spells:?}");
        assert_eq!(forwards.result(), "from 2023-01-01");
        assert!(forwards.refused_events().is_empty(), "{spells:?}");
        let mut backwards = forwards;
        backwards.events.reverse();
        assert_eq!(of_2023(&backwards), expected, "{spells:?} backwards");
    }
}

#[test]
fn art11_a_day_must_be_left() {
    let paid = || story(adult()).pays(2023, "2022-10-01");
    let without_end = |from| paid().event("employee-cover-start", from);
    assert_eq!(without_end("2022-10-01").result(), "employee-insured");
    assert_eq!(without_end("2023-01-01").result(), "employee-insured");
    assert_eq!(of_2023(&without_end("2023-01-01")), ["01-01..12-31 employed"]);
    assert_eq!(
        of_2023(&without_end("2023-01-02")),
        ["01-01..01-01 adult", "01-02..12-31 employed"]
    );
    let until = |to| paid().employed("2022-10-01", to);
    assert_eq!(until("2023-12-31").result(), "employee-insured");
    assert_eq!(
        of_2023(&until("2023-12-30")),
        ["01-01..12-30 employed", "12-31..12-31 adult"]
    );
    let hole = |again| {
        paid()
            .employed("2022-10-01", "2023-05-09")
            .event("employee-cover-start", again)
    };
    assert_eq!(hole("2023-05-10").result(), "employee-insured");
    assert_eq!(
        of_2023(&hole("2023-05-11")),
        [
            "01-01..05-09 employed",
            "05-10..05-10 adult",
            "05-11..12-31 employed"
        ]
    );
}

/// Only employee days before death: the payment lapses; the first day after them is covered.
#[test]
fn art11_employed_to_death() {
    for (death, expected) in [("2023-06-30", "lapsed"), ("2023-07-01", "from 2023-01-01")] {
        let paid = story(died(adult(), death))
            .pays(2023, "2022-10-01")
            .employed("2022-11-01", "2023-06-30");
        assert_eq!(paid.result(), expected, "died on {death}");
    }
}

#[test]
fn art11_events_that_contradict_each_other() {
    let (start, end) = ("employee-cover-start", "employee-cover-end");
    let table: [(Pairs<'_>, &[(usize, &str)]); 5] = [
        (&[(end, "2023-03-01")], &[(0, "not-employee-insured")]),
        (
            &[(start, "2023-03-01"), (start, "2023-04-01")],
            &[(1, "already-employee-insured")],
        ),
        (
            &[(start, "2023-03-01"), (end, "2023-04-01"), (end, "2023-05-01")],
            &[(2, "not-employee-insured")],
        ),
        (&[(end, "2023-03-01"), (start, "2023-03-01")], &[]), // one day's insurance
        (
            &[
                (start, "2023-03-01"),
                (start, "2023-04-01"),
                (end, "2023-04-01"),
                (end, "2023-05-01"),
            ],
            &[],
        ),
    ];
    for (events, expected) in table {
        let told = events
            .iter()
            .fold(story(adult()), |story, (event, date)| story.event(event, date));
        assert_eq!(told.refused_events(), expected, "{events:?}");
    }
}

// ---------------------------------------------------------------- Art. 14: from when to when

/// Birth, benefit year, day of payment, and what becomes of it.
#[test]
fn art14_2_newborns() {
    let table = [
        // Six months after 31 August are over with February.
        ("2022-08-31", 2023, "2023-02-28", "from 2023-01-01"),
        ("2022-08-31", 2023, "2023-03-01", "from 2023-04-01"),
        ("2022-08-31", 2022, "2023-02-28", "from 2022-08-31"),
        ("2022-08-31", 2022, "2023-03-01", "nothing-left"),
        ("2023-08-31", 2024, "2024-02-29", "from 2024-01-01"),
        ("2023-08-31", 2024, "2024-03-01", "from 2024-04-01"),
        ("2022-08-30", 2023, "2023-02-28", "from 2023-01-01"),
        ("2022-08-30", 2023, "2023-03-01", "from 2023-04-01"),
        ("2022-08-28", 2023, "2023-02-28", "from 2023-01-01"),
        ("2022-08-27", 2023, "2023-02-28", "from 2023-03-01"),
        // Born on 29 February: half a year on 29 August, the first birthday on 28 February.
        ("2020-02-29", 2020, "2020-02-29", "from 2020-02-29"),
        ("2020-02-29", 2020, "2020-08-29", "from 2020-02-29"),
        ("2020-02-29", 2020, "2020-08-30", "from 2020-09-01"),
        ("2020-02-29", 2021, "2021-02-27", "from 2021-03-01"),
        ("2020-02-29", 2021, "2021-02-28", "outside-window"),
        // Born on 31 December: a day of that year, and all of the next.
        ("2022-12-31", 2022, "2022-12-31", "from 2022-12-31"),
        ("2022-12-31", 2022, "2023-01-01", "from 2022-12-31"),
        ("2022-12-31", 2022, "2023-06-30", "from 2022-12-31"),
        ("2022-12-31", 2022, "2023-07-01", "nothing-left"),
        ("2022-12-31", 2023, "2022-12-31", "from 2023-01-01"),
        ("2022-12-31", 2023, "2023-06-30", "from 2023-01-01"),
        ("2022-12-31", 2023, "2023-07-01", "from 2023-08-01"),
        ("2022-12-31", 2023, "2023-12-30", "nothing-left"),
        ("2022-12-31", 2023, "2023-12-31", "outside-window"),
        ("2022-12-31", 2024, "2023-12-31", "from 2024-01-01"),
        // Born on 1 January: the month after, to December.
        ("2023-01-01", 2023, "2023-07-01", "from 2023-01-01"),
        ("2023-01-01", 2023, "2023-07-02", "from 2023-08-01"),
        ("2023-01-01", 2023, "2023-07-31", "from 2023-08-01"),
        ("2023-01-01", 2023, "2023-08-01", "from 2023-09-01"),
        ("2023-01-01", 2023, "2023-11-30", "from 2023-12-01"),
        ("2023-01-01", 2023, "2023-12-01", "nothing-left"),
        ("2023-01-01", 2023, "2023-12-31", "nothing-left"),
        ("2023-01-01", 2024, "2023-07-02", "from 2024-01-01"), // before the window opens
        ("2023-01-01", 2024, "2023-12-31", "from 2024-01-01"),
        ("2023-01-01", 2024, "2024-01-01", "outside-window"),
        // The first birthday ends it; and a payment in December is for January.
        ("2023-05-15", 2024, "2024-05-14", "from 2024-06-01"),
        ("2023-05-15", 2024, "2024-05-15", "outside-window"),
        ("2022-03-10", 2022, "2022-12-15", "nothing-left"),
        ("2022-03-10", 2023, "2022-12-15", "from 2023-01-01"),
        // The year of birth and the next, no other.
        ("2021-05-15", 2023, "2022-05-14", "outside-window"),
    ];
    for (birth, year, paid_on, expected) in table {
        let paid = story(born(birth)).pays(year, paid_on);
        assert_eq!(
            paid.result(),
            expected,
            "born {birth}, for {year}, paid on {paid_on}"
        );
    }
}

/// A child born after the window opened pays for both years on one day.
#[test]
fn art14_2_both_years_at_once() {
    let paid = story(born("2022-12-31"))
        .pays(2022, "2023-06-30")
        .pays(2023, "2023-06-30");
    assert_eq!(paid.results(), ["from 2022-12-31", "from 2023-01-01"]);
    assert_eq!(
        paid.days(2022),
        [
            "2022-01-01..2022-12-30 before-cover",
            "2022-12-31..2022-12-31 minor"
        ]
    );
    assert_eq!(paid.days(2023), ["2023-01-01..2023-12-31 minor"]);
}

#[test]
fn art14_2_each_route_has_its_name() {
    let table = [
        (2023, "2022-12-31", Route::Window),
        (2022, "2022-12-31", Route::NewbornFromBirth),
        (2023, "2023-05-01", Route::NewbornFromBirth),
        (2023, "2023-05-02", Route::NewbornLater),
    ];
    for (year, paid_on, route) in table {
        let paid = story(born("2022-11-01")).pays(year, paid_on);
        assert_eq!(paid.purchase().route, route, "for {year}, paid on {paid_on}");
    }
}

/// Late newborns: not covered, covered, employed (a spell of a parent's mistake), after death.
#[test]
fn art14_the_days_of_a_year_one_after_the_other() {
    let paid = story(died(born("2022-11-10"), "2023-10-05"))
        .pays(2023, "2023-06-15")
        .employed("2023-08-01", "2023-08-31");
    assert_eq!(
        paid.days(2023),
        [
            "2023-01-01..2023-06-30 before-cover",
            "2023-07-01..2023-07-31 minor",
            "2023-08-01..2023-08-31 employee-insured",
            "2023-09-01..2023-10-05 minor",
            "2023-10-06..2023-12-31 after-death",
        ]
    );
}

/// Moving away, joining the army or leaving school does not end a cover that has begun.
#[test]
fn art14_1_only_death_and_employee_insurance_end_a_cover() {
    for event in ["enlisted", "moved-out", "student-left"] {
        let paid = story(adult())
            .pays(2023, "2022-10-01")
            .event(event, "2023-01-01")
            .event("refund-applied", "2023-01-02");
        assert_eq!(paid.days(2023), ["2023-01-01..2023-12-31 adult"], "{event}");
        assert_eq!(paid.refused_events(), [(1, "nothing-to-refund")], "{event}");
    }
}

#[test]
fn art14_cover_to_the_day_of_death() {
    let paid = |death| story(died(adult(), death)).pays(2023, "2022-10-01").days(2023);
    assert_eq!(
        paid("2023-05-09"),
        [
            "2023-01-01..2023-05-09 adult",
            "2023-05-10..2023-12-31 after-death"
        ]
    );
    assert_eq!(paid("2023-12-31"), ["2023-01-01..2023-12-31 adult"]);
    assert_eq!(paid("2022-12-31"), ["2023-01-01..2023-12-31 after-death"]);
}
