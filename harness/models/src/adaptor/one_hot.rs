//! One-hot encoding, f32.

use std::ops::Range;

use titer_core::{ModelError, Sequence};
use titer_spec::model::{Input, Layout, Other};

use super::Tensor;

#[derive(Clone, Debug)]
pub(super) struct Encoder {
    window: Range<usize>,
    channels: usize,
    layout: Layout,
    /// The channel of each letter; `None` where the alphabet lacks it.
    channel_of: [Option<usize>; 256],
    /// What every channel holds under a letter that the alphabet lacks.
    other: f32,
}

impl Encoder {
    pub(super) fn new(input: &Input) -> Result<Self, ModelError> {
        let window: Range<usize> = input.window.value.into();
        if window.is_empty() {
            return Err(ModelError::Input(format!(
                "the input's window {}..{} holds no base: `end` must be greater than `start`",
                window.start, window.end
            )));
        }
        let alphabet = input.one_hot.alphabet.as_bytes();
        let mut channel_of = [None; 256];
        for (channel, letter) in alphabet.iter().enumerate() {
            let place = &mut channel_of[usize::from(letter.to_ascii_uppercase())];
            if place.replace(channel).is_some() {
                return Err(ModelError::Input(format!(
                    "the alphabet {:?} holds a letter twice",
                    input.one_hot.alphabet
                )));
            }
        }
        if alphabet.is_empty() {
            return Err(ModelError::Input(
                "the alphabet is empty: name the letters in channel order, as in ACGT".to_owned(),
            ));
        }
        Ok(Self {
            window,
            channels: alphabet.len(),
            layout: input.one_hot.layout,
            channel_of,
            other: match input.one_hot.other {
                Other::Zeros => 0.0,
                Other::Uniform => 1.0 / alphabet.len() as f32,
            },
        })
    }

    pub(super) fn encode(&self, batch: &[&Sequence]) -> Result<Tensor, ModelError> {
        let (length, channels) = (self.window.len(), self.channels);
        let mut values = vec![0.0; batch.len() * length * channels];
        for (sequence, row) in batch.iter().zip(values.chunks_mut(length * channels)) {
            self.fill(row, self.cut(sequence)?);
        }
        let shape = match self.layout {
            Layout::LengthChannels => vec![batch.len(), length, channels],
            Layout::ChannelsLength => vec![batch.len(), channels, length],
        };
        Ok(Tensor { shape, values })
    }

    fn cut<'a>(&self, sequence: &'a Sequence) -> Result<&'a [u8], ModelError> {
        sequence.letters().get(self.window.clone()).ok_or_else(|| {
            ModelError::Input(format!(
                "the example has {} bases and the model reads {}..{}: it needs at least {}",
                sequence.len(),
                self.window.start,
                self.window.end,
                self.window.end
            ))
        })
    }

    fn fill(&self, row: &mut [f32], letters: &[u8]) {
        // How far apart two neighbours along each axis lie.
        let (base_step, channel_step) = match self.layout {
            Layout::LengthChannels => (self.channels, 1),
            Layout::ChannelsLength => (1, letters.len()),
        };
        for (position, letter) in letters.iter().enumerate() {
            match self.channel_of[usize::from(*letter)] {
                Some(channel) => row[position * base_step + channel * channel_step] = 1.0,
                None => {
                    for channel in 0..self.channels {
                        row[position * base_step + channel * channel_step] = self.other;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use titer_spec::Located;
    use titer_spec::model::OneHot;
    use titer_spec::suite::Span;

    use super::*;

    fn encoder(start: usize, end: usize, layout: Layout, other: Other) -> Encoder {
        Encoder::new(&input(start, end, "ACGT", layout, other)).unwrap()
    }

    fn input(start: usize, end: usize, alphabet: &str, layout: Layout, other: Other) -> Input {
        Input {
            window: Located::nowhere(Span { start, end }),
            one_hot: OneHot {
                alphabet: alphabet.to_owned(),
                layout,
                other,
            },
            tensor: None,
        }
    }

    fn sequence(text: &str) -> Sequence {
        Sequence::new(text).unwrap()
    }

    #[test]
    fn window_letters_and_layout() {
        let text = sequence("TTACN");
        let rows = encoder(2, 5, Layout::LengthChannels, Other::Zeros);
        let tensor = rows.encode(&[&text]).unwrap();
        assert_eq!(tensor.shape, [1, 3, 4]);
        assert_eq!(
            tensor.values,
            [1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 0., 0.]
        );
        let columns = encoder(2, 5, Layout::ChannelsLength, Other::Uniform);
        let tensor = columns.encode(&[&text]).unwrap();
        assert_eq!(tensor.shape, [1, 4, 3]);
        assert_eq!(
            tensor.values,
            [1., 0., 0.25, 0., 1., 0.25, 0., 0., 0.25, 0., 0., 0.25]
        );
    }

    #[test]
    fn the_batch_is_in_order() {
        let (a, t) = (sequence("A"), sequence("T"));
        let tensor = encoder(0, 1, Layout::LengthChannels, Other::Zeros)
            .encode(&[&a, &t])
            .unwrap();
        assert_eq!(tensor.values, [1., 0., 0., 0., 0., 0., 0., 1.]);
    }

    #[test]
    fn short_examples_are_named() {
        let error = encoder(2, 9, Layout::LengthChannels, Other::Zeros)
            .encode(&[&sequence("ACGT")])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("4 bases") && error.contains("2..9"),
            "{error}"
        );
    }

    #[test]
    fn contradictions_are_errors() {
        for (start, end, alphabet) in [(3, 3, "ACGT"), (0, 3, "ACGA"), (0, 3, "")] {
            let input = input(start, end, alphabet, Layout::LengthChannels, Other::Zeros);
            assert!(Encoder::new(&input).is_err(), "{start} {end} {alphabet}");
        }
    }
}
