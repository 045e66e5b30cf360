//! One number over everything that was settled: equal for any thread count, chunk size and order of the file.

use crate::benefit::settlement::Settlement;
use crate::money::Rate;
use std::fmt;
use xxhash_rust::xxh3::Xxh3;

/// The sum, modulo 2^128, of a hash of each row: rows may come in any order and from anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Adds a row of the settlements.
    pub fn add(&mut self, setl_id: &str, mdtrt_id: &str, psn_no: &str, settlement: &Settlement) {
        let mut hash = Xxh3::new();
        for text in [
            setl_id,
            mdtrt_id,
            psn_no,
            settlement.status.name(),
            settlement.status.reason(),
        ] {
            hash.update(text.as_bytes());
            hash.update(&[0]);
        }
        let numbers = [
            i64::from(settlement.year),
            settlement.total.get(),
            settlement.own_pay.get(),
            settlement.over_limit.get(),
            settlement.first_share.get(),
            settlement.in_scope.get(),
            settlement.deductible_standard.get(),
            settlement.deductible.get(),
            settlement.ratio.map_or(-1, |ratio: Rate| i64::from(ratio.ppm())),
            settlement.basic.get(),
            settlement.critical_illness.get(),
            settlement.assistance.get(),
            settlement.special.get(),
            settlement.hospital.get(),
            settlement.person.get(),
        ];
        for number in numbers {
            hash.update(&number.to_le_bytes());
        }
        self.0 = self.0.wrapping_add(hash.digest128());
    }

    /// Adds the rows of another part.
    pub fn merge(&mut self, other: Fingerprint) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

impl fmt::Display for Fingerprint {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
