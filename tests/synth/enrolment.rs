//! How residents enrol.

use super::*;
use chrono::{Datelike, Days, NaiveDate};
use sha2::{Digest, Sha256};
use yibao::data::staging::OutputDir;
use yibao::data::writer::Format;
use yibao::insured::category::category;
use yibao::insured::channel::Channel;
use yibao::insured::enrolment::{Enrolment, Event, EventKind, Fate, Refusal, Route};
use yibao::insured::life::Life;
use yibao::insured::person::Person;
use yibao::insured::terms::{Window, first_day, last_day};
use yibao::synth::{EnrolmentModel, write_city};

/// A resident with payments and events.
struct Enrolled<'a> {
    person: &'a Person,
    payments: &'a [Enrolment],
    events: &'a [Event],
}

impl Enrolled<'_> {
    fn has(&self, kind: EventKind) -> bool {
        self.day(kind).is_some()
    }

    fn day(&self, kind: EventKind) -> Option<NaiveDate> {
        self.events
            .iter()
            .find(|event| event.kind == kind)
            .map(|event| event.date)
    }

    fn is_newborn(&self, window: &Window) -> bool {
        self.person.birth >= window.from
    }

    fn opening_age(&self, year: i32) -> usize {
        (year - 1 - self.person.birth.year()).max(0) as usize
    }
}

fn residents(city: &City) -> impl Iterator<Item = Enrolled<'_>> {
    let enrolments = city.caseload.enrolments.as_ref().expect("enrolments");
    (0..).zip(&city.caseload.persons).map(|(index, person)| Enrolled {
        person,
        payments: enrolments.payments.of_person(index),
        events: enrolments.events.of_person(index),
    })
}

fn window(year: i32) -> &'static Window {
    &terms(year).window.value
}

fn figures(year: i32) -> EnrolmentModel {
    model(year).population.enrolment
}

fn due(person: &Person, year: i32) -> Fen {
    let terms = terms(year);
    let start = first_day(year).max(person.birth);
    let category = category(person, start, terms.adult_age_years).expect("a resident");
    terms
        .contribution
        .due(person.tier, category, person.identity)
        .person
}

/// The share of `cases` that are so, against a figure.
fn share(what: &str, cases: impl Iterator<Item = bool>, target: f64, slack: f64) {
    near(what, mean(cases.map(|is| f64::from(u8::from(is)))), target, slack);
}

#[test]
fn persons_and_claims_are_what_they_were_before_anybody_enrolled() {
    let place = tempfile::tempdir().unwrap();
    let target = OutputDir::create(&place.path().join("city")).unwrap();
    write_city(&draw(&model(2022), 3_000, 7), &target, Format::Csv).unwrap();
    let written = target.commit().unwrap();
    let text = |name: &str| std::fs::read_to_string(written.join(name)).unwrap();
    for (name, known) in [
        (
            "persons.csv",
            "375958049c50a2125e75af5cbb7dcff5b3b505ff386e83bde26194d87d7b19b7",
        ),
        (
            "claims.csv",
            "3210ef742b895fc08757a5481a65a57a599157b91f68bcdd089fd527065318de",
        ),
    ] {
        let digest = Sha256::digest(text(name).as_bytes());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, known, "{name}");
    }
    let city = draw(&model(2022), 3_000, 7);
    for (name, header, rows) in [
        (
            "enrolments.csv",
            "psn_no,year,pay_date,amount,registered_date",
            city.payments().count(),
        ),
        ("events.csv", "psn_no,event,event_date", city.events().count()),
    ] {
        let text = text(name);
        assert_eq!(text.lines().next(), Some(header));
        assert_eq!(text.lines().count(), rows + 1, "{name}");
    }
}

