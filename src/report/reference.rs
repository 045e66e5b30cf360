//! The keys of a scenario as tables for reading, from the same table as `yibao keys` and the JSON Schema.

use crate::scenario::meaning::{Form, Row, names_of, rows};
use std::fmt::Write;

/// The tables of a file with their headings, in its order.
const PARTS: [(&str, &str); 19] = [
    ("scenario", "Header: `scenario`"),
    ("insured", "Who is insured: `insured`"),
    ("enrolment", "Enrolment: `enrolment`"),
    ("funding", "How the fund is raised: `funding`"),
    ("fund", "How it is held: `fund`"),
    ("scope", "Scope: `scope`"),
    ("levels", "Levels of institution: `levels`"),
    ("income", "Incomes: `income`"),
    ("benefit.ceiling", "The shared ceiling: `benefit.ceiling`"),
    ("benefit.out_of_area", "Out of area: `benefit.out_of_area`"),
    (
        "benefit.critical_illness",
        "Critical illness insurance: `benefit.critical_illness`",
    ),
    ("benefit.assistance", "Medical assistance: `benefit.assistance`"),
    (
        "benefit.subsidy",
        "Government's subsidy for large bills: `benefit.subsidy`",
    ),
    ("benefit.accident", "The limit for accidents: `benefit.accident`"),
    (
        "benefit.payout_ceiling",
        "The ceiling of all payments: `benefit.payout_ceiling`",
    ),
    ("benefit.KIND", "Each kind of benefit: `benefit.KIND`"),
    ("projection", "Years to come: `projection`"),
    ("population", "The people of the synthetic city: `population`"),
    ("utilisation", "Their illnesses: `utilisation`"),
];

/// All keys as Markdown: a table for each part of a file.
pub fn markdown() -> String {
    let mut text = String::new();
    for (prefix, heading) in PARTS {
        let _ = writeln!(text, "#### {heading}\n");
        let _ = writeln!(text, "| key | form | meaning | article |\n|---|---|---|---|");
        for row in rows().filter(|row| is_of(row, prefix)) {
            let (path, article, form, meaning, meaning_zh) = row;
            let key = path.strip_prefix(prefix).unwrap_or(path);
            let key = escaped(key.strip_prefix('.').unwrap_or(key));
            let _ = writeln!(
                text,
                "| `{key}` | {} | {} · {meaning_zh} | {article} |",
                escaped(&written(*form)),
                escaped(meaning)
            );
        }
        text.push('\n');
    }
    let _ = writeln!(text, "Names in capitals:\n");
    let _ = writeln!(text, "| name | stands for |\n|---|---|");
    for name in [
        "KIND",
        "CATEGORY",
        "CLASS",
        "STATE",
        "GOVERNMENT",
        "DELIVERY",
        "REASON",
    ] {
        let names = names_of(name).unwrap_or_default();
        let _ = writeln!(text, "| `{name}` | {} |", ticked(&names));
    }
    let _ = writeln!(text, "| `LEVEL` | a level of `[levels]` |");
    let _ = writeln!(text, "| others | a name that the file chooses |");
    text
}

fn is_of(row: &Row, prefix: &str) -> bool {
    row.0
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// A bar ends a cell, in code too.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn ticked(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// How a key is written, in a few words.
fn written(form: Form) -> String {
    match form {
        Form::Text => "text".into(),
        Form::Texts => "list of texts".into(),
        Form::Flag => "`true` or `false`".into(),
        Form::Whole => "whole number".into(),
        Form::Word(words) => ticked(&words()).replace(", ", " or "),
        Form::Words(words) => format!("list of {}", ticked(&words())),
        Form::Figure(units) => ticked(units).replace(", ", " or "),
        Form::Table(names) if names().is_empty() => "`table` of shares by name".into(),
        Form::Table(names) => format!("`table` of {}", ticked(&names())),
        Form::Ages(columns) => format!("{} by `age` or `age_from`", ticked(columns)),
        Form::Structure => "`male`, `female` by `age_from`, `age_to`".into(),
        Form::Code => "`code`".into(),
        Form::Assumption => {
            "`growth` or `follows`, `keys`; `range`, `trend_sd`, `yearly_sd`, `round_to`".into()
        }
        Form::Shock => "`keys`, `probability`, `times`; `times_sd`".into(),
        Form::Allowances => "list of `lint`, `key`, `reason`".into(),
    }
}
