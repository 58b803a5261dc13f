//! One base or k bases a token.

use titer_spec::model::Unit;

use super::vocabulary::Vocabulary;
use crate::error::{AdaptorError, wrong};

/// Cuts letters into tokens of a vocabulary.
#[derive(Clone, Debug)]
pub(super) struct Kmers {
    vocabulary: Vocabulary,
    k: usize,
    step: Step,
    unknown: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// One base further; a single base is a k-mer of 1.
    One,
    /// Where the last one ended.
    Whole,
}

/// The longest k-mer that a vocabulary can hold all of.
const LONGEST: usize = 12;

impl Kmers {
    pub(super) fn new(
        vocabulary: Vocabulary,
        unit: &Unit,
        unknown: Option<i64>,
    ) -> Result<Self, AdaptorError> {
        let (k, step) = match unit {
            Unit::SingleNucleotide | Unit::Bpe => (1, Step::One),
            Unit::OverlappingKmer(kmer) => (kmer.k, Step::One),
            Unit::KmerAndRest(kmer) => (kmer.k, Step::Whole),
        };
        if !(1..=LONGEST).contains(&k) {
            return wrong(
                "input.tokens.unit",
                format!("`tokens.unit` has k-mers of {k}"),
                format!("write a k from 1 to {LONGEST}"),
            );
        }
        let made = Self {
            vocabulary,
            k,
            step,
            unknown,
        };
        made.sound()?;
        Ok(made)
    }

    /// The vocabulary is of this k, and what it lacks has a token.
    fn sound(&self) -> Result<(), AdaptorError> {
        for base in b"ACGT" {
            let token = vec![*base; self.k];
            if self.vocabulary.id(&token).is_none() {
                return wrong(
                    "input.tokens.unit",
                    format!(
                        "the vocabulary lacks `{}`: is it one of k-mers of {}?",
                        String::from_utf8_lossy(&token),
                        self.k
                    ),
                    "write the k of its tokens, or name the vocabulary of this k",
                );
            }
        }
        let codes = b"ACGTNRYSWKMBDHV";
        let all = self.k == 1
            && codes
                .iter()
                .all(|code| self.vocabulary.id(&[*code]).is_some());
        if self.unknown.is_none() && !all {
            return wrong(
                "input.tokens",
                "`tokens.unknown` is not named",
                "name the token that stands for what the vocabulary lacks (N may serve)",
            );
        }
        Ok(())
    }

    pub(super) fn encode(&self, letters: &[u8]) -> Result<Vec<i64>, AdaptorError> {
        match self.step {
            Step::One => letters
                .windows(self.k)
                .map(|kmer| self.vocabulary.id(kmer).map_or_else(|| self.unknown(), Ok))
                .collect(),
            Step::Whole => self.with_rest(letters),
        }
    }

    fn with_rest(&self, letters: &[u8]) -> Result<Vec<i64>, AdaptorError> {
        let mut ids = Vec::with_capacity(letters.len() / self.k + self.k);
        let mut at = 0;
        let mut in_unknown = false;
        while at < letters.len() {
            let whole = letters.get(at..at + self.k);
            let (id, taken) = match whole.and_then(|kmer| self.vocabulary.id(kmer)) {
                Some(id) => (Some(id), self.k),
                None => (self.vocabulary.id(&letters[at..=at]), 1),
            };
            match id {
                Some(id) => ids.push(id),
                None if in_unknown => {}
                None => ids.push(self.unknown()?),
            }
            in_unknown = id.is_none();
            at += taken;
        }
        Ok(ids)
    }

    fn unknown(&self) -> Result<i64, AdaptorError> {
        self.unknown.ok_or_else(|| {
            AdaptorError::of(
                "input.tokens",
                "the vocabulary lacks letters of the example",
                "name the token that stands for them in `tokens.unknown`",
            )
        })
    }

    /// Tokens of so many known bases; `None` where that depends on the bases.
    pub(super) fn tokens_of(&self, bases: usize) -> Option<usize> {
        match self.step {
            Step::One => Some((bases + 1).saturating_sub(self.k)),
            Step::Whole => None,
        }
    }

    /// Known bases of so many tokens.
    pub(super) fn bases_of(&self, tokens: usize) -> usize {
        match self.step {
            Step::One => tokens + self.k - 1,
            Step::Whole => tokens.saturating_mul(self.k),
        }
    }

    pub(super) fn name(&self, id: i64) -> Option<String> {
        self.vocabulary.name(id)
    }
}
