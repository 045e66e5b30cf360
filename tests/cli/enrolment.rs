//! A city of fifteen persons, made by hand, with payments and events: who is covered, what is refused, and where every
//! yuan goes. Jinan 2023: an adult owes 380 yuan, a minor or student 350; the subsidy is 640 yuan a head, of which
//! government levels bear 40, 20, 20 and 20 per cent; 100 yuan a head go to the outpatient pool, 95 to critical illness
//! insurance, and districts provide 2 yuan of work funds. In 2024 an adult owes 410 yuan, with a subsidy of 670.

use crate::{Answer, Desk};
use serde_json::{Value, json};

const PERSONS: &str = "\
psn_no,brdy,psn_type,insu_admdvs,residence,psn_idet_type,death_date
on-time,1980-05-01,,370102,,,
late,1981-05-01,,370102,,,
part,1982-05-01,,370102,,,
twice,1983-05-01,,370102,,,
month-five,2023-02-10,1401,370103,,,
month-eight,2023-01-20,1401,370103,,,
last-of-august,2022-08-31,1401,370103,,,
job,1985-05-01,,370102,,,
refund,1986-05-01,,370102,,,
dibao,1987-05-01,,370103,,dibao,
student,2004-09-01,1404,370103,none,,
stranger,1988-05-01,,370103,none,,
dead,1950-05-01,,370102,,,2022-12-15
blank,1989-05-01,,370102,,,
nothing,1990-05-01,,370103,,,
";

const ENROLMENTS: &str = "\
psn_no,year,pay_date,amount
on-time,2023,2022-10-05,380.00
late,2023,2023-01-01,380.00
part,2023,2022-10-06,200.00
twice,2023,2022-10-07,380.00
twice,2023,2022-11-07,380.00
month-five,2023,2023-07-09,350.00
month-eight,2023,2023-09-15,350.00
last-of-august,2023,2023-02-28,350.00
job,2023,2022-12-31,380.00
refund,2023,2022-10-10,380.00
dibao,2023,2022-10-11,0.00
student,2023,2022-09-15,350.00
stranger,2023,2022-10-12,380.00
dead,2023,2022-10-13,380.00
blank,2023,2022-10-14,
blank,2023,2022-11-14,
nobody,2023,2022-10-15,380.00
on-time,2024,2023-10-05,41O.00
on-time,2024,2023-10-06,410.00
";

const EVENTS: &str = "\
psn_no,event,event_date
job,employee-cover-start,2023-03-01
job,employee-cover-end,2023-06-30
refund,moved-out,2022-12-01
refund,refund-applied,2023-02-10
nothing,employee-cover-end,2023-05-01
on-time,refund-applied,2022-12-01
nobody,enlisted,2023-01-01
";

/// Stays of 5,000 yuan in a tertiary hospital: id, person, first day, and what becomes of it. The first stay of a year
/// has a deductible of 1,000 yuan, the second one of 500; the fund pays 70 % for adults and 75 % for the others.
const STAYS: [(&str, &str, &str, &str); 19] = [
    ("A1", "on-time", "2023-03-05", "settled  2800.00"),
    ("A2", "on-time", "2024-02-05", "settled  2800.00"),
    ("B1", "late", "2023-03-05", "not-covered not-enrolled 0.00"),
    ("C1", "part", "2023-03-05", "not-covered not-enrolled 0.00"),
    ("D1", "twice", "2023-03-05", "settled  2800.00"),
    // Paid in July, covered from birth.
    ("E1", "month-five", "2023-02-15", "settled  3000.00"),
    // Paid on 15 September, covered from 1 October.
    ("F1", "month-eight", "2023-09-30", "not-covered before-cover 0.00"),
    ("F2", "month-eight", "2023-10-01", "settled  3000.00"),
    // Paid on the last day of February, six months after birth.
    ("G1", "last-of-august", "2023-01-10", "settled  3000.00"),
    ("H1", "job", "2023-02-28", "settled  2800.00"),
    ("H2", "job", "2023-03-01", "not-covered employee-insured 0.00"),
    ("H3", "job", "2023-07-01", "settled  3150.00"),
    ("I1", "refund", "2023-01-15", "not-covered not-enrolled 0.00"),
    ("J1", "dibao", "2023-03-05", "settled  2800.00"),
    ("K1", "student", "2023-03-05", "settled  3000.00"),
    ("L1", "stranger", "2023-03-05", "not-covered not-enrolled 0.00"),
    ("M1", "dead", "2023-01-05", "not-covered after-death 0.00"),
    ("N1", "blank", "2023-03-05", "settled  2800.00"),
    ("O1", "nothing", "2023-03-05", "not-covered not-enrolled 0.00"),
];

const FILES: &str =
    "--persons persons.csv --enrolments enrolments.csv --events events.csv --claims claims.csv";

