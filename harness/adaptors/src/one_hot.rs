//! One-hot encoding, f32.

use titer_spec::model::{Layout, OneHot, Other};

use super::cut::{Cut, NOTHING};
use super::error::{AdaptorError, wrong};

#[derive(Clone, Debug)]
pub(super) struct Encoder {
    channels: usize,
    layout: Layout,
    /// What the channels hold under each letter: `channels` numbers for each of the 256 bytes.
    table: Vec<f32>,
}

/// What each code stands for.
const CODES: [(u8, &[u8]); 11] = [
    (b'R', b"AG"),
    (b'Y', b"CT"),
    (b'S', b"CG"),
    (b'W', b"AT"),
    (b'K', b"GT"),
    (b'M', b"AC"),
    (b'B', b"CGT"),
    (b'D', b"AGT"),
    (b'H', b"ACT"),
    (b'V', b"ACG"),
    (b'N', b"ACGT"),
];

impl Encoder {
    pub(super) fn new(one_hot: &OneHot) -> Result<Self, AdaptorError> {
        let alphabet = letters(&one_hot.alphabet)?;
        let channels = alphabet.len();
        let channel = |letter: u8| alphabet.iter().position(|known| *known == letter);
        let mut table = vec![0.0; 256 * channels];
        for (letter, bases) in CODES {
            let row = &mut table[usize::from(letter) * channels..][..channels];
            match one_hot.other {
                Other::Zeros => {}
                Other::Uniform => row.fill(1.0 / channels as f32),
                Other::ByCode => {
                    for channel in bases.iter().filter_map(|base| channel(*base)) {
                        row[channel] = 1.0 / bases.len() as f32;
                    }
                }
            }
        }
        for (channel, letter) in alphabet.iter().enumerate() {
            let row = &mut table[usize::from(*letter) * channels..][..channels];
            row.fill(0.0);
            row[channel] = 1.0;
        }
        table[usize::from(NOTHING) * channels..][..channels].fill(0.0);
        Ok(Self {
            channels,
            layout: one_hot.layout,
            table,
        })
    }

    /// The sizes of the axes after the batch, for as many bases.
    pub(super) fn sizes<T>(&self, length: T, channels: impl Fn(usize) -> T) -> Vec<T> {
        let channels = channels(self.channels);
        match self.layout {
            Layout::LengthChannels => vec![length, channels],
            Layout::ChannelsLength => vec![channels, length],
        }
    }

    /// Shape and numbers of a batch.
    pub(super) fn encode(&self, batch: &[Cut], length: usize) -> (Vec<usize>, Vec<f32>) {
        let channels = self.channels;
        let mut values = vec![0.0; batch.len() * length * channels];
        for (cut, row) in batch
            .iter()
            .zip(values.chunks_mut((length * channels).max(1)))
        {
            match self.layout {
                Layout::LengthChannels if channels == 4 => self.rows_of::<4>(&cut.letters, row),
                Layout::LengthChannels => {
                    for (letter, to) in cut.letters.iter().zip(row.chunks_mut(channels)) {
                        to.copy_from_slice(self.column(*letter));
                    }
                }
                Layout::ChannelsLength => {
                    for (channel, row) in row.chunks_mut(length.max(1)).enumerate() {
                        for (letter, to) in cut.letters.iter().zip(row) {
                            *to = self.table[usize::from(*letter) * channels + channel];
                        }
                    }
                }
            }
        }
        let mut shape = vec![batch.len()];
        shape.extend(self.sizes(length, |channels| channels));
        (shape, values)
    }

    /// A number of channels that the compiler knows is several times quicker.
    fn rows_of<const N: usize>(&self, letters: &[u8], row: &mut [f32]) {
        let (table, _) = self.table.as_chunks::<N>();
        let (places, _) = row.as_chunks_mut::<N>();
        for (letter, to) in letters.iter().zip(places) {
            *to = table[usize::from(*letter)];
        }
    }

    fn column(&self, letter: u8) -> &[f32] {
        &self.table[usize::from(letter) * self.channels..][..self.channels]
    }
}

/// The alphabet's letters; each once, the four bases among them.
fn letters(alphabet: &str) -> Result<Vec<u8>, AdaptorError> {
    const FIELD: &str = "input.one_hot.alphabet";
    if alphabet.is_empty() {
        return wrong(
            FIELD,
            "the alphabet is empty",
            "name the letters in channel order, as in ACGT",
        );
    }
    let mut letters = Vec::with_capacity(alphabet.len());
    for letter in alphabet.bytes() {
        // Sequences hold T where RNA has U.
        let letter = match letter.to_ascii_uppercase() {
            b'U' => b'T',
            other => other,
        };
        if letters.contains(&letter) {
            return wrong(
                FIELD,
                format!("the alphabet {alphabet:?} holds a letter twice (U is T)"),
                "name each letter once, in channel order",
            );
        }
        letters.push(letter);
    }
    match b"ACGT".iter().find(|base| !letters.contains(base)) {
        None => Ok(letters),
        Some(base) => wrong(
            FIELD,
            format!("the alphabet {alphabet:?} lacks {}", char::from(*base)),
            "name a channel for each of A, C, G and T",
        ),
    }
}

#[cfg(test)]
mod tests;
