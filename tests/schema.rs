//! The JSON Schema and the reference of the keys: they are what the program says, every shipped scenario is valid, and what
//! the reader refuses the schema refuses.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "schema/checker.rs"]
mod checker;

use checker::wrong;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use toml_edit::Item;
use yibao::report::reference;
use yibao::scenario::{Scenario, Source};

static SCHEMA: LazyLock<Value> = LazyLock::new(yibao::scenario::schema);

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every scenario file that is shipped, whole ones and overlays.
fn shipped() -> Vec<PathBuf> {
    let folders = ["scenarios", "scenarios/china", "scenarios/overlays"];
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(path(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter(|path| !path.to_string_lossy().ends_with(".targets.toml"))
        .collect();
    found.sort();
    assert!(found.len() >= 14, "{found:?}");
    found
}

/// A file of TOML as JSON.
fn as_json(text: &str) -> Value {
    let document = toml_edit::Document::parse(text).unwrap();
    of_item(document.as_item())
}

fn of_item(item: &Item) -> Value {
    if let Some(table) = item.as_table_like() {
        let fields = table.iter().map(|(name, item)| (name.to_string(), of_item(item)));
        return Value::Object(fields.collect::<Map<String, Value>>());
    }
    of_value(item.as_value().unwrap())
}

fn of_value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => json!(text.value()),
        toml_edit::Value::Integer(number) => json!(number.value()),
        toml_edit::Value::Float(number) => json!(number.value()),
        toml_edit::Value::Boolean(yes) => json!(yes.value()),
        toml_edit::Value::Array(list) => list.iter().map(of_value).collect(),
        toml_edit::Value::InlineTable(table) => {
            let fields = table
                .iter()
                .map(|(name, value)| (name.to_string(), of_value(value)));
            Value::Object(fields.collect())
        }
        other => panic!("{other:?}"),
    }
}

/// Holds a file of `docs` to what the program prints; writes it if `UPDATE_GOLDEN` is set.
#[track_caller]
fn documented(name: &str, found: &str) {
    let file = path(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, found).unwrap();
    }
    let known = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        found == known,
        "{name} is not what the program prints: run with UPDATE_GOLDEN=1"
    );
}

#[test]
fn the_schema_is_the_one_in_the_documents() {
    let text = serde_json::to_string_pretty(&*SCHEMA).unwrap() + "\n";
    documented("docs/scenario.schema.json", &text);
}

#[test]
fn the_reference_is_the_one_in_the_documents() {
    let file = path("docs/scenario.md");
    let (begin, end) = (
        "<!-- keys: written by `yibao schema --markdown` -->\n",
        "<!-- end of keys -->",
    );
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    documented(
        "docs/scenario.md",
        &format!("{before}{begin}\n{}\n{end}{after}", reference::markdown()),
    );
}

#[test]
fn every_shipped_scenario_is_valid() {
    for file in shipped() {
        let text = std::fs::read_to_string(&file).unwrap();
        let found = wrong(&SCHEMA, &as_json(&text));
        assert!(found.is_empty(), "{}:\n{}", file.display(), found.join("\n"));
    }
}

/// An overlay says only what it changes, and values alone.
#[test]
fn an_overlay_may_say_bare_values() {
    let header = "[scenario]\nbase = \"jinan\"\nname = \"a\"\ntitle = \"b\"\nsource = \"c\"\n";
    let valid = |body: &str| wrong(&SCHEMA, &as_json(&format!("{header}{body}"))).is_empty();
    assert!(valid(""));
    for body in [
        "[benefit.inpatient.tertiary]\ndeductible = 1200\nratio.adult = 0.72",
        "[funding.individual]\nadult.2024 = 420\nminor = { yuan = { 2024 = 400 }, source = \"d\", reason = \"e\" }",
        "[benefit.ceiling]\namount = \"unlimited\"",
        "[benefit.inpatient]\nadmission_factors = [1, 0.4]\nlevels = [\"tertiary\"]",
        "[benefit.tier.high.inpatient.tertiary]\nratio = { rate = 0.8, provenance = \"proposal\", source = \"d\" }",
        "[projection.assume]\nincome = { growth = 0.03 }",
    ] {
        assert!(valid(body), "{body}");
    }
    for body in [
        "[benefit.inpatient.tertiary]\ndeductable = 1200",
        "[benefit.inpatient.tertiary]\ndeductible = \"1200\"",
        "[benefit.inpatient.tertiary]\nratio.adult = 72",
        "[funding.individual]\nadults = 420",
        "[benefit]\nrounding = \"half-up\"",
    ] {
        assert!(!valid(body), "{body}");
    }
    // Without its header it is neither an overlay nor a whole scenario.
    assert!(!wrong(&SCHEMA, &as_json("[scenario]\nbase = \"jinan\"\n")).is_empty());
    assert!(!wrong(&SCHEMA, &as_json("[fund]\ninterest = 0.02\n")).is_empty());
}