/// The city's files, not settled yet.
fn city() -> Desk {
    let desk = Desk::new();
    desk.write("persons.csv", PERSONS);
    desk.write("enrolments.csv", ENROLMENTS);
    desk.write("events.csv", EVENTS);
    desk.write(
        "claims.csv",
        &claims(STAYS.map(|(id, person, day, _)| (id, person, day))),
    );
    desk
}

/// A claims file of one-day stays of 5,000 yuan in a tertiary hospital.
fn claims<'a>(stays: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> String {
    let mut text =
        "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n".to_string();
    for (id, person, day) in stays {
        text += &format!("{id},{person},21,H1,{day},{day},5000.00,01\n");
    }
    text
}

/// Settles the city; some rows are refused, so the exit code is 1.
#[track_caller]
fn settle(desk: &Desk, more: &str) -> Answer {
    desk.yibao(&format!("settle {FILES} --out out --format csv {more}"))
        .exits(1)
}

/// A city of one adult, with these payments and events and no claims.
fn adult_with(payments: &[&str], events: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy\nP,1980-05-01\n");
    desk.write("enrolments.csv", &table("psn_no,year,pay_date,amount", payments));
    desk.write("events.csv", &table("psn_no,event,event_date", events));
    desk.write("claims.csv", &claims([]));
    desk
}

fn table(header: &str, rows: &[&str]) -> String {
    let lines = [header].into_iter().chain(rows.iter().copied());
    lines.map(|line| format!("{line}\n")).collect()
}

fn fen(yuan: &str) -> i64 {
    yuan.replace('.', "").parse().unwrap()
}

/// Credit less debit of an account up to a day, in fen; of one district, if one is named.
fn owed(desk: &Desk, account: &str, day: &str, district: Option<&str>) -> i64 {
    let rows = desk.rows("out/ledger.csv").into_iter();
    rows.filter(|row| row["account"] == account && row["date"].as_str() <= day)
        .filter(|row| district.is_none_or(|district| row["district"] == district))
        .map(|row| fen(&row["credit"]) - fen(&row["debit"]))
        .sum()
}

/// The report's part on enrolment.
fn section(report: &str) -> &str {
    let from = [
        "\nEnrolment, benefit year",
        "\nWhat persons paid for their enrolment",
    ]
    .iter()
    .filter_map(|heading| report.find(heading))
    .min()
    .unwrap();
    &report[from..report.find("\nClaims").unwrap()]
}

// ---------------------------------------------------------------- claims

#[test]
fn each_stay_is_settled_as_the_day_it_began_stands() {
    let desk = city();
    settle(&desk, "");
    let rows = desk.rows("out/settlements.csv");
    assert_eq!(rows.len(), STAYS.len());
    for (id, person, day, expected) in STAYS {
        let row = rows.iter().find(|row| row["mdtrt_id"] == id).unwrap();
        let found = format!("{} {} {}", row["status"], row["reason"], row["hifp_pay"]);
        assert_eq!(found, expected, "{id}: {person} on {day}");
        if row["status"] != "settled" {
            assert_eq!(row["psn_part_amt"], "5000.00", "{id}: the person bears all");
        }
    }
    // Assistance takes 70 % of what is left to the dibao household in scope: of 1,000 + 1,200.
    let dibao = rows.iter().find(|row| row["mdtrt_id"] == "J1").unwrap();
    let shares = ["maf_pay", "psn_part_amt"].map(|column| dibao[column].as_str());
    assert_eq!(shares, ["1540.00", "660.00"]);
}

/// Without the files everyone is presumed to be enrolled who can be.
#[test]
fn without_an_enrolments_file_only_strangers_and_the_dead_are_not_covered() {
    let desk = city();
    desk.yibao("settle --persons persons.csv --claims claims.csv --out out --format csv")
        .exits(0);
    let rows = desk.rows("out/settlements.csv").into_iter();
    let not_covered = rows.filter(|row| row["status"] == "not-covered");
    let ids: Vec<String> = not_covered.map(|row| row["mdtrt_id"].clone()).collect();
    assert_eq!(ids, ["L1", "M1"]);
    assert_eq!(desk.json("out/run.json")["enrolment"]["by"], "presumed");
}

// ---------------------------------------------------------------- rejects

