//! An input: its bytes, their hash, and what they are by content. All of it is in memory, unless it is a large text.

use crate::data::error::DataError;
use crate::data::spill::SpilledRows;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The raw bytes of one input, with the name to show for it. A copy shares the bytes.
#[derive(Clone)]
pub struct Source {
    path: String,
    raw: Arc<Raw>,
    /// What is the same in every row, by the name of its column.
    constants: Arc<[(String, String)]>,
    sha256: Arc<OnceLock<String>>,
    /// Whether nobody wants the hash.
    unhashed: bool,
}

/// Bytes, as text if they are UTF-8 as they stand.
enum Raw {
    Text(String),
    Bytes(Vec<u8>),
    /// Rows of the file that were read before.
    Rows(SpilledRows),
    /// A large file that looks like text: it is read when it is parsed.
    Large(PathBuf),
}

impl Raw {
    fn bytes(&self) -> &[u8] {
        match self {
            Raw::Text(text) => text.as_bytes(),
            Raw::Bytes(bytes) => bytes,
            Raw::Rows(_) | Raw::Large(_) => &[],
        }
    }
}

/// What the bytes of a source turned out to be.
pub(super) enum Content {
    /// CSV text without byte-order mark.
    Text {
        /// The text.
        text: Text,
        /// Whether it had to be decoded from GBK.
        was_gbk: bool,
    },
    /// CSV text that is to be read block by block.
    Large(Source, File),
    /// A Parquet file.
    Parquet(SharedBytes),
    /// Rows of a file that were read before.
    Rows(SharedRows),
}

/// The rows of a source.
pub(super) struct SharedRows(Arc<Raw>);

impl SharedRows {
    pub(super) fn rows(&self) -> Option<&SpilledRows> {
        match &*self.0 {
            Raw::Rows(rows) => Some(rows),
            Raw::Text(_) | Raw::Bytes(_) | Raw::Large(_) => None,
        }
    }
}

/// A text of its own, or the text of a source from some byte on.
pub(super) enum Text {
    Own(String),
    Shared(Source, usize),
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Text::Own(text) => text,
            Text::Shared(source, from) => match &*source.raw {
                Raw::Text(text) => &text[*from..],
                Raw::Bytes(_) | Raw::Rows(_) | Raw::Large(_) => "",
            },
        }
    }
}

