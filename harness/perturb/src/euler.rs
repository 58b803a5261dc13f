//! Another order with the same pairs of neighbours (Altschul and Erickson 1985, by random walks over last edges; Kandel, Matias,
//! Unger and Winkler 1996).

use std::collections::BTreeMap;

use titer_core::Stream;

/// Things in another order with the same pairs of neighbours, drawn uniformly among all that keep them.
pub(crate) fn shuffle<N: Ord + Copy>(nodes: &[N], stream: &mut Stream) -> Vec<N> {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return Vec::new();
    };
    let mut next: BTreeMap<N, Vec<N>> = BTreeMap::new();
    for pair in nodes.windows(2) {
        next.entry(pair[0]).or_default().push(pair[1]);
    }
    let leave_last = last_edges(&next, *last, stream);
    for (node, edges) in &mut next {
        let Some(leave) = leave_last.get(node) else {
            stream.shuffle(edges);
            continue;
        };
        // One edge to that one goes to the end, the others are in any order.
        if let Some(at) = edges.iter().position(|to| to == leave) {
            edges.swap_remove(at);
        }
        stream.shuffle(edges);
        edges.push(*leave);
    }
    walk(*first, &mut next)
}

/// For each node but the last, the edge by which it is left for good: a tree that leads to the last
/// node, drawn uniformly by walking at random (Wilson 1996).
fn last_edges<N: Ord + Copy>(
    next: &BTreeMap<N, Vec<N>>,
    last: N,
    stream: &mut Stream,
) -> BTreeMap<N, N> {
    let mut leave: BTreeMap<N, N> = BTreeMap::new();
    let mut done = vec![last];
    for start in next.keys() {
        let mut at = *start;
        while !done.contains(&at) {
            let Some(edges) = next.get(&at).filter(|edges| !edges.is_empty()) else {
                break;
            };
            let to = edges[stream.below(edges.len() as u64) as usize];
            // A loop is erased because the node's edge is drawn again when it comes back.
            leave.insert(at, to);
            at = to;
        }
        let mut at = *start;
        while !done.contains(&at) {
            done.push(at);
            let Some(to) = leave.get(&at) else { break };
            at = *to;
        }
    }
    leave
}

fn walk<N: Ord + Copy>(first: N, next: &mut BTreeMap<N, Vec<N>>) -> Vec<N> {
    let mut queues: BTreeMap<N, std::vec::IntoIter<N>> = std::mem::take(next)
        .into_iter()
        .map(|(node, edges)| (node, edges.into_iter()))
        .collect();
    let mut walked = vec![first];
    let mut at = first;
    while let Some(to) = queues.get_mut(&at).and_then(Iterator::next) {
        walked.push(to);
        at = to;
    }
    walked
}
