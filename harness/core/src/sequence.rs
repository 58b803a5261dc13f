//! DNA sequences: upper case, IUPAC letters.

/// A DNA sequence of upper-case IUPAC letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sequence(Vec<u8>);

/// A letter that is not IUPAC nucleotide code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("letter {letter:?} at position {position} is not a nucleotide (IUPAC code)")]
pub struct SequenceError {
    /// The offending letter.
    pub letter: char,
    /// Its 0-based position.
    pub position: usize,
}

const COMPLEMENT: [(u8, u8); 15] = [
    (b'A', b'T'),
    (b'C', b'G'),
    (b'G', b'C'),
    (b'T', b'A'),
    (b'N', b'N'),
    (b'R', b'Y'),
    (b'Y', b'R'),
    (b'S', b'S'),
    (b'W', b'W'),
    (b'K', b'M'),
    (b'M', b'K'),
    (b'B', b'V'),
    (b'V', b'B'),
    (b'D', b'H'),
    (b'H', b'D'),
];

/// What a byte reads as: upper case, T for U; 0 where it is no IUPAC letter.
const READ: [u8; 256] = read_table();
/// The complement of an upper-case letter; 0 of anything else.
const OTHER_STRAND: [u8; 256] = complement_table();

const fn complement_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < COMPLEMENT.len() {
        table[COMPLEMENT[at].0 as usize] = COMPLEMENT[at].1;
        at += 1;
    }
    table
}

const fn read_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < COMPLEMENT.len() {
        let letter = COMPLEMENT[at].0;
        table[letter as usize] = letter;
        table[letter.to_ascii_lowercase() as usize] = letter;
        at += 1;
    }
    table[b'U' as usize] = b'T';
    table[b'u' as usize] = b'T';
    table
}

fn complement(letter: u8) -> Option<u8> {
    match OTHER_STRAND[usize::from(letter)] {
        0 => None,
        other => Some(other),
    }
}

/// Whether something holds of all letters. All are asked, without a way out at the first: so that the processor asks of many
/// at a time, and most sequences hold nothing odd.
fn are_all(letters: &[u8], holds: impl Fn(&u8) -> bool) -> bool {
    let odd = letters
        .iter()
        .fold(0, |odd, letter| odd | u8::from(!holds(letter)));
    odd == 0
}

impl Sequence {
    /// Reads a sequence; lower case becomes upper case, U becomes T.
    ///
    /// # Errors
    /// The first letter that is not IUPAC nucleotide code.
    ///
    /// ```
    /// use titer_core::Sequence;
    /// assert_eq!(Sequence::new("acgN").unwrap().letters(), b"ACGN");
    /// assert_eq!(Sequence::new("AC!").unwrap_err().position, 2);
    /// ```
    pub fn new(text: &str) -> Result<Self, SequenceError> {
        let mut letters = text.as_bytes().to_vec();
        letters.make_ascii_uppercase();
        let is_common = |letter: &u8| matches!(letter, b'A' | b'C' | b'G' | b'T' | b'N');
        if are_all(&letters, is_common) {
            return Ok(Self(letters));
        }
        for letter in &mut letters {
            *letter = READ[usize::from(*letter)];
        }
        if letters.contains(&0) {
            let mut odd = text.chars().enumerate().filter(|(_, letter)| {
                !u8::try_from(*letter).is_ok_and(|byte| byte < 128 && READ[usize::from(byte)] != 0)
            });
            if let Some((position, letter)) = odd.next() {
                return Err(SequenceError { letter, position });
            }
        }
        Ok(Self(letters))
    }

    /// This sequence and another behind it, an N between them: no word reaches from one into the other.
    ///
    /// ```
    /// use titer_core::Sequence;
    /// let both = Sequence::new("AC").unwrap().followed_by(&Sequence::new("GT").unwrap());
    /// assert_eq!(both.letters(), b"ACNGT");
    /// ```
    #[must_use]
    pub fn followed_by(&self, other: &Self) -> Self {
        Self([self.letters(), b"N", other.letters()].concat())
    }

    /// The letters, one byte a base.
    #[must_use]
    pub fn letters(&self) -> &[u8] {
        &self.0
    }

    /// Whether every letter is A, C, G or T.
    #[must_use]
    pub fn is_known(&self) -> bool {
        are_all(&self.0, |letter| {
            matches!(letter, b'A' | b'C' | b'G' | b'T')
        })
    }

    /// The number of bases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no base.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The other strand, read in its own direction.
    #[must_use]
    pub fn reverse_complement(&self) -> Self {
        Self(
            self.0
                .iter()
                .rev()
                .map(|base| complement(*base).unwrap_or(b'N'))
                .collect(),
        )
    }

    /// The sequence with one base replaced; unchanged where the position or the letter is not valid.
    pub fn substitute(&mut self, position: usize, letter: u8) {
        if complement(letter).is_some()
            && let Some(place) = self.0.get_mut(position)
        {
            *place = letter;
        }
    }
}

impl std::fmt::Display for Sequence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_complement_is_an_involution() {
        let sequence = Sequence::new("ACGTNRYSWKMBDHV").unwrap();
        assert_eq!(sequence.reverse_complement().reverse_complement(), sequence);
        assert_eq!(
            Sequence::new("AACG")
                .unwrap()
                .reverse_complement()
                .letters(),
            b"CGTT"
        );
    }

    #[test]
    fn illegal_letters_are_named() {
        let error = Sequence::new("ACX").unwrap_err();
        assert_eq!((error.letter, error.position), ('X', 2));
        assert!(Sequence::new("ACé").is_err());
    }
}
