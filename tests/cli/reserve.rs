//! `yibao reserve`.

use super::*;

/// A scenario in which stays settle later than they end.
fn late(desk: &Desk) {
    desk.write(
        "late.toml",
        include_str!("../../scenarios/overlays/settlement-lag.toml"),
    );
}

const CITY: &str = "reserve --at 2023-09-30 --scenario late.toml --persons 5000 --seed 7";

#[test]
fn files_and_city_give_the_same_reserve_on_any_number_of_threads() {
    let desk = Desk::new();
    late(&desk);
    desk.yibao("synth --scenario late.toml --persons 5000 --seed 7 --out city --format csv")
        .exits(0);
    let city = desk.yibao(&format!("{CITY} --json --threads 1"));
    let json: Value = serde_json::from_str(&city.stdout).unwrap();
    assert_eq!(
        (&json["at"], &json["by"]),
        (&"2023-09-30".into(), &"month".into())
    );
    assert_eq!(json["origins"].as_array().unwrap().len(), 9);
    assert!(
        json["funds"][0]["ladder"]["total"]["reserve_fen"]
            .as_i64()
            .unwrap()
            > 0
    );
    let files = desk.yibao(
        "reserve --at 2023-09-30 --scenario late.toml --persons city/persons.csv --enrolments \
         city/enrolments.csv --events city/events.csv --claims city/claims.csv --institutions \
         city/institutions.csv --json --threads 3",
    );
    assert_eq!(files.stdout, city.stdout);
}

#[test]
fn the_report_shows_the_run_off_and_the_tables_the_same_numbers() {
    let desk = Desk::new();
    late(&desk);
    let report = desk.yibao(CITY).stdout;
    for line in [
        "Incurred by 2023-09-30",
        "settled since, to ",
        "standard errors from the reserve",
        "outpatient pool",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    let csv = desk.yibao(&format!("{CITY} --csv reserves")).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<std::collections::HashMap<String, String>> =
        reader.deserialize().map(|row| row.unwrap()).collect();
    let of_all: Vec<_> = rows.iter().filter(|row| row["fund"] == "all-funds").collect();
    assert_eq!((of_all.len(), of_all[0]["origin"].as_str()), (9, "2023-01"));
    let triangle = desk.yibao(&format!("{CITY} --csv triangle")).stdout;
    // Nine origins: 9 + 8 + ... + 1 amounts for each of four.
    assert_eq!(triangle.lines().count(), 1 + 4 * 45);
    let last = format!("all-funds,2023-09,0,{}", of_all[8]["settled_yuan"]);
    assert!(triangle.lines().any(|line| line == last), "{last}");
}

#[test]
fn without_a_lag_there_is_nothing_to_reserve() {
    let desk = Desk::new();
    let city = "reserve --at 2023-12-31 --persons 2000";
    let report = desk.yibao(city).exits(0).stdout;
    assert!(report.contains("A claim without setl_time"), "{report}");
    let csv = desk.yibao(&format!("{city} --csv reserves")).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<std::collections::HashMap<String, String>> =
        reader.deserialize().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), 4 * 12);
    for row in rows {
        assert_eq!(
            (row["reserve_yuan"].as_str(), row["settled_since_yuan"].as_str()),
            ("0.00", "")
        );
        assert_eq!(row["settled_yuan"], row["ultimate_yuan"]);
    }
}

#[test]
fn what_cannot_be_reserved_says_what_to_do() {
    let desk = Desk::with_files();
    desk.yibao("reserve --at 2023-10-15 --persons 2000")
        .fails_naming(&["2023-10-15 is not the last day of a month", "ended on 2023-09-30"]);
    desk.yibao("reserve --at 2023-10-31 --persons persons.csv")
        .fails_naming(&["`persons.csv`, for --persons", "give --claims too"]);
    // Three rows cannot be settled, which wants a look.
    let look = desk
        .yibao("reserve --at 2023-03-31 --persons persons.csv --claims claims.csv")
        .exits(1);
    assert!(look.stderr.contains("3 rows were rejected"), "{}", look.stderr);
}
