//! What the pages say to type is typed, and gives what they show: README, SECURITY.md and `docs/`.
//!
//! The commands of a page run in its order, in an empty directory that has `examples/` and `scenarios/`. A `console` block
//! shows what a command prints, to the letter; a line `...` stands for any lines. A `toml` block whose first line names a
//! file (`# reform.toml`) is that file. With `UPDATE_GOLDEN=1` blocks without `...` are written anew.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Commands that are not run, by how they begin, each with the reason.
const NOT_RUN: [(&str, &str); 9] = [
    ("cargo test", "this is one of its tests"),
    ("yibao bench", "times are of a machine"),
    ("time yibao sweep", "times are of a machine"),
    (
        "yibao settle --persons persons.csv.gz",
        "the claims are not part of this repository",
    ),
    (
        "yibao project --from 2024 --years 10 --paths 200",
        "minutes: 100 million person-years",
    ),
    (
        "yibao solve --target 'reserve_months>=6@2030' --vary funding.individual.adult\n",
        "half a minute; with fewer persons it is run",
    ),
    (
        "yibao sensitivity --year 2030  ",
        "a minute; with fewer persons it is run",
    ),
    ("yibao calibrate", "minutes"),
    ("yibao backtest", "minutes"),
];

/// A fenced block of a page.
struct Block {
    language: String,
    text: String,
}

/// A page: prose, and between the pieces of it the blocks.
struct Page {
    prose: Vec<String>,
    blocks: Vec<Block>,
}

impl Page {
    fn read(name: &str) -> Page {
        let text = std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap();
        let (mut prose, mut blocks) = (Vec::new(), Vec::new());
        let mut pieces = text.split("\n```");
        prose.push(pieces.next().unwrap().to_string());
        while let (Some(block), Some(after)) = (pieces.next(), pieces.next()) {
            let (language, text) = block.split_once('\n').unwrap();
            blocks.push(Block {
                language: language.to_string(),
                text: text.to_string(),
            });
            prose.push(after.to_string());
        }
        Page { prose, blocks }
    }

    fn text(&self) -> String {
        let mut text = self.prose[0].clone();
        for (block, after) in self.blocks.iter().zip(&self.prose[1..]) {
            let _ = write!(text, "\n```{}\n{}\n```{after}", block.language, block.text);
        }
        text
    }
}

/// A command of a page, and what is shown below it; `None` where only what it does counts.
struct Typed {
    command: String,
    shown: Option<String>,
}

impl Block {
    /// The file that the block is, if it is one.
    fn file(&self) -> Option<&str> {
        let first = self.text.lines().next()?.strip_prefix("# ")?;
        Some(first).filter(|name| self.language == "toml" && name.ends_with(".toml"))
    }

    fn commands(&self) -> Vec<Typed> {
        let shows = match self.language.as_str() {
            "console" => true,
            "sh" => false,
            _ => return Vec::new(),
        };
        let mut commands: Vec<Typed> = Vec::new();
        let mut goes_on = false;
        for line in self.text.lines() {
            let typed = if shows {
                line.strip_prefix("$ ")
            } else {
                Some(line)
            };
            match (typed, commands.last_mut()) {
                (_, Some(last)) if goes_on => {
                    last.command.push('\n');
                    last.command.push_str(line);
                }
                (Some(typed), _) => commands.push(Typed {
                    command: typed.to_string(),
                    shown: shows.then(String::new),
                }),
                (None, Some(last)) => {
                    let shown = last.shown.get_or_insert_default();
                    shown.push_str(line);
                    shown.push('\n');
                }
                (None, None) => panic!("a console block begins with `$ `: {line}"),
            }
            goes_on = (typed.is_some() || goes_on) && line.ends_with('\\');
        }
        commands
    }
}

impl Typed {
    fn is_run(&self) -> bool {
        let command = format!("{}\n", self.command);
        !NOT_RUN.iter().any(|(begin, _)| command.starts_with(begin))
    }

    fn to_run(&self) -> String {
        if self.is_run() {
            self.command.replace("cargo run --release --", "yibao")
        } else {
            ":".to_string()
        }
    }

