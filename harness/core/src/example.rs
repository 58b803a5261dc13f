//! Examples: one input with its target, strata and clusters.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::digest::{Digest, RowDigest};
use crate::sequence::Sequence;
use crate::table::row;

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

row! {
    /// A place on an assembly.
    #[derive(Default, Eq)]
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
    /// Several labels: for each of the dataset's, whether it is true; `None` where that is not known.
    Labels(Vec<Option<bool>>),
    /// A number; finite.
    Value(f64),
}

/// Labels as bytes: 0 not true, 1 true, 2 not known.
#[must_use]
pub fn codes(labels: &[Option<bool>]) -> Vec<u8> {
    let code = |label: &Option<bool>| label.map_or(2, u8::from);
    labels.iter().map(code).collect()
}

/// The labels of such bytes; `None` where one is no code.
#[must_use]
pub fn labels_of_codes(codes: &[u8]) -> Option<Vec<Option<bool>>> {
    let label = |code: &u8| match code {
        0 => Some(Some(false)),
        1 => Some(Some(true)),
        2 => Some(None),
        _ => None,
    };
    codes.iter().map(label).collect()
}

impl Target {
    /// How many positions are scored: 1 for a class, labels or a number.
    #[must_use]
    pub fn scored_positions(&self) -> usize {
        match self {
            Self::Class(_) | Self::Labels(_) | Self::Value(_) => 1,
            Self::Positions { scored, .. } => scored.iter().map(ExactSizeIterator::len).sum(),
        }
    }
}

/// The digest of examples as the run folder keeps them: ids in order, targets, strata, clusters and
/// masks, without sequences.
#[must_use]
pub fn digest_of_examples(examples: &[Example]) -> Digest {
    let mut digest = ExamplesDigest::default();
    examples.iter().for_each(|example| digest.add(example));
    digest.finish()
}

/// [`digest_of_examples`] in the making: of each example its id and target, then its strata, then its clusters, both
/// by name.
#[derive(Clone, Debug)]
pub struct ExamplesDigest(RowDigest);

impl Default for ExamplesDigest {
    fn default() -> Self {
        Self(RowDigest::new("examples 2"))
    }
}

impl ExamplesDigest {
    /// Adds the next example.
    pub fn add(&mut self, example: &Example) {
        self.id_and_target(&example.id, &example.target);
        for groups in [&example.strata, &example.clusters] {
            self.groups(groups.iter().map(|(name, value)| (&name[..], &value[..])));
        }
    }

    /// Adds what an example is and what is true of it.
    pub fn id_and_target(&mut self, id: &str, target: &Target) {
        self.0.text(id);
        add_target(&mut self.0, target);
    }

    /// Adds its groups of one kind.
    pub fn groups<'a>(&mut self, groups: impl Iterator<Item = (&'a str, &'a str)> + Clone) {
        self.0.whole(groups.clone().count() as u64);
        for (name, value) in groups {
            self.0.text(name).text(value);
        }
    }

    /// The digest of all examples added.
    #[must_use]
    pub fn finish(&self) -> Digest {
        self.0.finish()
    }
}

/// The digest of all that a model, a perturbation or a control may see of examples: ids in order, sequences, targets and
/// places; no strata and no clusters.
#[must_use]
pub fn digest_of_inputs(examples: &[Example]) -> Digest {
    let mut digest = InputsDigest::default();
    examples.iter().for_each(|example| digest.add(example));
    digest.finish()
}

/// [`digest_of_inputs`] in the making.
#[derive(Clone, Debug)]
pub struct InputsDigest(RowDigest);

impl Default for InputsDigest {
    fn default() -> Self {
        Self(RowDigest::new("inputs"))
    }
}

impl InputsDigest {
    /// Adds the next example.
    pub fn add(&mut self, example: &Example) {
        let digest = &mut self.0;
        digest.text(&example.id).bytes(example.sequence.letters());
        match &example.second {
            Some(second) => digest.bytes(second.letters()),
            None => digest.absent(),
        };
        add_target(digest, &example.target);
        add_place(digest, &example.place);
    }