#[test]
fn payments_lie_in_the_window_or_after_it_and_those_of_newborns_after_registration() {
    for year in [2020, 2023] {
        let (city, window, figures) = (draw(&model(year), 60_000, 3), window(year), figures(year));
        let late_until = window.to + Days::new(figures.late_days as u64);
        for resident in residents(&city) {
            let person = resident.person;
            let days: Vec<NaiveDate> = resident.payments.iter().map(|payment| payment.paid_on).collect();
            assert!(days.is_sorted() && days.len() <= 2, "{days:?}");
            for payment in resident.payments {
                let paid_on = payment.paid_on;
                assert_eq!(payment.year, year);
                assert!(person.death.is_none_or(|death| paid_on <= death));
                assert!(payment.amount.is_none_or(|amount| amount <= due(person, year)));
                if resident.is_newborn(window) {
                    let registered = payment.registered_on.expect("a registered newborn");
                    assert!(person.birth <= registered && registered <= paid_on);
                } else {
                    assert_eq!(payment.registered_on, None);
                    assert!(window.from <= paid_on && paid_on <= late_until, "{paid_on}");
                }
            }
            if let [first, second] = resident.payments {
                assert_eq!(
                    (first.amount, first.year, first.registered_on),
                    (second.amount, second.year, second.registered_on)
                );
                assert!(window.contains(first.paid_on) && window.contains(second.paid_on));
            }
        }
    }
}

#[test]
fn events_lie_between_the_opening_of_the_window_and_the_end_of_the_year() {
    use EventKind::{EmployeeCoverEnd, EmployeeCoverStart, Enlisted, MovedOut, RefundApplied, StudentLeft};
    for year in [2020, 2023] {
        let (city, window) = (draw(&model(year), 60_000, 3), window(year));
        for resident in residents(&city).filter(|resident| !resident.events.is_empty()) {
            let days: Vec<NaiveDate> = resident.events.iter().map(|event| event.date).collect();
            assert!(days.is_sorted(), "{days:?}");
            assert!(window.from <= days[0] && *days.last().unwrap() <= last_day(year));
            let kinds: BTreeSet<EventKind> = resident.events.iter().map(|event| event.kind).collect();
            assert_eq!(kinds.len(), days.len(), "one of each kind: {kinds:?}");
            let start = resident.day(EmployeeCoverStart);
            if let Some(end) = resident.day(EmployeeCoverEnd) {
                assert!(start.is_some_and(|start| start <= end));
            }
            let left = [Enlisted, MovedOut, StudentLeft].map(|kind| resident.day(kind));
            let left: Vec<NaiveDate> = left.into_iter().flatten().collect();
            assert!(left.len() <= 1 && (left.is_empty() || start.is_none()));
            for &day in left.iter().chain(&resident.day(RefundApplied)) {
                assert!(resident.payments[0].paid_on <= day);
            }
            assert!(left.iter().all(|day| *day <= window.to));
            let alive = |day: &NaiveDate| resident.person.death.is_none_or(|death| *day <= death);
            assert!(start.iter().chain(&left).all(alive));
        }
    }
}

#[test]
fn the_lines_are_those_of_a_file_in_this_order() {
    let enrolments = large().caseload.enrolments.as_ref().unwrap();
    assert!(
        (2..)
            .zip(enrolments.payment_places.all())
            .all(|(line, of)| of.line == line)
    );
    assert!(
        (2..)
            .zip(enrolments.event_places.all())
            .all(|(line, of)| of.line == line)
    );
    assert_eq!(
        enrolments.payment_places.all().len(),
        enrolments.payments.all().len()
    );
    assert_eq!(enrolments.event_places.all().len(), enrolments.events.all().len());
    assert_eq!(large().payments().count(), enrolments.payments.all().len());
}

/// Residents of the large city who live through the year, take up no job, and are no newborns.
fn settled() -> impl Iterator<Item = Enrolled<'static>> {
    let is = |resident: &Enrolled| {
        let stays = !resident.has(EventKind::EmployeeCoverStart) && resident.person.death.is_none();
        stays && !resident.is_newborn(window(2020))
    };
    residents(large()).filter(is)
}

