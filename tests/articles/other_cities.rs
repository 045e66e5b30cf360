//! What other cities do differently with Art. 6 to 9 and 14(2): late enrolment, waiting, newborn windows, windows over
//! New Year, tiers and subsidies. Every result is worked out by hand, in Jinan's years and amounts: an adult owes 350
//! yuan for 2022, 380 for 2023 and 410 for 2024, with a subsidy of 610, 640 and 670.

use crate::common::lives::*;
use crate::common::*;
use yibao::figure::FigureId;
use yibao::insured::category::NotEligible;
use yibao::insured::contribution::Due;
use yibao::insured::cover::{Ground, NotCovered};
use yibao::insured::enrolment::{Refusal, Route};
use yibao::prelude::*;

/// Jinan with more tables before those of the funding.
fn city(tables: &[String]) -> Scenario {
    variant(&[("[funding]\n", &format!("{}\n[funding]\n", tables.join("\n")))])
}

/// `[enrolment.late]`: payments from January on are taken for the individual contribution.
fn late(dates: &str, start: &str) -> String {
    let paid = figure(&format!(r#"dates = "{dates}""#));
    format!("[enrolment.late]\npaid = {paid}\nstart = \"{start}\"\ncontribution = \"individual\"")
}

/// `[enrolment.waiting]` with years counted as missed from 2021 on.
fn waiting(time: &str, more: &[(&str, &str)]) -> String {
    let mut table = format!(
        "[enrolment.waiting]\ntime = {}\nmissed_from = {}",
        figure(time),
        figure("year = 2021")
    );
    for (key, value) in more {
        table += &match value.split_once(' ') {
            Some(_) => format!("\n{key} = {}", figure(value)),
            None => format!("\n{key} = {value}"),
        };
    }
    if !more.iter().any(|(key, _)| *key == "broken_in_window") {
        table += "\nbroken_in_window = false";
    }
    table
}

/// All year round, from the next day, after three months, and one more for each missed year.
fn per_missed_year(more: &[(&str, &str)]) -> Scenario {
    let keys = [&[("per_missed_year", "months = 1")], more].concat();
    city(&[late("01-01..12-31", "next-day"), waiting("months = 3", &keys)])
}

// ---------------------------------------------------------------- Art. 8: late enrolment

#[test]
fn art8_late_enrolment_buys_the_rest_of_the_year() {
    let table = [
        ("same-day", "01-01..06-30", "2023-03-10", "from 2023-03-10"),
        ("next-day", "01-01..06-30", "2023-03-10", "from 2023-03-11"),
        ("next-month", "01-01..06-30", "2023-03-10", "from 2023-04-01"),
        ("next-month", "01-01..06-30", "2023-03-01", "from 2023-04-01"),
        ("next-day", "01-01..06-30", "2022-12-31", "from 2023-01-01"), // in the window
        ("same-day", "01-01..06-30", "2023-01-01", "from 2023-01-01"),
        ("next-day", "01-01..06-30", "2023-01-01", "from 2023-01-02"),
        ("next-day", "01-01..06-30", "2023-06-30", "from 2023-07-01"),
        ("next-day", "01-01..06-30", "2023-07-01", "outside-window"),
        ("same-day", "01-01..12-31", "2023-12-31", "from 2023-12-31"),
        ("next-day", "01-01..12-31", "2023-12-30", "from 2023-12-31"),
        ("next-day", "01-01..12-31", "2023-12-31", "nothing-left"),
        ("next-month", "01-01..12-31", "2023-11-30", "from 2023-12-01"),
        ("next-month", "01-01..12-31", "2023-12-01", "nothing-left"),
        ("same-day", "01-01..12-31", "2024-01-01", "outside-window"),
        ("same-day", "02-01..12-31", "2023-01-31", "outside-window"),
    ];
    for (start, dates, paid_on, expected) in table {
        let scenario = city(&[late(dates, start)]);
        let paid = Story::of(&scenario, adult()).pays(2023, paid_on);
        assert_eq!(paid.result(), expected, "{start}, {dates}, paid on {paid_on}");
    }
}

#[test]
fn art9_what_is_paid_late_is_not_refunded() {
    let scenario = city(&[late("01-01..12-31", "next-month")]);
    let paid = Story::of(&scenario, adult())
        .pays(2023, "2023-03-10")
        .event("moved-out", "2023-03-20")
        .event("refund-applied", "2023-03-20");
    assert_eq!(paid.result(), "from 2023-04-01");
    assert_eq!(paid.refused_events(), [(1, "nothing-to-refund")]);
}

/// A newborn in time is none of the late.
#[test]
fn art14_2_newborns_are_not_late() {
    let scenario = city(&[late("01-01..12-31", "same-day"), waiting("months = 3", &[])]);
    let table = [
        ("2023-07-10", Route::NewbornFromBirth, "from 2023-01-10"),
        ("2023-07-11", Route::NewbornLater, "from 2023-08-01"),
        ("2024-01-09", Route::NewbornLater, "from 2024-02-01"),
        ("2024-01-10", Route::Late, "from 2024-04-10"),
    ];
    for (paid_on, route, expected) in table {
        let year = paid_on[..4].parse().unwrap();
        let paid = Story::of(&scenario, born("2023-01-10")).pays(year, paid_on);
        assert_eq!(paid.result(), expected, "paid on {paid_on}");
        assert_eq!(paid.purchase().route, route, "paid on {paid_on}");
    }
}

/// Due from an adult for 2023, in time and late: by whom, and whether government adds its subsidy.
#[test]
fn art8_what_a_late_enrolment_costs() {
    let full = ("\"individual\"", "\"full-cost\"");
    let surcharge = format!("\nsurcharge = {}", figure("yuan = 100"));
    let table = [
        (false, "", Identity::Ordinary, (380, 0, true)),
        (false, "", Identity::Dibao, (0, 380, true)),
        (false, &surcharge, Identity::Ordinary, (480, 0, true)),
        (false, &surcharge, Identity::Dibao, (100, 380, true)),
        (true, "", Identity::Ordinary, (1_020, 0, false)), // 380 + 640
        (true, "", Identity::Dibao, (1_020, 0, false)),
        (true, &surcharge, Identity::Ordinary, (1_120, 0, false)),
    ];
    for (full_cost, more, identity, (person, finance, subsidised)) in table {
        let mut tables = late("01-01..12-31", "next-day") + more;
        if full_cost {
            tables = tables.replace(full.0, full.1);
        }
        let scenario = city(&[tables]);
        let pays =
            |paid_on, amount| Story::of(&scenario, of_class(identity)).pays_amount(2023, paid_on, amount);
        let in_full = pays("2023-03-10", yuan(person));
        let expected = Due {
            person: yuan(person),
            finance: yuan(finance),
            subsidised,
            ..Due::default()
        };
        assert_eq!(
            in_full.purchase().due,
            expected,
            "{full_cost} {more} {identity:?}"
        );
        assert_eq!(pays("2023-03-10", yuan(person) + fen(1)).result(), "overpayment");
        assert_eq!(pays("2023-03-10", yuan(person) - fen(1)).result(), "part-payment");
        let in_time = if identity == Identity::Dibao { 0 } else { 380 };
        assert_eq!(pays("2022-12-31", yuan(in_time)).result(), "from 2023-01-01");
    }
}

// ---------------------------------------------------------------- Art. 8: waiting

#[test]
fn art8_waiting_after_a_late_payment() {
    let table = [
        ("next-day", "months = 3", "2023-03-10", "from 2023-06-11"),
        ("next-month", "months = 3", "2023-03-10", "from 2023-07-01"),
        ("same-day", "days = 90", "2023-03-10", "from 2023-06-08"), // 21 + 30 + 31 + 8 days
        ("next-day", "days = 60", "2023-01-01", "from 2023-03-03"),
        ("next-day", "months = 1", "2023-01-30", "from 2023-02-28"),
        ("next-day", "months = 3", "2023-09-29", "from 2023-12-30"),
        ("next-day", "months = 3", "2023-09-30", "nothing-left"), // 1 January 2024
        ("next-day", "months = 3", "2022-12-31", "from 2023-01-01"), // in the window
    ];
    for (start, time, paid_on, expected) in table {
        let scenario = city(&[late("01-01..12-31", start), waiting(time, &[])]);
        let paid = Story::of(&scenario, adult()).pays(2023, paid_on);
        assert_eq!(paid.result(), expected, "{start}, {time}, paid on {paid_on}");
    }
    let scenario = city(&[late("01-01..12-31", "next-day"), waiting("months = 3", &[])]);
    let paid = Story::of(&scenario, adult()).pays(2023, "2023-03-10");
    assert_eq!(
        paid.days(2023),
        [
            "2023-01-01..2023-06-10 before-cover",
            "2023-06-11..2023-12-31 adult"
        ]
    );
}

/// Paid on 10 February 2024: from 11 February, three months, and one for each year missed in a row before.
#[test]
fn art8_each_missed_year_adds_to_the_waiting() {
    let scenario = per_missed_year(&[]);
    let of = |person| Story::of(&scenario, person);
    let enrolled = |year: i32| of(adult()).pays(year, &format!("{}-10-01", year - 1));
    let undone = enrolled(2023)
        .event("moved-out", "2022-10-02")
        .event("refund-applied", "2022-10-03");
    let table = [
        (of(adult()), "from 2024-08-11", "2021 to 2023"),
        (enrolled(2021), "from 2024-07-11", "2022, 2023"),
        (enrolled(2022), "from 2024-06-11", "2023"),
        (enrolled(2023), "from 2024-05-11", "none: enrolled"),
        (undone, "from 2024-08-11", "2021 to 2023: refunded"),
        (
            of(adult()).employed("2023-12-31", "2023-12-31"),
            "from 2024-05-11",
            "none: employed",
        ),
        (
            of(adult()).employed("2021-06-01", "2022-01-01"),
            "from 2024-06-11",
            "2023: employed before",
        ),
        (
            of(born("2021-07-01")),
            "from 2024-07-11",
            "2022, 2023: born in 2021",
        ),
        (of(born("2022-12-31")), "from 2024-06-11", "2023: born in 2022"),
    ];
    for (story, expected, missed) in table {
        let paid = story.pays(2024, "2024-02-10");
        assert_eq!(paid.result(), expected, "missed: {missed}");
    }
}

/// Years bought back on the day of the payment, and the months that are left of three and three.
#[test]
fn art8_years_bought_back_shorten_the_waiting() {
    let scenario = per_missed_year(&[("buy_back", "months = 1")]);
    let of = |person| Story::of(&scenario, person);
    let table: [(&[i32], &str); 6] = [
        (&[], "from 2024-08-11"),
        (&[2023], "from 2024-07-11"),
        (&[2021], "from 2024-07-11"),
        (&[2021, 2023], "from 2024-06-11"),
        (&[2023, 2022, 2021], "from 2024-05-11"),
        (&[2021, 2022, 2023], "from 2024-05-11"),
    ];
    for (years, expected) in table {
        // The file has the payment for 2024 before those for the past.
        let first = of(adult()).pays(2024, "2024-02-10");
        let paid = years
            .iter()
            .fold(first, |story, &year| story.pays(year, "2024-02-10"));
        let results = paid.results();
        assert_eq!(results[0], expected, "{years:?} bought back");
        assert!(results[1..].iter().all(|result| result == "bought back"));
        // They cover nothing.
        for &year in years {
            let all_year = format!("{year}-01-01..{year}-12-31 not-enrolled");
            assert_eq!(paid.days(year), [all_year]);
        }
    }
    // Bought back a day later, it comes too late.
    let afterwards = of(adult()).pays(2024, "2024-02-10").pays(2023, "2024-02-11");
    assert_eq!(afterwards.results(), ["from 2024-08-11", "bought back"]);
    // 2021 was missed, but not just before 2024.
    let long_ago = of(adult())
        .pays(2022, "2021-10-01")
        .pays(2021, "2024-02-10")
        .pays(2024, "2024-02-10");
    assert_eq!(
        long_ago.results(),
        ["from 2022-01-01", "bought back", "from 2024-06-11"]
    );
}

#[test]
fn art8_what_can_be_bought_back() {
    let scenario = per_missed_year(&[("buy_back", "months = 1")]);
    let of = |person| Story::of(&scenario, person);
    let table = [
        (of(adult()).pays(2023, "2024-01-01"), "bought back"),
        (of(adult()).pays(2023, "2023-12-31"), "nothing-left"), // late, not over
        (
            of(adult()).pays(2023, "2022-10-01").pays(2023, "2024-02-10"),
            "not-missed",
        ),
        (
            of(adult())
                .employed("2023-05-01", "2023-05-31")
                .pays(2023, "2024-02-10"),
            "not-missed",
        ),
        (
            of(adult()).pays(2023, "2024-02-10").pays(2023, "2024-02-11"),
            "second-payment",
        ),
        (of(born("2021-07-01")).pays(2021, "2024-02-10"), "not-missed"), // the year of birth
        (of(born("2021-07-01")).pays(2022, "2024-02-10"), "bought back"),
        (
            of(not_registered(adult())).pays(2023, "2024-02-10"),
            "no-residence",
        ),
    ];
    for (story, expected) in table {
        assert_eq!(story.result(), expected, "{:?}", story.payments);
    }
    // The individual contribution of that year, by the person alone.
    for identity in [Identity::Ordinary, Identity::Dibao] {
        let bought = of(of_class(identity)).pays(2022, "2024-02-10").purchase();
        let expected = Due {
            person: yuan(350),
            ..Due::default()
        };
        assert_eq!((bought.due, bought.route), (expected, Route::BuyBack));
    }
    let in_part = of(adult()).pays_amount(2022, "2024-02-10", yuan(349));
    assert_eq!(in_part.result(), "part-payment");
}

/// Years before the first that counts were not missed, so there is nothing to buy back.
#[test]
fn art8_years_that_do_not_count_are_not_bought_back() {
    let scenario = per_missed_year(&[("buy_back", "months = 1")]);
    let paid = |year| Story::of(&scenario, adult()).pays(year, "2024-02-10").result();
    assert_eq!(paid(2021), "bought back");
    assert_eq!(paid(2020), "not-missed");
}

/// Who has paid late cites that rule; the waiting too as long as it lasts.
#[test]
fn art8_the_waiting_is_cited_while_it_lasts() {
    let scenario = per_missed_year(&[]);
    let paid = Story::of(&scenario, adult()).pays(2024, "2024-02-10");
    assert_eq!(paid.result(), "from 2024-08-11"); // three months, and three missed years
    let stretches = paid.stretches(2024);
    let cited = |month| {
        let member = Member {
            stretches: &stretches,
            identity: Identity::Ordinary,
            birth: adult().birth,
            nothing_year_before: None,
        };
        let (tariff, claim) = (scenario.tariff(2024).unwrap(), stay(TERTIARY, yuan(5_000)));
        let mut trace = Trace::default();
        settle(
            tariff,
            &member,
            &mut State::default(),
            &claim.on(day(2024, month, 1)),
            &mut trace,
        );
        let path = |figure: FigureId| scenario.figures()[usize::from(figure.0)].path.clone();
        let figures = trace.steps[0].figures.iter();
        figures.map(|used| path(used.figure)).collect::<Vec<_>>()
    };
    assert_eq!(cited(3), ["enrolment.late.paid", "enrolment.waiting.time"]);
    assert_eq!(cited(9), ["enrolment.late.paid"]);
}

/// A year without cover rests on what became of the last payment for it.
#[test]
fn art14_what_a_year_without_cover_rests_on() {
    let scenario = per_missed_year(&[("buy_back", "months = 1")]);
    let of = |person| Story::of(&scenario, person);
    let (part, over) = (Refusal::PartPayment(yuan(380)), Refusal::Overpayment(yuan(380)));
    let refunded = of(adult())
        .pays(2023, "2022-10-05")
        .event("moved-out", "2022-12-01")
        .event("refund-applied", "2023-03-01");
    let refused = of(adult()).pays_amount(2023, "2022-10-01", yuan(1));
    let twice = refused.clone().pays_amount(2023, "2022-10-02", yuan(1_000));
    let table = [
        (of(adult()), Ground::NothingPaid),
        (of(adult()).pays(2022, "2021-10-01"), Ground::NothingPaid),
        (
            of(adult()).pays_amount(2022, "2021-10-01", yuan(1)),
            Ground::NothingPaid,
        ),
        (refused, Ground::Refused(part)),
        (twice, Ground::Refused(over)),
        (refunded, Ground::Refunded),
        (
            of(adult()).pays(2023, "2024-01-01"),
            Ground::Bought(Route::BuyBack),
        ),
        (
            of(not_registered(adult())),
            Ground::NotEligible(NotEligible::NoResidence),
        ),
    ];
    for (story, expected) in table {
        let stretches = story.stretches(2023);
        let [stretch] = stretches.as_slice() else {
            panic!("one stretch: {story:?}");
        };
        let found = (stretch.standing, stretch.ground);
        assert_eq!(found, (Err(NotCovered::NotEnrolled), expected), "{story:?}");
    }
}

#[test]
fn art8_who_does_not_wait() {
    let scenario = per_missed_year(&[("exempt", r#"["dibao","extreme-poverty"]"#)]);
    for identity in Identity::ALL {
        let paid = Story::of(&scenario, of_class(identity)).pays(2024, "2024-02-10");
        let expected = match identity {
            Identity::Dibao | Identity::ExtremePoverty => "from 2024-02-11",
            _ => "from 2024-08-11",
        };
        assert_eq!(paid.result(), expected, "{identity:?}");
    }
}

/// Three months after 31 January are over with April.
#[test]
fn art8_nobody_waits_soon_after_employee_insurance() {
    let scenario = per_missed_year(&[("after_employee", "months = 3")]);
    let leaves = |to| Story::of(&scenario, adult()).employed("2020-01-01", to);
    let table = [
        ("2024-01-31", "2024-02-10", "from 2024-02-11"),
        ("2024-01-31", "2024-04-30", "from 2024-05-01"),
        ("2024-01-31", "2024-05-01", "from 2024-08-02"),
        ("2023-11-30", "2024-02-29", "from 2024-03-01"),
        ("2023-11-30", "2024-03-01", "from 2024-06-02"),
        ("2022-12-31", "2024-02-10", "from 2024-06-11"), // missed 2023
    ];
    for (left, paid_on, expected) in table {
        let paid = leaves(left).pays(2024, paid_on);
        assert_eq!(paid.result(), expected, "left on {left}, paid on {paid_on}");
    }
}

/// Paid on 1 October 2023 for 2024.
#[test]
fn art8_who_comes_back_in_the_window() {
    let of = |broken: &str| per_missed_year(&[("broken_in_window", broken)]);
    let (waits, does_not) = (of("true"), of("false"));
    let table = [
        (&does_not, None, "from 2024-01-01"),
        (&waits, None, "from 2024-07-01"),               // 3 + 3 months
        (&waits, Some("2021-10-01"), "from 2024-05-01"), // 3 + 1
        (&waits, Some("2022-10-01"), "from 2024-01-01"),
    ];
    for (scenario, earlier, expected) in table {
        let mut story = Story::of(scenario, adult());
        if let Some(paid_on) = earlier {
            let year: i32 = paid_on[..4].parse().unwrap();
            story = story.pays(year + 1, paid_on);
        }
        let paid = story.pays(2024, "2023-10-01");
        assert_eq!(paid.result(), expected, "paid before: {earlier:?}");
    }
    // Nothing was missed yet in the first year that counts, nor by a child in the year after birth.
    let first = Story::of(&waits, adult()).pays(2021, "2020-10-01");
    assert_eq!(first.result(), "from 2021-01-01");
    let child = Story::of(&waits, born("2022-11-10")).pays(2023, "2022-12-01");
    assert_eq!(child.result(), "from 2023-01-01");
    // Before the waiting is over, the cover has not begun: moving away in the window is a reason for a refund.
    let refunded = Story::of(&waits, adult())
        .pays(2024, "2023-10-01")
        .event("moved-out", "2023-12-31")
        .event("refund-applied", "2024-12-31");
    assert_eq!(refunded.result(), "refunded on 2024-12-31");
}

// ---------------------------------------------------------------- Art. 14(2): newborns

fn newborns(from_birth: &str, until: &str, later: &str) -> Scenario {
    variant(&[
        (
            "from_birth = { months = 6,",
            &format!("from_birth = {{ {from_birth},"),
        ),
        ("until = { months = 12,", &format!("until = {{ {until},")),
        ("later = \"next-month\"", &format!("later = \"{later}\"")),
    ])
}

/// Born on 1 May 2023: the last day that buys cover from birth, and the day after it.
#[test]
fn art14_2_the_length_of_the_newborn_window() {
    let table = [
        ("days = 28", "2023-05-29", "2023-05-30", "from 2023-06-01"),
        ("days = 90", "2023-07-30", "2023-07-31", "from 2023-08-01"),
        ("months = 3", "2023-08-01", "2023-08-02", "from 2023-09-01"),
        ("months = 6", "2023-11-01", "2023-11-02", "from 2023-12-01"),
    ];
    for (from_birth, last, next, later) in table {
        let scenario = newborns(from_birth, "months = 12", "next-month");
        let paid = |paid_on| {
            Story::of(&scenario, born("2023-05-01"))
                .pays(2023, paid_on)
                .result()
        };
        assert_eq!(paid(last), "from 2023-05-01", "{from_birth}");
        assert_eq!(paid(next), later, "{from_birth}");
    }
    // A year: to the first birthday, that day included, though no newborn may pay later.
    let scenario = newborns("months = 12", "months = 12", "next-month");
    let paid = |year, paid_on| {
        Story::of(&scenario, born("2023-05-01"))
            .pays(year, paid_on)
            .result()
    };
    assert_eq!(paid(2023, "2024-05-01"), "from 2023-05-01");
    assert_eq!(paid(2024, "2024-05-01"), "from 2024-01-01");
    assert_eq!(paid(2024, "2024-05-02"), "outside-window");
}

/// Born on 15 September 2023; 28 days end on 13 October.
#[test]
fn art14_2_later_newborns() {
    let table = [
        ("same-day", "2023-10-13", "from 2023-09-15"),
        ("same-day", "2023-10-14", "from 2023-10-14"),
        ("next-day", "2023-10-14", "from 2023-10-15"),
        ("next-month", "2023-10-14", "from 2023-11-01"),
        ("same-day", "2023-12-31", "from 2023-12-31"),
        ("next-day", "2023-12-30", "from 2023-12-31"),
        ("next-day", "2023-12-31", "nothing-left"),
        ("next-month", "2023-12-31", "nothing-left"),
    ];
    for (later, paid_on, expected) in table {
        let scenario = newborns("days = 28", "months = 12", later);
        let paid = Story::of(&scenario, born("2023-09-15")).pays(2023, paid_on);
        assert_eq!(paid.result(), expected, "{later}, paid on {paid_on}");
    }
    // The ninetieth day is the first on which nobody pays as a newborn any more: 14 December.
    let scenario = newborns("days = 28", "days = 90", "same-day");
    for (paid_on, expected) in [
        ("2023-12-13", "from 2023-12-13"),
        ("2023-12-14", "outside-window"),
    ] {
        let paid = Story::of(&scenario, born("2023-09-15")).pays(2023, paid_on);
        assert_eq!(paid.result(), expected, "paid on {paid_on}");
    }
}

// ---------------------------------------------------------------- Art. 8, 9: a window over New Year

fn over_new_year() -> Scenario {
    variant(&[("\"09-01..12-31\"", "\"09-01..02-28\"")])
}

/// Who pays in January or February is covered from 1 January all the same.
#[test]
fn art8_a_window_over_new_year() {
    let scenario = over_new_year();
    let table = [
        (2023, "2022-08-31", "outside-window"),
        (2023, "2022-09-01", "from 2023-01-01"),
        (2023, "2022-12-31", "from 2023-01-01"),
        (2023, "2023-01-01", "from 2023-01-01"),
        (2023, "2023-02-28", "from 2023-01-01"),
        (2023, "2023-03-01", "outside-window"),
        (2024, "2023-02-28", "outside-window"),
        (2024, "2024-02-28", "from 2024-01-01"),
        (2024, "2024-02-29", "outside-window"),
    ];
    for (year, paid_on, expected) in table {
        let paid = Story::of(&scenario, adult()).pays(year, paid_on);
        assert_eq!(paid.result(), expected, "for {year}, paid on {paid_on}");
    }
    // Nobody is covered before birth.
    let child = Story::of(&scenario, born("2023-01-15")).pays(2023, "2023-02-01");
    assert_eq!(child.result(), "from 2023-01-15");
    // Paid while alive, in the year itself.
    let died = Story::of(&scenario, died(adult(), "2023-01-05")).pays(2023, "2023-01-03");
    assert_eq!(
        died.days(2023),
        [
            "2023-01-01..2023-01-05 adult",
            "2023-01-06..2023-12-31 after-death"
        ]
    );
}

/// The window goes on, but the benefits have begun: no refund.
#[test]
fn art9_no_refund_after_new_year_though_the_window_is_open() {
    let scenario = over_new_year();
    let table = [
        ("2022-10-05", "2022-12-31", "refunded on 2023-02-01"),
        ("2022-10-05", "2023-01-01", "from 2023-01-01"),
        ("2022-10-05", "2023-01-20", "from 2023-01-01"),
        ("2023-01-10", "2023-01-20", "from 2023-01-01"),
    ];
    for (paid_on, moved_out, expected) in table {
        let paid = Story::of(&scenario, adult())
            .pays(2023, paid_on)
            .event("moved-out", moved_out)
            .event("refund-applied", "2023-02-01");
        assert_eq!(paid.result(), expected, "paid on {paid_on}, left on {moved_out}");
    }
}

// ---------------------------------------------------------------- Art. 6, 7: who pays how much

fn by_category(table: &str, student: i64, minor: i64, adult: i64) -> String {
    let line = |category: &str, amount: i64| format!("{category} = {}", figure(&format!("yuan = {amount}")));
    let lines = [
        line("student", student),
        line("minor", minor),
        line("adult", adult),
    ];
    format!("[{table}]\n{}", lines.join("\n"))
}

/// Due for 2023, in yuan and fen: the person, public finance, the township, the employer.
fn due(scenario: &Scenario, person: Person) -> [i64; 4] {
    let due = Story::of(scenario, person)
        .pays(2023, "2022-10-01")
        .purchase()
        .due;
    assert!(due.subsidised);
    [due.person, due.finance, due.township, due.employer].map(Fen::get)
}

#[test]
fn art6_contribution_tiers() {
    let tier = |name: &str, codes: &str, adult: i64| {
        let amounts = by_category(&format!("funding.tier.{name}.individual"), 300, 340, adult);
        format!("[funding.tier.{name}]\nclct_grde = {codes}\n{amounts}")
    };
    let scenario = city(&[
        tier("high", r#"["2", "02"]"#, 600),
        tier("highest", r#"["3"]"#, 900),
    ]);
    let tiers = &scenario.codebook().tiers;
    let in_tier = |code: &str, person: Person| Person {
        tier: tiers.get(code).copied().unwrap_or(0),
        ..person
    };
    let table = [
        (in_tier("", adult()), [380_00, 0, 0, 0]),
        (in_tier("2", adult()), [600_00, 0, 0, 0]),
        (in_tier("02", adult()), [600_00, 0, 0, 0]),
        (in_tier("3", adult()), [900_00, 0, 0, 0]),
        (in_tier("2", born("2015-06-01")), [340_00, 0, 0, 0]),
        (in_tier("2", of_type("1404")), [300_00, 0, 0, 0]),
        (in_tier("2", of_class(Identity::Dibao)), [0, 600_00, 0, 0]),
    ];
    for (person, expected) in table {
        assert_eq!(due(&scenario, person.clone()), expected, "{person:?}");
    }
    let pays = |amount| Story::of(&scenario, in_tier("2", adult())).pays_amount(2023, "2022-10-01", amount);
    assert_eq!(pays(yuan(380)).result(), "part-payment");
    let standing = pays(yuan(600)).stretches(2023)[0].standing;
    assert_eq!(standing.unwrap().tier, tiers["2"]);
}

/// Public finance first, then township, then employer, each no more than what is left.
#[test]
fn art7_townships_and_employers_pay_their_part() {
    let subsidies = |employer| {
        city(&[
            by_category("funding.township", 0, 50, 100),
            by_category("funding.employer", 0, 0, employer),
        ])
    };
    let (some, much) = (subsidies(100), subsidies(500));
    let table = [
        (&some, adult(), [180_00, 0, 100_00, 100_00]),
        (&much, adult(), [0, 0, 100_00, 280_00]),
        (&some, born("2015-06-01"), [300_00, 0, 50_00, 0]),
        (&some, of_type("1404"), [350_00, 0, 0, 0]),
        (&some, of_class(Identity::Dibao), [0, 380_00, 0, 0]),
    ];
    for (scenario, person, expected) in table {
        assert_eq!(due(scenario, person.clone()), expected, "{person:?}");
    }
    for (amount, expected) in [
        (179, "part-payment"),
        (180, "from 2023-01-01"),
        (380, "overpayment"),
    ] {
        let paid = Story::of(&some, adult()).pays_amount(2023, "2022-10-01", yuan(amount));
        assert_eq!(paid.result(), expected, "{amount} yuan");
    }
}

/// 380 x 0.5 = 190; 380 x 0.333333 = 126.66654, rounded 126.67; the person pays the rest.
#[test]
fn art7_public_finance_pays_a_share() {
    let shares = variant(&[
        (
            "severe-disability = { rate = 1,",
            "severe-disability = { rate = 0.5,",
        ),
        (
            "entitled-group = { rate = 1,",
            "entitled-group = { rate = 0.333333,",
        ),
    ]);
    let table = [
        (Identity::SevereDisability, [190_00, 190_00, 0, 0]),
        (Identity::EntitledGroup, [253_33, 126_67, 0, 0]),
        (Identity::Dibao, [0, 380_00, 0, 0]),
        (Identity::Ordinary, [380_00, 0, 0, 0]),
    ];
    for (identity, expected) in table {
        assert_eq!(due(&shares, of_class(identity)), expected, "{identity:?}");
    }
    // What is undone is what the person paid.
    let refunded = Story::of(&shares, of_class(Identity::SevereDisability))
        .pays_amount(2023, "2022-10-01", yuan(190))
        .event("enlisted", "2022-11-01")
        .event("refund-applied", "2022-11-01");
    assert_eq!(refunded.result(), "refunded on 2022-11-01");
    assert_eq!(refunded.purchase().due.person, yuan(190));
}
