//! Pairs that only a repeat makes alike: what both hold stands in many other sequences too. Linked by such pairs, every
//! sequence with an Alu would hang together with every other one.

use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::Link;
use super::align::Aligner;
use super::letters::{NEUTRAL, NEUTRAL_TRAIN, UNKNOWN, blank, encode, turn};
use super::simple;
use super::trace::trace;

/// Letters of a word: so many that chance repeats few of them in any split that is looked at.
pub const WORD: u32 = 16;

/// A word that stands in the sequences more often than this is one of a repeat.
pub const OFTEN: u8 = 10;

/// Words of repeats with so many letters between them, or fewer, are of one repeat, whose copies differ there.
const GAP: usize = 100;
/// A repeat reaches so far beyond the first and the last word that is common.
const REACH: usize = 50;
/// How far beyond chance an alignment without repeats must be: the ends of a repeat may lie outside of what is marked.
const BEYOND: u32 = 8;
/// Of copies of whole sequences so many letters are equal at least: no two of a family of repeats are so alike, but for its
/// youngest.
const COPY: f64 = 0.97;
/// Of stretches of one place so many are.
const SAME: f64 = 0.99;
/// A sequence is whole in an alignment that holds so much of it.
const WHOLE: f64 = 0.9;
/// A link stands out from those of its row, the best being number 0, where it is better than the first of these by [`MARGIN`],
/// by [`SHARE`] of its score, and by [`DOUBLINGS`] times what the number of links doubles for. Copies of a repeat are alike to
/// each other about equally.
const RIVALS: (usize, usize) = (4, 39);
const MARGIN: f64 = 16.0;
const SHARE: f64 = 0.12;
const DOUBLINGS: f64 = 3.0;
/// Among fewer sequences than this by more of them: the best of few copies are further apart.
const LARGE: (usize, f64) = (2_000, 6.0);

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

/// Of the links of `test` with `others` that are `wanted`, those that more than a repeat makes. Either of three shows that: an
/// alignment that counts no letter of a repeat and is still better than chance (`above`); copies, however common; a link that
/// stands out from all others of its row. Links are sorted by test sequence, the best first.
#[must_use]
pub fn beyond_repeats(
    links: &[Link],
    wanted: impl Fn(&Link) -> bool + Sync,
    (test, others): (&[&[u8]], &[&[u8]]),
    of: &Frequencies,
    above: u32,
) -> Vec<Link> {
    let of_one: Vec<&[Link]> = links.chunk_by(|one, next| one.test == next.test).collect();
    let kept = of_one
        .par_iter()
        .with_min_len(16)
        .map_init(Pair::default, |pair, links| {
            let mut kept: Vec<Link> = links.iter().filter(|link| wanted(link)).copied().collect();
            if let Some(first) = kept.first() {
                pair.own.set(test[first.test as usize], of);
            }
            kept.retain(|link| {
                stands_out(link.score, links, others.len()) || {
                    pair.other.set(others[link.train as usize], of);
                    pair.shares_more(link, above)
                }
            });
            kept
        });
    kept.flatten_iter().collect()
}

/// Whether a score stands out from those of all links of its row.
fn stands_out(score: u32, links: &[Link], others: usize) -> bool {
    let (Some(rival), Some(last)) = (links.get(RIVALS.0), links.get(RIVALS.1)) else {
        return false;
    };
    // From the fifth to the fortieth their number doubles three times.
    let doubling = f64::from(rival.score - last.score) / 3.0;
    let doublings = if others < LARGE.0 { LARGE.1 } else { DOUBLINGS };
    let score = f64::from(score);
    let margin = MARGIN.max(SHARE * score).max(doublings * doubling);
    score >= f64::from(rival.score) + margin
}

/// Two sequences.
#[derive(Debug, Default)]
struct Pair {
    own: Marked,
    other: Marked,
    aligner: Aligner,
    codes: Vec<u8>,
    target: Vec<u8>,
}

impl Pair {
    /// Whether more than a repeat makes the two alike.
    fn shares_more(&mut self, link: &Link, above: u32) -> bool {
        if self.own.repeats.is_empty() && self.other.repeats.is_empty() {
            return true;
        }
        self.lay(link, true);
        self.aligner.set(&self.codes);
        if self.aligner.score(&self.target, i64::from(link.first)) > above + BEYOND {
            return true;
        }
        self.lay(link, false);
        let traced = trace(&self.codes, &self.target, i64::from(link.first));
        let countable = self.own.simple.iter().filter(|simple| !**simple).count();
        let is_whole = f64::from(traced.columns) >= WHOLE * countable as f64;
        let least = if is_whole { COPY } else { SAME };
        f64::from(traced.equal) >= least * f64::from(traced.columns)
    }

    /// Lays both out as they were aligned, repeats neutral or not.
    fn lay(&mut self, link: &Link, without_repeats: bool) {
        self.codes.clone_from(&self.own.codes);
        self.target.clone_from(&self.other.codes);
        blank(&mut self.codes, &self.own.simple, NEUTRAL);
        if without_repeats {
            for (start, end) in &self.own.repeats {
                self.codes[*start..*end].fill(NEUTRAL);
            }
            for (start, end) in &self.other.repeats {
                self.target[*start..*end].fill(NEUTRAL_TRAIN);
            }
        }
        if link.turned {
            turn(&mut self.codes);
        }
    }
}

/// A sequence, and where its repeats are.
#[derive(Debug, Default)]
struct Marked {
    codes: Vec<u8>,
    simple: Vec<bool>,
    /// Where words begin that are of a repeat.
    often: Vec<usize>,
    /// Stretches of repeats: start and end, in order.
    repeats: Vec<(usize, usize)>,
}

impl Marked {
    /// Takes a sequence in the place of the one before.
    fn set(&mut self, letters: &[u8], of: &Frequencies) {
        encode(letters, &mut self.codes);
        simple::mark(&self.codes, &mut self.simple);
        self.often.clear();
        let (often, simple) = (&mut self.often, &self.simple);
        each_word(&self.codes, |at, word| {
            let is_simple = simple[at] || simple[at + WORD as usize - 1];
            if !is_simple && of.is_often(word) {
                often.push(at);
            }
        });
        self.mark();
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
