//! Interchange files in and out.
//!
//! In: `patterns` finds the files that a path means, [`source`] reads a whole file and tells what it is, `table` gives its rows one shape whatever the format, `fields`
//! turns cells into amounts, days and codes, and one file per table (`persons`, `enrolments` with its events,
//! `institutions`, `lines`, `claims`, `reversals`) makes records of them. What cannot become a record becomes a [`Reject`]; nothing disappears.
//! Inputs larger than memory come in parts ([`PartedInputs`]): `blocks` reads a file piece by piece, `sorted` and `buckets` bring
//! together what belongs to some persons, `spill` keeps rows as bytes, and the same loader makes records of them.
//! Out: [`writer`] writes tables as CSV or Parquet, [`staging`] makes outputs appear whole or not at all.

mod appended;
mod ascent;
mod block;
mod blocks;
mod buckets;
pub mod caseload;
#[cfg_attr(not(feature = "parquet"), allow(dead_code))] // Some parts only Parquet needs.
mod cell;
mod claim_codes;
mod claim_intake;
mod claim_rows;
mod claims;
pub mod codebook;
#[cfg_attr(not(feature = "parquet"), allow(dead_code))] // Some parts only Parquet needs.
mod columns;
mod csv_lines;
mod csv_parts;
mod csv_table;
mod csv_writer;
pub mod enrolments;
mod error;
mod fields;
#[cfg(all(any(fuzzing, test), feature = "parquet"))]
pub mod fuzzed;
mod id_check;
mod inputs;
mod institutions;
mod intake;
mod interner;
mod known;
mod lines;
mod load;
mod options;
mod out_columns;
mod out_rows;
pub(crate) mod output_file;
#[cfg(feature = "parquet")]
mod parquet_column;
#[cfg(feature = "parquet")]
mod parquet_decoding;
#[cfg(feature = "parquet")]
mod parquet_encoding;
#[cfg(feature = "parquet")]
mod parquet_levels;
#[cfg(feature = "parquet")]
mod parquet_pages;
#[cfg(feature = "parquet")]
mod parquet_rows;
#[cfg(feature = "parquet")]
mod parquet_table;
#[cfg(feature = "parquet")]
mod parquet_values;
#[cfg(feature = "parquet")]
mod parquet_writer;
mod partition;
mod patterns;
mod persons;
mod plain_claims;
mod plain_ids;
mod positions;
pub mod pseudonym;
mod reject;
mod reversals;
mod role;
mod row_ids;
mod scope;
pub mod settlements;
mod sorted;
#[cfg_attr(not(feature = "parquet"), allow(dead_code))] // Some parts only Parquet needs.
pub mod source;
mod spill;
pub mod staging;
mod streamed;
mod table;
mod totals;
pub mod writer;

pub use error::DataError;
pub use inputs::{Inputs, Late};
pub use intake::FileRecord;
pub use load::{Loaded, load, load_people, load_sources};
pub use options::LoadOptions;
pub use partition::{LEAST_MEMORY_BYTES, PartedInputs, Parts, Survey, threads_within};
pub use patterns::InputFile;
pub use reject::{Reason, Reject, RejectSum, RejectSums, sum_rejects, write_rejects};
pub use role::FileRole;
pub use totals::{ClaimTotals, ClaimYears, PaymentTotals, Tally};

/// Keeps what the Parquet decoder says of a damaged file off standard error, where [`load`] reports the file itself.
#[cfg(feature = "parquet")]
pub(crate) fn quieten_decoder_panics() {
    parquet_table::quieten_decoder_panics();
}
