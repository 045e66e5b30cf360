//! How to read claims.

use crate::data::codebook::CodeBook;

/// How to read the rows.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// The scenario's codes.
    pub codebook: &'a CodeBook,
    /// The benefit years that have figures; a claim that ends in another year is rejected.
    pub years: &'a [i32],
    /// If given, claims that end in other years are skipped: counted, but neither settled nor rejected.
    pub only_year: Option<i32>,
}
