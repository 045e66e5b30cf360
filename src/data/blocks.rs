//! A file read block by block, for inputs that need not fit into memory.
//!
//! A block is some megabytes of whole records, as a table of its own, whose rows are those that the whole file would have
//! given, lines included. A file is looked through once before, to learn what it is; the bytes are hashed both times, so
//! that a file that changes in between is noticed.

use crate::data::buckets::Shape;
use crate::data::csv_parts::Cutter;
use crate::data::csv_table::Place;
use crate::data::error::DataError;
#[cfg(feature = "parquet")]
use crate::data::parquet_table::{Chunks, ParquetTable, Progress, SharedFile};
use crate::data::patterns::InputFile;
#[cfg(feature = "parquet")]
use crate::data::positions::Positions;
use crate::data::source::{BYTE_ORDER_MARK, hex};
#[cfg(feature = "parquet")]
use crate::data::table::open_parquet;
use crate::data::table::{CsvHead, Expected, Table, read_as_gbk};
use encoding_rs::{Decoder, DecoderResult, GBK};
use flate2::read::MultiGzDecoder;
use memchr::memrchr;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Encoding {
    Utf8,
    Gbk,
}

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Layout {
    Csv { packed: bool, encoding: Encoding },
    Parquet,
}

impl Layout {
    /// How many bytes of rows a byte of such a file may come to, generously.
    pub(super) fn growth(self) -> u64 {
        match self {
            Layout::Csv { packed: false, .. } => 2,
            Layout::Csv { packed: true, .. } | Layout::Parquet => 16,
        }
    }
}

/// A file that has been looked through once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Probe {
    pub(super) layout: Layout,
    /// SHA-256 of the raw bytes.
    pub(super) sha256: String,
}

/// Bytes that are read at a time while a file is only looked through.
const PROBE_BYTES: usize = 1 << 20;

impl Probe {
    /// Looks through a file: what it is, how its text is encoded, and its hash.
    ///
    /// # Errors
    /// A file that cannot be read, or holds nothing that can be a table.
    pub(super) fn of(path: &Path, name: &str) -> Result<Probe, DataError> {
        let mut head = Vec::new();
        let raw = HashingReader::open(path, name)?;
        raw.take(4)
            .read_to_end(&mut head)
            .map_err(|error| unreadable(name, error))?;
        if head == b"PAR1" {
            let sha256 = HashingReader::open(path, name)?.finish(name)?;
            let layout = Layout::Parquet;
            return Ok(Probe { layout, sha256 });
        }
        if name.to_ascii_lowercase().ends_with(".parquet") {
            return Err(DataError::BadParquet {
                path: name.to_string(),
                detail: "it does not begin with `PAR1`".to_string(),
            });
        }
        let packed = head.starts_with(&[0x1f, 0x8b]);
        for encoding in [Encoding::Utf8, Encoding::Gbk] {
            if let Some(sha256) = hash_if_encoded((path, name), packed, encoding)? {
                let layout = Layout::Csv { packed, encoding };
                return Ok(Probe { layout, sha256 });
            }
        }
        Err(DataError::NotText {
            path: name.to_string(),
        })
    }
}

/// The hash of a file whose whole text has this encoding; else nothing.
fn hash_if_encoded(
    (path, name): (&Path, &str),
    packed: bool,
    encoding: Encoding,
) -> Result<Option<String>, DataError> {
    let mut text = TextReader::open((path, name), packed, encoding)?;
    let mut first = true;
    loop {
        let progress = text.read_some(PROBE_BYTES)?;
        if std::mem::take(&mut first) && text.text.starts_with("PK\x03\x04") {
            return Err(DataError::Spreadsheet { path: text.name });
        }
        text.text.clear();
        match progress {
            Reading::Some => {}
            Reading::End => return text.finish().map(Some),
            Reading::WrongEncoding => return Ok(None),
        }
    }
}

/// A file whose rows belong to persons.
#[derive(Clone)]
pub(super) struct PersonFile {
    pub(super) shape: Shape,
    pub(super) input: InputFile,
    /// Where it lies, if not where its input says: what standard input or a pipe gave is kept in a file.
    pub(super) copy: Option<PathBuf>,
    /// Its place among the files of its role.
    pub(super) file: u32,
}

