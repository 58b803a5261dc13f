//! Tokens by a `tokenizer.json`, through the crate that wrote that format.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use titer_spec::model::roles;

use crate::error::AdaptorError;

/// A `tokenizer.json`.
#[derive(Clone, Debug)]
pub(super) struct Bpe {
    tokenizer: tokenizers::Tokenizer,
}

impl Bpe {
    pub(super) fn read(path: &Path) -> Result<Self, AdaptorError> {
        let damaged = |message: String| {
            AdaptorError::of_file(roles::TOKENIZER, path, message, "save it anew")
        };
        let bytes =
            std::fs::read(path).map_err(|error| damaged(format!("cannot be read: {error}")))?;
        let mut tokenizer = quietly(|| tokenizers::Tokenizer::from_bytes(&bytes))
            .map_err(|error| damaged(format!("is no tokenizer.json: {error}")))?;
        // The descriptor says both.
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| damaged(format!("its truncation cannot be taken out: {error}")))?;
        Ok(Self { tokenizer })
    }

    pub(super) fn encode(&self, letters: &[u8]) -> Result<Vec<i64>, AdaptorError> {
        self.ids(&String::from_utf8_lossy(letters), false)
    }

    fn ids(&self, text: &str, special: bool) -> Result<Vec<i64>, AdaptorError> {
        let encoded = quietly(|| self.tokenizer.encode_fast(text, special)).map_err(|error| {
            AdaptorError::of(
                "input.tokens",
                format!("tokenizer.json cannot encode the example: {error}"),
                "save tokenizer.json anew",
            )
        })?;
        Ok(encoded.get_ids().iter().copied().map(i64::from).collect())
    }

    /// What the file puts before the first token and after the last.
    pub(super) fn around(&self) -> Result<[Vec<i64>; 2], AdaptorError> {
        let [one, other] = [self.around_of("ACGT")?, self.around_of("GATTACATTAGC")?];
        if one != other {
            return Err(strange());
        }
        Ok(one)
    }

    fn around_of(&self, text: &str) -> Result<[Vec<i64>; 2], AdaptorError> {
        let body = self.ids(text, false)?;
        let whole = self.ids(text, true)?;
        let start = whole
            .windows(body.len().max(1))
            .position(|part| part == body)
            .ok_or_else(strange)?;
        Ok([
            whole[..start].to_vec(),
            whole[start + body.len()..].to_vec(),
        ])
    }

    pub(super) fn special(&self, field: &str, name: &str) -> Result<i64, AdaptorError> {
        self.tokenizer
            .token_to_id(name)
            .map(i64::from)
            .ok_or_else(|| {
                AdaptorError::of(
                    format!("input.tokens.{field}"),
                    format!("`tokens.{field}` is `{name}`, which tokenizer.json lacks"),
                    "write it as it stands there",
                )
            })
    }

    pub(super) fn name(&self, id: i64) -> Option<String> {
        self.tokenizer.id_to_token(u32::try_from(id).ok()?)
    }
}

fn strange() -> AdaptorError {
    AdaptorError::of(
        "input.tokens.unit",
        "tokenizer.json does more than to put tokens before and after a sequence, and Titer cannot crop that",
        "encode in the model's own process, by `letters: as_is`",
    )
}

/// A file from elsewhere may be one that the crate has not thought of.
fn quietly<T>(work: impl FnOnce() -> Result<T, tokenizers::Error>) -> Result<T, tokenizers::Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("the tokenizers crate gave up on it".into()))
}
