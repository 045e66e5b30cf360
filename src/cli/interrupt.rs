//! Ctrl-C leaves no mess: the staging directory goes, the target stays as it was.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

static STAGING: Mutex<Option<PathBuf>> = Mutex::new(None);

/// From now on an interrupt removes `staging` before the program ends.
pub(super) fn clean_up(staging: &Path) {
    if let Ok(mut current) = STAGING.lock() {
        *current = Some(staging.to_path_buf());
    }
    // A second call finds the handler in place.
    let _ = ctrlc::set_handler(|| {
        let staging = STAGING.lock().ok().and_then(|mut current| current.take());
        if let Some(staging) = staging {
            let _ = std::fs::remove_dir_all(staging);
        }
        std::process::exit(130);
    });
}