#[test]
fn who_pays_and_when_is_as_the_figures_say() {
    let (figures, window) = (figures(2020), window(2020));
    for (from, to) in [(0, 18), (18, 45), (45, 60), (60, 130)] {
        let ages = settled().filter(|resident| (from..to).contains(&resident.opening_age(2020)));
        let (never, lapse) = (figures.never.at(from), figures.lapse.at(from));
        share(
            "not enrolled",
            ages.map(|resident| resident.payments.is_empty()),
            never + (1.0 - never) * lapse,
            0.0,
        );
    }
    let payers = || settled().filter(|resident| !resident.payments.is_empty());
    let in_window = |resident: &Enrolled| window.contains(resident.payments[0].paid_on);
    share(
        "late",
        payers().map(|resident| !in_window(&resident)),
        figures.late,
        0.0,
    );
    for (channel, shares) in [
        (Channel::School, figures.paid_at_school),
        (Channel::Residence, figures.paid_at_residence),
    ] {
        for (quarter, target) in shares.into_iter().enumerate() {
            let of_channel = payers().filter(|resident| Channel::of(resident.person) == channel);
            let days = of_channel
                .filter(in_window)
                .map(|resident| (resident.payments[0].paid_on - window.from).num_days());
            // 122 days: a day on the border of two quarters belongs to both.
            let ends = [0, 30, 61, 91, 122];
            share(
                "paid in a quarter",
                days.map(|day| (ends[quarter]..ends[quarter + 1]).contains(&day)),
                target,
                0.04,
            );
        }
    }
}

#[test]
fn what_is_paid_is_as_the_figures_say() {
    let figures = figures(2020);
    let payers = || settled().filter(|resident| !resident.payments.is_empty());
    let amount = |resident: &Enrolled| resident.payments[0].amount;
    share(
        "blank",
        payers().map(|resident| amount(&resident).is_none()),
        figures.blank,
        0.0,
    );
    let owing = || payers().filter(|resident| due(resident.person, 2020) > Fen::ZERO);
    let part = |resident: &Enrolled| amount(resident).is_some_and(|paid| paid < due(resident.person, 2020));
    share("part", owing().map(|resident| part(&resident)), figures.part, 0.0);
    let twice = |resident: Enrolled| resident.payments.len() == 2;
    share("twice", payers().map(twice), figures.twice, 0.01);
}

#[test]
fn newborns_are_registered_and_then_enrolled() {
    let (figures, window) = (figures(2020).newborns, window(2020));
    let newborns = || residents(large()).filter(|resident| resident.is_newborn(window));
    let born = |resident: &Enrolled| resident.person.birth.year();
    assert!(newborns().filter(|resident| born(resident) == 2020).count() > 2_000);
    let alive = || newborns().filter(|resident| resident.person.death.is_none());
    share(
        "not enrolled",
        alive().map(|resident| resident.payments.is_empty()),
        figures.never,
        0.0,
    );
    let payments =
        || alive().filter_map(|resident| Some((resident.person.birth, *resident.payments.first()?)));
    let to_registration =
        payments().map(|(birth, payment)| (payment.registered_on.unwrap() - birth).num_days() as f64);
    // Whole days: half a day is lost.
    near(
        "registered",
        mean(to_registration),
        figures.registered_days - 0.5,
        0.0,
    );
    let to_payment =
        payments().map(|(_, payment)| (payment.paid_on - payment.registered_on.unwrap()).num_days() as f64);
    near("paid", mean(to_payment), figures.paid_days - 0.5, 0.0);
    let after = |days: i64| {
        let payments: Vec<bool> = payments()
            .map(|(birth, payment)| (payment.paid_on - birth).num_days() > days)
            .collect();
        payments.iter().filter(|is| **is).count() as f64 / payments.len() as f64
    };
    assert!((0.15..0.30).contains(&after(91)), "{}", after(91));
    assert!((0.01..0.05).contains(&after(183)), "{}", after(183));
}

