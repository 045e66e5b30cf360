//! Text files that outputs are held to.

/// Compares with a file in the tests' folder, or writes it if `UPDATE_GOLDEN` is set.
#[track_caller]
pub fn golden_in(folder: &str, name: &str, found: &str) {
    let path = format!("{}/tests/{folder}/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if found == expected {
        return;
    }
    let lines = found.lines().zip(expected.lines()).enumerate();
    let first = lines.clone().find(|(_, (found, expected))| found != expected);
    let (number, was, is) = match first {
        Some((index, (found, expected))) => (index + 1, expected, found),
        None => (
            found.lines().count().min(expected.lines().count()) + 1,
            "",
            "another end",
        ),
    };
    panic!(
        "{name} has changed, from line {number} on:\n  was: {was}\n  is:  {is}\n\
         see whether it should, and run with UPDATE_GOLDEN=1"
    );
}
