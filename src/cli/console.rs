//! What the user typed, and what is told to them: results on standard output, everything else on standard error.

use crate::cli::outcome::Failure;
use std::fmt;
use std::io::{self, Write};

/// Prints to standard output; a reader who has gone away (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The command line, for the record of a run; what is not Unicode in it is replaced.
pub(super) fn command_line() -> Vec<String> {
    std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// Tells the user what was tolerated in the input files.
pub(super) fn warn(warnings: &[String]) {
    warnings
        .iter()
        .for_each(|warning| note(format_args!("warning: {warning}")));
}

/// Tells the user something beside the output.
pub(super) fn note(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
