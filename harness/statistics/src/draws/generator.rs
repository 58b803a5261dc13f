//! A generator that is fast enough for billions of draws.

use titer_core::Stream;

/// xoshiro256++ (Blackman and Vigna 2021, doi:10.1145/3460772), its state taken from a keyed stream.
#[derive(Clone)]
pub(super) struct Generator([u64; 4]);

impl Generator {
    pub(super) fn new(stream: &mut Stream) -> Self {
        let mut state = [0; 4].map(|_: u64| stream.whole());
        // The one state that stays where it is.
        if state == [0; 4] {
            state[0] = 1;
        }
        Self(state)
    }

    #[inline]
    pub(super) fn whole(&mut self) -> u64 {
        let state = &mut self.0;
        let whole = state[0]
            .wrapping_add(state[3])
            .rotate_left(23)
            .wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        whole
    }

    /// A uniform whole number below `bound`, without bias (Lemire 2019).
    #[inline]
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let threshold = bound.wrapping_neg() % bound.max(1);
        loop {
            let product = (self.whole() >> 32) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// How many of `coins` fair coins show heads.
    fn heads(&mut self, coins: u64) -> u64 {
        let full: u64 = (0..coins / 64)
            .map(|_| u64::from(self.whole().count_ones()))
            .sum();
        let rest = coins % 64;
        full + u64::from((self.whole() & ((1 << rest) - 1)).count_ones())
    }

    /// How many of `draws` fall in a part that holds `part` of `whole`: binomial, to the last bit.
    ///
    /// Each draw is a uniform number in [0, 1) whose binary digits are fair coins, compared with the
    /// digits of part / whole: it is decided at the first digit that differs. All draws that are
    /// still undecided toss at once, so that about two coins are tossed for each draw.
    pub(super) fn binomial(&mut self, draws: u64, part: u64, whole: u64) -> u64 {
        let (mut inside, mut undecided) = (0, draws);
        let mut rest = part;
        if part >= whole {
            return draws;
        }
        while undecided > 0 && rest > 0 {
            let ones = self.heads(undecided);
            let zeros = undecided - ones;
            rest *= 2;
            if rest >= whole {
                rest -= whole;
                inside += zeros;
                undecided = ones;
            } else {
                undecided = zeros;
            }
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generator() -> Generator {
        Generator::new(&mut Stream::new(1, "generator", ""))
    }

    /// The first numbers of the authors' reference code from the state 1, 2, 3, 4.
    #[test]
    fn is_the_published_generator() {
        let mut generator = Generator([1, 2, 3, 4]);
        let first = [0; 4].map(|_| generator.whole());
        assert_eq!(
            first,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn binomial_has_its_mean_and_variance_and_keeps_to_its_ends() {
        let mut generator = generator();
        for (draws, part, whole) in [
            (1000, 1, 3),
            (70, 5, 8),
            (4000, 16_384, 20_000),
            (9, 1, 500),
        ] {
            let p = part as f64 / whole as f64;
            let (mean, variance) = (draws as f64 * p, draws as f64 * p * (1.0 - p));
            let drawn: Vec<f64> = (0..20_000)
                .map(|_| generator.binomial(draws, part, whole) as f64)
                .collect();
            let mean_seen = drawn.iter().sum::<f64>() / 2e4;
            let spread: f64 = drawn.iter().map(|k| (k - mean) * (k - mean)).sum::<f64>() / 2e4;
            assert!(
                (mean_seen - mean).abs() < 4.0 * (variance / 2e4).sqrt(),
                "{mean_seen} {mean}"
            );
            assert!(
                (spread / variance - 1.0).abs() < 0.12,
                "{spread} {variance}"
            );
        }
        assert_eq!(generator.binomial(50, 0, 7), 0);
        assert_eq!(generator.binomial(50, 7, 7), 50);
        assert_eq!(generator.binomial(0, 3, 7), 0);
    }

    /// Every outcome of a small case as often as its closed form says.
    #[test]
    fn binomial_has_its_distribution() {
        let mut generator = generator();
        let mut seen = [0u32; 4];
        for _ in 0..80_000 {
            seen[generator.binomial(3, 1, 3) as usize] += 1;
        }
        for (seen, expected) in seen.iter().zip([8.0, 12.0, 6.0, 1.0]) {
            let expected: f64 = 80_000.0 * expected / 27.0;
            assert!(
                (f64::from(*seen) - expected).abs() < 4.5 * expected.sqrt(),
                "{seen}"
            );
        }
    }

    #[test]
    fn below_is_even() {
        let mut generator = generator();
        let mut seen = [0u32; 7];
        for _ in 0..70_000 {
            seen[generator.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (9_500..10_500).contains(n)), "{seen:?}");
    }
}
