//! 0 done; 1 done, but something wants a look; 2 could not run, and nothing was written.

use crate::Desk;

const SETTLE: &str = "settle --persons persons.csv --claims claims.csv";

/// Runs what cannot run, and checks that the desk is afterwards as it was before.
#[track_caller]
fn cannot_run(desk: &Desk, arguments: &str, naming: &[&str]) {
    let before = desk.names(".");
    desk.yibao(arguments).fails_naming(naming);
    assert_eq!(desk.names("."), before);
}

#[test]
fn a_clean_run_exits_0() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --out out")).exits(0);
    desk.yibao("run --persons 50").exits(0);
    desk.yibao("synth --persons 50 --out city").exits(0);
    desk.yibao("explain --persons persons.csv --claims claims.csv --claim A")
        .exits(0);
}

#[test]
fn rejected_rows_exit_1_with_all_outputs_written() {
    let desk = Desk::with_files();
    desk.yibao(&format!("{SETTLE} --out out")).exits(1);
    assert_eq!(desk.names("out").len(), 5);
    desk.yibao(&format!("{SETTLE} --totals")).exits(1);
}

#[test]
fn a_missing_file_exits_2_and_is_named() {
    let desk = Desk::with_files();
    let missing = "settle --persons persons.csv --claims nowhere.csv --out out";
    cannot_run(&desk, missing, &["`nowhere.csv`", "\nhint: "]);
    let missing = "settle --persons nobody.csv --claims claims.csv --out out";
    cannot_run(&desk, missing, &["`nobody.csv`"]);
    let optional = format!("{SETTLE} --institutions none.csv --out out");
    cannot_run(&desk, &optional, &["`none.csv`"]);
    let optional = format!("{SETTLE} --enrolments none.csv --out out");
    cannot_run(&desk, &optional, &["`none.csv`"]);
    // Events alone cannot say who is covered.
    let events = format!("{SETTLE} --events persons.csv --out out");
    cannot_run(&desk, &events, &["--enrolments"]);
}

#[test]
fn a_bad_file_stops_the_run_before_anything_is_written() {
    let desk = Desk::with_files();
    desk.write("no-total.csv", "mdtrt_id,psn_no,med_type\nA,P1,21\n");
    desk.write("empty.csv", "");
    desk.write("bad.csv.gz", "not gzip, and not a table either");
    desk.write("cut.parquet", "PAR1");
    for (file, named) in [
        ("no-total.csv", "fixmedins_code"),
        ("empty.csv", "empty"),
        ("bad.csv.gz", "bad.csv.gz"),
        ("cut.parquet", "cut.parquet"),
        (".", "`.`"),
    ] {
        let arguments = format!("settle --persons persons.csv --claims {file} --out out");
        cannot_run(&desk, &arguments, &[named]);
    }
}

#[test]
fn a_bad_file_leaves_an_earlier_run_as_it_was() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --out out --format csv")).exits(0);
    let before = desk.read("out/settlements.csv");
    desk.write("empty.csv", "");
    cannot_run(
        &desk,
        "settle --persons persons.csv --claims empty.csv --out out",
        &["empty"],
    );
    assert_eq!(desk.read("out/settlements.csv"), before);
}

#[test]
fn an_unknown_scenario_exits_2() {
    let desk = Desk::with_files();
    cannot_run(
        &desk,
        &format!("{SETTLE} --out out --scenario atlantis"),
        &["`atlantis`", "jinan"],
    );
    cannot_run(
        &desk,
        &format!("{SETTLE} --out out --scenario atlantis.toml"),
        &["atlantis.toml"],
    );
    cannot_run(&desk, "run --persons 10 --scenario atlantis", &["`atlantis`"]);
}

#[test]
fn a_scenario_with_errors_exits_2_and_shows_file_and_line() {
    let desk = Desk::with_files();
    let jinan = include_str!("../../scenarios/jinan.toml");
    let wrong = jinan.replacen("adult_age =", "adult_agee =", 1);
    assert_ne!(wrong, jinan);
    desk.write("wrong.toml", &wrong);
    let line = wrong
        .lines()
        .position(|line| line.contains("adult_agee"))
        .unwrap()
        + 1;
    let place = format!("wrong.toml:{line}");
    cannot_run(
        &desk,
        &format!("{SETTLE} --out out --scenario wrong.toml"),
        &[&place, "adult_agee"],
    );
    desk.write("broken.toml", "[scenario\n");
    cannot_run(
        &desk,
        &format!("{SETTLE} --out out --scenario broken.toml"),
        &["broken.toml"],
    );
}

