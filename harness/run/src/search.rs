//! Searches as plain rules: what to ask next, given the answers so far. What asks, and of which model, is the worker's.
//!
//! Every draw is of a stream keyed by seed, strategy and example, so that neither batches nor the order of examples change what is
//! asked.

mod beam;
mod edits;
mod mutants;
mod random;
mod window;

pub use beam::Beam;
pub use edits::{Edit, Edits, Site, applied, read, sites, words};
pub use mutants::mutants;
pub use random::Random;
pub use window::queries_within;

/// What one asked sequence came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The probability of the positive class.
    pub answer: f64,
    /// How far the call is from changing: the lower the nearer.
    pub margin: f64,
    /// Whether the call has changed.
    pub has_changed: bool,
}

/// How answers to a changed example are read, which the variant calls right as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Whether it is of the positive class.
    pub is_positive: bool,
    /// A probability at or above it is called positive.
    pub threshold: f64,
}

impl Aim {
    /// What an answer comes to.
    #[must_use]
    pub fn hear(self, answer: f64) -> Heard {
        let margin = match self.is_positive {
            true => answer - self.threshold,
            false => self.threshold - answer,
        };
        Heard {
            answer,
            margin,
            has_changed: (answer >= self.threshold) != self.is_positive,
        }
    }
}

/// What was found within a number of substitutions.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Substitutions at most.
    pub substitutions: usize,
    /// Queries at most.
    pub queries_at_most: u64,
    /// Queries that were asked.
    pub queries: u64,
    /// The substitutions that changed the call, else those that came nearest; none where nothing was asked.
    pub best: Option<(Edits, Heard)>,
}

impl Found {
    /// Whether the call changed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|(_, heard)| heard.has_changed)
    }
}

/// One strategy on one example.
pub trait Searcher {
    /// What to ask next; nothing where it has ended.
    fn propose(&mut self) -> Vec<Edits>;

    /// What that came to, in order.
    fn hear(&mut self, heard: &[Heard]);

    /// What was found, for each number of substitutions.
    fn found(&self) -> Vec<Found>;
}

/// The better of two: what has changed the call before what has not, then the nearer; of equals the first.
fn better(best: Option<(Edits, Heard)>, edits: &Edits, heard: Heard) -> Option<(Edits, Heard)> {
    match best {
        Some(known) if !is_nearer(heard, known.1) => Some(known),
        _ => Some((edits.clone(), heard)),
    }
}

fn is_nearer(one: Heard, other: Heard) -> bool {
    let key = |heard: Heard| (!heard.has_changed, heard.margin);
    let ((left, near), (right, far)) = (key(one), key(other));
    left.cmp(&right).then(near.total_cmp(&far)).is_lt()
}

#[cfg(test)]
mod tests;
