//! Letters as integers.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use titer_spec::model::{PadTo, Shorter, TokenLength, Tokens, Unit, roles};

use super::cut::{self, Plan};
use super::error::{self, AdaptorError, wrong};

#[cfg(feature = "tokenizers")]
mod bpe;
#[cfg(not(feature = "tokenizers"))]
#[path = "tokens/bpe_absent.rs"]
mod bpe;
mod kmers;
mod vocabulary;

use bpe::Bpe;
use kmers::Kmers;
use vocabulary::Vocabulary;

/// Makes tokens.
#[derive(Clone, Debug)]
pub(super) struct Tokenizer {
    units: Units,
    /// What stands before the first token and after the last.
    around: [Vec<i64>; 2],
    pad: Option<i64>,
    length: Option<TokenLength>,
}

#[derive(Clone, Debug)]
enum Units {
    Kmers(Kmers),
    Bpe(Box<Bpe>),
}

/// A batch of tokens, every row of the same length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// Row-major.
    pub(super) ids: Vec<i64>,
    /// The length of a row.
    pub(super) length: usize,
    /// The part of each row that is no padding.
    pub(super) real: Vec<Range<usize>>,
    /// The part of each row that is of the sequence: no padding, and nothing that stands around it.
    pub(super) own: Vec<Range<usize>>,
    /// Whether tokens of the row were cropped away.
    pub(super) cropped: Vec<bool>,
}

