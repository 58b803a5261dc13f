//! What the sequences of a dataset are, as numbers: measured while examples are read, since a run folder keeps no sequence.

use crate::digest::{Digest, RowDigest};
use crate::estimate::Estimate;
use crate::table::row;

/// What one sequence is made of. Of an example with two it is the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuredInput {
    /// The number of its example among those that are scored, from 0.
    pub example: u64,
    /// The cluster that intervals are made by; the example's id where it has none.
    pub cluster: String,
    /// Letters.
    pub length: u64,
    /// Letters that are A, C, G or T.
    pub known: u64,
    /// Letters that are G or C.
    pub gc: u64,
    /// How often each canonical 4-mer stands in it ([`crate::kmers::words`]).
    pub kmers: Vec<u32>,
}

impl MeasuredInput {
    /// G and C among A, C, G and T; `None` where there is none of them.
    #[must_use]
    pub fn gc_share(&self) -> Option<f64> {
        (self.known > 0).then(|| self.gc as f64 / self.known as f64)
    }
}

/// The digest of measured inputs, in order.
#[must_use]
pub fn digest_of_measured(inputs: &[MeasuredInput]) -> Digest {
    let mut digest = RowDigest::new("measured inputs");
    for input in inputs {
        digest.whole(input.example).text(&input.cluster);
        for number in [input.length, input.known, input.gc] {
            digest.whole(number);
        }
        digest.bytes(&codes_of_counts(&input.kmers));
    }
    digest.finish()
}

/// Counts as bytes, four each, the lowest first.
#[must_use]
pub fn codes_of_counts(counts: &[u32]) -> Vec<u8> {
    counts
        .iter()
        .flat_map(|count| count.to_le_bytes())
        .collect()
}

/// The counts of such bytes; `None` where they are not so many.
#[must_use]
pub fn counts_of_codes(codes: &[u8], many: usize) -> Option<Vec<u32>> {
    let counts = codes.chunks_exact(4);
    (codes.len() == 4 * many).then(|| {
        counts
            .map(|code| {
                code.iter()
                    .rev()
                    .fold(0, |count, byte| (count << 8) | u32::from(*byte))
            })
            .collect()
    })
}

row! {
    /// What the sequences of a dataset are: how long, of which letters. Measured on all examples that are scored, or on a sample
    /// of them drawn by their ids where they are many.
    pub struct InputSummary in "inputs" later {
        /// The suite.
        pub suite: String,
        /// The dataset.
        pub dataset: String,
        /// The split that is scored.
        pub split: String,
        /// Whether the dataset is in distribution.
        pub in_distribution: bool,
        /// Examples that are scored.
        pub examples: u64,
        /// How many of them were measured.
        pub measured: u64,
        /// Independent clusters of those.
        pub clusters: u64,
        /// The shortest sequence in bases.
        pub length_min: Option<f64>,
        /// The 5 % quantile of the lengths.
        pub length_q05: Option<f64>,
        /// The 25 % quantile of the lengths.
        pub length_q25: Option<f64>,
        /// The median length.
        pub length_median: Option<f64>,
        /// The 75 % quantile of the lengths.
        pub length_q75: Option<f64>,
        /// The 95 % quantile of the lengths.
        pub length_q95: Option<f64>,
        /// The longest sequence in bases.
        pub length_max: Option<f64>,
        /// The mean share of G and C among A, C, G and T of a sequence, 0 to 1; `None` where none holds such a letter.
        pub gc_mean: Option<f64>,
        /// The 5 % quantile of that share.
        pub gc_q05: Option<f64>,
        /// The 25 % quantile of that share.
        pub gc_q25: Option<f64>,
        /// The median of that share.
        pub gc_median: Option<f64>,
        /// The 75 % quantile of that share.
        pub gc_q75: Option<f64>,
        /// The 95 % quantile of that share.
        pub gc_q95: Option<f64>,
        /// The share of all letters that are none of A, C, G and T, 0 to 1.
        pub unknown_share: Option<f64>,
    }
}

row! {
    /// A part of what the sequences of a dataset are: of a histogram a bin, of the 4-mers a word.
    pub struct InputShare in "input_shares" later {
        /// The suite.
        pub suite: String,
        /// The dataset.
        pub dataset: String,
        /// What is counted: `gc` (sequences by their share of G and C), `length` (sequences by their bases), `kmer` (canonical
        /// 4-mers: a word and its reverse complement are one).
        pub of: String,
        /// Where the bin begins, itself in it; `None` of a word.
        pub from: Option<f64>,
        /// Where it ends, itself not in it unless the bin is the last; `None` of a word.
        pub to: Option<f64>,
        /// The word; `None` of a bin.
        pub word: Option<String>,
        /// Its share of all of the dataset's, 0 to 1.
        pub share: f64,
    }
}

row! {
    /// How far the sequences of an out-of-distribution dataset lie from those of an in-distribution one of the same suite.
    pub struct Distance in "distances" later {
        /// The suite.
        pub suite: String,
        /// The in-distribution dataset.
        pub in_distribution: String,
        /// The out-of-distribution dataset.
        pub out_of_distribution: String,
        /// By what: `kmer_divergence` (Jensen-Shannon divergence, base 2, of the canonical 4-mers of each dataset taken together;
        /// 0 to 1, not its root), `gc` (Wasserstein-1 distance of the sequences' shares of G and C), `length` (the same of their
        /// lengths, in bases), `classifier` (AUROC of a logistic regression on shares of 4-mers that tells the two apart,
        /// cross-fitted so that no cluster is judged by a fit that saw it; 0.5 cannot, 1 always can).
        pub by: String,
        /// The distance with its interval, or why there is none. That of the 4-mers is corrected for what chance adds; of the
        /// others it is the plain one. Intervals are made by whole clusters of each dataset.
        #[serde(flatten)]
        pub distance: Estimate,
        /// The value without any correction, as SciPy and scikit-learn give it.
        pub plain: Option<f64>,
        /// What chance alone would show on average between two samples like these of one distribution; `None` of a classifier,
        /// of which that is 0.5.
        pub floor: Option<f64>,
        /// In-distribution examples that were measured.
        pub inside: u64,
        /// Out-of-distribution examples that were measured.
        pub outside: u64,
        /// Clusters of the in-distribution dataset.
        pub in_clusters: u64,
        /// Clusters of the out-of-distribution dataset.
        pub out_clusters: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_their_codes() {
        let counts = [0, 1, 258, u32::MAX];
        let codes = codes_of_counts(&counts);
        assert_eq!(counts_of_codes(&codes, 4).as_deref(), Some(&counts[..]));
        assert_eq!(counts_of_codes(&codes, 3), None);
    }

    #[test]
    fn every_number_of_a_measured_input_counts() {
        let plain = MeasuredInput {
            example: 1,
            cluster: "a".to_owned(),
            length: 9,
            known: 8,
            gc: 4,
            kmers: vec![1, 2],
        };
        type Change = fn(&mut MeasuredInput);
        let changes: [Change; 6] = [
            |it| it.example = 2,
            |it| it.cluster = "b".to_owned(),
            |it| it.length = 8,
            |it| it.known = 7,
            |it| it.gc = 3,
            |it| it.kmers[1] = 3,
        ];
        let mut digests = vec![digest_of_measured(std::slice::from_ref(&plain))];
        for change in changes {
            let mut changed = plain.clone();
            change(&mut changed);
            let digest = digest_of_measured(&[changed]);
            assert!(!digests.contains(&digest));
            digests.push(digest);
        }
        assert_eq!(plain.gc_share(), Some(0.5));
    }
}
