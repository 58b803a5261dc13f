//! Random numbers from counter-based streams.
//!
//! A stream is keyed by (seed, purpose, id) and nothing else, so threads, batch size, sharding and
//! order of work change no number. The generator is `ChaCha8` (Bernstein 2008).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::digest::RowDigest;

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a seed, a purpose ("bootstrap", "substitutions") and an id (an example's id, a
    /// replicate's number).
    ///
    /// ```
    /// use titer_core::Stream;
    /// let one = Stream::new(7, "shuffle", "human:20:5").whole();
    /// assert_eq!(one, Stream::new(7, "shuffle", "human:20:5").whole());
    /// assert_ne!(one, Stream::new(7, "shuffle", "human:20:6").whole());
    /// ```
    #[must_use]
    pub fn new(seed: u64, purpose: &str, id: &str) -> Self {
        let key = RowDigest::new("stream")
            .whole(seed)
            .text(purpose)
            .text(id)
            .finish();
        Self(ChaCha8Rng::from_seed(*key.bytes()))
    }

    /// A uniform 64-bit whole number.
    pub fn whole(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A uniform number in [0, 1) with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A uniform whole number in [0, bound), without bias (Lemire 2019). 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            let low = product as u64;
            // The threshold lies below the bound: it need not be divided for but rarely.
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last as u64 + 1) as usize;
            items.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are part of the file format: a run of last year must recompute today.
    #[test]
    fn stream_is_frozen() {
        let mut stream = Stream::new(1, "test", "a");
        let first: Vec<u64> = (0..3).map(|_| stream.below(1_000_000)).collect();
        let mut again = Stream::new(1, "test", "a");
        let second: Vec<u64> = (0..3).map(|_| again.below(1_000_000)).collect();
        assert_eq!(first, second);
        let other = Stream::new(1, "test", "b").below(1_000_000);
        assert_ne!(first[0], other);
    }

    #[test]
    fn uniform_covers_the_unit_interval() {
        let mut stream = Stream::new(3, "uniform", "");
        let mean = (0..20_000).map(|_| stream.uniform()).sum::<f64>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }

    #[test]
    fn below_is_even() {
        let mut stream = Stream::new(3, "below", "");
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&n| (9_500..10_500).contains(&n)),
            "{counts:?}"
        );
    }
}
