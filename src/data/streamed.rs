//! A large CSV file, read a block at a time: no more of it is in memory than is being parsed.
//!
//! Memory that is touched for the first time costs more than what is done with it, so the blocks take turns in the same two
//! buffers, and a block is hashed while it is still in a core's cache. Blocks are cut where a record ends.

use crate::data::csv_parts::Cutter;
use crate::data::csv_table::Place;
use crate::data::error::DataError;
use crate::data::source::{Source, Text, hex};
use memchr::{memchr, memrchr};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;

/// About as many bytes as a block has, per thread: so few that the cores' caches hold it, and so many parts of a [`Cutter`]
/// that waiting for the last of them costs little.
const BLOCK_BYTES: usize = if cfg!(fuzzing) { 16 } else { 768 * 1024 };

/// The first block has this part of it, for nothing can be parsed meanwhile; each that follows four times as much as the one
/// before.
const FIRST_PART: usize = 4;

/// What a UTF-8 text may begin with.
const BYTE_ORDER_MARK_BYTES: &[u8] = "\u{feff}".as_bytes();

/// A file that is being read.
pub(super) struct Streamed {
    source: Source,
    file: File,
    /// What was read so far, unless its hash is not wanted.
    sha256: Option<Sha256>,
    /// Read, but not handed out yet.
    rest: Vec<u8>,
    /// Memory of a block that was parsed.
    spare: Vec<u8>,
    /// About as many bytes as the next block has.
    wanted: usize,
    /// Whether anything was read.
    begun: bool,
    /// Whether everything was read.
    ended: bool,
}

/// Some records of a file.
pub(super) struct TextBlock {
    pub(super) text: String,
    /// Whether there may be quotes.
    pub(super) quotes: bool,
}

impl Streamed {
    /// Begins with a file that was just opened.
    pub(super) fn new(source: Source, file: File) -> Streamed {
        Streamed {
            sha256: source.is_hashed().then(Sha256::new),
            source,
            file,
            rest: Vec::new(),
            spare: Vec::new(),
            wanted: BLOCK_BYTES * rayon::current_num_threads() / FIRST_PART,
            begun: false,
            ended: false,
        }
    }

    /// How many bytes the file had when it was opened.
    pub(super) fn length(&self) -> usize {
        let length = self.file.metadata().map_or(0, |metadata| metadata.len());
        usize::try_from(length).unwrap_or(usize::MAX)
    }

