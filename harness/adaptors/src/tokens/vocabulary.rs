//! Every token's number.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use titer_spec::model::roles;

use crate::error::{AdaptorError, wrong};

/// Every token's number.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary(HashMap<Vec<u8>, i64>);

impl Vocabulary {
    /// One token a line, numbered from 0.
    pub(super) fn read(path: &Path) -> Result<Self, AdaptorError> {
        let damaged = |message: String, cure: &str| {
            AdaptorError::of_file(roles::VOCABULARY, path, message, cure)
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            damaged(
                format!("cannot be read as a vocabulary: {error}"),
                "name a text of one token a line",
            )
        })?;
        let mut tokens = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            let token = line.trim();
            if token.is_empty() {
                return Err(damaged(
                    format!("line {} is empty", number + 1),
                    "write one token on each line",
                ));
            }
            let id = i64::try_from(number).unwrap_or(i64::MAX);
            if tokens.insert(token.as_bytes().to_vec(), id).is_some() {
                return Err(damaged(
                    format!("line {}: the token `{token}` stands twice", number + 1),
                    "write each token once: its line is its number",
                ));
            }
        }
        Ok(Self(tokens).with_bases_in_upper_case())
    }

    /// As a descriptor lists it.
    pub(super) fn listed(listed: &BTreeMap<String, i64>) -> Result<Self, AdaptorError> {
        if let Some((token, id)) = listed.iter().find(|(_, id)| **id < 0) {
            return wrong(
                "input.tokens.vocabulary",
                format!("the token `{token}` of `tokens.vocabulary` has the number {id}"),
                "number the tokens from 0",
            );
        }
        let tokens = listed
            .iter()
            .map(|(token, id)| (token.as_bytes().to_vec(), *id));
        Ok(Self(tokens.collect()).with_bases_in_upper_case())
    }

    /// Sequences are upper case and hold T where RNA has U: `acgu` is found as `ACGT`, unless that is
    /// another token.
    fn with_bases_in_upper_case(mut self) -> Self {
        let spelt = |(token, id): (&Vec<u8>, &i64)| {
            let sequence = titer_core::Sequence::new(&String::from_utf8_lossy(token)).ok()?;
            let letters = sequence.letters();
            (!self.0.contains_key(letters)).then(|| (letters.to_vec(), *id))
        };
        let mut more: Vec<(Vec<u8>, i64)> = self.0.iter().filter_map(spelt).collect();
        // Two spellings of the same bases: the lower number, whatever the order of the table.
        more.sort_unstable();
        for (token, id) in more {
            self.0.entry(token).or_insert(id);
        }
        self
    }

    pub(super) fn id(&self, token: &[u8]) -> Option<i64> {
        self.0.get(token).copied()
    }

    /// The number of a token that a descriptor names.
    pub(super) fn special(&self, field: &str, name: &str) -> Result<i64, AdaptorError> {
        self.id(name.as_bytes()).ok_or_else(|| {
            AdaptorError::of(
                format!("input.tokens.{field}"),
                format!("`tokens.{field}` is `{name}`, which the vocabulary lacks"),
                "write it as it stands there",
            )
        })
    }

    /// A token's name, the first by letters where there are several.
    pub(super) fn name(&self, id: i64) -> Option<String> {
        let named = self.0.iter().filter(|(_, known)| **known == id);
        let name = named.map(|(token, _)| token).min()?;
        Some(String::from_utf8_lossy(name).into_owned())
    }
}
