//! What is scored: examples, or positions of them.

/// What is scored: an example, or one position of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The example's index.
    pub example: u32,
    /// The 0-based position within the stretch; 0 for an example.
    pub offset: u32,
}

/// The units of a dataset, example by example.
#[derive(Clone, Debug)]
pub enum Units {
    /// So many examples, each of which is one.
    Examples(u32),
    /// Positions of examples.
    Positions(Vec<Unit>),
}

impl Units {
    /// Takes the next one in.
    pub fn push(&mut self, unit: Unit) {
        match self {
            Self::Examples(examples) => *examples = unit.example.saturating_add(1),
            Self::Positions(units) => units.push(unit),
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Examples(examples) => *examples as usize,
            Self::Positions(units) => units.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A unit by its place; there must be so many.
    #[must_use]
    pub fn get(&self, unit: usize) -> Unit {
        match self {
            Self::Examples(_) => Unit {
                example: unit as u32,
                offset: 0,
            },
            Self::Positions(units) => units[unit],
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Unit> {
        (0..self.len()).map(|unit| self.get(unit))
    }
}
