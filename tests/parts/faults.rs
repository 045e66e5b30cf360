//! What goes wrong on the way: the exit code, the message, and that nothing half-written is left.

use crate::{Answer, Desk, without_resources};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FILES: &str = "--persons city/persons.csv --enrolments city/enrolments.csv --events city/events.csv \
                     --institutions city/institutions.csv --claims city/claims.csv";

fn settle(more: &str) -> String {
    format!("settle {FILES} --memory 96MiB --format csv {more}")
}

/// A city whose claims are not in the order of persons.
fn desk(persons: u32) -> Desk {
    let desk = Desk::with_city(persons);
    let claims = String::from_utf8(desk.read("city/claims.csv")).unwrap();
    let mut lines: Vec<&str> = claims.lines().collect();
    lines[1..].reverse();
    desk.write("city/claims.csv", lines.join("\n"));
    desk
}

/// A city whose files all are in that order.
fn sorted_desk(persons: u32) -> Desk {
    let desk = Desk::with_city(persons);
    desk.sort_city();
    desk
}

#[track_caller]
fn same(desk: &Desk, one: &str, two: &str) {
    for name in ["ledger.csv", "fund.json", "rejects.csv"] {
        let same = desk.read(&format!("{one}/{name}")) == desk.read(&format!("{two}/{name}"));
        assert!(same, "{name} of {one} and {two}");
    }
    let settlements = |out: &str| {
        let text = String::from_utf8(desk.read(&format!("{out}/settlements.csv"))).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    };
    assert!(
        settlements(one) == settlements(two),
        "settlements of {one} and {two}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_nothing_but_what_can_be_resumed() {
    let desk = desk(3_000);
    let before = desk.names(".");
    // So many times 512 bytes, from the first temporary file to the last output.
    for blocks in [1, 16, 64, 300] {
        let limited = |more: &str| {
            let line = format!("trap '' XFSZ; ulimit -f {blocks}; yibao {}", settle(more));
            desk.shell(&line)
                .fails_naming(&["cannot write", "File too large"])
        };
        limited("--out out");
        let mut after = desk.names(".");
        after.remove("work");
        assert_eq!(after, before, "{blocks}");
        limited("--resume work --out out");
        let mut with_work = before.clone();
        with_work.insert("work".to_string());
        assert_eq!(desk.names("."), with_work, "{blocks}");
    }
    desk.yibao(&settle("--resume work --out out")).ends_well();
    desk.yibao(&settle("--out whole")).ends_well();
    same(&desk, "out", "whole");
    assert!(!desk.names(".").contains("work"));
}

/// What the program says of a damaged file, without `--memory` and with it.
#[track_caller]
fn both_say(desk: &Desk, arguments: &str) -> [Answer; 2] {
    let before = desk.names(".");
    ["", "--memory 96MiB"].map(|more| {
        let answer = desk.yibao(&format!("{arguments} {more} --out damaged-out"));
        if answer.code == Some(2) {
            assert_eq!(desk.names("."), before, "{arguments} {more}");
        } else {
            std::fs::remove_dir_all(desk.path("damaged-out")).unwrap();
        }
        answer
    })
}

#[test]
fn a_gzip_that_is_cut_off_or_damaged_is_named_the_same_in_parts() {
    let desk = desk(300);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&desk.read("city/claims.csv")).unwrap();
    let whole = encoder.finish().unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x10;
    let longer = [&whole[..], b"and more"].concat();
    let cuts = [whole.len() / 2, whole.len() - 1, 30].map(|length| whole[..length].to_vec());
    for bytes in cuts.into_iter().chain([flipped, longer]) {
        desk.write("claims.csv.gz", bytes);
        let [one, two] = both_say(&desk, "settle --persons city/persons.csv --claims claims.csv.gz");
        assert_eq!((one.code, &one.stderr), (two.code, &two.stderr));
        one.fails_naming(&["claims.csv.gz"]);
    }
}

