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
        let parts = row.sequence.as_ref().map(|all| parts(all, row.second));
        let of_letters = parts.map(|parts| parts.map(<[u8]>::len).iter().sum::<usize>() as u64);
        lengths.extend(of_letters.or(row.place.map(|place| place.bases())));
        if let Some(parts) = parts {
            found.count(parts);
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

/// The letters of both sequences of a pair; the second has none where there is one alone.
fn parts(all: &Sequence, second: Option<u32>) -> [&[u8]; 2] {
    let letters = all.letters();
    let second = second.map(|at| at as usize);
    match second.and_then(|at| Some((letters.get(..at.checked_sub(1)?)?, letters.get(at..)?))) {
        Some((first, second)) => [first, second],
        None => [letters, &[]],
    }
}

impl Hygiene {
    fn count(&mut self, parts: [&[u8]; 2]) {
        let (mut n, mut codes, mut longest) = (0, 0, 0);
        for part in parts {
            let mut run = 0;
            for letter in part {
                run = if *letter == b'N' { run + 1 } else { 0 };
                longest = longest.max(run);
                n += usize::from(*letter == b'N');
                codes += usize::from(!b"ACGTN".contains(letter));
            }
        }
        self.with_n += usize::from(n > 0);
        self.with_codes += usize::from(codes > 0);
        self.longest_n = self.longest_n.max(longest);
        let bases = parts.map(<[u8]>::len).iter().sum();
        self.mostly_unknown += usize::from(2 * (n + codes) >= bases);
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
            minus: None,
            lower_case: 0,
            second: None,
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
            minus: None,
            lower_case: 0,
            second: None,
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
