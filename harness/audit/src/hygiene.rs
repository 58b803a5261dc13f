//! What the rows are made of, counted: classes, lengths, letters that are no base.

use serde::Serialize;
use titer_core::Sequence;

use crate::rows::{Row, Set};

/// What a split holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hygiene {
    /// Rows of each class, in the order of the set's.
    pub classes: Vec<usize>,
    /// The shortest, the middle and the longest row, bases; `None` where no row says how long it is.
    pub bases: Option<[u64; 3]>,
    /// Rows with an N.
    pub with_n: usize,
    /// The longest run of N.
    pub longest_n: usize,
    /// Rows with another code that stands for several bases.
    pub with_codes: usize,
    /// Rows of which N or such a code is half or more.
    pub mostly_unknown: usize,
}

/// Counts both splits: train, then test.
#[must_use]
pub fn hygiene(set: &Set) -> [Hygiene; 2] {
    [&set.train, &set.test].map(|rows| of(rows, set.classes.len()))
}

fn of(rows: &[Row], classes: usize) -> Hygiene {
    let mut found = Hygiene {
        classes: vec![0; classes],
        bases: None,
        with_n: 0,
        longest_n: 0,
        with_codes: 0,
        mostly_unknown: 0,
    };
    let mut lengths = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(count) = found.classes.get_mut(row.class) {
            *count += 1;
        }
        let of_letters = row.sequence.as_ref().map(|sequence| sequence.len() as u64);
        lengths.extend(of_letters.or(row.place.map(|place| place.bases())));
        if let Some(sequence) = &row.sequence {
            found.count(sequence);
        }
    }
    lengths.sort_unstable();
    found.bases = match lengths.as_slice() {
        [first, .., last] => Some([*first, lengths[lengths.len() / 2], *last]),
        [only] => Some([*only; 3]),
        [] => None,
    };
    found
}

impl Hygiene {
    fn count(&mut self, sequence: &Sequence) {
        let (mut n, mut codes, mut run, mut longest) = (0, 0, 0, 0);
        for letter in sequence.letters() {
            match letter {
                b'N' => {
                    n += 1;
                    run += 1;
                    longest = longest.max(run);
                }
                b'A' | b'C' | b'G' | b'T' => run = 0,
                _ => {
                    codes += 1;
                    run = 0;
                }
            }
        }
        self.with_n += usize::from(n > 0);
        self.with_codes += usize::from(codes > 0);
        self.longest_n = self.longest_n.max(longest);
        self.mostly_unknown += usize::from(2 * (n + codes) >= sequence.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Place;

    #[test]
    fn letters_lengths_and_classes_are_counted() {
        let row = |letters: &str, class: usize| Row {
            id: String::new(),
            class,
            chromosome: None,
            place: None,
            sequence: Some(Sequence::new(letters).unwrap()),
            group: None,
        };
        let placed = Row {
            id: String::new(),
            class: 0,
            chromosome: Some(0),
            place: Some(Place {
                chromosome: 0,
                start: 5,
                end: 25,
            }),
            sequence: None,
            group: None,
        };
        let set = Set {
            classes: vec!["no".to_owned(), "yes".to_owned()],
            chromosomes: vec!["1".to_owned()],
            train: vec![
                row("ACGTnnAN", 0),
                row("ACGR", 1),
                row("NNA", 1),
                row("ACG", 1),
            ],
            test: vec![placed],
        };
        let [train, test] = hygiene(&set);
        let expected = Hygiene {
            classes: vec![1, 3],
            bases: Some([3, 4, 8]),
            with_n: 2,
            longest_n: 2,
            with_codes: 1,
            mostly_unknown: 1,
        };
        assert_eq!(train, expected);
        assert_eq!((test.bases, test.classes), (Some([20; 3]), vec![1, 0]));
        assert_eq!(hygiene(&Set::default())[0].bases, None);
    }
}