#[test]
#[cfg(feature = "parquet")]
fn a_damaged_parquet_file_is_an_error_or_nothing_is_wrong_with_it() {
    let desk = Desk::new();
    desk.yibao("synth --persons 400 --seed 5 --year 2023 --out city --format parquet")
        .ends_well();
    let whole = desk.read("city/claims.parquet");
    let arguments = "settle --persons city/persons.parquet --claims claims.parquet";
    let mut damaged: Vec<Vec<u8>> = [4, 100, whole.len() / 2, whole.len() - 4, whole.len() - 1]
        .map(|length| whole[..length].to_vec())
        .into();
    for step in 0..14 {
        let mut bytes = whole.clone();
        bytes[4 + step * (whole.len() - 8) / 14] ^= 1 << (step % 8);
        damaged.push(bytes);
    }
    for (number, bytes) in damaged.into_iter().enumerate() {
        desk.write("claims.parquet", bytes);
        let [one, two] = both_say(&desk, arguments);
        assert_eq!(one.code, two.code, "{number}: {}\n{}", one.stderr, two.stderr);
        if one.code == Some(2) {
            two.fails_naming(&["claims.parquet"]);
        } else {
            assert_eq!(one.stdout, two.stdout, "{number}");
        }
    }
}

/// Waits for something that takes a moment.
#[track_caller]
fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Presses Ctrl-C once something has happened, and returns the exit code and what was said.
fn interrupted(desk: &Desk, arguments: &str, what: &str, happened: impl FnMut() -> bool) -> Answer {
    let child = desk
        .command(arguments.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(what, happened);
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    Answer::of(child.wait_with_output().unwrap())
}

fn hidden(desk: &Desk, file: &str) -> bool {
    let mut hidden = desk.names(".").into_iter().filter(|name| name.starts_with('.'));
    hidden.any(|name| desk.path(&name).join(file).exists())
}

#[test]
fn ctrl_c_leaves_no_temporary_file_or_only_what_can_be_resumed() {
    let desk = desk(60_000);
    let before = desk.names(".");
    for file in ["ids-000", "rows-000", "part-00000.csv"] {
        let answer = interrupted(&desk, &settle("--out out"), file, || hidden(&desk, file));
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(130), ""), "{file}");
        assert_eq!(desk.names("."), before, "{file}");
    }
    let arguments = settle("--resume work --out out");
    let joining = || hidden(&desk, "new/settlements.csv");
    let answer = interrupted(&desk, &arguments, "the outputs", joining);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(130), ""));
    let mut with_work = before.clone();
    with_work.insert("work".to_string());
    assert_eq!(desk.names("."), with_work);
    desk.yibao(&arguments).ends_well();
    desk.yibao(&settle("--out whole")).ends_well();
    same(&desk, "out", "whole");
}

#[test]
fn a_reader_who_has_seen_enough_keeps_nothing_from_being_written() {
    let desk = desk(300);
    for (command, out) in [
        (settle("--out out"), "out"),
        (settle("--resume work --out resumed"), "resumed"),
        (format!("settle {FILES} --format csv --out plain"), "plain"),
        ("run --persons 300 --format csv --out ran".to_string(), "ran"),
    ] {
        // The reader is gone before anything is printed.
        let answer = desk.shell(&format!("{{ yibao {command}; echo code $? >&2; }} | true"));
        assert!(
            answer.stderr.contains("code 0\n") || answer.stderr.contains("code 1\n"),
            "{}",
            answer.stderr
        );
        assert!(!answer.stderr.contains("rror"), "{}", answer.stderr);
        assert!(desk.names(out).contains("run.json"), "{command}");
    }
    same(&desk, "out", "plain");
    same(&desk, "resumed", "plain");
    let first = desk.shell(&format!("yibao settle {FILES} --totals | head -1"));
    assert_eq!((first.code, first.stdout.lines().count()), (Some(0), 1));
    assert_eq!(first.stderr, "");
}

