//! Every option of every command does something: `options.txt` has them all, and what each is to do.
//!
//! A line at the margin is a command. Below it, `WITH + OPTION -> EFFECT`: the command is run with what stands before the
//! plus, and again with the option too, which takes the place of one of the same name, or joins it if it is `--vary`. The effect is
//!
//! - `prints`: something else on standard output;
//! - `same`: nothing else, as promised;
//! - `needed`: without it the command cannot run;
//! - `refuses`: with it the command cannot run, here;
//! - `exits`: with another code, having run;
//! - `changes FILE`: another content of a file;
//! - `says WORDS`: so on standard output, where no two runs print the same;
//! - a file that is there only with the option.

use crate::{Answer, Desk, PERSONS};
use rayon::prelude::*;
use std::collections::BTreeMap;

const OPTIONS: &str = include_str!("options.txt");

/// The options of a scenario file's own header.
fn overlay(name: &str, base: &str, body: &str) -> String {
    format!(
        "[scenario]\nbase = \"{base}\"\nname = \"{name}\"\ntitle = \"A plan\"\nsource = \"draft 3\"\n{body}"
    )
}

/// A desk with every file that the table names.
fn desk() -> Desk {
    let desk = Desk::with_good_files();
    let header = desk.read("claims.csv").lines().next().unwrap().to_string();
    let targets = |last: &str| {
        format!(
            "[target.cost_per_admission]\nvalues = {{ 2018 = 6577, 2019 = 7049.47, 2020 = {last} }}\ntolerance = 0.01\n\
             adjust = [\"utilisation.stays.cost\", \"utilisation.levels.*.cost\", \"utilisation.deliveries.cost\"]\n\
             source = \"made up for a test\"\n"
        )
    };
    let allow = "allow = [{ lint = \"placeholders\", key = \"scenario\", reason = \"so be it\" }]\n";
    let founded = "[benefit.inpatient]\ntertiary.deductible = 1500\n\
                   secondary.deductible = { yuan = 400, provenance = \"official\", source = \"a notice\" }\n";
    let dearer = "[benefit.inpatient.tertiary]\ndeductible = 1500\nratio.adult = 0.6\n";
    for (name, text) in [
        ("persons.csv", PERSONS),
        (
            "enrolments.csv",
            "psn_no,year,pay_date\nP1,2023,2022-10-01\nP2,2023,2022-11-01\n",
        ),
        (
            "events.csv",
            "psn_no,event,event_date\nP1,employee-cover-start,2023-02-01\n",
        ),
        (
            "institutions.csv",
            "fixmedins_code,hosp_lv,designated_to\nH1,01,2022-12-31\nH2,08,\n",
        ),
        (
            "lines.csv",
            "mdtrt_id,feedetl_sn,det_item_fee_sumamt,chrgitm_lv\nA,1,5000.00,03\n",
        ),
        ("more-persons.csv", "psn_no,brdy\nP3,1970-01-01\n"),
        (
            "more-enrolments.csv",
            "psn_no,year,pay_date\nP3,2023,2022-10-01\n",
        ),
        (
            "more-claims.csv",
            &format!("{header}\nC,P2,21,H1,2023-04-05,2023-04-10,6000.00,01\n"),
        ),
        ("key", "0123456789abcdef0123"),
        ("small.toml", include_str!("../scenario/small.toml")),
        ("dearer.toml", &overlay("dearer", "jinan", dearer)),
        (
            "costlier.toml",
            &overlay("costlier", "jinan", "[funding.individual]\nadult.2023 = 400\n"),
        ),
        ("founded.toml", &overlay("founded", "jinan", founded)),
        ("allowed.toml", &overlay("allowed", "small.toml", allow)),
        (
            "cases.toml",
            include_str!("../../scenarios/jinan/cases/inpatient.toml"),
        ),
        ("few.toml", &targets("7546.18")),
        ("fewer.toml", &targets("7600")),
        (
            "targets.toml",
            include_str!("../../scenarios/china/china.targets.toml"),
        ),
    ] {
        desk.write(name, text);
    }
    desk
}

/// A run of its own, with two settled runs beside it if it asks for one.
struct Run {
    desk: Desk,
    answer: Answer,
}