#[test]
fn every_refused_row_says_where_it_stands_and_why() {
    let desk = city();
    settle(&desk, "");
    let columns = ["file", "line", "column", "value", "reason", "psn_no", "amount"];
    let rows = desk.rows("out/rejects.csv");
    let found: Vec<String> = rows
        .iter()
        .map(|row| columns.map(|column| row[column].as_str()).join(" "))
        .collect();
    let expected = [
        "enrolments.csv 3 pay_date 2023-01-01 outside-window late 380.00",
        "enrolments.csv 4 amount 200.00 part-payment part 200.00",
        "enrolments.csv 6 year 2023 second-payment twice 380.00",
        "enrolments.csv 14 psn_no stranger no-residence stranger 380.00",
        "enrolments.csv 17 year 2023 second-payment blank ",
        "enrolments.csv 18 psn_no nobody unknown-person nobody 380.00",
        "enrolments.csv 19 amount 41O.00 not-an-amount on-time ",
        "events.csv 6 event employee-cover-end not-employee-insured nothing ",
        "events.csv 7 event refund-applied nothing-to-refund on-time ",
        "events.csv 8 psn_no nobody unknown-person nobody ",
    ];
    assert_eq!(found, expected);
    let cites = [
        "Art. 8", "Art. 8", "Art. 8", "Art. 2", "Art. 8", "", "", "Art. 11", "Art. 9", "",
    ];
    for (row, article) in rows.iter().zip(cites) {
        assert!(
            row["sentence"].contains(article),
            "{article}: {}",
            row["sentence"]
        );
    }
}

// ---------------------------------------------------------------- money

#[test]
fn money_received_is_money_posted_and_money_refused() {
    let desk = city();
    settle(&desk, "");
    let record = desk.json("out/run.json");
    // Taken: 6 adults of 2023 (two blank or lapsed or refunded included), 4 of 350, nothing from dibao, 410 for 2024.
    let taken = 6 * 380_00 + 4 * 350_00 + 410_00;
    // Refused: 380 late, 200 part, 380 twice, 380 stranger, 380 nobody; the blank and the unreadable bring no money.
    let refused = 4 * 380_00 + 200_00;
    assert_eq!(
        record["enrolment"]["payments"],
        json!({
            "read": { "rows": 19, "amount_fen": taken + refused },
            "accepted": { "rows": 12, "amount_fen": taken },
            "rejected": { "rows": 7, "amount_fen": refused },
            "skipped": { "rows": 0, "amount_fen": 0 },
        })
    );
    let rejects = desk.rows("out/rejects.csv");
    let of_payments = || rejects.iter().filter(|row| row["file"] == "enrolments.csv");
    assert_eq!(of_payments().count(), 7);
    let amounts = of_payments().filter(|row| !row["amount"].is_empty());
    assert_eq!(amounts.map(|row| fen(&row["amount"])).sum::<i64>(), refused);
    // Posted: what became income, and what flowed back to the one who moved away.
    let income = owed(&desk, "individual-contributions-person", "2099-12-31", None);
    assert_eq!(income + 380_00, taken);
    let rows = [
        ("persons", 15, 0),
        ("enrolments", 12, 7),
        ("events", 4, 3),
        ("claims", 19, 0),
    ];
    for (input, (role, accepted, rejected)) in record["inputs"].as_array().unwrap().iter().zip(rows) {
        let counts = ["accepted", "rejected", "skipped"].map(|count| input[count].as_i64().unwrap());
        assert_eq!(
            (input["role"].as_str().unwrap(), counts),
            (role, [accepted, rejected, 0])
        );
    }
}

#[test]
fn contributions_are_owed_until_the_cover_begins() {
    let desk = city();
    settle(&desk, "");
    let prepaid = |day| owed(&desk, "prepaid-contributions", day, None);
    let income = |day| owed(&desk, "individual-contributions-person", day, None);
    // In the window six adults pay 380 and the student 350; the dibao household nothing.
    let in_window = 6 * 380_00 + 350_00;
    let table = [
        ("2022-09-14", 0, 0),
        ("2022-09-15", 350_00, 0),
        ("2022-12-30", in_window - 380_00, 0),
        ("2022-12-31", in_window, 0),
        // The cover begins, or would have begun for the dead; the refund is not decided yet.
        ("2023-01-01", 380_00, in_window - 380_00),
        ("2023-02-09", 380_00, 1_900_00 + 350_00),
        ("2023-02-10", 0, 2_250_00),
        // Newborns covered from birth pay for days gone by: income at once.
        ("2023-02-28", 0, 2_600_00),
        ("2023-07-09", 0, 2_950_00),
        // One who pays late for cover from the next month.
        ("2023-09-15", 350_00, 2_950_00),
        ("2023-10-01", 0, 3_300_00),
        ("2023-10-06", 410_00, 3_300_00),
        ("2023-12-31", 410_00, 3_300_00),
        ("2024-01-01", 0, 3_710_00),
    ];
    for (day, owed, earned) in table {
        assert_eq!((prepaid(day), income(day)), (owed, earned), "on {day}");
    }
    let rows = desk.rows("out/ledger.csv");
    let refunds = rows
        .iter()
        .filter(|row| row["kind"] == "refund" && row["account"] == "treasury-account");
    let refunds: Vec<String> = refunds
        .map(|row| format!("{} {} {}", row["date"], row["credit"], row["district"]))
        .collect();
    assert_eq!(refunds, ["2023-02-10 380.00 370102"]);
}

