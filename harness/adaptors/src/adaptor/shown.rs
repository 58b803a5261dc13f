//! What an example becomes, in words, for whoever writes a descriptor.

use titer_core::{Query, Sequence};
use titer_spec::model::Input;

use super::{Adaptor, Encoded, Feed, Units, Values};
use crate::AdaptorError;

/// How many tokens or numbers of a feed are shown.
const SHOWN: usize = 12;
/// How many bases an example is made of where nothing says how many there are.
const BASES: usize = 200;
/// How many it is made of at most where the model takes fewer, too.
const LONGEST: usize = 1000;

impl Adaptor {
    /// A made-up sequence that the model takes.
    #[must_use]
    pub fn trial(&self, input: &Input) -> Sequence {
        let window_end = input.window.as_ref().map(|window| window.value.end);
        let of_tokens = match &self.units {
            // What takes up to 30,000 says as much of itself with fewer.
            Units::Tokens(tokens) => match tokens.length(self.bases) {
                None => tokens.bases_taken().map(|most| most.min(LONGEST)),
                Some(_) => tokens.bases_taken(),
            },
            Units::OneHot(_) | Units::Letters => None,
        };
        let bases = window_end.or(self.bases).or(of_tokens).unwrap_or(BASES);
        let text: String = "ACGTTGCA".chars().cycle().take(bases).collect();
        Sequence::new(&text).unwrap_or_default()
    }

    /// What a sequence becomes: a line for each input of the graph.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn shown(&self, sequence: &Sequence) -> Result<Vec<String>, AdaptorError> {
        let Encoded { feeds, .. } = self.encode(&[Query::from(sequence)])?;
        Ok(feeds
            .iter()
            .enumerate()
            .map(|(index, feed)| self.line(feed, index == 0))
            .collect())
    }

    fn line(&self, feed: &Feed, first: bool) -> String {
        let name = feed.name.as_deref().unwrap_or("the only input");
        let (kind, size, start) = match &feed.values {
            Values::F32(values) => ("f32", values.len(), start(values, ToString::to_string)),
            Values::Text(texts) => ("text", texts.len(), start(texts, |text| short(text))),
            Values::I64(values) => {
                let name = |id: &i64| match &self.units {
                    Units::Tokens(tokens) if first => format!("{id} {}", tokens.name(*id)),
                    _ => id.to_string(),
                };
                ("i64", values.len(), start(values, name))
            }
        };
        let more = if size > SHOWN { ", ..." } else { "" };
        format!("{name}: {kind} {:?}: {start}{more}", feed.shape)
    }
}

fn start<T>(values: &[T], word: impl Fn(&T) -> String) -> String {
    let words: Vec<String> = values.iter().take(SHOWN).map(word).collect();
    words.join(", ")
}

fn short(text: &str) -> String {
    match text.get(..40) {
        Some(start) => format!("{start}..."),
        None => text.to_owned(),
    }
}
