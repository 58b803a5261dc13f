//! Substitutions of bases.

use std::ops::Range;

use titer_core::Sequence;

/// The letters that are put in a base's place.
const BASES: [u8; 4] = *b"ACGT";

/// A base replaced by another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Its 0-based place in the sequence.
    pub position: usize,
    /// The letter that is put there.
    pub letter: u8,
}

/// Several, by position, none twice.
pub type Edits = Vec<Edit>;

/// A base that may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its 0-based place in the sequence.
    pub position: usize,
    /// The letter that is there: one of A, C, G, T.
    pub letter: u8,
}

impl Site {
    /// One of the three substitutions there.
    #[must_use]
    pub fn edit(self, which: usize) -> Edit {
        let own = BASES.iter().position(|base| *base == self.letter);
        let letter = BASES[(own.unwrap_or(0) + 1 + which % 3) % 4];
        Edit {
            position: self.position,
            letter,
        }
    }
}

/// The bases that may be replaced: those that are known and not spared.
#[must_use]
pub fn sites(sequence: &Sequence, spare: &[Range<usize>]) -> Vec<Site> {
    let letters = sequence.letters().iter().enumerate();
    let known = letters.filter(|(position, letter)| {
        BASES.contains(letter) && !spare.iter().any(|range| range.contains(position))
    });
    known
        .map(|(position, &letter)| Site { position, letter })
        .collect()
}

/// The sequence with substitutions.
#[must_use]
pub fn applied(sequence: &Sequence, edits: &[Edit]) -> Sequence {
    let mut changed = sequence.clone();
    for edit in edits {
        changed.substitute(edit.position, edit.letter);
    }
    changed
}

/// Substitutions as tables have them: `12:A>G;40:C>T`; `None` of none.
#[must_use]
pub fn words(sequence: &Sequence, edits: &[Edit]) -> Option<String> {
    let one = |edit: &Edit| {
        let from = sequence.letters().get(edit.position).copied();
        let from = char::from(from.unwrap_or(b'N'));
        format!("{}:{from}>{}", edit.position, char::from(edit.letter))
    };
    (!edits.is_empty()).then(|| edits.iter().map(one).collect::<Vec<_>>().join(";"))
}

/// Reads them back; `None` where they are no such words.
#[must_use]
pub fn read(words: Option<&str>) -> Option<Edits> {
    let one = |part: &str| {
        let (position, change) = part.split_once(':')?;
        let letter = *change.as_bytes().last()?;
        let position = position.parse().ok()?;
        BASES.contains(&letter).then_some(Edit { position, letter })
    };
    words.map_or(Some(Vec::new()), |words| {
        words.split(';').map(one).collect()
    })
}
