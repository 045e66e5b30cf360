//! Which files a path means: the file itself, every table of a folder, or what a glob matches.

use crate::data::error::DataError;
use crate::data::role::FileRole;
use crate::data::source::Source;
use glob::MatchOptions;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// One input file, and what the names of the folders around it say of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputFile {
    /// Where it lies; `-` is standard input.
    pub path: PathBuf,
    /// The `key=value` names of the folders that it was found in, decoded, the outermost first; a blank value where the
    /// folder stands for rows without one. A key that is a column of the file's role is that column, if the file itself
    /// lacks it.
    pub(crate) constants: Vec<(String, String)>,
    /// The folder that all tables were read of, if it was found in one.
    pub folder: Option<PathBuf>,
}

impl InputFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened or read.
    pub fn open(&self) -> Result<Source, DataError> {
        Ok(Source::open(&self.path)?.with_constants(self.constants.clone()))
    }

    /// Whether it is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }
}

impl From<PathBuf> for InputFile {
    fn from(path: PathBuf) -> InputFile {
        InputFile {
            path,
            ..InputFile::default()
        }
    }
}

impl From<&Path> for InputFile {
    fn from(path: &Path) -> InputFile {
        path.to_path_buf().into()
    }
}

impl From<&str> for InputFile {
    fn from(path: &str) -> InputFile {
        PathBuf::from(path).into()
    }
}

/// What a folder is called that holds the rows without a value.
const DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// What the tables of a folder end in.
const EXTENSIONS: [&str; 3] = [".csv", ".csv.gz", ".parquet"];

/// A file on its way into the list.
struct Found {
    file: InputFile,
    /// What it is sorted by.
    shown: String,
    /// How many names its path has below what was given: of two ways to the same file the longer one says more.
    below: usize,
}

impl Found {
    /// A file at `path`, of which only what lies below `base` speaks of its rows.
    fn new(path: PathBuf, base: &Path, folder: Option<&Path>) -> Found {
        let below = path.strip_prefix(base).unwrap_or(&path);
        Found {
            shown: path.display().to_string(),
            below: below.components().count(),
            file: InputFile {
                constants: constants(below),
                folder: folder.map(Path::to_path_buf),
                path,
            },
        }
    }

    /// A file that was named itself.
    fn named(path: &Path) -> Found {
        Found {
            shown: path.display().to_string(),
            below: 0,
            file: path.into(),
        }
    }
}

/// The files that the paths given for a role mean, in the order of the paths of the files: bytewise, as they are shown. A
/// file that is meant several times is in the list once.
///
/// # Errors
/// A glob or folder that means no file, a glob that is none, or a folder that cannot be listed.
pub(super) fn find(role: FileRole, given: &[PathBuf]) -> Result<Vec<InputFile>, DataError> {
    let mut found = Vec::new();
    for path in given {
        let before = found.len();
        let pattern = path.to_str().filter(|text| text.contains(['*', '?', '[']));
        match pattern {
            _ if is_stdin(path) => found.push(Found::named(path)),
            _ if path.is_dir() => read_folder(path, path, &mut found)?,
            Some(pattern) if !path.exists() => expand(pattern, &mut found)?,
            // If it is not there, opening it will say so.
            _ => found.push(Found::named(path)),
        }
        if found.len() == before {
            return Err(DataError::NoFiles {
                role,
                path: path.display().to_string(),
                folder: path.is_dir(),
            });
        }
    }
    found.sort_by(|a, b| (&a.shown, Reverse(a.below)).cmp(&(&b.shown, Reverse(b.below))));
    Ok(each_once(found))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Keeps of several ways to a file the first in order, with what the longest says of its rows.
fn each_once(found: Vec<Found>) -> Vec<InputFile> {
    let mut places: HashMap<PathBuf, usize> = HashMap::new();
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        let path = &next.file.path;
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        match places.get(&real) {
            None => {
                places.insert(real, kept.len());
                kept.push(next);
            }
            Some(&place) if kept[place].below < next.below => {
                let first = &mut kept[place];
                first.below = next.below;
                first.file.constants = next.file.constants;
                first.file.folder = next.file.folder;
            }
            Some(_) => {}
        }
    }
    kept.into_iter().map(|found| found.file).collect()
}