/// What others pay for the insured comes with their cover: for six on 1 January, then for each newborn; for nobody who
/// was refused, refunded or dead.
#[test]
fn finance_subsidy_and_transfers_follow_the_heads() {
    let desk = city();
    settle(&desk, "");
    let table: [(&str, &str, i64, i64, i64); 6] = [
        // Day, district, heads by then, contributions by public finance, heads of 2024.
        ("2022-12-31", "370102", 0, 0, 0),
        ("2023-01-01", "370102", 4, 0, 0),
        ("2023-01-01", "370103", 2, 380_00, 0),
        ("2023-07-09", "370103", 4, 380_00, 0),
        ("2023-12-31", "370103", 5, 380_00, 0),
        ("2024-01-01", "370102", 4, 0, 1),
    ];
    for (day, district, heads, finance, heads_of_2024) in table {
        let of = |account: &str| owed(&desk, account, day, Some(district));
        assert_eq!(
            of("individual-contributions-finance"),
            finance,
            "{day} {district}"
        );
        for (level, of_2023, of_2024) in [
            ("central", 256_00, 268_00),
            ("provincial", 128_00, 134_00),
            ("municipal", 128_00, 134_00),
            ("district", 128_00, 134_00),
        ] {
            let expected = heads * of_2023 + heads_of_2024 * of_2024;
            assert_eq!(
                of(&format!("subsidy-{level}")),
                expected,
                "{level} {day} {district}"
            );
        }
        let transfers = heads * (100_00 + 95_00) + heads_of_2024 * (110_00 + 100_00);
        assert_eq!(of("transfer-in"), transfers, "{day} {district}");
        assert_eq!(
            of("district-budget"),
            2_00 * (heads + heads_of_2024),
            "{day} {district}"
        );
    }
}

#[test]
fn the_funds_year_in_json_agrees() {
    let desk = city();
    settle(&desk, "");
    let years = desk.json("out/fund.json");
    let of = |year: usize, pointer: &str| years[year].pointer(pointer).unwrap().as_i64().unwrap();
    let (income, closing) = ("/consolidated/income", "/consolidated/closing");
    let prepaid = [0, 1, 2].map(|year| of(year, &format!("{closing}/prepaid_fen")));
    assert_eq!(prepaid, [2_630_00, 410_00, 0]);
    let person = [0, 1, 2].map(|year| of(year, &format!("{income}/individual_person_fen")));
    assert_eq!(person, [0, 3_300_00, 410_00]);
    let finance = [0, 1, 2].map(|year| of(year, &format!("{income}/individual_finance_fen")));
    assert_eq!(finance, [0, 380_00, 0]);
    let subsidy = [0, 1, 2].map(|year| of(year, &format!("{income}/subsidy_fen")));
    assert_eq!(subsidy, [0, 9 * 640_00, 670_00]);
    let heads = |year: usize| -> Vec<i64> {
        let districts = years[year]["districts"].as_array().unwrap().iter();
        districts
            .map(|district| district["insured"].as_i64().unwrap())
            .collect()
    };
    assert_eq!((heads(1), heads(2)), (vec![4, 5], vec![1]));
    // Work funds are the districts' own money: the treasury account has never seen it (Art. 27).
    let ledger = desk.rows("out/ledger.csv");
    let books = ledger.iter().filter(|row| row["kind"] == "work-funds");
    assert!(books.into_iter().all(|row| row["book"] == "work-funds"));
}

// ---------------------------------------------------------------- the report

#[test]
fn the_report_tells_who_is_enrolled_and_what_was_paid() {
    let report = settle(&city(), "").stdout;
    let expected = "
Enrolment, benefit year 2023
           residents  enrolled  coverage  at school  at residence
  student          1         1   100.0 %          1             0
  minor            3         3   100.0 %          0             3
  adult            9         5    55.6 %          0             5
  all             13         9    69.2 %          1             8

Enrolment, benefit year 2024
           residents  enrolled  coverage  at school  at residence
  student          1         0     0.0 %          0             0
  minor            3         0     0.0 %          0             0
  adult            9         1    11.1 %          0             1
  all             13         1     7.7 %          0             1

What persons paid for their enrolment
                        payments      yuan
  received                    19  5,810.00
  taken                       12  4,090.00
    window                     9  3,040.00
    newborn-from-birth         2    700.00
    newborn-later              1    350.00
  refused                      7  1,720.00
    no-residence               1    380.00
    not-an-amount              1      0.00
    outside-window             1    380.00
    part-payment               1    200.00
    second-payment             2    380.00
    unknown-person             1    380.00
  Of those taken, refunded (Art. 9): 1; lapsed, because the person died before a day of cover: 1.
";
    assert_eq!(section(&report), expected);
    for event in ["not-employee-insured", "nothing-to-refund", "unknown-person"] {
        assert!(report.contains(&format!("events: {event}")), "{event}");
    }
}

