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

/// Joins clusters (numbered by their lowest rows) whose rows are linked: two become one where half of the rows of either, or
/// more, are linked to the other. A single pair of alike rows does not make two genes of fifty rows one example.
#[must_use]
pub fn joined_by_links(clusters: &[u32], links: &[(u32, u32)]) -> Vec<u32> {
    let mut sizes = vec![0_usize; clusters.len()];
    for cluster in clusters {
        if let Some(size) = sizes.get_mut(*cluster as usize) {
            *size += 1;
        }
    }
    let of = |row: u32| clusters.get(row as usize).copied().unwrap_or(row);
    // A cluster, another one, and a row of the first that is linked to the other.
    let mut met: Vec<(u32, u32, u32)> = links
        .iter()
        .map(|(one, other)| (*one, *other))
        .flat_map(|(one, other)| [(one, other), (other, one)])
        .map(|(one, other)| (of(one), of(other), one))
        .filter(|(own, other, _)| own != other)
        .collect();
    met.sort_unstable();
    met.dedup();
    let pairs = met.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1));
    let strong = pairs.filter_map(|rows| {
        let (own, other, _) = *rows.first()?;
        let size = sizes.get(own as usize)?;
        (2 * rows.len() >= *size).then_some((own, other))
    });
    let of_clusters = (0..).zip(clusters).map(|(row, cluster)| (row, *cluster));
    let all: Vec<(u32, u32)> = of_clusters.chain(strong).collect();
    linked(clusters.len(), &all)
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
        // Of clusters of one row each, every link counts.
        assert_eq!(
            joined_by_links(&[0, 1, 2, 3], &[(2, 1), (3, 2)]),
            [0, 1, 1, 1]
        );
        let clusters = [0, 0, 0, 0, 4, 4, 4, 4, 8];
        let joined = |links: &[(u32, u32)]| joined_by_links(&clusters, links);
        assert_eq!(joined(&[(0, 4)]), clusters);
        // One row twice is one row.
        assert_eq!(joined(&[(0, 4), (0, 4), (4, 0)]), clusters);
        // Two of four rows, of either.
        let both = [0, 0, 0, 0, 0, 0, 0, 0, 8];
        assert_eq!(joined(&[(0, 4), (1, 4)]), both);
        assert_eq!(joined(&[(4, 3), (5, 3)]), both);
        assert_eq!(joined(&[(8, 6)]), [0, 0, 0, 0, 4, 4, 4, 4, 4]);
        assert!(joined_by_links(&[], &[]).is_empty());
    }
}
