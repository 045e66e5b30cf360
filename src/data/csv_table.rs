//! CSV split into records, without copying where there are no quotes: then fields are slices of the text.

use memchr::{memchr, memchr2};

/// What is longer than this, in bytes, has a quote that was never closed.
#[derive(Clone, Copy)]
struct Longest {
    /// Of a quoted field. Without a bound, one stray quote would swallow every row up to the next one.
    field: usize,
    /// Of a record of several lines, from the end of its first field of several lines on. Without a bound, quotes that by
    /// chance close each other from line to line would make one record of a whole file.
    lines: usize,
}

const LONGEST: Longest = if cfg!(fuzzing) {
    Longest { field: 12, lines: 50 }
} else {
    Longest {
        field: 64 << 10,
        lines: 1 << 20,
    }
};

/// Records that follow each other: where their fields are.
#[derive(Default)]
pub(super) struct Records {
    /// Fields of a record; 0 if any number will do, for which there is but one record.
    fields: usize,
    /// Per record without a flaw, where each field begins, and where one behind the last would. Places behind the text are
    /// in `unquoted`.
    starts: Vec<usize>,
    /// The fields of records with quotes, without the quotes, and a byte behind each.
    unquoted: String,
    records: Vec<Record>,
    /// The records that cannot be trusted.
    flaws: Vec<(usize, Flaw)>,
}

/// One of them.
struct Record {
    /// The physical line on which it starts, from 1.
    line: u64,
    /// Which of the starts is that of its first field; [`NOWHERE`] if it has a flaw.
    first: usize,
}

/// Beyond all starts, and so is each field from here on: no place is kept for the fields of a record with a flaw, which may
/// be many more than it has bytes.
const NOWHERE: usize = usize::MAX / 2;

/// What makes a CSV row as a whole unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// More or fewer fields than the header.
    FieldCount {
        /// In this row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Quotes that do not match.
    Quoting,
}

impl Records {
    /// The records of a part of `text`, each of which is to have so many fields.
    pub(super) fn of_part(text: &str, part: &Part, fields: usize) -> Records {
        let mut records = Records::with_fields(fields);
        let mut splitter = Splitter {
            quotes: part.newlines.is_none(),
            ..Splitter::between(text, part.from, part.stop)
        };
        while splitter.next(&mut records) {}
        records
    }

    /// None yet; each is to have so many fields.
    fn with_fields(fields: usize) -> Records {
        Records {
            fields,
            ..Records::default()
        }
    }

    /// How many records there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// The physical line on which a record starts.
    #[inline]
    pub(super) fn line(&self, record: usize) -> u64 {
        self.records[record].line
    }

    /// Why a record cannot be trusted, if so.
    #[inline]
    pub(super) fn flaw(&self, record: usize) -> Option<Flaw> {
        if self.flaws.is_empty() {
            return None;
        }
        let found = self.flaws.binary_search_by_key(&record, |&(record, _)| record);
        found.ok().map(|place| self.flaws[place].1)
    }

