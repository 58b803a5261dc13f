//! Where each word of a seed stands in train.

use rayon::prelude::*;

use super::NearError;
use super::letters::Text;
use super::seeds::Seed;

/// Words whose places lie behind one another, from where the group's begin. Two bytes a word then say where its own end.
const GROUP: usize = 16;
/// The most places that a word may have: what those of a group come to fits two bytes.
const MOST: u32 = (u16::MAX as usize / GROUP) as u32;

/// Train, packed, and where its words stand.
#[derive(Debug)]
pub(super) struct Index {
    pub text: Text,
    pub seed: Seed,
    pub cut: Cut,
    /// Where the places of each group of words start.
    groups: Vec<u32>,
    /// Where those of each word end, from the start of its group.
    ends: Vec<u16>,
    places: Vec<u32>,
    /// A bit for each word that was cut.
    is_cut: Vec<u64>,
}

/// Words that stand in train too often to be looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cut {
    /// A word that stands in train more often than this is cut.
    pub occurrences: u32,
    /// Words that were cut.
    pub words: u64,
    /// Their share of all the places of train at which a word stands.
    pub share_of_places: f64,
}

impl Index {
    /// Packs train and writes down where its words stand: little more than four bytes a letter.
    ///
    /// # Errors
    /// More than 2^32 - 1 letters in all.
    pub(super) fn new<Letters: AsRef<[u8]>>(
        train: impl IntoIterator<Item = Letters>,
        weight: Option<u32>,
        occurrences: Option<u32>,
    ) -> Result<Self, NearError> {
        let text = Text::pack(train)?;
        let seed = weight.map_or_else(|| Seed::for_letters(text.letters()), Seed::of);
        let (mut ends, all) = counted(&text, &seed);
        let occurrences = occurrences.unwrap_or_else(|| often(&text, &seed)).min(MOST);
        let mut is_cut = vec![0; seed.words().div_ceil(64)];
        let cut = cut(&mut ends, all, occurrences, &mut is_cut);
        let mut groups = Vec::with_capacity(seed.words() / GROUP);
        let mut places = 0;
        for counts in ends.chunks_mut(GROUP) {
            groups.push(places);
            let mut end = 0;
            for count in counts {
                (*count, end) = (end, end + *count);
            }
            places += u32::from(end);
        }
        let mut index = Self {
            text,
            seed,
            cut,
            groups,
            ends,
            places: vec![0; places as usize],
            is_cut,
        };
        index.fill();
        Ok(index)
    }

    /// Writes down the places. Each word's end is where its places start, and goes on with every place that is written.
    fn fill(&mut self) {
        let of_bucket = self.seed.words() / BUCKETS;
        let (groups, is_cut, cuts) = (&self.groups, &self.is_cut, self.cut.words > 0);
        let starts = |bucket: usize| groups.get(bucket * of_bucket / GROUP).copied();
        let all = self.places.len() as u32;
        let (ends, places) = (&mut self.ends, &mut self.places);
        each_chunk(&self.text, &self.seed, |chunk| {
            let (mut rest, mut taken) = (&mut places[..], 0);
            let mut parts = Vec::with_capacity(BUCKETS);
            for (bucket, next) in ends.chunks_mut(of_bucket).enumerate() {
                let end = starts(bucket + 1).unwrap_or(all);
                let (own, more) = std::mem::take(&mut rest).split_at_mut((end - taken) as usize);
                parts.push((bucket, next, own, taken));
                (rest, taken) = (more, end);
            }
            parts
                .into_par_iter()
                .for_each(|(bucket, next, own, first)| {
                    for (at, word) in chunk.iter().flat_map(|part| &part[bucket]) {
                        if cuts && is_marked(is_cut, *word) {
                            continue;
                        }
                        let place = &mut next[*word as usize % of_bucket];
                        let start = groups[*word as usize / GROUP] - first;
                        own[start as usize + usize::from(*place)] = *at;
                        *place += 1;
                    }
                });
        });
    }

    /// Where the places of a word start and end.
    #[inline]
    pub(super) fn range(&self, word: u32) -> (u32, u32) {
        let word = word as usize;
        let group = self.groups[word / GROUP];
        let start = match word % GROUP {
            0 => 0,
            _ => self.ends[word - 1],
        };
        (group + u32::from(start), group + u32::from(self.ends[word]))
    }

    /// Whether a word has no places because it stands in train too often.
    #[inline]
    pub(super) fn is_cut(&self, word: u32) -> bool {
        is_marked(&self.is_cut, word)
    }

    /// The places of such a range.
    #[inline]
    pub(super) fn places(&self, range: (u32, u32)) -> &[u32] {
        &self.places[range.0 as usize..range.1 as usize]
    }
}

