//! Canonical 4-mers: what a sequence is made of, whichever strand it is read from.
//!
//! Four bases: the composition of tetranucleotides tells genomes apart (Pride et al. 2003, doi:10.1101/gr.335003; Teeling et al.
//! 2004, doi:10.1186/1471-2105-5-163), and its 136 words are few enough that a thousand short windows fill each of them. Of longer
//! words most are never seen, and what chance adds to a distance between two spectra grows with their number.

use std::sync::LazyLock;

use crate::sequence::Sequence;

/// Bases of a word.
pub const K: usize = 4;

/// How many words there are: (4^4 + 4^2) / 2, since 16 are their own reverse complement.
pub const WORDS: usize = 136;

/// Every word of four bases.
const ALL: usize = 1 << (2 * K);

/// The number of the canonical word of each word of four bases, and the words by number.
static CANONICAL: LazyLock<([u8; ALL], Vec<String>)> = LazyLock::new(|| {
    let (mut number_of, mut words) = ([0; ALL], Vec::with_capacity(WORDS));
    for word in 0..ALL {
        let turned = reverse_complement(word);
        if word <= turned {
            (number_of[word], number_of[turned]) = (words.len() as u8, words.len() as u8);
            words.push(letters(word));
        }
    }
    (number_of, words)
});

fn reverse_complement(word: usize) -> usize {
    (0..K).fold(0, |turned, base| {
        (turned << 2) | (3 - ((word >> (2 * base)) & 3))
    })
}

fn letters(word: usize) -> String {
    let base = |at| char::from(b"ACGT"[(word >> (2 * at)) & 3]);
    (0..K).rev().map(base).collect()
}

/// The words in the order of their numbers: that of the alphabet, each the smaller of itself and its reverse complement.
#[must_use]
pub fn words() -> &'static [String] {
    &CANONICAL.1
}

/// How often each word stands in a sequence, overlapping; a word that holds another letter than A, C, G, T is none.
///
/// ```
/// use titer_core::{Sequence, kmers};
/// let counts = kmers::counts(&Sequence::new("AAAATTTT")?);
/// let of = |word: &str| counts[kmers::words().iter().position(|it| it == word).unwrap()];
/// // AAAA and, of the other strand, TTTT.
/// assert_eq!((of("AAAA"), of("AATT"), of("ACGT")), (2, 1, 0));
/// # Ok::<(), titer_core::SequenceError>(())
/// ```
#[must_use]
pub fn counts(sequence: &Sequence) -> Vec<u32> {
    let number_of = &CANONICAL.0;
    let mut counts = vec![0_u32; WORDS];
    let (mut word, mut known) = (0_usize, 0_usize);
    for letter in sequence.letters() {
        match b"ACGT".iter().position(|base| base == letter) {
            Some(base) => {
                word = ((word << 2) | base) & (ALL - 1);
                known += 1;
            }
            None => known = 0,
        }
        if known >= K {
            let count = &mut counts[usize::from(number_of[word])];
            *count = count.saturating_add(1);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_strands_have_the_same_words() {
        let sequence = Sequence::new("ACGTTGCAAGGCTTNACGATCGATTTGCAGGACC").unwrap();
        assert_eq!(counts(&sequence), counts(&sequence.reverse_complement()));
        // 14 letters before the N, 19 after it.
        assert_eq!(counts(&sequence).iter().sum::<u32>(), 11 + 16);
    }

    #[test]
    fn words_are_those_of_the_alphabet_not_after_their_reverse_complement() {
        assert_eq!(words().len(), WORDS);
        assert!(words().is_sorted());
        assert_eq!((&words()[0][..], &words()[135][..]), ("AAAA", "TTAA"));
    }
}
