//! CSV split into records without copying: fields are slices of the text unless a doubled quote had to be undone.

use crate::data::csv_parts::Part;

/// A quoted field longer than this is a quote that was never closed. Without a bound, one stray quote would swallow
/// every row up to the next one, and each such row would scan the rest of the file.
const LONGEST_QUOTED_FIELD: usize = 64 * 1024;

/// One record: where its fields are.
#[derive(Default)]
pub(super) struct Record {
    /// Where it begins, if no field is quoted, and where each field ends; the next one begins behind the comma.
    start: usize,
    ends: Vec<usize>,
    /// The fields of a record with quotes, which is then not empty.
    fields: Vec<Field>,
    /// Quoted fields with their doubled quotes undone.
    scratch: String,
    /// Physical line on which the record starts, from 1.
    pub(super) line: u64,
    /// The quotes do not match; the fields mean nothing.
    pub(super) bad_quoting: bool,
}

/// A range of the text, or of the scratch space.
struct Field {
    start: usize,
    end: usize,
    in_scratch: bool,
}

impl Record {
    /// How many fields there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.ends.len() + self.fields.len()
    }

    fn push_plain(&mut self, start: usize, end: usize) {
        self.fields.push(Field {
            start,
            end,
            in_scratch: false,
        });
    }

    /// The field at `index`, or nothing beyond the end.
    #[inline(always)]
    pub(super) fn get<'a>(&'a self, text: &'a str, index: usize) -> &'a str {
        let Some(&end) = self.ends.get(index) else {
            return self.get_quoted(text, index);
        };
        let start = match index.checked_sub(1).and_then(|before| self.ends.get(before)) {
            None => self.start,
            Some(&before) => before + 1,
        };
        // Many fields are empty, and the others must be proven to be text.
        if start == end { "" } else { &text[start..end] }
    }

    /// Like [`Record::get`], where fields may be quoted.
    #[inline(never)]
    fn get_quoted<'a>(&'a self, text: &'a str, index: usize) -> &'a str {
        match self.fields.get(index) {
            Some(field) if field.in_scratch => &self.scratch[field.start..field.end],
            Some(field) => &text[field.start..field.end],
            None => "",
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
        record.ends.clear();
        record.fields.clear();
        record.scratch.clear();
        record.bad_quoting = false;
        record.line = self.place.line;
        if !self.quotes {
            self.line(record);
            return true;
        }
        let start = self.place.at;
        loop {
            let end = if bytes.get(self.place.at) == Some(&b'"') {
                self.quoted(record)
            } else {
                self.plain(record)
            };
            match end {
                End::Comma => {}
                End::Line => return true,
                End::BadQuoting => {
                    self.resume_after(start, record);
                    return true;
                }
            }
        }
    }

    /// A record without quotes, which is a line.
    fn line(&mut self, record: &mut Record) {
        let bytes = self.text.as_bytes();
        let (mut start, mut word_at) = (self.place.at, self.place.at);
        record.start = start;
        while word_at < bytes.len() {
            let word = word(&bytes[word_at..]);
            let newlines = equal_bytes(word, b'\n');
            // What comes before the first newline: everything if there is none.
            let mut commas = equal_bytes(word, b',') & newlines.wrapping_sub(1) & !newlines;
            while commas != 0 {
                let end = word_at + commas.trailing_zeros() as usize / 8;
                record.ends.push(end);
                start = end + 1;
                commas &= commas - 1;
            }
            if newlines != 0 {
                let end = word_at + newlines.trailing_zeros() as usize / 8;
                record.ends.push(without_return(bytes, start, end));
                self.place.at = end + 1;
                self.place.line += 1;
                return;
            }
            word_at += WORD;
        }
        self.place.at = bytes.len();
        record.ends.push(without_return(bytes, start, bytes.len()));
    }

    /// Fields without quotes, up to the line end or to a field that begins with a quote.
    fn plain(&mut self, record: &mut Record) -> End {
        let bytes = self.text.as_bytes();
        let mut start = self.place.at;
        for end in Delimiters::new(bytes, start) {
            if bytes[end] == b'\n' {
                self.place.at = end + 1;
                self.place.line += 1;
                record.push_plain(start, without_return(bytes, start, end));
                return End::Line;
            }
            record.push_plain(start, end);
            start = end + 1;
            if bytes.get(start) == Some(&b'"') {
                self.place.at = start;
                return End::Comma;
            }
        }
        self.place.at = bytes.len();
        record.push_plain(start, without_return(bytes, start, bytes.len()));
        End::Line
    }

    /// A quoted field; `at` stands on the opening quote.
    fn quoted(&mut self, record: &mut Record) -> End {
        let bytes = self.text.as_bytes();
        let opening = self.place.at;
        let limit = bytes.len().min(opening + LONGEST_QUOTED_FIELD);
        let scratch_start = record.scratch.len();
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
            record.scratch.push_str(&self.text[segment..=quote]);
            segment = quote + 2;
        };
        let field = if segment == opening + 1 {
            Field {
                start: segment,
                end: closing,
                in_scratch: false,
            }
        } else {
            record.scratch.push_str(&self.text[segment..closing]);
            Field {
                start: scratch_start,
                end: record.scratch.len(),
                in_scratch: true,
            }
        };
        self.place.line += bytes[opening..closing]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count() as u64;
        self.place.at = closing + 1;
        if bytes[self.place.at..].starts_with(b"\r\n") {
            self.place.at += 1;
        }
        record.fields.push(field);
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
        record.fields.clear();
        record.bad_quoting = true;
    }
}

/// Where the last field of a line ends: before the `\r` of a CRLF, if there is one.
fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && bytes[end - 1] == b'\r')
}

/// Bytes looked at together.
const WORD: usize = 8;

/// The positions of commas and newlines, found a word at a time: fields are too short for a search that starts anew at
/// each.
struct Delimiters<'t> {
    bytes: &'t [u8],
    /// Where the word at hand begins, and where the one after it does.
    word: usize,
    next: usize,
    /// The highest bit of each byte of the word at hand that is a delimiter and has not been returned yet.
    found: u64,
}

impl<'t> Delimiters<'t> {
    fn new(bytes: &'t [u8], at: usize) -> Delimiters<'t> {
        Delimiters {
            bytes,
            word: at,
            next: at,
            found: 0,
        }
    }
}

impl Iterator for Delimiters<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            let rest = &self.bytes[self.next..];
            if rest.is_empty() {
                return None;
            }
            let word = word(rest);
            self.found = equal_bytes(word, b',') | equal_bytes(word, b'\n');
            self.word = self.next;
            self.next += WORD.min(rest.len());
        }
        let position = self.word + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(position)
    }
}

/// The first bytes of `rest`, the very first lowest. Zeros behind the end are no delimiters.
#[inline(always)]
fn word(rest: &[u8]) -> u64 {
    let word = rest.first_chunk::<WORD>().copied();
    let padded = || std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0));
    u64::from_le_bytes(word.unwrap_or_else(padded))
}

/// The highest bit of each byte of `word` that is `byte`.
#[inline(always)]
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differing = word ^ u64::from_le_bytes([byte; WORD]);
    // The sum of the low seven bits sets the highest unless all of them are zero.
    !((differing & LOW).wrapping_add(LOW) | differing | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(u64, Vec<String>)> {
        let (mut splitter, mut record, mut rows) = (Splitter::new(text), Record::default(), Vec::new());
        while splitter.next(&mut record) {
            let fields = (0..record.len())
                .map(|i| record.get(text, i).to_string())
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
