//! Hints on what was set on the command line, where what is known of a scenario's keys tells more than the reader does.

use crate::scenario::keys::{Key, keys};
use crate::scenario::source::{Diagnostic, SET};
use crate::scenario::stack::{Stack, is_under};

/// Adds to complaints of what was set which key is meant, or which unit it has.
pub(super) fn hinting(stack: &Stack, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if diagnostics.iter().all(|diagnostic| diagnostic.file != SET) {
        return diagnostics;
    }
    let keys = keys(stack);
    let add = |diagnostic: Diagnostic| {
        if diagnostic.file != SET {
            return diagnostic;
        }
        let hint = match &diagnostic.hint {
            Some(hint) => whole_key(hint, &diagnostic, &keys),
            // Which unit is wanted is in the message already, if it is that which is wrong.
            None if diagnostic.message.contains("give `") => None,
            None => {
                let key = keys.iter().find(|key| key.path == diagnostic.key);
                key.and_then(Key::how_to_write)
            }
        };
        let hint = hint.or(diagnostic.hint.clone());
        diagnostic.with_hint(hint)
    };
    diagnostics.into_iter().map(add).collect()
}

/// The hint of an unknown key, with the whole path instead of the one name that is wrong in it, if there is such a path.
fn whole_key(hint: &str, diagnostic: &Diagnostic, keys: &[Key]) -> Option<String> {
    let near = hint.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    let written = diagnostic.snippet.split('=').next()?.trim();
    let rest = written.strip_prefix(&diagnostic.key)?;
    let above = diagnostic
        .key
        .rsplit_once('.')
        .map(|(above, _)| format!("{above}."));
    let meant = format!("{}{near}{rest}", above.unwrap_or_default());
    let is_there = keys
        .iter()
        .any(|key| is_under(&key.path, &meant) || is_under(&meant, &key.path));
    is_there.then(|| format!("did you mean `{meant}`?"))
}