/// Adds what a glob matches; of a folder that it matches, every table.
fn expand(pattern: &str, found: &mut Vec<Found>) -> Result<(), DataError> {
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(pattern, options).map_err(|error| DataError::BadPattern {
        pattern: pattern.to_string(),
        detail: error.msg,
    })?;
    // The names up to the first wildcard are spelled out, so they tell files of different rows apart no more than those of
    // a folder that is given do.
    let names = Path::new(pattern).components();
    let is_plain = |name: &Component<'_>| {
        let name = name.as_os_str().to_string_lossy();
        !name.contains(['*', '?', '['])
    };
    let base: PathBuf = names.clone().take_while(is_plain).collect();
    let asks_for_hidden = names.skip_while(is_plain).any(|name| is_hidden(name.as_os_str()));
    for path in paths {
        let path = path.map_err(|error| DataError::Unreadable {
            path: error.path().display().to_string(),
            source: error.into(),
        })?;
        let below = path.strip_prefix(&base).unwrap_or(&path);
        if !asks_for_hidden && below.iter().any(is_hidden) {
            continue;
        }
        if path.is_dir() {
            read_folder(&path, &base, found)?;
        } else {
            found.push(Found::new(path, &base, None));
        }
    }
    Ok(())
}

/// Adds every table in a folder and below it. What lies below `base` speaks of the rows.
fn read_folder(folder: &Path, base: &Path, found: &mut Vec<Found>) -> Result<(), DataError> {
    walk(folder, &mut Vec::new(), &mut |path| {
        found.push(Found::new(path, base, Some(folder)));
    })
}

/// Shows every table in a folder and below it to `visit`; `above` are the folders that lead there.
fn walk(folder: &Path, above: &mut Vec<PathBuf>, visit: &mut dyn FnMut(PathBuf)) -> Result<(), DataError> {
    let unreadable = |source| DataError::Unreadable {
        path: folder.display().to_string(),
        source,
    };
    let real = folder.canonicalize().map_err(unreadable)?;
    // A link back up leads to nothing new.
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for entry in folder.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (name, path) = (entry.file_name(), entry.path());
        if is_hidden(&name) {
            continue;
        }
        if path.is_dir() {
            walk(&path, above, visit)?;
        } else if is_table(&name) {
            visit(path);
        }
    }
    above.pop();
    Ok(())
}

/// Whether a name is one of those by which programs mark what is not data: `_SUCCESS`, `.part-0.crc`.
fn is_hidden(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    // `..` and `.` are ways, not names.
    matches!(name, [b'_' | b'.', ..]) && name != b".." && name != b"."
}

fn is_table(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// The `key=value` folders of a path. Of a key that comes twice, the inner one counts.
fn constants(path: &Path) -> Vec<(String, String)> {
    let mut constants: Vec<(String, String)> = Vec::new();
    for folder in path.parent().into_iter().flat_map(Path::iter) {
        let Some((key, value)) = folder.to_str().and_then(|name| name.split_once('=')) else {
            continue;
        };
        let (key, value) = (percent_decoded(key), percent_decoded(value));
        let value = if value == DEFAULT_PARTITION {
            String::new()
        } else {
            value
        };
        constants.retain(|(known, _)| *known != key);
        constants.push((key, value));
    }
    constants
}

/// A text with each `%` and two hexadecimal digits as the byte that they mean; as it stands, if that is not UTF-8.
fn percent_decoded(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_a_key_are_constants() {
        let of = |path: &str| constants(Path::new(path));
        let pair = |key: &str, value: &str| (key.to_string(), value.to_string());
        assert_eq!(
            of("year=2023/insu_admdvs=370102/part-0.parquet"),
            [pair("year", "2023"), pair("insu_admdvs", "370102")]
        );
        assert_eq!(
            of("a=1=2/b/a%3D=%E6%B5%8E%2/x=1.csv"),
            [pair("a", "1=2"), pair("a=", "济%2")]
        );
        assert_eq!(of("a=1/a=__HIVE_DEFAULT_PARTITION__/x.csv"), [pair("a", "")]);
        assert_eq!(of("a=%FF/x.csv"), [pair("a", "%FF")]);
    }

    #[test]
    fn names_of_tables() {
        for name in ["a.csv", "a.CSV", "a.csv.gz", "part-0.snappy.parquet"] {
            assert!(is_table(OsStr::new(name)), "{name}");
        }
        for name in ["a.gz", "csv", "a.csv.bak", "README"] {
            assert!(!is_table(OsStr::new(name)), "{name}");
        }
        assert!(is_hidden(OsStr::new("_SUCCESS")) && is_hidden(OsStr::new(".a.csv.crc")));
        assert!(!is_hidden(OsStr::new("..")) && !is_hidden(OsStr::new("a_b")));
    }
}
