//! Where cases lie, and which scenario they are held to.
//!
//! The cases of `scenarios/NAME.toml` are the files of the folder `scenarios/NAME/cases`. Anywhere else a file says its
//! `scenario` itself: a path from where it lies, or `jinan`, which is built in.

use std::io;
use std::path::{Path, PathBuf};

/// The folder of a scenario's cases.
const FOLDER: &str = "cases";

/// The files of cases that a path stands for, in the order of their names: itself, or every `.toml` of the folders
/// `cases` in it and below it.
///
/// # Errors
/// That the path cannot be read.
pub fn case_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.metadata()?.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let within = path
        .canonicalize()?
        .file_name()
        .is_some_and(|name| name == FOLDER);
    walk(path, within, &mut found)?;
    found.sort();
    Ok(found)
}

/// The files of cases that belong to a scenario's file by their place.
///
/// # Errors
/// That their folder cannot be read; it need not be there.
pub fn cases_of(scenario: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = scenario.with_extension("").join(FOLDER);
    if folder.is_dir() {
        case_files(&folder)
    } else {
        Ok(Vec::new())
    }
}

fn walk(folder: &Path, within: bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            walk(&path, within || entry.file_name() == FOLDER, found)?;
        } else if within && path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// The scenario that a file of cases belongs to by its place: `NAME.toml` beside the folder `NAME`, in whose folder
/// `cases` it lies. Whether there is one is for the caller to see.
pub fn scenario_beside(cases: &Path) -> Option<PathBuf> {
    let absolute = cases.canonicalize().ok()?;
    let mut above = absolute.ancestors().skip(1);
    let city = above
        .find(|folder| folder.file_name().is_some_and(|name| name == FOLDER))?
        .parent()?;
    // As the user wrote it, where that is possible: messages name it.
    let levels = absolute.strip_prefix(city).ok()?.components().count();
    let written = cases
        .ancestors()
        .nth(levels)
        .filter(|folder| folder.file_name().is_some());
    let folder = written.unwrap_or(city);
    let mut name = folder.file_name()?.to_os_string();
    name.push(".toml");
    Some(folder.with_file_name(name))
}
