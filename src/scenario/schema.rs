//! The scenario format as a JSON Schema (draft 2020-12), so that editors complete keys and mark mistakes while typing.
//!
//! It is made from the table of keys ([`meaning`]). A file without `scenario.base` is a whole scenario: tables that every
//! scenario has must be there, and a figure is a table with unit, provenance and source. An overlay may say only what it
//! changes, a figure as a bare value too. What hangs on other keys (years, names of levels, bands that must meet) only the
//! reader can check.

use crate::figure::Provenance;
use crate::scenario::meaning::{self, Form, Row, names_of};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The tables and keys that every whole scenario has.
const NEEDED: [&str; 29] = [
    "scenario.name",
    "scenario.title",
    "scenario.title_zh",
    "scenario.regulation",
    "scenario.years.from",
    "scenario.years.to",
    "scenario.default_year",
    "scenario.rounding",
    "scenario.year_of",
    "insured.adult_age",
    "enrolment.window",
    "enrolment.newborn.from_birth",
    "enrolment.newborn.until",
    "enrolment.newborn.later",
    "funding.subsidy",
    "funding.individual.CATEGORY",
    "funding.subsidy_shares.GOVERNMENT",
    "funding.transfer.critical_illness",
    "funding.transfer.outpatient",
    "fund.interest",
    "fund.work_funds",
    "fund.paid_on",
    "scope.unconsented_borne_by",
    "benefit.ceiling.kinds",
    "benefit.ceiling.amount",
    "benefit.ceiling.basis",
    "benefit.ceiling.counts_deductible",
    "benefit.out_of_area.kinds",
    "levels",
];

/// The keys of a whole scenario's header that an overlay does without, and the other way round.
const OF_OVERLAYS: [&str; 4] = ["base", "author", "reason", "source"];

/// How strict a tree is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// A whole scenario.
    Whole,
    /// A part of one, of which nothing need be there.
    Part,
    /// What an overlay says.
    Overlay,
}

/// The JSON Schema of a scenario file, whole or overlay, as `yibao schema` prints it.
pub fn schema() -> Value {
    let root = tree();
    let mut definitions = definitions();
    let overlay = root.as_schema(Strictness::Overlay, "");
    let whole = root.as_schema(Strictness::Whole, "");
    definitions.insert("whole".into(), whole);
    let mut schema = Map::new();
    schema.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".into(), json!("yibao scenario"));
    schema.insert(
        "description".into(),
        json!("A city's rules of resident medical insurance, or an overlay that changes some of them"),
    );
    if let Value::Object(overlay) = overlay {
        schema.extend(overlay);
    }
    let is_overlay = json!({
        "required": ["scenario"],
        "properties": { "scenario": { "required": ["base"] } }
    });
    schema.insert("if".into(), is_overlay);
    let header = json!({ "properties": { "scenario": { "required": ["base", "name", "title", "source"] } } });
    schema.insert("then".into(), header);
    schema.insert("else".into(), json!({ "$ref": "#/$defs/whole" }));
    let mut schema = Value::Object(schema);
    share(&mut schema, &mut definitions);
    if let Value::Object(schema) = &mut schema {
        schema.insert("$defs".into(), Value::Object(definitions));
    }
    schema
}

/// A table of keys, or a key, or both: a ratio is a figure, or a table of figures by category.
#[derive(Default)]
struct Node {
    /// The tables and keys in it, in the order of the file.
    children: Vec<(String, Node)>,
    /// What stands under any other name.
    any: Option<Box<Node>>,
    row: Option<&'static Row>,
}

/// All rows as a tree.
fn tree() -> Node {
    let mut root = Node::default();
    for row in meaning::rows() {
        let parts: Vec<&'static str> = row.0.split('.').collect();
        root.add(&parts, row);
    }
    // A tier gets what everyone gets, but for tiers of its own.
    let of_all = Node::default();
    if let Some(benefit) = root.child("benefit") {
        let tier = benefit.child_or_new("tier");
        tier.any = Some(Box::new(of_all));
    }
    root
}

impl Node {
    fn child(&mut self, name: &str) -> Option<&mut Node> {
        let mut children = self.children.iter_mut();
        children.find(|(known, _)| known == name).map(|(_, node)| node)
    }

    fn child_or_new(&mut self, name: &str) -> &mut Node {
        let index = self.children.iter().position(|(known, _)| known == name);
        let index = index.unwrap_or_else(|| {
            self.children.push((name.to_string(), Node::default()));
            self.children.len() - 1
        });
        &mut self.children[index].1
    }