    /// The digest of all examples added.
    #[must_use]
    pub fn finish(&self) -> Digest {
        self.0.finish()
    }
}

fn add_target(digest: &mut RowDigest, target: &Target) {
    match target {
        Target::Class(class) => {
            digest.whole(*class as u64);
        }
        Target::Labels(labels) => {
            digest.bytes(&codes(labels));
        }
        Target::Value(value) => {
            digest.number(*value);
        }
        Target::Positions { truth, scored } => {
            digest.bytes(truth).whole(scored.len() as u64);
            for range in scored {
                digest.whole(range.start as u64).whole(range.end as u64);
            }
        }
    }
}

fn add_place(digest: &mut RowDigest, place: &Place) {
    // Taken apart, so that a new field is not forgotten.
    let Place {
        chromosome,
        position,
        end,
        strand,
        gene,
        ref_allele,
        alt_allele,
    } = place;
    for number in [position, end] {
        match number {
            Some(number) => digest.whole(*number),
            None => digest.absent(),
        };
    }
    for text in [chromosome, strand, gene, ref_allele, alt_allele] {
        match text {
            Some(text) => digest.text(text),
            None => digest.absent(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(id: &str, strata: &[(&str, &str)], clusters: &[(&str, &str)]) -> Example {
        let groups = |of: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            of.iter().map(owned).collect()
        };
        Example {
            id: id.to_owned(),
            sequence: Sequence::new("ACGT").unwrap(),
            second: None,
            target: Target::Class(0),
            strata: groups(strata),
            clusters: groups(clusters),
            place: Place::default(),
        }
    }

    #[test]
    fn a_stratum_is_no_cluster_and_no_part_of_the_next_example() {
        let of = |examples: &[Example]| digest_of_examples(examples);
        let stratum = of(&[example("a", &[("gene", "g")], &[])]);
        assert_ne!(stratum, of(&[example("a", &[], &[("gene", "g")])]));
        let two = [example("a", &[("x", "y")], &[]), example("b", &[], &[])];
        let other = [example("a", &[], &[]), example("x", &[("y", "b")], &[])];
        assert_ne!(of(&two), of(&other));
    }

    #[test]
    fn labels_are_their_codes() {
        let labels = vec![None, Some(true), Some(false)];
        assert_eq!(codes(&labels), [2, 1, 0]);
        assert_eq!(labels_of_codes(&[2, 1, 0]), Some(labels));
        assert_eq!(labels_of_codes(&[3]), None);
    }

    #[test]
    fn what_a_model_may_see_counts_and_groups_do_not() {
        let plain = example("a", &[], &[]);
        let of = |example: Example| digest_of_inputs(&[example]);
        assert_eq!(
            of(plain.clone()),
            of(example("a", &[("x", "y")], &[("gene", "g")]))
        );
        type Change = fn(&mut Example);
        let changes: [Change; 15] = [
            |it| it.id = "b".to_owned(),
            |it| it.sequence = Sequence::new("ACGG").unwrap(),
            |it| it.second = Some(Sequence::new("ACGG").unwrap()),
            |it| it.target = Target::Class(1),
            |it| it.target = Target::Value(0.0),
            |it| it.target = Target::Labels(vec![Some(true), Some(false)]),
            |it| it.target = Target::Labels(vec![Some(true), None]),
            |it| it.target = Target::Labels(vec![Some(true)]),
            |it| it.place.chromosome = Some("1".to_owned()),
            |it| it.place.position = Some(1),
            |it| it.place.end = Some(1),
            |it| it.place.strand = Some("+".to_owned()),
            |it| it.place.gene = Some("+".to_owned()),
            |it| it.place.ref_allele = Some("+".to_owned()),
            |it| it.place.alt_allele = Some("+".to_owned()),
        ];
        let mut digests = vec![of(plain.clone())];
        for change in changes {
            let mut changed = plain.clone();
            change(&mut changed);
            let digest = of(changed);
            assert!(!digests.contains(&digest), "{}", digests.len());
            digests.push(digest);
        }
    }
}
