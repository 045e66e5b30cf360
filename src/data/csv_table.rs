//! CSV split into records, without copying where there are no quotes: then fields are slices of the text.

use crate::data::csv_parts::Part;
use memchr::memchr2;

/// A quoted field longer than this is a quote that was never closed. Without a bound, one stray quote would swallow
/// every row up to the next one, and each such row would scan the rest of the file.
const LONGEST_QUOTED_FIELD: usize = 64 * 1024;

/// One record: where its fields are.
#[derive(Default)]
pub(super) struct Record {
    /// Where each field begins, and where one behind the last would: each ends a byte before the next begins.
    starts: Vec<usize>,
    /// The fields of a record with quotes, without the quotes, and a comma behind each.
    unquoted: String,
    /// Whether that is where the fields are, and not in the text.
    quoted: bool,
    /// Physical line on which the record starts, from 1.
    pub(super) line: u64,
    /// The quotes do not match; there are no fields.
    pub(super) bad_quoting: bool,
}

/// The fields of a record.
#[derive(Clone, Copy)]
pub(super) struct RecordFields<'a> {
    text: &'a str,
    starts: &'a [usize],
}

impl Record {
    /// How many fields there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Its fields, if it is a record of `text`.
    #[inline]
    pub(super) fn fields<'a>(&'a self, text: &'a str) -> RecordFields<'a> {
        RecordFields {
            text: if self.quoted { &self.unquoted } else { text },
            starts: &self.starts,
        }
    }

    /// What was added to `unquoted` is a field.
    fn end_unquoted(&mut self) {
        self.unquoted.push(',');
        self.starts.push(self.unquoted.len());
    }
}

impl<'a> RecordFields<'a> {
    /// The field at `index`, or nothing beyond the end.
    #[inline(always)]
    pub(super) fn get(self, index: usize) -> &'a str {
        match self.starts.get(index..) {
            Some([start, next, ..]) => &self.text[*start..*next - 1],
            _ => "",
        }
    }

    /// Whether there is nothing in the field at `index`.
    #[inline(always)]
    pub(super) fn is_empty(self, index: usize) -> bool {
        match self.starts.get(index..) {
            Some([start, next, ..]) => *start + 1 == *next,
            _ => true,
        }
    }
}

/// Walks through the records of a text.
pub(super) struct Splitter<'t> {
    text: &'t str,
    place: Place,
    /// No record begins here or later.
    stop: usize,
    /// Whether there may be quotes before that.
    quotes: bool,
}

/// Where a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) at: usize,
    /// Its physical line, from 1.
    pub(super) line: u64,
}

/// How a field ended.
enum End {
    Comma,
    Line,
    BadQuoting,
}

