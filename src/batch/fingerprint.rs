//! One number over everything that was settled: equal for any thread count, chunk size and order of the file.

use crate::batch::row_hash::{BLOCKS, keys, row_hash};
use crate::benefit::settlement::Settlement;
use serde::{Deserialize, Serialize};
use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// The sum, modulo 2^128, of a hash of each row: rows may come in any order and from anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(u128);

/// The hash of an id. An id that is in several rows is hashed once for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdHash(u64);

impl IdHash {
    /// The hash of a text, given by its bytes.
    #[inline]
    pub fn of(id: &[u8]) -> IdHash {
        IdHash(xxh3_64(id))
    }
}

/// What tells the rows of a run apart.
#[derive(Clone, Copy, Debug)]
pub struct RowId {
    /// `mdtrt_id` of the claim that is settled.
    pub claim: IdHash,
    /// `mdtrt_id` of the row that asked for it.
    pub request: IdHash,
    /// `psn_no`.
    pub person: IdHash,
    /// Which settlement of the claim it is, from 1.
    pub generation: u32,
    /// Whether it cancels that settlement.
    pub cancels: bool,
}

impl Fingerprint {
    /// Adds a row of the settlements.
    #[inline]
    pub fn add(&mut self, id: &RowId, settlement: &Settlement) {
        // First of all: then no number need be held until it is wanted.
        let keys = keys();
        let status = settlement.status.index() as i64;
        let ratio = settlement.ratio.map_or(-1, |ratio| i64::from(ratio.ppm()));
        let numbers: [[i64; 4]; BLOCKS] = [
            [
                id.claim.0.cast_signed(),
                id.request.0.cast_signed(),
                id.person.0.cast_signed(),
                i64::from(id.generation) << 1 | i64::from(id.cancels),
            ],
            [
                status,
                i64::from(settlement.year),
                settlement.total.get(),
                settlement.own_pay.get(),
            ],
            [
                settlement.over_limit.get(),
                settlement.first_share.get(),
                settlement.in_scope.get(),
                settlement.deductible_standard.get(),
            ],
            [
                settlement.deductible.get(),
                ratio,
                settlement.basic.get(),
                settlement.critical_illness.get(),
            ],
            [
                settlement.assistance.get(),
                settlement.special.get(),
                settlement.hospital.get(),
                settlement.person.get(),
            ],
        ];
        let numbers = numbers.map(|block| block.map(i64::cast_unsigned));
        self.0 = self.0.wrapping_add(row_hash(keys, numbers));
    }

    /// Adds the rows of another part.
    pub(crate) fn merge(&mut self, other: Fingerprint) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

impl fmt::Display for Fingerprint {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
