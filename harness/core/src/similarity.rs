//! Scores against the similarity of examples to training data.

use crate::against::Against;
use crate::estimate::Estimate;
use crate::score::ScoreKey;
use crate::table::row;

row! {
    /// A metric on the examples of a clean cell that are about equally similar to training data: a point of the curve of the score
    /// against similarity.
    ///
    /// An example's similarity is the share of its words of `k` bases that stand in the training data that the suite names, on
    /// either strand. Bins hold about equally many examples of the dataset; examples without a word are in none.
    pub struct SimilarityBin in "similarities" later {
        /// The score that is cut into bins.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The training data, as `dataset split`, several parted by a comma and a blank.
        pub training: String,
        /// Bases of a word.
        pub k: u64,
        /// The number of the bin, from 0, the least similar.
        pub bin: u64,
        /// The smallest similarity in the bin, 0 to 1.
        pub from: f64,
        /// The largest similarity in the bin, itself in it.
        pub to: f64,
        /// The mean similarity of its units: where the point lies.
        pub mean: f64,
        /// What a sequence of equally likely letters would have by chance, 0 to 1: the share of all words that stand in the
        /// training data.
        pub chance: f64,
        /// The metric in the bin; undefined where the bin is too small to say. Intervals are of each bin by itself, from whole
        /// clusters.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// What it is held against: the reference in the same bin, paired.
        #[serde(flatten)]
        pub against: Against,
        /// Units scored.
        pub units: u64,
        /// Positive ones.
        pub positives: u64,
        /// Independent clusters.
        pub clusters: u64,
        /// Whether the bin is too small to say anything.
        pub too_small: bool,
    }
}
