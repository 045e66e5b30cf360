//! A large CSV file, read a block at a time: no more of it is in memory than is being parsed.
//!
//! Memory that is touched for the first time costs more than what is done with it, so the buffer of a block that was parsed is
//! used again, after it was hashed if it is to be. Blocks are cut where a record ends, and parsed side by side.

use crate::data::csv_lines::count_lines;
use crate::data::csv_parts::{Cutter, PART_BYTES};
use crate::data::csv_table::{Part, Place};
use crate::data::error::DataError;
use crate::data::source::{Source, Text, hex};
use memchr::{memchr, memrchr};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a UTF-8 text may begin with.
const BYTE_ORDER_MARK_BYTES: &[u8] = "\u{feff}".as_bytes();

/// A file that is being read.
pub(super) struct Streamed {
    source: Source,
    file: File,
    /// What the file begins with that is no part of its text.
    mark: &'static [u8],
    /// Read, but not handed out yet.
    rest: Vec<u8>,
    /// The line on which that begins.
    line: u64,
    spares: Arc<Spares>,
    /// Whether anything was read.
    begun: bool,
    /// Whether everything was read.
    ended: bool,
}

/// Some records of a file.
#[derive(Default)]
pub(super) struct TextBlock {
    bytes: Vec<u8>,
    records: Part,
}

impl TextBlock {
    /// Some records of a text.
    pub(super) fn of(text: String, records: Part) -> TextBlock {
        TextBlock {
            bytes: text.into_bytes(),
            records,
        }
    }

    /// The text, and its records.
    ///
    /// # Errors
    /// [`DataError::NotText`] of the file at `path` if it is not UTF-8.
    pub(super) fn into_text(self, path: &str) -> Result<(String, Part), DataError> {
        let text = String::from_utf8(self.bytes).map_err(|_| not_text(path))?;
        Ok((text, self.records))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Memory of blocks that were parsed.
#[derive(Default)]
pub(super) struct Spares(Mutex<Vec<Vec<u8>>>);

impl Spares {
    /// Takes back the memory of a block.
    pub(super) fn put(&self, block: Text) {
        if let Text::Own(text) = block {
            self.all().push(text.into_bytes());
        }
    }

    fn take(&self) -> Vec<u8> {
        let mut spare = self.all().pop().unwrap_or_default();
        spare.clear();
        spare
    }

    fn all(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash of a file of which all blocks are shown, in their order; of none if it is not wanted.
pub(super) struct Hashing {
    source: Source,
    sha256: Option<Sha256>,
}

impl Hashing {
    /// Adds the next block.
    pub(super) fn add(&mut self, block: &Text) {
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(block.as_str());
        }
    }

    /// There are no more blocks.
    ///
    /// # Errors
    /// [`DataError::Changed`] if the file was hashed before, and to something else.
    pub(super) fn finish(self) -> Result<(), DataError> {
        match self.sha256 {
            Some(sha256) => self.source.hashed(hex(&sha256.finalize())),
            None => Ok(()),
        }
    }
}

impl Streamed {
    /// Begins with a file that was just opened.
    pub(super) fn new(source: Source, file: File) -> Streamed {
        Streamed {
            source,
            file,
            mark: &[],
            rest: Vec::new(),
            line: 1,
            spares: Arc::default(),
            begun: false,
            ended: false,
        }
    }

    /// How errors name it.
    pub(super) fn path(&self) -> &str {
        self.source.path()
    }

    /// How many bytes the file had when it was opened.
    pub(super) fn length(&self) -> usize {
        let length = self.file.metadata().map_or(0, |metadata| metadata.len());
        usize::try_from(length).unwrap_or(usize::MAX)
    }

    /// Where blocks that were parsed are put back.
    pub(super) fn spares(&self) -> Arc<Spares> {
        Arc::clone(&self.spares)
    }

    /// What hashes the blocks, the first of which has been read.
    pub(super) fn hashing(&self) -> Hashing {
        let sha256 = self
            .source
            .is_hashed()
            .then(|| Sha256::new_with_prefix(self.mark));
        Hashing {
            source: self.source.clone(),
            sha256,
        }
    }

    /// The next records; nothing at the end.
    ///
    /// # Errors
    /// A file that cannot be read on; [`DataError::NotText`] if it has to be UTF-8 to tell where a record ends, and is not.
    pub(super) fn next(&mut self) -> Result<Option<TextBlock>, DataError> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = PART_BYTES;
        let (end, quotes) = loop {
            self.fill(&mut bytes, wanted)?;
            if !std::mem::replace(&mut self.begun, true) && bytes.starts_with(BYTE_ORDER_MARK_BYTES) {
                bytes.drain(..BYTE_ORDER_MARK_BYTES.len());
                self.mark = BYTE_ORDER_MARK_BYTES;
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            match self.whole_records(&bytes)? {
                Some(end) => break end,
                None => wanted = 2 * bytes.len(),
            }
        };
        self.rest = self.spares.take();
        self.rest.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        let newlines = count_lines(&bytes);
        let from = Place {
            at: 0,
            line: self.line,
        };
        self.line += newlines;
        Ok(Some(TextBlock {
            bytes,
            records: Part {
                from,
                stop: end,
                newlines: (!quotes).then_some(newlines),
            },
        }))
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
        self.ended = read < wanted - before;
        Ok(())
    }

    /// Where the last record ends that is certainly whole, and whether there are quotes; nothing if there is no such record.
    fn whole_records(&self, bytes: &[u8]) -> Result<Option<(usize, bool)>, DataError> {
        let lines = match memrchr(b'\n', bytes) {
            _ if self.ended => bytes,
            Some(newline) => &bytes[..=newline],
            None => return Ok(None),
        };
        let quotes = memchr(b'"', lines).is_some();
        if self.ended || !quotes {
            // Every newline ends a record, or nothing can come after them.
            return Ok(Some((lines.len(), quotes)));
        }
        let text = std::str::from_utf8(lines).map_err(|_| not_text(self.source.path()))?;
        let end = Cutter::end_of_whole_records(text, Place { at: 0, line: 1 });
        Ok(end.map(|end| (end.at, true)))
    }
}

fn not_text(path: &str) -> DataError {
    DataError::NotText {
        path: path.to_string(),
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
        let (mut together, mut blocks, mut line, mut hashing) = (String::new(), 0, 1, None);
        while let Some(block) = streamed.next().unwrap() {
            assert!(begins.contains(&together.len()), "byte {}", together.len());
            let (block, records) = block.into_text("").unwrap();
            assert_eq!((records.from.line, records.stop), (line, block.len()));
            let newlines = block.matches('\n').count() as u64;
            let plain = (!block.contains('"')).then_some(newlines);
            assert_eq!(records.newlines, plain);
            line += newlines;
            together.push_str(&block);
            blocks += 1;
            let block = Text::Own(block);
            hashing.get_or_insert_with(|| streamed.hashing()).add(&block);
            streamed.spares().put(block);
        }
        assert!(together == text, "not the same text");
        assert!(blocks > 1);
        hashing.unwrap().finish().unwrap();
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
            let mut hashing = streamed.hashing();
            while let Some(block) = streamed.next()? {
                hashing.add(&Text::Own(block.into_text(streamed.path())?.0));
            }
            hashing.finish()
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
