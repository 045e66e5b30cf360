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

#[test]
fn what_one_table_keeps_back_no_other_tells() {
    let desk = Desk::new();
    let (mut persons, mut claims) = (
        "psn_no,brdy\n".to_string(),
        "mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt,special_account,matn_type\n"
            .to_string(),
    );
    // Sixteen long stays, fifteen chronic patients, twelve visits, three deliveries, two of an epidemic.
    let groups = [
        (16, "21", "01", "100000.00,,"),
        (15, "14", "05", "1000.00,,"),
        (12, "11", "11", "100.00,,"),
        (3, "52", "05", "5000.00,,1"),
        (2, "21", "05", "7777.77,1,"),
    ];
    for (group, (people, med_type, level, rest)) in groups.into_iter().enumerate() {
        for person in 0..people {
            let id = format!("{group}-{person}");
            persons.push_str(&format!("{id},1980-01-01\n"));
            claims.push_str(&format!(
                "{id},{id},{med_type},H1,{level},2023-03-01,2023-03-02,{rest}\n"
            ));
        }
    }
    desk.write("persons.csv", &persons);
    desk.write("claims.csv", &claims);
    desk.yibao(&format!("{SETTLE} --report page.html")).exits(0);
    let page = desk.read("page.html");
    // Critical illness insurance of sixteen, in who paid, in the flow and in the statement; twelve visits.
    assert_eq!(page.matches(">121,920.00<").count(), 3);
    assert!(page.contains(">780.00<"));
    // Deliveries, and the chronic patients beside them; the epidemic, and what persons paid beside it, as a mean too.
    let back = [
        "3,600.00",
        "6,825.00",
        "15,555.54",
        "<th scope=\"row\">persons</th><td class=\"n\" data",
        "<th scope=\"row\">on average</th><td class=\"n\" data",
    ];
    for secret in back {
        assert!(!page.contains(secret), "{secret}");
    }
    assert!(page.contains("<th scope=\"row\">persons</th><td class=\"n\">&lt;10</td>"));
    assert!(page.contains("<th scope=\"row\">on average</th><td class=\"n\">&lt;10</td>"));
}
