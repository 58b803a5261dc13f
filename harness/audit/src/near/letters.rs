//! Letters as numbers, and many sequences packed into two bits a letter.

use super::NearError;

/// Any letter but A, C, G and T (U): it equals nothing, itself neither.
pub(super) const UNKNOWN: u8 = 4;
/// Stands in a test sequence for a letter that counts neither for nor against an alignment.
pub(super) const NEUTRAL: u8 = 5;
/// The same in a train sequence.
pub(super) const NEUTRAL_TRAIN: u8 = 6;

/// A letter's number, case ignored.
fn code(letter: u8) -> u8 {
    match letter {
        b'A' | b'a' => 0,
        b'C' | b'c' => 1,
        b'G' | b'g' => 2,
        b'T' | b't' | b'U' | b'u' => 3,
        _ => UNKNOWN,
    }
}

/// Writes the letters' numbers over `codes`.
pub(super) fn encode(letters: &[u8], codes: &mut Vec<u8>) {
    codes.clear();
    codes.extend(letters.iter().map(|letter| code(*letter)));
}

/// Writes `neutral` over the letters that are marked.
pub(super) fn blank(codes: &mut [u8], marks: &[bool], neutral: u8) {
    for (code, _) in codes.iter_mut().zip(marks).filter(|(_, mark)| **mark) {
        *code = neutral;
    }
}

/// Turns a sequence round: its reverse complement, in place.
pub(super) fn turn(codes: &mut [u8]) {
    codes.reverse();
    for code in codes {
        if *code < UNKNOWN {
            *code = 3 - *code;
        }
    }
}

/// Sequences one behind the other, two bits a letter; what is unknown is listed beside them.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    packed: Vec<u8>,
    /// Where each sequence starts; one more for the end of the last.
    starts: Vec<u32>,
    /// Stretches of unknown letters: start and end, in order.
    unknown: Vec<(u32, u32)>,
}

impl Text {
    /// Packs sequences as they come.
    ///
    /// # Errors
    /// More than 2^32 - 1 letters in all.
    pub(super) fn pack<Letters: AsRef<[u8]>>(
        sequences: impl IntoIterator<Item = Letters>,
    ) -> Result<Self, NearError> {
        let mut text = Self {
            starts: vec![0],
            ..Self::default()
        };
        let mut end = 0_u32;
        for sequence in sequences {
            for letter in sequence.as_ref() {
                text.push(end, code(*letter));
                end = end.checked_add(1).ok_or(NearError::TooManyLetters)?;
            }
            text.starts.push(end);
        }
        Ok(text)
    }

    fn push(&mut self, at: u32, code: u8) {
        if at.is_multiple_of(4) {
            self.packed.push(0);
        }
        if code == UNKNOWN {
            match self.unknown.last_mut() {
                Some((_, end)) if *end == at => *end = at + 1,
                _ => self.unknown.push((at, at + 1)),
            }
        } else if let Some(byte) = self.packed.last_mut() {
            *byte |= code << (2 * (at % 4));
        }
    }

    /// How many sequences.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many letters.
    pub(super) fn letters(&self) -> u32 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The sequence that a letter is of.
    pub(super) fn sequence_at(&self, at: u32) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
            .min(self.len().saturating_sub(1))
    }

    /// Where a sequence starts and ends.
    pub(super) fn bounds(&self, sequence: usize) -> (u32, u32) {
        let of = |place: usize| self.starts.get(place).copied().unwrap_or(0);
        (of(sequence), of(sequence + 1))
    }

    /// Writes the numbers of the letters from `start` to `end` over `codes`.
    pub(super) fn unpack(&self, start: u32, end: u32, codes: &mut Vec<u8>) {
        codes.clear();
        let end = end.min(self.letters()).max(start);
        let (first, last) = ((start / 4) as usize, (end as usize).div_ceil(4));
        for byte in self.packed.get(first..last).unwrap_or(&[]) {
            codes.extend([byte & 3, (byte >> 2) & 3, (byte >> 4) & 3, byte >> 6]);
        }
        codes.truncate((end as usize).saturating_sub(first * 4));
        codes.drain(..((start % 4) as usize).min(codes.len()));
        let from = self.unknown.partition_point(|(_, until)| *until <= start);
        let runs = self.unknown.iter().skip(from);
        for (run, until) in runs.take_while(|(run, _)| *run < end) {
            let (run, until) = ((*run).max(start) - start, (*until).min(end) - start);
            if let Some(stretch) = codes.get_mut(run as usize..until as usize) {
                stretch.fill(UNKNOWN);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Stream;

    #[test]
    fn what_is_packed_comes_back() {
        let mut random = Stream::new(1, "test", "letters");
        let sequences: Vec<Vec<u8>> = (0..200)
            .map(|_| {
                let length = random.below(40);
                (0..length)
                    .map(|_| b"ACGTacgtNNRu"[random.below(12) as usize])
                    .collect()
            })
            .collect();
        let text = Text::pack(&sequences).unwrap();
        assert_eq!(text.len(), 200);
        let (mut found, mut expected) = (Vec::new(), Vec::new());
        for (number, sequence) in sequences.iter().enumerate() {
            let (start, end) = text.bounds(number);
            text.unpack(start, end, &mut found);
            encode(sequence, &mut expected);
            assert_eq!(found, expected);
            for at in start..end {
                assert_eq!(text.sequence_at(at), number);
            }
        }
        assert_eq!(text.bounds(199).1, text.letters());
    }

    #[test]
    fn turned_twice_is_as_before() {
        let mut codes = Vec::new();
        encode(b"AACGNT", &mut codes);
        let before = codes.clone();
        turn(&mut codes);
        assert_eq!(codes, [0, 4, 1, 2, 3, 3]);
        turn(&mut codes);
        assert_eq!(codes, before);
    }
}