/// The paths of all tables and keys of a document, as JSON.
fn places(value: &Value, path: &[String], found: &mut Vec<Vec<String>>) {
    if let Value::Object(table) = value {
        for (name, below) in table {
            let path = [path, std::slice::from_ref(name)].concat();
            found.push(path.clone());
            places(below, &path, found);
        }
    }
}

fn at<'v>(value: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter()
        .fold(value, |value, name| value.get_mut(name).unwrap())
}

/// A document as TOML text, written as inline tables.
fn as_toml(value: &Value) -> String {
    fn inline(value: &Value) -> String {
        match value {
            Value::Object(table) => {
                let fields = table
                    .iter()
                    .map(|(name, value)| format!("{} = {}", json!(name), inline(value)));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Value::Array(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
            value => value.to_string(),
        }
    }
    let Value::Object(table) = value else { panic!() };
    let lines = table
        .iter()
        .map(|(name, value)| format!("{name} = {}\n", inline(value)));
    lines.collect()
}

fn reads(value: &Value) -> bool {
    let name = "document".to_string();
    Scenario::from_source(Source {
        name,
        text: as_toml(value),
    })
    .is_ok()
}

/// A misspelt key, a value of the wrong type and a missing note: at every place of a whole scenario, what the schema lets
/// pass the reader lets pass, and what is wrong by its form alone the schema refuses.
#[test]
fn what_the_reader_refuses_by_form_the_schema_refuses() {
    let mut refused = 0;
    for file in [
        "tests/scenario/small.toml",
        "scenarios/ulanqab.toml",
        "scenarios/beijing.toml",
    ] {
        let text = std::fs::read_to_string(path(file)).unwrap();
        let document = as_json(&text);
        assert!(reads(&document), "{file}: {}", as_toml(&document));
        let mut all = Vec::new();
        places(&document, &[], &mut all);
        for place in all {
            let (name, above) = place.split_last().unwrap();
            let shown = place.join(".");
            // Under these any name may stand.
            let is_free = [
                "identity",
                "no_deductible",
                "addition",
                "continuity",
                "disease",
                "income",
                "levels",
            ]
            .iter()
            .any(|free| above.last().is_some_and(|above| above == free));
            let mut misspelt = document.clone();
            let table = at(&mut misspelt, above).as_object_mut().unwrap();
            let value = table.remove(name).unwrap();
            table.insert(format!("{name}x"), value);
            let known_to_reader = reads(&misspelt);
            if !known_to_reader && !is_free {
                refused += 1;
                let kinds = ["inpatient", "chronic", "general_outpatient", "maternity"];
                let is_level = above.len() == 2 && kinds.contains(&above[1].as_str())
                    || above.len() == 3 && above[1] == "out_of_area";
                let valid = wrong(&SCHEMA, &misspelt).is_empty();
                assert!(!valid || is_level, "`{shown}x` passes in {file}");
            }
            let mut other = document.clone();
            *at(&mut other, &place) = json!(true);
            // Whether the deductible may count is said by another key, `basis`, and not by the form.
            if !reads(&other) && name != "counts_deductible" {
                refused += 1;
                assert!(
                    !wrong(&SCHEMA, &other).is_empty(),
                    "`{shown} = true` passes in {file}"
                );
            }
        }
    }
    assert!(refused > 500, "{refused}");
}
