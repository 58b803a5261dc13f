//! Test rows that are not independent, from several views of what they share.

/// Joins clusters: rows that share one in any view share one in the end. Every view has a number for each row. A cluster's
/// number is its lowest row's.
#[must_use]
pub fn joined(views: &[Vec<u32>]) -> Vec<u32> {
    let rows = views.first().map_or(0, Vec::len);
    let mut parents: Vec<u32> = (0..).take(rows).collect();
    for view in views {
        let mut first = std::collections::HashMap::new();
        for (row, cluster) in (0_u32..).zip(view) {
            let other = *first.entry(*cluster).or_insert(row);
            let (one, other) = (root(&mut parents, row), root(&mut parents, other));
            let (low, high) = (one.min(other), one.max(other));
            if let Some(parent) = parents.get_mut(high as usize) {
                *parent = low;
            }
        }
    }
    (0..)
        .take(rows)
        .map(|row| root(&mut parents, row))
        .collect()
}

/// Of a group with more clusters than this each is asked about its neighbours alone.
const ASKED: usize = 128;

/// Joins clusters (numbered by their lowest rows) whose rows are alike: two become one where half of the rows of either, or
/// more, are alike to a row of the other. A single pair of alike rows does not make two genes of fifty rows one example. What is alike
/// comes as groups of rows, each of which is alike to all others of its group.
#[must_use]
pub fn joined_by_groups(clusters: &[u32], groups: &[Vec<u32>]) -> Vec<u32> {
    let mut sizes = vec![0_usize; clusters.len()];
    for cluster in clusters {
        if let Some(size) = sizes.get_mut(*cluster as usize) {
            *size += 1;
        }
    }
    let size = |cluster: u32| sizes.get(cluster as usize).copied().unwrap_or_default();
    let mut joined: Vec<(u32, u32)> = (0..).zip(clusters.iter().copied()).collect();
    let mut met: Vec<Meeting> = Vec::new();
    for group in groups {
        let mut rows: Vec<(u32, u32)> = group
            .iter()
            .filter_map(|row| Some((*clusters.get(*row as usize)?, *row)))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let of_clusters: Vec<&[(u32, u32)]> = rows.chunk_by(|one, next| one.0 == next.0).collect();
        // A cluster that has half of its rows here becomes one with every other.
        let mut all = of_clusters.iter();
        match all.find(|rows| 2 * rows.len() >= size(rows[0].0)) {
            Some(whole) => joined.extend(of_clusters.iter().map(|rows| (whole[0].0, rows[0].0))),
            None => meet(&of_clusters, &mut met),
        }
    }
    met.sort_unstable();
    met.dedup();
    let pairs = met.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1));
    joined.extend(pairs.filter_map(|rows| {
        let (own, other, _) = *rows.first()?;
        (2 * rows.len() >= size(own)).then_some((own, other))
    }));
    linked(clusters.len(), &joined)
}

/// A cluster, another one, and a row of the first that is alike to the other.
type Meeting = (u32, u32, u32);

/// Notes whom the clusters of a group meet there: `(cluster, row)`, cluster by cluster.
fn meet(of_clusters: &[&[(u32, u32)]], met: &mut Vec<Meeting>) {
    let reach = match of_clusters.len() {
        few if few <= ASKED => few,
        _ => 1,
    };
    for (at, own) in of_clusters.iter().enumerate() {
        for other in of_clusters.iter().skip(at + 1).take(reach) {
            met.extend(own.iter().map(|(of, row)| (*of, other[0].0, *row)));
            met.extend(other.iter().map(|(of, row)| (*of, own[0].0, *row)));
        }
    }
}

/// Joins rows by links; a cluster's number is its lowest row's.
#[must_use]
pub fn linked(rows: usize, links: &[(u32, u32)]) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..).take(rows).collect();
    for (one, other) in links {
        let (one, other) = (root(&mut parents, *one), root(&mut parents, *other));
        if let Some(parent) = parents.get_mut(one.max(other) as usize) {
            *parent = one.min(other);
        }
    }
    (0..)
        .take(rows)
        .map(|row| root(&mut parents, row))
        .collect()
}

/// The lowest row of a row's cluster; the way there is made shorter.
fn root(parents: &mut [u32], mut row: u32) -> u32 {
    while let Some(&parent) = parents.get(row as usize)
        && parent != row
    {
        let above = parents.get(parent as usize).copied().unwrap_or(parent);
        if let Some(own) = parents.get_mut(row as usize) {
            *own = above;
        }
        row = above;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_joined() {
        let views = [vec![7, 8, 9, 9, 6], vec![1, 1, 2, 3, 4]];
        assert_eq!(joined(&views), [0, 0, 2, 2, 4]);
        assert_eq!(joined(&[vec![0, 1, 0], vec![5, 6, 6]]), [0, 0, 0]);
        assert!(joined(&[]).is_empty());
    }

    #[test]
    fn clusters_are_joined_by_half_of_their_rows() {
        let of = |groups: &[&[u32]]| -> Vec<Vec<u32>> {
            groups.iter().map(|group| group.to_vec()).collect()
        };
        // Of clusters of one row each, every pair counts.
        let alone = joined_by_groups(&[0, 1, 2, 3], &of(&[&[2, 1], &[3, 2]]));
        assert_eq!(alone, [0, 1, 1, 1]);
        let clusters = [0, 0, 0, 0, 4, 4, 4, 4, 8];
        let joined = |groups: &[&[u32]]| joined_by_groups(&clusters, &of(groups));
        assert_eq!(joined(&[&[0, 4]]), clusters);
        // One row twice is one row.
        assert_eq!(joined(&[&[0, 4], &[0, 4], &[4, 0]]), clusters);
        // Two of four rows, of either, in one group or in several.
        let both = [0, 0, 0, 0, 0, 0, 0, 0, 8];
        assert_eq!(joined(&[&[0, 4], &[1, 4]]), both);
        assert_eq!(joined(&[&[4, 3], &[5, 3]]), both);
        assert_eq!(joined(&[&[4, 3, 5]]), both);
        assert_eq!(joined(&[&[8, 6]]), [0, 0, 0, 0, 4, 4, 4, 4, 4]);
        assert!(joined_by_groups(&[], &[]).is_empty());
    }

    /// Groups of many clusters take no product of them.
    #[test]
    fn many_clusters_in_one_group_end_in_time() {
        let clusters: Vec<u32> = (0..300_000).map(|row| row / 3 * 3).collect();
        let group = (0..100_000).map(|cluster| 3 * cluster).collect();
        assert_eq!(joined_by_groups(&clusters, &[group]), clusters);
        let alone: Vec<u32> = (0..100_000).collect();
        let joined = joined_by_groups(&alone, std::slice::from_ref(&alone));
        assert!(joined.iter().all(|cluster| *cluster == 0));
    }
}
