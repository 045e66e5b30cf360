//! The `enrolments` and `events` files: what is read, what is rejected by loading and by the engine, and that no payment
//! gets lost.

#[cfg(feature = "parquet")]
use crate::write;
use crate::{CLAIM_HEADER, Files, PERSONS, codebook, seen};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use yibao::data::caseload::Place;
use yibao::data::enrolments::{refused_event, refused_payment};
use yibao::data::source::Source;
use yibao::data::{
    DataError, FileRole, Inputs, LoadOptions, Loaded, PaymentTotals, Reason, Tally, load_sources,
};
use yibao::insured::enrolment::{Enrolment, Event, EventKind, Refusal};
use yibao::insured::life::EventRefusal;
use yibao::money::Fen;

const PAYMENT_HEADER: &str = "psn_no,year,pay_date,amount,registered_date";
const EVENT_HEADER: &str = "psn_no,event,event_date";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn tally(rows: u64, fen: i64) -> Tally {
    Tally {
        rows,
        sum: Fen::new(fen),
    }
}

/// Loads these files beside two good persons and no claims.
fn load(enrolments: &str, events: Option<&str>) -> Loaded {
    Files {
        enrolments: Some(enrolments),
        events,
        ..Files::claims(CLAIM_HEADER)
    }
    .load()
}

/// Loads raw bytes under names, in place of the enrolments and the events file.
fn load_bytes(enrolments: Option<(&str, &[u8])>, events: Option<(&str, &[u8])>) -> Result<Loaded, DataError> {
    let open =
        |file: Option<(&str, &[u8])>| file.map(|(name, bytes)| Source::from_reader(name, bytes).unwrap());
    let sources = Inputs {
        enrolments: open(enrolments).into_iter().collect(),
        events: open(events).into_iter().collect(),
        ..Inputs::new(
            Source::from_reader("persons.csv", PERSONS.as_bytes()).unwrap(),
            Source::from_reader("claims.csv", CLAIM_HEADER.as_bytes()).unwrap(),
        )
    };
    let options = LoadOptions {
        codebook: &codebook(),
        years: &[2021],
        only_year: None,
    };
    load_sources(sources, &options)
}

#[test]
fn rows_are_grouped_by_person_in_the_order_of_the_file() {
    let payments = "psn_no,year,pay_date,amount,registered_date\n\
                    P2,2022,2021-12-31 23:59:59,380.00,\n\
                    P1,2021,2020-10-05,,2020-10-01\n\
                    P2,2021,2020-10-06,0,\n";
    let events = "psn_no,event,event_date\n\
                  P2,refund-applied,2021-02-01T08:00:00\n\
                  P1,student-left,2021-01-01\n\
                  P2,enlisted,2021-01-01\n\
                  P2,refund-applied,2021-02-02\n";
    let loaded = load(payments, Some(events));
    assert_eq!(loaded.rejects, []);
    let enrolments = loaded.caseload.enrolments.unwrap();
    let payment = |year, paid_on, yuan: Option<i64>, registered_on: Option<&str>| Enrolment {
        year,
        paid_on: day(paid_on),
        amount: yuan.map(Fen::from_yuan),
        registered_on: registered_on.map(day),
    };
    let event = |kind, date| Event {
        kind,
        date: day(date),
    };
    // A blank amount is what is due; 0 is what somebody paid for whom public finance pays.
    let first = [payment(2021, "2020-10-05", None, Some("2020-10-01"))];
    let second = [
        payment(2022, "2021-12-31", Some(380), None),
        payment(2021, "2020-10-06", Some(0), None),
    ];
    assert_eq!(enrolments.payments.of_person(0), first);
    assert_eq!(enrolments.payments.of_person(1), second);
    let lines = |places: &[Place]| places.iter().map(|place| place.line).collect::<Vec<_>>();
    assert_eq!(lines(enrolments.payment_places.all()), [3, 2, 4]);
    assert_eq!(
        enrolments.events.all(),
        [
            event(EventKind::StudentLeft, "2021-01-01"),
            event(EventKind::RefundApplied, "2021-02-01"),
            event(EventKind::Enlisted, "2021-01-01"),
            event(EventKind::RefundApplied, "2021-02-02"),
        ]
    );
    assert_eq!(lines(enrolments.event_places.of_person(1)), [2, 4, 5]);
    let roles: Vec<FileRole> = loaded.files.iter().map(|file| file.role).collect();
    assert_eq!(
        roles,
        [
            FileRole::Persons,
            FileRole::Enrolments,
            FileRole::Events,
            FileRole::Claims
        ]
    );
    assert_eq!(loaded.payments.accepted, tally(3, 38_000));
}

