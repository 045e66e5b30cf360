//! Just enough of JSON Schema (draft 2020-12) to hold files to ours; a keyword that it does not know fails the test.

use serde_json::{Map, Value};

/// What is wrong with `value` under `schema`, by path; nothing if it is valid.
pub fn wrong(root: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    check(root, root, value, "", &mut wrong);
    wrong
}

fn is_valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut wrong = Vec::new();
    check(root, schema, value, "", &mut wrong);
    wrong.is_empty()
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    let schema = match schema {
        Value::Bool(true) => return,
        Value::Bool(false) => return wrong.push(format!("{path}: nothing may stand here")),
        Value::Object(schema) => schema,
        other => panic!("no schema: {other}"),
    };
    for (keyword, wanted) in schema {
        let fits = match keyword.as_str() {
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                let found = &root["$defs"][name];
                assert!(found.is_object(), "no definition `{name}`");
                check(root, found, value, path, wrong);
                true
            }
            "type" => is_of_type(wanted.as_str().unwrap(), value),
            "enum" => wanted.as_array().unwrap().contains(value),
            "const" => wanted == value,
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value
                .as_f64()
                .is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.len() as u64 >= wanted.as_u64().unwrap()),
            "minItems" => value
                .as_array()
                .is_none_or(|list| list.len() as u64 >= wanted.as_u64().unwrap()),
            "maxItems" => value
                .as_array()
                .is_none_or(|list| list.len() as u64 <= wanted.as_u64().unwrap()),
            "minProperties" => value
                .as_object()
                .is_none_or(|table| table.len() as u64 >= wanted.as_u64().unwrap()),
            "required" => value.as_object().is_none_or(|table| has_all(table, wanted)),
            "pattern" => value.as_str().is_none_or(|text| is_window(wanted, text)),
            "anyOf" => some(root, wanted, value) > 0,
            "oneOf" => some(root, wanted, value) == 1,
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{path}[{index}]"), wrong);
                }
                true
            }
            "if" => {
                let branch = if is_valid(root, wanted, value) {
                    "then"
                } else {
                    "else"
                };
                check(root, &schema[branch], value, path, wrong);
                true
            }
            "properties" | "patternProperties" | "additionalProperties" => true,
            "then" | "else" | "$schema" | "$defs" | "title" | "description" => true,
            other => panic!("unknown keyword `{other}`"),
        };
        if !fits {
            wrong.push(format!("{path}: not as `{keyword}` wants it"));
        }
    }
    if let Some(table) = value.as_object() {
        properties(root, schema, table, path, wrong);
    }
}

fn properties(
    root: &Value,
    schema: &Map<String, Value>,
    table: &Map<String, Value>,
    path: &str,
    wrong: &mut Vec<String>,
) {
    let named = schema.get("properties").and_then(Value::as_object);
    let years = schema
        .get("patternProperties")
        .map(|patterns| &patterns["^[0-9]{4}$"]);
    for (name, value) in table {
        let path = format!("{path}.{name}");
        let is_year = name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit());
        let found = match named.and_then(|named| named.get(name)) {
            Some(found) => Some(found),
            None if is_year && years.is_some() => years,
            None => schema.get("additionalProperties"),
        };
        if let Some(found) = found {
            check(root, found, value, &path, wrong);
        }
    }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("unknown type `{other}`"),
    }
}

fn has_all(table: &Map<String, Value>, names: &Value) -> bool {
    let mut names = names.as_array().unwrap().iter();
    names.all(|name| table.contains_key(name.as_str().unwrap()))
}

/// The only pattern of texts is a window of days.
fn is_window(pattern: &Value, text: &str) -> bool {
    assert_eq!(pattern, r"^[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}$");
    let form: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    form == "00-00..00-00"
}

fn some(root: &Value, schemas: &Value, value: &Value) -> usize {
    let schemas = schemas.as_array().unwrap().iter();
    schemas.filter(|schema| is_valid(root, schema, value)).count()
}
