//! What verifying a record found, for people.

use crate::verify::{State, Verification};
use std::fmt::Write;

/// The findings as text: the verdict last.
pub(crate) fn render(verification: &Verification) -> String {
    let Verification {
        directory,
        of,
        version,
        changed,
        numbers,
        files,
        ..
    } = verification;
    let mut text = format!("Record of `yibao {of}` in `{}`\n", directory.display());
    if !verification.same_version {
        let now = env!("CARGO_PKG_VERSION");
        let _ = writeln!(text, "  made by version {version}, done again by {now}");
    }
    for input in changed {
        let _ = writeln!(
            text,
            "  changed since: {} `{}`\n    SHA-256 {} was recorded, {} was found",
            input.what, input.path, input.recorded, input.found
        );
    }
    for number in numbers {
        let _ = writeln!(
            text,
            "  differs: {}\n    {} was recorded, {} comes out",
            number.path, number.recorded, number.found
        );
    }
    for file in files {
        let state = match file.state {
            State::Same => "the same bytes",
            State::Altered => "altered since it was written",
            State::Otherwise => "comes out otherwise",
            State::Missing => "is missing",
            State::Unrecorded => "is no output of such a run",
        };
        let _ = writeln!(text, "  {}: {state}", file.file);
    }
    if let Some(fingerprint) = &verification.fingerprint {
        let _ = writeln!(text, "  fingerprint {fingerprint}");
    }
    let verdict = match (verification.holds(), changed.is_empty(), numbers.is_empty()) {
        (true, ..) => "The same numbers come out.",
        (false, false, true) => "What went in has changed; the same numbers come out all the same.",
        (false, false, false) => "What went in has changed, and other numbers come out.",
        (false, true, true) => "The same numbers come out, but the files are not what they were.",
        (false, true, false) => {
            "Other numbers come out of the same inputs and rules: the program or its record is another."
        }
    };
    let _ = writeln!(text, "{verdict}");
    text
}
