//! Spaced seeds: which letters of a stretch must be equal for it to be looked at.
//!
//! A seed that skips letters finds more of what is 70 to 80 % equal than a word of as many letters in a row, as
//! neighbouring stretches share fewer of the letters asked (Ma, Tromp and Li 2002). One pattern a weight; a `1` is a
//! letter that must be equal.

use super::letters::UNKNOWN;

const PATTERNS: [&str; 5] = [
    "11001011010111",
    "1101100011010111",
    "111010010100110111",
    "111010110100110111",
    "11101011001100101111",
];

/// The weights that there are patterns of.
pub(super) const WEIGHTS: std::ops::RangeInclusive<u32> = 9..=13;

/// Letters of train up to which a weight is taken; beyond, the heaviest.
const LETTERS: [u32; 4] = [8_400_000, 16_800_000, 67_000_000, 134_000_000];

/// A spaced seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Letters that must be equal.
    pub weight: u32,
    /// Letters from the first of them to the last.
    pub span: u32,
    /// Which letters, as they are written.
    pub pattern: &'static str,
    /// Runs of ones: how far to shift right, the mask, how far to shift left.
    runs: Vec<(u32, u64, u32)>,
}

impl Seed {
    /// The seed of a weight; the nearest where there is none.
    #[must_use]
    pub fn of(weight: u32) -> Self {
        let weight = weight.clamp(*WEIGHTS.start(), *WEIGHTS.end());
        let pattern = PATTERNS[(weight - WEIGHTS.start()) as usize];
        let mut runs: Vec<(u32, u64, u32)> = Vec::new();
        let (mut taken, mut open) = (0, false);
        for (place, letter) in (0_u32..).zip(pattern.bytes().rev()) {
            if letter != b'1' {
                open = false;
                continue;
            }
            match runs.last_mut().filter(|_| open) {
                Some((_, mask, _)) => *mask = (*mask << 2) | 3,
                None => runs.push((2 * place, 3, 2 * taken)),
            }
            (taken, open) = (taken + 1, true);
        }
        Self {
            weight,
            span: pattern.len() as u32,
            pattern,
            runs,
        }
    }

    /// The seed for that many letters of train. What is small is looked at with the lightest seed, which finds most; the
    /// larger it is, the fewer places of train a word may have for the search to end in time.
    #[must_use]
    pub fn for_letters(letters: u32) -> Self {
        let mut weights = WEIGHTS.zip(LETTERS);
        let found = weights.find(|(_, most)| letters <= *most);
        Self::of(found.map_or(*WEIGHTS.end(), |(weight, _)| weight))
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        1 << (2 * self.weight)
    }

    /// Calls `each` with the start and the word of every stretch without an unknown letter.
    #[inline]
    pub fn each_word(&self, codes: &[u8], mut each: impl FnMut(u32, u32)) {
        let (mut window, mut known) = (0_u64, 0_u32);
        for (end, code) in (1_u32..).zip(codes) {
            if *code >= UNKNOWN {
                known = 0;
                continue;
            }
            window = (window << 2) | u64::from(*code);
            known += 1;
            if known >= self.span {
                each(end - self.span, self.word(window));
            }
        }
    }

    #[inline]
    fn word(&self, window: u64) -> u32 {
        self.runs.iter().fold(0, |word, (right, mask, left)| {
            word | (((window >> right) & mask) << left) as u32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_letters_under_the_ones() {
        for weight in WEIGHTS {
            let seed = Seed::of(weight);
            let ones = seed.pattern.bytes().filter(|letter| *letter == b'1');
            assert_eq!(ones.count() as u32, weight);
            let codes: Vec<u8> = (0..seed.span + 3)
                .map(|at| (at * 7 % 5 % 4) as u8)
                .collect();
            let mut starts = 0;
            seed.each_word(&codes, |start, word| {
                let under = codes[start as usize..].iter().zip(seed.pattern.bytes());
                let expected = under
                    .filter(|(_, letter)| *letter == b'1')
                    .fold(0, |word, (code, _)| (word << 2) | u32::from(*code));
                assert_eq!(word, expected, "{}", seed.pattern);
                starts += 1;
            });
            assert_eq!(starts, 4);
        }
    }

    #[test]
    fn an_unknown_letter_is_under_no_word() {
        let seed = Seed::of(9);
        let mut codes = vec![1; 40];
        codes[20] = UNKNOWN;
        let mut starts = Vec::new();
        seed.each_word(&codes, |start, _| starts.push(start));
        assert_eq!(starts, [0, 1, 2, 3, 4, 5, 6, 21, 22, 23, 24, 25, 26]);
    }

    #[test]
    fn more_letters_take_a_heavier_seed() {
        assert_eq!(Seed::for_letters(1_000).weight, 9);
        assert_eq!(Seed::for_letters(50_000_000).weight, 11);
        assert_eq!(Seed::for_letters(200_000_000).weight, 13);
        assert_eq!(Seed::for_letters(u32::MAX).weight, 13);
    }
}
