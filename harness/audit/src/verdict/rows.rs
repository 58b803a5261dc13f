//! What the size of the splits and what their rows are made of say.

use titer_core::figures::{count, percent};

use super::{About, Evidence, SOME, Trust};
use crate::hygiene::Hygiene;

/// Test rows of a class below which no score that tells classes apart is sure.
const FEWEST_OF_A_CLASS: usize = 20;
/// Independent test examples below which nothing is called trustworthy: an accuracy is known to within 0.10 of no fewer, and
/// that is as much as a shortcut weighs in full.
pub const FEWEST: usize = 100;

fn with_care(words: String) -> Evidence {
    Evidence {
        weighs: Trust::WithCare,
        about: About::Other,
        words,
    }
}

/// What the size of the test split says.
#[must_use]
pub fn of_size(clusters: usize) -> Option<Evidence> {
    (clusters < FEWEST).then(|| {
        with_care(format!(
            "the test set has {clusters} independent examples at most: with fewer than {FEWEST} no accuracy is known to within 0.10"
        ))
    })
}

/// What the rows are made of says.
#[must_use]
pub fn of_hygiene(splits: &[Hygiene; 2]) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (split, name) in splits.iter().zip(["training", "test"]) {
        let rows: usize = split.classes.iter().sum();
        let share = split.mostly_unknown as f64 / rows.max(1) as f64;
        if share >= SOME {
            evidence.push(with_care(format!(
                "{} of {} {name} sequences ({}) are unknown letters by half or more",
                count(split.mostly_unknown as u64),
                count(rows as u64),
                percent(share)
            )));
        }
        if split.classes.contains(&0) {
            evidence.push(with_care(format!(
                "the {name} set has no row of one of the classes"
            )));
        }
        let rarest = split.classes.iter().copied().filter(|rows| *rows > 0).min();
        if let Some(rows) = rarest.filter(|rows| *rows < FEWEST_OF_A_CLASS && name == "test") {
            evidence.push(with_care(format!(
                "the test set has {rows} rows of one of its classes: too few for a score that tells classes apart ({FEWEST_OF_A_CLASS} at least)"
            )));
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_few_test_rows_is_said() {
        let split = |classes: &[usize]| Hygiene {
            classes: classes.to_vec(),
            bases: None,
            with_n: 0,
            longest_n: 0,
            with_codes: 0,
            mostly_unknown: 0,
        };
        let of = |test: &[usize]| -> Vec<Trust> {
            let found = of_hygiene(&[split(&[5, 500]), split(test)]);
            found.iter().map(|one| one.weighs).collect()
        };
        assert_eq!(of(&[20, 4_567]), []);
        assert_eq!(of(&[19, 4_567]), [Trust::WithCare]);
        assert_eq!(of(&[0, 4_567]), [Trust::WithCare]);
    }
}
