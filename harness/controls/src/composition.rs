//! What can be said of a sequence without reading it: its length and its share of G and C.

use titer_core::Sequence;

/// The share of G and C among A, C, G and T; one half where there is none of them.
#[must_use]
pub fn gc(sequence: &Sequence) -> f64 {
    let (mut strong, mut known) = (0_u32, 0_u32);
    for letter in sequence.letters() {
        match letter {
            b'G' | b'C' => {
                strong += 1;
                known += 1;
            }
            b'A' | b'T' => known += 1,
            _ => {}
        }
    }
    if known == 0 {
        return 0.5;
    }
    f64::from(strong) / f64::from(known)
}

/// The length in bases.
pub(crate) fn length(sequence: &Sequence) -> f64 {
    sequence.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Sequence {
        Sequence::new(text).unwrap()
    }

    #[test]
    fn shares_are_of_known_letters() {
        assert_eq!(gc(&of("GGCA")), 0.75);
        assert_eq!(gc(&of("GNNA")), 0.5);
        assert_eq!(gc(&of("NN")), 0.5);
        assert_eq!(length(&of("")), 0.0);
    }
}
