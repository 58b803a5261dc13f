//! What a row is, in few numbers.

use crate::rows::Row;

/// Letters at either end that are looked at.
const ENDS: usize = 4;

/// Its length in bases; of a row without letters, that of its place.
pub(super) fn length(row: &Row) -> f64 {
    let of_place = row.place.map(|place| place.bases());
    let bases = row.sequence.as_ref().map(|letters| letters.len() as u64);
    bases.or(of_place).unwrap_or_default() as f64
}

/// The share of G and C.
pub(super) fn gc(row: &Row) -> f64 {
    row.sequence.as_ref().map_or(0.5, titer_controls::gc)
}

/// How many letters are no base, and how many of them stand at the start and at the end.
pub(super) fn unknown(row: &Row) -> Vec<f64> {
    let is_unknown = |letter: &&u8| code(**letter) == UNKNOWN;
    let letters = letters(row);
    let all = letters.iter().filter(is_unknown).count();
    let first = letters.iter().take_while(is_unknown).count();
    let last = letters.iter().rev().take_while(is_unknown).count();
    [all, first, last].map(|count| count as f64).to_vec()
}

/// How many letters are in lower case, and their share.
pub(super) fn case(row: &Row) -> Vec<f64> {
    let lower = f64::from(row.lower_case);
    vec![lower, lower / length(row).max(1.0)]
}

/// The first and the last letters, each a number.
pub(super) fn ends(row: &Row) -> Vec<f64> {
    let letters = letters(row);
    let first = (0..ENDS).map(|place| at(letters.get(place)));
    let last = (0..ENDS).map(|place| at(letters.iter().rev().nth(place)));
    first.chain(last).collect()
}

/// As many letters from a third and from two thirds of the row on.
pub(super) fn middle(row: &Row) -> Vec<f64> {
    let letters = letters(row);
    let starts = [letters.len() / 3, 2 * letters.len() / 3];
    let from = |start: usize| (start..start + ENDS).map(|place| at(letters.get(place)));
    starts.into_iter().flat_map(from).collect()
}

fn at(letter: Option<&u8>) -> f64 {
    f64::from(letter.map_or(UNKNOWN, |letter| code(*letter)))
}

const UNKNOWN: u8 = 4;

/// Below 5, so that a remainder tells each letter from all others.
fn code(letter: u8) -> u8 {
    match letter {
        b'A' => 0,
        b'C' => 1,
        b'G' => 2,
        b'T' => 3,
        _ => UNKNOWN,
    }
}

fn letters(row: &Row) -> &[u8] {
    row.sequence
        .as_ref()
        .map_or(&[], |letters| letters.letters())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Place;
    use titer_core::Sequence;

    #[test]
    fn rows_are_numbers() {
        let mut row = Row {
            sequence: Some(Sequence::new("NNACGRTGN").unwrap()),
            ..Row::default()
        };
        assert_eq!(length(&row), 9.0);
        assert_eq!(gc(&row), 0.6);
        assert_eq!(unknown(&row), [4.0, 2.0, 1.0]);
        row.lower_case = 3;
        assert_eq!(case(&row), [3.0, 3.0 / 9.0]);
        assert_eq!(ends(&row), [4.0, 4.0, 0.0, 1.0, 4.0, 2.0, 3.0, 4.0]);
        assert_eq!(middle(&row), [1.0, 2.0, 4.0, 3.0, 3.0, 2.0, 4.0, 4.0]);
        row.sequence = Some(Sequence::new("AC").unwrap());
        assert_eq!(ends(&row), [0.0, 1.0, 4.0, 4.0, 1.0, 0.0, 4.0, 4.0]);
        (row.sequence, row.place) = (
            None,
            Some(Place {
                chromosome: 0,
                start: 5,
                end: 25,
            }),
        );
        assert_eq!(length(&row), 20.0);
    }
}
