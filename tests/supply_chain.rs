//! What the program is made of: every crate that is compiled into it or its tests has a licence that `deny.toml` allows, comes
//! from crates.io, and is none that it forbids. `cargo deny check` asks the same and more, but has to be installed first.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use std::process::Command;
use toml_edit::{Document, Item};

/// What `deny.toml` says.
struct Policy(Document<String>);

impl Policy {
    fn read() -> Policy {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
        Policy(Document::parse(text).unwrap())
    }

    fn list(&self, table: &str, key: &str) -> impl Iterator<Item = &toml_edit::Value> {
        let list = self.0.get(table).and_then(|table| table.get(key));
        list.and_then(Item::as_array).expect("a list").iter()
    }

    /// Whether an SPDX expression can be met: each `AND` by both sides, each `OR` by one. `/` is the older `OR`.
    fn allows(&self, expression: &str) -> bool {
        let expression = expression.trim();
        if let Some((left, right)) = split(expression, " OR ").or_else(|| split(expression, "/")) {
            return self.allows(left) || self.allows(right);
        }
        if let Some((left, right)) = split(expression, " AND ") {
            return self.allows(left) && self.allows(right);
        }
        match expression
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => self.allows(inner),
            None => self
                .list("licenses", "allow")
                .any(|allowed| allowed.as_str() == Some(expression)),
        }
    }
}

/// What stands before and behind the first `operator` that is in no brackets.
fn split<'e>(expression: &'e str, operator: &str) -> Option<(&'e str, &'e str)> {
    let mut depth = 0;
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && expression[at..].starts_with(operator) => {
                return Some((&expression[..at], &expression[at + operator.len()..]));
            }
            _ => {}
        }
    }
    None
}

#[test]
fn every_crate_may_be_used() {
    let policy = Policy::read();
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--all-features",
            "--format-version=1",
        ])
        .args(["--filter-platform", &host()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let others: Vec<&Value> = packages
        .iter()
        .filter(|package| package["name"] != "yibao")
        .collect();
    assert!(others.len() > 50, "only {} crates", others.len());
    for package in others {
        let name = package["name"].as_str().unwrap();
        let license = package["license"].as_str().unwrap_or("");
        assert!(policy.allows(license), "`{name}` has the licence `{license}`");
        let source = package["source"].as_str().unwrap_or("");
        let known = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(source, known, "`{name}` comes from elsewhere");
        let denied = policy.list("bans", "deny").any(|ban| {
            let ban = ban.as_inline_table().and_then(|ban| ban.get("crate"));
            ban.and_then(toml_edit::Value::as_str) == Some(name)
        });
        assert!(!denied, "`{name}` is forbidden by deny.toml");
        // With the lint `incompatible_msrv`, which knows the standard library, this is what can be said of the version of
        // Rust that Cargo.toml promises, short of having that compiler.
        if let Some(needed) = package["rust_version"].as_str() {
            let (needed, stated) = (version(needed), version(env!("CARGO_PKG_RUST_VERSION")));
            assert!(
                needed <= stated,
                "`{name}` needs a newer Rust than Cargo.toml says"
            );
        }
    }
}

/// A version as numbers.
fn version(text: &str) -> Vec<u32> {
    let numbers = text.split('.').map(|number| number.parse().expect("a number"));
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.resize(3, 0);
    numbers
}

/// The platform that this is compiled on.
fn host() -> String {
    let output = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("cargo names its host").to_string()
}

#[test]
fn licence_expressions() {
    let policy = Policy::read();
    for allowed in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "(GPL-3.0 OR MIT) AND BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(policy.allows(allowed), "{allowed}");
    }
    for refused in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT AND GPL-3.0) OR GPL-2.0",
        "WTFPL/GPL-3.0",
    ] {
        assert!(!policy.allows(refused), "{refused}");
    }
}
