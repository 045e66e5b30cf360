//! The pages of a column of a row group, decoded a batch of rows at a time. What recurs is decoded once: its values are those
//! of the dictionary, and the rows pick from them.

use crate::data::caseload::Names;
use crate::data::parquet_column::{ColumnBatch, Reading, Slots, Values};
use crate::data::parquet_decoding::{
    Deltas, FixedTexts, Hybrid, JoinedTexts, Numbers, PlainTexts, SplitBytes, Texts, cut_off,
};
use bytes::Bytes;
use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use std::sync::Arc;

/// Why a column cannot be read.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file is damaged, or says so.
    Damaged(ParquetError),
    /// Values that cannot be what is wanted.
    Unusable(&'static str),
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Failure {
        Failure::Damaged(error)
    }
}

type Result<T> = std::result::Result<T, Failure>;

/// A flat column of a row group.
pub(super) struct ColumnPages {
    pages: Box<dyn PageReader>,
    physical: Physical,
    reading: Reading,
    /// Whether rows may be null.
    nullable: bool,
    /// The values that pages pick from.
    dictionary: Option<Arc<Values>>,
    page: PageRest,
}

/// How values are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Physical {
    Bool,
    /// So many bytes.
    Int(usize),
    Bytes,
    /// So many bytes.
    Fixed(usize),
}

impl Physical {
    /// That of a type, if it is read; `length` is that of a type of fixed length.
    pub(super) fn of(physical: Type, length: i32) -> Option<Physical> {
        match physical {
            Type::BOOLEAN => Some(Physical::Bool),
            Type::INT32 => Some(Physical::Int(4)),
            Type::INT64 => Some(Physical::Int(8)),
            Type::BYTE_ARRAY => Some(Physical::Bytes),
            // Of no bytes, any number of values would fit into a page.
            Type::FIXED_LEN_BYTE_ARRAY if length > 0 => Some(Physical::Fixed(length as usize)),
            _ => None,
        }
    }
}

/// How numbers are stored.
#[derive(Clone, Copy)]
enum Width {
    Signed4,
    Unsigned4,
    Signed8,
}

impl Width {
    fn bytes(self) -> usize {
        match self {
            Width::Signed4 | Width::Unsigned4 => 4,
            Width::Signed8 => 8,
        }
    }

    /// The number of so many bytes, the lowest first.
    #[inline(always)]
    fn number(self, bytes: &[u8]) -> i64 {
        if let Some(bytes) = bytes.first_chunk::<8>() {
            return i64::from_le_bytes(*bytes);
        }
        let number = bytes
            .first_chunk::<4>()
            .map_or(0, |bytes| u32::from_le_bytes(*bytes));
        self.widened(i64::from(number))
    }

    /// A number of which only so many bytes count.
    #[inline(always)]
    fn widened(self, number: i64) -> i64 {
        match self {
            Width::Signed4 => i64::from(number as i32),
            Width::Unsigned4 => i64::from(number as u32),
            Width::Signed8 => number,
        }
    }
}

/// What has not been read of a page.
struct PageRest {
    rows: usize,
    levels: Levels,
    values: Stream,
}

/// Which rows of a page have a value.
enum Levels {
    /// All of them.
    All,
    /// Those whose number is 1.
    Hybrid(Hybrid),
    /// Those whose bit is set, the highest bit of a byte first; and how many were read.
    Bits(Bytes, usize),
}

/// The values of a page.
enum Stream {
    None,
    /// The lowest bit of a byte first; and how many were read.
    Bits(Bytes, usize),
    Runs(Hybrid),
    Ints(Bytes, usize),
    Deltas(Deltas),
    Split(SplitBytes),
    Plain(PlainTexts),
    Fixed(FixedTexts),
    Joined(JoinedTexts),
    /// Numbers of values of the dictionary.
    Picks(Hybrid),
}

/// Values as they come.
enum Raw {
    Ints(Vec<i64>),
    Texts(Texts),
}

/// A batch in the making.
struct Batch {
    /// Values of their own, behind those of the dictionary.
    fresh: Raw,
    /// Once a row has picked from the dictionary.
    picks: Option<Vec<u32>>,
    rows: usize,
    present: usize,
    /// Once a row has no value.
    slots: Option<Vec<u32>>,
}

