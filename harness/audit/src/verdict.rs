//! Whether a test set can be trusted, and why not.

mod headline;
mod leaks;
mod models;
mod next;
mod rows;
mod shortcuts;

use serde::Serialize;

pub use headline::{Headline, headline, sentence};
pub use leaks::{of_alike, of_letters, of_places, of_seen, of_straddling, repeats};
pub use models::of_models;
pub use next::{Step, genome, steps};
pub use rows::{FEWEST, of_hygiene, of_size};
pub use shortcuts::{Weighing, chance, learnable, named, of_shortcuts, weighing};

/// What a score on the test set is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Nothing that was looked for was found.
    Trustworthy,
    /// Something has to be kept in mind.
    WithCare,
    /// A score on it does not show what it seems to.
    DoNotTrust,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Test rows that the training set holds too, or nearly.
    Leak,
    /// A control that knows no biology.
    Control,
    /// Anything else: too few rows, repeats within the test set, regions that a model saw.
    Other,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// What it means for a score.
    pub weighs: Trust,
    /// What it is about.
    pub about: About,
    /// What was found, with its numbers.
    pub words: String,
}

/// What was not looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What, in few words.
    pub what: String,
    /// Why it could not be.
    pub why: String,
}

/// The share of test rows in the training set from which on a score is one of memory.
const MANY: f64 = 0.10;
/// The share from which on leaks have to be kept in mind.
const SOME: f64 = 0.01;

impl Trust {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Trustworthy => "trustworthy",
            Self::WithCare => "with care",
            Self::DoNotTrust => "do not trust",
        }
    }
}

/// The verdict: the gravest of the evidence.
#[must_use]
pub fn verdict(evidence: &[Evidence]) -> Trust {
    let gravest = evidence.iter().map(|one| one.weighs).max();
    gravest.unwrap_or(Trust::Trustworthy)
}

fn weight(share: f64) -> Option<Trust> {
    if share >= MANY {
        Some(Trust::DoNotTrust)
    } else if share >= SOME {
        Some(Trust::WithCare)
    } else {
        None
    }
}
