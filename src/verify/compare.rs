//! What was recorded beside what comes out.

use crate::data::DataError;
use crate::data::source::sha256_of_file;
use crate::verify::rerun::{Again, Recorded};
use crate::verify::verification::{Changed, Difference, FileState, State, Verification, VerifyError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What differs from run to run, or is told apart.
const APART: [&str; 5] = ["command", "resources", "version", "outputs", "warnings"];

/// The most differences that are told.
const MOST: usize = 20;

pub(super) fn compare(record: &Recorded, again: &Again) -> Result<Verification, VerifyError> {
    let path = again.target.file(record.file);
    let failed = |error: io::Error| DataError::unreadable(&path, error);
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    let now: Value = serde_json::from_str(&text).map_err(|error| failed(error.into()))?;
    let mut differences = Vec::new();
    differ(&record.value, &now, "", &mut differences);
    let changed = changed(&record.value, &now);
    // Hashes of what went in, and what is counted of it, are told as what has changed.
    let of_scenario = |path: &str| path.starts_with("scenario.") || path.starts_with("rules.");
    let is_hash = |path: &str| path.ends_with("sha256");
    differences.retain(|difference| !is_hash(&difference.path) && !of_scenario(&difference.path));
    differences.truncate(MOST);
    let version = record.value["version"].as_str().unwrap_or_default().to_string();
    Ok(Verification {
        directory: record.directory.clone(),
        of: again.of,
        same_version: version == env!("CARGO_PKG_VERSION"),
        version,
        changed,
        numbers: differences,
        files: files(record, again)?,
        fingerprint: now["fingerprint"].as_str().map(str::to_string),
    })
}

/// What is said in both and differs; what only one of them says is of another version of the program.
fn differ(recorded: &Value, found: &Value, path: &str, differences: &mut Vec<Difference>) {
    let below = |name: &str| match path {
        "" => name.to_string(),
        path => format!("{path}.{name}"),
    };
    match (recorded, found) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then.iter().filter(|(name, _)| !APART.contains(&name.as_str())) {
                match now.get(name) {
                    Some(found) => differ(value, found, &below(name), differences),
                    // Of a table by name, such as rejects by reason, a name that is gone is a difference.
                    None if !path.is_empty() => differ(value, &Value::Null, &below(name), differences),
                    None => {}
                }
            }
            let new = now
                .iter()
                .filter(|(name, _)| !path.is_empty() && !then.contains_key(*name));
            for (name, value) in new {
                differ(&Value::Null, value, &below(name), differences);
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (index, (then, now)) in then.iter().zip(now).enumerate() {
                differ(then, now, &format!("{path}[{}]", index + 1), differences);
            }
        }
        (then, now) if then == now => {}
        (then, now) => differences.push(Difference {
            path: path.to_string(),
            recorded: short(then),
            found: short(now),
        }),
    }
}

/// A value on one line, cut where it is long.
fn short(value: &Value) -> String {
    const LONG: usize = 120;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_string(),
        value => value.to_string(),
    };
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Input files and layers of the scenario whose hashes differ.
fn changed(recorded: &Value, now: &Value) -> Vec<Changed> {
    let then = hashes(recorded);
    let found: BTreeMap<(String, String, usize), String> = hashes(now);
    let mut changed = Vec::new();
    for ((what, path, place), recorded) in &then {
        let found = found.get(&(what.clone(), path.clone(), *place));
        if found != Some(recorded) {
            changed.push(Changed {
                what: what.clone(),
                path: path.clone(),
                recorded: recorded.clone(),
                found: found.cloned().unwrap_or_else(|| "nothing".to_string()),
            });
        }
    }
    let new = found.iter().filter(|(key, _)| !then.contains_key(*key));
    changed.extend(new.map(|((what, path, _), found)| Changed {
        what: what.clone(),
        path: path.clone(),
        recorded: "nothing".to_string(),
        found: found.clone(),
    }));
    changed
}

/// The hashes of what went in, by what it was read as and its path; of several alike, by their number.
fn hashes(record: &Value) -> BTreeMap<(String, String, usize), String> {
    let mut hashes = BTreeMap::new();
    let mut add = |what: &str, path: &Value, hash: &Value| {
        if let (Some(path), Some(hash)) = (path.as_str(), hash.as_str()) {
            let alike = |place: &usize| !hashes.contains_key(&(what.to_string(), path.to_string(), *place));
            let place = (0..).find(alike).unwrap_or_default();
            hashes.insert((what.to_string(), path.to_string(), place), hash.to_string());
        }
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let late = list(&record["late"])
        .into_iter()
        .flat_map(|late| list(&late["inputs"]));
    for input in list(&record["inputs"]).into_iter().chain(late) {
        add(
            input["role"].as_str().unwrap_or_default(),
            &input["path"],
            &input["sha256"],
        );
    }
    let rules = if record["rules"].is_object() {
        &record["rules"]
    } else {
        &record["scenario"]
    };
    add("scenario", &rules["file"], &rules["sha256"]);
    for overlay in list(&rules["overlays"]) {
        add("overlay", &overlay["file"], &overlay["sha256"]);
    }
    hashes
}

/// Every file that comes out, beside the one in the directory; and what lies there besides.
fn files(record: &Recorded, again: &Again) -> Result<Vec<FileState>, VerifyError> {
    let names = |folder: &Path| -> Result<Vec<String>, DataError> {
        let failed = |error: io::Error| DataError::unreadable(folder, error);
        let entries = std::fs::read_dir(folder).map_err(failed)?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names: Vec<String> = names.collect::<io::Result<_>>().map_err(failed)?;
        names.sort();
        Ok(names)
    };
    let fresh = again.target.file("");
    let (made, there) = (names(&fresh)?, names(&record.directory)?);
    let mut files = Vec::new();
    for name in made.iter().filter(|name| *name != record.file) {
        let (old, new) = (record.directory.join(name), fresh.join(name));
        let state = if !old.is_file() {
            State::Missing
        } else if same_bytes(&old, &new).map_err(|error| DataError::unreadable(&old, error))? {
            State::Same
        } else if was_altered(record, name, &old)? {
            State::Altered
        } else {
            State::Otherwise
        };
        files.push(FileState {
            file: name.clone(),
            state,
        });
    }
    let others = there
        .iter()
        .filter(|name| *name != record.file && !made.contains(name));
    files.extend(others.map(|name| FileState {
        file: name.clone(),
        state: State::Unrecorded,
    }));
    Ok(files)
}

/// Whether a file is not the one whose hash was recorded.
fn was_altered(record: &Recorded, name: &str, path: &Path) -> Result<bool, VerifyError> {
    let Some(recorded) = record.value["outputs"][name].as_str() else {
        return Ok(false);
    };
    let found = sha256_of_file(path).map_err(|error| DataError::unreadable(path, error))?;
    Ok(found != recorded)
}

/// Whether two files have the same bytes.
fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (
        BufReader::new(File::open(one)?),
        BufReader::new(File::open(other)?),
    );
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let read = one.read(&mut left)?;
        if read == 0 {
            return Ok(true);
        }
        other.read_exact(&mut right[..read])?;
        if left[..read] != right[..read] {
            return Ok(false);
        }
    }
}
