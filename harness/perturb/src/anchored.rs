//! Edits that change how many bases there are, in a window whose length and site stay.

use std::ops::Range;

use titer_core::{Example, Sequence, Stream};

pub(crate) const BASES: [u8; 4] = *b"ACGT";

/// What becomes of one base.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Edit {
    /// Bases that come before it.
    pub before: Vec<u8>,
    /// What stands in its place; nothing where it is gone.
    pub letter: Option<u8>,
}

/// The bases that stay where they are: from the first that is spared to the last; without any, the middle of the sequence,
/// which holds none.
pub(crate) fn anchor(spare: &[Range<usize>], length: usize) -> Range<usize> {
    let spare = || spare.iter().filter(|range| !range.is_empty());
    let start = spare().map(|range| range.start).min();
    let end = spare().map(|range| range.end).max();
    match (start, end) {
        (Some(start), Some(end)) if start < length => start..end.min(length),
        _ => length / 2..length / 2,
    }
}

/// The sequence with every base outside of the anchor edited. What comes in on one side pushes out what lies at that side's
/// end, and what goes leaves N there: the bases beyond a window are not known.
pub(crate) fn edited(
    letters: &[u8],
    anchor: &Range<usize>,
    mut edit: impl FnMut(usize, u8) -> Edit,
) -> Vec<u8> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (position, &letter) in letters.iter().enumerate() {
        // Asked of every base, so that one stream gives each the same numbers whatever is spared.
        let edit = edit(position, letter);
        let side = match position {
            _ if anchor.contains(&position) => continue,
            _ if position < anchor.start => &mut left,
            _ => &mut right,
        };
        side.extend(edit.before);
        side.extend(edit.letter);
    }
    let (before, after) = (anchor.start, letters.len() - anchor.end);
    let mut all = vec![b'N'; before.saturating_sub(left.len())];
    all.extend(&left[left.len().saturating_sub(before)..]);
    all.extend(&letters[anchor.clone()]);
    all.extend(&right[..right.len().min(after)]);
    all.resize(letters.len(), b'N');
    all
}

/// How often a base is misread, by kind: probabilities for each base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rates {
    /// Another base stands in its place.
    pub substitution: f64,
    /// A base comes before it.
    pub insertion: f64,
    /// It is gone.
    pub deletion: f64,
}

impl Rates {
    /// The example, misread. Each kind has a number of its own for each base, so that higher rates do what lower ones do, and
    /// more. Letters other than A, C, G and T stay, but may go.
    pub(crate) fn misread(
        self,
        example: &Example,
        spare: &[Range<usize>],
        stream: &mut Stream,
    ) -> Example {
        let letters = example.sequence.letters();
        let edit = |_, letter: u8| {
            let [insert, delete, replace] = [(); 3].map(|()| stream.uniform());
            let (inserted, replacing) = (stream.below(4) as usize, stream.below(3) as usize);
            let known = BASES.iter().position(|base| *base == letter);
            let replaced = match known {
                Some(index) if replace < self.substitution => BASES[(index + 1 + replacing) % 4],
                _ => letter,
            };
            Edit {
                before: match insert < self.insertion {
                    true => vec![BASES[inserted]],
                    false => Vec::new(),
                },
                letter: (delete >= self.deletion).then_some(replaced),
            }
        };
        with_letters(
            example,
            &edited(letters, &anchor(spare, letters.len()), edit),
        )
    }
}

/// The example with other letters.
pub(crate) fn with_letters(example: &Example, letters: &[u8]) -> Example {
    let text = String::from_utf8_lossy(letters);
    Example {
        // The letters are those of a sequence.
        sequence: Sequence::new(&text).unwrap_or_else(|_| example.sequence.clone()),
        ..example.clone()
    }
}

/// Whether a position is spared.
pub(crate) fn is_spared(spare: &[Range<usize>], position: usize) -> bool {
    spare.iter().any(|range| range.contains(&position))
}

/// A share as percent: "0.5 %".
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_and_the_length_stay() {
        let letters = b"AACCGGTTAC";
        let gone = |position: usize, letter| Edit {
            before: Vec::new(),
            letter: (position != 1 && position != 8).then_some(letter),
        };
        assert_eq!(edited(letters, &(4..6), gone), b"NACCGGTTCN");
        let more = |position, letter| Edit {
            before: match position {
                2 | 7 => vec![b'T'],
                _ => Vec::new(),
            },
            letter: Some(letter),
        };
        assert_eq!(edited(letters, &(4..6), more), b"ATCCGGTTTA");
    }

    #[test]
    fn without_a_site_the_middle_stays() {
        assert_eq!(anchor(&[], 9), 4..4);
        assert_eq!(anchor(&[3..3, 5..7, 1..2], 9), 1..7);
        let one = |range: Range<usize>| anchor(std::slice::from_ref(&range), 9);
        assert_eq!((one(7..12), one(12..14)), (7..9, 4..4));
    }
}
