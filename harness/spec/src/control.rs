//! Controls as an evaluation names them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use titer_core::tagged;

/// A trivial or fitted model that shows what a score is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum ControlSpec {
    /// The share of each class, whatever the example.
    Majority,
    /// The share of G and C, whatever the shape of what ties it to the classes.
    Gc,
    /// The length, whatever the shape of what ties it to the classes.
    Length,
    /// Logistic regression on the shares of overlapping k-mers.
    Kmers(Kmers),
    /// The nearest training example by shared k-mers, on either strand.
    Nearest(NearestKmers),
    /// The share of each class on the example's chromosome.
    Chromosome,
    /// The class of the nearest training example on the chromosome.
    Position,
    /// The model itself on sequences whose letters are shuffled, pairs of neighbours kept: what it does
    /// well there needs no order. Not fitted.
    Shuffled,
    /// The reference variant with every tensor's values in another order. Not fitted.
    RandomWeights,
}

tagged!(ControlSpec);

/// Parameters of the k-mer regression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 4}]))]
pub struct Kmers {
    /// Bases of a k-mer, 1 to 8.
    #[schemars(range(min = 1, max = 8))]
    pub k: usize,
}

/// Parameters of the nearest neighbour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 12}]))]
pub struct NearestKmers {
    /// Bases of a k-mer, 8 to 16.
    #[schemars(range(min = 8, max = 16))]
    pub k: usize,
}

impl ControlSpec {
    /// Whether it is fitted; otherwise it is the model itself under other circumstances.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        !matches!(self, Self::Shuffled | Self::RandomWeights)
    }

    /// The name in tables.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Majority => "majority".to_owned(),
            Self::Gc => "gc".to_owned(),
            Self::Length => "length".to_owned(),
            Self::Kmers(kmers) => format!("kmers_{}", kmers.k),
            Self::Nearest(nearest) => format!("nearest_{}", nearest.k),
            Self::Chromosome => "chromosome".to_owned(),
            Self::Position => "position".to_owned(),
            Self::Shuffled => "shuffled".to_owned(),
            Self::RandomWeights => "random_weights".to_owned(),
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Majority => "class shares alone".to_owned(),
            Self::Gc => "GC content".to_owned(),
            Self::Length => "length".to_owned(),
            Self::Kmers(kmers) => format!("counts of {}-mers", kmers.k),
            Self::Nearest(nearest) => format!("nearest by {}-mers", nearest.k),
            Self::Chromosome => "chromosome alone".to_owned(),
            Self::Position => "nearest on the chromosome".to_owned(),
            Self::Shuffled => "itself, letters shuffled".to_owned(),
            Self::RandomWeights => "itself, random weights".to_owned(),
        }
    }
}