impl ColumnPages {
    /// A column whose pages come from `pages`.
    pub(super) fn new(
        pages: Box<dyn PageReader>,
        physical: Physical,
        reading: Reading,
        nullable: bool,
    ) -> ColumnPages {
        ColumnPages {
            pages,
            physical,
            reading,
            nullable,
            dictionary: None,
            page: PageRest {
                rows: 0,
                levels: Levels::All,
                values: Stream::None,
            },
        }
    }

    /// Decodes the next `rows` rows.
    ///
    /// # Errors
    /// Fewer rows, pages that are damaged, or values that cannot be what is wanted.
    pub(super) fn read(&mut self, rows: usize) -> Result<ColumnBatch> {
        let mut batch = Batch {
            fresh: self.raw(),
            picks: None,
            rows: 0,
            present: 0,
            slots: None,
        };
        while batch.rows < rows {
            if self.page.rows == 0 {
                self.next_page()?;
                continue;
            }
            let taken = self.page.rows.min(rows - batch.rows);
            let present = batch.read_levels(&mut self.page.levels, taken)?;
            self.read_values(present, &mut batch)?;
            self.page.rows -= taken;
        }
        self.finish(batch)
    }

    fn width(&self) -> Width {
        match (self.physical, self.reading) {
            (Physical::Int(4), Reading::Unsigned) => Width::Unsigned4,
            (Physical::Int(4), _) => Width::Signed4,
            _ => Width::Signed8,
        }
    }

    /// An empty place for values.
    fn raw(&self) -> Raw {
        match self.physical {
            Physical::Bool | Physical::Int(_) => Raw::Ints(Vec::new()),
            Physical::Bytes | Physical::Fixed(_) => Raw::Texts(Texts::default()),
        }
    }