    /// The next records; nothing at the end, when the file's hash is known, if it is wanted.
    ///
    /// # Errors
    /// A file that cannot be read on, or changed since it was hashed; [`DataError::NotText`] if it is not UTF-8.
    pub(super) fn next(&mut self) -> Result<Option<TextBlock>, DataError> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = self.wanted;
        self.wanted = (4 * wanted).min(BLOCK_BYTES * rayon::current_num_threads());
        let (end, quotes) = loop {
            self.fill(&mut bytes, wanted)?;
            if !std::mem::replace(&mut self.begun, true) && bytes.starts_with(BYTE_ORDER_MARK_BYTES) {
                bytes.drain(..BYTE_ORDER_MARK_BYTES.len());
            }
            if bytes.is_empty() {
                if let Some(hash) = self.sha256.take() {
                    self.source.hashed(hex(&hash.finalize()))?;
                }
                return Ok(None);
            }
            match self.whole_records(&bytes)? {
                Some(end) => break end,
                None => wanted = 2 * bytes.len(),
            }
        };
        let mut rest = std::mem::take(&mut self.spare);
        rest.clear();
        rest.extend_from_slice(&bytes[end..]);
        self.rest = rest;
        bytes.truncate(end);
        let text = String::from_utf8(bytes).map_err(|_| self.not_text())?;
        Ok(Some(TextBlock { text, quotes }))
    }

    /// Takes back the memory of a block.
    pub(super) fn reuse(&mut self, block: Text) {
        if let Text::Own(text) = block {
            self.spare = text.into_bytes();
        }
    }

    /// Reads until there are `wanted` bytes, or nothing more.
    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> Result<(), DataError> {
        let before = bytes.len();
        if self.ended || before >= wanted {
            return Ok(());
        }
        bytes.reserve(wanted - before);
        let read = (&self.file).take((wanted - before) as u64).read_to_end(bytes);
        let read = read.map_err(|source| DataError::Unreadable {
            path: self.source.path().to_string(),
            source,
        })?;
        if let Some(hash) = &mut self.sha256 {
            hash.update(&bytes[before..]);
        }
        self.ended = read < wanted - before;
        Ok(())
    }

    /// Where the last record ends that is certainly whole, and whether there may be quotes; nothing if there is none.
    fn whole_records(&self, bytes: &[u8]) -> Result<Option<(usize, bool)>, DataError> {
        if self.ended {
            return Ok(Some((bytes.len(), true)));
        }
        let Some(newline) = memrchr(b'\n', bytes) else {
            return Ok(None);
        };
        let lines = &bytes[..=newline];
        if memchr(b'"', lines).is_none() {
            // Every newline ends a record.
            return Ok(Some((lines.len(), false)));
        }
        let text = std::str::from_utf8(lines).map_err(|_| self.not_text())?;
        let end = Cutter::end_of_whole_records(text, Place { at: 0, line: 1 });
        Ok(end.map(|end| (end.at, true)))
    }

    fn not_text(&self) -> DataError {
        DataError::NotText {
            path: self.source.path().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::codebook::CodeBook;
    use crate::data::csv_table::{Records, Splitter};
    use crate::data::source::sha256_hex;
    use crate::data::{Inputs, load_people};
    use std::collections::HashSet;

    /// Of a text with the rows that `row` makes, the blocks: each is to begin where a record does.
    fn check_blocks(row: impl Fn(usize) -> String) {
        let text: String = (0..120_000).map(row).collect();
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("large.csv");
        std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
        let source = Source::open(&path).unwrap();
        assert!(!source.is_whole());
        let mut streamed = Streamed::new(source.clone(), File::open(&path).unwrap());
        let (mut splitter, mut records) = (Splitter::new(&text), Records::default());
        let mut begins = HashSet::from([0]);
        while splitter.next(&mut records) {
            begins.insert(splitter.place().at);
            records.clear();
        }
        let (mut together, mut blocks) = (String::new(), 0);
        while let Some(block) = streamed.next().unwrap() {
            assert!(begins.contains(&together.len()), "byte {}", together.len());
            assert!(block.quotes || !block.text.contains('"'));
            together.push_str(&block.text);
            blocks += 1;
            streamed.reuse(Text::Own(block.text));
        }
        assert!(together == text, "not the same text");
        assert!(blocks > 1);
        let bytes = format!("\u{feff}{text}");
        assert_eq!(source.sha256().unwrap(), sha256_hex(bytes.as_bytes()));
        // The same if nobody has read it before.
        assert_eq!(
            Source::open(&path).unwrap().sha256().unwrap(),
            source.sha256().unwrap()
        );
    }

    #[test]
    fn blocks_begin_with_records() {
        check_blocks(|row| format!("P{row},2023-01-02,{}.00,医,,,,,,,,,,,,,\n", row * 7));
        check_blocks(|row| format!("P{row},\"a, \"\"b\"\"\r\n{row}\",{}.00,,,,,,,,,,,,\r\n", row * 7));
        // Records that are longer than any margin, of fields that are not.
        check_blocks(|row| match row % 10_000 {
            9_999 => format!(
                "{},\n",
                "\"a\nb\",".repeat(100) + &format!("\"\n{}\",", "c".repeat(60_000)).repeat(9)
            ),
            _ => format!("P{row},\"2023\",{}.00,,,,,,,,,,,,,,,,\n", row * 7),
        });
        check_blocks(|row| match row {
            60_000 => "P,\"never closed,1.00,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n".to_string(),
            _ => format!("P{row},2023-01-02,{}.00,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", row * 7),
        });
    }

    #[test]
    fn rows_of_every_block_are_on_their_lines_of_the_file() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("persons.csv");
        for (district, lines) in [("370102", 1), ("\"370\n102\"", 2)] {
            let birth = |row: u64| {
                if row.is_multiple_of(9_000) {
                    "x"
                } else {
                    "1980-02-29"
                }
            };
            let row = |row: u64| format!("P{row:06},{},1,,{district},registered\n", birth(row));
            let rows: String = (0..150_000).map(row).collect();
            let header = "psn_no,brdy,gend,psn_type,insu_admdvs,residence\n";
            std::fs::write(&path, format!("{header}{rows}")).unwrap();
            assert!(!Source::open(&path).unwrap().is_whole());
            let inputs = Inputs {
                persons: vec![path.as_path().into()],
                ..Inputs::default()
            };
            let found = load_people(&inputs, &CodeBook::default()).unwrap();
            let found: Vec<u64> = found.rejects.iter().map(|reject| reject.line).collect();
            let expected: Vec<u64> = (0..150_000).step_by(9_000).map(|row| 2 + row * lines).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_not_utf8_or_has_changed_is_said() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("large.csv");
        let mut bytes = b"a,b\n".repeat(1 << 20);
        std::fs::write(&path, &bytes).unwrap();
        let source = Source::open(&path).unwrap();
        assert_eq!(source.sha256().unwrap(), sha256_hex(&bytes));
        let read = || {
            let mut streamed = Streamed::new(source.clone(), File::open(&path).unwrap());
            while streamed.next()?.is_some() {}
            Ok::<(), DataError>(())
        };
        read().unwrap();
        bytes[2_000_000] = b'c';
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(read(), Err(DataError::Changed { .. })));
        bytes[2_000_000] = 0xb5;
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(read(), Err(DataError::NotText { .. })));
        assert!(source.whole().unwrap().is_whole());
        // A hash that is known is, one that is not cannot be had any more.
        let other = Source::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(source.sha256().is_ok());
        assert!(matches!(other.sha256(), Err(DataError::Unreadable { .. })));
    }

    #[test]
    fn a_large_file_may_be_gbk() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("persons.csv");
        let rows = (0..60_000).map(|row| {
            // The first that is not ASCII stands in a later block.
            let district = if row < 50_000 { "370102" } else { "历下区" };
            format!("P{row:06},1980-02-29,1,,{district},registered\n")
        });
        let header = "psn_no,brdy,gend,psn_type,insu_admdvs,residence\n".to_string();
        let text: String = std::iter::once(header).chain(rows).collect();
        let load = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let inputs = Inputs {
                persons: vec![path.as_path().into()],
                ..Inputs::default()
            };
            load_people(&inputs, &CodeBook::default()).unwrap()
        };
        let (utf8, gbk) = (load(text.as_bytes()), load(&encoding_rs::GBK.encode(&text).0));
        assert_eq!(utf8.caseload.persons.len(), 60_000);
        assert_eq!(gbk.caseload.persons, utf8.caseload.persons);
        assert_eq!(gbk.caseload.districts, utf8.caseload.districts);
        assert_eq!((utf8.warnings.len(), gbk.warnings.len()), (0, 1));
        assert!(gbk.warnings[0].ends_with("is not UTF-8; it was read as GBK"));
        let hash = sha256_hex(&std::fs::read(&path).unwrap());
        assert_eq!(gbk.files[0].sha256, Some(hash));
    }
}