    fn difference(&self, printed: &str) -> Option<String> {
        let shown = self.shown.as_ref().filter(|_| self.is_run())?;
        difference(shown, printed)
    }
}

/// Runs the commands of a page in one shell; for each the exit code and what it printed, in the order in which it came.
fn run(directory: &Path, commands: &[String]) -> Vec<(i32, String)> {
    let program = Path::new(env!("CARGO_BIN_EXE_yibao"));
    let folder = program.parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut script = "exec 2>&1\n".to_string();
    for command in commands {
        let _ = writeln!(script, "{command}\nprintf '\\036%s\\036' $?");
    }
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(directory)
        .env("PATH", path)
        .output()
        .unwrap();
    // The page is read elsewhere.
    let here = format!("{}/", directory.canonicalize().unwrap().display());
    let output = String::from_utf8(output.stdout).unwrap().replace(&here, "");
    let pieces: Vec<&str> = output.split('\u{1e}').collect();
    let pairs = pieces.chunks_exact(2);
    pairs
        .map(|pair| (pair[1].parse().unwrap(), pair[0].to_string()))
        .collect()
}

/// Where what was printed departs from what is shown, in which a line `...` stands for any lines.
fn difference(shown: &str, printed: &str) -> Option<String> {
    let shown: Vec<&str> = shown.trim_end().lines().collect();
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let mut rest = printed.as_slice();
    for (index, piece) in shown.split(|line| *line == "...").enumerate() {
        let at = if index == 0 {
            0
        } else {
            let begins = |at: &usize| piece.first().is_none_or(|first| rest[*at] == *first);
            (0..rest.len()).find(begins).unwrap_or(rest.len())
        };
        rest = &rest[at..];
        for line in piece {
            match rest.split_first() {
                Some((printed, after)) if printed == line => rest = after,
                other => {
                    let printed = other.map_or("nothing more", |(printed, _)| *printed);
                    return Some(format!("  shown:   {line}\n  printed: {printed}"));
                }
            }
        }
    }
    match rest.first() {
        Some(more) if shown.last() != Some(&"...") => {
            Some(format!("  shown:   nothing more\n  printed: {more}"))
        }
        _ => None,
    }
}