#[test]
fn what_can_be_read_only_once_is_read_in_parts_but_cannot_be_resumed() {
    let desk = desk(300);
    desk.yibao(&settle("--out whole")).ends_well();
    let reading = |claims: &str, more: &str| settle(more).replace("city/claims.csv", claims);
    let piped = desk.shell(&format!(
        "yibao {} < city/claims.csv",
        reading("-", "--out piped")
    ));
    piped.ends_well();
    same(&desk, "piped", "whole");
    let fifo = |more: &str| {
        let command = reading("pipe", more);
        desk.shell(&format!("mkfifo pipe; cat city/claims.csv > pipe 2>/dev/null & yibao {command}; code=$?; kill $! 2>/dev/null; rm pipe; exit $code"))
    };
    fifo("--out from-pipe").ends_well();
    same(&desk, "from-pipe", "whole");
    let before = desk.names(".");
    desk.yibao(&reading("-", "--resume work --out out"))
        .fails_naming(&["standard input", "gone afterwards"]);
    desk.shell("mkfifo pipe").exits(0);
    let answer = desk.yibao(&reading("pipe", "--resume work --out out"));
    answer.fails_naming(&["`pipe`", "gone afterwards"]);
    std::fs::remove_file(desk.path("pipe")).unwrap();
    assert_eq!(desk.names("."), before);
}

#[test]
fn a_file_that_goes_or_changes_while_it_is_read_is_noticed_or_does_no_harm() {
    for sorted in [false, true] {
        let desk = if sorted { sorted_desk(60_000) } else { desk(60_000) };
        let usual = desk.yibao(&settle("--totals")).ends_well().stdout;
        let claims = desk.read("city/claims.csv");
        for gone in [true, false] {
            let before = desk.names(".");
            let child = desk
                .command(settle("--out out").split_whitespace())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            wait_for("the survey", || hidden(&desk, "ids-000"));
            if gone {
                std::fs::remove_file(desk.path("city/claims.csv")).unwrap();
            } else {
                desk.write("city/claims.csv", &claims[..claims.len() / 2]);
            }
            let answer = Answer::of(child.wait_with_output().unwrap());
            if answer.code == Some(2) {
                answer.fails_naming(&["city/claims.csv"]);
                assert_eq!(desk.names("."), before);
            } else {
                assert_eq!(answer.ends_well().stdout, usual);
                std::fs::remove_dir_all(desk.path("out")).unwrap();
            }
            desk.write("city/claims.csv", &claims);
        }
    }
}

#[test]
fn files_without_rows_and_what_is_tolerated_are_told_of_in_parts_too() {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy,colour\n");
    let header = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv";
    desk.write("claims/1.csv", format!("{header},colour\n"));
    desk.write("claims/2.csv", format!("{header},colour\n"));
    let (institutions, _, _) = encoding_rs::GBK.encode("fixmedins_code,hosp_lv,颜色\nH1,99,红\n");
    desk.write("institutions.csv", institutions);
    let command = "settle --persons persons.csv --claims claims --institutions institutions.csv --format csv";
    let plain = desk.yibao(&format!("{command} --out plain")).exits(1);
    let parted = desk
        .yibao(&format!("{command} --out parted --memory 96MiB"))
        .exits(1);
    assert_eq!(plain.stdout, parted.stdout);
    let said = |answer: &Answer, out: &str| answer.stderr.replace(out, "");
    assert_eq!(said(&plain, "plain"), said(&parted, "parted"));
    assert!(plain.stderr.matches("warning: ").count() >= 3, "{}", plain.stderr);
    let record = |out: &str| without_resources(desk.json(&format!("{out}/run.json")));
    assert_eq!(record("plain"), record("parted"));
    assert_eq!(desk.read("plain/rejects.csv"), desk.read("parted/rejects.csv"));
}

#[test]
#[cfg(target_os = "linux")]
fn many_files_and_parts_need_few_open_at_once() {
    for sorted in [true, false] {
        let desk = if sorted { sorted_desk(60_000) } else { desk(60_000) };
        desk.yibao(&settle("--out whole")).ends_well();
        let claims = String::from_utf8(desk.read("city/claims.csv")).unwrap();
        let (header, rows) = claims.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        for (number, piece) in rows.chunks(rows.len().div_ceil(150)).enumerate() {
            desk.write(
                &format!("claims/{number:03}.csv"),
                format!("{header}\n{}\n", piece.join("\n")),
            );
        }
        let command = settle("--out many").replace("city/claims.csv", "claims");
        desk.shell(&format!("ulimit -n 64; yibao {command}")).ends_well();
        same(&desk, "many", "whole");
    }
}