fn is_marked(marks: &[u64], word: u32) -> bool {
    marks[word as usize / 64] >> (word % 64) & 1 == 1
}

/// More often than this a word stands by no chance: ten times as often as in letters drawn evenly.
fn often(text: &Text, seed: &Seed) -> u32 {
    let expected = u64::from(text.letters()) / (seed.words() as u64).max(1);
    u32::try_from(10 * expected).unwrap_or(u32::MAX).max(50)
}

/// How often each word stands in the text, 65,535 at most, and how many places there are in all.
fn counted(text: &Text, seed: &Seed) -> (Vec<u16>, u64) {
    let (mut counts, mut all) = (vec![0_u16; seed.words()], 0);
    let of_bucket = seed.words() / BUCKETS;
    each_chunk(text, seed, |chunk| {
        all += chunk.iter().flatten().map(Vec::len).sum::<usize>() as u64;
        let words = counts.par_chunks_mut(of_bucket).zip(0..BUCKETS);
        words.for_each(|(counts, bucket)| {
            for (_, word) in chunk.iter().flat_map(|part| &part[bucket]) {
                let count = &mut counts[*word as usize % of_bucket];
                *count = count.saturating_add(1);
            }
        });
    });
    (counts, all)
}

/// Takes the words that stand too often out of the counts, and marks them.
fn cut(counts: &mut [u16], all: u64, occurrences: u32, is_cut: &mut [u64]) -> Cut {
    let (mut words, mut kept) = (0, 0);
    for (word, count) in counts.iter_mut().enumerate() {
        if u32::from(*count) <= occurrences {
            kept += u64::from(*count);
        } else {
            (words, *count) = (words + 1, 0);
            is_cut[word / 64] |= 1 << (word % 64);
        }
    }
    Cut {
        occurrences,
        words,
        share_of_places: (all - kept) as f64 / all.max(1) as f64,
    }
}

/// Words are handed on in groups of neighbours, so that what is written to fits a cache. A power of two.
const BUCKETS: usize = 128;
/// Sequences that one thread takes at a time.
const SEQUENCES: usize = 2048;

/// For each bucket, the places and words that fall into it.
type Part = Vec<Vec<(u32, u32)>>;

/// Calls `each` with some of the text after the other: parts in the order of the text, each sorted into buckets of words.
fn each_chunk(text: &Text, seed: &Seed, mut each: impl FnMut(&[Part])) {
    let of_bucket = seed.words() / BUCKETS;
    let at_once = 2 * rayon::current_num_threads() * SEQUENCES;
    for start in (0..text.len()).step_by(at_once) {
        let until = text.len().min(start + at_once);
        let starts: Vec<usize> = (start..until).step_by(SEQUENCES).collect();
        let parts: Vec<Part> = starts
            .into_par_iter()
            .map(|first| {
                let mut part: Part = vec![Vec::new(); BUCKETS];
                let sequences = first..until.min(first + SEQUENCES);
                each_word(text, seed, sequences, |at, word| {
                    part[word as usize / of_bucket].push((at, word));
                });
                part
            })
            .collect();
        each(&parts);
    }
}

/// Calls `each` with the place in the text and the word, sequence by sequence: no word spans two.
fn each_word(
    text: &Text,
    seed: &Seed,
    sequences: std::ops::Range<usize>,
    mut each: impl FnMut(u32, u32),
) {
    let mut codes = Vec::new();
    for sequence in sequences {
        let (start, end) = text.bounds(sequence);
        text.unpack(start, end, &mut codes);
        seed.each_word(&codes, |at, word| each(start + at, word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use titer_core::Stream;

    #[test]
    fn every_word_is_where_it_stands() {
        let mut random = Stream::new(1, "test", "index");
        let train: Vec<Vec<u8>> = (0..300)
            .map(|_| (0..30).map(|_| b"AC"[random.below(2) as usize]).collect())
            .collect();
        let index = Index::new(&train, Some(9), Some(12)).unwrap();
        let mut expected: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        each_word(&index.text, &index.seed, 0..index.text.len(), |at, word| {
            expected.entry(word).or_default().push(at);
        });
        let (mut kept, mut cut) = (0, 0);
        for (word, places) in expected {
            let mut found = index.places(index.range(word)).to_vec();
            found.sort_unstable();
            assert_eq!(index.is_cut(word), places.len() > 12);
            if places.len() > 12 {
                cut += 1;
                assert!(found.is_empty());
            } else {
                kept += 1;
                assert_eq!(found, places);
            }
        }
        assert!(kept > 50 && cut > 50, "{kept} {cut}");
        assert_eq!(index.cut.words, cut);
        assert!(index.cut.share_of_places > 0.1 && index.cut.share_of_places < 1.0);
    }
}
