//! Every example of a cell asked once more: in another order and in other batches, or as it was.

use std::collections::HashMap;

use titer_core::{AskedTwice, Example, Model, Outcome, Query, Stream};

use super::batches::{ask, change};
use crate::error::RunError;

/// What every example gets in batches of another size and in another order, in the examples' order.
pub(super) fn reordered(
    model: &mut dyn Model,
    examples: &[Example],
    batch_size: usize,
    seed: u64,
) -> Result<Vec<Outcome>, RunError> {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    Stream::new(seed, "asked twice", "order").shuffle(&mut order);
    // Of another size too, so that neighbours and places in a batch are others.
    let size = if batch_size > 2 {
        batch_size - 1
    } else {
        batch_size
    };
    let queries: Vec<Query<'_>> = order.iter().map(|at| Query::from(&examples[*at])).collect();
    let answers = ask(model, &queries, size)?;
    let mut asked: Vec<(usize, Outcome)> = order.into_iter().zip(answers).collect();
    asked.sort_unstable_by_key(|(at, _)| *at);
    Ok(asked.into_iter().map(|(_, answer)| answer).collect())
}

/// What was answered first held against what was answered then.
pub(super) fn compared(
    first: &[Outcome],
    then: &[Outcome],
    reordered: bool,
    tolerance: f64,
) -> AskedTwice {
    let mut found = AskedTwice {
        reordered,
        examples: 0,
        changed: 0,
        largest_change: 0.0,
        tolerance,
        untied: untied(first, then),
    };
    for (first, then) in first.iter().zip(then) {
        if let Some(change) = change(first, then) {
            found.examples += 1;
            found.changed += u64::from(change > 0.0);
            found.largest_change = found.largest_change.max(change);
        }
    }
    found
}

/// Examples that had one answer in common at first and have others then: those that differ from most of their group.
fn untied(first: &[Outcome], then: &[Outcome]) -> u64 {
    let bits = |outcome: &Outcome| -> Option<Vec<u64>> {
        let output = outcome.answer()?;
        Some(
            output
                .numbers()
                .iter()
                .map(|one| (one + 0.0).to_bits())
                .collect(),
        )
    };
    let mut groups: HashMap<Vec<u64>, HashMap<Vec<u64>, u64>> = HashMap::new();
    for (first, then) in first.iter().zip(then) {
        if let (Some(first), Some(then)) = (bits(first), bits(then)) {
            *groups.entry(first).or_default().entry(then).or_insert(0) += 1;
        }
    }
    let apart = |group: &HashMap<Vec<u64>, u64>| {
        let all: u64 = group.values().sum();
        all - group.values().max().copied().unwrap_or_default()
    };
    groups.values().map(apart).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use titer_core::{Answer, ModelError, Place, Sequence, Target};

    /// Answers as its function of how often it was asked before, and of the place in the batch.
    struct Odd<F>(usize, F);

    impl<F: Fn(usize, usize) -> f64> Model for Odd<F> {
        fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
            let answer = |place: usize| {
                self.0 += 1;
                Outcome::of(Answer::probability(self.1(self.0, place)))
            };
            Ok((0..batch.len()).map(answer).collect())
        }
    }

    fn examples() -> Vec<Example> {
        let example = |number: usize| Example {
            id: number.to_string(),
            sequence: Sequence::new("ACGT").unwrap(),
            second: None,
            target: Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: Place::default(),
        };
        (0..400).map(example).collect()
    }

    fn found(answer: impl Fn(usize, usize) -> f64) -> AskedTwice {
        let (examples, mut model) = (examples(), Odd(0, answer));
        let queries: Vec<Query<'_>> = examples.iter().map(Query::from).collect();
        let first = ask(&mut model, &queries, 32).unwrap();
        let then = reordered(&mut model, &examples, 32, 7).unwrap();
        compared(&first, &then, true, 1e-4)
    }

    #[test]
    fn a_model_that_stays_is_sound() {
        let found = found(|_, _| 0.5);
        assert_eq!((found.examples, found.changed, found.untied), (400, 0, 0));
        assert_eq!(found.trouble(), None);
    }

    /// One answer in two hundred flickers: a sample of a batch sees nothing of it.
    #[test]
    fn what_flickers_rarely_is_found() {
        let found = found(|asked, _| if asked % 199 == 198 { 0.9 } else { 0.5 });
        assert!((2..=5).contains(&found.changed), "{found:?}");
        let trouble = found.trouble().unwrap();
        assert!(
            trouble.contains("of 400 examples get another answer, by up to 4.00e-1"),
            "{trouble}"
        );
    }

    #[test]
    fn what_changes_after_a_while_is_found() {
        let found = found(|asked, _| if asked > 500 { 0.6 } else { 0.5 });
        assert!(found.trouble().unwrap().contains("not deterministic"));
    }

    /// 1e-6 by the place in a batch is below every tolerance, and ranks examples that are equal.
    #[test]
    fn ties_that_a_place_breaks_are_found() {
        let broken = found(|_, place| 0.5 + 1e-6 * place as f64);
        assert!(broken.largest_change < 1e-4);
        assert!(
            broken
                .trouble()
                .unwrap()
                .contains("depend on an example's place")
        );
        // Rounding of answers that differ anyway breaks none.
        let rounded = found(|asked, place| asked as f64 / 1e9 + 1e-12 * place as f64);
        assert_eq!(rounded.untied, 0, "{rounded:?}");
        assert_eq!(rounded.trouble(), None);
    }
}
