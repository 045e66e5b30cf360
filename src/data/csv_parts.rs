//! A CSV text cut into parts that begin and end with a record, so that they can be read side by side.

use crate::data::csv_lines::count_lines;
use crate::data::csv_table::{Part, Place, Records, Splitter};
use memchr::memchr;

/// About as many bytes as a part has: enough to be worth a task, few enough to stay in a core's cache.
pub(super) const PART_BYTES: usize = if cfg!(fuzzing) { 8 } else { 192 * 1024 };

/// Cuts a text into parts, from a place where a record begins.
pub(super) struct Cutter<'t> {
    text: &'t str,
    place: Place,
    /// No part begins here or later.
    stop: usize,
    part_bytes: usize,
    /// Whether more of the text is to come, so that a quote which nothing closes may still be closed.
    goes_on: bool,
}

impl<'t> Cutter<'t> {
    /// Starts at `place`.
    pub(super) fn new(text: &'t str, place: Place) -> Cutter<'t> {
        Cutter {
            text,
            place,
            stop: text.len(),
            part_bytes: PART_BYTES,
            goes_on: false,
        }
    }

    /// Where the last record ends that is the same whatever comes after the text, which ends with a line; nothing if there
    /// is no such record.
    pub(super) fn end_of_whole_records(text: &str, from: Place) -> Option<Place> {
        let mut cutter = Cutter {
            goes_on: true,
            ..Cutter::new(text, from)
        };
        while cutter.next().is_some() {}
        (cutter.place.at > from.at).then_some(cutter.place)
    }
}

impl Iterator for Cutter<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let (bytes, from) = (self.text.as_bytes(), self.place);
        if from.at >= self.stop {
            return None;
        }
        let wanted = self.stop.min(from.at + self.part_bytes);
        let stop = memchr(b'\n', &bytes[wanted..]).map_or(bytes.len(), |length| wanted + length + 1);
        let part = &bytes[from.at..stop];
        let quotes = memchr(b'"', part).is_some();
        let newlines = (!quotes).then(|| count_lines(part));
        if let Some(newlines) = newlines {
            self.place = Place {
                at: stop,
                line: from.line + newlines,
            };
        } else {
            // Whether a newline ends a record only the records before it can tell.
            let mut splitter = Splitter::between(self.text, from, wanted);
            let mut records = Records::default();
            loop {
                self.place = splitter.place();
                if !splitter.next(&mut records) {
                    self.place = splitter.place();
                    break;
                }
                if self.goes_on && splitter.is_open_at_end() {
                    self.stop = self.place.at;
                    break;
                }
                records.clear();
            }
        }
        Some(Part {
            from,
            stop: self.place.at,
            newlines,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, mut splitter: Splitter<'_>) -> Vec<(u64, bool, Vec<String>)> {
        let (mut records, mut rows) = (Records::default(), Vec::new());
        while splitter.next(&mut records) {
            let fields = records.only(text).map(str::to_string).collect();
            rows.push((records.line(0), records.flaw(0).is_some(), fields));
            records.clear();
        }
        rows
    }

    proptest! {
        #[test]
        fn parts_have_the_records_of_the_whole(text in "[ab,\"\r\n]{0,60}", part_bytes in 1usize..12) {
            let place = Place { at: 0, line: 1 };
            let cutter = Cutter { part_bytes, ..Cutter::new(&text, place) };
            let of_part = |part: Part| rows(&text, Splitter::between(&text, part.from, part.stop));
            let parts = cutter.flat_map(of_part);
            prop_assert_eq!(parts.collect::<Vec<_>>(), rows(&text, Splitter::new(&text)));
        }

        #[test]
        fn whole_records_stay_what_they_are(text in "[ab,\"\r\n]{0,60}", cut in 0usize..60) {
            let lines = text[..text.len().min(cut)].rfind('\n').map_or("", |newline| &text[..=newline]);
            let from = Place { at: 0, line: 1 };
            let end = Cutter::end_of_whole_records(lines, from).unwrap_or(from);
            let before = &text[..end.at];
            let mut found = rows(before, Splitter::between(before, from, end.at));
            found.extend(rows(&text, Splitter::between(&text, end, text.len())));
            prop_assert_eq!(found, rows(&text, Splitter::new(&text)));
        }
    }
}
