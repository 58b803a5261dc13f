//! Sequences that stand in the train split too, letter for letter, on the same strand or as reverse complement.

use std::collections::HashMap;

use serde::Serialize;
use titer_core::{Digest, Sequence};

use crate::rows::{Row, Set};

/// What is identical.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Identical {
    /// Test rows whose letters stand in the train split.
    pub same_strand: usize,
    /// Test rows whose reverse complement stands there, and not they themselves.
    pub other_strand: usize,
    /// Of both, those of which a train row of the same class is one.
    pub with_own: usize,
    /// Train rows that stand in the train split before, on either strand.
    pub within_train: usize,
    /// Test rows that stand in the test split before, on either strand.
    pub within_test: usize,
    /// Sequences that stand under two classes, over both splits.
    pub contradictions: usize,
}

/// What letters are known by: 128 bits of SHA-256 over the strand that comes first in the alphabet. Among a
/// thousand million different sequences two share them with odds of 1 to 10^21.
type Key = [u8; 16];

/// A sequence's key, and whether the other strand comes first.
fn key(sequence: &Sequence) -> (Key, bool) {
    let other = sequence.reverse_complement();
    let turned = other.letters() < sequence.letters();
    let first = if turned {
        other.letters()
    } else {
        sequence.letters()
    };
    let mut key = Key::default();
    let digest = Digest::of(first);
    for (place, byte) in key.iter_mut().zip(digest.bytes()) {
        *place = *byte;
    }
    (key, turned)
}

/// What was seen of a key.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// As it stands, turned round.
    strands: [bool; 2],
    classes: Vec<usize>,
    /// The rows, in order.
    rows: Vec<u32>,
}

/// What is identical, row by row.
#[derive(Clone, Debug)]
pub struct IdenticalRows {
    /// The sum.
    pub identical: Identical,
    /// Test rows that are identical to each other, two at least in a group.
    pub groups: Vec<Vec<u32>>,
    /// Of each test row that stands in train, on either strand, the first such train row.
    pub in_train: Vec<Option<u32>>,
}

/// The letters of a row that can be a copy: what holds no known base is no copy of anything.
fn letters(row: &Row) -> Option<&Sequence> {
    let is_base = |letter: &u8| matches!(letter, b'A' | b'C' | b'G' | b'T');
    let letters = row.sequence.as_ref()?;
    letters.letters().iter().any(is_base).then_some(letters)
}

/// What is identical. `None` where not every row has its letters.
#[must_use]
pub fn identical(set: &Set) -> Option<IdenticalRows> {
    if !set.has_sequences() {
        return None;
    }
    let mut found = Identical::default();
    let mut train: HashMap<Key, Seen> = HashMap::with_capacity(set.train.len());
    for (number, row) in (0_u32..).zip(&set.train) {
        let Some((key, turned)) = letters(row).map(key) else {
            continue;
        };
        let seen = train.entry(key).or_default();
        found.within_train += usize::from(!seen.classes.is_empty());
        seen.rows.push(number);
        note(seen, row, turned);
    }
    let mut test: HashMap<Key, Seen> = HashMap::with_capacity(set.test.len());
    let mut in_train = vec![None; set.test.len()];
    for (number, row) in (0_u32..).zip(&set.test) {
        let Some((key, turned)) = letters(row).map(key) else {
            continue;
        };
        if let Some(seen) = train.get(&key) {
            let same = seen.strands[usize::from(turned)];
            found.same_strand += usize::from(same);
            found.other_strand += usize::from(!same);
            found.with_own += usize::from(seen.classes.contains(&row.class));
            in_train[number as usize] = seen.rows.first().copied();
        }
        let seen = test.entry(key).or_default();
        found.within_test += usize::from(!seen.classes.is_empty());
        seen.rows.push(number);
        note(seen, row, turned);
    }
    let mut groups = Vec::new();
    #[allow(
        clippy::iter_over_hash_type,
        reason = "groups are sorted below, and of classes only the number counts"
    )]
    for (key, seen) in test {
        if seen.rows.len() > 1 {
            groups.push(seen.rows);
        }
        let all = train.entry(key).or_default();
        for class in seen.classes {
            if !all.classes.contains(&class) {
                all.classes.push(class);
            }
        }
    }
    groups.sort_unstable();
    found.contradictions = train.values().filter(|seen| seen.classes.len() > 1).count();
    Some(IdenticalRows {
        identical: found,
        groups,
        in_train,
    })
}

fn note(seen: &mut Seen, row: &Row, turned: bool) {
    seen.strands[usize::from(turned)] = true;
    if !seen.classes.contains(&row.class) {
        seen.classes.push(row.class);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(letters: &str, class: usize) -> Row {
        Row {
            id: String::new(),
            class,
            chromosome: None,
            place: None,
            sequence: Some(Sequence::new(letters).unwrap()),
            minus: None,
            lower_case: 0,
            second: None,
            group: None,
        }
    }

    #[test]
    fn both_strands_count_and_classes_are_held_against_each_other() {
        let set = Set {
            classes: vec!["no".to_owned(), "yes".to_owned()],
            chromosomes: Vec::new(),
            train: vec![
                row("ACCT", 0),
                row("AGGT", 0),
                row("GGGA", 1),
                row("CAAC", 1),
            ],
            // As it stands; turned round, of another class; of both strands in train; new; again.
            test: vec![
                row("gGGA", 1),
                row("GTTG", 0),
                row("ACCT", 0),
                row("TTTT", 1),
                row("AAAA", 1),
            ],
        };
        let found = identical(&set).unwrap();
        assert_eq!(found.in_train, [Some(2), Some(3), Some(0), None, None]);
        let (found, groups) = (found.identical, found.groups);
        let expected = Identical {
            same_strand: 2,
            other_strand: 1,
            with_own: 2,
            within_train: 1,
            within_test: 1,
            contradictions: 1,
        };
        assert_eq!(found, expected);
        assert_eq!(groups, [[3, 4]]);
        let mut without = set;
        without.test[0].sequence = None;
        assert!(identical(&without).is_none());
    }

    /// A palindrome is its own reverse complement: it is the same strand.
    #[test]
    fn palindromes_are_of_the_same_strand() {
        let set = Set {
            classes: vec!["no".to_owned()],
            chromosomes: Vec::new(),
            train: vec![row("ACGT", 0)],
            test: vec![row("ACGT", 0)],
        };
        let found = identical(&set).unwrap().identical;
        assert_eq!((found.same_strand, found.other_strand), (1, 0));
    }
}
