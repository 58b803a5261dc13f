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

/// Words of repeats with so many letters between them, or fewer, are of one repeat, whose copies differ there.
const GAP: usize = 100;
/// A repeat reaches so far beyond the first and the last word that is common.
const REACH: usize = 50;
/// Different words in common that lie in no repeat, and show that two sequences have more in common: as many as a stretch of
/// 23 letters has.
const SHOWN: usize = 8;

/// How often words stand in sequences, on either strand; of a word and those that fall into its place with it the sum, which
/// is that of the word alone but for one or two.
pub struct Frequencies {
    counts: Vec<AtomicU8>,
    shift: u32,
}

impl Frequencies {
    /// Counts the words of all sequences: one to two bytes a letter, so that of ten million words that stand once chance puts one
    /// at most into a place with ten others.
    #[must_use]
    pub fn new(splits: &[&[&[u8]]]) -> Self {
        let letters: usize = splits
            .iter()
            .flat_map(|rows| rows.iter().map(|row| row.len()))
            .sum();
        let places = letters.next_power_of_two().max(1 << 16);
        let found = Self {
            counts: (0..places).map(|_| AtomicU8::new(0)).collect(),
            shift: u64::BITS - places.trailing_zeros(),
        };
        for rows in splits {
            rows.par_iter()
                .with_min_len(256)
                .for_each_init(Vec::new, |codes, row| {
                    encode(row, codes);
                    each_word(codes, |_, word| found.count(word));
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

/// Of the links of `test` with `others`, those that more than a repeat makes: where in neither sequence repeats are as long as
/// the score; of copies, however common; of sequences that have [`SHOWN`] words in common beside the repeats. Links are sorted by
/// test sequence.
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
        .map_init(Pair::default, |pair, links| {
            let mut kept = links.to_vec();
            if let Some(first) = links.first() {
                pair.own.set(test[first.test as usize], of);
            }
            kept.retain(|link| {
                pair.other.set(others[link.train as usize], of);
                pair.shares_more(link.score as usize)
            });
            kept
        });
    kept.flatten_iter().collect()
}

/// Two sequences.
#[derive(Debug, Default)]
struct Pair {
    own: Words,
    other: Words,
}

impl Pair {
    /// Whether more than a repeat makes the two alike; `score` is that of their alignment.
    fn shares_more(&self, score: usize) -> bool {
        if self.own.repeat < score && self.other.repeat < score {
            return true;
        }
        let (mut shared, mut beside) = (0, 0);
        let (mut own, mut other) = (self.own.all.iter(), self.other.all.iter());
        let (mut one, mut two) = (own.next(), other.next());
        while let (Some(left), Some(right)) = (one, two) {
            if left.0 == right.0 {
                shared += 1;
                beside += usize::from(!left.1 && !right.1);
            }
            if left.0 <= right.0 {
                one = own.next();
            }
            if right.0 <= left.0 {
                two = other.next();
            }
        }
        are_copies(shared, score) || beside >= SHOWN
    }
}

/// Whether a pair has three fifths of the different words in common that it would have if all letters that its score stands for
/// were equal and in a row: copies, or stretches of one place, of 0.96 identity and more (0.96 to the power of [`WORD`] is
/// 0.52, and the score 0.92 for each base).
fn are_copies(shared: usize, score: usize) -> bool {
    5 * shared >= 3 * score.saturating_sub(WORD as usize - 1)
}

/// A sequence's words.
#[derive(Debug, Default)]
struct Words {
    codes: Vec<u8>,
    /// Where words begin that are of a repeat.
    often: Vec<usize>,
    /// Stretches of repeats: start and end, in order.
    repeats: Vec<(usize, usize)>,
    /// Each word once, in order, and whether it lies in a repeat, wherever it stands.
    all: Vec<(u32, bool)>,
    /// Letters in repeats.
    repeat: usize,
}

impl Words {
    /// Takes a sequence's words in the place of those before.
    fn set(&mut self, letters: &[u8], of: &Frequencies) {
        encode(letters, &mut self.codes);
        self.often.clear();
        each_word(&self.codes, |at, word| {
            if of.is_often(word) {
                self.often.push(at);
            }
        });
        self.mark();
        let repeats = &self.repeats;
        let mut next = 0;
        self.all.clear();
        each_word(&self.codes, |at, word| {
            while repeats.get(next).is_some_and(|(_, end)| *end <= at) {
                next += 1;
            }
            let is_within = repeats
                .get(next)
                .is_some_and(|(start, _)| *start < at + WORD as usize);
            self.all.push((word, is_within));
        });
        // What lies in a repeat comes first: where a word stands twice, that decides.
        self.all
            .sort_unstable_by_key(|(word, is_within)| (*word, !is_within));
        self.all.dedup_by_key(|(word, _)| *word);
    }

    /// Makes stretches of the words that are common.
    fn mark(&mut self) {
        self.repeats.clear();
        for at in &self.often {
            let (start, end) = (*at, at + WORD as usize);
            match self.repeats.last_mut() {
                Some((_, before)) if start <= *before + GAP => *before = end,
                _ => self.repeats.push((start, end)),
            }
        }
        let letters = self.codes.len();
        let mut reached = 0;
        for (start, end) in &mut self.repeats {
            *start = start.saturating_sub(REACH).max(reached);
            *end = (*end + REACH).min(letters);
            reached = *end;
        }
        self.repeat = self.repeats.iter().map(|(start, end)| end - start).sum();
    }
}

fn mixed(word: u32) -> u64 {
    let mixed = u64::from(word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Calls `each` with where every word without an unknown letter begins, and the lesser of it and its reverse complement.
fn each_word(codes: &[u8], mut each: impl FnMut(usize, u32)) {
    let (mut word, mut turned, mut known) = (0_u32, 0_u32, 0_u32);
    for (end, code) in (1..).zip(codes) {
        if *code >= UNKNOWN {
            known = 0;
            continue;
        }
        let code = u32::from(*code);
        word = (word << 2) | code;
        turned = (turned >> 2) | ((3 - code) << (2 * (WORD - 1)));
        known += 1;
        if known >= WORD {
            each(end - WORD as usize, word.min(turned));
        }
    }
}