/// The routes add up to what was taken even if nobody could be enrolled for the year: the one who paid has died.
#[test]
fn a_payment_that_lapsed_is_in_the_report_when_nobody_else_is() {
    let desk = adult_with(&["P,2023,2022-10-05,380.00"], &[]);
    desk.write("persons.csv", "psn_no,brdy,death_date\nP,1950-05-01,2022-12-15\n");
    let report = desk.yibao(&format!("settle {FILES} --totals")).exits(0).stdout;
    let expected = "
What persons paid for their enrolment
            payments    yuan
  received         1  380.00
  taken            1  380.00
    window         1  380.00
  refused          0    0.00
  Of those taken, refunded (Art. 9): 0; lapsed, because the person died before a day of cover: 1.
";
    assert_eq!(section(&report), expected);
}

/// Where late enrolment exists, who turns eighteen in January and enrols in March is an adult in every column.
#[test]
fn coverage_counts_the_covered_in_the_category_of_their_cover() {
    let late = "[enrolment.late]\n\
                paid = { dates = \"01-01..12-31\", provenance = \"placeholder\", source = \"test\" }\n\
                start = \"next-day\"\ncontribution = \"individual\"\n\n[funding]\n";
    let desk = adult_with(&["P,2023,2023-03-10,380.00"], &[]);
    desk.write("persons.csv", "psn_no,brdy\nP,2005-01-20\n");
    let scenario = include_str!("../../scenarios/jinan.toml").replacen("[funding]\n", late, 1);
    desk.write("late.toml", &scenario);
    desk.yibao(&format!(
        "settle {FILES} --scenario late.toml --out out --format csv"
    ))
    .exits(0);
    let coverage = &desk.json("out/run.json")["enrolment"]["coverage"];
    let adult = json!([{ "year": 2023, "category": "adult", "residents": 1, "covered": 1 }]);
    assert_eq!(*coverage, adult);
}

// ---------------------------------------------------------------- --year