    fn next_page(&mut self) -> Result<()> {
        let page = self
            .pages
            .get_next_page()?
            .ok_or_else(|| ParquetError::General("a column is shorter than its row group".to_string()))?;
        match page {
            // Rows of the batch at hand may have picked from the one that is there.
            Page::DictionaryPage { .. } if self.dictionary.is_some() => {
                let detail = "a column has more than one dictionary in a row group".to_string();
                return Err(ParquetError::General(detail).into());
            }
            Page::DictionaryPage {
                buf,
                num_values,
                encoding: Encoding::PLAIN | Encoding::PLAIN_DICTIONARY,
                ..
            } => {
                let (mut values, mut raw) = (self.stream(Encoding::PLAIN, buf)?, self.raw());
                values.read(num_values as usize, self.width(), &mut raw)?;
                self.dictionary = Some(Arc::new(self.values(raw)?));
            }
            Page::DictionaryPage { encoding, .. } => return Err(not_read(encoding)),
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding,
                ..
            } => {
                let rows = num_values as usize;
                let (levels, values) = self.levels(buf, rows, def_level_encoding)?;
                let values = self.stream(encoding, values)?;
                self.page = PageRest { rows, levels, values };
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let from = rep_levels_byte_len as usize;
                let to = from.saturating_add(def_levels_byte_len as usize);
                if to > buf.len() {
                    return Err(cut_off().into());
                }
                let levels = match self.nullable {
                    true => Levels::Hybrid(Hybrid::new(buf.slice(from..to), 1)?),
                    false => Levels::All,
                };
                let values = self.stream(encoding, buf.slice(to..))?;
                let rows = num_values as usize;
                self.page = PageRest { rows, levels, values };
            }
        }
        Ok(())
    }

    /// What the beginning of a page says about which of its rows have a value, and the rest of the page.
    fn levels(&self, page: Bytes, rows: usize, encoding: Encoding) -> Result<(Levels, Bytes)> {
        if !self.nullable {
            return Ok((Levels::All, page));
        }
        #[allow(deprecated)] // Old files have it.
        if encoding == Encoding::BIT_PACKED {
            let bytes = rows.div_ceil(8);
            if bytes > page.len() {
                return Err(cut_off().into());
            }
            return Ok((Levels::Bits(page.slice(..bytes), 0), page.slice(bytes..)));
        }
        let (levels, rest) = with_length(page)?;
        Ok((Levels::Hybrid(Hybrid::new(levels, 1)?), rest))
    }

    /// The values of a page.
    fn stream(&self, encoding: Encoding, bytes: Bytes) -> Result<Stream> {
        if bytes.is_empty() {
            return Ok(Stream::None);
        }
        Ok(match (encoding, self.physical) {
            (Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY, _) => {
                Stream::Picks(Hybrid::new(bytes.slice(1..), bytes[0])?)
            }
            (Encoding::PLAIN, Physical::Bool) => Stream::Bits(bytes, 0),
            (Encoding::RLE, Physical::Bool) => Stream::Runs(Hybrid::new(with_length(bytes)?.0, 1)?),
            (Encoding::PLAIN, Physical::Int(_)) => Stream::Ints(bytes, 0),
            (Encoding::DELTA_BINARY_PACKED, Physical::Int(_)) => Stream::Deltas(Deltas::new(bytes, 0)?),
            (Encoding::BYTE_STREAM_SPLIT, Physical::Int(size) | Physical::Fixed(size)) => {
                Stream::Split(SplitBytes::new(bytes, size)?)
            }
            (Encoding::PLAIN, Physical::Bytes) => Stream::Plain(PlainTexts { bytes, at: 0 }),
            (Encoding::PLAIN, Physical::Fixed(length)) => {
                let at = 0;
                Stream::Fixed(FixedTexts { bytes, at, length })
            }
            (Encoding::DELTA_LENGTH_BYTE_ARRAY, Physical::Bytes) => {
                Stream::Joined(JoinedTexts::apart(bytes)?)
            }
            (Encoding::DELTA_BYTE_ARRAY, Physical::Bytes | Physical::Fixed(_)) => {
                Stream::Joined(JoinedTexts::sharing(bytes)?)
            }
            (encoding, _) => return Err(not_read(encoding)),
        })
    }

    /// Reads the values of the next rows, of which `present` have one.
    fn read_values(&mut self, present: usize, batch: &mut Batch) -> Result<()> {
        let known = self.dictionary.as_ref().map_or(0, |values| values.len());
        if let Stream::Picks(hybrid) = &mut self.page.values {
            let picks = batch.picks(known);
            let first = picks.len();
            hybrid.read(present, picks)?;
            // All of them, without a way out: so it is done by vectors.
            let is_beyond = |any, &pick: &u32| any | (pick >= known as u32);
            if picks[first..].iter().fold(false, is_beyond) {
                let detail = "a page picks a value that its dictionary lacks";
                return Err(ParquetError::General(detail.to_string()).into());
            }
            return Ok(());
        }
        let before = batch.fresh.len();
        let width = self.width();
        self.page.values.read(present, width, &mut batch.fresh)?;
        if batch.picks.is_some() {
            let places = (known + before..).take(present).map(|place| place as u32);
            batch.picks(known).extend(places);
        }
        Ok(())
    }

    fn finish(&self, batch: Batch) -> Result<ColumnBatch> {
        let slots = match (batch.slots, batch.present) {
            (_, 0) => Slots::None,
            (None, _) => Slots::All,
            (Some(slots), _) => Slots::Some(slots),
        };
        let values = match (&self.dictionary, &batch.picks, batch.fresh.len()) {
            (Some(dictionary), Some(_), 0) => Arc::clone(dictionary),
            (Some(dictionary), Some(_), _) => {
                let mut values = (**dictionary).clone();
                values.append(self.values(batch.fresh)?);
                Arc::new(values)
            }
            _ => Arc::new(self.values(batch.fresh)?),
        };
        Ok(ColumnBatch {
            reading: self.reading,
            values,
            picks: batch.picks,
            slots,
        })
    }

    /// Values as what their column says they are.
    fn values(&self, raw: Raw) -> Result<Values> {
        match raw {
            Raw::Ints(numbers) => {
                if self.reading == Reading::Unsigned && numbers.iter().any(|&number| number < 0) {
                    return Err(Failure::Unusable("holds numbers beyond 2^63"));
                }
                Ok(Values::Int(numbers))
            }
            Raw::Texts(Texts { bytes, ends }) => {
                if !matches!(self.reading, Reading::Decimal { .. }) {
                    let texts = Names::from_bytes(bytes, ends);
                    return texts
                        .map(Values::Text)
                        .ok_or(Failure::Unusable("is not UTF-8 text"));
                }
                let mut start = 0;
                let numbers = ends.into_iter().map(|end| {
                    let number = big_endian(&bytes[start..end]);
                    start = end;
                    number
                });
                let numbers = numbers.collect::<Option<Vec<i128>>>();
                numbers
                    .map(Values::Wide)
                    .ok_or(Failure::Unusable("holds decimals of more than 38 digits"))
            }
        }
    }
}

