//! A shuffle that keeps how often each pair of neighbours occurs (Altschul and Erickson 1985, by random
//! walks over last edges; Kandel, Matias, Unger and Winkler 1996).
//!
//! The first and the last base, every count of single bases and every count of dinucleotides stay; the
//! order, and with it whatever a model should look for, is gone. Drawn uniformly among all sequences
//! that keep them.

use std::collections::BTreeMap;
use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Sequence, Stream};

/// Shuffles the whole sequence; nothing is spared.
#[derive(Clone, Copy, Debug)]
pub struct DinucleotideShuffle;

impl Perturbation for DinucleotideShuffle {
    fn effect(&self) -> Effect {
        Effect::Destroyed
    }

    fn title(&self) -> String {
        "dinucleotide shuffle".to_owned()
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], stream: &mut Stream) -> Example {
        let letters = shuffle(example.sequence.letters(), stream);
        let text = String::from_utf8_lossy(&letters);
        Example {
            // The letters are those of a sequence.
            sequence: Sequence::new(&text).unwrap_or_else(|_| example.sequence.clone()),
            ..example.clone()
        }
    }
}

/// The letters in another order with the same pairs of neighbours.
#[must_use]
pub fn shuffle(letters: &[u8], stream: &mut Stream) -> Vec<u8> {
    let (Some(first), Some(last)) = (letters.first(), letters.last()) else {
        return Vec::new();
    };
    let mut next: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    for pair in letters.windows(2) {
        next.entry(pair[0]).or_default().push(pair[1]);
    }
    let leave_last = last_edges(&next, *last, stream);
    for (letter, edges) in &mut next {
        let Some(leave) = leave_last.get(letter) else {
            stream.shuffle(edges);
            continue;
        };
        // One edge to that letter goes to the end, the others are in any order.
        if let Some(at) = edges.iter().position(|to| to == leave) {
            edges.swap_remove(at);
        }
        stream.shuffle(edges);
        edges.push(*leave);
    }
    walk(*first, &mut next)
}

/// For each letter but the last, the edge by which it is left for good: a tree that leads to the last
/// letter, drawn uniformly by walking at random (Wilson 1996).
fn last_edges(next: &BTreeMap<u8, Vec<u8>>, last: u8, stream: &mut Stream) -> BTreeMap<u8, u8> {
    let mut leave: BTreeMap<u8, u8> = BTreeMap::new();
    let mut done = vec![last];
    for start in next.keys() {
        let mut at = *start;
        while !done.contains(&at) {
            let Some(edges) = next.get(&at).filter(|edges| !edges.is_empty()) else {
                break;
            };
            let to = edges[stream.below(edges.len() as u64) as usize];
            // A loop is erased because the letter's edge is drawn again when it comes back.
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

fn walk(first: u8, next: &mut BTreeMap<u8, Vec<u8>>) -> Vec<u8> {
    let mut queues: BTreeMap<u8, std::vec::IntoIter<u8>> = std::mem::take(next)
        .into_iter()
        .map(|(letter, edges)| (letter, edges.into_iter()))
        .collect();
    let mut walked = vec![first];
    let mut at = first;
    while let Some(to) = queues.get_mut(&at).and_then(Iterator::next) {
        walked.push(to);
        at = to;
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(letters: &[u8]) -> BTreeMap<(u8, u8), usize> {
        let mut counts = BTreeMap::new();
        for pair in letters.windows(2) {
            *counts.entry((pair[0], pair[1])).or_default() += 1;
        }
        counts
    }

    #[test]
    fn pairs_and_ends_stay() {
        let mut random = Stream::new(1, "test", "shuffle");
        for length in [0, 1, 2, 3, 7, 50, 400] {
            for alphabet in [&b"ACGT"[..], b"AC", b"ACGTN", b"G"] {
                let letters: Vec<u8> = (0..length)
                    .map(|_| alphabet[random.below(alphabet.len() as u64) as usize])
                    .collect();
                let shuffled = shuffle(&letters, &mut random);
                assert_eq!(shuffled.len(), letters.len());
                assert_eq!(pairs(&shuffled), pairs(&letters));
                assert_eq!(shuffled.first(), letters.first());
                assert_eq!(shuffled.last(), letters.last());
            }
        }
    }

    /// Every order that keeps the pairs is drawn equally often: counted for all of a small case.
    #[test]
    fn draws_are_uniform() {
        let letters = b"ACGATACTAGA";
        let mut counts: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
        let draws = 60_000;
        for draw in 0..draws {
            let mut stream = Stream::new(3, "uniform", &draw.to_string());
            *counts.entry(shuffle(letters, &mut stream)).or_default() += 1.0;
        }
        let expected = f64::from(draws) / counts.len() as f64;
        assert!(counts.len() > 20, "{}", counts.len());
        let chi: f64 = counts
            .values()
            .map(|count| (count - expected) * (count - expected) / expected)
            .sum();
        let freedom = (counts.len() - 1) as f64;
        // Four standard deviations of chi-squared.
        assert!(
            chi < freedom + 4.0 * (2.0 * freedom).sqrt(),
            "{chi} of {freedom}"
        );
    }
}
