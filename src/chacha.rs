//! ChaCha8, a block of 16 words at a time.
//!
//! Most streams here end within their first block, and every person and claim begins one. The generators at hand make
//! four blocks at once, which is faster for long streams and takes twice as long for these.

use rand_core::TryRng;
use std::convert::Infallible;

/// Words in a block.
const WORDS: usize = 16;

/// "expand 32-byte k".
const CONSTANT: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The words of one key and nonce, in sequence.
pub(crate) struct ChaCha8 {
    /// Constant, key, block number and nonce.
    state: [u32; WORDS],
    block: [u32; WORDS],
    /// The next word of the block; none is left at the end.
    next: usize,
}

impl ChaCha8 {
    /// The words from the first block on.
    #[inline]
    pub(crate) fn new(key: [u32; 8], nonce: u64) -> ChaCha8 {
        let mut state = [0; WORDS];
        state[..4].copy_from_slice(&CONSTANT);
        state[4..12].copy_from_slice(&key);
        state[14..].copy_from_slice(&[nonce as u32, (nonce >> 32) as u32]);
        ChaCha8 {
            state,
            block: [0; WORDS],
            next: WORDS,
        }
    }

    #[inline(never)]
    fn refill(&mut self) {
        let mut x = self.state;
        for _ in 0..4 {
            quarter(&mut x, 0, 4, 8, 12);
            quarter(&mut x, 1, 5, 9, 13);
            quarter(&mut x, 2, 6, 10, 14);
            quarter(&mut x, 3, 7, 11, 15);
            quarter(&mut x, 0, 5, 10, 15);
            quarter(&mut x, 1, 6, 11, 12);
            quarter(&mut x, 2, 7, 8, 13);
            quarter(&mut x, 3, 4, 9, 14);
        }
        for (word, (x, state)) in self.block.iter_mut().zip(x.iter().zip(&self.state)) {
            *word = x.wrapping_add(*state);
        }
        // The block number has 64 bits; no stream comes near the end of its first 32.
        self.state[12] = self.state[12].wrapping_add(1);
        self.next = 0;
    }

    #[inline]
    fn word(&mut self) -> u32 {
        if self.next >= WORDS {
            self.refill();
        }
        let word = self.block[self.next];
        self.next += 1;
        word
    }
}

#[inline(always)]
fn quarter(x: &mut [u32; WORDS], a: usize, b: usize, c: usize, d: usize) {
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(16);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(12);
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(8);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(7);
}

impl TryRng for ChaCha8 {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(low | u64::from(self.word()) << 32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    #[test]
    fn the_words_are_those_of_the_reference() {
        for nonce in [0, 1, 7 << 33 | 5, u64::MAX] {
            let key: [u32; 8] =
                std::array::from_fn(|i| 0x9e37_79b9_u32.wrapping_mul((nonce as u32).wrapping_add(i as u32)));
            let mut seed = [0; 32];
            for (bytes, word) in seed.chunks_mut(4).zip(key) {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
            let mut reference = ChaCha8Rng::from_seed(seed);
            reference.set_stream(nonce);
            let mut own = ChaCha8::new(key, nonce);
            for _ in 0..40 {
                assert_eq!(own.next_u64(), reference.next_u64());
                assert_eq!(own.next_u32(), reference.next_u32());
            }
            let (mut some, mut same) = ([0; 12], [0; 12]);
            own.fill_bytes(&mut some);
            reference.fill_bytes(&mut same);
            assert_eq!(some, same);
        }
    }
}
