//! Citations of the regulation: an article and, where it has numbered items or paragraphs, which one.

use std::fmt;

/// A place in the regulation, such as Art. 14(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Article {
    /// The number of the article.
    pub number: u8,
    /// The paragraph or item within it, if it matters.
    pub part: Option<u8>,
}

impl Article {
    /// A whole article.
    pub const fn whole(number: u8) -> Article {
        Article { number, part: None }
    }

    /// A paragraph or item of an article.
    pub const fn part(number: u8, part: u8) -> Article {
        Article {
            number,
            part: Some(part),
        }
    }

    /// The citation in Chinese: `第14条（2）`.
    pub fn in_chinese(self) -> String {
        match self.part {
            Some(part) => format!("第{}条（{part}）", self.number),
            None => format!("第{}条", self.number),
        }
    }
}

impl fmt::Display for Article {
    /// The citation in English: `Art. 14(2)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Some(part) => f.pad(&format!("Art. {}({part})", self.number)),
            None => f.pad(&format!("Art. {}", self.number)),
        }
    }
}
