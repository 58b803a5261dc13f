//! One test sequence against the index: candidates by two seeds on nearby diagonals, then their alignment.

use super::align::{Aligner, BAND, SATURATED};
use super::index::Index;
use super::letters::{NEUTRAL, blank, encode, turn};
use super::simple;
use super::trace::{Trace, trace};

/// Two seeds whose diagonals differ by more than this do not speak for one another.
const NEARBY: u32 = 12;
/// Diagonals that the filter counts as one, as a power of two; not below [`NEARBY`].
const BUCKET: u32 = 5;
const LARGEST_FILTER: usize = 1 << 17;

/// A train sequence that is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    pub score: u32,
    pub train: u32,
    /// The test sequence was turned round.
    pub turned: bool,
    /// The first diagonal of the band.
    pub first: i64,
}

/// What was met on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// Places of the sequence, on both strands, at which a word stands that could be looked up, found or not.
    pub seeds: u32,
    /// Candidates beyond the bound, which were not aligned.
    pub left_out: u32,
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    seeds: u32,
    train: u32,
    /// Place in the text minus place in the test sequence.
    diagonal: u32,
    turned: bool,
}

/// Searches one sequence after the other; its memory is used again.
#[derive(Debug, Default)]
pub(super) struct Searcher {
    codes: Vec<u8>,
    /// The same, simple stretches neutral: so they are aligned.
    scored: Vec<u8>,
    /// Which letters lie in simple stretches.
    simple: Vec<bool>,
    words: Vec<(u32, u32, u32)>,
    filter: Vec<u8>,
    hits: Vec<u64>,
    of_group: Vec<(u32, u32, u32)>,
    candidates: Vec<Candidate>,
    target: Vec<u8>,
    aligner: Aligner,
}

impl Searcher {
    /// Every candidate's score, the best first; of equal ones the first in train.
    pub(super) fn search(
        &mut self,
        index: &Index,
        letters: &[u8],
        most: usize,
    ) -> (Vec<Aligned>, Met) {
        let mut met = Met::default();
        self.candidates.clear();
        encode(letters, &mut self.codes);
        simple::mark(&self.codes, &mut self.simple);
        for turned in [false, true] {
            if turned {
                turn(&mut self.codes);
                self.simple.reverse();
            }
            met.seeds += self.collect(index);
            self.group(index, turned);
        }
        self.candidates.sort_unstable_by_key(|one| {
            (
                std::cmp::Reverse(one.seeds),
                one.train,
                one.turned,
                one.diagonal,
            )
        });
        met.left_out = self.candidates.len().saturating_sub(most) as u32;
        self.candidates.truncate(most);
        let mut found = Vec::with_capacity(self.candidates.len());
        // The codes are those of the turned sequence now.
        for turned in [true, false] {
            if !turned {
                turn(&mut self.codes);
                self.simple.reverse();
            }
            self.scored.clone_from(&self.codes);
            blank(&mut self.scored, &self.simple, NEUTRAL);
            self.aligner.set(&self.scored);
            for place in 0..self.candidates.len() {
                if self.candidates[place].turned == turned {
                    found.push(self.align(index, self.candidates[place]));
                }
            }
        }
        found.sort_unstable_by_key(|one| {
            (
                std::cmp::Reverse(one.score),
                one.train,
                one.turned,
                one.first,
            )
        });
        (found, met)
    }

    /// The alignment behind a score that the last search gave.
    pub(super) fn trace(&mut self, index: &Index, found: &Aligned) -> Trace {
        let (offset, first) = self.target(index, found.train, found.first);
        if found.turned {
            turn(&mut self.scored);
        }
        let mut traced = trace(&self.scored, &self.target, first);
        if found.turned {
            turn(&mut self.scored);
            let length = self.codes.len() as u32;
            traced.test = (length - traced.test.1, length - traced.test.0);
        }
        traced.train = (traced.train.0 + offset, traced.train.1 + offset);
        traced
    }

    /// Letters of the sequence that was searched last that are in no simple stretch: what can be aligned.
    pub(super) fn countable(&self) -> u32 {
        self.simple.iter().filter(|simple| !**simple).count() as u32
    }

