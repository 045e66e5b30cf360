//! A CSV text cut into parts that begin and end with a record, so that they can be read side by side.

use crate::data::csv_table::{Place, Records, Splitter};
use memchr::{memchr, memchr_iter};

/// About as many bytes as a part has: enough to be worth a task, few enough to stay in a core's cache.
const PART_BYTES: usize = 192 * 1024;

/// The records that begin from one place up to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Where its first record begins.
    pub(super) from: Place,
    /// Where the part after it begins.
    pub(super) stop: usize,
    /// Whether it may hold quotes.
    pub(super) quotes: bool,
}

/// Cuts a text into parts, from a place where a record begins.
pub(super) struct Cutter<'t> {
    text: &'t str,
    place: Place,
    /// No part begins here or later.
    stop: usize,
    part_bytes: usize,
}

impl<'t> Cutter<'t> {
    /// Starts at `place`.
    pub(super) fn new(text: &'t str, place: Place) -> Cutter<'t> {
        Cutter::until(text, place, text.len())
    }

    /// Starts at `place`, and ends with the record that runs into `stop`.
    pub(super) fn until(text: &'t str, place: Place, stop: usize) -> Cutter<'t> {
        Cutter {
            text,
            place,
            stop,
            part_bytes: PART_BYTES,
        }
    }

    /// Where the last part ends.
    pub(super) fn end(mut self) -> Place {
        while self.next().is_some() {}
        self.place
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
        if !quotes {
            // Without quotes every newline ends a record.
            let lines = memchr_iter(b'\n', part).count() as u64;
            self.place = Place {
                at: stop,
                line: from.line + lines,
            };
        } else {
            // Whether a newline ends a record only the records before it can tell.
            let mut splitter = Splitter::between(self.text, from, wanted);
            let mut records = Records::default();
            while splitter.next(&mut records) {
                records.clear();
            }
            self.place = splitter.place();
        }
        Some(Part {
            from,
            stop: self.place.at,
            quotes,
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
            let cutter = Cutter { text: &text, place, stop: text.len(), part_bytes };
            let parts = cutter.flat_map(|part| rows(&text, Splitter::of_part(&text, &part)));
            prop_assert_eq!(parts.collect::<Vec<_>>(), rows(&text, Splitter::new(&text)));
        }
    }
}
