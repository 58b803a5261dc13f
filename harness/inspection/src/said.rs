//! What a model says of itself: its tensors, its numbers, what its answer comes from.

use crate::files::graph::Ending;

/// One tensor as a model states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Numbers,
    /// Sizes of the axes, the batch first; `None`: any. Empty where the model does not say.
    pub sizes: Vec<Option<usize>>,
}

/// What a tensor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Floating-point numbers.
    Floats,
    /// Whole numbers.
    Whole,
    /// Text.
    Text,
    /// What the model does not say.
    Unsaid,
    /// What no sequence becomes, in the model's word.
    Other(String),
}

/// What a model says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// In words: format, who made it, sizes.
    pub facts: Vec<String>,
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
    /// The operator that the answer comes from.
    pub ends_in: Option<Ending>,
    /// Its numbers in a word, as in fp32.
    pub precision: Option<String>,
    /// Whether a prediction depends on the rest of its batch.
    pub batch_dependent: bool,
}

impl Said {
    /// Its numbers in a word; fp32 where nothing says otherwise.
    #[must_use]
    pub fn precision(&self) -> &str {
        self.precision.as_deref().unwrap_or("fp32")
    }
}

impl Port {
    /// As in "`reads` floats [any, 100, 4]".
    #[must_use]
    pub fn in_words(&self) -> String {
        let sizes: Vec<String> = self
            .sizes
            .iter()
            .map(|size| size.map_or_else(|| "any".to_owned(), |size| size.to_string()))
            .collect();
        let sizes = match sizes.is_empty() {
            true => "of a size that it does not say".to_owned(),
            false => format!("[{}]", sizes.join(", ")),
        };
        format!("`{}` {} {sizes}", self.name, self.holds.word())
    }
}

impl Numbers {
    fn word(&self) -> &str {
        match self {
            Self::Floats => "floats",
            Self::Whole => "whole numbers",
            Self::Text => "text",
            Self::Unsaid => "",
            Self::Other(word) => word,
        }
    }
}
