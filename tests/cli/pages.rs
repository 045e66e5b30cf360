//! `yibao rule` and `yibao completions`, and readers who stop reading.

use crate::Desk;
use std::process::Stdio;
use yibao::benefit::rule::Rule;
use yibao::report::rule_page::page;

#[test]
fn the_page_of_a_rule_is_the_documentation_of_its_file() {
    let desk = Desk::new();
    for rule in Rule::ALL {
        let shown = desk.yibao(&format!("rule {}", rule.name())).exits(0).stdout;
        assert_eq!(shown, page(rule), "{}", rule.name());
    }
    // Word for word what stands in the source.
    let source = include_str!("../../src/benefit/deductible.rs");
    let shown = desk.yibao("rule deductible").exits(0).stdout;
    assert!(shown.starts_with("# Deductible (起付标准)\n"));
    let mut lines = 0;
    for line in shown.lines() {
        let documented = format!("//! {line}");
        assert!(
            source
                .lines()
                .any(|line| line.trim_end() == documented.trim_end()),
            "{line}"
        );
        lines += 1;
    }
    assert!(lines > 20);
}

#[test]
fn the_list_names_every_rule_in_the_order_of_the_articles() {
    let list = Desk::new().yibao("rule").exits(0).stdout;
    assert_eq!(list.lines().count(), Rule::ALL.len());
    let mut articles = Vec::new();
    for line in list.lines() {
        let name = line.split_whitespace().next().unwrap();
        assert!(Rule::ALL.iter().any(|rule| rule.name() == name), "{name}");
        let (_, after) = line.split_once("Art. ").unwrap();
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        articles.push(digits.parse::<u32>().unwrap());
    }
    assert!(articles.is_sorted(), "{list}");
    assert!(list.contains("起付标准"));
}

#[test]
fn completions_know_the_commands_and_their_options() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.yibao(&format!("completions {shell}")).exits(0).stdout;
        for word in ["settle", "explain", "claim-entries", "persons"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_accepts_its_completion_script() {
    let desk = Desk::new();
    desk.write("yibao.bash", &desk.yibao("completions bash").exits(0).stdout);
    let check = "source ./yibao.bash && COMP_WORDS=(yibao set) && COMP_CWORD=1 && _yibao yibao set yibao \
                 && echo \"${COMPREPLY[@]}\"";
    let Ok(output) = std::process::Command::new("bash")
        .args(["--noprofile", "--norc", "-c", check])
        .current_dir(desk.directory.path())
        .output()
    else {
        return; // There is no bash here to ask.
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "settle\n");
}

/// A reader who goes away before the first line, as `yibao rule | true` does.
#[cfg(unix)]
#[test]
fn a_reader_who_goes_away_is_no_error() {
    let desk = Desk::with_good_files();
    for arguments in [
        "rule",
        "rule deductible",
        "completions bash",
        "explain --persons persons.csv --claims claims.csv --claim A",
        "settle --persons persons.csv --claims claims.csv --totals",
        "settle --persons persons.csv --claims claims.csv --out out",
        "run --persons 50",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = desk
            .command(arguments.split_whitespace())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let answer = crate::Answer::of(output).exits(0);
        assert!(!answer.stderr.contains("error"), "{arguments}: {}", answer.stderr);
    }
    // The files are written all the same.
    assert!(desk.names("out").contains("run.json"));
}