#[test]
fn rejected_payments() {
    let cases = [
        (",2021,2020-10-05,,", "psn_no", "", "missing-value"),
        ("P9,2021,2020-10-05,,", "psn_no", "P9", "unknown-person"),
        ("P3,2021,2020-10-05,,", "psn_no", "P3", "unknown-person"),
        ("P1,,2020-10-05,,", "year", "", "missing-value"),
        ("P1,21,2020-10-05,,", "year", "21", "not-a-year"),
        ("P1,1899,2020-10-05,,", "year", "1899", "not-a-year"),
        ("P1,2201,2020-10-05,,", "year", "2201", "not-a-year"),
        ("P1,+202,2020-10-05,,", "year", "+202", "not-a-year"),
        ("P1,2021.0,2020-10-05,,", "year", "2021.0", "not-a-year"),
        ("P1,２０２１,2020-10-05,,", "year", "２０２１", "not-a-year"),
        ("P1,2021,,,", "pay_date", "", "missing-value"),
        ("P1,2021,2020/10/5,,", "pay_date", "2020/10/5", "not-a-date"),
        ("P1,2021,2020-10-05,x,", "amount", "x", "not-an-amount"),
        (
            "P1,2021,2020-10-05,0.001,",
            "amount",
            "0.001",
            "too-many-decimals",
        ),
        (
            "P1,2021,2020-10-05,100000001,",
            "amount",
            "100000001",
            "amount-too-large",
        ),
        ("P1,2021,2020-10-05,-1,", "amount", "-1", "negative-amount"),
        (
            "P1,2021,2020-10-05,,soon",
            "registered_date",
            "soon",
            "not-a-date",
        ),
        ("P1,2021,2020-10-05", "", "3", "wrong-field-count"),
        ("\"P1,2021,2020-10-05,,", "", "", "bad-quoting"),
        // The first problem in column order wins.
        ("P9,x,x,x,x", "psn_no", "P9", "unknown-person"),
        ("P1,2021,x,x,", "pay_date", "x", "not-a-date"),
    ];
    let text = cases
        .iter()
        .fold(PAYMENT_HEADER.to_string(), |text, case| text + "\n" + case.0);
    let persons = format!("{PERSONS}P3,soon\n");
    let loaded = Files {
        persons: &persons,
        enrolments: Some(&text),
        ..Files::claims(CLAIM_HEADER)
    }
    .load();
    let expected = (2..).zip(&cases).map(|(line, &(_, column, value, reason))| {
        (FileRole::Enrolments, line, column, value.to_string(), reason)
    });
    // The first is the person's own row.
    assert_eq!(seen(&loaded)[1..], expected.collect::<Vec<_>>());
    assert_eq!(loaded.rejects[2].psn_no.as_deref(), Some("P9"));
    assert!(
        loaded.rejects[3]
            .sentence
            .contains("row in the persons file was rejected")
    );
    assert_eq!(
        loaded.rejects[5].sentence,
        "`year` `21` is not a year from 1900 to 2200: write four digits, such as `2024`"
    );
    assert_eq!(loaded.caseload.enrolments.unwrap().payments.all(), []);
}