/// Does everything that a page says, and tells what came out otherwise.
fn follow(name: &str) {
    let directory = tempfile::tempdir().unwrap();
    for folder in ["examples", "scenarios"] {
        copy(&Path::new(ROOT).join(folder), &directory.path().join(folder));
    }
    let mut page = Page::read(name);
    for block in &page.blocks {
        if let Some(file) = block.file() {
            std::fs::write(directory.path().join(file), &block.text).unwrap();
        }
    }
    let commands: Vec<Vec<Typed>> = page.blocks.iter().map(Block::commands).collect();
    let to_run: Vec<String> = commands.iter().flatten().map(Typed::to_run).collect();
    let mut ran = run(directory.path(), &to_run).into_iter();
    let mut wrong = String::new();
    for (block, commands) in page.blocks.iter_mut().zip(&commands) {
        let mut anew = String::new();
        for typed in commands {
            let (code, printed) = ran.next().unwrap();
            let differs = typed.difference(&printed);
            if code > 1 {
                let _ = writeln!(wrong, "$ {}\n  exit code {code}: {printed}", typed.command);
            } else if let Some(differs) = &differs {
                let _ = writeln!(wrong, "$ {}\n{differs}", typed.command);
            }
            let shown = typed.shown.as_deref().unwrap_or_default();
            let keep = differs.is_none() || shown.lines().any(|line| line == "...");
            let _ = write!(
                anew,
                "$ {}\n{}",
                typed.command,
                if keep { shown } else { &printed }
            );
        }
        if block.language == "console" {
            block.text = anew.trim_end().to_string();
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(Path::new(ROOT).join(name), page.text()).unwrap();
    }
    assert!(wrong.is_empty(), "{name} is not true:\n{wrong}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

#[test]
fn readme() {
    follow("README.md");
}

#[test]
fn security() {
    follow("SECURITY.md");
}

#[test]
fn by_hand() {
    follow("docs/by-hand.md");
}

#[test]
fn compare() {
    follow("docs/compare.md");
}

#[test]
fn projection() {
    follow("docs/projection.md");
}

#[test]
fn report() {
    follow("docs/report.md");
}

#[test]
fn cases_and_scenarios() {
    follow("docs/cases.md");
    follow("docs/scenario.md");
    follow("docs/files.md");
}

const PAGES: [&str; 10] = [
    "README.md",
    "SECURITY.md",
    "DESIGN.md",
    "docs/by-hand.md",
    "docs/cases.md",
    "docs/compare.md",
    "docs/files.md",
    "docs/projection.md",
    "docs/report.md",
    "docs/scenario.md",
];

#[test]
fn what_is_not_run_is_there() {
    let typed: Vec<Typed> = PAGES
        .iter()
        .flat_map(|page| Page::read(page).blocks)
        .flat_map(|block| block.commands())
        .collect();
    for (begin, why) in NOT_RUN {
        let stands = typed
            .iter()
            .any(|typed| format!("{}\n", typed.command).starts_with(begin));
        assert!(stands, "no page says `{begin}` ({why})");
    }
}

/// What `--help` says, of the program or of a command.
fn help(arguments: &[&str]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yibao"));
    let output = program.args(arguments).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What stands between single backticks.
fn codes(prose: &str) -> impl Iterator<Item = &str> {
    prose.split('`').skip(1).step_by(2)
}

/// The options that a text names: `--name`.
fn options(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.len() > 2 && word.starts_with("--"))
}

/// What is wrong with a command line, or an option that is named alone; `helps` has the help of every command.
fn misnamed(code: &str, helps: &BTreeMap<String, String>) -> Option<String> {
    let mut words = code.split_whitespace();
    let first = words.next()?;
    let command = words.next().filter(|word| !word.starts_with('-'));
    let known: Vec<&String> = match (first, command) {
        ("yibao", Some(command)) => match helps.get(command) {
            Some(help) => vec![help],
            None => return Some(format!("no command `{command}` in `{code}`")),
        },
        (option, _) if option.starts_with("--") => helps.values().collect(),
        _ => return None,
    };
    let is_known = |option: &&str| {
        known
            .iter()
            .any(|help| options(help).any(|other| other == *option))
    };
    let unknown = options(code).find(|option| !is_known(option))?;
    Some(format!("no option `{unknown}` in `{code}`"))
}

#[test]
fn commands_and_options_that_are_named_in_passing_exist() {
    let all = help(&[]);
    let names = all
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let helps: BTreeMap<String, String> = names
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase()))
        .map(|name| (name.to_string(), help(&[name])))
        .collect();
    assert!(helps.len() > 20, "{helps:?}");
    let mut wrong = Vec::new();
    for name in PAGES {
        let page = Page::read(name);
        let typed = page
            .blocks
            .iter()
            .flat_map(Block::commands)
            .map(|typed| typed.command);
        let named = page
            .prose
            .iter()
            .flat_map(|prose| codes(prose))
            .map(str::to_string);
        let misnamed = typed.chain(named).filter_map(|code| misnamed(&code, &helps));
        wrong.extend(misnamed.map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The anchor of a heading, as it is made for pages on the web.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut links = 0;
    for name in PAGES.into_iter().chain(["docs/tour.md", "CHANGELOG.md"]) {
        let page = Page::read(name);
        let folder = Path::new(ROOT).join(name).parent().unwrap().to_path_buf();
        for prose in &page.prose {
            for link in prose
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
            {
                if link.contains("://") {
                    continue;
                }
                links += 1;
                let (file, place) = link.split_once('#').unwrap_or((link, ""));
                let path = if file.is_empty() {
                    Path::new(ROOT).join(name)
                } else {
                    folder.join(file)
                };
                let found = path.exists()
                    && (place.is_empty() || {
                        let text = std::fs::read_to_string(&path).unwrap();
                        let mut headings = text.lines().filter(|line| line.starts_with('#'));
                        headings.any(|heading| anchor(heading) == place)
                    });
                if !found {
                    wrong.push(format!("{name}: {link}"));
                }
            }
        }
    }
    assert!(
        links > 20 && wrong.is_empty(),
        "{links} links; {}",
        wrong.join("\n")
    );
}