/// The bytes of a source.
pub(super) struct SharedBytes(Arc<Raw>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl Source {
    /// Reads a file, or standard input for `-`. Of a large text only the beginning is read; the rest is when it is parsed.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened or read.
    pub fn open(path: &Path) -> Result<Source, DataError> {
        let name = path.display().to_string();
        if name == "-" {
            return Source::from_reader(&name, io::stdin().lock());
        }
        let mut file = opened(path)?;
        if !is_large(&file) {
            return Source::from_reader(&name, file);
        }
        let mut head = [0; 4];
        let read = file.read_exact(&mut head).and_then(|()| file.rewind());
        read.map_err(|source| DataError::Unreadable {
            path: name.clone(),
            source,
        })?;
        if is_text(&head) {
            return Ok(Source::of(&name, Raw::Large(path.to_path_buf())));
        }
        Source::in_memory(&name, file)
    }

    /// The same, read as a whole.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened or read.
    pub(super) fn whole(&self) -> Result<Source, DataError> {
        let Raw::Large(path) = &*self.raw else {
            return Ok(self.clone());
        };
        let whole = Source::in_memory(&self.path, opened(path)?)?;
        Ok(Source {
            unhashed: self.unhashed,
            ..whole.with_constants(self.constants.to_vec())
        })
    }

    fn in_memory(path: &str, file: File) -> Result<Source, DataError> {
        match pieces_of(&file) {
            Some(bytes) => Ok(Source::of_bytes(path, bytes)),
            None => Source::from_reader(path, file),
        }
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
        Ok(Source::of_bytes(path, bytes))
    }

    fn of_bytes(path: &str, bytes: Vec<u8>) -> Source {
        let raw = String::from_utf8(bytes).map_or_else(|error| Raw::Bytes(error.into_bytes()), Raw::Text);
        Source::of(path, raw)
    }

    fn of(path: &str, raw: Raw) -> Source {
        Source {
            path: path.to_string(),
            raw: Arc::new(raw),
            constants: Arc::default(),
            sha256: Arc::default(),
            unhashed: false,
        }
    }

    /// Some rows of a file that were read before, with what is known of the whole file.
    pub(super) fn of_rows(path: &str, sha256: &str, rows: SpilledRows) -> Source {
        Source {
            path: path.to_string(),
            raw: Arc::new(Raw::Rows(rows)),
            constants: Arc::default(),
            sha256: Arc::new(OnceLock::from(sha256.to_string())),
            unhashed: false,
        }
    }

    /// The same with columns that have one value in every row, unless the file has them itself; see
    /// [`InputFile::constants`](crate::data::InputFile::constants).
    pub(crate) fn with_constants(self, constants: Vec<(String, String)>) -> Source {
        Source {
            constants: constants.into(),
            ..self
        }
    }

    /// The same, whose hash nobody wants: it is not made on the way.
    pub(crate) fn unhashed(self) -> Source {
        Source {
            unhashed: true,
            ..self
        }
    }

    /// Whether its hash is wanted.
    pub(super) fn is_hashed(&self) -> bool {
        !self.unhashed
    }

    /// Names and values of what is the same in every row, unless the file has such a column itself.
    pub(crate) fn constants(&self) -> &[(String, String)] {
        &self.constants
    }

    /// As [`Source::constants`], for when the source is gone.
    pub(super) fn shared_constants(&self) -> Arc<[(String, String)]> {
        Arc::clone(&self.constants)
    }

    /// The name for messages: the path as given, or `-`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// SHA-256 of the raw bytes, in hex: what `sha256sum` prints for the file as it lies on disk.
    ///
    /// Computed once, when it is first asked for; whoever asks meanwhile waits. A large text that was parsed has been hashed
    /// on the way, else it is read for this.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if a large text cannot be read any more.
    pub fn sha256(&self) -> Result<&str, DataError> {
        let Raw::Large(path) = &*self.raw else {
            return Ok(self.sha256.get_or_init(|| sha256_hex(self.raw.bytes())));
        };
        if let Some(known) = self.sha256.get() {
            return Ok(known);
        }
        let found = sha256_of_file(path).map_err(|error| DataError::unreadable(&self.path, error))?;
        Ok(self.sha256.get_or_init(|| found))
    }

    /// Whether all of its bytes are in memory.
    pub(super) fn is_whole(&self) -> bool {
        !matches!(&*self.raw, Raw::Large(_))
    }

    /// A large text was read to its end, and has this hash.
    ///
    /// # Errors
    /// [`DataError::Changed`] if it had another when it was read before.
    pub(super) fn hashed(&self, sha256: String) -> Result<(), DataError> {
        if *self.sha256.get_or_init(|| sha256.clone()) == sha256 {
            return Ok(());
        }
        Err(DataError::Changed {
            path: self.path.clone(),
        })
    }

    /// Tells what the bytes are. Content decides; the extension only says what a file claimed to be.
    pub(super) fn into_content(self) -> Result<Content, DataError> {
        if matches!(&*self.raw, Raw::Rows(_)) {
            return Ok(Content::Rows(SharedRows(self.raw)));
        }
        let bytes = self.raw.bytes();
        if bytes.starts_with(b"PAR1") {
            return Ok(Content::Parquet(SharedBytes(self.raw)));
        }
        if self.path.to_ascii_lowercase().ends_with(".parquet") {
            return Err(DataError::BadParquet {
                path: self.path,
                detail: "it does not begin with `PAR1`".to_string(),
            });
        }
        let packed = bytes.starts_with(&[0x1f, 0x8b]);
        let unpacked = packed.then(|| gunzip(&self.path, bytes)).transpose()?;
        if unpacked.as_deref().unwrap_or(bytes).starts_with(b"PK\x03\x04") {
            return Err(DataError::Spreadsheet { path: self.path });
        }
        match (unpacked, &*self.raw) {
            (Some(bytes), _) => decode(self.path, bytes),
            (None, Raw::Bytes(bytes)) => decode_gbk(self.path, bytes),
            (None, Raw::Rows(_)) => Err(DataError::NotText { path: self.path }),
            (None, Raw::Large(path)) => {
                let file = opened(path)?;
                Ok(Content::Large(self, file))
            }
            (None, Raw::Text(text)) => {
                let from = if text.starts_with(BYTE_ORDER_MARK) {
                    BYTE_ORDER_MARK.len_utf8()
                } else {
                    0
                };
                let text = Text::Shared(self, from);
                Ok(Content::Text { text, was_gbk: false })
            }
        }
    }
}

fn opened(path: &Path) -> Result<File, DataError> {
    File::open(path).map_err(|source| DataError::Unreadable {
        path: path.display().to_string(),
        source,
    })
}

/// Whether it is a file of several blocks, of which no more need be in memory than is at hand.
fn is_large(file: &File) -> bool {
    let metadata = file.metadata();
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() >= 2 * PIECE_BYTES as u64)
}