impl Raw {
    fn len(&self) -> usize {
        match self {
            Raw::Ints(numbers) => numbers.len(),
            Raw::Texts(texts) => texts.ends.len(),
        }
    }
}

impl Batch {
    /// The picks, which are asked for when `known` values are in the dictionary.
    fn picks(&mut self, known: usize) -> &mut Vec<u32> {
        let fresh = self.fresh.len();
        self.picks
            .get_or_insert_with(|| (known..known + fresh).map(|place| place as u32).collect())
    }

    /// Reads which of the next rows have a value; returns how many.
    fn read_levels(&mut self, levels: &mut Levels, rows: usize) -> Result<usize> {
        let present = match levels {
            Levels::All => Some(true),
            Levels::Hybrid(hybrid) => hybrid.skip_run(rows)?.map(|level| level != 0),
            Levels::Bits(..) => None,
        };
        let before = self.present;
        match present {
            Some(true) => {
                self.present += rows;
                if let Some(slots) = &mut self.slots {
                    slots.extend((before + 1..=self.present).map(|slot| slot as u32));
                }
            }
            Some(false) => {
                let length = self.rows + rows;
                self.slots().resize(length, 0);
            }
            None => {
                let slots = self.slots();
                slots.reserve(rows);
                // A batch has few rows, so nothing can wrap.
                let mut present = before as u32;
                let mut slot = |level: u64| {
                    let has_value = u32::from(level != 0);
                    present = present.wrapping_add(has_value);
                    present.wrapping_mul(has_value)
                };
                match levels {
                    Levels::Hybrid(hybrid) => hybrid.each(rows, |some| match some {
                        Numbers::Same(0, times) => slots.resize(slots.len() + times, 0),
                        Numbers::Same(_, times) => slots.extend((0..times).map(|_| slot(1))),
                        Numbers::Each(levels) => slots.extend(levels.iter().map(|&level| slot(level))),
                    })?,
                    Levels::Bits(bytes, at) => {
                        let bits = *at..*at + rows;
                        slots.extend(bits.map(|bit| slot(u64::from(bytes[bit / 8] >> (7 - bit % 8) & 1))));
                        *at += rows;
                    }
                    Levels::All => {}
                }
                self.present = present as usize;
            }
        }
        self.rows += rows;
        Ok(self.present - before)
    }

    /// The slots of the rows so far.
    fn slots(&mut self) -> &mut Vec<u32> {
        let rows = self.rows as u32;
        self.slots.get_or_insert_with(|| (1..=rows).collect())
    }
}

impl Stream {
    /// Appends the next `count` values.
    fn read(&mut self, count: usize, width: Width, out: &mut Raw) -> Result<()> {
        match (self, out) {
            (_, _) if count == 0 => {}
            (Stream::Bits(bytes, at), Raw::Ints(out)) => {
                if (*at + count).div_ceil(8) > bytes.len() {
                    return Err(cut_off().into());
                }
                let bits = *at..*at + count;
                out.extend(bits.map(|bit| i64::from(bytes[bit / 8] >> (bit % 8) & 1)));
                *at += count;
            }
            (Stream::Runs(hybrid), Raw::Ints(out)) => {
                let mut flags = Vec::new();
                hybrid.read(count, &mut flags)?;
                out.extend(flags.into_iter().map(i64::from));
            }
            (Stream::Ints(bytes, at), Raw::Ints(out)) => {
                let size = width.bytes();
                let taken = count.checked_mul(size).and_then(|length| at.checked_add(length));
                let taken = taken.and_then(|end| bytes.get(*at..end)).ok_or_else(cut_off)?;
                *at += taken.len();
                out.extend(taken.chunks_exact(size).map(|bytes| width.number(bytes)));
            }
            (Stream::Deltas(deltas), Raw::Ints(out)) => {
                out.reserve(count);
                match width {
                    Width::Signed8 => deltas.read(count, |some| out.extend_from_slice(some))?,
                    _ => deltas.read(count, |some| {
                        out.extend(some.iter().map(|&number| width.widened(number)));
                    })?,
                }
            }
            (Stream::Split(split), Raw::Ints(out)) => {
                split.read(count, |bytes| out.push(width.number(bytes)))?;
            }
            (Stream::Split(split), Raw::Texts(out)) => split.read_texts(count, out)?,
            (Stream::Plain(texts), Raw::Texts(out)) => texts.read(count, out)?,
            (Stream::Fixed(texts), Raw::Texts(out)) => texts.read(count, out)?,
            (Stream::Joined(texts), Raw::Texts(out)) => texts.read(count, out)?,
            _ => return Err(cut_off().into()),
        }
        Ok(())
    }
}