#[test]
fn rejected_events() {
    let cases = [
        (",enlisted,2021-01-01", "psn_no", "", "missing-value"),
        ("P9,enlisted,2021-01-01", "psn_no", "P9", "unknown-person"),
        ("P1,,2021-01-01", "event", "", "missing-value"),
        ("P1,enlistd,2021-01-01", "event", "enlistd", "unknown-code"),
        ("P1,参军,2021-01-01", "event", "参军", "unknown-code"),
        ("P1,enlisted,", "event_date", "", "missing-value"),
        ("P1,enlisted,20210101", "event_date", "20210101", "not-a-date"),
        (
            "P2,enlisted,2021-01-01 12:00:00",
            "event",
            "enlisted",
            "repeated-event",
        ),
        ("P1,enlisted", "", "2", "wrong-field-count"),
    ];
    let good =
        "P2,enlisted,2021-01-01\nP1,enlisted,2021-01-01\nP2,enlisted,2021-01-02\nP2,moved-out,2021-01-01";
    let header = format!("{EVENT_HEADER}\n{good}");
    let text = cases.iter().fold(header, |text, case| text + "\n" + case.0);
    let loaded = load(PAYMENT_HEADER, Some(&text));
    let expected = (6..).zip(&cases).map(|(line, &(_, column, value, reason))| {
        (FileRole::Events, line, column, value.to_string(), reason)
    });
    assert_eq!(seen(&loaded), expected.collect::<Vec<_>>());
    let sentence = |index: usize| loaded.rejects[index].sentence.as_str();
    assert_eq!(
        sentence(3),
        "`event` `enlistd` is not a known event: is `enlisted` meant?"
    );
    assert_eq!(
        sentence(4),
        "`event` `参军` is not a known event: write one of `employee-cover-start`, `employee-cover-end`, `enlisted`, \
         `moved-out`, `student-left`, `refund-applied`"
    );
    assert_eq!(
        sentence(7),
        "`event` `enlisted` on 2021-01-01 is in an earlier row already: leave this row out"
    );
    assert_eq!(loaded.caseload.enrolments.unwrap().events.all().len(), 4);
}

#[test]
fn without_payments_there_are_no_events() {
    let enrolments = load("psn_no,year,pay_date", None).caseload.enrolments;
    assert_eq!(
        enrolments.map(|enrolments| enrolments.payments.all().len()),
        Some(0)
    );
    let loaded = Files::claims(CLAIM_HEADER).load();
    assert_eq!(loaded.caseload.enrolments, None);
    assert_eq!(loaded.payments, PaymentTotals::default());
    let error = load_bytes(None, Some(("events.csv", EVENT_HEADER.as_bytes()))).expect_err("events alone");
    assert_eq!(
        error.to_string(),
        "`events.csv` is an events file, but there is no enrolments file"
    );
    assert!(error.hint().unwrap().starts_with("give the enrolments file too"));
}

#[test]
fn required_columns_and_aliases() {
    for (header, column) in [
        ("year,pay_date", "psn_no"),
        ("psn_no,pay_date", "year"),
        ("psn_no,year", "pay_date"),
    ] {
        let error = load_bytes(Some(("e.csv", header.as_bytes())), None).expect_err("a column is missing");
        let message = format!("`e.csv` has no column `{column}`, which the enrolments file needs");
        assert_eq!(error.to_string(), message);
    }
    let error = load_bytes(
        Some(("e.csv", PAYMENT_HEADER.as_bytes())),
        Some(("v.csv", b"psn_no,event")),
    );
    let message = error.expect_err("a column is missing").to_string();
    assert_eq!(
        message,
        "`v.csv` has no column `event_date`, which the events file needs"
    );
    let national = "PsnNo,Year,CLCT_TIME,psn_clct_amt,emp_name\nP1,2021,2020-10-05 09:30:00,280,x\n";
    let loaded = load(national, None);
    assert_eq!(
        loaded.warnings,
        ["`enrolments.csv`: columns that no enrolments file has were ignored: `emp_name`"]
    );
    let payment = loaded.caseload.enrolments.unwrap().payments.all()[0];
    assert_eq!(
        (payment.paid_on, payment.amount),
        (day("2020-10-05"), Some(Fen::from_yuan(280)))
    );
}

#[test]
fn gbk_is_read_with_a_warning() {
    let text = "psn_no,year,pay_date,经办\nP1,2021,2020-10-05,济南\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(text);
    let loaded = load_bytes(Some(("e.csv", &gbk)), None).unwrap();
    assert_eq!(loaded.payments.accepted.rows, 1);
    assert_eq!(loaded.warnings[0], "`e.csv` is not UTF-8; it was read as GBK");
}