impl Run {
    fn of(command: &str) -> Run {
        let desk = desk();
        let settle = "settle --persons persons.csv --claims claims.csv --format csv";
        for (directory, more) in [
            ("settled", "--enrolments enrolments.csv"),
            ("named", "--pseudonymise key"),
        ] {
            if command.contains(directory) {
                desk.yibao(&format!("{settle} {more} --out {directory}")).exits(0);
            }
        }
        let answer = desk.yibao(command);
        Run { desk, answer }
    }

    /// Whether the command ran, whatever it found.
    fn ran(&self) -> bool {
        matches!(self.answer.code, Some(0 | 1))
    }

    fn has(&self, file: &str) -> bool {
        self.desk.path(file).exists()
    }
}

/// What an option is given to, the option, and what it is to do.
struct Case {
    without: String,
    option: &'static str,
    effect: &'static str,
}

impl Case {
    fn all() -> Vec<Case> {
        let mut command = "";
        let mut all = Vec::new();
        for line in OPTIONS.lines() {
            let Some(rest) = line.strip_prefix("  ") else {
                command = line;
                continue;
            };
            let (options, effect) = rest.split_once(" -> ").unwrap();
            let (with, option) = options.split_once(" + ").unwrap_or(("", options));
            let without = format!("{command} {with}").trim_end().to_string();
            all.push(Case {
                without,
                option,
                effect,
            });
        }
        all
    }

    fn command(&self) -> &str {
        self.without.split(' ').next().unwrap()
    }

    fn name(&self) -> &'static str {
        self.option.split(' ').next().unwrap()
    }

    /// The command with the option.
    fn with(&self) -> String {
        let mut words: Vec<&str> = self.without.split(' ').collect();
        let known = words.iter().position(|word| *word == self.name());
        if let Some(at) = known.filter(|_| self.name() != "--vary") {
            words.drain(at..at + 2);
        }
        format!("{} {}", words.join(" "), self.option)
    }

    /// What is wrong, if anything is.
    fn wrong(&self) -> Option<String> {
        let with = Run::of(&self.with());
        if let Some(words) = self.effect.strip_prefix("says ") {
            let says = with.ran() && with.answer.stdout.contains(words);
            return (!says).then(|| self.told(&with, None));
        }
        let without = Run::of(&self.without);
        let both_ran = with.ran() && without.ran();
        let is_right = match self.effect {
            "prints" => both_ran && with.answer.stdout != without.answer.stdout,
            "same" => both_ran && with.answer.stdout == without.answer.stdout,
            "needed" => with.ran() && without.answer.code == Some(2),
            "refuses" => with.answer.code == Some(2) && without.ran(),
            "exits" => both_ran && with.answer.code != without.answer.code,
            effect => match effect.strip_prefix("changes ") {
                Some(file) => both_ran && with.desk.read(file) != without.desk.read(file),
                None => both_ran && with.has(effect) && !without.has(effect),
            },
        };
        (!is_right).then(|| self.told(&with, Some(&without)))
    }

    fn told(&self, with: &Run, without: Option<&Run>) -> String {
        let side = |run: &Run| format!("{:?} {}", run.answer.code, run.answer.stderr);
        format!(
            "{} -> {}\n  with: {}\n  without: {}",
            self.with(),
            self.effect,
            side(with),
            without.map(side).unwrap_or_default()
        )
    }
}

#[test]
fn every_option_does_what_it_is_there_for() {
    let cases = Case::all();
    assert!(cases.len() > 200, "{}", cases.len());
    let wrong: Vec<String> = cases.par_iter().filter_map(Case::wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The long options of a help page, in the lines that begin with one.
fn options_of(help: &str) -> impl Iterator<Item = &str> {
    help.lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
        .filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")))
        .filter(|option| !["--help", "--version"].contains(option))
}

#[test]
fn the_table_has_every_option_of_every_command() {
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let cases = Case::all();
    for case in &cases {
        told.entry(case.command()).or_default().push(case.name());
    }
    let desk = Desk::new();
    let help = desk.yibao("--help").exits(0).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let mut seen = 0;
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        if command == "help" {
            continue;
        }
        let help = desk.yibao(&format!("{command} --help")).exits(0).stdout;
        for option in options_of(&help) {
            let known = told.get(command).is_some_and(|told| told.contains(&option));
            assert!(
                known,
                "`yibao {command} {option}` stands in no line of options.txt"
            );
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}
