//! Words of a page as markup: what stands between backticks is code, and a long key may go on in the next line where two
//! of its parts meet, so that no word has to be cut.

use crate::report::page::chart::svg::Escaped;
use std::fmt;

/// Text of a report, in which only pairs of backticks mean something.
pub(super) struct Prose<'a>(pub(super) &'a str);

impl fmt::Display for Prose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.0.split('`').collect();
        // One without its pair is a character like others.
        if parts.len().is_multiple_of(2) {
            return Key(self.0).fmt(f);
        }
        for (index, part) in parts.into_iter().enumerate() {
            match index % 2 {
                0 => Key(part).fmt(f)?,
                _ => write!(f, "<code>{}</code>", Key(part))?,
            }
        }
        Ok(())
    }
}

/// Text that may break behind each dot and underscore that joins two names.
pub(super) struct Key<'a>(pub(super) &'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_bytes();
        let joins = |at: usize| {
            matches!(bytes[at], b'.' | b'_')
                && at > 0
                && bytes[at - 1].is_ascii_alphanumeric()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
        };
        let mut done = 0;
        for at in (0..bytes.len()).filter(|&at| joins(at)) {
            write!(f, "{}<wbr>", Escaped(&self.0[done..=at]))?;
            done = at + 1;
        }
        Escaped(&self.0[done..]).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_are_code_and_one_alone_is_itself() {
        assert_eq!(Prose("`a<b` of 2030").to_string(), "<code>a&lt;b</code> of 2030");
        assert_eq!(Prose("5` & 6").to_string(), "5` &amp; 6");
    }

    #[test]
    fn keys_break_between_their_parts_and_numbers_do_not() {
        assert_eq!(
            Prose("fund.opening_balance 1.5, Art.").to_string(),
            "fund.<wbr>opening_<wbr>balance 1.5, Art."
        );
        assert_eq!(Key("省.x_").to_string(), "省.x_");
    }
}