    /// Where a field of each record begins and ends, in the text or behind it; of a record with a flaw, one that is empty.
    pub(super) fn places(&self, field: usize) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.records.iter().map(move |record| self.place(record, field))
    }

    /// Where a field of a record begins and ends.
    #[inline(always)]
    fn place(&self, record: &Record, field: usize) -> (usize, usize) {
        // Neither can wrap, nor is that worth a check.
        let starts = self.starts.get(record.first.wrapping_add(field)..);
        match starts.and_then(|starts| starts.first_chunk()) {
            Some(&[start, next]) => (start, next.wrapping_sub(1)),
            None => (0, 0),
        }
    }

    /// A field of a record of `text`; of one with a flaw, nothing.
    #[inline]
    pub(super) fn get<'a>(&'a self, text: &'a str, record: usize, field: usize) -> &'a str {
        let (start, end) = self.place(&self.records[record], field);
        if start <= text.len() {
            return &text[start..end];
        }
        let behind = text.len() + 1;
        &self.unquoted[start - behind..end - behind]
    }

    /// The fields of the only record, whatever their number.
    pub(super) fn only<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        // Places go by the number of fields, so they are as if they were one record each.
        let behind = text.len() + 1;
        self.starts
            .windows(2)
            .map(move |place| match place[0].checked_sub(behind) {
                None => &text[place[0]..place[1] - 1],
                Some(start) => &self.unquoted[start..place[1] - 1 - behind],
            })
    }

    /// Forgets all records.
    pub(super) fn clear(&mut self) {
        self.starts.clear();
        self.unquoted.clear();
        self.records.clear();
        self.flaws.clear();
    }

    /// Adds the rest of a field without its quotes, with the byte behind it; the whole text has `length` bytes.
    #[inline(always)]
    fn end_unquoted(&mut self, rest: &str, length: usize) {
        self.unquoted.push_str(rest);
        self.starts.push(length + 1 + self.unquoted.len());
    }

    /// The record that begins at `place`, and whose fields are those from `first` on, is over.
    #[inline]
    fn end(&mut self, first: usize, place: Place, bad_quoting: bool) {
        let (line, found) = (place.line, self.starts.len() - first - 1);
        if bad_quoting || (found != self.fields && self.fields != 0) {
            return self.give_up(first, found, line, bad_quoting);
        }
        self.records.push(Record { line, first });
    }

    /// Keeps of such a record but what is wrong with it.
    #[cold]
    fn give_up(&mut self, first: usize, found: usize, line: u64, bad_quoting: bool) {
        let expected = self.fields;
        let flaw = match bad_quoting {
            true => Flaw::Quoting,
            false => Flaw::FieldCount { found, expected },
        };
        self.flaws.push((self.len(), flaw));
        self.starts.truncate(first);
        let first = NOWHERE;
        self.records.push(Record { line, first });
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
    /// Whether a quote was taken for one that was never closed, because the text ended.
    open_at_end: bool,
    longest: Longest,
    given_up: GivenUp,
}

/// How far the records were read that were given up. What begins on a later line and has a field of several lines before
/// there comes by there as well: where a line ends within quotes, they mean the same to both, and so does all that follows.
/// So the way need not be gone again by each of many lines.
#[derive(Clone, Copy, Default)]
struct GivenUp {
    /// Where its last field begins.
    at: usize,
    /// Whether the quotes of this field do not match; else the record was too long.
    broken: bool,
}

/// Where a record begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) at: usize,
    /// Its physical line, from 1.
    pub(super) line: u64,
}

/// The records that begin from one place up to another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    /// Where its first record begins.
    pub(super) from: Place,
    /// Where the part after it begins.
    pub(super) stop: usize,
    /// How many newlines it has, if it holds no quotes: then every newline ends a record.
    pub(super) newlines: Option<u64>,
}