impl<'t> Splitter<'t> {
    /// Starts at line 1 of `text`.
    pub(super) fn new(text: &'t str) -> Splitter<'t> {
        Splitter::between(text, Place { at: 0, line: 1 }, text.len())
    }

    /// Starts at a place where a record begins, and ends before the records that begin at `stop` or later.
    pub(super) fn between(text: &'t str, place: Place, stop: usize) -> Splitter<'t> {
        Splitter {
            text,
            place,
            stop,
            quotes: true,
        }
    }

    /// The records of a part.
    pub(super) fn of_part(text: &'t str, part: &Part) -> Splitter<'t> {
        Splitter {
            quotes: part.quotes,
            ..Splitter::between(text, part.from, part.stop)
        }
    }

    /// Where the next record begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Reads the next record that is not a blank line; `false` at the end of the text.
    #[inline]
    pub(super) fn next(&mut self, record: &mut Record) -> bool {
        let bytes = self.text.as_bytes();
        loop {
            if self.place.at >= self.stop {
                return false;
            }
            match &bytes[self.place.at..] {
                [b'\n', ..] => self.place.at += 1,
                [b'\r', b'\n', ..] => self.place.at += 2,
                _ => break,
            }
            self.place.line += 1;
        }
        record.starts.clear();
        record.bad_quoting = false;
        record.line = self.place.line;
        record.quoted = self.quotes && self.line_has_quotes();
        if record.quoted {
            self.quoted_record(record);
        } else {
            self.line(record);
        }
        true
    }

    /// Whether there is a quote before the next newline.
    fn line_has_quotes(&self) -> bool {
        let rest = &self.text.as_bytes()[self.place.at..];
        memchr2(b'"', b'\n', rest).is_some_and(|place| rest[place] == b'"')
    }

    /// A record without quotes, which is a line.
    fn line(&mut self, record: &mut Record) {
        let bytes = self.text.as_bytes();
        let (start, mut word_at) = (self.place.at, self.place.at);
        record.starts.push(start);
        while let Some(word) = bytes.get(word_at..).and_then(word) {
            let mut found = delimiters(word);
            while found != 0 {
                // Nothing of this can wrap, nor is it worth a check at each byte.
                let bit = found.trailing_zeros() & !7;
                let next = word_at.wrapping_add(bit as usize / 8).wrapping_add(1);
                match word.wrapping_shr(bit) as u8 {
                    b',' => record.starts.push(next),
                    b'\n' => return self.end_line(record, start, next),
                    _ => {}
                }
                found &= found.wrapping_sub(1);
            }
            word_at = word_at.wrapping_add(WORD);
        }
        self.place.at = bytes.len();
        let end = without_return(bytes, start, bytes.len());
        record.starts.push(end + 1);
    }

    /// The line from `start` on is over; the one after it begins at `next`.
    #[inline(always)]
    fn end_line(&mut self, record: &mut Record, start: usize, next: usize) {
        let end = without_return(self.text.as_bytes(), start, next - 1);
        record.starts.push(end + 1);
        self.place = Place {
            at: next,
            line: self.place.line + 1,
        };
    }

    /// A record with quotes, which may be several lines.
    fn quoted_record(&mut self, record: &mut Record) {
        let start = self.place.at;
        record.unquoted.clear();
        record.starts.push(0);
        loop {
            let end = if self.text.as_bytes().get(self.place.at) == Some(&b'"') {
                self.quoted(record)
            } else {
                self.plain(record)
            };
            match end {
                End::Comma => {}
                End::Line => return,
                End::BadQuoting => return self.resume_after(start, record),
            }
        }
    }

    /// A field without quotes.
    fn plain(&mut self, record: &mut Record) -> End {
        let (bytes, start) = (self.text.as_bytes(), self.place.at);
        let length = memchr2(b',', b'\n', &bytes[start..]);
        let end = length.map_or(bytes.len(), |length| start + length);
        let text_end = match bytes.get(end) {
            Some(b',') => end,
            _ => without_return(bytes, start, end),
        };
        record.unquoted.push_str(&self.text[start..text_end]);
        record.end_unquoted();
        self.place.at = end;
        self.step_over_end()
    }

    /// A quoted field; `at` stands on the opening quote.
    fn quoted(&mut self, record: &mut Record) -> End {
        let bytes = self.text.as_bytes();
        let opening = self.place.at;
        let limit = bytes.len().min(opening + LONGEST_QUOTED_FIELD);
        let mut segment = opening + 1;
        let closing = loop {
            let Some(length) = bytes[segment..limit.max(segment)]
                .iter()
                .position(|&byte| byte == b'"')
            else {
                return End::BadQuoting;
            };
            let quote = segment + length;
            if bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            record.unquoted.push_str(&self.text[segment..=quote]);
            segment = quote + 2;
        };
        record.unquoted.push_str(&self.text[segment..closing]);
        record.end_unquoted();
        self.place.line += bytes[opening..closing]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count() as u64;
        self.place.at = closing + 1;
        if bytes[self.place.at..].starts_with(b"\r\n") {
            self.place.at += 1;
        }
        if matches!(bytes.get(self.place.at), None | Some(b',' | b'\n')) {
            self.step_over_end()
        } else {
            End::BadQuoting
        }
    }

    /// Steps over the comma or line end that `at` stands on.
    fn step_over_end(&mut self) -> End {
        let byte = self.text.as_bytes().get(self.place.at);
        self.place.at += usize::from(byte.is_some());
        match byte {
            Some(b',') => End::Comma,
            Some(_) => {
                self.place.line += 1;
                End::Line
            }
            None => End::Line,
        }
    }

    /// Gives up on a record and goes on with the physical line after the one it started on.
    fn resume_after(&mut self, start: usize, record: &mut Record) {
        let bytes = self.text.as_bytes();
        let length = bytes[start..].iter().position(|&byte| byte == b'\n');
        self.place.at = length.map_or(bytes.len(), |length| start + length + 1);
        self.place.line = record.line + 1;
        record.starts.clear();
        record.bad_quoting = true;
    }
}

/// Where the last field of a line ends: before the `\r` of a CRLF, if there is one.
fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && bytes[end - 1] == b'\r')
}

/// Bytes looked at together.
const WORD: usize = 8;

/// The first bytes of `rest`, the very first lowest; none at the end. Zeros behind the end are no delimiters.
#[inline(always)]
fn word(rest: &[u8]) -> Option<u64> {
    match rest.first_chunk::<WORD>() {
        Some(word) => Some(u64::from_le_bytes(*word)),
        None => last_word(rest),
    }
}

#[cold]
fn last_word(rest: &[u8]) -> Option<u64> {
    let word = std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0));
    (!rest.is_empty()).then(|| u64::from_le_bytes(word))
}

/// The highest bit of each byte of `word` that may be a delimiter: that is no greater than a comma. Few others are.
#[inline(always)]
fn delimiters(word: u64) -> u64 {
    const HIGHEST: u64 = u64::from_le_bytes([0x80; WORD]);
    // With its highest bit set, no byte borrows from the next; it keeps the bit unless it is below what is taken from it.
    let rest = (word | HIGHEST).wrapping_sub(u64::from_le_bytes([b',' + 1; WORD]));
    !(rest | word) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(u64, Vec<String>)> {
        let (mut splitter, mut record, mut rows) = (Splitter::new(text), Record::default(), Vec::new());
        while splitter.next(&mut record) {
            let fields = (0..record.len())
                .map(|i| record.fields(text).get(i).to_string())
                .collect();
            rows.push((
                record.line,
                if record.bad_quoting {
                    vec!["BAD".to_string()]
                } else {
                    fields
                },
            ));
        }
        rows
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| field.to_string()).collect())
    }

    #[test]
    fn fields_and_physical_lines() {
        assert_eq!(
            split("a,b\r\n\r\nc,\nd"),
            [row(1, &["a", "b"]), row(3, &["c", ""]), row(4, &["d"])]
        );
        assert_eq!(split("a,"), [row(1, &["a", ""])]);
        assert_eq!(split(""), []);
        assert_eq!(
            split("\"x\ny\",\"1\"\"2\"\r\nz"),
            [row(1, &["x\ny", "1\"2"]), row(3, &["z"])]
        );
        assert_eq!(split("\"\",\"\"\"\""), [row(1, &["", "\""])]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let rows = split("a\n\"b\nc\n\"d\"x,1\ne\n");
        assert_eq!(
            rows,
            [
                row(1, &["a"]),
                row(2, &["BAD"]),
                row(3, &["c"]),
                row(4, &["BAD"]),
                row(5, &["e"])
            ]
        );
    }
}
