//! Searches: what is asked of every variant beyond the suites' own examples.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::located::Located;
use crate::suite::Span;

/// Substitutions of an adversarial search at most.
pub const MAX_SUBSTITUTIONS: u64 = 1000;
/// Sets of substitutions that a search keeps at each step at most.
pub const MAX_BEAM: u64 = 1000;
/// Queries of an example at most.
pub const MAX_QUERIES: u64 = 10_000_000;
/// Bases of a window of saturation mutagenesis at most.
pub const MAX_WINDOW: usize = 10_000;
/// Bases on each side of the suite's spared positions, where no window is given.
pub const FLANK: usize = 10;

/// Searches on every dataset of the suites whose question is binary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"mutagenesis": {"examples": 50}}]))]
pub struct Search {
    /// Look for few substitutions that change a variant's call.
    #[serde(default)]
    pub adversarial: Option<Located<Adversarial>>,
    /// Ask every single-base change within a window.
    #[serde(default)]
    pub mutagenesis: Option<Located<Mutagenesis>>,
}

/// An adversarial search, from the variant's answers alone, beside random substitutions of the same number and the same number of
/// queries. The suite's `spare` positions stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"substitutions": [1, 2, 4, 8], "beams": [1, 4], "examples": 200, "queries_at_most": 2000}]))]
pub struct Adversarial {
    /// Numbers of bases that may be replaced, ascending: success is told for each.
    #[schemars(inner(range(min = 1, max = MAX_SUBSTITUTIONS)))]
    pub substitutions: Vec<u64>,
    /// How many sets of substitutions are kept at each step, ascending, a search for each: 1 is greedy.
    #[serde(default = "greedy")]
    #[schemars(inner(range(min = 1, max = MAX_BEAM)))]
    pub beams: Vec<u64>,
    /// Examples of each dataset, chosen by the seed as `limit` chooses them; those that a variant calls wrong are not searched.
    #[serde(default = "two_hundred")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub examples: usize,
    /// Queries of an example at most, for the largest number of substitutions: each step may ask an equal part of them.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1, max = MAX_QUERIES))]
    pub queries_at_most: u64,
    /// Which bases of the sequences may be replaced; all that the suite does not spare where left out. Where a model reads a part of
    /// them, that part: what is asked elsewhere is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
}

/// Saturation mutagenesis: each base of a window replaced by each other one, one at a time, in examples of the positive class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"examples": 50, "window": {"start": 190, "end": 212}}]))]
pub struct Mutagenesis {
    /// Positive examples of each dataset, chosen by the seed as `limit` chooses them.
    #[serde(default = "fifty")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub examples: usize,
    /// Which bases of the sequences; 10 bases on each side of the suite's spared positions where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
}

impl Adversarial {
    /// The largest number of substitutions; 0 of none.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.substitutions.iter().copied().max().unwrap_or(0)
    }

    /// What a step may ask.
    #[must_use]
    pub fn queries_per_step(&self) -> u64 {
        self.queries_at_most
            .checked_div(self.most())
            .unwrap_or(0)
            .max(1)
    }
}

fn greedy() -> Vec<u64> {
    vec![1]
}

fn two_hundred() -> usize {
    200
}

fn thousand() -> u64 {
    1000
}

fn fifty() -> usize {
    50
}
