//! Whether what is timed is what was scored: MLPerf's TEST01 (answers) and TEST04 (answers that are kept).

use std::collections::HashMap;

use titer_core::{
    Answer, Digest, Example, Model, ModelError, Outcome, Query, RepeatedExample, TimedAnswers,
};
use titer_measure::Clock;
use titer_store::RunFolder;

use crate::error::RunError;
use crate::job::Job;
use crate::worker::{batches, variant};

/// Pairs of queries, the same example and another.
const PAIRS: usize = 40;
/// Nanoseconds after which no further pair is asked.
const LIMIT_NS: u64 = 2_000_000_000;

/// Timed answers held against those of a cell of the same variant on the same examples. `None`: the cell failed or is not there, or its
/// variant's answers depend on what else is in a batch.
pub(super) fn answers(
    job: &Job,
    scored: Option<&Digest>,
    examples: &[Example],
    timed: &[(usize, Outcome)],
) -> Result<Option<TimedAnswers>, RunError> {
    let variant = variant(job)?;
    let (Some(key), false) = (scored, variant.batch_dependent) else {
        return Ok(None);
    };
    let folder = RunFolder::at(&job.folder);
    let record = folder.read_cell_record(key)?;
    if record.is_none_or(|record| record.status.failure().is_some()) {
        return Ok(None);
    }
    let mut wanted: HashMap<&str, Option<Outcome>> = HashMap::new();
    for (place, _) in timed {
        wanted.insert(&examples[*place].id, None);
    }
    let mut range = Range::default();
    folder.each_prediction(key, &mut |some| {
        for prediction in some {
            range.add(&prediction.outcome);
            if let Some(place) = wanted.get_mut(prediction.id.as_str()) {
                *place = Some(prediction.outcome);
            }
        }
        Ok(())
    })?;
    let mut found = TimedAnswers {
        answers: 0,
        largest_change: 0.0,
        tolerance: range.width() * batches::tolerance(&variant.precision),
        missing: 0,
    };
    for (place, outcome) in timed {
        let scored = wanted
            .get(examples[*place].id.as_str())
            .and_then(Option::as_ref);
        match scored.and_then(|scored| batches::change(scored, outcome)) {
            Some(change) => {
                found.answers += 1;
                found.largest_change = found.largest_change.max(change);
            }
            None => found.missing += 1,
        }
    }
    Ok((found.answers + found.missing > 0).then_some(found))
}

/// Between which numbers values lie; probabilities lie between 0 and 1.
#[derive(Default)]
struct Range(Option<(f64, f64)>);

impl Range {
    fn add(&mut self, outcome: &Outcome) {
        if let Some(value) = outcome.answer().and_then(Answer::value) {
            let (low, high) = self.0.unwrap_or((value, value));
            self.0 = Some((low.min(value), high.max(value)));
        }
    }

    fn width(&self) -> f64 {
        self.0.map_or(1.0, |(low, high)| (high - low).max(1e-12))
    }
}

/// One example asked again and again, in turn with others of its length, each alone. `None`: no two have the same length.
pub(super) fn repeated(
    model: &mut dyn Model,
    examples: &[Example],
    clock: &dyn Clock,
) -> Result<Option<RepeatedExample>, ModelError> {
    let of_one_length = most_of_one_length(examples);
    let Some((same, others)) = of_one_length.split_first().filter(|it| !it.1.is_empty()) else {
        return Ok(None);
    };
    let mut time = |example: &Example| -> Result<u64, ModelError> {
        let start = clock.now_ns();
        model.predict(&[Query::from(example)])?;
        Ok(clock.now_ns().saturating_sub(start))
    };
    time(same)?;
    let begin = clock.now_ns();
    let (mut again, mut new) = (Vec::new(), Vec::new());
    for other in others.iter().take(PAIRS) {
        again.push(time(same)?);
        new.push(time(other)?);
        if clock.now_ns().saturating_sub(begin) >= LIMIT_NS {
            break;
        }
    }
    Ok(RepeatedExample::of(&again, &new))
}

/// The examples of the commonest length, each sequence once.
fn most_of_one_length(examples: &[Example]) -> Vec<&Example> {
    let mut by_length: HashMap<usize, Vec<&Example>> = HashMap::new();
    for example in examples {
        let known = by_length.entry(example.sequence.len()).or_default();
        if known.len() <= PAIRS && known.iter().all(|it| it.sequence != example.sequence) {
            known.push(example);
        }
    }
    let most = by_length.into_values().max_by_key(|known| {
        let length = known.first().map_or(0, |it| it.sequence.len());
        (known.len(), length)
    });
    most.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::{BTreeMap, HashSet};
    use std::rc::Rc;
    use titer_core::{Place, Sequence, Target};

    /// A clock that the model moves.
    #[derive(Clone, Default)]
    struct Moved(Rc<Cell<u64>>);

    impl Clock for Moved {
        fn now_ns(&self) -> u64 {
            self.0.get()
        }

        fn sleep_until(&self, _: u64) {}
    }

    /// Takes a time of each sequence, and hardly any of one that it knows.
    struct Keeps {
        clock: Moved,
        known: HashSet<String>,
        keeps: bool,
    }

    impl Model for Keeps {
        fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
            let mut outcomes = Vec::new();
            for query in batch {
                let is_new = self.known.insert(format!("{:?}", query.sequence));
                let cost = if is_new || !self.keeps { 1000 } else { 10 };
                self.clock.0.set(self.clock.0.get() + cost);
                outcomes.push(Outcome::of(Answer::probability(0.5)));
            }
            Ok(outcomes)
        }
    }

    fn examples() -> Vec<Example> {
        let letter = |bit: usize| if bit == 0 { 'A' } else { 'C' };
        let text = |number: usize| {
            (0..8)
                .map(|at| letter(number >> at & 1))
                .collect::<String>()
        };
        let example = |number: usize| Example {
            id: number.to_string(),
            sequence: Sequence::new(&text(number)).unwrap(),
            second: None,
            target: Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: Place::default(),
        };
        (0..60).map(example).collect()
    }

    fn found(keeps: bool, examples: &[Example]) -> Option<RepeatedExample> {
        let clock = Moved::default();
        let mut model = Keeps {
            clock: clock.clone(),
            known: HashSet::new(),
            keeps,
        };
        repeated(&mut model, examples, &clock).unwrap()
    }

    #[test]
    fn a_model_that_keeps_answers_is_found() {
        let kept = found(true, &examples()).unwrap();
        assert_eq!(kept.pairs, 40);
        assert!(kept.trouble().unwrap().contains("TEST04"));
        assert_eq!(found(false, &examples()).unwrap().trouble(), None);
    }

    #[test]
    fn one_sequence_alone_has_nothing_to_be_held_against() {
        let example = examples().remove(0);
        assert_eq!(found(true, &[example.clone(), example]), None);
        assert_eq!(found(true, &[]), None);
    }
}
