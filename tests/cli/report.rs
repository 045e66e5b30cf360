//! `--report` and `--xlsx`: files to hand on, written whole or not at all, and never over somebody else's.

use crate::Desk;

const RUN: &str = "run --persons 1500 --year 2022";
const SETTLE: &str = "settle --persons persons.csv --claims claims.csv --totals";

#[test]
fn a_city_has_a_report_in_either_language() {
    let desk = Desk::new();
    let said = desk.yibao(&format!("{RUN} --out city --report en.html")).exits(0);
    desk.yibao(&format!("{RUN} --report deep/zh.html --lang zh"))
        .exits(0);
    let (english, chinese) = (desk.read("en.html"), desk.read("deep/zh.html"));
    let fingerprint = desk.json("city/run.json")["fingerprint"]
        .as_str()
        .unwrap()
        .to_string();
    for page in [&english, &chinese] {
        assert!(page.contains(&fingerprint) && page.contains("1,500"));
        assert!(page.contains("--report") && page.contains(env!("CARGO_PKG_VERSION")));
        // Placeholders are named; the fund's flow and the distribution are drawn.
        assert!(page.contains("class=\"placeholder\"") && page.matches("<svg ").count() == 4);
    }
    assert!(english.contains("Who paid the bills") && english.contains("nobody in it exists"));
    assert!(chinese.contains("基金来源与去向") && chinese.contains("个人负担分布"));
    // What the page says of the money is what the terminal says.
    let bills = said
        .stdout
        .lines()
        .find(|line| line.starts_with("  the bills"))
        .unwrap();
    let bills = bills.split_whitespace().find(|word| word.contains('.')).unwrap();
    assert!(english.contains(&format!(">{bills}<")), "{bills}");
    assert_eq!(
        desk.names("."),
        ["city", "deep", "en.html"].map(String::from).into()
    );
}

#[test]
fn two_people_are_too_few_to_tell_of() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --report report.html")).exits(0);
    let page = desk.read("report.html");
    // What the fund paid for claim A, all bills, and the most that one of the two paid.
    for secret in ["2,800.00", "16,120.50", "2,200"] {
        assert!(!page.contains(secret), "{secret}");
    }
    assert!(page.contains("&lt;10") && page.contains("kept back"));
}

#[test]
fn another_file_is_not_overwritten() {
    let desk = Desk::with_good_files();
    desk.write("mine.html", "<!DOCTYPE html><p>my own page");
    desk.yibao(&format!("{SETTLE} --report mine.html"))
        .fails_naming(&["mine.html", "not an earlier report", "hint:"]);
    assert_eq!(desk.read("mine.html"), "<!DOCTYPE html><p>my own page");
    std::fs::create_dir(desk.path("folder")).unwrap();
    desk.yibao(&format!("{SETTLE} --report folder"))
        .fails_naming(&["folder", "no file"]);
    // An empty file and an earlier report are.
    desk.write("report.html", "");
    for _ in 0..2 {
        desk.yibao(&format!("{SETTLE} --report report.html")).exits(0);
        assert!(desk.read("report.html").starts_with("<!DOCTYPE html>"));
    }
    let names = ["claims.csv", "folder", "mine.html", "persons.csv", "report.html"];
    assert_eq!(desk.names("."), names.map(String::from).into());
}

#[test]
fn a_report_does_not_lie_where_it_would_be_replaced() {
    let desk = Desk::with_good_files();
    let settle = "settle --persons persons.csv --claims claims.csv --out out";
    desk.yibao(&format!("{settle} --report out/report.html"))
        .fails_naming(&["out/report.html", "as a whole"]);
    desk.yibao(&format!("{settle} --resume kept --report kept/report.html"))
        .fails_naming(&["kept/report.html", "as a whole"]);
    desk.yibao(&format!("{SETTLE} --lang zh"))
        .fails_naming(&["--report"]);
    assert_eq!(
        desk.names("."),
        ["claims.csv", "persons.csv"].map(String::from).into()
    );
    desk.yibao(&format!("{settle} --resume kept --report report.html"))
        .exits(0);
    assert!(desk.read("report.html").contains("Fingerprint"));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_one_and_is_replaced_only_by_another() {
    let desk = Desk::with_good_files();
    let command = format!("{SETTLE} --xlsx tables.xlsx");
    for _ in 0..2 {
        desk.yibao(&command).exits(0);
        assert!(
            std::fs::read(desk.path("tables.xlsx"))
                .unwrap()
                .starts_with(b"PK\x03\x04")
        );
    }
    desk.yibao(&format!("{SETTLE} --xlsx claims.csv"))
        .fails_naming(&["claims.csv", "not an earlier workbook"]);
    desk.yibao(&format!("{SETTLE} --xlsx both --report both"))
        .fails_naming(&["both", "page and workbook"]);
}
