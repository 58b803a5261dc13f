//! Whether a prediction depends on what else is in its batch, or on chance.

use titer_core::{Answer, BatchInvariance, Model, Outcome, Query, Repeatability};

use super::watch::{Asked, Spacing};
use crate::error::RunError;

/// Bases of sequence that a cell predicts once more, at most: alone, and as they were.
pub(super) const BASES_AGAIN: usize = 65_536;
/// Examples that it predicts once more, alone, at most.
const EXAMPLES_AGAIN: usize = 64;
/// What kernels may differ by between shapes: rounding, not another answer. Of numbers with fewer bits four
/// units in the last place of a probability near 1.
pub fn tolerance(precision: &str) -> f64 {
    match precision {
        "fp64" | "f64" => 1e-9,
        "fp16" | "f16" | "tf32" => 2e-3,
        "bf16" => 1.6e-2,
        _ => 1e-4,
    }
}

/// Asks a model in batches of a size, as many at once as are worth it.
///
/// # Errors
/// It fails, or gives another number of answers than it was asked for.
pub fn ask(
    model: &mut dyn Model,
    queries: &[Query<'_>],
    batch_size: usize,
) -> Result<Vec<Outcome>, RunError> {
    let batches: Vec<_> = queries.chunks(batch_size.max(1)).collect();
    let mut answers = Vec::with_capacity(queries.len());
    for together in batches.chunks(model.batches_at_once().max(1)) {
        answers.extend(model.predict_batches(together)?);
    }
    if answers.len() == queries.len() {
        return Ok(answers);
    }
    Err(RunError::Worker(format!(
        "the backend answered {} of {} examples",
        answers.len(),
        queries.len()
    )))
}

/// The largest difference between two answers; `None` where one of them is missing or not finite.
pub fn change(alone: &Outcome, together: &Outcome) -> Option<f64> {
    let (Outcome::Predicted(alone), Outcome::Predicted(together)) = (alone, together) else {
        return None;
    };
    let pairs = alone.numbers().iter().zip(together.numbers());
    Some(
        pairs
            .map(|(alone, together)| (alone - together).abs())
            .fold(0.0, f64::max),
    )
}

/// Which of so many examples with so many bases are predicted alone: evenly spaced ones, so that every place in a batch has its
/// turn.
pub(super) fn spacing(examples: u64, bases: u64) -> Spacing {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (examples, bases) = (count(examples), count(bases));
    let each = bases.checked_div(examples).unwrap_or(1).max(1);
    let most = (BASES_AGAIN / each).clamp(1, EXAMPLES_AGAIN);
    // An odd step goes through all places of a batch of even size.
    let step = (examples / most).max(1) | 1;
    Spacing { step, most }
}

/// Predicts some of a cell's examples alone and holds that against what they got in their batches. `None` where there was no
/// batch, or no answer alone. Of all `examples` together.
pub(super) fn invariance(
    model: &mut dyn Model,
    some: &Asked,
    examples: usize,
    batch_size: usize,
) -> Option<BatchInvariance> {
    if batch_size < 2 || examples < 2 {
        return None;
    }
    let mut found: Option<BatchInvariance> = None;
    for (example, together) in some.examples.iter().zip(&some.outcomes) {
        // A graph that takes nothing but whole batches is no failure of its cell.
        let Ok(alone) = model.predict(&[Query::from(example)]) else {
            return None;
        };
        let Some(change) = alone.first().and_then(|alone| change(alone, together)) else {
            continue;
        };
        let found = found.get_or_insert(BatchInvariance {
            batch_size: u32::try_from(batch_size.min(examples)).unwrap_or(u32::MAX),
            examples: 0,
            largest_change: 0.0,
        });
        found.examples += 1;
        found.largest_change = found.largest_change.max(change);
    }
    found
}

/// Asks the first batch once more, exactly as it was asked. A batch of too many bases gives way to its first
/// example, asked twice. `None` where there is no example, or no answer.
pub(super) fn repeatability(model: &mut dyn Model, first: &Asked) -> Option<Repeatability> {
    let mut batch: Vec<Query<'_>> = first.examples.iter().map(Query::from).collect();
    let bases: usize = batch.iter().map(|query| query.sequence.len()).sum();
    let alone;
    let mut before = &first.outcomes[..];
    if bases > BASES_AGAIN && batch.len() > 1 {
        batch.truncate(1);
        alone = model.predict(&batch).ok()?;
        before = &alone;
    }
    let again = model.predict(&batch).ok()?;
    repeated(before, &again)
}

/// What the same batch got before and again, held against each other. `None` where nothing is finite.
#[must_use]
pub fn repeated(before: &[Outcome], again: &[Outcome]) -> Option<Repeatability> {
    let pairs = before.iter().zip(again);
    let changes: Vec<f64> = pairs
        .filter_map(|(before, again)| change(before, again))
        .collect();
    let largest_change = changes.iter().copied().reduce(f64::max)?;
    Some(Repeatability {
        batch_size: u32::try_from(again.len()).unwrap_or(u32::MAX),
        examples: u32::try_from(changes.len()).unwrap_or(u32::MAX),
        largest_change,
    })
}

/// The range of a model's answers, which a change is read beside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range(Option<(f64, f64)>);

impl Range {
    /// Takes the next answer in.
    pub fn add(&mut self, outcome: &Outcome) {
        if let Some(value) = outcome.answer().and_then(Answer::value) {
            let (low, high) = self.0.unwrap_or((value, value));
            self.0 = Some((value.min(low), value.max(high)));
        }
    }

    /// 1 of probabilities; of numbers, whose scale is not known, from the smallest to the largest.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.0.map_or(1.0, |(low, high)| high - low)
    }
}

