//! Whatever a city pays: money received is money posted and money refused, and no row gets lost.

use crate::common::lives::Story;
use crate::cover::{CITIES, any_life};
use proptest::prelude::*;
use proptest::sample::select;
use std::path::PathBuf;
use yibao::batch::run::{Keep, Origin, Run};
use yibao::data::{FileRole, Inputs};
use yibao::fund::accounts::{Account, Book, Source};
use yibao::fund::flows::EntryKind;
use yibao::insured::person::PersonType;
use yibao::prelude::*;

/// Rows of the enrolments file that cannot be read, or whose person is unknown.
const UNREADABLE: [&str; 6] = [
    "P0,2023,2022-10-05,38O.00",
    "P0,2023,2022-10-05,-380.00",
    "P0,23,2022-10-05,380.00",
    "P0,2023,5 October,380.00",
    "NOBODY,2023,2022-10-05,380.00",
    "P0,2023",
];

/// Rows of the events file of that kind.
const UNREADABLE_EVENTS: [&str; 3] = [
    "P0,vanished,2023-01-01",
    "P0,enlisted,",
    "NOBODY,enlisted,2023-01-01",
];

/// The files of a city whose residents live these lives.
#[derive(Debug)]
struct Files {
    /// Which of [`CITIES`].
    city: usize,
    persons: String,
    enrolments: String,
    events: String,
}

fn files_of(city: usize, stories: &[Story<'_>], unreadable: &[&str], unreadable_events: &[&str]) -> Files {
    let mut files = Files {
        city,
        persons: "psn_no,brdy,psn_type,residence,psn_idet_type,death_date\n".into(),
        enrolments: "psn_no,year,pay_date,amount\n".into(),
        events: "psn_no,event,event_date\n".into(),
    };
    for (number, story) in stories.iter().enumerate() {
        let person = &story.person;
        let psn_type = match person.person_type {
            Some(PersonType::Employee) => "1101",
            Some(PersonType::Pupil) => "1403",
            Some(PersonType::UniversityStudent) => "1404",
            Some(PersonType::ByAge) => "1501",
            None => "",
        };
        let residence = match person.residence {
            Residence::Registered => "registered",
            Residence::Permit => "permit",
            Residence::None => "none",
        };
        let identity = match person.identity {
            Identity::Ordinary => "",
            class => class.name(),
        };
        let death = person.death.map(|day| day.to_string()).unwrap_or_default();
        let birth = person.birth;
        files.persons += &format!("P{number},{birth},{psn_type},{residence},{identity},{death}\n");
        for payment in &story.payments {
            let amount = payment
                .amount
                .map(|amount| amount.to_string())
                .unwrap_or_default();
            files.enrolments += &format!("P{number},{},{},{amount}\n", payment.year, payment.paid_on);
        }
        for event in &story.events {
            files.events += &format!("P{number},{},{}\n", event.kind.name(), event.date);
        }
    }
    files
        .enrolments
        .extend(unreadable.iter().map(|row| format!("{row}\n")));
    files
        .events
        .extend(unreadable_events.iter().map(|row| format!("{row}\n")));
    files
}

fn settle_files(files: &Files, only_year: Option<i32>) -> Run {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = place.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let claims = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt\n";
    let inputs = Inputs {
        enrolments: vec![write("enrolments.csv", &files.enrolments).into()],
        events: vec![write("events.csv", &files.events).into()],
        ..Inputs::new(write("persons.csv", &files.persons), write("claims.csv", claims))
    };
    Run::of_files(
        CITIES[files.city].clone(),
        &inputs,
        only_year,
        Keep::default(),
        None,
        &|_, _| {},
    )
    .unwrap()
}

fn any_city() -> impl Strategy<Value = Files> {
    let rows = |rows: &'static [&'static str]| prop::collection::vec(select(rows.to_vec()), 0..4);
    let lives = prop::collection::vec(any_life(), 1..9);
    (
        select(vec![0, 1]),
        lives,
        rows(&UNREADABLE),
        rows(&UNREADABLE_EVENTS),
    )
        .prop_map(|(city, lives, payments, events)| files_of(city, &lives, &payments, &events))
}