impl PersonFile {
    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        self.copy.as_deref().unwrap_or(&self.input.path)
    }

    /// Its path as it is shown.
    pub(super) fn shown(&self) -> String {
        self.input.path.display().to_string()
    }

    fn expected<'a>(&'a self, path: &'a str) -> Expected<'a> {
        Expected {
            path,
            role: self.shape.role,
            columns: self.shape.columns,
            constants: &self.input.constants,
        }
    }
}

/// The longest record that there is room for.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) record_bytes: usize,
    /// Memory that is allowed, and what is said to be needed for a longer one.
    pub(super) given_bytes: u64,
    pub(super) needed_bytes: u64,
}

/// A file as blocks.
pub(super) enum BlockReader {
    Csv(Box<CsvBlocks>),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetBlocks>),
}

impl BlockReader {
    /// Opens a file that was looked through; blocks have about `block_bytes`.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn open(
        file: &PersonFile,
        probe: &Probe,
        block_bytes: usize,
    ) -> Result<BlockReader, DataError> {
        match probe.layout {
            Layout::Csv { packed, encoding } => {
                let blocks = CsvBlocks::open(file, (packed, encoding), block_bytes)?;
                Ok(BlockReader::Csv(Box::new(blocks)))
            }
            #[cfg(feature = "parquet")]
            Layout::Parquet => Ok(BlockReader::Parquet(Box::new(ParquetBlocks {
                file: file.clone(),
                opened: None,
                line: 1,
            }))),
            #[cfg(not(feature = "parquet"))]
            Layout::Parquet => Err(DataError::NoParquet { path: file.shown() }),
        }
    }

    /// Refuses records for which there is no room: a block has at least one, however long.
    pub(super) fn within(mut self, room: Room) -> BlockReader {
        match &mut self {
            BlockReader::Csv(blocks) => blocks.room = Some(room),
            #[cfg(feature = "parquet")]
            BlockReader::Parquet(_) => {}
        }
        self
    }

    /// The next block; nothing when there are no more records.
    ///
    /// # Errors
    /// A file that does not have the columns, or cannot be read on; a record for which there is no room.
    pub(super) fn next(&mut self, warnings: &mut Vec<String>) -> Result<Option<Table>, DataError> {
        match self {
            BlockReader::Csv(blocks) => blocks.next(warnings),
            #[cfg(feature = "parquet")]
            BlockReader::Parquet(blocks) => blocks.next(warnings),
        }
    }

    /// The hash of the whole file, once every block was read.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub(super) fn finish(self) -> Result<String, DataError> {
        match self {
            BlockReader::Csv(blocks) => blocks.reader.finish(),
            // Its parts are not read in their order, so it is read again for the hash.
            #[cfg(feature = "parquet")]
            BlockReader::Parquet(blocks) => {
                let name = blocks.file.shown();
                HashingReader::open(blocks.file.path(), &name)?.finish(&name)
            }
        }
    }
}

/// A CSV file as blocks.
pub(super) struct CsvBlocks {
    file: PersonFile,
    encoding: Encoding,
    reader: TextReader,
    block_bytes: usize,
    room: Option<Room>,
    head: Option<CsvHead>,
    /// The line at which what has not been handed out begins.
    line: u64,
    ended: bool,
}

impl CsvBlocks {
    /// Opens a file that was looked through; blocks have about `block_bytes`.
    ///
    /// # Errors
    /// A file that cannot be read.
    fn open(
        file: &PersonFile,
        (packed, encoding): (bool, Encoding),
        block_bytes: usize,
    ) -> Result<CsvBlocks, DataError> {
        Ok(CsvBlocks {
            file: file.clone(),
            encoding,
            reader: TextReader::open((file.path(), &file.shown()), packed, encoding)?,
            block_bytes,
            room: None,
            head: None,
            line: 1,
            ended: false,
        })
    }

