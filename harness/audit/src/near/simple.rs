//! Stretches of few different words: tandem repeats, runs of two letters. They are alike without being copies, and a
//! shuffle leaves them as they are, so that they would set the threshold for all other sequences.

use super::letters::UNKNOWN;

/// Letters that are looked at together: the second sees a tail of one letter that is shorter than the first.
const WINDOWS: [usize; 2] = [32, 16];
/// A window with fewer different triplets than one in so many is simple. Of 30 triplets that chance draws 24 are different;
/// a repeat has as many as it has letters.
const ONE_IN: usize = 3;
/// Triplets, and what holds an unknown letter.
const TRIPLETS: usize = 65;

/// Marks the letters of simple windows.
pub(super) fn mark(codes: &[u8], marks: &mut Vec<bool>) {
    marks.clear();
    marks.resize(codes.len(), false);
    for window in WINDOWS {
        mark_windows(codes, window, marks);
    }
}

fn mark_windows(codes: &[u8], window: usize, marks: &mut [bool]) {
    let triplets = window.min(codes.len()).saturating_sub(2);
    if triplets == 0 {
        return;
    }
    let mut counts = [0_u8; TRIPLETS];
    let (mut different, mut marked) = (0, 0);
    for end in 3..=codes.len() {
        let own = &mut counts[triplet(&codes[end - 3..end])];
        different += usize::from(*own == 0);
        *own += 1;
        if end < triplets + 2 {
            continue;
        }
        let start = end - triplets - 2;
        if ONE_IN * different < triplets {
            marks[start.max(marked)..end].fill(true);
            marked = end;
        }
        let first = &mut counts[triplet(&codes[start..start + 3])];
        *first -= 1;
        different -= usize::from(*first == 0);
    }
}

fn triplet(codes: &[u8]) -> usize {
    let mut number = 0;
    for code in codes {
        if *code >= UNKNOWN {
            return TRIPLETS - 1;
        }
        number = 4 * number + usize::from(*code);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::near::letters::encode;
    use titer_core::Stream;

    fn share(letters: &str) -> f64 {
        let (mut codes, mut marks) = (Vec::new(), Vec::new());
        encode(letters.as_bytes(), &mut codes);
        mark(&codes, &mut marks);
        assert_eq!(marks.len(), letters.len());
        marks.iter().filter(|marked| **marked).count() as f64 / marks.len().max(1) as f64
    }

    #[test]
    fn repeats_are_simple_and_what_chance_draws_is_not() {
        let mut random = Stream::new(1, "test", "simple");
        let mut drawn = |letters: &[u8], length: usize| -> String {
            let one = |_| char::from(letters[random.below(letters.len() as u64) as usize]);
            (0..length).map(one).collect()
        };
        for unit in ["A", "CA", "AAT", "GATA", "ACGTTC", "AACCGTCAG"] {
            assert_eq!(share(&unit.repeat(12)), 1.0, "{unit}");
        }
        assert_eq!(share(&drawn(b"AG", 300)), 1.0);
        assert_eq!(share(&drawn(b"ACGT", 5_000)), 0.0);
        // Two thirds of the letters A and T; five sixths.
        assert_eq!(share(&drawn(b"AATTCG", 5_000)), 0.0);
        assert!(share(&drawn(b"ACTTAGTAATAT", 5_000)) < 0.1);
        let between = drawn(b"ACGT", 200) + &"CA".repeat(40) + &drawn(b"ACGT", 200);
        assert!(
            (0.13..0.25).contains(&share(&between)),
            "{}",
            share(&between)
        );
        for short in ["", "A", "AC", "ACG", "ACGT"] {
            assert_eq!(share(short), 0.0, "{short}");
        }
    }
}