    /// Gathers the seeds that have another nearby; gives how many words could be looked up.
    fn collect(&mut self, index: &Index) -> u32 {
        self.words.clear();
        self.hits.clear();
        let (words, simple, span) = (&mut self.words, &self.simple, index.seed.span);
        index.seed.each_word(&self.codes, |at, word| {
            let is_simple = simple[at as usize] && simple[(at + span - 1) as usize];
            if !is_simple {
                words.push((at, word, 0));
            }
        });
        // Looked up apart from being read, so that the processor waits for many at once.
        let mut looked_up = 0;
        for word in &mut *words {
            let (start, end) = index.range(word.1);
            looked_up += u32::from(end > start || !index.is_cut(word.1));
            (word.1, word.2) = (start, end);
        }
        words.retain(|(_, start, end)| end > start);
        let total: usize = words
            .iter()
            .map(|(_, start, end)| (end - start) as usize)
            .sum();
        let size = (total * 16)
            .next_power_of_two()
            .clamp(1 << 8, LARGEST_FILTER);
        self.filter.clear();
        self.filter.resize(size, 0);
        let bucket = |diagonal: u32| (diagonal >> BUCKET) as usize & (size - 1);
        for (at, start, end) in &*words {
            for place in index.places((*start, *end)) {
                let count = &mut self.filter[bucket(place.wrapping_sub(*at))];
                *count = count.saturating_add(1);
            }
        }
        for (at, start, end) in &*words {
            for place in index.places((*start, *end)) {
                let diagonal = place.wrapping_sub(*at);
                let here = bucket(diagonal);
                let around = self.filter[here]
                    .saturating_add(self.filter[here.wrapping_sub(1) & (size - 1)])
                    .saturating_add(self.filter[(here + 1) & (size - 1)]);
                if around > 1 {
                    self.hits.push((u64::from(diagonal) << 32) | u64::from(*at));
                }
            }
        }
        looked_up
    }

    /// Makes candidates of the seeds: chains of nearby diagonals in one train sequence.
    fn group(&mut self, index: &Index, turned: bool) {
        self.hits.sort_unstable();
        let diagonal = |hit: u64| (hit >> 32) as u32;
        let chains = self
            .hits
            .chunk_by(|one, next| diagonal(*next) - diagonal(*one) <= NEARBY);
        for chain in chains.filter(|chain| chain.len() > 1) {
            self.of_group.clear();
            self.of_group.extend(chain.iter().map(|hit| {
                let at = *hit as u32;
                let place = diagonal(*hit).wrapping_add(at);
                (index.text.sequence_at(place) as u32, diagonal(*hit), at)
            }));
            self.of_group.sort_unstable();
            for of_one in self.of_group.chunk_by(|one, next| one.0 == next.0) {
                let (train, middle, at) = of_one[of_one.len() / 2];
                if of_one.iter().any(|(_, _, other)| *other != at) {
                    self.candidates.push(Candidate {
                        seeds: of_one.len() as u32,
                        train,
                        diagonal: middle,
                        turned,
                    });
                }
            }
        }
    }

    fn align(&mut self, index: &Index, candidate: Candidate) -> Aligned {
        let (start, _) = index.text.bounds(candidate.train as usize);
        let diagonal = i64::from(candidate.diagonal.wrapping_sub(start) as i32);
        let first = diagonal - BAND as i64 / 2;
        let (_, from) = self.target(index, candidate.train, first);
        let score = match self.aligner.score(&self.target, from) {
            SATURATED => trace(&self.scored, &self.target, from).score,
            score => score,
        };
        Aligned {
            score,
            train: candidate.train,
            turned: candidate.turned,
            first,
        }
    }

    /// Unpacks the part of a train sequence that a band reaches; gives where that part starts and the band's first
    /// diagonal on it.
    fn target(&mut self, index: &Index, train: u32, first: i64) -> (u32, i64) {
        let (start, end) = index.text.bounds(train as usize);
        let length = i64::from(end - start);
        let from = first.clamp(0, length);
        let until = (first + (self.codes.len() + BAND) as i64).clamp(from, length);
        index
            .text
            .unpack(start + from as u32, start + until as u32, &mut self.target);
        (from as u32, first - from)
    }
}