    /// The next block; nothing when there are no more records. The first has matched the header, and told `warnings`.
    ///
    /// # Errors
    /// A header that does not match, or a file that cannot be read on; a record for which there is no room.
    pub(super) fn next(&mut self, warnings: &mut Vec<String>) -> Result<Option<Table>, DataError> {
        let mut wanted = self.block_bytes;
        loop {
            self.fill(wanted)?;
            let Some(end) = self.end_of_block() else {
                wanted = self.more()?;
                continue;
            };
            let rest = self.reader.text.split_off(end.at);
            let block = std::mem::replace(&mut self.reader.text, rest);
            let line = std::mem::replace(&mut self.line, end.line);
            return match &self.head {
                Some(_) if block.is_empty() => Ok(None),
                Some(head) => Ok(Some(Table::of_block(head.clone(), block, Place { at: 0, line }))),
                None => self.begin(block, warnings).map(Some),
            };
        }
    }

    /// How many bytes are to be looked at where those that were read hold no whole record.
    ///
    /// # Errors
    /// [`DataError::TooLittleMemory`] if there is no room for more.
    fn more(&self) -> Result<usize, DataError> {
        let length = self.reader.text.len();
        match self.room {
            None => Ok(2 * length),
            Some(room) if length <= room.record_bytes => Ok((2 * length).min(room.record_bytes + 1)),
            Some(room) => Err(DataError::TooLittleMemory {
                given_bytes: room.given_bytes,
                needed_bytes: room.needed_bytes,
            }),
        }
    }

    /// The first block, whose header is matched.
    fn begin(&mut self, block: String, warnings: &mut Vec<String>) -> Result<Table, DataError> {
        if self.encoding == Encoding::Gbk {
            warnings.push(read_as_gbk(&self.reader.name));
        }
        let (head, first) = CsvHead::of(&self.file.expected(&self.reader.name), &block, warnings)?;
        self.head = Some(head.clone());
        Ok(Table::of_block(head, block, first))
    }

    /// Where the last whole record ends that was read; nothing if there is none yet.
    fn end_of_block(&self) -> Option<Place> {
        let (text, line) = (self.reader.text.as_str(), self.line);
        if self.ended {
            // The line after it is nobody's.
            return Some(Place { at: text.len(), line });
        }
        let lines = &text[..=memrchr(b'\n', text.as_bytes())?];
        Cutter::end_of_whole_records(lines, Place { at: 0, line })
    }

