//! CSV split into records without copying: fields are slices of the text unless a doubled quote had to be undone.

/// A quoted field longer than this is a quote that was never closed. Without a bound, one stray quote would swallow
/// every row up to the next one, and each such row would scan the rest of the file.
const LONGEST_QUOTED_FIELD: usize = 64 * 1024;

/// One record: where its fields are.
#[derive(Default)]
pub(super) struct Record {
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
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The field at `index`, or nothing beyond the end.
    pub(super) fn get<'a>(&'a self, text: &'a str, index: usize) -> &'a str {
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
    at: usize,
    line: u64,
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
        Splitter { text, at: 0, line: 1 }
    }

    /// Reads the next record that is not a blank line; `false` at the end of the text.
    pub(super) fn next(&mut self, record: &mut Record) -> bool {
        let bytes = self.text.as_bytes();
        loop {
            match &bytes[self.at..] {
                [] => return false,
                [b'\n', ..] => self.at += 1,
                [b'\r', b'\n', ..] => self.at += 2,
                _ => break,
            }
            self.line += 1;
        }
        record.fields.clear();
        record.scratch.clear();
        record.bad_quoting = false;
        record.line = self.line;
        let start = self.at;
        loop {
            let end = if bytes.get(self.at) == Some(&b'"') {
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

    /// A field without quotes: up to the next comma or line end.
    fn plain(&mut self, record: &mut Record) -> End {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let length = bytes[start..]
            .iter()
            .position(|&byte| byte == b',' || byte == b'\n');
        let mut end = length.map_or(bytes.len(), |length| start + length);
        self.at = end;
        let ending = self.step_over_end();
        if matches!(ending, End::Line) && end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        record.fields.push(Field {
            start,
            end,
            in_scratch: false,
        });
        ending
    }

    /// A quoted field; `at` stands on the opening quote.
    fn quoted(&mut self, record: &mut Record) -> End {
        let bytes = self.text.as_bytes();
        let opening = self.at;
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
        self.line += bytes[opening..closing]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count() as u64;
        self.at = closing + 1;
        if bytes[self.at..].starts_with(b"\r\n") {
            self.at += 1;
        }
        record.fields.push(field);
        if matches!(bytes.get(self.at), None | Some(b',' | b'\n')) {
            self.step_over_end()
        } else {
            End::BadQuoting
        }
    }

    /// Steps over the comma or line end that `at` stands on.
    fn step_over_end(&mut self) -> End {
        let byte = self.text.as_bytes().get(self.at);
        self.at += usize::from(byte.is_some());
        match byte {
            Some(b',') => End::Comma,
            Some(_) => {
                self.line += 1;
                End::Line
            }
            None => End::Line,
        }
    }

    /// Gives up on a record and goes on with the physical line after the one it started on.
    fn resume_after(&mut self, start: usize, record: &mut Record) {
        let bytes = self.text.as_bytes();
        let length = bytes[start..].iter().position(|&byte| byte == b'\n');
        self.at = length.map_or(bytes.len(), |length| start + length + 1);
        self.line = record.line + 1;
        record.fields.clear();
        record.bad_quoting = true;
    }
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
