//! Searches: what is asked of a variant beyond the dataset's own examples. An adversarial search looks for few substitutions that
//! change a call, saturation mutagenesis asks every single-base change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::digest::Digest;
use crate::estimate::Estimate;
use crate::further::FurtherLoss;
use crate::table::row;

/// Substitutions chosen by the model's answers, the best of each step kept.
pub const GREEDY: &str = "greedy";
/// The same, several kept at each step.
pub const BEAM: &str = "beam";
/// The best of as many random substitutions as a search may ask.
pub const RANDOM: &str = "random";
/// Random substitutions, drawn once.
pub const RANDOM_ONCE: &str = "random_once";
/// What was found on the reference, asked of this variant.
pub const TRANSFER: &str = "transfer";

row! {
    /// What one strategy found for one example within a number of substitutions (`cells/<key>/attacks.parquet`).
    pub struct Attack in "attacks" {
        /// The example.
        pub id: String,
        /// How it was looked for: `greedy`, `beam`, `random`, `random_once`, `transfer`.
        pub strategy: String,
        /// How many sets of substitutions are kept at each step; `None` of random ones.
        pub beam: Option<u64>,
        /// Substitutions at most.
        pub substitutions: u64,
        /// Queries at most.
        pub queries_at_most: u64,
        /// Queries that were asked.
        pub queries: u64,
        /// Whether the call changed.
        pub success: bool,
        /// The probability of the positive class of the example as it is.
        pub before: f64,
        /// The same of the example as it was changed: by the substitutions that changed the call, else by those that came nearest.
        pub after: f64,
        /// How many bases were replaced.
        pub edits: u64,
        /// Which, as `12:A>G;40:C>T`, 0-based within the example's sequence; `None`: none.
        pub edited: Option<String>,
        /// Bases of the sequence.
        pub bases: u64,
    }
}

row! {
    /// The answer to an example with one base replaced, or as it is (`cells/<key>/mutants.parquet`).
    pub struct Mutant in "mutants" {
        /// The example.
        pub id: String,
        /// The base's 0-based place within the example's sequence.
        pub position: u64,
        /// The base that is there.
        pub from: String,
        /// The base in its place.
        pub to: String,
        /// The probability of the positive class of the example as it is.
        pub before: f64,
        /// The same with the base replaced.
        pub after: f64,
    }
}

/// What a search left in its cell beside the answers to the examples as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FoundRecord {
    /// The digest of its rows.
    pub digest: Digest,
    /// Queries asked in all, those of the examples as they are among them.
    pub queries: u64,
}

/// The digest of what a search found, over its rows in order.
///
/// # Errors
/// A number is not finite.
pub fn digest_of_found<R: Serialize>(rows: &[R]) -> Result<Digest, CanonicalError> {
    canonical::digest("found", &rows)
}

row! {
    /// How often a search changes the call of a variant within a number of substitutions, of the examples that it calls right as
    /// they are, beside random substitutions of the same number and the same number of queries.
    pub struct AdversarialSuccess in "adversarial" later {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The split that was scored.
        pub split: String,
        /// `greedy` or `beam`: substitutions chosen by the answers; `random`: the best of as many random draws as the search may
        /// ask; `random_once`: a single random draw; `transfer`: what was found on the reference, of the examples where that
        /// changed the reference's call.
        pub strategy: String,
        /// How many sets of substitutions are kept at each step; `None` of random ones.
        pub beam: Option<u64>,
        /// Substitutions at most.
        pub substitutions: u64,
        /// Queries of an example at most.
        pub queries_at_most: Option<u64>,
        /// Examples that were drawn.
        pub drawn: u64,
        /// Those of them that the variant calls right as they are, of a transfer that both call right and the search changed on
        /// the reference: the denominator.
        pub examples: u64,
        /// Those of them whose call was changed.
        pub successes: u64,
        /// Their share, with its interval.
        #[serde(flatten)]
        pub rate: Estimate,
        /// Clusters of the examples.
        pub clusters: u64,
        /// Queries that an example was asked on average; `None`: there is no example.
        pub queries_mean: Option<f64>,
        /// Bases replaced per 100 bases of the sequence, on average over the successes; `None`: there is none.
        pub edits_per_100_bases: Option<f64>,
        /// The share minus that of `random` within as many substitutions, on the same examples; `None` of random ones and transfers.
        pub beyond_random: Option<f64>,
        /// Lower end of its interval.
        pub beyond_random_lower: Option<f64>,
        /// Upper end of its interval.
        pub beyond_random_upper: Option<f64>,
        /// Why it has no interval.
        pub beyond_random_undefined: Option<String>,
        /// The share minus the reference's, on the examples that both call right as they are: positive where this variant's calls
        /// are changed more often.
        #[serde(flatten)]
        pub held: FurtherLoss,
    }
}

row! {
    /// What replacing the base at a place does to a variant's answers, on average over positive examples.
    pub struct MutationEffect in "mutagenesis" later {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The split that was scored.
        pub split: String,
        /// The base's 0-based place within the sequences.
        pub position: u64,
        /// The base that is put there: `A`, `C`, `G`, `T`.
        pub base: String,
        /// The share of the examples that have this base there, 0 to 1.
        pub share: f64,
        /// Examples that have another base there, of which the effect is the mean.
        pub examples: u64,
        /// Clusters of those.
        pub clusters: u64,
        /// The change of the logit of the positive class, on average: negative where the base weakens it. Probabilities are
        /// clipped at 1e-7 first.
        #[serde(flatten)]
        pub effect: Estimate,
        /// The change of the probability, on average.
        pub probability: Option<f64>,
        /// The variant that it is held against; `None` of a reference.
        pub base_variant: Option<String>,
        /// The effect on the logit minus the reference's, on the same examples.
        pub difference: Option<f64>,
        /// Lower end of its interval.
        pub difference_lower: Option<f64>,
        /// Upper end of its interval.
        pub difference_upper: Option<f64>,
        /// Why it has no interval.
        pub difference_undefined: Option<String>,
    }
}

row! {
    /// How far a variant's effects of single-base changes go with its reference's, change by change of each example.
    pub struct MutationAgreement in "mutagenesis_agreement" later {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The split that was scored.
        pub split: String,
        /// The variant that it is held against.
        pub base_variant: String,
        /// Pearson's correlation of the changes of the logit, -1 to 1.
        #[serde(flatten)]
        pub pearson: Estimate,
        /// Spearman's; `None`: one of the two is constant.
        pub spearman: Option<f64>,
        /// The largest difference of two effects on the logit.
        pub largest_difference: Option<f64>,
        /// Changes that were asked of both.
        pub changes: u64,
        /// Examples that they are of.
        pub examples: u64,
        /// Clusters of those.
        pub clusters: u64,
    }
}
