//! docs/tour.md is true: what it names is there, and imports go down only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What stands between backticks.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_files_and_functions_of_the_tour_are_there() {
    let tour = std::fs::read_to_string(format!("{ROOT}/docs/tour.md")).unwrap();
    let mut files = 0;
    let mut last = None;
    for name in named(&tour) {
        let path = Path::new(ROOT).join(name);
        if name.contains('/') {
            assert!(path.exists(), "{name}");
            files += 1;
            last = Some(path);
        }
    }
    assert!(files > 50 && last.is_some(), "{files}");
    // `function` in `file`: it is defined there.
    for pair in tour
        .split("` in\n")
        .flat_map(|part| part.split("` in "))
        .collect::<Vec<_>>()
        .windows(2)
    {
        let function = pair[0].rsplit('`').next().unwrap();
        let file = pair[1]
            .trim_start()
            .trim_start_matches('`')
            .split('`')
            .next()
            .unwrap();
        if !file.starts_with("src/") {
            continue;
        }
        let name = function.rsplit("::").next().unwrap();
        let source = std::fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
        assert!(source.contains(&format!("fn {name}")), "{function} in {file}");
    }
}

/// The parts of the library, each of which may use those before it and its own.
const ORDER: [&[&str]; 14] = [
    &["money", "article", "nearest", "chacha", "parallel"],
    &["schedule", "figure"],
    &["outlook"],
    &["insured"],
    &["benefit"],
    &["fund"],
    &["data"],
    &["synth"],
    &["scenario"],
    &["batch"],
    &["projection", "cases"],
    &["compare", "calibrate", "lint", "verify"],
    &["report"],
    &["cli", "prelude"],
];

/// Every source file below a directory.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// As long as a file may be before it does two things. (A function's 70 lines are held by `clippy::too_many_lines`.)
const MOST_LINES: usize = 800;

#[test]
fn no_file_is_too_long_to_know() {
    let mut files = Vec::new();
    sources(&Path::new(ROOT).join("src"), &mut files);
    for file in &files {
        let lines = std::fs::read_to_string(file).unwrap().lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", file.display());
    }
}

#[test]
fn imports_go_down_only() {
    let src = Path::new(ROOT).join("src");
    let place = |part: &str| ORDER.iter().position(|level| level.contains(&part));
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let within = file.strip_prefix(&src).unwrap();
        let part = within.iter().next().unwrap().to_str().unwrap();
        let part = part.strip_suffix(".rs").unwrap_or(part);
        if ["lib", "main"].contains(&part) {
            continue;
        }
        let own = place(part).unwrap_or_else(|| panic!("`{part}` is in no order"));
        let text = std::fs::read_to_string(file).unwrap();
        // Tests may use what they test with; a helper of theirs in the middle of a file ends nothing.
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let Some(other) = place(&used) else { continue };
                if other > own || (other == own && used != part && !ORDER[0].contains(&part)) {
                    wrong.push(format!("{}: {used}", within.display()));
                }
            }
        }
    }
    assert!(files.len() > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
