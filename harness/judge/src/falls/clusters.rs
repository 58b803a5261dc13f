//! Which clusters lie in two datasets.

use std::hash::{DefaultHasher, Hash, Hasher};

use titer_spec::plan::PlannedDataset;

/// The clusters of a dataset; an example without a cluster is one of its own, by its id.
#[derive(Clone, Debug)]
pub struct Clusters {
    organism: String,
    /// Names as numbers, eight bytes each, sorted.
    names: Vec<u64>,
}

impl Clusters {
    /// Those of a dataset: whether it is one with a name of its own, and that name or the id of an example alone.
    #[must_use]
    pub fn new<'a>(dataset: &PlannedDataset, names: impl Iterator<Item = (bool, &'a str)>) -> Self {
        let number = |name: (bool, &str)| {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            hasher.finish()
        };
        let mut names: Vec<u64> = names.map(number).collect();
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
    use crate::fixture::dataset;

    fn clusters(organism: &str, names: &[&str]) -> Clusters {
        let mut of = dataset("near", true, &[]);
        of.organism = organism.to_owned();
        Clusters::new(&of, names.iter().map(|name| (true, *name)))
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
            Clusters::new(&of, ids.iter().map(|id| (false, *id)))
        };
        assert_eq!(alone(&["a", "b"]).shared(&alone(&["b", "c"])), 1);
        assert_eq!(alone(&["a", "b"]).shared(&clusters("", &["a", "b"])), 0);
    }
}