/// Whether a file that begins so is neither a Parquet file, nor packed, nor a spreadsheet.
fn is_text(head: &[u8]) -> bool {
    !(head == b"PAR1" || head.starts_with(&[0x1f, 0x8b]) || head == b"PK\x03\x04")
}

/// Bytes of a file that are read at once.
const PIECE_BYTES: usize = if cfg!(fuzzing) { 16 } else { 1 << 20 };

/// The bytes of a large file, whose pieces are read side by side: what takes time is to get memory for them. Nothing if it is
/// no large file, or turns out to have another length; then it is read as any other.
#[cfg(unix)]
fn pieces_of(file: &File) -> Option<Vec<u8>> {
    use rayon::prelude::*;
    use std::os::unix::fs::FileExt;
    let metadata = file.metadata().ok()?;
    let length = usize::try_from(metadata.len()).ok()?;
    if !metadata.is_file() || length < 2 * PIECE_BYTES {
        return None;
    }
    let mut bytes = vec![0; length];
    let pieces = bytes.par_chunks_mut(PIECE_BYTES).enumerate();
    let read = |(index, piece): (usize, &mut [u8])| file.read_exact_at(piece, (index * PIECE_BYTES) as u64);
    pieces.try_for_each(read).ok()?;
    let unchanged = file
        .metadata()
        .is_ok_and(|metadata| metadata.len() == length as u64);
    unchanged.then_some(bytes)
}

/// Elsewhere pieces would move each other's place in the file.
#[cfg(not(unix))]
fn pieces_of(_: &File) -> Option<Vec<u8>> {
    None
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

/// What a UTF-8 text may begin with.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// UTF-8 if the bytes are, else GBK if they can be, else an error.
fn decode(path: String, bytes: Vec<u8>) -> Result<Content, DataError> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with(BYTE_ORDER_MARK) {
                text.drain(..BYTE_ORDER_MARK.len_utf8());
            }
            let text = Text::Own(text);
            Ok(Content::Text { text, was_gbk: false })
        }
        Err(error) => decode_gbk(path, error.as_bytes()),
    }
}

/// GBK if the bytes can be, else an error.
fn decode_gbk(path: String, bytes: &[u8]) -> Result<Content, DataError> {
    encoding_rs::GBK
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| Content::Text {
            text: Text::Own(text.into_owned()),
            was_gbk: true,
        })
        .ok_or(DataError::NotText { path })
}

/// The SHA-256 of some bytes in lower-case hexadecimal, as `sha256sum` prints it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 of a file, which need not fit into memory.
///
/// # Errors
/// What kept it from being read.
pub(crate) fn sha256_of_file(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