/// What persons paid, by what has become of it in the journal in the end: income, still owed, given back.
fn posted(run: &Run) -> [Fen; 3] {
    let (mut income, mut owed, mut refunded) = (Fen::ZERO, Fen::ZERO, Fen::ZERO);
    for entry in run.journal.entries().filter(|entry| entry.book == Book::Basic) {
        if entry.credit == Account::Income(Source::Person) {
            income += entry.amount;
        }
        if entry.credit == Account::Prepaid {
            owed += entry.amount;
        }
        if entry.debit == Account::Prepaid {
            owed -= entry.amount;
            if entry.kind == EntryKind::Refund {
                refunded += entry.amount;
            }
        }
    }
    [income, owed, refunded]
}

fn rejects_of(run: &Run, role: FileRole) -> (u64, Fen) {
    let rejects = run.rejects.iter().filter(|reject| reject.role == role);
    rejects.fold((0, Fen::ZERO), |(rows, sum), reject| {
        (rows + 1, sum + reject.amount.unwrap_or_default())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn money_taken_is_income_or_owed_or_given_back(
        files in any_city(),
        only_year in prop::option::of(2020..=2024),
    ) {
        let run = settle_files(&files, only_year);
        let totals = run.payments;
        let [income, owed, refunded] = posted(&run);
        prop_assert_eq!(income + owed + refunded, totals.accepted.sum);
        prop_assert_eq!(owed, Fen::ZERO, "every cover has begun by now, or never will");
        // Every row is in one place, by count and by sum.
        let rows = files.enrolments.lines().count() as u64 - 1;
        prop_assert_eq!(totals.read.rows, rows);
        let (refused, sum) = rejects_of(&run, FileRole::Enrolments);
        prop_assert_eq!(refused, rows - totals.accepted.rows - totals.skipped.rows);
        prop_assert_eq!(sum, totals.rejected.sum);
        prop_assert_eq!(totals.read.sum, totals.accepted.sum + totals.rejected.sum + totals.skipped.sum);
        let Origin::Files { files: records, .. } = &run.origin else { unreachable!() };
        for record in records {
            prop_assert_eq!(rejects_of(&run, record.role).0, record.rejected, "{:?}", record);
            prop_assert_eq!(record.rows, record.accepted + record.rejected + record.skipped);
        }
        if only_year.is_none() {
            prop_assert_eq!(totals.skipped.rows, 0);
        }
    }

    /// The years settled one by one add up to all of them, and refuse the same rows.
    #[test]
    fn the_years_add_up(files in any_city()) {
        let whole = settle_files(&files, None);
        let (mut rows, mut sum) = (0, Fen::ZERO);
        for year in CITIES[files.city].years() {
            let run = settle_files(&files, Some(year));
            rows += run.payments.accepted.rows;
            sum += run.payments.accepted.sum;
            // The files lie in another place each time.
            let names = |run: &Run| -> Vec<_> {
                run.rejects.iter().map(|reject| (reject.role, reject.line, reject.sentence.clone())).collect()
            };
            prop_assert_eq!(names(&run), names(&whole));
        }
        prop_assert_eq!((rows, sum), (whole.payments.accepted.rows, whole.payments.accepted.sum));
    }

    /// Coverage, contributions and payments count the same people.
    #[test]
    fn the_covered_are_residents_and_bring_contributions(files in any_city()) {
        let run = settle_files(&files, None);
        let enrolled = &run.outcome.enrolled;
        let mut taken = 0;
        for year in CITIES[files.city].years() {
            for category in Category::ALL {
                let coverage = enrolled.coverage.get(&(year, category)).copied().unwrap_or_default();
                prop_assert!(coverage.covered <= coverage.residents, "{year} {category:?}");
                let groups = enrolled.collection.groups(year);
                let of_category = groups.filter(|(group, _, _)| group.category == category);
                let counted: u64 = of_category.map(|(_, _, counts)| counts.covered).sum();
                prop_assert_eq!(coverage.covered, counted, "{} {:?}", year, category);
            }
            for (_, _, counts) in enrolled.collection.groups(year) {
                taken += counts.covered + counts.lapsed + counts.refunded + counts.bought_back;
            }
        }
        prop_assert_eq!(taken, run.payments.accepted.rows);
    }
}
