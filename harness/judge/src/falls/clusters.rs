//! Which clusters lie in two datasets.

use std::hash::{DefaultHasher, Hash, Hasher};

use titer_spec::plan::PlannedDataset;

use crate::ground::Facts;

/// The clusters of a dataset; an example without a cluster is one of its own, by its id.
#[derive(Clone, Debug)]
pub struct Clusters {
    organism: String,
    /// Names as numbers, eight bytes each, sorted.
    names: Vec<u64>,
}

impl Clusters {
    /// Those that the examples of a dataset lie in.
    #[must_use]
    pub fn new(dataset: &PlannedDataset, facts: &[Facts]) -> Self {
        let name = |fact: &Facts| {
            let mut hasher = DefaultHasher::new();
            match &fact.cluster {
                Some(cluster) => (true, cluster).hash(&mut hasher),
                None => (false, &fact.id).hash(&mut hasher),
            }
            hasher.finish()
        };
        let mut names: Vec<u64> = facts.iter().map(name).collect();
        names.sort_unstable();
        names.dedup();
        names.shrink_to_fit();
        Self {
            organism: dataset.organism.clone(),
            names,
        }
    }

    /// How many lie in both. Names alone tell: what is called alike in data of one organism, or of unknown ones, is taken for
    /// the same, which at worst widens intervals. A locus of one species is none of another.
    #[must_use]
    pub fn shared(&self, other: &Self) -> u64 {
        let known = !self.organism.is_empty() && !other.organism.is_empty();
        if known && self.organism != other.organism {
            return 0;
        }
        let mut others = other.names.iter().peekable();
        let here = |name: &&u64| {
            while others.next_if(|other| other < name).is_some() {}
            others.peek() == Some(name)
        };
        self.names.iter().filter(here).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{dataset, facts};
    use titer_core::Target;

    fn clusters(organism: &str, names: &[&str]) -> Clusters {
        let mut of = dataset("near", true, &[]);
        of.organism = organism.to_owned();
        let examples = names.iter().enumerate();
        let examples = examples.map(|(i, name)| facts(&i.to_string(), Target::Class(0), name));
        Clusters::new(&of, &examples.collect::<Vec<Facts>>())
    }

    #[test]
    fn what_is_called_alike_in_one_organism_is_the_same() {
        let human = clusters("Homo sapiens", &["a", "b", "b", "c"]);
        assert_eq!(human.shared(&clusters("Homo sapiens", &["c", "d", "b"])), 2);
        assert_eq!(human.shared(&clusters("Homo sapiens", &["d"])), 0);
        assert_eq!(human.shared(&clusters("", &["a", "b", "c"])), 3);
        assert_eq!(human.shared(&clusters("Danio rerio", &["a", "b", "c"])), 0);
    }

    #[test]
    fn an_example_alone_is_known_by_its_id_and_is_no_cluster_of_that_name() {
        let alone = |ids: &[&str]| {
            let of = dataset("near", true, &[]);
            let example = |id: &&str| Facts {
                cluster: None,
                ..facts(id, Target::Class(0), "")
            };
            Clusters::new(&of, &ids.iter().map(example).collect::<Vec<Facts>>())
        };
        assert_eq!(alone(&["a", "b"]).shared(&alone(&["b", "c"])), 1);
        assert_eq!(alone(&["a", "b"]).shared(&clusters("", &["a", "b"])), 0);
    }
}