/// Both files in CSV and in Parquet, every seventh row of them bad.
#[cfg(feature = "parquet")]
mod both_formats {
    use super::*;
    use std::path::PathBuf;
    use tempfile::TempDir;
    use yibao::data::InputFile;
    use yibao::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};

    /// Writes a hundred rows.
    fn table<'a>(
        dir: &TempDir,
        (name, format): (&str, Format),
        columns: &[OutColumn],
        row: impl Fn(i64) -> Vec<OutCell<'a>>,
    ) -> Option<PathBuf> {
        let path = dir.path().join(format!("{name}.{}", format.extension()));
        let mut table = TableWriter::create(&path, format, columns).unwrap();
        (0..100).for_each(|number| table.row(&row(number)).unwrap());
        table.finish().unwrap();
        Some(path)
    }

    fn person(number: i64) -> OutCell<'static> {
        OutCell::Text(if number % 7 == 3 {
            "P9"
        } else {
            ["P1", "P2"][number as usize % 2]
        })
    }

    fn write_payments(dir: &TempDir, format: Format) -> Option<PathBuf> {
        let columns = [
            OutColumn::new("psn_no", Kind::Text),
            OutColumn::new("year", Kind::Int),
            OutColumn::new("pay_date", Kind::Time),
            OutColumn::new("amount", Kind::Fen),
        ];
        let time = day("2020-10-01").and_hms_opt(9, 30, 0).unwrap();
        table(dir, ("enrolments", format), &columns, |number| {
            let amount = OutCell::Fen(Fen::new(number * 101));
            let amount = if number % 5 == 0 { OutCell::Blank } else { amount };
            vec![
                person(number),
                OutCell::Int(2150 + number),
                OutCell::Time(time),
                amount,
            ]
        })
    }

    fn write_events(dir: &TempDir, format: Format) -> Option<PathBuf> {
        let columns = [
            OutColumn::new("psn_no", Kind::Text),
            OutColumn::new("event", Kind::Text),
            OutColumn::new("event_date", Kind::Date),
        ];
        table(dir, ("events", format), &columns, |number| {
            let event = OutCell::Text(EventKind::ALL[number as usize % 6].name());
            let date = day("2020-10-01") + chrono::Days::new(number as u64);
            vec![person(number), event, OutCell::Date(date)]
        })
    }

    fn load(dir: &TempDir, format: Format) -> Loaded {
        let inputs = Inputs {
            enrolments: write_payments(dir, format)
                .into_iter()
                .map(InputFile::from)
                .collect(),
            events: write_events(dir, format)
                .into_iter()
                .map(InputFile::from)
                .collect(),
            ..Inputs::new(
                write(dir, "persons.csv", PERSONS.as_bytes()),
                write(dir, "claims.csv", CLAIM_HEADER.as_bytes()),
            )
        };
        let options = LoadOptions {
            codebook: &codebook(),
            years: &[2021],
            only_year: None,
        };
        yibao::data::load(&inputs, &options).unwrap()
    }

    #[test]
    fn load_alike() {
        let dir = tempfile::tempdir().unwrap();
        let (csv, parquet) = (load(&dir, Format::Csv), load(&dir, Format::Parquet));
        assert_eq!(csv.payments, parquet.payments);
        assert!(csv.payments.accepted.rows > 30 && csv.payments.rejected.rows > 30);
        assert_eq!(csv.rejects.len(), parquet.rejects.len());
        for (a, b) in csv.rejects.iter().zip(&parquet.rejects) {
            assert_eq!(
                (a.role, a.line - 1, a.column, &a.value, a.reason, a.amount),
                (b.role, b.line, b.column, &b.value, b.reason, b.amount)
            );
        }
        let (csv, parquet) = (
            csv.caseload.enrolments.unwrap(),
            parquet.caseload.enrolments.unwrap(),
        );
        assert_eq!((&csv.payments, &csv.events), (&parquet.payments, &parquet.events));
        for (a, b) in csv.payment_places.all().iter().zip(parquet.payment_places.all()) {
            assert_eq!(a.line - 1, b.line);
        }
    }
}