#[test]
fn jobs_and_other_events_are_as_the_figures_say() {
    use EventKind::{EmployeeCoverEnd, EmployeeCoverStart, Enlisted, MovedOut, RefundApplied, StudentLeft};
    for year in [2020, 2023] {
        let (city, window, figures) = (draw(&model(year), PERSONS, 5), window(year), figures(year));
        let days = (last_day(year) - window.from).num_days() + 1;
        let starts = residents(&city).map(|resident| resident.has(EmployeeCoverStart));
        // A few die first.
        let target = figures.into_jobs.per_head * days as f64 / 365.2425;
        share("jobs", starts, target, 0.01);
        let employed = residents(&city).filter(|resident| resident.has(EmployeeCoverStart));
        let ended = employed.map(|resident| resident.has(EmployeeCoverEnd));
        share("ended", ended, figures.into_jobs.ended, 0.01);

        let without_job = |resident: &Enrolled| {
            let in_window = |payment: &Enrolment| window.contains(payment.paid_on);
            !resident.has(EmployeeCoverStart) && resident.payments.first().is_some_and(in_window)
        };
        let payers = || residents(&city).filter(without_job);
        let moved = payers().map(|resident| resident.has(MovedOut));
        share("moved out", moved, figures.leaving.moved_out, 0.0);
        let at_school = payers().filter(|resident| Channel::of(resident.person) == Channel::School);
        let left = at_school.map(|resident| resident.has(StudentLeft));
        share("left", left, figures.leaving.student_left, 0.0);
        let young = payers().filter(|resident| (18..23).contains(&resident.opening_age(year)));
        let enlisted = young.map(|resident| resident.has(Enlisted));
        share("enlisted", enlisted, figures.leaving.enlisted.at(18), 0.0);

        let entitled = |resident: &Enrolled| {
            let in_time = |event: &Event| {
                let since = resident.payments[0].paid_on;
                event.kind.entitles_to_refund() && since <= event.date && event.date <= window.to
            };
            !resident.payments.is_empty() && resident.events.iter().any(in_time)
        };
        let applied = residents(&city)
            .filter(entitled)
            .map(|resident| resident.has(RefundApplied));
        share("applied", applied, figures.refund_applied, 0.01);
        let vain = residents(&city).filter(|resident| resident.has(RefundApplied) && !entitled(resident));
        assert_eq!(vain.count(), 0);
    }
}

#[test]
fn who_is_employed_on_the_day_seldom_pays() {
    let while_employed = |paid_anyway| {
        let mut model = model(2020);
        model.population.enrolment.into_jobs.paid_anyway = paid_anyway;
        let city = draw(&model, PERSONS, 6);
        let is = |resident: &Enrolled| {
            let paid_on = resident.payments.first().map(|payment| payment.paid_on);
            let (start, end) = (
                resident.day(EventKind::EmployeeCoverStart),
                resident.day(EventKind::EmployeeCoverEnd),
            );
            paid_on.is_some_and(|day| {
                start.is_some_and(|start| start <= day) && end.is_none_or(|end| day <= end)
            })
        };
        residents(&city).filter(is).count() as f64
    };
    let (none, all) = (while_employed(0.0), while_employed(1.0));
    assert!(none == 0.0 && all > 300.0, "{none} {all}");
    let expected = all * figures(2020).into_jobs.paid_anyway;
    let few = while_employed(figures(2020).into_jobs.paid_anyway);
    near("paid anyway", (few, expected.sqrt()), expected, 0.0);
}

#[test]
fn who_never_enrols_does_so_in_no_year() {
    let not_enrolled = |year| -> BTreeSet<String> {
        let city = draw(&model(year), 60_000, 8);
        let without = (0..).zip(residents(&city)).filter(|(_, resident)| {
            let is_adult = (20..43).contains(&resident.opening_age(2020));
            is_adult && resident.payments.is_empty() && !resident.has(EventKind::EmployeeCoverStart)
        });
        without
            .map(|(index, _)| city.caseload.person_ids.get(index).to_owned())
            .collect()
    };
    let (before, after) = (not_enrolled(2020), not_enrolled(2021));
    let again = before.intersection(&after).count() as f64 / before.len() as f64;
    let figures = figures(2020);
    let lasting = figures.never.at(20) / (figures.never.at(20) + figures.lapse.at(20));
    assert!(
        (lasting - 0.1..lasting + 0.1).contains(&again),
        "{again} {lasting}"
    );
}

