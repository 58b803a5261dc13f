//! Another order with the same pairs of neighbours (Altschul and Erickson 1985, by random walks over last edges; Kandel, Matias,
//! Unger and Winkler 1996).
//!
//! Things are numbered in their order and edges lie one behind the other, by where they start: a million sequences are shuffled
//! within seconds.

use std::ops::Range;

use titer_core::Stream;

/// Things in another order with the same pairs of neighbours, drawn uniformly among all that keep them.
pub(crate) fn shuffle<N: Ord + Copy>(things: &[N], stream: &mut Stream) -> Vec<N> {
    if things.is_empty() {
        return Vec::new();
    }
    let names = names(things);
    let number = |thing: &N| names.binary_search(thing).unwrap_or_default();
    let steps: Vec<usize> = things.iter().map(number).collect();
    let mut edges = Edges::new(&steps, names.len());
    let leave_last = edges.last(steps[steps.len() - 1], stream);
    for (node, leave) in leave_last.into_iter().enumerate() {
        let own = edges.of_mut(node);
        let at = leave.and_then(|leave| own.iter().position(|to| *to == leave));
        match (at, own.len()) {
            // One edge to that one goes to the end, the others are in any order.
            (Some(at), count) => {
                own.swap(at, count - 1);
                stream.shuffle(&mut own[..count - 1]);
            }
            (None, _) => stream.shuffle(own),
        }
    }
    let walked = edges.walk(steps[0], things.len());
    walked.into_iter().map(|node| names[node]).collect()
}

/// The different things, sorted.
fn names<N: Ord + Copy>(things: &[N]) -> Vec<N> {
    let mut names: Vec<N> = Vec::new();
    for thing in things {
        if let Err(at) = names.binary_search(thing) {
            names.insert(at, *thing);
        }
    }
    names
}

/// Steps from a node to another, by the node that they leave.
struct Edges {
    /// Where those of each node start, and where all end.
    starts: Vec<usize>,
    to: Vec<usize>,
}

impl Edges {
    fn new(steps: &[usize], nodes: usize) -> Self {
        let mut starts = vec![0; nodes + 1];
        for from in &steps[..steps.len() - 1] {
            starts[from + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let (mut free, mut to) = (starts.clone(), vec![0; steps.len() - 1]);
        for pair in steps.windows(2) {
            to[free[pair[0]]] = pair[1];
            free[pair[0]] += 1;
        }
        Self { starts, to }
    }

    fn range(&self, node: usize) -> Range<usize> {
        self.starts[node]..self.starts[node + 1]
    }

    fn of_mut(&mut self, node: usize) -> &mut [usize] {
        let range = self.range(node);
        &mut self.to[range]
    }

    /// For each node but the last, the edge by which it is left for good: a tree that leads to the last
    /// node, drawn uniformly by walking at random (Wilson 1996).
    fn last(&self, last: usize, stream: &mut Stream) -> Vec<Option<usize>> {
        let nodes = self.starts.len() - 1;
        let mut leave = vec![None; nodes];
        let mut done = vec![false; nodes];
        done[last] = true;
        for start in 0..nodes {
            let mut at = start;
            while !done[at] {
                let edges = &self.to[self.range(at)];
                if edges.is_empty() {
                    break;
                }
                let to = edges[stream.below(edges.len() as u64) as usize];
                // A loop is erased because the node's edge is drawn again when it comes back.
                leave[at] = Some(to);
                at = to;
            }
            let mut at = start;
            while !done[at] {
                done[at] = true;
                let Some(to) = leave[at] else { break };
                at = to;
            }
        }
        leave
    }

    /// Every step once, in the order in which each node's edges lie.
    fn walk(&self, first: usize, length: usize) -> Vec<usize> {
        let mut next = self.starts.clone();
        let mut walked = Vec::with_capacity(length);
        let mut at = first;
        walked.push(at);
        while next[at] < self.starts[at + 1] {
            let to = self.to[next[at]];
            next[at] += 1;
            walked.push(to);
            at = to;
        }
        walked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn is part of what a run recomputes: these came from the form of 0.2, which kept edges by name.
    #[test]
    fn draws_are_frozen() {
        let text = |letters: &str| {
            let mut stream = Stream::new(1, "frozen", "a");
            String::from_utf8(shuffle(letters.as_bytes(), &mut stream)).unwrap()
        };
        assert_eq!(
            text("ACGTTGCATTACGGATCCANNGATTACA"),
            "ACACGCCGACATATATTTCANNGTTGGA"
        );
        assert_eq!(text("AAAACCCCAGTACAC"), "AACCCCACAAAGTAC");
    }
}
