//! The letters that a model reads of a sequence: window, length, IUPAC codes, strand.

use std::ops::Range;

use titer_core::Sequence;
use titer_spec::model::{Input, Iupac, Length, Longer, Padding, Shorter};

use super::error::{AdaptorError, wrong};

/// Stands where padding is no letter at all.
pub(super) const NOTHING: u8 = 0;

/// Which strand is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strand {
    /// As it stands in the data.
    Given,
    /// The reverse complement of the very same bases, padding included.
    Other,
}

/// What is left of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Letters in upper case, padding included.
    pub(super) letters: Vec<u8>,
    /// The part that is no padding.
    pub(super) real: Range<usize>,
    /// Whether bases were cropped away. A window is what the model reads by design and crops nothing.
    pub(super) cropped: bool,
}

/// Cuts sequences.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    window: Option<Range<usize>>,
    length: Option<Length>,
    iupac: Iupac,
}

impl Cutter {
    pub(super) fn new(input: &Input) -> Result<Self, AdaptorError> {
        let window: Option<Range<usize>> = input.window.as_ref().map(|window| window.value.into());
        if let Some(window) = window.as_ref().filter(|window| window.is_empty()) {
            return wrong(
                "input.window",
                format!(
                    "the input's window {}..{} holds no base",
                    window.start, window.end
                ),
                "`end` is one past the last base and lies after `start`",
            );
        }
        let length = input.length.as_ref().map(|length| length.value);
        if length.is_some_and(|length| length.bases == 0) {
            return wrong(
                "input.length",
                "the input's `length` is 0 bases, and a model reads at least one",
                "write how many bases it takes",
            );
        }
        let zeros = length.is_some_and(|length| length.padding == Padding::Zeros);
        if zeros && input.one_hot.is_none() {
            return wrong(
                "input.length.padding",
                "`padding: zeros` is of `one_hot` alone",
                "leave it out, and padding is the letter N",
            );
        }
        Ok(Self {
            window,
            length,
            iupac: input.iupac,
        })
    }

    /// What is left of a sequence.
    ///
    /// # Errors
    /// It ends before the window does, or its length is refused.
    pub(super) fn cut(&self, sequence: &Sequence, strand: Strand) -> Result<Cut, AdaptorError> {
        let window = self.windowed(sequence)?;
        let Plan {
            kept,
            before,
            after,
        } = self.plan(window.len())?;
        let cropped = kept.len() < window.len();
        let kept = window.start + kept.start..window.start + kept.end;
        let padding = self.length.map_or(Padding::N, |length| length.padding);
        let padding = match padding {
            Padding::N => b'N',
            Padding::Zeros => NOTHING,
        };
        let other;
        let (letters, before, after) = match strand {
            Strand::Given => (&sequence.letters()[kept], before, after),
            Strand::Other => {
                other = sequence.reverse_complement();
                let turned = sequence.len() - kept.end..sequence.len() - kept.start;
                (&other.letters()[turned], after, before)
            }
        };
        let mut all = vec![padding; before + letters.len() + after];
        let real = before..before + letters.len();
        all[real.clone()].copy_from_slice(letters);
        if self.iupac == Iupac::ToN {
            let code = |letter: &&mut u8| !matches!(**letter, b'A' | b'C' | b'G' | b'T' | NOTHING);
            all.iter_mut()
                .filter(code)
                .for_each(|letter| *letter = b'N');
        }
        Ok(Cut {
            letters: all,
            real,
            cropped,
        })
    }

    fn windowed(&self, sequence: &Sequence) -> Result<Range<usize>, AdaptorError> {
        match &self.window {
            None => Ok(0..sequence.len()),
            Some(window) if window.end <= sequence.len() => Ok(window.clone()),
            Some(window) => wrong(
                "input.window",
                format!(
                    "the example has {} bases and the model reads {}..{}, which needs at least {}",
                    sequence.len(),
                    window.start,
                    window.end,
                    window.end
                ),
                "correct the window, or use longer sequences",
            ),
        }
    }

    fn plan(&self, bases: usize) -> Result<Plan, AdaptorError> {
        let Some(length) = self.length else {
            return Ok(Plan::whole(bases));
        };
        fit(bases, length.bases, length.shorter, length.longer).ok_or_else(|| {
            AdaptorError::of(
                "input.length",
                format!(
                    "the example has {bases} bases and the model takes {}",
                    length.bases
                ),
                "say what becomes of it in `input.length` (`shorter`, `longer`)",
            )
        })
    }
}

/// What is kept of something, and how much padding goes to either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) kept: Range<usize>,
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Plan {
    pub(super) fn whole(size: usize) -> Self {
        Self {
            kept: 0..size,
            before: 0,
            after: 0,
        }
    }
}

/// Brings `size` to `wanted`; `None` where that is refused.
pub(super) fn fit(size: usize, wanted: usize, shorter: Shorter, longer: Longer) -> Option<Plan> {
    if size > wanted {
        let surplus = size - wanted;
        let start = match longer {
            Longer::Refuse => return None,
            Longer::CropLeft => surplus,
            Longer::CropRight => 0,
            Longer::CropBoth => surplus / 2,
        };
        let kept = start..start + wanted;
        return Some(Plan {
            kept,
            ..Plan::whole(0)
        });
    }
    let lack = wanted - size;
    let before = match shorter {
        Shorter::Refuse if lack > 0 => return None,
        Shorter::Refuse | Shorter::PadRight => 0,
        Shorter::PadLeft => lack,
        Shorter::PadBoth => lack / 2,
    };
    Some(Plan {
        kept: 0..size,
        before,
        after: lack - before,
    })
}

#[cfg(test)]
mod tests;
