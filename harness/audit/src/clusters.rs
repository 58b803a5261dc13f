//! Test rows that are not independent, from several views of what they share.

/// Joins clusters: rows that share one in any view share one in the end. Every view has a number for each row.
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
}
