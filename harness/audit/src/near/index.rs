//! Where each word of a seed stands in train.

use super::NearError;
use super::letters::Text;
use super::seeds::Seed;

/// Train, packed, and where its words stand.
#[derive(Debug)]
pub struct Index {
    pub text: Text,
    pub seed: Seed,
    pub cut: Cut,
    /// Where the places of each word start; one more for the end of the last.
    starts: Vec<u32>,
    places: Vec<u32>,
}

/// Words that stand in train too often to link anything: repeats.
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
    /// Packs train and writes down where its words stand: eight bytes a letter at most while it is built, little more
    /// than four afterwards.
    ///
    /// # Errors
    /// More than 2^32 - 1 letters in all.
    pub fn new<Letters: AsRef<[u8]>>(
        train: impl IntoIterator<Item = Letters>,
        weight: Option<u32>,
        occurrences: u32,
    ) -> Result<Self, NearError> {
        let text = Text::pack(train)?;
        let seed = weight.map_or_else(|| Seed::for_letters(text.letters()), Seed::of);
        let mut counts = vec![0_u32; seed.words() + 1];
        each_word(&text, &seed, |_, word| counts[word as usize] += 1);
        let cut = cut(&mut counts, occurrences);
        let mut end = 0;
        for count in &mut counts {
            end += *count;
            *count = end;
        }
        // Every word's places are filled from their end, so that the ends become starts.
        let mut places = vec![0; end as usize];
        let mut next = counts.clone();
        each_word(&text, &seed, |at, word| {
            let word = word as usize;
            let floor = word.checked_sub(1).map_or(0, |before| counts[before]);
            if next[word] > floor {
                next[word] -= 1;
                places[next[word] as usize] = at;
            }
        });
        Ok(Self {
            text,
            seed,
            cut,
            starts: next,
            places,
        })
    }

    /// Where the places of a word start and end.
    #[inline]
    pub fn range(&self, word: u32) -> (u32, u32) {
        (self.starts[word as usize], self.starts[word as usize + 1])
    }

    /// The places of such a range.
    #[inline]
    pub fn places(&self, range: (u32, u32)) -> &[u32] {
        &self.places[range.0 as usize..range.1 as usize]
    }
}

/// Takes the words that stand too often out of the counts.
fn cut(counts: &mut [u32], occurrences: u32) -> Cut {
    let (mut words, mut lost, mut all) = (0, 0, 0_u64);
    for count in counts {
        all += u64::from(*count);
        if *count > occurrences {
            (words, lost) = (words + 1, lost + u64::from(*count));
            *count = 0;
        }
    }
    Cut {
        occurrences,
        words,
        share_of_places: lost as f64 / all.max(1) as f64,
    }
}

/// Calls `each` with the place in the text and the word, sequence by sequence: no word spans two.
fn each_word(text: &Text, seed: &Seed, mut each: impl FnMut(u32, u32)) {
    let mut codes = Vec::new();
    for sequence in 0..text.len() {
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
        let index = Index::new(&train, Some(9), 12).unwrap();
        let mut expected: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        each_word(&index.text, &index.seed, |at, word| {
            expected.entry(word).or_default().push(at);
        });
        let (mut kept, mut cut) = (0, 0);
        for (word, places) in expected {
            let mut found = index.places(index.range(word)).to_vec();
            found.sort_unstable();
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