#[test]
fn no_payment_gets_lost() {
    let rows = [
        ("P1,2021,2020-10-05,280.00,", Some(28_000), true),
        ("P1,2022,2021-10-05,,", None, true),
        ("P1,2021,2020-10-05,280.00,", Some(28_000), true),
        ("P9,2021,2020-10-05,100.10,", Some(10_010), false),
        ("P2,x,2020-10-05,0.01,", Some(1), false),
        ("P2,2021,2020-10-05,-0.50,", Some(-50), false),
        ("P2,2021,2020-10-05,1e3,", None, false),
        ("P2,2021,2020-10-05,99.999,", None, false),
        ("P2,2021", None, false),
        ("\"P2,2021,2020-10-05,77,", None, false),
        ("P2,2021,2020-10-05,100000000,", Some(10_000_000_000), true),
    ];
    let text = rows
        .iter()
        .fold(PAYMENT_HEADER.to_string(), |text, row| text + "\n" + row.0);
    let loaded = load(&text, None);
    let expected = |accepted: Option<bool>| {
        let wanted = rows
            .iter()
            .filter(|row| accepted.is_none_or(|accepted| row.2 == accepted));
        let sum = wanted.clone().filter_map(|row| row.1).sum();
        tally(wanted.count() as u64, sum)
    };
    let mut totals = loaded.payments;
    assert_eq!(totals.read, expected(None));
    assert_eq!(totals.accepted, expected(Some(true)));
    assert_eq!(totals.rejected, expected(Some(false)));
    let rejected: Fen = loaded.rejects.iter().filter_map(|reject| reject.amount).sum();
    assert_eq!(rejected, totals.rejected.sum);
    // The engine refuses the second payment for 2021 and takes 380 yuan for the blank one.
    totals.refuse(Some(Fen::from_yuan(280)));
    totals.add_due(Fen::from_yuan(380));
    totals.assert_conserved();
    assert_eq!(totals.accepted, tally(3, 10_000_000_000 + 28_000 + 38_000));
    totals.refuse(None);
    totals.assert_conserved();
    assert_eq!((totals.accepted.rows, totals.rejected.rows), (2, 9));
    let mut file = loaded.files[1].clone();
    assert_eq!((file.rows, file.accepted, file.rejected), (11, 4, 7));
    file.refuse_one();
    assert_eq!((file.rows, file.accepted, file.rejected), (11, 3, 8));
}

#[test]
fn refusals_are_rejects_under_the_same_name() {
    let payment = Enrolment {
        year: 2023,
        paid_on: day("2023-01-05"),
        amount: Some(Fen::from_yuan(100)),
        registered_on: Some(day("2023-01-09")),
    };
    let due = Fen::from_yuan(380);
    let mut sentences = BTreeSet::new();
    for refusal in Refusal::ALL {
        let refusal = match refusal {
            Refusal::PartPayment(_) => Refusal::PartPayment(due),
            Refusal::Overpayment(_) => Refusal::Overpayment(due),
            other => other,
        };
        let reject = refused_payment("e.csv", 7, "P1", &payment, refusal);
        assert_eq!(reject.reason.name(), refusal.name());
        assert_eq!(reject.reason, Reason::from(refusal));
        let (place, cell) = (
            (reject.role, reject.line),
            format!("`{}` `{}` ", reject.column, reject.value),
        );
        assert_eq!(place, (FileRole::Enrolments, 7));
        assert!(reject.sentence.starts_with(&cell), "{}", reject.sentence);
        let article = format!(" ({})", refusal.article());
        assert!(reject.sentence.ends_with(&article), "{}", reject.sentence);
        let (person, amount) = (reject.psn_no.as_deref(), reject.amount);
        assert_eq!((person, amount), (Some("P1"), payment.amount));
        sentences.insert(reject.sentence);
    }
    let event = Event {
        kind: EventKind::EmployeeCoverStart,
        date: day("2023-03-01"),
    };
    for refusal in EventRefusal::ALL {
        let reject = refused_event("v.csv", 7, "P1", &event, refusal);
        assert_eq!(reject.reason.name(), refusal.name());
        let cell = (reject.role, reject.line, reject.column, reject.value.as_str());
        assert_eq!(cell, (FileRole::Events, 7, "event", "employee-cover-start"));
        sentences.insert(reject.sentence);
    }
    assert_eq!(sentences.len(), Refusal::ALL.len() + EventRefusal::ALL.len());
    for sentence in [
        "`amount` `100.00` is less than the 380.00 yuan that are due for 2023, and a part buys nothing (Art. 8)",
        "`pay_date` `2023-01-05` is outside the enrolment window for 2023, and no exception applies (Art. 8)",
        "`pay_date` `2023-01-05` is before `registered_date` 2023-01-09, and a newborn enrols once registered (Art. 8)",
        "`event` `employee-cover-start` on 2023-03-01 falls into employee insurance that runs already (Art. 11)",
    ] {
        assert!(sentences.contains(sentence), "{sentences:#?}");
    }
}

#[test]
fn a_refused_payment_is_written_with_its_amount() {
    let loaded = load(&format!("{PAYMENT_HEADER}\nP9,2021,2020-10-05,280,\n"), None);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rejects.csv");
    yibao::data::write_rejects(&path, loaded.rejects.iter().map(Ok), None).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap().lines().nth(1).unwrap(),
        "enrolments.csv,2,psn_no,P9,unknown-person,`psn_no` `P9` is not in the persons file,,P9,280.00"
    );
}