#[test]
fn a_year_without_figures_exits_2_and_says_which_years_have_them() {
    let desk = Desk::with_files();
    for command in [
        format!("{SETTLE} --out out --year 1999"),
        "run --persons 10 --out out --year 1999".to_string(),
        "synth --persons 10 --out out --year 1999".to_string(),
        "explain --persons persons.csv --claims claims.csv --claim A --year 1999".to_string(),
    ] {
        cannot_run(&desk, &command, &["1999", "2020", "2024"]);
    }
}

#[test]
fn an_output_directory_that_holds_something_else_exits_2_and_stays_as_it_is() {
    let desk = Desk::with_good_files();
    std::fs::create_dir(desk.path("photos")).unwrap();
    desk.write("photos/holiday.jpg", "a beach");
    for command in [
        format!("{SETTLE} --out photos"),
        "run --persons 10 --out photos".to_string(),
        "synth --persons 10 --out photos".to_string(),
    ] {
        cannot_run(&desk, &command, &["`photos`", "\nhint: "]);
    }
    assert_eq!(desk.read("photos/holiday.jpg"), "a beach");
    cannot_run(&desk, &format!("{SETTLE} --out claims.csv"), &["`claims.csv`"]);
}

#[test]
fn an_output_directory_that_holds_the_inputs_exits_2_and_keeps_them() {
    let desk = Desk::new();
    desk.yibao("synth --persons 50 --out city --format csv").exits(0);
    let before = desk.read("city/claims.csv");
    // The city holds a `run.json`, so it could be replaced; but not by a run that reads from it.
    for claims in ["city/claims.csv", "./city/../city/claims.csv"] {
        let arguments = format!("settle --persons city/persons.csv --claims {claims} --out city");
        cannot_run(&desk, &arguments, &["city/persons.csv", "`city`"]);
    }
    let scenario = include_str!("../../scenarios/jinan.toml");
    desk.write("city/mine.toml", scenario);
    for command in ["run", "synth"] {
        let arguments = format!("{command} --persons 50 --scenario city/mine.toml --out city");
        cannot_run(&desk, &arguments, &["city/mine.toml"]);
    }
    assert_eq!(desk.read("city/claims.csv"), before);
    assert_eq!(desk.read("city/mine.toml"), scenario);
}

#[test]
fn an_output_directory_that_cannot_be_written_exits_2() {
    let desk = Desk::with_good_files();
    cannot_run(
        &desk,
        &format!("{SETTLE} --out claims.csv/out"),
        &["claims.csv/out"],
    );
    cannot_run(
        &desk,
        "run --persons 10 --out claims.csv/out",
        &["claims.csv/out"],
    );
    cannot_run(
        &desk,
        "synth --persons 10 --out claims.csv/out",
        &["claims.csv/out"],
    );
}

/// Where nobody may write: a place that is read-only even for the superuser, and one that is for everybody else.
#[cfg(target_os = "linux")]
fn read_only_places(desk: &Desk) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    let mut places = vec!["/sys/yibao".to_string()];
    let locked = desk.path("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    match std::fs::create_dir(locked.join("try")) {
        Ok(()) => std::fs::remove_dir(locked.join("try")).unwrap(),
        Err(_) => places.push("locked/out".to_string()),
    }
    places
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_place_for_outputs_exits_2_and_is_named() {
    let desk = Desk::with_good_files();
    desk.yibao(&format!("{SETTLE} --out before --format csv"))
        .exits(0);
    for place in read_only_places(&desk) {
        for command in [
            format!("{SETTLE} --out {place}"),
            format!("{SETTLE} --resume {place} --out out"),
            format!("{SETTLE} --memory 96MiB --out {place}"),
            format!("run --persons 10 --out {place}"),
            format!("run --persons 10 --resume {place} --out out"),
            format!("synth --persons 10 --out {place}"),
            format!("resettle --previous before --claims claims.csv --out {place}"),
        ] {
            cannot_run(&desk, &command, &[&format!("cannot write `{place}"), "\nhint: "]);
        }
        // Found before the work, of which nothing is left.
        let answer = desk
            .yibao(&format!("{SETTLE} --resume work --out {place}"))
            .exits(2);
        let named = format!("error: cannot write `{place}");
        assert!(answer.stderr.starts_with(&named), "{}", answer.stderr);
        assert!(!desk.path("work").exists());
        desk.yibao(&format!("{SETTLE} --resume work --out out")).exits(0);
        std::fs::remove_dir_all(desk.path("out")).unwrap();
    }
}

