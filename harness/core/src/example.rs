//! Examples: one input with its target, strata and clusters.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, RowDigest};
use crate::sequence::Sequence;

/// One input with what is true of it. Its id never changes, perturbed or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Unique within its dataset.
    pub id: String,
    /// The DNA given to the model's adaptor.
    pub sequence: Sequence,
    /// A second sequence: of the alternate allele, or of what the first is paired with.
    pub second: Option<Sequence>,
    /// What is true.
    pub target: Target,
    /// Named groups that scores may be broken down by (chromosome, strand, gene, ...).
    pub strata: BTreeMap<String, String>,
    /// Named groups within which examples are not independent (locus, ...). The first by name that
    /// the dataset declares is the one that intervals are clustered by.
    pub clusters: BTreeMap<String, String>,
    /// Where it lies on its assembly.
    pub place: Place,
}

/// A place on an assembly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Chromosome name as the dataset writes it.
    pub chromosome: Option<String>,
    /// 0-based coordinate on the plus strand.
    pub position: Option<u64>,
    /// One past the last base, of an interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u64>,
    /// `+` or `-`.
    pub strand: Option<String>,
    /// Gene name or id.
    pub gene: Option<String>,
    /// The reference's bases, of a genetic variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_allele: Option<String>,
    /// The bases in their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_allele: Option<String>,
}

/// What is true of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One class, as an index into the dataset's classes.
    Class(usize),
    /// One class per base of the scored stretch.
    Positions {
        /// The class of each base of the stretch, as an index into the dataset's classes.
        truth: Vec<u8>,
        /// Half-open ranges of the stretch that are scored; sorted, not overlapping.
        scored: Vec<Range<usize>>,
    },
    /// A number; finite.
    Value(f64),
}

impl Target {
    /// How many positions are scored: 1 for a class or a number.
    #[must_use]
    pub fn scored_positions(&self) -> usize {
        match self {
            Self::Class(_) | Self::Value(_) => 1,
            Self::Positions { scored, .. } => scored.iter().map(ExactSizeIterator::len).sum(),
        }
    }
}

/// The digest of examples as the run folder keeps them: ids in order, targets, strata, clusters and
/// masks, without sequences.
#[must_use]
pub fn digest_of_examples(examples: &[Example]) -> Digest {
    let mut digest = RowDigest::new("examples");
    for example in examples {
        digest.text(&example.id);
        match &example.target {
            Target::Class(class) => {
                digest.whole(*class as u64);
            }
            Target::Value(value) => {
                digest.number(*value);
            }
            Target::Positions { truth, scored } => {
                digest.bytes(truth);
                for range in scored {
                    digest.whole(range.start as u64).whole(range.end as u64);
                }
            }
        }
        for (name, value) in example.strata.iter().chain(&example.clusters) {
            digest.text(name).text(value);
        }
    }
    digest.finish()
}