impl Part {
    /// Its records from a place within it on.
    pub(super) fn after(self, from: Place) -> Part {
        let newlines = self
            .newlines
            .map(|newlines| newlines - (from.line - self.from.line));
        Part {
            from,
            newlines,
            ..self
        }
    }
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
            open_at_end: false,
            longest: LONGEST,
            given_up: GivenUp::default(),
        }
    }

    /// Where the next record begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Whether a record would have been another one if the text went on: a quote was not closed before the text ended.
    pub(super) fn is_open_at_end(&self) -> bool {
        self.open_at_end
    }

    /// Reads the next record that is not a blank line; `false` at the end of the text.
    #[inline]
    pub(super) fn next(&mut self, records: &mut Records) -> bool {
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
        let (first, place) = (records.starts.len(), self.place);
        let well_quoted = if self.quotes && self.line_has_quotes() {
            self.quoted_record(records)
        } else {
            self.line(records);
            true
        };
        records.end(first, place, !well_quoted);
        true
    }

    /// Whether there is a quote before the next newline.
    fn line_has_quotes(&self) -> bool {
        let rest = &self.text.as_bytes()[self.place.at..];
        memchr2(b'"', b'\n', rest).is_some_and(|place| rest[place] == b'"')
    }

    /// A record without quotes, which is a line.
    fn line(&mut self, records: &mut Records) {
        let bytes = self.text.as_bytes();
        let (start, mut word_at) = (self.place.at, self.place.at);
        records.starts.push(start);
        while let Some(word) = bytes.get(word_at..).and_then(word) {
            let mut found = delimiters(word);
            while found != 0 {
                // Nothing of this can wrap, nor is it worth a check at each byte.
                let bit = found.trailing_zeros() & !7;
                let next = word_at.wrapping_add(bit as usize / 8).wrapping_add(1);
                match word.wrapping_shr(bit) as u8 {
                    b',' => records.starts.push(next),
                    b'\n' => return self.end_line(records, start, next),
                    _ => {}
                }
                found &= found.wrapping_sub(1);
            }
            word_at = word_at.wrapping_add(WORD);
        }
        self.place.at = bytes.len();
        let end = without_return(bytes, start, bytes.len());
        records.starts.push(end + 1);
    }

    /// The line from `start` on is over; the one after it begins at `next`.
    #[inline(always)]
    fn end_line(&mut self, records: &mut Records, start: usize, next: usize) {
        let end = without_return(self.text.as_bytes(), start, next - 1);
        records.starts.push(end + 1);
        self.place = Place {
            at: next,
            line: self.place.line + 1,
        };
    }

    /// A record with quotes, which may be several lines; `false` if they do not match.
    fn quoted_record(&mut self, records: &mut Records) -> bool {
        let (start, unquoted) = (self.place, records.unquoted.len());
        let mut bound = None;
        records.starts.push(self.text.len() + 1 + unquoted);
        loop {
            let at = self.place.at;
            match self.field(records) {
                End::Line => return true,
                End::Comma if self.place.line == start.line || self.goes_on(&mut bound) => {}
                End::Comma => break,
                End::BadQuoting => {
                    self.give_up(GivenUp { at, broken: true });
                    break;
                }
            }
        }
        records.unquoted.truncate(unquoted);
        self.resume_after(start);
        false
    }

    /// Whether a record of several lines is not to be given up, of which a field has just ended. `bound` is where its last
    /// field begins at the latest; nothing before the first field of several lines.
    #[inline(never)]
    fn goes_on(&mut self, bound: &mut Option<usize>) -> bool {
        let at = self.place.at;
        if let Some(bound) = *bound {
            if at > bound {
                self.give_up(GivenUp { at, broken: false });
            }
            return at <= bound;
        }
        let bound = *bound.insert(at + self.longest.lines);
        at > self.given_up.at || self.ends_well(bound)
    }

    /// Remembers how far a record was read, if none was read further.
    fn give_up(&mut self, given_up: GivenUp) {
        if given_up.at >= self.given_up.at {
            self.given_up = given_up;
        }
    }

    /// Whether a record that comes by where others were given up is not to be given up itself.
    #[cold]
    fn ends_well(&mut self, bound: usize) -> bool {
        let (place, mut field) = (self.place, Records::default());
        let ends_well = loop {
            if self.given_up.broken || self.given_up.at > bound {
                break false;
            }
            self.place.at = self.given_up.at;
            field.clear();
            match self.field(&mut field) {
                End::Comma => self.given_up.at = self.place.at,
                End::Line => break true,
                End::BadQuoting => self.given_up.broken = true,
            }
        };
        self.place = place;
        ends_well
    }

    /// A field, whose places and text are added to `records`.
    #[inline(always)]
    fn field(&mut self, records: &mut Records) -> End {
        if self.text.as_bytes().get(self.place.at) == Some(&b'"') {
            self.quoted(records)
        } else {
            self.plain(records)
        }
    }

    /// A field without quotes.
    #[inline(always)]
    fn plain(&mut self, records: &mut Records) -> End {
        let (bytes, start) = (self.text.as_bytes(), self.place.at);
        let end = find(bytes, start, |byte| byte == b',' || byte == b'\n').unwrap_or(bytes.len());
        let text_end = match bytes.get(end) {
            Some(b',') => end,
            _ => without_return(bytes, start, end),
        };
        match self.text.get(start..text_end + 1) {
            Some(field) => records.end_unquoted(field, bytes.len()),
            None => {
                records.unquoted.push_str(&self.text[start..]);
                records.end_unquoted(",", bytes.len());
            }
        }
        self.place.at = end;
        self.step_over_end()
    }

    /// A quoted field; `at` stands on the opening quote.
    #[inline(always)]
    fn quoted(&mut self, records: &mut Records) -> End {
        let bytes = self.text.as_bytes();
        let limit = self.place.at + self.longest.field;
        let within = &bytes[..bytes.len().min(limit)];
        let (mut segment, mut lines) = (self.place.at + 1, 0u64);
        let closing = loop {
            let quote = find(within, segment, |byte| {
                lines = lines.wrapping_add(u64::from(byte == b'\n'));
                byte == b'"'
            });
            let Some(quote) = quote else {
                self.open_at_end |= bytes.len() < limit;
                return End::BadQuoting;
            };
            if bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            records.unquoted.push_str(&self.text[segment..=quote]);
            segment = quote + 2;
        };
        records.end_unquoted(&self.text[segment..=closing], bytes.len());
        self.place.line += lines;
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
    fn resume_after(&mut self, start: Place) {
        let bytes = self.text.as_bytes();
        let length = memchr(b'\n', &bytes[start.at..]);
        self.place = Place {
            at: length.map_or(bytes.len(), |length| start.at + length + 1),
            line: start.line + 1,
        };
    }
}