/// The bytes whose length comes first, and what follows them.
fn with_length(bytes: Bytes) -> Result<(Bytes, Bytes)> {
    let length = bytes.first_chunk::<4>().ok_or_else(cut_off)?;
    let end = (u32::from_le_bytes(*length) as usize).saturating_add(4);
    if end > bytes.len() {
        return Err(cut_off().into());
    }
    Ok((bytes.slice(4..end), bytes.slice(end..)))
}

fn not_read(encoding: Encoding) -> Failure {
    let detail = format!("it has a page encoded as {encoding}, which is not read");
    ParquetError::General(detail).into()
}

/// A two's-complement number, most significant byte first, if it fits.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|&byte| byte >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let (excess, low) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut wide = [fill; 16];
    wide[16 - low.len()..].copy_from_slice(low);
    let number = i128::from_be_bytes(wide);
    let fits = excess.iter().all(|&byte| byte == fill) && (excess.is_empty() || (number < 0) == negative);
    fits.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::fuzzed::{FuzzedPage, decode_column};
    use parquet::column::writer::ColumnWriter;
    use parquet::data_type::{ByteArray, FixedLenByteArray};
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    #[test]
    fn big_endian_numbers_of_any_length() {
        assert_eq!(big_endian(&[]), Some(0));
        assert_eq!(big_endian(&[0xff]), Some(-1));
        assert_eq!(big_endian(&[0x00, 0x80]), Some(128));
        let mut long = [0u8; 20];
        long[19] = 5;
        assert_eq!(big_endian(&long), Some(5));
        long[0] = 1;
        assert_eq!(big_endian(&long), None);
        assert_eq!(big_endian(&[0xff; 20]), Some(-1));
    }

    /// The cell of a row, and how its type is stored.
    fn stored(kind: &str, row: i64) -> (String, i64, Vec<u8>) {
        let number = row * 7919 % 23 - 11;
        match kind {
            "boolean" => (
                i64::from(number > 0).to_string(),
                i64::from(number > 0),
                Vec::new(),
            ),
            "binary" => {
                let text = format!("P{:04}-{number}", row / 3);
                (text.clone(), 0, text.into())
            }
            "fixed_len_byte_array(3)" => (format!("{number:+03}"), 0, format!("{number:+03}").into()),
            _ => (number.to_string(), number, Vec::new()),
        }
    }

    #[test]
    fn a_second_dictionary_is_refused() {
        let page = |kind, values, bytes| FuzzedPage {
            kind,
            encoding: 2,
            values,
            level_bytes: 0,
            bytes,
        };
        let dictionary = |numbers: &[i64]| {
            let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
            page(0, numbers.len() as u32, bytes.collect())
        };
        // Of one row, picked by two bits: a run of one.
        let pick = |pick: u8| page(1, 1, vec![2, 1 << 1, pick]);
        let read = |pages| decode_column(3, false, &[2], pages);
        assert_eq!(read(vec![dictionary(&[5, 6, 7]), pick(2), pick(0)]), ["7", "5"]);
        let two = vec![dictionary(&[5, 6, 7]), pick(2), dictionary(&[5]), pick(0)];
        assert!(read(two).is_empty());
    }

    const ROWS: i64 = 300;

    /// Null here and there, then for long, then never.
    fn is_null(row: i64) -> bool {
        (100..160).contains(&row) || (row < 100 && row % 7 < 2)
    }

    /// A file with one column of a type.
    fn written(kind: &str, nullable: bool, properties: WriterProperties) -> Bytes {
        let repetition = if nullable { "optional" } else { "required" };
        let schema = parse_message_type(&format!("message t {{ {repetition} {kind} a; }}")).unwrap();
        let (mut file, properties) = (Vec::new(), Arc::new(properties));
        let mut writer = SerializedFileWriter::new(&mut file, Arc::new(schema), properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i16> = (0..ROWS).map(|row| i16::from(!is_null(row))).collect();
        let levels = nullable.then_some(levels.as_slice());
        let rows = (0..ROWS).filter(|&row| !nullable || !is_null(row));
        let stored: Vec<_> = rows.map(|row| stored(kind, row)).collect();
        let texts = || stored.iter().map(|(_, _, text)| ByteArray::from(text.clone()));
        let numbers = || stored.iter().map(|&(_, number, _)| number);
        let count = match column.untyped() {
            ColumnWriter::BoolColumnWriter(column) => {
                let flags: Vec<bool> = numbers().map(|number| number == 1).collect();
                column.write_batch(&flags, levels, None)
            }
            ColumnWriter::Int32ColumnWriter(column) => {
                let numbers: Vec<i32> = numbers().map(|number| number as i32).collect();
                column.write_batch(&numbers, levels, None)
            }
            ColumnWriter::Int64ColumnWriter(column) => {
                column.write_batch(&numbers().collect::<Vec<_>>(), levels, None)
            }
            ColumnWriter::ByteArrayColumnWriter(column) => {
                column.write_batch(&texts().collect::<Vec<_>>(), levels, None)
            }
            ColumnWriter::FixedLenByteArrayColumnWriter(column) => {
                let texts: Vec<_> = texts().map(FixedLenByteArray::from).collect();
                column.write_batch(&texts, levels, None)
            }
            _ => panic!("no such type"),
        };
        assert_eq!(count.unwrap(), stored.len());
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        file.into()
    }

    /// Reads the column of [`written`] by `step`.
    fn read_by(file: Bytes, kind: &str, nullable: bool, step: usize) -> Vec<String> {
        let reader = SerializedFileReader::new(file).unwrap();
        let column = reader.metadata().file_metadata().schema_descr().column(0);
        let physical = Physical::of(column.physical_type(), column.type_length()).unwrap();
        let reading = match kind {
            "boolean" => Reading::Bool,
            "int32" | "int64" => Reading::Int,
            _ => Reading::Text,
        };
        let pages = reader
            .get_row_group(0)
            .unwrap()
            .get_column_page_reader(0)
            .unwrap();
        let mut pages = ColumnPages::new(pages, physical, reading, nullable);
        let mut cells = Vec::new();
        for first in (0..ROWS as usize).step_by(step) {
            let rows = step.min(ROWS as usize - first);
            let batch = pages.read(rows).unwrap();
            cells.extend((0..rows).map(|row| batch.with(row, |cell| cell.to_string())));
        }
        assert!(pages.read(1).is_err());
        cells
    }

    #[test]
    fn every_encoding_reads_as_it_was_written() {
        use Encoding::{
            BYTE_STREAM_SPLIT, DELTA_BINARY_PACKED, DELTA_BYTE_ARRAY, DELTA_LENGTH_BYTE_ARRAY, PLAIN, RLE,
        };
        let numbers = &[PLAIN, DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT][..];
        let kinds = [
            ("boolean", &[PLAIN, RLE][..]),
            ("int32", numbers),
            ("int64", numbers),
            ("binary", &[PLAIN, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY]),
            (
                "fixed_len_byte_array(3)",
                &[PLAIN, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT],
            ),
        ];
        for (kind, encodings) in kinds {
            for (&encoding, nullable) in encodings.iter().flat_map(|one| [(one, false), (one, true)]) {
                let expected: Vec<String> = (0..ROWS)
                    .map(|row| match nullable && is_null(row) {
                        true => String::new(),
                        false => stored(kind, row).0,
                    })
                    .collect();
                for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                    // None, one that suffices, one that is full before the last page.
                    for dictionary in [None, Some(1 << 20), Some(40)] {
                        let properties = WriterProperties::builder()
                            .set_writer_version(version)
                            .set_encoding(encoding)
                            .set_dictionary_enabled(dictionary.is_some())
                            .set_dictionary_page_size_limit(dictionary.unwrap_or(1))
                            .set_data_page_row_count_limit(40)
                            .set_write_batch_size(20)
                            .build();
                        let file = written(kind, nullable, properties);
                        for step in [1, 64, ROWS as usize] {
                            let found = read_by(file.clone(), kind, nullable, step);
                            assert_eq!(
                                found, expected,
                                "{kind} {encoding} {nullable} {version:?} {dictionary:?} {step}"
                            );
                        }
                    }
                }
            }
        }
    }
}
