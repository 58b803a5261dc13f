//! Sequences joined by links: union-find, single linkage.

/// Which sequences hang together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// Of each test sequence, the number of its cluster.
    pub test: Vec<u32>,
    /// Of each train sequence, the number of its cluster.
    pub train: Vec<u32>,
    /// How many sequences of test and train the largest cluster has.
    pub largest: usize,
    /// Their share of all.
    pub largest_share: f64,
}

/// The clusters of `tests` test sequences and `trains` train sequences, given links of the two. A cluster's number is
/// that of its first sequence, test before train, whatever the order of the links.
pub fn clusters(tests: usize, trains: usize, links: impl Iterator<Item = (u32, u32)>) -> Clusters {
    let mut parents: Vec<u32> = (0..).take(tests + trains).collect();
    for (test, train) in links {
        let (one, other) = (
            root(&mut parents, test),
            root(&mut parents, tests as u32 + train),
        );
        parents[one.max(other) as usize] = one.min(other);
    }
    let mut sizes = vec![0_usize; parents.len()];
    let mut all: Vec<u32> = (0..).take(parents.len()).collect();
    for cluster in &mut all {
        *cluster = root(&mut parents, *cluster);
        sizes[*cluster as usize] += 1;
    }
    let train = all.split_off(tests);
    let largest = sizes.into_iter().max().unwrap_or(0);
    Clusters {
        test: all,
        train,
        largest,
        largest_share: largest as f64 / parents.len().max(1) as f64,
    }
}

/// The first sequence of the cluster; the way there is made shorter.
fn root(parents: &mut [u32], mut one: u32) -> u32 {
    while parents[one as usize] != one {
        let above = parents[parents[one as usize] as usize];
        parents[one as usize] = above;
        one = above;
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_join_in_any_order() {
        let mut links = vec![(0, 1), (2, 1), (3, 0), (2, 2)];
        let found = clusters(5, 4, links.iter().copied());
        assert_eq!(found.test, [0, 1, 0, 3, 4]);
        assert_eq!(found.train, [3, 0, 0, 8]);
        assert_eq!(found.largest, 4);
        assert!((found.largest_share - 4.0 / 9.0).abs() < 1e-12);
        links.reverse();
        assert_eq!(found, clusters(5, 4, links.into_iter()));
        assert_eq!(clusters(0, 0, std::iter::empty()), Clusters::default());
    }
}