/// Where the last field of a line ends: before the `\r` of a CRLF, if there is one.
fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && bytes[end - 1] == b'\r')
}

/// The first byte from `from` on that `is_it`, which is asked of every byte that may be a delimiter, or a quote.
#[inline(always)]
fn find(bytes: &[u8], from: usize, mut is_it: impl FnMut(u8) -> bool) -> Option<usize> {
    let mut word_at = from;
    while let Some(word) = bytes.get(word_at..).and_then(word) {
        let mut found = delimiters(word);
        while found != 0 {
            // Nothing of this can wrap, nor is it worth a check at each byte.
            let bit = found.trailing_zeros() & !7;
            if is_it(word.wrapping_shr(bit) as u8) {
                return Some(word_at.wrapping_add(bit as usize / 8));
            }
            found &= found.wrapping_sub(1);
        }
        word_at = word_at.wrapping_add(WORD);
    }
    None
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

/// The highest bit of each byte of `word` that may be a delimiter or a quote: that is no greater than a comma. Few others are.
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
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<(u64, Vec<String>)> {
        let (mut splitter, mut records, mut rows) = (Splitter::new(text), Records::default(), Vec::new());
        while splitter.next(&mut records) {
            let fields = records.only(text).map(str::to_string).collect();
            rows.push((
                records.line(0),
                match records.flaw(0) {
                    Some(_) => vec!["BAD".to_string()],
                    None => fields,
                },
            ));
            records.clear();
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

    /// The records of a text, each as where it is, and where its fields are.
    fn all(text: &str, longest: Longest, forgetful: bool) -> Vec<(Place, Option<Flaw>, Vec<String>)> {
        let limited = |splitter| Splitter { longest, ..splitter };
        let (mut splitter, mut records, mut rows) =
            (limited(Splitter::new(text)), Records::default(), Vec::new());
        while splitter.next(&mut records) {
            let fields = records.only(text).map(str::to_string).collect();
            rows.push((splitter.place(), records.flaw(0), fields));
            records.clear();
            if forgetful {
                splitter = limited(Splitter::between(text, splitter.place(), text.len()));
            }
        }
        rows
    }

    proptest! {
        /// What is remembered of records that were given up changes nothing.
        #[test]
        fn a_way_that_others_have_gone_ends_as_it_ended_for_them(
            tokens in prop::collection::vec("a|,|\"|\"\"|\n|\r\n|a\",\"\n|\n\",\"|,a,\"\n", 0..60),
            field in 1usize..20, lines in 1usize..40,
        ) {
            let (text, longest) = (tokens.concat(), Longest { field, lines });
            prop_assert_eq!(all(&text, longest, false), all(&text, longest, true));
        }
    }

    /// Each line closes the quote of the one before, and opens another.
    const CHAIN: &str = "a\",b,\"c\n";

    #[test]
    fn quotes_that_close_each_other_from_line_to_line_make_no_record_of_a_file() {
        let bad = |lines: usize, end: &str| {
            let text = CHAIN.repeat(lines) + end;
            let part = Part {
                stop: text.len(),
                from: Place { at: 0, line: 1 },
                newlines: None,
            };
            let records = Records::of_part(&text, &part, 3);
            // Nothing is kept of what was given up.
            assert!(records.unquoted.len() <= text.len() && records.starts.len() <= text.len());
            assert_eq!(records.len(), records.flaws.len());
            let bad = |&&(_, flaw): &&(usize, Flaw)| flaw == Flaw::Quoting;
            (
                records.flaws.iter().filter(bad).count(),
                records.flaws.last().copied(),
            )
        };
        let found = |record, found| {
            let expected = 3;
            Some((record, Flaw::FieldCount { found, expected }))
        };
        // The first is one record, and the second ends badly, however it is begun.
        assert_eq!(bad(1_000, "\""), (0, found(0, 2_001)));
        assert_eq!(bad(4_000, "\"x"), (4_001, Some((4_000, Flaw::Quoting))));
        // Longer than a record may be: as many lines are too many as are more than those of the longest one.
        let longest = LONGEST.lines / CHAIN.len() + 1;
        assert_eq!(bad(longest, "\""), (0, found(0, 2 * longest + 1)));
        assert_eq!(bad(longest + 1, "\""), (1, found(1, 2 * longest + 1)));
        assert_eq!(bad(3 * longest, "\"").0, 2 * longest);
    }

    #[test]
    fn a_row_with_a_flaw_keeps_no_place_per_field() {
        let fields = 100_000;
        for row in ["P1,1.00\n", "P1,\"1.00\"\n", "P1,\"1.00\n"] {
            let whole = ",".repeat(fields - 1) + "\n";
            let text = row.repeat(500) + &whole + &row.repeat(500);
            let part = Part {
                stop: text.len(),
                from: Place { at: 0, line: 1 },
                newlines: None,
            };
            let records = Records::of_part(&text, &part, fields);
            assert_eq!((records.len(), records.flaws.len()), (1_001, 1_000));
            assert_eq!(records.starts.len(), fields + 1, "{row}");
            assert!(records.unquoted.len() <= text.len(), "{row}");
            let places = records.places(fields - 1);
            assert!(
                places
                    .enumerate()
                    .all(|(record, (start, end))| start == end && (start > 0) == (record == 500))
            );
            assert_eq!(records.get(&text, 0, 0), "");
        }
    }

    #[test]
    fn records_of_one_width_lie_side_by_side() {
        let text = "a,b\n\"c,\",\"\"\nd\n\"e\nf,";
        let (mut splitter, mut records) = (Splitter::new(text), Records::with_fields(2));
        while splitter.next(&mut records) {}
        let flaws: Vec<_> = (0..records.len()).map(|record| records.flaw(record)).collect();
        let one_field = Flaw::FieldCount {
            found: 1,
            expected: 2,
        };
        assert_eq!(flaws, [None, None, Some(one_field), Some(Flaw::Quoting), None]);
        let fields = |record| [0, 1].map(|field| records.get(text, record, field));
        assert_eq!(
            [fields(0), fields(1), fields(4)],
            [["a", "b"], ["c,", ""], ["f", ""]]
        );
        let lengths = |field| {
            records
                .places(field)
                .map(|(start, end)| end - start)
                .collect::<Vec<_>>()
        };
        assert_eq!([lengths(0), lengths(1)], [[1, 2, 0, 0, 1], [1, 0, 0, 0, 0]]);
    }
}