#[test]
fn a_single_year_skips_what_was_taken_for_others() {
    let desk = city();
    let report = settle(&desk, "--year 2023").stdout;
    let record = desk.json("out/run.json");
    let payments = &record["enrolment"]["payments"];
    assert_eq!(payments["read"], json!({ "rows": 19, "amount_fen": 5_810_00 }));
    assert_eq!(
        payments["accepted"],
        json!({ "rows": 11, "amount_fen": 3_680_00 })
    );
    assert_eq!(payments["skipped"], json!({ "rows": 1, "amount_fen": 410_00 }));
    assert_eq!(payments["rejected"], json!({ "rows": 7, "amount_fen": 1_720_00 }));
    let file = record["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["role"] == "enrolments");
    let counts = ["rows", "accepted", "rejected", "skipped"].map(|key| file.unwrap()[key].as_u64().unwrap());
    assert_eq!(counts, [19, 11, 7, 1]);
    assert!(
        section(&report).contains("skipped, other years         1    410.00"),
        "{report}"
    );
    assert!(!report.contains("benefit year 2024"));
    // The stay of 2024 is skipped like its payment.
    assert_eq!(desk.rows("out/settlements.csv").len(), STAYS.len() - 1);
    assert_eq!(owed(&desk, "prepaid-contributions", "2099-12-31", None), 0);
    assert_eq!(
        owed(&desk, "individual-contributions-person", "2099-12-31", None),
        3_300_00
    );
}

/// The lives are decided whole: that 2023 was paid for makes the second payment one, whatever year is asked for.
#[test]
fn a_single_year_refuses_the_same_payments() {
    let desk = city();
    let mut rejects = ["", "--year 2022", "--year 2023", "--year 2024"].map(|year| {
        settle(&desk, year);
        desk.read("out/rejects.csv")
    });
    let all = rejects[0].clone();
    assert!(rejects.iter_mut().all(|of_year| *of_year == all));
}

// ---------------------------------------------------------------- exit codes and standard input

#[test]
fn exit_codes_tell_clean_refused_and_unusable_apart() {
    let clean = adult_with(&["P,2023,2022-10-05,380.00"], &["P,moved-out,2023-05-01"]);
    clean.yibao(&format!("settle {FILES} --totals")).exits(0);
    let refused_payment = adult_with(&["P,2023,2022-08-31,380.00"], &[]);
    refused_payment
        .yibao(&format!("settle {FILES} --totals"))
        .exits(1);
    let refused_event = adult_with(&["P,2023,2022-10-05,380.00"], &["P,refund-applied,2022-11-01"]);
    refused_event.yibao(&format!("settle {FILES} --totals")).exits(1);
    let no_column = adult_with(&[], &[]);
    no_column.write("enrolments.csv", "psn_no,pay_date\nP,2022-10-05\n");
    no_column
        .yibao(&format!("settle {FILES} --out out"))
        .fails_naming(&["enrolments.csv", "`year`"]);
    no_column.write("enrolments.csv", "psn_no,year,pay_date\n");
    no_column.write("events.csv", "psn_no,event\n");
    no_column
        .yibao(&format!("settle {FILES} --out out"))
        .fails_naming(&["events.csv", "`event_date`"]);
    assert!(!no_column.names(".").contains("out"), "nothing is written");
    no_column
        .yibao("settle --persons persons.csv --claims claims.csv --enrolments none.csv --totals")
        .fails_naming(&["none.csv"]);
}

#[test]
fn events_need_enrolments() {
    for command in ["settle --totals", "explain --claim A1"] {
        city()
            .yibao(&format!(
                "{command} --persons persons.csv --claims claims.csv --events events.csv"
            ))
            .fails_naming(&["--enrolments"]);
    }
}

/// Without events the one who moved away stays enrolled and the one with a job is covered throughout.
#[test]
fn enrolments_need_no_events() {
    let desk = city();
    desk.yibao(
        "settle --persons persons.csv --enrolments enrolments.csv --claims claims.csv --out out --format csv",
    )
    .exits(1);
    let rows = desk.rows("out/settlements.csv");
    for id in ["H2", "I1"] {
        let row = rows.iter().find(|row| row["mdtrt_id"] == id).unwrap();
        assert_eq!(row["status"], "settled", "{id}");
    }
}

/// An enrolments file without rows is a city in which nobody has paid, which is not the same as no file.
#[test]
fn an_empty_enrolments_file_covers_nobody() {
    let desk = city();
    desk.write("enrolments.csv", "psn_no,year,pay_date\n");
    desk.write("events.csv", "psn_no,event,event_date\n");
    let report = desk
        .yibao(&format!("settle {FILES} --out out --format csv"))
        .exits(0)
        .stdout;
    assert!(!report.contains("No enrolments file"), "{report}");
    assert!(section(&report).contains("received         0  0.00"), "{report}");
    let rows = desk.rows("out/settlements.csv");
    assert!(rows.iter().all(|row| row["status"] == "not-covered"));
    assert_eq!(desk.json("out/fund.json"), json!([]));
}

#[test]
fn payments_and_events_can_come_from_standard_input() {
    let desk = city();
    let from_files = settle(&desk, "").stdout;
    for (file, text) in [("enrolments.csv", ENROLMENTS), ("events.csv", EVENTS)] {
        let arguments = FILES.replace(file, "-");
        let answer = desk
            .yibao_reading(
                &format!("settle {arguments} --out out --format csv"),
                text.as_bytes(),
            )
            .exits(1);
        assert_eq!(answer.stdout, from_files, "{file}");
        let rejects = desk.rows("out/rejects.csv");
        assert!(
            rejects
                .iter()
                .any(|row| row["file"] == "-" && row["reason"] == "unknown-person")
        );
        assert!(rejects.iter().all(|row| row["file"] != file));
    }
    desk.yibao("settle --persons persons.csv --claims claims.csv --enrolments - --events - --totals")
        .fails_naming(&["enrolments", "events"]);
}

#[test]
fn a_synthetic_city_reports_its_enrolment_too() {
    let desk = Desk::new();
    let report = desk
        .yibao("run --persons 400 --seed 3 --out out --format csv")
        .exits(0)
        .stdout;
    let section = section(&report);
    assert!(section.contains("window"), "{section}");
    let payments = desk.json("out/run.json")["enrolment"]["payments"].clone();
    let of = |name: &str, what: &str| payments[name][what].as_i64().unwrap();
    for what in ["rows", "amount_fen"] {
        let parts = ["accepted", "rejected", "skipped"].map(|name| of(name, what));
        assert_eq!(of("read", what), parts.iter().sum::<i64>());
    }
    let rejects = desk.rows("out/rejects.csv");
    let refused = rejects.iter().filter(|row| row["file"] == "enrolments");
    assert_eq!(refused.count() as i64, of("rejected", "rows"));
}

// ---------------------------------------------------------------- yibao explain

/// The first step of a claim's explanation: its article, the keys of its figures, and the status it ended with.
#[track_caller]
fn cover_step(desk: &Desk, files: &str, claim: &str) -> String {
    let text = desk
        .yibao(&format!("explain {files} --claim {claim} --json"))
        .exits(0)
        .stdout;
    let explanation: Value = serde_json::from_str(&text).unwrap();
    let step = &explanation["settlements"][0]["steps"][0];
    assert_eq!(step["rule"], "cover");
    let figures = step["figures"].as_array().unwrap().iter();
    let figures: Vec<&str> = figures.map(|figure| figure["key"].as_str().unwrap()).collect();
    let ended = step["ended"].as_str().unwrap_or("goes on");
    format!(
        "{} [{}] {ended}",
        step["article"].as_str().unwrap(),
        figures.join(", ")
    )
}

/// Why a stay is covered or not, with the article and the figure that decided.
#[test]
fn the_first_step_cites_what_decided_about_the_cover() {
    let desk = city();
    let table = [
        ("A1", "Art. 14 [enrolment.window] goes on"),
        ("E1", "Art. 14(2) [enrolment.newborn.from_birth] goes on"),
        ("G1", "Art. 14(2) [enrolment.newborn.from_birth] goes on"),
        ("F1", "Art. 14(2) [enrolment.newborn.from_birth] not-covered"),
        ("F2", "Art. 14(2) [enrolment.newborn.from_birth] goes on"),
        // Could have enrolled: paid nothing, paid outside the window, paid a part.
        ("O1", "Art. 8 [enrolment.window] not-covered"),
        ("B1", "Art. 8 [enrolment.window] not-covered"),
        ("C1", "Art. 8 [] not-covered"),
        // Could not.
        ("L1", "Art. 2 [] not-covered"),
        // The payment flowed back.
        ("I1", "Art. 9 [enrolment.window] not-covered"),
        ("H2", "Art. 11 [] not-covered"),
        ("M1", "Art. 14 [] not-covered"),
    ];
    for (claim, expected) in table {
        assert_eq!(cover_step(&desk, FILES, claim), expected, "{claim}");
    }
    // Presumed cover: the stranger could not enrol, and neither could the dead be covered.
    let presumed = "--persons persons.csv --claims claims.csv";
    for (claim, expected) in [
        ("B1", "Art. 14 [enrolment.window] goes on"),
        ("E1", "Art. 14(2) [enrolment.newborn.from_birth] goes on"),
        ("L1", "Art. 2 [] not-covered"),
        ("M1", "Art. 14 [] not-covered"),
    ] {
        assert_eq!(cover_step(&desk, presumed, claim), expected, "{claim}, presumed");
    }
}

#[test]
fn the_explanation_says_in_words_what_the_settlement_says() {
    let desk = city();
    for (claim, parts) in [
        (
            "F1",
            ["before-cover", "Art. 14(2)", "enrolment.newborn.from_birth"],
        ),
        (
            "O1",
            ["not-enrolled", "Art. 8", "enrolment.window = 09-01..12-31"],
        ),
        ("H2", ["employee-insured", "Art. 11", "psn_part_amt 5,000.00"]),
    ] {
        let text = desk
            .yibao(&format!("explain {FILES} --claim {claim}"))
            .exits(0)
            .stdout;
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let text = desk
        .yibao(&format!("explain {FILES} --claim O1 --lang zh"))
        .exits(0)
        .stdout;
    assert!(text.contains("第8条"), "{text}");
}

// ---------------------------------------------------------------- hostile files

/// Days at the ends of the calendar, years that nobody means, births and deaths out of order: each row ends somewhere,
/// and nothing breaks.
#[test]
fn days_at_the_ends_of_the_calendar_are_only_strange() {
    let persons = "psn_no,brdy,death_date\n\
                   old,0000-01-01,\nunborn,9999-12-31,9999-12-31\nP,1980-05-01,9999-12-31\nlast,2200-12-31,\n";
    let table = [
        ("P,2023,0000-01-01,380.00", "before-birth"),
        ("P,2023,9999-12-31,380.00", "outside-window"),
        ("P,2200,2199-10-05,380.00", "no-figures-for-year"),
        ("P,1900,1899-10-05,380.00", "no-figures-for-year"),
        ("P,9999,9998-10-05,380.00", "not-a-year"),
        ("P,0001,0000-10-05,380.00", "not-a-year"),
        ("P,-999,2022-10-05,380.00", "not-a-year"),
        ("P,2023,10000-10-05,380.00", "not-a-date"),
        ("unborn,2023,2022-10-05,350.00", "before-birth"),
        ("last,2200,2200-12-31,350.00", "no-figures-for-year"),
        ("P,2023,2022-10-05,99999999.99", "overpayment"),
        ("P,2023,2022-10-05,100000000.01", "amount-too-large"),
        ("P,2023,2022-10-05,-380.00", "negative-amount"),
        ("old,2023,2022-10-05,380.00", ""),
    ];
    let desk = adult_with(
        &table.map(|(row, _)| row),
        &[
            "P,employee-cover-start,9999-12-31",
            "P,employee-cover-end,9999-12-31",
            "old,employee-cover-start,0000-01-01",
            "old,employee-cover-end,0000-12-31",
            "unborn,enlisted,0001-01-01",
            "unborn,employee-cover-start,9999-12-31",
        ],
    );
    desk.write("persons.csv", persons);
    let days = ["0000-01-01", "2023-05-05", "9999-12-31"];
    let ids = ["X", "Y", "Z"];
    desk.write(
        "claims.csv",
        &claims((0..3).map(|index| (ids[index], "old", days[index]))),
    );
    desk.yibao(&format!("settle {FILES} --out out --format csv"))
        .exits(1);
    let rejects = desk.rows("out/rejects.csv");
    for (line, (row, reason)) in (2..).zip(table) {
        let found = rejects
            .iter()
            .find(|reject| reject["file"] == "enrolments.csv" && reject["line"] == line.to_string());
        let found = found.map_or("", |reject| reject["reason"].as_str());
        assert_eq!(found, reason, "{row}");
    }
}

/// Rows that no table should hold; each is counted once.
#[test]
fn rows_that_cannot_be_read_are_counted_once() {
    let desk = adult_with(
        &[
            "P,2023,2022-10-05,380.00",
            "P,2023",
            ",,,",
            "P,2023,2022-10-05,380.00,extra",
            "P,２０２３,2022-10-05,380.00",
            "P,2023,2022-02-30,380.00",
            "P,2023,2022-10-05,380;00",
            "P,2023,2022-10-05,9223372036854775807",
            "'; DROP TABLE,2023,2022-10-05,380.00",
        ],
        &["P,,", "P,Enlisted,2023-01-01", "P,enlisted,yesterday", "P"],
    );
    desk.yibao(&format!("settle {FILES} --out out --format csv"))
        .exits(1);
    let record = desk.json("out/run.json");
    let counts = |index: usize| {
        let input = &record["inputs"][index];
        ["rows", "accepted", "rejected"].map(|count| input[count].as_i64().unwrap())
    };
    assert_eq!((counts(1), counts(2)), ([9, 1, 8], [4, 0, 4]));
    assert_eq!(desk.rows("out/rejects.csv").len(), 12);
}

/// One person with a job every other day since 1750, and one whose job starts every day and who pays a yuan three
/// hundred thousand times: the time goes with the number of rows, not with its square.
#[test]
fn very_many_rows_of_one_person_take_no_time() {
    let desk = adult_with(&[], &[]);
    let day = |number: u64| {
        let first = chrono::NaiveDate::from_ymd_opt(1750, 1, 1).unwrap();
        first + chrono::Days::new(number)
    };
    let jobs = (0..300_000).map(|number| {
        let kind = ["start", "end"][number as usize % 2];
        format!("P,employee-cover-{kind},{}\n", day(number))
    });
    let starts = (0..300_000).map(|number| format!("S,employee-cover-start,{}\n", day(number)));
    let payments = (0..300_000).map(|_| "S,2023,2022-10-05,1.00\n".to_string());
    desk.write("persons.csv", "psn_no,brdy\nP,1980-05-01\nS,1980-05-01\n");
    desk.write(
        "events.csv",
        &("psn_no,event,event_date\n".to_string() + &jobs.chain(starts).collect::<String>()),
    );
    let paid = "psn_no,year,pay_date,amount\nP,2023,2022-10-05,380.00\nS,2023,2022-10-05,380.00\n";
    desk.write(
        "enrolments.csv",
        &(paid.to_string() + &payments.collect::<String>()),
    );
    let started = std::time::Instant::now();
    let report = desk.yibao(&format!("settle {FILES} --totals")).exits(1).stdout;
    let seconds = started.elapsed().as_secs();
    assert!(report.contains("already-employee-insured  299,999"), "{report}");
    // About a second; a minute if each row looked at every other.
    assert!(seconds < 20, "{seconds} s");
}

/// Art. 3: one pool, told by district. The lines are those of `fund.json`.
#[test]
fn the_report_tells_what_each_district_raised() {
    let desk = city();
    let report = settle(&desk, "").stdout;
    let at = report.find("\nRaised by district, 2023\n").unwrap();
    let shown = report[at..].lines().skip(3).take_while(|line| !line.is_empty());
    let shown: Vec<Vec<String>> = shown
        .map(|line| {
            line.split_whitespace()
                .map(|cell| cell.replace(',', ""))
                .collect()
        })
        .collect();
    let fund = desk.json("out/fund.json");
    let year = fund
        .as_array()
        .unwrap()
        .iter()
        .find(|year| year["year"] == 2023)
        .unwrap();
    let expected: Vec<Vec<String>> = year["districts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            let fen = |key: &str| of[key].as_i64().unwrap();
            let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
            let name = of["district"].as_str().unwrap_or("none given");
            let mut line: Vec<String> = name.split(' ').map(str::to_string).collect();
            line.push(of["insured"].to_string());
            line.push(yuan(fen("individual_person_fen")));
            line.push(yuan(fen("individual_finance_fen")));
            line.extend(["subsidy_fen", "refunded_fen", "work_funds_fen"].map(|key| yuan(fen(key))));
            line
        })
        .collect();
    assert_eq!(shown, expected);
    assert!(expected.len() > 1);
}
