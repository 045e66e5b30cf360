//! Pseudonyms (假名化): what stands for `psn_no` in outputs that leave the house.
//!
//! A pseudonym is the beginning of HMAC-SHA256 of the identifier under a key. The same person has the same pseudonym under
//! the same key, in every file and every run, and who has not the key cannot find out by trying identifiers.
//!
//! ```
//! use yibao::data::pseudonym::Pseudonyms;
//! let ours = Pseudonyms::of_key(b"sixteen bytes or more")?;
//! assert_eq!(ours.of("370102198005011234"), ours.of("370102198005011234"));
//! assert_ne!(ours.of("370102198005011234"), ours.of("370102198005011235"));
//! # Ok::<(), yibao::data::DataError>(())
//! ```

use crate::data::error::DataError;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;
use std::path::Path;

/// The fewest bytes of a key: shorter ones can be guessed.
pub const LEAST_KEY_BYTES: usize = 16;

/// Bytes of the hash that a pseudonym shows: of a billion persons no two have the same but once in 10^10 keys.
const SHOWN_BYTES: usize = 12;

/// Pseudonyms under one key.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
}

impl Pseudonyms {
    /// Reads the key: all bytes of a file but line ends behind them.
    ///
    /// # Errors
    /// [`DataError::Unreadable`], or [`DataError::WeakKey`] if there are fewer than [`LEAST_KEY_BYTES`].
    pub fn of_key_file(path: &Path) -> Result<Pseudonyms, DataError> {
        let bytes = std::fs::read(path).map_err(|source| DataError::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        let end = bytes.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
        Pseudonyms::of_key(&bytes[..end.map_or(0, |last| last + 1)])
    }

    /// Pseudonyms under this key.
    ///
    /// # Errors
    /// [`DataError::WeakKey`] if it has fewer than [`LEAST_KEY_BYTES`].
    pub fn of_key(key: &[u8]) -> Result<Pseudonyms, DataError> {
        let weak = DataError::WeakKey {
            bytes: key.len(),
            least: LEAST_KEY_BYTES,
        };
        if key.len() < LEAST_KEY_BYTES {
            return Err(weak);
        }
        let keyed = Hmac::new_from_slice(key).map_err(|_| weak)?;
        Ok(Pseudonyms { keyed })
    }

    /// What stands for an identifier: 24 hexadecimal digits.
    pub fn of(&self, psn_no: &str) -> String {
        self.shown(b"psn_no", psn_no)
    }

    /// What tells this key from others in a record, and helps nobody to find it.
    pub(crate) fn key_check(&self) -> String {
        self.shown(b"key", "")
    }

    fn shown(&self, purpose: &[u8], text: &str) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(purpose);
        keyed.update(&[0]);
        keyed.update(text.as_bytes());
        let hash = keyed.finalize().into_bytes();
        let mut digits = String::with_capacity(2 * SHOWN_BYTES);
        for byte in &hash[..SHOWN_BYTES] {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

impl std::fmt::Debug for Pseudonyms {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pseudonyms({})", self.key_check())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recomputed with Python: hmac.new(b"0123456789abcdef", b"psn_no\0P1", "sha256").hexdigest()[:24].
    #[test]
    fn a_pseudonym_is_the_beginning_of_an_hmac() {
        let ours = Pseudonyms::of_key(b"0123456789abcdef").unwrap();
        assert_eq!(ours.of("P1"), "c10b25b0b19aee3616d07f5e");
        assert_ne!(ours.key_check(), ours.of(""));
        assert_ne!(
            Pseudonyms::of_key(b"0123456789abcdeg").unwrap().of("P1"),
            ours.of("P1")
        );
    }

    #[test]
    fn a_short_key_is_refused_and_a_line_end_is_no_part_of_it() {
        assert!(matches!(
            Pseudonyms::of_key(b"0123456789abcde"),
            Err(DataError::WeakKey { bytes: 15, .. })
        ));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "0123456789abcdef\r\n").unwrap();
        let read = Pseudonyms::of_key_file(file.path()).unwrap();
        let given = Pseudonyms::of_key(b"0123456789abcdef").unwrap();
        assert_eq!(read.of("P1"), given.of("P1"));
        assert!(!format!("{read:?}").contains("0123456789"));
    }
}