    /// Reads until there are `wanted` bytes, or nothing more.
    fn fill(&mut self, wanted: usize) -> Result<(), DataError> {
        while !self.ended && self.reader.text.len() < wanted {
            match self.reader.read_some(wanted - self.reader.text.len())? {
                Reading::Some => {}
                Reading::End => self.ended = true,
                // It was another encoding when the file was looked through.
                Reading::WrongEncoding => {
                    return Err(DataError::Changed {
                        path: self.reader.name.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// A Parquet file as blocks.
#[cfg(feature = "parquet")]
pub(super) struct ParquetBlocks {
    file: PersonFile,
    opened: Option<(Positions, ParquetTable, Progress)>,
    /// The row that comes next, from 1.
    line: u64,
}

#[cfg(feature = "parquet")]
impl ParquetBlocks {
    fn next(&mut self, warnings: &mut Vec<String>) -> Result<Option<Table>, DataError> {
        let (positions, parquet, progress) = match &mut self.opened {
            Some(opened) => opened,
            opened => {
                let name = self.file.shown();
                let file = File::open(self.file.path()).and_then(SharedFile::new);
                let file = file.map_err(|error| unreadable(&name, error))?;
                let expected = self.file.expected(&name);
                let (positions, parquet) = open_parquet(&expected, Chunks::File(file), warnings)?;
                opened.insert((positions, parquet, Progress::default()))
            }
        };
        let Some(batch) = parquet.next_batch(positions.known(), None, progress)? else {
            return Ok(None);
        };
        let first_line = self.line;
        self.line += batch.1 as u64;
        Ok(Some(Table::of_batch(positions.clone(), batch, first_line)))
    }
}

/// How reading went.
enum Reading {
    /// There may be more.
    Some,
    End,
    /// Bytes that do not belong to the encoding.
    WrongEncoding,
}

/// Text of a file, unpacked and decoded on the way.
struct TextReader {
    name: String,
    bytes: Unpacked,
    decoder: Option<Decoder>,
    /// Read, but not decoded: the beginning of a character.
    undecoded: Vec<u8>,
    text: String,
    begun: bool,
}

/// The bytes of a file, unpacked if they are packed.
enum Unpacked {
    Plain(HashingReader),
    Packed(Box<MultiGzDecoder<HashingReader>>),
}

impl TextReader {
    fn open((path, name): (&Path, &str), packed: bool, encoding: Encoding) -> Result<TextReader, DataError> {
        let raw = HashingReader::open(path, name)?;
        Ok(TextReader {
            name: name.to_string(),
            bytes: if packed {
                Unpacked::Packed(Box::new(MultiGzDecoder::new(raw)))
            } else {
                Unpacked::Plain(raw)
            },
            decoder: (encoding == Encoding::Gbk).then(|| GBK.new_decoder_without_bom_handling()),
            undecoded: Vec::new(),
            text: String::new(),
            begun: false,
        })
    }

    /// Reads about `wanted` bytes more and adds their text.
    fn read_some(&mut self, wanted: usize) -> Result<Reading, DataError> {
        let before = self.undecoded.len();
        let (packed, read) = match &mut self.bytes {
            Unpacked::Plain(raw) => (false, raw.take(wanted as u64).read_to_end(&mut self.undecoded)),
            Unpacked::Packed(plain) => (true, plain.take(wanted as u64).read_to_end(&mut self.undecoded)),
        };
        read.map_err(|source| match packed {
            false => unreadable(&self.name, source),
            true => DataError::BadGzip {
                path: self.name.clone(),
                source,
            },
        })?;
        let ended = self.undecoded.len() - before < wanted;
        let decoded = match &mut self.decoder {
            None => decode_utf8(&mut self.undecoded, &mut self.text, ended),
            Some(decoder) => decode_gbk(decoder, &mut self.undecoded, &mut self.text, ended),
        };
        if !std::mem::replace(&mut self.begun, true) && self.text.starts_with(BYTE_ORDER_MARK) {
            self.text.drain(..BYTE_ORDER_MARK.len_utf8());
        }
        Ok(match (decoded, ended) {
            (false, _) => Reading::WrongEncoding,
            (true, true) => Reading::End,
            (true, false) => Reading::Some,
        })
    }

    fn finish(self) -> Result<String, DataError> {
        let raw = match self.bytes {
            Unpacked::Plain(raw) => raw,
            Unpacked::Packed(plain) => plain.into_inner(),
        };
        raw.finish(&self.name)
    }
}

/// Moves what is UTF-8 to `text`; `false` if something is not, or if a character is cut off at the end.
fn decode_utf8(bytes: &mut Vec<u8>, text: &mut String, ended: bool) -> bool {
    let (valid, broken) = match std::str::from_utf8(bytes) {
        Ok(valid) => (valid, false),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            (valid, ended || error.error_len().is_some())
        }
    };
    text.push_str(valid);
    let length = valid.len();
    bytes.drain(..length);
    !broken
}

/// Moves what is GBK to `text`; `false` if something is not.
fn decode_gbk(decoder: &mut Decoder, bytes: &mut Vec<u8>, text: &mut String, ended: bool) -> bool {
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(most.unwrap_or(bytes.len() * 2));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, text, ended);
    bytes.drain(..read);
    result == DecoderResult::InputEmpty
}

/// A file that is hashed while it is read.
pub(super) struct HashingReader {
    file: File,
    sha256: Sha256,
}

impl HashingReader {
    /// Opens a file at its beginning.
    ///
    /// # Errors
    /// [`DataError::Unreadable`].
    pub(super) fn open(path: &Path, name: &str) -> Result<HashingReader, DataError> {
        let file = File::open(path).map_err(|error| unreadable(name, error))?;
        Ok(HashingReader {
            file,
            sha256: Sha256::new(),
        })
    }

    /// Reads the rest and returns the hash of all bytes, in hex.
    ///
    /// # Errors
    /// [`DataError::Unreadable`].
    pub(super) fn finish(mut self, name: &str) -> Result<String, DataError> {
        let mut buffer = vec![0; PROBE_BYTES];
        while self.read(&mut buffer).map_err(|error| unreadable(name, error))? > 0 {}
        Ok(hex(&self.sha256.finalize()))
    }
}

impl Read for HashingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        Ok(read)
    }
}

fn unreadable(path: &str, source: io::Error) -> DataError {
    DataError::Unreadable {
        path: path.to_string(),
        source,
    }
}
