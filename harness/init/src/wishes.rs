//! What was said by flags or answers.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The column of sequences.
    Sequence,
    /// The column of classes.
    Label,
    /// The column of splits.
    Split,
    /// Every row is of the test split.
    AllTest,
    /// The column of ids.
    Id,
    /// The column within which rows are not independent.
    Cluster,
    /// Rows are independent.
    Independent,
    /// The positive class.
    Positive,
    /// The classes in the order of the model's outputs.
    Classes,
    /// Columns of scores, where the model is a table of predictions.
    Score,
    /// The order of a one-hot input's axes.
    Layout,
    /// The order of letters.
    Alphabet,
    /// The number of each letter, where the model takes whole numbers.
    Tokens,
    /// The bases of a sequence that the model sees.
    Window,
    /// The bases that the model takes, where it takes any number.
    Length,
    /// What becomes of longer sequences.
    Longer,
    /// What becomes of shorter ones.
    Shorter,
    /// What makes probabilities of the model's numbers.
    Activation,
    /// The species of the data.
    Organism,
    /// A score that must be reached.
    AtLeast,
    /// The evaluation's name.
    Name,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 21] = [
        Self::Sequence,
        Self::Label,
        Self::Split,
        Self::AllTest,
        Self::Id,
        Self::Cluster,
        Self::Independent,
        Self::Positive,
        Self::Classes,
        Self::Score,
        Self::Layout,
        Self::Alphabet,
        Self::Tokens,
        Self::Window,
        Self::Length,
        Self::Longer,
        Self::Shorter,
        Self::Activation,
        Self::Organism,
        Self::AtLeast,
        Self::Name,
    ];

    /// Its flag without the dashes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Label => "label",
            Self::Split => "split",
            Self::AllTest => "all-test",
            Self::Id => "id",
            Self::Cluster => "cluster",
            Self::Independent => "independent",
            Self::Positive => "positive",
            Self::Classes => "classes",
            Self::Score => "score",
            Self::Layout => "layout",
            Self::Alphabet => "alphabet",
            Self::Tokens => "tokens",
            Self::Window => "window",
            Self::Length => "length",
            Self::Longer => "longer",
            Self::Shorter => "shorter",
            Self::Activation => "activation",
            Self::Organism => "organism",
            Self::AtLeast => "at-least",
            Self::Name => "name",
        }
    }

    /// The field of a flag, with or without dashes.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = name.trim_start_matches('-');
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// What was said, and what of it was looked at: what nothing asks for is a mistake.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    said: BTreeMap<Field, String>,
    asked: RefCell<BTreeSet<Field>>,
}

impl Wishes {
    /// What was said of a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.asked.borrow_mut().insert(field);
        self.peek(field)
    }

    /// The same, without counting as one that asks for it.
    pub(crate) fn peek(&self, field: Field) -> Option<&str> {
        self.said.get(&field).map(String::as_str)
    }

    /// What was said and nothing asked for.
    pub(crate) fn unasked(&self) -> Vec<Field> {
        let asked = self.asked.borrow();
        let said = self.said.keys().copied();
        said.filter(|field| !asked.contains(field)).collect()
    }

    /// Whether a field was said.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    /// Says a field, in place of what was said before; `all` of splits and `none` of clusters mean every row.
    pub fn set(&mut self, field: Field, text: &str) {
        let (field, other) = match (field, text) {
            (Field::Split, "all") => (Field::AllTest, Some(Field::Split)),
            (Field::Split, _) => (Field::Split, Some(Field::AllTest)),
            (Field::Cluster, "none") => (Field::Independent, Some(Field::Cluster)),
            (Field::Cluster, _) => (Field::Cluster, Some(Field::Independent)),
            (field, _) => (field, None),
        };
        if let Some(other) = other {
            self.said.remove(&other);
        }
        self.said.insert(field, text.to_owned());
    }
}