    fn add(&mut self, parts: &[&'static str], row: &'static Row) {
        let Some((&part, rest)) = parts.split_first() else {
            self.row.get_or_insert(row);
            return;
        };
        match names_of(part) {
            Some(names) => names
                .into_iter()
                .for_each(|name| self.child_or_new(name).add(rest, row)),
            None => self.any.get_or_insert_default().add(rest, row),
        }
    }

    /// The schema of what stands at `path`.
    fn as_schema(&self, strictness: Strictness, path: &str) -> Value {
        let of_key = self.row.map(|row| of_key(row, strictness));
        if path == "benefit.tier.*" {
            return json!({ "$ref": "#/$defs/tier" });
        }
        let is_table = !self.children.is_empty() || self.any.is_some();
        match (of_key, is_table) {
            (Some(key), false) => key,
            (None, _) => self.as_table(strictness, path),
            (Some(key), true) => {
                let about = key.get("description").cloned();
                let mut both = json!({ "anyOf": [key, self.as_table(strictness, path)] });
                if let (Some(about), Value::Object(both)) = (about, &mut both) {
                    both.insert("description".into(), about);
                }
                both
            }
        }
    }

    fn as_table(&self, strictness: Strictness, path: &str) -> Value {
        let below = |name: &str| match path {
            "" => name.to_string(),
            path => format!("{path}.{name}"),
        };
        let mut properties = Map::new();
        for (name, node) in &self.children {
            let of_overlay = path == "scenario" && OF_OVERLAYS.contains(&name.as_str());
            if strictness != Strictness::Whole || !of_overlay {
                properties.insert(name.clone(), node.as_schema(strictness, &below(name)));
            }
        }
        let mut table = Map::new();
        table.insert("type".into(), json!("object"));
        if !properties.is_empty() {
            table.insert("properties".into(), Value::Object(properties));
        }
        let needed: Vec<&str> = match strictness {
            Strictness::Whole => self.children.iter().map(|(name, _)| name.as_str()).collect(),
            _ => Vec::new(),
        };
        let needed: Vec<&str> = needed
            .into_iter()
            .filter(|name| is_needed(&below(name)))
            .collect();
        if !needed.is_empty() {
            table.insert("required".into(), json!(needed));
        }
        let any = match &self.any {
            Some(any) => any.as_schema(strictness, &below("*")),
            None => json!(false),
        };
        table.insert("additionalProperties".into(), any);
        Value::Object(table)
    }
}

/// Whether a key, or a table with such keys in it, is one that every scenario has.
fn is_needed(path: &str) -> bool {
    NEEDED.iter().any(|needed| {
        let mut parts = needed.split('.');
        path.split('.').all(|name| {
            parts
                .next()
                .is_some_and(|part| part == name || names_of(part).is_some_and(|names| names.contains(&name)))
        })
    })
}

/// The schema of a key, with what it means.
fn of_key(row: &'static Row, strictness: Strictness) -> Value {
    let (_, article, form, text, text_zh) = row;
    let mut schema = match form {
        Form::Text => json!({ "type": "string" }),
        Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Whole => json!({ "type": "integer" }),
        Form::Word(words) => json!({ "enum": words() }),
        Form::Words(words) => json!({ "type": "array", "items": { "enum": words() } }),
        Form::Figure(units) => json!({ "$ref": reference(&units.join("-or-"), strictness) }),
        Form::Table(names) => of_table(&names(), strictness),
        Form::Ages(columns) => of_ages(columns, &["age", "age_from"], strictness),
        Form::Structure => of_structure(strictness),
        Form::Code => of_parts(&[("code", json!({ "type": "string" }))], &["code"], strictness),
        Form::Assumption => of_assumption(strictness),
        Form::Shock => of_shock(strictness),
        Form::Allowances => json!({ "type": "array", "items": { "$ref": "#/$defs/allowance" } }),
    };
    let cited = match *article {
        "" => String::new(),
        article => format!(" (Art. {article})"),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".into(), json!(format!("{text}{cited} · {text_zh}")));
    }
    schema
}

fn reference(unit: &str, strictness: Strictness) -> String {
    match strictness {
        Strictness::Overlay => format!("#/$defs/{unit}-changed"),
        _ => format!("#/$defs/{unit}"),
    }
}

fn note() -> [(&'static str, Value); 4] {
    [
        ("provenance", json!({ "$ref": "#/$defs/provenance" })),
        (
            "source",
            json!({ "type": "string", "description": "where the figure comes from" }),
        ),
        (
            "reason",
            json!({ "type": "string", "description": "why an overlay changes it" }),
        ),
        (
            "assumed",
            json!({ "type": "array", "items": { "type": "integer" }, "description": "years that are placeholders whatever the provenance" }),
        ),
    ]
}

/// A table of parts with a note; in an overlay, any of them.
fn of_parts(parts: &[(&str, Value)], needed: &[&str], strictness: Strictness) -> Value {
    let note = note();
    let own = parts.iter().cloned();
    let properties: Map<String, Value> = (own.chain(note))
        .map(|(name, schema)| (name.to_string(), schema))
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let (Value::Object(schema), true) = (&mut schema, strictness != Strictness::Overlay) {
        let needed = [needed, &["provenance", "source"]].concat();
        schema.insert("required".into(), json!(needed));
    }
    schema
}

fn numbers() -> Value {
    json!({ "type": "array", "items": { "type": "number" } })
}

fn of_table(names: &[&str], strictness: Strictness) -> Value {
    let table = match names {
        [] => json!({ "type": "object", "additionalProperties": { "type": "number" } }),
        names => {
            let properties: Map<String, Value> = names
                .iter()
                .map(|name| (name.to_string(), json!({ "type": "number" })))
                .collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
    };
    of_parts(&[("table", table)], &["table"], strictness)
}

fn of_ages(columns: &[&str], ages: &[&str], strictness: Strictness) -> Value {
    let parts: Vec<(&str, Value)> = columns
        .iter()
        .chain(ages)
        .map(|name| (*name, numbers()))
        .collect();
    let mut schema = of_parts(&parts, columns, strictness);
    if let (Value::Object(schema), true) = (&mut schema, strictness != Strictness::Overlay) {
        // Points with straight lines between them, or bands up to the next age.
        let one: Vec<Value> = ages.iter().map(|age| json!({ "required": [age] })).collect();
        schema.insert("oneOf".into(), json!(one));
    }
    schema
}

fn of_structure(strictness: Strictness) -> Value {
    let parts = [
        ("age_from", numbers()),
        ("age_to", json!({ "type": "integer" })),
        ("male", numbers()),
        ("female", numbers()),
    ];
    of_parts(&parts, &["age_from", "age_to", "male", "female"], strictness)
}

fn of_assumption(strictness: Strictness) -> Value {
    let growth = json!({ "type": "number", "minimum": -0.9, "maximum": 1 });
    let not_negative = || json!({ "type": "number", "minimum": 0 });
    let parts = [
        ("growth", json!({ "anyOf": [growth.clone(), by_year(&growth)] })),
        ("follows", json!({ "type": "string" })),
        ("keys", json!({ "type": "array", "items": { "type": "string" } })),
        (
            "range",
            json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        ),
        ("trend_sd", not_negative()),
        ("yearly_sd", not_negative()),
        ("round_to", not_negative()),
    ];
    of_parts(&parts, &["keys"], strictness)
}

fn of_shock(strictness: Strictness) -> Value {
    let not_negative = || json!({ "type": "number", "minimum": 0 });
    let parts = [
        ("keys", json!({ "type": "array", "items": { "type": "string" } })),
        (
            "probability",
            json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        ),
        ("times", not_negative()),
        ("times_sd", not_negative()),
    ];
    of_parts(&parts, &["keys", "probability", "times"], strictness)
}

/// A value for each of some years.
fn by_year(value: &Value) -> Value {
    json!({
        "type": "object",
        "patternProperties": { "^[0-9]{4}$": value },
        "additionalProperties": false,
        "minProperties": 1,
    })
}

/// What the value of a unit is.
fn value_of(unit: &str) -> Value {
    match unit {
        "yuan" => json!({ "type": "number", "minimum": 0 }),
        "rate" => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        "rates" => {
            json!({ "type": "array", "items": { "type": "number", "minimum": 0, "maximum": 1 }, "minItems": 1 })
        }
        "bands" => json!({ "type": "array", "items": { "$ref": "#/$defs/band" }, "minItems": 1 }),
        "unlimited" => json!({ "const": true }),
        "dates" => json!({ "type": "string", "pattern": "^[0-9]{2}-[0-9]{2}\\.\\.[0-9]{2}-[0-9]{2}$" }),
        "years" | "year" | "months" | "day" | "count" => json!({ "type": "integer", "minimum": 0 }),
        _ => json!({ "type": "number" }),
    }
}

/// A figure with one of some units: in full, or as an overlay may change it.
fn figure(units: &[&str], strictness: Strictness) -> Value {
    let of_unit = |unit: &&str| {
        let value = value_of(unit);
        let value = json!({ "anyOf": [value.clone(), by_year(&value)] });
        of_parts(&[(*unit, value)], &[*unit], strictness)
    };
    let mut forms: Vec<Value> = units.iter().map(of_unit).collect();
    if units.contains(&"yuan") {
        let of = (
            "of",
            json!({ "type": "string", "description": "an income of `[income]`" }),
        );
        let rate = (
            "rate",
            json!({ "anyOf": [value_of("rate"), by_year(&value_of("rate"))] }),
        );
        forms.push(of_parts(&[rate, of], &["rate", "of"], strictness));
    }
    if strictness == Strictness::Overlay {
        for unit in units {
            let bare = match *unit {
                "unlimited" => json!({ "const": "unlimited" }),
                unit => value_of(unit),
            };
            forms.push(by_year(&bare));
            forms.push(bare);
        }
    }
    match forms.len() {
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    }
}

/// What is said once: figures by unit, and their parts.
fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    let provenances = Provenance::ALL.map(Provenance::name);
    let provenance = json!({
        "enum": provenances,
        "description": "official: published text; national: a national notice or statistic; calibrated: fitted by `yibao calibrate`; placeholder: unverified; proposal: what somebody tries out",
    });
    definitions.insert("provenance".into(), provenance);
    let band = json!({
        "type": "object",
        "properties": { "from": value_of("yuan"), "to": value_of("yuan"), "rate": value_of("rate") },
        "required": ["from", "rate"],
        "additionalProperties": false,
    });
    definitions.insert("band".into(), band);
    let allowance = json!({
        "type": "object",
        "properties": {
            "lint": { "type": "string", "description": "a code name of `yibao check --lints`" },
            "key": { "type": "string", "description": "the key; `*` stands for one part" },
            "reason": { "type": "string", "minLength": 1 },
        },
        "required": ["lint", "key", "reason"],
        "additionalProperties": false,
    });
    definitions.insert("allowance".into(), allowance);
    for row in meaning::rows() {
        if let Form::Figure(units) = row.2 {
            for strictness in [Strictness::Whole, Strictness::Overlay] {
                let reference = reference(&units.join("-or-"), strictness);
                if let Some(name) = reference.strip_prefix("#/$defs/") {
                    definitions
                        .entry(name.to_string())
                        .or_insert_with(|| figure(units, strictness));
                }
            }
        }
    }
    let mut root = tree();
    if let Some(benefit) = root.child("benefit") {
        benefit.children.retain(|(name, _)| name != "tier");
        definitions.insert("tier".into(), benefit.as_schema(Strictness::Part, "benefit"));
    }
    definitions
}

/// Says tables that stand in several places once.
fn share(schema: &mut Value, definitions: &mut Map<String, Value>) {
    let mut counts = BTreeMap::new();
    count(schema, &mut counts);
    definitions.values().for_each(|schema| count(schema, &mut counts));
    let mut names = BTreeMap::new();
    let mut shared = Map::new();
    let mut put = |schema: &mut Value| replace(schema, &counts, &mut names, &mut shared, true);
    put(schema);
    definitions.values_mut().for_each(&mut put);
    definitions.extend(shared);
}

/// Long enough to be worth a name.
const LONG: usize = 400;

fn count(schema: &Value, counts: &mut BTreeMap<String, usize>) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") {
                let text = schema.to_string();
                if text.len() >= LONG {
                    *counts.entry(text).or_insert(0) += 1;
                }
            }
            fields.values().for_each(|field| count(field, counts));
        }
        Value::Array(list) => list.iter().for_each(|field| count(field, counts)),
        _ => {}
    }
}

fn replace(
    schema: &mut Value,
    counts: &BTreeMap<String, usize>,
    names: &mut BTreeMap<String, String>,
    shared: &mut Map<String, Value>,
    is_top: bool,
) {
    match schema {
        Value::Object(_) => {
            let text = schema.to_string();
            let several = counts.get(&text).is_some_and(|&count| count > 1);
            if let Value::Object(fields) = &mut *schema {
                fields
                    .values_mut()
                    .for_each(|field| replace(field, counts, names, shared, false));
            }
            if several && !is_top {
                let next = format!("table-{}", names.len() + 1);
                let name = names.entry(text).or_insert(next).clone();
                let reference = json!({ "$ref": format!("#/$defs/{name}") });
                let own = std::mem::replace(schema, reference);
                shared.entry(name).or_insert(own);
            }
        }
        Value::Array(list) => {
            for field in list {
                replace(field, counts, names, shared, false);
            }
        }
        _ => {}
    }
}
