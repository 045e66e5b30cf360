//! XXH3-128 of the numbers of a row: the hash that the `xxhash-rust` crate gives of their bytes, in half the time.
//!
//! The crate takes bytes of any length. Here the length is known and the numbers are at hand, so there is neither a
//! branch nor a copy.

use xxhash_rust::const_xxh3::const_custom_default_secret;

/// How many blocks of four numbers a row has.
pub(super) const BLOCKS: usize = 5;

/// The bytes of a row.
const LENGTH: u64 = 32 * BLOCKS as u64;

// Primes of the algorithm.
const PRIME_1: u64 = 0x9E37_79B1_85EB_CA87;
const PRIME_2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const PRIME_4: u64 = 0x85EB_CA77_C2B2_AE63;

/// Where in the secret the keys of each block begin, and those of the last one when it is mixed a second time.
const KEYS_FROM: [usize; BLOCKS + 1] = [0, 32, 64, 96, 3, 103];

/// The keys of each block.
type Keys = [[u64; 4]; KEYS_FROM.len()];

static KEYS: Keys = {
    let secret = const_custom_default_secret(0);
    let mut keys = [[0; 4]; KEYS_FROM.len()];
    let mut byte = 0;
    while byte < 32 * keys.len() {
        let (block, key) = (byte / 32, byte % 32 / 8);
        keys[block][key] |= (secret[KEYS_FROM[block] + byte % 32] as u64) << (byte % 8 * 8);
        byte += 1;
    }
    keys
};

/// The keys, in memory: where the compiler knows them, each is an instruction of its own.
#[inline(always)]
pub(super) fn keys() -> &'static Keys {
    std::hint::black_box(&KEYS)
}

/// `xxh3_128` of the numbers as bytes, the lowest of each number first.
#[inline]
pub(super) fn row_hash(keys: &Keys, [a, b, c, d, last]: [[u64; 4]; BLOCKS]) -> u128 {
    let [of_a, of_b, of_c, of_d, of_last, of_turned] = keys;
    let sums = [LENGTH.wrapping_mul(PRIME_1), 0];
    let sums = mix(mix(mix(mix(sums, a, of_a), b, of_b), c, of_c), d, of_d);
    let sums = mix(sums.map(avalanche), last, of_last);
    let [first, second, third, fourth] = last;
    let [low, high] = mix(sums, [third, fourth, first, second], of_turned);
    let product = low
        .wrapping_mul(PRIME_1)
        .wrapping_add(high.wrapping_mul(PRIME_4))
        .wrapping_add(LENGTH.wrapping_mul(PRIME_2));
    u128::from(avalanche(low.wrapping_add(high))) | u128::from(avalanche(product).wrapping_neg()) << 64
}

/// Takes a block into the running sums.
#[inline(always)]
fn mix([low, high]: [u64; 2], [a, b, c, d]: [u64; 4], keys: &[u64; 4]) -> [u64; 2] {
    [
        low.wrapping_add(fold(a ^ keys[0], b ^ keys[1])) ^ c.wrapping_add(d),
        high.wrapping_add(fold(c ^ keys[2], d ^ keys[3])) ^ a.wrapping_add(b),
    ]
}

/// The halves of a product, one upon the other.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// Lets every bit bear on every other one.
#[inline(always)]
fn avalanche(sum: u64) -> u64 {
    let mixed = (sum ^ sum >> 37).wrapping_mul(0x1656_6791_9E37_79F9);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_128;

    proptest! {
        #[test]
        fn the_hash_is_that_of_the_crate(numbers in any::<[[u64; 4]; BLOCKS]>()) {
            let bytes: Vec<u8> = numbers.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
            prop_assert_eq!(row_hash(keys(), numbers), xxh3_128(&bytes));
        }
    }
}