#[test]
fn explaining_an_unknown_claim_exits_2() {
    let desk = Desk::with_files();
    let explain = "explain --persons persons.csv --claims claims.csv --claim";
    cannot_run(&desk, &format!("{explain} nothing"), &["`nothing`"]);
    // It is there, but not in that year.
    cannot_run(&desk, &format!("{explain} A --year 2022"), &["`A`"]);
}

#[test]
fn an_unknown_rule_exits_2_and_the_nearest_is_named() {
    cannot_run(&Desk::new(), "rule deductable", &["`deductable`", "`deductible`"]);
}

#[test]
fn bad_arguments_exit_2() {
    let desk = Desk::with_files();
    for arguments in [
        "frobnicate",
        "settle",
        SETTLE, // Neither --out nor --totals.
        &format!("{SETTLE} --out out --format xlsx"),
        &format!("{SETTLE} --out out --threads 0"),
        &format!("{SETTLE} --out out --year soon"),
        &format!("{SETTLE} --out out --frobnicate"),
        "run --persons 0",
        "run --persons 10 --seed -1",
        "synth --persons 10",
        "explain --persons persons.csv --claims claims.csv",
        "explain --persons persons.csv --claims claims.csv --claim A --lang fr",
        "explain --persons persons.csv --claims claims.csv --claim A --lang zh --json",
        "completions tcsh-of-old",
    ] {
        cannot_run(&desk, arguments, &[]);
    }
    // Without any argument the help is shown, as for a mistake.
    let bare = desk.yibao("").exits(2);
    assert!(bare.stderr.contains("Usage: yibao"));
}

#[test]
fn two_inputs_from_one_standard_input_exit_2() {
    let desk = Desk::with_files();
    cannot_run(
        &desk,
        "settle --persons - --claims - --out out",
        &["persons", "claims", "standard input"],
    );
}

#[test]
fn help_and_version_exit_0_on_standard_output() {
    let desk = Desk::new();
    let help = desk.yibao("--help").exits(0);
    for command in ["run", "settle", "explain", "rule", "synth", "completions"] {
        assert!(help.stdout.contains(&format!("  {command} ")), "{command}");
        let page = desk.yibao(&format!("{command} --help")).exits(0);
        assert!(page.stdout.contains(&format!("Usage: yibao {command}")));
        assert_eq!(page.stderr, "");
    }
    assert!(help.stdout.contains("Exit codes: 0"));
    let version = desk.yibao("--version").exits(0);
    assert_eq!(version.stdout, concat!("yibao ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_printed_exits_2() {
    let desk = Desk::new();
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = desk.command(["rule"]).stdout(full).output().unwrap();
    crate::Answer::of(output).fails_naming(&[]);
}

/// As on a full disk, a write fails half-way: here because files may only be so large.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_exits_2_names_the_file_and_leaves_nothing() {
    let desk = Desk::new();
    let program = env!("CARGO_BIN_EXE_yibao");
    let synth = "synth --persons 3000 --out city --format csv";
    desk.yibao(synth).exits(0);
    let files = "--persons city/persons.csv --claims city/claims.csv --institutions city/institutions.csv";
    let formats: &[&str] = if cfg!(feature = "parquet") {
        &["csv", "parquet"]
    } else {
        &["csv"]
    };
    for format in formats {
        for (command, file) in [
            (
                format!("settle {files} --out out --format {format}"),
                "settlements",
            ),
            (
                format!("run --persons 3000 --out out --format {format}"),
                "settlements",
            ),
            (
                format!("synth --persons 3000 --out out --format {format}"),
                "persons",
            ),
        ] {
            let before = desk.names(".");
            // Eight kilobytes; without the trap, the signal would end the program.
            let script = format!("trap '' XFSZ; ulimit -f 16; exec {program} {command}");
            let mut shell = std::process::Command::new("sh");
            shell.current_dir(desk.path(".")).args(["-c", &script]);
            let answer = crate::Answer::of(shell.output().unwrap()).exits(2);
            let named = format!("out/{file}.{format}`");
            assert!(answer.stderr.contains(&named), "{command}: {}", answer.stderr);
            assert!(answer.stderr.contains("File too large"), "{}", answer.stderr);
            assert_eq!(desk.names("."), before, "{command}");
        }
    }
}
