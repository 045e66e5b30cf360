//! Twenty and more mistakes that a tired analyst makes, each with what the program says to it: the messages as they were
//! read and found good, kept in `tired.txt`.

use super::*;
use std::fmt::Write as _;

/// What the program answers to each mistake.
struct Diary {
    desk: Desk,
    text: String,
}

impl Diary {
    /// Runs a command; keeps how it ended, what it said, and of the rejects their lines, reasons and sentences.
    fn mistake(&mut self, what: &str, arguments: &[&str]) {
        let answer = Answer::of(self.desk.command(arguments).output().unwrap());
        let _ = writeln!(self.text, "## {what}\n$ yibao {}", arguments.join(" "));
        let code = answer.code.unwrap();
        let place = self.desk.path("").display().to_string();
        let _ = writeln!(self.text, "{}=> {code}", answer.stderr.replace(&place, ""));
        if self.desk.path("out/rejects.csv").exists() {
            for row in self.desk.rows("out/rejects.csv") {
                let _ = writeln!(
                    self.text,
                    "{}:{}: {}: {}",
                    row["file"], row["line"], row["reason"], row["sentence"]
                );
            }
            std::fs::remove_dir_all(self.desk.path("out")).unwrap();
        }
        self.text.push('\n');
    }

    /// Settles claims with something replaced in them.
    fn claims(&mut self, what: &str, replaced: &[(&str, &str)]) {
        let claims = replaced.iter().fold(CLAIMS.to_string(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        self.desk.write("mine.csv", &claims);
        let settle = "settle --persons persons.csv --claims mine.csv --out out --format csv";
        self.mistake(what, &settle.split(' ').collect::<Vec<_>>());
    }

    fn command(&mut self, what: &str, arguments: &str) {
        self.mistake(what, &arguments.split(' ').collect::<Vec<_>>());
    }
}

const CLAIMS: &str = "\
mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv
A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01
B,P2,11,H2,2023-02-01,2023-02-01,120.50,08
";

/// Mistakes in the files.
fn files(diary: &mut Diary) {
    let totals = |files: &str| format!("settle --totals {files}");
    diary.command(
        "A name mistyped",
        &totals("--persons person.csv --claims claims.csv"),
    );
    diary.command(
        "Files swapped",
        &totals("--persons claims.csv --claims persons.csv"),
    );
    diary.command(
        "An empty file",
        &totals("--persons persons.csv --claims empty.csv"),
    );
    diary.command(
        "A header and no more",
        &totals("--persons persons.csv --claims header.csv"),
    );
    diary.command(
        "The folder in place of a file",
        &totals("--persons persons.csv --claims nothing"),
    );
    diary.command("A workbook", &totals("--persons persons.csv --claims book.xlsx"));
    diary.command(
        "The output is a file",
        "settle --persons persons.csv --claims claims.csv --out persons.csv",
    );
    diary.command(
        "The output holds something else",
        "settle --persons persons.csv --claims claims.csv --out mine",
    );
}

/// Files left out whose lack nobody notices at first.
fn files_left_out(diary: &mut Diary) {
    let (header, rows) = CLAIMS.split_once('\n').unwrap();
    let rows = rows.lines().map(|row| row.rsplit_once(',').unwrap().0);
    let rows: Vec<&str> = rows.collect();
    let header = header.rsplit_once(',').unwrap().0;
    diary
        .desk
        .write("levelless.csv", &format!("{header}\n{}\n", rows.join("\n")));
    let files = "--persons persons.csv --claims levelless.csv";
    diary.command(
        "Levels in a registry that was not given, compared",
        &format!("compare jinan --set fund.interest=0.03 {files}"),
    );
    diary.command(
        "Levels in a registry that was not given, reserved for",
        &format!("reserve --at 2023-06-30 {files}"),
    );
}

/// Mistakes in the claims.
fn claims(diary: &mut Diary) {
    diary.claims("Semicolons", &[(",", ";")]);
    diary.claims("A column mistyped", &[("medfee_sumamt", "medfee_sumamnt")]);
    diary.claims("A comma in a number", &[("5000.00", "\"5,000.00\"")]);
    diary.claims("A comma in a number, unquoted", &[("5000.00", "5,000.00")]);
    diary.claims(
        "A currency, and a third decimal",
        &[("5000.00", "¥5000"), ("120.50", "120.505")],
    );
    diary.claims(
        "Days of a spreadsheet",
        &[("2023-01-05", "44931"), ("2023-02-01", "2023/2/1")],
    );
    diary.claims("Claims of next year", &[("2023-", "2026-")]);
    diary.claims("The end before the beginning", &[("2023-01-10", "2022-01-10")]);
    diary.claims("A person who is not there", &[("P2", "P3")]);
    diary.claims("An id twice", &[("B,", "A,")]);
    diary.claims("A level in words", &[(",08\n", ",一级\n")]);
    diary.claims("A kind of care that is none", &[(",21,", ",住院,")]);
    diary.claims("A correction as a negative bill", &[("120.50", "-120.50")]);
}

/// Mistakes in scenarios and options.
fn scenarios(diary: &mut Diary) {
    let run = |options: &str| format!("run --persons 100 {options}");
    diary.command(
        "A key mistyped",
        &run("--set benefit.inpatient.tertiary.deductable=1200"),
    );
    diary.command(
        "A ratio of 80",
        &run("--set benefit.inpatient.tertiary.ratio.adult=80"),
    );
    diary.command(
        "A ratio for everybody",
        &run("--set benefit.inpatient.tertiary.ratio=0.8"),
    );
    diary.command(
        "A percent sign",
        &run("--set benefit.inpatient.tertiary.ratio.adult=80%"),
    );
    diary.command("A year without figures", &run("--year 2026"));
    diary.command("A scenario mistyped", &run("--scenario jinnan"));
    diary.command("A scenario that is not there", &run("--scenario reform.toml"));
    diary.command("A table in place of a scenario", &run("--scenario claims.csv"));
    diary.command("A comma in an option", "run --persons 1,000");
    diary.command("An option mistyped", "run --person 100");
    diary.command("A command mistyped", "setle --persons persons.csv");
    diary.command(
        "A claim that is not there",
        "explain --persons persons.csv --claims claims.csv --claim C",
    );
}

#[test]
fn what_a_tired_analyst_is_told() {
    let desk = Desk::new();
    desk.write("persons.csv", PERSONS);
    desk.write("claims.csv", CLAIMS);
    desk.write("empty.csv", "");
    desk.write("header.csv", CLAIMS.lines().next().unwrap());
    desk.write("book.xlsx", "PK\u{3}\u{4}rest of an archive");
    for folder in ["nothing", "mine"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
    }
    desk.write("mine/notes.txt", "mine");
    let mut diary = Diary {
        desk,
        text: String::new(),
    };
    files(&mut diary);
    files_left_out(&mut diary);
    claims(&mut diary);
    scenarios(&mut diary);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/tired.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, &diary.text).unwrap();
    }
    let expected = std::fs::read_to_string(golden).unwrap_or_default();
    assert!(
        diary.text == expected,
        "what the program says has changed; see whether it should, and run with UPDATE_GOLDEN=1.\n{}",
        diary.text
    );
}