impl Tokenizer {
    pub(super) fn new(
        tokens: &Tokens,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, AdaptorError> {
        let (units, around, pad) = match &tokens.unit {
            Unit::Bpe => of_bpe(tokens, files)?,
            _ => of_vocabulary(tokens, files)?,
        };
        let made = Self {
            units,
            around,
            pad,
            length: tokens.length,
        };
        made.sound()?;
        Ok(made)
    }

    fn sound(&self) -> Result<(), AdaptorError> {
        let Some(length) = &self.length else {
            return match &self.units {
                Units::Kmers(kmers) if kmers.tokens_of(0).is_some() => Ok(()),
                _ => wrong(
                    "input.tokens",
                    "`tokens.length` is not given, and examples of one length make different numbers of tokens",
                    "add it, as in `length: {tokens: 512, shorter: pad_right, longer: crop_right}`",
                ),
            };
        };
        if length.tokens <= self.special() {
            return wrong(
                "input.tokens.length.tokens",
                format!(
                    "`tokens.length.tokens` is {}, and {} stand around the sequence already: none is left for it",
                    length.tokens,
                    self.special()
                ),
                "write how many tokens the model takes, those around the sequence counted",
            );
        }
        if length.pad_to == PadTo::Longest && length.shorter == Shorter::Refuse {
            return wrong(
                "input.tokens.length",
                "`tokens.length` has `pad_to: longest` and no side to pad on",
                "add `shorter: pad_right`",
            );
        }
        if length.shorter != Shorter::Refuse && self.pad.is_none() {
            return wrong(
                "input.tokens.length",
                "`tokens.length.shorter` pads and `tokens.pad` is not named",
                "name the token that fills up, as in `pad: \"[PAD]\"`",
            );
        }
        Ok(())
    }

    fn special(&self) -> usize {
        self.around.iter().map(Vec::len).sum()
    }

    /// How many tokens every example has; `None`: that depends on the example.
    pub(super) fn length(&self, bases: Option<usize>) -> Option<usize> {
        match &self.length {
            Some(length) if length.pad_to == PadTo::Length => Some(length.tokens),
            Some(_) => None,
            None => match &self.units {
                Units::Kmers(kmers) => Some(kmers.tokens_of(bases?)? + self.special()),
                Units::Bpe(_) => None,
            },
        }
    }

    /// Bases of a sequence that is sure to be taken: not cropped, and not refused where that is known.
    pub(super) fn bases_taken(&self) -> Option<usize> {
        let room = self.length?.tokens - self.special();
        Some(match &self.units {
            Units::Kmers(kmers) => kmers.bases_of(room),
            Units::Bpe(_) => room,
        })
    }

    /// The tokens of a batch.
    ///
    /// # Errors
    /// An example has more or fewer tokens than the model takes and that is refused, or a letter is no
    /// token and there is none for what is unknown.
    pub(super) fn encode<'a>(
        &self,
        batch: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Rows, AdaptorError> {
        let bodies = batch
            .map(|letters| match &self.units {
                Units::Kmers(kmers) => kmers.encode(letters),
                Units::Bpe(bpe) => bpe.encode(letters),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let length = self.row_length(&bodies)?;
        let mut rows = Rows {
            ids: Vec::with_capacity(bodies.len() * length),
            length,
            real: Vec::with_capacity(bodies.len()),
            own: Vec::with_capacity(bodies.len()),
            cropped: Vec::with_capacity(bodies.len()),
        };
        for body in &bodies {
            self.add(&mut rows, body)?;
        }
        Ok(rows)
    }

    fn row_length(&self, bodies: &[Vec<i64>]) -> Result<usize, AdaptorError> {
        let longest = bodies.iter().map(Vec::len).max().unwrap_or(0) + self.special();
        match &self.length {
            Some(length) if length.pad_to == PadTo::Length => Ok(length.tokens),
            Some(length) => Ok(longest.min(length.tokens)),
            None if bodies
                .iter()
                .all(|body| body.len() + self.special() == longest) =>
            {
                Ok(longest)
            }
            None => wrong(
                "input.tokens",
                "the examples of a batch have different numbers of tokens",
                "add `tokens.length`",
            ),
        }
    }

    fn add(&self, rows: &mut Rows, body: &[i64]) -> Result<(), AdaptorError> {
        let [begin, end] = &self.around;
        let refused = || {
            AdaptorError::of(
                "input.tokens.length",
                format!(
                    "the example makes {} tokens and the model takes {}",
                    body.len() + self.special(),
                    self.length.map_or(rows.length, |length| length.tokens)
                ),
                "say what becomes of it in `tokens.length` (`shorter`, `longer`)",
            )
        };
        let room = rows.length - self.special();
        let plan = match &self.length {
            None => Plan::whole(body.len()),
            Some(length) => {
                // Shorter than the longest of its batch is no shorter than the model takes.
                cut::fit(body.len(), room, length.shorter, length.longer).ok_or_else(refused)?
            }
        };
        let pad = self.pad.unwrap_or_default();
        rows.ids.extend(std::iter::repeat_n(pad, plan.before));
        let start = plan.before;
        rows.ids.extend(begin);
        rows.ids.extend(&body[plan.kept.clone()]);
        rows.ids.extend(end);
        rows.real
            .push(start..start + self.special() + plan.kept.len());
        let first = start + begin.len();
        rows.own.push(first..first + plan.kept.len());
        rows.ids.extend(std::iter::repeat_n(pad, plan.after));
        rows.cropped.push(plan.kept.len() < body.len());
        Ok(())
    }

    /// A token's name.
    pub(super) fn name(&self, id: i64) -> String {
        let name = match &self.units {
            Units::Kmers(kmers) => kmers.name(id),
            Units::Bpe(bpe) => bpe.name(id),
        };
        name.unwrap_or_else(|| id.to_string())
    }
}

type Parts = (Units, [Vec<i64>; 2], Option<i64>);

fn of_vocabulary(
    tokens: &Tokens,
    files: &BTreeMap<String, PathBuf>,
) -> Result<Parts, AdaptorError> {
    let vocabulary = match &tokens.vocabulary {
        Some(listed) => Vocabulary::listed(listed)?,
        None => Vocabulary::read(error::file(files, roles::VOCABULARY)?)?,
    };
    let special = |field: &str, name: &Option<String>| {
        name.as_ref()
            .map(|name| vocabulary.special(field, name))
            .transpose()
    };
    let unknown = special("unknown", &tokens.unknown)?;
    let pad = special("pad", &tokens.pad)?;
    let begin = special("begin", &tokens.begin)?.into_iter().collect();
    let end = special("end", &tokens.end)?.into_iter().collect();
    let kmers = Kmers::new(vocabulary, &tokens.unit, unknown)?;
    Ok((Units::Kmers(kmers), [begin, end], pad))
}

fn of_bpe(tokens: &Tokens, files: &BTreeMap<String, PathBuf>) -> Result<Parts, AdaptorError> {
    for (field, given) in [
        ("begin", tokens.begin.is_some()),
        ("end", tokens.end.is_some()),
        ("unknown", tokens.unknown.is_some()),
        ("vocabulary", tokens.vocabulary.is_some()),
    ] {
        if given {
            return wrong(
                format!("input.tokens.{field}"),
                format!("`tokens.{field}` is not for `unit: bpe`, whose tokenizer.json says it"),
                "take it out",
            );
        }
    }
    let bpe = Bpe::read(error::file(files, roles::TOKENIZER)?)?;
    let around = bpe.around()?;
    let pad = tokens.pad.as_ref().map(|name| bpe.special("pad", name));
    let pad = pad.transpose()?;
    Ok((Units::Bpe(Box::new(bpe)), around, pad))
}

#[cfg(test)]
mod tests;