/// Why a model whose answers depend on chance is judged nowhere, where they do; answers have this range.
#[must_use]
pub fn by_chance(found: &Repeatability, precision: &str, range: f64) -> Option<String> {
    let tolerance = range * tolerance(precision);
    (found.largest_change > tolerance).then(|| {
        format!(
            "the model is not deterministic: the same batch of {}, asked twice, gets answers that differ by up to {:.2e} ({} examples, tolerance {tolerance:.1e}); fix its seed before each request, switch off dropout (`model.eval()`) and whatever else draws at random",
            found.batch_size, found.largest_change, found.examples
        )
    })
}

/// Why a variant that does not say so may not depend on its batch, where it does; answers have this range.
pub fn undeclared(found: &BatchInvariance, precision: &str, range: f64) -> Option<String> {
    let tolerance = range * tolerance(precision);
    (found.largest_change > tolerance).then(|| {
        format!(
            "predictions depend on their batch: alone and in batches of {} an answer differs by up to {:.2e} ({} examples, tolerance {tolerance:.1e}); say `batch_dependent: true` in the variant if that is so by design, or use `batch_size: 1`",
            found.batch_size, found.largest_change, found.examples
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::queries;
    use super::super::watch::Watch;
    use super::*;
    use titer_core::{Example, ModelError, Place, Sequence, Target};

    /// Answers with the share of G in its batch, or of each sequence by itself.
    struct Shares {
        of_batch: bool,
    }

    impl Model for Shares {
        fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
            let share = |queries: &[Query<'_>]| {
                let letters = queries.iter().flat_map(|query| query.sequence.letters());
                let (all, g) = letters.fold((0, 0), |(all, g), letter| {
                    (all + 1, g + i32::from(*letter == b'G'))
                });
                f64::from(g) / f64::from(all)
            };
            let all = share(batch);
            let one = |query: &Query<'_>| {
                let p = if self.of_batch { all } else { share(&[*query]) };
                Outcome::of(Answer::probability(p))
            };
            Ok(batch.iter().map(one).collect())
        }
    }

    fn examples() -> Vec<Example> {
        let example = |i: usize| Example {
            id: i.to_string(),
            sequence: Sequence::new(["GGGG", "ACGT", "AAAA"][i % 3]).unwrap(),
            second: None,
            target: Target::Class(0),
            strata: std::collections::BTreeMap::new(),
            clusters: std::collections::BTreeMap::new(),
            place: Place::default(),
        };
        (0..100).map(example).collect()
    }

    fn found(of_batch: bool, batch_size: usize) -> Option<BatchInvariance> {
        let (examples, mut model) = (examples(), Shares { of_batch });
        let bases: usize = examples.iter().map(|example| example.sequence.len()).sum();
        let spacing = spacing(examples.len() as u64, bases as u64);
        let mut watch = Watch::new(0, batch_size, spacing, false);
        for batch in examples.chunks(batch_size) {
            watch.look(batch, &model.predict(&queries(batch)).unwrap());
        }
        invariance(&mut model, &watch.some, examples.len(), batch_size)
    }

    fn asked(examples: &[Example], outcomes: Vec<Outcome>, batch_size: usize) -> Asked {
        Asked {
            examples: examples.iter().take(batch_size).cloned().collect(),
            outcomes,
        }
    }

    #[test]
    fn what_depends_on_its_batch_is_found() {
        let free = found(false, 32).unwrap();
        assert_eq!(
            (free.largest_change, undeclared(&free, "fp32", 1.0)),
            (0.0, None)
        );
        assert!(free.examples >= 32, "{free:?}");
        let bound = found(true, 32).unwrap();
        assert!(bound.largest_change > 0.3, "{bound:?}");
        let reason = undeclared(&bound, "bf16", 1.0).unwrap();
        assert!(reason.contains("batch_dependent: true"), "{reason}");
        assert_eq!(found(true, 1), None);
        let rounding = BatchInvariance {
            largest_change: 1e-3,
            ..bound
        };
        assert!(undeclared(&rounding, "fp16", 1.0).is_none());
        assert!(undeclared(&rounding, "int8", 1.0).is_some());
    }

    /// Answers with how often it has been asked.
    struct Counts(u8);

    impl Model for Counts {
        fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
            self.0 += 1;
            let output = Answer::probability(f64::from(self.0) / 100.0);
            Ok(vec![Outcome::of(output); batch.len()])
        }
    }

    #[test]
    fn what_depends_on_chance_is_found_whatever_the_batch() {
        let examples = examples();
        let queries: Vec<_> = examples.iter().map(Query::from).collect();
        for (batch_size, again) in [(1, 1), (32, 32), (1000, 100)] {
            let mut model = Counts(0);
            let before = asked(&examples, model.predict(&queries).unwrap(), batch_size);
            let found = repeatability(&mut model, &before).unwrap();
            assert_eq!((found.batch_size, found.examples), (again, again));
            let reason = by_chance(&found, "fp32", 1.0).unwrap();
            assert!(reason.contains("by up to 1.00e-2"), "{reason}");
            assert_eq!(by_chance(&found, "bf16", 1.0), None);
            let mut model = Shares { of_batch: true };
            let before = model.predict(&queries[..batch_size.min(100)]).unwrap();
            let before = asked(&examples, before, batch_size);
            let found = repeatability(&mut model, &before).unwrap();
            assert_eq!(by_chance(&found, "fp32", 1.0), None);
            assert_eq!(found.largest_change, 0.0);
        }
        assert_eq!(repeatability(&mut Counts(0), &Asked::default()), None);
    }

    /// A batch of too many bases is not predicted again: one of its examples is, twice.
    #[test]
    fn of_long_sequences_one_is_asked_twice() {
        let mut examples = examples();
        examples[1].sequence = Sequence::new(&"A".repeat(BASES_AGAIN)).unwrap();
        let mut model = Counts(0);
        let found = repeatability(&mut model, &asked(&examples, Vec::new(), 32)).unwrap();
        assert_eq!((found.batch_size, model.0), (1, 2));
    }

    #[test]
    fn numbers_are_read_beside_their_range() {
        let of = |answers: &[Answer]| {
            let mut range = Range::default();
            let outcomes = answers.iter().cloned().map(Outcome::of);
            outcomes.for_each(|outcome| range.add(&outcome));
            range.width()
        };
        let numbers = [-200.0, f64::NAN, 800.0].map(Answer::Value);
        assert_eq!(of(&numbers[..1]), 0.0);
        assert_eq!(of(&numbers), 1000.0);
        assert_eq!((of(&[Answer::probability(0.3)]), of(&[])), (1.0, 1.0));
    }
}
