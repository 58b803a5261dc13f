//! Pairs that only a repeat makes alike: what both hold stands in many other sequences too. Linked by such pairs, every
//! sequence with an Alu would hang together with every other one.

use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::Link;
use super::letters::{UNKNOWN, encode};

/// Letters of a word: so many that chance repeats few of them in any split that is looked at.
pub const WORD: u32 = 16;

/// A word that stands in the sequences more often than this is one of a repeat.
pub const OFTEN: u8 = 10;

/// A sequence of whose words one in so many, or more, are of repeats holds a repeat. Of a copy that is a tenth different from
/// what all copies come from a fifth of the words are the same as in others.
const ONE_IN: usize = 20;
/// Words in common that are of no repeat, and show that two sequences have more in common than the repeat that one of them
/// holds: as many as a stretch of 31 letters has.
const SHOWN: u32 = 16;

/// How often words stand in sequences, on either strand; of a word and those that fall into its place with it the sum, which
/// is that of the word alone but for one or two.
pub struct Frequencies {
    counts: Vec<AtomicU8>,
    shift: u32,
}

impl Frequencies {
    /// Counts the words of all sequences: two bytes a letter, 512 MiB at most.
    #[must_use]
    pub fn new(splits: &[&[&[u8]]]) -> Self {
        let letters: usize = splits
            .iter()
            .flat_map(|rows| rows.iter().map(|row| row.len()))
            .sum();
        let places = (2 * letters).next_power_of_two().clamp(1 << 16, 1 << 29);
        let found = Self {
            counts: (0..places).map(|_| AtomicU8::new(0)).collect(),
            shift: u64::BITS - places.trailing_zeros(),
        };
        for rows in splits {
            rows.par_iter()
                .with_min_len(256)
                .for_each_init(Vec::new, |codes, row| {
                    encode(row, codes);
                    each_word(codes, |word| found.count(word));
                });
        }
        found
    }

    fn place(&self, word: u32) -> usize {
        (mixed(word) >> self.shift) as usize
    }

    /// Counts up to one more than is asked about.
    fn count(&self, word: u32) {
        let one_more = |count| (count <= OFTEN).then_some(count + 1);
        // No more is no error.
        self.counts[self.place(word)]
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .ok();
    }

    fn is_often(&self, word: u32) -> bool {
        self.counts[self.place(word)].load(Ordering::Relaxed) > OFTEN
    }
}

/// Of the links of `test` with `others`, those that more than a repeat makes: all of a test sequence that holds no repeat;
/// of one that does, those with copies, and with sequences that have [`SHOWN`] words in common with it that are of no
/// repeat, and no fewer than are of one. Links are sorted by test sequence.
#[must_use]
pub fn beyond_repeats(
    links: &[Link],
    test: &[&[u8]],
    others: &[&[u8]],
    of: &Frequencies,
) -> Vec<Link> {
    let of_one: Vec<&[Link]> = links.chunk_by(|one, next| one.test == next.test).collect();
    let kept = of_one
        .par_iter()
        .with_min_len(16)
        .map_init(Words::default, |words, links| {
            let mut kept = links.to_vec();
            if let Some(first) = links.first() {
                words.set(test[first.test as usize]);
            }
            if words.hold_a_repeat(of) {
                kept.retain(|link| words.share_more(others[link.train as usize], link.score, of));
            }
            kept
        });
    kept.flatten_iter().collect()
}

/// A sequence's words, to be asked what others have of them.
#[derive(Debug, Default)]
struct Words {
    codes: Vec<u8>,
    sorted: Vec<u32>,
    /// A bit for each word that is there: most of another sequence's are told without a search.
    bits: Vec<u64>,
}

/// Bits of [`Words::bits`], as a power of two.
const BITS: u32 = 14;

impl Words {
    /// Takes a sequence's words in the place of those before.
    fn set(&mut self, letters: &[u8]) {
        encode(letters, &mut self.codes);
        self.sorted.clear();
        self.bits.clear();
        self.bits.resize(1 << (BITS - 6), 0);
        let (sorted, bits) = (&mut self.sorted, &mut self.bits);
        each_word(&self.codes, |word| {
            sorted.push(word);
            let (at, bit) = bit(word);
            bits[at] |= bit;
        });
        sorted.sort_unstable();
    }

    fn hold_a_repeat(&self, of: &Frequencies) -> bool {
        let often = self.sorted.iter().filter(|word| of.is_often(**word));
        !self.sorted.is_empty() && ONE_IN * often.count() >= self.sorted.len()
    }

    /// Whether another sequence has more in common with this one than a repeat. `score` is that of their alignment.
    fn share_more(&mut self, other: &[u8], score: u32, of: &Frequencies) -> bool {
        encode(other, &mut self.codes);
        let (mut shared, mut often) = (0_u32, 0_u32);
        each_word(&self.codes, |word| {
            let (at, bit) = bit(word);
            if self.bits[at] & bit != 0 && self.sorted.binary_search(&word).is_ok() {
                shared += 1;
                often += u32::from(of.is_often(word));
            }
        });
        are_copies(shared, score) || shared - often >= often.max(SHOWN)
    }
}

/// Whether a pair has half as many words in common as if all letters that its score stands for were equal and in a row:
/// copies, or stretches of one place, of 0.95 identity and more (0.95 to the power of [`WORD`] is 0.44, and the score 0.9 for
/// each base).
fn are_copies(shared: u32, score: u32) -> bool {
    2 * shared >= score.saturating_sub(WORD - 1)
}

fn bit(word: u32) -> (usize, u64) {
    let number = mixed(word) >> (u64::BITS - BITS);
    ((number >> 6) as usize, 1 << (number & 63))
}

fn mixed(word: u32) -> u64 {
    let mixed = u64::from(word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Calls `each` with every word without an unknown letter: of it and its reverse complement the lesser.
fn each_word(codes: &[u8], mut each: impl FnMut(u32)) {
    let (mut word, mut turned, mut known) = (0_u32, 0_u32, 0_u32);
    for code in codes {
        if *code >= UNKNOWN {
            known = 0;
            continue;
        }
        let code = u32::from(*code);
        word = (word << 2) | code;
        turned = (turned >> 2) | ((3 - code) << (2 * (WORD - 1)));
        known += 1;
        if known >= WORD {
            each(word.min(turned));
        }
    }
}