#[test]
fn payments_depend_neither_on_the_size_of_the_city_nor_on_slices_or_threads() {
    type Paperwork = (Vec<Enrolment>, Vec<Event>);
    let by_id = |city: &City| -> BTreeMap<String, Paperwork> {
        let ids = &city.caseload.person_ids;
        let of = |(index, resident): (u32, Enrolled)| {
            let paperwork = (resident.payments.to_vec(), resident.events.to_vec());
            (ids.get(index).to_owned(), paperwork)
        };
        (0..).zip(residents(city)).map(of).collect()
    };
    let model = model(2021);
    let (small, large) = (by_id(&draw(&model, 9_000, 4)), by_id(&draw(&model, 25_000, 4)));
    assert!(small.iter().all(|(id, paperwork)| large[id] == *paperwork));
    assert!(large.len() > small.len());

    let codebook = codebook();
    let generator = Generator::new(&model, terms(2021), 9_000, 4, &codebook).unwrap();
    let slices = [0..1, 1..4_500, 4_500..4_500, 4_500..generator.slots()];
    let sliced: BTreeMap<String, Paperwork> = slices
        .into_iter()
        .flat_map(|slots| by_id(&generator.slice(slots)))
        .collect();
    assert_eq!(sliced, small);

    let of_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap()
            .install(|| draw(&model, 9_000, 4).caseload.enrolments)
    };
    assert_eq!(of_threads(1), of_threads(3));
}

#[test]
fn every_life_is_decided_and_refused_only_as_was_meant() {
    let meant = BTreeSet::from([
        "outside-window",
        "part-payment",
        "second-payment",
        "nothing-left",
        "employee-insured",
    ]);
    let (mut refused, mut routes, mut refunds) = (BTreeSet::new(), BTreeSet::new(), 0);
    for year in 2020..=2024 {
        let city = draw(&model(year), 60_000, u64::from(year.unsigned_abs()));
        let (mut life, mut covered) = (Life::default(), 0);
        for resident in residents(&city) {
            let Enrolled {
                person,
                payments,
                events,
            } = resident;
            life.decide(person, payments, events, jinan().enrolments());
            assert_eq!(life.refused_events, [], "{payments:?} {events:?}");
            assert_eq!(life.decisions.len(), payments.len());
            let refusals = life.decisions.iter().filter_map(|decision| decision.result.err());
            refused.extend(refusals.map(Refusal::name));
            routes.extend(life.purchases().map(|purchase| purchase.route));
            let undone =
                |purchase: &&yibao::insured::enrolment::Purchase| matches!(purchase.fate, Fate::Refunded(_));
            refunds += life.purchases().filter(undone).count();
            covered += usize::from(life.cover_of(year).is_some());
        }
        let rate = covered as f64 / city.caseload.persons.len() as f64;
        println!("{year}: {rate:.4} covered");
        assert!((0.94..0.99).contains(&rate), "{year}: {rate}");
    }
    assert_eq!(refused, meant);
    assert_eq!(
        routes,
        BTreeSet::from([Route::Window, Route::NewbornFromBirth, Route::NewbornLater])
    );
    assert!(refunds > 100, "{refunds}");
}

#[test]
fn terms_of_another_year_and_impossible_figures_are_refused() {
    let error = city(&model(2020), terms(2021), 10, 1, &codebook(), &|_| ()).expect_err("another year");
    assert_eq!(error.path, "enrolment");
    let refused = |from: &str, to: &str, path: &str| {
        assert!(part().contains(from), "{from}");
        let errors = parse(&part().replacen(from, to, 1), 2021).expect_err(from);
        let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, [path]);
    };
    refused(
        "first = 0.57",
        "first = 0.50",
        "population.enrolment.paid_at_school",
    );
    refused(
        "registered_days = {",
        "registred_days = {",
        "population.enrolment.newborns.registred_days",
    );
    refused(
        "2021 = 0.009597",
        "2021 = 0.9",
        "population.enrolment.into_jobs.per_head",
    );
    refused(
        "[population.enrolment.leaving]",
        "[population.enrolment.leavings]",
        "population.enrolment.leavings",
    );
}
