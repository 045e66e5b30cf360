//! A whole input in memory: its bytes, their hash, and what they are by content.

use crate::data::error::DataError;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The raw bytes of one input, with the name to show for it.
#[derive(Clone)]
pub struct Source {
    path: String,
    bytes: Vec<u8>,
    sha256: String,
}

/// What the bytes of a source turned out to be.
pub(super) enum Content {
    /// CSV text without byte-order mark.
    Text {
        /// The text.
        text: String,
        /// Whether it had to be decoded from GBK.
        was_gbk: bool,
    },
    /// A Parquet file.
    Parquet(Vec<u8>),
}

impl Source {
    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened or read.
    pub fn open(path: &Path) -> Result<Source, DataError> {
        let name = path.display().to_string();
        if name == "-" {
            return Source::from_reader(&name, io::stdin().lock());
        }
        let file = File::open(path).map_err(|source| DataError::Unreadable {
            path: name.clone(),
            source,
        })?;
        Source::from_reader(&name, file)
    }

    /// Reads everything that `reader` gives; `path` is the name for messages.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if reading fails.
    pub fn from_reader(path: &str, mut reader: impl Read) -> Result<Source, DataError> {
        let mut bytes = Vec::new();
        reader
            .read_to_end(&mut bytes)
            .map_err(|source| DataError::Unreadable {
                path: path.to_string(),
                source,
            })?;
        let sha256 = sha256_hex(&bytes);
        Ok(Source {
            path: path.to_string(),
            bytes,
            sha256,
        })
    }

    /// The name for messages: the path as given, or `-`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// SHA-256 of the raw bytes, in hex: what `sha256sum` prints for the file as it lies on disk.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Tells what the bytes are. Content decides; the extension only says what a file claimed to be.
    pub(super) fn into_content(self) -> Result<Content, DataError> {
        let Source { path, bytes, .. } = self;
        if bytes.starts_with(b"PAR1") {
            return Ok(Content::Parquet(bytes));
        }
        if path.to_ascii_lowercase().ends_with(".parquet") {
            return Err(DataError::BadParquet {
                path,
                detail: "it does not begin with `PAR1`".to_string(),
            });
        }
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            gunzip(&path, &bytes)?
        } else {
            bytes
        };
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(DataError::Spreadsheet { path });
        }
        decode(path, bytes)
    }
}

/// Decompresses all members of a gzip file.
fn gunzip(path: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    let mut plain = Vec::with_capacity(bytes.len() * 4);
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut plain)
        .map_err(|source| DataError::BadGzip {
            path: path.to_string(),
            source,
        })?;
    Ok(plain)
}

/// UTF-8 if the bytes are, else GBK if they can be, else an error.
fn decode(path: String, bytes: Vec<u8>) -> Result<Content, DataError> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(Content::Text { text, was_gbk: false })
        }
        Err(error) => encoding_rs::GBK
            .decode_without_bom_handling_and_without_replacement(error.as_bytes())
            .map(|text| Content::Text {
                text: text.into_owned(),
                was_gbk: true,
            })
            .ok_or(DataError::NotText { path }),
    }
}

/// The SHA-256 of some bytes in lower-case hexadecimal, as `sha256sum` prints it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
