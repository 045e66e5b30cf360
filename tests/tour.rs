//! docs/tour.md is true: what it names is there, and imports go down only, never round.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    &["money", "article", "nearest", "chacha", "conveyor", "parallel"],
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

/// The lines of a file that are code, but for its tests, which may use what they test with.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("\nmod tests {").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//"))
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
        for line in code(&text) {
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

/// What a file uses, as far as its text tells.
#[derive(Default)]
struct Imports {
    /// The paths of what its code uses. What a `pub use` only hands on is none of it.
    used: BTreeSet<String>,
    /// The names that a `use` brings into it, with their paths: whoever asks this file for one is led on.
    brought: BTreeMap<String, String>,
}

/// The words of code, `::`, and every other sign.
fn tokens(code: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), code.trim_start());
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let end = match word.unwrap_or(rest.len()) {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            word => word,
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

/// Adds the paths that `a::{b, c::d}` stands for, seen from `path`; gives the tokens behind it.
fn paths<'t, 'c>(tokens: &'t [&'c str], path: &str, found: &mut Vec<String>) -> &'t [&'c str] {
    match tokens {
        ["{", rest @ ..] => {
            let mut rest = rest;
            while rest[0] != "}" {
                rest = paths(rest, path, found);
            }
            &rest[1..]
        }
        [word, "::", rest @ ..] => paths(rest, &format!("{path}::{word}"), found),
        [word, "as", _, ",", rest @ ..]
        | [word, "as", _, rest @ ..]
        | [word, ",", rest @ ..]
        | [word, rest @ ..] => {
            found.push(format!("{path}::{word}"));
            rest
        }
        [] => tokens,
    }
}

/// A path as it is from the crate's root on, where the module `own` writes it.
fn from_root(own: &str, path: &str) -> String {
    let above = own.rsplit_once("::").map_or("", |(above, _)| above);
    match path.split_once("::") {
        Some(("crate", rest)) => format!("::{rest}"),
        Some(("self", rest)) => from_root(own, rest),
        Some(("super", rest)) => from_root(above, rest),
        _ => format!("{own}::{path}"),
    }
}

/// What the module `own` imports: the paths in its code that begin with `crate`, `super`, `self` or a module below it.
fn imports(own: &str, code: &str, is_module: impl Fn(&str) -> bool) -> Imports {
    let (tokens, mut imports) = (tokens(code), Imports::default());
    for at in 1..tokens.len() - 1 {
        let (before, first) = (&tokens[..at], tokens[at]);
        let is_known = ["crate", "super", "self"].contains(&first) || is_module(&format!("{own}::{first}"));
        // `pub(in crate::report)` says who may use something, not what is used.
        if tokens[at + 1] != "::" || !is_known || matches!(before, [.., "::"] | [.., "(", "in"]) {
            continue;
        }
        let mut found = Vec::new();
        paths(&tokens[at..], "", &mut found);
        for path in found {
            let path = from_root(own, &path[2..]);
            let name = path.rsplit("::").next().unwrap();
            let is_said_again = tokens.iter().filter(|token| **token == name).count() > 1;
            if before.ends_with(&["use"]) {
                imports.brought.insert(name.to_string(), path.clone());
            }
            if is_said_again || !matches!(before, [.., "pub" | ")", "use"]) {
                imports.used.insert(path);
            }
        }
    }
    imports
}

/// The module in which what has a path is defined, as far as `use` leads.
fn defining<'m>(modules: &'m BTreeMap<String, Imports>, path: &str) -> Option<&'m str> {
    let (mut module, mut name) = (path, "");
    while !modules.contains_key(module) {
        (module, name) = module.rsplit_once("::")?;
    }
    let (module, imports) = modules.get_key_value(module)?;
    match imports.brought.get(name) {
        Some(further) => defining(modules, further),
        None => Some(module),
    }
}

/// The shortest way from a module back to itself.
fn ring<'m>(start: &'m str, uses: &BTreeMap<&str, BTreeSet<&'m str>>) -> Option<Vec<&'m str>> {
    let (mut ways, mut seen) = (VecDeque::from([vec![start]]), BTreeSet::new());
    while let Some(way) = ways.pop_front() {
        for &next in &uses[way[way.len() - 1]] {
            let way = [&way[..], &[next]].concat();
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back(way);
            }
        }
    }
    None
}

/// Files that import from each other, directly or round a ring, cannot be understood one after the other.
///
/// The rule can be checked on the text: a file uses another if its code has a path into it that begins with `crate`,
/// `super`, `self` or a module below it; a name that another file has by a `use` leads on to where it is defined. So a
/// `mod.rs` that only declares modules and hands their names on (`pub use`) is in no ring.
#[test]
fn no_files_import_from_each_other_in_a_ring() {
    let src = Path::new(ROOT).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let texts: BTreeMap<String, String> = files
        .iter()
        .map(|file| {
            let within = file.strip_prefix(&src).unwrap().with_extension("");
            let names = within.iter().map(|name| name.to_str().unwrap());
            let module = names
                .filter(|&name| name != "mod")
                .map(|name| format!("::{name}"));
            let text = std::fs::read_to_string(file).unwrap();
            (module.collect(), code(&text).collect::<Vec<_>>().join("\n"))
        })
        .collect();
    let modules: BTreeMap<String, Imports> = texts
        .iter()
        .map(|(own, code)| {
            (
                own.clone(),
                imports(own, code, |module| texts.contains_key(module)),
            )
        })
        .collect();
    let uses: BTreeMap<&str, BTreeSet<&str>> = modules
        .iter()
        .map(|(own, imports)| {
            let used = imports.used.iter().filter_map(|path| defining(&modules, path));
            (own.as_str(), used.filter(|used| used != own).collect())
        })
        .collect();
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 1_000);
    let rings: Vec<String> = uses
        .keys()
        .filter_map(|module| ring(module, &uses))
        // Every file of a ring finds it; the first of them tells it.
        .filter(|ring| ring.iter().min() == ring.first())
        .map(|ring| ring.join(" -> ").replace(" ::", " ").split_off(2))
        .collect();
    assert!(
        rings.is_empty(),
        "files that import from each other in a ring:\n{}",
        rings.join("\n")
    );
}
